"""The embedded server: the standard library's, with threads, and without its guesses."""

from __future__ import annotations

import io
import socket
import sys
import time
from collections.abc import Iterable
from email.errors import (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import IO, ClassVar, Final, cast, final
from urllib.parse import unquote_to_bytes
from wsgiref.headers import Headers
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

from verglas.backports import override
from verglas.environs import join_fields
from verglas.headers.lines import OWS
from verglas.wsgi import Buffer

__all__ = ["EmbeddedServer", "RequestInput", "header_environ", "target_environ"]

LINE: Final = 65536  # bytes of a request line, as in http.server
LINGER_SECONDS: Final = 5.0
LINGER_BYTES: Final = 64 * 1024 * 1024
IDLE_SECONDS: Final = 30  # until a silent client is given up
PIECE: Final = 256 * 1024  # bytes

MALFORMED: Final = (
    FirstHeaderLineIsContinuationDefect,
    InvalidHeaderDefect,
    MisplacedEnvelopeHeaderDefect,
    MissingHeaderBodySeparatorDefect,
)


def header_environ(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header lines as they were received as keys of an environ, without the white space around their values."""
    return join_fields(((name, value.strip(OWS)) for name, value in lines), strict=False)


def target_environ(target: str) -> dict[str, str]:
    """A request target (RFC 9112 §3.2) as keys of an environ; the host of one in absolute form is the request's.

    >>> target_environ("http://example.org/caf%C3%A9?a=1")
    {'PATH_INFO': '/cafÃ©', 'QUERY_STRING': 'a=1', 'HTTP_HOST': 'example.org'}
    """
    host: dict[str, str] = {}
    scheme, found, rest = target.partition("://")
    if found and scheme.lower() in ("http", "https"):
        authority = rest.partition("?")[0].partition("/")[0]
        host["HTTP_HOST"] = authority
        target = rest.removeprefix(authority)
        target = target if target.startswith("/") else f"/{target}"
    path, _, query = target.partition("?")
    return {"PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"), "QUERY_STRING": query} | host


@final
class RequestInput(io.RawIOBase):
    """`wsgi.input`: the connection up to the end of the body, asking for the body if the client waits for that.

    Args:
        source: The connection.
        length: Bytes of the body; `None`: as they come, chunks undecoded.
        answer: Where `100 Continue` is written before the first read; `None`: the client did not ask.
    """

    def __init__(self, source: io.BufferedIOBase, length: int | None, answer: io.BufferedIOBase | None) -> None:
        self._source = source
        self._remaining = length
        self._answer = answer

    @override
    def readable(self) -> bool:
        """It is."""
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        """Some of the next bytes, none at the end."""
        view = memoryview(buffer).cast("B")
        if self._remaining is not None:
            view = view[: self._remaining]
        if not view:
            return 0
        if self._answer is not None:
            # Only now: a request that is refused unread needs no body (RFC 9110 §10.1.1).
            self._answer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._answer.flush()
            self._answer = None
        count = self._source.readinto1(view)
        if self._remaining is not None:
            self._remaining -= count
        return count


class EmbeddedServer(ThreadingMixIn, WSGIServer):
    """A WSGI server for trying things out: HTTP/1.0, a thread for each connection, nothing decoded or made up.

    Args:
        host: The name or address to listen at.
        port: The port; 0 takes a free one.
        application: What answers.

    Raises:
        OSError: The address cannot be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, application: WSGIApplication) -> None:
        if ":" in host:
            self.address_family: int = socket.AF_INET6
        super().__init__((host, port), EmbeddedRequestHandler)
        self.set_app(application)

    @override
    def server_bind(self) -> None:
        """Take the address, without the look-up of its name that may last for seconds."""
        TCPServer.server_bind(self)
        self.server_name: str = str(self.server_address[0])
        self.server_port: int = int(self.server_address[1])
        self.setup_environ()

    @property
    def url(self) -> str:
        """Where it is."""
        host = f"[{self.server_name}]" if ":" in self.server_name else self.server_name
        return f"http://{host}:{self.server_port}/"

    @override
    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """End a connection such that the client sees the answer: what it still sends is read, up to a limit.

        A connection that is closed with bytes unread is reset, and a browser that was about to read a 413 shows an
        error of its own instead; pinned by `test_client_sees_413_while_it_sends`.
        """
        if isinstance(request, socket.socket):
            try:
                request.shutdown(socket.SHUT_WR)
                _discard(request)
            except OSError:
                pass  # the client is gone
            request.close()

    @override
    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Say what went wrong, unless it is that the client went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _discard(connection: socket.socket) -> None:
    until = time.monotonic() + LINGER_SECONDS
    allowed = LINGER_BYTES
    while allowed > 0 and (left := until - time.monotonic()) > 0:
        connection.settimeout(left)
        received = len(connection.recv(PIECE))
        if not received:
            return
        allowed -= received


@final
class _Lines:
    """The lines of a head, looked at as they come."""

    def __init__(self, source: io.BufferedIOBase) -> None:
        self._source = source
        self.has_bare_cr = False

    def readline(self, size: int = -1, /) -> bytes:
        """The next line."""
        line = self._source.readline(size)
        self.has_bare_cr = self.has_bare_cr or b"\r" in line.removesuffix(b"\r\n")
        return line


class EmbeddedRequestHandler(WSGIRequestHandler):
    """Reads one request and hands it over as it is."""

    timeout: ClassVar[float | None] = IDLE_SECONDS
    wbufsize = -1  # a head leaves in one piece; bodies are flushed piece by piece

    @override
    def handle(self) -> None:
        """Answer one request."""
        try:
            self.raw_requestline: bytes = self.rfile.readline(LINE + 1)
            if len(self.raw_requestline) > LINE:
                self.requestline = self.request_version = self.command = ""
                self.send_error(414)
            elif self._parse_head():
                self._answer()
        except (ConnectionError, TimeoutError):
            return  # the client went away, or fell silent

    def _parse_head(self) -> bool:
        """Read the head. A CR that is not part of a line's end would be one to the parser that follows."""
        source = self.rfile
        head = _Lines(source)
        self.rfile: io.BufferedIOBase = cast("io.BufferedIOBase", head)  # all that is asked of it is its lines
        try:
            parsed = self.parse_request()
        finally:
            self.rfile = source
        if parsed and head.has_bare_cr:
            self.send_error(400)
            return False
        return parsed

    def _answer(self) -> None:
        lines = self.headers.items()
        # A line that is not a field ends the head for this parser: what follows it would be lost. Folded lines are
        # obsolete, and a server may refuse them (RFC 9112 §5.2).
        malformed = any(isinstance(defect, MALFORMED) for defect in self.headers.defects)
        if malformed or any("\r" in value or "\n" in value for _, value in lines):
            self.send_error(400)
            return
        if not isinstance(self.server, EmbeddedServer):
            raise TypeError("this handler is of the embedded server")
        environ = self.get_environ()
        handler = EmbeddedServerHandler(
            self._input(environ),
            cast("IO[bytes]", self.wfile),  # a buffered writer: typeshed has two types for one thing
            self.get_stderr(),
            {**self.server.base_environ, **environ},
            multithread=True,
            multiprocess=False,
        )
        handler.request_handler = self
        application = self.server.get_app()
        if application is not None:
            handler.run(application)

    @override
    def get_environ(self) -> dict[str, str]:
        """The keys that the request adds to the environ: nothing but what the client sent or the server knows."""
        return {
            **header_environ(self.headers.items()),
            **target_environ(self.path),
            "REQUEST_METHOD": self.command,
            "SERVER_PROTOCOL": self.request_version,
            "SERVER_SOFTWARE": self.server_version,
            "REMOTE_ADDR": str(self.client_address[0]),
        }

    def _input(self, environ: dict[str, str]) -> RequestInput:
        length = environ.get("CONTENT_LENGTH", "")
        known = int(length) if length.isascii() and length.isdigit() and len(length) <= 18 else 0
        expects = environ.get("HTTP_EXPECT", "").lower() == "100-continue" and self.request_version > "HTTP/1.0"
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        return RequestInput(self.rfile, None if chunked else known, self.wfile if expects else None)

    @override
    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not a request, in words that hold nothing of it."""
        del message, explain
        if self.request_version == "HTTP/0.9":  # as is assumed while the version is not known: no head would be sent
            self.request_version: str = "HTTP/1.0"
        super().send_error(code)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the pages show what came."""


class EmbeddedServerHandler(ServerHandler):
    """Runs the application and writes its answer."""

    server_software = "verglas"
    # Of the base classes, where typeshed leaves them out.
    request_handler: WSGIRequestHandler
    headers: Headers
    headers_sent: bool

    @override
    def finish_content(self) -> None:
        """Send the head of an answer without a body, and no length that the application did not state.

        The base class adds `Content-Length: 0`, which is wrong for HEAD and forbidden for 204 (RFC 9110 §8.6).
        """
        if not self.headers_sent:
            self.send_headers()

    @override
    def send_preamble(self) -> None:
        """Say that the connection is closed after this answer."""
        self.headers["Connection"] = "close"
        super().send_preamble()

    @override
    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Report what the application raised; a client that has hung up is not an error of it."""
        if not isinstance(exc_info[1], TimeoutError):
            super().log_exception(exc_info)
