"""`Value`: the base of frozen classes, whose attributes say how a changed value is made when they are assigned."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from attrs import NOTHING, Attribute, frozen
from attrs.exceptions import FrozenInstanceError

from verglas.backports import override

__all__ = ["ReadOnly", "Value"]

# How a value of the attribute is compared, which the stub of attrs does not know.
_key_of: Final[Callable[[Attribute[object]], Callable[[object], object] | None]] = attrgetter("eq_key")


class ReadOnly(FrozenInstanceError):
    """An attribute of a value was assigned or deleted. The message says what to do instead.

    Args:
        message: The message.
    """

    def __init__(self, message: str) -> None:
        super().__init__()
        self.args: tuple[object, ...] = (message,)

    @override
    def __str__(self) -> str:
        return str(self.args[0])


class Value:
    """The base of classes that attrs freezes: assigning an attribute raises `ReadOnly`, not an error without a message.

    >>> from verglas.headers import CacheControl
    >>> CacheControl().public = True
    Traceback (most recent call last):
    verglas.values.ReadOnly: CacheControl.public cannot be set: a value is never changed; ...
    """

    __slots__ = ()

    if TYPE_CHECKING:  # at run time, the class takes no parameter
        __attrs_attrs__: ClassVar[tuple[Attribute[object], ...]]

    _instead: ClassVar[str] = "make another, such as attrs.evolve(value, {name}=...)"
    """The advice to whoever assigns an attribute, with its `{name}`."""

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # With slots, attrs makes the class a second time, with its two methods in it; a subclass inherits these.
        if cls.__dict__.get("__setattr__") is _SETS:
            type.__setattr__(cls, "__setattr__", cls._refuse_to_set)
            type.__setattr__(cls, "__delattr__", cls._refuse_to_delete)
        # PERF: attrs makes no method that a class has; to compile three more for each was a tenth of the import.
        for name in ("__eq__", "__hash__", "__repr__"):
            if getattr(cls, name) is getattr(Value, name):
                setattr(cls, name, getattr(Value, name))

    @override
    def __eq__(self, other: object, /) -> bool:
        if not isinstance(other, Value) or type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    @override
    def __hash__(self) -> int:
        return hash((type(self), *self._compared()))

    @override
    def __repr__(self) -> str:
        shown = [(one, getattr(self, one.name, NOTHING)) for one in self.__attrs_attrs__ if one.repr]
        texts = [f"{one.name}={one.repr(value) if callable(one.repr) else repr(value)}" for one, value in shown]
        return f"{type(self).__qualname__}({', '.join(texts)})"

    def _compared(self) -> list[object]:
        return [
            getattr(self, one.name) if (key := _key_of(one)) is None else key(getattr(self, one.name))
            for one in self.__attrs_attrs__
            if one.eq
        ]

    def _refuse_to_set(self, name: str, value: object) -> NoReturn:
        del value
        raise self._refusal(f"{name} cannot be set", name)

    def _refuse_to_delete(self, name: str) -> NoReturn:
        raise self._refusal(f"{name} cannot be deleted", name)

    def _refusal(self, problem: str, name: str) -> ReadOnly:
        instead = self._instead.format(name=name)
        return ReadOnly(f"{type(self).__name__}.{problem}: a value is never changed; {instead}")


@frozen(init=False, eq=False, repr=False)
class _Sample:
    """A frozen class as attrs makes it."""


_SETS: Final = _Sample.__setattr__
