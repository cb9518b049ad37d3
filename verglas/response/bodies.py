"""What a response can carry: bytes in hand, a part of a file, or an iterable that streams."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import TypeAlias, TypeGuard

from verglas.response.filebodies import FileSlice
from verglas.response.openfiles import blocks, is_file

__all__ = ["BodyLike", "Content", "body_of", "encoded", "etag_of"]

BodyLike: TypeAlias = (
    "str | bytes | bytearray | memoryview | Iterable[str] | Iterable[bytes] | Iterable[str | bytes] | None"
)
"""What a response is made from."""

Content: TypeAlias = "bytes | FileSlice | Iterable[str | bytes]"
"""What it keeps: bytes or a tuple in hand, a part of a file by its path, or the iterable that streams."""


def body_of(body: BodyLike) -> Content:
    """The content that a response keeps: bytes, a tuple of pieces, or the iterable itself.

    Raises:
        TypeError: It is a mapping, a number, or a list or tuple that holds anything but `str` and `bytes`: a mistake
            that a server would only find while it sends.
    """
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if body is None:
        return b""
    if isinstance(body, bytearray | memoryview):
        return bytes(body)
    if isinstance(body, list | tuple):
        return tuple(_checked(piece) for piece in body)
    if is_iterable_of_pieces(body):
        return body
    raise TypeError(f"a response body is text, bytes or an iterable of these, not {type(body).__name__}")


def is_iterable_of_pieces(body: object) -> TypeGuard[Iterable[str | bytes]]:
    """Whether it can stream; what it yields is checked as it is sent."""
    return isinstance(body, Iterable) and not isinstance(body, Mapping)


def _checked(piece: object) -> str | bytes:
    if isinstance(piece, str | bytes):
        return piece
    raise TypeError(f"a piece of a response body is text or bytes, not {type(piece).__name__}")


def encoded(content: Iterable[str | bytes]) -> Generator[bytes, None, None]:
    """The pieces as bytes, text as UTF-8.

    Raises:
        TypeError: A piece is neither.
    """
    # A file in blocks: one line of it may be all of it (CVE-2015-0221), pinned by `test_file_is_read_in_blocks`.
    pieces = blocks(content) if is_file(content) else iter(content)
    try:
        for piece in pieces:
            yield piece.encode() if isinstance(piece, str) else _bytes(piece)
    finally:
        # What an iterable has made for this one time, such as a generator, ends now, not when it is collected.
        close = getattr(pieces, "close", None) if pieces is not content else None
        if callable(close):
            close()


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    raise TypeError(f"a piece of a response body is text or bytes, not {type(piece).__name__}")


def etag_of(data: bytes | FileSlice) -> str:
    """A strong entity tag for this content (RFC 9110 §8.8.3), with its quotes; of a file, without reading it."""
    if isinstance(data, FileSlice):
        return data.etag
    import hashlib  # noqa: PLC0415  # 3.5 ms, for those who freeze

    return f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'
