"""JSON bodies before a library converts them: parsed strictly, and the list of what is wrong with one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple, NoReturn, TypeAlias

from verglas.errors.grammar import GrammarError, LimitError
from verglas.errors.parse import RequestEntityTooLarge
from verglas.inputs.problems import Code, InputError, Problem, input_error
from verglas.limits import Limits
from verglas.syntax.jsontext import pointer, read_json_text
from verglas.syntax.scalars import parse_int
from verglas.wsgi import JSONValue

__all__ = ["Finding", "MAX_FINDINGS", "MISSING", "Tokens", "UNEXPECTED", "json_text", "parse_json", "refusal"]

Tokens: TypeAlias = tuple[str | int, ...]
"""The names and positions that lead to a value, from the outermost on."""

MISSING: Final = "is missing"
UNEXPECTED: Final = "is not expected here"

# A body of two bytes a value could else be answered with hundreds of bytes for each, and one long name be repeated in
# every pointer below it.
MAX_FINDINGS: Final = 100
MAX_POINTER: Final = 1000


class Finding(NamedTuple):
    """One thing that is wrong with a JSON value.

    Attributes:
        tokens: Where.
        code: The kind of problem.
        message: What is wrong, without what was sent.
    """

    tokens: Tokens
    code: Code
    message: str

    def below(self, *tokens: str | int) -> Finding:
        """The same, of a part of something else.

        Args:
            tokens: What leads to the part.
        """
        return Finding((*tokens, *self.tokens), self.code, self.message)


def refusal(findings: Iterable[Finding]) -> InputError:
    """The error of a body: its first hundred findings.

    Args:
        findings: At least one.

    >>> print(refusal([Finding(("items", 0, "price"), "missing", MISSING)]))
    422 Unprocessable Content: body /items/0/price: is missing
    """
    return input_error(
        [Problem("body", _pointer(one.tokens), one.code, one.message) for one in islice(findings, MAX_FINDINGS)]
    )


def _pointer(tokens: Tokens) -> str:
    """The pointer; of what has a very long one, that of the last part around it that has not."""
    length = 0
    for count, token in enumerate(tokens):
        length += 1 + len(str(token))
        if length > MAX_POINTER:
            return pointer(*tokens[:count])
    return pointer(*tokens)


def json_text(data: bytes, limits: Limits) -> str:
    """The text of a JSON body, within the limits.

    Args:
        data: The body.
        limits: Those of the request.

    Raises:
        InputError: The body is empty, or is not valid in its encoding.
        RequestEntityTooLarge: The text has too many values, or is too deep.
    """
    if not data:
        raise refusal([Finding((), "missing", MISSING)])
    try:
        return read_json_text(data, limits.max_json_values, limits.max_json_depth)
    except LimitError as error:
        raise RequestEntityTooLarge.from_grammar(error, "body") from error
    except GrammarError as error:
        raise _malformed(error.public) from None


def parse_json(text: str) -> JSONValue:
    """The value of a JSON text, in which each name of an object is there once.

    Args:
        text: The text.

    Raises:
        InputError: The text is not JSON, or a name is there twice.

    >>> parse_json('{"a": [1, null]}')
    {'a': [1, None]}
    >>> parse_json('{"a": [{"b": 1, "b": 2}]}')
    Traceback (most recent call last):
    verglas.inputs.problems.MalformedInput: 400 Bad Request: body /a/0/b: is there more than once
    """
    try:
        return _strictly(_STRICT, text)
    except _RepeatedName:
        found = _repeated(_strictly(_MARKING, text))
        raise refusal(Finding(tokens, "duplicate", "is there more than once") for tokens in found) from None


def _strictly(decoder: json.JSONDecoder, text: str) -> JSONValue:
    try:
        value: JSONValue = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(f"JSON: not valid at position {error.pos}") from None
    except GrammarError as error:
        raise _malformed(error.public) from None
    except RecursionError:
        raise _malformed("JSON: too deep for this decoder") from None
    return value


def _malformed(message: str) -> InputError:
    return refusal([Finding((), "malformed", message)])


class _RepeatedName(Exception):  # no ValueError, which decoders raise
    pass


class _Marked(dict[str, JSONValue]):
    """An object with names that are there twice."""

    names: tuple[str, ...] = ()


def _refuse_repeated(pairs: list[tuple[str, JSONValue]]) -> JSONValue:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RepeatedName
    return made


def _mark_repeated(pairs: list[tuple[str, JSONValue]]) -> JSONValue:
    made = _Marked(pairs)
    if len(made) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        made.names = tuple(name for name, count in counts.items() if count > 1)
    return made


def _repeated(root: JSONValue) -> Iterator[Tokens]:
    """Where a name is there twice, in the order of the text."""
    waiting: list[tuple[JSONValue, _Trail]] = [(root, None)]
    while waiting:
        value, trail = waiting.pop()
        if isinstance(value, _Marked):
            yield from ((*_tokens(trail), name) for name in value.names)
        if isinstance(value, dict):
            waiting += [(one, (trail, name)) for name, one in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(value[index], (trail, index)) for index in range(len(value) - 1, -1, -1)]


_Trail: TypeAlias = "tuple[_Trail, str | int] | None"  # not a tuple of tokens for each value: they are as long as deep


def _tokens(trail: _Trail) -> Tokens:
    tokens: list[str | int] = []
    while trail is not None:
        trail, token = trail
        tokens.append(token)
    return tuple(reversed(tokens))


def _refuse_constant(constant: str) -> NoReturn:
    raise GrammarError("JSON", f"{constant} is not JSON")


def _whole_number(digits: str) -> int:
    return 0 if digits == "-0" else parse_int(digits)


_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_refuse_repeated, parse_constant=_refuse_constant, parse_int=_whole_number
)
_MARKING: Final = json.JSONDecoder(
    object_pairs_hook=_mark_repeated, parse_constant=_refuse_constant, parse_int=_whole_number
)
