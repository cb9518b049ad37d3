"""Whatever fails, in whatever order: what was opened for a request is closed once, and nothing stays open."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final, NoReturn, TypeAlias, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit import close, environ_of, fail
from verglas import (
    Answer,
    Finish,
    OnException,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    render_error,
    send_file,
    text,
)
from verglas.errors import NotFound, abort
from verglas.middleware import access_log, changeable, cors, etags, gzip, log_exceptions, request_id, security_headers
from verglas.testing import WSGICall
from verglas.wsgi import Environ, Head, StartResponse, WSGIApplication

LONG: Final = b"a page of many words " * 100


class FailsError(Exception):
    """What is raised here."""


class Opened:
    """Counts what is opened, and how often each is closed."""

    def __init__(self) -> None:
        self.closed: dict[str, int] = {}
        self._names = count()

    def open(self, kind: str) -> Callable[[], None]:
        """Open something; the function closes it."""
        name = f"{kind} {next(self._names)}"
        self.closed[name] = 0

        def close() -> None:
            self.closed[name] += 1

        return close

    def response(self, body: bytes | Iterable[bytes]) -> Response:
        """A response that knows when it is closed."""
        response = Response(body, mimetype="text/plain")
        response.call_on_close(self.open("response"))
        return response


class Pieces:
    """A stream of pieces that fails at one of them, perhaps."""

    def __init__(self, opened: Opened, fails_at: int | None = None) -> None:
        self._close = opened.open("stream")
        self._left = iter(range(3))
        self._fails_at = fails_at

    def __iter__(self) -> Pieces:
        return self

    def __next__(self) -> bytes:
        number = next(self._left)
        return fail(FailsError()) if number == self._fails_at else LONG

    def close(self) -> None:
        """Close it."""
        self._close()


Make: TypeAlias = Callable[[Opened, Request], ResponseLike]


def foreign(opened: Opened, *, starts: bool, fails_at: int | None = None) -> ResponseLike:
    """An application that others wrote."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if starts:
            start_response("200 OK", [("Content-Type", "text/plain")])
        return Pieces(opened, fails_at)

    return answer


def generating(opened: Opened, fails_at: int | None) -> Generator[bytes]:
    """A generator, which is open once it has begun."""
    close = opened.open("generator")
    try:
        for number in range(3):
            yield fail(FailsError()) if number == fails_at else LONG
    finally:
        close()


HANDLERS: Final[dict[str, Make]] = {
    "memory": lambda opened, _: opened.response(LONG),
    "frozen": lambda opened, _: Response(LONG, mimetype="text/plain").freeze(),
    "stream": lambda opened, _: opened.response(Pieces(opened)),
    "stream that fails": lambda opened, _: opened.response(Pieces(opened, 0)),
    "stream that fails later": lambda opened, _: opened.response(Pieces(opened, 1)),
    "generator": lambda opened, _: opened.response(generating(opened, None)),
    "generator that fails": lambda opened, _: opened.response(generating(opened, 1)),
    "file": lambda opened, request: send_file(__file__, request),
    "opened file": lambda opened, request: send_file(Path(__file__).open("rb"), request, "text/plain"),  # noqa: SIM115  # is closed with the response
    "foreign": lambda opened, _: foreign(opened, starts=True),
    "foreign that fails": lambda opened, _: foreign(opened, starts=True, fails_at=0),
    "foreign that never starts": lambda opened, _: foreign(opened, starts=False),
    "error": lambda opened, _: fail(NotFound()),
    "returned error": lambda opened, _: NotFound(),
    "exception": lambda opened, _: fail(FailsError()),
    "abort": lambda opened, _: abort(opened.response(Pieces(opened))),
    "abort of a foreign one": lambda opened, _: abort(foreign(opened, starts=True)),
    "no answer": lambda opened, _: cast("ResponseLike", None),
}


def passes(head: RequestHead, answer: Answer) -> Answer:
    """The same."""
    return answer


