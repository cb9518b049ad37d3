"""Messages: requests and responses as HTTP/1.1 text and back, with what is hidden in it."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.kit import environ_of, posted, untyped, without
from verglas import URL, FrozenResponse, Headers, Limits, Request, Response, send_file
from verglas.errors import GrammarError, RequestHeaderFieldsTooLarge
from verglas.testing import DATES, SECRETS, Mask, MessageError, parse_message, to_message
from verglas.testing.strategies import field_values, frozen_responses, requests, tokens, urls

HOST: Final = b"Host: localhost\r\n"
DATED: Final = {"Date": "Tue, 15 Nov 1994 08:12:31 GMT", "X-Tag": "a"}


def get(target: str) -> Request[None]:
    """A request whose URL has components that no text has."""
    return Request(url=URL(raw_path=target.encode()))


def head_of(message: bytes) -> list[str]:
    """The lines of a head."""
    return message.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(Request(), b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", id="rfc9112-3-request-line"),
        pytest.param(
            Request(method="POST", url="http://a.example:8080/x?y=1", body=b"hi"),
            b"POST /x?y=1 HTTP/1.1\r\nHost: a.example:8080\r\nContent-Length: 2\r\n\r\nhi",
            id="rfc9112-3.2.1-origin-form",
        ),
        pytest.param(
            Request(method="OPTIONS", url="*"), b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", id="rfc9112-3.2.4"
        ),
        pytest.param(
            Request(url=URL(root_path="/app", raw_path=b"")), b"GET /app HTTP/1.1\r\n" + HOST + b"\r\n", id="root-alone"
        ),
        pytest.param(get("//evil.example/x"), b"GET //evil.example/x HTTP/1.1\r\n" + HOST + b"\r\n", id="two-slashes"),
        pytest.param(get(""), b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", id="empty-path"),
        pytest.param(get("a"), b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n", id="no-slash"),
        pytest.param(get("/a b?#"), b"GET /a%20b%3F%23 HTTP/1.1\r\n" + HOST + b"\r\n", id="escaped"),
        pytest.param(
            Request(headers=[("X-A", ""), ("Host", "b"), ("x-a", "caf\xe9")]),
            b"GET / HTTP/1.1\r\nX-A:\r\nHost: b\r\nx-a: caf\xe9\r\n\r\n",
            id="fields-in-their-order",
        ),
        pytest.param(
            Request(method="POST", headers={"Transfer-Encoding": "chunked"}, body=b"hi"),
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nhi",
            id="a-length-for-a-coding",
        ),
        pytest.param(
            Request(environ_of(HTTP_HOST="a/b")).buffered(), b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", id="malformed-host"
        ),
        pytest.param(
            Response("hi", 201, DATED),
            b"HTTP/1.1 201 Created\r\nDate: ***\r\nX-Tag: a\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"Content-Length: 2\r\n\r\nhi",
            id="response",
        ),
        pytest.param(Response(["a", b"b"], mimetype="a/b").freeze().replace(headers={}), None, id="frozen"),
        pytest.param(FrozenResponse(status="299 A b"), b"HTTP/1.1 299 A b\r\nContent-Length: 0\r\n\r\n", id="phrase"),
        pytest.param(Response("x", 204), b"HTTP/1.1 204 No Content\r\n\r\n", id="rfc9110-15.3.5-no-content"),
        pytest.param(
            FrozenResponse(b"x", 304, {"ETag": '"1"', "Content-Length": "5"}),
            b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 5\r\n\r\n',
            id="rfc9110-15.4.5-not-modified",
        ),
    ],
)
def test_to_message(message: Request | Response | FrozenResponse, expected: bytes | None) -> None:
    """A message has the start line, a Host, the fields in their order, a length and the body."""
    assert (expected or b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab") == to_message(message)


def test_files_are_read(tmp_path: Path) -> None:
    """The message of a response that is a file has the content of the file."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    answer = send_file(path, Request().environ)

    assert to_message(answer).endswith(b"\r\n\r\ncontent")
    assert to_message(answer.freeze()).endswith(b"\r\n\r\ncontent")


