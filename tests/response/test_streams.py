"""The body of a response as a file that is written to."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.kit import CountedBody, environ_of, untyped
from verglas import FileSlice, Response
from verglas.testing import call


@pytest.mark.parametrize(
    ("length", "data", "value"),
    [
        pytest.param(2, b"ab", "ab", id="text"),
        pytest.param(1, b"\xc3\xa9", "\u00e9", id="text-counts-characters"),
        pytest.param(2, b"\xc3\xa9", b"\xc3\xa9", id="bytes"),
        pytest.param(2, b"ab", bytearray(b"ab"), id="bytearray"),
        pytest.param(4, b"abcd", memoryview(b"abcd").cast("H"), id="memoryview-counts-bytes"),
        pytest.param(0, b"", "", id="nothing"),
    ],
)
def test_write(length: int, data: bytes, value: str | bytes | bytearray | memoryview) -> None:
    """What is written is appended, text as UTF-8; the length of what was given is returned."""
    response = Response("before ")
    written = response.stream.write(value)

    assert (length, b"before " + data) == (written, response.data)


@pytest.mark.parametrize("value", [None, 1, ["a"]])
def test_write_refuses_what_is_no_text(value: object) -> None:
    """Neither text nor bytes is a `TypeError`, and nothing is written."""
    response = Response("a")
    with pytest.raises(TypeError):
        untyped(response.stream.write)(value)

    assert b"a" == response.data


def test_writelines() -> None:
    """No line ends are added."""
    response = Response()
    response.stream.writelines(["a", b"b", "c"])

    assert b"abc" == response.data


def test_tell() -> None:
    """The position is the end of the body, whatever else changed it."""
    response = Response("ab")
    stream = response.stream
    told = [stream.tell()]
    stream.write("c")
    told.append(stream.tell())
    response.data = "x"
    told.append(stream.tell())
    stream.write("yz")
    told.append(stream.tell())

    assert ([2, 3, 1, 3], b"xyz") == (told, response.data)


def test_attributes() -> None:
    """It looks like a file that is written to."""
    stream = Response().stream

    assert ("wb+", "utf-8", False) == (stream.mode, stream.encoding, stream.closed)
    assert (False, False, False, True) == (stream.isatty(), stream.readable(), stream.seekable(), stream.writable())


def test_stream_is_one() -> None:
    """The same one each time."""
    response = Response()

    assert response.stream is response.stream


USES: Final[Mapping[str, Callable[[Response], object]]] = {
    "write": lambda response: response.stream.write("a"),
    "writelines": lambda response: response.stream.writelines(["a"]),
    "tell": lambda response: response.stream.tell(),
    "flush": lambda response: response.stream.flush(),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_closed(use: Callable[[Response], object]) -> None:
    """After `close` everything is a `ValueError`; the response stays as it is."""
    response = Response("a")
    with response.stream as stream:
        stream.write("b")
        stream.flush()
    with pytest.raises(ValueError, match="closed"):
        use(response)

    assert (True, b"ab") == (stream.closed, response.data)


def test_zip_archive() -> None:
    """`ZipFile` writes to it."""
    response = Response(mimetype="application/zip")
    with zipfile.ZipFile(response.stream, "w") as archive:
        archive.writestr("a.txt", "hello")
        archive.writestr("b.txt", b"world")
    with zipfile.ZipFile(io.BytesIO(call(response).body)) as archive:
        assert {"a.txt": b"hello", "b.txt": b"world"} == {name: archive.read(name) for name in archive.namelist()}


def test_other_writers() -> None:
    """So do `csv`, `json` and `gzip`."""
    table, text, packed = Response(), Response(), Response()
    csv.writer(table.stream).writerow(["a", "\u00e9"])
    json.dump([1, "a"], text.stream)
    with gzip.GzipFile(fileobj=packed.stream, mode="wb") as file:
        file.write(b"abc")

    assert ("a,\u00e9\r\n".encode(), b'[1, "a"]', b"abc") == (table.data, text.data, gzip.decompress(packed.data))


def test_length_is_forgotten() -> None:
    """A Content-Length that was set does not outlive a write."""
    response = Response("a", headers={"Content-Length": "1"})
    response.stream.write("b")
    between = "Content-Length" in response.headers
    response.headers["Content-Length"] = "7"
    response.stream.write("c")

    assert (False, "3", b"abc") == (between, call(response).headers["Content-Length"], call(response).body)


def test_computed_tag_is_forgotten() -> None:
    """An ETag that freezing computed goes with the body that it was computed of; one that was set stays."""
    thawed = Response.thaw(Response("a").freeze())
    own = Response("a", headers={"ETag": '"1"'})
    for response in (thawed, own):
        response.stream.tell()
        response.stream.write("b")

    assert ([], ['"1"']) == (thawed.headers.getlist("ETag"), own.headers.getlist("ETag"))


def test_tag_of_a_file_is_forgotten(tmp_path: Path) -> None:
    """So does the tag of a file, which is not computed of its bytes."""
    path = tmp_path / "a"
    path.write_bytes(b"a")
    thawed = Response.thaw(Response(FileSlice.of(str(path))).freeze())
    thawed.stream.write("b")

    assert ([], b"ab") == (thawed.headers.getlist("ETag"), thawed.data)


def test_body_that_streams_is_read_first() -> None:
    """What streams is read into memory, closed with the response, and appended to."""
    body = CountedBody("a", b"b")
    with Response(body) as response:
        response.stream.write("c")
        before = body.closed

    assert (b"abc", 0, 1) == (response.data, before, body.closed)


@pytest.mark.parametrize("passed", [True, False])
def test_body_that_must_not_be_read(passed: bool) -> None:
    """One that is passed through, or must not be read by itself, cannot be written to."""

    class Strict(Response):
        implicit_sequence_conversion = False

    response = Strict(iter(["a"]), direct_passthrough=passed)
    with pytest.raises(RuntimeError):
        response.stream.write("b")

    assert [b"a"] == list(response.iter_encoded())


def test_response_shows_what_was_written() -> None:
    """Every view of the body knows what was written; none can change it."""
    response = Response()
    response.stream.write("a")
    response.stream.write("b")
    pieces = response.response

    assert isinstance(pieces, tuple)
    assert b"ab" == b"".join(response.iter_encoded())
    assert (True, False, 2) == (response.is_sequence, response.is_streamed, response.calculate_content_length())
    assert "<Response 2 bytes [200 OK]>" == repr(response)
    assert (b"ab", b"ab") == (call(response).body, response.freeze().body)


def test_written_after_freezing() -> None:
    """A frozen response does not see what is written later."""
    response = Response()
    response.stream.write("a")
    frozen = response.freeze()
    response.stream.write("b")

    assert (b"a", b"ab") == (frozen.body, response.freeze().body)


def test_written_while_sent() -> None:
    """What is sent is what was there when the call began."""
    response = Response()
    response.stream.write("a")
    pieces = response.get_app_iter(environ_of())
    response.stream.write("b")

    assert b"a" == b"".join(pieces)


@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary())))
def test_writes_add_up(values: list[str | bytes]) -> None:
    """The body is what was written, and `tell` its length, after every write."""
    response = Response()
    expected = b""
    for value in values:
        response.stream.write(value)
        expected += value.encode() if isinstance(value, str) else value
        assert len(expected) == response.stream.tell()

    assert expected == response.data


def test_growth() -> None:
    """Many small writes, and as many `tell`, take linear time."""

    def run(size: int) -> bytes:
        response = Response()
        stream = response.stream
        for _ in range(size):
            stream.write(b"a")
            stream.tell()
        return response.data

    assert_linear(run, start=1 << 10)


def test_surrogates_are_refused() -> None:
    """Half of a surrogate pair cannot be sent, and is not written."""
    response = Response("a")
    with pytest.raises(UnicodeEncodeError):
        response.stream.write("\ud800")

    assert b"a" == response.data


def lines() -> Iterator[str]:
    """Some."""
    yield "a"
    yield "b"


def test_writelines_of_a_generator() -> None:
    """Lines may come from anywhere."""
    response = Response()
    response.stream.writelines(lines())

    assert b"ab" == response.data
