"""What a request says of its URL, host, connection and head."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import Limits, ParseError, Request, parse_environ, try_parse
from verglas.errors import BadHost, RequestHeaderFieldsTooLarge

ROOT: Final[dict[str, object]] = {"HTTP_HOST": "h", "wsgi.url_scheme": "http"}
FULL = ROOT | {
    "REQUEST_METHOD": "post",
    "SCRIPT_NAME": "/app/",
    "PATH_INFO": "/caf\xc3\xa9",
    "QUERY_STRING": "q=%C3%A9&r=1",
    "SERVER_NAME": "internal",
    "SERVER_PORT": "8080",
    "REMOTE_ADDR": "::1",
    "REMOTE_USER": "ada",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": 1,
}


@pytest.mark.parametrize(
    ("name", "bare", "full"),
    [
        pytest.param("method", "GET", "POST", id="method"),
        pytest.param("scheme", "http", "http", id="scheme"),
        pytest.param("server", None, ("internal", 8080), id="server"),
        pytest.param("root_path", "", "/app", id="root-path"),
        pytest.param("script_root", "", "/app", id="script-root"),
        pytest.param("path", "/", "/caf\xe9", id="path"),
        pytest.param("full_path", "/?", "/caf\xe9?q=%C3%A9&r=1", id="full-path"),
        pytest.param("query_string", b"", b"q=%C3%A9&r=1", id="query-string"),
        pytest.param("host", "", "h", id="host"),
        pytest.param("base_url", "/", "http://h/app/caf\xe9", id="base-url"),
        pytest.param("root_url", "/", "http://h/app/", id="root-url"),
        pytest.param("url_root", "/", "http://h/app/", id="url-root"),
        pytest.param("host_url", "/", "http://h/", id="host-url"),
        pytest.param("remote_addr", None, "::1", id="remote-addr"),
        pytest.param("remote_user", None, "ada", id="remote-user"),
        pytest.param("access_route", (), ("::1",), id="access-route"),
        pytest.param("is_secure", False, False, id="is-secure"),
        pytest.param("is_multithread", None, True, id="is-multithread"),
        pytest.param("is_multiprocess", None, False, id="is-multiprocess"),
        pytest.param("is_run_once", None, True, id="is-run-once"),
        pytest.param("content_type", None, None, id="content-type"),
        pytest.param("content_length", None, None, id="content-length"),
        pytest.param("mimetype", "", "", id="mimetype"),
        pytest.param("mimetype_params", {}, {}, id="mimetype-params"),
        pytest.param("is_json", False, False, id="is-json"),
        pytest.param("want_form_data_parsed", False, False, id="want-form-data-parsed"),
        pytest.param("state", None, None, id="state"),
        pytest.param("shallow", False, False, id="shallow"),
    ],
)
def test_names(name: str, bare: object, full: object) -> None:
    """Each name of the reference, of an empty environ and of a full one (reference 1.1 to 1.3)."""

    assert (bare, full) == (getattr(Request({}), name), getattr(Request(dict(FULL)), name))


@pytest.mark.parametrize(
    ("expected", "path", "method"),
    [
        pytest.param("/", "", "GET", id="empty"),
        pytest.param("/evil.com/x", "//evil.com/x", "GET", id="cve-2020-28724"),
        pytest.param("/evil.com", "////evil.com", "GET", id="many-slashes"),
        pytest.param("/x", "x", "GET", id="no-slash"),
        pytest.param("/x//y/", "/x//y/", "GET", id="slashes-inside-stay"),
        pytest.param("/../x", "/../x", "GET", id="dots-stay"),
        pytest.param("/caf\xe9", "/caf\xc3\xa9", "GET", id="utf-8"),
        pytest.param("/\ufffd", "/\xff", "GET", id="d5-no-utf-8"),
        pytest.param("/\u20ac", "/\u20ac", "GET", id="d5-no-latin-1"),
        pytest.param("/x\n", "/x\n", "GET", id="cve-2021-44420"),
        pytest.param("/@google.com", "@google.com", "GET", id="cve-2026-54282"),
        pytest.param("*", "*", "OPTIONS", id="rfc9112-3.2.4-asterisk"),
        pytest.param("/%2F", "/%2F", "GET", id="escapes-are-the-servers"),
    ],
)
def test_path(expected: str, path: str, method: str) -> None:
    """`path` is text with one leading slash, whatever the bytes (design §12, Path)."""

    assert expected == Request({"PATH_INFO": path, "REQUEST_METHOD": method}).path


@pytest.mark.parametrize(
    ("expected", "path", "query"),
    [
        pytest.param("http://h/", "/", "", id="no-query-no-mark"),
        pytest.param("http://h/caf\xe9?q=\xe9", "/caf\xc3\xa9", "q=%C3%A9", id="iri"),
        pytest.param("http://h/%3Fa%23b", "/?a#b", "", id="delimiters-in-the-path"),
        pytest.param("http://h/a%20b%22", '/a b"', "", id="always-legal"),
        pytest.param("http://h/evil.com/x", "//evil.com/x", "", id="cve-2020-28724"),
        pytest.param("http://h/@google.com", "@google.com", "", id="cve-2026-54282"),
        pytest.param("http://h/?a=%FF", "/", "a=%FF", id="no-utf-8-stays-escaped"),
    ],
)
def test_url(expected: str, path: str, query: str) -> None:
    """`url` as text is a legal IRI, made of components."""

    assert expected == str(Request(ROOT | {"PATH_INFO": path, "QUERY_STRING": query}).url)


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)), st.booleans())
def test_host_never_depends_on_the_path(path: str, query: str, of_server: bool) -> None:
    """Whatever path, query and root are, the host is the host, and the text holds no control or space."""

    host = {"SERVER_NAME": "h", "SERVER_PORT": "80"} if of_server else ROOT
    request = Request({**host, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": path})
    text = str(request.url)

    assert ("h", True) == (request.host, text.startswith("http://h/") or text == "http://h")
    assert not any(c <= " " or c in '"<>\\^`{|}\x7f' for c in text)


HOSTS = [
    pytest.param("h", "h", "http", id="name"),
    pytest.param("h", "H", "http", id="lower-case"),
    pytest.param("a_b.com", "a_b.com", "http", id="underscore"),
    pytest.param("h", "h:80", "http", id="default-port"),
    pytest.param("h", "h:443", "https", id="default-port-https"),
    pytest.param("h:443", "h:443", "http", id="another-schemes-port"),
    pytest.param("h", "h:443", "wss", id="default-port-wss"),
    pytest.param("h:81", "h:81", "http", id="port"),
    pytest.param("h:81", "h:0081", "http", id="port-canonical"),
    pytest.param("h", "h:", "http", id="port-empty"),
    pytest.param("127.0.0.1", "127.0.0.1", "http", id="ipv4"),
    pytest.param("[::1]:81", "[::1]:81", "http", id="ipv6"),
    pytest.param("[2001:db8::1]", "[2001:DB8:0::1]", "http", id="ipv6-canonical"),
    pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", "http", id="a-label"),
    pytest.param("xn--a", "xn--a", "http", id="a-label-that-does-not-decode"),
    pytest.param("", "h:0", "http", id="port-zero"),
    pytest.param("", "h:65536", "http", id="port-too-large"),
    pytest.param("", "h:+80", "http", id="port-sign"),
    pytest.param("", "h:\uff18", "http", id="port-fullwidth"),
    pytest.param("", "a, b", "http", id="cve-2026-34525-two"),
    pytest.param("", "a,b", "http", id="comma"),
    pytest.param("", "x/admin?", "http", id="cve-2026-48710"),
    pytest.param("", "h#x", "http", id="fragment"),
    pytest.param("", "u@h", "http", id="cve-2012-4520"),
    pytest.param("", "u:p@h", "http", id="cve-2011-4139"),
    pytest.param("", "h\\x", "http", id="backslash"),
    pytest.param("", "a b", "http", id="space"),
    pytest.param("", "h\n", "http", id="cve-2015-5144-newline"),
    pytest.param("", "h\x0b", "http", id="vertical-tab"),
    pytest.param("", "::1", "http", id="ipv6-without-brackets"),
    pytest.param("", "[::1", "http", id="ipv6-open"),
    pytest.param("", "[::g]", "http", id="ipv6-no-address"),
    pytest.param("", "b\xfccher.example", "http", id="not-ascii"),
    pytest.param("", ":80", "http", id="no-name"),
    pytest.param("", "%68", "http", id="percent"),
]


@pytest.mark.parametrize(("expected", "host", "scheme"), HOSTS)
def test_host_lenient(expected: str, host: str, scheme: str) -> None:
    """`Request(environ)` gives the canonical host, `""` for what is none (design §12, Host)."""

    assert expected == Request({"HTTP_HOST": host, "wsgi.url_scheme": scheme}).host


@pytest.mark.parametrize(("expected", "host", "scheme"), HOSTS)
def test_host_strict(expected: str, host: str, scheme: str) -> None:
    """`parse_environ` gives the same, and a 400 for what is none."""

    found = try_parse({"HTTP_HOST": host, "wsgi.url_scheme": scheme})

    if expected:
        assert isinstance(found, Request)
        assert expected == found.host
    else:
        assert isinstance(found, ParseError if "\uff18" in host else BadHost)


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param("s", {"SERVER_NAME": "s", "SERVER_PORT": "80"}, id="server"),
        pytest.param("s:81", {"SERVER_NAME": "s", "SERVER_PORT": "81"}, id="server-port"),
        pytest.param("s:81", {"HTTP_HOST": "", "SERVER_NAME": "s", "SERVER_PORT": "81"}, id="empty-host"),
        pytest.param("[::1]:81", {"SERVER_NAME": "::1", "SERVER_PORT": "81"}, id="ipv6"),
        pytest.param("s", {"SERVER_NAME": "s"}, id="no-port"),
        pytest.param("s", {"SERVER_NAME": "s", "SERVER_PORT": "/tmp/socket"}, id="unix-socket"),
        pytest.param("", {"SERVER_NAME": "/tmp/socket"}, id="server-is-no-host"),
        pytest.param("", {}, id="nobody-says"),
    ],
)
def test_host_of_the_server(expected: str, environ: dict[str, object]) -> None:
    """Without a Host the server's name and port are it; when these are none, `""`, strictly too."""

    assert (expected, expected) == (Request(environ).host, parse_environ(environ).host)


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param(("s", 80), {"SERVER_NAME": "s", "SERVER_PORT": "80"}, id="both"),
        pytest.param(("s", None), {"SERVER_NAME": "s"}, id="no-port"),
        pytest.param(("s", None), {"SERVER_NAME": "s", "SERVER_PORT": "/x"}, id="unix-socket"),
        pytest.param(("s", None), {"SERVER_NAME": "s", "SERVER_PORT": "\u0668"}, id="other-digits"),
        pytest.param(None, {"SERVER_PORT": "80"}, id="no-name"),
    ],
)
def test_server(expected: object, environ: dict[str, object]) -> None:
    """Name and port of the server, as far as it says them."""

    assert expected == Request(environ).server


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        pytest.param(("1.1.1.1", "2.2.2.2"), "1.1.1.1, 2.2.2.2", id="list"),
        pytest.param(("1.1.1.1",), ", 1.1.1.1 ,,", id="rfc9110-5.6.1-empty-members"),
        pytest.param((), "", id="empty"),
    ],
)
def test_access_route(expected: tuple[str, ...], field: str) -> None:
    """`X-Forwarded-For` as anybody may have written it wins over the address."""

    assert expected == Request({"HTTP_X_FORWARDED_FOR": field, "REMOTE_ADDR": "9.9.9.9"}).access_route


