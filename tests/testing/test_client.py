"""The client: what it sends, what it keeps, what it follows, and what it refuses."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Final

import pytest
from attrs import frozen

from tests.kit import CountedBody, untyped
from verglas import (
    URL,
    Request,
    Response,
    application,
    html,
    json_response,
    redirect,
    text,
)
from verglas.errors import NotFound, WSGIViolation
from verglas.inputs import json_of
from verglas.testing import Client, ContentError, EnvironBuilder, RedirectError, ResponseConsumed, TestResponse
from verglas.wsgi import StartResponse, WSGIApplication

Environ = dict[str, object]


def echo(request: Request) -> Response:
    """Method, URL, cookies and body of the request."""
    return json_response(
        {
            "method": request.method,
            "url": str(request.url),
            "root": request.root_path,
            "cookies": dict(request.cookies),
            "tag": request.headers.get("X-Tag"),
            "from": request.remote_addr,
            "data": request.get_data().decode(),
        }
    )


APP: Final = application(echo)
EMPTY: Final = ("SCRIPT_NAME", "QUERY_STRING")


def told(response: TestResponse) -> dict[str, object]:
    """What the echo says."""
    value = response.json()
    assert isinstance(value, dict)
    return dict(value)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_method(method: str) -> None:
    """Each method has its function, which sends that method."""
    with Client(APP) as client:
        ask = {
            "get": client.get,
            "post": client.post,
            "put": client.put,
            "patch": client.patch,
            "delete": client.delete,
            "options": client.options,
            "trace": client.trace,
        }[method]

        assert (method.upper(), "http://localhost/a") == (told(ask("/a"))["method"], told(ask("/a"))["url"])


def test_head() -> None:
    """HEAD has no body."""
    with Client(APP) as client:
        assert (200, b"") == (client.head("/").status_code, client.head("/").data)


@pytest.mark.parametrize("method", ["QUERY", "PROPFIND", "X-OWN"])
def test_methods_that_the_validator_does_not_know(method: str) -> None:
    """They are sent without a warning, which would be an error here."""
    with Client(APP) as client:
        assert method == told(client.open("/", method=method))["method"]


def test_target_of_the_whole_server() -> None:
    """`OPTIONS *` passes the validator, which takes it for a mistake."""
    with Client(APP) as client:
        assert 200 == client.send(Request(method="OPTIONS", url="*")).status_code


WHOLE: Final[dict[str, Callable[[], Request | Environ | EnvironBuilder]]] = {
    "request": lambda: Request(method="PUT", url="/a", body=b"hi"),
    "environ": lambda: Request(method="PUT", url="/a", body=b"hi").environ,
    "builder": lambda: EnvironBuilder("/a", method="PUT", data=b"hi"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_request(kind: str) -> None:
    """A request, and an environ are sent as they are."""
    with Client(APP) as client:
        answer = told(client.open(WHOLE[kind]()))

    assert ("PUT", "http://localhost/a", "hi") == (answer["method"], answer["url"], answer["data"])


def test_environ_without_keys_that_may_be_absent() -> None:
    """PEP 3333 has SCRIPT_NAME and QUERY_STRING absent where they are empty."""
    environ = {key: value for key, value in Request(url="/a").environ.items() if key not in EMPTY}
    with Client(APP) as client:
        assert "http://localhost/a" == told(client.open(environ))["url"]


def test_whole_request_with_parts() -> None:
    """Parts beside a whole request would be lost, so they are refused."""
    with Client(APP) as client, pytest.raises(TypeError, match="has its parts already"):
        client.open(Request(url="/a"), method="PUT")


def test_method_given_twice() -> None:
    """A function is of one method."""
    with Client(APP) as client, pytest.raises(TypeError, match="the method is GET here"):
        client.get("/", method="PUT")


def test_request_is_sent_again() -> None:
    """A request is a value: sending it does not use up its body."""
    request = Request.from_values("/", method="POST", data=b"hi")
    with Client(APP) as client:
        assert ["hi", "hi"] == [told(client.send(request))["data"] for _ in range(2)]


def test_defaults_of_the_client() -> None:
    """The client's base URL, fields and environ are those of requests that do not have their own."""
    client = Client(
        APP,
        base_url="https://example.org/shop",
        headers={"X-Tag": "all"},
        environ_base={"REMOTE_ADDR": "192.0.2.1"},
    )
    with client:
        plain = told(client.get("/a"))
        own = told(client.get("/a", "http://other.example/", headers={"X-Tag": "own"}))

    assert ("https://example.org/shop/a", "/shop", "all", "192.0.2.1") == (
        plain["url"],
        plain["root"],
        plain["tag"],
        plain["from"],
    )
    assert ("http://other.example/a", "own") == (own["url"], own["tag"])