def test_response_stays_as_it_was() -> None:
    """A response is neither frozen nor closed: it has no ETag, and its callbacks have not run."""
    closed: list[str] = []
    response = Response("hi")
    response.call_on_close(lambda: closed.append("closed"))

    assert "ETag" not in str(to_message(response))
    assert ([], "hi") == (closed, response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("message", "name"),
    [
        pytest.param(Request(posted(b"hi")), r"Request\.buffered\(\)", id="request"),
        pytest.param(Response(iter(["a"])), r"Response\.freeze\(\)", id="response"),
        pytest.param("GET /", "not str", id="text"),
    ],
)
def test_streams_are_refused(message: object, name: str) -> None:
    """What streams is not read: the error says how to have it in memory."""
    with pytest.raises(TypeError, match=name):
        untyped(to_message)(message)


# Reading


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\nHost: www.example.com\r\n"
            b"Accept-Language: en, mi\r\n\r\n",
            Request(
                url="http://www.example.com/hello.txt",
                headers=[("User-Agent", "curl/7.64.1"), ("Host", "www.example.com"), ("Accept-Language", "en, mi")],
            ),
            id="rfc9112-2.1-example",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Length: 51\r\nContent-Type: text/plain\r\n\r\n"
            b"Hello World! My content includes a trailing CRLF.\r\n",
            FrozenResponse(
                b"Hello World! My content includes a trailing CRLF.\r\n",
                headers=[("Server", "Apache"), ("Content-Length", "51"), ("Content-Type", "text/plain")],
            ),
            id="rfc9110-3.9-example",
        ),
        pytest.param(
            b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", Request(method="OPTIONS", url="*"), id="rfc9112-3.2.4"
        ),
        pytest.param(
            b"GET /where?q=now HTTP/1.0\r\nHost:\t localhost \t\r\nX-A:\r\n\r\n",
            Request(url="/where?q=now", headers={"Host": "localhost", "X-A": ""}),
            id="rfc9112-5-space-around-values",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
            b'4\r\nWiki\r\n00B ;ext="v"\r\npedia in \r\n\r\n0\r\n\r\n',
            Request(method="POST", url="http://a/", body=b"Wikipedia in \r\n", headers={"Host": "a"}),
            id="rfc9112-7.1-chunks",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\r\n"
            b"1\r\na\r\n0\r\n\r\n",
            FrozenResponse(b"a"),
            id="rfc9110-7.6.1-connection",
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\na\r\n", FrozenResponse(b"a\r\n"), id="rfc9112-6.3-until-the-end"),
        pytest.param(b"HTTP/1.1 404 \r\n\r\n", FrozenResponse(status=404), id="rfc9112-4-no-phrase"),
        pytest.param(b"HTTP/1.1 404\r\n\r\n", FrozenResponse(status=404), id="no-space"),
        pytest.param(
            b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            FrozenResponse(status=304, headers={"Content-Length": "5"}),
            id="rfc9110-8.6-length-of-304",
        ),
        pytest.param(
            b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nContent-Type: a/b\r\nX: 1\r\n\r\n",
            FrozenResponse(status=204, headers={"X": "1"}),
            id="rfc9110-15.3.5-fields-of-204",
        ),
    ],
)
def test_parse_message(data: bytes, expected: Request | FrozenResponse) -> None:
    """A message gives the request or response that it is of."""
    parsed = parse_message(data)

    assert expected == parsed
    if isinstance(parsed, FrozenResponse) and isinstance(expected, FrozenResponse):
        assert expected.headers == parsed.headers


