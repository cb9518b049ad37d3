"""`NameSet`: ordered names, each once."""

from __future__ import annotations

import copy
import pickle
from typing import ClassVar, final

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import HeaderSet

from verglas import GrammarError, HeaderValueError
from verglas.errors import LimitError
from verglas.headers import NameSet
from verglas.testing.strategies import tokens


@final
@frozen(eq=False)
class Methods(NameSet):
    """Names that differ in case are two."""

    grammar: ClassVar[str] = "Methods"
    case_sensitive: ClassVar[bool] = True


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((), "", id="empty"),
        pytest.param(("foo", "bar"), "foo ,bar,", id="rfc9110-5.6.1.2-trailing-comma"),
        pytest.param(("foo", "bar", "charlie"), "foo , ,bar,charlie", id="rfc9110-5.6.1.2-empty-member"),
        pytest.param((), ",   ,", id="rfc9110-5.6.1.2-only-commas"),
        pytest.param(("A", "b"), "A, b, a, B", id="first-spelling"),
    ],
)
def test_parse(expected: tuple[str, ...], text: str) -> None:
    """A list keeps its order, and of each name the first spelling."""

    assert expected == NameSet.parse(text).names


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a b", id="space"),
        pytest.param('"a"', id="quoted"),
        pytest.param('a, "b', id="open-quote"),
        pytest.param("a\r\nb", id="line-break"),
        pytest.param("é", id="not-ascii"),
    ],
)
def test_refuses(text: str) -> None:
    """What is no list of names is malformed when read, and the application's fault when written."""

    with pytest.raises(GrammarError) as caught:
        NameSet.parse(text)
    with pytest.raises(HeaderValueError):
        NameSet(text)
    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    ("one", "other", "expected", "with_case"),
    [
        pytest.param("A, B", "B, A", True, True, id="order"),
        pytest.param("A, A", "A", True, True, id="twice"),
        pytest.param("A", "a", True, False, id="case"),
        pytest.param("A", "A, B", False, False, id="more"),
    ],
)
def test_comparison_table(one: str, other: str, expected: bool, with_case: bool) -> None:
    """The rows of the docstring."""

    assert (expected, with_case) == (NameSet(one) == NameSet(other), Methods(one) == Methods(other))


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        pytest.param("A, b", "b", id="text"),
        pytest.param("A, b, C", "b, a, C", id="field-value"),
        pytest.param("A, b", ["b"], id="list"),
        pytest.param("A, b", {"b"}, id="set"),
        pytest.param("A, b", NameSet("b"), id="names"),
        pytest.param("A", (), id="nothing"),
    ],
)
def test_or(expected: str, other: str | list[str]) -> None:
    """A text is read as a field value; any collection of names works too."""

    assert expected == str(NameSet("A") | other)


def test_too_many() -> None:
    """A list has at most `max_list_items` members, read or written (D15)."""
    names = [f"n{number}" for number in range(257)]

    assert 256 == len(NameSet(names[:256])) == len(NameSet.parse(", ".join(names[:256])))
    with pytest.raises(LimitError, match="max_list_items"):
        NameSet.parse(", ".join(names))
    with pytest.raises(HeaderValueError, match="256"):
        NameSet(names)


def test_members_of_the_reference() -> None:
    """What `HeaderSet` answers, this does, but for what would change it."""
    one, other = NameSet("ETag, X"), HeaderSet(["ETag", "X"])

    assert [other.to_header(), other.find("x"), other.find("y"), other.index("etag"), other[1], "etag" in other] == [
        one.to_header(),
        one.find("x"),
        one.find("y"),
        one.index("etag"),
        one[1],
        "etag" in one,
    ]
    assert [other.as_set(), other.as_set(preserve_casing=True), list(other), len(other), bool(other)] == [
        one.as_set(),
        one.as_set(preserve_casing=True),
        list(one),
        len(one),
        bool(one),
    ]


def test_index_of_what_is_not_there() -> None:
    """As in the reference, an `IndexError`."""
    with pytest.raises(IndexError):
        NameSet("a").index("b")


def test_without_takes_names_of_any_case() -> None:
    """D7: a name that has capitals goes, too."""
    assert "X" == str(NameSet("ETag, X").without("ETag"))
    assert "GET" == str(Methods("get, GET").without("get"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("K", True, id="other-case"),
        pytest.param("\u212a", False, id="kelvin-sign"),
        pytest.param(1, False, id="no-text"),
    ],
)
def test_contains(name: object, expected: bool) -> None:
    """Only ASCII compares without case."""
    assert expected == (name in NameSet("k"))


def test_is_a_value() -> None:
    """Frozen, hashable, picklable, copyable; of another type, another value."""
    one = Methods("GET, HEAD")

    assert {one} == {Methods("HEAD, GET"), copy.copy(one), pickle.loads(pickle.dumps(one))}
    assert one != NameSet("GET, HEAD")
    with pytest.raises(FrozenInstanceError):
        one.names = ()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # that is the test


@given(st.lists(tokens(), max_size=6), tokens())
def test_is_the_model(names: list[str], name: str) -> None:
    """Membership is that of a set of lower-case names."""
    assert (name.lower() in {one.lower() for one in names}) == (name in NameSet(names))
