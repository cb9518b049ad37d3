"""`HeaderField`, the two-way lens between the lines of a field and its value; and makers of the common kinds of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import (
    TYPE_CHECKING,
    ClassVar,
    Final,
    Generic,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    final,
    get_type_hints,
    overload,
)

from attrs import frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.lines import HasURI
from verglas.syntax.bareitems import BareItem, Token
from verglas.syntax.dates import format_date, parse_date
from verglas.syntax.locations import check_location
from verglas.syntax.structured import parse_structured_item
from verglas.syntax.tokens import MAX_ITEMS, check_field_value, check_token, is_token, parse_digits, split_list
from verglas.values import Value

__all__ = [
    "Field",
    "HeaderField",
    "HeaderValue",
    "LARGEST",
    "ListValue",
    "Named",
    "NamedText",
    "Parsed",
    "as_lower",
    "as_whole_date",
    "as_whole_seconds",
    "check_members",
    "counted_field",
    "date_field",
    "digits_field",
    "enum_field",
    "list_field",
    "location_field",
    "name_of",
    "only_line",
    "plain_field",
    "read_date",
    "read_seconds",
    "resolve_hints",
    "seconds_field",
    "single_field",
    "text_field",
    "token_field",
    "unchecked",
]

E = TypeVar("E", bound=Enum)
T = TypeVar("T")
V = TypeVar("V")

SECOND: Final = timedelta(seconds=1)
SECOND_DIGITS: Final = 13  # 317,000 years, and still within what a timedelta holds
NO_DATE: Final = "a date that is not in the years 1 to 9999"
LARGEST: Final = 10**18 - 1
"""The largest length or position: 18 digits keep within 64 bits."""


class Parsed(Protocol):
    """A value that is read with `parse` and written with `str`."""

    @classmethod
    def parse(cls, text: str, /) -> Self: ...


class HasTexts(Protocol):
    """A value that has texts by name."""

    def get(self, key: str, /) -> str | None: ...


@final
class NamedText:
    """An attribute of a value that is one of its texts; `None` when it is not there.

    Args:
        name: The name of the text.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, value: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, value: HasTexts, owner: type[object] | None = None) -> str | None: ...
    def __get__(self, value: HasTexts | None, owner: type[object] | None = None) -> Self | str | None:
        return self if value is None else value.get(self._name)


class HeaderValue(Value):
    """The base of values of fields."""

    __slots__ = ()

    _instead: ClassVar[str] = (
        "make another, such as attrs.evolve(value, {name}=...), and assign it to the property of the response,"
        " as in response.cache_control = ..."
    )

    def to_header(self) -> str:
        """The value of the field, as `str` gives it."""
        return str(self)


class ListValue(HeaderValue):
    """The base of values of fields that are lists: `parse` takes the number of members that are allowed."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: Its lines, joined with commas.
            max_items: The number of members that are allowed: the `Limits.max_list_items`.

        Raises:
            GrammarError: The text is not a value of the field.
            LimitError: The text has more members than `max_items`.
            NotImplementedError: The class has no parser.
        """
        raise NotImplementedError


class Field(Protocol):
    """A key of any type: its name, and what the lines of its field mean."""

    @property
    def name(self) -> str: ...
    @property
    def decode(self) -> Callable[[Sequence[str]], object]: ...


Named: TypeAlias = Field
"""Another name of `Field`, used where only the name counts."""

P = TypeVar("P", bound=Parsed)


@final
@frozen(eq=False)
class HeaderField(Value, Generic[T]):
    """A header field and what its lines mean: the key of typed look-up in `Headers`.

    It knows nothing of `Headers`. A key is itself and no other; an application defines its own as this library does.

    Attributes:
        name: The field name.
        decode: Gives the value of all lines of the field, of which there is at least one. Any `ValueError` says that
            they are malformed, and so does a `TypeError`, `ArithmeticError`, `LookupError` or `RecursionError`; a
            `GrammarError` says where. The value has to be immutable: every reader of the headers gets the same.
        encode: Gives the lines of a value; none: the field is taken away.
        decode_within: The same as `decode` for a field that is a list, with the number of members that are allowed as a
            second argument; raises a `LimitError` for more. `Headers` calls it with the `Limits.max_list_items` of the
            request. `None` if there is nothing to count.

    >>> from uuid import UUID
    >>> from verglas.headers import Headers
    >>> TRACE = HeaderField("X-Trace", lambda lines: UUID(lines[0]), lambda trace: [str(trace)])
    >>> Headers({"X-Trace": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"})[TRACE].version
    1
    """

    name: str
    decode: Callable[[Sequence[str]], T]
    encode: Callable[[T], Sequence[str]]
    decode_within: Callable[[Sequence[str], int], T] | None = None

    if TYPE_CHECKING:  # mypy takes `KEY in headers` for a mistake unless the class of KEY compares by itself

        @override
        def __eq__(self, other: object, /) -> bool: ...
        @override
        def __hash__(self) -> int: ...

    @override
    def __repr__(self) -> str:
        return f"<HeaderField {self.name}>"


