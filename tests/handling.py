"""Handlers and foreign applications, for the tests of what serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

from tests.kit import fail
from verglas import Request
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

__all__ = ["Environ", "foreign", "generator", "logged", "raising", "served"]

Environ = dict[str, object]


def served(
    handler: Callable[[Request[None]], ResponseLike], log: list[str], failure: BaseException | None = None
) -> WSGIApplication:
    """The application of a handler, whose requests log when they are closed, and fail then perhaps."""
    return logged(log, failure).application(handler)


def logged(log: list[str], failure: BaseException | None = None) -> type[Request]:
    """A class of requests that log when they are closed, and fail then perhaps."""

    class Logged(Request):
        def close(self) -> None:
            super().close()
            log.append("request")
            if failure is not None:
                raise failure

    return Logged


def raising(error: BaseException) -> Callable[[object], NoReturn]:
    """A handler that raises."""
    return lambda _: fail(error)


def foreign(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """An application that others wrote."""
    start_response("200 OK", [("X-Foreign", "1")])
    return [b"foreign"]


def generator(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that starts when its first piece is asked for."""
    start_response("200 OK", [("X-Foreign", "1")])
    yield b"fore"
    yield b"ign"
