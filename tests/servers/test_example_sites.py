"""The examples of sites, served by gunicorn and asked by curl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.servers.clients import Answer, curl, needs_curl
from tests.servers.harness import Server, serving

pytestmark = needs_curl

PNG: Final = b"\x89PNG\r\n\x1a\n, and what follows"


@pytest.fixture(scope="module")
def guestbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The guestbook, with threads, in a database of its own."""
    folder = tmp_path_factory.mktemp("guestbook")
    with serving("gunicorn-gthread", folder, f"examples.guestbook:app({str(folder / 'guests.sqlite3')!r})") as running:
        yield running


def signed(server: Server, folder: Path, filename: str, picture: bytes, words: str = "Hello.") -> Answer:
    """An entry with a picture, as a browser sends it."""
    sent = folder / "sent"
    sent.write_bytes(picture)
    file = f"picture=@{sent};filename={filename};type=text/html"
    return curl(server, "/", "--form-string", "name=Ada", "--form-string", f"words={words}", "--form", file)


def test_a_guest_signs_with_a_picture(guestbook: Server, tmp_path: Path) -> None:
    """An entry is shown as text, and its picture is sent as what it is, under a harmless name, to be saved."""
    answer = signed(guestbook, tmp_path, "../<b>.png", PNG, "<script>alert(1)</script>")
    shown = curl(guestbook, "/").body.decode()
    path = shown.partition('<img src="')[2].partition('"')[0]
    picture = curl(guestbook, path)

    assert (303, "/") == (answer.status, answer.by_name["location"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>" not in shown
    assert (200, PNG) == (picture.status, picture.body)
    assert ("image/png", "nosniff", "attachment; filename=b.png") == (
        picture.by_name["content-type"],
        picture.by_name["x-content-type-options"],
        picture.by_name["content-disposition"],
    )
    assert 304 == curl(guestbook, path, "-H", f"If-None-Match: {picture.by_name['etag']}").status


def test_a_wrong_entry_is_shown_again(guestbook: Server, tmp_path: Path) -> None:
    """The form comes back with what was typed, escaped, and with what is wrong with each field."""
    answer = signed(guestbook, tmp_path, "a.png", b"<html>", "   ")
    shown = answer.body.decode()

    assert 422 == answer.status
    assert 'value="Ada"' in shown
    assert "expected some words" in shown
    assert "expected a picture: PNG, JPEG or GIF" in shown


@pytest.mark.parametrize("path", ["/pictures/0", "/pictures/x", "/pictures/-1", f"/pictures/{'9' * 40}"])
def test_a_picture_that_is_not_there(guestbook: Server, path: str) -> None:
    """No number is too large for the answer that there is no such picture, and errors are guarded as pages are."""
    answer = curl(guestbook, path)

    assert (404, "nosniff") == (answer.status, answer.by_name["x-content-type-options"])


def test_a_large_picture_is_refused(guestbook: Server, tmp_path: Path) -> None:
    """More than a MiB is not read, and nothing of it is kept."""
    before = curl(guestbook, "/").body
    answer = signed(guestbook, tmp_path, "a.png", PNG + bytes(2 * 1024 * 1024))

    assert 413 == answer.status
    assert before == curl(guestbook, "/").body
