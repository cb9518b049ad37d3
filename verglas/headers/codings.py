"""Accept-Encoding and Accept-Charset: the codings and charsets that a client accepts (RFC 9110 §12.5.2, §12.5.3)."""

from __future__ import annotations

from encodings.aliases import aliases
from typing import ClassVar, Final, final

from attrs import frozen

from verglas.headers.fields import HeaderField
from verglas.headers.negotiation import Accept, accept_field

__all__ = ["ACCEPT_CHARSET", "ACCEPT_ENCODING", "AcceptCharsets", "AcceptEncodings"]


@final
@frozen
class AcceptEncodings(Accept):
    """The content codings that a client accepts (RFC 9110 §12.5.3).

        Accept-Encoding = [ ( codings [ weight ] ) *( OWS "," OWS ( codings [ weight ] ) ) ]
        codings         = content-coding / "identity" / "*"

    Example values: `gzip, deflate, br`; `gzip;q=1.0, identity; q=0.5, *;q=0`; the empty text: no coding at all.

    `identity`, no coding, is acceptable unless it is excluded, and then least of all; `x-gzip` is `gzip`, `x-compress`
    is `compress` (§8.4.1):

    | value                 | `gzip` | `identity` |
    |-----------------------|--------|------------|
    | (no such field)       | 1      | 1          |
    | (an empty field)      | 0      | 0.001      |
    | `gzip`                | 1      | 0.001      |
    | `x-gzip`              | 1      | 0.001      |
    | `gzip;q=0.5, *;q=0.1` | 0.5    | 0.1        |
    | `identity;q=0`        | 0      | 0          |
    | `gzip, *;q=0`         | 1      | 0          |
    | `*;q=0, identity`     | 0      | 1          |

    >>> AcceptEncodings.parse("gzip;q=0.5, br").best_match(["gzip", "br", "identity"])
    'br'
    """

    grammar: ClassVar[str] = "Accept-Encoding"
    expected: ClassVar[str] = "a content coding or '*'"

    @classmethod
    def _key(cls, text: str) -> str:
        coding = text.lower()
        return coding[2:] if coding in ("x-gzip", "x-compress") else coding

    def _rank(self, offer: str) -> tuple[int, ...]:
        if self.provided and offer.lower() == "identity" and self._position(offer) < 0:
            return (1, -1)  # below whatever the client has named
        return super()._rank(offer)


@final
@frozen
class AcceptCharsets(Accept):
    """The charsets that a client accepts (RFC 9110 §12.5.2, which deprecates it: browsers send none).

        Accept-Charset = [ ( ( token / "*" ) [ weight ] ) *( OWS "," OWS ( ( token / "*" ) [ weight ] ) ) ]

    Example values: `iso-8859-5, unicode-1-1;q=0.8`; `utf-8`.

    Charsets are compared as Python knows them:

    | value    | offer        | `in`  |
    |----------|--------------|-------|
    | `UTF-8`  | `utf8`       | True  |
    | `latin1` | `ISO-8859-1` | True  |
    | `latin1` | `utf-8`      | False |

    >>> AcceptCharsets.parse("latin1;q=0.5, utf8").best_match(["iso-8859-1", "utf-8"])
    'utf-8'
    """

    grammar: ClassVar[str] = "Accept-Charset"
    expected: ClassVar[str] = "a charset or '*'"

    @classmethod
    def _key(cls, text: str) -> str:
        # Not codecs.lookup(): it looks for a module of the name that the client has sent, and keeps every name.
        # Pinned by `test_names_of_clients_are_not_looked_up`.
        name = text.lower().replace("-", "_")
        return aliases.get(name, name)


ACCEPT_ENCODING: Final[HeaderField[AcceptEncodings]] = accept_field("Accept-Encoding", AcceptEncodings)
ACCEPT_CHARSET: Final[HeaderField[AcceptCharsets]] = accept_field("Accept-Charset", AcceptCharsets)
