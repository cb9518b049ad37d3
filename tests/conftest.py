"""What holds for every test, and for every run: property tests are the same on every run and every machine."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

# No test depends on how fast a machine is: neither a deadline nor the health check that times data generation.
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling
    from xdist.workermanage import WorkerController

BROWSER: Final = ("chromium", "chromedriver")

TESTS: Final = Path(__file__).parent

# Each stays in one worker process, so that servers, browsers and measured functions have no other of their kind beside
# them. They take longest and come first: the short files behind them keep all workers busy to the end.
GROUPS: Final = ("servers", "growth", "browser")


def group_of(file: str) -> str:
    """The group that the tests of a file are run in: the file itself, whose tests share fixtures, or a larger one.

    Args:
        file: Its path, relative to this folder.
    """
    return next((group for group in GROUPS if file.startswith(f"{group}/") or f"test_{group}" in file), file)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while tests are collected, and never look at them again.

    Each of twenty thousand tests is dozens of objects that all stay: walking them would take a third of the time of
    collecting, and then half a second of every test that collects garbage.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist, which sends the order to its workers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the larger groups first."""
    ranks = {path: _rank(group_of(path.relative_to(TESTS).as_posix())) for path in {item.path for item in items}}
    items.sort(key=lambda item: ranks[item.path])


def _rank(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else len(GROUPS)


# optionalhook: pytest-xdist may be absent where scripts/test is not what runs the tests.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Hand whole groups to the workers.

    The mark `xdist_group` does not do it: pytest-xdist 3.8 passes it on in an attribute that pytest 9.2 no longer
    reads, so that each test is a group of its own, and nothing says so.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - it may be absent

    class GroupScheduling(LoadScopeScheduling):
        _numbers: Mapping[str, int] = MappingProxyType({})

        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid.partition("::")[0].removeprefix(f"{TESTS.name}/"))

        # The two methods below do what those of the base class do, which take time for each test that grows with the
        # number of all tests: they search its id in a list, and count the tests that were run before it.

        def _assign_work_unit(self, node: WorkerController) -> None:
            collection = self.registered_collections[node]
            if len(self._numbers) != len(collection):
                self._numbers = {nodeid: number for number, nodeid in enumerate(collection)}
            scope, unit = self.workqueue.popitem(last=False)
            self.assigned_work[node][scope] = unit
            node.send_runtest_some([self._numbers[nodeid] for nodeid in unit])

        def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
            nodeid = self.registered_collections[node][item_index]
            units, scope = self.assigned_work[node], self._split_scope(nodeid)
            del units[scope][nodeid]
            if not units[scope]:
                del units[scope]
            self._reschedule(node)

    return GroupScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No worker processes where paths are given: collecting in each of them would take longer than a few files do."""
    return 0 if config.args_source is pytest.Config.ArgsSource.ARGS else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of a run that the browser tests were not run, where there is no browser."""
    skipped = terminalreporter.getreports("skipped")
    if not all(map(shutil.which, BROWSER)) and any("tests/browser/" in report.nodeid for report in skipped):
        terminalreporter.write_line("NOT RUN: chromium")
