"""Entity tags and lists of them, made from their grammar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from verglas.headers import ETag, ETags, IfRange, Preconditions, Unreadable

__all__ = ["dates", "etag_lists", "etags", "if_ranges", "preconditions"]

OPAQUE: Final = st.text("ab1, \\/W*!~'\x80\xff", max_size=6)


def etags() -> st.SearchStrategy[ETag]:
    """`ETag("a, b", weak=True)`."""
    return st.builds(ETag, OPAQUE, st.booleans())


def etag_lists() -> st.SearchStrategy[ETags]:
    """`ETags([ETag("a"), ETag("b", weak=True)])`, or `*`."""
    return st.builds(ETags, st.lists(etags(), max_size=4)) | st.just(ETags(star=True))


def dates() -> st.SearchStrategy[datetime]:
    """Dates in UTC with microseconds, of few different seconds."""
    seconds = st.datetimes(datetime(2000, 1, 1), datetime(2000, 1, 1, 0, 0, 3))
    return (seconds | st.datetimes()).map(lambda date: date.replace(tzinfo=UTC))


def if_ranges() -> st.SearchStrategy[IfRange]:
    """`IfRange(etag=ETag("a"))`, or with a date."""
    return st.builds(IfRange, etag=etags()) | st.builds(IfRange, date=dates())


def preconditions() -> st.SearchStrategy[Preconditions]:
    """`Preconditions(if_match=ETags(["a"]))`."""
    none, unreadable = st.none(), st.just(Unreadable.UNREADABLE)
    return st.builds(
        Preconditions,
        if_match=none | unreadable | etag_lists(),
        if_unmodified_since=none | dates(),
        if_none_match=none | unreadable | etag_lists(),
        if_modified_since=none | dates(),
        if_range=none | unreadable | if_ranges(),
    )
