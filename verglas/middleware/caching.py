"""A cache of answers: what the handler gave for a request is given again for others like it (RFC 9111)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, TypeVar, final

from attrs import Factory, field, frozen

from verglas.answering import OURS, Answer
from verglas.capture import SAFE_METHODS
from verglas.errors.abort import Abort
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.errors.http import HTTPError
from verglas.errors.misuse import NotFreezable
from verglas.headers.caching import AGE, EXPIRES, CacheControl
from verglas.headers.context import DATE, VARY, Vary
from verglas.headers.lines import environ_key
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.middleware.cachetable import Address, Entry, Key, Table, Terms
from verglas.middleware.common import AnyRequest, check_function, check_option, named_after
from verglas.response.builder import Response
from verglas.response.changes import MALFORMED
from verglas.response.frozen import FrozenResponse
from verglas.url import URL
from verglas.wsgi import ResponseLike

__all__ = ["Cache", "cache"]

R = TypeVar("R", bound=AnyRequest)

UNSHARED: Final = frozenset({"Cookie", "Authorization"})
DECIDING: Final = (*UNSHARED, "Content-Length", "Transfer-Encoding")
SHARE: Final = 8  # one answer takes at most the eighth part of the bytes: else a few would put out all others
OVERHEAD: Final = 4096  # bytes that an entry takes besides its texts, as tracemalloc counts them
LEAST: Final = 2 * SHARE * OVERHEAD  # bytes that a cache needs to keep anything
NOTHING: Final = CacheControl()
LONGEST: Final = timedelta(seconds=2**31)  # RFC 9111 §1.2.2


@final
@frozen(eq=False, kw_only=True)
class Cache:
    """A cache that `cache` made: middleware, which may stand around several handlers. They share its room, not answers.

    Attributes:
        max_entries: How many answers are kept.
        max_bytes: How many bytes they take.
        default_age: For how long an answer is fresh that does not say it.
        share_states: Whether requests with a state take part.
        clock: The time.
    """

    max_entries: int
    max_bytes: int
    default_age: timedelta | None
    share_states: bool
    clock: Callable[[], float]
    _table: Table = field(
        init=False, repr=False, default=Factory(lambda self: Table(self.max_entries, self.max_bytes), takes_self=True)
    )

    @property
    def entries(self) -> int:
        """How many answers are kept now, stale ones included, which go when they are asked for or room is needed."""
        return len(self._table)

    @property
    def size(self) -> int:
        """How many bytes they take: bodies, header fields, keys, and 4,096 bytes more for each."""
        return self._table.size

    def forget(self, url: URL) -> None:
        """Drop what is kept of one URL: `forget(request.url.join("/notes"))` after a note was added.

        Args:
            url: The URL.
        """
        self._table.forget(_address_of(url))

    def clear(self) -> None:
        """Drop everything."""
        self._table.clear()

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Put the cache around a handler.

        Args:
            handler: The handler.

        Raises:
            TypeError: The handler is not a function of a request.
        """
        table, place = self._table, object()

        def cached(request: R) -> ResponseLike:
            method = request.method
            if method not in ("GET", "HEAD"):
                return handler(request) if method in SAFE_METHODS else self._change(request, handler)
            headers = request.headers
            found = headers.present(DECIDING)
            state: object = getattr(request, "state", None)  # which `AnyRequest` leaves out
            if (state is not None and not self.share_states) or (found and _has_content(headers, found)):
                return handler(request)
            has_credentials = not UNSHARED.isdisjoint(found) or request.remote_user is not None
            if len(table):  # PERF: as long as nothing is kept, no URL is made
                kept = self._find(request, place, has_credentials)
                if kept is not None:
                    return _conditional(kept, request)
            since = table.changes
            answer = handler(request)
            if not isinstance(answer, OURS):
                return answer
            terms = self._terms(answer, request, has_credentials)
            if terms is None:
                return answer
            address = _address_of(request.url)
            names = tuple(sorted(terms.names.union(table.names(address) or ())))
            lines = _lines(headers, names)
            if lines is None:
                return answer
            frozen = self._keep(answer, (address, place, method, names, lines), terms, since)
            return answer if frozen is None else _conditional(frozen, request)

        return named_after(cached, handler, "cache()")

    def _find(self, request: AnyRequest, place: object, has_credentials: bool) -> FrozenResponse | None:
        """The kept answer to a request, with its Age; `None` where nothing is kept."""
        address = _address_of(request.url)
        names = self._table.names(address)
        lines = None if names is None else _lines(request.headers, names)
        if names is None or lines is None:
            return None
        now = self.clock()
        entry = self._table.find((address, place, request.method, names, lines), now)
        return None if entry is None or (has_credentials and not entry.terms.is_public) else entry.at(now)

    def _change(self, request: R, handler: Callable[[R], ResponseLike]) -> ResponseLike:
        """Have a request answered that may change what its URL is (RFC 9111 §4.4)."""
        try:
            answer = handler(request)
        except Abort:
            self.forget(request.url)
            raise
        if not _is_failure(answer):
            self.forget(request.url)
        return answer

    def _terms(self, answer: Answer, request: AnyRequest, has_credentials: bool) -> Terms | None:
        """The terms of an answer; `None`: it is not to be kept, or says something that cannot be read."""
        headers = answer.headers
        if self.default_age is None and "Cache-Control" not in headers and "Expires" not in headers:
            return None  # PERF: most answers say nothing
        if answer.status_code != 200 or answer.is_file or "Set-Cookie" in headers:
            return None
        length = answer.calculate_content_length() if isinstance(answer, Response) else len(answer.data)
        # The length and the tag of an answer to HEAD that was given no content would be those of nothing.
        if length is None or length > self.max_bytes // SHARE or (length == 0 and request.method == "HEAD"):
            return None
        try:
            control, asked = _directives(headers), _directives(request.headers)
            vary = headers.get(VARY, Vary())
            born, lifetime = self._times(headers, control)
        except MALFORMED:
            return None
        forbidden = control.no_store or control.private or control.no_cache or asked.no_store
        # A name that no key of the environ is read as would seem to be absent from all requests.
        unknown = vary.varies_by_anything or None in map(environ_key, vary)
        if forbidden or unknown or (has_credentials and not control.public):
            return None
        terms = Terms(frozenset(map(str.lower, vary)), born, lifetime, control.public)
        return terms if self.clock() - born < lifetime else None

    def _times(self, headers: Headers | MutableHeaders, control: CacheControl) -> tuple[float, float]:
        """When an answer was new, and its freshness lifetime (RFC 9111 §4.2.1, §4.2.3): 0 if that is malformed."""
        now = self.clock()
        date = headers.get(DATE)
        made = now if date is None else date.timestamp()
        born = min(now, made, now - headers.get(AGE, timedelta()).total_seconds())
        stated = control.max_age if control.s_maxage is None else control.s_maxage
        if any(name in ("max-age", "s-maxage") for name, _ in control.extensions):
            return born, 0
        if stated is None and "Expires" in headers:
            return born, headers[EXPIRES].timestamp() - made
        stated = self.default_age if stated is None else stated
        return born, 0 if stated is None else stated.total_seconds()

    def _keep(self, answer: Answer, key: Key, terms: Terms, since: int) -> FrozenResponse | None:
        """The answer as it is kept; `None`: it cannot be, and stays as it is."""
        try:
            frozen = answer.freeze() if isinstance(answer, Response) else answer
        except NotFreezable:  # a subclass makes an answer of its own for each call
            return None
        address, _, _, names, lines = key
        texts = [*address, *names, *(line for of_name in lines for line in of_name)]
        # Twice the fields: the answer that is kept remembers its 304.
        fields = 2 * sum(len(name) + len(value) for name, value in frozen.headers.pairs)
        size = OVERHEAD + len(frozen.data) + fields + sum(map(len, texts))
        if size <= self.max_bytes // SHARE:
            self._table.put(key, Entry(frozen, terms, size), since)
        return frozen


