"""The parts of a form as events, and the head of one: what its header lines say (RFC 7578 §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple, TypeAlias

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.syntax.mediatypes import parse_media_type
from verglas.syntax.percent import decode_octets
from verglas.syntax.tokens import TOKEN_CHARS

__all__ = [
    "Event",
    "GRAMMAR",
    "PART_END",
    "PartBegin",
    "PartData",
    "PartEnd",
    "TEXT_HEAD_SIZE",
    "TextFields",
    "check_line_breaks",
    "parse_form_parameters",
    "parse_part_head",
]

GRAMMAR: Final = "multipart/form-data"

CHARSETS: Final = frozenset({"ascii", "us-ascii", "utf-8", "iso-8859-1"})  # those that Werkzeug knows

# What all browsers send, and most clients, unless it holds a backslash. A shortcut only: `_parse_any_head` reads the
# same from it, pinned by `test_the_shortcut_agrees_with_the_full_parser`. No boundary in it (compiling costs more than
# parsing a small form), and every repeat ends at a character that it cannot hold, so it cannot backtrack.
_BROWSER_HEAD: Final = re.compile(
    rb'Content-Disposition: (form-data; name="([^"\\\r\n\0]*)"(?:; filename="([^"\\\r\n\0]*)")?)'
    rb"(?:\r\nContent-Type:([^\r\n\0]*))?"
)

_TOKEN_BYTES: Final = f"[{TOKEN_CHARS}]+".encode()
_FIELD_NAME: Final = re.compile(_TOKEN_BYTES)
_NOT_IN_A_LINE: Final = re.compile(rb"[\r\n\0]")
_FIELD_LINE: Final = re.compile(rb"\r\n(?![ \t])")  # the break between two fields, not the one in a folded line
_FOLD: Final = re.compile(rb"(?<=.)\r\n(?=[ \t])", re.DOTALL)  # RFC 5322 §2.2.3: the break goes, the space stays
_BARE_LINE_BREAK: Final = re.compile(rb"\r[^\n]|(?<!\r)\n")
_SEMICOLON: Final = re.compile(rb"[ \t]*+;[ \t]*+")
_ATTRIBUTE: Final = re.compile(rb"(" + _TOKEN_BYTES + rb")[ \t]*+=[ \t]*+")
_ESCAPED: Final = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_ESCAPE: Final = re.compile(rb'\\(["\\])')
_PLAIN: Final = re.compile(rb'"([^"]*+)"')
_AFTER_QUOTE: Final = re.compile(rb"[ \t]*+(?:;|\Z)")
_ONCE: Final = frozenset({"name", "filename"})
_EXTENDED: Final = frozenset({"name*", "filename*"})
_EXT_VALUE: Final = rb"(?is)(utf-8|iso-8859-1)'[^']*'((?:[^%']++|%[0-9a-f]{2})*)"
_ENCODED_WORDS: Final = r"(?s)=\?[^?]+\?[BbQq]\?.*\?="  # RFC 2047 §2, one or several
_NOT_IN_EXT_VALUE: Final = r"[\x00-\x1f\x7f-\x9f/\\]"


class PartBegin(NamedTuple):
    """The head of a part: what comes before its content (RFC 7578 §4).

    Attributes:
        name: The name of the field. `%22`, `%0D` and `%0A` stay as they were sent.
        filename: The name of the file as sent, path and all; `None` if the part is a text field.
        headers: All header lines of the part, names as sent, folded lines unfolded. Each character of a value is one of
            its octets (Latin-1), as in every field value (RFC 9110 §5.5).
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


class PartData(NamedTuple):
    """A piece of a part's content; the content is its pieces in their order.

    Attributes:
        data: Never empty.

    >>> PartData(b"hello").data
    b'hello'
    """

    data: bytes


class PartEnd(NamedTuple):
    """The end of a part.

    >>> PartEnd() == PartEnd()
    True
    """


PART_END: Final = PartEnd()

_TEXT_HEAD: Final = 'form-data; name="%s"'
TEXT_HEAD_SIZE: Final = len('Content-Disposition: form-data; name=""')


