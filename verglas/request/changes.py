"""The values of a request: the forms in which they may be given, and how they are kept in step."""

from __future__ import annotations

import io
from typing import Protocol, TypedDict

from verglas.body import Body
from verglas.errors.grammar import HeaderValueError
from verglas.headers.arguments import HeadersLike
from verglas.headers.lines import check_number
from verglas.headers.mapping import Headers
from verglas.limits import Limits
from verglas.syntax.tokens import check_token
from verglas.url import URL

__all__ = [
    "RequestChanges",
    "as_body",
    "as_headers",
    "as_url",
    "as_values",
    "body_in_memory",
    "in_step",
    "merged",
    "with_length",
]


class RequestChanges(TypedDict, total=False):
    """The arguments of `Request.replace`."""

    method: str
    url: URL | str
    headers: HeadersLike | None
    body: bytes | str | Body
    server: tuple[str, int | None] | None
    remote_addr: str | None
    remote_user: str | None


def as_body(body: bytes | str | Body) -> Body:
    """Convert to a `Body`; text is sent as UTF-8."""
    if isinstance(body, Body):
        return body
    return Body(body.encode() if isinstance(body, str) else body)


def as_headers(headers: HeadersLike | None, limits: Limits) -> Headers:
    """Convert to `Headers` that are read within the limits of a request.

    Raises:
        RequestHeaderFieldsTooLarge: The headers have more lines than `Limits.max_headers`.
    """
    converted = (headers if isinstance(headers, Headers) else Headers(headers)).within(limits)
    check_number(len(converted.pairs), limits.max_headers)
    return converted


def in_step(headers: Headers, url: URL, body: Body) -> Headers:
    """The headers with Host and Content-Length as URL and body have them (RFC 9110 §7.2, §8.6).

    Raises:
        HeaderValueError: The headers state another Content-Length than that of the body.
    """
    if url.host and "Host" not in headers:
        headers = Headers.unchecked((("Host", url.host), *headers.pairs), headers.limits, headers.left_out)
    if body.content is None or headers.get("Transfer-Encoding"):
        return headers
    length = str(len(body.content))
    stated = headers.get("Content-Length")
    if stated is None:
        return headers.with_("Content-Length", length) if body.content else headers
    if stated.lstrip("0") != length.lstrip("0"):  # "007" is a length too (RFC 9110 §8.6)
        raise HeaderValueError("Content-Length", f"the body is {length} bytes long", stated)
    return headers


def body_in_memory(environ: dict[str, object]) -> Body | None:
    """The body of an environ that was composed, where it is as long as its head says."""
    stream = environ.get("wsgi.input")
    if not isinstance(stream, io.BytesIO) or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    content = stream.getvalue()
    return Body(content) if environ.get("CONTENT_LENGTH", "0") == str(len(content)) else None


class HasValues(Protocol):
    """A request: the values that it is made of."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> URL: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def server(self) -> tuple[str, int | None] | None: ...
    @property
    def remote_addr(self) -> str | None: ...
    @property
    def remote_user(self) -> str | None: ...
    @property
    def body(self) -> Body: ...
    @property
    def limits(self) -> Limits: ...


def merged(request: HasValues, changes: RequestChanges) -> RequestChanges:
    """The values of a request with others in their place; of the headers, those that follow URL and body are left out.

    Args:
        request: The request.
        changes: The other values.
    """
    headers = as_headers(changes["headers"], request.limits) if "headers" in changes else request.headers
    if "url" in changes:
        headers = headers.without("Host")
    if "body" in changes:
        headers = headers.without("Content-Length", "Transfer-Encoding")
    values: RequestChanges = {
        "method": request.method,
        "url": request.url,
        "server": request.server,
        "remote_addr": request.remote_addr,
        "remote_user": request.remote_user,
        "body": request.body,
        **changes,
        "headers": headers,
    }
    return values


def as_values(values: RequestChanges, limits: Limits) -> dict[str, object]:
    """The values of a request, checked, each with a default, Host and Content-Length in step.

    Args:
        values: What is given.
        limits: The limits of the request.

    Raises:
        GrammarError: The URL, the method or a header is malformed.
        RequestHeaderFieldsTooLarge: The headers have more lines than `Limits.max_headers`.
        TypeError: A value is not of its type.
    """
    url = as_url(values.get("url", "/"))
    body = as_body(values.get("body", b""))
    server: object = values.get("server")
    if server is not None and not _is_server(server):
        raise TypeError(f"server is a name and a port, as in ('localhost', 80), not {server!r}")
    for name in ("remote_addr", "remote_user"):
        text: object = values.get(name)
        if not isinstance(text, str | None):
            raise TypeError(f"{name} must be a str or None, not {type(text).__name__}")
    return {
        "method": check_token(values.get("method", "GET"), "method").upper(),
        "url": url,
        "headers": in_step(as_headers(values.get("headers"), limits), url, body),
        "body": body,
        "server": server or (url.hostname or "localhost", url.port),
        "remote_addr": values.get("remote_addr"),
        "remote_user": values.get("remote_user"),
    }


def _is_server(server: object) -> bool:
    match server:
        case (str(), int() | None):
            return isinstance(server, tuple)
        case _:
            return False


def as_url(url: URL | str) -> URL:
    """The URL as a server delivers it, its path decoded and without a fragment; of a whole one, a path, or `*`.

    Raises:
        GrammarError: The text is not a URL, a path or `*`.
        TypeError: The argument is neither a URL nor a `str`.
    """
    if not isinstance(url, str | URL):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"url must be a URL or a str, not {type(url).__name__}")
    if isinstance(url, str):
        if url == "*":  # of OPTIONS (RFC 9112 §3.2.4)
            return URL(raw_path=b"*")
        url = URL.parse(f"http://localhost{url}" if url.startswith("/") else url)
    return URL.unchecked(url.scheme, url.host, url.root_path, url.raw_path, url.query_string)


def with_length(headers: Headers, body: Body) -> Headers:
    """The headers of a body in memory: with its length, without a Transfer-Encoding, which described the transfer."""
    content = body.content
    if content is None or not (content or headers.get("Transfer-Encoding")):
        return headers
    return headers.without("Transfer-Encoding").with_("Content-Length", str(len(content)))
