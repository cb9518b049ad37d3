"""Responses, built and sent: what Werkzeug's users expect, and mistakes that are refused where they are made."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from tests.kit import environ_of, untyped
from verglas import HeaderValueError, Response, html, redirect, text
from verglas.errors import NotFreezable, WSGIViolation
from verglas.testing import call
from verglas.wsgi import StartResponse, WSGIApplication

ENVIRON = dict[str, object]


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param(5, Response("Hello"), id="werkzeug-text"),
        pytest.param(2, Response("\xe9"), id="rfc9110-8.6-bytes"),
        pytest.param(3, Response(["a", b"bc"]), id="list"),
        pytest.param(0, Response(), id="nothing"),
        pytest.param(None, Response(iter(["a"])), id="stream"),
        pytest.param(7, Response(iter(["a"]), headers={"Content-Length": "7"}), id="stream-stated"),
    ],
)
def test_content_length(expected: int | None, response: Response) -> None:
    """It is known as soon as the body is in memory."""
    assert expected == response.content_length


def test_content_length_follows_the_body() -> None:
    """A body that changes has another."""
    response = Response("a")
    response.data = b"abc"
    before = response.content_length
    response.stream.write("de")

    assert (3, 5) == (before, response.content_length)


@pytest.mark.parametrize(
    "made",
    [lambda: iter([b"a", b"b"]), lambda: io.BytesIO(b"ab"), lambda: [b"a", b"b"]],
    ids=["iterator", "file", "list"],
)
def test_freezes_what_is_passed_through(made: Callable[[], Iterable[bytes]]) -> None:
    """It is read, and kept in the builder."""
    response = Response(made(), direct_passthrough=True)

    assert (b"ab", b"ab") == (response.freeze().body, response.data)


def test_passed_through_pieces_of_another_type() -> None:
    """What it is made of is checked all the same."""
    response = Response(untyped(iter)([5]), direct_passthrough=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="int"):
        response.freeze()


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        pytest.param(304, {"HTTP_IF_NONE_MATCH": '"1"'}, id="rfc9110-15.4.5"),
        pytest.param(200, {"HTTP_IF_NONE_MATCH": '"2"'}, id="another-tag"),
    ],
)
def test_not_modified_keeps_the_body(expected: int, keys: dict[str, str]) -> None:
    """A 304 is sent without the body, which stays in the builder."""
    response = Response("Hello", headers={"ETag": '"1"'})
    environ = environ_of(**keys)
    answer = call(response.make_conditional(environ), environ)

    assert (expected, b"Hello") == (response.status_code, response.data)
    assert (b"" if expected == 304 else b"Hello") == answer.body


def yields_text(environ: ENVIRON, start_response: StartResponse) -> Iterable[bytes]:
    """An application that forgets to encode."""
    start_response("200 OK", [])
    return untyped(iter)(["caf", "\xe9"])  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def writes_text(environ: ENVIRON, start_response: StartResponse) -> Iterable[bytes]:
    """Another."""
    untyped(start_response("200 OK", []))("caf\xe9")
    return []


def yields_numbers(environ: ENVIRON, start_response: StartResponse) -> Iterable[bytes]:
    """One that gives what no body is made of."""
    start_response("200 OK", [])
    return untyped(iter)([5])  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "buffered"])
@pytest.mark.parametrize("app", [yields_text, writes_text])
def test_from_app_takes_text(app: WSGIApplication, buffered: bool) -> None:
    """Text is sent as UTF-8, as that of a response is."""
    assert b"caf\xc3\xa9" == call(Response.from_app(app, environ_of(), buffered)).body


def test_from_app_names_other_pieces() -> None:
    """Anything else is named."""
    with pytest.raises(WSGIViolation, match="int"):
        Response.from_app(yields_numbers, environ_of(), True)


@pytest.mark.parametrize(
    ("expected", "location"),
    [
        pytest.param(b'<a href="/a?b=1&amp;c=%22">/a?b=1&amp;c=%22</a>', "/a?b=1&c=%22", id="rfc9110-15.4-escaped"),
        pytest.param(b'<a href="/it&#39;s">/it&#39;s</a>', "/it's", id="quote"),
    ],
)
def test_redirect_has_a_note(expected: bytes, location: str) -> None:
    """A short note with a link, for those who do not follow."""
    response = redirect(location)

    assert expected in response.data
    assert "text/html; charset=utf-8" == response.content_type


MISTAKES: Final[dict[str, tuple[type[Exception], str, Callable[[], object]]]] = {
    "html-none": (TypeError, r"html\(\) takes a str, not NoneType", lambda: untyped(html)(None)),
    "text-bytes": (TypeError, r"text\(\) takes a str, not bytes", lambda: untyped(text)(b"x")),
    "text-list": (TypeError, "list", lambda: untyped(text)(["x"])),
    "mimetype-json": (HeaderValueError, "application/json", lambda: Response("x", mimetype="json")),
    "mimetype-empty": (HeaderValueError, "type", lambda: Response("x", mimetype="")),
    "mimetype-set": (HeaderValueError, "application/json", lambda: setattr(Response("x"), "mimetype", "json")),
    "freeze-twice-sent": (NotFreezable, "sent", lambda: sent().freeze()),
}


def sent() -> Response:
    """One whose body is gone."""
    response = Response(iter([b"a"]), direct_passthrough=True)
    call(response)
    return response


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    """A mistake is refused where it is made, in words that say what to write."""
    kind, words, make = MISTAKES[name]
    with pytest.raises(kind, match=words):
        make()
