"""The embedded server, over sockets: `python -m verglas` as users start it."""

from __future__ import annotations

import http.client
import io
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.embedded import SECONDS, Served, environment, serve_inspector
from verglas.inspector.server import RequestInput, header_environ, target_environ

LIMIT: Final = 100_000  # bytes of a body


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    """The inspector with a low limit, for all tests that leave it as it is."""
    with serve_inspector("--max-content-length", str(LIMIT)) as running:
        yield running


def exchange(served: Served, *pieces: bytes) -> bytes:
    """What the server says until it closes."""
    with socket.create_connection(("127.0.0.1", served.port), SECONDS) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    pieces: list[bytes] = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def status_of(answer: bytes) -> bytes:
    """The status line."""
    return answer.partition(b"\r\n")[0]


def test_prints_its_address(served: Served) -> None:
    """The one line on stdout is the address, with the port that was free."""

    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9][0-9]*/", served.url)


def test_answers_in_http_1_0_and_closes(served: Served) -> None:
    """The protocol is HTTP/1.0: the connection ends with the answer."""
    answer = exchange(served, b"GET /status/200 HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (b"HTTP/1.0 200 OK", b"200 OK\n", True) == (
        status_of(answer),
        answer.partition(b"\r\n\r\n")[2],
        b"\r\nConnection: close\r\n" in answer,
    )


@pytest.mark.parametrize(
    ("method", "path", "length"),
    [
        pytest.param("HEAD", "/style.css", "some", id="head-as-get"),
        pytest.param("HEAD", "/stream", None, id="head-of-a-stream"),
        pytest.param("GET", "/status/204", None, id="rfc9110-8.6-no-content"),
        pytest.param("GET", "/status/304", None, id="not-modified"),
        pytest.param("GET", "/status/205", "0", id="rfc9110-15.3.6-reset-content"),
    ],
)
def test_invents_no_length(served: Served, method: str, path: str, length: str | None) -> None:
    """An answer without a body has the Content-Length that the application gave it, or none."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=SECONDS)
    connection.request(method, path)
    with connection.getresponse() as response:
        stated, body = response.headers["Content-Length"], response.read()
    connection.close()

    assert (length, b"") == ("some" if stated and stated != "0" else stated, body)


def test_invents_no_content_type(served: Served) -> None:
    """A request without a Content-Type has none."""
    answer = exchange(served, b"POST /echo.json HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")

    assert (b"HTTP/1.0 200 OK", False) == (status_of(answer), b'"Content-Type"' in answer)


def test_client_sees_413_while_it_sends(served: Served) -> None:
    """A client that sends a body that is too large reads the 413, not a reset."""
    size = 8 * 1024 * 1024
    head = f"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: {size}\r\n\r\n".encode()

    assert b"HTTP/1.0 413 Content Too Large" == status_of(exchange(served, head, bytes(size)))


EXPECTING: Final = b"POST /echo.json HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"


def test_expect_is_answered_before_the_body_is_read(served: Served) -> None:
    """A client that waits for 100 (RFC 9110 §10.1.1) is asked for the body."""
    head = EXPECTING + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), SECONDS) as connection:
        connection.sendall(head)
        interim = connection.recv(65536)
        connection.sendall(b"a=1")
        answer = rest(connection)

    assert (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 200 OK", True) == (
        interim,
        status_of(answer),
        b'"form":[["a","1"]]' in answer,
    )


def test_expect_of_what_is_refused(served: Served) -> None:
    """A body that is too large is not asked for."""
    head = (
        EXPECTING + f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode()
    )

    assert b"HTTP/1.0 413 Content Too Large" == status_of(exchange(served, head))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411", id="chunked"
        ),
        pytest.param(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", b"400", id="another-coding"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400", id="cve-2026-34525-two-hosts"),
        pytest.param(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            b"400",
            id="cve-2019-16786-two-lengths",
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nno field\r\nX-Tag: 1\r\n\r\n", b"400", id="no-field"),
        pytest.param(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", b"400", id="rfc9112-5.1-space-before-the-colon"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nX-Tag: a\r\n b\r\n\r\n", b"400", id="rfc9112-5.2-folded"),
        pytest.param(b"GET\r\n\r\n", b"400", id="no-request-line"),
        pytest.param(b"GET / HTTP/7.0\r\n\r\n", b"505", id="another-version"),
        pytest.param(b"GET /" + b"a" * 70_000 + b" HTTP/1.0\r\n\r\n", b"414", id="long-line"),
        pytest.param(
            b"GET http://b.example/status/200 HTTP/1.1\r\nHost: a\r\n\r\n", b"200", id="rfc9112-3.2.2-absolute"
        ),
        pytest.param(b"GET /%73tatus/20%30 HTTP/1.0\r\n\r\n", b"200", id="percent-encoded"),
    ],
)
def test_requests(served: Served, request_: bytes, status: bytes) -> None:
    """What is no request is refused; what is one is handed over as it is."""

    assert status == status_of(exchange(served, request_)).split(b" ")[1]


def test_errors_hold_nothing_of_the_client(served: Served) -> None:
    """The server's own refusals do not repeat what they refuse."""

    assert b"script" not in exchange(served, b"<script> <script> <script>\r\n\r\n").lower()


