"""Writing multipart/form-data (RFC 7578) as browsers do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from attrs import Attribute, field, frozen

from verglas.errors.grammar import HeaderValueError
from verglas.syntax.tokens import check_field_value, check_token
from verglas.values import Value

__all__ = ["FieldPart", "FilePart", "PartToWrite", "choose_boundary", "format_multipart"]

GRAMMAR: Final = "multipart/form-data"

# RFC 2046 §5.1.1, to the letter: what is read may be laxer than what is written.
_BOUNDARY: Final = r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]"

# WHATWG HTML, multipart/form-data encoding algorithm. Without it a name could end the line and begin another header,
# or another parameter; pinned by `test_names_cannot_inject`.
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def _check_name(_: object, attribute: Attribute[str], name: str) -> None:
    if "\0" in name:
        raise HeaderValueError(attribute.name, "a NUL", name, name.index("\0"))
    _encode(name, attribute.name)


def _as_content(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else _encode(value, "value")


def _as_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    checked = tuple((check_token(name, "field name"), check_field_value(value, name)) for name, value in headers)
    if any(name.lower() == "content-disposition" for name, _ in checked):
        raise HeaderValueError("Content-Disposition", "a header line that the part writes itself")
    return checked


def _check_content_type(_: object, __: Attribute[str | None], value: str | None) -> None:
    if value is not None:
        check_field_value(value, "Content-Type")


def _check_single_type(part: FilePart, _: object, headers: tuple[tuple[str, str], ...]) -> None:
    if part.content_type is not None and any(name.lower() == "content-type" for name, _ in headers):
        raise HeaderValueError("Content-Type", "a second one beside content_type")


@frozen
class FieldPart(Value):
    """A text field to write.

    Attributes:
        name: Its name: anything but NUL and lone surrogates. `"`, CR and LF are written as `%22`, `%0D`, `%0A`.
        value: What it holds; text is written as UTF-8. Line breaks stay as they are: browsers make each CRLF, but
            what a test sends should be what arrives.
        headers: More header lines of the part, names and values, such as a Content-Type.

    Raises:
        HeaderValueError: The name, a header or the content cannot be written.

    >>> FieldPart("note", "hi").value
    b'hi'
    """

    name: str = field(validator=_check_name)
    value: bytes = field(converter=_as_content)
    headers: tuple[tuple[str, str], ...] = field(default=(), converter=_as_headers)

    def head(self) -> bytes:
        """The header lines, with the blank line after them."""
        return _head(self.name, None, None, self.headers)


@frozen
class FilePart(Value):
    """A file to write.

    Attributes:
        name: The name of the field: as in `FieldPart`.
        filename: The name of the file: the same.
        content: What it holds: bytes, or pieces that are written one by one, once.
        content_type: The value of Content-Type; `None` leaves the line out.
        headers: More header lines of the part, names and values.

    Raises:
        HeaderValueError: The name, the filename, a header or the content cannot be written.

    >>> FilePart("photo", "me.jpg", b"...", "image/jpeg").filename
    'me.jpg'
    """

    name: str = field(validator=_check_name)
    filename: str = field(validator=_check_name)
    content: bytes | Iterable[bytes]
    content_type: str | None = field(default=None, validator=_check_content_type)
    headers: tuple[tuple[str, str], ...] = field(default=(), converter=_as_headers, validator=_check_single_type)

    def head(self) -> bytes:
        """The header lines, with the blank line after them."""
        return _head(self.name, self.filename, self.content_type, self.headers)


PartToWrite: TypeAlias = FieldPart | FilePart


def choose_boundary() -> str:
    """Make a boundary that nobody can foresee, so that no content can hold it but by a chance of 2 to the 128th.

    Returns:
        32 letters and digits, after some hyphens for the eye.

    >>> len(choose_boundary())
    48
    """
    # Not `secrets`, which imports `random` and `hmac`: this is what it does.
    return "-" * 16 + os.urandom(16).hex()


def format_multipart(parts: Iterable[PartToWrite], boundary: str) -> Iterator[bytes]:
    """Write a form (RFC 7578 §4).

    Args:
        parts: Its fields and files, in their order.
        boundary: As of `choose_boundary`, and as in the Content-Type that goes with it.

    Returns:
        The body in pieces; a file's as they come. Reading on raises `HeaderValueError` where a content holds the
        boundary.

    Raises:
        HeaderValueError: The boundary is not a valid one (RFC 2046 §5.1.1).

    >>> list(format_multipart([FieldPart("a", "1")], "b"))
    [b'--b\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\n', b'1', b'\\r\\n', b'--b--\\r\\n']
    """
    if re.fullmatch(_BOUNDARY, boundary) is None:
        raise HeaderValueError("boundary", "expected 1 to 70 of its characters", boundary)
    return _pieces(parts, b"--" + boundary.encode("ascii"))


def _pieces(parts: Iterable[PartToWrite], dash_boundary: bytes) -> Iterator[bytes]:
    for part in parts:
        yield dash_boundary + b"\r\n" + part.head()
        content = part.value if isinstance(part, FieldPart) else part.content
        yield from _without(b"\r\n" + dash_boundary, (content,) if isinstance(content, bytes) else content)
        yield b"\r\n"
    yield dash_boundary + b"--\r\n"


def _without(delimiter: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, while they do not hold the delimiter: with a boundary that was not chosen here, they may."""
    # The content follows a line break: RFC 2046 §5.1.1 lets that one begin a delimiter.
    tail = b"\r\n"
    reach = len(delimiter) - 1
    for piece in pieces:
        if delimiter in piece or delimiter in tail + piece[:reach]:
            raise HeaderValueError("boundary", "a part's content holds it", delimiter[4:])
        tail = (tail + piece)[-reach:] if len(piece) < reach else piece[-reach:]
        if piece:
            yield piece


def _head(name: str, filename: str | None, content_type: str | None, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{name.translate(_ESCAPES)}"']
    if filename is not None:
        lines[0] += f'; filename="{filename.translate(_ESCAPES)}"'
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += (f"{header}: {value}" for header, value in headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _encode(text: str, what: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise HeaderValueError(what, "a lone surrogate", text, error.start) from None
