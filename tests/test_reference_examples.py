"""The examples that users come with, as they are written there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.kit import MULTIPART, multipart, posted
from verglas import Request, Response
from verglas.errors import HTTPException, NotFound
from verglas.testing import call
from verglas.wsgi import StartResponse, WSGIApplication

application = Response("Hello World!")


def wsgi_function(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI function that uses the request and the response."""
    request = Request(environ)
    response = Response(f"Hello {request.args.get('name', 'World!')}!")
    return response(environ, start_response)


@Request.application
def decorated(request: Request) -> Response:
    """A function from a request to a response."""
    return Response(f"Hello {request.args.get('name', 'World!')}!")


class Site:
    """An application that is an object, with a method for each."""

    def __init__(self, greeting: str) -> None:
        self.greeting = greeting

    @Request.application
    def hello(self, request: Request) -> Response:
        """A method from a request to a response."""
        return Response(f"{self.greeting} {request.args.get('name', 'World!')}!")


@pytest.mark.parametrize(
    ("expected", "app"),
    [
        pytest.param(b"Hello World!!", wsgi_function, id="function"),
        pytest.param(b"Hello World!!", decorated, id="decorator"),
        pytest.param(b"Hi World!!", Site("Hi").hello, id="method"),
        pytest.param(b"Hello World!", application, id="response"),
    ],
)
def test_hello(expected: bytes, app: WSGIApplication) -> None:
    """Each of them says hello."""
    answer = call(app)

    assert ("200 OK", "text/plain; charset=utf-8", str(len(expected)), expected) == (
        answer.status,
        answer.headers["Content-Type"],
        answer.headers["Content-Length"],
        answer.body,
    )


@pytest.mark.parametrize(
    "app", [wsgi_function, decorated, Site("Hello").hello], ids=["function", "decorator", "method"]
)
def test_query(app: WSGIApplication) -> None:
    """Each of them reads the query, in UTF-8."""

    assert "Hello caf\xe9 1!".encode() == call(app, QUERY_STRING="name=caf%C3%A9+1").body


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"HTTP_HOST": "<bad>"}, id="host"),
        pytest.param({"CONTENT_LENGTH": "abc", "REQUEST_METHOD": "POST"}, id="length"),
        pytest.param({"QUERY_STRING": "name=%FF\xe4"}, id="d5-query"),
    ],
)
def test_bare_function_never_fails(environ: dict[str, object]) -> None:
    """A bare WSGI function does not fail on what clients send (design §3)."""

    assert "200 OK" == call(wsgi_function, **environ).status


def test_methods_of_two_objects() -> None:
    """A decorated method belongs to its object."""
    one, two = Site("Hi"), Site("Ho")

    assert [b"Hi World!!", b"Ho World!!"] == [call(site.hello).body for site in (one, two)]


class HTMLResponse(Response):
    """The response of a framework."""

    default_mimetype = "text/html"


def test_response_of_a_framework() -> None:
    """A subclass has a default type of its own."""

    assert "text/html; charset=utf-8" == call(HTMLResponse("<p>")).headers["Content-Type"]


class SmallRequest(Request):
    """A request of a framework, with its limits as class attributes."""

    max_content_length = 4


@SmallRequest.application
def small(request: SmallRequest) -> Response:
    """Give the body back."""
    return Response(request.get_data())


def test_request_of_a_framework() -> None:
    """`application` of a subclass makes requests of that subclass."""

    assert [("200 OK", b"1234"), ("413 Content Too Large", True)] == [
        (call(small, **posted(b"1234")).status, call(small, **posted(b"1234")).body),
        (call(small, **posted(b"12345")).status, b"12345" not in call(small, **posted(b"12345")).body),
    ]


@Request.application
def missing(request: Request) -> Response:
    """Raise, as handlers do."""
    raise NotFound(f"nothing for {request.method}")


def test_raised_http_exception() -> None:
    """An HTTPException that is raised becomes its page."""

    assert (b"<p>nothing for GET</p>" in call(missing).body, True) == (True, issubclass(NotFound, HTTPException))


@Request.application
def upload(request: Request) -> Response:
    """Send an upload back, in a generator that reads it while it is sent."""

    file = request.files["file"]

    def body() -> Iterator[bytes]:
        yield file.read()

    return Response(body())


def test_upload_lives_while_it_is_sent() -> None:
    """The request is closed after the generator ran, not before (D12)."""
    sent = multipart(('name="file"; filename="a"', b"content"))

    assert b"content" == call(upload, **posted(sent, MULTIPART)).body
