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
        own = instance.__dict__
        name = self._name if type(instance) is self._owner else self.name_in(type(instance))
        # An override hides a value that is kept under another name: then it may be there.
        value: T = own[name] if name in own else own.setdefault(name, self.fget(instance))
        return value

    def name_in(self, kind: type[object]) -> str:
        """The name under which instances of a class keep the value.

        That is the plain one, unless the class has an attribute of this name that Python reads after the instance's
        `__dict__`, such as a cached property: there, the value of the base would hide it.

        Args:
            kind: The class, or a subclass of it.
        """
        # PERF: a loop takes a third of the time of next() over a generator, at each first read of a subclass.
        found: object = self
        for base in kind.__mro__:
            if self._name in base.__dict__:
                found = base.__dict__[self._name]
                break
        is_hidden = found is not self and not hasattr(found, "__set__")
        return f"{self._owner.__qualname__}.{self._name}" if is_hidden else self._name


# Checkers know a read-only attribute best by the name of `property`: for its overrides, and in protocols.
if TYPE_CHECKING:
    from builtins import property as lazy
else:
    lazy = Lazy
