"""`finish=`: what has the last word on every answer of an application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import BinaryIO, Final, NoReturn, TypeAlias, cast
from wsgiref.validate import validator

import pytest
from attrs import frozen

from tests.handling import Environ, foreign, generator, logged, raising
from tests.kit import CountedBody, close, environ_of, fail, multipart, posted, untyped
from verglas import FileSlice, FrozenResponse, Handler, Limits, Request, RequestHead, Response, abort, application, text
from verglas.errors import Forbidden, HTTPError, NotFound
from verglas.middleware import etags, https_only, set_field
from verglas.testing import WSGIAnswer, WSGICall, call
from verglas.wsgi import Head, ResponseLike, StartResponse

Answer: TypeAlias = Response | FrozenResponse
Finish: TypeAlias = Callable[[Head, Answer], Answer]


class Marking:
    """A function of `finish=` that leaves its name, and keeps what it was given."""

    def __init__(self, name: str = "a") -> None:
        self.name = name
        self.given: list[tuple[str, Answer]] = []

    def __call__(self, head: Head, answer: Answer) -> Answer:
        self.given.append((head.method, answer))
        if isinstance(answer, Response):
            answer.headers.add("X-Finished", self.name)
            return answer
        return answer.replace(headers=answer.headers.adding("X-Finished", self.name))


def writing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """A foreign application that writes."""
    write = start_response("200 OK", [("X-Foreign", "1")])
    write(b"fore")
    return [b"ign"]


def late(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    """One that refuses before its first byte."""
    start_response("200 OK", [])
    if environ:
        raise Forbidden
    yield b""


def length_of(request: Request) -> Response:
    """Read the body."""
    return text(str(len(request.get_data())))


def nothing(*given: object) -> None:
    """Forget to return."""


def labelled(head: Head, answer: Answer) -> Answer:
    """Give an answer the type that wsgiref asks for."""
    if "Content-Type" in answer.headers or answer.status_code == 204:
        return answer
    return set_field(answer, "Content-Type", "text/plain")


def sorry(error: Exception, head: Head) -> Response:
    """Answer an exception."""
    return text(f"Sorry: {type(error).__name__}", 500)


def part() -> FileSlice:
    """The first bytes of this file."""
    return FileSlice.of(__file__).part(0, 3)


HANDLERS: Final[dict[str, tuple[Handler, str, bytes]]] = {
    "built": (lambda _: text("built"), "200 OK", b"built"),
    "frozen": (lambda _: text("frozen").freeze(), "200 OK", b"frozen"),
    "stream": (lambda _: Response(iter([b"str", b"eam"])), "200 OK", b"stream"),
    "empty": (lambda _: Response(status=204), "204 No Content", b""),
    "file": (lambda _: Response(part()), "200 OK", b'"""'),
    "frozen-file": (lambda _: FrozenResponse(part()), "200 OK", b'"""'),
    "foreign-list": (lambda _: foreign, "200 OK", b"foreign"),
    "foreign-generator": (lambda _: generator, "200 OK", b"foreign"),
    "foreign-write": (lambda _: writing, "200 OK", b"foreign"),
    "foreign-that-raises": (lambda _: late, "403 Forbidden", b"403 Forbidden"),
    "returned-error": (lambda _: NotFound(), "404 Not Found", b"404 Not Found"),
    "raised-error": (raising(NotFound()), "404 Not Found", b"404 Not Found"),
    "abort-with-a-response": (lambda _: abort(text("aborted", 402)), "402 Payment Required", b"aborted"),
    "abort-with-a-foreign-one": (lambda _: abort(foreign), "200 OK", b"foreign"),
    "abort-with-an-error": (lambda _: abort(NotFound()), "404 Not Found", b"404 Not Found"),
    "body-too-large": (length_of, "413 Content Too Large", b"413 Content Too Large"),
    "exception": (raising(ZeroDivisionError()), "500 Internal Server Error", b"Sorry: ZeroDivisionError"),
    "no-answer": (cast("Handler", nothing), "500 Internal Server Error", b"Sorry: TypeError"),
    "not-parsed": (lambda _: text("never"), "400 Bad Request", b"400 Bad Request"),
}
"""Handlers, with the status of each answer and its body, or what is in that."""


