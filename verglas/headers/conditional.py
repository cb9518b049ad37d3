"""Conditional requests (RFC 9110 §13) and Last-Modified (§8.8.2): the conditions, and what they decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Final, TypeVar, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import HeaderValueError
from verglas.errors.parse import HeaderError
from verglas.headers.entitytags import ETag, ETags
from verglas.headers.fields import (
    HeaderField,
    HeaderValue,
    as_whole_date,
    date_field,
    list_field,
    read_date,
    single_field,
)
from verglas.headers.lines import OWS
from verglas.headers.mapping import Headers
from verglas.syntax.dates import format_date
from verglas.values import Value

__all__ = [
    "IF_MATCH",
    "IF_MODIFIED_SINCE",
    "IF_NONE_MATCH",
    "IF_RANGE",
    "IF_UNMODIFIED_SINCE",
    "IfRange",
    "LAST_MODIFIED",
    "Outcome",
    "PARTIAL",
    "Preconditions",
    "READING",
    "UNCONDITIONAL",
    "Unreadable",
    "evaluate_preconditions",
]

T = TypeVar("T")
D = TypeVar("D")

READING: Final = frozenset({"GET", "HEAD", "QUERY"})
"""The methods that If-Modified-Since is for, and for which an If-None-Match answers with 304 (RFC 9110 §13.1).

