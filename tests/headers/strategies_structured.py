"""Strategies for structured fields, from RFC 9651 alone."""

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

__all__ = [
    "PIECES",
    "bare_items",
    "inner_lists",
    "parameters",
    "structured_dictionaries",
    "structured_items",
    "structured_lists",
]

KEYS: Final = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_lowercase + "*"),
    st.text(string.ascii_lowercase + string.digits + "_-.*", max_size=5),
)
TOKENS: Final = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_letters + "*"),
    st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~:/", max_size=8),
).map(Token)

WORDS: Final = [
    "a",
    "*b",
    '"x"',
    '"\\""',
    "1",
    "-0",
    "1.50",
    "?1",
    "?0",
    ":aGk=:",
    ":aGk:",
    ":aGl=:",
    '%"f%c3%bc"',
    '%"%C3"',
    '%"%ff"',
    "@5",
    "@1.0",
    "@-62135596801",
    "@253402300800",
    "(",
    ")",
    ";",
    ",",
    "=",
    "a=1",
    "a;b",
    "A/b",
    "0.0",
    "-0.0",
    "::",
    ":=:",
    "1234567890123456",
    "1234567890123.5",
    "1.",
    '"',
    "\\",
    ":a===:",
    "é",
]
PIECES: Final = st.lists(st.sampled_from([*WORDS, " ", "\t"]), max_size=8).map("".join)
"""`(a;b 1.50), ?0`: what structured fields are made of, in any order."""


def bare_items() -> st.SearchStrategy[BareItem]:
    """`42`, `Token("a")`."""
    dates = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59), timezones=st.just(UTC))
    return st.one_of(
        st.booleans(),
        st.integers(1 - 10**15, 10**15 - 1),
        st.integers(1 - 10**15, 10**15 - 1).map(lambda thousandths: thousandths / 1000),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12),
        st.binary(max_size=12),
        dates,
        TOKENS,
        st.text(st.characters(codec="utf-8"), max_size=8).map(DisplayString),
    )


def parameters() -> st.SearchStrategy[Parameters]:
    """`Parameters({"q": 0.5})`."""
    return st.dictionaries(KEYS, bare_items(), max_size=3).map(Parameters)


def structured_items() -> st.SearchStrategy[StructuredItem]:
    """`StructuredItem(2, {"a": True})`."""
    return st.builds(StructuredItem, bare_items(), parameters())


def inner_lists() -> st.SearchStrategy[InnerList]:
    """`InnerList(["a", 1])`."""
    return st.builds(InnerList, st.lists(structured_items(), max_size=3), parameters())


def structured_lists() -> st.SearchStrategy[StructuredList]:
    """`StructuredList([1, InnerList([2, 3])])`."""
    return st.lists(structured_items() | inner_lists(), max_size=4).map(StructuredList)


def structured_dictionaries() -> st.SearchStrategy[StructuredDictionary]:
    """`StructuredDictionary({"u": 1, "i": True})`."""
    return st.dictionaries(KEYS, structured_items() | inner_lists(), max_size=4).map(StructuredDictionary)
