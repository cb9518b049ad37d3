"""Fields of plain types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest

from verglas import GrammarError, HeaderValueError
from verglas.headers import plain_field
from verglas.headers.fields import (
    as_whole_date,
    as_whole_seconds,
    check_members,
    read_date,
    read_seconds,
    seconds_field,
)

DAY: Final = datetime(2024, 2, 29, tzinfo=UTC)


def test_field_of_one_line() -> None:
    """A value is read from one line and written as one; an empty text takes the field away."""
    field = plain_field("X-Name", str.upper, str.lower)

    assert ("A", ["a"], []) == (field.decode(["a"]), list(field.encode("A")), list(field.encode("")))


def test_field_of_two_lines() -> None:
    """Two lines are malformed."""
    with pytest.raises(GrammarError, match="X-Name: there can be only one"):
        plain_field("X-Name", str, str).decode(["a", "a"])


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(DAY, read_date("Thu, 29 Feb 2024 00:00:00 GMT", grammar="Date"), id="rfc9110-5.6.7"),
        pytest.param(timedelta(minutes=2), read_seconds("120", grammar="Age"), id="rfc9111-1.2.2"),
        pytest.param(
            timedelta(seconds=9), read_seconds("9" * 5000, grammar="Age", at_most=timedelta(seconds=9)), id="at-most"
        ),
        pytest.param(
            timedelta(seconds=7), read_seconds("0" * 5000 + "7", grammar="Age", at_most=timedelta.max), id="many-zeros"
        ),
        pytest.param(timedelta(0), read_seconds("000", grammar="Age", at_most=timedelta.max), id="only-zeros"),
        pytest.param(("120",), seconds_field("Age").encode(timedelta(minutes=2)), id="seconds"),
        pytest.param(timedelta(0), as_whole_seconds(timedelta(0), grammar="Age"), id="no-time"),
        pytest.param(DAY, as_whole_date(DAY.replace(tzinfo=None), grammar="Date"), id="naive-date-is-utc"),
        pytest.param(DAY, as_whole_date(DAY.replace(microsecond=999_999), grammar="Date"), id="no-microseconds"),
        pytest.param(
            DAY, as_whole_date(DAY.astimezone(timezone(timedelta(hours=9))), grammar="Date"), id="another-zone"
        ),
    ],
)
def test_values(expected: object, value: object) -> None:
    """Dates and durations have the form that the wire gives them."""

    assert (expected, repr(expected)) == (value, repr(value))


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda: read_date("0", grammar="Expires"), id="no-date"),
        pytest.param(lambda: read_seconds("-1", grammar="Age"), id="negative"),
        pytest.param(lambda: read_seconds("\u0661", grammar="Age"), id="digit-of-another-script"),
        pytest.param(lambda: read_seconds("9" * 14, grammar="Age"), id="14-digits"),
    ],
)
def test_malformed(read: Callable[[], object]) -> None:
    """What is no date or number is an error, and not one of the application."""
    with pytest.raises(GrammarError) as caught:
        read()

    assert GrammarError is type(caught.value)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda: seconds_field("Age").encode(timedelta(-1)), id="negative"),
        pytest.param(lambda: seconds_field("Age").encode(timedelta(seconds=1.5)), id="fraction"),
        pytest.param(lambda: seconds_field("Age").encode(timedelta.max), id="too-long"),
        pytest.param(
            lambda: as_whole_date(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), grammar="Date"),
            id="after-the-year-9999",
        ),
    ],
)
def test_refuses(write: Callable[[], object]) -> None:
    """What cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        write()


@pytest.mark.parametrize("value", ["ab", b"ab", None, {"a": 1}, ("a", 1), [b"a"]])
def test_refuses_other_members(value: object) -> None:
    """Neither one text nor members of another type."""
    with pytest.raises(TypeError):
        check_members(value, str, "X")