# Cookies


def counting(request: Request) -> Response:
    """It counts the visits in a cookie."""
    visits = int(request.cookies.get("visits", "0")) + 1
    response = text(str(visits))
    response.set_cookie("visits", str(visits), max_age=60)
    return response


def test_cookies_are_kept() -> None:
    """What an answer sets is sent with the next request, and is there to be read."""
    with Client(application(counting)) as client:
        texts = [client.get("/").text for _ in range(3)]
        kept = client.get_cookie("visits")

    assert ["1", "2", "3"] == texts
    assert kept is not None
    assert "3" == kept.value


def test_cookies_expire_by_the_clock() -> None:
    """A cookie is gone when its time is over."""
    now = [1_000_000_000.0]
    with Client(application(counting), clock=lambda: now[0]) as client:
        client.get("/")
        now[0] += 61

        assert "1" == client.get("/").text


def test_cookies_not_wanted() -> None:
    """Without them, nothing is kept and nothing sent."""
    with Client(application(counting), use_cookies=False) as client:
        assert ["1", "1"] == [client.get("/").text for _ in range(2)]
        assert client.get_cookie("visits") is None


def test_cookies_of_the_request_itself() -> None:
    """They go before those of the client; the request that is looked at later has all."""
    with Client(APP) as client:
        client.set_cookie("a", "1")
        response = client.get("/", headers={"Cookie": "b=2"})

    assert {"a": "1", "b": "2"} == told(response)["cookies"]
    assert "b=2; a=1" == response.request.headers["Cookie"]


def test_cookie_set_and_deleted_by_the_test() -> None:
    """A test sets and deletes cookies by the names that users know."""
    with Client(APP) as client:
        client.set_cookie("a", "1", path="/x")
        seen = [told(client.get(path))["cookies"] for path in ("/x/y", "/")]
        client.delete_cookie("a", path="/x")

        assert [{"a": "1"}, {}] == seen
        assert {} == told(client.get("/x"))["cookies"]


def test_cookies_refused() -> None:
    """A client without cookies does not set any."""
    with pytest.raises(TypeError, match="use_cookies"):
        Client(APP, use_cookies=False).set_cookie("a", "1")


def test_cookie_that_a_browser_does_not_store() -> None:
    """The answer says which, and why; a failing test shows it."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN, ("Set-Cookie", "a=1; Domain=other.example"), ("Set-Cookie", "b=2")])
        return [b""]

    with Client(app) as client:
        response = client.get("/")

    assert (["a"], ["b"]) == ([one.name for one in response.refused_cookies], [one.name for one in client.cookies])
    assert "cookie 'a' not stored: " in repr(response)


# Redirects


def moving(request: Request) -> Response:
    """`/303` redirects to `/end`, by that status, and so on."""
    if request.path == "/end":
        return text(f"{request.method} {request.root_path} {request.get_data().decode()}")
    if request.path == "/loop":
        return redirect("/loop")
    if request.path == "/out":
        return redirect("http://other.example/end")
    return redirect(f"{request.root_path}/end", int(request.path[1:]))


@pytest.mark.parametrize(
    ("status", "end"), [(301, "GET  "), (302, "GET  "), (303, "GET  "), (307, "POST  hi"), (308, "POST  hi")]
)
def test_redirect(status: int, end: str) -> None:
    """Redirects are followed as Fetch has it; where they came from is in the history."""
    with Client(application(moving)) as client:
        response = client.post(f"/{status}", data=b"hi", follow_redirects=True)

    assert (end, [status]) == (response.text, [one.status_code for one in response.history])
    assert "http://localhost/end" == str(response.url)


def test_redirect_not_followed() -> None:
    """Unless it is asked for, a redirect is an answer; it can be followed then."""
    with Client(application(moving)) as client:
        response = client.get("/303")

        assert (303, "/end", True) == (response.status_code, response.location, response.is_redirect)
        assert "GET  " == client.follow(response).text


def test_client_that_follows() -> None:
    """A client may follow always, and a call say otherwise."""
    with Client(application(moving), follow_redirects=True) as client:
        assert [200, 303] == [client.get("/303", follow_redirects=one).status_code for one in (None, False)]


def test_redirect_below_the_mount() -> None:
    """The next request reaches the application where it is mounted."""
    with Client(application(moving), base_url="http://localhost/shop") as client:
        assert "GET /shop " == client.get("/303", follow_redirects=True).text


def test_redirect_in_a_loop() -> None:
    """It ends, with words."""
    with Client(application(moving)) as client, pytest.raises(RedirectError, match="20 redirects"):
        client.get("/loop", follow_redirects=True)


def test_redirect_to_another_host() -> None:
    """The application is not taken for another host's, unless the client is told that it is."""
    with Client(application(moving)) as client, pytest.raises(RedirectError, match="is not known to answer"):
        client.get("/out", follow_redirects=True)
    with Client(application(moving), hosts=["other.example"]) as client:
        assert "http://other.example/end" == str(client.get("/out", follow_redirects=True).url)


