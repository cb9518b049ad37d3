"""A table gives each request to the route that takes it, or answers by itself: 404, 405, OPTIONS, HEAD, redirects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

import pytest

from tests.kit import environ_of, posted, untyped
from verglas import FrozenResponse, Limits, Request, Response, application, text
from verglas.errors import HTTPError, MethodNotAllowed, NotFound
from verglas.inputs import InputError, body, form, header, query, secured
from verglas.paths import (
    DELETE,
    GET,
    HEAD,
    OPTIONS,
    PATCH,
    POST,
    PUT,
    QUERY,
    Path,
    Route,
    Routes,
    mount,
    on,
    rest,
    root,
    routes,
)
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import ResponseLike

AnyPath = Path[*tuple[object, ...]]

MAKERS: Final = {"GET": GET, "HEAD": HEAD, "POST": POST, "PUT": PUT, "PATCH": PATCH, "DELETE": DELETE,
                 "OPTIONS": OPTIONS, "QUERY": QUERY}  # fmt: skip


def route(path: object, name: str, method: str = "GET") -> Route[Request[object]]:
    """A route that answers with its name, the method and the values of its path."""

    def handler(request: Request[object], *values: object) -> Response:
        return text(" ".join([name, request.method, *map(repr, values)]))

    handler.__qualname__ = name
    endpoint = MAKERS[method](cast("AnyPath", path))
    return cast("Route[Request[object]]", untyped(endpoint.into)(handler))


def asked(table: Routes[Request[object]], path: str, method: str = "GET", /, **keys: object) -> WSGIAnswer:
    """The answer of a table."""
    return call(application(table), environ_of("/", REQUEST_METHOD=method, PATH_INFO=path, **keys))


NOTES: Final = routes(
    route(root, "home"),
    route(root / "notes", "notes"),
    route(root / "notes", "add", "POST"),
    route(root / "notes" / int, "note"),
    route(root / "notes" / int, "change", "PUT"),
    route(root / "notes" / "new", "form"),
    route(root / "notes" / str, "by_name", "DELETE"),
    route(root / "files" / rest, "file"),
    route(root / "folder" / "", "folder"),
    route(root / "a" / "b" / int, "literal_first"),
    route(root / "a" / str / "x", "value_first"),
    route(root / "head", "own_head", "HEAD"),
    route(root / "head", "own_get"),
    route(root / "options", "own_options", "OPTIONS"),
)


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        pytest.param("home GET", "GET", "/", id="root"),
        pytest.param("notes GET", "GET", "/notes", id="text"),
        pytest.param("add POST", "POST", "/notes", id="by-method"),
        pytest.param("note GET 7", "GET", "/notes/7", id="value"),
        pytest.param("form GET", "GET", "/notes/new", id="text-wins-over-value"),
        pytest.param("by_name DELETE 'new'", "DELETE", "/notes/new", id="the-text-does-not-take-the-method"),
        pytest.param("by_name DELETE '7'", "DELETE", "/notes/7", id="the-first-value-does-not-take-the-method"),
        pytest.param("change PUT 7", "PUT", "/notes/7", id="the-second-route-of-a-path"),
        pytest.param("file GET ('a', 'b')", "GET", "/files/a/b", id="rest"),
        pytest.param("folder GET", "GET", "/folder/", id="slash-at-the-end"),
        pytest.param("literal_first GET 7", "GET", "/a/b/7", id="backtracking-literal"),
        pytest.param("value_first GET 'b'", "GET", "/a/b/x", id="backtracking-value"),
        pytest.param("own_options OPTIONS", "OPTIONS", "/options", id="options-routed"),
        pytest.param("home GET", "GET", "//", id="two-slashes-are-the-root"),
        pytest.param("note GET 7", "GET", "//notes/7", id="slashes-in-front-are-one"),
    ],
)
def test_finds_the_route(expected: str, method: str, path: str) -> None:
    """A request comes to the route that takes its path and its method, with the values of the path."""
    assert expected == asked(NOTES, path, method).text


@pytest.mark.parametrize(
    "path",
    ["/other", "/notes/", "/notes//", "/folder", "/files", "/files/", "/files/a/../b", "/files//a", "/notes/7/8", "/A"],
)
def test_path_of_no_route_is_not_found(path: str) -> None:
    """A path that no route has is a 404, whatever the method; a slash at its end counts."""
    assert [404, 404, 404] == [asked(NOTES, path, method).status_code for method in ("GET", "POST", "OPTIONS")]


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        pytest.param("GET, HEAD, OPTIONS, POST", "PUT", "/notes", id="two-routes"),
        pytest.param("GET, HEAD, DELETE, OPTIONS", "POST", "/notes/new", id="text-and-value"),
        pytest.param("GET, HEAD, DELETE, OPTIONS, PUT", "POST", "/notes/7", id="two-values"),
        pytest.param("DELETE, OPTIONS", "GET", "/notes/x", id="no-get-no-head"),
        pytest.param("GET, HEAD, OPTIONS", "POST", "/head", id="head-of-its-own"),
        pytest.param("OPTIONS", "GET", "/options", id="options-alone"),
        pytest.param("GET, HEAD, OPTIONS", "POST", "/files/a", id="rest"),
        pytest.param("GET, HEAD, OPTIONS, POST", "BREW", "/notes", id="unregistered-method"),
        pytest.param("GET, HEAD, OPTIONS, POST", "*", "/notes", id="the-method-of-the-mounted"),
    ],
)
def test_method_that_no_route_takes_is_refused(expected: str, method: str, path: str) -> None:
    """The 405 lists the methods of all routes that have the path."""
    answer = asked(NOTES, path, method)

    assert (405, expected) == (answer.status_code, answer.headers["Allow"])


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        pytest.param("GET, HEAD, OPTIONS, POST", "/notes", id="text"),
        pytest.param("GET, HEAD, DELETE, OPTIONS, PUT", "/notes/7", id="values"),
        pytest.param("GET, HEAD, DELETE, OPTIONS, POST, PUT", "*", id="asterisk"),
    ],
)
def test_options_lists_the_methods(expected: str, path: str) -> None:
    """`OPTIONS` is a 204 with `Allow`; of `*`, with the methods of all routes (RFC 9110 §9.3.7)."""
    answer = asked(NOTES, path, "OPTIONS")

    assert (204, expected, b"") == (answer.status_code, answer.headers["Allow"], answer.body)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/notes/7", "note HEAD 7", id="get-route"),
        pytest.param("/head", "own_head HEAD", id="route-of-its-own"),
    ],
)
def test_head_runs_the_get_route(path: str, expected: str) -> None:
    """`HEAD` runs the route of `GET`, which sees the method; the answer has its length, and no body."""
    answer = asked(NOTES, path, "HEAD")

    assert (200, str(len(expected)), b"") == (answer.status_code, answer.headers["Content-Length"], answer.body)


def test_asterisk_is_not_a_segment() -> None:
    """The target of `OPTIONS *` is no path, which a value could match; what is mounted at the root is asked, though."""
    table = routes(route(root / str, "value", "OPTIONS"), route(root / "*", "text"), route(root / "f" / rest, "file"))

    assert (204, "") == (asked(table, "*", "OPTIONS").status_code, asked(table, "*", "OPTIONS").text)
    assert 404 == asked(table, "*").status_code
    assert "text GET" == asked(table, "/*").text
    assert "x" == asked(routes(mount(root, text("x")), route(root / str, "value", "OPTIONS")), "*", "OPTIONS").text


def test_asterisk_of_a_table_without_routes() -> None:
    """A table of what is mounted knows no methods, and answers all the same."""
    table = routes(mount(root / "a", text("x")))

    answer = asked(table, "*", "OPTIONS")

    assert (204, "OPTIONS") == (answer.status_code, answer.headers["Allow"])


# A slash more or less

SLASHES: Final = routes(
    route(root / "a", "a"),
    route(root / "b" / "", "b"),
    route(root / "b" / "", "b_post", "POST"),
    route(root / str / "x" / "", "x"),
    route(root / "both", "without"),
    route(root / "both" / "", "with"),
    slash="redirect",
)


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        pytest.param("/a", "GET", "/a/", id="a-slash-too-many"),
        pytest.param("/b/", "GET", "/b", id="a-slash-too-few"),
        pytest.param("/b/", "POST", "/b", id="post"),
        pytest.param("/b/", "HEAD", "/b", id="head"),
        pytest.param("/b/", "PUT", "/b", id="a-method-that-it-does-not-take"),
        pytest.param("/caf%C3%A9%20%25/x/", "GET", "/café %/x", id="percent-encoded"),
        pytest.param("/evil.com/x/", "GET", "//evil.com/x", id="two-slashes-in-front"),
        pytest.param("/evil.com/x/", "GET", "////evil.com/x", id="four-slashes-in-front"),
        pytest.param("/%5Cevil.com/x/", "GET", "/\\evil.com/x", id="backslash"),
        pytest.param("/%5C%5Cevil.com/x/", "GET", "\\\\evil.com/x", id="backslashes-without-a-slash"),
        pytest.param("/%09/x/", "GET", "/\t/x", id="tab"),
        pytest.param("/%0D%0ALocation:%20evil/x/", "GET", "/\r\nLocation: evil/x", id="line-end"),
        pytest.param("/evil.com:80@x/x/", "GET", "//evil.com:80@x/x", id="userinfo"),
    ],
)
def test_redirects_to_a_slash_more_or_less(expected: str, method: str, path: str) -> None:
    """The redirect keeps method and query, and never leads to another host, whatever the path holds."""
    raw = path.encode().decode("latin-1")
    environ = environ_of("/", REQUEST_METHOD=method, QUERY_STRING="q=1%26&/=//x", HTTP_HOST="a.example")

    answer = call(application(SLASHES), environ | {"PATH_INFO": raw})

    assert (308, expected + "?q=1%26&/=//x") == (answer.status_code, answer.headers["Location"])


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        pytest.param(200, "/both", id="without-is-there"),
        pytest.param(200, "/both/", id="with-is-there"),
        pytest.param(404, "/c", id="neither"),
        pytest.param(404, "/a//", id="two-too-many"),
        pytest.param(404, "/", id="root"),
        pytest.param(404, "//evil.com/", id="no-route"),
    ],
)
def test_redirects_only_to_a_route(expected: int, path: str) -> None:
    """There is no redirect where a route takes the path, or where none would take the other."""
    assert expected == asked(SLASHES, path).status_code


def test_redirect_keeps_where_the_application_is_mounted() -> None:
    """The redirect leads below `root_path`."""
    answer = asked(SLASHES, "/b", SCRIPT_NAME="/app/é".encode().decode("latin-1"))

    assert "/app/%C3%A9/b/" == answer.headers["Location"]


def test_redirect_serves_nested_tables() -> None:
    """The outer table decides of a slash, also for the routes of those in it."""
    table = routes(mount(root / "in", routes(route(root / "x" / "", "x"))), slash="redirect")

    assert "/in/x/" == asked(table, "/in/x").headers["Location"]


# Wrong tables


def both(request: Request[object], first: str, second: str) -> Response:
    """A handler of two values."""
    return text(first + second)


def one(request: Request[object], first: object) -> Response:
    """A handler of one value."""
    return text(repr(first))


def default(request: Request[object], first: object, second: int = 2) -> Response:
    """A handler that takes one value or two."""
    return text(f"{first!r} {second}")


async def waiting(request: Request[object], first: object) -> Response:
    """A handler that WSGI cannot await."""
    return text("x")


def keyword(request: Request[object], *, first: object) -> Response:
    """A handler whose value has to be named."""
    return text(repr(first))


@pytest.mark.parametrize(
    ("message", "entries"),
    [
        pytest.param("first and second both take GET /a", [(root / "a", "GET"), (root / "a", "GET")], id="text"),
        pytest.param("first and second both take GET /{int}", [(root / int, "GET"), (root / int, "GET")], id="value"),
        pytest.param("first and second both take PUT /{rest}", [(root / rest, "PUT"), (root / rest, "PUT")], id="rest"),
        pytest.param("first and second both take GET /", [(root, "GET"), (root, "GET")], id="root"),
    ],
)
def test_refuses_duplicates(message: str, entries: list[tuple[AnyPath, str]]) -> None:
    """The same path and method twice is refused, with the names of both handlers."""
    made = [route(path, name, method) for (path, method), name in zip(entries, ("first", "second"), strict=True)]

    with pytest.raises(ValueError, match=f"^{message.replace('{', '[{]')}$"):
        routes(*made)
    with pytest.raises(ValueError, match="both take"):
        routes(mount(root / "x", routes(made[0])), mount(root / "x", routes(made[1])))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(root / str, root / int, id="value"),
        pytest.param(root / "a" / str, root / "a" / UUID, id="after-a-text"),
        pytest.param(root / str / "a", root / int / "a", id="before-a-text"),
        pytest.param(root / str / "a" / int, root / int / "a" / int, id="before-a-value"),
        pytest.param(root / int / str, root / int / int, id="after-a-value"),
        pytest.param(root / str / rest, root / int / rest, id="before-the-rest"),
        pytest.param(root / str / "", root / int / "", id="before-a-slash"),
    ],
)
def test_refuses_what_is_never_reached(first: AnyPath, second: AnyPath) -> None:
    """Where any text is a value, no other value is after it: the message says so, with the names of both."""
    before, after = route(first, "before"), route(second, "after")
    message = f"after can never be reached: before takes GET {first!r}".replace("{", "[{]")

    with pytest.raises(ValueError, match=message):
        routes(before, after)
    with pytest.raises(ValueError, match="after can never be reached"):
        routes(route(root / "x", "x"), mount(root / "y", routes(before)), mount(root / "y", routes(after)))
    assert 2 == len(routes(after, before))


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([(root / str, "GET"), (root / int, "PUT")], id="another-method"),
        pytest.param([(root / str / "a", "GET"), (root / int / "b", "GET")], id="another-text"),
        pytest.param([(root / str, "GET"), (root / int / "b", "GET")], id="longer"),
        pytest.param([(root / str / int, "GET"), (root / int / UUID, "GET")], id="another-value"),
        pytest.param([(root / int, "PUT"), (root / str, "GET"), (root / int, "GET")], id="looked-at-before"),
        pytest.param([(root / str, "GET"), (root / "a", "GET"), (root / rest, "GET")], id="text-and-rest"),
        pytest.param([(root / float, "GET"), (root / int, "GET")], id="other-values"),
        pytest.param([(root / "a" / str, "GET"), (root / "b" / int, "GET")], id="elsewhere"),
    ],
)
def test_takes_what_may_be_reached(entries: list[tuple[AnyPath, str]]) -> None:
    """Another method, another path or an earlier place is reason enough for a route."""
    made = routes(*[route(path, f"route{index}", method) for index, (path, method) in enumerate(entries)])

    assert len(entries) == len(made)


class Slugs:
    """Converters as methods, of which Python makes another each time."""

    def slug(self, text: str) -> str:
        """Any text."""
        return text


def test_methods_as_converters_are_the_same() -> None:
    """One method of one object is one converter, so that duplicates are found."""
    slugs = Slugs()

    with pytest.raises(ValueError, match=r"both take GET /[{]slug[}]"):
        routes(route(root / slugs.slug, "a"), route(root / slugs.slug, "b"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: untyped(routes)(one), "made of routes, as GET", id="handler-in-a-table"),
        pytest.param(lambda: untyped(routes)([]), "made of routes, as GET", id="list-in-a-table"),
        pytest.param(lambda: untyped(routes)(GET(root)), "made of routes, as GET", id="endpoint-in-a-table"),
        pytest.param(lambda: untyped(routes)(slash="maybe"), "'exact' or 'redirect', not 'maybe'", id="slash"),
        pytest.param(lambda: untyped(routes)(slash=True), "'exact' or 'redirect', not True", id="slash-true"),
        pytest.param(lambda: untyped(GET)("/a"), "a path begins with root", id="text-for-a-path"),
        pytest.param(lambda: untyped(on)("get", root), "such as 'GET', not 'get'", id="method-in-lower-case"),
        pytest.param(lambda: untyped(on)("BREW", root), "such as 'GET', not 'BREW'", id="unregistered-method"),
        pytest.param(lambda: untyped(on)("CONNECT", root), "such as 'GET', not 'CONNECT'", id="connect"),
        pytest.param(lambda: untyped(on)(["GET"], root), "such as 'GET', not", id="several-methods"),
        pytest.param(lambda: untyped(GET)(root, limits=7), "limits= is a Limits, not int", id="limits"),
        pytest.param(
            lambda: untyped(GET(root / int).into)(both), "both is given the request and 1 value:", id="too-few"
        ),
        pytest.param(lambda: untyped(GET(root).into)(one), "one is given the request and 0 values:", id="none"),
        pytest.param(
            lambda: untyped((GET(root / int / int) & query("a")).into)(both), "request and 3 values:", id="too-many"
        ),
        pytest.param(lambda: untyped(GET(root / int).into)(keyword), "request and 1 value:", id="keyword-only"),
        pytest.param(lambda: untyped(GET(root / int).into)(waiting), "is async", id="async"),
        pytest.param(lambda: untyped(GET(root / int).into)(7), "takes a handler", id="int-for-a-handler"),
        pytest.param(lambda: untyped(GET(root / int).into)(text("x")), "not a response", id="response-for-a-handler"),
        pytest.param(
            lambda: untyped(GET(root).__and__)(int), "an input goes with another input", id="type-for-an-input"
        ),
        pytest.param(
            lambda: untyped(GET(root).__and__)(query("a") & query("b")),
            "on the right of & stands one input",
            id="inputs",
        ),
        pytest.param(lambda: untyped(GET(root / int).to)(7), "takes functions", id="to-an-int"),
        pytest.param(
            lambda: untyped(application)(route(root, "a")),
            r"not Route: routes\(...\) makes a handler",
            id="route-alone",
        ),
        pytest.param(
            lambda: untyped(application)(mount(root, NOTES)),
            r"not Mounted: routes\(...\) makes a handler",
            id="mounted",
        ),
        pytest.param(
            lambda: untyped(application)(GET(root)), r"not Endpoint: its into\(\) takes the handler", id="endpoint"
        ),
        pytest.param(lambda: untyped(application)(query("a")), r"not Input: its into\(\) takes", id="input"),
    ],
)
def test_refuses_wrong_arguments(make: Callable[[], object], message: str) -> None:
    """A mistake is a TypeError where it is made, and says what to write."""
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize("handler", [one, default], ids=["one", "default"])
def test_takes_handlers_that_can_be_called(handler: Callable[..., ResponseLike]) -> None:
    """A handler may have parameters with defaults besides."""
    made = untyped(GET(root / int).into)(handler)

    assert "7" == asked(cast("Routes[Request[object]]", untyped(routes)(made)), "/7").text[:1]


# Inputs, limits


def noting(called: list[str]) -> Routes[Request[object]]:
    """A table whose second route would take what the first refuses."""

    @(GET(root / int) & query("page", int)).into
    def first(request: Request[object], number: int, page: int) -> Response:
        called.append(f"first {number} {page}")
        return text("first")

    @GET(root / str).into
    def second(request: Request[object], name: str) -> Response:
        called.append(f"second {name}")
        return text("second")

    return routes(first, second)


@pytest.mark.parametrize(
    ("expected", "path", "query_string", "calls"),
    [
        pytest.param(200, "/7", "page=3", ["first 7 3"], id="right"),
        pytest.param(422, "/7", "page=x", [], id="wrong-input"),
        pytest.param(422, "/7", "", [], id="missing-input"),
        pytest.param(200, "/x", "page=x", ["second x"], id="another-path"),
    ],
)
def test_a_later_route_hides_no_error(expected: int, path: str, query_string: str, calls: list[str]) -> None:
    """Once path and method have matched, what is wrong with an input is the answer."""
    called: list[str] = []

    assert expected == asked(noting(called), path, QUERY_STRING=query_string).status_code
    assert calls == called


@pytest.mark.parametrize("error", [NotFound(), MethodNotAllowed(["PUT"])], ids=repr)
def test_error_of_a_handler_is_the_answer(error: HTTPError) -> None:
    """A handler that raises a 404 by itself is not passed over."""

    @GET(root / int).into
    def first(request: Request[object], number: int) -> Response:
        raise error

    assert error.code == asked(routes(first, route(root / str, "second")), "/7").status_code


def test_values_of_inputs_follow_those_of_the_path() -> None:
    """The handler has the values of the path, then those of the inputs, in their order."""

    @(POST(root / int / str) & query("a", int) & body(bytes.decode)).into
    def handler(request: Request[object], number: int, name: str, a: int, data: str) -> Response:
        return text(f"{number} {name} {a} {data}")

    answer = call(
        application(routes(handler)), posted(b"hi", "text/plain") | {"PATH_INFO": "/7/x", "QUERY_STRING": "a=3"}
    )

    assert "7 x 3 hi" == answer.text


def test_a_wrapper_is_called_as_it_is_written() -> None:
    """A handler may wrap a function that takes more, as an input's `into` does: its own parameters count."""

    @query("a", int).into
    def handler(request: Request[object], a: int) -> Response:
        return text(f"a is {a}")

    table = routes(GET(root / "x").into(handler))

    assert "a is 3" == asked(table, "/x", QUERY_STRING="a=3").text


