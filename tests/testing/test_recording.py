"""Recorded exchanges: nothing changes while they are recorded, what was recorded comes back, and is strictly read."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final, cast
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.site import site
from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, CountedBody, Transfer, multipart, posted
from verglas import FrozenResponse, Request, Response, application
from verglas.testing import (
    SECRETS,
    Mask,
    RecordedAnswer,
    RecordedExchange,
    Recorder,
    RecordingError,
    WSGICall,
    call,
    fail_after,
    hang_up,
    random_faults,
    read_recording,
    record,
)
from verglas.wsgi import JSONValue, StartResponse, WSGIApplication

Environ = dict[str, object]
Record = dict[str, JSONValue]

BODIES: Final[Mapping[str, tuple[bytes, str]]] = {
    "urlencoded": (b"a=1&b=2&c=3", URLENCODED),
    "multipart": (multipart(('name="a"', b"1"), ('name="b"; filename="f"', b"\xff" * 3000)), MULTIPART),
    "json": (b'{"a": 1, "b": [2]}', JSON),
    "data": ("ünicode\u2028\x00".encode(), "text/plain"),
    "empty": (b"", "text/plain"),
}


def echo(request: Request) -> Response:
    """The body, in two pieces."""
    data = request.get_data()
    return Response([data[:3], data[3:]], headers={"X-Tag": "a"}, content_type=request.content_type)


ECHO: Final = application(echo)


def recorded(app: WSGIApplication, environ: Environ | None = None, **options: int) -> tuple[RecordedExchange, Record]:
    """The exchange of one call, as a value and as the object that was written."""
    lines: list[bytes] = []
    made = WSGICall()
    with suppress(Exception):  # which is recorded
        made.run(record(lines.append, max_body=options.get("max_body", 10**6))(app), environ or Request().environ)
    (line,) = lines
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return read([line])[0], cast("Record", json.loads(line))  # as the reader has found


def read(lines: Iterable[bytes]) -> list[RecordedExchange]:
    """The exchanges of lines in a file."""
    path = Path(os.environ["PYTEST_RECORDING"])
    path.write_bytes(b"".join(lines))
    return list(read_recording(path))


@pytest.fixture(autouse=True, scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterable[None]:
    """A path that lines are written to, and read from again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_RECORDING", str(tmp_path_factory.mktemp("recording") / "one.jsonl"))
        yield


# Nothing changes


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("name", BODIES)
def test_nothing_changes(name: str, transfer: Transfer) -> None:
    """The answer is what it is without, piece by piece."""
    app = record(list[bytes]().append)(ECHO)

    assert call(ECHO, posted(*BODIES[name], transfer)) == call(app, posted(*BODIES[name], transfer))


@given(st.integers())
def test_nothing_changes_whatever_happens(seed: int) -> None:
    """Whatever fails around the recording, the outcome is what it is without; there is one line for each call."""
    fault, lines = random_faults(seed, size=20), list[bytes]()
    outcomes: list[tuple[list[str], list[bytes], str]] = []
    for app in (fault(ECHO), fault(record(lines.append)(ECHO)), record(lines.append)(fault(ECHO))):
        made, raised = WSGICall(), ""
        try:
            made.run(app, posted(*BODIES["data"]))
        except Exception as error:  # noqa: BLE001  # which one is what is asked
            raised = str(error)
        outcomes.append((made.statuses, made.pieces, raised))

    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert 2 == len(lines) == len(read(lines))