def test_a_silent_client_holds_nobody_up(served: Served) -> None:
    """Each connection has its own thread."""
    with socket.create_connection(("127.0.0.1", served.port), SECONDS):
        answer = exchange(served, b"GET /status/200 HTTP/1.0\r\n\r\n")

    assert b"HTTP/1.0 200 OK" == status_of(answer)


# What waitress writes where a request came before one of its threads was there: on a machine with other work.
QUEUED: Final = re.compile(rb"Task queue depth is \d+\n")


@pytest.mark.parametrize("server", ["embedded", "waitress"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it(server: str, number: int) -> None:
    """Both signals end it at once, without a word."""
    with serve_inspector("--server", server) as running:
        exchange(running, b"GET /status/200 HTTP/1.0\r\n\r\n")
        code, errors = running.end(number)

    assert (0, b"") == (code, QUEUED.sub(b"", errors))


def test_waitress_decodes_chunks() -> None:
    """Another server may know more: waitress decodes a chunked body and says so."""
    head = b"POST /echo.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    fields = b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serve_inspector("--server", "waitress") as running:
        answer = exchange(running, head + fields + b"3\r\na=1\r\n0\r\n\r\n")

    assert b'"form":[["a","1"]]' in answer


def failed(*arguments: str, path: Path | None = None) -> tuple[int, str]:
    """Exit code and stderr of a command that does not start a server."""
    command = [sys.executable, "-m", "verglas", *arguments]
    found = environment() if path is None else environment(path)
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env=found)
    return done.returncode, done.stderr


@pytest.mark.parametrize("server", ["embedded", "waitress"])
def test_busy_port(served: Served, server: str) -> None:
    """A port that is taken is one line, and an exit code."""
    expected = f"python -m verglas: cannot listen on 127.0.0.1:{served.port}: Address already in use\n"

    assert (1, expected) == failed("--port", str(served.port), "--server", server)


def test_absent_waitress(tmp_path: Path) -> None:
    """A server that is not installed is one line, and an exit code."""
    tmp_path.joinpath("waitress.py").write_text("raise ModuleNotFoundError('absent', name='waitress')\n")

    expected = "python -m verglas: cannot serve with waitress: it is not installed\n"
    assert (1, expected) == failed("--server", "waitress", path=tmp_path)


@pytest.mark.parametrize("port", ["65536", "-1", "x", "٨", ""])
def test_bad_port(port: str) -> None:
    """What is no port is refused by name."""
    code, errors = failed(f"--port={port}")

    assert (2, f"a port is a number from 0 to 65535, not {port!r}") == (
        code,
        errors.splitlines()[-1].rpartition(": ")[2],
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([("cookie", "a=1"), ("Cookie", "b=2")], {"HTTP_COOKIE": "a=1; b=2"}, id="rfc9113-8.2.3-cookies"),
        pytest.param([("X-A", " 1\t"), ("x-a", "2")], {"HTTP_X_A": "1, 2"}, id="rfc9110-5.3-lines-of-one-name"),
        pytest.param([("X_A", "1")], {}, id="cve-2015-0219-underscore"),
        pytest.param([("Content-Length", "5"), ("content-length", "5")], {"CONTENT_LENGTH": "5, 5"}, id="two-lengths"),
    ],
)
def test_header_environ(lines: list[tuple[str, str]], expected: dict[str, str]) -> None:
    """Header lines become keys of an environ."""

    assert expected == header_environ(lines)


@pytest.mark.parametrize(
    ("target", "path", "query", "host"),
    [
        pytest.param("/a?b?c", "/a", "b?c", None, id="origin-form"),
        pytest.param("/a%2Fb%3F", "/a/b?", "", None, id="percent-encoded"),
        pytest.param("/%zz%", "/%zz%", "", None, id="no-percent-encoding"),
        pytest.param("HTTPS://h:1", "/", "", "h:1", id="absolute-form-without-a-path"),
        pytest.param("http://h?a=/b", "/", "a=/b", "h", id="absolute-form-with-a-query"),
        pytest.param("/http://h/", "/http://h/", "", None, id="a-url-in-the-path"),
        pytest.param("*", "*", "", None, id="asterisk-form"),
    ],
)
def test_target_environ(target: str, path: str, query: str, host: str | None) -> None:
    """A request target becomes keys of an environ (RFC 9112 §3.2)."""
    found = target_environ(target)

    assert (path, query, host) == (found["PATH_INFO"], found["QUERY_STRING"], found.get("HTTP_HOST"))


def test_input_ends_with_the_body() -> None:
    """`wsgi.input` gives no byte of what follows the body, however it is read."""
    source = io.BufferedReader(io.BytesIO(b"a\nbcGET /"))
    stream = RequestInput(source, 4, None)

    assert (b"a\n", b"bc", b"") == (stream.readline(), stream.read(), stream.read(5))