@pytest.mark.parametrize(
    ("expected", "mimetype", "field"),
    [
        pytest.param(True, "application/json", "application/json", id="json"),
        pytest.param(True, "application/json", "Application/JSON ; Charset=UTF-8", id="any-case"),
        pytest.param(True, "application/problem+json", "application/problem+json", id="suffix"),
        pytest.param(False, "text/json", "text/json", id="text-json"),
        pytest.param(False, "image/x+json", "image/x+json", id="image"),
        pytest.param(False, "", "json", id="malformed"),
        pytest.param(False, "", "", id="empty"),
    ],
)
def test_types(expected: bool, mimetype: str, field: str) -> None:
    """The media type in lower case, and whether it is JSON."""

    request = Request({"CONTENT_TYPE": field})

    assert (expected, mimetype) == (request.is_json, request.mimetype)


def test_mimetype_params() -> None:
    """Names in lower case, values as sent, the first of two; a new dict each time."""

    request = Request({"CONTENT_TYPE": 'text/html; Charset=UTF-8; a="x; y"; A=z'})
    request.mimetype_params["charset"] = "changed"

    assert {"charset": "UTF-8", "a": "x; y"} == request.mimetype_params


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param(5, {"CONTENT_LENGTH": "5"}, id="length"),
        pytest.param(None, {"CONTENT_LENGTH": "5", "HTTP_TRANSFER_ENCODING": "chunked"}, id="chunked"),
        pytest.param(None, {"CONTENT_LENGTH": "abc"}, id="malformed"),
        pytest.param(None, {"CONTENT_LENGTH": "-5"}, id="negative"),
        pytest.param(None, {"CONTENT_LENGTH": ""}, id="empty"),
    ],
)
def test_content_length(expected: int | None, environ: dict[str, object]) -> None:
    """The length that a request states, if it is one: never 0 for what is none."""

    assert expected == Request(environ).content_length


