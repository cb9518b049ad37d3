"""WSGI callables as one writes them without any library, and handlers without `verglas.inputs` and middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar
from wsgiref.types import StartResponse

from benchmarks import around
from benchmarks.harness import BARE, Adapter, Environ, Library, answered
from verglas import Request

T = TypeVar("T")


def greet(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "5")])
    return [b"Hello"]


def strict_int(text: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and str(int(text)) == text):
        raise ValueError
    return int(text)


def one(texts: Sequence[str], convert: Callable[[str], T], name: str, default: T | None, wrong: list[str]) -> T | None:
    if len(texts) > 1:
        wrong.append(f"{name} is given more than once")
        return None
    if not texts:
        if default is None:
            wrong.append(f"{name} is missing")
        return default
    try:
        return convert(texts[0])
    except ValueError:
        wrong.append(f"{name} is not valid")
        return None


def five_inputs(environ: Environ) -> tuple[object, ...]:
    request, wrong = Request(environ), list[str]()
    args, headers, cookies = request.args, request.headers, request.cookies
    found = (
        one(args.getlist("page"), strict_int, "page", 1, wrong),
        one(args.getlist("q"), str, "q", None, wrong),
        one(args.getlist("sort"), str, "sort", "name", wrong),
        one(headers.getlist("Sec-Fetch-Site"), str, "Sec-Fetch-Site", None, wrong),
        one(cookies.getlist("cart"), strict_int, "cart", None, wrong),
    )
    if wrong:
        raise ValueError(wrong)
    return found


ADAPTERS: Final[dict[str, Adapter]] = {
    "five inputs": five_inputs,
    "frozen": lambda environ: answered(greet, environ),
    "frozen served": lambda environ: answered(greet, environ),
    **around.WITHOUT,
}

LIBRARY: Final = Library(BARE, "", ADAPTERS, greet)
