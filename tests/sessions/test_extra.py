"""The extra that sessions need."""

from __future__ import annotations

import subprocess
import sys

from tests.sources import ROOT


def test_without_the_extra() -> None:
    """Without itsdangerous, the error says what to install; nothing else of verglas asks for it."""
    code = (
        "import sys; sys.modules['itsdangerous'] = None\n"
        "import verglas, verglas.middleware\n"
        "try:\n    import verglas.sessions\n"
        "except ModuleNotFoundError as error:\n    print(error.name, 'verglas[sessions]' in str(error))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert "itsdangerous True\n" == done.stdout
