"""The cookies of a client: what it stores of an answer, and what it sends with a request (RFC 6265bis)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, final

from attrs import evolve, field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.setcookie import SameSite
from verglas.syntax.cookies import (
    CookieEncoding,
    cookie_expires,
    effective_attributes,
    format_set_cookie,
    parse_set_cookie,
    unquote_cookie,
)
from verglas.syntax.dates import parse_cookie_date
from verglas.syntax.hosts import parse_host
from verglas.url import URL
from verglas.values import Value

__all__ = ["Cookie", "CookieJar", "RefusedCookie"]

_LONGEST_PAIR: Final = 4096  # octets of name and value (6265bis §5.7)
_LONGEST_LIFE: Final = timedelta(days=400)  # §5.6.1 and §5.6.2
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SAME_SITE: Final = {member.lower(): member for member in SameSite}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110 §9.2.1
# An IPv6 address in brackets; a name whose last label is a number is an IPv4 address to browsers (WHATWG URL §3.5).
_IP_ADDRESS: Final = re.compile(r"\[.*\]|(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
# Whose http:// origins are as good as secure to Chromium and Firefox (W3C Secure Contexts §3.1).
_LOOPBACK: Final = re.compile(r"(?:.*\.)?localhost\.?|127(?:\.[0-9]+){3}|\[::1\]")


def _masked(_: str) -> str:
    return "***"


def _as_utc(date: datetime) -> datetime:
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _as_utc_or_none(date: datetime | None) -> datetime | None:
    return None if date is None else _as_utc(date)


@final
@frozen
class Cookie(Value):
    """A cookie that a client has stored. Its value does not show in `repr`.

    In the name and the value each character is an octet (Latin-1), as in header fields. `decoded_key` and
    `decoded_value` are what the application reads.

    Attributes:
        name: The name; empty for a cookie without a name.
        value: The value as it was sent, quotes and escapes included.
        domain: The host that it was stored for, in lower case, without a leading dot or a port.
        path: The path below which it is sent.
        secure: Whether it is sent over `https`, or to this machine, only.
        http_only: Whether it is hidden from scripts.
        same_site: With which requests from other sites it is sent. `None`: the attribute is missing or unknown.
        partitioned: Whether there is one for each top-level site.
        host_only: Whether it is for the domain itself only, not for hosts below it.
        expires: When it expires, in UTC; may be given in any zone, a naive one is UTC. `None`: with the session.
        created: When a cookie of this name, domain and path was first stored; as `expires`.

    Raises:
        HeaderValueError: The name or the value cannot be sent as it is, the domain is not a host in lower case, or the
            path does not start with a slash.

    >>> Cookie("sid", '"31d4"').decoded_value
    '31d4'
    """

    name: str
    value: str = field(repr=_masked)
    domain: str = "localhost"
    path: str = "/"
    secure: bool = field(default=False, kw_only=True)
    http_only: bool = field(default=False, kw_only=True)
    same_site: SameSite | None = field(default=None, kw_only=True)
    partitioned: bool = field(default=False, kw_only=True)
    host_only: bool = field(default=True, kw_only=True)
    expires: datetime | None = field(default=None, kw_only=True, converter=_as_utc_or_none)
    created: datetime = field(default=_EPOCH, kw_only=True, converter=_as_utc)

    def __attrs_post_init__(self) -> None:
        try:
            found = parse_set_cookie(f"{self.name}={self.value}")
        except GrammarError as error:
            raise HeaderValueError("cookie", error.problem, None, error.position) from None
        if found != (self.name, self.value, ()):
            raise HeaderValueError("cookie", "a name or value that a client cannot send as it is", self.name)
        if not _is_host(self.domain):
            raise HeaderValueError("cookie domain", "expected a host in lower case, without a port", self.domain)
        if not self.path.startswith("/"):
            raise HeaderValueError("cookie path", "expected a path that starts with a slash", self.path)

    @property
    def key(self) -> str:
        """The name."""
        return self.name

    @property
    def decoded_key(self) -> str:
        """The name, as `Cookies` has it in the request: UTF-8."""
        return self.name.encode("latin-1").decode("utf-8", "replace")

    @property
    def decoded_value(self) -> str:
        """The value, as `Cookies` has it in the request: unquoted, and UTF-8.

        Raises:
            GrammarError: An escape stands for a control character; `Cookies` leaves such a cookie out.
        """
        return unquote_cookie(self.value)

    @property
    def origin_only(self) -> bool:
        """The name that Werkzeug has for `host_only`."""
        return self.host_only

    def is_expired(self, now: datetime | float) -> bool:
        """Whether it has expired.

        Args:
            now: The time; a naive one is UTC.
        """
        return self.expires is not None and self.expires <= _instant(now)

    def is_sent_to(self, url: URL | str) -> bool:
        """Whether it is sent to a URL, by domain, path and scheme (6265bis §5.8.3); `expires` does not count.

        Args:
            url: The URL of the request.

        Raises:
            GrammarError: The text of the URL is not an absolute URL.
        """
        url = _url(url)
        host = url.hostname
        if host != self.domain if self.host_only else not _domain_matches(host, self.domain):
            return False
        return _path_matches(_path_of(url), self.path) and (not self.secure or _is_secure(url))

    @override
    def __str__(self) -> str:
        """The cookie in a `Cookie` field: `name=value`, or the value alone if the name is empty."""
        return f"{self.name}={self.value}" if self.name else self.value


@final
@frozen
class RefusedCookie(Value):
    """A cookie that a jar did not store.

    Attributes:
        name: The name of the cookie; empty if it has none, or if the line does not hold a cookie.
        reason: Why a browser would ignore it.
    """

    name: str
    reason: str


@final
class CookieJar:
    """The cookies of a client, stored and sent as browsers do (RFC 6265bis §5.7, §5.8).

    A jar does not read the clock: each method takes the time as an argument.

    Where the specification leaves the choice to browsers, or a jar differs from them:

    - `Secure` cookies are accepted from, and sent to, `https` URLs and this machine (`localhost`, `*.localhost`,
      `127.x.x.x`, `[::1]`), as in Chromium and Firefox. Other `http` URLs can neither set nor overwrite them.
    - A missing `SameSite` means `Lax`, as in Chromium. A request counts as same-site unless `cross_site` is passed.
    - Public suffixes are not known. A `Domain` of a single label is refused unless it is the host itself; any other,
      such as `co.uk`, is accepted.
    - `Partitioned` is stored, and makes no difference: a jar has one top-level site.
    - The number of cookies is not limited.

    Args:
        cookies: The cookies that it holds at first.

    >>> jar = CookieJar()
    >>> jar.store(["sid=31d4; Path=/app; Secure; HttpOnly"], "https://example.org/login", now=0)
    ()
    >>> jar.cookie_header("https://example.org/app/notes", "GET", now=1)
    'sid=31d4'
    >>> jar.cookie_header("http://example.org/app/notes", "GET", now=1) is None
    True
    """

    __slots__ = ("_cookies",)

    _cookies: dict[tuple[str, str, bool, str], Cookie]

    def __init__(self, cookies: Iterable[Cookie] = ()) -> None:
        self._cookies = {}
        for cookie in cookies:
            self.add(cookie)

    def store(self, lines: Iterable[str], url: URL | str, now: datetime | float) -> tuple[RefusedCookie, ...]:
        """Store the cookies of a response, and remove those that have expired.

        Args:
            lines: The values of its `Set-Cookie` lines.
            url: The URL of the request.
            now: The time; a naive one is UTC.

        Returns:
            The cookies that were not stored, each with the reason.

        Raises:
            GrammarError: The text of the URL is not an absolute URL.
            TypeError: The lines are a single text.

        >>> CookieJar().store(["__Host-sid=1; Secure"], "https://example.org/", now=0)[0].reason
        "a name with '__Host-' needs Secure, Path=/ and no Domain"
        """
        if isinstance(lines, str):
            raise TypeError(
                "store() takes several lines, as response.headers.getlist('Set-Cookie') has them, not one str"
            )
        url, instant = _url(url), _instant(now)
        self.expire(instant)
        # None is added on the way: a Secure cookie needs a secure origin.
        guarded: Mapping[tuple[str, str], Sequence[str]] = {} if _is_secure(url) else self._secure_domains()
        refused: list[RefusedCookie] = []
        for line in lines:
            name = ""
            try:
                name, value, attributes = parse_set_cookie(line)
                cookie = _cookie_of(name, value, effective_attributes(attributes), url, instant)
                _check_overwriting(cookie, guarded)
            except GrammarError as error:
                refused.append(RefusedCookie(name, error.problem))
            else:
                self.add(cookie)
        self.expire(instant)
        return tuple(refused)

    def cookie_header(
        self, url: URL | str, method: str, now: datetime | float, *, cross_site: bool = False
    ) -> str | None:
        """The value of the `Cookie` field of a request: longer paths first, then older cookies (6265bis §5.8.3).

        Args:
            url: The URL of the request.
            method: Its method.
            now: The time; a naive one is UTC.
            cross_site: Whether a link or a form of another site causes the request: `Strict` cookies are not sent
                then, and `Lax` ones only with a safe method.

        Returns:
            The value; `None` if no cookie is sent.

        Raises:
            GrammarError: The text of the URL is not an absolute URL.
        """
        url, instant = _url(url), _instant(now)
        sent = [
            cookie
            for cookie in self._cookies.values()
            if not cookie.is_expired(instant)
            and cookie.is_sent_to(url)
            and (not cross_site or _crosses_sites(cookie, method))
        ]
        sent.sort(key=lambda cookie: (-len(cookie.path), cookie.created))
        return "; ".join(map(str, sent)) or None

    def add(self, cookie: Cookie) -> None:
        """Store a cookie without the checks that a browser makes.

        Args:
            cookie: The cookie. One of the same name, domain and path is replaced, which passes on its `created`.
        """
        identity = cookie.name, cookie.domain, cookie.host_only, cookie.path
        old = self._cookies.get(identity)
        self._cookies[identity] = cookie if old is None else evolve(cookie, created=old.created)

    def set(
        self,
        name: str,
        value: str = "",
        *,
        now: datetime | float,
        domain: str = "localhost",
        path: str = "/",
        secure: bool = False,
        http_only: bool = False,
        same_site: SameSite | str | None = None,
        partitioned: bool = False,
        host_only: bool = True,
        max_age: timedelta | int | None = None,
        expires: datetime | float | str | None = None,
        encoding: CookieEncoding = "quoted",
    ) -> Cookie:
        """Make a cookie and store it without the checks that a browser makes; remove those that have expired.

        Args:
            name: A token.
            value: Text, which is quoted where it has to be.
            now: The time; a naive one is UTC.
            domain: The host.
            path: The path.
            secure: Whether it is sent over `https`, or to this machine, only.
            http_only: Whether it is hidden from scripts.
            same_site: With which requests from other sites it is sent; text in any case.
            partitioned: Whether there is one for each top-level site.
            host_only: Whether it is for the domain itself only, not for hosts below it.
            max_age: How long it lasts, in seconds; takes precedence over `expires`.
            expires: When it expires: a date, a naive one in UTC; a POSIX timestamp; or an HTTP date as text.
            encoding: How the value is written.

        Returns:
            The cookie.

        Raises:
            HeaderValueError: The name is not a token, the value cannot be written, the domain is not a host, the path
                does not start with a slash, `same_site` is unknown, or `expires` is not a date.

        >>> jar = CookieJar()
        >>> str(jar.set("theme", "dark, red", now=0))
        'theme="dark\\\\054 red"'
        """
        written_name, written, _ = parse_set_cookie(format_set_cookie(name, value, path=None, encoding=encoding))
        instant = _instant(now)
        if max_age is not None:
            ends: datetime | None = _later(instant, timedelta(seconds=max_age) if isinstance(max_age, int) else max_age)
        else:
            ends = None if expires is None else cookie_expires(expires)
        cookie = Cookie(
            written_name,
            written,
            domain,
            path,
            secure=secure,
            http_only=http_only,
            same_site=None if same_site is None else _same_site(same_site),
            partitioned=partitioned,
            host_only=host_only,
            expires=ends,
            created=instant,
        )
        self.add(cookie)
        self.expire(instant)
        return cookie

    def get(self, name: str, domain: str = "localhost", path: str = "/") -> Cookie | None:
        """The cookie of this name that was stored for exactly this domain and path.

        Args:
            name: The name.
            domain: The domain that it was stored for, without a leading dot.
            path: The path that it was stored for.

        Returns:
            The cookie; `None` if the jar does not have it.
        """
        for host_only in (True, False):
            cookie = self._cookies.get((name, domain, host_only, path))
            if cookie is not None:
                return cookie
        return None

    def delete(self, name: str, domain: str = "localhost", path: str = "/") -> bool:
        """Remove a cookie.

        Args:
            name: The name.
            domain: The domain that it was stored for, without a leading dot.
            path: The path that it was stored for.

        Returns:
            Whether the jar had it.
        """
        of_host = self._cookies.pop((name, domain, True, path), None)
        of_domain = self._cookies.pop((name, domain, False, path), None)
        return (of_host or of_domain) is not None

    def expire(self, now: datetime | float) -> None:
        """Remove the cookies that have expired.

        Args:
            now: The time; a naive one is UTC.
        """
        instant = _instant(now)
        for identity in [identity for identity, cookie in self._cookies.items() if cookie.is_expired(instant)]:
            del self._cookies[identity]

    def clear(self) -> None:
        """Remove all cookies."""
        self._cookies.clear()

    def __iter__(self) -> Iterator[Cookie]:
        """Iterate over a copy of the cookies, in the order in which they were first stored."""
        return iter(tuple(self._cookies.values()))

    def __len__(self) -> int:
        return len(self._cookies)

    @override
    def __repr__(self) -> str:
        return f"CookieJar({list(self)!r})"

    def _secure_domains(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The domains of the `Secure` cookies, by name and path."""
        found: dict[tuple[str, str], list[str]] = {}
        for cookie in self._cookies.values():
            if cookie.secure:
                found.setdefault((cookie.name, cookie.path), []).append(cookie.domain)
        return found


