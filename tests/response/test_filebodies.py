"""Files as bodies: parts of files by their paths, and open files."""

from __future__ import annotations

import copy
import io
import os
import pickle
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, final
from wsgiref.util import FileWrapper as ServersWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import close, environ_of, ignore, untyped
from verglas import (
    FileChanged,
    FileSlice,
    FileWrapper,
    FrozenResponse,
    NotFreezable,
    Request,
    Response,
    application,
    wrap_file,
)
from verglas.testing import WSGICall, call

DIGITS: Final = b"0123456789"


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A file of ten bytes."""
    path = tmp_path / "digits.txt"
    path.write_bytes(DIGITS)
    return path


@final
class Counted(io.BytesIO):
    """An open file that counts how often it is closed, and what it was asked to read."""

    def __init__(self, data: bytes = DIGITS) -> None:
        super().__init__(data)
        self.closes = 0
        self.asked: list[int | None] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.append(size)
        return super().read(size)

    def close(self) -> None:
        self.closes += 1
        super().close()


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")


# FileSlice


def test_all_of_a_file(digits: Path) -> None:
    """A file as a value: its path made absolute, its size and time."""
    whole = FileSlice.of(digits)

    assert (str(digits), 0, 10, 10, digits.stat().st_mtime_ns) == (
        whole.path,
        whole.offset,
        whole.length,
        whole.size,
        whole.mtime_ns,
    )


def test_is_a_value(digits: Path) -> None:
    """Equal, hashable, picklable, copied: a reference, with nothing of the file in it."""
    part = FileSlice.of(digits).part(2, 5)
    copies = [pickle.loads(pickle.dumps(part)), copy.deepcopy(part), FileSlice.of(digits).part(2, 5)]

    assert [part] * 3 == copies
    assert {hash(part)} == set(map(hash, copies))
    assert DIGITS[2:5] not in pickle.dumps(part)


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_parts_of_parts(tmp_path_factory: pytest.TempPathFactory, a: int, b: int, c: int, d: int) -> None:
    """A part of a part is the slice of the slice; what is not within it is refused."""
    path = tmp_path_factory.getbasetemp() / "parts"
    if not path.exists():
        path.write_bytes(DIGITS)
    start, stop = sorted((a, b))
    part = FileSlice.of(path).part(start, stop)
    first, last = sorted((c, d))
    if last > part.length:
        with pytest.raises(ValueError, match="not within"):
            part.part(first, last)
    else:
        assert DIGITS[start:stop][first:last] == part.part(first, last).read_bytes()


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (0, 11), (9, 2), (0, -1)])
def test_is_within_the_file(offset: int, length: int) -> None:
    """A part that the file cannot have is refused."""
    with pytest.raises(ValueError, match="not within 10"):
        FileSlice("/x", offset, length, size=10, mtime_ns=0)


def test_no_file(tmp_path: Path) -> None:
    """What is not there, and a folder, are errors of the system."""
    with pytest.raises(FileNotFoundError):
        FileSlice.of(tmp_path / "none")
    with pytest.raises(IsADirectoryError):
        FileSlice.of(tmp_path)


def test_pipe_is_no_file(tmp_path: Path) -> None:
    """A pipe has no size, and opening it would wait."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="no regular file"):
        FileSlice.of(tmp_path / "pipe")


def test_pipe_in_its_place(digits: Path) -> None:
    """A pipe that was put where the file was is refused, and waits for nobody."""
    whole = FileSlice.of(digits)
    digits.unlink()
    os.mkfifo(digits)
    with pytest.raises(FileChanged):
        whole.open()


@pytest.mark.parametrize("content", [b"012345678", b"0123456789a", b"abcdefghij"], ids=["shorter", "longer", "other"])
@pytest.mark.parametrize("frozen", [False, True])
def test_changed_file_is_not_sent(digits: Path, content: bytes, *, frozen: bool) -> None:
    """A file that is not the one whose length and tag were promised is an error before the head is sent."""
    response = Response(FileSlice.of(digits))
    app = response.freeze() if frozen else response
    digits.write_bytes(content)
    os.utime(digits, ns=(1, 1))
    exchange = WSGICall()
    with pytest.raises(FileChanged, match="was changed"):
        exchange.run(app, environ_of())

    assert [] == exchange.starts


