"""The client side of CORS, written from the Fetch standard alone: what a browser asks, and what it lets a page see.

The names and the order of steps are those of the standard (§2.2.2, §3.3, §4.8, §4.10). Redirects and the cache of
preflights are left out. It shares no code with the package, whose answers are held against it.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from tests.kit import environ_of
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import WSGIApplication

__all__ = ["SAFELISTED_METHODS", "Asked", "fetch", "unsafe_names"]

SAFELISTED_METHODS: Final = ("GET", "HEAD", "POST")
SAFELISTED_RESPONSE_NAMES: Final = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
]
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


@frozen
class Asked:
    """What a page asks `fetch()` for.

    Attributes:
        origin: Of the page, serialised.
        method: The method, normalised as `fetch()` does it.
        headers: The fields that the page sets.
        include: Whether the credentials mode is `include`.
    """

    origin: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    include: bool = False


def is_safelisted(name: str, value: str) -> bool:
    """CORS-safelisted request-header."""
    if len(value) > 128:
        return False
    match name.lower():
        case "accept":
            return not has_unsafe_byte(value)
        case "accept-language" | "content-language":
            return re.fullmatch(r"[0-9A-Za-z *,\-.;=]*", value) is not None
        case "content-type":
            found = re.match(rf"[\t ]*({TOKEN}/{TOKEN})[\t ]*(?:;|\Z)", value)
            return not has_unsafe_byte(value) and found is not None and found[1].lower() in FORMS
        case "range":
            found = re.fullmatch(r"bytes=([0-9]+)-([0-9]*)", value)
            return found is not None and (not found[2] or int(found[1]) <= int(found[2]))
        case _:
            return False


def has_unsafe_byte(value: str) -> bool:
    """CORS-unsafe request-header byte."""
    return any((ord(one) < 0x20 and one != "\t") or one in '"():<>?@[\\]{}\x7f' for one in value)


def unsafe_names(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """CORS-unsafe request-header names."""
    unsafe = [name for name, value in headers if not is_safelisted(name, value)]
    potentially = [(name, value) for name, value in headers if is_safelisted(name, value)]
    if sum(len(value) for _, value in potentially) > 1024:
        unsafe += [name for name, _ in potentially]
    return sorted({name.lower() for name in unsafe})


def got(answer: WSGIAnswer, name: str) -> str | None:
    """Getting a header from a header list: all its lines, combined."""
    values = [value for key, value in answer.lines if key.lower() == name.lower()]
    return ", ".join(values) if values else None


def extracted(answer: WSGIAnswer, name: str) -> list[str] | None:
    """Extracting header list values, of a field that lists tokens; `None` is failure, an absent field gives none."""
    value = got(answer, name)
    items = [] if value is None else [item.strip(" \t") for item in value.split(",") if item.strip(" \t")]
    return items if all(re.fullmatch(TOKEN, item) for item in items) else None


def passes_cors_check(asked: Asked, answer: WSGIAnswer) -> bool:
    """CORS check."""
    origin = got(answer, "Access-Control-Allow-Origin")
    if origin is None:
        return False
    if not asked.include and origin == "*":
        return True
    if asked.origin != origin:
        return False
    return not asked.include or got(answer, "Access-Control-Allow-Credentials") == "true"


def passes_preflight(asked: Asked, answer: WSGIAnswer) -> bool:
    """The second half of CORS-preflight fetch: whether the answer lets the request be sent."""
    if not passes_cors_check(asked, answer) or not 200 <= answer.status_code <= 299:
        return False
    methods = extracted(answer, "Access-Control-Allow-Methods")
    names = extracted(answer, "Access-Control-Allow-Headers")
    if methods is None or names is None:
        return False
    if asked.method not in methods and asked.method not in SAFELISTED_METHODS and (asked.include or "*" not in methods):
        return False
    listed = {name.lower() for name in names}
    if any(name.lower() == "authorization" and "authorization" not in listed for name, _ in asked.headers):
        return False
    return not any(name not in listed and (asked.include or "*" not in names) for name in unsafe_names(asked.headers))


def preflight(application: WSGIApplication, asked: Asked) -> WSGIAnswer:
    """The first half of CORS-preflight fetch: the request that asks for leave, and its answer."""
    names = unsafe_names(asked.headers)
    wanted = {"HTTP_ACCESS_CONTROL_REQUEST_HEADERS": ",".join(names)} if names else {}
    return call(
        application,
        environ_of(
            REQUEST_METHOD="OPTIONS",
            HTTP_ACCEPT="*/*",
            HTTP_ACCESS_CONTROL_REQUEST_METHOD=asked.method,
            HTTP_ORIGIN=asked.origin,
            **wanted,
        ),
    )


def fetch(application: WSGIApplication, asked: Asked) -> dict[str, str] | None:
    """What a page sees of the fields of an answer; `None` is a network error.

    Args:
        application: Of another origin.
        asked: The request.
    """
    if (asked.method not in SAFELISTED_METHODS or unsafe_names(asked.headers)) and not passes_preflight(
        asked, preflight(application, asked)
    ):
        return None
    keys = {name.upper().replace("-", "_"): value for name, value in asked.headers}
    keys = {name if name == "CONTENT_TYPE" else f"HTTP_{name}": value for name, value in keys.items()}
    cookie = {"HTTP_COOKIE": "session=1"} if asked.include else {}
    answer = call(application, environ_of(REQUEST_METHOD=asked.method, HTTP_ORIGIN=asked.origin, **keys, **cookie))
    if not passes_cors_check(asked, answer):
        return None
    exposed = {name.lower() for name in extracted(answer, "Access-Control-Expose-Headers") or ()}
    everything = "*" in exposed and not asked.include
    return {
        name.lower(): value
        for name, value in answer.lines
        if name.lower() not in ("set-cookie", "set-cookie2")
        and (everything or name.lower() in exposed or name.lower() in SAFELISTED_RESPONSE_NAMES)
    }
