"""Applications held to PEP 3333 and to RFC 9112's framing while they are called."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, Final, TextIO, TypeAlias, cast, final
from wsgiref.validate import ErrorWrapper, InputWrapper, IteratorWrapper, WriteWrapper, validator

from verglas.backports import override
from verglas.environs import compose_environ
from verglas.errors.grammar import HeaderValueError
from verglas.errors.misuse import WSGIViolation
from verglas.headers.lines import HOP_BY_HOP
from verglas.response.closing import Step, closers_of
from verglas.response.status import EMPTY
from verglas.wsgi import ExcInfo, StartResponse, WSGIApplication

__all__ = ["is_violation", "validated"]

# pytest leaves the functions of this module out of a traceback.
__tracebackhide__: Final = True

# What an answer without content does not need (RFC 9110 §8.3), and the validator asks of each but a 204 and a 304.
TYPE: Final = ("Content-Type", "text/plain")

Head: TypeAlias = tuple[str, list[tuple[str, str]], ExcInfo]
"""The arguments of `start_response`."""

SOUND: Final[Head] = ("200 OK", [TYPE], None)

# Of what the validator asks of an environ and of a field name.
REQUIRED: Final = frozenset(
    {
        *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT"),
        *("wsgi.version", "wsgi.url_scheme", "wsgi.input", "wsgi.errors"),
        *("wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once"),
    }
)
INPUT: Final = ("read", "readline", "readlines", "__iter__")
ERRORS: Final = ("flush", "write", "writelines")
_is_plain_name: Final = re.compile("[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?").fullmatch


def validated(application: WSGIApplication) -> WSGIApplication:
    """The application, held to what servers rely on: by `wsgiref.validate`, and beyond it.

    That validator knows neither the connection's own header fields, which an application must not send, nor whether a
    body is as long as its Content-Length says, or is there where none may be (HEAD, 204, 304). It warns of methods that
    it has not heard of, such as QUERY; it takes the `*` of OPTIONS for a mistake, and so it does an answer without
    content that has no type. None of these reaches it.

    Args:
        application: The application.

    Returns:
        An application that raises AssertionError or `WSGIViolation` for what is wrong with the other.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> call(validated(Response("hi"))).body
    b'hi'
    """

    def checked(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        if not _is_plain_environ(environ):
            known = {"REQUEST_METHOD": "GET"} | ({"PATH_INFO": "/"} if environ.get("PATH_INFO") == "*" else {})
            _judge(environ | known, SOUND)
        shown: dict[str, object] = {"REQUEST_METHOD": "GET"} | environ
        shown["wsgi.input"] = InputWrapper(cast("BinaryIO", environ["wsgi.input"]))  # it has been looked at
        shown["wsgi.errors"] = ErrorWrapper(cast("TextIO", environ["wsgi.errors"]))  # as above
        framing = _Framing(start_response, environ.get("REQUEST_METHOD") == "HEAD")
        body = _FramedBody(application(shown, framing.start_response), framing)
        return IteratorWrapper(body, cast("bool", framing.started))  # asked for its truth at the first piece

    return checked


def _judge(environ: dict[str, object], head: Head) -> None:
    """Have the validator say what is wrong with an environ, or with the head of an answer.

    PERF: it writes out the environ for the message of each of its questions, before it asks. What is plainly right
    does not come here, which saves two thirds of a whole request.

    Raises:
        AssertionError: The validator finds that something is wrong.
    """

    def answer(_: object, start_response: StartResponse) -> Iterable[bytes]:
        start_response(*head)
        return []

    for close in closers_of(validator(answer)(environ, _start_nothing)):
        close()


def _start_nothing(*_: object) -> Callable[[bytes], object]:
    return len


def _is_plain_environ(environ: dict[str, object]) -> bool:
    """Whether the validator finds nothing in an environ; `False` leaves it to that."""
    if type(environ) is not dict or not environ.keys() >= REQUIRED:
        return False
    for key, value in environ.items():  # PERF: as a loop, half of what all() takes
        if type(value) is not str and "." not in key:
            return False
    root, path, length = environ["SCRIPT_NAME"], environ["PATH_INFO"], environ.get("CONTENT_LENGTH") or "0"
    return (
        "HTTP_CONTENT_TYPE" not in environ
        and "HTTP_CONTENT_LENGTH" not in environ
        and type(environ["wsgi.version"]) is tuple
        and environ["wsgi.url_scheme"] in ("http", "https")
        and (type(environ["wsgi.input"]) is io.BytesIO or _has_all(environ["wsgi.input"], INPUT))
        and (environ["wsgi.errors"] is sys.stderr or _has_all(environ["wsgi.errors"], ERRORS))
        and (not root or (root != "/" and str(root)[0] == "/"))
        and (not path or path == "*" or str(path)[0] == "/")
        and len(str(length)) < 19
        and str(length).isdecimal()
    )


def _has_all(stream: object, names: Iterable[str]) -> bool:
    return all(hasattr(stream, name) for name in names)


def _is_plain_head(status: object, headers: object, exc_info: object) -> bool:
    """Whether the validator finds nothing in the head of an answer; `False` leaves it to that."""
    if type(status) is not str or status[0] == "0" or type(headers) is not list or exc_info is not None:
        return False
    is_typed = False
    for line in cast("list[object]", headers):  # whatever is in it
        if type(line) is not tuple or [type(part) for part in cast("tuple[object, ...]", line)] != [str, str]:
            return False
        name, value = cast("tuple[str, str]", line)  # as it has turned out
        low = name.lower()
        if low == "status" or _is_plain_name(name) is None or not value.isprintable():
            return False
        is_typed = is_typed or low == "content-type"
    return is_typed != (status[:3] in ("204", "304"))


def is_violation(error: BaseException) -> bool:
    """Whether an exception says that an application breaks the rules of its servers, and not that it has failed.

    Args:
        error: The exception, as it was caught.
    """
    if isinstance(error, WSGIViolation | HeaderValueError):
        return True
    # An application's own AssertionError, such as one of a handler, was not raised by the validator.
    raised, traceback = "", error.__traceback__
    while traceback is not None:
        raised, traceback = str(traceback.tb_frame.f_globals.get("__name__")), traceback.tb_next
    return isinstance(error, AssertionError) and raised == validator.__module__


@final
class _Framing:
    """The length that the answer's head gives to its body, and how much of it came.

    Args:
        start: The server's `start_response`.
        is_head: Whether the request is a HEAD.

    Attributes:
        started: Something for each start.
    """

    started: list[None]

    def __init__(self, start: StartResponse, is_head: bool) -> None:
        self.started = []
        self._start = start
        self._is_head = is_head
        self._allowed: int | None = None
        self._why = ""
        self._sent = 0

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """PEP 3333's `start_response`."""
        if re.fullmatch("[0-9]{3} .*", status) is None:  # PEP 3333; the validator would only warn
            raise WSGIViolation(f"the application's status is {status!r}, not three digits, a space and a phrase")
        lengths: list[str] = []
        is_typed = False
        for name, value in headers:
            low = name.lower()
            if low in HOP_BY_HOP:
                raise WSGIViolation(f"the application sent {name}, which is the server's (PEP 3333, RFC 9110 §7.6.1)")
            if low == "content-length":
                lengths.append(value)
            is_typed = is_typed or low == "content-type"
        if lengths and (len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit())):
            raise WSGIViolation("the application's Content-Length is not one number")
        self._allowed, self._why = None, ""
        if self._is_head:
            self._allowed, self._why = 0, "an answer to HEAD"
        elif int(status[:3]) in EMPTY:
            self._allowed, self._why = 0, f"a {status[:3]}"
        elif lengths:
            self._allowed, self._why = int(lengths[0]), f"a body whose Content-Length is {lengths[0]}"
        needs_none = (lengths == ["0"] or status[:3] == "205") and status[:3] not in ("204", "304")
        shown = [*headers, TYPE] if needs_none and not is_typed else headers
        if not _is_plain_head(status, shown, exc_info):
            _judge(compose_environ(), (status, shown, exc_info))
        self.started.append(None)
        write = WriteWrapper(self._start(status, headers, exc_info))

        def counted(data: bytes, /) -> None:
            self.count(data)
            write(data)

        return counted

    def count(self, data: bytes) -> None:
        """Note what was sent.

        Raises:
            WSGIViolation: More was sent than the head allows.
        """
        self._sent += len(data)
        if self._allowed is not None and self._sent > self._allowed:
            raise WSGIViolation(f"the application sent {self._sent} bytes in {self._why}")

    def end(self) -> None:
        """Note that nothing more comes.

        Raises:
            WSGIViolation: Less was sent than Content-Length says.
        """
        if self._allowed is not None and self._sent < self._allowed:
            raise WSGIViolation(f"the application sent {self._sent} bytes in {self._why}")


@final
class _FramedBody(Iterator[bytes]):
    def __init__(self, body: Iterable[bytes], framing: _Framing) -> None:
        kind: type[object] = type(body)
        if issubclass(kind, str | bytes) or not isinstance(body, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # which it is to be
            raise WSGIViolation(f"the application returned {kind.__name__}, which is not a body")
        self._pieces = iter(body)
        self._framing = framing
        self._closers: Sequence[Step] = closers_of(body)

    @override
    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            self._framing.end()
            raise
        if isinstance(piece, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # else the validator says so
            self._framing.count(piece)
        return piece

    def close(self) -> None:
        """Close the application's body: once."""
        closers, self._closers = self._closers, ()
        for close in closers:
            close()
