"""What all Accept fields have in common."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from math import inf, nan
from typing import Final, Literal, assert_type

import attrs
import pytest
from werkzeug.datastructures import Accept as TheirAccept

from tests.memory import blocks_kept, bytes_kept
from verglas import GrammarError, HeaderField, Headers, HeaderValueError
from verglas.errors import HeaderError, LimitError
from verglas.headers import (
    ACCEPT,
    ACCEPT_CHARSET,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    Accept,
    AcceptCharsets,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
    accept_field,
)

KINDS: Final = [Accept, AcceptMediaTypes, AcceptEncodings, AcceptCharsets, AcceptLanguages]
EACH_KIND: Final = pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.__name__) for kind in KINDS])
TOKEN_FIELD: Final[HeaderField[Accept]] = accept_field("X-Accept", Accept)


@pytest.mark.parametrize(
    ("expected", "offer", "accept"),
    [
        pytest.param((1.0, True), "a", Accept.anything(), id="rfc9110-12.5.1-no-such-field"),
        pytest.param((0.0, False), "a", Accept(), id="an-empty-field"),
        pytest.param((0.5, True), "A", Accept.parse("a;q=0.5"), id="any-case"),
        pytest.param((0.0, False), "b", Accept.parse("a;q=0.5"), id="not-listed"),
        pytest.param((0.1, True), "b", Accept.parse("a;q=0.5, *;q=0.1"), id="asterisk"),
        pytest.param((0.0, False), "a", Accept.parse("a;q=0, *"), id="rfc9110-12.4.2-zero-excludes"),
        pytest.param((0.5, True), "a", Accept.parse("*, a;q=0.5"), id="the-most-specific-decides"),
        pytest.param((0.8, True), "a", Accept.parse("a;q=0.3, A;q=0.8"), id="the-higher-of-two-equal-ranges"),
    ],
)
def test_quality_table(expected: tuple[float, bool], offer: str, accept: Accept) -> None:
    """An offer has the weight of the most specific range that matches it."""

    assert expected == (accept.quality(offer), offer in accept)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("b", "a;q=0.5, b", id="the-highest-weight"),
        pytest.param("a", "b, a", id="then-the-server-s-order"),
        pytest.param("b", "*, b", id="then-the-more-specific-match"),
        pytest.param("a", "*;q=0.5, c", id="by-asterisk"),
        pytest.param("b", "*;q=0.5, a;q=0", id="not-what-is-excluded"),
        pytest.param(None, "c", id="none"),
        pytest.param(None, "*;q=0", id="all-excluded"),
        pytest.param(None, "", id="empty"),
    ],
)
def test_negotiation_table(expected: str | None, text: str) -> None:
    """The highest weight wins, then the more specific match, then the server's order."""

    assert expected == Accept.parse(text).negotiate(("a", "b"))


@EACH_KIND
def test_without_the_field_the_first_offer_is_best(kind: type[Accept]) -> None:
    """A request without the field accepts anything (RFC 9110 §12.5.1): the server's order decides."""
    accept = kind.anything()
    best = None if kind is AcceptEncodings else "b/b"  # of encodings, only `identity` is certainly known

    assert (best, True, False) == (accept.best_match(["b/b", "a/a"]), "c/c" in accept, accept.provided)


@EACH_KIND
def test_nothing_offered(kind: type[Accept]) -> None:
    """Of no offers none is best, with the field or without."""

    assert (None, None, "x") == (
        kind.anything().negotiate(()),
        kind.parse("*, */*").negotiate(()),
        kind.anything().best_match([], "x"),
    )


def test_members_are_ordered_as_the_reference_orders_them() -> None:
    """The specific before the general, then by weight, then as listed."""
    accept = Accept.parse("*;q=0.9, a;q=0.5, b, c;q=0.5, d")

    assert [("b", 1.0), ("d", 1.0), ("a", 0.5), ("c", 0.5), ("*", 0.9)] == list(accept)


def test_reference_members() -> None:
    """What the reference has under a name means the same here."""
    accept = Accept.parse("a;q=0.5,*;q=0.2,b")

    assert ["b", "a", "*"] == list(accept.values())
    assert ("b", 3, True, False) == (accept.best, len(accept), bool(accept), bool(Accept()))
    assert (("a", 0.5), 0.5, 0.2) == (accept[1], accept["a"], accept["c"])
    assert (1, 1, 2, 0) == (accept.find("A"), accept.index(("a", 0.5)), accept.find("c"), accept.index("b"))
    assert "b,a;q=0.5,*;q=0.2" == accept.to_header() == str(accept)
    assert ("c", "x") == (accept.best_match(["c"], default="x"), Accept.parse("a").best_match(["c"], default="x"))


@pytest.mark.parametrize("key", ["c", ("c", 1.0), ("a", 0.5)])
def test_what_is_not_there_has_no_position(key: str | tuple[str, float]) -> None:
    """`find` gives -1, `index` raises ValueError."""
    accept = Accept.parse("a, b")

    assert -1 == accept.find(key)
    with pytest.raises(ValueError, match=r"[ac]"):
        accept.index(key)


