"""The benchmarks, as far as nothing is timed: results are compared, and numbers become tables, bounds and a picture."""

from __future__ import annotations

import gc
import re
import tomllib
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from importlib.util import find_spec
from typing import Final, cast

import pytest

from benchmarks import around, bare, environs, growth, ours, plot, report, with_falcon, with_multipart, with_werkzeug
from benchmarks.__main__ import TARGETS, chosen
from benchmarks.harness import (
    BARE,
    COMPARING,
    OURS,
    PEER,
    Answer,
    Environ,
    Fields,
    Item,
    Kind,
    Library,
    Result,
    UnequalError,
    answered,
    compare,
    interleaved,
    lowered,
    over_bounds,
    plain,
    ratios,
    results_of,
)
from benchmarks.items import ITEMS
from benchmarks.measures import available
from tests.kit import CountedBody
from verglas.wsgi import StartResponse

NOT_COMPARED: Final = {"import", "worker"}  # they have no adapter: a module, and the application of "hello"


def peers() -> list[Library]:
    """The other libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # WebOb imports `cgi`
        known = [with_falcon.LIBRARY, with_multipart.LIBRARY, import_module("benchmarks.with_webob").LIBRARY]
        routers = [name for name in ("starlette", "wsgirouter3") if find_spec(name)]
        return known + [import_module(f"benchmarks.with_{name}").LIBRARY for name in routers]


LIBRARIES: Final = [with_werkzeug.LIBRARY, *peers()]
# One item of each read: the larger uploads and the other texts go the same way.
BY_READ: Final = {
    item.read: item for item in reversed(ITEMS) if item.read not in NOT_COMPARED and not item.folder and available(item)
}
ITEM: Final = Item("tea", "pour it", environs.browser, "pour")


# WebOb leaves closing its copy of a body to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("read", BY_READ)
def test_libraries_agree(read: str) -> None:
    """All libraries that do an item give the same result."""
    item = BY_READ[read]

    compare(item, results_of(item, [ours.LIBRARY, *LIBRARIES, bare.LIBRARY]))
    gc.collect()  # whose warnings belong to this test


def test_every_item_is_ours() -> None:
    """There is an adapter of verglas for every item, and no adapter that no item uses."""
    assert {item.read for item in ITEMS} - NOT_COMPARED == set(ours.ADAPTERS)


@pytest.mark.parametrize("library", [*LIBRARIES, bare.LIBRARY], ids=lambda library: library.name)
def test_adapters_have_an_item(library: Library) -> None:
    """No adapter is without an item; Werkzeug, which the others are compared with, has one for each but middleware."""
    reads = {item.read for item in ITEMS} - NOT_COMPARED

    assert set() == set(library.adapters) - reads
    assert library.name != PEER or reads == set(library.adapters) | around.PAIRS.keys()


def test_items_have_their_own_names() -> None:
    """No two items have the same name."""
    names = [item.name for item in ITEMS]

    assert sorted(set(names)) == sorted(names)


def test_texts_are_new_objects() -> None:
    """Two environs share their keys and no text, though they say the same."""
    first, second = environs.browser(7), environs.browser(7)
    shared = [key for key, value in first.items() if isinstance(value, str) and len(value) > 1 and value is second[key]]

    assert list(first) == list(second)
    assert first["HTTP_COOKIE"] == second["HTTP_COOKIE"]
    assert [] == shared


@pytest.mark.parametrize("new_text", [pytest.param(True, id="new"), pytest.param(False, id="repeated")])
def test_numbers_vary_the_texts(new_text: bool) -> None:
    """The number of an environ shows in its texts only where new ones are asked for."""
    item = Item("agent", "read it", environs.browser, "agent", new_text=new_text)
    texts = {str(item.environ_of(number)["HTTP_USER_AGENT"]) for number in (1, 2)}

    assert (2 if new_text else 1) == len(texts)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(timedelta(minutes=5), 300, id="duration"),
        pytest.param(
            datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2026-01-01T00:00:00+00:00", id="date"
        ),
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00", id="date-utc"),
        pytest.param(("a", ["b", None]), ["a", ["b", None]], id="nested"),
        pytest.param(Fields([("X-B", "2"), ("x-A", "1")]), [("x-a", "1"), ("x-b", "2")], id="fields"),
        pytest.param(
            Fields([("Set-Cookie", "A=B; Secure; Path=/")]), [("set-cookie", "A=B; path=/; secure")], id="cookie"
        ),
        pytest.param(
            Answer("200 Fine", [("Date", "now"), ("ETag", '"1"')], b"x"), (200, [("etag", '"1"')], b"x"), id="answer"
        ),
    ],
)
def test_plain_data(given: object, expected: object) -> None:
    """What libraries say in their own types, order or case becomes the same plain data."""
    assert expected == plain(given)


def test_plain_answer_with_chosen_fields() -> None:
    """Of an answer only the chosen fields count."""
    answer = Answer("206 Partial Content", [("ETag", '"1"'), ("Content-Range", "bytes 0-1/2")], b"ab")

    assert (206, [("content-range", "bytes 0-1/2")], b"ab") == plain(answer, frozenset({"content-range"}))


def test_compare_refuses_different_results() -> None:
    """An inequality names the item, the libraries and both results."""
    with pytest.raises(UnequalError) as refused:
        compare(ITEM, {"one": "green", "two": "green", "three": "black"})

    assert "tea: one gave 'green', three gave 'black'" == str(refused.value)


def test_answers_are_read_and_closed() -> None:
    """The body of an answer is read to its end and closed, whether it is kept or not."""
    bodies: list[CountedBody] = []

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Tag", "a")])
        bodies.append(CountedBody(b"a", b"b"))
        return cast("Iterable[bytes]", bodies[-1])  # of which all pieces are bytes

    item = Item("answer", "answer", environs.browser, "answer")
    library = Library("one", "", {"answer": lambda environ: answered(application, environ)})
    compared = results_of(item, [library])["one"]
    timed = library.adapters["answer"](environs.browser(1))

    assert Answer("200 OK", [("X-Tag", "a")], b"ab") == compared
    assert timed is None
    assert [1, 1] == [body.closed for body in bodies]
    assert [[], []] == [list(body) for body in bodies]


def test_libraries_take_turns() -> None:
    """Each is read once a round, and its median counts."""
    order: list[str] = []
    readings = {"a": iter([5.0, 1.0, 2.0]), "b": iter([3.0, 3.0, 9.0])}

    def reading(name: str) -> Callable[[], float]:
        def read() -> float:
            order.append(name)
            return next(readings[name])

        return read

    assert {"a": 2.0, "b": 3.0} == interleaved({"a": reading("a"), "b": reading("b")}, 3)
    assert ["a", "b"] * 3 == order


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({OURS: 2.0, PEER: 8.0}, {OURS: 0.25, PEER: 1.0}, id="ratio"),
        pytest.param({OURS: 0.0, PEER: 18.0}, {OURS: 0.0, PEER: 1.0}, id="none-of-it"),
        pytest.param({OURS: 2.0}, {}, id="no-base"),
        pytest.param({OURS: 2.0, PEER: 0.0}, {}, id="base-zero"),
    ],
)
def test_ratios(values: dict[str, float], expected: dict[str, float]) -> None:
    """A ratio is over the base, where that was measured and is not zero."""
    assert expected == ratios(values, PEER)


def test_over_bounds() -> None:
    """Items above their bound are named; one that has none is not."""
    assert ["b"] == over_bounds({"a": 0.5, "b": 0.51, "c": 9.0}, {"a": 0.5, "b": 0.5})


def test_bounds_only_go_down() -> None:
    """Recording lowers a bound, adds one, and never raises one."""
    bounds = lowered({"a": 0.5, "b": 0.5, "kept": 1.0}, {"a": 0.2, "b": 0.9, "new": 1.0}, 0.15)

    assert {"a": 0.23, "b": 0.5, "kept": 1.0, "new": 1.15} == bounds


RESULTS: Final = [
    Result(Item("tea", "pour it", environs.browser, "pour"), {OURS: 2.5, PEER: 10.0, "Falcon": 1234.5}),
    Result(Item("ice", "melt it", environs.browser, "melt", base=BARE), {OURS: 4.0, PEER: 20.0, BARE: 2.0}),
    Result(Item("cup", "hold it", environs.browser, "hold", kind=Kind.OBJECTS), {OURS: 0.0, PEER: 18.0}),
]


def test_table() -> None:
    """Measures and ratios stand in one row an item; a library that does none of them has no column."""
    assert (
        "| item | unit | verglas | Werkzeug | Falcon | bare callable |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| tea | µs | 2.50 (0.25) | 10.0 | 1,234 (123.45) |  |\n"
        "| ice | µs | 4.00 (2.00) | 20.0 (10.00) |  | 2.00 |\n"
        "| cup | objects | 0 (0.00) | 18.0 |  |  |\n"
    ) == report.table(RESULTS, [OURS, PEER, "Falcon", "WebOb", BARE])


def test_page() -> None:
    """The page says what was measured, where, when, and what each item does."""
    context = report.Context("CPython 3.11.7, 2 cores, Linux 6.1", {OURS: "0.1.0"}, "2026-11-30")
    page = report.page({"Drinks": RESULTS}, [OURS, PEER], context, {"tea": 0.3, "ice": 1.5})

    assert "\n2026-11-30, CPython 3.11.7, 2 cores, Linux 6.1; verglas 0.1.0.\n" in page
    assert "## Drinks\n\n| item |" in page
    assert "\n- **ice**: melt it.\n" in page
    assert "\n| tea | µs | 0.30 met | 2.50 (0.25) |" in page
    assert "\n| ice | µs | 1.50 over | 4.00 (2.00) |" in page


def test_every_target_is_of_an_item() -> None:
    """A bound whose item has another name would hold nothing."""
    targets = tomllib.loads(TARGETS.read_text(encoding="utf-8"))

    assert [] == [name for name in targets if name not in {item.name for item in ITEMS}]


def test_our_ratios() -> None:
    """What is compared with the bounds is our ratio over the base of each item."""
    assert {"tea": 0.25, "ice": 2.0, "cup": 0.0} == report.our_ratios(RESULTS)


def test_plot_scale() -> None:
    """The scale reaches from the tick below the smallest to the one above the largest, and holds 1."""
    assert (0.1, 0.3, 1.0) == plot.scale([plot.Row("tea", {OURS: 0.25, "Falcon": 0.9})])


@pytest.mark.parametrize(
    ("ratio", "share"),
    [
        pytest.param(0.01, 0.0, id="left"),
        pytest.param(0.1, 0.5, id="middle"),
        pytest.param(1.0, 1.0, id="right"),
        pytest.param(5.0, 1.0, id="beyond"),
        pytest.param(0.0, 0.0, id="zero"),
    ],
)
def test_plot_positions(ratio: float, share: float) -> None:
    """Positions are logarithmic, and what is off the scale stands at its end."""
    assert plot.LABELS + plot.SCALE * share == plot.position(ratio, (0.01, 0.1, 1.0))


def test_plot_is_well_formed() -> None:
    """The picture is XML, has a dot for each ratio beside the legend, and escapes names."""
    rows = [plot.Row("Drinks & more", {}), plot.Row("headers[k] = <v>", {OURS: 0.25, PEER: 1.0})]
    text = plot.svg("a < b", rows, [OURS, PEER])
    root = ET.fromstring(text)
    circles = [element for element in root.iter() if element.tag.endswith("}circle")]

    assert 2 + 2 == len(circles)
    assert "headers[k] = <v>: verglas 0.25" in ["".join(circle.itertext()) for circle in circles]
    assert [] == re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("subject", growth.SUBJECTS, ids=lambda subject: subject.name)
def test_growth_has_as_many_as_it_says(subject: growth.Subject) -> None:
    """What a subject does with a request of a size has that many of what it names."""
    assert ours.LIBRARY.many is not None
    environ = subject.environ(37)(1) | {COMPARING: True}
    result = subject.act(ours.LIBRARY.many, environ, 37)
    found = result.headers if isinstance(result, Answer) else cast("list[tuple[str, str]]", result)
    named = [pair for pair in found if re.fullmatch(r"(?i)(x-field-|c|field|set-cookie|x-name-)\d*", pair[0])]

    assert 37 == len(named)


def test_growth_is_well_formed() -> None:
    """The picture is XML, and has a dot for each size and library of each subject."""
    times = {OURS: [1.0, 5.0, 40.0, 400.0], PEER: [20.0, 40.0, 200.0, 2000.0]}
    root = ET.fromstring(growth.svg([growth.Growth("cookies & more", times)]))
    titles = ["".join(element.itertext()) for element in root.iter() if element.tag.endswith("}title")]

    assert 1 + 2 * len(growth.SIZES) == len(titles)
    assert "cookies & more: 1,000: verglas 400 µs" in titles


def test_items_are_chosen_by_name() -> None:
    """An item that does not exist is refused, with the names of those that do."""
    with pytest.raises(SystemExit, match="there is no item 'tea'; there are: construct; "):
        chosen(["tea"])

    assert ["hello", "worker"] == [item.name for item in chosen(["hello", "worker"])]