REQUEST: Final = b"GET / HTTP/1.1\r\n"
POST: Final = b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"
OK: Final = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("data", "problem", "line", "column"),
    [
        pytest.param(b"", "expected an empty line after the head", 1, 1, id="nothing"),
        pytest.param(b"\r\n\r\n", "expected a request line", 1, 1, id="empty-head"),
        pytest.param(b"\r\nGET / HTTP/1.1\r\n\r\n", "expected a request line", 1, 1, id="empty-line-before"),
        pytest.param(REQUEST + b"Host: a\r\n", "expected an empty line", 3, 1, id="no-end-of-head"),
        pytest.param(REQUEST + b"Host: a\n\n", r"ends with CR LF; write text\.replace", 2, 8, id="bare-lf"),
        pytest.param(b"GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", "ends with CR LF", 1, 15, id="bare-lf-then-body"),
        pytest.param(REQUEST + b"Host: a\rb\r\n\r\n", "ends with CR LF", 2, 8, id="rfc9112-2.2-bare-cr"),
        pytest.param(b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "expected a request line", 1, 1, id="two-spaces"),
        pytest.param(b"GET /\r\nHost: a\r\n\r\n", "expected a request line", 1, 1, id="http-0.9"),
        pytest.param(b"GET / HTTP/2\r\nHost: a\r\n\r\n", "expected a request line", 1, 1, id="http-2"),
        pytest.param(b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "method: expected a token", 1, 2, id="method"),
        pytest.param(b"GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n", "a percent-encoded target", 1, 6, id="octet"),
        pytest.param(b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", "a fragment is not sent", 1, 7, id="fragment"),
        pytest.param(
            b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "host goes into Host", 1, 5, id="rfc9112-3.2.2-absolute-form"
        ),
        pytest.param(b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "host goes into Host", 1, 9, id="rfc9112-3.2.3"),
        pytest.param(b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", "expected a path", 1, 5, id="asterisk-of-get"),
        pytest.param(REQUEST + b"\r\n", "expected a field Host", 2, 1, id="rfc9112-3.2-no-host"),
        pytest.param(
            REQUEST + b"Host: a\r\nHost: a\r\n\r\n", "a message has one Host", 3, 1, id="rfc9112-3.2-two-hosts"
        ),
        pytest.param(REQUEST + b"Host: a/b\r\n\r\n", "Host: ", 2, 7, id="host"),
        pytest.param(REQUEST + b"Host: \xe9\r\n\r\n", "expected ASCII", 2, 7, id="host-octet"),
        pytest.param(REQUEST + b"Host: a\r\n b\r\n\r\n", "a folded line", 3, 1, id="rfc9112-5.2-fold"),
        pytest.param(REQUEST + b" Host: a\r\n\r\n", "a folded line", 2, 1, id="rfc9112-2.2-space-first"),
        pytest.param(REQUEST + b"Host\r\n\r\n", "expected a colon", 2, 5, id="no-colon"),
        pytest.param(REQUEST + b"Host : a\r\n\r\n", "field name: expected a token", 2, 5, id="rfc9112-5.1-space"),
        pytest.param(REQUEST + b": a\r\n\r\n", "not an empty text", 2, 1, id="no-name"),
        pytest.param(REQUEST + b"X:  a\0b\r\n\r\n", "X: ", 2, 6, id="nul"),
        pytest.param(REQUEST + b"Host: a\r\n\r\nb", "needs a field Content-Length: 1", 4, 1, id="body-without-length"),
        pytest.param(
            POST + b"Content-Length: 3\r\n\r\nhi", "ends after 2 bytes; Content-Length says 3", 5, 3, id="short"
        ),
        pytest.param(POST + b"Content-Length: 1\r\n\r\nhi", "has 2 bytes; Content-Length says 1", 5, 2, id="long"),
        pytest.param(POST + b"Content-Length: 1x\r\n\r\nh", "Content-Length: expected a digit", 3, 18, id="length"),
        pytest.param(POST + b"Content-Length: 1, 1\r\n\r\nh", "expected a digit", 3, 18, id="rfc9112-6.3-list"),
        pytest.param(POST + b"Content-Length: 9999999999999999999\r\n\r\nh", "more than 18 digits", 3, 35, id="huge"),
        pytest.param(
            POST + b"Content-Length: 1\r\ncontent-length: 1\r\n\r\nh", "has one Content-Length", 4, 1, id="two-lengths"
        ),
        pytest.param(
            POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "exclude each other",
            3,
            1,
            id="rfc9112-6.1-smuggling",
        ),
        pytest.param(POST + b"Transfer-Encoding: gzip\r\n\r\n", "decoded is chunked", 3, 20, id="rfc9112-7.2-coding"),
        pytest.param(CHUNKED, "the size of a chunk", 5, 1, id="no-chunks"),
        pytest.param(CHUNKED + b"g\r\n", "the size of a chunk", 5, 1, id="chunk-size"),
        pytest.param(CHUNKED + b"1\na\r\n0\r\n\r\n", "the size of a chunk", 5, 1, id="chunk-size-lf"),
        pytest.param(CHUNKED + b"1;\n\r\na\r\n0\r\n\r\n", "the size of a chunk", 5, 1, id="chunk-extension-lf"),
        pytest.param(CHUNKED + b"f" * 16 + b"\r\n", "the size of a chunk", 5, 1, id="chunk-size-of-64-bits"),
        pytest.param(CHUNKED + b"1\r\nab\r\n0\r\n\r\n", "CR LF after 1 bytes", 6, 2, id="chunk-too-long"),
        pytest.param(CHUNKED + b"5\r\nab", "CR LF after 5 bytes", 6, 3, id="chunk-too-short"),
        pytest.param(CHUNKED + b"0\r\nX: 1\r\n\r\n", "trailers are not read", 6, 1, id="rfc9112-7.1.2-trailers"),
        pytest.param(CHUNKED + b"0\r\n\r\nGET", "and nothing else", 6, 1, id="another-message"),
        pytest.param(b"HTTP/2 200\r\n\r\n", r"expected HTTP/1\.1 or HTTP/1\.0", 1, 1, id="response-of-http-2"),
        pytest.param(b"HTTP/1.1 20 OK\r\n\r\n", "status: expected three digits", 1, 10, id="status"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", "a server sends 1xx by itself", 1, 10, id="interim"),
        pytest.param(b"HTTP/1.1 200 a\x01\r\n\r\n", "status: ", 1, 10, id="phrase"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\nx", "the status 204 has no body", 3, 1, id="rfc9110-15.3.5"),
        pytest.param(b"HTTP/1.1 205 Reset Content\r\n\r\nx", "the status 205 has no body", 3, 1, id="rfc9110-15.3.6"),
        pytest.param(b"HTTP/1.1 304 X\r\nContent-Length: 1\r\n\r\nx", "304 has no body", 4, 1, id="rfc9110-15.4.5"),
        pytest.param(OK + b"Content-Length: 5\r\n\r\n", "ends after 0 bytes", 4, 1, id="answer-to-head"),
        pytest.param(OK + b"Location:  /a\\b\r\n\r\n", "Location: ", 2, 14, id="location"),
    ],
)
def test_malformed_messages(data: bytes, problem: str, line: int, column: int) -> None:
    """What is wrong with a message is said with its line and column."""
    with pytest.raises(MessageError, match=problem) as caught:
        parse_message(data)

    assert (line, column) == (caught.value.line, caught.value.column)
    before = data[: caught.value.position]
    assert (line, column) == (before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1)


def test_error() -> None:
    """The error is a GrammarError that is pickled, and shows no credentials."""
    with pytest.raises(GrammarError) as caught:
        parse_message(REQUEST + b"Authorization: secret\0\r\n\r\n")

    again: object = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, MessageError)
    assert str(again) == str(caught.value)
    assert "secret" not in str(again)
    assert ("line 2, column 22" in again.public, "secret" in again.public) == (True, False)


def test_wrong_types() -> None:
    """A text is not a message, and a response that is still built is not a value to compare with."""
    with pytest.raises(TypeError, match=r"as response\.freeze\(\) is, not Response"):
        untyped(parse_message)(OK + b"\r\n", like=Response())
    with pytest.raises(TypeError, match="a message is bytes, not str"):
        untyped(parse_message)("GET / HTTP/1.1")


class Page(Request[int]):
    """A request of an application."""


def test_like_supplies_the_rest() -> None:
    """What a message does not carry comes from `like`; the path is below where that is mounted."""
    limits = Limits(max_cookies=3)
    like = Page(
        state=7,
        url=URL("https", "a.example", root_path="/caf\xe9", raw_path=b"/x"),
        headers={"X-A": "1"},
        server=("10.0.0.1", None),
        remote_addr="10.0.0.2",
        remote_user="ada",
        limits=limits,
    )

    parsed = parse_message(b"PUT /caf%C3%A9/y?z HTTP/1.1\r\nHost: b.example:443\r\n\r\n", like=like)

    assert type(parsed) is Page
    assert (7, limits, "10.0.0.2", "ada", ("10.0.0.1", None)) == (
        parsed.state,
        parsed.limits,
        parsed.remote_addr,
        parsed.remote_user,
        parsed.server,
    )
    assert ("https", "b.example", "/caf\xe9", b"/y", b"z") == (
        parsed.url.scheme,
        parsed.url.host,
        parsed.url.root_path,
        parsed.url.raw_path,
        parsed.url.query_string,
    )
    assert Headers({"Host": "b.example:443"}) == parsed.headers


@pytest.mark.parametrize(
    ("target", "root_path", "raw_path"),
    [
        pytest.param("/app", "/app", b"", id="the-root"),
        pytest.param("/app/", "/app", b"/", id="below"),
        pytest.param("/application", "", b"/application", id="another-name"),
        pytest.param("/", "", b"/", id="above"),
    ],
)
def test_paths_below_the_root(target: str, root_path: str, raw_path: bytes) -> None:
    """A path that is not below where `like` is mounted is one from the root on."""
    like = Request(url=URL(root_path="/app", raw_path=b"/z"))

    url = parse_message(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode(), like=like).url

    assert (root_path, raw_path) == (url.root_path, url.raw_path)


@pytest.mark.parametrize(
    ("data", "like", "problem"),
    [
        pytest.param(OK + b"\r\n", Request(), "expected a request line", id="response-for-a-request"),
        pytest.param(REQUEST + HOST + b"\r\n", FrozenResponse(), "expected a status line", id="request-for-a-response"),
    ],
)
def test_like_says_what_is_expected(data: bytes, like: Request | FrozenResponse, problem: str) -> None:
    """A message that is not of the kind of `like` is refused."""
    with pytest.raises(MessageError, match=problem):
        untyped(parse_message)(data, like=like)


def test_limits() -> None:
    """A request is held to the limits of `like`."""
    data = REQUEST + HOST + b"X: 1\r\n" * 3 + b"\r\n"

    assert isinstance(parse_message(data), Request)
    with pytest.raises(RequestHeaderFieldsTooLarge):
        parse_message(data, like=Request(limits=Limits(max_headers=3)))


# Laws


@st.composite
def any_requests(draw: st.DrawFn) -> Request[object]:
    """A request with everything that a message carries, and everything that it does not."""
    url = draw(urls())
    root = draw(st.sampled_from(["", "/app", "/caf\xe9/x"]))
    path = draw(st.sampled_from([url.raw_path, b"", b"a", b"*", b"//b/c", b"/./%"]))
    query = draw(st.sampled_from([url.query_string, b"\xe9 a#", b"?"]))
    names = tokens().filter(
        lambda name: name.lower() not in ("location", "transfer-encoding", "content-length", "host")
    )
    return Request(
        state=draw(st.none() | st.integers()),
        method=draw(tokens()),
        url=url.replace(root_path=root, raw_path=path, query_string=query),
        headers=draw(st.lists(st.tuples(names, field_values()), max_size=5)),
        body=draw(st.binary(max_size=20)),
        server=draw(st.sampled_from([None, ("10.0.0.1", 80), ("/run/socket", None)])),
        remote_addr=draw(st.sampled_from([None, "10.0.0.2"])),
        remote_user=draw(st.sampled_from([None, "ada"])),
    )


@given(any_requests())
@example(Request(environ_of(HTTP_HOST="a/b", CONTENT_LENGTH="007", **{"wsgi.input": None})).replace(body=b"1234567"))
@example(Request(headers={"Host": "another.example", "Content-Length": "0"}))
def test_request_round_trip(request: Request[object]) -> None:
    """The message of a request gives the same request."""
    parsed = parse_message(to_message(request, mask=None), like=request)

    assert request == parsed
    assert request.limits == parsed.limits
    assert to_message(request, mask=None) == to_message(parsed, mask=None)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request.from_values("/app/x?a=1", "https://a.example/app/"), id="mounted"),
        pytest.param(Request.from_values(method="POST", data={"a": ["1", "2"], "é": "ü"}), id="form"),
        pytest.param(Request.from_values(method="POST", files={"f": (b"\0\r\n", 'a"b.bin')}), id="upload"),
        pytest.param(Request.from_values(method="PUT", json={"a": [1, None]}, auth=("ada", "pw")), id="json"),
        pytest.param(Request.from_values(headers={"Cookie": "a=1; b=2"}), id="cookies"),
        pytest.param(Request(posted(b"hi", "a/b")).buffered(), id="buffered"),
        pytest.param(Request(posted(b"hi", transfer="terminated")).buffered(), id="buffered-chunks"),
        pytest.param(Request(posted(b"hi", HTTP_X_A="", REMOTE_ADDR="::1", REMOTE_USER="ada")).buffered(), id="by-ada"),
        pytest.param(Page(state=7, method="POST", body=b"x").with_limits(Limits(max_headers=9)), id="state-and-limits"),
        pytest.param(Request(url="/a/b").mounted(1), id="mounted-below"),
    ],
)
def test_requests_of_every_kind(request_: Request[object]) -> None:
    """The law holds for requests from everywhere."""
    parsed = parse_message(to_message(request_, mask=None), like=request_)

    assert request_ == parsed
    assert (type(request_), request_.limits, request_.data) == (type(parsed), parsed.limits, parsed.data)
    assert (request_.headers, request_.form) == (parsed.headers, parsed.form)


