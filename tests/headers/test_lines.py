"""Field lines: what may go on the wire."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.kit import untyped
from verglas import Headers, HeaderValueError
from verglas.testing.strategies import any_texts, field_values


def checked_line(name: str, value: str) -> tuple[str, str]:
    """The line that headers keep of a name and a value."""
    ((kept, written),) = Headers([(name, value)]).pairs
    return kept, written


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        pytest.param(("X-Tag", "a"), ("X-Tag", "a"), id="plain"),
        pytest.param(("x", ""), ("x", ""), id="rfc9110-5.5-empty-value"),
        pytest.param(("X", "a\tb"), ("X", "a\tb"), id="rfc9110-5.5-tab-inside"),
        pytest.param(("X", "a b"), ("X", " \ta b\t "), id="rfc9110-5.5-white-space-around"),
        pytest.param(("X", "caf\xe9"), ("X", "caf\xe9"), id="rfc9110-5.5-obs-text"),
        pytest.param(("X", "\xa0a\x85"), ("X", "\xa0a\x85"), id="only-space-and-tab-are-white-space"),
        pytest.param(("!#$%&'*+-.^_`|~0Az", "v"), ("!#$%&'*+-.^_`|~0Az", "v"), id="rfc9110-5.6.2-every-tchar"),
        pytest.param(("Location", "/caf%C3%A9"), ("Location", "/caf\xe9"), id="location-is-a-uri"),
        pytest.param(("content-location", "/%E2%98%83"), ("content-location", "/\u2603"), id="content-location"),
    ],
)
def test_line(expected: tuple[str, str], line: tuple[str, str]) -> None:
    """A line keeps its name as written; white space around the value is not part of it."""

    assert expected == checked_line(*line)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="d1-empty"),
        pytest.param("X Y", id="d1-space"),
        pytest.param("X:", id="colon"),
        pytest.param("X\r\nSet-Cookie", id="d1-crlf"),
        pytest.param("X\n", id="cve-2015-5144-trailing-newline"),
        pytest.param("X\r", id="trailing-carriage-return"),
        pytest.param("X\x00", id="nul"),
        pytest.param("\u2603", id="d1-snowman"),
        pytest.param("X\xe9", id="latin-1"),
    ],
)
def test_refuses_a_name(name: str) -> None:
    """A name that is no token is refused (RFC 9110 §5.1)."""
    with pytest.raises(HeaderValueError):
        checked_line(name, "value")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("a\r\nX-Evil: 1", id="cve-2012-2374-crlf"),
        pytest.param("a\nX-Evil: 1", id="cve-2018-1000164-line-feed"),
        pytest.param("a\rX-Evil: 1", id="carriage-return"),
        pytest.param("a\n", id="cve-2015-5144-trailing-newline"),
        pytest.param("\r\na", id="leading-crlf"),
        pytest.param("a\r\n b", id="rfc9112-5.2-line-folding"),
        pytest.param("a\x00", id="d1-nul"),
        pytest.param("a\x0bb", id="vertical-tab"),
        pytest.param("a\x1f", id="cve-2026-0865-unit-separator"),
        pytest.param("a\x7f", id="delete"),
        pytest.param("\u2603", id="d1-snowman"),
        pytest.param("a\u010ab", id="low-byte-is-a-line-feed"),
        pytest.param("\ud800", id="surrogate"),
    ],
)
def test_refuses_a_value(value: str) -> None:
    """A value that would end its line, or that the wire cannot carry, is refused (RFC 9110 §5.5)."""
    with pytest.raises(HeaderValueError):
        checked_line("X", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("X", None, id="d8-none"),
        pytest.param("X", 1, id="d8-int"),
        pytest.param("X", b"x", id="d8-bytes"),
        pytest.param("X", True, id="d8-bool"),
        pytest.param(b"X", "x", id="d8-bytes-name"),
        pytest.param(None, "x", id="d8-no-name"),
    ],
)
def test_refuses_what_is_no_text(name: object, value: object) -> None:
    """A name or value of another type is an error, not its `str`."""
    with pytest.raises(TypeError):
        untyped(Headers)([(name, value)])


@given(any_texts(), any_texts())
def test_line_is_total(name: str, value: str) -> None:
    """Whatever is written is refused, or cannot split a response."""
    try:
        line = checked_line(name, value)
    except HeaderValueError:
        return

    assert re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t -~\x80-\xff]*", ": ".join(line)) is not None


@given(field_values())
def test_trim(text: str) -> None:
    """Only space and tab are trimmed, at both ends."""
    _, trimmed = checked_line("X", f" \t{text}\t ")

    assert text.strip(" \t") == trimmed


@pytest.mark.parametrize("name", ["Authorization", "proxy-authorization", "Cookie", "SET-COOKIE"])
def test_secrets_are_not_shown(name: str) -> None:
    """The error for a value of credentials or cookies has its position, and not the value."""
    with pytest.raises(HeaderValueError) as caught:
        checked_line(name, "secret\n")

    assert (None, 6, False) == (caught.value.text, caught.value.position, "secret" in str(caught.value))
