"""Structured fields: what holds for any value and any text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import http_sf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.headers.strategies import PIECES
from verglas import GrammarError
from verglas.headers import StructuredDictionary, StructuredItem, StructuredList
from verglas.testing.strategies import structured_dictionaries, structured_items, structured_lists

LATIN_1: Final = st.text(st.characters(max_codepoint=0xFF), max_size=60)


def _peer_writes(text: str, kind: str) -> str | None:
    """What another implementation makes of a text; `None` when it is malformed."""
    try:
        return http_sf.ser(http_sf.parse(text.encode("latin-1"), tltype=kind))
    except http_sf.StructuredFieldError:
        return None


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
