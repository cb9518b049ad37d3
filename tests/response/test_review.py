"""What must not leak, grow or fail on the way out: bodies that are replaced, conditions that are refused, odd texts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.growth import assert_linear
from tests.kit import close, environ_of, ignore
from verglas import Request, Response, json_lines, json_response
from verglas.errors import RequestHeaderFieldsTooLarge

ENVIRON = environ_of()


class Closing:
    """A body of its own making, which is a generator each time."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            self.log.append("body")


@pytest.mark.parametrize("replace", ["data", "response"])
def test_replaced_body_is_closed_with_the_response(replace: str) -> None:
    """A body that another took the place of is closed, too."""
    file = io.BytesIO(b"old")
    response = Response(file)
    setattr(response, replace, b"new")
    response.close()

    assert file.closed


def test_over_long_condition_closes_the_body() -> None:
    """A condition that is refused leaves nobody to send, and close, the body."""
    file = io.BytesIO(b"body")
    head = Request(headers={"If-None-Match": '"a", ' * 20_000})
    with pytest.raises(RequestHeaderFieldsTooLarge):
        Response(file).make_conditional(head)

    assert file.closed


def test_body_that_cannot_be_encoded_runs_the_callbacks() -> None:
    """What fails before the server has the body runs the close chain."""
    log: list[str] = []
    response = Response(["\ud800"])
    response.call_on_close(lambda: log.append("closed"))
    with pytest.raises(UnicodeEncodeError):
        response(ENVIRON, ignore)

    assert ["closed"] == log


def test_generator_of_a_body_ends_first() -> None:
    """What an iterable made for one time ends before the callbacks run."""
    body = Closing()
    response = Response(body)
    response.call_on_close(lambda: body.log.append("callback"))
    pieces = response.get_app_iter(ENVIRON)
    next(iter(pieces))
    close(pieces)

    assert ["body", "callback"] == body.log


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param(rb'"\ud800"', json_response("\ud800"), id="json"),
        pytest.param(rb'"\ud800"' + b"\n", json_lines(["\ud800"]), id="json-lines"),
    ],
)
def test_half_a_surrogate_pair_goes_out_as_its_escape(expected: bytes, response: Response) -> None:
    """What a client can send as an escape is no reason for a 500."""

    assert expected == response.data


def test_cookies_grow_linearly() -> None:
    """A thousand cookies are not read a thousand times each."""

    def set_all(count: int) -> None:
        response = Response()
        for number in range(count // 64):
            response.set_cookie(f"cookie{number % 32}", "x" * 32)

    assert_linear(set_all, start=4096)


def test_date_of_this_second_is_no_strong_validator() -> None:
    """A file that may have changed twice in one second is not continued (RFC 9110 §13.1.5, §8.8.2.2)."""
    now = datetime.now(UTC).replace(microsecond=0)
    for age, status in ((timedelta(0), 200), (timedelta(seconds=5), 206)):
        response = Response(b"0123456789")
        response.date, response.last_modified = now, now - age
        head = Request(headers={"Range": "bytes=5-", "If-Range": response.headers["Last-Modified"]})

        assert status == response.make_conditional(head, accept_ranges=True).status_code


def test_unreadable_condition_fails() -> None:
    """An If-Match with a control character is there, and not fulfilled (design: unreadable is a 412)."""
    environ = environ_of(HTTP_IF_MATCH='"a"\x01')
    response = Response(b"x")
    response.set_etag("b")

    assert 412 == response.make_conditional(environ).status_code
