"""`request_id`: one id in the handler, in the records of logs and in the answer, and never that of another request."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias, cast
from uuid import uuid4

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.handling import foreign, raising
from tests.kit import environ_of, untyped
from tests.records import Records
from verglas import (
    FrozenResponse,
    Handler,
    Headers,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    Trust,
    application,
    text,
)
from verglas.errors import NotFound, Unauthorized
from verglas.headers import SERVER_TIMING
from verglas.middleware import log_exceptions, request_id
from verglas.testing import call
from verglas.wsgi import Head

Finish: TypeAlias = Callable[[RequestHead, Response | FrozenResponse], Response | FrozenResponse]

FIELD: Final = "X-Request-ID"
UNPARSED: Final[dict[str, object]] = {"HTTP_HOST": "a b"}


def numbered() -> Callable[[], str]:
    """Ids that count: 1, 2, 3."""
    numbers = iter(range(1, 1000))
    return lambda: str(next(numbers))


def hello(request: Request[object]) -> Response:
    """Answer."""
    return text("hi")


def streaming(request: Request[object]) -> Response:
    """Answer in pieces."""
    return Response(iter([b"a", b"b"]))


def not_modified(request: Request[object]) -> ResponseLike:
    """Answer from what the client has."""
    return text("hi").freeze().replace(headers={"ETag": '"1"'}).conditional(request)


ANSWERS: Final[dict[str, tuple[int, Handler[None], dict[str, object]]]] = {
    "a text": (200, hello, {}),
    "a frozen answer": (200, lambda _: text("hi").freeze(), {}),
    "HEAD": (200, hello, {"REQUEST_METHOD": "HEAD"}),
    "a stream": (200, streaming, {}),
    "an application that others wrote": (200, lambda _: foreign, {}),
    "304": (304, not_modified, {"HTTP_IF_NONE_MATCH": '"1"'}),
    "404, raised": (404, raising(NotFound()), {}),
    "404, returned": (404, lambda _: NotFound(), {}),
    "401": (401, raising(Unauthorized()), {}),
    "500, of an exception": (500, raising(ValueError("?")), {}),
}


@pytest.mark.parametrize(("status", "handler", "keys"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_has_the_id_of_its_handler(status: int, handler: Handler[None], keys: dict[str, object]) -> None:
    """Whatever the handler gives or raises; and nothing is left of it afterwards."""

    seen: list[str | None] = []
    ids = request_id()

    @ids
    def noting(request: Request) -> ResponseLike:
        seen.append(ids.current())
        return handler(request)

    app = application(noting, finish=ids.finish, on_exception=log_exceptions())
    answers = [call(app, environ_of(), **keys) for _ in range(2)]

    assert [status, status] == [answer.status_code for answer in answers]
    assert seen == [answer.headers[FIELD] for answer in answers]
    assert 2 == len({*seen})
    assert ids.current() is None


def test_the_random_id_is_url_safe_and_long() -> None:
    """As long as a UUID without its hyphens."""

    ids = request_id()
    answer = call(application(ids(hello), finish=ids.finish))

    assert re.fullmatch("[0-9a-f]{32}", answer.headers[FIELD])


def test_a_request_that_cannot_be_parsed_gets_an_id() -> None:
    """One of its own: the handler, and its middleware, never saw it."""

    ids = request_id(make=numbered())
    app = application(ids(hello), finish=ids.finish)

    assert ["1", "2", "3"] == [
        call(app, environ_of(), **keys).headers[FIELD] for keys in ({}, UNPARSED, {})
    ]  # fmt: skip


LATER: Final[dict[str, tuple[str, dict[str, object], int]]] = {
    "cannot be parsed": ("/a", UNPARSED, 400),
    "cannot be parsed, elsewhere": ("/b", UNPARSED, 400),
    "is handled": ("/b", {}, 200),
    "is not found": ("/c", {}, 404),
}


@pytest.mark.parametrize(("path", "keys", "status"), LATER.values(), ids=LATER)
def test_no_id_of_an_earlier_request_is_shown(path: str, keys: dict[str, object], status: int) -> None:
    """An exception that the server got has no `finish`; the next request in the thread has its own id all the same."""

    ids = request_id(make=numbered())

    def handler(request: Request) -> Response:
        if request.path == "/a":
            raise ValueError("?")
        if request.path == "/c":
            raise NotFound
        return text(ids.current() or "")

    app = application(ids(handler), finish=ids.finish)
    with pytest.raises(ValueError, match=r"\?"):
        call(app, environ_of("/a"))
    answer = call(app, environ_of(path), **keys)

    assert (status, "2") == (answer.status_code, answer.headers[FIELD])
    assert status != 200 or answer.text == "2"
    assert ids.current() is None


KINDS: Final[dict[str, dict[str, object]]] = {
    "handled": {"PATH_INFO": "/"},
    "not found": {"PATH_INFO": "/nowhere"},
    "mounted": {"PATH_INFO": "/mounted"},
    "mounted, not found": {"PATH_INFO": "/mounted/nowhere"},
    "not parsed": UNPARSED,
    "left to the server": {"PATH_INFO": "/fails", "x-wsgiorg.throw_errors": True},
    "answered": {"PATH_INFO": "/fails"},
    "mounted, left to the server": {"PATH_INFO": "/mounted/fails", "x-wsgiorg.throw_errors": True},
}


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=8))
def test_ids_are_those_of_their_requests_in_any_order(kinds: list[str]) -> None:
    """One thread answers requests of every kind: each answer has the id that its handlers saw, or a new one."""

    ids = request_id(make=numbered())
    seen: set[str | None] = set()
    used: set[str] = set()

    def inner(request: Request) -> Response:
        seen.add(ids.current())
        if request.path == "/fails":
            raise ValueError("?")
        if request.path == "/nowhere":
            raise NotFound
        return text("hi")

    def outer(request: Request) -> ResponseLike:
        if not request.path.startswith("/mounted"):
            return inner(request)
        seen.add(ids.current())
        below = {**request.environ, "SCRIPT_NAME": "/mounted", "PATH_INFO": request.path.removeprefix("/mounted")}
        return Response.from_app(mounted, below)

    mounted = application(ids(inner), finish=ids.finish, on_exception=log_exceptions())
    app = application(ids(outer), finish=ids.finish, on_exception=log_exceptions())
    for kind in kinds:
        seen.clear()
        with suppress(ValueError):
            answer = call(app, environ_of(), **KINDS[kind])
            assert {answer.headers[FIELD]} == seen or (not seen and kind == "not parsed")
            assert answer.headers[FIELD] not in used
            used.add(answer.headers[FIELD])
        used.update(filter(None, seen))  # those of exceptions that the server got


def test_an_answer_to_a_function_that_failed_has_the_id() -> None:
    """What another function of `finish` raises is answered with the id; the next request has its own."""

    def failing(head: Head, answer: object) -> Response:
        raise ValueError("?")

    ids = request_id(make=numbered())
    broken = application(ids(hello), finish=[failing, ids.finish], on_exception=lambda error, head: text("sorry"))
    sound = application(ids(hello), finish=ids.finish)

    assert "1" == call(broken).headers[FIELD]
    assert "2" == call(sound, environ_of(), **UNPARSED).headers[FIELD]


HEAD: Final = RequestHead("GET", Headers())


def test_an_id_of_the_handlers_side_is_kept() -> None:
    """The answer is the very same one."""

    ids = request_id()
    own = text("hi", headers={FIELD: "mine"}).freeze()

    assert "mine" == call(application(ids(lambda _: own), finish=ids.finish)).headers[FIELD]
    assert own is ids.finish(HEAD, own)


@pytest.mark.parametrize("frozen", [False, True], ids=["built", "frozen"])
def test_answers_are_copied(frozen: bool) -> None:
    """An answer stays what it was, since others may have it."""

    built = text("hi")
    answer = built.freeze() if frozen else built
    finished = request_id(timing=True).finish(HEAD, answer)

    assert (True, False) == (FIELD in finished.headers, FIELD in answer.headers)


INCOMING: Final = {
    "a UUID": ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", True),
    "base64": ("q83vEjRWeJA+/w==", True),
    "the longest": (256 * "a", True),
    "too long": (257 * "a", False),
    "empty": ("", False),
    "a space": ("a b", False),
    "a quote": ('a"b', False),
    "two lines": ("a, b", False),
    "a tag": ("<script>", False),
    "a control character": ("a\x1b[2J", False),
    "not ASCII": ("caf\xe9", False),
    "a line feed at the end": ("a\n", False),
    "a parameter": ("a;b", False),
}


@pytest.mark.parametrize(("given_id", "safe"), INCOMING.values(), ids=INCOMING)
@pytest.mark.parametrize("trusted", [False, True], ids=["untrusted", "trusted"])
@pytest.mark.parametrize("broken", [{}, UNPARSED], ids=["parsed", "not parsed"])
def test_ids_of_clients(given_id: str, safe: bool, trusted: bool, broken: dict[str, object]) -> None:
    """Taken when they are trusted and of a safe form, also for requests that cannot be parsed."""

    ids = request_id(trust_incoming=trusted, make=lambda: "ours")
    answer = call(application(ids(hello), finish=ids.finish), environ_of(), HTTP_X_REQUEST_ID=given_id, **broken)

    assert (given_id if safe and trusted else "ours") == answer.headers[FIELD]


@given(st.text())
def test_no_text_of_a_client_fails(given_id: str) -> None:
    """Every answer has an id of a safe form, whatever came."""

    ids = request_id(trust_incoming=True)
    answer = call(application(ids(hello), finish=ids.finish), environ_of(), HTTP_X_REQUEST_ID=given_id)

    assert re.fullmatch(r"[A-Za-z0-9._~:+/=@-]{1,256}", answer.headers[FIELD])


@frozen
class Tagged:
    """What a request is known by."""

    user: str
    id: str


def test_the_state_with_the_id() -> None:
    """What `into` makes of the state and the id; without it, the state is what it was."""

    def id_alone(state: object, found: str) -> str:
        return found

    alone = request_id(into=id_alone, make=lambda: "7")
    both = request_id(into=Tagged, make=lambda: "8")
    neither = request_id(make=lambda: "9")

    @alone
    def by_id(request: Request[str]) -> Response:
        return text(request.state)

    @both
    def by_both(request: Request[Tagged]) -> Response:
        return text(f"{request.state.user} {request.state.id}")

    @neither
    def by_user(request: Request[str]) -> Response:
        return text(request.state)

    def ada(handler: Handler[str]) -> Handler[None]:
        return lambda request: handler(request.with_state("ada"))

    for handler, ids, expected in (
        (by_id, alone, ("7", "7")),
        (ada(by_both), both, ("ada 8", "8")),
        (ada(by_user), neither, ("ada", "9")),
    ):
        answer = call(application(handler, finish=ids.finish))
        assert expected == (answer.text, answer.headers[FIELD])


def test_two_values_do_not_mix() -> None:
    """Each has its own ids, around the same handler as well."""

    first, second = request_id(make=lambda: "1"), request_id(make=lambda: "2", header="X-Trace")

    @first
    @second
    def handler(request: Request) -> Response:
        return text(f"{first.current()} {second.current()}")

    answer = call(application(handler, finish=[first.finish, second.finish]))

    assert ("1 2", "1", "2") == (answer.text, answer.headers[FIELD], answer.headers["X-Trace"])


def test_a_mounted_application_has_the_id_of_the_outer_one() -> None:
    """The same value around both: one request has one id."""

    ids = request_id(make=numbered())
    seen: list[str | None] = []

    def noting(request: Request) -> Response:
        seen.append(ids.current())
        return text("inner")

    def outer(request: Request) -> ResponseLike:
        seen.append(ids.current())
        return application(ids(noting), finish=ids.finish)

    app = application(ids(outer), finish=ids.finish)
    answers = [call(app) for _ in range(2)]

    assert ["1", "1", "2", "2"] == seen
    assert ["1", "2"] == [answer.headers[FIELD] for answer in answers]
    assert ids.current() is None


def test_an_outer_middleware_may_change_the_request() -> None:
    """The id is found again though the request of the middleware is not quite the one that came."""

    ids = request_id(make=numbered())

    def renamed(handler: Handler[None]) -> Handler[None]:
        return lambda request: handler(request.replace(method="PUT", url="/other"))

    app = application(renamed(ids(raising(NotFound()))), finish=ids.finish)

    assert ["1", "2"] == [call(app).headers[FIELD] for _ in range(2)]


def test_proxies_that_the_parser_believes() -> None:
    """Where the parser and the application do not agree about a request, it is still the same."""

    def behind(environ: dict[str, object], /, *, limits: object = None, trust: object = None) -> Request:
        return Request.parse(environ, trust=Trust(x_proto=1, x_prefix=1))

    ids = request_id(make=numbered())
    app = application(ids(raising(NotFound())), parse=behind, finish=ids.finish)
    keys = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_PREFIX": "/a"}

    assert ["1", "2"] == [call(app, environ_of(), **keys).headers[FIELD] for _ in range(2)]


def test_threads_have_their_own_ids() -> None:
    """Requests that are handled at the same time do not see each other's."""

    ids = request_id()
    together = threading.Barrier(8)
    found: list[tuple[str, str]] = []

    @ids
    def handler(request: Request) -> Response:
        before = ids.current()
        together.wait(60)
        return text(f"{before} {ids.current()}")

    app = application(handler, finish=ids.finish)

    def ask() -> None:
        answer = call(app)
        found.append((answer.text, f"{answer.headers[FIELD]} {answer.headers[FIELD]}"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 8 == len({*found})
    assert all(seen == expected for seen, expected in found)


def test_records_have_the_id(records: Records) -> None:
    """Those of the handler, and that of an exception; others have a hyphen, and one with an id of its own keeps it."""

    ids = request_id(make=lambda: "7")
    records.addFilter(ids.log_filter)

    @ids
    def failing(request: Request) -> Response:
        logging.getLogger("shop").warning("soon")
        logging.getLogger("shop").warning("mine", extra={"request_id": "8"})
        raise ValueError("?")

    logging.getLogger("shop").warning("before")
    call(application(failing, finish=ids.finish, on_exception=log_exceptions()))
    logging.getLogger("shop").warning("after")

    assert ["-", "7", "8", "7", "-"] == [getattr(record, "request_id", None) for record in records.seen]


TIMED: Final = {
    "no field": (None, ["app"]),
    "others": ("db;dur=2", ["db", "app"]),
}


@pytest.mark.parametrize(("given_timing", "names"), TIMED.values(), ids=TIMED)
def test_the_time_in_server_timing(given_timing: str | None, names: list[str]) -> None:
    """It stands behind what the handler measured; the request that was not handled has none."""

    ids = request_id(timing=True)
    headers = None if given_timing is None else {"Server-Timing": given_timing}
    app = application(ids(lambda _: text("hi", headers=headers)), finish=ids.finish)
    answer = call(app)
    timing = answer.headers[SERVER_TIMING]

    assert names == [metric.name for metric in timing]
    assert timing.metrics[-1].duration is not None
    assert "Server-Timing" not in call(app, environ_of(), **UNPARSED).headers
    untimed = request_id()
    assert "Server-Timing" not in call(application(untimed(hello), finish=untimed.finish)).headers


def test_the_header_and_the_maker_are_options() -> None:
    """The ids may be UUIDs, in a field of any name."""

    ids = request_id(header="X-Correlation-ID", make=lambda: str(uuid4()))
    answer = call(application(ids(hello), finish=ids.finish))

    assert 36 == len(answer.headers["X-Correlation-ID"])
    assert FIELD not in answer.headers


def test_a_maker_of_unsafe_ids_is_told() -> None:
    """It is a mistake of the application's."""

    ids = request_id(make=lambda: "a b")

    with pytest.raises(ValueError, match="letters, digits"):
        call(application(ids(hello), finish=ids.finish))


MISTAKES: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "header": (lambda: request_id(header="X Request"), "field name"),
    "make": (lambda: untyped(request_id)(make="7"), "make= of"),
    "into": (lambda: untyped(request_id)(into="7"), "into= of"),
    "a field of the connection": (lambda: request_id(header="Connection"), "about the connection"),
    "a field that is a number": (lambda: request_id(header="Content-Length"), "digits"),
    "no handler": (lambda: untyped(request_id())(None), "takes a handler"),
    "itself as finish": (lambda: application(hello, finish=untyped_finish(request_id())), "give the finish of"),
}


def untyped_finish(ids: object) -> Finish:
    """The value where its finish is wanted, as in code without types."""
    return cast("Finish", ids)  # as said


@pytest.mark.parametrize(("make", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(make: Callable[[], object], message: str) -> None:
    """They are refused where they are made, with words."""

    with pytest.raises((TypeError, ValueError), match=message):
        make()
