"""Environs, built: the way back from a request's values to what a WSGI server would have sent."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import BinaryIO, Final, Protocol, TypeAlias, TypedDict, TypeVar, Unpack, cast

from verglas.errors.grammar import HeaderValueError
from verglas.headers.arguments import WritableHeaders
from verglas.headers.credentials import Authorization
from verglas.headers.lines import environ_key
from verglas.headers.mapping import Headers
from verglas.multimap import MultiMap
from verglas.syntax.filenames import guess_type
from verglas.syntax.mediatypes import with_charset
from verglas.syntax.multipart_writer import FieldPart, FilePart, choose_boundary, format_multipart
from verglas.syntax.urlencoded import format_urlencoded
from verglas.uploads import Upload
from verglas.url import URL
from verglas.wsgi import JSONLike

__all__ = [
    "EnvironValues",
    "FieldValue",
    "FileValue",
    "Listed",
    "QueryLike",
    "Readable",
    "Scalar",
    "Series",
    "build_environ",
    "check_one_body",
    "compose_environ",
    "fields_of",
    "form_type",
    "format_json",
    "is_file",
    "join_fields",
    "request_headers",
    "stated_auth",
    "target_url",
    "texts_of",
    "upload_of",
]

MULTIPART: Final = "multipart/form-data"
INSTEAD: Final = {
    "body": "data",
    "content": "data",
    "cookies": 'headers={"Cookie": ...}',
    "form": "data",
    "params": "query_string",
    "query": "query_string",
}
"""The parts of a request that others call by these names."""

ONCE: Final = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"})

# Only one that begins with its scheme is a whole URL: "/to?next=http://x/" and "/to/http://x/" are paths.
WHOLE_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")


class Readable(Protocol):
    """A binary file."""

    def read(self) -> bytes: ...


FileValue: TypeAlias = (
    Upload
    | bytes
    | Readable
    | tuple[bytes | Readable, str | None]
    | tuple[bytes | Readable, str | None, str | None]
    | tuple[str, bytes | Readable]
    | tuple[str, bytes | Readable, str | None]
)
"""A file to send: an upload, bytes, a binary file, or one of those with its file name, before or after it, and perhaps
its type.
"""

Scalar: TypeAlias = str | int | float | None
"""The value of a field; a number is sent as its text, `None` is not sent."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Listed(Protocol[T_co]):
    """A list, of which only the items matter: `list` itself is invariant to type checkers, and a tuple is not one."""

    def __iter__(self) -> Iterator[T_co]: ...
    def reverse(self) -> None: ...


FieldValue: TypeAlias = Scalar | FileValue | Listed[Scalar | FileValue]
"""The value of a form's field, or a list of several."""

Series: TypeAlias = Sequence[T] | AbstractSet[T] | Iterator[T]
"""Any iterable that is not a mapping. Were it `Iterable`, mypy would read `{"page": 2, "tag": "a"}` beside it as a
`dict[str, object]`.
"""

QueryLike: TypeAlias = str | Mapping[str, Scalar | Sequence[Scalar]] | Series[tuple[str, Scalar]] | None
"""Anything that a query is made from: a text, which is percent-encoded where it has to be, or fields."""


def build_environ(
    method: str,
    url: URL,
    headers: Headers,
    body: BinaryIO,
    *,
    server: tuple[str, int | None] | None = None,
    remote_addr: str | None = None,
    remote_user: str | None = None,
) -> dict[str, object]:
    """The environ that a server would make of a request (PEP 3333): pure, but that it holds the stream.

    Lines of one name are joined as RFC 9110 §5.3 allows, cookies with `;`. `REQUEST_URI` and `RAW_URI` are the target
    as it is sent: the names that uWSGI, mod_wsgi and waitress, and gunicorn have for it.

    Args:
        method: The method.
        url: The URL.
        headers: The header fields; Host is the URL's where they have none.
        body: The request body.
        server: Name and port of the server; without it, the URL's.
        remote_addr: The client's address.
        remote_user: The user that the server authenticated.

    Raises:
        HeaderValueError: A name has an underscore, which an environ cannot tell from a hyphen; or a field that can
            be there once is there twice.
    """
    name, port = server or (url.hostname or "localhost", url.port)
    target = url.target
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": url.root_path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "PATH_INFO": url.raw_path.decode("latin-1"),
        "QUERY_STRING": url.query_string.decode("latin-1"),
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_NAME": name,
        "SERVER_PORT": "" if port is None else str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": url.host,
    }
    if remote_addr is not None:
        environ["REMOTE_ADDR"] = remote_addr
    if remote_user is not None:
        environ["REMOTE_USER"] = remote_user
    environ.update(join_fields(headers.pairs, strict=True))
    return environ