A condition of a QUERY is about its result (RFC 10008 §2.6).
"""

PARTIAL: Final = frozenset({"GET", "QUERY"})
"""The methods that a Range is for (RFC 9110 §14.2, RFC 10008 §2.8)."""

WITHOUT_REPRESENTATION: Final = frozenset({"CONNECT", "OPTIONS", "TRACE"})


def _as_tag(etag: ETag | str | None) -> ETag | None:
    if isinstance(etag, str):
        return ETag(etag)
    if etag is None or isinstance(etag, ETag):  # pyright: ignore[reportUnnecessaryIsInstance]  # any caller
        return etag
    raise TypeError(f"expected an entity tag, not {type(etag).__name__}")


def _as_date(date: datetime | None) -> datetime | None:
    return None if date is None else as_whole_date(date, grammar="If-Range")


@final
@frozen
class IfRange(HeaderValue):
    """The validator that a representation must still have for its range to be sent (RFC 9110 §13.1.5).

        If-Range = entity-tag / HTTP-date

    Values look like `"xyzzy"` and `Sat, 29 Oct 1994 19:43:31 GMT`. A weak tag may be read, but never matches.

        value     representation                          matches
        -----     --------------                          -------
        "1"       ETag "1"                                True
        "1"       ETag W/"1", ETag "2", no ETag           False
        W/"1"     any                                     False
        a date    Last-Modified at that very second       True
        a date    Last-Modified before, after, none       False

    Attributes:
        etag: The tag. The constructor takes a str as a strong one.
        date: The date, in UTC; a naive one is taken as that. Microseconds, which it cannot say, are left out.

    Raises:
        HeaderValueError: Not exactly one of them is given, the tag is illegal, or the date has no form in UTC.
        TypeError: The tag is neither an `ETag` nor a str.

    >>> IfRange.parse('"xyzzy"').matches(etag=ETag("xyzzy"))
    True
    """

    etag: ETag | None = field(default=None, converter=_as_tag)
    date: datetime | None = field(default=None, converter=_as_date)

    def __attrs_post_init__(self) -> None:
        if (self.etag is None) == (self.date is None):
            raise HeaderValueError("If-Range", "expected an entity tag or a date, and not both")

    @classmethod
    def parse(cls, text: str, /) -> IfRange:
        """Read the value of the field.

        Args:
            text: The value. Its first three characters tell a tag from a date, as §13.1.5 says.

        Raises:
            GrammarError: The text is neither an entity tag nor a date.
        """
        text = text.strip(OWS)
        if '"' in text[:3]:
            return cls(etag=ETag.parse(text))
        return cls(date=read_date(text, grammar="If-Range"))

    def matches(self, *, etag: ETag | None = None, last_modified: datetime | None = None) -> bool:
        """Whether a representation is still the one that was meant: a strong comparison, or exactly that date.

        That a date is a strong validator (§8.8.2.2) only the application can know: one that may change a representation
        twice within a second gives it an entity tag.

        Args:
            etag: The tag of the representation.
            last_modified: When it was last modified; a naive date is in UTC.
        """
        if self.etag is not None:
            return etag is not None and self.etag.strong_compare(etag)
        return last_modified is not None and self.date == _to_second(last_modified)

    @override
    def __str__(self) -> str:
        if self.date is not None:
            return format_date(self.date)
        return str(self.etag)


IF_MATCH: Final[HeaderField[ETags]] = list_field("If-Match", ETags)
"""If-Match (RFC 9110 §13.1.1)."""

IF_NONE_MATCH: Final[HeaderField[ETags]] = list_field("If-None-Match", ETags)
"""If-None-Match (RFC 9110 §13.1.2)."""

IF_MODIFIED_SINCE: Final[HeaderField[datetime]] = date_field("If-Modified-Since")
"""If-Modified-Since (RFC 9110 §13.1.3)."""

IF_UNMODIFIED_SINCE: Final[HeaderField[datetime]] = date_field("If-Unmodified-Since")
"""If-Unmodified-Since (RFC 9110 §13.1.4)."""

IF_RANGE: Final[HeaderField[IfRange]] = single_field("If-Range", IfRange)
"""If-Range (RFC 9110 §13.1.5)."""

LAST_MODIFIED: Final[HeaderField[datetime]] = date_field("Last-Modified")
"""Last-Modified (RFC 9110 §8.8.2)."""


@final
class Unreadable(Enum):
    """A condition that is there but malformed: not the same as none, which would let the request through."""

    UNREADABLE = "unreadable"

    @override
    def __repr__(self) -> str:
        return "UNREADABLE"


@final
class Outcome(Enum):
    """The result of evaluating the conditions of a request (RFC 9110 §13.2.2).

    Attributes:
        PROCEED: The method is performed. Where it is GET, a Range applies (§14.2).
        IGNORE_RANGE: GET is performed and its Range ignored: the representation is not what If-Range names.
        NOT_MODIFIED: 304: the client has the representation.
        FAILED: 412: the method is not performed.

    >>> Outcome.FAILED.status
    412
    """

    PROCEED = "proceed"
    IGNORE_RANGE = "ignore Range"
    NOT_MODIFIED = "not modified"
    FAILED = "failed"

    @property
    def status(self) -> int | None:
        """The status to answer with; `None`: that of the method performed."""
        if self is Outcome.NOT_MODIFIED:
            return 304
        return 412 if self is Outcome.FAILED else None


@final
@frozen(kw_only=True)
class Preconditions(Value):
    """The conditions of a request; `None` for each that the request does not have (RFC 9110 §13.1).

    Attributes:
        if_match: If-Match.
        if_unmodified_since: If-Unmodified-Since; `None` also where it is not a date, since it is to be ignored then
            (§13.1.4).
        if_none_match: If-None-Match.
        if_modified_since: If-Modified-Since; as If-Unmodified-Since is.
        if_range: If-Range; `None` also without a Range, since it is to be ignored then (§13.1.5).

    >>> lines = {"If-None-Match": ['"1"', '"2"'], "If-Match": ["oops"], "If-Range": ['"1"']}
    >>> conditions = Preconditions.of(lambda name: lines.get(name, []))
    >>> str(conditions.if_none_match), conditions.if_match, conditions.if_range
    ('"1", "2"', UNREADABLE, None)
    """

    if_match: ETags | Unreadable | None = None
    if_unmodified_since: datetime | None = None
    if_none_match: ETags | Unreadable | None = None
    if_modified_since: datetime | None = None
    if_range: IfRange | Unreadable | None = None

    @classmethod
    def of(cls, lines: Headers | Callable[[str], Sequence[str]]) -> Preconditions:
        """The conditions of a message head. What is there, but unreadable, is not the same as absent.

        Args:
            lines: The headers; or a function that gives all lines of a field by its name, none if it is absent. Its
                `HeaderError` means a field that is there and cannot be read; what else it raises is passed on.

        Raises:
            RequestHeaderFieldsTooLarge: A condition, or Range, is too long, or has too many members.

        >>> Preconditions.of(Headers({"If-Match": "no tag"})).if_match
        UNREADABLE
        """
        headers = lines if isinstance(lines, Headers) else _captured(lines)
        there = headers.present(_ASKED)
        if not there or there == ["Range"]:
            return UNCONDITIONAL
        conditions = object.__new__(cls)
        unreadable = Unreadable.UNREADABLE
        _set_if_match(conditions, _read(headers, IF_MATCH, unreadable) if "If-Match" in there else None)
        _set_unmodified(
            conditions, _read(headers, IF_UNMODIFIED_SINCE, None) if "If-Unmodified-Since" in there else None
        )
        _set_if_none_match(conditions, _read(headers, IF_NONE_MATCH, unreadable) if "If-None-Match" in there else None)
        _set_modified(conditions, _read(headers, IF_MODIFIED_SINCE, None) if "If-Modified-Since" in there else None)
        is_ranged = "Range" in there and _has_range(headers)
        _set_if_range(conditions, _read(headers, IF_RANGE, unreadable) if is_ranged else None)
        return conditions


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_if_match: Final = Preconditions.__dict__["if_match"].__set__
_set_unmodified: Final = Preconditions.__dict__["if_unmodified_since"].__set__
_set_if_none_match: Final = Preconditions.__dict__["if_none_match"].__set__
_set_modified: Final = Preconditions.__dict__["if_modified_since"].__set__
_set_if_range: Final = Preconditions.__dict__["if_range"].__set__

_ASKED: Final = ("If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since", "If-Range", "Range")
UNCONDITIONAL: Final = Preconditions()
"""No conditions: what `Preconditions.of` gives for a request that has none of the fields."""

_UNFIT: Final = "\0"  # what no field's grammar takes


def _captured(lines: Callable[[str], Sequence[str]]) -> Headers:
    pairs: list[tuple[str, str]] = []
    for name in _ASKED:
        try:
            pairs += [(name, line) for line in lines(name)]
        except HeaderError:
            pairs += [(name, _UNFIT)] if name != "Range" else []
    return Headers.unchecked(tuple(pairs))


def _read(headers: Headers, key: HeaderField[T], malformed: D) -> T | D | None:
    try:
        return headers.value_of(key, None)
    except HeaderError:
        return malformed


def _has_range(headers: Headers) -> bool:
    try:
        return bool(headers.lines_of("Range"))
    except HeaderError:  # a Range that cannot be read is ignored, and If-Range without one (RFC 9110 §13.1.5)
        return False


def evaluate_preconditions(
    method: str,
    preconditions: Preconditions,
    *,
    etag: ETag | None = None,
    last_modified: datetime | None = None,
    exists: bool = True,
) -> Outcome:
    """Decide what the conditions of a request ask for, in the order of RFC 9110 §13.2.2.

    To be asked only where the answer without conditions would be 2xx (§13.2.1), and before the method has changed
    anything. CONNECT, OPTIONS and TRACE select no representation, so no condition applies to them. An If-Match that
    cannot be read fails; so does an If-None-Match, but on GET, HEAD and QUERY, where it is passed over, and
    If-Modified-Since with it (§13.1.3): the whole representation is never wrong.

    Args:
        method: The method.
        preconditions: The conditions.
        etag: The entity tag of the current representation.
        last_modified: When it was last modified; a naive date is in UTC. Microseconds, which conditions cannot say, are
            not compared.
        exists: Whether there is a current representation. Without one, its tag and date are not looked at.

    >>> conditions = Preconditions(if_none_match=ETags(["1"]))
    >>> evaluate_preconditions("GET", conditions, etag=ETag("1", weak=True))
    <Outcome.NOT_MODIFIED: 'not modified'>
    >>> evaluate_preconditions("PUT", Preconditions(if_match=ETags(star=True)), exists=False).status
    412
    """
    if method in WITHOUT_REPRESENTATION:
        return Outcome.PROCEED
    etag = etag if exists else None
    modified = None if last_modified is None or not exists else _to_second(last_modified)
    unmodified_since, modified_since = preconditions.if_unmodified_since, preconditions.if_modified_since
    # Steps 1 and 2: If-Match, and If-Unmodified-Since only without one.
    if preconditions.if_match is not None:
        if not _is_matched(preconditions.if_match, etag, exists):
            return Outcome.FAILED
    elif modified is not None and unmodified_since is not None and modified > unmodified_since:
        return Outcome.FAILED
    # Steps 3 and 4: If-None-Match, and If-Modified-Since only without one, on GET, HEAD and QUERY.
    reading = method in READING
    if preconditions.if_none_match is not None:
        if not _is_none_matched(preconditions.if_none_match, etag, exists, reading):
            return Outcome.NOT_MODIFIED if reading else Outcome.FAILED
    elif reading and modified is not None and modified_since is not None and modified <= modified_since:
        return Outcome.NOT_MODIFIED
    # Step 5: If-Range.
    if method in PARTIAL and not _is_range_wanted(preconditions.if_range, etag, modified):
        return Outcome.IGNORE_RANGE
    return Outcome.PROCEED


def _is_matched(condition: ETags | Unreadable, etag: ETag | None, exists: bool) -> bool:
    """If-Match (§13.1.1): `*` and something there, or a tag that is the same by strong comparison."""
    if isinstance(condition, Unreadable):
        return False
    return exists if condition.star else etag is not None and condition.contains(etag)


def _is_none_matched(condition: ETags | Unreadable, etag: ETag | None, exists: bool, reading: bool) -> bool:
    """If-None-Match (§13.1.2): `*` and nothing there, or no tag that is the same by weak comparison."""
    if isinstance(condition, Unreadable):
        return reading
    return not exists if condition.star else etag is None or not condition.contains_weak(etag)


def _is_range_wanted(condition: IfRange | Unreadable | None, etag: ETag | None, modified: datetime | None) -> bool:
    if isinstance(condition, IfRange):
        return condition.matches(etag=etag, last_modified=modified)
    return condition is None


def _to_second(date: datetime) -> datetime:
    """An aware date in whole seconds."""
    return (date.replace(tzinfo=UTC) if date.tzinfo is None else date).replace(microsecond=0)
