"""Calls of handlers, and of WSGI applications as a server makes them (PEP 3333), with everything that came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, final

from attrs import define, field, frozen

from verglas.errors.misuse import WSGIViolation
from verglas.handlers import response_of
from verglas.headers.mapping import Headers
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.response.closing import closers_of
from verglas.response.foreign import run_application
from verglas.values import Value
from verglas.wsgi import Environ, ExcInfo, ResponseLike, WSGIApplication

__all__ = ["Start", "WSGIAnswer", "WSGICall", "answer", "call", "run_wsgi_app"]

R = TypeVar("R", bound=Request[object])

# Put into each list of header fields that a server was given: PEP 3333 lets a server change it.
REPLACED: Final = [("X-Server", "the list is the server's")]


@final
@frozen
class Start(Value):
    """One call of `start_response`.

    Attributes:
        status: The status line.
        lines: The header fields, as given.
        exc_info: The exception that the application answers anew for.
    """

    status: str
    lines: tuple[tuple[str, str], ...]
    exc_info: ExcInfo = None


@final
@frozen
class WSGIAnswer(Value):
    """The answer of one call of an application, as it came over WSGI.

    Attributes:
        starts: The calls of `start_response`.
        pieces: The pieces of the body that the application returned.
        written: What it sent through `write`.
        body: All bytes, in the order in which they came.
    """

    starts: tuple[Start, ...]
    pieces: tuple[bytes, ...]
    written: tuple[bytes, ...]
    body: bytes

    @property
    def status(self) -> str:
        """The status line of the last call of `start_response`, which replaces those before."""
        return self.starts[-1].status

    @property
    def status_code(self) -> int:
        """The code of the status."""
        return int(self.status[:3])

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The header fields, as given."""
        return self.starts[-1].lines

    @property
    def headers(self) -> Headers:
        """The header fields.

        Raises:
            HeaderValueError: A field is not valid in an HTTP message; `lines` has them in any case.
        """
        return Headers(self.lines)

    @property
    def text(self) -> str:
        """The body as text.

        Raises:
            UnicodeDecodeError: The body is not UTF-8.
        """
        return self.body.decode()


@final
@define
class WSGICall:
    """The server's side of one call of an application, which keeps what it was sent even if the call fails.

    Args:
        start_error: What `start_response` raises, for a server that does not start.
        closings: How often the server closes the body, which PEP 3333 has it do once.

    Attributes:
        starts: The calls of `start_response`.
        pieces: The pieces of the body, as far as they came.
        written: What was sent through `write`.

    >>> from verglas import Response
    >>> made = WSGICall()
    >>> made.run(Response("hi"), Request(url="/").environ)
    >>> made.statuses, made.body
    (['200 OK'], b'hi')
    """

    start_error: BaseException | None = None
    closings: int = 1
    starts: list[Start] = field(factory=list[Start], init=False)
    pieces: list[bytes] = field(factory=list[bytes], init=False)
    written: list[bytes] = field(factory=list[bytes], init=False)
    _sent: list[bytes] = field(factory=list[bytes], init=False)

    @property
    def statuses(self) -> list[str]:
        """The status line of each start."""
        return [start.status for start in self.starts]

    @property
    def body(self) -> bytes:
        """All bytes that came, in order."""
        return b"".join(self._sent)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """PEP 3333's `start_response`: keeps what is given, and changes the list afterwards, as a server may.

        Raises:
            BaseException: The `start_error`; or what `exc_info` has, when bytes were sent before.
        """
        self.starts.append(Start(status, tuple(headers), exc_info))
        headers[:] = REPLACED
        if self.start_error is not None:
            raise self.start_error
        if exc_info is not None and exc_info[1] is not None and any(self._sent):
            raise exc_info[1].with_traceback(exc_info[2])
        return self._write

    def _write(self, data: bytes, /) -> None:
        self.written.append(data)
        self._sent.append(data)

    def run(self, application: WSGIApplication, environ: dict[str, object]) -> None:
        """Call the application, read the body to its end, and close it, even if reading fails.

        Args:
            application: The application.
            environ: The environ, which the application may change.
        """
        body = application(environ, self.start_response)
        try:
            for piece in body:
                self.pieces.append(piece)
                self._sent.append(piece)
        finally:
            for close in closers_of(body) * self.closings:
                close()

    def answer(self) -> WSGIAnswer:
        """The answer, as a value.

        Raises:
            WSGIViolation: The application did not call `start_response`.
        """
        if not self.starts:
            raise WSGIViolation("the application never called start_response")
        return WSGIAnswer(tuple(self.starts), tuple(self.pieces), tuple(self.written), self.body)


