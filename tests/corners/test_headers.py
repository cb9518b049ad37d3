"""Headers: keys wherever names are taken, whose fault a missing name is, and values that are no text."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Final

import pytest

from tests.kit import environ_of, multipart, untyped, without
from verglas import Headers, HeaderValueError, Limits, MutableHeaders, Request, Response, application, parse_form
from verglas.errors import BadRequestKeyError, HeaderError
from verglas.headers import (
    AGE,
    CACHE_CONTROL,
    ETAG,
    SET_COOKIE,
    VARY,
    CacheControl,
    ETag,
    SetCookie,
    Vary,
)
from verglas.testing import call

COOKIES: Final = (SetCookie("a", "1"), SetCookie("b", "2"))
LINES: Final = (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/"))


# Keys wherever names are taken


@pytest.mark.parametrize("make", [pytest.param(Headers, id="frozen"), pytest.param(MutableHeaders, id="mutable")])
def test_key_in_the_constructor(make: Callable[[Mapping[object, object]], Headers | MutableHeaders]) -> None:
    """A mapping may have keys beside names; a value of several lines is several lines."""
    headers = make({VARY: Vary("Cookie"), "X-Tag": ["a", "b"], SET_COOKIE: COOKIES, AGE: timedelta(minutes=1)})

    assert (("Vary", "Cookie"), ("X-Tag", "a"), ("X-Tag", "b"), *LINES, ("Age", "60")) == headers.pairs


def test_key_in_a_message() -> None:
    """Whatever takes headers takes keys."""
    request = Request(headers={CACHE_CONTROL: CacheControl(no_cache=True)})
    response = Response("x", headers={VARY: Vary("Cookie"), "X-Tag": "a"})
    response.headers.extend({SET_COOKIE: COOKIES})
    response.headers.update({VARY: Vary("Accept")})

    assert request.cache_control.no_cache
    assert ("Accept", "a") == (response.headers["Vary"], response.headers["X-Tag"])
    assert LINES == tuple(pair for pair in response.headers.pairs if pair[0] == "Set-Cookie")


def test_key_of_mutable_headers() -> None:
    """`in`, `add`, `getlist`, `setdefault`, `pop` and `setlist` take a key where they take a name."""
    headers = MutableHeaders()

    assert ETag("1") == headers.setdefault(ETAG, ETag("1")) == headers.setdefault(ETAG, ETag("2"))
    headers.add(SET_COOKIE, COOKIES[:1])
    headers.add(SET_COOKIE, COOKIES[1:])
    assert (True, False) == (SET_COOKIE in headers, VARY in headers)
    assert ["a=1; Path=/", "b=2; Path=/"] == headers.getlist(SET_COOKIE) == headers.get_all(SET_COOKIE)
    assert COOKIES == headers.pop(SET_COOKIE)
    assert ((), None) == (headers.pop(SET_COOKIE, ()), headers.pop(VARY, None))
    headers.setlist(VARY, ["a", "b"])
    assert Vary("a, b") == headers.pop(VARY)
    assert (("ETag", '"1"'),) == headers.pairs
    with pytest.raises(KeyError, match="Vary"):
        headers.pop(VARY)


def test_pop_leaves_what_is_malformed() -> None:
    """A field that cannot be read is not lost by asking for it."""
    headers = MutableHeaders({"ETag": "no quotes"})

    with pytest.raises(HeaderValueError):
        headers.pop(ETAG)
    assert "no quotes" == headers.pop("ETag")


def test_key_of_headers() -> None:
    """`in`, `adding`, `getlist` and `without` take a key where they take a name."""
    headers = Headers().adding(SET_COOKIE, COOKIES).adding(VARY, Vary("Cookie"))

    assert (*LINES, ("Vary", "Cookie")) == headers.pairs
    assert (True, False) == (VARY in headers, ETAG in headers)
    assert ["Cookie"] == headers.getlist(VARY)
    assert LINES == headers.without(VARY, ETAG).pairs
    assert (("Vary", "Cookie"),) == headers.without("set-cookie").pairs


def test_parameters_beside_a_key() -> None:
    """The value of a key has its parameters in it."""
    with pytest.raises(TypeError, match="Vary"):
        untyped(MutableHeaders().add)(VARY, Vary("Cookie"), a="b")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(Headers({"X": ["1", "x", "3"]}), id="frozen"),
        pytest.param(MutableHeaders({"X": ["1", "x", "3"]}), id="mutable"),
    ],
)
def test_getlist_converts(headers: Headers | MutableHeaders) -> None:
    """`getlist` with `type` leaves out what does not convert, as that of a query does."""
    assert ([1, 3], [], []) == (headers.getlist("x", int), headers.getlist("Y", type=int), headers.getlist(VARY, int))


def test_getlist_of_an_environ() -> None:
    """The same for headers that a server handed over."""
    headers = Request(environ_of(HTTP_X="5")).headers

    assert ([5], []) == (headers.getlist("X", int), headers.getlist("Y", int))


# Whose fault a missing name is


def part() -> Headers:
    """The headers of a part of a form."""
    _, files = parse_form("multipart/form-data; boundary=b", [multipart(('name="f"; filename="a"', b"x"))])
    return files["f"].headers


RECEIVED: Final[dict[str, Callable[[], Headers]]] = {
    "captured": lambda: Request(environ_of(HTTP_A="b")).headers,
    "made": lambda: Request(headers={"A": "b"}).headers,
    "composed": lambda: Request.from_values(headers={"A": "b"}).headers,
    "replaced": lambda: Request(environ_of()).replace(headers={"A": "b"}).headers,
    "replaced-by-headers": lambda: Request(environ_of()).replace(headers=Headers({"A": "b"})).headers,
    "with_": lambda: Request(environ_of()).headers.with_("A", "b"),
    "adding": lambda: Request(environ_of()).headers.adding("A", "b"),
    "without": lambda: Request(environ_of(HTTP_B="b")).headers.without("B"),
    "copy": lambda: copy.copy(Request(environ_of()).headers),
    "deepcopy": lambda: copy.deepcopy(Request(environ_of(HTTP_A="b")).headers),
    "pickle": lambda: pickle.loads(pickle.dumps(Request(environ_of(HTTP_A="b")).headers)),
    "pickled-request": lambda: pickle.loads(pickle.dumps(Request(environ_of(HTTP_A="b")))).headers,
    "part": part,
}
OWN: Final[dict[str, Callable[[], Headers | MutableHeaders]]] = {
    "headers": lambda: Headers({"A": "b"}),
    "of-a-request": lambda: Headers(Request(environ_of(HTTP_A="b")).headers),
    "mutable": lambda: MutableHeaders(Request(environ_of(HTTP_A="b")).headers),
    "response": lambda: Response(headers=Request(environ_of(HTTP_A="b")).headers).headers,
    "frozen-response": lambda: Response(headers=Request(environ_of(HTTP_A="b")).headers).freeze().headers,
    "replaced-response": lambda: Response().freeze().replace(headers=Request(environ_of(HTTP_A="b")).headers).headers,
}


@pytest.mark.parametrize("make", RECEIVED)
def test_missing_in_a_request(make: str) -> None:
    """A name that a handler asks for is a 400 that names it, as in `args`; a `KeyError` to the rest of the world."""
    headers = RECEIVED[make]()

    for key in ("X-Nope", VARY):
        with pytest.raises(BadRequestKeyError) as caught:
            headers[key]
        assert (400, key if isinstance(key, str) else key.name) == (caught.value.code, caught.value.field)
    assert (None, None, False) == (headers.get("X-Nope"), headers.get(VARY), "X-Nope" in headers)


@pytest.mark.parametrize("make", OWN)
def test_missing_in_an_own_one(make: str) -> None:
    """A name that an application misses in its own headers is its own fault."""
    headers = OWN[make]()

    with pytest.raises(KeyError) as caught:
        headers["X-Nope"]
    assert KeyError is caught.type
    with pytest.raises(KeyError) as caught:
        headers[VARY]
    assert KeyError is caught.type


def test_missing_through_application() -> None:
    """The answer is a 400 that names the header."""
    answer = call(application(lambda request: Response(request.headers["X-Nope"])))

    assert 400 == answer.status_code
    assert b"X-Nope" in answer.body


def test_provenance_is_no_part_of_the_value() -> None:
    """Where headers come from is not compared, hashed or shown."""
    own, received = Headers({"A": "b"}), Request(without(environ_of(HTTP_A="b"), "HTTP_HOST")).headers

    assert own == received
    assert hash(own) == hash(received)
    assert repr(own) == repr(received)


def test_limits_go_with_the_provenance() -> None:
    """Headers of the application's own have the default limits, wherever they came from."""
    limits = Limits(max_header_value=5)

    assert limits == Request(headers={"A": "b"}, limits=limits).headers.limits
    assert Limits() == Headers(Request(headers={"A": "b"}, limits=limits).headers).limits


