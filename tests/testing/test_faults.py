"""Faults as middleware: each does what it says, once for each request; and our applications take them all."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import BinaryIO, Final
from wsgiref.validate import validator

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from examples import fileserver, greetings, guestbook, mounted, notebook, notes
from examples.site import site
from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Transfer, multipart, posted
from verglas import Limits, Request, Response, Trust, application
from verglas.testing import (
    InjectedFault,
    InjectedFaults,
    WSGICall,
    broken_input,
    call,
    close_twice,
    cut_body,
    fail_after,
    failing_start,
    faults,
    hang_up,
    random_faults,
    short_reads,
    slow_body,
    slow_reader,
)
from verglas.wsgi import StartResponse, WSGIApplication

Environ = dict[str, object]

PIECES: Final = (b"one ", b"two ", b"three")
POSTED: Final[Mapping[str, tuple[bytes, str]]] = {
    "urlencoded": (b"a=1&b=2&c=3", URLENCODED),
    "multipart": (multipart(('name="a"', b"1"), ('name="b"; filename="f"', b"2" * 3000)), MULTIPART),
    "json": (b'{"a": 1, "b": [2]}', JSON),
    "data": (b"plain text, nothing else", "text/plain"),
}


def read_all(request: Request) -> Response:
    """Everything that a body holds, in a word, and in two pieces."""
    match request.mimetype:
        case "application/json":
            read: object = request.json
        case "multipart/form-data" | "application/x-www-form-urlencoded":
            read = request.form.pairs, [(name, upload.data) for name, upload in request.files.items(multi=True)]
        case _:
            read = request.data
    return Response(["read: ", repr(read)])


READER: Final = application(read_all)


def echo(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Read the input in all ways that PEP 3333 has, a line first."""
    stream = environ["wsgi.input"]
    start_response("200 OK", [])
    read = getattr(stream, str(environ.get("READ", "read")))
    found: object = read() if "READ" in environ else read(1000)
    return [repr(found).encode()]


@define
class Watched:
    """An application that counts what happens to its answer.

    Attributes:
        asked: How many pieces it was asked for, its end included.
        closed: How often it was closed.
        failed: What `start_response` or `write` raised.
        writes: What it writes before it returns.
    """

    writes: tuple[bytes, ...] = ()
    asked: int = field(default=0, init=False)
    closed: int = field(default=0, init=False)
    failed: list[Exception] = field(factory=list[Exception], init=False)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            write = start_response("200 OK", [("X-Tag", "a")])
            for data in self.writes:
                write(data)
        except Exception as error:
            self.failed.append(error)
            raise
        self._left = iter(PIECES)
        return self

    _left: Iterator[bytes] = field(factory=lambda: iter(PIECES), init=False)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.asked += 1
        return next(self._left)

    def close(self) -> None:
        """Count."""
        self.closed += 1


# Each fault


@pytest.mark.parametrize(
    ("fault", "body", "asked", "closed"),
    [
        pytest.param(hang_up(0), b"", 0, 1, id="hang-up-at-once"),
        pytest.param(hang_up(1), b"o", 1, 1, id="hang-up-in-a-piece"),
        pytest.param(hang_up(4), b"one ", 1, 1, id="hang-up-after-a-piece"),
        pytest.param(hang_up(13), b"one two three", 3, 1, id="hang-up-after-the-last"),
        pytest.param(hang_up(14), b"one two three", 4, 1, id="hang-up-too-late"),
        pytest.param(fail_after(14), b"one two three", 4, 1, id="fail-too-late"),
        pytest.param(close_twice(), b"one two three", 4, 2, id="close-twice"),
        pytest.param(slow_reader(1, sleep=float), b"one two three", 4, 1, id="slow-reader"),
        pytest.param(faults(hang_up(6), close_twice()), b"one tw", 2, 2, id="inner-first"),
        pytest.param(faults(close_twice(), hang_up(6)), b"one tw", 2, 2, id="outer-first"),
        pytest.param(faults(hang_up(6), hang_up(2)), b"on", 1, 1, id="the-shorter"),
        pytest.param(faults(), b"one two three", 4, 1, id="none"),
    ],
)
def test_answer(fault: InjectedFault | InjectedFaults, body: bytes, asked: int, closed: int) -> None:
    """So much is sent, so many pieces are asked for, and the body is closed; status and fields are as they were."""
    app = Watched()
    answer = call(fault(app))

    assert (body, asked, closed) == (answer.body, app.asked, app.closed)
    assert ("200 OK", (("X-Tag", "a"),)) == (answer.status, answer.lines)


