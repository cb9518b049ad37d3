"""Requests and responses over the wire, under four servers: what a client sends is what a handler sees, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from tests.servers.clients import ask, connected, curl, head_of, multipart, needs_curl, received
from tests.servers.harness import Server
from verglas import JSONValue

FIELDS = [["title", "Wörld & co"], ["tag", "a"], ["tag", "b b"], ["empty", ""]]
BINARY = bytes(range(256)) * 2000 + b"\r\n--\r\n"  # 512,004 bytes: over the spool size
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def file_row(name: str, filename: str, mimetype: str, content: bytes) -> list[JSONValue]:
    """How the application tells of a file."""
    return [name, filename, mimetype, len(content), hashlib.sha256(content).hexdigest()]


def cut(body: bytes, size: int = 50_000) -> Iterator[bytes]:
    """The body in pieces."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("path", ["/greeting", "/frozen"])
def test_get(server: Server, prefix: str, path: str) -> None:
    """A response, built or frozen, is an application: its bytes arrive, and their length."""
    answer = ask(server, "GET", prefix + path)

    assert (200, "Hello Wörld\n".encode()) == (answer.status, answer.body)
    assert "13" == answer.by_name["content-length"]
    assert "text/plain; charset=utf-8" == answer.by_name["content-type"]


@pytest.mark.parametrize("path", ["/greeting", "/frozen"])
def test_head(server: Server, prefix: str, path: str) -> None:
    """HEAD has the headers of GET, and no body."""
    answer = ask(server, "HEAD", prefix + path)

    assert (200, b"") == (answer.status, answer.body)
    assert "13" == answer.by_name["content-length"]


@pytest.mark.parametrize("path", ["/greeting", "/frozen"])
def test_nothing_follows_a_head(server: Server, prefix: str, path: str) -> None:
    """The answer to HEAD ends with its head: nothing stands on the wire where the next answer would begin."""
    with connected(server) as connection:
        connection.sendall(head_of("HEAD", prefix + path, "Connection: close"))
        message = received(connection)

    assert message.endswith(b"\r\n\r\n")
    assert 1 == message.count(b"\r\n\r\n")


def test_bare_function(server: Server, prefix: str) -> None:
    """A function of PEP 3333 makes its request itself."""
    answer = ask(server, "GET", f"{prefix}/bare?name=Zo%C3%AB")

    assert "GET /bare: Hello Zoë!" == answer.body.decode()


def test_head_of_the_request(server: Server, prefix: str) -> None:
    """Method, URL, headers and cookies are what the client sent."""
    host, port = server.address
    query = f"q={quote('ü')}"

    answer = ask(server, "GET", f"{prefix}/head?{query}", headers={"X-Tag": "caf\xe9", "Cookie": "a=1; b=x,y"})

    assert {
        "method": "GET",
        "url": f"http://{host}:{port}{prefix}/head?q=ü",
        "tags": ["caf\xe9"],
        "cookies": [["a", "1"], ["b", "x,y"]],
        "length": None,
    } == answer.json


def test_urlencoded(server: Server, prefix: str) -> None:
    """An urlencoded form arrives as it was sent."""
    body = urlencode([(name, value) for name, value in FIELDS]).encode()

    answer = ask(server, "POST", f"{prefix}/form", body, FORM_HEADERS)

    assert {"fields": FIELDS, "files": []} == answer.json


def test_multipart(server: Server, prefix: str) -> None:
    """A multipart form of our own writer arrives as it was sent, fields and files."""
    body, headers = multipart(
        {"title": "Wörld & co", "tag": ["a", "b b"], "empty": ""},
        {"photo": (BINARY, "é.bin", "application/x-raw"), "note": (b"hi", "n.txt", "text/plain")},
    )

    answer = ask(server, "POST", f"{prefix}/form", body, headers)

    files = [file_row("photo", "é.bin", "application/x-raw", BINARY), file_row("note", "n.txt", "text/plain", b"hi")]
    assert {"fields": FIELDS, "files": files} == answer.json


