"""Applications that others wrote, as answers: what breaks PEP 3333 is a typed error, and all is closed."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import cast

import pytest

from tests.faults.exchange import LOG, Content, exchange
from verglas.errors import Forbidden, WSGIViolation
from verglas.wsgi import StartResponse, WSGIApplication


@pytest.fixture(autouse=True)
def fresh_log() -> None:
    """Each test starts with nothing closed."""
    LOG.closed.clear()


def twice(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Starts its answer twice."""
    start_response("200 OK", [])
    start_response("200 OK", [])
    return [b"a"]


def twice_with_reason(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Starts its answer anew, after a failure."""
    start_response("200 OK", [])
    try:
        raise ValueError("no")
    except ValueError as error:
        start_response("500 Oops", [], (ValueError, error, cast("TracebackType", error.__traceback__)))  # it was raised
    return Content(b"oops")


def never(_: dict[str, object], __: StartResponse) -> Iterable[bytes]:
    """Never starts its answer."""
    return Content(b"a")


def never_and_empty(_: dict[str, object], __: StartResponse) -> Iterable[bytes]:
    """The same, without content."""
    return []


def late(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Starts its answer with its first piece, as a generator does."""
    start_response("200 OK", [])
    yield b"a"


def too_late(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Starts its answer after its first piece."""
    yield b"a"
    start_response("200 OK", [])


def not_iterable(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Returns what cannot be iterated, but closed."""
    start_response("200 OK", [])

    class Closable:
        def close(self) -> None:
            LOG.closed.append("body")

    return cast("Iterable[bytes]", Closable())  # the fault


def refusing(_: dict[str, object], __: StartResponse) -> Iterable[bytes]:
    """Raises an HTTPError before its answer."""
    raise Forbidden("No.")


def failing(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Raises an HTTPError after it started its answer."""
    start_response("200 OK", [])
    raise Forbidden("No.")


@pytest.mark.parametrize(
    ("app", "started", "error"),
    [
        pytest.param(twice, ["200 OK"], WSGIViolation, id="twice"),
        pytest.param(twice_with_reason, ["200 OK", "500 Oops"], None, id="twice-with-reason"),
        pytest.param(never, [], WSGIViolation, id="never"),
        pytest.param(never_and_empty, [], WSGIViolation, id="never-and-empty"),
        pytest.param(late, ["200 OK"], None, id="late"),
        pytest.param(too_late, [], WSGIViolation, id="too-late"),
        pytest.param(not_iterable, ["200 OK"], TypeError, id="not-iterable"),
        pytest.param(refusing, ["403 Forbidden"], None, id="refusing"),
        pytest.param(failing, ["200 OK"], Forbidden, id="failing"),
    ],
)
def test_foreign_application(app: WSGIApplication, started: list[str], error: type[BaseException] | None) -> None:
    """An application that breaks PEP 3333 is a typed error; one that does not is answered; all is closed, once."""
    seen = exchange(lambda _: app)

    assert started == seen.started
    assert (type(None) if error is None else error) is type(seen.error)
    assert LOG.closed[-1] == "request"
    assert len(LOG.closed) == len({*LOG.closed})


@pytest.mark.parametrize("app", [never, not_iterable, twice_with_reason])
def test_body_of_a_foreign_application_is_closed(app: WSGIApplication) -> None:
    """What it returned is closed before the request."""
    exchange(lambda _: app)

    assert ["body", "request"] == LOG.closed
