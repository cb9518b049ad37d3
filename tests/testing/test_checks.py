"""`find_faults` and `check_handler`: every kind of fault, planted in a handler, is found, and no other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import pytest
from hypothesis import strategies as st

from verglas import (
    Answer,
    Handler,
    Request,
    RequestHead,
    Response,
    application,
    html,
    pipe,
    redirect,
    response_of,
    text,
)
from verglas.errors import BadRequest, Forbidden, HTTPError, InternalServerError, MethodNotAllowed, NotFound
from verglas.inputs import header, query, secured
from verglas.middleware import cross_origin_protection, request_id
from verglas.paths import GET, POST, Routes, mount, root, routes
from verglas.sessions import sessions
from verglas.testing.checks import CHECKS, Check, Fault, FaultsFound, Seen, check_handler, find_faults
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

PLAIN: Final = ("Content-Type", "text/plain")


def answering(*lines: tuple[str, str], status: str = "200 OK", body: bytes = b"hi") -> WSGIApplication:
    """An application that answers everything in one way, whatever that is; but `HEAD` without a body."""

    def app(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, list(lines))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return app


# Handlers with a fault


def raises(request: Request) -> Response:
    """Take for granted that a parameter is a number."""
    return text(str(int(request.args.get("page", "1"))))


def writes_fields(request: Request) -> Response:
    """Put what was sent into a field, and say what is wrong with it by an exception."""
    return Response("hi", headers={"X-Page": request.args.get("page", "1")})


def gives_nothing(request: Request) -> Response:
    """Forget the answer in one case."""
    if request.method == "PUT":
        return None  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # that is the fault
    return text("hi")


def fails(request: Request) -> Response:
    """Catch everything, and say nothing."""
    try:
        return raises(request)
    except ValueError:
        raise InternalServerError from None


def leaves_open(request: Request) -> Response:
    """Let a file be closed by chance."""
    file = open(__file__, "rb")  # noqa: SIM115  # that is the fault
    return text(str(len(file.read(10))))


def leaves_behind(request: Request) -> Response:
    """Make a file for what is posted, and delete it nowhere."""
    if request.data:
        handle, _ = tempfile.mkstemp()
        os.close(handle)
    return text("hi")


def keeps_open() -> Handler[None]:
    """Have a file more with each request."""
    kept: list[object] = []

    def handler(request: Request) -> Response:
        kept.append(open(__file__, "rb"))  # noqa: SIM115  # that is the fault
        return text("hi")

    return handler


def shows_markup(request: Request) -> Response:
    """Put what was sent into a page."""
    return html(f"<p>Hello {request.args.get('name', 'World')}")


def shows_path(request: Request) -> Response:
    """Put the path into a page."""
    return html(f"<p>This is {request.path}")


def tells(request: Request) -> Response:
    """Say in the error what was wrong."""
    name = request.args.get("name", "Ada")
    if name != "Ada":
        raise BadRequest(f"there is no {name}")
    return text("hi")


def answers_a_part(request: Request) -> Response:
    """Send a part without saying which."""
    return Response("h", 206, mimetype="text/plain") if "Range" in request.headers else text("hi")


def leads_away(request: Request) -> Response:
    """Go wherever the request says."""
    try:
        return redirect(request.args["next"])
    except (KeyError, ValueError):
        return text("hi")


def goes_back(request: Request) -> Response:
    """Go where the request says that it came from."""
    try:
        return redirect(request.headers["Referer"])
    except (KeyError, ValueError):
        return redirect("/")


def is_partial(request: Request) -> Response:
    """Answer with a part, whatever was asked for."""
    return Response("hi", 206, {"Content-Range": "bytes 0-1/2"}, content_type="text/plain")


def grows() -> Handler[None]:
    """Add to one answer again and again."""
    shared = text("hi")

    def handler(request: Request) -> Response:
        shared.headers.add("X-Seen", "1")
        return shared

    return handler


def forgets_head(request: Request) -> Response:
    """Take `GET` for the only way to read."""
    if request.method != "GET":
        raise MethodNotAllowed(["GET"])
    return text("hi")


def has_other_head(request: Request) -> Response:
    """Answer `HEAD` by hand."""
    return Response("", content_type="text/html") if request.method == "HEAD" else text("hi")


# Applications with a fault


def never_starts(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Give a body without a head."""
    return [b"hi"]


