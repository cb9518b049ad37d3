"""Strategies for ranges, written from RFC 9110 §14."""

from __future__ import annotations

from hypothesis import strategies as st

from verglas.headers import AcceptRanges, ContentRange, IntRange, Range, RangeSpec, SuffixRange
from verglas.testing.strategies import tokens

__all__ = ["accept_ranges", "content_ranges", "ranges", "specs"]

POSITIONS = st.integers(0, 20) | st.integers(0, 10**18 - 1)
OTHERS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=',"'), min_size=1, max_size=8)


def specs() -> st.SearchStrategy[IntRange | SuffixRange]:
    """`IntRange(0, 499)`."""
    bounded = st.tuples(POSITIONS, POSITIONS).map(lambda pair: IntRange(min(pair), max(pair)))
    return bounded | st.builds(IntRange, POSITIONS) | st.builds(SuffixRange, POSITIONS)


def ranges() -> st.SearchStrategy[Range]:
    """`Range("bytes", [IntRange(0, 499)])`."""
    units = tokens().filter(lambda unit: unit.lower() != "bytes")
    other: st.SearchStrategy[RangeSpec] = specs() | OTHERS
    return st.builds(Range, st.sampled_from(["bytes", "Bytes"]), st.lists(specs(), min_size=1, max_size=5)) | st.builds(
        Range, units, st.lists(other, min_size=1, max_size=5)
    )


def satisfied(unit: str, ends: list[int], known: bool) -> ContentRange:
    """`ContentRange("bytes", 0, 500, 1234)`."""
    start, stop, length = sorted(ends)
    return ContentRange(unit, start, stop, length if known else None)


def content_ranges() -> st.SearchStrategy[ContentRange]:
    """`ContentRange("bytes", 0, 500)`, or `ContentRange("bytes", None, None, 1234)`."""
    ends = st.lists(POSITIONS, min_size=3, max_size=3, unique=True)
    unsatisfied = st.builds(ContentRange, tokens(), st.none(), st.none(), POSITIONS)
    return st.builds(satisfied, tokens(), ends, st.booleans()) | unsatisfied


def accept_ranges() -> st.SearchStrategy[AcceptRanges]:
    """`AcceptRanges("bytes")`."""
    return st.builds(AcceptRanges, st.lists(tokens(), max_size=4))
