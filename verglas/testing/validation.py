"""Applications held to PEP 3333 and to RFC 9112's framing while they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, final
from wsgiref.validate import validator

from verglas.backports import override
from verglas.errors.misuse import WSGIViolation
from verglas.headers.lines import HOP_BY_HOP
from verglas.response.closing import Step, closers_of
from verglas.response.status import EMPTY
from verglas.wsgi import ExcInfo, StartResponse, WSGIApplication

__all__ = ["validated"]

HELD: Final = ("REQUEST_METHOD", "PATH_INFO")
# What an answer without content does not need (RFC 9110 §8.3), and the validator asks of each but a 204 and a 304.
TYPE: Final = ("Content-Type", "text/plain")


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
        own: dict[str, object] = {key: environ[key] for key in HELD if key in environ}
        framing = _Framing(own.get("REQUEST_METHOD") == "HEAD")

        def as_it_was(shown: dict[str, object], start: StartResponse) -> Iterable[bytes]:
            shown.update(own)
            framing.start = start
            return _FramedBody(application(shown, framing.start_response), framing)

        def as_it_is(status: str, _: list[tuple[str, str]], exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
            return start_response(status, framing.headers, exc_info)

        known = {"REQUEST_METHOD": "GET"} | ({"PATH_INFO": "/"} if own.get("PATH_INFO") == "*" else {})
        return validator(as_it_was)(environ | known, as_it_is)

    return checked


@final
class _Framing:
    """The length that the answer's head gives to its body, and how much of it came.

    Attributes:
        start: The validator's `start_response`.
        headers: The header fields, as the application gave them.
    """

    start: StartResponse
    headers: list[tuple[str, str]]

    def __init__(self, is_head: bool) -> None:
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
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        for name, _ in headers:
            if name.lower() in HOP_BY_HOP:
                raise WSGIViolation(f"the application sent {name}, which is the server's (PEP 3333, RFC 9110 §7.6.1)")
        if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
            raise WSGIViolation("the application's Content-Length is not one number")
        self._allowed, self._why = None, ""
        if self._is_head:
            self._allowed, self._why = 0, "an answer to HEAD"
        elif status[:3].isdigit() and int(status[:3]) in EMPTY:
            self._allowed, self._why = 0, f"a {status[:3]}"
        elif lengths:
            self._allowed, self._why = int(lengths[0]), f"a body whose Content-Length is {lengths[0]}"
        self.headers = headers
        is_typed = any(name.lower() == "content-type" for name, _ in headers)
        needs_none = (lengths == ["0"] or status[:3] == "205") and status[:3] not in ("204", "304")
        write = self.start(status, [*headers, TYPE] if needs_none and not is_typed else headers, exc_info)

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