@pytest.mark.parametrize("method", ["read", "readline", "readlines", "__iter__"])
def test_all_methods_of_input(method: str) -> None:
    """The input has the methods that PEP 3333 names, and all that they give is recorded."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found: object = getattr(environ["wsgi.input"], method)()
        start_response("200 OK", [])
        shown = list(cast("Iterable[bytes]", found)) if method == "__iter__" else found  # which that gives
        return [repr(shown).encode()]

    environ = posted(b"a\nb\nc", stream=BytesIO(b"a\nb\nc"))
    expected = call(app, {**environ, "wsgi.input": BytesIO(b"a\nb\nc")}).body
    exchange, _ = recorded(app, environ)

    assert exchange.answer is not None
    assert (expected, b"a\n" if method == "readline" else b"a\nb\nc") == (
        exchange.answer.body,
        exchange.request.get_data(),
    )
    assert exchange.is_whole == (method != "readline")


def test_held_to_the_specification() -> None:
    """The middleware keeps to PEP 3333 on both sides."""
    app = validator(record(list[bytes]().append)(validator(ECHO)))

    assert b"abcd" == call(app, Request.from_values(method="POST", data=b"abcd")).body


@pytest.mark.parametrize(
    "body", [pytest.param([b"one"], id="one-piece"), pytest.param([b"a", b"b"], id="two"), pytest.param([], id="none")]
)
def test_body_with_a_length(body: list[bytes]) -> None:
    """A list stays a body with a length: servers take the Content-Length from a list of one piece."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return body

    ignore = WSGICall().start_response
    given = record(list[bytes]().append)(app)({}, ignore)
    generated = record(list[bytes]().append)(lambda environ, start: iter(app(environ, start)))({}, ignore)

    assert len(body) == len(cast("list[bytes]", given))  # which has one
    assert not hasattr(generated, "__len__")


@pytest.mark.parametrize("closings", [1, 2])
def test_closed_as_often_as_the_server_does(closings: int) -> None:
    """The body is closed as often, and the exchange recorded once."""
    body, lines = CountedBody(b"a", b"b"), list[bytes]()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return cast("Iterable[bytes]", body)  # its pieces are

    WSGICall(closings=closings).run(record(lines.append)(app), Request().environ)

    assert (closings, 1) == (body.closed, len(lines))


# What is recorded


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("name", BODIES)
def test_bodies(name: str, transfer: Transfer) -> None:
    """Both bodies come back, text as text."""
    body, content_type = BODIES[name]
    exchange, line = recorded(ECHO, posted(body, content_type, transfer))

    assert exchange.answer is not None
    assert (body, body, content_type) == (
        exchange.request.get_data(),
        exchange.answer.body,
        exchange.request.content_type,
    )
    assert (True, True, "200 OK") == (exchange.is_whole, exchange.answer.is_whole, exchange.answer.status)
    assert exchange.answer.headers["X-Tag"] == "a"
    request = cast("Record", line["request"])  # as the reader has found
    assert isinstance(request["body"], str) == (name != "multipart")


