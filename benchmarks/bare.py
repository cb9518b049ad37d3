"""WSGI callables as one writes them without any library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from wsgiref.types import StartResponse

from benchmarks.harness import BARE, Adapter, Environ, Library, answered


def greet(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "5")])
    return [b"Hello"]


ADAPTERS: Final[dict[str, Adapter]] = {
    "frozen": lambda environ: answered(greet, environ),
    "frozen served": lambda environ: answered(greet, environ),
}

LIBRARY: Final = Library(BARE, "", ADAPTERS, greet)
