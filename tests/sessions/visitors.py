"""Visitors with a cookie jar, a clock that stands still, and a class to save: for the tests of sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import asdict, define, field, frozen

from tests.kit import environ_of
from verglas import Request, ResponseLike, application
from verglas.headers import SetCookie
from verglas.sessions import Session
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import WSGIApplication

__all__ = ["KEY", "OLDER", "Account", "Act", "Clock", "Visitor", "dump", "load"]

KEY: Final = "key-of-the-tests"
OLDER: Final = "key-of-last-year"


@frozen
class Account:
    """Who is logged in, and what is to be told on the next page."""

    name: str
    flash: tuple[str, ...] = ()


def dump(account: Account) -> bytes:
    """Write an account."""
    return json.dumps(asdict(account)).encode()


def load(data: bytes) -> Account:
    """Read one."""
    raw = json.loads(data)
    return Account(raw["name"], tuple(raw["flash"]))


Act: TypeAlias = Callable[[Request[Session[Account]]], ResponseLike]
"""A handler of these tests."""


@define
class Clock:
    """A clock that is set by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@define
class Visitor:
    """A browser: it sends the cookies that it was given. Those of a second tab are the same ones.

    Attributes:
        around: The middleware.
        jar: The cookies, by their names.
    """

    around: Callable[[Act], Callable[[Request[object]], ResponseLike]]
    jar: dict[str, str] = field(factory=dict[str, str])

    @property
    def cookie(self) -> str:
        """The value of the only cookie."""
        (value,) = self.jar.values()
        return value

    def application(self, act: Act) -> WSGIApplication:
        """The application of a handler."""
        return application(self.around(act))

    def visit(self, act: Act, **keys: object) -> WSGIAnswer:
        """One request, and what came back; the jar is up to date."""
        sent = {"HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.jar.items())} if self.jar else {}
        answer = call(self.application(act), environ_of(**(sent | keys)))
        for line in answer.headers.getlist("Set-Cookie"):
            cookie = SetCookie.parse(line)
            if cookie.max_age is not None and cookie.max_age.total_seconds() <= 0:
                self.jar.pop(cookie.name, None)
            else:
                self.jar[cookie.name] = cookie.value
        return answer
