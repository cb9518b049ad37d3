"""The items as users of Falcon write them. Its responses are sent by an App, so what answers goes through one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from typing import IO, Final, cast
from uuid import UUID

import falcon
import falcon.media
from falcon.routing import CompiledRouter

from benchmarks import items, recording
from benchmarks.harness import Adapter, Environ, Fields, Library, answered, seen
from verglas.wsgi import WSGIApplication


def large_forms() -> falcon.RequestOptions:
    options = falcon.RequestOptions()
    handler = falcon.media.MultipartFormHandler()
    handler.parse_options.max_body_part_count = items.MANY + 1
    options.media_handlers[falcon.MEDIA_MULTIPART] = handler
    return options


OPTIONS: Final = falcon.RequestOptions()  # an App passes its own, and to make them takes longer than a request
LARGE_FORMS: Final = large_forms()


def five_reads(environ: Environ) -> tuple[object, ...]:
    request = falcon.Request(environ, options=OPTIONS)
    return (
        request.method,
        request.path,
        request.get_param("page"),
        request.get_header("User-Agent"),
        request.cookies["sid"],
    )


def kept(environ: Environ) -> falcon.Request:
    request = falcon.Request(environ, options=OPTIONS)
    _ = (request.method, request.path, request.get_param("page"), request.get_header("User-Agent"))
    _ = request.cookies["sid"]
    return request


def everything(environ: Environ) -> tuple[object, ...]:
    request = falcon.Request(environ, options=OPTIONS)
    return (
        request.url,
        Fields(list(request.headers.items())),
        list(request.params.items()),
        list(request.cookies.items()),
        request.client_prefers(items.OFFERS),
        falcon.ETag("v1") in (request.if_none_match or ()),
        max_age(request.get_header("Cache-Control", default="")),
        request.user_agent,
        request.content_type,
    )


def max_age(cache_control: str) -> int | None:
    """Falcon leaves Cache-Control to its users."""
    for directive in cache_control.split(","):
        name, _, value = directive.strip().partition("=")
        if name.lower() == "max-age" and value.isdecimal():
            return int(value)
    return None


def headers(environ: Environ) -> tuple[object, ...]:
    request = falcon.Request(environ, options=OPTIONS)
    return Fields(list(request.headers.items())), [request.get_header(name) for name in items.HEADERS_READ]


def json(environ: Environ) -> object:
    result: object = falcon.Request(environ, options=OPTIONS).get_media()
    return result


def multipart(environ: Environ) -> list[tuple[str | None, str | None]]:
    request = falcon.Request(environ, options=LARGE_FORMS)
    return [(part.name, part.get_text()) for part in request.get_media()]


def upload(environ: Environ) -> tuple[object, ...]:
    fields: list[tuple[str | None, str | None]] = []
    photo: tuple[object, ...] = ()
    for part in falcon.Request(environ, options=OPTIONS).get_media():
        if not part.filename:
            fields.append((part.name, part.get_text()))
            continue
        with tempfile.SpooledTemporaryFile(500_000) as file:
            part.stream.pipe(file)
            photo = part.filename, part.content_type, seen(cast("IO[bytes]", file), environ)
    return fields, *photo


class Created:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.status = falcon.HTTP_201
        response.set_header("X-Tag", "a")
        response.set_header("Cache-Control", "no-store")
        response.location = items.LOCATION
        response.set_cookie("sid", "31d4d96e", path="/", secure=True, http_only=True, same_site="Lax")
        response.content_type = falcon.MEDIA_TEXT
        response.text = "Hello"


class Hello:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        response.text = f"{request.path}: Hello {request.get_param('page')}!"


class Conditional:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.etag = items.TAG
        response.last_modified = items.CHANGED
        if falcon.ETag(items.TAG) in (request.if_none_match or ()):
            response.status = falcon.HTTP_304
        else:
            response.data = items.PAGE


class Cookies:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        for number in range(items.MANY):
            response.set_cookie(f"name{number}", "value", path="/", secure=True, http_only=True)


class Headers:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        for number in range(items.MANY):
            response.set_header(f"X-Name-{number}", "value")


class NineHeaders:
    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        response.content_type = falcon.MEDIA_TEXT
        response.cache_control = ["max-age=300"]
        response.etag = items.TAG
        response.last_modified = items.CHANGED
        response.expires = items.CHANGED
        response.vary = ["Accept-Language"]
        response.location = items.LOCATION
        response.retry_after = 120
        response.content_location = "/notes/1.html"
        response.accept_ranges = "bytes"


def served_by(resource: object) -> WSGIApplication:
    app = falcon.App()
    app.add_route("/shop/items", resource)
    return app


@cache
def files() -> WSGIApplication:
    app = falcon.App()
    app.add_static_route("/files", str(recording.folder()))
    return app


def through(resource: object) -> Adapter:
    """An adapter that has a resource answer."""
    app = served_by(resource)
    return lambda environ: answered(app, environ)


HELLO: Final = served_by(Hello())


class Things:
    def on_get(self, request: object, response: object) -> object:
        return ()

    on_post = on_get


class Thing:
    def on_get(self, request: object, response: object, *, thing: int) -> object:
        return (thing,)


class Part:
    def on_get(self, request: object, response: object, *, thing: int, part: UUID) -> object:
        return thing, part


def site(things: int) -> CompiledRouter:
    router = CompiledRouter()
    for number in range(things):
        path = f"/things{number}"
        router.add_route(path, Things())
        router.add_route(f"{path}/{{thing:int}}", Thing())
        router.add_route(f"{path}/{{thing:int}}/parts/{{part:uuid}}", Part())
        router.add_route(f"{path}/all/about", Things())
    return router


SMALL: Final = site(items.SMALL)
LARGE: Final = site(items.LARGE)


def routed(router: CompiledRouter, environ: Environ) -> object:
    found = router.find(str(environ["PATH_INFO"]))
    if found is None:
        return None
    _, methods, values, _ = found
    return cast("Callable[..., object]", methods[str(environ["REQUEST_METHOD"])])(None, None, **values)


ADAPTERS: Final[dict[str, Adapter]] = {
    "construct": lambda environ: falcon.Request(environ, options=OPTIONS),
    "five reads": five_reads,
    "kept": kept,
    "everything": everything,
    "headers": headers,
    "routing small": lambda environ: routed(SMALL, environ),
    "routing large": lambda environ: routed(LARGE, environ),
    "cookies": lambda environ: list(falcon.Request(environ, options=OPTIONS).cookies.items()),
    "form": lambda environ: list(falcon.Request(environ, options=OPTIONS).get_media().items()),
    "json": json,
    "multipart": multipart,
    "upload": upload,
    "response": through(Created()),
    "hello": lambda environ: answered(HELLO, environ),
    "304 built": through(Conditional()),
    "range served": lambda environ: answered(files(), environ),
    "cookies set": through(Cookies()),
    "headers set": through(Headers()),
    "nine headers": through(NineHeaders()),
    "Accept": lambda environ: falcon.Request(environ, options=OPTIONS).client_prefers(items.OFFERS),
    "if_none_match": lambda environ: (
        falcon.ETag("v1") in (falcon.Request(environ, options=OPTIONS).if_none_match or ())
    ),
    "range": lambda environ: falcon.Request(environ, options=OPTIONS).range,
    "path": lambda environ: falcon.Request(environ, options=OPTIONS).path,
    "user_agent": lambda environ: falcon.Request(environ, options=OPTIONS).user_agent,
    "referrer": lambda environ: falcon.Request(environ, options=OPTIONS).referer,
    "origin": lambda environ: falcon.Request(environ, options=OPTIONS).get_header("Origin"),
    "remote_addr": lambda environ: falcon.Request(environ, options=OPTIONS).remote_addr,
    "headers.get": lambda environ: falcon.Request(environ, options=OPTIONS).get_header("Referer"),
    "header items": lambda environ: Fields(list(falcon.Request(environ, options=OPTIONS).headers.items())),
}

LIBRARY: Final = Library("Falcon", "falcon", ADAPTERS, HELLO)
