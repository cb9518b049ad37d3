"""Entity tags, alone and in lists."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_etags, unquote_etag

from tests.kit import untyped
from verglas import GrammarError, HeaderValueError
from verglas.errors import HeaderError
from verglas.headers import ETAG, ETag, ETags, Headers
from verglas.testing.strategies import header_values

HARD: Final = st.text('"W/, *\ta\\\x0b\x7f\xff') | st.text(st.characters(codec="latin-1"))


def weak(tag: str) -> ETag:
    """A weak tag."""
    return ETag(tag, weak=True)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(ETag("xyzzy"), '"xyzzy"', id="rfc9110-8.8.3-strong"),
        pytest.param(weak("xyzzy"), 'W/"xyzzy"', id="rfc9110-8.8.3-weak"),
        pytest.param(ETag(""), '""', id="rfc9110-8.8.3-empty"),
        pytest.param(ETag("123-a"), '"123-a"', id="rfc9110-8.8.3.3-identity"),
        pytest.param(ETag("a,b"), '"a,b"', id="comma"),
        pytest.param(ETag("a b"), '"a b"', id="rfc2616-3.11-space"),
        pytest.param(ETag("a\\"), '"a\\"', id="backslash-escapes-nothing"),
        pytest.param(ETag("é\xff"), '"é\xff"', id="obs-text"),
        pytest.param(ETag("W/"), '"W/"', id="looks-weak"),
        pytest.param(ETag("a"), ' "a"\t', id="space-about-a-value"),
    ],
)
def test_parse(expected: ETag, text: str) -> None:
    """A tag is what stands between its quotes."""

    assert expected == ETag.parse(text)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="empty"),
        pytest.param(0, "xyzzy", id="no-quotes"),
        pytest.param(0, '"a', id="unclosed"),
        pytest.param(0, 'a"', id="unopened"),
        pytest.param(0, 'w/"a"', id="weak-in-lower-case"),
        pytest.param(0, 'W"a"', id="weak-without-slash"),
        pytest.param(0, 'W/ "a"', id="space-after-weak"),
        pytest.param(0, "*", id="star"),
        pytest.param(3, '"a" b', id="more-text"),
        pytest.param(3, '"a", "b"', id="list"),
        pytest.param(0, '"a\x00"', id="control"),
        pytest.param(0, '"a\x7f"', id="delete"),
        pytest.param(0, '"a\tb"', id="tab"),
        pytest.param(0, '"\u2603"', id="not-latin-1"),
    ],
)
def test_malformed(position: int, text: str) -> None:
    """What is no tag in quotes is malformed."""

    with pytest.raises(GrammarError) as caught:
        ETag.parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize("tag", ['a"b', "a\nb", "\x7f", "\t", "\u2603"])
def test_refuses_to_hold(tag: str) -> None:
    """What could not be written is no tag."""

    with pytest.raises(HeaderValueError):
        ETag(tag)


@pytest.mark.parametrize(
    ("one", "other", "strong", "weakly"),
    [
        pytest.param(weak("1"), weak("1"), False, True, id="rfc9110-8.8.3.2-both-weak"),
        pytest.param(weak("1"), weak("2"), False, False, id="rfc9110-8.8.3.2-different"),
        pytest.param(weak("1"), ETag("1"), False, True, id="rfc9110-8.8.3.2-one-weak"),
        pytest.param(ETag("1"), ETag("1"), True, True, id="rfc9110-8.8.3.2-both-strong"),
        pytest.param(ETag("1"), ETag("2"), False, False, id="strong-and-different"),
        pytest.param(ETag("a"), ETag("A"), False, False, id="case-counts"),
    ],
)
def test_comparison_table(one: ETag, other: ETag, strong: bool, weakly: bool) -> None:
    """The rows of RFC 9110 §8.8.3.2, either way round."""

    assert (strong, weakly) == (one.strong_compare(other), one.weak_compare(other))
    assert (strong, weakly) == (other.strong_compare(one), other.weak_compare(one))


@given(header_values(ETAG))
def test_field_round_trip(tag: ETag) -> None:
    """The lines of the field are read as the same tag."""

    assert tag == ETAG.decode(ETAG.encode(tag))


@given(HARD)
def test_total(text: str) -> None:
    """Any text is a tag or a GrammarError; a tag is written as it was read."""
    try:
        tag = ETag.parse(text)
    except HeaderValueError:
        raise
    except GrammarError:
        return

    assert text.strip(" \t") == str(tag)


@pytest.mark.parametrize("lines", [pytest.param(['"a"', '"a"'], id="two-lines"), pytest.param(["a"], id="no-quotes")])
def test_malformed_field(lines: list[str]) -> None:
    """ETag is one tag."""

    with pytest.raises(HeaderError):
        _ = Headers([("ETag", line) for line in lines])[ETAG]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(ETags(["xyzzy"]), '"xyzzy"', id="rfc9110-13.1.1-one"),
        pytest.param(
            ETags(["xyzzy", "r2d2xxxx", "c3piozzzz"]), '"xyzzy", "r2d2xxxx", "c3piozzzz"', id="rfc9110-13.1.1-list"
        ),
        pytest.param(ETags(star=True), "*", id="rfc9110-13.1.1-star"),
        pytest.param(ETags([weak("xyzzy")]), 'W/"xyzzy"', id="rfc9110-13.1.2-weak"),
        pytest.param(
            ETags([weak("xyzzy"), weak("r2d2xxxx"), weak("c3piozzzz")]),
            'W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"',
            id="rfc9110-13.1.2-weak-list",
        ),
        pytest.param(ETags(), "", id="rfc9110-5.6.1-empty-list"),
        pytest.param(ETags(["a", weak("b")]), ', "a" ,,\tW/"b",', id="rfc9110-5.6.1-empty-members"),
        pytest.param(ETags(["a", "b"]), '"a","b"', id="no-space"),
        pytest.param(ETags(["a, b", "c"]), '"a, b", "c"', id="comma-in-a-tag"),
        pytest.param(ETags(["*"]), '"*"', id="star-in-quotes"),
        pytest.param(ETags([""]), '""', id="empty-tag"),
        pytest.param(ETags(["a\\", "b"]), '"a\\", "b"', id="backslash-before-a-quote"),
        pytest.param(ETags(star=True), " *\t", id="space-about-star"),
    ],
)
def test_parse_list(expected: ETags, text: str) -> None:
    """A list keeps its tags in order, commas and spaces in them included."""

    assert expected == ETags.parse(text)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "a", id="no-quotes"),
        pytest.param(0, "*, *", id="two-stars"),
        pytest.param(0, '*, "a"', id="star-and-a-tag"),
        pytest.param(5, '"a", *', id="a-tag-and-star"),
        pytest.param(3, '"a" "b"', id="no-comma"),
        pytest.param(3, '"a""b"', id="nothing-between"),
        pytest.param(5, '"a", "b', id="unclosed"),
        pytest.param(5, '"a", w/"b"', id="weak-in-lower-case"),
        pytest.param(3, '"a";q=1', id="parameter"),
        pytest.param(3, '"a"\x0b, "b"', id="other-whitespace"),
    ],
)
def test_malformed_list(position: int, text: str) -> None:
    """A list with one bad member is malformed as a whole: none of it is guessed at."""

    with pytest.raises(GrammarError) as caught:
        ETags.parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize(
    ("text", "contains", "contains_weak", "is_strong", "is_weak"),
    [
        pytest.param('"1"', True, True, True, False, id="strong"),
        pytest.param('W/"1"', False, True, False, True, id="weak"),
        pytest.param('"2"', False, False, False, False, id="another"),
        pytest.param("*", True, True, False, False, id="star"),
        pytest.param('W/"1", "1"', True, True, True, True, id="both"),
        pytest.param("", False, False, False, False, id="empty"),
    ],
)
def test_membership(text: str, contains: bool, contains_weak: bool, is_strong: bool, is_weak: bool) -> None:
    """The rows of the table of `ETags`, for a tag and for a str."""
    tags = ETags.parse(text)

    for tag in ("1", ETag("1")):
        assert (contains, contains_weak) == (tags.contains(tag), tags.contains_weak(tag))
        assert (is_strong, is_weak) == (tags.is_strong(tag), tags.is_weak(tag))
        assert contains == (tag in tags)


@pytest.mark.parametrize(
    ("expected", "text", "raw"),
    [
        pytest.param(True, '"1"', '"1"', id="strong"),
        pytest.param(True, '"1"', 'W/"1"', id="weak-in-strong"),
        pytest.param(False, 'W/"1"', '"1"', id="strong-in-weak"),
        pytest.param(True, 'W/"1"', 'W/"1"', id="weak"),
        pytest.param(True, "*", '"1"', id="star"),
    ],
)
def test_contains_raw(expected: bool, text: str, raw: str) -> None:
    """A weak tag is looked for by weak comparison, a strong one by strong comparison."""

    assert expected == ETags.parse(text).contains_raw(raw)


def test_contains_raw_wants_quotes() -> None:
    """A tag without quotes is none."""

    with pytest.raises(GrammarError):
        ETags(["1"]).contains_raw("1")


def test_weak_tag_is_not_strongly_contained() -> None:
    """A weak tag matches nothing by strong comparison."""

    assert (False, False, True) == (weak("1") in ETags(["1"]), 1 in ETags(["1"]), ETags(["1"]).contains_weak(weak("1")))


def test_views() -> None:
    """Iteration, length and the set know the strong tags, as in the reference."""
    tags = ETags(["b", weak("c"), "a"])

    assert (["b", "a"], 2, ("b", "a"), ("c",)) == ([*tags], len(tags), tags.strong, tags.weak)
    assert (frozenset("ab"), frozenset("abc")) == (tags.as_set(), tags.as_set(include_weak=True))
    assert (False, True) == (tags.star_tag, ETags(star=True).star_tag)


@pytest.mark.parametrize(
    ("expected", "tags", "text"),
    [
        pytest.param(False, ETags(), "", id="empty"),
        pytest.param(True, ETags(star=True), "*", id="star"),
        pytest.param(True, ETags([weak("a")]), 'W/"a"', id="weak-only"),
        pytest.param(True, ETags(["b", weak("a"), "a, b"]), '"b", W/"a", "a, b"', id="in-order"),
    ],
)
def test_written_list(expected: bool, tags: ETags, text: str) -> None:
    """Only a list without tags and star is false; it is written in its order."""

    assert (expected, text, text) == (bool(tags), str(tags), tags.to_header())


def test_refuses_tags_beside_star() -> None:
    """`*` stands alone; the reference drops the tags instead."""

    with pytest.raises(HeaderValueError):
        ETags(["a"], star=True)


def test_refuses_one_text() -> None:
    """A str is no collection of tags: its letters are not meant."""

    with pytest.raises(TypeError):
        ETags("abc")


@pytest.mark.parametrize("text", ["", '"a"', 'W/"a"', '"a", W/"b"', '"a","c"', "*", '"a,b"', '"a\\b"'])
def test_agrees_with_werkzeug(text: str) -> None:
    """Well-formed lists mean the same as in the reference."""
    theirs, ours = parse_etags(text), ETags.parse(text)

    assert (theirs.star_tag, bool(theirs), len(theirs)) == (ours.star_tag, bool(ours), len(ours))
    assert (frozenset(theirs.as_set()), frozenset(theirs.as_set(True))) == (ours.as_set(), ours.as_set(True))
    for tag in ("a", "b", "c", "a,b"):
        assert (theirs.contains(tag), theirs.contains_weak(tag)) == (ours.contains(tag), ours.contains_weak(tag))
        assert (theirs.is_strong(tag), theirs.is_weak(tag)) == (ours.is_strong(tag), ours.is_weak(tag))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a", id="rfc9110-8.8.3-opaque-tag-has-quotes"),
        pytest.param('w/"a"', id="rfc9110-8.8.3-weak-is-case-sensitive"),
        pytest.param('"a", *', id="rfc9110-13.1.1-star-or-list"),
    ],
)
def test_disagrees_with_werkzeug(text: str) -> None:
    """The reference reads something out of these lists; the grammar of the RFC does not have them."""

    assert parse_etags(text)
    with pytest.raises(GrammarError):
        ETags.parse(text)


@pytest.mark.parametrize("text", ['"a"', 'W/"a"', '""'])
def test_tag_agrees_with_werkzeug(text: str) -> None:
    """A well-formed tag means the same as in the reference."""
    tag = ETag.parse(text)

    assert unquote_etag(text) == (tag.tag, tag.weak)


def test_star_by_name_only() -> None:
    """Strong and weak tags, as two collections, are not `*`."""

    with pytest.raises(TypeError):
        untyped(ETags)([], ["w"])
