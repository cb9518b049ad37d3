"""Sharing with other origins: the fields of CORS (Fetch §3.3), and how a browser came to send a request (Sec-Fetch)."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from typing import ClassVar, Final, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    enum_field,
    list_field,
    plain_field,
    seconds_field,
    single_field,
    token_field,
)
from verglas.headers.lines import OWS
from verglas.headers.namesets import NameSet
from verglas.syntax.hosts import parse_host, to_ascii
from verglas.syntax.structured import parse_structured_item
from verglas.values import Value

__all__ = [
    "ACCESS_CONTROL_ALLOW_CREDENTIALS",
    "ACCESS_CONTROL_ALLOW_HEADERS",
    "ACCESS_CONTROL_ALLOW_METHODS",
    "ACCESS_CONTROL_ALLOW_ORIGIN",
    "ACCESS_CONTROL_EXPOSE_HEADERS",
    "ACCESS_CONTROL_MAX_AGE",
    "ACCESS_CONTROL_REQUEST_HEADERS",
    "ACCESS_CONTROL_REQUEST_METHOD",
    "AllowOrigin",
    "CORSHeaders",
    "CORSMethods",
    "FetchDest",
    "FetchMode",
    "FetchSite",
    "ORIGIN",
    "Origin",
    "SEC_FETCH_DEST",
    "SEC_FETCH_MODE",
    "SEC_FETCH_SITE",
    "SEC_FETCH_USER",
    "is_shared",
]

DEFAULT_PORTS: Final = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}  # URL standard, special schemes

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*"


def _as_scheme(scheme: str | None) -> str | None:
    return None if scheme is None else scheme.lower()


def _as_host(host: str | None) -> str | None:
    if not host:
        return host
    try:
        return to_ascii(host)
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error, "Origin") from None


@final
@frozen
class Origin(Value):
    """Where a request comes from: a scheme, a host and a port, or `null` (RFC 6454 §7, Fetch §3.2).

        Origin        = origin-or-null
        origin        = scheme "://" host [ ":" port ]

    Example values: `https://example.org`; `http://localhost:8080`; `file://`; `null`. Unlike RFC 6454, Fetch allows
    one origin only.

    | one                 | other                     |           |
    |---------------------|---------------------------|-----------|
    | `https://a.example` | `https://A.EXAMPLE:443`   | equal     |
    | `https://a.example` | `http://a.example`        | not equal |
    | `https://a.example` | `https://a.example:8443`  | not equal |
    | `https://a.example` | `https://b.a.example`     | not equal |
    | `null`              | `null`                    | equal     |

    Two that say `null` may be of different sites that do not want to be named: they are equal as values, but
    neither may be trusted for that. Hence `is_null`.

    Attributes:
        scheme: In lower case; `None` for `null`.
        host: In lower case and ASCII, an IPv6 address in brackets; `None` for `null`; `""` where the scheme has none:
            applications in web views send `file://`.
        port: `None` for the default of the scheme.

    Raises:
        HeaderValueError: The scheme, host or port is malformed; or one of scheme and host is missing; or the host is
            empty, and the scheme is one of the web's.

    >>> origin = Origin.parse("https://Example.org:443")
    >>> str(origin), origin.host, origin == Origin("https", "example.org"), Origin().is_null
    ('https://example.org', 'example.org', True, True)
    """

    scheme: str | None = field(default=None, converter=_as_scheme)
    host: str | None = field(default=None, converter=_as_host)
    port: int | None = None

    def __attrs_post_init__(self) -> None:
        if (self.scheme is None) != (self.host is None) or (self.scheme is None and self.port is not None):
            raise HeaderValueError("Origin", "expected a scheme and a host, or neither")
        if self.scheme is not None and re.fullmatch(_SCHEME, self.scheme) is None:
            raise HeaderValueError("Origin", "expected a scheme", self.scheme)
        if self.host == "" and (self.scheme in DEFAULT_PORTS or self.port is not None):
            raise HeaderValueError("Origin", "expected a host", str(self))
        if self.port is not None and not 0 < self.port <= 65535:
            raise HeaderValueError("Origin", "expected a port from 1 to 65535", str(self.port))
        if self.port is not None and self.port == DEFAULT_PORTS.get(self.scheme or ""):
            object.__setattr__(self, "port", None)

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field.

        Raises:
            GrammarError: The text is not an origin: it has several of them, a path, user information, or no host.
        """
        text = text.strip(OWS)
        if text == "null":
            return cls()
        scheme, separator, authority = text.partition("://")
        if not separator or re.fullmatch(_SCHEME, scheme) is None:
            raise GrammarError("Origin", "expected a scheme and '://', or null", text, 0)
        if not authority and scheme.lower() not in DEFAULT_PORTS:
            return cls(scheme, "")
        try:
            return cls(scheme, *parse_host(authority))
        except GrammarError as error:
            raise GrammarError("Origin", error.problem, text, len(scheme) + 3 + (error.position or 0)) from error

    @property
    def is_null(self) -> bool:
        """Whether the client does not say which: for a sandboxed document, a `data:` URL, some redirects."""
        return self.scheme is None

    @override
    def __str__(self) -> str:
        if self.scheme is None:
            return "null"
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


