"""The examples in Chromium: what a browser asks for of itself, and makes of the answers."""

from __future__ import annotations

import json
import re
import shutil
import signal
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Final, cast

import pytest

from examples.downloads import CONTENT as DOWNLOADED
from examples.events import FLAKES, FLAKES_A_TIME, PAUSE
from tests.browser.webdriver import Browser, open_browser
from tests.embedded import SECONDS, serve_examples
from tests.servers.harness import serving

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

CONTENT: Final = DOWNLOADED.encode()

# What waitress leaves open, and the streams that it breaks off, when it stops while the browser keeps connections.
KEPT_ALIVE: Final = re.compile(
    r"Canceling \d+ pending task\(s\)\n|"
    r"Exception ignored [^\n]*<socket\.socket [^\n]*, raddr=\('127\.0\.0\.1', \d+\)>\n"
    r"(?:Traceback [^\n]*\n(?:  [^\n]*\n)+)?"
    r"ResourceWarning: unclosed [^\n]*\n"
)

# Hands the player's state to its last argument once it has sought.
SEEK: Final = """
const [seconds, done] = arguments;
const audio = document.querySelector("audio");
audio.onseeked = () => done([audio.duration, audio.currentTime, audio.error && audio.error.message]);
audio.onerror = () => done([audio.duration, audio.currentTime, audio.error.message]);
const seek = () => { audio.currentTime = seconds; };
if (audio.readyState > 0) { seek(); } else { audio.onloadedmetadata = seek; }
"""

# Hands over how many milliseconds lie between the first event and the last before the stream ends.
LISTEN: Final = """
const [count, done] = arguments;
const source = new EventSource("/events/stream");
const times = [];
source.addEventListener("flake", () => {
  times.push(performance.now());
  if (times.length === count) { source.close(); done(times[count - 1] - times[0]); }
});
"""


