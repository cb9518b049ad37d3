"""What must check: messages, commands of curl, golden files of any request or response. Each function is run, too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, assert_type

from verglas import FrozenResponse, Request, Response
from verglas.testing import (
    DATES,
    SECRETS,
    Mask,
    MessageError,
    check_golden,
    golden_text,
    parse_message,
    to_curl,
    to_message,
)

CHECKS: Final[list[Callable[[], None]]] = []
REQUEST: Final = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWER: Final = b"HTTP/1.1 200 OK\r\n\r\n"


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


class Page(Request[int]):
    """Requests of a class of its own."""


@run
def check_to_message() -> None:
    """Requests of any state are written, and responses that are built or frozen."""
    assert_type(to_message(Request()), bytes)
    to_message(Page(state=7), mask=None)
    to_message(Request().with_state("ada"), mask=SECRETS)
    to_message(Response("a"), mask=DATES)
    to_message(FrozenResponse(b"a"))
    assert_type(to_curl(Page(state=7), mask=SECRETS), str)


@run
def check_parse_message() -> None:
    """What comes out is of the type of `like`: of its class, with its state."""
    assert_type(parse_message(REQUEST), Request[None] | FrozenResponse)
    assert_type(parse_message(REQUEST, like=Request()), Request[None])
    assert_type(parse_message(REQUEST, like=Request().with_state("ada")), Request[str])
    assert_type(parse_message(REQUEST, like=Request(state=7)).state, int)
    assert_type(parse_message(REQUEST, like=Page(state=7)), Page)
    assert_type(parse_message(ANSWER, like=FrozenResponse()), FrozenResponse)
    match parse_message(ANSWER):
        case FrozenResponse() as response:
            assert_type(response.status_code, int)
        case request:
            assert_type(request, Request[None])
    try:
        parse_message(b"")
    except MessageError as error:
        assert_type((error.line, error.column), tuple[int, int])


@run
def check_masks() -> None:
    """A mask takes any several names, and is joined with another."""
    assert_type(DATES | Mask(fields=["X-Id"], cookies={"sid"}, parameters=("token",)), Mask)
    assert_type(Mask(fields=iter(["a"])).fields, tuple[str, ...])
    assert_type(DATES.mask_fields([("Date", "x")]), tuple[tuple[str, str], ...])


@run
def check_golden_files() -> None:
    """Golden files are of requests, responses and bytes, by a path of either kind."""
    assert_type(golden_text(REQUEST), str)
    with tempfile.TemporaryDirectory() as folder:
        check_golden(Response("a"), f"{folder}/a.http", update=True)
        check_golden(Response("a").freeze(), Path(folder) / "b.http", update=True, mask=None)
        check_golden(Page(state=7), Path(folder) / "c.http", update=True)
        check_golden(REQUEST, Path(folder) / "d.http", update=True)