@pytest.mark.parametrize("method", ["POST", "HEAD"])
@pytest.mark.parametrize("name", HANDLERS)
def test_reaches_every_answer(name: str, method: str) -> None:
    """Each answer is finished once, and is the same else; the request is closed once."""
    handler, status, body = HANDLERS[name]
    mark, log = Marking(), list[str]()
    environ = posted(b"four", REQUEST_METHOD=method) | ({"HTTP_HOST": "a/b"} if name == "not-parsed" else {})

    def answer_with(finish: Finish | tuple[()]) -> WSGIAnswer:
        parse, limits = logged(log).parse, Limits(max_content_length=3)
        made = application(handler, parse=parse, limits=limits, finish=finish, on_exception=sorry)
        return call(made, environ)

    answer, plain = answer_with(mark), answer_with(())

    assert [method] == [given for given, _ in mark.given]
    assert (status, ["a"]) == (answer.status, answer.headers.getlist("X-Finished"))
    assert (plain.body, len(answer.starts)) == (answer.body, 1)
    assert (body if method == "POST" else b"") in answer.body
    assert plain.headers == answer.headers.without("X-Finished")
    assert log == ([] if name == "not-parsed" else ["request", "request"])


@pytest.mark.parametrize("method", ["POST", "HEAD"])
@pytest.mark.parametrize("name", HANDLERS)
def test_keeps_to_pep_3333(name: str, method: str) -> None:
    """The server's side of a finished answer is that of any WSGI application."""
    handler, status, _ = HANDLERS[name]
    environ = posted(b"four", REQUEST_METHOD=method, stream=BytesIO(b"four"))
    made = application(handler, limits=Limits(max_content_length=3), finish=labelled, on_exception=sorry)

    if name == "not-parsed":
        environ["HTTP_HOST"] = "a/b"
    assert status == call(validator(made), environ).status


@pytest.mark.parametrize(
    ("finish", "expected"),
    [
        pytest.param((), [], id="none"),
        pytest.param(Marking(), ["a"], id="one"),
        pytest.param([Marking()], ["a"], id="list-of-one"),
        pytest.param([Marking("a"), Marking("b"), Marking("c")], ["a", "b", "c"], id="left-to-right"),
        pytest.param((Marking("b"), Marking("a")), ["b", "a"], id="tuple"),
    ],
)
def test_order(finish: Finish | list[Finish], expected: list[str]) -> None:
    """Functions are called from left to right, each with what the one before it gave."""
    for answer in (text("x"), text("x").freeze()):
        made = application(lambda _, answer=answer: answer, finish=finish)

        assert expected == call(made).headers.getlist("X-Finished")


@pytest.mark.parametrize("make", [lambda: text("x"), lambda: text("x").freeze()], ids=["built", "frozen"])
def test_same_object_copies_nothing(make: Callable[[], Answer]) -> None:
    """An answer that needs no change is the handler's own object to the end."""
    own, seen = make(), list[Answer]()

    def look(head: Head, answer: Answer) -> Answer:
        seen.append(answer)
        return answer

    assert b"x" == call(application(lambda _: own, finish=[look, look])).body
    assert [True, True] == [answer is own for answer in seen]