def test_redirect_out_of_the_mount() -> None:
    """A path where the application is not mounted is nothing that it answers."""

    def out(request: Request) -> Response:
        return redirect("/elsewhere")

    client = Client(application(out), base_url="http://localhost/shop")
    with client, pytest.raises(RedirectError, match="not below /shop"):
        client.get("/", follow_redirects=True)


# What is held to the standard


def answers(status: str, lines: list[tuple[str, str]], *pieces: bytes) -> WSGIApplication:
    """An application."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, lines)
        return list(pieces)

    return app


PLAIN: Final = ("Content-Type", "text/plain")


def misreading(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """An application that writes bytes to the log, which is text."""
    getattr(environ["wsgi.errors"], "write")(b"a")  # noqa: B009  # the type of the environ does not say that it is one
    start_response("200 OK", [PLAIN])
    return [b"a"]


VIOLATIONS: Final = {
    "hop-by-hop": answers("200 OK", [PLAIN, ("Connection", "close")], b"a"),
    "less than the length": answers("200 OK", [PLAIN, ("Content-Length", "2")], b"a"),
    "more than the length": answers("200 OK", [PLAIN, ("Content-Length", "2")], b"a", b"bc"),
    "two lengths": answers("200 OK", [PLAIN, ("Content-Length", "1"), ("Content-Length", "1")], b"a"),
    "length that is none": answers("200 OK", [PLAIN, ("Content-Length", "+1")], b"a"),
    "body of a 204": answers("204 No Content", [], b"a"),
    "body of a 304": answers("304 Not Modified", [], b"a"),
    "status without a phrase": answers("200", [PLAIN], b"a"),
    "no type": answers("200 OK", [], b"a"),
    "line break": answers("200 OK", [PLAIN, ("X-A", "a\r\nb")], b"a"),
    "text for bytes": answers("200 OK", [PLAIN], "a"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # which is the mistake
    "input misread": misreading,
}


@pytest.mark.parametrize("raised", [True, False])
@pytest.mark.parametrize("kind", VIOLATIONS)
def test_violation(kind: str, raised: bool) -> None:
    """What a server could not send is an error of the test, even if exceptions are answered."""
    client = Client(VIOLATIONS[kind], raise_exceptions=raised)
    with client, pytest.raises((AssertionError, WSGIViolation)):
        assert client.get("/").data


@pytest.mark.parametrize("follow", [True, False])
def test_violation_of_a_redirect(follow: bool) -> None:
    """The body of an answer that is left behind, or that nobody looks at, is held to its length as well."""
    location = ("Location", "/there")
    app = answers("303 See Other", [PLAIN, location, ("Content-Length", "2")], b"a")
    with pytest.raises((WSGIViolation, ExceptionGroup)), Client(app, follow_redirects=follow) as client:
        _unread = client.get("/")


def test_violation_of_an_answer_that_is_dropped() -> None:
    """An answer of which a test looks at the status alone is read all the same, and found to be too short."""
    client = Client(VIOLATIONS["less than the length"])

    def look_at_the_status() -> None:
        with client:
            assert 200 == client.get("/").status_code
            gc.collect()

    with pytest.raises(ExceptionGroup) as caught:
        look_at_the_status()
    assert [WSGIViolation] == [type(error) for error in caught.value.exceptions]
    client.close()


def test_own_assertion_is_no_violation() -> None:
    """What a handler asserts is an exception of it."""

    def asserting(request: Request) -> Response:
        raise AssertionError(request.path)

    with Client(application(asserting), raise_exceptions=False) as client:
        assert 500 == client.get("/").status_code


def test_body_of_head() -> None:
    """HEAD answers with a body are refused."""
    with Client(answers("200 OK", [PLAIN], b"a")) as client, pytest.raises(WSGIViolation, match="HEAD"):
        client.head("/")


@pytest.mark.parametrize("status", ["205 Reset Content", "303 See Other", "416 Range Not Satisfiable"])
def test_answer_without_content_needs_no_type(status: str) -> None:
    """RFC 9110 §8.3 has a type for content alone; what the validator is told does not show."""
    length = ("Content-Length", "0")
    with Client(answers(status, [length])) as client:
        assert (length,) == client.get("/").headers.pairs


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_content_without_type(method: str) -> None:
    """Content has one."""
    app = answers("200 OK", [("Content-Length", "1")], *([b"a"] if method == "GET" else []))
    with Client(app) as client, pytest.raises(AssertionError, match="Content-Type"):
        client.open("/", method=method)


def test_not_validated() -> None:
    """Whoever wants it, gets what the application sent."""
    with Client(VIOLATIONS["less than the length"], validate=False) as client:
        assert b"a" == client.get("/").data


def test_handler_for_an_application() -> None:
    """A handler is refused, with what to write."""
    with pytest.raises(TypeError, match=r"Client\(application"):
        Client(echo)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # which is the mistake


# Exceptions


def failing(request: Request) -> Response:
    """It raises, at once or later."""
    if request.path == "/later":
        return Response(broken())
    if request.path == "/missing":
        raise NotFound
    raise LookupError("lost")


def broken() -> Iterator[bytes]:
    """It begins, and breaks."""
    yield b"first"
    raise LookupError("lost")


def test_exception() -> None:
    """It is raised, even if the application answers exceptions itself; what is an answer, is one."""
    own = application(failing, on_exception=lambda error, head: text("sorry", 500))
    for app in (application(failing), own):
        with Client(app) as client:
            assert 404 == client.get("/missing").status_code
            with pytest.raises(LookupError, match="lost"):
                client.get("/")


def test_exception_rendered() -> None:
    """On request it is the application's own 500, or a server's."""
    own = application(failing, on_exception=lambda error, head: text("sorry", 500))
    for app, body in ((application(failing), "Internal Server Error"), (own, "sorry")):
        with Client(app, raise_exceptions=False) as client:
            response = client.get("/")

            assert (500, body) == (response.status_code, response.text)
            assert b"" == client.head("/").data


@pytest.mark.parametrize("raised", [True, False])
def test_exception_in_the_middle(raised: bool) -> None:
    """Once bytes are out, no server can answer anew."""
    with Client(application(failing), raise_exceptions=raised) as client:
        response = client.get("/later")
        with pytest.raises(LookupError, match="lost"):
            response.get_data()


# The answer


def test_body_is_read_when_it_is_asked_for() -> None:
    """Status and fields are there before."""
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield b"%d" % number

    with Client(application(lambda _: Response(pieces()))) as client:
        response = client.get("/")
        begun = list(read)

        assert ("200 OK", [0]) == (response.status, begun)
        assert ("012", [0, 1, 2]) == (response.text, read)
        assert "012" == response.text


def test_body_in_pieces() -> None:
    """They are given as they come, and not kept."""
    with Client(application(lambda _: Response(iter([b"a", b"b"])))) as client:
        response = client.get("/")

        assert [b"a", b"b"] == list(response.iter_bytes())
        assert response.is_closed
        with pytest.raises(ResponseConsumed, match="iter_bytes"):
            response.get_data()


def test_pieces_of_a_body_that_is_there() -> None:
    """It was kept, so it is given again."""
    with Client(application(lambda _: Response("ab"))) as client:
        response = client.get("/", buffered=True)

        assert response.is_closed
        assert [b"ab"] == list(response.iter_bytes())


def test_lines() -> None:
    """Lines are given as they arrive, however they are cut."""
    with Client(application(lambda _: Response(iter(["a\r", "\nb", "c\n", "", "é"])))) as client:
        assert ["a", "bc", "é"] == list(client.get("/").iter_lines())


def closing(body: CountedBody) -> WSGIApplication:
    """An application with a body that counts."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN])
        return body  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # of bytes alone, here

    return app


