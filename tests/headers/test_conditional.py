"""The fields of conditional requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given

from verglas import GrammarError, HeaderField, HeaderValueError
from verglas.errors import HeaderError
from verglas.headers import (
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    LAST_MODIFIED,
    ETag,
    ETags,
    Headers,
    IfRange,
)
from verglas.testing.strategies import header_values

NOW: Final = "Sat, 29 Oct 1994 19:43:31 GMT"
MODIFIED: Final = datetime(1994, 10, 29, 19, 43, 31, 999999, tzinfo=UTC)  # files know more than dates do
STRONG: Final = ETag("1")
WEAK: Final = ETag("1", weak=True)


def whole(date: datetime) -> datetime:
    """A date without its microseconds."""
    return date.replace(microsecond=0)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(IfRange(etag=ETag("xyzzy")), '"xyzzy"', id="tag"),
        pytest.param(IfRange(etag=WEAK), 'W/"1"', id="weak-tag"),
        pytest.param(IfRange(date=whole(MODIFIED)), NOW, id="date"),
        pytest.param(IfRange(date=whole(MODIFIED)), "Saturday, 29-Oct-94 19:43:31 GMT", id="rfc850-date"),
        pytest.param(IfRange(etag=ETag(NOW)), f'"{NOW}"', id="date-in-quotes-is-a-tag"),
    ],
)
def test_if_range(expected: IfRange, text: str) -> None:
    """A quote among the first three characters tells a tag from a date."""

    assert expected == IfRange.parse(text)


@pytest.mark.parametrize("text", ["", "xyzzy", '"a', "*", '"a", "b"', "0", f"{NOW}, {NOW}", 'w/"a"', 'Sat"'])
def test_malformed_if_range(text: str) -> None:
    """What is neither is malformed."""

    with pytest.raises(GrammarError):
        IfRange.parse(text)


def test_refuses_if_range() -> None:
    """A value is one of both, and can be written."""

    with pytest.raises(HeaderValueError):
        IfRange()
    with pytest.raises(HeaderValueError):
        IfRange(STRONG, MODIFIED)
    with pytest.raises(HeaderValueError):
        IfRange(date=datetime.min.replace(tzinfo=timezone(timedelta(hours=1))))


@pytest.mark.parametrize(
    ("expected", "value", "etag", "modified"),
    [
        pytest.param(True, IfRange(STRONG), STRONG, None, id="same-strong-tag"),
        pytest.param(False, IfRange(STRONG), WEAK, MODIFIED, id="weak-tag-of-ours"),
        pytest.param(False, IfRange(STRONG), ETag("2"), MODIFIED, id="another-tag"),
        pytest.param(False, IfRange(STRONG), None, MODIFIED, id="no-tag"),
        pytest.param(False, IfRange(WEAK), WEAK, MODIFIED, id="weak-tag"),
        pytest.param(True, IfRange(date=MODIFIED), None, MODIFIED, id="that-very-second"),
        pytest.param(True, IfRange(date=MODIFIED), STRONG, MODIFIED.replace(tzinfo=None), id="naive"),
        pytest.param(False, IfRange(date=MODIFIED), STRONG, MODIFIED - timedelta(seconds=1), id="before"),
        pytest.param(False, IfRange(date=MODIFIED), STRONG, MODIFIED + timedelta(seconds=1), id="after"),
        pytest.param(False, IfRange(date=MODIFIED), STRONG, None, id="no-date"),
    ],
)
def test_if_range_matches(expected: bool, value: IfRange, etag: ETag | None, modified: datetime | None) -> None:
    """The rows of the table of `IfRange`: exact and strong (RFC 9110 §13.1.5)."""

    assert expected == value.matches(etag=etag, last_modified=modified)


@given(header_values(IF_RANGE))
def test_if_range_is_one_line(value: IfRange) -> None:
    """The line of the field is what the value writes, and is read as the same."""

    assert (value, str(value)) == (IF_RANGE.decode(IF_RANGE.encode(value)), value.to_header())


@pytest.mark.parametrize("key", [IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, LAST_MODIFIED], ids=repr)
def test_date_fields(key: HeaderField[datetime]) -> None:
    """A date reads and writes as it is; no date, and two of them, are malformed."""
    headers = Headers({key.name: NOW})

    assert whole(MODIFIED) == headers[key]
    assert headers == Headers().with_(key, MODIFIED)
    for lines in (["0"], [NOW, NOW], [f"{NOW}, {NOW}"]):
        with pytest.raises(HeaderError):
            _ = Headers([(key.name, line) for line in lines])[key]
    with pytest.raises(HeaderValueError):
        key.encode(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))))


@pytest.mark.parametrize("key", [IF_MATCH, IF_NONE_MATCH], ids=repr)
def test_list_fields(key: HeaderField[ETags]) -> None:
    """All lines are one list; a list without tags has no line."""
    headers = Headers([(key.name, '"a"'), (key.name, 'W/"b"')])

    assert ETags(["a", ETag("b", weak=True)]) == headers[key]
    assert ((), ('"a"',)) == (key.encode(ETags()), key.encode(ETags(["a"])))


def test_if_range_of_a_text() -> None:
    """A text is made a strong tag, so that it can match."""

    assert IfRange(etag=ETag("abc")) == IfRange(etag="abc")


def test_if_range_refuses_other_types() -> None:
    """What is no tag raises when it is made, not when it is compared."""

    with pytest.raises(TypeError):
        IfRange(etag=b"abc")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose
