"""Parameters, names with values after semicolons (RFC 9110 §5.6.6), and members of lists with weights (§12.4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.syntax.tokens import (
    TOKEN_CHARS,
    check_count,
    check_token,
    quoted_end,
    split_list,
    token_or_quoted,
    unquote_string,
)

__all__ = [
    "ONE",
    "format_parameters",
    "parse_parameters",
    "parse_weighted",
]

ONE: Final = 1000
"""The highest weight, in thousandths: a weight has at most three digits (RFC 9110 §12.4.2)."""

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
        HeaderValueError: A name is not a token, or a value holds what a quoted-string cannot hold.

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


# A media range, or a token: a language range, a coding and "*" are tokens.
_RANGE: Final = re.compile(rf"[{TOKEN_CHARS}]++(?:/[{TOKEN_CHARS}]++)?")
_QVALUE: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
# As clients write it, too: Java's sends `.2`, and who divides sends more than three digits.
_SENT_QVALUE: Final = re.compile(r"[01](?:\.[0-9]*)?|\.[0-9]+")
# PERF: one search finds all members of a list without quotes. Nearly every one is a range, perhaps with a weight, and
# needs no parser of parameters; the third group has any other. A browser's Accept takes 3.8 µs, not 6.9, which was a
# split and a match of each member. No run of characters is given back: what is not a range is read twice, no more.
_END: Final = r"(?:,|\Z)"
_MEMBER: Final = re.compile(
    rf"(?<![^,])(?:[ \t]*+({_RANGE.pattern})[ \t]*+(?:;[ \t]*+[qQ]=({_QVALUE.pattern})[ \t]*+)?{_END}|([^,]*+){_END})"
)


def parse_weighted(
    text: str, *, strict: bool = False, max_items: int | None = None, grammar: str = "weighted list"
) -> tuple[tuple[str, int], ...]:
    """Read a list whose members may have a weight (RFC 9110 §12.4.2).

    Args:
        text: The lines of the field, joined with commas.
        strict: Whether a malformed member is an error. Else it alone is left out: its weight is not guessed, nor do
            the other members suffer for it; and a weight may be written `.2`, or with more than three digits, of which
            the rest is dropped.
        max_items: How many members there may be, malformed ones included; `None`: any number.
        grammar: What is being read, for the message about too many: the name of the field.

    Returns:
        The members in the order received, each with its weight in thousandths: 1000 without one, 0 for what
        is not acceptable. A member keeps its other parameters, in their shortest form: `text/html;level=1`. The name
        `q` is the weight wherever it stands (§12.5.1).

    Raises:
        GrammarError: If `strict`: a member is malformed, has two weights, or a weight that is not a qvalue.
        LimitError: The text has more than `max_items` members.

    >>> parse_weighted("text/html; Level=1;q=0.7, */*;q=0.05, da")
    (('text/html;level=1', 700), ('*/*', 50), ('da', 1000))
    """
    members: list[tuple[str, str, str]] = (
        [("", "", member) for member in _split(text, strict)] if '"' in text else _MEMBER.findall(text)
    )
    if max_items is not None and len(members) > max_items:
        check_count(len([member for member in members if member[0] or member[2].strip(" \t")]), max_items, grammar)
    found: list[tuple[str, int]] = []
    for range_, qvalue, other in members:
        if range_:
            found.append((range_, _weight_of(qvalue) if qvalue else ONE))
        elif member := other.strip(" \t"):
            try:
                found.append(_weighted(member, strict))
            except GrammarError:
                if strict:
                    raise
    return tuple(found)


def _split(text: str, strict: bool) -> tuple[str, ...]:
    try:
        return split_list(text)
    except GrammarError as error:
        if strict:
            raise
        # The quotes are balanced up to the one that is never closed: that member ends the list, and is malformed.
        return *split_list(f'{text[: error.position]}""')[:-1], '"'


def _weighted(member: str, strict: bool) -> tuple[str, int]:
    match = _RANGE.match(member)
    if match is None:
        raise GrammarError("weighted list", "expected a token or a media range", member, 0)
    end = match.end()
    if not member[end:].lstrip(" \t").startswith(";") and end < len(member):
        raise GrammarError("weighted list", "expected ';' after the range", member, end)
    pairs = parse_parameters(member[end:], grammar="weighted list")
    weights = [value for name, value in pairs if name == "q"]
    if len(weights) > 1:
        raise GrammarError("weighted list", "more than one weight", member)
    others = "".join([f";{name}={token_or_quoted(value)}" for name, value in pairs if name != "q"])
    return f"{match[0]}{others}", _thousandths(weights[0], strict) if weights else ONE


@cache  # there are 1,100 qvalues
def _weight_of(qvalue: str) -> int:
    return _thousandths(qvalue, strict=True)


def _thousandths(qvalue: str, strict: bool) -> int:
    whole, _, fraction = qvalue.partition(".")
    if (_QVALUE if strict else _SENT_QVALUE).fullmatch(qvalue) is not None:
        weight = (ONE if whole == "1" else 0) + int(fraction[:3].ljust(3, "0"))
        if weight <= ONE:
            return weight
    raise GrammarError("weighted list", "expected a weight from 0 to 1 with at most three digits", qvalue)
