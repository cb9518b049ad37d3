"""Ranges (RFC 9110 §14): the parts of a representation that are asked for, and those that are sent."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import ClassVar, Final, Self, TypeAlias, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import LARGEST, HeaderField, HeaderValue, as_lower, list_field, single_field
from verglas.headers.lines import OWS
from verglas.headers.namesets import NameSet
from verglas.limits import DEFAULT_LIMITS
from verglas.syntax.tokens import TOKEN_CHARS, check_token, is_token
from verglas.values import Value

__all__ = [
    "ACCEPT_RANGES",
    "AcceptRanges",
    "CONTENT_RANGE",
    "ContentRange",
    "IntRange",
    "RANGE",
    "Range",
    "RangeSpec",
    "Selection",
    "Slices",
    "SuffixRange",
    "select_ranges",
]

_DIGITS: Final = "[0-9]{1,18}"

_SPEC: Final = re.compile(f"({_DIGITS})-([0-9]{{0,18}})|-({_DIGITS})")
# VCHAR without the comma, and without the quote: other lists do not end in one (said in `Range`).
_OTHER: Final = re.compile(r"[!#-+\--~]+")


@final
@frozen
class IntRange(Value):
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
        """The start and the stop of the range, given the length of the whole; `None` if the range is empty."""
        if self.first >= length:
            return None
        return self.first, length if self.last is None else min(self.last + 1, length)

    @override
    def __str__(self) -> str:
        return f"{self.first}-{'' if self.last is None else self.last}"


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_first: Final = IntRange.__dict__["first"].__set__
_set_last: Final = IntRange.__dict__["last"].__set__


@final
@frozen
class SuffixRange(Value):
    """So many positions at the end (RFC 9110 §14.1.1).

        suffix-range = "-" suffix-length

    Example values: `-500`; `-0`, which nothing satisfies.

    Attributes:
        suffix_length: How many. More than there are: all of them.

    Raises:
        HeaderValueError: The length is negative or has more than 18 digits.

    >>> SuffixRange(5).slice_of(10), SuffixRange(500).slice_of(10), SuffixRange(0).slice_of(10)
    ((5, 10), (0, 10), None)
    """

    suffix_length: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.suffix_length <= LARGEST:
            raise HeaderValueError("Range", "expected a suffix length of at most 18 digits", str(self))

    def slice_of(self, length: int) -> tuple[int, int] | None:
        """The start and the stop of the range, given the length of the whole; `None` if the range is empty."""
        return (max(0, length - self.suffix_length), length) if self.suffix_length and length else None

    @override
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
        case IntRange() | SuffixRange():
            return spec
    raise TypeError(f"a range is a pair of start and stop, as in Range('bytes', [(0, 5)]), not {spec!r}")


def _as_specs(specs: Iterable[RangeSpec | tuple[int, int | None]]) -> tuple[RangeSpec, ...]:
    """The ranges that values, texts, and pairs of start and stop stand for.

    >>> _as_specs(["0-4", (0, 5), (-3, None), "x"])
    (IntRange(first=0, last=4), IntRange(first=0, last=4), SuffixRange(suffix_length=3), 'x')
    """
    return tuple([_as_spec(spec) for spec in specs])


def _parse_spec(text: str) -> IntRange | SuffixRange | None:
    """The range that a text is; `None` if it is another."""
    match = _SPEC.fullmatch(text)
    if match is None:
        return None
    start, end, suffix = match.groups()
    if suffix:
        return SuffixRange(int(suffix))
    first, last = int(start), int(end) if end else None
    if last is not None and first > last:
        return None
    spec = object.__new__(IntRange)
    _set_first(spec, first)
    _set_last(spec, last)
    return spec


def _is_spec(spec: RangeSpec, unit: str) -> bool:
    """Whether it is a range in a unit (in lower case): bytes have no others than the two, with positions in order.

    >>> _is_spec("5-3", "bytes"), _is_spec("a-b", "items"), _is_spec("a b", "items")
    (False, True, False)
    """
    return not isinstance(spec, str) or (unit != "bytes" and _OTHER.fullmatch(spec) is not None)


_CONTENT_RANGE: Final = rf"([{TOKEN_CHARS}]+) (?:({_DIGITS})-({_DIGITS})/(?:({_DIGITS})|\*)|\*/({_DIGITS}))"


@final
@frozen
class Range(HeaderValue):
    """The parts of a representation that a client asks for (RFC 9110 §14.2).

        Range            = range-unit "=" range-set
        range-set        = 1#( int-range / suffix-range / other-range )
        other-range      = 1*( %x21-2B / %x2D-7E )    ; visible, no comma

    Example values: `bytes=0-499`, `bytes=0-0,-1`, `items=10-19`. Units compare without case, ranges in their order.
    Positions have at most 18 digits; where a server reads no more of them, it may ignore the field. An other-range
    with a quote is not read.

    Attributes:
        unit: In lower case.
        specs: The ranges as sent. The constructor also takes pairs of start and stop: `(0, 500)` is `0-499`,
            `(500, None)` is `500-`, `(-500, None)` is `-500`.

    Raises:
        HeaderValueError: The unit is not a token, no range is given, or one is not a range of this unit.

    >>> Range.parse("bytes=0-499, -500").specs
    (IntRange(first=0, last=499), SuffixRange(suffix_length=500))
    """

    unit: str = field(converter=as_lower)
    specs: tuple[RangeSpec, ...] = field(converter=_as_specs)

    def __attrs_post_init__(self) -> None:
        check_token(self.unit, "range unit")
        if not self.specs:
            raise HeaderValueError("Range", "expected a range")
        for spec in self.specs:
            if not _is_spec(spec, self.unit):
                raise HeaderValueError("Range", f"no range of {self.unit}", str(spec))

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a Range field.

        Args:
            text: Its only line.

        Raises:
            GrammarError: The text is malformed, or a range ends before it starts. A server ignores the field then.
        """
        text = text.strip(OWS)
        unit, equals, ranges = text.partition("=")
        if not equals or (unit != "bytes" and not is_token(unit)):
            raise GrammarError("Range", "expected a unit and '='", text, 0)
        unit = unit.lower()
        specs: list[RangeSpec] = []
        for member in ranges.split(","):
            if not (member := member.strip(OWS)):
                continue
            spec = _parse_spec(member)
            if spec is None and (unit == "bytes" or _OTHER.fullmatch(member) is None):
                raise GrammarError("Range", f"no range of {unit}", member)
            specs.append(member if spec is None else spec)
        if not specs:
            raise GrammarError("Range", "expected a range", text, len(text))
        value = object.__new__(cls)
        _set_unit(value, unit)
        _set_specs(value, tuple(specs))
        return value

    @property
    def units(self) -> str:
        """The unit."""
        return self.unit

    @property
    def ranges(self) -> tuple[tuple[int, int | None], ...]:
        """The ranges as pairs, as the constructor takes them; those that are text are left out.

        >>> Range.parse("bytes=0-4, -3").ranges
        ((0, 5), (-3, None))
        """
        pairs: list[tuple[int, int | None]] = []
        for spec in self.specs:
            if isinstance(spec, IntRange):
                pairs.append((spec.first, None if spec.last is None else spec.last + 1))
            elif isinstance(spec, SuffixRange):
                pairs.append((-spec.suffix_length, None))
        return tuple(pairs)

    def range_for_length(self, length: int | None) -> tuple[int, int] | None:
        """Start and stop of the one range of bytes that this is.

        Args:
            length: How many bytes there are, if that is known.

        Returns:
            `None` for another unit, several ranges, an unknown length, or what the length does not satisfy.

        >>> Range.parse("bytes=-500").range_for_length(10)
        (0, 10)
        """
        if self.unit != "bytes" or len(self.specs) != 1 or length is None:
            return None
        spec = self.specs[0]
        return None if isinstance(spec, str) else spec.slice_of(length)

    def make_content_range(self, length: int | None) -> ContentRange | None:
        """The Content-Range of an answer to the one range of bytes that this is; `None` as `range_for_length` says."""
        slice_ = self.range_for_length(length)
        return None if slice_ is None else ContentRange(self.unit, *slice_, length)

    def to_content_range_header(self, length: int | None) -> str | None:
        """The value of `make_content_range` as text."""
        content_range = self.make_content_range(length)
        return None if content_range is None else str(content_range)

    @override
    def __str__(self) -> str:
        return f"{self.unit}={','.join(map(str, self.specs))}"


