"""Handlers, and what makes WSGI applications of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit import call, ignore, posted
from verglas import FrozenResponse, Handler, Limits, Request, Response, Trust, application, pipe, text
from verglas.errors import HTTPError, NotFound
from verglas.wsgi import Head, ResponseLike


def show(request: Request) -> Response:
    """Say what was asked for."""
    return text(f"{request.method} {request.path} {request.args.get('q', '-')}")


def count(request: Request) -> Response:
    """Say how long the body is."""
    return text(str(len(request.get_data())))


def test_application() -> None:
    """A handler becomes a WSGI application."""
    answer = call(application(show), PATH_INFO="/a", QUERY_STRING="q=1")

    assert ("200 OK", b"GET /a 1") == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param("400", {"HTTP_HOST": "a/b"}, id="host"),
        pytest.param("400", {"HTTP_HOST": "a,b"}, id="cve-2026-34525-two-hosts"),
        pytest.param("400", {"CONTENT_LENGTH": "-1"}, id="cve-2026-53540-negative-length"),
        pytest.param("400", {"CONTENT_LENGTH": "5, 5"}, id="cve-2019-16792-two-lengths"),
        pytest.param("411", {"HTTP_TRANSFER_ENCODING": "chunked"}, id="design-12-chunked-undecoded"),
        pytest.param("200", {"HTTP_HOST": "example.org"}, id="fine"),
        pytest.param("200", {}, id="no-host"),
    ],
)
def test_is_strict(expected: str, environ: dict[str, object]) -> None:
    """Requests are parsed strictly: what cannot be right is answered, never a 500."""
    for made in (application(show), Request.application(show)):
        assert expected == call(made, **environ).status[:3]


def test_empty_environ() -> None:
    """Even an empty environ has an answer."""
    made = application(show)

    assert [b"GET / -"] == list(made({}, ignore))


def test_limits() -> None:
    """Limits hold for every request."""
    limited = application(count, limits=Limits(max_content_length=3))

    assert ["200 OK", "413 Content Too Large"] == [call(limited, **posted(b"x" * size)).status for size in (3, 4)]


def test_trust() -> None:
    """So does what is believed."""
    trusting = application(show, trust=Trust(hosts=("example.org",)))

    assert ["200 OK", "400 Bad Request"] == [
        call(trusting, HTTP_HOST=host).status for host in ("example.org", "evil.example")
    ]


def test_render() -> None:
    """Errors are rendered by what is given."""

    def render(error: HTTPError, head: Head) -> ResponseLike:
        return FrozenResponse(f"{head.method}: {error.name}".encode(), error.code)

    def missing(request: Request) -> Response:
        raise NotFound

    answer = call(application(missing, render=render))

    assert ("404 Not Found", b"GET: Not Found") == (answer.status, answer.body)


def named(name: str) -> Callable[[Handler], Handler]:
    """A middleware that leaves its name."""

    def middleware(inner: Handler) -> Handler:
        def outer(request: Request) -> ResponseLike:
            answer = inner(request)
            if isinstance(answer, Response):
                answer.headers.add("X-Passed", name)
            return answer

        return outer

    return middleware


@pytest.mark.parametrize(
    ("expected", "handler"),
    [
        pytest.param([], show, id="none"),
        pytest.param(["a"], pipe(show, named("a")), id="one"),
        pytest.param(["a", "b"], pipe(show, named("a"), named("b")), id="innermost-first"),
        pytest.param(["a", "b", "c", "d"], pipe(show, named("a"), named("b"), named("c"), named("d")), id="four"),
    ],
)
def test_pipe(expected: list[str], handler: Handler) -> None:
    """Middleware wraps, the innermost first."""

    assert expected == call(application(handler)).headers.getlist("X-Passed")


def greet(request: Request[str]) -> Response:
    """Greet who is there."""
    return text(f"Hello {request.state}!")


def as_user(inner: Handler[str]) -> Handler:
    """Give the request its user, or refuse it."""

    def outer(request: Request) -> ResponseLike:
        name = request.headers.get("X-User")
        return NotFound() if name is None else inner(request.with_state(name))

    return outer


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param(("200 OK", True), {"HTTP_X_USER": "Ada"}, id="with-a-user"),
        pytest.param(("404 Not Found", False), {}, id="without"),
    ],
)
def test_state(expected: tuple[str, bool], environ: dict[str, object]) -> None:
    """A middleware gives a handler the state that it needs, or answers itself."""
    answer = call(application(pipe(greet, as_user)), **environ)

    assert expected == (answer.status, answer.body == b"Hello Ada!")
