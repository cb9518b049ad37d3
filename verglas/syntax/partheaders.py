"""The parts of a form as events, and the head of one: what its header lines say (RFC 7578 §4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import frozen

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.syntax.mediatypes import parse_media_type
from verglas.syntax.tokens import TOKEN_CHARS

__all__ = [
    "Event",
    "GRAMMAR",
    "PART_END",
    "PartBegin",
    "PartData",
    "PartEnd",
    "check_line_breaks",
    "parse_part_head",
    "text_field",
]

GRAMMAR: Final = "multipart/form-data"

CHARSETS: Final = frozenset({"ascii", "us-ascii", "utf-8", "iso-8859-1"})  # those that Werkzeug knows

# What all browsers send, and most clients. A shortcut only: `_parse_any_head` reads the same from it, pinned by
# `test_the_shortcut_agrees_with_the_full_parser`. No boundary in it (compiling costs more than parsing a small form),
# and every repeat ends at a character that it cannot hold, so it cannot backtrack.
_BROWSER_HEAD: Final = re.compile(
    rb'Content-Disposition: (form-data; name="([^"\r\n\0]*)"(?:; filename="([^"\r\n\0]*)")?)'
    rb"(?:\r\nContent-Type:([^\r\n\0]*))?"
)

_TOKEN_BYTES: Final = f"[{TOKEN_CHARS}]+".encode()
_FIELD_NAME: Final = re.compile(_TOKEN_BYTES)
_NOT_IN_A_LINE: Final = re.compile(rb"[\r\n\0]")
_BARE_LINE_BREAK: Final = re.compile(rb"\r[^\n]|(?<!\r)\n")
_SEMICOLON: Final = re.compile(rb"[ \t]*+;[ \t]*+")
_ATTRIBUTE: Final = re.compile(rb"(" + _TOKEN_BYTES + rb")[ \t]*+=[ \t]*+")
_AFTER_QUOTE: Final = re.compile(rb"[ \t]*+(?:;|\Z)")


@frozen
class PartBegin:
    """The head of a part: what comes before its content (RFC 7578 §4).

    Attributes:
        name: The name of the field. `%22`, `%0D` and `%0A` stay as they were sent.
        filename: The name of the file as sent, path and all; `None` if the part is a text field.
        headers: All header lines of the part, names as sent. Values are read as UTF-8, U+FFFD for what is not.
        content_type: The first Content-Type among them; `None` without one.
        position: Where the head begins, in bytes from the start of the body.

    >>> parse_part_head(b'Content-Disposition: form-data; name="note"').charset
    'utf-8'
    """

    name: str
    filename: str | None
    headers: tuple[tuple[str, str], ...]
    content_type: str | None
    position: int

    @property
    def charset(self) -> str:
        """How to decode a text field: `ascii`, `us-ascii`, `utf-8` or `iso-8859-1`.

        RFC 7578 §4.5: the `charset` of Content-Type. Anything but those four reads as UTF-8.

        >>> PartBegin("a", None, (), "text/plain; charset=ISO-8859-1", 0).charset
        'iso-8859-1'
        """
        return "utf-8" if self.content_type is None else _charset_of(self.content_type)


@frozen
class PartData:
    """A piece of a part's content; the content is its pieces in their order.

    Attributes:
        data: Never empty.

    >>> PartData(b"hello").data
    b'hello'
    """

    data: bytes


@frozen
class PartEnd:
    """The end of a part.

    >>> PartEnd() == PartEnd()
    True
    """


Event: TypeAlias = PartBegin | PartData | PartEnd

PART_END: Final = PartEnd()

# PERF: setting the slots takes 420 ns for a PartBegin and a PartData, their own `__init__` 610.
_new: Final = object.__new__
_set_name: Final[Callable[[PartBegin, str], None]] = PartBegin.__dict__["name"].__set__
_set_filename: Final[Callable[[PartBegin, str | None], None]] = PartBegin.__dict__["filename"].__set__
_set_headers: Final[Callable[[PartBegin, tuple[tuple[str, str], ...]], None]] = PartBegin.__dict__["headers"].__set__
_set_content_type: Final[Callable[[PartBegin, str | None], None]] = PartBegin.__dict__["content_type"].__set__
_set_position: Final[Callable[[PartBegin, int], None]] = PartBegin.__dict__["position"].__set__
_set_data: Final[Callable[[PartData, bytes], None]] = PartData.__dict__["data"].__set__


def text_field(name: bytes, content: bytes, position: int) -> tuple[Event, ...]:
    """The events of a text field whose only header line is `Content-Disposition: form-data; name="..."`.

    Args:
        name: What is between the quotes; no quote, CR, LF or NUL.
        content: What the field holds.
        position: Where its head begins in the body.

    Returns:
        Its beginning, its content unless it is empty, and its end.

    >>> text_field(b"a", b"", 3)[0] == parse_part_head(b'Content-Disposition: form-data; name="a"', position=3)
    True
    """
    text = name.decode("utf-8", "replace")
    begin = _new(PartBegin)
    _set_name(begin, text)
    _set_filename(begin, None)
    _set_headers(begin, (("Content-Disposition", f'form-data; name="{text}"'),))
    _set_content_type(begin, None)
    _set_position(begin, position)
    if not content:
        return begin, PART_END
    data = _new(PartData)
    _set_data(data, content)
    return begin, data, PART_END


def parse_part_head(block: bytes, *, position: int = 0, limits: Limits = DEFAULT_LIMITS) -> PartBegin:
    """Read the header lines of one part.

    Args:
        block: The lines, CRLF between them, without the blank line that ends them.
        position: Where they begin in the body, for messages and the result.
        limits: `max_part_headers` is looked at.

    Returns:
        The head.

    Raises:
        GrammarError: A line holds a bare CR or LF or a NUL, or is no `name: value`; there is not exactly one
            Content-Disposition; it is not `form-data` with a name; a parameter is malformed or comes twice.
        LimitError: The part has more lines than `max_part_headers`.

    >>> parse_part_head(b'Content-Disposition: form-data; name="a"; filename="b.txt"').filename
    'b.txt'
    """
    found = _BROWSER_HEAD.fullmatch(block)
    # Two lines at most: fewer allowed is a case for the full parser.
    if found is None or limits.max_part_headers < 2:
        return _parse_any_head(block, position, limits)
    disposition, name, filename, sent_type = found.groups()
    headers: tuple[tuple[str, str], ...] = (("Content-Disposition", disposition.decode("utf-8", "replace")),)
    content_type = None
    if sent_type is not None:
        content_type = sent_type.strip(b" \t").decode("utf-8", "replace")
        headers = (*headers, ("Content-Type", content_type))
    return PartBegin(
        name.decode("utf-8", "replace"),
        None if filename is None else filename.decode("utf-8", "replace"),
        headers,
        content_type,
        position,
    )


def check_line_breaks(head: bytes | bytearray, position: int) -> None:
    """Refuse a CR without an LF after it and an LF without a CR before it, in a head that is not complete.

    Args:
        head: What there is of it. What follows its last byte is not known.
        position: Where it begins in the body.

    Raises:
        GrammarError: There is one. A reader that takes it for the end of a line sees other headers than one that
            does not, so nobody may (pinned by `test_refuses_bare_line_breaks`).

    >>> check_line_breaks(b"a: b\\r\\nc: d\\r", 0)
    """
    found = _BARE_LINE_BREAK.search(head)
    if found is not None:
        what = "CR" if found[0].startswith(b"\r") else "LF"
        raise GrammarError(GRAMMAR, f"a bare {what} in a part header", bytes(head), position + found.start())


def _parse_any_head(block: bytes, position: int, limits: Limits) -> PartBegin:
    """The full parser: any head that the grammar allows."""
    lines = block.split(b"\r\n") if block else []
    if len(lines) > limits.max_part_headers:
        limit = ExceededLimit("max_part_headers", limits.max_part_headers, "header lines")
        raise LimitError(GRAMMAR, "too many header lines in a part", limit, position)
    headers: list[tuple[str, str]] = []
    names: tuple[str, str | None] | None = None
    content_type: str | None = None
    at = position
    for line in lines:
        name, value, value_at = _header_line(line, at)
        text = _text(value)
        headers.append((name, text))
        if content_type is None and name.lower() == "content-type":
            content_type = text
        if name.lower() == "content-disposition":
            if names is not None:
                raise GrammarError(GRAMMAR, "a second Content-Disposition in a part", line, at)
            names = _disposition(value, value_at)
        at += len(line) + 2
    if names is None:
        raise GrammarError(GRAMMAR, "a part without Content-Disposition, hence without a name", None, position)
    return PartBegin(*names, tuple(headers), content_type, position)


def _header_line(line: bytes, at: int) -> tuple[str, bytes, int]:
    """The name and the value of a line, and where in the body the value is."""
    bad = _NOT_IN_A_LINE.search(line)
    if bad is not None:
        what = {b"\r": "CR", b"\n": "LF"}.get(bad[0])
        problem = "a NUL in a part header" if what is None else f"a bare {what} in a part header"
        raise GrammarError(GRAMMAR, problem, line, at + bad.start())
    if line.startswith((b" ", b"\t")):
        # RFC 9112 §5.2: no sender may fold lines, and readers do not agree on what a folded one says.
        raise GrammarError(GRAMMAR, "a folded line in a part header", line, at)
    name = _FIELD_NAME.match(line)
    if name is None or not line.startswith(b":", name.end()):
        raise GrammarError(GRAMMAR, "expected 'name: value' in a part header", line, at)
    value = line[name.end() + 1 :].lstrip(b" \t")
    return name[0].decode("ascii"), value.rstrip(b" \t"), at + len(line) - len(value)


def _disposition(value: bytes, at: int) -> tuple[str, str | None]:
    """The name and the filename of a Content-Disposition."""
    kind = _FIELD_NAME.match(value)
    if kind is None or kind[0].lower() != b"form-data":
        raise GrammarError(GRAMMAR, "expected 'form-data' in Content-Disposition", value, at)
    found: dict[str, bytes] = {}
    cursor = kind.end()
    while cursor < len(value):
        name, text, end = _parameter(value, cursor, at)
        if name in found and name in {"name", "filename"}:
            raise GrammarError(GRAMMAR, f"a second {name!r} in Content-Disposition", value, at + cursor)
        found[name] = text
        cursor = end
    for name in found:
        # RFC 7578 §4.2 rules `filename*` out. Readers that let it win see another file than readers that do not:
        # beside the plain one it says nothing, alone it is a fault rather than a file read as a text field. The
        # pieces of RFC 2231 (`filename*0`) go the same way. Pinned by `test_extended_parameters_never_win`.
        plain, star, _ = name.partition("*")
        if star and plain in {"name", "filename"} and plain not in found:
            raise GrammarError(GRAMMAR, f"'{plain}*' without '{plain}' in Content-Disposition", value, at)
    if "name" not in found:
        raise GrammarError(GRAMMAR, "a part without a name", value, at)
    filename = found.get("filename")
    return _text(found["name"]), None if filename is None else _text(filename)


def _parameter(value: bytes, cursor: int, at: int) -> tuple[str, bytes, int]:
    """The parameter at a cursor (`("", b"", end)` for an empty one), and where it ends."""
    semicolon = _SEMICOLON.match(value, cursor)
    if semicolon is None:
        raise GrammarError(GRAMMAR, "expected ';' in Content-Disposition", value, at + cursor)
    cursor = semicolon.end()
    if cursor == len(value) or value.startswith(b";", cursor):
        return "", b"", cursor
    attribute = _ATTRIBUTE.match(value, cursor)
    if attribute is None:
        raise GrammarError(GRAMMAR, "expected 'name=value' in Content-Disposition", value, at + cursor)
    name = attribute[1].decode("ascii").lower()
    cursor = attribute.end()
    if value.startswith(b'"', cursor):
        text, end = _quoted(value, cursor + 1, at)
        return name, text, end
    token = _FIELD_NAME.match(value, cursor)  # .NET leaves the quotes out
    if token is None:
        raise GrammarError(GRAMMAR, "expected a token or a quote in Content-Disposition", value, at + cursor)
    return name, token[0], token.end()


def _quoted(value: bytes, start: int, at: int) -> tuple[bytes, int]:
    """The quoted text whose opening quote is before `start`, as browsers write it, and where it ends.

    Browsers send a `"` as `%22` (WHATWG HTML, multipart/form-data encoding algorithm) and a backslash as it is; older
    ones, and curl before 7.81, send `\\"`. So a quote closes only where the value may end. Linear: each quote looks
    ahead no further than the next.
    """
    cursor = start
    while True:
        quote = value.find(b'"', cursor)
        if quote < 0:
            raise GrammarError(GRAMMAR, "a quote that is not closed in Content-Disposition", value, at + start - 1)
        if _AFTER_QUOTE.match(value, quote + 1):
            return value[start:quote].replace(b'\\"', b'"'), quote + 1
        if value[quote - 1 : quote] != b"\\":
            raise GrammarError(GRAMMAR, "a quote inside a quoted value in Content-Disposition", value, at + quote)
        cursor = quote + 1


def _charset_of(content_type: str) -> str:
    try:
        _, _, parameters = parse_media_type(content_type)
    except GrammarError:
        return "utf-8"
    charset = dict(parameters).get("charset", "").lower()
    return charset if charset in CHARSETS else "utf-8"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
