"""PEP 3333, to the letter: everything that answers is held to it by the standard library's validator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final
from wsgiref.validate import validator

import pytest

from tests.kit import URLENCODED, environ_of, ignore, posted
from verglas import (
    URL,
    FrozenResponse,
    Headers,
    Request,
    Response,
    ResponseLike,
    abort,
    application,
    build_environ,
    html,
    json_response,
    no_content,
    redirect,
    text,
)
from verglas.errors import MethodNotAllowed, NotFound, TooManyRequests, Unauthorized
from verglas.testing import WSGIAnswer, WSGICall, call
from verglas.wsgi import WSGIApplication


def served(app: WSGIApplication, method: str = "GET", body: bytes = b"") -> WSGIAnswer:
    """An answer, as a server gets it; the validator raises AssertionError for what PEP 3333 does not allow."""
    if body:
        environ = posted(body, URLENCODED, stream=BytesIO(body), QUERY_STRING="a=1", REQUEST_METHOD=method)
    else:
        environ = environ_of("/?a=1", REQUEST_METHOD=method)
    answer = call(validator(app), environ)
    assert len(answer.starts) == 1
    return answer


def pieces() -> Iterator[str | bytes]:
    """A body that streams, an empty piece in it."""
    yield "a"
    yield b""
    yield b"b"


APPLICATIONS: Final[dict[str, Callable[[], WSGIApplication]]] = {
    "Response": lambda: Response("a"),
    "Response, bare": Response,
    "Response, streaming": lambda: Response(pieces()),
    "Response, pieces": lambda: Response(["a", b"b"]),
    "Response, no content": lambda: Response("a", 204),
    "Response, not modified": lambda: Response("a", 304),
    "Response, reset content": lambda: Response("a", 205),
    "Response, passed through": lambda: Response(iter([b"a"]), direct_passthrough=True),
    "FrozenResponse": lambda: FrozenResponse(b"a", headers={"Content-Type": "text/plain"}),
    "freeze": lambda: Response(pieces()).freeze(),
    "text": lambda: text("a"),
    "html": lambda: html("a"),
    "json_response": lambda: json_response({"a": 1}),
    "no_content": no_content,
    "redirect": lambda: redirect("/a"),
    "NotFound": NotFound,
    "MethodNotAllowed": lambda: MethodNotAllowed(["GET"]),
    "Unauthorized": lambda: Unauthorized(None, "Basic"),
    "TooManyRequests": lambda: TooManyRequests(None, 30),
}
HANDLERS: Final[dict[str, Callable[[Request[None]], ResponseLike]]] = {
    "answer": lambda request: Response(request.path),
    "abort": lambda request: abort(404),
    "abort with an answer": lambda request: abort(text("no", 409)),
    "stream": lambda request: Response(iter([request.method])),
    "form": lambda request: Response(repr(request.form)),
    "error": lambda request: NotFound(),
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", APPLICATIONS)
def test_application(name: str, method: str) -> None:
    """Whatever the library makes is an application, and keeps Content-Length."""
    answer = served(APPLICATIONS[name](), method)
    lengths = [value for field, value in answer.lines if field.lower() == "content-length"]

    assert answer.status[:3].isdigit()
    assert answer.body == b"" or method != "HEAD"
    assert lengths in ([], [str(len(answer.body))]) or method == "HEAD" or answer.status_code == 304


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", HANDLERS)
def test_handler(name: str, method: str) -> None:
    """An application made of a handler is one, by either way of making it."""
    body = b"a=1&b=2" if method == "POST" else b""

    assert served(application(HANDLERS[name]), method, body) == served(
        Request.application(HANDLERS[name]), method, body
    )


@pytest.mark.parametrize("name", [name for name in APPLICATIONS if "streaming" not in name and "through" not in name])
def test_again(name: str) -> None:
    """What does not stream answers any number of times, each time the same."""
    app = APPLICATIONS[name]()
    first = served(app)

    assert [first] * 3 == [served(app) for _ in range(3)]
    head = served(app, "HEAD")
    assert (first.lines, b"") == (head.lines, head.body)


def test_start_response_comes_first() -> None:
    """It was called when the application returns, before a piece of the body is made."""
    events: list[str] = []

    def content() -> Iterator[bytes]:
        events.append("body")
        yield b"a"

    exchange = WSGICall()
    body = application(lambda _: Response(content()))(environ_of(HTTP_HOST="a"), exchange.start_response)
    assert (["200 OK"], []) == (exchange.statuses, events)
    _ = [*body]

    assert (["200 OK"], ["body"]) == (exchange.statuses, events)


def test_body_is_not_read_ahead() -> None:
    """A piece is made when the server asks for it."""
    made: list[int] = []

    def content() -> Iterator[bytes]:
        for i in range(3):
            made.append(i)
            yield b"a"

    body = iter(Response(content())(environ_of(), ignore))
    next(body)

    assert [0] == made


def test_environ_is_left_alone() -> None:
    """An application changes nothing in the environ."""
    environ = environ_of("/?b", HTTP_COOKIE="a=1")
    before = dict(environ)
    app = application(lambda request: Response(repr((request.args, request.cookies, request.form, request.url))))
    WSGICall().run(app, environ)

    assert before == environ


def test_built_environ_is_one() -> None:
    """What `build_environ` makes passes the validator, and reads as the request that it is of."""
    environ = build_environ("PUT", URL.parse("http://example.org/a%20b?c"), Headers({"X-Tag": "1"}), BytesIO())
    app = application(lambda request: Response(f"{request.method} {request.url} {request.headers['X-Tag']}"))
    answer = call(validator(app), environ)

    assert (1, "200 OK", b"PUT http://example.org/a%20b?c 1") == (len(answer.starts), answer.status, answer.body)
