"""`request_id`: an id by which one request is found again, in its handler, its answer and the records of logs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from logging import LogRecord
from time import perf_counter
from typing import Final, Generic, NamedTuple, TypeVar, final, overload

from attrs import frozen

from verglas.answering import Answer
from verglas.capture import RequestHead
from verglas.exchange import Exchange, current
from verglas.handlers import Handler
from verglas.headers.lines import checked_line
from verglas.headers.servertiming import TimingMetric
from verglas.middleware.common import AnyRequest, check_function, check_option, named_after
from verglas.request.model import Request
from verglas.response.changes import add_lines, append_lines
from verglas.wsgi import Head, ResponseLike

__all__ = ["RequestId", "StatedRequestId", "request_id"]

R = TypeVar("R", bound=AnyRequest)
S = TypeVar("S")
S2 = TypeVar("S2")

# UUIDs, hexadecimal, base64, and the ids of well-known proxies; nothing that a header, a log or a page could take for
# more than text. The length is that of eight UUIDs, generous for an id and small in a log.
_SAFE: Final = re.compile(r"[A-Za-z0-9._~:+/=@-]{1,256}")


def _random_id() -> str:
    return os.urandom(16).hex()  # as unlikely to be there twice as a UUID


class _Running(NamedTuple):
    """A request that the middleware was called for.

    Attributes:
        id: Its id.
        started: When the middleware was called, by `perf_counter`.
    """

    id: str
    started: float


@frozen(eq=False, kw_only=True)
class _Ids:
    """The common part of both kinds of values: see `request_id`."""

    header: str
    trust_incoming: bool
    make: Callable[[], str]
    timing: bool

    def current(self) -> str | None:
        """The id of the request that is being handled here, from the middleware to `finish`; `None` elsewhere."""
        running = self._running(current())
        return None if running is None else running.id

    def log_filter(self, record: LogRecord) -> bool:
        """Give a record the attribute `request_id`, for `logging.Handler.addFilter`: the current id, or `-`.

        A record that has one already keeps it.

        Args:
            record: The record.

        Returns:
            True: every record is kept.
        """
        if not hasattr(record, "request_id"):
            record.request_id = self.current() or "-"
        return True

    def finish(self, head: RequestHead, answer: Answer) -> Answer:
        """Give an answer the id of its request, for `application(..., finish=)`; one that it has already is kept.

        Args:
            head: The head of the request.
            answer: The answer.
        """
        running = self._running(current())
        if self.header not in answer.headers:
            answer = add_lines(answer, [(self.header, self._new(head) if running is None else running.id)])
        if self.timing and running is not None:
            passed = timedelta(seconds=max(0.0, perf_counter() - running.started))
            answer = append_lines(answer, [("Server-Timing", str(TimingMetric("app", passed)))])
        return answer

    def _new(self, head: Head) -> str:
        if self.trust_incoming:
            given = head.headers.get(self.header)
            if given is not None and _SAFE.fullmatch(given):
                return given
        made = self.make()
        if self.make is not _random_id and not _SAFE.fullmatch(made):
            raise ValueError(f"make= of request_id() gives up to 256 letters, digits and ._~:+/=@-, not {made!r}")
        return made

    def _running(self, exchange: Exchange | None) -> _Running | None:
        """The note of an exchange, or of one around it: an application that is mounted keeps the id."""
        while exchange is not None:
            note = exchange.get(self)
            if isinstance(note, _Running):
                return note
            exchange = exchange.outer
        return None

    def _begin(self, exchange: Exchange, request: AnyRequest) -> str:
        """The id of a request, which is noted."""
        running = self._running(exchange)
        name = self._new(request) if running is None else running.id
        exchange[self] = _Running(name, perf_counter())
        return name


@final
@frozen(eq=False)
class RequestId(_Ids):
    """Gives each request an id and leaves its state alone: what `request_id` makes without `into`."""

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Wrap a handler.

        Args:
            handler: The handler.

        Raises:
            TypeError: The handler is not a function of a request.
        """

        def identified(request: R) -> ResponseLike:
            exchange = current()
            if exchange is None:  # without an application that finishes answers, it is known until the handler returns
                with Exchange():
                    return identified(request)
            self._begin(exchange, request)
            return handler(request)

        return named_after(identified, handler, "request_id()")


