"""The types that the package promises: what must check checks, and what must not is still caught."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Final

import pytest

from tests.sources import ROOT
from tests.typing import (
    checks,
    checks_bodies,
    checks_headers,
    checks_inputs,
    checks_middleware,
    checks_middleware_caching,
    checks_middleware_compression,
    checks_middleware_cors,
    checks_middleware_requestid,
    checks_sessions,
    checks_testing_builder,
    checks_testing_checks,
    checks_testing_client,
    checks_testing_htmlforms,
    checks_testing_jar,
    checks_testing_messages,
    checks_testing_recording,
    checks_testing_redirects,
    checks_testing_strategies,
)

CHECKS: Final = [
    *checks.CHECKS,
    *checks_bodies.CHECKS,
    *checks_headers.CHECKS,
    *checks_inputs.CHECKS,
    *checks_middleware_cors.CHECKS,
    *checks_middleware_caching.CHECKS,
    *checks_middleware_requestid.CHECKS,
    *checks_middleware_compression.CHECKS,
    *checks_middleware.CHECKS,
    *checks_sessions.CHECKS,
    *checks_testing_builder.CHECKS,
    *checks_testing_checks.CHECKS,
    *checks_testing_client.CHECKS,
    *checks_testing_htmlforms.CHECKS,
    *checks_testing_jar.CHECKS,
    *checks_testing_redirects.CHECKS,
    *checks_testing_strategies.CHECKS,
    *checks_testing_messages.CHECKS,
    *checks_testing_recording.CHECKS,
]
CHECKED: Final = "tests/typing"
TIME: Final = 300  # seconds until a checker that hangs is given up


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_checks_run(check: Callable[[], None]) -> None:
    """What the type checkers accept runs as well."""

    check()


def test_every_check_is_run() -> None:
    """No function of assertions is left out."""

    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / CHECKED).glob("checks*.py")))

    assert source.count("\n@run\n") == len(CHECKS) == len({(check.__module__, check.__name__) for check in CHECKS})


def test_mypy(pytestconfig: pytest.Config) -> None:
    """The checks pass mypy, and each mistake is reported: an ignore that ignores nothing is an error."""

    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("mypy")  # what it knows of files that have not changed since the last run
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(kept), CHECKED],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout + done.stderr


def test_basedpyright() -> None:
    """So it is with basedpyright, which stands for pyright: the strict mode that is set here has the rules of both."""

    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--project", "pyproject.toml", "--pythonpath", sys.executable, CHECKED],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout + done.stderr


def test_pyrefly() -> None:
    """So it is with pyrefly, which reads the ignores that are written for mypy."""

    done = subprocess.run(
        [sys.executable, "-m", "pyrefly", "check", "--python-interpreter-path", sys.executable, CHECKED],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("checker", ["type: ignore[", "pyright: ignore["])
def test_every_mistake_names_its_error(checker: str) -> None:
    """Each mistake carries the code of its error; the one that mypy cannot see says so."""

    files = sorted((ROOT / CHECKED).glob("mistakes*.py"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    mistakes = [line for line in lines if "ignore[" in line]

    assert [] == [line for line in mistakes if checker not in line and "mypy infers" not in line]
    assert 460 < len(mistakes)
