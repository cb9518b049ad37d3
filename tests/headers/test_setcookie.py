"""`SetCookie`: the value of a `Set-Cookie` line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from tests.headers.strategies import set_cookies
from verglas import GrammarError, Headers, HeaderValueError, Request, Response
from verglas.errors import HeaderError
from verglas.headers import SET_COOKIE, SameSite, SetCookie

Make = Callable[[], SetCookie]
HOUR = timedelta(hours=1)
THEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(SetCookie("SID", "31d4", path=None), "SID=31d4", id="rfc6265-3.1"),
        pytest.param(
            SetCookie("SID", "31d4", secure=True, httponly=True),
            "SID=31d4; Path=/; Secure; HttpOnly",
            id="rfc6265-3.1-b",
        ),
        pytest.param(
            SetCookie("lang", "en-US", domain="example.com"),
            "lang=en-US; Path=/; Domain=example.com",
            id="rfc6265-3.1-c",
        ),
        pytest.param(
            SetCookie("lang", "en-US", path=None, expires=datetime(2021, 6, 9, 10, 18, 14)),
            "lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
            id="rfc6265-3.1-d",
        ),
        pytest.param(
            SetCookie("__Host-SID", "12345", secure=True),
            "__Host-SID=12345; Secure; Path=/",
            id="rfc6265bis-4.1.3.2",
        ),
        pytest.param(SetCookie("a", "x, y", path=None), 'a="x\\054 y"', id="value-is-unquoted"),
        pytest.param(SetCookie("a", "x y", path=None), "a=x y", id="value-with-a-space"),
        pytest.param(SetCookie("a", "☃", path=None), "a=\xe2\x98\x83", id="value-is-utf-8"),
        pytest.param(SetCookie("a", path=None, expires=THEN), "a=; expires=Sun, 06-Nov-94 08:49:37 GMT", id="old-date"),
        pytest.param(SetCookie("a", path=None, max_age=-HOUR), "a=; MAX-AGE=-3600", id="names-have-no-case"),
        pytest.param(SetCookie("a", path=None, max_age=HOUR), "a=; Max-Age=1; Max-Age=3600; Max-Age=x", id="last-age"),
        pytest.param(SetCookie("a", path="x"), "a=; Path=/; Path=x", id="rfc6265bis-5.6.4-last-path"),
        pytest.param(SetCookie("a", path="/%C3%A9;".replace(";", "%3B")), "a=; Path=/\xc3\xa9%3B", id="path-of-octets"),
        pytest.param(SetCookie("a", path=None, domain="one.example"), "a=; Domain=.ONE.example", id="domain"),
        pytest.param(SetCookie("a", path=None), "a=; Domain=one.example; Domain=", id="rfc6265bis-5.6.3-empty-domain"),
        pytest.param(SetCookie("a", path="/a"), f"a=; Path=/a; Path=/{'b' * 1024}", id="rfc6265bis-5.6-long-attribute"),
        pytest.param(SetCookie("a", path=None), "a=; Domain=.", id="domain-of-a-dot-is-empty"),
        pytest.param(SetCookie("a", path=None), "a=; Expires=0; Max-Age=1.5; SameSite=x; ;=y", id="ignored"),
        pytest.param(SetCookie("a", path=None), "a=; SameSite=Lax; SameSite=x", id="rfc6265bis-5.6.7-last-samesite"),
        pytest.param(
            SetCookie("a", path=None, secure=True, samesite=SameSite.NONE),
            "a=; samesite=NONE; secure=no",
            id="samesite",
        ),
        pytest.param(SetCookie("a", path=None, partitioned=True), "a=; Partitioned; Secure", id="partitioned"),
        pytest.param(
            SetCookie("a", path=None, extensions=[("PRIORITY", "High"), ("x", None), ("x", "")]),
            "a=; Priority=High; x; x=",
            id="extensions-are-kept",
        ),
    ],
)
def test_reads(expected: SetCookie, text: str) -> None:
    """A line is read as a browser reads it, and what is written reads the same."""
    cookie = SetCookie.parse(text)

    assert expected == cookie
    assert expected == SetCookie.parse(str(cookie))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("a", id="no-name"),
        pytest.param("=a", id="empty-name"),
        pytest.param("a b=c", id="name-that-is-no-token"),
        pytest.param("a=\x00", id="control"),
        pytest.param("a=☃", id="not-an-octet"),
        pytest.param("a=; Domain=x y", id="domain-that-is-no-host"),
        pytest.param("a=; Domain=example.org:80", id="domain-with-a-port"),
        pytest.param("a=; Domain=b\xfccher.example", id="domain-not-ascii"),
        pytest.param("__Host-a=; Path=/", id="rfc6265bis-5.7-host-insecure"),
        pytest.param("__host-a=; Secure; Path=/; Domain=example.org", id="rfc6265bis-5.7-host-with-a-domain"),
        pytest.param("__Host-a=; Secure", id="rfc6265bis-5.7-host-without-a-path"),
        pytest.param("__SECURE-a=", id="rfc6265bis-5.7-secure-insecure"),
        pytest.param("a=; SameSite=None", id="samesite-none-insecure"),
        pytest.param("a=; Partitioned", id="partitioned-insecure"),
    ],
)
def test_refuses_to_read(text: str) -> None:
    """What is no cookie, or one that browsers drop, is malformed; the client's fault, not an application's."""
    with pytest.raises(GrammarError) as caught:
        SetCookie.parse(text)

    assert type(caught.value) is GrammarError


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: SetCookie(""), id="no-name"),
        pytest.param(lambda: SetCookie("a=b; HttpOnly"), id="d1-name"),
        pytest.param(lambda: SetCookie("a", "\ud800"), id="value-with-half-a-surrogate-pair"),
        pytest.param(lambda: SetCookie("a", domain="x.com; Secure"), id="cve-2026-35536-domain"),
        pytest.param(lambda: SetCookie("a", expires="x; Secure"), id="d1-expires"),
        pytest.param(lambda: SetCookie("a", expires=datetime(1600, 12, 31)), id="rfc6265-5.1.1-expires-before-1601"),
        pytest.param(lambda: SetCookie("a", samesite="x; Secure"), id="cve-2026-35536-samesite"),
        pytest.param(lambda: SetCookie("a", samesite="none"), id="samesite-none-insecure"),
        pytest.param(lambda: SetCookie("a", max_age=True), id="max-age-bool"),
        pytest.param(lambda: SetCookie("a", max_age=10**13), id="max-age-absurd"),
        pytest.param(lambda: SetCookie("__Host-a", secure=True, path="/x"), id="host-with-a-path"),
        pytest.param(lambda: SetCookie("a", extensions=[("x; Secure", None)]), id="extension-name-injects"),
        pytest.param(lambda: SetCookie("a", extensions=[("x=y", None)]), id="extension-name-with-a-value"),
        pytest.param(lambda: SetCookie("a", extensions=[("", None)]), id="extension-without-a-name"),
        pytest.param(lambda: SetCookie("a", extensions=[("SECURE", None)]), id="extension-with-a-field-of-its-own"),
        pytest.param(lambda: SetCookie("a", extensions=[("x", "y; Secure")]), id="extension-value-injects"),
        pytest.param(lambda: SetCookie("a", extensions=[("x", "y\r\nX: z")]), id="extension-value-splits-the-header"),
        pytest.param(lambda: SetCookie("a", extensions=[("x", " y")]), id="extension-value-with-space-about-it"),
        pytest.param(lambda: SetCookie("a", extensions=[("x", "☃")]), id="extension-value-not-latin-1"),
    ],
)
def test_refuses_to_write(make: Make) -> None:
    """What could make another attribute, or what a browser would drop, is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize(
    ("expected", "cookie"),
    [
        pytest.param(SetCookie("a", max_age=HOUR), SetCookie("a", max_age=3600), id="seconds"),
        pytest.param(SetCookie("a", max_age=HOUR), SetCookie("a", max_age=HOUR + timedelta(milliseconds=9)), id="part"),
        pytest.param(SetCookie("a", expires=THEN), SetCookie("a", expires=THEN.timestamp() + 0.5), id="timestamp"),
        pytest.param(
            SetCookie("a", expires=THEN), SetCookie("a", expires="Sun, 06 Nov 1994 08:49:37 GMT"), id="http-date"
        ),
        pytest.param(SetCookie("a", domain="a.example"), SetCookie("a", domain=".A.Example"), id="domain"),
        pytest.param(SetCookie("a"), SetCookie("a", domain=""), id="reference-empty-domain"),
        pytest.param(SetCookie("a", path="/x%20y"), SetCookie("a", path="/x y"), id="path"),
        pytest.param(SetCookie("a", samesite=SameSite.LAX), SetCookie("a", samesite="LAX"), id="samesite"),
        pytest.param(SetCookie("a", secure=True, partitioned=True), SetCookie("a", partitioned=True), id="partitioned"),
        pytest.param(
            SetCookie("a", extensions=[("X", "y")]), SetCookie("a", extensions=[("x", "y")]), id="extension-names"
        ),
    ],
)
def test_equal_by_meaning(expected: SetCookie, cookie: SetCookie) -> None:
    """Two ways to say the same are equal, and have one hash."""

    assert expected == cookie
    assert hash(expected) == hash(cookie)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SetCookie("A", "b"), id="names-have-case"),
        pytest.param(SetCookie("a", "B"), id="value"),
        pytest.param(SetCookie("a", "b", path="/P"), id="path"),
        pytest.param(SetCookie("a", "b", extensions=[("x", None)]), id="extension"),
        pytest.param(SetCookie("a", "b", httponly=True), id="flag"),
    ],
)
def test_unequal(other: SetCookie) -> None:
    """A part that differs makes another cookie."""

    assert SetCookie("a", "b") != other


