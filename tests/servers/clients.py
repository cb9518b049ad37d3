"""Clients: the standard library's, curl, and a bare socket for what neither of them sends."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from typing import Final

import pytest
from attrs import frozen

from tests.servers.harness import BOUND, Server
from verglas import JSONValue, Request

__all__ = ["Answer", "ask", "ask_refused", "connected", "curl", "head_of", "multipart", "needs_curl", "received"]

CURL: Final = shutil.which("curl")

needs_curl: Final = pytest.mark.skipif(CURL is None, reason="there is no curl on the PATH")


@frozen
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> JSONValue:
        """The body as JSON."""
        value: JSONValue = json.loads(self.body)
        return value

    @property
    def by_name(self) -> dict[str, str]:
        """The header fields, names in lower case."""
        return {name.lower(): value for name, value in self.headers}


def ask(
    server: Server,
    method: str,
    path: str,
    body: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request and its answer.

    Args:
        server: Who is asked.
        method: The method.
        path: The path and query.
        body: Bytes go with a Content-Length; pieces too if the headers hold one, else they go as chunks.
        headers: The header fields.
    """
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        # A server that refuses a body need not read it: it may be gone before all of it is sent, its answer is not.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, {"Connection": "close"} | dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, tuple(response.getheaders()), response.read())


def ask_refused(server: Server, path: str, body: Iterable[bytes], headers: Mapping[str, str]) -> int | None:
    """The status of the answer to a POST that is refused; `None` when the connection was reset before it came."""
    try:
        return ask(server, "POST", path, body, headers).status
    except ConnectionError:
        return None


def multipart(
    fields: Mapping[str, str | list[str]], files: Mapping[str, tuple[bytes, str, str]] | None = None
) -> tuple[bytes, dict[str, str]]:
    """A form by our own writer, and the header that goes with it."""
    form = Request.from_values(method="POST", data={**fields}, files={**(files or {})}, mimetype="multipart/form-data")
    return form.get_data(), {"Content-Type": form.headers["Content-Type"]}


def curl(server: Server, path: str, *options: str, data: bytes = b"") -> Answer:
    """One request by curl.

    Args:
        server: Who is asked.
        path: The path and query.
        *options: Of curl.
        data: Its standard input.
    """
    host, port = server.address
    # A server of HTTP/1.0 never says "continue": curl waits for that a second unless told otherwise.
    common = [
        "-q",
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--max-time",
        str(BOUND),
        "--expect100-timeout",
        "0.2",
    ]
    done = subprocess.run(
        [CURL or "curl", *common, "--include", *options, f"http://{host}:{port}{path}"],
        input=data,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    return _parsed(done.stdout)


def _parsed(message: bytes) -> Answer:
    head, _, body = message.partition(b"\r\n\r\n")
    while head.split(b" ", 2)[1] == b"100":
        head, _, body = body.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    fields = [line.partition(":") for line in lines]
    return Answer(int(status.split(" ")[1]), tuple((name, value.strip()) for name, _, value in fields), body)


def head_of(method: str, path: str, *lines: str) -> bytes:
    """The head of a request, for a bare socket."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode("latin-1")


@contextmanager
def connected(server: Server) -> Generator[socket.socket]:
    """A bare socket to a server."""
    with socket.create_connection(server.address, timeout=BOUND) as connection:
        yield connection


def received(connection: socket.socket) -> bytes:
    """All that the server sends until it closes the connection."""
    pieces: list[bytes] = []
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
