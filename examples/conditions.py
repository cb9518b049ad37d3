"""A page that is answered with 304: `python -m examples`, then open `/etag` and reload it.

A response with an ETag and a date is sent once. A browser that has it asks whether it has changed (RFC 9110 §13), and
`Response.make_conditional()` answers `304 Not Modified`, without a body.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from examples.exchanges import Exchanges
from examples.pages import page, root_of, table
from verglas import Request, Response, json_response
from verglas.headers import ETAG, CacheControl, ETag

__all__ = ["TaggedPage"]

CONTENT: Final = """<section id="copy"><h2>This copy</h2>
{table}
</section>
<h2>Reload it</h2>
<p><a href="{root}/etag">Ask for this page again</a>: your browser still has it, and sends its tag along in
<code>If-None-Match</code>, or its date in <code>If-Modified-Since</code>. Nothing has changed, so the answer is
<code>304 Not Modified</code>, without a body, and the time above stays as it is.</p>
<p>Reload past your browser's memory (often Shift and the reload button) and the page is sent anew, with a new time.
What was asked and answered is kept <a href="{root}/etag/log">as JSON</a>.</p>"""


class TaggedPage:
    """The page, its tag, and the log of what was asked on which condition."""

    def __init__(self) -> None:
        self._exchanges = Exchanges()
        # Weak: the copies that have it say the same, but for the time (RFC 9110 §8.8.1).
        self._tag = ETag(f"{time.time_ns():x}", weak=True)
        self._changed = datetime.now(UTC)

    def page(self, request: Request) -> Response:
        """Answer with the page, or with 304 to a client that has it."""
        sent = f"{datetime.now(UTC):%H:%M:%S.%f} UTC"
        copy = table(("Part", "Value"), (("sent", sent), ("ETag", str(self._tag))))
        content = CONTENT.replace("{root}", root_of(request)).replace("{table}", copy)
        response = page(request, "Conditions", "A page that is sent once, and then only if it has changed.", content)
        response.headers[ETAG] = self._tag
        response.last_modified = self._changed  # from a server of HTTP/1.0, Chromium takes no tag
        response.cache_control = CacheControl(private=True, no_cache=True)  # kept, and never used without asking
        return self._exchanges.keep(request, response.make_conditional(request))

    def log(self, _request: Request) -> Response:
        """Answer with the last requests for the page, as JSON."""
        return json_response(self._exchanges.as_json())
