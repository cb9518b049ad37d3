"""Responses in a word."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given

from tests.data.redirects import ABSOLUTE, HOSTILE, LOCAL
from tests.kit import untyped
from verglas import HeaderValueError, JSONLike, JSONValue, Response, html, json_response, no_content, redirect, text
from verglas.testing import call
from verglas.testing.strategies import json_values

NOTE: Final = (
    b'<!doctype html>\n<html lang=en>\n<title>Redirecting</title>\n<p>See <a href="/?a&amp;b">/?a&amp;b</a>.\n'
)


@pytest.mark.parametrize(
    ("status", "content_type", "body", "response"),
    [
        pytest.param("200 OK", "text/plain; charset=utf-8", b"h\xc3\xa9", text("h\xe9"), id="text"),
        pytest.param("404 Not Found", "text/plain; charset=utf-8", b"", text("", 404), id="text-status"),
        pytest.param("200 OK", "text/html; charset=utf-8", b"<p>", html("<p>"), id="html"),
        pytest.param("201 Created", "text/html; charset=utf-8", b"", html("", "201"), id="html-status"),
        pytest.param("200 OK", "application/json", b'{"a":[1,null]}', json_response({"a": [1, None]}), id="json"),
        pytest.param("200 OK", "application/json", b'"\xc3\xa9"', json_response("\xe9"), id="rfc8259-8.1-utf-8"),
        pytest.param("202 Accepted", "application/json", b"null", json_response(None, 202), id="json-status"),
        pytest.param("204 No Content", None, b"", no_content(), id="no-content"),
        pytest.param("303 See Other", "text/html; charset=utf-8", NOTE, redirect("/?a&b"), id="rfc9110-15.4-note"),
    ],
)
def test_short_form(status: str, content_type: str | None, body: bytes, response: Response) -> None:
    """A short form is a response with its status, type and body."""
    answer = call(response)

    assert (status, content_type, body) == (answer.status, answer.headers.get("Content-Type"), answer.body)


FORMS: Final[dict[str, Callable[[dict[str, str]], Response]]] = {
    "text": lambda headers: text("", headers=headers),
    "html": lambda headers: html("", headers=headers),
    "json": lambda headers: json_response(1, headers=headers),
    "no-content": no_content,
}


@pytest.mark.parametrize(
    "make",
    [pytest.param(row, id=name) for name, row in FORMS.items()],
)
def test_headers(make: Callable[[dict[str, str]], Response]) -> None:
    """Headers are taken, and checked."""

    assert "a" == call(make({"X-Tag": "a"})).headers["X-Tag"]
    with pytest.raises(HeaderValueError):
        make({"X-Tag": "a\r\nb"})


@given(json_values())
def test_json_round_trip(value: JSONValue) -> None:
    """What is sent as JSON is read as it was."""

    assert value == json.loads(json_response(value).data)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="rfc8259-6-nan"),
        pytest.param([float("inf")], id="rfc8259-6-infinity"),
    ],
)
def test_json_refuses(value: JSONLike) -> None:
    """What JSON has not is an error, not text that no client reads."""
    with pytest.raises(ValueError, match="JSON"):
        json_response(value)


def test_json_refuses_other_types() -> None:
    """An object of another type is a TypeError."""
    with pytest.raises(TypeError):
        untyped(json_response)(object())


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_code(code: int) -> None:
    """The codes that carry a Location which clients follow."""
    answer = call(redirect("/x", code))

    assert (str(code), "/x") == (answer.status[:3], answer.headers["Location"])


@pytest.mark.parametrize("code", [200, 300, 304, 305, 306, 309, 404])
def test_redirect_refuses_a_code(code: int) -> None:
    """Another status is no redirect."""
    with pytest.raises(ValueError, match="redirect"):
        redirect("/", code)


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("target", [pytest.param(target, id=name) for name, target in HOSTILE.items()])
def test_redirect_refuses(target: str, local: bool) -> None:
    """What browsers read as another site is refused, and with a ValueError: it is the server's fault."""
    with pytest.raises(HeaderValueError) as caught:
        redirect(target, local=local)

    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("expected", "target"), [pytest.param(expected, target, id=name) for name, (target, expected) in LOCAL.items()]
)
def test_local_redirect(expected: str, target: str) -> None:
    """A reference that stays on the site is sent, local or not."""
    locations = {call(redirect(target, local=local)).headers["Location"] for local in (True, False)}

    assert {expected} == locations


@pytest.mark.parametrize(
    ("expected", "target"), [pytest.param(expected, target, id=name) for name, (target, expected) in ABSOLUTE.items()]
)
def test_absolute_redirect(expected: str, target: str) -> None:
    """An absolute URL is sent, unless the redirect is to stay local."""

    assert expected == call(redirect(target)).headers["Location"]
    with pytest.raises(HeaderValueError, match="relative"):
        redirect(target, local=True)


WRITES: Final[dict[str, Callable[[Response, str], object]]] = {
    "setitem": lambda r, v: r.headers.__setitem__("Location", v),
    "add": lambda r, v: r.headers.add("location", v),
    "extend": lambda r, v: r.headers.extend({"LOCATION": v}),
    "constructor": lambda r, v: Response(headers=[("Location", v)]),
    "frozen": lambda r, v: r.freeze().headers.with_("Location", v),
}


@pytest.mark.parametrize(
    "write",
    [pytest.param(row, id=name) for name, row in WRITES.items()],
)
def test_location_is_checked_everywhere(write: Callable[[Response, str], object]) -> None:
    """A Location is checked however it is set (D18)."""
    for value in ("/\t/evil.example", "/\\evil.example", " //evil.example", "/a "):
        with pytest.raises(HeaderValueError):
            write(Response(), value)
