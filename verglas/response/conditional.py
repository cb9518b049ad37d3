"""What a response becomes for the conditions and the Range of a request (RFC 9110 §13, §14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, TypeVar, final

from attrs import frozen

from verglas.errors.parse import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers.conditional import IF_RANGE, LAST_MODIFIED, Outcome, Preconditions, evaluate_preconditions
from verglas.headers.context import DATE
from verglas.headers.entitytags import ETAG
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Headers
from verglas.headers.ranges import RANGE, AcceptRanges, ContentRange, Range, Selection, Slices, select_ranges
from verglas.response.bodies import Content
from verglas.response.byteranges import length_of, multipart_of, part_of
from verglas.response.filebodies import FileSlice
from verglas.wsgi import Environ, Head

__all__ = ["Decision", "Revised", "decide", "head_of", "is_reading", "revise"]

T = TypeVar("T")

READING: Final = frozenset({"GET", "HEAD"})

# What speaks of the bytes of this one message is not true of a part of them (RFC 9530 §2; Repr-Digest stays).
OF_MESSAGE: Final = frozenset({"content-length", "content-range", "content-md5", "content-digest"})
OF_CONTENT: Final = OF_MESSAGE | {
    "content-type",
    "content-encoding",
    "content-language",
    "content-disposition",
    "repr-digest",
}
# A 416 that kept the page's `max-age` would be stored and given to those who ask for all of it (RFC 9111 §3);
# pinned by `test_failure_is_not_to_be_stored`.
OF_FAILURE: Final = OF_CONTENT | {
    "cache-control",
    "cdn-cache-control",
    "expires",
    "last-modified",
    "surrogate-control",
}


@final
@frozen
class Decision:
    """What becomes of a response.

    Attributes:
        status: 206, 304, 412 or 416; `None`: it stays as it is.
        slices: With 206, the parts to send.
    """

    status: int | None = None
    slices: Slices = ()


AS_IT_IS: Final = Decision()


@final
@frozen
class _CapturedHead:
    """The head of a request that is there as an environ."""

    method: str
    headers: Headers


def head_of(request_or_environ: Head | Environ) -> Head:
    """The head of a request that may be given as its environ."""
    if not isinstance(request_or_environ, Mapping):
        return request_or_environ
    method = request_or_environ.get("REQUEST_METHOD")
    return _CapturedHead(method if isinstance(method, str) else "GET", Headers.captured(dict(request_or_environ)))


def is_reading(head: Head) -> bool:
    """Whether a response to it can be what its conditions are about: the representation (RFC 9110 §13.2.1).

    Those of other methods are to be evaluated before the method is performed: what answers a PUT that has succeeded
    carries the tag of what was put, which its If-Match cannot have named.
    """
    return head.method in READING


def decide(head: Head, status: int, headers: Headers, length: int | None = None) -> Decision:
    """Decide what becomes of a response: a pure function of the heads of both messages.

    A response that is no success stays as it is, and so does one to a method other than GET and HEAD (see
    `is_reading`). Range counts for GET and 200 only (RFC 9110 §14.2). Of content that has a coding several parts are
    not sent, but all of it: beside a multipart type, Content-Encoding would be said of the multipart. An ETag or
    Last-Modified of the response that is malformed is none.

    Args:
        head: Of the request.
        status: The code of the response.
        headers: The fields of the response.
        length: How many bytes the representation has; `None`: no parts of it are sent.

    Raises:
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
        ValueError: The length is negative.

    >>> from verglas.rendering import RequestHead
    >>> head = RequestHead("GET", Headers({"Range": "bytes=-2", "If-Range": '"1"'}))
    >>> decide(head, 200, Headers({"ETag": '"1"'}), 10)
    Decision(status=206, slices=((8, 10),))
    """
    if not is_reading(head) or not 200 <= status < 300:
        return AS_IT_IS
    asked = head.headers
    if not isinstance(asked, Headers):
        asked = Headers.unchecked(tuple(asked.items()))
    outcome = evaluate_preconditions(
        head.method,
        Preconditions.of(asked),
        etag=_own(ETAG, headers),
        last_modified=_own(LAST_MODIFIED, headers),
    )
    if outcome.status is not None:
        return Decision(outcome.status)
    is_whole = status == 200 and "Content-Range" not in headers
    if _is_weak_date(asked, headers):
        return AS_IT_IS
    if outcome is not Outcome.PROCEED or head.method != "GET" or length is None or not is_whole:
        return AS_IT_IS
    coded = "Content-Encoding" in headers
    return _selected(_value(RANGE, asked), length, asked.limits.max_ranges, coded=coded)


def _is_weak_date(asked: Headers, headers: Headers) -> bool:
    """Whether If-Range is a date within the second in which the answer is made: the file may have changed twice in it.

    RFC 9110 §13.1.5 wants a strong validator; a date is one only if it is older than Date (§8.8.2.2).
    """
    if_range = _value(IF_RANGE, asked)
    date, last_modified = _own(DATE, headers), _own(LAST_MODIFIED, headers)
    if if_range is None or if_range.date is None or date is None or last_modified is None:
        return False
    return date - last_modified < timedelta(seconds=1)


def _selected(range_: Range | None, length: int, max_ranges: int, *, coded: bool) -> Decision:
    selection = select_ranges(range_, length, max_ranges=max_ranges)
    if selection is Selection.UNSATISFIABLE:
        return Decision(416)
    if isinstance(selection, Selection) or (coded and len(selection) > 1):
        return AS_IT_IS
    return Decision(206, selection)


def _value(key: HeaderField[T], headers: Headers) -> T | None:
    """The value of a field of the request; `None` if it is absent or malformed."""
    try:
        return headers.get(key)
    except HeaderError:
        return None


def _own(key: HeaderField[T], headers: Headers) -> T | None:
    """The value of a field of the response; one that is too long is no fault of the client's."""
    try:
        return headers.get(key)
    except (HeaderError, RequestHeaderFieldsTooLarge):
        return None


