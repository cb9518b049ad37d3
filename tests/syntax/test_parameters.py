"""Parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError, HeaderValueError
from verglas.syntax.parameters import format_parameters, parse_parameters

TOKENS = st.text(st.sampled_from("abcxyz0189!#-_*'"), min_size=1)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((), "", id="none"),
        pytest.param((), " ;; \t; ", id="rfc9110-5.6.6-empty-parameters"),
        pytest.param((("charset", "utf-8"),), ";charset=utf-8", id="rfc9110-8.3.1"),
        pytest.param((("charset", "utf-8"),), ';charset="utf-8"', id="rfc9110-8.3.1-quoted"),
        pytest.param((("charset", "UTF-8"),), '; Charset="UTF-8"', id="name-lower-cased-value-kept"),
        pytest.param((("a", "b"), ("c", "d")), "a=b;c=d", id="first-semicolon-absent"),
        pytest.param((("a", "b"), ("a", "c")), ";a=b;a=c", id="duplicates-kept"),
        pytest.param((("a", ';"\\'),), r';a=";\"\\"', id="delimiters-in-quotes"),
        pytest.param((("a", ""),), ';a=""', id="empty-in-quotes"),
        pytest.param((("a", "b"), ("c", "d")), ' \t;\t a="b" ; c=d ; ', id="space-about-semicolons"),
        pytest.param((("filename*", "UTF-8''x"),), ";filename*=UTF-8''x", id="extended-name-is-a-token"),
        pytest.param((("a", "é"),), ';a="é"', id="obs-text-in-quotes"),
    ],
)
def test_parameters(expected: tuple[tuple[str, str], ...], text: str) -> None:
    """Names are lower-cased, values unquoted, order and duplicates kept."""

    assert expected == parse_parameters(text, grammar="test")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(1, ";a", id="no-value"),
        pytest.param(1, ";=b", id="no-name"),
        pytest.param(1, ";a=", id="empty-value"),
        pytest.param(1, ";a =b", id="space-before-equals"),
        pytest.param(1, ";a= b", id="space-after-equals"),
        pytest.param(3, 'a=b"c"', id="quote-in-a-token"),
        pytest.param(5, 'a="b"c', id="text-after-quotes"),
        pytest.param(3, "a=b c=d", id="semicolon-absent"),
        pytest.param(3, "a=b,c=d", id="comma"),
        pytest.param(2, 'a="b', id="unclosed"),
        pytest.param(2, r'a="b\"', id="unclosed-by-escape"),
        pytest.param(3, "a=b\n", id="trailing-newline"),
        pytest.param(3, "a=b\x0b;c=d", id="vertical-tab-is-no-space"),
        pytest.param(0, "\x0ca=b", id="form-feed-is-no-space"),
        pytest.param(4, 'a="b\nc"', id="newline-in-quotes"),
        pytest.param(0, "é=b", id="name-not-ascii"),
        pytest.param(0, "a=é", id="obs-text-without-quotes"),
    ],
)
def test_malformed(position: int, text: str) -> None:
    """What is no parameter is an error that names what was read, and where."""

    with pytest.raises(GrammarError) as caught:
        parse_parameters(text, grammar="Content-Type")

    assert ("Content-Type", position) == (caught.value.grammar, caught.value.position)


def test_the_application_is_not_blamed_for_what_came_in() -> None:
    """A malformed parameter is no HeaderValueError: that is for what the application writes."""

    with pytest.raises(GrammarError) as caught:
        parse_parameters("a=\x00", grammar="test")

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    ("expected", "pairs"),
    [
        pytest.param("", [], id="none"),
        pytest.param('; a=b; c="d e"', [("a", "b"), ("c", "d e")], id="quoted-where-needed"),
        pytest.param('; a=""', [("a", "")], id="empty"),
    ],
)
def test_format(expected: str, pairs: list[tuple[str, str]]) -> None:
    """Each parameter follows a semicolon and a space."""

    assert expected == format_parameters(pairs)


@pytest.mark.parametrize("pair", [("a b", "c"), ("", "c"), ("a", "b\r\nX: 1"), ("a\n", "b"), ("a", "\u20ac")])
def test_format_refuses(pair: tuple[str, str]) -> None:
    """What cannot be written is an error of the application."""

    with pytest.raises(HeaderValueError):
        format_parameters([pair])


@given(st.lists(st.tuples(TOKENS, VALUES)))
def test_round_trip(pairs: list[tuple[str, str]]) -> None:
    """What was written is read as it was."""

    assert tuple(pairs) == parse_parameters(format_parameters(pairs), grammar="test")


@given(st.text(st.sampled_from('a=;" \t\\\n,é')) | st.text())
def test_total(text: str) -> None:
    """Any text is parameters that can be written again, or a GrammarError."""
    try:
        pairs = parse_parameters(text, grammar="test")
    except GrammarError:
        return

    assert pairs == parse_parameters(format_parameters(pairs), grammar="test")
