"""A framework in 150 lines, built on typed inputs and paths: classes as handlers, their dependencies by type, OpenAPI.

    class Greetings:
        def __init__(self, store: Store) -> None: ...

        @handles(GET(root / "greetings" / str) & query("loud", bool, default=False))
        def show(self, request: Request, name: str, loud: bool) -> Response: ...

    api = Api("Greetings").provide(Store, Store).add(Greetings)
    app = api.application()

Type checkers hold each method against its endpoint. An `Api` makes one instance of each class, with instances of what
its constructor names, and `GET /openapi.json` describes the routes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from types import MethodType
from typing import Final, Generic, Self, TypeVar, TypeVarTuple, Unpack, cast

from attrs import frozen

from verglas import JSONLike, Request, Response, ResponseLike, application, json_response
from verglas.inputs import Description
from verglas.paths import GET, Endpoint, Route, Routes, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["Api", "Method", "handles", "openapi"]

C = TypeVar("C")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

PROBLEM: Final[JSONLike] = {"application/problem+json": {"schema": {"type": "object"}}}


@frozen
class Method(Generic[C]):
    """A method of a class that answers an endpoint, before there is an instance."""

    route: Callable[[C], Route[Request[None]]]


def handles(
    endpoint: Endpoint[*Ts],
) -> Callable[[Callable[[C, Request[None], Unpack[Ts]], ResponseLike]], Method[C]]:
    """Have a method answer an endpoint."""

    def declare(function: Callable[[C, Request[None], Unpack[Ts]], ResponseLike]) -> Method[C]:
        def route(instance: C) -> Route[Request[None]]:
            @wraps(MethodType(function, instance))
            def handler(request: Request[None], *values: *Ts) -> ResponseLike:
                return function(instance, request, *values)

            return endpoint.into(handler)

        return Method(route)

    return declare


class Api:
    """Classes of handlers, as one application. Each instance is made once, of instances of what its maker names.

    Args:
        title: The name of it.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._makers: dict[type[object], Callable[..., object]] = {}
        self._instances: dict[type[object], object] = {}
        self._routes: list[Route[Request[None]]] = []

    def provide(self, kind: type[T], maker: Callable[..., T]) -> Self:
        """Have a function, or another class, make the instance of a type that constructors name."""
        self._makers[kind] = maker
        return self

    def instance(self, kind: type[T]) -> T:
        """The instance of a type."""
        if kind not in self._instances:
            maker = self._makers.get(kind, kind)
            parameters = inspect.signature(maker, eval_str=True).parameters.values()
            self._instances[kind] = maker(**{one.name: self.instance(one.annotation) for one in parameters})
        return cast("T", self._instances[kind])  # `provide` has checked that it is one

    def add(self, resource: type[C]) -> Self:
        """Add a class, whose constructor is given instances of the types that it names."""
        for member in vars(resource).values():
            if isinstance(member, Method):
                self._routes.append(cast("Method[C]", member).route(self.instance(resource)))  # of this class
        return self

    def application(self) -> WSGIApplication:
        """The WSGI application, which describes itself."""
        described: JSONLike = openapi(self._title, routes(*self._routes))

        def show(request: Request) -> Response:
            return json_response(described)

        return application(routes(*self._routes, GET(root / "openapi.json").into(show)))


def openapi(title: str, table: Routes[Request[None]]) -> dict[str, JSONLike]:
    """Describe a table of routes (OpenAPI 3.1)."""
    paths: dict[str, dict[str, JSONLike]] = {}
    for route in table:
        paths.setdefault(route.template, {})[route.method.lower()] = operation(route, route.describe())
    return {"openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths}


def operation(route: Route[Request[None]], described: tuple[Description, ...]) -> JSONLike:
    """Describe a route."""
    named = [one for one in described if one.place in ("path", "query", "header", "cookie")]
    statuses = sorted({status for one in described for status in one.statuses})
    result: dict[str, JSONLike] = {
        "operationId": str(getattr(route.handler, "__name__", "")),
        "summary": (inspect.getdoc(route.handler) or "").partition("\n")[0],
        "parameters": [
            {"name": one.name, "in": one.place, "required": one.required, "schema": schema(one)} for one in named
        ],
        "responses": {"200": {"description": "OK"}}
        | {str(status): {"description": HTTPStatus(status).phrase, "content": PROBLEM} for status in statuses},
    }
    fields = [one for one in described if one.place in ("form", "file")]
    form: JSONLike = {
        "type": "object",
        "properties": {one.name: schema(one) for one in fields},
        "required": [one.name for one in fields if one.required],
    }
    content = {kind: {"schema": form if one in fields else one.schema} for one in described for kind in one.media_types}
    if content:
        result["requestBody"] = {"content": content}
    return result


def schema(described: Description) -> JSONLike:
    """The JSON schema of all values of an input. The rest of a path is a text: OpenAPI has no word for it."""
    is_array = described.several and described.place != "path"
    return {"type": "array", "items": described.schema} if is_array else described.schema
