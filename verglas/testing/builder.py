"""`EnvironBuilder` and `create_environ`: environs from the parts of a request, by the names of Werkzeug's builder.

`Request.from_values` takes the same parts, and gives a request at once. The builder is for parts that change.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import BinaryIO, ClassVar, Self, TypeVar, Unpack, cast, overload

from verglas.environs import (
    EnvironValues,
    FieldValue,
    FileValue,
    Listed,
    QueryLike,
    Readable,
    Scalar,
    Series,
    check_one_body,
    compose_environ,
    fields_of,
    form_type,
    format_json,
    is_file,
    stated_auth,
    target_url,
    texts_of,
)
from verglas.headers.arguments import WritableHeaders
from verglas.headers.credentials import Authorization
from verglas.multimap import MultiMap
from verglas.query import Query
from verglas.request.model import Request
from verglas.syntax.mediatypes import essence_of, with_charset
from verglas.syntax.uris import path_to_uri, query_to_uri
from verglas.syntax.urlencoded import format_urlencoded
from verglas.testing.environparts import parts_of, place_of
from verglas.testing.fields import Entry, FileFields, RequestHeaders, TextFields, TypeParameters
from verglas.url import URL, hostname_of
from verglas.wsgi import Environ, JSONLike

__all__ = ["EnvironBuilder", "create_environ"]

N = TypeVar("N", bound=Request[None])


def create_environ(
    path: str | URL = "/",
    base_url: str | URL | None = None,
    query_string: QueryLike = None,
    **values: Unpack[EnvironValues],
) -> dict[str, object]:
    """The environ of a request that is described in parts.

    Args:
        path: The path, which may hold a query, below `base_url`; or a whole URL, which without `base_url` gives scheme
            and host, too.
        base_url: Scheme, host and where the application is mounted; `http://localhost/`.
        query_string: The query, instead of one in `path`: a text, or names and values.
        **values: The other parts, as for `EnvironBuilder`.

    Raises:
        ValueError: The URL or a header is not valid, `path` and `query_string` both have a query, `base_url` has one,
            or a whole URL as `path` is not below it.
        TypeError: The body has more than one source, or a name is not known.

    >>> environ = create_environ("/notes?page=2", "https://example.org/app", method="POST", data={"title": "a b"})
    >>> environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["CONTENT_LENGTH"], environ["wsgi.input"].read()
    ('/app', '/notes', '9', b'title=a+b')
    """
    return compose_environ(path, base_url, query_string, **values)


class EnvironBuilder:
    """The parts of a request, which can be changed, and of which environs and requests are made.

    Everything that is given can be read and set as an attribute. `None` stands for nothing given.

    Args:
        path: The path, which may hold a query, below `base_url`; or a whole URL, which without `base_url` gives scheme
            and host, too.
        base_url: Scheme, host and where the application is mounted; `http://localhost/`.
        query_string: The query, instead of one in `path`: a text, or names and values.
        method: The method.
        input_stream: The body as a stream, in place of `data`. Where it can seek, its length is stated.
        content_type: The type of the body; without it, that of `json`, or of a form with or without files.
        content_length: The length to state in place of the true one.
        errors_stream: Where the server logs errors; `None`: `sys.stderr`.
        multithread: Whether another thread may call the application at the same time.
        multiprocess: Whether another process may.
        run_once: Whether the application is called once in its process.
        headers: The header fields.
        data: The body: text, bytes or a binary file; or the fields of a form with their values. A list stands for
            several values; a binary file, or a tuple of one, its name and perhaps its type, for a file.
        environ_base: Keys of the environ that the others win over.
        environ_overrides: Keys of the environ that win over the others.
        mimetype: The media type of the body; a textual one gets a charset.
        json: The body as JSON. `data="null"` is JSON's null.
        auth: A user and a password for Basic, or other credentials.
        files: More files of the form.

    Attributes:
        method: The method.
        headers: The header fields, to be changed.
        errors_stream: Where the server logs errors.
        multithread: Whether another thread may call the application at the same time.
        multiprocess: Whether another process may.
        run_once: Whether the application is called once in its process.
        environ_base: Keys of the environ that the others win over.
        environ_overrides: Keys of the environ that win over the others.
        closed: Whether `close` was called.

    Raises:
        ValueError: The URL or a header is not valid, `path` and `query_string` both have a query, `base_url` has one,
            or a whole URL as `path` is not below it.
        TypeError: The body has more than one source.

    >>> builder = EnvironBuilder("/notes", method="POST", data={"title": "a b"})
    >>> builder.form["title"] = "c"
    >>> builder.files.add_file("photo", b"...", "me.png")
    >>> request = builder.get_request()
    >>> request.mimetype, request.form["title"], request.files["photo"].filename
    ('multipart/form-data', 'c', 'me.png')
    """

    server_protocol: str = "HTTP/1.1"
    """The version of HTTP."""

    wsgi_version: tuple[int, int] = (1, 0)
    """The version of WSGI."""

    request_class: ClassVar[type[Request[None]]] = Request
    """The class of the requests that `get_request` makes."""

    method: str
    headers: RequestHeaders
    errors_stream: object
    multithread: bool
    multiprocess: bool
    run_once: bool
    environ_base: Mapping[str, object] | None
    environ_overrides: Mapping[str, object] | None
    closed: bool

    # Where it goes: percent-encoded, the query as a text and, once it is asked for, as fields; `_parsed` are those of
    # the text. What an environ says of its server holds until another place is set.
    _scheme: str
    _host: str
    _root: str
    _path: str
    _query: str
    _args: TextFields | None
    _parsed: tuple[tuple[str, str], ...]
    _server: dict[str, object]

    # The body: the fields of a form, or what `data` and `json` say, or a stream of the user's, which begins at `_start`
    # where it can seek, and can be sent once where it cannot.
    _entries: list[Entry]
    _own: io.BytesIO | None
    _stream: BinaryIO | None
    _start: int | None
    _is_sent: bool

    def __init__(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        method: str | None = "GET",
        input_stream: BinaryIO | None = None,
        content_type: str | None = None,
        content_length: int | None = None,
        errors_stream: object = None,
        multithread: bool = False,
        multiprocess: bool = False,
        run_once: bool = False,
        headers: WritableHeaders | None = None,
        data: str | bytes | Readable | Mapping[str, FieldValue] | None = None,
        environ_base: Mapping[str, object] | None = None,
        environ_overrides: Mapping[str, object] | None = None,
        mimetype: str | None = None,
        json: JSONLike = None,
        auth: Authorization | tuple[str, str] | None = None,
        *,
        files: Mapping[str, FileValue | Listed[FileValue]] | None = None,
    ) -> None:
        self.closed = False
        self._closers = ExitStack()
        self._given: set[int] = set()
        self._server = {}
        self._set_target(target_url(path, base_url, query_string))
        if query_string is not None and not isinstance(query_string, str):
            self.args = query_string
        self.method = method or "GET"
        self.headers = RequestHeaders(headers)
        self.errors_stream = errors_stream
        self.multithread, self.multiprocess, self.run_once = multithread, multiprocess, run_once
        self.environ_base, self.environ_overrides = environ_base, environ_overrides
        if content_type is not None:
            self.content_type = content_type
        if content_length is not None:
            self.content_length = content_length
        if mimetype is not None:
            self.mimetype = mimetype
        if auth is not None:
            self.headers["Authorization"] = stated_auth({"auth": auth})
        body: EnvironValues = {"input_stream": input_stream, "data": data, "json": json, "files": files}
        source = check_one_body(body)
        self.input_stream = input_stream
        if source == "json":
            self._set_content(self.json_dumps(json).encode())
            if self.content_type is None:
                self.content_type = "application/json"
        elif source == "data":
            self._set_data(data)
        for name, value in fields_of(files or {}):
            self._add_file(name, value)

    @staticmethod
    def json_dumps(value: JSONLike, /) -> str:
        """The JSON that `json` is sent as; a subclass may write it in another way.

        Raises:
            ValueError: A number is not finite.
            TypeError: A value is not one of JSON.
        """
        return format_json(value)

    @classmethod
    def from_environ(
        cls,
        environ: Environ,
        *,
        path: str | URL | None = None,
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **values: Unpack[EnvironValues],
    ) -> Self:
        """A builder of the request that an environ describes, some of its parts replaced.

        Keys that a builder does not know, such as those of a server or of middleware, are kept.

        Args:
            environ: The environ. Its body is that of the builder, too: what was read from it before is gone.
            path: Another path, as for the constructor, as are the others.
            base_url: Another place.
            query_string: Another query.
            **values: Other parts. Another body takes the type and the length of the old one with it.

        Raises:
            ValueError: The environ's host or path, or one of its header fields, is not valid.

        >>> environ = create_environ("/a%2Fb?c=1", headers={"X-Tag": "d"})
        >>> builder = EnvironBuilder.from_environ(environ, method="PUT")
        >>> builder.method, builder.request_uri, builder.args["c"], builder.headers["X-Tag"]
        ('PUT', '/a%2Fb?c=1', '1', 'd')
        """
        other_body = any(values.get(name) is not None for name in ("data", "json", "files", "input_stream"))
        own = parts_of(environ, with_body=not other_body)
        parts: EnvironValues = {**own, **values}
        parts["environ_base"] = {**(own.get("environ_base") or {}), **(values.get("environ_base") or {})}
        place, below = place_of(environ)
        octets = str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace")
        query = query_to_uri(octets) if path is None or "?" not in str(path) else None
        builder = cls(
            below if path is None else path,
            place if base_url is None else base_url,
            query if query_string is None else query_string,
            **parts,
        )
        if base_url is None:
            builder._server = {key: environ[key] for key in ("SERVER_NAME", "SERVER_PORT") if key in environ}
        builder.server_protocol = str(environ.get("SERVER_PROTOCOL", cls.server_protocol))
        builder.wsgi_version = cast("tuple[int, int]", environ.get("wsgi.version", cls.wsgi_version))  # PEP 3333
        return builder

    # Where the request goes

    def _set_target(self, url: URL) -> None:
        written = url.target.partition("?")[0]
        root = path_to_uri(url.root_path.encode("utf-8", "surrogatepass"))
        # Of a root path that was written with other escapes, the written ones are not known: its text is the same.
        below = written[len(root) :] if written.startswith(root) else path_to_uri(url.raw_path)
        self._scheme, self._host, self._root, self._path = url.scheme, url.host, root, below
        self._query = url.query_string.decode("latin-1")
        self._args, self._parsed = None, ()

    def _place(self) -> str:
        return f"{self._scheme}://{self._host}{self._root}/"

    @property
    def path(self) -> str:
        """The path below `script_root`, percent-encoded. One that is set may hold a query.

        Raises:
            ValueError: The path is a whole URL that is not below `base_url`, or is not valid; when set.
        """
        return self._path

    @path.setter
    def path(self, value: str) -> None:
        query = None if "?" in value else self.query_string
        self._set_target(target_url(value, self._place(), query))

    @property
    def base_url(self) -> str:
        """Scheme, host and where the application is mounted, with a slash at its end; `None` sets the default.

        Raises:
            ValueError: The URL has a query or a fragment, or is not valid; when set.
        """
        return self._place()

    @base_url.setter
    def base_url(self, value: str | URL | None) -> None:
        base = target_url("/", value, None)
        self._scheme, self._host = base.scheme, base.host
        self._root = base.target.rstrip("/")
        self._server = {}

    @property
    def url_scheme(self) -> str:
        """The scheme: `http` or `https`.

        Raises:
            ValueError: The scheme is another; when set.
        """
        return self._scheme

    @url_scheme.setter
    def url_scheme(self, value: str) -> None:
        self.base_url = f"{value}://{self._host}{self._root}/"

    @property
    def host(self) -> str:
        """The host, with its port unless it is the default of the scheme.

        Raises:
            ValueError: The host is not valid; when set.
        """
        return self._host

    @host.setter
    def host(self, value: str) -> None:
        self.base_url = f"{self._scheme}://{value}{self._root}/"

    @property
    def script_root(self) -> str:
        """The path where the application is mounted, percent-encoded, without a slash at its end.

        Raises:
            ValueError: The path is not valid; when set.
        """
        return self._root

    @script_root.setter
    def script_root(self, value: str) -> None:
        self._root = target_url("/", f"http://localhost/{value.strip('/')}/", None).target.rstrip("/")

    @property
    def server_name(self) -> str:
        """The name of the server: read-only, set `host`. An IPv6 address is in its brackets."""
        return str(self._server.get("SERVER_NAME", hostname_of(self._host)))

    @property
    def server_port(self) -> int:
        """The port of the server: read-only, set `host`."""
        port = str(self._server.get("SERVER_PORT", ""))
        return int(port) if port.isdigit() else URL.parse(self._place()).port or 80

    @property
    def request_uri(self) -> str:
        """The target as it is sent: `REQUEST_URI` and `RAW_URI`."""
        return target_url(self._path, self._place(), self.query_string).target

    @property
    def query_string(self) -> str:
        """The query, percent-encoded; a text or names and values may be set, `None` for none."""
        if self._args is not None and self._args.pairs != self._parsed:
            return format_urlencoded(self._args.pairs)
        return self._query

    @query_string.setter
    def query_string(self, value: QueryLike) -> None:
        self._query = target_url("/", None, value or "").query_string.decode("latin-1")
        self._args = None

    @property
    def args(self) -> TextFields:
        """The fields of the query, to be changed; names and values may be set. A query that was given as a text keeps
        its text until a field is changed.
        """
        if self._args is None:
            self._parsed = Query.parse(self._query.encode()).pairs
            self._args = TextFields([*self._parsed])
        return self._args

    @args.setter
    def args(self, value: QueryLike) -> None:
        self.query_string = value

    # The body

    def _set_data(self, data: object) -> None:
        if isinstance(data, str | bytes):
            self._set_content(data.encode() if isinstance(data, str) else data)
        elif isinstance(data, Mapping):
            for name, value in fields_of(cast("Mapping[str, object]", data)):  # as its type says
                if is_file(value):
                    self._add_file(name, value)
                else:
                    self._entries += texts_of([(name, value)])
        else:
            read: object = getattr(data, "read", None)
            if not callable(read):
                raise TypeError(f"data is text, bytes, a mapping or a binary file, not {type(data).__name__}")
            self._note(data)
            self._set_content(cast("bytes", read()))  # BytesIO refuses another

    def _set_content(self, content: bytes) -> None:
        if content:
            self._own = io.BytesIO(content)

    def _add_file(self, name: str, value: object) -> None:
        self.files.add(name, cast("FileValue", value))  # or a TypeError

    def _form(self) -> list[Entry]:
        if self.input_stream is not None:
            raise AttributeError("an input stream is defined: set input_stream to None to have a form again")
        return self._entries

    @property
    def form(self) -> TextFields:
        """The texts of the form, to be changed; names and values may be set, in place of any other body.

        Raises:
            AttributeError: The body is a stream, or is not a form.
        """
        return TextFields(self._form())

    @form.setter
    def form(self, value: Mapping[str, Scalar | Sequence[Scalar]] | Series[tuple[str, Scalar]]) -> None:
        self._drop_stream()
        fields = texts_of(fields_of(value, (list, tuple)))
        TextFields(self._entries).clear()
        self._entries += fields

    @property
    def files(self) -> FileFields:
        """The files of the form, to be changed; names and files may be set, in place of a body that is not a form.

        Raises:
            AttributeError: The body is a stream, or is not a form.
        """
        return FileFields(self._form(), self._note)

    @files.setter
    def files(self, value: Mapping[str, FileValue | Listed[FileValue]] | Series[tuple[str, FileValue]]) -> None:
        self._drop_stream()
        fields = list(fields_of(value))
        self.files.clear()
        for name, file in fields:
            self._add_file(name, file)

    @property
    def input_stream(self) -> BinaryIO | None:
        """The body as a stream; `None` without a body, or where it is a form, which setting this takes away."""
        return self._stream if self._own is None else self._own

    @input_stream.setter
    def input_stream(self, value: BinaryIO | None) -> None:
        self._entries = []
        self._drop_stream()
        self._stream = value
        if value is not None:
            self._note(value)

    def _drop_stream(self) -> None:
        self._own = self._stream = self._start = None
        self._is_sent = False

    @property
    def content_type(self) -> str | None:
        """The type of the body: as the header fields have it, or that of the form; `None` takes it away."""
        stated = self.headers.get("Content-Type")
        if stated is None and self._entries:
            return form_type(self._entries)
        return stated

    @content_type.setter
    def content_type(self, value: str | None) -> None:
        self.headers["Content-Type"] = value

    @property
    def mimetype(self) -> str | None:
        """The media type of the body, without parameters. A textual one that is set gets a charset."""
        stated = self.content_type
        return None if stated is None else essence_of(stated) or None

    @mimetype.setter
    def mimetype(self, value: str | None) -> None:
        self.content_type = None if value is None else with_charset(value)

    @property
    def mimetype_params(self) -> MutableMapping[str, str]:
        """The parameters of the media type, to be changed."""
        return TypeParameters(lambda: self.content_type, lambda value: self.headers.set("Content-Type", value))

    @property
    def content_length(self) -> int | None:
        """The length that the header fields state; or else that of a body in memory that is not a form."""
        stated = self.headers.get("Content-Length", type=int)
        return len(self._own.getvalue()) if stated is None and self._own is not None else stated

    @content_length.setter
    def content_length(self, value: int | None) -> None:
        self.headers["Content-Length"] = value

    def _rewound(self, stream: BinaryIO) -> BinaryIO:
        """The user's stream where it was when it was first sent."""
        if self._start is None:
            if self._is_sent:
                raise ValueError("the input stream cannot seek, and was sent before: give a new input_stream, or data=")
            try:
                self._start = stream.tell() if stream.seekable() else None
            except (AttributeError, OSError):  # as the stream of a server, which has four methods (PEP 3333)
                self._start = None
            self._is_sent = True
        else:
            stream.seek(self._start)
        return stream

    # What is made of it

    def _values(self) -> EnvironValues:
        overrides: dict[str, object] = {"SERVER_PROTOCOL": self.server_protocol, "wsgi.version": self.wsgi_version}
        values: EnvironValues = {
            "method": self.method,
            "headers": self.headers.freeze(),
            "errors_stream": self.errors_stream,
            "multithread": self.multithread,
            "multiprocess": self.multiprocess,
            "run_once": self.run_once,
            "environ_base": self.environ_base,
            "environ_overrides": overrides | self._server | dict(self.environ_overrides or {}),
        }
        if self._own is not None:
            values["data"] = self._own.getvalue()
        elif self._stream is not None:
            values["input_stream"] = self._rewound(self._stream)
        else:
            # A form with several values of a name, in their order: as a mapping, it has all of them.
            values["data"] = MultiMap[FieldValue].unchecked(tuple(self._entries))
        return values

    def get_environ(self) -> dict[str, object]:
        """A new environ, with the whole body each time.

        Raises:
            ValueError: A header, a name of a form or a file is not valid; or the input stream was sent before, and
                cannot be rewound.
        """
        return compose_environ(self._path, self._place(), self.query_string, **self._values())

    @overload
    def get_request(self, cls: None = None) -> Request[None]: ...
    @overload
    def get_request(self, cls: type[N]) -> N: ...
    def get_request(self, cls: type[N] | None = None) -> Request[None] | N:
        """A new request, as `Request.from_values` makes it.

        Args:
            cls: Its class; `request_class`.

        Raises:
            ValueError: A part is not valid, as for `get_environ`.
        """
        made = self.request_class if cls is None else cls
        return made.from_values(self._path, self._place(), self.query_string, **self._values())

    def _note(self, file: object) -> None:
        """Have `close` close a file that was given, once."""
        close: object = getattr(file, "close", None)
        if callable(close) and id(file) not in self._given:
            self._given.add(id(file))
            self._closers.callback(cast("Callable[[], object]", close))

    def close(self) -> None:
        """Close all files and streams that were given, each once. What was read of files stays."""
        self.closed = True
        self._closers.close()

    def __enter__(self) -> Self:
        """The builder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """The same as `close`."""
        self.close()
