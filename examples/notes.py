"""A small API of notes: typed paths, typed input, and everything that is wrong in one answer.

    GET     /notes?tag=a&page=2    some notes
    POST    /notes                 a new note, for who has a token
    GET     /notes/{id}            one
    PUT     /notes/{id}            another text, if nobody else has changed it meanwhile
    DELETE  /notes/{id}            gone

Any server serves it: `gunicorn 'examples.notes:app()'`. It needs cattrs.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from threading import Lock
from typing import Final
from uuid import UUID, uuid4

from attrs import evolve, frozen

from verglas import Request, Response, application, json_response, no_content
from verglas.errors import NotFound, PreconditionFailed
from verglas.headers import AUTHORIZATION, IF_MATCH, Authorization, ETags
from verglas.inputs import Invalid, body, from_class, header, input_class, json_of, of, query, secured
from verglas.paths import DELETE, GET, POST, PUT, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["Draft", "Note", "Notes", "app"]

PAGE_SIZE: Final = 20
MAX_PAGE: Final = 1_000_000


@frozen
class Draft:
    """A note as a client writes it."""

    text: str
    tags: tuple[str, ...] = ()


@frozen
class Note:
    """A note as it is kept."""

    id: UUID
    author: str
    text: str
    tags: tuple[str, ...]
    version: int = 1

    def response(self, status: int = 200) -> Response:
        """The note as JSON, with its version as entity tag."""
        shown = {"id": str(self.id), "author": self.author, "text": self.text, "tags": list(self.tags)}
        response = json_response(shown, status)
        response.set_etag(str(self.version))
        return response


def page_number(page: int) -> int:
    """The number of a page that there may be."""
    if not 1 <= page <= MAX_PAGE:
        raise Invalid(f"expected a number from 1 to {MAX_PAGE}")
    return page


@input_class
class Search:
    """Which notes are asked for."""

    tag: str | None = of(query("tag", default=None))
    page: int = of(query("page", int, default=1).map(page_number, int))


NOTES = root / "notes"
NOTE = NOTES / UUID
draft = body(json_of(Draft))
unchanged = header(IF_MATCH, default=None)


class Notes:
    """All notes, in memory, and their routes.

    Args:
        tokens: The user that each token stands for.
    """

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._notes: dict[UUID, Note] = {}
        self._lock = Lock()
        user = secured(header(AUTHORIZATION), self.user_of, challenge="Bearer")
        self.site = routes(
            (GET(NOTES) & from_class(Search)).into(self.search),
            (POST(NOTES) & user & draft).into(self.add),
            GET(NOTE).into(self.show),
            (PUT(NOTE) & user & unchanged & draft).into(self.change),
            (DELETE(NOTE) & user).into(self.remove),
        )

    def user_of(self, sent: Authorization) -> str | None:
        """The user whose token was sent."""
        return self._tokens.get(sent.token or "")

    def search(self, request: Request, search: Search) -> Response:
        """Some notes, the oldest first."""
        found = (note for note in list(self._notes.values()) if search.tag is None or search.tag in note.tags)
        start = (search.page - 1) * PAGE_SIZE
        page = islice(found, start, start + PAGE_SIZE)
        return json_response([{"id": str(note.id), "text": note.text, "url": NOTE(note.id)} for note in page])

    def add(self, request: Request, user: str, draft: Draft) -> Response:
        """Keep a new note."""
        note = Note(uuid4(), user, draft.text, draft.tags)
        self._notes[note.id] = note
        response = note.response(201)
        response.location = NOTE.url(request, note.id)
        return response

    def show(self, request: Request, id: UUID) -> Response:
        """One note; 304 to who has it already."""
        return self._found(id).response().make_conditional(request)

    def change(self, request: Request, id: UUID, user: str, unchanged: ETags | None, draft: Draft) -> Response:
        """Give a note another text."""
        with self._lock:
            note = self._found(id)
            if unchanged is not None and str(note.version) not in unchanged:
                raise PreconditionFailed
            changed = evolve(note, text=draft.text, tags=draft.tags, version=note.version + 1)
            self._notes[id] = changed
        return changed.response()

    def remove(self, request: Request, id: UUID, user: str) -> Response:
        """Forget a note."""
        with self._lock:
            self._found(id)
            del self._notes[id]
        return no_content()

    def _found(self, id: UUID) -> Note:
        note = self._notes.get(id)
        if note is None:
            raise NotFound
        return note


def app() -> WSGIApplication:
    """The application, with one user, whose token is `s3cret`."""
    return application(Notes({"s3cret": "ada"}).site)
