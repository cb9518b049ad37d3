"""The work that everyday requests cost: counted, so that a busy machine does not matter; its bounds only go down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

import pytest

from tests.sources import ROOT
from tests.weighing import JOURNEYS, Weight

BOUNDS: Final[dict[str, Weight]] = {
    "read one argument": Weight(frames=7, calls=24, objects=5),
    "save an upload of a two-part form": Weight(frames=60, calls=178, objects=23),
    "answer a conditional request with 304": Weight(frames=43, calls=105, objects=12),
    "call a plain response": Weight(frames=10, calls=22, objects=5),
    "say hello through application": Weight(frames=26, calls=70, objects=11),
    "route a request with two inputs": Weight(frames=37, calls=88, objects=15),
    "finish an answer with a function that changes nothing": Weight(frames=32, calls=83, objects=19),
    "give a request a session that nobody looks at": Weight(frames=35, calls=84, objects=15),
}
"""The most that each journey may cost, on CPython 3.11: what it costs today. Bounds are lowered, never raised."""


@pytest.fixture(scope="module")
def weights() -> dict[str, Weight]:
    """The journeys, weighed in an interpreter in which nothing else has run."""
    command = [sys.executable, "-m", "tests.weighing"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    told = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment).stdout
    return {name: Weight(**weight) for name, weight in json.loads(told).items()}


def test_every_journey_has_a_bound() -> None:
    """The table of bounds and the journeys have the same names."""
    assert BOUNDS.keys() == JOURNEYS.keys()


# Other versions of Python count other calls for the same code.
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the bounds are those of CPython 3.11")
@pytest.mark.parametrize("journey", BOUNDS)
def test_weighs_what_its_bound_says(weights: dict[str, Weight], journey: str) -> None:
    """A journey costs no more than its bound; when it costs less, the bound is lowered."""
    bound, weight = BOUNDS[journey], weights[journey]

    assert bound == weight, f"{journey!r} costs {weight}: find what was added, or lower the bound to what was reached"


@pytest.mark.parametrize("journey", BOUNDS)
def test_takes_no_more_steps_on_any_python(weights: dict[str, Weight], journey: str) -> None:
    """The calls of the package's own functions are bound on every version of Python."""
    assert weights[journey].frames <= BOUNDS[journey].frames
