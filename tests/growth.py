"""How the work of a function grows with its input, whatever the machine is and whatever else it does."""

from __future__ import annotations

import gc
from collections.abc import Callable
from math import inf
from time import process_time, sleep
from typing import Final

__all__ = ["FACTOR", "MOST", "assert_linear", "filled"]

FACTOR: Final = 8
"""How much larger the second input is."""

MOST: Final = 24
"""Times the work: a linear function takes 8 times, a quadratic one 64."""

SHORTEST: Final = 0.001
"""Seconds of CPU time that the small input takes: a thousand times what the clock resolves, and short enough for most
readings to be taken between two turns of another process."""

LARGEST: Final = 1 << 13
"""The largest first size: eight times that is the longest header value that is read by default. A function that is too
fast there is run several times a reading: with larger inputs, getting the memory for them is what would be measured,
and that grows in steps (from 128 KiB on, the allocator asks the kernel for each)."""

ROUNDS: Final = 8
"""How often both inputs are read before a function is found to be too slow."""

PAUSE: Final = 0.03
"""Seconds by which each pause between two rounds is longer than the one before: about a second in all."""


HOLES: Final = 40_000
"""More than a heap has of one size."""

OF_BYTES: Final = 33  # what an object of `bytes` takes besides its bytes


def assert_linear(run: Callable[[int], object], *, start: int) -> None:
    """Fail if the work of a function grows faster than the size of its input.

    Two readings of the CPU time of this process are compared, of an input and of one that is eight times as large.
    Other load can only lengthen a reading, so the least of many is the closest to the truth. Readings of the small
    input are taken right before and after each of the large one, so a load would have to slow both of them, but not
    the one between them, to hide a quadratic function. To make a linear function fail, it would have to slow the large
    input in every round, and the small one in none.

    Args:
        run: Builds an input of a size and does the work on it.
        start: The first size to try, 8,192 at most. It is doubled, then the run repeated, until the work can be
            measured.

    Raises:
        AssertionError: Eight times the input always took 24 times as long.
    """
    size, times = _measurable(run, start)
    small = large = inf
    memory: list[list[bytes]] = []
    for turn in range(ROUNDS):
        sleep(turn * PAUSE)
        if turn == 1:  # it takes longer than all else: only where the first round did not do
            memory, small, large = _even_memory(), inf, inf
        before = _reading(run, size, times)
        large = min(large, _reading(run, size * FACTOR, times))
        small = min(small, before, _reading(run, size, times))
        if large < MOST * small:
            return
    del memory
    raise AssertionError(f"{FACTOR} times the input, from {size}, took {large / small:.1f} times as long")


def _even_memory() -> list[list[bytes]]:
    """Objects that, as long as they live, have small and large inputs get their memory alike: close together.

    The heap of a process that has collected thousands of tests is full of holes. A small run gets the few that it has
    just given back, which are in the cache; a large one finds thousands all over the heap, which are not, and eight
    times the input took linear functions 28 times as long. So all holes are filled, of the sizes that small objects
    have, and behind them is room that is not given back to the system.
    """
    filling = [[bytes(size - OF_BYTES) for _ in range(HOLES)] for size in range(48, 160, 16)]
    room = [bytes(size - OF_BYTES) for size in (64, 80) for _ in range(2 * HOLES)]
    return [*filling, room[::200]]


def filled(unit: str, size: int) -> str:
    """A text of a size, made of a unit."""
    return unit * (size // len(unit))


def _measurable(run: Callable[[int], object], start: int) -> tuple[int, int]:
    """A size, and how often it has to be run for a reading that can be measured."""
    size, times = min(start, LARGEST), 1
    while _reading(run, size, times) < SHORTEST:
        if size < LARGEST:
            size *= 2
        else:
            times *= 2
    return size, times


def _reading(run: Callable[[int], object], size: int, times: int) -> float:
    # A pass of the garbage collector over all that the process holds would fall into large readings, and into no small
    # one: it is not the function's work.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        before = process_time()
        for _ in range(times):
            run(size)
        return process_time() - before
    finally:
        if was_collecting:
            gc.enable()
