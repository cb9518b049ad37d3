"""`Draft`: a request that inputs write to, each its own part; the request is made once all have."""

from __future__ import annotations

from typing import Final, TypeVar

from attrs import Attribute, Factory, define, field

from verglas.backports import override
from verglas.environs import FileValue, compose_environ
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.errors.parse import ParseError
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Headers
from verglas.inputs.problems import Place
from verglas.request.changes import RequestChanges
from verglas.request.model import Request
from verglas.syntax.cookies import parse_cookies
from verglas.syntax.urlencoded import format_urlencoded, parse_urlencoded
from verglas.uploads import Upload

__all__ = ["Draft", "Written"]

S = TypeVar("S")
T = TypeVar("T")
K = TypeVar("K")

ALREADY: Final = "an input has written something else there"


class Written(dict[K, T]):
    """The values that were written, by name. Of two inputs that read the same, each would have to write the same."""

    @override
    def __setitem__(self, key: K, value: T, /) -> None:
        """Write a value.

        Raises:
            ValueError: Another value was written before.
        """
        if key in self and self[key] != value:
            raise ValueError(f"{key!r} cannot be written twice: {ALREADY}")
        super().__setitem__(key, value)


def _once(draft: Draft, _attribute: Attribute[object], value: T) -> T:
    if draft.body not in (None, value):
        raise ValueError(f"the body cannot be written twice: {ALREADY}")
    return value


