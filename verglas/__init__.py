"""verglas: a thin, clear, frozen layer over WSGI."""

from __future__ import annotations

__all__: list[str] = []