@needs_curl
def test_curl_urlencoded(server: Server, prefix: str) -> None:
    """An urlencoded form of curl arrives."""
    options = [option for name, value in FIELDS for option in ("--data-urlencode", f"{name}={value}")]

    assert {"fields": FIELDS, "files": []} == curl(server, f"{prefix}/form", *options).json


@needs_curl
def test_curl_multipart(server: Server, prefix: str) -> None:
    """A multipart form of curl arrives."""
    options = [option for name, value in FIELDS for option in ("--form-string", f"{name}={value}")]
    photo = "photo=@-;filename=ph oto.bin;type=image/x-raw"

    answer = curl(server, f"{prefix}/form", *options, "-F", photo, data=BINARY)

    assert {"fields": FIELDS, "files": [file_row("photo", "ph oto.bin", "image/x-raw", BINARY)]} == answer.json


@needs_curl
@pytest.mark.parametrize("size", [pytest.param(2_000, id="small"), pytest.param(2_000_000, id="large")])
@pytest.mark.parametrize(
    "option", [pytest.param("Expect: 100-continue", id="expect"), pytest.param("Expect:", id="none")]
)
def test_expect(server: Server, prefix: str, size: int, option: str) -> None:
    """A body arrives whether its client waits for "continue" or does not."""
    body = b"x" * size

    answer = curl(server, f"{prefix}/data", "-H", option, "--data-binary", "@-", "-H", "Content-Type: a/b", data=body)

    assert {"size": size, "sha256": hashlib.sha256(body).hexdigest()} == answer.json


@needs_curl
def test_expect_by_itself(server: Server, prefix: str) -> None:
    """Before it sends a large form, curl asks by itself."""
    answer = curl(server, f"{prefix}/form", "-F", "photo=@-;filename=a;type=a/b", data=BINARY * 5)

    assert {"fields": [], "files": [file_row("photo", "a", "a/b", BINARY * 5)]} == answer.json


def test_chunked_data(server: Server, prefix: str) -> None:
    """A chunked body arrives where the server decodes it; where it does not, a length is asked for."""
    answer = ask(server, "POST", f"{prefix}/data", cut(BINARY), {"Content-Type": "application/octet-stream"})

    if server.decodes_chunks:
        assert {"size": len(BINARY), "sha256": hashlib.sha256(BINARY).hexdigest()} == answer.json
    else:
        assert 411 == answer.status


def test_chunked_form(server: Server, prefix: str) -> None:
    """The same for a form, however its chunks cut it."""
    body, headers = multipart({"title": "a"}, {"photo": (BINARY, "p", "a/b")})

    answer = ask(server, "POST", f"{prefix}/form", cut(body, 4093), headers)

    if server.decodes_chunks:
        assert {"fields": [["title", "a"]], "files": [file_row("photo", "p", "a/b", BINARY)]} == answer.json
    else:
        assert 411 == answer.status


def test_empty_chunked_form(server: Server, prefix: str) -> None:
    """A chunked body without a byte is no body."""
    answer = ask(server, "POST", f"{prefix}/form", iter(()), FORM_HEADERS)

    if server.decodes_chunks:
        assert {"fields": [], "files": []} == answer.json
    else:
        assert 411 == answer.status


@pytest.mark.parametrize("path", [pytest.param("/read-whole", id="data"), pytest.param("/read-piecewise", id="stream")])
def test_broken_chunks(server: Server, prefix: str, path: str) -> None:
    """A body whose chunks are none is the client's fault: never a 500, never half a body."""
    with connected(server) as connection:
        connection.sendall(
            head_of("POST", prefix + path, "Transfer-Encoding: chunked", "Connection: close") + b"2\r\nab\r\nzz\r\n\r\n"
        )
        message = received(connection)

    assert (b"400" if server.decodes_chunks else b"411") == message.split(b" ", 2)[1]


