"""Compressed and tagged answers in Chromium: it reads them, keeps them, and asks whether they are still right."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Final, cast

import pytest

from tests.browser.webdriver import Browser, open_browser
from tests.servers.compressedapps import BODY, SCRIPT
from tests.servers.harness import Gate, serving

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

# Of connections that the browser keeps when the server stops.
KEPT_ALIVE: Final = re.compile(
    r"Canceling \d+ pending task\(s\)\n|"
    r"Exception ignored [^\n]*<socket\.socket [^\n]*, raddr=\('127\.0\.0\.1', \d+\)>\n"
    r"(?:Traceback [^\n]*\n(?:  [^\n]*\n)+)?"
    r"ResourceWarning: unclosed [^\n]*\n"
)

# Hands over the status, the tag and the text that a script gets, which never sees a 304 of the browser's own asking.
FETCH: Final = """
const [path, done] = arguments;
fetch(path, {cache: "no-cache"}).then(async (response) =>
  done([response.status, response.headers.get("ETag"), await response.text()]));
"""

# Hands over what has come of a stream of events when there are so many; the first call begins it.
LISTEN: Final = """
const [path, count, done] = arguments;
if (!window.source) {
  window.data = [];
  window.source = new EventSource(path);
}
const look = () => { if (window.data.length >= count) { done(window.data); } };
window.source.onmessage = (event) => { window.data.push(event.data); look(); };
look();
"""


# Not wsgiref: in an answer of HTTP/1.0 Chromium does not know an ETag.
@pytest.fixture(scope="module", params=["waitress", "gunicorn-gthread"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[str, Path]]:
    """Where the pages are, and the log of what was answered."""
    folder = tmp_path_factory.mktemp("server")
    log = folder / "answers.log"
    log.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSWERS", str(log))
        with serving(str(request.param), folder, "tests.servers.compressedapps:serve_compressed", KEPT_ALIVE) as server:
            yield f"http://127.0.0.1:{server.address[1]}", log


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


def answers(log: Path, target: str) -> list[dict[str, object]]:
    """What was answered to the requests for a target, the oldest first."""
    entries = [cast("dict[str, object]", json.loads(line)) for line in log.read_text().splitlines()]  # as it is written
    return [entry for entry in entries if entry["target"] == target]


def test_page_is_kept(browser: Browser, served: tuple[str, Path]) -> None:
    """A page is read; a reload is answered with a 304 that has the weak tag of the 200, and shows the page again."""
    url, log = served
    browser.open(f"{url}/page")
    first = browser.texts("p")
    browser.reload()
    page, again = answers(log, "/page")[-2:]

    assert ([("one page " * 1000).strip()], first) == (first, browser.texts("p"))
    assert (200, "gzip", None, "Accept-Encoding") == (
        page["status"],
        page["Content-Encoding"],
        page["asked"],
        page["Vary"],
    )
    assert (304, page["ETag"], page["ETag"], "Accept-Encoding", True) == (
        again["status"],
        again["ETag"],
        again["asked"],
        again["Vary"],
        str(page["ETag"]).startswith('W/"'),
    )


def test_script_runs(browser: Browser, served: tuple[str, Path]) -> None:
    """A script that the page names is read, the first time and from what is kept."""
    url, log = served
    titles: list[str] = []
    for _ in range(2):
        browser.open(f"{url}/page")
        browser.wait(lambda: browser.title == "Script", "the script")
        titles.append(browser.title)

    assert (["Script"] * 2, 304) == (titles, answers(log, "/script")[-1]["status"])


def test_fetch(browser: Browser, served: tuple[str, Path]) -> None:
    """A script gets the decoded text with the weak tag, twice: the second time its server answered with a 304."""
    url, log = served
    browser.open(f"{url}/data?size=1")
    results = [browser.script_until(FETCH, "/script") for _ in range(2)]
    before, last = answers(log, "/script")[-2:]

    assert [[200, last["ETag"], SCRIPT]] * 2 == results
    assert (304, last["ETag"], before["ETag"]) == (last["status"], last["asked"], last["ETag"])


def test_stream(browser: Browser, served: tuple[str, Path]) -> None:
    """What streams in compressed pieces, and the page of an error, are read whole."""
    url, log = served
    browser.open(f"{url}/stream")
    shown = browser.texts("pre")
    browser.open(f"{url}/nowhere")

    assert (["one page " * 1000], "gzip") == (shown, answers(log, "/stream")[-1]["Content-Encoding"])
    assert (404, "gzip", True) == (
        (missing := answers(log, "/nowhere")[-1])["status"],
        missing["Content-Encoding"],
        browser.texts("p")[0] in BODY,
    )


def test_events(browser: Browser, served: tuple[str, Path], tmp_path: Path) -> None:
    """A script has an event before the next one is made."""
    url, log = served
    browser.open(f"{url}/page")
    with closing(Gate(tmp_path)) as gate:
        first = browser.script_until(LISTEN, f"/events?gate={gate.path}", 1)
        gate.open()
        both = browser.script_until(LISTEN, "", 2)
        browser.script("window.source.close()")

    assert (["first"], ["first", "second"]) == (first, both)
    assert "gzip" == answers(log, f"/events?gate={gate.path}")[0]["Content-Encoding"]
