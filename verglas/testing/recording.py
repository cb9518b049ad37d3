"""`record`: middleware that writes each exchange, a request and its answer, as one line of JSON."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from threading import Lock
from typing import ClassVar, Final, final

from attrs import field, frozen

from verglas.backports import override
from verglas.capture import RequestHead, octets_of, server_of
from verglas.errors.parse import ParseError
from verglas.framing import body_length
from verglas.headers.mapping import Pairs
from verglas.jsons import STANDARD_JSON
from verglas.response.closing import Step, close_after, closers_of
from verglas.syntax.percent import encode_percent
from verglas.testing.exchanges import FORMAT, MIB, content_type_of
from verglas.testing.masks import Mask
from verglas.values import Value
from verglas.wsgi import Environ, ExcInfo, InputStream, JSONValue, StartResponse, WSGIApplication, optional_text

__all__ = ["Recorder", "record"]

PATH_SAFE: Final = "!$&'()*+,;=:@/"  # as RFC 3986 §3.3 has them


@final
@frozen(eq=False, kw_only=True)
class Recorder(Value):
    """WSGI middleware that records each exchange: see `record`.

    Attributes:
        to: The path of the file, or the function that is given each line.
        mask: The secrets that are not recorded.
        max_body: The number of bytes that are recorded of a body.
        clock: Gives the time in seconds since 1970.
    """

    _instead: ClassVar[str] = "make another, such as record(path, {name}=...)"

    to: str | Callable[[bytes], object]
    mask: Mask | None
    max_body: int
    clock: Callable[[], float] = field(repr=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def __call__(self, application: WSGIApplication, /) -> WSGIApplication:
        """Record what passes to and from an application.

        Args:
            application: The application, which is called as before.
        """

        def recorded(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
            exchange = _Exchange(self, environ, start_response)
            return exchange.run(application)

        return recorded

    def write(self, line: bytes) -> None:
        """Write one line, whole, and before any other of this process.

        Args:
            line: The line, with its end.

        Raises:
            OSError: The file cannot be opened or written. A part of the line that was written is cut off again.
        """
        with self._lock:
            if not isinstance(self.to, str):
                self.to(line)
                return
            # Opened each time: there is nothing to be closed at the end, and a file may be moved away meanwhile.
            file = os.open(self.to, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                _append(file, line)
            finally:
                os.close(file)


def _append(file: int, line: bytes) -> None:
    written = 0
    try:
        while written < len(line):  # nearly always once: a line that others append to the file, too, is not torn
            written += os.write(file, line[written:])
    except OSError:
        with suppress(OSError):  # of a pipe, which has no size
            os.ftruncate(file, os.fstat(file).st_size - written)
        raise


def record(
    to: str | os.PathLike[str] | Callable[[bytes], object],
    *,
    mask: Mask | None = None,
    max_body: int = MIB,
    clock: Callable[[], float] = time.time,
) -> Recorder:
    """Record exchanges: middleware that writes each as one line of JSON, when its answer is closed.

    Nothing of the exchange changes. Bodies are noted while they pass: of the request's, no more is read than the
    application reads. If a line cannot be written, the answer is sent all the same, and `wsgi.errors` is told. Lines
    are in the order in which answers were closed, which with threads is not always that of the requests: each has its
    time.

    Args:
        to: The path of a file, made if need be for its owner alone, to which lines are appended; or a function that is
            given each line.
        mask: What is not recorded, such as `SECRETS`: the values of header fields, of parameters of the query and of
            forms. What it does not name is recorded, other bodies and the path among them.
        max_body: The most bytes that are recorded of a body; where there are more, the record says so.
        clock: Gives the time in seconds since 1970.

    Raises:
        ValueError: `max_body` is less than 0 bytes.

    >>> from verglas import Request, Response
    >>> from verglas.testing import call
    >>> lines: list[bytes] = []
    >>> app = record(lines.append, clock=lambda: 0.0)(Response("hi"))
    >>> call(app, Request(url="/greeting")).text, len(lines)
    ('hi', 1)
    """
    if max_body < 0:
        raise ValueError(f"max_body= of record() is a number of bytes, not {max_body}")
    target = to if callable(to) else os.fspath(to)
    return Recorder(to=target, mask=mask, max_body=max_body, clock=clock)


@final
class _Exchange:
    """One exchange while it passes.

    Args:
        recorder: Takes the line.
        environ: The environ of the request.
        start_response: That of the server.
    """

    def __init__(self, recorder: Recorder, environ: dict[str, object], start_response: StartResponse) -> None:
        self._recorder = recorder
        self._began = recorder.clock()
        self._environ = environ.copy()  # the application may write to the one that it is given
        self._start_response = start_response
        self._received = _Tap(recorder.max_body)
        self._sent = _Tap(recorder.max_body)
        self._head: tuple[str, Pairs] | None = None
        self._error: str | None = None

    def run(self, application: WSGIApplication) -> Iterable[bytes]:
        """Call the application; the body that it gives records the exchange when it is closed."""
        given = self._environ.copy()
        given.pop(
            "wsgi.file_wrapper", None
        )  # the server sees another body than the application's, and could not use it
        stream = given.get("wsgi.input")
        if isinstance(stream, InputStream):
            given["wsgi.input"] = _TappedInput(stream, self._received)
        closers: list[Step] = []
        try:
            body = application(given, self._start)
            closers = closers_of(body)
            pieces = iter(body)
        except BaseException as error:
            self.failed(error)
            try:
                close_after(error, closers)
            finally:
                self.finish()
            raise
        # Some servers take the Content-Length of a list of one piece from that piece.
        if isinstance(body, Sized):
            return _SizedBody(pieces, closers, self, len(body))
        return _TappedBody(pieces, closers, self)

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        self._head = status, tuple(headers)  # a server may change the list
        write = (
            self._start_response(status, headers)
            if exc_info is None
            else self._start_response(status, headers, exc_info)
        )

        def tapped(data: bytes, /) -> object:
            self._sent.take(data)
            return write(data)

        return tapped

    def sent(self, piece: bytes) -> None:
        """Note a piece of the body."""
        self._sent.take(piece)

    def ended(self) -> None:
        """Note that the body has come to its end."""
        self._sent.has_ended = True

    def failed(self, error: BaseException) -> None:
        """Note what the application raised."""
        self._error = type(error).__name__

    def finish(self) -> None:
        """Write the line. What fails is told to the server's log: an answer is not lost for the sake of its record."""
        try:
            self._recorder.write(STANDARD_JSON.dumps(self._json()).encode() + b"\n")
        except Exception as error:  # noqa: BLE001  # as said
            with suppress(Exception):
                log: object = self._environ.get("wsgi.errors")
                getattr(log, "write", str)(f"verglas.testing: an exchange is not recorded: {error!r}\n")

    def _json(self) -> dict[str, JSONValue]:
        mask, head = self._recorder.mask, RequestHead.of(self._environ)
        environ, server = self._environ, server_of(self._environ)
        query = octets_of(environ, "QUERY_STRING").decode("latin-1")
        request: dict[str, JSONValue] = {
            "method": head.method,
            "scheme": optional_text(environ, "wsgi.url_scheme") or "http",
            "root_path": encode_percent(octets_of(environ, "SCRIPT_NAME"), PATH_SAFE),
            "path": encode_percent(octets_of(environ, "PATH_INFO"), PATH_SAFE),
            "query": query if mask is None or not query else mask.mask_target(f"?{query}")[1:],
            "server": None if server is None else [*server],
            "remote_addr": optional_text(environ, "REMOTE_ADDR"),
            "remote_user": optional_text(environ, "REMOTE_USER"),
            "headers": self._lines(head.headers.pairs),
            "body": self._body(head.headers.pairs, self._received),
            "whole": self._received.is_whole(_length(environ)),
        }
        answer: dict[str, JSONValue] | None = None
        if self._head is not None:
            status, lines = self._head
            answer = {
                "status": status,
                "headers": self._lines(lines),
                "body": self._body(lines, self._sent),
                "whole": self._error is None and self._sent.is_whole(None),
            }
        now = self._recorder.clock()
        return {
            "format": FORMAT,
            "request": request,
            "answer": answer,
            "error": self._error,
            "time": self._began,
            "seconds": max(0.0, now - self._began),
        }

    def _lines(self, lines: Pairs) -> JSONValue:
        mask = self._recorder.mask
        return [[name, value] for name, value in (lines if mask is None else mask.mask_fields(lines))]

    def _body(self, lines: Pairs, tap: _Tap) -> JSONValue:
        mask, body = self._recorder.mask, bytes(tap.kept)
        if mask is not None:
            body = mask.mask_body(content_type_of(lines), body)
        try:
            return body.decode()
        except UnicodeDecodeError:
            return {"base64": b64encode(body).decode()}


