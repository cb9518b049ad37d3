"""Environs, built: the way back from a request's values to what a WSGI server would have sent."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, Protocol, TypeAlias, TypedDict, Unpack, cast

from verglas.errors.grammar import HeaderValueError
from verglas.headers.arguments import HeadersLike
from verglas.headers.credentials import Authorization
from verglas.headers.lines import environ_key
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.multimap import MultiMap
from verglas.syntax.filenames import guess_type
from verglas.syntax.mediatypes import with_charset
from verglas.syntax.multipart_writer import FieldPart, FilePart, choose_boundary, format_multipart
from verglas.syntax.urlencoded import format_urlencoded
from verglas.uploads import Upload
from verglas.url import URL
from verglas.wsgi import JSONLike

__all__ = ["EnvironValues", "FieldValue", "FileValue", "QueryLike", "build_environ", "compose_environ", "join_fields"]

MULTIPART: Final = "multipart/form-data"
ONCE: Final = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"})


class Readable(Protocol):
    """A binary file."""

    def read(self) -> bytes: ...


FileValue: TypeAlias = (
    Upload | bytes | Readable | tuple[bytes | Readable, str | None] | tuple[bytes | Readable, str | None, str | None]
)
"""A file to send: an upload, bytes, a binary file, or one of those with its file name and perhaps its type."""

Scalar: TypeAlias = str | int | float | None
"""The value of a field; a number is sent as its text, `None` is not sent."""

FieldValue: TypeAlias = (
    Scalar | FileValue | list[str] | list[int] | list[float] | list[FileValue] | list[Scalar | FileValue]
)
"""The value of a form's field, or a list of several."""

QueryLike: TypeAlias = str | Mapping[str, Scalar | Sequence[Scalar]] | Iterable[tuple[str, Scalar]] | None
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

    Lines of one name are joined as RFC 9110 §5.3 allows, cookies with `;`.

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
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": url.root_path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "PATH_INFO": url.raw_path.decode("latin-1"),
        "QUERY_STRING": url.query_string.decode("latin-1"),
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
    headers: HeadersLike | None
    data: str | bytes | Readable | Mapping[str, FieldValue] | None
    files: Mapping[str, FileValue | list[FileValue]] | None
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
        path: The path, which may hold a query, below `base_url`. A whole URL gives its path and query alone.
        base_url: Scheme, host and where the application is mounted; `http://localhost/`.
        query_string: The query, instead of one in `path`.
        values: `data`, `json` and `files` make the body and its type; the rest is named as in the environ.

    Raises:
        ValueError: A query in both `path` and `query_string`; a query or a fragment in `base_url`; or a URL or header
            that is not valid.
        TypeError: More than one source of the body, or a name that is not known.
    """
    unknown = values.keys() - EnvironValues.__annotations__.keys()
    if unknown:
        names = ["path", "base_url", "query_string", *EnvironValues.__annotations__]
        raise TypeError(f"unknown: {sorted(unknown)}; a request is described by {', '.join(names)}")
    base = URL.parse(str(base_url or "http://localhost/"))
    if base.query_string or base.fragment is not None or "?" in str(base_url or ""):
        raise ValueError("base_url must not have a query or a fragment")
    url = _target(base, str(path), query_string)
    headers = MutableHeaders(values.get("headers"))
    stated = _stated_type(headers, values)
    as_multipart = stated is not None and stated.lower().startswith(MULTIPART)
    body, own_type = _body(values, as_multipart)
    # Asked for by name alone, a multipart form still needs its own boundary in its type.
    own_wins = stated is None or (as_multipart and own_type is not None and own_type.startswith(MULTIPART))
    content_type = own_type if own_wins else stated
    if content_type is not None and headers.get("Content-Type") != content_type:
        headers["Content-Type"] = content_type
    stated_length = values.get("content_length")
    length = len(body) or None if stated_length is None and isinstance(body, bytes) else stated_length
    if length is not None and "Content-Length" not in headers:
        headers["Content-Length"] = str(length)
    auth = values.get("auth")
    if auth is not None:
        headers["Authorization"] = str(auth) if isinstance(auth, Authorization) else _basic(*auth)
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    environ = dict(values.get("environ_base") or {})
    environ |= build_environ(values.get("method") or "GET", url, headers.freeze(), stream)
    errors = values.get("errors_stream")
    environ["wsgi.errors"] = environ["wsgi.errors"] if errors is None else errors
    environ["wsgi.multithread"] = values.get("multithread", False)
    environ["wsgi.multiprocess"] = values.get("multiprocess", False)
    environ["wsgi.run_once"] = values.get("run_once", False)
    return environ | dict(values.get("environ_overrides") or {})


def _stated_type(headers: MutableHeaders, values: EnvironValues) -> str | None:
    mimetype = values.get("mimetype")
    named = None if mimetype is None else with_charset(mimetype)
    return headers.get("Content-Type") or values.get("content_type") or named


def _target(base: URL, path: str, query: QueryLike) -> URL:
    root = base.path.rstrip("/")
    # As a path below the base; a whole URL gives its path and query only, the base its host. It is the application's
    # own text, so a space in it is meant; one in a URL of somebody else's is refused.
    spaced = path.replace(" ", "%20")
    below = URL.parse(spaced if "://" in path.partition("?")[0] else f"http://localhost/{spaced.lstrip('/')}")
    url = base.replace(root_path=root, raw_path=below.raw_path, query_string=below.query_string)
    if query is None:
        return url
    if "?" in path:
        raise ValueError("a query is given both in path and as query_string")
    return url.with_query(query if isinstance(query, str) else _texts(_expand(query, (list, tuple))))


def _texts(fields: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Fields with their values as text; `None` is not sent."""
    texts: list[tuple[str, str]] = []
    for name, value in fields:
        if isinstance(value, bytes):
            raise TypeError(f"the value of {name!r} is bytes; decode it, since a field is text")
        if value is not None:
            texts.append((name, str(value)))
    return texts


