"""Accept: the media types that a client accepts (RFC 9110 §12.5.1)."""

from __future__ import annotations

from typing import ClassVar, Final, final

from attrs import frozen

from verglas.headers.fields import HeaderField
from verglas.headers.negotiation import NO_PARAMETERS, Accept, Parameters, accept_field
from verglas.syntax.parameters import parse_parameters

__all__ = ["ACCEPT", "AcceptMediaTypes"]


@final
@frozen
class AcceptMediaTypes(Accept):
    """The media types that a client accepts (RFC 9110 §12.5.1).

        Accept      = [ ( media-range [ weight ] ) *( OWS "," OWS ( media-range [ weight ] ) ) ]
        media-range = ( "*/*" / ( type "/" "*" ) / ( type "/" subtype ) ) parameters

    Example values: `text/html, application/xhtml+xml, */*;q=0.8`; `text/plain;format=flowed`.

    A range matches a type that has all of its parameters, whatever their order, and others besides; nothing is
    compared by case. An offer that is itself a range stands for all that it covers, and has the highest weight of it:

    | value                              | offer                   | `quality` |
    |------------------------------------|-------------------------|-----------|
    | `text/*;q=0.3, text/plain;q=0.7`   | `text/plain`            | 0.7       |
    | `text/*;q=0.3, text/plain;q=0.7`   | `text/html`             | 0.3       |
    | `text/plain;format=flowed, */*;q=0.5` | `text/plain; format=flowed; charset=utf-8` | 1 |
    | `text/plain;format=flowed, */*;q=0.5` | `text/plain`         | 0.5       |
    | `text/html;q=0.5`                  | `Text/HTML;level=3`     | 0.5       |
    | `text/html;q=0.5, image/png`       | `text/*`                | 0.5       |
    | `text/html;q=0, */*`               | `text/html`             | 0         |

    >>> accept = AcceptMediaTypes.parse("text/html, application/json;q=0.9")
    >>> accept.best_match(["application/json", "text/html"]), accept.accept_json
    ('text/html', True)
    """

    grammar: ClassVar[str] = "Accept"
    expected: ClassVar[str] = "a media type or range"
    everything: ClassVar[str] = "*/*"

    @property
    def accept_html(self) -> bool:
        """Whether HTML is accepted, as either of `text/html` and `application/xhtml+xml`."""
        return "text/html" in self or "application/xhtml+xml" in self

    @property
    def accept_xhtml(self) -> bool:
        """Whether XHTML is accepted, as either of `application/xhtml+xml` and `application/xml`."""
        return "application/xhtml+xml" in self or "application/xml" in self

    @property
    def accept_json(self) -> bool:
        """Whether JSON is accepted; `accepts_explicitly` leaves out who accepts anything, as browsers do."""
        return "application/json" in self

    @classmethod
    def _spelled(cls, range_: str) -> str | None:
        kind, _, subtype = range_.partition(";")[0].partition("/")
        return range_ if subtype and (kind != "*" or subtype == "*") else None

    @classmethod
    def _parts(cls, range_: str) -> tuple[str, Parameters]:
        essence, _, parameters = cls._key(range_).partition(";")
        if not parameters:
            return essence, NO_PARAMETERS
        return essence, frozenset(parse_parameters(parameters, grammar=cls.grammar))

    @classmethod
    def _specificity(cls, key: str, parameters: Parameters) -> tuple[int, ...]:
        kind, _, subtype = key.partition("/")
        return (int(kind != "*"), int(subtype != "*"), len(parameters))

    def _position(self, offer: str) -> int:
        # PERF: what the client has listed is a media type; 2 µs for each offer are saved by not reading it again.
        if offer in self._table and not offer.endswith("*"):
            essence, parameters = offer, NO_PARAMETERS
        else:
            essence, parameters = self._parts(self._checked_range(offer))
        kind, _, subtype = essence.partition("/")
        if subtype == "*":
            return self._position_within(kind)
        for family in (essence, f"{kind}/*", "*/*"):
            found = self._found(family, parameters)
            if found >= 0:
                return found
        return -1

    def _position_within(self, kind: str) -> int:
        """The position of the range with the highest weight that matches any type of a family, or -1."""
        within = [
            position
            for key, ranges in self._table.items()
            if "*" in (kind, key[: key.index("/")]) or key.startswith(f"{kind}/")
            for _, position in ranges
        ]
        return max(within, key=lambda position: (self._weights[position][0], -position), default=-1)


ACCEPT: Final[HeaderField[AcceptMediaTypes]] = accept_field("Accept", AcceptMediaTypes)
