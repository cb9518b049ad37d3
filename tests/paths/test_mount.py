"""What is mounted sees itself at the root: tables, handlers and WSGI applications, also inside each other."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial, wraps
from typing import Final, cast
from wsgiref.util import FileWrapper

import pytest
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from tests.kit import Input, environ_of, multipart, posted, untyped
from verglas import Handler, Limits, Request, Response, application, send_file, text
from verglas.errors import Forbidden, HTTPError, NotFound
from verglas.middleware import cross_origin_protection
from verglas.paths import GET, POST, Mounted, Routes, mount, on, rest, root, routes
from verglas.testing import WSGIAnswer, WSGICall, call
from verglas.wsgi import ResponseLike, StartResponse

Anything = Request[object]


def place(request: Anything) -> Response:
    """Answer with where the request believes that it is."""
    environ = request.environ
    return text(f"{request.root_path}|{request.path}|{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}|{request.url}")


def app(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """The same, as a WSGI application."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}".encode("latin-1")]


@GET(root).into
def home(request: Anything) -> Response:
    """The root of a table."""
    return place(request)


@GET(root / "a" / rest).into
def below(request: Anything, others: tuple[str, ...]) -> Response:
    """Everything below a text."""
    return place(request)


INNER: Final = routes(home, below)
SITE: Final = routes(
    mount(root / "table", INNER),
    mount(root / "handler", place),
    mount(root / "opaque", INNER.__call__),
    mount(root / "app", app),
    mount(root / "é x", routes(home, mount(root / "ü", routes(below, mount(root / "app", app))))),
    mount(root / "deep" / "er", place),
)


def asked(path: str, method: str = "GET", /, table: Routes[Anything] = SITE, **keys: object) -> WSGIAnswer:
    """The answer of a table."""
    raw = path.encode().decode("latin-1")
    return call(application(table), environ_of("/", REQUEST_METHOD=method, PATH_INFO=raw, **keys))


@pytest.mark.parametrize(
    ("expected", "path", "script_name"),
    [
        pytest.param("/table|/|/table||http://localhost/table/", "/table", "", id="root-of-a-table"),
        pytest.param("/table|/|/table|/|http://localhost/table/", "/table/", "", id="root-of-a-table-with-its-slash"),
        pytest.param("/table|/a/b|/table|/a/b|http://localhost/table/a/b", "/table/a/b", "", id="table"),
        pytest.param("/x/table|/a/b|/x/table|/a/b|http://localhost/x/table/a/b", "/table/a/b", "/x", id="script-name"),
        pytest.param("/handler|/|/handler||http://localhost/handler/", "/handler", "", id="handler"),
        pytest.param("/handler|/|/handler|/|http://localhost/handler/", "/handler/", "", id="handler-with-slash"),
        pytest.param("/handler|/b//c/|/handler|/b//c/|http://localhost/handler/b//c/", "/handler/b//c/", "", id="rest"),
        pytest.param("/opaque|/a/b|/opaque|/a/b|http://localhost/opaque/a/b", "/opaque/a/b", "", id="opaque-table"),
        pytest.param("/deep/er|/x|/deep/er|/x|http://localhost/deep/er/x", "/deep/er/x", "", id="two-segments"),
        pytest.param("/handler|/x|/handler|/x|http://localhost/handler/x", "///handler/x", "", id="slashes-in-front"),
    ],
)
def test_prefix_moves_to_root_path(expected: str, path: str, script_name: str) -> None:
    """A handler sees the prefix in `root_path`, and in the environ, and no longer in `path`."""
    assert expected == asked(path, SCRIPT_NAME=script_name).text


@pytest.mark.parametrize(
    ("expected", "path", "script_name"),
    [
        pytest.param("/app|", "/app", "", id="root"),
        pytest.param("/app|/", "/app/", "", id="root-with-its-slash"),
        pytest.param("/app|/b//c/%", "/app/b//c/%", "", id="rest"),
        pytest.param("/x/app|/b", "/app/b", "/x", id="script-name"),
        pytest.param("/x/app|/b", "/app/b", "/x/", id="script-name-with-a-slash"),
        pytest.param("/é x/ü/app|/日", "/é x/ü/app/日", "", id="mounted-in-mounted-unicode"),
    ],
)
def test_application_sees_a_shifted_environ(expected: str, path: str, script_name: str) -> None:
    """To a WSGI application, the prefix is part of SCRIPT_NAME; both are octets as latin-1 (PEP 3333)."""
    assert expected == asked(path, SCRIPT_NAME=script_name).text