REQUESTS: Final[Mapping[str, Request]] = {
    "plain": Request(url="/a"),
    "query": Request(url="/a?b=%C3%A9&c=%FF&d"),
    "path": Request(url="http://example.org:8080/caf%C3%A9/%FF/100%25%3F"),
    "https": Request(url="https://example.org/"),
    "headers": Request(headers={"X-A": "é", "Cookie": "a=1; b=2", "If-None-Match": '"1"'}),
    "form": Request.from_values("/b", method="POST", data={"a": "1"}, headers={"X-Tag": "a"}),
    "binary": Request(method="PUT", url="/", body=b"\xff\xfe"),
    "mounted": Request.from_values("/b", base_url="http://localhost/r%C3%B6ot"),
    "addresses": Request(server=("::1", None), remote_addr="::2", remote_user="ada"),
    "method": Request(method="X-ANY", url="/"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests(name: str) -> None:
    """A request comes back as it is, as a value: as what an application made of its environ."""
    request = Request(REQUESTS[name].buffered().environ).buffered()
    exchange, _ = recorded(ECHO, request.environ)

    assert request == exchange.request
    assert hash(request) == hash(exchange.request)
    assert (request.root_path, request.target) == (exchange.request.root_path, exchange.request.target)


@given(
    st.dictionaries(
        st.sampled_from(
            ["PATH_INFO", "SCRIPT_NAME", "QUERY_STRING", "HTTP_HOST", "REQUEST_METHOD", "HTTP_X_A", "SERVER_PORT"]
        ),
        st.text(st.characters(max_codepoint=255)),
    )
)
def test_any_environ(environ: dict[str, str]) -> None:
    """Whatever a server hands over is recorded, and read again."""
    exchange, _ = recorded(Response("hi"), {"wsgi.input": BytesIO(), "wsgi.url_scheme": "http", **environ})

    assert exchange.answer is not None
    assert (b"hi", Request(dict(environ)).args) == (exchange.answer.body, exchange.request.args)
    assert Request(dict(environ)).path == exchange.request.path


def refusing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It does not read what it refuses."""
    start_response("401 Unauthorized", [])
    return [b"no"]


def failing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It never answers."""
    raise KeyError("secret")


def failing_later(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It does not end what it began."""
    start_response("200 OK", [])
    yield b"one"
    raise KeyError("secret")


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It writes, then fails, and answers anew."""
    start_response("200 OK", [("X-Tag", "a")])
    write = start_response("500 Oops", [("X-Tag", "b")], (KeyError, KeyError(), None))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # without traceback
    write(b"one ")
    return [b"two"]


@pytest.mark.parametrize(
    ("app", "error", "answer"),
    [
        pytest.param(refusing, None, RecordedAnswer("401 Unauthorized", (), b"no"), id="refusing"),
        pytest.param(failing, "KeyError", None, id="failing"),
        pytest.param(failing_later, "KeyError", RecordedAnswer("200 OK", (), b"one", False), id="failing-later"),
        pytest.param(writing, None, RecordedAnswer("500 Oops", (("X-Tag", "b"),), b"one two"), id="writing"),
    ],
)
def test_answers(app: WSGIApplication, error: str | None, answer: RecordedAnswer | None) -> None:
    """The answer is recorded as far as it came; of an exception, its class alone. An unread body is not there."""
    exchange, line = recorded(app, posted(b"abcd"))

    assert (answer, error) == (exchange.answer, exchange.error)
    assert (False, b"", "0") == (
        exchange.is_whole,
        exchange.request.get_data(),
        exchange.request.headers["Content-Length"],
    )
    assert "secret" not in repr(line)


@pytest.mark.parametrize(
    ("keys", "is_whole"),
    [
        pytest.param({"SERVER_PROTOCOL": "HTTP/1.1"}, True, id="http1-without-length"),
        pytest.param({"SERVER_PROTOCOL": "HTTP/2"}, False, id="http2-without-length"),
        pytest.param({"SERVER_PROTOCOL": "HTTP/1.1", "HTTP_TRANSFER_ENCODING": "chunked"}, False, id="chunked"),
        pytest.param({"CONTENT_LENGTH": "0"}, True, id="empty"),
        pytest.param({"CONTENT_LENGTH": "x"}, False, id="malformed-length"),
    ],
)
def test_unread_bodies(keys: Environ, is_whole: bool) -> None:
    """A request that can have no body has all of it, though nobody has looked."""
    exchange, _ = recorded(refusing, {"wsgi.input": BytesIO(), "wsgi.input_terminated": True} | keys)

    assert is_whole == exchange.is_whole


def test_response() -> None:
    """An answer is a response, too."""
    exchange, _ = recorded(Response("hi", 201, {"X-Tag": "a"}))
    expected = FrozenResponse(b"hi", 201, {"Content-Type": "text/plain; charset=utf-8", "X-Tag": "a"})

    assert exchange.answer is not None
    assert sorted(expected.headers.pairs) == sorted(exchange.answer.response.headers.pairs)
    assert (expected.body, expected.status) == (exchange.answer.response.body, exchange.answer.response.status)


def test_hang_up() -> None:
    """An answer that nobody reads to its end says so."""
    lines: list[bytes] = []
    call(hang_up(2)(record(lines.append)(ECHO)), posted(b"abcd"))
    (exchange,) = read(lines)

    assert exchange.answer is not None
    assert (b"abc", False) == (exchange.answer.body, exchange.answer.is_whole)


@pytest.mark.parametrize(("max_body", "kept"), [(0, b""), (2, b"ab"), (3, b"abc"), (4, b"abcd")])
def test_max_body(max_body: int, kept: bytes) -> None:
    """So much is kept of either body; the record says whether that is all."""
    exchange, _ = recorded(ECHO, posted(b"abcd"), max_body=max_body)

    assert exchange.answer is not None
    assert (kept, kept) == (exchange.request.get_data(), exchange.answer.body)
    assert (max_body == 4, max_body == 4) == (exchange.is_whole, exchange.answer.is_whole)
    assert b"abcd" == call(record(list[bytes]().append, max_body=max_body)(ECHO), posted(b"abcd")).body


def test_text_that_is_cut_in_a_character() -> None:
    """A part of UTF-8 that is none is kept all the same."""
    exchange, _ = recorded(ECHO, posted("aé".encode()), max_body=2)

    assert b"a\xc3" == exchange.request.get_data()


def test_times() -> None:
    """The time of the call, and how long it took until the answer was closed; never less than nothing."""
    times, lines = iter([10.0, 10.5, 20.0, 19.0]), list[bytes]()
    app = record(lines.append, clock=lambda: next(times))(Response("hi"))
    call(app)
    call(app)

    assert [(10.0, 0.5), (20.0, 0.0)] == [(one.time, one.seconds) for one in read(lines)]


def test_mask() -> None:
    """A mask hides values of fields, of the query, and of forms: in both directions, and in the record alone."""
    lines: list[bytes] = []
    mask = Mask(fields=["X-Tag"], parameters=["a"])
    environ = posted(b"a=s&b=s", URLENCODED, HTTP_X_TAG="s", QUERY_STRING="a=s&b=s")
    answer = call(record(lines.append, mask=mask)(ECHO), environ)
    (exchange,) = read(lines)

    assert (b"a=s&b=s", "a") == (answer.body, answer.headers["X-Tag"])
    assert exchange.answer is not None
    assert (b"a=***&b=s", b"a=***&b=s") == (exchange.request.get_data(), exchange.answer.body)
    assert ("***", "***", (("a", "***"), ("b", "s"))) == (
        exchange.request.headers["X-Tag"],
        exchange.answer.headers["X-Tag"],
        exchange.request.args.pairs,
    )


def test_secrets() -> None:
    """Credentials, cookies and passwords are in no line that was recorded with `SECRETS`."""
    lines: list[bytes] = []
    request = Request.from_values(
        "/login?access_token=hunter2&page=1",
        method="POST",
        data={"password": "hunter2", "name": "ada"},
        headers={"Authorization": "Bearer hunter2", "Cookie": "session=hunter2", "X-API-Key": "hunter2"},
    )
    response = Response("hi", headers={"Set-Cookie": "session=hunter2; Secure", "Location": "/?token=hunter2"})
    for app in (ECHO, response):
        call(record(lines.append, mask=SECRETS)(app), request.buffered())

    assert b"hunter2" not in b"".join(lines)
    assert "ada" == read(lines)[0].request.form["name"]


# The file


def test_file(tmp_path: Path) -> None:
    """The file is made for its owner alone, and appended to."""
    path = tmp_path / "exchanges.jsonl"
    for body in (b"a", b"b"):
        call(record(path)(ECHO), posted(body))

    assert [b"a", b"b"] == [exchange.request.get_data() for exchange in read_recording(str(path))]
    assert 0o600 == path.stat().st_mode & 0o777


def test_threads(tmp_path: Path) -> None:
    """Lines of several threads do not mix."""
    path = tmp_path / "exchanges.jsonl"
    app = record(path)(ECHO)
    bodies = [str(number).encode() * 5000 for number in range(8)]

    def many(body: bytes) -> None:
        for _ in range(20):
            call(app, posted(body))

    threads = [threading.Thread(target=many, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(bodies * 20) == sorted(exchange.request.get_data() for exchange in read_recording(path))


def test_disk_that_fails(tmp_path: Path) -> None:
    """The answer is sent all the same, and the server's log says why there is no record."""
    errors = StringIO()
    answer = call(record(tmp_path / "no" / "such.jsonl")(ECHO), posted(b"a") | {"wsgi.errors": errors})

    assert b"a" == answer.body
    assert "verglas.testing: an exchange is not recorded: FileNotFoundError(" in errors.getvalue()


def test_full_disk() -> None:
    """A device that takes nothing is the same."""
    errors = StringIO()
    answer = call(record("/dev/full")(ECHO), posted(b"a") | {"wsgi.errors": errors})

    assert b"a" == answer.body
    assert "No space left" in errors.getvalue()


def test_failure_nobody_can_be_told() -> None:
    """Nor does it break the answer when there is no log, or when that fails."""

    def full(line: bytes) -> None:
        raise OSError("full")

    closed = StringIO()
    closed.close()
    for errors in (None, closed):
        assert b"a" == call(record(full)(ECHO), posted(b"a") | {"wsgi.errors": errors}).body


def test_answer_that_cannot_be_written_as_json() -> None:
    """An application that breaks PEP 3333 is not stopped by its record."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Tag", cast("str", 7))])  # as some do
        return [b"hi"]

    errors = StringIO()
    assert b"hi" == call(record(list[bytes]().append)(app), {"wsgi.errors": errors}).body


@pytest.mark.parametrize("option", [-1, -(10**9)])
def test_wrong_options(option: int) -> None:
    """A number of bytes that cannot be is refused where it is given."""
    with pytest.raises(ValueError, match=r"max_body= of record\(\)"):
        record("a", max_body=option)


def test_recorder() -> None:
    """The middleware shows its options."""
    recorder = record("a.jsonl", max_body=7)

    assert isinstance(recorder, Recorder)
    assert "Recorder(to='a.jsonl', mask=None, max_body=7)" == repr(recorder)


# Reading


def valid() -> Record:
    """The object of a line."""
    return recorded(ECHO, posted(b"a"))[1]


def changed(**changes: JSONValue) -> bytes:
    """A line with other members; `request_x` is `x` of the request, `None` in the place of a removed one."""
    line = valid()
    for name, value in changes.items():
        owner, _, member = name.partition("_")
        within = cast("Record", line[owner]) if member else line  # as `valid` makes it
        within[member or owner] = value
    return json.dumps(line).encode() + b"\n"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(lambda: b"\n", "the line is empty", id="empty"),
        pytest.param(lambda: b"x\n", "the line is not JSON", id="no-json"),
        pytest.param(lambda: b"\xff\n", "the line is not JSON: not valid UTF-8", id="no-text"),
        pytest.param(lambda: b"7\n", "the line is a number, not an object", id="no-object"),
        pytest.param(lambda: b"[NaN]\n", "the line is not JSON: NaN is not JSON", id="nan"),
        pytest.param(lambda: b"[" * 10**6 + b"\n", "the line is not JSON", id="deep"),
        pytest.param(lambda: changed()[:-9], "(it has no end: its writer was stopped, perhaps)", id="cut"),
        pytest.param(lambda: b"{}\n", "the line has no 'format'", id="nothing"),
        pytest.param(lambda: changed(more=1), "the line has 'more', which is not known", id="unknown"),
        pytest.param(lambda: changed(format=2), "the format is 2; this version of verglas reads format 1", id="format"),
        pytest.param(lambda: changed(format="1"), "'format' is a text, not a number", id="format-text"),
        pytest.param(lambda: changed(time=True), "'time' is true or false, not a number", id="time"),
        pytest.param(lambda: changed(time=10**400), "'time' is a number that is too large", id="large"),
        pytest.param(lambda: changed(request=None), "'request' is null, not an object", id="request"),
        pytest.param(lambda: changed(answer=[]), "'answer' is an array, not an object", id="answer"),
        pytest.param(lambda: changed(error=7), "'error' is a number, not a text", id="error"),
        pytest.param(lambda: changed(request_method=None), "'method' is null, not a text", id="method"),
        pytest.param(lambda: changed(request_whole="yes"), "'whole' is a text, not true or false", id="whole"),
        pytest.param(lambda: changed(request_server=["a"]), "'server' is an array, not null, or an array", id="server"),
        pytest.param(
            lambda: changed(request_headers=[["a"]]), "'headers' is an array, not an array of pairs", id="pair"
        ),
        pytest.param(lambda: changed(request_headers={}), "'headers' is an object, not an array of", id="headers"),
        pytest.param(lambda: changed(answer_body={"base64": "%"}), "'body' is not valid base64", id="base64"),
        pytest.param(lambda: changed(answer_body={}), "'body' is an object, not a text, or an object", id="body"),
    ],
)
def test_lines_that_are_refused(line: Callable[[], bytes], problem: str, tmp_path: Path) -> None:
    """An error names the file, the line, and what is wrong there; the exchanges before are read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(changed() + line())
    exchanges = read_recording(path)
    next(exchanges)
    with pytest.raises(RecordingError) as caught:
        next(exchanges)

    assert (2, str(path)) == (caught.value.line, caught.value.path)
    assert problem in caught.value.problem
    assert f"{path}, line 2: {caught.value.problem}" == str(caught.value)


def test_max_line(tmp_path: Path) -> None:
    """A line of that length is read, a longer one is not."""
    path, line = tmp_path / "a.jsonl", changed()
    path.write_bytes(line)

    assert 1 == len(list(read_recording(path, max_line=len(line))))
    with pytest.raises(RecordingError, match="more than 99 bytes; max_line= allows more"):
        next(read_recording(path, max_line=99))


def test_last_line_without_its_end(tmp_path: Path) -> None:
    """An editor may have removed the last line break."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(changed().strip())

    assert 1 == len(list(read_recording(path)))


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is the error that it is everywhere."""
    with pytest.raises(FileNotFoundError):
        next(read_recording(tmp_path / "a.jsonl"))


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """Any line is an exchange or an error that says so."""
    with pytest.raises(RecordingError):
        read([b"x" + data])


def test_large_body(tmp_path: Path) -> None:
    """A body beyond what requests hold in memory is read: it was asked for when it was recorded."""
    path, body = tmp_path / "a.jsonl", b"a" * (17 * 1024 * 1024)

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("204 No Content", [])
        cast("BytesIO", environ["wsgi.input"]).read(len(body))  # as `posted` has it
        return []

    call(record(path, max_body=len(body))(app), posted(body))

    assert body == next(read_recording(path)).request.get_data()


def test_examples(tmp_path: Path) -> None:
    """The exchanges of an example are recorded as they are, its files and streams among them."""
    path, app = tmp_path / "a.jsonl", site()
    paths = ["/", "/style.css", "/range", "/etag", "/download", "/events.js", "/none"]
    answers = [call(record(path)(app), Request(url=url)) for url in paths]
    exchanges = list(read_recording(path))

    assert paths == [exchange.request.path for exchange in exchanges]
    assert [(one.status, one.lines, one.body) for one in answers] == [
        (one.answer.status, one.answer.lines, one.answer.body) for one in exchanges if one.answer is not None
    ]


def test_failure_is_recorded_once() -> None:
    """An error in the middle of an answer is in its record, whoever raises it."""
    lines: list[bytes] = []
    with pytest.raises(RuntimeError):
        call(record(lines.append)(fail_after(2)(ECHO)), posted(b"abcd"))

    assert [("RuntimeError", b"ab")] == [(one.error, one.answer and one.answer.body) for one in read(lines)]


def test_lines_in_memory() -> None:
    """Lines that a function was given are read as those of a file are."""
    lines: list[bytes] = []
    call(record(lines.append)(Response("hi")))
    (exchange,) = read_recording(lines)

    assert exchange.answer is not None
    assert b"hi" == exchange.answer.body
    with pytest.raises(RecordingError, match=r"^the recording, line 2: the line is not JSON"):
        list(read_recording([*lines, b"x"]))
