"""What an environ says, one value at a time: pure functions that never raise, and the strict check that does."""

from __future__ import annotations

from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.errors.parse import BadHost, ParseError, SecurityError
from verglas.framing import body_length
from verglas.headers.lines import Memo
from verglas.syntax.tokens import is_token
from verglas.trust import ANY_HOST, Origin, Trust
from verglas.url import DEFAULT_PORTS, URL, canonical_host, hostname_of
from verglas.wsgi import Environ, optional_text

__all__ = ["check", "method_of", "octets", "server_of", "text", "url_of"]

# Everybody's; another is checked each time.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"})
TEXTS: Final = ("PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "HTTP_HOST", "SERVER_NAME")


def text(environ: Environ, key: str, default: str = "") -> str:
    """The text of a key; the default when it is absent or no text."""
    value = environ.get(key, default)
    return value if isinstance(value, str) else default


def octets(value: str) -> bytes:
    """The octets that a text of an environ stands for (PEP 3333: latin-1); text that is not so is read as UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def method_of(environ: Environ) -> str:
    """The method, in upper case; `GET` when there is none."""
    value = environ.get("REQUEST_METHOD")
    if not isinstance(value, str) or not value:
        return "GET"
    return value if value in METHODS else value.upper()


def server_of(environ: Environ) -> tuple[str, int | None] | None:
    """Name and port of the server, the port `None` for a Unix socket; `None` without a name."""
    name = optional_text(environ, "SERVER_NAME")
    if not name:
        return None
    port = text(environ, "SERVER_PORT")
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None


def url_of(environ: Environ, trust: Trust) -> URL:
    """The URL; its host is `""` where the request names none that is valid and trusted."""
    scheme, host, root_path = _scheme_host_root(environ, trust)
    return URL.unchecked(
        scheme,
        host or "",
        _root_path(octets(root_path).decode("utf-8", "replace")) if root_path else "",
        octets(text(environ, "PATH_INFO")),
        octets(text(environ, "QUERY_STRING")),
    )


def _scheme_host_root(environ: Environ, trust: Trust) -> tuple[str, str | None, str]:
    named = environ.get("HTTP_HOST")
    if trust is ANY_HOST and isinstance(named, str) and named.strip(" \t"):
        # PERF: what nearly all requests need: no proxy is believed, any host is served.
        scheme = _scheme(environ.get("wsgi.url_scheme"))
        return scheme, canonical(named.strip(" \t"), scheme), text(environ, "SCRIPT_NAME")
    origin = trust.origin(environ)
    scheme = _scheme(origin.scheme)
    root_path = text(environ, "SCRIPT_NAME") if origin.root_path is None else origin.root_path
    return scheme, _host(environ, origin, scheme, trust), root_path


def _scheme(scheme: object) -> str:
    # The server's word, but it is shown in URLs: what is no scheme would make another text of them.
    return scheme if isinstance(scheme, str) and scheme in DEFAULT_PORTS else "http"


def _root_path(path: str) -> str:
    stripped = path.strip("/")
    return f"/{stripped}" if stripped else ""


def _host(environ: Environ, origin: Origin, scheme: str, trust: Trust) -> str | None:
    """The canonical host; `None` when what the request names is none, or not one of the trusted."""
    named = _named_host(environ, origin)
    if trust.hosts is not None and not (origin.host or "").strip(" \t"):
        return None  # hosts are restricted, and none is given
    host = None if named is None else canonical(named, scheme)
    if host and trust.hosts is not None and not trust.serves(hostname_of(host)):
        return None
    return host


def _named_host(environ: Environ, origin: Origin) -> str | None:
    """The host as the request names it, else as the server does (RFC 9110 §7.2); `None` when neither does."""
    named = (origin.host or "").strip(" \t")
    if not named:
        server = server_of(environ)
        if server is None:
            return None
        name, port = server
        bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
        named = bracketed if port is None else f"{bracketed}:{port}"
    # Only a host can be given another port: what is behind a malformed one must not be lost from sight.
    if origin.port is not None and canonical(named, "http") is not None:
        return f"{hostname_of(named)}:{origin.port}"
    return named


def canonical(host: str, scheme: str) -> str | None:
    """The canonical form of a host; `None` when it is none."""
    return _hosts[f"{scheme}\n{host}"]


def _canonical(key: str) -> str | None:
    scheme, _, host = key.partition("\n")
    try:
        return canonical_host(scheme, host) if host.isascii() else None
    except GrammarError:
        return None


_hosts: Final = Memo(_canonical)


def check(environ: Environ, trust: Trust) -> None:
    """Refuse what cannot be right, before anything is made of it.

    Raises:
        ParseError: A value is no text, or no text of a WSGI environ (PEP 3333); the method is no token.
        BadHost: The Host is none.
        SecurityError: The Host is not one of the trusted, or there is none and they are restricted.
        FramingError: The body's length cannot be right.
        LengthRequired: The body is chunked, and the server does not decode that.
    """
    for key in TEXTS:
        value = environ.get(key, "")
        # PERF: isascii() is a look at a flag; nearly every text ends here.
        if not isinstance(value, str) or not (value.isascii() or _is_latin_1(value)):
            raise ParseError(f"The server handed over {key} as something else than text.", key)
    method = environ.get("REQUEST_METHOD", "GET")
    if method not in METHODS and not (isinstance(method, str) and is_token(method)):
        raise ParseError("The request method is not valid.", "method")
    check_host(environ, trust)
    body_length(environ)


def _is_latin_1(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def check_host(environ: Environ, trust: Trust) -> None:
    """Refuse a Host that is none, or not trusted.

    Raises:
        BadHost: It is none.
        SecurityError: It is not trusted.
    """
    origin = trust.origin(environ)
    named = _named_host(environ, origin)
    scheme = _scheme(origin.scheme)
    given = bool((origin.host or "").strip(" \t"))
    if given and named is not None and canonical(named, scheme) is None:
        raise BadHost(field="Host")
    # A server that fills in its own name for a client that gives none does not make the client's word trusted.
    if trust.hosts is not None and not (given and _host(environ, origin, scheme, trust)):
        raise SecurityError(field="Host")
