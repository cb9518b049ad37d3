"""Closing: every step once, in order, whatever one of them raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

import pytest

from tests.kit import CountedBody, close, environ_of, fail, ignore
from verglas import Response
from verglas.testing import WSGICall, call

Log = list[str]


def logged(log: Log, kind: str) -> Response:
    """A response of a kind that logs when its body and it are closed."""

    def body() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
            if kind == "broken":
                raise OSError("disk")
        finally:
            log.append("body")

    response = Response("ab" if kind == "text" else body(), direct_passthrough=kind == "passthrough")
    response.call_on_close(lambda: log.append("first"))
    response.call_on_close(lambda: log.append("second"))
    return response


def serve_to_the_end(response: Response) -> None:
    """As a server does when all is well."""
    call(response)


def serve_head(response: Response) -> None:
    """As a server does for HEAD."""
    call(response, REQUEST_METHOD="HEAD")


def hang_up(response: Response) -> None:
    """As a server does when the client is gone after the first piece."""
    body = response(environ_of(), ignore)
    list(islice(body, 1))
    close(body)


def never_start(response: Response) -> None:
    """As a server does that closes before it reads."""
    close(response(environ_of(), ignore))


def close_twice(response: Response) -> None:
    """As a server does that is not sure."""
    body = response(environ_of(), ignore)
    list(body)
    close(body)
    close(body)


def fail_to_start(response: Response) -> None:
    """As a server does that refuses the head."""
    exchange = WSGICall(OSError("refused"))
    with pytest.raises(OSError, match="refused"):
        exchange.run(response, environ_of())

    assert ["200 OK"] == exchange.statuses


WAYS: Final = [serve_to_the_end, serve_head, hang_up, never_start, close_twice, fail_to_start]


@pytest.mark.parametrize("kind", ["text", "stream", "passthrough"])
@pytest.mark.parametrize("way", WAYS)
def test_chain(way: Callable[[Response], None], kind: str) -> None:
    """Body, then callbacks in their order: once, however the call ends, passed through or not (D10)."""
    log: Log = []
    way(logged(log, kind))

    # A generator that never started has nothing to log, and is closed all the same.
    assert ["first", "second"] == [entry for entry in log if entry != "body"]
    assert log.index("first") == log.count("body") <= 1


@pytest.mark.parametrize("way", [hang_up, serve_to_the_end])
def test_body_is_closed_before_the_callbacks(way: Callable[[Response], None]) -> None:
    """A body that has begun is closed first."""
    log: Log = []
    way(logged(log, "stream"))

    assert ["body", "first", "second"] == log


@pytest.mark.parametrize("way", WAYS)
def test_iterable_is_closed_once(way: Callable[[Response], None]) -> None:
    """The `close` of a body is called exactly once for a call."""
    body = CountedBody("a", "b")
    way(Response(body))

    assert 1 == body.closed


@pytest.mark.parametrize("status", [204, 205, 304])
def test_silent_statuses_close(status: int) -> None:
    """A body that is not sent is closed."""
    body = CountedBody("a")
    response = Response(body, status)
    call(response)

    assert 1 == body.closed


class Reopened:
    """A body that is opened anew each time it is iterated."""

    def __init__(self) -> None:
        self.log: Log = []

    def __iter__(self) -> Iterator[str]:
        self.log.append("open")
        return iter("ab")

    def close(self) -> None:
        """Log it."""
        self.log.append("close")


def test_body_is_closed_once_for_each_call() -> None:
    """A body that can be iterated again is closed after each call, and not again by hand (design §4)."""
    body = Reopened()
    response = Response(body)
    call(response)
    call(response)
    response.close()

    assert ["open", "close"] * 2 == body.log


def test_broken_body() -> None:
    """A body that fails half-way is closed, and its error is the server's to see."""
    log: Log = []
    with pytest.raises(OSError, match="disk"):
        call(logged(log, "broken"))

    assert ["body", "first", "second"] == log


