"""The examples that are served alone, in a real browser: a live page, and pictures that strangers have sent."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.browser.webdriver import Browser, open_browser
from tests.servers.harness import serving

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

# Hands over the width of the newest picture once it was loaded; -1 if it was refused.
WIDTH: Final = """
const [done] = arguments;
const shown = document.querySelector("article img");
const again = new Image();
again.onload = () => done(again.naturalWidth);
again.onerror = () => done(-1);
again.src = shown.src;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


def is_said(browser: Browser, words: str) -> bool:
    """Whether the page shows that something was said."""
    return words in browser.texts("#said li")


def test_what_is_said_appears(browser: Browser, tmp_path: Path) -> None:
    """What was said before is there, what is said now appears, as text, and nothing comes twice when a stream ends."""
    with serving("gunicorn-gthread", tmp_path, "examples.live:app(keep_alive=0.1, waits=3)") as server:
        browser.open(f"http://127.0.0.1:{server.address[1]}/")
        for words in ("first", "<b>second</b>"):
            browser.type("input", words)
            browser.click("button")
            browser.wait(partial(is_said, browser, words), words)
        browser.open("about:blank")  # which ends the stream

        browser.open(f"http://127.0.0.1:{server.address[1]}/")
        browser.wait(lambda: len(browser.texts("#said li")) >= 2, "what was said before")
        shown = browser.texts("#said li")
        browser.open("about:blank")

    assert ["first", "<b>second</b>"] == shown


def test_a_picture_is_shown(browser: Browser, tmp_path: Path) -> None:
    """A picture that is an attachment, under a policy without scripts, is shown as an image of the page."""
    picture = tmp_path / "<i>.png"
    picture.write_bytes(PNG)
    application = f"examples.guestbook:app({str(tmp_path / 'guests.sqlite3')!r})"
    with serving("gunicorn-sync", tmp_path, application) as server:
        browser.open(f"http://127.0.0.1:{server.address[1]}/")
        browser.type("input[name=name]", "Ada")
        browser.type("textarea", "<script>document.title = 'run'</script>")
        browser.type("input[type=file]", str(picture))
        browser.click("button")
        browser.wait(lambda: browser.texts("article h2") == ["Ada"], "the entry")
        width = browser.script_until(WIDTH)
        shown = browser.texts("article p")
        browser.open("about:blank")

    assert (1, "<script>document.title = 'run'</script>") == (width, shown[0])
