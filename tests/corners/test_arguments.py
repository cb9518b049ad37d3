"""Arguments of a wrong type or form: each is refused where it is given, in words that say what to write."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest

from tests.kit import environ_of, untyped
from verglas import Cookies, Headers, HeaderValueError, Query, Request, Response, redirect
from verglas.errors import GrammarError
from verglas.headers import (
    Authorization,
    Challenges,
    ContentSecurityPolicy,
    Range,
    RetryAfter,
    Vary,
    WWWAuthenticate,
)

CALLS: Final[dict[str, Callable[..., object]]] = {
    "Response": untyped(Response),
    "redirect": untyped(redirect),
    "Query": untyped(Query),
    "Headers": untyped(Headers),
    "Vary": untyped(Vary),
    "Range": untyped(Range),
    "Authorization": untyped(Authorization),
    "WWWAuthenticate": untyped(WWWAuthenticate),
    "Challenges": untyped(Challenges),
    "CSP": untyped(ContentSecurityPolicy),
    "RetryAfter.of": untyped(RetryAfter.of),
    "Cookies.parse": untyped(Cookies.parse),
    "from_values": untyped(Request.from_values),
    "replace": untyped(Request().replace),
    "make_conditional": untyped(Response("a").make_conditional),
    "get_data": untyped(Response("a").get_data),
    "call_on_close": untyped(Response("a").call_on_close),
    "headers[]": untyped(Response("a").headers.__getitem__),
    "headers.get": untyped(Response("a").headers.get),
    "headers.getlist": untyped(Response("a").headers.getlist),
    "headers.pop": untyped(Response("a").headers.pop),
    "Headers[]": untyped(Headers().__getitem__),
    "Headers.get": untyped(Headers().get),
    "Headers.with_": untyped(Headers().with_),
    "Headers.without": untyped(Headers().without),
    "request.headers[]": untyped(Request(environ_of()).headers.__getitem__),
    "request.headers.get": untyped(Request(environ_of()).headers.get),
    "request.headers.getlist": untyped(Request(environ_of()).headers.getlist),
}


@pytest.mark.parametrize(
    ("words", "call", "arguments", "named"),
    [
        pytest.param("mimetype=", "Response", ("x", 200, "text/html"), {}, id="flask-third-argument"),
        pytest.param("pairs or a mapping, not list of int", "Response", ("x", 200, [5]), {}, id="headers-of-numbers"),
        pytest.param("mimetype must be a str", "Response", ("x",), {"mimetype": 5}, id="mimetype"),
        pytest.param("must be a str or a URL, not NoneType", "redirect", (None,), {}, id="redirect-nothing"),
        pytest.param(r"Query\.parse", "Query", ("a=1",), {}, id="query-text"),
        pytest.param("pairs or a mapping, not str", "Headers", ("X: a",), {}, id="headers-text"),
        pytest.param("str or several names, not int", "Vary", (5,), {}, id="names-number"),
        pytest.param("a name must be a str, not int", "Vary", ([5],), {}, id="names-numbers"),
        pytest.param(r"\[\(0, 5\)\]", "Range", ("bytes", [0, 5]), {}, id="werkzeug-range-pairs"),
        pytest.param("expected a str, not int", "Range", (5, [(0, 5)]), {}, id="range-unit"),
        pytest.param("token=", "Authorization", ("basic", "x"), {}, id="authorization-text"),
        pytest.param("token=", "WWWAuthenticate", ("basic", "x"), {}, id="challenge-text"),
        pytest.param("expected challenges", "Challenges", (5,), {}, id="challenges-number"),
        pytest.param(r"ContentSecurityPolicy\.parse", "CSP", ("img-src *",), {}, id="csp-text"),
        pytest.param("whole seconds, not float", "RetryAfter.of", (5.5,), {}, id="retry-after-float"),
        pytest.param("a str, not NoneType", "Cookies.parse", (None,), {}, id="cookies-nothing"),
        pytest.param("pairs or a mapping, not str", "from_values", (), {"headers": "x"}, id="from-values-headers"),
        pytest.param("method must be a str, not int", "replace", (), {"method": 5}, id="replace-method"),
        pytest.param("url must be a URL or a str", "replace", (), {"url": 5}, id="replace-url"),
        pytest.param(r"\('localhost', 80\)", "replace", (), {"server": "a"}, id="replace-server"),
        pytest.param(r"\('localhost', 80\)", "replace", (), {"server": ("a", "80")}, id="replace-server-port"),
        pytest.param("remote_addr must be a str or None", "replace", (), {"remote_addr": 5}, id="replace-address"),
        pytest.param("remote_user must be a str or None", "replace", (), {"remote_user": 5}, id="replace-user"),
        pytest.param("a Request or an environ, not int", "make_conditional", (5,), {}, id="conditional-number"),
        pytest.param("as_text is True or False, not 5", "get_data", (5,), {}, id="get-data-as-read"),
        pytest.param("takes a function, not int", "call_on_close", (5,), {}, id="close-number"),
        pytest.param(r"headers\.pairs", "headers[]", (0,), {}, id="werkzeug-headers-position"),
        pytest.param("by its name", "headers.get", (5,), {}, id="response-headers-get"),
        pytest.param("by its name", "headers.getlist", (5,), {}, id="response-headers-getlist"),
        pytest.param("by its name", "headers.pop", (5,), {}, id="response-headers-pop"),
        pytest.param("by its name", "Headers[]", (0,), {}, id="headers-position"),
        pytest.param("by its name", "Headers.get", (None,), {}, id="headers-get"),
        pytest.param("must be a str", "Headers.with_", (5, "a"), {}, id="headers-with"),
        pytest.param("by its name", "Headers.without", (5,), {}, id="headers-without"),
        pytest.param("by its name", "request.headers[]", (0,), {}, id="request-headers-position"),
        pytest.param("by its name", "request.headers.get", (5,), {}, id="request-headers-get"),
        pytest.param("by its name", "request.headers.getlist", (5,), {}, id="request-headers-getlist"),
    ],
)
def test_refuses(words: str, call: str, arguments: tuple[object, ...], named: dict[str, object]) -> None:
    """It is a `TypeError` in the words of the caller."""
    with pytest.raises(TypeError, match=words):
        CALLS[call](*arguments, **named)


@pytest.mark.parametrize(
    ("kind", "words", "name", "value"),
    [
        pytest.param(TypeError, "Vary: expected a str or several names, not int", "vary", 5, id="vary"),
        pytest.param(TypeError, "Allow: a name must be a str, not int", "allow", [5], id="allow"),
        pytest.param(TypeError, "a str or a URL, not int", "access_control_allow_origin", 5, id="allow-origin"),
        pytest.param(TypeError, "a str or a URL, not int", "location", 5, id="location"),
        pytest.param(TypeError, "a mimetype must be a str", "mimetype", 5, id="mimetype"),
        pytest.param(TypeError, "Content-Range must be of type ContentRange", "content_range", 5, id="content-range"),
        pytest.param(TypeError, "Cache-Control must be of type", "cache_control", 5, id="cache-control"),
        pytest.param(TypeError, "WWW-Authenticate: expected challenges", "www_authenticate", 5, id="challenges"),
        pytest.param(TypeError, r"calendar\.timegm", "date", time.gmtime(0), id="werkzeug-struct-time"),
        pytest.param(TypeError, "not bool", "expires", True, id="date-bool"),
        pytest.param(HeaderValueError, "assign None to remove", "content_range", "", id="werkzeug-empty-range"),
        pytest.param(HeaderValueError, "assign None to remove", "retry_after", "", id="empty-retry-after"),
        pytest.param(HeaderValueError, "assign None to remove", "last_modified", "", id="empty-date"),
    ],
)
def test_properties_refuse(kind: type[Exception], words: str, name: str, value: object) -> None:
    """What no field is made of is refused with its name."""
    with pytest.raises(kind, match=words):
        setattr(Response(), name, value)


def test_policy_of_a_mapping() -> None:
    """As Werkzeug's, which is a dict; of another policy, all that holds besides it is kept."""
    policy = ContentSecurityPolicy({"img-src": "*"})

    assert policy == ContentSecurityPolicy.parse("img-src *")
    assert ContentSecurityPolicy(ContentSecurityPolicy.parse("img-src *, a b")).further == (
        ContentSecurityPolicy({"a": "b"}),
    )


@pytest.mark.parametrize("hosts", [["a.example:80"], "a.example:80", {"[::1]:80"}, ["a.example/"], ["*"]])
def test_hosts_of_a_class(hosts: object) -> None:
    """What is no host is refused where the class is made, not at its first request."""
    with pytest.raises(GrammarError, match="host"):
        type("Own", (Request,), {"trusted_hosts": hosts})


@pytest.mark.parametrize("scheme", ["HTTPS", "Https"])
def test_scheme_of_a_server(scheme: str) -> None:
    """A scheme has no case (RFC 3986 §3.1): a page over TLS is secure, however the server spells it."""
    request = Request(environ_of() | {"wsgi.url_scheme": scheme})

    assert ("https", True) == (request.scheme, request.is_secure)
