"""`json_of(T)`: JSON bodies as values of a type, by the library that the type belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, final, get_args, get_origin, overload

from attrs import frozen

from verglas.backports import override
from verglas.inputs.bodies import Decoder
from verglas.inputs.converters import Schema
from verglas.inputs.problems import Problem, input_error
from verglas.inputs.schemas import library_of
from verglas.limits import Limits
from verglas.values import Value

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["JSONAdapter", "JSONDecoder", "json_of"]

T = TypeVar("T")


class JSONAdapter(Protocol):
    """A library, for the values of one type."""

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values; `{}` when the library cannot tell."""
        ...

    def load(self, data: bytes, limits: Limits, /) -> object:
        """The value of a body.

        Raises:
            InputError: The body does not have such a value; the error has all problems.
        """
        ...

    def dump(self, value: object, /) -> bytes:
        """The body of a value.

        Raises:
            ValueError: The value holds something that JSON cannot express, such as NaN.
        """
        ...


@final
@frozen(eq=False, repr=False)
class JSONDecoder(Value):
    """A type, as a decoder of JSON.

    Attributes:
        kind: The type.
        adapter: Its library.
        media_types: `application/json`, which stands for all JSON.
    """

    kind: object
    adapter: JSONAdapter
    media_types: tuple[str, ...] = ("application/json",)

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values; `{}` when the library cannot tell."""
        return self.adapter.schema

    def decode(self, data: bytes, limits: Limits, /) -> object:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have such a value; the error has all problems.
            RequestEntityTooLarge: The body has too many values, or is too deep.
        """
        try:
            return self.adapter.load(data, limits)
        except RecursionError:
            raise input_error([Problem("body", "", "malformed", "JSON: too deep to be converted")]) from None

    def encode(self, value: object, /) -> bytes:
        """The body of a value.

        Args:
            value: The value.

        Raises:
            TypeError: The value is of another type than the decoder's.
            ValueError: The value holds something that JSON cannot express, such as NaN.
        """
        kind = self.kind
        if isinstance(kind, type) and not hasattr(kind, "__total__") and not isinstance(value, kind):  # no TypedDict
            raise TypeError(f"expected {kind.__name__}, not {type(value).__name__}")
        try:
            return self.adapter.dump(value)
        except OverflowError as error:
            raise ValueError(str(error)) from error

    @override
    def __repr__(self) -> str:
        return f"json_of({getattr(self.kind, '__name__', self.kind)})"


@overload
def json_of(kind: type[T], /) -> Decoder[T]: ...
@overload
def json_of(kind: TypeForm[T], /) -> Decoder[T]: ...
def json_of(kind: object, /) -> object:
    """A decoder of JSON bodies, which are values of a type, and nothing else.

    msgspec reads its Structs, pydantic its models and dataclasses, and cattrs all else: attrs classes, dataclasses,
    TypedDicts; each of them is an extra, such as `verglas[cattrs]`. All are strict: `1` is not taken for a string,
    `true` or `1.0` for an integer, and NaN is refused. So is a name that the type does not have, whatever the
    configuration of a class says, and a name that is there twice. The error has all problems, up to a hundred, with
    JSON pointers.

    By cattrs, a `datetime`, a `Decimal` and the like are strings, spelt as in a query; msgspec and pydantic have their
    own spellings, but for a `Decimal` in msgspec. By cattrs, the members of a union are told apart by the kind of the
    JSON value, and several classes by their fields.

    Args:
        kind: The type: a class, or a form such as `list[Order]` or `Order | Refund`.

    Raises:
        TypeError: No library that is installed can read the type; it says which extra to install.

    >>> from attrs import frozen
    >>> from verglas import Request
    >>> from verglas.inputs import body
    >>> @frozen
    ... class Order:
    ...     item: str
    ...     count: int
    >>> order = body(json_of(Order))
    >>> order.read(Request.from_values(json={"item": "ice", "count": 2}))
    Order(item='ice', count=2)
    >>> print(order.attempt(Request.from_values(json={"count": "2"})))
    422 Unprocessable Content: body /item: is missing
    body /count: expected an integer
    """
    library = next(_libraries(kind), "cattrs")
    try:
        module = import_module(f"verglas.inputs.with_{library}")
    except ModuleNotFoundError as missing:
        raise TypeError(f"json_of({kind!r}): {missing}") from missing
    make = cast("Callable[[object], JSONAdapter]", module.Adapter)  # as each of these modules has it
    return JSONDecoder(kind, make(kind))


def _libraries(kind: object) -> Iterator[str]:
    """The libraries that a type, or a part of it, belongs to."""
    library = library_of(kind)
    if library:
        yield library
    for part in (get_origin(kind), *get_args(kind)):
        if part is not None:
            yield from _libraries(part)
