"""Texts that repeat something, for tables of functions whose work must grow only as their text does.

A pattern is a text with the part that is repeated in braces: `a="{x}"` is a quoted string, however long. A pattern
without braces is repeated whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Final, NamedTuple, TypeAlias

import pytest

from tests.growth import filled
from verglas import GrammarError

__all__ = ["ACCEPTED", "EITHER", "REFUSED", "Outcome", "Reading", "readings", "repeated"]

Outcome: TypeAlias = Callable[[], AbstractContextManager[object]]

ACCEPTED: Final[Outcome] = nullcontext
REFUSED: Final[Outcome] = partial(pytest.raises, GrammarError)
EITHER: Final[Outcome] = partial(suppress, GrammarError)


class Reading(NamedTuple):
    """A function that reads text, and the texts of any size that it is given."""

    name: str
    read: Callable[[str], object]
    pattern: str
    around: tuple[str, ...]
    outcome: Outcome
    start: int

    def __str__(self) -> str:
        return self.name

    def run(self, size: int) -> None:
        """Read each of the texts, with the pattern at a size."""
        text = repeated(self.pattern, size)
        for outer in self.around:
            with self.outcome():
                self.read(outer.replace("{}", text))


def repeated(pattern: str, size: int) -> str:
    """The text of a pattern, of which the repeated part has a size."""
    before, brace, rest = pattern.partition("{")
    if not brace:
        return filled(pattern, size)
    unit, _, after = rest.partition("}")
    return before + filled(unit, size) + after


def readings(
    name: str,
    read: Callable[[str], object],
    patterns: list[str] | dict[str, str],
    *,
    around: tuple[str, ...] = ("{}",),
    outcome: Outcome = EITHER,
    start: int = 1 << 10,
) -> Iterator[Reading]:
    """Rows of a table, one for each pattern.

    Args:
        name: How the ids of the rows begin.
        read: The function.
        patterns: What it is given; by id where the pattern does not say what it is for.
        around: Texts that a pattern stands in, at `{}`: one row reads all of them.
        outcome: Whether the function returns, raises GrammarError, or may do either.
        start: The size of the smaller input.
    """
    named = patterns.items() if isinstance(patterns, dict) else [(repr(one)[1:-1], one) for one in patterns]
    for shown, pattern in named:
        yield Reading(f"{name}-{shown}", read, pattern, around, outcome, start)
