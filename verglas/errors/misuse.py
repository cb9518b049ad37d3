"""Faults of the application that uses the library, not of the request."""

from __future__ import annotations

from verglas.backports import override

__all__ = ["BodyConsumed", "NotFreezable", "WSGIViolation"]


class BodyConsumed(RuntimeError):
    """The body of a request was consumed before, and what consumed it did not keep it.

    Args:
        by: The name of what read it first, such as `stream`.
    """

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by

    @override
    def __str__(self) -> str:
        return f"the request body was already consumed by {self.by!r}, which does not keep it; see Request.buffered()"


class NotFreezable(TypeError):
    """A response has a body that cannot become a value; the message says why."""


class WSGIViolation(RuntimeError):
    """A WSGI application that a handler answered with does not keep to PEP 3333; the message says how."""
