"""Ranges: of what is empty there is nothing to select, and no error either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.kit import environ_of
from verglas import FrozenResponse, Response, application, send_file
from verglas.headers import Range, Selection, select_ranges
from verglas.testing import call

RANGES: Final = [
    pytest.param("bytes=0-", id="media-players-ask-for-all"),
    pytest.param("bytes=0-0", id="first-byte"),
    pytest.param("bytes=0-499", id="rfc9110-14.1.2"),
    pytest.param("bytes=-500", id="suffix"),
    pytest.param("bytes=-0", id="empty-suffix"),
    pytest.param("bytes=0-0,-1", id="several"),
    pytest.param("bytes=9-,5-", id="positions-behind"),
]


def nothing() -> Iterator[bytes]:
    """A stream without a byte."""
    yield b""


BODIES: Final[dict[str, Callable[[], Response]]] = {
    "bytes": lambda: Response(b""),
    "none": Response,
    "list": lambda: Response([b"", b""]),
    "stream": lambda: Response(nothing()),
}


@pytest.mark.parametrize("value", RANGES)
@pytest.mark.parametrize("body", BODIES)
def test_empty_response(body: str, value: str) -> None:
    """The Range of an empty representation is ignored: a 200, not a 416."""
    environ = environ_of(HTTP_RANGE=value)
    response = BODIES[body]().make_conditional(environ, accept_ranges=True, complete_length=0)

    answer = call(response, environ)

    assert (200, b"") == (answer.status_code, answer.body)
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize("value", RANGES)
def test_empty_frozen_response(value: str) -> None:
    """The same of a frozen one."""
    environ = environ_of(HTTP_RANGE=value)
    app = application(lambda request: FrozenResponse(b"").conditional(request, accept_ranges=True))

    assert 200 == call(app, environ).status_code


@pytest.mark.parametrize("value", RANGES)
def test_empty_file(value: str, tmp_path: Path) -> None:
    """The same of a file."""
    (tmp_path / "empty.mp4").touch()
    environ = environ_of(HTTP_RANGE=value)

    assert 200 == call(send_file(tmp_path / "empty.mp4", environ), environ).status_code


@pytest.mark.parametrize("value", RANGES)
def test_selection(value: str) -> None:
    """The decision itself; of one byte more it is another."""
    assert Selection.WHOLE is select_ranges(Range.parse(value), 0)


def test_beyond_the_end_stays_unsatisfiable() -> None:
    """Positions behind what is there are a 416 as before."""
    assert Selection.UNSATISFIABLE is select_ranges(Range.parse("bytes=1-"), 1)
