"""`on_exception=`: what answers an exception that would go to the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, TypeAlias, cast

import pytest

from tests.handling import Environ, foreign, generator, logged, raising
from tests.kit import CountedBody, environ_of, fail, multipart, posted, untyped
from verglas import FileSlice, FrozenResponse, Request, RequestHead, Response, abort, application, text
from verglas.errors import HTTPError, InternalServerError, NotFound, ServiceUnavailable
from verglas.testing import WSGICall, call
from verglas.wsgi import Head, ResponseLike, StartResponse, WSGIApplication

Answer: TypeAlias = Response | FrozenResponse
THROW: Final = "x-wsgiorg.throw_errors"


class Failure(Exception):
    """What a test raises."""


FAILURE: Final = Failure("of the test")


class Excusing:
    """A function of `on_exception=` that answers, and keeps what it was asked about."""

    def __init__(self, answer: Callable[[], ResponseLike | None] = lambda: text("Sorry.", 500)) -> None:
        self.answer = answer
        self.asked: list[Exception] = []
        self.heads: list[RequestHead] = []

    def __call__(self, error: Exception, head: RequestHead) -> ResponseLike | None:
        self.asked.append(error)
        self.heads.append(head)
        return self.answer()


def fine(request: Request) -> Response:
    """Answer."""
    return text("fine")


def returning(answer: ResponseLike) -> Callable[[Request], ResponseLike]:
    """A handler of one answer."""
    return lambda _: answer


def mark(head: Head, answer: Answer) -> Answer:
    """Leave a field."""
    assert isinstance(answer, Response)
    answer.headers.add("X-Finished", "1")
    return answer


def broken(*given: object) -> NoReturn:
    """Fail."""
    raise FAILURE


def late(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """A foreign application that fails before its first byte."""
    start_response("200 OK", [])
    if environ:
        raise FAILURE
    yield b""


class Unparsed(Request):
    """A request that cannot be made."""

    def __init__(self, *arguments: object, **named: object) -> None:
        raise FAILURE


def in_a_hook(on_exception: Excusing) -> WSGIApplication:
    """An application of requests that fail as they are parsed."""
    return application(fine, parse=Unparsed.parse, on_exception=on_exception)


def in_a_handler(on_exception: Excusing) -> WSGIApplication:
    """One whose handler fails."""
    return application(broken, on_exception=on_exception, finish=mark)


def without_finish(on_exception: Excusing) -> WSGIApplication:
    """The same, with nothing that finishes."""
    return application(broken, on_exception=on_exception)


def in_render(on_exception: Excusing) -> WSGIApplication:
    """One whose renderer fails for what was raised."""
    return application(raising(NotFound()), render=broken, on_exception=on_exception)


def in_render_of_a_returned_one(on_exception: Excusing) -> WSGIApplication:
    """And for what was returned."""
    return application(lambda _: NotFound(), render=broken, on_exception=on_exception)


def in_render_of_parsing(on_exception: Excusing) -> WSGIApplication:
    """And for what parsing raises."""
    made = application(fine, render=broken, on_exception=on_exception)
    return lambda environ, start_response: made(environ | {"HTTP_HOST": "a/b"}, start_response)


def in_finish(on_exception: Excusing) -> WSGIApplication:
    """One whose `finish` fails."""
    return application(fine, finish=broken, on_exception=on_exception)


def in_finish_of_an_error(on_exception: Excusing) -> WSGIApplication:
    """And fails for an error."""
    return application(lambda _: NotFound(), finish=broken, on_exception=on_exception)


def in_a_foreign_application(on_exception: Excusing) -> WSGIApplication:
    """One that is mounted fails when it is called."""
    return application(lambda _: broken, on_exception=on_exception)


def before_its_first_byte(on_exception: Excusing) -> WSGIApplication:
    """One that is mounted fails when its body begins."""
    return application(lambda _: late, on_exception=on_exception)


def aborted_with(on_exception: Excusing) -> WSGIApplication:
    """One that a handler ends with fails."""
    return application(lambda _: abort(late), on_exception=on_exception)


PLACES: Final = [
    in_a_hook,
    in_a_handler,
    without_finish,
    in_render,
    in_render_of_a_returned_one,
    in_render_of_parsing,
    in_finish,
    in_finish_of_an_error,
    in_a_foreign_application,
    before_its_first_byte,
    aborted_with,
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.replace("_", "-"))
def test_answers(place: Callable[[Excusing], WSGIApplication]) -> None:
    """It is asked once, with the exception and the head of the request, and answers."""
    excusing = Excusing()

    answer = call(place(excusing), environ_of("/a?b=c", REQUEST_METHOD="POST"))

    assert ("500 Internal Server Error", b"Sorry.") == (answer.status, answer.body)
    assert [FAILURE] == excusing.asked
    assert [("POST", "/a?b=c")] == [(head.method, head.target) for head in excusing.heads]
    assert 1 == len(answer.starts)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.replace("_", "-"))
@pytest.mark.parametrize("thrown", [False, True], ids=["none", "throw-errors"])
def test_raises_again(place: Callable[[Excusing], WSGIApplication], thrown: bool) -> None:
    """`None` has the same object raised; so does an environ that asks for exceptions, and then nobody is asked."""
    excusing = Excusing(lambda: None)
    exchange = WSGICall()

    with pytest.raises(Failure) as caught:
        exchange.run(place(excusing), environ_of() | ({THROW: True} if thrown else {}))

    assert (FAILURE, []) == (caught.value, exchange.starts)
    assert ([] if thrown else [FAILURE]) == excusing.asked


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.replace("_", "-"))
def test_what_it_raises_is_the_servers(place: Callable[[Excusing], WSGIApplication]) -> None:
    """What it raises itself is raised, and it is not asked about that."""
    own = KeyError("of on_exception")
    excusing, exchange = Excusing(lambda: fail(own)), WSGICall()

    with pytest.raises(KeyError) as caught:
        exchange.run(place(excusing), environ_of())

    assert (own, [FAILURE], []) == (caught.value, excusing.asked, exchange.starts)


@pytest.mark.parametrize("value", [False, 0, "", None])
def test_false_throws_nothing(value: object) -> None:
    """An environ that does not ask for exceptions gets answers."""
    assert 500 == call(in_a_handler(Excusing()), environ_of() | {THROW: value}).status_code


def test_http_errors_are_not_thrown() -> None:
    """Errors that have an answer are answered, also where exceptions are asked for."""
    excusing = Excusing()

    assert (
        404 == call(application(raising(NotFound()), on_exception=excusing), environ_of() | {THROW: True}).status_code
    )
    assert [] == excusing.asked


ANSWERS: Final[dict[str, tuple[Callable[[], ResponseLike], int, bytes]]] = {
    "built": (lambda: text("a", 500), 500, b"a"),
    "frozen": (lambda: text("a", 503).freeze(), 503, b"a"),
    "stream": (lambda: Response(iter([b"a", b"b"])), 200, b"ab"),
    "foreign": (lambda: foreign, 200, b"foreign"),
    "foreign-generator": (lambda: generator, 200, b"foreign"),
    "error": (ServiceUnavailable, 503, b"rendered 503"),
    "abort": (lambda: abort_of(text("a", 502)), 502, b"a"),
}


def abort_of(answer: ResponseLike) -> HTTPError:
    """The error that ends a handler with an answer."""
    try:
        abort(answer)
    except HTTPError as error:
        return error


def render(error: HTTPError, head: Head) -> ResponseLike:
    """A renderer."""
    return text(f"rendered {error.code}", error.code)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_its_answer(name: str, method: str) -> None:
    """Its answer is of any kind, an error is rendered; it is finished as others are."""
    make, code, body = ANSWERS[name]
    log: list[str] = []

    def finish(head: Head, answer: Answer) -> Answer:
        log.append(f"finish {answer.status_code}")
        return answer

    made = application(broken, parse=logged(log).parse, render=render, finish=finish, on_exception=Excusing(make))
    answer = call(made, REQUEST_METHOD=method)

    assert (code, body if method == "GET" else b"") == (answer.status_code, answer.body)
    assert [f"finish {code}", "request"] == log


def test_error_for_a_broken_renderer() -> None:
    """An error that it gives because `render` failed is rendered by `render_error`."""
    excusing = Excusing(InternalServerError)

    answer = call(application(raising(NotFound()), render=broken, on_exception=excusing))

    assert (500, [FAILURE]) == (answer.status_code, excusing.asked)
    assert "Internal Server Error" in answer.text


def test_broken_renderer_of_its_error() -> None:
    """If `render` fails for the error that it gives, it is asked about that, and `render_error` has the last word."""
    first = ZeroDivisionError()
    excusing = Excusing(InternalServerError)

    answer = call(application(raising(first), render=broken, on_exception=excusing))

    assert (500, [first, FAILURE]) == (answer.status_code, excusing.asked)
    assert "Internal Server Error" in answer.text


def test_error_that_cannot_be_rendered() -> None:
    """An error that nobody can render goes to the server: nothing is tried forever."""

    class Unsayable(HTTPError):
        code = 499

        def field_lines(self) -> tuple[tuple[str, str], ...]:
            raise FAILURE

    excusing = Excusing(Unsayable)

    with pytest.raises(Failure):
        call(application(broken, on_exception=excusing))
    assert 2 == len(excusing.asked)


def test_its_answer_is_not_finished_after_finish_failed() -> None:
    """What `finish` failed for is not finished again."""
    calls: list[int] = []

    def finish(head: Head, answer: Answer) -> Answer:
        calls.append(answer.status_code)
        raise FAILURE

    assert (500, [200]) == (call(application(fine, finish=finish, on_exception=Excusing())).status_code, calls)


def test_vanished_file(tmp_path: Path) -> None:
    """A file that cannot be opened any more is an exception before the status is sent."""
    path, log = tmp_path / "a", list[str]()
    path.write_bytes(b"0123")
    found = FileSlice.of(path)
    path.unlink()

    for answer in (Response(found), FrozenResponse(found)):
        excusing, exchange = Excusing(), WSGICall()
        handler = returning(answer)
        made = application(handler, parse=logged(log).parse, finish=mark_any, on_exception=excusing)
        exchange.run(made, environ_of())

        assert (["500 Internal Server Error"], b"Sorry.", ["request"]) == (exchange.statuses, exchange.body, log)
        assert ["FileChanged"] == [type(error).__name__ for error in excusing.asked]
        assert "1" == dict(exchange.starts[0].lines)["X-Finished"]
        log.clear()


def test_answer_with_a_vanished_file(tmp_path: Path) -> None:
    """If its own answer cannot be sent, it is asked once more, and then the exception is the server's."""
    path = tmp_path / "a"
    path.write_bytes(b"0123")
    found = FileSlice.of(path)
    path.unlink()
    excusing = Excusing(lambda: FrozenResponse(found))

    with pytest.raises(Exception, match="cannot be opened"):
        call(application(broken, on_exception=excusing))
    assert [Failure, "FileChanged"] == [type(excusing.asked[0]), type(excusing.asked[1]).__name__]


