"""Where a response may send its client: references that browsers read as we do."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.syntax.hosts import parse_host, to_ascii
from verglas.syntax.percent import decode_octets
from verglas.syntax.uris import escape_octet, split_uri

__all__ = ["check_location", "check_redirect", "is_relative"]

# Browsers drop tabs and line ends, trim controls and spaces, and read "\\" as "/": what looks like a path to us is
# another site to them. Pinned by `test_refuses_what_browsers_read_otherwise`.
_REFUSED: Final = r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]|\A | \Z"
# What may stand in a URI as it is (RFC 3986 §2), and in its authority, where brackets hold an address.
_CHARS: Final = r"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;="
_LEGAL: Final = re.compile(f"[{_CHARS}]*+(?:%[0-9A-Fa-f]{{2}}[{_CHARS}]*+)*")
_ILLEGAL: Final = f"%(?![0-9A-Fa-f]{{2}})|[^{_CHARS}%]".encode()
# PERF: what most are: a path, or a URL whose host is a name. That the others are checked alike is pinned by
# `test_spelling_does_not_matter`.
_ORDINARY: Final = re.compile(
    r"(?:/(?!/)|https?://(?:[A-Za-z0-9\-]++\.)*[A-Za-z][A-Za-z0-9\-]*+(?::[0-9]{1,4}+)?(?=[/?#]|\Z))" + _LEGAL.pattern
)
# What browsers go to a host for, and where its authority is.
_SITE: Final = r"(?i)(?:(?:https?|wss?|ftp):)?//([^/?#]+)"
_HOST_AND_PORT: Final = r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]*))?"
# WHATWG URL §3.1: no domain holds these, also where they were escaped.
_FORBIDDEN: Final = rb"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]"
_NUMBER: Final = rb"[0-9]+|0[xX][0-9A-Fa-f]*"
_SCHEME: Final = r"([A-Za-z][A-Za-z0-9+.\-]*):"


def check_location(text: str) -> str:
    """A URI reference for Location or Content-Location (RFC 9110 §10.2.2), in ASCII.

    What no URI holds, such as an inner space, `"` or `\u00e9`, is percent-encoded, as browsers do. Escapes stay, and so
    do `#`, `[` and `:`; a `%` that starts no escape becomes `%25`.

    Raises:
        HeaderValueError: The text has a control character, a backslash, or a space at either end; or a host that is
            not valid, or that IDNA does not take.
        TypeError: The text is not a `str`.

    >>> check_location("/caf\u00e9?q=a b#top")
    '/caf%C3%A9?q=a%20b#top'
    """
    try:
        if _ORDINARY.fullmatch(text) is not None:
            return text
        refused = re.search(_REFUSED, text)
    except TypeError:
        raise TypeError(f"a location must be a str or a URL, not {type(text).__name__}") from None
    if refused is not None:
        problem = "control characters, backslashes and a space at either end are not allowed"
        if refused[0] >= "\ud800":
            problem = "half of a surrogate pair is not allowed"
        raise HeaderValueError("Location", problem, text, refused.start())
    location = text if _LEGAL.fullmatch(text) is not None else _to_uri(text)
    if "//" in location and (site := re.match(_SITE, location)) is not None:
        _check_authority(site[1], text)
    return location


def _check_authority(authority: str, text: str) -> None:
    """Refuse an authority in which browsers find no host (WHATWG URL §3.5, §4.4): they would not follow."""
    # Not refused, since the parser of browsers takes them: empty labels, and labels longer than DNS has.
    match = re.fullmatch(_HOST_AND_PORT, authority.rpartition("@")[2])
    if match is None or len(port := (match[2] or "").lstrip("0")) > 5 or int(port or "0") > 65535:
        raise HeaderValueError("Location", "expected a host, and perhaps a port up to 65535", text)
    host = match[1]
    if host.startswith("["):
        try:
            parse_host(host)
        except GrammarError as error:
            raise HeaderValueError("Location", f"host: {error.problem}", text) from error
        return
    name = decode_octets(host.encode())
    if re.search(_FORBIDDEN, name) is not None:
        raise HeaderValueError("Location", "a character that the name of a host may not hold", text)
    labels = name.removesuffix(b".").split(b".")
    if re.fullmatch(_NUMBER, labels[-1]) is not None and not _is_ipv4(labels):
        raise HeaderValueError("Location", "a host that ends in a number is an IPv4 address, which this is not", text)


def _is_ipv4(parts: list[bytes]) -> bool:
    """Whether the parts are an IPv4 address as browsers read it: hexadecimal, octal and short forms count."""
    if len(parts) > 4 or not all(re.fullmatch(_NUMBER, part) and len(part) <= 20 for part in parts):
        return False
    try:
        *firsts, last = [_number(part.lower()) for part in parts]
    except ValueError:  # a digit that octal numbers do not have
        return False
    return all(first < 256 for first in firsts) and last < 256 ** (5 - len(parts))


def _number(part: bytes) -> int:
    if part.startswith(b"0x"):
        return int(part[2:] or b"0", 16)
    return int(part, 8 if part.startswith(b"0") else 10)


def _to_uri(text: str) -> str:
    """An IRI reference as a URI: the name of a host by IDNA, the rest percent-encoded (RFC 3987 §3.1)."""
    scheme, authority, _, _, _ = split_uri(text)
    before = f"{scheme or ''}{':' if scheme else ''}//" if authority else ""
    host = _host(authority, text) if authority else ""
    rest = text[len(before) + len(authority or "") :]
    return before + host + re.sub(_ILLEGAL, escape_octet, rest.encode()).decode("ascii")


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
    scheme = re.match(_SCHEME, location)
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
    return re.match(_SCHEME, location) is None
