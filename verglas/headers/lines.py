"""Field lines, checked: the one gate through which a name and a value get on the wire."""

from __future__ import annotations

from typing import Final

from verglas.errors.grammar import HeaderValueError
from verglas.headers.names import OWS, lowered
from verglas.syntax.locations import check_location
from verglas.syntax.tokens import check_field_value, is_field_value

__all__ = ["checked_line", "trim"]


SECRET: Final = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
"""Fields whose values errors do not carry: they end up in logs."""


def trim(value: str) -> str:
    """A field value without the white space around it, which is not part of it (RFC 9110 §5.5)."""
    return value.strip(OWS)


def checked_line(name: object, value: object) -> tuple[str, str]:
    """A name and a value that are fit for the wire.

    Raises:
        HeaderValueError: The name is no token; the value holds CR, LF, NUL or another control character, or what
            latin-1 has not (RFC 9110 §5.1, §5.5); or it is a location that a browser may read as another. It does not
            carry the value of a field of credentials or cookies.
        TypeError: One is no `str`.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"a header is a pair of str, not of {type(name).__name__} and {type(value).__name__}")
    low = lowered(name)
    if low == "location" or low == "content-location":
        value = check_location(value)
    try:
        return name, (value if is_field_value(value) else check_field_value(value, name)).strip(OWS)
    except HeaderValueError as error:
        if low not in SECRET:
            raise
        raise HeaderValueError(error.grammar, error.problem, None, error.position) from None
