"""What servers report when a test wants something to go wrong."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ABORTED", "DELIBERATE"]

DELIBERATE: Final = re.compile(
    # The line before the traceback, if the server writes one.
    r"(?:[^\n]*(?:Exception while serving|Error handling request|Socket error processing request)[^\n]*\n)?"
    # The traceback, with those of the exceptions that it came from.
    r"(?:Traceback \(most recent call last\):\n(?:  [^\n]*\n)+"
    r"[\w.]+(?:: [^\n]*)?\n"
    r"\n(?:The above exception was the direct cause|During handling of the above exception)[^\n]*\n\n)*"
    r"Traceback \(most recent call last\):\n(?:  [^\n]*\n)+"
    r"(?:tests\.servers\.foreignapps\.Deliberate|verglas\.response\.\w+\.FileChanged"
    r"|verglas\.errors\.misuse\.WSGIViolation|FileNotFoundError)\b[^\n]*\n"
)
"""The reports of what a test's application raised on purpose, or made the library raise."""

ABORTED: Final = re.compile(
    r"(?:[^\n]*Error handling request[^\n]*\nTraceback \(most recent call last\):\n(?:  [^\n]*\n)+SystemExit: 1\n)"
    r"|[^\n]*Worker \(pid:\d+\) exited with code 1[^\n]*\n"
)
"""What gunicorn says about a worker that was aborted."""