def test_best_is_not_excluded() -> None:
    """What is excluded is not best; deviation: the reference gives the first member, whatever its weight."""

    assert ("*", None, None) == (Accept.parse("a;q=0, *").best, Accept.parse("a;q=0").best, Accept.anything().best)


def test_weights_are_thousandths() -> None:
    """The weight is exact to the digits that the wire has (RFC 9110 §12.4.2)."""
    accept = Accept.parse("a;q=0.333, b;q=1.000, c;q=0.001")

    assert [333, 1000, 1, 0] == [accept.weight(offer) for offer in "abcd"]
    assert "b,a;q=0.333,c;q=0.001" == str(accept)


@pytest.mark.parametrize(
    ("expected", "offer"),
    [
        pytest.param(True, "text/html", id="named"),
        pytest.param(False, "image/png", id="by-a-range"),
        pytest.param(False, "application/json", id="by-anything"),
        pytest.param(False, "text/csv", id="excluded"),
    ],
)
def test_accepts_explicitly(expected: bool, offer: str) -> None:
    """A browser accepts JSON without having asked for it."""
    accept = AcceptMediaTypes.parse('text/html;a="*/*", text/html, text/csv;q=0, image/*, */*;q=0.8')

    assert expected == accept.accepts_explicitly(offer)
    assert not AcceptMediaTypes.anything().accepts_explicitly(offer)


def test_a_malformed_member_is_left_out_alone() -> None:
    """What cannot be read says nothing; the other members stand."""
    accept = AcceptMediaTypes.parse("text/html, image/gif, image/jpeg, *; q=2, a/b/c; q=.2")

    assert "text/html,image/gif,image/jpeg" == str(accept)


@EACH_KIND
@pytest.mark.parametrize("text", ["a/b/c", "*/*;q=2", "en;q=0.5;q=0.6", "a b", '"', "gzip;q=٣"])
def test_nothing_well_formed_is_malformed(kind: type[Accept], text: str) -> None:
    """What says something, and nothing that can be read, is not taken for an empty field, which accepts nothing."""
    with pytest.raises(GrammarError):
        kind.parse(text)


@EACH_KIND
@pytest.mark.parametrize("text", ["", " ", ",", "\t, ,"])
def test_empty(kind: type[Accept], text: str) -> None:
    """A list may be empty (RFC 9110 §5.6.1.2), which is not the same as to be absent."""

    assert (kind(), True) == (kind.parse(text), kind.parse(text).provided)
    assert kind() != kind.anything()


@EACH_KIND
def test_members_are_capped(kind: type[Accept]) -> None:
    """As many as `max_list_items` are read; more are an error that names the limit."""
    most = ", ".join(["*/*", "*"] * 128)

    assert kind.parse(most)
    with pytest.raises(LimitError) as raised:
        kind.parse(f"{most}, *")
    assert ("max_list_items", 256) == (raised.value.limit.knob, raised.value.limit.allowed)


def test_too_many_members_cannot_be_written() -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(HeaderValueError):
        Accept([("a", 1)] * 257)


@EACH_KIND
@pytest.mark.parametrize(
    "range_",
    [
        pytest.param("", id="empty"),
        pytest.param("*/*, *", id="two"),
        pytest.param("*/*;q=0.5", id="with-a-weight-of-its-own"),
        pytest.param("*\r\nX: y", id="cve-header-injection"),
        pytest.param("*\n", id="trailing-newline"),
        pytest.param("a b", id="space"),
        pytest.param('a/b;c="', id="unclosed-quote"),
        pytest.param("a/b;c", id="parameter-without-a-value"),
        pytest.param("\u20ac", id="euro"),
    ],
)
def test_no_range(kind: type[Accept], range_: str) -> None:
    """What could not be written is refused by the constructor."""
    with pytest.raises(HeaderValueError):
        kind([(range_, 1)])


@pytest.mark.parametrize("q", [-0.1, 1.001, 0.0001, 0.33333, 2, 1000, nan, inf, -inf])
def test_no_weight(q: float) -> None:
    """A weight is from 0 to 1 and has three digits: what the wire has not is not rounded off."""
    with pytest.raises(HeaderValueError):
        Accept([("a", q)])


def test_members_of_an_absent_field() -> None:
    """What is not there has no members."""
    with pytest.raises(HeaderValueError):
        Accept([("a", 1)], provided=False)


@pytest.mark.parametrize("members", ["en", [(1, 1.0)], [("en", "1")], [("en", True)]])
def test_wrong_types(members: list[tuple[str, float]]) -> None:
    """Texts, and pairs of other things, are type errors at run time too."""
    with pytest.raises(TypeError):
        Accept(members)


def test_offers_are_not_one_text() -> None:
    """A text is a sequence of texts: its letters are not the offers."""
    with pytest.raises(TypeError):
        Accept.parse("a").best_match("ab")


