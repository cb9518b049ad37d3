"""The request is at fault: what reading one raises."""

from __future__ import annotations

from typing import Self

from verglas.backports import override
from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError
from verglas.errors.http import HTTPError
from verglas.errors.registry import BadRequest, InternalServerError
from verglas.wsgi import JSONLike

__all__ = [
    "BadHost",
    "BadRequestKeyError",
    "BrokenInput",
    "ClientDisconnected",
    "FieldError",
    "FormError",
    "FramingError",
    "HeaderError",
    "JSONError",
    "LengthRequired",
    "ParseError",
    "RequestEntityTooLarge",
    "RequestHeaderFieldsTooLarge",
    "RequestURITooLarge",
    "SecurityError",
    "UnsupportedCoding",
    "UnsupportedMediaType",
]


class ParseError(HTTPError):
    """The request is at fault. Raised only by what reads requests.

    Args:
        description: What is wrong, with no submitted value in it.
        field: The header, form field, or query field that it is about.
        position: Where, in characters or bytes from the start of that.
        limit: The limit that was gone over, if it is about one.
    """

    code = 400
    description = "The request could not be understood."

    def __init__(
        self,
        description: object = None,
        field: str | None = None,
        position: int | None = None,
        limit: ExceededLimit | None = None,
    ) -> None:
        super().__init__(description)
        self.args: tuple[object, ...] = (*self.args, field, position, limit)
        self.field = field
        self.position = position
        self.limit = limit

    @override
    def problem(self) -> dict[str, JSONLike]:
        """The error as problem details (RFC 9457), with what is known of `field`, `position` and `limit`."""
        problem = super().problem()
        if self.field is not None:
            problem["field"] = self.field
        if self.position is not None:
            problem["position"] = self.position
        if self.limit is not None:
            problem["limit"] = {"name": self.limit.knob, "value": self.limit.allowed, "unit": self.limit.unit}
        return problem

    @classmethod
    def from_grammar(cls, error: GrammarError, field: str | None = None) -> Self:
        """An error of this class for a text that is not its grammar, without the text."""
        limit = error.limit if isinstance(error, LimitError) else None
        return cls(f"{error.public}.", field, error.position, limit)

    @classmethod
    def over(cls, what: str, knob: str, allowed: int, unit: str = "bytes", field: str | None = None) -> Self:
        """An error of this class for a limit that was gone over.

        Args:
            what: What is too much, as the beginning of a sentence.
            knob: The name of the field of `Limits`.
            allowed: Its value.
            unit: What is counted.
            field: What it is about.
        """
        limit = ExceededLimit(knob, allowed, unit)
        return cls(f"{what} ({limit}).", field, limit=limit)


class BadRequestKeyError(ParseError, BadRequest, KeyError):
    """A field that the application asked for is missing: a 400, and a `KeyError`.

    Args:
        field: The name that was asked for.
    """

    def __init__(self, field: str) -> None:
        super().__init__(f"The field {field!r} is missing.", field)
        self.args: tuple[object, ...] = (field,)


class FieldError(ParseError, BadRequest):
    """A field of the query, the form or the cookies is not what the application asked for."""


class FormError(ParseError, BadRequest):
    """The body is not the form that its Content-Type says it is."""


class JSONError(ParseError, BadRequest):
    """The body is not JSON (RFC 8259)."""


class HeaderError(ParseError, BadRequest):
    """A header field is not its grammar."""


class FramingError(ParseError, BadRequest):
    """Content-Length or Transfer-Encoding cannot be right (RFC 9112 §6)."""


class BadHost(ParseError, BadRequest):
    """The Host is not a host with perhaps a port (RFC 9110 §7.2)."""

    description = "The Host of the request is not valid."


class SecurityError(ParseError, BadRequest):
    """The Host is not among those trusted."""

    description = "The Host of the request is not one of this site's."


class ClientDisconnected(ParseError, BadRequest):
    """The body ended before its length was reached."""

    description = "The request body ended early."


class BrokenInput(InternalServerError):
    """`wsgi.input` does not do what PEP 3333 says: the server's fault, never the request's."""

    description = "The server handed the request body over in a way that cannot be read."


class LengthRequired(ParseError):
    """411: a body whose length the server cannot find out."""

    code = 411
    description = "The request needs a Content-Length."


class RequestEntityTooLarge(ParseError):
    """413: the body, or something in it, exceeds a limit."""

    code = 413
    description = "The request body is too large."


class RequestURITooLarge(ParseError):
    """414: the query exceeds a limit."""

    code = 414
    description = "The address of the request is too long."


class UnsupportedMediaType(ParseError):
    """415: the body is not of the type that the handler reads."""

    code = 415
    description = "The request body is of a type that is not understood here."


class UnsupportedCoding(UnsupportedMediaType):
    """415 for a body with a Content-Encoding, where it has to be read without one (RFC 9110 §15.5.16)."""

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """`Accept-Encoding`, which says that the client may send it without a coding."""
        return (("Accept-Encoding", "identity"),)


class RequestHeaderFieldsTooLarge(ParseError):
    """431: header fields, or cookies, exceed a limit."""

    code = 431
    description = "The head of the request is too large."