def starts_twice(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Begin the answer a second time."""
    start_response("200 OK", [PLAIN])
    start_response("200 OK", [PLAIN])
    return []


def gives_text(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Give the body as text."""
    start_response("200 OK", [PLAIN])
    return ["hi"]  # type: ignore[list-item]  # pyright: ignore[reportReturnType]  # that is the fault


def gives_tuple(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Give the fields as a tuple."""
    start_response("200 OK", (PLAIN,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # as above
    return []


def has_head_with_body(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer `HEAD` as `GET`, with the body."""
    start_response("200 OK", [PLAIN])
    return [b"hi"]


class LeakyFile:
    """A body that closes its file at its end, and not before: it has no `close`."""

    def __init__(self) -> None:
        self._file = open(__file__, "rb")  # noqa: SIM115  # that is the fault

    def __iter__(self) -> Iterator[bytes]:
        yield self._file.read(10)
        yield self._file.read(10)
        self._file.close()


def leaks_when_cut(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Count on the client that it reads to the end."""
    start_response("200 OK", [PLAIN])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else LeakyFile()


PLANTED: Final[dict[str, tuple[str, Handler[None] | WSGIApplication]]] = {
    "value-error": ("exception", raises),
    "submitted-field": ("exception", writes_fields),
    "no-answer": ("exception", gives_nothing),
    "500-of-its-own": ("server-error", fails),
    "caught-by-application": ("server-error", application(fails)),
    "never-started": ("wsgi", never_starts),
    "started-twice": ("wsgi", starts_twice),
    "text-as-body": ("wsgi", gives_text),
    "tuple-of-fields": ("wsgi", gives_tuple),
    "started-twice-by-an-answer": ("wsgi", lambda request: starts_twice),
    "status-without-words": ("status", answering(PLAIN, status="200")),
    "status-1xx": ("status", answering(PLAIN, status="103 Early Hints", body=b"")),
    "status-with-break": ("status", answering(PLAIN, status="200 OK\r\nX: 1")),
    "field-with-break": ("field", answering(PLAIN, ("X-A", "1\r\nX-B: 2"))),
    "field-name-with-space": ("field", answering(PLAIN, ("X A", "1"))),
    "field-outside-latin-1": ("field", answering(PLAIN, ("X-A", "€"))),
    "field-of-the-connection": ("field", answering(PLAIN, ("Connection", "close"))),
    "field-twice": ("field", answering(PLAIN, PLAIN)),
    "date-that-is-none": ("field", answering(PLAIN, ("Last-Modified", "yesterday"))),
    "401-without-challenge": ("missing-field", answering(PLAIN, status="401 Unauthorized")),
    "405-without-allow": ("missing-field", answering(PLAIN, status="405 Method Not Allowed")),
    "302-without-location": ("missing-field", answering(PLAIN, status="302 Found")),
    "206-without-range": ("missing-field", answers_a_part),
    "204-with-body": ("body", answering(status="204 No Content")),
    "head-with-body": ("body", has_head_with_body),
    "length-too-long": ("length", answering(PLAIN, ("Content-Length", "3"))),
    "length-too-short": ("length", answering(PLAIN, ("Content-Length", "1"))),
    "file-left-open": ("leak", leaves_open),
    "temporary-file": ("leak", leaves_behind),
    "more-files-each-time": ("leak", keeps_open()),
    "file-of-who-hangs-up": ("leak", leaks_when_cut),
    "markup": ("markup", shows_markup),
    "markup-of-a-path": ("markup", shows_path),
    "text-in-an-error": ("reflected", tells),
    "redirect-anywhere": ("open-redirect", leads_away),
    "redirect-to-referer": ("open-redirect", goes_back),
    "part-of-nothing": ("unasked", is_partial),
    "304-to-everybody": ("unasked", answering(status="304 Not Modified", body=b"")),
    "shared-answer": ("growing", grows()),
    "405-to-head": ("head-like-get", forgets_head),
    "other-fields-to-head": ("head-like-get", has_other_head),
}


@pytest.mark.parametrize(("kind", "handler"), PLANTED.values(), ids=PLANTED.keys())
def test_finds_what_is_planted(kind: str, handler: Handler[None]) -> None:
    """The fault of each handler is found; and no other."""
    assert {kind} == {fault.kind for fault in find_faults(handler)}


# Tables with a fault


def add(request: Request, number: int) -> Response:
    """Take a number."""
    return text(str(number), 201)


def add_small(request: Request, number: int) -> Response:
    """Take a number, but not each that fits."""
    if number > 9:
        raise BadRequest
    return text(str(number), 201)


def greeting(request: Request, name: str) -> Response:
    """Greet somebody."""
    return text("Hello")


def secret(request: Request, user: str) -> Response:
    """Say something to users only."""
    return text("The secret")


ADDING: Final = POST(root / "numbers") & query("number", int)
TABLE: Final = routes(ADDING.into(add), GET(root / "people" / str).into(greeting))
PICKY: Final = routes(ADDING.into(add_small))


def forbidding(request: Request) -> Response:
    """Let nobody in."""
    raise Forbidden


OPEN: Final = routes((GET(root / "secret") & secured(header("X-Token", str), str, challenge="Bearer")).into(secret))


def changing(status: int, other: Response) -> Handler[None]:
    """The table in a middleware that gives another answer in place of those with a status."""
    answer = other.freeze()

    def handler(request: Request) -> ResponseLike:
        try:
            response = response_of(TABLE(request), request)
        except HTTPError as error:
            response = response_of(error, request)
        return answer if response.status_code == status else response

    return handler


IN_A_TABLE: Final[dict[str, tuple[str, Handler[None], Routes[Request]]]] = {
    "405-as-404": ("allow", changing(405, text("hi", 404)), TABLE),
    "other-allow": ("allow", changing(405, Response("hi", 405, {"Allow": "TRACE"}, content_type="text/plain")), TABLE),
    "options-as-404": ("options", changing(204, text("hi", 404)), TABLE),
    "options-without-allow": ("options", changing(204, Response(status=204)), TABLE),
    "422-as-200": ("accepted-misfit", changing(422, text("hi")), TABLE),
    "404-as-200": ("unknown-path", changing(404, text("hi")), TABLE),
    "all-tokens": ("authentication", OPEN, OPEN),
    "only-small-numbers": ("refused-fit", PICKY, PICKY),
    "nobody-let-in": ("not-reached", forbidding, OPEN),
}


@pytest.mark.parametrize(("kind", "handler", "table"), IN_A_TABLE.values(), ids=IN_A_TABLE.keys())
def test_finds_what_a_table_breaks(kind: str, handler: Handler[None], table: Routes[Request]) -> None:
    """What a table promises and does not keep is found; and no other fault."""
    assert {kind} == {fault.kind for fault in find_faults(handler, table=table)}


def broken(request: Request[object]) -> Response:
    """Fail, whoever asks."""
    return text(str(1 // 0))


def own_guard(handler: Handler[None]) -> Handler[None]:
    """A middleware without a word about what is inside."""

    def inner(request: Request) -> ResponseLike:
        return handler(request)

    return inner


class Counting:
    """A middleware that is an object, around an application."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.count = 0

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """Count, and pass on."""
        self.count += 1
        return self.app(environ, start_response)


def unchanged(head: RequestHead, answer: Answer) -> Answer:
    """Finish nothing."""
    return answer


with_session: Final = sessions(bytes, bytes, keys=["a key of 16 bytes or more"])
protection: Final = cross_origin_protection()
BROKEN: Final = routes(GET(root / "bug").into(broken))
AROUND: Final[dict[str, tuple[str, Handler[None] | WSGIApplication]]] = {
    "itself": ("/bug", BROKEN),
    "protection": ("/bug", protection(BROKEN)),
    "sessions": ("/bug", with_session(BROKEN)),
    "pipe": ("/bug", pipe(BROKEN, own_guard, protection, request_id())),
    "closure": ("/bug", own_guard(own_guard(BROKEN))),
    "partial": ("/bug", partial(own_guard(BROKEN))),
    "application": ("/bug", application(BROKEN)),
    "application-with-all": ("/bug", application(protection(with_session(BROKEN)), finish=[unchanged])),
    "object": ("/bug", Counting(application(own_guard(BROKEN)))),
    "method-application": ("/bug", Request.application(own_guard(BROKEN))),
    "mounted-table": ("/d/bug", routes(mount(root / "d", BROKEN))),
    "mounted-middleware": ("/d/bug", routes(mount(root / "d", own_guard(BROKEN)))),
    "mounted-sessions": ("/d/bug", routes(mount(root / "d", with_session(BROKEN)))),
    "mounted-application": ("/d/bug", routes(mount(root / "d", application(protection(BROKEN))))),
    "mounted-twice": (
        "/d/e/bug",
        application(protection(routes(mount(root / "d", own_guard(routes(mount(root / "e", own_guard(BROKEN)))))))),
    ),
    "mounted-handler": ("/d/...", routes(mount(root / "d", broken))),
}


@pytest.mark.parametrize(("path", "handler"), AROUND.values(), ids=AROUND.keys())
def test_sees_what_is_inside(path: str, handler: Handler[None]) -> None:
    """A table is seen in whatever stands around it; each request is made from outside."""
    fault, *others = find_faults(handler, max_examples=10)

    assert {"exception"} >= {one.kind for one in others}
    assert ("exception", path) == (fault.kind, fault.route.partition(" ")[2])
    assert fault.request.path == path.replace("...", "")


def test_table_is_the_one_that_is_given() -> None:
    """A table that is given is taken instead of the one that the handler is."""
    other = routes(GET(root / "other").into(broken))

    faults = find_faults(BROKEN, table=other, max_examples=10)

    assert ("not-reached", "GET /other") in [(fault.kind, fault.route) for fault in faults]
    assert "exception" not in [fault.kind for fault in faults]


def test_says_that_a_table_is_not_known() -> None:
    """Of several tables inside, none is taken."""
    first, other = routes(GET(root / "a").into(fine)), routes(GET(root).into(fine))

    def by_host(request: Request) -> ResponseLike:
        return other(request) if request.host.startswith("other") else first(request)

    [fault] = find_faults(by_host, checks=CHECKS[-1:], max_examples=10)

    assert "not-reached" == fault.kind
    assert "2 tables" in fault.what


def test_says_how_to_reach_a_handler() -> None:
    """Without good credentials, only strangers ask; with them, there is nothing to say."""
    token = secured(header("X-Token", str), {"t0ken": "ada"}.get, challenge="Bearer")
    table = routes((GET(root / "secret") & token).into(secret))

    [fault] = find_faults(table, max_examples=20)

    assert ("not-reached", "GET /secret") == (fault.kind, fault.route)
    assert "answered 401; good credentials are not known" in fault.what
    assert () == find_faults(table, max_examples=20, given={token: st.just("t0ken")})
    assert () == find_faults(
        table, max_examples=20, prepare=lambda request: request.replace(headers={"X-Token": "t0ken"})
    )
    assert () == find_faults(table, max_examples=20, leave_out=["not-reached"])


def test_each_check_is_needed() -> None:
    """Each check is the one that finds some planted fault."""
    planted = {kind for kind, _ in PLANTED.values()} | {kind for kind, _, _ in IN_A_TABLE.values()}

    assert planted == {check.kind for check in CHECKS}


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in PLANTED.values()}))
def test_leaves_out(kind: str) -> None:
    """A kind that is left out is not looked for."""
    handlers = [handler for planted, handler in PLANTED.values() if planted == kind]

    assert () == find_faults(handlers[0], leave_out=[kind], max_examples=30)


