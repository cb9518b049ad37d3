"""Memory that is still held after many different inputs: what a cache keyed by input would fill."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable

__all__ = ["blocks_kept", "bytes_kept"]


def blocks_kept(act: Callable[[int], object], times: int) -> int:
    """How many blocks of memory are held after an act on each of so many numbers; fast, and blind to large blocks."""
    gc.collect()
    before = sys.getallocatedblocks()
    for number in range(times):
        act(number)
    gc.collect()
    return sys.getallocatedblocks() - before


def bytes_kept(act: Callable[[int], object], times: int) -> int:
    """How many bytes are held after an act on each of so many numbers; slow."""
    tracemalloc.start()
    try:
        for number in range(times):
            act(number)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
