"""Server-Timing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from verglas import GrammarError, HeaderValueError
from verglas.headers import SERVER_TIMING, ServerTiming, TimingMetric


def milliseconds(value: float) -> timedelta:
    """So many milliseconds."""
    return timedelta(milliseconds=value)


@pytest.mark.parametrize(
    ("expected", "text", "written"),
    [
        pytest.param(
            (TimingMetric("miss"), TimingMetric("db", milliseconds(53)), TimingMetric("app", milliseconds(47.2))),
            "miss, db;dur=53, app;dur=47.2",
            "miss, db; dur=53, app; dur=47.2",
            id="server-timing-2-a",
        ),
        pytest.param(
            (TimingMetric("customView"), TimingMetric("dc", None, "atl")),
            "customView, dc;desc=atl",
            "customView, dc; desc=atl",
            id="server-timing-2-b",
        ),
        pytest.param(
            (TimingMetric("cache", milliseconds(23.2), "Cache Read"),),
            'cache;desc="Cache Read";dur=23.2',
            'cache; dur=23.2; desc="Cache Read"',
            id="server-timing-2-c",
        ),
        pytest.param(
            (TimingMetric("a", milliseconds(1)),), "a;dur=1;dur=2", "a; dur=1", id="the-first-duration-counts"
        ),
        pytest.param(
            (TimingMetric("a", None, "x"),), "a;desc=x;desc=y", "a; desc=x", id="the-first-description-counts"
        ),
        pytest.param((TimingMetric("a", None, None, [("x", "y")]),), "a;X=y", "a; x=y", id="others-are-kept"),
        pytest.param((TimingMetric("a", milliseconds(0.001)),), "a;dur=0.0019", "a; dur=0.001", id="microseconds"),
        pytest.param((TimingMetric("a", timedelta(0), ""),), 'a ; dur=0; desc=""', 'a; dur=0; desc=""', id="nothing"),
        pytest.param((), "", "", id="empty"),
    ],
)
def test_reads_and_writes(expected: tuple[TimingMetric, ...], text: str, written: str) -> None:
    """The metrics of a field, in their order."""
    value = ServerTiming.parse(text)

    assert (expected, written) == (value.metrics, str(value))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(";dur=1", id="no-name"),
        pytest.param("a b", id="two-words"),
        pytest.param("a;dur", id="no-value"),
        pytest.param("a;dur=", id="empty-value"),
        pytest.param("a;dur=-1", id="negative"),
        pytest.param("a;dur=1e3", id="exponent"),
        pytest.param("a;dur=.5", id="no-digit-before-the-point"),
        pytest.param("a;dur=1;dur", id="malformed-after-the-first"),
        pytest.param(f"a;dur={'1' * 13}", id="13-digits"),
        pytest.param('a;desc="x', id="not-closed"),
    ],
)
def test_malformed(text: str) -> None:
    """A malformed metric makes the field malformed."""
    with pytest.raises(GrammarError) as caught:
        SERVER_TIMING.decode(["miss", text])

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: TimingMetric("a b"), id="name-with-a-space"),
        pytest.param(lambda: TimingMetric("a", timedelta(-1)), id="negative"),
        pytest.param(lambda: TimingMetric("a", timedelta(10**9 - 1)), id="too-long"),
        pytest.param(lambda: TimingMetric("a", None, "x\r\nX: 1"), id="description-with-a-newline"),
        pytest.param(lambda: TimingMetric("a", None, "\u2603"), id="description-not-latin-1"),
        pytest.param(lambda: TimingMetric("a", None, None, [("Dur", "1")]), id="duration-among-the-others"),
        pytest.param(lambda: TimingMetric("a", None, None, [("b c", "1")]), id="parameter-with-a-space"),
    ],
)
def test_refuses(make: Callable[[], object]) -> None:
    """What cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


def test_added() -> None:
    """A metric, or those of another, are added at the end; an empty value is false."""
    value = ServerTiming() | TimingMetric("a") | ServerTiming.parse("b, c")

    assert ("a, b, c", 3, True, False) == (str(value), len(value), bool(value), bool(ServerTiming()))
