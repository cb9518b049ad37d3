"""The error of whoever sets an attribute of a request, and the words it is said in."""

from __future__ import annotations

from typing import Final, NoReturn

from attrs.exceptions import FrozenInstanceError

from verglas.request.changes import RequestChanges

__all__ = ["ReadOnly", "refuse"]

LIMITS: Final = frozenset({"max_content_length", "max_form_memory_size", "max_form_parts"})


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


def refuse(self: object, name: str, value: object) -> NoReturn:
    """Refuse to set an attribute, and say what to do instead.

    Raises:
        ReadOnly: Always.
    """
    del value
    how = "with_state(...)" if name == "state" else f"replace({name}=...)"
    known = name in RequestChanges.__annotations__ or name == "state"
    hint = f"{how} gives a changed copy" if known else "what an application adds goes into with_state(...)"
    if name in LIMITS:
        hint = f"limits=Limits({name}=...) or a subclass sets it"
    raise ReadOnly(f"{type(self).__name__}.{name} cannot be set: a request is a value; {hint}")