def mark_any(head: Head, answer: Answer) -> Answer:
    """Leave a field on any answer."""
    return mark(head, answer if isinstance(answer, Response) else Response.thaw(answer))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), GeneratorExit()], ids=repr)
def test_what_is_no_exception_is_the_servers(error: BaseException) -> None:
    """What ends the worker is nobody's to answer; the request is closed."""
    excusing, log = Excusing(), list[str]()

    with pytest.raises(type(error)) as caught:
        call(application(raising(error), parse=logged(log).parse, on_exception=excusing))
    assert (error, [], ["request"]) == (caught.value, excusing.asked, log)


def test_while_a_body_streams() -> None:
    """What a body raises goes to the server: the status was sent."""

    def pieces() -> Iterator[bytes]:
        yield b"a"
        raise FAILURE

    excusing, log, exchange = Excusing(), list[str](), WSGICall()
    made = application(lambda _: Response(pieces()), parse=logged(log).parse, finish=mark, on_exception=excusing)

    with pytest.raises(Failure):
        exchange.run(made, environ_of())
    assert ([], ["200 OK"], [b"a"], ["request"]) == (excusing.asked, exchange.statuses, exchange.pieces, log)


def test_server_that_does_not_start() -> None:
    """What `start_response` raises is the server's own."""
    excusing, log, body = Excusing(), list[str](), CountedBody("a")
    exchange = WSGICall(start_error=FAILURE)
    made = application(lambda _: Response(body), parse=logged(log).parse, on_exception=excusing)

    with pytest.raises(Failure):
        exchange.run(made, environ_of())
    assert ([], 1, 1, ["request"]) == (excusing.asked, len(exchange.starts), body.closed, log)


