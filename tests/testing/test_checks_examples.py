"""`check_handler` on the examples: requests of every kind, and those that fit their tables, find no fault in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from examples import events, fileserver, greetings, guestbook, live, mounted, notebook, notes
from examples.site import site
from verglas import Request
from verglas.headers import AUTHORIZATION, Authorization
from verglas.testing import call
from verglas.testing.checks import check_handler
from verglas.testing.strategies import requests_of
from verglas.wsgi import WSGIApplication

KEY: Final = "a key of the tests"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, and a name that is not UTF-8."""
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "<b>.html").write_text("<p>hello")
    (tmp_path / os.fsdecode(b"\xff")).write_text("")
    return tmp_path


def as_ada(request: Request[None]) -> Request[None]:
    """The request of the user of the notes."""
    return request.replace(headers=request.headers.with_(AUTHORIZATION, Authorization("bearer", token="s3cret")))


def logged_in(app: WSGIApplication) -> Callable[[Request[None]], Request[None]]:
    """What gives requests the session of the user of the notebook."""
    form = {"name": "ada", "password": "open sesame"}
    login = Request.from_values("/login", "https://localhost/", method="POST", data=form)
    cookie = call(app, login).headers["Set-Cookie"].partition(";")[0]
    return lambda request: request.replace(headers=request.headers.without("Cookie").with_("Cookie", cookie))


def test_notes() -> None:
    """The API of notes, for its user."""
    check_handler(notes.Notes({"s3cret": "ada"}).site, prepare=as_ada)


def test_notes_for_strangers() -> None:
    """The API of notes, for everybody else."""
    check_handler(notes.Notes({"s3cret": "ada"}).site, leave_out=["not-reached"])


def test_notebook() -> None:
    """The notebook with its sessions, for its user."""
    app = notebook.app([KEY])

    check_handler(app, prepare=logged_in(app))


def test_guestbook(tmp_path: Path) -> None:
    """The guestbook, with pictures."""
    path = str(tmp_path / "guests.sqlite3")

    check_handler(guestbook.app(path))
    check_handler(guestbook.app(path), requests=requests_of(guestbook.signed))  # which its handler reads by itself


def test_fileserver(folder: Path) -> None:
    """The file server, whose files are there."""
    check_handler(fileserver.app(str(folder)))


def test_live() -> None:
    """The page of what people say, whose streams end soon."""
    check_handler(live.app(keep_alive=0.01, waits=1))


def test_greetings() -> None:
    """The API that is written with a small framework."""
    check_handler(greetings.app)


def test_mounted(tmp_path: Path) -> None:
    """Several applications in one, Flask's among them."""
    check_handler(mounted.app(str(tmp_path / "guests.sqlite3")), prepare=as_ada)


def test_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site of small examples, whose flakes fall fast."""
    monkeypatch.setattr(events, "PAUSE", 0)

    check_handler(site(), max_examples=30)
