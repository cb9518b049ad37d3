"""What must not check of middleware: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

import sys
from collections.abc import Callable

from attrs import frozen

from verglas import (
    FrozenResponse,
    Handler,
    Middleware,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    pipe,
    response_of,
    text,
)
from verglas.errors import HTTPError
from verglas.middleware import add_vary, basic_auth, bearer_auth, set_field

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

R = TypeVar("R", bound=Request[object])
S_co = TypeVar("S_co", covariant=True, default=None)
T = TypeVar("T")


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


class CORS:
    """A middleware that keeps the state, with a `finish`."""

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Keep it."""
        return handler

    def finish(self, head: RequestHead, answer: Response | FrozenResponse) -> Response | FrozenResponse:
        """Finish."""
        return answer


cors = CORS()


def logged(inner: Handler[T]) -> Handler[T]:
    """A function that keeps the state."""
    return inner


def with_user(inner: Handler[User]) -> Handler[Session]:
    """Give a request that has a session its user."""
    return lambda request: inner(request.with_state(User(request.state.id)))


def with_session(inner: Handler[Session]) -> Handler[None]:
    """Give a request its session."""
    return lambda request: inner(request.with_state(Session("a")))


def me(request: Request[User]) -> Response:
    """For users."""
    return text(request.state.name)


def both(request: Request[Page]) -> Response:
    """For users in a session."""
    return text(request.state.user.name)


def bare(request: Request) -> Response:
    """Without a state."""
    return text(request.path)


def none(request: Request) -> str:
    """An answer that is none."""
    return request.path


def forgotten(request: Request) -> None:
    """No answer."""


class Shop(Request):
    """A subclass."""


class Paged(Request[S_co]):
    """A generic subclass."""


class Promised(Request[User]):
    """A request that promises a user, which nobody gives."""


def shop(request: Shop) -> Response:
    """For a subclass."""
    return text(request.path)


def paged(request: Paged[User]) -> Response:
    """For a generic one with a user."""
    return text(request.path)


def promised(request: Promised) -> Response:
    """For requests that have a user."""
    return text(request.path)


# A state that nobody gives
application(cors(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(logged(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(with_user(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(cors(with_user(me)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(cors(shop))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_user(cors(bare))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_session(cors(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_session(me)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_user(both)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(me)(Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
logged(me)(Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
handler: Handler[None] = cors(me)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
middleware: Middleware[User, None] = cors  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

# Wrong orders
with_user(with_session(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_user(with_user(me))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with_session(with_session(with_user(me)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(me, with_session)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, with_session, with_user)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, with_user, with_user)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, logged, with_session)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, with_user, with_session, with_session)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, with_user, logged, with_user)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(bare, with_user)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
application(pipe(me, with_user))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(pipe(me, logged))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]

# Answers that are none
cors(none)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
logged(none)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(forgotten)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(forgotten)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(none, logged)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response_of("text", Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response_of(bare, Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response_of(text(""))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# Middleware that is none
pipe(bare, text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(bare, cors.finish)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(bare, 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
cors("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(text(""))  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]

# Parsers
application(shop)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(shop, parse=Request.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(me, parse=Request.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(shop, parse=Paged[None].parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(paged, parse=Paged.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(paged, parse=Paged[None].parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(paged, parse=Paged[User].parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(promised, parse=Promised.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(cors(shop), parse=Request.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, parse=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(bare, parse=Request.from_values)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, parse=bare)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def finish_nothing(head: RequestHead, answer: Response | FrozenResponse) -> None:
    """Forget to give the answer."""


def finish_built(head: RequestHead, answer: Response) -> Response:
    """Take no frozen one."""
    return answer


def finish_alone(answer: Response | FrozenResponse) -> Response | FrozenResponse:
    """Take no head."""
    return answer


def finish_request(request: Request, answer: Response | FrozenResponse) -> Response | FrozenResponse:
    """Take a request."""
    return answer


def excuse_with_text(error: Exception, head: RequestHead) -> str:
    """Give an answer that is none."""
    return head.method


def excuse_alone(error: Exception) -> Response:
    """Take no head."""
    return text("")


def excuse_some(error: OSError, head: RequestHead) -> Response:
    """Take some exceptions."""
    return text("")


def render_text(error: HTTPError, head: RequestHead) -> str:
    """Give an answer that is none."""
    return error.name


# What makes and finishes answers
application(bare, finish=finish_nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, finish=finish_built)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, finish=finish_alone)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, finish=finish_request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, finish=[cors.finish, finish_nothing])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
application(bare, finish=cors)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, finish=[cors])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
application(bare, finish=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(bare, finish=None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(bare, finish=bare)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, on_exception=excuse_with_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, on_exception=excuse_alone)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, on_exception=excuse_some)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, on_exception=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(bare, on_exception=text(""))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, render=render_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bare, render=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(bare, finished=cors.finish)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
response_of(text(""), Request(), render=render_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
set_field(bare, "X", "1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
set_field(text(""), "X", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
add_vary(text(""), 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def by_password(name: str, password: str) -> User | None:
    """Whom a name and a password stand for."""
    return User(name)


def by_token(token: str) -> User | None:
    """Whom a token stands for."""
    return User(token)


def joined(session: Session, user: User) -> Page:
    """Both."""
    return Page(session, user)


def turned(user: User, session: Session) -> Page:
    """Both, the wrong way round."""
    return Page(session, user)


# Authentication
basic_auth(by_password)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
basic_auth(by_token, realm="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
basic_auth("secret", realm="x")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm="x", scope=["a"])  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
basic_auth(by_password, realm="x", into=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm="x", into=turned)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm="x")(both)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm="x")(bare)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
basic_auth(by_password, realm="x", into=joined)(me)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(basic_auth(by_password, realm="x", into=joined)(both))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
bearer_auth(by_token)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
bearer_auth(by_password, realm="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
bearer_auth(by_token, realm="x", scope=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
bearer_auth(by_token, realm="x", into=turned)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
bearer_auth(by_token, realm="x")(both)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
bearer_auth(by_token, realm="x", into=joined)(me)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(bearer_auth(by_token, realm="x", into=joined)(both))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pipe(both, bearer_auth(by_token, realm="x"))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
pipe(me, bearer_auth(by_token, realm="x", into=joined))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]


@with_user  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
@with_session  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def wrong_order(request: Request[User]) -> ResponseLike:
    """The session is given within."""
    return text(request.state.name)


@basic_auth(by_password, realm="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def wrong_state(request: Request[Session]) -> ResponseLike:
    """Nobody gives a session."""
    return text(request.state.id)


@cors  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def wrong_answer(request: Request) -> str:
    """An answer that is none."""
    return request.path


class Own:
    """A middleware that forgets to return."""

    def __call__(self, handler: Handler[User], /) -> None:
        """Nothing."""


pipe(me, Own())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(Own()(me))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
