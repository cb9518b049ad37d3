"""Handlers, bodies, callbacks and servers that fail: the right answer, and everything closed exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, cast

import pytest

from tests.faults.exchange import (
    LOG,
    Content,
    FailingRequest,
    OnDisk,
    Watched,
    exchange,
    leaves,
    noting,
    streaming,
    with_callback,
)
from tests.handling import raising
from tests.kit import MULTIPART, close, environ_of, ignore, multipart, posted
from verglas import FrozenResponse, Request, Response, ResponseLike, abort
from verglas.errors import Abort, HTTPError, MethodNotAllowed, NotFound, RequestedRangeNotSatisfiable
from verglas.inputs import InputError, MalformedInput, Problem, UnsupportedInput
from verglas.wsgi import WSGIApplication


@pytest.fixture(autouse=True)
def fresh_log() -> None:
    """Each test starts with nothing closed."""
    LOG.closed.clear()


@pytest.mark.parametrize("closings", [0, 1, 2])
def test_request_is_closed_once(closings: int) -> None:
    """A body in hand closes the request at once: whether a server closes it, or twice, makes no difference."""
    seen = exchange(lambda _: Response("hi"), closings=closings)

    assert (["200 OK"], b"hi", None) == (seen.started, seen.body, seen.error)
    assert ["request"] == LOG.closed


@pytest.mark.parametrize("closings", [1, 2, 3])
def test_stream_is_closed_once(closings: int) -> None:
    """A stream is closed in order: body, callbacks, request; a second close does nothing."""
    seen = exchange(lambda _: streaming(b"a", b"b"), closings=closings)

    assert (["200 OK"], b"ab", None) == (seen.started, seen.body, seen.error)
    assert ["body", "callback", "request"] == LOG.closed


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_handler_raises(error: BaseException) -> None:
    """What a handler raises is the server's to report; nothing was answered, the request is closed."""
    seen = exchange(raising(error))

    assert error is seen.error
    assert ([], ["request"]) == (seen.started, LOG.closed)


ANSWERS: Final[dict[str, tuple[str, Callable[[Request[None]], ResponseLike]]]] = {
    "raised": ("404 Not Found", raising(NotFound("No such note."))),
    "returned": ("404 Not Found", lambda _: NotFound("No such note.")),
    "aborted": ("403 Forbidden", lambda _: abort(403)),
    "abort-raised": ("409 Conflict", raising(Abort(FrozenResponse(b"No", 409)))),
    "abort-returned": ("409 Conflict", lambda _: Abort(Response("No", 409))),
    "abort-streaming": ("410 Gone", lambda _: abort(streaming(b"No", status=410))),
    "missing-field": ("400 Bad Request", lambda request: Response(request.args["a"])),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_http_error(name: str) -> None:
    """An HTTPError, raised or returned, is an answer; the request is closed after it."""
    status, handler = ANSWERS[name]
    seen = exchange(handler)

    assert ([status], None) == (seen.started, seen.error)
    assert seen.body
    assert LOG.closed[-1] == "request"
    assert len(LOG.closed) == len({*LOG.closed})


@pytest.mark.parametrize("error", [ValueError("no"), NotFound(), SystemExit(3), GeneratorExit()])
@pytest.mark.parametrize("before", [(), (b"a",)])
def test_body_raises(before: tuple[bytes, ...], error: BaseException) -> None:
    """Once the answer has begun, a failure is raised, never answered; all is closed."""
    seen = exchange(lambda _: streaming(*before, error))

    assert error is seen.error
    assert (["200 OK"], b"".join(before)) == (seen.started, seen.body)
    assert ["body", "callback", "request"] == LOG.closed


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3)])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: streaming(b"a"), id="stream"),
        pytest.param(lambda: with_callback(Response("a")), id="callback"),
    ],
)
def test_start_response_raises(make: Callable[[], Response], error: BaseException) -> None:
    """A server that refuses the head gets its own exception back; all is closed."""
    seen = exchange(lambda _: make(), start_error=error)

    assert error is seen.error
    assert "callback" in LOG.closed
    assert LOG.closed[-1] == "request"
    assert len(LOG.closed) == len({*LOG.closed})


@pytest.mark.parametrize("answer", [FrozenResponse(b"a"), Response("a"), NotFound(), Abort(FrozenResponse(b"a"))])
def test_start_response_raises_for_a_body_in_hand(answer: ResponseLike) -> None:
    """The same for what has nothing to close but the request."""
    error = ConnectionError("gone")
    seen = exchange(lambda _: answer, start_error=error)

    assert error is seen.error
    assert ["request"] == LOG.closed


def test_callbacks_raise() -> None:
    """All callbacks run, and the request is closed; what they raised comes as a group."""
    response = Response(Content(b"a"))
    errors = [ValueError("first"), OSError("second")]
    for name, error in zip("ab", errors, strict=True):
        response.call_on_close(noting(name, error))
    seen = exchange(lambda _: response)

    assert errors == leaves(seen.error)
    assert (b"a", ["body", "a", "b", "request"]) == (seen.body, LOG.closed)


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), KeyboardInterrupt()])
def test_callback_ends_the_worker(error: BaseException) -> None:
    """What is no Exception is raised as it is, after all that follows has run."""
    response = Response(Content(b"a"))
    response.call_on_close(noting("a", ValueError("lost to it")))
    response.call_on_close(noting("b", error))
    response.call_on_close(noting("c"))
    seen = exchange(lambda _: response)

    assert error is seen.error
    assert ["body", "a", "b", "c", "request"] == LOG.closed


def test_closing_the_request_raises() -> None:
    """What closing the request raises is not hidden."""
    seen = exchange(lambda _: streaming(b"a"), kind=FailingRequest)

    assert ["request"] == [*map(str, leaves(seen.error))]
    assert ["body", "callback", "request"] == LOG.closed


