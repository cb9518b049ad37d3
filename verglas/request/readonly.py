"""The error raised when an attribute of a request is assigned."""

from __future__ import annotations

from typing import Final, NoReturn

from attrs.exceptions import FrozenInstanceError

from verglas.request.changes import RequestChanges

__all__ = ["ReadOnly", "refuse"]

CLASS_LIMITS: Final = frozenset({"max_content_length", "max_form_memory_size", "max_form_parts"})
"""The limits that a subclass may set as class attributes."""


class ReadOnly(FrozenInstanceError):
    """An attribute of a request was assigned. The message says what to do instead.

    Args:
        message: The message.
    """

    def __init__(self, message: str) -> None:
        super().__init__()
        self.args: tuple[object, ...] = (message,)

    def __str__(self) -> str:
        return str(self.args[0])


def refuse(request: object, name: str) -> NoReturn:
    """Refuse to set an attribute, and say what to do instead.

    Args:
        request: The request.
        name: The name of the attribute.

    Raises:
        ReadOnly: Always; the message says how to get a changed copy.
    """
    how = "with_state(...)" if name == "state" else f"replace({name}=...)"
    known = name in RequestChanges.__annotations__ or name == "state"
    hint = f"{how} gives a changed copy" if known else "what an application adds goes into with_state(...)"
    if name in CLASS_LIMITS:
        hint = f"limits=Limits({name}=...) or a subclass sets it"
    raise ReadOnly(f"{type(request).__name__}.{name} cannot be set: a request is a value; {hint}")
