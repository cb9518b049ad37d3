"""What must check of redirects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_type

from verglas import Request
from verglas.testing import next_request

__all__ = ["CHECKS", "REQUEST"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

REQUEST: Final = Request(url="/a").with_state(7)


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@run
def check_next_request() -> None:
    """A request of any state leads to one without."""
    assert_type(next_request(REQUEST, 302, "/b"), Request[None] | None)
    assert_type(next_request(Request(), 302, None, followed=19), Request[None] | None)
