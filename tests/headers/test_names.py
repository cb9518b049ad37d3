"""Names of fields, and the keys that an environ has for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import ANY_TEXT, TOKENS
from verglas import HeaderValueError
from verglas.headers.lines import MEMO_SIZE, Memo, environ_key, field_name, lowered, masked


@pytest.mark.parametrize(
    ("expected", "key"),
    [
        pytest.param("User-Agent", "HTTP_USER_AGENT", id="title-case"),
        pytest.param("X", "HTTP_X", id="one-letter"),
        pytest.param("Content-Type", "CONTENT_TYPE", id="rfc3875-4.1.3-content-type"),
        pytest.param("Content-Length", "CONTENT_LENGTH", id="rfc3875-4.1.2-content-length"),
        pytest.param(None, "HTTP_CONTENT_TYPE", id="reference-content-type-with-a-prefix"),
        pytest.param(None, "HTTP_CONTENT_LENGTH", id="reference-content-length-with-a-prefix"),
        pytest.param(None, "REQUEST_METHOD", id="no-field"),
        pytest.param(None, "wsgi.input", id="of-the-server"),
        pytest.param(None, "HTTP_", id="no-name"),
        pytest.param(None, "HTTP_A B", id="space"),
        pytest.param(None, "HTTP_A\r\nB", id="line-end"),
        pytest.param(None, "http_a", id="lower-case"),
        pytest.param(None, "HTTP_Ä", id="not-ascii"),
        pytest.param(None, "", id="empty"),
    ],
)
def test_field_name(expected: str | None, key: str) -> None:
    """A key of an environ is that of a field, or of none."""

    assert expected == field_name(key)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("HTTP_USER_AGENT", "user-agent", id="any-case"),
        pytest.param("CONTENT_TYPE", "Content-Type", id="rfc3875-4.1.3"),
        pytest.param("CONTENT_LENGTH", "CONTENT-LENGTH", id="rfc3875-4.1.2"),
        pytest.param(None, "x_y", id="cve-2015-0219-underscore"),
        pytest.param(None, "Content_Type", id="cve-2026-3902-underscore-of-a-known-name"),
        pytest.param(None, "", id="empty"),
        pytest.param(None, "a b", id="space"),
        pytest.param(None, "a\n", id="cve-2015-5144-trailing-newline"),
        pytest.param(None, "\u212aeep-alive", id="kelvin-sign"),
    ],
)
def test_environ_key(expected: str | None, name: str) -> None:
    """A name has one key, or cannot come out of an environ."""

    assert expected == environ_key(name)


@given(TOKENS)
def test_key_of_a_name_is_read_as_that_name(name: str) -> None:
    """What a name is looked up by is decoded as that name."""
    key = environ_key(name)

    assert key is None or name.lower() == (field_name(key) or "").lower()


@given(ANY_TEXT)
def test_names_are_total(text: str) -> None:
    """Any text has a key and a name, or has none."""
    key, name = environ_key(text), field_name(f"HTTP_{text}")

    assert key is None or field_name(key) is not None
    assert name is None or environ_key(name) == f"HTTP_{text}"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("A B", id="space"),
        pytest.param("A:", id="colon"),
        pytest.param("A\r\nB", id="crlf"),
        pytest.param("A\n", id="cve-2015-5144-trailing-newline"),
        pytest.param("A\x00", id="nul"),
        pytest.param("Ä", id="not-ascii"),
        pytest.param("\u212aeep-Alive", id="kelvin-sign"),
        pytest.param("(A)", id="delimiters"),
    ],
)
def test_lowered_refuses_what_is_no_token(name: str) -> None:
    """A name is a token (RFC 9110 §5.1)."""
    with pytest.raises(HeaderValueError):
        lowered(name)


def test_lowered() -> None:
    """Names are compared in lower case."""

    assert "x-tag" == lowered("X-TAG")


@given(st.lists(st.text("abcdef", min_size=1, max_size=70), max_size=30))
def test_memo_remembers_what_is_short(names: list[str]) -> None:
    """A memo gives what its function gives, and holds that of every short text and of no long one."""
    memo = Memo(str.upper)
    found = [memo[name] for name in names]

    assert [name.upper() for name in names] == found
    assert {name: name.upper() for name in names if len(name) <= 64} == memo


def test_memo_asks_once() -> None:
    """What a short text maps to is found out once."""
    asked: list[str] = []
    memo = Memo(asked.append)
    for _ in range(2):
        memo["a"]

    assert ["a"] == asked


def test_memo_is_bounded() -> None:
    """No number of names makes a memo grow beyond its size (CVE-2024-52303)."""
    memo = Memo(len)
    for number in range(3 * MEMO_SIZE):
        assert len(str(number)) == memo[str(number)]

    assert len(memo) <= MEMO_SIZE


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Authorization", id="authorization"),
        pytest.param("PROXY-AUTHORIZATION", id="proxy-authorization"),
        pytest.param("cookie", id="cookie"),
        pytest.param("Set-Cookie", id="set-cookie"),
    ],
)
def test_masked(name: str) -> None:
    """Credentials are not shown, whatever the case of their names; the rest is."""

    assert [(name, "***"), ("X", "y")] == masked(((name, "secret"), ("X", "y")))
