"""What one request could leave for the next: in a response that is kept, in the thread, in what was remembered."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, TypeAlias
from weakref import ref

import pytest

from tests.kit import environ_of
from tests.sessions.visitors import KEY, Account, dump, load
from verglas import FrozenResponse, Handler, Request, Response, ResponseLike, application, text
from verglas.errors import Abort, HTTPError, NotFound
from verglas.headers import StrictTransportSecurity
from verglas.middleware import access_log, cors, etags, gzip, request_id, security_headers
from verglas.sessions import Session, sessions
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import StartResponse, WSGIApplication

Around: TypeAlias = Callable[[Handler[None]], WSGIApplication]

DATA: Final = "a page of many words " * 100
APP: Final = "https://app.example"
OTHER: Final = "https://other.example"
A_YEAR: Final = StrictTransportSecurity(timedelta(days=365))


def numbered() -> Callable[[], str]:
    """A maker of ids: 1, 2, 3."""
    made: list[None] = []

    def make() -> str:
        made.append(None)
        return str(len(made))

    return make


def with_ids(handler: Handler[None]) -> WSGIApplication:
    """Ids alone."""
    ids = request_id(make=numbered())
    return application(ids(handler), finish=ids.finish)


def with_times(handler: Handler[None]) -> WSGIApplication:
    """Ids and times."""
    ids = request_id(make=numbered(), timing=True)
    return application(ids(handler), finish=ids.finish)


def with_cors(handler: Handler[None]) -> WSGIApplication:
    """Two origins."""
    api = cors([APP, OTHER], credentials=True, expose=["Location"])
    return application(api(handler), finish=api.finish)


def with_asked_cors(handler: Handler[None]) -> WSGIApplication:
    """Nearly any origin."""
    api = cors(lambda origin: origin != "https://evil.example")
    return application(api(handler), finish=api.finish)


def with_all(handler: Handler[None]) -> WSGIApplication:
    """All that finishes answers."""
    ids, api = request_id(make=numbered(), timing=True), cors([APP, OTHER], credentials=True)
    secured = security_headers(strict_transport_security=A_YEAR)
    finish = [etags(), gzip(), secured, api.finish, ids.finish, access_log()]
    return application(ids(api(handler)), finish=finish)


AROUND: Final[dict[str, Around]] = {
    "request_id": with_ids,
    "timing": with_times,
    "cors": with_cors,
    "cors-of-a-function": with_asked_cors,
    "etags": lambda handler: application(handler, finish=etags()),
    "gzip": lambda handler: application(handler, finish=gzip()),
    "security_headers": lambda handler: application(handler, finish=security_headers()),
    "hsts": lambda handler: application(handler, finish=security_headers(strict_transport_security=A_YEAR)),
    "access_log": lambda handler: application(handler, finish=access_log()),
    "all": with_all,
}

ASKED: Final[list[dict[str, object]]] = [
    {"HTTP_ORIGIN": APP, "HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_ORIGIN": "https://evil.example", "wsgi.url_scheme": "https"},
    {"HTTP_ORIGIN": OTHER, "HTTP_ACCEPT_ENCODING": "gzip", "REQUEST_METHOD": "HEAD"},
    {"HTTP_ORIGIN": OTHER},
    {"REQUEST_METHOD": "POST"},
    {"HTTP_ORIGIN": OTHER, "HTTP_IF_NONE_MATCH": "*"},
    {},
]


def built() -> Response:
    """A builder."""
    return text(DATA)


def frozen() -> FrozenResponse:
    """A value."""
    return text(DATA).freeze()


def an_error() -> Response:
    """A builder of what only some functions change."""
    return text(DATA, 404)


def lines_of(answer: WSGIAnswer) -> list[tuple[str, str]]:
    """What an answer says, without how long it took."""
    return sorted((name, value.partition("; dur=")[0]) for name, value in answer.headers.items())


@pytest.mark.parametrize("make", [built, frozen, an_error], ids=["built", "frozen", "error"])
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_response_that_is_kept(around: Around, make: Callable[[], ResponseLike]) -> None:
    """A module may keep a response and give it again and again: each answer is as that of a new one would be."""
    kept = make()
    of_kept, of_new = around(lambda request: kept), around(lambda request: make())
    for asked in ASKED:
        expected, answer = call(of_new, environ_of(**asked)), call(of_kept, environ_of(**asked))
        assert (expected.status_code, lines_of(expected)) == (answer.status_code, lines_of(answer))
        assert expected.body == answer.body


def test_page_of_an_error_that_is_kept() -> None:
    """So may `render`: the page of one request has not the id of another."""
    ids, page = request_id(make=numbered(), timing=True), text("none", 404)

    def handler(request: Request) -> ResponseLike:
        raise NotFound

    app = application(ids(handler), finish=ids.finish, render=lambda error, head: page)
    answers = [call(app, environ_of()) for _ in range(3)]

    assert ["1", "2", "3"] == [answer.headers["X-Request-ID"] for answer in answers]
    assert [1, 1, 1] == [len(answer.headers.getlist("Server-Timing")) for answer in answers]
    assert "X-Request-ID" not in page.headers


@pytest.mark.parametrize("timing", [False, True], ids=["id", "timing"])
def test_id_that_was_left_in_the_thread(timing: bool) -> None:
    """An exception left its request in the thread; middleware outside of it, and a success, have ids of their own."""
    ids, api = request_id(make=numbered(), timing=timing), cors([APP])

    def handler(request: Request) -> ResponseLike:
        raise ZeroDivisionError

    app = application(api(ids(handler)), finish=ids.finish)
    with pytest.raises(ZeroDivisionError):
        call(app, environ_of())
    asked = {"HTTP_ORIGIN": APP, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT", "REQUEST_METHOD": "OPTIONS"}
    answer = call(app, environ_of(**asked))

    assert (204, "2", False) == (answer.status_code, answer.headers["X-Request-ID"], "Server-Timing" in answer.headers)
    assert ids.current() is None


def test_kept_builder_that_takes_the_place_of_an_answer() -> None:
    """A response that a function of `finish` gives to all requests has of none of them what the next function adds."""
    closed = text("We are closed.", 503)
    ids = request_id(timing=True)
    app = application(ids(lambda _: text("")), finish=[lambda head, answer: closed, ids.finish])

    answers = [call(app) for _ in range(3)]

    assert 3 == len({answer.headers["X-Request-ID"] for answer in answers})
    assert [1, 1, 1] == [len(answer.headers.getlist("Server-Timing")) for answer in answers]
    assert "X-Request-ID" not in closed.headers


def looked_at(handler: Handler[None]) -> WSGIApplication:
    """A session that is looked at."""

    @sessions(dump, load, keys=[KEY])
    def look(request: Request[Session[Account]]) -> ResponseLike:
        bool(request.state)
        return handler(request.with_state(None))

    return application(look)


def mounted(handler: Handler[None]) -> WSGIApplication:
    """Another application, which a handler that looks at its session answers with."""

    def inner(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        return handler(Request(environ))(environ, start_response)

    return looked_at(lambda request: inner)


@pytest.mark.parametrize("error", [NotFound(), Abort(text("kept")), Abort(NotFound())], ids=["error", "abort", "both"])
@pytest.mark.parametrize(
    "around", [application, looked_at, mounted, with_all], ids=["nothing", "sessions", "mounted", "all"]
)
def test_error_that_is_kept(around: Around, error: HTTPError) -> None:
    """A module may keep an error and raise it again and again: it does not hold the requests that it has answered."""
    seen: list[ref[Request]] = []

    def handler(request: Request) -> ResponseLike:
        seen.append(ref(request))
        raise error

    app = around(handler)
    answers = [call(app, environ_of()) for _ in range(3)]
    gc.collect()

    assert 1 == len({answer.status_code for answer in answers})
    assert [None] * 3 == [made() for made in seen]
    assert error.__traceback__ is None
