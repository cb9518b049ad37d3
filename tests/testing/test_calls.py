"""Calls as a server makes them: what comes back is kept, whole and in order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from verglas import Headers, Request, Response
from verglas.errors import WSGIViolation
from verglas.testing import Start, WSGIAnswer, WSGICall, call, run_wsgi_app
from verglas.wsgi import StartResponse

Environ = dict[str, object]


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It writes, then returns pieces."""
    write = start_response("200 OK", [("X-Tag", "a"), ("x-tag", "b")])
    write(b"a")
    write(b"b")
    return [b"c", b"", b"d"]


def silent(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It never starts."""
    return [b"x"]


def test_answer() -> None:
    """An answer holds the status, the header list as given, the pieces, and what was written."""
    lines = (("X-Tag", "a"), ("x-tag", "b"))

    assert WSGIAnswer((Start("200 OK", lines),), (b"c", b"", b"d"), (b"a", b"b"), b"abcd") == call(writing)


def test_request_is_called_with() -> None:
    """A request is sent as it is, with the keys that are set; an environ, too, and it is not changed."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [f"{environ['PATH_INFO']} {environ.pop('HTTP_X_TAG')}".encode()]

    environ = Request(url="/a").environ

    assert b"/a 1" == call(app, Request(url="/a"), HTTP_X_TAG="1").body
    assert b"/a 2" == call(app, environ, HTTP_X_TAG="2").body
    assert "HTTP_X_TAG" not in environ


@pytest.mark.parametrize("buffered", [False, True])
def test_run_wsgi_app(buffered: bool) -> None:
    """What was sent through `write` is part of the body, buffered or not."""
    body, status, headers = run_wsgi_app(writing, Request().environ, buffered)

    assert (b"abcd", "200 OK", Headers([("X-Tag", "a"), ("X-Tag", "b")])) == (b"".join(body), status, headers)


def test_application_that_never_starts() -> None:
    """It is told so, by whichever way it is called."""
    with pytest.raises(WSGIViolation, match="never called start_response"):
        call(silent)
    with pytest.raises(WSGIViolation, match="never called start_response"):
        run_wsgi_app(silent, Request().environ)


def test_call_that_fails_keeps_what_came() -> None:
    """Pieces, statuses and bytes are there when the body raises; it is closed."""
    closed: list[str] = []

    def broken() -> Iterable[bytes]:
        try:
            yield b"first"
            raise OSError("gone")
        finally:
            closed.append("closed")

    made = WSGICall()
    with pytest.raises(OSError, match="gone"):
        made.run(Response(broken()), Request().environ)

    assert (["200 OK"], b"first", ["closed"]) == (made.statuses, made.body, closed)