def fine(request: Request) -> Response:
    """Do nothing wrong."""
    if request.path != "/":
        raise NotFound
    return html("<p>Hello")


def conditional(request: Request) -> Response:
    """Answer 304 to who has it already, or a part to who asks for one."""
    response = text("hi")
    response.add_etag()
    return response.make_conditional(request, accept_ranges=True, complete_length=2)


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(fine, id="handler"),
        pytest.param(application(fine), id="application"),
        pytest.param(answering(PLAIN), id="foreign-application"),
        pytest.param(text("hi"), id="response"),
        pytest.param(text("hi").freeze(), id="frozen-response"),
        pytest.param(conditional, id="conditional"),
    ],
)
def test_finds_nothing(handler: Handler[None]) -> None:
    """What does nothing wrong passes."""
    check_handler(handler)


def test_one_fault_does_not_hide_another() -> None:
    """Every kind of fault is found, and every place that raises."""

    def many(request: Request) -> Response:
        if request.method == "POST":
            raise LookupError
        int(request.args.get("page", "1"))
        return html(request.args.get("text", ""))

    found = [(fault.kind, type(fault.error)) for fault in find_faults(many, max_examples=200)]

    assert [("exception", LookupError), ("exception", ValueError), ("markup", type(None))] == sorted(found, key=str)


