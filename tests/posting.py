"""Requests as a server hands them over: environs with a body, in either transfer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from verglas.wsgi import WSGIApplication

__all__ = ["JSON", "MULTIPART", "TRANSFERS", "URLENCODED", "Input", "Transfer", "answer", "multipart", "posted"]

Transfer: TypeAlias = Literal["length", "terminated"]

TRANSFERS: Final[tuple[Transfer, ...]] = ("length", "terminated")
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=b"
JSON: Final = "application/json"


class Input:
    """A `wsgi.input` that gives at most `piece` bytes a read and notes the sizes that it was asked for."""

    def __init__(self, data: bytes, piece: int | None = None) -> None:
        self.data = data
        self.position = 0
        self.piece = piece
        self.asked: list[int] = []

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        self.asked.append(size)
        start = self.position
        end = len(self.data) if size < 0 else start + (size if self.piece is None else min(size, self.piece))
        self.position = min(end, len(self.data))
        return self.data[start : self.position]


def posted(
    body: bytes, content_type: str = "", transfer: Transfer = "length", stream: object = None, **more: object
) -> dict[str, object]:
    """The environ of a POST: with a Content-Length, or chunked and decoded by the server."""
    environ: dict[str, object] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": Input(body) if stream is None else stream,
    }
    if content_type:
        environ["CONTENT_TYPE"] = content_type
    if transfer == "length":
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
        environ["wsgi.input_terminated"] = True
    return environ | more


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body with the boundary `b`: of each part what follows `form-data; `, and its content."""
    head = b"--b\r\nContent-Disposition: form-data; "
    return b"".join(head + what.encode() + b"\r\n\r\n" + data + b"\r\n" for what, data in parts) + b"--b--\r\n"


def answer(app: WSGIApplication, environ: dict[str, object]) -> tuple[str, bytes]:
    """Status and body of an answer, which is closed as a server would."""
    begun: list[str] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        del headers, exc_info
        begun.append(status)
        return len

    body = app(environ, start_response)
    try:
        data = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if callable(close):
            close()
    return begun[-1], data
