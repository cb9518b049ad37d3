"""What `import verglas.testing` costs: every run of tests pays for it."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from tests.sources import ROOT

LATE: Final = frozenset(
    {"email", "hashlib", "html.parser", "http.client", "hypothesis", "json", "mimetypes", "tempfile"}
)
"""Modules that take milliseconds, and that only some tests need."""

PROGRAM: Final = """
import sys
before = set(sys.modules)
import verglas.testing
print(*set(sys.modules) - before)
"""


def test_what_few_need_is_imported_late() -> None:
    """An interpreter that has imported the kit has not imported these."""
    command = [sys.executable, "-c", PROGRAM]
    told = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, text=True).stdout.split()

    assert "verglas.testing" in told
    assert set() == LATE.intersection(told)
