"""Says at the end of a run that the browser tests were not run, where there is no browser."""

from __future__ import annotations

import shutil
from typing import Final

import pytest

PROGRAMS: Final = ("chromium", "chromedriver")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was not run."""
    if not all(map(shutil.which, PROGRAMS)):
        terminalreporter.write_line("NOT RUN: chromium")