def name_of(key: str | Named) -> str:
    """The field name that a name or a key stands for.

    Raises:
        TypeError: The argument is neither a name nor a key.
    """
    try:
        return key if isinstance(key, str) else key.name
    except AttributeError:
        problem = f"a header is looked up by its name, a str, or by a key, not by {type(key).__name__}"
        raise TypeError(f"{problem}; headers.pairs has the lines in their order") from None


def only_line(name: str, lines: Sequence[str]) -> str:
    """The line of a field that is there once (RFC 9110 §5.5): two lines are malformed, since their senders disagree.

    Args:
        name: The field name.
        lines: Its lines.

    Raises:
        GrammarError: The field has several lines.
    """
    if len(lines) > 1:
        raise GrammarError(name, "there can be only one of this field")
    return lines[0]


def plain_field(name: str, read: Callable[[str], T], write: Callable[[T], str]) -> HeaderField[T]:
    """The key of a field that is there once, of two functions.

    Args:
        name: The field name.
        read: Gives the value of its line. Raises `GrammarError`.
        write: Gives the line of a value; an empty one takes the field away. Raises `HeaderValueError`.

    >>> def read(text: str) -> int:
    ...     return parse_digits(text, grammar="Max-Forwards")
    >>> plain_field("Max-Forwards", read, str).decode(["3"])
    3
    """

    def decode(lines: Sequence[str]) -> T:
        return read(lines[0] if len(lines) == 1 else only_line(name, lines))

    def encode(value: T) -> Sequence[str]:
        text = write(value)
        return (text,) if text else ()

    return HeaderField(name, decode, encode)


def single_field(name: str, value: type[P]) -> HeaderField[P]:
    """The key of a field that is there once (RFC 9110 §5.5): two lines of it are malformed.

    Args:
        name: The field name.
        value: The type of its value.
    """
    encode = _encoder(name, value)
    if issubclass(value, ListValue):

        def decode_within(lines: Sequence[str], most: int) -> P:
            return value.parse(lines[0] if len(lines) == 1 else only_line(name, lines), max_items=most)

        return counted_field(name, decode_within, encode)

    def decode(lines: Sequence[str]) -> P:
        return value.parse(lines[0] if len(lines) == 1 else only_line(name, lines))

    return HeaderField(name, decode, encode)


def counted_field(
    name: str, decode: Callable[[Sequence[str], int], T], encode: Callable[[T], Sequence[str]]
) -> HeaderField[T]:
    """The key of a field that is a list, of two functions.

    Args:
        name: The field name.
        decode: Gives the value of all lines, of which at most so many members are read; raises `GrammarError`, a
            `LimitError` for more members.
        encode: Gives the lines of a value.

    >>> def decode(lines: Sequence[str], max_items: int) -> tuple[str, ...]:
    ...     return split_list(", ".join(lines), max_items=max_items, grammar="X-Tags")
    >>> counted_field("X-Tags", decode, lambda tags: [", ".join(tags)]).decode(["a, b", "c"])
    ('a', 'b', 'c')
    """
    return HeaderField(name, lambda lines: decode(lines, MAX_ITEMS), encode, decode)


def list_field(name: str, value: type[P]) -> HeaderField[P]:
    """The key of a field whose lines are one list, in order (RFC 9110 §5.3). An empty value has no line.

    Its members are counted: a request with more than `Limits.max_list_items` of them is a 431.

    Args:
        name: The field name.
        value: The type of its value.
    """

    encode = _encoder(name, value)
    if issubclass(value, ListValue):
        return counted_field(name, lambda lines, most: value.parse(", ".join(lines), max_items=most), encode)

    def decode(lines: Sequence[str], max_items: int) -> P:
        text = ", ".join(lines)
        if text.count(",") >= max_items:  # else there cannot be too many
            split_list(text, max_items=max_items, grammar=name)
        return value.parse(text)

    return counted_field(name, decode, encode)


