"""Shows in the answer to each request what the server handed over of it."""

from __future__ import annotations

import base64
from typing import Final

from verglas import Request, Response, application
from verglas.testing import to_message

__all__ = ["SHOWN", "show"]

SHOWN: Final = "X-Message"
"""The field with the message of the request, in base64: an answer to HEAD has no body."""


@application
def show(request: Request) -> Response:
    """Answer with the message of the request."""
    shown = to_message(request.buffered(), mask=None)
    return Response(headers={SHOWN: base64.b64encode(shown).decode()})
