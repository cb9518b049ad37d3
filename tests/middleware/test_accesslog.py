"""`access_log`: one record for each answer, with what was sent, and the answer as it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import pytest

from tests.handling import foreign, raising
from tests.kit import CountedBody, close, environ_of, ignore, untyped
from tests.records import Records, kept
from verglas import (
    FileSlice,
    FileWrapper,
    Handler,
    Headers,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    Trust,
    application,
    text,
)
from verglas.errors import NotFound
from verglas.middleware import access_log, log_exceptions, request_id
from verglas.testing import WSGICall, call

GET: Final = RequestHead("GET", Headers(), "/notes?key=s3cret")
HEAD: Final = RequestHead("HEAD", Headers(), "/notes")


@pytest.fixture
def records() -> Iterator[Records]:
    """The records of answers."""
    with kept("verglas.access") as records:
        yield records


def stream(*pieces: str | bytes) -> Callable[[object], Response]:
    """A handler that answers in pieces."""
    return lambda _: Response(iter(pieces))


def whole(request: object) -> Response:
    """Answer in one piece."""
    return text("a")


ANSWERS: Final[dict[str, tuple[Handler[None], dict[str, object], str]]] = {
    "a text": (lambda _: text("caf\u00e9"), {}, '"GET /" 200 5'),
    "frozen": (lambda _: text("hi").freeze(), {}, '"GET /" 200 2'),
    "a stream": (stream("caf\u00e9", b"!"), {}, '"GET /" 200 6'),
    "a stream without a piece": (stream(), {}, '"GET /" 200 0'),
    "an open file": (lambda _: Response(BytesIO(100_000 * b"a")), {}, '"GET /" 200 100000'),
    "a foreign application": (lambda _: foreign, {}, '"GET /" 200 7'),
    "HEAD": (lambda _: text("hi"), {"REQUEST_METHOD": "HEAD"}, '"HEAD /" 200 0'),
    "HEAD of a stream": (stream("a"), {"REQUEST_METHOD": "HEAD"}, '"HEAD /" 200 0'),
    "304": (lambda _: Response("a", 304), {}, '"GET /" 304 0'),
    "404": (raising(NotFound()), {}, '"GET /" 404'),
    "500": (raising(ValueError("?")), {}, '"GET /" 500'),
    "not parsed": (stream("a"), {"HTTP_HOST": "a b"}, '"GET /" 400'),
    "a query": (lambda _: text("hi"), {"QUERY_STRING": "key=s3cret"}, '"GET /" 200 2'),
    "a line feed": (lambda _: text("hi"), {"PATH_INFO": '/\r\n"'}, '"GET /%0D%0A%22" 200 2'),
    "a long path": (lambda _: text("hi"), {"PATH_INFO": "/" + 5000 * "a"}, f'"GET /{999 * "a"}[...]" 200 2'),
}


@pytest.mark.parametrize(("handler", "keys", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_each_answer_is_logged_once(
    handler: Handler[None], keys: dict[str, object], expected: str, records: Records
) -> None:
    """With the number of bytes that were sent."""

    app = application(handler, finish=access_log(), on_exception=log_exceptions())
    answer = call(app, environ_of(), **keys)
    complete = expected if expected.count(" ") == 3 else f"{expected} {len(answer.body)}"

    assert complete == records.only.getMessage()
    assert {"status": answer.status_code, "length": len(answer.body), "aborted": False}.items() <= vars(
        records.only
    ).items()
    assert logging.INFO == records.only.levelno


def test_a_stream_is_logged_when_it_is_closed(records: Records) -> None:
    """What came before its end is counted, and a client that goes away is seen."""

    app = application(stream("abc", "de", "f"), finish=access_log())
    body = app(environ_of(), ignore)
    pieces = iter(body)

    assert (b"abc", b"de") == (next(pieces), next(pieces))
    assert [] == records.seen
    close(body)
    assert '"GET /" 200 5 aborted' == records.only.getMessage()
    assert {"length": 5, "aborted": True}.items() <= vars(records.only).items()


def test_a_stream_that_fails_counts_as_aborted(records: Records) -> None:
    """The exception goes to the server, as ever."""

    def pieces() -> Generator[str, None, None]:
        yield "abc"
        raise OSError("gone")

    exchange = WSGICall()
    with pytest.raises(OSError, match="gone"):
        exchange.run(application(lambda _: Response(pieces()), finish=access_log()), environ_of())

    assert b"abc" == exchange.body
    assert '"GET /" 200 3 aborted' == records.only.getMessage()


def test_a_stream_is_closed_once(records: Records) -> None:
    """By the response, before the record is written."""

    body = CountedBody("a", "b")

    assert b"ab" == call(application(lambda _: Response(body), finish=access_log())).body
    assert (1, '"GET /" 200 2') == (body.closed, records.only.getMessage())


def test_a_generator_is_ended_when_the_client_goes_away(records: Records) -> None:
    """It cleans up then, and not when it is collected."""

    ended: list[str] = []

    def pieces() -> Generator[str, None, None]:
        try:
            yield "a"
            yield "b"
        finally:
            ended.append("ended")

    body = application(lambda _: Response(pieces()), finish=access_log())(environ_of(), ignore)
    next(iter(body))
    close(body)

    assert ["ended"] == ended


def test_a_stream_that_was_sent_is_still_refused(records: Records) -> None:
    """It gives its pieces once; a second answer of it is the mistake that it was."""

    once = Response(iter(["a"]))
    app = application(lambda _: once, finish=access_log(), on_exception=log_exceptions())

    assert [200, 500] == [call(app).status_code for _ in range(2)]
    assert 2 == len(records.seen)


def built(body: str | Iterator[str] | BytesIO, direct_passthrough: bool = False) -> Response:
    """A response that is being built."""
    return Response(body, headers={"Content-Length": "6", "ETag": '"1"'}, direct_passthrough=direct_passthrough)


@pytest.mark.parametrize("head", [GET, HEAD], ids=["GET", "HEAD"])
@pytest.mark.parametrize("frozen", [False, True], ids=["built", "frozen"])
def test_the_answer_is_passed_through(head: RequestHead, frozen: bool, records: Records) -> None:
    """The same object, with the same fields."""

    answer = built("abcdef").freeze() if frozen else built("abcdef")
    before = answer.headers.pairs

    assert answer is access_log()(head, answer)
    assert before == answer.headers.pairs


def test_a_stream_keeps_its_fields(records: Records) -> None:
    """The length that a handler has stated above all."""

    answer = built(iter(["abc", "def"]))

    assert answer is access_log()(GET, answer)
    assert {"Content-Length": "6", "ETag": '"1"'}.items() <= dict(answer.headers).items()
    assert b"abcdef" == call(answer).body


def test_files_are_left_to_the_server(tmp_path: Path, records: Records) -> None:
    """Its own wrapper still gets the file, whether by its path or open and passed through."""

    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    wrapped: list[object] = []

    def wrapper(file: BinaryIO, size: int = 8192) -> FileWrapper:
        wrapped.append(file)
        return FileWrapper(file, size)

    handlers: list[Handler[None]] = [
        lambda _: Response(FileSlice.of(path)),
        lambda _: Response(FileSlice.of(path)).freeze(),
        lambda _: built(BytesIO(b"abcdef"), direct_passthrough=True),
    ]
    for handler in handlers:
        call(application(handler, finish=access_log()), environ_of(), **{"wsgi.file_wrapper": wrapper})

    assert 3 == len(wrapped)
    assert 3 * ['"GET /" 200 6'] == records.messages


def test_a_body_that_is_passed_through_without_a_length(records: Records) -> None:
    """Nobody knows how much of it is sent."""

    access_log()(GET, Response(BytesIO(b"abc"), direct_passthrough=True))

    assert '"GET /notes" 200 -' == records.only.getMessage()
    assert vars(records.only)["length"] is None


def test_the_query_is_an_option(records: Records) -> None:
    """It is left out unless it is asked for."""

    access_log(query=True)(GET, text("hi"))

    assert '"GET /notes?key=s3cret" 200 2' == records.only.getMessage()


def test_the_id_and_the_time_of_request_id(records: Records) -> None:
    """Both are in the answer, where the record takes them from."""

    ids = request_id(timing=True, make=lambda: "7")
    line = "%(request_id)s %(duration)s %(method)s %(target)s %(status)s %(length)s"
    handler: Callable[[Request], ResponseLike] = ids(lambda request: text("hi", headers={"Server-Timing": "db;dur=9"}))
    call(application(handler, finish=[ids.finish, access_log(format=line)]))
    record = vars(records.only)

    assert "7" == record["request_id"]
    assert record["duration"] >= 0
    assert f"7 {record['duration']:.1f} GET / 200 2" == records.only.getMessage()


def test_the_field_of_the_id_is_an_option(records: Records) -> None:
    """It may have another name, and may be absent."""

    log = access_log(id_header="X-Trace", format="%(request_id)s %(duration)s")
    log(GET, text("hi", headers={"X-Trace": "7"}))
    log(GET, text("hi", headers={"X-Request-ID": "8"}))

    assert ["7 -", "- -"] == records.messages


def test_the_logger_is_an_option() -> None:
    """By name, or itself; one that is told to be quiet leaves streams alone."""

    with kept("shop") as records:
        access_log(logger="shop")(GET, text("hi"))
        access_log(logger=logging.getLogger("shop"))(GET, text("hi"))
    with kept("shop", logging.WARNING) as quiet:
        answer = Response(iter(["a"]))
        source = answer.response
        access_log(logger="shop")(GET, answer)

    assert (2, 0) == (len(records.seen), len(quiet.seen))
    assert answer.response is source


class Broken(logging.Handler):
    """A handler that raises, as few do."""

    def emit(self, record: logging.LogRecord) -> None:
        """Raise."""
        raise OSError("the disk is full")


@pytest.mark.parametrize("handler", [stream("a"), whole], ids=["a stream", "a text"])
def test_logging_that_fails_stops_no_answer(handler: Handler[None], capsys: pytest.CaptureFixture[str]) -> None:
    """The failure is on stderr."""

    logger = logging.Logger("broken")
    logger.addHandler(Broken())

    answer = call(application(handler, finish=access_log(logger=logger)))

    assert (200, b"a") == (answer.status_code, answer.body)
    assert "the disk is full" in capsys.readouterr().err


MISTAKES: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "an unknown name": (lambda: access_log(format="%(host)s"), "of method, target, remote_addr, status, length"),
    "not a format": (lambda: access_log(format="%(method)"), "is a text with"),
    "a positional place": (lambda: access_log(format="%d"), "is a text with"),
    "a field": (lambda: access_log(id_header="X Trace"), "field name"),
    "a logger": (lambda: untyped(access_log)(logger=7), r"logging\.Logger"),
}


@pytest.mark.parametrize(("make", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(make: Callable[[], object], message: str) -> None:
    """They are refused where they are made, with words."""

    with pytest.raises((TypeError, ValueError), match=message):
        make()


@pytest.mark.parametrize(
    ("expected", "environ", "trust"),
    [
        pytest.param("192.0.2.1", {"REMOTE_ADDR": "192.0.2.1"}, Trust(), id="of-the-server"),
        pytest.param("-", {}, Trust(), id="none"),
        pytest.param("-", {"REMOTE_ADDR": ""}, Trust(), id="unix-socket"),
        pytest.param("-", {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, Trust(), id="not-believed"),
        pytest.param(
            "198.51.100.7",
            {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"},
            Trust(x_for=1),
            id="proxy",
        ),
    ],
)
def test_address_of_the_client(expected: str, environ: dict[str, object], trust: Trust, records: Records) -> None:
    """It is a name for the text, and an attribute: as the server states it, or a proxy that is trusted."""
    finish = access_log(format="%(remote_addr)s")
    call(application(lambda _: text("hi"), trust=trust, finish=finish), environ_of(**environ))

    assert [expected] == records.messages
