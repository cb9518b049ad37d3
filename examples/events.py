"""Events that arrive as they are sent: `python -m examples`, then open `/events`.

`sse()` streams server-sent events (WHATWG HTML §9.2). The server ends the stream halfway; the browser connects again
and says in Last-Event-ID which event it had last, so that nothing comes twice and nothing is missing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from examples.pages import page, root_of
from verglas import Request, Response, ServerSentEvent, no_content, send_file, sse
from verglas.errors import BadRequest

__all__ = ["FLAKES", "FLAKES_A_TIME", "PAUSE", "events_page", "script", "stream"]

FLAKES: Final = 10
FLAKES_A_TIME: Final = 5
PAUSE: Final = 0.1  # seconds
RETRY: Final = timedelta(milliseconds=500)

SCRIPT: Final = Path(__file__).with_name("events.js")

CONTENT: Final = """<p id="state" role="status">Not connected.</p>
<noscript><p>Events are shown by a script, the only one on this site, and your browser runs none.
<a href="{root}/events/stream">The stream itself</a> can be read without.</p></noscript>
<ol id="arrived" data-source="{root}/events/stream"></ol>
<h2>How it goes on</h2>
<p>The server ends <a href="{root}/events/stream">the stream</a> halfway. The browser connects again by itself and says
in <code>Last-Event-ID</code> what it had last, so that nothing comes twice and nothing is missing. When it has them
all, the answer is <code>204 No Content</code>, and it asks no more.</p>
<script src="{root}/events.js" defer></script>"""


def events_page(request: Request) -> Response:
    """Answer with a page on which events arrive."""
    content = CONTENT.replace("{root}", root_of(request))
    lead = "The server sends what happens when it happens."
    return page(request, "Events", lead, content, allowing="script-src 'self'; connect-src 'self'")


def script(request: Request) -> Response:
    """Answer with the script of the page."""
    return send_file(SCRIPT, request, mimetype="text/javascript")


def stream(request: Request) -> Response:
    """Answer with some of the flakes: those after the last one that the browser has.

    Raises:
        BadRequest: The Last-Event-ID is not one that was sent.
    """
    last = request.headers.get("Last-Event-ID", "0")
    if not (last.isascii() and last.isdigit() and len(last) <= 2):
        raise BadRequest("Last-Event-ID is none of those that were sent.")
    if int(last) >= FLAKES:
        return no_content()  # browsers ask no more (WHATWG HTML §9.2.3)
    return sse(flakes(int(last) + 1))


def flakes(first: int) -> Iterator[ServerSentEvent]:
    """Let a few flakes fall, one after the other."""
    for number in range(first, min(first + FLAKES_A_TIME, FLAKES + 1)):
        yield ServerSentEvent(f"Flake {number} of {FLAKES}", event="flake", id=str(number), retry=RETRY)
        time.sleep(PAUSE)
