"""The header fields of a response as attributes, with its media type, entity tag and cookies."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from verglas.errors.grammar import HeaderValueError
from verglas.headers.caching import AGE, CACHE_CONTROL, EXPIRES, CacheControl
from verglas.headers.challenges import WWW_AUTHENTICATE, Challenges, ChallengesLike
from verglas.headers.conditional import LAST_MODIFIED
from verglas.headers.content import (
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_MD5,
    ContentLanguage,
)
from verglas.headers.context import ALLOW, DATE, LOCATION, RETRY_AFTER, VARY, Allow, RetryAfter, Vary
from verglas.headers.cors import (
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    AllowOrigin,
    CORSHeaders,
    CORSMethods,
)
from verglas.headers.csp import (
    CONTENT_SECURITY_POLICY,
    CONTENT_SECURITY_POLICY_REPORT_ONLY,
    ContentSecurityPolicy,
)
from verglas.headers.disposition import CONTENT_DISPOSITION, ContentDisposition
from verglas.headers.entitytags import ETAG, ETag
from verglas.headers.fields import Parsed
from verglas.headers.mutable import MutableHeaders
from verglas.headers.properties import BuiltOptional, BuiltText, BuiltValue, written
from verglas.headers.ranges import ACCEPT_RANGES, CONTENT_RANGE, AcceptRanges, ContentRange
from verglas.headers.security import (
    COEP,
    COOP,
    CORP,
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY,
    PERMISSIONS_POLICY,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicies,
    StrictTransportSecurity,
)
from verglas.headers.servertiming import SERVER_TIMING, ServerTiming
from verglas.response.status import content_type_line
from verglas.syntax.cookies import CookieEncoding, format_set_cookie
from verglas.syntax.dates import parse_date
from verglas.syntax.mediatypes import essence_of, parameters_of

__all__ = ["DateLike", "Names", "ResponseFields", "whole"]

P = TypeVar("P", bound=Parsed)

DateLike: TypeAlias = datetime | date | timedelta | int | float | str
"""When: a date, a duration from now, a timestamp, or the text of a field. A naive date is in UTC."""

Names: TypeAlias = str | Collection[str]
"""The value of a field that is a list of names, or a collection of these."""


def when(value: DateLike) -> datetime:
    """Convert a date, a delay or a timestamp to an aware datetime.

    Raises:
        HeaderValueError: The text is not an HTTP date, or the number is out of range.
        TypeError: The value is of another type, such as a `struct_time`, which does not say in which zone it is.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    try:
        if isinstance(value, timedelta):
            return datetime.now(UTC) + value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise HeaderValueError("date", "no moment that a field can say", str(value)) from error
    if not isinstance(value, str):
        what = f"expected a datetime, a timedelta, a timestamp or a text, not {type(value).__name__}"
        raise TypeError(f"{what}; calendar.timegm(...) or time.mktime(...) makes a timestamp of a struct_time")
    parsed = parse_date(value)
    if parsed is None:
        raise HeaderValueError("date", "expected a date of HTTP", value)
    return parsed


def read_text(kind: type[P]) -> Callable[[P | str], P]:
    """A function that takes a value of this type, or the text of one."""
    return lambda value: kind.parse(value) if isinstance(value, str) else value


