# ruff: noqa: B018
"""What must not check of sessions: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from datetime import timedelta

from tests.typing.checks_sessions import (
    KEYS,
    Account,
    Cart,
    count,
    dump,
    dump_cart,
    home,
    joined,
    load,
    load_cart,
    require_user,
    session_of,
    shop,
    with_account,
    with_both,
    with_cart,
)
from verglas import FrozenResponse, Request, Response, application, pipe
from verglas.sessions import MemoryStore, Session, csrf, sessions
from verglas.testing import answer


def wrong(request: Request[Session[Account]]) -> Response:
    """Do all that is wrong with a session."""
    session, response = request.state, Response()
    session.save(response, Cart())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.save(response, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.save(response)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    session.save(FrozenResponse(), Account("ada"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.clear()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    session.clear(FrozenResponse())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.renew(FrozenResponse())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.value.name  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    session.id.upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    session.created.year  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    csrf.token(session)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    csrf.check("token")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    csrf.check(b"token", session)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.value = Account("ada")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    return response


application(home)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(shop)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_cart(home)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_account(count)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_account(shop)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_both(home)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(with_both(shop))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
require_user(with_account(shop))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(home, with_cart)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(shop, require_user, with_both)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
sessions(dump, load_cart, keys=KEYS)(home)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
sessions(dump_cart, load, keys=KEYS)(home)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
sessions(load, dump, keys=KEYS)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sessions(dump, load)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
sessions(dump, load, keys=None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
sessions(dump_cart, load_cart, keys=KEYS, into=joined)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=KEYS, into=joined)(home)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=KEYS, idle_age=60)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=KEYS, samesite="lax")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=KEYS, store={})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
sessions(dump, load, keys=KEYS, httponly=False)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
csrf.protect()(shop)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
csrf.protect(session_of=session_of)(home)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
csrf.protect(max_age=60)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
MemoryStore().save("a", b"", None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
MemoryStore().save("a", b"", timedelta(1), new=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Session.of()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Session.of(Cart()).save(Response(), Account("ada"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
answer(home, Request(state=Session.of(Cart())))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
answer(home, Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
