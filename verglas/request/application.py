"""`MethodApplication`, the result of `Request.application`: a WSGI application, or one for each object of a class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, update_wrapper
from typing import Generic, Protocol, Self, TypeVar, cast, overload

from verglas.answering import Answering
from verglas.serving import Closeable, check_handler, serve
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

__all__ = ["MethodApplication", "Subject"]

R = TypeVar("R", bound=Closeable)

Subject = TypeVar("Subject")
"""The class whose method a handler is."""


class _AnyArguments(Protocol):
    def __call__(self, *arguments: object) -> ResponseLike: ...


class MethodApplication(Generic[Subject]):
    """A WSGI application; as an attribute of a class, one for each of its objects.

    Arguments before the environ are passed on to the function, before the request. To type checkers there is one at
    most: the object of a method, or the first argument of a function.

    Args:
        parse: Makes the request.
        function: Answers it; a method takes its object first.
        answering: How answers are made of errors.
    """

    def __init__(
        self,
        parse: Callable[[dict[str, object]], R],
        function: Callable[[R], ResponseLike] | Callable[[Subject, R], ResponseLike],
        answering: Answering,
    ) -> None:
        check_handler(function, "Request.application", leading=True)
        # What it takes before the request is known only when it is called, or looked up on an instance.
        handler = cast("_AnyArguments", function)
        self._application = serve(parse, handler, answering)

        def bind(leading: tuple[object, ...]) -> WSGIApplication:
            return serve(parse, partial(handler, *leading), answering)

        self._bind = bind
        update_wrapper(self, handler)

    @overload
    def __get__(self, subject: None, owner: type[Subject]) -> Self: ...
    @overload
    def __get__(self, subject: Subject, owner: type[Subject] | None = None) -> WSGIApplication: ...
    def __get__(self, subject: Subject | None, owner: type[Subject] | None = None) -> Self | WSGIApplication:
        return self if subject is None else cast("WSGIApplication", partial(self, subject))

    @overload
    def __call__(self, environ: dict[str, object], start_response: StartResponse, /) -> Iterable[bytes]: ...
    @overload
    def __call__(
        self, subject: Subject, environ: dict[str, object], start_response: StartResponse, /
    ) -> Iterable[bytes]: ...
    def __call__(self, *arguments: object) -> Iterable[bytes]:
        """Answer, as a WSGI application."""
        *leading, environ, start_response = arguments
        application = self._bind(tuple(leading)) if leading else self._application
        return application(cast("dict[str, object]", environ), cast("StartResponse", start_response))