class TextFields(NamedTuple):
    """Text fields one after the other whose only header line is `Content-Disposition: form-data; name="..."`.

    Attributes:
        pairs: The name of each, ASCII without quote, backslash, CR, LF or NUL, and its content.
        position: Where the head of the first begins in the body.
        gap: Bytes from the end of a field to the next head.

    >>> [begin, data, end] = TextFields([(b"a", b"hello")], 3, 5).apart()
    >>> begin == parse_part_head(b'Content-Disposition: form-data; name="a"', position=3), data
    (True, PartData(data=b'hello'))
    """

    pairs: list[tuple[bytes, bytes]]
    position: int
    gap: int

    def apart(self) -> Iterator[PartBegin | PartData | PartEnd]:
        """The fields as other parts are told: beginning, content unless it is empty, end."""
        position = self.position
        for octets, content in self.pairs:
            name = octets.decode("ascii")
            yield PartBegin(name, None, (("Content-Disposition", _TEXT_HEAD % name),), None, position)
            if content:
                yield PartData(content)
            yield PART_END
            position += TEXT_HEAD_SIZE + len(name) + 4 + len(content) + self.gap


Event: TypeAlias = PartBegin | PartData | PartEnd | TextFields


def parse_part_head(block: bytes, *, position: int = 0, limits: Limits = DEFAULT_LIMITS) -> PartBegin:
    """Read the header lines of one part.

    Args:
        block: The lines, CRLF between them, without the blank line that ends them.
        position: Where they begin in the body, for messages and the result.
        limits: `max_part_headers` is looked at.

    Returns:
        The head.

    Raises:
        GrammarError: A line holds a bare CR or LF or a NUL, or is not `name: value`; there is not exactly one
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
    headers: tuple[tuple[str, str], ...] = (("Content-Disposition", disposition.decode("latin-1")),)
    content_type = None
    if sent_type is not None:
        content_type = sent_type.strip(b" \t").decode("latin-1")
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
        GrammarError: The head has one. A reader that takes it for the end of a line sees other headers than one that
            does not, so nobody may (pinned by `test_refuses_bare_line_breaks`).

    >>> check_line_breaks(b"a: b\\r\\nc: d\\r", 0)
    """
    found = _BARE_LINE_BREAK.search(head)
    if found is not None:
        what = "CR" if found[0].startswith(b"\r") else "LF"
        raise GrammarError(GRAMMAR, f"a bare {what} in a part header", bytes(head), position + found.start())


def _parse_any_head(block: bytes, position: int, limits: Limits) -> PartBegin:
    """The full parser: any head that the grammar allows."""
    lines = _FIELD_LINE.split(block) if block else []
    if len(lines) > limits.max_part_headers:
        limit = ExceededLimit("max_part_headers", limits.max_part_headers, "header lines")
        raise LimitError(GRAMMAR, "too many header lines in a part", limit, position)
    headers: list[tuple[str, str]] = []
    names: tuple[str, str | None] | None = None
    content_type: str | None = None
    at = position
    for line in lines:
        name, value, value_at = _header_line(line, at)
        text = value.decode("latin-1")
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
    line = _FOLD.sub(b"", line)
    bad = _NOT_IN_A_LINE.search(line)
    if bad is not None:
        what = {b"\r": "CR", b"\n": "LF"}.get(bad[0])
        problem = "a NUL in a part header" if what is None else f"a bare {what} in a part header"
        raise GrammarError(GRAMMAR, problem, line, at + bad.start())
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
    found = dict(parse_form_parameters(value, start=kind.end(), position=at))
    if "name" not in found:
        raise GrammarError(GRAMMAR, "a part without a name", value, at)
    return found["name"], found.get("filename")


