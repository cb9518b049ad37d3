"""`response_of`: the response that an answer is, for middleware that changes what a handler gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NoReturn

import pytest

from tests.handling import Environ, foreign, generator, logged, raising
from tests.kit import close, environ_of, ignore, posted, untyped
from verglas import (
    FileSlice,
    FrozenResponse,
    Handler,
    Request,
    RequestHead,
    Response,
    abort,
    application,
    response_of,
    text,
)
from verglas.errors import Forbidden, HTTPError, MethodNotAllowed, NotFound, WSGIViolation
from verglas.testing import call
from verglas.wsgi import Head, ResponseLike, StartResponse


def aborting(answer: ResponseLike) -> HTTPError:
    """The error that ends a handler with an answer."""
    try:
        abort(answer)
    except HTTPError as error:
        return error


def part() -> FileSlice:
    """The first bytes of this file."""
    return FileSlice.of(__file__).part(0, 3)


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """A foreign application that writes."""
    start_response("200 OK", [("X-Foreign", "1")])(b"fore")
    return [b"ign"]


def echo(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that looks at its environ."""
    start_response("200 OK", [])
    return [str(environ["PATH_INFO"]).encode()]


ANSWERS: Final[dict[str, tuple[Callable[[], ResponseLike], str, bytes]]] = {
    "built": (lambda: text("a", 201), "201 Created", b"a"),
    "stream": (lambda: Response(iter([b"a", b"b"])), "200 OK", b"ab"),
    "frozen": (lambda: text("a").freeze(), "200 OK", b"a"),
    "frozen-file": (lambda: FrozenResponse(part()), "200 OK", b'"""'),
    "error": (NotFound, "404 Not Found", b"404 Not Found"),
    "abort-with-a-response": (lambda: aborting(text("a", 402)), "402 Payment Required", b"a"),
    "abort-with-a-foreign-one": (lambda: aborting(foreign), "200 OK", b"foreign"),
    "abort-with-an-error": (lambda: aborting(NotFound()), "404 Not Found", b"404 Not Found"),
    "abort-with-an-abort": (lambda: aborting(aborting(text("a"))), "200 OK", b"a"),
    "foreign": (lambda: foreign, "200 OK", b"foreign"),
    "foreign-generator": (lambda: generator, "200 OK", b"foreign"),
    "foreign-write": (lambda: writing, "200 OK", b"foreign"),
    "foreign-with-its-environ": (lambda: echo, "200 OK", b"/path"),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_is_the_same_answer(name: str, method: str) -> None:
    """A middleware that does nothing with it changes nothing."""
    make, status, body = ANSWERS[name]
    environ = environ_of("/path", REQUEST_METHOD=method)

    answer = call(application(lambda request: response_of(make(), request)), environ)
    plain = call(application(lambda _: make()), environ)

    assert status == answer.status
    assert (plain.status, plain.headers) == (answer.status, answer.headers)
    assert (plain.body if method == "GET" else b"") == answer.body  # a foreign one leaves that to the server
    assert method == "HEAD" or body in answer.body


@pytest.mark.parametrize("name", ANSWERS)
def test_can_be_changed(name: str) -> None:
    """What it gives is a builder, whatever the answer was."""
    make, status, body = ANSWERS[name]

    def handler(request: Request) -> Response:
        response = response_of(make(), request)
        response.headers["X-Passed"] = "1"
        response.call_on_close(lambda: log.append("response"))
        return response

    log: list[str] = []
    answer = call(application(handler, parse=logged(log).parse), environ_of("/path"))

    assert (status, "1") == (answer.status, answer.headers["X-Passed"])
    assert body in answer.body
    assert ["response", "request"] == log


def test_builder_is_the_same_object() -> None:
    """A builder is given back itself, one of a subclass too."""

    class Own(Response):
        """A subclass."""

    for response in (Response("a"), Own("a"), Response(iter([b"a"]))):
        assert response is response_of(response, Request())
        assert response is response_of(aborting(response), Request())


def test_frozen_one_is_left_alone() -> None:
    """A frozen one is thawed: what is changed does not show in it."""
    frozen = text("a").freeze()
    response_of(frozen, Request()).headers["X-Passed"] = "1"

    assert "X-Passed" not in frozen.headers


def test_file_stays_one() -> None:
    """A file is not read for it."""
    assert response_of(FrozenResponse(part()), Request()).is_file


def test_errors_are_rendered() -> None:
    """An error is rendered as an application would, or by what is given; one that brings its answer is not."""
    heads: list[tuple[str, str, str]] = []

    def render(error: HTTPError, head: Head) -> ResponseLike:
        assert isinstance(head, RequestHead)
        heads.append((head.method, head.target, head.scheme))
        return text(f"rendered {error.code}", error.code)

    request = Request(posted(b"", PATH_INFO="/a", QUERY_STRING="b") | {"wsgi.url_scheme": "https"})

    assert b"rendered 403" == response_of(Forbidden(), request, render=render).data
    assert b"a" == response_of(aborting(text("a")), request, render=render).data
    assert [("POST", "/a?b", "https")] == heads
    assert "GET, HEAD" == response_of(MethodNotAllowed(["GET", "HEAD"]), request).headers["Allow"]


def test_rendered_for_who_prefers_json() -> None:
    """The fields of the request decide, as ever."""
    request = Request(headers={"Accept": "application/json"})

    assert "application/problem+json" == response_of(NotFound(), request).headers["Content-Type"]


@pytest.mark.parametrize("given", [foreign, text("a"), NotFound()], ids=["foreign", "built", "error"])
def test_renderer_of_any_answer(given: ResponseLike) -> None:
    """A renderer may give any answer, an error as well, which is its own page then."""
    asked: list[HTTPError] = []

    def render(error: HTTPError, head: Head) -> ResponseLike:
        asked.append(error)
        return given

    assert call(given).body == response_of(Forbidden(), Request(), render=render).get_data()
    assert 1 == len(asked)


def test_foreign_body_streams_and_is_closed_once() -> None:
    """A foreign application runs up to its first byte; its body streams, and is closed once."""
    steps: list[str] = []

    class Pieces:
        def __init__(self) -> None:
            self.left = [b"a", b"b"]

        def __iter__(self) -> Iterator[bytes]:
            return self

        def __next__(self) -> bytes:
            if not self.left:
                raise StopIteration
            steps.append("piece")
            return self.left.pop(0)

        def close(self) -> None:
            steps.append("closed")

    def streaming(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Pieces()

    body = application(lambda request: response_of(streaming, request))(environ_of(), ignore)
    assert ["piece"] == steps
    assert b"ab" == b"".join(body)
    close(body)
    assert ["piece", "piece", "closed"] == steps


def test_dropped_one_can_be_closed() -> None:
    """A middleware that answers otherwise closes what it does not send."""
    steps: list[str] = []

    def streaming(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        try:
            yield b"a"
        finally:
            steps.append("closed")

    response_of(streaming, Request()).close()

    assert ["closed"] == steps


def test_foreign_answer_is_kept() -> None:
    """Its lines, its reason, and that it has no type."""
    lines = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Own", "1")]

    def unlabelled(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("299 Fine", list(lines))
        return [b"foreign"]

    response = response_of(unlabelled, Request())

    assert ("299 Fine", lines) == (response.status, list(response.headers.items(multi=True)))


def silent(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """An application that never starts."""
    return []


def framing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that frames its body."""
    start_response("200 OK", [("Transfer-Encoding", "chunked")])
    return []


def splitting(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """One that would split the header."""
    start_response("200 OK", [("X", "a\r\nb")])
    return []


def refusing(environ: Environ, start_response: StartResponse) -> NoReturn:
    """One that raises an error."""
    raise NotFound


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(silent, WSGIViolation, id="never-starts"),
        pytest.param(framing, WSGIViolation, id="pep3333-transfer-encoding"),
        pytest.param(splitting, ValueError, id="bad-header"),
        pytest.param(refusing, NotFound, id="raises"),
    ],
)
def test_violations(answer: ResponseLike, error: type[Exception]) -> None:
    """What an application does wrong is raised; an error that it raises as well."""
    with pytest.raises(error):
        response_of(answer, Request())


def around(inner: Handler) -> Handler:
    """A middleware that changes every answer."""

    def outer(request: Request) -> Response:
        response = response_of(inner(request), request)
        response.headers["X-Passed"] = "1"
        return response

    return outer


def test_in_a_middleware() -> None:
    """What a handler returns reaches a middleware; what it raises does not, and is the application's."""
    assert "1" == call(application(around(lambda _: NotFound()))).headers["X-Passed"]
    assert "X-Passed" not in call(application(around(raising(NotFound())))).headers


@pytest.mark.parametrize("given", [None, "text", Response, 5], ids=repr)
def test_no_answer(given: object) -> None:
    """What is no answer is refused with words."""
    with pytest.raises(TypeError, match="return a Response, or another WSGI application"):
        untyped(response_of)(given, Request())
