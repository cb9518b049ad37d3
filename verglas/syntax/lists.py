"""The one place where a comma or a semicolon outside quotes splits a value (RFC 9110 §5.6.1)."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import GrammarError

__all__ = ["split_list"]

# What can change whether a separator splits; one character at a time, so that a search never goes back.
_MARKS: Final = {separator: re.compile(rf'["\\{separator}]') for separator in ",;"}


def split_list(text: str, *, separator: str = ",") -> tuple[str, ...]:
    """Split a value into its members (RFC 9110 §5.6.1.2).

    A separator inside a quoted-string does not split; a backslash escapes only there (§5.6.4). What the members hold
    is their own grammar's matter.

    Args:
        text: The lines of the field, joined with the separator.
        separator: `,`, or `;` for parameters and their like; no other has this grammar.

    Returns:
        The members without space and tab at their ends. Empty ones are left out.

    Raises:
        GrammarError: A quoted-string is not closed.

    >>> split_list('gzip, , "a,b" ;q=1,')
    ('gzip', '"a,b" ;q=1')
    """
    pieces = text.split(separator) if '"' not in text else _pieces(text, separator)
    return tuple([member for piece in pieces if (member := piece.strip(" \t"))])


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
