"""Calls as a server makes them: what comes back is kept, whole and in order."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from wsgiref.validate import validator

import pytest

from tests.kit import untyped
from verglas import Headers, Request, Response, text
from verglas.errors import NotFound, WSGIViolation
from verglas.inputs import InputError, query
from verglas.paths import GET, root, routes
from verglas.testing import Start, WSGIAnswer, WSGICall, answer, call, run_wsgi_app
from verglas.wsgi import ResponseLike, StartResponse

Environ = dict[str, object]


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It writes, then returns pieces."""
    write = start_response("200 OK", [("X-Tag", "a"), ("x-tag", "b")])
    write(b"a")
    write(b"b")
    return [b"c", b"", b"d"]


def silent(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It never starts."""
    return [b"x"]


def test_answer() -> None:
    """An answer holds the status, the header list as given, the pieces, and what was written."""
    lines = (("X-Tag", "a"), ("x-tag", "b"))
    came = call(writing)

    assert WSGIAnswer((Start("200 OK", lines),), (b"c", b"", b"d"), (b"a", b"b"), b"abcd") == came
    assert ("200 OK", 200, ["a", "b"], "abcd") == (
        came.status,
        came.status_code,
        came.headers.getlist("X-Tag"),
        came.text,
    )


def test_request_is_called_with() -> None:
    """A request is sent as it is, with the keys that are set; an environ, too, and it is not changed."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [f"{environ['PATH_INFO']} {environ.pop('HTTP_X_TAG')}".encode()]

    environ = Request(url="/a").environ

    assert b"/a 1" == call(app, Request(url="/a"), HTTP_X_TAG="1").body
    assert b"/a 2" == call(app, environ, HTTP_X_TAG="2").body
    assert "HTTP_X_TAG" not in environ


@pytest.mark.parametrize("buffered", [False, True])
def test_run_wsgi_app(buffered: bool) -> None:
    """What was sent through `write` is part of the body, buffered or not."""
    body, status, headers = run_wsgi_app(writing, Request().environ, buffered)

    assert (b"abcd", "200 OK", Headers([("X-Tag", "a"), ("X-Tag", "b")])) == (b"".join(body), status, headers)


def test_application_that_never_starts() -> None:
    """It is told so, by whichever way it is called."""
    with pytest.raises(WSGIViolation, match="never called start_response"):
        call(silent)
    with pytest.raises(WSGIViolation, match="never called start_response"):
        run_wsgi_app(silent, Request().environ)


def test_call_that_fails_keeps_what_came() -> None:
    """Pieces, statuses and bytes are there when the body raises; it is closed."""
    closed: list[str] = []

    def broken() -> Iterable[bytes]:
        try:
            yield b"first"
            raise OSError("gone")
        finally:
            closed.append("closed")

    made = WSGICall()
    with pytest.raises(OSError, match="gone"):
        made.run(Response(broken()), Request().environ)

    assert (["200 OK"], b"first", ["closed"]) == (made.statuses, made.body, closed)


def test_header_list_is_the_servers() -> None:
    """The list is changed, so that an application which uses it again is found out."""
    lines = [("X-Tag", "a")]

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", lines)
        return []

    assert call(application).lines != call(application).lines


class Failing:
    """A body that fails after two pieces, and counts how often it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        raise OSError("disk")

    def close(self) -> None:
        """Count."""
        self.closed += 1


@pytest.mark.parametrize("closings", [0, 1, 2])
def test_body_that_fails_is_closed(closings: int) -> None:
    """A body is closed once when it fails, or as often as the test wants; what came is kept."""
    body = Failing()

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return body

    made = WSGICall(closings=closings)
    with pytest.raises(OSError, match="disk"):
        made.run(application, Request(url="/").environ)

    assert (closings, ["200 OK"], [b"a", b"b"]) == (body.closed, made.statuses, made.pieces)


@pytest.mark.parametrize("first", [b"", b"a"], ids=["nothing-sent", "sent"])
def test_exc_info(first: bytes) -> None:
    """Answering anew is noted while nothing was sent; after that the error is raised, as PEP 3333 has it."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])(first)
        try:
            raise OSError("disk")
        except OSError:
            start_response("500 Oops", [], sys.exc_info())
        return []

    made = WSGICall()
    if first:
        with pytest.raises(OSError, match="disk"):
            made.run(application, Request(url="/").environ)
    else:
        made.run(application, Request(url="/").environ)

    last = made.starts[-1]
    assert (["200 OK", "500 Oops"], OSError) == (made.statuses, last.exc_info and last.exc_info[0])


def test_server_that_does_not_start() -> None:
    """`start_response` may fail; that it was called is kept."""
    made = WSGICall(OSError("refused"))
    with pytest.raises(OSError, match="refused"):
        made.run(Response("a"), Request(url="/").environ)

    assert (["200 OK"], b"") == (made.statuses, made.body)


def test_validated() -> None:
    """The standard library's validator accepts how the kit calls, and finds an answer without Content-Type."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return []

    assert b"a" == call(validator(Response("a"))).body
    with pytest.raises(AssertionError):
        call(validator(application))


# Handlers


@pytest.mark.parametrize(
    ("status", "data", "returned"),
    [
        pytest.param(200, b"a", text("a"), id="response"),
        pytest.param(200, b"a", text("a").freeze(), id="frozen-response"),
        pytest.param(200, b"abcd", writing, id="application"),
        pytest.param(404, b"Not here.", NotFound("Not here."), id="error-that-is-returned"),
    ],
)
def test_answer_of_a_handler(status: int, data: bytes, returned: ResponseLike) -> None:
    """Whatever a handler returns, its answer is a response."""
    response = answer(lambda request: returned, Request(url="/"))

    assert (status, True) == (response.status_code, data in response.data)


def test_answer_is_the_response_itself() -> None:
    """A response is not copied, so that a test sees what the handler has made."""
    response = text("a")

    assert response is answer(lambda request: response, Request())


def test_answer_of_a_table() -> None:
    """A table is called, with a request of any state; what it refuses is raised."""
    show = GET(root / int) & query("page", int)

    @show.into
    def number(request: Request[object], at: int, page: int) -> Response:
        return text(f"{at} {page} {request.state}")

    site = routes(number)

    assert b"7 2 None" == answer(site, show.request(7, 2)).data
    assert b"7 2 ada" == answer(site, show.request(7, 2).with_state("ada")).data
    with pytest.raises(NotFound):
        answer(site, Request(url="/x"))
    with pytest.raises(InputError):
        answer(site, Request(url="/7"))


def test_answer_of_what_is_no_handler() -> None:
    """A handler that forgets to return is told so."""

    def forgetful(request: Request) -> None:
        """Return nothing."""

    with pytest.raises(TypeError, match="a handler returned a NoneType"):
        untyped(answer)(forgetful, Request())
