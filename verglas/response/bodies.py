"""The body of a response: in memory, a part of a file by its path, or a stream.

Each of the three knows its length, gives parts of itself, and is opened for a call. A stream alone keeps account of
whether its pieces were given away and of who closes its source.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Final, Self, TypeAlias, TypeGuard, cast, final

from verglas.response.closing import ClosingIterator, closers_of
from verglas.response.filebodies import (
    BLOCK_SIZE,
    BinaryFile,
    FileSlice,
    FileWrapper,
    SeekableFile,
    blocks,
    is_file,
    is_seekable,
    wrap_file,
)
from verglas.wsgi import Environ

__all__ = ["Body", "BodyLike", "Cut", "InMemory", "ResponseStream", "Stream", "body_of", "etag_of", "parts_of"]

BodyLike: TypeAlias = (
    str | bytes | bytearray | memoryview | Iterable[str] | Iterable[bytes] | Iterable[str | bytes] | None
)
"""Everything that a response can be made from."""

Cut: TypeAlias = tuple[bytes, int, int]
"""The head of a part of a body, where the part begins, and the position after its last byte."""


@final
class InMemory:
    """A body in memory: bytes, and pieces that follow them until all of it is asked for.

    Args:
        data: The bytes.
        pieces: More bytes, or text, which is sent as UTF-8.

    >>> body = InMemory(b"caf", ["\\u00e9"])
    >>> body.length, body.open(), body.part(1, 4).read_bytes()
    (5, [b'caf', b'\\xc3\\xa9'], b'af\\xc3')
    """

    # `length`, the number of bytes, is kept: `ZipFile` asks for it after each piece that it writes.
    __slots__ = ("_data", "_pieces", "length")

    def __init__(self, data: bytes = b"", pieces: Sequence[str | bytes] = ()) -> None:
        self._data = data
        self._pieces: list[str | bytes] = [*pieces]
        self.length: int = len(data) + sum(map(_size, pieces)) if pieces else len(data)

    @property
    def pieces(self) -> tuple[str | bytes, ...]:
        """The pieces as they were given."""
        return (self._data, *self._pieces) if self._data else tuple(self._pieces)

    @property
    def etag(self) -> str | None:
        """A strong entity tag for this content, with its quotes; `None` while it is in pieces, to be appended to."""
        return None if self._pieces else etag_of(self._data)

    def open(self) -> list[bytes]:
        """The pieces as they are sent: a new list."""
        if self._pieces:
            return [self._data, *_encoded(self._pieces)] if self._data else [*_encoded(self._pieces)]
        return [self._data] if self._data else []

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.open())

    def read_bytes(self) -> bytes:
        """All of the body; from then on it is one piece."""
        if self._pieces:
            self._data, self._pieces = b"".join(self.open()), []
        return self._data

    def part(self, start: int, stop: int) -> InMemory:
        """A part of the body.

        Args:
            start: Where the part begins.
            stop: The position after its last byte.
        """
        return InMemory(self.read_bytes()[start:stop])

    def append(self, piece: bytes) -> None:
        """Make the body longer.

        Args:
            piece: The bytes that follow the others.
        """
        self.length += len(piece)
        self._pieces.append(piece)

    def copy(self) -> InMemory:
        """Another body of the same pieces, to be appended to by itself."""
        return InMemory(self._data, self._pieces)


@final
class Stream:
    """A body that comes from an iterable, or from an open file, when it is sent.

    An iterator gives its pieces once: after it was opened, or closed, what is left of it is not the body. Any other
    iterable can be opened again.

    What the pieces come from is closed once for each time that it was opened: by the iterator that `open` returns, or
    else by `close`.

    Args:
        source: The iterable or the file.
    """

    __slots__ = ("_is_closed", "_is_opened", "source")

    length: ClassVar[None] = None
    etag: ClassVar[None] = None

    def __init__(self, source: Iterable[str | bytes]) -> None:
        self.source: Final = source
        self._is_opened = False
        self._is_closed = False  # or whoever has what was opened closes it

    @property
    def is_spent(self) -> bool:
        """Whether the pieces cannot be had any more."""
        return (self._is_opened or self._is_closed) and hasattr(self.source, "__next__")

    @property
    def is_closed(self) -> bool:
        """Whether the source was closed, or whoever opened the stream closes it."""
        return self._is_closed

    @property
    def is_seekable(self) -> bool:
        """Whether parts of it can be sent in any order: it is an open file of bytes that can seek."""
        return _seekable(self.source) is not None

    def _start(self) -> None:
        if self.is_spent:
            raise RuntimeError("the body was sent already, or failed while it was read: an iterator gives it once")
        self._is_opened = True

    def open(self) -> ClosingIterator:
        """The pieces as they are sent. The caller closes what this returns, and so the source.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        self._start()
        self._is_closed = True
        pieces = _encoded(self.source)
        return ClosingIterator(pieces, [pieces.close, *closers_of(self.source)])

    def open_as(self, pieces: Iterator[bytes]) -> ClosingIterator:
        """Other pieces in place of its own, which they are made of; else as `open`.

        Args:
            pieces: An iterator over the source, closed before it.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        self._start()
        self._is_closed = True
        return ClosingIterator(pieces, closers_of(pieces, self.source))

    def pass_through(self, environ: Environ) -> Iterable[bytes]:
        """The source itself, which the server closes; an open file as the server sends files best.

        Args:
            environ: The environ of the request.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
            OSError: The file cannot seek, though it says so.
        """
        self._start()
        # Whoever passes a body through has made it of bytes. As it is, a file would be sent in lines.
        body = wrap_file(environ, cast("BinaryFile", self.source)) if is_file(self.source) else self.source
        self._is_closed = True
        return cast("Iterable[bytes]", body)

    def __iter__(self) -> Iterator[bytes]:
        return _encoded(self.source)

    def read_bytes(self) -> bytes:
        """All of the body. The source stays open until `close`.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        self._start()
        self._is_closed = False
        return b"".join(self)

    def part(self, start: int, stop: int) -> Stream:
        """A part of the body, as another stream. Nothing is read.

        Args:
            start: Where the part begins.
            stop: The position after its last byte.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        return self.parts([(b"", start, stop)])

    def parts(self, cuts: Iterable[Cut], tail: bytes = b"") -> Stream:
        """Parts of the body, as another stream that takes the place of this one. Nothing is read.

        A file that can seek does so, from where it stands. Of any other source the parts must be in order; what lies
        between them is passed over, and what follows the last is not read.

        Args:
            cuts: The parts.
            tail: The bytes that follow the last of them.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        file = _seekable(self.source)
        sought = None if file is None else _Sought(file)  # it may fail, and then this stream still has to be closed
        opened = self.open()
        return Stream(parts_of((sought or _Forward(opened)).read, cuts, tail, opened))

    def close(self) -> None:
        """Close the source, unless it was closed or whoever opened it does so.

        Raises:
            Exception: The source cannot be closed; it is not tried again.
        """
        if not self._is_closed:
            self._is_closed = True
            for close in closers_of(self.source):
                close()

    def handed_over(self) -> Stream:
        """The same stream for another owner, who closes it; an iterator gives its pieces to that one alone."""
        taken = Stream(self.source)
        taken._is_opened, taken._is_closed = self._is_opened, self._is_closed
        self._is_opened = self._is_closed = True
        return taken


