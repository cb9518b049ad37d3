"""What must check: the type of every public overload on the side of requests. Each function is run by pytest too."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, ItemsView
from typing import BinaryIO, Final, Protocol, TypedDict, assert_type, cast

from attrs import frozen

from tests.kit import ignore
from verglas import (
    URL,
    Body,
    Cookies,
    Files,
    Form,
    FrozenResponse,
    Handler,
    Headers,
    JSONValue,
    Limits,
    Middleware,
    MultiMap,
    MutableHeaders,
    ParseError,
    Query,
    Request,
    Response,
    ResponseLike,
    Trust,
    Upload,
    application,
    build_environ,
    json_response,
    parse_environ,
    parse_form,
    pipe,
    redirect,
    try_parse,
)
from verglas.request.application import MethodApplication
from verglas.wsgi import WSGIApplication

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

__all__ = ["CHECKS"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True, default=None)


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


class HasName(Protocol):
    """Whoever has a name."""

    @property
    def name(self) -> str: ...


@frozen
class User:
    """Somebody."""

    name: str


@frozen
class Admin(User):
    """Somebody with power."""


@run
def headers() -> None:
    """Headers are a `Mapping[str, str]`."""
    found = Headers({"X": "1"})
    assert_type(found["X"], str)
    assert_type(found.get("X"), str | None)
    assert_type(found.get("X", "0"), str)
    assert_type(found.get("X", 0), str | int)
    assert_type(found.get("X", None), str | None)
    assert_type(found.get("X", type=int), int | None)
    assert_type(found.get("X", 0, type=int), int)
    assert_type(found.get("X", 0, int), int)
    assert_type(found.get(key="X"), str | None)
    assert_type(found.get(key="X", default=0, type=int), int)
    assert_type(found.getlist("X"), list[str])
    assert_type(found.items(), ItemsView[str, str])
    assert_type(found.items(multi=True), tuple[tuple[str, str], ...])
    assert_type(found.pairs, tuple[tuple[str, str], ...])
    assert_type(list(found), list[str])
    assert_type(dict(found), dict[str, str])
    assert_type(found.with_("X", "2"), Headers)
    assert_type(found.adding("X", "2"), Headers)
    assert_type(found.without("X"), Headers)


@run
def mutable_headers() -> None:
    """The headers of a response: `None` unsets."""
    found = MutableHeaders({"X": "1"})
    assert_type(found["X"], str)
    assert_type(found.get("X"), str | None)
    found["X"] = "2"
    found["X"] = None
    assert_type(found.setdefault(key="X", default="3"), str)
    assert_type(found.pop(key="X"), str)
    assert_type(found.pop(key="X", default=None), str | None)
    assert_type(found.getlist("X"), list[str])
    assert_type(found.freeze(), Headers)


@run
def multimaps() -> None:
    """Queries, forms and cookies are maps of text, files of uploads."""
    found = Query({"a": ["1", "2"], "b": "3"})
    assert_type(found["a"], str)
    assert_type(found.get("a"), str | None)
    assert_type(found.get("a", "0"), str)
    assert_type(found.get("a", 0), str | int)
    assert_type(found.get("a", type=int), int | None)
    assert_type(found.get("a", 0, int), int)
    assert_type(found.get("a", "none", int), int | str)
    assert_type(found.get(key="a"), str | None)
    assert_type(found.get(key="a", default="0"), str)
    assert_type(found.get(key="a", type=int), int | None)
    assert_type(found.getlist("a"), list[str])
    assert_type(found.getlist("a", int), list[int])
    assert_type(found.getlist("a", type=float), list[float])
    assert_type(found.one("b"), str)
    assert_type(found.one("b", int), int)
    assert_type(found.items(), ItemsView[str, str])
    assert_type(found.items(multi=True), tuple[tuple[str, str], ...])
    assert_type(found.lists(), tuple[tuple[str, list[str]], ...])
    assert_type(found.to_dict(), dict[str, str])
    assert_type(found.to_dict(flat=True), dict[str, str])
    assert_type(found.to_dict(flat=False), dict[str, list[str]])
    assert_type(MultiMap({"a": 1})["a"], int)
    assert_type(Files({"a": Upload("a", "x")})["a"], Upload)
    file: BinaryIO = Upload("a", "x")
    assert_type(file.readline(), bytes)
    assert_type(Files().get("a"), Upload | None)
    assert_type(Files().to_dict(flat=False), dict[str, list[Upload]])


@run
def constructors() -> None:
    """A request has no state until it is given one."""
    assert_type(Request(), Request[None])
    assert_type(Request({}), Request[None])
    assert_type(Request({}, True, False), Request[None])
    assert_type(Request({}, populate_request=True, limits=Limits(), trust=Trust()), Request[None])
    assert_type(Request(method="POST", url="/x", headers={"X": "1"}, body=b"a"), Request[None])
    assert_type(Request(url=URL(), headers=[("X", "1")], body="a", server=("s", None)), Request[None])
    assert_type(Request(state=User("ada")), Request[User])
    assert_type(Request(state=User("ada"), url="/x"), Request[User])
    assert_type(Request.from_values("/x", data={"a": "1", "n": 2}, query_string={"a": ["1", "2"]}), Request[None])
    assert_type(Request.from_values("/x", json={"a": [1, None, {"b": "c"}]}, headers={"X": "1"}), Request[None])
    assert_type(parse_environ({}), Request[None])
    assert_type(parse_environ({}, limits=Limits(), trust=Trust()), Request[None])


@run
def try_parse_narrows() -> None:
    """Errors as values: `isinstance` tells them apart."""
    found = try_parse({"HTTP_HOST": "a/b"})
    assert_type(found, Request[None] | ParseError)
    if isinstance(found, ParseError):
        assert_type(found, ParseError)
        assert_type(found.code, int)
        return
    assert_type(found, Request[None])
    assert_type(found.method, str)


@run
def values() -> None:
    """What a request holds."""
    request = Request(url="/x?a=1", body=b"1")
    assert_type(request.state, None)
    assert_type(request.method, str)
    assert_type(request.url, URL)
    assert_type(request.headers, Headers)
    assert_type(request.args, Query)
    assert_type(request.cookies, Cookies)
    assert_type(request.form, Form)
    assert_type(request.files, Files)
    assert_type(request.body, Body)
    assert_type(request.server, tuple[str, int | None] | None)
    assert_type(request.remote_addr, str | None)
    assert_type(request.content_type, str | None)
    assert_type(request.content_length, int | None)
    assert_type(request.mimetype, str)
    assert_type(request.is_multithread, bool | None)
    assert_type(request.access_route, tuple[str, ...])
    assert_type(request.environ, dict[str, object])
    assert_type(Request(state=User("ada")).state, User)
    assert_type(build_environ("GET", URL(), Headers(), request.stream), dict[str, object])


@run
def bodies() -> None:
    """`get_data` is bytes, or text when asked."""
    request = Request(body=b"1")
    assert_type(request.data, bytes)
    assert_type(request.get_data(), bytes)
    assert_type(request.get_data(False), bytes)
    assert_type(request.get_data(cache=True, as_text=False), bytes)
    assert_type(request.get_data(as_text=True), str)
    assert_type(request.get_data(True, True), str)
    assert_type(request.get_data(parse_form_data=True), bytes)
    assert_type(request.get_data(as_text=True, parse_form_data=True), str)
    assert_type(request.get_json(force=True), JSONValue)
    assert_type(request.get_json(silent=True), JSONValue)
    assert_type(parse_form("", []), tuple[Form, Files])


@run
def copies() -> None:
    """Changed copies keep the class and the state; `with_state` changes the state."""
    request = Request(state=User("ada"))
    assert_type(request.replace(method="POST", url="/", headers=None, body=b""), Request[User])
    assert_type(request.buffered(), Request[User])
    assert_type(request.with_state(5), Request[int])
    assert_type(Request().with_state(User("ada")), Request[User])
    assert_type(Request().replace(remote_addr="::1"), Request[None])


class Own(Request[S]):
    """A generic subclass keeps its type."""

    max_form_parts = 5

    def with_state(self, state: S) -> Own[S]:  # type: ignore[override]  # narrower than what it could be, for the check  # pyright: ignore[reportIncompatibleMethodOverride]
        """Give it."""
        return cast("Own[S]", super().with_state(state))


class Plain(Request):
    """A plain subclass."""

    trusted_hosts = ("localhost",)

    @property
    def shout(self) -> str:
        """The path, loudly."""
        return self.path.upper()


@run
def subclasses() -> None:
    """Subclasses are given back by what makes requests."""
    assert_type(Plain.from_values("/x"), Plain)
    assert_type(Plain.parse({"HTTP_HOST": "localhost"}), Plain)
    assert_type(Plain().replace(method="POST"), Plain)
    assert_type(Plain().buffered(), Plain)
    assert_type(Plain().shout, str)


def named(request: Request[HasName]) -> Response:
    """For whoever has a name."""
    return Response(request.state.name)


def anybody(request: Request[object]) -> Response:
    """For everybody."""
    return Response(request.path)


def me(request: Request[User]) -> FrozenResponse:
    """For users."""
    assert_type(request.state, User)
    return Response(request.state.name).freeze()


@run
def covariance() -> None:
    """A request with more is a request with less."""
    admin = Request(state=Admin("ada"))
    assert_type(named(admin), Response)
    assert_type(anybody(admin), Response)
    assert_type(me(admin), FrozenResponse)
    users: Request[User] = admin
    assert users.state.name == "ada"


def require_user(inner: Handler[User]) -> Handler[None]:
    """Give the request its user."""
    return lambda request: inner(request.with_state(User("ada")))


def require_admin(inner: Handler[Admin]) -> Handler[User]:
    """Make an admin of the user."""
    return lambda request: inner(request.with_state(Admin(request.state.name)))


def logged(inner: Handler[None]) -> Handler[None]:
    """Change nothing."""
    return inner


def admin_page(request: Request[Admin]) -> Response:
    """For admins."""
    return Response(request.state.name)


def plain(request: Request) -> Response:
    """For everybody; a bare `Request` is one without a state."""
    assert_type(request, Request[None])
    return Response(request.path)


@run
def handlers() -> None:
    """Handlers, middleware, and what is mounted."""
    bare: Handler = plain
    handler: Handler[User] = me
    middleware: Middleware[User, None] = require_user
    assert_type(application(bare), WSGIApplication)
    assert_type(application(middleware(handler)), WSGIApplication)
    assert_type(application(anybody, limits=Limits(), trust=Trust()), WSGIApplication)
    assert list(application(middleware(handler))({}, ignore)) == [b"ada"]


@run
def pipes() -> None:
    """The states are checked from one middleware to the next."""
    assert_type(pipe(plain, logged), Handler[None])
    assert_type(pipe(me, require_user), Handler[None])
    assert_type(pipe(admin_page, require_admin), Handler[User])
    assert_type(pipe(admin_page, require_admin, require_user), Handler[None])
    assert_type(pipe(admin_page, require_admin, require_user, logged), Handler[None])
    assert list(application(pipe(admin_page, require_admin, require_user, logged))({}, ignore)) == [b"ada"]


class Site:
    """An object with a handler."""

    @Request.application
    def page(self, request: Request) -> ResponseLike:
        """Answer."""
        return Response(request.path)

    @Plain.application
    def loud(self, request: Plain) -> Response:
        """Answer loudly."""
        return Response(request.shout)


class Paged(Request[S_co]):
    """A generic subclass."""


@Paged[None].application
def paged(request: Paged) -> Response:
    """Answer with a subclass that may have a state, and has none."""
    assert_type(request.state, None)
    return Response(request.path)


@Request.application
def greet(greeting: str, request: Request) -> Response:
    """Answer with what stands before the environ."""
    return Response(f"{greeting} {request.path}")


@Request.application
def function(request: Request) -> Response:
    """Answer."""
    return Response(request.path)


@Plain.application
def loud(request: Plain) -> Response:
    """Answer loudly."""
    return Response(request.shout)


@run
def decorated() -> None:
    """The decorator makes WSGI applications of functions, methods and for subclasses."""
    assert_type(function, WSGIApplication)
    assert_type(loud, WSGIApplication)
    assert_type(Site().page, WSGIApplication)
    assert_type(Site().loud, WSGIApplication)
    assert_type(Site.page, MethodApplication[Site])
    assert_type(paged, WSGIApplication)
    assert_type(greet, MethodApplication[str])
    assert_type(Paged[None].parse({}), Paged[None])
    assert_type(Paged[None].from_values("/x"), Paged[None])
    assert list(greet("Hi", {"PATH_INFO": "/x"}, ignore)) == [b"Hi /x"]
    assert list(Site.page(Site(), {"PATH_INFO": "/x"}, ignore)) == [b"/x"]
    assert list(paged({"PATH_INFO": "/x"}, ignore)) == [b"/x"]
    assert list(Site().loud({"PATH_INFO": "/x", "HTTP_HOST": "localhost"}, ignore)) == [b"/X"]


@run
def responses() -> None:
    """What a response gives and takes."""
    response = Response("hi", 201, {"X": "1"})
    assert_type(response.get_data(), bytes)
    assert_type(response.get_data(as_text=True), str)
    assert_type(response.get_data(as_text=False), bytes)
    response.status = 404
    assert_type(response.status, str)
    response.status = "418 I'm a Teapot"
    response.headers = [("X", "1")]
    assert_type(response.headers, MutableHeaders)
    response.headers = {"X": ["1", "2"]}
    response.data = "text"
    response.data = b"bytes"
    assert_type(response.freeze(), FrozenResponse)
    assert_type(Response.thaw(response.freeze()), Response)


class Note(TypedDict):
    """A note, as a type checker knows it."""

    title: str


def write_note(note: Note) -> bytes:
    """Write it."""
    return json.dumps(note).encode()


@run
def json_responses() -> None:
    """JSON of the types of JSON, or of any type with what writes it."""
    note: Note = {"title": "a"}
    assert_type(json_response({"a": [1, None]}), Response)
    assert_type(json_response(note, encode=write_note), Response)
    assert_type(json_response(note, 201, {"X": "1"}, encode=json.dumps), Response)
    assert json_response(note, encode=write_note).data == b'{"title": "a"}'


@run
def redirects() -> None:
    """The status has the name that it has elsewhere here, and the one that it has in Werkzeug."""
    assert_type(redirect("/x"), Response)
    assert_type(redirect("/x", 308, local=True), Response)
    assert_type(redirect("/x", status=308), Response)
    assert_type(redirect(URL(), code=308), Response)


@run
def matching() -> None:
    """A request matches by method and path, and each has its type."""
    match Request(method="POST", url="/x"):
        case Request("POST", path):
            assert_type(path, str)
        case other:
            assert_type(other, Request[None])
