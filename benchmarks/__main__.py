"""Measure verglas beside its peers: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from benchmarks import growth, plot, report
from benchmarks.harness import BARE, OURS, PEER, Item, Kind, Library, Result, UnequalError, lowered, over_bounds, ratios
from benchmarks.items import ITEMS, SECTIONS
from benchmarks.measures import FULL, QUICK, Effort, available, measure

ROOT: Final = Path(__file__).parents[1]
BOUNDS: Final = ROOT / "benchmarks" / "bounds.toml"
TARGETS: Final = ROOT / "benchmarks" / "targets.toml"
DOCS: Final = ROOT / "docs"
MODULES: Final = (
    "ours",
    "with_werkzeug",
    "with_falcon",
    "with_webob",
    "with_multipart",
    "with_starlette",
    "with_wsgirouter3",
    "bare",
)
QUICK_MODULES: Final = ("ours", "with_werkzeug", "with_falcon", "bare")
SLACK: Final = 0.15

BOUNDS_HEAD: Final = """\
# The largest ratio that `scripts/benchmark --quick` accepts of each item: verglas over Werkzeug, or over a bare WSGI
# callable for "frozen". They were measured, with 15 % of slack for noise. They only go down: when something became
# faster, `scripts/benchmark --quick --record` lowers them, and raises none.

[ratios]
"""


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="benchmark", description="Measure verglas beside its peers.")
    parser.add_argument("--quick", action="store_true", help="compare with the bounds; takes about a minute")
    parser.add_argument("--record", action="store_true", help="with --quick: lower the bounds to what was measured")
    parser.add_argument("--growth", action="store_true", help="only draw how times grow with what there are many of")
    parser.add_argument("--only", action="append", metavar="NAME", help="one item; may be repeated; writes no file")
    return parser.parse_args()


def libraries(modules: Sequence[str]) -> list[Library]:
    """Those that are installed."""
    found: list[Library] = []
    for module in modules:
        try:
            library: Library = importlib.import_module(f"benchmarks.{module}").LIBRARY
        except ModuleNotFoundError as error:
            if (error.name or "").startswith(("benchmarks", "verglas")):
                raise
            print(f"{error.name} is not installed: its column stays empty", file=sys.stderr)
        else:
            found.append(library)
    return found


def chosen(only: Sequence[str] | None) -> list[Item]:
    """The items of these names; all without any.

    Raises:
        SystemExit: There is no item of a name.
    """
    if not only:
        return [item for item in ITEMS if available(item)]
    by_name = {item.name: item for item in ITEMS}
    if unknown := [name for name in only if name not in by_name]:
        raise SystemExit(f"there is no item {unknown[0]!r}; there are: {'; '.join(by_name)}")
    return [by_name[name] for name in only]


def measured(items: Sequence[Item], peers: Sequence[Library], effort: Effort) -> list[Result]:
    """The results, and on the way a word on each."""
    gc.collect()
    gc.freeze()  # what is here already need not be looked through after each reading
    gc.disable()
    results: list[Result] = []
    # Memory first: what a process did before changes how Python lays out the attributes of later objects.
    for item in sorted(items, key=lambda item: item.kind is not Kind.BYTES):
        start = time.perf_counter()
        result = Result(item, measure(item, peers, effort))
        ratio = ratios(result.values, item.base).get(OURS)
        said = "" if ratio is None else f"{ratio:6.2f}"
        print(f"{said:6}  {item.name} ({time.perf_counter() - start:.1f} s)", file=sys.stderr, flush=True)
        results.append(result)
    return results


def context(peers: Sequence[Library]) -> report.Context:
    """Where it is measured."""
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    versions: dict[str, str] = {}
    for name in [OURS, *(peer.name for peer in peers if peer.name not in (OURS, BARE)), "gunicorn"]:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return report.Context(f"{machine}, {system}", versions, time.strftime("%Y-%m-%d"))


def rows(sections: Mapping[str, Sequence[Result]]) -> list[plot.Row]:
    """What the picture shows."""
    found: list[plot.Row] = []
    for title, results in sections.items():
        found.append(plot.Row(title, {}))
        found += [plot.Row(item.name, ratios(values, PEER)) for item, values in results if values.get(PEER, 0) > 0]
    return found


def write(results: Sequence[Result], peers: Sequence[Library]) -> None:
    """Write the page and the picture."""
    by_name = {result.item.name: result for result in results}
    sections = {
        title: [by_name[item.name] for item in items if item.name in by_name] for title, items in SECTIONS.items()
    }
    names = [peer.name for peer in peers]
    targets: dict[str, float] = tomllib.loads(TARGETS.read_text(encoding="utf-8"))
    DOCS.joinpath("benchmarks.md").write_text(report.page(sections, names, context(peers), targets), encoding="utf-8")
    picture = plot.svg("Time over Werkzeug's, smaller is better", rows(sections), names)
    DOCS.joinpath(report.PLOT).write_text(picture, encoding="utf-8")


def write_growth(peers: Sequence[Library]) -> None:
    """Write the picture of what a call costs against the size of its input."""
    found = [growth.measure(subject, peers, FULL.slow_rounds) for subject in growth.SUBJECTS]
    DOCS.joinpath(report.GROWTH).write_text(growth.svg(found), encoding="utf-8")


def judge(results: Sequence[Result], again: Callable[[Sequence[str]], Sequence[Result]], record: bool) -> int:
    """Compare with the bounds; 1 if any item is over its bound, twice: something else may have run beside it once."""
    bounds: dict[str, float] = tomllib.loads(BOUNDS.read_text(encoding="utf-8"))["ratios"] if BOUNDS.exists() else {}
    found = report.our_ratios(results)
    if over := over_bounds(found, bounds):
        second = report.our_ratios(again(over))
        found = {name: min(ratio, second.get(name, ratio)) for name, ratio in found.items()}
    print(" ratio   bound        item")
    for name, ratio in found.items():
        print(report.judged(name, ratio, bounds.get(name)))
    if record:
        lines = [f"{json.dumps(name)} = {bound}\n" for name, bound in lowered(bounds, found, SLACK).items()]
        BOUNDS.write_text(BOUNDS_HEAD + "".join(lines), encoding="utf-8")
    over = over_bounds(found, bounds)
    for name in over:
        print(f"over its bound: {name} ({found[name]:.2f}, at most {bounds[name]:.2f})", file=sys.stderr)
    return 1 if over else 0


def main() -> int:
    """Do what is asked for."""
    asked = arguments()
    peers = libraries(QUICK_MODULES if asked.quick else MODULES)
    if asked.growth:
        write_growth(peers)
        return 0
    try:
        results = measured(chosen(asked.only), peers, QUICK if asked.quick else FULL)
    except UnequalError as error:
        print(error, file=sys.stderr)
        return 1
    if asked.quick:
        return judge(results, lambda over: measured(chosen(over), peers, QUICK), asked.record)
    if asked.only:
        print(report.table(results, [peer.name for peer in peers]), end="")
    else:
        write(results, peers)
        write_growth(peers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