def test_result_has_the_type_of_the_offers() -> None:
    """The result of negotiation is one of the literals that were offered."""
    offers: Sequence[Literal["text/html", "text/plain"]] = ("text/html", "text/plain")
    accept = AcceptMediaTypes.parse("text/plain")
    found = assert_type(accept.negotiate(offers), Literal["text/html", "text/plain"] | None)
    total = assert_type(accept.best_match(offers, 0), Literal["text/html", "text/plain"] | int)
    expected: Literal["text/html", "text/plain"] | None = accept.negotiate(("text/html", "text/plain"))

    assert ["text/plain"] * 3 == [found, total, expected]


@EACH_KIND
def test_is_a_value(kind: type[Accept]) -> None:
    """Frozen, hashable, picklable, copyable, equal without case."""
    one, other = kind.parse("*/*, *;q=0.5, EN;q=0.2, a/B;q=0.1"), kind.parse("*/*, *;q=0.5, en;q=0.2, A/b;q=0.1")

    assert one == other == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == attrs.evolve(other)
    assert 1 == len({one, other, copy.copy(one)})
    assert one != kind.parse("*/*, *;q=0.5")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(one, "members", ())  # noqa: B010  # as a program would that is not type-checked


def test_kinds_are_not_equal() -> None:
    """The same text of another field is another value."""

    assert len({kind.parse("*, */*, a, a/b") for kind in KINDS} | {kind() for kind in KINDS}) == 2 * len(KINDS)


def test_keys_read_all_lines() -> None:
    """The lines of a field are one list (RFC 9110 §5.3); each field has its type."""
    headers = Headers(
        [("Accept", "a/b"), ("Accept-Encoding", "br"), ("Accept-Charset", "x"), ("Accept-Language", "da"),
         ("Accept", "c/d;q=0.5"), ("X-Accept", "y"), ("X-Accept", "z;q=0")]
    )  # fmt: skip

    assert AcceptMediaTypes([("a/b", 1), ("c/d", 0.5)]) == assert_type(headers[ACCEPT], AcceptMediaTypes)
    assert AcceptEncodings([("br", 1)]) == assert_type(headers[ACCEPT_ENCODING], AcceptEncodings)
    assert AcceptCharsets([("x", 1)]) == assert_type(headers[ACCEPT_CHARSET], AcceptCharsets)
    assert AcceptLanguages([("da", 1)]) == assert_type(headers[ACCEPT_LANGUAGE], AcceptLanguages)
    assert Accept([("y", 1), ("z", 0)]) == headers[TOKEN_FIELD]


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(["gzip"], AcceptEncodings([("gzip", 1)]), id="some"),
        pytest.param([""], AcceptEncodings(), id="rfc9110-12.5.3-empty-means-no-coding"),
        pytest.param([], AcceptEncodings.anything(), id="absent"),
    ],
)
def test_lines(expected: list[str], value: AcceptEncodings) -> None:
    """An empty field is written, an absent one is not; both are read as they were."""
    headers = Headers().with_(ACCEPT_ENCODING, value)

    assert expected == headers.getlist("Accept-Encoding")
    assert value == headers.get(ACCEPT_ENCODING, AcceptEncodings.anything())


def test_malformed_field() -> None:
    """A field of which nothing can be read is the client's fault."""
    with pytest.raises(HeaderError):
        Headers({"Accept": "*;q=2"})[ACCEPT]


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        pytest.param("*", Accept, id="tokens"),
        pytest.param("*/*", AcceptMediaTypes, id="media-types"),
        pytest.param("*", AcceptLanguages, id="languages"),
    ],
)
def test_absent_is_written_as_what_it_means(expected: str, kind: type[Accept]) -> None:
    """Deviation: `str` of what is absent is not empty, which would mean the opposite."""

    assert expected == str(kind.anything())


def test_few_texts_are_remembered() -> None:
    """However many texts come in, few are remembered (CVE-2024-52303)."""
    times = 5_000

    assert blocks_kept(lambda number: Accept.parse(f"a{number}"), times) < times  # all: more than four for each


def test_no_long_text_is_remembered() -> None:
    """A long text is not remembered at all."""
    assert bytes_kept(lambda number: Accept.parse("a" * 10_000 + str(number)), 100) < 100_000


@pytest.mark.parametrize("text", ["a", "a;q=0.5, b", "b;q=0.5, *;q=0.1", "*", "*;q=0.5, a;q=0.2, c", "d"])
def test_agrees_with_werkzeug(text: str) -> None:
    """On ordinary values the reference chooses as we do, and orders as we do."""
    ours, theirs = Accept.parse(text), TheirAccept(list(Accept.parse(text)))

    assert list(theirs) == list(ours)
    assert theirs.to_header() == ours.to_header()
    for offers in ["a"], ["a", "b"], ["b", "a"], ["c", "d", "a"]:
        assert theirs.best_match(offers) == ours.best_match(offers)
        assert [theirs.quality(offer) for offer in offers] == [ours.quality(offer) for offer in offers]


def test_disagrees_with_werkzeug() -> None:
    """What has the weight 0 is not acceptable (RFC 9110 §12.4.2): not `in`, which there is to be found."""

    assert (False, True) == ("a" in Accept([("a", 0)]), TheirAccept([("a", 0)]).find("a") >= 0)