def test_head_of_the_request() -> None:
    """A function is told method, fields, target and scheme, also where the request was not parsed."""
    heads: list[tuple[str, str, str, str | None]] = []

    def look(head: RequestHead, answer: Answer) -> Answer:
        heads.append((head.method, head.scheme, head.target, head.headers.get("X-A")))
        return answer

    made = application(lambda _: text("x"), finish=look)
    for host in ("localhost", "a/b"):
        environ = environ_of("/a%20b?c=%20", HTTP_X_A="1", REQUEST_METHOD="PUT", HTTP_HOST=host)
        call(made, environ | {"wsgi.url_scheme": "https"})

    assert [("PUT", "https", "/a%20b?c=%20", "1")] * 2 == heads


def test_another_answer() -> None:
    """A function may answer otherwise; the first answer is closed once, when the other was sent."""
    body, log = CountedBody("a"), list[str]()

    def handler(request: Request) -> Response:
        response = Response(body)
        response.call_on_close(lambda: log.append("response"))
        return response

    made = application(handler, parse=logged(log).parse, finish=lambda head, answer: text("other"))

    assert (b"other", 1, ["response", "request"]) == (call(made).body, body.closed, log)


def test_answer_made_of_another() -> None:
    """An answer may stream what another one streams, which is closed once and not before."""
    body, log = CountedBody("a", "b"), list[str]()

    def upper(head: Head, answer: Answer) -> Answer:
        assert isinstance(answer, Response)
        return Response(piece.upper() for piece in answer.iter_encoded())

    made = application(lambda _: Response(body), parse=logged(log).parse, finish=[upper, upper])
    sent = made(environ_of(), WSGICall().start_response)
    sent_pieces = list(sent)

    assert ([b"A", b"B"], 0, []) == (sent_pieces, body.closed, log)
    close(sent)
    assert (1, ["request"]) == (body.closed, log)


def test_frozen_by_a_function() -> None:
    """A stream that a function freezes is read and closed once."""
    body, log = CountedBody("a", "b"), list[str]()

    def freeze(head: Head, answer: Answer) -> Answer:
        return answer.freeze() if isinstance(answer, Response) else answer

    made = application(lambda _: Response(body), parse=logged(log).parse, finish=freeze)

    assert (b"ab", 1, ["request"]) == (call(made).body, body.closed, log)


WRONG: Final[dict[str, object]] = {"none": None, "text": "x", "foreign": foreign, "error": NotFound()}


@pytest.mark.parametrize("name", WRONG)
def test_gives_no_answer(name: str) -> None:
    """A function that forgets to give an answer is named, and what it was given is closed."""
    body, log = CountedBody("a"), list[str]()

    def forget(head: Head, answer: Answer) -> object:
        return WRONG[name]

    made = application(lambda _: Response(body), parse=logged(log).parse, finish=cast("Finish", forget))

    with pytest.raises(TypeError, match=r"the function \S*forget of finish= returned a .*: return the answer"):
        call(made)
    assert (1, ["request"]) == (body.closed, log)


def test_no_answer_is_answered() -> None:
    """A function that gives no answer is an exception as any other."""
    made = application(length_of, finish=cast("Finish", nothing), on_exception=sorry)

    assert b"Sorry: TypeError" == call(made).body


def failing(error: BaseException) -> Finish:
    """A function of `finish=` that raises."""

    def finish(head: Head, answer: Answer) -> NoReturn:
        raise error

    return finish


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        pytest.param(Forbidden(), "403 Forbidden", b"403 Forbidden", id="error"),
        pytest.param(ZeroDivisionError(), "500 Internal Server Error", b"Sorry: ZeroDivisionError", id="exception"),
    ],
)
@pytest.mark.parametrize("before", [0, 1], ids=["first", "second"])
def test_function_raises(error: Exception, status: str, body: bytes, before: int) -> None:
    """What a function raises is answered, and finished by the others; everything is closed once."""
    stream, log, mark = CountedBody("a"), list[str](), Marking()

    def handler(request: Request) -> Response:
        response = Response(stream)
        response.call_on_close(lambda: log.append("response"))
        return response

    finish: list[Finish] = [*[Marking()] * before, failing(error), mark]
    answer = call(application(handler, parse=logged(log).parse, finish=finish, on_exception=sorry))

    assert (status, 1 + before) == (answer.status, len(answer.headers.getlist("X-Finished")))
    assert body in answer.body
    assert ([status], 1, ["response", "request"]) == ([given.status for _, given in mark.given], stream.closed, log)


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), SystemExit()], ids=repr)
def test_exception_of_a_function_is_the_servers(error: BaseException) -> None:
    """Without `on_exception` it is raised, the same one; everything is closed once."""
    stream, log = CountedBody("a"), list[str]()
    exchange = WSGICall()
    made = application(lambda _: Response(stream), parse=logged(log).parse, finish=failing(error))

    with pytest.raises(type(error)) as caught:
        exchange.run(made, environ_of())
    assert (error, [], 1, ["request"]) == (caught.value, exchange.starts, stream.closed, log)


