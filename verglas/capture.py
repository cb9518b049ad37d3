"""The environ, read in one place: pure functions from its keys to the values of a request (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias, TypeGuard, final

from attrs import Factory, field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError
from verglas.errors.parse import BadHost, ParseError, SecurityError
from verglas.headers.mapping import Headers
from verglas.memos import Memo
from verglas.syntax.percent import decode_octets
from verglas.syntax.tokens import is_token
from verglas.trust import ANY_HOST, Origin, Trust
from verglas.url import DEFAULT_PORTS, URL, canonical_host, hostname_of, path_text
from verglas.values import Value
from verglas.wsgi import Environ, optional_text

__all__ = [
    "Located",
    "RequestHead",
    "SAFE_METHODS",
    "SECURE_SCHEMES",
    "locate",
    "method_of",
    "mounted_environ",
    "mounted_url",
    "octets_of",
    "path_of",
    "plain_place",
    "server_of",
    "strict_place",
    "url_of",
]

# Everybody's; another is checked each time.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "QUERY"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"})
"""The methods that ask for no change (RFC 9110 §9.2.1, RFC 10008 §2)."""
SECURE_SCHEMES: Final = frozenset({"https", "wss"})
DECODED: Final = ("PATH_INFO", "SCRIPT_NAME")
"""Texts that some adapters decode, so that they hold more than latin-1."""
TEXTS: Final = ("PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "HTTP_HOST", "SERVER_NAME")
_is_ascii: Final[Callable[[object], TypeGuard[str]]] = str.isascii  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  # or a TypeError


@final
@frozen
class RequestHead(Value):
    """The head of a request: all that rendering an error and deciding on an answer need of one (RFC 9110 §6.2).

    Attributes:
        method: The method, in upper case.
        headers: The header fields.
        target: The path from the root on, and the query if there is one, percent-encoded.
        scheme: The scheme of the URL.
        path: The path below where the application is mounted, as text; that of the target, where it is not given.
        remote_addr: The address of the client, as the server or a trusted proxy states it.

    >>> RequestHead("GET", Headers({"Accept": "*/*"}), "/notes?page=2").target
    '/notes?page=2'
    """

    _instead: ClassVar[str] = "make another, such as attrs.evolve(head, {name}=...)"

    method: str
    headers: Headers
    target: str = "/"
    scheme: str = "http"
    path: str = field(default=Factory(lambda self: _path_of_target(self.target), takes_self=True))
    remote_addr: str | None = None
    _source: tuple[Environ, Trust] | None = field(default=None, init=False, eq=False, repr=False)

    @classmethod
    def of(cls, environ: Environ, trust: Trust = ANY_HOST) -> RequestHead:
        """The head of the request that an environ describes, whatever is wrong with it.

        Args:
            environ: The environ. It is copied: middleware may write to it later.
            trust: Which proxy headers to trust.
        """
        self, kept = object.__new__(cls), dict(environ)
        # PERF: a value that is read for the first time below takes 1.1 µs, and most readers want the headers.
        _set_headers(self, Headers.captured(kept))
        _set_source(self, (kept, trust))
        return self

    @override
    def __reduce__(self) -> tuple[type[RequestHead], tuple[str, Headers, str, str, str, str | None]]:
        # The environ holds what can be neither copied nor pickled, such as the server's input.
        return RequestHead, (self.method, self.headers, self.target, self.scheme, self.path, self.remote_addr)

    if not TYPE_CHECKING:  # to checkers, a class with a __getattr__ would have any attribute

        def __getattr__(self, name: str) -> object:
            """A value that is read for the first time.

            Raises:
                AttributeError: The head has no such value.
            """
            # PERF: a head is made for every answer, and few of its readers want these.
            if name not in _READ_LATE:
                raise AttributeError(f"a RequestHead has no attribute {name!r}", name=name, obj=self)
            value = _READ_LATE[name](*self._source)
            _setters[name](self, value)
            return value


def _path_of_target(target: str) -> str:
    return path_text(decode_octets(target.partition("?")[0].encode()))


def _located_url(environ: Environ, trust: Trust) -> URL:
    return url_of(environ, locate(environ, trust))


_READ_LATE: Final[Mapping[str, Callable[[Environ, Trust], object]]] = {
    "method": lambda environ, _: method_of(environ),
    "target": lambda environ, trust: _located_url(environ, trust).target,
    "scheme": lambda environ, trust: locate(environ, trust)[0],
    "path": lambda environ, _: path_of(environ),
    "remote_addr": lambda environ, trust: (
        locate(environ, trust)[4] if trust.believes_proxies else optional_text(environ, "REMOTE_ADDR")
    ),
}
_setters: Final = {name: RequestHead.__dict__[name].__set__ for name in _READ_LATE}
_set_headers: Final = RequestHead.__dict__["headers"].__set__
_set_source: Final = RequestHead.__dict__["_source"].__set__


Located: TypeAlias = tuple[str, str, str, ParseError | None, str | None]
"""The place that a request was sent to, as a plain tuple: every request makes one, and a class would double its price.

