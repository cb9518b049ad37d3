"""All there is to show of a request, as plain data: the pages and the JSON say the same."""

from __future__ import annotations

import hashlib
from typing import Final

from attrs import asdict, frozen

from verglas.request.model import Request
from verglas.uploads import Upload
from verglas.wsgi import JSONLike

__all__ = ["FileSummary", "as_json", "files_of", "sha256_of", "url_parts"]

PIECE: Final = 256 * 1024  # bytes


@frozen
class FileSummary:
    """An upload, described.

    Attributes:
        name: The field of the form.
        filename: As the client sent it.
        content_type: As the client sent it; `None` when it did not.
        size: Bytes that arrived.
        sha256: Their digest, in hexadecimal.
    """

    name: str
    filename: str
    content_type: str | None
    size: int
    sha256: str


def sha256_of(upload: Upload) -> str:
    """The digest of an upload, read in pieces."""
    digest = hashlib.sha256()
    while piece := upload.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def files_of(request: Request) -> tuple[FileSummary, ...]:
    """The uploads of a request; reading them raises as `Request.files` does."""
    return tuple(
        FileSummary(name, upload.filename, upload.content_type, upload.size, sha256_of(upload))
        for name, upload in request.files.pairs
    )


def url_parts(request: Request) -> tuple[tuple[str, str], ...]:
    """The parts of the request's URL, each with the name that it has in verglas."""
    url = request.url
    return (
        ("method", request.method),
        ("str(url)", str(url)),
        ("to_uri()", url.to_uri()),
        ("scheme", url.scheme),
        ("host", url.host),
        ("port", "" if url.port is None else str(url.port)),
        ("root_path", url.root_path),
        ("path", url.path),
        ("segments", repr(url.segments)),
        ("query_string", url.query_string.decode("latin-1")),
        ("remote_addr", request.remote_addr or ""),
    )


def as_json(request: Request) -> dict[str, JSONLike]:
    """All of a request, body included; reading that raises as `Request.form` does."""
    return {
        "method": request.method,
        "url": str(request.url),
        "args": request.args.pairs,
        "headers": request.headers.pairs,
        "cookies": request.cookies.pairs,
        "form": request.form.pairs,
        "files": [asdict(file) for file in files_of(request)],
    }