def join_fields(lines: Iterable[tuple[str, str]], *, strict: bool) -> dict[str, str]:
    """Header lines as keys of an environ: lines of one name joined (RFC 9110 §5.3), cookies with `;`.

    Args:
        lines: Names and values.
        strict: Whether to refuse what an environ cannot say. Otherwise, a name with an underscore is left out, since
            it would be taken for one with a hyphen, and lines of a field that can be there once are joined.

    Raises:
        HeaderValueError: In strict mode, a name has an underscore, or a field that can be there once is there twice.

    >>> join_fields([("Content-Type", "text/plain"), ("X-Tag", "a"), ("x-tag", "b"), ("X_Tag", "c")], strict=False)
    {'CONTENT_TYPE': 'text/plain', 'HTTP_X_TAG': 'a, b'}
    """
    fields: dict[str, str] = {}
    for name, value in lines:
        key = environ_key(name)
        if key is None:
            if strict:
                raise HeaderValueError("field name", "an underscore reads as a hyphen in an environ", name)
        elif key not in fields:
            fields[key] = value
        elif strict and key in ONCE:
            raise HeaderValueError(name, "there can be only one of this field", value)
        else:
            fields[key] += ("; " if key == "HTTP_COOKIE" else ", ") + value
    return fields


Several: TypeAlias = "type[list[object]] | tuple[type[list[object]], type[tuple[object, ...]]]"
"""The types whose items are the values of one name: of a form lists alone, since a tuple is a file with its name."""

Pairs: TypeAlias = Iterator[tuple[str, object]]


class EnvironValues(TypedDict, total=False):
    """The parts that a request is made from, by the names that users come with; `None` stands for nothing given."""

    method: str | None
    input_stream: BinaryIO | None
    content_type: str | None
    content_length: int | None
    errors_stream: object
    multithread: bool
    multiprocess: bool
    run_once: bool
    headers: WritableHeaders | None
    data: str | bytes | Readable | Mapping[str, FieldValue] | None
    files: Mapping[str, FileValue | Listed[FileValue]] | None
    json: JSONLike
    mimetype: str | None
    auth: Authorization | tuple[str, str] | None
    environ_base: Mapping[str, object] | None
    environ_overrides: Mapping[str, object] | None


