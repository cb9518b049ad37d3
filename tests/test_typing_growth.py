"""A table of routes is checked in time that grows with the number of its routes and not with its square."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.sources import ROOT

HEAD: Final = '''"""Routes."""

from __future__ import annotations

from uuid import UUID

from verglas import Request, Response, application, text
from verglas.inputs import query
from verglas.paths import GET, root, routes

page = query("page", int, default=1)
'''
ROUTE: Final = '''

@(GET(root / "r{number}" / int / UUID) & page & query("q")).into
def show_{number}(request: Request, user: int, note: UUID, page: int, words: str) -> Response:
    """Show a note."""
    return text(f"{{request.path}} {{user}} {{note}} {{page}} {{words}}")
'''
TIME: Final = 1200  # seconds until a checker that hangs is given up
GROWTH: Final = 25  # a linear checker takes ten times as long for ten times as many, a quadratic one a hundred times


def seconds_of_check(path: Path, count: int) -> float:
    """The processor time that basedpyright takes for a table of some routes, which it accepts."""
    names = ", ".join(f"show_{number}" for number in range(count))
    table = f"\n\napp = application(routes({names}))\n"
    path.write_text(HEAD + "".join(ROUTE.format(number=number) for number in range(count)) + table, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    project = ["--project", "pyproject.toml", "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", *project, str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert 0 == done.returncode, done.stdout + done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_time_is_proportional_to_routes(tmp_path: Path) -> None:
    """A thousand routes take about ten times as long as a hundred, apart from what the package itself takes."""

    path = tmp_path / "site.py"
    alone = min(seconds_of_check(path, 1) for _ in range(2))  # a busy machine only ever adds to it
    hundred = seconds_of_check(path, 100)
    thousand = seconds_of_check(path, 1000)

    assert thousand - alone < GROWTH * (hundred - alone), (alone, hundred, thousand)