def _encoder(name: str, kind: type[P]) -> Callable[[P], Sequence[str]]:
    def encode(value: object) -> Sequence[str]:
        if not isinstance(value, kind):  # anything has a str(): a None that no checker saw would be sent as "None"
            raise TypeError(f"{name} must be of type {kind.__name__}, not {type(value).__name__}")
        text = str(value)
        return (text,) if text else ()

    return encode


def text_field(name: str) -> HeaderField[str]:
    """The key of a field that is text, of which nothing is asked but that it can be sent.

    Args:
        name: The field name.
    """
    return plain_field(name, str, lambda text: check_field_value(text, name))


def token_field(name: str) -> HeaderField[str]:
    """The key of a field that is one token, such as a method (RFC 9110 §5.6.2).

    Args:
        name: The field name.

    >>> token_field("Access-Control-Request-Method").decode(["PUT"])
    'PUT'
    """

    def read(text: str) -> str:
        if not is_token(text):
            raise GrammarError(name, "expected a token", text, 0)
        return text

    return plain_field(name, read, lambda text: check_token(text, name))


def enum_field(name: str, values: type[E]) -> HeaderField[E]:
    """The key of a field that is one of a few tokens of structured fields; parameters are ignored (RFC 9651 §2).

    Args:
        name: The field name.
        values: The tokens that are known; another is malformed.
    """
    known: dict[BareItem, E] = {Token(str(member.value)): member for member in values}

    def read(text: str) -> E:
        token, _ = parse_structured_item(text)
        found = known.get(token)
        if found is None:
            raise GrammarError(name, "not one of its values", text, 0)
        return found

    return plain_field(name, read, lambda member: str(member.value))


def digits_field(name: str) -> HeaderField[int]:
    """The key of a field that is a number of at most 18 digits: `5, 5` and `+5` are malformed.

    Args:
        name: The field name.

    >>> digits_field("Content-Length").decode(["5"])
    5
    """

    def read(text: str) -> int:
        return parse_digits(text, grammar=name)

    def write(value: object) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name} must be an int, not {type(value).__name__}")
        if not 0 <= value <= LARGEST:
            raise HeaderValueError(name, "expected a number of at most 18 digits, from 0 on", str(value))
        return str(int(value))

    return plain_field(name, read, write)


