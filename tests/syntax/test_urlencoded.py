"""Queries and urlencoded forms."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import HeaderValueError
from verglas.errors import LimitError
from verglas.syntax.percent import decode_percent
from verglas.syntax.urlencoded import BLOCK_SIZE, format_urlencoded, parse_urlencoded

HARD = st.lists(
    st.sampled_from([b"&", b"=", b"+", b"%", b"%26", b"%3d", b"%FE", b"%fF", b"%C3", b"%A9", b"\xc3", b"\xa9", b"\xfe"])
    | st.sampled_from([b"a", b"%41", b"%2", b"%25", b";", b" ", b"\xff", b"%ED%B3%BE"])
).map(b"".join)
FIELDS = st.lists(st.tuples(st.text(), st.text()))


def escaped(undecoded: re.Match[str]) -> str:
    """An octet that the surrogateescape handler let through, as its escape."""
    return f"%{ord(undecoded[0]) - 0xDC00:02X}"


def naive_fields(data: bytes) -> tuple[tuple[str, str], ...]:
    """Field by field, as WHATWG URL §5.1 says it."""
    split = [piece.partition(b"=") for piece in data.split(b"&") if piece]
    return tuple((decode_percent(name, plus=True), decode_percent(value, plus=True)) for name, _, value in split)


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        pytest.param([], b"", id="empty"),
        pytest.param([("a", "1"), ("b", "2")], b"a=1&b=2", id="plain"),
        pytest.param([("a", ""), ("b", ""), ("", "c")], b"a&b=&=c&&", id="names-and-values-missing"),
        pytest.param([("", "")], b"=", id="neither"),
        pytest.param([], b"&&&", id="empty-pieces"),
        pytest.param([("a", "b=c")], b"a=b=c", id="first-equals-splits"),
        pytest.param([("a b", "c d")], b"a+b=c+d", id="plus"),
        pytest.param([("a", "+")], b"a=%2B", id="escaped-plus"),
        pytest.param([("a&b=", "c=&")], b"a%26b%3D=c%3d%26", id="escaped-delimiters"),
        pytest.param([("a", "é=%FF")], b"a=%C3%A9%3D%FF", id="escaped-delimiter-beside-bad-utf-8"),
        pytest.param([("a", "%FF")], b"a=%ff", id="escaped-octet-that-is-not-utf-8"),
        pytest.param([("a", "%FE%FF%F8")], b"a=\xfe\xff\xf8", id="raw-octets-that-are-not-utf-8"),
        pytest.param([("é", "é")], b"\xc3\xa9=\xc3%A9", id="raw-utf-8"),
        pytest.param([("a", "%C3"), ("%A9", "")], b"a=%C3&%A9", id="character-cut-by-a-separator"),
        pytest.param([("a", "%"), ("b", "%4"), ("c", "%zz")], b"a=%&b=%4&c=%zz", id="no-escapes"),
        pytest.param([("a", "1;b=2")], b"a=1;b=2", id="cve-2021-23336"),
        pytest.param([("role", "user"), ("x", ";role=admin")], b"role=user&x=;role=admin", id="cve-2026-53538"),
        pytest.param([("a", "\r\n\0")], b"a=%0D%0A%00", id="controls"),
    ],
)
def test_reads(expected: list[tuple[str, str]], data: bytes) -> None:
    """Only an unescaped ampersand separates and only the first equals sign splits."""

    assert tuple(expected) == parse_urlencoded(data)


@pytest.mark.parametrize(
    ("expected", "pairs"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("a=1&b=", [("a", "1"), ("b", "")], id="plain"),
        pytest.param("=", [("", "")], id="neither"),
        pytest.param("a+b=c%2Bd%2520", [("a b", "c+d%20")], id="space-plus-percent"),
        pytest.param("%26=%3D%3B%2F%3F%23", [("&", "=;/?#")], id="delimiters"),
        pytest.param("q=%E2%98%83", [("q", "☃")], id="utf-8"),
        pytest.param("q=*-._~", [("q", "*-._~")], id="unreserved"),
    ],
)
def test_writes(expected: str, pairs: list[tuple[str, str]]) -> None:
    """What is not unreserved is escaped, a space is a plus."""

    assert expected == format_urlencoded(pairs)


def test_write_refuses_half_a_surrogate_pair() -> None:
    """What UTF-8 cannot hold is an error."""
    with pytest.raises(HeaderValueError):
        format_urlencoded([("a", "\udfff")])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a&b", id="as-many-as-allowed"),
        pytest.param(b"&&&a&&&b&&&", id="empty-pieces-do-not-count"),
    ],
)
def test_fields_within_the_limit(data: bytes) -> None:
    """As many fields as allowed are read."""

    assert (("a", ""), ("b", "")) == parse_urlencoded(data, max_fields=2)


def test_too_many_fields() -> None:
    """One field more is an error that names the knob, its value and where it starts."""
    with pytest.raises(LimitError) as caught:
        parse_urlencoded(b"&a&b&&c=%C3", max_fields=2, knob="max_query_fields")

    assert ("max_query_fields", 2, 6) == (caught.value.limit.knob, caught.value.limit.allowed, caught.value.position)


@pytest.mark.parametrize(
    "data", [pytest.param(b"abc&def", id="exactly"), pytest.param(b"&&abc&&&def&", id="among-empty-pieces")]
)
def test_field_sizes_within_the_limit(data: bytes) -> None:
    """As long a field as allowed is read."""

    assert (("abc", ""), ("def", "")) == parse_urlencoded(data, max_field_size=3)


@pytest.mark.parametrize(
    ("position", "data"),
    [
        pytest.param(0, b"abcd", id="only"),
        pytest.param(0, b"abcd&a", id="first"),
        pytest.param(2, b"a&b=cd", id="last"),
        pytest.param(6, b"ab&&c&%41%42", id="counted-as-it-came"),
    ],
)
def test_too_long_a_field(position: int, data: bytes) -> None:
    """One byte more is an error that says where the field starts."""
    with pytest.raises(LimitError) as caught:
        parse_urlencoded(data, max_field_size=3)

    assert ("max_form_memory_size", position) == (caught.value.limit.knob, caught.value.position)


@given(FIELDS)
def test_round_trips(pairs: list[tuple[str, str]]) -> None:
    """What is written is read back."""

    assert tuple(pairs) == parse_urlencoded(format_urlencoded(pairs).encode())


@given(HARD)
def test_agrees_with_field_by_field(data: bytes) -> None:
    """Decoding before splitting is the same as splitting before decoding."""

    assert naive_fields(data) == parse_urlencoded(data)


@given(HARD.filter(bytes.isascii))
def test_agrees_with_the_standard_library(data: bytes) -> None:
    """What is valid is read as elsewhere."""
    fields = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="surrogateescape")
    expected = [tuple(re.sub("[\udc80-\udcff]", escaped, text) for text in pair) for pair in fields]

    assert tuple(expected) == parse_urlencoded(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a=%41&" * BLOCK_SIZE, id="many-fields"),
        pytest.param(
            b"a=%41" + b"%41" * BLOCK_SIZE + b"&b=%26&" + b"c=\xff" * BLOCK_SIZE, id="fields-longer-than-a-block"
        ),
        pytest.param(b"a=%41" + b"&" * 2 * BLOCK_SIZE + b"b", id="empty-pieces"),
        pytest.param(b"x" * (BLOCK_SIZE - 1) + b"&b%41", id="separator-at-the-end-of-a-block"),
        pytest.param(b"x" * BLOCK_SIZE + b"&b%41", id="separator-after-a-block"),
    ],
)
def test_blocks_do_not_matter(data: bytes) -> None:
    """What is longer than a block reads as it would at once."""

    assert naive_fields(data) == parse_urlencoded(data)
