"""JSON bodies by pydantic, for who installs the extra `verglas[pydantic]`. `json_of` imports it when it needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, cast, final, get_args

from verglas.inputs.converters import Schema, message_of
from verglas.inputs.jsontrees import MISSING, UNEXPECTED, Finding, Tokens, json_text, parse_json, refusal
from verglas.inputs.problems import Code
from verglas.jsons import STANDARD_JSON
from verglas.limits import Limits
from verglas.wsgi import JSONLike, JSONValue

try:
    import pydantic
    from pydantic_core import ErrorDetails
    from pydantic_core.core_schema import ErrorType
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.inputs.with_pydantic needs the extra pydantic: install verglas[pydantic]", name="pydantic"
    ) from _missing

__all__ = ["Adapter"]

MAX_ERRORS: Final = 1000  # of which pydantic is asked for the details; it has no way to ask for the first of them

_CODES: Final[dict[str, tuple[Code, str]]] = {
    "missing": ("missing", MISSING),
    "extra_forbidden": ("unexpected", UNEXPECTED),
    "unexpected_keyword_argument": ("unexpected", UNEXPECTED),
}
# What a message may be made of: all of it is said by the type, and nothing by the value.
_OF_THE_TYPE: Final = {
    "actual_length", "class", "class_name", "decimal_places", "expected", "expected_schemes", "field_type", "ge", "gt",
    "le", "lt", "max_digits", "max_length", "min_length", "multiple_of", "pattern", "whole_digits",
}  # fmt: skip
_BUILTIN: Final = frozenset(get_args(ErrorType))  # a validator may raise others, with any text


@final
class Adapter:
    """pydantic, for the values of one type.

    Args:
        kind: The type.
    """

    def __init__(self, kind: object) -> None:
        self._adapter: pydantic.TypeAdapter[object] = pydantic.TypeAdapter(cast("type[object]", kind))

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values."""
        return cast("Schema", self._adapter.json_schema())  # which is JSON

    def load(self, data: bytes, limits: Limits, /) -> object:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have such a value; the error has all problems.
        """
        text = json_text(data, limits)
        value = parse_json(text)  # which refuses NaN and repeated names, as pydantic does not
        try:
            return self._adapter.validate_json(text, strict=True, extra="forbid")
        except pydantic.ValidationError as error:
            raise refusal(_findings(error, value)) from None  # which holds the value

    def dump(self, value: object, /) -> bytes:
        """The body of a value: its fields by their aliases, without those that are computed.

        Args:
            value: The value.

        Raises:
            ValueError: The value holds NaN or an infinity, or a field has a value of another type.
        """
        data = self._adapter.dump_json(value, by_alias=True, round_trip=True, warnings="error")
        if b"null" in data:  # as which pydantic writes NaN
            STANDARD_JSON.dumps(cast("JSONLike", self._adapter.dump_python(value, mode="json", round_trip=True)))
        return data


def _findings(error: pydantic.ValidationError, value: JSONValue) -> Iterator[Finding]:
    if error.error_count() > MAX_ERRORS:
        yield Finding((), "invalid", f"more than {MAX_ERRORS} parts are not valid")
        return
    errors = [(one, *_place(one, value)) for one in error.errors(include_url=False, include_input=False)]
    # Of a union, pydantic tells what is wrong by each member: with several of them, none is the one that was meant.
    members = {(tokens[:depth], label) for _, tokens, depth, label in errors if label}
    several = {tokens for tokens, count in Counter(tokens for tokens, _ in members).items() if count > 1}
    found = [
        Finding(tokens[:depth], "invalid", "is none of what is expected")
        if label and tokens[:depth] in several
        else _finding(one, tokens)
        for one, tokens, depth, label in errors
    ]
    yield from dict.fromkeys(found)


def _place(error: ErrorDetails, value: JSONValue) -> tuple[Tokens, int, str]:
    """Where an error is; how deep the first union around it is that has a label, and which, or `""`.

    pydantic puts labels among the names and positions that lead to a value: the member of a union, its tag, `[key]`.
    """
    tokens: list[str | int] = []
    depth, label = 0, ""
    steps = error["loc"]
    last = steps[-1:] if error["type"] == "missing" else ()
    for step in steps[: len(steps) - len(last)]:
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            depth, label = (depth, label) if label else (len(tokens), str(step))
            continue
        tokens.append(step)
    return (*tokens, *last), depth, label


def _finding(error: ErrorDetails, tokens: Tokens) -> Finding:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _CODES:
        return Finding(tokens, *_CODES[kind])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        name = str(context["discriminator"]).strip("'")  # or the name of a function that tells the members apart
        is_missing = kind == "union_tag_not_found"
        return Finding((*tokens, name), *(_CODES["missing"] if is_missing else ("invalid", "is not valid")))
    cause: object = context.get("error")
    if isinstance(cause, ValueError):
        return Finding(tokens, "invalid", message_of(cause))
    is_telling = kind in _BUILTIN and _OF_THE_TYPE.issuperset(context)
    return Finding(tokens, "invalid", error["msg"] if is_telling else "is not valid")