def test_values_become_one() -> None:
    """`to` makes one value of all, those of the path too."""

    @(GET(root / int / str) & query("a", int)).to(lambda number, name, a: (a, name, number)).into
    def handler(request: Request[object], value: tuple[int, str, int]) -> Response:
        return text(repr(value))

    assert "(3, 'x', 7)" == asked(routes(handler), "/7/x", QUERY_STRING="a=3").text


def test_fault_of_what_is_made_of_nothing() -> None:
    """What is made of no value at all is not the client's fault, and its error is raised as it is."""

    def nothing() -> int:
        return int("x")

    @GET(root).to(nothing).into
    def handler(request: Request[object], value: int) -> Response:
        return text(str(value))

    with pytest.raises(ValueError, match="'x'"):
        routes(handler)(Request())


def limited(limits: Limits) -> Routes[Request[object]]:
    """A table of a route that reads the body, the headers and the query, with limits of its own."""

    @POST(root / "limited", limits=limits).into
    def with_limits(request: Request[object]) -> Response:
        return text(f"{len(request.get_data())} {len(request.args)} {len(request.headers)}")

    @POST(root / "plain").into
    def plain(request: Request[object]) -> Response:
        return text(f"{len(request.get_data())} {len(request.args)} {len(request.headers)}")

    return routes(with_limits, plain)


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        pytest.param(Limits(max_content_length=50), (413, 200), id="smaller-body"),
        pytest.param(Limits(max_content_length=1000), (200, 200), id="larger-body"),
        pytest.param(Limits(max_body_memory=50), (413, 200), id="smaller-memory"),
        pytest.param(Limits(max_query_fields=1), (414, 200), id="smaller-query"),
        pytest.param(Limits(max_headers=2), (431, 200), id="smaller-head"),
    ],
)
def test_route_has_its_own_limits(limits: Limits, codes: tuple[int, int]) -> None:
    """The limits of a route hold for its requests, and for no others."""
    app = application(limited(limits), limits=Limits(max_content_length=100))
    head = {"QUERY_STRING": "a=1&b=2", "HTTP_X_A": "1", "HTTP_X_B": "2"}

    def sent(path: str) -> int:
        return call(app, posted(b"x" * 80, "text/plain") | head | {"PATH_INFO": path}).status_code

    assert codes == (sent("/limited"), sent("/plain"))


