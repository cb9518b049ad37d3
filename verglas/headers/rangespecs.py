"""One range of a Range field: from one position to another, or so many at the end (RFC 9110 §14.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias, final

from attrs import frozen

from verglas.errors.grammar import HeaderValueError

__all__ = ["DIGITS", "IntRange", "LARGEST", "RangeSpec", "SuffixRange", "as_pair", "as_specs", "is_spec"]

LARGEST: Final = 10**18 - 1
"""The largest position: 18 digits, as Content-Length has at most; they keep within 64 bits."""
DIGITS: Final = "[0-9]{1,18}"
"""A pattern for a position."""

_SPEC: Final = re.compile(f"({DIGITS})-([0-9]{{0,18}})|-({DIGITS})")
# VCHAR without the comma, and without the quote: there `split_list` would not split (said in `Range`).
_OTHER: Final = re.compile(r"[!#-+\--~]+")


@final
@frozen
class IntRange:
    """From one position to another, or to the end (RFC 9110 §14.1.1).

        int-range = first-pos "-" [ last-pos ]

    Example values: `0-499`, `500-`.

    Attributes:
        first: The first position.
        last: The last one, which belongs to it; `None`: all that follows.

    Raises:
        HeaderValueError: The last is before the first, or one is negative or has more than 18 digits.

    >>> IntRange(0, 499).slice_of(200), str(IntRange(500))
    ((0, 200), '500-')
    """

    first: int
    last: int | None = None

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.first <= (LARGEST if self.last is None else self.last) <= LARGEST:
            raise HeaderValueError("Range", "expected positions in order, of at most 18 digits", str(self))

    def slice_of(self, length: int) -> tuple[int, int] | None:
        """What it is of so many positions, as start and stop; `None` if nothing."""
        if self.first >= length:
            return None
        return self.first, length if self.last is None else min(self.last + 1, length)

    def __str__(self) -> str:
        return f"{self.first}-{'' if self.last is None else self.last}"


@final
@frozen
class SuffixRange:
    """So many positions at the end (RFC 9110 §14.1.1).

        suffix-range = "-" suffix-length

    Example values: `-500`; `-0`, which nothing satisfies.

    Attributes:
        suffix_length: How many. More than there are: all of them.

    Raises:
        HeaderValueError: It is negative or has more than 18 digits.

    >>> SuffixRange(5).slice_of(10), SuffixRange(500).slice_of(10), SuffixRange(0).slice_of(10)
    ((5, 10), (0, 10), None)
    """

    suffix_length: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.suffix_length <= LARGEST:
            raise HeaderValueError("Range", "expected a suffix length of at most 18 digits", str(self))

    def slice_of(self, length: int) -> tuple[int, int] | None:
        """What it is of so many positions, as start and stop; `None` if nothing."""
        return (max(0, length - self.suffix_length), length) if self.suffix_length and length else None

    def __str__(self) -> str:
        return f"-{self.suffix_length}"


RangeSpec: TypeAlias = IntRange | SuffixRange | str
"""One range; text where it is neither of the two, which only units other than bytes have."""


def _as_spec(spec: RangeSpec | tuple[int, int | None]) -> RangeSpec:
    match spec:
        case str():
            return _parse_spec(spec) or spec
        case (first, None) if first < 0:
            return SuffixRange(-first)
        case (first, None):
            return IntRange(first)
        case (first, int(stop)):
            return IntRange(first, stop - 1)
        case _:
            return spec


def as_specs(specs: Iterable[RangeSpec | tuple[int, int | None]]) -> tuple[RangeSpec, ...]:
    """The ranges that values, texts, and pairs of start and stop stand for.

    >>> as_specs(["0-4", (0, 5), (-3, None), "x"])
    (IntRange(first=0, last=4), IntRange(first=0, last=4), SuffixRange(suffix_length=3), 'x')
    """
    return tuple([_as_spec(spec) for spec in specs])


def _parse_spec(text: str) -> IntRange | SuffixRange | None:
    """The range that a text is; `None` if it is another."""
    match = _SPEC.fullmatch(text)
    if match is None:
        return None
    if match[3]:
        return SuffixRange(int(match[3]))
    first, last = int(match[1]), int(match[2]) if match[2] else None
    return IntRange(first, last) if last is None or first <= last else None


def is_spec(spec: RangeSpec, unit: str) -> bool:
    """Whether it is a range in a unit (in lower case): bytes have no others than the two, with positions in order.

    >>> is_spec("5-3", "bytes"), is_spec("a-b", "items"), is_spec("a b", "items")
    (False, True, False)
    """
    return not isinstance(spec, str) or (unit != "bytes" and _OTHER.fullmatch(spec) is not None)


def as_pair(spec: IntRange | SuffixRange) -> tuple[int, int | None]:
    """A range as start and stop; the start of a suffix is negative.

    >>> as_pair(IntRange(0, 4)), as_pair(SuffixRange(3))
    ((0, 5), (-3, None))
    """
    if isinstance(spec, SuffixRange):
        return -spec.suffix_length, None
    return spec.first, None if spec.last is None else spec.last + 1
