from collections.abc import Callable, Iterable

class Endpoint:
    handler: Callable[..., object]

class PathRouter:
    def __call__(self, environ: dict[str, object]) -> tuple[Endpoint, dict[str, object]]: ...
    def add_route(self, route_path: str, methods: Iterable[str], handler: Callable[..., object]) -> None: ...
