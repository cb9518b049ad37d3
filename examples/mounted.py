"""One application of several: two tables of routes, and a Flask application that was there before.

    /              links to all of them
    /notes/...     the API of notes, whose routes join those of this table
    /guests/...    the guestbook, an application of its own with limits of its own
    /old/...       the Flask application, which sees `/old` as its SCRIPT_NAME

Any server serves it: `gunicorn 'examples.mounted:app()'`. It needs Flask and cattrs. A site can be moved from Flask to
verglas in this way: at first the whole of it is mounted, then one route after the other is written anew beside it.

`finish=` reaches every answer, those of Flask included.
"""

from __future__ import annotations

from typing import Final

import flask

from examples.guestbook import app as guestbook
from examples.notes import Notes
from verglas import Answer, Request, RequestHead, Response, application, html
from verglas.middleware import set_field
from verglas.paths import GET, mount, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["app", "old_site"]

HOME: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Several</title>
<ul>
<li><a href="{root}notes">Notes</a>
<li><a href="{root}guests/">Guests</a>
<li><a href="{root}old/">What was there before</a>
</ul>
"""


def old_site() -> flask.Flask:
    """The site that was there before: its environ alone tells it where it is mounted."""
    old = flask.Flask(__name__)

    @old.get("/")
    def index() -> str:
        return f'<a href="{flask.url_for("greet", name="Ada")}">Greet Ada</a>'

    @old.get("/greet/<name>")
    def greet(name: str) -> dict[str, str]:
        return {"hello": name, "root_path": flask.request.root_path, "path": flask.request.path}

    @old.post("/length")
    def length() -> str:
        return str(len(flask.request.get_data()))

    return old


def home(request: Request) -> Response:
    """Links to what is mounted."""
    return html(HOME.format(root=root.url(request).target))


def guarded(head: RequestHead, answer: Answer) -> Answer:
    """Let no other site show a page in a frame, unless its maker has a policy of its own; and guess no types."""
    del head
    if "Content-Security-Policy" not in answer.headers:
        answer = set_field(answer, "Content-Security-Policy", "frame-ancestors 'none'")
    return set_field(answer, "X-Content-Type-Options", "nosniff")


def app(path: str = "guestbook.sqlite3") -> WSGIApplication:
    """The application.

    Args:
        path: The file of the guestbook's database.
    """
    site = routes(
        GET(root).into(home),
        mount(root / "guests", guestbook(path)),
        mount(root / "old", old_site()),
        Notes({"s3cret": "ada"}).site,
    )
    return application(site, finish=guarded)
