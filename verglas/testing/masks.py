"""`Mask`: the values that the text of a message does not show, since they vary from run to run or are secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final, final

from attrs import field, frozen

from verglas.syntax.mediatypes import essence_of, is_json
from verglas.syntax.percent import decode_percent
from verglas.testing.bodymasks import MASKED, hide_inputs, hide_members, hide_patterns
from verglas.values import Value

__all__ = ["DATES", "Mask", "SECRETS"]

PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})

_USER: Final = re.compile(r"\A((?:[A-Za-z][A-Za-z0-9+.\-]*:)?//)[^/]*@")

REFERENCES: Final = frozenset({"content-location", "location", "referer"})
"""The fields that hold a URL, whose parameters are hidden as those of the request's own."""


def _names(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"a mask takes several names, such as [{names!r}], not one text")
    return tuple(sorted({name.lower() for name in names}))


def _patterns(patterns: Iterable[str | re.Pattern[str]]) -> tuple[re.Pattern[str], ...]:
    if isinstance(patterns, str):
        raise TypeError(f"a mask takes several patterns, such as [{patterns!r}], not one")
    compiled = [re.compile(one) if isinstance(one, str) else one for one in patterns]
    return tuple(dict.fromkeys(compiled))


@final
@frozen(kw_only=True)
class Mask(Value):
    """The values that the text of a message does not show: `***` stands in their place, their names stay.

    Masks are joined with `|`. Names are compared without case, and `*` stands for every name.

    Args:
        fields: Header fields whose whole value is hidden.
        cookies: Cookies whose value is hidden, in Cookie and Set-Cookie.
        cookie_attributes: Attributes of Set-Cookie whose value is hidden.
        parameters: Parameters whose value is hidden: in the query, in urlencoded forms, and in the URLs of Location,
            Content-Location and Referer, whose user information is hidden, too; and so that of members of JSON, and of
            the inputs of an HTML page, such as the hidden one with a token against forgery.
        patterns: Regular expressions that are searched in bodies: their groups are hidden, or without a group all that
            is found.

    Raises:
        TypeError: The names or patterns are one text, not several.
        re.error: A pattern is not a regular expression.

    >>> mask = DATES | Mask(fields=["X-Request-Id"], parameters=["token"])
    >>> mask.mask_fields([("Date", "Tue, 15 Nov 1994 08:12:31 GMT"), ("X-Tag", "a"), ("Location", "/login?token=31d4")])
    (('Date', '***'), ('X-Tag', 'a'), ('Location', '/login?token=***'))
    """

    _instead: ClassVar[str] = "join masks with |, or write attrs.evolve(mask, {name}=...)"

    fields: tuple[str, ...] = field(default=(), converter=_names)
    cookies: tuple[str, ...] = field(default=(), converter=_names)
    cookie_attributes: tuple[str, ...] = field(default=(), converter=_names)
    parameters: tuple[str, ...] = field(default=(), converter=_names)
    patterns: tuple[re.Pattern[str], ...] = field(default=(), converter=_patterns)

    def __or__(self, other: Mask) -> Mask:
        """A mask that hides what either hides."""
        return Mask(
            fields=self.fields + other.fields,
            cookies=self.cookies + other.cookies,
            cookie_attributes=self.cookie_attributes + other.cookie_attributes,
            parameters=self.parameters + other.parameters,
            patterns=self.patterns + other.patterns,
        )

    def mask_fields(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The fields without the values that are hidden.

        Args:
            pairs: Names and values.
        """
        return tuple([(name, self._field(name.lower(), value)) for name, value in pairs])

    def mask_target(self, target: str) -> str:
        """A URL, or the target of a request, without the values that are hidden.

        Args:
            target: The text, percent-encoded.

        >>> SECRETS.mask_target("/reset?user=ada&token=31d4#top")
        '/reset?user=ada&token=***#top'
        """
        if not self.parameters:
            return target
        rest, hash_mark, fragment = target.partition("#")
        path, question_mark, query = rest.partition("?")
        # The fragment of an application that runs in the browser may be a path with a query of its own.
        route, mark, parameters = fragment.rpartition("?")
        shown = f"{self._query(route)}{mark}{self._query(parameters)}"
        path = _USER.sub(rf"\1{MASKED}@", path)
        return f"{path}{question_mark}{self._query(query)}{hash_mark}{shown}"

    def mask_body(self, content_type: str, body: bytes) -> bytes:
        """A body without the values that are hidden.

        Args:
            content_type: Its Content-Type.
            body: The body, in UTF-8 as far as it is text.

        >>> SECRETS.mask_body("application/x-www-form-urlencoded", b"user=ada&password=31d4")
        b'user=ada&password=***'
        >>> SECRETS.mask_body("text/html", b'<form><input type=hidden name=csrf_token value="31d4"></form>')
        b'<form><input type=hidden name=csrf_token value="***"></form>'
        >>> Mask(patterns=[r"Order (\\d+)"]).mask_body("text/plain", b"Order 4711 of 3 things")
        b'Order *** of 3 things'
        """
        if not (self.parameters or self.patterns):
            return body
        essence = essence_of(content_type)
        if essence == "application/x-www-form-urlencoded":
            body = self._query(body.decode("latin-1")).encode("latin-1")
        text = body.decode("utf-8", "surrogateescape")
        if self.parameters:
            if essence in PAGES:
                text = hide_inputs(text, self._hides_parameter)
            elif is_json(essence):
                text = hide_members(text, self._hides_parameter)
        return hide_patterns(text, self.patterns).encode("utf-8", "surrogateescape")

    def _field(self, low: str, value: str) -> str:
        if _hides(self.fields, low):
            return MASKED
        if low == "cookie":
            return ";".join(map(self._cookie, value.split(";")))
        if low == "set-cookie":
            cookie, *attributes = value.split(";")
            return ";".join([self._cookie(cookie), *map(self._attribute, attributes)])
        return self.mask_target(value) if low in REFERENCES else value

    def _cookie(self, piece: str) -> str:
        name, equals, _ = piece.partition("=")
        if not equals:  # a value without a name (6265bis §5.6)
            return MASKED if piece.strip() and _hides(self.cookies, "") else piece
        return f"{name}={MASKED}" if _hides(self.cookies, name.strip().lower()) else piece

    def _attribute(self, piece: str) -> str:
        name, equals, _ = piece.partition("=")
        return f"{name}={MASKED}" if equals and _hides(self.cookie_attributes, name.strip().lower()) else piece

    def _query(self, query: str) -> str:
        return "&".join(map(self._parameter, query.split("&")))

    def _parameter(self, piece: str) -> str:
        name, equals, _ = piece.partition("=")
        low = decode_percent(name.encode("latin-1", "replace"), plus=True).lower()
        return f"{name}={MASKED}" if equals and self._hides_parameter(low) else piece

    def _hides_parameter(self, low: str) -> bool:
        return _hides(self.parameters, low)


def _hides(names: tuple[str, ...], low: str) -> bool:
    return low in names or "*" in names


DATES: Final = Mask(fields=["Date", "Expires"], cookie_attributes=["Expires"])
"""The values that follow the clock: Date, Expires, and the Expires of a cookie."""

SECRETS: Final = Mask(
    fields=[
        "Authorization",
        "Proxy-Authorization",
        "X-API-Key",
        "X-Auth-Token",
        "X-CSRF-Token",
        "X-CSRFToken",
        "X-XSRF-Token",
    ],
    cookies=["*"],
    parameters=[
        "access_token",
        "api_key",
        "apikey",
        "client_secret",
        "csrf-token",
        "csrf_token",
        "csrfmiddlewaretoken",
        "id_token",
        "password",
        "passwd",
        "refresh_token",
        "secret",
        "token",
    ],
)
"""The values that nobody else may see: credentials, all cookies, tokens against forgery, and parameters whose names say
that they are passwords, keys or tokens.
"""
