"""The fields of classes, and the JSON schemas of types that no library describes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, MutableMapping, MutableSequence, MutableSet, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Annotated,
    ClassVar,
    Final,
    Literal,
    NamedTuple,
    NotRequired,
    Required,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

import attrs

from verglas.inputs.converters import Schema, is_enum
from verglas.inputs.records import ATTRS_FACTORY
from verglas.inputs.validators import bounded
from verglas.wsgi import JSONLike, JSONValue

__all__ = [
    "ARRAYS",
    "Factory",
    "MAPPINGS",
    "Member",
    "NO_DEFAULT",
    "SETS",
    "UNIONS",
    "hints_of",
    "is_anything",
    "is_record",
    "is_typed_dict",
    "keys_of",
    "library_of",
    "members_of",
    "origin_of",
    "plain",
    "schema_of",
]

ARRAYS: Final = frozenset[object]({list, Sequence, MutableSequence, tuple})
SETS: Final = frozenset[object]({set, MutableSet, frozenset, Set})
MAPPINGS: Final = frozenset[object]({dict, Mapping, MutableMapping})
UNIONS: Final = frozenset[object]({Union, UnionType})

NO_DEFAULT: Final = object()
"""Stands for the default that a field does not have."""

_SCHEMAS: Final[Mapping[object, Schema]] = {
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    Decimal: {"type": "string"},
    timedelta: {"type": "string"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
}


# The attributes by which a library's classes are known, without importing the library.
_MARKS: Final = (("msgspec", "__struct_fields__"), ("pydantic", "__pydantic_validator__"))


class Factory(NamedTuple):
    """Makes the default of a field.

    Attributes:
        make: The function, which may take the instance.
    """

    make: object


class Member(NamedTuple):
    """A field of a class.

    Attributes:
        name: The attribute.
        argument: The argument of the constructor.
        kind: The type.
        default: The default, `NO_DEFAULT` without one, a `Factory` where it is made anew each time.
        validator: Of an attrs class: the validator, or `None`.
    """

    name: str
    argument: str
    kind: object
    default: object
    validator: object = None


def origin_of(kind: object) -> object:
    """The class of a generic one with its arguments, such as `list` of `list[int]`; else the type itself."""
    found: object = get_origin(kind)
    return kind if found is None else found


def is_typed_dict(kind: object) -> bool:
    """Whether a type is a TypedDict, of `typing` or of `typing_extensions`."""
    return isinstance(kind, type) and issubclass(kind, dict) and hasattr(cast("object", kind), "__total__")


def is_record(kind: object) -> bool:
    """Whether a type is an attrs class or a dataclass, perhaps with the arguments of a generic one."""
    cls = origin_of(kind)
    return isinstance(cls, type) and (attrs.has(cls) or dataclasses.is_dataclass(cls))


def library_of(kind: object) -> str:
    """The library that a class is made by, of those that read JSON by themselves; or `""`.

    Args:
        kind: The class, or any other type.
    """
    return next((library for library, mark in _MARKS if isinstance(kind, type) and hasattr(kind, mark)), "")


def is_anything(kind: object) -> bool:
    """Whether a type says nothing: a value is what the JSON is."""
    return kind is object or kind is JSONValue or isinstance(kind, TypeVar) or repr(kind) == "typing.Any"


def plain(kind: object) -> object:
    """A type without its `Annotated`, and without its other name."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif kind is None:
            return NoneType
        else:
            behind: object = getattr(kind, "__supertype__", None)  # of a NewType
            if behind is None and type(kind).__name__ == "TypeAliasType":
                behind = getattr(kind, "__value__", None)
            if behind is None:
                return kind
            kind = behind


def members_of(cls: type[object]) -> list[Member]:
    """The fields of an attrs class or a dataclass that its constructor takes.

    Args:
        cls: The class.
    """
    hints = get_type_hints(cls, include_extras=True)
    found: list[Member] = []
    if attrs.has(cls):
        for one in attrs.fields(cls):
            default: object = NO_DEFAULT if one.default is attrs.NOTHING else one.default
            if isinstance(default, ATTRS_FACTORY):
                default = Factory(getattr(default, "factory", None))
            if one.init:
                found.append(Member(one.name, one.alias, hints[one.name], default, one.validator))
        return found
    fields: dict[str, dataclasses.Field[object]] = getattr(cls, "__dataclass_fields__", {})
    for name, field in fields.items():
        made = NO_DEFAULT if field.default_factory is dataclasses.MISSING else Factory(field.default_factory)
        if field.init and name in hints and get_origin(hints[name]) is not ClassVar:
            found.append(
                Member(name, name, hints[name], made if field.default is dataclasses.MISSING else field.default)
            )
    return found


