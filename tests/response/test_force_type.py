"""Responses made to be of a class."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse

import pytest

from tests.kit import CountedBody, environ_of
from verglas import FrozenResponse, Response
from verglas.errors import NotFound
from verglas.testing import call


def returns(environ: dict[str, object], start: StartResponse) -> Iterable[bytes]:
    """An application that others wrote."""
    start("201 Made", [("X-Tag", "a")])
    return [b"a", b"b"]


class Page(Response):
    """A class of one's own."""

    default_mimetype = "text/html"


def test_force_type_of_a_builder() -> None:
    """A new object of the class with the same parts; the type that was sent stays."""
    response = Response("a", 201, {"X-Tag": "a"})
    page = Page.force_type(response)
    page.headers["X-Tag"] = "b"

    assert (Page, "201 Created", b"a", "text/plain") == (type(page), page.status, page.data, page.mimetype)
    assert (Response, "a", b"a") == (type(response), response.headers["X-Tag"], response.data)


def test_force_type_without_a_content_type() -> None:
    """None is added."""
    response = Response("a")
    del response.headers["Content-Type"]

    assert None is Page.force_type(response).content_type


def test_force_type_is_new() -> None:
    """Even if the class is right already (design §10)."""
    response = Page()

    assert response is not Page.force_type(response)


def test_force_type_hands_over() -> None:
    """Body and callbacks are closed by the new one: once."""
    log: list[str] = []
    body = CountedBody("a", "b")
    response = Response(body)
    response.call_on_close(lambda: log.append("closed"))
    page = Page.force_type(response)
    answer = call(page)
    response.close()
    page.close()

    assert (b"ab", 1, ["closed"]) == (answer.body, body.closed, log)
    with pytest.raises(RuntimeError):
        call(response)


def test_force_type_of_a_written_body() -> None:
    """Each is written to by itself afterwards."""
    response = Response()
    response.stream.write("a")
    page = Page.force_type(response)
    page.stream.write("b")
    response.stream.write("c")

    assert (b"ac", b"ab") == (response.data, page.data)


def test_force_type_passes_through() -> None:
    """What is passed through still is."""

    assert Page.force_type(Response(iter([b"a"]), direct_passthrough=True)).direct_passthrough


def test_force_type_of_a_frozen_response() -> None:
    """It is thawed, and stays as it is."""
    frozen = FrozenResponse(b"a", 201)
    page = Page.force_type(frozen)
    page.data = b"b"

    assert (Page, "201 Created", b"a") == (type(page), page.status, frozen.body)


def test_force_type_of_an_application() -> None:
    """It is called with the environ, without which it cannot be."""
    page = Page.force_type(returns, environ_of())
    with pytest.raises(TypeError, match="environ"):
        Page.force_type(returns)

    assert (Page, b"ab") == (type(page), page.data)


def test_force_type_of_an_error() -> None:
    """An error is an application, too."""

    assert "404 Not Found" == Page.force_type(NotFound(), environ_of()).status
