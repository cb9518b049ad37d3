"""Tables of results, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.harness import OURS, Item, Kind, Result, ratios

READING: Final = """\
One process calls the libraries in turn (A B C, A B C, ...), so that a slow moment of the machine meets all of them;
each number is a median. Times are CPU time, so that what else runs on the machine counts little. Before an item is
timed, all libraries that do it must give equal results. Garbage is not collected while a call is timed. Every call
gets an environ of its own whose texts are new objects, as a server makes them. Except under *repeated text* these texts
also differ from call to call, so that nothing that a library remembers of an earlier request helps it.

A cell holds the measure and, in parentheses, the ratio: the measure over Werkzeug's in the same run, or over the bare
callable's where there is one. The bound is what our ratio is held to. Smaller is better, below 1 is faster. Read the
ratios: they repeat to about 10 %, and better on a quiet machine, while absolute times say more about the machine. An
empty cell means that the library does not do this, or leaves so much of it to its users that there is nothing to
compare. In the picture, what is off the scale stands at its end.

The routers are called by themselves, as their libraries call them: Falcon's `CompiledRouter`, Werkzeug's `Map`, the
routes of Starlette, the `PathRouter` of wsgirouter3. What verglas does includes making the request. Five inputs are
compared with the same reads, checks and messages written by hand, in the column of the bare callable. So is middleware:
with nothing to do beside the bare handler, and with work beside a handler that does the same work itself.

Requests are made directly and responses are called directly, except for Falcon: its `App` sends its responses, so the
items that answer go through one there. Falcon reads no Cache-Control and makes no response conditional; both are
written by hand. Limits are the defaults of each library, except that 1,000 fields in a multipart form are allowed.
"""

GROWING: Final = """\
What a call costs where a request or a response has 1, 10, 100 and 1,000 of something. Along the dashes ten times as
many take ten times as long: a line that ends less steep than they are grows in proportion.
"""

COMMANDS: Final = """\
`scripts/benchmark` measures verglas beside other libraries and writes this page. It installs what it needs.
`scripts/benchmark --quick` takes about a minute, writes nothing, and fails where verglas is slower than
`benchmarks/bounds.toml` allows. `--only NAME` measures one item, `--growth` draws the second picture alone.
`scripts/load` has wrk count the requests per second of one gunicorn worker with each library.
"""


class Context(NamedTuple):
    """Where and with what it was measured.

    Attributes:
        machine: Python, cores, operating system.
        versions: Of each library.
        today: The date.
    """

    machine: str
    versions: Mapping[str, str]
    today: str


def number(value: float) -> str:
    """Three significant digits; no fraction from a hundred on, nor of zero.

    >>> number(0.1234), number(12.345), number(1234.5)
    ('0.123', '12.3', '1,234')
    """
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.{3 if value < 1 else 2 if value < 10 else 1}f}"


def cell(name: str, item: Item, values: Mapping[str, float]) -> str:
    """The measure of a library, and its ratio unless it is the base."""
    if name not in values:
        return ""
    ratio = ratios(values, item.base).get(name)
    return number(values[name]) if ratio is None or name == item.base else f"{number(values[name])} ({ratio:.2f})"


def held(item: Item, values: Mapping[str, float], targets: Mapping[str, float]) -> str:
    """The bound of an item, and whether our ratio is within it, to two digits as it is shown."""
    target = targets.get(item.name)
    if target is None:
        return ""
    ratio = ratios(values, item.base).get(OURS)
    return f"{target:.2f}" + ("" if ratio is None else " met" if round(ratio, 2) <= target else " over")


def table(results: Sequence[Result], libraries: Sequence[str], targets: Mapping[str, float] | None = None) -> str:
    """One row an item, one column a library; a library that does none of them has no column. With bounds one more."""
    columns = [name for name in libraries if any(name in result.values for result in results)]
    bounds = [] if targets is None else ["bound"]
    rows = [["item", "unit", *bounds, *columns], ["---"] * (len(columns) + len(bounds) + 2)]
    for item, values in results:
        held_to = [] if targets is None else [held(item, values, targets)]
        rows.append([item.name, item.kind.value, *held_to, *(cell(name, item, values) for name in columns)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def page(
    sections: Mapping[str, Sequence[Result]], libraries: Sequence[str], context: Context, targets: Mapping[str, float]
) -> str:
    """The whole page of documentation."""
    versions = ", ".join(f"{name} {version}" for name, version in context.versions.items())
    parts = [
        "# Benchmarks\n",
        COMMANDS,
        f"{context.today}, {context.machine}; {versions}.\n",
        f"![Time over Werkzeug's, on a logarithmic scale, of each item and library]({PLOT})\n",
        "## How to read it\n",
        READING,
    ]
    for title, results in sections.items():
        what = "".join(f"- **{item.name}**: {item.what}.\n" for item, _ in results)
        parts += [f"## {title}\n", table(results, libraries, targets), what]
    parts += ["## Growth\n", GROWING, f"![Time of a call against how many there are]({GROWTH})\n"]
    return "\n".join(parts)


PLOT: Final = "benchmarks.svg"
GROWTH: Final = "growth.svg"


def judged(name: str, ratio: float, bound: float | None) -> str:
    """A line on one item and its bound."""
    allowed = "      " if bound is None else f"{bound:6.2f}"
    return f"{ratio:6.2f}  {allowed}  {'OVER' if bound is not None and ratio > bound else '    '}  {name}"


def our_ratios(results: Sequence[Result]) -> dict[str, float]:
    """Ours over the base of each item, where both were measured."""
    found: dict[str, float] = {}
    for item, values in results:
        ratio = ratios(values, item.base).get(OURS)
        if ratio is not None:
            found[item.name] = ratio
    return found


def timed(results: Sequence[Result]) -> list[Result]:
    """Those that are times."""
    return [result for result in results if result.item.kind in (Kind.TIME, Kind.WORKER)]
