"""What is in a response that is being built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final, Literal, cast, overload

from verglas.headers.mapping import HeadersLike
from verglas.jsons import STANDARD_JSON, JSONModule
from verglas.response.bodies import BodyLike, Content, body_of, encoded, etag_of
from verglas.response.closing import Step, closer_of
from verglas.response.fields import ResponseFields
from verglas.response.filebodies import FileSlice
from verglas.response.streams import Pieces, ResponseStream
from verglas.syntax.jsontext import decode_json_text
from verglas.wsgi import JSONValue

__all__ = ["IN_HAND", "ResponseContent"]

# PERF: `bytes | tuple | Pieces` makes a union each time that it is evaluated, 0.1 µs of the 3 that a response may take.
IN_HAND: Final = (bytes, tuple, Pieces)
"""What a body in hand is kept as."""


class ResponseContent(ResponseFields):
    """The body of a response while it is built: in hand, or a stream that gives it once.

    Args:
        response: The body.
        status: A code, or a code with a reason phrase.
        headers: The header fields; they are copied.
        direct_passthrough: The body is handed to the server as it is, and never read here.

    Raises:
        HeaderValueError: The status or a header is not fit for the wire.
        TypeError: The body is not of these types.
    """

    implicit_sequence_conversion: ClassVar[bool] = True
    """Whether a body that streams is read into memory where all of it is asked for."""
    json_module: ClassVar[JSONModule] = STANDARD_JSON
    """What reads JSON."""
    _stream: ResponseStream | None = None  # until it is asked for

    def __init__(
        self, response: BodyLike, status: int | str, headers: HeadersLike | None, direct_passthrough: bool
    ) -> None:
        super().__init__(status, headers)
        self._content: Content = body_of(response)
        self._on_close: list[Step] = []
        self._closed: object = None  # the body that `close` has closed
        self._spent: object = None  # the iterator that was sent, or read, or failed while it was
        self.direct_passthrough: bool = direct_passthrough

    @property
    def response(self) -> Iterable[str | bytes]:
        """The body as an iterable: a tuple of what is in hand, or the iterable that streams. It may be assigned."""
        if isinstance(self._content, bytes):
            return (self._content,) if self._content else ()
        return tuple(self._content) if isinstance(self._content, Pieces) else self._content

    @response.setter
    def response(self, value: BodyLike) -> None:
        self._replace(body_of(value))

    @property
    def is_sequence(self) -> bool:
        """Whether the body is in hand."""
        return isinstance(self._content, IN_HAND)

    @property
    def is_streamed(self) -> bool:
        """Whether the body is of unknown length."""
        return not self.is_sequence and not hasattr(self._content, "__len__") and self._slice is None

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
    def is_file(self) -> bool:
        """Whether the body is a file, or a part of one, by its path: it is opened for each call."""
        return isinstance(self._content, FileSlice)

    @property
    def _slice(self) -> FileSlice | None:
        return self._content if isinstance(self._content, FileSlice) else None

    @property
    def _is_spent(self) -> bool:
        return self._content is self._spent or (self._content is self._closed and hasattr(self._content, "__next__"))

    def _spend(self) -> None:
        """Remember that an iterator gives its pieces once: what is left of it is not the body."""
        if self._is_spent:
            raise RuntimeError("the body was sent already, or failed while it was read: an iterator gives it once")
        if hasattr(self._content, "__next__"):
            self._spent = self._content

    def _ensure_sequence(self, mutable: bool = False) -> None:
        """Have the body in hand; `mutable`: so that it can be appended to."""
        if self.direct_passthrough:
            raise RuntimeError("the body is passed through to the server: it is not read here")
        if not self.is_sequence:
            if not self.implicit_sequence_conversion:
                raise RuntimeError("the body streams, and implicit_sequence_conversion is off: call make_sequence()")
            self.make_sequence()
        if mutable and not isinstance(self._content, Pieces):
            self.make_sequence()
            self._content = Pieces(self._content if isinstance(self._content, bytes) else b"")

    def _data_in_hand(self) -> bytes:
        if isinstance(self._content, FileSlice) and self.implicit_sequence_conversion and not self.direct_passthrough:
            return self._content.read_bytes()  # which stays what is sent
        self._ensure_sequence()
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
            FileChanged: The body is a file that cannot be opened any more, or was changed.
            OSError: It cannot be read.
            UnicodeDecodeError: It is asked for as text, and is none.
        """
        data = self._data_in_hand()
        return data.decode() if as_text else data

    def _take_steps(self) -> list[Step]:
        steps, self._on_close = self._on_close, []
        if self.is_sequence or self._closed is self._content:
            return steps
        self._closed = self._content
        closer = closer_of(self._content)
        return steps if closer is None else [closer, *steps]

    def set_data(self, value: str | bytes) -> None:
        """Make this the body.

        Raises:
            TypeError: It is neither text nor bytes.
        """
        if not isinstance(value, str | bytes | bytearray):  # pyright: ignore[reportUnnecessaryIsInstance]  # as there
            raise TypeError(f"the data of a response is text or bytes, not {type(value).__name__}")
        self._replace(body_of(value))

    def _replace(self, content: Content) -> None:
        old = self._content
        self._forget_content(old)
        if content is not old and self._closed is not old and (closer := closer_of(old)) is not None:
            self._on_close.insert(0, closer)
        self._content = content

    def _forget_content(self, content: Content) -> None:
        # A tag that freezing computed, and thawing brought back, is not that of another body.
        tag = self._headers.get("ETag")
        if tag is not None and isinstance(content, bytes | FileSlice) and tag == etag_of(content):
            del self._headers["ETag"]
        del self._headers["Content-Length"]  # nor is its length

    @property
    def data(self) -> bytes:
        """The whole body, as `get_data` gives it; text may be set."""
        return self.get_data()

    @data.setter
    def data(self, value: str | bytes) -> None:
        self.set_data(value)

    def calculate_content_length(self) -> int | None:
        """Bytes of the body, if it is in hand or a part of a file: one that streams is not read for it."""
        if isinstance(self._content, bytes):
            return len(self._content)
        if isinstance(self._content, FileSlice):
            return self._content.length
        if isinstance(self._content, Pieces):
            return self._content.size
        return sum(map(len, encoded(self._content))) if isinstance(self._content, tuple) else None

    # Copies

    def _take_over(self, other: ResponseContent) -> None:
        """Take the body of another, and what is to be closed after it: the other has nothing to close any more."""
        self._content, self._closed, self._spent = other._content, other._closed, other._spent
        if isinstance(other._content, Pieces):
            self._content = tuple(other._content)  # each is written to by itself
        self._on_close, other._on_close = other._on_close, []
        self.direct_passthrough = other.direct_passthrough
        if not self.is_sequence:
            other._closed = other._content
            if hasattr(other._content, "__next__"):
                other._spent = other._content

    def __getstate__(self) -> dict[str, object]:
        # Of a copy, deep or pickled: the callbacks stay with the original, so that they run once.
        if not self.is_sequence and self._slice is None:
            raise TypeError("a response that streams can be neither copied nor pickled: freeze() it")
        content = tuple(self._content) if isinstance(self._content, Pieces) else self._content
        state: dict[str, object] = {**self.__dict__, "_content": content, "_headers": self._headers.pairs}
        no_steps: list[Step] = []
        return state | {"_on_close": no_steps, "_closed": None, "_spent": None, "_stream": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        # Of above, and checked as any others. Not by assignment: a checker would take that for a declaration.
        super().__init__(cast("str", state["_status"]), cast("HeadersLike", state["_headers"]))

    @property
    def stream(self) -> ResponseStream:
        """The body as a file that is written to, at its end: for `ZipFile`, `csv.writer`, `json.dump` and their like.

        >>> response = ResponseContent(None, 200, None, False)
        >>> _ = response.stream.write("caf\\u00e9")
        >>> response.data
        b'caf\\xc3\\xa9'
        """
        if self._stream is None:
            self._stream = ResponseStream(self._append, self._size)
        return self._stream

    def _append(self, data: bytes) -> None:
        if not isinstance(self._content, Pieces):
            before = self._content
            self._ensure_sequence()
            self._forget_content(before)
            self._ensure_sequence(mutable=True)
        else:
            del self._headers["Content-Length"]
        if isinstance(self._content, Pieces):
            self._content.add(data)

    def _size(self) -> int:
        self._ensure_sequence()
        return self.calculate_content_length() or 0

    # JSON

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON: `application/json`, or `application/...+json`."""
        mimetype = self.mimetype or ""
        return mimetype == "application/json" or (mimetype.startswith("application/") and mimetype.endswith("+json"))

    @property
    def json(self) -> JSONValue:
        """The body as JSON, as `get_json` gives it; `None` when it does not say that it is."""
        return self.get_json()

    def get_json(self, force: bool = False, silent: bool = False) -> JSONValue:
        """The body as JSON (RFC 8259): a new value each time. One that streams is read into memory for it.

        Args:
            force: Whatever the Content-Type says.
            silent: Give `None` for what is no JSON.

        Returns:
            The value; `None` when the response does not say that it is JSON, and it is not forced.

        Raises:
            ValueError: It is not JSON, or too deep for the decoder.
            RuntimeError: The body is passed through, or streams and `implicit_sequence_conversion` is off.

        >>> from verglas.response import json_response
        >>> json_response({"a": [1]}).get_json()
        {'a': [1]}
        """
        if not (force or self.is_json):
            return None
        data = self.get_data()
        try:
            return self.json_module.loads(decode_json_text(data))
        except ValueError:
            if silent:
                return None
            raise
        except RecursionError as error:
            if silent:
                return None
            raise ValueError("the JSON of the response is too deep for the decoder") from error
