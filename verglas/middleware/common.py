"""Helpers of several middlewares: the requests that they take, and the checks of their options."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Protocol, TypeAlias, TypeVar

from verglas.answering import Answer
from verglas.capture import RequestHead
from verglas.cookies import Cookies
from verglas.functions import check_awaits_nothing
from verglas.headers.mapping import Headers
from verglas.query import Query
from verglas.response.builder import Response
from verglas.serving import check_handler
from verglas.trust import Trust
from verglas.url import URL
from verglas.wsgi import Environ, ResponseLike

__all__ = ["AnyRequest", "Skip", "alone", "check_function", "check_option", "named_after", "overrides"]

R = TypeVar("R")
Q = TypeVar("Q")
X = TypeVar("X")


class AnyRequest(Protocol):
    """A request of any class, with any state: the bound for middleware that leaves the state alone.

    `Request[object]` means the same, but `pipe` is inferred better with this: mypy finds no state through a bound that
    is generic, or has a `state`. Middleware that needs more of a request than this has is bound to `Request[object]`.
    """

    @property
    def args(self) -> Query: ...
    @property
    def cookies(self) -> Cookies: ...
    @property
    def environ(self) -> Environ: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def host(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def remote_addr(self) -> str | None: ...
    @property
    def remote_user(self) -> str | None: ...
    @property
    def scheme(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def trust(self) -> Trust: ...
    @property
    def url(self) -> URL: ...


Skip: TypeAlias = Callable[[RequestHead, Answer], bool]
"""Whether an answer is left as it is."""


def alone(outer: object, found: X) -> X:
    """The default of `into`: the state is the found value alone.

    Args:
        outer: The state of the request, which is left behind.
        found: What was found.
    """
    del outer
    return found


def named_after(
    inner: Callable[[R], ResponseLike], handler: Callable[[Q], ResponseLike], taken_by: str
) -> Callable[[R], ResponseLike]:
    """Give a function the name and the docstring of the handler that it stands around.

    Args:
        inner: The function.
        handler: The handler.
        taken_by: The name of the middleware, for messages.

    Raises:
        TypeError: The handler is not a function of a request.
    """
    check_handler(handler, taken_by)
    return update_wrapper(inner, handler, updated=())


def check_function(function: object, option: str, taken_by: str) -> None:
    """Refuse an argument that cannot be called, or whose result nobody awaits: where it is given, not at a request.

    Args:
        function: The argument.
        option: Its name.
        taken_by: The name of the function that takes it.

    Raises:
        TypeError: The argument is not a function, or is an `async` one.
    """
    if not callable(function):
        raise TypeError(f"{option}= of {taken_by} is a function, not {type(function).__name__}")
    check_awaits_nothing(function)


def check_option(given: object, kind: type, option: str, taken_by: str) -> None:
    """Refuse an argument of another type where it is given: not all check their types.

    Args:
        given: The argument.
        kind: The type.
        option: The name of the argument.
        taken_by: The name of the function that takes it.

    Raises:
        TypeError: The argument is of another type; `bool` is not an `int` here.
    """
    if not isinstance(given, kind) or (isinstance(given, bool) and kind is not bool):
        raise TypeError(f"{option}= of {taken_by} is of type {kind.__name__}, not {type(given).__name__}")


def overrides(answer: Response, *names: str) -> bool:
    """Whether the class of a response overrides one of these methods, so that it alone knows what it sends.

    Args:
        answer: The response.
        names: The names of methods of `Response`.
    """
    cls = type(answer)
    return cls is not Response and any(getattr(cls, name) is not getattr(Response, name) for name in names)