def test_same_seed_finds_the_same() -> None:
    """The seed alone decides which requests are made."""

    def requests_of(seed: int) -> list[Request[object]]:
        made: list[Request[object]] = []

        def handler(request: Request) -> Response:
            made.append(request.buffered())
            return text("hi")

        find_faults(handler, seed=seed, max_examples=20)
        return made

    assert requests_of(1) == requests_of(1) != requests_of(2)


def test_request_is_small() -> None:
    """A fault is shown by the smallest request."""

    def long_body(request: Request) -> Response:
        if len(request.data) > 3:
            raise LookupError
        return text("hi")

    [fault] = find_faults(long_body, requests=st.builds(post, st.binary()))

    assert Request(method="POST", body=b"\0\0\0\0") == fault.request


def post(body: bytes) -> Request[None]:
    """A request with a body."""
    return Request(method="POST", body=body)


def test_makes_the_requests_that_are_given() -> None:
    """Requests of another kind are not made."""
    paths: set[tuple[str, str]] = set()

    def note(request: Request) -> Response:
        paths.add((request.method, request.path))
        return text("hi")

    check_handler(note, requests=st.sampled_from([Request(method="POST", url="/a"), Request(url="/b")]))

    assert {("POST", "/a"), ("GET", "/b"), ("HEAD", "/b")} == paths


