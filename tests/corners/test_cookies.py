"""Cookies: what browsers and other servers write is read, and what is written survives where we say that it does."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from tests.kit import environ_of, untyped
from verglas import HeaderField, HeaderValueError, Request, Response, percent_decoded
from verglas.errors import FieldError, HeaderError
from verglas.headers import SET_COOKIE

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
    request = COPIES[make](Request(environ_of(REQUEST_METHOD="GET", HTTP_HOST="a", HTTP_COOKIE=text)))

    assert expected == request.cookies.to_dict()


def test_field_of_which_no_cookie_is_left() -> None:
    """A field with nothing legal in it is malformed to its key, not absent."""
    headers = Request(environ_of(HTTP_COOKIE="other=1\x01")).headers

    assert "Cookie" not in headers
    with pytest.raises(HeaderError):
        headers.get(COOKIE)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param({"a": "café"}, r'a="caf\351"', id="django-latin-1"),
        pytest.param({"a": "café"}, r'a="caf\303\251"', id="werkzeug-utf-8"),
        pytest.param({"a": "é,é"}, r'a="\351,\303\251"', id="each-run-by-itself"),
        pytest.param({"a": "Ã©é"}, r'a="\303\251\351"', id="run-that-is-not-utf-8-as-a-whole"),
        pytest.param({"a": "é"}, 'a="\xc3\xa9"', id="raw-utf-8-in-quotes"),
        pytest.param({"a": "\ufffd"}, 'a="\xe9"', id="raw-latin-1-in-quotes"),
        pytest.param({"a": "ä\ufffdö"}, 'a="\\344\xe9\\366"', id="raw-between-escapes"),
        pytest.param({"a": '"\\'}, r'a="\"\\"', id="quote-and-backslash"),
        pytest.param({"a": r"\351"}, r'a="\\351"', id="escaped-backslash-before-digits"),
        pytest.param({"a": r"\400"}, r'a="\400"', id="not-an-octet"),
        pytest.param({"a": "x\ty"}, r'a="x\011y"', id="tab"),
        pytest.param({"b": "2"}, r'a="x\012y"; b=2', id="escaped-line-feed-drops-its-own"),
        pytest.param({"b": "2"}, r'a="\000"; b=2', id="escaped-nul-drops-its-own"),
        pytest.param({"b": "2"}, r'a="\303\251\177"; b=2', id="escaped-delete-in-a-run"),
        pytest.param({"a": r"x\012y"}, r"a=x\012y", id="unquoted-is-not-escaped"),
    ],
)
def test_octal_escapes(expected: dict[str, str], text: str) -> None:
    """Escapes that stand together are UTF-8, or else Latin-1; one that stands for a control drops its cookie."""
    assert expected == Request(headers={"Cookie": text}).cookies.to_dict()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param("foo[bar]=1", id="php-array"),
        pytest.param("a b=1", id="space"),
        pytest.param("a,b=1", id="comma"),
        pytest.param('"a"=1', id="quotes"),
        pytest.param("a/b:c@d=1", id="delimiters"),
        pytest.param("caf\xc3\xa9=1", id="utf-8"),
        pytest.param("token=1", id="token"),
    ],
)
def test_any_cookie_can_be_deleted(sent: str) -> None:
    """What `cookies` shows can be deleted, and the name goes out as it came."""
    (name,) = Request(environ_of(HTTP_COOKIE=sent)).cookies
    response = Response()
    response.delete_cookie(name)

    (line,) = response.headers.getlist("Set-Cookie")
    (cookie,) = response.headers[SET_COOKIE]

    assert line.startswith(sent.removesuffix("1") + "; ")
    assert (name, "", timedelta(0)) == (cookie.name, cookie.value, cookie.max_age)
    assert line.encode("latin-1").isascii() == name.isascii()


def test_deletion_replaces_what_was_set() -> None:
    """A line of the same name is replaced."""
    response = Response()
    response.delete_cookie("café")
    response.delete_cookie("café")

    assert 1 == len(response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("name", ["", " a", "a\t", "a;b", "a=b", "a\nb", "a\x00", "\ud800"])
def test_no_name_of_any_cookie(name: str) -> None:
    """What no request shows cannot be deleted."""
    with pytest.raises(HeaderValueError, match="cookie name"):
        Response().delete_cookie(name)


def test_other_names_are_only_deleted() -> None:
    """A cookie that is set has a token for its name."""
    response = Response()

    for value, max_age in [("1", 0), ("", None), ("", 3600)]:
        with pytest.raises(HeaderValueError, match="cookie name"):
            response.set_cookie("a[b]", value, max_age=max_age)


PLAIN = "".join(map(chr, [0x21, *range(0x23, 0x2C), *range(0x2D, 0x3B), *range(0x3C, 0x5C), *range(0x5D, 0x7F)]))


def test_plain_values_are_sent_as_they_are() -> None:
    """The values that come back from every client: the documentation names them."""
    response = Response()
    response.set_cookie("a", PLAIN)

    assert f"a={PLAIN}; Path=/" == response.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("a=caf%C3%A9%3B%20%22th%C3%A9%22%2C", 'café; "thé",', id="what-quoting-would-escape"),
        pytest.param("a=%25", "%", id="percent"),
        pytest.param("a=A-Z_a-z.0-9~!*'()", "A-Z_a-z.0-9~!*'()", id="encodeURIComponent-leaves"),
        pytest.param("a=%2B%2F%3D%26", "+/=&", id="encodeURIComponent-encodes"),
        pytest.param("a=%5C%0A%00", "\\\n\0", id="controls"),
        pytest.param("a=%7B%22k%22%3A%5B1%5D%7D", '{"k":[1]}', id="json"),
        pytest.param("a=%F0%9F%92%A9", "\N{PILE OF POO}", id="beyond-the-bmp"),
        pytest.param("a=", "", id="empty"),
    ],
)
def test_percent(line: str, value: str) -> None:
    """A value may be percent-encoded, as JavaScript does it, and is read beside that."""
    response = Response()
    response.set_cookie("a", value, encoding="percent", path=None)

    assert line == response.headers["Set-Cookie"]
    cookies = Request(headers={"Cookie": line}).cookies
    assert value == cookies.one("a", percent_decoded) == cookies.get("a", type=percent_decoded)


@pytest.mark.parametrize("value", ["%", "a%2", "%zz", "%FF", "%C3"])
def test_no_percent_encoding(value: str) -> None:
    """What is not that encoding does not convert."""
    cookies = Request(headers={"Cookie": f"a={value}"}).cookies

    assert "x" == cookies.get("a", "x", percent_decoded)
    with pytest.raises(FieldError):
        cookies.one("a", percent_decoded)


MISTAKES: Final[dict[str, tuple[type[Exception], str, Callable[[Response], object]]]] = {
    "int-as-value": (
        TypeError,
        "the value of a cookie must be a str, not int: write it as text",
        lambda r: untyped(r.set_cookie)("a", 5),
    ),
    "none-as-value": (TypeError, "must be a str, not NoneType", lambda r: untyped(r.set_cookie)("a", None)),
    "text-as-age": (
        HeaderValueError,
        "cookie max_age: expected whole seconds as an int, or a timedelta, not a str, got '3600'",
        lambda r: untyped(r.set_cookie)("a", "b", max_age="3600"),
    ),
    "float-as-age": (HeaderValueError, "not a float", lambda r: untyped(r.set_cookie)("a", "b", max_age=1.5)),
    "host-prefix": (HeaderValueError, "'__Host-' needs secure", lambda r: r.set_cookie("__Host-A", "b")),
    "host-prefix-path": (
        HeaderValueError,
        r"'__HOST-' needs the path '/' and no domain, got '__HOST-A'",
        lambda r: r.set_cookie("__HOST-A", "b", secure=True, path="/x"),
    ),
    "secure-prefix": (HeaderValueError, "'__SECURE-' needs secure", lambda r: r.set_cookie("__SECURE-A", "b")),
    "control": (HeaderValueError, "encoding='percent' takes it", lambda r: r.set_cookie("a", "x\ny")),
    "encoding": (
        HeaderValueError,
        "expected 'quoted' or 'percent', got 'base64'",
        lambda r: untyped(r.set_cookie)("a", "b", encoding="base64"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(name: str) -> None:
    """A message says what was given, as it was given, and what to write instead."""
    kind, message, act = MISTAKES[name]
    response = Response()

    with pytest.raises(kind, match=message):
        act(response)
    assert [] == response.headers.getlist("Set-Cookie")
