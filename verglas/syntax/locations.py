"""Where a response may send its client: references that browsers read as we do."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.syntax.hosts import to_ascii
from verglas.syntax.uris import escape_octet, split_uri

__all__ = ["check_location", "check_redirect", "is_relative"]

# Browsers drop tabs and line ends, trim controls and spaces, and read "\\" as "/": what looks like a path to us is
# another site to them. Pinned by `test_refuses_what_browsers_read_otherwise`.
_REFUSED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]|\A | \Z")
# What may stand in a URI as it is (RFC 3986 §2), and in its authority, where brackets hold an address.
_LEGAL: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_ILLEGAL: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")


def check_location(text: str) -> str:
    """A URI reference for Location or Content-Location (RFC 9110 §10.2.2), in ASCII.

    What no URI holds, such as an inner space, `"` or `\u00e9`, is percent-encoded, as browsers do. Escapes stay, and so
    do `#`, `[` and `:`; a `%` that starts no escape becomes `%25`.

    Raises:
        HeaderValueError: The text has a control character, a backslash, or a space at either end; or a host that is
            not valid, or that IDNA does not take.

    >>> check_location("/caf\u00e9?q=a b#top")
    '/caf%C3%A9?q=a%20b#top'
    """
    refused = _REFUSED.search(text)
    if refused is not None:
        problem = "control characters, backslashes and a space at either end are not allowed"
        if refused[0] >= "\ud800":
            problem = "half of a surrogate pair is not allowed"
        raise HeaderValueError("Location", problem, text, refused.start())
    return text if _LEGAL.fullmatch(text) is not None else _to_uri(text)


def _to_uri(text: str) -> str:
    """An IRI reference as a URI: the name of a host by IDNA, the rest percent-encoded (RFC 3987 §3.1)."""
    scheme, authority, _, _, _ = split_uri(text)
    before = f"{scheme or ''}{':' if scheme else ''}//" if authority else ""
    host = _host(authority, text) if authority else ""
    rest = text[len(before) + len(authority or "") :]
    return before + host + _ILLEGAL.sub(escape_octet, rest.encode()).decode("ascii")


def _host(authority: str, text: str) -> str:
    """An authority in ASCII. Nothing in it is percent-encoded: that would make another name, or another user, of it."""
    user, at, rest = authority.rpartition("@")
    name, colon, port = rest.partition(":")
    if not name.isascii():
        try:
            name = to_ascii(name)
        except GrammarError as error:
            raise HeaderValueError("Location", f"host: {error.problem}", text) from error
    written = f"{user}{at}{name}{colon}{port}"
    if _LEGAL.fullmatch(written) is None:
        raise HeaderValueError("Location", "a character that a host, its port or a user may not hold", text)
    return written


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
    if scheme[1].lower() not in ("http", "https"):
        problem = "only http:// and https:// URLs and relative references are allowed"
        raise HeaderValueError("Location", problem, text, 0)
    authority = location[scheme.end() + 2 :]
    # Browsers skip any number of slashes there: "http:///evil.com" leads to evil.com.
    if not location.startswith("//", scheme.end()) or authority[:1] in ("", "/", "?", "#"):
        raise HeaderValueError("Location", "expected // and a host after the scheme", text, scheme.end())
    return location


def is_relative(location: str) -> bool:
    """Whether a checked redirect stays on the site, whatever the site is."""
    return _SCHEME.match(location) is None
