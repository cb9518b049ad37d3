"""Where a Location leads: a relative one, made absolute against the request's own URL."""

from __future__ import annotations

from verglas.errors.grammar import GrammarError
from verglas.syntax.uris import resolve, split_uri
from verglas.url import DEFAULT_PORTS, URL, canonical_host
from verglas.wsgi import Environ

__all__ = ["absolute_location"]


def absolute_location(location: str, environ: Environ) -> str:
    """A Location as an absolute URI, which HTTP has not asked for since RFC 7231 (RFC 9110 §10.2.2).

    It leads where the client would have gone by itself: the authority of a relative reference is that of the request,
    whatever its path becomes when it is resolved (RFC 3986 §5). Proxies are not believed here.

    Args:
        location: A URI reference in ASCII, as header fields hold it.
        environ: Of the request; its query does not matter.

    Returns:
        The URI; the reference as it is where it has a scheme, or where the host of the request is not known.

    >>> environ = {"HTTP_HOST": "example.org", "PATH_INFO": "/a/b", "QUERY_STRING": "c"}
    >>> absolute_location("../d?e#f", environ)
    'http://example.org/d?e#f'
    """
    reference = split_uri(location)
    base = _url_without_query(environ)
    if reference[0] is not None or base is None:
        return location
    scheme, authority, path, query, fragment = resolve(split_uri(base.to_uri()), reference)
    behind = ("" if query is None else f"?{query}") + ("" if fragment is None else f"#{fragment}")
    return f"{scheme}://{authority}{path}{behind}"


def _url_without_query(environ: Environ) -> URL | None:
    scheme = _text(environ, "wsgi.url_scheme")
    scheme = scheme if scheme in DEFAULT_PORTS else "http"
    try:
        host = canonical_host(scheme, _named_host(environ))
    except GrammarError:
        return None
    root_path = _octets(environ, "SCRIPT_NAME").decode("utf-8", "replace").strip("/")
    root_path = f"/{root_path}" if root_path else ""
    return URL.unchecked(scheme, host, root_path, _octets(environ, "PATH_INFO"), b"") if host else None


def _named_host(environ: Environ) -> str:
    named = _text(environ, "HTTP_HOST").strip(" \t")
    if named:
        return named
    name, port = _text(environ, "SERVER_NAME"), _text(environ, "SERVER_PORT")
    bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return f"{bracketed}:{port}" if name and port else bracketed


def _text(environ: Environ, key: str) -> str:
    value = environ.get(key)
    return value if isinstance(value, str) else ""


def _octets(environ: Environ, key: str) -> bytes:
    text = _text(environ, key)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # no server's, and read as the request's own URL reads it
        return text.encode("utf-8", "surrogatepass")
