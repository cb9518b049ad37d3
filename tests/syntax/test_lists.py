"""The splitter of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError
from verglas.errors import ExceededLimit, LimitError
from verglas.syntax.tokens import split_list

HARD = st.text(st.sampled_from('",;\\ \ta\x0b\n'))


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        pytest.param("a, b", ",", id="commas"),
        pytest.param("a; b", ";", id="semicolons"),
        pytest.param(',, a,, "b, c, d" ,', ",", id="empty-and-quoted"),
    ],
)
def test_members_are_counted(text: str, separator: str) -> None:
    """As many members as there may be are read, empty ones not counted; one more names the limit."""
    assert 2 == len(split_list(text, separator=separator, max_items=2))
    with pytest.raises(LimitError, match="X-List: too many members") as caught:
        split_list(text, separator=separator, max_items=1, grammar="X-List")

    assert ExceededLimit("max_list_items", 1, "members") == caught.value.limit


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((), "", id="rfc9110-5.6.1.2-empty"),
        pytest.param(("foo", "bar"), "foo,bar", id="rfc9110-5.6.1.2-a"),
        pytest.param(("foo", "bar"), "foo ,bar,", id="rfc9110-5.6.1.2-b"),
        pytest.param(("foo", "bar", "charlie"), "foo , ,bar,charlie", id="rfc9110-5.6.1.2-c"),
        pytest.param((), ",   ,", id="rfc9110-5.6.1.2-only-empty-members"),
        pytest.param(("a", "b"), "\t a\t,\tb ", id="space-and-tab-trimmed"),
        pytest.param(("\x0ba\x0c", "b\n"), "\x0ba\x0c,b\n", id="other-whitespace-kept"),
        pytest.param(("\x0b",), "\x0b,", id="vertical-tab-is-no-empty-member"),
        pytest.param(("\xa0a",), "\xa0a", id="no-break-space-kept"),
        pytest.param(('"a,b"', "c"), '"a,b",c', id="comma-in-quotes"),
        pytest.param((r'"a\",b"', "c"), r'"a\",b",c', id="escaped-quote"),
        pytest.param((r'"a\\"', "b"), r'"a\\",b', id="escaped-backslash"),
        pytest.param(("a\\", '"b"'), 'a\\,"b"', id="backslash-outside-quotes"),
        pytest.param(('x="a,b";y="c,d"', "e"), 'x="a,b";y="c,d",e', id="quotes-within-a-member"),
        pytest.param(('"a"', '"b"'), '"a", "b" ,', id="quoted-members"),
        pytest.param(("a;b", "c"), "a;b,c", id="semicolon-does-not-split"),
    ],
)
def test_members(expected: tuple[str, ...], text: str) -> None:
    """Commas outside quotes split, empty members vanish, only space and tab are trimmed."""

    assert expected == split_list(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("a", "b=c,d"), "a; b=c,d;", id="comma-does-not-split"),
        pytest.param(('a="x;y"', "b"), 'a="x;y";b', id="semicolon-in-quotes"),
    ],
)
def test_members_between_semicolons(expected: tuple[str, ...], text: str) -> None:
    """The same grammar holds with a semicolon."""

    assert expected == split_list(text, separator=";")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, '"', id="alone"),
        pytest.param(3, 'a, "b', id="after-a-member"),
        pytest.param(4, '"a","b', id="second"),
        pytest.param(0, r'"a\"', id="escaped"),
        pytest.param(1, 'a"b,c', id="within-a-member"),
    ],
)
def test_unclosed_quote(position: int, text: str) -> None:
    """A quoted-string without an end is malformed, where it opens."""

    with pytest.raises(GrammarError) as caught:
        split_list(text)

    assert position == caught.value.position


@given(HARD, st.sampled_from(",;"))
def test_agrees_with_a_character_loop(text: str, separator: str) -> None:
    """Any text gives the members that a loop over its characters gives, or a GrammarError."""
    try:
        members: tuple[str, ...] | None = split_list(text, separator=separator)
    except GrammarError:
        members = None

    assert _naive(text, separator) == members


@given(st.lists(st.text(st.sampled_from("ab/;=*")).filter(bool)))
def test_joined_members_split_again(members: list[str]) -> None:
    """Members joined with commas come back."""

    assert tuple(members) == split_list(", ".join(members))


def _naive(text: str, separator: str) -> tuple[str, ...] | None:
    members = [""]
    quoted = escaped = False
    for char in text:
        if char == separator and not quoted:
            members.append("")
            continue
        members[-1] += char
        if escaped:
            escaped = False
        elif char == '"':
            quoted = not quoted
        elif char == "\\" and quoted:
            escaped = True
    return None if quoted else tuple(member.strip(" \t") for member in members if member.strip(" \t"))
