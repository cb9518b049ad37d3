"""Vary: what else a response was chosen by (RFC 9110 §12.5.5)."""

from __future__ import annotations

from typing import ClassVar, Final, final

from attrs import frozen

from verglas.headers.fields import HeaderField, list_field
from verglas.headers.namesets import NameSet

__all__ = ["VARY", "Vary"]


@final
@frozen
class Vary(NameSet):
    """The fields of the request that a response was chosen by, besides method and target (RFC 9110 §12.5.5).

        Vary = [ ( "*" / field-name ) *( OWS "," OWS ( "*" / field-name ) ) ]

    Example values: `Accept-Encoding, Cookie`; `*`.

    Names are compared without their case, and in no order; `*` is a name among them, which says that no other
    request is sure to get the same response:

    | one                 | other                | equal |
    |---------------------|----------------------|-------|
    | `Accept, Cookie`    | `cookie, accept`     | yes   |
    | `Accept`            | `Accept, Cookie`     | no    |
    | `*`                 | `Accept`             | no    |

    >>> vary = Vary("Accept") | "Cookie"
    >>> str(vary), "cookie" in vary, str(vary | ["Origin"])
    ('Accept, Cookie', True, 'Accept, Cookie, Origin')
    """

    grammar: ClassVar[str] = "Vary"
    expected: ClassVar[str] = "a field name or '*'"

    @property
    def varies_by_anything(self) -> bool:
        """Whether `*` is among the names: then nothing stored answers another request (RFC 9111 §4.1).

        >>> Vary("Accept, *").varies_by_anything
        True
        """
        return "*" in self


VARY: Final[HeaderField[Vary]] = list_field("Vary", Vary)
