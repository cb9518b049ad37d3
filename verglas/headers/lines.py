"""Field lines, checked: the one gate through which a name and a value get on the wire."""

from __future__ import annotations

from verglas.headers.names import OWS, lowered
from verglas.syntax.locations import check_location
from verglas.syntax.tokens import check_field_value

__all__ = ["checked_line", "trim"]


def trim(value: str) -> str:
    """A field value without the white space around it, which is not part of it (RFC 9110 §5.5)."""
    return value.strip(OWS)


def checked_line(name: object, value: object) -> tuple[str, str]:
    """A name and a value that are fit for the wire.

    Raises:
        HeaderValueError: The name is no token; the value holds CR, LF, NUL or another control character, or what
            latin-1 has not (RFC 9110 §5.1, §5.5); or it is a location that a browser may read as another.
        TypeError: One is no `str`.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"a header is a pair of str, not of {type(name).__name__} and {type(value).__name__}")
    low = lowered(name)
    if low == "location" or low == "content-location":
        value = check_location(value)
    return name, trim(check_field_value(value, name))
