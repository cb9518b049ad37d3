"""What must check of middleware: which state each keeps, takes or gives, in every order. Each function is run too."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final, assert_type

from attrs import frozen

from verglas import (
    FrozenResponse,
    Handler,
    Limits,
    Middleware,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    Trust,
    application,
    pipe,
    response_of,
    text,
)
from verglas.errors import HTTPError
from verglas.middleware import add_vary, basic_auth, bearer_auth, set_field
from verglas.testing import call
from verglas.wsgi import Head, WSGIApplication

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

__all__ = ["CHECKS"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

R = TypeVar("R", bound=Request[object])
S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True, default=None)
T = TypeVar("T")


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@frozen
class Session:
    """A session."""

    id: str


@frozen
class User:
    """Somebody."""

    name: str


@frozen
class Page:
    """A state of two parts."""

    session: Session
    user: User


@frozen
class CORS:
    """A middleware that keeps the state, whatever it is, and the class of the request."""

    origin: str = "*"

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Mark each answer."""

        def inner(request: R) -> Response:
            return set_marks(response_of(handler(request), request), "c")

        return inner

    def finish(self, head: Head, answer: Response | FrozenResponse) -> Response | FrozenResponse:
        """Add the fields."""
        return set_field(answer, "Access-Control-Allow-Origin", self.origin)


cors: Final = CORS()


def logged(inner: Handler[T]) -> Handler[T]:
    """A function that keeps the state, whatever it is."""
    return lambda request: set_marks(response_of(inner(request), request), "l")


def with_user(inner: Handler[User]) -> Handler[Session]:
    """Give a request that has a session its user."""
    return lambda request: set_marks(response_of(inner(request.with_state(User(request.state.id))), request), "u")


def with_session(inner: Handler[Session]) -> Handler[None]:
    """Give a request its session."""
    return lambda request: set_marks(response_of(inner(request.with_state(Session("ada"))), request), "s")


def with_page(inner: Handler[Page]) -> Handler[Session]:
    """Give a request both."""
    return lambda request: inner(request.with_state(Page(request.state, User("ada"))))


def set_marks(response: Response, mark: str) -> Response:
    """Leave a mark on an answer."""
    response.headers.add("X-Marks", mark)
    return response


def marks(made: WSGIApplication) -> str:
    """The marks on an answer, the innermost first."""
    return "".join(call(made).headers.getlist("X-Marks"))


def me(request: Request[User]) -> Response:
    """For users."""
    return text(request.state.name)


def number(request: Request[int]) -> Response:
    """For numbers."""
    return text(str(request.state))


def anybody(request: Request[object]) -> Response:
    """For everybody."""
    return text(request.path)


def bare(request: Request) -> Response:
    """Without a state."""
    return text(request.path)


@run
def keep_the_state() -> None:
    """A middleware of any state gives a handler of the same."""
    assert_type(cors(me), Callable[[Request[User]], ResponseLike])
    assert_type(cors(bare), Callable[[Request[None]], ResponseLike])
    assert_type(cors(anybody), Callable[[Request[object]], ResponseLike])
    assert_type(logged(me), Handler[User])
    assert_type(logged(cors(me)), Handler[User])
    assert_type(cors(logged(bare)), Handler[None])
    handler: Handler[User] = cors(me)
    middleware: Middleware[User, User] = cors
    assert_type(application(cors(anybody)), WSGIApplication)
    assert_type(application(cors(bare)), WSGIApplication)
    assert "ada" == response_of(middleware(handler)(Request(state=User("ada"))), Request()).get_data(as_text=True)


class Shop(Request):
    """A subclass."""

    @property
    def shout(self) -> str:
        """The path, loudly."""
        return self.path.upper()


class Paged(Request[S_co]):
    """A generic subclass."""


def shop(request: Shop) -> Response:
    """For a subclass."""
    return text(request.shout)


def page(request: Paged[None]) -> Response:
    """For a generic one."""
    return text(request.path)


def parse_shop(environ: dict[str, object], *, limits: Limits | None = None, trust: Trust | None = None) -> Shop:
    """A parser of one's own."""
    return Shop.parse(environ, limits=limits, trust=trust)


@run
def parsers() -> None:
    """The `parse` of a class makes the requests that its handlers take, and those of the classes above it."""
    assert_type(application(shop, parse=Shop.parse), WSGIApplication)
    assert_type(application(shop, parse=parse_shop, limits=Limits(), trust=Trust()), WSGIApplication)
    assert_type(application(bare, parse=Shop.parse), WSGIApplication)
    assert_type(application(anybody, parse=Shop.parse), WSGIApplication)
    assert_type(application(bare, parse=Request.parse), WSGIApplication)
    assert_type(application(page, parse=Paged[None].parse), WSGIApplication)
    assert_type(application(bare, parse=Paged[None].parse), WSGIApplication)
    assert_type(application(cors(shop), parse=Shop.parse), WSGIApplication)
    assert_type(application(cors(page), parse=Paged[None].parse), WSGIApplication)
    assert_type(cors(shop), Callable[[Shop], ResponseLike])
    assert_type(Shop.parse({}), Shop)
    assert_type(Paged[None].parse({}), Paged[None])
    assert_type(Request.parse({}), Request[None])
    assert "/A" == call(application(cors(shop), parse=Shop.parse), PATH_INFO="/a").text