def test_functions_that_raise_one_after_the_other() -> None:
    """Each is left out once it has raised, and the rest finish what is answered at last."""
    mark = Marking()
    finish: list[Finish] = [failing(ZeroDivisionError()), mark, failing(Forbidden()), failing(NotFound())]
    answer = call(application(length_of, finish=finish, on_exception=sorry))

    assert ("404 Not Found", 1) == (answer.status, len(answer.headers.getlist("X-Finished")))
    assert ["500", "403", "404"] == [given.status[:3] for _, given in mark.given]


def test_function_raises_and_closing_fails() -> None:
    """What a function raises is answered, though what it was given does not close: that is raised when all was sent."""

    def handler(request: Request) -> Response:
        response = Response(iter([b"a"]))
        response.call_on_close(lambda: fail(OSError()))
        return response

    exchange, log = WSGICall(), list[str]()
    made = application(handler, parse=logged(log).parse, finish=failing(Forbidden()))

    with pytest.raises(ExceptionGroup, match="closing failed"):
        exchange.run(made, environ_of())
    assert (["403 Forbidden"], ["request"]) == (exchange.statuses, log)


def test_function_aborts_with_what_it_was_given() -> None:
    """An answer that a function ends with is sent as it is, though it streams."""
    body, log = CountedBody("a", "b"), list[str]()

    def finish(head: Head, answer: Answer) -> Answer:
        return abort(answer)

    made = application(lambda _: Response(body), parse=logged(log).parse, finish=finish)

    assert (b"ab", 1, ["request"]) == (call(made).body, body.closed, log)


def test_error_of_a_function_is_rendered() -> None:
    """An error that a function raises goes through `render`, and not through `finish`."""
    made = application(
        lambda _: text("x"),
        render=lambda error, head: text(f"rendered {error.code}", error.code),
        finish=failing(Forbidden()),
    )

    assert b"rendered 403" == call(made).body


def test_rendered_by_an_error() -> None:
    """A renderer that leaves an error to its own page is called once."""
    asked: list[HTTPError] = []

    def render(error: HTTPError, head: Head) -> ResponseLike:
        asked.append(error)
        return error

    mark = Marking()
    for finish in ((), mark):
        answer = call(application(raising(NotFound()), render=render, finish=finish))
        assert ("404 Not Found", 1) == (answer.status, len(asked))
        asked.clear()
    assert 1 == len(mark.given)


