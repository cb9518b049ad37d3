"""Age and Expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given

from verglas import HeaderValueError
from verglas.errors import HeaderError
from verglas.headers import AGE, EXPIRED, EXPIRES, Headers
from verglas.testing.strategies import header_values

MINUTE: Final = timedelta(minutes=1)
FOREVER: Final = timedelta(seconds=2**31)
DATE: Final = datetime(1994, 12, 1, 16, 0, 0, tzinfo=UTC)


def seconds(count: int) -> timedelta:
    """An age."""
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(seconds(0), ["0"], id="zero"),
        pytest.param(MINUTE, ["60"], id="seconds"),
        pytest.param(FOREVER, ["2147483649"], id="rfc9111-1.2.2-over"),
        pytest.param(seconds(5), ["5, 10"], id="rfc9111-5.1-first-member"),
        pytest.param(seconds(5), ["5", "10"], id="rfc9111-5.1-first-line"),
    ],
)
def test_age(expected: timedelta, lines: list[str]) -> None:
    """Age is seconds: the first, where there are several."""

    assert expected == AGE.decode(lines)


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "a, 5", "1 0", "\xb2", '"5"', '5, "'])
def test_malformed_age(text: str) -> None:
    """RFC 9111 §5.1: what is no non-negative integer is ignored; the key says that it is malformed."""

    with pytest.raises(HeaderError):
        _ = Headers({"Age": text})[AGE]


@given(header_values(AGE))
def test_age_round_trip(age: timedelta) -> None:
    """An age that is written is read as the same."""

    assert age == AGE.decode(AGE.encode(age))


def test_age_leaves_parts_of_a_second_out() -> None:
    """A difference of two times is written in the whole seconds that have passed."""

    assert ("1",) == AGE.encode(timedelta(seconds=1.9))


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(DATE, ["Thu, 01 Dec 1994 16:00:00 GMT"], id="rfc9111-5.3"),
        pytest.param(EXPIRED, ["0"], id="rfc9111-5.3-zero"),
        pytest.param(EXPIRED, ["-1"], id="minus-one"),
        pytest.param(EXPIRED, [""], id="empty"),
        pytest.param(EXPIRED, ["Thu, 01 Dec 1994 16:00:00"], id="no-zone"),
        pytest.param(EXPIRED, ["Thu, 01 Dec 1994 16:00:00 GMT"] * 2, id="rfc9111-4.2.1-two-lines"),
    ],
)
def test_expires(expected: datetime, lines: list[str]) -> None:
    """What is no date has expired."""

    assert expected == Headers([("Expires", line) for line in lines])[EXPIRES]


@pytest.mark.parametrize(
    "date",
    [
        pytest.param(DATE, id="utc"),
        pytest.param(DATE.replace(tzinfo=None, microsecond=5), id="naive-with-microseconds"),
        pytest.param(DATE.astimezone(timezone(timedelta(hours=2))), id="another-zone"),
    ],
)
def test_expires_is_written_in_gmt(date: datetime) -> None:
    """A date is written as an IMF-fixdate."""

    assert ["Thu, 01 Dec 1994 16:00:00 GMT"] == [*EXPIRES.encode(date)]


def test_refuses_to_write_expires() -> None:
    """A date that is none in UTC is refused."""

    with pytest.raises(HeaderValueError):
        EXPIRES.encode(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))))
