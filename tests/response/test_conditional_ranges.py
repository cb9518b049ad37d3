"""Ranges on responses (RFC 9110 §14), of the value and of the builder, whatever the body is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.data.conditions import BODY, RANGES, RangeShape
from tests.growth import assert_linear
from tests.kit import CountedBody, close, environ_of, ignore
from verglas import FileSlice, FileWrapper, FrozenResponse, Headers, HeaderValueError, Response
from verglas.testing import WSGIAnswer, call

LENGTH: Final = len(BODY)
PART: Final = re.compile(r"Content-Range: bytes ([0-9]+)-([0-9]+)/([0-9]+)")


@frozen
class Asked:
    """A GET with a Range."""

    range: str
    method: str = "GET"
    target: str = "/"
    scheme: str = "http"

    @property
    def headers(self) -> Headers:
        """Its only field."""
        return Headers({"Range": self.range})


class CountingFile(io.BytesIO):
    """An open file that counts the bytes that were read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


class Pipe(io.BytesIO):
    """An open file that cannot be sought in."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation("seek")


Part: TypeAlias = tuple[int, int, int, list[str], bytes]


def read_multipart(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart/byteranges by cutting at the boundary: start, stop, length, other fields, bytes."""
    boundary = content_type.removeprefix("multipart/byteranges; boundary=").encode()
    first, *parts, last = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert (b"", b"--\r\n") == (first, last)
    found: list[Part] = []
    for part in parts:
        head, _, data = part.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:]
        match = next(match for line in lines if (match := PART.fullmatch(line)))
        others = [line for line in lines if line != match[0]]
        found.append((int(match[1]), int(match[2]) + 1, int(match[3]), others, data))
    return found


def slices_of(answer: WSGIAnswer) -> tuple[tuple[int, int], ...]:
    """What of the body was sent; every part holds what it says."""
    headers = answer.headers
    assert [str(len(answer.body))] == headers.getlist("Content-Length")
    if not answer.status.startswith("206"):
        return ()
    if "Content-Range" in headers:
        match = PART.fullmatch(f"Content-Range: {headers['Content-Range']}")
        assert match is not None
        parts: list[Part] = [(int(match[1]), int(match[2]) + 1, int(match[3]), [], answer.body)]
    else:
        parts = read_multipart(headers["Content-Type"], answer.body)
    assert [(BODY[start:stop], LENGTH) for start, stop, *_ in parts] == [
        (data, length) for _, _, length, _, data in parts
    ]
    return tuple((start, stop) for start, stop, *_ in parts)


SHAPES: Final = [pytest.param(row, id=row.id) for row in RANGES]


@pytest.mark.parametrize("row", SHAPES)
def test_value(row: RangeShape) -> None:
    """A frozen response answers every shape of Range, and stays as it was."""
    page = FrozenResponse(BODY, headers={"Content-Type": "text/plain"})
    before = FrozenResponse(BODY, headers=page.headers)
    answer = call(page.conditional(Asked(row.value), accept_ranges=True))

    assert (row.expected, row.slices, before) == (int(answer.status[:3]), slices_of(answer), page)


def pieces() -> list[bytes]:
    """The body in pieces of every length up to five, an empty one among them."""
    return [BODY[:1], BODY[1:3], b"", BODY[3:6], BODY[6:10], BODY[10:15], BODY[15:]]


def bodies(folder: Path) -> dict[str, Response]:
    """The body in every form that a builder takes."""
    path = folder / "body"
    path.write_bytes(b"<<" + BODY + b">>")
    opened = io.BytesIO(b"<<" + BODY)
    opened.seek(2)
    written = Response()
    written.stream.write(BODY[:7])
    written.stream.write(BODY[7:])
    return {
        "written": written,
        "bytes": Response(BODY),
        "tuple": Response(pieces()),
        "text": Response(BODY.decode()),
        "generator": Response(piece for piece in pieces()),
        "texts": Response(piece.decode() for piece in pieces()),
        "file": Response(opened),
        "passed-file": Response(io.BytesIO(BODY), direct_passthrough=True),
        "buffered-file": Response(io.BufferedReader(io.BytesIO(BODY))),
        "wrapped-file": Response(FileWrapper(io.BytesIO(BODY), 3), direct_passthrough=True),
        "text-file": Response(io.StringIO(BODY.decode())),
        "pipe": Response(Pipe(BODY)),
        "slice": Response(FileSlice.of(path).part(2, 2 + LENGTH)),
    }


