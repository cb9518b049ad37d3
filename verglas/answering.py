"""From what a handler gives to the answer that is sent: errors rendered, exceptions answered, every answer finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, final

from attrs import frozen

from verglas.capture import RequestHead
from verglas.errors.abort import Abort, answering_with_lines
from verglas.errors.http import HTTPError
from verglas.functions import name_of
from verglas.rendering import Renderer, render_error
from verglas.response.builder import Response, steps_of_unsent
from verglas.response.changes import Answer, add_vary, append_lines
from verglas.response.closing import Step
from verglas.response.foreign import run_application
from verglas.response.frozen import FrozenResponse
from verglas.trust import ANY_HOST, Trust
from verglas.wsgi import Environ, ExcInfo, ResponseLike, StartResponse

__all__ = [
    "Answer",
    "Answering",
    "Finish",
    "OURS",
    "OnException",
    "Send",
    "answer_of",
    "check_answer",
    "rendered",
    "with_lines",
]

Finish: TypeAlias = Callable[[RequestHead, Answer], Answer]
"""Has the last word on an answer, given the head of the request: gives it back, changed perhaps, or another answer."""

OnException: TypeAlias = Callable[[Exception, RequestHead], ResponseLike | None]
"""Answers an exception other than an `HTTPError`, given the head of the request; `None` has it raised again."""

Send: TypeAlias = Callable[[Answer, dict[str, object], StartResponse, list[Step]], Iterable[bytes]]
"""Calls an answer; the steps run once it was sent."""

OURS: Final = (Response, FrozenResponse)  # PERF: a union would be made anew for each request

THROW_ERRORS: Final = "x-wsgiorg.throw_errors"
"""The key of an environ by which a debugger or a test client asks for exceptions (a specification of WSGI.org)."""


@final
@frozen(eq=False)
class Answering:
    """How the answers of an application are made.

    Args:
        render: Makes the answer of an error.
        finish: The functions that have the last word on each answer, in their order.
        on_exception: Answers an exception other than an `HTTPError`.
        trust: Which proxy headers to trust.
    """

    render: Renderer = render_error
    finish: tuple[Finish, ...] = ()
    on_exception: OnException | None = None
    trust: Trust = ANY_HOST

    @property
    def is_plain(self) -> bool:
        """Whether answers are sent as they are, and exceptions raised."""
        return not self.finish and self.on_exception is None

    def of_error(self, error: Exception, environ: Environ) -> ResponseLike:
        """The answer of what was raised, not finished yet.

        Raises:
            Exception: The error is not an `HTTPError`, and `on_exception` does not answer it.
        """
        answer = error if isinstance(error, HTTPError) else self._of_exception(error, environ)
        if not isinstance(answer, HTTPError):
            return answer
        head = RequestHead.of(environ, self.trust)
        try:
            page = rendered(answer, head, self.render)
        except Exception as failure:  # noqa: BLE001  # of render=, which is not asked about its own failure
            answer = self._of_exception(failure, environ)
            return rendered(answer, head, render_error) if isinstance(answer, HTTPError) else answer
        # An error may be a constant. Each time it is raised, python adds to its traceback, which holds the requests.
        answer.__traceback__ = None
        return page

    def _of_exception(self, error: Exception, environ: Environ) -> ResponseLike:
        _explain_state(error)
        if self.on_exception is None or environ.get(THROW_ERRORS):
            raise error
        answer = self.on_exception(error, RequestHead.of(environ, self.trust))
        if answer is None:
            raise error
        check_answer(answer, "on_exception=", self.on_exception)
        return answer

    def conclude(
        self,
        answer: ResponseLike,
        environ: dict[str, object],
        start_response: StartResponse,
        steps: list[Step],
        send: Send,
    ) -> Iterable[bytes]:
        """Finish an answer and send it; what fails before the server has its status is answered as well.

        Args:
            answer: What the handler gave, or an error is answered with.
            environ: The environ of the request.
            start_response: That of the server.
            steps: What is to be closed once the answer was sent.
            send: Calls the answer.

        Raises:
            Exception: The server has a status already, or `on_exception` does not answer what failed.
        """
        was_started = False

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
        ) -> Callable[[bytes], object]:
            nonlocal was_started
            was_started = True
            if exc_info is None:
                return start_response(status, headers)
            return start_response(status, headers, exc_info)

        ready = self._finished(answer, environ, steps)
        try:
            return send(ready, environ, start, steps) if ready.is_file else ready(environ, start)
        except Exception as error:  # such as of a file that cannot be opened any more
            if was_started:
                raise
            answer = self.of_error(error, environ)
        return send(self._finished(answer, environ, steps), environ, start, steps)

    def _finished(self, answer: ResponseLike, environ: Environ, steps: list[Step]) -> Answer:
        """The answer after `finish`; that of what a function of it raised, after the others.

        An answer that another takes the place of is closed with the request: the other may be made of it.
        """
        # PERF: nearly every answer is of verglas already, and two calls are a twentieth of what finishing one costs.
        current = answer if isinstance(answer, OURS) else self._own(answer, environ)
        if not self.finish:
            return current
        head = RequestHead.of(environ, self.trust)
        functions = self.finish
        while True:
            for function in functions:
                try:
                    finished = function(head, current)
                    if not isinstance(finished, OURS):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
                        raise _no_answer(finished, function)  # as what the function raises itself
                except BaseException as error:
                    steps[:0] = steps_of_unsent(current)
                    if not isinstance(error, Exception):
                        raise
                    current = self._own(self.of_error(error, environ), environ)
                    # One that failed might fail again: each time there is a function less.
                    functions = tuple([other for other in functions if other is not function])
                    break
                if finished is not current:
                    steps[:0] = steps_of_unsent(current)
                    current = finished
            else:
                return current

    def _own(self, answer: ResponseLike, environ: Environ) -> Answer:
        if isinstance(answer, HTTPError):  # returned, which is the same as raised
            answer = self.of_error(answer, environ)
        try:
            return answer_of(answer, environ)
        except Exception as error:  # noqa: BLE001  # of a WSGI application that others wrote
            return answer_of(self.of_error(error, environ), environ)


def rendered(error: HTTPError, head: RequestHead, render: Renderer) -> ResponseLike:
    """The answer of an error; one that brings its own is not the renderer's business.

    Args:
        error: What was raised.
        head: Of the request.
        render: Makes the answer.
    """
    if isinstance(error, Abort):
        own = error.application
        answer = rendered(own, head, render) if isinstance(own, HTTPError) else own
    else:
        made = render(error, head)
        check_answer(made, "render=", render)
        # The page of an error that was rendered is not an error that is still to be rendered.
        answer = made.__call__ if isinstance(made, HTTPError) else made
    return with_lines(answer, error.added_lines) if error.added_lines else answer


def with_lines(answer: ResponseLike, lines: tuple[tuple[str, str], ...]) -> ResponseLike:
    """An answer with more header lines: a copy, or an application around one that others wrote.

    One whose Vary has the names already, where there are no other lines, is given back untouched.

    Args:
        answer: The answer.
        lines: Names and values. A Vary is added to that of the answer, any other is a line of its own.
    """
    if isinstance(answer, HTTPError):
        return answer.with_lines(*lines)
    if not isinstance(answer, OURS):
        return answering_with_lines(answer, lines)
    others: list[tuple[str, str]] = []
    for name, value in lines:
        if name.lower() == "vary":
            answer = add_vary(answer, value)
        else:
            others.append((name, value))
    return append_lines(answer, others) if others else answer


def answer_of(answer: ResponseLike, environ: Environ) -> Answer:
    """An answer as a response of verglas: the same object, or what any other WSGI application answers, which streams.

    Args:
        answer: The answer.
        environ: The environ that the application is called with.

    Raises:
        WSGIViolation: The application does not keep to PEP 3333.
        HeaderValueError: The application's status or a header is not valid in an HTTP message.
    """
    if isinstance(answer, OURS):
        return answer
    foreign = run_application(answer, environ)
    response = Response(foreign.body, foreign.status, foreign.headers)
    if "Content-Type" not in foreign.headers:
        response.headers.pop("Content-Type", None)  # the default of responses that are built here
    return response


def check_answer(answer: object, role: str, maker: object = None) -> None:
    """Refuse what cannot answer, before something calls it in vain: not all check their types.

    Args:
        answer: What was given.
        role: What the function is that gave it.
        maker: The function, if it is known.

    Raises:
        TypeError: The answer is not a WSGI application.
    """
    if not callable(answer) or isinstance(answer, type):
        what = f"the class {answer.__name__}" if isinstance(answer, type) else f"a {type(answer).__name__}"
        who = role if maker is None else f"{role}, {name_of(maker)},"
        raise TypeError(f"{who} returned {what}: return a Response, or another WSGI application")


def _no_answer(given: object, function: Finish) -> TypeError:
    what = f"the function {name_of(function)} of finish= returned a {type(given).__name__}"
    return TypeError(f"{what}: return the answer that it was given, or another Response or FrozenResponse")


def _explain_state(error: Exception) -> None:
    """Say what `None` lacks a user's attribute for: the handler was mounted without what gives its state."""
    if not isinstance(error, AttributeError) or error.obj is not None:
        return
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is not None and "state" in at.tb_frame.f_code.co_names:
        error.add_note(
            "If this is about request.state: it is None until a middleware gives the request one, with"
            " request.with_state(...). A type checker finds handlers that are mounted without it."
        )
