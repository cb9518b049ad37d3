"""JSON bodies by cattrs, for who installs the extra `verglas[cattrs]`. `json_of` imports this module when it needs it.

A converter of cattrs takes what Python takes: `bool("false")`, `int("1_0")`, the letters of a text for a list. So every
type has a hook of ours here, which looks at the type of the JSON value first, and a type without one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableSet, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import Final, Literal, TypeAlias, cast, final, get_args
from uuid import UUID

from attrs import AttrsInstance

from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.inputs import schemas
from verglas.inputs.converters import Schema, converter_of, is_enum, message_of
from verglas.inputs.jsontrees import MAX_FINDINGS, MISSING, UNEXPECTED, Finding, json_text, parse_json, refusal
from verglas.inputs.problems import Invalid
from verglas.inputs.records import wrong_fields
from verglas.jsons import STANDARD_JSON
from verglas.limits import Limits
from verglas.wsgi import JSONLike

try:
    import cattrs
    from cattrs.disambiguators import create_default_dis_func
    from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.inputs.with_cattrs needs the extra cattrs: install verglas[cattrs]", name="cattrs"
    ) from _missing

__all__ = ["Adapter"]

Hook: TypeAlias = Callable[[object, object], object]
"""Gives the value of a JSON value. The second argument is the type, which a hook of ours knows already."""

Maker: TypeAlias = Callable[[object, cattrs.Converter], Hook]
"""Makes the hook of a type."""

_TEXTS: Final = frozenset[object]({Decimal, UUID, datetime, date, time, timedelta})
_NAMES: Final[Mapping[object, str]] = {
    NoneType: "null",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
_TYPES: Final[Mapping[object, tuple[object, ...]]] = {
    "null": (NoneType,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (float, int),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


class WrongParts(Exception):
    """Something is wrong with parts of a value.

    Args:
        findings: What it is.
    """

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__()
        self.findings = findings


_WRONG: Final = (*CONVERSION_ERRORS, WrongParts, ClassValidationError)


@final
class Adapter:
    """cattrs, for the values of one type.

    Args:
        kind: The type.

    Raises:
        TypeError: A part of the type cannot be read from JSON.
    """

    def __init__(self, kind: object) -> None:
        self.schema: Schema = schemas.schema_of(kind)
        """The JSON schema of the values."""
        self._kind = kind
        self._converter = _strict_converter()
        self._hook = _hook(kind, self._converter)

    def load(self, data: bytes, limits: Limits, /) -> object:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have such a value; the error has all problems.
        """
        value = parse_json(json_text(data, limits))
        try:
            return self._hook(value, self._kind)
        except _WRONG as error:
            raise refusal(_findings(error)) from None  # which may hold the value

    def dump(self, value: object, /) -> bytes:
        """The body of a value.

        Args:
            value: The value.

        Raises:
            ValueError: The value holds NaN or an infinity, or half of a surrogate pair.
        """
        plain = cast("JSONLike", self._converter.unstructure(value, self._kind))
        return STANDARD_JSON.dumps(plain).encode()


def _findings(error: Exception) -> list[Finding]:
    """The findings of an error that a hook raised; an error by which no conversion fails is raised again."""
    if isinstance(error, WrongParts):
        return error.findings
    if isinstance(error, ForbiddenExtraKeysError):
        return [Finding((name,), "unexpected", UNEXPECTED) for name in sorted(error.extra_fields)]
    if not isinstance(error, ClassValidationError):
        return [Finding((), "invalid", message_of(error))]
    findings: list[Finding] = []
    noted, others = error.group_exceptions()
    for one, note in noted:
        if isinstance(one, KeyError) and one.args == (note.name,):
            findings.append(Finding((note.name,), "missing", MISSING))
        else:
            findings += [finding.below(note.name) for finding in _findings(one)]
    for one in others:
        findings += _findings(one)
    return findings[:MAX_FINDINGS]


def _strict_converter() -> cattrs.Converter:
    """A converter that takes each JSON value for what it is."""
    converter = cattrs.Converter(forbid_extra_keys=True, unstruct_collection_overrides={Set: list})
    converter.register_structure_hook_factory(lambda kind: _maker_of(kind) is not None, _made)
    for scalar in (bool, int, float, str):
        converter.register_structure_hook(scalar, _scalar(scalar, converter))
    converter.register_unstructure_hook_factory(
        lambda kind: schemas.is_typed_dict(schemas.origin_of(kind)), _plain_typed_dict
    )
    for kind in _TEXTS:
        encode = converter_of(kind).encode
        if encode is not None:  # as none of them is
            converter.register_unstructure_hook(kind, encode)
    return converter


def _maker_of(kind: object) -> Maker | None:
    """The function that makes the hook of a type. What has none here, cattrs unwraps, or `schema_of` has refused."""
    origin = schemas.origin_of(kind)
    if schemas.is_anything(kind):
        return _anything
    if kind is None or kind is NoneType:
        return _scalar
    if origin in _TEXTS:
        return _text
    if is_enum(kind) or origin is Literal:
        return _choice
    if origin in schemas.UNIONS:
        return _union
    if origin in schemas.ARRAYS or origin in schemas.SETS:
        return _array
    if origin in schemas.MAPPINGS:
        return _mapping
    if schemas.is_typed_dict(origin):
        return _typed_dict
    return _record if schemas.is_record(origin) else None


