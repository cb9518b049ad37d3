"""Any WSGI application, run as a function: from an environ to an answer in parts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, Literal, NamedTuple, NoReturn, TypeVar, cast, final, overload

from verglas.backports import override
from verglas.errors.misuse import WSGIViolation
from verglas.headers.lines import HOP_BY_HOP
from verglas.headers.mapping import Headers
from verglas.response.closing import Step, close_after, closers_of
from verglas.response.status import status_line
from verglas.wsgi import Environ, ExcInfo, WSGIApplication

__all__ = ["ForeignAnswer", "ForeignBody", "end_to_end", "run_application"]


@final
class ForeignBody(Iterator[bytes]):
    """The body of an application's answer: pieces that were written with `write()`, in their place among the others.

    Args:
        pieces: The iterator of what the application returned.
        written: The queue that `write()` appends to.
        closers: The steps that close the iterable that the application returned.
    """

    def __init__(self, pieces: Iterator[object], written: deque[bytes], closers: Sequence[Step]) -> None:
        self._pieces = pieces
        self._ready = written
        self._closers = closers
        self._is_closed = False

    def fill(self) -> None:
        """Run the application until a byte is ready or the body ends."""
        while not any(self._ready):
            self._ready.clear()
            piece = next(self, None)
            if piece is None:
                return
            self._ready.appendleft(piece)

    @property
    def is_closed(self) -> bool:
        """Whether the iterable that the application returned was closed."""
        return self._is_closed

    @property
    def ready(self) -> bytes:
        """The bytes that are there without running the application any further."""
        return b"".join(self._ready)

    @override
    def __next__(self) -> bytes:
        if not self._ready:
            try:
                self._ready.append(_checked(next(self._pieces)))
            except StopIteration:
                if not self._ready:  # nor was anything written since the last piece
                    raise
        return self._ready.popleft()

    def close(self) -> None:
        """Close the iterable that the application returned: once."""
        self._is_closed = True
        closers, self._closers = self._closers, ()
        for close in closers:
            close()


B_co = TypeVar("B_co", bound="bytes | ForeignBody", covariant=True)


class ForeignAnswer(NamedTuple, Generic[B_co]):
    """The answer of an application.

    Attributes:
        status: The status, with its reason phrase.
        headers: The header fields.
        body: The body in memory, or the iterator that streams and closes it.
    """

    status: str
    headers: Headers
    body: B_co


@overload
def run_application(
    app: WSGIApplication, environ: Environ, *, buffered: Literal[False] = False
) -> ForeignAnswer[ForeignBody]: ...
@overload
def run_application(
    app: WSGIApplication, environ: Environ, *, buffered: bool
) -> ForeignAnswer[bytes | ForeignBody]: ...
def run_application(
    app: WSGIApplication, environ: Environ, *, buffered: bool = False
) -> ForeignAnswer[bytes | ForeignBody] | ForeignAnswer[ForeignBody]:
    """Call an application as a server would (PEP 3333).

    Until the first byte of the body the application may change status and headers, with `exc_info`; so it runs up to
    there.

    Args:
        app: The application; it gets a copy of the environ, since it may change it, without `wsgi.file_wrapper`: the
            server does not see the body that the application returns, and could not send the file by itself.
        environ: The environ of the request.
        buffered: Read the body to its end and close it. Data that an application writes with `write()` while it is
            called is kept in memory in any case.

    Returns:
        The answer. Data that was sent with `write()` comes first in the body.

    Raises:
        WSGIViolation: The application never called `start_response`, or twice without `exc_info`; or its body is
            neither of bytes nor of text.
        HeaderValueError: The application's status or a header is not valid in an HTTP message.
        ExceptionGroup: Closing the application's body raised.

    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("X-Tag", "a")])(b"written, ")
    ...     return [b"returned"]
    >>> run_application(app, {}, buffered=True).body
    b'written, returned'
    """
    exchange = _Exchange()
    given = dict(environ)
    given.pop("wsgi.file_wrapper", None)
    body = exchange.begin(app, given)
    status, headers = exchange.started()
    if not buffered:
        return ForeignAnswer(status, headers, body)
    try:
        data = b"".join(body)
    except BaseException as failure:
        close_after(failure, [body.close])
        raise
    body.close()
    return ForeignAnswer(status, headers, data)


def _checked(piece: object) -> bytes:
    if isinstance(piece, str):  # as a response would send it: many of those who write applications forget to
        return piece.encode()
    if not isinstance(piece, bytes):
        raise WSGIViolation(f"the application gave a piece of its body as {type(piece).__name__}, not as bytes")
    return piece


def end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of an application's answer without those of the connection, which are the server's (PEP 3333).

    Raises:
        WSGIViolation: Transfer-Encoding is among them: the body would be framed twice, or not as it says.
    """
    kept: list[tuple[str, str]] = []
    for line in headers:
        low = str(line[0]).lower()
        if low == "transfer-encoding":
            raise WSGIViolation(
                "the application sent Transfer-Encoding: PEP 3333 leaves the framing of the body to the server"
            )
        if low not in HOP_BY_HOP:
            kept.append(line)
    return kept


@final
class _Exchange:
    """The server's side of one call."""

    def __init__(self) -> None:
        self._head: tuple[str, Headers] | None = None
        self._ready: Final[deque[bytes]] = deque()
        self._begun = False  # the first byte is out, and the head with it

    def begin(self, app: WSGIApplication, environ: dict[str, object]) -> ForeignBody:
        """Call the application, and run it up to the first byte of its body."""
        returned: object = app(environ, self.start_response)
        closers = closers_of(returned)
        try:
            body = ForeignBody(_pieces(returned), self._ready, closers)
            body.fill()
            self.started()
        except BaseException as failure:
            close_after(failure, closers)
            raise
        self._begun = True
        return body

    def started(self) -> tuple[str, Headers]:
        """The status and the headers."""
        if self._head is None:
            raise WSGIViolation("the application never called start_response")
        return self._head

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """PEP 3333's `start_response`."""
        error = None if exc_info is None else exc_info[1]
        if error is not None and self._is_out():
            _raise(error)
        if error is None and self._head is not None:
            raise WSGIViolation("the application called start_response twice, without exc_info")
        self._head = status_line(status), Headers(end_to_end(headers))
        return self.write

    def write(self, data: bytes, /) -> None:
        """PEP 3333's `write`."""
        self._ready.append(_checked(data))

    def _is_out(self) -> bool:
        return self._begun or any(self._ready)


def _pieces(returned: object) -> Iterator[object]:
    if not (isinstance(returned, Iterable) or hasattr(returned, "__getitem__")):  # as some servers' file_wrapper has it
        raise WSGIViolation(f"the application returned {type(returned).__name__}, which is not a body")
    return iter(cast("Iterable[object]", returned))  # each piece is checked


def _raise(error: BaseException) -> NoReturn:
    try:
        raise error
    finally:
        del error  # its traceback holds this frame