def seconds_field(name: str) -> HeaderField[timedelta]:
    """The key of a field that is delta-seconds (RFC 9111 §1.2.2).

    Args:
        name: The field name.

    >>> seconds_field("Access-Control-Max-Age").encode(timedelta(minutes=1))
    ('60',)
    """

    def read(text: str) -> timedelta:
        return read_seconds(text, grammar=name)

    return plain_field(name, read, lambda value: str(as_whole_seconds(value, grammar=name) // SECOND))


def date_field(name: str) -> HeaderField[datetime]:
    """The key of a field that is an HTTP-date (RFC 9110 §5.6.7). It is written in UTC and in whole seconds.

    Args:
        name: The field name.

    >>> date_field("Date").decode(["Sun, 06 Nov 1994 08:49:37 GMT"])
    datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
    """

    def decode(lines: Sequence[str]) -> datetime:
        return read_date(lines[0] if len(lines) == 1 else only_line(name, lines), grammar=name)

    def encode(value: datetime) -> Sequence[str]:
        try:
            return (format_date(value),)
        except OverflowError:
            raise HeaderValueError(name, NO_DATE, str(value)) from None

    return HeaderField(name, decode, encode)


def location_field(name: str) -> HeaderField[str]:
    """The key of a field that is a URI reference, as `check_location` lets it through.

    Args:
        name: The field name.
    """

    def read(text: str) -> str:
        try:
            return check_location(text)
        except HeaderValueError as error:  # here, another's fault
            raise GrammarError(error.grammar, error.problem, error.text, error.position) from error

    def write(location: str | HasURI) -> str:
        return check_location(location if isinstance(location, str) else location.to_uri())

    return plain_field(name, read, write)


def resolve_hints(converter: Callable[[T], object]) -> None:
    """Evaluate the annotations of a converter that classes of other modules use.

    attrs copies them to the constructors of those classes, where `typing.get_type_hints` looks in vain for their names.

    Args:
        converter: The function.
    """
    converter.__annotations__ = get_type_hints(converter)


def as_lower(text: str) -> str:
    """A text in lower case, as names that have no case are kept.

    Raises:
        TypeError: The argument is not a `str`.
    """
    try:
        return text.lower()
    except AttributeError:
        raise TypeError(f"expected a str, not {type(text).__name__}") from None


def check_members(value: object, kind: type[T], name: str) -> tuple[T, ...]:
    """Let only members of one type through: a str would be written as its letters, one a line.

    Args:
        value: What the application writes.
        kind: The type of each member.
        name: The field name.

    Raises:
        TypeError: The value is not a tuple or list, or a member is of another type.

    >>> check_members(["gzip", "br"], str, "Content-Encoding")
    ('gzip', 'br')
    """
    if not isinstance(value, tuple | list):
        raise TypeError(f"{name} must be a tuple, not {type(value).__name__}")
    members = tuple(cast("Sequence[T]", value))  # isinstance() cannot tell of what
    for member in members:
        if not isinstance(member, kind):
            raise TypeError(f"{name} must be a tuple of {kind.__name__}, not of {type(member).__name__}")
    return members


def read_date(text: str, *, grammar: str) -> datetime:
    """Read an HTTP-date (RFC 9110 §5.6.7).

    Args:
        text: The date.
        grammar: What is being read, for the message: the name of the field.

    Raises:
        GrammarError: The text is not an HTTP-date.
    """
    value = parse_date(text)
    if value is None:
        raise GrammarError(grammar, "expected a date", text)
    return value


def as_whole_date(value: datetime, *, grammar: str) -> datetime:
    """A date as it is sent: in UTC, in whole seconds; the microseconds are dropped. A naive one is in UTC.

    Args:
        value: The date.
        grammar: What is being written, for the message: the name of the field.

    Raises:
        HeaderValueError: In UTC the date is before the year 1 or after the year 9999.
    """
    try:
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise HeaderValueError(grammar, NO_DATE, str(value)) from None
    return value.replace(microsecond=0, fold=0)


def read_seconds(text: str, *, grammar: str, at_most: timedelta | None = None) -> timedelta:
    """Read delta-seconds (RFC 9111 §1.2.2): the one reader of them.

    Args:
        text: The digits.
        grammar: What is being read, for the message: the name of the field.
        at_most: What every longer time is read as, however many digits it has. `None`: more than 13 digits are an
            error.

    Raises:
        GrammarError: The text is not digits, or has too many.

    >>> read_seconds("9" * 1000, grammar="Age", at_most=timedelta(seconds=2**31))
    datetime.timedelta(days=24855, seconds=11648)
    """
    if at_most is not None and text.isascii() and text.isdigit():
        # Never many to int(), whose work grows with the square of the digits.
        digits = text.lstrip("0") or "0"
        if len(digits) > SECOND_DIGITS or (seconds := int(digits) * SECOND) > at_most:
            return at_most
        return seconds
    return parse_digits(text, grammar=grammar, max_digits=SECOND_DIGITS) * SECOND


def as_whole_seconds(value: timedelta, *, grammar: str) -> timedelta:
    """A duration that delta-seconds can say (RFC 9111 §1.2.2).

    Args:
        value: The duration.
        grammar: What is being written, for the message: the name of the field.

    Raises:
        HeaderValueError: The duration is negative, has a part of a second, or more than 13 digits.
    """
    if value < 0 * SECOND or value % SECOND or value >= 10**SECOND_DIGITS * SECOND:
        raise HeaderValueError(grammar, "expected whole seconds, from 0 on", str(value))
    return value


def unchecked(kind: type[V], **attributes: object) -> V:
    """A value of parts that its parser has checked, and counted: its constructor, which would do so again, is not run.

    Args:
        kind: Its type, a frozen class.
        attributes: All of its attributes, by their names.
    """
    value = object.__new__(kind)
    for name, attribute in attributes.items():
        object.__setattr__(value, name, attribute)
    return value
