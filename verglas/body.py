"""`Body`: the bytes of a request, read at most once."""

from __future__ import annotations

import io
from itertools import chain
from threading import RLock
from typing import BinaryIO, Final, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.http import HTTPError
from verglas.errors.misuse import BodyConsumed
from verglas.errors.parse import RequestEntityTooLarge, UnsupportedMediaType
from verglas.forms import NO_FILES, NO_FORM, Files, Form, form_encoding, read_multipart, read_urlencoded
from verglas.framing import PIECE, InputReader
from verglas.limits import Limits
from verglas.parts import Parts
from verglas.spool import OpenSink
from verglas.values import Value
from verglas.wsgi import Buffer

__all__ = ["Body"]

STREAM_BUFFER: Final = 64 * 1024  # bytes


@final
@frozen(init=False, eq=False, repr=False)
class Body(Value):
    """The body of a request: bytes in memory, or a stream that is read on first use.

    It is read at most once, under a lock. What is read whole is kept, and every reader sees it. What consumes without
    keeping (a multipart form, reading the stream itself) makes later readers raise `BodyConsumed`, which names it.

    Bytes in memory are a value: equal, hashable, picklable. A stream is equal only to itself.

    Args:
        content: The bytes.

    Raises:
        TypeError: The content is not bytes; or a body that streams is pickled.

    >>> Body(b"a=1").content, Body(b"a=1") == Body(b"a=1")
    (b'a=1', True)
    """

    _given: bytes | None = field(alias="content")
    _source: _Source = field(init=False)
    _parts: Parts | None = field(init=False)
    _stream: BinaryIO | None = field(init=False)

    def __init__(self, content: bytes = b"") -> None:
        if not isinstance(content, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"a body is bytes, not {type(content).__name__}")
        self._begin(content, _Source(None, 0, None))

    @classmethod
    def streaming(cls, stream: object, length: int | None, max_content_length: int | None) -> Body:
        """A body that is read from a stream when it is asked for; the arguments are those of `InputReader`."""
        self = object.__new__(cls)
        self._begin(None, _Source(stream, length, max_content_length))
        return self

    @classmethod
    def refused(cls, failure: HTTPError) -> Body:
        """A body whose length cannot be right: whoever reads it meets this failure."""
        self = cls.streaming(None, 0, None)
        self._source.failure = failure
        return self

    def _begin(self, content: bytes | None, source: _Source) -> None:
        source.lock = _Lock()
        source.kept = content
        source.failure = None
        source.parsed = None
        source.taken_by = None
        _set_given(self, content)
        _set_source(self, source)
        _set_parts(self, None)
        _set_stream(self, None)

    @property
    def content(self) -> bytes | None:
        """The bytes in memory; `None` for a stream, even when it was read."""
        return self._given

    def read(self, limits: Limits, by: str = "data", *, keep: bool = True) -> bytes:
        """All bytes.

        Args:
            limits: Of these, `max_body_memory`.
            by: What a later `BodyConsumed` names, if they are not kept.
            keep: Whether other readers see them too.

        Raises:
            ParseError: The body is too large, or ended early.
            BodyConsumed: Another reader consumed the body before.
        """
        source, allowed = self._source, limits.max_body_memory
        with source.lock:
            if source.kept is not None:
                self._check_given(limits, allowed)
                return source.kept
            if source.length is None or source.length > allowed:
                source.check_memory(allowed)  # nothing is read yet: others may still stream it
            source.take(by)
            try:
                data = source.piece(PIECE)
                if len(data) != source.length:  # nearly always one piece is all
                    data = source.rest(data, allowed)
            except HTTPError as error:
                source.failure = error
                raise
            if keep:
                source.kept = data
                source.taken_by = None
            return data

    def form(self, content_type: str, limits: Limits, open_sink: OpenSink) -> tuple[Form, Files] | None:
        """The form in the body; `None` without a body, or when its Content-Type is not that of a form.

        In the latter case nothing is read.

        Args:
            content_type: The Content-Type of the request.
            limits: Size and count limits.
            open_sink: Gives what an upload is written to.

        Raises:
            ParseError: The body is not the form that its type says, is too large, or ended early.
            InsufficientStorage: A sink took no more.
            BodyConsumed: Another reader consumed the body before.
        """
        source = self._source
        with source.lock:
            if source.parsed is not None and source.parsed[0] == content_type:
                return source.parsed[1]
            encoding = None if source.kept == b"" else form_encoding(content_type)
            if encoding is None:
                return None
            if encoding[0] == "urlencoded":
                parsed = read_urlencoded(self.read(limits, "form"), limits), NO_FILES
            elif source.kept is not None:
                self._check_given(limits)
                keep = self._given is not None
                parsed = read_multipart(encoding[1], [source.kept], limits, open_sink, keep=keep)
            else:
                parsed = self._read_multipart(encoding[1], limits, open_sink)
            source.parsed = content_type, parsed
            return parsed

    def _check_given(self, limits: Limits, memory: int | None = None) -> None:
        """Hold bytes that were given to the limits that a stream would meet: a handler is called with values, too."""
        size = 0 if self._given is None else len(self._given)
        for allowed, name in ((limits.max_content_length, "max_content_length"), (memory, "max_body_memory")):
            if allowed is not None and size > allowed:
                raise RequestEntityTooLarge.over("The request body is too large", name, allowed)

    def _read_multipart(self, boundary: bytes | None, limits: Limits, open_sink: OpenSink) -> tuple[Form, Files]:
        source = self._source.take("form")
        try:
            pieces = source.pieces()
            if source.length is None:
                first = source.piece(PIECE)
                if not first:  # the input ends at once: no body
                    return NO_FORM, NO_FILES
                pieces = chain((first,), pieces)
            return read_multipart(boundary, pieces, limits, open_sink)
        except HTTPError as error:
            source.failure = error
            raise

    def parts(self, content_type: str, limits: Limits) -> Parts:
        """The parts of a multipart form while they arrive; of bytes in memory, as often as they are asked for.

        Args:
            content_type: The Content-Type of the request.
            limits: Size and count limits.

        Raises:
            UnsupportedMediaType: The Content-Type is not that of a multipart form.
            FormError: The type is malformed, or has no boundary.
            RequestEntityTooLarge: A body in memory is larger than `max_content_length`.
            BodyConsumed: Another reader consumed the body.
        """
        with self._source.lock:
            source = self._source
            encoding = form_encoding(content_type)
            if encoding is None or encoding[0] != "multipart":
                raise UnsupportedMediaType(
                    "The request body must be a form, with the Content-Type multipart/form-data."
                )
            parts = Parts(encoding[1], limits)
            if source.kept is not None:
                self._check_given(limits)
                pieces = iter([source.kept] if source.kept else [])
                return parts.reading(pieces)
            _set_parts(self, parts.reading(source.take("parts").pieces(), source.fail))
            return parts

    def allow(self, max_content_length: int | None) -> None:
        """Have another number of bytes after which a body that streams is too large, for all who share it.

        Args:
            max_content_length: The `Limits.max_content_length`.
        """
        self._source.allow(max_content_length)

    def stream(self) -> BinaryIO:
        """The bytes as a stream, the same each time: one that consumes the body, or one over those in memory."""
        with self._source.lock:
            if self._stream is not None:
                return self._stream
            kept = self._source.kept
            stream = io.BufferedReader(_RawBody(self._source), STREAM_BUFFER) if kept is None else io.BytesIO(kept)
            _set_stream(self, stream)
            return stream

    def fresh_stream(self) -> BinaryIO:
        """Another stream over bytes in memory; else the only one that there is."""
        kept = self._source.kept
        return self.stream() if kept is None else io.BytesIO(kept)

    def close(self) -> None:
        """Close the uploads, if the form was read; from bytes in memory, it is read anew when it is asked for again.

        The uploads of a body that is a value stay open in memory, since both may be shared.
        """
        source = self._source
        with source.lock:
            if self._parts is not None:
                self._parts.close()
            if source.parsed is not None:
                _, (_, files) = source.parsed
                if source.kept is not None:
                    source.parsed = None
                files.close()

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Body):
            return NotImplemented
        return self is other or (self._given is not None and self._given == other._given)

    @override
    def __hash__(self) -> int:
        return hash((Body, id(self) if self._given is None else self._given))

    @override
    def __repr__(self) -> str:
        return "<Body, streaming>" if self._given is None else f"<Body, {len(self._given)} bytes>"

    def __copy__(self) -> Body:
        return self

    @override
    def __reduce__(self) -> tuple[type[Body], tuple[bytes]]:
        if self._given is None:
            raise TypeError("a body that streams cannot be pickled; Request.buffered() gives a request that can")
        return Body, (self._given,)


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_given: Final = Body.__dict__["_given"].__set__
_set_source: Final = Body.__dict__["_source"].__set__
_set_parts: Final = Body.__dict__["_parts"].__set__
_set_stream: Final = Body.__dict__["_stream"].__set__

