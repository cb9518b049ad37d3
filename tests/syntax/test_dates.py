"""HTTP dates."""

from __future__ import annotations

import locale
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas.syntax.dates import format_date, parse_date

EXAMPLE = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, 0, 0, tzinfo=UTC)
DATETIMES = st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)).map(
    lambda value: value.replace(microsecond=0)
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", id="rfc9110-5.6.7-imf-fixdate"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", id="rfc9110-5.6.7-rfc850"),
        pytest.param("Sun Nov  6 08:49:37 1994", id="rfc9110-5.6.7-asctime"),
        pytest.param("Sun Nov 06 08:49:37 1994", id="asctime-two-digits"),
        pytest.param("sun, 06 nov 1994 08:49:37 gmt", id="lower-case"),
        pytest.param("SUNDAY, 06-NOV-94 08:49:37 GMT", id="upper-case"),
        pytest.param("Mon, 06 Nov 1994 08:49:37 GMT", id="another-weekday"),
        pytest.param("\t Sun, 06 Nov 1994 08:49:37 GMT ", id="rfc9110-5.5-space-about-a-value"),
    ],
)
def test_date(text: str) -> None:
    """Each of the three formats is read, in any case, whatever the day is called."""

    assert parse_date(text, now=NOW) == EXAMPLE


def test_result_is_in_utc() -> None:
    """A date is aware, and in UTC."""
    value = parse_date("Sun Nov  6 08:49:37 1994")

    assert value is not None
    assert value.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("0", id="rfc9111-5.3-expires-0"),
        pytest.param("-1", id="expires-minus-one"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT\n", id="trailing-newline"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT\x0b", id="trailing-vertical-tab"),
        pytest.param("\x0cSun, 06 Nov 1994 08:49:37 GMT", id="leading-form-feed"),
        pytest.param("Sun, 06 Nov 1994 08:49:37", id="no-zone"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 UTC", id="another-zone"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 +0000", id="numeric-zone"),
        pytest.param("06 Nov 1994 08:49:37 GMT", id="no-weekday"),
        pytest.param("Sun, 6 Nov 1994 08:49:37 GMT", id="one-digit-day"),
        pytest.param("Sun, 06 Nov 94 08:49:37 GMT", id="two-digit-year-in-imf-fixdate"),
        pytest.param("Sun, 06 Nov 19994 08:49:37 GMT", id="five-digit-year"),
        pytest.param("Sun,  06 Nov 1994 08:49:37 GMT", id="two-spaces"),
        pytest.param("\u017fun, 06 Nov 1994 08:49:37 GMT", id="long-s"),
        pytest.param("Sun, ٠٦ Nov 1994 08:49:37 GMT", id="arabic-digits"),
        pytest.param("Sun, 06 Nov 1994 08:49:3² GMT", id="superscript-digit"),
        pytest.param("Sun, 06 Nov 1994 08:49:+7 GMT", id="sign"),
        pytest.param("Sun, 31 Feb 1994 08:49:37 GMT", id="no-such-day"),
        pytest.param("Sun, 00 Nov 1994 08:49:37 GMT", id="day-0"),
        pytest.param("Sun, 29 Feb 1900 08:49:37 GMT", id="no-leap-year"),
        pytest.param("Sun, 06 Nov 0000 08:49:37 GMT", id="year-0"),
        pytest.param("Sun, 06 Nov 1994 24:00:00 GMT", id="hour-24"),
        pytest.param("Sun, 06 Nov 1994 08:60:37 GMT", id="minute-60"),
        pytest.param("Sun, 06 Nov 1994 08:49:60 GMT", id="second-60-within-the-day"),
        pytest.param("Sun, 06 Nov 1994 23:59:61 GMT", id="second-61"),
        pytest.param("Fri, 31 Dec 9999 23:59:60 GMT", id="leap-second-after-the-last-day"),
        pytest.param("\ud800", id="surrogate"),
    ],
)
def test_no_date(text: str) -> None:
    """What is no date is `None`, however absurd."""

    assert parse_date(text, now=NOW) is None


def test_leap_second() -> None:
    """The grammar allows 23:59:60: it is the instant that follows, as in POSIX time."""

    assert datetime(2017, 1, 1, tzinfo=UTC) == parse_date("Sat, 31 Dec 2016 23:59:60 GMT")


