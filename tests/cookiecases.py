"""Cookies that are set and asked for: what a client sends back, told by the specification, and held to by browsers."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve, frozen

__all__ = ["CASES", "CASES_IN_CHROMIUM", "CookieCase"]

SITE: Final = "http://site.example/app/page"


@frozen
class CookieCase:
    """An answer that sets cookies, and a request after it.

    Attributes:
        sent: The value of `Cookie` in the request, `None` without one.
        lines: The lines of `Set-Cookie`.
        at: The URL that answers with them.
        asked: The URL of the request.
    """

    sent: str | None
    lines: tuple[str, ...]
    at: str = SITE
    asked: str = SITE


def row(name: str, sent: str | None, *lines: str, at: str = SITE, asked: str | None = None) -> tuple[str, CookieCase]:
    """A case with its id."""
    return name, CookieCase(sent, lines, at, at if asked is None else asked)


LONG: Final = "x" * 4095
WWW: Final = "http://www.site.example/app/page"
LOCAL: Final = "http://site.localhost/app/page"

ROWS: Final = (
    # parsing: 6265bis §5.6
    row("6265bis-3.1-example", "SID=31d4d96e407aad42", "SID=31d4d96e407aad42"),
    row("6265bis-5.6-spaces-are-trimmed", "a=b c", " \ta \t=\t b c \t; Path=/"),
    row("6265bis-5.6-first-equals-splits", "A==== BC", "  A==== BC  ;foo;;;   bar"),
    row("6265bis-5.6-nameless", "foo", "foo"),
    row("6265bis-5.6-empty-name", "foo", "=foo"),
    row("6265bis-5.6-empty-value", "foo=", "foo="),
    row("6265bis-5.6-nothing", None, "="),
    row("6265bis-5.6-empty-line", None, "", "; Path=/"),
    row("6265bis-5.6-quotes-stay", 'a="zz', 'a="zz;pp" ; ;'),
    row("6265bis-5.6-tab-inside", "a=b\tc", "a=b\tc"),
    row("http-state-0017-comma-is-data", "z=y, a=b", "z=y, a=b"),
    row("http-state-charset-octets", "foo=\xe6\x98\xa5", "foo=\xe6\x98\xa5"),
    row("http-state-attribute0003-quoted-attribute", "foo=bar", 'foo=bar; "Secure"'),
    row("http-state-attribute0006-attribute-with-a-space", "foo=bar", "foo=bar; Secure qux"),
    row("6265bis-5.6-nameless-replaces-nameless", "b", "a", "b"),
    row("6265bis-5.6-pair-of-4096-octets", f"a={LONG}", f"a={LONG}"),
    row("6265bis-5.6-pair-of-4097-octets", None, f"a={LONG}x"),
    row("6265bis-5.6-attribute-of-1024-octets", None, f"a=b; Path=/{'x' * 1023}"),
    row("6265bis-5.6-attribute-of-1025-octets", "a=b", f"a=b; Path=/{'x' * 1024}"),
    row("6265bis-5.6-long-domain-is-ignored", "a=b", f"a=b; Domain={'x' * 1025}"),
    # time: §5.1.1, §5.6.1, §5.6.2
    row("6265bis-5.1.1-date-in-any-order", "a=b", "a=b; Expires=2090 01:02:03 Jan 1"),
    row("6265bis-5.1.1-two-digits-of-a-year", None, "a=b; Expires=Sat, 01-Jan-94 00:00:00 GMT"),
    row("6265bis-5.1.1-not-a-day", "a=b", "a=b; Expires=Sat, 31 Feb 1994 00:00:00 GMT"),
    row("6265bis-5.1.1-before-1601", "a=b", "a=b; Expires=Sat, 01 Jan 1600 00:00:00 GMT"),
    row("6265bis-5.6.1-not-a-date", "a=b", "a=b; Expires=yesterday"),
    row("6265bis-5.6.1-past", None, "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
    row("6265bis-5.6.1-far-future", "a=b", "a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT"),
    row("6265bis-5.6.2-max-age", "a=b", "a=b; Max-Age=3600"),
    row("6265bis-5.6.2-zero", None, "a=b; Max-Age=0"),
    row("6265bis-5.6.2-negative", None, "a=b; Max-Age=-1"),
    row("6265bis-5.6.2-not-a-number", "a=b", "a=b; Max-Age=50,399"),
    row("6265bis-5.6.2-empty", "a=b", "a=b; Max-Age="),
    row("6265bis-5.6.2-huge", "a=b", f"a=b; Max-Age={'9' * 50}"),
    row("6265bis-5.7-max-age-over-expires", "a=b", "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
    row("6265bis-5.7-max-age-over-a-later-date", None, "a=b; Expires=Fri, 01 Jan 2090 00:00:00 GMT; Max-Age=0"),
    row("6265bis-5.7-bad-max-age-leaves-expires", None, "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=x"),
    row("6265bis-5.7-last-max-age", None, "a=b; Max-Age=60; Max-Age=0"),
    row("6265bis-5.7-deleted", "b=2", "a=1", "b=2", "a=; Max-Age=0"),
    row("6265bis-5.7-deleted-elsewhere-stays", "a=1", "a=1; Path=/", "a=; Path=/app; Max-Age=0"),
    # domains: §5.1.3, §5.6.3, §5.7
    row("6265bis-5.7-host-only", None, "a=b", asked=WWW),
    row("6265bis-5.1.3-below", "a=b", "a=b; Domain=site.example", asked=WWW),
    row("6265bis-5.6.3-leading-dot", "a=b", "a=b; Domain=.site.example", asked=WWW),
    row("6265bis-5.6.3-any-case", "a=b", "a=b; DOMAIN=SITE.Example", asked=WWW),
    row("6265bis-5.7-set-from-below", "a=b", "a=b; Domain=site.example", at=WWW, asked=SITE),
    row("6265bis-5.7-not-for-below", None, "a=b; Domain=www.site.example", asked=WWW),
    row(
        "6265bis-5.7-not-for-another", None, "a=b; Domain=www.other.example", at=WWW, asked="http://www.other.example/"
    ),
    row("6265bis-5.7-not-for-a-sibling", None, "a=b; Domain=www.site.example", at=WWW, asked="http://w.site.example/"),
    row("6265bis-5.1.3-suffix-without-a-dot", None, "a=b; Domain=site.example", asked="http://mysite.example/"),
    row("6265bis-5.7-public-suffix", None, "a=b; Domain=example"),
    row("6265bis-5.7-public-suffix-that-is-the-host", "a=b", "a=b; Domain=localhost", at="http://localhost/"),
    row("6265bis-5.7-localhost-is-host-only", None, "a=b; Domain=localhost", at="http://localhost/", asked=LOCAL),
    row("6265bis-5.1.3-address", "a=b", "a=b; Domain=127.0.0.1", at="http://127.0.0.1/"),
    row("6265bis-5.1.3-suffix-of-an-address", None, "a=b; Domain=0.0.1", at="http://127.0.0.1/"),
    row("wpt-domain-10-two-dots", None, "a=b; Domain=..site.example"),
    row("wpt-domain-14-trailing-dot", None, "a=b; Domain=site.example."),
    row("wpt-domain-21-quoted", None, 'a=b; Domain="site.example"'),
    row("wpt-domain-24-last-does-not-match", None, "a=b; Domain=site.example; Domain=www.site.example"),
    row("wpt-domain-25-last-matches", "a=b", "a=b; Domain=other.example; Domain=site.example"),
    row("wpt-domain-27-port", None, "a=b; Domain=site.example:80"),
    row("wpt-domain-30-empty", "a=b", "a=b; Domain="),
    row("wpt-domain-30-empty-is-host-only", None, "a=b; Domain=", asked=WWW),
    row("6265bis-5.6.3-empty-takes-back-another", None, "a=b; Domain=site.example; Domain=", at=WWW, asked=SITE),
    row("6265bis-5.6.3-empty-takes-back-one-that-does-not-match", "a=b", "a=b; Domain=other.example; Domain="),
    row("wpt-domain-44-dot-is-no-difference", "a=2", "a=1; Domain=site.example", "a=2; Domain=.site.example"),
    row("6265bis-5.7-domain-beside-host-only", "a=1; a=2", "a=1", "a=2; Domain=site.example"),
    row("6265bis-5.7-domain-not-ascii", None, "a=b; Domain=s\xc3\xafte.example"),
    row("6265bis-5.7-only-a-dot", "a=b", "a=b; Domain=."),
    # paths: §5.1.4, §5.6.4
    row("6265bis-5.1.4-default-path", "a=b", "a=b", asked="http://site.example/app"),
    row("6265bis-5.1.4-default-path-below", "a=b", "a=b", asked="http://site.example/app/x/y"),
    row("6265bis-5.1.4-default-path-beside", None, "a=b", asked="http://site.example/apple"),
    row("6265bis-5.1.4-default-path-of-the-root", "a=b", "a=b", at="http://site.example/x", asked=SITE),
    row(
        "6265bis-5.1.4-default-path-of-a-folder",
        None,
        "a=b",
        at="http://site.example/a/b/",
        asked="http://site.example/a/",
    ),
    row("6265bis-5.1.4-same", "a=b", "a=b; Path=/app/page"),
    row("6265bis-5.1.4-ends-with-a-slash", "a=b", "a=b; Path=/app/"),
    row("6265bis-5.1.4-slash-is-not-the-same", None, "a=b; Path=/app/page/"),
    row("6265bis-5.1.4-case-matters", None, "a=b; Path=/APP"),
    row("6265bis-5.1.4-elsewhere", "a=b", "a=b; Path=/other", asked="http://site.example/other/x"),
    row("6265bis-5.1.4-query-is-no-part", "a=b", "a=b; Path=/app/page", asked="http://site.example/app/page?x=/"),
    row("6265bis-5.1.4-escapes-are-kept", "a=b", "a=b; Path=/%61pp", asked="http://site.example/%61pp/x"),
    row("6265bis-5.1.4-escapes-are-not-decoded", None, "a=b; Path=/%61pp"),
    row("6265bis-5.6.4-no-slash", "a=b", "a=b; Path=other"),
    row("6265bis-5.6.4-empty", "a=b", "a=b; Path="),
    row("6265bis-5.7-last-path", "a=b", "a=b; Path=/other; Path=/app"),
    row("6265bis-5.7-last-path-is-the-default", "a=b", "a=b; Path=/other; Path="),
    row("6265bis-5.6.4-quoted", "a=b", 'a=b; Path="/other"'),
    row("6265bis-5.1.4-octets-are-no-escapes", None, "a=b; Path=/\xc3\xa9", asked="http://site.example/%C3%A9/x"),
    row("6265bis-5.1.4-space-is-no-escape", None, "a=b; Path=/x y", asked="http://site.example/x%20y"),
    row("6265bis-5.1.4-case-of-escapes", None, "a=b; Path=/%c3", asked="http://site.example/%C3"),
    row("6265bis-5.1.4-two-slashes", None, "a=b; Path=//app"),
    row(
        "6265bis-5.1.4-default-path-of-escapes",
        "a=b",
        "a=b",
        at="http://site.example/%C3%A9/",
        asked="http://site.example/%C3%A9/x",
    ),
    # order: §5.8.3
    row("6265bis-5.8.3-longer-paths-first", "b=2; c=3; a=1", "a=1; Path=/", "b=2; Path=/app/page", "c=3; Path=/app"),
    row("6265bis-5.8.3-older-first", "b=1; a=2", "b=1", "a=2"),
    row("6265bis-5.7-replaced-keeps-its-place", "a=3; b=2", "a=1", "b=2", "a=3"),
    row("6265bis-5.7-other-path-is-another", "a=1; a=2", "a=2; Path=/", "a=1; Path=/app"),
    # Secure: §5.7 steps 13 and 16, §5.8.3; W3C Secure Contexts
    row("6265bis-5.7-secure-needs-a-secure-origin", None, "a=b; Secure"),
    row("6265bis-5.7-secure-with-a-value", None, "a=b; Secure=false"),
    row("secure-contexts-3.1-localhost", "a=b", "a=b; Secure", at="http://localhost/"),
    row("secure-contexts-3.1-below-localhost", "a=b", "a=b; Secure", at=LOCAL),
    row("secure-contexts-3.1-loopback", "a=b", "a=b; Secure", at="http://127.0.0.1/"),
    row("secure-contexts-3.1-loopback-8", "a=b", "a=b; Secure", at="http://127.7.8.9/"),
    row("6265bis-5.7-localhost-overwrites-secure", "a=2", "a=1; Secure", "a=2", at=LOCAL),
    row("secure-over-https", "a=b", "a=b; Secure", at="https://site.example/"),
    row("secure-not-over-http", None, "a=b; Secure", at="https://site.example/app/x", asked=SITE),
    row("not-secure-over-both", "a=b", "a=b", at="https://site.example/app/x", asked=SITE),
    # prefixes: §5.7 steps 20 to 22
    row("6265bis-5.7-secure-prefix", "__Secure-a=b", "__Secure-a=b; Secure", at=LOCAL),
    row("6265bis-5.7-secure-prefix-not-secure", None, "__Secure-a=b", at=LOCAL),
    row("6265bis-5.7-secure-prefix-any-case", None, "__SeCuRe-a=b", at=LOCAL),
    row("6265bis-5.7-host-prefix", "__Host-a=b", "__Host-a=b; Secure; Path=/", at=LOCAL),
    row("6265bis-5.7-host-prefix-any-case", None, "__HOST-a=b; Secure", at=LOCAL),
    row("6265bis-5.7-host-prefix-not-secure", None, "__Host-a=b; Path=/", at=LOCAL),
    row("6265bis-5.7-host-prefix-no-path", None, "__Host-a=b; Secure", at="http://site.localhost/"),
    row("6265bis-5.7-host-prefix-other-path", None, "__Host-a=b; Secure; Path=/app", at=LOCAL),
    row("6265bis-5.7-host-prefix-domain", None, "__Host-a=b; Secure; Path=/; Domain=site.localhost", at=LOCAL),
    row("6265bis-5.7-host-prefix-empty-domain", "__Host-a=b", "__Host-a=b; Secure; Path=/; Domain=", at=LOCAL),
    row("chromium-host-prefix-path-by-default", None, "__Host-a=b; Secure; Path=x", at="http://site.localhost/"),
    row("6265bis-5.7-nameless-host-prefix", None, "=__Host-a=b; Secure; Path=/", "__Host-a; Secure; Path=/", at=LOCAL),
    row("6265bis-5.7-nameless-secure-prefix", None, "=__secure-a=b; Secure", at=LOCAL),
    row("6265bis-5.7-nameless-with-an-equals-sign", "a=b", "=a=b"),
    # SameSite and Partitioned: §5.6.7, §5.7 step 19
    row("6265bis-5.6.7-strict", "a=b", "a=b; SameSite=Strict"),
    row("6265bis-5.6.7-unknown", "a=b", "a=b; SameSite=Sometimes"),
    row("6265bis-5.7-none-needs-secure", None, "a=b; SameSite=None"),
    row("6265bis-5.7-none-secure", "a=b", "a=b; SameSite=None; Secure", at=LOCAL),
    row("6265bis-5.7-last-same-site", "a=b", "a=b; SameSite=None; SameSite=Lax"),
    row("6265bis-5.6.6-http-only-is-sent", "a=b", "a=b; HttpOnly"),
    row("chips-partitioned", "a=b", "a=b; Partitioned; Secure; Path=/", at=LOCAL),
    row("chips-partitioned-not-secure", None, "a=b; Partitioned", at=LOCAL),
)

CASES: Final = [pytest.param(case, id=name) for name, case in ROWS]

# What Chromium sends where it does not keep to 6265bis.
IN_CHROMIUM: Final = {
    "6265bis-5.6-tab-inside": None,  # it takes no tab within a value
    "6265bis-5.1.1-before-1601": None,  # it knows such dates, and they are past
    "6265bis-5.7-only-a-dot": None,  # it takes that for a domain, which does not match
    "6265bis-5.7-replaced-keeps-its-place": "b=2; a=3",  # only a cookie of the same value keeps its time
    "6265bis-5.7-nameless-with-an-equals-sign": None,  # it would look like one with a name
}

CASES_IN_CHROMIUM: Final = [
    pytest.param(evolve(case, sent=IN_CHROMIUM.get(name, case.sent)), id=name)
    for name, case in ROWS
    if not case.at.startswith("https:")  # there is no certificate for that
]
