"""JSON schemas of fields, with the bounds that the validators of attrs classes say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Set
from typing import Final, cast

from verglas.inputs.converters import Schema
from verglas.wsgi import JSONLike

__all__ = ["bounded"]

_BOUNDS: Final[Mapping[str, str]] = {
    ">=": "minimum",
    ">": "exclusiveMinimum",
    "<=": "maximum",
    "<": "exclusiveMaximum",
}
_LENGTHS: Final[Mapping[object, tuple[str, str]]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_OF_PYTHON: Final = re.compile(r"\(\?[^:=!]|\\[AZ]|[*+?}]\+")
"""Parts of a pattern that other dialects write in another way, or do not have."""


def bounded(schema: Schema, validator: object) -> Schema:
    """The schema of a field, with what its validator says: bounds, lengths, a pattern, the values it lists.

    What a schema has no words for is left out, and so is what is said of one type of several.

    Args:
        schema: The schema of its type.
        validator: The validator of attrs, or `None`.

    >>> from attrs import validators
    >>> bounded({"type": "integer"}, validators.and_(validators.ge(1), validators.lt(60)))
    {'type': 'integer', 'minimum': 1, 'exclusiveMaximum': 60}
    >>> bounded({"type": "string"}, validators.matches_re("[A-Z]{3}"))
    {'type': 'string', 'pattern': '^(?:[A-Z]{3})$'}
    """
    name = type(validator).__name__
    if type(validator).__module__ not in ("attr.validators", "attr._make"):  # where that of and_() is
        return schema
    if name == "_AndValidator":
        parts: tuple[object, ...] = getattr(validator, "_validators", ())
        for part in parts:
            schema = bounded(schema, part)
        return schema
    if name == "_OptionalValidator":
        return _optional(schema, getattr(validator, "validator", None))
    more = _said(name, validator, schema.get("type"))
    return schema if any(key in schema for key in more) else {**schema, **more}


def _optional(schema: Schema, validator: object) -> Schema:
    """The schema of a value or `null`, of which a validator looks at the value alone."""
    branches = schema.get("anyOf")
    if not isinstance(branches, list):
        return schema
    schemas = cast("list[Schema]", branches)  # as `schema_of` makes them
    return {"anyOf": [one if one.get("type") == "null" else bounded(one, validator) for one in schemas]}


def _said(name: str, validator: object, kind: JSONLike) -> dict[str, JSONLike]:
    if name == "_NumberValidator":
        bound: object = getattr(validator, "bound", None)
        word = _BOUNDS.get(str(getattr(validator, "compare_op", "")))
        is_number = isinstance(bound, int | float) and kind in ("integer", "number")
        return {word: bound} if word is not None and is_number and isinstance(bound, int | float) else {}
    if name in ("_MinLengthValidator", "_MaxLengthValidator"):
        is_most = name == "_MaxLengthValidator"
        length: object = getattr(validator, "max_length" if is_most else "min_length", None)
        words = _LENGTHS.get(kind) if isinstance(kind, str) else None
        return {words[is_most]: length} if words is not None and isinstance(length, int) else {}
    if name == "_InValidator":
        return _listed(getattr(validator, "options", None), kind)
    if name == "_MatchesReValidator" and kind == "string":
        return _pattern(getattr(validator, "pattern", None), getattr(validator, "match_func", None))
    return {}


def _listed(options: object, kind: JSONLike) -> dict[str, JSONLike]:
    """The values that are listed, where JSON writes all of them as they are."""
    if not isinstance(options, Collection) or isinstance(options, str) or kind not in ("integer", "number", "string"):
        return {}
    values = list(cast("Collection[object]", options))
    if isinstance(options, Set):
        values.sort(key=repr)  # or the schema would be another in each process
    if not all(type(one) in (int, float, str) for one in values):
        return {}
    return {"enum": cast("list[JSONLike]", values)} if values else {}


def _pattern(pattern: object, match: Callable[[str], object] | None) -> dict[str, JSONLike]:
    """The pattern, where it means the same in other dialects."""
    if not isinstance(pattern, re.Pattern) or pattern.flags != re.UNICODE:
        return {}
    text = cast("re.Pattern[str]", pattern).pattern  # as UNICODE is a flag of texts
    if _OF_PYTHON.search(text) is not None:
        return {}
    way = getattr(match, "__name__", "")
    return {"pattern": {"fullmatch": f"^(?:{text})$", "match": f"^(?:{text})"}.get(way, text)}
