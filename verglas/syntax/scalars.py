"""Single values as text, each in one spelling: what queries, forms, cookies, headers and paths carry.

A parser takes what its writer writes, and little else: no white space, no `+` or underscore, no digits of other
scripts, no leading zeros. Whoever sends another spelling is told so, and no two texts stand for one integer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Final, TypeVar
from uuid import UUID

from verglas.errors.grammar import GrammarError

__all__ = [
    "format_bool",
    "format_date",
    "format_datetime",
    "format_decimal",
    "format_float",
    "format_int",
    "format_local_datetime",
    "format_text",
    "format_time",
    "format_timedelta",
    "format_uuid",
    "parse_bool",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "parse_float",
    "parse_int",
    "parse_local_datetime",
    "parse_text",
    "parse_time",
    "parse_timedelta",
    "parse_uuid",
]

T = TypeVar("T")

MAX_DIGITS: Final = 4300  # as many as Python reads and writes unless it is told otherwise; more take quadratic time
MICROSECONDS: Final = 1_000_000
MICROSECOND: Final = timedelta(microseconds=1)
MAX_SECONDS: Final = 32  # characters: a timedelta holds less than 10**14 seconds

MAX_EXPONENT_DIGITS: Final = 6  # a larger exponent has too many digits in any case
LONGEST: Final = MAX_DIGITS + 16  # characters: with a sign, a point and an exponent
_TOO_LARGE: Final = 10**MAX_DIGITS
_INT: Final = re.compile(r"0|-?[1-9][0-9]*+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?([0-9]++))?")  # RFC 8259 §6
_UUID: Final = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Ranges, too: fromisoformat() reads an offset of +01:99, and since Python 3.13 the hour 24.
_MINUTE: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SECOND: Final = r":[0-5][0-9](?:\.[0-9]{1,6})?"
_TIME: Final = f"{_MINUTE}(?:{_SECOND})?"
_DATE_ALONE: Final = re.compile(_DATE)
_TIME_ALONE: Final = re.compile(_TIME)
_LOCAL: Final = re.compile(f"{_DATE}T{_TIME}")
_WITH_OFFSET: Final = re.compile(f"{_DATE}T{_MINUTE}{_SECOND}(?:Z|[+-]{_MINUTE})")
_SECONDS: Final = re.compile(r"(-?)(0|[1-9][0-9]*+)(?:\.([0-9]{1,6}))?")


def parse_text(text: str) -> str:
    """Any text, as it is."""
    return text


def format_text(value: str) -> str:
    """Any text, as it is.

    Raises:
        TypeError: The value is not a str.
    """
    return str.__str__(_of(str, value))  # of a subclass, which formats as it likes: StrEnum, Markup


def parse_bool(text: str) -> bool:
    """Read `true` or `false`.

    Raises:
        GrammarError: The text is another one.
    """
    if text == "true":
        return True
    if text == "false":
        return False
    raise GrammarError("boolean", "expected true or false", text)


def format_bool(value: bool) -> str:
    """Write `true` or `false`.

    Raises:
        TypeError: The value is not a bool.
    """
    return "true" if _of(bool, value) else "false"


def parse_int(text: str) -> int:
    """Read a whole number in decimal, of at most 4,300 digits.

    Raises:
        GrammarError: The text is not one.

    >>> parse_int("-70")
    -70
    """
    if _INT.fullmatch(text) is None:
        raise GrammarError("integer", "expected a whole number in decimal digits", text)
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise GrammarError("integer", f"expected at most {MAX_DIGITS} digits")
    try:
        return int(text)
    except ValueError:  # the interpreter is told to read fewer digits
        raise GrammarError("integer", "expected fewer digits") from None


def format_int(value: int) -> str:
    """Write a whole number in decimal.

    Raises:
        ValueError: The number has more than 4,300 digits.
        TypeError: The value is not an int; a bool is not one here.
    """
    if isinstance(value, bool):
        raise TypeError("expected int, not bool")
    number = int(_of(int, value))
    if abs(number) >= _TOO_LARGE:  # the interpreter may be told to write them
        raise ValueError(f"expected an int of at most {MAX_DIGITS} digits")
    return str(number)


def parse_float(text: str) -> float:
    """Read a number as JSON has it (RFC 8259 §6).

    Raises:
        GrammarError: The text is not one, or is beyond what a double holds.

    >>> parse_float("-1.5e3")
    -1500.0
    """
    if _NUMBER.fullmatch(text) is None:
        raise GrammarError("number", "expected a number in decimal digits", text)
    value = float(text)
    if not isfinite(value):
        raise GrammarError("number", "expected a number that is not so large")
    return value


def format_float(value: float) -> str:
    """Write the shortest text that reads as the number.

    Raises:
        ValueError: The number is NaN or infinite, or an int that no float equals.
        TypeError: The value is neither a float nor an int.
    """
    if isinstance(value, bool):
        raise TypeError("expected float, not bool")
    try:
        number = float(_of((float, int), value))
    except OverflowError:
        raise ValueError("expected a number that is not so large") from None
    if not isfinite(number):
        raise ValueError("NaN and the infinities have no text")
    if number != value:
        raise ValueError("expected a number that a float equals")
    return repr(number)


def parse_decimal(text: str) -> Decimal:
    """Read a number as JSON has it (RFC 8259 §6), exactly; written out it has at most 4,300 digits.

    Raises:
        GrammarError: The text is not one, or is longer than that.

    >>> parse_decimal("10.50")
    Decimal('10.50')
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise GrammarError("number", "expected a number in decimal digits", text)
    exponent: str = found[1] or ""
    # An exponent costs no digits to send: 1e999999999 would take a gigabyte once somebody makes an int of it.
    if len(text) <= LONGEST and len(exponent.lstrip("0")) < MAX_EXPONENT_DIGITS:
        value = Decimal(text)
        if _written_out(value) <= MAX_DIGITS:
            return value
    raise GrammarError("number", f"expected at most {MAX_DIGITS} digits")


