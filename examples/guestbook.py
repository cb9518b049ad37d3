"""A guestbook with pictures, kept in SQLite: a form with a file, limits, and the words of strangers shown safely.

    GET   /                 all entries, and the form
    POST  /                 a new entry, with a picture perhaps
    GET   /pictures/{id}    the picture of an entry

Any server serves it: `gunicorn 'examples.guestbook:app("guests.sqlite3")'`. Each request has a connection of its own to
the database, so that any number of threads and processes may serve it.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from html import escape
from typing import Final

from attrs import frozen

from verglas import Answer, Limits, Request, RequestHead, Response, Upload, application, html, redirect, send_file
from verglas.errors import NotFound
from verglas.inputs import InputError, Invalid, file, form
from verglas.middleware import set_field
from verglas.paths import GET, POST, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["Guestbook", "Picture", "app", "guarded"]

LIMITS: Final = Limits(max_content_length=1024 * 1024, max_form_memory_size=10_000, max_form_parts=10)
NAME_LENGTH: Final = 60  # characters
SHOWN: Final = 50  # entries

TABLE: Final = """CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL, filename TEXT, mimetype TEXT, picture BLOB
)"""

# How each type begins. SVG is not among them: it can hold scripts.
SIGNATURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}

# No scripts, whatever ends up in a page.
POLICY: Final = "default-src 'none'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Guestbook</title>
<h1>Guestbook</h1>
<form method="post" action="{home}" enctype="multipart/form-data">
<p><label>Name <input name="name" value="{name}" required></label> {wrong_name}
<p><label>Words <textarea name="words" required>{words}</textarea></label> {wrong_words}
<p><label>Picture <input type="file" name="picture" accept="image/png,image/jpeg,image/gif"></label> {wrong_picture}
<p><button>Sign</button>
</form>
"""


@frozen
class Picture:
    """A picture that a guest has sent, of a type that was looked up in it: what its sender says may be wrong."""

    filename: str
    mimetype: str
    content: bytes

    @classmethod
    def of(cls, upload: Upload | None) -> Picture | None:
        """The picture, if there is one; refuses other files."""
        if upload is None:  # browsers send an empty file where none was chosen, which is as none
            return None
        content = upload.data
        for signature, mimetype in SIGNATURES.items():
            if content.startswith(signature):
                return cls(upload.safe_filename, mimetype, content)
        raise Invalid("expected a picture: PNG, JPEG or GIF")


@frozen
class Entry:
    """What one guest has written, with the name of the picture, if there is one."""

    id: int
    name: str
    words: str
    filename: str | None


def name_of_guest(text: str) -> str:
    """A name that is neither empty nor endless."""
    if not 0 < len(text.strip()) <= NAME_LENGTH:
        raise Invalid(f"expected 1 to {NAME_LENGTH} characters")
    return text.strip()


def some_words(text: str) -> str:
    """A text that is not empty."""
    if not text.strip():
        raise Invalid("expected some words")
    return text.strip()


def entry_number(text: str) -> int:
    """A number that the database can hold."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid("expected the number of an entry")
    return int(text)


PICTURE = root / "pictures" / entry_number
signed = form("name", name_of_guest) & form("words", some_words) & file("picture", default=None).map(Picture.of)


class Guestbook:
    """The entries, in a database, and their routes.

    Args:
        path: The file of the database, which is made if it does not exist.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        with self._database() as database:
            database.execute(TABLE)
        self.site = routes(
            GET(root).into(self.show),
            POST(root, limits=LIMITS).into(self.sign),
            GET(PICTURE).into(self.picture),
        )

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        """A connection; what was changed is kept if all went well."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            yield connection

    def show(self, request: Request) -> Response:
        """All entries, the newest first, and an empty form."""
        return self._page(request, {}, {})

    def sign(self, request: Request) -> Response:
        """Keep an entry; or show the form again, with what is wrong with it."""
        match signed.attempt(request):
            case InputError() as error:
                typed = {name: request.form.get(name, "") for name in ("name", "words")}
                return self._page(request, typed, error.by_field, error.status_code)
            case name, words, picture:
                kept = (None, None, None) if picture is None else (picture.filename, picture.mimetype, picture.content)
                with self._database() as database:
                    database.execute(
                        "INSERT INTO entries (name, words, filename, mimetype, picture) VALUES (?, ?, ?, ?, ?)",
                        (name, words, *kept),
                    )
                return redirect(root.url(request).target)

    def picture(self, request: Request, id: int) -> Response:
        """A picture: shown where a page has it as an image, saved where somebody opens it."""
        with self._database() as database:
            found = database.execute("SELECT picture, mimetype, filename FROM entries WHERE id = ?", (id,)).fetchone()
        if found is None or found[0] is None:
            raise NotFound
        content, mimetype, filename = found
        file = io.BytesIO(content)
        return send_file(file, request, mimetype, as_attachment=True, download_name=filename, etag=f"picture-{id}")

    def _page(
        self, request: Request, typed: Mapping[str, str], wrong: Mapping[str, Sequence[str]], status: int = 200
    ) -> Response:
        values = {name: escape(typed.get(name, "")) for name in ("name", "words")}
        messages = {f"wrong_{name}": escape(", ".join(wrong.get(name, ()))) for name in ("name", "words", "picture")}
        with self._database() as database:
            rows = database.execute("SELECT id, name, words, filename FROM entries ORDER BY id DESC LIMIT ?", (SHOWN,))
            entries = [Entry(*row) for row in rows]
        shown = "".join(shown_entry(request, entry) for entry in entries)
        return html(PAGE.format(home=escape(root.url(request).target), **values, **messages) + shown, status)


def shown_entry(request: Request, entry: Entry) -> str:
    """An entry as HTML: whatever a guest has written is text in it, and no markup."""
    shown = f"<article><h2>{escape(entry.name)}</h2><p>{escape(entry.words)}"
    if entry.filename is not None:
        shown += f'<p><img src="{escape(PICTURE.url(request, entry.id).target)}" alt="{escape(entry.filename)}">'
    return f"{shown}</article>\n"


def guarded(head: RequestHead, answer: Answer) -> Answer:
    """Tell browsers to guess no types and to run no scripts: in every answer, those to errors as well."""
    del head
    return set_field(set_field(answer, "Content-Security-Policy", POLICY), "X-Content-Type-Options", "nosniff")


def app(path: str = "guestbook.sqlite3") -> WSGIApplication:
    """The application.

    Args:
        path: The file of the database.
    """
    return application(Guestbook(path).site, finish=guarded)
