"""Percent-encoding."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import HeaderValueError
from verglas.syntax.percent import decode_octets, decode_percent, encode_percent

HARD = st.lists(
    st.sampled_from([b"%", b"2", b"5", b"C3", b"%C3", b"%A9", b"%a9", b"%FF", b"\xc3", b"\xa9", b"\xff", b"+", b"a"])
    | st.binary(max_size=3)
).map(b"".join)


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("abc", b"abc", id="nothing-to-decode"),
        pytest.param("☃", b"%E2%98%83", id="utf-8"),
        pytest.param("☃", b"%e2%98%83", id="rfc3986-2.1-lower-case"),
        pytest.param("☃", "☃".encode(), id="raw-utf-8"),
        pytest.param("é", b"\xc3%A9", id="raw-and-escaped-octets-of-one-character"),
        pytest.param("%FF", b"%ff", id="escaped-octet-that-is-not-utf-8"),
        pytest.param("%FF", b"\xff", id="raw-octet-that-is-not-utf-8"),
        pytest.param("%C3/", b"%C3/", id="truncated-character"),
        pytest.param("%ED%A0%80", b"%ED%A0%80", id="surrogate"),
        pytest.param("%C0%AF", b"%C0%AF", id="overlong-slash"),
        pytest.param("é%FFé", b"%C3%A9%FF%C3%A9", id="only-the-bad-octet"),
        pytest.param("%", b"%", id="percent-alone"),
        pytest.param("%4", b"%4", id="one-digit"),
        pytest.param("%4g%zz", b"%4g%zz", id="no-digits"),
        pytest.param("%A", b"%%41", id="percent-before-an-escape"),
        pytest.param("%41", b"%2541", id="decoded-once"),
        pytest.param("%٤١", "%٤١".encode(), id="digits-of-another-script"),
        pytest.param("\x00\n", b"%00%0A", id="controls"),
        pytest.param("a+b", b"a+b", id="plus"),
    ],
)
def test_decodes(expected: str, data: bytes) -> None:
    """Escapes of UTF-8 are decoded, other octets come out as their escapes, nothing raises."""

    assert expected == decode_percent(data)


def test_decodes_plus_as_space() -> None:
    """In forms a plus is a space, an escaped one is not."""

    assert "a b+" == decode_percent(b"a+b%2B", plus=True)


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        pytest.param(b"/a b", b"/a%20b", id="space"),
        pytest.param(b"/\xff%", b"/%FF%", id="not-utf-8"),
        pytest.param(b"/\xe9%2", b"/\xe9%2", id="nothing-to-decode"),
    ],
)
def test_decodes_octets(expected: bytes, data: bytes) -> None:
    """Octets stay octets."""

    assert expected == decode_octets(data)


@pytest.mark.parametrize(
    ("expected", "data", "safe"),
    [
        pytest.param("", b"", "", id="empty"),
        pytest.param("-._~aZ09", b"-._~aZ09", "", id="rfc3986-2.3-unreserved"),
        pytest.param("%2F%3F", b"/?", "", id="reserved"),
        pytest.param("/%3F", b"/?", "/", id="safe"),
        pytest.param("%25", b"%", "", id="percent"),
        pytest.param("%E2%98%83", "☃", "", id="text"),
        pytest.param("%FF", b"\xff", "ÿ", id="safe-is-ascii-only"),
        pytest.param("%00%0A%7F", b"\0\n\x7f", "", id="controls"),
    ],
)
def test_encodes(expected: str, data: bytes | str, safe: str) -> None:
    """All but the unreserved and the safe characters are escaped, in upper case."""

    assert expected == encode_percent(data, safe)


def test_encode_refuses_half_a_surrogate_pair() -> None:
    """What UTF-8 cannot hold is an error, with its position."""

    with pytest.raises(HeaderValueError) as caught:
        encode_percent("a\ud800", "")

    assert 1 == caught.value.position


@given(st.binary(), st.text("/%?é"))
def test_octets_round_trip(data: bytes, safe: str) -> None:
    """Decoding gives back what was encoded, unless `%` was declared safe."""

    assert data == decode_octets(encode_percent(data, safe.replace("%", "")).encode())


@given(st.text())
def test_text_round_trips(text: str) -> None:
    """Decoding gives back the text that was encoded."""

    assert text == decode_percent(encode_percent(text, "").encode())


@given(HARD)
def test_octets_agree_with_the_standard_library(data: bytes) -> None:
    """Escapes are the same as elsewhere."""

    assert unquote_to_bytes(data) == decode_octets(data)


@given(HARD)
def test_text_agrees_with_a_naive_decoder(data: bytes) -> None:
    """Text is what decoding with an error handler, octet by octet, gives."""
    expected = re.sub(
        "[\udc80-\udcff]",
        lambda undecoded: f"%{ord(undecoded[0]) - 0xDC00:02X}",
        unquote_to_bytes(data).decode("utf-8", "surrogateescape"),
    )

    assert expected == decode_percent(data)
