"""Tokens, quoted strings, numbers, field values, lists: the smallest pieces of headers (RFC 9110 §5.5 and §5.6)."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import ExceededLimit, GrammarError, HeaderValueError, LimitError
from verglas.limits import DEFAULT_LIMITS

__all__ = [
    "MAX_ITEMS",
    "TOKEN_CHARS",
    "check_count",
    "check_field_value",
    "check_token",
    "is_field_value",
    "is_token",
    "parse_digits",
    "quote_string",
    "quoted_end",
    "refuse",
    "split_list",
    "token_or_quoted",
    "unescape",
    "unquote_string",
]

TOKEN_CHARS: Final = r"!#$%&'*+\-.^_`|~0-9A-Za-z"
"""tchar of RFC 9110 §5.6.2, to stand in a character class."""

# One constant class each and no alternatives: a match is a single pass, whatever comes in.
_TOKEN: Final = re.compile(f"[{TOKEN_CHARS}]+")
_NOT_TOKEN: Final = re.compile(f"[^{TOKEN_CHARS}]")
# RFC 9110 §5.5 forbids CR, LF and NUL, and advises against other CTLs: we refuse those too, DEL included. A bare LF
# would split the response; pinned by `test_refuses_what_would_split_a_header`. Above U+00FF nothing is on the wire.
_NOT_FIELD_VALUE: Final = re.compile(r"[^\t -~\x80-\xff]")
_TO_ESCAPE: Final = re.compile(r'(["\\])')
_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_PAIR_OR_QUOTE: Final = re.compile(r'\\.|"', re.DOTALL)


def refuse(refused: str, text: str, grammar: str, problem: str, fault: type[GrammarError] = HeaderValueError) -> None:
    """Let through a text without certain characters.

    Args:
        refused: An expression for one of them.
        text: The text.
        grammar: What the text should be, for the message.
        problem: What is wrong with the characters.
        fault: The class of the error: `GrammarError` for a text that came with a request.

    Raises:
        GrammarError: The text has one of them. The error has its position.

    >>> refuse("[;,]", "a;b", "word", "a separator")
    Traceback (most recent call last):
    verglas.errors.grammar.HeaderValueError: word: a separator at position 1, got 'a;b'
    """
    found = re.search(refused, text)
    if found is not None:
        raise fault(grammar, problem, text, found.start())


def is_token(text: str) -> bool:
    r"""Whether a text is a token (RFC 9110 §5.6.2), as names of fields, methods and parameters are.

    Args:
        text: Any text.

    Returns:
        False for the empty text too.

    >>> is_token("Content-Type"), is_token("Content Type"), is_token("Accept\n")
    (True, False, False)
    """
    # PERF: names of fields are identifiers but for their hyphens; this takes 90 ns where the pattern takes 130.
    if text.isascii() and text.replace("-", "_").isidentifier():
        return True
    return _TOKEN.fullmatch(text) is not None


def is_field_value(text: str) -> bool:
    r"""Whether a text may be the value of a field (RFC 9110 §5.5): no control but tab, nothing above U+00FF.

    Args:
        text: Any text. Space and tab at its ends are not looked at.

    Returns:
        True for the empty text too.

    >>> is_field_value("text/html; charset=utf-8"), is_field_value("a\r\nb"), is_field_value("\u2603")
    (True, False, False)
    """
    # PERF: of ASCII, exactly SP to "~" is printable; this takes 70 ns where the pattern takes 110.
    return (text.isascii() and text.isprintable()) or _NOT_FIELD_VALUE.search(text) is None


def check_token(text: str, what: str) -> str:
    """Let only tokens through.

    Args:
        text: What the application writes.
        what: What it is, for the message: `field name`.

    Returns:
        The text as it came.

    Raises:
        HeaderValueError: The text is not a token (RFC 9110 §5.6.2).
        TypeError: The argument is not a `str`.

    >>> check_token("ETag", "field name")
    'ETag'
    """
    try:
        if is_token(text):
            return text
    except (AttributeError, TypeError):
        raise TypeError(f"the {what} must be a str, not {type(text).__name__}") from None
    bad = _NOT_TOKEN.search(text)
    if bad is None:
        raise HeaderValueError(what, "expected a token, not an empty text", text, 0)
    raise HeaderValueError(what, "expected a token: a character that it may not hold", text, bad.start())


def check_field_value(text: str, what: str) -> str:
    """Let only field values through.

    Args:
        text: What the application writes.
        what: What it is, for the message: the name of the field.

    Returns:
        The text as it came.

    Raises:
        HeaderValueError: The text has a control character other than tab, or a character above U+00FF (RFC 9110 §5.5).

    >>> check_field_value("no-cache", "Cache-Control")
    'no-cache'
    """
    if is_field_value(text):
        return text
    bad = _NOT_FIELD_VALUE.search(text)
    problem = "a control character or one that Latin-1 does not have"
    raise HeaderValueError(what, problem, text, None if bad is None else bad.start())


def quote_string(text: str) -> str:
    r"""Write a text as a quoted-string (RFC 9110 §5.6.4).

    Args:
        text: What goes between the quotes.

    Returns:
        The text in quotes, `"` and the backslash escaped.

    Raises:
        HeaderValueError: The text has a character that no quoted-string can have, not even escaped.

    >>> print(quote_string('say "hi"'))
    "say \"hi\""
    """
    check_field_value(text, "quoted-string")
    if '"' in text or "\\" in text:
        text = _TO_ESCAPE.sub(r"\\\1", text)
    return f'"{text}"'


def token_or_quoted(text: str) -> str:
    """Write a text as a token where it is one, else as a quoted-string (RFC 9110 §5.6.6).

    Args:
        text: The value of a parameter.

    Returns:
        Its shortest wire form.

    Raises:
        HeaderValueError: The text has a character that no quoted-string can have.

    >>> token_or_quoted("utf-8"), token_or_quoted("a b"), token_or_quoted("")
    ('utf-8', '"a b"', '""')
    """
    return text if is_token(text) else quote_string(text)


def quoted_end(text: str, start: int) -> int:
    """Where the quoted-string that opens at a position ends (RFC 9110 §5.6.4).

    Args:
        text: What holds it.
        start: Where its opening quote is.

    Returns:
        The position after its closing quote; -1 if it has none.

    >>> quoted_end('a="b";c', 2)
    5
    """
    for match in _PAIR_OR_QUOTE.finditer(text, start + 1):
        if match.end() == match.start() + 1:
            return match.end()
    return -1


def unescape(inside: str) -> str:
    r"""Undo the quoted-pairs of what stands between quotes (RFC 9110 §5.6.4).

    Args:
        inside: A quoted-string without its quotes.

    Returns:
        The text that was meant. A backslash at the very end stands for itself.

    >>> print(unescape(r'say \"hi\"'))
    say "hi"
    """
    return _PAIR.sub(r"\1", inside) if "\\" in inside else inside


def unquote_string(text: str) -> str:
    r"""Read a text that is one quoted-string, from its first to its last character (RFC 9110 §5.6.4).

    Args:
        text: The quotes included.

    Returns:
        What is between the quotes, without the escapes.

    Raises:
        GrammarError: The text does not start with a quote, does not end with the one that closes it, or has a character
            that it may not hold.

    >>> print(unquote_string(r'"say \"hi\""'))
    say "hi"
    """
    if not text.startswith('"'):
        raise GrammarError("quoted-string", "expected a quote", text, 0)
    end = quoted_end(text, 0)
    if end == -1:
        raise GrammarError("quoted-string", "no closing quote", text, len(text))
    if end != len(text):
        raise GrammarError("quoted-string", "more text after the closing quote", text, end)
    bad = _NOT_FIELD_VALUE.search(text)
    if bad is not None:
        problem = "a control character or one that Latin-1 does not have"
        raise GrammarError("quoted-string", problem, text, bad.start())
    return unescape(text[1:-1])


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
        GrammarError: The text is empty, has another character, or has too many digits.

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
        LimitError: The list has more members.
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
        LimitError: The text has more than `max_items` members.

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
