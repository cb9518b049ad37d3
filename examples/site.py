"""The application that holds all examples: a path for each handler, and the headers that all answers have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from examples import events
from examples.conditions import TaggedPage
from examples.downloads import download
from examples.pages import POLICY, page, root_of
from examples.ranges import LargeRecording
from verglas import Request, Response, application, send_file
from verglas.errors import MethodNotAllowed, NotFound
from verglas.wsgi import WSGIApplication

__all__ = ["app", "site"]

STYLE: Final = Path(__file__).with_name("style.css")

HOME: Final = """<ul>
<li><a href="{root}/range">A large recording</a>, of which only what is needed is sent</li>
<li><a href="{root}/etag">A page with a tag</a>, sent anew only if it has changed</li>
<li><a href="{root}/events">Events</a>, as they happen</li>
<li><a href="{root}/download">A download</a> with a name beyond ASCII</li>
</ul>
<form action="{root}/download">
<p><label>Or with a name of your own: <input name="name" required></label> <button>Download</button></p>
</form>"""


def site() -> WSGIApplication:
    """Make the application; each one has a recording, a tag and logs of its own."""
    recording, tagged = LargeRecording(), TaggedPage()
    routes: dict[tuple[str, ...], Callable[[Request], Response]] = {
        (): home,
        ("style.css",): lambda request: send_file(STYLE, request, mimetype="text/css"),
        ("range",): recording.page,
        ("range", "silence.wav"): recording.sound,
        ("range", "log"): recording.log,
        ("etag",): tagged.page,
        ("etag", "log"): tagged.log,
        ("download",): download,
        ("events",): events.events_page,
        ("events", "stream"): events.stream,
        ("events.js",): events.script,
    }

    def answer(request: Request) -> Response:
        handler = routes.get(request.url.segments)
        if handler is None:
            raise NotFound("There is no such page here.")
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(valid_methods=["GET", "HEAD"])
        return guarded(handler(request))

    return application(answer)


def home(request: Request) -> Response:
    """Answer with links to the examples."""
    content = HOME.replace("{root}", root_of(request))
    return page(request, "Examples", "What browsers do with more than one request.", content)


def guarded(response: Response) -> Response:
    """Add the headers that every answer has; a handler that has set one of its own keeps it."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


app: Final = site()
