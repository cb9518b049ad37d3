"""Files as answers: `send_file`, `send_from_directory`, `safe_join`."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias, TypedDict, Unpack, cast

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.errors.registry import NotFound
from verglas.headers.caching import CACHE_CONTROL, EXPIRES, CacheControl
from verglas.headers.conditional import LAST_MODIFIED
from verglas.headers.context import VARY, Vary
from verglas.headers.disposition import CONTENT_DISPOSITION, ContentDisposition
from verglas.headers.negotiation import AcceptEncodings
from verglas.limits import DEFAULT_LIMITS
from verglas.response.builder import Response
from verglas.response.filebodies import (
    BLOCK_SIZE,
    BinaryFile,
    FileSlice,
    FileWrapper,
    SliceReader,
    is_file,
    is_seekable,
)
from verglas.syntax.dates import date_of
from verglas.syntax.filenames import guess_type
from verglas.syntax.percent import encode_percent
from verglas.syntax.safepaths import safe_join
from verglas.wsgi import Environ, Head

__all__ = ["MaxAge", "Path", "SendFileOptions", "safe_join", "send_file", "send_from_directory"]

Path: TypeAlias = str | os.PathLike[str]

MaxAge: TypeAlias = timedelta | int | Callable[[str | None], timedelta | int | None] | None
"""How long an answer is fresh: a duration, seconds, or a function of the path that gives one of these."""

NO_CACHE: Final = (CACHE_CONTROL.name, str(CacheControl(no_cache=True)))
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Opened to look up a name in: where the system has it, without asking for the right to list the folder.
FOLDER: Final[int] = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
NAME_LENGTH: Final = 128  # characters of a name that is worth remembering

# In the server's order: what is smallest first. The suffix of a file that lies beside the one asked for.
SIBLINGS: Final = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}


class SendFileOptions(TypedDict, total=False):
    """The arguments that `send_from_directory` passes on to `send_file`."""

    mimetype: str | None
    as_attachment: bool
    download_name: str | None
    conditional: bool
    etag: bool | str
    last_modified: datetime | float | None
    max_age: MaxAge
    use_x_sendfile: bool | Literal["raw"]
    response_class: type[Response]
    precompressed: bool


class _Source(NamedTuple):
    """A file that is sent.

    Attributes:
        body: The file as the body of a response.
        length: The number of its bytes; `None` if it is not known.
        file: The file, where a path was given.
        coding: The content coding of a file that lies beside the one that was asked for.
    """

    body: FileSlice | SliceReader | FileWrapper
    length: int | None
    file: FileSlice | None = None
    coding: str | None = None


def send_file(
    path_or_file: Path | BinaryFile | FileSlice,
    environ: Environ | Head,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | float | None = None,
    max_age: MaxAge = None,
    use_x_sendfile: bool | Literal["raw"] = False,
    response_class: type[Response] = Response,
    *,
    precompressed: bool = False,
) -> Response:
    """Answer with a file. The path is trusted: for one that a client chose there is `send_from_directory`.

    Args:
        path_or_file: A path, whose file is opened for each call and read only where it is asked for; or a file that is
            open for reading bytes, sent from where it stands, and closed with the response; or a whole `FileSlice`,
            which is sent as long as it is that very file.
        environ: The environ of the request; or the request.
        mimetype: The media type; guessed from the name without it.
        as_attachment: To be saved, not shown.
        download_name: The name to save it under, of which the last segment counts; without it, that of the path.
        conditional: Answer conditions and ranges (RFC 9110 §13, §14).
        etag: The entity tag; `True`: one of the time and size of the file, for a path; `False`: none.
        last_modified: A date, or seconds since 1970; without it, that of the path.
        max_age: How long it is fresh; without it, caches ask each time (`no-cache`).
        use_x_sendfile: Send X-Sendfile with the path, percent-encoded, and leave the sending to the server in front;
            `"raw"`: as it is, for servers that do not decode it. No field of the request is asked whether there is one.
        response_class: What to return.
        precompressed: Send what lies beside the path, compressed: `.br`, `.zst` or `.gz`, where the client accepts it.
            Never one that is older than the file, or a link.

    Raises:
        OSError: The file does not exist, may not be read, or is a folder.
        ValueError: The path is that of a device, a pipe or a socket; or an open file gives text.
        TypeError: An open file has neither a name nor a media type; or an attachment has no name.
        HeaderValueError: An argument is not valid in an HTTP message.
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.

    >>> import io
    >>> response = send_file(io.BytesIO(b"a,b"), {"REQUEST_METHOD": "GET"}, download_name="a.csv", as_attachment=True)
    >>> response.headers["Content-Disposition"], response.headers["Content-Type"], response.data
    ('attachment; filename=a.csv', 'text/csv; charset=utf-8', b'a,b')
    """
    checked = path_or_file if isinstance(path_or_file, FileSlice) else None
    path = None
    if checked is not None:
        path = checked.path
    elif not is_file(path_or_file):
        path = os.fspath(cast("Path", path_or_file))  # it is one of the two
    own_name = None if path is None else _shown_name(path)
    name = own_name if download_name is None else _last_segment(download_name) or own_name or "file"
    if name is None and (mimetype is None or as_attachment):
        raise TypeError("an open file needs a download_name" + ("" if as_attachment else " or a mimetype"))
    media_type, coding = (mimetype, None) if mimetype is not None else guess_type(name or "", saved=as_attachment)
    accept = _accept_encoding(environ) if precompressed and coding is None else None
    source = _open_source(cast("BinaryFile", path_or_file)) if path is None else _path_source(checked or path, accept)
    offloaded = source.file if use_x_sendfile else None
    response = response_class(source.body if offloaded is None else None, mimetype=media_type)
    headers = response.headers
    if offloaded is not None:
        headers["X-Sendfile"] = _offloaded_path(offloaded.path, raw=use_x_sendfile == "raw")
    elif source.file is None and source.length is not None:
        headers["Content-Length"] = str(source.length)
    if coding is not None or source.coding is not None:
        headers["Content-Encoding"] = coding or source.coding
    if accept is not None:
        headers[VARY] = Vary("Accept-Encoding")
    if name is not None:
        kind = "attachment" if as_attachment else "inline"
        remembered = download_name is None and len(name) <= NAME_LENGTH  # a client may have chosen another
        headers.put(_disposition(kind, name) if remembered else _disposition.__wrapped__(kind, name))
    _set_validators(response, source, etag, last_modified)
    _set_freshness(response, max_age(path) if callable(max_age) else max_age)
    return _conditional(response, environ, source, offloaded is None) if conditional else response


def _shown_name(path: str) -> str:
    """The name of a file; what in it is not UTF-8 on disk cannot be said in a header."""
    name = os.path.basename(path)
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


# PERF: a server sends the same files again; the line is half of what building the head of one costs.
@lru_cache(maxsize=256)
def _disposition(kind: str, name: str) -> tuple[str, str]:
    return CONTENT_DISPOSITION.name, str(ContentDisposition(kind, name))


def _last_segment(name: str) -> str:
    """The last segment of a name with folders, under which browsers save; empty for dots alone."""
    segment = name.rpartition("/")[2]
    return segment if segment.strip(".") else ""


def _offloaded_path(path: str, *, raw: bool) -> str:
    """The octets of a path for X-Sendfile. Most servers decode it, so that a raw `%` would name another file.

    Raises:
        HeaderValueError: A raw path holds a `%`, or what no field may hold.
    """
    if not raw:
        return encode_percent(os.fsencode(path), "/")
    if "%" in path:
        raise HeaderValueError("X-Sendfile", "a '%' in a path that is sent raw", path, path.index("%"))
    return os.fsencode(path).decode("latin-1")


def _open_source(file: BinaryFile) -> _Source:
    if not isinstance(file.read(0), bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise ValueError("a file must be open in binary mode: what it gives is sent as it is")
    if not is_seekable(file):
        return _Source(FileWrapper(file, BLOCK_SIZE), None)
    start = file.tell()
    length = max(0, file.seek(0, os.SEEK_END) - start)
    return _Source(SliceReader(file, length, offset=start), length)


def _path_source(path: str | FileSlice, accept: AcceptEncodings | None) -> _Source:
    plain = FileSlice.of(path) if isinstance(path, str) else path
    if accept is None:
        return _Source(plain, plain.length, plain)
    found = {coding: _sibling(plain, suffix) for coding, suffix in SIBLINGS.items()}
    there = {coding: sibling for coding, sibling in found.items() if sibling is not None}
    best = accept.best_match([*there, "identity"]) if there else None
    chosen = plain if best is None else there.get(best, plain)
    return _Source(chosen, chosen.length, chosen, None if chosen is plain else best)


def _sibling(plain: FileSlice, suffix: str) -> FileSlice | None:
    """The compressed file beside a file, if there is one that is up to date.

    No link: it might lead out of the folder that the file was found in (CVE-2024-42367), pinned by
    `test_sibling_is_no_link`.
    """
    path = plain.path + suffix
    try:
        status = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_mtime_ns < plain.mtime_ns:
        return None
    return FileSlice.of(path, status=status)


def _accept_encoding(environ: Environ | Head) -> AcceptEncodings:
    """The codings that a client accepts; none if the field is absent, malformed or over-long."""
    value = (
        environ.get("HTTP_ACCEPT_ENCODING") if isinstance(environ, Mapping) else environ.headers.get("Accept-Encoding")
    )
    if not isinstance(value, str) or len(value) > DEFAULT_LIMITS.max_header_value:
        return AcceptEncodings()
    try:
        return AcceptEncodings.parse(value)
    except GrammarError:
        return AcceptEncodings()


def _set_validators(
    response: Response, source: _Source, etag: bool | str, last_modified: datetime | float | None
) -> None:
    file = source.file
    if isinstance(etag, str):
        response.set_etag(etag)
    elif etag and file is not None:
        # A coding has a tag of its own (RFC 9110 §8.8.3.3), should both files have one time and size.
        tag = file.etag.strip('"')
        response.set_etag(tag if source.coding is None else f"{tag}-{source.coding}")
    if last_modified is None and file is not None:
        seconds = file.mtime_ns // 10**9
        # RFC 9110 §8.8.2.1: not later than the answer. Nor is a file from before 1970 said to be; many clients err.
        if 0 <= seconds <= time.time():
            response.headers.put((LAST_MODIFIED.name, date_of(seconds)))
    else:
        response.headers[LAST_MODIFIED] = (
            _date(last_modified) if isinstance(last_modified, int | float) else last_modified
        )


def _date(seconds: float) -> datetime:
    try:
        return EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise HeaderValueError("Last-Modified", "a date that is not in the years 1 to 9999", str(seconds)) from None


def _set_freshness(response: Response, max_age: timedelta | int | None) -> None:
    age = timedelta(seconds=max_age) if isinstance(max_age, int) else max_age
    if age is None:
        response.headers.put(NO_CACHE)
    elif age > timedelta():
        response.headers[CACHE_CONTROL] = CacheControl(max_age=age, public=True)
        response.headers[EXPIRES] = datetime.now(UTC) + age
    else:
        response.headers[CACHE_CONTROL] = CacheControl(max_age=age, no_cache=True)


def _conditional(response: Response, environ: Environ | Head, source: _Source, accept_ranges: bool) -> Response:
    """The response as a request wants it; if the server in front sends the file, it cuts parts from it as well."""
    try:
        response.make_conditional(environ, accept_ranges=accept_ranges, complete_length=source.length)
    except BaseException:
        response.close()
        raise
    if response.status_code >= 300:
        response.headers["X-Sendfile"] = None
    return response


def send_from_directory(
    directory: Path, path: Path, environ: Environ | Head, **options: Unpack[SendFileOptions]
) -> Response:
    """Answer with a file of a folder. The path may be what a client asked for.

    Links are followed, but only to files that are within the folder as well. What is sent is the file that was found
    there, and no other that is put in its place meanwhile.

    Args:
        directory: The folder; it is trusted.
        path: Within it. One leading slash is taken off, so that it may be `request.path`.
        environ: The environ of the request; or the request.
        **options: As `send_file` takes them.

    Raises:
        NotFound: The path leads out of the folder, or is not that of a regular file.
        TypeError: An option is unknown, or as `send_file` says.
        HeaderValueError: An option is not valid in an HTTP message.
        OSError: The file was there, and cannot be read.
        RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
    """
    return send_file(_within(os.fspath(directory), os.fspath(path)), environ, **options)


def _within(directory: str, path: str) -> FileSlice:
    """A regular file within a folder, by its real path."""
    joined = safe_join(directory, path.removeprefix("/"))
    if joined is None or path.endswith("/"):
        raise NotFound
    try:
        root, real = os.path.realpath(directory or "."), os.path.realpath(joined)
        # By names, not by characters: `static-secret` begins as `static` does (CVE-2024-23334).
        if os.path.commonpath([root, real]) != root:
            raise NotFound
        return FileSlice.of(real, status=_status_without_links(root, os.path.relpath(real, root)))
    except (OSError, ValueError):  # none; too long; a loop of links; what no file name can be; no regular file
        raise NotFound from None


def _status_without_links(root: str, path: str) -> os.stat_result:
    """The status of a file below a folder, no link being followed on the way: a real path has none.

    A link that was put there since the path was resolved would lead out; pinned by `test_swapped_for_a_link`.
    """
    if os.open not in os.supports_dir_fd or os.stat not in os.supports_dir_fd:
        return os.stat(os.path.join(root, path), follow_symlinks=False)
    *folders, name = path.split(os.sep)
    folder = os.open(root, FOLDER)
    try:
        for inner in folders:
            outer, folder = folder, os.open(inner, FOLDER, dir_fd=folder)
            os.close(outer)
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    finally:
        os.close(folder)
