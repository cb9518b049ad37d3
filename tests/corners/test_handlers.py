"""Handlers, renderers and middleware: mistakes are refused where they are made, or named when they come to light."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, cast

import pytest

from tests.kit import environ_of, untyped
from verglas import FrozenResponse, HTTPError, Limits, Request, Response, application, pipe, text
from verglas.errors import NotFound
from verglas.testing import call
from verglas.wsgi import StartResponse, WSGIApplication


def hello(request: Request) -> Response:
    """One that is right."""
    return text(request.path)


async def asynchronous(request: Request) -> Response:
    """One that would be awaited."""
    return text(request.path)


async def asynchronous_pieces(request: Request) -> Iterable[bytes]:
    """One that would be iterated asynchronously."""
    return [request.path.encode()]


def yields(request: Request) -> Iterator[bytes]:
    """One that yields its body."""
    yield request.path.encode()


def wsgi(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI application."""
    start_response("200 OK", [])
    return []


class Site:
    """An object with handlers."""

    async def page(self, request: Request) -> Response:
        """One that would be awaited."""
        return text(request.path)

    def answer(self, request: Request) -> Response:
        """One that is right."""
        return text(request.path)

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI application."""
        return wsgi(environ, start_response)


MAKERS: Final[dict[str, Callable[..., object]]] = {
    "application": untyped(application),
    "Request.application": untyped(Request.application),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("words", "given"),
    [
        pytest.param("not NoneType", None, id="none"),
        pytest.param("forgets to return", None, id="middleware-that-forgets"),
        pytest.param("not str", "hello", id="text"),
        pytest.param("not a response", text("hi"), id="response"),
        pytest.param("not a response", FrozenResponse(b"hi"), id="frozen"),
        pytest.param("not a response", NotFound(), id="error"),
        pytest.param("async", asynchronous, id="async"),
        pytest.param("async", asynchronous_pieces, id="async-pieces"),
        pytest.param("async", Site().page, id="async-method"),
        pytest.param("async", partial(asynchronous), id="async-partial"),
        pytest.param("yields", yields, id="generator"),
    ],
)
def test_no_handler(words: str, given: object, maker: str) -> None:
    """What cannot be a handler is refused before a request comes."""
    with pytest.raises(TypeError, match=words):
        MAKERS[maker](given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(application(hello), id="twice"),
        pytest.param(wsgi, id="function"),
        pytest.param(Site(), id="object"),
        pytest.param(Request.application(hello), id="decorated"),
    ],
)
def test_application_is_no_handler(given: object) -> None:
    """A WSGI application does not need to be made one."""
    with pytest.raises(TypeError, match="WSGI application already"):
        untyped(application)(given)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        pytest.param("limits", {"limits": {"max_form_parts": 5}}, id="limits-dict"),
        pytest.param("trust", {"trust": ["10.0.0.0/8"]}, id="trust-list"),
        pytest.param("render", {"render": "json"}, id="render-text"),
    ],
)
def test_settings_of_another_type(words: str, named: dict[str, object]) -> None:
    """They are refused as well."""
    with pytest.raises(TypeError, match=words):
        untyped(application)(hello, **named)


@pytest.mark.parametrize(
    "given", [hello, partial(hello), Site().answer, Limits], ids=["function", "partial", "method", "class"]
)
def test_handlers_are_taken(given: object) -> None:
    """Functions, methods, partials and classes are not looked at further."""
    assert callable(untyped(application)(given))


def nothing(*_: object) -> None:
    """Return nothing."""


def forgets(inner: object) -> Callable[[object], object]:
    """A middleware whose handler forgets to return."""
    return lambda request: nothing(inner, request)


@pytest.mark.parametrize(
    ("words", "make"),
    [
        pytest.param(r"the handler, nothing, returned a NoneType", lambda: untyped(application)(nothing), id="handler"),
        pytest.param(
            r"the handler, forgets.<locals>.<lambda>, returned a NoneType",
            lambda: untyped(application)(forgets(hello)),
            id="middleware",
        ),
        pytest.param(
            r"render=, nothing, returned a NoneType", lambda: untyped(application)(missing, render=nothing), id="render"
        ),
    ],
)
def test_returned_nothing(words: str, make: Callable[[], object]) -> None:
    """Who returned nothing is named."""
    with pytest.raises(TypeError, match=words):
        call(cast("WSGIApplication", make()), environ_of())


def missing(request: Request) -> Response:
    """Raise."""
    raise NotFound(request.method)


def test_middleware_that_returns_nothing() -> None:
    """`pipe` names it."""
    with pytest.raises(TypeError, match="the middleware nothing returned a NoneType"):
        untyped(pipe)(hello, nothing)


def whoami(request: Request) -> Response:
    """One that needs a user, and nobody gave one."""
    name: str = getattr(request.state, "name")  # noqa: B009  # which no checker looks for
    return text(name)


def other(request: Request) -> Response:
    """One that lacks something else."""
    return text(request.content_type.upper())  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize(
    ("expected", "handler"), [pytest.param(True, whoami, id="state"), pytest.param(False, other, id="another-none")]
)
def test_state_that_nobody_gave(expected: bool, handler: Callable[[Request], Response]) -> None:
    """The error is explained where it is about the state."""
    with pytest.raises(AttributeError) as caught:
        call(application(handler), environ_of())

    notes: list[str] = getattr(caught.value, "__notes__", [])
    assert expected == any("request.with_state" in note for note in notes)


def test_renderer_of_ones_own() -> None:
    """One that returns a response is taken."""

    def render(error: HTTPError, head: object) -> Response:
        del head
        return text(error.name, error.code)

    assert b"Not Found" == call(application(missing, render=render), environ_of()).body
