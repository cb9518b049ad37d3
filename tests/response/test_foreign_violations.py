"""WSGI applications that do not keep to PEP 3333, or fail."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import cast
from wsgiref.types import StartResponse

import pytest

from tests.kit import CountedBody, environ_of, fail, untyped
from verglas import HeaderValueError, Response
from verglas.errors import NotFound, WSGIViolation
from verglas.wsgi import WSGIApplication

Environ = dict[str, object]


def never(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that never starts."""
    return [b"a"]


def never_with_nothing(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that does nothing at all."""
    return []


def twice(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that starts twice."""
    start("200 OK", [])
    start("201 Made", [])
    return []


def twice_without_an_error(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that hands over the `exc_info` of no error."""
    start("200 OK", [])
    start("201 Made", [], (None, None, None))
    return []


def twice_between(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One that starts again between its pieces."""
    start("200 OK", [])
    yield b"a"
    start("201 Made", [])


def starts_late(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One that starts after its first piece."""
    yield b"a"
    start("200 OK", [])


def writes_numbers(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that writes a number."""
    untyped(start("200 OK", []))(5)
    return []


def returns_nothing(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that has no body at all."""
    start("200 OK", [])
    return cast("Iterable[bytes]", None)  # on purpose


@pytest.mark.parametrize(
    "app",
    [
        never,
        never_with_nothing,
        twice,
        twice_without_an_error,
        twice_between,
        starts_late,
        writes_numbers,
        returns_nothing,
    ],
)
def test_violation(app: WSGIApplication) -> None:
    """One that does not keep to PEP 3333 is a typed error."""
    with pytest.raises(WSGIViolation):
        Response.from_app(app, environ_of(), buffered=True)


def test_violation_closes_the_body() -> None:
    """The body of one that never starts is closed."""
    body = CountedBody(b"a")

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        return cast("Iterable[bytes]", body)  # its pieces are bytes

    with pytest.raises(WSGIViolation, match="never"):
        Response.from_app(app, environ_of())

    assert 1 == body.closed


def late_after_a_piece(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One whose error comes after the first byte."""
    start("200 OK", [])
    yield b"a"
    try:
        fail(OSError("late"))
    except OSError:
        start("500 Oops", [], sys.exc_info())
    yield b"page"


def late_after_a_write(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """The same after a write."""
    start("200 OK", [])(b"a")
    try:
        fail(OSError("late"))
    except OSError:
        start("500 Oops", [], sys.exc_info())
    return [b"page"]


@pytest.mark.parametrize("app", [late_after_a_piece, late_after_a_write])
def test_error_after_the_first_byte_is_raised(app: WSGIApplication) -> None:
    """The head is out: PEP 3333 has `start_response` raise the error again."""
    with pytest.raises(OSError, match="late"):
        Response.from_app(app, environ_of(), buffered=True)


def test_error_of_the_application() -> None:
    """What it raises is raised."""

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        raise NotFound

    with pytest.raises(NotFound):
        Response.from_app(app, environ_of())


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        pytest.param("200 OK\r\nX-Evil: 1", list[tuple[str, str]](), id="status"),
        pytest.param("100 Continue", list[tuple[str, str]](), id="interim"),
        pytest.param("200 OK", [("X-Tag", "a\r\nX-Evil: 1")], id="value"),
        pytest.param("200 OK", [("X Tag", "a")], id="name"),
    ],
)
def test_head_is_checked(status: str, lines: list[tuple[str, str]]) -> None:
    """What could not go on the wire is refused where it is said (D1)."""
    refused: list[bool] = []

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        try:
            start(status, lines)
        except HeaderValueError:
            refused.append(True)
            raise
        return []

    with pytest.raises(HeaderValueError):
        Response.from_app(app, environ_of())

    assert [True] == refused
