"""A class whose fields are inputs: what a handler needs, with names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar, cast, dataclass_transform

import attrs

from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.inputs.model import Input, fields_back, mapped, source_of
from verglas.inputs.records import refuse_fields
from verglas.inputs.sources import Group

__all__ = ["from_class", "input_class", "of"]

T = TypeVar("T")

INPUT: Final = "verglas.input"  # in the metadata of a field


def of(source: Input[T], /) -> T:
    """A field of an `input_class`: to checkers it is of the type of the input, and at run time an attrs field.

    Args:
        source: The input.
    """
    source_of(source)
    return cast("T", attrs.field(metadata={INPUT: source}))  # as attrs.field() and dataclasses.field() do


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(of,))
def input_class(cls: type[T], /) -> type[T]:
    """Make a frozen attrs class of one whose fields are inputs; checkers hold each against its annotation.

    Raises:
        ValueError: Two fields read the same.

    >>> from verglas import Request
    >>> from verglas.inputs import query
    >>> @input_class
    ... class Search:
    ...     text: str = of(query("q"))
    ...     page: int = of(query("page", int, default=1))
    >>> from_class(Search).read(Request(url="/?q=ice"))
    Search(text='ice', page=1)
    """
    made = attrs.frozen(kw_only=True, field_transformer=_as_named)(cls)
    fields = attrs.fields(cast("type[attrs.AttrsInstance]", made))
    found: list[object] = [one.metadata[INPUT] for one in fields if INPUT in one.metadata]
    Group.of(*map(source_of, found))
    return made


def _as_named(cls: type, fields: list[attrs.Attribute[object]], /) -> list[attrs.Attribute[object]]:
    """The fields, each with an argument of its name, as checkers have it: attrs would take underscores away."""
    del cls
    return [one.evolve(alias=one.name) for one in fields]


def from_class(cls: type[T], /) -> Input[T]:
    """The input of an `input_class`: its fields, read together; written, they are the fields of an instance.

    Args:
        cls: The class.

    Raises:
        TypeError: The class is not an `input_class`, or one of its fields is not made by `of`.
    """
    own: Mapping[str, object] = getattr(cls, "__dict__", {})
    if "__attrs_attrs__" not in own or not attrs.has(cls):  # a subclass may have fields that attrs has not seen
        raise TypeError(f"from_class() takes a class with @input_class, not {cls!r}")
    fields = [one for one in attrs.fields(cls) if one.init]
    inputs: list[object] = [one.metadata.get(INPUT) for one in fields]
    bare = [one.name for one, found in zip(fields, inputs, strict=True) if found is None]
    if bare or not fields:
        raise TypeError(f"each field of {cls.__name__} is made by of(...): {', '.join(bare) or 'it has none'}")
    names = [one.name for one in fields]

    sources = [source_of(one) for one in inputs]
    invalid = {name: one.invalid for name, one in zip(names, sources, strict=True)}

    def make(values: object) -> object:
        given = dict(zip(names, cast("tuple[object, ...]", values), strict=True))
        try:
            return cls(**given)
        except CONVERSION_ERRORS as error:
            refuse_fields(error, cls, given, invalid)
            raise

    return Input(mapped(Group.of(*sources), make, fields_back(cls, names)))
