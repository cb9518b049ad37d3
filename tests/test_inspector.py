"""The inspector, called as a WSGI application."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import Limits, Request
from verglas.inspector.app import inspector
from verglas.inspector.markup import escape
from verglas.testing import WSGIAnswer, call

APP: Final = inspector()
SCRIPT: Final = "<script>"

JSONObject: TypeAlias = dict[str, object]


def asked(path: str, method: str = "GET", **values: object) -> WSGIAnswer:
    """What the application answers to a request that is described in parts."""
    make = cast("Callable[..., Request[None]]", Request.from_values)  # each test names what it needs of its values
    answer = call(APP, make(path, method=method, **values).environ)
    assert 1 == len(answer.starts)
    return answer


def as_json(answer: WSGIAnswer) -> JSONObject:
    """The object that an answer holds."""
    return cast("JSONObject", json.loads(answer.body))  # each test looks for the keys that it needs


@pytest.mark.parametrize(
    ("path", "status", "content_type"),
    [
        pytest.param("/", "200 OK", "text/html; charset=utf-8", id="home"),
        pytest.param("/source", "200 OK", "text/html; charset=utf-8", id="source"),
        pytest.param("/stream", "200 OK", "text/plain; charset=utf-8", id="stream"),
        pytest.param("/style.css", "200 OK", "text/css; charset=utf-8", id="style"),
        pytest.param("/icon.svg", "200 OK", "image/svg+xml; charset=utf-8", id="icon"),
        pytest.param("/echo.json", "200 OK", "application/json", id="json"),
        pytest.param("/status/200", "200 OK", "text/plain; charset=utf-8", id="status"),
        pytest.param("/status/599", "599 Unknown", "text/plain; charset=utf-8", id="status-without-a-phrase"),
        pytest.param("/status/204", "204 No Content", None, id="status-without-content"),
        pytest.param("/status/100", "400 Bad Request", "text/html; charset=utf-8", id="status-no-application-sends"),
        pytest.param("/status/600", "400 Bad Request", "text/html; charset=utf-8", id="status-too-high"),
        pytest.param("/status/20", "404 Not Found", "text/html; charset=utf-8", id="status-too-short"),
        pytest.param("/status/٢٠٠", "404 Not Found", "text/html; charset=utf-8", id="status-in-other-digits"),
        pytest.param("/status", "404 Not Found", "text/html; charset=utf-8", id="no-status"),
        pytest.param("/source/", "404 Not Found", "text/html; charset=utf-8", id="slash-at-the-end"),
        pytest.param("/nowhere", "404 Not Found", "text/html; charset=utf-8", id="unknown"),
        pytest.param("/cookies/set", "400 Bad Request", "text/html; charset=utf-8", id="no-cookie-named"),
        pytest.param("/cookies/set?a%20b=1", "400 Bad Request", "text/html; charset=utf-8", id="no-cookie-name"),
        pytest.param("/cookies/set?__Host-a=1", "400 Bad Request", "text/html; charset=utf-8", id="cookie-prefix"),
        pytest.param("/cookies/set?a=" + "x" * 5000, "400 Bad Request", "text/html; charset=utf-8", id="cookie-size"),
        pytest.param("/?" + "a&" * 2000, "414 URI Too Long", "text/html; charset=utf-8", id="query"),
    ],
)
def test_get(path: str, status: str, content_type: str | None) -> None:
    """Each page has its status and type."""
    answer = asked(path)

    assert (status, content_type) == (answer.status, answer.headers.get("Content-Type"))


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        pytest.param("POST", "/", "GET, HEAD", id="home"),
        pytest.param("DELETE", "/stream", "GET, HEAD", id="stream"),
        pytest.param("PUT", "/status/200", "GET, HEAD", id="status"),
        pytest.param("POST", "/redirect", "GET, HEAD", id="redirect"),
        pytest.param("POST", "/cookies/set", "GET, HEAD", id="cookies-set"),
        pytest.param("POST", "/cookies/clear", "GET, HEAD", id="cookies-clear"),
        pytest.param("POST", "/source", "GET, HEAD", id="source"),
        pytest.param("GET", "/echo", "POST", id="echo"),
        pytest.param("HEAD", "/echo", "POST", id="echo-head"),
    ],
)
def test_wrong_method(method: str, path: str, allow: str) -> None:
    """Another method than those of a page is a 405 that says which they are."""
    answer = asked(path, method)

    assert ("405 Method Not Allowed", allow) == (answer.status, answer.headers.get("Allow"))


@pytest.mark.parametrize("path", ["/", "/echo.json", "/stream", "/source", "/redirect", "/nowhere", "/status/500"])
def test_every_answer_is_guarded(path: str) -> None:
    """No answer may run scripts, or be taken for another type than it says."""
    answer = asked(path)
    policy = answer.headers.get("Content-Security-Policy") or ""

    assert (True, False, "nosniff") == (
        policy.startswith("default-src 'none'; style-src 'self';"),
        "script-src" in policy or "unsafe" in policy,
        answer.headers.get("X-Content-Type-Options"),
    )


@pytest.mark.parametrize("path", ["/", "/source", "/stream", "/style.css", "/nowhere"])
def test_head_has_no_body(path: str) -> None:
    """HEAD is answered as GET, without the body."""
    answer = asked(path, "HEAD")

    assert (asked(path).status, b"") == (answer.status, answer.body)


FILE: Final = "Übergröße ☃.txt"


@pytest.fixture
def posted() -> JSONObject:
    """What the JSON says of a form with files."""
    files = [(io.BytesIO(b"cold"), FILE, "text/plain"), (io.BytesIO(b"\x00\xff"), "b.bin")]
    answer = asked("/echo.json?q=1&q=2", "POST", data={"tag": ["a", "b"], "note": "é\r\n", "file": files})
    return as_json(answer)


def test_json_has_the_form(posted: JSONObject) -> None:
    """The JSON has every field, in order."""

    assert [["tag", "a"], ["tag", "b"], ["note", "é\r\n"]] == posted["form"]


def test_json_has_the_files(posted: JSONObject) -> None:
    """The JSON has every file, with its size and digest."""
    described = [
        {"name": "file", "filename": FILE, "content_type": "text/plain", "size": 4},
        {"name": "file", "filename": "b.bin", "content_type": "application/octet-stream", "size": 2},
    ]
    digests = [sha256(content).hexdigest() for content in (b"cold", b"\x00\xff")]

    expected = [description | {"sha256": digest} for description, digest in zip(described, digests, strict=True)]
    assert expected == posted["files"]


def test_json_has_the_url(posted: JSONObject) -> None:
    """The JSON has method, URL and query."""

    assert ("POST", "http://localhost/echo.json?q=1&q=2", [["q", "1"], ["q", "2"]]) == (
        posted["method"],
        posted["url"],
        posted["args"],
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_json_is_for_any_method(method: str) -> None:
    """The JSON is there for every method, with headers and cookies."""
    said = as_json(asked("/echo.json", method, headers=[("X-Tag", "a"), ("Cookie", 'a=1; b="2"')]))

    assert (method, True, [["a", "1"], ["b", "2"]]) == (
        said["method"],
        ["X-Tag", "a"] in cast("list[list[str]]", said["headers"]),  # as above
        said["cookies"],
    )


def test_echo_shows_the_form() -> None:
    """The page shows fields and files as the JSON has them."""
    shown = asked("/echo", "POST", data={"tag": ["a", "b"], "file": (io.BytesIO(b"cold"), FILE)}).text
    wanted = ['<code dir="auto">tag</code>', FILE, "4 bytes", sha256(b"cold").hexdigest()]

    assert [] == [text for text in wanted if text not in shown]


def test_echo_shows_another_body() -> None:
    """A body that is no form is shown as text, and said to be cut where it is."""
    shown = asked("/echo", "POST", data=b"<b>" + b"x" * 20_000, content_type="text/plain").text

    assert (True, True) == ("20,003 bytes" in shown and "first 10,000" in shown, "&lt;b&gt;x" in shown)


SCRIPTED: Final[dict[str, dict[str, object]]] = {
    "path": {"path": f"/{SCRIPT}"},
    "query": {"path": f"/?{SCRIPT}={SCRIPT}"},
    "header": {"path": "/", "headers": [("X-Tag", SCRIPT), ("User-Agent", SCRIPT)]},
    "cookie": {"path": "/", "headers": [("Cookie", f"{SCRIPT}={SCRIPT}")]},
    "form": {"path": "/echo", "method": "POST", "data": {SCRIPT: SCRIPT}},
    "file": {"path": "/echo", "method": "POST", "data": {SCRIPT: (io.BytesIO(b"x"), SCRIPT, "text/plain")}},
    "body": {"path": "/echo", "method": "POST", "data": SCRIPT.encode(), "content_type": f"text/plain; a={SCRIPT}"},
    "status": {"path": f"/status/{SCRIPT}"},
    "bad-form": {"path": "/echo", "method": "POST", "data": b"x", "content_type": f"multipart/form-data; {SCRIPT}"},
    "method": {"path": "/", "method": "SCRIPT"},
    "mounted": {"path": "/", "base_url": f"http://localhost/{SCRIPT}"},
    "mounted-error": {"path": "/nowhere", "base_url": f"http://localhost/{SCRIPT}"},
    "host": {"path": "/", "headers": [("Host", SCRIPT)]},
}


@pytest.mark.parametrize("values", [pytest.param(values, id=name) for name, values in SCRIPTED.items()])
def test_everything_is_escaped(values: dict[str, object]) -> None:
    """No part of a request becomes markup."""
    values = dict(values)
    answer = asked(str(values.pop("path")), str(values.pop("method", "GET")), **values)

    assert ("text/html; charset=utf-8", False) == (answer.headers.get("Content-Type"), SCRIPT in answer.text.lower())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<a b='c' d=\"e\">&", "&lt;a b=&#x27;c&#x27; d=&quot;e&quot;&gt;&amp;", id="markup"),
        pytest.param("a\x00b\x1bc\x7f", "a␀b␛c␡", id="controls-have-pictures"),
        pytest.param("a\r\nb\nc\rd\t", "a\nb\nc␍d\t", id="ends-of-lines-stay"),
    ],
)
def test_escape(text: str, expected: str) -> None:
    """Text shows as what it is."""

    assert expected == escape(text)


@pytest.mark.parametrize(
    ("path", "base_url", "location"),
    [
        pytest.param("/redirect", "http://localhost/", "/", id="redirect"),
        pytest.param("/cookies/clear", "http://localhost/", "/", id="cookies-clear"),
        pytest.param("/redirect", "http://localhost/a%20b/é", "/a%20b/%C3%A9/", id="mounted"),
        pytest.param("//evil.example/../redirect", "http://localhost/", None, id="cve-2020-28724"),
    ],
)
def test_redirect(path: str, base_url: str, location: str | None) -> None:
    """A redirect leads to the start, wherever that is."""

    assert location == asked(path, base_url=base_url).headers.get("Location")


def test_set_cookies() -> None:
    """Each pair of the query becomes a cookie, then the start shows them."""
    answer = asked("/cookies/set?a=1&b=x+y")
    lines = [value for name, value in answer.lines if name == "Set-Cookie"]

    assert (
        "303 See Other",
        "/",
        ["a=1; HttpOnly; Path=/; SameSite=Lax", 'b="x y"; HttpOnly; Path=/; SameSite=Lax'],
    ) == (
        answer.status,
        answer.headers.get("Location"),
        lines,
    )


def test_clear_cookies() -> None:
    """Every cookie that can be read is forgotten, one whose name no server would set, too."""
    answer = asked("/cookies/clear", headers=[("Cookie", "a=1; a b=2; __Host-c=3")])
    names = [value.partition("=")[0] for name, value in answer.lines if name == "Set-Cookie"]

    assert ("303 See Other", ["a", "a b", "__Host-c"]) == (answer.status, names)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        pytest.param("multipart/form-data", b"x", "400 Bad Request", id="no-boundary"),
        pytest.param("multipart/form-data; boundary=a", b"--a\r\n", "400 Bad Request", id="no-end"),
        pytest.param("text", b"x", "400 Bad Request", id="malformed-type"),
        pytest.param("text/plain", b"x" * 101, "413 Content Too Large", id="too-large"),
        pytest.param("text/plain", b"x" * 100, "200 OK", id="just-small-enough"),
        pytest.param("application/x-www-form-urlencoded", b"a&" * 50, "200 OK", id="many-fields"),
    ],
)
def test_bad_bodies(content_type: str, body: bytes, status: str) -> None:
    """A body that is no good is the client's error."""
    request = Request.from_values("/echo", method="POST", data=body, content_type=content_type)

    assert status == call(inspector(Limits(max_content_length=100)), request.environ).status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"HTTP_HOST": "a/b"}, "400 Bad Request", id="host"),
        pytest.param({"REQUEST_METHOD": "G T"}, "400 Bad Request", id="method"),
        pytest.param({"CONTENT_LENGTH": "-1", "REQUEST_METHOD": "POST"}, "400 Bad Request", id="length"),
        pytest.param({"HTTP_TRANSFER_ENCODING": "chunked"}, "411 Length Required", id="chunked"),
        pytest.param({"CONTENT_LENGTH": "9", "REQUEST_METHOD": "POST"}, "400 Bad Request", id="ended-early"),
    ],
)
def test_bad_environs(changes: dict[str, object], status: str) -> None:
    """What cannot be right is refused, in a page like the others."""
    answer = call(APP, Request.from_values("/echo", method="POST").environ | changes)

    assert (status, True) == (answer.status, "style.css" in answer.text)


