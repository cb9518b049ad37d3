"""Handlers: functions from a request to a response, and what makes WSGI applications of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, TypeAlias, cast, overload

from verglas.answering import Answering, Finish, OnException, answer_of, check_answer, rendered
from verglas.backports import TypeVar
from verglas.capture import RequestHead
from verglas.errors.http import HTTPError
from verglas.functions import is_async, name_of, signature_of
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.rendering import Renderer, render_error
from verglas.request.application import MethodApplication
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.serving import check_handler, serve
from verglas.trust import ANY_HOST, Trust, check_settings
from verglas.wsgi import ResponseLike, WSGIApplication

__all__ = ["Handler", "Middleware", "Parser", "application", "pipe", "response_of"]

State = TypeVar("State", default=None)
Inner = TypeVar("Inner")
Outer = TypeVar("Outer")
N = TypeVar("N", bound=Request[None])
N_co = TypeVar("N_co", bound=Request[None], covariant=True)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
J = TypeVar("J")

Handler: TypeAlias = Callable[[Request[State]], ResponseLike]
"""A function that answers requests with this state."""

Middleware: TypeAlias = Callable[[Callable[[Request[Inner]], ResponseLike]], Callable[[Request[Outer]], ResponseLike]]
"""A function from a handler to a handler, whose requests may have another state."""


class Parser(Protocol[N_co]):
    """Makes a request of an environ, or raises: the `parse` of a class of requests."""

    def __call__(
        self, environ: dict[str, object], /, *, limits: Limits | None = None, trust: Trust | None = None
    ) -> N_co: ...


@overload
def application(
    handler: Handler[None],
    *,
    limits: Limits | None = None,
    trust: Trust | None = None,
    render: Renderer = render_error,
    finish: Finish | Sequence[Finish] = (),
    on_exception: OnException | None = None,
) -> WSGIApplication: ...
@overload
def application(
    handler: Callable[[N], ResponseLike],
    *,
    parse: Parser[N],
    limits: Limits | None = None,
    trust: Trust | None = None,
    render: Renderer = render_error,
    finish: Finish | Sequence[Finish] = (),
    on_exception: OnException | None = None,
) -> WSGIApplication: ...
def application(
    handler: Callable[[N], ResponseLike] | Handler[None],
    *,
    parse: Parser[N] | None = None,
    limits: Limits | None = None,
    trust: Trust | None = None,
    render: Renderer = render_error,
    finish: Finish | Sequence[Finish] = (),
    on_exception: OnException | None = None,
) -> WSGIApplication:
    """Make a WSGI application of a handler.

    Requests are parsed strictly. An `HTTPError`, from parsing or from the handler, becomes an answer. A handler that
    needs a state does not fit: a middleware gives it one.

    Args:
        handler: Answers requests.
        parse: The `parse` of a class of requests, such as `MyRequest.parse`, whose requests the handler is given.
            Without it, they are of `Request`.
        limits: Size and count limits; without them, those of the class.
        trust: Which proxy headers and host names to trust; without it, as the class says.
        render: Makes the answer of an error.
        finish: One function or several, called in this order with the head of the request and every answer: those of
            errors, of requests that cannot be parsed, and of foreign WSGI applications included. Each gives the same
            answer or another. If one raises, what that is answered with is finished by the others.
        on_exception: Answers an `Exception` other than an `HTTPError`, from parsing, the handler, `render` or `finish`,
            as long as no status was sent. If it gives `None`, the exception goes to the server, as it does by default,
            and always while a body streams; so does what it raises. An environ with a true `x-wsgiorg.throw_errors`,
            which debuggers and test clients set, has every exception raised.

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
    >>> def excuse(error: Exception, head: RequestHead) -> Response:
    ...     return text("Sorry.", 500)
    >>> application(lambda request: 1 / 0, on_exception=excuse)({}, lambda status, headers: print(status))
    500 Internal Server Error
    [b'Sorry.']
    """
    if isinstance(handler, MethodApplication):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"application() takes a handler; {name_of(handler)} is a WSGI application already")
    check_handler(handler, "application()")
    check_settings(limits, trust)
    finishes = _functions(finish)
    _check_functions(parse, render, finishes, on_exception)
    answering = Answering(render, finishes, on_exception, ANY_HOST if trust is None else trust)
    if parse is None:
        own = partial(Request.parse, limits=limits or DEFAULT_LIMITS, trust=trust or ANY_HOST)
        return serve(own, cast("Handler[None]", handler), answering)  # as the first overload says
    given = partial(parse, limits=limits, trust=trust)
    return serve(given, handler, answering)


def _functions(finish: Finish | Sequence[Finish]) -> tuple[Finish, ...]:
    if callable(finish):
        return (finish,)
    if isinstance(finish, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        return tuple(finish)
    raise TypeError(f"finish= is a function or several, not {type(finish).__name__}")


def _check_functions(parse: object, render: object, finish: tuple[object, ...], on_exception: object) -> None:
    """Refuse what cannot be called here, not at the first error: not all check their types."""
    if parse is not None and (not callable(parse) or isinstance(parse, type)):  # a constructor refuses nothing
        name = parse.__name__ if isinstance(parse, type) else type(parse).__name__
        raise TypeError(f"parse= is the parse of a class of requests, such as MyRequest.parse, not {name}")
    _check_function(render, "render= is a function of an error and the head of the request")
    for function in finish:
        what = "finish= takes functions of the head of the request and the answer"
        if hasattr(function, "finish"):
            raise TypeError(f"{what}: give the finish of the {type(function).__name__}, not itself")
        _check_function(function, what)
    if on_exception is not None:
        _check_function(on_exception, "on_exception= is a function of an exception and the head of the request")


def _check_function(function: object, what: str) -> None:
    if not callable(function):
        raise TypeError(f"{what}, not {type(function).__name__}")
    if is_async(function):
        raise TypeError(f"{what}; {name_of(function)} is async, and nothing awaits it")
    expected = signature_of(function)
    if expected is None:
        return
    try:
        expected.bind(None, None)
    except TypeError as error:
        hint = f": give what {name_of(function)}(...) returns" if "(" not in name_of(function) else ""
        raise TypeError(f"{what}; {name_of(function)} takes other arguments ({error}){hint}") from None


def response_of(answer: ResponseLike, request: Request[object], *, render: Renderer = render_error) -> Response:
    """The response that an answer is: for middleware that changes what a handler gives.

    What only adds fields to an answer is better a function of `finish=`, which errors reach as well.

    Args:
        answer: What a handler gave. A `Response` is given back itself; a frozen one is thawed; an `HTTPError` is
            rendered; any other WSGI application is called, and its body streams.
        request: The request that it answers.
        render: Makes the answer of an error.

    Raises:
        TypeError: The answer is not a WSGI application.
        WSGIViolation: The application does not keep to PEP 3333.
        HeaderValueError: The application's status or a header is not valid in an HTTP message.

    >>> from verglas.errors import NotFound
    >>> response_of(NotFound(), Request()).status
    '404 Not Found'
    """
    check_answer(answer, "a handler")
    environ = request.environ
    if isinstance(answer, HTTPError):
        answer = rendered(answer, RequestHead.of(environ, request.trust), render)
    own = answer_of(answer, environ)
    return own if isinstance(own, Response) else Response.thaw(own)


@overload
def pipe(handler: Handler[A], /) -> Handler[A]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    /,
) -> Handler[B]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    /,
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
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    fourth: Callable[[Handler[D]], Handler[E]],
    fifth: Callable[[Handler[E]], Handler[F]],
    /,
) -> Handler[F]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    fourth: Callable[[Handler[D]], Handler[E]],
    fifth: Callable[[Handler[E]], Handler[F]],
    sixth: Callable[[Handler[F]], Handler[G]],
    /,
) -> Handler[G]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    fourth: Callable[[Handler[D]], Handler[E]],
    fifth: Callable[[Handler[E]], Handler[F]],
    sixth: Callable[[Handler[F]], Handler[G]],
    seventh: Callable[[Handler[G]], Handler[H]],
    /,
) -> Handler[H]: ...
@overload
def pipe(
    handler: Handler[A],
    first: Callable[[Handler[A]], Handler[B]],
    second: Callable[[Handler[B]], Handler[C]],
    third: Callable[[Handler[C]], Handler[D]],
    fourth: Callable[[Handler[D]], Handler[E]],
    fifth: Callable[[Handler[E]], Handler[F]],
    sixth: Callable[[Handler[F]], Handler[G]],
    seventh: Callable[[Handler[G]], Handler[H]],
    eighth: Callable[[Handler[H]], Handler[J]],
    /,
) -> Handler[J]: ...
def pipe(handler: object, *middleware: object) -> object:
    """Wrap a handler in middleware, the innermost first; the types of states are checked from one to the next.

    `pipe(handler, a, b)` is `b(a(handler))`. Decorators do the same, `@b` above `@a` above the handler, and are better
    understood by type checkers: each is checked by itself.

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
