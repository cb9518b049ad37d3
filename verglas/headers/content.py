"""The content of a message: its type, length, codings, languages and place (RFC 9110 §8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final, Self, cast, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    as_lower,
    check_members,
    counted_field,
    digits_field,
    list_field,
    location_field,
    resolve_hints,
    single_field,
    text_field,
)
from verglas.headers.namesets import NameSet
from verglas.syntax.mediatypes import format_media_type, parse_media_type
from verglas.syntax.tokens import MAX_ITEMS, check_token, is_token, split_list
from verglas.values import Value

__all__ = [
    "CONTENT_ENCODING",
    "CONTENT_LANGUAGE",
    "CONTENT_LENGTH",
    "CONTENT_LOCATION",
    "CONTENT_MD5",
    "CONTENT_TYPE",
    "ContentLanguage",
    "MediaType",
    "as_parameter_pairs",
]

# RFC 5646 §2.1, without its order of subtags: which there are is the registry's matter.
_LANGUAGE_TAG: Final = r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"


def as_parameter_pairs(parameters: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Names of parameters, in lower case, with their values, of a mapping or of pairs.

    >>> as_parameter_pairs({"Charset": "UTF-8"})
    (('charset', 'UTF-8'),)
    """
    if isinstance(parameters, Mapping):  # the checkers think of a mapping whose names are pairs, too
        parameters = cast("Mapping[str, str]", parameters).items()
    return tuple([(name.lower(), value) for name, value in parameters])


resolve_hints(as_parameter_pairs)


@final
@frozen
class MediaType(Value):
    """A media type, the kind of data that content is (RFC 9110 §8.3.1), read as WHATWG MIME Sniffing §4.4 says.

        media-type = type "/" subtype *( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )

    Example values: `text/html; charset=utf-8`, `application/json`, `multipart/form-data; boundary=x`.

    | one                        | other                        | equal |
    |----------------------------|------------------------------|-------|
    | `text/html;charset=utf-8`  | `Text/HTML; Charset="UTF-8"` | yes   |
    | `a/b; c=d; e=f`            | `a/b; e=f; c=d`              | yes   |
    | `a/b; c=d`                 | `a/b; c=D`                   | no    |
    | `text/html`                | `text/html; charset=utf-8`   | no    |

    Attributes:
        type: The first half, in lower case.
        subtype: The second half, in lower case.
        parameters: Names, in lower case, with their values, in their order. The constructor takes a mapping, too.

    Raises:
        HeaderValueError: A half or a name is not a token, a name is there twice, or a value cannot be written.

    >>> media_type = MediaType.parse('Text/HTML; Charset="UTF-8"')
    >>> str(media_type), media_type.essence, media_type == MediaType("text", "html", {"charset": "utf-8"})
    ('text/html; charset=UTF-8', 'text/html', True)
    """

    type: str = field(converter=as_lower, eq=False)
    subtype: str = field(converter=as_lower, eq=False)
    parameters: tuple[tuple[str, str], ...] = field(default=(), converter=as_parameter_pairs, eq=False)
    _key: tuple[str, frozenset[tuple[str, str]]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        format_media_type(self.type, self.subtype, self.parameters)
        names = [name for name, _ in self.parameters]
        if len(set(names)) < len(names):
            raise HeaderValueError("media type", "a parameter is there twice", str(self))
        # RFC 9110 §8.3.2: of the values, only that of charset compares without case whatever the type is.
        pairs = [(name, value.lower() if name == "charset" else value) for name, value in self.parameters]
        object.__setattr__(self, "_key", (self.essence, frozenset(pairs)))

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a Content-Type field. Of equal parameters the first holds; a malformed one is left out.

        Args:
            text: Its only line.

        Raises:
            GrammarError: The text does not start with `type/subtype`.
        """
        return cls(*parse_media_type(text))

    @property
    def essence(self) -> str:
        """The type and the subtype: `text/html`."""
        return f"{self.type}/{self.subtype}"

    @property
    def charset(self) -> str | None:
        """The charset parameter in lower case."""
        charset = dict(self.parameters).get("charset")
        return None if charset is None else charset.lower()

    @property
    def boundary(self) -> str | None:
        """The boundary parameter, of multipart types."""
        return dict(self.parameters).get("boundary")

    def with_parameter(self, name: str, value: str) -> Self:
        """This type with a parameter, where it was before, or at the end.

        >>> str(MediaType("text", "html").with_parameter("charset", "utf-8"))
        'text/html; charset=utf-8'
        """
        return type(self)(self.type, self.subtype, {**dict(self.parameters), name.lower(): value})

    def without_parameter(self, name: str) -> Self:
        """This type without a parameter.

        >>> str(MediaType.parse("text/html; charset=utf-8").without_parameter("Charset"))
        'text/html'
        """
        kept = [pair for pair in self.parameters if pair[0] != name.lower()]
        return type(self)(self.type, self.subtype, kept)

    @override
    def __str__(self) -> str:
        return format_media_type(self.type, self.subtype, self.parameters)


@final
class ContentLanguage(NameSet):
    """The languages of those whom the content is for (RFC 9110 §8.5).

        Content-Language = #language-tag
        language-tag     = 1*8ALPHA *( "-" 1*8( ALPHA / DIGIT ) )    ; RFC 5646 §2.1, without its order of subtags

    Example values: `da`, `mi, en`, `zh-Hant`. Tags compare without case, in any order.

    >>> str(ContentLanguage("mi") | "en, MI")
    'mi, en'
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Content-Language"
    expected: ClassVar[str] = "a language tag"

    @classmethod
    @override
    def is_name(cls, text: str) -> bool:
        """Whether a text is a language tag."""
        return re.fullmatch(_LANGUAGE_TAG, text) is not None


def _read_codings(lines: Sequence[str], max_items: int) -> tuple[str, ...]:
    codings = split_list(", ".join(lines), max_items=max_items, grammar="Content-Encoding")
    for coding in codings:
        if not is_token(coding):
            raise GrammarError("Content-Encoding", "expected a token", coding)
    return tuple([coding.lower() for coding in codings])


def _write_codings(value: object) -> Sequence[str]:
    codings = check_members(value, str, "Content-Encoding")
    if len(codings) > MAX_ITEMS:
        raise HeaderValueError("Content-Encoding", f"more than {MAX_ITEMS} codings")
    text = ", ".join([check_token(coding, "content coding").lower() for coding in codings])
    return (text,) if text else ()


CONTENT_TYPE: Final[HeaderField[MediaType]] = single_field("Content-Type", MediaType)
# RFC 9110 §8.6: 1*DIGIT. `5, 5` is refused, as in framing.
CONTENT_LENGTH: Final[HeaderField[int]] = digits_field("Content-Length")
# RFC 9110 §8.4: the codings in the order in which they were applied, in lower case; they compare without case.
CONTENT_ENCODING: Final[HeaderField[tuple[str, ...]]] = counted_field("Content-Encoding", _read_codings, _write_codings)
CONTENT_LANGUAGE: Final[HeaderField[ContentLanguage]] = list_field("Content-Language", ContentLanguage)
CONTENT_LOCATION: Final[HeaderField[str]] = location_field("Content-Location")
# RFC 1864, which RFC 7231 Appendix B took out of HTTP: kept as it came.
CONTENT_MD5: Final[HeaderField[str]] = text_field("Content-MD5")
