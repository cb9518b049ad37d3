"""`Upload`: a file of a form."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Lock
from types import TracebackType
from typing import BinaryIO, Final, NoReturn, Protocol, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.headers.arguments import HeadersLike
from verglas.headers.mapping import Headers
from verglas.spool import Slice, sought
from verglas.syntax.filenames import safe_filename
from verglas.syntax.mediatypes import essence_of, parameters_of
from verglas.values import Value
from verglas.wsgi import Buffer

__all__ = ["Upload", "Writable", "kept_upload"]

COPY_SIZE: Final = 256 * 1024  # bytes a piece: fewer calls than with Werkzeug's 16 KiB, and still in the cache
REST_SIZE: Final = 4 * 1024  # bytes a piece to what takes few at a time: the rest is copied for each call

CLOSED: Final = "the upload is closed: it ends with its request; Upload.buffered() gives one that stays"


class Writable(Protocol):
    """A file that `save` can write to."""

    def write(self, data: bytes, /) -> object: ...


@final
@frozen(init=False, eq=False, repr=False)
class Upload(Value, BinaryIO):
    """A file of a form: its field, what the client says about it, and its content.

    It is a binary file, to be read from its start: `zipfile`, `csv`, Pillow take it as it is. Its position is shared by
    all who read from it; `data`, `save` and `buffered` take the whole content, move no position, and are safe from many
    threads at once. It ends with its request: once it is closed, nothing reads from it.

    In memory, an upload is a value: equal by content, hashable and picklable; on disk it is equal only to itself, and
    `buffered()` gives the value, which closing leaves open.

    Args:
        name: The field of the form.
        filename: As the client sent it: do not use it as a path, use `safe_filename`.
        content: The bytes, or a seekable binary stream, whose position is then that of the upload.
        headers: The part's own header fields.
        content_type: Replaces the Content-Type among those.

    Raises:
        TypeError: The content is neither bytes nor a binary stream.

    >>> upload = Upload("photo", "été.txt", b"hello", content_type="text/plain; charset=utf-8")
    >>> upload.size, upload.mimetype, upload.read()
    (5, 'text/plain', b'hello')
    """

    name: str  # pyright: ignore[reportIncompatibleMethodOverride]  # the field's; of a file, it may be anything
    filename: str
    headers: Headers
    size: int
    """Bytes."""
    _content: bytes | None = field(alias="content")
    _source: Slice | _LockedStream | None = field(init=False)
    _stream: BinaryIO | None = field(init=False)
    _closed: bool | None = field(init=False)  # None: closing it does nothing

    def __init__(
        self,
        name: str,
        filename: str,
        content: bytes | BinaryIO | Slice = b"",
        headers: HeadersLike | None = None,
        content_type: str | None = None,
    ) -> None:
        fields = headers if isinstance(headers, Headers) else Headers(headers)
        _set(self, "name", name)
        _set(self, "filename", filename)
        _set(self, "headers", fields if content_type is None else fields.with_("Content-Type", content_type))
        _set(self, "_closed", False)
        if isinstance(content, bytes):
            _set(self, "_content", content)
            _set(self, "_source", None)
            _set(self, "_stream", None)
            _set(self, "size", len(content))
            return
        _set(self, "_content", None)
        source = content if isinstance(content, Slice) else _LockedStream(content)
        _set(self, "_source", source)
        _set(self, "_stream", None if isinstance(content, Slice) else content)
        _set(self, "size", source.size)

    @property
    def stream(self) -> BinaryIO:
        """The content as a stream, whose position is that of the upload: what the application opened for it, else one
        over what is in memory or on disk.
        """
        stream = self._stream
        if stream is None:
            with _OPENING:
                stream = self._opened() if self._stream is None else self._stream
                _set(self, "_stream", stream)
        return stream

    def _opened(self) -> BinaryIO:
        source = self._source
        stream = io.BufferedReader(_RawSlice(source)) if isinstance(source, Slice) else io.BytesIO(self._content or b"")
        if self.closed:
            stream.close()
        return stream

    @property
    def content_type(self) -> str | None:
        """The Content-Type of the part, as sent."""
        # PERF: a part has two lines, which are looked through in a fifth of the time that an index of them takes.
        for name, value in self.headers.pairs:
            if name.lower() == "content-type":
                return value
        return None

    @property
    def mimetype(self) -> str:
        """Its media type in lower case, without parameters; `""` when absent or malformed."""
        return essence_of(self.content_type or "")

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The parameters of its media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    @property
    def content_length(self) -> int:
        """The size in bytes: what arrived, not what a header says."""
        return self.size

    @property
    def safe_filename(self) -> str:
        """The last part of the file name, safe to create in a directory on every platform; never empty."""
        return safe_filename(self.filename)

    def save(
        self, dst: str | os.PathLike[str] | Writable, buffer_size: int = COPY_SIZE, *, exclusive: bool = False
    ) -> None:
        """Write the whole content, from its start whatever was read before.

        Args:
            dst: A path, or a writable binary file, which is left open. A path is used as it is: build it from
                `safe_filename`, not from `filename`.
            buffer_size: Bytes copied at a time.
            exclusive: Refuse to write over a file that exists.

        Raises:
            FileExistsError: The file exists, and `exclusive` was asked for.
            OSError: The file cannot be opened or written. A file that was opened here is then removed.
            ValueError: The upload, or its stream, was closed.
        """
        if self.closed:
            raise ValueError(CLOSED)
        if not isinstance(dst, str | os.PathLike):
            self._copy_to(dst, buffer_size)
            return
        file = open(dst, "xb" if exclusive else "wb", buffering=0)  # noqa: SIM115  # closed below, in either case
        try:
            with file:
                self._copy_to(file, buffer_size)
        except BaseException:
            # A path may be a device or a pipe, or lead to one: only what can hold a partial file is removed.
            with suppress(OSError):
                target = os.path.realpath(dst)
                if stat.S_ISREG(os.lstat(target).st_mode):
                    os.unlink(target)
            raise

    def _copy_to(self, file: Writable, buffer_size: int) -> None:
        content, size, position = self._content, buffer_size if buffer_size > 0 else self.size, 0
        while position < self.size:
            if content is None:
                piece = self._read_at(position, size)
            else:
                piece = content if len(content) <= size else content[position : position + size]
            if not piece:
                raise OSError("the stream of the upload is shorter than it was")
            written = file.write(piece)
            if isinstance(written, int) and written < len(piece):
                _write_rest(file, memoryview(piece)[written:])
            if piece is content:
                return
            position += len(piece)

    def _read_at(self, position: int, size: int) -> bytes:
        """Some of the content that is not in memory, at most this many bytes. Nobody's position moves."""
        return b"" if self._source is None else self._source.read_at(position, size)

    @property
    def data(self) -> bytes:
        """The whole content, whatever was read before: nobody's position moves.

        Raises:
            ValueError: The upload, or its stream, was closed.
        """
        if self.closed:
            raise ValueError(CLOSED)
        if self._content is not None:
            return self._content
        target = io.BytesIO()
        self._copy_to(target, COPY_SIZE)
        return target.getvalue()

    def buffered(self) -> Upload:
        """The same upload with its whole content in memory, to be read from its start: a picklable, hashable value,
        to be kept for as long as one likes. Closing it does nothing, since it may be shared.

        Raises:
            ValueError: The upload, or its stream, was closed.
        """
        return kept_upload(self.name, self.filename, self.data, self.headers)

    @override
    def close(self) -> None:
        """Close the upload; a file on disk is gone with the last one of its form. A buffered one stays open."""
        if self._closed is not False:
            return
        _set(self, "_closed", True)
        if self._stream is not None:
            self._stream.close()
        if self._source is not None:
            self._source.close()

    @property
    @override
    def closed(self) -> bool:
        """Whether the upload, or its stream, was closed."""
        if self._closed or self._stream is None:
            return bool(self._closed)
        return self._stream.closed

    @property
    @override
    def mode(self) -> str:
        """`rb`: an upload is a binary file that can only be read."""
        return "rb"

    @override
    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, all that are left without a size."""
        with self._position():
            return self.stream.read(size)

    def readinto(self, buffer: Buffer, /) -> int:
        """Read the next bytes into a buffer, and say how many."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    @override
    def readline(self, limit: int = -1, /) -> bytes:
        """The rest of the line, with its end."""
        with self._position():
            return self.stream.readline(limit)

    @override
    def readlines(self, hint: int = -1, /) -> list[bytes]:
        """The lines from the position on."""
        with self._position():
            return self.stream.readlines(hint)

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move the position, and say where it is."""
        with self._position():
            return self.stream.seek(offset, whence)

    @override
    def tell(self) -> int:
        """The position, which all readers share."""
        with self._position():
            return self.stream.tell()

    def _position(self) -> AbstractContextManager[object]:
        """The lock on the position of a stream that the application opened; nobody moves that of another."""
        return self._source.lock if isinstance(self._source, _LockedStream) else _UNSHARED

    @override
    def __iter__(self) -> Iterator[bytes]:
        """The lines from the position on."""
        return iter(self.readline, b"")

    @override
    def __next__(self) -> bytes:
        return next(iter(self))

    @override
    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    @override
    def seekable(self) -> bool:
        """Whether its position can be moved: always."""
        return True

    @override
    def writable(self) -> bool:
        """Whether it can be written to: never."""
        return False

    @override
    def isatty(self) -> bool:
        """Whether it is a terminal: never."""
        return False

    @override
    def flush(self) -> None:
        """Do nothing: there is nothing to write."""

    @override
    def fileno(self) -> int:
        """The descriptor of a file that the application opened for the upload.

        Raises:
            UnsupportedOperation: The upload is in memory, or shares its file with others.
        """
        if not isinstance(self._source, _LockedStream):
            raise io.UnsupportedOperation(
                "an upload in memory, or beside others on disk, has no file descriptor; save() it"
            )
        return self.stream.fileno()

    @override
    def write(self, data: object, /) -> NoReturn:
        """Refuse to write: an upload is what arrived.

        Raises:
            UnsupportedOperation: An upload cannot be written to.
        """
        raise io.UnsupportedOperation("an upload is read-only")

    @override
    def writelines(self, lines: Iterable[object], /) -> NoReturn:
        """Refuse to change it, as `write` does.

        Raises:
            UnsupportedOperation: An upload cannot be written to.
        """
        raise io.UnsupportedOperation("an upload is read-only")

    @override
    def truncate(self, size: int | None = None, /) -> NoReturn:
        """Refuse to change it, as `write` does.

        Raises:
            UnsupportedOperation: An upload cannot be written to.
        """
        raise io.UnsupportedOperation("an upload is read-only")

    @override
    def __enter__(self) -> Self:
        return self

    @override
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    def _key(self) -> tuple[str, str, Headers, bytes | int]:
        return self.name, self.filename, self.headers, id(self) if self._content is None else self._content

    @override
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Upload) else NotImplemented

    @override
    def __hash__(self) -> int:
        return hash(self._key())

    @override
    def __repr__(self) -> str:
        return f"<Upload {self.filename!r} of {self.name!r}, {self.size} bytes>"

    def __copy__(self) -> Upload:
        return self

    @override
    def __reduce__(self) -> tuple[Callable[[str, str, bytes, Headers], Upload], tuple[str, str, bytes, Headers]]:
        if self._content is None:
            raise TypeError("an upload on disk cannot be pickled or copied; Upload.buffered() gives one that can")
        make = kept_upload if self._closed is None else Upload
        return make, (self.name, self.filename, self._content, self.headers)


def kept_upload(name: str, filename: str, content: bytes, headers: Headers) -> Upload:
    """An upload that closing leaves open."""
    upload = Upload(name, filename, content, headers)
    _set(upload, "_closed", None)
    return upload


def _write_rest(file: Writable, view: memoryview) -> None:
    """Write what an unbuffered file did not take at once. What returns no count took all."""
    while view:
        some = bytes(view[:REST_SIZE])
        written = file.write(some)
        view = view[written if isinstance(written, int) else len(some) :]


_set: Final = object.__setattr__
_OPENING: Final = Lock()
_UNSHARED: Final = nullcontext()


class _LockedStream:
    """A stream that the application opened, or gave: read by position under a lock, and left where it stood."""

    def __init__(self, stream: BinaryIO) -> None:
        sample: object = stream.read(0) if hasattr(stream, "read") and hasattr(stream, "seek") else None
        if not isinstance(sample, bytes):
            raise TypeError(f"an upload is bytes or a seekable binary stream, not {type(stream).__name__}")
        self.lock = Lock()
        self._stream = stream
        position = stream.tell()
        self.size = stream.seek(0, os.SEEK_END)
        stream.seek(position)

    def read_at(self, position: int, size: int) -> bytes:
        """Bytes from a position on, at most this many."""
        with self.lock:
            before = self._stream.tell()
            self._stream.seek(position)
            try:
                return self._stream.read(size)
            finally:
                self._stream.seek(before)

    def close(self) -> None:
        """Leave the stream to its upload, which closes it."""


class _RawSlice(io.RawIOBase):
    """The stream of an upload on disk, below its buffer."""

    def __init__(self, content: Slice) -> None:
        self._content = content
        self._at = 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._content.read_at(self._at, len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._at = sought(offset, whence, self._at, self._content.size)
        return self._at

    @override
    def tell(self) -> int:
        if self.closed:
            raise ValueError(CLOSED)
        return self._at

    @override
    def close(self) -> None:
        self._content.close()
        super().close()
