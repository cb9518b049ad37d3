"""Responses of every kind, served with the public names of verglas, whose resources tell when they are closed."""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Final, final
from wsgiref.types import StartResponse, WSGIApplication
from wsgiref.validate import validator

from tests.data.conditions import BODY
from tests.data.matrix import ETAG, PIECE, SIZE, content
from tests.servers.apps import PREFIX, mark, wait_for_test
from tests.servers.foreignapps import FOREIGN, Deliberate, Pieces, pieces_of, size_of
from verglas import FileSlice, FrozenResponse, Request, Response, ResponseLike, send_file, text, wrap_file
from verglas.errors import NotFound

__all__ = ["serve_responses"]

MODIFIED: Final = datetime(2020, 1, 1, tzinfo=UTC)
TYPE: Final = "text/x-matrix"


class Watched(Request):
    """A request that tells when it is closed."""

    def close(self) -> None:
        """Close it, and tell."""
        super().close()
        mark(self, "request closed")


@final
class Opened(FileIO):
    """An open file that tells when it is closed, and fails at its second block if the test wants it."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.args["path"])
        self._request = request

    def read(self, size: int | None = -1, /) -> bytes:
        """Read."""
        if "X-Break" in self._request.headers and self.tell() >= PIECE:
            raise Deliberate("the file ends here")
        return super().read(-1 if size is None else size)

    def close(self) -> None:
        """Tell, once for each time that it is asked to while it is open."""
        was_open = not self.closed
        super().close()
        if was_open:
            mark(self._request, "body closed")


def generator(request: Request) -> Response:
    """A generator: it has nothing to tell unless it began."""

    def pieces() -> Iterator[bytes]:
        try:
            yield from pieces_of(request)
        finally:
            mark(request, "body closed")

    return Response(pieces())


def open_file(request: Request) -> Response:
    """A file that the handler opened."""
    return Response(wrap_file(request.environ, Opened(request)), direct_passthrough=True)


def middle_of_file(request: Request) -> Response:
    """What lies between the first and the last hundred bytes of a file."""
    whole = FileSlice.of(request.args["path"])
    return Response(whole.part(100, whole.length - 100))


def some_app(request: Request) -> WSGIApplication:
    """An application as others write them."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        if "X-Raise" in request.headers:
            raise NotFound("No such note.")
        lines = [("Content-Length", str(size_of(request))), ("Content-Type", TYPE), ("ETag", ETAG)]
        start_response("200 OK", [*lines, ("Accept-Ranges", "bytes")])
        return Pieces(request, is_empty=environ["REQUEST_METHOD"] == "HEAD")

    return application


BUILDERS: Final[Mapping[str, Callable[[Request], Response]]] = {
    "bytes": lambda request: Response(content(size_of(request))),
    "list": lambda request: Response(list(pieces_of(request))),
    "generator": generator,
    "iterator": lambda request: Response(Pieces(request)),
    "open-file": open_file,
    "file": lambda request: send_file(request.args["path"], request, mimetype=TYPE, conditional=False),
    "slice": middle_of_file,
    "from-app": lambda request: Response.from_app(some_app(request), dict(request.environ)),
}


def with_validators(response: Response) -> Response:
    """What conditions are about."""
    response.headers["Content-Type"] = TYPE
    response.headers["ETag"] = ETAG
    response.last_modified = MODIFIED
    return response


def frozen(request: Request, kind: str) -> FrozenResponse:
    """A value that answers."""
    body = "file" if kind == "frozen-file" else "bytes"
    value = with_validators(BUILDERS[body](request)).freeze()
    if "X-Raise" in request.headers:
        raise NotFound("No such note.")
    return value.conditional(request, accept_ranges=True)


def matrix(request: Request) -> ResponseLike:
    """A response of the kind that the test asks for."""
    kind = request.args["kind"]
    if kind == "foreign":
        return some_app(request)
    if kind.startswith("frozen"):
        return frozen(request, kind)
    response = with_validators(BUILDERS[kind](request))
    response.call_on_close(lambda: mark(request, "response closed" + left_open(request)))
    if "X-Raise" in request.headers:
        with response:
            raise NotFound("No such note.")
    # A file as it is leaves its length to the server; what streams in the library has to be told.
    length = None if kind in ("file", "bytes", "list", "slice") else size_of(request)
    response.make_conditional(request, accept_ranges=True, complete_length=length)
    is_shrinking = kind in ("file", "slice") and "X-Break" in request.headers
    return shrinking(response, request.args["path"]) if is_shrinking else response