FORMS: Final = [
    "written",
    "bytes",
    "tuple",
    "text",
    "generator",
    "texts",
    "file",
    "passed-file",
    "buffered-file",
    "wrapped-file",
    "text-file",
    "pipe",
    "slice",
]
FORWARD: Final = frozenset({"generator", "texts", "text-file", "pipe"})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("row", SHAPES)
def test_builder(row: RangeShape, form: str, tmp_path: Path) -> None:
    """A builder answers every shape of Range, whatever its body is; a stream sends its parts in their order."""
    response = bodies(tmp_path)[form].make_conditional(environ_of(HTTP_RANGE=row.value), True, LENGTH)
    if row.expected == 200:
        response.headers["Content-Length"] = str(LENGTH)
    answer = call(response)
    expected = tuple(sorted(row.slices)) if form in FORWARD else row.slices

    assert (row.expected, expected) == (int(answer.status[:3]), slices_of(answer))


@pytest.mark.parametrize("form", FORMS)
def test_freezes_as_it_is_sent(form: str, tmp_path: Path) -> None:
    """A builder that became a part freezes as that part."""
    response = bodies(tmp_path)[form].make_conditional(environ_of(HTTP_RANGE="bytes=8-12"), True, LENGTH)

    assert BODY[8:13] == call(response.freeze()).body


@given(
    st.lists(st.binary(max_size=6), max_size=12),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=1, max_size=6),
)
def test_parts_do_not_depend_on_pieces(found: list[bytes], asked: list[tuple[int, int]]) -> None:
    """However a stream is cut into pieces, its parts are those of the bytes in hand."""
    body = b"".join(found)
    value = "bytes=" + ",".join(f"{start}-{start + more}" for start, more in sorted(asked))
    frozen_one = FrozenResponse(body).conditional(Asked(value), accept_ranges=True)
    builder = Response(iter(found), headers={}, content_type=None).make_conditional(
        environ_of(HTTP_RANGE=value), True, len(body)
    )
    streamed = call(builder)
    boundary = builder.headers.get("Content-Type", "").partition("boundary=")[2].encode()
    own = frozen_one.headers.get("Content-Type", "").partition("boundary=")[2].encode()
    plain = b"Content-Type: text/plain; charset=utf-8\r\n"
    replaced = streamed.body.replace(plain, b"").replace(boundary, own) if own else streamed.body

    assert (frozen_one.status, frozen_one.body) == (streamed.status, replaced)


def test_one_part() -> None:
    """A 206 of one part has Content-Range, the length of the part, and what is said of the whole (RFC 9110 §15.3.7)."""
    said = {"Content-Type": "text/plain", "Repr-Digest": "sha-256=:AA==:", "Cache-Control": "no-cache", "ETag": '"1"'}
    page = FrozenResponse(BODY, "200 Fine", said | {"Content-Digest": "sha-256=:AA==:", "Content-MD5": "x"})
    answer = page.conditional(Asked("bytes=2-4"), accept_ranges=True)

    expected = said | {"Content-Range": "bytes 2-4/20", "Content-Length": "3", "Accept-Ranges": "bytes"}
    assert ("206 Partial Content", expected) == (answer.status, dict(answer.headers))


def test_several_parts() -> None:
    """A 206 of several parts says their ranges and the type in each, and no Content-Range (§15.3.7.2)."""
    page = FrozenResponse(BODY, headers={"Content-Type": "text/plain"})
    answer = page.conditional(Asked("bytes=8-9,0-1"), accept_ranges=True)
    parts = read_multipart(answer.headers["Content-Type"], answer.data)

    kind = ["Content-Type: text/plain"]
    assert [(8, 10, LENGTH, kind, b"89"), (0, 2, LENGTH, kind, b"01")] == parts
    assert "Content-Range" not in answer.headers


def test_parts_without_a_type() -> None:
    """Where the whole has no Content-Type, the parts have none."""
    answer = FrozenResponse(BODY).conditional(Asked("bytes=0-0,2-2"), accept_ranges=True)

    assert [[], []] == [part[3] for part in read_multipart(answer.headers["Content-Type"], answer.data)]


def test_unsatisfiable() -> None:
    """A 416 says how long the whole is (RFC 9110 §15.5.17)."""
    answer = FrozenResponse(BODY).conditional(Asked("bytes=20-"), accept_ranges=True)
    expected = {"Content-Length": "0", "Accept-Ranges": "bytes", "Content-Range": "bytes */20"}

    assert (416, b"", expected) == (answer.status_code, answer.body, dict(answer.headers))


