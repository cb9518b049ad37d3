"""WSGI applications that others wrote, as responses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, cast
from wsgiref.types import StartResponse
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import CountedBody, close, environ_of, fail, ignore
from verglas import Response
from verglas.errors import WSGIViolation
from verglas.testing import call
from verglas.wsgi import WSGIApplication

Environ = dict[str, object]


def returns(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that returns a list."""
    start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])
    return [b"a", b"b"]


def yields(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One that is a generator."""
    start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])
    yield b""
    yield b"a"
    yield b"b"


def writes(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that writes all."""
    write = start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])
    write(b"a")
    write(b"b")
    return []


def writes_and_returns(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that writes, then returns the rest."""
    start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])(b"a")
    return [b"b"]


def writes_between(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One that writes while it is iterated."""
    write = start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])
    yield b""
    write(b"a")
    yield b"b"
    write(b"")


def writes_at_the_end(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """One that writes after its last piece."""
    write = start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")])
    yield b"a"
    write(b"b")


def changes_its_mind(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One that starts again in time, as PEP 3333 allows."""
    write = start("200 OK", [("X-Other", "b")])
    write(b"")
    try:
        fail(OSError("late"))
    except OSError:
        start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")], sys.exc_info())
    return [b"ab"]


def changes_its_mind_while_iterated(environ: Environ, start: StartResponse) -> Iterator[bytes]:
    """The same in a generator, after an empty piece."""
    start("200 OK", [("X-Other", "b")])
    yield b""
    try:
        fail(OSError("late"))
    except OSError:
        start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")], sys.exc_info())
    yield b"ab"


def starts_with_exc_info(environ: Environ, start: StartResponse) -> Iterable[bytes]:
    """One whose first call is about an error."""
    try:
        fail(OSError("early"))
    except OSError:
        start("201 Made", [("X-Tag", "a"), ("Content-Type", "a/b")], sys.exc_info())
    return [b"ab"]


GOOD: Final = [
    returns,
    yields,
    writes,
    writes_and_returns,
    writes_between,
    writes_at_the_end,
    changes_its_mind,
    changes_its_mind_while_iterated,
    starts_with_exc_info,
    Response("ab", "201 Made", {"X-Tag": "a", "Content-Type": "a/b"}),
]


def name_of(app: object) -> str:
    """The name of a function, or of a class."""
    return getattr(app, "__name__", type(app).__name__)


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "buffered"])
@pytest.mark.parametrize("app", GOOD, ids=name_of)
def test_from_app(app: WSGIApplication, buffered: bool) -> None:
    """Status, headers and body of any application; what was written comes in its place (D17)."""
    response = Response.from_app(app, environ_of(), buffered)

    assert ("201 Made", "a", "a/b") == (response.status, response.headers["X-Tag"], response.content_type)
    assert (buffered, b"ab") == (response.is_sequence, response.data)


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "buffered"])
def test_response_of_an_application_is_an_application(buffered: bool) -> None:
    """It answers what the application answered."""
    answer = call(Response.from_app(returns, environ_of(), buffered))

    assert ("201 Made", b"ab", buffered) == (answer.status, answer.body, "Content-Length" in answer.headers)


def test_subclass() -> None:
    """It is of the class that was asked, with its default type where none was sent."""

    class Page(Response):
        default_mimetype = "text/html"

    def bare(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return []

    page = Page.from_app(bare, environ_of())

    assert (Page, "text/html; charset=utf-8") == (type(page), page.content_type)


def test_environ_is_copied() -> None:
    """The application may change its environ; ours stays as it is."""

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = "/changed"
        start("200 OK", [])
        return []

    environ = environ_of(PATH_INFO="/kept")
    Response.from_app(app, environ)

    assert "/kept" == environ["PATH_INFO"]


def test_headers_are_copied() -> None:
    """What the application does to its list afterwards changes nothing."""
    lines = [("X-Tag", "a")]

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", lines)
        lines.clear()
        return []

    pairs = Response.from_app(app, environ_of()).headers.pairs

    assert (("X-Tag", "a"), ("Content-Type", "text/plain; charset=utf-8")) == pairs


def test_runs_up_to_the_first_byte() -> None:
    """The body streams: it is read no further than to where the head is settled."""
    log: list[str] = []

    def app(environ: Environ, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        for piece in ("a", "b", "c"):
            log.append(piece)
            yield piece.encode()

    body = iter(Response.from_app(app, environ_of())(environ_of(), ignore))
    before = log.copy()
    first = next(body)
    between = log.copy()
    rest = list(body)

    assert (["a"], b"a", ["a"], [b"b", b"c"]) == (before, first, between, rest)


def test_validated() -> None:
    """The caller keeps to PEP 3333 as the standard library's validator understands it."""

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ab"]

    assert b"ab" == Response.from_app(validator(app), environ_of(), buffered=True).data


# Closing


def closing(body: CountedBody) -> WSGIApplication:
    """An application that returns a body."""

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return cast("Iterable[bytes]", body)  # its pieces are bytes

    return app


def send(response: Response) -> None:
    """To the end."""
    call(response)


def send_head(response: Response) -> None:
    """For HEAD."""
    call(response, REQUEST_METHOD="HEAD")


def hang_up(response: Response) -> None:
    """After a piece."""
    body = response(environ_of(), ignore)
    list(islice(body, 1))
    close(body)
    close(body)


def leave(response: Response) -> None:
    """Unsent."""
    with response:
        pass
    response.close()


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "buffered"])
@pytest.mark.parametrize("way", [send, send_head, hang_up, leave])
def test_closed_once(way: Callable[[Response], None], buffered: bool) -> None:
    """The application's body is closed once, however the response ends."""
    body = CountedBody(b"a", b"b")
    way(Response.from_app(closing(body), environ_of(), buffered))

    assert 1 == body.closed


def test_not_closed_before_it_was_sent() -> None:
    """A body that streams is open until then."""
    body = CountedBody(b"a", b"b")
    response = Response.from_app(closing(body), environ_of())
    before = body.closed
    response.close()

    assert (0, 1) == (before, body.closed)


@pytest.mark.parametrize("buffered", [False, True], ids=["streamed", "buffered"])
def test_closed_when_it_fails(buffered: bool) -> None:
    """A body with a piece that is a number is closed as well."""
    body = CountedBody(b"a", cast("bytes", 5))
    with (
        pytest.raises(WSGIViolation, match="as int"),
        Response.from_app(closing(body), environ_of(), buffered) as response,
    ):
        list(response.response)

    assert 1 == body.closed


def test_closed_when_the_class_refuses() -> None:
    """A subclass that takes no such response leaves nothing open."""

    class Picky(Response):
        def __init__(self, *_: object) -> None:
            raise OSError("picky")

    body = CountedBody(b"a", b"b")
    with pytest.raises(OSError, match="picky"):
        Picky.from_app(closing(body), environ_of())

    assert 1 == body.closed


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=3))), st.booleans())
def test_order(steps: list[tuple[bool, bytes]], buffered: bool) -> None:
    """Written or yielded, in whatever order: the body is all of it, in that order."""

    def app(environ: Environ, start: StartResponse) -> Iterator[bytes]:
        write = start("200 OK", [])
        for written, data in steps:
            if written:
                write(data)
            else:
                yield data

    assert b"".join(data for _, data in steps) == Response.from_app(app, environ_of(), buffered).data