def test_foreign_answer_is_kept() -> None:
    """A foreign answer keeps its lines, its reason, and that it has no type; HEAD keeps its length."""
    lines = [("Content-Length", "7"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Own", "1")]

    def unlabelled(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("299 Fine", list(lines))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"foreign"]

    made = application(lambda _: unlabelled, finish=lambda head, answer: answer)

    for method, body in (("GET", b"foreign"), ("HEAD", b"")):
        answer = call(made, REQUEST_METHOD=method)
        assert ("299 Fine", lines, body) == (answer.status, list(answer.lines), answer.body)


def test_foreign_body_streams() -> None:
    """A foreign body is sent piece by piece, and closed once."""
    steps: list[str] = []

    def streaming(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        try:
            for piece in (b"a", b"b"):
                steps.append(piece.decode())
                yield piece
        finally:
            steps.append("closed")

    body = application(lambda _: streaming, finish=Marking())(environ_of(), WSGICall().start_response)
    pieces = iter(body)

    assert (b"a", ["a"]) == (next(pieces), steps)
    close(body)
    assert ["a", "closed"] == steps


@pytest.mark.parametrize("make", [lambda: Response(part()), lambda: FrozenResponse(part())], ids=["built", "frozen"])
def test_file_is_left_to_the_server(make: Callable[[], Answer]) -> None:
    """A file goes to the `wsgi.file_wrapper` of the server, which closes it and the request."""
    log: list[str] = []

    class Wrapper:
        def __init__(self, file: BinaryIO, size: int) -> None:
            self.file = file
            self.close = file.close

        def __iter__(self) -> Iterator[bytes]:
            return iter([self.file.read()])

    made = application(lambda _: make(), parse=logged(log).parse, finish=Marking())
    exchange = WSGICall()
    body = made(environ_of() | {"wsgi.file_wrapper": Wrapper}, exchange.start_response)

    assert isinstance(body, Wrapper)
    assert ([b'"""'], []) == (list(body), log)
    close(body)
    assert (["request"], "a") == (log, dict(exchange.starts[0].lines)["X-Finished"])


def test_uploads_are_open_until_the_answer_is_sent() -> None:
    """What a request has read is closed after its answer, also if a function has failed."""
    opened: list[BinaryIO] = []

    def handler(request: Request) -> Response:
        opened.append(request.files["f"].stream)
        return Response(iter([b"a"]))

    made = application(handler, finish=failing(Forbidden()))
    body = multipart(('name="f"; filename="f"', b"data"))

    assert 403 == call(made, posted(body, "multipart/form-data; boundary=b")).status_code
    assert [True] == [file.closed for file in opened]


@frozen
class Both:
    """A middleware whose `finish` is a function."""

    def finish(self, head: Head, answer: Answer) -> Answer:
        """Do nothing."""
        return answer


class Called(Both):
    """One that is called with a handler."""

    def __call__(self, handler: Handler) -> Handler:
        return handler


async def awaited(head: Head, answer: Answer) -> Answer:
    """A function that nothing awaits."""
    return answer


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        pytest.param(5, "finish= is a function or several, not int", id="number"),
        pytest.param(None, "finish= is a function or several, not NoneType", id="none"),
        pytest.param("ab", "finish= takes functions of .*, not str", id="text"),
        pytest.param([5], "finish= takes functions of .*, not int", id="list-of-numbers"),
        pytest.param([["a"]], "finish= takes functions of .*, not list", id="list-of-lists"),
        pytest.param([Both()], "give the finish of the Both, not itself", id="object-with-finish"),
        pytest.param([Called()], "give the finish of the Called, not itself", id="middleware-with-finish"),
        pytest.param(Called(), "give the finish of the Called, not itself", id="middleware-alone"),
        pytest.param([awaited], "awaited is async, and nothing awaits it", id="async"),
        pytest.param([etags], r"etags takes other arguments .*: give what etags\(...\) returns", id="not-called"),
        pytest.param([https_only()], "HTTPSOnly takes other arguments", id="middleware"),
        pytest.param(str.upper, "takes other arguments", id="one-argument"),
    ],
)
def test_mistakes(finish: object, words: str) -> None:
    """What is no function of an answer is refused where the application is made."""
    with pytest.raises(TypeError, match=words):
        untyped(application)(length_of, finish=finish)


def test_finish_of_both() -> None:
    """The `finish` of a middleware is such a function."""
    assert b"0" == call(application(length_of, finish=[Called().finish, Both().finish])).body