@pytest.fixture(scope="module", params=["wsgiref", "waitress"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where the examples are served in HTTP/1.0, or in HTTP/1.1; the server ends such that it removes its files."""
    if request.param == "wsgiref":
        with serve_examples() as running:
            yield running.url
            running.end(signal.SIGTERM)
    else:
        folder = tmp_path_factory.mktemp("waitress")
        with serving("waitress", folder, "examples.site:app", KEPT_ALIVE) as server:
            yield f"http://127.0.0.1:{server.address[1]}/"


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the browser saves."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, downloads: Path) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        running.resize(1280, 900)
        running.save_into(downloads)
        yield running


def log_of(url: str, path: str) -> list[dict[str, object]]:
    """What a page says about the requests before, the newest first."""
    with urllib.request.urlopen(f"{url}{path}", timeout=SECONDS) as response:
        return cast("list[dict[str, object]]", json.loads(cast("bytes", response.read())))  # as its tests check


def starts(url: str) -> list[int]:
    """Where the ranges begin that were answered, in the order they were asked for."""
    answered = [str(exchange["content_range"]) for exchange in log_of(url, "range/log") if exchange["status"] == 206]
    return [int(value.removeprefix("bytes ").partition("-")[0]) for value in reversed(answered)]


def test_seek(browser: Browser, url: str) -> None:
    """A player that is sent elsewhere asks for what is there, and has it."""
    browser.open(f"{url}range")
    state = browser.script_until(SEEK, 900)
    # 15 minutes of 20, of which the player may want a little more than it plays.
    there = 900 * 44_100 * 2

    assert ([1200, 900, None], True) == (state, any(there - 2**20 < start <= there + 44 for start in starts(url)))


def test_seek_back(browser: Browser, url: str) -> None:
    """It may go back as well, as often as it likes."""
    browser.open(f"{url}range")

    assert [[1200, seconds, None] for seconds in (1190, 300, 700)] == [
        browser.script_until(SEEK, seconds) for seconds in (1190, 300, 700)
    ]


def test_seen_on_the_page(browser: Browser, url: str) -> None:
    """The page shows what the player asked for."""
    browser.open(f"{url}range")
    browser.script_until(SEEK, 600)
    browser.open(f"{url}range")
    shown = browser.texts("#asked tbody td:nth-child(2)")

    # 304: what it has of a server of HTTP/1.1 it keeps, and asks only whether that is still right.
    assert (True, set[str]()) == ("206" in shown, {*shown} - {"206", "304"})


def test_page_is_kept(browser: Browser, url: str) -> None:
    """Who opens the page again has it still, and was told so with a 304: the time on it is that of the first answer."""
    browser.open(f"{url}etag")
    first = browser.texts("#copy td")
    browser.open(url)
    browser.open(f"{url}etag")
    exchange = log_of(url, "etag/log")[0]
    conditional = exchange["if_none_match"] or exchange["if_modified_since"]

    assert (first, 304, True) == (browser.texts("#copy td"), exchange["status"], bool(conditional))


def test_reload(browser: Browser, url: str) -> None:
    """A reload asks in the same way."""
    browser.open(f"{url}etag")
    first = browser.texts("#copy td")
    browser.reload()

    assert (first, 304) == (browser.texts("#copy td"), log_of(url, "etag/log")[0]["status"])


def saved(browser: Browser, url: str, downloads: Path, query: str) -> list[tuple[str, bytes]]:
    """What there is in the folder after a download."""
    for path in downloads.iterdir():
        path.unlink()
    browser.open(f"{url}download{query}")
    browser.wait(lambda: [path.stat().st_size for path in downloads.glob("*.txt")] == [len(CONTENT)], query)
    return [(path.name, path.read_bytes()) for path in downloads.iterdir()]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        pytest.param("", "Übergröße ❄.txt", id="rfc6266-extended"),
        pytest.param("?name=plain.txt", "plain.txt", id="ascii"),
        pytest.param("?name=%D1%81%D0%BD%D0%B5%D0%B3+%25.txt", "снег %.txt", id="percent"),
        pytest.param("?name=a%3Bb%27c.txt", "a;b'c.txt", id="semicolon"),
    ],
)
def test_download(browser: Browser, url: str, downloads: Path, query: str, name: str) -> None:
    """A download is saved under its name."""

    assert [(name, CONTENT)] == saved(browser, url, downloads, query)


def test_download_goes_nowhere_else(browser: Browser, url: str, downloads: Path) -> None:
    """A name with a path in it is no way out of the folder."""
    ((name, content),) = saved(browser, url, downloads, "?name=..%2F..%2Fup.txt")

    assert (True, CONTENT, []) == (name.endswith("up.txt"), content, list(downloads.parent.glob("*.txt")))


def test_events(browser: Browser, url: str) -> None:
    """Every event arrives once and in order, over connections that the server ends; then the browser asks no more."""
    browser.open(f"{url}events")
    browser.wait(lambda: browser.texts("#state") == ["All of them are here."], "the end of the events")
    arrived = [text.partition(" of ")[0] for text in browser.texts("#arrived li")]

    assert [f"Flake {number}" for number in range(1, FLAKES + 1)] == arrived


def test_events_arrive_one_by_one(browser: Browser, url: str) -> None:
    """An event is there before the next one is sent: nothing on the way waits for the end."""
    browser.open(f"{url}events")

    def apart() -> float:
        return cast("float", browser.script_until(LISTEN, FLAKES_A_TIME))  # as the script says

    # The server pauses between two of them; had they waited for each other, they would come at once, always. A browser
    # that waits for the processor may get them at once, too, but not each time.
    assert any(apart() > PAUSE * 1000 for _ in range(10))


@pytest.mark.parametrize("path", ["range", "etag"])
def test_other_pages_run_no_script(browser: Browser, url: str, path: str) -> None:
    """Only the page of events may run the script of this site."""
    browser.open(f"{url}{path}")
    ran = browser.script_until(
        """
        const done = arguments[0];
        const script = document.createElement("script");
        script.src = "/events.js";
        script.onload = () => done("ran");
        script.onerror = () => done("refused");
        document.head.append(script);
        """
    )

    assert "refused" == ran


def test_page_of_events_runs_no_other_script(browser: Browser, url: str) -> None:
    """What is written into that page runs no more than into others."""
    browser.open(f"{url}events")
    browser.script(
        """
        const script = document.createElement("script");
        script.textContent = "document.title = 'run'";
        document.head.append(script);
        """
    )

    assert browser.title.startswith("Events")


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("path", ["range", "etag", "events"])
def test_fits_the_screen(browser: Browser, url: str, path: str, width: int, dark: bool) -> None:
    """Nothing is wider than the screen."""
    browser.resize(width, 900, dark=dark)
    browser.open(f"{url}{path}")

    assert width == browser.script("return document.documentElement.scrollWidth")