def test_tags_differ(digits: Path, tmp_path: Path) -> None:
    """Files of other times or sizes, and parts, have other tags."""
    other = tmp_path / "other"
    other.write_bytes(b"x")
    later = tmp_path / "later"
    later.write_bytes(DIGITS)
    os.utime(later, ns=(0, FileSlice.of(digits).mtime_ns + 1))
    whole = FileSlice.of(digits)
    tags = [
        whole.etag,
        whole.part(0, 5).etag,
        whole.part(1, 6).etag,
        FileSlice.of(other).etag,
        FileSlice.of(later).etag,
    ]

    assert 5 == len(set(tags))


# Reading a part


def test_reader_is_bounded(digits: Path) -> None:
    """Read, sought in and told of as if it were a file of its own."""
    with FileSlice.of(digits).part(2, 6).open() as reader:
        found = [reader.read(3), reader.tell(), reader.read(3), reader.read(3), reader.seek(-1, os.SEEK_END)]
        found += [reader.read(), reader.seek(1), reader.seek(1, os.SEEK_CUR), reader.read(None), reader.seek(99)]

    assert [b"234", 3, b"5", b"", 3, b"5", 1, 2, b"45", 4] == found


@pytest.mark.parametrize(("start", "stop"), [(2, 10), (0, 9), (2, 9)])
def test_reader_of_a_part_has_no_descriptor(digits: Path, start: int, stop: int) -> None:
    """Of the servers that take a descriptor some send from the file's start, all to its end: a part has none."""
    with FileSlice.of(digits).part(start, stop).open() as part, pytest.raises(io.UnsupportedOperation):
        part.fileno()


def test_reader_of_a_whole_file_has_a_descriptor(digits: Path) -> None:
    """All of a file is what a server sends best itself."""
    with FileSlice.of(digits).open() as whole:
        assert 0 == os.lseek(whole.fileno(), 0, os.SEEK_CUR)


def test_another_file_of_the_same_size_and_time(digits: Path, tmp_path: Path) -> None:
    """A file that was put in the place of another is not sent, whatever it claims to be."""
    part = FileSlice.of(digits)
    other = tmp_path / "other"
    other.write_bytes(b"x" * part.size)
    os.utime(other, ns=(part.mtime_ns, part.mtime_ns))
    other.replace(digits)

    with pytest.raises(FileChanged):
        part.read_bytes()


@needs_proc
def test_reader_closes_once(digits: Path) -> None:
    """Closing closes the file; a second time does nothing."""
    before = descriptors()
    reader = FileSlice.of(digits).open()
    reader.close()
    reader.close()

    assert before == descriptors()


def test_file_that_ends_too_early(digits: Path) -> None:
    """A part that the file no longer has is an error: a short answer would look like a whole one."""
    with FileSlice.of(digits).open() as reader:
        os.truncate(digits, 9)

        assert DIGITS[:9] == next(reader)
        with pytest.raises(FileChanged, match="1 bytes before"):
            next(reader)


def test_reads_fixed_blocks(tmp_path: Path) -> None:
    """However long the part, a block at a time; no more is read of the file than was given."""
    path = tmp_path / "large"
    path.write_bytes(b"x" * 300_000)
    with FileSlice.of(path).part(10, 300_000).open() as part:
        sizes = list(map(len, part))
    with FileSlice.of(path).open() as whole:
        read = [(len(block), os.lseek(whole.fileno(), 0, os.SEEK_CUR)) for block in whole]

    assert [131_072, 131_072, 37_846] == sizes
    assert [(131_072, 131_072), (131_072, 262_144), (37_856, 300_000)] == read


# Answering with a part


ENVIRONS: Final = [
    pytest.param({}, id="no-wrapper"),
    pytest.param({"wsgi.file_wrapper": ServersWrapper}, id="wrapper"),
]


@needs_proc
@pytest.mark.parametrize("environ", ENVIRONS)
@pytest.mark.parametrize("frozen", [False, True], ids=["builder", "frozen"])
@pytest.mark.parametrize(("start", "stop"), [(0, 10), (3, 10), (0, 4), (3, 4), (5, 5), (10, 10)])
def test_sends_the_part(digits: Path, environ: dict[str, object], *, frozen: bool, start: int, stop: int) -> None:
    """Any part, any number of times, with or without a server's wrapper; nothing stays open."""
    response = Response(FileSlice.of(digits).part(start, stop))
    app = response.freeze() if frozen else response
    before = descriptors()
    answers = [call(app, **environ) for _ in range(2)]

    assert [DIGITS[start:stop]] * 2 == [answer.body for answer in answers]
    assert {str(stop - start)} == {answer.headers["Content-Length"] for answer in answers}
    assert before == descriptors()


