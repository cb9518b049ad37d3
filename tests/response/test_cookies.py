"""Cookies that a response sets."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given

from verglas import HeaderValueError, Request, Response
from verglas.testing.strategies import any_texts, tokens

Act = Callable[[Response], object]


def sent(act: Act) -> list[str]:
    """The Set-Cookie lines of a response on which something was done."""
    response = Response()
    act(response)
    return response.headers.getlist("Set-Cookie")


LINES: Final[dict[str, tuple[str, Act]]] = {
    "defaults": ("a=; Path=/", lambda r: r.set_cookie("a")),
    "no-path": ("a=b", lambda r: r.set_cookie("a", "b", path=None)),
    "design-10-no-automatic-expires": ("a=b; Max-Age=60; Path=/", lambda r: r.set_cookie("a", "b", 60)),
    "duration": ("a=; Max-Age=60; Path=/", lambda r: r.set_cookie("a", max_age=timedelta(minutes=1))),
    "rfc9110-5.6.7-expires": (
        "a=; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Path=/",
        lambda r: r.set_cookie("a", expires=datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
    ),
    "domain": ("a=; Domain=example.org; Path=/", lambda r: r.set_cookie("a", domain=".Example.org")),
    "reference-empty-domain": ("a=; Path=/", lambda r: r.set_cookie("a", domain="")),
    "reference-path-is-quoted": ("a=; Path=/x%3B%20y", lambda r: r.set_cookie("a", path="/x; y")),
    "samesite-any-case": ("a=; Path=/; SameSite=Lax", lambda r: r.set_cookie("a", samesite="lax")),
    "rfc6265bis-samesite-none": (
        "a=; Secure; Path=/; SameSite=None",
        lambda r: r.set_cookie("a", samesite="None", secure=True),
    ),
    "partitioned": ("a=; Secure; Path=/; Partitioned", lambda r: r.set_cookie("a", partitioned=True)),
    "reference-order": (
        (
            "a=b; Domain=h; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/p; "
            "SameSite=Strict; Partitioned"
        ),
        lambda r: r.set_cookie("a", "b", 0, 0, "/p", "h", True, True, "strict", True),
    ),
    "rfc6265bis-4.1.3.2-host": ("__Host-a=; Secure; Path=/", lambda r: r.set_cookie("__Host-a", secure=True)),
    "reference-delete": (
        "foo=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
        lambda r: r.delete_cookie("foo"),
    ),
    "delete-with-attributes": (
        "foo=; Domain=h; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/p; SameSite=Lax",
        lambda r: r.delete_cookie("foo", "/p", "h", True, True, "Lax"),
    ),
}


@pytest.mark.parametrize(
    ("expected", "act"),
    [pytest.param(*row, id=name) for name, row in LINES.items()],
)
def test_line(expected: str, act: Act) -> None:
    """A cookie is sent as the reference sends it."""

    assert [expected] == sent(act)


REFUSED: Final[dict[str, Act]] = {
    "d1-name": lambda r: r.set_cookie("a=b; HttpOnly"),
    "d1-empty-name": lambda r: r.set_cookie(""),
    "d1-space-in-a-name": lambda r: r.set_cookie("a b"),
    "name-crlf": lambda r: r.set_cookie("a\r\nX"),
    "name-not-ascii": lambda r: r.set_cookie("caf\xe9"),
    "cve-2026-35536-domain": lambda r: r.set_cookie("a", domain="x.com; Secure"),
    "domain-crlf": lambda r: r.set_cookie("a", domain="x.com\r\nX: 1"),
    "domain-with-a-port": lambda r: r.set_cookie("a", domain="x.com:80"),
    "d1-expires": lambda r: r.set_cookie("a", expires="x; Secure"),
    "d17-expires-huge": lambda r: r.set_cookie("a", expires=1e20),
    "expires-nan": lambda r: r.set_cookie("a", expires=float("nan")),
    "cve-2026-35536-samesite": lambda r: r.set_cookie("a", samesite="x; Secure"),
    "rfc6265bis-samesite-none-insecure": lambda r: r.set_cookie("a", samesite="None"),
    "rfc6265bis-host-insecure": lambda r: r.set_cookie("__Host-a"),
    "rfc6265bis-host-with-a-domain": lambda r: r.set_cookie("__host-a", secure=True, domain="h"),
    "rfc6265bis-host-with-a-path": lambda r: r.set_cookie("__HOST-a", secure=True, path="/p"),
    "rfc6265bis-secure-insecure": lambda r: r.set_cookie("__Secure-a"),
    "delete": lambda r: r.delete_cookie("a; b"),
}


@pytest.mark.parametrize(
    "act",
    [pytest.param(row, id=name) for name, row in REFUSED.items()],
)
def test_refuses(act: Act) -> None:
    """What could make another attribute, or what a browser would drop, is an error of the server, and sets nothing."""
    response = Response()
    with pytest.raises(HeaderValueError):
        act(response)

    assert [] == response.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("octet", [0x09, 0x20, 0x22, 0x2C, 0x3B, 0x5C, 0x85, 0xE9])
def test_value_is_quoted(octet: int) -> None:
    """No character of a value ends it."""
    (line,) = sent(lambda r: r.set_cookie("a", f"x{chr(octet)}y"))
    value = line.removesuffix("; Path=/")

    assert value.isascii()
    assert value.isprintable()
    assert ";" not in value
    assert (("a", f"x{chr(octet)}y"),) == Request(headers={"Cookie": value}).cookies.pairs


@given(tokens().filter(lambda name: not name.startswith("__")), any_texts())
def test_round_trip(name: str, value: str) -> None:
    """Whatever text is set comes back, and brings no second cookie; controls and surrogates are refused."""
    try:
        (line,) = sent(lambda r: r.set_cookie(name, value, path=None))
    except HeaderValueError:
        assert any("\ud800" <= c <= "\udfff" or c == "\x7f" or (c < " " and c != "\t") for c in value)
        return

    assert ((name, value),) == Request(headers={"Cookie": line}).cookies.pairs


REPLACED: Final[dict[str, tuple[list[str], Act]]] = {
    "replaces": (["a=2; Path=/"], lambda r: r.set_cookie("a", "2")),
    "another-name": (["a=1; Path=/", "b=2; Path=/"], lambda r: r.set_cookie("b", "2")),
    "names-have-case": (["a=1; Path=/", "A=2; Path=/"], lambda r: r.set_cookie("A", "2")),
    "another-path": (["a=1; Path=/", "a=2; Path=/p"], lambda r: r.set_cookie("a", "2", path="/p")),
    "another-domain": (["a=1; Path=/", "a=2; Domain=h; Path=/"], lambda r: r.set_cookie("a", "2", domain="h")),
    "append": (["a=1; Path=/", "a=2; Path=/"], lambda r: r.set_cookie("a", "2", append=True)),
    "delete-replaces": (
        ["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"],
        lambda r: r.delete_cookie("a"),
    ),
}


@pytest.mark.parametrize(
    ("expected", "act"),
    [pytest.param(*row, id=name) for name, row in REPLACED.items()],
)
def test_replaces_the_same(expected: list[str], act: Act) -> None:
    """A cookie replaces the one with its name, domain and path (design §10)."""
    response = Response()
    response.set_cookie("a", "1")
    act(response)

    assert expected == response.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("line", [pytest.param("", id="empty"), pytest.param("; Path=/", id="attributes-only")])
def test_line_of_somebody_else_is_left_alone(line: str) -> None:
    """A line that is no cookie is no reason why another cannot be set."""
    response = Response(headers={"Set-Cookie": line})
    response.set_cookie("a")

    assert [line, "a=; Path=/"] == response.headers.getlist("Set-Cookie")


def test_large_cookie_warns() -> None:
    """A cookie that a browser may ignore is sent with a warning."""
    response = Response()
    with pytest.warns(UserWarning, match="4093"):
        response.set_cookie("a", "x" * 4093)

    assert 1 == len(response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(("size", "length"), [pytest.param(0, 5000, id="off"), pytest.param(14, 3, id="fits")])
def test_no_warning(size: int, length: int) -> None:
    """Without a size there is no warning, nor up to it."""

    class Sized(Response):
        @property
        def max_cookie_size(self) -> int:
            return size

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Sized().set_cookie("a", "x" * length, path="/p")


def test_frozen_response_keeps_every_cookie() -> None:
    """All lines survive freezing, in their order."""
    response = Response()
    for name in "cab":
        response.set_cookie(name)

    assert ["c=; Path=/", "a=; Path=/", "b=; Path=/"] == response.freeze().headers.getlist("Set-Cookie")
