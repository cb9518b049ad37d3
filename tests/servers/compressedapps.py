"""Answers that are tagged and compressed on their way out, served with the public names of verglas only."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.servers.apps import mark, wait_for_test
from verglas import Answer, FileSlice, Request, RequestHead, Response, application, html, sse, text
from verglas.errors import HTTPError, NotFound
from verglas.middleware import etags, gzip
from verglas.wsgi import Head

__all__ = ["BODY", "SCRIPT", "serve_compressed"]

BODY: Final = "<!doctype html><title>Page</title><p>" + "one page " * 1000 + "<script src='/script'></script>"
SCRIPT: Final = "document.title = 'Script';" + "// padding\n" * 100
KEPT: Final = Response(SCRIPT, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def events(request: Request) -> Response:
    """Two events, the second when the test says so."""

    def two() -> Iterator[str]:
        try:
            yield "first"
            wait_for_test(request.args["gate"])
            yield "second"
        finally:
            mark(request, "events closed")

    return sse(two())


def endless(request: Request) -> Response:
    """Pieces until the client goes away."""

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield os.urandom(2**14)
        finally:
            mark(request, "generator closed")

    response = Response(pieces())
    response.call_on_close(lambda: mark(request, "response closed"))
    return response


def missing(request: Request) -> Response:
    """Nothing is there."""
    raise NotFound(BODY)


def process(request: Request) -> Response:
    """Collect garbage, so that what was not closed shows."""
    gc.collect()
    return text("collected")


HANDLERS: Final[Mapping[str, Callable[[Request], Response]]] = {
    "/page": lambda request: html(BODY),
    "/script": lambda request: KEPT,
    "/data": lambda request: text(request.args.get("size", 0, type=int) * "a"),
    "/stream": lambda request: Response(iter(["one page "] * 1000)),
    "/file": lambda request: Response(FileSlice.of(request.args["path"])),
    "/events": events,
    "/endless": endless,
    "/missing": missing,
    "/process": process,
}


def show(request: Request) -> Response:
    """The answer of a path."""
    return HANDLERS.get(request.path, missing)(request)


def render(error: HTTPError, head: Head) -> Response:
    """A page for an error, long enough to be compressed."""
    return html(BODY, error.status_code)


def noted(head: RequestHead, answer: Answer) -> Answer:
    """Write what is answered into the file that the environment names, as a log."""
    path = os.environ.get("ANSWERS")
    if path is not None:
        names = ("ETag", "Content-Encoding", "Vary")
        fields = {name: answer.headers.get(name) for name in names}
        entry = {"target": head.target, "status": answer.status_code, "asked": head.headers.get("If-None-Match")}
        with open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(entry | fields) + "\n")
    return answer


serve_compressed: Final = application(show, render=render, finish=[etags(), gzip(), noted])