def test_request_without_a_host() -> None:
    """A request that came without a Host has one in its message, as HTTP/1.1 asks for (RFC 9112 §3.2)."""
    request = Request(without(environ_of(), "HTTP_HOST"))

    parsed = parse_message(to_message(request), like=request)

    assert (request.url, {"Host": "localhost"}) == (parsed.url, dict(parsed.headers))


def test_like_is_not_read() -> None:
    """The body of `like` is left alone."""
    like = Request(posted(b"hi"))

    assert b"" == parse_message(REQUEST + HOST + b"\r\n", like=like).data
    assert b"hi" == like.data


@given(requests())
def test_request_round_trip_by_itself(request: Request) -> None:
    """Without `like`, a request to an `http` URL is the same but for the spelling of its path and query."""
    parsed = parse_message(to_message(request, mask=None))

    assert isinstance(parsed, Request)
    assert (request.method, request.headers, request.body) == (parsed.method, parsed.headers, parsed.body)
    assert to_message(request, mask=None) == to_message(parsed, mask=None)


@given(frozen_responses() | st.builds(FrozenResponse, st.binary(), st.integers(200, 999)))
def test_response_round_trip(response: FrozenResponse) -> None:
    """The message of a response gives the same response."""
    message = to_message(response, mask=None)

    assert response == parse_message(message) == parse_message(message, like=response)


