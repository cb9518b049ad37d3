"""Functions that users give: their names for messages, their parameters, and whether anybody awaits them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Signature, iscoroutinefunction, signature
from typing import cast

__all__ = ["check_awaits_nothing", "is_async", "name_of", "signature_of"]


def name_of(function: object) -> str:
    """A function as a message names it; of an object that is called like one, its class; of a wrapper, what is within.

    >>> from functools import partial
    >>> name_of(partial(print, "a")), name_of(str.upper)
    ('print', 'str.upper')
    """
    while isinstance(function, partial) or "__wrapped__" in getattr(function, "__dict__", ()):
        if isinstance(function, partial):
            function = cast("partial[object]", function).func
        else:  # what functools.wraps made: a table has no name that it could take over
            function = cast("object", getattr(function, "__wrapped__"))  # noqa: B009  # no checker knows it
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def check_awaits_nothing(function: object) -> None:
    """Refuse an `async` function where it is given: nothing awaits it, and its coroutine is a value like any other.

    Args:
        function: The function, or any object.

    Raises:
        TypeError: The function is an `async` one.
    """
    if is_async(function):
        raise TypeError(f"{function!r} is async, and nothing awaits it")


def is_async(function: object) -> bool:
    """Whether a function, or an object that is called like one, is an `async` one."""
    called: object = getattr(function, "__call__", None)  # noqa: B004  # its code, not whether it is there
    return iscoroutinefunction(function) or iscoroutinefunction(called)


def signature_of(function: object, *, follow_wrapped: bool = True) -> Signature | None:
    """The signature of a function; `None` where that cannot be seen.

    Args:
        function: The function, or any object.
        follow_wrapped: Whether that of what a wrapper wraps is meant.
    """
    try:
        return signature(cast("Callable[[], object]", function), follow_wrapped=follow_wrapped)  # of some parameters
    except (TypeError, ValueError, NameError):  # no function, written in C, or annotated for checkers alone
        return None