def test_errors_as_problems() -> None:
    """A client that prefers JSON gets an error as problem details (RFC 9457), guarded too."""
    answer = asked("/nowhere", headers=[("Accept", "application/json")])

    assert ("application/problem+json", "nosniff") == (
        answer.headers.get("Content-Type"),
        answer.headers.get("X-Content-Type-Options"),
    )


def test_source_is_its_own() -> None:
    """The source shows the files that the inspector is made of."""
    shown = asked("/source").text

    assert [] == [name for name in ("app.py", "pages.py", "server.py", "style.css") if f">{name}</h2>" not in shown]


OCTETS: Final = st.binary(max_size=40).map(lambda octets: octets.decode("latin-1"))


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT"]),
    folder=st.sampled_from(["/", "/echo", "/echo.json", "/status/", "/cookies/set", "/cookies/clear", "/redirect"]),
    tail=st.sampled_from(["", "/x"]) | OCTETS,
    query=OCTETS,
    cookie=OCTETS,
    header=OCTETS,
    root=OCTETS,
    content_type=st.sampled_from(["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]) | OCTETS,
    body=st.binary(max_size=60)
    | st.binary(max_size=30).map(
        lambda b: b'--a\r\nContent-Disposition: form-data; name="' + b + b'"\r\n\r\n\r\n--a--'
    ),
)
def test_never_a_server_error(
    method: str,
    folder: str,
    tail: str,
    query: str,
    cookie: str,
    header: str,
    root: str,
    content_type: str,
    body: bytes,
) -> None:
    """Whatever is sent, it is shown or refused."""
    environ = Request.from_values("/").environ | {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": root,
        "PATH_INFO": folder + tail,
        "QUERY_STRING": query,
        "HTTP_COOKIE": cookie,
        "HTTP_X_TAG": header,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }

    assert call(APP, environ).status < "500"
