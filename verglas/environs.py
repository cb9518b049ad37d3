"""Environs, built: the way back from a request's values to what a WSGI server would have sent."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Final, Protocol, TypeAlias, TypedDict, Unpack, cast

from verglas.errors.grammar import HeaderValueError
from verglas.headers.lines import environ_key
from verglas.headers.mapping import Headers, HeadersLike
from verglas.headers.mutable import MutableHeaders
from verglas.multimap import MultiMap
from verglas.syntax.mediatypes import with_charset
from verglas.syntax.multipart_writer import FieldPart, FilePart, choose_boundary, format_multipart
from verglas.syntax.urlencoded import format_urlencoded
from verglas.uploads import Upload
from verglas.url import URL
from verglas.wsgi import JSONLike

__all__ = ["EnvironValues", "FieldValue", "FileValue", "build_environ", "compose_environ", "join_fields"]

OCTETS: Final = "application/octet-stream"
MULTIPART: Final = "multipart/form-data"
ONCE: Final = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"})


class Readable(Protocol):
    """A binary file."""

    def read(self) -> bytes: ...


FileValue: TypeAlias = Upload | bytes | Readable | tuple[bytes | Readable, str] | tuple[bytes | Readable, str, str]
"""A file to send: an upload, bytes, a binary file, or one of those with its file name and perhaps its type."""

FieldValue: TypeAlias = str | int | FileValue | list[str] | list[int] | list[FileValue] | list[str | int | FileValue]
"""The value of a form's field, or a list of several."""


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


class EnvironValues(TypedDict, total=False):
    """What a request is made from, by the names that users come with."""

    query_string: str | Mapping[str, str | Sequence[str]]
    method: str
    input_stream: BinaryIO
    content_type: str
    content_length: int
    errors_stream: object
    multithread: bool
    multiprocess: bool
    run_once: bool
    headers: HeadersLike
    data: str | bytes | Readable | Mapping[str, FieldValue]
    files: Mapping[str, FileValue | list[FileValue]]
    json: JSONLike
    mimetype: str
    auth: tuple[str, str]
    environ_base: Mapping[str, object]
    environ_overrides: Mapping[str, object]


def compose_environ(path: str = "/", base_url: str | None = None, **values: Unpack[EnvironValues]) -> dict[str, object]:
    """The environ of a request that is described in parts.

    Args:
        path: The path, which may hold a query, below `base_url`; or a whole URL.
        base_url: Scheme, host and where the application is mounted; `http://localhost/`.
        values: `data`, `json` and `files` make the body and its type; the rest is named as in the environ.

    Raises:
        ValueError: A query in both `path` and `query_string`; a query or a fragment in `base_url`; or what is no URL
            or header.
        TypeError: More than one source of the body, or a name that is not known.
    """
    unknown = values.keys() - EnvironValues.__annotations__.keys()
    if unknown:
        raise TypeError(
            f"unknown: {sorted(unknown)}; a request is described by {sorted(EnvironValues.__annotations__)}"
        )
    base = URL.parse(base_url or "http://localhost/")
    if base.query_string or "#" in (base_url or ""):
        raise ValueError("base_url must not have a query or a fragment")
    url = _target(base, path, values.get("query_string"))
    headers = MutableHeaders(values.get("headers"))
    stated = _stated_type(headers, values)
    as_multipart = stated is not None and stated.lower().startswith(MULTIPART)
    body, own_type = _body(values, as_multipart)
    # Asked for by name alone, a multipart form still needs its own boundary in its type.
    own_wins = stated is None or (as_multipart and own_type is not None and own_type.startswith(MULTIPART))
    content_type = own_type if own_wins else stated
    if content_type is not None and headers.get("Content-Type") != content_type:
        headers["Content-Type"] = content_type
    length = values.get("content_length", len(body) if isinstance(body, bytes) else None)
    if length is not None and (length or "content_length" in values) and "Content-Length" not in headers:
        headers["Content-Length"] = str(length)
    if "auth" in values:
        headers["Authorization"] = _basic(*values["auth"])
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    environ = dict(values.get("environ_base", {}))
    environ |= build_environ(values.get("method", "GET"), url, headers.freeze(), stream)
    environ["wsgi.errors"] = values.get("errors_stream", environ["wsgi.errors"])
    environ["wsgi.multithread"] = values.get("multithread", False)
    environ["wsgi.multiprocess"] = values.get("multiprocess", False)
    environ["wsgi.run_once"] = values.get("run_once", False)
    return environ | dict(values.get("environ_overrides", {}))


