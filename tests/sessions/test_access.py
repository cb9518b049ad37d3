"""When an answer depends on the session: whenever it was looked at, in any way; and what an untouched one costs."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from traceback import walk_tb
from typing import Final, NoReturn

import pytest
from attrs import evolve, frozen

from tests.handling import foreign
from tests.kit import fail
from tests.sessions.handlers import ignore, save, value_of
from tests.sessions.visitors import KEY, Account, Act, Clock, Visitor, dump, load
from verglas import FrozenResponse, Handler, Request, Response, ResponseLike, application, redirect, text
from verglas.errors import Abort, Conflict, Forbidden, HTTPError, NotFound, abort
from verglas.sessions import MemoryStore, Session, csrf, sessions
from verglas.testing import call
from verglas.wsgi import StartResponse

Look = Callable[[Session[Account]], object]


@frozen
class State:
    """A state in which the session is one of two things."""

    user: str
    session: Session[Account]


def guarded(session: Session[Account]) -> bool:
    """Look by a match statement."""
    match session:
        case Session(value=Account(name=name)):
            return bool(name)
        case _:
            return False


def _refused(session: Session[Account]) -> None:
    with pytest.raises(Forbidden):
        csrf.check("x", session)


LOOKS: Final[dict[str, Look]] = {
    "value": lambda session: session.value,
    "id": lambda session: session.id,
    "created": lambda session: session.created,
    "bool": bool,
    "not": lambda session: not session,
    "equal": lambda session: session == session,
    "equal-to-another": lambda session: session == 1,
    "unequal": lambda session: session != 1,
    "member": lambda session: session in [1, 2],
    "hash": hash,
    "key": lambda session: {session: 1},
    "repr": repr,
    "str": str,
    "format": lambda session: f"{session}",
    "repr-of-a-state": lambda session: repr(State("ada", session)),
    "equal-states": lambda session: State("ada", session) == State("ada", session),
    "evolved-state": lambda session: repr(evolve(State("ada", session), user="bob")),
    "match": guarded,
    "save": lambda session: session.save(Response(), Account("ada")),
    "clear": lambda session: session.clear(Response()),
    "renew": lambda session: session.renew(Response()),
    "token": lambda session: csrf.token(session, Response()),
    "check": _refused,
}


def looking(look: Look, then: Callable[[], ResponseLike]) -> Act:
    """A handler that looks, and answers."""

    def act(request: Request[Session[Account]]) -> ResponseLike:
        look(request.state)
        return then()

    return act


def visitors() -> Iterator[Visitor]:
    """One without a cookie, one with, one whose cookie is not ours; in a cookie and in a store."""
    for store in (None, MemoryStore()):
        around = sessions(dump, load, keys=[KEY], store=store)
        yield Visitor(around)
        known = Visitor(around)
        known.visit(save("ada"))
        yield known
        yield Visitor(around, {"__Host-session": "x"})


@pytest.mark.parametrize("look", [pytest.param(look, id=name) for name, look in LOOKS.items()])
def test_every_access_counts(look: Look) -> None:
    """However a session is looked at, its answer varies by the cookie, whether there is one or not."""
    for visitor in visitors():
        assert "Cookie" == visitor.visit(looking(look, lambda: text("hi"))).headers.get("Vary")


def test_untouched_answer_passes_through() -> None:
    """An answer without access is the same object, and says nothing of cookies, nor sets one."""
    for visitor in visitors():
        assert LOGIN is visitor.around(lambda _: LOGIN)(Request())
        answer = visitor.visit(ignore)
        assert (None, None) == (answer.headers.get("Vary"), answer.headers.get("Set-Cookie"))


def test_answer_that_varies_already_passes_through() -> None:
    """A frozen answer that says it already is the same object, too."""
    answer = FrozenResponse(b"", headers={"Vary": "Accept, cookie"})
    handler = sessions(dump, load, keys=[KEY])(looking(bool, lambda: answer))

    assert answer is handler(Request())


def test_frozen_answer_is_copied() -> None:
    """A frozen answer is not changed for others who send it."""
    answer = FrozenResponse(b"", headers={"Vary": "Accept"})
    handler = sessions(dump, load, keys=[KEY])(looking(bool, lambda: answer))

    assert ("Accept, Cookie", "Accept") == (call(application(handler)).headers["Vary"], answer.headers["Vary"])


NOT_FOUND: Final = NotFound()
LOGIN: Final = redirect("/login").freeze()


def streaming(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """An application that starts late."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Vary", "Accept")])
    yield b"a"
    yield b"b"


