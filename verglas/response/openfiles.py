"""Open files as bodies: read in blocks, or sent as the server sends files best."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol, TypeGuard, cast, final

from verglas.wsgi import Environ

__all__ = ["BLOCK_SIZE", "BinaryFile", "FileWrapper", "ReadableFile", "blocks", "is_file", "wrap_file", "wrapped"]

# PERF: with 64 KiB a body of 10 MB costs 160 reads; more bytes at once gained nothing.
BLOCK_SIZE: Final = 65536
"""Bytes of a block that is read at once."""


class BinaryFile(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...


class ReadableFile(Protocol):
    """A file that is open for reading bytes or text."""

    def read(self, size: int, /) -> bytes | str: ...


def is_file(body: object) -> TypeGuard[ReadableFile]:
    """Whether a body is an open file: then it is read in blocks, not in lines, of which one may be all of it."""
    return callable(getattr(body, "read", None))


def blocks(file: ReadableFile) -> Iterator[bytes | str]:
    """An open file in blocks, from where it stands to its end.

    Args:
        file: Open for reading.
    """
    while piece := file.read(BLOCK_SIZE):
        yield piece


@final
class FileWrapper(Iterator[bytes]):
    """An open file as a body, in blocks (PEP 3333, "Optional Platform-Specific File Handling").

    Args:
        file: Open for reading bytes, from where it stands.
        buffer_size: Bytes of a block.

    >>> list(FileWrapper(io.BytesIO(b"0123456789"), 4))
    [b'0123', b'4567', b'89']
    """

    def __init__(self, file: BinaryFile, buffer_size: int = 8192) -> None:
        self.file = file
        self.buffer_size = buffer_size

    def __next__(self) -> bytes:
        """A block.

        Raises:
            StopIteration: There is none any more.
        """
        data = self.file.read(self.buffer_size)
        if not data:
            raise StopIteration
        return data

    def seekable(self) -> bool:
        """Whether the file can be sought in."""
        return _is_seekable(self.file)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> None:
        """Go elsewhere in the file; where it cannot, nothing happens.

        Args:
            offset: Where to, from the start.
            whence: From where else, as for every file.
        """
        seek = getattr(self.file, "seek", None)
        if callable(seek):
            seek(offset, whence)

    def tell(self) -> int | None:
        """Where the file stands; `None` if it does not know."""
        tell = getattr(self.file, "tell", None)
        return cast("int", tell()) if callable(tell) else None  # files do

    def close(self) -> None:
        """Close the file."""
        close = getattr(self.file, "close", None)
        if callable(close):
            close()


def _is_seekable(file: object) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable()) if callable(seekable) else callable(getattr(file, "seek", None))


def wrap_file(environ: Environ, file: BinaryFile, buffer_size: int = 8192) -> Iterable[bytes]:
    """An open file as a body: as the server sends files best (`wsgi.file_wrapper`), or in blocks.

    To be passed through: `Response(wrap_file(environ, file), direct_passthrough=True)`. It is sent from where it
    stands to its end.

    Args:
        environ: Of the request.
        file: Open for reading bytes.
        buffer_size: Bytes of a block.

    Raises:
        OSError: It cannot be sought in, though it says so.
    """
    if not _is_seekable(file):
        return FileWrapper(file, buffer_size)
    # A buffered file has read on ahead; the descriptor, which servers take, has to stand where the file does. From
    # its end every seek is a real one: within its buffer it would be none.
    seeking = cast("io.BufferedIOBase", file)  # as it says
    position = seeking.tell()
    seeking.seek(0, os.SEEK_END)
    seeking.seek(position)
    if position:  # there are servers that send a file from its start, wherever it stands
        return FileWrapper(file, buffer_size)
    return wrapped(environ, file, buffer_size)


def wrapped(environ: Environ, file: BinaryFile, buffer_size: int) -> Iterable[bytes]:
    """A file as the server sends files best, from where its descriptor stands.

    Args:
        environ: Of the request.
        file: Open, and sought in before.
        buffer_size: Bytes of a block.
    """
    wrapper = environ.get("wsgi.file_wrapper")
    if not callable(wrapper):
        return FileWrapper(file, buffer_size)
    return cast("Callable[[BinaryFile, int], Iterable[bytes]]", wrapper)(file, buffer_size)  # PEP 3333
