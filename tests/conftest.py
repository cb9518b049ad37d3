"""What holds for every test, and for every run: property tests are the same on every run and every machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

# No test depends on how fast a machine is: neither a deadline nor the health check that times data generation.
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

BROWSER: Final = ("chromium", "chromedriver")

TESTS: Final = Path(__file__).parent

# Each stays in one worker process, so that servers, browsers and measured functions have no other of their kind beside
# them. They take longest and come first: the short files behind them keep all workers busy to the end.
GROUPS: Final = ("servers", "growth", "browser")


def group_of(path: Path) -> str:
    """The group that the tests of a file are run in: the file itself, whose tests share fixtures, or a larger one."""
    name = path.relative_to(TESTS).as_posix()
    return next((group for group in GROUPS if name.startswith(f"{group}/") or f"test_{group}" in name), name)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist, which reads the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the larger groups first, and mark all tests with their group."""
    items.sort(key=lambda item: GROUPS.index(group) if (group := group_of(item.path)) in GROUPS else len(GROUPS))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item.path)))


# optionalhook: pytest-xdist may be absent where scripts/test is not what runs the tests.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No worker processes where paths are given: collecting in each of them would take longer than a few files do."""
    return 0 if config.args_source is pytest.Config.ArgsSource.ARGS else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of a run that the browser tests were not run, where there is no browser."""
    skipped = terminalreporter.getreports("skipped")
    if not all(map(shutil.which, BROWSER)) and any("tests/browser/" in report.nodeid for report in skipped):
        terminalreporter.write_line("NOT RUN: chromium")