def _made(kind: object, converter: cattrs.Converter) -> Hook:
    return (_maker_of(kind) or _anything)(kind, converter)


def _hook(kind: object, converter: cattrs.Converter) -> Hook:
    try:
        return cast("Hook", converter.get_structure_hook(kind))
    except RecursionError:  # the class that the type is part of, whose hook is being made
        return cast("Hook", converter.structure)


def _structured(parts: Iterable[tuple[str | int, object, Hook, object]]) -> list[object]:
    """The values of the parts of an array or object: of a token, a JSON value, a hook and a type each."""
    values: list[object] = []
    findings: list[Finding] = []
    for token, value, hook, kind in parts:
        try:
            values.append(hook(value, kind))
        except _WRONG as error:
            findings += [finding.below(token) for finding in _findings(error)]
            if len(findings) >= MAX_FINDINGS:
                break
    if findings:
        raise WrongParts(findings[:MAX_FINDINGS])
    return values


def _anything(kind: object, converter: cattrs.Converter) -> Hook:
    return lambda value, _: value


def _scalar(kind: object, converter: cattrs.Converter) -> Hook:
    def structure(value: object, asked: object) -> object:
        if asked is not kind and is_enum(asked):  # cattrs takes the hook of `int` for an IntEnum
            return _choices(asked, converter)(value, asked)
        found: object = type(value)
        if found is not (kind or NoneType) and not (found is int and kind is float):
            raise Invalid(f"expected {_NAMES[kind or NoneType]}")
        return float(cast("int", value)) if kind is float else value

    return structure


def _text(kind: object, converter: cattrs.Converter) -> Hook:
    decode = converter_of(kind).decode

    def structure(value: object, _: object) -> object:
        if not isinstance(value, str):
            raise Invalid("expected a string")
        return decode(value)

    return structure


def _choice(kind: object, converter: cattrs.Converter) -> Hook:
    """Of an Enum or a Literal. The type of a value counts, since 1 == True == 1.0."""
    members: tuple[object, ...] = tuple(kind) if is_enum(kind) else get_args(kind)
    values = [one.value if isinstance(one, Enum) else one for one in members]
    if not all(value is None or type(value) in (bool, int, float, str) for value in values):
        raise TypeError(f"json_of() has no way to read {kind!r}: it has values that are not in JSON")
    known: dict[tuple[object, object], object] = {
        (type(value), value): one for value, one in zip(values, members, strict=True)
    }
    names = ", ".join([STANDARD_JSON.dumps(cast("JSONLike", value)) for value in values])

    def structure(value: object, _: object) -> object:
        if isinstance(value, list | dict) or (type(value), value) not in known:
            raise Invalid(f"expected one of {names}")
        return known[type(value), value]

    return structure


_choices: Final = cache(_choice)


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Invalid("expected an array")
    return cast("list[object]", value)


def _array(kind: object, converter: cattrs.Converter) -> Hook:
    origin: object = schemas.origin_of(kind)
    parts = get_args(kind)
    if origin is tuple and parts[1:] != (...,):
        return _tuple(parts, converter)
    part: object = parts[0] if parts else object
    hook = _hook(part, converter)
    make: Callable[[list[object]], object] = list[object]
    if origin is tuple or origin is Sequence:  # which nobody is to change: cattrs makes a tuple, too
        make = tuple[object, ...]
    elif origin in schemas.SETS:
        make = set[object] if origin is set or origin is MutableSet else frozenset[object]

    def structure(value: object, _: object) -> object:
        return make(_structured((index, one, hook, part) for index, one in enumerate(_items(value))))

    return structure


def _tuple(parts: tuple[object, ...], converter: cattrs.Converter) -> Hook:
    hooks = [_hook(part, converter) for part in parts]

    def structure(value: object, _: object) -> object:
        items = _items(value)
        if len(items) != len(parts):
            raise Invalid(f"expected an array of {len(parts)}")
        return tuple(_structured(zip(range(len(parts)), items, hooks, parts, strict=True)))

    return structure


def _mapping(kind: object, converter: cattrs.Converter) -> Hook:
    names, part = get_args(kind) or (str, object)
    if _types(schemas.schema_of(names)) != {str}:
        raise TypeError(f"json_of() has no way to read {kind!r}: the names in a JSON object are strings")
    name_hook, hook = _hook(names, converter), _hook(part, converter)

    def structure(value: object, _: object) -> object:
        members = _members(value)
        keys = _structured((name, name, name_hook, names) for name in members)
        values = _structured((name, one, hook, part) for name, one in members.items())
        made = dict(zip(keys, values, strict=True))
        if len(made) < len(keys):  # a UUID in capitals and in small letters: else the last would win
            raise Invalid("expected names that stand for different keys")
        return made

    return structure


