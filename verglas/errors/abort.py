"""Ending a handler early: by a code, or by an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NoReturn, Protocol, cast, overload

from verglas.backports import override
from verglas.errors import parse, registry
from verglas.errors.http import HTTPError
from verglas.errors.registry import Challenges, Wait
from verglas.wsgi import Environ, ExcInfo, ResponseLike, StartResponse, WSGIApplication

__all__ = ["Abort", "Aborter", "abort", "answering_with_lines"]


class Abort(HTTPError):
    """Ends a handler with an answer of its own.

    Args:
        application: What answers.
    """

    def __init__(self, application: ResponseLike) -> None:
        super().__init__("The application answered by itself.")
        self.args: tuple[object, ...] = (application,)
        self.application = application

    @override
    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the application that was given."""
        return answering_with_lines(self.application, self.added_lines)(dict(environ), start_response)


def answering_with_lines(application: WSGIApplication, lines: tuple[tuple[str, str], ...]) -> WSGIApplication:
    """A WSGI application that answers as another does, with more header lines.

    Args:
        application: The other. An `HTTPError` that it raises is answered with the lines as well.
        lines: Names and values.
    """
    if not lines:
        return application

    def answer(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
        ) -> Callable[[bytes], object]:
            given = [*headers, *lines]
            return start_response(status, given) if exc_info is None else start_response(status, given, exc_info)

        try:
            return application(environ, start)
        except HTTPError as error:
            failure = error.with_lines(*lines)
            error.__traceback__ = None  # which the copy has: a constant would hold each request
        raise failure

    return answer


def _classes() -> dict[int, type[HTTPError]]:
    """The class that defines each code: those of one's own below them share theirs."""
    found: dict[int, type[HTTPError]] = {}
    for value in (*vars(parse).values(), *vars(registry).values()):
        if isinstance(value, type) and issubclass(value, HTTPError) and "code" in vars(value):
            found[value.code] = value
    return found


class _AnyArguments(Protocol):
    def __call__(self, *arguments: object, **named: object) -> HTTPError: ...


class Aborter:
    """The class of `abort`, with a table of error classes that can be changed.

    Args:
        mapping: The class for each code; without it, the registry's.
        extra: More classes, or others in place of those.

    >>> try:
    ...     Aborter(extra={418: registry.Gone})(418)
    ... except registry.Gone as error:
    ...     print(error.code)
    410
    """

    def __init__(
        self, mapping: Mapping[int, type[HTTPError]] | None = None, extra: Mapping[int, type[HTTPError]] | None = None
    ) -> None:
        self.mapping: dict[int, type[HTTPError]] = {**(_classes() if mapping is None else mapping), **(extra or {})}

    @overload
    def abort(
        self, status: Literal[401], /, description: object = None, *, www_authenticate: Challenges
    ) -> NoReturn: ...
    @overload
    def abort(self, status: Literal[405], /, valid_methods: Iterable[str], description: object = None) -> NoReturn: ...
    @overload
    def abort(
        self, status: Literal[416], /, length: int | None, units: str = "bytes", description: object = None
    ) -> NoReturn: ...
    @overload
    def abort(self, status: Literal[429, 503], /, description: object = None, *, retry_after: Wait) -> NoReturn: ...
    @overload
    def abort(self, status: int | ResponseLike, /, description: object = None) -> NoReturn: ...
    def abort(self, status: int | ResponseLike, /, *arguments: object, **named: object) -> NoReturn:
        """End a handler: raise the error of a code, or answer with a response.

            abort(404)
            abort(404, "No such note.")
            abort(405, ["GET", "HEAD"])
            abort(429, retry_after=5)
            abort(redirect("/login"))

        Args:
            status: A code; or the answer, a `Response` or any other WSGI application.
            *arguments: Arguments of the error's class: a description of what went wrong for most; for a 405 the methods
                that are allowed, for a 416 the length.
            **named: The same, by their names.

        Raises:
            HTTPError: The error of the code, of the class that the table has for it.
            Abort: The status is an application, which the error carries.
            LookupError: No class has the code.
            TypeError: The class of the code does not take the arguments, or needs others.
        """
        if isinstance(status, int):
            if status not in self.mapping:
                raise LookupError(f"there is no error class for the status code {status}")
            raise cast("_AnyArguments", self.mapping[status])(*arguments, **named)
        if not callable(status):
            raise TypeError(f"abort() takes a status code or a response, not {status!r}")
        if arguments or named:
            raise TypeError("abort() takes a description with a status code, not with a response")
        raise Abort(status)

    __call__ = abort


abort: Final = Aborter().abort
