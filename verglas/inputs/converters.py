"""Converters: from a text to a value and back, strictly. One for each type; a function is one as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Final, Generic, Literal, TypeGuard, TypeVar, Union, cast, final, get_origin
from uuid import UUID

from attrs import field, frozen

from verglas.errors.grammar import CONVERSION_ERRORS, GrammarError
from verglas.errors.http import HTTPError
from verglas.functions import check_awaits_nothing
from verglas.inputs.problems import Invalid
from verglas.syntax import scalars
from verglas.values import Value
from verglas.wsgi import JSONLike

__all__ = [
    "Converter",
    "E",
    "V",
    "converter",
    "converter_of",
    "is_enum",
    "local_datetime",
    "message_of",
]

T = TypeVar("T")
V = TypeVar("V", bool, int, float, str, Decimal, UUID, datetime, date, time, timedelta)
"""The types that have a converter. The order counts: checkers take the first that fits, and a bool is an int."""
E = TypeVar("E", bound=Enum)
"""An `Enum`. Its overload comes before that of `V`: a `StrEnum` is a `str`."""

Schema = Mapping[str, JSONLike]
_NOT_OF_A_TEXT: Final = (bytes, list, tuple, dict, set, frozenset, Annotated, Literal, Union)
_ANY_TEXT: Final[Schema] = {"type": "string"}


@frozen(eq=False)
class Converter(Value, Generic[T]):
    """A way from a text to a value, and back.

    Attributes:
        decode: Gives the value of a text. Raises `Invalid` in words for the client, or any error by which a
            conversion fails.
        encode: Gives the text of a value; raises `ValueError` for one that has none. `None`: values are only read.
        schema: The JSON schema of the texts or values, for descriptions.
        takes_empty: Whether an empty text is a value; else it counts as absent, as HTML forms send fields that nobody
            filled in.
    """

    decode: Callable[[str], T]
    encode: Callable[[T], str] | None
    schema: Schema = field(default=_ANY_TEXT)
    takes_empty: bool = False


def _string(kind: str) -> Schema:
    return {"type": "string", "format": kind}


_NUMBER: Final[Schema] = {"type": "number"}

_CONVERTERS: Final[Mapping[object, Converter[object]]] = cast(  # each is of the type that it stands under
    "Mapping[object, Converter[object]]",
    {
        bool: Converter(scalars.parse_bool, scalars.format_bool, {"type": "boolean"}),
        int: Converter(scalars.parse_int, scalars.format_int, {"type": "integer"}),
        float: Converter(scalars.parse_float, scalars.format_float, _NUMBER),
        str: Converter(scalars.parse_text, scalars.format_text, _ANY_TEXT, takes_empty=True),
        Decimal: Converter(scalars.parse_decimal, scalars.format_decimal, _NUMBER),
        UUID: Converter(scalars.parse_uuid, scalars.format_uuid, _string("uuid")),
        datetime: Converter(scalars.parse_datetime, scalars.format_datetime, _string("date-time")),
        date: Converter(scalars.parse_date, scalars.format_date, _string("date")),
        time: Converter(scalars.parse_time, scalars.format_time, _string("time")),
        timedelta: Converter(scalars.parse_timedelta, scalars.format_timedelta, _NUMBER),
    },
)


def local_datetime(text: str) -> datetime:
    """A converter for `<input type="datetime-local">`: a date and time without an offset.

    >>> local_datetime("2026-11-30T12:00")
    datetime.datetime(2026, 11, 30, 12, 0)
    """
    return scalars.parse_local_datetime(text)


_LOCAL: Final = Converter(local_datetime, scalars.format_local_datetime, _string("date-time"))


@final
@frozen
class _TwoWays(Value):
    """A function of a text that knows its way back."""

    decode: Callable[[str], object]
    encode: Callable[[object], str]

    def __call__(self, text: str) -> object:
        return self.decode(text)

    @property
    def __name__(self) -> str:
        return str(getattr(self.decode, "__name__", type(self.decode).__name__))


def converter(decode: Callable[[str], T], encode: Callable[[T], str], /) -> Callable[[str], T]:
    """A converter of one's own, both ways, for inputs and for paths.

    Args:
        decode: Gives the value of a text, or raises: an `Invalid` in words for the client, or another `ValueError`.
        encode: Gives the text of a value, so that reading it gives the value again.

    Raises:
        TypeError: An argument is not a function.

    >>> from verglas.paths import root
    >>> words = converter(lambda text: tuple(text.split("-")), "-".join)
    >>> (root / "tags" / words)(("a", "b"))
    '/tags/a-b'
    """
    for one in (decode, encode):
        if not callable(one):
            raise TypeError(f"converter() takes two functions, not {type(one).__name__}")
        check_awaits_nothing(one)
    two_ways = _TwoWays(decode, cast("Callable[[object], str]", encode))
    return cast("Callable[[str], T]", two_ways)  # it gives what `decode` does


def converter_of(kind: object, encode: object = None) -> Converter[object]:
    """The converter of a type or function.

    Args:
        kind: One of the types that have a converter, an `Enum`, or a function of a text.
        encode: Gives the text of a value of the function's; `str` without one.

    Raises:
        TypeError: The argument is neither a type that has one nor a function, or is an `async` one.

    >>> converter_of(int).decode("7")
    7
    """
    if encode is None:
        found = _CONVERTERS.get(kind) if isinstance(kind, type) else None
        if found is not None:
            return found
        if kind is local_datetime:
            return cast("Converter[object]", _LOCAL)
        if isinstance(kind, _TwoWays):
            return Converter(kind.decode, kind.encode)
        if is_enum(kind):
            return _of_enum(kind)
    elif isinstance(kind, _TwoWays) or (isinstance(kind, type) and kind in _CONVERTERS):
        raise TypeError(f"{kind!r} has its own text; encode= goes with a function")
    # A list of a text is its letters; Annotated[int, ...] is called as int is, and takes what that does.
    is_other = isinstance(kind, Value) and not isinstance(kind, _TwoWays)  # a Path or a table, which can be called
    if is_other or not callable(kind) or get_origin(kind) in _NOT_OF_A_TEXT or kind in _NOT_OF_A_TEXT:
        raise TypeError(f"a converter is a type such as int, an Enum, or a function of a text, not {kind!r}")
    if not callable(encode or str):
        raise TypeError(f"encode= is a function of a value that gives its text, not {encode!r}")
    for function in (kind, encode):
        check_awaits_nothing(function)
    # What they take and give, the overloads of whoever calls this have checked.
    decode = cast("Callable[[str], object]", kind)
    return Converter(decode, cast("Callable[[object], str]", encode or str))


def is_enum(kind: object) -> TypeGuard[type[Enum]]:
    """Whether a type is an Enum."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def _of_enum(kind: type[Enum]) -> Converter[object]:
    """The converter of an Enum: its members' values as text."""
    if not len(kind):
        raise TypeError(f"{kind.__name__} has no members")
    texts: dict[str, Enum] = {}
    for member in kind:
        value: object = member.value
        found = _CONVERTERS.get(type(value))
        if found is None or found.encode is None:
            raise TypeError(f"{kind.__name__}.{member.name} has a value of {type(value).__name__}, which has no text")
        text = found.encode(value)
        if text in texts:
            raise TypeError(f"{kind.__name__}.{member.name} has the text of {texts[text].name}")
        texts[text] = member
    members = {member: text for text, member in texts.items()}

    def decode(text: str) -> Enum:
        member = texts.get(text)
        if member is None:
            raise Invalid(f"expected one of {', '.join(texts)}")
        return member

    def encode(value: object) -> str:
        if not isinstance(value, kind):
            raise TypeError(f"expected {kind.__name__}, not {type(value).__name__}")
        text = members.get(value)
        if text is None:  # several flags
            raise ValueError(f"expected a member of {kind.__name__}")
        return text

    return Converter(decode, encode, {"type": "string", "enum": list(texts)}, takes_empty="" in texts)


def message_of(error: Exception) -> str:
    """The words for a client whose text was not converted: nothing that it sent itself.

    Args:
        error: What the converter raised.

    Raises:
        HTTPError: The converter raised one: it may answer as it likes.
        Exception: The converter raised something by which conversions do not fail: a fault of the application.
    """
    if isinstance(error, HTTPError) or not isinstance(error, CONVERSION_ERRORS):
        raise error
    if isinstance(error, Invalid):
        return error.message
    return error.problem if isinstance(error, GrammarError) else "is not valid"
