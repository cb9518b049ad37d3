"""`MultiMap`."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from verglas import Files, Form, HTTPError, MultiMap, ParseError, Query
from verglas.errors import BadRequestKeyError, FieldError

Source: TypeAlias = Iterable[tuple[str, str]] | Mapping[str, str] | Mapping[str, Sequence[str]]

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123x")))
COLOURS = MultiMap([("a", "1"), ("b", "x"), ("a", "2"), ("a", "y")])


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((("a", "1"), ("b", "2"), ("a", "3")), [("a", "1"), ("b", "2"), ("a", "3")], id="pairs"),
        pytest.param((("a", "1"), ("b", "2")), {"a": "1", "b": "2"}, id="mapping"),
        pytest.param((("a", "1"), ("a", "2"), ("b", "3")), {"a": ["1", "2"], "b": ["3"]}, id="mapping-to-lists"),
        pytest.param((("a", "1"), ("a", "2")), {"a": ("1", "2")}, id="mapping-to-tuples"),
        pytest.param((), {"a": list[str]()}, id="empty-list-skipped"),
        pytest.param((("a", "1"), ("a", "2")), Query([("a", "1"), ("a", "2")]), id="multimap-keeps-all"),
    ],
)
def test_constructor(expected: object, source: Source) -> None:
    """Pairs, mappings, mappings to lists and other multimaps are taken (reference 1.9, MultiDict)."""

    assert expected == Query(source).pairs


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param("1", COLOURS["a"], id="getitem-first"),
        pytest.param("1", COLOURS.get("a"), id="get-first"),
        pytest.param(None, COLOURS.get("z"), id="get-missing"),
        pytest.param("d", COLOURS.get("z", "d"), id="get-default"),
        pytest.param(1, COLOURS.get("a", type=int), id="get-type"),
        pytest.param(5, COLOURS.get("b", 5, int), id="get-type-value-error"),
        pytest.param(5, COLOURS.get("b", 5, lambda _: int([])), id="get-type-type-error"),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
        pytest.param(["1", "2", "y"], COLOURS.getlist("a"), id="getlist"),
        pytest.param([1, 2], COLOURS.getlist("a", int), id="getlist-type-skips-bad"),
        pytest.param([], COLOURS.getlist("z"), id="getlist-missing"),
        pytest.param(["a", "b"], list(COLOURS), id="iterates-names"),
        pytest.param(["a", "b"], list(COLOURS.keys()), id="keys"),
        pytest.param(["1", "x"], list(COLOURS.values()), id="values-first"),
        pytest.param(2, len(COLOURS), id="len-counts-names"),
        pytest.param([("a", "1"), ("b", "x")], list(COLOURS.items()), id="items"),
        pytest.param((("a", "1"), ("b", "x"), ("a", "2"), ("a", "y")), COLOURS.items(multi=True), id="items-multi"),
        pytest.param((("a", ["1", "2", "y"]), ("b", ["x"])), COLOURS.lists(), id="lists"),
        pytest.param((["1", "2", "y"], ["x"]), COLOURS.listvalues(), id="listvalues"),
        pytest.param({"a": "1", "b": "x"}, COLOURS.to_dict(), id="to-dict"),
        pytest.param({"a": ["1", "2", "y"], "b": ["x"]}, COLOURS.to_dict(flat=False), id="to-dict-not-flat"),
        pytest.param({"a": "1", "b": "x"}, {**COLOURS}, id="is-a-mapping"),
        pytest.param(True, "a" in COLOURS, id="contains"),
        pytest.param(False, COLOURS.__contains__(5), id="contains-other-type"),
        pytest.param(False, bool(MultiMap[str]()), id="empty-is-false"),
    ],
)
def test_reading(expected: object, actual: object) -> None:
    """Each reader of the reference's MultiDict (reference 1.9) gives what is listed there."""

    assert expected == actual


