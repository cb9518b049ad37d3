"""The items that `multipart` does, which parses forms and nothing else."""

from __future__ import annotations

from typing import Final

from multipart import parse_form_data

from benchmarks import items
from benchmarks.harness import Adapter, Environ, Library, seen


def form(environ: Environ) -> list[tuple[str, str]]:
    fields, _ = parse_form_data(environ, strict=True, part_limit=items.MANY)
    return list(fields.iterallitems())


def upload(environ: Environ) -> tuple[object, ...]:
    fields, files = parse_form_data(environ, strict=True)
    photo = files["photo"]
    try:
        what = seen(photo.file, environ)
        return list(fields.iterallitems()), photo.filename, photo.content_type, what
    finally:
        photo.close()


ADAPTERS: Final[dict[str, Adapter]] = {"form": form, "multipart": form, "upload": upload}

LIBRARY: Final = Library("multipart", "multipart", ADAPTERS)
