"""What a server sees of a WSGI application: one call, read to its end and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, cast, final

from attrs import frozen

from verglas import Headers
from verglas.wsgi import WSGIApplication

__all__ = ["Answer", "CountedBody", "call", "close", "environ_of", "fail", "ignore", "untyped"]


@frozen
class Answer:
    """The answer of one call."""

    status: str
    lines: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return Headers(self.lines)


def environ_of(**changes: object) -> dict[str, object]:
    """The environ of `GET / HTTP/1.1` without a body, with changes."""
    environ: dict[str, object] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "example.org",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    return environ | changes


def call(application: WSGIApplication, **changes: object) -> Answer:
    """Call an application as PEP 3333 has it: the body is read to its end, then closed, even if it fails."""
    started: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.append((status, tuple(headers)))
        return written.append

    body = application(environ_of(**changes), start_response)
    try:
        written.extend(body)
    finally:
        close(body)
    status, lines = started[-1]
    return Answer(status, lines, b"".join(written))


def ignore(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
    """A `start_response` that keeps nothing."""
    return [status, *headers].__contains__


def close(body: Iterable[bytes]) -> None:
    """Close a body if it can be closed, as a server does."""
    closer = getattr(body, "close", None)
    if callable(closer):
        closer()


@final
class CountedBody:
    """A body in pieces that counts how often it was closed."""

    def __init__(self, *pieces: str | bytes) -> None:
        self._pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> CountedBody:
        return self

    def __next__(self) -> str | bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Count."""
        self.closed += 1


def untyped(function: object) -> Callable[..., object]:
    """The same function without its types: for calls that a type checker refuses, and that must fail all the same."""
    return cast("Callable[..., object]", function)  # as said


def fail(error: BaseException) -> NoReturn:
    """Raise."""
    raise error
