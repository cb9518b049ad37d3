"""What the values of a request may be given as, and how they are kept in step."""

from __future__ import annotations

from typing import TypedDict

from verglas.body import Body
from verglas.errors.grammar import HeaderValueError
from verglas.headers.mapping import Headers, HeadersLike
from verglas.url import URL

__all__ = ["RequestChanges", "body_of", "in_step"]


class RequestChanges(TypedDict, total=False):
    """What `Request.replace` takes."""

    method: str
    url: URL | str
    headers: HeadersLike | None
    body: bytes | str | Body
    server: tuple[str, int | None] | None
    remote_addr: str | None
    remote_user: str | None


def body_of(body: bytes | str | Body) -> Body:
    """A body of anything that one is given as: text is sent as UTF-8."""
    if isinstance(body, Body):
        return body
    return Body(body.encode() if isinstance(body, str) else body)


def in_step(headers: Headers, url: URL, body: Body) -> Headers:
    """The headers with Host and Content-Length as URL and body have them (RFC 9110 §7.2, §8.6).

    Raises:
        HeaderValueError: There is a Content-Length, and it is not the body's.
    """
    if url.host and "Host" not in headers:
        headers = Headers.trusted((("Host", url.host), *headers.pairs))
    if body.content is None or "Transfer-Encoding" in headers:
        return headers
    length = str(len(body.content))
    stated = headers.get("Content-Length")
    if stated is None:
        return headers.with_("Content-Length", length) if body.content else headers
    if stated.lstrip("0") != length.lstrip("0"):  # "007" is a length too (RFC 9110 §8.6)
        raise HeaderValueError("Content-Length", f"the body is {length} bytes long", stated)
    return headers
