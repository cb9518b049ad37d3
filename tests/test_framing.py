"""How long a body is, and how it is taken from `wsgi.input`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import Input, posted
from verglas import HTTPError, Limits, ParseError, Request, parse_environ, try_parse
from verglas.errors import BrokenInput, ClientDisconnected, FramingError, LengthRequired, RequestEntityTooLarge

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}
TERMINATED = {"wsgi.input_terminated": True}
DIGITS = "0123456789"

REFUSED = [
    pytest.param(FramingError, {"CONTENT_LENGTH": "-1"}, id="cve-2026-53540-negative"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "+5"}, id="cve-2022-24761-plus"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "0x5"}, id="cve-2022-24761-hexadecimal"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "1_0"}, id="ghsa-qppv-j76h-2rpx-underscore"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5, 5"}, id="cve-2019-16792-list"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5,5"}, id="list"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "abc"}, id="letters"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5.0"}, id="point"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "\uff15"}, id="cve-2025-69225-fullwidth"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "\xb2"}, id="superscript"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5\n"}, id="cve-2021-32052-newline"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "\x0b5"}, id="cve-2019-16789-vertical-tab"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "1" * 19}, id="nineteen-digits"),
    pytest.param(FramingError, {"CONTENT_LENGTH": 5.0}, id="no-text"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5", **CHUNKED}, id="rfc9112-6.3-both"),
    pytest.param(FramingError, {"CONTENT_LENGTH": "5", **CHUNKED, **TERMINATED}, id="rfc9112-6.3-both-terminated"),
    pytest.param(FramingError, {"HTTP_TRANSFER_ENCODING": "gzip", **TERMINATED}, id="cve-2024-1135-gzip"),
    pytest.param(FramingError, {"HTTP_TRANSFER_ENCODING": "gzip, chunked", **TERMINATED}, id="cve-2024-6827-list"),
    pytest.param(FramingError, {"HTTP_TRANSFER_ENCODING": "\x0bchunked", **TERMINATED}, id="cve-2019-16786-space"),
    pytest.param(FramingError, {"HTTP_TRANSFER_ENCODING": "xchunked", **TERMINATED}, id="not-exactly-chunked"),
    pytest.param(LengthRequired, CHUNKED, id="chunked-undecoded"),
    pytest.param(LengthRequired, {"CONTENT_LENGTH": "", **CHUNKED}, id="chunked-empty-length"),
]


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("", {"CONTENT_LENGTH": ""}, id="empty-is-absent"),
        pytest.param("", {"CONTENT_LENGTH": "0"}, id="zero"),
        pytest.param("0123456", {"CONTENT_LENGTH": "7"}, id="length"),
        pytest.param("0123456", {"CONTENT_LENGTH": "007"}, id="leading-zeros"),
        pytest.param("0123456", {"CONTENT_LENGTH": "7", **TERMINATED}, id="length-wins-over-terminated"),
        pytest.param(DIGITS, TERMINATED, id="terminated"),
        pytest.param("", {"wsgi.input_terminated": False}, id="not-terminated"),
        pytest.param(DIGITS, {**CHUNKED, **TERMINATED}, id="chunked-decoded"),
        pytest.param(DIGITS, {"HTTP_TRANSFER_ENCODING": "Chunked", **TERMINATED}, id="any-case"),
        pytest.param("", {"HTTP_TRANSFER_ENCODING": ""}, id="empty-encoding"),
    ],
)
def test_length(expected: str, environ: Mapping[str, object]) -> None:
    """RFC 9112 §6.3: as much is read as the length says, nothing, or until the input ends."""
    stream = Input(DIGITS.encode())

    assert expected.encode() == parse_environ({"wsgi.input": stream, **environ}).get_data()
    assert len(expected) == stream.position


def test_length_of_eighteen_digits() -> None:
    """The longest length is taken at its word: the body does not end where the input does."""
    request = parse_environ({"wsgi.input": Input(DIGITS.encode()), "CONTENT_LENGTH": "9" * 18})

    assert (10**18 - 1, DIGITS.encode()) == (request.content_length, request.stream.read(10))
    with pytest.raises(ClientDisconnected):
        request.stream.read(1)


@pytest.mark.parametrize(("error", "environ"), REFUSED)
def test_length_refused(error: type[ParseError], environ: Mapping[str, object]) -> None:
    """A length that cannot be right is refused, not guessed."""

    with pytest.raises(error) as caught:
        parse_environ(dict(environ))

    assert (411 if error is LengthRequired else 400) == caught.value.code


@pytest.mark.parametrize(("error", "environ"), REFUSED)
def test_strict_constructor_refuses(error: type[ParseError], environ: Mapping[str, object]) -> None:
    """`parse_environ` refuses the same, and leaves the input alone."""

    stream = Input(b"0123456789")
    found = try_parse({"REQUEST_METHOD": "POST", "wsgi.input": stream, **environ})

    assert (error, []) == (type(found), stream.asked)


@pytest.mark.parametrize(("error", "environ"), REFUSED)
def test_lenient_constructor_refuses_on_use(error: type[ParseError], environ: Mapping[str, object]) -> None:
    """`Request` makes the request; each use of its body is refused, and the input left alone."""

    stream = Input(b"0123456789")
    body = {"REQUEST_METHOD": "POST", "wsgi.input": stream, "CONTENT_TYPE": "application/json", **environ}
    request = Request(body)
    uses: list[Callable[[], object]] = [
        lambda: request.data,
        lambda: request.json,
        lambda: request.stream.read(1),
        request.get_data,
        request.buffered,
    ]
    for use in uses:
        with pytest.raises(error):
            use()

    assert [] == stream.asked


def test_without_length_the_input_is_not_touched() -> None:
    """No length, no transfer encoding, no promise that the input ends: no body."""

    stream = Input(b"next request")
    request = parse_environ({"REQUEST_METHOD": "POST", "wsgi.input": stream, "CONTENT_TYPE": "application/json"})

    assert (b"", b"", {}, []) == (request.get_data(), request.stream.read(), dict(request.form), stream.asked)


@given(st.integers(0, 40), st.integers(1, 12))
def test_never_reads_past_the_length(length: int, piece: int) -> None:
    """CVE-2022-29361: not a byte after the body is asked for, and no read is without a size."""

    stream = Input(b"x" * length + b"GET / HTTP/1.1", piece)
    request = Request(posted(b"x" * length, stream=stream))

    assert (b"x" * length, length) == (request.get_data(), stream.position)
    assert all(size >= 0 for size in stream.asked)


@given(st.integers(1, 12), st.lists(st.integers(1, 9), max_size=8))
def test_reads_never_matter(piece: int, sizes: list[int]) -> None:
    """However the input cuts the body, and however the stream is read, the bytes are the same."""

    request = Request(posted(DIGITS.encode() * 3, stream=Input(DIGITS.encode() * 3, piece)))
    pieces = [request.stream.read(size) for size in sizes]

    assert DIGITS.encode() * 3 == b"".join([*pieces, request.stream.read()])


class Fails:
    """An input that gives one thing, whatever it is."""

    def __init__(self, gives: object) -> None:
        self.gives = gives

    def read(self, size: int, /) -> object:
        """Give it, or raise it."""
        del size
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@pytest.mark.parametrize(
    ("error", "code", "stream"),
    [
        pytest.param(ClientDisconnected, 400, Fails(b""), id="ends-early"),
        pytest.param(ClientDisconnected, 400, Fails(ConnectionResetError()), id="connection-reset"),
        pytest.param(ClientDisconnected, 400, Fails(TimeoutError()), id="timeout"),
        pytest.param(BrokenInput, 500, Fails(None), id="none"),
        pytest.param(BrokenInput, 500, Fails("text"), id="text"),
        pytest.param(BrokenInput, 500, Fails(b"more than asked for"), id="more-than-asked"),
        pytest.param(BrokenInput, 500, object(), id="no-read"),
    ],
)
@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data; boundary=b"])
def test_input_that_fails(error: type[HTTPError], code: int, stream: object, content_type: str) -> None:
    """An input that ends early is the client's fault, one that is none the server's; both have a type."""

    request = Request(posted(b"12345", content_type, stream=stream))

    for _ in range(2):
        with pytest.raises(error) as caught:
            request.get_data() if not content_type else request.json if "json" in content_type else request.form
        assert code == caught.value.code


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"], ids=["url", "multipart"]
)
def test_form_that_ends_early(content_type: str) -> None:
    """A form that the client did not finish is an error, never the part of it that came."""

    request = Request(posted(b"", content_type, stream=Input(b"a=1&b=2"), CONTENT_LENGTH="100"))

    with pytest.raises(ClientDisconnected):
        dict(request.form)


def test_too_large_before_a_byte_is_read() -> None:
    """A Content-Length over the limit is refused without a read."""

    stream = Input(b"x" * 10)
    request = Request(posted(b"x" * 10, stream=stream), limits=Limits(max_content_length=9))
    with pytest.raises(RequestEntityTooLarge):
        request.stream.read(1)

    assert [] == stream.asked


@pytest.mark.parametrize("size", [4, 5])
def test_terminated_input_at_its_limit(size: int) -> None:
    """Of an input without a length, one byte more than allowed tells "exactly" from "too much" (D3)."""

    stream = Input(b"x" * size)
    limits = Limits(max_content_length=4, max_body_memory=100)
    request = Request(posted(b"", transfer="terminated", stream=stream), limits=limits)
    if size == 4:
        assert b"xxxx" == request.get_data()
        return
    with pytest.raises(RequestEntityTooLarge):
        request.get_data()
    assert 5 == stream.position
