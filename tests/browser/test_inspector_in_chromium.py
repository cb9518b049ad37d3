"""The inspector in Chromium: what a browser really sends, and what its user sees of the answer."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.browser.webdriver import Browser, open_browser
from tests.embedded import Served, serve_inspector

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

LIMIT: Final = 1_000_000  # bytes of a body
FILE: Final = "Übergröße ☃.txt"
CONTENT: Final = "cold ☃\n".encode() * 1000


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    """The inspector with a limit."""
    with serve_inspector("--max-content-length", str(LIMIT)) as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, served: Served) -> Browser:
    """The browser at the start, without cookies."""
    browser.resize(1280, 900)
    browser.open(f"{served.url}cookies/clear")
    return browser


def rows(browser: Browser, section: str) -> list[tuple[str, ...]]:
    """The cells of a section's table, row by row."""
    columns = len(browser.texts(f"#{section} thead th"))
    cells = browser.texts(f"#{section} tbody tr > *")
    return [tuple(cells[start : start + columns]) for start in range(0, len(cells), columns or 1)]


def send(browser: Browser, button: str, title: str) -> None:
    """Send a form, and wait for what it answers."""
    browser.click(button)
    browser.wait(lambda: browser.title.startswith(title), title)


def test_multipart_form(page: Browser, tmp_path: Path) -> None:
    """A file with a name beyond ASCII, and two values of one field, arrive as they were chosen."""
    path = tmp_path / FILE
    path.write_bytes(CONTENT)
    page.type("#title", 'Eis "&" <script>')
    page.type("#note", "one\ntwo")
    page.click("[name=tag][value=clear]")
    page.click("[name=tag][value=brittle]")
    page.type("#photo", str(path))
    send(page, "form[enctype] button", "Your form")

    expected = [("title", 'Eis "&" <script>'), ("note", "one\ntwo"), ("tag", "clear"), ("tag", "brittle")]
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (expected, [("photo", FILE, "text/plain", f"{len(CONTENT):,} bytes", digest)]) == (
        rows(page, "form"),
        rows(page, "files"),
    )


def test_several_files(page: Browser, tmp_path: Path) -> None:
    """Several files of one field arrive in order; the input that was left empty does not."""
    names = ["a.txt", 'b"c%22.txt', "d;e\\.txt"]
    for name in names:
        tmp_path.joinpath(name).write_bytes(name.encode())
    page.type("#more-files", "\n".join(str(tmp_path / name) for name in names))
    send(page, "form[enctype] button", "Your form")

    shown = [(row[0], row[4]) for row in rows(page, "files")]
    assert [("files", hashlib.sha256(name.encode()).hexdigest()) for name in names] == shown


def test_urlencoded_form(page: Browser) -> None:
    """Text arrives as it was typed."""
    page.type("#given-name", "Zoë & Ümit +1 100%")
    page.type("#first-colour", "blau")
    page.type("[name=colour]:not([id])", "grün")
    send(page, "form:not([enctype]) button", "Your form")

    assert [("name", "Zoë & Ümit +1 100%"), ("colour", "blau"), ("colour", "grün")] == rows(page, "form")


def test_cookies(page: Browser, served: Served) -> None:
    """Cookies that are set come back as they were, after a redirect to the start."""
    page.open(f"{served.url}cookies/set?flavour=mint&shape=%E2%9D%84+%22%3B%2C")
    there = page.url

    assert (served.url, {"flavour": "mint", "shape": '❄ ";,'}) == (
        there,
        {row[0]: row[1] for row in rows(page, "cookies")},
    )


def test_cookies_are_cleared(page: Browser, served: Served) -> None:
    """Cookies that are cleared do not come back."""
    page.open(f"{served.url}cookies/set?flavour=mint")
    page.open(f"{served.url}cookies/clear")

    assert ["No cookies were sent."] == page.texts("#cookies .nothing")


def test_redirect(page: Browser, served: Served) -> None:
    """A redirect leads to the start."""
    page.open(f"{served.url}redirect")

    assert (served.url, ["Your request"]) == (page.url, page.texts("h1"))


def test_body_over_the_limit(page: Browser, tmp_path: Path) -> None:
    """Whoever sends too much reads so, instead of an error of the browser's own."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(8 * LIMIT))
    page.type("#photo", str(path))
    send(page, "form[enctype] button", "413")

    assert ["413 Content Too Large"] == page.texts("h1")


def test_no_script_runs(page: Browser, served: Served) -> None:
    """A script in the query is text, and the policy lets none run."""
    page.open(f"{served.url}?q=<script>document.title='run'</script>")

    assert ([("q", "<script>document.title='run'</script>")], True) == (
        rows(page, "query"),
        page.title.startswith("Your request"),
    )


@pytest.mark.parametrize("dark", [pytest.param(False, id="light"), pytest.param(True, id="dark")])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_fits_the_screen(page: Browser, served: Served, width: int, dark: bool) -> None:
    """Nothing is wider than the screen, however long a value is."""
    page.resize(width, 900, dark=dark)
    page.open(f"{served.url}?{'long' * 100}={'x' * 1000}")

    assert width == page.script("return document.documentElement.scrollWidth")


def test_dark_follows_the_system(page: Browser, served: Served) -> None:
    """Light and dark are the visitor's choice."""
    shades: list[str] = []
    for dark in (False, True):
        page.resize(1280, 900, dark=dark)
        page.open(served.url)
        shades.append(page.style("section", "background-color"))

    assert ["rgba(255, 255, 255, 1)", "rgba(18, 30, 38, 1)"] == shades
