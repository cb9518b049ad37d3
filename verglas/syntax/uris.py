"""URIs and IRIs as text: taken apart, resolved, and written from octets (RFC 3986, RFC 3987)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from verglas.syntax.percent import encode_percent

__all__ = [
    "URIParts",
    "escape_octet",
    "path_to_iri",
    "path_to_uri",
    "query_to_iri",
    "query_to_uri",
    "remove_dot_segments",
    "resolve",
    "split_uri",
]

URIParts: TypeAlias = tuple[str | None, str | None, str, str | None, str | None]
"""Scheme, authority, path, query, fragment; `None` where one is undefined, which is not the same as empty."""

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*"

# pchar without the unreserved ones and "/" (RFC 3986 §3.3); a query may hold "?" too (§3.4).
_PATH_SAFE: Final = "/:@!$&'()*+,;="
_NOT_QUERY: Final = rb"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]"
_ESCAPES: Final = r"(?:%[0-9A-Fa-f]{2})+"

# ucschar of RFC 3987 §2.2, without what cannot be seen or turns the direction of writing (§4.1, §8): spaces and line
# separators, soft hyphen, zero width space, bidi marks, embeddings and isolates, invisible operators, byte order mark.
_UCSCHAR: Final = (
    "\u00a1-\u00ac\u00ae-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u200c\u200d\u2010-\u2027\u2030-\u205e"
    "\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0xE))
    + "\U000e1000-\U000efffd"
)


# PERF: compiled when the first text needs them, which few do: so many characters take a tenth of the time in which the
# whole package is imported.
_NOT_IRI_PATH: Final = rf"[^A-Za-z0-9\-._~{re.escape(_PATH_SAFE)}{_UCSCHAR}]+"
_SHOWN: Final = rf"[A-Za-z0-9\-._~{_UCSCHAR}]+"


def split_uri(text: str) -> URIParts:
    """Take a URI reference apart at its delimiters (RFC 3986 appendix B).

    Nothing is checked but the scheme: what stands before a colon and is not a scheme belongs to the path.

    Args:
        text: A URI, an IRI, or a reference relative to one; or any other text.

    Returns:
        Its parts, as they stand.

    >>> split_uri("http://example.org/a?b#c")
    ('http', 'example.org', '/a', 'b', 'c')
    >>> split_uri("//example.org?")
    (None, 'example.org', '', '', None)
    """
    rest, hash_mark, fragment = text.partition("#")
    rest, question_mark, query = rest.partition("?")
    scheme: str | None = None
    before, colon, after = rest.partition(":")
    if colon and re.fullmatch(_SCHEME, before) is not None:
        scheme, rest = before, after
    authority: str | None = None
    if rest.startswith("//"):
        end = rest.find("/", 2)
        authority, rest = (rest[2:], "") if end == -1 else (rest[2:end], rest[end:])
    return scheme, authority, rest, query if question_mark else None, fragment if hash_mark else None


def remove_dot_segments(path: str) -> str:
    """Take `.` and `..` out of a path (RFC 3986 §5.2.4), in one pass.

    Args:
        path: The path of a reference, merged with its base's.

    Returns:
        The path without them; it never goes above the root.

    >>> remove_dot_segments("/a/b/c/./../../g"), remove_dot_segments("/../x/..")
    ('/a/g', '/')
    """
    if "." not in path:
        return path
    segments = path.split("/")
    last = len(segments) - 1
    first = 0
    while first < last and segments[first] in (".", ".."):  # steps 2A and 2D: only where nothing stands before
        first += 1
    output = [] if segments[first] in (".", "..") else [segments[first]]
    for index in range(first + 1, last + 1):
        segment = segments[index]
        if segment == ".." and output:
            output.pop()
        if segment not in (".", ".."):
            output.append(f"/{segment}")
        elif index == last:
            output.append("/")
    return "".join(output)


def resolve(base: URIParts, reference: URIParts) -> URIParts:
    """Resolve a reference against a base (RFC 3986 §5.2.2, strictly: a scheme, even the base's own, is absolute).

    Args:
        base: The parts of an absolute URI.
        reference: The parts of a reference.

    Returns:
        The parts of the target. Its authority is the base's unless the reference has one, or a scheme.

    >>> resolve(split_uri("http://a/b/c/d;p?q"), split_uri("../g?y"))
    ('http', 'a', '/b/g', 'y', None)
    """
    scheme, authority, path, query, fragment = reference
    if scheme is not None:
        return scheme, authority, remove_dot_segments(path), query, fragment
    base_scheme, base_authority, base_path, base_query, _ = base
    if authority is not None:
        return base_scheme, authority, remove_dot_segments(path), query, fragment
    if not path:
        return base_scheme, base_authority, base_path, base_query if query is None else query, fragment
    if not path.startswith("/"):
        # §5.2.3: after an authority, an empty path merges as "/".
        directory = "/" if base_authority is not None and not base_path else base_path[: base_path.rfind("/") + 1]
        path = directory + path
    return base_scheme, base_authority, remove_dot_segments(path), query, fragment


def path_to_iri(raw: bytes) -> str:
    """Write the octets of a path as part of an IRI (RFC 3987 §3.2), legal whatever they are.

    Args:
        raw: The path, percent-decoded: a `%` in it is one, not the start of an escape.

    Returns:
        UTF-8 as its characters, where they can be seen; everything else percent-encoded.

    >>> path_to_iri("/caf\\u00e9 ?100%".encode()) == "/caf\\u00e9%20%3F100%25"
    True
    """
    if raw.isascii():
        return path_to_uri(raw)
    return re.sub(_NOT_IRI_PATH, _encode_match, raw.decode("utf-8", "surrogateescape"))


def path_to_uri(raw: bytes) -> str:
    """Write the octets of a path as part of a URI (RFC 3986 §3.3).

    Args:
        raw: The path, percent-decoded.

    Returns:
        ASCII.

    >>> path_to_uri("/caf\\u00e9?".encode())
    '/caf%C3%A9%3F'
    """
    return encode_percent(raw, _PATH_SAFE)


def query_to_iri(raw: bytes) -> str:
    """Write a query as part of an IRI (RFC 3987 §3.2), legal whatever it is.

    Args:
        raw: The query as it came, percent-encoded.

    Returns:
        Escapes of UTF-8 that can be seen, and of unreserved characters, as those characters; all other escapes as they
        came, since decoded they might mean something else; what may not stand in a query percent-encoded.

    >>> query_to_iri(b"q=caf%C3%A9&next=http%3A%2F%2Fa%2F&%7e") == "q=caf\\u00e9&next=http%3A%2F%2Fa%2F&~"
    True
    """
    text = query_to_uri(raw)
    return re.sub(_ESCAPES, _show_escapes, text) if "%" in text else text


def query_to_uri(raw: bytes) -> str:
    """Write a query as part of a URI (RFC 3986 §3.4): what may not stand there percent-encoded, the rest as it came.

    Args:
        raw: The query as it came, percent-encoded.

    Returns:
        ASCII.

    >>> query_to_uri(b"a=100%&b=%c3%a9 \\xe9")
    'a=100%25&b=%c3%a9%20%E9'
    """
    return re.sub(_NOT_QUERY, escape_octet, raw).decode("ascii")


def _encode_match(match: re.Match[str]) -> str:
    return encode_percent(match[0].encode("utf-8", "surrogateescape"), "")


def escape_octet(match: re.Match[bytes]) -> bytes:
    """The escape of an octet that a pattern found (RFC 3986 §2.1)."""
    return b"%%%02X" % ord(match[0])


def _show_escapes(escapes: re.Match[str]) -> str:
    run = escapes[0]
    text = bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")
    return text if re.fullmatch(_SHOWN, text) else "".join(_shown_or_escaped(text, run))


def _shown_or_escaped(text: str, run: str) -> Iterator[str]:
    position = 0
    for character in text:
        end = position + 3 * len(character.encode("utf-8", "surrogateescape"))
        yield character if re.fullmatch(_SHOWN, character) else run[position:end]
        position = end
