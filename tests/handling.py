"""Handlers and foreign applications, for the tests of what serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import final

from tests.calling import fail
from verglas import Renderer, render_error
from verglas.serving import serve
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

__all__ = ["Asked", "Environ", "foreign", "generator", "raising", "served"]

Environ = dict[str, object]


@final
class Asked:
    """A request of one's own: all that serving needs of one is `close`."""

    def __init__(self, log: list[str], failure: BaseException | None = None) -> None:
        self.log = log
        self.failure = failure

    def close(self) -> None:
        """Log it."""
        self.log.append("request")
        if self.failure is not None:
            raise self.failure


def served(
    handler: Callable[[Asked], ResponseLike], log: list[str] | None = None, render: Renderer = render_error
) -> WSGIApplication:
    """The application of a handler."""
    closed = [] if log is None else log
    return serve(lambda _: Asked(closed), handler, render)


def raising(error: BaseException) -> Callable[[object], ResponseLike]:
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
