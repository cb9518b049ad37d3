"""The text of a JSON body, before a decoder sees it: encoding, size in values, depth, meaning (RFC 8259)."""

from __future__ import annotations

import re
from itertools import accumulate, islice
from math import isinf
from typing import Final

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError

__all__ = ["check_depth", "check_meaning", "check_values", "decode_json_text", "pointer", "read_json_text"]

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_MARKS: Final = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xef\xbb\xbf", "utf-8"),
)
# A string, perhaps one without an end, or anything else but brackets. Possessive: nothing is tried twice.
_NO_BRACKETS: Final = r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[^"\[\]{}]++'
# Up to a separator or an opening bracket outside of strings, each of which is another value, or to the end, so that no
# search begins within a string. Possessive, as above.
_VALUE: Final = r'(?s)(?:"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[^",:\[{]++)*+(?:([,:\[{])|\Z)'
# A number may be beyond a double, 1.8e308, with an exponent of three digits, or of two after 210 digits.
# PERF: `e\+?[0-9]{3}`, in two thirds of the time.
_EXPONENT: Final = re.compile(r"e[+0-9][0-9][0-9](?:(?<!\+..)|[0-9])")
_CAPITAL_EXPONENT: Final = re.compile(r"E[+0-9][0-9][0-9](?:(?<!\+..)|[0-9])")
_STRIDE: Final = 160
_RUN: Final = 40  # of 210 digits, as many follow some multiple of the stride, and five stand at multiples of this
_FIVE_DIGITS: Final = re.compile("[0-9]{5}")
# A number, or a string, which is passed over.
_NUMBER: Final = r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|(-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)'
# A pair of escaped surrogates, half of one, or any other escape, since `\\ud800` is text (RFC 8259 §7, §8.2).
_SURROGATE: Final = (
    r"(?s)\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_STEPS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def decode_json_text(data: bytes) -> str:
    """Decode a JSON text: UTF-8, and UTF-16 and UTF-32 as they show by their zeros (RFC 4627 §3) or their mark.

    Args:
        data: The body.

    Returns:
        The text, without its byte order mark.

    Raises:
        GrammarError: The text is not valid in its encoding; the position is that of the first bad octet.

    >>> decode_json_text(b"\\xef\\xbb\\xbf[1]"), decode_json_text(b"[\\x001\\x00]\\x00")
    ('[1]', '[1]')
    """
    head = data[:4]
    # PERF: all but the oldest clients begin with ASCII, which neither a mark nor another encoding does.
    encoding, start = ("utf-8", 0) if head.isascii() and b"\0" not in head else _detect_encoding(data)
    try:
        return str(memoryview(data)[start:] if start else data, encoding)
    except UnicodeDecodeError as error:
        # Strictly: `json.loads` would let the halves of surrogate pairs through, which nobody can encode again.
        raise GrammarError("JSON", f"not valid {encoding.upper()}", None, start + error.start) from None


def read_json_text(data: bytes, max_values: int, max_depth: int) -> str:
    """Decode a JSON text and check it, as the functions of this module do.

    PERF: most texts need none of the checks. A text has at most as many values as characters, is at most as deep as it
    has brackets, and is looked at by `find` and `count` before anything is told apart.

    Args:
        data: The body.
        max_values: As `check_values` has it.
        max_depth: As `check_depth` has it.

    Raises:
        GrammarError: The text is not valid in its encoding, or holds what has no meaning.
        LimitError: The text has too many values, or is too deep.

    >>> read_json_text(b"[1, 2]", max_values=2, max_depth=1)
    '[1, 2]'
    """
    text = decode_json_text(data)
    if len(text) > max_values:
        check_values(text, max_values)
    if text.count("[") + text.count("{") > max_depth:
        check_depth(text, max_depth)
    check_meaning(text)
    return text


def check_values(text: str, max_values: int) -> None:
    """Refuse more values than there may be, before any of them takes its memory.

    Args:
        text: A JSON text, valid or not.
        max_values: How many commas, colons and opening brackets there may be outside of strings.

    Raises:
        LimitError: The text has more of them; the position is that of the first.

    >>> check_values('[1, "a, b"]', 2)
    """
    # PERF: with this few of them anywhere there are no more outside of strings.
    if sum(map(text.count, ",:[{")) <= max_values:
        return
    excess = next(islice(re.finditer(_VALUE, text), max_values, None), None)
    if excess is not None and excess[1] is not None:
        limit = ExceededLimit("max_json_values", max_values, "values")
        raise LimitError("JSON", "too many values", limit, excess.end() - 1)


def check_meaning(text: str) -> None:
    """Refuse numbers beyond a double and halves of surrogate pairs, which decoders let through.

    Args:
        text: A JSON text, valid or not.

    Raises:
        GrammarError: The text has one; the position is where it begins.

    >>> check_meaning('[1e308, "1e999", "\\ud83d\\ude00"]')
    """
    # PERF: a letter is found in a tenth of the time that two take; a pattern begins with one for the same reason.
    if (
        _EXPONENT.search(text)
        or ("E" in text and _CAPITAL_EXPONENT.search(text))
        or (_FIVE_DIGITS.search(text[::_RUN]) and _has_many_digits(text))
    ):
        for number in re.finditer(_NUMBER, text):
            digits: str | None = number[1]
            if digits is not None and not digits.lstrip("-").isdigit() and isinf(float(digits)):
                raise GrammarError("JSON", "a number that is too large", None, number.start())
    if "\\" in text and ("\\ud" in text or "\\uD" in text):
        for escape in re.finditer(_SURROGATE, text):
            if escape[1] is not None:
                raise GrammarError("JSON", "half of a surrogate pair", None, escape.start())


def _has_many_digits(text: str) -> bool:
    for start in range(0, len(text) - _RUN, _STRIDE):  # noqa: SIM110  # PERF: any() makes a frame for each
        if text[start : start + _RUN].isdigit():
            return True
    return False


def check_depth(text: str, max_depth: int) -> None:
    """Refuse arrays and objects that are too deep inside each other: a decoder may recurse (RFC 8259 §9).

    Args:
        text: A JSON text, valid or not. Brackets inside its strings do not count.
        max_depth: How deep they may be; 1 allows an array of numbers.

    Raises:
        LimitError: The text is nested deeper; the position is that of the first bracket that is.

    >>> check_depth('[{"a": "[[["}]', 2)
    """
    brackets = re.sub(_NO_BRACKETS, "", text)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > max_depth:
        limit = ExceededLimit("max_json_depth", max_depth, "levels")
        raise LimitError("JSON", "too deep", limit, _position_of_depth(text, max_depth + 1))


def _detect_encoding(data: bytes) -> tuple[str, int]:
    """The encoding, and where the text starts."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    # The first two characters of a JSON text are ASCII, but for those of a string; a text is at least one character.
    zeros = [not octet for octet in data[:4]]
    if len(zeros) == 4:
        if zeros[0]:
            return ("utf-16-be" if not zeros[1] else "utf-32-be"), 0
        if zeros[1]:
            return ("utf-16-le" if not (zeros[2] and zeros[3]) else "utf-32-le"), 0
    elif len(zeros) == 2:
        if zeros[0]:
            return "utf-16-be", 0
        if zeros[1]:
            return "utf-16-le", 0
    return "utf-8", 0


def _position_of_depth(text: str, depth: int) -> int:
    reached = 0
    end = 0
    for skipped in re.finditer(_NO_BRACKETS, text):
        for position in range(end, skipped.start()):
            reached += _STEPS[text[position]]
            if reached == depth:
                return position
        end = skipped.end()
    for position in range(end, len(text)):
        reached += _STEPS[text[position]]
        if reached == depth:
            return position
    return len(text)


def pointer(*tokens: str | int) -> str:
    """A JSON pointer (RFC 6901 §3).

    Args:
        tokens: Names and positions, from the outermost on.

    >>> pointer("a/b", 0), pointer()
    ('/a~1b/0', '')
    """
    return "".join(["/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens])