@pytest.mark.parametrize(
    ("expected", "text", "now"),
    [
        pytest.param(2026, "Mon, 15-Jun-26 12:00:00 GMT", NOW, id="this-year"),
        pytest.param(2025, "Sun, 15-Jun-25 12:00:00 GMT", NOW, id="last-year"),
        pytest.param(2075, "Sat, 15-Jun-75 12:00:00 GMT", NOW, id="49-years-on"),
        pytest.param(2076, "Mon, 15-Jun-76 12:00:00 GMT", NOW, id="50-years-on"),
        pytest.param(1976, "Tue, 15-Jun-76 12:00:01 GMT", NOW, id="50-years-and-a-second-on"),
        pytest.param(1977, "Wed, 01-Jan-77 00:00:00 GMT", NOW, id="51-years-on"),
        pytest.param(2000, "Tue, 29-Feb-00 00:00:00 GMT", NOW, id="leap-day"),
        pytest.param(2101, "Sat, 01-Jan-01 00:00:00 GMT", datetime(2099, 1, 1, tzinfo=UTC), id="next-century"),
        pytest.param(
            2049, "Fri, 01-Jan-49 00:00:00 GMT", datetime(1999, 1, 1, tzinfo=UTC), id="50-years-on-next-century"
        ),
        pytest.param(2076, "Mon, 15-Jun-76 12:00:00 GMT", NOW.replace(tzinfo=None), id="naive-now-is-utc"),
        pytest.param(
            2076, "Mon, 15-Jun-76 12:00:00 GMT", NOW.astimezone(timezone(timedelta(hours=-9))), id="now-in-another-zone"
        ),
    ],
)
def test_fifty_year_rule(expected: int, text: str, now: datetime) -> None:
    """A two-digit year is the last one that is not more than 50 years in the future (RFC 9110 §5.6.7)."""
    weekdays = {
        "Mon": "Monday",
        "Tue": "Tuesday",
        "Wed": "Wednesday",
        "Fri": "Friday",
        "Sat": "Saturday",
        "Sun": "Sunday",
    }
    value = parse_date(weekdays[text[:3]] + text[3:], now=now)

    assert value is not None
    assert expected == value.year


def test_now_is_the_current_time() -> None:
    """Without `now`, two-digit years are relative to the current time."""
    soon = datetime.now(UTC).replace(month=1, day=1) + timedelta(days=366 * 10)
    value = parse_date(f"Monday, 01-Jan-{soon.year % 100:02} 00:00:00 GMT")

    assert value is not None
    assert soon.year == value.year


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE, id="rfc9110-5.6.7"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE.replace(tzinfo=None), id="naive-is-utc"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE.replace(microsecond=999_999), id="microseconds-dropped"),
        pytest.param(
            "Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE.astimezone(timezone(timedelta(hours=14))), id="from-another-zone"
        ),
        pytest.param("Mon, 01 Jan 0001 00:00:00 GMT", datetime(1, 1, 1, tzinfo=UTC), id="four-digit-year"),
    ],
)
def test_format(expected: str, value: datetime) -> None:
    """A date is written as IMF-fixdate."""

    assert expected == format_date(value)


def test_format_refuses_what_utc_does_not_have() -> None:
    """A date that is beyond the last in UTC cannot be written."""

    with pytest.raises(OverflowError):
        format_date(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))))


def test_format_knows_no_locale() -> None:
    """Names are English whatever the locale is."""
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "ja_JP.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_TIME, name)
                break
            except locale.Error:
                continue
        text = format_date(EXAMPLE)
    finally:
        locale.setlocale(locale.LC_TIME, before)

    assert text == "Sun, 06 Nov 1994 08:49:37 GMT"


@given(DATETIMES)
def test_round_trip(value: datetime) -> None:
    """What was written is read as it was."""

    assert value == parse_date(format_date(value))


@given(DATETIMES)
def test_asctime_round_trip(value: datetime) -> None:
    """What C writes is read too."""

    assert value == parse_date(value.ctime())


@given(
    st.from_regex(r"\A[a-z]{3,9},? [0-9]{2}[ -][A-Za-z]{3}[ -][0-9]{2,4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT\Z") | st.text(),
    st.datetimes(timezones=st.just(UTC)),
)
def test_total(text: str, now: datetime) -> None:
    """Any text, at any time, is a date in UTC or `None`."""
    value = parse_date(text, now=now)

    assert value is None or value.utcoffset() == timedelta(0)
