"""Accept-Language: the languages that a reader likes (RFC 9110 §12.5.4, RFC 4647)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final, final

from attrs import frozen

from verglas.headers.fields import HeaderField
from verglas.headers.negotiation import Accept, accept_field

__all__ = ["ACCEPT_LANGUAGE", "AcceptLanguages"]

_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # RFC 4647 §2.1

# How a tag is matched, the best last: by `*`; as the beginning of a range; as more than a range; as the range itself.
BY_ANY, SHORTER, LONGER, EXACT = 0, 1, 2, 3


@final
@frozen
class AcceptLanguages(Accept):
    """The languages that a reader likes (RFC 9110 §12.5.4).

        Accept-Language = [ ( language-range [ weight ] ) *( OWS "," OWS ( language-range [ weight ] ) ) ]
        language-range  = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"      ; RFC 4647 §2.1

    Example values: `da, en-gb;q=0.8, en;q=0.7`; `*`. `en_GB` is read as `en-GB`, and so are offers.

    A tag is acceptable if a range is the tag or its beginning (basic filtering, RFC 4647 §3.3.1). The best one is
    found by lookup as well, which cuts ranges shorter (§3.4): a reader of `en-GB` gets `en` rather than nothing. An
    excluded tag is never chosen. Equal weights go by how well the tag is matched, then by the reader's order:

    | value                    | offer   | `quality` | `best_match` |
    |--------------------------|---------|-----------|--------------|
    | `en`                     | `en-GB` | 1         | `en-GB`      |
    | `en-GB`                  | `en`    | 0         | `en`         |
    | `en-GB`                  | `en-US` | 0         | (none)       |
    | `zh-Hant-TW`             | `zh-Hant` | 0       | `zh-Hant`    |
    | `de-DE`                  | `de-DEVA` | 0       | (none)       |
    | `en-GB, en;q=0`          | `en`    | 0         | (none)       |
    | `en;q=0.8, en-GB;q=0`    | `en-GB` | 0         | (none)       |
    | `de, *;q=0.5`            | `fr`    | 0.5       | `fr`         |

    >>> accept = AcceptLanguages.parse("da, en-gb;q=0.8, en;q=0.7")
    >>> accept.best_match(["en-US", "en-GB"]), accept.quality("en-US")
    ('en-GB', 0.7)
    """

    grammar: ClassVar[str] = "Accept-Language"
    expected: ClassVar[str] = "a language range"

    @classmethod
    def _spelled(cls, range_: str) -> str | None:
        spelled = range_.replace("_", "-")
        return spelled if _RANGE.fullmatch(spelled) else None

    @classmethod
    def _key(cls, text: str) -> str:
        return text.lower().replace("_", "-")

    def _position(self, offer: str) -> int:
        tag = self._key(offer)
        while tag and tag not in self._table:
            tag = tag.rpartition("-")[0]
        return self._found(tag or "*")

    def _ranks(self, offers: Sequence[str]) -> list[tuple[int, ...]]:
        if not self.provided:
            return super()._ranks(offers)
        tags = [self._key(offer) for offer in offers]
        begun = self._begun(max([tag.count("-") for tag in tags], default=0) + 1)
        return [self._preference(tag, self._position(tag), begun) for tag in tags]

    def _preference(self, tag: str, position: int, begun: dict[str, int]) -> tuple[int, ...]:
        """The weight of a tag, how it is matched, the place of its range, and its length where that was cut to it."""
        weight = self._weights[position][0] if position >= 0 else 0
        matched = self._key(self.members[position][0]) if position >= 0 else "*"
        if position >= 0 and not weight:
            return (0,)
        if matched != "*":
            return (weight, EXACT if matched == tag else LONGER, -position, 0)
        if tag in begun:
            at = begun[tag]
            return (self._weights[at][0], SHORTER, -at, len(tag))
        return (weight, BY_ANY, 0, 0)

    def _begun(self, subtags: int) -> dict[str, int]:
        """What the ranges begin with, as lookup cuts them, with the place of the first that does.

        Only as long as a tag that is offered: cutting a range of n subtags n times would take n² steps, and it is the
        client who says how many there are. Pinned by `test_growth`.
        """
        begun = dict[str, int]()
        for position, (range_, q) in enumerate(self.members):
            if q and range_ != "*":
                pieces = self._key(range_).split("-", subtags)
                for end in reversed(_ends(pieces[:subtags])):
                    begun.setdefault("-".join(pieces[:end]), position)
        return begun


def _ends(subtags: Sequence[str]) -> list[int]:
    """Where a range may be cut: not after a subtag of one character, which says what follows (RFC 4647 §3.4)."""
    return [end for end, subtag in enumerate(subtags, 1) if len(subtag) > 1]


ACCEPT_LANGUAGE: Final[HeaderField[AcceptLanguages]] = accept_field("Accept-Language", AcceptLanguages)