Body: TypeAlias = InMemory | FileSlice | Stream
"""The form in which a response keeps its body."""


def body_of(body: BodyLike) -> Body:
    """The body that a response keeps.

    Raises:
        TypeError: The body is a mapping, a number, or a list or tuple that holds anything but `str` and `bytes`: a
            mistake that a server would only find while it sends.
    """
    if isinstance(body, bytes):
        return InMemory(body)
    if isinstance(body, str):
        return InMemory(body.encode())
    if body is None:
        return InMemory()
    if isinstance(body, FileSlice):
        return body
    if isinstance(body, bytearray | memoryview):
        return InMemory(bytes(body))
    if isinstance(body, list | tuple):
        return InMemory(b"", [_checked(piece) for piece in body])
    if _is_iterable_of_pieces(body):
        return Stream(body)
    raise TypeError(f"a response body is text, bytes or an iterable of these, not {type(body).__name__}")


def _is_iterable_of_pieces(body: object) -> TypeGuard[Iterable[str | bytes]]:
    """Whether it can stream; what it yields is checked as it is sent."""
    return isinstance(body, Iterable) and not isinstance(body, Mapping)


def _checked(piece: object) -> str | bytes:
    return piece if isinstance(piece, str) else _bytes(piece)


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise TypeError(f"a piece of a response body is text or bytes, not {type(piece).__name__}")


def _size(piece: str | bytes) -> int:
    # Half of a surrogate pair is an error where it is sent, and not where it is counted.
    return len(piece.encode(errors="surrogatepass") if isinstance(piece, str) else piece)


