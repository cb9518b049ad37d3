"""`Cookie` and `Set-Cookie` (RFC 6265, and the 6265bis draft that browsers follow)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

from verglas.errors.grammar import ExceededLimit, GrammarError, HeaderValueError, LimitError
from verglas.syntax.authentication import utf_8_or_latin_1
from verglas.syntax.dates import format_date, parse_cookie_date, parse_date
from verglas.syntax.hosts import to_ascii
from verglas.syntax.percent import decode_octets, encode_percent
from verglas.syntax.tokens import check_token, is_token

__all__ = [
    "CookieEncoding",
    "cookie_domain",
    "cookie_expires",
    "cookie_identity",
    "cookie_path",
    "effective_attributes",
    "format_set_cookie",
    "legal_cookies",
    "parse_cookies",
    "parse_set_cookie",
    "percent_decoded",
    "unquote_cookie",
    "whole_seconds",
]

CookieEncoding: TypeAlias = Literal["quoted", "percent"]
"""How the value of a cookie is written: quoted where it has to be, or percent-encoded."""

# What drops a cookie: 6265bis §5.6 names the controls but tab; above U+00FF nothing has come over the wire.
_REFUSED: Final = re.compile(r"[^\t -~\x80-\xff]")
_QUOTED: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_ESCAPES: Final = re.compile(r'\\(["\\])|((?:\\[0-3][0-7]{2})+)')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What no browser has in the name of a cookie, so that no request shows it.
_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f=;]")
_NOT_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT_SAFE: Final = "!'()*"  # as encodeURIComponent leaves them
_UNQUOTED_VALUE: Final = re.compile(r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*", re.ASCII)
# cookie-octet of RFC 6265 §4.1.1 has neither comma, semicolon nor anything but ASCII; the rest goes in octal.
_VALUE_ESCAPES: Final = {
    **{octet: f"\\{octet:03o}" for octet in (0x09, 0x2C, 0x3B, *range(0x80, 0x100))},
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}
_FIRST_YEAR: Final = 1601  # RFC 6265 §5.1.1: no date is before it
_LONGEST_ATTRIBUTE: Final = 1024  # octets of a value that browsers read (6265bis §5.6)
_MAX_AGE: Final = re.compile("-?[0-9]+")
_PATH_SAFE: Final = "%!$&'()*+,/:=@"
_SAME_SITE: Final = {"strict": "; SameSite=Strict", "lax": "; SameSite=Lax", "none": "; SameSite=None"}


def parse_cookies(text: str, *, max_cookies: int | None = None) -> tuple[tuple[str, str], ...]:
    """Read the cookies of a request, in order, equal names included.

    `;` separates and the first `=` splits, whatever stands in quotes: no value can swallow the cookie after it or make
    one (CVE-2016-7401). A cookie needs a name (CVE-2023-23934); without a `=` the value is empty. A value
    that is one quoted string is unquoted: `\\"`, `\\\\` and octal escapes, other backslashes stay. A control character
    drops its own cookie only. Two fields that a server joined by a comma are not split: a comma is data.

    Args:
        text: The field value as it came: each character an octet (Latin-1). Names and values are then UTF-8, what is
            not becomes U+FFFD.
        max_cookies: How many there may be. `None`: any number.

    Returns:
        Names and values.

    Raises:
        LimitError: The text has more than `max_cookies` cookies.

    >>> parse_cookies('a=1; b="x, \\\\"y\\\\""; =c; d')
    (('a', '1'), ('b', 'x, "y"'), ('d', ''))
    """
    pairs: list[tuple[str, str]] = []
    # PERF: of ASCII, space is all that is printable and trimmed. Not comprehensions: the loop takes two thirds of them.
    if text.isascii() and text.isprintable() and '"' not in text:
        tight = text.replace("; ", ";")  # as browsers write them, which leaves nothing to trim
        for piece in tight.split(";"):
            name, _, value = piece.partition("=")
            if " " in piece:
                name, value = name.strip(), value.strip()
            if name:
                pairs.append((name, value))
    else:
        pairs = [pair for pair in map(_read_cookie, text.split(";")) if pair is not None]
    if max_cookies is not None and len(pairs) > max_cookies:
        raise LimitError("Cookie", "too many cookies", ExceededLimit("max_cookies", max_cookies, "cookies"))
    return tuple(pairs)


def legal_cookies(text: str) -> str | None:
    r"""Leave the cookies out that hold a character that no field may hold: no other suffers for it.

    Args:
        text: The value of a Cookie field.

    Returns:
        The cookies that are left, as they came; `None` if there are none.

    >>> legal_cookies("sid=abc; other=1\x01; theme=dark")
    'sid=abc; theme=dark'
    """
    left = ";".join([piece for piece in text.split(";") if _REFUSED.search(piece) is None])
    return left.strip(" \t") or None


def format_set_cookie(
    name: str,
    value: str = "",
    *,
    max_age: int | timedelta | None = None,
    expires: datetime | int | float | str | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: str | None = None,
    partitioned: bool = False,
    encoding: CookieEncoding = "quoted",
) -> str:
    """Write the value of a `Set-Cookie` field (RFC 6265 §4.1).

    Args:
        name: A token. `__Host-` and `__Secure-`, in any case, bring their rules along (6265bis §4.1.3). To delete a
            cookie, with no value and a `max_age` of 0, any name that `parse_cookies` gives.
        value: Text without control characters but tab; quoted and escaped where it is not a cookie-value, so that
            `parse_cookies` gives it back. Percent-encoded it may be any text.
        max_age: Seconds; part of a second is dropped.
        expires: A date, a naive one in UTC; a POSIX timestamp; or an HTTP date as text.
        path: Percent-encoded where it has to be. `None`: no attribute.
        domain: A host without a port; a leading dot is dropped. `None` or empty: no attribute.
        secure: Only over a secure connection.
        httponly: Not for scripts.
        samesite: `Strict`, `Lax` or `None` as text, in any case.
        partitioned: One jar for each top-level site; implies `secure`.
        encoding: How the value is written: `quoted` where it has to be, or `percent`, as `encodeURIComponent` does.

    Returns:
        The field value, in ASCII but for the name of a cookie that is deleted.

    Raises:
        HeaderValueError: Something is not its grammar, or a browser would drop the cookie: `SameSite=None` without
            `secure`, the rules of a prefix broken; or would ignore the date, as it does before the year 1601.
        TypeError: The value is not a `str`.

    >>> format_set_cookie("sid", "31d4", max_age=3600, httponly=True, samesite="lax")
    'sid=31d4; Max-Age=3600; HttpOnly; Path=/; SameSite=Lax'
    """
    if not is_token(name):
        is_deleted = value == "" and max_age is not None and not max_age
        name = _deleted_name(name) if is_deleted else check_token(name, "cookie name")
    value = _written_value(value, encoding)
    secure = secure or partitioned
    if name.startswith("__"):
        _check_prefix(name, secure, domain, path)
    return (
        f"{name}={value}{'; Domain=' + cookie_domain(domain) if domain else ''}"
        f"{'' if expires is None else '; Expires=' + format_date(cookie_expires(expires))}"
        f"{'' if max_age is None else f'; Max-Age={whole_seconds(max_age)}'}"
        f"{'; Secure' if secure else ''}{'; HttpOnly' if httponly else ''}"
        f"{'; Path=/' if path == '/' else '' if path is None else '; Path=' + cookie_path(path)}"
        f"{'' if samesite is None else _same_site(samesite, secure)}{'; Partitioned' if partitioned else ''}"
    )


def parse_set_cookie(text: str) -> tuple[str, str, tuple[tuple[str, str | None], ...]]:
    """Read the value of a `Set-Cookie` field as a browser does (6265bis §5.6).

    Args:
        text: The field value.

    Returns:
        The name, perhaps empty; the value as it stands, not unquoted; and the attributes in order, known or not, their
        values `None` where there was no `=`.

    Raises:
        GrammarError: The line has a control character, or neither a name nor a value. The text is not carried.

    >>> parse_set_cookie("sid=31d4; Path=/; Secure")
    ('sid', '31d4', (('Path', '/'), ('Secure', None)))
    """
    control = _REFUSED.search(text)
    if control is not None:
        raise GrammarError("Set-Cookie", "a character that no cookie may hold", None, control.start())
    first, *rest = text.split(";")
    name, equals, value = first.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if equals else ("", name.strip(" \t"))
    if not name and not value:
        raise GrammarError("Set-Cookie", "expected a name or a value", None, 0)
    return name, value, tuple(map(_read_attribute, rest))


def cookie_identity(set_cookie_value: str) -> tuple[str, str, str]:
    """Name, domain and path: a cookie replaces another one that has the same (6265bis §5.7).

    Args:
        set_cookie_value: The value of a `Set-Cookie` field.

    Returns:
        The name; the domain in lower case without a leading dot; the path. Empty where the attribute is absent, or is
        one that a browser ignores: it then takes what belongs to the request.

    Raises:
        GrammarError: The text is not a `Set-Cookie`.

    >>> cookie_identity("sid=31d4; Domain=.Example.org; Path=/app")
    ('sid', 'example.org', '/app')
    """
    name, _, attributes = parse_set_cookie(set_cookie_value)
    effective = effective_attributes(attributes)
    path = effective.get("path", "")
    # 6265bis §5.6.4: one that does not start with "/" stands for the default path.
    return name, effective.get("domain", "").removeprefix(".").lower(), path if path.startswith("/") else ""


def effective_attributes(attributes: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """The attributes of a `Set-Cookie` that count to a browser (6265bis §5.6 and §5.7): of several the last.

    Args:
        attributes: As `parse_set_cookie` gives them.

    Returns:
        Values by names in lower case, without those that are ignored: an `Expires` that is not a date, a `Max-Age`
        that is not a number, any value of more than 1024 octets. An empty `Domain` counts: it takes back one before.

    >>> effective_attributes([("Path", "/a"), ("path", "/b"), ("Secure", None), ("Max-Age", "x")])
    {'path': '/b', 'secure': ''}
    """
    effective: dict[str, str] = {}
    for attribute, given in attributes:
        name, value = attribute.lower(), given or ""
        match name:
            case "expires":
                counts = parse_cookie_date(value) is not None
            case "max-age":
                counts = _MAX_AGE.fullmatch(value) is not None
            case _:
                counts = True
        if counts and len(value) <= _LONGEST_ATTRIBUTE:
            effective[name] = value
    return effective


def unquote_cookie(value: str) -> str:
    r"""Read the value of a cookie: one that is a quoted string is unquoted, and then it is UTF-8.

    Args:
        value: As it came, each character an octet (Latin-1).

    Returns:
        The text that `format_set_cookie` was given. What is not UTF-8 becomes U+FFFD; octal escapes that stand together
        are Latin-1 where they are not UTF-8, since Django writes those.

    Raises:
        GrammarError: The text has a character that is not an octet, or an escape stands for a control character.

    >>> unquote_cookie(r'"x\054 y"')
    'x, y'
    """
    try:
        octets = value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise GrammarError("cookie value", "a character that is no octet", None, error.start) from None
    if _QUOTED.fullmatch(value) is None:
        return octets.decode("utf-8", "replace")
    # Each escape is looked at once, and possessively: a value of backslashes has to stay cheap (CVE-2024-52804); pinned
    # by `test_unquoting_is_linear`.
    read: list[str] = []
    end = 1
    for escapes in _ESCAPES.finditer(value, 1, len(value) - 1):
        read += [octets[end : escapes.start()].decode("utf-8", "replace"), escapes[1] or _octal(escapes[2])]
        end = escapes.end()
    return "".join([*read, octets[end:-1].decode("utf-8", "replace")])


def percent_decoded(value: str) -> str:
    """Read the value of a cookie that was set with `encoding="percent"`, or with JavaScript's `encodeURIComponent`.

    Args:
        value: As `Cookies` has it.

    Raises:
        GrammarError: A `%` is not followed by two hexadecimal digits, or the octets are not UTF-8.

    >>> percent_decoded("caf%C3%A9%3B%20th%C3%A9")
    'café; thé'
    """
    bad = _NOT_PERCENT.search(value)
    if bad is not None:
        raise GrammarError("cookie value", "expected two hexadecimal digits after '%'", None, bad.start())
    try:
        return decode_octets(value.encode()).decode("utf-8")
    except UnicodeError:
        raise GrammarError("cookie value", "expected UTF-8, percent-encoded") from None


def cookie_domain(domain: str) -> str:
    """Write the domain of a cookie (6265bis §5.6.3): in lower case and ASCII, without a leading dot.

    Args:
        domain: A host without a port.

    Returns:
        The value of the attribute.

    Raises:
        HeaderValueError: The domain is not a host.

    >>> cookie_domain(".Example.ORG")
    'example.org'
    """
    if ":" in domain or "[" in domain:
        raise HeaderValueError("cookie domain", "expected a host without a port", domain)
    try:
        return to_ascii(domain.removeprefix("."))
    except GrammarError as error:
        raise HeaderValueError("cookie domain", error.problem, domain, error.position) from None


def cookie_path(path: str | bytes) -> str:
    """Write the path of a cookie: percent-encoded where it has to be.

    Args:
        path: Text, or octets.

    Returns:
        The value of the attribute.

    Raises:
        HeaderValueError: The text holds half of a surrogate pair.

    >>> cookie_path("/a b;c")
    '/a%20b%3Bc'
    """
    return encode_percent(path, _PATH_SAFE)


def cookie_expires(expires: datetime | float | str) -> datetime:
    """The date of a cookie's end, in UTC and whole seconds.

    Args:
        expires: A date, a naive one in UTC; a POSIX timestamp; or an HTTP date as text.

    Returns:
        The date, aware.

    Raises:
        HeaderValueError: The value is not a date, or one that browsers ignore: before 1601 (RFC 6265 §5.1.1).

    >>> cookie_expires(0)
    datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if isinstance(expires, str):
        date = parse_date(expires)
        if date is None:
            raise HeaderValueError("cookie expires", "expected an HTTP date", expires)
    elif isinstance(expires, datetime):
        date = expires
    else:
        try:
            # Not `fromtimestamp`, which cannot go before 1970 everywhere.
            date = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=expires)
        except (OverflowError, ValueError):
            raise HeaderValueError("cookie expires", "not the timestamp of any date", str(expires)) from None
    try:
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except OverflowError:
        raise HeaderValueError("cookie expires", "not a date of the years 1 to 9999 in UTC", str(expires)) from None
    if date.year < _FIRST_YEAR:
        raise HeaderValueError("cookie expires", f"browsers know no date before {_FIRST_YEAR}", str(expires))
    return date.replace(microsecond=0)


