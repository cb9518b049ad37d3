"""What `Request.application` makes: a WSGI application of a function, or one for each object of a method."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Generic, Self, TypeVar, cast, overload

from verglas.rendering import Renderer
from verglas.serving import Closeable, serve
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

__all__ = ["MethodApplication", "Subject"]

R = TypeVar("R", bound=Closeable)

Subject = TypeVar("Subject")
"""The class whose method a handler is."""


class MethodApplication(Generic[Subject]):
    """A WSGI application; as an attribute of a class, one for each of its objects.

    Args:
        parse: Makes the request.
        function: Answers it; a method takes its object first.
        render: Makes the answer of an error.
    """

    def __init__(
        self,
        parse: Callable[[dict[str, object]], R],
        function: Callable[[R], ResponseLike] | Callable[[Subject, R], ResponseLike],
        render: Renderer,
    ) -> None:
        # Function or method: that is known only when it is looked up on an instance.
        of_subject = cast("Callable[[Subject, R], ResponseLike]", function)
        self._application = serve(parse, cast("Callable[[R], ResponseLike]", function), render)

        def bind(subject: Subject) -> WSGIApplication:
            return serve(parse, lambda request: of_subject(subject, request), render)

        self._bind = bind
        update_wrapper(self, of_subject)

    @overload
    def __get__(self, subject: None, owner: type[Subject]) -> Self: ...
    @overload
    def __get__(self, subject: Subject, owner: type[Subject] | None = None) -> WSGIApplication: ...
    def __get__(self, subject: Subject | None, owner: type[Subject] | None = None) -> Self | WSGIApplication:
        return self if subject is None else self._bind(subject)

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application."""
        return self._application(environ, start_response)
