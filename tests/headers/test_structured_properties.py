"""Structured fields: what holds for any value and any text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import http_sf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from tests.headers.strategies_structured import (
    PIECES,
    structured_dictionaries,
    structured_items,
    structured_lists,
)
from verglas import GrammarError
from verglas.headers import StructuredDictionary, StructuredItem, StructuredList

LATIN_1: Final = st.text(st.characters(max_codepoint=0xFF), max_size=60)


def _peer_writes(text: str, kind: str) -> str | None:
    """What another implementation makes of a text; `None` when it is malformed."""
    try:
        return http_sf.ser(http_sf.parse(text.encode("latin-1"), tltype=kind))
    except http_sf.StructuredFieldError:
        return None


@given(structured_items())
def test_items_round_trip(value: StructuredItem) -> None:
    """What is written is read as the same value."""

    assert value == StructuredItem.parse(str(value))


@given(structured_lists())
def test_lists_round_trip(value: StructuredList) -> None:
    """What is written is read as the same value."""

    assert value == StructuredList.parse(str(value))


@given(structured_dictionaries())
def test_dictionaries_round_trip(value: StructuredDictionary) -> None:
    """What is written is read as the same value."""

    assert value == StructuredDictionary.parse(str(value))


@pytest.mark.parametrize("parse", [StructuredItem.parse, StructuredList.parse, StructuredDictionary.parse])
@given(text=PIECES | LATIN_1)
def test_total(parse: Callable[[str], object], text: str) -> None:
    """Any text is a value, written stably and in visible ASCII, or a GrammarError."""
    try:
        written = str(parse(text))
    except GrammarError:
        return

    assert (written, True) == (str(parse(written)), written.isascii() and written.isprintable())


@pytest.mark.parametrize(
    ("parse", "before", "unit", "after"),
    [
        pytest.param(StructuredItem.parse, '"', "\\\\", '"', id="escapes"),
        pytest.param(StructuredItem.parse, '"', '\\"', "", id="escapes-not-closed"),
        pytest.param(StructuredItem.parse, ":", "AAAA", "=:", id="bytes"),
        pytest.param(StructuredItem.parse, ":", "=", ":", id="padding"),
        pytest.param(StructuredItem.parse, '%"', "%c3%bc", '"', id="display-escapes"),
        pytest.param(StructuredItem.parse, "", "1", "", id="digits"),
        pytest.param(StructuredItem.parse, "1", ";a=1", "", id="one-parameter-many-times"),
        pytest.param(StructuredItem.parse, "1", " ", "x", id="spaces"),
        pytest.param(StructuredList.parse, "(", "a;b ", "", id="inner-list-not-closed"),
        pytest.param(StructuredList.parse, "", '"",', '"', id="strings-not-closed"),
        pytest.param(StructuredList.parse, "", "(1),", "(1)", id="inner-lists"),
        pytest.param(StructuredDictionary.parse, "", "a=1,", "a", id="one-key-many-times"),
    ],
)
def test_growth(parse: Callable[[str], object], before: str, unit: str, after: str) -> None:
    """The work grows with the length of the text."""

    def run(size: int) -> None:
        with suppress(GrammarError):
            parse(before + filled(unit, size) + after)

    assert_linear(run, start=1 << 10)


@pytest.mark.parametrize(
    ("kind", "parse"),
    [
        pytest.param("item", StructuredItem.parse, id="item"),
        pytest.param("list", StructuredList.parse, id="list"),
        pytest.param("dictionary", StructuredDictionary.parse, id="dictionary"),
    ],
)
@given(text=PIECES | structured_items().map(str) | structured_lists().map(str) | structured_dictionaries().map(str))
def test_agrees_with_http_sf(kind: str, parse: Callable[[str], object], text: str) -> None:
    """Another implementation of RFC 9651 refuses what we refuse, and writes what we write."""
    assume(text.strip(" "))  # it does not write what is empty
    try:
        written = str(parse(text))
    except GrammarError:
        written = None

    assert _peer_writes(text, kind) == written
