"""The items as users of Werkzeug write them."""

from __future__ import annotations

import io
from typing import Final
from uuid import UUID

from werkzeug.routing import Map, Rule
from werkzeug.test import Client, EnvironBuilder, create_environ
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from benchmarks import items, recording
from benchmarks.bare import greet
from benchmarks.harness import PEER, Adapter, Answer, Environ, Fields, Library, Many, answered, seen


class LargeForms(Request):
    max_form_parts = items.MANY + 1


def five_reads(environ: Environ) -> tuple[str, ...]:
    request = Request(environ)
    return request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]


def five_inputs(environ: Environ) -> tuple[object, ...]:
    request = Request(environ)
    return (
        request.args.get("page", 1, type=int),
        request.args["q"],
        request.args.get("sort", "name"),
        request.headers["Sec-Fetch-Site"],
        int(request.cookies["cart"]),
    )


def no_values() -> object:
    return ()


def one_value(thing: int) -> object:
    return (thing,)


def two_values(thing: int, part: UUID) -> object:
    return thing, part


def site(things: int) -> Map:
    rules: list[Rule] = []
    for number in range(things):
        path = f"/things{number}"
        rules += [
            Rule(path, methods=["GET"], endpoint=no_values),
            Rule(path, methods=["POST"], endpoint=no_values),
            Rule(f"{path}/<int:thing>", methods=["GET"], endpoint=one_value),
            Rule(f"{path}/<int:thing>/parts/<uuid:part>", methods=["GET"], endpoint=two_values),
            Rule(f"{path}/all/about", methods=["GET"], endpoint=no_values),
        ]
    return Map(rules)


SMALL: Final = site(items.SMALL)
LARGE: Final = site(items.LARGE)


def routed(table: Map, environ: Environ) -> object:
    endpoint, values = table.bind_to_environ(environ).match()
    return endpoint(**values)


def kept(environ: Environ) -> Request:
    request = Request(environ)
    _ = request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]
    return request


def everything(environ: Environ) -> tuple[object, ...]:
    request = Request(environ)
    return (
        request.url,
        Fields(list(request.headers.items())),
        list(request.args.items()),
        list(request.cookies.items()),
        request.accept_mimetypes.best_match(items.OFFERS),
        "v1" in request.if_none_match,
        request.cache_control.max_age,
        request.user_agent.string,
        request.content_type,
    )


def headers(environ: Environ) -> tuple[object, ...]:
    headers = Request(environ).headers
    return Fields(list(headers.items())), [headers[name] for name in items.HEADERS_READ]


def json(environ: Environ) -> object:
    result: object = Request(environ).get_json()
    return result


def multipart(environ: Environ) -> list[tuple[str, str]]:
    with LargeForms(environ) as request:
        return list(request.form.items())


def upload(environ: Environ) -> tuple[object, ...]:
    with Request(environ) as request:
        photo = request.files["photo"]
        return list(request.form.items()), photo.filename, photo.content_type, seen(photo.stream, environ)


def response(environ: Environ) -> Answer | None:
    response = Response("Hello", 201, {"X-Tag": "a", "Cache-Control": "no-store", "Location": items.LOCATION})
    response.set_cookie("sid", "31d4d96e", secure=True, httponly=True, samesite="Lax")
    return answered(response, environ)


KEPT: Final = Response("Hello")


@Request.application
def served(request: Request) -> Response:
    return KEPT


@Request.application
def hello(request: Request) -> Response:
    return Response(f"{request.path}: Hello {request.args['page']}!")


def conditional(environ: Environ) -> Answer | None:
    response = Response(items.PAGE)
    response.set_etag(items.TAG)
    response.last_modified = items.CHANGED
    return answered(response.make_conditional(environ), environ)


def cookies_set(environ: Environ) -> Answer | None:
    response = Response()
    for number in range(items.MANY):
        response.set_cookie(f"name{number}", "value", secure=True, httponly=True)
    return answered(response, environ)


