"""Decide how a response changes for the conditions and the Range of a request (RFC 9110 §13, §14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar, cast, final

from verglas.capture import method_of
from verglas.errors.grammar import GrammarError
from verglas.errors.parse import HeaderError
from verglas.headers.conditional import (
    LAST_MODIFIED,
    PARTIAL,
    READING,
    UNCONDITIONAL,
    IfRange,
    Outcome,
    Preconditions,
    evaluate_preconditions,
)
from verglas.headers.context import DATE
from verglas.headers.entitytags import ETAG, ETag
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Absent, HeaderMapping, Headers, Pairs
from verglas.headers.ranges import RANGE, AcceptRanges, Selection, Slices, select_ranges
from verglas.response.bodies import Body, InMemory
from verglas.response.byteranges import multipart_of
from verglas.response.filebodies import FileSlice
from verglas.response.status import DROPPED
from verglas.syntax.dates import current_date
from verglas.wsgi import Environ, Head

__all__ = ["Representation", "Revision", "UNCHANGED", "revise"]

T = TypeVar("T")

Decision: TypeAlias = tuple[int | None, Slices]
"""The status that a response becomes, `None` if it stays what it is; and with 206 the parts to send."""

KnownTag: TypeAlias = tuple[str, ETag | None]
"""The text of an entity tag, and its value."""

AS_IT_IS: Final[Decision] = (None, ())


@final
class Representation:
    """A response, as far as conditions and ranges are about it. Its validators are read once, and only if asked for.

    Args:
        status: The code of the response.
        headers: Its header fields, which do not change meanwhile.
        body: Its body.
        tag: An entity tag and its text: it need not be read where this is what the header fields have.
    """

    __slots__ = ("_etag", "_last_modified", "_tag", "body", "headers", "status")

    def __init__(self, status: int, headers: HeaderMapping, body: Body, tag: KnownTag = ("", None)) -> None:
        self.status: Final = status
        self.headers: Final = headers
        self.body: Final = body
        self._tag: Final = tag
        self._etag: ETag | Absent | None = Absent.ABSENT
        self._last_modified: datetime | Absent | None = Absent.ABSENT

    @property
    def etag(self) -> ETag | None:
        """The entity tag (RFC 9110 §8.8.3); `None`: absent or malformed."""
        if self._etag is Absent.ABSENT:
            text, tag = self._tag
            self._etag = tag if self.headers.getlist("ETag") == [text] else self._read(ETAG)
        return self._etag

    @property
    def last_modified(self) -> datetime | None:
        """When it was last modified (§8.8.2); `None`: absent or malformed."""
        if self._last_modified is Absent.ABSENT:
            self._last_modified = self._read(LAST_MODIFIED)
        return self._last_modified

    @property
    def is_weakly_dated(self) -> bool:
        """Whether it was modified within the second in which the answer is made: it may have changed twice in that.

        RFC 9110 §13.1.5 wants a strong validator; a date is one only if it is older than Date (§8.8.2.2).
        """
        date, modified = self._read(DATE) or datetime.now(UTC), self.last_modified
        return modified is not None and date - modified < timedelta(seconds=1)

    def _read(self, key: HeaderField[T]) -> T | None:
        lines = self.headers.getlist(key.name)
        try:
            return key.decode(lines) if lines else None
        except GrammarError:
            return None


class Revision(NamedTuple):
    """How a response changes.

    Attributes:
        status: Its new code; `None`: it keeps its status.
        body: Its new body; `None`: it keeps the old one, as a 304 does, which does not send it.
        dropped: The fields, by their names in lower case, that it loses.
        lines: The field lines that it gets, in place of others with their names.
    """

    status: int | None = None
    body: Body | None = None
    dropped: frozenset[str] = frozenset()
    lines: Pairs = ()

    def revised(self, pairs: Pairs) -> Pairs:
        """The field lines of the changed response.

        Args:
            pairs: Its field lines before.
        """
        dropped = {*self.dropped}
        for name, _ in self.lines:
            dropped.add(name.lower())
        return (*[pair for pair in pairs if pair[0].lower() not in dropped], *self.lines)


# Of values, which have no Date to be given, nearly all revisions are one of these.
UNCHANGED: Final = Revision()
NOT_MODIFIED: Final = Revision(304, None, DROPPED[304])
NOT_MODIFIED_BESIDE_TAG: Final = Revision(304, None, DROPPED[304] | {"last-modified"})


def revise(
    request: Head | Environ,
    response: Representation,
    *,
    accept_ranges: bool | str = False,
    complete_length: int | None = None,
    is_value: bool = False,
) -> Revision:
    """Decide how a response changes for a request. Neither a stream nor a file is read for it.

    Only a success that answers GET, HEAD or QUERY changes. A Range counts for GET, QUERY and 200 only (RFC 9110 §14.2,
    RFC 10008 §2.8). Of content that has a coding several parts are not sent, but all of it: beside a multipart type,
    Content-Encoding would describe the multipart.

    Args:
        request: The head of the request, or its environ.
        response: The response.
        accept_ranges: `True`: parts are sent; or the value of Accept-Ranges: with `bytes` in it they are.
        complete_length: The number of bytes of the body, which a stream cannot tell itself.
        is_value: Whether the response is a value: then it gets no Date, and several parts of a file do not become a
            stream, which can be read once.

    Raises:
        HeaderValueError: `accept_ranges` is not a value of that field.
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
        TypeError: The request is neither a request nor an environ.
        ValueError: `complete_length` is negative, or not that of a body in memory.

    >>> page = Representation(200, Headers({"ETag": '"1"'}), InMemory(b"0123456789"))
    >>> environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=-2", "HTTP_IF_RANGE": '"1"'}
    >>> revision = revise(environ, page, accept_ranges=True)
    >>> revision.status, revision.body.read_bytes()
    (206, b'89')
    """
    method, headers = _head_of(request)
    units, sends_parts = _units(accept_ranges) if accept_ranges else ("", False)
    length = _length(response.body, complete_length) if sends_parts and method in PARTIAL else None
    # Conditions of other methods are evaluated before the method is performed (RFC 9110 §13.2.1): what answers a PUT
    # that has succeeded carries the tag of what was put, which its If-Match cannot have named.
    if method not in READING:
        return UNCHANGED
    status, slices = _decide(method, headers, response, length)
    if len(slices) > 1 and is_value and isinstance(response.body, FileSlice):
        status = None
    lines: list[tuple[str, str]] = []
    if not is_value and "Date" not in response.headers:
        lines.append(("Date", current_date()))
    if units and response.status == 200 and status in (None, 206, 416):
        lines.append(("Accept-Ranges", units))
    if status is None:
        return Revision(lines=tuple(lines)) if lines else UNCHANGED
    if status == 206 and length is not None:
        return _partial(response, slices, length, lines)
    return _without_content(response, status, length, lines)


def _head_of(request: Head | Environ) -> tuple[str, Headers]:
    """Method and fields of a request. An environ is not kept, so that it need not be copied."""
    if isinstance(request, dict):
        return method_of(request), Headers.captured(request)
    # PERF: to ask a request whether it is a mapping takes 0.4 µs.
    headers: object = getattr(request, "headers", None)
    if isinstance(headers, Headers):
        return cast("Head", request).method, headers  # a mapping has no headers
    if isinstance(request, Mapping):
        return method_of(request), Headers.captured(request)
    if not (hasattr(request, "method") and hasattr(request, "headers")):
        what = type(request).__name__
        raise TypeError(f"the condition is that of a request: expected a Request or an environ, not {what}")
    pairs = request.headers.pairs if isinstance(request.headers, HeaderMapping) else tuple(request.headers.items())
    return request.method, Headers.unchecked(pairs)


def _units(accept_ranges: Literal[True] | str) -> tuple[str, bool]:
    """The value of Accept-Ranges, and whether parts are sent."""
    if not isinstance(accept_ranges, str):
        return "bytes", True
    units = AcceptRanges(accept_ranges)
    return str(units), "bytes" in units


def _length(body: Body, complete_length: int | None) -> int | None:
    """The number of bytes of the representation; `None`: it is not known."""
    if complete_length is not None and complete_length < 0:
        raise ValueError(f"complete_length must not be negative, got {complete_length}")
    known = body.length
    if None not in (known, complete_length) and known != complete_length:
        raise ValueError(f"the body has {known} bytes, not the {complete_length} of complete_length")
    return complete_length if known is None else known


def _decide(method: str, headers: Headers, response: Representation, length: int | None) -> Decision:
    if not 200 <= response.status < 300:
        return AS_IT_IS
    conditions = Preconditions.of(headers)
    if conditions is not UNCONDITIONAL:
        if_range = conditions.if_range
        asks_for_date = conditions.if_modified_since or conditions.if_unmodified_since or if_range
        outcome = evaluate_preconditions(
            method, conditions, etag=response.etag, last_modified=response.last_modified if asks_for_date else None
        )
        if outcome is Outcome.NOT_MODIFIED:
            return 304, ()
        if outcome is not Outcome.PROCEED:
            return (412, ()) if outcome is Outcome.FAILED else AS_IT_IS
        if isinstance(if_range, IfRange) and if_range.date is not None and response.is_weakly_dated:
            return AS_IT_IS
    if method not in PARTIAL or length is None or response.status != 200 or "Content-Range" in response.headers:
        return AS_IT_IS
    return _select(headers, response, length)


def _select(headers: Headers, response: Representation, length: int) -> Decision:
    try:
        range_ = headers.value_of(RANGE, None)
    except HeaderError:  # a Range that cannot be read is ignored (RFC 9110 §14.2)
        return AS_IT_IS
    selection = select_ranges(range_, length, max_ranges=headers.limits.max_ranges)
    if selection is Selection.UNSATISFIABLE:
        return 416, ()
    if isinstance(selection, Selection) or (len(selection) > 1 and "Content-Encoding" in response.headers):
        return AS_IT_IS
    return 206, selection


def _without_content(
    response: Representation, status: int, length: int | None, lines: list[tuple[str, str]]
) -> Revision:
    """An answer that carries nothing of the representation (RFC 9110 §15.4.5, §15.5.13, §15.5.17)."""
    dropped = DROPPED[status]
    if status == 304:
        # Last-Modified guides an update of what is stored only where no entity tag does.
        known = NOT_MODIFIED if response.etag is None else NOT_MODIFIED_BESIDE_TAG
        return Revision(status, None, known.dropped, tuple(lines)) if lines else known
    if status == 416 and length is not None:
        lines.append(("Content-Range", f"bytes */{length}"))
    return Revision(status, InMemory(), dropped, tuple(lines))


def _partial(response: Representation, slices: Slices, length: int, lines: list[tuple[str, str]]) -> Revision:
    """A 206 (RFC 9110 §15.3.7): one part with its Content-Range, or several in a multipart."""
    body: Body
    if len(slices) == 1:
        start, stop = slices[0]
        body, size = response.body.part(start, stop), stop - start
        lines.append(("Content-Range", f"bytes {start}-{stop - 1}/{length}"))
    else:
        content_type = response.headers.get("Content-Type")
        parts = multipart_of(response.body, slices, length, content_type)
        body, size = parts.body, parts.length
        lines.append(("Content-Type", parts.content_type))
    lines.append(("Content-Length", str(size)))
    return Revision(206, body, DROPPED[206], tuple(lines))