def close_twice(response: TestResponse) -> None:
    """As a careful test does."""
    response.close()
    response.close()


CLOSERS: Final[dict[str, Callable[[TestResponse], object]]] = {
    "read": lambda response: response.get_data(),
    "closed": lambda response: response.close(),
    "closed twice": close_twice,
    "context": lambda response: response.__exit__(None, None, None),
    "iterated in part": lambda response: next(response.iter_bytes()),
    "nothing": lambda response: None,
}


@pytest.mark.parametrize("kind", CLOSERS)
def test_closed_once(kind: str) -> None:
    """Whatever a test does with an answer, its body is closed exactly once when the client is."""
    body = CountedBody(b"a", b"b")
    with Client(closing(body)) as client:
        response = client.get("/")
        CLOSERS[kind](response)

    response.close()
    assert 1 == body.closed


def test_closed_when_it_is_dropped() -> None:
    """An answer that nobody looks at is closed, too."""
    body = CountedBody(b"a", b"b")
    Client(closing(body)).get("/")

    assert 1 == body.closed


def test_closed_answer_has_no_body() -> None:
    """It says so, rather than to seem empty."""
    with Client(application(lambda _: Response("ab"))) as client:
        response = client.get("/")
        response.close()
        with pytest.raises(ResponseConsumed, match="close"):
            response.get_data()