@pytest.mark.parametrize("answer", [Response("a"), FrozenResponse(b"a"), NotFound()])
def test_closing_the_request_of_a_body_in_hand_raises(answer: ResponseLike) -> None:
    """The same, and it is not closed once more, when nothing streams."""
    seen = exchange(lambda _: answer, kind=FailingRequest)

    assert ["request"] == [*map(str, leaves(seen.error))]
    assert ["request"] == LOG.closed


def test_worker_ends_though_closing_fails() -> None:
    """A worker that is told to end does, though a file does not close."""
    error = SystemExit(3)

    assert error is exchange(raising(error), kind=FailingRequest).error


def test_failure_shows_behind_a_failing_close() -> None:
    """A handler's own failure is the context of what closing raised after it."""
    error = ValueError("no")
    raised = exchange(raising(error), kind=FailingRequest).error

    assert ["request"] == [*map(str, leaves(raised))]
    assert error is getattr(raised, "__context__", None)


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304), ("HEAD", 304)],
)
def test_body_that_is_never_started(method: str, status: int) -> None:
    """Where no body is sent, it is not begun, but closed."""
    content = Content(b"a")
    response = with_callback(Response(content, status))
    seen = exchange(lambda _: response, environ_of(REQUEST_METHOD=method))

    assert (b"", None, False) == (seen.body, seen.error, content.started)
    assert ["body", "callback", "request"] == LOG.closed


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_generator(method: str) -> None:
    """A generator is closed, whether it was begun or not."""

    def pieces() -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            LOG.closed.append("generator")

    generator = pieces()
    seen = exchange(lambda _: Response(generator), environ_of(REQUEST_METHOD=method))

    assert seen.error is None
    assert [] == [*generator]
    assert LOG.closed == (["generator", "request"] if method == "GET" else ["request"])


def test_client_that_leaves() -> None:
    """A server that stops in the middle and closes finds all closed."""
    app: WSGIApplication = Watched.application(lambda _: streaming(b"a", b"b"))
    body = app(environ_of(), ignore)
    first = next(iter(body))
    close(body)

    assert b"a" == first
    assert ["body", "callback", "request"] == LOG.closed


def test_uploads_live_until_the_body_ends() -> None:
    """A body may read the request's uploads while it is sent; they are closed after it."""
    kept: list[Request[None]] = []

    def handler(request: Request[None]) -> Response:
        kept.append(request)
        return Response(iter(lambda: request.files["a"].read(1), b""))

    seen = exchange(handler, posted(multipart(('name="a"; filename="f"', b"content")), MULTIPART), kind=OnDisk)

    assert (b"content", None) == (seen.body, seen.error)
    assert kept[0].files["a"].stream.closed


@pytest.mark.parametrize("answer", [None, "text", 5])
def test_handler_returns_no_application(answer: object) -> None:
    """What is no WSGI application is the handler's mistake, raised; the request is closed."""

    def handler(_: Request[None]) -> ResponseLike:
        return cast("ResponseLike", answer)  # the fault

    assert type(exchange(handler).error) is TypeError
    assert ["request"] == LOG.closed


def test_no_request() -> None:
    """What cannot be parsed is answered, without a handler and with nothing to close."""
    seen = exchange(raising(AssertionError("called")), environ_of(HTTP_HOST="a/b"))

    assert (["400 Bad Request"], None, []) == (seen.started, seen.error, LOG.closed)


def test_render_raises() -> None:
    """An error page that fails is raised, and the request is closed."""

    class Broken(NotFound):
        def field_lines(self) -> tuple[tuple[str, str], ...]:
            raise ZeroDivisionError

    seen = exchange(raising(Broken()))

    assert type(seen.error) is ZeroDivisionError
    assert ["request"] == LOG.closed


# Freezing


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3)])
def test_freezing_fails(error: BaseException) -> None:
    """A body that fails while it is frozen is closed, and the callbacks run."""
    response = streaming(b"a", error)
    with pytest.raises(type(error)):
        response.freeze()

    assert ["body", "callback"] == LOG.closed


def test_freezing_closes_once() -> None:
    """Freezing closes; freezing again, closing and sending close nothing more."""
    response = streaming(b"a")
    first = response.freeze()
    second = response.freeze()
    response.close()
    seen = exchange(lambda _: response)

    assert first == second
    assert (b"a", ["body", "callback", "request"]) == (seen.body, LOG.closed)


# Of those that take something else than a description first.
ARGUMENTS: Final[dict[type[HTTPError], list[object]]] = {
    **{
        kind: [[Problem("query", "/a", "missing", "is missing")]]
        for kind in (InputError, MalformedInput, UnsupportedInput)
    },
    MethodNotAllowed: [["GET"]],
    RequestedRangeNotSatisfiable: [10],
}


def test_every_http_error_answers() -> None:
    """Each class of the tree is an answer of its code, raised or called."""
    kinds = [kind for kind in _subclasses(HTTPError) if kind.__module__.startswith("verglas.")]
    for kind in kinds:
        if kind is not Abort:
            error = kind(*ARGUMENTS.get(kind, ["words"]))
            assert [f"{error.code} {error.name}"] == exchange(raising(error)).started
            assert [f"{error.code} {error.name}"] == exchange(partial(returning, error)).started

    assert len(kinds) > 40


def returning(answer: ResponseLike, _: Request[None]) -> ResponseLike:
    """A handler, given the first."""
    return answer


def _subclasses(kind: type[HTTPError]) -> list[type[HTTPError]]:
    below = kind.__subclasses__()
    return [*below, *(deeper for one in below for deeper in _subclasses(one))]