@final
@frozen
class Revised:
    """A response as it became: its parts.

    Attributes:
        status: The code; `None`: that which it has.
        headers: The fields.
        content: The body; the same object if it stays.
    """

    status: int | None
    headers: Headers
    content: Content


def revise(
    head: Head,
    status: int,
    headers: Headers,
    content: Content,
    *,
    accept_ranges: bool | str = False,
    complete_length: int | None = None,
    reads_files: bool = True,
) -> Revised:
    """A response as the conditions and the Range of a request want it. Neither a stream nor a file is read for it.

    Args:
        head: Of the request.
        status: The code of the response.
        headers: Its fields.
        content: Its body.
        accept_ranges: `True`: parts are sent; or the value of Accept-Ranges: with `bytes` in it they are.
        complete_length: Bytes of the body, which a stream cannot tell itself.
        reads_files: Whether several parts of a file may become a stream, which is read once.

    Raises:
        HeaderValueError: `accept_ranges` is no value of that field.
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
        ValueError: `complete_length` is negative, or not that of a body in hand.
    """
    units = _units(accept_ranges)
    length = _length(head, units, content, complete_length)
    decision = decide(head, status, headers, length)
    if not reads_files and isinstance(content, FileSlice) and len(decision.slices) > 1:
        decision = AS_IT_IS
    if units and is_reading(head) and status == 200 and decision.status in (None, 206, 416):
        headers = headers.with_("Accept-Ranges", str(units))
    if decision.status is None:
        return Revised(None, headers, content)
    if decision.status != 206 or length is None:
        return Revised(decision.status, _without_content(headers, decision.status, length), b"")
    return _partial(headers, content, decision.slices, length)


def _units(accept_ranges: bool | str) -> AcceptRanges | None:
    if isinstance(accept_ranges, str):
        return AcceptRanges(accept_ranges)
    return AcceptRanges(["bytes"]) if accept_ranges else None


def _length(head: Head, units: AcceptRanges | None, content: Content, complete_length: int | None) -> int | None:
    """Bytes of the representation, if parts of it are sent."""
    if units is None or "bytes" not in units or head.method != "GET":
        return None
    known = length_of(content)
    if None not in (known, complete_length) and known != complete_length:
        raise ValueError(f"the body has {known} bytes, not the {complete_length} of complete_length")
    return complete_length if known is None else known


def _without_content(headers: Headers, status: int, length: int | None) -> Headers:
    """The fields of an answer that carries nothing of the representation (RFC 9110 §15.4.5, §15.5.13, §15.5.17)."""
    if status == 304:
        # Content-Length goes as well, though it might stay: there are servers that then wait for the content.
        # Last-Modified guides an update of what is stored only where no entity tag does.
        tagged = _own(ETAG, headers) is not None
        return _without(headers, OF_CONTENT | {"last-modified"} if tagged else OF_CONTENT)
    headers = _without(headers, OF_FAILURE)
    if status == 416 and length is not None:
        return headers.with_("Content-Range", str(ContentRange("bytes", None, None, length)))
    return headers


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return Headers.unchecked(tuple([pair for pair in headers.pairs if pair[0].lower() not in names]))


def _partial(headers: Headers, content: Content, slices: Slices, length: int) -> Revised:
    """A 206 (RFC 9110 §15.3.7): one part with its Content-Range, or several in a multipart."""
    headers = _without(headers, OF_MESSAGE)
    if len(slices) == 1:
        start, stop = slices[0]
        headers = headers.with_("Content-Range", str(ContentRange("bytes", start, stop, length)))
        headers = headers.with_("Content-Length", str(stop - start))
        return Revised(206, headers, part_of(content, start, stop))
    parts = multipart_of(content, slices, length, headers.get("Content-Type"))
    headers = headers.with_("Content-Type", parts.content_type).with_("Content-Length", str(parts.length))
    return Revised(206, headers, parts.content)
