"""Functions, as messages name them."""

from __future__ import annotations

from functools import partial
from typing import cast

__all__ = ["name_of"]


def name_of(function: object) -> str:
    """A function as a message names it; of an object that is called like one, its class.

    >>> from functools import partial
    >>> name_of(partial(print, "a")), name_of(str.upper)
    ('print', 'str.upper')
    """
    while isinstance(function, partial):
        function = cast("partial[object]", function).func
    return str(getattr(function, "__qualname__", type(function).__qualname__))