def _stated_type(headers: MutableHeaders, values: EnvironValues) -> str | None:
    mimetype = values.get("mimetype")
    named = None if mimetype is None else with_charset(mimetype)
    return headers.get("Content-Type") or values.get("content_type") or named


def _target(base: URL, path: str, query: str | Mapping[str, str | Sequence[str]] | None) -> URL:
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
    return url.with_query(query)


def _basic(user: str, password: str) -> str:
    import base64  # noqa: PLC0415  # only for those who give credentials

    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _body(values: EnvironValues, as_multipart: bool) -> tuple[bytes | BinaryIO, str | None]:
    """The body, and the type that it has by itself."""
    given: list[str] = [name for name in ("input_stream", "data", "json") if name in values]
    data = values.get("data", {})
    if "files" in values and given and not (given == ["data"] and isinstance(data, Mapping)):
        given.append("files")  # they are part of a form, and this is none
    if len(given) > 1:
        raise TypeError(f"a body comes from one of {', '.join(given)}, not from several")
    if "input_stream" in values:
        return values["input_stream"], None
    if "json" in values:
        import json  # noqa: PLC0415  # 7 ms, for those who send it

        # In ASCII, as users know it from there; what our own reader refuses is not written.
        return json.dumps(values["json"], allow_nan=False).encode(), "application/json"
    if isinstance(data, str):
        return data.encode(), None
    if isinstance(data, bytes):
        return data, None
    if not isinstance(data, Mapping):
        if not hasattr(data, "read"):
            raise TypeError(f"data is text, bytes, a mapping or a binary file, not {type(data).__name__}")
        return data.read(), None
    files = list(_expand(values.get("files", {})))
    if any(isinstance(value, str) for _, value in files):
        raise TypeError("a file is given as bytes, as an upload or as a binary file; a text is no path here")
    return _form_body([*_expand(data), *files], as_multipart)


def _expand(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    if isinstance(fields, MultiMap):
        yield from fields.pairs
        return
    for name, value in fields.items():
        # A tuple is one file with its name; a list is several values.
        if isinstance(value, list):
            yield from ((name, one) for one in cast("list[object]", value))  # isinstance() tells nothing of the items
        else:
            yield name, value


def _form_body(fields: list[tuple[str, object]], as_multipart: bool) -> tuple[bytes, str | None]:
    if not fields:
        return b"", None
    texts = [(name, str(value)) for name, value in fields if isinstance(value, str | int)]
    if len(texts) == len(fields) and not as_multipart:
        return format_urlencoded(texts).encode(), "application/x-www-form-urlencoded"
    boundary = choose_boundary()
    parts = [FieldPart(name, str(one)) if isinstance(one, str | int) else _file(name, one) for name, one in fields]
    return b"".join(format_multipart(parts, boundary)), f"{MULTIPART}; boundary={boundary}"


def _file(name: str, value: object) -> FilePart:
    if isinstance(value, Upload):
        return FilePart(name, value.filename, value.buffered().read(), value.content_type or OCTETS)
    items: tuple[object, ...] = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    stream = items[0] if items else None
    read = getattr(stream, "read", None)
    data: object = read() if callable(read) else stream
    if not isinstance(data, bytes):
        raise TypeError(f"the value of {name!r} is neither text nor a binary file")
    filename = str(items[1] if len(items) > 1 else getattr(stream, "name", name))
    return FilePart(name, filename, data, str(items[2]) if len(items) > 2 else OCTETS)
