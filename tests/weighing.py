"""Count the work of a few everyday journeys through the package: counts do not depend on how busy a machine is.

Run as a program, it prints the figures as JSON: in a fresh interpreter, no other test has filled memos or free lists.

    python -m tests.weighing
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Final

from attrs import asdict, frozen

import verglas
from verglas import FrozenResponse, Request, RequestHead, Response, application, text
from verglas.inputs import query
from verglas.paths import GET, root, routes
from verglas.sessions import Session, sessions

__all__ = ["JOURNEYS", "Weight", "weigh"]

PACKAGE: Final = str(Path(verglas.__file__).parent)
# The first runs fill memos and import what is imported late. Free lists fill up more slowly, so that a run or two finds
# one empty and allocates more: the least of several runs does not depend on that.
WARM_UP: Final = 5
RUNS: Final = 10


@frozen
class Weight:
    """The work of one journey.

    Attributes:
        frames: Calls of Python functions of the package: the steps that a reader follows.
        calls: Calls of functions of any module, written in Python or in C.
        objects: Memory blocks that were allocated from one call or return to the next, less those freed meanwhile.
    """

    frames: int
    calls: int
    objects: int


class _Counter:
    """A profile function (`sys.setprofile`) that counts."""

    def __init__(self) -> None:
        self.frames = self.calls = self.objects = 0
        self.blocks = sys.getallocatedblocks()

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call":
            self.calls += 1
            self.frames += frame.f_code.co_filename.startswith(PACKAGE)
        elif event == "c_call":
            self.calls += 1
        blocks = sys.getallocatedblocks()
        self.objects += max(0, blocks - self.blocks)
        self.blocks = sys.getallocatedblocks()


def weigh(journey: Callable[[dict[str, object]], object], environ: Callable[[], dict[str, object]]) -> Weight:
    """Count the work of a function that is called with a new environ: the least of several runs.

    Args:
        journey: The function. It is counted itself as a call.
        environ: Makes the environ, which is not counted.
    """
    for _ in range(WARM_UP):
        journey(environ())
    return min((_weigh_once(journey, environ()) for _ in range(RUNS)), key=lambda weight: weight.objects)


def _weigh_once(journey: Callable[[dict[str, object]], object], environ: dict[str, object]) -> Weight:
    was_collecting = gc.isenabled()
    gc.disable()
    counter = _Counter()
    sys.setprofile(counter)
    try:
        journey(environ)
    finally:
        sys.setprofile(None)
        if was_collecting:
            gc.enable()
    # The call that ends the counting was counted as well.
    return Weight(counter.frames, counter.calls - 1, counter.objects)


def _get() -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "a=1&b=2",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "example.org",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }


def _conditional() -> dict[str, object]:
    return _get() | {"HTTP_IF_NONE_MATCH": '"1"'}


def _posted() -> dict[str, object]:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nnote\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\n'
        b"content\r\n--b--\r\n"
    )
    return _get() | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }


def _start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
    del status, headers, exc_info
    return len


def _consume(body: Iterable[bytes]) -> None:
    for _ in body:
        pass
    if close := getattr(body, "close", None):
        close()


def _read_argument(environ: dict[str, object]) -> object:
    return Request(environ).args.get("a")


def _save_upload(environ: dict[str, object]) -> None:
    request = Request(environ)
    request.files["f"].save(os.devnull)
    request.close()


def _answer_not_modified(environ: dict[str, object]) -> None:
    response = Response("x")
    response.set_etag("1")
    response.make_conditional(environ)
    _consume(response(environ, _start_response))


def _answer(environ: dict[str, object]) -> None:
    _consume(Response("x")(environ, _start_response))


def _hello(request: Request) -> Response:
    return text(f"Hello {request.args.get('a')}!")


_APPLICATION: Final = application(_hello)


def _call_application(environ: dict[str, object]) -> None:
    _consume(_APPLICATION(environ, _start_response))


def _as_it_is(head: RequestHead, answer: Response | FrozenResponse) -> Response | FrozenResponse:
    del head
    return answer


_FINISHED: Final = application(_hello, finish=_as_it_is)


def _call_finished(environ: dict[str, object]) -> None:
    _consume(_FINISHED(environ, _start_response))


@sessions(str.encode, bytes.decode, keys=["only-for-weighing-it"])
def _hello_in_session(request: Request[Session[str]]) -> Response:
    return text(f"Hello {request.args.get('a')}!")


_IN_SESSION: Final = application(_hello_in_session)


def _call_with_session(environ: dict[str, object]) -> None:
    _consume(_IN_SESSION(environ, _start_response))


@(GET(root / "things" / int) & query("a", int) & query("b", int, default=1)).into
def _thing(request: Request, thing: int, a: int, b: int) -> Response:
    return Response(str(thing + a + b))


_TABLE: Final = routes(_thing)


def _thing_asked() -> dict[str, object]:
    return _get() | {"PATH_INFO": "/things/7"}


def _route(environ: dict[str, object]) -> object:
    return _TABLE(Request(environ))


JOURNEYS: Final = {
    "read one argument": (_read_argument, _get),
    "save an upload of a two-part form": (_save_upload, _posted),
    "answer a conditional request with 304": (_answer_not_modified, _conditional),
    "call a plain response": (_answer, _get),
    "say hello through application": (_call_application, _get),
    "route a request with two inputs": (_route, _thing_asked),
    "finish an answer with a function that changes nothing": (_call_finished, _get),
    "give a request a session that nobody looks at": (_call_with_session, _get),
}
"""Each journey by its name, with the environ that it starts from."""


if __name__ == "__main__":
    json.dump({name: asdict(weigh(*journey)) for name, journey in JOURNEYS.items()}, sys.stdout)
