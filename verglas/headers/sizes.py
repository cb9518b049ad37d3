"""How long a field value may be before it is refused instead of read."""

from __future__ import annotations

from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.limits import Limits

__all__ = ["bounded", "check_size"]


def bounded(name: str, value: str, limits: Limits) -> str:
    """The value of a field that is about to be parsed.

    Raises:
        RequestHeaderFieldsTooLarge: It is longer than `Limits.max_header_value`.
    """
    check_size(name, len(value), limits.max_header_value)
    return value


def check_size(name: str, size: int, allowed: int) -> None:
    """Refuse a field whose lines are together too long to be parsed; their text stays readable in `headers`.

    An over-long value is never the same as none: `If-Match` or `Origin` read as absent would let a request through.

    Args:
        name: The field.
        size: Characters of all its lines.
        allowed: How many there may be: the `Limits.max_header_value`.

    Raises:
        RequestHeaderFieldsTooLarge: There are more.
    """
    if size > allowed:
        what = f"The header {name} is too long"
        raise RequestHeaderFieldsTooLarge.over(what, "max_header_value", allowed, "characters", name)
