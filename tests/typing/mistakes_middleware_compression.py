"""What must not check of tags and compression: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from verglas import Request, Response, application, text
from verglas.middleware import etags, gzip


def show(request: Request) -> Response:
    """A handler."""
    return text("hi")


def by_request(request: Request) -> bool:
    """A function of a request alone."""
    return True


application(show, finish=gzip)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(show, finish=[etags])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
gzip(6)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
gzip(level="9")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gzip(minimum=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gzip(types=[b"text/html"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
gzip(skip=by_request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gzip(skip=["/account"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
gzip(show)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
etags(weak="W")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
etags(skip=by_request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
