"""A `wsgi.input` that gives little, nothing, something else, or fails: the right answer, and never a second read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest
from attrs import frozen

from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Transfer, environ_of, multipart, posted
from verglas import BodyConsumed, HTTPError, Request, Response
from verglas.errors import BrokenInput, ClientDisconnected
from verglas.testing import WSGICall

URLENCODED_BODY: Final = b"a=1&b=2&c=3"
MULTIPART_BODY: Final = multipart(('name="a"', b"1"), ('name="b"; filename="f"', b"2"))
JSON_BODY: Final = b'{"a": 1, "b": [2]}'
PLAIN_BODY: Final = b"plain text, nothing else"


class Script:
    """A `wsgi.input` that gives what a script says, one line of it a read; then what the last line says, for ever.

    A number of bytes is given from the body, an exception is raised, anything else is given as it is.
    """

    def __init__(self, body: bytes, *lines: object) -> None:
        self.body = body
        self.lines = [*lines]
        self.reads = 0
        self.position = 0

    def read(self, size: int, /) -> object:
        """The next line, if it is given what it asks for; never beyond the body."""
        assert size > 0
        self.reads += 1
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, BaseException):
            raise line
        if not isinstance(line, int):
            return b"x" * (size + 1) if line is TOO_MUCH else line
        start = self.position
        self.position = min(start + min(line, size), len(self.body))
        return self.body[start : self.position]


TOO_MUCH: Final = object()


@frozen
class Reader:
    """How a body is read, and what comes out.

    Attributes:
        content_type: Of the body.
        body: The body.
        read: Reads it.
        expected: What that gives when nothing is wrong.
    """

    content_type: str
    body: bytes
    read: Callable[[Request[None]], object]
    expected: object


FORM: Final = (("a", "1"), ("b", "2"), ("c", "3"))
READERS: Final[Mapping[str, Reader]] = {
    "urlencoded": Reader(URLENCODED, URLENCODED_BODY, lambda request: request.form.pairs, FORM),
    "multipart": Reader(
        *(MULTIPART, MULTIPART_BODY),
        lambda request: (request.form["a"], request.files["b"].buffered().read()),
        ("1", b"2"),
    ),
    "json": Reader(JSON, JSON_BODY, lambda request: request.json, {"a": 1, "b": [2]}),
    "data": Reader("text/plain", PLAIN_BODY, lambda request: request.data, PLAIN_BODY),
    "get_data": Reader(URLENCODED, URLENCODED_BODY, lambda request: request.get_data(), URLENCODED_BODY),
    "uncached": Reader("text/plain", PLAIN_BODY, lambda request: request.get_data(cache=False), PLAIN_BODY),
    "stream": Reader(URLENCODED, URLENCODED_BODY, lambda request: request.stream.read(), URLENCODED_BODY),
    "buffered": Reader("text/plain", PLAIN_BODY, lambda request: request.buffered().data, PLAIN_BODY),
}
ALL_READERS: Final = [pytest.param(name, id=name) for name in READERS]

FAULTS: Final[Mapping[str, tuple[tuple[object, ...], type[HTTPError]]]] = {
    "none at once": ((None,), BrokenInput),
    "none later": ((3, None), BrokenInput),
    "text at once": (("text",), BrokenInput),
    "text later": ((3, "text"), BrokenInput),
    "bytearray": ((bytearray(b"a"),), BrokenInput),
    "too much at once": ((TOO_MUCH,), BrokenInput),
    "too much later": ((3, TOO_MUCH), BrokenInput),
    "error at once": ((OSError("/secret/path"),), ClientDisconnected),
    "error later": ((3, 2, ConnectionResetError("/secret/path")), ClientDisconnected),
    "timeout": ((1, TimeoutError()), ClientDisconnected),
    "end of file": ((1, EOFError()), ClientDisconnected),
}
EARLY_ENDS: Final[Mapping[str, tuple[object, ...]]] = {"at once": (b"",), "later": (3, 2, b""), "last": (10, b"")}


def all_readers(request: Request[None]) -> list[tuple[type[HTTPError], str]]:
    """What each reader of the body says that should meet a failure."""
    readers: list[Callable[[], object]] = [
        lambda: request.form,
        lambda: request.files,
        lambda: request.data,
        request.get_data,
        lambda: request.stream.read(-1),
        lambda: request.stream.read(1),
        request.buffered,
    ]
    if not request.mimetype.endswith(("form-data", "urlencoded")):
        del readers[:2]
    return [failure(read) for read in readers]


def failure(read: Callable[[], object]) -> tuple[type[HTTPError], str]:
    """What reading raises."""
    with pytest.raises(HTTPError) as caught:
        read()
    return type(caught.value), caught.value.description


@pytest.mark.parametrize("piece", [1, 2, 7, 1000])
@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("name", ALL_READERS)
def test_short_pieces(name: str, transfer: Transfer, piece: int) -> None:
    """Short pieces are normal, and the last byte is not read past."""
    reader = READERS[name]
    stream = Script(reader.body, piece)
    with Request(posted(reader.body, reader.content_type, transfer, stream)) as request:
        assert reader.expected == reader.read(request)
        assert stream.position == len(reader.body)
        assert stream.reads == -(-len(reader.body) // piece) + (transfer == "terminated")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("name", ALL_READERS)
def test_fault(name: str, transfer: Transfer, fault: str) -> None:
    """A fault of the input is an error of its kind; all who come later meet the same, and nothing more is read."""
    reader = READERS[name]
    lines, expected = FAULTS[fault]
    stream = Script(reader.body, *lines)
    request = Request(posted(reader.body, reader.content_type, transfer, stream))
    first = failure(lambda: reader.read(request))
    reads = stream.reads

    assert expected is first[0]
    assert {first} == {*all_readers(request)}
    assert reads == stream.reads
    assert "secret" not in first[1]


@pytest.mark.parametrize("end", EARLY_ENDS)
@pytest.mark.parametrize("name", ALL_READERS)
def test_early_end(name: str, end: str) -> None:
    """A body that ends before its length is never taken for a shorter one."""
    reader = READERS[name]
    stream = Script(reader.body, *EARLY_ENDS[end])
    request = Request(posted(reader.body, reader.content_type, "length", stream))
    first = failure(lambda: reader.read(request))
    reads = stream.reads

    assert first[0] is ClientDisconnected
    assert {first} == {*all_readers(request)}
    assert reads == stream.reads


@pytest.mark.parametrize("name", ALL_READERS)
def test_no_input(name: str) -> None:
    """A length without an input is the server's fault."""
    reader = READERS[name]
    request = Request(posted(reader.body, reader.content_type) | {"wsgi.input": None})

    assert failure(lambda: reader.read(request))[0] is BrokenInput


