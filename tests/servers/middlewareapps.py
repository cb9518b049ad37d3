"""Answers of every kind with what middleware adds to them, and an exception that nobody expects."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final
from wsgiref.util import shift_path_info

from attrs import frozen

from tests.servers.middlewarelog import LOG, PAGE
from verglas import Limits, Request, Response, ResponseLike, application, html, text
from verglas.errors import HTTPError
from verglas.headers import ContentSecurityPolicy, StrictTransportSecurity
from verglas.inputs import query
from verglas.middleware import access_log, cors, log_exceptions, request_id, security_headers
from verglas.paths import GET, POST, root, routes
from verglas.wsgi import Head, StartResponse, WSGIApplication

__all__ = ["Deliberate", "serve_middleware"]


class Deliberate(Exception):
    """What the handler raises."""


class LogFile(logging.Handler):
    """Writes records to the file of the test, which is open for each of them alone."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as file:
            file.write(self.format(record) + "\n")


ids: Final = request_id(timing=True)
api: Final = cors(["https://app.example"], expose=["X-Request-ID"])
logger: Final = logging.getLogger("verglas")
handler: Final = LogFile()
handler.setFormatter(logging.Formatter("%(request_id)s %(name)s %(levelname)s %(message)s"))
handler.addFilter(ids.log_filter)
logger.addHandler(handler)
logger.setLevel(logging.INFO)
logger.propagate = False

CACHED: Final = text("cached").freeze().replace(headers={"ETag": '"1"', "Content-Type": "text/plain"})


@GET(root / "ok").into
def ok(request: Request) -> Response:
    """Answer with the id that the handler sees."""
    return text(ids.current() or "")


@GET(root / "stream").into
def stream(request: Request) -> Response:
    """Answer in pieces."""
    return Response(iter(["a", "b"]))


@GET(root / "cached").into
def cached(request: Request) -> ResponseLike:
    """Answer from what the client has."""
    return CACHED.conditional(request)


@POST(root / "form").into
def form(request: Request) -> Response:
    """Read a form."""
    return text(f"{len(request.form)}")


numbered: Final = GET(root / "number") & query("n", int)


@numbered.into
def number(request: Request, n: int) -> Response:
    """Take a number."""
    return text(f"{n}")


@POST(root / "fail").into
def fail(request: Request) -> Response:
    """Read everything, and fail."""
    read = [request.form, request.args, request.cookies, request.headers, request.authorization]
    raise Deliberate(f"it fails with {len(read)} values")


site: Final[Callable[[Request], ResponseLike]] = api(ids(routes(ok, stream, cached, form, number, fail)))
limits: Final = Limits(max_content_length=1000)
finish: Final = [
    ids.finish,
    security_headers(
        content_security_policy=ContentSecurityPolicy(default_src="'self'"),
        strict_transport_security=StrictTransportSecurity(timedelta(days=365)),
    ),
    api.finish,
    access_log(),
]


def render(error: HTTPError, head: Head) -> ResponseLike:
    """The application's own page for a 500."""
    return html(PAGE, 500) if error.code == 500 else text(error.name, error.code)


guarded: Final = application(site, limits=limits, render=render, finish=finish, on_exception=log_exceptions())
unguarded: Final = application(site, limits=limits, render=render, finish=finish)


@frozen
class Reporter:
    """A reporter of errors around an application, as services offer them: it sees what the application raises.

    Attributes:
        application: The application.
        asks: Whether it asks for exceptions that would be answered.
    """

    application: WSGIApplication
    asks: bool

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and report."""
        try:
            return self.application({**environ, "x-wsgiorg.throw_errors": self.asks}, start_response)
        except Deliberate as error:
            start_response("500 Reported", [("Content-Type", "text/plain")])
            return [f"reported: {error}".encode()]


def debugged(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Werkzeug's debugger around an application; what it logs by itself is no matter of the test."""
    from werkzeug.debug import DebuggedApplication  # noqa: PLC0415  # for those who have it

    return DebuggedApplication(unguarded, evalex=False)({**environ, "wsgi.errors": io.StringIO()}, start_response)


APPLICATIONS: Final[dict[str | None, WSGIApplication]] = {
    "guarded": guarded,
    "asked": Reporter(guarded, asks=True),
    "reported": Reporter(unguarded, asks=False),
    "debugged": debugged,
}


def serve_middleware(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Serve the application that the first segment of the path names."""
    moved = {key: value for key, value in environ.items() if isinstance(value, str)}
    name = shift_path_info(moved)
    return APPLICATIONS.get(name, guarded)({**environ, **moved}, start_response)
