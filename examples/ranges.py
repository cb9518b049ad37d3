"""A recording of 106 MB to seek in: `python -m examples`, then open `/range` and drag the slider.

`send_file()` answers the range requests that a browser makes (RFC 9110 §14): of the file, only what was asked for is
read and sent. The page lists what the browser has asked for.
"""

from __future__ import annotations

from typing import Final

from examples.exchanges import Exchanges
from examples.pages import page, root_of, table
from examples.recording import RECORDING_SIZE, Recording
from verglas import Request, Response, json_response, send_file
from verglas.errors import InsufficientStorage

__all__ = ["LargeRecording"]

CONTENT: Final = """<p><audio controls preload="metadata" src="{root}/range/silence.wav">
Your browser plays no sound.</audio></p>
<p>Twenty minutes of silence, {size} bytes. Drag the slider to the middle: the browser asks for the bytes from there on,
and does without those in between. <a href="{root}/range">Reload</a> to see below what it asked for, or read it
<a href="{root}/range/log">as JSON</a>.</p>
<section id="asked"><h2>Asked for</h2>
{table}
</section>"""


class LargeRecording:
    """The recording, its page, and the log of what was asked for."""

    def __init__(self) -> None:
        self._recording = Recording()
        self._exchanges = Exchanges()

    def sound(self, request: Request) -> Response:
        """Answer with the recording, or the part of it that is asked for.

        Raises:
            InsufficientStorage: The file cannot be made or read.
        """
        try:
            response = send_file(self._recording.path(), request, mimetype="audio/wav", download_name="silence.wav")
        except OSError as error:
            raise InsufficientStorage("The recording cannot be made, or not be read.") from error
        return self._exchanges.keep(request, response)

    def page(self, request: Request) -> Response:
        """Answer with a page that plays the recording."""
        rows = [
            (exchange.range or "", str(exchange.status), exchange.content_range or "", exchange.content_length or "")
            for exchange in self._exchanges.latest()
        ]
        columns = ("Range", "Status", "Content-Range", "Content-Length")
        asked = table(columns, rows) if rows else "<p>Nobody has asked for the recording yet.</p>"
        # The table comes last: it holds text that clients have sent, in which no other name may be replaced.
        content = CONTENT.replace("{root}", root_of(request)).replace("{size}", f"{RECORDING_SIZE:,}")
        lead = "A large file, of which only what is needed is read and sent."
        return page(request, "Ranges", lead, content.replace("{table}", asked), allowing="media-src 'self'")

    def log(self, _request: Request) -> Response:
        """Answer with the last requests for the recording, as JSON."""
        return json_response(self._exchanges.as_json())