PIECES: Final = st.sampled_from(
    [
        b"GET ",
        b"/ ",
        b"*",
        b"HTTP/1.1",
        b" 200 OK",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"Host: a",
        b"Content-Length: 1",
        b"Transfer-Encoding: chunked",
        b"0\r\n",
        b"1\r\na\r\n",
        b":",
        b" ",
        b"\0",
        b"\xe9",
    ]
)


@given(st.binary(max_size=60) | st.lists(PIECES, max_size=16).map(b"".join), st.sampled_from([None, Request()]))
def test_any_bytes(data: bytes, like: Request | None) -> None:
    """Any bytes give a request or a response, whose message gives the same again, or a MessageError."""
    try:
        parsed = parse_message(data, like=like)
    except MessageError:
        return
    again: object = untyped(parse_message)(to_message(parsed, mask=None), like=parsed)
    assert parsed == again


# What is hidden

COOKIES: Final = "sid=31d4; theme=dark; bare"
SET_COOKIE: Final = "sid=31d4; Path=/; Expires=Tue, 15 Nov 1994 08:12:31 GMT"


@pytest.mark.parametrize(
    ("mask", "line", "expected"),
    [
        pytest.param(DATES, ("date", "x"), "***", id="date"),
        pytest.param(DATES, ("Expires", "x"), "***", id="expires"),
        pytest.param(DATES, ("Last-Modified", "x"), "x", id="last-modified"),
        pytest.param(DATES, ("Set-Cookie", SET_COOKIE), "sid=31d4; Path=/; Expires=***", id="expires-of-a-cookie"),
        pytest.param(DATES, ("Cookie", COOKIES), COOKIES, id="cookies-are-no-dates"),
        pytest.param(SECRETS, ("Authorization", "Basic eDp5"), "***", id="authorization"),
        pytest.param(SECRETS, ("x-api-key", "31d4"), "***", id="api-key"),
        pytest.param(SECRETS, ("Cookie", COOKIES), "sid=***; theme=***;***", id="cookies"),
        pytest.param(SECRETS, ("Set-Cookie", "sid=31d4;Path=/;Secure"), "sid=***;Path=/;Secure", id="set-cookie"),
        pytest.param(Mask(cookies=["SID"]), ("Cookie", COOKIES), "sid=***; theme=dark; bare", id="one-cookie"),
        pytest.param(Mask(cookie_attributes=["path"]), ("Set-Cookie", "a=1; Path=/x"), "a=1; Path=***", id="attribute"),
        pytest.param(Mask(fields=["*"]), ("X-A", "1"), "***", id="every-field"),
        pytest.param(Mask(), ("Date", "x"), "x", id="nothing"),
        pytest.param(
            SECRETS,
            ("Location", "https://a/x?user=1&Access%5Ftoken=2#id_token=3"),
            "https://a/x?user=1&Access%5Ftoken=***#id_token=***",
            id="location",
        ),
        pytest.param(SECRETS, ("Referer", "/?password=2"), "/?password=***", id="referer"),
        pytest.param(SECRETS, ("Referer", "https://a:2@b/c@d?e=f"), "https://***@b/c@d?e=f", id="user-information"),
        pytest.param(SECRETS, ("Location", "//a:2@3@b"), "//***@b", id="user-information-without-a-scheme"),
        pytest.param(SECRETS, ("Location", "/a#/b?token=2&c=d"), "/a#/b?token=***&c=d", id="path-in-a-fragment"),
        pytest.param(DATES, ("Location", "//a:2@b#/c?token=2"), "//a:2@b#/c?token=2", id="nothing-is-secret"),
        pytest.param(SECRETS, ("X-Url", "/?password=2"), "/?password=2", id="another-field"),
    ],
)
def test_masked_fields(mask: Mask, line: tuple[str, str], expected: str) -> None:
    """A mask hides values of fields, of cookies and of their attributes, and of parameters in URLs."""
    assert ((line[0], expected),) == mask.mask_fields([line])