def test_body_is_there_after_the_client() -> None:
    """A body whose length is known can be looked at when the client is closed; one that may be endless cannot."""
    with Client(application(lambda request: Response("ab" if request.path == "/" else iter("ab")))) as client:
        known, endless = client.get("/"), client.get("/stream")

    assert "ab" == known.text
    with pytest.raises(ResponseConsumed, match="closed before its body was read"):
        endless.get_data()


@pytest.mark.parametrize("kind", ["client", "answer"])
def test_what_fails_in_a_test_is_what_is_seen(kind: str) -> None:
    """What closing raises is only noted with it."""

    def failing_at_close(request: Request) -> Response:
        response = Response(iter(["a", "b"]))
        response.call_on_close(broken_close)
        return response

    def broken_close() -> None:
        raise OSError("not closed")

    client = Client(application(failing_at_close))
    response = client.get("/")
    with pytest.raises(LookupError, match="of the test") as caught, client if kind == "client" else response:
        raise LookupError("of the test")

    assert "not closed" in "".join(caught.value.__notes__)


def test_endless_body_with_a_length() -> None:
    """An answer that goes on beyond its length does not keep the client from its end."""

    def app(_: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [PLAIN, ("Content-Length", "1")])
        return repeat(bytes(1 << 16))

    with Client(app, validate=False) as client:
        response = client.get("/")

    with pytest.raises(ResponseConsumed, match="longer than its Content-Length"):
        response.get_data()


def test_redirects_are_closed_before_they_are_followed() -> None:
    """An answer that is left behind is closed first."""
    with Client(application(moving)) as client:
        assert [True] == [one.is_closed for one in client.get("/303", follow_redirects=True).history]


def test_repr() -> None:
    """It shows what a failing test needs."""
    with Client(application(lambda _: text("no such note", 404))) as client:
        shown = repr(client.get("/notes/7"))

    assert (
        "<TestResponse 404 Not Found for GET http://localhost/notes/7, Content-Type: text/plain; charset=utf-8, "
        "'no such note'...>"
    ) == shown