@pytest.mark.parametrize("path", ["/é x/ü/a/b", "/é x/"])
def test_nested_prefixes_add_up(path: str) -> None:
    """A table in a table sees both prefixes as its root."""
    root_path = "/é x/ü" if "ü" in path else "/é x"

    assert [root_path, path.removeprefix(root_path)] == asked(path).text.encode("utf-8").decode().split("|")[:2]


@pytest.mark.parametrize("path", ["/tabl", "/tablee", "/table/x", "/tablea/b", "/handlers", "/ap", "/deep", "/deep/e"])
def test_other_paths_are_not_found(path: str) -> None:
    """A prefix is whole segments, and a path in a table that none of its routes has is a 404."""
    assert 404 == asked(path).status_code


def test_environ_of_the_server_stays() -> None:
    """The environ of the request that came is not changed by what is mounted."""
    environ = environ_of("/app/x") | {"verglas.test": 1}
    before = environ.copy()

    WSGICall().run(application(SITE), environ)

    assert before == environ


def forbidding(request: Anything) -> Response:
    """A handler with an answer of its own."""
    raise Forbidden


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        pytest.param(405, "POST", "/table/a/b", id="table"),
        pytest.param(404, "POST", "/table/x", id="no-path-in-the-table"),
        pytest.param(200, "POST", "/handler/x", id="handler-takes-all"),
        pytest.param(200, "BREW", "/app/x", id="application-takes-all"),
        pytest.param(405, "POST", "/opaque/a/b", id="opaque-answers-its-own-405"),
        pytest.param(404, "GET", "/opaque/x", id="opaque-answers-its-own-404"),
        pytest.param(204, "OPTIONS", "/table/a/b", id="options-of-a-table"),
        pytest.param(200, "OPTIONS", "/app/x", id="options-of-an-application"),
    ],
)
def test_mounted_handlers_answer_for_themselves(expected: int, method: str, path: str) -> None:
    """The routes of a nested table join the table; a handler or an application takes every request."""
    assert expected == asked(path, method).status_code


def test_routes_of_tables_join() -> None:
    """405 only if no route of the table and of those in it takes the method; `Allow` has those of all."""

    @POST(root / "api" / "a" / str).into
    def outer(request: Anything, name: str) -> Response:
        return text(f"outer {name}")

    table = routes(mount(root / "api", INNER), outer)

    assert ["outer b", "/api|/a/b"] == [asked("/api/a/b", "POST", table).text, asked("/api/a/b", table=table).text[:9]]
    assert "GET, HEAD, OPTIONS, POST" == asked("/api/a/b", "PUT", table).headers["Allow"]


def test_routes_win_over_what_is_mounted_there() -> None:
    """What is mounted has the paths that no route takes; all of them at the root."""
    table = routes(mount(root, app), mount(root / "table", app), mount(root / "table", INNER), home)

    answers = [asked(path, method, table).text.split("|")[:2] for path, method in (
        ("/", "GET"), ("/", "POST"), ("/x", "GET"), ("/table/a/b", "GET"), ("/table/x", "GET"), ("/table/a/b", "PUT"),
    )]  # fmt: skip

    assert [["", "/"], ["", "/"], ["", "/x"], ["/table", "/a/b"], ["/table", "/x"], ["/table", "/a/b"]] == answers


def looked_at(inner: Routes[Anything]) -> Handler[object]:
    """Middleware that found something out of a cookie, as sessions do."""

    def outer(request: Anything) -> ResponseLike:
        try:
            return inner(request)
        except HTTPError as error:
            raise error.with_lines(("Vary", "Cookie")) from None

    return outer


@GET(root / "a").into
def public(request: Anything) -> Response:
    """A page for everybody."""
    return text("public")


@POST(root / "b").into
def private(request: Anything) -> Response:
    """A page below middleware."""
    return text("private")


@on("DELETE", root / "items" / str).into
def missing(request: Anything, name: str) -> Response:
    """Look for something that is not there."""
    raise NotFound


