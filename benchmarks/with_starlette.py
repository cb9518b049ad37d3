"""The router of Starlette, which is for ASGI: only that is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from starlette.routing import Match, Route

from benchmarks import items
from benchmarks.harness import Adapter, Environ, Library


async def no_values(request: object) -> object:
    return ()


def one_value(thing: int) -> object:
    return (thing,)


def two_values(thing: int, part: UUID) -> object:
    return thing, part


def site(things: int) -> list[tuple[Route, Callable[..., object]]]:
    table: list[tuple[Route, Callable[..., object]]] = []
    for number in range(things):
        path = f"/things{number}"
        table += [
            (Route(path, no_values, methods=["GET"]), tuple),
            (Route(path, no_values, methods=["POST"]), tuple),
            (Route(f"{path}/{{thing:int}}", no_values, methods=["GET"]), one_value),
            (Route(f"{path}/{{thing:int}}/parts/{{part:uuid}}", no_values, methods=["GET"]), two_values),
            (Route(f"{path}/all/about", no_values, methods=["GET"]), tuple),
        ]
    return table


SMALL: Final = site(items.SMALL)
LARGE: Final = site(items.LARGE)


def routed(table: list[tuple[Route, Callable[..., object]]], environ: Environ) -> object:
    # As its Router does.
    scope = {"type": "http", "path": environ["PATH_INFO"], "method": environ["REQUEST_METHOD"]}
    for route, handler in table:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return handler(**cast("dict[str, object]", found["path_params"]))
    return None


ADAPTERS: Final[dict[str, Adapter]] = {
    "routing small": lambda environ: routed(SMALL, environ),
    "routing large": lambda environ: routed(LARGE, environ),
}

LIBRARY: Final = Library("Starlette", "starlette.routing", ADAPTERS)
