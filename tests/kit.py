"""Environs as servers make them, and calls of applications as PEP 3333 has them: what every test is built from.

`environ_of` and `posted` describe a request, `call` makes it and keeps all that came back. `Exchange` is the same call
for tests that look at one which fails, or at one that a server breaks off.

>>> from verglas import Response
>>> call(Response("hi"), environ_of("/greeting?to=Ada", HTTP_ACCEPT="text/html")).body
b'hi'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO, Final, Literal, NoReturn, TypeAlias, cast, final

from attrs import define, field, frozen

from verglas import Headers, Request
from verglas.wsgi import ExcInfo, WSGIApplication

__all__ = [
    "JSON",
    "MULTIPART",
    "TRANSFERS",
    "URLENCODED",
    "Answer",
    "CountedBody",
    "Exchange",
    "Input",
    "OpensSinks",
    "Start",
    "Transfer",
    "call",
    "close",
    "environ_of",
    "fail",
    "ignore",
    "multipart",
    "posted",
    "untyped",
    "without",
]

Transfer: TypeAlias = Literal["length", "terminated"]
"""How a server knows where a body ends: by its Content-Length, or by decoding chunks (`wsgi.input_terminated`)."""

TRANSFERS: Final[tuple[Transfer, ...]] = ("length", "terminated")
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=b"
JSON: Final = "application/json"

# Put into each list of header fields that a server was given: PEP 3333 lets a server change it.
REPLACED: Final = [("X-Server", "the list is the server's")]


class OpensSinks(Request):
    """A request whose uploads go into what a subclass opens."""

    def sink(self) -> BinaryIO:
        """A new file; whoever asked closes it."""
        raise NotImplementedError

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> BinaryIO:
        return self.sink()


# Environs


def environ_of(path: str = "/", /, **keys: object) -> dict[str, object]:
    """The environ of a GET of `http://localhost/`, as `Request.from_values` makes it.

    A request that is better described in its parts is `Request.from_values(...).environ`.

    Args:
        path: The path, which may hold a query; or a whole URL.
        keys: Keys to set, as they are in the environ: `REQUEST_METHOD="HEAD"`.
    """
    return Request.from_values(path, environ_overrides=keys).environ


def posted(
    body: bytes, content_type: str = "", transfer: Transfer = "length", stream: object = None, **keys: object
) -> dict[str, object]:
    """The environ of a POST to `http://localhost/`.

    Args:
        body: The body.
        content_type: Its type; none when empty.
        transfer: How its end is known.
        stream: The `wsgi.input`; without it, an `Input` of the body.
        keys: Keys to set, as they are in the environ.
    """
    own: dict[str, object] = {"REQUEST_METHOD": "POST", "wsgi.input": Input(body) if stream is None else stream}
    if content_type:
        own["CONTENT_TYPE"] = content_type
    if transfer == "length":
        own["CONTENT_LENGTH"] = str(len(body))
    else:
        own |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return environ_of(**(own | keys))


def without(environ: dict[str, object], *keys: str) -> dict[str, object]:
    """An environ that lacks keys, as a server's may: `without(environ_of(), "HTTP_HOST")`.

    Raises:
        KeyError: It does not have them anyway.
    """
    left = dict(environ)
    for key in keys:
        del left[key]
    return left


class Input:
    """A `wsgi.input` that notes the sizes that it was asked for.

    Args:
        data: All that it has.
        piece: It gives at most so many bytes a read, as a socket may.

    Attributes:
        asked: The size of each read.
        position: How many bytes it has given.
    """

    def __init__(self, data: bytes, piece: int | None = None) -> None:
        self.data = data
        self.piece = piece
        self.asked: list[int] = []
        self.position = 0

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        self.asked.append(size)
        start = self.position
        end = len(self.data) if size < 0 else start + (size if self.piece is None else min(size, self.piece))
        self.position = min(end, len(self.data))
        return self.data[start : self.position]


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body with the boundary `b`: of each part what follows `form-data; `, and its content."""
    head = b"--b\r\nContent-Disposition: form-data; "
    return b"".join(head + what.encode() + b"\r\n\r\n" + data + b"\r\n" for what, data in parts) + b"--b--\r\n"


