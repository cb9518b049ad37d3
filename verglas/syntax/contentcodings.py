"""Content codings of a body, undone: gzip and deflate (RFC 9110 §8.4.1)."""

from __future__ import annotations

import zlib
from typing import Final

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError

__all__ = ["DECODED", "decode_content"]

DECODED: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""The codings that `decode_content` undoes; §8.4.1.3: `x-gzip` is gzip."""

PIECE: Final = 4 * 1024  # bytes: what follows a member is copied once for each member that a piece holds

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS


def decode_content(data: bytes, coding: str, *, max_size: int) -> bytes:
    """Undo one coding.

    Args:
        data: The body.
        coding: One of `DECODED`. A deflate without its zlib wrapper, which some clients send (§8.4.1.2), is read too.
        max_size: Bytes that come out at most. No more than that is ever in memory, however much the data would be.

    Raises:
        GrammarError: The data is not in that coding, ends early, or something follows it.
        LimitError: More comes out than `max_size`.

    >>> decode_content(zlib.compress(b"hello"), "deflate", max_size=5)
    b'hello'
    """
    bits = _GZIP
    if coding == "deflate":
        # RFC 1950 §2.2: the low bits of the first octet are 8, and the first two are a multiple of 31.
        wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
        bits = _ZLIB if wrapped else _RAW
    pieces: list[bytes] = []
    size = 0
    inflater = zlib.decompressobj(bits)
    for start in range(0, len(data), PIECE):
        rest = data[start : start + PIECE]
        while rest:
            if inflater.eof:
                if coding == "deflate":
                    raise GrammarError(coding, "something follows the end")
                inflater = zlib.decompressobj(bits)  # RFC 1952 §2.2: another member
            try:
                piece = inflater.decompress(rest, max_size - size + 1)
            except zlib.error:
                raise GrammarError(coding, "malformed", None, start) from None
            size += len(piece)
            if size > max_size:
                raise LimitError(coding, "too large when decoded", ExceededLimit("max_size", max_size))
            pieces.append(piece)
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise GrammarError(coding, "the data ends early", None, len(data))
    return b"".join(pieces)
