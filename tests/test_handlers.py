"""Handlers, and what makes WSGI applications of them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.kit import ignore, posted, untyped
from verglas import FrozenResponse, Handler, Limits, Request, Response, Trust, application, pipe, text
from verglas.errors import HTTPError, NotFound
from verglas.testing import call
from verglas.wsgi import Head, ResponseLike, WSGIApplication

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

S_co = TypeVar("S_co", covariant=True, default=None)


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
        pytest.param([*"abcde"], pipe(show, named("a"), named("b"), named("c"), named("d"), named("e")), id="five"),
        pytest.param(
            [*"abcdefgh"],
            pipe(show, named("a"), named("b"), named("c"), named("d"), named("e"), named("f"), named("g"), named("h")),
            id="eight",
        ),
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


def test_pipe_of_what_gives_no_handler() -> None:
    """A middleware that forgets to return its handler is named."""

    def forget(inner: Handler) -> None:
        """Give nothing."""

    with pytest.raises(TypeError, match=r"the middleware \S*forget returned a NoneType, not a handler"):
        untyped(pipe)(show, named("a"), forget, named("b"))


class Small(Request):
    """A request with limits and hosts of its own."""

    max_content_length = 3
    trusted_hosts = ("localhost", "small.example")

    @property
    def shout(self) -> str:
        """The path, loudly."""
        return self.path.upper()


class Page(Request[S_co]):
    """A generic one."""


def shout(request: Small) -> Response:
    """Answer loudly, once the body was read."""
    request.get_data()
    return text(request.shout)


def class_of(request: Request[object]) -> Response:
    """Say of which class the request is."""
    return text(type(request).__name__)


@pytest.mark.parametrize(
    ("expected", "made"),
    [
        pytest.param("Request", application(class_of), id="default"),
        pytest.param("Small", application(class_of, parse=Small.parse), id="subclass"),
        pytest.param("Page", application(class_of, parse=Page[None].parse), id="generic"),
        pytest.param("Request", application(class_of, parse=Request.parse), id="itself"),
    ],
)
def test_parse(expected: str, made: WSGIApplication) -> None:
    """The handler is given requests of the class whose `parse` is given."""
    assert expected == call(made, HTTP_HOST="localhost").text


@pytest.mark.parametrize(
    ("expected", "made", "host", "size"),
    [
        pytest.param(200, application(shout, parse=Small.parse), "small.example", 3, id="fine"),
        pytest.param(413, application(shout, parse=Small.parse), "localhost", 4, id="limit-of-the-class"),
        pytest.param(400, application(shout, parse=Small.parse), "other.example", 0, id="hosts-of-the-class"),
        pytest.param(400, application(shout, parse=Small.parse), "a/b", 0, id="strict"),
        pytest.param(
            200, application(shout, parse=Small.parse, limits=Limits(max_content_length=4)), "localhost", 4,
            id="limits-of-the-application",
        ),
        pytest.param(
            413, application(shout, parse=Small.parse, limits=Limits(max_content_length=2)), "localhost", 3,
            id="lower-limits-of-the-application",
        ),
        pytest.param(
            200, application(shout, parse=Small.parse, trust=Trust(hosts=["other.example"])), "other.example", 0,
            id="trust-of-the-application",
        ),
        pytest.param(
            400, application(shout, parse=Small.parse, trust=Trust(hosts=["other.example"])), "localhost", 0,
            id="trust-in-place-of-that-of-the-class",
        ),
    ],
)  # fmt: skip
def test_parse_with_settings(expected: int, made: WSGIApplication, host: str, size: int) -> None:
    """Limits and hosts are those of the class, unless the application has its own."""
    assert expected == call(made, posted(b"x" * size, HTTP_HOST=host)).status_code


def test_parse_of_ones_own() -> None:
    """Any function of an environ that gives a request is a `parse`."""

    def parse(environ: dict[str, object], /, *, limits: Limits | None = None, trust: Trust | None = None) -> Small:
        if environ["PATH_INFO"] == "/gone":
            raise NotFound
        return Small.parse(environ, limits=limits, trust=trust)

    made = application(shout, parse=parse)

    assert [b"/A", True] == [call(made, PATH_INFO="/a").body, call(made, PATH_INFO="/gone").status_code == 404]


@pytest.mark.parametrize(
    ("named", "error", "words"),
    [
        pytest.param({"limits": 5}, TypeError, "limits", id="limits"),
        pytest.param({"trust": 5}, TypeError, "trust", id="trust"),
        pytest.param({"parse": 5}, TypeError, "parse= is the parse of a class of requests, .*, not int", id="parse"),
        pytest.param({"parse": Small}, TypeError, "such as MyRequest.parse, not Small", id="class-for-its-parse"),
        pytest.param({"parse": Small.parse, "limits": 5}, TypeError, "limits", id="limits-of-a-subclass"),
        pytest.param({"render": 5}, TypeError, "render= is a function", id="render"),
        pytest.param({"finish": 5}, TypeError, "finish= is a function or several", id="finish"),
        pytest.param({"on_exception": 5}, TypeError, "on_exception= is a function", id="on-exception"),
        pytest.param({"finished": named}, TypeError, "finished", id="misspelt"),
    ],
)
def test_mistakes(named: dict[str, object], error: type[Exception], words: str) -> None:
    """What an application cannot use is refused where it is made."""
    with pytest.raises(error, match=words):
        untyped(application)(show, **named)
