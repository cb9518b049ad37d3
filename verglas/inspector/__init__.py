"""The inspector: a small application that shows how verglas reads a request, written with nothing but verglas."""

from __future__ import annotations

from verglas.inspector.app import inspector

__all__ = ["inspector"]
