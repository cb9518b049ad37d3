"""Short forms of common responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast, overload

from verglas.errorpage import escape
from verglas.errors.grammar import HeaderValueError
from verglas.headers.arguments import WritableHeaders
from verglas.jsons import STANDARD_JSON
from verglas.response.builder import Response
from verglas.syntax.locations import check_redirect, is_relative
from verglas.url import URL
from verglas.wsgi import JSONLike

__all__ = ["html", "json_response", "no_content", "redirect", "text"]

T = TypeVar("T")


def text(body: str, status: int | str = 200, headers: WritableHeaders | None = None) -> Response:
    """Plain text; a Content-Type among the header fields gives way to that.

    Raises:
        HeaderValueError: The status or a header is not valid in an HTTP message.
        TypeError: The body is not a `str`.

    >>> text("hi").content_type
    'text/plain; charset=utf-8'
    """
    if body.__class__ is not str:
        _check_text("text", body)
    return Response(body, status, headers, mimetype="text/plain")


def html(body: str, status: int | str = 200, headers: WritableHeaders | None = None) -> Response:
    """An HTML page; a Content-Type among the header fields gives way to that.

    Raises:
        HeaderValueError: The status or a header is not valid in an HTTP message.
        TypeError: The body is not a `str`.

    >>> html("<p>hi").content_type
    'text/html; charset=utf-8'
    """
    if body.__class__ is not str:
        _check_text("html", body)
    return Response(body, status, headers, mimetype="text/html")


def _check_text(form: str, body: object) -> None:
    if not isinstance(body, str):
        raise TypeError(f"{form}() takes a str, not {type(body).__name__}; Response(...) takes bytes and what streams")


@overload
def json_response(value: JSONLike, status: int | str = 200, headers: WritableHeaders | None = None) -> Response: ...
@overload
def json_response(
    value: T, status: int | str = 200, headers: WritableHeaders | None = None, *, encode: Callable[[T], bytes | str]
) -> Response: ...
def json_response(
    value: T | JSONLike,
    status: int | str = 200,
    headers: WritableHeaders | None = None,
    *,
    encode: Callable[[T], bytes | str] | None = None,
) -> Response:
    """A value as JSON (RFC 8259), in UTF-8.

    Args:
        value: The value.
        status: The status.
        headers: The header fields. A Content-Type among them gives way to that of JSON; for one such as
            `application/problem+json`, set `mimetype` of the response.
        encode: Writes a value of any type, such as `msgspec.json.encode`, `orjson.dumps`, or
            `pydantic.TypeAdapter(Note).dump_json`; without it, `value` is of the types of JSON.

    Raises:
        ValueError: The value holds something that JSON cannot express: NaN, an infinity, or itself.
        TypeError: The value holds an object of another type.
        HeaderValueError: The status or a header is not valid in an HTTP message.

    >>> json_response({"name": "café"}).data.decode()
    '{"name":"café"}'
    >>> json_response(frozenset({1}), encode=lambda numbers: f"[{sum(numbers)}]").data
    b'[1]'
    """
    if encode is not None:
        return Response(encode(cast("T", value)), status, headers, mimetype="application/json")
    # Half of a surrogate pair, which a client can send as an escape, goes out as that escape.
    text = STANDARD_JSON.dumps(cast("JSONLike", value))
    return Response(text.encode(errors="backslashreplace"), status, headers, mimetype="application/json")


def no_content(headers: WritableHeaders | None = None) -> Response:
    """A 204: the request succeeded, and the response has no content.

    Raises:
        HeaderValueError: A header is not valid in an HTTP message.
    """
    return Response(None, 204, headers)


@overload
def redirect(location: str | URL, status: int = 303, *, local: bool = False) -> Response: ...
@overload
def redirect(location: str | URL, *, code: int, local: bool = False) -> Response: ...
def redirect(
    location: str | URL, status: int | None = None, *, code: int | None = None, local: bool = False
) -> Response:
    """Send the client elsewhere, by default with a GET (303), as browsers do after a POST.

    The body is a short note with a link, for those who do not follow (RFC 9110 §15.4).

    Args:
        location: A URL of http or https, or a reference relative to the request's. What no URI holds, such as
            a space inside, is percent-encoded.
        status: 301, 302, 303, 307 or 308.
        code: Another name of `status`, as Werkzeug and Flask have it.
        local: Refuse a location that may lead to another site: any that is not relative.

    Raises:
        HeaderValueError: The location has another scheme, a control character, a backslash or a space at either end,
            or begins with `//`: browsers read such texts as URLs of other sites.
        ValueError: The status is not that of a redirect.
        TypeError: Both `status` and `code` are given.

    >>> redirect("/notes?page=2").headers["Location"]
    '/notes?page=2'
    """
    if status is None:
        status = 303 if code is None else code
    elif code is not None:
        raise TypeError("redirect() takes status= or code=, which are two names of one argument, not both")
    if status not in (301, 302, 303, 307, 308):
        raise ValueError(f"{status} is not the status of a redirect")
    target = check_redirect(location.to_uri() if isinstance(location, URL) else location)
    if local and not is_relative(target):
        raise HeaderValueError("Location", "expected a relative reference", target)
    shown = escape(target)
    note = f'<!doctype html>\n<html lang=en>\n<title>Redirecting</title>\n<p>See <a href="{shown}">{shown}</a>.\n'
    return Response(note, status, {"Location": target}, mimetype="text/html")