def test_masked_request() -> None:
    """Parameters of the query and of a form are hidden; the length is that of the body that is shown."""
    request = Request.from_values("/?token=a&x=1", method="POST", data={"password": "correct horse", "x": "1"})

    assert [
        "POST /?token=***&x=1 HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 16",
    ] == head_of(to_message(request, mask=SECRETS))
    assert to_message(request, mask=SECRETS).endswith(b"\r\n\r\npassword=***&x=1")
    assert isinstance(parse_message(to_message(request, mask=SECRETS)), Request)


def test_masked_response() -> None:
    """A response that is hidden in part still has its own length."""
    response = FrozenResponse(b"token=31d4&x=1", headers={"Content-Type": "application/x-www-form-urlencoded"})

    parsed = parse_message(to_message(response, mask=SECRETS), like=response)

    assert (b"token=***&x=1", "13") == (parsed.body, parsed.headers["Content-Length"])


def test_other_bodies_are_shown() -> None:
    """A mask does not look into other bodies."""
    request = Request(method="POST", headers={"Content-Type": "text/plain"}, body=b"password=1")

    assert to_message(request, mask=SECRETS).endswith(b"password=1")


def test_masks_are_joined() -> None:
    """`|` hides what either hides; the order of names does not matter."""
    joined = Mask(fields=["b", "A"], cookies=["x"]) | Mask(fields=["a", "c"], parameters=["y"])

    assert Mask(fields=["a", "b", "c"], cookies=["x"], parameters=["y"]) == joined
    assert hash(Mask(fields=["C", "b", "a"])) == hash(Mask(fields=["a", "b", "c"]))
    assert DATES | DATES == DATES


