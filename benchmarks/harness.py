"""Libraries, items and readings: what is compared, how it is timed, and what is made of the numbers."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import count
from typing import IO, Final, NamedTuple, Protocol, cast

from attrs import frozen

from verglas.wsgi import StartResponse, WSGIApplication

Environ = dict[str, object]
Adapter = Callable[[Environ], object]
Reading = Callable[[], float]
"""A measurement."""

OURS: Final = "verglas"
PEER: Final = "Werkzeug"
BARE: Final = "bare callable"
COMPARING: Final = "benchmark.comparing"
"""The key of an environ whose result is compared: bodies are kept and digested then, which is not timed."""


OPAQUE: Final = frozenset({"construct", "parse", "kept"})
"""Reads that return a request, which is an object of the library: there is nothing to compare."""


class Kind(Enum):
    """How an item is measured; the value is the unit."""

    TIME = "µs"
    IMPORT = "ms"
    WORKER = "µs a request"
    BYTES = "bytes"
    OBJECTS = "objects"


class Listed(Protocol):
    """What can be listed: headers, cookies, a form."""

    def items(self) -> Iterable[object]: ...


class ReadRequest(Protocol):
    """A request, as far as what there can be many of is read from it."""

    @property
    def headers(self) -> Listed: ...
    @property
    def cookies(self) -> Listed: ...
    @property
    def form(self) -> Listed: ...


class Settable(Protocol):
    """Headers that can be set."""

    def __setitem__(self, name: str, value: str, /) -> None: ...


class WrittenResponse(Protocol):
    """A response, as far as there can be many of what is written to it."""

    @property
    def headers(self) -> Settable: ...
    @property
    def set_cookie(self) -> Callable[..., None]: ...
    def __call__(self, environ: Environ, start_response: StartResponse, /) -> Iterable[bytes]: ...


@frozen
class Many:
    """How a library makes requests and responses that have a thousand of something.

    Attributes:
        request: Makes a request that may have so many.
        response: Makes a response.
    """

    request: Callable[[Environ], ReadRequest]
    response: Callable[[], WrittenResponse]


@frozen
class Library:
    """A library that is measured.

    Attributes:
        name: As the tables call it.
        imports: The module that the import item imports; "" where that is of no interest.
        adapters: For each read of `Item.read` that the library can do, a function that does it.
        hello: The application that greets, for items that need one.
        many: For the pictures of growth.
    """

    name: str
    imports: str
    adapters: Mapping[str, Adapter]
    hello: WSGIApplication | None = None
    many: Many | None = None


@frozen
class Item:
    """One thing to do.

    Attributes:
        name: Unique.
        what: What is done, in a line.
        environ: Makes the environ of a number, which varies the texts in it.
        read: The adapter that does it.
        new_text: Whether each call sees another number, and so texts that were never seen before.
        kind: How it is measured.
        base: The library whose measure the others are divided by.
        fields: Header fields of answers that are compared; `None`: all but Date.
        folder: Where uploads are spooled to; "": wherever `tempfile` chooses.
    """

    name: str
    what: str
    environ: Callable[[int], Environ]
    read: str
    new_text: bool = False
    kind: Kind = Kind.TIME
    base: str = PEER
    fields: frozenset[str] | None = None
    folder: str = ""

    def environ_of(self, number: int) -> Environ:
        """A new environ; texts repeat unless the item asks for new ones."""
        return self.environ(FIRST_NUMBER + (number if self.new_text else 0))


FIRST_NUMBER: Final = 1_000_000  # so that all numbers have the same length
NUMBERS: Final = count(1)
"""Numbers of environs: each is used once in a process, so that no item warms up the texts of another."""


class Fields(NamedTuple):
    """Header fields: their order and the case of their names do not count."""

    pairs: Iterable[tuple[str, str]]


class Answer(NamedTuple):
    """What a WSGI application answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Result(NamedTuple):
    """An item and what was measured of each library."""

    item: Item
    values: Mapping[str, float]


class UnequalError(Exception):
    """Two libraries gave different results, so that their times cannot be compared."""


# Comparing


