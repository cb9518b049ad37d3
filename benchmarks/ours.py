"""The items as users of verglas write them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from attrs import frozen

from benchmarks import around, items, recording, structs
from benchmarks.bare import greet
from benchmarks.harness import OURS, Adapter, Answer, Environ, Fields, Library, Many, answered, seen
from verglas import Limits, Request, Response, application, parse_environ, send_file, text
from verglas.headers import CacheControl
from verglas.inputs import cookie, header, query
from verglas.paths import GET, POST, Routes, root, routes
from verglas.testing import Client, EnvironBuilder, create_environ
from verglas.wsgi import StartResponse

FORMS: Final = Limits(max_form_parts=items.MANY + 1)


def five_reads(environ: Environ) -> tuple[str, ...]:
    request = Request(environ)
    return request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]


def kept(environ: Environ) -> Request:
    request = Request(environ)
    _ = request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]
    return request


def everything(environ: Environ) -> tuple[object, ...]:
    request = Request(environ)
    return (
        str(request.url),
        Fields(list(request.headers.items(multi=True))),
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
    return Fields(list(headers.items(multi=True))), [headers[name] for name in items.HEADERS_READ]


INPUTS: Final = (
    query("page", int, default=1)
    & query("q")
    & query("sort", default="name")
    & header("Sec-Fetch-Site", str)
    & cookie("cart", int)
)


def five_inputs(environ: Environ) -> tuple[object, ...]:
    return INPUTS.read(Request(environ))


@frozen
class Found:
    """An answer that says what its handler was called with."""

    values: tuple[object, ...]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return []


def no_values(request: Request) -> Found:
    return Found(())


def one_value(request: Request, thing: int) -> Found:
    return Found((thing,))


def two_values(request: Request, thing: int, part: UUID) -> Found:
    return Found((thing, part))


def site(things: int) -> Routes[Request]:
    table: list[Routes[Request]] = []
    for number in range(things):
        path = root / f"things{number}"
        table.append(
            routes(
                GET(path).into(no_values),
                POST(path).into(no_values),
                GET(path / int).into(one_value),
                GET(path / int / "parts" / UUID).into(two_values),
                GET(path / "all" / "about").into(no_values),
            )
        )
    return routes(*table)


SMALL: Final = site(items.SMALL)
LARGE: Final = site(items.LARGE)


def routed(table: Routes[Request], environ: Environ) -> object:
    found = table(Request(environ))
    return found.values if isinstance(found, Found) else None


def struct(environ: Environ) -> object:
    return structs.decoded(Request(environ).data, environ)


def multipart(environ: Environ) -> list[tuple[str, str]]:
    with Request(environ, limits=FORMS) as request:
        return list(request.form.items())


def upload(environ: Environ) -> tuple[object, ...]:
    with Request(environ) as request:
        photo = request.files["photo"]
        return list(request.form.items()), photo.filename, photo.content_type, seen(photo.stream, environ)


def response(environ: Environ) -> Answer | None:
    response = Response("Hello", 201, {"X-Tag": "a", "Cache-Control": "no-store", "Location": items.LOCATION})
    response.set_cookie("sid", "31d4d96e", secure=True, httponly=True, samesite="Lax")
    return answered(response, environ)


FROZEN: Final = text("Hello").freeze()
FROZEN_PLAIN: Final = FROZEN.replace(headers=FROZEN.headers.without("ETag"))
served = application(lambda request: FROZEN_PLAIN)


@application
def hello(request: Request) -> Response:
    return text(f"{request.path}: Hello {request.args['page']}!")


def built_304(environ: Environ) -> Answer | None:
    response = Response(items.PAGE)
    response.set_etag(items.TAG)
    response.last_modified = items.CHANGED
    return answered(response.make_conditional(environ), environ)


def tagged() -> Response:
    response = Response(items.PAGE)
    response.set_etag(items.TAG)
    response.last_modified = items.CHANGED
    return response


TAGGED: Final = tagged().freeze()


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
    response.cache_control = CacheControl(max_age=timedelta(minutes=5))
    response.set_etag(items.TAG)
    response.last_modified = items.CHANGED
    response.expires = items.CHANGED
    response.vary |= "Accept-Language"
    response.location = items.LOCATION
    response.retry_after = timedelta(minutes=2)
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
    file = io.BytesIO(items.FILE), "me.png"
    response = CLIENT.post(items.target(environ), data={"title": "a b", "photo": file})
    return response.status_code, response.text


def environ_at_once(environ: Environ) -> list[object]:
    made = create_environ(items.target(environ))
    return [made[key] for key in items.ENVIRON]


def environ_built(environ: Environ) -> list[object]:
    made = EnvironBuilder(items.target(environ)).get_environ()
    return [made[key] for key in items.ENVIRON]


ADAPTERS: Final[dict[str, Adapter]] = {
    "construct": Request,
    "parse": parse_environ,
    "five reads": five_reads,
    "kept": kept,
    "everything": everything,
    "headers": headers,
    "five inputs": five_inputs,
    "routing small": lambda environ: routed(SMALL, environ),
    "routing large": lambda environ: routed(LARGE, environ),
    "cookies": lambda environ: list(Request(environ).cookies.items()),
    "form": lambda environ: list(Request(environ).form.items()),
    "json": lambda environ: Request(environ).get_json(),
    "struct": struct,
    "multipart": multipart,
    "upload": upload,
    "response": response,
    "frozen": lambda environ: answered(FROZEN_PLAIN, environ),
    "frozen served": lambda environ: answered(served, environ),
    "hello": lambda environ: answered(hello, environ),
    "304 built": built_304,
    "304 frozen": lambda environ: answered(TAGGED.conditional(Request(environ)), environ),
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
    **around.WITH_IT,
}

# A browser's request has some fields besides.
ALLOWED: Final = Limits(max_headers=items.MANY + 100, max_form_parts=items.MANY + 1)

LIBRARY: Final = Library(
    OURS, "verglas", ADAPTERS, hello, Many(lambda environ: Request(environ, limits=ALLOWED), Response)
)
