"""Requests: as values, from environs or from their parts."""

from __future__ import annotations

from verglas.request.changes import RequestChanges
from verglas.request.model import Request
from verglas.request.parsing import parse_environ, try_parse

__all__ = ["Request", "RequestChanges", "parse_environ", "try_parse"]
