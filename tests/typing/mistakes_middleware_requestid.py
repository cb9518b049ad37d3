"""What must not check of request ids, HTTPS and what is added to answers: one mistake a line, as in mistakes.py."""

from __future__ import annotations

from tests.typing.checks_middleware_requestid import (
    User,
    alone,
    as_ada,
    both,
    by_id,
    greet,
    greet_known,
    https,
    id_alone,
    ids,
    mine,
    plain,
)
from verglas import Handler, Request, application, text
from verglas.middleware import access_log, https_only, log_exceptions, request_id, security_headers

# A state that nobody gives, or another one.

application(ids(greet))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(https(by_id))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(both(greet_known))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(ids(mine))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
alone(greet)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
both(by_id)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
as_ada(both(greet))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
of_none: Handler[None] = ids(greet)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
of_none = both(greet_known)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
application(as_ada(https(by_id)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# What is no handler.

ids(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
https(text("hi"))  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
ids(lambda request: "text")  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
alone(text("hi"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@ids  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def number(request: Request) -> int:
    """No answer."""
    return len(request.path)


@request_id  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportUntypedFunctionDecorator]
def bare(request: Request) -> None:
    """Not around this."""


# The value is no function of `finish=`; what it has is.

application(plain, finish=ids)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(plain, finish=[https])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
application(plain, finish=security_headers)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(plain, on_exception=log_exceptions)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Options.

request_id("X-Request-ID")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
request_id(header=None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
request_id(make=lambda: 7)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
request_id(trust_incoming="yes")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
request_id(into="id")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
request_id(into=lambda found: found)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
request_id(into=id_alone, header=7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
https_only(status=303)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
https_only(port="443")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
https_only(exempt=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
https_only("/health")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
security_headers(content_security_policy="default-src 'self'")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
security_headers(frame_options="DENY")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
security_headers(strict_transport_security=31536000)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
security_headers(content_type_options=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
security_headers(x_xss_protection=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
access_log(logger=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
access_log(query="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
access_log("%(status)s")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
log_exceptions(report="sentry")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
log_exceptions(logger=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
log_exceptions(report=lambda: None)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]

# What it gives.

length: int = ids.current()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
ids.current().upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
user: User = by_id(Request().with_state("7")).state  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