@pytest.mark.parametrize(
    ("expected", "scheme"),
    [("http", "http"), ("https", "https"), ("wss", "wss"), ("http", "javascript"), ("http", ""), ("http", "a b")],
)
def test_scheme(expected: str, scheme: str) -> None:
    """What is no scheme of HTTP or WebSocket would make another text of the URL."""

    request = Request({"wsgi.url_scheme": scheme, "HTTP_HOST": "h"})

    assert (expected, expected in ("https", "wss")) == (request.scheme, request.is_secure)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param("CONTENT_TYPE", "content_type", id="content-type"),
        pytest.param("CONTENT_TYPE", "mimetype", id="mimetype"),
        pytest.param("CONTENT_TYPE", "is_json", id="is-json"),
        pytest.param("HTTP_X_FORWARDED_FOR", "access_route", id="access-route"),
        pytest.param("CONTENT_LENGTH", "content_length", id="content-length"),
        pytest.param("HTTP_COOKIE", "cookies", id="cookies"),
    ],
)
@pytest.mark.parametrize("over", [False, True])
def test_long_values(key: str, name: str, over: bool) -> None:
    """A value over `max_header_value` is a 431 on typed access, never as if absent; its text stays readable."""

    request = Request({key: "9" * (10 + over)}, limits=Limits(max_header_value=10))
    field = key.removeprefix("HTTP_").replace("_", "-")

    if over:
        with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
            dict(request.cookies) if name == "cookies" else getattr(request, name)
        limit = caught.value.limit
        assert (431, "max_header_value", 10) == (caught.value.code, limit and limit.knob, limit and limit.allowed)
    else:
        str(getattr(request, name))
    assert "9" * (10 + over) == request.headers[field]


@pytest.mark.parametrize("count", [2, 3])
def test_long_list(count: int) -> None:
    """As many members as allowed; one more is a 431."""

    request = Request({"HTTP_X_FORWARDED_FOR": ",".join(["a"] * count)}, limits=Limits(max_list_items=2))

    if count == 2:
        assert ("a", "a") == request.access_route
        return
    with pytest.raises(RequestHeaderFieldsTooLarge, match="max_list_items"):
        str(request.access_route)


WILD = st.text(st.characters(max_codepoint=255)) | st.text() | st.integers() | st.none()


@given(
    st.dictionaries(
        st.sampled_from([*FULL, "HTTP_COOKIE", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_FORWARDED_FOR"]), WILD
    )
)
def test_head_never_raises(environ: dict[str, object]) -> None:
    """Accessors of the head never raise on input, whatever it is; neither does `try_parse`."""

    request = Request(environ)
    for name in ("method", "url", "headers", "server", "remote_addr", "remote_user", "args", "cookies", "path", "host"):
        str(getattr(request, name))
    for name in ("full_path", "access_route", "content_type", "content_length", "mimetype", "is_json", "base_url"):
        str(getattr(request, name))

    assert isinstance(try_parse(environ), Request | ParseError)
