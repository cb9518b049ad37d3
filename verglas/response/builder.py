"""`Response`: a response while it is built."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import ClassVar, Final, Self, TypeVar, cast

from verglas.backports import override
from verglas.errors.misuse import NotFreezable
from verglas.headers.arguments import WritableHeaders
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.response.bodies import Body, BodyLike, InMemory, Stream, body_of, etag_of
from verglas.response.closing import ClosingIterator, Step, close_after, close_all, closers_of
from verglas.response.conditional import Representation, revise
from verglas.response.content import ResponseContent
from verglas.response.fields import ResponseFields
from verglas.response.filebodies import FileSlice, handed_over, is_file
from verglas.response.foreign import run_application
from verglas.response.frozen import FrozenResponse
from verglas.response.status import (
    EMPTY,
    LINES,
    NEVER_SENT,
    WITHOUT_TAG,
    absolute_location,
    content_type_line,
    shown,
    status_line,
)
from verglas.wsgi import Environ, Head, StartResponse, WSGIApplication

__all__ = ["Response", "changeable", "steps_of_unsent"]

F = TypeVar("F", bound=Step)

OF_ONE_CALL: Final = ("get_wsgi_response", "get_wsgi_headers", "get_app_iter")
"""The hooks that need the environ of a call: a frozen response, which is the same for all calls, has none."""

HOOKS: Final = ("calculate_content_length", "iter_encoded", "close", "set_etag", *OF_ONE_CALL)
"""The methods that a subclass may override where they are not called by themselves; the others simply are."""

OF_THE_BODY: Final = frozenset({"iter_encoded", "close"})
"""The hooks that have a say in how the body is sent; the others leave a file to `wsgi.file_wrapper`."""


class Response(ResponseFields, ResponseContent):
    """A response that is being built: mutable, a WSGI application as it is, and a value once `freeze` was called.

    Everything that goes on the wire is checked when it is set. A header field with one value is removed by setting it
    to `None`.

    Args:
        response: The body: text (sent as UTF-8), bytes, a list or tuple of these, or an iterable of them, which
            streams and is never buffered unless the response is frozen or `data` is read; an open file, which does so
            in blocks; a `FileSlice`, which is opened for each call.
        status: A code, or a code with a reason phrase.
        headers: The header fields; they are copied.
        mimetype: The media type; `; charset=utf-8` is added to those that are text.
        content_type: The Content-Type as it is sent. It wins over `mimetype`.
        direct_passthrough: The body is handed to the server as it is, and never read here.

    Raises:
        HeaderValueError: The status or a header is not valid in an HTTP message.
        TypeError: The body is not of these types.

    >>> response = Response("Hello", status=201, headers={"X-Tag": "a"})
    >>> response.status, response.mimetype, response.data
    ('201 Created', 'text/plain', b'Hello')
    """

    _overridden: ClassVar[frozenset[str]] = frozenset()  # of HOOKS: without any, nothing is asked for

    @override
    def __init_subclass__(cls) -> None:
        """Note which of the methods that others call are overridden: what they do is honoured."""
        super().__init_subclass__()
        cls._overridden = frozenset(name for name in HOOKS if getattr(cls, name) is not getattr(Response, name))

    default_status: ClassVar[int | str] = 200
    default_mimetype: ClassVar[str | None] = "text/plain"
    automatically_set_content_length: ClassVar[bool] = True
    """Whether the length of a body in memory is sent where no Content-Length was set."""
    _is_for_one_request: bool = False  # a copy, which nobody else is sent
    _was_copied_so: bool = False  # the copy closes what this one would have closed
    autocorrect_location_header: ClassVar[bool] = False
    """Whether a relative Location is sent as an absolute URI, with the host that the request names."""

    def __init__(
        self,
        response: BodyLike = None,
        status: int | str | None = None,
        headers: WritableHeaders | None = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        if status is None:
            status = self.default_status
        line = LINES.get(status) if type(status) is int else None  # PERF: nearly always, without a call
        self._status = status_line(status) if line is None else line
        self._code = int(self._status[:3])
        self._headers = MutableHeaders(headers)
        # PERF: as `body_of` has it of most bodies, without two calls.
        self._body: Body = InMemory(response.encode()) if type(response) is str else body_of(response)
        self._on_close: tuple[Step, ...] = ()
        self.direct_passthrough: bool = direct_passthrough
        if content_type is not None:
            self._headers["Content-Type"] = content_type
        elif mimetype is not None:
            self._headers.put(content_type_line(mimetype))
        elif self.default_mimetype is not None:
            self._headers.put_absent(content_type_line(self.default_mimetype))

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

    @classmethod
    def force_type(cls, response: Response | FrozenResponse | WSGIApplication, environ: Environ | None = None) -> Self:
        """A new response of this class, whatever is given.

        Args:
            response: A builder, which hands its body and its callbacks over: the new one sends and closes what streams.
                A frozen response, which stays as it is. Or any other WSGI application, which is called.
            environ: The environ of the request; needed only to call an application.

        Raises:
            TypeError: The environ is needed, and not given.
            WSGIViolation: The application does not keep to PEP 3333.
            HeaderValueError: The application's status or a header is not valid in an HTTP message.

        >>> class Page(Response):
        ...     default_mimetype = "text/html"
        >>> Page.force_type(Response("a", 201))
        <Page 1 bytes [201 Created]>
        """
        if isinstance(response, FrozenResponse):
            return cls.thaw(response)
        if isinstance(response, Response):
            self = cls((), response.status, response.headers)
            if "Content-Type" not in response.headers:
                del self._headers["Content-Type"]
            body = response._body
            self._body = body.handed_over() if isinstance(body, Stream) else _copy_of(body)
            self._on_close, response._on_close = response._on_close, ()
            self.direct_passthrough = response.direct_passthrough
            return self
        if environ is None:
            raise TypeError(
                f"an environ is needed to make a response of a WSGI application, a {type(response).__name__}"
            )
        return cls.from_app(response, environ)

    @classmethod
    def from_app(cls, app: WSGIApplication, environ: Environ, buffered: bool = False) -> Self:
        """The answer of any WSGI application, as a response of this class.

        The application runs up to the first byte of its body. It has the default Content-Type if it sent none.

        Args:
            app: The application; it gets a copy of the environ.
            environ: The environ of the request.
            buffered: Read the body to its end, and close it; else it streams.

        Raises:
            WSGIViolation: The application does not keep to PEP 3333.
            HeaderValueError: The application's status or a header is not valid in an HTTP message.
            ExceptionGroup: Closing the application's body raised.

        >>> def app(environ, start_response):
        ...     start_response("201 Created", [("X-Tag", "a")])
        ...     return [b"made"]
        >>> Response.from_app(app, {}).data
        b'made'
        """
        answer = run_application(app, environ, buffered=buffered)
        try:
            return cls(answer.body, answer.status, answer.headers)
        except BaseException as error:  # of a subclass
            close_after(error, closers_of(answer.body))
            raise

    # The head

    @property
    def status(self) -> str:
        """The status line's code and reason phrase: `404 Not Found`. May be set to a code, too."""
        return self._status

    @status.setter
    def status(self, value: int | str) -> None:
        self._status = status_line(value)
        self._code = int(self._status[:3])

    @property
    def status_code(self) -> int:
        """The code of the status; setting it sets its reason phrase."""
        return self._code

    @status_code.setter
    def status_code(self, value: int) -> None:
        self.status = value

    @property  # type: ignore[explicit-override]  # mypy does not look for it where there is a setter
    @override
    def headers(self) -> MutableHeaders:
        """The header fields, to be changed in place; what is assigned is copied."""
        return self._headers

    @headers.setter
    def headers(self, value: WritableHeaders) -> None:
        self._headers = MutableHeaders(value)

    # The representation

    def add_etag(self, overwrite: bool = False, weak: bool = False) -> None:
        """Set an entity tag that is computed from the body. One that streams is read into memory for it.

        Args:
            overwrite: Replace the tag that is there.
            weak: Whether the tag says only that representations are equivalent.

        Raises:
            RuntimeError: The body is passed through, or streams and `implicit_sequence_conversion` is off.
        """
        if overwrite or "ETag" not in self._headers:
            body = self._body
            tag = body.etag if isinstance(body, FileSlice) else etag_of(self.get_data())
            self.set_etag(tag.strip('"'), weak)

    def make_conditional(
        self, request_or_environ: Head | Environ, accept_ranges: bool | str = False, complete_length: int | None = None
    ) -> Self:
        """Become a 206, 304, 412 or 416 where the conditions and the Range of a request ask for it (RFC 9110 §13, §14).

        Only a success that answers GET, HEAD or QUERY is conditional; if an answer to these has no Date, it gets one.
        Nothing is read: of a stream the parts are cut while it is sent. `FrozenResponse.conditional` is the pure
        counterpart.

        Args:
            request_or_environ: The request that this answers.
            accept_ranges: `True`: parts are sent, and Accept-Ranges says so; or its value: with `bytes` in it they are.
            complete_length: The number of bytes of the body, which a stream cannot tell itself. Without it, no part of
                a stream is sent.

        Returns:
            This response.

        Raises:
            HeaderValueError: `accept_ranges` is not a value of that field.
            RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
            RuntimeError: A part is to be cut from what was sent already.
            ValueError: `complete_length` is negative, or not that of a body in memory.

        >>> response = Response("0123456789").make_conditional({"HTTP_RANGE": "bytes=2-3"}, accept_ranges=True)
        >>> response.status, response.data
        ('206 Partial Content', b'23')
        """
        try:
            revision = revise(
                request_or_environ,
                Representation(self._code, self._headers, self._body, self._tag),
                accept_ranges=accept_ranges,
                complete_length=complete_length,
            )
        except BaseException as error:  # the caller gets no response that it could close
            close_after(error, self._closing_steps())
            raise
        if revision.body is not None:
            self._replace(revision.body)
            self.direct_passthrough = False
        self._headers.revise(revision.dropped, revision.lines)
        if revision.status is not None:
            self.status = revision.status
        return self

    def freeze(self) -> FrozenResponse:
        """The response as a value, with Content-Length and an ETag.

        The body is read and closed, and the close callbacks run, once; the bytes are kept here as well. A part of a
        file by its path is not read: it stays that.

        What a subclass does in `iter_encoded`, `set_etag` and `close` is done here as well.

        Raises:
            NotFreezable: The body was sent already, failed while it was read, or is an open file that cannot be read;
                or the class overrides `get_wsgi_response`, `get_wsgi_headers` or `get_app_iter`.
            ExceptionGroup: A step of closing raised an `Exception`.
        """
        for name in OF_ONE_CALL:
            if name in self._overridden:
                raise NotFreezable(
                    f"{type(self).__name__} overrides {name}(), which needs the environ of each call:"
                    " a frozen response is the same for all of them"
                )
        if isinstance(self._body, Stream) and self._body.is_spent:
            raise NotFreezable("the body was sent already, or failed while it was read: an iterator gives it once")
        try:
            body = self._frozen_body()
        finally:
            self.close()
        self.direct_passthrough = False
        headers = self._headers.freeze()
        if "ETag" not in headers and self._code not in WITHOUT_TAG:
            headers = self._tagged(headers, body.etag if isinstance(body, FileSlice) else etag_of(body))
        return FrozenResponse(body, self._status, headers)

    def _tagged(self, headers: Headers, tag: str) -> Headers:
        """The fields with an entity tag: of the frozen copy only, since one here would become stale with the body."""
        if "set_etag" not in self._overridden:
            return headers.with_("ETag", tag)
        try:
            self.set_etag(tag.strip('"'))
            return self._headers.freeze()
        finally:
            self._headers.assign(headers.pairs)

    def _frozen_body(self) -> bytes | FileSlice:
        body = self._body
        encodes = "iter_encoded" in self._overridden
        if isinstance(body, FileSlice) and not encodes:
            return body
        try:
            self.make_sequence()
        except ValueError as error:  # of a file: it is closed, or open for writing only
            if isinstance(body, Stream) and is_file(body.source):
                raise NotFreezable(f"the open file cannot be read: {error}") from error
            raise
        return b"".join(self.iter_encoded()) if encodes else self._body.read_bytes()

    # Closing

    def call_on_close(self, func: F) -> F:
        """Have a function called when the response is closed. Usable as a decorator.

        Args:
            func: The function. It is called without arguments, once.

        Raises:
            TypeError: What is given cannot be called.
        """
        if not callable(func):
            raise TypeError(f"call_on_close() takes a function, not {type(func).__name__}")
        self._on_close = (*self._on_close, func)
        return func

    def close(self) -> None:
        """Close the body if it can be closed, then run the callbacks: once, in order, all of them.

        Raises:
            ExceptionGroup: Closing the body or a callback raised an `Exception`.
        """
        close_all(self._take_steps())

    def _take_steps(self) -> tuple[Step, ...]:
        """Take what is to be closed, the body first: whoever has the steps runs them, nobody else does."""
        steps, self._on_close = self._on_close, ()
        return (self._body.close, *steps) if isinstance(self._body, Stream) else steps

    def _closing_steps(self) -> tuple[Step, ...]:
        """The steps that close the response, for whoever runs them: those of a subclass, if it has its own."""
        return (self.close,) if "close" in self._overridden else self._take_steps()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # WSGI

    def get_wsgi_headers(self, environ: Environ) -> MutableHeaders:
        """The header fields as they are sent: with the length of a body in memory, without the fields that the
        status forbids. They are a copy, which a subclass may change.

        Args:
            environ: The environ of the request.
        """
        headers = MutableHeaders()
        headers.assign(self._lines(environ))
        return headers

    def _lines(self, environ: Environ) -> list[tuple[str, str]]:
        code, headers = self._code, self._headers
        if code in NEVER_SENT:
            return headers.lines_without(NEVER_SENT[code])
        length = 0 if code in EMPTY else self.calculate_content_length() if self._overridden else self._body.length
        if length is None:
            lines = headers.to_wsgi_list()
        else:
            # To HEAD a stated length says how long the body of a GET would be (RFC 9110 §8.6); else it is made true.
            restates = length > 0 or code in EMPTY or environ.get("REQUEST_METHOD") != "HEAD"
            lines = headers.with_length(length, restates=restates, adds=self.automatically_set_content_length)
        if self.autocorrect_location_header:
            lines = [(n, absolute_location(v, environ) if n.lower() == "location" else v) for n, v in lines]
        return lines

    def get_app_iter(self, environ: Environ) -> Iterable[bytes]:
        """The body as it is sent: empty for HEAD, 204, 205 and 304; closing it closes the response.

        Args:
            environ: The environ of the request.

        Raises:
            RuntimeError: The body was sent already, or failed while it was read.
            FileChanged: The body is a file that cannot be opened any more, or was changed.
        """
        if environ.get("REQUEST_METHOD") == "HEAD" or self._code in EMPTY:
            steps = self._closing_steps()
            return ClosingIterator((), steps) if steps else []
        body = self._body
        if self._overridden and not self._overridden.isdisjoint(OF_THE_BODY):
            return self._opened_by_hooks()
        if self.direct_passthrough and not self._on_close and isinstance(body, Stream):
            return body.pass_through(environ)
        opened = body.open()
        callbacks, self._on_close = self._on_close, ()
        if isinstance(opened, list):  # a change of the response while it is iterated is another answer
            return ClosingIterator(opened, callbacks) if callbacks else opened
        return handed_over(environ, opened.then(callbacks) if callbacks else opened)

    def _opened_by_hooks(self) -> ClosingIterator:
        """The body as a subclass gives it, and with what it does to close the response."""
        body = self._body
        if "iter_encoded" not in self._overridden:
            opened = body.open()
            pieces = ClosingIterator(opened, closers_of(opened))
        elif isinstance(body, Stream):
            pieces = body.open_as(self.iter_encoded())
        else:
            encoded = self.iter_encoded()
            pieces = ClosingIterator(encoded, closers_of(encoded))
        if "close" in self._overridden:
            return pieces.then([self.close])
        callbacks, self._on_close = self._on_close, ()
        return pieces.then(callbacks)

    def get_wsgi_response(self, environ: Environ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """The answer as a WSGI server takes it: the body, the status, and a new list of header fields.

        Args:
            environ: The environ of the request.
        """
        try:
            own = "get_wsgi_headers" in self._overridden
            lines = self.get_wsgi_headers(environ).to_wsgi_list() if own else self._lines(environ)
            return self.get_app_iter(environ), self._status, lines
        except BaseException as error:  # nobody gets the body that would close it
            close_after(error, self._closing_steps())
            raise

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application: neither frozen nor buffered."""
        body, status, headers = self.get_wsgi_response(environ)
        try:
            start_response(status, headers)
        except BaseException as error:
            close_after(error, closers_of(body))
            raise
        return body

    # Copies

    def _copied_for_one_request(self) -> Self:
        body = self._body
        if isinstance(body, Stream) and body.is_spent:
            raise RuntimeError("the body was sent already, or failed while it was read: an iterator gives it once")
        parts = self.__dict__.copy()
        parts["_headers"], parts["_stream"] = self._headers.copy(), None
        parts["_body"] = body.handed_over() if isinstance(body, Stream) else _copy_of(body)
        parts["_is_for_one_request"], parts["_was_copied_so"] = True, False
        copied = object.__new__(type(self))
        copied.__dict__ = parts  # PERF: half the time of an update of the dict that it has
        self._on_close = ()
        self._was_copied_so = True
        return copied

    @override
    def __getstate__(self) -> dict[str, object]:
        # Of a copy, deep or pickled: the callbacks stay with the original, so that they run once.
        if isinstance(self._body, Stream):
            raise TypeError("a response that streams can be neither copied nor pickled: freeze() it")
        state: dict[str, object] = {**self.__dict__, "_body": _copy_of(self._body), "_headers": self._headers.pairs}
        return state | {"_on_close": (), "_stream": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        # What __getstate__ made, and checked again, because a pickle may have been edited.
        self.status = cast("str", state["_status"])
        self.headers = cast("WritableHeaders", state["_headers"])

    @override
    def __repr__(self) -> str:
        length = self.calculate_content_length()
        size = f"{length} bytes" if length is not None else "streamed" if self.is_streamed else "likely-streamed"
        return f"<{type(self).__name__} {size} [{shown(self._status)}]>"


def changeable(answer: Response | FrozenResponse) -> Response:
    """A copy of an answer, which a function of `finish=` may change: a response may be kept and sent to others as well.

    It has the class of the answer, and sends and closes in its place what streams. What is a copy already, made by a
    function before, is given back itself: an answer is copied once.

    Args:
        answer: The answer.

    Raises:
        RuntimeError: The body was sent already, or failed while it was read.

    >>> from verglas import application, text
    >>> page = text("We are closed.", 503)
    >>> def stamp(head, answer):
    ...     changed = changeable(answer)
    ...     changed.headers["X-Path"] = head.target
    ...     return changed
    >>> app = application(lambda request: page, finish=stamp)
    >>> app({"PATH_INFO": "/notes"}, lambda status, headers: print(dict(headers)["X-Path"]))
    /notes
    [b'We are closed.']
    >>> "X-Path" in page.headers
    False
    """
    if isinstance(answer, FrozenResponse):
        answer = Response.thaw(answer)
    elif not answer._is_for_one_request:  # pyright: ignore[reportPrivateUsage]  # of this module
        return answer._copied_for_one_request()  # pyright: ignore[reportPrivateUsage]  # as above
    answer._is_for_one_request = True  # pyright: ignore[reportPrivateUsage]  # as above
    return answer


def steps_of_unsent(answer: Response | FrozenResponse) -> list[Step]:
    """The steps that close a response which is not sent; none where a copy has taken them over.

    Args:
        answer: The response.
    """
    if isinstance(answer, FrozenResponse) or answer._was_copied_so:  # pyright: ignore[reportPrivateUsage]  # as above
        return []
    return [answer.close]


def _copy_of(body: InMemory | FileSlice) -> InMemory | FileSlice:
    return body.copy() if isinstance(body, InMemory) else body  # each is written to by itself
