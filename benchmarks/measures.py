"""How each kind of item is read: CPU time of calls, of an import, of a worker; memory; garbage."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final, NamedTuple

from benchmarks.harness import BARE, NUMBERS, Adapter, Item, Kind, Library, Reading, compare, interleaved, results_of
from benchmarks.worker import worker_reading

IMPORTING: Final = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"
NEEDED: Final = {"struct": "msgspec", "worker": "gunicorn"}
"""The library that a read needs, whatever is measured."""
COUNTED: Final = 300  # calls, where something is counted
SLOW: Final = 10_000  # µs of a call, from which on fewer rounds do
MOST_CALLS: Final = 400


class Effort(NamedTuple):
    """How much is measured.

    Attributes:
        rounds: Of most items.
        slow_rounds: Of what takes milliseconds a call.
        reading: Microseconds of calls in a reading.
    """

    rounds: int
    slow_rounds: int
    reading: float


FULL: Final = Effort(31, 5, 5_000)
QUICK: Final = Effort(15, 5, 4_000)


def available(item: Item) -> bool:
    """Whether this machine has what the item needs: a folder, or a library."""
    if item.read in NEEDED and find_spec(NEEDED[item.read]) is None:
        return False
    return not item.folder or os.path.isdir(item.folder)


def measure(item: Item, libraries: Sequence[Library], effort: Effort) -> dict[str, float]:
    """The median of each library that does the item, in the unit of its kind.

    Raises:
        UnequalError: Two of them give different results.
    """
    with _spooling_to(item.folder):
        match item.kind:
            case Kind.TIME:
                return _times(item, libraries, effort)
            case Kind.IMPORT:
                return _imports(libraries, effort.slow_rounds)
            case Kind.WORKER:
                hellos = {library.name: library.hello for library in libraries if library.hello}
                bare = hellos.pop(BARE)
                return interleaved({name: worker_reading(app, bare) for name, app in hellos.items()}, effort.rounds)
            case Kind.BYTES:
                return interleaved(_readings(item, libraries, _bytes_kept), 3)
            case Kind.OBJECTS:
                return interleaved(_readings(item, libraries, _objects_left), 3)


def _readings(
    item: Item, libraries: Sequence[Library], reading: Callable[[Item, Adapter], Reading]
) -> dict[str, Reading]:
    return {one.name: reading(item, one.adapters[item.read]) for one in libraries if item.read in one.adapters}


@contextmanager
def _spooling_to(folder: str) -> Generator[None]:
    before = tempfile.tempdir
    if folder:
        tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before


# Time


def _times(item: Item, libraries: Sequence[Library], effort: Effort) -> dict[str, float]:
    compare(item, results_of(item, libraries))
    first = interleaved(_readings(item, libraries, lambda item, adapter: microseconds(item, adapter, 2)), 1)

    def reading(library: Library) -> Reading:
        # As many calls as each has time for: a single call would find the caches full of what the one before it read.
        calls = int(effort.reading / first[library.name])
        return microseconds(item, library.adapters[item.read], max(1, min(MOST_CALLS, calls)))

    readings = {one.name: reading(one) for one in libraries if one.name in first}
    return interleaved(readings, effort.rounds if max(first.values()) < SLOW else effort.slow_rounds)


def microseconds(item: Item, adapter: Adapter, calls: int) -> Reading:
    """A reading of the CPU time that one call takes. The environs are made before, and no garbage is collected."""

    def reading() -> float:
        environs = [item.environ_of(next(NUMBERS)) for _ in range(calls)]
        gc.collect()
        start = time.process_time()
        for environ in environs:
            adapter(environ)
        return (time.process_time() - start) / calls * 1e6

    return reading


def _imports(libraries: Sequence[Library], rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is measured is not the compiler
        modules = {one.name: _importing(one.imports, environment) for one in libraries if one.imports}
        interleaved(modules, 1)
        return interleaved(modules, rounds)


def _importing(module: str, environment: dict[str, str]) -> Reading:
    def reading() -> float:
        command = [sys.executable, "-c", IMPORTING.format(module)]
        return float(subprocess.run(command, check=True, capture_output=True, env=environment).stdout) * 1e3

    return reading


# Counts


def _bytes_kept(item: Item, adapter: Adapter) -> Reading:
    def reading() -> float:
        for _ in range(COUNTED):  # fills what is kept for all requests
            adapter(item.environ_of(next(NUMBERS)))
        environs = [item.environ_of(next(NUMBERS)) for _ in range(COUNTED)]
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            kept = [adapter(environ) for environ in environs]
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        return (after - before) / len(kept)

    return reading


def _objects_left(item: Item, adapter: Adapter) -> Reading:
    def reading() -> float:
        adapter(item.environ_of(next(NUMBERS)))
        gc.collect()
        for _ in range(COUNTED):
            adapter(item.environ_of(next(NUMBERS)))
        return gc.collect() / COUNTED

    return reading
