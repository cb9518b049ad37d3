"""A response that needs no change passes through everything that stands around a handler as the same object."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from verglas import FrozenResponse, Handler, Request, RequestHead, Response, text
from verglas.headers import Headers
from verglas.middleware import (
    access_log,
    add_vary,
    basic_auth,
    bearer_auth,
    cache,
    cors,
    cross_origin_protection,
    etags,
    gzip,
    https_only,
    request_id,
    security_headers,
    set_field,
    static_files,
)
from verglas.sessions import csrf, sessions

Answer: TypeAlias = Response | FrozenResponse
Lines: TypeAlias = dict[str, str]

GET: Final = RequestHead("GET", Headers({"Accept-Encoding": "gzip"}), scheme="https")
CROSS: Final = RequestHead("GET", Headers({"Origin": "https://app.example"}))
POST: Final = RequestHead("POST", Headers())
OFF: Final = logging.Logger("off", logging.ERROR)
ON: Final = logging.Logger("on", logging.INFO)
ON.addHandler(logging.NullHandler())
APP: Final = "https://app.example"
SECURITY: Final = {
    "x-content-type-options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-site",
}
KEY: Final = "only-for-these-tests"

FINISHES: Final[dict[str, tuple[Callable[[RequestHead, Answer], Answer], RequestHead, int, Lines]]] = {
    "access_log": (access_log(logger=ON), GET, 200, {}),
    "access_log-off": (access_log(logger=OFF), GET, 200, {}),
    "access_log-head": (access_log(logger=ON), RequestHead("HEAD", Headers()), 200, {}),
    "add_vary": (lambda _, answer: add_vary(answer, "Origin"), GET, 200, {"Vary": "Cookie, origin"}),
    "add_vary-any": (lambda _, answer: add_vary(answer, "Origin"), GET, 200, {"Vary": "*"}),
    "cors": (cors([APP]).finish, GET, 200, {"Vary": "Origin"}),
    "cors-own": (cors([APP]).finish, CROSS, 200, {"Vary": "Origin", "Access-Control-Allow-Origin": "*"}),
    "cors-other": (cors(["https://b.example"]).finish, CROSS, 404, {"vary": "origin"}),
    "cors-all": (cors("*").finish, CROSS, 200, {"Access-Control-Allow-Origin": "https://b.example"}),
    "etags": (etags(), GET, 200, {"ETag": '"a"'}),
    "etags-post": (etags(), POST, 200, {}),
    "etags-error": (etags(), GET, 404, {}),
    "etags-no-store": (etags(), GET, 200, {"Cache-Control": "no-store"}),
    "gzip": (gzip(), GET, 200, {}),
    "gzip-coded": (gzip(minimum=0), GET, 200, {"Content-Encoding": "br"}),
    "gzip-not-wanted": (gzip(minimum=0), POST, 200, {"Vary": "accept-encoding"}),
    "gzip-not-modified": (gzip(), GET, 304, {"Vary": "Accept-Encoding"}),
    "gzip-no-content": (gzip(minimum=0), GET, 204, {}),
    "gzip-no-transform": (gzip(minimum=0), GET, 200, {"Cache-Control": "no-transform"}),
    "request_id": (request_id().finish, GET, 200, {"x-request-id": "7f3a"}),
    "request_id-trusted": (request_id(trust_incoming=True).finish, GET, 500, {"X-Request-ID": "7f3a"}),
    "security_headers": (security_headers(), GET, 200, SECURITY),
    "security_headers-error": (security_headers(), GET, 404, SECURITY),
    "security_headers-none": (
        security_headers(
            content_type_options=False,
            frame_options=None,
            referrer_policy=None,
            cross_origin_opener_policy=None,
            cross_origin_resource_policy=None,
        ),
        GET,
        200,
        {},
    ),
    "set_field": (lambda _, answer: set_field(answer, "X-Tag", "a"), GET, 200, {"x-tag": "a"}),
}
"""A function, a request, the status of its answer, and what that has already."""


def built(status: int, lines: Lines) -> Response:
    """A builder."""
    return Response("hi", status, lines)


def frozen(status: int, lines: Lines) -> FrozenResponse:
    """A value. It has no tag but its own."""
    return FrozenResponse(b"" if status in (204, 304) else b"hi", status, {"Content-Type": "text/plain"} | lines)


def streaming(status: int, lines: Lines) -> Response:
    """A builder whose body streams."""
    return Response(iter([b"hi"]), status, {"Content-Type": "image/png"} | lines)


@pytest.mark.parametrize("make", [built, frozen])
@pytest.mark.parametrize(
    ("finish", "head", "status", "lines"), [pytest.param(*row, id=name) for name, row in FINISHES.items()]
)
def test_finish_leaves_what_needs_no_change(
    finish: Callable[[RequestHead, Answer], Answer],
    head: RequestHead,
    status: int,
    lines: Lines,
    make: Callable[[int, Lines], Answer],
) -> None:
    """Every function of `finish=` gives the object back that it was given, with the lines that it had."""
    answer = make(status, lines)
    before = answer.headers.pairs, answer.status

    assert finish(head, answer) is answer
    assert before == (answer.headers.pairs, answer.status)


@pytest.mark.parametrize("finish", [etags(), gzip()], ids=["etags", "gzip"])
def test_finish_leaves_a_stream(finish: Callable[[RequestHead, Answer], Answer]) -> None:
    """One that neither gets a tag nor is compressed is not read."""
    answer = streaming(200, {})

    assert finish(GET, answer) is answer
    assert [b"hi"] == list(answer.iter_encoded())


def as_before(state: object, user: str) -> object:
    """The state without the user."""
    del user
    return state


MIDDLEWARE: Final[dict[str, Callable[[Handler[object]], Handler[object]]]] = {
    "basic_auth": basic_auth(lambda name, password: name, realm="x", into=as_before),
    "bearer_auth": bearer_auth(lambda token: token, realm="x", into=as_before),
    "cache": cache(),
    "cors": cors([APP]),
    "cross_origin_protection": cross_origin_protection(),
    "csrf.protect": lambda handler: sessions(str.encode, bytes.decode, keys=[KEY])(csrf.protect()(handler)),
    "https_only": https_only(),
    "request_id": request_id(),
    "sessions": sessions(str.encode, bytes.decode, keys=[KEY]),
    "static_files": static_files(Path(__file__).parent),
}


@pytest.mark.parametrize("make", [built, frozen, streaming])
@pytest.mark.parametrize("name", MIDDLEWARE)
def test_middleware_leaves_what_needs_no_change(name: str, make: Callable[[int, Lines], Answer]) -> None:
    """What decides before a handler does not touch the answer of one that it lets through."""
    answer = make(200, {})
    request = Request(
        url="https://shop.example/",
        headers={"Authorization": "Basic YTpi" if name == "basic_auth" else "Bearer a", "Cookie": "theme=dark"},
    )
    before = answer.headers.pairs

    assert MIDDLEWARE[name](lambda _: answer)(request) is answer
    assert before == answer.headers.pairs


def test_the_same_through_all() -> None:
    """One answer that has all that it needs goes through all of them."""
    lines = {"Vary": "Origin, Accept-Encoding", "X-Request-ID": "7f3a", "ETag": '"a"'} | SECURITY
    answer: Answer = text("hi", headers=lines)
    first = answer

    for finish in (cors([APP]).finish, etags(), gzip(), request_id().finish, security_headers(), access_log(logger=ON)):
        answer = finish(GET, answer)

    assert answer is first
