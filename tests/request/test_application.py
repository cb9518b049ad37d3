"""`Request.application`: of functions, of methods, of subclasses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import BinaryIO, ClassVar, cast

import pytest

from tests.kit import MULTIPART, OpensSinks, environ_of, multipart, posted, untyped
from verglas import Limits, Request, Response, Upload
from verglas.errors import NotFound
from verglas.testing import call
from verglas.wsgi import ResponseLike, WSGIApplication


class OnDisk(OpensSinks):
    """A request whose uploads all go to disk."""

    def sink(self) -> BinaryIO:
        return TemporaryFile()


FILE = multipart(('name="f"; filename="a.txt"', b"abc"))


@Request.application
def hello(request: Request) -> ResponseLike:
    """Say hello."""
    if request.path == "/missing":
        raise NotFound
    if request.path == "/returned":
        return NotFound()
    if request.path == "/broken":
        raise ZeroDivisionError
    return Response(f"Hello {request.args.get('name', 'World')}!")


class Site:
    """An object whose method answers."""

    def __init__(self, name: str) -> None:
        self.name = name

    @Request.application
    def page(self, request: Request) -> Response:
        """Answer."""
        return Response(f"{self.name} {request.path}")


class Own(Request):
    """A subclass with knobs and a name of its own."""

    trusted_hosts = ("h",)
    closed: ClassVar[list[str]] = []

    @property
    def greeting(self) -> str:
        """One more name."""
        return f"Hi {self.path}"

    def close(self) -> None:
        """Note it."""
        self.closed.append(self.path)
        super().close()


@Own.application
def own(request: Own) -> Response:
    """Answer with what the subclass has."""
    return Response(request.greeting)


@Request.application
def greet(greeting: str, request: Request) -> Response:
    """A function that takes something before the request."""
    return Response(f"{greeting} {request.path}")


class Several:
    """A method that takes something between its object and the request."""

    def page(self, name: str, request: Request) -> Response:
        """Answer."""
        return Response(f"{name} {request.path}")

    application = untyped(Request.application)(page)  # to checkers there is one argument before the request


@pytest.mark.parametrize(
    ("expected", "app", "leading"),
    [
        pytest.param(b"Hi /x", greet, ("Hi",), id="werkzeug-function"),
        pytest.param(b"a /x", Site.page, (Site("a"),), id="werkzeug-method-of-the-class"),
        pytest.param(b"b /x", Several().application, ("b",), id="werkzeug-method-with-another"),
        pytest.param(b"c /x", Several.application, (Several(), "c"), id="werkzeug-two"),
    ],
)
def test_passes_leading_arguments_on(expected: bytes, app: object, leading: tuple[object, ...]) -> None:
    """What stands before the environ comes before the request."""

    application = cast("WSGIApplication", partial(untyped(app), *leading))  # as its types say only of one argument

    assert expected == call(application, environ_of(PATH_INFO="/x")).body


@pytest.mark.parametrize(
    ("expected", "app", "environ"),
    [
        pytest.param(("200 OK", b"Hello World!"), hello, {}, id="function"),
        pytest.param(("200 OK", b"Hello Ada!"), hello, {"QUERY_STRING": "name=Ada"}, id="query"),
        pytest.param(("200 OK", b"a /x"), Site("a").page, {"PATH_INFO": "/x"}, id="method"),
        pytest.param(("200 OK", b"b /x"), Site("b").page, {"PATH_INFO": "/x"}, id="method-of-another"),
        pytest.param(("200 OK", b"Hi /x"), own, {"PATH_INFO": "/x", "HTTP_HOST": "h"}, id="subclass"),
    ],
)
def test_answers(expected: tuple[str, bytes], app: WSGIApplication, environ: dict[str, object]) -> None:
    """The decorated is a WSGI application; a method one for each object."""

    answer = call(app, environ)

    assert expected == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("expected", "app", "environ"),
    [
        pytest.param(404, hello, {"PATH_INFO": "/missing"}, id="raised"),
        pytest.param(404, hello, {"PATH_INFO": "/returned"}, id="returned"),
        pytest.param(400, hello, {"HTTP_HOST": "a/b"}, id="cve-2026-48710-host"),
        pytest.param(400, hello, {"CONTENT_LENGTH": "-1"}, id="cve-2026-53540-length"),
        pytest.param(411, hello, {"HTTP_TRANSFER_ENCODING": "chunked"}, id="chunked"),
        pytest.param(400, own, {"HTTP_HOST": "evil"}, id="host-not-trusted"),
        pytest.param(400, own, {}, id="d14-no-host"),
    ],
)
def test_errors(expected: int, app: WSGIApplication, environ: dict[str, object]) -> None:
    """Errors of the handler and of parsing are answered: the construction is strict, and inside."""

    assert expected == call(app, environ).status_code


def test_other_errors_are_the_servers() -> None:
    """What is no `HTTPError` is raised."""

    with pytest.raises(ZeroDivisionError):
        call(hello, environ_of(PATH_INFO="/broken"))


def test_closes_after_the_body_was_sent() -> None:
    """D12: uploads live until the body has been iterated, then they are closed."""

    seen: list[bool] = []
    uploads: list[Upload] = []

    @OnDisk.application
    def stream(request: OnDisk) -> Response:
        upload = request.files["f"]
        uploads.append(upload)

        def pieces() -> Iterator[bytes]:
            seen.append(upload.stream.closed)
            yield upload.read()

        return Response(pieces())

    answer = call(stream, posted(FILE, MULTIPART))

    assert ("200 OK", b"abc") == (answer.status, answer.body)
    assert ([False], True) == (seen, uploads[0].stream.closed)


@pytest.mark.parametrize("fails", [False, True])
def test_closes_once(fails: bool) -> None:
    """The request is closed once for each call, also when the handler fails."""

    Own.closed.clear()

    @Own.application
    def app(request: Own) -> Response:
        if fails:
            raise ZeroDivisionError(request.path)
        return Response("x")

    try:
        call(app, environ_of(HTTP_HOST="h", PATH_INFO="/x"))
    except ZeroDivisionError:
        assert fails

    assert ["/x"] == Own.closed


def test_answers_with_any_application() -> None:
    """A handler may answer with any WSGI application."""

    @Request.application
    def app(request: Request) -> WSGIApplication:
        return hello if request.path == "/hello" else NotFound()

    assert ("200 OK", 404) == (call(app, environ_of(PATH_INFO="/hello")).status, call(app, environ_of()).status_code)


def test_keeps_the_words() -> None:
    """The decorated keeps its docstring, and what it was made of."""

    assert ("Say hello.", "hello") == (hello.__doc__, getattr(hello, "__wrapped__").__name__)  # noqa: B009  # no WSGI name


def test_on_the_class() -> None:
    """On the class, a decorated method is still what was made."""

    assert Site.page is Site.__dict__["page"]


def test_limits_of_the_class_hold() -> None:
    """The limits that a class sets are those of its application."""

    class Small(Request):
        max_content_length = 1

    @Small.application
    def app(request: Small) -> Response:
        return Response(request.data)

    body: Iterable[bytes] = [b"a", b"ab"]
    assert [200, 413] == [call(app, posted(data)).status_code for data in body]
    assert Limits().max_content_length is None
