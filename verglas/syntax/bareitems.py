"""Bare items: the eight kinds of values that structured fields are made of (RFC 9651 §3.3)."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, final

from attrs import frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.syntax.tokens import TOKEN_CHARS, quoted_end
from verglas.values import Value

__all__ = ["BareItem", "DisplayString", "Token", "check_bare", "check_key", "format_bare", "parse_bare", "parse_key"]

GRAMMAR: Final = "structured field"
MOST_THOUSANDTHS: Final = 10**15  # §3.3.2: 12 digits before the point, 3 after it
MOST_INTEGER: Final = 10**15  # §3.3.1: 15 digits
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Each is one character class after another, none inside a quantifier: a match is a single pass.
_KEY: Final = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_TOKEN: Final = re.compile(rf"[A-Za-z*][{TOKEN_CHARS}:/]*")
_NUMBER: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]*))?")
_NOT_VISIBLE: Final = re.compile(r"[^ -~]")
_PAIR: Final = re.compile(r"\\(.?)", re.DOTALL)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-f]{2})")
_ESCAPE: Final = re.compile(rb"%([0-9a-f]{2})")
_TO_ESCAPE: Final = re.compile(rb"[^ !#$&-~]")


@final
@frozen
class Token(Value):
    """A Token of a structured field (RFC 9651 §3.3.4): a word, where a `str` is a String in quotes.

        sf-token = ( ALPHA / "*" ) *( tchar / ":" / "/" )

    Attributes:
        value: The word. Two that differ in case are two.

    Raises:
        HeaderValueError: The value is not a token of structured fields.
        TypeError: The value is not a `str`.

    >>> str(Token("text/html"))
    'text/html'
    """

    value: str

    def __attrs_post_init__(self) -> None:
        if _TOKEN.fullmatch(_text(self.value)) is None:
            raise HeaderValueError(GRAMMAR, "expected a token that starts with a letter or '*'", self.value)

    @override
    def __str__(self) -> str:
        return self.value


@final
@frozen
class DisplayString(Value):
    """A Display String of a structured field (RFC 9651 §3.3.8): text in any script, for people to read.

        sf-displaystring = "%" DQUOTE *( unescaped / "%" 2lc-hexdig ) DQUOTE

    Attributes:
        value: The text.

    Raises:
        HeaderValueError: The value has a surrogate, which UTF-8 cannot write.
        TypeError: The value is not a `str`.

    >>> str(DisplayString("f\\u00fc"))
    '%"f%c3%bc"'
    """

    value: str

    def __attrs_post_init__(self) -> None:
        try:
            _text(self.value).encode()
        except UnicodeEncodeError as error:
            raise HeaderValueError(GRAMMAR, "a surrogate", self.value, error.start) from None

    @override
    def __str__(self) -> str:
        escaped = _TO_ESCAPE.sub(_escaped, self.value.encode())
        return f'%"{escaped.decode("ascii")}"'


BareItem: TypeAlias = bool | int | float | str | bytes | datetime | Token | DisplayString
"""Boolean, Integer, Decimal, String, Byte Sequence, Date, Token, Display String."""


def check_bare(value: BareItem) -> BareItem:
    """Let through what a bare item can be, in the form that the wire gives it.

    Args:
        value: A `float` is rounded to thousandths, half to even (§4.1.5): on the wire, a Decimal has no more. A date is
            put into UTC, its microseconds dropped; a naive one is in UTC.

    Returns:
        The value, of exactly one of the types of `BareItem`.

    Raises:
        HeaderValueError: A number is too large, or none; a string is not of visible ASCII and spaces; a date is not
            in the years 1 to 9999.
        TypeError: The value is of another type.

    >>> check_bare(0.0025), check_bare("a")
    (0.002, 'a')
    """
    return _checked(value)


def check_key(key: str) -> str:
    """Let through only keys of parameters and dictionaries (RFC 9651 §3.1.2).

    Raises:
        HeaderValueError: The text is not a key: `lcalpha / "*"`, then those, digits, `_`, `-` and `.`.
        TypeError: The key is not a `str`.

    >>> check_key("max-age")
    'max-age'
    """
    if _KEY.fullmatch(_text(key)) is None:
        raise HeaderValueError(GRAMMAR, "expected a key, in lower case", key)
    return key


def format_bare(value: BareItem) -> str:
    """Write a bare item that was checked (RFC 9651 §4.1.3).

    >>> [format_bare(value) for value in (True, 42, -1.5, 'say "hi"', b"hello")]
    ['?1', '42', '-1.5', '"say \\\\"hi\\\\""', ':aGVsbG8=:']
    """
    match value:
        case bool():
            return f"?{value:d}"
        case int() | Token() | DisplayString():
            return str(value)
        case float():
            return _format_decimal(value)
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case bytes():
            return f":{b2a_base64(value, newline=False).decode('ascii')}:"
        case datetime():
            return f"@{(value - EPOCH) // timedelta(seconds=1)}"


def parse_key(text: str, position: int) -> tuple[str, int]:
    """Read a key (RFC 9651 §4.2.3.3).

    Returns:
        The key, and the position after it.

    Raises:
        GrammarError: No key begins at the position.

    >>> parse_key("a=1", 0)
    ('a', 1)
    """
    match = _KEY.match(text, position)
    if match is None:
        raise GrammarError(GRAMMAR, "expected a key, in lower case", text, position)
    return match[0], match.end()


def parse_bare(text: str, position: int) -> tuple[BareItem, int]:
    """Read a bare item (RFC 9651 §4.2.3.1).

    Returns:
        The value, and the position after it.

    Raises:
        GrammarError: No item begins at the position, or the item is malformed.

    >>> parse_bare("?1;a", 0)
    (True, 2)
    """
    match text[position : position + 1]:
        case '"':
            return _string(text, position)
        case "%":
            return _display_string(text, position)
        case ":":
            return _byte_sequence(text, position)
        case "?":
            return _boolean(text, position)
        case "@":
            return _date(text, position)
        case _:
            token = _TOKEN.match(text, position)
            return (Token(token[0]), token.end()) if token else _number(text, position)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a str, not {type(value).__name__}")
    return value


def _checked(value: object) -> BareItem:
    match value:
        case bool() | Token() | DisplayString():
            return value
        case int():
            if not -MOST_INTEGER < value < MOST_INTEGER:
                raise HeaderValueError(GRAMMAR, "an integer of more than 15 digits")
            return int(value)
        case float():
            return _checked_decimal(value)
        case str():
            bad = _NOT_VISIBLE.search(value)
            if bad is not None:
                raise HeaderValueError(GRAMMAR, "a character that is not visible ASCII", value, bad.start())
            return str.__str__(value)  # a member of an enumeration is its value
        case bytes():
            return bytes(value)
        case datetime():
            return _checked_date(value)
        case _:
            raise TypeError(f"structured fields have no {type(value).__name__}")


def _checked_decimal(value: float) -> float:
    # A double has 15 digits to spare: every Decimal of the wire is a float and comes back from it.
    scaled = value * 1000
    if not -MOST_THOUSANDTHS < scaled < MOST_THOUSANDTHS or not abs(thousandths := round(scaled)) < MOST_THOUSANDTHS:
        raise HeaderValueError(GRAMMAR, "a decimal of more than 12 digits before its point, or no number", str(value))
    return thousandths / 1000


def _format_decimal(value: float) -> str:
    thousandths = round(value * 1000)
    whole, fraction = divmod(abs(thousandths), 1000)
    return f"{'-' if thousandths < 0 else ''}{whole}.{f'{fraction:03}'.rstrip('0') or '0'}"


def _checked_date(value: datetime) -> datetime:
    try:
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise HeaderValueError(GRAMMAR, "a date that is not in the years 1 to 9999", str(value)) from None
    return value.replace(microsecond=0, fold=0)


def _string(text: str, start: int) -> tuple[str, int]:
    end = quoted_end(text, start)
    if end == -1:
        raise GrammarError(GRAMMAR, "a string that is not closed", text, start)
    inside = _visible(text, start + 1, end - 1)
    for pair in _PAIR.finditer(inside):
        if pair[1] not in ('"', "\\"):
            raise GrammarError(GRAMMAR, "a backslash before another character", text, start + 1 + pair.start())
    return _PAIR.sub(r"\1", inside), end


def _visible(text: str, start: int, end: int) -> str:
    bad = _NOT_VISIBLE.search(text, start, end)
    if bad is not None:
        raise GrammarError(GRAMMAR, "a character that is not visible ASCII", text, bad.start())
    return text[start:end]


def _display_string(text: str, start: int) -> tuple[DisplayString, int]:
    end = text.find('"', start + 2)
    if not text.startswith('"', start + 1) or end == -1:
        raise GrammarError(GRAMMAR, "expected text in quotes after '%'", text, start)
    inside = _visible(text, start + 2, end)
    bad = _BAD_ESCAPE.search(inside)
    if bad is not None:
        raise GrammarError(GRAMMAR, "expected two digits in lower case after '%'", text, start + 2 + bad.start())
    try:
        return DisplayString(_ESCAPE.sub(_unescaped, inside.encode()).decode()), end + 1
    except UnicodeDecodeError:
        raise GrammarError(GRAMMAR, "a display string that is not UTF-8", text, start) from None


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"%%%02x" % ord(match[0])


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),))


def _byte_sequence(text: str, start: int) -> tuple[bytes, int]:
    end = text.find(":", start + 1)
    if end == -1:
        raise GrammarError(GRAMMAR, "a byte sequence that is not closed", text, start)
    encoded = text[start + 1 : end]
    bare = encoded.rstrip("=")
    padding = -len(bare) % 4
    # §4.2.7: absent padding and bits that are not zero in it should not fail; any other padding is guesswork.
    if _BASE64.fullmatch(bare) is None or padding == 3 or len(encoded) - len(bare) not in (0, padding):
        raise GrammarError(GRAMMAR, "a byte sequence that is not base64", text, start)
    return a2b_base64(bare + "=" * padding), end + 1


def _boolean(text: str, start: int) -> tuple[bool, int]:
    digit = text[start + 1 : start + 2]
    if digit not in ("0", "1"):
        raise GrammarError(GRAMMAR, "expected 0 or 1 after '?'", text, start)
    return digit == "1", start + 2


def _date(text: str, start: int) -> tuple[datetime, int]:
    seconds, end = _number(text, start + 1)
    if isinstance(seconds, float):
        raise GrammarError(GRAMMAR, "a date with a fraction", text, start)
    try:
        return EPOCH + timedelta(seconds=seconds), end
    except OverflowError:
        raise GrammarError(GRAMMAR, "a date that is not in the years 1 to 9999", text, start) from None


def _number(text: str, start: int) -> tuple[int | float, int]:
    match = _NUMBER.match(text, start)
    if match is None:
        raise GrammarError(GRAMMAR, "expected an item", text, start)
    digits, fraction = match[2], match[3]
    sign = -1 if match[1] else 1
    if fraction is None:
        if len(digits) > 15:
            raise GrammarError(GRAMMAR, "an integer of more than 15 digits", text, start)
        return sign * int(digits), match.end()
    if len(digits) > 12 or not 1 <= len(fraction) <= 3:
        raise GrammarError(GRAMMAR, "expected at most 12 digits, a point, and 1 to 3 digits", text, start)
    return sign * int(digits + fraction.ljust(3, "0")) / 1000, match.end()