@final
@frozen
class AllowOrigin(Value):
    """The origin that a response is shared with: one, or any (Fetch §3.3.3).

        Access-Control-Allow-Origin = origin-or-null / wildcard

    Example values: `https://example.org`; `*`; `null`.

    Attributes:
        origin: The one; `None` for any, which is `*`.

    >>> str(AllowOrigin()), str(AllowOrigin(Origin("https", "example.org")))
    ('*', 'https://example.org')
    """

    origin: Origin | None = None

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field.

        Raises:
            GrammarError: The text is neither `*` nor one origin nor `null`.
        """
        text = text.strip(OWS)
        return cls(None if text == "*" else Origin.parse(text))

    @property
    def is_any(self) -> bool:
        """Whether it is `*`."""
        return self.origin is None

    @override
    def __str__(self) -> str:
        return "*" if self.origin is None else str(self.origin)


def is_shared(
    origin: Origin, allow_origin: AllowOrigin | None, *, allow_credentials: bool = False, with_credentials: bool = False
) -> bool:
    """Whether a client lets a response be read by a document of another origin: the CORS check (Fetch §4.10).

    | Access-Control-Allow-Origin | -Allow-Credentials | without credentials | with credentials |
    |-----------------------------|--------------------|---------------------|------------------|
    | absent                      | any                | no                  | no               |
    | `*`                         | any                | yes                 | no               |
    | the origin                  | absent             | yes                 | no               |
    | the origin                  | `true`             | yes                 | yes              |
    | another                     | any                | no                  | no               |

    Args:
        origin: That of the document.
        allow_origin: What the response says; `None` when it says nothing.
        allow_credentials: Whether it says that credentials are allowed.
        with_credentials: Whether the request had cookies or other credentials.

    >>> origin = Origin("https", "a.example")
    >>> is_shared(origin, AllowOrigin()), is_shared(origin, AllowOrigin(), with_credentials=True)
    (True, False)
    """
    if allow_origin is None:
        return False
    if allow_origin.origin is None:
        return not with_credentials
    return allow_origin.origin == origin and (allow_credentials or not with_credentials)


@final
class CORSMethods(NameSet):
    """Methods that another origin may use (Fetch §3.3.3), with their case. `*` is any, without credentials.

        Access-Control-Allow-Methods = #method

    Example values: `PUT, DELETE`; `*`.

    Raises:
        HeaderValueError: A method is not a token, or there are more than `max_list_items`.

    >>> str(CORSMethods("PUT") | ["DELETE"])
    'PUT, DELETE'
    """

    __slots__ = ()

    grammar: ClassVar[str] = "methods of CORS"
    expected: ClassVar[str] = "a method"
    case_sensitive: ClassVar[bool] = True


@final
class CORSHeaders(NameSet):
    """Fields that another origin may send, wants to send, or may read (Fetch §3.3), in any case.

        Access-Control-Allow-Headers   = #field-name
        Access-Control-Expose-Headers  = #field-name
        Access-Control-Request-Headers = 1#field-name

    Example values: `content-type, x-requested-with`; `*`, which is any in a response, without credentials.

    Raises:
        HeaderValueError: A name is not a token, or there are more than `max_list_items`.

    >>> "X-Trace" in CORSHeaders.parse("content-type,x-trace")
    True
    """

    __slots__ = ()

    grammar: ClassVar[str] = "field names of CORS"
    expected: ClassVar[str] = "a field name"


def _read_credentials(text: str) -> bool:
    if text != "true":  # Fetch §3.3.3: case-sensitive, and "false" does not exist
        raise GrammarError("Access-Control-Allow-Credentials", "expected 'true'", text, 0)
    return True


def _write_credentials(value: bool) -> str:
    return "true" if value is True else ""


ORIGIN: Final[HeaderField[Origin]] = single_field("Origin", Origin)
ACCESS_CONTROL_REQUEST_METHOD: Final[HeaderField[str]] = token_field("Access-Control-Request-Method")
ACCESS_CONTROL_REQUEST_HEADERS: Final[HeaderField[CORSHeaders]] = list_field(
    "Access-Control-Request-Headers", CORSHeaders
)
ACCESS_CONTROL_ALLOW_ORIGIN: Final[HeaderField[AllowOrigin]] = single_field("Access-Control-Allow-Origin", AllowOrigin)
ACCESS_CONTROL_ALLOW_CREDENTIALS: Final[HeaderField[bool]] = plain_field(
    "Access-Control-Allow-Credentials", _read_credentials, _write_credentials
)
ACCESS_CONTROL_ALLOW_METHODS: Final[HeaderField[CORSMethods]] = list_field("Access-Control-Allow-Methods", CORSMethods)
ACCESS_CONTROL_ALLOW_HEADERS: Final[HeaderField[CORSHeaders]] = list_field("Access-Control-Allow-Headers", CORSHeaders)
ACCESS_CONTROL_EXPOSE_HEADERS: Final[HeaderField[CORSHeaders]] = list_field(
    "Access-Control-Expose-Headers", CORSHeaders
)
ACCESS_CONTROL_MAX_AGE: Final[HeaderField[timedelta]] = seconds_field("Access-Control-Max-Age")


class FetchSite(Enum):
    """The relation between a request's initiator and its target (Fetch Metadata §2.4).

        Sec-Fetch-Site = sf-token

    >>> SEC_FETCH_SITE.decode(["same-origin"])
    <FetchSite.SAME_ORIGIN: 'same-origin'>
    """

    CROSS_SITE = "cross-site"
    SAME_ORIGIN = "same-origin"
    SAME_SITE = "same-site"
    NONE = "none"  # the user, by the address bar or a bookmark


class FetchMode(Enum):
    """The mode of a request (Fetch §2.2.5).

        Sec-Fetch-Mode = sf-token

    New values appear in browsers: one that is not among these is malformed to the key, and `None` to the property.

    >>> SEC_FETCH_MODE.decode(["navigate"]) is FetchMode.NAVIGATE
    True
    """

    CORS = "cors"
    NAVIGATE = "navigate"
    NO_CORS = "no-cors"
    SAME_ORIGIN = "same-origin"
    WEBSOCKET = "websocket"
    WEBTRANSPORT = "webtransport"


class FetchDest(Enum):
    """The use that a browser has for the response (Fetch §2.2.5, "destination").

        Sec-Fetch-Dest = sf-token

    New values appear in browsers: one that is not among these is malformed to the key, and `None` to the property.

    >>> SEC_FETCH_DEST.decode(["document"]) is FetchDest.DOCUMENT
    True
    """

    AUDIO = "audio"
    AUDIOWORKLET = "audioworklet"
    DOCUMENT = "document"
    EMBED = "embed"
    EMPTY = "empty"  # a script, by fetch() and its like
    FENCEDFRAME = "fencedframe"
    FONT = "font"
    FRAME = "frame"
    IFRAME = "iframe"
    IMAGE = "image"
    JSON = "json"
    MANIFEST = "manifest"
    OBJECT = "object"
    PAINTWORKLET = "paintworklet"
    REPORT = "report"
    SCRIPT = "script"
    SERVICEWORKER = "serviceworker"
    SHAREDWORKER = "sharedworker"
    SPECULATIONRULES = "speculationrules"
    STYLE = "style"
    TEXT = "text"
    TRACK = "track"
    VIDEO = "video"
    WEBIDENTITY = "webidentity"
    WORKER = "worker"
    XSLT = "xslt"


def _read_user(text: str) -> bool:
    value, _ = parse_structured_item(text)
    if not isinstance(value, bool):
        raise GrammarError("Sec-Fetch-User", "expected ?0 or ?1", text, 0)
    return value


def _write_user(value: bool) -> str:
    return "?1" if value else ""  # Fetch Metadata §2.5: it is not sent when false


SEC_FETCH_SITE: Final[HeaderField[FetchSite]] = enum_field("Sec-Fetch-Site", FetchSite)
SEC_FETCH_MODE: Final[HeaderField[FetchMode]] = enum_field("Sec-Fetch-Mode", FetchMode)
SEC_FETCH_DEST: Final[HeaderField[FetchDest]] = enum_field("Sec-Fetch-Dest", FetchDest)
SEC_FETCH_USER: Final[HeaderField[bool]] = plain_field("Sec-Fetch-User", _read_user, _write_user)
"""Whether the user did it, by a click or a key; only on a navigation."""
