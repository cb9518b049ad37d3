"""Files as bodies: parts of files by their paths, opened for each call; and open files, sent from where they stand."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol, Self, TypeGuard, cast, final

from attrs import field, frozen

from verglas.backports import override
from verglas.response.closing import Closing, ClosingIterator, closers_of
from verglas.values import Value
from verglas.wsgi import Environ

__all__ = [
    "BLOCK_SIZE",
    "BinaryFile",
    "FileChanged",
    "FileSlice",
    "FileWrapper",
    "ReadableFile",
    "SeekableFile",
    "SliceReader",
    "blocks",
    "handed_over",
    "is_file",
    "is_seekable",
    "wrap_file",
]

# PERF: with 64 KiB a body of 1 or 10 MB takes an eighth longer; with 256 KiB 1 MB takes as long.
BLOCK_SIZE: Final = 131072
"""Bytes that are read at once."""


class FileChanged(RuntimeError):
    """A file was changed or removed after its size was taken, so that what was promised of it cannot be sent.

    It is not an `OSError`: gunicorn takes every OSError of an application for one of its own socket, and answers
    nothing.
    """


class BinaryFile(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...


class ReadableFile(Protocol):
    """A file that is open for reading bytes or text."""

    def read(self, size: int, /) -> bytes | str: ...


class SeekableFile(BinaryFile, Protocol):
    """A file that is open for reading bytes at any position."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...
    def fileno(self) -> int: ...


