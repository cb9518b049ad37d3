"""`application/x-www-form-urlencoded`: queries and forms (WHATWG URL §5)."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from verglas.errors.grammar import ExceededLimit, LimitError
from verglas.limits import FIELD_CHARGE
from verglas.syntax.percent import decode_percent, encode_percent

__all__ = ["format_urlencoded", "parse_urlencoded"]

GRAMMAR: Final = "application/x-www-form-urlencoded"

# Bytes that are taken apart in one go: meanwhile there are the pieces, too.
BLOCK_SIZE: Final = 256 * 1024

WIDEST: Final = 2  # bytes of texts for each that a form may have: with what it came as, and on the way, it takes four

_PIECE: Final = re.compile(rb"[^&]+")

# The octets of a text with the escapes of Python's literals, in one pass. pickle reads with it; typeshed has it wrong.
_read_escapes: Final[Callable[[str], tuple[bytes, int]]] = getattr(codecs, "escape_decode")  # noqa: B009


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
    size = len(data)
    # PERF: only where there could be too many fields is it found out how many are not empty.
    if max_fields is not None and data.count(b"&") >= max_fields:
        _check_count(data, max_fields, knob, max_fields)
    if max_memory is not None and size + FIELD_CHARGE * (data.count(b"&") + 1) > max_memory:
        _check_count(data, max(max_memory - size, 0) // FIELD_CHARGE, "max_body_memory", max_memory)
    if max_field_size is not None and size > max_field_size:
        _check_sizes(data, max_field_size)
    most = sys.maxsize if max_memory is None else WIDEST * max_memory
    is_counted = 4 * size > most  # else the texts are not too large, however wide their characters are
    counted = texts = 0
    pairs: list[tuple[str, str]] = []
    for block in (data,) if size <= BLOCK_SIZE else _blocks(data):
        text = block.decode("latin-1").replace("+", " ")
        is_ascii = text.isascii()
        is_decoded = "%" not in text and is_ascii
        # PERF: where no delimiter is escaped, a form of 1,000 fields is decoded as a whole in a quarter less time.
        if not is_decoded and "%3" not in text and "%26" not in text and (whole := _valid(text)) is not None:
            text, is_decoded = whole, True
        for piece in text.split("&"):
            if piece:
                name, _, value = piece.partition("=")
                if not is_decoded and ("%" in piece or not is_ascii):
                    value = _decoded(value)
                    if "%" in name or not is_ascii:
                        name = _decoded(name)
                pairs.append((name, value))
        if is_counted:
            texts += sum([sys.getsizeof(name) + sys.getsizeof(value) for name, value in pairs[counted:]])
            counted = len(pairs)
            if texts > most:
                raise LimitError(GRAMMAR, "too large when decoded", ExceededLimit("max_body_memory", most // WIDEST))
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


def _decoded(text: str) -> str:
    """Percent-decode a text in which each character is an octet."""
    valid = _valid(text)
    return decode_percent(text.encode("latin-1")) if valid is None else valid


def _valid(text: str) -> str | None:
    """The same as `decode_percent` gives, of ASCII whose escapes are all valid and UTF-8; else `None`."""
    # PERF: a third of its time.
    if "\\" in text or not text.isascii():
        return None
    try:
        return _read_escapes(text.replace("%", "\\x"))[0].decode()
    except ValueError:
        return None
