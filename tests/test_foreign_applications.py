"""Handlers that answer with a WSGI application that others wrote."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import cast, final

import pytest

from tests.handling import Environ, foreign, generator, served
from tests.kit import CountedBody, call, fail
from verglas import Request
from verglas.errors import NotFound, WSGIViolation
from verglas.wsgi import StartResponse, WSGIApplication


def writer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that uses `write`."""
    start_response("200 OK", [("X-Foreign", "1")])(b"fore")
    return [b"ign"]


def empty_generator(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that starts, and has no body."""
    start_response("200 OK", [("X-Foreign", "1")])
    yield from ()


@final
class WithClose:
    """One whose body has to be closed."""

    def __init__(self) -> None:
        self.body = CountedBody(b"foreign")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Foreign", "1")])
        return cast("Iterable[bytes]", self.body)  # its pieces are bytes


def with_exc_info(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that changes its mind in time, as PEP 3333 allows."""
    start_response("201 Created", [])
    try:
        fail(OSError("late"))
    except OSError:
        start_response("200 OK", [("X-Foreign", "1")], sys.exc_info())
    return [b"foreign"]


def as_answer(application: WSGIApplication) -> WSGIApplication:
    """The application of a handler that answers with another."""
    return Request.application(lambda _: application)


@pytest.mark.parametrize(
    "application",
    [foreign, generator, writer, with_exc_info, WithClose()],
    ids=lambda app: getattr(app, "__name__", "close"),
)
def test_foreign_application(application: WSGIApplication) -> None:
    """A handler may answer with any WSGI application."""
    answer = call(as_answer(application))

    assert ("200 OK", (("X-Foreign", "1"),), b"foreign") == (answer.status, answer.lines, answer.body)


def test_foreign_application_without_a_body() -> None:
    """A generator that starts and yields nothing is fine."""

    assert b"" == call(as_answer(empty_generator)).body


def test_foreign_body_is_closed_once() -> None:
    """Its body is closed before the request, once."""
    application = WithClose()
    log: list[str] = []
    call(served(lambda _: application, log))

    assert (1, ["request"]) == (application.body.closed, log)


def never(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that never starts."""
    return [b"x"]


def never_without_a_body(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that does nothing at all."""
    return []


def twice(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that starts twice."""
    start_response("200 OK", [])
    start_response("201 Created", [])
    return []


def twice_in_a_generator(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that starts again between its pieces."""
    start_response("200 OK", [])
    yield b"a"
    start_response("200 OK", [])


def body_first(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that starts after its first piece."""
    yield b"a"
    start_response("200 OK", [])


@pytest.mark.parametrize("application", [never, never_without_a_body, twice, twice_in_a_generator, body_first])
def test_violation(application: WSGIApplication) -> None:
    """One that does not keep to PEP 3333 is a typed error; the request is closed."""
    log: list[str] = []
    with pytest.raises(WSGIViolation):
        call(served(lambda _: application, log))

    assert ["request"] == log


def raises_before(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that fails before it starts."""
    raise NotFound


def raises_before_in_a_generator(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that fails when it is first asked for a piece, before it starts."""
    if environ.get("fails", True):
        raise NotFound
    yield b""


def raises_after(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that fails when it has started."""
    start_response("200 OK", [])
    raise NotFound


def raises_between(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that fails half-way."""
    start_response("200 OK", [])
    yield b"a"
    raise NotFound


@pytest.mark.parametrize("application", [raises_before, raises_before_in_a_generator])
def test_error_before_the_start_is_answered(application: WSGIApplication) -> None:
    """Nothing was sent: an error page is an answer."""

    assert "404 Not Found" == call(as_answer(application)).status


@pytest.mark.parametrize("application", [raises_after, raises_between])
def test_error_after_the_start_is_raised(application: WSGIApplication) -> None:
    """Half an answer and an error page are no answer: the error is the server's to report (design §4)."""
    log: list[str] = []
    with pytest.raises(NotFound):
        call(served(lambda _: application, log))

    assert ["request"] == log