def cache(
    *,
    max_entries: int = 1024,
    max_bytes: int = 32 * 1024 * 1024,
    default_age: timedelta | None = None,
    share_states: bool = False,
    clock: Callable[[], float] = time.time,
) -> Cache:
    """Keep answers in the memory of the process, and give them again, for as long as they say that they are fresh.

    It is middleware, and stands around a handler.

    Kept are answers to GET and HEAD with the status 200 and a body in memory that say for how long: in Cache-Control
    (`s-maxage`, `max-age`) or Expires. Never kept are those with Set-Cookie, `private`, `no-store`, `no-cache` or
    `Vary: *`, nor those to requests with `no-store`, with content, or with a state. A request with Cookie or
    Authorization, or a user that the server authenticated, takes part only in answers that say `public`. All other
    answers pass through untouched, and so do errors, files, streams and other WSGI applications.

    An answer is given again to requests with the same method, scheme, host, path, query, and values of the fields that
    Vary names. **Whatever else an answer depends on** (another field, the client's address or certificate, another key
    of the environ) it must name in Vary, or say `private`. What it does not name, a client can write into what all
    others get.

    An answer that is given again has an Age, and answers conditions and, where it has `Accept-Ranges: bytes`, ranges.
    The wishes of a client about freshness (`no-cache`, `max-age`, `only-if-cached`) are not heeded: it could make each
    request one for the handler. An unsafe method that succeeds has the answers of its own URL forgotten; of others,
    `forget` does.

    The handler runs without a lock: of requests that come before the first is answered, each calls it.

    Args:
        max_entries: How many answers are kept: beyond that, the one that was not asked for the longest goes.
        max_bytes: How many bytes they may take, at least 65,536. An answer that would take more than the eighth part is
            not kept.
        default_age: For how long an answer is fresh that does not say it; without it, such an answer is not kept.
        share_states: Whether requests with a state take part, because it makes no difference to any answer. Where a
            session is looked at it does: put the cache outside of `sessions`.
        clock: Seconds since 1970, for tests.

    Raises:
        ValueError: A bound is too small, or the age is not positive.
        TypeError: An argument has the wrong type, or the clock is `async`.

    >>> from verglas import Request, Response, text
    >>> @cache(default_age=timedelta(minutes=5))
    ... def report(request: Request) -> Response:
    ...     print("made")
    ...     return text("Ten notes.")
    >>> first, again = report(Request()), report(Request())
    made
    >>> again.data, again.headers["Age"]
    (b'Ten notes.', '0')
    """
    for option, given in (("max_entries", max_entries), ("max_bytes", max_bytes)):
        check_option(given, int, option, "cache()")
    check_option(share_states, bool, "share_states", "cache()")
    check_function(clock, "clock", "cache()")
    if max_entries < 1:
        raise ValueError(f"max_entries= of cache() is a positive number, not {max_entries}")
    if max_bytes < LEAST:
        raise ValueError(f"max_bytes= of cache() is at least {LEAST}, not {max_bytes}")
    if default_age is not None and not isinstance(default_age, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check
        raise TypeError(f"default_age= of cache() is a timedelta, not {type(default_age).__name__}")
    if default_age is not None and not timedelta() < default_age <= LONGEST:
        raise ValueError(f"default_age= of cache() is positive, and at most 2**31 seconds, not {default_age}")
    return Cache(
        max_entries=max_entries,
        max_bytes=max_bytes,
        default_age=default_age,
        share_states=share_states,
        clock=clock,
    )


def _address_of(url: URL) -> Address:
    return url.scheme, url.host, url.root_path, url.raw_path, url.query_string


def _directives(headers: Headers | MutableHeaders) -> CacheControl:
    """Cache-Control, of which nothing is left out: what cannot be read might forbid anything.

    Raises:
        HeaderValueError: The field is malformed, or has too many members.
    """
    lines = headers.getlist("Cache-Control")
    try:
        return CacheControl.parse(", ".join(lines), strict=True) if lines else NOTHING
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error) from None


def _has_content(headers: Headers, found: list[str]) -> bool:
    """Whether a request has content: what a handler reads of it is in no key."""
    if "Content-Length" in found and headers.get("Content-Length", "") not in ("", "0"):
        return True
    return "Transfer-Encoding" in found


def _lines(headers: Headers, names: Iterable[str]) -> tuple[tuple[str, ...], ...] | None:
    """The lines of the fields of a request; `None` if one is over-long, or illegal: it might read as absent."""
    try:
        for name in names:
            headers.lines_of(name)
    except MALFORMED:
        return None
    return tuple([tuple(headers.getlist(name)) for name in names])


def _conditional(answer: FrozenResponse, request: AnyRequest) -> FrozenResponse:
    return answer.conditional(request, accept_ranges=answer.headers.get("Accept-Ranges") == "bytes")


def _is_failure(answer: ResponseLike) -> bool:
    """Whether an answer says that nothing was changed. Other applications count as a change."""
    if isinstance(answer, OURS):
        return answer.status_code >= 400
    return isinstance(answer, HTTPError) and not isinstance(answer, Abort)
