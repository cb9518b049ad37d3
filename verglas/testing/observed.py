"""Exchanges: one request and what an application answers, seen from the server, with everything that went wrong."""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import pairwise
from types import CodeType, FrameType
from typing import Final, cast, final

from attrs import define, field, frozen

from verglas.request.model import Request
from verglas.response.closing import closers_of
from verglas.values import Value
from verglas.wsgi import ExcInfo, WSGIApplication

__all__ = ["Observed", "STATE", "Watch", "collected", "no_collection", "observe", "watch_calls"]

STATE: Final = "verglas.testing.state"
"""The key of an environ in which the state of a request comes to the handler."""

DESCRIPTORS: Final = "/dev/fd"


@final
@frozen(eq=False)
class Observed(Value):
    """A request and its answer. Where something went wrong, the answer is as much of it as there is.

    Attributes:
        request: The request.
        status: The status line; `""` before there is one.
        lines: The header fields, as given.
        body: The bytes of the body, as far as they were read.
        is_whole: Whether the body was read to its end; else the server has hung up.
        error: The exception that came through to the server.
        misuse: What the application does that PEP 3333 does not allow, in words; `""` if nothing.
        leak: What was left open or behind, in words; `""` if nothing.
    """

    request: Request[object]
    status: str
    lines: tuple[tuple[str, str], ...]
    body: bytes
    is_whole: bool = True
    error: BaseException | None = None
    misuse: str = ""
    leak: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer to look at."""
        return self.error is None and not self.misuse

    @property
    def status_code(self) -> int:
        """The code of the status; 0 of a status line without one."""
        code = self.status[:3]
        return int(code) if code.isascii() and code.isdigit() else 0

    def values(self, name: str) -> list[str]:
        """The values of a field.

        Args:
            name: The name, in lower case.
        """
        return [value for key, value in self.lines if key.lower() == name]

    @property
    def media_type(self) -> str:
        """The type of the body, without its parameters, in lower case."""
        return "".join(self.values("content-type")[:1]).partition(";")[0].strip(" \t").lower()


@final
@define
class _Server:
    """The server's side of a call. Its arguments may be of any type, since applications are what is checked."""

    status: str = ""
    lines: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    body: bytearray = field(factory=bytearray)
    misuse: list[str] = field(factory=list[str])
    is_started: bool = False

    def start_response(
        self, status: object, headers: object, exc_info: ExcInfo = None, /
    ) -> Callable[[object], object]:
        if self.is_started and exc_info is None:
            self.misuse.append("start_response was called twice, without exc_info")
        if exc_info is not None and exc_info[1] is not None and self.body:
            raise exc_info[1].with_traceback(exc_info[2])
        self.is_started = True
        if isinstance(status, str):
            self.status = status
        else:
            self.misuse.append(f"the status is a {type(status).__name__}, not a str")
        self.lines = self._lines(headers)
        if isinstance(headers, list):
            headers.clear()  # PEP 3333: the list is the server's
        return self.take

    def _lines(self, headers: object) -> list[tuple[str, str]]:
        if type(headers) is not list:
            self.misuse.append(f"the header fields are a {type(headers).__name__}, not a list")
            return []
        lines: list[tuple[str, str]] = []
        for line in cast("list[object]", headers):
            match line:
                case (str(name), str(value)) if isinstance(line, tuple):
                    lines.append((name, value))
                case _:
                    self.misuse.append(f"a header field is {line!r}, not a tuple of two str")
        return lines

    def take(self, piece: object, /) -> None:
        if not isinstance(piece, bytes):
            self.misuse.append(f"a piece of the body is a {type(piece).__name__}, not bytes")
            return
        if piece and not self.is_started:
            self.misuse.append("a piece of the body came before start_response was called")
        self.body += piece

    def run(self, application: WSGIApplication, environ: dict[str, object], pieces: int | None) -> bool:
        """Call the application and read its body; whether to its end."""
        returned = cast("object", application(environ, self.start_response))  # what it says is not what it does
        if isinstance(returned, (str, bytes)) or not isinstance(returned, Iterable):
            self.misuse.append(f"the application returned a {type(returned).__name__}, not an iterable of bytes")
            return True
        body = cast("Iterable[object]", returned)
        is_whole = True
        try:
            for number, piece in enumerate(body, 1):
                self.take(piece)
                if number == pieces:
                    is_whole = False
                    break
        finally:
            for close in closers_of(body):
                close()
        if not self.is_started:
            self.misuse.append("start_response was never called")
        return is_whole


