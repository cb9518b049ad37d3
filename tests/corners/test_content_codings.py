"""A body with a Content-Encoding, or with a Content-Type that no header can hold, is never read as something else."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Final

import pytest

from tests.kit import JSON, MULTIPART, URLENCODED, multipart, posted
from verglas import Limits, ParseError, Request, Response
from verglas.errors import FormError, HeaderError, RequestEntityTooLarge, UnsupportedCoding
from verglas.testing import call

PLAIN: Final = {
    URLENCODED: b"a=1",
    MULTIPART: multipart(('name="a"', b"1"), ('name="f"; filename="f"', b"x")),
    JSON: b'{"a":1}',
}


def raw_deflate(data: bytes) -> bytes:
    """Deflate without its wrapper, as some clients send it (RFC 9110 §8.4.1.2)."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def in_two_members(data: bytes) -> bytes:
    """Gzip of two members (RFC 1952 §2.2)."""
    return gzip.compress(data[:2]) + gzip.compress(data[2:])


def in_both(data: bytes) -> bytes:
    """Gzip, then deflate."""
    return zlib.compress(gzip.compress(data))


def coded(content_type: str, coding: str, body: bytes | None = None) -> Request:
    """A request with a Content-Encoding."""
    content = gzip.compress(PLAIN[content_type]) if body is None else body
    return Request(posted(content, content_type) | {"HTTP_CONTENT_ENCODING": coding})


def from_a_value(content_type: str, coding: str) -> Request:
    """The same, made from values."""
    headers = {"Content-Type": content_type, "Content-Encoding": coding}
    return Request(method="POST", url="/", headers=headers, body=gzip.compress(PLAIN[content_type]))


def buffered(content_type: str, coding: str) -> Request:
    """The same, from an environ, in memory."""
    return coded(content_type, coding).buffered()


READS: Final[dict[str, tuple[str, Callable[[Request], object]]]] = {
    "form": (URLENCODED, lambda request: request.form),
    "files": (URLENCODED, lambda request: request.files),
    "values": (URLENCODED, lambda request: request.values),
    "multipart-form": (MULTIPART, lambda request: request.form),
    "multipart-files": (MULTIPART, lambda request: request.files),
    "json": (JSON, lambda request: request.json),
    "forced": (JSON, lambda request: request.get_json(force=True)),
}
makers = pytest.mark.parametrize("make", [coded, from_a_value, buffered])


@pytest.mark.parametrize(("content_type", "read"), READS.values(), ids=READS)
@pytest.mark.parametrize(
    ("coding", "named"),
    [
        pytest.param("gzip", "(gzip)", id="gzip"),
        pytest.param("GZip, identity", "(gzip)", id="rfc9110-8.4-any-case"),
        pytest.param("deflate, br", "(deflate, br)", id="two"),
        pytest.param("zstd", "(zstd)", id="zstd"),
        pytest.param("secret", "(an unknown coding)", id="unknown-is-not-repeated"),
    ],
)
@makers
def test_is_named(
    make: Callable[[str, str], Request],
    coding: str,
    named: str,
    content_type: str,
    read: Callable[[Request], object],
) -> None:
    """Form and JSON are a 415 that names the coding and says what may be sent instead (RFC 9110 §15.5.16)."""
    with pytest.raises(UnsupportedCoding) as caught:
        read(make(content_type, coding))

    assert (415, (("Accept-Encoding", "identity"),)) == (caught.value.code, caught.value.field_lines())
    assert named in str(caught.value)


@pytest.mark.parametrize("coding", ["", "identity", " ,, identity ,"])
@pytest.mark.parametrize("content_type", PLAIN)
def test_no_coding(content_type: str, coding: str) -> None:
    """What says that it is not encoded is read."""
    request = coded(content_type, coding, PLAIN[content_type])

    assert {"a": 1} == request.json if content_type == JSON else request.form["a"] == "1"


@pytest.mark.parametrize("content_type", PLAIN)
@makers
def test_data_and_stream_give_it_as_it_is(make: Callable[[str, str], Request], content_type: str) -> None:
    """Whoever wants the bytes has them, of a form as well; `silent` has no JSON."""
    packed = gzip.compress(PLAIN[content_type])

    assert (packed, packed) == (make(content_type, "gzip").data, make(content_type, "gzip").stream.read())
    assert None is make(content_type, "gzip").get_json(force=True, silent=True)


@pytest.mark.parametrize(("content_type", "read"), READS.values(), ids=READS)
def test_malformed_coding(content_type: str, read: Callable[[Request], object]) -> None:
    """A Content-Encoding that cannot be read is a 400; the bytes are there all the same."""
    with pytest.raises(HeaderError):
        read(coded(content_type, "g zip"))

    assert PLAIN[content_type] == coded(content_type, "gzip\x01", PLAIN[content_type]).data


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_without_a_body(coding: str) -> None:
    """No body has no coding."""
    request = coded(URLENCODED, coding, b"")

    assert (0, 0) == (len(request.form), len(request.decoded().form))


def test_other_types_are_no_form() -> None:
    """A body that is no form has none, whatever its coding."""
    request = Request(posted(b"x", "image/png") | {"HTTP_CONTENT_ENCODING": "gzip"})

    assert 0 == len(request.form)