@needs_proc
@pytest.mark.parametrize("frozen", [False, True], ids=["builder", "frozen"])
def test_wrapper_that_fails(digits: Path, *, frozen: bool) -> None:
    """A server's wrapper that raises leaves no file open, and starts no answer."""

    def wrapper(file: object, size: int) -> Iterable[bytes]:
        raise OSError(file, size)

    response = Response(FileSlice.of(digits))
    app = response.freeze() if frozen else response
    before = descriptors()
    exchange = WSGICall()
    with pytest.raises(OSError, match="SliceReader"):
        exchange.run(app, environ_of(**{"wsgi.file_wrapper": wrapper}))

    assert (before, []) == (descriptors(), exchange.starts)


@pytest.mark.parametrize("frozen", [False, True], ids=["builder", "frozen"])
def test_the_server_gets_its_wrapper(digits: Path, *, frozen: bool) -> None:
    """The server's own wrapper is what is returned: it looks for that, to send the file by itself."""
    response = Response(FileSlice.of(digits))
    app = response.freeze() if frozen else response
    body = app(environ_of(**{"wsgi.file_wrapper": ServersWrapper}), ignore)
    close(body)

    assert isinstance(body, ServersWrapper)


def serve_to_the_end(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """All is well."""
    call(app, **environ)


def serve_head(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """A HEAD."""
    call(app, REQUEST_METHOD="HEAD", **environ)


def hang_up(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """The client is gone after the first piece."""
    body = app(environ_of(**environ), ignore)
    next(iter(body), b"")
    close(body)


def never_start(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """The server closes before it reads."""
    close(app(environ_of(**environ), ignore))


def close_twice(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """The server is not sure."""
    body = app(environ_of(**environ), ignore)
    close(body)
    close(body)


def fail_to_start(app: Response | FrozenResponse, environ: dict[str, object]) -> None:
    """The server refuses the head."""
    exchange = WSGICall(OSError("refused"))
    with pytest.raises(OSError, match="refused"):
        exchange.run(app, environ_of(**environ))

    assert ["200 OK"] == exchange.statuses


WAYS: Final = [serve_to_the_end, serve_head, hang_up, never_start, close_twice, fail_to_start]
Way = Callable[[Response | FrozenResponse, dict[str, object]], None]


@needs_proc
@pytest.mark.parametrize("environ", ENVIRONS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("frozen", [False, True], ids=["builder", "frozen"])
def test_closes(digits: Path, way: Way, environ: dict[str, object], *, frozen: bool) -> None:
    """However a call ends, the file is closed; of a builder, the callbacks run once."""
    log: list[str] = []
    response = Response(FileSlice.of(digits))
    app = response.freeze() if frozen else response
    response.call_on_close(lambda: log.append("closed"))
    before = descriptors()
    way(app, environ)

    assert (before, [] if frozen else ["closed"]) == (descriptors(), log)


def test_callbacks_run_if_the_file_is_gone(digits: Path) -> None:
    """A file that cannot be opened ends the call: its callbacks run."""
    log: list[str] = []
    response = Response(FileSlice.of(digits))
    response.call_on_close(lambda: log.append("closed"))
    digits.unlink()
    with pytest.raises(FileChanged, match="cannot be opened"):
        call(response)

    assert ["closed"] == log


def test_head_and_304_open_nothing(digits: Path) -> None:
    """What sends no body needs no file."""
    response = Response(FileSlice.of(digits))
    frozen = response.freeze()
    digits.unlink()
    answers = [call(response, REQUEST_METHOD="HEAD"), call(frozen, REQUEST_METHOD="HEAD")]
    response.status = 304

    assert ["10", "10"] == [answer.headers["Content-Length"] for answer in answers]
    assert b"" == call(response).body


def test_handler_may_answer_with_it(digits: Path) -> None:
    """Behind a handler, the request's closing included, the part is what it is."""
    app = application(lambda _: Response(FileSlice.of(digits).part(1, 4)))

    assert b"123" == call(app).body
    assert b"123" == call(app, **{"wsgi.file_wrapper": ServersWrapper}).body


@needs_proc
@pytest.mark.parametrize("frozen", [False, True], ids=["builder", "frozen"])
def test_the_server_gets_its_wrapper_from_a_handler(digits: Path, *, frozen: bool) -> None:
    """Behind a handler, too; closing it closes the file, then the response, then the request, once each."""
    log: list[str] = []
    response = Response(FileSlice.of(digits))

    @final
    class Logged(Request):
        def close(self) -> None:
            log.append("request")
            super().close()

    @Logged.application
    def app(_: Request) -> Response | FrozenResponse:
        answer = response.freeze() if frozen else response
        response.call_on_close(lambda: log.append("response"))
        return answer

    before = descriptors()
    body = app(environ_of(**{"wsgi.file_wrapper": ServersWrapper}), ignore)

    assert isinstance(body, ServersWrapper)
    assert ([], DIGITS) == (log, b"".join(body))
    close(body)
    close(body)
    assert (before, ["request"] if frozen else ["response", "request"]) == (descriptors(), log)


def test_data_is_read_and_the_part_stays(digits: Path) -> None:
    """Data is read anew each time, and what is sent stays the file."""
    response = Response(FileSlice.of(digits).part(1, 4))
    found = (response.data, response.is_sequence, response.is_streamed, response.calculate_content_length())

    assert (b"123", False, False, 3) == found
    assert FileSlice.of(digits).part(1, 4) == response.response


# Freezing


def test_frozen_stays_a_reference(digits: Path) -> None:
    """A frozen response with a file reads nothing, is equal to its like, and goes through pickle as a path."""
    frozen = Response(FileSlice.of(digits)).freeze()
    digits_then = pickle.dumps(frozen)

    assert FileSlice.of(digits) == frozen.body
    assert DIGITS not in digits_then
    assert (frozen, DIGITS) == (pickle.loads(digits_then), frozen.data)
    assert (FileSlice.of(digits).etag, "10") == (frozen.headers["ETag"], frozen.headers["Content-Length"])
    assert "<FrozenResponse 10 bytes [200 OK]>" == repr(frozen)


def test_frozen_is_replaced_and_thawed(digits: Path) -> None:
    """A part may be put in place of the body; thawed, the builder has the same file."""
    frozen = Response("x").freeze().replace(body=FileSlice.of(digits).part(0, 3))
    thawed = Response.thaw(Response(FileSlice.of(digits)).freeze())

    assert (b"012", "3", None) == (call(frozen).body, frozen.headers["Content-Length"], frozen.headers.get("ETag"))
    assert FileSlice.of(digits) == thawed.response


def test_new_body_drops_the_tag_of_the_file(digits: Path) -> None:
    """The tag of a file is not that of another body."""
    thawed = Response.thaw(Response(FileSlice.of(digits)).freeze())
    thawed.data = b"other"

    assert None is thawed.headers.get("ETag")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_frozen_without_content(digits: Path, status: int) -> None:
    """A status that has no content has no file."""
    assert b"" == FrozenResponse(FileSlice.of(digits), status).body


def test_frozen_refuses_others(digits: Path) -> None:
    """A body is bytes or a part of a file; an open file is neither."""
    with digits.open("rb") as file, pytest.raises(TypeError, match="FileSlice"):
        untyped(FrozenResponse)(file)


def test_open_file_is_read_when_frozen() -> None:
    """An open file has no path to come back to: freezing reads and closes it."""
    file = Counted()
    frozen = Response(file).freeze()

    assert (DIGITS, 1) == (frozen.body, file.closes)


def test_not_freezable(tmp_path: Path) -> None:
    """An open file that cannot be read cannot be frozen, and the error says why."""
    with (tmp_path / "out").open("wb") as file, pytest.raises(NotFreezable, match=r"cannot be read.*(readable|read)"):
        Response(untyped_body(file)).freeze()
    closed = Counted()
    closed.close()
    with pytest.raises(NotFreezable, match=r"cannot be read.*closed"):
        Response(closed).freeze()


def untyped_body(file: io.BufferedWriter) -> Iterable[bytes]:
    """A file as the iterable that it says it is."""
    return file


# Open files


def test_file_is_read_in_blocks() -> None:
    """One line of a file may be all of it: a file is read in blocks (CVE-2015-0221)."""
    file = Counted(b"x" * 200_000)
    pieces = [len(piece) for piece in Response(file).iter_encoded()]

    assert ([131_072, 68_928], [131_072] * 3) == (pieces, file.asked)


def test_text_file_is_sent_as_utf8() -> None:
    """A file of text gives what a text gives."""
    assert "é".encode() == call(Response(io.StringIO("é"))).body


@pytest.mark.parametrize("passthrough", [False, True])
@pytest.mark.parametrize("environ", ENVIRONS)
def test_open_file(environ: dict[str, object], *, passthrough: bool) -> None:
    """An open file is sent from where it stands, and closed once."""
    file = Counted()
    file.seek(4)
    answer = call(Response(file, direct_passthrough=passthrough), **environ)

    assert (DIGITS[4:], 1) == (answer.body, file.closes)


def test_wrap_file_is_the_server_s() -> None:
    """The server's wrapper, where there is one; passed through, it reaches the server as it is."""
    environ = environ_of(**{"wsgi.file_wrapper": ServersWrapper})
    with io.BytesIO(DIGITS) as file:
        body = Response(wrap_file(environ, file, 3), direct_passthrough=True)(environ, ignore)

        assert isinstance(body, ServersWrapper)
        assert [b"012", b"345", b"678", b"9"] == list(body)


def test_wrap_file_without_a_server() -> None:
    """Ours, which gives blocks, and closes the file once."""
    file = Counted()
    answer = call(Response(wrap_file({}, file, 4), direct_passthrough=True))

    assert (DIGITS, 1, [4, 4, 4, 4]) == (answer.body, file.closes, file.asked)


def test_wrap_file_seeks(digits: Path) -> None:
    """The descriptor stands where the file does, though the file has read on ahead: servers take the descriptor."""
    with digits.open("rb") as file:
        file.read(3)
        ahead = os.lseek(file.fileno(), 0, os.SEEK_CUR)
        wrap_file({}, file)

        assert (10, 3, 3) == (ahead, os.lseek(file.fileno(), 0, os.SEEK_CUR), file.tell())


def test_wrap_file_of_what_cannot_be_sought() -> None:
    """No server gets a file that cannot be sought in: what was read ahead would be lost."""
    left, right = socket.socketpair()
    with left, right, right.makefile("rb") as file:
        left.sendall(DIGITS)
        left.shutdown(socket.SHUT_WR)
        file.peek(1)
        body = wrap_file({"wsgi.file_wrapper": ServersWrapper}, file)

        assert isinstance(body, FileWrapper)
        assert DIGITS == b"".join(body)


class Silent:
    """A file that can seek, and has no `seekable` to say so."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        self.read = self.file.read
        self.seek = self.file.seek
        self.tell = self.file.tell
        self.close = self.file.close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.file)


def test_file_that_does_not_say_that_it_can_seek() -> None:
    """It is believed to: its parts are sent in any order, and a server gets it."""
    environ = environ_of(HTTP_RANGE="bytes=8-9,0-1", **{"wsgi.file_wrapper": ServersWrapper})
    parts = call(Response(Silent(DIGITS)).make_conditional(environ, True, 10), environ).body

    assert FileWrapper(Silent(DIGITS)).seekable()
    assert parts.index(b"\r\n\r\n89\r\n") < parts.index(b"\r\n\r\n01\r\n")  # the boundary may hold those digits, too
    assert isinstance(wrap_file(environ, Silent(DIGITS)), ServersWrapper)


def test_file_wrapper_forwards() -> None:
    """Seek, tell, seekable and close are those of the file; what it has not does nothing."""

    class Bare:
        def read(self, size: int, /) -> bytes:
            return b"x" * size

    wrapped, bare = FileWrapper(Counted()), FileWrapper(Bare())
    wrapped.seek(3)
    bare.seek(3)
    bare.close()

    assert (True, 3, False, None) == (wrapped.seekable(), wrapped.tell(), bare.seekable(), bare.tell())
    wrapped.close()


# Memory


def bytes_read() -> int:
    """How many bytes this process has read."""
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.mark.skipif(not os.path.exists("/proc/self/io"), reason="counts bytes that are read in /proc")
def test_end_of_a_large_file_is_sought(tmp_path: Path) -> None:
    """1 KiB at the end of 1 GB is sought, and no more than it is read."""
    path = tmp_path / "sparse"
    path.touch()
    os.truncate(path, 10**9)
    part = FileSlice.of(path).part(10**9 - 1024, 10**9)
    before = bytes_read()
    sent = part.read_bytes()

    assert bytes(1024) == sent
    assert bytes_read() - before < 10_000


def test_body_after_a_closed_one_is_passed_through() -> None:
    """A body in place of one that was closed is handed to the server as it is: nothing else is to be closed."""
    response = Response(iter([b"a"]), direct_passthrough=True)
    response.close()
    response.response = io.BytesIO(DIGITS)

    assert isinstance(response(environ_of(**{"wsgi.file_wrapper": ServersWrapper}), ignore), ServersWrapper)