@pytest.mark.parametrize(
    ("own", "limits"),
    [
        pytest.param(Limits(max_content_length=10), Limits(max_content_length=1000), id="body"),
        pytest.param(Limits(max_body_memory=10), Limits(max_body_memory=1000), id="memory"),
        pytest.param(Limits(max_query_fields=1), Limits(max_query_fields=10), id="query"),
        pytest.param(Limits(max_headers=1), Limits(max_headers=10), id="head"),
    ],
)
def test_route_may_take_more_than_the_application(own: Limits, limits: Limits) -> None:
    """A route for uploads takes what the application refuses elsewhere."""
    app = application(limited(limits), limits=own)
    head = {"QUERY_STRING": "a=1&b=2", "HTTP_X_A": "1"}

    def sent(path: str) -> int:
        return call(app, posted(b"x" * 80, "text/plain") | head | {"PATH_INFO": path}).status_code

    assert (200, True) == (sent("/limited"), sent("/plain") in (413, 414, 431))


# As a value


def test_prints_its_table() -> None:
    """A table prints method, path and handler of each route, of those in nested tables too."""
    table = routes(
        route(root, "home"),
        mount(
            root / "api" / "v1",
            routes(route(root / int, "note", "DELETE"), mount(root / "x", routes(route(root, "x")))),
        ),
        mount(root / "old", text("x")),
    )

    assert (
        "GET     /              home\n"
        "DELETE  /api/v1/{int}  note\n"
        "GET     /api/v1/x      x\n"
        "*       /old/...       Response"
    ) == str(table)
    assert ("<Routes, 4 rows>", 4) == (repr(table), len(table))


