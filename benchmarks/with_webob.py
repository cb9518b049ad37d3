"""The items as users of WebOb write them."""

from __future__ import annotations

from functools import cache
from typing import Final

from webob import Request, Response
from webob.dec import wsgify
from webob.static import FileApp

from benchmarks import items, recording
from benchmarks.harness import Adapter, Answer, Environ, Fields, Library, answered, seen


def five_reads(environ: Environ) -> tuple[str, ...]:
    request = Request(environ)
    return request.method, request.path_info, request.GET["page"], request.headers["User-Agent"], request.cookies["sid"]


def kept(environ: Environ) -> Request:
    request = Request(environ)
    _ = request.method, request.path_info, request.GET["page"], request.headers["User-Agent"], request.cookies["sid"]
    return request


def everything(environ: Environ) -> tuple[object, ...]:
    request = Request(environ)
    return (
        request.url,
        Fields(list(request.headers.items())),
        list(request.GET.items()),
        list(request.cookies.items()),
        best(request.accept.acceptable_offers(items.OFFERS)),
        "v1" in request.if_none_match,
        request.cache_control.max_age,
        request.user_agent,
        request.content_type or None,
    )


def best(accepted: list[tuple[str, float]]) -> str | None:
    return accepted[0][0] if accepted else None


def headers(environ: Environ) -> tuple[object, ...]:
    headers = Request(environ).headers
    return Fields(list(headers.items())), [headers[name] for name in items.HEADERS_READ]


def upload(environ: Environ) -> tuple[object, ...]:
    form = Request(environ).POST
    photo = form["photo"]
    if isinstance(photo, str):
        return ()
    fields = [(name, value) for name, value in form.items() if isinstance(value, str)]
    with photo.file:
        return fields, photo.filename, photo.type, seen(photo.file, environ)


def response(environ: Environ) -> Answer | None:
    response = Response("Hello", 201, content_type="text/plain", charset="utf-8")
    response.headers["X-Tag"] = "a"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = items.LOCATION
    response.set_cookie("sid", "31d4d96e", secure=True, httponly=True, samesite="Lax")
    return answered(response, environ)


@wsgify
def hello(request: Request) -> Response:
    text = f"{request.path_info}: Hello {request.GET['page']}!"
    return Response(text, content_type="text/plain", charset="utf-8")


def conditional(environ: Environ) -> Answer | None:
    response = Response(items.PAGE, etag=items.TAG, last_modified=items.CHANGED, conditional_response=True)
    return answered(response, environ)


@cache
def recorded() -> FileApp:
    return FileApp(str(recording.folder() / recording.RECORDING))


def cookies_set(environ: Environ) -> Answer | None:
    response = Response(content_type="text/plain", charset="utf-8")
    for number in range(items.MANY):
        response.set_cookie(f"name{number}", "value", secure=True, httponly=True)
    return answered(response, environ)


def headers_set(environ: Environ) -> Answer | None:
    response = Response(content_type="text/plain", charset="utf-8")
    for number in range(items.MANY):
        response.headers[f"X-Name-{number}"] = "value"
    return answered(response, environ)


def nine_headers(environ: Environ) -> Answer | None:
    response = Response(content_type="text/plain", charset="utf-8")
    response.cache_control.max_age = 300
    response.etag = items.TAG
    response.last_modified = items.CHANGED
    response.expires = items.CHANGED
    response.vary = ["Accept-Language"]
    response.location = items.LOCATION
    response.headers["Retry-After"] = "120"  # the attribute writes a date
    response.content_location = "/notes/1.html"
    response.accept_ranges = "bytes"
    return answered(response, environ)


def first_and_last(environ: Environ) -> tuple[int, int | None] | None:
    found = Request(environ).range
    return None if found is None else (found.start, None if found.end is None else found.end - 1)


ADAPTERS: Final[dict[str, Adapter]] = {
    "construct": Request,
    "five reads": five_reads,
    "kept": kept,
    "everything": everything,
    "headers": headers,
    "cookies": lambda environ: list(Request(environ).cookies.items()),
    "form": lambda environ: list(Request(environ).POST.items()),
    "json": lambda environ: Request(environ).json,
    "multipart": lambda environ: list(Request(environ).POST.items()),
    "upload": upload,
    "response": response,
    "hello": lambda environ: answered(hello, environ),
    "304 built": conditional,
    "range served": lambda environ: answered(recorded(), environ),
    "cookies set": cookies_set,
    "headers set": headers_set,
    "nine headers": nine_headers,
    "Accept": lambda environ: best(Request(environ).accept.acceptable_offers(items.OFFERS)),
    "Accept-Language": lambda environ: Request(environ).accept_language.lookup(items.LANGUAGES, default=""),
    "Accept-Encoding": lambda environ: best(Request(environ).accept_encoding.acceptable_offers(items.ENCODINGS)),
    "cache_control": lambda environ: Request(environ).cache_control.max_age,
    "if_none_match": lambda environ: "v1" in Request(environ).if_none_match,
    "range": first_and_last,
    "path": lambda environ: Request(environ).path_info,
    "user_agent": lambda environ: Request(environ).user_agent,
    "referrer": lambda environ: Request(environ).referrer,
    "origin": lambda environ: Request(environ).headers.get("Origin"),
    "remote_addr": lambda environ: Request(environ).remote_addr,
    "headers.get": lambda environ: Request(environ).headers.get("Referer"),
    "header items": lambda environ: Fields(list(Request(environ).headers.items())),
}

LIBRARY: Final = Library("WebOb", "webob", ADAPTERS, hello)
