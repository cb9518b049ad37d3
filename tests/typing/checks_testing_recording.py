"""What must check of recording, replaying and faults in the testing kit: each is middleware, and gives values."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, assert_type

from verglas import FrozenResponse, Headers, Request, Response, application, text
from verglas.testing import (
    DATES,
    SECRETS,
    Difference,
    InjectedFault,
    InjectedFaults,
    RecordedAnswer,
    RecordedExchange,
    Recorder,
    broken_input,
    call,
    close_twice,
    cut_body,
    fail_after,
    failing_start,
    faults,
    hang_up,
    random_faults,
    read_recording,
    record,
    replay,
    short_reads,
    slow_body,
    slow_reader,
)
from verglas.wsgi import WSGIApplication

__all__ = ["APP", "CHECKS", "handler"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


def handler(request: Request) -> Response:
    """Answer."""
    return text(request.path)


APP: Final = application(handler)


@run
def check_recording() -> None:
    """A recorder is middleware; what it wrote is read as values."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        assert_type(record(path), Recorder)
        assert_type(record(path)(APP), WSGIApplication)
        middleware: Callable[[WSGIApplication], WSGIApplication] = record(str(path), mask=SECRETS | DATES, max_body=10)
        call(middleware(APP))
        exchanges = read_recording(path, max_line=10_000)
        assert_type(exchanges, Iterator[RecordedExchange])
        (exchange,) = exchanges
    assert_type(exchange.request, Request[None])
    assert_type(exchange.answer, RecordedAnswer | None)
    assert_type(exchange.error, str | None)
    assert_type(exchange.seconds, float)
    if exchange.answer is not None:
        assert_type(exchange.answer.lines, tuple[tuple[str, str], ...])
        assert_type(exchange.answer.headers, Headers)
        assert_type(exchange.answer.response, FrozenResponse)


@run
def check_recording_to_a_function() -> None:
    """Lines go to any function of bytes."""
    lines: list[bytes] = []
    call(record(lines.append, clock=lambda: 0)(APP))
    assert 1 == len(lines)


@run
def check_replay() -> None:
    """A handler, a response and an application answer; the differences are values."""
    exchanges = [RecordedExchange(Request(url="/a"), RecordedAnswer("200 OK", (), b""))]
    assert_type(replay(exchanges, handler), tuple[Difference, ...])
    assert_type(replay(exchanges, APP, ignore=["Date", "/id"], mask=SECRETS), tuple[Difference, ...])
    for difference in replay(iter(exchanges), text("hi"), ignore={"Date"}):
        assert_type(difference.exchange, RecordedExchange)
        assert_type(difference.recorded, str | None)


@run
def check_faults() -> None:
    """Faults are values and middleware; several of them are, too."""
    kinds: list[Callable[[WSGIApplication], WSGIApplication]] = [
        cut_body(10),
        broken_input(error=TimeoutError),
        short_reads(seed=3, largest=7),
        slow_body(0.1, sleep=lambda seconds: seconds),
        hang_up(after=3),
        fail_after(3, error=OSError),
        slow_reader(0.1, sleep=float),
        close_twice(),
        failing_start(error=BrokenPipeError),
        faults(cut_body(1), random_faults(3)),
    ]
    assert_type(cut_body(10), InjectedFault)
    assert_type(random_faults(7, size=100), InjectedFaults)
    assert_type(faults(cut_body(10)).parts, tuple[InjectedFault, ...])
    assert_type(faults(cut_body(10), close_twice())(APP), WSGIApplication)
    assert all(callable(kind(APP)) for kind in kinds)
