"""Cookies: what browsers and other servers write is read, and what is written survives where we say that it does."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Final

import pytest

from verglas import HeaderField, Request
from verglas.errors import HeaderError

COOKIE: Final[HeaderField[str]] = HeaderField("Cookie", lambda lines: lines[0], lambda text: [text])
ALL: Final = {"a": "1", "b": "2"}

COPIES: Final[dict[str, Callable[[Request], Request]]] = {
    "captured": lambda request: request,
    "copied": copy.copy,
    "replaced": lambda request: request.replace(method="PUT"),
    "other-url": lambda request: request.replace(url="/x"),
    "other-body": lambda request: request.replace(body=b"x"),
    "buffered": lambda request: request.buffered(),
    "pickled": lambda request: pickle.loads(pickle.dumps(request)),
    "rebuilt": lambda request: Request(request.replace(url="/x").environ),
    "edited": lambda request: request.replace(headers=request.headers.adding("X", "y")),
}


@pytest.mark.parametrize("make", COPIES)
@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(ALL, "a=1; b=2; other=1\x01", id="rfc6265bis-5.6-control-at-the-end"),
        pytest.param(ALL, "other=1\x01; a=1; b=2", id="control-in-the-first"),
        pytest.param(ALL, "a=1; oth\x7fer=1; b=2", id="delete-in-a-name"),
        pytest.param(ALL, "a=1; other=\x00; b=2", id="nul"),
        pytest.param(ALL, "a=1; other=x\r\nSet-Cookie: y; b=2", id="line-break"),
        pytest.param(ALL, "a=1; other=\N{SNOWMAN}; b=2", id="above-latin-1-as-text"),
        pytest.param(ALL, "a=1;\x01;b=2;\x02=\x03;", id="several"),
        pytest.param(ALL, 'a=1; q="x\x01;b=2', id="in-quotes-that-never-close"),
        pytest.param(ALL | {"c": "x\ty"}, "a=1; b=2; c=x\ty", id="rfc9110-5.5-tab-is-legal"),
        pytest.param({}, "other=1\x01", id="nothing-left"),
    ],
)
def test_control_character_drops_its_own_cookie(expected: dict[str, str], text: str, make: str) -> None:
    """A cookie with a character that no header may hold is dropped alone, and so it is from every copy."""
    request = COPIES[make](Request({"REQUEST_METHOD": "GET", "HTTP_HOST": "a", "HTTP_COOKIE": text}))

    assert expected == request.cookies.to_dict()


def test_field_of_which_no_cookie_is_left() -> None:
    """A field with nothing legal in it is malformed to its key, not absent."""
    headers = Request({"HTTP_COOKIE": "other=1\x01"}).headers

    assert "Cookie" not in headers
    with pytest.raises(HeaderError):
        headers.get(COOKIE)