@with_session
@with_user
def us(request: Request[User]) -> ResponseLike:
    """Nothing else around it."""
    return text(request.state.name)


@with_session
@with_user
@cors
@logged
def us_lc(request: Request[User]) -> ResponseLike:
    """All within."""
    return text(request.state.name)


@with_session
@cors
@logged
@with_user
def us_between(request: Request[User]) -> ResponseLike:
    """Between the two."""
    return text(request.state.name)


@cors
@logged
@with_session
@with_user
def us_around(request: Request[User]) -> ResponseLike:
    """All around."""
    return text(request.state.name)


@logged
@with_session
@cors
@with_user
@logged
def everywhere(request: Request[User]) -> ResponseLike:
    """Everywhere."""
    return text(request.state.name)


@cors
@with_session
@logged
@with_user
@cors
def everywhere_else(request: Request[User]) -> ResponseLike:
    """Everywhere, the others."""
    return text(request.state.name)


@run
def decorators() -> None:
    """Decorators of all kinds stand in any order in which the states fit: each is checked by itself."""
    assert_type(us, Handler[None])
    assert_type(us_lc, Handler[None])
    assert_type(us_between, Handler[None])
    assert_type(us_around, Callable[[Request[None]], ResponseLike])
    assert_type(everywhere, Handler[None])
    assert_type(everywhere_else, Callable[[Request[None]], ResponseLike])
    found = [marks(application(one)) for one in (us, us_lc, us_between, us_around, everywhere, everywhere_else)]
    assert ["us", "lcus", "ulcs", "uslc", "lucsl", "culsc"] == found


@run
def pipes() -> None:
    """A pipe takes the same. These orders of a generic one (`l`) and others (`u`, `s`) mypy can infer."""
    assert_type(pipe(me, logged, logged), Handler[User])
    assert_type(pipe(me, logged, with_user), Handler[Session])
    assert_type(pipe(me, with_user, logged), Handler[Session])
    assert_type(pipe(me, logged, logged, with_user), Handler[Session])
    assert_type(pipe(me, with_user, logged, logged), Handler[Session])
    assert_type(pipe(me, with_user, logged, with_session), Handler[None])
    assert_type(pipe(me, logged, with_user, with_session), Handler[None])
    assert_type(pipe(me, with_user, with_session, logged), Handler[None])
    assert_type(pipe(me, logged, logged, with_user, with_session), Handler[None])
    assert_type(pipe(me, with_user, logged, logged, with_session), Handler[None])
    assert_type(pipe(me, with_user, with_session, logged, logged), Handler[None])
    assert_type(pipe(me, logged, logged, logged, with_user), Handler[Session])
    assert_type(pipe(me, logged, logged, logged, logged), Handler[User])
    assert "luls" == marks(application(with_session(logged(with_user(logged(me))))))


# Of these four mypy says "Cannot infer value of type parameter"; the others check them. With decorators all do:
#     pipe(me, logged, with_user, logged)
#     pipe(me, logged, with_user, logged, with_session)
#     pipe(me, logged, with_user, with_session, logged)
#     pipe(me, with_user, logged, with_session, logged)


@logged
@with_user
@logged
def lul(request: Request[User]) -> ResponseLike:
    """The first."""
    return text(request.state.name)


@with_session
@logged
@with_user
@logged
def luls(request: Request[User]) -> ResponseLike:
    """The second."""
    return text(request.state.name)


@logged
@with_session
@with_user
@logged
def lusl(request: Request[User]) -> ResponseLike:
    """The third."""
    return text(request.state.name)


@logged
@with_session
@logged
@with_user
def ulsl(request: Request[User]) -> ResponseLike:
    """The fourth."""
    return text(request.state.name)


@run
def decorators_where_pipes_fail() -> None:
    """What mypy does not infer in a pipe, it does with decorators."""
    assert_type(lul, Handler[Session])
    assert_type(luls, Handler[None])
    assert_type(lusl, Handler[None])
    assert_type(ulsl, Handler[None])
    found = [marks(application(one)) for one in (with_session(lul), luls, lusl, ulsl)]
    assert ["luls", "luls", "lusl", "ulsl"] == found


def plus_one(inner: Handler[int]) -> Handler[str]:
    """Give a number for a text."""
    return lambda request: inner(request.with_state(len(request.state) + 1))


def shown(inner: Handler[str]) -> Handler[int]:
    """Give a text for a number."""
    return lambda request: inner(request.with_state("x" * request.state))


def zero(inner: Handler[int]) -> Handler[None]:
    """Give the first number."""
    return lambda request: inner(request.with_state(0))


