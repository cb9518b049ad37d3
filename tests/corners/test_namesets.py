"""Sets of names, such as Vary and Allow, among other sets."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import cast

import pytest

from verglas import Request, Response
from verglas.headers import Allow, ContentLanguage, CORSHeaders, NameSet, Vary


@pytest.mark.parametrize(
    ("expected", "names", "other"),
    [
        pytest.param(True, Vary("Cookie, Accept"), {"accept", "COOKIE"}, id="rfc9110-5.1-names-without-case"),
        pytest.param(True, Vary("Cookie"), frozenset({"cookie"}), id="frozenset"),
        pytest.param(True, Vary("Cookie"), {"cookie": 1}.keys(), id="keys-of-a-dict"),
        pytest.param(True, Vary(), set[str](), id="empty"),
        pytest.param(False, Vary("Cookie"), {"cookie", "accept"}, id="more"),
        pytest.param(False, Vary("Cookie"), {1}, id="not-of-names"),
        pytest.param(False, Vary("Cookie"), ["Cookie"], id="list"),
        pytest.param(False, Vary("Cookie"), "Cookie", id="text"),
        pytest.param(True, Allow("GET"), {"GET"}, id="rfc9110-9.1-methods-with-case"),
        pytest.param(False, Allow("GET"), {"get"}, id="rfc9110-9.1-other-case"),
        pytest.param(True, Vary("A, B"), Vary("b, a"), id="same-class"),
        pytest.param(False, Vary("A"), CORSHeaders("A"), id="another-class"),
        pytest.param(False, Vary("K"), {"\N{KELVIN SIGN}"}, id="names-are-ascii"),
    ],
)
def test_equal(expected: bool, names: NameSet, other: object) -> None:
    """Equal to any set of the same names, on either side."""
    assert (expected, expected) == (names == other, other == names)


def test_hash_folds_case() -> None:
    """Equal values have one hash."""
    assert hash(Vary("A, B")) == hash(Vary("b, a"))


def test_request_headers_of_a_preflight() -> None:
    """The example: what a preflight asks for, compared with what there is."""
    request = Request(headers={"Access-Control-Request-Headers": "x-a"})

    assert request.access_control_request_headers == {"X-A"}


def test_operators() -> None:
    """They are those of sets, and keep class, order and spelling."""
    names = Vary("Cookie, Accept, Origin")

    assert ("Accept", "Cookie") == tuple(sorted((names & {"accept", "COOKIE"}).names))
    assert "Cookie, Origin" == str(names - {"ACCEPT"})
    assert "Cookie, Origin, X" == str(names ^ {"accept", "X"})
    assert "Cookie, Accept, Origin, X" == str(names | {"X"})
    assert {type(names)} == {type(names & {"a"}), type(names - {"a"}), type(names ^ {"a"}), type(names | {"a"})}
    assert (True, False) == (names.isdisjoint({"X"}), names.isdisjoint(["cookie"]))
    assert isinstance(cast("object", names), AbstractSet)  # as found at run time


def test_comparisons() -> None:
    """Subsets are found without case."""
    names, more = Vary("Cookie"), {"cookie", "accept"}

    assert (True, True, False, False) == (names <= more, names < more, names >= more, names > more)
    assert (True, False) == (names <= {"COOKIE"}, names < {"COOKIE"})


def test_in_a_response() -> None:
    """An attribute takes what an operator gives."""
    response = Response("x")
    response.vary |= {"Cookie"}
    response.vary -= {"COOKIE"}

    assert "Vary" not in response.headers
    assert ContentLanguage("da") | "en" == {"DA", "EN"}
    assert "Accept" in (cast("AbstractSet[str]", {"Accept"}) & Vary("Accept, Cookie"))