def _basic(user: str, password: str) -> str:
    import base64  # noqa: PLC0415  # only for those who give credentials

    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _body(values: EnvironValues, as_multipart: bool) -> tuple[bytes | BinaryIO, str | None]:
    """The body, and the type that it has by itself."""
    data, stream, json_value = values.get("data"), values.get("input_stream"), values.get("json")
    sources = {"input_stream": stream, "data": data, "json": json_value}
    given = [name for name, value in sources.items() if value is not None]
    if stream is not None and data is not None and not data:  # as an empty form, which is nothing
        given.remove("data")
    if values.get("files") and given and not (given == ["data"] and isinstance(data, Mapping)):
        given.append("files")  # they are part of a form, and what is given is not a form
    if len(given) > 1:
        raise TypeError(f"a body comes from one of {', '.join(given)}, not from several")
    if stream is not None:
        return stream, None
    if json_value is not None:
        import json  # noqa: PLC0415  # 7 ms, for those who send it

        # In ASCII, as users know it from there; what our own reader refuses is not written.
        return json.dumps(json_value, allow_nan=False).encode(), "application/json"
    if isinstance(data, str):
        return data.encode(), None
    if isinstance(data, bytes):
        return data, None
    if data is not None and not isinstance(data, Mapping):
        if not hasattr(data, "read"):
            raise TypeError(f"data is text, bytes, a mapping or a binary file, not {type(data).__name__}")
        return data.read(), None
    files = list(_expand(values.get("files") or {}))
    if any(isinstance(value, str) for _, value in files):
        raise TypeError("a file is given as bytes, as an upload or as a binary file; a text is no path here")
    return _form_body([*_expand(data or {}), *files], as_multipart)


def _expand(fields: Mapping[str, object] | Iterable[tuple[str, object]], several: Several = list) -> Pairs:
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
    if not as_multipart and not any(_is_file(value) for _, value in fields):
        return format_urlencoded(_texts(fields)).encode(), "application/x-www-form-urlencoded"
    boundary = choose_boundary()
    parts = [_file(name, one) if _is_file(one) else FieldPart(name, str(one)) for name, one in fields]
    return b"".join(format_multipart(parts, boundary)), f"{MULTIPART}; boundary={boundary}"


def _is_file(value: object) -> bool:
    return isinstance(value, bytes | tuple | Mapping) or hasattr(value, "read")


def _file(name: str, value: object) -> FilePart:
    """A file with its name and type: as they are given, as the file itself says, or as its name tells."""
    if isinstance(value, Upload):
        value = (value.data, value.filename, value.content_type)
    given: tuple[object, ...] = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    stream, filename, content_type = (*given, None, None, None)[:3]
    read = getattr(stream, "read", None)
    data: object = read() if callable(read) else stream
    if not isinstance(data, bytes):
        raise TypeError(f"the value of {name!r} is neither text nor a binary file")
    if filename is None:
        filename = getattr(stream, "filename", None) or _name_on_disk(stream) or name
    if content_type is None:
        content_type = getattr(stream, "content_type", None) or guess_type(str(filename), saved=True)[0]
    return FilePart(name, str(filename), data, str(content_type))


def _name_on_disk(stream: object) -> str | None:
    """The last part of the path of an open file, as browsers send it; a temporary file has a number, others `<...>`."""
    path: object = getattr(stream, "name", None)
    return os.path.basename(path) if isinstance(path, str) and not path.startswith("<") else None
