# ruff: noqa: B018
"""What must not check of header values: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from datetime import timedelta

from verglas import Headers, MutableHeaders, Request, Response
from verglas.headers import (
    AGE,
    CACHE_CONTROL,
    ETAG,
    VARY,
    AcceptEncodings,
    CacheControl,
    ContentSecurityPolicy,
    ETag,
    ETags,
    SetCookie,
    Vary,
    single_field,
)

headers, built = Headers(), MutableHeaders()
request, response = Request(), Response()

headers[ETAG].lower()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
headers.get(ETAG).tag  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
headers.get(AGE) + 1  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
headers.with_(VARY, "Cookie")  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
headers.with_(ETAG, ETags())  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
headers[ETAG] = ETag("1")  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
built[VARY] = "Cookie"  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
built.add(VARY, "Cookie")  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
built.setdefault(VARY, "Cookie")  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
built["X"] = 5.0  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
built[AGE] = 60  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
built[CACHE_CONTROL] = Vary()  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
single_field("X-Shard", int)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
request.if_match = ETags()  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
request.authorization.username  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.date.year  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.range.unit  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.origin.host  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess, reportUnknownMemberType]
request.accept_mimetypes.append("text/html")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.user_agent.browser.lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.cache_control |= "no-store"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
response.vary.add("Cookie")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
response.vary = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
response.vary |= 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
response.vary |= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
response.cache_control.max_age = timedelta(0)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
response.cache_control |= ["no-store"]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
response.cache_control |= {"no-store": None}  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
response.content_security_policy.script_src = "'self'"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
response.content_security_policy |= 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
response.content_range.start  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
response.retry_after = object()  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
response.age = "60"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
response.access_control_allow_credentials = "true"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
response.content_length.bit_length()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
response.cross_origin_resource_policy.value  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
CacheControl(max_age=60)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CacheControl(True)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
CacheControl(no_stor=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
CacheControl().max_age.days  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
ContentSecurityPolicy(script="'self'")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ContentSecurityPolicy(upgrade_insecure_requests="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ETag("1").weak = True  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
SetCookie("a", samesite=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
SetCookie("a", "b", 60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
AcceptEncodings.parse(b"gzip")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
AcceptEncodings.parse("gzip").best_match(["gzip"]).lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