@pytest.mark.parametrize("kind", [KeyError, HTTPError, ParseError, BadRequestKeyError])
def test_missing_is_a_key_error_and_a_400(kind: type[Exception]) -> None:
    """A missing name is a `KeyError` and an answer at once."""

    with pytest.raises(kind):
        COLOURS["z"]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        pytest.param(BadRequestKeyError, "z", id="missing"),
        pytest.param(FieldError, "a", id="cve-2023-31047-several"),
        pytest.param(FieldError, "b", id="not-convertible"),
    ],
)
def test_one_refuses(kind: type[ParseError], key: str) -> None:
    """`one` gives exactly one value, converted, or a 400 that names the key and not the value."""

    with pytest.raises(kind) as caught:
        COLOURS.one(key, int)

    assert (400, key, False) == (caught.value.code, caught.value.field, "'x'" in str(caught.value))


def test_one_converts() -> None:
    """`one` gives the only value, converted."""

    assert 7 == MultiMap({"page": "7"}).one("page", int)


@pytest.mark.parametrize(
    ("expected", "left", "right"),
    [
        pytest.param(True, Query([("a", "1")]), Query({"a": "1"}), id="same"),
        pytest.param(False, Query([("a", "1"), ("a", "2")]), Query({"a": "1"}), id="other-values-count"),
        pytest.param(False, Query([("a", "1"), ("b", "2")]), Query([("b", "2"), ("a", "1")]), id="order-counts"),
        pytest.param(False, Query({"a": "1"}), Form({"a": "1"}), id="another-type"),
        pytest.param(False, Query({"a": "1"}), {"a": "1"}, id="no-dict"),
        pytest.param(False, Query(), {}, id="empty-no-dict"),
    ],
)
def test_equality(expected: bool, left: object, right: object) -> None:
    """Equal only to the same type with equal pairs (the reference's CombinedMultiDict is equal to any, D13)."""

    assert expected == (left == right)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Query([(1, "a")]), id="name"),  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: Query({"a": 1}), id="value"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: Query({"a": None}), id="none"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: Files({"a": "x"}), id="no-upload"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: Query(5), id="no-iterable"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_refuses_other_types(make: object) -> None:
    """What is of another type raises when the value is made."""

    assert callable(make)
    with pytest.raises(TypeError):
        make()


@given(PAIRS)
def test_as_a_list_of_pairs_would(pairs: list[tuple[str, str]]) -> None:
    """Every reader agrees with the naive reading of the list of pairs."""

    made = Query(pairs)
    firsts = dict(reversed(pairs))

    assert ({name: firsts[name] for name in dict(pairs)}, list(dict(pairs))) == (dict(made), list(made))
    assert all([v for n, v in pairs if n == name] == made.getlist(name) for name in "abc")


@given(PAIRS)
def test_items_are_a_view(pairs: list[tuple[str, str]]) -> None:
    """The items are those of a dict of first values, as many, and as a set; their `repr` shows no value."""
    form, firsts = Form(pairs), dict(reversed(pairs))

    assert [(name, form[name]) for name in form] == list(form.items())
    assert (firsts.items(), len(firsts)) == (form.items(), len(form.items()))
    assert not {"1", "2", "3", "x"} & set(repr(form.items()))


@given(PAIRS)
def test_is_a_value(pairs: list[tuple[str, str]]) -> None:
    """A copy, a pickle and another one of the same pairs are equal and hash alike."""

    made = Query(pairs)
    others = [copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made)), Query(made)]

    assert [made] * 4 == others
    assert {hash(made)} == {hash(other) for other in others}


def test_aliases_nothing() -> None:
    """A change of what it was made of, or of what it gave out, does not show (D13)."""

    source = {"a": ["1"]}
    made = Query(source)
    source["a"].append("2")
    made.getlist("a").append("3")
    made.listvalues()[0].append("4")
    made.to_dict(flat=False)["a"].append("5")

    assert ["1"] == made.getlist("a")


@pytest.mark.parametrize("name", ["pairs", "_pairs", "anything"])
def test_is_frozen(name: str) -> None:
    """No attribute can be set."""

    with pytest.raises(AttributeError):
        setattr(COLOURS, name, ())


@pytest.mark.parametrize("names", [1, 100], ids=["one-name", "many-names"])
def test_grows_linearly(names: int) -> None:
    """Many values of one name, and of many, are found in linear time."""

    pairs = [(str(number % names), "x") for number in range(1 << 17)]

    def run(size: int) -> object:
        made = Query(pairs[:size])
        return made.getlist("0"), made.lists(), len(made), made.to_dict()

    assert_linear(run, start=1024)
