"""Limits on the head of a request: whoever goes over one gets the status and the name of that limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.kit import environ_of, without
from verglas import Limits, Request, Response
from verglas.errors import ParseError

KEYS: Final[dict[str, object]] = {
    "CONTENT_TYPE": "text/html; x=y",
    "HTTP_ACCEPT": "a/b, c/d, e/f",
    "HTTP_COOKIE": "a=1;b=2;c=3",
    "HTTP_ORIGIN": "https://example.org",
    "HTTP_IF_MATCH": '"1","2","3"',
    "HTTP_USER_AGENT": "Mozilla/5.0",
}
VALUES: Final[dict[str, str]] = {
    "Content-Type": "text/html; x=y",
    "Accept": "a/b, c/d, e/f",
    "Cookie": "a=1;b=2;c=3",
    "Origin": "https://example.org",
    "If-Match": '"1","2","3"',
    "User-Agent": "Mozilla/5.0",
}


def captured(limits: Limits) -> Request:
    """A request as a server hands it over."""
    return Request(environ_of("/?a&b&c", **KEYS), limits=limits)


def made(limits: Limits) -> Request:
    """The same request, made from its values."""
    return Request(url="/?a&b&c", headers=VALUES, limits=limits)


def composed(limits: Limits) -> Request:
    """The same request, made as for `EnvironBuilder`."""
    return Request.from_values("/?a&b&c", headers=VALUES, limits=limits)


def renamed(limits: Limits) -> Request:
    """A copy with another method."""
    return captured(limits).replace(method="PUT").replace(method="GET")


def other_headers(limits: Limits) -> Request:
    """A copy with other headers."""
    return captured(limits).replace(url="/?a&b&c", headers=VALUES)


def with_state(limits: Limits) -> Request[int]:
    """A copy with a state."""
    return captured(limits).with_state(1)


SIDES: Final = [
    pytest.param(side, id=side.__name__) for side in (captured, made, composed, renamed, other_headers, with_state)
]
READS: Final[dict[str, Callable[[Request[object]], object]]] = {
    "args": lambda request: request.args,
    "cookies": lambda request: request.cookies,
    "content_type": lambda request: request.content_type,
    "mimetype": lambda request: request.mimetype,
    "mimetype_params": lambda request: request.mimetype_params,
    "is_json": lambda request: request.is_json,
    "user_agent": lambda request: request.user_agent,
    "origin": lambda request: request.origin,
    "accept_mimetypes": lambda request: request.accept_mimetypes,
    "if_match": lambda request: request.if_match,
    "conditional": lambda request: Response("x").make_conditional(request),
}
FIELD_OF: Final[dict[str, str]] = {
    "args": "query",
    "cookies": "Cookie",
    "content_type": "Content-Type",
    "mimetype": "Content-Type",
    "mimetype_params": "Content-Type",
    "is_json": "Content-Type",
    "user_agent": "User-Agent",
    "origin": "Origin",
    "accept_mimetypes": "Accept",
    "if_match": "If-Match",
    "conditional": "If-Match",
}


def refusal(read: Callable[[], object]) -> tuple[int, str, str | None]:
    """The status, the limit and the field of what reading raises."""
    with pytest.raises(ParseError) as caught:
        read()
    limit = caught.value.limit
    assert limit is not None
    assert f"{limit.allowed} {limit.unit}, {limit.knob}" in str(caught.value)
    return caught.value.code, limit.knob, caught.value.field


@pytest.mark.parametrize("make", SIDES)
@pytest.mark.parametrize("name", READS)
def test_too_long(name: str, make: Callable[[Limits], Request[object]]) -> None:
    """A value over `max_header_value` is a 431, the same for any request that has it; a query is a 414."""
    request = make(Limits(max_header_value=10, max_query_fields=2))
    expected = (414, "max_query_fields") if name == "args" else (431, "max_header_value")

    assert (*expected, FIELD_OF[name]) == refusal(lambda: READS[name](request))
    assert (*expected, FIELD_OF[name]) == refusal(lambda: READS[name](request))


@pytest.mark.parametrize("make", SIDES)
@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param((431, "max_cookies", "Cookie"), "cookies", id="cookies"),
        pytest.param((431, "max_list_items", "Accept"), "accept_mimetypes", id="accept"),
        pytest.param((431, "max_list_items", "If-Match"), "if_match", id="if-match"),
        pytest.param((431, "max_list_items", "If-Match"), "conditional", id="conditional"),
    ],
)
def test_too_many(expected: tuple[int, str, str], name: str, make: Callable[[Limits], Request[object]]) -> None:
    """A list with too many members is a 431, never as if absent."""
    request = make(Limits(max_list_items=2, max_cookies=2))

    assert expected == refusal(lambda: READS[name](request))


@pytest.mark.parametrize("make", SIDES)
def test_text_stays_readable(make: Callable[[Limits], Request[object]]) -> None:
    """The text of what is over a limit is as it was sent."""
    request = make(Limits(max_header_value=10, max_query_fields=2, max_cookies=2, max_list_items=2))

    assert ("a/b, c/d, e/f", b"a&b&c") == (request.headers["Accept"], request.url.query_string)


LINES: Final[dict[str, object]] = {f"HTTP_X_{number}": "a" for number in range(5)}


@pytest.mark.parametrize(
    ("environ", "is_refused"),
    [
        pytest.param(LINES, False, id="as-many-as-allowed"),
        pytest.param(LINES | {"HTTP_Y": "a"}, True, id="one-more"),
        pytest.param(LINES | {"CONTENT_TYPE": "a/b"}, True, id="content-type-is-one"),
        pytest.param(LINES | {"SERVER_NAME": "a", "wsgi.input": None, "HOME": "/"}, False, id="other-keys-are-none"),
    ],
)
def test_header_lines(environ: dict[str, object], is_refused: bool) -> None:
    """Too many header lines are a 431 on access to the headers."""
    request = Request(without(environ_of(**environ), "HTTP_HOST"), limits=Limits(max_headers=5))

    if is_refused:
        assert (431, "max_headers", None) == refusal(lambda: request.headers)
        assert (431, "max_headers", None) == refusal(lambda: request.cookies)
    else:
        assert 5 == len(request.headers)


def test_header_lines_of_values() -> None:
    """A request that is made from too many header lines is refused when it is made."""
    limits = Limits(max_headers=2)

    assert (431, "max_headers", None) == refusal(lambda: Request(headers={"X": ["a", "b", "c"]}, limits=limits))
    assert (431, "max_headers", None) == refusal(
        lambda: Request(limits=limits).replace(headers=[("X", "a"), ("X", "b"), ("Y", "c")])
    )
