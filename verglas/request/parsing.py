"""`parse_environ`: from an environ to a request, strictly."""

from __future__ import annotations

from verglas.errors.parse import ParseError
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.request.model import Request
from verglas.trust import ANY_HOST, Trust
from verglas.wsgi import Environ

__all__ = ["parse_environ", "try_parse"]


def parse_environ(environ: Environ, *, limits: Limits = DEFAULT_LIMITS, trust: Trust = ANY_HOST) -> Request[None]:
    """Make a request of a WSGI environ (PEP 3333). Pure: reads no input, changes nothing.

    Args:
        environ: What the server handed over.
        limits: What is too much.
        trust: What is believed about who sent it, and to which host.

    Raises:
        BadHost: The Host is none.
        SecurityError: The Host is not one of the trusted, or there is none and they are restricted.
        FramingError: The body's length cannot be right.
        LengthRequired: The body is chunked, and the server does not decode that.
        ParseError: Of all these the base: also when a value is no text of an environ, or the method is no token.

    >>> environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/notes/7", "HTTP_HOST": "example.org"}
    >>> parse_environ(environ).url.segments
    ('notes', '7')
    """
    return Request.parse(environ if isinstance(environ, dict) else dict(environ), limits=limits, trust=trust)


def try_parse(
    environ: Environ, *, limits: Limits = DEFAULT_LIMITS, trust: Trust = ANY_HOST
) -> Request[None] | ParseError:
    """The same, with what it would raise as its result.

    >>> try_parse({"HTTP_HOST": "a/b"})
    <BadHost '400: Bad Request'>
    """
    try:
        return parse_environ(environ, limits=limits, trust=trust)
    except ParseError as error:
        return error
