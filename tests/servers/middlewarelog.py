"""Names that the tests of middleware under servers share with its applications, which set up logging on import."""

from __future__ import annotations

from typing import Final

__all__ = ["LOG", "PAGE"]

LOG: Final = "VERGLAS_TESTS_LOG"
"""The environment variable with the path of the log."""

PAGE: Final = "<!doctype html><title>Sorry</title>We look after it."
"""The page of a 500."""
