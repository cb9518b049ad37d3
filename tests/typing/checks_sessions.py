"""What must check of sessions: a session keeps the type of its value, and joins what the state was before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_type

from attrs import frozen

from verglas import Handler, Request, Response, ResponseLike, application, pipe, text
from verglas.sessions import MemoryStore, Session, SessionStore, SQLiteStore, csrf, sessions
from verglas.testing import answer

__all__ = [
    "CHECKS",
    "KEYS",
    "Account",
    "Both",
    "Cart",
    "User",
    "count",
    "dump",
    "dump_cart",
    "home",
    "joined",
    "load",
    "load_cart",
    "require_user",
    "session_of",
    "shop",
    "with_account",
    "with_both",
    "with_cart",
]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

KEYS: Final = ["key-of-the-checks"]


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@frozen
class User:
    """Who was let in."""

    name: str


@frozen
class Account:
    """What a session keeps."""

    name: str


@frozen
class Cart:
    """What another session keeps."""

    items: tuple[str, ...] = ()


@frozen
class Both:
    """A user and a session."""

    user: User
    session: Session[Account]


def dump(account: Account) -> bytes:
    """Write an account."""
    return account.name.encode()


def load(data: bytes) -> Account:
    """Read it."""
    return Account(data.decode())


def dump_cart(cart: Cart) -> bytes:
    """Write a cart."""
    return json.dumps(cart.items).encode()


def load_cart(data: bytes) -> Cart:
    """Read it."""
    return Cart(tuple(json.loads(data)))


def require_user(inner: Handler[User]) -> Handler[None]:
    """Let a user in."""
    return lambda request: inner(request.with_state(User("ada")))


def joined(user: User, session: Session[Account]) -> Both:
    """Join what the state was and the session."""
    return Both(user, session)


def session_of(state: Both) -> Session[Account]:
    """The session in a state."""
    return state.session


with_account = sessions(dump, load, keys=KEYS)
with_cart = sessions(dump_cart, load_cart, keys=KEYS, name="cart")
with_both = sessions(dump, load, keys=KEYS, into=Both)


def home(request: Request[Session[Account]]) -> Response:
    """Look at all of a session."""
    session = request.state
    assert_type(session, Session[Account])
    assert_type(session.value, Account | None)
    assert_type(session.id, str | None)
    assert_type(session.created, datetime | None)
    response = text(session.value.name if session.value else "nobody")
    session.save(response, Account("ada"))
    session.renew(response)
    assert_type(csrf.token(session, response), str)
    session.clear(response)
    return response


def shop(request: Request[Both]) -> Response:
    """Look at user and session."""
    assert_type(request.state.user, User)
    assert_type(request.state.session.value, Account | None)
    return text(request.state.user.name)


def count(request: Request[Session[Cart]]) -> Response:
    """Look at a cart."""
    cart = request.state.value or Cart()
    assert_type(cart, Cart)
    return text(str(len(cart.items)))


def _called(handler: Handler[None]) -> bytes:
    return Response.from_app(application(handler), {}).data


@run
def check_sessions() -> None:
    """Middleware of sessions takes handlers of its own class, whatever the state was before."""
    assert_type(with_account, Callable[[Handler[Session[Account]]], Handler[object]])
    assert_type(with_account(home), Handler[object])
    assert b"nobody" == _called(with_account(home))

    @with_account
    def decorated(request: Request[Session[Account]]) -> ResponseLike:
        return home(request)

    assert b"nobody" == _called(decorated)
    assert b"nobody" == _called(pipe(home, with_account))
    after_user: Handler[User] = with_account(home)
    assert b"nobody" == _called(require_user(after_user))


@run
def check_sessions_into() -> None:
    """`into` joins the outer state and the session."""
    assert_type(with_both, Callable[[Handler[Both]], Handler[User]])
    assert_type(sessions(dump, load, keys=KEYS, into=joined), Callable[[Handler[Both]], Handler[User]])
    assert b"ada" == _called(require_user(with_both(shop)))
    assert b"ada" == _called(pipe(shop, with_both, require_user))

    @require_user
    @with_both
    def decorated(request: Request[Both]) -> ResponseLike:
        return shop(request)

    assert b"ada" == _called(decorated)


@run
def check_options() -> None:
    """The options are typed, with or without `into`."""
    store: SessionStore = MemoryStore()
    around = sessions(
        dump,
        load,
        keys=[b"key-of-the-checks", "key-of-last-year"],
        store=store,
        idle_age=timedelta(hours=1),
        absolute_age=None,
        persistent=True,
        name="sid",
        domain="example.org",
        path="/app",
        secure=True,
        samesite="Strict",
        clock=lambda: 0.0,
    )
    assert_type(around(home), Handler[object])
    assert_type(sessions(dump, load, keys=KEYS, into=joined, secure=False)(shop), Handler[User])
    another: SessionStore = SQLiteStore("sessions.db")
    assert_type(sessions(dump_cart, load_cart, keys=KEYS, store=another)(count), Handler[object])
    assert b"0" == _called(with_cart(count))


@run
def check_csrf() -> None:
    """Protection leaves the state alone."""
    assert_type(csrf.protect()(home), Handler[Session[Account]])
    assert_type(csrf.protect(field="token")(count), Handler[Session[Cart]])
    assert_type(csrf.protect(session_of=session_of)(shop), Handler[Both])
    assert b"nobody" == _called(with_account(csrf.protect()(home)))

    @require_user
    @with_both
    @csrf.protect(session_of=session_of)
    def decorated(request: Request[Both]) -> ResponseLike:
        return shop(request)

    assert b"ada" == _called(decorated)


@run
def check_sessions_of_tests() -> None:
    """A session that a test makes has the type of its value, or the one that is asked for."""
    session = Session.of(Account("ada"))
    assert_type(session, Session[Account])
    assert_type(Session.of(Cart(), clock=lambda: 0.0), Session[Cart])
    empty: Session[Account] = Session.of(None)
    assert_type(answer(home, Request(state=session)), Response)
    assert_type(answer(shop, Request(state=Both(User("ada"), empty))), Response)
    assert b"0" == answer(count, Request().with_state(Session.of(Cart()))).data
    nobody: Session[Account] = Session.of(None)
    assert b"nobody" == answer(home, Request(state=nobody)).data
