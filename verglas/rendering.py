"""How an error answers: as problem details for clients that prefer JSON, else as a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from verglas.capture import RequestHead
from verglas.errorpage import error_page
from verglas.errors.abort import Abort
from verglas.errors.grammar import GrammarError
from verglas.errors.http import HTTPError
from verglas.headers.negotiation import AcceptMediaTypes
from verglas.jsons import STANDARD_JSON
from verglas.limits import DEFAULT_LIMITS
from verglas.response.frozen import FrozenResponse
from verglas.wsgi import Head, ResponseLike

__all__ = ["Renderer", "prefers_json", "render_error"]

JSON_TYPES: Final = ("application/json", "application/problem+json")
OFFERS: Final = ("text/html", *JSON_TYPES)
"""The types that a client is offered, in this order: a browser and one that takes anything get the page."""

Renderer: TypeAlias = Callable[[HTTPError, RequestHead], ResponseLike]
"""Makes the answer of an error, given the head of the request."""


def render_error(error: HTTPError, head: Head) -> ResponseLike:
    """The answer of an error: problem details (RFC 9457) or the HTML page, with nothing in it that the client sent.

    Args:
        error: What was raised.
        head: Of the request; its Accept decides.

    >>> from verglas import Request
    >>> from verglas.errors import NotFound
    >>> request = Request(headers={"Accept": "application/json"})
    >>> print(render_error(NotFound("No such note."), request).body.decode())
    {"type":"about:blank","title":"Not Found","status":404,"detail":"No such note."}
    """
    if isinstance(error, Abort):
        return error.application
    if prefers_json(head.headers.get("Accept", "")):
        body = STANDARD_JSON.dumps(error.problem()).encode(errors="replace")
        content_type = "application/problem+json"
    else:
        body = error_page(error.code, error.name, error.description)
        content_type = "text/html; charset=utf-8"
    # Caches keep one answer for each kind of client (RFC 9110 §12.5.5).
    lines = [("Content-Type", content_type), ("Vary", "Accept"), *error.field_lines()]
    return FrozenResponse(body, f"{error.code} {error.name}", lines)


def prefers_json(accept: str) -> bool:
    """Whether a client would rather have JSON than HTML (RFC 9110 §12.5.1).

    Args:
        accept: The value of its Accept field; what is too long to look at prefers nothing.

    >>> prefers_json("application/json, text/plain, */*"), prefers_json("*/*"), prefers_json("text/html, */*;q=0.9")
    (True, False, False)
    """
    if not accept or len(accept) > DEFAULT_LIMITS.max_header_value:
        return False
    try:
        chosen = AcceptMediaTypes.parse(accept).negotiate(OFFERS)
    except GrammarError:
        return False
    return chosen in JSON_TYPES
