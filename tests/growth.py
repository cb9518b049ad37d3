"""How the work of a function grows with its input, whatever the machine is."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import process_time

FACTOR = 8  # how much larger the second input is
MOST = 24  # times the work: a linear function takes 8 times, a quadratic one 64
READINGS = 5
SHORTEST = 0.01  # seconds of the first reading: below, the clock and the caches are what is measured
# How far the first size is raised, unless it starts above: eight times that is the longest header value that is read by
# default. A function that is still too fast there is run several times a reading: with larger inputs, getting the
# memory for them is what would be measured, and that grows in steps.
LARGEST = 1 << 13


def assert_linear(run: Callable[[int], object], *, start: int) -> None:
    """Fail if the work of a function grows faster than the size of its input.

    No absolute time is asserted: the ratio of two readings is.

    Args:
        run: Builds an input of a size and does the work on it.
        start: The first size to try. It is doubled, then the run repeated, until the work can be measured.

    Raises:
        AssertionError: Eight times the input took 24 times as long, twice.
    """
    size, times = start, 1
    while _reading(run, size, times) < SHORTEST:
        if size < LARGEST:
            size *= 2
        else:
            times *= 2
    ratio = _ratio(run, size, times)
    if ratio >= MOST:  # something else may have run beside it
        ratio = _ratio(run, size, times)
    assert ratio < MOST, f"{FACTOR} times the input, from {size}, took {ratio:.1f} times as long"


def filled(unit: str, size: int) -> str:
    """A text of a size, made of a unit."""
    return unit * (size // len(unit))


def _ratio(run: Callable[[int], object], size: int, times: int) -> float:
    """The least of the readings of the large input over that of the small one; the first that is good will do."""
    least = min(_reading(run, size, times) for _ in range(READINGS))
    ratio = inf
    for _ in range(READINGS):
        ratio = min(ratio, _reading(run, size * FACTOR, times) / least)
        if ratio < MOST:
            break
    return ratio


def _reading(run: Callable[[int], object], size: int, times: int) -> float:
    before = process_time()
    for _ in range(times):
        run(size)
    return max(process_time() - before, 1e-9)
