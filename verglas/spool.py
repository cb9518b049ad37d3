"""Where an upload goes while it arrives: memory first, then a file without a name that all uploads of a form share."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from threading import Lock
from typing import BinaryIO, Final, Protocol, TypeAlias, cast, final

from verglas.backports import override
from verglas.wsgi import Buffer

__all__ = ["Disk", "MANY_PIECES", "OpenSink", "Sink", "Slice", "Spool", "SpoolFile", "finish", "sought", "write_all"]


MANY_PIECES: Final = 256
"""More pieces than that are joined: the smallest would take twenty times their size."""


class Sink(Protocol):
    """The file that an upload is written to."""

    def write(self, data: bytes, /) -> int | None: ...

    def close(self) -> None: ...


OpenSink: TypeAlias = Callable[[str | None, str], Sink]
"""Gives the sink of an upload, from its content type and its file name."""


class Disk:
    """A temporary file without a name, opened on first use: one for a form, so that many files take one descriptor.

    What is written is a slice of it, which is read by position. The last slice that is closed closes it.
    """

    def __init__(self) -> None:
        self.size: int = 0
        """Bytes so far."""
        self._file: io.RawIOBase | None = None
        self._lock = Lock()
        self._slices = 0

    def begin(self) -> int:
        """Begin a slice, and say where it begins. It has to be released.

        Raises:
            OSError: The file cannot be opened.
        """
        import tempfile  # noqa: PLC0415  # 11 ms, and few requests need it

        with self._lock:
            if self._file is None:
                # PERF: unbuffered, since the pieces of an upload are large; a buffer would copy them all once more.
                self._file = tempfile.TemporaryFile(buffering=0, prefix="verglas-")  # noqa: SIM115  # by release()
            self._slices += 1
            return self.size

    def write(self, data: bytes) -> None:
        """Write at the end, which is that of the slice that was begun last.

        Raises:
            OSError: The disk does not take the bytes.
            ValueError: The last of its slices was closed.
        """
        with self._lock:
            file = self._opened()
            file.seek(self.size)
            write_all(file, data)
            self.size += len(data)

    def read(self, position: int, size: int) -> bytes:
        """Bytes from a position on, nobody else's position moved.

        Raises:
            OSError: The temporary file cannot be read.
            ValueError: The last of its slices was closed.
        """
        # Under the lock as well as by position: the number of a file that is closed meanwhile may be another file's.
        with self._lock:
            file = self._opened()
            file.seek(position)
            return file.read(size) or b""

    def _opened(self) -> io.RawIOBase:
        if self._file is None:
            raise ValueError("the temporary file is not open")
        return self._file

    def release(self) -> None:
        """Close a slice."""
        with self._lock:
            self._slices -= 1
            if not self._slices and self._file is not None:
                file, self._file = self._file, None
                self.size = 0
                file.close()


class Slice:
    """The part of a temporary file that one upload wrote.

    Args:
        disk: Where it is. The slice releases it.
        start: Where it begins there.
        size: Its bytes.
    """

    __slots__ = ("_start", "closed", "disk", "size")

    def __init__(self, disk: Disk, start: int, size: int) -> None:
        self.size: int = size
        self.closed: bool = False
        self.disk: Disk = disk
        self._start = start

    def read_at(self, position: int, size: int) -> bytes:
        """Bytes from a position in the slice on, at most this many.

        Raises:
            OSError: The temporary file cannot be read.
            ValueError: This slice was closed before.
        """
        if self.closed:
            raise ValueError("the upload is closed")
        return self.disk.read(self._start + position, max(min(size, self.size - position), 0))

    def close(self) -> None:
        """Release the disk, once."""
        if not self.closed:
            self.closed = True
            self.disk.release()


class Spool:
    """Bytes that stay in memory up to a size and then go to the disk.

    Args:
        max_size: Bytes kept in memory.
    """

    __slots__ = ("_joined", "_pieces", "_slice", "_start", "disk", "max_size", "size")

    def __init__(self, max_size: int) -> None:
        self.max_size: int = max_size
        self.disk: Disk | None = None
        """Where they go, once there are more; one that is shared is set before anything is written."""
        self.size: int = 0
        """Bytes so far."""
        self._pieces: list[bytes] = []
        self._joined: bytearray | None = None
        self._start: int | None = None
        self._slice: Slice | None = None

    def write(self, data: bytes, /) -> int:
        """Keep the bytes.

        Raises:
            OSError: The disk does not take them.
        """
        size = len(data)
        self.size += size
        if self._start is not None and self.disk is not None:
            self.disk.write(data)
            return size
        self._pieces.append(data)
        if len(self._pieces) > MANY_PIECES:
            self._joined = bytearray() if self._joined is None else self._joined
            self._joined += b"".join(self._pieces)
            self._pieces.clear()
        if self.size > self.max_size:
            if self.disk is None:
                self.disk = Disk()
            self._start = self.disk.begin()
            self.disk.write(self._held())
            self._pieces, self._joined = [], None
        return size

    def _held(self) -> bytes:
        return b"".join(self._pieces if self._joined is None else (self._joined, *self._pieces))

    def read_at(self, position: int, size: int) -> bytes:
        """Bytes from a position on, at most this many.

        Raises:
            OSError: The temporary file cannot be read.
        """
        if self._slice is not None:
            return self._slice.read_at(position, size)
        if self._start is not None and self.disk is not None:
            return self.disk.read(self._start + position, max(min(size, self.size - position), 0))
        data = self._held()
        self._pieces, self._joined = [data], None
        return data[position : position + size]

    def close(self) -> None:
        """Let go of everything, unless somebody took it over."""
        if self._start is not None and self.disk is not None:
            self._start = None
            self.disk.release()

    def content(self) -> bytes | Slice:
        """Hand over the bytes, or a slice of the disk, which is the caller's to close."""
        if self._start is not None and self.disk is not None:
            self._slice, self._start = Slice(self.disk, self._start, self.size), None
        if self._slice is not None:
            return self._slice
        return b"".join(self._pieces) if self._joined is None else self._held()


