"""Cookies in Chromium: it sends back what a jar does."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable
from typing import Final
from urllib.parse import unquote, urlsplit
from wsgiref.simple_server import WSGIServer

import pytest

from tests.browser.servers import open_server
from tests.browser.webdriver import Browser, open_browser
from tests.cookiecases import CASES_IN_CHROMIUM, CookieCase
from verglas.wsgi import StartResponse, WSGIApplication

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")
HOSTS: Final = "--host-resolver-rules=MAP *.example 127.0.0.1, MAP 127.7.8.9 127.0.0.1"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile"), HOSTS) as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Generator[WSGIServer]:
    """A server that any host leads to."""
    with open_server() as running:
        yield running


def setting(lines: Iterable[str], path: str = "") -> WSGIApplication:
    """An application that sets cookies at one path, and says what it was sent."""

    def app(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        fields = [("Set-Cookie", line) for line in lines if environ["PATH_INFO"] == path]
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "no-store"), *fields])
        return [ascii(environ.get("HTTP_COOKIE")).encode()]

    return app


def at_port(url: str, port: int) -> str:
    """The URL at a port."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()


@pytest.mark.parametrize("case", CASES_IN_CHROMIUM)
def test_sends(case: CookieCase, browser: Browser, server: WSGIServer) -> None:
    """What it sends after an answer."""
    browser.forget_cookies()
    server.set_app(setting(case.lines, unquote(urlsplit(case.at).path, "latin-1")))
    browser.open(at_port(case.at, server.server_port))
    server.set_app(setting(()))
    browser.open(at_port(case.asked, server.server_port))

    assert ascii(case.sent) == browser.script("return document.body.textContent")
