"""The pages about ranges, conditions and events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from verglas.inspector.exchanges import Exchange
from verglas.inspector.markup import Markup, escape, joined, page, section, table

__all__ = ["etag_page", "events_page", "range_page"]

RECORDING: Final = """<p><audio controls preload="metadata" src="{base}/range/silence.wav">
Your browser plays no sound.</audio></p>
<p>Twenty minutes of silence, {size} bytes. Drag the slider to the middle: the browser asks for the bytes from there on,
and does without those in between. <a href="{base}/range">Reload</a> to see below what it asked for, or read it
<a href="{base}/range/log">as JSON</a>.</p>"""

RELOADING: Final = """<p><a href="{base}/etag">Ask for this page again</a>: your browser still has it, and sends its tag
along in <code>If-None-Match</code>, or its date in <code>If-Modified-Since</code>. Nothing has changed, so the answer
is <code>304 Not Modified</code>, without a body, and the time above stays as it is.</p>
<p>Reload past your browser's memory (often Shift and the reload button) and the page is sent anew, with a new time.
What was asked and answered is kept <a href="{base}/etag/log">as JSON</a>.</p>"""

ARRIVING: Final = """<p id="state" role="status">Not connected.</p>
<noscript><p>Events are shown by a script, the only one on this site, and your browser runs none.
<a href="{base}/events/stream">The stream itself</a> can be read without.</p></noscript>
<ol id="arrived" data-source="{base}/events/stream"></ol>"""

ABOUT_EVENTS: Final = """<p>The server ends <a href="{base}/events/stream">the stream</a> halfway. The browser connects
again by itself and says in <code>Last-Event-ID</code> what it had last, so that nothing comes twice and nothing is
missing. When it has them all, the answer is <code>204 No Content</code>, and it asks no more.</p>"""


def range_page(root: str, size: int, exchanges: Sequence[Exchange]) -> Markup:
    """A recording to seek in, and what was asked for until now.

    Args:
        root: As for every page.
        size: Bytes of the recording.
        exchanges: About it.
    """
    rows = [
        (exchange.range or "", str(exchange.status), exchange.content_range or "", exchange.content_length or "")
        for exchange in exchanges
    ]
    recording = RECORDING.replace("{base}", escape(root)).replace("{size}", f"{size:,}")
    columns = ("Range", "Status", "Content-Range", "Content-Length")
    nothing = "Nobody has asked for the recording yet."
    content = joined(
        [
            section("recording", "A recording", Markup(recording)),
            section("asked", "Asked for", table(columns, rows, nothing), len(rows)),
        ]
    )
    return page("Ranges", Markup("A large file, of which only what is needed is read and sent."), content, root)


def etag_page(root: str, sent: str, tag: str) -> Markup:
    """A page that a browser keeps, and asks for again.

    Args:
        root: As for every page.
        sent: When it was sent.
        tag: Its entity tag, as it is sent.
    """
    copy = table(("Part", "Value"), (("sent", sent), ("ETag", tag)), "")
    content = joined(
        [
            section("copy", "This copy", copy),
            section("reloading", "Reload it", Markup(RELOADING.replace("{base}", escape(root)))),
        ]
    )
    return page("Conditions", Markup("A page that is sent once, and then only if it has changed."), content, root)


def events_page(root: str) -> Markup:
    """A page on which events arrive."""
    base = escape(root)
    script = Markup(f'<script src="{base}/events.js" defer></script>')
    content = joined(
        [
            section("flakes", "Arrived", Markup(ARRIVING.replace("{base}", base))),
            section("resuming", "How it goes on", Markup(ABOUT_EVENTS.replace("{base}", base))),
            script,
        ]
    )
    return page("Events", Markup("The server sends what happens when it happens."), content, root)
