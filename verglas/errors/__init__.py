"""Everything that can go wrong, as data.

    GrammarError(ValueError)                  a text is not its grammar; has no status
    ├── LimitError                            it is longer or deeper than `Limits` allow
    └── HeaderValueError                      a value that the application itself writes
    BodyConsumed(RuntimeError)                the body was read before, by whom is said
    NotFreezable(TypeError)                   a response body that cannot become a value
    WSGIViolation(RuntimeError)               an application that was answered with breaks PEP 3333
    HTTPError(Exception), HTTPException       an answer with a status; a WSGI application
    ├── BadRequest, NotFound, ...             one class for each code of the registry
    ├── BrokenInput                           500  the server's `wsgi.input` breaks its contract
    ├── Abort                                 an answer of the application's own
    └── ParseError                            the request is at fault
        ├── BadRequestKeyError (KeyError)     400  a field is missing
        ├── FieldError, FormError, JSONError  400  a field, the form, the JSON body is malformed
        ├── HeaderError, FramingError         400  a header, the length of the body
        ├── BadHost, SecurityError            400  the Host is not valid, or not trusted
        ├── ClientDisconnected                400  the body ended early
        └── LengthRequired 411, RequestEntityTooLarge 413, RequestURITooLarge 414,
            UnsupportedMediaType 415, UnsupportedCoding 415, RequestHeaderFieldsTooLarge 431

A description is an answer: it may name a field that the application asked for, a limit by its name, a position; never
a value that the client sent.
"""

from __future__ import annotations

from verglas.errors.abort import Abort, Aborter, abort
from verglas.errors.grammar import (
    ExceededLimit,
    GrammarError,
    HeaderValueError,
    LimitError,
)
from verglas.errors.http import (
    HTTPError,
    HTTPException,
)
from verglas.errors.misuse import (
    BodyConsumed,
    NotFreezable,
    WSGIViolation,
)
from verglas.errors.parse import (
    BadHost,
    BadRequestKeyError,
    BrokenInput,
    ClientDisconnected,
    FieldError,
    FormError,
    FramingError,
    HeaderError,
    JSONError,
    LengthRequired,
    ParseError,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
    SecurityError,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from verglas.errors.registry import (
    BadGateway,
    BadRequest,
    Conflict,
    ExpectationFailed,
    FailedDependency,
    Forbidden,
    GatewayTimeout,
    Gone,
    HTTPVersionNotSupported,
    ImATeapot,
    InsufficientStorage,
    InternalServerError,
    Locked,
    LoopDetected,
    MethodNotAllowed,
    MisdirectedRequest,
    NetworkAuthenticationRequired,
    NotAcceptable,
    NotFound,
    NotImplemented,
    PaymentRequired,
    PreconditionFailed,
    PreconditionRequired,
    ProxyAuthenticationRequired,
    RequestedRangeNotSatisfiable,
    RequestTimeout,
    ServiceUnavailable,
    SupportsChallenge,
    SupportsWait,
    TooEarly,
    TooManyRequests,
    Unauthorized,
    UnavailableForLegalReasons,
    UnprocessableEntity,
    UpgradeRequired,
    VariantAlsoNegotiates,
)

__all__ = [
    "Abort",
    "Aborter",
    "BadGateway",
    "BadHost",
    "BadRequest",
    "BadRequestKeyError",
    "BodyConsumed",
    "BrokenInput",
    "ClientDisconnected",
    "Conflict",
    "ExceededLimit",
    "ExpectationFailed",
    "FailedDependency",
    "FieldError",
    "Forbidden",
    "FormError",
    "FramingError",
    "GatewayTimeout",
    "Gone",
    "GrammarError",
    "HTTPError",
    "HTTPException",
    "HTTPVersionNotSupported",
    "HeaderError",
    "HeaderValueError",
    "ImATeapot",
    "InsufficientStorage",
    "InternalServerError",
    "JSONError",
    "LengthRequired",
    "LimitError",
    "Locked",
    "LoopDetected",
    "MethodNotAllowed",
    "MisdirectedRequest",
    "NetworkAuthenticationRequired",
    "NotAcceptable",
    "NotFound",
    "NotFreezable",
    "NotImplemented",
    "ParseError",
    "PaymentRequired",
    "PreconditionFailed",
    "PreconditionRequired",
    "ProxyAuthenticationRequired",
    "RequestEntityTooLarge",
    "RequestHeaderFieldsTooLarge",
    "RequestTimeout",
    "RequestURITooLarge",
    "RequestedRangeNotSatisfiable",
    "SecurityError",
    "ServiceUnavailable",
    "SupportsChallenge",
    "SupportsWait",
    "TooEarly",
    "TooManyRequests",
    "Unauthorized",
    "UnavailableForLegalReasons",
    "UnprocessableEntity",
    "UnsupportedCoding",
    "UnsupportedMediaType",
    "UpgradeRequired",
    "VariantAlsoNegotiates",
    "WSGIViolation",
    "abort",
]