# Calls


@frozen
class Start:
    """One call of `start_response`.

    Attributes:
        status: The status line.
        lines: The header fields, as given.
        exc_info: The exception that the application answers anew for.
    """

    status: str
    lines: tuple[tuple[str, str], ...]
    exc_info: ExcInfo = None


@frozen
class Answer:
    """The answer of one call.

    Attributes:
        starts: The calls of `start_response`.
        pieces: The pieces of the body that the application returned.
        written: What it sent through `write`.
        body: All bytes, in the order in which they came.
    """

    starts: tuple[Start, ...]
    pieces: tuple[bytes, ...]
    written: tuple[bytes, ...]
    body: bytes

    @property
    def status(self) -> str:
        """The status line: of the last start, which is the one that counts."""
        return self.starts[-1].status

    @property
    def code(self) -> int:
        """The status code."""
        return int(self.status[:3])

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The header fields, as given."""
        return self.starts[-1].lines

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return Headers(self.lines)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@define
class Exchange:
    """One call of an application, seen from the server; what came is kept even if the call fails.

    Attributes:
        start_error: What `start_response` raises, for a server that does not start.
        closings: How often the server closes the body, which PEP 3333 has it do once.
        starts: The calls of `start_response`.
        pieces: The pieces of the body, as far as they came.
        written: What was sent through `write`.
    """

    start_error: BaseException | None = None
    closings: int = 1
    starts: list[Start] = field(factory=list[Start], init=False)
    pieces: list[bytes] = field(factory=list[bytes], init=False)
    written: list[bytes] = field(factory=list[bytes], init=False)
    _sent: list[bytes] = field(factory=list[bytes], init=False)

    @property
    def statuses(self) -> list[str]:
        """The status line of each start."""
        return [start.status for start in self.starts]

    @property
    def body(self) -> bytes:
        """All bytes that came, in order."""
        return b"".join(self._sent)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """Keep what is given; change the list as a server may; raise what came too late, as PEP 3333 has it."""
        self.starts.append(Start(status, tuple(headers), exc_info))
        headers[:] = REPLACED
        if self.start_error is not None:
            raise self.start_error
        if exc_info is not None and exc_info[1] is not None and any(self._sent):
            raise exc_info[1].with_traceback(exc_info[2])
        return self._write

    def _write(self, data: bytes) -> None:
        self.written.append(data)
        self._sent.append(data)

    def run(self, application: WSGIApplication, environ: dict[str, object]) -> None:
        """Call, read the body to its end, and close it, even if it fails."""
        body = application(environ, self.start_response)
        try:
            for piece in body:
                self.pieces.append(piece)
                self._sent.append(piece)
        finally:
            for _ in range(self.closings):
                close(body)


def call(application: WSGIApplication, environ: dict[str, object] | None = None, /, **keys: object) -> Answer:
    """Call an application as a server does.

    Args:
        application: The application; as `wsgiref.validate.validator(application)` it is held to PEP 3333 on the way.
        environ: The environ; without it, `environ_of()`.
        keys: Keys to set in it.
    """
    exchange = Exchange()
    given = environ_of() if environ is None else environ
    exchange.run(application, given | keys if keys else given)
    assert exchange.starts, "the application did not call start_response"
    return Answer(tuple(exchange.starts), tuple(exchange.pieces), tuple(exchange.written), exchange.body)


def ignore(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
    """A `start_response` of a server whose part in the test ends there."""
    return Exchange().start_response(status, headers, exc_info)


def close(body: Iterable[bytes]) -> None:
    """Close a body if it can be closed, as a server does."""
    closer = getattr(body, "close", None)
    if callable(closer):
        closer()


@final
class CountedBody:
    """A body in pieces that counts how often it was closed."""

    def __init__(self, *pieces: str | bytes) -> None:
        self._pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> CountedBody:
        return self

    def __next__(self) -> str | bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Count."""
        self.closed += 1


# Odds and ends of tests


def untyped(function: object) -> Callable[..., object]:
    """The same function without its types: for calls that a type checker refuses, and that must fail all the same."""
    return cast("Callable[..., object]", function)  # as said


def fail(error: BaseException) -> NoReturn:
    """Raise."""
    raise error
