"""What must check: the middleware of `cache` and `static_files`. Each function is run, too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, assert_type

from attrs import frozen

from verglas import Handler, Request, Response, ResponseLike, application, pipe, text
from verglas.middleware import (
    Cache,
    StaticFiles,
    cache,
    cors,
    cross_origin_protection,
    https_only,
    request_id,
    static_files,
)

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Run a check as a test."""
    CHECKS.append(check)
    return check


@frozen
class User:
    """Somebody."""

    name: str


class Traced(Request):
    """A request of a class of one's own."""


def show(request: Request[User]) -> Response:
    """Answer a user."""
    return text(request.state.name)


def index(request: Request) -> Response:
    """Answer anybody."""
    return text(request.path)


def trace(request: Traced) -> ResponseLike:
    """Answer a request of that class."""
    return text(request.path)


def as_guest(handler: Handler[User]) -> Handler[None]:
    """Give a user."""
    return lambda request: handler(request.with_state(User("guest")))


pages: Final = cache(max_entries=10, max_bytes=1_000_000, default_age=timedelta(minutes=1), share_states=True)

files: Final = static_files(Path(__file__).parent, index="index.html", immutable=re.compile("^built/"), hidden=True)


@run
def check_cache_leaves_the_state_alone() -> None:
    """A handler that needs a state still needs it, and one that needs none does not."""
    assert_type(pages, Cache)
    assert_type(pages(show), Callable[[Request[User]], ResponseLike])
    assert_type(pages(index), Callable[[Request[None]], ResponseLike])
    application(pages(as_guest(pages(show))))
    application(pipe(index, pages))
    application(pipe(show, as_guest, pages))
    application(pipe(show, pages, as_guest))
    assert_type(pages.entries, int)
    assert_type(pages.size, int)


@run
def check_cache_decorates() -> None:
    """It is a decorator."""

    @pages
    def decorated(request: Request[User]) -> Response:
        return text(request.state.name)

    assert_type(decorated, Callable[[Request[User]], ResponseLike])


@run
def check_cache_keeps_the_class_of_requests() -> None:
    """A handler of a subclass of requests stays one."""
    assert_type(pages(trace), Callable[[Traced], ResponseLike])
    application(pages(trace), parse=Traced.parse)


@run
def check_static_files_leave_the_state_alone() -> None:
    """So it is with files."""
    assert_type(files, StaticFiles)
    assert_type(files(show), Callable[[Request[User]], ResponseLike])
    assert_type(files(trace), Callable[[Traced], ResponseLike])
    application(files(pages(as_guest(files(show)))))
    application(pipe(show, as_guest, files))
    application(pipe(show, files, as_guest))
    application(files(trace), parse=Traced.parse)


@run
def check_pipe() -> None:
    """Each stands in a pipe, before and after what gives a state."""
    shared, own, secure, ids = cors("*"), cross_origin_protection(), https_only(), request_id()
    assert_type(pipe(show, shared), Handler[User])
    assert_type(pipe(show, shared, as_guest), Handler[None])
    assert_type(pipe(show, as_guest, shared), Handler[None])
    assert_type(pipe(show, own, as_guest), Handler[None])
    assert_type(pipe(show, as_guest, own), Handler[None])
    assert_type(pipe(show, secure, as_guest), Handler[None])
    assert_type(pipe(show, as_guest, secure), Handler[None])
    assert_type(pipe(show, ids, as_guest), Handler[None])
    assert_type(pipe(show, as_guest, ids), Handler[None])
    assert_type(pipe(show, own, as_guest, pages, secure, ids, shared), Handler[None])
