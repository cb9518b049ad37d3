"""What only our tests draw."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["cuts"]


def cuts() -> st.SearchStrategy[list[int]]:
    """`[3, 17]`: where to cut a body."""
    return st.lists(st.integers(0, 400), max_size=8)
