"""`application/x-www-form-urlencoded`: queries and forms (WHATWG URL §5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from sys import getsizeof
from typing import Final

from verglas.errors.grammar import ExceededLimit, LimitError
from verglas.limits import FIELD_CHARGE
from verglas.syntax.percent import decode_percent, encode_percent

__all__ = ["format_urlencoded", "parse_urlencoded"]

GRAMMAR: Final = "application/x-www-form-urlencoded"

# Bytes that are read in one go: what is taken apart at each "%" needs some twenty times its size meanwhile.
BLOCK_SIZE: Final = 256 * 1024

WIDEST: Final = 2  # bytes of texts for each that a form may have: with what it came as, and on the way, it takes four

_PIECE: Final = re.compile(rb"[^&]+")

# PERF: a block is unescaped in one pass before it is split, in two thirds of the time that field by field takes. Until
# it is split, an octet that is never UTF-8 stands for each escaped delimiter; that octet itself is its escape already.
_HEX: Final = "0123456789ABCDEFabcdef"
_STANDING_IN: Final = {0x26: b"\xfe", 0x3D: b"\xff", 0xFE: b"%FE", 0xFF: b"%FF"}
_OCTETS: Final = {
    digits.encode(): _STANDING_IN.get(int(digits, 16), bytes.fromhex(digits))
    for digits in (high + low for high in _HEX for low in _HEX)
}
_AMPERSAND: Final = "\udcfe"  # as the surrogateescape handler has those two
_EQUALS: Final = "\udcff"
_NOT_UTF8: Final = re.compile("[\udc80-\udcfd]")


def parse_urlencoded(
    data: bytes,
    *,
    max_fields: int | None = None,
    knob: str = "max_form_parts",
    max_field_size: int | None = None,
    max_memory: int | None = None,
) -> tuple[tuple[str, str], ...]:
    """Read a query or a form into its fields, in order.

    Only `&` separates: a `;` that separated for some and not for others has let one side see fields that the other did
    not (CVE-2021-23336, CVE-2026-53538; pinned by `test_reads`). `+` is a space, the first `=` splits, an empty piece
    does not count. Octets that are not UTF-8 come out as their escapes (see `decode_percent`).

    Args:
        data: The octets, percent-encoded.
        max_fields: How many fields there may be. `None`: any number.
        knob: The name of that limit in `Limits`.
        max_field_size: Bytes that one field may have as it came, its name and `=` included. `None`: any.
        max_memory: Bytes that all fields together may have as they came, `FIELD_CHARGE` for each; their texts at most
            twice that, since a character takes four bytes where one of a text needs them. `None`: any.

    Returns:
        Names and values.

    Raises:
        LimitError: A limit is exceeded. Fields are counted before anything is decoded.

    >>> parse_urlencoded(b"a&b=&=c&&d=1+%2B+1")
    (('a', ''), ('b', ''), ('', 'c'), ('d', '1 + 1'))
    """
    # PERF: only where there could be too many fields is it found out how many are not empty.
    if max_fields is not None and data.count(b"&") >= max_fields:
        _check_count(data, max_fields, knob, max_fields)
    if max_memory is not None and len(data) + FIELD_CHARGE * (data.count(b"&") + 1) > max_memory:
        _check_count(data, max(max_memory - len(data), 0) // FIELD_CHARGE, "max_body_memory", max_memory)
    if max_field_size is not None and len(data) > max_field_size:
        _check_sizes(data, max_field_size)
    pairs: list[tuple[str, str]] = []
    append = pairs.append
    size = 0  # bytes of texts, at most
    for block in (data,) if len(data) <= BLOCK_SIZE else _blocks(data):
        if len(block) > BLOCK_SIZE:
            octets, _, more = block.partition(b"=")
            append((decode_percent(octets, plus=True), decode_percent(more, plus=True)))
            size += getsizeof(pairs[-1][1])
            size = _check_texts(pairs, size, max_memory)
            continue
        is_plain = b"%" not in block and block.isascii()
        text = block.decode("ascii").replace("+", " ") if is_plain else _decode(block)
        if not is_plain:
            size = _check_texts(pairs, size + getsizeof(text), max_memory)
        stands_in = not is_plain and (_AMPERSAND in text or _EQUALS in text)
        for piece in text.split("&"):
            if piece:
                name, _, value = piece.partition("=")
                append((_restore(name), _restore(value)) if stands_in else (name, value))
    return tuple(pairs)


def format_urlencoded(pairs: Iterable[tuple[str, str]]) -> str:
    """Write fields as a query or a form; `parse_urlencoded` gives them back.

    Args:
        pairs: Names and values, written as UTF-8.

    Returns:
        ASCII, fit for a URL and for a body.

    Raises:
        HeaderValueError: A text holds half of a surrogate pair, which no UTF-8 can.

    >>> format_urlencoded([("a", "1 + 1"), ("", "é")])
    'a=1+%2B+1&=%C3%A9'
    """
    # A literal "%" is written "%25": each "%20" is a space.
    return "&".join(
        [f"{encode_percent(name, '*')}={encode_percent(value, '*')}".replace("%20", "+") for name, value in pairs]
    )


def _check_texts(pairs: list[tuple[str, str]], size: int, max_memory: int | None) -> int:
    """The bytes of the texts so far, at most; they are counted exactly where these are too many."""
    if max_memory is None or size <= WIDEST * max_memory:
        return size
    exact = sum(getsizeof(name) + getsizeof(value) for name, value in pairs)
    if exact > WIDEST * max_memory:
        raise LimitError(GRAMMAR, "too large when decoded", ExceededLimit("max_body_memory", max_memory))
    return exact


def _check_count(data: bytes, max_fields: int, knob: str, allowed: int) -> None:
    excess = next(islice(_PIECE.finditer(data), max_fields, None), None)
    if excess is not None:
        unit = "fields" if max_fields == allowed else "bytes"
        raise LimitError(GRAMMAR, "too many fields", ExceededLimit(knob, allowed, unit), excess.start())


def _check_sizes(data: bytes, max_field_size: int) -> None:
    start = 0
    while len(data) - start > max_field_size:
        # The last separator within reach: two steps for each stretch of the size allowed, not one for each field.
        end = data.rfind(b"&", start, start + max_field_size + 1)
        if end == -1:
            limit = ExceededLimit("max_form_memory_size", max_field_size)
            raise LimitError(GRAMMAR, "a field is too long", limit, start)
        start = end + 1


def _blocks(data: bytes) -> Iterator[bytes]:
    """The data, cut at separators: each as many fields as a block can have, or one that is longer."""
    start = 0
    while start < len(data):
        end = data.rfind(b"&", start, start + BLOCK_SIZE) if len(data) - start > BLOCK_SIZE else len(data)
        if end == -1:
            end = data.find(b"&", start)
        if end == -1:
            end = len(data)
        yield data[start:end]
        start = end + 1


def _decode(block: bytes) -> str:
    """The text of a block, in which a lone surrogate stands for each escaped delimiter."""
    octets = _unescape(block)
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return _NOT_UTF8.sub(_escape, octets.decode("utf-8", "surrogateescape"))


def _unescape(data: bytes) -> bytes:
    if not data.isascii():
        data = data.replace(b"\xfe", b"%FE").replace(b"\xff", b"%FF")
    first, *rest = data.replace(b"+", b" ").split(b"%")
    pieces = [first]
    for piece in rest:
        octet = _OCTETS.get(piece[:2])
        if octet is None:
            pieces.append(b"%")
            pieces.append(piece)
        else:
            pieces.append(octet)
            pieces.append(piece[2:])
    return b"".join(pieces)


def _escape(undecoded: re.Match[str]) -> str:
    return f"%{ord(undecoded[0]) - 0xDC00:02X}"


def _restore(text: str) -> str:
    return text.replace(_AMPERSAND, "&").replace(_EQUALS, "=")
