"""Where a response may send its client: references that browsers read as we do."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.syntax.hosts import to_ascii
from verglas.syntax.uris import query_to_uri, split_uri

__all__ = ["check_location", "check_redirect", "is_relative"]

# Browsers drop tabs and line ends, trim controls and spaces, and read "\" as "/": what looks like a path to us is
# another site to them. Pinned by `test_refuses_what_browsers_read_otherwise`.
_REFUSED: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")


def check_location(text: str) -> str:
    """A URI reference for Location or Content-Location (RFC 9110 §10.2.2), in ASCII.

    Raises:
        HeaderValueError: The text has a space, a control character or a backslash, or a host that IDNA does not take.

    >>> check_location("/caf\\u00e9")
    '/caf%C3%A9'
    """
    refused = _REFUSED.search(text)
    if refused is not None:
        raise HeaderValueError("Location", "a space, a control character or a backslash", text, refused.start())
    return text if text.isascii() else _to_uri(text)


def _to_uri(text: str) -> str:
    """An IRI reference as a URI: the name of a host by IDNA, the rest percent-encoded (RFC 3987 §3.1)."""
    scheme, authority, _, _, _ = split_uri(text)
    if authority is None or authority.isascii():
        return query_to_uri(text.encode())
    user, at, rest = authority.rpartition("@")
    name, colon, port = rest.partition(":")
    if not port.isascii() or not user.isascii():
        raise HeaderValueError("Location", "a port or a user that is not ASCII", text)
    try:
        host = f"{user}{at}{to_ascii(name)}{colon}{port}"
    except GrammarError as error:
        raise HeaderValueError("Location", "a host that IDNA cannot write in ASCII", text) from error
    before = f"{scheme}://" if scheme else "//"
    return before + host + query_to_uri(text[len(before) + len(authority) :].encode())


def check_redirect(text: str) -> str:
    """The same for a redirect: of http or https, or relative and certain to stay on the site.

    Raises:
        HeaderValueError: The text has another scheme, begins with `//`, or is refused by `check_location`.
    """
    location = check_location(text)
    if location.startswith("//"):
        raise HeaderValueError("Location", "a reference that begins with '//' leads to another site", text, 0)
    scheme = _SCHEME.match(location)
    if scheme is None:
        return location
    authority = location[scheme.end() + 2 :]
    # Browsers skip any number of slashes there: "http:///evil.com" leads to evil.com.
    if not location.startswith("//", scheme.end()) or authority[:1] in ("", "/", "?", "#"):
        raise HeaderValueError("Location", "expected a host after the scheme", text, scheme.end())
    if scheme[1].lower() not in ("http", "https"):
        raise HeaderValueError("Location", "expected http:// or https://, or a relative reference", text, 0)
    return location


def is_relative(location: str) -> bool:
    """Whether a checked redirect stays on the site, whatever the site is."""
    return _SCHEME.match(location) is None
