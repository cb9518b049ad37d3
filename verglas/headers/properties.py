"""Header fields as attributes: how requests and responses give and take the values of fields by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, Self, TypeVar, final, overload

from verglas.errors.parse import HeaderError
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders

__all__ = ["Built", "BuiltOptional", "BuiltValue", "Read", "ReadOptional", "ReadValue"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
W = TypeVar("W")
W_contra = TypeVar("W_contra", contravariant=True)


class Read(Protocol):
    """A message that is read: a request."""

    @property
    def headers(self) -> Headers: ...


class Built(Protocol):
    """A message that is built: a response."""

    @property
    def headers(self) -> MutableHeaders: ...


@final
class ReadOptional(Generic[T]):
    """A field of a request: its value, or `None` when it is absent or malformed. Over-long, it is a 431.

    Args:
        field: Which.
    """

    def __init__(self, field: HeaderField[T]) -> None:
        self.field: HeaderField[T] = field
        self.__doc__ = f"The value of {field.name}; `None` when it is absent or malformed."

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Read, owner: type[object] | None = None) -> T | None: ...
    def __get__(self, message: Read | None, owner: type[object] | None = None) -> Self | T | None:
        if message is None:
            return self
        try:
            return message.headers.get(self.field)
        except HeaderError:
            return None


@final
class ReadValue(Generic[T]):
    """A field of a request that reads as an empty value when it is absent or malformed. Over-long, it is a 431.

    Args:
        field: Which.
        empty: That value.
    """

    def __init__(self, field: HeaderField[T], empty: T) -> None:
        self.field: HeaderField[T] = field
        self.empty: T = empty
        self.__doc__ = f"The value of {field.name}; empty when it is absent or malformed."

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Read, owner: type[object] | None = None) -> T: ...
    def __get__(self, message: Read | None, owner: type[object] | None = None) -> Self | T:
        if message is None:
            return self
        try:
            return message.headers.get(self.field, self.empty)
        except HeaderError:
            return self.empty


@final
class BuiltOptional(Generic[T, W]):
    """A field of a response: its value, or `None` when it is absent or malformed. `None` takes it away.

    Args:
        field: Which.
        accept: Makes the value of what is assigned; raises `GrammarError` or `TypeError`.
    """

    def __init__(self, field: HeaderField[T], accept: Callable[[W], T]) -> None:
        self.field: HeaderField[T] = field
        self._accept = accept
        self.__doc__ = f"The value of {field.name}; `None` when it is absent. Setting `None` takes it away."

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Built, owner: type[object] | None = None) -> T | None: ...
    def __get__(self, message: Built | None, owner: type[object] | None = None) -> Self | T | None:
        if message is None:
            return self
        try:
            return message.headers.get(self.field)
        except HeaderError:
            return None

    def __set__(self, message: Built, value: W | None) -> None:
        message.headers[self.field] = None if value is None else self._accept(value)

    def __delete__(self, message: Built) -> None:
        del message.headers[self.field.name]


@final
class BuiltValue(Generic[T, W]):
    """A field of a response that reads as an empty value, never `None`, so that `|=` checks; an empty one unsets.

    Args:
        field: Which.
        empty: That value.
        accept: Makes the value of what is assigned; raises `GrammarError` or `TypeError`.
    """

    def __init__(self, field: HeaderField[T], empty: T, accept: Callable[[W], T]) -> None:
        self.field: HeaderField[T] = field
        self.empty: T = empty
        self._accept = accept
        self.__doc__ = f"The value of {field.name}, empty when absent. Setting it empty, or `None`, takes it away."

    @overload
    def __get__(self, message: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, message: Built, owner: type[object] | None = None) -> T: ...
    def __get__(self, message: Built | None, owner: type[object] | None = None) -> Self | T:
        if message is None:
            return self
        try:
            return message.headers.get(self.field, self.empty)
        except HeaderError:
            return self.empty

    def __set__(self, message: Built, value: W | None) -> None:
        message.headers[self.field] = None if value is None else self._accept(value)

    def __delete__(self, message: Built) -> None:
        del message.headers[self.field.name]
