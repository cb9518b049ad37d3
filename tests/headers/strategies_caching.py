"""Values of the caching fields, made from their grammar."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from verglas.headers import CacheControl

__all__ = ["ages", "cache_controls", "field_names"]

TOKENS: Final = st.text(string.ascii_lowercase + string.digits + "-_!*", min_size=1, max_size=8)
ARGUMENTS: Final = st.text('ab1 \t,;=\\"é\xff', max_size=8) | st.just("60")
STANDARD: Final = frozenset({
    "max-age", "s-maxage", "max-stale", "min-fresh", "stale-if-error", "stale-while-revalidate", "no-cache", "private",
    "no-store", "no-transform", "only-if-cached", "must-revalidate", "proxy-revalidate", "must-understand", "public",
    "immutable",
})  # fmt: skip


def ages() -> st.SearchStrategy[timedelta]:
    """Whole seconds: `timedelta(seconds=60)`."""
    return st.integers(0, 2**31).map(lambda seconds: timedelta(seconds=seconds))


def field_names() -> st.SearchStrategy[bool | tuple[str, ...]]:
    """An unqualified directive, none, or one for some fields: `("Set-Cookie",)`."""
    names = st.lists(TOKENS.map(str.title), min_size=1, max_size=3).map(_names)
    return st.booleans() | names


def extensions() -> st.SearchStrategy[tuple[tuple[str, str | None], ...]]:
    """Unknown directives: `(("community", "UCI"),)`."""
    pairs = st.tuples(TOKENS.filter(lambda name: name not in STANDARD), st.none() | ARGUMENTS)
    return st.lists(pairs, max_size=3, unique_by=lambda pair: pair[0]).map(_pairs)


def cache_controls() -> st.SearchStrategy[CacheControl]:
    """`CacheControl(max_age=timedelta(seconds=60), public=True)`."""
    age = st.none() | ages()
    return st.builds(
        CacheControl,
        max_age=age,
        s_maxage=age,
        max_stale=age | st.just(True),
        min_fresh=age,
        stale_if_error=age,
        stale_while_revalidate=age,
        no_cache=field_names(),
        private=field_names(),
        no_store=st.booleans(),
        no_transform=st.booleans(),
        only_if_cached=st.booleans(),
        must_revalidate=st.booleans(),
        proxy_revalidate=st.booleans(),
        must_understand=st.booleans(),
        public=st.booleans(),
        immutable=st.booleans(),
        extensions=extensions(),
    )


def _names(names: list[str]) -> tuple[str, ...]:
    return tuple(names)


def _pairs(pairs: list[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    return tuple(pairs)