@final
class SpoolFile(io.RawIOBase):
    """A spool as a file, for applications that open the files of uploads themselves: to be written, read and wrapped.

    Args:
        max_size: Bytes kept in memory.
    """

    def __init__(self, max_size: int) -> None:
        self.spool: Spool = Spool(max_size)
        self._position = 0

    @override
    def readable(self) -> bool:
        """Whether the file is open."""
        return not self.closed

    @override
    def writable(self) -> bool:
        """Whether the file is open."""
        return not self.closed

    @override
    def seekable(self) -> bool:
        """Whether the file is open."""
        return not self.closed

    @override
    def write(self, data: Buffer, /) -> int:
        """Write at the end.

        Raises:
            OSError: The disk does not take the bytes.
            UnsupportedOperation: The position is not the end.
        """
        if self._position != self.spool.size:
            raise io.UnsupportedOperation("an upload is written at its end")
        size = self.spool.write(bytes(data))
        self._position += size
        return size

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        """Read on."""
        view = memoryview(buffer).cast("B")
        data = self.spool.read_at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move the position, and say where it is.

        Raises:
            ValueError: The new position would be before the start.
        """
        position = sought(offset, whence, self._position, self.spool.size)
        self._position = position
        return position

    @override
    def tell(self) -> int:
        """The position.

        Raises:
            ValueError: The file was closed before.
        """
        if self.closed:
            raise ValueError("the file is closed")
        return self._position

    @override
    def close(self) -> None:
        """Let go of everything, unless an upload took it over."""
        self.spool.close()
        super().close()


def sought(offset: int, whence: int, position: int, size: int) -> int:
    """Where a file of this size is after a seek.

    Raises:
        ValueError: The new position would be before the start, or the whence is not one of three.
    """
    bases = {os.SEEK_SET: 0, os.SEEK_CUR: position, os.SEEK_END: size}
    if whence not in bases or bases[whence] + offset < 0:
        raise ValueError(f"cannot seek to {offset} from {whence}")
    return bases[whence] + offset


def write_all(sink: Sink | io.RawIOBase, data: bytes) -> None:
    """Write everything: an unbuffered file on a disk that is nearly full takes a part at a time.

    Raises:
        OSError: The disk takes no more.
    """
    while data:
        written = sink.write(data)
        if written is None:  # what returns no count took all
            return
        data = data[written:]


def finish(sink: Sink) -> bytes | Slice | BinaryIO:
    """The content of a file that an application opened, after everything was written to it, to be read from the start.

    Raises:
        OSError: The disk does not take the last of it.
        TypeError: A sink of the application's own cannot be read back.
    """
    if isinstance(sink, SpoolFile):
        sink.seek(0)
        return sink.spool.content()
    if isinstance(sink, io.IOBase) or hasattr(sink, "seek"):
        stream = cast("BinaryIO", sink)  # a file of the application's own: reading it shows the rest
        stream.flush()
        stream.seek(0)
        return stream
    raise TypeError(f"the stream of an upload must be a binary file, not {type(sink).__name__}")
