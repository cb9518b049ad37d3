"""What must check: request ids, HTTPS, and what is added to answers or logged. Each function is run, too."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final, assert_type

from attrs import frozen

from verglas import (
    Answer,
    Finish,
    FrozenResponse,
    Handler,
    Headers,
    Middleware,
    OnException,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    pipe,
    text,
)
from verglas.headers import ContentSecurityPolicy, FrameOptions, StrictTransportSecurity
from verglas.middleware import access_log, https_only, log_exceptions, request_id, security_headers
from verglas.paths import GET, root, routes

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@frozen
class User:
    """Somebody."""

    name: str


@frozen
class Known:
    """Somebody, and the request that is theirs."""

    user: User
    id: str


class Mine(Request):
    """Requests of a class of its own."""

    @property
    def tenant(self) -> str:
        """Whose site it is."""
        return self.host


def id_alone(state: object, found: str) -> str:
    """Leave the state behind."""
    return found


ids = request_id(timing=True)
alone = request_id(into=id_alone)
both = request_id(into=Known, trust_incoming=True)
https = https_only(exempt=["/health"])


def plain(request: Request) -> Response:
    """Needs nothing."""
    return text(request.path)


def by_id(request: Request[str]) -> Response:
    """Needs the id."""
    return text(request.state)


def greet(request: Request[User]) -> Response:
    """Needs somebody."""
    return text(request.state.name)


def greet_known(request: Request[Known]) -> Response:
    """Needs somebody and the id."""
    return text(f"{request.state.user.name} {request.state.id}")


def mine(request: Mine) -> Response:
    """Needs requests of that class."""
    return text(request.tenant)


def as_ada(handler: Handler[User]) -> Handler[None]:
    """Everybody is Ada."""
    return lambda request: handler(request.with_state(User("ada")))


@run
def a_state_is_kept() -> None:
    """Without `into`, the handler has the requests that it had."""
    assert_type(ids(plain), Callable[[Request], ResponseLike])
    assert_type(ids(greet), Callable[[Request[User]], ResponseLike])
    assert_type(ids(mine), Callable[[Mine], ResponseLike])
    assert_type(https(plain), Callable[[Request], ResponseLike])
    assert_type(https(greet), Callable[[Request[User]], ResponseLike])
    assert_type(https(ids(mine)), Callable[[Mine], ResponseLike])
    as_middleware: Middleware[User, User] = ids
    application(as_ada(as_middleware(greet)))
    application(ids(https(mine)), parse=Mine.parse, finish=ids.finish)
    application(https(as_ada(ids(greet))), finish=[ids.finish])


@run
def a_state_is_given() -> None:
    """With `into`, the handler has what that makes; what stands around it has what that takes."""
    assert_type(alone(by_id), Callable[[Request[object]], ResponseLike])
    assert_type(both(greet_known), Callable[[Request[User]], ResponseLike])
    application(alone(by_id), finish=alone.finish)
    application(as_ada(both(greet_known)), finish=both.finish)
    application(pipe(greet_known, both, as_ada))
    application(as_ada(alone(by_id)))


@run
def around_routes() -> None:
    """A table of routes is a handler as well."""

    @GET(root).into
    def show(request: Request) -> Response:
        return text(ids.current() or "")

    application(https(ids(routes(show))), finish=[ids.finish])


@run
def what_ids_are_asked() -> None:
    """The current id is a text, or is not there; the filter is one of `logging`."""
    assert_type(ids.current(), str | None)
    assert_type(both.current(), str | None)
    handler = logging.NullHandler()
    handler.addFilter(ids.log_filter)
    assert_type(ids.finish(RequestHead("GET", Headers()), text("hi")), Answer)


@run
def functions_of_finish() -> None:
    """They are given as they are."""
    assert_type(security_headers(), Finish)
    assert_type(access_log(logger="shop", query=True), Finish)
    policy = ContentSecurityPolicy(default_src="'self'")
    transport = StrictTransportSecurity(timedelta(days=365))
    application(
        plain,
        finish=[
            ids.finish,
            security_headers(
                content_security_policy=policy,
                strict_transport_security=transport,
                frame_options=FrameOptions.SAMEORIGIN,
                referrer_policy=None,
            ),
            access_log(logger=logging.getLogger("shop"), format="%(status)s"),
        ],
    )
    answer: Response | FrozenResponse = security_headers()(RequestHead("GET", Headers()), text("hi"))
    assert_type(answer.status, str)


@run
def functions_of_exceptions() -> None:
    """So is the function that answers exceptions; a reporter of them may return what it likes."""
    assert_type(log_exceptions(), OnException)
    reported: list[Exception] = []
    application(plain, on_exception=log_exceptions(report=reported.append, logger="shop"))
