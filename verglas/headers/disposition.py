"""How content is to be presented, and under which name it is saved: Content-Disposition (RFC 6266, RFC 8187)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, Self, TypeAlias, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.content import as_parameter_pairs
from verglas.headers.fields import HeaderField, as_lower, single_field
from verglas.headers.lines import OWS
from verglas.syntax.filenames import safe_filename
from verglas.syntax.parameters import format_parameters, parse_parameters
from verglas.syntax.partheaders import parse_form_parameters
from verglas.syntax.percent import decode_octets, encode_percent
from verglas.syntax.tokens import TOKEN_CHARS, check_field_value, check_token
from verglas.values import Value

__all__ = ["CONTENT_DISPOSITION", "ContentDisposition"]

_TYPE: Final = re.compile(rf"([{TOKEN_CHARS}]+)[ \t]*(?:;|\Z)")
# RFC 6266 has the grammar of RFC 2616, where space may stand between tokens (§2.1): its own examples (§5) have it after
# the `=`. A quoted-string, closed or not, is taken whole, and a run of spaces is looked at once: one pass.
_EQUALS: Final = r'(?s)"(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z)|(?<![ \t])[ \t]*+=[ \t]*+'
# RFC 2231 §3: the sections of a value are numbered from 0, without leading zeros.
_EXTENDED_NAME: Final = r"([^*]+)\*(?:(0|[1-9][0-9]{0,3})(\*)?)?"
_EXTENDED_VALUE: Final = "([^']*)'([^']*)'([^']*)"  # RFC 8187 §3.2.1: charset, language, value-chars
_ATTR_CHARS: Final = "!#$&+^`|"  # RFC 8187 §3.2.1, besides the unreserved
_BAD_VALUE_CHARS: Final = r"[^!#$&+\-.^_`|~0-9A-Za-z%]|%(?![0-9A-Fa-f]{2})"
# RFC 8187 §3.2.1 asks for UTF-8; RFC 5987, which it replaces, for ISO-8859-1 too.
_CHARSETS: Final = frozenset({"utf-8", "iso-8859-1", "us-ascii"})

_FORM_DATA: Final = "form-data"

_PLAIN_VALUE: Final = r"[\t -~]*"
# RFC 6266 Appendix D: recipients take a backslash for a separator, and some undo percent-escapes. A quote would end the
# name for those that undo no escapes (CVE-2022-36359), pinned by `test_filename_round_trips`.
_UNSAFE_IN_FILENAME: Final = r'[^ -~]|["\\]|%[0-9A-Fa-f]{2}'
_FALLBACK_CHARS: Final = frozenset(map(chr, range(0x20, 0x7F))) - frozenset('"%/\\')

# Letters that Unicode does not decompose, as their languages write them in ASCII, and the quotes and dashes of text.
_WRITTEN: Final = {
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u00df": "ss",
    "\u1e9e": "SS",
    "\u00fe": "th",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0142": "l",
    "\u0141": "L",
    "\u0111": "d",
    "\u0110": "D",
    "\u0131": "i",
    **dict.fromkeys("\u2018\u2019\u201a\u201c\u201d\u201e", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
}

_Parts: TypeAlias = dict[int, tuple[str, bool]]


@final
@frozen
class ContentDisposition(Value):
    """Whether to show content or to save it, and under which name (RFC 6266).

        content-disposition = disposition-type *( OWS ";" OWS ( parameter / ext-parameter ) )
        ext-parameter       = name "*=" charset "'" [ language ] "'" *( attr-char / pct-encoded )    ; RFC 8187

    Example values: `inline`, `attachment; filename=report.pdf`,
    `attachment; filename="_ rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`.

    | sent                                            | filename |
    |-------------------------------------------------|----------|
    | `filename="a"`, `filename=a`                    | `a`      |
    | `filename=a; filename*=UTF-8''b`, in any order  | `b`      |
    | `filename=a; filename*=UTF-8''%ff`              | `a`      |
    | `filename*1=b; filename*0=a` (RFC 2231 §3)      | `ab`     |
    | `filename*1=b`                                  | `None`   |

    Types and names compare without case, parameters in any order. An extended parameter that cannot be decoded is left
    out; encoded words (RFC 2047) mean nothing here. Space may stand about an `=`, as in the examples of RFC 6266 §5.

    The disposition of a part of a form, `form-data`, has a grammar of its own (RFC 7578 §4.2): UTF-8 between quotes. It
    is read as the parser of forms reads it, so that `upload.headers[CONTENT_DISPOSITION].filename == upload.filename`.

    Attributes:
        type: `inline`, `attachment` or another, in lower case.
        filename: As the sender has it, path and all: do not save under it, use `safe_filename`.
        parameters: The others, decoded. The constructor takes a mapping, too.

    Raises:
        HeaderValueError: The type or a name is not a token; a name is there twice, holds an asterisk or is `filename`;
            a text has half of a surrogate pair, or a control character where the type is `form-data`.

    >>> print(ContentDisposition("attachment", "naïve plan.txt"))
    attachment; filename="naive plan.txt"; filename*=UTF-8''na%C3%AFve%20plan.txt
    """

    type: str = field(converter=as_lower)
    filename: str | None = None
    parameters: tuple[tuple[str, str], ...] = field(default=(), converter=as_parameter_pairs, eq=False)
    _key: frozenset[tuple[str, str]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        check_token(self.type, "disposition type")
        encode_percent(self.filename or "", _ATTR_CHARS)
        for name, value in self.parameters:
            encode_percent(value, _ATTR_CHARS)
            if "*" in check_token(name, "parameter name") or name == "filename":
                raise HeaderValueError("Content-Disposition", "a name that says something else", name)
        if self.type == _FORM_DATA:
            for name, value in self._written():
                check_field_value(value, name)
        if len(dict(self.parameters)) < len(self.parameters):
            raise HeaderValueError("Content-Disposition", "a parameter is there twice", str(self))
        object.__setattr__(self, "_key", frozenset(self.parameters))

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a Content-Disposition field.

        Args:
            text: Its only line.

        Raises:
            GrammarError: The text has no type, or a parameter that is malformed or there twice.
        """
        text = text.strip(OWS)
        match = _TYPE.match(text)
        if match is None:
            raise GrammarError("Content-Disposition", "expected a type", text, 0)
        if match[1].lower() == _FORM_DATA:
            parameters = dict(parse_form_parameters(_octets(text), start=match.end(1)))
            return cls(_FORM_DATA, parameters.pop("filename", None), parameters)
        pairs = parse_parameters(re.sub(_EQUALS, _close_up, text[match.end() :]), grammar="Content-Disposition")
        sent = dict(pairs)
        if len(sent) < len(pairs):
            raise GrammarError("Content-Disposition", "a parameter is there twice", text)
        decoded = _decoded(sent)
        filename = decoded.pop("filename", None)
        return cls(match[1], filename, decoded)

    @property
    def is_inline(self) -> bool:
        """Whether to show the content. Any other type is handled as `attachment` (RFC 6266 §4.2)."""
        return self.type == "inline"

    @property
    def is_attachment(self) -> bool:
        """Whether to save the content."""
        return not self.is_inline

    @property
    def safe_filename(self) -> str:
        """The last part of the file name, safe to create in a directory on every platform; never empty."""
        return safe_filename(self.filename or "")

    @override
    def __str__(self) -> str:
        if self.type == _FORM_DATA:
            return self.type + "".join([f"; {name}={_quoted(text)}" for name, text in self._written()])
        return self.type + format_parameters(self._written())

    def _written(self) -> Iterator[tuple[str, str]]:
        filename = self.filename
        if self.type == _FORM_DATA:
            texts = self.parameters if filename is None else (*self.parameters, ("filename", filename))
            yield from ((name, text.encode().decode("latin-1")) for name, text in texts)
            return
        if filename is not None and re.search(_UNSAFE_IN_FILENAME, filename):
            yield "filename", _fallback(filename)  # first, as RFC 6266 Appendix D asks
            yield "filename*", _extended(filename)
        elif filename is not None:
            yield "filename", filename
        for name, value in self.parameters:
            plain = re.fullmatch(_PLAIN_VALUE, value) is not None
            yield (name, value) if plain else (f"{name}*", _extended(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _octets(text: str) -> bytes:
    """The octets of a field value, each of which is a character in it. Text beyond Latin-1 is taken as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _close_up(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else "="


def _extended(text: str) -> str:
    return f"UTF-8''{encode_percent(text, _ATTR_CHARS)}"


def _fallback(filename: str) -> str:
    """A file name in ASCII for recipients that do not know `filename*`: letters without their marks, `_` for others."""
    # One character at a time: to normalise a long run of combining marks takes the square of its length.
    return "".join([_ascii(character) for character in filename if not unicodedata.combining(character)])


def _ascii(character: str) -> str:
    if character in _FALLBACK_CHARS:
        return character
    written = _WRITTEN.get(character) or unicodedata.normalize("NFKD", character)
    plain = [one if one in _FALLBACK_CHARS else "_" for one in written if not unicodedata.combining(one)]
    return "".join(plain) if any(map(str.isalnum, plain)) else plain[0]


def _decoded(sent: Mapping[str, str]) -> dict[str, str]:
    """The parameters under their plain names, in the order in which those come first."""
    plain: dict[str, str] = {}
    extended: dict[str, str | None] = {}
    sections: dict[str, _Parts] = {}
    order: dict[str, None] = {}
    for name, value in sent.items():
        match = re.fullmatch(_EXTENDED_NAME, name)
        order[name if match is None else match[1]] = None
        if "*" not in name:
            plain[name] = value
        elif match is not None and match[2] is None:
            extended[match[1]] = _joined({0: (value, True)})
        elif match is not None:
            sections.setdefault(match[1], {}).setdefault(int(match[2]), (value, match[3] is not None))
    joined = {name: _joined(parts) for name, parts in sections.items()}
    values = [(name, extended.get(name), joined.get(name), plain.get(name)) for name in order]
    return {name: text for name, *texts in values for text in [one for one in texts if one is not None][:1]}


def _joined(parts: _Parts) -> str | None:
    """A value of its numbered sections, up to the first that is missing (RFC 2231 §3 and §4.1)."""
    first, is_extended = parts.get(0, ("", False))
    match = re.fullmatch(_EXTENDED_VALUE, first) if is_extended else None
    charset = "latin-1" if match is None else match[1].lower()
    if 0 not in parts or (is_extended and charset not in _CHARSETS):
        return None
    octets: list[bytes] = []
    while (part := parts.get(len(octets))) is not None:
        text, escaped = part
        if match is not None and not octets:
            text = match[3]
        if escaped and (match is None or re.search(_BAD_VALUE_CHARS, text)):
            return None
        try:
            octets.append(decode_octets(text.encode("ascii")) if escaped else text.encode(charset))
        except UnicodeEncodeError:
            return None
    try:
        return b"".join(octets).decode(charset)
    except UnicodeDecodeError:
        return None


CONTENT_DISPOSITION: Final[HeaderField[ContentDisposition]] = single_field("Content-Disposition", ContentDisposition)
