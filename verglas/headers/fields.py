"""`HeaderField`: the two-way lens between the lines of a field and its value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, Self, TypeAlias, TypeVar, final

from attrs import frozen

from verglas.errors.grammar import GrammarError

__all__ = ["Field", "HeaderField", "Named", "Parsed", "list_field", "single_field"]

T = TypeVar("T")


class Parsed(Protocol):
    """A value that is read with `parse` and written with `str`."""

    @classmethod
    def parse(cls, text: str, /) -> Self: ...


class Field(Protocol):
    """A key of any type: its name, and what the lines of its field mean."""

    @property
    def name(self) -> str: ...
    @property
    def decode(self) -> Callable[[Sequence[str]], object]: ...


Named: TypeAlias = Field
"""The same, where only the name counts."""


P = TypeVar("P", bound=Parsed)


@final
@frozen(eq=False)
class HeaderField(Generic[T]):
    """A header field and what its lines mean: the key of typed look-up in `Headers`.

    It knows nothing of `Headers`. A key is itself and no other; an application defines its own as this library does.

    Attributes:
        name: The field name.
        decode: Gives the value of all lines of the field, of which there is at least one. Raises `GrammarError`, and
            nothing else. The value has to be immutable: every reader of the headers gets the same.
        encode: Gives the lines of a value; none: the field is taken away.

    >>> import re
    >>> from verglas.headers import Headers
    >>> def decode(lines: Sequence[str]) -> int:
    ...     if not re.fullmatch("[0-9a-f]+", lines[0]):
    ...         raise GrammarError("X-Shard", "expected a hexadecimal number", lines[0])
    ...     return int(lines[0], 16)
    >>> SHARD = HeaderField("X-Shard", decode, lambda shard: [f"{shard:x}"])
    >>> Headers({"X-Shard": "1f"})[SHARD]
    31
    """

    name: str
    decode: Callable[[Sequence[str]], T]
    encode: Callable[[T], Sequence[str]]

    def __repr__(self) -> str:
        return f"<HeaderField {self.name}>"


def single_field(name: str, value: type[P]) -> HeaderField[P]:
    """A field that is there once (RFC 9110 §5.5): two lines of it are malformed, since senders of them disagree.

    Args:
        name: The field name.
        value: The type of its value.
    """

    def decode(lines: Sequence[str]) -> P:
        if len(lines) > 1:
            raise GrammarError(name, "there can be only one of this field")
        return value.parse(lines[0])

    return HeaderField(name, decode, _as_line(value))


def list_field(name: str, value: type[P]) -> HeaderField[P]:
    """A field whose lines are one list, in order (RFC 9110 §5.3). An empty value has no line.

    Args:
        name: The field name.
        value: The type of its value.
    """

    def decode(lines: Sequence[str]) -> P:
        return value.parse(", ".join(lines))

    return HeaderField(name, decode, _as_line(value))


def _as_line(kind: type[P]) -> Callable[[P], Sequence[str]]:
    def encode(value: object) -> Sequence[str]:
        if not isinstance(value, kind):  # anything has a str(): a None that no checker saw would be sent as "None"
            raise TypeError(f"expected a value of type {kind.__name__}, not {type(value).__name__}")
        text = str(value)
        return (text,) if text else ()

    return encode
