"""From an environ to a request: strictly, as a pure function."""

from __future__ import annotations

from verglas.errors.parse import ParseError
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.request.model import Request
from verglas.trust import ANY_HOST, Trust
from verglas.wsgi import Environ

__all__ = ["parse_environ", "try_parse"]


def parse_environ(environ: Environ, *, limits: Limits = DEFAULT_LIMITS, trust: Trust = ANY_HOST) -> Request[None]:
    """Make a request from a WSGI environ (PEP 3333). Pure: it reads no input and changes nothing.

    Args:
        environ: The environ that the server passed.
        limits: Size and count limits.
        trust: Which proxy headers and host names to trust.

    Raises:
        BadHost: The Host header is not a valid host.
        SecurityError: The host is not a trusted one, or hosts are restricted and the request names none.
        FramingError: The length of the body is malformed or contradictory.
        LengthRequired: The body is chunked, and the server does not decode that.
        ParseError: The base of all these; also when a value is not text, or the method is not a token.

    >>> environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/notes/7", "HTTP_HOST": "example.org"}
    >>> parse_environ(environ).url.segments
    ('notes', '7')
    """
    return Request.parse(environ if isinstance(environ, dict) else dict(environ), limits=limits, trust=trust)


def try_parse(
    environ: Environ, *, limits: Limits = DEFAULT_LIMITS, trust: Trust = ANY_HOST
) -> Request[None] | ParseError:
    """Make a request as `parse_environ` does; an error is returned instead of raised.

    In a `match`, name the error first: `case ParseError() as error`, then `case request`. After `case Request()` mypy
    no longer knows the type of the state.

    >>> try_parse({"HTTP_HOST": "a/b"})
    <BadHost '400: Bad Request'>
    """
    try:
        return parse_environ(environ, limits=limits, trust=trust)
    except ParseError as error:
        return error
