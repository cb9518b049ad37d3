"""Ending a handler early: by a code, or by an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NoReturn

from verglas.errors import parse, registry
from verglas.errors.http import HTTPError
from verglas.wsgi import Environ, StartResponse, WSGIApplication

__all__ = [
    "Abort",
    "Aborter",
    "abort",
]


class Abort(HTTPError):
    """Ends a handler with an answer of its own.

    Args:
        application: What answers.
    """

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__("The application answered by itself.")
        self.args: tuple[object, ...] = (application,)
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the application that was given."""
        return self.application(dict(environ), start_response)


def _classes() -> dict[int, type[HTTPError]]:
    """The class that defines each code: those of one's own below them share theirs."""
    found: dict[int, type[HTTPError]] = {}
    for value in (*vars(parse).values(), *vars(registry).values()):
        if isinstance(value, type) and issubclass(value, HTTPError) and "code" in vars(value):
            found[value.code] = value
    return found


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

    def __call__(self, status: int | WSGIApplication, description: str | None = None) -> NoReturn:
        """Raise the error of a code, or an `Abort` with an application.

        Args:
            status: A code, or what answers.
            description: What went wrong; only with a code.

        Raises:
            HTTPError: Of the class that the code has.
            Abort: With the application.
            LookupError: No class has the code.
        """
        if not isinstance(status, int):
            raise Abort(status)
        if status not in self.mapping:
            raise LookupError(f"there is no error class for the status code {status}")
        error = self.mapping[status]()
        if description is not None:
            error.description = description
        raise error


abort: Final[Aborter] = Aborter()
