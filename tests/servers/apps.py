"""What the servers serve, written with the public names of verglas only.

Every application is there twice: as it is, and below `/validated` inside `wsgiref.validate.validator`, which checks
that both sides of it keep to PEP 3333.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import os
import select
from collections.abc import Iterable, Iterator
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication
from wsgiref.validate import validator

from verglas import (
    Limits,
    ParseError,
    Request,
    Response,
    Upload,
    application,
    json_response,
    no_content,
    redirect,
    text,
)
from verglas.errors import NotFound

__all__ = ["serve_all"]

KIB: Final = 1024
BOUND: Final = 30  # seconds that a handler waits for its test
PIECE: Final = 64 * KIB


def mark(request: Request, words: str) -> None:
    """Tell the test: it reads the FIFO that it named."""
    path = request.args.get("marks")
    if path is None:
        return
    try:
        fifo = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT):  # the test is over
            return
        raise
    try:
        os.write(fifo, words.encode() + b"\n")
    finally:
        os.close(fifo)


def wait_for_test(path: str) -> None:
    """Wait until the test writes into a FIFO; a bounded wait, so that no worker hangs behind a test that failed."""
    fifo = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        if not select.select([fifo], [], [], BOUND)[0]:
            raise TimeoutError("the test did not say go")
    finally:
        os.close(fifo)


def bare(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI application as PEP 3333 has it, which makes its request itself."""
    request = Request(environ)
    name = request.args.get("name", "World")
    return text(f"{request.method} {request.url.path}: Hello {name}!")(environ, start_response)


def head(request: Request) -> Response:
    """What the head of the request says."""
    return json_response(
        {
            "method": request.method,
            "url": str(request.url),
            "tags": list(request.headers.getlist("X-Tag")),
            "cookies": list(request.cookies.items(multi=True)),
            "length": request.content_length,
        }
    )


def digest_of(upload: Upload) -> str:
    """The digest of an upload, read in pieces."""
    digest = hashlib.sha256()
    while piece := upload.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


@Request.application
def form(request: Request) -> Response:
    """What the form holds."""
    return json_response(
        {
            "fields": [list(pair) for pair in request.form.items(multi=True)],
            "files": [
                [name, upload.filename, upload.mimetype, upload.size, digest_of(upload)]
                for name, upload in request.files.items(multi=True)
            ],
        }
    )


@Request.application
def data(request: Request) -> Response:
    """Size and digest of the body."""
    return json_response({"size": len(request.data), "sha256": hashlib.sha256(request.data).hexdigest()})


def ignore(request: Request) -> Response:
    """An answer to whatever it is; the body is left unread."""
    return text(f"ignored {request.content_length}")


def read_whole(request: Request) -> Response:
    """Read the body as what it says it is, and tell the test how that went."""
    mark(request, "called")
    try:
        how = "form" if request.mimetype.endswith(("urlencoded", "form-data")) else "data"
        size = len(request.form) if how == "form" else len(request.data)
    except ParseError as error:
        mark(request, type(error).__name__)
        raise
    mark(request, "read")
    return text(f"{how} {size}")


def read_piecewise(request: Request) -> Response:
    """The same through `stream`."""
    mark(request, "called")
    try:
        while request.stream.read(KIB):
            pass
    except ParseError as error:
        mark(request, type(error).__name__)
        raise
    return text("read")


def consume(request: Request) -> Response:
    """Read JSON as JSON, and the rest as what it is."""
    if request.is_json:
        return json_response(request.get_json())
    return text(f"{len(request.form)} {len(request.data)}")


def stream(request: Request) -> Response:
    """One piece, the other when the test says go."""
    gate = request.args["gate"]

    def pieces() -> Iterator[bytes]:
        yield b"first\n"
        wait_for_test(gate)
        yield b"second\n"

    return Response(pieces())


def endless(request: Request) -> Response:
    """Pieces until nobody wants them."""

    def pieces() -> Iterator[bytes]:
        mark(request, "begun")
        try:
            while True:
                yield b"again and again\n" * 4096
        finally:
            mark(request, "generator closed")

    response = Response(pieces())
    response.call_on_close(lambda: mark(request, "response closed"))
    return response


def lazy_upload(request: Request) -> Response:
    """An answer that reads an upload while it is sent: after the handler returned."""
    upload = request.files["file"]
    pieces = iter(lambda: upload.read(PIECE), b"")
    return Response(pieces, headers={"Content-Length": str(upload.size)}, mimetype="application/octet-stream")


def missing(request: Request) -> Response:
    """An error that is raised."""
    raise NotFound("No such note.")


def process(request: Request) -> Response:
    """Who serves: garbage is collected first, so that what was not closed shows now."""
    gc.collect()
    return text(str(os.getpid()))


def status(request: Request) -> Response:
    """A status that has a rule of its own about the body."""
    return Response("not sent", int(request.args["code"]))


def limited(limits: Limits) -> WSGIApplication:
    """An application of small limits."""
    return application(consume, limits=limits)


ROUTES: Final[dict[str, WSGIApplication]] = {
    "/greeting": Response("Hello Wörld\n", headers={"X-Who": "a response as an application"}),
    "/frozen": Response("Hello Wörld\n").freeze(),
    "/bare": bare,
    "/head": application(head),
    "/form": form,
    "/data": data,
    "/ignore": application(ignore),
    "/read-whole": application(read_whole),
    "/read-piecewise": application(read_piecewise),
    "/stream": application(stream),
    "/endless": application(endless),
    "/lazy-upload": application(lazy_upload),
    "/missing": application(missing),
    "/no-content": application(lambda _: no_content()),
    "/redirect": application(lambda _: redirect("/greeting")),
    "/status": application(status),
    "/odd-name": Response("odd", headers={"X_A!b": "1"}),
    "/process": application(process),
    "/limited/memory": limited(Limits(max_body_memory=KIB)),
    "/limited/field": limited(Limits(max_form_memory_size=KIB)),
    "/limited/length": limited(Limits(max_content_length=KIB)),
}


def route(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """The application of a path."""
    return ROUTES[str(environ["PATH_INFO"])](environ, start_response)


VALIDATED: Final = validator(route)
PREFIX: Final = "/validated"


def serve_all(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """The application that the servers run."""
    path = str(environ["PATH_INFO"])
    if not path.startswith(f"{PREFIX}/"):
        return route(environ, start_response)
    return VALIDATED(environ | {"SCRIPT_NAME": PREFIX, "PATH_INFO": path.removeprefix(PREFIX)}, start_response)


# What is loaded is not garbage: without this, each of a thousand collections looks through all of it, for 30 ms.
gc.freeze()