_set_unit: Final = Range.__dict__["unit"].__set__
_set_specs: Final = Range.__dict__["specs"].__set__


@final
@frozen
class ContentRange(HeaderValue):
    """The part of a representation that the content is, or the length of the whole (RFC 9110 §14.4).

        Content-Range = range-unit SP ( first-pos "-" last-pos "/" ( complete-length / "*" ) / "*/" complete-length )

    Example values: `bytes 0-499/1234`, `bytes 0-499/*`, `bytes */1234` (with 416). Units compare without case.

    Attributes:
        unit: In lower case.
        start: The first position; `None`: the range is not satisfied.
        stop: The position after the last.
        length: Of the whole; `None`: not known.

    Raises:
        HeaderValueError: The unit is not a token; of start and stop there is only one; the part is empty or goes beyond
            the whole; an unsatisfied range has no length; a number is negative or has more than 18 digits.

    >>> str(ContentRange("bytes", 0, 500, 1234)), str(ContentRange("bytes", None, None, 1234))
    ('bytes 0-499/1234', 'bytes */1234')
    """

    unit: str = field(converter=as_lower)
    start: int | None
    stop: int | None
    length: int | None = None

    def __attrs_post_init__(self) -> None:
        check_token(self.unit, "range unit")
        if not _is_part(self.start, self.stop, self.length):
            raise HeaderValueError(
                "Content-Range", "expected a part of the whole, or the length of the whole", str(self)
            )

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a Content-Range field.

        Args:
            text: Its only line.

        Raises:
            GrammarError: The text is malformed, or its part is empty or goes beyond the whole.
        """
        text = text.strip(OWS)
        match = re.fullmatch(_CONTENT_RANGE, text)
        if match is None:
            raise GrammarError("Content-Range", "expected a unit, positions and a length", text)
        if match[5]:
            return cls(match[1], None, None, int(match[5]))
        start, stop, length = int(match[2]), int(match[3]) + 1, int(match[4]) if match[4] else None
        if not _is_part(start, stop, length):
            raise GrammarError("Content-Range", "expected a part of the whole", text)
        return cls(match[1], start, stop, length)

    @property
    def units(self) -> str:
        """The unit."""
        return self.unit

    @override
    def __str__(self) -> str:
        length = "*" if self.length is None else self.length
        if self.start is None or self.stop is None:
            return f"{self.unit} */{length}"
        return f"{self.unit} {self.start}-{self.stop - 1}/{length}"


def _is_part(start: int | None, stop: int | None, length: int | None) -> bool:
    if length is not None and not 0 <= length <= LARGEST:
        return False
    if start is None or stop is None:
        return start is None and stop is None and length is not None
    return 0 <= start < stop <= (LARGEST + 1 if length is None else length)


@final
class AcceptRanges(NameSet):
    """The units in which a server takes ranges, `none` for that there are none (RFC 9110 §14.3).

        Accept-Ranges = 1#range-unit

    Example values: `bytes`, `none`. Units compare without case, in any order.

    >>> "bytes" in AcceptRanges.parse("Bytes")
    True
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Accept-Ranges"


