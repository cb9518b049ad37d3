"""Applications of others that keep to PEP 3333 in odd ways, or do not, and whatever stops a worker: all is closed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from typing import Final, final
from urllib.parse import urlencode

import pytest
from attrs import define, field

from tests.data.matrix import SIZE, content
from tests.kit import close, environ_of, fail, ignore
from tests.servers.clients import ask
from tests.servers.harness import BOUND, RESPONSES, Marks, Server, serving
from tests.servers.noise import ABORTED, DELIBERATE
from verglas import Request, Response
from verglas.testing import WSGICall

WRITTEN: Final = b"written, written, returned"

# What the application does, how it is run, status and body that arrive, and what was closed before the request.
FOREIGN: Final = [
    pytest.param("writing", "", 200, WRITTEN, ["body closed"], id="write"),
    pytest.param("writing", "streamed", 200, WRITTEN, ["body closed"], id="write-from-app"),
    pytest.param("writing", "buffered", 200, WRITTEN, ["body closed"], id="write-from-app-buffered-d17"),
    pytest.param("late", "", 200, b"late", ["body closed"], id="generator"),
    pytest.param("late", "streamed", 200, b"late", ["body closed"], id="generator-from-app"),
    pytest.param("late", "buffered", 200, b"late", ["body closed"], id="generator-from-app-buffered"),
    pytest.param("exc-info", "", 503, content(SIZE), ["body closed"], id="exc-info"),
    pytest.param("exc-info", "streamed", 503, content(SIZE), ["body closed"], id="exc-info-from-app"),
    pytest.param("exc-info", "buffered", 503, content(SIZE), ["body closed"], id="exc-info-from-app-buffered"),
    # The head is out: the server, or what stands in for it, raises what exc_info holds.
    pytest.param("exc-info-late", "", 200, b"first ", [], id="exc-info-after-the-first-byte"),
    pytest.param("exc-info-late", "streamed", 500, None, [], id="exc-info-after-the-first-byte-from-app"),
    # Without exc_info it is a WSGIViolation, answered only if nothing was sent.
    pytest.param("twice", "", 500, None, [], id="twice"),
    pytest.param("twice", "streamed", 500, None, [], id="twice-from-app"),
    pytest.param("twice-late", "", 200, b"first ", [], id="twice-after-the-first-byte"),
    pytest.param("twice-late", "buffered", 500, None, [], id="twice-after-the-first-byte-from-app"),
    pytest.param("never", "", 500, None, ["body closed"], id="never"),
    pytest.param("never", "streamed", 500, None, ["body closed"], id="never-from-app"),
    pytest.param("never", "buffered", 500, None, ["body closed"], id="never-from-app-buffered"),
]


@pytest.fixture(scope="module")
def application() -> str:
    """Responses of every kind."""
    return RESPONSES


@pytest.fixture(scope="module")
def may_say() -> re.Pattern[str]:
    """What goes wrong on purpose."""
    return DELIBERATE


@pytest.mark.parametrize(("kind", "how", "status", "body", "closed"), FOREIGN)
def test_foreign(
    server: Server, marks: Marks, kind: str, how: str, status: int, body: bytes | None, closed: list[str]
) -> None:
    """What arrives is what was sent, an error page never follows a beginning, and all is closed once."""
    query = {"kind": kind, "marks": marks.path} | ({"from-app": how} if how else {})

    found, received = read(server, f"/foreign?{urlencode(query)}")

    assert status == found
    assert body is None or body == received
    marks.until("request closed")
    ask(server, "GET", "/process")
    assert [*closed, "request closed"] == marks.so_far()


def read(server: Server, path: str) -> tuple[int, bytes]:
    """Status and body, as far as it came: these have no length."""
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        pieces: list[bytes] = []
        try:
            while piece := response.read1():
                pieces.append(piece)
        except IncompleteRead as error:  # cut off between two chunks
            pieces.append(error.partial)
        return response.status, b"".join(pieces)


def test_aborted_worker(tmp_path: Path) -> None:
    """A worker that takes too long is aborted by a SystemExit in the middle of a body: all is closed, once."""
    with (
        closing(Marks(tmp_path)) as marks,
        serving("gunicorn-sync", tmp_path, RESPONSES, ABORTED) as server,
        closing(HTTPConnection(*server.address, timeout=BOUND)) as connection,
    ):
        os.mkfifo(tmp_path / "gate")
        query = urlencode({"marks": marks.path, "gate": tmp_path / "gate"})
        connection.request("GET", f"/gated?{query}")
        response = connection.getresponse()
        first = response.read(len(b"first\n"))
        worker = int(marks.until_matching(re.compile("waiting [0-9]+")).split()[1])
        os.kill(worker, signal.SIGABRT)
        marks.until("request closed")

        assert b"first\n" == first
        assert ["SystemExit", "body closed", "response closed", "request closed"] == marks.so_far()[1:]
        assert str(worker) != ask(server, "GET", "/process").body.decode()


# Without a server: each place in a call from which something can be raised that is no Exception.


@final
@define
class Interrupted:
    """One call of an application, in which something is raised at one place."""

    place: str
    error: BaseException
    log: list[str] = field(factory=list)

    def at(self, place: str) -> None:
        """Raise, if it is here."""
        if place == self.place:
            fail(self.error)

    def pieces(self) -> Iterator[bytes]:
        """The body."""
        try:
            self.at("first piece")
            yield b"a"
            self.at("second piece")
            yield b"b"
        finally:
            self.log.append("body")
            self.at("body's close")

    def callback(self) -> None:
        """What runs when the response is closed."""
        self.log.append("response")
        self.at("callback")

    def run(self, answer: Callable[[Request], Response]) -> None:
        """Be the server, which closes the body twice."""
        outer = self

        class Logged(Request):
            """A request that logs when it is closed."""

            def close(self) -> None:
                """Log it."""
                super().close()
                outer.log.append("request")

        start_error = self.error if self.place == "start_response" else None
        WSGICall(start_error, closings=2).run(Logged.application(answer), environ_of())

    def answer(self, request: Request) -> Response:
        """The handler."""
        del request
        response = Response(self.pieces())
        response.call_on_close(self.callback)
        if self.place == "handler":
            with response:
                fail(self.error)
        return response


PLACES: Final = {
    # A generator that did not begin has nothing to log.
    "handler": ["response", "request"],
    "start_response": ["response", "request"],
    "first piece": ["body", "response", "request"],
    "second piece": ["body", "response", "request"],
    "body's close": ["body", "response", "request"],
    "callback": ["body", "response", "request"],
}


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError])
@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_raised(place: str, kind: type[BaseException]) -> None:
    """Body, callback and request are closed in this order, once, also when the server closes twice (D10)."""
    error = kind()
    interrupted = Interrupted(place, error)
    with pytest.raises((kind, ExceptionGroup)) as caught:
        interrupted.run(interrupted.answer)

    assert PLACES[place] == interrupted.log
    assert [error] == leaves(caught.value)


def leaves(error: BaseException) -> list[BaseException]:
    """An exception, or those in a group."""
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return [leaf for each in inner for leaf in leaves(each)] if inner else [error]


@pytest.mark.parametrize("changes", [{"REQUEST_METHOD": "HEAD"}, {"HTTP_IF_NONE_MATCH": '"1"'}], ids=["head", "304"])
def test_never_started(changes: dict[str, object]) -> None:
    """A generator that is not asked for anything is closed, so that it cannot begin later."""
    log: list[str] = []

    def pieces() -> Iterator[bytes]:
        log.append("begun")
        yield b"a"

    generator = pieces()
    response = Response(generator, headers={"ETag": '"1"'})
    response.call_on_close(lambda: log.append("closed"))
    environ = environ_of(**changes)
    body = response.make_conditional(environ)(environ, ignore)
    sent = b"".join(body)
    close(body)
    close(body)

    assert (b"", ["closed"], []) == (sent, log, list(generator))
