"""The parts of a form while they arrive: what each gives, what is skipped or refused, and who may read after whom."""

from __future__ import annotations

import gc
import hashlib
import io
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.multipart import CAPTURED, Captured, cut
from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Input, Transfer, multipart, posted
from tests.strategies import cuts
from verglas import BodyConsumed, Limits, ParseError, Part, Request
from verglas.errors import ClientDisconnected, FormError, RequestEntityTooLarge, UnsupportedCoding, UnsupportedMediaType

BODY: Final = multipart(
    ('name="a"', b"1"),
    ('name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\nX-Tag: 7', b"line 1\nline 2"),
    ('name="empty"; filename=""', b""),
    ('name="b"', "é".encode()),
)
Told = list[tuple[str, str | None, bytes]]


def request_of(body: bytes, content_type: str = MULTIPART, limits: Limits | None = None) -> Request:
    """A request whose body streams."""
    return Request(posted(body, content_type), limits=limits or Limits())


def buffered(body: bytes, content_type: str = MULTIPART, limits: Limits | None = None) -> Request:
    """A request whose body is in memory."""
    headers = {"Content-Type": content_type}
    return Request(method="POST", url="/", headers=headers, body=body, limits=limits or Limits())


both = pytest.mark.parametrize("make", [request_of, buffered])


def told(parts: Iterator[Part]) -> Told:
    """All that the parts say."""
    return [(part.name, part.filename, part.stream.read()) for part in parts]


@both
def test_gives_all_parts(make: Callable[[bytes], Request]) -> None:
    """Each part has its name, file name, headers and content; an empty file input is left out, as in a form."""
    request = make(BODY)
    parts = [
        (part.name, part.filename, part.content_type, part.headers.get("X-Tag"), part.text())
        for part in request.parts()
    ]

    assert [
        ("a", None, None, None, "1"),
        ("f", "f.txt", "text/plain", "7", "line 1\nline 2"),
        ("b", None, None, None, "é"),
    ] == parts


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CAPTURED])
def test_agrees_with_a_form(case: Captured) -> None:
    """What clients send reads as it does as a form."""
    content_type = f'multipart/form-data; boundary="{case.boundary.decode()}"'
    form = request_of(case.body, content_type)
    fields = [(name, value) for name, value in form.form.pairs]
    files = [(name, file.filename, file.data) for name, file in form.files.pairs]
    read_fields: list[tuple[str, str]] = []
    read_files: Told = []
    for part in request_of(case.body, content_type).parts():
        if part.filename is None:
            read_fields.append((part.name, part.text()))
        else:
            read_files.append((part.name, part.filename, part.stream.read()))

    assert (fields, files) == (read_fields, read_files)


@given(at=cuts(), size=st.integers(1, 40))
def test_cuts_never_matter(at: list[int], size: int) -> None:
    """However the body is cut, and in pieces of whatever size a part is read, the parts are the same."""
    request = Request(posted(BODY, MULTIPART, stream=Pieces(cut(BODY, *at))))
    read = [(part.name, part.filename, b"".join(iter(lambda: part.stream.read(size), b""))) for part in request.parts()]  # noqa: B023

    assert told(request_of(BODY).parts()) == read