def answer(handler: Callable[[R], ResponseLike], request: R, /) -> Response:
    """Call a handler or a table as the function that it is, and give its answer as a `Response`, whatever it returned.

    An error passes through, so that a test can expect it: `with pytest.raises(NotFound): answer(site, request)`.

    Args:
        handler: The handler.
        request: The request, with the state that the handler asks for.

    Returns:
        The `Response` that the handler gave, itself; or one made of what it gave, as `response_of` makes it.

    Raises:
        HTTPError: The handler refuses the request. One that is returned is rendered instead.
        TypeError: The handler returned something that is not an answer.
        WSGIViolation: The handler returned a WSGI application that does not keep to PEP 3333.
        HeaderValueError: The status or a header of such an application is not valid in an HTTP message.

    >>> from verglas import Request, text
    >>> from verglas.paths import GET, root, routes
    >>> user = GET(root / "users" / int)
    >>> site = routes(user.into(lambda request, number: text(f"user {number}")))
    >>> answer(site, user.request(7)).data
    b'user 7'
    """
    return response_of(handler(request), request)


def call(
    application: WSGIApplication, request: Request[object] | Environ | None = None, /, **keys: object
) -> WSGIAnswer:
    """Call an application as a server does, and keep everything that comes back.

    Args:
        application: The application; as `wsgiref.validate.validator(application)` it is held to PEP 3333 on the way.
        request: The request, or its environ, which is copied. Without it, `GET http://localhost/`.
        keys: Keys to set in the environ, as they are there: `REQUEST_METHOD="HEAD"`.

    Raises:
        WSGIViolation: The application did not call `start_response`.

    >>> from verglas import Response
    >>> answer = call(Response("hi"), Request(url="/greeting"), HTTP_ACCEPT="text/html")
    >>> answer.status, answer.body
    ('200 OK', b'hi')
    """
    if request is None:
        request = Request.from_values()
    environ = request.environ if isinstance(request, Request) else request
    made = WSGICall()
    made.run(application, {**environ, **keys})
    return made.answer()


def run_wsgi_app(
    app: WSGIApplication, environ: Environ, buffered: bool = False
) -> tuple[Iterable[bytes], str, Headers]:
    """Call an application, and return its answer in the order of Werkzeug's function: body, status, header fields.

    Args:
        app: The application; it gets a copy of the environ.
        environ: The environ of the request.
        buffered: Read the body to its end and close it. Otherwise the body streams; it has a `close()`.

    Returns:
        The body, what was sent through `write` in its place; the status line; the fields.

    Raises:
        WSGIViolation: The application never called `start_response`, or twice without `exc_info`; or its body is
            neither of bytes nor of text.
        HeaderValueError: The application's status or a header is not valid in an HTTP message.

    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("X-Tag", "a")])(b"written, ")
    ...     return [b"returned"]
    >>> body, status, headers = run_wsgi_app(app, Request().environ, buffered=True)
    >>> b"".join(body), status, headers["X-Tag"]
    (b'written, returned', '200 OK', 'a')
    """
    status, headers, body = run_application(app, environ, buffered=buffered)
    return ([body] if isinstance(body, bytes) else body), status, headers