def _read_cookie(piece: str) -> tuple[str, str] | None:
    if _REFUSED.search(piece) is not None:
        return None
    name, _, value = piece.partition("=")
    name, value = name.strip(" \t"), value.strip(" \t")
    if not name:
        return None
    try:
        return name.encode("latin-1").decode("utf-8", "replace"), unquote_cookie(value)
    except GrammarError:  # an escape that stands for a control character
        return None


def _octal(escapes: str) -> str:
    octets = bytes([int(digits, 8) for digits in escapes[1:].split("\\")])
    text = utf_8_or_latin_1(octets)
    if _CONTROL.search(text) is not None:
        raise GrammarError("cookie value", "an escape that stands for a control character")
    return text


def _read_attribute(piece: str) -> tuple[str, str | None]:
    name, equals, value = piece.partition("=")
    return name.strip(" \t"), value.strip(" \t") if equals else None


def _deleted_name(name: str) -> str:
    """The name of a cookie that a request has, as it was sent: browsers take more than tokens for names."""
    if not name or name != name.strip(" \t") or _NOT_IN_A_NAME.search(name) is not None:
        raise HeaderValueError("cookie name", "not the name of any cookie that a request can have", name)
    try:
        return name.encode().decode("latin-1")
    except UnicodeEncodeError as error:
        raise HeaderValueError("cookie name", "half of a surrogate pair", None, error.start) from None


