"""Lists of members with weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError
from verglas.errors import LimitError
from verglas.syntax.parameters import parse_weighted

MEMBERS = st.tuples(st.sampled_from(["*", "*/*", "text/html", "da", "en-gb", "gzip", "a/b;c=d"]), st.integers(0, 1000))
HARD = st.text(st.sampled_from('aqQ=;,.01" \t\\/*\n'), max_size=40)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((), "", id="empty"),
        pytest.param((("audio/*", 200), ("audio/basic", 1000)), "audio/*; q=0.2, audio/basic", id="rfc9110-12.5.1-a"),
        pytest.param(
            (("text/plain", 500), ("text/html", 1000), ("text/x-dvi", 800), ("text/x-c", 1000)),
            "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c",
            id="rfc9110-12.5.1-b",
        ),
        pytest.param(
            (("text/*", 300), ("text/plain", 700), ("text/plain;format=flowed", 1000), ("*/*", 500)),
            "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, */*;q=0.5",
            id="rfc9110-12.5.1-c",
        ),
        pytest.param(
            (("gzip", 1000), ("identity", 500), ("*", 0)), "gzip;q=1.0, identity; q=0.5, *;q=0", id="rfc9110-12.5.3"
        ),
        pytest.param((("da", 1000), ("en-gb", 800), ("en", 700)), "da, en-gb;q=0.8, en;q=0.7", id="rfc9110-12.5.4"),
        pytest.param((("a", 1000),), "a;q=1.000", id="three-zeros"),
        pytest.param((("a", 1),), "a;q=0.001", id="smallest"),
        pytest.param((("a", 0),), "a;q=0.", id="no-digit-after-the-point"),
        pytest.param((("a", 500),), "a \t;\tQ=0.5", id="upper-case-and-tabs"),
        pytest.param((("a/b;x=y", 500),), "a/b;q=0.5;X=y", id="rfc9110-12.5.1-weight-before-a-parameter"),
        pytest.param((("a/b;x=y;z=1", 500),), 'a/b ; x="y" ;q=0.5; z=1', id="parameters-in-shortest-form"),
        pytest.param((('a/b;x="; ,q=0"', 500),), 'a/b;x="; ,q=0";q=0.5', id="delimiters-in-quotes"),
        pytest.param((("a/b", 500),), 'a/b;q="0.5"', id="rfc9110-5.6.6-quoted-weight"),
        pytest.param((("a", 1000), ("a", 500)), "a, a;q=0.5", id="duplicates-kept"),
        pytest.param((("a", 1000), ("b", 1000)), ",a ,, b,", id="empty-members"),
        pytest.param(
            (("application/signed-exchange;v=b3", 700),), "application/signed-exchange;v=b3;q=0.7", id="chrome"
        ),
    ],
)
def test_weighted(expected: tuple[tuple[str, int], ...], text: str) -> None:
    """Each member has its weight in thousandths, in the order received; strict or not."""

    assert (expected, expected) == (parse_weighted(text), parse_weighted(text, strict=True))


@pytest.mark.parametrize(
    "member",
    [
        pytest.param("b;q=2", id="above-1"),
        pytest.param("b;q=1.001", id="just-above-1"),
        pytest.param("b;q=-1", id="negative"),
        pytest.param("b;q=.", id="no-digit"),
        pytest.param("b;q=1.0010", id="just-above-1-in-four-digits"),
        pytest.param("b;q=00.5", id="two-digits-before-the-point"),
        pytest.param("b;q=", id="empty-weight"),
        pytest.param("b;q", id="no-weight"),
        pytest.param("b;q=nan", id="nan"),
        pytest.param("b;q=1e0", id="exponent"),
        pytest.param("b;q=0.٣", id="arabic-digit"),
        pytest.param("b;q=0.5;q=0.6", id="two-weights"),
        pytest.param("b;q =0.5", id="space-before-equals"),
        pytest.param("b;q=0.5\n", id="trailing-newline"),
        pytest.param("b\x0b;q=0.5", id="vertical-tab"),
        pytest.param("b c", id="two-words"),
        pytest.param("a/b/c", id="two-slashes"),
        pytest.param("/b", id="no-type"),
        pytest.param("b/", id="no-subtype"),
        pytest.param(";q=1", id="no-range"),
        pytest.param('"b"', id="quoted"),
        pytest.param("b;x", id="parameter-without-a-value"),
        pytest.param("b\u00fc", id="not-ascii"),
    ],
)
def test_a_malformed_member_is_left_out_alone(member: str) -> None:
    """A malformed member is skipped, its neighbours stay; strictly, it is an error."""

    assert (("a", 1000), ("c", 500)) == parse_weighted(f"a, {member}, c;q=0.5")
    with pytest.raises(GrammarError):
        parse_weighted(f"a, {member}, c;q=0.5", strict=True)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(200, "a;q=.2", id="java-no-digit-before-the-point"),
        pytest.param(123, "a;q=0.1239", id="four-digits"),
        pytest.param(333, "a;q=0.33333333333333331", id="seventeen-digits"),
        pytest.param(0, "a;q=0.0009", id="less-than-the-smallest"),
        pytest.param(1000, "a;q=1.0000", id="four-zeros"),
        pytest.param(1000, "a;q=1.0009", id="rest-of-one-is-dropped"),
        pytest.param(500, "a/b;x=y;q=.5", id="after-a-parameter"),
    ],
)
def test_weight_as_it_is_sent(expected: int, text: str) -> None:
    """A weight without a zero, or with more than three digits, is read; strictly, it is an error."""
    assert [expected] == [weight for _, weight in parse_weighted(text)]
    with pytest.raises(GrammarError):
        parse_weighted(text, strict=True)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((), '"', id="alone"),
        pytest.param((("a", 500),), 'a;q=0.5, b;x="c, d', id="in-the-last-member"),
        pytest.param((("a", 1000),), 'a, b"c, d', id="a-well-formed-start-is-not-taken-for-a-member"),
        pytest.param((("a", 1000),), 'a, "c', id="at-the-start-of-a-member"),
    ],
)
def test_unclosed_quote(expected: tuple[tuple[str, int], ...], text: str) -> None:
    """A quote that is not closed spoils the member that it is in and what follows; strictly, it is an error."""

    assert expected == parse_weighted(text)
    with pytest.raises(GrammarError):
        parse_weighted(text, strict=True)


@given(st.lists(MEMBERS))
def test_written_weights_are_read(members: list[tuple[str, int]]) -> None:
    """What was written is read as it was."""
    text = ", ".join(f"{member};q={weight / 1000:.3f}" for member, weight in members)

    assert tuple(members) == parse_weighted(text, strict=True)


@given(HARD | st.lists(MEMBERS).map(lambda members: ",".join(f"{member};q={weight}" for member, weight in members)))
def test_with_a_quote_or_without(text: str) -> None:
    """A list that is searched at once, having no quote, has the members that it has when it is split."""
    text = text.replace('"', "")

    assert (*parse_weighted(text), ('x;y="z "', 1000)) == parse_weighted(f'{text},x;y="z "')


@given(HARD)
def test_total(text: str) -> None:
    """Any text has members that are read as themselves again, with weights in their range."""
    found = parse_weighted(text)

    assert all(
        0 <= weight <= 1000 and parse_weighted(member, strict=True) == ((member, 1000),) for member, weight in found
    )


@given(HARD)
def test_strict_agrees_or_raises(text: str) -> None:
    """Strictness changes nothing about a list that has no malformed member."""
    try:
        strict = parse_weighted(text, strict=True)
    except GrammarError:
        return

    assert strict == parse_weighted(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a;q=0.1, b", id="well-formed"),
        pytest.param("a;q=7, ;x", id="malformed"),
        pytest.param('a, "b', id="open"),
    ],
)
def test_members_are_counted(text: str) -> None:
    """All members count, malformed ones too; too many are an error whether strict or not."""
    assert len(parse_weighted(text, max_items=2)) <= 2
    for strict in (False, True):
        with pytest.raises(GrammarError):
            parse_weighted(text, max_items=1, strict=strict)
    with pytest.raises(LimitError, match="max_list_items"):
        parse_weighted(text, max_items=1)
