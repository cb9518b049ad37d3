"""`ResponseStream`: the body of a response as a file that is written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self, final

__all__ = ["Pieces", "ResponseStream"]


@final
class Pieces(list[bytes]):
    """What a stream has written, with its size: counted as it is written, since `ZipFile` asks at every turn."""

    __slots__ = ("size",)

    def __init__(self, data: bytes) -> None:
        super().__init__((data,))
        self.size: int = len(data)

    def add(self, data: bytes) -> None:
        """Append.

        Args:
            data: The next piece.
        """
        self.append(data)
        self.size += len(data)


@final
class ResponseStream:
    """The body of a response as a file that is written to, at its end: `Response.stream`.

    It takes bytes and text, which is sent as UTF-8; so it does for `ZipFile`, `csv.writer`, `json.dump` and their like.
    Every write takes Content-Length away, and an ETag that freezing computed: they spoke of another body.

    Args:
        append: Appends to the body.
        size: Bytes of the body.

    >>> from verglas.response import Response
    >>> response = Response("a")
    >>> response.stream.write("\\u00e9")
    1
    >>> response.data
    b'a\\xc3\\xa9'
    """

    mode: Final = "wb+"
    encoding: Final = "utf-8"

    def __init__(self, append: Callable[[bytes], None], size: Callable[[], int]) -> None:
        self._append = append
        self._size = size
        self.closed: bool = False

    def write(self, value: str | bytes | bytearray | memoryview, /) -> int:
        """Append to the body.

        Args:
            value: Text, or bytes.

        Returns:
            The length of what was given: characters of a text, else bytes.

        Raises:
            ValueError: The stream is closed.
            TypeError: It is neither text nor bytes.
            RuntimeError: The body is passed through, was sent already, or streams and
                `implicit_sequence_conversion` is off.
        """
        if isinstance(value, str):
            data, length = value.encode(), len(value)
        elif isinstance(value, bytes | bytearray | memoryview):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            data = bytes(value)
            length = len(data)
        else:
            raise TypeError(f"what is written to a response is text or bytes, not {type(value).__name__}")
        self.flush()
        self._append(data)
        return length

    def writelines(self, lines: Iterable[str | bytes | bytearray | memoryview], /) -> None:
        """Write each of them; no line ends are added.

        Raises:
            ValueError: The stream is closed.
            TypeError: One is neither text nor bytes.
            RuntimeError: As `write`.
        """
        for line in lines:
            self.write(line)

    def tell(self) -> int:
        """Bytes of the body so far.

        Raises:
            ValueError: The stream is closed.
            RuntimeError: As `write`.
        """
        self.flush()
        return self._size()

    def flush(self) -> None:
        """Do nothing: what was written is in the body.

        Raises:
            ValueError: The stream is closed.
        """
        if self.closed:
            raise ValueError("the stream of the response is closed")

    def close(self) -> None:
        """Let nothing more be written. The response stays as it is."""
        self.closed = True

    def isatty(self) -> bool:
        """No."""
        return False

    def readable(self) -> bool:
        """No."""
        return False

    def seekable(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