def bare(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A file from an application without a handler: the server gets what it calls a file as it is."""
    request = Request(environ)
    if request.args["kind"] == "open-file":
        response = with_validators(open_file(request))
    else:
        response = send_file(request.args["path"], environ, mimetype=TYPE, conditional=False)
        with_validators(response).call_on_close(lambda: mark(request, "body closed"))
    response.make_conditional(environ, accept_ranges=True, complete_length=size_of(request))
    return response(environ, start_response)


def gone(request: Request) -> Response:
    """A file that is gone when it is to be sent."""
    response = send_file(request.args["path"], request, conditional=False)
    response.call_on_close(lambda: mark(request, "response closed"))
    Path(request.args["path"]).unlink()
    return response


def left_open(request: Request) -> str:
    """A complaint, if the file of the request is open when what it was opened for is over."""
    return "" if not descriptors(request) else " before its file"


def descriptors(request: Request) -> list[str]:
    """Descriptors of the file that the request names."""
    path = request.args.get("path")
    found: list[str] = []
    if path is None or "kind" not in request.args:
        return []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:  # that of the listing itself
            continue
        if target == path:
            found.append(entry.name)
    return found


def shrinking(response: Response, path: str) -> WSGIApplication:
    """The same response, of a file that somebody cuts off while it is sent."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        plain = {key: value for key, value in environ.items() if key != "wsgi.file_wrapper"}
        body = response(plain, start_response)
        try:
            for piece in body:
                yield piece
                os.truncate(path, PIECE)
        finally:
            getattr(body, "close", bool)()

    return application


def gated(request: Request) -> Response:
    """One piece, and no other before the test says go."""

    def pieces() -> Iterator[bytes]:
        try:
            yield b"first\n"
            mark(request, f"waiting {os.getpid()}")
            wait_for_test(request.args["gate"])
            yield b"second\n"
        except BaseException as error:
            mark(request, type(error).__name__)
            raise
        finally:
            mark(request, "body closed")

    response = Response(pieces())
    response.call_on_close(lambda: mark(request, "response closed"))
    return response


def foreign(request: Request) -> ResponseLike:
    """An application of others, as it is or made a response."""
    application = FOREIGN[request.args["kind"]](request)
    if "from-app" not in request.args:
        return application
    return Response.from_app(application, dict(request.environ), buffered=request.args["from-app"] == "buffered")


def file(request: Request) -> Response:
    """A file, whole or by ranges."""
    return send_file(request.args["path"], request, mimetype="application/octet-stream")


def file_as_it_is(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A file from an application without a handler: the server sends it by its own means, if it has some."""
    path = Request(environ).args["path"]
    return send_file(path, environ, mimetype="application/octet-stream")(environ, start_response)


def conditions(request: Request) -> Response:
    """The representation of the tables of conditions, with the validators that the test asks for."""
    response = Response(BODY, mimetype="application/octet-stream")
    if tag := request.args.get("etag"):
        response.headers["ETag"] = tag
    if date := request.args.get("modified"):
        response.headers["Last-Modified"] = date
    response.status_code = request.args.get("status", 200, type=int)
    return response.make_conditional(request, accept_ranges=True)


SHARED: Final = FrozenResponse(content(SIZE), 200, {"Content-Type": TYPE, "X-Shared": "1"})


def clearing(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A frozen response behind a server that makes the list of header fields its own."""

    # Its own `start_response`, not the kit's: this server is itself served, and passes on what it was given.
    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
        own = [*headers]
        headers.clear()
        headers.append(("X-Evil", "1"))
        return start_response(status, own)

    return SHARED(environ, start)


def unpickled(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A frozen response that another process left in a file."""
    value: object = pickle.loads(Path(Request(environ).args["path"]).read_bytes())
    if not isinstance(value, FrozenResponse):
        raise TypeError(f"a {type(value).__name__} was pickled")
    return value(environ, start_response)


def process(request: Request) -> Response:
    """Who serves: garbage is collected first, so that what was not closed shows now."""
    gc.collect()
    return text(str(os.getpid()))


def open_count(request: Request) -> Response:
    """How often the file is open in this process."""
    return text(str(len(descriptors(request))))


ROUTES: Final[Mapping[str, WSGIApplication]] = {
    "/matrix": Watched.application(matrix),
    "/bare": bare,
    "/gone": Watched.application(gone),
    "/gated": Watched.application(gated),
    "/foreign": Watched.application(foreign),
    "/file": Request.application(file),
    "/file-as-it-is": file_as_it_is,
    "/conditions": Request.application(conditions),
    "/shared": SHARED,
    "/clearing": clearing,
    "/unpickled": unpickled,
    "/process": Request.application(process),
    "/open": Request.application(open_count),
}


def route(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """The application of a path."""
    return ROUTES[str(environ["PATH_INFO"])](environ, start_response)


VALIDATED: Final = validator(route)


def serve_responses(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """The application that the servers run."""
    path = str(environ["PATH_INFO"])
    if not path.startswith(f"{PREFIX}/"):
        return route(environ, start_response)
    return VALIDATED(environ | {"SCRIPT_NAME": PREFIX, "PATH_INFO": path.removeprefix(PREFIX)}, start_response)


# What is loaded is not garbage: without this, each of a thousand collections looks through all of it, for 30 ms.
gc.freeze()