def _members(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Invalid("expected an object")
    return cast("dict[str, object]", value)


def _record(kind: object, converter: cattrs.Converter) -> Hook:
    made = cast("Hook", converter.gen_structure_attrs_fromdict(cast("type[object]", kind)))
    cls = cast("type[object]", schemas.origin_of(kind))

    def structure(value: object, _: object) -> object:
        members = _members(value)
        try:
            return made(members, kind)
        except ClassValidationError as error:
            noted, others = error.group_exceptions()
            wrong: dict[str, str] = {}
            if not noted and isinstance(others[0], CONVERSION_ERRORS):  # each part is right alone
                wrong = wrong_fields(others[0], cls, _values(kind, cls, members, converter))
            findings = [Finding((name,), "invalid", message) for name, message in wrong.items()]
            raise WrongParts(findings or _findings(error)) from None

    return structure


def _values(
    kind: object, cls: type[object], members: Mapping[str, object], converter: cattrs.Converter
) -> dict[str, object]:
    """The values of the fields of a class, each of which is right alone."""
    hints = schemas.hints_of(kind)
    return {
        one.name: converter.structure(members[one.name], cast("type[object]", hints[one.name]))
        for one in schemas.members_of(cls)
        if one.name in members
    }


def _typed_dict(kind: object, converter: cattrs.Converter) -> Hook:
    """By hand, as `_plain_typed_dict`: cattrs does not know which keys are required where annotations are strings."""
    make = cast("Callable[[object], Hook]", converter.gen_structure_typeddict)
    make(kind)  # and with it the hooks of all keys; it ends if one of them is of this type
    keys = schemas.keys_of(cast("type[object]", schemas.origin_of(kind)))
    hook = cast("Hook", converter.structure)

    def structure(value: object, _: object) -> object:
        members = _members(value)
        given = [name for name in keys if name in members]
        values: list[object] = []
        findings: list[Finding] = []
        try:
            values = _structured((name, members[name], hook, keys[name][0]) for name in given)
        except WrongParts as error:
            findings = error.findings
        findings += [Finding((name,), "missing", MISSING) for name in keys if keys[name][1] and name not in members]
        findings += [Finding((name,), "unexpected", UNEXPECTED) for name in members if name not in keys]
        if findings:
            raise WrongParts(findings[:MAX_FINDINGS])
        return dict(zip(given, values, strict=True))

    return structure


def _plain_typed_dict(kind: object, converter: cattrs.Converter) -> Callable[[object], object]:
    keys = schemas.keys_of(cast("type[object]", schemas.origin_of(kind)))
    required = {name for name, (_, is_required) in keys.items() if is_required}

    def unstructure(value: object) -> object:
        members = cast("dict[str, object]", value)
        if not required <= members.keys() <= keys.keys():
            wrong = ", ".join(sorted((required - members.keys()) | (members.keys() - keys.keys())))
            raise TypeError(f"missing keys of {kind!r}, or keys that it does not have: {wrong}")
        return {name: converter.unstructure(one, keys[name][0]) for name, one in members.items()}

    return unstructure


def _types(schema: Schema) -> set[object]:
    """The types that values of a schema are of, as `json` gives them."""
    several = schema.get("anyOf")
    if several is not None:
        return set[object]().union(*[_types(one) for one in cast("list[Schema]", several)])
    if "enum" in schema:
        return {type(value) for value in cast("list[object]", schema["enum"])}
    return set(_TYPES[schema["type"]]) if "type" in schema else set(_NAMES)


def _union(kind: object, converter: cattrs.Converter) -> Hook:
    """By the type of the JSON value; of several classes, as cattrs tells them apart: by their fields."""
    parts: dict[object, list[object]] = {}
    for part in get_args(kind):
        for one in _types(schemas.schema_of(part)):
            parts.setdefault(one, []).append(part)
    hooks: dict[object, Hook] = {}
    for one, found in parts.items():
        if one is int and int in found:
            found[:] = [int]  # and no float, which takes integers where it stands alone
        if len(found) == 1:
            hooks[one] = _bound(found[0], converter)
        elif all(map(schemas.is_record, found)):
            hooks[one] = _one_of(found, converter)
        else:
            raise TypeError(f"json_of() cannot tell the members of {kind!r} apart: several are {_NAMES[one]}")
    names = " or ".join([name for one, name in _NAMES.items() if one in hooks])

    def structure(value: object, _: object) -> object:
        hook = hooks.get(type(value))
        if hook is None:
            raise Invalid(f"expected {names}")
        return hook(value, None)

    return structure


def _bound(kind: object, converter: cattrs.Converter) -> Hook:
    hook = _hook(kind, converter)
    return lambda value, _: hook(value, kind)


def _one_of(classes: list[object], converter: cattrs.Converter) -> Hook:
    find = create_default_dis_func(converter, *cast("list[type[AttrsInstance]]", classes))  # dataclasses as well

    def structure(value: object, _: object) -> object:
        try:
            found = find(_members(value))
        except CONVERSION_ERRORS:
            raise Invalid("is none of what is expected") from None
        return converter.structure(value, cast("type[object]", found))  # never None here

    return structure
