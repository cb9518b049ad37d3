"""The head of a request, by the names that users know: the parts of its URL, its fields, and what the server says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from verglas.capture import SECURE_SCHEMES
from verglas.errors.grammar import GrammarError
from verglas.errors.parse import HeaderError, RequestHeaderFieldsTooLarge
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
from verglas.headers.context import DATE, MAX_FORWARDS, PRAGMA, REFERER, Pragma, UserAgent
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
from verglas.headers.lines import bounded
from verglas.headers.mapping import Headers
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
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.request.lazy import lazy
from verglas.syntax.mediatypes import essence_of, is_json, parameters_of
from verglas.syntax.tokens import parse_digits
from verglas.url import URL

__all__ = ["HeadNames"]

_XML_HTTP_REQUEST: Final = "xmlhttprequest"


class _HasHead(Protocol):
    """The head of a request: the values that the names are derived from."""

    @property
    def url(self) -> URL: ...

    @property
    def headers(self) -> Headers: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def remote_addr(self) -> str | None: ...

    @property
    def content_type(self) -> str | None: ...

    @property
    def mimetype(self) -> str: ...


class HeadNames:
    """A mixin of names for the parts of `self.url` and for the fields of `self.headers`.

    A header field gives its value; `None` or an empty one when it is absent or malformed. Over a limit, it raises
    `RequestHeaderFieldsTooLarge` (431). `headers[KEY]` with the key of the field is strict: absent is a `KeyError`,
    malformed a 400.
    """

    user_agent_class: ClassVar[type[UserAgent]] = UserAgent

    if TYPE_CHECKING:  # the request that this is mixed into has these
        _environ: dict[str, object]
        _limits: Limits | None
        _origin: dict[str, object] | None
        _overridden: ClassVar[frozenset[str]]

        @property
        def headers(self) -> Headers: ...
        @property
        def limits(self) -> Limits: ...

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
    def is_xhr(self: _HasHead) -> bool:
        """Whether X-Requested-With says that the request was made with XMLHttpRequest."""
        return self.headers.get("X-Requested-With", "").lower() == _XML_HTTP_REQUEST

    @property
    def access_route(self: _HasHead) -> tuple[str, ...]:
        """The addresses in `X-Forwarded-For`, as anybody may have written them; else that of the client.

        Raises:
            RequestHeaderFieldsTooLarge: The field is too long, or has too many members.
        """
        field = self.headers.get("X-Forwarded-For")
        if field is None:
            return () if self.remote_addr is None else (self.remote_addr,)
        # A plain list: a quote that a client puts in front must not hide what proxies added behind it.
        listed = bounded("X-Forwarded-For", field, self.limits).split(",")
        members = tuple(member for one in listed if (member := one.strip(" \t")))
        if len(members) > self.limits.max_list_items:
            allowed = self.limits.max_list_items
            what = "There are too many addresses in X-Forwarded-For"
            raise RequestHeaderFieldsTooLarge.over(what, "max_list_items", allowed, "members", "X-Forwarded-For")
        return members

    @property
    def content_type(self) -> str | None:
        """The Content-Type as it was sent.

        Raises:
            RequestHeaderFieldsTooLarge: The field is too long.
        """
        # PERF: what the headers have, unless a subclass has others, without making them: 10 % of reading JSON of 1 KB.
        sent = self._environ.get("CONTENT_TYPE")
        limits = self.limits if self._overridden else self._limits or DEFAULT_LIMITS
        if (
            isinstance(sent, str)
            and 0 < len(sent) <= limits.max_header_value
            and sent.isascii()
            and sent.isprintable()
            and self._origin is not None
            and "headers" not in self._overridden
        ):
            return sent.strip(" ")
        value = self.headers.get("Content-Type")
        return None if value is None else bounded("Content-Type", value, limits)

    @property
    def content_length(self: _HasHead) -> int | None:
        """Bytes of the body, by its Content-Length; `None` when absent, malformed, or the body is chunked.

        Raises:
            RequestHeaderFieldsTooLarge: The field is too long.
        """
        value = self.headers.get("Content-Length")
        if value is None or self.headers.get("Transfer-Encoding"):
            return None
        try:
            return parse_digits(bounded("Content-Length", value, self.limits), grammar="Content-Length")
        except GrammarError:
            return None

    @property
    def mimetype(self: _HasHead) -> str:
        """The media type of the body in lower case, without parameters; `""` when absent or malformed."""
        return essence_of(self.content_type or "")

    @property
    def mimetype_params(self: _HasHead) -> dict[str, str]:
        """The parameters of the media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    @property
    def is_json(self: _HasHead) -> bool:
        """Whether the Content-Type says that the body is JSON: `application/json`, or `application/...+json`."""
        return is_json(self.mimetype)

    @lazy
    def user_agent(self) -> UserAgent:
        """User-Agent (RFC 9110 §10.1.5), as an instance of `user_agent_class`; false when absent.

        Raises:
            RequestHeaderFieldsTooLarge: The field is too long.
        """
        # PERF: not through the key, which would make another first for a subclass, and be two calls more.
        try:
            lines = self.headers.lines_of("User-Agent")
        except HeaderError:
            lines = ()
        return self.user_agent_class.parse(lines[0]) if len(lines) == 1 else self.user_agent_class("")

    # The URL

    @property
    def full_path(self: _HasHead) -> str:
        """The path, `?` (always), and the query as it came."""
        return self.url.full_path

    @property
    def target(self: _HasHead) -> str:
        """The whole path, and the query if there is one, percent-encoded: what a client sends (RFC 9112 §3.2.1)."""
        return self.url.target

    @property
    def root_path(self: _HasHead) -> str:
        """The path where the application is mounted: empty, or with a leading and no trailing slash."""
        return self.url.root_path

    @property
    def script_root(self: _HasHead) -> str:
        """The same as `root_path`."""
        return self.url.root_path

    @property
    def query_string(self: _HasHead) -> bytes:
        """The query, percent-encoded as it came, without the `?`."""
        return self.url.query_string

    @property
    def scheme(self: _HasHead) -> str:
        """The scheme of the URL."""
        return self.url.scheme

    @property
    def host(self: _HasHead) -> str:
        """The host in lower case, with the port unless it is the scheme's; `""` if invalid or not trusted."""
        return self.url.host

    @property
    def base_url(self: _HasHead) -> str:
        """The IRI without the query."""
        return self.url.base_url

    @property
    def root_url(self: _HasHead) -> str:
        """The IRI of where the application is mounted, with a slash at its end."""
        return self.url.root_url

    @property
    def url_root(self: _HasHead) -> str:
        """The same as `root_url`."""
        return self.url.root_url

    @property
    def host_url(self: _HasHead) -> str:
        """The IRI of the host, with a slash at its end."""
        return self.url.host_url

    @property
    def is_secure(self: _HasHead) -> bool:
        """Whether the request came over TLS."""
        return self.url.scheme in SECURE_SCHEMES

    # What the server says of itself

    @property
    def is_multithread(self) -> bool | None:
        """Whether the server may call the application in another thread at the same time; `None`: not said."""
        return _flag(self._environ.get("wsgi.multithread"))

    @property
    def is_multiprocess(self) -> bool | None:
        """Whether the server may call it in another process at the same time; `None`: not said."""
        return _flag(self._environ.get("wsgi.multiprocess"))

    @property
    def is_run_once(self) -> bool | None:
        """Whether the server expects to call it once; `None`: not said."""
        return _flag(self._environ.get("wsgi.run_once"))


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
