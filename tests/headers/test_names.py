"""Names of fields, and the keys that an environ has for them."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given

from tests.memory import blocks_kept, bytes_kept
from verglas import URL, Headers, HeaderValueError, Request, build_environ
from verglas.testing.strategies import any_texts, tokens

VALUE = "the value of the field"


def field_name(key: str) -> str | None:
    """The name of the field that a request has by a key of its environ."""
    return next(iter(Request({key: VALUE}).headers), None)


def environ_key(name: str) -> str | None:
    """The key of an environ for a field; `None` when it is refused, and then no request has it either."""
    try:
        environ = build_environ("GET", URL(), Headers({name: VALUE}), BytesIO())
    except HeaderValueError:
        assert name not in Request({f"HTTP_{name.upper().replace('-', '_')}": VALUE}).headers
        return None
    (key,) = (key for key, value in environ.items() if value == VALUE)
    assert VALUE == Request({key: VALUE}).headers[name]
    return key


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


@given(tokens())
def test_key_of_a_name_is_read_as_that_name(name: str) -> None:
    """What a name is looked up by is decoded as that name."""
    key = environ_key(name)

    assert key is None or name.lower() == (field_name(key) or "").lower()


@given(any_texts())
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
        Headers({name: VALUE})


def test_case_of_a_name() -> None:
    """Names are compared in lower case."""

    assert "a" == Headers({"X-TAG": "a"})["x-tag"]


def look_up(name: str) -> None:
    """Read a name that a client made up, and ask for another."""
    headers = Request({f"HTTP_{name.upper()}": VALUE}).headers
    assert [name.title()] == [*headers]
    assert f"x-{name}" not in headers


def test_few_names_are_remembered() -> None:
    """However many names clients make up, few are remembered (CVE-2024-52303)."""
    times = 20_000

    assert blocks_kept(lambda number: look_up(f"x{number}"), times) < times  # all: more than four for each


def test_no_long_name_is_remembered() -> None:
    """A long name is not remembered at all."""
    assert bytes_kept(lambda number: look_up("x" * 10_000 + str(number)), 100) < 100_000


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

    assert f"Headers({[(name, '***'), ('X', 'y')]})" == repr(Headers([(name, "secret"), ("X", "y")]))