def test_malformed_stays_malformed() -> None:
    """What was left out is a malformed field, not a missing one."""
    with pytest.raises(HeaderError):
        Request(environ_of(HTTP_VARY="a\x01")).headers[VARY]


# Values that are no text

WRITES: Final[dict[str, Callable[[MutableHeaders, object], object]]] = {
    "item": lambda headers, value: untyped(headers.__setitem__)("X-Total", value),
    "add": lambda headers, value: untyped(headers.add)("X-Total", value),
    "add_header": lambda headers, value: untyped(headers.add_header)("X-Total", value),
    "set": lambda headers, value: untyped(headers.set)("X-Total", value),
    "setdefault": lambda headers, value: untyped(headers.setdefault)("X-Total", value),
    "setlist": lambda headers, value: untyped(headers.setlist)("X-Total", [value]),
    "setlistdefault": lambda headers, value: untyped(headers.setlistdefault)("X-Total", [value]),
    "extend": lambda headers, value: untyped(headers.extend)({"X-Total": value}),
    "extend-pairs": lambda headers, value: untyped(headers.extend)([("X-Total", value)]),
    "update": lambda headers, value: untyped(headers.update)({"X-Total": value}),
    "or": lambda headers, value: untyped(headers.__ior__)({"X-Total": value}),
    "constructor": lambda headers, value: untyped(MutableHeaders.__init__)(headers, {"X-Total": value}),
    "constructor-list": lambda headers, value: untyped(MutableHeaders.__init__)(headers, {"X-Total": [value]}),
    "constructor-pairs": lambda headers, value: untyped(MutableHeaders.__init__)(headers, [("X-Total", value)]),
}


