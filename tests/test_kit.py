"""The kit: what it makes is what a server makes, and it serves as PEP 3333 has it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from wsgiref.validate import validator

import pytest

from tests.kit import (
    JSON,
    TRANSFERS,
    Exchange,
    Input,
    Start,
    Transfer,
    call,
    environ_of,
    fail,
    posted,
    without,
)
from verglas import Request, Response
from verglas.wsgi import StartResponse

Environ = dict[str, object]


def test_environ() -> None:
    """An environ is that of `Request.from_values`, with the keys that are set."""
    plain = Request.from_values("/a?b=1").environ
    made = environ_of("/a?b=1", HTTP_X_TAG="a", REQUEST_METHOD="PUT")

    assert {"HTTP_X_TAG": "a", "REQUEST_METHOD": "PUT"}.items() <= made.items()
    assert plain.keys() | {"HTTP_X_TAG"} == made.keys()
    assert ("/a", "b=1", "localhost") == (made["PATH_INFO"], made["QUERY_STRING"], made["HTTP_HOST"])


def test_without() -> None:
    """Keys are left out of a copy; one that is not there is a mistake of the test."""
    environ = environ_of()

    assert environ.keys() - {"HTTP_HOST"} == without(environ, "HTTP_HOST").keys()
    assert "HTTP_HOST" in environ
    with pytest.raises(KeyError):
        without(environ, "HTTP_NONE")


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_posted(transfer: Transfer) -> None:
    """A body arrives by either transfer, with its type, and a length or none."""
    environ = posted(b'{"a": 1}', JSON, transfer)

    assert {"a": 1} == Request(environ).json
    assert ("CONTENT_LENGTH" in environ, "wsgi.input_terminated" in environ) == (
        transfer == "length",
        transfer == "terminated",
    )


def test_input() -> None:
    """An input gives short pieces, and notes what it was asked for."""
    stream = Input(b"abcdefg", 3)
    pieces = [stream.read(2), stream.read(5), stream.read(5), stream.read(1)]

    assert ([b"ab", b"cde", b"fg", b""], [2, 5, 5, 1], 7) == (pieces, stream.asked, stream.position)


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It writes, then returns pieces."""
    write = start_response("200 OK", [("X-Tag", "a"), ("x-tag", "b")])
    write(b"a")
    write(b"b")
    return [b"c", b"", b"d"]


def test_answer() -> None:
    """An answer holds the status, the header list as given, the pieces, and what was written."""
    answer = call(writing)

    assert (Start("200 OK", (("X-Tag", "a"), ("x-tag", "b"))),) == answer.starts
    assert ((b"a", b"b"), (b"c", b"", b"d"), b"abcd") == (answer.written, answer.pieces, answer.body)
    assert ("200 OK", 200, ["a", "b"], "abcd") == (
        answer.status,
        answer.code,
        answer.headers.getlist("X-Tag"),
        answer.text,
    )


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

    exchange = Exchange(closings=closings)
    with pytest.raises(OSError, match="disk"):
        exchange.run(application, environ_of())

    assert (closings, ["200 OK"], [b"a", b"b"]) == (body.closed, exchange.statuses, exchange.pieces)


@pytest.mark.parametrize("first", [b"", b"a"], ids=["nothing-sent", "sent"])
def test_exc_info(first: bytes) -> None:
    """Answering anew is noted while nothing was sent; after that the error is raised, as PEP 3333 has it."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])(first)
        try:
            fail(OSError("disk"))
        except OSError:
            start_response("500 Oops", [], sys.exc_info())
        return []

    exchange = Exchange()
    if first:
        with pytest.raises(OSError, match="disk"):
            exchange.run(application, environ_of())
    else:
        exchange.run(application, environ_of())

    last = exchange.starts[-1]
    assert (["200 OK", "500 Oops"], OSError) == (exchange.statuses, last.exc_info and last.exc_info[0])


def test_server_that_does_not_start() -> None:
    """`start_response` may fail; that it was called is kept."""
    exchange = Exchange(OSError("refused"))
    with pytest.raises(OSError, match="refused"):
        exchange.run(Response("a"), environ_of())

    assert (["200 OK"], b"") == (exchange.statuses, exchange.body)


def test_application_that_does_not_start() -> None:
    """An application without a status has no answer."""
    with pytest.raises(AssertionError, match="did not call start_response"):
        call(lambda environ, start_response: [b"a"])


def test_validated() -> None:
    """The standard library's validator accepts how the kit calls, and finds an answer without Content-Type."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return []

    assert b"a" == call(validator(Response("a"))).body
    with pytest.raises(AssertionError):
        call(validator(application))
