"""Values in bodies that are not shown: of the inputs of a page, of members of JSON, and where patterns find them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from verglas.jsons import STANDARD_JSON

__all__ = ["MASKED", "hide_inputs", "hide_members", "hide_patterns"]

MASKED: Final = "***"
"""The text that stands in place of a hidden value."""

VALUES: Final = {"input": "value", "meta": "content"}
"""The elements that have a name, and the attribute that holds their value."""

# Each character of a body is looked at a bounded number of times, whatever it holds: a repetition gives nothing back.
_ELEMENT: Final = re.compile(r"<(input|meta)(?=[\t\n\f\r />])", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"[\t\n\f\r /]*+(=?[^\t\n\f\r />=]*+)"
    r"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"([^\"]*+)\"|'([^']*+)'|(?![\"'])([^\t\n\f\r >]*+)|(?P<open>)))?"
)
_MEMBER: Final = re.compile(
    r'"((?:[^"\\]|\\.)*+)(?:"(?:\s*+:\s*+(?P<value>"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[-+.\w]++))?)?', re.DOTALL
)

_Span = tuple[int, int]


def hide_inputs(page: str, hides: Callable[[str], bool]) -> str:
    """A page of HTML without the values of its inputs and metadata of some names.

    Args:
        page: The text.
        hides: Whether the value of a name in lower case is hidden.

    >>> hide_inputs('<input name="token" value=31d4><meta name=token content="31d4">', {"token"}.__contains__)
    '<input name="token" value=***><meta name=token content="***">'
    """
    return _without(page, _input_spans(page, hides))


def _input_spans(page: str, hides: Callable[[str], bool]) -> Iterator[_Span]:
    end = 0
    while (element := _ELEMENT.search(page, end)) is not None:
        attributes: dict[str, _Span] = {}
        end = element.end()
        while (found := _ATTRIBUTE.match(page, end)) is not None and found.end() > end:
            end = found.end()
            if found["open"] is not None:  # the body was cut off here, perhaps
                attributes.setdefault(found[1].lower(), (end + 1, len(page)))
                end = len(page)
                break
            group = next((number for number in (2, 3, 4) if found[number] is not None), 0)
            attributes.setdefault(found[1].lower(), found.span(group) if group else (end, end))
        first, last = attributes.get("name", (0, 0))
        value = attributes.get(VALUES[element[1].lower()])
        if value is not None and hides(html.unescape(page[first:last]).lower()):
            yield value


def hide_members(text: str, hides: Callable[[str], bool]) -> str:
    """A text of JSON without the texts, numbers and truth values that members of some names have.

    Args:
        text: The text, which need not be whole.
        hides: Whether the value of a name in lower case is hidden.

    >>> hide_members('{"token": "31d4", "items": [{"token": 7, "id": "token"}]}', {"token"}.__contains__)
    '{"token": "***", "items": [{"token": "***", "id": "token"}]}'
    """
    return _MEMBER.sub(lambda found: _member(found, hides), text)


def _member(found: re.Match[str], hides: Callable[[str], bool]) -> str:
    if found["value"] is None or not hides(_unescaped(found[1]).lower()):
        return found[0]
    return f'{found[0].removesuffix(found["value"])}"{MASKED}"'


def _unescaped(name: str) -> str:
    try:
        return str(STANDARD_JSON.loads(f'"{name}"')) if "\\" in name else name
    except ValueError:  # then it is not JSON
        return name


def hide_patterns(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """A text without what patterns find: their groups, or without a group all.

    Args:
        text: The text.
        patterns: The patterns, each of which searches what those before it have left.
    """
    for pattern in patterns:
        text = pattern.sub(_found, text)
    return text


def _found(found: re.Match[str]) -> str:
    whole = found[0]
    if not found.re.groups:
        return MASKED if whole else ""
    start = found.start()
    spans = [found.span(number) for number in range(1, found.re.groups + 1)]
    parts = [(first - start, last - start) for first, last in spans if first >= start]
    return _without(whole, sorted(parts, key=lambda part: (part[0], -part[1])))


def _without(text: str, spans: Iterable[_Span]) -> str:
    pieces: list[str] = []
    end = 0
    for first, last in spans:
        if first >= end:  # not inside another group
            pieces += [text[end:first], MASKED]
            end = last
    return "".join([*pieces, text[end:]])
