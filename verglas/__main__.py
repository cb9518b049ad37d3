"""`python -m verglas`: the inspector, served."""

from __future__ import annotations

import sys

from verglas.inspector.command import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
