"""The error of whoever sets an attribute of a request, and the words it is said in."""

from __future__ import annotations

from attrs.exceptions import FrozenInstanceError

__all__ = ["ReadOnly"]


class ReadOnly(FrozenInstanceError):
    """A request is a value: an attribute of it cannot be set. The message says what to do instead.

    Args:
        message: That message.
    """

    def __init__(self, message: str) -> None:
        super().__init__()
        self.args: tuple[object, ...] = (message,)

    def __str__(self) -> str:
        return str(self.args[0])