@pytest.mark.parametrize(
    ("after", "body", "asked"),
    [
        pytest.param(0, b"", 0, id="at-once"),
        pytest.param(1, b"o", 1, id="in-a-piece"),
        pytest.param(4, b"one ", 1, id="after-a-piece"),
        pytest.param(13, b"one two three", 3, id="after-the-last"),
    ],
)
def test_fail_after(after: int, body: bytes, asked: int) -> None:
    """What came before is sent; the body is closed after the error."""
    app, made = Watched(), WSGICall()
    with pytest.raises(LookupError, match=rf"fail_after\(after={after}\): the application failed"):
        made.run(fail_after(after, error=LookupError)(app), Request().environ)

    assert (body, asked, 1) == (made.body, app.asked, app.closed)


@pytest.mark.parametrize(
    ("fault", "error", "written"),
    [
        pytest.param(hang_up(0), BrokenPipeError, [], id="hang-up-at-once"),
        pytest.param(hang_up(3), BrokenPipeError, [b"ab", b"c"], id="hang-up"),
        pytest.param(hang_up(4), BrokenPipeError, [b"ab", b"cd"], id="hang-up-at-the-end"),
        pytest.param(fail_after(3), RuntimeError, [b"ab", b"c"], id="fail"),
    ],
)
def test_write(fault: InjectedFault | InjectedFaults, error: type[Exception], written: list[bytes]) -> None:
    """What is written counts as well; `write` raises, and the application sees it."""
    app, made = Watched(writes=(b"ab", b"cd")), WSGICall()
    with pytest.raises(error) as caught:
        made.run(fault(app), Request().environ)

    assert (written, [caught.value]) == (made.written, app.failed)


def test_written_and_returned_are_counted_together() -> None:
    """The bytes of the body come after those that were written."""
    app = Watched(writes=(b"ab",))

    assert b"abon" == call(hang_up(4)(app)).body


def test_failing_start() -> None:
    """The application sees the error; there is no body to be closed."""
    app = Watched()
    with pytest.raises(TimeoutError, match=r"failing_start\(\)") as caught:
        call(failing_start(error=TimeoutError)(app))

    assert ([caught.value], 0) == (app.failed, app.closed)


def test_pauses() -> None:
    """A pause comes before each piece that is asked for, the end included."""
    pauses: list[float] = []
    answer = call(slow_reader(0.5, sleep=pauses.append)(Watched()))

    assert (PIECES, [0.5] * 4) == (answer.pieces, pauses)


def test_slow_body() -> None:
    """The pieces have the size at most."""
    pauses: list[float] = []
    answer = call(slow_body(2.5, size=4, sleep=pauses.append)(READER), posted(b"0123456789", "text/plain"))

    assert (b"read: b'0123456789'", [2.5] * 3) == (answer.body, pauses)


