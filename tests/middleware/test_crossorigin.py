"""`cross_origin_protection`: requests as browsers and others send them, and which of them come to a handler."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, untyped, without
from verglas import Request, ResponseLike, Trust, application, text
from verglas.errors import Forbidden
from verglas.middleware import cross_origin_protection
from verglas.testing import call
from verglas.testing.strategies import any_texts

OWN: Final = "https://own.example"
APP: Final = "https://app.example"
EVIL: Final = "https://evil.example"


@cross_origin_protection(trusted_origins=[APP])
def change(request: Request) -> ResponseLike:
    """Changes something."""
    return text("changed")


def sent(method: str = "POST", scheme: str = "https", host: str = "own.example", **fields: str) -> dict[str, object]:
    """The environ of a request; each field by its name with underscores."""
    named = {f"HTTP_{name.upper()}": value for name, value in fields.items()}
    return environ_of(REQUEST_METHOD=method, HTTP_HOST=host, **{"wsgi.url_scheme": scheme}, **named)


def site(value: str, origin: str = "", **fields: str) -> dict[str, object]:
    """The environ of a request as a browser of today sends it to HTTPS or to localhost."""
    return sent(**{"sec_fetch_site": value} | ({"origin": origin} if origin else {}) | fields)


def old(origin: str, **fields: str) -> dict[str, object]:
    """The environ of one as an older browser sends it, and each browser over plain HTTP."""
    return sent(**{"origin": origin} | fields)


PASSES: Final = {
    # Chrome 76, Edge 79, Firefox 90, Safari 16.4 and later
    "chrome-own-form": site("same-origin", OWN, sec_fetch_mode="navigate", sec_fetch_dest="document"),
    "chrome-own-fetch": site("same-origin", OWN, sec_fetch_mode="cors", sec_fetch_dest="empty"),
    "chrome-own-fetch-put": site("same-origin", OWN, method="PUT"),
    "chrome-own-form-no-referrer": site("same-origin", "null"),  # under Referrer-Policy: no-referrer
    "firefox-own-form": site("same-origin", OWN, sec_fetch_user="?1"),
    "safari-own-form": site("same-origin", OWN),
    "reload-of-a-posted-page": site("same-origin", OWN, cache_control="max-age=0"),
    "extension-with-permission": site("none", "chrome-extension://abcdef"),
    "address-bar": site("none"),
    "with-a-parameter-of-rfc9651": site("same-origin;v=1"),
    "localhost-own": sent(scheme="http", host="localhost:8000", sec_fetch_site="same-origin"),
    "trusted": site("cross-site", APP),
    "trusted-same-site": site("same-site", APP),
    # Chrome before 76, Firefox 70 to 89, Safari before 16.4, and every browser over plain HTTP
    "old-own-form": old(OWN),
    "old-own-form-with-port": old("https://own.example:8443", host="own.example:8443"),
    "old-own-form-host-with-default-port": old(OWN, host="own.example:443"),
    "old-own-form-upper-case-host": old(OWN, host="OWN.example"),
    "old-own-ipv6": old("http://[::1]:8000", scheme="http", host="[::1]:8000"),
    "http-own-form": old("http://own.example", scheme="http"),
    "http-own-form-with-port": old("http://own.example:8000", scheme="http", host="own.example:8000"),
    "tls-ends-at-a-proxy": old(OWN, scheme="http"),
    "tls-ends-at-a-proxy-with-port": old(OWN, scheme="http", host="own.example:443"),
    "old-trusted": old(APP),
    # Firefox before 70, Internet Explorer: no Origin with forms, which nothing tells from a program
    "older-own-form": sent(referer=f"{OWN}/form"),
    "older-form-of-another": sent(referer=f"{EVIL}/form"),
    # not a browser
    "curl": sent(user_agent="curl/8.5.0", accept="*/*"),
    "curl-without-host": without(sent(), "HTTP_HOST"),
    "native-app": sent(user_agent="okhttp/4.12.0", authorization="Bearer abc"),
    "webhook": sent(user_agent="GitHub-Hookshot/1"),
    # safe methods
    "get-cross-site": site("cross-site", method="GET"),
    "get-cross-site-old": old(EVIL, method="GET"),
    "head-cross-site": site("cross-site", method="HEAD"),
    "options-preflight": site("cross-site", EVIL, method="OPTIONS", access_control_request_method="PUT"),
    "query-rfc10008": site("cross-site", EVIL, method="QUERY"),
    "trace-rfc9110": site("cross-site", EVIL, method="TRACE"),
}

REFUSED: Final = {
    "chrome-form-of-another": site("cross-site", EVIL, sec_fetch_mode="navigate", sec_fetch_user="?1"),
    "chrome-form-of-a-sandboxed-frame": site("cross-site", "null"),
    "chrome-fetch-no-cors": site("cross-site", EVIL, sec_fetch_mode="no-cors"),
    "chrome-fetch-no-cors-no-referrer": site("cross-site", "null", sec_fetch_mode="no-cors"),
    "chrome-beacon": site("cross-site", EVIL, sec_fetch_mode="no-cors", sec_fetch_dest="empty"),
    "chrome-subdomain": site("same-site", "https://user.own.example"),
    "chrome-another-port": site("same-site", "https://own.example:8443"),
    "chrome-http-to-https": site("cross-site", "http://own.example"),
    "firefox-form-of-another": site("cross-site", EVIL, sec_fetch_dest="document"),
    "safari-form-of-another": site("cross-site", EVIL),
    "put": site("cross-site", EVIL, method="PUT"),
    "patch": site("cross-site", EVIL, method="PATCH"),
    "delete": site("cross-site", EVIL, method="DELETE"),
    "unknown-method": site("cross-site", EVIL, method="MKCOL"),
    "cross-site-from-own": site("cross-site", OWN),  # a redirect over another site
    "cross-site-without-origin": site("cross-site"),
    # what says where it comes from in a way that cannot be read
    "unknown-value": site("same-planet", OWN),
    "upper-case-value": site("Same-Origin", OWN),
    "empty-value": site("", OWN),
    "two-lines-joined": site("same-origin, same-origin", OWN),
    "two-lines-joined-that-differ": site("same-origin,cross-site", OWN),
    "string-value": site('"same-origin"', OWN),
    "value-with-nul": site("same-origin\0", OWN),
    "long-value": site("same-origin" + " " * 70_000 + "x", OWN),
    # of older browsers
    "old-form-of-another": old(EVIL),
    "old-null": old("null"),
    "old-subdomain": old("https://user.own.example"),
    "old-parent-domain": old("https://example"),
    "old-another-port": old("https://own.example:8443"),
    "old-own-port-of-another": old(OWN, host="own.example:8443"),
    "old-http-to-https": old("http://own.example"),
    "old-host-as-a-prefix": old("https://own.example.evil.example"),
    "old-host-as-userinfo": old("https://own.example@evil.example"),
    "old-host-in-a-path": old("https://evil.example/own.example"),
    "old-other-scheme": old("ftp://own.example"),
    "old-extension": old("chrome-extension://own.example"),
    "old-file": old("file://"),
    "old-empty": old(""),
    "old-two-origins": old(f"{OWN} {EVIL}"),
    "old-two-lines-joined": old(f"{OWN},{OWN}"),
    "old-with-nul": old(f"{OWN}\0"),
    "old-long": old(OWN + "a" * 70_000),
    "http-form-of-another": old("http://evil.example", scheme="http"),
    "trusted-in-upper-case": old("https://APP.example"),
    "trusted-by-http": old("http://app.example"),
    "trusted-with-port": old("https://app.example:8443"),
    "trusted-twice": site("cross-site", f"{APP},{APP}"),
    "trusted-in-front": site("cross-site", f"{APP}.evil.example"),
}


@pytest.mark.parametrize("environ", PASSES.values(), ids=PASSES)
def test_passes(environ: dict[str, object]) -> None:
    """A request that no page of another origin can have sent by a browser of today comes to the handler."""
    assert "200 OK" == call(application(change), environ).status


@pytest.mark.parametrize("environ", REFUSED.values(), ids=REFUSED)
def test_refused(environ: dict[str, object]) -> None:
    """One that such a page may have sent is a 403, with nothing of the request in it."""
    answer = call(application(change), environ)

    assert "403 Forbidden" == answer.status
    assert "Pages of other origins may not send this request." in answer.text
    assert not [one for one in ("own.example", "evil", "app.example", "site") if one in answer.text]


def test_behind_a_proxy() -> None:
    """The host that a trusted proxy names is the own one; without trust, what the proxy hides is another's."""
    environ = old(OWN, scheme="http", host="10.0.0.1:8000", x_forwarded_host="own.example", x_forwarded_proto="https")
    behind = Trust(x_host=1, x_proto=1)

    assert 403 == call(application(change), environ).status_code
    assert 200 == call(application(change, trust=behind), environ).status_code
    assert 403 == call(application(change, trust=behind), environ, HTTP_ORIGIN="http://own.example").status_code
    assert 200 == call(application(change, trust=behind), environ, HTTP_ORIGIN=APP).status_code


