"""One class for each code of the registry (RFC 9110 §15, and the IANA registry beyond it)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, cast

from verglas.backports import override
from verglas.errors.http import HTTPError
from verglas.syntax.dates import format_date

__all__ = [
    "BadGateway",
    "BadRequest",
    "Challenges",
    "Conflict",
    "ExpectationFailed",
    "FailedDependency",
    "Forbidden",
    "GatewayTimeout",
    "Gone",
    "HTTPVersionNotSupported",
    "ImATeapot",
    "InsufficientStorage",
    "InternalServerError",
    "Locked",
    "LoopDetected",
    "MethodNotAllowed",
    "MisdirectedRequest",
    "NetworkAuthenticationRequired",
    "NotAcceptable",
    "NotFound",
    "NotImplemented",
    "PaymentRequired",
    "PreconditionFailed",
    "PreconditionRequired",
    "ProxyAuthenticationRequired",
    "RequestTimeout",
    "RequestedRangeNotSatisfiable",
    "ServiceUnavailable",
    "SupportsChallenge",
    "SupportsWait",
    "TooEarly",
    "TooManyRequests",
    "Unauthorized",
    "UnavailableForLegalReasons",
    "UnprocessableEntity",
    "UpgradeRequired",
    "VariantAlsoNegotiates",
    "Wait",
]


class SupportsChallenge(Protocol):
    """A challenge, such as a `WWWAuthenticate`: `str()` is its wire form."""

    @property
    def type(self) -> str: ...


class SupportsWait(Protocol):
    """A `RetryAfter`: `str()` is its wire form."""

    def at(self, now: datetime, /) -> datetime: ...


Challenges: TypeAlias = str | SupportsChallenge | Iterable[str | SupportsChallenge]
"""Anything that `WWW-Authenticate` is made from."""

Wait: TypeAlias = int | timedelta | datetime | str | SupportsWait
"""Anything that `Retry-After` is made from."""


class _RetryLater(HTTPError):
    def __init__(self, description: object = None, retry_after: Wait | None = None) -> None:
        super().__init__(description)
        self.args: tuple[object, ...] = (*self.args, retry_after)
        self.retry_after = retry_after
        self._wait = _wait(retry_after)

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """`Retry-After`, when it is known; 0 is a value."""
        return () if self._wait is None else (("Retry-After", self._wait),)


def _wait(after: object) -> str | None:
    """A wait as `Retry-After` has it."""
    if after is None or isinstance(after, str):
        return after
    if isinstance(after, datetime):
        return format_date(after)
    if isinstance(after, timedelta):
        after = -(-after // timedelta(seconds=1))  # rounded up: never too early
    if isinstance(after, int) and not isinstance(after, bool):
        if after < 0:
            raise ValueError(f"retry_after is the time to wait, and cannot be negative: {after}")
        return str(after)
    if hasattr(after, "at"):
        return str(after)
    raise TypeError(f"retry_after is seconds, a timedelta, a datetime or a RetryAfter, not {type(after).__name__}")


class BadRequest(HTTPError):
    """400."""

    code = 400
    description = "The request could not be understood."


class Unauthorized(HTTPError):
    """401.

    Args:
        description: What went wrong.
        www_authenticate: The challenge, or several, for `WWW-Authenticate`
            (RFC 9110 §15.5.2). A `str` is one challenge.
    """

    code = 401
    description = "The request needs valid credentials."

    def __init__(self, description: object = None, www_authenticate: Challenges | None = None) -> None:
        super().__init__(description)
        self.www_authenticate: tuple[str, ...] = _challenges(www_authenticate)
        self.args: tuple[object, ...] = (*self.args, self.www_authenticate)

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """One `WWW-Authenticate` line for each challenge."""
        return tuple(("WWW-Authenticate", challenge) for challenge in self.www_authenticate)


class PaymentRequired(HTTPError):
    """402."""

    code = 402
    description = "Payment is required."


class Forbidden(HTTPError):
    """403."""

    code = 403
    description = "You are not allowed to do this."


class NotFound(HTTPError):
    """404."""

    code = 404
    description = "There is nothing at this address."


class MethodNotAllowed(HTTPError):
    """405.

    Args:
        valid_methods: The methods that are allowed, for `Allow` (RFC 9110 §15.5.6): `["GET", "HEAD"]`; `[]` if there
            are none.
        description: What went wrong.

    Raises:
        TypeError: The methods are missing, or are one text, which would be a method a letter.
    """

    code = 405
    description = "The method is not allowed for this address."

    def __init__(self, valid_methods: Iterable[str] | None = None, description: object = None) -> None:
        super().__init__(description)
        self.valid_methods: tuple[str, ...] = _methods(valid_methods)
        self.args: tuple[object, ...] = (self.valid_methods, *self.args)

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """`Allow`, empty when nothing is allowed."""
        return (("Allow", ", ".join(self.valid_methods)),)


class NotAcceptable(HTTPError):
    """406."""

    code = 406
    description = "Nothing that can be sent fits what the request accepts."


class ProxyAuthenticationRequired(HTTPError):
    """407."""

    code = 407
    description = "The proxy needs valid credentials."


class RequestTimeout(HTTPError):
    """408."""

    code = 408
    description = "The request took too long to arrive."


class Conflict(HTTPError):
    """409."""

    code = 409
    description = "The request conflicts with the present state."


class Gone(HTTPError):
    """410."""

    code = 410
    description = "What was at this address is gone for good."


class PreconditionFailed(HTTPError):
    """412."""

    code = 412
    description = "A precondition of the request does not hold."


class RequestedRangeNotSatisfiable(HTTPError):
    """416.

    Args:
        length: The length of the representation, for `Content-Range`
            (RFC 9110 §15.5.17).
        units: The range unit.
        description: What went wrong.
    """

    code = 416
    description = "The requested range cannot be served."

    def __init__(self, length: int | None = None, units: str = "bytes", description: object = None) -> None:
        super().__init__(description)
        _check_length(length)
        self.args: tuple[object, ...] = (length, units, *self.args)
        self.length = length
        self.units = units

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """`Content-Range: bytes */length`, when the length is known."""
        return () if self.length is None else (("Content-Range", f"{self.units} */{self.length}"),)


class ExpectationFailed(HTTPError):
    """417."""

    code = 417
    description = "The expectation of the request cannot be met."


class ImATeapot(HTTPError):
    """418."""

    code = 418
    description = "This is a teapot, not a coffee machine."


class MisdirectedRequest(HTTPError):
    """421."""

    code = 421
    description = "The request went to a server that does not answer for its host."


class UnprocessableEntity(HTTPError):
    """422."""

    code = 422
    description = "The request was understood, but what it holds is not valid."


class Locked(HTTPError):
    """423."""

    code = 423
    description = "The resource is locked."


class FailedDependency(HTTPError):
    """424."""

    code = 424
    description = "The request depends on another that failed."


class TooEarly(HTTPError):
    """425."""

    code = 425
    description = "The request might be replayed."


class UpgradeRequired(HTTPError):
    """426."""

    code = 426
    description = "The request needs another protocol."


class PreconditionRequired(HTTPError):
    """428."""

    code = 428
    description = "The request must be conditional."


class TooManyRequests(_RetryLater):
    """429.

    Args:
        description: What went wrong.
        retry_after: Seconds, a `timedelta`, a date, or a value whose `str` is a
            field value, for `Retry-After` (RFC 9110 §10.2.3).
    """

    code = 429
    description = "Too many requests came in a short time."


class UnavailableForLegalReasons(HTTPError):
    """451."""

    code = 451
    description = "This is not available for legal reasons."


class InternalServerError(HTTPError):
    """500.

    Args:
        description: What went wrong.
        original_exception: The fault behind it, for logs. Never shown.
    """

    code = 500
    description = "The server met an error of its own."

    def __init__(self, description: object = None, original_exception: BaseException | None = None) -> None:
        super().__init__(description)
        self.args: tuple[object, ...] = (*self.args, original_exception)
        self.original_exception = original_exception


class NotImplemented(HTTPError):  # noqa: A001  # the name that Werkzeug has for it
    """501."""

    code = 501
    description = "The server cannot do this."


class BadGateway(HTTPError):
    """502."""

    code = 502
    description = "A server behind this one gave an invalid answer."


class ServiceUnavailable(_RetryLater):
    """503.

    Args:
        description: What went wrong.
        retry_after: Seconds, a `timedelta`, a date, or a value whose `str` is a
            field value, for `Retry-After` (RFC 9110 §10.2.3).
    """

    code = 503
    description = "The service is not available for now."


class GatewayTimeout(HTTPError):
    """504."""

    code = 504
    description = "A server behind this one did not answer in time."


class HTTPVersionNotSupported(HTTPError):
    """505."""

    code = 505
    description = "The HTTP version of the request is not supported."


class VariantAlsoNegotiates(HTTPError):
    """506."""

    code = 506
    description = "The chosen variant negotiates itself."


class InsufficientStorage(HTTPError):
    """507."""

    code = 507
    description = "There is no room to store what was sent."


class LoopDetected(HTTPError):
    """508."""

    code = 508
    description = "The request ran into a loop."


class NetworkAuthenticationRequired(HTTPError):
    """511."""

    code = 511
    description = "The network needs you to sign in."


def _check_length(length: object) -> None:
    if length is not None and (not isinstance(length, int) or isinstance(length, bool)):
        raise TypeError(f"length is a number of bytes, not {type(length).__name__}")
    if length is not None and length < 0:
        raise ValueError(f"length is a number of bytes, and cannot be negative: {length}")


def _challenges(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    # A `str` is iterable too: taken apart it would be one challenge a letter.
    challenges: tuple[object, ...] = (value,)
    if isinstance(value, Iterable) and not isinstance(value, str) and not hasattr(cast("object", value), "type"):
        challenges = tuple(cast("Iterable[object]", value))  # isinstance() tells nothing of the items
    for challenge in challenges:
        if not isinstance(challenge, str) and not hasattr(challenge, "type"):
            raise TypeError(f"www_authenticate is a WWWAuthenticate or a text, not {type(challenge).__name__}")
    return tuple(map(str, challenges))


def _methods(methods: object) -> tuple[str, ...]:
    if methods is None:
        raise TypeError('a 405 names the methods that are allowed: MethodNotAllowed(["GET"]), or [] if there are none')
    if isinstance(methods, str):
        raise TypeError(f'the methods that are allowed are a list: MethodNotAllowed(["GET"]), not {methods!r}')
    if not isinstance(methods, Iterable):
        raise TypeError(f"the methods that are allowed are a list of texts, not {type(methods).__name__}")
    found = tuple(cast("Iterable[object]", methods))
    if not all(isinstance(method, str) for method in found):
        raise TypeError(f"the methods that are allowed are a list of texts, not {found!r}")
    return cast("tuple[str, ...]", found)  # just looked at
