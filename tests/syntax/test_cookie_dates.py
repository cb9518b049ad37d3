"""The date of a cookie's `Expires` (RFC 6265 §5.1.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import HeaderValueError
from verglas.syntax.cookies import cookie_expires
from verglas.syntax.dates import format_date, parse_cookie_date
from verglas.testing.strategies import any_texts

THEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", id="rfc9110-5.6.7-imf-fixdate"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", id="rfc9110-5.6.7-rfc850"),
        pytest.param("Sun Nov  6 08:49:37 1994", id="rfc9110-5.6.7-asctime"),
        pytest.param("Sun, 06-Nov-1994 08:49:37 GMT", id="netscape"),
        pytest.param("8:49:37 6 november 94", id="any-order-and-case"),
        pytest.param("6th Nov 1994AD 08:49:37.5", id="more-after-the-digits"),
        pytest.param("06 Nov 1994 08:49:37 +0200", id="a-zone-is-ignored"),
        pytest.param("06 Nov 1994 08:49:37 07 Dec 1995 09:00:00", id="the-first-of-each"),
    ],
)
def test_reads(text: str) -> None:
    """Whatever stands between the parts, and in whatever order they come."""

    assert THEN == parse_cookie_date(text)


@pytest.mark.parametrize(
    ("expected", "year"),
    [
        pytest.param(1970, "70", id="70"),
        pytest.param(1999, "99", id="99"),
        pytest.param(2000, "00", id="00"),
        pytest.param(2069, "69", id="69"),
        pytest.param(1601, "1601", id="the-first"),
        pytest.param(None, "1600", id="before-the-first"),
        pytest.param(None, "199", id="three-digits"),
        pytest.param(None, "19945", id="five-digits"),
        pytest.param(None, "4", id="one-digit"),
    ],
)
def test_years(expected: int | None, year: str) -> None:
    """Two digits are of the years 1970 to 2069; before 1601 there is none."""
    date = parse_cookie_date(f"06 Nov {year} 08:49:37")

    assert expected == (None if date is None else date.year)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("0", id="zero"),
        pytest.param("06 Nov 1994", id="no-time"),
        pytest.param("06 Nov 08:49:37", id="no-year"),
        pytest.param("Nov 1994 08:49:37", id="no-day"),
        pytest.param("06 1994 08:49:37", id="no-month"),
        pytest.param("31 Feb 1994 08:49:37", id="no-such-day"),
        pytest.param("00 Nov 1994 08:49:37", id="day-zero"),
        pytest.param("06 Nov 1994 24:00:00", id="no-such-hour"),
        pytest.param("06 Nov 1994 08:49:60", id="no-leap-second"),
        pytest.param("06 Nov 1994 08:049:37", id="three-digits-of-minutes"),
        pytest.param("\u0660\u0666 Nov 1994 08:49:37", id="digits-of-another-script"),
    ],
)
def test_no_date(text: str) -> None:
    """A part that is missing or impossible makes it no date."""

    assert parse_cookie_date(text) is None


@given(st.datetimes(datetime(1601, 1, 1)))
def test_reads_what_is_written(date: datetime) -> None:
    """What `format_date` writes is a cookie's date, too."""

    assert date.replace(microsecond=0, tzinfo=UTC) == parse_cookie_date(format_date(date))


@given(any_texts() | st.text("0123456789: NovDec-,;", max_size=60))
def test_is_total(text: str) -> None:
    """Any text is a date or none."""
    date = parse_cookie_date(text)

    assert date is None or date.year >= 1601


@pytest.mark.parametrize("date", [datetime(1600, 12, 31, 23, 59, 59), -11_644_473_601])
def test_refuses_to_write_a_date_that_is_ignored(date: datetime | int) -> None:
    """A date before 1601 would leave a cookie that was to go."""
    with pytest.raises(HeaderValueError):
        cookie_expires(date)