@cross_origin_protection()
def ask(request: Request[object]) -> ResponseLike:
    """Takes any state."""
    return text("changed")


def test_request_that_middleware_changed() -> None:
    """What stands outside may give the request a state, or make another of it."""
    request = Request.parse(site("cross-site", EVIL))
    for one in (request, request.with_state("ada"), request.replace(method="PUT")):
        with pytest.raises(Forbidden):
            ask(one)


def test_two_lines() -> None:
    """Two lines of Origin are none that a browser sends, even if the first is trusted."""
    for origins in ([APP, EVIL], [APP, APP]):
        with pytest.raises(Forbidden):
            change(Request(method="POST", headers=[("Origin", origin) for origin in origins]))


def test_no_host() -> None:
    """Where the request names no host that is valid, no origin is its own."""
    for origin in (OWN, "https://", "null"):
        with pytest.raises(Forbidden):
            change(Request(method="POST", headers={"Origin": origin}))


def test_bare_environ() -> None:
    """A request that says nothing at all passes."""
    assert 200 == call(application(change), REQUEST_METHOD="POST").status_code


@given(st.none() | any_texts(), st.none() | any_texts(), st.sampled_from(["POST", "PUT", "DELETE", "GET"]))
def test_anything(fetch_site: str | None, origin: str | None, method: str) -> None:
    """Whatever the two fields say, it is never more than a refusal; and of anything unknown it is one."""
    environ = sent(method)
    environ |= {} if fetch_site is None else {"HTTP_SEC_FETCH_SITE": fetch_site}
    environ |= {} if origin is None else {"HTTP_ORIGIN": origin}
    passes = method == "GET" or (fetch_site is None and origin is None)

    assert (200 if passes else 403) == call(application(change), environ).status_code


