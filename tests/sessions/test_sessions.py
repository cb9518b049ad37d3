"""Saving, clearing and renewing a session, in a cookie and in a store; several tabs; replays and fixation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import pytest
from attrs import frozen

from tests.kit import environ_of, untyped
from tests.sessions.handlers import clear, ignore, renew, save, value_of
from tests.sessions.visitors import KEY, Account, Act, Clock, Visitor, dump, load
from verglas import FrozenResponse, Request, Response, ResponseLike, application, text
from verglas.errors import JSONError
from verglas.sessions import MemoryStore, Session, csrf, sessions

Places: TypeAlias = Callable[[], Visitor]

both: Final = pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Visitor(sessions(dump, load, keys=[KEY])), id="cookie"),
        pytest.param(lambda: Visitor(sessions(dump, load, keys=[KEY], store=MemoryStore())), id="store"),
    ],
)


def told(visitor: Visitor) -> tuple[str | None, str, str]:
    """Id, value and creation of a session."""
    found: list[tuple[str | None, str, str]] = []

    def act(request: Request[Session[Account]]) -> Response:
        session = request.state
        found.append((session.id, str(session.value), str(session.created)))
        return text("")

    visitor.visit(act)
    return found[0]


@both
def test_empty_session(make: Places) -> None:
    """Without a cookie there is no value, no id, and no time of creation."""
    assert (None, "None", "None") == told(make())


@both
def test_save_and_clear(make: Places) -> None:
    """A value stays until it is replaced or cleared; the id stays."""
    visitor = make()
    seen = [visitor.visit(act).text for act in (value_of, save("ada"), value_of, value_of)]
    first = told(visitor)[0]
    seen += [visitor.visit(act).text for act in (save("bob"), value_of)]
    second = told(visitor)[0]
    seen += [visitor.visit(act).text for act in (clear, value_of)]

    assert ["nobody", "saved", "ada", "ada", "saved", "bob", "cleared", "nobody"] == seen
    assert first is not None
    assert first == second
    assert {} == visitor.jar


@both
def test_session_is_what_was_saved(make: Places) -> None:
    """Within the request, the session shows what was saved, renewed and cleared."""
    seen: list[object] = []

    def act(request: Request[Session[Account]]) -> Response:
        response, session = text(""), request.state
        seen.append((bool(session), session.value, session.id))
        session.save(response, Account("ada"))
        seen.append((bool(session), session.value))
        first = session.id
        session.renew(response)
        seen.append((bool(session), session.value, first != session.id))
        session.save(response, Account("bob"))
        seen.append((bool(session), session.value))
        session.clear(response)
        seen.append((bool(session), session.value, session.id, session.created))
        session.save(response, Account("cy"))
        seen.append(len(response.headers.getlist("Set-Cookie")))
        return response

    visitor = make()
    visitor.visit(act)

    assert [
        (False, None, None),
        (True, Account("ada")),
        (True, Account("ada"), True),
        (True, Account("bob")),
        (False, None, None, None),
        1,
    ] == seen
    assert "cy" == visitor.visit(value_of).text


@both
def test_renew(make: Places) -> None:
    """Renewing keeps the value under a new id; the order of renewing and saving does not matter."""

    def login(*steps: str) -> Act:
        def act(request: Request[Session[Account]]) -> Response:
            response = text("")
            for step in steps:
                if step == "renew":
                    request.state.renew(response)
                else:
                    request.state.save(response, Account("bob"))
            return response

        return act

    for steps, expected in [(["renew"], "ada"), (["renew", "save"], "bob"), (["save", "renew"], "bob")]:
        visitor = make()
        visitor.visit(save("ada"))
        before = told(visitor)[0]
        visitor.visit(login(*steps))
        assert expected == visitor.visit(value_of).text
        assert before != told(visitor)[0]


@both
def test_renewing_an_empty_session(make: Places) -> None:
    """There is nothing to renew."""
    visitor = make()

    assert "Set-Cookie" not in visitor.visit(renew).headers


@both
def test_renewed_session_is_new(make: Places) -> None:
    """Its age begins anew."""
    del make
    clock = Clock()
    visitor = Visitor(sessions(dump, load, keys=[KEY], clock=clock, absolute_age=timedelta(seconds=100)))
    visitor.visit(save("ada"))
    clock.now += 90
    visitor.visit(renew)
    clock.now += 90

    assert ("ada", "2027-01-15 08:01:30+00:00") == (visitor.visit(value_of).text, told(visitor)[2])


@both
def test_two_tabs(make: Places) -> None:
    """Tabs share the session; the one that saved last is right."""
    one = make()
    one.visit(save("ada"))
    other = Visitor(one.around, one.jar)
    other.visit(save("bob"))
    assert "bob" == one.visit(value_of).text
    one.visit(clear)
    assert "nobody" == other.visit(value_of).text


def test_two_visitors_are_apart() -> None:
    """The sessions of two visitors have nothing in common."""
    around = sessions(dump, load, keys=[KEY], store=MemoryStore())
    one, other = Visitor(around), Visitor(around)
    one.visit(save("ada"))
    other.visit(save("bob"))
    one.visit(clear)

    assert ("nobody", "bob") == (one.visit(value_of).text, other.visit(value_of).text)


# Replay and fixation


@pytest.mark.parametrize(("expected", "store"), [("ada", None), ("nobody", MemoryStore())], ids=["cookie", "store"])
@pytest.mark.parametrize("end", [clear, renew])
def test_replay(expected: str, store: MemoryStore | None, end: Act) -> None:
    """A cookie that was copied before logout works on, as documented; the id of a store does not."""
    around = sessions(dump, load, keys=[KEY], store=store)
    visitor = Visitor(around)
    visitor.visit(save("ada"))
    thief = Visitor(around, dict(visitor.jar))
    visitor.visit(end)

    assert expected == thief.visit(value_of).text


def test_replay_ends_with_the_absolute_age() -> None:
    """Even if the thief keeps using it."""
    clock = Clock()
    around = sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(60), absolute_age=timedelta(seconds=100))
    visitor = Visitor(around)
    visitor.visit(save("ada"))
    seen: list[str] = []
    for _ in range(4):
        clock.now += 34
        seen.append(visitor.visit(value_of).text)

    assert ["ada", "ada", "nobody", "nobody"] == seen


@both
def test_fixation(make: Places) -> None:
    """Who plants a cookie before login does not share the session after it, renewed or saved for the first time."""
    for begin, login in [(save("guest"), renew), (form, save("ada"))]:
        attacker = make()
        attacker.visit(begin)
        planted = attacker.cookie
        victim = Visitor(attacker.around, dict(attacker.jar))
        victim.visit(login)
        victim.visit(save("ada"))

        assert planted != victim.cookie
        assert "ada" == victim.visit(value_of).text
        assert "ada" != attacker.visit(value_of).text
        assert told(attacker)[0] != told(victim)[0]


def form(request: Request[Session[Account]]) -> Response:
    """A form with a token, which begins a session without a value."""
    response = text("")
    response.data = csrf.token(request.state, response)
    return response


@both
def test_session_without_a_value(make: Places) -> None:
    """A token begins a session with an id and without a value; clearing it ends that."""
    visitor = make()
    visitor.visit(form)
    name, value, created = told(visitor)

    assert (True, "None", True) == (name is not None, value, created != "None")
    assert "nobody" == visitor.visit(value_of).text
    visitor.visit(clear)
    assert {} == visitor.jar


def test_session_that_ended_meanwhile_stays_ended() -> None:
    """A request that began before logout does not bring the session back: to save or renew it is a 409."""
    clock = Clock()
    store = MemoryStore(clock=clock)
    around = sessions(dump, load, keys=[KEY], store=store, clock=clock, idle_age=timedelta(seconds=100))
    visitor = Visitor(around)

    def logging_out(request: Request[Session[Account]]) -> Response:
        assert request.state
        Visitor(around, dict(visitor.jar)).visit(clear)
        return text("looked")

    def saving(request: Request[Session[Account]]) -> Response:
        response = logging_out(request)
        request.state.save(response, Account("ada"))
        return response

    def renewing(request: Request[Session[Account]]) -> Response:
        response = logging_out(request)
        request.state.renew(response)
        return response

    for act, wait, expected in [(saving, 0, 409), (renewing, 0, 409), (logging_out, 60, 200)]:
        visitor.visit(save("ada"))
        clock.now += wait
        answer = visitor.visit(act)
        assert (expected, "Set-Cookie" in answer.headers) == (answer.status_code, False)
        assert "Cookie" in answer.headers["Vary"]
        assert 0 == len(store)
        assert "nobody" == visitor.visit(value_of).text


@pytest.mark.parametrize("renews", [False, True], ids=["dated-anew", "renewed"])
def test_value_that_was_replaced_meanwhile_stays_replaced(renews: bool) -> None:
    """A request that saves nothing brings no old value back, such as a right that was taken away while it ran."""
    clock = Clock()
    store = MemoryStore(clock=clock)
    around = sessions(dump, load, keys=[KEY], store=store, clock=clock, idle_age=timedelta(seconds=100))
    visitor = Visitor(around)
    visitor.visit(save("admin"))
    clock.now += 60

    def act(request: Request[Session[Account]]) -> Response:
        assert "Account(name='admin', flash=())" == str(request.state.value)
        Visitor(around, dict(visitor.jar)).visit(save("nobody in particular"))
        response = text("looked")
        if renews:
            request.state.renew(response)
            assert "Account(name='nobody in particular', flash=())" == str(request.state.value)
        return response

    assert "Set-Cookie" in visitor.visit(act).headers
    assert ("nobody in particular", 1) == (visitor.visit(value_of).text, len(store))


def test_sessions_are_equal() -> None:
    """Two sessions are equal, with the same hash, if they are the same session with the same value."""
    found: list[Session[Account]] = []

    def act(request: Request[Session[Account]]) -> Response:
        assert request.state.value
        found.append(request.state)
        return text("")

    around = sessions(dump, load, keys=[KEY])
    one, other = Visitor(around), Visitor(around)
    for visitor in (one, other):
        visitor.visit(save("ada"))
        visitor.visit(act)
        visitor.visit(act)

    assert found[0] == found[1] != found[2] == found[3]
    assert (2, True, True) == (len(set(found)), hash(found[0]) == hash(found[1]), found[0] != "a session")


def test_value_that_is_refused_is_an_empty_session() -> None:
    """`load` may refuse by a `ValueError`, an error of JSON, a group as of cattrs; a fault of it is a fault."""

    def loads(error: Exception) -> Callable[[bytes], Account]:
        def refuse(data: bytes) -> Account:
            raise error

        return refuse

    visitor = Visitor(sessions(dump, load, keys=[KEY]))
    visitor.visit(save("ada"))
    for error in (
        ValueError(),
        TypeError(),
        KeyError(),
        JSONError(),
        RecursionError(),
        ExceptionGroup("", [OSError()]),
    ):
        visitor.around = sessions(dump, loads(error), keys=[KEY])
        assert (None, "None", "None") == told(visitor)
    visitor.around = sessions(dump, loads(AttributeError()), keys=[KEY])
    with pytest.raises(AttributeError):
        told(visitor)


def test_value_is_read_once() -> None:
    """A value is read when it is first asked for, and is the same object then."""
    read: list[bytes] = []

    def note(data: bytes) -> Account:
        read.append(data)
        return load(data)

    def act(request: Request[Session[Account]]) -> Response:
        assert request.state.value is request.state.value
        return text("")

    visitor = Visitor(sessions(dump, note, keys=[KEY]))
    visitor.visit(save("ada"))
    for visited in (ignore, act):
        visitor.visit(visited)

    assert 1 == len(read)


# The state


@frozen
class State:
    """Another state with the session in it."""

    user: str
    session: Session[Account]


def test_into_joins_states() -> None:
    """`into` makes the state of the handler from the state of the request and the session."""

    def act(request: Request[State]) -> Response:
        return text(f"{request.state.user} {request.state.session.value}")

    def as_ada(inner: Callable[[Request[str]], ResponseLike]) -> Callable[[Request[None]], ResponseLike]:
        return lambda request: inner(request.with_state("ada"))

    around = sessions(dump, load, keys=[KEY], into=State)

    assert b"ada None" == Response.from_app(application(as_ada(around(act))), environ_of()).data


# Mistakes


@pytest.mark.parametrize("method", ["save", "clear", "renew"])
def test_frozen_response(method: str) -> None:
    """A frozen response has no cookie set, and says what to do."""

    def act(request: Request[Session[Account]]) -> Response:
        arguments: Sequence[object] = [Account("ada")] if method == "save" else []
        untyped(getattr(request.state, method))(FrozenResponse(), *arguments)
        return text("")

    with pytest.raises(TypeError, match=rf"^{method}\(\) .* not on a FrozenResponse: Response\.thaw"):
        Visitor(sessions(dump, load, keys=[KEY])).visit(act)


MISTAKES: Final[Sequence[tuple[str, type[Exception], str, dict[str, object]]]] = [
    ("no-keys", ValueError, "at least one key", {"keys": []}),
    ("one-key", TypeError, "takes a list of keys", {"keys": "x" * 32}),
    ("one-key-of-bytes", TypeError, "takes a list of keys", {"keys": b"x" * 32}),
    ("no-list-of-keys", TypeError, "takes a list of keys, .* not int", {"keys": 5}),
    ("key-of-a-number", TypeError, "not int", {"keys": [1]}),
    ("short-key", ValueError, r"key 2 of keys= has 6 bytes.*16 or more from", {"keys": [KEY, "secret"]}),
    ("age-of-a-number", TypeError, "idle_age= is a timedelta", {"idle_age": 60}),
    ("age-of-nothing", ValueError, "absolute_age= is at least a second", {"absolute_age": timedelta(0)}),
    ("longest-age", ValueError, "absolute_age= is at most a century", {"absolute_age": timedelta.max}),
    ("negative-age", ValueError, "idle_age= is at least a second", {"idle_age": timedelta(-1)}),
    ("persistent-forever", ValueError, "persistent=True needs", {"persistent": True, "absolute_age": None}),
    ("prefix", ValueError, "without a prefix", {"name": "__host-a"}),
    ("name", ValueError, "cookie", {"name": "a b"}),
    ("domain", ValueError, "domain", {"domain": "a b"}),
    ("path", ValueError, "path= begins with a slash", {"path": "app"}),
    ("none-without-secure", ValueError, "[Ss]ame[Ss]ite", {"samesite": "None", "secure": False}),
    ("samesite", ValueError, "samesite", {"samesite": "Loose"}),
    ("dump", TypeError, r"dump= of sessions\(\) is a function", {"dump": None}),
    ("load", TypeError, r"load= of sessions\(\) is a function", {"load": b""}),
    ("into", TypeError, r"into= of sessions\(\) is a function", {"into": 1}),
    ("store", TypeError, r"store= is a SessionStore, such as SQLiteStore\(path\), not str", {"store": "sessions.db"}),
    ("name-of-a-number", TypeError, "name= is a text, not int", {"name": 1}),
    ("path-of-nothing", TypeError, "path= is a text, not NoneType", {"path": None}),
    ("clock", TypeError, r"clock= of sessions\(\) is a function", {"clock": 1.0}),
]  # fmt: skip


def test_longest_age() -> None:
    """The longest age that is taken gives a date that can be written."""
    century = timedelta(days=36_525)
    visitor = Visitor(sessions(dump, load, keys=[KEY], absolute_age=century, idle_age=century, persistent=True))
    assert ("saved", "ada") == (visitor.visit(save("ada")).text, visitor.visit(value_of).text)


@pytest.mark.parametrize(("kind", "words", "options"), [pytest.param(*row[1:], id=row[0]) for row in MISTAKES])
def test_mistakes(kind: type[Exception], words: str, options: dict[str, object]) -> None:
    """Options are checked where they are given, and no key is shown."""
    with pytest.raises(kind, match=words) as caught:
        untyped(sessions)(**({"dump": dump, "load": load, "keys": [KEY]} | options))
    assert "secret" not in str(caught.value).replace("secrets.", "").replace("keep it secret", "")


def test_dump_that_gives_text() -> None:
    """A function that writes text says so when a value is saved."""

    def write(account: Account) -> bytes:
        return account.name  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # the mistake

    with pytest.raises(TypeError, match="returned str, not bytes"):
        Visitor(sessions(write, load, keys=[KEY])).visit(save("ada"))


def test_handler_that_is_none() -> None:
    """What is no handler is refused where it is given."""
    with pytest.raises(TypeError, match=r"sessions\(\) takes a handler"):
        untyped(sessions(dump, load, keys=[KEY]))(text("hi"))
