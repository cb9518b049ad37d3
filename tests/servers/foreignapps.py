"""Applications as others write them: they use `start_response` and `write()` in every way there is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, final
from wsgiref.types import StartResponse, WSGIApplication

from tests.data.matrix import PIECE, SIZE, content
from tests.servers.apps import mark
from verglas import Request

__all__ = ["FOREIGN", "Deliberate", "Pieces", "pieces_of", "size_of"]


class Deliberate(Exception):
    """What goes wrong because a test wants it; the servers may report it."""


def size_of(request: Request) -> int:
    """How long the body is to be."""
    return request.args.get("size", SIZE, type=int)


def pieces_of(request: Request) -> Iterator[bytes]:
    """The body in pieces; it fails after the first if the test wants it."""
    whole = memoryview(content(size_of(request)))
    for start in range(0, len(whole), PIECE):
        if start and "X-Break" in request.headers:
            raise Deliberate("the body ends here")
        yield bytes(whole[start : start + PIECE])


@final
class Pieces(Iterator[bytes]):
    """The body as an iterator with a `close`, which counts."""

    def __init__(self, request: Request, *, is_empty: bool = False) -> None:
        self._request = request
        self._pieces: Iterator[bytes] = iter(()) if is_empty else pieces_of(request)

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Tell."""
        mark(self._request, "body closed")


def twice(request: Request, *, with_exc_info: bool, after_first_byte: bool) -> WSGIApplication:
    """Calls start_response a second time."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        try:
            write = start_response("200 OK", [("Content-Type", "text/plain")])
            if after_first_byte:
                write(b"first ")
            raise Deliberate("changed its mind")
        except Deliberate:
            lines = [("Content-Type", "text/x-changed")]
            if with_exc_info:
                start_response("503 Service Unavailable", lines, sys.exc_info())
            else:
                start_response("503 Service Unavailable", lines)
        return Pieces(request)

    return application


def never(request: Request) -> WSGIApplication:
    """Never calls start_response."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        return Pieces(request)

    return application


def late(request: Request) -> WSGIApplication:
    """Calls start_response when its first piece is asked for."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            yield b"late"
        finally:
            mark(request, "body closed")

    return application


def writing(request: Request) -> WSGIApplication:
    """Writes some of its body, and returns the rest."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"written, ")
        write(b"written, ")
        return Tail(request)

    return application


@final
class Tail(Iterator[bytes]):
    """One piece, and a `close` that counts."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._pieces = iter([b"returned"])

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Tell."""
        mark(self._request, "body closed")


FOREIGN: Final[Mapping[str, Callable[[Request], WSGIApplication]]] = {
    "twice": lambda request: twice(request, with_exc_info=False, after_first_byte=False),
    "twice-late": lambda request: twice(request, with_exc_info=False, after_first_byte=True),
    "exc-info": lambda request: twice(request, with_exc_info=True, after_first_byte=False),
    "exc-info-late": lambda request: twice(request, with_exc_info=True, after_first_byte=True),
    "never": never,
    "late": late,
    "writing": writing,
}
