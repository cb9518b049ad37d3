"""What must check: functions that tag and compress every answer. Each check is run, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_type

from verglas import Answer, Finish, Request, RequestHead, Response, application, text
from verglas.middleware import COMPRESSIBLE, etags, gzip
from verglas.wsgi import WSGIApplication

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Run a check as a test."""
    CHECKS.append(check)
    return check


class Own(Request[None]):
    """A class of requests."""


def show(request: Own) -> Response:
    """Answer it."""
    return text(request.path)


def has_secrets(head: RequestHead, answer: Answer) -> bool:
    """Whether an answer is not to be compressed."""
    return head.target == "/account" and "Set-Cookie" in answer.headers


@run
def finishing() -> None:
    """Both make a function for `finish=`, of any application."""
    assert_type(gzip(), Finish)
    assert_type(etags(), Finish)
    assert_type(application(show, parse=Own.parse, finish=[etags(), gzip()]), WSGIApplication)
    assert_type(application(lambda request: text("hi"), finish=gzip()), WSGIApplication)
    assert_type(gzip()(RequestHead("GET", Request().headers), text("hi")), Answer)


@run
def options() -> None:
    """Their options have types."""
    assert_type(gzip(level=9, minimum=1000, types=[*COMPRESSIBLE, "model/obj"], skip=has_secrets), Finish)
    assert_type(gzip(types={"text/html"}, skip=lambda head, answer: answer.status_code != 200), Finish)
    assert_type(etags(weak=True, skip=has_secrets), Finish)