@define(eq=False)
class Draft:
    """The changes to a request: for each name, the values that it is to have, and no others.

    Attributes:
        headers: All header fields.
        query: The parameters of the URL.
        cookies: The cookies.
        fields: The text fields of the form in the body.
        files: The files of the form in the body.
        lines: The lines of header fields, by their name in lower case.
        path: The values in the path, by their position.
        body: The whole body with its media type, instead of a form.
    """

    headers: Headers
    query: Written[str, tuple[str, ...]] = Factory(Written[str, tuple[str, ...]])
    cookies: Written[str, tuple[str, ...]] = Factory(Written[str, tuple[str, ...]])
    fields: Written[str, tuple[str, ...]] = Factory(Written[str, tuple[str, ...]])
    files: Written[str, tuple[Upload, ...]] = Factory(Written[str, tuple[Upload, ...]])
    lines: Written[str, tuple[str, ...]] = Factory(Written[str, tuple[str, ...]])
    path: Written[int, object] = Factory(Written[int, object])
    body: tuple[bytes, str] | None = field(default=None, on_setattr=_once)

    def leave_out(self, place: Place, name: str) -> None:
        """Take away all values of a name, which is not that of a body.

        Raises:
            ValueError: A value was written before.
        """
        if place == "header":
            self.set_lines(name, ())
        elif place == "file":
            self.files[name] = ()
        elif place == "query":
            self.query[name] = ()
        elif place == "cookie":
            self.cookies[name] = ()
        elif place == "form":
            self.fields[name] = ()

    def set_lines(self, name: str, lines: tuple[str, ...]) -> None:
        """Give a header field other lines.

        Raises:
            HeaderValueError: A line is not valid in an HTTP message, or has white space around it, which does not
                belong to a value.
            ValueError: Other lines were written before.
        """
        self.lines[name.lower()] = lines
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
            ValueError: A value cannot be where it is to be: a cookie with a semicolon, half of a surrogate pair, a Host
                that is not that of the URL, more parameters than `Limits.max_query_fields`.
        """
        changes: RequestChanges = {}
        headers = self.headers
        if self.cookies:
            headers = _with_cookies(headers, self.cookies)
        if self.query:
            changes["url"] = request.url.replace(query_string=_query(request.url.query_string, self.query))
        if self.body is not None or self.fields or self.files:
            content, media_type = self._content(request)
            changes["body"] = content
            headers = headers.without("Content-Encoding").with_("Content-Type", media_type)
        if headers is not request.headers:
            changes["headers"] = headers
        made = request.replace(**changes) if changes else request
        self._check(made)
        return made

    def _content(self, request: Request[object]) -> tuple[bytes, str]:
        if self.body is None:
            return _form(request, self.fields, self.files)
        if self.fields or self.files:
            raise ValueError("a request has one body: write a form, or the whole of it, and not both")
        return self.body

    def _check(self, made: Request[object]) -> None:
        """Read the head again: Host is part of the URL, Content-Type of the body, and there are limits.

        Raises:
            ValueError: Something is not read as it was written.
        """
        try:
            for name, lines in self.lines.items():
                if lines != tuple(made.headers.lines_of(name)):
                    raise HeaderValueError(name, "the rest of the request decides what it is", "; ".join(lines))
            for name, texts in self.cookies.items():
                if texts != tuple(made.cookies.getlist(name)):
                    raise HeaderValueError("Cookie", "a name or a value that no cookie carries as it is", name)
            for name, texts in self.query.items():
                if texts != tuple(made.args.getlist(name)):
                    raise GrammarError("query", "a name or a value that no query carries as it is", name)
        except ParseError as error:
            raise ValueError(f"the request would be refused: {error}") from None


def _query(query_string: bytes, written: Written[str, tuple[str, ...]]) -> bytes:
    """The query with the pieces of other names as they came, whose octets no text may stand for."""
    kept = [piece for piece in query_string.split(b"&") if piece and parse_urlencoded(piece)[0][0] not in written]
    pairs = [(name, text) for name, texts in written.items() for text in texts]
    return b"&".join([*kept, format_urlencoded(pairs).encode()] if pairs else kept)


def _with_cookies(headers: Headers, written: Written[str, tuple[str, ...]]) -> Headers:
    """The headers with the cookies of other names as they came: in quotes, perhaps, or not in UTF-8."""
    pieces: list[str] = []
    for piece in [piece for line in headers.getlist("Cookie") for piece in line.split(";")]:
        pairs = parse_cookies(piece)
        if pairs and pairs[0][0] not in written:
            pieces.append(piece.strip(" \t"))
    for name, text in [(name, text) for name, texts in written.items() for text in texts]:
        try:
            piece = f"{name}={text}".encode().decode("latin-1")  # a character is an octet there
        except UnicodeEncodeError:
            raise HeaderValueError("Cookie", "half of a surrogate pair", text) from None
        if parse_cookies(piece) != ((name, text),):
            raise HeaderValueError("Cookie", "a name or a value that no cookie carries as it is", piece)
        pieces.append(piece)
    headers = headers.without("Cookie")
    return headers.with_("Cookie", "; ".join(pieces)) if pieces else headers


def _merged(pairs: tuple[tuple[str, T], ...], written: Written[str, tuple[T, ...]]) -> list[tuple[str, T]]:
    kept = [(name, value) for name, value in pairs if name not in written]
    return kept + [(name, value) for name, values in written.items() for value in values]


def _form(
    request: Request[object], fields: Written[str, tuple[str, ...]], files: Written[str, tuple[Upload, ...]]
) -> tuple[bytes, str]:
    """The body of a form, and its type: urlencoded unless there is a file in it.

    Raises:
        ValueError: The request has a form that cannot be read, or what is written would be read as something else.
    """
    try:
        pairs, given = request.form.pairs, request.files.pairs
    except ParseError as error:
        raise ValueError(f"the form of the request is not one to write to: {error}") from None
    texts: dict[str, list[str]] = {}
    for name, value in _merged(pairs, fields):
        texts.setdefault(name, []).append(value)
    uploads: dict[str, list[FileValue]] = {}
    merged = _merged(given, files)
    for name, upload in merged:
        uploads.setdefault(name, []).append(upload)
    mimetype = "multipart/form-data" if uploads else "application/x-www-form-urlencoded"
    environ = compose_environ(method="POST", data={**texts}, files={**uploads}, mimetype=mimetype)
    made = Request(environ, limits=request.limits)
    content = made.get_data()
    with made:
        try:
            read, taken = made.form, made.files
        except ParseError as error:
            raise ValueError(f"the request would be refused: {error}") from None
        for name, values in texts.items():
            if values != read.getlist(name):
                raise ValueError(f"form {name!r} does not carry this value: what is written is read as another")
        for name in uploads:
            if [one.filename for one in taken.getlist(name)] != [one.filename for key, one in merged if key == name]:
                raise ValueError(f"file {name!r} does not carry this filename, or counts as not chosen")
    return content, made.content_type or mimetype
