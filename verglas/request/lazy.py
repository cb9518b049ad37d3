"""`lazy`: a value of a request that is computed when it is first read, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Self, TypeVar, final, overload

__all__ = ["Lazy", "lazy"]

T = TypeVar("T")


@final
class Lazy(Generic[T]):
    """A read-only attribute whose value is computed on the first read and kept in the instance's `__dict__`.

    Python looks there first, so later reads cost no call. Two threads that read at once may both compute; both get the
    value that was kept first.

    Args:
        fget: Computes the value, given the instance.
    """

    def __init__(self, fget: Callable[[object], T]) -> None:
        self.fget = fget
        self.__doc__: str | None = fget.__doc__

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._owner, self._name = owner, name

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[object] | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type[object] | None = None) -> Self | T:
        if instance is None:
            return self
        own, name = instance.__dict__, self._name
        if type(instance) is not self._owner and not self._is_used_by(type(instance)):
            # An override has asked `super()`: under the plain name, this value would hide what the override returns.
            name = f"{self._owner.__qualname__}.{name}"
        if name not in own:
            own.setdefault(name, self.fget(instance))
        value: T = own[name]
        return value

    def _is_used_by(self, kind: type[object]) -> bool:
        return next(vars(base)[self._name] for base in kind.__mro__ if self._name in vars(base)) is self


# Checkers know a read-only attribute best by the name of `property`: for its overrides, and in protocols.
if TYPE_CHECKING:
    from builtins import property as lazy
else:
    lazy = Lazy
