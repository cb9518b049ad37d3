"""Files, ranges, conditions and events: what browsers do with more than one request."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, final

from verglas.errors.registry import BadRequest, InsufficientStorage
from verglas.files import send_file
from verglas.headers.caching import CacheControl
from verglas.headers.entitytags import ETAG, ETag
from verglas.inspector.exchanges import Exchanges
from verglas.inspector.mediapages import etag_page, events_page, range_page
from verglas.inspector.pages import asset, root_of
from verglas.inspector.recording import RECORDING_SIZE, Recording
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.response.events import ServerSentEvent, sse
from verglas.response.shorthand import html, json_response, no_content

__all__ = ["MEDIA", "Media"]

MEDIA: Final = frozenset(
    {
        ("range",),
        ("range", "silence.wav"),
        ("range", "log"),
        ("etag",),
        ("etag", "log"),
        ("download",),
        ("events",),
        ("events", "stream"),
        ("events.js",),
    }
)
"""The paths that are answered here."""

DOWNLOAD: Final = "Übergröße ❄.txt"
DOWNLOADED: Final = "A thin, clear coat of ice.\n"

FLAKES: Final = 10
FLAKES_A_TIME: Final = 5
PAUSE: Final = 0.1  # seconds
RETRY: Final = timedelta(milliseconds=500)

# What a page may besides what all may: see the policy of the application.
MAY_PLAY: Final = "media-src 'self'"
MAY_LISTEN: Final = "script-src 'self'; connect-src 'self'"


@final
class Media:
    """What these pages remember of the requests before.

    Args:
        policy: The Content-Security-Policy of every page.
    """

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self._recording = Recording()
        self._ranges = Exchanges()
        self._conditions = Exchanges()
        # Weak: the copies that have it say the same, but for the time (RFC 9110 §8.8.1).
        self._tag = ETag(f"{time.time_ns():x}", weak=True)
        self._changed = datetime.now(UTC)

    def get(self, request: Request) -> Response:
        """The answer to a GET or HEAD of one of the paths in `MEDIA`."""
        root = root_of(request)
        match request.url.segments:
            case ("range",):
                return self._allowing(MAY_PLAY, range_page(root, RECORDING_SIZE, self._ranges.latest()))
            case ("range", "silence.wav"):
                return self._ranges.keep(request, self._sound(request))
            case ("range", _):
                return json_response(self._ranges.as_json())
            case ("etag",):
                return self._conditions.keep(request, self._tagged(request))
            case ("etag", _):
                return json_response(self._conditions.as_json())
            case ("download",):
                return _download(request)
            case ("events",):
                return self._allowing(MAY_LISTEN, events_page(root))
            case ("events", _):
                return _events(request)
            case _:
                return Response(asset("events.js"), mimetype="text/javascript")

    def _allowing(self, more: str, content: str) -> Response:
        return html(content, headers={"Content-Security-Policy": f"{self._policy}; {more}"})

    def _sound(self, request: Request) -> Response:
        try:
            return send_file(self._recording.path(), request, mimetype="audio/wav", download_name="silence.wav")
        except OSError as error:
            raise InsufficientStorage("The recording cannot be made, or not be read.") from error

    def _tagged(self, request: Request) -> Response:
        sent = f"{datetime.now(UTC):%H:%M:%S.%f} UTC"
        response = html(etag_page(root_of(request), sent, str(self._tag)))
        response.headers[ETAG] = self._tag
        response.last_modified = self._changed  # of an HTTP/1.0 server, Chromium takes no tag
        response.cache_control = CacheControl(private=True, no_cache=True)  # kept, and never used without asking
        return response.make_conditional(request)


def _download(request: Request) -> Response:
    """A file by the name that the query gives, in any script (RFC 6266)."""
    content, name = io.BytesIO(DOWNLOADED.encode()), request.args.get("name", DOWNLOAD)
    return send_file(content, request, mimetype="text/plain", as_attachment=True, download_name=name)


def _events(request: Request) -> Response:
    """Some of the flakes: those after the last one that the browser has."""
    last = request.headers.get("Last-Event-ID", "0")
    if not (last.isascii() and last.isdigit() and len(last) <= 2):
        raise BadRequest("Last-Event-ID is none of those that were sent.")
    if int(last) >= FLAKES:
        return no_content()  # browsers ask no more (WHATWG HTML §9.2.3)
    return sse(_flakes(int(last) + 1))


def _flakes(first: int) -> Iterator[ServerSentEvent]:
    for number in range(first, min(first + FLAKES_A_TIME, FLAKES + 1)):
        yield ServerSentEvent(f"Flake {number} of {FLAKES}", event="flake", id=str(number), retry=RETRY)
        time.sleep(PAUSE)