The scheme; the canonical host, empty where the request names none that is valid and trusted; the path where the
application is mounted, as it was handed over; the error that a strict reader raises about the host; and the client's
address, where proxies are believed about it.
"""


def octets_of(environ: Environ, key: str) -> bytes:
    """The octets that the text of a key stands for (PEP 3333: latin-1); none when it is absent or not text.

    Text that is not latin-1 is read as UTF-8.
    """
    value = environ.get(key)
    if not isinstance(value, str):
        return b""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def method_of(environ: Environ) -> str:
    """The method, in upper case; `GET` when the environ names none."""
    value = environ.get("REQUEST_METHOD")
    if not isinstance(value, str) or not value:
        return "GET"
    return value if value in METHODS else value.upper()


def path_of(environ: Environ) -> str:
    """The path, as the `URL.path` of `url_of` has it."""
    value = environ.get("PATH_INFO")
    # PERF: an ASCII text with one slash in front is it already.
    if isinstance(value, str) and value[:1] == "/" and value[:2] != "//" and value.isascii():
        return value
    return path_text(octets_of(environ, "PATH_INFO"))


def mounted_environ(environ: Environ, depth: int) -> dict[str, object]:
    """A copy of an environ for an application that is mounted below: segments of the path move to where it is mounted.

    Args:
        environ: The environ.
        depth: How many segments.
    """
    prefix, below = _split_path(octets_of(environ, "PATH_INFO"), depth)
    script_name = octets_of(environ, "SCRIPT_NAME").rstrip(b"/") + prefix
    moved = {"SCRIPT_NAME": script_name.decode("latin-1"), "PATH_INFO": below.decode("latin-1")}
    return {key: value for key, value in environ.items() if key != "verglas.request"} | moved


def mounted_url(url: URL, depth: int) -> URL:
    """The URL for an application that is mounted below.

    Args:
        url: The URL.
        depth: How many segments of its path lead there.
    """
    prefix, below = _split_path(url.raw_path, depth)
    root_path = url.root_path + prefix.decode("utf-8", "replace")
    return URL.unchecked(url.scheme, url.host, root_path, below, url.query_string)


def _split_path(path: bytes, depth: int) -> tuple[bytes, bytes]:
    segments = path.lstrip(b"/").split(b"/", depth)
    below = b"/" + segments[depth] if len(segments) > depth else b""
    return b"".join([b"/" + segment for segment in segments[:depth]]), below


def server_of(environ: Environ) -> tuple[str, int | None] | None:
    """Name and port of the server, the port `None` for a Unix socket; `None` without a name."""
    name = optional_text(environ, "SERVER_NAME")
    if not name:
        return None
    given = environ.get("SERVER_PORT")
    port = str(given) if isinstance(given, str | int) else ""  # a number, in some adapters
    return name, int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else None


def url_of(environ: Environ, located: Located) -> URL:
    """The URL of a request that was sent to this place."""
    scheme, host, root_path, _, _ = located
    return URL.unchecked(
        scheme,
        host,
        _mounted_at(root_path) if root_path else "",
        octets_of(environ, "PATH_INFO"),
        octets_of(environ, "QUERY_STRING"),
    )


def _mounted_at(path: str) -> str:
    # PEP 3333 hands a path over as latin-1; a trusted proxy's prefix was a header, which is the same.
    try:
        octets = path.encode("latin-1")
    except UnicodeEncodeError:
        octets = path.encode("utf-8", "surrogatepass")
    stripped = octets.decode("utf-8", "replace").strip("/")
    return f"/{stripped}" if stripped else ""


def plain_place(environ: Environ, trust: Trust) -> Located | None:
    """The place of an environ that is plain, as `strict_place` gives it too; `None` for any other environ.

    PERF: nearly every environ is: it has all texts, in ASCII, no proxy is believed, and any host is served. One step
    for both takes half of their time.

    Args:
        environ: The environ.
        trust: Which proxy headers and host names to trust.
    """
    try:
        scheme, named, root_path = environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["SCRIPT_NAME"]
        if (
            trust is ANY_HOST
            and environ["REQUEST_METHOD"] in METHODS
            and _is_ascii(environ["PATH_INFO"])
            and _is_ascii(environ["QUERY_STRING"])
            and _is_ascii(environ["SERVER_NAME"])
            and _is_ascii(root_path)
            and _is_ascii(named)
            and _is_ascii(scheme)
            and (host := _hosts[scheme][named])
        ):
            return scheme, host, root_path, None, None
    except (KeyError, TypeError):  # one is absent, or is not text
        pass
    return None


def locate(environ: Environ, trust: Trust) -> Located:
    """Decide, once, where a request was sent to (RFC 9110 §7.2).

    Args:
        environ: The environ.
        trust: Which proxy headers and host names to trust.
    """
    plain = plain_place(environ, trust)
    if plain is not None:
        return plain
    origin = trust.origin(environ)
    scheme = _scheme(origin.scheme)
    host, refusal = _decide_host(environ, origin, scheme, trust)
    root_path = origin.root_path or optional_text(environ, "SCRIPT_NAME") or ""
    return scheme, host, root_path, refusal, origin.remote_addr


def _decide_host(environ: Environ, origin: Origin, scheme: str, trust: Trust) -> tuple[str, ParseError | None]:
    """The host, and the error about it. A client that sends no Host is not blamed for the server's own name."""
    given = bool((origin.host or "").strip(" \t"))
    named = _named_host(environ, origin)
    host = None if named is None else _hosts[scheme][named]
    if given and host is None:
        return "", BadHost(field="Host")
    # A server that fills in its own name for a client that gives none does not make the client's word trusted.
    if trust.hosts is not None and not (given and host and trust.serves(hostname_of(host))):
        return "", SecurityError(field="Host")
    return host or "", None


