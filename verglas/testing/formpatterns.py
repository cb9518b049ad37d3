"""The `pattern` of a form control: a regular expression of JavaScript, in its `v` mode (HTML §4.10.5.3.6)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["UnknownPattern", "compile_pattern"]

_SPACES: Final = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
_CONTROLS: Final = frozenset("fnrtv")
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")
_IN_CLASS: Final = frozenset("()[]{}/-|")
_PUNCTUATION: Final = frozenset("&-!#%,:;<=>@`~")  # what may be escaped in a class as well
_DOUBLE: Final = frozenset("&!#$%*+,.:;<=>?@^`~")

_QUANTIFIER: Final = re.compile(r"[*+?]\??|\{(?:[0-9]{1,9})(?:,(?:[0-9]{1,9})?)?\}\??")
_GROUP: Final = re.compile(r"\((?:\?[:=!])?")
_HEX: Final = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")


class UnknownPattern(ValueError):
    """A pattern uses what is not translated, so that nobody here knows whether a browser would take a value."""


class _InvalidPattern(Exception):
    """A pattern is not a regular expression of JavaScript: a browser takes any value."""


def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """Translate a pattern, to be matched with `fullmatch`.

    Characters and their escapes, `.`, classes without operators, groups without names, lookahead, alternatives and
    quantifiers are known. A value is matched by Python's `re`: a pattern that takes exponential time in a browser takes
    it here.

    Args:
        pattern: The attribute of the element.

    Returns:
        The expression; `None` for a pattern that is not valid, which a browser ignores.

    Raises:
        UnknownPattern: The pattern uses something else.

    >>> compile_pattern("[a-z]{2,}").fullmatch("ab") is not None
    True
    """
    try:
        return re.compile(_translated(pattern))
    except _InvalidPattern:
        return None
    except (re.error, OverflowError, RecursionError) as error:
        raise UnknownPattern(f"{error}") from error


def _translated(pattern: str) -> str:
    pieces: list[str] = []
    position = 0
    lookaheads: list[bool] = []  # of each group that is open: whether it is one
    is_quantifiable = False
    while position < len(pattern):
        character = pattern[position]
        if found := _QUANTIFIER.match(pattern, position):
            if not is_quantifiable:
                raise _InvalidPattern
            pieces.append(found[0])
            position, is_quantifiable = found.end(), False
            continue
        if found := _GROUP.match(pattern, position):
            if pattern.startswith("?", found.end()):
                raise UnknownPattern(f"{pattern[position:][:4]!r} begins a group of a kind that is not known here")
            pieces.append(found[0])
            lookaheads.append(found[0] in ("(?=", "(?!"))
            position, is_quantifiable = found.end(), False
            continue
        position += 1
        is_quantifiable = True
        match character:
            case ")":
                if not lookaheads:
                    raise _InvalidPattern
                pieces.append(")")
                is_quantifiable = not lookaheads.pop()
            case "|" | "^" | "$":
                pieces.append({"|": "|", "^": r"\A", "$": r"\Z"}[character])
                is_quantifiable = False
            case ".":
                pieces.append(r"[^\n\r\u2028\u2029]")
            case "[":
                piece, position = _character_class(pattern, position)
                pieces.append(piece)
            case "\\":
                piece, position = _escape(pattern, position)
                pieces.append(re.escape(piece) if len(piece) == 1 else f"[{piece}]")
            case "]" | "{" | "}" | "*" | "+" | "?":
                raise _InvalidPattern
            case _:
                pieces.append(re.escape(character))
    if lookaheads:
        raise _InvalidPattern
    return "".join(pieces)


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
