"""A log of the last requests and their answers: the fields of both that concern ranges and conditions."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final, final

from attrs import asdict, frozen

from verglas import JSONLike, Request, Response

__all__ = ["KEPT", "Exchange", "Exchanges"]

KEPT: Final = 20  # exchanges; each holds a few field values, which the server has bounded


@frozen
class Exchange:
    """A request and its answer.

    Attributes:
        method: The method of the request.
        range: The Range of the request; this and the next three are `None` where the request does not have the field.
        if_range: The condition under which Range applies.
        if_none_match: The tags of what the client has.
        if_modified_since: The date of what the client has.
        status: The status code of the answer.
        content_range: The Content-Range of the answer; `None` where it does not have the field.
        content_length: The Content-Length of the answer, as it was sent; `None` where it does not have the field.
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
        """Add a request and its response; returns the response, unchanged."""
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
        """The exchanges, the newest first."""
        with self._lock:
            return tuple(reversed(self._kept))

    def as_json(self) -> list[JSONLike]:
        """The exchanges as JSON objects, the newest first."""
        return [asdict(exchange) for exchange in self.latest()]