def _check_overwriting(cookie: Cookie, guarded: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Leave `Secure` cookies of the same name alone where the origin is not secure (6265bis §5.7 step 16)."""
    for path in _paths_above(cookie.path) if guarded else ():
        for domain in guarded.get((cookie.name, path), ()):
            if _domain_matches(domain, cookie.domain) or _domain_matches(cookie.domain, domain):
                raise GrammarError("Set-Cookie", "a Secure cookie of this name is there, and the origin is not secure")


def _paths_above(path: str) -> Iterator[str]:
    """The paths of the cookies that are sent to a path."""
    yield path
    for found in re.finditer("/", path):
        yield path[: found.start()]
        yield path[: found.end()]


def _cookie_of(name: str, value: str, found: dict[str, str], url: URL, now: datetime) -> Cookie:
    """The cookie that a line sets (6265bis §5.7).

    Raises:
        GrammarError: A browser ignores the line.
    """
    host = url.hostname
    if len(name) + len(value) > _LONGEST_PAIR:
        raise GrammarError("Set-Cookie", f"name and value are longer than {_LONGEST_PAIR} octets")
    domain = _domain(found.get("domain", ""), host)
    path = found.get("path", "")
    secure = "secure" in found
    same_site = _SAME_SITE.get(found.get("samesite", "").lower())
    if secure and not _is_secure(url):
        raise GrammarError("Set-Cookie", "Secure, and the origin is not secure")
    if same_site is SameSite.NONE and not secure:
        raise GrammarError("Set-Cookie", "SameSite=None needs Secure")
    if "partitioned" in found and not secure:
        raise GrammarError("Set-Cookie", "Partitioned needs Secure")
    _check_prefix(name, value, found, is_host=secure and not domain and path == "/")
    return Cookie(
        name,
        value,
        domain or host,
        path if path.startswith("/") else _default_path(_path_of(url)),
        secure=secure,
        http_only="httponly" in found,
        same_site=same_site,
        partitioned="partitioned" in found,
        host_only=not domain,
        expires=_expires(found, now),
        created=now,
    )


def _domain(attribute: str, host: str) -> str:
    """The domain of a cookie; empty for a host-only one."""
    domain = attribute.removeprefix(".").lower()
    if not domain.isascii():
        raise GrammarError("Set-Cookie", "expected a domain in ASCII")
    if not domain or domain == host:
        # A single label is a public suffix, as browsers say of those that no list has; nothing is below an address.
        return "" if "." not in domain or _IP_ADDRESS.fullmatch(host) else domain
    if not _domain_matches(host, domain):
        raise GrammarError("Set-Cookie", "the domain is not that of the host, nor one above it")
    if "." not in domain.removesuffix("."):
        raise GrammarError("Set-Cookie", "the domain is a single label, a public suffix")
    return domain


def _check_prefix(name: str, value: str, found: dict[str, str], *, is_host: bool) -> None:
    # §5.7 steps 20 to 22. By its letter Path=x, which stands for the default path "/", would do; Chromium wants Path=/.
    start = (name or value).lower()
    if not start.startswith(("__secure-", "__host-")):
        return
    if not name:
        raise GrammarError("Set-Cookie", "a cookie without a name, whose value has the prefix of one")
    if start.startswith("__secure-") and "secure" not in found:
        raise GrammarError("Set-Cookie", "a name with '__Secure-' needs Secure")
    if start.startswith("__host-") and not is_host:
        raise GrammarError("Set-Cookie", "a name with '__Host-' needs Secure, Path=/ and no Domain")


def _expires(found: dict[str, str], now: datetime) -> datetime | None:
    if "max-age" in found:
        text = found["max-age"]
        if text.startswith("-") or not text.strip("0"):
            return _EARLIEST
        # Never the whole to int(), whose work grows with the square of its length.
        digits = text.lstrip("0")
        ends = _later(now, timedelta(seconds=int(digits)) if len(digits) < 10 else _LONGEST_LIFE)
    else:
        date = parse_cookie_date(found.get("expires", ""))
        if date is None:
            return None
        ends = date
    return min(ends, _later(now, _LONGEST_LIFE))


def _same_site(text: str) -> SameSite:
    member = _SAME_SITE.get(text.lower())
    if member is None:
        raise HeaderValueError("cookie same_site", "expected 'Strict', 'Lax' or 'None'", text)
    return member


def _later(now: datetime, age: timedelta) -> datetime:
    try:
        return now + age
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if age > timedelta() else _EARLIEST


def _instant(now: datetime | float) -> datetime:
    if isinstance(now, datetime):
        return _as_utc(now)
    return _EPOCH + timedelta(seconds=now)


def _url(url: URL | str) -> URL:
    return url if isinstance(url, URL) else URL.parse(url)


def _is_host(text: str) -> bool:
    try:
        return text == text.lower() and parse_host(text) == (text, None)
    except GrammarError:
        return False


def _is_secure(url: URL) -> bool:
    return url.scheme in ("https", "wss") or _LOOPBACK.fullmatch(url.hostname) is not None


def _domain_matches(host: str, domain: str) -> bool:
    """§5.1.3: the same, or below it; an address is below nothing."""
    return host == domain or (host.endswith(f".{domain}") and _IP_ADDRESS.fullmatch(host) is None)


def _path_of(url: URL) -> str:
    return url.target.partition("?")[0]


def _default_path(path: str) -> str:
    """§5.1.4: up to the last slash, without it."""
    return (path.startswith("/") and path[: path.rindex("/")]) or "/"


def _path_matches(path: str, cookie_path: str) -> bool:
    """§5.1.4: the same, or below it."""
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _crosses_sites(cookie: Cookie, method: str) -> bool:
    if cookie.same_site is SameSite.NONE:
        return True
    return cookie.same_site is not SameSite.STRICT and method.upper() in _SAFE_METHODS
