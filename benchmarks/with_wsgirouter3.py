"""The items that `wsgirouter3` does, which routes by a tree in pure Python."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from wsgirouter3 import PathRouter

from benchmarks import items
from benchmarks.harness import Adapter, Environ, Library


def no_values() -> object:
    return ()


def one_value(thing: int) -> object:
    return (thing,)


def two_values(thing: int, part: UUID) -> object:
    return thing, part


def site(things: int) -> PathRouter:
    router = PathRouter()
    for number in range(things):
        path = f"/things{number}"
        router.add_route(path, ["GET"], no_values)
        router.add_route(path, ["POST"], no_values)
        router.add_route(f"{path}/{{thing}}", ["GET"], one_value)
        router.add_route(f"{path}/{{thing}}/parts/{{part}}", ["GET"], two_values)
        router.add_route(f"{path}/all/about", ["GET"], no_values)
    return router


SMALL: Final = site(items.SMALL)
LARGE: Final = site(items.LARGE)


def routed(router: PathRouter, environ: Environ) -> object:
    endpoint, values = router(environ)
    return endpoint.handler(**values)


ADAPTERS: Final[dict[str, Adapter]] = {
    "routing small": lambda environ: routed(SMALL, environ),
    "routing large": lambda environ: routed(LARGE, environ),
}

LIBRARY: Final = Library("wsgirouter3", "wsgirouter3", ADAPTERS)