def parse_form_parameters(value: bytes, *, start: int = 0, position: int = 0) -> tuple[tuple[str, str], ...]:
    """Read the parameters of `Content-Disposition: form-data` (RFC 7578 §4.2).

    Clients write a quoted value in two ways. *Escaped* (Go, Ruby, LWP, libsoup, curl before 7.81): `\\"` is a quote,
    `\\\\` a backslash, and the first other quote ends it. *Plain* (browsers, which send a quote as `%22`): a backslash
    is itself. A field is read in the escaped way if all of it can be, else in the plain one. Where both can be, they
    differ in doubled backslashes alone: were a quote text in one way and an end in the other, each later quote that
    begins a value in one way would end one in the other, and the last would be missing (pinned by
    `test_two_readings_differ_in_doubled_backslashes_alone`).

    `name*` and `filename*` (RFC 8187) are read where the plain one is absent, as aiohttp, libsoup and older requests
    send them, or is an encoded word (RFC 2047), as .NET sends it. Otherwise they say nothing: readers that let them win
    see another file than readers that do not (CVE-2026-53537, pinned by `test_extended_parameters_never_win`).

    Args:
        value: The value of the field, its octets.
        start: Where in it the parameters begin.
        position: Where in the body it begins, for messages.

    Returns:
        Each name once, in lower case, with its text; none has an asterisk.

    Raises:
        GrammarError: A parameter is malformed in both ways, or `name` or `filename` comes twice.

    >>> parse_form_parameters(b'; name="a"; filename="C:\\\\b.txt"')
    (('name', 'a'), ('filename', 'C:\\\\b.txt'))
    """
    try:
        found = _read_parameters(value, start, position, escaped=True)
    except GrammarError:
        found = _read_parameters(value, start, position, escaped=False)
    texts = {name: _text(octets) for name, octets in found.items() if "*" not in name}
    for name in ("name", "filename"):
        extended = found.get(f"{name}*")
        if extended is not None and (
            name not in texts or (name == "filename" and re.fullmatch(_ENCODED_WORDS, texts[name]))
        ):
            texts[name] = _extended(extended, name, value, position)
        elif name not in texts and any(other.startswith(f"{name}*") for other in found):
            # The pieces of RFC 2231 (`filename*0`). Passed over, a file would be read as a text field.
            raise GrammarError(GRAMMAR, f"'{name}*0' without '{name}' in Content-Disposition", value, position)
    return tuple(texts.items())


def _read_parameters(value: bytes, cursor: int, at: int, *, escaped: bool) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while cursor < len(value):
        name, octets, end = _parameter(value, cursor, at, escaped=escaped)
        if name in found and name in _ONCE:
            raise GrammarError(GRAMMAR, f"a second {name!r} in Content-Disposition", value, at + cursor)
        if name in _EXTENDED and name in found:
            found[name] = b""  # of two, neither: it cannot be decoded, if it is to be read
        elif name:
            found.setdefault(name, octets)
        cursor = end
    return found


def _parameter(value: bytes, cursor: int, at: int, *, escaped: bool) -> tuple[str, bytes, int]:
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
        quoted = (_ESCAPED if escaped else _PLAIN).match(value, cursor)
        if quoted is None:
            problem = "a quote that is not closed in Content-Disposition"
            raise GrammarError(GRAMMAR, problem, value, at + cursor)
        end = quoted.end()
        if _AFTER_QUOTE.match(value, end) is None:
            problem = "a quote inside a quoted value in Content-Disposition"
            raise GrammarError(GRAMMAR, problem, value, at + end - 1)
        return name, _ESCAPE.sub(rb"\1", quoted[1]) if escaped else quoted[1], end
    token = _FIELD_NAME.match(value, cursor)  # .NET leaves the quotes out
    if token is None:
        raise GrammarError(GRAMMAR, "expected a token or a quote in Content-Disposition", value, at + cursor)
    return name, token[0], token.end()


def _extended(octets: bytes, name: str, value: bytes, position: int) -> str:
    """The text of an ext-value (RFC 8187 §3.2.1)."""
    found = re.fullmatch(_EXT_VALUE, octets)
    text = None
    if found is not None:
        with suppress(UnicodeDecodeError):
            text = decode_octets(found[2]).decode(found[1].decode("ascii"))
    if text is None:
        raise GrammarError(GRAMMAR, f"'{name}*' that cannot be decoded in Content-Disposition", value, position)
    if re.search(_NOT_IN_EXT_VALUE, text):
        # A filter in front that does not undo the escapes has not seen it. Plain, it would be refused or be visible.
        problem = f"an escaped control, slash or backslash in '{name}*' in Content-Disposition"
        raise GrammarError(GRAMMAR, problem, value, position)
    return text


def _charset_of(content_type: str) -> str:
    try:
        _, _, parameters = parse_media_type(content_type)
    except GrammarError:
        return "utf-8"
    charset = dict(parameters).get("charset", "").lower()
    return charset if charset in CHARSETS else "utf-8"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
