"""All middleware at once, and whatever a client or a proxy writes into a request: an answer, never an exception."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.kit import environ_of, without
from tests.sessions.visitors import KEY, Account, dump, load
from verglas import Limits, Request, Response, ResponseLike, Trust, application, text
from verglas.errors import NotFound
from verglas.middleware import (
    access_log,
    cache,
    cors,
    cross_origin_protection,
    etags,
    gzip,
    https_only,
    request_id,
    security_headers,
    static_files,
)
from verglas.sessions import Session, csrf, sessions
from verglas.testing import call
from verglas.wsgi import WSGIApplication

BODY: Final = "a page of many words " * 50
KEPT: Final = text(BODY)
FROZEN: Final = text(BODY, headers={"ETag": '"kept"', "Cache-Control": "max-age=60"}).freeze()
PATHS: Final = ("/text", "/kept", "/frozen", "/stream", "/saved", "/none", "/static/", "/static/index.txt", "*", "")


def streamed() -> Iterator[str]:
    """Two pieces."""
    yield BODY
    yield BODY


def handler(request: Request[Session[Account]]) -> ResponseLike:
    """One kind of answer for each path."""
    match request.path:
        case "/text":
            return text(BODY if request.state else "nobody")
        case "/kept":
            return KEPT
        case "/frozen":
            return FROZEN
        case "/stream":
            return Response(streamed(), mimetype="text/plain")
        case "/saved":
            response = text(BODY)
            request.state.save(response, Account("ada"))
            return response
        case _:
            raise NotFound


def stack(trust: Trust | None, exempt: tuple[str, ...]) -> WSGIApplication:
    """The handler, and all that is ready around it."""
    ids, api = request_id(trust_incoming=True, timing=True), cors(lambda origin: "app" in origin, credentials=True)
    inner = sessions(dump, load, keys=[KEY], idle_age=timedelta(minutes=1))(csrf.protect()(handler))
    files = static_files(Path(__file__).parent, index="index.txt", fallthrough=True)
    shared = cross_origin_protection()(files(cache(default_age=timedelta(minutes=1))(inner)))
    return application(
        ids(api(https_only(exempt=exempt)(shared))),
        finish=[etags(), gzip(), security_headers(), api.finish, ids.finish, access_log()],
        trust=trust,
        limits=Limits(max_content_length=100),
    )


PROXIES: Final = Trust(x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1)
APPLICATIONS: Final = {
    "plain": stack(None, ("/",)),
    "https": stack(None, ()),
    "proxies": stack(PROXIES, ("/",)),
    "hosts": stack(Trust(hosts=["app.example", "[::1]"]), ("/",)),
}

KEYS: Final = (
    *("HTTP_HOST", "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"),
    *("HTTP_RANGE", "HTTP_AUTHORIZATION", "HTTP_CACHE_CONTROL", "HTTP_X_REQUEST_ID", "HTTP_X_CSRF_TOKEN"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"),
    *("HTTP_X_FORWARDED_PREFIX", "HTTP_TRANSFER_ENCODING", "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "CONTENT_LENGTH"),
    *("CONTENT_TYPE", "PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT"),
    *("wsgi.url_scheme", "REMOTE_ADDR"),
)

VALUES: Final[tuple[object, ...]] = (
    *("", " ", ",", ";", "=", "*", "\0", "\r\n", "\x7f", "\xff", '"', '"\\', "a" * 70_000, "a," * 5000, "a=b; " * 5000),
    *('W/"', 'W/"a"', '"a", "b"', '"kept"', "bytes=0-", "bytes=-1", "bytes=5-1", "bytes=0-0,-1", "bytes=" + "9" * 400),
    *(
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 99 Foo 2026",
        "gzip",
        "gzip;q=2",
        "*;q=0",
    ),
    *("same-origin", "cross-site", "null", "https://app.example", "https://[::1", "http://a:99999", "a:b@c", "-1", "0"),
    *(
        "+1",
        "1_0",
        "\u0663",
        "9" * 30,
        "chunked",
        "GET",
        "get",
        "G ET",
        "HEAD",
        "POST",
        "QUERY",
        "OPTIONS",
        "PUT",
        *PATHS,
    ),
    *("//", "/..", "/static/../..", "\ud800", "\u65e5", None, 5, b"x", "https", "HTTP", "ftp", "app.example", "a.b:80"),
    *("[::1]", "[::1]:443", "ex_ample", "exa mple", "max-age=x", "no-store", "application/x-www-form-urlencoded"),
    *("multipart/form-data", "multipart/form-data; boundary=b", "unknown", "1.2.3.4, 5.6.7.8", "__Host-session=x"),
)

STATUSES: Final = {200, 204, 206, 304, 308, 400, 403, 404, 411, 412, 413, 415, 416, 431}


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(APPLICATIONS)),
    st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]),
    st.sampled_from(PATHS),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=20), max_size=6),
)
@example("https", "GET", "*", {"HTTP_HOST": "[::1]"})  # was a 500: a Location of the host and the asterisk
def test_any_request(name: str, method: str, path: str, keys: dict[str, object]) -> None:
    """A status that is the request's own doing, with a length that is right, and nothing that others set."""
    base = without(environ_of(SERVER_NAME="app.example"), "HTTP_HOST")
    environ = base | {"REQUEST_METHOD": method, "PATH_INFO": path} | keys
    answer = call(APPLICATIONS[name], environ)

    assert answer.status_code in STATUSES
    assert 1 == len(answer.headers.getlist("X-Request-ID")) == len(answer.headers.getlist("X-Content-Type-Options"))
    assert len(answer.headers.getlist("Server-Timing")) <= 1
    length = answer.headers.get("Content-Length")
    assert length is None or method == "HEAD" or environ["REQUEST_METHOD"] != method or int(length) == len(answer.body)
    assert {"X-Request-ID", "Server-Timing", "Set-Cookie", "Access-Control-Allow-Origin"}.isdisjoint(KEPT.headers)
