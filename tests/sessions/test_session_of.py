"""`Session.of`: the session of a test, which calls a handler without the middleware."""

from __future__ import annotations

import pytest
from attrs import frozen
from hypothesis import strategies as st

from tests.sessions.handlers import clear, ignore, looks, renew, save, value_of
from tests.sessions.visitors import KEY, Account, Act, Clock, dump, load
from verglas import Request, Response, text
from verglas.errors import Forbidden
from verglas.sessions import Session, csrf, sessions
from verglas.testing import answer
from verglas.testing.checks import FaultsFound, check_handler, find_faults

ADA = Account("ada")


def empty() -> Session[Account]:
    """A session without a value."""
    return Session.of(None)


def full() -> Session[Account]:
    """A session with a value."""
    return Session.of(ADA)


def cookie_of(response: Response) -> str:
    """The cookie that a response sets: its name and value."""
    return response.headers["Set-Cookie"].partition(";")[0]


@pytest.mark.parametrize(
    ("expected", "session"),
    [pytest.param(b"ada", Session.of(ADA), id="value"), pytest.param(b"nobody", empty(), id="empty")],
)
def test_handler_reads_the_value(expected: bytes, session: Session[Account]) -> None:
    """A handler that is called finds the value of the test; nothing is said of cookies where nothing is saved."""
    response = answer(value_of, Request(state=session))

    assert (expected, False) == (response.data, "Set-Cookie" in response.headers)


def test_session_with_a_value_is_one_that_was_saved() -> None:
    """It has an id of its own, and the date of the clock; an empty one has neither."""
    session, other = Session.of(ADA, clock=Clock(7.5)), Session.of(ADA)

    assert (True, ADA) == (bool(session), session.value)
    assert session.id not in {None, other.id}
    assert session.created is not None
    assert 7 == session.created.timestamp()
    assert (False, None, None, None) == (bool(empty()), empty().value, empty().id, empty().created)
    assert b"Account" in answer(looks, Request(state=session)).data


@pytest.mark.parametrize("session", [Session.of(Account("bob")), empty()], ids=["value", "empty"])
def test_save(session: Session[Account]) -> None:
    """What a handler saves is the value of the session, and sets the cookie of its answer."""
    response = answer(save("ada"), Request(state=session))

    assert ADA == session.value
    assert cookie_of(response).startswith("__Host-session=")
    assert b"ada" == answer(value_of, Request(state=session)).data


def test_clear() -> None:
    """A handler that ends the session deletes its cookie; another can begin it again."""
    session = Session.of(ADA)

    response = answer(clear, Request(state=session))

    assert ("__Host-session=", None, False) == (cookie_of(response), session.value, bool(session))
    answer(save("bob"), Request(state=session))
    assert Account("bob") == session.value


def test_renew() -> None:
    """It has a new id then, and the value of before; an empty one stays empty."""
    session, nothing = Session.of(ADA), empty()
    before = session.id

    response = answer(renew, Request(state=session))

    assert (ADA, True) == (session.value, session.id not in {None, before})
    assert "Set-Cookie" in response.headers
    assert "Set-Cookie" not in answer(renew, Request(state=nothing)).headers


@pytest.mark.parametrize("session", [Session.of(ADA), empty()], ids=["value", "empty"])
def test_csrf(session: Session[Account]) -> None:
    """A token of the session is taken, in a form or by hand; that of another one is refused."""
    protected = csrf.protect()(ignore)
    token = csrf.token(session, Response())
    other = csrf.token(Session.of(ADA), Response())

    def sent(token: str) -> Request[Session[Account]]:
        return Request.from_values(method="POST", data={"csrf_token": token}).with_state(session)

    csrf.check(token, session)
    assert 200 == answer(protected, sent(token)).status_code
    with pytest.raises(Forbidden):
        answer(protected, sent(other))


def test_tokens_age_by_the_clock() -> None:
    """A token is too old when the clock says so."""
    clock = Clock(0)
    session = Session.of(ADA, clock=clock)
    token = csrf.token(session, Response())
    csrf.check(token, session)
    clock.now = 12 * 60 * 60 + 1

    with pytest.raises(Forbidden, match="too old"):
        csrf.check(token, session)


def test_no_application_takes_its_cookie() -> None:
    """The cookie is good for nothing: its key is forgotten with the session."""
    session = Session.of(ADA)
    cookie = cookie_of(answer(save("ada"), Request(state=session)))
    app = sessions(dump, load, keys=[KEY])(value_of)

    assert b"nobody" == answer(app, Request(headers={"Cookie": cookie})).data


@frozen
class Unwritable:
    """A value that no function writes."""

    made: object


def test_values_are_kept_as_they_are() -> None:
    """A value need not be one that can be written as bytes: nothing is written."""
    value = Unwritable(object())
    session = Session.of(value)
    session.renew(Response())

    assert value is session.value


def test_frozen_response_is_refused() -> None:
    """A mistake of a handler is found as with the middleware."""
    with pytest.raises(TypeError, match=r"save\(\) of a session sets a cookie on the Response"):
        Session.of(ADA).save(text("x").freeze(), ADA)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def named(request: Request[Session[Account]]) -> Response:
    """A handler that relies on a value."""
    assert request.state.value is not None
    return text(request.state.value.name)


@pytest.mark.parametrize("act", [save("bob"), named], ids=["saves", "relies-on-a-value"])
def test_check_handler(act: Act) -> None:
    """A check throws requests at a handler with a session, by a value or by a strategy."""
    check_handler(act, state=Session.of(ADA), max_examples=10)
    check_handler(act, state=st.builds(full), max_examples=10)


def test_check_handler_finds_what_needs_a_value() -> None:
    """A handler that forgets visitors without a value is found out by an empty session."""
    with pytest.raises(FaultsFound):
        check_handler(named, state=empty(), max_examples=10)
    found = find_faults(named, state=st.builds(empty), max_examples=10)
    assert ["exception"] == [fault.kind for fault in found]
