"""Fields of plain types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest

from tests.kit import untyped
from verglas import GrammarError, HeaderValueError, Response
from verglas.headers import ACCESS_CONTROL_MAX_AGE, CONTENT_ENCODING, LAST_MODIFIED, plain_field

DAY: Final = datetime(2024, 2, 29, tzinfo=UTC)


def written(value: datetime) -> datetime | None:
    """A date that was set on a response, as it reads then."""
    response = Response()
    response.date = value
    return response.date


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
        pytest.param(DAY, LAST_MODIFIED.decode(["Thu, 29 Feb 2024 00:00:00 GMT"]), id="rfc9110-5.6.7"),
        pytest.param(timedelta(minutes=2), ACCESS_CONTROL_MAX_AGE.decode(["120"]), id="rfc9111-1.2.2"),
        pytest.param(["120"], [*ACCESS_CONTROL_MAX_AGE.encode(timedelta(minutes=2))], id="seconds"),
        pytest.param(["0"], [*ACCESS_CONTROL_MAX_AGE.encode(timedelta(0))], id="no-time"),
        pytest.param(DAY, written(DAY.replace(tzinfo=None)), id="naive-date-is-utc"),
        pytest.param(DAY, written(DAY.replace(microsecond=999_999)), id="no-microseconds"),
        pytest.param(DAY, written(DAY.astimezone(timezone(timedelta(hours=9)))), id="another-zone"),
    ],
)
def test_values(expected: object, value: object) -> None:
    """Dates and durations have the form that the wire gives them."""

    assert (expected, repr(expected)) == (value, repr(value))


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda: LAST_MODIFIED.decode(["0"]), id="no-date"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.decode(["-1"]), id="negative"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.decode(["\u0661"]), id="digit-of-another-script"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.decode(["9" * 14]), id="14-digits"),
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
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.encode(timedelta(-1)), id="negative"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.encode(timedelta(seconds=1.5)), id="fraction"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.encode(timedelta.max), id="too-long"),
        pytest.param(
            lambda: written(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
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
        untyped(CONTENT_ENCODING.encode)(value)
