"""Redirects: which request follows, by the Fetch standard's HTTP-redirect fetch."""

from __future__ import annotations

import io
import pickle
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import URL, Limits, Request, Trust
from verglas.testing import RedirectError, next_request, strategies

HERE: Final = "http://site.example/a/b?c=1"
ABOUT_THE_BODY: Final = {
    "Content-Type": "text/plain",
    "Content-Encoding": "identity",
    "Content-Language": "en",
    "Content-Location": "/x",
}
OF_THE_ORIGIN: Final = {
    "Authorization": "Bearer x",
    "Proxy-Authorization": "Bearer y",
    "Cookie": "sid=1",
    "Host": "other.example",
}


def followed(request: Request[object], status_code: int, location: str) -> Request[None]:
    """The request that follows a redirect, which there is."""
    after = next_request(request, status_code, location)
    assert after is not None
    return after


def target_of(url: URL, location: str) -> URL:
    """The URL that a redirect from another leads to."""
    return followed(Request(url=url), 302, location).url


@pytest.mark.parametrize(
    ("method", "status_code", "before"),
    [
        pytest.param("GET", 301, "GET", id="wpt-301-get"),
        pytest.param("GET", 301, "POST", id="wpt-301-post"),
        pytest.param("HEAD", 301, "HEAD", id="wpt-301-head"),
        pytest.param("PUT", 301, "PUT", id="fetch-301-put"),
        pytest.param("GET", 302, "GET", id="wpt-302-get"),
        pytest.param("GET", 302, "POST", id="wpt-302-post"),
        pytest.param("HEAD", 302, "HEAD", id="wpt-302-head"),
        pytest.param("DELETE", 302, "DELETE", id="fetch-302-delete"),
        pytest.param("GET", 303, "GET", id="wpt-303-get"),
        pytest.param("GET", 303, "POST", id="wpt-303-post"),
        pytest.param("HEAD", 303, "HEAD", id="wpt-303-head"),
        pytest.param("GET", 303, "TESTING", id="wpt-303-testing"),
        pytest.param("GET", 303, "PUT", id="fetch-303-put"),
        pytest.param("GET", 307, "GET", id="wpt-307-get"),
        pytest.param("POST", 307, "POST", id="wpt-307-post"),
        pytest.param("HEAD", 307, "HEAD", id="wpt-307-head"),
        pytest.param("POST", 308, "POST", id="fetch-308-post"),
        pytest.param("QUERY", 302, "QUERY", id="fetch-302-query"),
        pytest.param("GET", 303, "QUERY", id="fetch-303-query"),
    ],
)
def test_method_and_body(method: str, status_code: int, before: str) -> None:
    """Where the method becomes GET, the body goes with all that describes it; otherwise both stay."""
    request = Request(method=before, url=HERE, headers=[*ABOUT_THE_BODY.items(), ("X-Tag", "1")], body="hi")
    after = followed(request, status_code, "d")
    kept = {} if method == "GET" != before else {**ABOUT_THE_BODY, "Content-Length": "2"}

    assert (method, "http://site.example/a/d") == (after.method, str(after.url))
    assert (b"hi" if kept else b"") == after.body.content
    assert {"Host": "site.example", "X-Tag": "1", **kept} == dict(after.headers)


@pytest.mark.parametrize(
    ("status_code", "location"),
    [
        *[pytest.param(code, "/x", id=str(code)) for code in (200, 201, 204, 300, 304, 305, 306, 309, 404, 500)],
        pytest.param(302, None, id="302-without-location"),
    ],
)
def test_no_redirect(status_code: int, location: str | None) -> None:
    """What is no redirect status, or has no location, leads nowhere; nor is its location looked at."""
    assert next_request(Request(url=HERE), status_code, location) is None
    assert next_request(Request(url=HERE), 404, "::\x01") is None