def _written_value(value: object, encoding: CookieEncoding) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the value of a cookie must be a str, not {type(value).__name__}: write it as text")
    if encoding == "percent":
        return encode_percent(value, _PERCENT_SAFE)
    if encoding != "quoted":
        raise HeaderValueError("cookie encoding", "expected 'quoted' or 'percent'", str(encoding))
    return value if _UNQUOTED_VALUE.fullmatch(value) is not None else _quote_value(value)


def _quote_value(value: str) -> str:
    control = _CONTROL.search(value)
    if control is not None:
        problem = "a control character, which readers drop; encoding='percent' takes it"
        raise HeaderValueError("cookie value", problem, None, control.start())
    try:
        octets = value.encode()
    except UnicodeEncodeError as error:
        raise HeaderValueError("cookie value", "half of a surrogate pair", None, error.start) from None
    return f'"{octets.decode("latin-1").translate(_VALUE_ESCAPES)}"'


def _check_prefix(name: str, secure: bool, domain: str | None, path: str | None) -> None:
    # 6265bis §4.1.3; browsers compare the prefix in any case (§5.7).
    prefix = name[: name.index("-", 2) + 1] if "-" in name[2:] else ""
    host = prefix.lower() == "__host-"
    if (host or prefix.lower() == "__secure-") and not secure:
        raise HeaderValueError("cookie name", f"{prefix!r} needs secure", name)
    if host and (domain or path != "/"):
        raise HeaderValueError("cookie name", f"{prefix!r} needs the path '/' and no domain", name)


def whole_seconds(max_age: int | timedelta) -> int:
    """The seconds of a `Max-Age`; part of a second is dropped.

    Args:
        max_age: A duration, or a number of seconds.

    Raises:
        HeaderValueError: The value is neither: a `bool` or a `float` would be another number than the one meant.

    >>> whole_seconds(timedelta(minutes=1.5))
    90
    """
    if isinstance(max_age, timedelta):
        return max_age // timedelta(seconds=1)
    if type(max_age) is not int:
        problem = f"expected whole seconds as an int, or a timedelta, not a {type(max_age).__name__}"
        raise HeaderValueError("cookie max_age", problem, str(max_age))
    return max_age


def _same_site(samesite: str, secure: bool) -> str:
    attribute = _SAME_SITE.get(samesite.lower())
    if attribute is None:
        raise HeaderValueError("cookie samesite", "expected 'Strict', 'Lax' or 'None'", samesite)
    if attribute == "; SameSite=None" and not secure:
        raise HeaderValueError("cookie samesite", "'None' needs secure", samesite)
    return attribute