def test_closing_that_fails() -> None:
    """What closing raises goes to the server, after the answer."""
    excusing, exchange = Excusing(), WSGICall()
    made = application(fine, parse=logged([], FAILURE).parse, on_exception=excusing)

    with pytest.raises(ExceptionGroup):
        exchange.run(made, environ_of())
    assert ([], ["200 OK"]) == (excusing.asked, exchange.statuses)


def test_uploads_are_closed() -> None:
    """What the request has read is closed once its exception was answered."""
    opened: list[BinaryIO] = []

    def handler(request: Request) -> Response:
        opened.append(request.files["f"].stream)
        raise FAILURE

    body = multipart(('name="f"; filename="f"', b"data"))

    assert (
        500
        == call(
            application(handler, on_exception=Excusing()), posted(body, "multipart/form-data; boundary=b")
        ).status_code
    )
    assert [True] == [file.closed for file in opened]


@pytest.mark.parametrize("given", ["text", b"bytes", 5, Response, ["a"]], ids=lambda given: type(given).__name__)
def test_gives_no_answer(given: object) -> None:
    """What is no answer is refused with words, behind which the exception shows."""

    def confused(error: Exception, head: Head) -> object:
        return given

    made = application(broken, on_exception=cast("Callable[[Exception, RequestHead], None]", confused))

    with pytest.raises(TypeError, match=r"on_exception=, \S*confused, returned .*: return a Response") as caught:
        call(made)
    assert FAILURE is caught.value.__context__


