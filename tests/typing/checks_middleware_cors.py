"""What must check: `cors` and `cross_origin_protection` keep the requests of a handler. Each function is run, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, assert_type

from attrs import frozen

from verglas import (
    Answer,
    Finish,
    FrozenResponse,
    Handler,
    Middleware,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    pipe,
    text,
)
from verglas.middleware import cors, cross_origin_protection
from verglas.paths import GET, Routes, root, routes

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@frozen
class User:
    """Somebody."""

    name: str


class Mine(Request):
    """Requests of a class of its own."""

    @property
    def tenant(self) -> str:
        """Whose site it is."""
        return self.host


class Paged(Request[User]):
    """Such requests with a state."""

    @property
    def number(self) -> int:
        """Of the page."""
        return int(self.args.get("page", "1"))


api = cors(["https://app.example"], methods=["PUT"], headers=("Content-Type",), credentials=True)
protect = cross_origin_protection(trusted_origins={"https://app.example"})


def plain(request: Request) -> Response:
    """Needs nothing."""
    return text(request.path)


def greet(request: Request[User]) -> Response:
    """Needs a user."""
    return text(request.state.name)


def mine(request: Mine) -> FrozenResponse:
    """Needs a class of requests."""
    return text(request.tenant).freeze()


def paged(request: Paged) -> ResponseLike:
    """Needs another, and its state."""
    return text(f"{request.number} {request.state.name}")


def anyone(request: Request[object]) -> Response:
    """Takes any state."""
    return text(request.path)


def as_ada(inner: Handler[User]) -> Handler[None]:
    """Give the request its user."""
    return lambda request: inner(request.with_state(User("ada")))


@run
def states_are_kept() -> None:
    """A handler takes the same requests before and after."""
    assert_type(api(plain), Callable[[Request], ResponseLike])
    assert_type(api(greet), Callable[[Request[User]], ResponseLike])
    assert_type(api(anyone), Callable[[Request[object]], ResponseLike])
    assert_type(protect(plain), Callable[[Request], ResponseLike])
    assert_type(protect(greet), Callable[[Request[User]], ResponseLike])
    assert_type(protect(anyone), Callable[[Request[object]], ResponseLike])
    assert_type(api(protect(greet)), Callable[[Request[User]], ResponseLike])
    one: Handler[User] = api(greet)
    two: Handler[User] = protect(anyone)
    assert_type(one(Request().with_state(User("ada"))), ResponseLike)
    assert_type(two(Request().with_state(User("ada"))), ResponseLike)


@run
def classes_are_kept() -> None:
    """So it is with a class of requests."""
    assert_type(api(mine), Callable[[Mine], ResponseLike])
    assert_type(api(paged), Callable[[Paged], ResponseLike])
    assert_type(protect(mine), Callable[[Mine], ResponseLike])
    assert_type(protect(paged), Callable[[Paged], ResponseLike])
    application(api(protect(mine)), parse=Mine.parse)


@run
def decorators() -> None:
    """Both are decorators, in any order with what gives a state."""

    @api
    @protect
    @as_ada
    def outside(request: Request[User]) -> Response:
        return text(request.state.name)

    @as_ada
    @protect
    def inside(request: Request[User]) -> Response:
        return text(request.state.name)

    assert_type(outside, Callable[[Request], ResponseLike])
    application(outside, finish=[api.finish])
    application(inside, finish=api.finish)


@run
def middleware() -> None:
    """They are `Middleware` of every state, and stand in `pipe`."""
    of_user: Middleware[User, User] = api
    of_none: Middleware[None, None] = protect
    assert_type(of_user(greet), Callable[[Request[User]], ResponseLike])
    assert_type(of_none(plain), Callable[[Request], ResponseLike])
    application(pipe(greet, of_user, as_ada, of_none))


@run
def tables() -> None:
    """A table of routes is a handler."""

    @GET(root / "users" / int).into
    def show(request: Request[User], number: int) -> Response:
        return text(f"{request.state.name} {number}")

    site = routes(show)
    assert_type(site, Routes[Request[User]])
    assert_type(api(site), Callable[[Request[User]], ResponseLike])
    assert_type(protect(site), Callable[[Request[User]], ResponseLike])


@run
def finishing() -> None:
    """Its `finish` is a function of `finish=`."""
    finish: Finish = api.finish
    assert_type(finish(RequestHead("GET", Request().headers), text("hi")), Answer)
    assert_type(api.finish(RequestHead("GET", Request().headers), text("hi").freeze()), Answer)


@run
def options() -> None:
    """Origins are all, some, or those that a function finds."""

    def of_ours(origin: str) -> bool:
        return origin.endswith(".app.example")

    for made in (
        cors("*", methods="*", headers="*", expose="*"),
        cors(("https://a.example", "null"), max_age=timedelta(minutes=10)),
        cors(frozenset({"https://a.example"}), credentials=bool(Request().args)),
        cors(of_ours, headers=["*", "Authorization"]),
    ):
        assert_type(made(plain), Callable[[Request], ResponseLike])
