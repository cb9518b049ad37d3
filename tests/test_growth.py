"""The growth tests tell linear from quadratic functions, also beside processes that keep every core busy."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.growth import assert_linear


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Two processes that never wait."""
    with ExitStack() as running:
        for _ in range(2):
            process = running.enter_context(subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]))
            running.callback(process.kill)
        yield


def loop(size: int) -> None:
    """One step for each unit."""
    for _ in range(size):
        pass


def join(size: int) -> str:
    """Get more memory with each unit."""
    return "".join([str(number) for number in range(size)])


def match(size: int) -> object:
    """Find nothing in one pass."""
    return re.fullmatch("a*", "a" * size + "b")


def nested_loop(size: int) -> None:
    """As many steps for each unit as there are units."""
    for _ in range(size):
        for _ in range(size):
            pass


def membership(size: int) -> None:
    """Compare each unit with all those before it."""
    seen: list[int] = []
    for number in range(size):
        if number not in seen:
            seen.append(number)


def backtracking(size: int) -> object:
    """Try all that follows again from each unit."""
    return re.search("a+$", "a" * size + "b")


@pytest.mark.parametrize("run", [loop, join, match])
def test_linear_function_passes(run: Callable[[int], object]) -> None:
    """A function whose work grows as its input does is found to be linear."""

    assert_linear(run, start=64)


@pytest.mark.parametrize("run", [nested_loop, membership, backtracking])
def test_quadratic_function_fails(run: Callable[[int], object]) -> None:
    """A quadratic function fails: in Python, in a C function of the interpreter, in a regular expression."""

    with pytest.raises(AssertionError, match=r"^8 times the input, from \d+"):
        assert_linear(run, start=64)


@pytest.mark.usefixtures("busy_machine")
def test_linear_function_passes_on_a_busy_machine() -> None:
    """Load lengthens readings of either input: it does not make a linear function fail."""

    assert_linear(loop, start=64)


@pytest.mark.usefixtures("busy_machine")
def test_quadratic_function_fails_on_a_busy_machine() -> None:
    """Nor does load let a quadratic function pass."""

    with pytest.raises(AssertionError, match=r"^8 times the input, from \d+"):
        assert_linear(membership, start=64)
