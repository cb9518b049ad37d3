"""The Content-Type line of a response."""

from __future__ import annotations

from functools import lru_cache

from verglas.headers.lines import checked_line
from verglas.syntax.mediatypes import with_charset

__all__ = ["content_type_line"]


@lru_cache(maxsize=64)  # by what applications say, never by input
def content_type_line(mimetype: str) -> tuple[str, str]:
    """The field line of a media type, checked; `; charset=utf-8` is added to those that are text.

    Raises:
        HeaderValueError: It is not fit for the wire.
    """
    return checked_line("Content-Type", with_charset(mimetype))
