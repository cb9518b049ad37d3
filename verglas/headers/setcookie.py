"""`Set-Cookie` (RFC 6265 §4.1, and the 6265bis draft that browsers follow)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, check_members, read_seconds
from verglas.syntax.cookies import (
    cookie_domain,
    cookie_expires,
    cookie_path,
    effective_attributes,
    format_set_cookie,
    parse_set_cookie,
    unquote_cookie,
    whole_seconds,
)
from verglas.syntax.dates import parse_cookie_date
from verglas.values import Value

__all__ = ["SET_COOKIE", "SameSite", "SetCookie"]

_KNOWN: Final = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"}
)  # the attributes that have a field of their own
# extension-av of RFC 6265 §4.1.1, and the octets above ASCII that a field may hold.
_EXTENSION_NAME: Final = r"[\t -:<>-~\x80-\xff]+"
_EXTENSION_VALUE: Final = r"[\t -:<-~\x80-\xff]*"
# 300,000 years: within a timedelta, and so many digits that int() never gets more.
_MOST_DIGITS: Final = 13
_LONGEST: Final = timedelta(seconds=10**_MOST_DIGITS - 1)


class SameSite(StrEnum):
    """To which requests of other sites a cookie is attached (6265bis §5.6.7)."""

    STRICT = "Strict"
    LAX = "Lax"
    NONE = "None"


_SAME_SITE: Final = {member.lower(): member for member in SameSite}


def _as_max_age(max_age: timedelta | int | None) -> timedelta | None:
    if max_age is None:
        return None
    seconds = whole_seconds(max_age)
    if abs(seconds) >= 10**_MOST_DIGITS:
        raise HeaderValueError("cookie max_age", f"more than {_MOST_DIGITS} digits of seconds")
    return timedelta(seconds=seconds)


def _as_expires(expires: datetime | float | str | None) -> datetime | None:
    return None if expires is None else cookie_expires(expires)


def _as_domain(domain: str | None) -> str | None:
    return cookie_domain(domain) if domain else None


def _as_path(path: str | None) -> str | None:
    return None if path is None else cookie_path(path)


def _as_same_site(samesite: str | None) -> SameSite | None:
    if samesite is None or isinstance(samesite, SameSite):
        return samesite
    member = _SAME_SITE.get(samesite.lower())
    if member is None:
        raise HeaderValueError("cookie samesite", "expected 'Strict', 'Lax' or 'None'", samesite)
    return member


def _as_extensions(extensions: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    return tuple([(name, value) for name, value in extensions])


def _masked(_: str) -> str:
    return "***"


def _folded(extensions: tuple[tuple[str, str | None], ...]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name.lower(), value) for name, value in extensions)


@final
@frozen
class SetCookie(Value):
    """A cookie that a response sets (6265bis §4.1): one line of its own, never joined with another.

        set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )
        cookie-pair       = cookie-name BWS "=" BWS cookie-value
        cookie-av         = expires-av / max-age-av / domain-av / path-av / secure-av / httponly-av / samesite-av /
                            extension-av

    `sid=31d4; Secure; HttpOnly; Path=/; SameSite=Lax`, `theme="dark, \\"red\\""; Max-Age=31536000`. An instance is a
    cookie that browsers store:

    | name          | needs                             |
    |---------------|-----------------------------------|
    | `__Secure-x`  | `secure`                          |
    | `__Host-x`    | `secure`, the path `/`, no domain |
    | any, in `SameSite=None` | `secure`                |
    | any, `partitioned` | `secure`, which it implies   |

    Equal when all parts are; extensions compare their names without case. The value does not show in `repr`.

    Attributes:
        name: A token, unless the cookie is deleted. Prefixes count in any case.
        value: Any text: what `Cookies` reads when the cookie comes back.
        max_age: How long it lasts, in whole seconds; it may be given as `int`. Zero or less: it is forgotten.
        expires: When it ends, in UTC and whole seconds; may be given as a POSIX timestamp or as an HTTP date, too.
        domain: In lower case and ASCII; `None`: this host only.
        path: Percent-encoded; `None`: the request's own folder.
        secure: Only over TLS.
        httponly: Not for scripts.
        samesite: May be given as text in any case.
        partitioned: One for each top-level site.
        extensions: Attributes that are none of these, in order; `None` where there is no `=`.

    Raises:
        HeaderValueError: A part is not its grammar, or browsers would drop the cookie.

    >>> cookie = SetCookie("sid", "31d4", max_age=timedelta(hours=1), httponly=True, samesite="lax")
    >>> str(cookie)
    'sid=31d4; Max-Age=3600; HttpOnly; Path=/; SameSite=Lax'
    >>> SetCookie.parse(str(cookie)) == cookie
    True
    """

    name: str
    value: str = field(default="", repr=_masked)
    max_age: timedelta | None = field(default=None, kw_only=True, converter=_as_max_age)
    expires: datetime | None = field(default=None, kw_only=True, converter=_as_expires)
    domain: str | None = field(default=None, kw_only=True, converter=_as_domain)
    path: str | None = field(default="/", kw_only=True, converter=_as_path)
    secure: bool = field(default=False, kw_only=True)
    httponly: bool = field(default=False, kw_only=True)
    samesite: SameSite | None = field(default=None, kw_only=True, converter=_as_same_site)
    partitioned: bool = field(default=False, kw_only=True)
    extensions: tuple[tuple[str, str | None], ...] = field(
        default=(), kw_only=True, converter=_as_extensions, eq=_folded
    )
    _line: str = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _set_secure(self, self.secure or self.partitioned)
        line = format_set_cookie(
            self.name,
            self.value,
            max_age=self.max_age,
            expires=self.expires,
            path=self.path,
            domain=self.domain,
            secure=self.secure,
            httponly=self.httponly,
            samesite=self.samesite,
            partitioned=self.partitioned,
        )
        _set_line(self, "".join([line, *(_extension(name, value) for name, value in self.extensions)]))

    @classmethod
    def parse(cls, text: str, /) -> SetCookie:
        """Read one line as a browser does (6265bis §5.6): what it ignores is left out, what it drops is an error.

        Of an attribute that is there several times the last counts. A `Max-Age` of more than thirteen digits is read as
        the most that thirteen hold.

        Args:
            text: The value of one field line.

        Raises:
            GrammarError: The line is not a cookie, its name is not a token, its domain not a host, or browsers drop it.

        >>> SetCookie.parse("a=b; Max-Age=60; SameSite=Lax; Priority=High").extensions
        (('Priority', 'High'),)
        """
        name, value, attributes = parse_set_cookie(text)
        found = effective_attributes(attributes)
        domain, path = found.get("domain", "").removeprefix("."), found.get("path")
        if not domain.isascii():
            raise GrammarError("Set-Cookie", "expected a domain in ASCII")  # the line holds a secret: it is not shown
        if "partitioned" in found and "secure" not in found:
            raise GrammarError("Set-Cookie", "'Partitioned' needs 'Secure'")
        try:
            return cls(
                name.encode("latin-1").decode("utf-8", "replace"),
                unquote_cookie(value),
                max_age=_read_max_age(found.get("max-age")),
                expires=parse_cookie_date(found.get("expires", "")),
                domain=domain,
                path=None if path is None else cookie_path(path.encode("latin-1")),
                secure="secure" in found,
                httponly="httponly" in found,
                samesite=_SAME_SITE.get(found.get("samesite", "").lower()),  # §5.6.7: anything else is the default
                partitioned="partitioned" in found,
                extensions=(pair for pair in attributes if pair[0] and pair[0].lower() not in _KNOWN),
            )
        except HeaderValueError as error:
            raise GrammarError("Set-Cookie", f"{error.grammar}: {error.problem}") from None

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, domain and path: a cookie replaces another one that has the same (6265bis §5.7).

        Domain and path are empty where the request's own take their place: so is a path without a slash in front.

        >>> SetCookie("sid", domain="Example.org", path="app").identity
        ('sid', 'example.org', '')
        """
        path = self.path or ""
        return self.name, self.domain or "", path if path.startswith("/") else ""

    @override
    def __str__(self) -> str:
        return self._line


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_secure: Final = SetCookie.__dict__["secure"].__set__
_set_line: Final = SetCookie.__dict__["_line"].__set__


def _extension(name: str, value: str | None) -> str:
    if re.fullmatch(_EXTENSION_NAME, name) is None or name != name.strip(" \t") or name.lower() in _KNOWN:
        raise HeaderValueError("cookie extension", "not the name of an attribute, or one with a field of its own", name)
    if value is None:
        return f"; {name}"
    if re.fullmatch(_EXTENSION_VALUE, value) is None or value != value.strip(" \t"):
        raise HeaderValueError("cookie extension", "a value that would not be read as it is", value)
    return f"; {name}={value}"


def _read_max_age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    age = read_seconds(text.removeprefix("-"), grammar="Set-Cookie", at_most=_LONGEST)
    return -age if text.startswith("-") else age


def _decode(lines: Sequence[str]) -> tuple[SetCookie, ...]:
    return tuple(map(SetCookie.parse, lines))


def _encode(cookies: Sequence[SetCookie]) -> tuple[str, ...]:
    return tuple(map(str, check_members(cookies, SetCookie, "Set-Cookie")))


SET_COOKIE: Final[HeaderField[tuple[SetCookie, ...]]] = HeaderField("Set-Cookie", _decode, _encode)
"""The cookies of a response, one for each line: a comma joins nothing here (RFC 9110 §5.3)."""