def format_decimal(value: Decimal) -> str:
    """Write a number exactly.

    Raises:
        ValueError: The number is NaN or infinite, or has more than 4,300 digits when it is written out.
        TypeError: The value is not a Decimal.
    """
    if not _of(Decimal, value).is_finite():
        raise ValueError("NaN and the infinities have no text")
    if _written_out(value) > MAX_DIGITS:
        raise ValueError(f"expected a Decimal of at most {MAX_DIGITS} digits")
    return str(value)


def parse_uuid(text: str) -> UUID:
    """Read a UUID: 8-4-4-4-12 hexadecimal digits (RFC 9562 §4).

    Raises:
        GrammarError: The text is not one.

    >>> parse_uuid("6BA7B810-9dad-11d1-80b4-00c04fd430c8")
    UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
    """
    if _UUID.fullmatch(text) is None:
        raise GrammarError("UUID", "expected a UUID: hexadecimal digits, in groups of 8-4-4-4-12", text)
    return UUID(text)


def format_uuid(value: UUID) -> str:
    """Write a UUID in lower case.

    Raises:
        TypeError: The value is not a UUID.
    """
    return str(_of(UUID, value))


def parse_date(text: str) -> date:
    """Read a date: YYYY-MM-DD (RFC 3339 `full-date`).

    Raises:
        GrammarError: The text is not one, or the calendar does not have that day.
    """
    return _calendar(_DATE_ALONE, date.fromisoformat, "date", "a date, YYYY-MM-DD", text)


def format_date(value: date) -> str:
    """Write a date: YYYY-MM-DD.

    Raises:
        TypeError: The value is a datetime, or not a date at all.
    """
    if isinstance(value, datetime):
        raise TypeError("expected date, not datetime")
    return _of(date, value).isoformat()


def parse_datetime(text: str) -> datetime:
    """Read a date and time with its offset (RFC 3339 `date-time`, in capitals).

    Raises:
        GrammarError: The text is not one, or names a time that does not exist.

    >>> parse_datetime("2026-11-30T12:00:00Z")
    datetime.datetime(2026, 11, 30, 12, 0, tzinfo=datetime.timezone.utc)
    """
    expected = "a date and time with its offset, such as 2026-11-30T12:00:00Z"
    return _calendar(_WITH_OFFSET, datetime.fromisoformat, "date and time", expected, text)


