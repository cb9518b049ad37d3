"""The examples of sites, served by gunicorn and asked by curl."""

from __future__ import annotations

import os
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some files, one of whose names a URL cannot have, and a link that leads out."""
    outer = tmp_path_factory.mktemp("files")
    folder = outer / "shared"
    (folder / "sub").mkdir(parents=True)
    (folder / "a b<&>.txt").write_bytes(b"0123456789")
    (folder / "sub" / "%41.bin").write_bytes(b"%")
    (folder / os.fsdecode(b"\xff.txt")).write_bytes(b"")
    (outer / "secret").write_bytes(b"secret")
    (folder / "out").symlink_to(outer / "secret")
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Server]:
    """The file server, which sends the files itself."""
    app = f"examples.fileserver:app({str(folder)!r}, hosts=['files.example.org'])"
    with serving("gunicorn-sync", tmp_path_factory.mktemp("fileserver"), app) as running:
        yield running


@pytest.fixture(scope="module")
def offloading(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Server]:
    """The file server that has nginx send the files."""
    app = f"examples.fileserver:app({str(folder)!r}, accel='/internal')"
    with serving("gunicorn-sync", tmp_path_factory.mktemp("offloading"), app) as running:
        yield running


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The live page, with streams that wait twice, each time for a moment."""
    app = "examples.live:app(keep_alive=0.1, waits=2)"
    with serving("gunicorn-gthread", tmp_path_factory.mktemp("live"), app) as running:
        yield running


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The applications that are mounted in one."""
    folder = tmp_path_factory.mktemp("several")
    with serving("gunicorn-sync", folder, f"examples.mounted:app({str(folder / 'guests.sqlite3')!r})") as running:
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


PROXIED: Final = tuple(
    option
    for line in (
        "Host: files.example.org",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Prefix: /shared",
    )
    for option in ("-H", line)
)


def test_links_are_those_that_the_client_knows(files: Server) -> None:
    """Scheme, host and prefix of a link are those of the proxy; a name is escaped for the URL, then for HTML."""
    shown = curl(files, "/", *PROXIED).body.decode()

    assert "For 192.0.2.1, from https://files.example.org/shared/:" in shown
    assert '<a href="https://files.example.org/shared/files/a%20b%3C&amp;%3E.txt">a b&lt;&amp;&gt;.txt</a>' in shown
    assert 1 == shown.count("<li>")


def test_another_host_is_not_served(files: Server) -> None:
    """A request that names a host of somebody else is refused."""
    assert 400 == curl(files, "/", "-H", "Host: evil.example").status


@pytest.mark.parametrize(
    ("options", "status", "body"),
    [
        pytest.param((), 200, b"0123456789", id="whole"),
        pytest.param(("-H", "Range: bytes=2-4"), 206, b"234", id="part"),
        pytest.param(("-H", "Range: bytes=-1"), 206, b"9", id="suffix"),
        pytest.param(("-H", "Range: bytes=10-"), 416, None, id="beyond"),
    ],
)
def test_a_file_and_its_parts(files: Server, options: tuple[str, ...], status: int, body: bytes | None) -> None:
    """A file is sent whole or in part, to be saved."""
    answer = curl(files, "/files/a%20b%3C&%3E.txt", *PROXIED, *options)

    assert status == answer.status
    assert body is None or (body, "nosniff") == (answer.body, answer.by_name["x-content-type-options"])
    assert body is None or answer.by_name["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    "path", ["/files/out", "/files/..%2Fsecret", "/files/none", "/files/sub", "/files/sub%5C..%5C.."]
)
def test_nothing_but_the_files_of_the_folder(files: Server, path: str) -> None:
    """What lies elsewhere, or is not a file, is not found."""
    assert 404 == curl(files, path, *PROXIED).status


def test_nginx_is_told_which_file_to_send(offloading: Server, folder: Path) -> None:
    """The path below the internal one is percent-encoded once, and who has the file already is told so."""
    answer = curl(offloading, "/files/sub/%2541.bin")

    assert (200, b"", "/internal/sub/%2541.bin") == (answer.status, answer.body, answer.by_name["x-accel-redirect"])
    assert str(folder) not in str(answer.headers)
    assert 304 == curl(offloading, "/files/sub/%2541.bin", "-H", f"If-None-Match: {answer.by_name['etag']}").status
    assert 404 == curl(offloading, "/files/out").status


def said(server: Server, words: str) -> int:
    """Say something; the status of the answer."""
    return curl(server, "/", "--data-urlencode", f"words={words}").status


def test_events_are_sent_and_go_on(live: Server) -> None:
    """A stream begins with what was said, keeps the connection alive, and goes on after what the client had last."""
    statuses = [said(live, "first"), said(live, "second\nline")]
    first = curl(live, "/stream")
    second = curl(live, "/stream", "-H", "Last-Event-ID: 1")
    third = curl(live, "/stream", "-H", "Last-Event-ID: 2")

    one = b"event: said\nid: 1\ndata: first\n\n"
    two = b"event: said\nid: 2\ndata: second\ndata: line\n\n"
    nothing = b": nothing was said\n\n"
    assert [303, 303] == statuses
    assert ("text/event-stream; charset=utf-8", "no-cache", "no") == (
        first.by_name["content-type"],
        first.by_name["cache-control"],
        first.by_name["x-accel-buffering"],
    )
    assert [one + two + nothing, two + nothing, nothing + nothing] == [first.body, second.body, third.body]


def test_ids_of_another_process_are_forgotten(live: Server) -> None:
    """A client that had more than there is has known another process: it gets all; a wrong id is refused."""
    assert curl(live, "/stream").body == curl(live, "/stream", "-H", "Last-Event-ID: 1000").body
    assert 422 == curl(live, "/stream", "-H", "Last-Event-ID: x").status


def test_what_is_said_is_bounded(live: Server) -> None:
    """Nothing, or too much, is not said."""
    assert [422, 422] == [said(live, " "), said(live, "a" * 501)]


def test_the_page_may_run_its_script(live: Server) -> None:
    """The page names its stream and its script, and the policy allows that script alone."""
    page = curl(live, "/")

    assert b'data-stream="/stream"' in page.body
    assert "script-src 'self'" in page.by_name["content-security-policy"]
    assert "text/javascript; charset=utf-8" == curl(live, "/live.js").by_name["content-type"]


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        pytest.param("/", 200, b'<a href="/old/">', id="home"),
        pytest.param("/notes", 200, b"[]", id="table"),
        pytest.param("/guests/", 200, b'action="/guests/"', id="application"),
        pytest.param("/old/", 200, b'<a href="/old/greet/Ada">', id="flask-links"),
        pytest.param("/old/greet/Bob", 200, b'"path":"/greet/Bob","root_path":"/old"', id="flask-script-name"),
        pytest.param("/old", 308, b"/old/", id="flask-redirects"),
        pytest.param("/old/x", 404, b"Not Found", id="flask-404"),
        pytest.param("/x", 404, b"Not Found", id="404"),
    ],
)
def test_each_application_answers_below_its_prefix(several: Server, path: str, status: int, body: bytes) -> None:
    """What is mounted knows where, and every answer is finished, whoever gave it."""
    answer = curl(several, path)

    assert (status, "nosniff") == (answer.status, answer.by_name["x-content-type-options"])
    assert body in answer.body
    assert "frame-ancestors 'none'" in answer.by_name["content-security-policy"]


def test_flask_reads_the_body(several: Server) -> None:
    """A body goes to what is mounted unread."""
    assert b"300000" == curl(several, "/old/length", "--data-binary", "@-", data=bytes(300_000)).body


def test_an_application_keeps_its_limits(several: Server) -> None:
    """The limits and the policy of what is mounted are its own."""
    large = curl(several, "/guests/", "--data-binary", "@-", data=bytes(2 * 1024 * 1024))

    assert 413 == large.status
    assert large.by_name["content-security-policy"].startswith("default-src 'none'")
