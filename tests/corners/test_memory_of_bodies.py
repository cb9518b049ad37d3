"""What is called a memory limit bounds memory: bodies made to take more of it, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.corners.bodies import CASES, MIB

ROOT: Final = Path(__file__).parents[2]
SLACK: Final = 3 * MIB  # of the allocator, and of pages that the interpreter touches for the first time


@pytest.mark.parametrize("name", CASES)
def test_takes_what_its_limit_says(name: str) -> None:
    """JSON takes at most 96 bytes a value and 4 times its text, a form at most 4 times `max_body_memory`."""
    command = [sys.executable, "-m", "tests.corners.bodies", name]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment).stdout)

    assert told["refused"] == CASES[name].refused
    assert told["taken"] <= CASES[name].allowed + SLACK