def test_close() -> None:
    """Closing by hand runs the same chain; a second time it does nothing."""
    body, log = CountedBody("a"), Log()
    response = Response(body)
    response.call_on_close(lambda: log.append("callback"))
    response.close()
    response.close()

    assert (1, ["callback"]) == (body.closed, log)


def test_with() -> None:
    """A `with` block closes the response, and lets errors pass."""
    log: Log = []
    with pytest.raises(OSError, match="inside"), logged(log, "text"):
        fail(OSError("inside"))

    assert ["first", "second"] == log


def test_decorator() -> None:
    """`call_on_close` gives the function back."""

    def callback() -> None:
        """Do nothing."""

    assert callback is Response().call_on_close(callback)


def test_a_step_that_raises_stops_none() -> None:
    """All callbacks run; what they raised comes grouped."""
    response = logged(log := Log(), "stream")
    response.call_on_close(lambda: fail(OSError("one")))
    response.call_on_close(lambda: fail(ValueError("two")))
    response.call_on_close(lambda: log.append("last"))
    with pytest.raises(ExceptionGroup) as caught:
        call(response)

    assert (["body", "first", "second", "last"], ["one", "two"]) == (log, [str(e) for e in caught.value.exceptions])


def test_exit_of_a_worker_goes_on() -> None:
    """A `SystemExit` of a step is raised as it is, after all steps ran."""
    log: Log = []
    response = Response("a")
    response.call_on_close(lambda: fail(OSError()))
    response.call_on_close(lambda: fail(SystemExit(3)))
    response.call_on_close(lambda: log.append("last"))
    with pytest.raises(SystemExit, match="3"):
        response.close()

    assert ["last"] == log


def test_exit_of_a_worker_is_not_hidden() -> None:
    """A `SystemExit` while starting is not lost to a callback that fails."""
    response = Response("a")
    response.call_on_close(lambda: fail(OSError("callback")))
    with pytest.raises(SystemExit):
        WSGICall(SystemExit()).run(response, environ_of())


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        pytest.param(ExceptionGroup, ValueError(), id="an-exception-is-joined"),
        pytest.param(KeyboardInterrupt, KeyboardInterrupt(), id="an-interrupt-is-raised-as-it-is"),
    ],
)
def test_closing_after_a_failure(expected: type[BaseException], failure: BaseException) -> None:
    """What closing raises matters, unless the failure before it is none that a program handles."""
    response = Response("a")
    response.call_on_close(lambda: fail(OSError()))
    with pytest.raises(expected) as caught:
        WSGICall(failure).run(response, environ_of())

    assert expected is caught.type


class Odd:
    """A body with a `close` that cannot be called."""

    close = "no"

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"


def test_close_that_cannot_be_called() -> None:
    """An attribute of that name that cannot be called is no `close`."""
    log: Log = []
    response = Response(Odd())
    response.call_on_close(lambda: log.append("closed"))

    assert (b"a", ["closed"]) == (call(response).body, log)


def test_iterator() -> None:
    """The iterator of a response gives what its body gives, and closes once."""
    log: Log = []
    response = Response(iter([b"a", b"b"]))
    response.call_on_close(lambda: log.append("closed"))
    body = response.get_app_iter(environ_of())
    pieces = list(body)
    close(body)
    close(body)

    assert ([b"a", b"b"], ["closed"]) == (pieces, log)


def test_reused_response_does_not_run_callbacks_again() -> None:
    """Callbacks run once, however often the response answers (D10)."""
    log: Log = []
    response = logged(log, "text")
    bodies = [call(response).body for _ in range(3)]

    assert ([b"ab"] * 3, ["first", "second"]) == (bodies, log)


def test_start_response_sees_what_is_sent() -> None:
    """`start_response` is called once, before the first piece is read."""
    seen: Log = []

    def body() -> Iterator[str]:
        seen.append("body")
        yield "a"

    exchange = WSGICall()
    pieces = Response(body())(environ_of(), exchange.start_response)
    assert (["200 OK"], []) == (exchange.statuses, seen)
    list(pieces)
    close(pieces)

    assert (["200 OK"], ["body"]) == (exchange.statuses, seen)
