"""Header fields as a frozen mapping."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, untyped
from verglas import Headers, HeaderValueError, Limits, MutableHeaders, Request
from verglas.errors import HeaderError
from verglas.headers import IF_MATCH, ETags, HeadersLike, Preconditions, Unreadable
from verglas.testing.strategies import any_texts, headers

TAGS = Headers([("Accept", "text/html"), ("X-Tag", "a"), ("x-tag", "b")])


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param((), None, id="none"),
        pytest.param((("A", "1"), ("B", "2"), ("a", "3")), [("A", "1"), ("B", "2"), ("a", "3")], id="pairs"),
        pytest.param((("A", "1"),), {"A": "1"}, id="mapping"),
        pytest.param((("A", "1"), ("A", "2"), ("B", "3")), {"A": ["1", "2"], "B": ["3"]}, id="mapping-of-lists"),
        pytest.param((("A", "1"), ("A", "2")), {"A": ("1", "2")}, id="mapping-of-tuples"),
        pytest.param((), {"A": []}, id="mapping-of-an-empty-list"),
        pytest.param((("A", "1"), ("a", "2")), Headers([("A", "1"), ("a", "2")]), id="headers"),
        pytest.param((("A", "1"), ("a", "2")), MutableHeaders([("A", "1"), ("a", "2")]), id="mutable-headers"),
        pytest.param((("A", "1"),), iter([("A", "1")]), id="iterator"),
    ],
)
def test_pairs(expected: tuple[tuple[str, str], ...], source: HeadersLike | None) -> None:
    """Headers are made from pairs, from a mapping to one or several values, or from headers."""

    assert expected == Headers(source).pairs


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        pytest.param("a", TAGS["X-TAG"], id="getitem-first-any-case"),
        pytest.param("a", TAGS.get("x-Tag"), id="get"),
        pytest.param(None, TAGS.get("Missing"), id="get-missing"),
        pytest.param("d", TAGS.get("Missing", "d"), id="get-default"),
        pytest.param(7, Headers({"N": "7"}).get("n", type=int), id="get-type"),
        pytest.param(None, TAGS.get("Accept", type=int), id="get-type-not-convertible"),
        pytest.param(-1, TAGS.get("Accept", -1, int), id="get-type-not-convertible-default"),
        pytest.param(["a", "b"], TAGS.getlist("X-tag"), id="getlist"),
        pytest.param(["a", "b"], TAGS.get_all("X-tag"), id="get_all"),
        pytest.param([], TAGS.getlist("Missing"), id="getlist-missing"),
        pytest.param(["Accept", "X-Tag"], list(TAGS), id="iterates-distinct-names"),
        pytest.param(2, len(TAGS), id="counts-distinct-names"),
        pytest.param(True, "ACCEPT" in TAGS, id="in"),
        pytest.param(False, "Missing" in TAGS, id="not-in"),
        pytest.param(False, TAGS.__contains__(5), id="another-type-is-not-in"),
        pytest.param(False, bool(Headers()), id="empty-is-false"),
        pytest.param({"Accept": "text/html", "X-Tag": "a"}, dict(TAGS), id="dict"),
        pytest.param([("Accept", "text/html"), ("X-Tag", "a")], list(TAGS.items()), id="items"),
        pytest.param(TAGS.pairs, TAGS.items(multi=True), id="items-multi"),
        pytest.param(["text/html", "a"], list(TAGS.values()), id="values"),
        pytest.param(list(TAGS.pairs), TAGS.to_wsgi_list(), id="to_wsgi_list"),
        pytest.param("Accept: text/html\r\nX-Tag: a\r\nx-tag: b\r\n\r\n", str(TAGS), id="str"),
        pytest.param("Headers([('Cookie', '***'), ('X', 'y')])", repr(Headers({"Cookie": "s", "X": "y"})), id="repr"),
    ],
)
def test_reads(expected: object, got: object) -> None:
    """A true mapping of distinct names, in any case, to first values; all lines are there as well."""

    assert expected == got


def test_missing_name() -> None:
    """A missing name is a plain KeyError, not a 400."""
    with pytest.raises(KeyError) as caught:
        Headers()["X"]

    assert KeyError is caught.type


def test_error_of_a_type_is_not_swallowed() -> None:
    """A mistake in the conversion does not mean the default."""

    def broken(text: str) -> int:
        raise NotImplementedError(text)

    with pytest.raises(NotImplementedError):
        TAGS.get("Accept", 1, broken)


def test_is_a_mapping() -> None:
    """What takes any mapping takes headers."""

    assert isinstance(TAGS, Mapping)


@pytest.mark.parametrize(
    ("expected", "edited"),
    [
        pytest.param((("Accept", "text/html"), ("X-TAG", "c")), TAGS.with_("X-TAG", "c"), id="with-replaces"),
        pytest.param((*TAGS.pairs, ("New", "n")), TAGS.with_("New", "n"), id="with-appends"),
        pytest.param((*TAGS.pairs, ("X-Tag", "c")), TAGS.adding("X-Tag", "c"), id="adding"),
        pytest.param((("Accept", "text/html"),), TAGS.without("X-TAG"), id="without"),
        pytest.param(TAGS.pairs, TAGS.without("Missing"), id="without-missing"),
        pytest.param((), TAGS.without("x-tag", "ACCEPT"), id="without-several"),
    ],
)
def test_edits(expected: tuple[tuple[str, str], ...], edited: Headers) -> None:
    """An edit gives new headers, and leaves the old ones alone."""

    assert expected == edited.pairs
    assert (("Accept", "text/html"), ("X-Tag", "a"), ("x-tag", "b")) == TAGS.pairs


@pytest.mark.parametrize(
    "source",
    [
        pytest.param([("X", "a\r\nY: b")], id="cve-2012-2374-value"),
        pytest.param([("X\r\nY", "a")], id="d1-name"),
        pytest.param([("", "a")], id="d1-no-name"),
        pytest.param({"X": ["a", "b\n"]}, id="second-value"),
        pytest.param({"X": "\u2603"}, id="d1-snowman"),
        pytest.param([("Location", "/\t/evil.example")], id="ghsa-fh3h-vg37-cc95"),
    ],
)
def test_refuses_what_is_not_fit_for_the_wire(source: HeadersLike) -> None:
    """Headers that exist can be sent."""
    with pytest.raises(HeaderValueError):
        Headers(source)


@pytest.mark.parametrize("name", ["with_", "adding"])
def test_edits_are_checked(name: str) -> None:
    """An edit is no way around the check."""
    edits = {"with_": TAGS.with_, "adding": TAGS.adding}
    with pytest.raises(HeaderValueError):
        edits[name]("X", "a\nb")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param([("a", None)], id="d8-none"),
        pytest.param([("a", 1)], id="d8-int"),
        pytest.param({"a": b"x"}, id="d8-bytes"),
        pytest.param({b"a": "x"}, id="d8-bytes-name"),
        pytest.param(7, id="no-collection"),
    ],
)
def test_refuses_other_types(source: object) -> None:
    """Nothing is turned into text in silence."""
    with pytest.raises(TypeError):
        untyped(Headers)(source)


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        pytest.param(True, [("A", "1"), ("b", "2")], id="case-of-names"),
        pytest.param(False, [("b", "2"), ("A", "1")], id="order"),
        pytest.param(False, [("a", "1"), ("b", "2"), ("b", "2")], id="multiplicity"),
        pytest.param(False, [("a", "1"), ("b", "2 x")], id="values"),
    ],
)
def test_equality(expected: bool, other: list[tuple[str, str]]) -> None:
    """Equal when the lines are, names in lower case; equal ones have equal hashes."""
    one, two = Headers([("a", "1"), ("B", "2")]), Headers(other)

    assert expected is (one == two)
    assert not expected or hash(one) == hash(two)


def test_equals_no_dict() -> None:
    """Headers are equal to headers only."""

    assert Headers({"a": "1"}) != {"a": "1"}


def test_is_frozen() -> None:
    """No attribute can be set."""
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(TAGS, "pairs", ())  # noqa: B010  # a type checker refuses the assignment, and so must the object


def test_aliases_nothing() -> None:
    """A change of what headers were made from does not change them."""
    source = {"X": ["a"]}
    made = Headers(source)
    source["X"].append("b")

    assert (("X", "a"),) == made.pairs


def test_wsgi_list_is_new() -> None:
    """A server may change the list that it gets (PEP 3333)."""
    TAGS.to_wsgi_list().clear()

    assert 3 == len(TAGS.to_wsgi_list())


@given(headers())
def test_copies_are_equal(value: Headers) -> None:
    """Copied, pickled, and made anew from their lines, headers are equal and have the same hash."""
    copies = [pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value), Headers(value.pairs)]

    assert [value] * 4 == copies
    assert {hash(value)} == set(map(hash, copies))


def test_pickle_is_checked() -> None:
    """What is unpickled is checked like what is constructed."""
    make, (pairs, limits, left_out) = TAGS.__reduce__()
    with pytest.raises(HeaderValueError):
        make((*pairs, ("X", "a\r\nb")), limits, left_out)


@given(
    st.dictionaries(any_texts().map(lambda text: f"HTTP_{text}"), any_texts() | st.integers() | st.none(), max_size=8)
)
def test_captured_is_total(environ: dict[str, object]) -> None:
    """Of any environ, the legal fields are there; each can be looked up by its name, in any case."""
    captured = Headers.captured(environ)

    assert captured == Headers(captured.pairs)
    assert [value for _, value in captured.items()] == [captured[name.lower()] for name in captured]


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param((("A-B", "1"),), {"HTTP_A_B": "1", "REQUEST_METHOD": "GET"}, id="title-case"),
        pytest.param((), {"CONTENT_TYPE": "", "CONTENT_LENGTH": ""}, id="rfc3875-4.1.2-empty-is-absent"),
        pytest.param((("X", ""),), {"HTTP_X": ""}, id="another-empty-one-is-there"),
        pytest.param((), {"HTTP_CONTENT_TYPE": "a/b"}, id="reference-prefixed-content-type"),
        pytest.param((("Y", "2"),), {"HTTP_X": "a\r\nb", "HTTP_Y": "2"}, id="illegal-value-is-left-out"),
        pytest.param((), {"HTTP_X": "\u2603"}, id="above-latin-1-is-left-out"),
        pytest.param((), {"HTTP_X": b"1"}, id="no-text-is-left-out"),
        pytest.param((("X", "1"),), {"HTTP_X": " 1\t"}, id="rfc9110-5.5-trimmed"),
    ],
)
def test_captured(expected: tuple[tuple[str, str], ...], environ: dict[str, object]) -> None:
    """From an environ, an illegal field is left out; looked up or listed, it is the same."""
    captured = Headers.captured(environ)

    assert [captured.get(name) for name in ("X", "Y", "Content-Type")] == [
        dict(expected).get(name) for name in ("X", "Y", "Content-Type")
    ]
    assert expected == captured.pairs


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param(["a, b"], "x-tag", id="a-server-has-joined-the-lines"),
        pytest.param([], "Missing", id="missing"),
        pytest.param([], "Bad", id="illegal"),
        pytest.param([], "Location", id="d18-location-that-could-not-be-sent"),
        pytest.param(["/%C3%A9"], "Content-Location", id="content-location"),
    ],
)
def test_captured_getlist(expected: list[str], name: str) -> None:
    """All lines of a name in an environ are one, or none."""
    captured = Headers.captured(
        {"HTTP_X_TAG": "a, b", "HTTP_BAD": "a\nb", "HTTP_LOCATION": "/\t/x", "HTTP_CONTENT_LOCATION": "/\xe9"}
    )

    assert expected == captured.getlist(name)
    assert expected == [value for other, value in captured.pairs if other.lower() == name.lower()]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(Headers.captured({"HTTP_A": "", "HTTP_B": "\0", "HTTP_D": "x"}), id="captured"),
        pytest.param(Headers([("a", ""), ("B", "y"), ("D", "x")]), id="made"),
    ],
)
def test_present(headers: Headers) -> None:
    """An empty field is there, and so is one that was left out."""
    assert ["A", "b"] == headers.present(["A", "b", "c", "no_key"])


ILLEGAL = Headers.captured({"HTTP_IF_MATCH": '"a"\x01', "HTTP_A": "b", "CONTENT_LENGTH": ""})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(ILLEGAL, id="captured"),
        pytest.param(ILLEGAL.with_("A", "c"), id="with"),
        pytest.param(ILLEGAL.adding("A", "c"), id="adding"),
        pytest.param(ILLEGAL.without("A"), id="without"),
        pytest.param(ILLEGAL.within(Limits(max_list_items=5)), id="within"),
        pytest.param(pickle.loads(pickle.dumps(ILLEGAL)), id="pickled"),
        pytest.param(copy.deepcopy(ILLEGAL), id="copied"),
        pytest.param(Request(environ_of(HTTP_IF_MATCH='"a"\x01')).replace(url="/x").headers, id="replaced-url"),
        pytest.param(pickle.loads(pickle.dumps(Request(environ_of(HTTP_IF_MATCH="\0")))).headers, id="pickled-request"),
    ],
)
def test_illegal_field_stays_malformed(headers: Headers) -> None:
    """A field that was left out is malformed in every copy: absent, a condition would let a request through."""
    assert "If-Match" not in headers
    assert ["If-Match"] == headers.present(["If-Match", "If-None-Match"])
    assert Unreadable.UNREADABLE is Preconditions.of(headers).if_match
    with pytest.raises(HeaderError):
        headers.get(IF_MATCH)


@pytest.mark.parametrize(
    "headers",
    [
        ILLEGAL.with_("If-Match", '"a"'),
        ILLEGAL.with_(IF_MATCH, ETags(["a"])),
        ILLEGAL.without("if-match").adding("If-Match", '"a"'),
    ],
)
def test_illegal_field_is_replaced(headers: Headers) -> None:
    """A field that is set, or taken away and added, is no longer that which was left out."""
    assert ETags(["a"]) == headers[IF_MATCH]
