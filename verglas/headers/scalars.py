"""Fields whose values need no class of their own: a number, a date, a text, a duration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar, cast

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField
from verglas.syntax.dates import parse_date
from verglas.syntax.numbers import parse_digits

__all__ = ["check_members", "plain_field", "read_date", "read_seconds", "whole_date", "whole_seconds", "write_seconds"]

T = TypeVar("T")

SECOND: Final = timedelta(seconds=1)
SECOND_DIGITS: Final = 13  # 317,000 years, and still within what a timedelta holds


def check_members(value: object, kind: type[T], name: str) -> tuple[T, ...]:
    """Let only members of one type through: a str would be written as its letters, one a line.

    Args:
        value: What the application writes.
        kind: The type of each member.
        name: The field name.

    Raises:
        TypeError: It is no tuple of such members, and no list of them either.

    >>> check_members(["gzip", "br"], str, "Content-Encoding")
    ('gzip', 'br')
    """
    if not isinstance(value, tuple | list):
        raise TypeError(f"{name} must be a tuple, not {type(value).__name__}")
    members = tuple(cast("Sequence[T]", value))  # isinstance() cannot tell of what
    for member in members:
        if not isinstance(member, kind):
            raise TypeError(f"{name} must be a tuple of {kind.__name__}, not of {type(member).__name__}")
    return members


def plain_field(name: str, read: Callable[[str], T], write: Callable[[T], str]) -> HeaderField[T]:
    """A field that is there once and whose value is of a plain type.

    Args:
        name: The field name.
        read: Gives the value of its line. Raises `GrammarError`.
        write: Gives the line of a value; an empty one takes the field away. Raises `HeaderValueError`.

    >>> def read(text: str) -> int:
    ...     return parse_digits(text, grammar="Max-Forwards")
    >>> plain_field("Max-Forwards", read, str).decode(["3"])
    3
    """

    def decode(lines: Sequence[str]) -> T:
        if len(lines) > 1:
            raise GrammarError(name, "there can be only one of this field")
        return read(lines[0])

    def encode(value: T) -> Sequence[str]:
        text = write(value)
        return (text,) if text else ()

    return HeaderField(name, decode, encode)


def read_date(text: str, *, grammar: str) -> datetime:
    """Read an HTTP-date (RFC 9110 §5.6.7).

    Raises:
        GrammarError: It is none.
    """
    value = parse_date(text)
    if value is None:
        raise GrammarError(grammar, "expected a date", text)
    return value


def whole_date(value: datetime, *, grammar: str) -> datetime:
    """A date as the wire has it: in UTC, in whole seconds; the microseconds are dropped. A naive one is in UTC.

    Raises:
        HeaderValueError: In UTC it is before the year 1 or after the year 9999.
    """
    try:
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise HeaderValueError(grammar, "a date that is not in the years 1 to 9999", str(value)) from None
    return value.replace(microsecond=0, fold=0)


def read_seconds(text: str, *, grammar: str) -> timedelta:
    """Read delta-seconds (RFC 9111 §1.2.2).

    Raises:
        GrammarError: It is anything but 1 to 13 digits.
    """
    return parse_digits(text, grammar=grammar, max_digits=SECOND_DIGITS) * SECOND


def whole_seconds(value: timedelta, *, grammar: str) -> timedelta:
    """Let through only what delta-seconds can say (RFC 9111 §1.2.2).

    Raises:
        HeaderValueError: It is negative, no number of whole seconds, or of more than 13 digits.
    """
    if value < 0 * SECOND or value % SECOND or value >= 10**SECOND_DIGITS * SECOND:
        raise HeaderValueError(grammar, "expected whole seconds, from 0 on", str(value))
    return value


def write_seconds(value: timedelta, *, grammar: str) -> str:
    """Write delta-seconds (RFC 9111 §1.2.2).

    Raises:
        HeaderValueError: It is negative, no number of whole seconds, or of more than 13 digits.
    """
    return str(whole_seconds(value, grammar=grammar) // SECOND)