@pytest.mark.parametrize(
    ("status", "vary", "then"),
    [
        pytest.param(200, ["Cookie"], lambda: text("hi"), id="builder"),
        pytest.param(200, ["Cookie"], lambda: text("hi").freeze(), id="frozen"),
        pytest.param(200, ["Accept", "Cookie"], lambda: Response(headers={"Vary": "Accept"}), id="varies"),
        pytest.param(200, ["*"], lambda: Response(headers={"Vary": "*"}), id="varies-by-anything"),
        pytest.param(200, ["Cookie"], lambda: foreign, id="foreign"),
        pytest.param(200, ["Accept", "Cookie"], lambda: streaming, id="foreign-that-streams"),
        pytest.param(404, ["Accept", "Cookie"], NotFound, id="returned"),
        pytest.param(404, ["Accept", "Cookie"], lambda: fail(NotFound()), id="raised"),
        pytest.param(404, ["Accept", "Cookie"], lambda: fail(NOT_FOUND), id="a-constant"),
        pytest.param(403, ["Accept", "Cookie"], lambda: abort(403), id="aborted"),
        pytest.param(303, ["Cookie"], lambda: abort(redirect("/login")), id="aborted-with-a-builder"),
        pytest.param(303, ["Cookie"], lambda: abort(LOGIN), id="aborted-with-a-frozen-one"),
        pytest.param(200, ["Cookie"], lambda: abort(foreign), id="aborted-with-a-foreign-one"),
        pytest.param(403, ["Accept", "Cookie"], lambda: abort(Forbidden()), id="aborted-with-an-error"),
    ],
)
@pytest.mark.parametrize("looks", [True, False])
def test_kinds_of_answers(status: int, vary: list[str], then: Callable[[], ResponseLike], looks: bool) -> None:
    """Every kind of answer varies by the cookie if the session was looked at, and only then."""
    visitor = Visitor(sessions(dump, load, keys=[KEY]))
    answer = visitor.visit(looking(bool if looks else lambda _: None, then))
    wanted = vary if looks else [name for name in vary if name != "Cookie"]

    assert status == answer.status_code
    assert wanted == [name for line in answer.headers.getlist("Vary") for name in line.split(", ")]
    assert ((), None) == (NOT_FOUND.added_lines, LOGIN.headers.get("Vary"))


def test_errors_keep_their_class() -> None:
    """Middleware further out catches an error by its class, with where it was raised."""
    caught: list[HTTPError] = []
    frames: list[str] = []

    def outermost(inner: Callable[[Request[None]], ResponseLike]) -> Callable[[Request[None]], ResponseLike]:
        def outer(request: Request[None]) -> ResponseLike:
            try:
                return inner(request)
            except Conflict as error:
                caught.append(error)
                frames.extend(frame.f_code.co_name for frame, _ in walk_tb(error.__traceback__))
                raise

        return outer

    error = Conflict("Taken.")
    handler = sessions(dump, load, keys=[KEY])(looking(bool, lambda: fail(error)))
    answer = call(application(outermost(handler)))

    assert (409, "Accept, Cookie") == (answer.status_code, answer.headers["Vary"])
    assert error is not caught[0]
    assert "fail" in frames


def test_error_dates_a_session_anew() -> None:
    """A session that is looked at by a handler that raises is dated anew, too; nobody else gets its cookie."""
    for store in (None, MemoryStore()):
        clock = Clock()
        around = sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(seconds=100), store=store)
        visitor = Visitor(around)
        visitor.visit(save("ada"))
        clock.now += 50
        assert "Set-Cookie" in visitor.visit(looking(bool, lambda: fail(NOT_FOUND))).headers
        clock.now += 60
        assert "ada" == visitor.visit(value_of).text
        assert "Set-Cookie" not in Visitor(around).visit(looking(bool, lambda: fail(NOT_FOUND))).headers
        clock.now += 50
        assert "Set-Cookie" in visitor.visit(looking(bool, lambda: foreign)).headers


@pytest.mark.parametrize("raises", [False, True])
def test_shared_builder_keeps_no_cookie(raises: bool) -> None:
    """A response that several visitors are answered with, against all advice, does not carry the cookie of one."""
    clock, shared = Clock(), text("shared")

    def act(request: Request[Session[Account]]) -> Response:
        bool(request.state)
        if raises:
            abort(shared)
        return shared

    around = sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(seconds=100))
    visitor = Visitor(around)
    visitor.visit(save("ada"))
    clock.now += 50
    for known, expected in [(visitor, 1), (Visitor(around), 0), (visitor, 0)]:
        answer = known.visit(act)
        assert ("shared", "Cookie", expected) == (
            answer.text,
            answer.headers["Vary"],
            len(answer.headers.getlist("Set-Cookie")),
        )


def save_late(session: Session[Account], response: Response) -> None:
    """A value."""
    session.save(response, Account("bob"))