@pytest.mark.parametrize(
    ("accept_ranges", "expected"),
    [
        pytest.param(False, (200, None), id="off"),
        pytest.param(True, (206, "bytes"), id="on"),
        pytest.param("bytes", (206, "bytes"), id="bytes"),
        pytest.param("none", (200, "none"), id="none"),
        pytest.param("items", (200, "items"), id="items"),
        pytest.param("items, bytes", (206, "items, bytes"), id="both"),
    ],
)
def test_accept_ranges(accept_ranges: bool | str, expected: tuple[int, str | None]) -> None:
    """Parts are sent where Accept-Ranges has bytes; it is sent whether there is a Range or not (RFC 9110 §14.3)."""
    page = FrozenResponse(BODY)
    answer = page.conditional(Asked("bytes=0-4"), accept_ranges=accept_ranges)
    whole = page.conditional(Asked("x"), accept_ranges=accept_ranges)

    assert (*expected, expected[1]) == (
        answer.status_code,
        answer.headers.get("Accept-Ranges"),
        whole.headers.get("Accept-Ranges"),
    )


@pytest.mark.parametrize(
    ("method", "status", "expected"), [("HEAD", 200, True), ("POST", 200, False), ("GET", 404, False)]
)
def test_accept_ranges_is_said_of_a_representation(method: str, status: int, expected: bool) -> None:
    """Accept-Ranges is said to GET and HEAD, and with success only."""
    answer = FrozenResponse(BODY, status).conditional(Asked("bytes=0-4", method), accept_ranges=True)

    assert (status, expected) == (answer.status_code, "Accept-Ranges" in answer.headers)


def test_accept_ranges_is_checked() -> None:
    """What is no list of units is the application's mistake."""
    with pytest.raises(HeaderValueError):
        FrozenResponse(BODY).conditional(Asked("bytes=0-4"), accept_ranges="bytes\r\nX: y")


@pytest.mark.parametrize(("value", "expected"), [("bytes=0-0", 206), ("bytes=0-0,5-5", 200)])
def test_coded_content(value: str, expected: int) -> None:
    """Of coded content one part is sent, of several all of it: a multipart would not be in that coding."""
    page = FrozenResponse(BODY, headers={"Content-Encoding": "gzip"})

    assert expected == page.conditional(Asked(value), accept_ranges=True).status_code


@pytest.mark.parametrize("value", ["bytes=0-4", "bytes=0-0,5-5"])
def test_part_of_a_part(value: str) -> None:
    """What a handler has cut itself is not cut again."""
    page = FrozenResponse(BODY, 206, {"Content-Range": "bytes 0-19/99"})

    assert (206, BODY) == ((answer := page.conditional(Asked(value), accept_ranges=True)).status_code, answer.body)


@pytest.mark.parametrize("value", ["bytes=0-", "bytes=0-0", "bytes=-0", "bytes=-5", "bytes=5-9,7-", "items=0-4"])
def test_empty_body(value: str) -> None:
    """The Range of what is empty is ignored."""
    assert 200 == FrozenResponse(b"").conditional(Asked(value), accept_ranges=True).status_code


# The complete length


def test_stream_of_unknown_length() -> None:
    """Of a stream whose length is not said, all is sent."""
    response = Response(iter(pieces())).make_conditional(environ_of(HTTP_RANGE="bytes=0-4"), accept_ranges=True)

    assert (200, BODY) == (response.status_code, call(response).body)


@pytest.mark.parametrize("length", [0, 19, 21])
def test_complete_length_of_a_body_in_hand(length: int) -> None:
    """A complete length that the body has not is a mistake, not a guess."""
    with pytest.raises(ValueError, match="complete_length"):
        FrozenResponse(BODY).conditional(Asked("bytes=0-4"), accept_ranges=True, complete_length=length)


def test_negative_complete_length() -> None:
    """No stream has fewer bytes than none."""
    with pytest.raises(ValueError, match="negative"):
        Response(iter(pieces())).make_conditional(environ_of(HTTP_RANGE="bytes=0-4"), True, -1)


@pytest.mark.parametrize("body", [iter(pieces()), io.BytesIO(BODY)], ids=["stream", "file"])
def test_stream_that_ends_early(body: Iterator[bytes]) -> None:
    """A stream that ends before a part does fails while it is sent: less would look like all of it."""
    response = Response(body).make_conditional(environ_of(HTTP_RANGE="bytes=15-24"), True, 30)

    with pytest.raises(RuntimeError, match="ended 5 bytes before"):
        call(response)


def test_stream_that_was_sent() -> None:
    """No part can be cut from a stream that was sent already."""
    response = Response(iter(pieces()))
    call(response)

    with pytest.raises(RuntimeError, match="sent already"):
        response.make_conditional(environ_of(HTTP_RANGE="bytes=0-4"), True, LENGTH)


def test_part_is_sent_once() -> None:
    """What was cut from a stream is a stream: a second call raises, as with any other."""
    response = Response(iter(pieces())).make_conditional(environ_of(HTTP_RANGE="bytes=0-4"), True, LENGTH)
    call(response)

    with pytest.raises(RuntimeError, match="sent already"):
        call(response)


