"""What only the tests of headers draw: pieces of fields in any order, and values without a field of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from verglas.headers import (
    FORWARDED,
    IF_MATCH,
    IF_RANGE,
    SET_COOKIE,
    ForwardedElement,
    IntRange,
    Preconditions,
    SetCookie,
    SuffixRange,
    Unreadable,
)
from verglas.testing.strategies import header_values

__all__ = [
    "CREDENTIAL_PIECES",
    "FORWARDED_PIECES",
    "LIKELY",
    "PIECES",
    "dates",
    "elements",
    "preconditions",
    "set_cookies",
    "specs",
]

CREDENTIAL_PIECES: Final = st.lists(
    st.sampled_from(
        [
            *("Basic", "Digest", "YTpi", "realm", "username*", "a", "é"),
            *(" ", "\t", ",", "=", "==", '"', "\\", "'", "\0"),
        ]
    ),
    max_size=20,
).map("".join)
"""`Basic a=", =`: what challenges and credentials are made of, in any order."""

FORWARDED_PIECES: Final = st.lists(
    st.sampled_from(
        [
            *("for", "host", "proto", "::1", "80", "_a", "192.0.2.1", "é"),
            *("=", ";", ",", '"', "\\", "[", "]", ":", " "),
        ]
    ),
    max_size=20,
).map("".join)
"""`for="[::1],=`: what Forwarded is made of, in any order."""

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

LIKELY: Final = st.text('aA*/;=qQ01.,"\\ \t-_\u00e9\u20ac\n', max_size=60) | st.text(
    st.characters(max_codepoint=255), max_size=60
)
"""Any text, mostly of what these fields are made of."""


def elements() -> st.SearchStrategy[ForwardedElement]:
    """`for=192.0.2.1;proto=https;x="a b"`."""
    return header_values(FORWARDED).map(lambda value: value.elements[0])


def set_cookies() -> st.SearchStrategy[SetCookie]:
    """`sid=31d4; Secure; Path=/; SameSite=None; Priority=High`, with every attribute there is."""
    return header_values(SET_COOKIE).map(lambda values: values[0])


def dates() -> st.SearchStrategy[datetime]:
    """Dates in UTC with microseconds, of few different seconds."""
    seconds = st.datetimes(datetime(2000, 1, 1), datetime(2000, 1, 1, 0, 0, 3))
    return (seconds | st.datetimes()).map(lambda date: date.replace(tzinfo=UTC))


def preconditions() -> st.SearchStrategy[Preconditions]:
    """`Preconditions(if_match=ETags(["a"]))`."""
    none, unreadable = st.none(), st.just(Unreadable.UNREADABLE)
    lists = header_values(IF_MATCH, unsent=True)
    return st.builds(
        Preconditions,
        if_match=none | unreadable | lists,
        if_unmodified_since=none | dates(),
        if_none_match=none | unreadable | lists,
        if_modified_since=none | dates(),
        if_range=none | unreadable | header_values(IF_RANGE),
    )


POSITIONS: Final = st.integers(0, 20) | st.integers(0, 10**18 - 1)


def specs() -> st.SearchStrategy[IntRange | SuffixRange]:
    """`IntRange(0, 499)`."""
    bounded = st.tuples(POSITIONS, POSITIONS).map(lambda pair: IntRange(min(pair), max(pair)))
    return bounded | st.builds(IntRange, POSITIONS) | st.builds(SuffixRange, POSITIONS)