def compose_environ(
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
        query_string: The query, instead of one in `path`.
        values: `data`, `json` and `files` make the body and its type; the rest is named as in the environ. Of the
            names for one thing, `mimetype` wins over `content_type`, and each over what `headers` has.

    Raises:
        ValueError: A query in both `path` and `query_string`; a query or a fragment in `base_url`; a whole URL that is
            not below `base_url`; or a URL or header that is not valid.
        TypeError: More than one source of the body, or a name that is not known.
    """
    unknown = values.keys() - EnvironValues.__annotations__.keys()
    if unknown:
        names = ["path", "base_url", "query_string", *EnvironValues.__annotations__]
        instead = ", ".join([INSTEAD[name] for name in sorted(unknown) if name in INSTEAD])
        hint = f"; write {instead}" if instead else ""
        raise TypeError(f"unknown: {sorted(unknown)}{hint}; a request is described by {', '.join(names)}")
    url = target_url(path, base_url, query_string)
    headers = request_headers(values.get("headers"))
    stated = _stated_type(headers, values)
    as_multipart = stated is not None and stated.lower().startswith(MULTIPART)
    body, own_type = _body(values, as_multipart)
    # Asked for by name alone, a multipart form still needs its own boundary in its type.
    own_wins = stated is None or (as_multipart and own_type is not None and own_type.startswith(MULTIPART))
    content_type = own_type if own_wins else stated
    if content_type is not None and headers.get("Content-Type") != content_type:
        headers = headers.with_("Content-Type", content_type)
    stated_length = values.get("content_length")
    if stated_length is not None:
        headers = headers.with_("Content-Length", str(stated_length))
    elif "Content-Length" not in headers and (length := _length(body, headers, values)):
        headers = headers.with_("Content-Length", str(length))
    auth = stated_auth(values)
    if auth is not None:
        headers = headers.with_("Authorization", auth)
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    environ = dict(values.get("environ_base") or {})
    environ |= build_environ(values.get("method") or "GET", url, headers, stream)
    errors = values.get("errors_stream")
    environ["wsgi.errors"] = environ["wsgi.errors"] if errors is None else errors
    environ["wsgi.multithread"] = values.get("multithread", False)
    environ["wsgi.multiprocess"] = values.get("multiprocess", False)
    environ["wsgi.run_once"] = values.get("run_once", False)
    return environ | dict(values.get("environ_overrides") or {})


def request_headers(headers: WritableHeaders | None) -> Headers:
    """Headers of a request, which may be about its connection: those of a response may not. A number is its text.

    Raises:
        HeaderValueError: A name or a value is not valid in an HTTP message.
        TypeError: A name is not a `str`, or a value neither a `str` nor an `int`.
    """
    if headers is None or hasattr(headers, "pairs") or isinstance(headers, str) or not isinstance(headers, Iterable):
        return Headers(cast("Headers | None", headers))  # or another mapping that has pairs; or what is refused there
    if isinstance(headers, Mapping):
        given = cast("Mapping[str, str]", headers)  # or keys with values: what is not a number stays as it is
        return Headers({name: _as_text(value) for name, value in given.items()})
    return Headers([_as_line(pair) for pair in cast("Iterable[object]", headers)])  # of pairs, or of what is refused


def _as_line(pair: object) -> tuple[str, str]:
    """A name with its value, a number as text; anything else as it came, for `Headers` to check."""
    if isinstance(pair, tuple | list) and len(parts := cast("Sequence[str]", pair)) == 2:
        return parts[0], _as_text(parts[1])
    return cast("tuple[str, str]", pair)  # as said


def _as_text(value: object) -> str:
    """A number, or those in a list, as text; anything else as it came, for `Headers` to check."""
    if isinstance(value, list | tuple):
        return cast("str", [_as_text(one) for one in cast("list[object]", value)])  # as said
    return str(value) if isinstance(value, int) else cast("str", value)  # as said


def _stated_type(headers: Headers, values: EnvironValues) -> str | None:
    mimetype = values.get("mimetype")
    named = None if mimetype is None else with_charset(mimetype)
    return named or values.get("content_type") or headers.get("Content-Type")


def stated_auth(values: EnvironValues) -> str | None:
    """The value of Authorization that `auth` stands for: a pair is of a user and a password, for Basic (RFC 7617)."""
    auth = values.get("auth")
    if auth is None or isinstance(auth, Authorization):
        return None if auth is None else str(auth)
    import base64  # noqa: PLC0415  # only for those who give credentials

    user, password = auth
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _length(body: bytes | BinaryIO, headers: Headers, values: EnvironValues) -> int | None:
    """The length of a body: of a stream, what is left of it, unless its end is known in another way."""
    if isinstance(body, bytes):
        return len(body)
    given = {**(values.get("environ_base") or {}), **(values.get("environ_overrides") or {})}
    if "Transfer-Encoding" in headers or "wsgi.input_terminated" in given:
        return None
    try:
        position = body.tell()
        end = body.seek(0, io.SEEK_END)
        body.seek(position)
    except (AttributeError, OSError):  # not every stream has these, and not every one that has them can do it
        return None
    return end - position


def target_url(path: str | URL, base_url: str | URL | None, query: QueryLike) -> URL:
    """The URL of a request: with the escapes as they are written, and the root path where the application is mounted.

    Args:
        path: The path, which may hold a query, below `base_url`; or a whole URL.
        base_url: Scheme, host and where the application is mounted; `http://localhost/`.
        query: The query, instead of one in `path`.

    Raises:
        ValueError: A query in both `path` and `query`; a query or a fragment in `base_url`; a whole URL that is not
            below `base_url`; or a URL that is not valid.
    """
    place = str(base_url or "http://localhost/")
    base = URL.parse(place)
    if base.query_string or base.fragment is not None or "?" in place:
        raise ValueError("base_url must not have a query or a fragment")
    # It is the application's own text, so a space in it is meant; one in a URL of somebody else's is refused.
    text = str(path).replace(" ", "%20").partition("#")[0]
    if query is not None and "?" in text:
        raise ValueError("a query is given both in path and as query_string")
    if WHOLE_URL.match(text) is not None:
        root = path.root_path if isinstance(path, URL) and base_url is None else base.path.rstrip("/")
        url = _below(URL.parse(text), None if base_url is None else base, root)
    else:
        url = _beneath(base, text)
    if query is None:
        return url
    return url.with_query(query if isinstance(query, str) else texts_of(fields_of(query, (list, tuple))))


def _below(url: URL, base: URL | None, root: str) -> URL:
    """A whole URL, split where the application is mounted."""
    if base is not None and url.origin != base.origin:
        raise ValueError(
            f"path is a URL of {url.origin}, but base_url one of {base.origin}: leave out base_url, or give the path"
        )
    mounted = root.encode("utf-8", "surrogatepass")
    if mounted and not (url.raw_path + b"/").startswith(mounted + b"/"):
        raise ValueError(f"path is the URL {str(url)!r}, which is not below the base_url, which ends in {root!r}")
    raw_path, written = url.raw_path[len(mounted) :], url.target.partition("?")[0]
    if not raw_path:
        raw_path, written = b"/", f"{written}/"
    return URL.unchecked(url.scheme, url.host, root, raw_path, url.query_string, (written, None))


def _beneath(base: URL, path: str) -> URL:
    """The URL of a path below the base."""
    if path == "*":  # the whole server, in OPTIONS (RFC 9112 §3.2.4)
        return base.replace(root_path="", raw_path=b"*")
    if base.raw_path == b"/":
        return URL.parse(f"{base.origin}/{path.lstrip('/')}")
    root = base.path.rstrip("/")
    below = URL.parse(f"http://localhost/{path.lstrip('/')}")
    written = base.target.rstrip("/") + below.target.partition("?")[0], None
    return URL.unchecked(base.scheme, base.host, root, below.raw_path, below.query_string, written)


def texts_of(fields: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Fields with their values as text; `None` is not sent.

    Raises:
        TypeError: A value is bytes, which is not the text of a field.
    """
    texts: list[tuple[str, str]] = []
    for name, value in fields:
        if isinstance(value, bytes):
            raise TypeError(f"the value of {name!r} is bytes; decode it, since a field is text")
        if value is not None:
            texts.append((name, str(value)))
    return texts


def check_one_body(values: EnvironValues) -> str | None:
    """The name of the argument that the body comes from; `files` belong to `data`, and are not asked for.

    Raises:
        TypeError: The body has more than one source.
    """
    data = values.get("data")
    given = [name for name in ("input_stream", "data", "json") if values.get(name) is not None]
    if "input_stream" in given and data is not None and not data:  # as an empty form, which is nothing
        given.remove("data")
    if values.get("files") and given and not (given == ["data"] and isinstance(data, Mapping)):
        given.append("files")  # they are part of a form, and what is given is not a form
    if len(given) > 1:
        raise TypeError(f"a body comes from one of {', '.join(given)}, not from several")
    return given[0] if given else None


def format_json(value: JSONLike) -> str:
    """JSON in ASCII, as users know it from Werkzeug's builder; what our own reader refuses is not written.

    Raises:
        ValueError: A number is not finite.
        TypeError: A value is not one of JSON.
    """
    import json  # noqa: PLC0415  # 7 ms, for those who send it

    return json.dumps(value, allow_nan=False)


def _body(values: EnvironValues, as_multipart: bool) -> tuple[bytes | BinaryIO, str | None]:
    """The body, and the type that it has by itself."""
    source = check_one_body(values)
    if source is None and not values.get("files"):
        return b"", None
    data, stream, json_value = values.get("data"), values.get("input_stream"), values.get("json")
    if stream is not None:
        return stream, None
    if source == "json":
        return format_json(json_value).encode(), "application/json"
    if isinstance(data, str):
        return data.encode(), None
    if isinstance(data, bytes):
        return data, None
    if data is not None and not isinstance(data, Mapping):
        if not hasattr(data, "read"):
            raise TypeError(f"data is text, bytes, a mapping or a binary file, not {type(data).__name__}")
        return data.read(), None
    files = list(fields_of(values.get("files") or {}))
    if any(isinstance(value, str | os.PathLike) for _, value in files):
        raise TypeError(
            "a file is given as bytes, as an upload or as a binary file, such as open(path, 'rb'); not by its path"
        )
    return _form_body([*fields_of(data or {}), *files], as_multipart)


def fields_of(fields: Mapping[str, object] | Iterable[tuple[str, object]], several: Several = list) -> Pairs:
    """The fields of a mapping, or of pairs; of what is of the type for several values, each."""
    if isinstance(fields, MultiMap):
        yield from fields.pairs
        return
    pairs = cast("Mapping[str, object]", fields).items() if isinstance(fields, Mapping) else fields
    for name, value in pairs:
        if isinstance(value, several):
            yield from ((name, one) for one in cast("list[object]", value))  # isinstance() tells nothing of the items
        else:
            yield name, value


def _form_body(fields: list[tuple[str, object]], as_multipart: bool) -> tuple[bytes, str | None]:
    if not fields:
        return b"", None
    fields = [(name, value) for name, value in fields if value is not None]
    if form_type(fields) != MULTIPART and not as_multipart:
        return format_urlencoded(texts_of(fields)).encode(), form_type(fields)
    boundary = choose_boundary()
    parts = [_part(upload_of(name, one)) if is_file(one) else FieldPart(name, str(one)) for name, one in fields]
    return b"".join(format_multipart(parts, boundary)), f"{MULTIPART}; boundary={boundary}"


def form_type(fields: Iterable[tuple[str, object]]) -> str:
    """The type of a form by itself: with a file, multipart."""
    return MULTIPART if any(is_file(value) for _, value in fields) else "application/x-www-form-urlencoded"


def is_file(value: object) -> bool:
    """Whether the value of a field is a file, or at least not a text or a number."""
    return isinstance(value, bytes | tuple | Mapping) or hasattr(value, "read")


def upload_of(name: str, value: object) -> Upload:
    """A file with its name and type: as they are given, as the file itself says, or as its name tells.

    Args:
        name: The name of the field.
        value: The file, one of `FileValue`. It is read to its end.

    Raises:
        TypeError: The value is not a file.
    """
    given: tuple[object, ...] = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    stream, filename, content_type = (*given, None, None, None)[:3]
    if isinstance(stream, str) and filename is not None and not isinstance(filename, str):
        stream, filename = filename, stream  # which is which, their types tell
    headers = stream.headers.without("Content-Disposition") if isinstance(stream, Upload) else Headers()
    read = getattr(stream, "read", None)
    data: object = stream.data if isinstance(stream, Upload) else read() if callable(read) else stream
    if not isinstance(data, bytes):
        what = "neither text nor a file: bytes, a binary file, or a tuple (content, name, type)"
        raise TypeError(f"the value of {name!r} is {what}")
    if filename is None and isinstance(stream, Upload):
        filename = stream.filename  # also an empty one, as of a file input in which nothing was chosen
    if filename is None:
        filename = getattr(stream, "filename", None) or _name_on_disk(stream) or name
    if content_type is None:
        content_type = getattr(stream, "content_type", None) or guess_type(str(filename), saved=True)[0]
    return Upload(name, str(filename), data, headers, content_type=str(content_type))


def _part(upload: Upload) -> FilePart:
    others = upload.headers.without("Content-Type").pairs
    return FilePart(upload.name, upload.filename, upload.data, upload.content_type, others)


def _name_on_disk(stream: object) -> str | None:
    """The last part of the path of an open file, as browsers send it; a temporary file has a number, others `<...>`."""
    path: object = getattr(stream, "name", None)
    return os.path.basename(path) if isinstance(path, str) and not path.startswith("<") else None