class Pieces(Input):
    """A `wsgi.input` that gives these pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(b"".join(pieces))
        self._pieces = [piece for piece in pieces if piece]

    def read(self, size: int, /) -> bytes:
        """The next piece, or what fits of it."""
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        return piece[:size]


SKIPS: Final[dict[str, Callable[[Part], object]]] = {
    "nothing": lambda part: part.name,
    "a-byte": lambda part: part.stream.read(1),
    "a-line": lambda part: part.stream.readline(),
    "closed": lambda part: part.stream.close(),
    "all": lambda part: part.stream.read(),
}


@pytest.mark.parametrize("skip", SKIPS.values(), ids=SKIPS)
@both
def test_what_is_not_read_is_skipped(make: Callable[[bytes], Request], skip: Callable[[Part], object]) -> None:
    """Whatever was read of a part, the next one begins at its beginning; the stream before it is closed."""
    names: list[str] = []
    before: Part | None = None
    for part in make(BODY).parts():
        assert before is None or before.stream.closed
        skip(part)
        names.append(part.name)
        before = part

    assert ["a", "f", "b"] == names


def test_a_stream_of_before_is_closed() -> None:
    """Whoever keeps parts to read them later is told so."""
    first, *_ = list(request_of(BODY).parts())

    with pytest.raises(ValueError, match="closed"):
        first.stream.read()


def test_is_read_while_it_arrives() -> None:
    """A part is there before the next has come, and no more than a piece is read ahead."""
    arrived = 0
    large = multipart(*((f'name="f{number}"; filename="f"', b"x" * 300_000) for number in range(10)))

    class Counting(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal arrived
            data = super().read(size)
            arrived += len(data)
            return data

    part = next(Request(posted(large, MULTIPART, stream=Counting(large))).parts())

    assert ("f0", True) == (part.name, arrived < 300_000)


def test_takes_no_memory() -> None:
    """A large upload passes through in the memory of a few pieces."""
    size = 30_000_000
    before, after = multipart(('name="f"; filename="f"', b"|")).split(b"|")
    zeros = bytes(1 << 16)

    class Source:
        def __init__(self) -> None:
            self.left = size
            self.pieces = [before]

        def read(self, wanted: int, /) -> bytes:
            if self.pieces:
                return self.pieces.pop()
            if self.left:
                data = zeros[: min(wanted, self.left)]
                self.left -= len(data)
                if not self.left:
                    self.pieces.append(after)
                return data
            return b""

    environ = posted(b"", MULTIPART) | {"CONTENT_LENGTH": str(size + len(before) + len(after)), "wsgi.input": Source()}
    digest = hashlib.sha256()
    tracemalloc.start()
    try:
        for part in Request(environ).parts():
            while data := part.stream.read(1 << 16):
                digest.update(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert hashlib.sha256(bytes(size)).digest() == digest.digest()
    assert peak < 3_000_000


LIMITED: Final = {
    "max_form_parts": (Limits(max_form_parts=2), RequestEntityTooLarge),
    "max_form_memory_size": (Limits(max_form_memory_size=1), RequestEntityTooLarge),
    "max_body_memory": (Limits(max_body_memory=1000), RequestEntityTooLarge),
    "max_content_length": (Limits(max_content_length=len(BODY) - 1), RequestEntityTooLarge),
    "max_part_headers": (Limits(max_part_headers=2), FormError),
    "max_part_header_size": (Limits(max_part_header_size=60), FormError),
    "max_boundary_length": (Limits(max_boundary_length=0), FormError),
}


@pytest.mark.parametrize("knob", LIMITED)
@both
def test_limits_of_a_form(make: Callable[[bytes, str, Limits], Request], knob: str) -> None:
    """The limits are those of a form, and say the same."""
    limits, error = LIMITED[knob]
    with pytest.raises(error, match=knob) as caught:
        told(make(BODY, MULTIPART, limits).parts())
    with pytest.raises(error) as of_form:
        make(BODY, MULTIPART, limits).form  # noqa: B018

    assert str(of_form.value) == str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY[: -len(b"--b--\r\n")], id="no-end"),
        pytest.param(multipart(("x=1", b"1")), id="no-name"),
        pytest.param(b"hello", id="no-multipart"),
        pytest.param(BODY.replace(b'name="b"', b'name="b"\n'), id="bare-lf-late"),
    ],
)
@both
def test_malformed(make: Callable[[bytes], Request], body: bytes) -> None:
    """What no form may hold is refused where it comes; what is read after that meets the same error."""
    parts = make(body).parts()
    with pytest.raises(FormError) as caught:
        told(parts)
    with pytest.raises(FormError) as again:
        next(parts)

    assert str(caught.value) == str(again.value)


def test_an_error_shows_in_the_stream() -> None:
    """A part whose end does not come is an error of its stream; other readers of the body meet it, too."""
    request = request_of(multipart(('name="f"; filename="f"', b"x" * 10))[:-12])
    part = next(request.parts())
    with pytest.raises(FormError):
        part.stream.read()

    with pytest.raises(FormError):
        request.get_data()


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_client_hangs_up(transfer: Transfer) -> None:
    """A body that ends early is an error, never a short part."""
    environ = posted(BODY, MULTIPART, transfer)
    environ["wsgi.input"] = io.BytesIO(BODY[:-30])

    with pytest.raises((ClientDisconnected, FormError)):
        told(Request(environ).parts())


@pytest.mark.parametrize(
    ("error", "content_type", "headers"),
    [
        pytest.param(UnsupportedMediaType, URLENCODED, {}, id="urlencoded"),
        pytest.param(UnsupportedMediaType, JSON, {}, id="json"),
        pytest.param(UnsupportedMediaType, "", {}, id="no-type"),
        pytest.param(FormError, "multipart/form-data", {}, id="no-boundary"),
        pytest.param(FormError, "nonsense", {}, id="malformed-type"),
        pytest.param(FormError, MULTIPART + "\x01", {}, id="type-that-no-header-holds"),
        pytest.param(UnsupportedCoding, MULTIPART, {"HTTP_CONTENT_ENCODING": "gzip"}, id="encoded"),
    ],
)
def test_no_parts(error: type[ParseError], content_type: str, headers: dict[str, str]) -> None:
    """What is no multipart form is refused at once, and nothing is read."""
    source = Input(BODY)
    request = Request(posted(BODY, content_type, stream=source) | headers)

    with pytest.raises(error):
        request.parts()

    assert (0, BODY) == (source.position, request.get_data())


@both
def test_without_a_body(make: Callable[[bytes], Request]) -> None:
    """A form without a body has no parts."""
    assert [] == told(make(b"").parts())


READS: Final[dict[str, Callable[[Request], object]]] = {
    "parts": lambda request: request.parts(),
    "data": lambda request: request.get_data(),
    "form": lambda request: request.form,
    "stream": lambda request: request.stream.read(),
    "buffered": lambda request: request.buffered(),
}


BEGINS: Final[dict[str, Callable[[Iterator[Part]], object]]] = {"asked": iter, "begun": next, "read": told}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("begin", BEGINS.values(), ids=BEGINS)
def test_consumes(read: Callable[[Request], object], begin: Callable[[Iterator[Part]], object]) -> None:
    """Whoever reads a streaming body after its parts were asked for is told by whom it was consumed."""
    request = request_of(BODY)
    begin(request.parts())

    with pytest.raises(BodyConsumed) as caught:
        read(request)

    assert "parts" == caught.value.by


@pytest.mark.parametrize("first", ["form", "stream"])
def test_after_another_reader(first: str) -> None:
    """After a form or the stream there are no parts to read."""
    request = request_of(BODY)
    READS[first](request)

    with pytest.raises(BodyConsumed):
        request.parts()


def test_in_memory_again_and_again() -> None:
    """Bytes in memory serve all readers, parts as often as they are asked for."""
    request = request_of(BODY)
    request.get_data()
    first, second = request.parts(), request.parts()

    assert next(first).name == next(second).name
    assert told(first) == told(second) == told(request_of(BODY).parts())[1:]
    assert "1" == request.form["a"]


@pytest.mark.parametrize("which", ["request", "parts"])
def test_closing(which: str) -> None:
    """Of closed parts, or those of a closed request, the stream is closed, and the rest not read: to go on is an error,
    since parts that just ended would look like all there are.
    """
    source = Input(BODY, 64)
    request = Request(posted(BODY, MULTIPART, stream=source))
    parts = request.parts()
    part = next(parts)
    position = source.position
    (parts if which == "parts" else request).close()

    for _ in range(2):
        with pytest.raises(ValueError, match="parts are closed"):
            next(parts)
    assert (True, position) == (part.stream.closed, source.position)


def test_closing_after_the_last() -> None:
    """Parts that were all given just end, closed or not."""
    parts = request_of(BODY).parts()
    told(parts)
    parts.close()

    assert [] == list(parts)


def test_with() -> None:
    """Leaving a `with` closes them."""
    with request_of(BODY).parts() as parts:
        part = next(parts)

    assert part.stream.closed
    with pytest.raises(ValueError, match="parts are closed"):
        next(parts)


def test_no_cycle() -> None:
    """Request, parts and streams are gone when nobody holds them, with the collector of cycles switched off."""
    request = request_of(BODY)
    parts = request.parts()
    part = next(parts)
    gone: list[Callable[[], object]] = [weakref.ref(parts), weakref.ref(part.stream)]
    gc.disable()
    try:
        del request, parts, part

        assert [None, None] == [each() for each in gone]
    finally:
        gc.enable()