def seconds(value: timedelta | int) -> timedelta:
    """A duration; a number is one of seconds.

    Raises:
        HeaderValueError: The number is out of range.
        TypeError: The value is neither a duration nor a whole number.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, int):  # pyright: ignore[reportUnnecessaryIsInstance]  # any caller
        raise TypeError(f"expected a timedelta or whole seconds, not {type(value).__name__}")
    try:
        return timedelta(seconds=value)
    except OverflowError:
        raise HeaderValueError("seconds", "longer than any duration") from None


def whole(value: int | str) -> int:
    """A length; text is read as the field is.

    Raises:
        GrammarError: The text is not a length as Content-Length has it.
    """
    return CONTENT_LENGTH.decode([value]) if isinstance(value, str) else value


def cache_control(value: CacheControl | str) -> CacheControl:
    """The directives for caches; a text that the application writes must be well-formed as a whole.

    Raises:
        GrammarError: A member of the text is malformed.
    """
    return CacheControl.parse(value, strict=True) if isinstance(value, str) else value


def only_true(value: bool) -> bool:
    """Whether it is `True` itself: a text such as "false", which is true, must not share anything."""
    return value is True


def resource_policy(value: CORP | str) -> CORP:
    """A policy, by its name.

    Raises:
        GrammarError: The name is not that of a policy.
    """
    return CROSS_ORIGIN_RESOURCE_POLICY.decode([str(value)])


class ResponseFields:
    """Header fields as attributes: values are frozen, so assign them, or use `|=`. `None` removes a field.

    Assigning a value that is malformed raises `HeaderValueError`.

    A list or a policy is empty when the field is absent, never `None`; assigning an empty one removes the field.
    """

    if TYPE_CHECKING:  # the response that this is mixed into has them
        _headers: MutableHeaders

        @property
        def headers(self) -> MutableHeaders: ...

    _tag: tuple[str, ETag | None] = "", None  # the entity tag that was set last, and its text

    location: BuiltText[str] = BuiltText(LOCATION)
    """Location (RFC 9110 §10.2.2)."""
    content_location: BuiltText[str] = BuiltText(CONTENT_LOCATION)
    """Content-Location (§8.7)."""
    content_encoding: BuiltText[tuple[str, ...]] = BuiltText(CONTENT_ENCODING)
    """Content-Encoding (§8.4)."""
    content_md5: BuiltText[str] = BuiltText(CONTENT_MD5)
    """Content-MD5 (RFC 1864), obsolete."""
    accept_ranges: BuiltText[AcceptRanges] = BuiltText(ACCEPT_RANGES)
    """Accept-Ranges (§14.3)."""
    access_control_allow_origin: BuiltText[AllowOrigin] = BuiltText(ACCESS_CONTROL_ALLOW_ORIGIN)
    """Access-Control-Allow-Origin (Fetch §3.2.3)."""

    date: BuiltOptional[datetime, DateLike] = BuiltOptional(DATE, when)
    """Date (§6.6.1)."""
    expires: BuiltOptional[datetime, DateLike] = BuiltOptional(EXPIRES, when)
    """Expires (RFC 9111 §5.3)."""
    last_modified: BuiltOptional[datetime, DateLike] = BuiltOptional(LAST_MODIFIED, when)
    """Last-Modified (§8.8.2)."""
    age: BuiltOptional[timedelta, timedelta | int] = BuiltOptional(AGE, seconds)
    """Age (RFC 9111 §5.1)."""
    content_range: BuiltOptional[ContentRange, ContentRange | str] = BuiltOptional(
        CONTENT_RANGE, read_text(ContentRange)
    )
    """Content-Range (§14.4)."""
    content_disposition: BuiltOptional[ContentDisposition, ContentDisposition | str] = BuiltOptional(
        CONTENT_DISPOSITION, read_text(ContentDisposition)
    )
    """Content-Disposition (RFC 6266)."""
    strict_transport_security: BuiltOptional[StrictTransportSecurity, StrictTransportSecurity | str] = BuiltOptional(
        STRICT_TRANSPORT_SECURITY,
        read_text(StrictTransportSecurity),
    )
    """Strict-Transport-Security (RFC 6797 §6.1)."""
    cross_origin_resource_policy: BuiltOptional[CORP, CORP | str] = BuiltOptional(
        CROSS_ORIGIN_RESOURCE_POLICY, resource_policy
    )
    """Cross-Origin-Resource-Policy (Fetch §3.6)."""
    access_control_max_age: BuiltOptional[timedelta, timedelta | int] = BuiltOptional(ACCESS_CONTROL_MAX_AGE, seconds)
    """Access-Control-Max-Age (Fetch §3.2.3)."""

    vary: BuiltValue[Vary, Names] = BuiltValue(VARY, Vary(), Vary)
    """Vary (§12.5.5)."""
    allow: BuiltValue[Allow, Names] = BuiltValue(ALLOW, Allow(), Allow)
    """Allow (§10.2.1)."""
    content_language: BuiltValue[ContentLanguage, Names] = BuiltValue(
        CONTENT_LANGUAGE, ContentLanguage(), ContentLanguage
    )
    """Content-Language (§8.5)."""
    access_control_allow_headers: BuiltValue[CORSHeaders, Names] = BuiltValue(
        ACCESS_CONTROL_ALLOW_HEADERS, CORSHeaders(), CORSHeaders
    )
    """Access-Control-Allow-Headers (Fetch §3.2.3)."""
    access_control_allow_methods: BuiltValue[CORSMethods, Names] = BuiltValue(
        ACCESS_CONTROL_ALLOW_METHODS, CORSMethods(), CORSMethods
    )
    """Access-Control-Allow-Methods (Fetch §3.2.3)."""
    access_control_expose_headers: BuiltValue[CORSHeaders, Names] = BuiltValue(
        ACCESS_CONTROL_EXPOSE_HEADERS, CORSHeaders(), CORSHeaders
    )
    """Access-Control-Expose-Headers (Fetch §3.2.3)."""
    access_control_allow_credentials: BuiltValue[bool, bool] = BuiltValue(
        ACCESS_CONTROL_ALLOW_CREDENTIALS, False, only_true
    )
    """Access-Control-Allow-Credentials (Fetch §3.2.3): `true`, or absent."""
    cache_control: BuiltValue[CacheControl, CacheControl | str] = BuiltValue(
        CACHE_CONTROL, CacheControl(), cache_control
    )
    """Cache-Control (RFC 9111 §5.2)."""
    www_authenticate: BuiltValue[Challenges, ChallengesLike] = BuiltValue(WWW_AUTHENTICATE, Challenges(), Challenges)
    """WWW-Authenticate (§11.6.1): all challenges."""
    content_security_policy: BuiltValue[ContentSecurityPolicy, ContentSecurityPolicy | str] = BuiltValue(
        CONTENT_SECURITY_POLICY,
        ContentSecurityPolicy(),
        read_text(ContentSecurityPolicy),
    )
    """Content-Security-Policy (CSP3 §3.1)."""
    content_security_policy_report_only: BuiltValue[ContentSecurityPolicy, ContentSecurityPolicy | str] = BuiltValue(
        CONTENT_SECURITY_POLICY_REPORT_ONLY,
        ContentSecurityPolicy(),
        read_text(ContentSecurityPolicy),
    )
    """Content-Security-Policy-Report-Only (CSP3 §3.2)."""
    permissions_policy: BuiltValue[PermissionsPolicy, PermissionsPolicy | str] = BuiltValue(
        PERMISSIONS_POLICY,
        PermissionsPolicy(),
        read_text(PermissionsPolicy),
    )
    """Permissions-Policy."""
    referrer_policy: BuiltValue[ReferrerPolicies, ReferrerPolicies | str] = BuiltValue(
        REFERRER_POLICY,
        ReferrerPolicies(),
        read_text(ReferrerPolicies),
    )
    """Referrer-Policy."""
    server_timing: BuiltValue[ServerTiming, ServerTiming | str] = BuiltValue(
        SERVER_TIMING, ServerTiming(), read_text(ServerTiming)
    )
    """Server-Timing."""
    cross_origin_opener_policy: BuiltValue[CrossOriginOpenerPolicy, CrossOriginOpenerPolicy | COOP | str] = BuiltValue(
        CROSS_ORIGIN_OPENER_POLICY,
        CrossOriginOpenerPolicy(),
        read_text(CrossOriginOpenerPolicy),
    )
    """Cross-Origin-Opener-Policy (HTML): `unsafe-none` when absent."""
    cross_origin_embedder_policy: BuiltValue[CrossOriginEmbedderPolicy, CrossOriginEmbedderPolicy | COEP | str] = (
        BuiltValue(
            CROSS_ORIGIN_EMBEDDER_POLICY,
            CrossOriginEmbedderPolicy(),
            lambda value: (
                value if isinstance(value, CrossOriginEmbedderPolicy) else CrossOriginEmbedderPolicy.parse(value)
            ),
        )
    )
    """Cross-Origin-Embedder-Policy (HTML): `unsafe-none` when absent."""

    @property
    def retry_after(self) -> datetime | None:
        """Retry-After (§10.2.3) as a moment; a wait counts from now, each time anew. `None` removes it."""
        try:
            value = self.headers.get(RETRY_AFTER)
        except HeaderValueError:
            return None
        return None if value is None else value.at(datetime.now(UTC))

    @retry_after.setter
    def retry_after(self, value: RetryAfter | datetime | timedelta | int | str | None) -> None:
        self.headers[RETRY_AFTER] = None if value is None else written("Retry-After", RetryAfter.of, value)

    @retry_after.deleter
    def retry_after(self) -> None:
        del self.headers[RETRY_AFTER]

    # The media type

    @property
    def content_type(self) -> str | None:
        """The Content-Type as it is sent."""
        return self.headers.get("Content-Type")

    @content_type.setter
    def content_type(self, value: str | None) -> None:
        self.headers["Content-Type"] = value

    @property
    def mimetype(self) -> str | None:
        """The media type in lower case, without parameters; `""` when it is malformed.

        Setting it adds `; charset=utf-8` where it is text.
        """
        value = self.content_type
        return None if value is None else essence_of(value)

    @mimetype.setter
    def mimetype(self, value: str | None) -> None:
        if value is None:
            self.headers["Content-Type"] = None
        else:
            self.headers.put(content_type_line(value))

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The parameters of the media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    # The entity tag

    def get_etag(self) -> tuple[str, bool] | tuple[None, None]:
        """The entity tag without its quotes, and whether it is weak; twice `None` if it is absent or malformed."""
        try:
            etag = self.headers.get(ETAG)
        except HeaderValueError:
            return None, None
        return (None, None) if etag is None else (etag.tag, etag.weak)

    def set_etag(self, etag: str, weak: bool = False) -> None:
        """Set the entity tag (RFC 9110 §8.8.3).

        Args:
            etag: The text between the quotes.
            weak: Whether the tag says only that representations are equivalent.

        Raises:
            HeaderValueError: The text holds a quote, or another character that a tag may not hold.
        """
        tag = ETag(etag, weak)  # a tag that was made can be sent
        self._tag = str(tag), tag
        self.headers.put((ETAG.name, self._tag[0]))

    # Cookies

    # A property, so that a subclass may have one that reads a configuration: checkers let a property override nothing
    # else.
    @property
    def max_cookie_size(self) -> int:
        """The size in bytes of a Set-Cookie above which there is a warning, since browsers may ignore it. 0: never.

        >>> from verglas.response import Response
        >>> class Page(Response):
        ...     @property
        ...     def max_cookie_size(self) -> int:
        ...         return 0
        >>> Page().set_cookie("a", "x" * 5000)
        """
        return 4093

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: int | timedelta | None = None,
        expires: datetime | int | float | str | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
        *,
        append: bool = False,
        encoding: CookieEncoding = "quoted",
    ) -> None:
        """Set a cookie (RFC 6265bis §4.1), in place of one with the same name, domain and path.

        A value of printable ASCII without space, `"`, `,`, `;` and the backslash comes back from every client as it
        was. Any other is quoted, and clients that are no browsers may change it, or drop it: encode it, with
        `encoding="percent"`, which `percent_decoded` reads, or in base64.

        Args:
            key: The name.
            value: The value; quoted where it has to be, unless `encoding` says otherwise.
            max_age: Seconds, or a duration, for which the browser keeps it.
            expires: When it ends. Not derived from `max_age`: every browser knows that.
            path: The path below which it is sent; `None`: the folder of the request.
            domain: The domain whose hosts it is sent to; `None`: this host only.
            secure: Whether it is sent over TLS only.
            httponly: Whether scripts cannot read it.
            samesite: `Strict`, `Lax` or `None`; that last one needs `secure`.
            partitioned: Whether there is one for each top-level site; implies `secure`.
            append: Send it beside the one that would be replaced.
            encoding: `quoted`, or `percent`: the value is percent-encoded, as JavaScript's `encodeURIComponent` does.

        Raises:
            HeaderValueError: A part is malformed, or breaks a rule of the prefix of the name.
            TypeError: The value is not a `str`.

        >>> from verglas.response import Response
        >>> response = Response()
        >>> response.set_cookie("sid", "31d4", httponly=True, samesite="Lax")
        >>> response.headers["Set-Cookie"]
        'sid=31d4; HttpOnly; Path=/; SameSite=Lax'
        """
        # PERF: the writer itself, not `SetCookie`, whose `str` it is: 0.9 µs, not 3.4, where a whole
        # response may take 3; that they agree is pinned by `test_sets_what_set_cookie_writes`.
        line = format_set_cookie(
            key,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
            encoding=encoding,
        )
        size = self.max_cookie_size
        if size and len(line) > size:
            warnings.warn(
                f"the cookie {key!r} is {len(line)} bytes long; browsers may ignore more than {size}",
                stacklevel=2,
            )
        self._headers.put_cookie(line, beside=append)

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Have the browser forget a cookie; path and domain must be those it was set with.

        Args:
            key: Any name that `request.cookies` shows.
            path: The path, as for `set_cookie`.
            domain: The domain.
            secure: Whether it is sent over TLS only.
            httponly: Whether scripts cannot read it.
            samesite: `Strict`, `Lax` or `None`.
            partitioned: Whether there is one for each top-level site.

        Raises:
            HeaderValueError: A part of the cookie is malformed.
        """
        self.set_cookie(
            key,
            max_age=0,
            expires=0,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
