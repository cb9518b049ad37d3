"""HTML as tokens, as browsers read it (HTML, "Tokenization"): tags with their attributes, and the text between them.

`html.parser` of the standard library is not used. Up to Python 3.13.5 it takes quadratic time for markup such as
`"<!--" * 50_000` (CVE-2025-6069), and how it reads a textarea, a comment or a script depends on Python's version. Here
each character is looked at a bounded number of times: what is not closed ends the reading, as it does in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Final, NamedTuple, TypeAlias

__all__ = ["EndTag", "StartTag", "Token", "read_tokens"]


class StartTag(NamedTuple):
    """A start tag.

    Attributes:
        name: The name, in lower case.
        attributes: The attributes by their names in lower case; of equal names the first counts.
    """

    name: str
    attributes: Mapping[str, str]


class EndTag(NamedTuple):
    """An end tag.

    Attributes:
        name: The name, in lower case.
    """

    name: str


Token: TypeAlias = StartTag | EndTag | str
"""A tag, or text in which character references are resolved."""

# Elements whose content is text to their end tag; in the first ones with character references.
_ESCAPABLE: Final = frozenset({"textarea", "title"})
_RAW: Final = frozenset({"style", "xmp", "iframe", "noembed", "noframes", "script"})

_REFERENCE: Final = re.compile(r"&(?:#([0-9]+|[xX][0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]*);?)")
_TAG_NAME: Final = re.compile(r"[A-Za-z][^\t\n\f />]*")
_BEFORE_ATTRIBUTE: Final = re.compile(r"[\t\n\f /]*")
_ATTRIBUTE: Final = re.compile(
    r"(=?[^\t\n\f />=]*)"
    r"(?:[\t\n\f ]*=[\t\n\f ]*(?:\"([^\"]*)\"|'([^']*)'|(?![\"'])([^\t\n\f >]*)|(?P<open>)))?"
)
_COMMENT_END: Final = re.compile(r"--!?>")
_IN_SCRIPT: Final = re.compile(r"<!--|-->|<(/?)script(?=[\t\n\f />])", re.IGNORECASE)

_LONGEST_NAME: Final = max(map(len, html5))
_LAST_CODE_POINT: Final = 0x10FFFF


def read_tokens(markup: str) -> Iterator[Token]:
    """Read markup, in linear time whatever it holds.

    Comments, declarations and processing instructions are left out, and so is what a browser drops at the end: a tag
    or a comment that is not closed. `noscript` holds markup, since no script runs.

    Args:
        markup: The text of a document or of a part of one.

    >>> list(read_tokens('<p title="a &amp; b">1 &lt; 2</p><!-- x -->'))
    [StartTag(name='p', attributes={'title': 'a & b'}), '1 < 2', EndTag(name='p')]
    """
    text = markup.replace("\r\n", "\n").replace("\r", "\n")
    end = 0
    while end < len(text):
        start = text.find("<", end)
        if start == -1:
            yield _in_text(text[end:])
            return
        if end < start:
            yield _in_text(text[end:start])
        mark = text[start + 1 : start + 2]
        if mark in ("!", "?"):
            end = _after_comment(text, start)
        elif mark == "/" and not _is_letter(text[start + 2 : start + 3]):
            end = text.find(">", start) + 1 or len(text)
        elif _is_letter(mark) or mark == "/":
            first = start + 1 + (mark == "/")
            name, attributes, end = _tag(text, first)
            if name is None:
                return
            if mark == "/":
                yield EndTag(name)
                continue
            yield StartTag(name, attributes)
            if name in _ESCAPABLE or name in _RAW:
                stop = _end_of_script(text, end) if name == "script" else _end_of(name, text, end)
                if end < stop:
                    content = text[end:stop].replace("\0", "\ufffd")
                    yield content if name in _RAW else _resolved(content)
                end = stop
        else:
            yield "<"
            end = start + 1


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _tag(text: str, start: int) -> tuple[str | None, dict[str, str], int]:
    """Name and attributes of the tag whose name starts there, and where it ends; no name: the text ends before it."""
    attributes: dict[str, str] = {}
    name = _TAG_NAME.match(text, start)
    end = start if name is None else name.end()
    while True:
        skipped = _BEFORE_ATTRIBUTE.match(text, end)
        end = end if skipped is None else skipped.end()
        if text.startswith(">", end):
            lowered = None if name is None else name[0].lower().replace("\0", "\ufffd")
            return lowered, attributes, end + 1
        attribute = _ATTRIBUTE.match(text, end)
        # The value of an attribute that begins with a quotation mark and has no second one reaches to the end.
        if attribute is None or end >= len(text) or attribute["open"] is not None:
            return None, attributes, len(text)
        value = attribute[2] or attribute[3] or attribute[4] or ""
        attributes.setdefault(attribute[1].lower().replace("\0", "\ufffd"), _in_attribute(value))
        end = attribute.end()


def _after_comment(text: str, start: int) -> int:
    """Where a comment, or what is read as one, ends."""
    if not text.startswith("<!--", start):
        return text.find(">", start) + 1 or len(text)
    for abrupt in (">", "->"):
        if text.startswith(abrupt, start + 4):
            return start + 4 + len(abrupt)
    found = _COMMENT_END.search(text, start + 4)
    return len(text) if found is None else found.end()


def _end_of(name: str, text: str, start: int) -> int:
    found = re.compile(rf"</{name}(?=[\t\n\f />])", re.IGNORECASE).search(text, start)
    return len(text) if found is None else found.start()


def _end_of_script(text: str, start: int) -> int:
    """Where the content of a script ends: not in a comment after another `<script`."""
    in_comment = is_nested = False
    for found in _IN_SCRIPT.finditer(text, start):
        if found[0] == "<!--":
            in_comment = True
        elif found[0] == "-->":
            in_comment = is_nested = False
        elif not found[1]:
            is_nested = in_comment
        elif is_nested:
            is_nested = False
        else:
            return found.start()
    return len(text)


def _in_text(text: str) -> str:
    return _resolved(text.replace("\0", ""))


def _resolved(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _in_attribute(text: str) -> str:
    text = text.replace("\0", "\ufffd")
    return _REFERENCE.sub(_character_of_attribute, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    digits, name = found.groups()
    if name is None:
        return _numbered(digits)
    # Old names need no semicolon: "&notit;" is "¬it;".
    whole = found[0][1:]
    for length in range(min(len(whole), _LONGEST_NAME), 1, -1):
        if whole[:length] in html5:
            return html5[whole[:length]] + whole[length:]
    return found[0]


def _character_of_attribute(found: re.Match[str]) -> str:
    digits, name = found.groups()
    if name is None:
        return _numbered(digits)
    # The "&copy=" of a query is not a reference (HTML, "Named character reference state").
    if not found[0].endswith(";") and found.string.startswith("=", found.end()):
        return found[0]
    return html5.get(found[0][1:], found[0])


def _numbered(digits: str) -> str:
    """The character of a reference by number (HTML, "Numeric character reference end state")."""
    base = 16 if digits[0] in "xX" else 10
    significant = digits.lstrip("xX").lstrip("0")
    if len(significant) > 7:
        return "\ufffd"
    number = int(significant or "0", base)
    if number == 0 or 0xD800 <= number <= 0xDFFF or number > _LAST_CODE_POINT:
        return "\ufffd"
    if 0x80 <= number <= 0x9F:
        # Windows' characters, where it has some.
        return bytes([number]).decode("cp1252", "ignore") or chr(number)
    return chr(number)