def clear_late(session: Session[Account], response: Response) -> None:
    """A logout."""
    session.clear(response)


def renew_late(session: Session[Account], response: Response) -> None:
    """A new id."""
    session.renew(response)


@pytest.mark.parametrize("late", [save_late, clear_late, renew_late])
@pytest.mark.parametrize("store", [None, MemoryStore()], ids=["cookie", "store"])
def test_change_comes_too_late_in_a_stream(
    late: Callable[[Session[Account], Response], None], store: MemoryStore | None
) -> None:
    """Once the response was returned no cookie can be set: a logout in a stream fails, or it would be none."""

    def act(request: Request[Session[Account]]) -> Response:
        session, response = request.state, Response(mimetype="text/plain")
        assert session

        def pieces() -> Iterator[bytes]:
            late(session, response)
            yield b""

        response.response = pieces()
        return response

    visitor = Visitor(sessions(dump, load, keys=[KEY], store=store))
    visitor.visit(save("ada"))
    with pytest.raises(RuntimeError, match=r"comes after the handler has returned.*before the response is returned"):
        visitor.visit(act)
    assert "ada" == visitor.visit(value_of).text


def test_token_in_a_stream() -> None:
    """A form that streams has a token, but for a session that would have to begin with it."""

    def act(request: Request[Session[Account]]) -> Response:
        session, response = request.state, Response(mimetype="text/plain")
        bool(session)
        response.response = (csrf.token(session, response) for _ in range(1))
        return response

    visitor = Visitor(sessions(dump, load, keys=[KEY]))
    with pytest.raises(RuntimeError, match=r"token\(\) of a session comes after"):
        visitor.visit(act)
    visitor.visit(save("ada"))

    assert 107 == len(visitor.visit(act).text)


def test_saved_session_survives_an_abort() -> None:
    """A response that was saved to may be raised."""

    def act(request: Request[Session[Account]]) -> NoReturn:
        response = redirect("/")
        request.state.save(response, Account("ada"))
        raise Abort(response)

    visitor = Visitor(sessions(dump, load, keys=[KEY]))

    assert (303, "Cookie") == ((answer := visitor.visit(act)).status_code, answer.headers["Vary"])
    assert "ada" == visitor.visit(value_of).text


def test_first_look_comes_too_late_in_a_stream() -> None:
    """A body that looks at a session while it is sent fails with words: its answer does not vary by the cookie."""

    def act(request: Request[Session[Account]]) -> Response:
        def pieces() -> Iterator[bytes]:
            yield repr(request.state).encode()

        return Response(pieces())

    def early(request: Request[Session[Account]]) -> Response:
        assert not request.state
        return act(request)

    visitor = Visitor(sessions(dump, load, keys=[KEY]))

    with pytest.raises(RuntimeError, match=r"first looked at after the handler has returned.*session\.value before"):
        visitor.visit(act)
    assert "<Session without a value>" == visitor.visit(early).text


def test_session_is_not_copied() -> None:
    """A copy would be looked at unseen."""

    def act(request: Request[Session[Account]]) -> Response:
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="take its value"):
                copied(request.state)
        return text("")

    assert "Vary" not in Visitor(sessions(dump, load, keys=[KEY])).visit(act).headers


def test_secrets_are_not_shown() -> None:
    """Neither a session nor what makes it shows values, ids or keys."""
    shown: list[str] = []

    def act(request: Request[Session[Account]]) -> Response:
        shown.extend([repr(request.state), str(request.state.id), repr(request)])
        return text("")

    around = sessions(dump, load, keys=[KEY])
    visitor = Visitor(around)
    visitor.visit(save("ada"))
    visitor.visit(act)
    told = f"{around!r} {shown[0]} {shown[2]}"

    assert "<Session with a value>" == shown[0]
    assert not any(secret in told for secret in ("ada", shown[1], KEY))


def test_fault_of_the_handler_is_told() -> None:
    """A handler that forgets its answer is told so, whether it looked or not."""

    def act(request: Request[Session[Account]]) -> Response:
        assert not request.state
        return None  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # the mistake

    with pytest.raises(TypeError, match="returned a NoneType"):
        Visitor(sessions(dump, load, keys=[KEY])).visit(act)


def test_other_exceptions_pass() -> None:
    """An unexpected exception is the server's business, as without a session."""
    with pytest.raises(ZeroDivisionError):
        Visitor(sessions(dump, load, keys=[KEY])).visit(looking(bool, lambda: fail(ZeroDivisionError())))


def test_handlers_of_sessions_keep_their_names() -> None:
    """What stands around a handler has its name and docstring."""
    around: Handler[object] = sessions(dump, load, keys=[KEY])(value_of)

    assert ("value_of", value_of.__doc__) == (around.__name__, around.__doc__)
