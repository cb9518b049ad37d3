"""Static files and the cache under real servers, asked by curl."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Final

import pytest

from tests.servers.clients import curl, needs_curl
from tests.servers.harness import Server, serving

pytestmark = needs_curl

SITE: Final = "tests.servers.cachingapps:serve_site"
SCRIPT: Final = b"let a = 1\n" * 1000
PACKED: Final = gzip.compress(SCRIPT, mtime=0)


@pytest.fixture(scope="module", params=["wsgiref", "gunicorn-gthread"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose static files are in a folder of the test."""
    folder = tmp_path_factory.mktemp("site")
    static = folder / "static"
    static.mkdir()
    (static / "app.3f2a9c1d.js").write_bytes(SCRIPT)
    (static / "app.3f2a9c1d.js.gz").write_bytes(PACKED)
    (static / "index.html").write_bytes(b"<h1>Start</h1>")
    (folder / "secret.txt").write_bytes(b"SECRET")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VERGLAS_STATIC", str(static))
        with serving(request.param, folder, SITE) as running:
            yield running


def test_compressed_file(server: Server) -> None:
    """A client that accepts gzip unpacks what it is sent: the file."""
    answer = curl(server, "/static/app.3f2a9c1d.js", "--compressed")

    assert (200, SCRIPT, "gzip") == (answer.status, answer.body, answer.by_name["content-encoding"])
    assert ("Accept-Encoding", str(len(PACKED))) == (answer.by_name["vary"], answer.by_name["content-length"])
    assert "max-age=31536000, public, immutable" == answer.by_name["cache-control"]
    assert SCRIPT == curl(server, "/static/app.3f2a9c1d.js").body


def test_range_of_a_compressed_file(server: Server) -> None:
    """A range is one of the file that is sent: its parts fit each other."""
    halves = [
        curl(server, "/static/app.3f2a9c1d.js", "--header", "Accept-Encoding: gzip", "--range", part)
        for part in ("0-9", "10-")
    ]

    assert [206, 206] == [half.status for half in halves]
    assert SCRIPT == gzip.decompress(b"".join(half.body for half in halves))
    assert halves[0].by_name["etag"] == halves[1].by_name["etag"]
    assert SCRIPT[5:8] == curl(server, "/static/app.3f2a9c1d.js", "--range", "5-7").body


def test_file_that_was_not_changed(server: Server) -> None:
    """A client that has it already is told so."""
    tag = curl(server, "/static/app.3f2a9c1d.js", "--compressed").by_name["etag"]
    again = curl(server, "/static/app.3f2a9c1d.js", "--compressed", "--header", f"If-None-Match: {tag}")

    assert (304, b"", tag) == (again.status, again.body, again.by_name["etag"])


@pytest.mark.parametrize("path", ["/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/..%2fsecret.txt"])
def test_nothing_outside(server: Server, path: str) -> None:
    """What is outside of the folder is not reached."""
    answer = curl(server, path, "--path-as-is")

    assert 404 == answer.status
    assert b"SECRET" not in answer.body


def test_folder(server: Server) -> None:
    """A client that follows the redirect has the page of the folder."""
    assert (308, "/static/?a=1") == ((moved := curl(server, "/static?a=1")).status, moved.by_name["location"])
    assert b"<h1>Start</h1>" == curl(server, moved.by_name["location"]).body


def test_cache_for_two_users(server: Server) -> None:
    """What is kept for one user is what another one is given, if neither has a cookie and both ask the same."""
    german, english = ("--header", "Accept-Language: de"), ("--header", "Accept-Language: en")
    ada, bob = ("--cookie", "user=Ada"), ("--cookie", "user=Bob")
    first, again = (curl(server, "/news", *german) for _ in range(2))
    tag = ("--header", f"If-None-Match: {first.by_name['etag']}")

    assert first.body == again.body
    assert "age" not in first.by_name
    assert 0 <= int(again.by_name["age"]) < 600
    assert (304, b"") == ((known := curl(server, "/news", *german, *tag)).status, known.body)
    others = [curl(server, "/news", *options).body for options in (english, (*german, *ada), (*german, *bob))]
    assert 4 == len({first.body, *others})
    assert [b"nobody", b"Ada", b"Bob"] == [body.split()[0] for body in others]
    assert first.body == curl(server, "/news", *german, "--header", "Cache-Control: no-cache").body
