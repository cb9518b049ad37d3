"""The header fields of a request, by the names that users know."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from verglas.errors.parse import HeaderError
from verglas.headers.caching import CACHE_CONTROL, CacheControl
from verglas.headers.conditional import (
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    IfRange,
)
from verglas.headers.content import CONTENT_ENCODING, CONTENT_MD5
from verglas.headers.context import DATE, MAX_FORWARDS, PRAGMA, REFERER, USER_AGENT, Pragma, UserAgent
from verglas.headers.cors import (
    ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN,
    SEC_FETCH_DEST,
    SEC_FETCH_MODE,
    SEC_FETCH_SITE,
    SEC_FETCH_USER,
    CORSHeaders,
    FetchDest,
    FetchMode,
    FetchSite,
    Origin,
)
from verglas.headers.credentials import AUTHORIZATION, Authorization
from verglas.headers.entitytags import ETags
from verglas.headers.negotiation import (
    ACCEPT,
    ACCEPT_CHARSET,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    AcceptCharsets,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
)
from verglas.headers.properties import ReadOptional, ReadText, ReadValue
from verglas.headers.ranges import RANGE, Range
from verglas.request.names import RequestNames
from verglas.request.variables import S_co

__all__ = ["RequestFields"]

_XML_HTTP_REQUEST: Final = "xmlhttprequest"


class RequestFields(RequestNames[S_co]):
    """Header fields as attributes: the value; `None` or an empty one when absent or malformed; a 431 when over-long.

    `headers[KEY]` with the key of the field is strict: absent is a `KeyError`, malformed a 400.
    """

    __slots__ = ()

    user_agent_class: ClassVar[type[UserAgent]] = UserAgent

    accept_mimetypes: ReadValue[AcceptMediaTypes] = ReadValue(ACCEPT, AcceptMediaTypes.anything())
    """Accept (RFC 9110 §12.5.1)."""
    accept_charsets: ReadValue[AcceptCharsets] = ReadValue(ACCEPT_CHARSET, AcceptCharsets.anything())
    """Accept-Charset (§12.5.2), which nobody sends any more."""
    accept_encodings: ReadValue[AcceptEncodings] = ReadValue(ACCEPT_ENCODING, AcceptEncodings.anything())
    """Accept-Encoding (§12.5.3)."""
    accept_languages: ReadValue[AcceptLanguages] = ReadValue(ACCEPT_LANGUAGE, AcceptLanguages.anything())
    """Accept-Language (§12.5.4)."""
    authorization: ReadOptional[Authorization] = ReadOptional(AUTHORIZATION)
    """Authorization (§11.6.2)."""
    cache_control: ReadValue[CacheControl] = ReadValue(CACHE_CONTROL, CacheControl())
    """Cache-Control (RFC 9111 §5.2)."""
    pragma: ReadValue[Pragma] = ReadValue(PRAGMA, Pragma())
    """Pragma (RFC 9111 §5.4), deprecated."""
    if_match: ReadValue[ETags] = ReadValue(IF_MATCH, ETags())
    """If-Match (§13.1.1); false when absent or malformed. To decide by it, ask the key, or `evaluate_preconditions`."""
    if_none_match: ReadValue[ETags] = ReadValue(IF_NONE_MATCH, ETags())
    """If-None-Match (§13.1.2); false when absent or malformed. To decide by it, ask the key, or
    `evaluate_preconditions`.
    """
    if_modified_since: ReadOptional[datetime] = ReadOptional(IF_MODIFIED_SINCE)
    """If-Modified-Since (§13.1.3)."""
    if_unmodified_since: ReadOptional[datetime] = ReadOptional(IF_UNMODIFIED_SINCE)
    """If-Unmodified-Since (§13.1.4)."""
    if_range: ReadOptional[IfRange] = ReadOptional(IF_RANGE)
    """If-Range (§13.1.5)."""
    range: ReadOptional[Range] = ReadOptional(RANGE)
    """Range (§14.2)."""
    date: ReadOptional[datetime] = ReadOptional(DATE)
    """Date (§6.6.1)."""
    max_forwards: ReadOptional[int] = ReadOptional(MAX_FORWARDS)
    """Max-Forwards (§7.6.2)."""
    content_encoding: ReadText[tuple[str, ...]] = ReadText(CONTENT_ENCODING)
    """Content-Encoding (§8.4), as it was sent."""
    content_md5: ReadText[str] = ReadText(CONTENT_MD5)
    """Content-MD5 (RFC 1864), as it was sent; obsolete."""
    referrer: ReadText[str] = ReadText(REFERER)
    """Referer (§10.1.3), as it was sent."""
    origin: ReadText[Origin] = ReadText(ORIGIN)
    """Origin (Fetch §3.1), as it was sent."""
    access_control_request_method: ReadText[str] = ReadText(ACCESS_CONTROL_REQUEST_METHOD)
    """Access-Control-Request-Method (Fetch §3.2.2), as it was sent."""
    access_control_request_headers: ReadOptional[CORSHeaders] = ReadOptional(ACCESS_CONTROL_REQUEST_HEADERS)
    """Access-Control-Request-Headers (Fetch §3.2.2)."""
    sec_fetch_site: ReadOptional[FetchSite] = ReadOptional(SEC_FETCH_SITE)
    """Sec-Fetch-Site (Fetch Metadata §2.3); `None` when absent or malformed. To decide by it, ask the key."""
    sec_fetch_mode: ReadOptional[FetchMode] = ReadOptional(SEC_FETCH_MODE)
    """Sec-Fetch-Mode (Fetch Metadata §2.2)."""
    sec_fetch_dest: ReadOptional[FetchDest] = ReadOptional(SEC_FETCH_DEST)
    """Sec-Fetch-Dest (Fetch Metadata §2.1)."""
    sec_fetch_user: ReadValue[bool] = ReadValue(SEC_FETCH_USER, False)
    """Sec-Fetch-User (Fetch Metadata §2.4)."""

    @property
    def user_agent(self) -> UserAgent:
        """User-Agent (§10.1.5), as the class says; false when absent.

        Raises:
            RequestHeaderFieldsTooLarge: It is too long.
        """
        try:
            agent = self.headers.get(USER_AGENT)
        except HeaderError:
            agent = None
        return self.user_agent_class(agent.string if agent is not None else "")

    @property
    def is_xhr(self) -> bool:
        """Whether a script of old asks, by X-Requested-With."""
        return self.headers.get("X-Requested-With", "").lower() == _XML_HTTP_REQUEST
