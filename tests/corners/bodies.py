"""Read bodies, each in a process of its own, and print how much memory that took.

A program of `test_memory_of_bodies`: `python -m tests.corners.bodies` reads the name of a case from each line of its
input. It has imported everything before it forks, so that a case costs what its body does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Final, NamedTuple

from tests.kit import JSON, MULTIPART, URLENCODED, posted
from verglas import HTTPError, Limits, Request

__all__ = ["CASES", "MIB"]

MIB: Final = 1024 * 1024
MEMORY: Final = 8 * MIB
"""`max_body_memory` of the forms."""

VALUES: Final = 1_000_000
UNIT: Final = 1024 if sys.platform != "darwin" else 1  # bytes that `ru_maxrss` counts in


class Case(NamedTuple):
    """A body, and how much memory reading it may take.

    Attributes:
        content_type: Its type.
        read: What reads it.
        body: Its bytes, made while they are read.
        size: How many.
        allowed: Bytes of memory, the body included.
        limits: What is said about it.
        refused: Whether it is over a limit.
    """

    content_type: str
    read: Callable[[Request], object]
    body: Callable[[], Iterable[bytes]]
    size: int
    allowed: int
    limits: Limits
    refused: bool


class Source:
    """A `wsgi.input` that gives pieces, one a read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = filter(None, pieces)
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """The next piece, or what fits of it."""
        piece = self._rest or next(self._pieces, b"")
        self._rest = piece[size:]
        return piece[:size]