def _length(environ: Environ) -> int | None:
    if not (environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")) and str(
        environ.get("SERVER_PROTOCOL")
    ).startswith("HTTP/1"):
        return 0  # in HTTP/1 such a request has no body (RFC 9112 §6.3), even if the server says that its input ends
    try:
        return body_length(environ)
    except ParseError:  # nobody knows where it ends
        return None


@final
class _Tap:
    """The first bytes of what passes.

    Args:
        most: How many are kept.

    Attributes:
        kept: Those.
        has_ended: Whether the end was seen.
    """

    def __init__(self, most: int) -> None:
        self.kept = bytearray()
        self.has_ended = False
        self._most = most
        self._size = 0

    def take(self, data: object) -> None:
        """Note what passes."""
        if isinstance(data, bytes):
            self._size += len(data)
            self.kept += data[: self._most - len(self.kept)]

    def is_whole(self, length: int | None) -> bool:
        """Whether all that there is was kept."""
        return len(self.kept) == self._size and (self.has_ended or self._size == length)


@final
class _TappedInput:
    """`wsgi.input` with the methods that PEP 3333 names; each is that of the server's.

    Args:
        stream: The server's.
        tap: Notes what is read.
    """

    def __init__(self, stream: object, tap: _Tap) -> None:
        self._stream = stream
        self._tap = tap

    def read(self, *size: int) -> object:
        """The next bytes."""
        return self._tapped("read", size)

    def readline(self, *size: int) -> object:
        """The next line, or a part of it."""
        return self._tapped("readline", size)

    def readlines(self, *hint: int) -> list[object]:
        """The next lines."""
        lines: list[object] = getattr(self._stream, "readlines")(*hint)  # noqa: B009  # as in `_tapped`
        for line in lines:
            self._tap.take(line)
        self._tap.has_ended |= not lines or not hint
        return lines

    def __iter__(self) -> Iterator[object]:
        while line := self.readline():
            yield line

    def _tapped(self, name: str, size: tuple[int, ...]) -> object:
        data: object = getattr(self._stream, name)(*size)
        self._tap.take(data)
        asked = size[0] if size else -1
        self._tap.has_ended |= (not data and asked != 0) or (name == "read" and asked < 0)
        return data