def replaces(head: RequestHead, answer: Answer) -> Answer:
    """Another."""
    return text("another")


def wraps(head: RequestHead, answer: Answer) -> Answer:
    """Another that is made of it."""
    return changeable(answer)


def freezes(head: RequestHead, answer: Answer) -> Answer:
    """Its value, for which a stream is read."""
    return answer.freeze() if isinstance(answer, Response) else answer


def raises(head: RequestHead, answer: Answer) -> NoReturn:
    """An exception."""
    raise FailsError


def refuses(head: RequestHead, answer: Answer) -> NoReturn:
    """An error."""
    raise NotFound


def gives_nothing(head: RequestHead, answer: Answer) -> Answer:
    """A mistake."""
    return cast("Answer", None)


IDS: Final = request_id(timing=True)
FINISHES: Final[dict[str, Finish]] = {
    **{made.__name__: made for made in (passes, replaces, wraps, freezes, raises, refuses, gives_nothing)},
    "etags": etags(),
    "gzip": gzip(),
    "gzip that fails": gzip(skip=lambda head, answer: fail(FailsError())),
    "request_id": IDS.finish,
    "cors": cors(["https://app.example"]).finish,
    "security_headers": security_headers(),
    "access_log": access_log(),
}


def answers(error: Exception, head: RequestHead) -> Response:
    """A page."""
    return text("sorry", 500)


def refuses_too(error: Exception, head: RequestHead) -> ResponseLike:
    """An error."""
    return NotFound()


def raises_too(error: Exception, head: RequestHead) -> NoReturn:
    """Another exception."""
    raise FailsError


ON_EXCEPTIONS: Final[dict[str, OnException | None]] = {
    "none": None,
    "nothing": lambda error, head: None,
    "log_exceptions": log_exceptions(),
    **{made.__name__: made for made in (answers, refuses_too, raises_too)},
}


def broken_page(error: Exception, head: Head) -> ResponseLike:
    """No page of an error."""
    raise FailsError


ASKED: Final[dict[str, dict[str, object]]] = {
    "get": {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_ORIGIN": "https://app.example"},
    "head": {"REQUEST_METHOD": "HEAD", "HTTP_ACCEPT_ENCODING": "gzip"},
    "not modified": {"HTTP_IF_NONE_MATCH": "*"},
    "a part": {"HTTP_RANGE": "bytes=0-9"},
    "no request": {"REQUEST_METHOD": "G ET"},
}


def exchange(app: WSGIApplication, asked: str, server: str) -> None:
    """One request by a server that may fail, or whose client may go away."""
    made = WSGICall(start_error=FailsError() if server == "fails" else None)
    with suppress(FailsError, TypeError, ValueError, RuntimeError):
        body = app(environ_of(**ASKED[asked]), made.start_response)
        try:
            for number, _ in enumerate(body):
                if number == 0 and server == "hangs up":
                    break
        finally:
            close(body)


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(HANDLERS)),
    st.lists(st.sampled_from(sorted(FINISHES)), max_size=4),
    st.sampled_from(sorted(ON_EXCEPTIONS)),
    st.booleans(),
    st.sampled_from(sorted(ASKED)),
    st.sampled_from(["reads", "hangs up", "fails"]),
)
def test_all_is_closed_once(
    name: str, finish: list[str], on_exception: str, breaks: bool, asked: str, server: str
) -> None:
    """In memory, of a stream, a file, another application or an error, whatever becomes of it on the way."""
    opened = Opened()

    def handler(request: Request) -> ResponseLike:
        return HANDLERS[name](opened, request)

    app = application(
        IDS(handler),
        finish=[FINISHES[one] for one in finish],
        on_exception=ON_EXCEPTIONS[on_exception],
        render=broken_page if breaks else render_error,
    )
    exchange(app, asked, server)

    assert dict.fromkeys(opened.closed, 1) == opened.closed
