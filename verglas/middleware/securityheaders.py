"""`security_headers`: the fields that tell browsers what to refuse."""

from __future__ import annotations

from typing import Final, TypeVar, final

from attrs import frozen

from verglas.answering import Answer, Finish
from verglas.capture import SECURE_SCHEMES, RequestHead
from verglas.headers.csp import CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, ContentSecurityPolicy
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import encoded
from verglas.headers.security import (
    COOP,
    CORP,
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY,
    PERMISSIONS_POLICY,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    FrameOptions,
    PermissionsPolicy,
    ReferrerPolicies,
    ReferrerPolicy,
    StrictTransportSecurity,
)
from verglas.middleware.common import check_option
from verglas.response.changes import add_lines

__all__ = ["security_headers"]

T = TypeVar("T")

STRICT_ORIGIN: Final = ReferrerPolicies(ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN)
ISOLATED: Final = CrossOriginOpenerPolicy(COOP.SAME_ORIGIN)


def security_headers(
    *,
    content_security_policy: ContentSecurityPolicy | None = None,
    content_security_policy_report_only: ContentSecurityPolicy | None = None,
    strict_transport_security: StrictTransportSecurity | None = None,
    content_type_options: bool = True,
    frame_options: FrameOptions | None = FrameOptions.DENY,
    referrer_policy: ReferrerPolicies | None = STRICT_ORIGIN,
    permissions_policy: PermissionsPolicy | None = None,
    cross_origin_opener_policy: CrossOriginOpenerPolicy | None = ISOLATED,
    cross_origin_embedder_policy: CrossOriginEmbedderPolicy | None = None,
    cross_origin_resource_policy: CORP | None = CORP.SAME_ORIGIN,
) -> Finish:
    """A function for `application(..., finish=)` that gives answers the fields which tell browsers what to refuse.

    `None` leaves a field out, and an answer that has a field already keeps it: a handler whose page may be framed sets
    its own. An answer that has them all is passed through untouched.

    Args:
        content_security_policy: From where pages may load what. `None` by default: it depends on the application.
        content_security_policy_report_only: The policy whose violations are only reported.
        strict_transport_security: How long browsers reach this host over HTTPS only. It is sent over HTTPS alone
            (RFC 6797 §7.2). `None` by default: browsers hold the host to it for as long as it says.
        content_type_options: `X-Content-Type-Options: nosniff`, by which browsers do not guess types.
        frame_options: The pages that may show these in a frame, `DENY` by default: none. Left out beside a policy with
            `frame-ancestors`, which browsers obey instead.
        referrer_policy: How much of its URL a page tells others: by default its origin, and that only over HTTPS.
        permissions_policy: The features that a page and its frames may use.
        cross_origin_opener_policy: The windows that may reach a page: by default those of its origin.
        cross_origin_embedder_policy: The policy for what a page embeds of other origins.
        cross_origin_resource_policy: From where these resources may be embedded without CORS: by default from the same
            origin. Images and fonts for other sites need `CORP.CROSS_ORIGIN`.

    Raises:
        TypeError: An argument is not of its type.

    >>> from datetime import timedelta
    >>> from verglas import application, text
    >>> secured = security_headers(
    ...     content_security_policy=ContentSecurityPolicy(default_src="'self'", frame_ancestors="'none'"),
    ...     strict_transport_security=StrictTransportSecurity(timedelta(days=365)),
    ... )
    >>> app = application(lambda request: text("hi"), finish=secured)
    >>> _ = app({"wsgi.url_scheme": "https"}, lambda status, headers: print(*headers[1:4], headers[-2], sep="\\n"))
    ('Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'")
    ('X-Content-Type-Options', 'nosniff')
    ('Referrer-Policy', 'strict-origin-when-cross-origin')
    ('Strict-Transport-Security', 'max-age=31536000')
    """
    check_option(content_type_options, bool, "content_type_options", "security_headers()")
    policy = content_security_policy
    if policy is not None and "frame-ancestors" in _checked(policy, ContentSecurityPolicy):
        frame_options = None
    lines = [
        *_lines(CONTENT_SECURITY_POLICY, content_security_policy, ContentSecurityPolicy),
        *_lines(CONTENT_SECURITY_POLICY_REPORT_ONLY, content_security_policy_report_only, ContentSecurityPolicy),
        *_lines(X_CONTENT_TYPE_OPTIONS, content_type_options, bool),
        *_lines(X_FRAME_OPTIONS, frame_options, FrameOptions),
        *_lines(REFERRER_POLICY, referrer_policy, ReferrerPolicies),
        *_lines(PERMISSIONS_POLICY, permissions_policy, PermissionsPolicy),
        *_lines(CROSS_ORIGIN_OPENER_POLICY, cross_origin_opener_policy, CrossOriginOpenerPolicy),
        *_lines(CROSS_ORIGIN_EMBEDDER_POLICY, cross_origin_embedder_policy, CrossOriginEmbedderPolicy),
        *_lines(CROSS_ORIGIN_RESOURCE_POLICY, cross_origin_resource_policy, CORP),
    ]
    transport = _lines(STRICT_TRANSPORT_SECURITY, strict_transport_security, StrictTransportSecurity)
    always = tuple(lines)
    return _SecurityHeaders(always, (*always, *transport) if transport else always)


def _lines(key: HeaderField[T], value: T | None, kind: type[T]) -> list[tuple[str, str]]:
    return [] if value is None else encoded(key, _checked(value, kind), sent=True)


def _checked(value: T, kind: type[T]) -> T:
    if not isinstance(value, kind):  # not all check their types
        what = f"security_headers() takes a {kind.__name__} of verglas.headers"
        hint = f": {kind.__name__}.parse(...) reads a text" if hasattr(kind, "parse") else ""
        raise TypeError(f"{what}, not {type(value).__name__}{hint}")
    return value


@final
@frozen
class _SecurityHeaders:
    """The function that `security_headers` gives: the lines of all answers, and of those over HTTPS."""

    lines: tuple[tuple[str, str], ...]
    lines_over_https: tuple[tuple[str, str], ...]

    def __call__(self, head: RequestHead, answer: Answer) -> Answer:
        always, over_https = self.lines, self.lines_over_https
        # PERF: the scheme is looked for only where it tells something: 2 µs.
        return add_lines(answer, always if over_https is always or head.scheme not in SECURE_SCHEMES else over_https)
