"""How a browser came to send a request: the Sec-Fetch fields, which no script can set (W3C Fetch Metadata §2)."""

from __future__ import annotations

from enum import Enum
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.headers.fields import HeaderField, enum_field, plain_field
from verglas.syntax.structured import parse_structured_item

__all__ = [
    "FetchDest",
    "FetchMode",
    "FetchSite",
    "SEC_FETCH_DEST",
    "SEC_FETCH_MODE",
    "SEC_FETCH_SITE",
    "SEC_FETCH_USER",
]


class FetchSite(Enum):
    """Who made a browser send a request (Fetch Metadata §2.4).

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
    """What a browser wants to use the response for (Fetch §2.2.5, "destination").

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