def test_partitioned_implies_secure() -> None:
    """A partitioned cookie is a secure one."""

    assert SetCookie("a", partitioned=True).secure


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("Max-Age=9999999999999", "9" * 40, id="more-digits"),
        pytest.param("Max-Age=-9999999999999", "-" + "9" * 40, id="negative"),
        pytest.param("Max-Age=60", "0" * 40 + "60", id="zeros"),
        pytest.param("Max-Age=0", "-0", id="minus-zero"),
    ],
)
def test_age_beyond_any_is_the_longest(expected: str, text: str) -> None:
    """A `Max-Age` that no duration holds is read as the longest, never as none."""

    assert f"a=; {expected}" == str(SetCookie.parse(f"a=; Max-Age={text}"))


@pytest.mark.parametrize("digits", ["\u0661", "+1", "1_0", "", "-", "0x1"])
def test_only_ascii_digits_are_an_age(digits: str) -> None:
    """Anything else is ignored, as browsers ignore it."""
    text = f"a=; Max-Age={digits}".encode().decode("latin-1")

    assert SetCookie.parse(text).max_age is None


def test_value_is_masked() -> None:
    """The value does not show, nor does it in the error about a line."""
    with pytest.raises(GrammarError) as caught:
        SetCookie.parse("sid=s3cret; SameSite=None")

    assert "s3cret" not in repr(SetCookie("sid", "s3cret"))
    assert "s3cret" not in f"{caught.value} {caught.value!r}"