def _encoded(source: Iterable[str | bytes]) -> Generator[bytes, None, None]:
    # A file in blocks: one line of it may be all of it (CVE-2015-0221), pinned by `test_file_is_read_in_blocks`.
    pieces = blocks(source) if is_file(source) else iter(source)
    try:
        for piece in pieces:
            yield piece.encode() if isinstance(piece, str) else _bytes(piece)
    finally:
        # What an iterable has made for this one time, such as a generator, ends now, not when it is collected.
        if pieces is not source:
            for close in closers_of(pieces):
                close()


def etag_of(data: bytes) -> str:
    """A strong entity tag for this content (RFC 9110 §8.8.3), with its quotes."""
    import hashlib  # noqa: PLC0415  # 3.5 ms, for those who freeze

    return f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'


# Parts


def parts_of(
    read: Callable[[int, int], Iterable[bytes]], cuts: Iterable[Cut], tail: bytes = b"", *opened: object
) -> ClosingIterator:
    """Parts of a body, one after the other.

    Args:
        read: Gives the bytes from one position to another.
        cuts: The parts.
        tail: The bytes that follow the last of them.
        opened: What is closed with it.
    """
    pieces = _pieces_of(read, cuts, tail)
    return ClosingIterator(pieces, [pieces.close, *closers_of(*opened)])


def _pieces_of(
    read: Callable[[int, int], Iterable[bytes]], cuts: Iterable[Cut], tail: bytes
) -> Generator[bytes, None, None]:
    for head, start, stop in cuts:
        if head:
            yield head
        yield from read(start, stop)
    if tail:
        yield tail


def _seekable(source: object) -> SeekableFile | None:
    """The open file that a source is, or wraps, if it holds bytes and can seek."""
    file = source.file if isinstance(source, FileWrapper) else source
    return file if is_file(file) and is_seekable(file) and file.read(0) == b"" else None


@final
class _Sought:
    """The parts of an open file, from where it stood when it was given."""

    def __init__(self, file: SeekableFile) -> None:
        self._file = file
        self._base = file.tell()

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        self._file.seek(self._base + start)
        left = stop - start
        while left:
            data = self._file.read(min(BLOCK_SIZE, left))
            if not data:
                raise _ended(left)
            left -= len(data)
            yield data


@final
class _Forward:
    """The parts of what cannot seek, each after the one before."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._position = 0  # of the first byte of the piece

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        while start < stop:
            end = self._position + len(self._piece)
            if start < end:
                part = self._piece[start - self._position : stop - self._position]
                start += len(part)
                yield part
                continue
            self._position = end
            piece = next(self._pieces, None)
            if piece is None:
                raise _ended(stop - start)
            self._piece = piece


def _ended(left: int) -> RuntimeError:
    return RuntimeError(f"the body ended {left} bytes before the complete length that was stated")


# Writing


@final
class ResponseStream:
    """The body of a response as a file that is written to, at its end: `Response.stream`.

    It takes bytes, and text, which is sent as UTF-8; so it serves `ZipFile`, `csv.writer`, `json.dump` and their like.
    Every write removes Content-Length, and an ETag that freezing computed: they described another body.

    Args:
        append: Appends to the body.
        size: Gives the number of bytes of the body.

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
            value: Text or bytes.

        Returns:
            The length of what was given: characters of a text, else bytes.

        Raises:
            ValueError: The stream was closed before.
            TypeError: The value is neither text nor bytes.
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
        """Write each of the lines; no line ends are added.

        Raises:
            ValueError: The stream was closed before.
            TypeError: A line is neither text nor bytes.
            RuntimeError: The body cannot be written to, as `write` says.
        """
        for line in lines:
            self.write(line)

    def tell(self) -> int:
        """The number of bytes of the body so far.

        Raises:
            ValueError: The stream was closed before.
            RuntimeError: The body cannot be read, as `write` says.
        """
        self.flush()
        return self._size()

    def flush(self) -> None:
        """Do nothing: what was written is in the body.

        Raises:
            ValueError: The stream was closed before.
        """
        if self.closed:
            raise ValueError("the stream of the response is closed")

    def close(self) -> None:
        """Let nothing more be written. The response stays as it is."""
        self.closed = True

    def isatty(self) -> bool:
        """Return False."""
        return False

    def readable(self) -> bool:
        """Return False."""
        return False

    def seekable(self) -> bool:
        """Return False."""
        return False

    def writable(self) -> bool:
        """Return True."""
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
