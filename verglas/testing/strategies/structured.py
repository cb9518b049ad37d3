"""Strategies for the values of structured fields, from RFC 9651."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from verglas.headers import (
    BareItem,
    DisplayString,
    InnerList,
    Parameters,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    Token,
)

__all__ = ["bare_items", "structured_dictionaries", "structured_items", "structured_lists"]

_KEYS: Final = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_lowercase + "*"),
    st.text(string.ascii_lowercase + string.digits + "_-.*", max_size=5),
)
_TOKENS: Final = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_letters + "*"),
    st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~:/", max_size=8),
).map(Token)


def bare_items() -> st.SearchStrategy[BareItem]:
    """An item without parameters, such as `42` or `Token("a")`: of each of the types that RFC 9651 §3.3 has."""
    dates = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59), timezones=st.just(UTC))
    return st.one_of(
        st.booleans(),
        st.integers(1 - 10**15, 10**15 - 1),
        st.integers(1 - 10**15, 10**15 - 1).map(lambda thousandths: thousandths / 1000),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12),
        st.binary(max_size=12),
        dates,
        _TOKENS,
        st.text(st.characters(codec="utf-8"), max_size=8).map(DisplayString),
    )


def _parameters() -> st.SearchStrategy[Parameters]:
    return st.dictionaries(_KEYS, bare_items(), max_size=3).map(Parameters)


def structured_items() -> st.SearchStrategy[StructuredItem]:
    """An item, such as `StructuredItem(2, {"a": True})`.

    >>> from hypothesis import find
    >>> str(find(structured_items(), lambda item: isinstance(item.value, bytes)))
    '::'
    """
    return st.builds(StructuredItem, bare_items(), _parameters())


def _inner_lists() -> st.SearchStrategy[InnerList]:
    return st.builds(InnerList, st.lists(structured_items(), max_size=3), _parameters())


def structured_lists() -> st.SearchStrategy[StructuredList]:
    """A list, such as `StructuredList([1, InnerList([2, 3])])`; an empty one has no line."""
    return st.lists(structured_items() | _inner_lists(), max_size=4).map(StructuredList)


def structured_dictionaries() -> st.SearchStrategy[StructuredDictionary]:
    """A dictionary, such as `StructuredDictionary({"u": 1, "i": True})`; an empty one has no line."""
    return st.dictionaries(_KEYS, structured_items() | _inner_lists(), max_size=4).map(StructuredDictionary)
