"""The status of a response, and what else a message can only have or not have because of it (RFC 9110 §15)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from verglas.capture import locate, url_of
from verglas.errors.grammar import HeaderValueError
from verglas.headers.lines import checked_line
from verglas.statuses import REASON_PHRASES, reason_phrase
from verglas.syntax.mediatypes import essence_of, with_charset
from verglas.syntax.uris import resolve, split_uri
from verglas.trust import ANY_HOST
from verglas.wsgi import Environ

__all__ = [
    "DROPPED",
    "EMPTY",
    "LINES",
    "NEVER_SENT",
    "WITHOUT_TAG",
    "absolute_location",
    "content_type_line",
    "shown",
    "status_line",
]

EMPTY: Final = frozenset({204, 205, 304})
"""The statuses whose responses have no content, whatever was set (RFC 9110 §15.3.5, §15.3.6, §15.4.5)."""

# A field that describes the content goes with it (RFC 9110 §8). RFC 9530 §2: Repr-Digest alone is true of a part, too.
_TYPE: Final = frozenset({"content-type", "content-encoding", "content-language", "content-range"})
_OF_MESSAGE: Final = frozenset({"content-length", "content-range", "content-md5", "content-digest"})
_OF_CONTENT: Final = _TYPE | _OF_MESSAGE | {"content-disposition", "repr-digest"}
# A 416 that kept the page's `max-age` would be stored and given to those who ask for all of it (RFC 9111 §3);
# pinned by `test_failure_is_not_to_be_stored`.
_OF_FAILURE: Final = _OF_CONTENT | {
    "cache-control",
    "cdn-cache-control",
    "expires",
    "last-modified",
    "surrogate-control",
}

NEVER_SENT: Final[Mapping[int, frozenset[str]]] = MappingProxyType({204: _TYPE | {"content-length"}, 304: _TYPE})
"""The fields that a response never has, by its status. A 304 may say how long the content would be (RFC 9110 §8.6)."""

DROPPED: Final[Mapping[int, frozenset[str]]] = MappingProxyType(
    {206: _OF_MESSAGE, 304: _OF_CONTENT, 412: _OF_FAILURE, 416: _OF_FAILURE}
)
"""The fields of a representation that its response does not keep when it becomes one with this status.

A 304 made of it has no Content-Length, though it might: there are servers that then wait for the content.
"""

WITHOUT_TAG: Final = EMPTY | DROPPED.keys()
"""The statuses whose body is not the representation (RFC 9110 §8.8.3): a tag of a part would have caches join what does
not belong together.
"""

LINES: Final[Mapping[int, str]] = {code: f"{code} {phrase}" for code, phrase in REASON_PHRASES.items() if code >= 200}
"""The status of each code that is registered."""

_LINE: Final = re.compile(r"([0-9]{3}) ([\t -~\x80-\xff]*)")


def status_line(status: int | str) -> str:
    """A status as WSGI wants it: `404 Not Found`.

    Args:
        status: A code, a code as text, or a code with a reason phrase.

    Raises:
        HeaderValueError: The code is not from 200 to 999 (WSGI cannot send 1xx), or the phrase holds what would end
            the line.
        TypeError: The status is neither a number nor text.

    >>> status_line(404), status_line("200 Fine"), status_line("201")
    ('404 Not Found', '200 Fine', '201 Created')
    """
    if isinstance(status, int):
        return LINES.get(status) or _checked(f"{status:d} {reason_phrase(status)}")
    if not isinstance(status, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"a status is a number or text, not {type(status).__name__}")
    text = status.strip(" ")
    if text.isascii() and text.isdigit():
        return status_line(int(text)) if len(text) == 3 else _checked(text)
    return _checked(text)


def shown(line: str) -> str:
    """A status as `repr` shows it: a reason phrase may hold what a terminal obeys (0x9B begins its commands)."""
    return repr(line)[1:-1]


def _checked(line: str) -> str:
    match = _LINE.fullmatch(line)
    if match is None or not match[2].strip():
        bad = next((i for i, c in enumerate(line) if not (c == "\t" or " " <= c <= "~" or "\x80" <= c <= "\xff")), 0)
        raise HeaderValueError("status", "expected three digits and a reason phrase", line, bad)
    if line < "200":
        raise HeaderValueError("status", "a server sends 1xx by itself, WSGI cannot", line)
    return line


@lru_cache(maxsize=64)  # by what applications say, never by input
def content_type_line(mimetype: str) -> tuple[str, str]:
    """The field line of a media type; `; charset=utf-8` is added to those that are text.

    Raises:
        HeaderValueError: The text is not a media type, or not valid in an HTTP message.
        TypeError: The media type is not a `str`.
    """
    if not isinstance(mimetype, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"a mimetype must be a str, such as application/json, not {type(mimetype).__name__}")
    line = checked_line("Content-Type", with_charset(mimetype))
    if not essence_of(mimetype):
        raise HeaderValueError("mimetype", "expected a type and a subtype, such as application/json", mimetype)
    return line


def absolute_location(location: str, environ: Environ) -> str:
    """A Location as an absolute URI, which HTTP has not asked for since RFC 7231 (RFC 9110 §10.2.2).

    It leads where the client would have gone by itself: the authority of a relative reference is that of the request,
    whatever its path becomes when it is resolved (RFC 3986 §5). Proxies are not believed here.

    Args:
        location: A URI reference in ASCII, as header fields hold it.
        environ: The environ of the request; its query does not matter.

    Returns:
        The URI; the reference as it is where it has a scheme, or where the host of the request is not known.

    >>> environ = {"HTTP_HOST": "example.org", "PATH_INFO": "/a/b", "QUERY_STRING": "c"}
    >>> absolute_location("../d?e#f", environ)
    'http://example.org/d?e#f'
    """
    reference = split_uri(location)
    base = url_of(environ, locate(environ, ANY_HOST))
    if reference[0] is not None or not base.host:
        return location
    scheme, authority, path, _, _ = split_uri(base.to_uri())
    scheme, authority, path, query, fragment = resolve((scheme, authority, path, None, None), reference)
    behind = ("" if query is None else f"?{query}") + ("" if fragment is None else f"#{fragment}")
    return f"{scheme}://{authority}{path}{behind}"
