"""`Value`: the base of frozen classes, whose attributes say how a changed value is made when they are assigned."""

from __future__ import annotations

from typing import ClassVar, Final, NoReturn

from attrs import frozen
from attrs.exceptions import FrozenInstanceError

from verglas.backports import override

__all__ = ["ReadOnly", "Value"]


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

    _instead: ClassVar[str] = "make another, such as attrs.evolve(value, {name}=...)"
    """The advice to whoever assigns an attribute, with its `{name}`."""

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # With slots, attrs makes the class a second time, with its two methods in it; a subclass inherits these.
        if cls.__dict__.get("__setattr__") is _SETS:
            type.__setattr__(cls, "__setattr__", cls._refuse_to_set)
            type.__setattr__(cls, "__delattr__", cls._refuse_to_delete)

    def _refuse_to_set(self, name: str, value: object) -> NoReturn:
        del value
        raise self._refusal(f"{name} cannot be set", name)

    def _refuse_to_delete(self, name: str) -> NoReturn:
        raise self._refusal(f"{name} cannot be deleted", name)

    def _refusal(self, problem: str, name: str) -> ReadOnly:
        instead = self._instead.format(name=name)
        return ReadOnly(f"{type(self).__name__}.{problem}: a value is never changed; {instead}")


@frozen
class _Sample:
    """A frozen class as attrs makes it."""


_SETS: Final = _Sample.__setattr__
