"""HTTP dates: three formats read, one written (RFC 9110 §5.6.7). Knows no locale and nothing of the rest of verglas."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

__all__ = ["current_date", "date_of", "format_date", "parse_cookie_date", "parse_date"]

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NUMBERS: Final = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}

_MONTH: Final = f"(?P<month>{'|'.join(_MONTHS)})"
_DAY: Final = f"(?:{'|'.join(_DAYS)})"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME: Final = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# Each has a fixed length or nearly so: what is longer fails at once. ASCII, or the long s would match "Sun" and the
# Kelvin sign anything with a k, since names are read in any case.
_FORMATS: Final = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        f"{_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT",
        f"{_LONG_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT",
        f"{_DAY} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_TIME} (?P<year>[0-9]{{4}})",
    )
)
# What stands between the parts of a cookie's date, and the parts: of bounded length each, whatever follows.
_COOKIE_PARTS: Final = r"[^\t -/;-@\[-`{-~]+"
_COOKIE_TIME: Final = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])"
_COOKIE_DAY: Final = r"([0-9]{1,2})(?![0-9])"
_COOKIE_YEAR: Final = r"([0-9]{2,4})(?![0-9])"


def parse_date(text: str, *, now: datetime | None = None) -> datetime | None:
    """Read an HTTP date in any of its three formats (RFC 9110 §5.6.7).

    Names are read in any case. The name of the day is not compared with the date: it adds nothing to it, and §5.6.7
    asks recipients to be robust. The leap second that its grammar allows, `23:59:60`, is the instant after it, as in
    POSIX time; any other second 60 is malformed.

    Args:
        text: The value of a field; space and tab at its ends are not part of it (§5.5).
        now: What two-digit years are relative to; without it, the current time. A naive one is UTC.

    Returns:
        The date, aware and in UTC; `None` for anything else.

    >>> parse_date("Sun, 06 Nov 1994 08:49:37 GMT")
    datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
    >>> parse_date("0") is None
    True
    """
    text = text.strip(" \t")
    for pattern in _FORMATS:
        match = pattern.fullmatch(text)
        if match is not None:
            break
    else:
        return None
    month = _MONTH_NUMBERS[match["month"].lower()]
    day, hour, minute, second = map(int, match.group("day", "hour", "minute", "second"))
    year = int(match["year"])
    leap = (hour, minute, second) == (23, 59, 60)
    try:
        if len(match["year"]) == 2:
            year = _full_year(year, (month, day, hour, minute, second), now)
        value = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
        return value + timedelta(seconds=1) if leap else value
    except (ValueError, OverflowError):  # a 31st of February; the year 0; a leap second after the last of all days
        return None


def format_date(value: datetime) -> str:
    """Write a date as an IMF-fixdate, the one format that may be sent (RFC 9110 §5.6.7).

    Args:
        value: Aware, or naive and in UTC. Microseconds are dropped: the format has none.

    Returns:
        The date in GMT, in English whatever the locale is.

    Raises:
        OverflowError: In UTC it is before the year 1 or after the year 9999.

    >>> format_date(datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC))
    'Sun, 06 Nov 1994 08:49:37 GMT'
    """
    if value.tzinfo is not UTC:
        value = _in_utc(value)
    text = datetime.isoformat(value)  # PERF: to format each number by itself takes three times as long
    return f"{_DAYS[value.weekday()]}, {text[8:10]} {_MONTHS[value.month - 1]} {text[:4]} {text[11:19]} GMT"


def current_date() -> str:
    """The current date, as `format_date` writes it."""
    return date_of(int(time.time()))


@lru_cache(maxsize=64)  # PERF: the answers of a second have the same Date, those of a file the same Last-Modified
def date_of(second: int) -> str:
    """A POSIX timestamp, as `format_date` writes it.

    >>> date_of(0)
    'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return format_date(datetime.fromtimestamp(second, UTC))


def parse_cookie_date(text: str) -> datetime | None:
    """Read the date of a cookie's `Expires` as browsers do (RFC 6265 §5.1.1): its parts in any order.

    Args:
        text: The value of the attribute.

    Returns:
        The date, aware and in UTC; `None` for what browsers take for none, so that they ignore the attribute.

    >>> parse_cookie_date("Sun, 06-Nov-1994 08:49:37 GMT")
    datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
    """
    time: re.Match[str] | None = None
    day = month = year = 0
    day_found = year_found = False
    for part in re.findall(_COOKIE_PARTS, text):
        # The order of the RFC's steps: a part is the first of these that has not been found yet.
        if time is None and (found := re.match(_COOKIE_TIME, part)):
            time = found
        elif not day_found and (found := re.match(_COOKIE_DAY, part)):
            day, day_found = int(found[1]), True
        elif not month and part[:3].lower() in _MONTH_NUMBERS:
            month = _MONTH_NUMBERS[part[:3].lower()]
        elif not year_found and (found := re.match(_COOKIE_YEAR, part)):
            year, year_found = int(found[1]), True
    if time is None or not year_found:
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    hour, minute, second = map(int, time.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) if year >= 1601 else None
    except ValueError:  # no such day or time, or no day or month at all
        return None


def _full_year(two_digits: int, rest: tuple[int, int, int, int, int], now: datetime | None) -> int:
    # RFC 9110 §5.6.7: what appears to be more than 50 years in the future is the most recent past year that ends in
    # the same digits. So: the last such year that is not.
    now = datetime.now(UTC) if now is None else _in_utc(now)
    last = now.year + 50
    year = last - (last - two_digits) % 100
    if year == last and rest > (now.month, now.day, now.hour, now.minute, now.second):
        return year - 100
    return year


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value.astimezone(UTC)
