"""From a parser, a handler and a renderer to a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

import pytest

from tests.handling import Environ, foreign, generator, raising, served
from tests.kit import close, environ_of, ignore
from verglas import FrozenResponse, Request, Response, abort, application, render_error
from verglas.errors import (
    BadRequestKeyError,
    FormError,
    HTTPError,
    InternalServerError,
    NotFound,
    Unauthorized,
)
from verglas.testing import call
from verglas.wsgi import Head, ResponseLike, StartResponse, WSGIApplication


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        pytest.param("404 Not Found", NotFound(), id="not-found"),
        pytest.param("400 Bad Request", FormError(), id="parse-error"),
        pytest.param("400 Bad Request", BadRequestKeyError("a"), id="key-error"),
        pytest.param("500 Internal Server Error", InternalServerError(), id="server-error"),
    ],
)
def test_error_is_answered(expected: str, error: HTTPError) -> None:
    """An HTTPError that a handler raises, and one that it returns, have the same answer."""
    raised, returned = call(application(raising(error))), call(application(lambda _: error))

    assert (expected, raised) == (raised.status, returned)


def test_returned_error_is_rendered() -> None:
    """A returned error is problem details for who prefers them, not just a page."""
    answer = call(application(lambda _: NotFound()), HTTP_ACCEPT="application/json")

    assert "application/problem+json" == answer.headers["Content-Type"]


def test_error_of_parsing_is_answered() -> None:
    """What parsing raises is answered; the handler is not called."""
    called: list[object] = []

    def handler(request: Request) -> Response:
        called.append(request)
        return Response()

    assert "400 Bad Request" == call(application(handler), HTTP_HOST="a/b").status
    assert [] == called


@pytest.mark.parametrize(
    "error",
    [ValueError("bug"), KeyError("bug"), OSError("bug"), RecursionError("bug"), KeyboardInterrupt(), SystemExit(1)],
)
def test_other_errors_are_the_servers(error: BaseException) -> None:
    """Nothing of another exception is swallowed, and nothing is answered; the request is closed."""
    log: list[str] = []
    with pytest.raises(type(error)) as caught:
        call(served(raising(error), log))

    assert error is caught.value
    assert ["request"] == log


def test_exit_is_not_hidden_by_closing() -> None:
    """A SystemExit goes on even if the request cannot be closed."""
    log: list[str] = []
    with pytest.raises(SystemExit, match="3"):
        call(served(raising(SystemExit(3)), log, OSError("close")))

    assert ["request"] == log


def overrule(error: HTTPError, head: Head) -> ResponseLike:
    """A renderer that makes the same of every error."""
    return FrozenResponse(f"{error.code} {head.method}".encode(), 500)


@pytest.mark.parametrize("answer", [Response("mine", 418), FrozenResponse(b"mine", 418)])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_abort_with_an_answer(answer: Response | FrozenResponse, method: str) -> None:
    """`abort` with an answer answers with it, whatever the renderer makes of errors."""

    def handler(request: Request) -> ResponseLike:
        abort(answer)

    for render in (render_error, overrule):
        found = call(application(handler, render=render), REQUEST_METHOD=method)
        assert ("418 I'm a teapot", b"" if method == "HEAD" else b"mine") == (found.status, found.body)


def test_renderer_of_its_own() -> None:
    """A renderer gets the error and the head of the request, and makes the answer."""

    def render(error: HTTPError, head: Head) -> ResponseLike:
        return FrozenResponse(f"{error.code} {head.method} {head.headers['X-Tag']}".encode(), error.code)

    answer = call(application(raising(NotFound()), render=render), HTTP_X_TAG="a", REQUEST_METHOD="POST")

    assert b"404 POST a" == answer.body


def test_head_of_nonsense() -> None:
    """An environ without a usable method has an answer too."""

    assert "400 Bad Request" == call(application(lambda _: Response()), REQUEST_METHOD=b"GET", HTTP_ACCEPT=b"x").status


def pieces(log: list[str]) -> Iterator[bytes]:
    """A body that logs when it is read and closed."""
    try:
        yield b"a"
        log.append("read")
        yield b"b"
    finally:
        log.append("body")


def test_request_is_closed_after_the_body() -> None:
    """The request lives until the body was iterated; body, callbacks, request are closed in this order (D12)."""
    log: list[str] = []

    def handler(request: Request) -> Response:
        response = Response(pieces(log))
        response.call_on_close(lambda: log.append("callback"))
        return response

    call(served(handler, log))

    assert ["read", "body", "callback", "request"] == log


def test_request_is_closed_when_the_client_hangs_up() -> None:
    """Half-way through, the same chain runs."""
    log: list[str] = []
    body = served(lambda _: Response(pieces(log)), log)(environ_of(), ignore)
    next(iter(body))
    close(body)
    close(body)

    assert ["body", "request"] == log


ANSWERS: Final[dict[str, Callable[[Request], ResponseLike]]] = {
    "text": lambda _: Response("x"),
    "frozen": lambda _: FrozenResponse(b"x"),
    "error": lambda _: NotFound(),
    "raised": raising(NotFound()),
    "stream": lambda _: Response(iter("x")),
    "304": lambda _: Response(iter("x"), 304),
    "foreign": lambda _: foreign,
    "foreign-generator": lambda _: generator,
}


@pytest.mark.parametrize(
    "handler",
    [pytest.param(row, id=name) for name, row in ANSWERS.items()],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_request_is_closed_once(handler: Callable[[Request], ResponseLike], method: str) -> None:
    """Whatever answers, the request is closed exactly once."""
    log: list[str] = []
    call(served(handler, log), REQUEST_METHOD=method)

    assert ["request"] == log


@pytest.mark.parametrize("returned", [None, 5, object()])
def test_body_that_is_none(returned: object) -> None:
    """A foreign application that returns nothing to iterate is an error; the request is closed."""
    log: list[str] = []

    def broken(environ: Environ, start_response: StartResponse) -> object:
        start_response("200 OK", [])
        return returned

    with pytest.raises(TypeError):
        call(served(lambda _: cast("WSGIApplication", broken), log))  # what a type checker refuses

    assert ["request"] == log


def test_handler_that_returns_nothing() -> None:
    """A handler without a return is an error; the request is closed."""
    log: list[str] = []
    with pytest.raises(TypeError):
        call(served(lambda _: cast("ResponseLike", None), log))  # as above

    assert ["request"] == log


def test_error_in_the_body_of_a_response_is_raised() -> None:
    """So is one that a streaming body raises."""

    def body() -> Iterator[bytes]:
        yield b"a"
        raise NotFound

    log: list[str] = []
    with pytest.raises(NotFound):
        call(served(lambda _: Response(body()), log))

    assert ["request"] == log


def test_lines_of_an_error_are_sent() -> None:
    """An error's own header lines are part of its answer."""

    assert "Basic" == call(application(raising(Unauthorized(www_authenticate="Basic")))).headers["WWW-Authenticate"]
