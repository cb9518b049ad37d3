"""The URL of a request, as a value made of its components."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Final, TypedDict, Unpack, cast, final

from attrs import field, frozen
from attrs.validators import instance_of

from verglas.backports import override
from verglas.errors.grammar import GrammarError
from verglas.multimap import MultiMap
from verglas.query import Query
from verglas.syntax.hosts import parse_host, to_ascii, to_unicode
from verglas.syntax.percent import decode_octets
from verglas.syntax.tokens import refuse
from verglas.syntax.uris import URIParts, path_to_iri, path_to_uri, query_to_iri, query_to_uri, resolve, split_uri
from verglas.syntax.urlencoded import format_urlencoded
from verglas.values import Value

__all__ = ["DEFAULT_PORTS", "URL", "URLChanges", "canonical_host", "hostname_of", "path_text"]

DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443, "ws": 80, "wss": 443}

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*"
# Never fixed up: browsers drop tabs and line ends and read "\" as "/", so that "/\t/evil.com" is another site to them.
_REFUSED: Final = r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]"
# A URL of which each part stands as it is kept: no port or fragment, escapes in the query alone, a host in lower case.
_PCHAR: Final = r"A-Za-z0-9\-._~!$&'()*+,;=:@/"
_PLAIN: Final = (
    rf"(https?)://([a-z0-9._-]{{1,255}})(/[{_PCHAR}]*)(?:\?([{_PCHAR}?]*(?:%[0-9A-Fa-f]{{2}}[{_PCHAR}?]*)*))?"
)


INSTEAD: Final = {
    "query": "write with_query(...)",
    "args": "write with_query(...)",
    "fragment": 'write join("#...")',
    "port": "write host='name:port'",
    "hostname": "write host=",
    "segments": "write path=",
}
"""How to change a property of a URL that is made of its components."""


class URLChanges(TypedDict, total=False):
    """The arguments of `URL.replace`."""

    scheme: str
    host: str
    root_path: str
    path: str
    raw_path: bytes
    query_string: bytes | str


@final
@frozen
class URL(Value):
    """The URL of a request, or one that was parsed from a text.

    It is built from components and never from a text that somebody put together: whatever the path holds, the host
    stays what it is. One that was parsed keeps the escapes and the fragment that it was written with (RFC 3986 §2.2).
    Two URLs are equal when their texts are, and so are a URL and a `str`; nothing is normalised for that.

    Attributes:
        scheme: `http`, `https`, `ws`, `wss`, or what else a server says; in lower case.
        host: The host in lower case and ASCII, with the port unless it is the scheme's default (RFC 9110 §4.2).
            Empty: not known.
        root_path: Where the application is mounted, as text: empty, or with a leading and no trailing slash.
        raw_path: The path below that, percent-decoded, as the server hands it over (`PATH_INFO`). A `%2F` in the
            request is a slash here: WSGI does not tell them apart.
        query_string: The query, percent-encoded as it came, without the `?`.

    Raises:
        GrammarError: The scheme, host or root path is not its grammar.
        TypeError: A component is not of its type.

    >>> url = URL("https", "Example.org:443", raw_path="/caf\\u00e9 1".encode(), query_string=b"a=1")
    >>> print(url.to_uri(), url.segments, url.port)
    https://example.org/caf%C3%A9%201?a=1 ('café 1',) 443
    >>> url == "https://example.org/caf\u00e9%201?a=1"
    True
    """

    _instead: ClassVar[str] = "use url.replace({name}=...), url.with_query(...) or url.join(...)"

    scheme: str = field(default="http", validator=instance_of(str))
    host: str = field(default="localhost", validator=instance_of(str))
    root_path: str = field(default="", validator=instance_of(str))
    raw_path: bytes = field(default=b"/", validator=instance_of(bytes))
    query_string: bytes = field(default=b"", validator=instance_of(bytes))
    _written: tuple[str, str | None] | None = field(init=False, default=None, repr=False)
    """The whole path and the fragment as they were written, percent-encoded; `None`: the path as it is encoded here."""

    def __attrs_post_init__(self) -> None:
        if re.fullmatch(_SCHEME, self.scheme) is None:
            raise GrammarError("URL", "expected a scheme", self.scheme)
        _set_scheme(self, self.scheme.lower())
        _set_host(self, canonical_host(self.scheme, self.host))
        _check_root_path(self.root_path)

    @staticmethod
    def unchecked(
        scheme: str,
        host: str,
        root_path: str,
        raw_path: bytes,
        query_string: bytes,
        written: tuple[str, str | None] | None = None,
    ) -> URL:
        """Make a URL of components that are known to be canonical, without checking them."""
        # PERF: through pre-bound slot setters, a third of the constructor's time.
        url = object.__new__(URL)
        _set_scheme(url, scheme)
        _set_host(url, host)
        _set_root_path(url, root_path)
        _set_raw_path(url, raw_path)
        _set_query_string(url, query_string)
        _set_written(url, written)
        return url

    @classmethod
    def parse(cls, text: str) -> URL:
        """Read an absolute URL or IRI (RFC 3986 §4.3, RFC 3987).

        Dot segments stay; `join` takes them out. Escapes stay, and so does the fragment: the result leads where the
        text does. Characters that are printable but have no place in a URL, such as `"` or `|`, are read as the escapes
        that browsers send for them. `str` and `to_uri` of the result read as the same URL again.

        Args:
            text: With the scheme `http`, `https`, `ws` or `wss`, and a host.

        Returns:
            The URL; its `root_path` is empty, since a text does not say where an application is mounted.

        Raises:
            GrammarError: The text is not an absolute URL of these schemes, has user information, or holds a space, a
                control character or a backslash.

        >>> url = URL.parse("http://b\u00fccher.example/a%3Bb?c#d")
        >>> url.host, url.raw_path, url.to_uri()
        ('xn--bcher-kva.example', b'/a;b', 'http://xn--bcher-kva.example/a%3Bb?c#d')
        """
        # PERF: nearly every URL is written as it is kept; one step for all parts takes a fifth of the time.
        plain = re.fullmatch(_PLAIN, text)
        if plain is not None:
            scheme, host, path, query = plain.groups("")
            return URL.unchecked(scheme, host, "", path.encode(), query.encode(), (path, None))
        _check_characters(text)
        return _absolute(split_uri(text), text)

    @property
    def path(self) -> str:
        """`raw_path` as text: UTF-8, what is not becomes U+FFFD; always with exactly one slash in front.

        `//evil.com` as a path would be another host's URL to whoever redirects to it (CVE-2020-28724). The `*` of
        `OPTIONS *` stays (RFC 9112 §3.2.4).
        """
        return path_text(self.raw_path)

    @property
    def hostname(self) -> str:
        """The host without the port; an IPv6 address in its brackets."""
        return hostname_of(self.host)

    @property
    def port(self) -> int | None:
        """The port, or the default of the scheme; `None` where it has none."""
        _, colon, digits = self.host.rpartition(":")
        return int(digits) if colon and not digits.endswith("]") else DEFAULT_PORTS.get(self.scheme)

    @property
    def segments(self) -> tuple[str, ...]:
        """The path, split at its slashes: fit for `match`.

        >>> URL(raw_path=b"/notes/7").segments, URL(raw_path=b"/notes/").segments, URL().segments
        (('notes', '7'), ('notes', ''), ())
        """
        path = self.path
        return () if path == "/" else tuple(path.removeprefix("/").split("/"))

    @property
    def fragment(self) -> str | None:
        """The fragment of a URL that was parsed, percent-encoded, without the `#`; `None` without one.

        >>> URL.parse("http://example.org/a#\u00e9").fragment, URL().fragment
        ('%C3%A9', None)
        """
        return None if self._written is None else self._written[1]

    @property
    def query(self) -> Query:
        """The parameters of the query; a request's `args` are these, held to its limits.

        >>> URL.parse("http://example.org/?a=1&a=2").query.getlist("a")
        ['1', '2']
        """
        return Query.parse(self.query_string)

    @property
    def origin(self) -> str:
        """Scheme and host in ASCII, as `Origin` has them (RFC 6454 §6.2); `null` where the host is not known."""
        return f"{self.scheme}://{self.host}" if self.host else "null"

    @property
    def host_url(self) -> str:
        """The IRI of the host, with a slash at its end."""
        return f"{self._iri_of_host()}/"

    @property
    def root_url(self) -> str:
        """The IRI of where the application is mounted, with a slash at its end."""
        return f"{self._iri_of_host()}{path_to_iri(self._root_octets())}/"

    @property
    def base_url(self) -> str:
        """The IRI without query and fragment."""
        written = self._written
        path = path_to_iri(self._path_octets()) if written is None else query_to_iri(written[0].encode())
        return f"{self._iri_of_host()}{path}"

    @property
    def full_path(self) -> str:
        """The path, `?` (always), and the query as it came."""
        return f"{self.path}?{self.query_string.decode('utf-8', 'replace')}"

    @property
    def target(self) -> str:
        """The whole path, and the query if there is one, percent-encoded: what a client sends (RFC 9112 §3.2.1).

        For the path `*`, which stands for the whole server, it is that (§3.2.4).
        """
        return self._path_and_query() or "*"

    @override
    def __str__(self) -> str:
        """The IRI for people to read (RFC 3987); legal whatever the components hold: no space, quote or control. Where
        the host is not known it is a reference: the path and what follows. Escapes that were written stay, but those of
        characters that mean the same without (RFC 3986 §2.3, RFC 3987 §3.2).
        """
        query = f"?{query_to_iri(self.query_string)}" if self.query_string else ""
        fragment = "" if self.fragment is None else f"#{query_to_iri(self.fragment.encode())}"
        return f"{self.base_url}{query}{fragment}"

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, URL):
            return str(self) == str(other)
        return str(self) == other if isinstance(other, str) else NotImplemented

    @override
    def __hash__(self) -> int:
        return hash(str(self))

    def to_uri(self) -> str:
        """The URI, in ASCII (RFC 3986): valid in an HTTP message."""
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        authority = f"{self.scheme}://{self.host}" if self.host else ""
        return f"{authority}{self._path_and_query()}{fragment}"

    def join(self, ref: str) -> URL:
        """Resolve a reference against this URL (RFC 3986 §5).

        Args:
            ref: A URL, or one relative to this.

        Returns:
            The target, with the fragment of the reference. Its host is this one's unless the reference has a scheme or
            starts with `//`. It keeps the `root_path` where it lies below it.

        Raises:
            GrammarError: The text is not a reference: it holds a space, a control character or a backslash, its first
                segment holds a colon (§4.2), or it leads to what `parse` refuses.

        >>> str(URL.parse("http://example.org/a/b?c").join("../d#e"))
        'http://example.org/d#e'
        """
        _check_characters(ref)
        scheme, authority, path, query, fragment = split_uri(ref)
        if scheme is None and authority is None and ":" in path.partition("/")[0]:
            raise GrammarError("URL", "expected a scheme before the first colon", ref, path.index(":"))
        # RFC 3986 §6.2.2.2: an escaped dot is a dot, also where dots mean something.
        reference = scheme, authority, path.replace("%2e", ".").replace("%2E", "."), query, fragment
        base = self.scheme, self.host, self._path_uri(), query_to_uri(self.query_string), None
        target = resolve(base, reference)
        if scheme is not None or authority is not None:
            return _absolute(target, ref)
        return self._moved(target[2], _octets_of_query(target[3]), fragment)

    def replace(self, **changes: Unpack[URLChanges]) -> URL:
        """A copy with other components.

        Args:
            **changes: As for the constructor; or `path`, a text with one leading slash (or `*`), in place of
                `raw_path`. A `query_string` that is text is percent-encoded where it has to be.

        Returns:
            The URL, checked as a new one is. A host without a port has the default of the new scheme. A fragment is
            kept.

        Raises:
            GrammarError: A component is not its grammar.
            TypeError: A component is unknown or not of its type, or there are both `path` and `raw_path`.

        >>> str(URL.parse("http://example.org/a?b").replace(path="/c d", query_string=b""))
        'http://example.org/c%20d'
        """
        unknown = changes.keys() - URLChanges.__annotations__.keys()
        if unknown:
            hint = "".join([f"; {INSTEAD[name]}" for name in sorted(unknown) if name in INSTEAD])
            raise TypeError(f"replace() got {sorted(unknown)}, and takes {sorted(URLChanges.__annotations__)}{hint}")
        if "path" in changes and "raw_path" in changes:
            raise TypeError("replace() got both path and raw_path")
        raw_path = changes.get("raw_path", self.raw_path)
        if "path" in changes:
            raw_path = _encode_path(changes["path"])
        query = changes.get("query_string", self.query_string)
        url = URL(
            scheme=changes.get("scheme", self.scheme),
            host=changes.get("host", self.host),
            root_path=changes.get("root_path", self.root_path),
            raw_path=raw_path,
            query_string=_encode_query(query) if isinstance(query, str) else query,
        )
        if self._written is not None:
            path_stays = changes.keys().isdisjoint(("path", "raw_path", "root_path"))
            _set_written(url, (self._path_uri() if path_stays else url._path_uri(), self.fragment))
        return url

    __replace__ = replace

    def with_query(self, query: Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]] | str | None) -> URL:
        """A copy with another query.

        Args:
            query: Names and values, a sequence of values standing for several fields; or a text that is
                percent-encoded already, and is where it still has to be; `None` for none.

        Returns:
            The URL.

        Raises:
            GrammarError: A text holds half of a surrogate pair, which no UTF-8 can.

        >>> str(URL().with_query({"q": "a b", "tag": ["x", "y"]}))
        'http://localhost/?q=a+b&tag=x&tag=y'
        """
        if query is None:
            octets = b""
        elif isinstance(query, str):
            octets = _encode_query(query)
        else:
            octets = format_urlencoded(_fields(query)).encode("ascii")
        return URL.unchecked(self.scheme, self.host, self.root_path, self.raw_path, octets, self._written)

    def _iri_of_host(self) -> str:
        host = self.host
        if not host:
            return ""  # a reference: "http:///x" is not an IRI, and browsers read it as the host x
        if "xn--" in host:
            name, colon, port = host.partition(":")
            host = f"{to_unicode(name)}{colon}{port}"
        return f"{self.scheme}://{host}"

    def _root_octets(self) -> bytes:
        return self.root_path.encode("utf-8", "surrogatepass")

    def _path_octets(self) -> bytes:
        """The whole path: what the URL has after its host."""
        return self._root_octets() + _one_slash(self.raw_path)

    def _path_and_query(self) -> str:
        query = f"?{query_to_uri(self.query_string)}" if self.query_string else ""
        return f"{self._path_uri()}{query}"

    def _path_uri(self) -> str:
        return path_to_uri(self._path_octets()) if self._written is None else self._written[0]

    def _moved(self, path: str, query_string: bytes, fragment: str | None) -> URL:
        # One slash in front: without a host, two would make one of what follows.
        path = _as_written(f"/{path.lstrip('/')}")
        octets = decode_octets(path.encode())
        root = self._root_octets()
        below = bool(root) and octets.startswith(root + b"/")
        return URL.unchecked(
            self.scheme,
            self.host,
            self.root_path if below else "",
            octets[len(root) :] if below else octets,
            query_string,
            (path, None if fragment is None else _as_written(fragment)),
        )


# Written past the frozen `__setattr__`; see `unchecked`.
_set_scheme: Final[Callable[[URL, str], None]] = URL.__dict__["scheme"].__set__
_set_host: Final[Callable[[URL, str], None]] = URL.__dict__["host"].__set__
_set_root_path: Final[Callable[[URL, str], None]] = URL.__dict__["root_path"].__set__
_set_raw_path: Final[Callable[[URL, bytes], None]] = URL.__dict__["raw_path"].__set__
_set_query_string: Final[Callable[[URL, bytes], None]] = URL.__dict__["query_string"].__set__
_set_written: Final[Callable[[URL, tuple[str, str | None] | None], None]] = URL.__dict__["_written"].__set__


def _check_characters(text: str) -> None:
    refuse(_REFUSED, text, "URL", "a space, a control character or a backslash", GrammarError)


def _check_root_path(root_path: str) -> None:
    if root_path and (root_path.startswith("//") or not root_path.startswith("/") or root_path.endswith("/")):
        raise GrammarError("URL", "expected a root path with one leading and no trailing slash", root_path)


def _absolute(parts: URIParts, text: str) -> URL:
    scheme, authority, path, query, fragment = parts
    if scheme is None or scheme.lower() not in DEFAULT_PORTS:
        raise GrammarError("URL", "expected a scheme of HTTP or WebSocket", text, 0)
    if not authority:
        raise GrammarError("URL", "expected a host", text)
    # RFC 9110 §4.2.4: user information in a URL is more likely to mislead than to be meant.
    if "@" in authority:
        raise GrammarError("URL", "user information is not allowed", text, text.index("@"))
    scheme = scheme.lower()
    host = canonical_host(scheme, authority)
    path = _as_written(path or "/")
    written = path, None if fragment is None else _as_written(fragment)
    return URL.unchecked(scheme, host, "", decode_octets(path.encode()), _octets_of_query(query), written)


def canonical_host(scheme: str, text: str) -> str:
    """A host, with its port perhaps, as `URL.host` has it: in lower case, without the scheme's own port.

    Raises:
        GrammarError: The text is not a host with perhaps a port.
    """
    if not text:
        return ""
    if not text.isascii():
        name, colon, port = text.partition(":")
        text = f"{to_ascii(name)}{colon}{port}"
    host, number = parse_host(text)
    return host if number is None or number == DEFAULT_PORTS.get(scheme) else f"{host}:{number}"


def path_text(raw_path: bytes) -> str:
    """A path as `URL.path` has it: UTF-8, with exactly one slash in front, or `*`."""
    return _one_slash(raw_path).decode("utf-8", "replace") or "*"


def hostname_of(host: str) -> str:
    """A host without its port; an IPv6 address in its brackets."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _one_slash(raw_path: bytes) -> bytes:
    if raw_path.startswith(b"/") and not raw_path.startswith(b"//"):
        return raw_path
    # RFC 9112 §3.3: the URI of a request for "*" has no path.
    return b"" if raw_path == b"*" else b"/" + raw_path.lstrip(b"/")