@pytest.mark.parametrize(
    ("target", "location"),
    [
        pytest.param("http://site.example/x", "/x", id="rfc3986-5.2-path"),
        pytest.param("http://site.example/a/x", "x", id="rfc3986-5.2-relative"),
        pytest.param("http://site.example/", "..", id="rfc3986-5.2-up"),
        pytest.param("http://site.example/a/b?d=2", "?d=2", id="rfc3986-5.2-query"),
        pytest.param("http://site.example/a/b?c=1", "", id="wpt-empty-location"),
        pytest.param("http://other.example/", "//other.example", id="rfc3986-5.2-network-path"),
        pytest.param("https://other.example/x", "https://OTHER.example:443/x", id="absolute"),
        pytest.param("http://site.example/x%20y?z=%22", '/x y?z="', id="escaped-as-browsers-do"),
        pytest.param("http://site.example/100%25", "/100%", id="lone-percent"),
        pytest.param("http://site.example/caf%C3%A9", "/caf\xc3\xa9", id="utf-8-octets"),
        pytest.param("http://site.example/caf%E9", "/caf\xe9", id="other-octets"),
        pytest.param("http://site.example/%E2%98%83", "/\u2603", id="text"),
        pytest.param("http://xn--bcher-kva.example/", "http://b\xc3\xbccher.example/", id="host-of-utf-8-octets"),
        pytest.param("http://site.example/x/y", "/x%2Fy", id="slash-as-wsgi-has-it"),
    ],
)
def test_location(target: str, location: str) -> None:
    """A location is resolved against the URL that answered."""
    assert target == target_of(URL.parse(HERE), location).to_uri()


@pytest.mark.parametrize(
    ("problem", "location"),
    [
        pytest.param("http and https only", "ws://site.example/", id="websocket"),
        pytest.param("scheme of HTTP or WebSocket", "ftp://site.example/", id="ftp"),
        pytest.param("scheme of HTTP or WebSocket", "javascript:alert(1)", id="javascript"),
        pytest.param("scheme of HTTP or WebSocket", "data:text/plain,x", id="wpt-data"),
        pytest.param("user information is not allowed", "http://ada:pw@site.example/", id="user-information"),
        pytest.param("expected a host", "http:///x", id="no-host"),
        pytest.param("expected a host", "http://", id="nothing-after-the-scheme"),
        pytest.param("port up to 65535", "http://site.example:99999/", id="port"),
        pytest.param("control characters, backslashes", "/\\evil.example", id="backslash"),
        pytest.param("control characters, backslashes", "/\tx", id="tab"),
        pytest.param("control characters, backslashes", " /x", id="space-in-front"),
        pytest.param("scheme before the first colon", "1:x", id="rfc3986-4.2-colon"),
        pytest.param("IPv6", "http://[::1::]/", id="ipv6"),
        pytest.param("surrogate", "/\ud800", id="surrogate"),
    ],
)
def test_malformed_location(problem: str, location: str) -> None:
    """A location that cannot be followed is an error that says whose it is, and what is wrong."""
    with pytest.raises(RedirectError, match=problem) as caught:
        next_request(Request(url=HERE), 302, location)

    assert (location, URL.parse(HERE)) == (caught.value.location, caught.value.url)
    assert str(caught.value).startswith(f"{HERE} redirects to {location!r}, which is not followed: ")


def test_error_is_short() -> None:
    """A location without end does not fill a log, and the error may be sent to another process."""
    with pytest.raises(RedirectError) as caught:
        target_of(URL(), f"http:///{'x' * 10_000}")

    assert len(str(caught.value)) < 250
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))


@pytest.mark.parametrize(
    ("is_kept", "location"),
    [
        pytest.param(True, "/x", id="relative"),
        pytest.param(True, "http://site.example/x", id="absolute"),
        pytest.param(True, "http://SITE.example:80/x", id="same-port"),
        pytest.param(False, "http://www.site.example/x", id="other-host"),
        pytest.param(False, "http://site.example:81/x", id="other-port"),
        pytest.param(False, "https://site.example/x", id="other-scheme"),
        pytest.param(False, "//other.example/x", id="network-path"),
    ],
)
@pytest.mark.parametrize("status_code", [301, 303, 307])
def test_other_origin(status_code: int, is_kept: bool, location: str) -> None:
    """What belongs to an origin does not go to another; its other headers do."""
    request = Request(
        url=HERE,
        headers=[*OF_THE_ORIGIN.items(), ("X-Tag", "1")],
        server=("inner", 8000),
        remote_addr="192.0.2.1",
        remote_user="ada",
    )
    after = followed(request, status_code, location)
    kept = OF_THE_ORIGIN if is_kept else {"Host": after.url.host}

    assert {**kept, "X-Tag": "1"} == dict(after.headers)
    assert ("192.0.2.1", "ada" if is_kept else None) == (after.remote_addr, after.remote_user)
    assert (("inner", 8000) if is_kept else (after.url.hostname, after.url.port)) == after.server