def test_prints_what_is_mounted_at_the_root() -> None:
    """What is mounted at the root has one slash in front."""
    assert str(routes(mount(root, text("x")))) == "*  /...  Response"


def test_empty_table() -> None:
    """A table may be empty: it has nothing."""
    table: Routes[Request[object]] = routes()

    assert ("", [], 404) == (str(table), list(table), asked(table, "/").status_code)


def test_iterates_its_routes() -> None:
    """Each route of a nested table has the whole path, for whoever lists them."""
    table = routes(
        route(root / "a", "a"), mount(root / "api", routes(route(root / int, "b"), route(root, "c", "POST")))
    )

    assert [("GET", "/a"), ("GET", "/api/{int}"), ("POST", "/api")] == [(one.method, repr(one.path)) for one in table]
    assert [()] == [table_route.describe() for table_route in table if not table_route.path.segments[1:]][:1]


def test_route_describes_its_values() -> None:
    """The values of a path have the names of the handler's parameters, as OpenAPI wants them."""

    @(GET(root / "users" / int / UUID / "files" / rest) & query("page", int, default=1)).into
    def show(request: Request[object], user: int, note: UUID, path: tuple[str, ...], page: int) -> Response:
        return text("x")

    described = show.describe()

    assert "/users/{user}/{note}/files/{path}" == show.template
    assert [("path", "user"), ("path", "note"), ("path", "path"), ("query", "page")] == [
        (one.place, one.name) for one in described
    ]
    assert [True, True, True, False] == [one.required for one in described]
    assert [False, False, True, False] == [one.several for one in described]
    assert {"type": "integer"} == described[0].schema
    assert "/api/users/{user}/{note}/files/{path}" == next(iter(routes(mount(root / "api", routes(show))))).template


