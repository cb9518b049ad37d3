"""`Cookie` and `Set-Cookie`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import Cookies, GrammarError, HeaderValueError
from verglas.errors import LimitError
from verglas.syntax.cookies import cookie_identity, format_set_cookie, parse_cookies, parse_set_cookie

HARD = st.text(st.sampled_from(';=",\\ \t\x00\n\x7fa01\xc3\xa9\u2603') | st.characters())
NAMES = st.text(st.sampled_from("!#$%&'*+-.^_`|~09AZaz"), min_size=1).filter(lambda name: not name.startswith("__"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = TEXTS.map(lambda text: re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", text))


class Attributes(TypedDict, total=False):
    max_age: int | timedelta | None
    expires: datetime | float | str | None
    path: str | None
    domain: str | None
    secure: bool
    httponly: bool
    samesite: str | None
    partitioned: bool


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([], "", id="empty"),
        pytest.param([("SID", "31d4"), ("lang", "en-US")], "SID=31d4; lang=en-US", id="rfc6265-3.1"),
        pytest.param([("a", "1"), ("b", "2")], "a=1;b=2", id="without-space"),
        pytest.param([("a", "1"), ("a", "2")], "a=1; a=2", id="equal-names"),
        pytest.param([("a", "1")], " \t a \t=\t 1 \t", id="space-and-tab-trimmed"),
        pytest.param([("a\xa0", "\u3000b")], "a\xc2\xa0=\xe3\x80\x80b", id="other-whitespace-kept"),
        pytest.param([("a", "b=c")], "a=b=c", id="first-equals-splits"),
        pytest.param([("a", "")], "a", id="no-equals"),
        pytest.param([("b", "2")], "; ;=1;b=2; =3;", id="no-name"),
        pytest.param([], "=__Host-a=b; ==__Host-a=b", id="cve-2023-23934"),
        pytest.param([("a", "1]csrftoken=x")], "a=1]csrftoken=x", id="cve-2016-7401-bracket"),
        pytest.param([("a", '"b'), ("csrftoken", "x")], 'a="b; csrftoken=x', id="cve-2016-7401-quote"),
        pytest.param([("a", '{"x":"y, z"}'), ("b", "2")], 'a={"x":"y, z"}; b=2', id="json"),
        pytest.param([("a", "1, b=2")], "a=1, b=2", id="comma-is-data"),
        pytest.param([("a", "x y"), ("b", "2")], "a=x y; b=2", id="space-inside"),
        pytest.param([("a", "☃")], "a=\xe2\x98\x83", id="utf-8"),
        pytest.param([("☃", "\ufffd")], "\xe2\x98\x83=\xff", id="not-utf-8"),
        pytest.param([("b", "2")], "a=\x00; b=2; c=\n; d\x7f=; \x1f", id="control-drops-its-cookie"),
        pytest.param([("a", "x\ty")], "a=x\ty", id="tab-is-no-such-control"),
        pytest.param([("b", "2")], "a=☃; b=2", id="not-an-octet-drops-its-cookie"),
        pytest.param([("a", "x, y")], 'a="x, y"', id="quoted"),
        pytest.param([("a", "")], 'a=""', id="quoted-empty"),
        pytest.param([('"a"', "b")], '"a"=b', id="quoted-name-is-kept"),
        pytest.param([("a", 'x"\\y')], r'a="x\"\\y"', id="quoted-escapes"),
        pytest.param([("a", "x;,é\t")], r'a="x\073\054\303\251\011"', id="octal-escapes"),
        pytest.param([("a", "\xff")], r'a="\377"', id="octal-escape-that-is-not-utf-8"),
        pytest.param([("a", r"\x\400\8\09")], r'a="\x\400\8\09"', id="other-backslashes-stay"),
        pytest.param([("a", r"\073")], r"a=\073", id="no-escapes-outside-quotes"),
        pytest.param([("a", '"')], 'a="', id="one-quote"),
        pytest.param([("a", r'"\"')], r'a="\"', id="escaped-closing-quote"),
        pytest.param([("a", '"x","y"')], 'a="x","y"', id="two-quoted-strings"),
        pytest.param([("a", '"x'), ('y"', "")], 'a="x;y"', id="semicolon-in-quotes-separates"),
    ],
)
def test_reads(expected: list[tuple[str, str]], text: str) -> None:
    """No value swallows or makes a cookie, or disappears."""

    assert tuple(expected) == parse_cookies(text)


@pytest.mark.parametrize(
    "text", [pytest.param("a; b", id="plain"), pytest.param('a=;=1;b=""; \x00', id="dropped-ones-do-not-count")]
)
def test_as_many_cookies_as_allowed(text: str) -> None:
    """As many cookies as allowed are read."""

    assert (("a", ""), ("b", "")) == parse_cookies(text, max_cookies=2)


def test_too_many_cookies() -> None:
    """One cookie more is an error that names the knob and its value."""
    with pytest.raises(LimitError) as caught:
        parse_cookies("a=1; b=2; a=3", max_cookies=2)

    assert ("max_cookies", 2) == (caught.value.limit.knob, caught.value.limit.allowed)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param("a=", "", id="empty"),
        pytest.param("a=aZ09_!#$%&'()*+-./:<=>?@[]^`{|}~", "aZ09_!#$%&'()*+-./:<=>?@[]^`{|}~", id="unquoted"),
        pytest.param('a="x y"', "x y", id="space"),
        pytest.param(r'a="\054\073"', ",;", id="comma-and-semicolon"),
        pytest.param(r'a="\"\\"', '"\\', id="quote-and-backslash"),
        pytest.param(r'a="\011"', "\t", id="tab"),
        pytest.param(r'a="\342\230\203"', "☃", id="utf-8"),
        pytest.param(r'a="\302\205"', "\x85", id="c1-control"),
    ],
)
def test_writes_values(expected: str, value: str) -> None:
    """What is no cookie-octet is quoted; what no field may hold is in octal."""

    assert expected == format_set_cookie("a", value, path=None)


@pytest.mark.parametrize(
    ("expected", "attributes"),
    [
        pytest.param("", Attributes(path=None), id="none"),
        pytest.param("; Path=/", Attributes(), id="path-by-default"),
        pytest.param("; Path=", Attributes(path=""), id="path-empty"),
        pytest.param("; Path=/a%20b%3B%0D%0A%C3%A9", Attributes(path="/a b;\r\né"), id="path-escaped"),
        pytest.param("; Path=/a%20b!$&'()*+,:=@", Attributes(path="/a%20b!$&'()*+,:=@"), id="path-kept"),
        pytest.param("; Domain=example.org", Attributes(path=None, domain=".Example.ORG"), id="domain"),
        pytest.param(
            "; Domain=xn--bcher-kva.example", Attributes(path=None, domain="bücher.example"), id="domain-idna"
        ),
        pytest.param("", Attributes(path=None, domain=""), id="domain-empty"),
        pytest.param("; Max-Age=0", Attributes(path=None, max_age=0), id="max-age-zero"),
        pytest.param("; Max-Age=-1", Attributes(path=None, max_age=-1), id="max-age-negative"),
        pytest.param("; Max-Age=90", Attributes(path=None, max_age=timedelta(minutes=1.5)), id="max-age-timedelta"),
        pytest.param(
            "; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
            Attributes(path=None, expires=datetime(1994, 11, 6, 9, 49, 37, tzinfo=timezone(timedelta(hours=1)))),
            id="expires-aware",
        ),
        pytest.param(
            "; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
            Attributes(path=None, expires=datetime(1994, 11, 6, 8, 49, 37)),
            id="expires-naive-is-utc",
        ),
        pytest.param("; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Attributes(path=None, expires=0), id="expires-zero"),
        pytest.param(
            "; Expires=Wed, 31 Dec 1969 23:59:58 GMT", Attributes(path=None, expires=-1.5), id="expires-float"
        ),
        pytest.param(
            "; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
            Attributes(path=None, expires="Sunday, 06-Nov-94 08:49:37 GMT"),
            id="expires-text",
        ),
        pytest.param("; SameSite=Strict", Attributes(path=None, samesite="strict"), id="samesite-strict"),
        pytest.param("; SameSite=Lax", Attributes(path=None, samesite="LAX"), id="samesite-lax"),
        pytest.param(
            "; Secure; SameSite=None", Attributes(path=None, secure=True, samesite="none"), id="samesite-none"
        ),
        pytest.param("; Secure; Partitioned", Attributes(path=None, partitioned=True), id="partitioned-is-secure"),
        pytest.param(
            "; Domain=a.example; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=1; Secure; HttpOnly; Path=/x"
            "; SameSite=Lax; Partitioned",
            Attributes(
                domain="a.example",
                expires=0,
                max_age=1,
                secure=True,
                httponly=True,
                path="/x",
                samesite="Lax",
                partitioned=True,
            ),
            id="order",
        ),
    ],
)
def test_writes_attributes(expected: str, attributes: Attributes) -> None:
    """Attributes come in one order, and none comes that was not asked for."""

    assert f"a=b{expected}" == format_set_cookie("a", "b", **attributes)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        pytest.param("", Attributes(), id="name-empty"),
        pytest.param("a=b; HttpOnly", Attributes(), id="name-injects"),
        pytest.param("a\n", Attributes(), id="name-with-a-line-feed"),
        pytest.param("é", Attributes(), id="name-not-ascii"),
        pytest.param("a", Attributes(domain="x.com; Secure"), id="cve-2026-35536-domain"),
        pytest.param("a", Attributes(domain="x.com:80"), id="domain-with-a-port"),
        pytest.param("a", Attributes(domain="x.com:"), id="domain-with-an-empty-port"),
        pytest.param("a", Attributes(domain="."), id="domain-of-a-dot"),
        pytest.param("a", Attributes(domain="[::1]"), id="domain-of-an-address-in-brackets"),
        pytest.param("a", Attributes(domain="x.com\r\n"), id="domain-with-a-line-end"),
        pytest.param("a", Attributes(domain="x／y"), id="domain-that-idna-maps-to-a-slash"),
        pytest.param("a", Attributes(expires="x; Secure"), id="cve-2026-35536-expires"),
        pytest.param("a", Attributes(expires=float("nan")), id="expires-nan"),
        pytest.param("a", Attributes(expires=float("inf")), id="expires-infinite"),
        pytest.param("a", Attributes(expires=1e20), id="expires-absurd"),
        pytest.param(
            "a",
            Attributes(expires=datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
            id="expires-after-the-last-year",
        ),
        pytest.param("a", Attributes(max_age=True), id="max-age-bool"),
        pytest.param("a", Attributes(samesite="x; Secure"), id="cve-2026-35536-samesite"),
        pytest.param("a", Attributes(samesite="None"), id="samesite-none-without-secure"),
        pytest.param("a", Attributes(samesite=""), id="samesite-empty"),
        pytest.param("a", Attributes(path="/\ud800"), id="path-with-half-a-surrogate-pair"),
        pytest.param("__Secure-a", Attributes(), id="secure-prefix-without-secure"),
        pytest.param("__sEcUrE-a", Attributes(), id="secure-prefix-in-any-case"),
        pytest.param("__Host-a", Attributes(), id="host-prefix-without-secure"),
        pytest.param("__Host-a", Attributes(secure=True, path="/x"), id="host-prefix-with-a-path"),
        pytest.param("__Host-a", Attributes(secure=True, path=None), id="host-prefix-without-a-path"),
        pytest.param("__host-a", Attributes(secure=True, domain="a.example"), id="host-prefix-with-a-domain"),
    ],
)
def test_refuses_to_write(name: str, attributes: Attributes) -> None:
    """What is not its grammar, or what a browser would drop, is an error of the application."""
    with pytest.raises(HeaderValueError):
        format_set_cookie(name, "b", **attributes)


@pytest.mark.parametrize("max_age", [1.5, "1", "1; Secure"])
def test_refuses_a_max_age_of_another_type(max_age: float | str) -> None:
    """Callers that are not type-checked do not get anything else in either."""
    with pytest.raises(HeaderValueError):
        format_set_cookie("a", "b", max_age=max_age)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose


def test_refuses_half_a_surrogate_pair_as_value() -> None:
    """What UTF-8 cannot hold is an error, with its position."""
    with pytest.raises(HeaderValueError) as caught:
        format_set_cookie("a", "b\ud800")

    assert 1 == caught.value.position


@pytest.mark.parametrize("name", ["__Host-a", "__Secure-a"])
def test_prefixes_that_keep_their_rules(name: str) -> None:
    """A prefix is written when its rules hold."""

    assert f"{name}=b; Secure; Path=/" == format_set_cookie(name, "b", secure=True)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("SID", "31d4", ()), "SID=31d4", id="rfc6265-3.1"),
        pytest.param(
            ("SID", "31d4", (("Path", "/"), ("Secure", None), ("HttpOnly", None))),
            "SID=31d4; Path=/; Secure; HttpOnly",
            id="rfc6265-3.1-attributes",
        ),
        pytest.param(("a", '"x, y"', ()), 'a="x, y"', id="value-as-it-stands"),
        pytest.param(("a", "b=c", (("x", "y=z"),)), " a = b=c ; x = y=z ", id="first-equals-splits"),
        pytest.param(("", "a", ()), "a", id="no-equals"),
        pytest.param(("", "b", ()), "=b", id="no-name"),
        pytest.param(("a", "", (("", None), ("", ""))), "a=;;=", id="empty-attributes"),
        pytest.param(
            ("a", "b", (("Path", "/x"), ("path", "/y"))), "a=b; Path=/x; path=/y", id="every-attribute-in-order"
        ),
    ],
)
def test_reads_set_cookie(expected: tuple[str, str, tuple[tuple[str, str | None], ...]], text: str) -> None:
    """A field is read as a browser reads it."""

    assert expected == parse_set_cookie(text)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="empty"),
        pytest.param(0, " = ; Path=/", id="neither-name-nor-value"),
        pytest.param(3, "a=b\r\nSet-Cookie: c=d", id="line-end"),
        pytest.param(7, "a=b; c=\x00", id="control-in-an-attribute"),
        pytest.param(2, "a=☃", id="not-an-octet"),
    ],
)
def test_refuses_set_cookie(position: int, text: str) -> None:
    """What a browser ignores as a whole is none."""
    with pytest.raises(GrammarError) as caught:
        parse_set_cookie(text)

    assert position == caught.value.position


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("a", "", ""), "a=b", id="no-attributes"),
        pytest.param(("a", "example.org", "/x"), "a=b; Domain=.Example.ORG; Path=/x", id="both"),
        pytest.param(
            ("a", "two.example", "/y"), "a=b; domain=one.example; PATH=/x; DOMAIN=two.example; path=/y", id="last"
        ),
        pytest.param(
            ("a", "", ""), "a=b; Domain=one.example; Domain=; Path=/x; Path=y", id="rfc6265bis-5.6.3-last-empty"
        ),
        pytest.param(("a", "", "/x"), f"a=b; Path=/x; Path=/{'y' * 1024}", id="rfc6265bis-5.6-1025-octets"),
        pytest.param(("a", "", f"/{'y' * 1023}"), f"a=b; Path=/{'y' * 1023}", id="rfc6265bis-5.6-1024-octets"),
        pytest.param(("a", "", ""), "a=b; Domain; Path", id="no-values"),
        pytest.param(("A", "", "/X"), "A=b; Path=/X", id="case-of-name-and-path"),
    ],
)
def test_identity(expected: tuple[str, str, str], text: str) -> None:
    """Name, domain and path are what one cookie replaces another by."""

    assert expected == cookie_identity(text)


@given(NAMES, VALUES)
def test_round_trips(name: str, value: str) -> None:
    """A browser that sends back what it was given gives back the value."""
    written, value_as_sent, _ = parse_set_cookie(format_set_cookie(name, value))

    assert ((name, value),) == parse_cookies(f"{written}={value_as_sent}")


@given(NAMES, VALUES, TEXTS)
def test_writes_only_what_a_field_may_hold(name: str, value: str, path: str) -> None:
    """No text makes another attribute, or anything but printable ASCII."""
    text = format_set_cookie(name, value, path=path)

    assert re.fullmatch("[ -~]+", text)
    assert ["Path"] == [attribute for attribute, _ in parse_set_cookie(text)[2]]


@given(HARD)
def test_reading_is_total(text: str) -> None:
    """Any text has cookies, each with a name; reading without a limit raises nothing."""

    assert all(name for name, _ in parse_cookies(text))


@given(HARD, HARD, HARD)
def test_a_value_leaves_its_neighbours_alone(before: str, value: str, after: str) -> None:
    """The cookies of two texts joined by a semicolon are those of both."""

    assert parse_cookies(before) + parse_cookies(value) + parse_cookies(after) == parse_cookies(
        f"{before};{value};{after}"
    )


@given(HARD)
def test_reading_set_cookie_is_total(text: str) -> None:
    """Any text is a cookie or a `GrammarError`."""
    try:
        name, value, _ = parse_set_cookie(text)
    except GrammarError:
        return

    assert name or value
    assert name == cookie_identity(text)[0]


@given(
    HARD,
    HARD,
    st.none() | HARD,
    st.none() | HARD,
    st.none() | HARD | st.floats() | st.integers() | st.datetimes() | st.datetimes(timezones=st.just(UTC)),
)
def test_writing_is_total(
    name: str, value: str, path: str | None, domain: str | None, expires: str | float | datetime | None
) -> None:
    """Any arguments are a field value or a `HeaderValueError`."""
    try:
        text = format_set_cookie(name, value, path=path, domain=domain, expires=expires)
    except HeaderValueError:
        return

    assert name == parse_set_cookie(text)[0]


CAPTURED = st.lists(
    st.sampled_from([";", "; ", " ", "=", '"', "\\", "\t", "\xa0", "\x01", "%61"])
    | st.sampled_from(["a", "b", "A", "-", "a=", "; a=", "; a", "a=1; ", "; b=2"])
).map("".join)


@given(CAPTURED)
def test_reads_as_the_grammar_says(field: str) -> None:
    """A field in the form that browsers write is read like any other."""

    assert parse_cookies(field) == Cookies.parse(field).pairs
