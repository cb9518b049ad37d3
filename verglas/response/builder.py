"""`Response`: a response while it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import ClassVar, Literal, Self, TypeVar, cast, overload

from verglas.errors.misuse import NotFreezable
from verglas.headers.mapping import Headers, HeadersLike
from verglas.response.bodies import BodyLike, Content, body_of, encoded, etag_of
from verglas.response.closing import ClosingIterator, Step, close_after, close_all, closer_of
from verglas.response.frozen import FrozenResponse, without_content
from verglas.response.head import ResponseHead
from verglas.response.status import NO_CONTENT, shown
from verglas.response.types import content_type_line
from verglas.wsgi import Environ, StartResponse

__all__ = ["Response"]

F = TypeVar("F", bound=Step)


class Response(ResponseHead):
    """A response that is being built: mutable, a WSGI application as it is, and a value once `freeze` was called.

    Everything that goes on the wire is checked when it is set. Headers with one value are set to `None` to take them
    away.

    Args:
        response: The body: text (sent as UTF-8), bytes, a list or tuple of these, or an iterable of them, which
            streams and is never buffered unless the response is frozen or `data` is read.
        status: A code, or a code with a reason phrase.
        headers: The header fields; they are copied.
        mimetype: The media type; `; charset=utf-8` is added to those that are text.
        content_type: The Content-Type as it is sent. Wins over `mimetype`.
        direct_passthrough: The body is handed to the server as it is, and never read here.

    Raises:
        HeaderValueError: The status or a header is not fit for the wire.
        TypeError: The body is not of these types.

    >>> response = Response("Hello", status=201, headers={"X-Tag": "a"})
    >>> response.status, response.mimetype, response.data
    ('201 Created', 'text/plain', b'Hello')
    """

    default_status: ClassVar[int | str] = 200
    default_mimetype: ClassVar[str | None] = "text/plain"
    implicit_sequence_conversion: ClassVar[bool] = True
    automatically_set_content_length: ClassVar[bool] = True

    def __init__(
        self,
        response: BodyLike = None,
        status: int | str | None = None,
        headers: HeadersLike | None = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        super().__init__(self.default_status if status is None else status, headers)
        self._content = body_of(response)
        self._on_close: list[Step] = []
        self._closed: object = None  # the body that `close` has closed
        self._spent: object = None  # the iterator that was sent, or read, or failed while it was
        self.direct_passthrough = direct_passthrough
        if content_type is not None:
            self._headers["Content-Type"] = content_type
        elif mimetype is not None:
            self._headers.put(content_type_line(mimetype))
        elif self.default_mimetype is not None and (headers is None or "Content-Type" not in self._headers):
            self._headers.put(content_type_line(self.default_mimetype))

    @classmethod
    def thaw(cls, frozen: FrozenResponse) -> Self:
        """A builder with what a frozen response holds.

        Args:
            frozen: The value, which stays as it is.
        """
        self = cls(frozen.body, frozen.status, frozen.headers)
        if "Content-Type" not in frozen.headers:
            del self._headers["Content-Type"]
        return self

    # The body

    @property
    def response(self) -> Iterable[str | bytes]:
        """The body as an iterable: a tuple of what is in hand, or the iterable that streams. It may be assigned."""
        if isinstance(self._content, bytes):
            return (self._content,) if self._content else ()
        return self._content

    @response.setter
    def response(self, value: BodyLike) -> None:
        self._replace(body_of(value))

    @property
    def is_sequence(self) -> bool:
        """Whether the body is in hand."""
        return isinstance(self._content, bytes | tuple)

    @property
    def is_streamed(self) -> bool:
        """Whether the body is of unknown length."""
        return not self.is_sequence and not hasattr(self._content, "__len__")

    def iter_encoded(self) -> Iterator[bytes]:
        """The body in pieces, text as UTF-8."""
        return iter([self._content]) if isinstance(self._content, bytes) else encoded(self._content)

    def make_sequence(self) -> None:
        """Read the body into memory; what it was read from is closed with the response.

        Raises:
            RuntimeError: It was sent already, or failed while it was read.
        """
        if isinstance(self._content, bytes):
            return
        self._spend()
        closer = closer_of(self._content)
        self._content = b"".join(encoded(self._content))
        if closer is not None:
            self._on_close.insert(0, closer)

    @property
    def _is_spent(self) -> bool:
        return self._content is self._spent or (self._content is self._closed and hasattr(self._content, "__next__"))

    def _spend(self) -> None:
        """Remember that an iterator gives its pieces once: what is left of it is not the body."""
        if self._is_spent:
            raise RuntimeError("the body was sent already, or failed while it was read: an iterator gives it once")
        if hasattr(self._content, "__next__"):
            self._spent = self._content

    def _data_in_hand(self) -> bytes:
        if self.direct_passthrough:
            raise RuntimeError("the body is passed through to the server: it is not read here")
        if not self.is_sequence and not self.implicit_sequence_conversion:
            raise RuntimeError("the body streams, and implicit_sequence_conversion is off: call make_sequence()")
        self.make_sequence()
        return self._content if isinstance(self._content, bytes) else b""

    @overload
    def get_data(self, as_text: Literal[False] = False) -> bytes: ...
    @overload
    def get_data(self, as_text: Literal[True]) -> str: ...
    def get_data(self, as_text: bool = False) -> bytes | str:
        """The whole body. One that streams is read into memory for it.

        Args:
            as_text: Decode it, as UTF-8.

        Raises:
            RuntimeError: The body is passed through, or streams and `implicit_sequence_conversion` is off.
            UnicodeDecodeError: It is asked for as text, and is none.
        """
        data = self._data_in_hand()
        return data.decode() if as_text else data

    def set_data(self, value: str | bytes) -> None:
        """Make this the body.

        Raises:
            TypeError: It is neither text nor bytes.
        """
        if not isinstance(value, str | bytes | bytearray):  # pyright: ignore[reportUnnecessaryIsInstance]  # as there
            raise TypeError(f"the data of a response is text or bytes, not {type(value).__name__}")
        self._replace(body_of(value))

    def _replace(self, content: Content) -> None:
        # A tag that freezing computed, and thawing brought back, is not that of another body.
        tag = self._headers.get("ETag")
        if tag is not None and isinstance(self._content, bytes) and tag == etag_of(self._content):
            del self._headers["ETag"]
        del self._headers["Content-Length"]  # nor is its length
        self._content = content

    @property
    def data(self) -> bytes:
        """The whole body, as `get_data` gives it; text may be set."""
        return self.get_data()

    @data.setter
    def data(self, value: str | bytes) -> None:
        self.set_data(value)

    def calculate_content_length(self) -> int | None:
        """Bytes of the body, if it is in hand."""
        if isinstance(self._content, bytes):
            return len(self._content)
        return sum(map(len, encoded(self._content))) if isinstance(self._content, tuple) else None

    # Freezing and closing

    def freeze(self) -> FrozenResponse:
        """The response as a value, with Content-Length and an ETag.

        The body is read and closed, and the close callbacks run, once; the bytes are kept here as well.

        Raises:
            NotFreezable: The body is passed through to the server, was sent already, or failed while it was read.
            ExceptionGroup: Of what closing raised, after all of it ran.
        """
        if self.direct_passthrough:
            raise NotFreezable("the body is passed through to the server: it is not read here")
        if self._is_spent:
            raise NotFreezable("the body was sent already, or failed while it was read: an iterator gives it once")
        try:
            self.make_sequence()
        finally:
            self.close()
        data = self._content if isinstance(self._content, bytes) else b""
        code = self.status_code
        headers = self._headers.freeze()
        if "ETag" not in headers and code not in NO_CONTENT and code != 205:
            headers = headers.with_("ETag", etag_of(data))  # not the builder's: it would outlive a change of the body
        return FrozenResponse(data, self._status, headers)

    def call_on_close(self, func: F) -> F:
        """Have a function called when the response is closed. Fit for a decorator.

        Args:
            func: Called without arguments, once.
        """
        self._on_close.append(func)
        return func

    def close(self) -> None:
        """Close the body if it can be closed, then run the callbacks: once, in order, all of them.

        Raises:
            ExceptionGroup: Of every `Exception` that was raised.
        """
        close_all(self._take_steps())

    def _take_steps(self) -> list[Step]:
        steps, self._on_close = self._on_close, []
        if self.is_sequence or self._closed is self._content:
            return steps
        self._closed = self._content
        closer = closer_of(self._content)
        return steps if closer is None else [closer, *steps]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # WSGI

    def get_wsgi_headers(self, environ: Environ) -> Headers:
        """The header fields as they are sent: with a Content-Length if the body is in hand, without what the status
        does not have.

        Args:
            environ: Of the request.
        """
        return Headers.trusted(tuple(self._lines(environ)))

    def _lines(self, environ: Environ) -> list[tuple[str, str]]:
        code = self.status_code
        if code in NO_CONTENT:
            return without_content(self._headers.freeze(), code).to_wsgi_list()
        lines = self._headers.to_wsgi_list()
        length = 0 if code == 205 else self.calculate_content_length()
        if length is None:
            return lines
        stated = [line for line in lines if len(line[0]) == 14 and line[0].lower() == "content-length"]
        if not stated:
            return [*lines, ("Content-Length", str(length))] if self.automatically_set_content_length else lines
        if not length and code != 205 and environ.get("REQUEST_METHOD") == "HEAD":
            return lines  # it says how long the body of a GET would be (RFC 9110 §8.6)
        line = (stated[0][0], str(length))
        return [line if other is stated[0] else other for other in lines if other is stated[0] or other not in stated]

    def get_app_iter(self, environ: Environ) -> Iterable[bytes]:
        """The body as it is sent: empty for HEAD, 204, 205 and 304; closing it closes the response.

        Args:
            environ: Of the request.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
        """
        code = self.status_code
        silent = environ.get("REQUEST_METHOD") == "HEAD" or code in NO_CONTENT or code == 205
        content = self._content
        if silent or isinstance(content, bytes | tuple):
            # What is sent is what is here now: a change of the response while it is iterated is another answer.
            pieces = (
                [] if silent or not content else [content] if isinstance(content, bytes) else list(encoded(content))
            )
            return ClosingIterator(pieces, steps) if (steps := self._take_steps()) else pieces
        self._spend()
        if self.direct_passthrough and not self._on_close:
            self._closed = content  # by the server, which gets it as it is and may know it: `wsgi.file_wrapper`
            return cast("Iterable[bytes]", content)  # who passes a body through has made it of bytes
        self._closed = None  # what is iterated is open again
        return ClosingIterator(encoded(content), self._take_steps())

    def get_wsgi_response(self, environ: Environ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """What a WSGI server wants: the body, the status, and a new list of header fields.

        Args:
            environ: Of the request.
        """
        lines = self._lines(environ)
        return self.get_app_iter(environ), self._status, lines

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application: neither frozen nor buffered."""
        body, status, headers = self.get_wsgi_response(environ)
        try:
            start_response(status, headers)
        except BaseException as error:
            close_after(error, [close] if (close := closer_of(body)) else [])
            raise
        return body

    def __repr__(self) -> str:
        length = self.calculate_content_length()
        size = f"{length} bytes" if length is not None else "streamed" if self.is_streamed else "likely-streamed"
        return f"<{type(self).__name__} {size} [{shown(self._status)}]>"
