"""A page on which everybody reads what anybody says, as it is said: server-sent events (WHATWG HTML §9.2).

    GET   /          the page
    POST  /          say something
    GET   /stream    what was said, and what is said from now on

A stream keeps a thread busy, and all must be of one process, which holds what was said:

    gunicorn --workers 1 --threads 50 'examples.live:app()'

While nothing is said, a comment is sent now and then: proxies close connections on which nothing happens (nginx after
60 seconds), and only who sends something notices that the other side is gone. A stream ends after a while. The browser
connects again by itself, and says in Last-Event-ID what it had last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from threading import Condition
from typing import Final, final

from attrs import frozen

from verglas import Answer, Request, RequestHead, Response, ServerSentEvent, application, html, redirect, sse
from verglas.inputs import Invalid, form, header
from verglas.middleware import set_field
from verglas.paths import GET, POST, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["Board", "Live", "Said", "app"]

KEPT: Final = 100  # things that were said, for who connects late
LENGTH: Final = 500  # characters
KEEP_ALIVE: Final = 15.0  # seconds
WAITS: Final = 20  # after which a stream ends
POLICY: Final = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'"

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Live</title>
<h1>Live</h1>
<form method="post"><label>Say <input name="words" required autofocus></label> <button>Say</button></form>
<ol id="said" data-stream="{stream}"></ol>
<script src="{script}" defer></script>
"""

SCRIPT: Final = """"use strict";
const said = document.getElementById("said");
new EventSource(said.dataset.stream).addEventListener("said", (event) => {
  const item = document.createElement("li");
  item.textContent = event.data; // as text: it is a stranger's
  said.append(item);
});
"""


@frozen
class Said:
    """One thing that was said, with its number."""

    number: int
    words: str


@final
class Board:
    """What was said last, for the threads of one process."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._said: deque[Said] = deque(maxlen=KEPT)

    def say(self, words: str) -> None:
        """Add something, and wake who waits for it."""
        with self._changed:
            self._said.append(Said(self._newest() + 1, words))
            self._changed.notify_all()

    def after(self, last: int, seconds: float) -> Sequence[Said]:
        """What was said after a number: at once if there is something, else what is said within a time, if anything."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest() > last, seconds)
            return [said for said in self._said if said.number > last]

    def known(self, last: int) -> int:
        """The number of what a client had last; 0 if that was said to another process, before this one began."""
        with self._changed:
            return last if last <= self._newest() else 0

    def _newest(self) -> int:
        return self._said[-1].number if self._said else 0


def words_to_say(text: str) -> str:
    """A text that is neither empty nor endless."""
    if not 0 < len(text.strip()) <= LENGTH:
        raise Invalid(f"expected 1 to {LENGTH} characters")
    return text.strip()


STREAM = root / "stream"
JAVASCRIPT = root / "live.js"


class Live:
    """The page, its script and its stream.

    Args:
        keep_alive: Seconds for which nothing is sent, before a comment is.
        waits: How often a stream waits for something to be said, before it ends.
    """

    def __init__(self, keep_alive: float, waits: int) -> None:
        self._board = Board()
        self._keep_alive = keep_alive
        self._waits = waits
        self.site = routes(
            GET(root).into(self.page),
            (POST(root) & form("words", words_to_say)).into(self.say),
            (GET(STREAM) & header("Last-Event-ID", int, default=0)).into(self.stream),
            GET(JAVASCRIPT).into(self.script),
        )

    def page(self, request: Request) -> Response:
        """The page."""
        return html(PAGE.format(stream=STREAM.url(request).target, script=JAVASCRIPT.url(request).target))

    def script(self, request: Request) -> Response:
        """The script of the page."""
        return Response(SCRIPT, mimetype="text/javascript")

    def say(self, request: Request, words: str) -> Response:
        """Say something, and see the page again."""
        self._board.say(words)
        return redirect(root.url(request).target)

    def stream(self, request: Request, last: int) -> Response:
        """What was said after what the client had last."""
        return sse(self._events(self._board.known(last)))

    def _events(self, last: int) -> Iterator[ServerSentEvent]:
        for _ in range(self._waits):
            said = self._board.after(last, self._keep_alive)
            if not said:
                yield ServerSentEvent(comment="nothing was said")
            for one in said:
                yield ServerSentEvent(one.words, event="said", id=str(one.number))
                last = one.number


def guarded(head: RequestHead, answer: Answer) -> Answer:
    """Let the page run its own script, and no other."""
    del head
    return set_field(set_field(answer, "Content-Security-Policy", POLICY), "X-Content-Type-Options", "nosniff")


def app(keep_alive: float = KEEP_ALIVE, waits: int = WAITS) -> WSGIApplication:
    """The application.

    Args:
        keep_alive: As for `Live`.
        waits: As for `Live`.
    """
    return application(Live(keep_alive, waits).site, finish=guarded)
