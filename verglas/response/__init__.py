"""Responses: built, frozen, and in short forms."""

from __future__ import annotations

from verglas.response.builder import Response
from verglas.response.events import ServerSentEvent, json_lines, sse
from verglas.response.frozen import FrozenResponse, FrozenResponseChanges
from verglas.response.shorthand import html, json_response, no_content, redirect, text

__all__ = [
    "FrozenResponse",
    "FrozenResponseChanges",
    "Response",
    "ServerSentEvent",
    "html",
    "json_lines",
    "json_response",
    "no_content",
    "redirect",
    "sse",
    "text",
]