def answered(application: WSGIApplication, environ: Environ) -> Answer | None:
    """Call an application, read its body to the end and close it, as a server does.

    The answer is kept only when results are compared: that would be timed too, and takes longer than some items.
    """
    if COMPARING not in environ:
        drain(application(environ, _ignore))
        return None
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.append((status, headers))
        return len

    kept: list[bytes] = []
    drain(application(environ, start_response), kept.append)
    status, headers = started[-1]
    return Answer(status, headers, b"".join(kept))


def drain(body: Iterable[bytes], take: Callable[[bytes], object] | None = None) -> None:
    """Read a body to its end and close it."""
    try:
        for piece in body:
            if take is not None:
                take(piece)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _ignore(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
    return len


def seen(file: IO[bytes], environ: Environ) -> tuple[int, str]:
    """Size of an upload; its digest too when results are compared."""
    size = file.seek(0, 2)
    file.seek(0)
    return size, hashlib.sha256(file.read()).hexdigest() if COMPARING in environ else ""


def plain(value: object, fields: frozenset[str] | None = None) -> object:
    """A result as plain data, so that those of different libraries can be equal.

    Args:
        value: What an adapter returned.
        fields: Header fields of an answer that count; `None`: all but Date.
    """
    match value:
        case Answer(status, headers, body):
            counted = [pair for pair in headers if _counts(pair[0].lower(), fields)]
            return int(status[:3]), plain(Fields(counted)), body
        case Fields(pairs):
            return sorted((name.lower(), _unordered(name.lower(), text)) for name, text in pairs)
        case timedelta():
            return int(value.total_seconds())
        case datetime():
            return value.astimezone(UTC).isoformat()
        case str():
            return str(value)
        case list() | tuple():
            return [plain(member) for member in cast("Iterable[object]", value)]  # whatever they hold
        case _:
            return value


def _counts(name: str, fields: frozenset[str] | None) -> bool:
    return name != "date" if fields is None else name in fields


def _unordered(name: str, text: str) -> str:
    if name != "set-cookie":
        return text
    pair, *attributes = (part.strip() for part in text.split(";"))
    return "; ".join([pair, *sorted(attribute.lower() for attribute in attributes)])


def compare(item: Item, results: Mapping[str, object]) -> None:
    """Refuse results that differ.

    Raises:
        UnequalError: Two do; the message names the item, the libraries and both results.
    """
    first: tuple[str, object] | None = None
    if item.read in OPAQUE:
        return
    for name, result in results.items():
        shown = plain(result, item.fields)
        if first is None:
            first = name, shown
        elif shown != first[1]:
            raise UnequalError(f"{item.name}: {first[0]} gave {first[1]!r:.2000}, {name} gave {shown!r:.2000}")


def results_of(item: Item, libraries: Sequence[Library]) -> dict[str, object]:
    """What each library that can do an item gives for the same input."""
    results: dict[str, object] = {}
    for library in libraries:
        if item.read in library.adapters:
            environ = item.environ_of(0)
            results[library.name] = library.adapters[item.read](environ | {COMPARING: True})
    return results


# Reading


def interleaved(readings: Mapping[str, Reading], rounds: int) -> dict[str, float]:
    """The median of each reading; they take turns, so that a slow moment of the machine meets all of them."""
    taken: dict[str, list[float]] = {name: [] for name in readings}
    for _ in range(rounds):
        for name, reading in readings.items():
            taken[name].append(reading())
    return {name: statistics.median(values) for name, values in taken.items()}


# Numbers


def ratios(values: Mapping[str, float], base: str) -> dict[str, float]:
    """Each value over that of the base; empty when that was not measured, or is zero."""
    divisor = values.get(base, 0)
    return {name: value / divisor for name, value in values.items()} if divisor > 0 else {}


def over_bounds(ratios: Mapping[str, float], bounds: Mapping[str, float]) -> list[str]:
    """Names of the items whose ratio is above its bound. An item without a bound is none of them."""
    return [name for name, ratio in ratios.items() if ratio > bounds.get(name, ratio)]


def lowered(bounds: Mapping[str, float], ratios: Mapping[str, float], slack: float) -> dict[str, float]:
    """New bounds: what was measured with some slack, but never above the bound that there was."""
    measured = {name: round(ratio * (1 + slack), 3) for name, ratio in ratios.items()}
    return {**bounds, **{name: min(bounds.get(name, value), value) for name, value in measured.items()}}