# PERF: the class itself, which `threading.RLock` calls.
_Lock: Final = type(RLock())


class _Source(InputReader):
    """Where the bytes of a body come from, and who has read them: all that its stream knows of it.

    Apart from the body, so that a body that holds its stream is not held by it.
    """

    __slots__ = ("failure", "kept", "lock", "parsed", "taken_by")

    failure: HTTPError | None
    kept: bytes | None
    lock: RLock
    parsed: tuple[str, tuple[Form, Files]] | None
    """The Content-Type as which the form was read, and what it holds."""
    taken_by: str | None

    def take(self, by: str) -> _Source:
        """The source, to be consumed: a later reader is told by which, or meets the failure of this one."""
        if self.failure is not None:
            raise self.failure.with_traceback(None)
        if self.taken_by is not None:
            raise BodyConsumed(self.taken_by)
        self.taken_by = by
        return self

    def fail(self, error: HTTPError) -> None:
        """Have later readers meet this error."""
        self.failure = error

    def piece_for_stream(self, size: int) -> bytes | None:
        """The next bytes for the stream; `None` when the whole body was kept meanwhile."""
        with self.lock:
            if self.kept is not None:
                return None
            if self.taken_by == "stream":  # its own next piece
                self.taken_by = None
            self.take("stream")
            try:
                return self.piece(size)
            except HTTPError as error:
                self.failure = error
                raise


class _RawBody(io.RawIOBase):
    """`Body.stream` below its buffer."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._rest: BinaryIO | None = None

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = None if self._rest is not None else self._source.piece_for_stream(len(view))
        if data is None:
            if self._rest is None:
                self._rest = io.BytesIO(self._source.kept or b"")
            data = self._rest.read(len(view))
        view[: len(data)] = data
        return len(data)
