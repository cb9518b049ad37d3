"""`FrozenResponse`: a response as a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, TypedDict, Unpack, final

from attrs import field, frozen

from verglas.backports import override
from verglas.headers.arguments import HeadersLike
from verglas.headers.lines import HOP_BY_HOP, check_sent
from verglas.headers.mapping import Headers, Pairs
from verglas.response.bodies import body_of
from verglas.response.closing import close_after, closers_of
from verglas.response.conditional import UNCHANGED, Representation, Revision, revise
from verglas.response.filebodies import FileSlice, handed_over
from verglas.response.status import EMPTY, NEVER_SENT, shown, status_line
from verglas.values import Value
from verglas.wsgi import Environ, Head, StartResponse

__all__ = ["FrozenResponse", "FrozenResponseChanges"]


class FrozenResponseChanges(TypedDict, total=False):
    """The arguments of `FrozenResponse.replace`."""

    status: int | str
    headers: HeadersLike
    body: bytes | FileSlice


@final
@frozen(init=False)
class FrozenResponse(Value):
    """A response as a value: comparable, hashable, picklable; a WSGI application, to be called any number of times.

    Content-Length is that of the body, whatever was given. 204 and 304 have no body and no Content-Type (RFC 9110
    §15.3.5, §15.4.5), 205 an empty one.

    Args:
        body: The content: bytes, or a part of a file, which stays a reference and is opened for each call.
        status: A code, or a code with a reason phrase.
        headers: The header fields.

    Raises:
        HeaderValueError: The status or a header is not valid in an HTTP message.
        TypeError: The body is neither bytes nor a part of a file.

    >>> frozen = FrozenResponse(b"hi", 200, {"Content-Type": "text/plain"})
    >>> frozen.status, frozen.headers["Content-Length"], frozen == FrozenResponse(b"hi", 200, frozen.headers)
    ('200 OK', '2', True)
    """

    _instead: ClassVar[str] = (
        "use frozen.replace(status=..., headers=..., body=...), or Response.thaw(frozen), which can be changed"
    )

    status: str
    headers: Headers
    body: bytes | FileSlice
    is_file: bool = field(init=False, eq=False, repr=False)
    """Whether the body is a file, or a part of one, by its path: it is opened for each call."""
    _lines: Pairs = field(init=False, eq=False, repr=False)
    _representation: Representation | None = field(init=False, eq=False, repr=False)
    _not_modified: FrozenResponse | None = field(init=False, eq=False, repr=False)

    def __init__(
        self, body: bytes | FileSlice = b"", status: int | str = 200, headers: HeadersLike | None = None
    ) -> None:
        if not isinstance(body, bytes) and not isinstance(body, FileSlice):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check
            raise TypeError(f"the body of a frozen response is bytes or a FileSlice, not {type(body).__name__}")
        line = status_line(status)
        code = int(line[:3])
        fields = headers.own() if isinstance(headers, Headers) else Headers(headers)
        if not HOP_BY_HOP.isdisjoint(map(str.lower, fields)):  # nearly never: then it is found out which
            for name, value in fields.pairs:
                check_sent(name, value)
        if code in EMPTY:
            body = b""
        if code in NEVER_SENT:
            fields = fields.without(*NEVER_SENT[code])
        else:
            fields = fields.with_("Content-Length", str(_length(body)))
        self._hold(line, fields, body)

    def _hold(self, status: str, headers: Headers, body: bytes | FileSlice) -> None:
        _set_status(self, status)
        _set_headers(self, headers)
        _set_body(self, body)
        _set_is_file(self, isinstance(body, FileSlice))
        _set_lines(self, headers.pairs)
        _set_representation(self, None)
        _set_not_modified(self, None)

    @property
    def data(self) -> bytes:
        """The body as bytes. A file is read each time.

        Raises:
            FileChanged: The file was changed, or cannot be opened any more.
            OSError: The file cannot be read.
        """
        return self.body.read_bytes() if isinstance(self.body, FileSlice) else self.body

    @property
    def status_code(self) -> int:
        """The code of the status."""
        return int(self.status[:3])

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application.

        Raises:
            FileChanged: The body is a file that was changed, or cannot be opened any more.
        """
        body = self.body
        sent: Iterable[bytes] = []
        if environ.get("REQUEST_METHOD") != "HEAD" and body:
            # The file first: a failure to open it can still be answered.
            sent = [body] if isinstance(body, bytes) else handed_over(environ, body.open())
        try:
            # A new list each time: PEP 3333 lets a server change it, and wsgiref does.
            start_response(self.status, [*self._lines])
        except BaseException as error:
            close_after(error, closers_of(sent))
            raise
        return sent

    def replace(self, **changes: Unpack[FrozenResponseChanges]) -> FrozenResponse:
        """A copy with other parts.

        Args:
            **changes: `status`, `headers`, `body`. With another body Content-Length is recomputed, and ETag and
                Content-Range, which described the old one, are dropped unless headers are given, too.

        Raises:
            HeaderValueError: A part is not valid in an HTTP message.
            TypeError: A part is unknown, or the body is neither bytes nor a part of a file.

        >>> FrozenResponse(b"hi", headers={"ETag": '"1"'}).replace(body=b"hello").headers.pairs
        (('Content-Length', '5'),)
        """
        unknown = changes.keys() - FrozenResponseChanges.__annotations__.keys()
        if unknown:
            raise TypeError(f"replace() got {sorted(unknown)}")
        headers = changes.get("headers", self.headers)
        if "body" in changes and "headers" not in changes:
            headers = self.headers.without("ETag", "Content-Range")
        return FrozenResponse(changes.get("body", self.body), changes.get("status", self.status), headers)

    __replace__ = replace

    def conditional(
        self, request: Head, *, accept_ranges: bool | str = False, complete_length: int | None = None
    ) -> FrozenResponse:
        """The response that the conditions and the Range of a request ask for (RFC 9110 §13, §14).

        That is this one, or one with the status 206, 304, 412 or 416. Only a success that answers GET, HEAD or QUERY is
        conditional. Of a file by its path one part may be sent, but not several: then all of it is.

        Args:
            request: The request that it answers: method and header fields.
            accept_ranges: `True`: parts are sent, and Accept-Ranges says so; or its value: with `bytes` in it they are.
            complete_length: The number of bytes of the body. It is known here; another number is an error.

        Raises:
            HeaderValueError: `accept_ranges` is not a value of that field.
            RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
            ValueError: `complete_length` is not that of the body.

        >>> from verglas.capture import RequestHead
        >>> page = FrozenResponse(b"0123456789", headers={"ETag": '"1"'})
        >>> part = page.conditional(RequestHead("GET", Headers({"Range": "bytes=-3"})), accept_ranges=True)
        >>> part.status, part.headers["Content-Range"], part.body
        ('206 Partial Content', 'bytes 7-9/10', b'789')
        >>> page.conditional(RequestHead("GET", Headers({"If-None-Match": '"1"'}))).status
        '304 Not Modified'
        """
        representation = self._representation
        if representation is None:  # its validators are read once
            representation = Representation(self.status_code, self.headers, body_of(self.body))
            _set_representation(self, representation)
        revision = revise(
            request,
            representation,
            accept_ranges=accept_ranges,
            complete_length=complete_length,
            is_value=True,
        )
        if revision is UNCHANGED:
            return self
        if revision.status != 304:
            return self._revised(revision)
        not_modified = self._not_modified
        if not_modified is None:  # whatever was asked, it is the same
            not_modified = self._revised(revision)
            _set_not_modified(self, not_modified)
        return not_modified

    def _revised(self, revision: Revision) -> FrozenResponse:
        # The parts of a revision fit each other and were checked: they are not checked again.
        revised = object.__new__(FrozenResponse)
        headers = Headers.unchecked(revision.revised(self._lines))
        body: bytes | FileSlice = b"" if revision.status == 304 else self.body
        if revision.body is not None:
            body = revision.body if isinstance(revision.body, FileSlice) else revision.body.read_bytes()
        if revision.status in (412, 416):
            headers = headers.with_("Content-Length", str(_length(body)))
        status = self.status if revision.status is None else status_line(revision.status)
        revised._hold(status, headers, body)
        return revised

    @override
    def __repr__(self) -> str:
        return f"<FrozenResponse {_length(self.body)} bytes [{shown(self.status)}]>"

    @override
    def __reduce__(self) -> tuple[type[FrozenResponse], tuple[bytes | FileSlice, str, Headers]]:
        return FrozenResponse, (self.body, self.status, self.headers)


def _length(body: bytes | FileSlice) -> int:
    return len(body) if isinstance(body, bytes) else body.length


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_status: Final = FrozenResponse.__dict__["status"].__set__
_set_headers: Final = FrozenResponse.__dict__["headers"].__set__
_set_body: Final = FrozenResponse.__dict__["body"].__set__
_set_is_file: Final = FrozenResponse.__dict__["is_file"].__set__
_set_lines: Final = FrozenResponse.__dict__["_lines"].__set__
_set_representation: Final = FrozenResponse.__dict__["_representation"].__set__
_set_not_modified: Final = FrozenResponse.__dict__["_not_modified"].__set__
