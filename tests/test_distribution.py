"""The worker processes of scripts/test: which of them runs which tests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from typing import Final

import pytest

from tests.conftest import group_of
from tests.sources import ROOT

SMALL: Final = ("tests/test_kit.py", "tests/test_statuses.py")


@pytest.mark.parametrize(
    ("file", "group"),
    [
        pytest.param("test_kit.py", "test_kit.py", id="a-file-by-itself"),
        pytest.param("headers/test_dates.py", "headers/test_dates.py", id="a-file-in-a-folder"),
        pytest.param("servers/test_ranges.py", "servers", id="a-folder"),
        pytest.param("test_growth.py", "growth", id="a-name"),
        pytest.param("syntax/test_growth_of_grammars.py", "growth", id="a-name-in-a-folder"),
    ],
)
def test_group(file: str, group: str) -> None:
    """A file is a group, but for the larger ones."""

    assert group == group_of(file)


def test_one_worker_runs_a_group() -> None:
    """What the scheduler is asked for is what happens: a mark that nobody reads would go unnoticed."""
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    done = subprocess.run([*command, *SMALL], capture_output=True, text=True, check=True, cwd=ROOT)
    workers = defaultdict[str, set[str]](set)
    for worker, file in re.findall(r"^\[(gw\d)\] .* PASSED ([^:]+)::", done.stdout, re.MULTILINE):
        workers[file].add(worker)

    assert dict.fromkeys(SMALL, 1) == {file: len(each) for file, each in workers.items()}
