"""Redirects in Chromium: it makes the request that `next_request()` makes."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable
from typing import Final
from wsgiref.simple_server import WSGIServer

import pytest

from tests.browser.servers import open_server
from tests.browser.webdriver import JSON, Browser, open_browser
from verglas import URL, Request
from verglas.testing import next_request
from verglas.wsgi import StartResponse, WSGIApplication

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")
HOSTS: Final = "--host-resolver-rules=MAP *.example 127.0.0.1"
FROM: Final = "/a/b"

# Hands over what the server got at the end.
FETCH: Final = """
const [url, options, done] = arguments;
fetch(url, options).then(async (answer) => done(await answer.text()), (error) => done(error.name));
"""


def redirecting(status_code: int, location: str) -> WSGIApplication:
    """An application that redirects at one path, and elsewhere says what it was sent."""

    def app(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        content = request.get_data()
        if environ["PATH_INFO"] == FROM:
            start_response(f"{status_code} Moved", [("Location", location), ("Content-Length", "0")])
            return []
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
        return [seen(request.method, request.headers.get("Content-Type"), content).encode()]

    return app


def seen(method: str, content_type: str | None, content: bytes | None) -> str:
    """What matters of a request, as text; `wsgiref` says `text/plain` where the request has no type."""
    return f"{method} {'text/plain' if content_type is None else content_type} {content!r}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile"), HOSTS) as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Generator[WSGIServer]:
    """A server that the hosts of the tests lead to."""
    with open_server() as running:
        yield running


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("/x", id="path"),
        pytest.param("x", id="relative"),
        pytest.param("..", id="up"),
        pytest.param("../%2e%2E/x/./y", id="dots"),
        pytest.param("{path}/..?d=2", id="query"),
        pytest.param("//other.example:{port}", id="network-path"),
        pytest.param("http://OTHER.example:{port}/x", id="absolute"),
        pytest.param("/x#end", id="fragment"),
        pytest.param("/x#", id="empty-fragment"),
        pytest.param('/x y?z="<>', id="escaped"),
        pytest.param("/caf\xc3\xa9?caf\xc3\xa9", id="utf-8"),
        pytest.param("/caf\xe9", id="other-octets"),
        pytest.param("http://b\xc3\xbccher.example:{port}/", id="host"),
    ],
)
def test_location(location: str, browser: Browser, server: WSGIServer) -> None:
    """It goes to the same URL, and adds the fragment of the one before where there is no other.

    But for a `%` that starts no escape: Chromium leaves it alone, where a URI has `%25`.
    """
    base = f"http://site.example:{server.server_port}{FROM}?c=1#top"
    location = location.format(port=server.server_port, path=FROM)
    server.set_app(redirecting(302, location))
    browser.open(base)

    following = next_request(Request(url=URL.parse(base)), 302, location)
    assert following is not None
    assert following.url.to_uri() == browser.url.partition("#")[0]


@pytest.mark.parametrize("status_code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_method_and_body(method: str, status_code: int, browser: Browser, server: WSGIServer) -> None:
    """It sends the same method, body and type."""
    has_body = method in ("POST", "PUT")
    options: dict[str, JSON] = {"method": method}
    if has_body:
        options |= {"body": "hi", "headers": {"Content-Type": "text/x-tag"}}
    here = f"http://site.example:{server.server_port}"
    server.set_app(redirecting(status_code, "/x"))
    browser.open(here)
    found = browser.script_until(FETCH, f"{here}{FROM}", options)
    after = next_request(
        Request(
            method=method,
            url=f"{here}{FROM}",
            headers={"Content-Type": "text/x-tag"} if has_body else None,
            body="hi" if has_body else "",
        ),
        status_code,
        "/x",
    )

    assert after is not None
    if after.method == "HEAD":
        assert "" == found  # the answer has no body to tell by
    else:
        assert seen(after.method, after.headers.get("Content-Type"), after.body.content) == found