@final
class Selection(enum.Enum):
    """The answers to a Range that are not a selection of parts.

    >>> select_ranges(None, 10)
    <Selection.WHOLE: 'whole'>
    """

    WHOLE = "whole"
    """The whole representation, as without a Range: 200."""
    UNSATISFIABLE = "unsatisfiable"
    """Nothing, since no range can be satisfied: 416."""


Slices: TypeAlias = tuple[tuple[int, int], ...]
"""Starts and stops in bytes; no two of them touch."""


def select_ranges(
    range: Range | None, length: int, *, max_ranges: int = DEFAULT_LIMITS.max_ranges
) -> Slices | Selection:
    """Select the parts of a representation to send (RFC 9110 §14.2 and §15.3.7).

    | range                                    | of 10 bytes     | of 0 bytes      |
    |------------------------------------------|-----------------|-----------------|
    | none, malformed (`None`), another unit   | `WHOLE`         | `WHOLE`         |
    | more than `max_ranges`                   | `WHOLE`         | `WHOLE`         |
    | `bytes=0-4`, `bytes=-5`                  | (0, 5), (5, 10) | `WHOLE`         |
    | `bytes=0-99`, `bytes=-99`, `bytes=0-`    | (0, 10)         | `WHOLE`         |
    | `bytes=10-`, `bytes=-0`                  | `UNSATISFIABLE` | `WHOLE`         |
    | `bytes=10-,0-4`                          | (0, 5)          | `WHOLE`         |
    | `bytes=0-4,2-6`, `bytes=5-6,0-4`         | (0, 7)          | `WHOLE`         |

    Of an empty representation a Range is ignored, as §14.2 allows: a client that asks for all of it, with `bytes=0-`,
    would get an error for a file that is there.

    Args:
        range: What is asked for; `None` where it is absent or malformed.
        length: How many bytes the representation has.
        max_ranges: More ranges than that are ignored.

    Returns:
        The parts to send, each where the first range that it holds was; or why there are none.

    Raises:
        ValueError: The length is a negative number.

    >>> select_ranges(Range.parse("bytes=8-9, 0-1, 2-5, 20-"), 10)
    ((8, 10), (0, 6))
    """
    if length < 0:
        raise ValueError(f"a length must not be negative, got {length}")
    if not length or range is None or range.unit != "bytes" or len(range.specs) > max_ranges:
        return Selection.WHOLE
    slices: list[tuple[int, int]] = []
    for spec in range.specs:
        slice_ = None if isinstance(spec, str) else spec.slice_of(length)
        if slice_ is not None:
            slices.append(slice_)
    if len(slices) == 1:
        return (slices[0],)
    return _coalesced(slices) if slices else Selection.UNSATISFIABLE


def _coalesced(slices: list[tuple[int, int]]) -> Slices:
    """The slices with those that overlap or touch made one.

    Sorted first, so that each is looked at once: comparing each with each is what CVE-2025-62727 was about, pinned by
    `test_many_ranges_are_linear`.
    """
    merged: list[tuple[int, int, int]] = []  # where it stood, start, stop
    for start, stop, place in sorted((start, stop, place) for place, (start, stop) in enumerate(slices)):
        if merged and start <= merged[-1][2]:
            first, begun, ended = merged[-1]
            merged[-1] = (min(first, place), begun, max(ended, stop))
        else:
            merged.append((place, start, stop))
    return tuple([(start, stop) for _, start, stop in sorted(merged)])


RANGE: Final[HeaderField[Range]] = single_field("Range", Range)
CONTENT_RANGE: Final[HeaderField[ContentRange]] = single_field("Content-Range", ContentRange)
ACCEPT_RANGES: Final[HeaderField[AcceptRanges]] = list_field("Accept-Ranges", AcceptRanges)
