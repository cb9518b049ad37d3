"""What was asked for lately, and what was answered: as far as both speak of ranges and conditions."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final, final

from attrs import asdict, frozen

from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.wsgi import JSONLike

__all__ = ["Exchange", "Exchanges"]

KEPT: Final = 20  # exchanges; each holds a few field values, which the server has bounded


@frozen
class Exchange:
    """A request and its answer.

    Attributes:
        method: Of the request.
        range: Of the request, as are the next three; `None` where it has none.
        if_range: A condition on that.
        if_none_match: A condition on all of it: the tags that the client has.
        if_modified_since: Another one: the date of what it has.
        status: The code of the answer.
        content_range: Of the answer; `None` where it has none.
        content_length: Of the answer, as the field says it.
    """

    method: str
    range: str | None
    if_range: str | None
    if_none_match: str | None
    if_modified_since: str | None
    status: int
    content_range: str | None
    content_length: str | None


@final
class Exchanges:
    """The last few exchanges; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: deque[Exchange] = deque(maxlen=KEPT)

    def keep(self, request: Request, response: Response) -> Response:
        """Add one; the response, as it is."""
        asked, answered = request.headers, response.get_wsgi_headers(request.environ)
        exchange = Exchange(
            method=request.method,
            range=asked.get("Range"),
            if_range=asked.get("If-Range"),
            if_none_match=asked.get("If-None-Match"),
            if_modified_since=asked.get("If-Modified-Since"),
            status=response.status_code,
            content_range=answered.get("Content-Range"),
            content_length=answered.get("Content-Length"),
        )
        with self._lock:
            self._kept.append(exchange)
        return response

    def latest(self) -> tuple[Exchange, ...]:
        """They, the newest first."""
        with self._lock:
            return tuple(reversed(self._kept))

    def as_json(self) -> list[JSONLike]:
        """They, as JSON has them."""
        return [asdict(exchange) for exchange in self.latest()]