def test_answer() -> None:
    """`application` answers with the field that the RFC asks for."""
    app = Request.application(lambda request: Response(request.form["a"]))
    answer = call(app, posted(gzip.compress(b"a=1"), URLENCODED) | {"HTTP_CONTENT_ENCODING": "gzip"})

    assert (415, "identity") == (answer.status_code, dict(answer.headers)["Accept-Encoding"])


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("x-gzip", gzip.compress, id="rfc9110-8.4.1.3-x-gzip"),
        pytest.param("deflate", zlib.compress, id="deflate"),
        pytest.param("deflate", raw_deflate, id="rfc9110-8.4.1.2-deflate-without-wrapper"),
        pytest.param("gzip", in_two_members, id="rfc1952-members"),
        pytest.param("gzip, deflate", in_both, id="two-in-their-order"),
        pytest.param("identity, gzip", gzip.compress, id="identity-too"),
    ],
)
@pytest.mark.parametrize("content_type", PLAIN)
def test_decoded(content_type: str, coding: str, pack: Callable[[bytes], bytes]) -> None:
    """When it is asked for, the coding is undone: what is left is a request as if it had never been encoded."""
    request = coded(content_type, coding, pack(PLAIN[content_type])).decoded(max_size=1000)

    assert (PLAIN[content_type], str(len(PLAIN[content_type]))) == (
        request.get_data(),
        request.headers["Content-Length"],
    )
    assert "Content-Encoding" not in request.headers
    assert request.json == {"a": 1} if content_type == JSON else request.form["a"] == "1"
    assert request == request.decoded()


PACKED: Final = gzip.compress(b"hello" * 10)


@pytest.mark.parametrize(
    ("error", "coding", "body"),
    [
        pytest.param(ParseError, "gzip", b"hello", id="no-gzip"),
        pytest.param(ParseError, "gzip", PACKED[:-1], id="cut-short"),
        pytest.param(ParseError, "gzip", PACKED + b"x", id="something-after-it"),
        pytest.param(ParseError, "gzip", PACKED[:-8] + bytes(8), id="rfc1952-2.3.1-wrong-sum"),
        pytest.param(ParseError, "deflate", zlib.compress(b"hello") + b"x", id="something-after-deflate"),
        pytest.param(UnsupportedCoding, "br", b"x", id="brotli"),
        pytest.param(UnsupportedCoding, "gzip, br", b"x", id="one-of-two"),
        pytest.param(UnsupportedCoding, ",".join(["gzip"] * 5), b"x", id="too-many"),
        pytest.param(RequestEntityTooLarge, "gzip", gzip.compress(b"x" * 1001), id="CVE-2025-69223-too-large"),
        pytest.param(RequestEntityTooLarge, "gzip", gzip.compress(b"x" * 600) * 2, id="too-large-together"),
    ],
)
def test_cannot_be_decoded(error: type[ParseError], coding: str, body: bytes) -> None:
    """What cannot be undone is an error of the request, with its place and no content."""
    with pytest.raises(error) as caught:
        coded(URLENCODED, coding, body).decoded(max_size=1000)

    assert error is type(caught.value)
    assert "hello" not in str(caught.value)


def test_a_bomb_takes_no_memory() -> None:
    """200 MB of zeros in 200 kB are refused in the memory that is allowed (CVE-2025-69223)."""
    bomb = gzip.compress(bytes(200_000_000), 1)
    request = coded(URLENCODED, "gzip", bomb)
    tracemalloc.start()
    try:
        with pytest.raises(RequestEntityTooLarge, match="max_size"):
            request.decoded(max_size=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3_500_000 + len(bomb)


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("bad", ["\x01", "\r\n", "\0", "\x7f"])
@pytest.mark.parametrize("read", ["form", "files", "values", "data"])
def test_a_type_that_no_header_holds(content_type: str, bad: str, read: str) -> None:
    """A Content-Type with a control character is a malformed one, not none: the form is not silently empty."""
    request = Request(posted(PLAIN[content_type], content_type + bad))

    with pytest.raises(FormError, match="Content-Type"):
        getattr(request, read)


def test_a_type_that_no_header_holds_without_a_body() -> None:
    """Without a body there is nothing to misread."""
    assert 0 == len(Request(posted(b"", URLENCODED + "\x01")).form)


def test_a_type_that_no_header_holds_after_replace() -> None:
    """A copy of the request has not forgotten it."""
    request = Request(posted(b"a=1", URLENCODED + "\x01")).buffered()

    with pytest.raises(FormError):
        request.replace(method="PUT").form  # noqa: B018


def test_says_which_codings_are_decoded() -> None:
    """Who sends another one is told which would do."""
    with pytest.raises(UnsupportedCoding, match=r"\(br\); send it in gzip or deflate, or without"):
        coded(URLENCODED, "br", b"x").decoded()


def test_limits_of_decoded() -> None:
    """Without a size, what `data` may hold is the limit; the body as it came is held to it as well."""
    request = Request(
        posted(gzip.compress(b"x" * 100), URLENCODED) | {"HTTP_CONTENT_ENCODING": "gzip"},
        limits=Limits(max_body_memory=50),
    )

    with pytest.raises(RequestEntityTooLarge, match="max_size"):
        request.decoded()
