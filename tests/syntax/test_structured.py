"""Structured fields as plain data; their grammar is tested with the values, in headers/test_structured.py."""

from __future__ import annotations

from typing import Final

import pytest

from verglas import GrammarError
from verglas.headers import BareItem
from verglas.syntax.structured import parse_structured_dictionary, parse_structured_item, parse_structured_list

BARE: Final[dict[str, BareItem]] = {}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param((1, {"a": True, "b": 2}), parse_structured_item(" 1;a; b=2 "), id="item"),
        pytest.param((1, {"a": 3, "b": 2}), parse_structured_item("1;a;b=2;a=3"), id="last-parameter-of-a-key-counts"),
        pytest.param([(1, BARE), ([(2, BARE)], {"a": True})], parse_structured_list("1\t,\t(2);a"), id="list"),
        pytest.param([], parse_structured_list("  "), id="list-of-spaces"),
        pytest.param(
            {"a": (3, BARE), "b": (True, {"x": 1})}, parse_structured_dictionary("a,b;x=1,a=3"), id="dictionary"
        ),
    ],
)
def test_reads(expected: object, found: object) -> None:
    """What is read is made of tuples, lists and dictionaries."""

    assert expected == found


def test_error_says_where() -> None:
    """An error has the position in the whole text."""
    with pytest.raises(GrammarError) as caught:
        parse_structured_list("1, (2 3")

    assert ("structured field", 7) == (caught.value.grammar, caught.value.position)