async def awaited(error: Exception, head: Head) -> Response:
    """A function that nothing awaits."""
    return text("never")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        pytest.param({"on_exception": 5}, "on_exception= is a function of an exception .*, not int", id="number"),
        pytest.param({"on_exception": awaited}, "awaited is async, and nothing awaits it", id="async"),
        pytest.param({"render": 5}, "render= is a function of an error .*, not int", id="render"),
        pytest.param({"render": None}, "render= is a function of an error .*, not NoneType", id="no-render"),
        pytest.param({"render": awaited}, "awaited is async, and nothing awaits it", id="async-render"),
        pytest.param({"parse": 5}, r"parse= is the parse of a class of requests, .*, not int", id="parse"),
        pytest.param({"parse": Request}, r"parse= is the parse of a class .*, not Request", id="class-for-its-parse"),
    ],
)
def test_mistakes(named: dict[str, object], words: str) -> None:
    """What cannot be called so is refused where the application is made."""
    with pytest.raises(TypeError, match=words):
        untyped(application)(fine, **named)


def test_state_that_nobody_gave() -> None:
    """The note about a state that nobody gave is on the exception once, for whoever logs it."""

    def handler(request: Request) -> Response:
        return text(str(untyped(getattr)(request.state, "name")))

    excusing = Excusing()
    call(application(handler, on_exception=excusing))

    [error] = excusing.asked
    assert 1 == len(getattr(error, "__notes__", []))
