"""The body of a request, by the names that users know: forms, files, data, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final, Literal, Self, Unpack, cast, overload

from verglas.body import Body
from verglas.errors.grammar import GrammarError, LimitError
from verglas.errors.parse import (
    FormError,
    HeaderError,
    JSONError,
    ParseError,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from verglas.forms import NO_FILES, NO_FORM, Files, Form, form_encoding
from verglas.headers.content import CONTENT_ENCODING
from verglas.headers.mapping import Headers
from verglas.jsons import STANDARD_JSON, JSONModule
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.multimap import TextMap
from verglas.parts import Parts
from verglas.query import Query
from verglas.spool import Sink, Spool, SpoolFile
from verglas.syntax.contentcodings import DECODED, decode_content
from verglas.syntax.jsontext import read_json_text
from verglas.wsgi import InputStream, JSONValue

if TYPE_CHECKING:
    from verglas.request.changes import RequestChanges

__all__ = ["BodyContent"]

# RFC 9110 §18.6 and the registry of content codings: names that an answer may repeat.
REGISTERED_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd"})
MAX_CODINGS: Final = 4  # one is usual; each is undone over as much as is allowed


class BodyContent:
    """A mixin of the ways to read `self.body`, which is read at most once, on first use."""

    if TYPE_CHECKING:  # the request that this is mixed into has these
        _environ: dict[str, object]
        _limits: Limits | None
        _origin: dict[str, object] | None
        _overridden: ClassVar[frozenset[str]]
        _shallow: bool

        @property
        def args(self) -> Query: ...
        @property
        def body(self) -> Body: ...
        @property
        def content_length(self) -> int | None: ...
        @property
        def content_type(self) -> str | None: ...
        @property
        def headers(self) -> Headers: ...
        @property
        def is_json(self) -> bool: ...
        @property
        def limits(self) -> Limits: ...
        @property
        def method(self) -> str: ...

        def buffered(self) -> Self: ...
        def replace(self, **changes: Unpack[RequestChanges]) -> Self: ...

    json_module: ClassVar[JSONModule] = STANDARD_JSON

    def _open_body(self) -> Body:
        if self._shallow:
            raise RuntimeError("the request is shallow: it was made to leave the body alone")
        return self.body

    @property
    def shallow(self) -> bool:
        """Whether the body is left alone: then everything that reads it raises `RuntimeError`."""
        return self._shallow

    @property
    def stream(self) -> BinaryIO:
        """The body as a stream. Reading it consumes the body, unless it is in memory already.

        Raises:
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        return self._open_body().stream()

    @property
    def input_stream(self) -> InputStream | None:
        """The `wsgi.input` of the server, not read or limited by verglas."""
        stream = self._environ.get("wsgi.input")
        return stream if isinstance(stream, InputStream) else None

    @property
    def want_form_data_parsed(self) -> bool:
        """Whether there is a Content-Type, so that there may be a form. Override it to leave forms alone."""
        return bool(self.headers.get("Content-Type"))

    def _form_and_files(self) -> tuple[Form, Files] | None:
        # The body itself knows that it needs a Content-Type for a form; only a subclass has more to say.
        if "want_form_data_parsed" in self._overridden and not self.want_form_data_parsed:
            return None
        body, content_type = self._open_body(), self.content_type
        if content_type == "application/json":  # PERF: no form; 5 % of reading the data of 1 KB
            return None
        if self._is_coded() and form_encoding(content_type or ""):
            self._check_coding("The form in the request body")
        if content_type is None and body.content != b"" and "content-type" in self.headers.left_out:
            raise _illegal_type()
        return body.form(content_type or "", self.limits, self._open_sink)

    def _codings(self) -> tuple[str, ...]:
        """The content codings of the body; none where it is empty."""
        codings = () if self._open_body().content == b"" else self.headers.get(CONTENT_ENCODING, ())
        return tuple(coding for coding in codings if coding != "identity")

    def _is_coded(self) -> bool:
        # PERF: for a request of an environ, the look-up in it is all that most cost.
        if self._origin is not None and "HTTP_CONTENT_ENCODING" not in self._environ:
            return False
        try:
            return bool(self._codings())
        except (HeaderError, RequestHeaderFieldsTooLarge):
            return True  # in some way that nobody can tell

    def _check_coding(self, what: str, instead: str = "without a Content-Encoding") -> None:
        if codings := self._codings():
            # Registered names alone: another is the client's own text.
            names = ", ".join(coding if coding in REGISTERED_CODINGS else "an unknown coding" for coding in codings[:4])
            raise UnsupportedCoding(f"{what} is encoded ({names}); send it {instead}.", "Content-Encoding")

    def decoded(self, *, max_size: int | None = None) -> Self:
        """Copy the request with its body in memory, read now, gzip and deflate undone, and without Content-Encoding.

        Without a Content-Encoding it is `buffered()`.

        Args:
            max_size: Bytes that come out at most, whatever comes in. `None`: `Limits.max_body_memory`.

        Raises:
            RequestEntityTooLarge: The decoded body is larger than `max_size`.
            UnsupportedCoding: The body has another coding, or more than four.
            ParseError: The body is not in its coding, is too large, or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.

        >>> from gzip import compress
        >>> from verglas import Request
        >>> given = Request(method="POST", headers={"Content-Encoding": "gzip"}, body=compress(b"a=1"))
        >>> given.decoded(max_size=1000).get_data()
        b'a=1'
        """
        allowed = self.limits.max_body_memory if max_size is None else max_size
        codings = self._codings()
        if not codings:
            return self.buffered()
        if len(codings) > MAX_CODINGS or not DECODED.issuperset(codings):
            self._check_coding("The request body", "in gzip or deflate, or without a Content-Encoding")
        data = self.get_data()
        try:
            for coding in reversed(codings):
                data = decode_content(data, coding, max_size=allowed)
        except LimitError as error:
            raise RequestEntityTooLarge.from_grammar(error, "body") from None
        except GrammarError as error:
            raise ParseError.from_grammar(error, "body") from None
        return self.replace(headers=self.headers.without("Content-Encoding"), body=data)

    @property
    def form(self) -> Form:
        """The text fields of the form in the body; empty when the body is not a form.

        Raises:
            ParseError: The body is not the form that its type says, is too large, or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        parsed = self._form_and_files()
        return NO_FORM if parsed is None else parsed[0]

    @property
    def files(self) -> Files:
        """The uploads of the form in the body; raises as `form`.

        Raises:
            ParseError: The body is not the form that its type says, is too large, or ended early.
            InsufficientStorage: The disk has no room for an upload.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        parsed = self._form_and_files()
        return NO_FILES if parsed is None else parsed[1]

    def parts(self) -> Parts:
        """The parts of a multipart form one by one while they arrive, for uploads that go on to somewhere else.

        Nothing is kept, in memory or on disk. What was not read of a part is skipped when the next one is asked for,
        and its stream is closed. Limits are those of `form`. The body is consumed, unless it is in memory already.

        Raises:
            UnsupportedMediaType: The Content-Type is not that of a multipart form, or the body has a Content-Encoding.
            FormError: The Content-Type is malformed, or has no boundary. Iterator and streams raise it for the form.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.

        >>> from verglas import Request
        >>> request = Request.from_values(method="POST", data={"note": "hi", "f": (b"content", "f.txt")})
        >>> [(part.name, part.filename, part.stream.read()) for part in request.parts()]
        [('note', None, b'hi'), ('f', 'f.txt', b'content')]
        """
        body, content_type = self._open_body(), self.content_type
        if self._is_coded():
            self._check_coding("The form in the request body")
        if content_type is None and "content-type" in self.headers.left_out:
            raise _illegal_type()
        return body.parts(content_type or "", self.limits)

    @property
    def values(self) -> TextMap:
        """The parameters of the URL, then the fields of the form unless the method is GET; raises as `form`."""
        fields = () if self.method == "GET" else self.form.pairs
        return TextMap((*self.args.pairs, *fields))

    @property
    def data(self) -> bytes:
        """The body; empty when it is a form, which is read then: see `get_data`.

        Raises:
            ParseError: The body is too large, ended early, or is not the form that its type says.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        return self.get_data(parse_form_data=True)

    @overload
    def get_data(self, cache: bool = True, as_text: Literal[False] = False, parse_form_data: bool = False) -> bytes: ...
    @overload
    def get_data(self, cache: bool = True, *, as_text: Literal[True], parse_form_data: bool = False) -> str: ...
    @overload
    def get_data(self, cache: bool, as_text: Literal[True], parse_form_data: bool = False) -> str: ...
    def get_data(self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False) -> bytes | str:
        """The whole body.

        Args:
            cache: Keep it, so that every other reader sees it too; else it is consumed.
            as_text: Decode it as UTF-8, with U+FFFD for what is not.
            parse_form_data: Read a form as a form, and give nothing here then.

        Raises:
            ParseError: The body is too large or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        if parse_form_data and not self._is_coded() and self._form_and_files() is not None:
            data = b""
        else:
            data = self._open_body().read(self.limits, "get_data(cache=False)", keep=cache)
        return data.decode("utf-8", "replace") if as_text else data

    @property
    def json(self) -> JSONValue:
        """The body as JSON, as `get_json` gives it; raises as that."""
        return self.get_json()

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> JSONValue:
        """The body as JSON (RFC 8259): a new value each time, since it can be changed.

        Args:
            force: Whatever the Content-Type says.
            silent: Return `None` instead of raising `JSONError`. A body that is too large or ended early raises all
                the same.
            cache: Keep the body, so that every other reader sees it too; else it is consumed.

        Raises:
            UnsupportedMediaType: The Content-Type does not say that the body is JSON, or the body has a
                Content-Encoding: see `decoded()`.
            JSONError: The body is not JSON.
            ParseError: The body is too large, too deep, has too many values, or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        if not (force or self.is_json):
            return None if silent else self.on_json_loading_failed(None)
        if self._is_coded():
            if silent:
                return None
            self._check_coding("The JSON in the request body")
        data = self.get_data(cache=cache)
        try:
            limits = self.limits
            return self.json_module.loads(read_json_text(data, limits.max_json_values, limits.max_json_depth))
        except LimitError as error:
            raise RequestEntityTooLarge.from_grammar(error, "body") from error
        except (ValueError, RecursionError) as error:
            failure = error if isinstance(error, ValueError) else ValueError("too deep for this decoder")
            return None if silent else self.on_json_loading_failed(failure)

    def on_json_loading_failed(self, error: ValueError | None) -> JSONValue:
        """Called when `get_json` finds no JSON; its result is that of `get_json`. Override it to change this.

        Args:
            error: The error that decoding raised; `None` when the Content-Type does not say that the body is JSON.

        Raises:
            UnsupportedMediaType: The Content-Type does not say that the body is JSON.
            JSONError: The body is not JSON.
        """
        if error is None:
            raise UnsupportedMediaType("The request body must be JSON, with the Content-Type application/json.")
        if isinstance(error, GrammarError):
            raise JSONError.from_grammar(error, "body") from error
        position = getattr(error, "pos", None)
        at = f": the error is at position {position}" if isinstance(position, int) else ""
        raise JSONError(f"The request body is not valid JSON{at}.", "body", position) from error

    def _open_sink(self, content_type: str | None, filename: str) -> Sink:
        if type(self)._get_file_stream is BodyContent._get_file_stream:  # not overridden: nobody asks for the length
            return Spool((self.limits if self._overridden else self._limits or DEFAULT_LIMITS).spool_size)
        return self._get_file_stream(self.content_length, content_type, filename, None)

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> BinaryIO:
        """Open the file that an upload is written to, and read from afterwards. Override it to store uploads elsewhere.

        What an override opens is the `stream` of the upload, and closed with it.

        Args:
            total_content_length: Bytes of the whole body, if known.
            content_type: The Content-Type of the upload, as sent.
            filename: The file name of the upload, as sent.
            content_length: Bytes of the upload; not known, since clients do not send it.
        """
        del total_content_length, content_type, filename, content_length
        return cast("BinaryIO", SpoolFile(self.limits.spool_size))  # an io.RawIOBase, which has all its methods


def _illegal_type() -> FormError:
    return FormError("Content-Type: a character that no header field may hold.", "Content-Type")