@final
@frozen(eq=False, kw_only=True)
class StatedRequestId(_Ids, Generic[S, S2]):
    """Gives each request an id, and its handler a state with it: what `request_id` makes with `into`."""

    into: Callable[[S, str], S2]

    def __call__(self, handler: Handler[S2], /) -> Handler[S]:
        """Wrap a handler.

        Args:
            handler: The handler.

        Raises:
            TypeError: The handler is not a function of a request.
        """

        def identified(request: Request[S]) -> ResponseLike:
            exchange = current()
            if exchange is None:  # as above
                with Exchange():
                    return identified(request)
            return handler(request.with_state(self.into(request.state, self._begin(exchange, request))))

        return named_after(identified, handler, "request_id()")


@overload
def request_id(
    *,
    header: str = "X-Request-ID",
    trust_incoming: bool = False,
    make: Callable[[], str] = _random_id,
    timing: bool = False,
) -> RequestId: ...
@overload
def request_id(
    *,
    into: Callable[[S, str], S2],
    header: str = "X-Request-ID",
    trust_incoming: bool = False,
    make: Callable[[], str] = _random_id,
    timing: bool = False,
) -> StatedRequestId[S, S2]: ...
def request_id(
    *,
    into: Callable[[S, str], S2] | None = None,
    header: str = "X-Request-ID",
    trust_incoming: bool = False,
    make: Callable[[], str] = _random_id,
    timing: bool = False,
) -> RequestId | StatedRequestId[S, S2]:
    """Give each request an id: the same one in its handler, in the records of logs, and in its answer.

    The value is used in three places. Around the handler, outside of all other middleware, it makes the id; `current()`
    gives it from there on. Its `finish` sets the field on every answer, those of errors, of requests that cannot be
    parsed and of exceptions included. And its `log_filter`, added to a handler of `logging`, gives each record the
    attribute `request_id`, those of `log_exceptions()` included.

    How it works: from the middleware to `finish` the id is kept for this thread or greenlet alone (by a `ContextVar`),
    and several values do not mix. A request that the middleware was not called for, since it could not be parsed or
    another handler answered it, gets an id of its own in `finish`. While a body streams, `current()` is `None` again: a
    generator that logs asks for the id before its first piece. An application that is mounted in another, with the same
    value around both, keeps the id of the outer one.

    Args:
        into: Makes the state that the handler is given, of the one that the request has and the id. Without it, the
            state is left as it is.
        header: The name of the field. An answer that has it already keeps it.
        trust_incoming: Take the id from this field of the request, if it is of a safe form (up to 256 letters, digits
            and `._~:+/=@-`). Clients can then choose their ids, unless a proxy sets or removes the field.
        make: Makes an id; by default 32 random hexadecimal digits.
        timing: Add a `Server-Timing: app;dur=...` with the milliseconds from the middleware to `finish`. Whoever gets
            the answer can read it.

    Raises:
        HeaderValueError: The header is not the name of a field, or of one that says something else.
        TypeError: `make` or `into` is not a function.

    >>> from verglas import Request, application, text
    >>> ids = request_id(make=lambda: "7f3a")
    >>> @ids
    ... def hello(request: Request) -> Response:
    ...     return text(f"This is request {ids.current()}.")
    >>> app = application(hello, finish=ids.finish)
    >>> app({}, lambda status, headers: print(dict(headers)["X-Request-ID"]))
    7f3a
    [b'This is request 7f3a.']
    """
    checked_line(header, _random_id(), sent=True)
    for option, flag in (("trust_incoming", trust_incoming), ("timing", timing)):
        check_option(flag, bool, option, "request_id()")
    for name, function in (("make", make), ("into", into)):
        if function is not None:
            check_function(function, name, "request_id()")
    if into is None:
        return RequestId(header=header, trust_incoming=trust_incoming, make=make, timing=timing)
    return StatedRequestId(into=into, header=header, trust_incoming=trust_incoming, make=make, timing=timing)