@run
def long_pipes() -> None:
    """The states are checked through eight middlewares."""
    p, s = plus_one, shown
    assert_type(pipe(number), Handler[int])
    assert_type(pipe(number, p), Handler[str])
    assert_type(pipe(number, p, s), Handler[int])
    assert_type(pipe(number, p, s, p), Handler[str])
    assert_type(pipe(number, p, s, p, s), Handler[int])
    assert_type(pipe(number, p, s, p, s, p), Handler[str])
    assert_type(pipe(number, p, s, p, s, p, s), Handler[int])
    assert_type(pipe(number, p, s, p, s, p, s, zero), Handler[None])
    assert_type(pipe(number, p, s, p, s, p, s, p, s), Handler[int])
    assert "3" == call(application(pipe(number, p, s, p, s, p, s, zero))).text


def by_password(name: str, password: str) -> User | None:
    """Whom a name and a password stand for."""
    return User(name) if password else None


def by_token(token: str) -> User | None:
    """Whom a token stands for."""
    return User(token)


def admit(name: str, password: str) -> bool:
    """Compare alone."""
    return password == "a"


def joined(session: Session, user: User) -> Page:
    """Both."""
    return Page(session, user)


def any_state(outer: object, user: User) -> tuple[User]:
    """The user beside whatever was there."""
    return (user,)


@basic_auth(by_password, realm="x")
def basic_page(request: Request[User]) -> ResponseLike:
    """For users."""
    return text(request.state.name)


@with_session
@bearer_auth(by_token, realm="x", into=Page)
def token_page(request: Request[Page]) -> ResponseLike:
    """For users in a session."""
    return text(request.state.session.id + request.state.user.name)


@run
def authentication() -> None:
    """It gives the user, or with `into` what that makes of the outer state and the user."""
    basic = basic_auth(by_password, realm="x")
    assert_type(basic, Callable[[Handler[User]], Handler[object]])
    assert_type(bearer_auth(by_token, realm="x", scope=["a"]), Callable[[Handler[User]], Handler[object]])
    assert_type(bearer_auth({"a": User("a")}.get, realm="x"), Callable[[Handler[User]], Handler[object]])
    assert_type(bearer_auth(User, realm="x"), Callable[[Handler[User]], Handler[object]])
    assert_type(basic_auth(admit, realm="x"), Callable[[Handler[bool]], Handler[object]])
    assert_type(basic_auth(by_password, realm="x", into=joined), Callable[[Handler[Page]], Handler[Session]])
    assert_type(bearer_auth(by_token, realm="x", into=Page), Callable[[Handler[Page]], Handler[Session]])
    assert_type(bearer_auth(by_token, realm="x", into=any_state), Callable[[Handler[tuple[User]]], Handler[object]])
    assert_type(basic(me), Handler[object])
    assert_type(basic(anybody), Handler[object])
    assert_type(pipe(me, basic), Handler[object])
    assert_type(application(basic(me)), WSGIApplication)
    assert_type(cors(basic(me)), Callable[[Request[object]], ResponseLike])
    assert_type(basic_page, Handler[object])
    assert_type(token_page, Handler[None])
    narrower: Handler[Session] = basic(me)
    assert_type(with_session(narrower), Handler[None])
    assert "adaeve" == call(application(token_page), HTTP_AUTHORIZATION="Bearer eve").text


def finish(head: RequestHead, answer: Response | FrozenResponse) -> Response | FrozenResponse:
    """Have the last word."""
    assert_type(head.target, str)
    return add_vary(answer, "Origin")


def finish_any(head: object, answer: Response | FrozenResponse) -> Response:
    """Of any head, and always of one kind."""
    return answer if isinstance(answer, Response) else Response.thaw(answer)


def excuse(error: Exception, head: RequestHead) -> Response | None:
    """Answer an exception."""
    return None if isinstance(error, OSError) else text(head.method, 500)


def render(error: HTTPError, head: Head) -> FrozenResponse:
    """Render an error."""
    return FrozenResponse(error.name.encode(), error.code)


@run
def applications() -> None:
    """What makes and finishes answers."""
    assert_type(application(bare, finish=finish), WSGIApplication)
    assert_type(application(bare, finish=[finish, finish_any, cors.finish]), WSGIApplication)
    assert_type(application(bare, finish=(cors.finish,), render=render), WSGIApplication)
    assert_type(application(bare, on_exception=excuse), WSGIApplication)
    assert_type(application(bare, on_exception=lambda error, head: text(head.target, 500)), WSGIApplication)
    assert_type(application(bare, finish=lambda head, answer: set_field(answer, "X", head.scheme)), WSGIApplication)
    assert_type(application(shop, parse=Shop.parse, finish=finish, on_exception=excuse), WSGIApplication)
    assert_type(response_of(bare(Request()), Request()), Response)
    assert_type(response_of(text(""), Request(state=User("ada")), render=render), Response)
    assert_type(set_field(text(""), "X", "1"), Response | FrozenResponse)
    assert "*" == call(application(bare, finish=[cors.finish])).headers["Access-Control-Allow-Origin"]