def test_lazy_upload(server: Server, prefix: str) -> None:
    """An upload can be read while the answer is sent: it is closed after that."""
    body, headers = multipart({}, {"file": (BINARY, "f", "a/b")})

    assert BINARY == ask(server, "POST", f"{prefix}/lazy-upload", body, headers).body


def test_body_that_nobody_reads(server: Server, prefix: str) -> None:
    """A handler need not read a body."""
    assert b"ignored 20" == ask(server, "POST", f"{prefix}/ignore", b"x" * 20).body


@pytest.mark.parametrize("path", ["/form", "/ignore"])
def test_next_request(server: Server, prefix: str, path: str) -> None:
    """What follows a body on its connection is the next request, whether the body was read or not."""
    if server.name in ("wsgiref", "gunicorn-sync"):
        pytest.skip("closes the connection after each answer")
    length = "Content-Length: 3"
    post = head_of("POST", prefix + path, length, "Content-Type: application/x-www-form-urlencoded") + b"a=1"

    with connected(server) as connection:
        connection.sendall(post + head_of("GET", f"{prefix}/bare", "Connection: close"))
        message = received(connection)

    assert 2 == message.count(b"HTTP/1.1 200 OK\r\n")
    assert message.endswith(b"GET /bare: Hello World!")


def test_error_page(server: Server, prefix: str) -> None:
    """An error that a handler raises is a page."""
    answer = ask(server, "GET", f"{prefix}/missing", headers={"Accept": "text/html"})

    assert (404, "text/html; charset=utf-8") == (answer.status, answer.by_name["content-type"])
    assert b"No such note." in answer.body


def test_problem(server: Server, prefix: str) -> None:
    """For a client that prefers JSON it is problem details."""
    answer = ask(server, "GET", f"{prefix}/missing", headers={"Accept": "application/json"})

    assert (404, "application/problem+json") == (answer.status, answer.by_name["content-type"])
    assert {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No such note."} == answer.json


def test_bad_host(server: Server, prefix: str) -> None:
    """A Host that is none is a 400, by the server or by us."""
    assert 400 == ask(server, "GET", f"{prefix}/head", headers={"Host": "a/b"}).status


def test_redirect(server: Server, prefix: str) -> None:
    """A redirect stays relative on the wire, and has a note for who does not follow it (RFC 9110 §15.4)."""
    answer = ask(server, "GET", f"{prefix}/redirect")

    assert (303, "/greeting") == (answer.status, answer.by_name["location"])
    assert b'<a href="/greeting">' in answer.body


NO_BODY = [
    pytest.param("/status?code=204", 204, id="204"),
    pytest.param("/no-content", 204, id="204-short-form"),
    pytest.param("/status?code=304", 304, id="304"),
]


@pytest.mark.parametrize(("path", "code"), NO_BODY)
def test_no_body(server: Server, prefix: str, path: str, code: int) -> None:
    """These carry no body, whatever the response was built with, and no length."""
    answer = ask(server, "GET", prefix + path)

    # wsgiref writes a length of 0 itself where an application names none and sends nothing.
    assert (code, b"") == (answer.status, answer.body)
    assert ("0" if server.name == "wsgiref" else None) == answer.by_name.get("content-length")


# What HTTP allows and wsgiref's validator does not know: these are not asked for inside it.
NOT_VALIDATED = [
    pytest.param("GET", "/status?code=205", (205, b""), id="205-needs-no-content-type"),
    pytest.param("GET", "/odd-name", (200, b"odd"), id="a-name-is-any-token"),
    pytest.param("BREW", "/bare", (200, b"BREW /bare: Hello World!"), id="a-method-is-any-token"),
]


@pytest.mark.parametrize(("method", "path", "expected"), NOT_VALIDATED)
def test_beyond_the_validator(server: Server, method: str, path: str, expected: tuple[int, bytes]) -> None:
    """What the validator would refuse arrives."""
    answer = ask(server, method, path)

    assert expected == (answer.status, answer.body)
    assert str(len(expected[1])) == answer.by_name["content-length"]