@final
@frozen
class Watch(Value):
    """Where an application may leave something behind.

    Attributes:
        folder: The folder of its temporary files.
        collects: Whether it is looked for after each request in what only the garbage collector closes, which is slow.
    """

    folder: str
    collects: bool = False

    def state(self) -> tuple[int, int]:
        """The number of open descriptors, and of temporary files."""
        return _length_of(DESCRIPTORS), _length_of(self.folder)


def _length_of(folder: str) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:  # Windows has no such folder of descriptors
        return 0


def observe(
    application: WSGIApplication,
    request: Request[object],
    watch: Watch,
    *,
    state: object = None,
    pieces: int | None = None,
) -> Observed:
    """Call an application with a request, and see what it answers and leaves behind.

    Args:
        application: The application.
        request: The request; its body is in memory.
        watch: Where something may be left behind.
        state: The state of the request.
        pieces: Hang up after so many pieces of the body.
    """
    before = watch.state()
    made, leaks = _exchanged(application, request, watch, state, pieces)
    if not leaks:
        leaks += _left_behind(watch, before, lambda: _exchanged(application, request, watch, state, pieces))
    if made.is_answered and leaks:
        return Observed(request, made.status, made.lines, made.body, made.is_whole, leak=leaks[0])
    return made


def _exchanged(
    application: WSGIApplication, request: Request[object], watch: Watch, state: object, pieces: int | None
) -> tuple[Observed, list[str]]:
    """The exchange, and the warnings of Python about what was not closed."""
    server = _Server()
    error: BaseException | None = None
    is_whole = True
    environ = request.environ | {STATE: state, "wsgi.errors": io.StringIO(), "x-wsgiorg.throw_errors": True}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ResourceWarning)
        try:
            is_whole = server.run(application, environ, pieces)
        except (Exception, SystemExit) as raised:  # noqa: BLE001  # what is looked for
            error = raised
            traceback.clear_frames(raised.__traceback__)  # what they hold open is not the fault
        environ.clear()
        if watch.collects:
            gc.collect(0)
    made = Observed(
        request,
        server.status,
        tuple(server.lines),
        bytes(server.body),
        is_whole,
        error,
        "" if error is not None else "".join(server.misuse[:1]),
    )
    leaks = [str(one.message) for one in caught if issubclass(one.category, ResourceWarning)]
    return made, leaks if made.is_answered else []


def _left_behind(watch: Watch, before: tuple[int, int], repeat: Callable[[], object]) -> list[str]:
    """The kind of thing that three calls each leave behind. A thing that the first alone leaves is not a leak."""
    counts = [before, watch.state()]
    while len(counts) < 4:
        if not any(more > less for more, less in zip(counts[-1], counts[-2], strict=True)):
            return []
        repeat()
        counts.append(watch.state())
    descriptors, files = zip(*counts, strict=True)
    if all(more > less for less, more in pairwise(files)):
        return ["a temporary file is left behind"]
    if all(more > less for less, more in pairwise(descriptors)):
        return ["a file or socket is left open"]
    return []


def collected() -> bool:
    """Collect garbage; whether something in it was open."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ResourceWarning)
        gc.collect(1)
    return any(issubclass(one.category, ResourceWarning) for one in caught)


@contextmanager
def no_collection() -> Generator[None]:
    """Collect no garbage meanwhile: it would be that of another request."""
    gc.collect()  # what was left open before is nobody's fault here
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


@contextmanager
def watch_calls(code: CodeType, found: Callable[[], object]) -> Generator[None]:
    """See whether some code is called meanwhile.

    Args:
        code: That of a function.
        found: Is called when it is, once.
    """
    before = sys.getprofile()

    def look(frame: FrameType, event: str, arg: object) -> None:
        del arg
        if event == "call" and frame.f_code is code:
            sys.setprofile(before)
            found()

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)
