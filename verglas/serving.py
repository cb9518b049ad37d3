"""`serve`: from a parser and a handler to a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, Parameter
from itertools import chain
from types import CodeType
from typing import Final, Protocol, TypeVar, cast, final

from verglas.answering import OURS, Answer, Answering, check_answer
from verglas.errors.http import HTTPError
from verglas.errors.misuse import WSGIViolation
from verglas.exchange import Exchange, current, enter, leave
from verglas.functions import name_of, signature_of
from verglas.response.closing import ClosingIterator, Step, close_after, close_all, closers_of
from verglas.response.filebodies import SliceReader, handed_over
from verglas.response.foreign import end_to_end
from verglas.wsgi import ExcInfo, ResponseLike, StartResponse, WSGIApplication

__all__ = ["Closeable", "check_handler", "is_application", "serve", "value_parameters"]

POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class Closeable(Protocol):
    """A request: what must be closed once its answer was sent."""

    def close(self) -> object: ...


R = TypeVar("R", bound=Closeable)


def serve(
    parse: Callable[[dict[str, object]], R], handler: Callable[[R], ResponseLike], answering: Answering
) -> WSGIApplication:
    """The WSGI application that a handler makes.

    An `HTTPError` that is raised by parsing or by the handler becomes its rendering; any other exception is answered as
    `answering` says, or is the server's to report. What fails after the answer has begun is raised, never answered:
    half an answer and an error page are no answer. The request is closed when its answer was sent, whatever happens.

    Args:
        parse: Makes the request, or raises.
        handler: Answers it.
        answering: How answers are made of errors, and finished.
    """
    is_plain = answering.is_plain

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        # Steps that run once the answer is out, or is not to be; the request is the last of its own answer.
        steps: list[Step] = []
        try:
            try:
                request = parse(environ)
                steps = [request.close]
                answer = handler(request)
                if not isinstance(answer, OURS):
                    check_answer(answer, "the handler", handler)
            except Exception as error:  # noqa: BLE001  # raised again, unless it is to be answered
                answer = answering.of_error(error, environ)
            # PERF: nearly all answers; what others need costs these no call.
            if is_plain and isinstance(answer, OURS) and not answer.is_file:
                body = answer(environ, start_response)
            elif is_plain:
                body = _call(answer, environ, start_response, answering, steps)
            else:
                body = answering.conclude(answer, environ, start_response, steps, _send)
            if not isinstance(body, list):
                return _closing(body, steps)
            # All of it is here: nothing of the request is needed any more.
            taken, steps = steps, []
            close_all(taken)
            return body
        except BaseException as error:
            close_after(error, steps)
            raise

    return application if is_plain else _in_exchange(application)


def _in_exchange(application: WSGIApplication) -> WSGIApplication:
    """The same application, whose middleware may leave notes for the functions that finish its answers."""

    def exchanging(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        exchange = Exchange()
        outer = current()
        if outer is not None:
            exchange.outer = outer
        token = enter(exchange)
        try:
            return application(environ, start_response)
        finally:
            leave(token)

    return exchanging


def check_handler(handler: object, taken_by: str, *, leading: bool = False) -> None:
    """Refuse what cannot be a handler, where it is given: not all check their types.

    Args:
        handler: A function from a request to a response.
        taken_by: The name of what takes it.
        leading: Whether it may take more arguments before the request.

    Raises:
        TypeError: The handler is not a function, is `async`, yields, or takes other arguments than a request.
    """
    what = f"{taken_by} takes a handler, a function from a request to a response"
    if isinstance(handler, (*OURS, HTTPError)):
        raise TypeError(f"{what}, not a response: a {type(handler).__name__} is a WSGI application by itself")
    if not callable(handler):
        hint = ", which a middleware gives that forgets to return its handler" if handler is None else ""
        if hasattr(handler, "rows"):  # of what a table is made of
            hint = ": routes(...) makes a handler of it"
        elif hasattr(handler, "into"):  # inputs and endpoints
            hint = ": its into() takes the handler"
        raise TypeError(f"{what}, not {type(handler).__name__}{hint}")
    code = _code_of(handler)
    if code is None:
        return
    if code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
        raise TypeError(f"{what}; {name_of(handler)} is async, and WSGI awaits nothing")
    if code.co_flags & CO_GENERATOR:
        raise TypeError(f"{what}; {name_of(handler)} yields: return a Response of a generator instead")
    if not leading and _names_wsgi(code):
        raise TypeError(f"{what}; {name_of(handler)} takes an environ: it is a WSGI application already")


def value_parameters(handler: object, count: int) -> list[str]:
    """The names of the parameters of a handler after the request; none where that cannot be seen.

    Args:
        handler: The handler.
        count: The number of values that it is given after the request.

    Raises:
        TypeError: The handler cannot be called with a request and as many values.
    """
    called, shown = signature_of(handler, follow_wrapped=False), signature_of(handler)
    if called is None or shown is None:
        return []
    try:
        called.bind(*range(count + 1))  # a wrapper has other parameters than what it wraps, perhaps
    except TypeError as error:
        values = f"{count} value{'' if count == 1 else 's'}"
        raise TypeError(f"{name_of(handler)} is given the request and {values}: {error}") from None
    for found in (called, shown):  # a wrapper that takes any arguments has the names of what it wraps
        names = [one.name for one in found.parameters.values() if one.kind in POSITIONAL][1:]
        if len(names) >= count:
            return names
    return []


def is_application(target: object) -> bool:
    """Whether a function or object looks like a WSGI application: it takes two arguments, which a handler does not.

    Args:
        target: A handler or an application.

    Raises:
        TypeError: The target takes any arguments, so that nobody can tell.

    >>> from wsgiref.simple_server import demo_app
    >>> is_application(demo_app), is_application(lambda request: demo_app)
    (True, False)
    """
    if isinstance(target, (*OURS, HTTPError)):
        return True
    parameters = _parameters_of(target, follow_wrapped=False)
    if any(one.kind is Parameter.VAR_POSITIONAL for one in parameters[:1]):
        # A wrapper: that of a handler may be an application, such as Werkzeug's, but that of an application is one.
        if _is_called_with_two(_parameters_of(target, follow_wrapped=True)):
            return True
        what = f"{name_of(target)} takes any arguments, and may be a handler or a WSGI application"
        raise TypeError(f"{what}: write lambda environ, start_response: ..., or lambda request: ..., around it")
    return _is_called_with_two(parameters)


def _parameters_of(target: object, *, follow_wrapped: bool) -> list[Parameter]:
    """The parameters of a function; none of what is not one, or is written in C."""
    found = signature_of(target, follow_wrapped=follow_wrapped)
    return [] if found is None else list(found.parameters.values())


def _is_called_with_two(parameters: list[Parameter]) -> bool:
    positional = [one for one in parameters if one.kind in POSITIONAL]
    required = [one.name for one in positional if one.default is Parameter.empty]
    return len(required) == 2 or {"environ", "start_response"}.issubset([one.name for one in positional])


def _code_of(handler: object) -> CodeType | None:
    """The code that runs when it is called, of functions and methods, and of those in a `partial`."""
    while isinstance(handler, partial):
        handler = cast("partial[object]", handler).func
    for found in (handler, getattr(handler, "__call__", None)):  # noqa: B004  # its code, not whether it is there
        code = getattr(getattr(found, "__func__", found), "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def _names_wsgi(code: CodeType) -> bool:
    return {"environ", "start_response"}.issubset(code.co_varnames[: code.co_argcount])


def _call(
    answer: ResponseLike,
    environ: dict[str, object],
    start_response: StartResponse,
    answering: Answering,
    steps: list[Step],
) -> Iterable[bytes]:
    """Call an answer that nothing finishes. An error that is returned is the same as one that is raised."""
    if isinstance(answer, HTTPError):
        answer = answering.of_error(answer, environ)
    if isinstance(answer, OURS):
        return _send(answer, environ, start_response, steps)
    guard = _Guard(start_response)
    try:
        return guard.watch(answer(environ, guard.start_response))
    except HTTPError as error:
        if guard.started:
            raise
        return answering.of_error(error, environ)(environ, start_response)


def _send(
    answer: Answer, environ: dict[str, object], start_response: StartResponse, steps: list[Step]
) -> Iterable[bytes]:
    if answer.is_file and "wsgi.file_wrapper" in environ:
        return _call_with_file(answer, environ, start_response, steps)
    return answer(environ, start_response)


def _call_with_file(
    answer: Answer, environ: dict[str, object], start_response: StartResponse, steps: list[Step]
) -> Iterable[bytes]:
    """The server's own wrapper must be what it gets, or it does not send the file by itself. So it is put about a file
    that closes the request as well, and not the other way round.
    """
    bare = {key: value for key, value in environ.items() if key != "wsgi.file_wrapper"}
    body = answer(bare, start_response)
    return handed_over(environ, body.then(_taken(steps))) if isinstance(body, SliceReader) else body


def _closing(body: Iterable[bytes], steps: list[Step]) -> Iterable[bytes]:
    if not steps:
        return body
    steps[:0] = closers_of(body)
    iterator = iter(body)  # before the steps are handed over: it may raise
    return ClosingIterator(iterator, _taken(steps))


def _taken(steps: list[Step]) -> list[Step]:
    """The steps, which nobody else will run."""
    taken = steps.copy()
    steps.clear()
    return taken


@final
class _Guard:
    """Watches whether an application that others wrote keeps to PEP 3333."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self.started = False

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """Pass the call on; a second one needs the exception that it is about.

        Raises:
            WSGIViolation: The application calls it again without `exc_info`, or sends Transfer-Encoding.
        """
        if self.started and exc_info is None:
            raise WSGIViolation("the application called start_response twice, without exc_info")
        self.started = True
        headers = end_to_end(headers)
        if exc_info is None:
            return self._start_response(status, headers)
        return self._start_response(status, headers, exc_info)

    def watch(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """The body. An application that is a generator begins with its first piece, which is asked for here: what it
        raises before it has called `start_response` can still be answered.

        Raises:
            WSGIViolation: The application gave a piece, or ended, without that call.
        """
        if self.started:
            return body
        steps = closers_of(body)
        try:
            pieces = iter(body)
            first = next(pieces, None)
            self._check_started()
        except BaseException as failure:
            close_after(failure, steps)
            raise
        return ClosingIterator(pieces if first is None else chain((first,), pieces), steps)

    def _check_started(self) -> None:
        if not self.started:
            raise WSGIViolation("the application never called start_response")
