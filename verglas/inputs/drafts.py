"""`Draft`: a request that inputs write to, each its own part; the request is made once all have."""

from __future__ import annotations

from typing import TypeVar

from attrs import Factory, define

from verglas.environs import FileValue, compose_environ
from verglas.errors.grammar import HeaderValueError
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Headers
from verglas.request.model import Request
from verglas.syntax.cookies import parse_cookies
from verglas.uploads import Upload

__all__ = ["Draft"]

S = TypeVar("S")
T = TypeVar("T")


@define(eq=False)
class Draft:
    """The changes to a request: for each name, the values that it is to have, and no others.

    Attributes:
        query: The parameters of the URL.
        cookies: The cookies.
        fields: The text fields of the form in the body.
        files: The files of the form in the body.
        headers: All header fields.
        path: The values in the path, by their position.
        body: The whole body with its media type, instead of a form.
    """

    headers: Headers
    query: dict[str, tuple[str, ...]] = Factory(dict[str, tuple[str, ...]])
    cookies: dict[str, tuple[str, ...]] = Factory(dict[str, tuple[str, ...]])
    fields: dict[str, tuple[str, ...]] = Factory(dict[str, tuple[str, ...]])
    files: dict[str, tuple[Upload, ...]] = Factory(dict[str, tuple[Upload, ...]])
    path: dict[int, object] = Factory(dict[int, object])
    body: tuple[bytes, str] | None = None

    def set_lines(self, name: str, lines: tuple[str, ...]) -> None:
        """Give a header field other lines.

        Raises:
            HeaderValueError: A line is not valid in an HTTP message, or has white space around it, which does not
                belong to a value.
        """
        headers = self.headers.without(name)
        for line in lines:
            if line != line.strip(" \t"):
                raise HeaderValueError(name, "a value has no white space around it", line)
            headers = headers.adding(name, line)
        self.headers = headers

    def set_value(self, key: HeaderField[T], value: T) -> None:
        """Give a header field another value.

        Raises:
            ValueError: The value cannot be written.
        """
        self.set_lines(key.name, tuple(key.encode(value)))

    def applied(self, request: Request[S]) -> Request[S]:
        """The request with all that was written.

        Args:
            request: The request; what is not written stays as it is.

        Raises:
            ValueError: A value cannot be where it is to be: a cookie with a semicolon, half of a surrogate pair.
        """
        headers = self.headers
        if self.cookies:
            headers = _with_cookies(headers, request, self.cookies)
        url = request.url
        if self.query:
            url = url.with_query(_merged(request.args.pairs, self.query))
        if self.body is not None:
            content, media_type = self.body
            return request.replace(url=url, headers=headers.with_("Content-Type", media_type), body=content)
        if self.fields or self.files:
            content, media_type = _form(request, self.fields, self.files)
            return request.replace(url=url, headers=headers.with_("Content-Type", media_type), body=content)
        return request.replace(url=url, headers=headers)


def _merged(pairs: tuple[tuple[str, T], ...], written: dict[str, tuple[T, ...]]) -> list[tuple[str, T]]:
    kept = [(name, value) for name, value in pairs if name not in written]
    return kept + [(name, value) for name, values in written.items() for value in values]


def _with_cookies(headers: Headers, request: Request[object], written: dict[str, tuple[str, ...]]) -> Headers:
    pairs = _merged(request.cookies.pairs, written)
    for name, value in pairs:
        if parse_cookies(f"{name}={value}") != ((name, value),):
            raise HeaderValueError(f"cookie {name}", "a character that no cookie carries as it is")
    headers = headers.without("Cookie")
    return headers.with_("Cookie", "; ".join([f"{name}={value}" for name, value in pairs])) if pairs else headers


def _form(
    request: Request[object], fields: dict[str, tuple[str, ...]], files: dict[str, tuple[Upload, ...]]
) -> tuple[bytes, str]:
    """The body of a form, and its type: urlencoded unless there is a file in it."""
    texts: dict[str, list[str]] = {}
    for name, value in _merged(request.form.pairs, fields):
        texts.setdefault(name, []).append(value)
    uploads: dict[str, list[FileValue]] = {}
    for name, upload in _merged(request.files.pairs, files):
        uploads.setdefault(name, []).append(upload)
    mimetype = "multipart/form-data" if uploads else "application/x-www-form-urlencoded"
    environ = compose_environ(method="POST", data={**texts}, files={**uploads}, mimetype=mimetype)
    made = Request(environ)
    return made.get_data(), made.content_type or mimetype
