"""A response that is built, as a WSGI application."""

from __future__ import annotations

import pytest

from tests.kit import CountedBody, environ_of
from verglas import Headers, HeaderValueError, MutableHeaders, Response
from verglas.testing import call


def test_call() -> None:
    """A response is a WSGI application as it is."""
    answer = call(Response("hi", 201, {"X-Tag": "a"}))

    assert ("201 Created", b"hi") == (answer.status, answer.body)
    assert Headers([("X-Tag", "a"), ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "2")]) == Headers(
        answer.lines
    )


def test_call_can_be_repeated() -> None:
    """One response answers any number of requests: the reference's GET, HEAD, GET."""
    response = Response("x")

    assert [b"x", b"", b"x"] == [call(response, REQUEST_METHOD=method).body for method in ("GET", "HEAD", "GET")]


def test_call_changes_nothing() -> None:
    """A call neither freezes nor adds a header to the builder."""
    response = Response("x")
    before = response.headers.copy()
    call(response)

    assert before == response.headers
    assert "ETag" not in call(response).headers


def test_server_may_change_the_headers() -> None:
    """Each call hands out a new list (PEP 3333 allows a server to change it)."""
    response = Response("x")
    first = call(response)

    assert first.lines == call(response).lines


TYPE = ("Content-Type", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("lines", "body", "method", "response"),
    [
        pytest.param([TYPE, ("Content-Length", "2")], b"", "HEAD", Response("hi"), id="rfc9110-9.3.2-head"),
        pytest.param([], b"", "GET", Response("hi", 204), id="rfc9110-15.3.5-no-content"),
        pytest.param([], b"", "GET", Response("hi", 204, {"Content-Length": "2"}), id="rfc9110-8.6-no-length-on-204"),
        pytest.param(
            [("ETag", '"a"')], b"", "GET", Response(None, 204, {"ETag": '"a"'}), id="rfc9110-15.3.5-204-with-a-tag"
        ),
        pytest.param([TYPE, ("Content-Length", "0")], b"", "GET", Response("hi", 205), id="rfc9110-15.3.6-reset"),
        pytest.param([], b"", "GET", Response("hi", 304), id="rfc9110-15.4.5-not-modified"),
        pytest.param(
            [("Content-Length", "9")],
            b"",
            "GET",
            Response("hi", 304, {"Content-Length": "9"}),
            id="rfc9110-8.6-304-may-have-a-length",
        ),
        pytest.param(
            [("ETag", '"a"'), ("Content-Location", "/a"), ("Date", "x"), ("Expires", "x"), ("Vary", "*")],
            b"",
            "GET",
            Response(
                None,
                304,
                [("ETag", '"a"'), ("Content-Location", "/a"), ("Date", "x"), ("Expires", "x"), ("Vary", "*")],
            ),
            id="rfc9110-15.4.5-what-a-304-keeps",
        ),
        pytest.param(
            [("Content-Length", "9"), TYPE],
            b"",
            "HEAD",
            Response(None, headers={"Content-Length": "9"}),
            id="rfc9110-8.6-head-says-the-length-of-a-get",
        ),
        pytest.param([TYPE], b"", "HEAD", Response(iter(["hi"])), id="head-of-a-stream"),
        pytest.param([], b"", "GET", Response(iter(["hi"]), 204), id="204-of-a-stream"),
        pytest.param([], b"", "GET", Response(iter(["hi"]), 304), id="304-of-a-stream"),
        pytest.param([TYPE, ("Content-Length", "0")], b"", "GET", Response(iter(["hi"]), 205), id="205-of-a-stream"),
    ],
)
def test_content(lines: list[tuple[str, str]], body: bytes, method: str, response: Response) -> None:
    """HEAD, 204, 205 and 304 send no content, and the fields of content only where they may."""
    answer = call(response, REQUEST_METHOD=method)

    assert (tuple(lines), body) == (answer.lines, answer.body)


def test_length_can_be_left_to_the_server() -> None:
    """A subclass may leave Content-Length out."""

    class Lengthless(Response):
        automatically_set_content_length = False

    assert "Content-Length" not in call(Lengthless("x")).headers


def test_wsgi_parts() -> None:
    """The parts of a call can be had one by one."""
    body, status, headers = Response("x", 404, {"A": "1"}).get_wsgi_response(environ_of())

    assert ([b"x"], "404 Not Found", ("A", "1")) == (list(body), status, headers[0])
    assert headers == Response("x", 404, {"A": "1"}).get_wsgi_headers(environ_of()).to_wsgi_list()
    assert [b"x"] == list(Response("x").get_app_iter(environ_of()))


def test_headers_are_copied() -> None:
    """A response shares its headers with nobody (the reference aliases them)."""
    headers = MutableHeaders({"A": "1"})
    response = Response(headers=headers)
    headers["A"] = "2"

    assert "1" == response.headers["A"]


def test_set_headers() -> None:
    """Assigned headers are checked and copied."""
    response = Response()
    response.headers = MutableHeaders({"A": "1"})

    assert (("A", "1"),) == response.headers.pairs
    with pytest.raises(HeaderValueError):
        response.headers = {"A": "1\r\nB: 2"}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X": "a\r\nSet-Cookie: sid=evil"}, id="cve-2012-2374-crlf"),
        pytest.param([("X\r\nY", "a")], id="d1-name"),
        pytest.param({"Location": "/\n/evil.example"}, id="ghsa-fh3h-vg37-cc95-location"),
        pytest.param({"Content-Location": "\\evil"}, id="content-location"),
    ],
)
def test_refuses_headers(headers: dict[str, str]) -> None:
    """What could split a response is refused when it is set, as the server's fault."""
    with pytest.raises(HeaderValueError) as caught:
        Response(headers=headers)

    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param("<Response 12 bytes [200 OK]>", Response("Hello World!"), id="bytes"),
        pytest.param("<Response streamed [200 OK]>", Response(iter(["a"])), id="streamed"),
        pytest.param("<Response likely-streamed [200 OK]>", Response({"a"}), id="likely-streamed"),
    ],
)
def test_repr(expected: str, response: Response) -> None:
    """The representation is the reference's."""

    assert expected == repr(response)


def test_subclass() -> None:
    """Defaults of a subclass hold, and its name is shown."""

    class Page(Response):
        default_mimetype = "text/html"
        default_status = "202 Later"

    assert ("202 Later", "text/html", "<Page 0 bytes [202 Later]>") == (
        call(Page()).status,
        Page().mimetype,
        repr(Page()),
    )


def test_change_while_sending() -> None:
    """A change of the response while its body is sent changes the next answer, not this one."""
    body = CountedBody("a", "b")
    response = Response(body)
    pieces = iter(response.get_app_iter(environ_of()))
    first = next(pieces)
    response.data = "changed"

    assert (b"a", [b"b"]) == (first, list(pieces))
