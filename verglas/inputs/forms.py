"""`form_of(T)`: a whole form as a class, each of whose attributes is a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar, cast, final, get_args

import attrs
from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.inputs.converters import Schema, V, converter_of, is_enum
from verglas.inputs.drafts import Draft
from verglas.inputs.files import FileSource
from verglas.inputs.model import mapped
from verglas.inputs.problems import InputError, Place, Problem, input_error
from verglas.inputs.records import refuse_fields
from verglas.inputs.schemas import NO_DEFAULT, UNIONS, Factory, Member, is_record, members_of, origin_of, plain
from verglas.inputs.sources import Claim, Description, Group, Known, Missing, Source, read_source, write_source
from verglas.inputs.texts import FORM_TYPES, SWITCH, CheckboxSource, FormSource
from verglas.limits import Limits
from verglas.request.model import Request
from verglas.syntax.jsontext import pointer
from verglas.uploads import Upload
from verglas.values import Value
from verglas.wsgi import JSONLike

__all__ = ["FormDecoder", "form_of"]

T = TypeVar("T")

LEFT_OUT: Final = object()
"""Stands for the value of a field that is absent, and whose default the class makes anew each time."""


def _unexpected(place: Place, name: str) -> Problem:
    return Problem(place, pointer(name), "unexpected", "is not expected here")


@final
@frozen(eq=False)
class FormFields(Source):
    """All fields of a form, and no others: their values as a tuple.

    Attributes:
        group: The fields.
        texts: The names of those that are texts.
        files: The names of those that are files.
    """

    group: Group
    texts: frozenset[str]
    files: frozenset[str]

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """Read all fields.

        Raises:
            InputError: The body is not a form, a field is wrong, or a field is not one of these.
        """
        values: object = None
        problems: list[Problem] = []
        try:
            values = self.group.read(request, known)
        except InputError as error:
            if any(problem.code in ("unsupported", "malformed") for problem in error.problems):  # it is not a form
                raise
            problems += error.problems
        problems += [_unexpected("form", name) for name in request.form if name not in self.texts]
        problems += [_unexpected("file", name) for name in request.files if name not in self.files]
        if problems:
            raise input_error(problems)
        return values

    @override
    def write(self, draft: Draft, value: object) -> None:
        self.group.write(draft, value)

    @override
    def describe(self) -> tuple[Description, ...]:
        return tuple(
            attrs.evolve(one, default=None) if one.default is LEFT_OUT else one for one in self.group.describe()
        )

    @override
    def claims(self) -> Sequence[Claim]:
        """The whole body: it refuses fields that others would read."""
        return [("body", "")]


@final
@frozen(eq=False, repr=False)
class FormDecoder(Value, Generic[T]):
    """A class, as a decoder of forms.

    Attributes:
        cls: The class.
        source: Reads it from a request, and writes it.
        media_types: The media types of forms.
    """

    cls: type[T]
    source: Source
    media_types: tuple[str, ...] = field(default=FORM_TYPES)

    @property
    def schema(self) -> Schema:
        """The JSON schema of the fields."""
        fields = self.source.describe()
        properties: dict[str, JSONLike] = {
            one.name: {"type": "array", "items": one.schema} if one.several else one.schema for one in fields
        }
        required = [one.name for one in fields if one.required]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def decode(self, data: bytes, limits: Limits, /) -> T:
        """The value of an urlencoded form; `body(form_of(T))` reads a multipart one as well.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The form does not have such a value; the error has all problems.
        """
        request = Request(method="POST", headers={"Content-Type": FORM_TYPES[0]}, body=data)
        return cast("T", read_source(self.source, request.with_limits(limits)))  # which makes values of the class

    def encode(self, value: T, /) -> bytes:
        """The urlencoded form of a value.

        Args:
            value: The value.

        Raises:
            TypeError: The value is not of the class.
            ValueError: A field cannot be written so that it is read again, or the value has a file.
        """
        request = write_source(self.source, Request(method="POST"), value)
        if request.mimetype != FORM_TYPES[0]:
            raise ValueError("a form with a file is multipart: write it with body(form_of(...)).write(request, value)")
        return request.get_data()

    @override
    def __repr__(self) -> str:
        return f"form_of({self.cls.__name__})"


def form_of(cls: type[T], /) -> FormDecoder[T]:
    """A decoder of forms, urlencoded or multipart, each of whose fields is an attribute of a class.

    An attribute is of a type that has a converter (see `query`), of an `Enum`, or an `Upload`; a `tuple[X, ...]` or
    `list[X]` has all values of its field, and is empty when there are none. Any other field may be absent if the
    attribute has a default or is an `X | None`; an empty text counts as absent, unless the attribute is a `str`.
    A `bool` is a checkbox, as in `checkbox`: any text but `false`, `off`, `no` and `0` is True, and it is False when it
    is absent. A field that the class does not have is refused.

    Args:
        cls: An attrs class or a dataclass.

    Raises:
        TypeError: The class is another one, or has an attribute that a form cannot carry.

    >>> from attrs import frozen
    >>> from verglas.inputs import body
    >>> @frozen
    ... class Signup:
    ...     name: str
    ...     age: int | None
    ...     tags: tuple[str, ...]
    ...     newsletter: bool
    >>> signup = body(form_of(Signup))
    >>> signup.read(Request.from_values(method="POST", data={"name": "Ada", "age": "", "newsletter": "on"}))
    Signup(name='Ada', age=None, tags=(), newsletter=True)
    >>> print(signup.attempt(Request.from_values(method="POST", data={"age": "1_0", "newsletter": "1"})))
    422 Unprocessable Content: form /name: is missing
    form /age: expected a whole number in decimal digits
    """
    if not is_record(cls):
        raise TypeError(f"form_of() takes an attrs class or a dataclass, not {cls!r}")
    members = members_of(cls)
    if not members:
        raise TypeError(f"{cls.__name__} has no fields")
    parts = [_Part.of(cls, member) for member in members]

    invalid = {part.member.name: part.source.invalid for part in parts}

    def make(values: object) -> object:
        pairs = zip(parts, cast("tuple[object, ...]", values), strict=True)  # as the group gives them
        given = [(part.member, part.make(value)) for part, value in pairs if value is not LEFT_OUT]
        try:
            return cls(**{member.argument: value for member, value in given})
        except CONVERSION_ERRORS as error:
            refuse_fields(error, cls, {member.name: value for member, value in given}, invalid)
            raise

    def back(value: object) -> object:
        if not isinstance(value, cls):
            raise TypeError(f"expected {cls.__name__}, not {type(value).__name__}")
        return tuple([part.back(getattr(value, part.member.name)) for part in parts])

    files = frozenset(part.member.name for part in parts if isinstance(part.source, FileSource))
    texts = frozenset(part.member.name for part in parts) - files
    fields = FormFields(Group.of(*[part.source for part in parts]), texts, files)
    return FormDecoder(cls, mapped(fields, make, back))


@frozen(eq=False)
class _Part(Value):
    """An attribute of the class, as a source.

    Attributes:
        member: The attribute.
        source: Reads it.
        make: Gives the value of what is read.
        back: Gives what is read of the value.
    """

    member: Member
    source: Source
    make: Callable[[object], object]
    back: Callable[[object], object]

    @classmethod
    def of(cls, owner: type[object], member: Member) -> _Part:
        """The part of an attribute."""
        kind, default = plain(member.kind), member.default
        where = f"{owner.__name__}.{member.name}"
        parts = get_args(kind)
        if origin_of(kind) in UNIONS and len(parts) == 2 and type(None) in parts:
            kind = plain(parts[parts[0] is type(None)])
            default = None if default is NO_DEFAULT else default
        origin: object = origin_of(kind)
        several = origin is list or (origin is tuple and get_args(kind)[1:] == (...,))
        if several:
            made = origin_of(default.make) if isinstance(default, Factory) else None
            if not (default is NO_DEFAULT or default in ((), []) or made is list or made is tuple):
                raise TypeError(f"{where} has no values when its field is absent: its default can only be empty")
            kind, default = plain(get_args(kind)[0]), Missing.MISSING
        elif default is NO_DEFAULT:
            default = False if kind is bool else Missing.MISSING
        elif isinstance(default, Factory):
            default = LEFT_OUT
        source = _source(where, member.name, kind, default, several=several)
        if origin is list:
            return cls(member, source, _as_list, _as_tuple)
        return cls(member, source, _as_it_is, _as_it_is)


def _source(where: str, name: str, kind: object, default: object, *, several: bool) -> Source:
    if kind is Upload:
        if default not in (Missing.MISSING, None):
            raise TypeError(f"{where} is a file, whose default can only be None")
        return FileSource(name, default is None, several)
    if kind is bool:
        return FormSource(name, SWITCH, several=True) if several else CheckboxSource(name, SWITCH, default)
    if kind in V.__constraints__ or is_enum(kind):
        return FormSource(name, converter_of(kind), default, several)
    raise TypeError(f"form_of() has no way to read {where}: no text stands for {kind!r}")


def _as_it_is(value: object) -> object:
    return value


def _as_list(value: object) -> object:
    return list(cast("tuple[object, ...]", value))


def _as_tuple(value: object) -> object:
    return tuple(cast("list[object]", value)) if isinstance(value, list) else value