def headers_set(environ: Environ) -> Answer | None:
    response = Response()
    for number in range(items.MANY):
        response.headers[f"X-Name-{number}"] = "value"
    return answered(response, environ)


def nine_headers(environ: Environ) -> Answer | None:
    response = Response()
    response.cache_control.max_age = 300
    response.set_etag(items.TAG)
    response.last_modified = items.CHANGED
    response.expires = items.CHANGED
    response.vary.add("Accept-Language")
    response.location = items.LOCATION
    response.headers["Retry-After"] = "120"  # the attribute writes a date
    response.content_location = "/notes/1.html"
    response.accept_ranges = "bytes"
    return answered(response, environ)


def authorization(environ: Environ) -> tuple[str | None, str | None] | None:
    credentials = Request(environ).authorization
    return (credentials.username, credentials.password) if credentials is not None else None


def first_and_last(environ: Environ) -> tuple[int, int | None] | None:
    found = Request(environ).range
    if found is None:
        return None
    start, stop = found.ranges[0]
    return start, None if stop is None else stop - 1


CLIENT: Final = Client(greet)


def client_get(environ: Environ) -> tuple[int, str]:
    response = CLIENT.get(items.target(environ))
    return response.status_code, response.text


def client_upload(environ: Environ) -> tuple[int, str]:
    fields = {"title": "a b", "photo": (io.BytesIO(items.FILE), "me.png")}
    response = CLIENT.post(items.target(environ), data=fields)
    return response.status_code, response.text


def environ_at_once(environ: Environ) -> list[object]:
    made = create_environ(items.target(environ))
    return [made[key] for key in items.ENVIRON]


def environ_built(environ: Environ) -> list[object]:
    made = EnvironBuilder(items.target(environ)).get_environ()
    return [made[key] for key in items.ENVIRON]


ADAPTERS: Final[dict[str, Adapter]] = {
    "construct": Request,
    "parse": Request,
    "five reads": five_reads,
    "kept": kept,
    "everything": everything,
    "headers": headers,
    "five inputs": five_inputs,
    "routing small": lambda environ: routed(SMALL, environ),
    "routing large": lambda environ: routed(LARGE, environ),
    "cookies": lambda environ: list(Request(environ).cookies.items()),
    "form": lambda environ: list(Request(environ).form.items()),
    "json": json,
    "struct": json,
    "multipart": multipart,
    "upload": upload,
    "response": response,
    "frozen": lambda environ: answered(KEPT, environ),
    "frozen served": lambda environ: answered(served, environ),
    "hello": lambda environ: answered(hello, environ),
    "304 built": conditional,
    "304 frozen": conditional,
    "range served": lambda environ: answered(send_file(recording.folder() / recording.RECORDING, environ), environ),
    "cookies set": cookies_set,
    "headers set": headers_set,
    "nine headers": nine_headers,
    "Accept": lambda environ: Request(environ).accept_mimetypes.best_match(items.OFFERS),
    "Accept-Language": lambda environ: Request(environ).accept_languages.best_match(items.LANGUAGES),
    "Accept-Encoding": lambda environ: Request(environ).accept_encodings.best_match(items.ENCODINGS),
    "authorization": authorization,
    "cache_control": lambda environ: Request(environ).cache_control.max_age,
    "if_none_match": lambda environ: "v1" in Request(environ).if_none_match,
    "range": first_and_last,
    "path": lambda environ: Request(environ).path,
    "user_agent": lambda environ: Request(environ).user_agent.string,
    "referrer": lambda environ: Request(environ).referrer,
    "origin": lambda environ: Request(environ).origin,
    "remote_addr": lambda environ: Request(environ).remote_addr,
    "headers.get": lambda environ: Request(environ).headers.get("Referer"),
    "header items": lambda environ: Fields(list(Request(environ).headers.items())),
    "client get": client_get,
    "client upload": client_upload,
    "environ": environ_at_once,
    "environ built": environ_built,
}

LIBRARY: Final = Library(PEER, "werkzeug.wrappers", ADAPTERS, hello, Many(LargeForms, Response))