@given(set_cookies())
def test_comes_back(cookie: SetCookie) -> None:
    """The value of the cookie comes back from the client, and it replaces what it says that it replaces."""
    text = str(cookie)

    assert ((cookie.name, cookie.value),) == Request(headers={"Cookie": text.partition(";")[0]}).cookies.pairs
    assert cookie.identity == SetCookie.parse(text).identity


def test_key_reads_each_line() -> None:
    """Each line is a cookie, a comma none."""
    headers = Headers([("Set-Cookie", "a=1, b=2; Path=/"), ("set-cookie", "c=3; Path=/")])

    assert (SetCookie("a", "1, b=2"), SetCookie("c", "3")) == headers[SET_COOKIE]


def test_key_refuses_a_malformed_line() -> None:
    """A line that is no cookie is malformed, whatever the others are."""
    with pytest.raises(HeaderError):
        Headers([("Set-Cookie", "a=1"), ("Set-Cookie", "b")])[SET_COOKIE]


def test_key_writes_each_line() -> None:
    """Cookies are never joined; none is no line."""
    response = Response()
    response.headers[SET_COOKIE] = (SetCookie("a"), SetCookie("b"))
    written = response.headers.getlist("Set-Cookie")
    response.headers[SET_COOKIE] = ()

    assert ["a=; Path=/", "b=; Path=/"] == written
    assert "Set-Cookie" not in response.headers


class Unwarned(Response):
    """One that takes a cookie of any size."""

    @property
    def max_cookie_size(self) -> int:
        return 0


@given(set_cookies())
def test_sets_what_set_cookie_writes(cookie: SetCookie) -> None:
    """The builder's method and the value have one wire form, and one identity: the one takes the other's place."""
    response = Unwarned(headers=[("Set-Cookie", str(cookie))])
    response.set_cookie(
        cookie.name,
        cookie.value,
        cookie.max_age,
        cookie.expires,
        cookie.path,
        cookie.domain,
        cookie.secure,
        cookie.httponly,
        cookie.samesite,
        cookie.partitioned,
    )
    (line,) = response.headers.getlist("Set-Cookie")

    assert line == str(cookie) if not cookie.extensions else str(cookie).startswith(line)


def test_extensions_are_copied() -> None:
    """What changes later is no part of a value."""

    pair = ["Priority", "High"]
    cookie = SetCookie("a", extensions=[pair])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  # on purpose
    pair[1] = "Low"

    assert (("Priority", "High"),) == cookie.extensions
