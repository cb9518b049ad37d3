"""The body of a response that is being built: how it is read, replaced and written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, overload

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.content import CONTENT_LENGTH
from verglas.headers.mutable import MutableHeaders
from verglas.jsons import STANDARD_JSON, JSONModule
from verglas.response.bodies import Body, BodyLike, InMemory, ResponseStream, Stream, body_of
from verglas.response.closing import Step
from verglas.response.fields import whole
from verglas.response.filebodies import FileSlice
from verglas.syntax.jsontext import decode_json_text
from verglas.syntax.mediatypes import essence_of, is_json
from verglas.wsgi import JSONValue

__all__ = ["ResponseContent"]


class ResponseContent:
    """The body of a response while it is built; `Response`, which this is mixed into, makes, sends and closes it."""

    if TYPE_CHECKING:  # the response that this is mixed into has them
        direct_passthrough: bool
        _body: Body
        _overridden: ClassVar[frozenset[str]]
        _on_close: tuple[Step, ...]

        @property
        def headers(self) -> MutableHeaders: ...

    implicit_sequence_conversion: ClassVar[bool] = True
    """Whether a body that streams is read into memory where all of it is asked for."""
    json_module: ClassVar[JSONModule] = STANDARD_JSON
    """The module that reads JSON."""
    _stream: ResponseStream | None = None  # until it is asked for

    @property
    def response(self) -> Iterable[str | bytes]:
        """The body as an iterable: a tuple of what is in memory, or the iterable that streams. It may be assigned."""
        body = self._body
        if isinstance(body, Stream):
            return body.source
        return body.pieces if isinstance(body, InMemory) else body

    @response.setter
    def response(self, value: BodyLike) -> None:
        old, new = self._body, body_of(value)
        self._forget(old)
        if not (isinstance(old, Stream) and old.source is value):  # else it stays what it is, sent or not
            self._replace(new)

    @property
    def is_sequence(self) -> bool:
        """Whether the body is in memory."""
        return isinstance(self._body, InMemory)

    @property
    def is_streamed(self) -> bool:
        """Whether the body is of unknown length."""
        return isinstance(self._body, Stream) and not hasattr(self._body.source, "__len__")

    @property
    def is_file(self) -> bool:
        """Whether the body is a file, or a part of one, by its path: it is opened for each call."""
        return isinstance(self._body, FileSlice)

    def iter_encoded(self) -> Iterator[bytes]:
        """The body in pieces, text as UTF-8."""
        return iter(self._body)

    def calculate_content_length(self) -> int | None:
        """The number of bytes of the body; `None` if it streams: it is not read for that."""
        if "iter_encoded" in self._overridden:
            return sum(map(len, self.iter_encoded())) if self.is_sequence else None
        return self._body.length

    @property
    def content_length(self) -> int | None:
        """Content-Length (RFC 9110 §8.6) as it was set; else the number of bytes of a body in memory."""
        try:
            stated = self.headers.get(CONTENT_LENGTH)
        except HeaderValueError:
            return None
        return self.calculate_content_length() if stated is None else stated

    @content_length.setter
    def content_length(self, value: int | str | None) -> None:
        self.headers[CONTENT_LENGTH] = None if value is None else _length(value)

    # Reading

    def make_sequence(self) -> None:
        """Read the body into memory; what it was read from is closed with the response.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
            FileChanged: The body is a file that cannot be opened any more, or was changed.
        """
        if not self.is_sequence:
            self._replace(InMemory(self._body.read_bytes()))

    def _ensure_sequence(self, mutable: bool = False) -> None:
        """Have the body in memory, as subclasses written for Werkzeug ask for it.

        Args:
            mutable: Ignored: a body in memory can always be appended to.
        """
        del mutable
        if self.direct_passthrough:
            raise RuntimeError("the body is passed through to the server: it is not read here")
        if not self.is_sequence:
            if not self.implicit_sequence_conversion:
                raise RuntimeError("the body streams, and implicit_sequence_conversion is off: call make_sequence()")
            self.make_sequence()

    def _replace(self, body: Body) -> None:
        """Have another body; the old one is closed with the response."""
        if isinstance(self._body, Stream) and not self._body.is_closed:
            self._on_close = (self._body.close, *self._on_close)
        self._body = body

    def _forget(self, body: Body) -> None:
        """Remove the length of a body that is about to change, and the entity tag if it was computed of it."""
        tag = self.headers.get("ETag")
        if tag is not None and tag == body.etag:
            del self.headers["ETag"]
        del self.headers["Content-Length"]

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
            TypeError: `as_text` is neither `True` nor `False`, such as a number of bytes.
            FileChanged: The body is a file that cannot be opened any more, or was changed.
            OSError: The body cannot be read.
            UnicodeDecodeError: The body is asked for as text, and is not UTF-8.
        """
        is_read_anew = self.is_file and self.implicit_sequence_conversion and not self.direct_passthrough
        if not is_read_anew:  # else the file stays what is sent
            self._ensure_sequence()
        own = "iter_encoded" in self._overridden
        data = b"".join(self.iter_encoded()) if own else self._body.read_bytes()
        if as_text is not False and as_text is not True:
            raise TypeError(f"as_text is True or False, not {as_text!r}; the data is always the whole body")
        return data.decode() if as_text else data

    def set_data(self, value: str | bytes) -> None:
        """Make this the body.

        Raises:
            TypeError: The value is neither text nor bytes.
        """
        if not isinstance(value, str | bytes | bytearray):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"the data of a response is text or bytes, not {type(value).__name__}")
        self._forget(self._body)
        self._replace(body_of(value))

    @property
    def data(self) -> bytes:
        """The whole body, as `get_data` gives it; text may be set."""
        return self.get_data()

    @data.setter
    def data(self, value: str | bytes) -> None:
        self.set_data(value)

    # Writing

    @property
    def stream(self) -> ResponseStream:
        """The body as a file that is written to, at its end: for `ZipFile`, `csv.writer`, `json.dump` and their like.

        >>> from verglas.response import Response
        >>> response = Response()
        >>> _ = response.stream.write("caf\\u00e9")
        >>> response.data
        b'caf\\xc3\\xa9'
        """
        if self._stream is None:
            self._stream = ResponseStream(self._append, self._size)
        return self._stream

    def _append(self, data: bytes) -> None:
        before = self._body
        self._ensure_sequence()
        self._forget(before)
        if isinstance(self._body, InMemory):
            self._body.append(data)

    def _size(self) -> int:
        self._ensure_sequence()
        return self.calculate_content_length() or 0

    # JSON

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON: `application/json`, or `application/...+json`."""
        return is_json(essence_of(self.headers.get("Content-Type", "")))

    @property
    def json(self) -> JSONValue:
        """The body as JSON, as `get_json` gives it; `None` when it does not say that it is."""
        return self.get_json()

    def get_json(self, force: bool = False, silent: bool = False) -> JSONValue:
        """The body as JSON (RFC 8259): a new value each time. One that streams is read into memory for it.

        Args:
            force: Read it whatever the Content-Type says.
            silent: Return `None` for what is not JSON.

        Returns:
            The value; `None` when the response does not say that it is JSON, and it is not forced.

        Raises:
            ValueError: The body is not JSON, or too deep for the decoder.
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


def _length(value: int | str) -> int:
    """A length that the application writes: a malformed one is its own fault."""
    try:
        return whole(value)
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error) from error
