"""`lazy`: a value of a request that is computed when it is first read, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

__all__ = ["KEPT", "lazy"]

T = TypeVar("T")

KEPT: Final = "Request.{}"
"""Under which key of its `__dict__` a request keeps the value of a name: no attribute of a subclass has such a one."""


def _lazy(fget: Callable[[object], T]) -> property:
    """A property whose value is computed on the first read and kept in the instance's `__dict__`.

    Two threads that read at once may both compute; both get the value that was kept first.

    PERF: a descriptor that Python passes by once a value is kept takes a third longer for the first read, which most
    requests end with, and .1 µs less for each later one; in a subclass it has to find out first where to keep it.

    Args:
        fget: Computes the value, given the instance.
    """
    key = KEPT.format(fget.__name__)

    def read(instance: object) -> T:
        own = instance.__dict__
        value: T = own[key] if key in own else own.setdefault(key, fget(instance))
        return value

    return property(read, doc=fget.__doc__)


# Checkers know a read-only attribute best by the name of `property`: for its overrides, and in protocols.
if TYPE_CHECKING:
    from builtins import property as lazy
else:
    lazy = _lazy
