"""`request_id`: an id by which one request is found again, in its handler, its answer and the records of logs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from logging import LogRecord
from time import perf_counter
from typing import Final, Generic, TypeVar, final, overload

from attrs import field, frozen

from verglas.answering import Answer
from verglas.capture import RequestHead, is_of_another
from verglas.handlers import Handler
from verglas.headers.mapping import Headers
from verglas.headers.servertiming import TimingMetric
from verglas.middleware.common import named_after
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.syntax.tokens import check_token
from verglas.trust import ANY_HOST, Trust
from verglas.wsgi import Environ, ResponseLike

__all__ = ["RequestId", "StatedRequestId", "request_id"]

R = TypeVar("R", bound=Request[object])
S = TypeVar("S")
S2 = TypeVar("S2")

# UUIDs, hexadecimal, base64, and the ids of well-known proxies; nothing that a header, a log or a page could take for
# more than text. The length is that of eight UUIDs, generous for an id and small in a log.
_SAFE: Final = re.compile(r"[A-Za-z0-9._~:+/=@-]{1,256}")


def _random_id() -> str:
    return os.urandom(16).hex()  # as unlikely to be there twice as a UUID


@final
@frozen(eq=False)
class _Running:
    """A request for which the middleware was called, and whose answer is not finished yet.

    Attributes:
        id: Its id.
        started: When the middleware was called, by `perf_counter`.
        environ: The environ that the server gave; `None` if the request is a copy with other values.
        trust: What of it is believed.
        outer: The one around it, if an application is mounted in another.
    """

    id: str
    started: float
    environ: Environ | None
    trust: Trust
    outer: _Running | None

    def answers(self, head: RequestHead) -> bool:
        """Whether it is the request with this head."""
        environ = self.environ
        if environ is None:
            return True
        # The application may believe proxies, or the class of its requests, or both.
        return any(RequestHead.of(environ, trust) == head for trust in (self.trust, ANY_HOST))

    def is_left_from_before(self, head: RequestHead) -> bool:
        """Whether the request with this head is surely another."""
        return self.environ is not None and is_of_another(head, self.environ)

    def surrounds(self, environ: Environ | None) -> bool:
        """Whether a request with this environ is the same, handed on: then it has the same input."""
        if self.environ is None or environ is None:
            return False
        source = environ.get("wsgi.input")
        return self.environ is environ or (source is not None and self.environ.get("wsgi.input") is source)


def _running() -> ContextVar[_Running | None]:
    return ContextVar("verglas.request_id", default=None)


@frozen(eq=False, kw_only=True)
class _Ids:
    """The common part of both kinds of values: see `request_id`."""

    header: str
    trust_incoming: bool
    make: Callable[[], str]
    timing: bool
    _current: ContextVar[_Running | None] = field(factory=_running, init=False, repr=False)

    def current(self) -> str | None:
        """The id of the request that is being handled here, from the middleware to `finish`; `None` elsewhere."""
        running = self._current.get()
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
        running = self._current.get()
        if running is not None:
            self._current.set(running.outer)
            # An exception that went to the server left its request here. The next one in this thread replaces it, or
            # is answered before the middleware is called: with an error, mostly, and not about the request that was
            # left; or by middleware around this one, which the input tells.
            if running.is_left_from_before(head) or (answer.status_code >= 400 and not running.answers(head)):
                self._current.set(None)
                running = None
        lines: list[tuple[str, str]] = []
        if self.header not in answer.headers:
            lines.append((self.header, self._new(head.headers) if running is None else running.id))
        if self.timing and running is not None:
            passed = timedelta(seconds=max(0.0, perf_counter() - running.started))
            lines.append(("Server-Timing", str(TimingMetric("app", passed))))
        return _with_own(answer, lines) if lines else answer

    def _new(self, headers: Headers) -> str:
        if self.trust_incoming:
            given = headers.get(self.header)
            if given is not None and _SAFE.fullmatch(given):
                return given
        made = self.make()
        if not _SAFE.fullmatch(made):
            raise ValueError(f"make= of request_id() gives up to 256 letters, digits and ._~:+/=@-, not {made!r}")
        return made

    def _begin(self, request: Request[object]) -> str:
        given = request.environ
        environ = given if given is request.environ else None  # that of a copy with other values is made anew each time
        outer = self._current.get()
        if outer is not None and not outer.surrounds(environ):
            outer = None
        own = self._new(request.headers) if outer is None else outer.id
        self._current.set(_Running(own, perf_counter(), environ, request.trust, outer))
        return own


def _with_own(answer: Answer, lines: list[tuple[str, str]]) -> Answer:
    """An answer with lines of one request: a copy, since a response that is kept would have those of the first."""
    if not isinstance(answer, Response):
        return answer.replace(headers=[*answer.headers.pairs, *lines])
    own = answer.handed_over()
    own.headers.extend(lines)
    return own


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
            self._begin(request)
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
            return handler(request.with_state(self.into(request.state, self._begin(request))))

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

    How it works: from the middleware to `finish` the id is in a `ContextVar` of this value, so each thread and greenlet
    has its own, and several values do not mix. `finish` takes it out again. A request that the middleware was not
    called for, since it could not be parsed or another handler answered it, gets an id of its own there. While a body
    streams, `current()` is `None` again: a generator that logs asks for the id before its first piece. An application
    that is mounted in another, with the same value around both, keeps the id of the outer one.

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
        HeaderValueError: The header is not the name of a field.
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
    check_token(header, "field name")
    for name, function in (("make", make), ("into", into)):
        if function is not None and not callable(function):
            raise TypeError(f"{name}= of request_id() is a function, not {type(function).__name__}")
    if into is None:
        return RequestId(header=header, trust_incoming=trust_incoming, make=make, timing=timing)
    return StatedRequestId(into=into, header=header, trust_incoming=trust_incoming, make=make, timing=timing)
