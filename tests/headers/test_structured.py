"""Structured fields: items, lists, dictionaries."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from math import inf, nan
from typing import Final

import pytest

from verglas import GrammarError, Headers, HeaderValueError, MutableHeaders
from verglas.errors import HeaderError
from verglas.headers import (
    BareItem,
    DisplayString,
    InnerList,
    Parameters,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    Token,
    structured_dictionary_field,
    structured_item_field,
    structured_list_field,
)

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Size(StrEnum):
    """A text that is more than a text."""

    SMALL = "small"


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(StructuredItem(42), "42", id="rfc9651-3.3.1"),
        pytest.param(StructuredItem(4.5), "4.5", id="rfc9651-3.3.2"),
        pytest.param(StructuredItem("hello world"), '"hello world"', id="rfc9651-3.3.3"),
        pytest.param(StructuredItem(Token("foo123/456")), "foo123/456", id="rfc9651-3.3.4"),
        pytest.param(
            StructuredItem(b"pretend this is binary content."),
            ":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==:",
            id="rfc9651-3.3.5",
        ),
        pytest.param(StructuredItem(True), "?1", id="rfc9651-3.3.6"),
        pytest.param(StructuredItem(EPOCH + timedelta(seconds=1659578233)), "@1659578233", id="rfc9651-3.3.7"),
        pytest.param(
            StructuredItem(DisplayString("This is intended for display to \xfcsers.")),
            '%"This is intended for display to %c3%bcsers."',
            id="rfc9651-3.3.8",
        ),
        pytest.param(StructuredItem(5, {"foo": Token("bar")}), "5;foo=bar", id="rfc9651-3.3"),
    ],
)
def test_items(expected: StructuredItem, text: str) -> None:
    """An item of each kind is read, and written as it was."""

    assert (expected, text) == (StructuredItem.parse(text), str(expected))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(StructuredList(), "", id="empty"),
        pytest.param(StructuredList([Token("sugar"), Token("tea"), Token("rum")]), "sugar, tea, rum", id="rfc9651-3.1"),
        pytest.param(
            StructuredList([InnerList(["foo", "bar"]), InnerList(["baz"]), InnerList(["bat", "one"]), InnerList()]),
            '("foo" "bar"), ("baz"), ("bat" "one"), ()',
            id="rfc9651-3.1.1",
        ),
        pytest.param(
            StructuredList(
                [
                    InnerList([StructuredItem("foo", {"a": 1, "b": 2})], {"lvl": 5}),
                    InnerList(["bar", "baz"], {"lvl": 1}),
                ]
            ),
            '("foo";a=1;b=2);lvl=5, ("bar" "baz");lvl=1',
            id="rfc9651-3.1.1-parameters",
        ),
        pytest.param(
            StructuredList(
                [
                    StructuredItem(Token("abc"), {"a": 1, "b": 2, "cde_456": True}),
                    InnerList([StructuredItem(Token("ghi"), {"jk": 4}), Token("l")], {"q": "9", "r": Token("w")}),
                ]
            ),
            'abc;a=1;b=2;cde_456, (ghi;jk=4 l);q="9";r=w',
            id="rfc9651-3.1.2",
        ),
    ],
)
def test_lists(expected: StructuredList, text: str) -> None:
    """A list is read, and written as it was."""

    assert (expected, text) == (StructuredList.parse(text), str(expected))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(StructuredDictionary(), "", id="empty"),
        pytest.param(
            StructuredDictionary({"en": "Applepie", "da": "\xc6blet\xe6rte".encode()}),
            'en="Applepie", da=:w4ZibGV0w6ZydGU=:',
            id="rfc9651-3.2",
        ),
        pytest.param(
            StructuredDictionary({"a": False, "b": True, "c": StructuredItem(True, {"foo": Token("bar")})}),
            "a=?0, b, c;foo=bar",
            id="rfc9651-3.2-booleans",
        ),
        pytest.param(
            StructuredDictionary({"rating": 1.5, "feelings": InnerList([Token("joy"), Token("sadness")])}),
            "rating=1.5, feelings=(joy sadness)",
            id="rfc9651-3.2-inner-list",
        ),
    ],
)
def test_dictionaries(expected: StructuredDictionary, text: str) -> None:
    """A dictionary is read, and written as it was."""

    assert (expected, text) == (StructuredDictionary.parse(text), str(expected))


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="nothing"),
        pytest.param(2, "1 2", id="two-items"),
        pytest.param(0, "\t1", id="tab-before"),
        pytest.param(1, "1\t", id="tab-after"),
        pytest.param(0, "-", id="sign-alone"),
        pytest.param(0, "\u0661", id="digit-of-another-script"),
        pytest.param(0, "1234567890123456", id="16-digits"),
        pytest.param(0, "1.", id="no-fraction"),
        pytest.param(0, "1.2345", id="4-digits-of-a-fraction"),
        pytest.param(0, "1234567890123.1", id="13-digits-before-the-point"),
        pytest.param(0, '"a', id="string-not-closed"),
        pytest.param(2, '"a\t"', id="tab-in-a-string"),
        pytest.param(2, '"a\\b"', id="escape-of-a-letter"),
        pytest.param(1, '"\xe9"', id="string-not-ascii"),
        pytest.param(0, ":a", id="bytes-not-closed"),
        pytest.param(0, ":YQ===:", id="bytes-too-much-padding"),
        pytest.param(0, ":Y:", id="bytes-one-character"),
        pytest.param(0, ":Y_:", id="bytes-base64url"),
        pytest.param(0, "?2", id="boolean-2"),
        pytest.param(0, "?", id="boolean-cut"),
        pytest.param(0, "@1.0", id="date-with-a-fraction"),
        pytest.param(0, "@253402300800", id="date-in-the-year-10000"),
        pytest.param(4, '%"ab%C3%BC"', id="display-upper-case"),
        pytest.param(0, '%"%ff"', id="display-not-utf-8"),
        pytest.param(0, '%"%ed%a0%80"', id="display-surrogate"),
        pytest.param(0, '%"a', id="display-not-closed"),
        pytest.param(0, "%a", id="display-no-quote"),
        pytest.param(2, "a;A", id="key-in-upper-case"),
        pytest.param(2, "a ;b", id="space-before"),
        pytest.param(4, "a;b= 1", id="space-after-equals"),
        pytest.param(1, "a\n", id="newline"),
    ],
)
def test_malformed_items(position: int, text: str) -> None:
    """What is no item is an error that says where."""
    with pytest.raises(GrammarError) as caught:
        StructuredItem.parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize(
    ("parse", "position", "text"),
    [
        pytest.param(StructuredList.parse, 1, "a,", id="list-ends-in-a-comma"),
        pytest.param(StructuredList.parse, 0, ",a", id="list-starts-with-a-comma"),
        pytest.param(StructuredList.parse, 2, "a,,b", id="list-with-an-empty-member"),
        pytest.param(StructuredList.parse, 2, "a b", id="list-without-a-comma"),
        pytest.param(StructuredList.parse, 2, "(a", id="inner-list-not-closed"),
        pytest.param(StructuredList.parse, 4, '("a""b")', id="inner-list-without-a-space"),
        pytest.param(StructuredList.parse, 1, "((a))", id="inner-list-in-another"),
        pytest.param(StructuredList.parse, 2, "(a\tb)", id="inner-list-with-a-tab"),
        pytest.param(StructuredDictionary.parse, 0, "A=1", id="dictionary-key-in-upper-case"),
        pytest.param(StructuredDictionary.parse, 2, "a=", id="dictionary-without-a-value"),
        pytest.param(StructuredDictionary.parse, 3, "a=1,", id="dictionary-ends-in-a-comma"),
        pytest.param(StructuredDictionary.parse, 0, "1", id="dictionary-without-a-key"),
    ],
)
def test_malformed_lists(parse: Callable[[str], object], position: int, text: str) -> None:
    """What is no list or dictionary is an error that says where; nothing of it is used."""
    with pytest.raises(GrammarError) as caught:
        parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**15, id="integer-of-16-digits"),
        pytest.param(-(10**15), id="negative-integer-of-16-digits"),
        pytest.param(10.0**12, id="decimal-of-13-digits"),
        pytest.param(999999999999.9996, id="decimal-that-rounds-to-13-digits"),
        pytest.param(nan, id="nan"),
        pytest.param(inf, id="infinity"),
        pytest.param(1e308, id="decimal-that-overflows"),
        pytest.param("\xe9", id="string-not-ascii"),
        pytest.param("a\r\nX: 1", id="string-with-a-newline"),
        pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), id="date-before-the-year-1"),
    ],
)
def test_refuses(value: BareItem) -> None:
    """What cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        StructuredItem(value)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Token(""), id="token-empty"),
        pytest.param(lambda: Token("1a"), id="token-starts-with-a-digit"),
        pytest.param(lambda: Token("a b"), id="token-with-a-space"),
        pytest.param(lambda: Token("a\n"), id="token-with-a-newline"),
        pytest.param(lambda: DisplayString("\ud800"), id="display-surrogate"),
        pytest.param(lambda: Parameters({"A": 1}), id="key-in-upper-case"),
        pytest.param(lambda: StructuredDictionary({"": 1}), id="key-empty"),
        pytest.param(lambda: StructuredDictionary({"a\n": 1}), id="key-with-a-newline"),
    ],
)
def test_refuses_words(make: Callable[[], object]) -> None:
    """A token, text or key that cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize("text", ["ab", b"ab"])
def test_one_text_is_no_list(text: str | bytes) -> None:
    """A text is not taken for a list of its letters."""
    with pytest.raises(TypeError):
        StructuredList(text)


def test_another_type() -> None:
    """A value of a type that structured fields do not have is a TypeError."""
    wrong: list[BareItem] = [None]  # type: ignore[list-item]  # pyright: ignore[reportAssignmentType]  # the point

    with pytest.raises(TypeError, match="NoneType"):
        StructuredList(wrong)


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        pytest.param(True, StructuredItem(1), StructuredItem(1), id="same"),
        pytest.param(False, StructuredItem(1), StructuredItem(1.0), id="integer-and-decimal"),
        pytest.param(False, StructuredItem(1), StructuredItem(True), id="integer-and-boolean"),
        pytest.param(False, StructuredItem(Token("a")), StructuredItem("a"), id="token-and-string"),
        pytest.param(False, StructuredItem("a"), StructuredItem(DisplayString("a")), id="string-and-display-string"),
        pytest.param(
            False, StructuredItem(1, {"a": True, "b": 1}), StructuredItem(1, {"b": 1, "a": True}), id="another-order"
        ),
        pytest.param(False, Parameters({"a": 1}), Parameters({"a": True}), id="parameters-of-another-type"),
        pytest.param(
            False,
            StructuredDictionary({"a": 1, "b": 2}),
            StructuredDictionary({"b": 2, "a": 1}),
            id="another-order-of-keys",
        ),
    ],
)
def test_equality(expected: bool, one: object, other: object) -> None:
    """Values are equal when they are of one type and mean the same, and then their hashes are."""

    assert (expected, expected) == (one == other, hash(one) == hash(other))


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(0.002, 0.0025, id="half-to-even"),
        pytest.param(0.0, -0.0001, id="no-negative-zero"),
        pytest.param("small", Size.SMALL, id="member-of-an-enumeration"),
        pytest.param(EPOCH, datetime(1970, 1, 1, 0, 0, 0, 999_999), id="naive-date-with-microseconds"),
        pytest.param(EPOCH, datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), id="date-of-another-zone"),
    ],
)
def test_values_are_as_on_the_wire(expected: BareItem, value: BareItem) -> None:
    """A value takes the form that it comes back in."""
    made = StructuredItem(value).value

    assert (type(expected), repr(expected)) == (type(made), repr(made))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(StructuredItem(1, {"a": Token("b")}), id="item"),
        pytest.param(StructuredList([1, InnerList([2])]), id="list"),
        pytest.param(StructuredDictionary({"a": 1}), id="dictionary"),
        pytest.param(Parameters({"a": 1}), id="parameters"),
    ],
)
def test_copies(value: object) -> None:
    """A value is copied and pickled."""

    assert [value, value] == [copy.deepcopy(value), pickle.loads(pickle.dumps(value))]


def test_dictionaries_are_mappings() -> None:
    """A dictionary and parameters are mappings, in their order."""
    value = StructuredDictionary.parse("b=1;x, a")

    assert (["b", "a"], 2, None, {"x": True}) == (list(value), len(value), value.get("c"), dict(value["b"].parameters))


def test_aliases_nothing() -> None:
    """A later change of what a value was made from does not show."""
    source: dict[str, BareItem] = {"a": 1}
    value = Parameters(source)
    source["b"] = 2

    assert ";a=1" == str(value)


def test_keys_of_an_application() -> None:
    """A field of an application's own is read from all lines and written as one; empty, it is taken away."""
    status = structured_list_field("Cache-Status")
    headers = MutableHeaders([("Cache-Status", "a; hit"), ("Cache-Status", "b")])
    read = headers[status]
    headers[status] = read
    written = headers.pairs
    headers[status] = StructuredList()

    assert ((("Cache-Status", "a;hit, b"),), ()) == (written, headers.pairs)


def test_item_is_there_once() -> None:
    """Two lines of an Item are malformed, even where a string would close on the second (RFC 9651 §4.2)."""
    with pytest.raises(GrammarError, match="only one"):
        structured_item_field("X").decode(['"a', 'b"'])


def test_last_member_of_one_key_counts() -> None:
    """Of several members of a dictionary with one key the last counts, whatever line it is on (RFC 9651 §4.2.2)."""

    assert "u=1, i" == str(structured_dictionary_field("Priority").decode(["u=3, i", "u=1"]))


def test_malformed_field_is_an_error_of_the_request() -> None:
    """Typed look-up of a malformed field never gives the default."""
    with pytest.raises(HeaderError) as caught:
        Headers({"Priority": "u=1,"}).get(structured_dictionary_field("Priority"))

    assert "Priority" == caught.value.field
