"""The parts of a multipart form one by one while they arrive: for uploads that go on to somewhere else."""

from __future__ import annotations

import io
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO, Final, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError
from verglas.errors.http import HTTPError
from verglas.forms import form_error, part_headers
from verglas.headers.mapping import Headers
from verglas.limits import Limits
from verglas.syntax.filenames import safe_filename
from verglas.syntax.multipart import MultipartParser, PartBegin, PartData, PartEnd, TextFields
from verglas.values import Value
from verglas.wsgi import Buffer

__all__ = ["Part", "Parts"]

STREAM_BUFFER: Final = 64 * 1024  # bytes


@final
@frozen(eq=False)
class Part(Value):
    """A part of a multipart form that is arriving.

    Attributes:
        name: The field of the form.
        filename: As the client sent it: do not use it as a path, use `safe_filename`. `None` for a text field.
        headers: The part's own header fields.
        stream: Its content, to be read once, forwards. It is closed when the next part is asked for.
    """

    name: str
    filename: str | None
    headers: Headers
    stream: BinaryIO = field(repr=False)
    _charset: str = field(repr=False)

    @property
    def content_type(self) -> str | None:
        """The Content-Type of the part, as sent."""
        return self.headers.get("Content-Type")

    @property
    def safe_filename(self) -> str:
        """The last part of the file name, safe to create in a directory on every platform; never empty."""
        return safe_filename(self.filename or "")

    def text(self) -> str:
        """Read the rest of the content as the text that a form would have: in its charset, with U+FFFD for bad bytes.

        Raises:
            ParseError: The rest of the part is malformed, too large, or does not arrive.
            ValueError: The next part was asked for before.
        """
        return self.stream.read().decode(self._charset, errors="replace")


@final
class Parts(Iterator[Part]):
    """The parts of a form, in their order, each while it arrives. Nothing is kept, in memory or on disk.

    What was not read of a part is skipped when the next is asked for, and its stream is closed then. An empty file
    input is left out, as in a form. Closing leaves the rest of the body unread; who goes on then meets an error, since
    parts that just ended would look like all there are. They are closed with their request.

    Args:
        boundary: What stands between the parts, as the Content-Type says; `None`: it does not.
        limits: Size and count limits, as for a form: the text fields and heads of all parts count together.

    Raises:
        FormError: The boundary is missing or malformed.
    """

    def __init__(self, boundary: bytes | None, limits: Limits) -> None:
        try:
            self._parser = MultipartParser(boundary, limits=limits)
        except GrammarError as error:
            raise form_error(error) from error
        self._limits = limits
        self._pieces: Iterator[bytes] = iter(())
        self._failed: Callable[[HTTPError], None] | None = None
        self._events: deque[PartBegin | PartData | PartEnd] = deque()
        self._failure: HTTPError | None = None
        self._inside = False  # of a part whose end has not come
        self._began = False
        self._is_over = False
        self._is_closed = False  # before they were over
        self._current: weakref.ref[_RawPart] | None = None  # weak: a part holds the parts that it is read from

    def reading(self, pieces: Iterator[bytes], failed: Callable[[HTTPError], None] | None = None) -> Parts:
        """These parts, to be read from the pieces of a body.

        Args:
            pieces: The bytes, cut anywhere. Without any there are no parts.
            failed: Told of the error that ended the reading, if there was one.
        """
        self._pieces, self._failed = pieces, failed
        return self

    @override
    def __next__(self) -> Part:
        """The next part, once its head has arrived.

        Raises:
            ParseError: The form is malformed, too large, or ended early.
            ValueError: The parts, or their request, were closed before the last one.
            StopIteration: All parts of the form were given.
        """
        self._close_current()
        while self._inside:
            self.data()
        while (event := self._next()) is not None:
            if isinstance(event, PartBegin) and not self._is_empty_input(event):
                self._inside = True
                raw = _RawPart(self)
                self._current = weakref.ref(raw)
                headers = part_headers(event.headers, self._limits)
                stream = io.BufferedReader(raw, STREAM_BUFFER)
                return Part(event.name, event.filename, headers, stream, event.charset)
        raise StopIteration

    def data(self) -> bytes:
        """The next bytes of the part that is being read; none at its end.

        Raises:
            ParseError: The rest of the part is malformed, too large, or does not arrive.
        """
        event = self._next() if self._inside else None
        if isinstance(event, PartData):
            return event.data
        self._inside = False
        return b""

    def _is_empty_input(self, begin: PartBegin) -> bool:
        """Whether a part is a file input that was left empty (WHATWG HTML §4.10.22.4): its end follows at once."""
        if begin.filename != "":
            return False
        event = self._next()
        if event is not None and not isinstance(event, PartEnd):
            self._events.appendleft(event)
        return isinstance(event, PartEnd)

    def _next(self) -> PartBegin | PartData | PartEnd | None:
        """The next event; `None` at the end of the body."""
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        if self._is_closed:
            raise ValueError("the parts are closed: they end with their request, and were not all read")
        if self._is_over:
            return None
        try:
            while not self._events:
                piece = next(self._pieces, None)
                if piece is None:
                    self._is_over = True
                    if self._began:  # else the body is empty
                        self._parser.close()
                    return None
                self._began = True
                for event in self._parser.feed(piece):
                    self._events.extend(event.apart() if isinstance(event, TextFields) else (event,))
        except GrammarError as error:
            raise self._told(form_error(error)) from error
        except HTTPError as error:
            self._told(error)
            raise
        return self._events.popleft()

    def _told(self, error: HTTPError) -> HTTPError:
        self._failure = error
        if self._failed is not None:
            self._failed(error)
        return error

    def _close_current(self) -> None:
        raw = None if self._current is None else self._current()
        if raw is not None:
            raw.close()

    def close(self) -> None:
        """Close the stream of the part that is being read. The rest of the body stays unread."""
        self._is_closed = not self._is_over
        self._inside = False
        self._events.clear()
        self._close_current()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()


class _RawPart(io.RawIOBase):
    """`Part.stream` below its buffer."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rest = memoryview(b"")

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if not self._rest:
            self._rest = memoryview(self._parts.data())
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