def test_one_text_is_not_several_names() -> None:
    """A mask of one text would hide the fields `d`, `a`, `t`, `e`."""
    with pytest.raises(TypeError, match=r"such as \['Date'\], not one text"):
        Mask(fields="Date")


@given(st.lists(st.tuples(tokens().filter(lambda name: name.lower() != "location"), field_values()), max_size=4))
def test_masked_fields_are_fields(pairs: list[tuple[str, str]]) -> None:
    """What is hidden can be hidden again, and is valid in a message."""
    masked = (SECRETS | DATES).mask_fields(pairs)

    assert masked == (SECRETS | DATES).mask_fields(masked)
    assert Headers(masked).pairs == masked


@pytest.mark.parametrize(
    ("before", "unit", "after"),
    [
        pytest.param(REQUEST, b"a:b\r\n", b"\r\n", id="fields"),
        pytest.param(CHUNKED, b"1\r\na\r\n", b"0\r\n\r\n", id="chunks"),
        pytest.param(CHUNKED, b"1;", b"\r\n", id="chunk-extension"),
        pytest.param(b"GET /", b"?", b" HTTP/1.1\r\nHost: a\r\n\r\n", id="target"),
        pytest.param(b"", b"\r\n\r", b"", id="line-ends"),
        pytest.param(REQUEST, b"\r", b"", id="bare-cr"),
        pytest.param(POST + b"X:", b" ", b"\r\n\r\n", id="space-around-a-value"),
    ],
)
def test_linear(before: bytes, unit: bytes, after: bytes) -> None:
    """Reading a message takes time in proportion to its length."""

    def read(size: int) -> None:
        with suppress(MessageError, RequestHeaderFieldsTooLarge):
            parse_message(before + unit * size + after)

    assert_linear(read, start=256)


@pytest.mark.parametrize("unit", [";", "=;", "?", "&", "#", "a=&", "%"])
@pytest.mark.parametrize("name", ["Cookie", "Set-Cookie", "Location"])
def test_masks_are_linear(name: str, unit: str) -> None:
    """Hiding takes time in proportion to the length of a value."""

    def hide(size: int) -> None:
        SECRETS.mask_fields([(name, unit * size)])

    assert_linear(hide, start=256)