def test_route_without_names_has_positions() -> None:
    """What takes any arguments names none."""
    made = route(root / int / str, "any")

    assert ("/{0}/{1}", ["0", "1"]) == (made.template, [one.name for one in made.describe()])


# Requests and links of an endpoint


NOTE: Final = GET(root / "users" / int / "notes" / str) & query("page", int, default=1) & query.many("tag")


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        pytest.param("/users/7/notes/a", (7, "a", 1, ()), id="defaults-are-left-out"),
        pytest.param("/users/7/notes/a%20b%2525?page=2&tag=x&tag=y+z", (7, "a b%25", 2, ("x", "y z")), id="all"),
    ],
)
def test_endpoint_builds_requests_and_links(expected: str, values: tuple[int, str, int, tuple[str, ...]]) -> None:
    """`request` gives the whole request, `url` the link, at the host and place of a request."""
    here = Request(environ_of("/x", SCRIPT_NAME="/app", QUERY_STRING="other=1", HTTP_HOST="example.org"))

    assert f"http://localhost{expected}" == NOTE.request(*values).url.to_uri()
    assert f"http://example.org/app{expected}" == NOTE.url(here, *values).to_uri()


def test_request_gives_its_values() -> None:
    """A table gives the handler what the request was made of."""
    seen: list[tuple[object, ...]] = []

    @NOTE.into
    def handler(request: Request[object], *values: object) -> Response:
        seen.append(values)
        return text("x")

    made = NOTE.request(7, "é%/"[:2], 3, ("a", ""))
    routes(handler)(made)

    assert [(7, "é%", 3, ("a", ""))] == seen


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: (GET(root) & header("X-A", str)).url(Request(), "1"), id="header"),
        pytest.param(lambda: (POST(root) & form("a")).url(Request(), "1"), id="form"),
        pytest.param(lambda: (POST(root) & body(bytes.decode, encode=str.encode)).url(Request(), "1"), id="body"),
    ],
)
def test_link_refuses_what_a_url_cannot_carry(make: Callable[[], object]) -> None:
    """A link to a request that needs a header or a body would lead to an error."""
    with pytest.raises(ValueError, match="values that a URL cannot carry"):
        make()