@final
@frozen
class FileSlice(Value):
    """A part of a regular file, by its path: a value, which reads nothing until it is sent.

    The file is opened anew for each call. Size and time of modification are those of the whole file when they were
    taken: a file that was changed since then is not sent, because length and tag of the answer describe the old one.

    Attributes:
        path: The path of the file.
        offset: Where the part begins, in bytes.
        length: The number of bytes of the part.
        size: The number of bytes that the file had.
        mtime_ns: When the file was last modified, in nanoseconds since 1970.
        inode: Device and number of the file, where it must be that file and no other; not pickled.

    Raises:
        ValueError: The part is not within the file.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"0123456789")
    ...     file.flush()
    ...     FileSlice.of(file.name).part(2, 5).read_bytes()
    b'234'
    """

    path: str
    offset: int
    length: int
    size: int = field(kw_only=True)
    mtime_ns: int = field(kw_only=True)
    # Which file it was: another can be given its size and time. Of this machine only, so no part of the value.
    inode: tuple[int, int] | None = field(default=None, kw_only=True, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.offset <= self.offset + self.length <= self.size:
            raise ValueError(f"{self.length} bytes from {self.offset} are not within {self.size}")

    @classmethod
    def of(cls, path: str | os.PathLike[str], *, status: os.stat_result | None = None) -> Self:
        """All of a file.

        Args:
            path: The path of the file; it is made absolute.
            status: The result of `os.stat` for the file, if it is known.

        Raises:
            OSError: The file does not exist, or may not be looked at.
            IsADirectoryError: The path is that of a folder.
            ValueError: The path is that of a device, a pipe or a socket, which have no size.
        """
        name: str = os.fspath(path)
        full: str = os.path.abspath(name)
        found = os.stat(full) if status is None else status
        if not stat.S_ISREG(found.st_mode):
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError(f"{full!r} is a folder")
            raise ValueError(f"{full!r} is no regular file")
        size, inode = found.st_size, (found.st_dev, found.st_ino)
        return cls(full, 0, size, size=size, mtime_ns=found.st_mtime_ns, inode=inode)

    @property
    def stop(self) -> int:
        """Where the part ends in the file."""
        return self.offset + self.length

    @property
    def etag(self) -> str:
        """A strong entity tag (RFC 9110 §8.8.3), with its quotes: time, size, and the part if it is not all."""
        whole = f"{self.mtime_ns:x}-{self.size:x}"
        return f'"{whole}"' if self.length == self.size else f'"{whole}-{self.offset:x}-{self.length:x}"'

    def part(self, start: int, stop: int) -> Self:
        """A part of this part. Nothing is read.

        Args:
            start: Where the new part begins in this one.
            stop: The position after its last byte.

        Raises:
            ValueError: The new part is not within this one.
        """
        if not 0 <= start <= stop <= self.length:
            raise ValueError(f"{start} to {stop} is not within {self.length} bytes")
        cls = type(self)
        return cls(
            self.path, self.offset + start, stop - start, size=self.size, mtime_ns=self.mtime_ns, inode=self.inode
        )

    def open(self) -> SliceReader:
        """Open the file at the part. The caller closes the reader.

        Raises:
            FileChanged: The file was changed, by its size or time, or cannot be opened any more.
        """
        try:
            descriptor = os.open(self.path, READING)
        except OSError as error:
            raise FileChanged(f"{self.path!r} cannot be opened any more") from error
        try:
            found = os.fstat(descriptor)
            inode = found.st_dev, found.st_ino
            same = self.inode in (None, inode) and stat.S_ISREG(found.st_mode)
            if not same or (found.st_size, found.st_mtime_ns) != (self.size, self.mtime_ns):
                raise FileChanged(f"{self.path!r} was changed since its size was taken")
            # PERF: half of what open() takes, which looks at the file once more.
            file = io.FileIO(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        try:
            return SliceReader(file, self.length, offset=self.offset, is_whole=self.length == self.size)
        except BaseException:
            file.close()
            raise

    def read_bytes(self) -> bytes:
        """All bytes of the part.

        Raises:
            FileChanged: The file was changed, or cannot be opened any more.
            OSError: The file cannot be read.
        """
        return b"".join(self)

    def __iter__(self) -> Iterator[bytes]:
        with self.open() as reader:
            yield from reader

    @override
    def __getstate__(self) -> tuple[str, int, int, int, int]:
        return self.path, self.offset, self.length, self.size, self.mtime_ns

    def __setstate__(self, state: tuple[str, int, int, int, int]) -> None:
        path, offset, length, size, mtime_ns = state
        FileSlice.__init__(self, path, offset, length, size=size, mtime_ns=mtime_ns)


# Without waiting: a pipe put where the file was would make opening wait for a writer.
READING: Final[int] = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@final
class SliceReader(Closing, Iterator[bytes]):
    """An open file as if it were but a part of it: no server can read beyond. Positions are within the part.

    Args:
        file: The open file; `close` closes it.
        length: The number of bytes of the part.
        offset: Where the part begins in the file.
        is_whole: Whether the part is all of the file. Only then there is a `fileno`: of the servers that are given one,
            some send the file from its start wherever it stands, and all of them to its end. For that the file must be
            unbuffered.

    Raises:
        OSError: The file cannot seek, though it should.
    """

    __slots__ = ("_file", "_is_whole", "_length", "_offset", "_position")

    def __init__(self, file: SeekableFile, length: int, *, offset: int = 0, is_whole: bool = False) -> None:
        close = getattr(file, "close", None)
        super().__init__((close,) if callable(close) else ())
        # Always: some servers send from where the descriptor stands, and none looks where that should be.
        file.seek(offset)
        self._file = file
        self._length = length
        self._offset = offset
        self._position = 0
        self._is_whole = is_whole

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to so many bytes, and none beyond the part.

        Args:
            size: The number of bytes; negative or `None`: all that are left.

        Raises:
            FileChanged: The file ends before the part: a shorter answer would look like a whole one.
        """
        left = self._length - self._position
        if size is None or size < 0:
            return b"".join(self)
        wanted = min(size, left)
        if wanted <= 0:
            return b""
        data = self._file.read(wanted)
        if not data:
            raise FileChanged(f"the file ends {left} bytes before what was promised of it")
        self._position += len(data)
        return data

    @override
    def __next__(self) -> bytes:
        """The next block.

        Raises:
            StopIteration: All of the part was read.
        """
        data = self.read(BLOCK_SIZE)
        if not data:
            raise StopIteration
        return data

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move within the part; a position outside of it becomes its nearest end.

        Args:
            offset: The number of bytes to move.
            whence: As for `io.IOBase.seek()`.

        Returns:
            The position.

        Raises:
            OSError: The file cannot seek, though it should.
        """
        start = {os.SEEK_CUR: self._position, os.SEEK_END: self._length}.get(whence, 0)
        self._position = min(max(0, start + offset), self._length)
        self._file.seek(self._offset + self._position)
        return self._position

    def tell(self) -> int:
        """The position within the part."""
        return self._position

    def fileno(self) -> int:
        """The descriptor, which stands where reading goes on.

        Raises:
            io.UnsupportedOperation: The file goes on after the part, or has no descriptor.
        """
        if not self._is_whole:
            raise io.UnsupportedOperation("the file goes on after this part of it")
        return self._file.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_file(body: object) -> TypeGuard[ReadableFile]:
    """Whether a body is an open file: then it is read in blocks, not in lines, of which one may be all of it."""
    return callable(getattr(body, "read", None))


def is_seekable(file: object) -> TypeGuard[SeekableFile]:
    """Whether a file can be read from any position: it says so, or can do it and says nothing."""
    seekable = getattr(file, "seekable", None)
    if callable(seekable):
        return bool(seekable())
    return callable(getattr(file, "seek", None)) and callable(getattr(file, "tell", None))


def blocks(file: ReadableFile) -> Iterator[bytes | str]:
    """An open file in blocks, from where it stands to its end.

    Args:
        file: A file that is open for reading.
    """
    while piece := file.read(BLOCK_SIZE):
        yield piece


@final
class FileWrapper(Iterator[bytes]):
    """An open file as a body, in blocks (PEP 3333, "Optional Platform-Specific File Handling").

    Args:
        file: A file that is open for reading bytes, sent from where it stands.
        buffer_size: The number of bytes of a block.

    >>> list(FileWrapper(io.BytesIO(b"0123456789"), 4))
    [b'0123', b'4567', b'89']
    """

    def __init__(self, file: BinaryFile, buffer_size: int = 8192) -> None:
        self.file = file
        self.buffer_size = buffer_size

    @override
    def __next__(self) -> bytes:
        """The next block.

        Raises:
            StopIteration: All of the file was read.
        """
        data = self.file.read(self.buffer_size)
        if not data:
            raise StopIteration
        return data

    def seekable(self) -> bool:
        """Whether the file can be read from any position."""
        return is_seekable(self.file)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> None:
        """Move within the file; if it cannot seek, nothing happens.

        Args:
            offset: The number of bytes to move.
            whence: As for `io.IOBase.seek()`.
        """
        seek = getattr(self.file, "seek", None)
        if callable(seek):
            seek(offset, whence)

    def tell(self) -> int | None:
        """The position of the file; `None` if it cannot tell."""
        tell = getattr(self.file, "tell", None)
        return cast("int", tell()) if callable(tell) else None  # every file's

    def close(self) -> None:
        """Close the file, if it can be closed."""
        for close in closers_of(self.file):
            close()


def wrap_file(environ: Environ, file: BinaryFile, buffer_size: int = 8192) -> Iterable[bytes]:
    """An open file as a body: as the server sends files best (`wsgi.file_wrapper`), or in blocks.

    Pass it through: `Response(wrap_file(environ, file), direct_passthrough=True)`. The file is sent from where it
    stands to its end.

    Args:
        environ: The environ of the request.
        file: A file that is open for reading bytes.
        buffer_size: The number of bytes of a block.

    Raises:
        OSError: The file cannot seek, though it says so.
    """
    if not is_seekable(file):
        return FileWrapper(file, buffer_size)
    # A buffered file has read on ahead; the descriptor, which servers take, has to stand where the file does. From
    # its end every seek is a real one: within its buffer it would be none.
    position = file.tell()
    file.seek(0, os.SEEK_END)
    file.seek(position)
    if position:  # there are servers that send a file from its start, wherever it stands
        return FileWrapper(file, buffer_size)
    return _wrapped(environ, file, buffer_size)


def handed_over(environ: Environ, opened: SliceReader | ClosingIterator) -> Iterable[bytes]:
    """An opened body as the server sends it best: a file through its `wsgi.file_wrapper`, which closes the file.

    Args:
        environ: The environ of the request.
        opened: The body, opened for this call.
    """
    if not isinstance(opened, SliceReader) or "wsgi.file_wrapper" not in environ:
        return opened
    try:
        return _wrapped(environ, opened, BLOCK_SIZE)
    except BaseException:
        opened.close()
        raise


def _wrapped(environ: Environ, file: BinaryFile, buffer_size: int) -> Iterable[bytes]:
    wrapper = environ.get("wsgi.file_wrapper")
    if not callable(wrapper):
        return FileWrapper(file, buffer_size)
    return cast("Callable[[BinaryFile, int], Iterable[bytes]]", wrapper)(file, buffer_size)  # PEP 3333
