"""`build_environ` and `Request.from_values`: the way back to an environ, and from parts to one."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from tests.kit import untyped
from verglas import URL, Headers, HeaderValueError, Request, Response, Upload, build_environ
from verglas.testing import call


def moved(data: bytes, position: int) -> io.BytesIO:
    """A stream of which some was read."""
    stream = io.BytesIO(data)
    stream.seek(position)
    return stream


class Pipe(io.BytesIO):
    """A stream that cannot seek."""

    @override
    def tell(self) -> int:
        raise io.UnsupportedOperation("tell")


def composed(environ: Mapping[str, object], *keys: str) -> tuple[object, ...]:
    """Values of an environ."""
    return tuple(environ.get(key) for key in keys)


@pytest.mark.parametrize(
    ("expected", "key"),
    [
        pytest.param("GET", "REQUEST_METHOD", id="method"),
        pytest.param("", "SCRIPT_NAME", id="script-name"),
        pytest.param("/", "PATH_INFO", id="path"),
        pytest.param("", "QUERY_STRING", id="query"),
        pytest.param("localhost", "SERVER_NAME", id="server"),
        pytest.param("80", "SERVER_PORT", id="port"),
        pytest.param("localhost", "HTTP_HOST", id="host"),
        pytest.param("HTTP/1.1", "SERVER_PROTOCOL", id="protocol"),
        pytest.param("http", "wsgi.url_scheme", id="scheme"),
        pytest.param((1, 0), "wsgi.version", id="version"),
        pytest.param(sys.stderr, "wsgi.errors", id="errors"),
        pytest.param(False, "wsgi.multithread", id="multithread"),
        pytest.param(False, "wsgi.multiprocess", id="multiprocess"),
        pytest.param(False, "wsgi.run_once", id="run-once"),
        pytest.param(None, "REMOTE_ADDR", id="no-address"),
        pytest.param(None, "CONTENT_TYPE", id="no-type"),
        pytest.param(None, "CONTENT_LENGTH", id="no-length"),
    ],
)
def test_defaults(expected: object, key: str) -> None:
    """Without arguments: GET / of localhost, and no body (reference 1.11, defaults)."""

    # The stream of errors is asked for when the environ is made: a test's own replaces it meanwhile.
    assert (sys.stderr if key == "wsgi.errors" else expected) == Request.from_values().environ.get(key)


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param("http://localhost/a?b=1", Request.from_values("/a?b=1"), id="query-in-path"),
        pytest.param("http://localhost/a?b=1", Request.from_values("/a#x", query_string="b=1"), id="fragment-dropped"),
        pytest.param("http://localhost/a", Request.from_values("a"), id="slash-added"),
        pytest.param("http://localhost/a%20b?c%20d", Request.from_values("/a b?c d"), id="space-escaped"),
        pytest.param("http://x.org/a?b", Request.from_values("http://x.org/a?b#c"), id="whole-url"),
        pytest.param("https://x.org/a", Request.from_values(URL.parse("https://x.org/a")), id="url"),
        pytest.param("http://x.org/app/a", Request.from_values("http://x.org/app/a", "http://x.org/app"), id="below"),
        pytest.param("http://x.org/a", Request.from_values("http://x.org/a", "http://X.ORG:80"), id="same-origin"),
        pytest.param("http://localhost/a?b=http://x/", Request.from_values("/a?b=http://x/"), id="url-in-query"),
        pytest.param("http://localhost/a/http://x/", Request.from_values("/a/http://x/"), id="url-in-path"),
        pytest.param("http://localhost", Request.from_values("*", method="OPTIONS"), id="rfc9112-asterisk"),
        pytest.param("https://x.org:81/app/a", Request.from_values("/a", "https://x.org:81/app/"), id="base"),
        pytest.param("http://[::1]:81/", Request.from_values("/", "http://[::1]:81"), id="d17-base-ipv6"),
        pytest.param("http://localhost/\xe9?\xfc", Request.from_values("/\xe9?\xfc"), id="iri"),
        pytest.param("http://localhost/\xe9", Request.from_values("/%C3%A9"), id="escaped"),
        pytest.param("http://localhost/evil/x", Request.from_values("//evil/x"), id="cve-2020-28724"),
    ],
)
def test_target(expected: str, request_: Request) -> None:
    """Where a request goes (reference 1.11, `path`, `query_string`, `base_url`)."""

    assert expected == str(request_.url)


def test_whole_url_of_another_origin_says_both() -> None:
    """Who gives two places hears which, and what to do."""

    with pytest.raises(ValueError, match=r"path is a URL of http://x\.org, but base_url one of http://y\.org: leave"):
        Request.from_values("http://x.org/a", "http://y.org/")


def test_url_of_a_request_makes_it_again() -> None:
    """A URL as a value keeps where the application is mounted."""

    url = URL("https", "x.org", "/app", b"/a")

    assert ("/app", "/a") == composed(Request.from_values(url).environ, "SCRIPT_NAME", "PATH_INFO")


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param("/", Request.from_values().environ, id="root"),
        pytest.param("/a%2Fb?c=%41", Request.from_values("/a%2Fb?c=%41").environ, id="as-written"),
        pytest.param("/%C3%A9%20b?%C3%BC", Request.from_values("/\xe9 b?\xfc").environ, id="escaped"),
        pytest.param("/app/a", Request.from_values("/a", "http://x/app/").environ, id="with-root"),
        pytest.param("/a?b=1", Request.from_values("/a", query_string={"b": 1}).environ, id="with-query"),
        pytest.param("/a%2Fb", Request.from_values("http://x/a%2Fb").environ, id="whole-url"),
        pytest.param("*", Request.from_values("*", method="OPTIONS").environ, id="asterisk"),
        pytest.param("/c", Request.from_values("/a%2Fb").replace(url="/c").environ, id="replaced"),
        pytest.param("/a/b?c", Request(url="/a%2Fb?c").environ, id="of-a-value-which-has-no-escapes"),
    ],
)
def test_target_as_it_is_sent(expected: str, environ: dict[str, object]) -> None:
    """`REQUEST_URI` and `RAW_URI` hold what a client sends (RFC 9112 §3.2), where servers have it."""

    assert (expected, expected) == composed(environ, "REQUEST_URI", "RAW_URI")


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        pytest.param("a=1&b", "a=1&b", id="text"),
        pytest.param("a=1&a=2&%C3%A9=%C3%BC", {"a": ["1", "2"], "\xe9": "\xfc"}, id="mapping"),
        pytest.param("", {}, id="empty-mapping"),
    ],
)
def test_query_string(expected: str, query: str | dict[str, str | list[str]]) -> None:
    """A query is a text, or a mapping to one or several values."""

    assert expected == Request.from_values(query_string=query).environ["QUERY_STRING"]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Request.from_values("/a?b", query_string="c").environ, id="two-queries"),
        pytest.param(lambda: Request.from_values(base_url="http://x/?a").environ, id="query-in-base"),
        pytest.param(lambda: Request.from_values(base_url="http://x/#a").environ, id="fragment-in-base"),
        pytest.param(lambda: Request.from_values(base_url="/app").environ, id="base-without-host"),
        pytest.param(lambda: Request.from_values("http://x.org/a", "http://y.org/"), id="whole-url-of-another-host"),
        pytest.param(lambda: Request.from_values("https://x.org/a", "http://x.org/"), id="whole-url-of-another-scheme"),
        pytest.param(lambda: Request.from_values("http://x.org:8/a", "http://x.org/"), id="whole-url-of-another-port"),
        pytest.param(lambda: Request.from_values("http://x/apple", "http://x/app"), id="whole-url-not-below"),
        pytest.param(lambda: Request.from_values("ftp://x.org/a"), id="whole-url-of-another-kind"),
        pytest.param(lambda: Request.from_values(headers={"X": "a\nb"}).environ, id="header"),
        pytest.param(lambda: Request.from_values(headers={"x_y": "a"}).environ, id="cve-2015-0219-underscore"),
        pytest.param(
            lambda: Request.from_values(headers=[("Host", "a"), ("Host", "b")]).environ, id="cve-2026-34525-two-hosts"
        ),
        pytest.param(lambda: Request.from_values(content_type="a\r\nb").environ, id="type"),
    ],
)
def test_refuses_values(make: Callable[[], object]) -> None:
    """What cannot be sent raises here (`ValueError`)."""

    with pytest.raises(ValueError, match=r"."):
        make()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Request.from_values(data="a", json=1).environ, id="data-and-json"),
        pytest.param(lambda: Request.from_values(data="a", input_stream=io.BytesIO()).environ, id="data-and-stream"),
        pytest.param(lambda: Request.from_values(json=1, files={"f": io.BytesIO()}).environ, id="json-and-files"),
        pytest.param(lambda: Request.from_values(data="a", files={"f": io.BytesIO()}).environ, id="text-and-files"),
        pytest.param(lambda: Request.from_values(files={"f": (1, "a")}).environ, id="no-file"),  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownMemberType, reportUnknownLambdaType]
    ],
)
def test_refuses_two_bodies(make: Callable[[], object]) -> None:
    """A body has one source; a value that is none of the kinds of file is a `TypeError`."""

    with pytest.raises(TypeError):
        make()


@pytest.mark.parametrize(
    ("body", "length", "content_type", "environ"),
    [
        pytest.param(b"\xc3\xa9", "2", None, Request.from_values(data="\xe9").environ, id="data-text"),
        pytest.param(b"ab", "2", None, Request.from_values(data=b"ab").environ, id="data-bytes"),
        pytest.param(b"ab", "2", None, Request.from_values(data=io.BytesIO(b"ab")).environ, id="data-file"),
        pytest.param(b"", None, None, Request.from_values(data=b"").environ, id="data-empty"),
        pytest.param(b'{"a": 1}', "8", "application/json", Request.from_values(json={"a": 1}).environ, id="json"),
        pytest.param(b'"\\u00e9"', "8", "application/json", Request.from_values(json="\xe9").environ, id="json-ascii"),
        pytest.param(b"", None, None, Request.from_values(json=None).environ, id="json-none"),
        pytest.param(
            b"a=1&a=2&b=3",
            "11",
            "application/x-www-form-urlencoded",
            Request.from_values(data={"a": ["1", "2"], "b": 3}).environ,
            id="data-form",
        ),
        pytest.param(b"ab", "2", None, Request.from_values(input_stream=io.BytesIO(b"ab")).environ, id="stream"),
        pytest.param(b"", None, None, Request.from_values(input_stream=io.BytesIO()).environ, id="stream-empty"),
        pytest.param(b"b", "1", None, Request.from_values(input_stream=moved(b"ab", 1)).environ, id="stream-rest"),
        pytest.param(
            b"ab",
            None,
            None,
            Request.from_values(input_stream=io.BytesIO(b"ab"), headers={"Transfer-Encoding": "chunked"}).environ,
            id="stream-chunked",
        ),
        pytest.param(
            b"ab",
            None,
            None,
            Request.from_values(input_stream=io.BytesIO(b"ab"), environ_base={"wsgi.input_terminated": True}).environ,
            id="stream-terminated",
        ),
        pytest.param(
            b"ab", "1", None, Request.from_values(input_stream=io.BytesIO(b"ab"), content_length=1).environ, id="length"
        ),
        pytest.param(
            b"ab",
            "1",
            None,
            Request.from_values(data=b"ab", content_length=1, headers={"Content-Length": "9"}).environ,
            id="length-wins-over-header",
        ),
        pytest.param(
            b"ab",
            "9",
            None,
            Request.from_values(data=b"ab", headers={"Content-Length": "9"}).environ,
            id="length-header",
        ),
        pytest.param(
            b"ab",
            "2",
            "c/d",
            Request.from_values(data="ab", content_type="a/b", mimetype="c/d", headers={"Content-Type": "e/f"}).environ,
            id="mimetype-wins",
        ),
        pytest.param(b"ab", "2", "a/b", Request.from_values(data="ab", content_type="a/b").environ, id="type"),
        pytest.param(b"ab", "2", "a/b", Request.from_values(data="ab", mimetype="a/b").environ, id="mimetype"),
        pytest.param(
            b"ab",
            "2",
            "text/html; charset=utf-8",
            Request.from_values(data="ab", mimetype="text/html").environ,
            id="mimetype-text",
        ),
        pytest.param(
            b"ab", "2", "a/b", Request.from_values(data="ab", headers={"content-type": "a/b"}).environ, id="type-header"
        ),
    ],
)
def test_body(body: bytes, length: str | None, content_type: str | None, environ: dict[str, object]) -> None:
    """The body with its length and type (reference 1.11, `data`, `json`, `input_stream`, `content_type`)."""

    stream = environ["wsgi.input"]

    assert isinstance(stream, io.BytesIO)
    assert (body, length, content_type) == (
        stream.getvalue()[stream.tell() :],
        *composed(environ, "CONTENT_LENGTH", "CONTENT_TYPE"),
    )


def test_length_of_a_pipe() -> None:
    """The length of a stream that cannot tell it is not stated: whoever knows it does."""

    assert "CONTENT_LENGTH" not in Request.from_values(input_stream=Pipe(b"ab")).environ


def test_an_upload_keeps_its_headers() -> None:
    """The header fields of a part are sent with it."""

    upload = Upload("g", "a", b"x", {"Content-Type": "a/b", "Content-Language": "de", "Content-Disposition": "x"})
    sent = Request.from_values(files={"f": upload}).files["f"]

    assert ("f", "a/b", "de") == (sent.name, sent.content_type, sent.headers["Content-Language"])


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param(
            ("f", "a.txt", "text/plain", b"x"),
            Request.from_values(data={"f": (io.BytesIO(b"x"), "a.txt", "text/plain")}),
            id="data-tuple-of-three",
        ),
        pytest.param(
            ("f", "a.txt", "text/plain", b"x"),
            Request.from_values(data={"f": (io.BytesIO(b"x"), "a.txt")}),
            id="data-tuple-of-two",
        ),
        pytest.param(
            ("f", "f", "application/octet-stream", b"x"),
            Request.from_values(files={"f": io.BytesIO(b"x")}),
            id="files-without-name",
        ),
        pytest.param(
            ("f", "a", "text/plain", b"x"),
            Request.from_values(files={"f": Upload("g", "a", b"x", content_type="text/plain")}),
            id="files-upload",
        ),
        pytest.param(
            ("f", 'a"b;c\\.txt', "a/b", b"x"),
            Request.from_values(files={"f": (io.BytesIO(b"x"), 'a"b;c\\.txt', "a/b")}).buffered(),
            id="cve-2022-36359-quotes",
        ),
    ],
)
def test_files(expected: tuple[str, str, str, bytes], request_: Request) -> None:
    """Files are sent as a browser would, and arrive."""

    upload = request_.files["f"]
    as_browsers_escape = upload.filename.replace("%22", '"')

    assert expected == (upload.name, as_browsers_escape, upload.content_type, upload.read())


@pytest.mark.parametrize(
    "value",
    [
        pytest.param((b"x", "a.png", "image/png"), id="content-first"),
        pytest.param(("a.png", b"x", "image/png"), id="name-first"),
        pytest.param(("a.png", io.BytesIO(b"x")), id="name-and-a-file"),
    ],
)
def test_order_of_a_file(
    value: tuple[bytes, str, str] | tuple[str, bytes, str] | tuple[str, io.BytesIO],
) -> None:
    """A name and a content are told apart by their types."""
    sent = Request.from_values(files={"f": value}).files["f"]

    assert ("a.png", "image/png", b"x") == (sent.filename, sent.content_type, sent.data)


def test_no_file() -> None:
    """What is not a file is told how one is written."""
    with pytest.raises(TypeError, match=r"a tuple \(content, name, type\)"):
        untyped(Request.from_values)(files={"f": ("a", "b")})


@pytest.mark.parametrize("path", [pytest.param("a.png", id="text"), pytest.param(Path("a.png"), id="path")])
def test_path_of_a_file(path: str | Path) -> None:
    """A path is not sent in the place of its file."""
    with pytest.raises(TypeError, match="not by its path"):
        untyped(Request.from_values)(files={"f": path})


def test_files_and_fields_in_order() -> None:
    """Fields and files of one form, several of a name."""

    request = Request.from_values(
        method="POST",
        data={"a": ["1", "2"], "f": [(io.BytesIO(b"x"), "x"), (io.BytesIO(b"y"), "y")]},
        files={"g": [io.BytesIO(b"z")]},
    )

    assert (("a", "1"), ("a", "2")) == request.form.pairs
    assert ["x", "y", "g"] == [upload.filename for _, upload in request.files.pairs]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request.from_values(data={"a": "1"}, content_type="multipart/form-data"), id="content-type"),
        pytest.param(Request.from_values(data={"a": "1"}, mimetype="multipart/form-data"), id="mimetype"),
        pytest.param(
            Request.from_values(data={"a": "1"}, headers={"Content-Type": "multipart/form-data"}), id="headers"
        ),
        pytest.param(Request.from_values(data={"a": "1"}, content_type="Multipart/Form-Data; boundary=x"), id="other"),
    ],
)
def test_form_asked_for_as_multipart(request_: Request) -> None:
    """A form without files is multipart when its type is asked for to be: type and body agree."""

    assert ("1", "multipart/form-data") == (request_.form["a"], request_.mimetype)


@pytest.mark.parametrize(
    ("expected", "key", "environ"),
    [
        pytest.param("PUT", "REQUEST_METHOD", Request.from_values(method="PUT").environ, id="method"),
        pytest.param(
            "a, b", "HTTP_X_TAG", Request.from_values(headers=[("X-Tag", "a"), ("x-tag", "b")]).environ, id="joined"
        ),
        pytest.param(
            "a=1; b=2",
            "HTTP_COOKIE",
            Request.from_values(headers=[("Cookie", "a=1"), ("Cookie", "b=2")]).environ,
            id="d17-cookies",
        ),
        pytest.param("x.org", "HTTP_HOST", Request.from_values(headers={"Host": "x.org"}).environ, id="host-header"),
        pytest.param(
            "Basic dTpwOsOp", "HTTP_AUTHORIZATION", Request.from_values(auth=("u", "p:\xe9")).environ, id="auth"
        ),
        pytest.param("stream", "wsgi.errors", Request.from_values(errors_stream="stream").environ, id="errors"),
        pytest.param(True, "wsgi.multithread", Request.from_values(multithread=True).environ, id="multithread"),
        pytest.param(True, "wsgi.multiprocess", Request.from_values(multiprocess=True).environ, id="multiprocess"),
        pytest.param(True, "wsgi.run_once", Request.from_values(run_once=True).environ, id="run-once"),
        pytest.param(
            "1.1.1.1", "REMOTE_ADDR", Request.from_values(environ_base={"REMOTE_ADDR": "1.1.1.1"}).environ, id="base"
        ),
        pytest.param(
            "GET", "REQUEST_METHOD", Request.from_values(environ_base={"REQUEST_METHOD": "X"}).environ, id="base-below"
        ),
        pytest.param(
            "X",
            "REQUEST_METHOD",
            Request.from_values(environ_overrides={"REQUEST_METHOD": "X"}).environ,
            id="overrides-above",
        ),
        pytest.param(
            "[::1]", "SERVER_NAME", Request.from_values(base_url="http://[::1]:5/").environ, id="d17-server-ipv6"
        ),
        pytest.param("443", "SERVER_PORT", Request.from_values(base_url="https://x.org/").environ, id="default-port"),
        pytest.param("/caf\xc3\xa9", "PATH_INFO", Request.from_values("/caf\xe9").environ, id="pep3333-latin-1"),
    ],
)
def test_values(expected: object, key: str, environ: dict[str, object]) -> None:
    """Each argument of the reference's EnvironBuilder that is offered (reference 1.11)."""

    assert expected == environ[key]


