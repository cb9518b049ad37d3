"""Errors with their arguments, as Werkzeug's users write them, and mistakes that are refused where they are made."""

from __future__ import annotations

import pydoc
from collections.abc import Callable
from datetime import timedelta
from typing import Final, final

import pytest

from tests.kit import environ_of, untyped
from verglas import HTTPError, Request, redirect, render_error
from verglas.errors import (
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    abort,
)
from verglas.headers import RetryAfter, WWWAuthenticate
from verglas.testing import call

MAKES: Final[dict[str, Callable[..., object]]] = {
    "abort": untyped(abort),
    "405": untyped(MethodNotAllowed),
    "401": untyped(Unauthorized),
    "404": untyped(NotFound),
    "416": untyped(RequestedRangeNotSatisfiable),
    "429": untyped(TooManyRequests),
    "503": untyped(ServiceUnavailable),
}


@final
class Lazy:
    """A text that is translated when it is asked for."""

    def __str__(self) -> str:
        return "Nichts da."


def raised(*arguments: object, **named: object) -> HTTPError:
    """What `abort` raises."""
    with pytest.raises(HTTPError) as caught:
        untyped(abort)(*arguments, **named)
    return caught.value


@pytest.mark.parametrize(
    ("expected", "arguments", "named"),
    [
        pytest.param(("Allow", "GET, HEAD"), (405, ["GET", "HEAD"]), {}, id="werkzeug-405"),
        pytest.param(("Allow", ""), (405, ()), {}, id="rfc9110-10.2.1-nothing-allowed"),
        pytest.param(("Allow", "GET"), (405,), {"valid_methods": {"GET"}}, id="werkzeug-405-by-name"),
        pytest.param(("Content-Range", "bytes */100"), (416, 100), {}, id="werkzeug-416"),
        pytest.param(("Content-Range", "items */7"), (416, 7, "items"), {}, id="werkzeug-416-units"),
        pytest.param(("Retry-After", "5"), (429,), {"retry_after": 5}, id="werkzeug-429"),
        pytest.param(("Retry-After", "0"), (503, "Soon."), {"retry_after": 0}, id="werkzeug-503"),
        pytest.param(("Retry-After", "60"), (503,), {"retry_after": timedelta(minutes=1)}, id="timedelta"),
        pytest.param(("Retry-After", "60"), (429,), {"retry_after": RetryAfter.of(60)}, id="value"),
        pytest.param(("WWW-Authenticate", "Basic"), (401,), {"www_authenticate": "Basic"}, id="werkzeug-401"),
        pytest.param(
            ("WWW-Authenticate", "Basic"), (401,), {"www_authenticate": [WWWAuthenticate("basic")]}, id="401-values"
        ),
    ],
)
def test_abort_takes_the_arguments_of_the_class(
    expected: tuple[str, str], arguments: tuple[object, ...], named: dict[str, object]
) -> None:
    """What follows the code goes to the class of the error."""
    assert (expected,) == raised(*arguments, **named).field_lines()


@pytest.mark.parametrize(
    ("expected", "description"),
    [
        pytest.param("Nichts da.", Lazy(), id="werkzeug-lazy-text"),
        pytest.param("no such key", ValueError("no such key"), id="werkzeug-exception"),
        pytest.param("5", 5, id="number"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_description_that_is_no_text(expected: str, description: object, accept: str) -> None:
    """Its text is what is said."""
    answer = call(render_error(raised(404, description), Request(headers={"Accept": accept})))

    assert expected in answer.body.decode()


@pytest.mark.parametrize(
    ("kind", "words", "make", "arguments", "named"),
    [
        pytest.param(TypeError, "GET", "405", ("GET",), {}, id="405-text"),
        pytest.param(TypeError, "GET", "405", (), {}, id="405-nothing"),
        pytest.param(TypeError, "list", "405", (5,), {}, id="405-number"),
        pytest.param(TypeError, "list", "405", ([5],), {}, id="405-numbers"),
        pytest.param(TypeError, "GET", "abort", (405,), {}, id="abort-405"),
        pytest.param(TypeError, "GET", "abort", (405, "Not here."), {}, id="abort-405-description"),
        pytest.param(TypeError, "length", "abort", (416, "Too far."), {}, id="abort-416-description"),
        pytest.param(ValueError, "negative", "416", (-1,), {}, id="416-negative"),
        pytest.param(TypeError, "www_authenticate", "401", (), {"www_authenticate": 5}, id="401-number"),
        pytest.param(TypeError, "www_authenticate", "401", (), {"www_authenticate": [5]}, id="401-numbers"),
        pytest.param(TypeError, "retry_after", "429", (), {"retry_after": 1.5}, id="429-float"),
        pytest.param(TypeError, "retry_after", "503", (), {"retry_after": True}, id="503-bool"),
        pytest.param(ValueError, "retry_after", "503", (), {"retry_after": -1}, id="503-negative"),
        pytest.param(TypeError, "status code", "abort", (None,), {}, id="abort-nothing"),
        pytest.param(TypeError, "description", "abort", (redirect("/"), "Why."), {}, id="abort-answer-and-text"),
    ],
)
def test_mistakes(
    kind: type[Exception], words: str, make: str, arguments: tuple[object, ...], named: dict[str, object]
) -> None:
    """A mistake is refused where it is made, in words."""
    with pytest.raises(kind, match=words):
        MAKES[make](*arguments, **named)


class EnhanceYourCalm(HTTPError):
    code = 460
    name = "Enhance Your Calm"


class Unnamed(NotFound):
    code = 498


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        pytest.param("460 Enhance Your Calm", EnhanceYourCalm("Slowly."), id="own-code-and-name"),
        pytest.param("498 Unknown", Unnamed(), id="own-code"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_class_of_ones_own(expected: str, error: HTTPError, accept: str) -> None:
    """Its name is the reason phrase, whoever answers with it."""
    rendered = call(render_error(error, Request(headers={"Accept": accept})))

    assert (expected, expected) == (rendered.status, call(error, environ_of()).status)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        pytest.param(ValueError, {"code": 100}, id="informational"),
        pytest.param(ValueError, {"code": 1000}, id="four-digits"),
        pytest.param(TypeError, {"code": "404"}, id="text"),
        pytest.param(TypeError, {"code": 460, "name": 5}, id="name-no-text"),
        pytest.param(ValueError, {"code": 460, "name": "A\r\nX: 1"}, id="response-splitting"),
    ],
)
def test_class_that_cannot_be_sent(kind: type[Exception], attributes: dict[str, object]) -> None:
    """It is refused where it is made."""
    with pytest.raises(kind):
        type("Own", (HTTPError,), attributes)


def test_help_says_how_to_abort() -> None:
    """`help(abort)` shows the arguments and examples."""
    shown = pydoc.plain(pydoc.render_doc(abort))

    assert 'abort(405, ["GET", "HEAD"])' in shown
    assert "status" in shown