@pytest.mark.parametrize(
    ("fault", "read", "expected"),
    [
        pytest.param(cut_body(3), "read", b"b'a\\nb'", id="read"),
        pytest.param(cut_body(3), "readline", b"b'a\\n'", id="readline"),
        pytest.param(cut_body(3), "readlines", b"[b'a\\n', b'b']", id="readlines"),
        pytest.param(short_reads(1, largest=1), "read", b"b'a\\nb\\nc'", id="read-of-short-reads"),
        pytest.param(short_reads(1), "readlines", b"[b'a\\n', b'b\\n', b'c']", id="readlines-of-short-reads"),
        pytest.param(slow_body(0, sleep=float), "readlines", b"[b'a\\n', b'b\\n', b'c']", id="readlines-of-slow-body"),
        pytest.param(cut_body(5), "read", b"b'a\\nb\\nc'", id="nothing-is-cut"),
        pytest.param(cut_body(0), "read", b"b''", id="all-is-cut"),
    ],
)
def test_all_methods_of_input(fault: InjectedFault | InjectedFaults, read: str, expected: bytes) -> None:
    """The input has the methods that PEP 3333 names, whatever the server's own is."""
    assert expected == call(fault(echo), posted(b"a\nb\nc"), READ=read).body


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("at", [0, 1, 3])
def test_cut_body(transfer: Transfer, at: int) -> None:
    """An end that would pass for that of the body is an error."""
    environ = posted(b"abcd", transfer=transfer)
    if transfer == "length":
        assert repr(b"abcd"[:at]).encode() == call(cut_body(at)(echo), environ).body
    else:
        with pytest.raises(ConnectionResetError, match=rf"cut_body\(at={at}\)"):
            call(cut_body(at)(echo), environ, READ="readlines")


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_cut_at_the_end(transfer: Transfer) -> None:
    """A body that is not longer is whole."""
    assert b"[b'abcd']" == call(cut_body(4)(echo), posted(b"abcd", transfer=transfer), READ="readlines").body


@pytest.mark.parametrize("error", [OSError, TimeoutError, KeyError])
def test_broken_input(error: type[Exception]) -> None:
    """Reading fails after as many bytes, with that exception."""
    with pytest.raises(error, match="broken_input"):
        call(broken_input(2, error=error)(echo), posted(b"abcd"), READ="readlines")
    assert b"b'ab'" == call(broken_input(2, error=error)(echo), posted(b"abcd")).body


