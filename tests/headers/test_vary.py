"""Vary."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Collection
from typing import assert_type

import pytest

from verglas import GrammarError, Headers, HeaderValueError
from verglas.headers import VARY, Vary


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("accept-encoding", "accept-language"), "accept-encoding, accept-language", id="rfc9110-12.5.5"),
        pytest.param(("*",), "*", id="rfc9110-12.5.5-asterisk"),
        pytest.param(("Accept", "*"), "Accept, *", id="rfc9110-12.5.5-asterisk-among-others"),
        pytest.param(("Cookie", "Accept"), "Cookie, Accept, COOKIE", id="each-once"),
        pytest.param((), ",", id="empty"),
    ],
)
def test_parse(expected: tuple[str, ...], text: str) -> None:
    """The names in their order, as they were spelled first."""
    vary = Vary.parse(text)

    assert (expected, "*" in expected) == (vary.names, vary.varies_by_anything)
    assert vary == Vary.parse(str(vary))


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        pytest.param(True, "Accept, Cookie", "cookie, accept", id="case-and-order"),
        pytest.param(False, "Accept", "Accept, Cookie", id="more"),
        pytest.param(False, "*", "Accept", id="asterisk"),
    ],
)
def test_equality_table(expected: bool, one: str, other: str) -> None:
    """Names of fields are compared without their case (RFC 9110 §5.1), and Vary has no order."""

    assert expected == (Vary(one) == Vary(other))
    assert not expected or hash(Vary(one)) == hash(Vary(other))


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        pytest.param("Accept, Cookie", "Cookie", id="one"),
        pytest.param("Accept, Cookie, Origin", "Cookie, Origin", id="the-value-of-a-field"),
        pytest.param("Accept, Cookie, Origin", ["Cookie", "Origin"], id="list"),
        pytest.param("Accept, Cookie", ("accept", "Cookie"), id="one-is-there"),
        pytest.param("Accept, Origin", Vary("Origin"), id="another-vary"),
        pytest.param("Accept, *", "*", id="asterisk"),
        pytest.param("Accept", "", id="nothing"),
    ],
)
def test_adding(expected: str, more: str | Collection[str]) -> None:
    """A text is read as the value of a field: it does not add its letters."""

    assert expected == str(assert_type(Vary("Accept") | more, Vary))


@pytest.mark.parametrize("name", ["a b", "", "a\r\nX: y", "Cookie\n", "é", "a:"])
def test_no_name(name: str) -> None:
    """What is no field name is not written."""
    with pytest.raises(HeaderValueError):
        Vary([name])


@pytest.mark.parametrize("text", ["a b", "a;q=1", '"a', "é"])
def test_malformed(text: str) -> None:
    """What is no list of names is malformed."""
    with pytest.raises(GrammarError, match=r"Vary|list"):
        Vary.parse(text)


def test_key() -> None:
    """All lines are read; an empty value takes the field away."""
    headers = Headers([("Vary", "Accept"), ("vary", "Cookie")])

    assert Vary("Accept, Cookie") == assert_type(headers[VARY], Vary)
    assert [] == headers.with_(VARY, Vary()).getlist("Vary")
    assert ["Accept, Cookie, Origin"] == headers.with_(VARY, headers[VARY] | "Origin").getlist("Vary")


def test_is_a_value() -> None:
    """Picklable, copyable, false when empty, in any case."""
    vary = Vary("Accept")

    assert vary == pickle.loads(pickle.dumps(vary)) == copy.deepcopy(vary)
    assert (True, False, True) == (bool(vary), bool(Vary()), "ACCEPT" in vary)
