"""The `pattern` of a form control: a regular expression of JavaScript, in its `v` mode (HTML §4.10.5.3.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import reduce
from typing import Final, Protocol

from attrs import define, field, frozen

from verglas.backports import override

__all__ = ["Expression", "UnknownPattern", "compile_pattern"]

_SPACES: Final = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
_CONTROLS: Final = frozenset("fnrtv")
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")
_IN_CLASS: Final = frozenset("()[]{}/-|")
_PUNCTUATION: Final = frozenset("&-!#%,:;<=>@`~")  # what may be escaped in a class as well
_DOUBLE: Final = frozenset("&!#$%*+,.:;<=>?@^`~")

_QUANTIFIER: Final = re.compile(r"[*+?]\??|\{(?:[0-9]{1,9})(?:,(?:[0-9]{1,9})?)?\}\??")
_COUNTS: Final[Mapping[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_DEEPEST: Final = 100
_MOST_LOOKAHEADS: Final = 3  # in one another: what is in one is tried at each position anew
_GROUP: Final = re.compile(r"\((?:\?[:=!])?")
_HEX: Final = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")


class UnknownPattern(ValueError):
    """A pattern uses what is not translated, so that nobody here knows whether a browser would take a value."""


class _InvalidPattern(Exception):
    """A pattern is not a regular expression of JavaScript: a browser takes any value."""


class _Node(Protocol):
    """A part of an expression."""

    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        """Where the matches end that begin at any of some positions."""
        ...


@frozen
class _Character(_Node):
    """One character of a class."""

    pattern: re.Pattern[str]

    @override
    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        return {start + 1 for start in starts if self.pattern.match(text, start)}


@frozen
class _Edge(_Node):
    """The beginning of the text, or its end."""

    is_end: bool

    @override
    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        return starts & {len(text) if self.is_end else 0}


@frozen
class _Group(_Node):
    """Alternatives, each of which is a sequence."""

    alternatives: tuple[tuple[_Node, ...], ...]

    @override
    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        return {
            end for parts in self.alternatives for end in reduce(lambda at, part: part.ends(text, at), parts, starts)
        }


@frozen
class _Lookahead(_Node):
    """A group that has to match the text that follows, or must not."""

    group: _Group
    is_negative: bool

    @override
    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        return {start for start in starts if bool(self.group.ends(text, {start})) is not self.is_negative}


@frozen
class _Repeated(_Node):
    """A part that occurs several times."""

    part: _Node
    least: int
    most: int | None

    @override
    def ends(self, text: str, starts: Set[int]) -> Set[int]:
        # One round takes each match on, or leaves it where it is: after as many rounds as there are characters, and one
        # for where nothing moves, the positions are the same each time.
        rounds = len(text) + 1
        for _ in range(min(self.least, rounds)):
            before, starts = starts, self.part.ends(text, starts)
            if starts == before:
                break
        found, new = set(starts), starts
        for _ in range(rounds if self.most is None else min(self.most - self.least, rounds)):
            new = self.part.ends(text, new) - found
            if not new:
                break
            found |= new
        return found


@frozen
class Expression:
    """A regular expression. Whether a text matches is found in polynomial time: no part of it is tried twice."""

    _group: _Group

    def fullmatch(self, text: str) -> bool:
        """Whether a whole text matches.

        Args:
            text: The text.
        """
        return len(text) in self._group.ends(text, {0})


@define
class _Draft:
    """A group that is open: how it began, and its alternatives so far."""

    start: str
    alternatives: list[list[_Node]] = field(factory=lambda: [[]])

    @property
    def is_lookahead(self) -> bool:
        return self.start in ("(?=", "(?!")

    def finished(self) -> _Node:
        group = _Group(tuple(map(tuple, self.alternatives)))
        return _Lookahead(group, self.start == "(?!") if self.is_lookahead else group


def compile_pattern(pattern: str) -> Expression | None:
    """Read a pattern.

    Characters and their escapes, `.`, classes without operators, groups without names, lookahead, alternatives and
    quantifiers are known. It is not matched by Python's `re`, which takes exponential time for some, as browsers do.

    Args:
        pattern: The attribute of the element.

    Returns:
        The expression; `None` for a pattern that is not valid, which a browser ignores.

    Raises:
        UnknownPattern: The pattern uses something else.

    >>> compile_pattern("[a-z]{2,}").fullmatch("ab")
    True
    """
    try:
        return Expression(_group_of(pattern))
    except _InvalidPattern:
        return None


def _group_of(pattern: str) -> _Group:
    drafts = [_Draft("")]
    position = 0
    is_quantifiable = False
    while position < len(pattern):
        parts = drafts[-1].alternatives[-1]
        character = pattern[position]
        if found := _QUANTIFIER.match(pattern, position):
            if not is_quantifiable:
                raise _InvalidPattern
            parts[-1] = _repeated(parts[-1], found[0].rstrip("?") or "?")
            position, is_quantifiable = found.end(), False
            continue
        if found := _GROUP.match(pattern, position):
            _open_group(drafts, pattern, found)
            position, is_quantifiable = found.end(), False
            continue
        position, is_quantifiable = position + 1, True
        match character:
            case ")":
                if len(drafts) == 1:
                    raise _InvalidPattern
                draft = drafts.pop()
                drafts[-1].alternatives[-1].append(draft.finished())
                is_quantifiable = not draft.is_lookahead
            case "|":
                drafts[-1].alternatives.append([])
                is_quantifiable = False
            case "^" | "$":
                parts.append(_Edge(character == "$"))
                is_quantifiable = False
            case ".":
                parts.append(_character(r"[^\n\r\u2028\u2029]"))
            case "[":
                piece, position = _character_class(pattern, position)
                parts.append(_character(piece))
            case "\\":
                piece, position = _escape(pattern, position)
                parts.append(_character(re.escape(piece) if len(piece) == 1 else f"[{piece}]"))
            case "]" | "{" | "}" | "*" | "+" | "?":
                raise _InvalidPattern
            case _:
                parts.append(_character(re.escape(character)))
    if len(drafts) > 1:
        raise _InvalidPattern
    return _Group(tuple(map(tuple, drafts[0].alternatives)))


def _open_group(drafts: list[_Draft], pattern: str, found: re.Match[str]) -> None:
    if pattern.startswith("?", found.end()):
        raise UnknownPattern(f"{pattern[found.start() :][:4]!r} begins a group of a kind that is not known here")
    drafts.append(_Draft(found[0]))
    if len(drafts) > _DEEPEST:
        raise UnknownPattern(f"more than {_DEEPEST} groups in one another are not known here")
    if sum(draft.is_lookahead for draft in drafts) > _MOST_LOOKAHEADS:
        raise UnknownPattern(f"more than {_MOST_LOOKAHEADS} lookaheads in one another are not known here")


def _character(expression: str) -> _Character:
    return _Character(re.compile(expression))


def _repeated(part: _Node, quantifier: str) -> _Repeated:
    if quantifier in _COUNTS:
        return _Repeated(part, *_COUNTS[quantifier])
    least, comma, most = quantifier[1:-1].partition(",")
    repeated = _Repeated(part, int(least), int(most) if most else None if comma else int(least))
    if repeated.most is not None and repeated.most < repeated.least:
        raise _InvalidPattern
    return repeated


def _escape(pattern: str, position: int, *, is_in_class: bool = False) -> tuple[str, int]:
    """One character, or what stands in a class for several; and where it ends."""
    character = pattern[position : position + 1]
    if not character:
        raise _InvalidPattern
    if found := _HEX.match(pattern, position):
        number = int(found[1] or found[2] or found[3], 16)
        if number > 0x10FFFF:
            raise _InvalidPattern
        if 0xD800 <= number <= 0xDFFF:
            raise UnknownPattern("half of a surrogate pair")
        return chr(number), found.end()
    if character in _CLASSES:
        return _CLASSES[character], position + 1
    if character in _CONTROLS:
        return {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}[character], position + 1
    if character in _SYNTAX or (is_in_class and character in _IN_CLASS | _PUNCTUATION):
        return character, position + 1
    if character in "DWSbBpPckq" or character.isdigit():
        raise UnknownPattern(f"the escape {chr(92) + character!r} is not known here")
    raise _InvalidPattern


def _character_class(pattern: str, position: int) -> tuple[str, int]:
    """The class whose `[` was read, and where it ends."""
    pieces = ["["]
    if pattern.startswith("^", position):
        pieces.append("^")
        position += 1
    first: str | None = None  # a character that a range may begin with
    is_empty = True
    while True:
        character = pattern[position : position + 1]
        if character == "]":
            break
        if not character:
            raise _InvalidPattern
        if character == "[" or (character in _DOUBLE and pattern.startswith(character * 2, position)):
            raise UnknownPattern("a class with another in it, or with an operator, is not known here")
        if pattern.startswith("--", position):
            raise UnknownPattern("a class without some of its characters is not known here")
        if character == "-" and first is not None:
            last, position = _class_character(pattern, position + 1)
            if len(last) != 1 or last < first:
                raise _InvalidPattern
            pieces[-1] = f"{re.escape(first)}-{re.escape(last)}"
            first = None
            continue
        piece, position = _class_character(pattern, position)
        first = piece if len(piece) == 1 else None
        pieces.append(re.escape(piece) if len(piece) == 1 else piece)
        is_empty = False
    if is_empty:
        return (r"(?!)" if len(pieces) == 1 else r"[\s\S]"), position + 1
    return "".join((*pieces, "]")), position + 1


def _class_character(pattern: str, position: int) -> tuple[str, int]:
    character = pattern[position : position + 1]
    if character == "\\":
        return _escape(pattern, position + 1, is_in_class=True)
    # In v mode these are always escaped: browsers ignore the pattern "[a-z-]+" (and say so in their console).
    if not character or character in _IN_CLASS:
        raise _InvalidPattern
    return character, position + 1
