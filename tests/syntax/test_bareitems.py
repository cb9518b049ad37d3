"""Bare items and keys of structured fields; what is read is tested with the values, in headers/test_structured.py."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.headers.strategies import PIECES
from verglas import GrammarError, HeaderValueError
from verglas.headers import BareItem
from verglas.syntax.bareitems import check_bare, check_key, format_bare, parse_bare, parse_key
from verglas.testing.strategies import bare_items


@pytest.mark.parametrize("key", ["a", "*", "*a", "a1_-.*", "max-age"])
def test_keys(key: str) -> None:
    """A key is let through, and read up to its end (RFC 9651 §3.1.2)."""

    assert (key, (key, len(key) + 1)) == (check_key(key), parse_key(f" {key}=", 1))


@pytest.mark.parametrize("key", ["", "A", "1a", "-a", "a b", "a\n", "\xe9", "a=1"])
def test_refuses_keys(key: str) -> None:
    """What is no key is an error of the application."""
    with pytest.raises(HeaderValueError):
        check_key(key)


def test_no_key() -> None:
    """Where a key is missing, the error says where."""
    with pytest.raises(GrammarError) as caught:
        parse_key("a;", 2)

    assert 2 == caught.value.position


@given(bare_items())
def test_round_trip(value: BareItem) -> None:
    """What is written is read as the same value, up to where it ends."""
    checked = check_bare(value)
    text = format_bare(checked)

    assert (checked, len(text)) == parse_bare(f"{text};a", 0)


@given(PIECES)
def test_total(text: str) -> None:
    """Any text starts with a bare item, which is let through as it is, or gives a GrammarError."""
    try:
        value, end = parse_bare(text, 0)
    except GrammarError:
        return

    assert (value, True) == (check_bare(value), 0 < end <= len(text))