def test_follows_links() -> None:
    """Pages that the first one leads to are looked at, their forms are filled in, and other hosts are not asked."""

    def site(request: Request) -> Response:
        match request.path:
            case "/":
                return html('<a href="/list?page=1">List</a> <a href="http://other.example/">Other</a> <a href="x:y">')
            case "/list":
                return html("<form action='add' method=post><input name=colour></form>")
            case "/add":
                return html(request.form.get("colour", ""))
            case _:
                raise NotFound

    [fault] = find_faults(site)

    assert ("markup", "/add", "POST") == (fault.kind, fault.request.path, fault.request.method)


def greet(request: Request[str]) -> Response:
    """Greet who asks."""
    return text(f"Hello {request.state.upper()}")


def test_gives_a_state() -> None:
    """Requests have the state that is given."""
    check_handler(greet, state="ada")


def test_gives_states() -> None:
    """A strategy for the state is searched as well; a fault has the state that shows it."""

    def divide(request: Request[int]) -> Response:
        return text(str(1 / (request.state - 3)))

    [fault] = find_faults(divide, state=st.integers(0, 5))

    assert (ZeroDivisionError, 3) == (type(fault.error), fault.request.state)


def test_more_checks() -> None:
    """A check of a user's own is another row."""

    def look(seen: Seen) -> str | None:
        return None if seen.exchange.values("x-request-id") else "it has no id"

    [fault] = find_faults(fine, checks=[*CHECKS, Check("request-id", "an answer without an id", look)])

    assert ("request-id", "it has no id") == (fault.kind, fault.what)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: find_faults(fine, leave_out=["excepton"]), "'excepton', which is not a kind", id="kind"),
        pytest.param(lambda: find_faults(fine, leave_out="body"), "", id="one-kind"),
    ],
)
def test_refuses(make: Callable[[], tuple[Fault, ...]], message: str) -> None:
    """What is not known is refused where it is given."""
    if message:
        with pytest.raises(ValueError, match=message):
            make()
    else:
        assert () == make()


def test_failure_shows_what_to_do() -> None:
    """The message has every fault with its request, and how to see it again, or to allow it."""
    with pytest.raises(FaultsFound) as caught:
        check_handler(raises, seed=7)

    message = str(caught.value)
    assert ["exception"] == [fault.kind for fault in caught.value.faults]
    for part in (
        "raises has a fault:",
        "ValueError: invalid literal",
        "GET /?page=vrglsmrk HTTP/1.1",
        "seed=7",
        "leave_out=['exception']",
    ):
        assert part in message


def test_leaves_the_folder_of_temporary_files_alone() -> None:
    """Temporary files go where they went before."""
    before = tempfile.gettempdir()

    find_faults(leaves_behind, max_examples=10)

    assert before == tempfile.gettempdir()


def test_failure_tells_a_cause_once() -> None:
    """What is wrong with several routes in the same way is told once; an exception is told without its notes."""

    def noted(request: Request) -> Response:
        error = LookupError("no database")
        error.add_note("ask the admin")
        raise error

    table = routes(*[GET(root / name).into(noted) for name in ("a", "b", "c")])

    with pytest.raises(FaultsFound) as caught:
        check_handler(own_guard(table), max_examples=10)

    message = str(caught.value)
    assert 3 == len(caught.value.faults)
    assert "own_guard.<locals>.inner around a table of 3 routes has a fault:" in message
    assert "1. exception, GET /a: raised LookupError: no database, in noted" in message
    assert "The same is true of GET /b, GET /c." in message
    assert "2. " not in message


def test_refusal_names_who_was_called() -> None:
    """What is no handler is refused in the name of the function that was given it."""
    with pytest.raises(TypeError, match=r"check_handler\(\) takes a handler"):
        check_handler("page")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
