"""Parameters: names with values, each after a semicolon (RFC 9110 §5.6.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.syntax.tokens import TOKEN_CHARS, check_token, quoted_end, token_or_quoted, unquote_string

__all__ = ["format_parameters", "parse_parameters"]

_SEPARATORS: Final = re.compile("[; \t]*")
# Two runs of characters that no other part of the pattern takes: one pass, also where it fails.
_PARAMETER: Final = re.compile(rf'([{TOKEN_CHARS}]+)=([{TOKEN_CHARS}]+|(?="))')


def parse_parameters(text: str, *, grammar: str) -> tuple[tuple[str, str], ...]:
    """Read parameters (RFC 9110 §5.6.6).

    Args:
        text: All after the value that they belong to: `;a=b; c="d"`. The first semicolon may be absent. Empty
            parameters are ignored, as the RFC asks.
        grammar: What is being read, for the message: the name of the field.

    Returns:
        Each name in lower case with its value, quotes and escapes undone, in their order. A name may be there twice:
        what that means is the caller's matter.

    Raises:
        GrammarError: A parameter has no `=`, an empty value without quotes, whitespace about its `=`, or a character
            that does not belong there.

    >>> parse_parameters('; Charset=utf-8;; title="a;b"', grammar="Content-Type")
    (('charset', 'utf-8'), ('title', 'a;b'))
    """
    found: list[tuple[str, str]] = []
    position = _skip(text, 0)
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            raise GrammarError(grammar, "expected a parameter, name=value", text, position)
        end, value = match.end(), match[2]
        if not value:
            start, end = end, quoted_end(text, end)
            if end == -1:
                raise GrammarError(grammar, "a quoted-string that is not closed", text, start)
            value = _unquoted(text, start, end, grammar)
        found.append((match[1].lower(), value))
        position = _skip(text, end)
        if position < len(text) and ";" not in text[end:position]:
            raise GrammarError(grammar, "expected ';' after a parameter", text, end)
    return tuple(found)


def format_parameters(pairs: Iterable[tuple[str, str]]) -> str:
    """Write parameters (RFC 9110 §5.6.6).

    Args:
        pairs: Names and values, in the order in which they are written.

    Returns:
        Each after a semicolon and a space, its value in quotes where it has to be; the empty text for none.

    Raises:
        HeaderValueError: A name is no token, or a value holds what a quoted-string cannot hold.

    >>> format_parameters([("charset", "utf-8"), ("title", "a b")])
    '; charset=utf-8; title="a b"'
    """
    return "".join([f"; {check_token(name, 'parameter name')}={token_or_quoted(value)}" for name, value in pairs])


def _skip(text: str, position: int) -> int:
    match = _SEPARATORS.match(text, position)
    return position if match is None else match.end()


def _unquoted(text: str, start: int, end: int, grammar: str) -> str:
    try:
        return unquote_string(text[start:end])
    except GrammarError as error:
        raise GrammarError(grammar, error.problem, text, start + (error.position or 0)) from None