def format_datetime(value: datetime) -> str:
    """Write a date and time with its offset.

    Raises:
        ValueError: The time has no offset, or one that is not of whole minutes.
        TypeError: The value is not a datetime.
    """
    text = _of(datetime, value).isoformat()
    if _WITH_OFFSET.fullmatch(text) is None:
        raise ValueError("the time has no offset of whole minutes; give it a tzinfo, such as UTC")
    return text


def parse_local_datetime(text: str) -> datetime:
    """Read a date and time without an offset, as `<input type="datetime-local">` sends it.

    Raises:
        GrammarError: The text is not one, or names a time that does not exist.

    >>> parse_local_datetime("2026-11-30T12:00")
    datetime.datetime(2026, 11, 30, 12, 0)
    """
    expected = "a date and time without an offset, such as 2026-11-30T12:00"
    return _calendar(_LOCAL, datetime.fromisoformat, "local date and time", expected, text)


def format_local_datetime(value: datetime) -> str:
    """Write a date and time without an offset.

    Raises:
        ValueError: The time has an offset.
        TypeError: The value is not a datetime.
    """
    if _of(datetime, value).tzinfo is not None:
        raise ValueError("the time has an offset, and a local one has none")
    return value.isoformat()


def parse_time(text: str) -> time:
    """Read a time of day: HH:MM, perhaps with seconds and their fraction.

    Raises:
        GrammarError: The text is not one, or names a time that does not exist.
    """
    return _calendar(_TIME_ALONE, time.fromisoformat, "time", "a time of day, HH:MM or HH:MM:SS", text)


def format_time(value: time) -> str:
    """Write a time of day.

    Raises:
        ValueError: The time has an offset.
        TypeError: The value is not a time.
    """
    if _of(time, value).tzinfo is not None:
        raise ValueError("the time has an offset, and a time of day has none")
    return value.isoformat()


def parse_timedelta(text: str) -> timedelta:
    """Read a number of seconds, with up to six decimals.

    Raises:
        GrammarError: The text is not one, or is more than a `timedelta` holds.

    >>> parse_timedelta("90.5")
    datetime.timedelta(seconds=90, microseconds=500000)
    """
    found = _SECONDS.fullmatch(text)
    if found is None or len(text) > MAX_SECONDS:
        raise GrammarError("duration", "expected a number of seconds, with up to six decimals", text)
    sign, whole, fraction = found.groups("")
    microseconds = int(whole) * MICROSECONDS + int(fraction.ljust(6, "0"))
    try:
        return timedelta(microseconds=-microseconds if sign else microseconds)
    except OverflowError:
        raise GrammarError("duration", "expected fewer seconds") from None


def format_timedelta(value: timedelta) -> str:
    """Write a number of seconds, without an exponent.

    Raises:
        TypeError: The value is not a timedelta.

    >>> format_timedelta(timedelta(minutes=-1, milliseconds=-250))
    '-60.25'
    """
    microseconds = _of(timedelta, value) // MICROSECOND
    whole, fraction = divmod(abs(microseconds), MICROSECONDS)
    text = f"{whole}.{fraction:06}".rstrip("0").rstrip(".") if fraction else str(whole)
    return f"-{text}" if microseconds < 0 else text


def _written_out(value: Decimal) -> int:
    """The digits of a finite number without an exponent: of 1E+5 six, and of 1E-5 six, too."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # a letter, of NaN and infinity
        return 0
    return len(digits) + exponent if exponent > 0 else max(len(digits), 1 - exponent)


def _calendar(pattern: re.Pattern[str], read: Callable[[str], T], grammar: str, expected: str, text: str) -> T:
    if pattern.fullmatch(text) is not None:  # fromisoformat() takes a dozen other spellings
        try:
            return read(text)
        except ValueError:
            pass
    raise GrammarError(grammar, f"expected {expected}", text)


def _of(kind: type[T] | tuple[type[T], ...], value: T) -> T:
    """The value, unless it is of another type: anything has a `str`, and a None that no checker saw would be sent."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise TypeError(f"expected {kinds[0].__name__}, not {type(value).__name__}")
    return value
