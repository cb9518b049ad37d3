"""JSON bodies by msgspec, for who installs the extra `verglas[msgspec]`. `json_of` imports it when it needs it.

msgspec stops at the first thing that is wrong, and passes over names that a class does not have unless the class
forbids them. So a body that it refuses, and each body of such a class, is gone through a second time here. So is each
body of a type with a `Decimal`, for which msgspec takes what Python does: "NaN", "1_0", " 7", a billion digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Annotated, Final, TypeAlias, cast, final, get_args, get_origin

from verglas.errors.grammar import GrammarError
from verglas.inputs.converters import Schema, message_of
from verglas.inputs.jsontrees import MAX_FINDINGS, MISSING, UNEXPECTED, Finding, Tokens, json_text, parse_json, refusal
from verglas.inputs.schemas import hints_of
from verglas.jsons import STANDARD_JSON
from verglas.limits import Limits
from verglas.syntax.jsontext import pointer
from verglas.syntax.scalars import parse_decimal
from verglas.wsgi import JSONLike

try:
    import msgspec
    from msgspec import inspect
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.inputs.with_msgspec needs the extra msgspec: install verglas[msgspec]", name="msgspec"
    ) from _missing

__all__ = ["Adapter"]

Check: TypeAlias = Callable[[object], Iterator[Finding]]
"""Finds what is wrong with a value, as far as it can be told part by part."""

_Object: TypeAlias = inspect.StructType | inspect.DataclassType | inspect.TypedDictType
_OBJECTS: Final = (inspect.StructType, inspect.DataclassType, inspect.TypedDictType)
_ARRAYS: Final = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType)

_LISTS: Final = (*_ARRAYS, inspect.TupleType)

_PLACE: Final = re.compile(r" - at `\$([^`]*)`\Z")
_STEP: Final = re.compile(r"\.([^.\[]+)|\[([0-9]+)\]")
# The names and the other strings of a text without a backslash.
_STRING: Final = re.compile(r'("[^"]*+")[ \t\r\n]*+:|"[^"]*+"')


@final
class Adapter:
    """msgspec, for the values of one type.

    Args:
        kind: The type.

    Raises:
        TypeError: A part of the type is not known to msgspec.
    """

    def __init__(self, kind: object) -> None:
        self._kind = kind
        self._decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(cast("type[object]", kind))
        checks = _Checks()
        self._check = checks.of(kind, inspect.type_info(kind))
        self._is_strict = checks.forbids and not checks.has_decimals
        self._has_decimals = checks.has_decimals

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values."""
        return cast("Schema", msgspec.json.schema(self._kind))  # which is JSON

    def load(self, data: bytes, limits: Limits, /) -> object:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have such a value; the error has all problems.
        """
        text = json_text(data, limits)
        if self._is_strict:
            if _may_repeat_names(text):
                parse_json(text)
            try:
                return self._decoder.decode(text)
            except msgspec.MsgspecError:
                pass  # all that is wrong is found below
        findings = list(islice(self._check(parse_json(text)), MAX_FINDINGS))
        if findings:
            raise refusal(findings)
        try:
            return self._decoder.decode(text)
        except msgspec.MsgspecError as error:
            raise refusal([Finding(_place(error), "invalid", _message(error))]) from None  # which may hold the value

    def dump(self, value: object, /) -> bytes:
        """The body of a value.

        Args:
            value: The value.

        Raises:
            ValueError: The value holds NaN or an infinity, a `Decimal` of too many digits, or half of a surrogate pair.
        """
        data = msgspec.json.encode(value)
        if self._has_decimals:
            for found in self._check(msgspec.json.decode(data)):
                raise ValueError(f"what would be written is not read again: {pointer(*found.tokens)} {found.message}")
        if b"null" in data:  # as which msgspec writes NaN
            STANDARD_JSON.dumps(cast("JSONLike", msgspec.to_builtins(value, str_keys=True)))
        return data


def _may_repeat_names(text: str) -> bool:
    """Whether a name may be there twice in one object; `False` is certain."""
    if "\\" in text:
        return True
    names: list[str] = [name for name in _STRING.findall(text) if name]
    return len(set(names)) < len(names)


class _Checks:
    """Makes the checks of a type and of its parts, each once.

    Attributes:
        forbids: Whether all classes forbid unknown names themselves.
        has_decimals: Whether a part is a `Decimal`.
    """

    def __init__(self) -> None:
        self.forbids = True
        self.has_decimals = False
        self._known: dict[int, Check] = {}  # by the identity of the description, in which a recursive type is a circle

    def of(self, kind: object, info: inspect.Type) -> Check:
        """The check of a type, of which msgspec has the description."""
        while get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        parts = get_args(kind)
        if isinstance(info, inspect.Metadata):
            return self.of(kind, info.type)
        if isinstance(info, _OBJECTS) and not getattr(info, "array_like", False):
            return self._object(kind, info)
        if isinstance(info, _ARRAYS) and parts:
            return partial(_check_array, self.of(parts[0], info.item_type))
        if isinstance(info, inspect.TupleType) and len(parts) == len(info.item_types):
            checks = [self.of(part, one) for part, one in zip(parts, info.item_types, strict=True)]
            return partial(_check_tuple, checks, partial(_check_whole, kind))
        if isinstance(info, inspect.DictType) and len(parts) == 2:
            return partial(_check_dict, self.of(parts[1], info.value_type))
        if isinstance(info, inspect.UnionType) and len(parts) == len(info.types):
            members = [(one, self.of(part, one)) for part, one in zip(parts, info.types, strict=True)]
            return partial(_check_union, members, partial(_check_whole, kind))
        if isinstance(info, inspect.DecimalType):
            self.has_decimals = True
            return partial(_check_decimal, partial(_check_whole, kind))
        return partial(_check_whole, kind)

    def _object(self, kind: object, info: _Object) -> Check:
        known = self._known.get(id(info))
        if known is not None:
            return known
        self.forbids &= getattr(info, "forbid_unknown_fields", False)
        fields: dict[str, tuple[bool, Check]] = {}
        tag: str | None = getattr(info, "tag_field", None)
        whole = partial(_check_whole, kind) if hasattr(info.cls, "__post_init__") else None
        check = partial(_check_object, fields, tag, whole)
        self._known[id(info)] = check
        hints = hints_of(info.cls)
        for one in info.fields:
            fields[one.encode_name] = (one.required, self.of(hints[one.name], one.type))
        return check


def _check_object(
    fields: Mapping[str, tuple[bool, Check]], tag: str | None, whole: Check | None, value: object
) -> Iterator[Finding]:
    members = _as_object(value)
    if members is None:
        yield Finding((), "invalid", "expected an object")
        return
    is_right = True
    for name, (is_required, check) in fields.items():
        if name in members:
            for finding in check(members[name]):
                is_right = False
                yield finding.below(name)
        elif is_required:
            is_right = False
            yield Finding((name,), "missing", MISSING)
    for name in members:
        if name not in fields and name != tag:
            is_right = False
            yield Finding((name,), "unexpected", UNEXPECTED)
    if is_right and whole is not None:
        yield from whole(value)


def _check_decimal(whole: Check, value: object) -> Iterator[Finding]:
    if isinstance(value, str):
        try:
            parse_decimal(value)
        except GrammarError as error:
            yield Finding((), "invalid", error.problem)
            return
    yield from whole(value)


def _check_array(check: Check, value: object) -> Iterator[Finding]:
    items = _as_array(value)
    if items is None:
        yield Finding((), "invalid", "expected an array")
        return
    for index, one in enumerate(items):
        for finding in check(one):
            yield finding.below(index)


def _check_tuple(checks: list[Check], whole: Check, value: object) -> Iterator[Finding]:
    items = _as_array(value)
    if items is None or len(items) != len(checks):
        yield from whole(value)
        return
    for index, (check, one) in enumerate(zip(checks, items, strict=True)):
        for finding in check(one):
            yield finding.below(index)


def _check_dict(check: Check, value: object) -> Iterator[Finding]:
    members = _as_object(value)
    if members is None:
        yield Finding((), "invalid", "expected an object")
        return
    for name, one in members.items():
        for finding in check(one):
            yield finding.below(name)


def _check_union(parts: list[tuple[inspect.Type, Check]], whole: Check, value: object) -> Iterator[Finding]:
    """By the one member whose form the value has, or whose tag."""
    members, items = _as_object(value), _as_array(value)
    kinds: tuple[type[inspect.Type], ...] = ()
    if items is not None:
        kinds = _LISTS
    elif members is not None:
        kinds = (*_OBJECTS, inspect.DictType)
    elif isinstance(value, str):
        kinds = (inspect.DecimalType,)  # beside which no other member is a text
    found = [(info, check) for info, check in parts if isinstance(info, kinds)]
    if members is not None and len(found) > 1:
        tag_field: str = getattr(found[0][0], "tag_field", None) or ""
        if tag_field not in members:
            yield Finding((tag_field,), "missing", MISSING)
            return
        found = [(info, check) for info, check in found if getattr(info, "tag", None) == members[tag_field]]
        if not found:
            yield Finding((tag_field,), "invalid", "is not valid")
            return
    yield from found[0][1](value) if len(found) == 1 else whole(value)


def _as_object(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _as_array(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _check_whole(kind: object, value: object) -> Iterator[Finding]:
    try:
        msgspec.convert(value, cast("type[object]", kind), str_keys=True)
    except msgspec.ValidationError as error:
        yield Finding(_place(error), "invalid", _message(error))


def _place(error: msgspec.MsgspecError) -> Tokens:
    """Where msgspec found the error, as far as it says so: not by which name of a dictionary."""
    found = _PLACE.search(str(error))
    path = found[1].partition("[...]")[0] if found else ""
    return tuple([name or int(index) for name, index in _STEP.findall(path)])


def _message(error: msgspec.MsgspecError) -> str:
    """The message of msgspec, if it is one that holds no part of the value."""
    if isinstance(error.__cause__, Exception):  # raised by a `__post_init__`
        return message_of(error.__cause__)
    message = _PLACE.sub("", str(error))
    return f"e{message[1:]}" if message.startswith("Expected ") else "is not valid"
