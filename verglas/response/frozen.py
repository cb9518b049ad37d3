"""`FrozenResponse`: a response as a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypedDict, Unpack, final

from attrs import field, frozen

from verglas.headers.mapping import Headers, HeadersLike
from verglas.response.status import NO_CONTENT, shown, status_line
from verglas.wsgi import Environ, StartResponse

__all__ = ["FrozenResponse", "FrozenResponseChanges"]


class FrozenResponseChanges(TypedDict, total=False):
    """What `FrozenResponse.replace` takes."""

    status: int | str
    headers: HeadersLike
    body: bytes


@final
@frozen(init=False)
class FrozenResponse:
    """A response as a value: comparable, hashable, picklable; a WSGI application, to be called any number of times.

    Content-Length is that of the body, whatever was given. 204 and 304 have no body and no Content-Type (RFC 9110
    §15.3.5, §15.4.5), 205 an empty one.

    Args:
        body: The content.
        status: A code, or a code with a reason phrase.
        headers: The header fields.

    Raises:
        HeaderValueError: The status or a header is not fit for the wire.
        TypeError: The body is no bytes.

    >>> frozen = FrozenResponse(b"hi", 200, {"Content-Type": "text/plain"})
    >>> frozen.status, frozen.headers["Content-Length"], frozen == FrozenResponse(b"hi", 200, frozen.headers)
    ('200 OK', '2', True)
    """

    status: str
    headers: Headers
    body: bytes
    _lines: tuple[tuple[str, str], ...] = field(init=False, eq=False, repr=False)

    def __init__(self, body: bytes = b"", status: int | str = 200, headers: HeadersLike | None = None) -> None:
        if not isinstance(body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"the body of a frozen response is bytes, not {type(body).__name__}")
        line = status_line(status)
        code = int(line[:3])
        fields = headers if isinstance(headers, Headers) else Headers(headers)
        if code in NO_CONTENT or code == 205:
            body = b""
        fields = without_content(fields, code) if code in NO_CONTENT else fields
        if code not in NO_CONTENT:
            fields = fields.with_("Content-Length", str(len(body)))
        _set(self, "status", line)
        _set(self, "headers", fields)
        _set(self, "body", body)
        _set(self, "_lines", fields.pairs)

    @property
    def data(self) -> bytes:
        """The body, by the name that it has on a `Response`."""
        return self.body

    @property
    def status_code(self) -> int:
        """The code of the status."""
        return int(self.status[:3])

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application."""
        # A new list each time: PEP 3333 lets a server change it, and wsgiref does.
        start_response(self.status, [*self._lines])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" or not self.body else [self.body]

    def replace(self, **changes: Unpack[FrozenResponseChanges]) -> FrozenResponse:
        """A copy with other parts.

        Args:
            **changes: `status`, `headers`, `body`. With another body Content-Length is recomputed, and ETag and
                Content-Range go, unless headers are given too: they spoke of the old one.

        Raises:
            HeaderValueError: A part is not fit for the wire.
            TypeError: A part is unknown, or the body is no bytes.

        >>> FrozenResponse(b"hi", headers={"ETag": '"1"'}).replace(body=b"hello").headers.pairs
        (('Content-Length', '5'),)
        """
        unknown = changes.keys() - FrozenResponseChanges.__annotations__.keys()
        if unknown:
            raise TypeError(f"replace() got {sorted(unknown)}")
        headers = changes.get("headers", self.headers)
        if "body" in changes and "headers" not in changes:
            headers = self.headers.without("ETag").without("Content-Range")
        return FrozenResponse(changes.get("body", self.body), changes.get("status", self.status), headers)

    __replace__ = replace

    def __repr__(self) -> str:
        return f"<FrozenResponse {len(self.body)} bytes [{shown(self.status)}]>"

    def __reduce__(self) -> tuple[type[FrozenResponse], tuple[bytes, str, Headers]]:
        return FrozenResponse, (self.body, self.status, self.headers)


_set: Final = object.__setattr__

# What describes the content goes with it; a 304 may say how long it would be (RFC 9110 §8.6, §15.4.5).
DESCRIBES_CONTENT: Final = frozenset({"content-type", "content-encoding", "content-language", "content-range"})


def without_content(headers: Headers, code: int) -> Headers:
    """The headers of a response that has no content: 204 has no Content-Length either (RFC 9110 §8.6)."""
    dropped = DESCRIBES_CONTENT | {"content-length"} if code == 204 else DESCRIBES_CONTENT
    return Headers.trusted(tuple(pair for pair in headers.pairs if pair[0].lower() not in dropped))
