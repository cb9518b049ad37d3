"""What only our tests draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

__all__ = ["cuts", "smallest"]

T = TypeVar("T")


def smallest(strategy: st.SearchStrategy[T], wanted: Callable[[T], bool] = lambda _: True) -> T:
    """The smallest value that is wanted; it is not explained, which takes ten times as long on Python 3.11."""
    phases = [Phase.generate, Phase.shrink]
    return find(strategy, wanted, settings=settings(phases=phases, derandomize=True, database=None))


def cuts() -> st.SearchStrategy[list[int]]:
    """`[3, 17]`: where to cut a body."""
    return st.lists(st.integers(0, 400), max_size=8)
