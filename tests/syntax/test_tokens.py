"""Tokens, quoted strings and field values."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError, HeaderValueError
from verglas.syntax.tokens import (
    check_field_value,
    check_token,
    is_field_value,
    is_token,
    quote_string,
    quoted_end,
    token_or_quoted,
    unescape,
    unquote_string,
)

TCHARS = frozenset("!#$%&'*+-.^_`|~" + string.digits + string.ascii_letters)
VALUE_CHARS = frozenset("\t" + "".join(map(chr, [*range(0x20, 0x7F), *range(0x80, 0x100)])))
VALUES = st.text(st.sampled_from(sorted(VALUE_CHARS)))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(True, "Content-Type", id="a-field-name"),
        pytest.param(True, "!#$%&'*+-.^_`|~", id="rfc9110-5.6.2-marks"),
        pytest.param(True, "-", id="one-hyphen"),
        pytest.param(True, "3gpp", id="starts-with-a-digit"),
        pytest.param(False, "", id="empty"),
        pytest.param(False, "Accept\n", id="trailing-newline"),
        pytest.param(False, "Accept ", id="trailing-space"),
        pytest.param(False, "a:b", id="delimiter"),
        pytest.param(False, "é", id="latin-1-letter"),
        pytest.param(False, "\u212a", id="kelvin-sign"),
        pytest.param(False, "a\x00", id="nul"),
    ],
)
def test_is_token(expected: bool, text: str) -> None:
    """A token is one or more of the characters of RFC 9110 §5.6.2, to the very end."""

    assert expected == is_token(text)


@given(st.text())
def test_is_token_agrees_with_the_set_of_characters(text: str) -> None:
    """The fast way gives what looking at each character gives."""

    assert (bool(text) and TCHARS.issuperset(text)) == is_token(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(True, "", id="empty"),
        pytest.param(True, "a\tb c", id="tab-and-space"),
        pytest.param(True, "\x80\xff", id="rfc9110-5.5-obs-text"),
        pytest.param(False, "a\n", id="trailing-newline"),
        pytest.param(False, "a\rb", id="carriage-return"),
        pytest.param(False, "a\x00b", id="nul"),
        pytest.param(False, "a\x0bb", id="vertical-tab"),
        pytest.param(False, "a\x7f", id="delete"),
        pytest.param(False, "\u0100", id="first-above-latin-1"),
        pytest.param(False, "\ud800", id="surrogate"),
    ],
)
def test_is_field_value(expected: bool, text: str) -> None:
    """A field value holds no control but tab, and nothing that Latin-1 does not have."""

    assert expected == is_field_value(text)


@given(st.text())
def test_is_field_value_agrees_with_the_set_of_characters(text: str) -> None:
    """The fast way gives what looking at each character gives."""

    assert VALUE_CHARS.issuperset(text) == is_field_value(text)


@pytest.mark.parametrize("bad", ["\r\nX: 1", "\n", "\r", "\x00", "\x1f", "\x7f", "\u2028", "\u0100"])
def test_refuses_what_would_split_a_header(bad: str) -> None:
    """What the application writes into a field cannot end it: the error names where."""

    with pytest.raises(HeaderValueError) as caught:
        check_field_value(f"abc{bad}", "X-Test")

    assert ("X-Test", 3) == (caught.value.grammar, caught.value.position)


@pytest.mark.parametrize(
    ("position", "text"), [(0, ""), (2, "ab c"), (2, "ab\n"), (0, "é")], ids=["empty", "space", "newline", "letter"]
)
def test_check_token_refuses(position: int, text: str) -> None:
    """A name that is no token is an error of the application, with the position of what is wrong."""

    with pytest.raises(HeaderValueError) as caught:
        check_token(text, "field name")

    assert ("field name", position) == (caught.value.grammar, caught.value.position)


def test_what_is_right_passes_as_it_is() -> None:
    """The checks give back what came in."""

    assert ("ETag", "no-cache") == (check_token("ETag", "field name"), check_field_value("no-cache", "X"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param('""', "", id="empty"),
        pytest.param('"a b"', "a b", id="space"),
        pytest.param(r'"\"\\"', '"\\', id="escapes"),
        pytest.param('"é"', "é", id="obs-text"),
    ],
)
def test_quote_string(expected: str, text: str) -> None:
    """A quoted-string escapes the quote and the backslash, nothing else."""

    assert expected == quote_string(text)


@pytest.mark.parametrize("text", ["a\n", "\x00", "\x7f", "\u20ac"])
def test_quote_string_refuses(text: str) -> None:
    """What a quoted-string cannot hold, escaped or not, is an error of the application."""

    with pytest.raises(HeaderValueError):
        quote_string(text)


@pytest.mark.parametrize(
    ("expected", "text"), [("utf-8", "utf-8"), ('""', ""), ('"a/b"', "a/b")], ids=["token", "empty", "delimiter"]
)
def test_token_or_quoted(expected: str, text: str) -> None:
    """Quotes are written only where they are needed."""

    assert expected == token_or_quoted(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("", '""', id="empty"),
        pytest.param("a,b;c", '"a,b;c"', id="delimiters"),
        pytest.param('a"b\\c', r'"a\"b\\c"', id="escapes"),
        pytest.param("ab", r'"\a\b"', id="needless-escapes"),
        pytest.param("\ta é", '"\ta é"', id="tab-and-obs-text"),
    ],
)
def test_unquote_string(expected: str, text: str) -> None:
    """Reading a quoted-string undoes its quotes and its escapes."""

    assert expected == unquote_string(text)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="empty"),
        pytest.param(0, "a", id="no-quote"),
        pytest.param(0, ' "a"', id="leading-space"),
        pytest.param(1, '"', id="one-quote"),
        pytest.param(4, r'"a\"', id="closing-quote-escaped"),
        pytest.param(3, '"a"\n', id="trailing-newline"),
        pytest.param(3, '"a"b"', id="closes-early"),
        pytest.param(2, '"a\nb"', id="newline-inside"),
        pytest.param(2, '"\\\x00"', id="escaped-nul"),
        pytest.param(1, '"\u20ac"', id="not-latin-1"),
    ],
)
def test_unquote_string_refuses(position: int, text: str) -> None:
    """What is not one whole quoted-string is malformed, at a position."""

    with pytest.raises(GrammarError) as caught:
        unquote_string(text)

    assert position == caught.value.position


@given(VALUES)
def test_quoting_round_trips(text: str) -> None:
    """What was quoted is read as it was."""

    assert text == unquote_string(quote_string(text))


@given(st.text(st.sampled_from('"\\a, \n\xe9')))
def test_unquote_string_is_total(text: str) -> None:
    """Any text is a quoted-string or a GrammarError."""
    try:
        result = unquote_string(text)
    except GrammarError:
        return

    assert result in (unescape(text[1:-1]), text[1:-1])


def test_quoted_end_knows_of_no_end() -> None:
    """A quoted-string that is not closed ends nowhere."""

    assert quoted_end('x"a\\"', 1) == -1
