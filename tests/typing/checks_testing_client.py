"""What must check of the client of the testing kit: an answer says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, assert_type

from attrs import frozen

from verglas import (
    URL,
    FrozenResponse,
    Headers,
    JSONValue,
    Request,
    Response,
    ResponseLike,
    application,
    json_response,
    text,
)
from verglas.headers import CACHE_CONTROL, CONTENT_TYPE, CacheControl, MediaType
from verglas.inputs import json_of
from verglas.paths import GET, root, routes
from verglas.testing import (
    Client,
    Cookie,
    EnvironBuilder,
    ResponseForm,
    TestResponse,
    WSGIAnswer,
    answer,
    call,
    run_wsgi_app,
)

__all__ = ["APP", "CHECKS", "Order", "owned"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@frozen
class Order:
    """What the application answers with."""

    id: int


def order(_: Request) -> Response:
    """An order."""
    response = json_response({"id": 7})
    response.cache_control |= CacheControl(no_store=True)
    return response


def owned(request: Request[Order]) -> ResponseLike:
    """An order, to whom it belongs."""
    return json_response({"id": request.state.id})


APP: Final = application(order)


@run
def check_answers() -> None:
    """Each part of an answer has its type; a body has that of its decoder."""
    with Client(APP) as client:
        response = client.get("/", query_string={"page": 2}, headers={"X-Tag": "1"}, follow_redirects=True)

    assert_type(response, TestResponse)
    assert_type(response.json(), JSONValue)
    assert_type(response.read(json_of(Order)), Order)
    assert_type(response.headers, Headers)
    assert_type(response.headers[CONTENT_TYPE], MediaType)
    assert_type(response.headers.get(CACHE_CONTROL), CacheControl | None)
    assert_type(response.frozen, FrozenResponse)
    assert_type(response.url, URL)
    assert_type(response.history, tuple[TestResponse, ...])
    assert_type(response.request, Request[object])
    assert_type(response.raise_for_status(), TestResponse)
    assert_type(response.get_data(), bytes)
    assert_type(response.get_data(as_text=True), str)
    assert_type(response.iter_bytes(), Iterator[bytes])
    assert_type(response.iter_lines(), Iterator[str])
    assert_type(response.forms, tuple[ResponseForm, ...])
    assert_type(response.location, str | None)
    assert_type(response.content_length, int | None)
    assert Order(7) == response.read(json_of(Order))


@run
def check_requests() -> None:
    """A request is made from parts, or is there as a value, whatever its state."""
    with Client(APP, base_url="https://example.org/shop", headers={"X-Tag": "1"}, clock=lambda: 0.0) as client:
        assert_type(client.post("/", json={"id": 7}), TestResponse)
        assert_type(client.post("/", data={"title": "a", "pages": 3, "photo": (b"...", "a.png")}), TestResponse)
        assert_type(
            client.put(URL.parse("https://example.org/shop/"), data=b"raw", auth=("ada", "secret")), TestResponse
        )
        assert_type(client.send(Request(url="/")), TestResponse)
        assert_type(client.send(Request(url="/", state=Order(7))), TestResponse)
        assert_type(client.open(Request().environ), TestResponse)
        assert_type(client.open(EnvironBuilder("/", method="PUT")), TestResponse)
        assert_type(client.get_cookie("sid"), Cookie | None)
        assert_type(client.set_cookie("sid", "1", max_age=60), Cookie)


@run
def check_calls() -> None:
    """A call keeps what came over WSGI."""
    assert_type(call(APP, Request(url="/"), HTTP_X_TAG="1"), WSGIAnswer)
    body, status, headers = run_wsgi_app(APP, Request().environ, buffered=True)
    assert_type(status, str)
    assert_type(headers, Headers)
    assert b'{"id":7}' == b"".join(body).replace(b" ", b"")


@run
def check_answer() -> None:
    """The answer of a handler, of one with a state, and of a table is a response."""
    assert_type(answer(order, Request()), Response)
    assert_type(answer(owned, Request(state=Order(7))), Response)
    show = GET(root / "orders" / int)

    @show.into
    def shown(request: Request, number: int) -> ResponseLike:
        return order(request)

    assert_type(answer(routes(shown), show.request(7)), Response)
    assert_type(answer(lambda request: text(request.path), Request()).data, bytes)

    def anybody(request: Request[object]) -> ResponseLike:
        return json_response({})

    assert_type(answer(anybody, show.request(7).with_state(Order(7))), Response)
