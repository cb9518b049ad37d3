"""Structured fields read: items, lists and dictionaries, as plain data (RFC 9651 §4.2)."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from verglas.errors.grammar import GrammarError
from verglas.syntax.bareitems import BareItem, parse_bare, parse_key

__all__ = [
    "RawInnerList",
    "RawItem",
    "RawMember",
    "RawParameters",
    "parse_structured_dictionary",
    "parse_structured_item",
    "parse_structured_list",
]

RawParameters: TypeAlias = dict[str, BareItem]
RawItem: TypeAlias = tuple[BareItem, RawParameters]
RawInnerList: TypeAlias = tuple[list[RawItem], RawParameters]
RawMember: TypeAlias = RawItem | RawInnerList

GRAMMAR: Final = "structured field"

_SP: Final = re.compile(" *")
_OWS: Final = re.compile("[ \t]*")


def parse_structured_item(text: str) -> RawItem:
    """Read an Item with its parameters (RFC 9651 §4.2.3).

    Args:
        text: The value of a field.

    Raises:
        GrammarError: The text is not an Item.

    >>> parse_structured_item('2; foourl="https://foo.example.com/"')
    (2, {'foourl': 'https://foo.example.com/'})
    """
    item, position = _item(text, _skip(_SP, text, 0))
    end = _skip(_SP, text, position)
    if end < len(text):
        raise GrammarError(GRAMMAR, "more text after the item", text, end)
    return item


def parse_structured_list(text: str) -> list[RawMember]:
    """Read a List, whose members are items or inner lists (RFC 9651 §4.2.1).

    Args:
        text: The lines of the field, joined with commas. The empty text is the empty list.

    Raises:
        GrammarError: The text is not a List.

    >>> parse_structured_list("1, (2 3);a")
    [(1, {}), ([(2, {}), (3, {})], {'a': True})]
    """
    members: list[RawMember] = []
    position = _skip(_SP, text, 0)
    while position < len(text):
        member, position = _member(text, position)
        members.append(member)
        position = _next(text, position)
    return members


def parse_structured_dictionary(text: str) -> dict[str, RawMember]:
    """Read a Dictionary (RFC 9651 §4.2.2).

    Args:
        text: The lines of the field, joined with commas. The empty text is the empty dictionary.

    Returns:
        The members. The last of one key counts, in the place of the first.

    Raises:
        GrammarError: The text is not a Dictionary.

    >>> parse_structured_dictionary("a=1, b;x, a=3")
    {'a': (3, {}), 'b': (True, {'x': True})}
    """
    members: dict[str, RawMember] = {}
    position = _skip(_SP, text, 0)
    while position < len(text):
        key, position = parse_key(text, position)
        if text.startswith("=", position):
            members[key], position = _member(text, position + 1)
        else:
            parameters, position = _parameters(text, position)
            members[key] = (True, parameters)
        position = _next(text, position)
    return members


def _next(text: str, position: int) -> int:
    """Where the next member starts, or the end of the text."""
    position = _skip(_OWS, text, position)
    if position == len(text):
        return position
    if text[position] != ",":
        raise GrammarError(GRAMMAR, "expected ',' after a member", text, position)
    start = _skip(_OWS, text, position + 1)
    if start == len(text):
        raise GrammarError(GRAMMAR, "a comma at the end", text, position)
    return start


def _member(text: str, position: int) -> tuple[RawMember, int]:
    return _inner_list(text, position) if text.startswith("(", position) else _item(text, position)


def _inner_list(text: str, start: int) -> tuple[RawInnerList, int]:
    items: list[RawItem] = []
    position = _skip(_SP, text, start + 1)
    while not text.startswith(")", position):
        item, end = _item(text, position)
        items.append(item)
        position = _skip(_SP, text, end)
        if position == end and not text.startswith(")", position):
            raise GrammarError(GRAMMAR, "expected a space or ')' in an inner list", text, position)
    parameters, position = _parameters(text, position + 1)
    return (items, parameters), position


def _item(text: str, position: int) -> tuple[RawItem, int]:
    value, position = parse_bare(text, position)
    parameters, position = _parameters(text, position)
    return (value, parameters), position


def _parameters(text: str, position: int) -> tuple[RawParameters, int]:
    parameters: RawParameters = {}
    while text.startswith(";", position):
        key, position = parse_key(text, _skip(_SP, text, position + 1))
        parameters[key] = True
        if text.startswith("=", position):
            parameters[key], position = parse_bare(text, position + 1)
    return parameters, position


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return position if match is None else match.end()
