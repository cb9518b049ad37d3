"""The types of anything that headers are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, TypeAlias, TypeVar

from verglas.headers.fields import Named, Parsed
from verglas.headers.lines import HasURI

__all__ = ["FieldContent", "FieldText", "HeadersLike", "SupportsItems", "WritableHeaders"]

K_co = TypeVar("K_co", covariant=True)
V_co = TypeVar("V_co", covariant=True)


class SupportsItems(Protocol[K_co, V_co]):
    """A mapping whose names are covariant, which those of `Mapping` are not to a type checker: one of names alone is
    also one of names and keys.
    """

    def items(self) -> Iterable[tuple[K_co, V_co]]: ...


FieldContent: TypeAlias = str | HasURI | Sequence[str] | Parsed | Sequence[Parsed] | datetime | timedelta | Enum
"""The content of a field: text, a list or tuple of texts, or, with a key, a value."""

# Not `Iterable` of pairs: a dict is one of its keys, and mypy then infers no common type of names and keys.
HeadersLike: TypeAlias = (
    SupportsItems[str | Named, FieldContent]
    | Sequence[tuple[str, str | HasURI]]
    | Iterator[tuple[str, str | HasURI]]
    | AbstractSet[tuple[str, str | HasURI]]
)
"""Anything that headers are made from: pairs, or a mapping of names to one value or to a list or tuple of several, of
keys to their values."""

FieldText: TypeAlias = str | int | HasURI
"""The text of a field of a response: an `int` is written in decimal, a URL as a URI."""

WritableHeaders: TypeAlias = (
    SupportsItems[str | Named, FieldContent | int | Sequence[FieldText]]
    | Sequence[tuple[str, FieldText]]
    | Iterator[tuple[str, FieldText]]
    | AbstractSet[tuple[str, FieldText]]
)
"""Anything that the headers of a response are made from: an `int` is written in decimal."""
