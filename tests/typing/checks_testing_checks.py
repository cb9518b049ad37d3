"""What must check of `verglas.testing.checks`: the state of requests fits the handler. Each function is run, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_type
from wsgiref.simple_server import demo_app

from attrs import frozen
from hypothesis import strategies as st

from verglas import Request, Response, application, text
from verglas.paths import GET, Routes, root, routes
from verglas.testing.checks import CHECKS as KINDS
from verglas.testing.checks import Check, CheckOptions, Fault, Seen, check_handler, find_faults

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Run a check as a test."""
    CHECKS.append(check)
    return check


@frozen
class User:
    name: str


@frozen
class Admin(User):
    pass


def page(request: Request) -> Response:
    """Answer anybody."""
    return text("hi")


def own_page(request: Request[User]) -> Response:
    """Answer a user."""
    return text("hi")


ADA: Final = Admin("ada")
SITE: Final = routes(GET(root).into(page))
USERS: Final = routes(GET(root).into(own_page))


@run
def what_is_checked() -> None:
    """A handler, a table and a WSGI application."""
    assert_type(find_faults(page, max_examples=1), tuple[Fault, ...])
    assert_type(find_faults(SITE, max_examples=1), tuple[Fault, ...])
    assert_type(find_faults(application(page), table=SITE, max_examples=1), tuple[Fault, ...])
    find_faults(demo_app, leave_out=[check.kind for check in KINDS], max_examples=1)
    check_handler(page, max_examples=1)
    check_handler(application(page), max_examples=1)


@run
def states() -> None:
    """A state is a value that the handler takes, or a strategy of such values."""
    assert_type(find_faults(own_page, state=User("ada"), max_examples=1), tuple[Fault, ...])
    check_handler(own_page, state=ADA, max_examples=1)
    check_handler(own_page, state=st.builds(User, st.just("ada")), max_examples=1)
    check_handler(own_page, state=st.just(ADA), max_examples=1)
    check_handler(USERS, state=ADA, max_examples=1)


@run
def options() -> None:
    """The options, also kept for several handlers; a table of requests with any state."""

    def look(seen: Seen) -> str | None:
        assert_type(seen.exchange.body, bytes)
        return None

    users: Routes[Request[User]] = USERS
    kept: CheckOptions = {"seed": 1, "max_examples": 1, "checks": [*KINDS, Check("mine", "my own", look)]}
    check_handler(page, **kept)
    check_handler(page, requests=st.just(Request()), max_examples=1)
    check_handler(USERS, state=ADA, table=users, given={}, max_examples=1)
    check_handler(page, prepare=lambda request: request.replace(method="PUT"), max_examples=1)