def test_settings_are_kept() -> None:
    """The next request is held to the same limits, and trusts the same."""
    limits, trust = Limits(max_cookies=3), Trust(hosts=["site.example"])
    after = followed(Request(url=HERE, limits=limits, trust=trust), 302, "/x")

    assert (limits, trust) == (after.limits, after.trust)


def streaming(method: str) -> Request[None]:
    """A request whose body streams."""
    return Request.from_values(
        "/a", method=method, input_stream=io.BytesIO(b"hi"), content_length=2, content_type="text/plain"
    )


@pytest.mark.parametrize(
    ("method", "status_code"), [("POST", 307), ("POST", 308), ("PUT", 301), ("PUT", 302), ("PUT", 307)]
)
def test_streaming_body(method: str, status_code: int) -> None:
    """A body that is gone cannot be sent again: the error says what to do."""
    with pytest.raises(
        RedirectError, match=rf"{status_code} means to send the body again.*buffered\(\), or answer with 303"
    ):
        next_request(streaming(method), status_code, "/x")

    assert b"hi" == followed(streaming(method).buffered(), status_code, "/x").body.content


@pytest.mark.parametrize(("method", "status_code"), [("POST", 301), ("POST", 302), ("POST", 303), ("PUT", 303)])
def test_streaming_body_that_is_not_needed(method: str, status_code: int) -> None:
    """Where the body is not sent again it may have streamed."""
    after = followed(streaming(method), status_code, "/x")

    assert ("GET", b"", None) == (after.method, after.body.content, after.headers.get("Content-Type"))


@pytest.mark.parametrize(
    ("root_path", "raw_path", "location"),
    [
        pytest.param("/app", b"/x", "/app/x", id="below"),
        pytest.param("/app", b"/x", "http://site.example/app/x", id="absolute-below"),
        pytest.param("/app", b"/", "http://site.example/app/", id="its-root"),
        pytest.param("", b"/app", "http://site.example/app", id="without-the-slash"),
        pytest.param("", b"/apple", "http://site.example/apple", id="beside"),
        pytest.param("", b"/x", "/x", id="outside"),
        pytest.param("", b"/app/x", "http://other.example/app/x", id="elsewhere"),
        pytest.param("/app", b"/x", "http://site.example/app/x?z=1", id="with-a-query"),
    ],
)
def test_mounted(root_path: str, raw_path: bytes, location: str) -> None:
    """The application stays where it is mounted if the target lies below."""
    base = URL("http", "site.example", root_path="/app", raw_path=b"/a/b")
    target = target_of(base, location)

    assert (root_path, raw_path) == (target.root_path, target.raw_path)
    assert target.to_uri().endswith(location)


def test_too_many() -> None:
    """Browsers follow twenty redirects, and end a loop that way (Fetch, step 7)."""
    request: Request[None] = Request(url=HERE)
    for count in range(20):
        following = next_request(request, 302, HERE, followed=count)
        assert following is not None
        request = following

    with pytest.raises(RedirectError, match="20 redirects were followed before"):
        next_request(request, 302, HERE, followed=20)
    assert next_request(request, 200, None, followed=20) is None


def test_state_is_not_kept() -> None:
    """The next request comes from a client, which knows nothing of what an application added."""
    assert followed(Request(url=HERE).with_state(7), 302, "/x") == followed(Request(url=HERE), 302, "/x")


@given(st.text(max_size=40) | st.text(st.characters(max_codepoint=255)).map("http://a.example/{}".format))
def test_total(location: str) -> None:
    """Every location leads to a URL of http or https, or is a `RedirectError`."""
    try:
        target = target_of(URL.parse(f"{HERE}#top"), location)
    except RedirectError:
        return

    assert target.scheme in ("http", "https")
    assert target.fragment is None
    assert target == URL.parse(target.to_uri())


@given(strategies.requests(), strategies.urls(), st.sampled_from([301, 302, 303, 307, 308]))
def test_law(request: Request[None], url: URL, status_code: int) -> None:
    """The target is what the location says; the body is all there or gone, and the method with it."""
    after = followed(request, status_code, url.to_uri())

    assert url.to_uri() == after.url.to_uri()
    assert (after.method, after.body) in [(request.method, request.body), ("GET", type(request.body)())]
    assert after.headers.getlist("X-Tag") == request.headers.getlist("X-Tag")
