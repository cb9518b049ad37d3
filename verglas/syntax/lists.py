"""The one place where a comma or a semicolon outside quotes splits a value (RFC 9110 §5.6.1)."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError
from verglas.limits import DEFAULT_LIMITS

__all__ = ["MAX_ITEMS", "check_count", "split_list"]

MAX_ITEMS: Final = DEFAULT_LIMITS.max_list_items
"""The members that a list may have where no request says otherwise."""

# What can change whether a separator splits; one character at a time, so that a search never goes back.
_MARKS: Final = {separator: re.compile(rf'["\\{separator}]') for separator in ",;"}


def check_count(count: int, max_items: int, grammar: str) -> None:
    """Refuse a list that has too many members: the one place where `Limits.max_list_items` is gone over.

    Args:
        count: How many members there are.
        max_items: How many there may be.
        grammar: What is being read, for the message: the name of the field.

    Raises:
        LimitError: There are more.
    """
    if count > max_items:
        raise LimitError(grammar, "too many members", ExceededLimit("max_list_items", max_items, "members"))


def split_list(
    text: str, *, separator: str = ",", max_items: int | None = None, grammar: str = "list"
) -> tuple[str, ...]:
    """Split a value into its members (RFC 9110 §5.6.1.2).

    A separator inside a quoted-string does not split; a backslash escapes only there (§5.6.4). What the members hold
    is their own grammar's matter.

    Args:
        text: The lines of the field, joined with the separator.
        separator: `,`, or `;` for parameters and their like; no other has this grammar.
        max_items: How many members there may be, empty ones not counted; `None`: any number.
        grammar: What is being read, for the message about too many: the name of the field.

    Returns:
        The members without space and tab at their ends. Empty ones are left out.

    Raises:
        GrammarError: A quoted-string is not closed.
        LimitError: There are more than `max_items` members.

    >>> split_list('gzip, , "a,b" ;q=1,')
    ('gzip', '"a,b" ;q=1')
    """
    pieces = text.split(separator) if '"' not in text else _pieces(text, separator)
    members = tuple([member for piece in pieces if (member := piece.strip(" \t"))])
    if max_items is not None:
        check_count(len(members), max_items, grammar)
    return members


def _pieces(text: str, separator: str) -> list[str]:
    pieces: list[str] = []
    start = free = 0  # where the piece starts; what lies before `free` is escaped or done with
    opened = -1  # where the quoted-string that we are in opened
    for match in _MARKS[separator].finditer(text):
        at = match.start()
        mark = text[at]
        if at < free:
            continue
        if mark == '"':
            opened = at if opened < 0 else -1
        elif opened < 0 and mark == separator:
            pieces.append(text[start:at])
            start = at + 1
        elif opened >= 0 and mark == "\\":
            free = at + 2
    if opened >= 0:
        raise GrammarError("list", "a quoted-string that is not closed", text, opened)
    pieces.append(text[start:])
    return pieces
