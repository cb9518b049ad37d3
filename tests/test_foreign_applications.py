"""Handlers that answer with a WSGI application that others wrote."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias, cast, final

import pytest

from tests.handling import Environ, foreign, generator, served
from tests.kit import CountedBody, environ_of, fail, untyped
from verglas import FrozenResponse, Request, Response, application
from verglas.errors import NotFound, WSGIViolation
from verglas.testing import call
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


@final
class ByIndex:
    """A body that is iterated by its index, as the file wrappers of older servers are."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    def __getitem__(self, index: int) -> bytes:
        return self.pieces[index]


def by_index(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that answers with it."""
    start_response("200 OK", [("X-Foreign", "1")])
    return cast("Iterable[bytes]", ByIndex(b"fore", b"ign"))  # iter() takes it


def of_a_file(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that sends a file as the server does it best, if it does."""
    start_response("200 OK", [("X-Foreign", "1")])
    wrapper = environ.get("wsgi.file_wrapper")
    return [b"foreign"] if wrapper is None else cast("Iterable[bytes]", untyped(wrapper)())


def same(head: object, answer: Response | FrozenResponse) -> Response | FrozenResponse:
    """Finish nothing."""
    return answer


APPLICATIONS: Final[list[WSGIApplication]] = [foreign, generator, writer, with_exc_info, by_index, of_a_file]
Answer: TypeAlias = Response | FrozenResponse


@pytest.mark.parametrize("app", APPLICATIONS, ids=lambda app: app.__name__)
@pytest.mark.parametrize("finish", [(), same], ids=["plain", "finished"])
def test_finished_or_not(app: WSGIApplication, finish: Callable[[object, Answer], Answer] | tuple[()]) -> None:
    """Any application answers the same whether its answer is finished or not."""
    answer = call(application(lambda _: app, finish=finish))

    assert ("200 OK", (("X-Foreign", "1"),), b"foreign") == (answer.status, answer.lines, answer.body)


def test_file_wrapper_is_the_servers() -> None:
    """A body that goes through `finish` is not the server's to send: the application is not offered its wrapper, which
    may be iterated by lines, or tell the server to send the file by itself.
    """
    environ = environ_of() | {"wsgi.file_wrapper": lambda: [b"by the server"]}

    assert b"by the server" == call(application(lambda _: of_a_file), environ).body
    assert b"foreign" == call(application(lambda _: of_a_file, finish=same), environ).body
    assert b"foreign" == Response.from_app(of_a_file, environ).data
