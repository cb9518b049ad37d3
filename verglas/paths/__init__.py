"""Typed paths, which match, build, and are held against their handlers by checkers; and tables of routes."""

from __future__ import annotations

from verglas.paths.endpoint import (
    DELETE,
    GET,
    HEAD,
    OPTIONS,
    PATCH,
    POST,
    PUT,
    QUERY,
    Endpoint,
    Entry,
    Method,
    Route,
    on,
)
from verglas.paths.path import Path, rest, root
from verglas.paths.routes import Mounted, Routes, mount, routes

__all__ = [
    "DELETE",
    "Endpoint",
    "Entry",
    "GET",
    "HEAD",
    "Method",
    "Mounted",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "Path",
    "QUERY",
    "Route",
    "Routes",
    "mount",
    "on",
    "rest",
    "root",
    "routes",
]
