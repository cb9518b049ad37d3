"""Media types, read as WHATWG MIME Sniffing §4.4 says, written as RFC 9110 §8.3.1 does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.syntax.parameters import format_parameters
from verglas.syntax.tokens import TOKEN_CHARS, check_token, is_field_value, is_token, quoted_end, unescape

__all__ = [
    "essence_of",
    "format_media_type",
    "is_among",
    "is_json",
    "parameters_of",
    "parse_media_type",
    "with_charset",
]

_ESSENCE: Final = re.compile(rf"([{TOKEN_CHARS}]+)/([{TOKEN_CHARS}]+)[ \t]*(?:;|\Z)")
_NAME: Final = re.compile("[^;=]*")
# PERF: what most bodies are, to the letter; nothing has to be taken off.
_ESSENCES: Final = frozenset({"", "application/json", "application/x-www-form-urlencoded"})

# Text by another name; the rest is `text/*` and `*+xml`. JSON has no charset parameter (RFC 8259 §11).
TEXTUAL: Final = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/sql",
        "application/xml",
        "application/xml-dtd",
        "application/xml-external-parsed-entity",
    }
)


def parse_media_type(text: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Read a media type (WHATWG MIME Sniffing §4.4).

    Parameters are read as browsers do, which is laxer than RFC 9110 §5.6.6: a value without quotes may hold anything
    but `;` (`boundary=----=_Part_0` is sent by mail software), a malformed parameter is left out, a quote that is
    not closed runs to the end, and of equal names the first holds. Only space and tab are whitespace here: no field
    value holds the CR and LF that the standard strips as well.

    Args:
        text: The value of a field such as Content-Type.

    Returns:
        The type and the subtype in lower case, and the parameters: names in lower case, in their order, each once.

    Raises:
        GrammarError: The text does not start with `type/subtype`, or something else than a parameter follows.

    >>> parse_media_type('Text/HTML; Charset="utf-8"; charset=x')
    ('text', 'html', (('charset', 'utf-8'),))
    """
    text = text.strip(" \t")
    match = _ESSENCE.match(text)
    if match is None:
        raise GrammarError("media type", "expected type/subtype", text)
    parameters: dict[str, str] = {}
    position = match.end()
    while position < len(text):
        name, value, position = _parameter(text, position)
        if value is not None and is_token(name) and is_field_value(value):
            parameters.setdefault(name.lower(), value)
    return match[1].lower(), match[2].lower(), tuple(parameters.items())


def format_media_type(type: str, subtype: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """Write a media type (RFC 9110 §8.3.1).

    Args:
        type: The first half of it, such as `text`.
        subtype: The second half, such as `html`.
        parameters: Names and values, in the order in which they are written.

    Returns:
        The value of a field such as Content-Type.

    Raises:
        HeaderValueError: The type, the subtype or the name of a parameter is not a token, or a value holds what a
            quoted-string cannot hold.

    >>> format_media_type("text", "plain", [("charset", "utf-8")])
    'text/plain; charset=utf-8'
    """
    essence = f"{check_token(type, 'media type')}/{check_token(subtype, 'media subtype')}"
    return essence + format_parameters(parameters)


def with_charset(mimetype: str) -> str:
    """A media type with `; charset=utf-8`, where it is text and says no charset itself.

    >>> with_charset("TEXT/HTML"), with_charset("application/json"), with_charset("text/html; charset=latin1")
    ('TEXT/HTML; charset=utf-8', 'application/json', 'text/html; charset=latin1')
    """
    essence, _, parameters = mimetype.lower().partition(";")
    essence = essence.strip(" \t")
    textual = essence.startswith("text/") or essence.endswith("+xml") or essence in TEXTUAL
    return f"{mimetype}; charset=utf-8" if textual and "charset=" not in parameters else mimetype


def essence_of(text: str) -> str:
    """The media type of a Content-Type in lower case, without parameters; `""` when it is malformed.

    >>> essence_of("Text/HTML; charset=utf-8"), essence_of("html")
    ('text/html', '')
    """
    if text in _ESSENCES:
        return text
    try:
        kind, subtype, _ = parse_media_type(text)
    except GrammarError:
        return ""
    return f"{kind}/{subtype}"


def is_json(essence: str) -> bool:
    """Whether a media type is JSON: `application/json`, or `application/...+json` (RFC 6839 §3.1).

    Args:
        essence: Type and subtype in lower case, without parameters.

    >>> is_json("application/problem+json"), is_json("image/svg+xml")
    (True, False)
    """
    return essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json"))


def is_among(essence: str, media_types: Sequence[str]) -> bool:
    """Whether a media type is one of several, of which `application/json` stands for all JSON.

    Args:
        essence: Type and subtype in lower case, without parameters; empty without one.
        media_types: The several, in lower case; all media types, if there are none.

    >>> is_among("application/problem+json", ["application/json"]), is_among("text/csv", ["application/json"])
    (True, False)
    """
    return not media_types or essence in media_types or ("application/json" in media_types and is_json(essence))


def parameters_of(text: str) -> dict[str, str]:
    """The parameters of a Content-Type, names in lower case, in a new dict; empty when it is not a media type.

    >>> parameters_of("text/html; Charset=utf-8")
    {'charset': 'utf-8'}
    """
    try:
        return dict(parse_media_type(text)[2])
    except GrammarError:
        return {}


def _parameter(text: str, position: int) -> tuple[str, str | None, int]:
    """The parameter at a position, `None` as its value if it has none, and where the next one may start."""
    match = _NAME.match(text, position)
    equals = position if match is None else match.end()
    name = text[position:equals].lstrip(" \t")
    if not text.startswith("=", equals):
        return name, None, equals + 1
    start = equals + 1
    if not text.startswith('"', start):
        end = _semicolon(text, start)
        return name, text[start:end].rstrip(" \t") or None, end + 1
    end = quoted_end(text, start)
    if end == -1:  # as WHATWG Fetch collects an HTTP quoted string: to the end, a backslash there included
        return name, unescape(text[start + 1 :]), len(text)
    return name, unescape(text[start + 1 : end - 1]), _semicolon(text, end) + 1


def _semicolon(text: str, position: int) -> int:
    end = text.find(";", position)
    return len(text) if end == -1 else end