# What is read


def test_file_is_not_read_before_the_part() -> None:
    """Of a file that can be sought in, no more is read than is sent."""
    file = CountingFile(BODY * 100_000)
    response = Response(file).make_conditional(environ_of(HTTP_RANGE="bytes=-1024"), True, LENGTH * 100_000)
    untouched = file.count

    assert (0, 1024, 1024) == (untouched, len(call(response).body), file.count)


def test_stream_is_not_read_after_the_part() -> None:
    """Of a stream, what follows the last part is not asked for."""
    body = CountedBody(b"01", b"23", b"45")
    answer = call(Response(body).make_conditional(environ_of(HTTP_RANGE="bytes=0-2"), True, 6))

    assert (b"012", b"45", 1) == (answer.body, next(body), body.closed)


def test_slice_stays_a_reference(tmp_path: Path) -> None:
    """One part of a file by its path is one, in the value and in the builder: nothing is read."""
    path = tmp_path / "body"
    path.write_bytes(BODY)
    whole = FileSlice.of(path)
    value = Response(whole).freeze().conditional(Asked("bytes=2-4"), accept_ranges=True)
    builder = Response(whole).make_conditional(environ_of(HTTP_RANGE="bytes=2-4"), accept_ranges=True)

    assert (whole.part(2, 5), value.headers["Content-Range"]) == (value.body, "bytes 2-4/20")
    assert whole.part(2, 5) == builder.freeze().body


def test_several_parts_of_a_frozen_slice(tmp_path: Path) -> None:
    """Several parts of a file are no value: all of it is sent instead (RFC 9110 §14.2)."""
    path = tmp_path / "body"
    path.write_bytes(BODY)
    answer = Response(FileSlice.of(path)).freeze().conditional(Asked("bytes=0-0,5-5"), accept_ranges=True)

    assert (200, FileSlice.of(path)) == (answer.status_code, answer.body)


# Boundaries and growth


def test_answer_of_a_value_is_a_value() -> None:
    """The boundary of bytes in hand is theirs: equal responses have equal answers."""
    answers = [FrozenResponse(BODY).conditional(Asked("bytes=0-0,5-5"), accept_ranges=True) for _ in range(2)]

    assert answers[0] == answers[1]


def test_boundary_cannot_be_foreseen() -> None:
    """The boundary of a stream is random; that of bytes depends on every byte, so no byte can be made to hold it."""
    environ = environ_of(HTTP_RANGE="bytes=0-0,5-5")
    streams = [Response(iter([BODY])).make_conditional(environ, True, LENGTH) for _ in range(3)]
    hands = [Response(body).make_conditional(environ, True) for body in (BODY, BODY.replace(b"5", b"6"))]

    assert all("boundary=" in response.headers["Content-Type"] for response in (*streams, *hands))
    assert (3, 2) == tuple(len({one.headers["Content-Type"] for one in found}) for found in (streams, hands))


def test_closing_before_and_while_reading(tmp_path: Path) -> None:
    """Closing closes the file of the part that is being read; a second time does nothing."""
    path = tmp_path / "body"
    path.write_bytes(BODY)
    environ = environ_of(HTTP_RANGE="bytes=0-4,8-9")
    body = Response(FileSlice.of(path)).make_conditional(environ, True)(environ, ignore)
    _, first = islice(body, 2)  # after its head
    close(body)
    close(body)

    assert (BODY[:5], []) == (first, list(body))


def many_ranges(size: int) -> FrozenResponse:
    """A Range as long as a size, of parts that do not touch."""
    value = "bytes=" + ",".join(f"{2 * n}-{2 * n}" for n in range(size // 8))
    return FrozenResponse(b"x" * size).conditional(Asked(value[:60_000]), accept_ranges=True)


def many_pieces(size: int) -> int:
    """A part of a stream of small pieces."""
    response = Response(iter([b"x"] * size))
    return len(call(response.make_conditional(environ_of(HTTP_RANGE=f"bytes={size // 2}-"), True, size)).body)


def one_piece(size: int) -> int:
    """A hundred parts of a stream that comes in one piece."""
    ranges = ",".join(f"{n * size // 100}-{(n + 1) * size // 100 - 2}" for n in range(100))
    response = Response(iter([b"x" * size]))
    return len(call(response.make_conditional(environ_of(HTTP_RANGE=f"bytes={ranges}"), True, size)).body)


@pytest.mark.parametrize("run", [many_ranges, many_pieces, one_piece])
def test_is_linear(run: Callable[[int], object]) -> None:
    """The work grows as the Range and the body do (CVE-2025-62727)."""
    assert_linear(run, start=1024)
