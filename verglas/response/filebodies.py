"""Files as bodies: a part of a file, by its path, that is opened for each call."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from typing import Protocol, Self, final

from attrs import field, frozen

from verglas.response.closing import Step, close_all
from verglas.response.openfiles import BLOCK_SIZE, wrapped
from verglas.wsgi import Environ

__all__ = ["FileChanged", "FileSlice", "SeekableFile", "SliceReader", "handed_over"]


class FileChanged(RuntimeError):
    """A file is not what it was when its size was taken, or is gone: what was promised of it cannot be sent.

    No `OSError`: gunicorn takes each of an application's for one of its own socket, and answers nothing.
    """


class SeekableFile(Protocol):
    """An open file of bytes that can be sought in."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...
    def close(self) -> object: ...
    def fileno(self) -> int: ...


@final
@frozen
class FileSlice:
    """A part of a regular file, by its path: a value, which reads nothing until it is sent.

    It is opened for each call anew. Size and time of modification are those of the whole file when they were taken: a
    file that was changed since then is not sent, since length and tag of the answer speak of the old one.

    Attributes:
        path: Of the file.
        offset: Where the part begins, in bytes.
        length: How many bytes it has.
        size: How many the file had.
        mtime_ns: When it was last modified, in nanoseconds since 1970.
        inode: Device and number of the file, if it is to be no other; it is not pickled.

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
            path: Of the file; made absolute.
            status: What `os.stat` said of it, if it was asked before.

        Raises:
            OSError: There is none, it may not be looked at, or it is a folder.
            ValueError: It is a device, a pipe or a socket: it has no size.
        """
        name: str = os.fspath(path)
        full: str = os.path.abspath(name)
        found = os.stat(full) if status is None else status
        _check_regular(found, full)
        return cls(full, 0, found.st_size, size=found.st_size, mtime_ns=found.st_mtime_ns, inode=_inode(found))

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
            start: Where it begins in this one.
            stop: Where it ends: the position after its last byte.

        Raises:
            ValueError: It is not within this one.
        """
        if not 0 <= start <= stop <= self.length:
            raise ValueError(f"{start} to {stop} is not within {self.length} bytes")
        cls = type(self)
        return cls(
            self.path, self.offset + start, stop - start, size=self.size, mtime_ns=self.mtime_ns, inode=self.inode
        )

    def open(self) -> SliceReader:
        """Open the file at the part. Who opens closes.

        Raises:
            FileChanged: It is not the file that it was, by size and time, or cannot be opened any more.
        """
        try:
            file = open(self.path, "rb", buffering=0, opener=_opened)  # noqa: SIM115  # the reader closes it
        except OSError as error:
            raise FileChanged(f"{self.path!r} cannot be opened any more") from error
        try:
            found = os.fstat(file.fileno())
            same = self.inode in (None, _inode(found)) and stat.S_ISREG(found.st_mode)
            if not same or (found.st_size, found.st_mtime_ns) != (self.size, self.mtime_ns):
                raise FileChanged(f"{self.path!r} was changed since its size was taken")
            return SliceReader(file, self.length, offset=self.offset, is_whole=self.length == self.size)
        except BaseException:
            file.close()
            raise

    def read_bytes(self) -> bytes:
        """All of the part, in memory.

        Raises:
            FileChanged: The file was changed.
            OSError: It cannot be read.
        """
        return b"".join(self)

    def __iter__(self) -> Iterator[bytes]:
        with self.open() as reader:
            yield from reader

    def __getstate__(self) -> tuple[str, int, int, int, int]:
        return self.path, self.offset, self.length, self.size, self.mtime_ns

    def __setstate__(self, state: tuple[str, int, int, int, int]) -> None:
        path, offset, length, size, mtime_ns = state
        FileSlice.__init__(self, path, offset, length, size=size, mtime_ns=mtime_ns)


def _inode(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _opened(path: str, flags: int) -> int:
    # A pipe put where the file was would make opening wait for a writer.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_regular(found: os.stat_result, path: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{path!r} is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{path!r} is no regular file")


@final
class SliceReader(Iterator[bytes]):
    """An open file as if it were but a part of it: no server can read beyond. Positions are within the part.

    Args:
        file: Open; `close` closes it.
        length: Bytes of the part.
        offset: Where it begins in the file.
        is_whole: Whether the part is all of the file. Only then there is a `fileno`: of the servers that are given one,
            some send the file from its start whatever it stands at, and all of them to its end. For that the file
            must be unbuffered.

    Raises:
        OSError: It cannot be sought in.
    """

    __slots__ = ("_file", "_fileno", "_length", "_offset", "_position", "_steps")

    def __init__(self, file: SeekableFile, length: int, *, offset: int = 0, is_whole: bool = False) -> None:
        # Always: some servers send from where the descriptor stands, and none looks where that should be.
        file.seek(offset)
        self._file = file
        self._length = length
        self._offset = offset
        self._position = 0
        self._fileno = is_whole
        self._steps: tuple[Step, ...] = (file.close,)

    def then(self, steps: Iterable[Step]) -> Self:
        """Have more steps run when it is closed, after the file.

        Args:
            steps: Run once, in order, all of them.
        """
        self._steps = (*self._steps, *steps)
        return self

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to so many bytes, and none beyond the part.

        Args:
            size: How many; negative or `None`: all that are left.

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

    def __next__(self) -> bytes:
        """A block.

        Raises:
            StopIteration: There is none any more.
        """
        data = self.read(BLOCK_SIZE)
        if not data:
            raise StopIteration
        return data

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go elsewhere in the part; beyond its ends is at its ends.

        Args:
            offset: Where to, from the start.
            whence: From where else, as for every file.

        Returns:
            The position.

        Raises:
            OSError: The file cannot.
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
            io.UnsupportedOperation: The file goes on after the part.
        """
        if not self._fileno:
            raise io.UnsupportedOperation("the file goes on after this part of it")
        return self._file.fileno()

    def close(self) -> None:
        """Close the file, then run the steps: once.

        Raises:
            ExceptionGroup: Of every `Exception` that was raised.
        """
        steps, self._steps = self._steps, ()
        close_all(steps)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def handed_over(environ: Environ, reader: SliceReader) -> Iterable[bytes]:
    """The reader as the server sends files best; it closes what it is given.

    Args:
        environ: Of the request.
        reader: Opened for this call.
    """
    try:
        return wrapped(environ, reader, BLOCK_SIZE) if "wsgi.file_wrapper" in environ else reader
    except BaseException:
        reader.close()
        raise