def _as_written(text: str) -> str:
    """A path or a fragment, which may hold what a query may: its escapes stay, and what is not legal becomes one."""
    return query_to_uri(text.encode())


def _octets_of_query(query: str | None) -> bytes:
    return query_to_uri(query.encode()).encode("ascii") if query else b""


def _encode_path(path: str) -> bytes:
    if path != "*" and (not path.startswith("/") or path.startswith("//")):
        raise GrammarError("URL", "expected a path with one leading slash", path, 0)
    try:
        return path.encode()
    except UnicodeEncodeError as error:
        raise GrammarError("URL", "half of a surrogate pair", path, error.start) from None


def _encode_query(query: str) -> bytes:
    try:
        return _octets_of_query(query)
    except UnicodeEncodeError as error:
        raise GrammarError("URL", "half of a surrogate pair", query, error.start) from None


def _fields(query: Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    if isinstance(query, MultiMap):  # as a mapping it has only the first value of each name
        return cast("MultiMap[str]", query).pairs
    if isinstance(query, Mapping):
        mapping = cast("Mapping[str, str | Sequence[str]]", query)  # a mapping of pairs to anything is not a query
        several = [(name, (values,) if isinstance(values, str) else values) for name, values in mapping.items()]
        return [(name, value) for name, values in several for value in values]
    return query
