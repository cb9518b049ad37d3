"""Header fields as attributes: how requests and responses give and take the values of fields by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, Never, Protocol, Self, TypeVar, final, overload

from verglas.errors.grammar import GrammarError, HeaderValueError, LimitError
from verglas.errors.parse import HeaderError
from verglas.headers.fields import HeaderField
from verglas.headers.lines import HasURI, uri_of
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders

__all__ = [
    "Built",
    "BuiltOptional",
    "BuiltText",
    "BuiltValue",
    "FieldProperty",
    "Read",
    "ReadOptional",
    "ReadText",
    "ReadValue",
    "written",
]

T = TypeVar("T")
D = TypeVar("D")
W = TypeVar("W")


class Read(Protocol):
    """A message that is read: a request."""

    @property
    def headers(self) -> Headers: ...


class Built(Protocol):
    """A message that is built: a response."""

    @property
    def headers(self) -> MutableHeaders: ...


def _join(lines: Sequence[str]) -> str:
    return ", ".join(lines)


def written(name: str, accept: Callable[[W], T], value: W) -> T:
    """Make the value of what is assigned to a field. What is malformed is here the application's fault.

    Args:
        name: The field.
        accept: Makes the value.
        value: What is assigned.

    Raises:
        HeaderValueError: The text does not have the grammar of the field.
        TypeError: The field is not made of a value of this type.
    """
    try:
        return accept(value)
    except GrammarError as error:
        if value == "":
            raise HeaderValueError(name, "an empty text is none; assign None to remove the field") from error
        raise error if isinstance(error, HeaderValueError) else HeaderValueError.from_grammar(error) from error
    except AttributeError:  # of a text, which this is not
        raise TypeError(f"{name} must be its text or value, not {type(value).__name__}") from None
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from error


def _unless_over(error: HeaderError | HeaderValueError, default: D) -> D:
    """The default instead of a malformed field. A field over a limit is an error all the same: a request's condition
    would let it through, and `response.vary |= ...` would lose what is there.
    """
    if isinstance(error.__cause__, LimitError):
        raise error
    return default


class FieldProperty(Generic[T]):
    """An attribute of a message that is a field of its headers; the class's own attribute is this object.

    Args:
        field: The key of the header.
    """

    def __init__(self, field: HeaderField[T]) -> None:
        self.field: HeaderField[T] = field

    def _value(self, message: Built, default: D) -> T | D:
        """The value, or the default if the field is absent or malformed."""
        try:
            return message.headers.value_of(self.field, default)
        except HeaderValueError as error:
            return _unless_over(error, default)


# Each class below has its own `__get__` and `__set__`, though they look alike: pyright knows that what is read differs
# from what is assigned only where both stand in one class; else an attribute would have the type last assigned to it.


@final
class ReadOptional(FieldProperty[T]):
    """A field of a request: its value, or `None` when it is absent or malformed."""

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Read, owner: type[object] | None = None) -> T | None: ...
    def __get__(self, message: Read | None, owner: type[object] | None = None) -> Self | T | None:
        # PERF: not through `_value`, which would be one call more of a dozen.
        if message is None:
            return self
        try:
            return message.headers.value_of(self.field, None)
        except (HeaderError, HeaderValueError) as error:
            return _unless_over(error, None)

    if TYPE_CHECKING:  # a request refuses every assignment; without this, mypy would let it pass

        def __set__(self, message: Read, value: Never) -> None: ...


@final
class ReadValue(FieldProperty[T]):
    """A field of a request that reads as an empty value when it is absent or malformed.

    Args:
        field: The key of the header.
        empty: The empty value.
    """

    def __init__(self, field: HeaderField[T], empty: T) -> None:
        super().__init__(field)
        self.empty: T = empty

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Read, owner: type[object] | None = None) -> T: ...
    def __get__(self, message: Read | None, owner: type[object] | None = None) -> Self | T:
        # PERF: not through `_value`, which would be one call more of a dozen.
        if message is None:
            return self
        try:
            return message.headers.value_of(self.field, self.empty)
        except (HeaderError, HeaderValueError) as error:
            return _unless_over(error, self.empty)

    if TYPE_CHECKING:  # a request refuses every assignment; without this, mypy would let it pass

        def __set__(self, message: Read, value: Never) -> None: ...


@final
class ReadText(FieldProperty[T]):
    """A field of a request as text, as it was sent; `None` when it is absent. Its key gives the value."""

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Read, owner: type[object] | None = None) -> str | None: ...
    def __get__(self, message: Read | None, owner: type[object] | None = None) -> Self | str | None:
        if message is None:
            return self
        # PERF: not through a key: a text need neither be decoded nor remembered.
        try:
            lines = message.headers.lines_of(self.field.name)
            return ", ".join(lines) if lines else None
        except HeaderError:  # what no header may hold, which was left out
            return None

    if TYPE_CHECKING:  # a request refuses every assignment; without this, mypy would let it pass

        def __set__(self, message: Read, value: Never) -> None: ...


@final
class BuiltOptional(FieldProperty[T], Generic[T, W]):
    """A field of a response: its value, or `None` when it is absent or malformed. Setting `None` takes it away.

    Args:
        field: The key of the header.
        accept: Makes the value of what is assigned; raises `GrammarError`, which is then a `HeaderValueError`.
    """

    def __init__(self, field: HeaderField[T], accept: Callable[[W], T]) -> None:
        super().__init__(field)
        self._accept = accept

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Built, owner: type[object] | None = None) -> T | None: ...
    def __get__(self, message: Built | None, owner: type[object] | None = None) -> Self | T | None:
        return self if message is None else self._value(message, None)

    def __set__(self, message: Built, value: W | None) -> None:
        message.headers[self.field] = None if value is None else written(self.field.name, self._accept, value)

    def __delete__(self, message: Built) -> None:
        del message.headers[self.field]


@final
class BuiltValue(FieldProperty[T], Generic[T, W]):
    """A field of a response that reads as an empty value, never `None`, so that `|=` checks; an empty one unsets.

    Args:
        field: The key of the header.
        empty: The empty value.
        accept: Makes the value of what is assigned; raises `GrammarError`, which is then a `HeaderValueError`.
    """

    def __init__(self, field: HeaderField[T], empty: T, accept: Callable[[W], T]) -> None:
        super().__init__(field)
        self.empty: T = empty
        self._accept = accept

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Built, owner: type[object] | None = None) -> T: ...
    def __get__(self, message: Built | None, owner: type[object] | None = None) -> Self | T:
        return self if message is None else self._value(message, self.empty)

    def __set__(self, message: Built, value: W | None) -> None:
        if value is None or isinstance(value, type(self.empty)):  # which was checked when it was made
            message.headers[self.field] = value
        else:
            message.headers[self.field] = written(self.field.name, self._accept, value)

    def __delete__(self, message: Built) -> None:
        del message.headers[self.field]


@final
class BuiltText(FieldProperty[T]):
    """A field of a response as text, or a URL; what is assigned has to be of its grammar. `None` takes it away."""

    def __init__(self, field: HeaderField[T]) -> None:
        super().__init__(field)
        self._as_sent: HeaderField[str] = HeaderField(field.name, _join, lambda text: (text,))

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Built, owner: type[object] | None = None) -> str | None: ...
    def __get__(self, message: Built | None, owner: type[object] | None = None) -> Self | str | None:
        return self if message is None else message.headers.value_of(self._as_sent, None)

    def __set__(self, message: Built, value: str | HasURI | None) -> None:
        # PERF: nearly all are text, and asking a protocol takes 7 µs.
        if value is not None and not isinstance(value, str):
            value = uri_of(self.field.name, value)
        if value is not None:
            written(self.field.name, self.field.decode, [value])
        message.headers[self.field.name] = value

    def __delete__(self, message: Built) -> None:
        del message.headers[self.field]