def test_headers_are_not_changed() -> None:
    """The caller's headers stay the caller's."""

    headers = {"X-Tag": "a"}
    Request.from_values(headers=headers, data="a", content_type="a/b")

    assert {"X-Tag": "a"} == headers


def test_keeps_to_the_specification() -> None:
    """What is built passes the validator of the standard library (PEP 3333)."""

    environ = Request.from_values("/caf\xe9?a=1", data={"a": "1"}, method="POST").environ
    environ["wsgi.errors"] = sys.stderr
    stream = io.BufferedReader(io.BytesIO(b""))
    environ["wsgi.input"] = stream

    answer = call(validator(Response("fine")), environ)

    assert ("200 OK", b"fine") == (answer.status, answer.body)


@given(st.sampled_from(["GET", "POST", "X-Y"]), st.binary(max_size=9), st.binary(max_size=9), st.binary(max_size=9))
def test_round_trip(method: str, path: bytes, query: bytes, body: bytes) -> None:
    """A request that is made of the environ of a value is equal to it, once its body is in hand."""

    url = URL("https", "example.org:81", "/app", b"/" + path, query)
    request = Request(method=method, url=url, headers={"X-Tag": "\xe9"}, body=body, remote_addr="::1")

    assert request == Request(request.environ).buffered()


def test_build_refuses_an_underscore() -> None:
    """A name with an underscore would arrive as another one (CVE-2015-0219)."""

    with pytest.raises(HeaderValueError):
        build_environ("GET", URL(), Headers({"X_Tag": "a"}), io.BytesIO())
