"""Where an upload goes while it arrives: memory first, then a file without a name."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO, Protocol, TypeAlias, cast

__all__ = ["OpenSink", "Sink", "Spool", "finish", "write_all"]


class Sink(Protocol):
    """What an upload is written to."""

    def write(self, data: bytes, /) -> int | None: ...

    def close(self) -> None: ...


OpenSink: TypeAlias = Callable[[str | None, str], Sink]
"""Gives the sink of an upload, from its content type and its file name."""


class Spool:
    """Bytes that stay in memory up to a size and then go to a temporary file.

    Args:
        max_size: Bytes kept in memory.
    """

    __slots__ = ("_file", "_pieces", "_size", "max_size")

    def __init__(self, max_size: int) -> None:
        self.max_size: int = max_size
        self._pieces: list[bytes] = []
        self._size = 0
        self._file: io.RawIOBase | None = None

    def write(self, data: bytes, /) -> int:
        """Keep the bytes.

        Raises:
            OSError: The disk does not take them.
        """
        if self._file is None:
            self._pieces.append(data)
            self._size += len(data)
            if self._size > self.max_size:
                self._roll_over()
        else:
            write_all(self._file, data)
        return len(data)

    def _roll_over(self) -> None:
        import tempfile  # noqa: PLC0415  # 11 ms, and few requests need it

        # PERF: unbuffered, since the pieces of an upload are large; a buffer would copy them all once more.
        self._file = tempfile.TemporaryFile(buffering=0, prefix="verglas-")  # noqa: SIM115  # closed by close()
        write_all(self._file, b"".join(self._pieces))
        self._pieces = []

    def close(self) -> None:
        """Let go of everything."""
        self._pieces = []
        if self._file is not None:
            self._file.close()

    def content(self) -> bytes | BinaryIO:
        """What was written: bytes, or a file at its start."""
        if self._file is None:
            return b"".join(self._pieces)
        self._file.seek(0)
        return io.BufferedRandom(self._file)


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


def finish(sink: Sink) -> bytes | BinaryIO:
    """The content of a sink to which everything was written, to be read from the start.

    Raises:
        OSError: The disk does not take the last of it.
        TypeError: A sink of the application's own cannot be read back.
    """
    if isinstance(sink, Spool):
        return sink.content()
    if isinstance(sink, io.IOBase) or hasattr(sink, "seek"):
        stream = cast("BinaryIO", sink)  # a file of the application's own: reading it shows the rest
        stream.flush()
        stream.seek(0)
        return stream
    raise TypeError(f"the stream of an upload must be a binary file, not {type(sink).__name__}")
