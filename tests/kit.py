"""What our own tests need beside `verglas.testing`: environs in a word, odd bodies, calls without types.

`environ_of` and `posted` describe a request key by key, as a test of what an environ holds needs it;
`verglas.testing.call` makes it, and keeps all that came back.

>>> from verglas import Response
>>> from verglas.testing import call
>>> call(Response("hi"), environ_of("/greeting?to=Ada", HTTP_ACCEPT="text/html")).body
b'hi'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO, Final, Literal, NoReturn, TypeAlias, cast, final

from verglas import Request
from verglas.testing import WSGICall
from verglas.wsgi import ExcInfo

__all__ = [
    "JSON",
    "MULTIPART",
    "TRANSFERS",
    "URLENCODED",
    "CountedBody",
    "Input",
    "OpensSinks",
    "Transfer",
    "close",
    "environ_of",
    "fail",
    "ignore",
    "multipart",
    "posted",
    "untyped",
    "without",
]

Transfer: TypeAlias = Literal["length", "terminated"]
"""How a server knows where a body ends: by its Content-Length, or by decoding chunks (`wsgi.input_terminated`)."""

TRANSFERS: Final[tuple[Transfer, ...]] = ("length", "terminated")
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=b"
JSON: Final = "application/json"


class OpensSinks(Request):
    """A request whose uploads go into what a subclass opens."""

    def sink(self) -> BinaryIO:
        """A new file; whoever asked closes it."""
        raise NotImplementedError

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> BinaryIO:
        return self.sink()


# Environs


def environ_of(path: str = "/", /, **keys: object) -> dict[str, object]:
    """The environ of a GET of `http://localhost/`, as `Request.from_values` makes it.

    A request that is better described in its parts is `Request.from_values(...).environ`.

    Args:
        path: The path, which may hold a query; or a whole URL.
        keys: Keys to set, as they are in the environ: `REQUEST_METHOD="HEAD"`.
    """
    return Request.from_values(path, environ_overrides=keys).environ


def posted(
    body: bytes, content_type: str = "", transfer: Transfer = "length", stream: object = None, **keys: object
) -> dict[str, object]:
    """The environ of a POST to `http://localhost/`.

    Args:
        body: The body.
        content_type: Its type; none when empty.
        transfer: How its end is known.
        stream: The `wsgi.input`; without it, an `Input` of the body.
        keys: Keys to set, as they are in the environ.
    """
    own: dict[str, object] = {"REQUEST_METHOD": "POST", "wsgi.input": Input(body) if stream is None else stream}
    if content_type:
        own["CONTENT_TYPE"] = content_type
    if transfer == "length":
        own["CONTENT_LENGTH"] = str(len(body))
    else:
        own |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return environ_of(**(own | keys))


def without(environ: dict[str, object], *keys: str) -> dict[str, object]:
    """An environ that lacks keys, as a server's may: `without(environ_of(), "HTTP_HOST")`.

    Raises:
        KeyError: It does not have them anyway.
    """
    left = dict(environ)
    for key in keys:
        del left[key]
    return left


class Input:
    """A `wsgi.input` that notes the sizes that it was asked for.

    Args:
        data: All that it has.
        piece: It gives at most so many bytes a read, as a socket may.

    Attributes:
        asked: The size of each read.
        position: How many bytes it has given.
    """

    def __init__(self, data: bytes, piece: int | None = None) -> None:
        self.data = data
        self.piece = piece
        self.asked: list[int] = []
        self.position = 0

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        self.asked.append(size)
        start = self.position
        end = len(self.data) if size < 0 else start + (size if self.piece is None else min(size, self.piece))
        self.position = min(end, len(self.data))
        return self.data[start : self.position]


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body with the boundary `b`: of each part what follows `form-data; `, and its content."""
    head = b"--b\r\nContent-Disposition: form-data; "
    return b"".join(head + what.encode() + b"\r\n\r\n" + data + b"\r\n" for what, data in parts) + b"--b--\r\n"


# Calls


def ignore(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
    """A `start_response` of a server whose part in the test ends there."""
    return WSGICall().start_response(status, headers, exc_info)


def close(body: Iterable[bytes]) -> None:
    """Close a body if it can be closed, as a server does."""
    closer = getattr(body, "close", None)
    if callable(closer):
        closer()


@final
class CountedBody:
    """A body in pieces that counts how often it was closed."""

    def __init__(self, *pieces: str | bytes) -> None:
        self._pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> CountedBody:
        return self

    def __next__(self) -> str | bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Count."""
        self.closed += 1


# Odds and ends of tests


def untyped(function: object) -> Callable[..., object]:
    """The same function without its types: for calls that a type checker refuses, and that must fail all the same."""
    return cast("Callable[..., object]", function)  # as said


def fail(error: BaseException) -> NoReturn:
    """Raise."""
    raise error