@GET(root / "items" / "x").into
def item(request: Anything) -> Response:
    """The page of an item, which the one above has not."""
    return text("item")


@GET(root / "calls").into
def calling(request: Anything) -> ResponseLike:
    """A route that asks a table itself."""
    return routes(private)(request)


BESIDE: Final = (public, item, calling)
WITHIN: Final = looked_at(routes(private, missing))


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        pytest.param((200, None), "GET", "/a", id="route-beside"),
        pytest.param((200, None), "POST", "/b", id="route-within"),
        pytest.param((405, "GET, HEAD, OPTIONS"), "DELETE", "/a", id="other-method-beside"),
        pytest.param((204, "GET, HEAD, OPTIONS"), "OPTIONS", "/a", id="options-beside"),
        pytest.param((405, "OPTIONS, POST"), "DELETE", "/b", id="other-method-within"),
        pytest.param((204, "OPTIONS, POST"), "OPTIONS", "/b", id="options-within"),
        pytest.param((404, None), "DELETE", "/x", id="nowhere"),
        pytest.param((404, None), "OPTIONS", "/x", id="options-nowhere"),
        pytest.param((404, None), "DELETE", "/items/x", id="handler-that-looked"),
        pytest.param((404, None), "GET", "/calls", id="route-that-asks-a-table"),
    ],
)
@pytest.mark.parametrize(
    ("prefix", "table"),
    [
        pytest.param("", routes(*BESIDE, mount(root, WITHIN)), id="after"),
        pytest.param("", routes(mount(root, WITHIN), *BESIDE), id="before"),
        pytest.param("", routes(mount(root, looked_at(routes(mount(root, WITHIN)))), *BESIDE), id="twice"),
        pytest.param("/in", routes(mount(root / "in", routes(*BESIDE, mount(root, WITHIN)))), id="below-a-prefix"),
    ],
)
def test_table_below_middleware_beside_routes(
    expected: tuple[int, str | None], method: str, path: str, prefix: str, table: Routes[Anything]
) -> None:
    """Pages with a session stand beside public ones: a path that only those have is answered by their table."""
    answer = asked(f"{prefix}{path}", method, table)

    assert expected == (answer.status_code, answer.headers.get("Allow"))
    is_of_the_middleware = answer.status_code >= 400 and path != "/calls"
    assert is_of_the_middleware == ("Cookie" in answer.headers.get("Vary", ""))


@pytest.mark.parametrize("path", ["/table", "/table/"])
def test_link_to_the_root_of_a_table_leads_there(path: str) -> None:
    """The root of a nested table is its prefix with a slash and without: whatever is built leads back."""
    links: list[str] = []

    @GET(root).into
    def index(request: Anything) -> Response:
        links.append(root.url(request).to_uri())
        links.append((root / "a" / rest).url(request, ("é", "b")).to_uri())
        return text("x")

    table = routes(mount(root / "table", routes(index, below)))
    asked(path, table=table)

    assert ["http://localhost/table/", "http://localhost/table/a/%C3%A9/b"] == links
    assert [200, 200] == [asked("/table/", table=table).status_code, asked("/table/a/é/b", table=table).status_code]


def test_routes_with_and_without_the_slash_of_a_root_clash() -> None:
    """What the root of a nested table takes already is refused."""

    @GET(root / "table" / "").into
    def own(request: Anything) -> Response:
        return text("x")

    with pytest.raises(ValueError, match="own and home both take GET /table/"):
        routes(mount(root / "table", INNER), own)


# Bodies


