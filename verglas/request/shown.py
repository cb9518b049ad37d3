"""Requests as they are shown by IPython and hypothesis: as the call that makes them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from verglas.body import Body
from verglas.headers.mapping import Headers
from verglas.url import URL

__all__ = ["Printer", "show_request"]


class Printer(Protocol):
    """The printer that IPython and hypothesis give to `_repr_pretty_`."""

    def text(self, obj: str, /) -> None: ...
    def breakable(self) -> None: ...
    def pretty(self, obj: object, /) -> None: ...
    def group(self, indent: int, open: str, close: str, /) -> AbstractContextManager[None]: ...


class Shown(Protocol):
    """A request."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> URL: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def body(self) -> Body: ...


def show_request(printer: Printer, request: Shown) -> None:
    """Print a request.

    Host and Content-Length are left out where the URL and the body say them. Of a body that streams, nothing is read.

    Args:
        printer: Prints.
        request: The request.
    """
    url, content = request.url, request.body.content
    pairs = [(key, value) for key, value in request.headers.pairs if not _is_said(key, value, url, content)]
    names = {key.lower() for key, _ in pairs}
    values: dict[str, object] = {"method": request.method} if request.method != "GET" else {}
    values["url"] = str(url) if _is_text(url) else url
    if pairs:
        values["headers"] = dict(pairs) if len(names) == len(pairs) else pairs
    if content != b"":
        values["body"] = content
    with printer.group(4, f"{type(request).__name__}(", ")"):
        for index, (key, value) in enumerate(values.items()):
            if index:
                printer.text(",")
                printer.breakable()
            printer.text(f"{key}=")
            if value is None:  # of a body that streams
                printer.text("...")
            else:
                printer.pretty(value)


def _is_said(key: str, value: str, url: URL, content: bytes | None) -> bool:
    name = key.lower()
    return (name == "host" and value == url.host) or (
        name == "content-length" and content is not None and value == str(len(content))
    )


def _is_text(url: URL) -> bool:
    """Whether the text of a URL says all of it."""
    try:
        found = URL.parse(str(url))
    except ValueError:
        return False
    # Of two URLs that have one text, these may differ.
    return (found, found.raw_path, found.query_string) == (url, url.raw_path, url.query_string) and not url.root_path