def written(way: str, value: object) -> tuple[tuple[str, str], ...]:
    """The lines after a value was written."""
    headers = MutableHeaders()
    WRITES[way](headers, value)
    return headers.pairs


@pytest.mark.parametrize("way", WRITES)
@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param("3", 3, id="werkzeug-int"),
        pytest.param("0", 0, id="zero"),
        pytest.param("-1", -1, id="negative"),
        pytest.param("1" + "0" * 30, 10**30, id="long"),
        pytest.param("404", HTTPStatus.NOT_FOUND, id="IntEnum"),
        pytest.param("text", "text", id="text"),
    ],
)
def test_number_is_written_in_decimal(expected: str, value: object, way: str) -> None:
    """A response takes a whole number as the value of a header."""
    assert (("X-Total", expected),) == written(way, value)


@pytest.mark.parametrize("way", WRITES)
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("float", 5.0, id="float"),
        pytest.param("bool", True, id="bool"),
        pytest.param("bytes", b"5", id="bytes"),
        pytest.param("Decimal", Decimal(5), id="decimal"),
        pytest.param("Vary", Vary("Cookie"), id="header-value"),
        pytest.param("dict", {}, id="dict"),
    ],
)
def test_other_values_are_refused(kind: str, value: object, way: str) -> None:
    """Another type is a TypeError that says which field, which type, and what to do."""
    with pytest.raises(TypeError, match=rf"the value of X-Total must be a str or an int, not {kind}: write it as text"):
        written(way, value)


def test_number_in_a_response() -> None:
    """Responses take it, too."""
    response = Response(headers={"X-Total": 3})
    response.headers["X-Page"] = 1

    assert ("3", "1") == (response.headers["X-Total"], response.headers["X-Page"])
    with pytest.raises(TypeError, match="the value of X-Total must be a str or an int, not float"):
        untyped(Response)(headers={"X-Total": 0.5})


TEXT_ONLY: Final[dict[str, Callable[[], object]]] = {
    "headers": lambda: untyped(Headers)({"X-Total": 3}),
    "request": lambda: untyped(Request)(headers={"X-Total": 3}),
    "with_": lambda: untyped(Headers().with_)("X-Total", 3),
    "adding": lambda: untyped(Headers().adding)("X-Total", 3),
}


@pytest.mark.parametrize("way", TEXT_ONLY)
def test_request_headers_are_text(way: str) -> None:
    """The headers of a request are text: what a client sends is nothing else."""
    with pytest.raises(TypeError, match="the value of X-Total must be a str, not int"):
        TEXT_ONLY[way]()


def test_name_that_is_no_text() -> None:
    """A name of another type is named as such."""
    with pytest.raises(TypeError, match="the name of a header must be a str, not bytes"):
        untyped(MutableHeaders)({b"X-Total": "3"})
