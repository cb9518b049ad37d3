"""What is called a memory limit bounds memory: bodies made to take more of it, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.corners.bodies import CASES, MIB
from tests.embedded import environment
from tests.sources import ROOT

SLACK: Final = 3 * MIB  # of the allocator, and of pages that the interpreter touches for the first time


@pytest.fixture(scope="module")
def reading() -> Iterator[Callable[[str], str]]:
    """What a new process says about a case."""
    command, pipe = [sys.executable, "-m", "tests.corners.bodies"], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=environment()) as forking:
        given, told = forking.stdin, forking.stdout
        assert given is not None
        assert told is not None

        def read(name: str) -> str:
            print(name, file=given, flush=True)
            return told.readline()

        yield read


@pytest.mark.parametrize("name", CASES)
def test_takes_what_its_limit_says(name: str, reading: Callable[[str], str]) -> None:
    """JSON takes at most 96 bytes a value and 4 times its text, a form at most 4 times `max_body_memory`."""
    told = json.loads(reading(name))

    assert told["refused"] == CASES[name].refused
    assert told["taken"] <= CASES[name].allowed + SLACK