@pytest.mark.parametrize("whole", ["http://localhost/shop/a", "https://example.org/a", "http://localhost:81/a"])
def test_whole_urls(whole: str) -> None:
    """A URL of the client's own origin is asked below where it is mounted; any other is asked as it is."""
    with Client(APP, base_url="http://localhost/shop") as client:
        answers = [told(client.get(url)) for url in (whole, URL.parse(whole))]

    root = "/shop" if "shop" in whole else ""
    assert [(whole, root)] * 2 == [(one["url"], one["root"]) for one in answers]


def test_page() -> None:
    """HTML is text."""
    with Client(application(lambda _: html("<p>é"))) as client:
        assert ("<p>é", "text/html") == (client.get("/").text, client.get("/").mimetype)


# Forms


def board(request: Request) -> Response:
    """A page with two forms, and what they send."""
    if request.method == "POST":
        return redirect(f"{request.root_path}/?said={request.form['words']}")
    said = request.args.get("said", "")
    return html(
        f"<p>{said}</p><form id=search><input name=q></form>"
        f'<form name=add method=post action="{request.root_path}/"><input name=words maxlength=20><input type=hidden '
        "name=token value=t><button>Add</button></form>"
    )


@pytest.mark.parametrize("base", ["http://localhost/", "https://example.org/shop"])
def test_form(base: str) -> None:
    """A form of a page is found, filled in, and submitted where the application is mounted."""
    with Client(application(board), base_url=base) as client:
        page = client.get("/")
        filled = page.form("add").fill(words="hello")
        answer = filled.submit("Add", follow_redirects=True)

    assert ("", "hello") == (page.form("add")["words"], filled["words"])
    assert ["search", ""] == [one.form.id for one in page.forms]
    assert "<p>hello</p>" in answer.text


def test_form_that_a_browser_could_not_submit() -> None:
    """What no user could enter is refused, and is there for those who play the attacker."""
    with Client(application(board)) as client:
        form = client.get("/").form(1)
        with pytest.raises(ValueError, match="token"):
            form.fill(token="forged")
        forged = form.override(token="forged").submit()

    assert "forged" == forged.request.form["token"]


@pytest.mark.parametrize("which", [None, "none", 2, -3])
def test_form_that_is_not_there(which: str | int | None) -> None:
    """Where one form is meant, and there is another number, the page's forms are told."""
    with Client(application(board)) as client:
        page = client.get("/")
        with pytest.raises(LookupError, match="its forms: search, add"):
            page.form(which)


@frozen
class Item:
    """What an answer holds."""

    id: int


def test_body_as_a_value() -> None:
    """A body is read by a decoder; what is wrong with it is not said as if the application had."""
    with Client(application(lambda request: json_response({"id": request.args["id"]}))) as client:
        answer = client.get("/?id=x")

    with pytest.raises(ContentError, match=r"^body /id: ") as caught:
        answer.read(json_of(Item))

    assert caught.value.response is answer
    assert ["/id"] == [problem.pointer for problem in caught.value.problems]
    assert str(caught.value).endswith(f"\n{answer!r}")
    with pytest.raises(TypeError, match=r"read\(json_of\(Item\)\)"):
        untyped(answer.read)(Item)


def test_body_beyond_a_limit() -> None:
    """A body that no application would read is not read here, either."""
    with Client(Response("[" * 5000, content_type="application/json")) as client:
        answer = client.get("/")

    with pytest.raises(ContentError, match=r"^.*max_json_depth") as caught:
        answer.read(json_of(Item))

    assert () == caught.value.problems


def test_what_is_no_redirect_is_not_followed() -> None:
    """To follow what leads nowhere is a mistake of a test; a client that follows has nothing to do."""
    with Client(application(lambda request: text("a"))) as client:
        with pytest.raises(ValueError, match="no redirect to follow: <TestResponse 200 OK"):
            client.follow(client.get("/"))
        assert "a" == client.get("/", follow_redirects=True).text


def test_classes_of_responses() -> None:
    """A client takes no class of responses, as that of Werkzeug does."""
    with pytest.raises(TypeError, match="one argument without its name, the application"):
        untyped(Client)(text("a"), Response)


def test_names_of_other_clients() -> None:
    """The name that other clients have for a part leads to that of this one."""
    with Client(text("a")) as client, pytest.raises(TypeError, match=r"unknown: \['params'\]; write query_string"):
        untyped(client.get)("/", params={"a": "1"})
