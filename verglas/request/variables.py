"""The type variables of requests and handlers, named for the messages of type checkers."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

__all__ = ["S", "S_co", "Subject"]

S = TypeVar("S")
"""What an application adds to a request."""

S_co = TypeVar("S_co", covariant=True, default=None)
"""The same, of a request that is only read: `Request[Admin]` is a `Request[User]` where an Admin is a User."""

Subject = TypeVar("Subject")
"""Whose method a handler is."""
