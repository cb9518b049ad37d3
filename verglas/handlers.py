"""Handlers: functions from a request to a response, and what makes WSGI applications of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias, cast, overload

from verglas.backports import TypeVar
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.rendering import Renderer, render_error
from verglas.request.application import MethodApplication
from verglas.request.model import Request
from verglas.serving import check_handler, name_of, serve
from verglas.trust import ANY_HOST, Trust, check_settings
from verglas.wsgi import ResponseLike, WSGIApplication

__all__ = ["Handler", "Middleware", "application", "pipe"]

State = TypeVar("State", default=None)
Inner = TypeVar("Inner")
Outer = TypeVar("Outer")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")

Handler: TypeAlias = Callable[[Request[State]], ResponseLike]
"""A function that answers requests with this state."""

Middleware: TypeAlias = Callable[[Callable[[Request[Inner]], ResponseLike]], Callable[[Request[Outer]], ResponseLike]]
"""A function from a handler to a handler, whose requests may have another state."""


def application(
    handler: Handler[None],
    *,
    limits: Limits = DEFAULT_LIMITS,
    trust: Trust = ANY_HOST,
    render: Renderer = render_error,
) -> WSGIApplication:
    """Make a WSGI application of a handler.

    Requests are parsed strictly. An `HTTPError`, from parsing or from the handler, becomes an answer; any other
    exception is the server's to report. A handler that needs a state does not fit: a middleware gives it one.

    Args:
        handler: Answers requests.
        limits: Size and count limits.
        trust: Which proxy headers and host names to trust.
        render: Makes the answer of an error.

    Raises:
        TypeError: The handler is not a function of a request, is `async`, yields, or is a response or a WSGI
            application already; or another argument is not of its type.

    >>> from verglas.response import Response, text
    >>> def hello(request: Request) -> Response:
    ...     return text(f"Hello {request.args.get('name', 'World')}!")
    >>> app = application(hello)
    >>> app({"QUERY_STRING": "name=Ada"}, lambda status, headers: print(status))
    200 OK
    [b'Hello Ada!']
    """
    if isinstance(handler, MethodApplication):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"application() takes a handler; {name_of(handler)} is a WSGI application already")
    check_handler(handler, "application()")
    check_settings(limits, trust)
    if not callable(render):
        raise TypeError(f"render= is a function of an error and the head of the request, not {type(render).__name__}")
    return serve(partial(Request.parse, limits=limits, trust=trust), handler, render)


@overload
def pipe(handler: Handler[A], /) -> Handler[A]: ...
@overload
def pipe(handler: Handler[A], first: Callable[[Handler[A]], Handler[B]], /) -> Handler[B]: ...
@overload
def pipe(
    handler: Handler[A], first: Callable[[Handler[A]], Handler[B]], second: Callable[[Handler[B]], Handler[C]], /
) -> Handler[C]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    /,
) -> Handler[D]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    fourth: Callable[[Handler[D]], Handler[E]],
    /,
) -> Handler[E]: ...
def pipe(handler: object, *middleware: object) -> object:
    """Wrap a handler in middleware, the innermost first; the types of states are checked from one to the next.

    `pipe(handler, a, b)` is `b(a(handler))`; that spelling serves where there are more than four.

    Args:
        handler: The innermost handler.
        middleware: Functions from a handler to a handler.

    Raises:
        TypeError: A middleware returned what is not a handler.

    >>> from verglas.response import Response, text
    >>> def greet(request: Request[str]) -> Response:
    ...     return text(f"Hello {request.state}!")
    >>> def as_guest(inner: Handler[str]) -> Handler[None]:
    ...     return lambda request: inner(request.with_state("guest"))
    >>> application(pipe(greet, as_guest))({}, lambda status, headers: print(status))
    200 OK
    [b'Hello guest!']
    """
    for wrap in middleware:
        # The overloads have checked that each takes what the one before it gave.
        handler = cast("Callable[[object], object]", wrap)(handler)
        if not callable(handler):
            raise TypeError(f"the middleware {name_of(wrap)} returned a {type(handler).__name__}, not a handler")
    return handler
