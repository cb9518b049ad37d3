"""The header fields of a response, by the names that users know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias, TypeVar

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
from verglas.headers.fields import Parsed
from verglas.headers.properties import BuiltOptional, BuiltText, BuiltValue
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
from verglas.response.head import ResponseHead
from verglas.syntax.dates import parse_date

__all__ = ["DateLike", "Names", "ResponseFields"]

P = TypeVar("P", bound=Parsed)

DateLike: TypeAlias = datetime | date | timedelta | int | float | str
"""When: a date, a duration from now, a timestamp, or the text of a field. A naive date is in UTC."""

Names: TypeAlias = str | Collection[str]
"""The value of a field that is a list of names, or a collection of these."""


def when(value: DateLike) -> datetime:
    """The moment that somebody means.

    Raises:
        HeaderValueError: A text is no HTTP date, or a number is no moment.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    try:
        if isinstance(value, timedelta):
            return datetime.now(UTC) + value
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise HeaderValueError("date", "no moment that a field can say", str(value)) from error
    parsed = parse_date(value)
    if parsed is None:
        raise HeaderValueError("date", "expected a date of HTTP", value)
    return parsed


def read_text(kind: type[P]) -> Callable[[P | str], P]:
    """What takes a value of this type, or the text of one."""
    return lambda value: kind.parse(value) if isinstance(value, str) else value


def seconds(value: timedelta | int) -> timedelta:
    """A duration, of seconds if it is a number.

    Raises:
        HeaderValueError: It is longer than any duration.
        TypeError: It is neither a duration nor a whole number.
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
        GrammarError: It is no length.
    """
    return CONTENT_LENGTH.decode([value]) if isinstance(value, str) else value


def cache_control(value: CacheControl | str) -> CacheControl:
    """What caches are told; of a text that the application writes, no member is left out.

    Raises:
        GrammarError: A member is malformed.
    """
    return CacheControl.parse(value, strict=True) if isinstance(value, str) else value


def only_true(value: bool) -> bool:
    """Whether it is `True` itself: a text such as "false", which is true, must not share anything."""
    return value is True


def resource_policy(value: CORP | str) -> CORP:
    """A policy, by its name.

    Raises:
        GrammarError: There is none of this name.
    """
    return CROSS_ORIGIN_RESOURCE_POLICY.decode([str(value)])


class ResponseFields(ResponseHead):
    """Header fields as attributes: values are frozen, so assign them, or use `|=`. `None` takes a field away.

    What is assigned and is not the field's grammar is a `HeaderValueError`.

    What reads as a list or a policy is empty when absent, never `None`; an empty one takes the field away.
    """

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

    content_length: BuiltOptional[int, int | str] = BuiltOptional(CONTENT_LENGTH, whole)
    """Content-Length (§8.6); of a body in hand, its own is sent."""
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
        """Retry-After (§10.2.3) as a moment; a wait counts from now, each time anew. `None` takes it away."""
        try:
            value = self.headers.get(RETRY_AFTER)
        except HeaderValueError:
            return None
        return None if value is None else value.at(datetime.now(UTC))

    @retry_after.setter
    def retry_after(self, value: RetryAfter | datetime | timedelta | int | str | None) -> None:
        self.headers[RETRY_AFTER] = None if value is None else RetryAfter.of(value)

    @retry_after.deleter
    def retry_after(self) -> None:
        del self.headers[RETRY_AFTER]
