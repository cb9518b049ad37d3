"""What must check of cookies that a client keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, assert_type

from verglas import URL
from verglas.headers import SameSite
from verglas.testing import Cookie, CookieJar, RefusedCookie

__all__ = ["CHECKS", "COOKIE", "JAR"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

COOKIE: Final = Cookie("sid", "31d4")
JAR: Final = CookieJar([COOKIE])


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@run
def check_cookie() -> None:
    """The parts of a cookie have types of their own."""
    assert_type(COOKIE.value, str)
    assert_type(COOKIE.same_site, SameSite | None)
    assert_type(COOKIE.expires, datetime | None)
    assert_type(COOKIE.created, datetime)
    assert_type(COOKIE.decoded_value, str)
    assert_type(COOKIE.is_sent_to(URL()), bool)


@run
def check_jar() -> None:
    """URLs and times are taken in each of their forms."""
    jar = CookieJar()
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert_type(jar.store(["a=b"], "http://localhost/", now), tuple[RefusedCookie, ...])
    assert_type(jar.store(iter(["a=b"]), URL(), 0), tuple[RefusedCookie, ...])
    assert_type(jar.cookie_header(URL(), "GET", 0.5, cross_site=True), str | None)
    assert_type(jar.set("a", "b", now=now, max_age=timedelta(hours=1), same_site=SameSite.LAX), Cookie)
    assert_type(jar.set("a", "b", now=1, max_age=60, same_site="lax"), Cookie)
    assert_type(jar.get("a"), Cookie | None)
    assert_type(jar.delete("a"), bool)
    assert_type(list(jar), list[Cookie])