def echo(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the body."""
    start_response("200 OK", [])
    return [cast("io.BytesIO", environ["wsgi.input"]).read(int(str(environ.get("CONTENT_LENGTH") or 0)))]


class Werkzeug:
    """An application of Werkzeug's, which reads a form."""

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        request = WerkzeugRequest(environ)
        shown = f"{request.root_path}|{request.path}|{request.form.get('a')}|{request.url}"
        return WerkzeugResponse(shown)(environ, start_response)


werkzeug: Final = Werkzeug()


@WerkzeugRequest.application
def decorated(request: WerkzeugRequest) -> WerkzeugResponse:
    """A function that Werkzeug makes an application of, which looks like a handler."""
    return WerkzeugResponse(request.path)


def test_application_shares_the_unread_body() -> None:
    """The body was not touched before, and the application reads it from the server's input."""
    source = Input(b"hello")

    answer = call(application(routes(mount(root / "echo", echo))), posted(b"hello", stream=source, PATH_INFO="/echo"))

    assert b"hello" == answer.body


def test_application_of_werkzeug() -> None:
    """An application of another library finds its place, and the form."""
    sent = posted(b"a=1", "application/x-www-form-urlencoded", PATH_INFO="/w/x", SCRIPT_NAME="/s")

    answer = call(application(routes(mount(root / "w", werkzeug))), sent)

    assert "/s/w|/x|1|http://localhost/s/w/x" == answer.text


def test_application_is_given_the_request_that_came_to_the_table() -> None:
    """A handler around the table may have read the body, and handed over a copy that has it in memory."""
    table = routes(mount(root / "w", werkzeug))

    def around(request: Request) -> ResponseLike:
        buffered = request.buffered()
        assert b"a=1" == buffered.get_data()
        return table(buffered)

    sent = posted(b"a=1", "application/x-www-form-urlencoded", PATH_INFO="/w/x")

    assert "/w|/x|1|http://localhost/w/x" == call(application(around), sent).text


def test_mounted_in_mounted_applications() -> None:
    """A table as a WSGI application can be mounted in a table, and so on."""
    inner = application(routes(mount(root / "in", place)))
    outer = routes(mount(root / "out", inner))

    assert (
        "/s/out/in|/x|/s/out/in|/x|http://localhost/s/out/in/x"
        == asked("/out/in/x", table=outer, SCRIPT_NAME="/s").text
    )


def test_file_wrapper_reaches_applications() -> None:
    """An application may use the server's own wrapper of files."""

    def sending(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return cast("Iterable[bytes]", untyped(environ["wsgi.file_wrapper"])(io.BytesIO(b"content")))

    environ = environ_of("/f/x") | {"wsgi.file_wrapper": FileWrapper}

    assert b"content" == call(application(routes(mount(root / "f", sending))), environ).body


def test_send_file_below_a_prefix(tmp_path: object) -> None:
    """A handler that is mounted sends files with the environ of its own request."""
    path = f"{tmp_path}/a.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.write("content")

    def sending(request: Anything) -> ResponseLike:
        return send_file(path, request.environ)

    table = routes(mount(root / "f", sending))

    assert (b"content", 206) == (
        asked("/f/x", table=table).body,
        asked("/f", table=table, HTTP_RANGE="bytes=0-1").status_code,
    )


UPLOAD: Final = multipart(('name="f"; filename="a.txt"', b"content"))


@pytest.mark.parametrize("limits", [None, Limits(max_form_parts=5)], ids=["plain", "limited"])
def test_uploads_of_a_copy_are_closed_once(limits: Limits | None) -> None:
    """Closing the request that came closes what the copy of a mounted route has opened."""
    closed: list[str] = []
    files: list[object] = []

    @POST(root / "up", limits=limits).into
    def upload(request: Anything) -> Response:
        stream = request.files["f"].stream
        files.append(stream)
        close = stream.close

        def closing() -> None:
            closed.append("closed")
            close()

        stream.close = closing  # type: ignore[method-assign]  # to count
        return text("x")

    sent = posted(UPLOAD, "multipart/form-data; boundary=b", PATH_INFO="/in/up")
    answer = call(application(routes(mount(root / "in", routes(upload)))), sent)

    assert (200, 1) == (answer.status_code, len(files))
    assert ["closed"] == closed


# Wrong arguments


def configured(config: object, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """An application with an argument in front."""
    return app(environ, start_response)


def prefixed(prefix: str, request: Anything) -> Response:
    """A handler with an argument in front."""
    return place(request)


def optional(request: Anything, more: object = None) -> Response:
    """A handler with an optional argument."""
    return place(request)


@wraps(app)
def wrapped(*args: object, **kwargs: object) -> object:
    """A decorator's wrapper."""
    return untyped(app)(*args, **kwargs)


def anything(*args: object) -> object:
    """Nobody knows what this takes."""
    return args


class Application:
    """An application that is an object."""

    def __call__(self, this: dict[str, object], start: StartResponse) -> Iterable[bytes]:
        return app(this, start)

    def method(self, this: dict[str, object], start: StartResponse) -> Iterable[bytes]:
        """The same, as a method."""
        return app(this, start)

    def handler(self, request: Anything) -> Response:
        """A handler that is a method."""
        return place(request)


class Views:
    """Applications as methods of verglas."""

    @Request.application
    def view(self, request: Request) -> Response:
        """One that knows its object."""
        return place(request)


class Body:
    """An application that is a class (PEP 3333)."""

    def __init__(self, environ: dict[str, object], start_response: StartResponse) -> None:
        self.pieces = app(environ, start_response)

    def __iter__(self) -> Iterable[bytes]:
        return iter(self.pieces)


APP: Final = "/c|/x"
HANDLER: Final = "/c|/x|/c|/x|http://localhost/c/x"


@pytest.mark.parametrize(
    ("expected", "target"),
    [
        pytest.param(APP, app, id="function"),
        pytest.param(APP, Application(), id="object"),
        pytest.param(APP, Application().method, id="method"),
        pytest.param(APP, Body, id="class"),
        pytest.param(APP, partial(configured, {}), id="partial"),
        pytest.param(APP, wrapped, id="wrapped"),
        pytest.param("x", text("x"), id="response"),
        pytest.param("x", text("x").freeze(), id="frozen-response"),
        pytest.param(HANDLER, application(place), id="verglas"),
        pytest.param(HANDLER, Request.application(place), id="verglas-decorator"),
        pytest.param(HANDLER, Views().view, id="verglas-method"),
        pytest.param(HANDLER, place, id="handler"),
        pytest.param(HANDLER, partial(prefixed, "x"), id="partial-handler"),
        pytest.param(HANDLER, optional, id="handler-with-a-default"),
        pytest.param(HANDLER, Application().handler, id="handler-method"),
    ],
)
def test_tells_applications_from_handlers(expected: str, target: object) -> None:
    """An application takes an environ and `start_response`; a handler takes a request."""
    made = cast("Mounted[Anything]", untyped(mount)(root / "c", target))

    assert expected == asked("/c/x", table=routes(made)).text


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        pytest.param(TypeError, "a path begins with root", ("/a", app), id="text"),
        pytest.param(ValueError, "/a/{int} has a value", (root / "a" / int, app), id="value"),
        pytest.param(ValueError, "/{rest} has a value", (root / rest, app), id="rest"),
        pytest.param(ValueError, "/a/ has a value or a slash at its end", (root / "a" / "", app), id="slash"),
        pytest.param(TypeError, "takes a table, such as routes", (root / "a", home), id="route"),
        pytest.param(TypeError, "takes a table, such as routes", (root / "a", mount(root / "b", app)), id="mounted"),
        pytest.param(TypeError, "takes a table, a handler or a WSGI application, not 7", (root / "a", 7), id="int"),
        pytest.param(TypeError, "a handler or a WSGI application, not 'x'", (root / "a", "x"), id="text"),
        pytest.param(TypeError, "forgets to return its handler", (root / "a", None), id="none"),
        pytest.param(TypeError, "anything takes any arguments", (root / "a", anything), id="any-arguments"),
        pytest.param(TypeError, "decorated takes any arguments", (root / "a", decorated), id="werkzeug-decorator"),
    ],
)
def test_refuses_wrong_arguments(error: type[Exception], message: str, arguments: tuple[object, ...]) -> None:
    """A mistake is an error where it is made, and says what to write."""
    with pytest.raises(error, match=message.replace("{", "[{]")):
        untyped(mount)(*arguments)


def test_refuses_two_at_one_prefix() -> None:
    """Two that take everything below one prefix are refused."""
    with pytest.raises(ValueError, match=r"app and place both take \* /a$"):
        routes(mount(root / "a", app), mount(root / "a", place))


def test_prints_a_table_below_middleware() -> None:
    """What is mounted has the name of what stands within the ready middleware around it."""
    protected = cross_origin_protection()
    table = routes(
        mount(root / "table", protected(protected(INNER))),
        mount(root / "place", protected(place)),
        mount(root / "part", protected(partial(place))),
    )

    assert str(table) == "*  /table/...  Routes\n*  /place/...  place\n*  /part/...   place"