def test_no_input() -> None:
    """An environ without an input stays one."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [repr(environ.get("wsgi.input")).encode()]

    assert b"None" == call(cut_body(1)(app), {}).body


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: cut_body(-1), id="cut_body"),
        pytest.param(lambda: broken_input(-1), id="broken_input"),
        pytest.param(lambda: short_reads(largest=0), id="short_reads"),
        pytest.param(lambda: slow_body(1, size=0), id="slow_body"),
        pytest.param(lambda: hang_up(-1), id="hang_up"),
        pytest.param(lambda: fail_after(True), id="fail_after"),
        pytest.param(lambda: random_faults(1, size=-1), id="random_faults"),
    ],
)
def test_wrong_numbers(make: Callable[[], object]) -> None:
    """A number of bytes that cannot be is refused where it is given."""
    with pytest.raises(ValueError, match=r"= of \w+\(\) is a number of bytes, at least [01], not "):
        make()


# Values


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (cut_body(10), "cut_body(at=10)"),
        (broken_input(), "broken_input(at=0, error=OSError)"),
        (short_reads(3), "short_reads(seed=3, largest=1024)"),
        (slow_body(0.5), "slow_body(seconds=0.5, size=1024)"),
        (hang_up(1), "hang_up(after=1)"),
        (fail_after(2, error=KeyError), "fail_after(after=2, error=KeyError)"),
        (slow_reader(0.5), "slow_reader(seconds=0.5)"),
        (close_twice(), "close_twice()"),
        (failing_start(), "failing_start(error=OSError)"),
        (faults(cut_body(1), close_twice()), "faults(cut_body(at=1), close_twice())"),
        (faults(faults(hang_up(1)), faults()), "faults(hang_up(after=1))"),
    ],
)
def test_value(fault: InjectedFault | InjectedFaults, expected: str) -> None:
    """A fault shows how it is made, and is equal to what that makes; it can be pickled and hashed."""
    again: object = eval(expected)  # as somebody repeats a test that failed

    assert expected == repr(fault)
    assert fault == again == pickle.loads(pickle.dumps(fault))
    assert hash(fault) == hash(again)
    assert fault != hang_up(99)


@given(st.integers(), st.integers(0, 10**6))
def test_random_faults(seed: int, size: int) -> None:
    """A seed gives the same faults each time; they are shown, so that they can be repeated without it."""
    made = random_faults(seed, size=size)

    assert made == random_faults(seed, size=size) == eval(repr(made))  # as above
    assert 1 <= len({part.name for part in made.parts}) == len(made.parts) <= 3
    places = [value for part in made.parts for name, value in part.settings if name in {"at", "after"}]
    assert all(isinstance(place, int) and 0 <= place <= size for place in places)


def test_every_kind_is_drawn() -> None:
    """Few seeds are enough for each fault that does not wait."""
    drawn = {part.name for seed in range(50) for part in random_faults(seed).parts}

    assert drawn == {
        *("cut_body", "broken_input", "short_reads"),
        *("hang_up", "fail_after", "close_twice", "failing_start"),
    }


@pytest.mark.parametrize("seed", range(20))
def test_requests_meet_the_same(seed: int) -> None:
    """A fault keeps nothing: what one request meets, the next one meets."""
    app = random_faults(seed, size=30)(READER)

    assert outcome(app, posted(*POSTED["data"])) == outcome(app, posted(*POSTED["data"]))


def test_held_to_the_specification() -> None:
    """Faults do what PEP 3333 allows, but for those that are about what it does not."""
    app = validator(faults(cut_body(3), short_reads(1), hang_up(5), slow_reader(0, sleep=float))(validator(READER)))

    assert "400 Bad Request" == call(app, Request.from_values(method="POST", data=b"abcd")).status


# What must hold


def outcome(app: WSGIApplication, environ: Environ) -> tuple[list[str], bytes, str]:
    """What came of a call: the statuses, what was sent, and what was raised."""
    made, raised = WSGICall(), ""
    try:
        made.run(app, environ)
    except Exception as error:  # noqa: BLE001  # which one is what is asked
        raised = str(error)
    return made.statuses, made.body, raised


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("name", POSTED)
def test_cut_bodies_are_bad_requests(name: str, transfer: Transfer) -> None:
    """Wherever a body is cut, the answer is a 400."""
    body, content_type = POSTED[name]
    places = range(0, len(body), 1 + len(body) // 30)
    cut = {call(cut_body(at)(READER), posted(body, content_type, transfer)).status for at in places}
    broken = {call(broken_input(at)(READER), posted(body, content_type, transfer)).status for at in places}

    assert {"400 Bad Request"} == cut | broken


@given(st.sampled_from(sorted(POSTED)), st.sampled_from(TRANSFERS), st.integers(), st.integers(1, 5000))
def test_cuts_never_matter(name: str, transfer: Transfer, seed: int, largest: int) -> None:
    """However the input is cut, the answer is the same."""
    whole = call(READER, posted(*POSTED[name], transfer))
    cut = call(short_reads(seed, largest=largest)(READER), posted(*POSTED[name], transfer))

    assert "200 OK" == whole.status
    assert whole == cut


@define(eq=False)
class Closings:
    """What was opened, and what was closed."""

    opened: list[object] = field(factory=list[object])
    closed: list[object] = field(factory=list[object])


class NotedFile(BytesIO):
    """A file that notes when it is closed; while it is noted as open, it is not closed by being forgotten."""

    def __init__(self, log: Closings) -> None:
        super().__init__()
        self._log = log
        log.opened.append(self)

    def close(self) -> None:
        """Note it."""
        self._log.closed.append(self)
        super().close()


def counting(log: Closings) -> WSGIApplication:
    """An application whose requests, uploads and answers note when they are closed."""

    class Noted(Request):
        def _get_file_stream(
            self,
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None = None,
            content_length: int | None = None,
        ) -> BinaryIO:
            return NotedFile(log)

        def close(self) -> None:
            log.closed.append(self)
            super().close()

    def parse(environ: Environ, /, *, limits: Limits | None = None, trust: Trust | None = None) -> Noted:
        request = Noted.parse(environ, limits=limits, trust=trust)
        log.opened.append(request)
        return request

    def handle(request: Noted) -> Response:
        sizes = [len(upload.data) for upload in request.files.values()]
        response = Response(iter(["one ", str(sizes), "two "]))
        log.opened.append(response)
        response.call_on_close(lambda: log.closed.append(response))
        return response

    return application(handle, parse=parse)


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_everything_is_closed_once(transfer: Transfer) -> None:
    """Whatever happens, whatever was opened is closed, once: requests, uploads, answers."""
    uploads = 0
    for seed in range(300):
        log, fault = Closings(), random_faults(seed, size=3000)
        outcome(fault(counting(log)), posted(*POSTED["multipart"], transfer))
        opened, closed = sorted(map(id, log.opened)), sorted(map(id, log.closed))

        assert opened == closed, f"{fault}: opened {log.opened}, closed {log.closed}"
        uploads += len(opened) > 1

    assert uploads > 100, "too few requests came so far"


def examples(folder: Path) -> Mapping[str, WSGIApplication]:
    """The examples, with their files in a folder."""
    (folder / "files").mkdir()
    (folder / "files" / "a.txt").write_text("a file " * 1000)
    return {
        "site": site(),
        "notes": notes.app(),
        "greetings": greetings.app,
        "guestbook": guestbook.app(str(folder / "guests")),
        "mounted": mounted.app(str(folder / "mounted")),
        "notebook": notebook.app(["a key of 16 bytes"]),
        "fileserver": fileserver.app(str(folder / "files")),
    }


REQUESTS: Final[tuple[Request, ...]] = (
    *(Request(url=path) for path in ["/", "/etag", "/range", "/download", "/notes", "/a.txt", "/guests", "/old/"]),
    Request(url="/range/silence.wav", headers={"Range": "bytes=0-999,2000-2999"}),
    Request(url="/a.txt", headers={"Range": "bytes=5-"}),
    Request.from_values("/notes", method="POST", json={"text": "a"}, headers={"Authorization": "Bearer s3cret"}),
    Request.from_values("/notes", method="POST", data={"text": "a"}, headers={"Authorization": "Bearer s3cret"}),
    Request.from_values("/", method="POST", data={"name": "Ada", "words": "hi", "picture": (b"no", "a.png")}),
    Request.from_values("/login", method="POST", data={"name": "ada", "password": "open sesame"}),
)
INJECTED: Final = ("cut_body(", "broken_input(", "hang_up(", "fail_after(", "failing_start(")


@pytest.mark.parametrize("name", ["site", "notes", "greetings", "guestbook", "mounted", "notebook", "fileserver"])
def test_examples(name: str, tmp_path: Path) -> None:
    """No fault makes an example answer 5xx, or raise anything else than what was injected."""
    app = examples(tmp_path)[name]
    for seed, request in product(range(40), REQUESTS):
        fault = random_faults(seed, size=200)
        statuses, _, raised = outcome(fault(app), dict(request.environ))

        assert all(status < "500" for status in statuses), f"{fault} {request}: {statuses}"
        assert not raised or raised.startswith(INJECTED), f"{fault} {request}: {raised}"


@pytest.mark.parametrize("name", ["site", "notes", "greetings", "guestbook", "mounted", "notebook", "fileserver"])
def test_examples_take_any_pieces(name: str, tmp_path: Path) -> None:
    """However the input of an example is cut, it gives the same answer."""
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    whole, cut = examples(tmp_path / "one")[name], examples(tmp_path / "other")[name]
    for seed, request in enumerate(REQUESTS):
        fault = short_reads(seed, largest=3)

        assert call(whole, request).status == call(fault(cut), request).status, f"{fault} {request}"
