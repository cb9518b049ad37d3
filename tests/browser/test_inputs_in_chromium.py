"""Forms of a real browser, read by typed inputs: what it sends of empty fields, boxes, dates, lists and files."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Generator
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Final, Literal, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from attrs import define, field

from tests.browser.webdriver import Browser, open_browser
from verglas import Request, Response, Upload, application, text
from verglas.inputs import (
    Input,
    InputError,
    checkbox,
    file,
    form,
    from_class,
    input_class,
    local_datetime,
    of,
    query,
)

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

Encoding: TypeAlias = Literal["application/x-www-form-urlencoded", "multipart/form-data"]
ENCODINGS: Final[tuple[Encoding, ...]] = ("application/x-www-form-urlencoded", "multipart/form-data")

PAGE: Final = """<!doctype html><title>Form</title>
<form method=post action=/read enctype="{encoding}">
<input name=title> <textarea name=note></textarea>
<input type=number step=any name=count> <input type=number step=any name=ratio> <input type=range name=level value=7>
<input type=date name=day> <input type=time name=at step=any> <input type=datetime-local name=when step=any>
<input type=checkbox name=news> <input type=checkbox name=terms value=yes>
<input type=radio name=colour value=red> <input type=radio name=colour value="dark red">
<select name=tag multiple><option>a<option>b<option value=""></select>
<select name=size multiple><option>1<option>2<option value="">none</select>
<select name=one><option value="">choose<option value=3>three</select>
<input type=file name=photo> <input type=file name=more multiple>
<button>Send</button></form>
<form action=/search><input name=q id=q><input type=number name=page id=page><button id=search>Search</button></form>
"""


class Colour(Enum):
    """Of the radio buttons."""

    RED = "red"
    DARK = "dark red"


@input_class
class Filled:
    """What the form sends."""

    title: str = of(form("title"))
    note: str = of(form("note"))
    count: int | None = of(form("count", int, default=None))
    ratio: float | None = of(form("ratio", float, default=None))
    level: int = of(form("level", int))
    day: date | None = of(form("day", date, default=None))
    at: time | None = of(form("at", time, default=None))
    when: datetime | None = of(form("when", local_datetime, default=None))
    news: bool = of(checkbox("news"))
    terms: bool = of(checkbox("terms"))
    colour: Colour | None = of(form("colour", Colour, default=None))
    tag: tuple[str, ...] = of(form.many("tag"))
    size: tuple[int, ...] = of(form.many("size", int))
    one: int | None = of(form("one", int, default=None))
    photo: Upload | None = of(file("photo", default=None))
    more: tuple[Upload, ...] = of(file.many("more"))


FILLED: Final[Input[Filled]] = from_class(Filled)
SEARCH: Final = query("q") & query("page", int, default=1)

EMPTY: Final[dict[str, object]] = {
    "title": "",
    "note": "",
    "count": None,
    "ratio": None,
    "level": 7,
    "day": None,
    "at": None,
    "when": None,
    "news": False,
    "terms": False,
    "colour": None,
    "tag": (),
    "size": (),
    "one": None,
    "photo": None,
    "more": (),
}


@define
class Site:
    """An application with a form, and what was read of what it sent.

    Attributes:
        url: Where it is served.
        read: The values of each form, or what was wrong with it.
    """

    url: str = ""
    read: list[object] = field(factory=list[object])

    def answer(self, request: Request) -> Response:
        """Show the form, or read it."""
        if request.path == "/read":
            found = FILLED.attempt(request)
            self.read.append(found.by_field if isinstance(found, InputError) else shown(found))
            return text("read")
        if request.path == "/search":
            self.read.append(SEARCH.attempt(request))
            return text("read")
        return Response(PAGE.format(encoding=request.args.get("encoding", "")), content_type="text/html; charset=utf-8")


def shown(found: Filled) -> dict[str, object]:
    """The values, with name and content for each file, which ends with the request."""

    def value(one: object) -> object:
        return (one.filename, one.data) if isinstance(one, Upload) else one

    plain: dict[str, object] = {name: getattr(found, name) for name in EMPTY}
    return plain | {"photo": value(found.photo), "more": tuple(map(value, found.more))}


class Quiet(WSGIRequestHandler):
    """Does not log."""

    def log_message(self, format: str, *args: object) -> None:
        """Drop what would be logged."""


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """The application, served."""
    served = Site()
    with make_server("127.0.0.1", 0, application(served.answer), handler_class=Quiet) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


def sent(
    browser: Browser, site: Site, encoding: str, script: str = "", files: dict[str, list[Path]] | None = None
) -> object:
    """What was read of the form after a script has filled it in."""
    browser.open(f"{site.url}/?encoding={encoding}")
    browser.script(
        f"const set = (name, value) => {{ document.querySelector(`[name=${{name}}]`).value = value; }}; {script}"
    )
    for name, paths in (files or {}).items():
        browser.type(f"[name={name}]", "\n".join(map(str, paths)))
    before = len(site.read)
    browser.click("form[method] button")
    browser.wait(lambda: len(site.read) > before, "the form")
    return site.read[-1]


SET: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "nothing": ("", {}),
    "texts": (
        "set('title', ' a&b=\"é☃\" '); set('note', 'one\\ntwo');",
        {"title": ' a&b="é☃" ', "note": "one\r\ntwo"},
    ),
    "numbers": (
        "set('count', '-7'); set('ratio', '1e3'); set('level', '50');",
        {"count": -7, "ratio": 1e3, "level": 50},
    ),
    "not-a-number": ("set('count', 'seven'); set('ratio', '1.');", {}),  # which the browser does not take
    "date": ("set('day', '2026-11-30');", {"day": date(2026, 11, 30)}),
    "leap-day": ("set('day', '2024-02-29');", {"day": date(2024, 2, 29)}),
    "no-such-day": ("set('day', '2026-02-30');", {}),
    "time": ("set('at', '12:30');", {"at": time(12, 30)}),
    "time-with-seconds": ("set('at', '23:59:59.123');", {"at": time(23, 59, 59, 123_000)}),
    "datetime": ("set('when', '2026-11-30T12:00');", {"when": datetime(2026, 11, 30, 12)}),
    "datetime-with-seconds": (
        "set('when', '2026-11-30T12:00:30.5');",
        {"when": datetime(2026, 11, 30, 12, 0, 30, 500_000)},
    ),
    "datetime-with-a-space": ("set('when', '2026-11-30 12:00');", {"when": datetime(2026, 11, 30, 12)}),
    "boxes": (
        "for (const box of document.querySelectorAll('[type=checkbox]')) box.click();",
        {"news": True, "terms": True},
    ),
    "one-box": ("document.querySelector('[name=terms]').click();", {"terms": True}),
    "radio": ("document.querySelectorAll('[type=radio]')[1].click();", {"colour": Colour.DARK}),
    "lists": (
        "for (const option of document.querySelectorAll('[multiple] option')) option.selected = true; set('one', '3');",
        {"tag": ("a", "b", ""), "size": (1, 2), "one": 3},
    ),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("case", SET)
def test_filled_in(browser: Browser, site: Site, encoding: Encoding, case: str) -> None:
    """Each kind of field is its type, and nothing where nobody has filled it in."""
    script, expected = SET[case]

    assert EMPTY | expected == sent(browser, site, encoding, script)


def test_files(browser: Browser, site: Site, tmp_path: Path) -> None:
    """Files that were chosen are there, under their names."""
    paths = [tmp_path / "é☃.txt", tmp_path / "b.bin"]
    for path in paths:
        path.write_bytes(path.name.encode())
    (tmp_path / "empty").touch()
    one, two = [(path.name, path.name.encode()) for path in paths]
    read = sent(browser, site, "multipart/form-data", files={"photo": paths[:1], "more": [*paths, tmp_path / "empty"]})

    assert EMPTY | {"photo": one, "more": (one, two, ("empty", b""))} == read


def test_what_is_wrong(browser: Browser, site: Site) -> None:
    """What a browser lets through and the type does not is told by field; all of it."""
    script = "set('count', '1.5'); set('day', '12026-11-30');"
    script += "document.querySelector('[name=size]').innerHTML = '<option selected>x<option selected>2';"

    assert {
        "count": ["expected a whole number in decimal digits"],
        "day": ["expected a date, YYYY-MM-DD"],
        "size": ["expected a whole number in decimal digits"],
    } == sent(browser, site, "multipart/form-data", script)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [pytest.param({}, ("", 1), id="empty"), pytest.param({"q": "ice & é", "page": "2"}, ("ice & é", 2), id="typed")],
)
def test_search(browser: Browser, site: Site, typed: dict[str, str], expected: object) -> None:
    """A form that is sent as a query is read in the same way."""
    browser.open(site.url)
    for name, value in typed.items():
        browser.type(f"#{name}", value)
    before = len(site.read)
    browser.click("#search")
    browser.wait(lambda: len(site.read) > before, "the query")

    assert expected == site.read[-1]
