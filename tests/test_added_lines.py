"""Errors with more header lines, which middleware adds on the way: `HTTPError.with_lines`."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from typing import NoReturn

import pytest

from tests.handling import foreign
from verglas import FrozenResponse, Request, Response, application, response_of, text
from verglas.errors import Abort, BadRequestKeyError, HTTPError, MethodNotAllowed, NotFound, ServiceUnavailable
from verglas.testing import call
from verglas.wsgi import Head, ResponseLike, StartResponse, WSGIApplication

LINES = [("Vary", "Cookie"), ("Set-Cookie", "a=1")]


class Particular(HTTPError):
    """An error of one's own, with other arguments and its own fields."""

    code = 460
    name = "Particular"

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")
        self.sum = first + second

    def field_lines(self) -> tuple[tuple[str, str], ...]:
        return (("X-Sum", str(self.sum)),)


def missing(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """An application that raises an error before it starts."""
    raise NotFound


def raising(error: HTTPError) -> WSGIApplication:
    """An application whose handler raises."""

    def handler(request: Request) -> NoReturn:
        raise error

    return application(handler)


def returning(answer: ResponseLike) -> WSGIApplication:
    """An application whose handler gives an answer."""

    def handler(request: Request) -> ResponseLike:
        return answer

    return application(handler)


def plainly(error: HTTPError, head: Head) -> Response:
    """A renderer that forgets the fields of the error."""
    return text("plain", error.code)


ERRORS = [
    pytest.param("Accept, Cookie", NotFound(), id="page"),
    pytest.param("Accept, Cookie", MethodNotAllowed(["GET"]), id="own-fields"),
    pytest.param("Accept, Cookie", Particular(1, 2), id="other-arguments"),
    pytest.param("Accept, Cookie", BadRequestKeyError("a"), id="several-bases"),
    pytest.param("Cookie", Abort(Response("a")), id="builder"),
    pytest.param("Cookie", Abort(FrozenResponse(b"a")), id="frozen"),
    pytest.param("Cookie", Abort(foreign), id="foreign"),
    pytest.param("Accept, Cookie", Abort(missing), id="foreign-that-raises"),
    pytest.param("Accept, Cookie", Abort(NotFound()), id="error-within"),
    pytest.param("Cookie", Abort(FrozenResponse(b"a", headers={"Vary": "cookie"})), id="there-already"),
    pytest.param("*", Abort(FrozenResponse(b"a", headers={"Vary": "*"})), id="by-anything"),
]


@pytest.mark.parametrize(("expected", "error"), ERRORS)
def test_lines_are_sent(expected: str, error: HTTPError) -> None:
    """The answer has the lines, raised or returned, finished or not; the error itself has none."""
    for application_ in (
        raising(error.with_lines(*LINES)),
        returning(error.with_lines(*LINES)),
        returning(error.with_lines(LINES[0]).with_lines(LINES[1])),
    ):
        answer = call(application_)
        assert (expected.lower(), ["a=1"]) == (
            answer.headers["Vary"].lower(),
            [value for name, value in answer.lines if name == "Set-Cookie"][:1],
        )
    assert () == error.added_lines


@pytest.mark.parametrize(("expected", "error"), [row for row in ERRORS if row.id != "foreign-that-raises"])
def test_lines_are_in_the_response_of_an_error(expected: str, error: HTTPError) -> None:
    """So they are in the response that middleware makes of it, and the rest is as without them."""
    with_lines = response_of(error.with_lines(("vary", "Cookie")), Request())

    assert expected.lower() == with_lines.headers["Vary"].lower()
    assert response_of(error, Request()).status == with_lines.status


def test_vary_is_one_list() -> None:
    """Several middlewares add to Vary, each name once."""
    lines = [("Vary", "Cookie"), ("Vary", "Origin"), ("Vary", "cookie")]
    errors = [NotFound(), Abort(Response("a")), Abort(FrozenResponse(b"a"))]
    varied = [call(raising(error.with_lines(*lines))).headers.getlist("Vary") for error in errors]

    assert [["Accept, Cookie, Origin"], ["Cookie, Origin"], ["Cookie, Origin"]] == varied


@pytest.mark.parametrize(
    "error", [NotFound(), Particular(1, 2), Abort(Response("a")), Abort(FrozenResponse(b"a")), Abort(foreign)]
)
def test_lines_are_sent_by_the_error_itself(error: HTTPError) -> None:
    """An error that is called as a WSGI application sends them too."""
    assert {"Vary": "Cookie", "Set-Cookie": "a=1"}.items() <= dict(call(error.with_lines(*LINES)).lines).items()


def test_renderer_need_not_know() -> None:
    """A renderer that does not ask for the fields of an error does not lose these."""
    handler = raising(NotFound().with_lines(*LINES))

    def handle(request: Request) -> ResponseLike:
        return handler

    assert "a=1" == call(application(handle)).headers["Set-Cookie"]

    def fail(request: Request) -> NoReturn:
        raise NotFound().with_lines(*LINES)

    assert ("Cookie", "a=1", "plain") == (
        (answer := call(application(fail, render=plainly))).headers["Vary"],
        answer.headers["Set-Cookie"],
        answer.text,
    )


def test_copy_is_the_same_error() -> None:
    """Class, arguments, attributes, notes, causes and traceback are those of the error."""
    error = Particular(1, 2)
    error.add_note("note")
    try:
        raise error from ValueError("cause")
    except Particular as caught:
        traceback = caught.__traceback__
    copy = error.with_lines(("Vary", "Cookie"))

    assert type(copy) is Particular
    assert (3, ("1 and 2",), "1 and 2", ["note"]) == (copy.sum, copy.args, copy.description, copy.__notes__)
    assert (error.__cause__, error.__context__, True) == (copy.__cause__, copy.__context__, copy.__suppress_context__)
    assert traceback is copy.__traceback__


def test_copy_can_be_pickled() -> None:
    """The lines survive."""
    error = ServiceUnavailable(retry_after=5).with_lines(("Vary", "Cookie"))
    again: object = pickle.loads(pickle.dumps(error))

    assert isinstance(again, ServiceUnavailable)
    assert ((("Vary", "Cookie"),), 5) == (again.added_lines, again.retry_after)
