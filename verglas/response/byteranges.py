"""Parts of a body: cut from what is in hand, from a file, or from a stream; several as multipart/byteranges."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from io import BufferedIOBase
from typing import TypeAlias, cast, final

from attrs import frozen

from verglas.headers.ranges import ContentRange, Slices
from verglas.response.bodies import Content, encoded
from verglas.response.closing import close_all, closer_of
from verglas.response.filebodies import FileSlice
from verglas.response.openfiles import BLOCK_SIZE, FileWrapper, is_file
from verglas.response.streams import Pieces
from verglas.syntax.multipart_writer import choose_boundary

__all__ = ["CutBody", "Multipart", "length_of", "multipart_of", "part_of"]

Reader: TypeAlias = Callable[[int, int], Iterable[bytes]]


def length_of(content: Content) -> int | None:
    """Bytes of a body, if it is in hand or a part of a file; `None` for a stream.

    >>> length_of(b"hello"), length_of(("hé", b"llo")), length_of(iter([b"hello"]))
    (5, 6, None)
    """
    if isinstance(content, bytes):
        return len(content)
    if isinstance(content, FileSlice):
        return content.length
    return sum(map(len, encoded(content))) if isinstance(content, tuple | Pieces) else None


def part_of(content: Content, start: int, stop: int) -> Content:
    """One part of a body. No stream and no file is read for it.

    Args:
        content: The body, which is not to be used any more if it streams.
        start: Where the part begins.
        stop: The position after its last byte.

    >>> part_of(b"hello", 1, 3), list(part_of(iter(["hel", "lo"]), 1, 4))
    (b'el', [b'el', b'l'])
    """
    if isinstance(content, tuple | Pieces):
        content = b"".join(encoded(content))
    if isinstance(content, bytes):
        return content[start:stop]
    if isinstance(content, FileSlice):
        return content.part(start, stop)
    return CutBody(content, [(b"", start, stop)])


@final
@frozen
class Multipart:
    """Several parts of a body, each with its own head (RFC 9110 §14.6).

    Attributes:
        content: The parts as they are sent.
        length: Bytes of that.
        boundary: What separates them.
    """

    content: Content
    length: int
    boundary: str

    @property
    def content_type(self) -> str:
        """The media type of all of them together."""
        return f"multipart/byteranges; boundary={self.boundary}"


def multipart_of(content: Content, slices: Slices, length: int, content_type: str | None) -> Multipart:
    """Several parts of a body. No stream and no file is read for it.

    Args:
        content: The body, which is not to be used any more if it streams.
        slices: The parts. Of a stream that cannot be sought in they are sent in the order in which they come.
        length: Bytes of the body.
        content_type: Of the body; each part repeats it (RFC 9110 §15.3.7.2).

    >>> parts = multipart_of(b"0123456789", ((0, 2), (8, 10)), 10, "text/plain")
    >>> print(parts.content.decode().replace(parts.boundary, "X").replace(chr(13), ""))
    --X
    Content-Type: text/plain
    Content-Range: bytes 0-1/10
    <BLANKLINE>
    01
    --X
    Content-Type: text/plain
    Content-Range: bytes 8-9/10
    <BLANKLINE>
    89
    --X--
    <BLANKLINE>
    """
    if isinstance(content, tuple | Pieces):
        content = b"".join(encoded(content))
    boundary = _boundary_of(content, slices)
    ordered = slices if _is_seekable(content) else tuple(sorted(slices))
    heads = _heads(ordered, length, content_type, boundary)
    tail = f"\r\n--{boundary}--\r\n".encode()
    size = sum(map(len, heads)) + sum(stop - start for start, stop in slices) + len(tail)
    if isinstance(content, bytes):
        pieces = [
            piece for head, (start, stop) in zip(heads, ordered, strict=True) for piece in (head, content[start:stop])
        ]
        return Multipart(b"".join([*pieces, tail]), size, boundary)
    cuts = [(head, start, stop) for head, (start, stop) in zip(heads, ordered, strict=True)]
    return Multipart(CutBody(content, cuts, tail), size, boundary)


def _boundary_of(content: Content, slices: Slices) -> str:
    """What no part holds. Bytes name it themselves, so that the answer of a value is a value.

    A boundary that could be foreseen, from an entity tag for instance, would let who uploads a file put parts of his
    own into the answers of others; pinned by `test_boundary_cannot_be_foreseen`.
    """
    if not isinstance(content, bytes):
        return choose_boundary()
    import hashlib  # noqa: PLC0415  # 3.5 ms, for those who are asked for several ranges

    digest = hashlib.blake2b(digest_size=16)
    for start, stop in slices:
        digest.update(memoryview(content)[start:stop])
    return "-" * 16 + digest.hexdigest()


def _heads(slices: Slices, length: int, content_type: str | None, boundary: str) -> list[bytes]:
    stated = "" if content_type is None else f"Content-Type: {content_type}\r\n"
    ranges = [ContentRange("bytes", start, stop, length) for start, stop in slices]
    heads = [f"--{boundary}\r\n{stated}Content-Range: {range_}\r\n\r\n".encode("latin-1") for range_ in ranges]
    return [heads[0], *[b"\r\n" + head for head in heads[1:]]]


@final
class CutBody(Iterator[bytes]):
    """Parts of a body that streams: what lies between them is passed over, what follows is not read.

    A file is sought in, from where it stands; so are the parts of a `FileSlice`, opened one after the other.

    Args:
        content: The body. Closing this closes it.
        cuts: What comes before each part, and where the part begins and ends.
        tail: What comes after the last.

    Raises:
        RuntimeError: While it is read: the body ends before a part does. What was promised cannot be sent.
    """

    __slots__ = ("_content", "_pieces")

    def __init__(
        self, content: Iterable[str | bytes], cuts: Sequence[tuple[bytes, int, int]], tail: bytes = b""
    ) -> None:
        self._content: Iterable[str | bytes] | None = content
        self._pieces = _pieces(content, cuts, tail)

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Close the body, once.

        Raises:
            ExceptionGroup: Of what closing raised.
        """
        content, self._content = self._content, None
        closer = closer_of(content)
        close_all([self._pieces.close] if closer is None else [self._pieces.close, closer])


def _pieces(
    content: Iterable[str | bytes], cuts: Sequence[tuple[bytes, int, int]], tail: bytes
) -> Generator[bytes, None, None]:
    read = _reader(content)
    for head, start, stop in cuts:
        if head:
            yield head
        yield from read(start, stop)
    if tail:
        yield tail


def _reader(content: Iterable[str | bytes]) -> Reader:
    """What gives the bytes of a body from one position to another."""
    if isinstance(content, FileSlice):
        return content.part
    file = _seekable_file(content)
    return _Forward(encoded(content)).read if file is None else _Sought(file).read


def _is_seekable(content: Content) -> bool:
    return isinstance(content, bytes | FileSlice) or _seekable_file(content) is not None


def _seekable_file(content: object) -> BufferedIOBase | None:
    """The open file that a body is, if it holds bytes and can be sought in."""
    file = content.file if isinstance(content, FileWrapper) else content
    seekable = getattr(file, "seekable", None)
    if not is_file(file) or not callable(seekable) or not seekable() or file.read(0) != b"":
        return None
    return cast("BufferedIOBase", file)  # as it was asked; text has read ""


@final
class _Sought:
    """The parts of a file, whose body begins where it stands."""

    def __init__(self, file: BufferedIOBase) -> None:
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
    """The parts of a stream, each after the one before."""

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