def _scheme(scheme: object) -> str:
    # The server's word, but it is shown in URLs: text that is not a scheme would make another URL of them.
    if not isinstance(scheme, str):
        return "http"
    if scheme not in DEFAULT_PORTS:
        scheme = scheme.lower()  # RFC 3986 §3.1: without case
    return scheme if scheme in DEFAULT_PORTS else "http"


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
    # Only a valid host can be given another port: the text behind a malformed one must not be lost from sight.
    if origin.port is not None and _hosts["http"][named] is not None:
        return f"{hostname_of(named)}:{origin.port}"
    return named


def canonical(scheme: str, host: str) -> str | None:
    """The canonical form of a host; `None` when it is not valid."""
    try:
        return canonical_host(scheme, host) if host.isascii() else None
    except GrammarError:
        return None


_hosts: Final = {scheme: Memo(partial(canonical, scheme)) for scheme in DEFAULT_PORTS}
"""The same of each scheme, remembered."""


def strict_place(environ: Environ, trust: Trust) -> Located:
    """The place, as `locate` gives it; refuses an environ whose method, texts or host no request can have.

    Adapters' slips that can mean only one thing are none: `None` is absent, and a path with a character beyond
    latin-1 was decoded already. (Of `/\u00e9` nobody can tell: it is latin-1, as PEP 3333 asks.)

    Args:
        environ: The environ.
        trust: Which proxy headers and host names to trust.

    Raises:
        BadHost: The Host header is not a valid host.
        SecurityError: The host is not a trusted one.
        ParseError: A value is not text as PEP 3333 defines it, or the method is not a token.
    """
    for key in TEXTS:
        value = environ.get(key)
        if value is not None and not (isinstance(value, str) and (value.isascii() or _is_readable(key, value))):
            raise ParseError(f"The server passed a {key} that is not text.", key)
    method = environ.get("REQUEST_METHOD", "GET")
    if method not in METHODS and not (method is None or (isinstance(method, str) and is_token(method))):
        raise ParseError("The request method is not valid.", "method")
    located = locate(environ, trust)
    if located[3] is not None:
        raise located[3]
    return located


def _is_readable(key: str, value: str) -> bool:
    try:
        value.encode("utf-8" if key in DECODED else "latin-1")
    except UnicodeEncodeError:
        return False
    return True
