"""How errors answer: as problem details or as a page."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from tests.growth import assert_linear, filled
from tests.kit import environ_of, posted
from verglas import FrozenResponse, HeaderValueError, Request, Response, application, render_error
from verglas.errors import (
    Abort,
    ExceededLimit,
    FormError,
    HTTPError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    Unauthorized,
)
from verglas.testing import WSGIAnswer, call

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("expected", "accept"),
    [
        pytest.param(False, "", id="absent-means-anything"),
        pytest.param(False, "*/*", id="anything"),
        pytest.param(False, BROWSER, id="browser"),
        pytest.param(False, "text/html", id="html"),
        pytest.param(False, "text/*", id="text"),
        pytest.param(True, "application/json", id="json"),
        pytest.param(True, "application/problem+json", id="rfc9457-problem"),
        pytest.param(True, "application/*", id="application"),
        pytest.param(True, "Application/JSON", id="rfc9110-8.3.1-case"),
        pytest.param(True, "application/json, */*;q=0.5", id="json-first"),
        pytest.param(True, "text/html;q=0.4, application/json;q=0.5", id="weights"),
        pytest.param(False, "text/html;q=0.5, application/json;q=0.5", id="equal-weights"),
        pytest.param(False, "text/html, application/json;q=0.9", id="html-first"),
        pytest.param(False, "application/json;q=0", id="rfc9110-12.4.2-excluded"),
        pytest.param(False, "application/json;q=0, application/*;q=0", id="all-excluded"),
        pytest.param(True, "application/json, text/html;q=0", id="html-excluded"),
        pytest.param(False, "application/json;q=2", id="malformed-weight"),
        pytest.param(True, ",, ,application/json", id="rfc9110-5.6.1-empty-members"),
        pytest.param(True, 'text/html;q=0.1;x="a,b", application/json', id="quoted-comma"),
        pytest.param(False, "image/png", id="neither"),
        pytest.param(False, "application/json" + ", a/b" * 20_000, id="too-long-to-look-at"),
        pytest.param(False, '\xff\x00;;;==="', id="garbage"),
    ],
)
def test_prefers_json(expected: bool, accept: str) -> None:
    """A client that ranks JSON above HTML gets JSON; a browser, and one that says nothing, the page."""
    content_type = rendered(NotFound(), accept).headers["Content-Type"]

    assert ("application/problem+json" if expected else "text/html; charset=utf-8") == content_type


def test_prefers_json_is_linear() -> None:
    """A long Accept takes time in proportion (CVE-2022-41323)."""
    assert_linear(lambda size: rendered(NotFound(), filled("a/b;q=0.1,", size)), start=1024)


def rendered(error: HTTPError, accept: str = "", method: str = "GET") -> WSGIAnswer:
    """What a client with this Accept gets."""
    environ = environ_of(REQUEST_METHOD=method, HTTP_ACCEPT=accept)
    return call(render_error(error, Request(environ)), environ)


def test_page() -> None:
    """The page has the type, the length and the lines of the error."""
    answer = rendered(MethodNotAllowed(["GET"]))

    assert "405 Method Not Allowed" == answer.status
    assert "text/html; charset=utf-8" == answer.headers["Content-Type"]
    assert ("GET", str(len(answer.body))) == (answer.headers["Allow"], answer.headers["Content-Length"])
    assert b"<h1>Method Not Allowed</h1>" in answer.body


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        pytest.param(
            {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No <note>."},
            NotFound("No <note>."),
            id="rfc9457-4.2.1-about-blank",
        ),
        pytest.param(
            {
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "No boundary.",
                "field": "Content-Type",
                "position": 7,
            },
            FormError("No boundary.", "Content-Type", 7),
            id="rfc9457-3.2-field-and-position",
        ),
        pytest.param(
            {
                "type": "about:blank",
                "title": "Content Too Large",
                "status": 413,
                "detail": "Too many.",
                "limit": {"name": "max_form_parts", "value": 2, "unit": "parts"},
            },
            RequestEntityTooLarge("Too many.", limit=ExceededLimit("max_form_parts", 2, "parts")),
            id="rfc9457-3.2-limit",
        ),
    ],
)
def test_problem(expected: dict[str, object], error: HTTPError) -> None:
    """Problem details hold what the error holds (RFC 9457)."""
    answer = rendered(error, "application/json")

    assert ("application/problem+json", expected) == (answer.headers["Content-Type"], json.loads(answer.body))


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_varies(accept: str) -> None:
    """Caches are told what the choice depends on (RFC 9110 §12.5.5)."""

    assert "Accept" == rendered(NotFound(), accept).headers["Vary"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_head(accept: str) -> None:
    """HEAD gets the head of the same answer."""
    get, head = rendered(NotFound(), accept), rendered(NotFound(), accept, "HEAD")

    assert (get.status, get.lines, b"") == (head.status, head.lines, head.body)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_half_of_a_surrogate_pair(accept: str) -> None:
    """A description with what JSON can hold and UTF-8 cannot still answers."""

    assert b"no ?" in rendered(NotFound("no \ud800"), accept).body


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_lines_are_checked(accept: str) -> None:
    """A bad line that the application wrote is its fault, not a split response."""
    with pytest.raises(HeaderValueError):
        rendered(Unauthorized(www_authenticate="Basic\r\nX: 1"), accept)


def test_answer_of_its_own() -> None:
    """An answer that ended the handler is sent as it is."""

    assert b"mine" == rendered(Abort(FrozenResponse(b"mine")), "application/json").body


MARK = "hunter2zz"


def reads_everything(request: Request) -> Response:
    """A handler that reads what there is."""
    request.args.one("n", type=int)
    if request.is_json:
        return Response(str(request.json))
    request.form.one("n", type=int)
    return Response(str(len(request.files)))


def multipart_of(headers: str, content: str) -> bytes:
    """A body of one part."""
    return f"--b\r\n{headers}\r\n\r\n{content}\r\n--b--\r\n".encode()


FORM = "application/x-www-form-urlencoded"
HOSTILE: dict[str, dict[str, object]] = {
    "host": {"HTTP_HOST": f"{MARK}/<script>"},
    "host-with-a-user": {"HTTP_HOST": f"{MARK}@example.org"},
    "method": {"REQUEST_METHOD": f"{MARK} /"},
    "length": {"CONTENT_LENGTH": f"-{MARK}"},
    "transfer-encoding": {"HTTP_TRANSFER_ENCODING": MARK},
    "cve-2019-3498-path": {"PATH_INFO": f"/{MARK}", "QUERY_STRING": "n=x"},
    "query": {"QUERY_STRING": f"n={MARK}"},
    "query-several": {"QUERY_STRING": f"n={MARK}&n={MARK}"},
    "query-missing": {"QUERY_STRING": f"{MARK}=1"},
    "query-too-many": {"QUERY_STRING": f"{MARK}&" * 2000},
    "cookie": {"HTTP_COOKIE": f"{MARK}={MARK}"},
    "credentials": {"HTTP_AUTHORIZATION": f"Basic {MARK}"},
    "form": posted(f"n={MARK}".encode(), FORM, QUERY_STRING="n=1"),
    "form-several": posted(f"n=1&n={MARK}".encode(), FORM, QUERY_STRING="n=1"),
    "form-too-large": posted(f"n={MARK * 100_000}".encode(), FORM, QUERY_STRING="n=1"),
    "json": posted(f'{{"a": {MARK}'.encode(), "application/json", QUERY_STRING="n=1"),
    "json-not-utf-8": posted(MARK.encode() + b"\xff", "application/json", QUERY_STRING="n=1"),
    "multipart-boundary": posted(b"x", f"multipart/form-data; boundary={MARK * 20}", QUERY_STRING="n=1"),
    "multipart-type": posted(b"x", f"multipart/form-data; {MARK}", QUERY_STRING="n=1"),
    "multipart-name": posted(
        multipart_of(f'Content-Disposition: form-data; name="{MARK}"; name="a"', "x"),
        "multipart/form-data; boundary=b",
        QUERY_STRING="n=1",
    ),
    "multipart-header": posted(
        multipart_of(f"{MARK}\x00: x", "x"), "multipart/form-data; boundary=b", QUERY_STRING="n=1"
    ),
    "multipart-value": posted(
        multipart_of('Content-Disposition: form-data; name="n"', MARK),
        "multipart/form-data; boundary=b",
        QUERY_STRING="n=1",
    ),
    "multipart-unfinished": posted(f"--b\r\n{MARK}".encode(), "multipart/form-data; boundary=b", QUERY_STRING="n=1"),
}


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("environ", [pytest.param(environ, id=name) for name, environ in HOSTILE.items()])
def test_nothing_that_was_submitted(environ: dict[str, object], accept: str) -> None:
    """An error answers with a 4xx, and with no value of the request in it (design §7)."""
    stream = environ.get("wsgi.input")
    data = getattr(stream, "data", b"")  # each of the two runs reads it anew
    answer = call(application(reads_everything), **(environ | {"HTTP_ACCEPT": accept, "wsgi.input": BytesIO(data)}))

    assert "4" == answer.status[0]
    assert MARK not in answer.body.decode()
    assert not any(MARK in value for _, value in answer.lines)