class _TappedBody(Iterator[bytes]):
    """The body of an answer, which is recorded with its exchange.

    Args:
        pieces: The pieces.
        closers: The steps that close the application's body.
        exchange: The exchange.
    """

    def __init__(self, pieces: Iterator[bytes], closers: list[Step], exchange: _Exchange) -> None:
        self._next = pieces.__next__
        self._closers = closers
        self._exchange: _Exchange | None = exchange
        self._noted = exchange

    @override
    def __next__(self) -> bytes:
        try:
            piece = self._next()
        except StopIteration:
            self._noted.ended()
            raise
        except BaseException as error:
            self._noted.failed(error)
            raise
        self._noted.sent(piece)
        return piece

    def close(self) -> None:
        """Close the application's body, as often as the server does; then the exchange is recorded, once."""
        exchange, self._exchange = self._exchange, None
        try:
            for close in self._closers:
                close()
        except BaseException as error:
            if exchange is not None:
                exchange.failed(error)
            raise
        finally:
            if exchange is not None:
                exchange.finish()


@final
class _SizedBody(_TappedBody):
    """The body of an answer that has a length: that of a list.

    Args:
        pieces: The pieces.
        closers: The steps that close the application's body.
        exchange: The exchange.
        count: How many pieces there are.
    """

    def __init__(self, pieces: Iterator[bytes], closers: list[Step], exchange: _Exchange, count: int) -> None:
        super().__init__(pieces, closers, exchange)
        self._count = count

    def __len__(self) -> int:
        return self._count