def hints_of(kind: object) -> dict[str, object]:
    """The types of the fields of a class; those of a generic one with its arguments.

    Args:
        kind: The class, or a generic one with its arguments.
    """
    origin: object = get_origin(kind)
    if origin is None:
        return get_type_hints(kind, include_extras=True)
    arguments: dict[object, object] = dict(zip(_parameters(origin), get_args(kind), strict=False))
    hints: dict[str, object] = get_type_hints(origin, include_extras=True)
    for name, hint in hints.items():
        if isinstance(hint, TypeVar):
            hints[name] = arguments.get(hint, hint)
        elif get_origin(hint) is not None and _parameters(hint):
            filled = cast("Mapping[object, object]", hint)  # which takes arguments, as a mapping takes names
            hints[name] = filled[tuple([arguments.get(one, one) for one in _parameters(hint)])]
    return hints


def _parameters(generic: object) -> tuple[object, ...]:
    found: tuple[object, ...] = getattr(generic, "__parameters__", ())
    return found


def keys_of(cls: type[object]) -> dict[str, tuple[object, bool]]:
    """The keys of a TypedDict: the type of each, and whether it is required.

    Args:
        cls: The TypedDict.
    """
    always: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    found: dict[str, tuple[object, bool]] = {}
    plainly = get_type_hints(cls)
    for name, kind in get_type_hints(cls, include_extras=True).items():
        # Where annotations are strings, `__required_keys__` does not know what they say.
        marks = {NotRequired: False, Required: True}
        found[name] = plainly[name], marks.get(get_origin(kind), name in always)
    return found


def schema_of(kind: object, outer: tuple[object, ...] = ()) -> Schema:
    """The JSON schema of a type; `{}` of one that stands for anything.

    Args:
        kind: The type.
        outer: The classes that it is part of; one of them, again, is an object of which nothing is said.

    Raises:
        TypeError: The type, or a part of it, is not one that JSON is read as.

    >>> schema_of(list[int | None])
    {'type': 'array', 'items': {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}}
    """
    if is_anything(kind):
        return {}
    kind = plain(kind)
    origin: object = origin_of(kind)
    parts = get_args(kind)
    if isinstance(kind, type) and kind in _SCHEMAS:
        return _SCHEMAS[kind]
    if origin is Literal:
        return {"enum": [_value_of(one) for one in parts]}
    if is_enum(kind):
        return {"enum": [_value_of(one) for one in kind]}
    if origin in UNIONS:
        return {"anyOf": [schema_of(part, outer) for part in parts]}
    if origin is tuple and parts[1:] != (...,):
        items = [schema_of(part, outer) for part in parts]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin in ARRAYS or origin in SETS:
        return {"type": "array", "items": schema_of(parts[0], outer) if parts else {}}
    if origin in MAPPINGS:
        return {"type": "object", "additionalProperties": schema_of(parts[1], outer) if parts else {}}
    if is_typed_dict(origin) or is_record(origin):
        for part in parts:  # of a generic class; in its fields, it stands for anything here
            schema_of(part, outer)
        inner = (*outer, origin)
        return {"type": "object"} if origin in outer else _schema_of_class(cast("type[object]", origin), inner)
    raise TypeError(f"there is no way to read {kind!r} from JSON")


def _schema_of_class(cls: type[object], outer: tuple[object, ...]) -> Schema:
    properties: dict[str, JSONLike]
    if is_typed_dict(cls):
        keys = keys_of(cls)
        properties = {name: schema_of(kind, outer) for name, (kind, _) in keys.items()}
        required = [name for name, (_, is_required) in keys.items() if is_required]
    else:
        members = members_of(cls)
        properties = {one.name: bounded(schema_of(one.kind, outer), one.validator) for one in members}
        required = [one.name for one in members if one.default is NO_DEFAULT]
    return {
        "type": "object",
        "title": cls.__name__,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _value_of(member: object) -> JSONLike:
    value: object = member.value if isinstance(member, Enum) else member
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