def test_link_leaves_out_defaults_of_headers() -> None:
    """A header that is absent is no hindrance."""
    link = (GET(root / "a") & header("X-A", str, default="")).url(Request(url="http://example.org"), "")

    assert "http://example.org/a" == link


@pytest.mark.parametrize("values", [("7", "a", 1, ()), (7, "a", "1", ()), (7, "a", 1, [])], ids=repr)
def test_request_refuses_values_of_other_types(values: tuple[object, ...]) -> None:
    """A value of another type is a TypeError, not a request that means something else."""
    with pytest.raises(TypeError, match=r"expected int, not str|is a tuple of values, not list"):
        untyped(NOTE.request)(*values)


def test_security_answers_before_the_inputs() -> None:
    """The path decides first, then the credentials, then everything else."""
    user = secured(header("X-Key", str), {"k": "ada"}.get, challenge="Key")

    @(GET(root / int) & user & query("page", int)).into
    def handler(request: Request[object], number: int, name: str, page: int) -> Response:
        return text(f"{number} {name} {page}")

    table = routes(handler)

    assert [404, 405, 401, 422, 200] == [
        asked(table, "/x").status_code,
        asked(table, "/7", "PUT").status_code,
        asked(table, "/7").status_code,
        asked(table, "/7", HTTP_X_KEY="k").status_code,
        asked(table, "/7", HTTP_X_KEY="k", QUERY_STRING="page=1").status_code,
    ]


def test_states_and_subclasses_reach_the_handler() -> None:
    """A handler is given the request as it came: its class, its state, and the object itself."""

    class Own(Request[str]):
        pass

    seen: list[Request[str]] = []

    @GET(root / "a").into
    def handler(request: Request[str]) -> Response:
        seen.append(request)
        return text(request.state)

    request = Own(url="/a", state="ada")
    answer = routes(handler)(request)

    assert (request is seen[0], True) == (True, isinstance(answer, Response | FrozenResponse))
    with pytest.raises(InputError):
        query("x").read(seen[0])
