"""Numbers: 1*DIGIT, and a digit is an ASCII digit (RFC 9110 §2.1, RFC 5234 §B.1)."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import GrammarError

__all__ = ["parse_digits"]

_NOT_DIGIT: Final = re.compile("[^0-9]")


def parse_digits(text: str, *, grammar: str, max_digits: int = 18) -> int:
    """Read 1*DIGIT, as lengths, ages and positions are written.

    `int` takes signs, spaces, underscores and the digits of every script; a peer that does not would see another
    number, or none.

    Args:
        text: Nothing but the digits.
        grammar: What is being read, for the message: `Content-Length`.
        max_digits: How many there may be, leading zeros included; 18 keep within 64 bits.

    Returns:
        The number, never negative.

    Raises:
        GrammarError: It is empty, has another character, or too many digits.

    >>> parse_digits("1234", grammar="Content-Length")
    1234
    """
    # The length first: the work of int() grows with its square.
    if 0 < len(text) <= max_digits and text.isascii() and text.isdigit():
        return int(text)
    bad = _NOT_DIGIT.search(text)
    if bad is not None or not text:
        raise GrammarError(grammar, "expected a digit", text, bad.start() if bad else 0)
    raise GrammarError(grammar, f"more than {max_digits} digits", text, max_digits)
