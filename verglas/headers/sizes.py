"""How long a field value may be before it is refused instead of read."""

from __future__ import annotations

from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.limits import Limits

__all__ = ["bounded"]


def bounded(name: str, value: str, limits: Limits) -> str:
    """The value of a field that is about to be parsed.

    An over-long value is never the same as none: `If-Match` or `Origin` read as absent would let a request through.

    Raises:
        RequestHeaderFieldsTooLarge: It is longer than `Limits.max_header_value`; its text stays readable in `headers`.
    """
    if len(value) <= limits.max_header_value:
        return value
    raise RequestHeaderFieldsTooLarge.over(
        f"The header {name} is too long", "max_header_value", limits.max_header_value, "characters", name
    )
