"""Decide how a response changes for the conditions and the Range of a request (RFC 9110 §13, §14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, TypeVar, final

from attrs import frozen

from verglas.capture import RequestHead, method_of
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
from verglas.headers.mapping import HeaderMapping, Headers, Pairs
from verglas.headers.ranges import RANGE, AcceptRanges, ContentRange, Selection, Slices, select_ranges
from verglas.response.bodies import Body, InMemory
from verglas.response.byteranges import multipart_of
from verglas.response.filebodies import FileSlice
from verglas.response.status import DROPPED
from verglas.syntax.dates import format_date
from verglas.wsgi import Environ, Head

__all__ = ["Representation", "Revision", "revise"]

T = TypeVar("T")

Decision: TypeAlias = tuple[int | None, Slices]
"""The status that a response becomes, `None` if it stays what it is; and with 206 the parts to send."""

AS_IT_IS: Final[Decision] = (None, ())


@final
@frozen
class Validators:
    """The values that tell one state of a representation from another (RFC 9110 §8.8); `None`: absent or malformed.

    Attributes:
        etag: The entity tag.
        last_modified: When it was last modified.
        date: When the response was made: a date of modification is a strong validator only if it is older (§8.8.2.2).
    """

    etag: ETag | None
    last_modified: datetime | None
    date: datetime | None


@final
class Representation:
    """A response, as far as conditions and ranges are about it.

    Args:
        status: The code of the response.
        pairs: Its field lines.
        body: Its body.
        now: The Date that it is given where it has none; `None`: it is given none.
    """

    __slots__ = ("_validators", "body", "fields", "now", "status")

    def __init__(self, status: int, pairs: Pairs, body: Body, now: datetime | None = None) -> None:
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name.lower(), []).append(value)
        self.status: Final = status
        self.fields: Final = fields
        self.body: Final = body
        self.now: Final = None if now is None or "date" in fields else now
        self._validators: Validators | None = None

    @property
    def validators(self) -> Validators:
        """Its validators, read once, and only if a condition is about them."""
        if self._validators is None:
            fields = self.fields
            self._validators = Validators(
                _value(ETAG, fields["etag"]) if "etag" in fields else None,
                _value(LAST_MODIFIED, fields["last-modified"]) if "last-modified" in fields else None,
                _value(DATE, fields["date"]) if "date" in fields else self.now,
            )
        return self._validators


def _value(key: HeaderField[T], lines: Sequence[str]) -> T | None:
    """The value of a field that is there; `None` if it is malformed."""
    try:
        return key.decode(lines)
    except GrammarError:
        return None


@final
@frozen
class Revision:
    """How a response changes.

    Attributes:
        status: Its new code; `None`: it keeps its status.
        body: Its body; the same object if it keeps that.
        dropped: The fields, by their names in lower case, that it loses.
        lines: The field lines that it gets, in place of others with their names.
    """

    status: int | None
    body: Body
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


def revise(
    request: Head | Environ,
    response: Representation,
    *,
    accept_ranges: bool | str = False,
    complete_length: int | None = None,
    reads_files: bool = True,
) -> Revision:
    """Decide how a response changes for a request. Neither a stream nor a file is read for it.

    Only a success that answers GET, HEAD or QUERY changes. A Range counts for GET, QUERY and 200 only (RFC 9110 §14.2,
    RFC 10008 §2.8). Of content
    that has a coding several parts are not sent, but all of it: beside a multipart type, Content-Encoding would
    describe the multipart.

    Args:
        request: The head of the request, or its environ.
        response: The response.
        accept_ranges: `True`: parts are sent; or the value of Accept-Ranges: with `bytes` in it they are.
        complete_length: The number of bytes of the body, which a stream cannot tell itself.
        reads_files: Whether several parts of a file may become a stream, which can be read once.

    Raises:
        HeaderValueError: `accept_ranges` is not a value of that field.
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
        TypeError: The request is neither a request nor an environ.
        ValueError: `complete_length` is negative, or not that of a body in memory.

    >>> page = Representation(200, (("ETag", '"1"'),), InMemory(b"0123456789"))
    >>> environ = {"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=-2", "HTTP_IF_RANGE": '"1"'}
    >>> revision = revise(environ, page, accept_ranges=True)
    >>> revision.status, revision.body.read_bytes()
    (206, b'89')
    """
    try:
        head = _of_environ(request) if isinstance(request, Mapping) else _with_lines(request)
    except AttributeError:
        if hasattr(request, "method") and hasattr(request, "headers"):
            raise
        what = type(request).__name__
        raise TypeError(f"the condition is that of a request: expected a Request or an environ, not {what}") from None
    units, sends_parts = _units(accept_ranges) if accept_ranges else ("", False)
    length = _length(response.body, complete_length) if sends_parts and head.method in PARTIAL else None
    # Conditions of other methods are evaluated before the method is performed (RFC 9110 §13.2.1): what answers a PUT
    # that has succeeded carries the tag of what was put, which its If-Match cannot have named.
    if head.method not in READING:
        return Revision(None, response.body)
    status, slices = _decide(head, response, length)
    if not reads_files and isinstance(response.body, FileSlice) and len(slices) > 1:
        status = None
    lines: list[tuple[str, str]] = []
    if response.now is not None:
        lines.append(("Date", format_date(response.now)))
    if units and response.status == 200 and status in (None, 206, 416):
        lines.append(("Accept-Ranges", units))
    if status is None:
        return Revision(None, response.body, lines=tuple(lines))
    if status == 206 and length is not None:
        return _partial(response, slices, length, lines)
    return _without_content(response, status, length, lines)


def _of_environ(environ: Environ) -> RequestHead:
    """The head of a request whose environ is not kept, so that it need not be copied."""
    return RequestHead(method_of(environ), Headers.captured(environ))


def _with_lines(head: Head) -> RequestHead:
    """The same head of a request; its fields may have been any mapping."""
    headers = head.headers
    if not isinstance(headers, Headers):
        pairs = headers.pairs if isinstance(headers, HeaderMapping) else tuple(headers.items())
        headers = Headers.unchecked(pairs)
    return RequestHead(head.method, headers)


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


def _decide(head: RequestHead, response: Representation, length: int | None) -> Decision:
    if not 200 <= response.status < 300:
        return AS_IT_IS
    conditions = Preconditions.of(head.headers)
    outcome = Outcome.PROCEED
    if conditions is not UNCONDITIONAL:
        validators = response.validators
        outcome = evaluate_preconditions(
            head.method, conditions, etag=validators.etag, last_modified=validators.last_modified
        )
    failure = outcome.status
    if failure is not None:
        return failure, ()
    is_whole = response.status == 200 and "content-range" not in response.fields
    if outcome is not Outcome.PROCEED or head.method not in PARTIAL or length is None or not is_whole:
        return AS_IT_IS
    if isinstance(conditions.if_range, IfRange) and _is_weak(conditions.if_range, response.validators):
        return AS_IT_IS
    return _select(head.headers, length, is_coded="content-encoding" in response.fields)


def _is_weak(if_range: IfRange, validators: Validators) -> bool:
    """Whether If-Range is a date within the second in which the answer is made: the file may have changed twice in it.

    RFC 9110 §13.1.5 wants a strong validator; a date is one only if it is older than Date (§8.8.2.2).
    """
    if if_range.date is None or validators.date is None or validators.last_modified is None:
        return False
    return validators.date - validators.last_modified < timedelta(seconds=1)


def _select(headers: Headers, length: int, *, is_coded: bool) -> Decision:
    try:
        range_ = headers.get(RANGE)
    except HeaderError:  # a Range that cannot be read is ignored (RFC 9110 §14.2)
        range_ = None
    selection = select_ranges(range_, length, max_ranges=headers.limits.max_ranges)
    if selection is Selection.UNSATISFIABLE:
        return 416, ()
    if isinstance(selection, Selection) or (is_coded and len(selection) > 1):
        return AS_IT_IS
    return 206, selection


def _without_content(
    response: Representation, status: int, length: int | None, lines: list[tuple[str, str]]
) -> Revision:
    """An answer that carries nothing of the representation (RFC 9110 §15.4.5, §15.5.13, §15.5.17)."""
    dropped = DROPPED[status]
    if status == 304:
        # Last-Modified guides an update of what is stored only where no entity tag does.
        dropped = dropped if response.validators.etag is None else dropped | {"last-modified"}
        return Revision(status, InMemory(), dropped, tuple(lines))
    if status == 416 and length is not None:
        lines.append(("Content-Range", str(ContentRange("bytes", None, None, length))))
    return Revision(status, InMemory(), dropped, tuple(lines))


def _partial(response: Representation, slices: Slices, length: int, lines: list[tuple[str, str]]) -> Revision:
    """A 206 (RFC 9110 §15.3.7): one part with its Content-Range, or several in a multipart."""
    body: Body
    if len(slices) == 1:
        start, stop = slices[0]
        body, size = response.body.part(start, stop), stop - start
        lines.append(("Content-Range", str(ContentRange("bytes", start, stop, length))))
    else:
        content_type = response.fields.get("content-type", [None])[0]
        parts = multipart_of(response.body, slices, length, content_type)
        body, size = parts.body, parts.length
        lines.append(("Content-Type", parts.content_type))
    lines.append(("Content-Length", str(size)))
    return Revision(206, body, DROPPED[206], tuple(lines))