@pytest.mark.parametrize("name", ALL_READERS)
def test_foreign_exception(name: str) -> None:
    """What is no fault of a connection is nobody's to translate; the body is not read again."""
    reader = READERS[name]
    stream = Script(reader.body, 3, ZeroDivisionError())
    request = Request(posted(reader.body, reader.content_type, "length", stream))
    with pytest.raises(ZeroDivisionError):
        reader.read(request)
    reads = stream.reads

    with pytest.raises(BodyConsumed if name != "stream" else ZeroDivisionError):
        reader.read(request)
    assert reads + (name == "stream") == stream.reads


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ALL_READERS)
def test_answer(name: str, fault: str) -> None:
    """An application answers a fault with its status, and with nothing of what the server said."""
    reader = READERS[name]
    lines, expected = FAULTS[fault]
    exchange = WSGICall()

    @Request.application
    def app(request: Request[None]) -> Response:
        return Response(repr(reader.read(request)))

    exchange.run(app, posted(reader.body, reader.content_type, "length", Script(reader.body, *lines)))

    assert [str(expected.code)] == [status[:3] for status in exchange.statuses]
    assert b"secret" not in exchange.body


def test_nothing_is_read_without_a_length() -> None:
    """No length, no body: the input is not touched."""
    stream = Script(b"", AssertionError("read"))
    request = Request(
        environ_of(REQUEST_METHOD="POST", CONTENT_TYPE=URLENCODED, HTTP_HOST="a", **{"wsgi.input": stream})
    )

    assert (b"", (), b"", b"") == (request.get_data(), request.form.pairs, request.data, request.stream.read())
    assert stream.reads == 0