def times(unit: bytes, size: int, start: bytes = b"", end: bytes = b"") -> tuple[Callable[[], Iterable[bytes]], int]:
    """A start, a unit over and over up to a size, and an end, in pieces of 64 KiB; and its whole size."""
    some = unit * max(64 * 1024 // len(unit), 1)
    number, rest = divmod(size, len(some))
    last = unit * (rest // len(unit))
    return lambda: chain([start], repeat(some, number), [last + end]), len(start) + number * len(some) + len(last + end)


def tiny(unit: bytes, size: int, start: bytes = b"", end: bytes = b"") -> tuple[Callable[[], Iterable[bytes]], int]:
    """The same, in pieces of two bytes."""
    body, whole = times(unit, size, start, end)

    def pieces() -> Iterator[bytes]:
        for piece in body():
            for at in range(0, len(piece), 2):
                yield piece[at : at + 2]

    return pieces, whole


def _json_of(request: Request) -> object:
    return request.json


def _form_of(request: Request) -> object:
    return request.form


def _files_of(request: Request) -> object:
    return request.files


def json_case(unit: bytes, separators: int, end: bytes = b"1]", *, refused: bool = False) -> Case:
    """An array of as many units as there may be values, or, to be refused, of 16 MiB."""
    body, size = times(
        unit,
        16 * MIB - 10 if refused else min(VALUES // separators - 2, 16 * MIB // len(unit) - 2) * len(unit),
        b"[",
        end,
    )
    values = 0 if refused else VALUES
    return Case(JSON, _json_of, body, size, 96 * values + 4 * size, Limits(), refused)


def form_case(unit: bytes, *, refused: bool, size: int = MEMORY) -> Case:
    """An urlencoded form of any number of fields."""
    body, whole = times(unit, size)
    limits = Limits(max_body_memory=MEMORY, max_form_parts=None)
    return Case(URLENCODED, _form_of, body, whole, 4 * MEMORY, limits, refused)


def parts_case(head: str, content: bytes, *, refused: bool, size: int = 2 * MEMORY, spool_size: int = 512_000) -> Case:
    """A multipart form of any number of parts."""
    part = f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
    body, whole = times(part, size, end=b"--b--")
    caps = Limits(max_body_memory=MEMORY, max_form_parts=None, spool_size=spool_size)
    return Case(MULTIPART, _files_of, body, whole, 4 * MEMORY, caps, refused)


def tiny_case(content_type: str, read: Callable[[Request], object], start: bytes = b"", end: bytes = b"") -> Case:
    """1 MiB in reads of two bytes."""
    body, size = tiny(b"a", MIB, start, end)
    limits = Limits(max_form_memory_size=None, spool_size=4 * MIB)
    return Case(content_type, read, body, size, 4 * size, limits, refused=False)


FIELD: Final = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
FILE: Final = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
END: Final = b"\r\n--b--"

CASES: Final[dict[str, Case]] = {
    "json-arrays-16-mib": json_case(b"[],", 2, refused=True),
    "json-commas-16-mib": json_case(b"1,", 1, refused=True),
    "json-strings-16-mib": json_case(b'"",', 1, refused=True),
    "json-open-16-mib": json_case(b"[", 1, refused=True),
    "json-strings-without-separators": json_case(b'""', 1, refused=True),
    "json-arrays": json_case(b"[],", 2),
    "json-objects": json_case(b"{},", 2),
    "json-members": json_case(b'{"a":1},', 3),
    "json-nested": json_case(b'{"a":[{}]},', 5),
    "json-strings": json_case(b'"ab",', 1),
    "json-wide-strings": json_case('"😀",'.encode(), 1),
    "json-integers": json_case(b"123456,", 1),
    "json-floats": json_case(b"1.5,", 1),
    "json-text": json_case(b'"' + b"a" * 8000 + b'",', 1),
    "json-escapes": json_case(b'"' + b"\\u00e9" * 1000 + b'",', 1),
    "form-empty-fields": form_case(b"a&", refused=True),
    "form-small-fields": form_case(b"aa=bb&", refused=True),
    "form-allowed-fields": form_case(b"aa=bb&", refused=False, size=6 * 62_000),
    "form-large-fields": form_case(b"a=" + b"b" * 100_000 + b"&", refused=False, size=MEMORY - 20_000),
    "form-wide-fields": form_case("a=😀".encode() + b"b" * 100_000 + b"&", refused=True, size=MEMORY - 20_000),
    "parts-small-fields": parts_case('name="a"', b"", refused=True),
    "parts-allowed-fields": parts_case('name="ab"', b"cd" * 200, refused=False, size=6 * MIB),
    "parts-wide-fields": parts_case('name="a"', "😀".encode() + b"b" * 100_000, refused=False, size=7 * MIB),
    "parts-small-files": parts_case('name="a"; filename="b"', b"", refused=True),
    "parts-allowed-files": parts_case(
        'name="a"; filename="b"\r\nContent-Type: text/plain', b"x" * 2000, refused=False, size=12 * MIB
    ),
    "parts-on-disk": parts_case('name="a"; filename="b"', b"x" * 2000, refused=False, size=12 * MIB, spool_size=0),
    "tiny-reads-data": tiny_case("text/plain", lambda request: request.data),
    "tiny-reads-json": tiny_case(JSON, lambda request: request.json, b'"', b'"'),
    "tiny-reads-form": tiny_case(URLENCODED, lambda request: request.form),
    "tiny-reads-field": tiny_case(MULTIPART, lambda request: request.form, FIELD, END),
    "tiny-reads-file": tiny_case(MULTIPART, lambda request: request.files, FILE, END),
    "tiny-reads-buffered": tiny_case("text/plain", lambda request: request.buffered()),
}


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def run(case: Case) -> dict[str, object]:
    """Read a body, and say what that took."""
    environ = posted(b"", case.content_type, stream=Source(case.body()), CONTENT_LENGTH=str(case.size))
    request = Request(environ, limits=case.limits)
    before, refused = peak(), False
    try:
        read = case.read(request)
    except HTTPError as error:
        read, refused = error, True
    del read
    taken = peak() - before
    request.close()
    return {"taken": taken, "refused": refused}


def run_in_a_child(name: str) -> None:
    """Print a line of JSON about a case, or an empty one if it failed."""
    child = os.fork()
    if not child:
        sys.stdout.write(json.dumps(run(CASES[name])) + "\n")
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        run_in_a_child(line.strip())