@pytest.mark.parametrize(
    ("origins", "kind", "words"),
    [
        pytest.param(APP, TypeError, "trusted_origins= takes several names, such as", id="str"),
        pytest.param([None], TypeError, "trusted_origins= takes names, .* not NoneType", id="none"),
        pytest.param(["null"], ValueError, "has 'null', which any site can take on", id="null"),
        pytest.param(["*"], ValueError, "has '\\*', which is not an origin", id="star"),
        pytest.param(["app.example"], ValueError, "which is not an origin", id="host"),
        pytest.param(["https://app.example/"], ValueError, "which is not an origin", id="slash"),
        pytest.param(["https://App.example"], ValueError, "browsers send 'https://app.example'", id="case"),
        pytest.param(["http://app.example:80"], ValueError, "browsers send 'http://app.example'", id="own-port"),
    ],
)
def test_wrong_options(origins: object, kind: type[Exception], words: str) -> None:
    """What is not an origin, or not one that can be trusted, is refused when it is made."""
    with pytest.raises(kind, match=words):
        untyped(cross_origin_protection)(trusted_origins=origins)


def test_wrong_wirings() -> None:
    """It takes handlers only."""
    with pytest.raises(TypeError, match=r"cross_origin_protection\(\) takes a handler"):
        untyped(cross_origin_protection())(None)
    with pytest.raises(TypeError, match="takes 0 positional arguments but 1 was given"):
        untyped(cross_origin_protection)(change)
