"""The cache: what it keeps, and what it never gives to another request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain, repeat
from typing import Final, TypeAlias

import pytest
from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.handling import foreign
from tests.kit import CountedBody, environ_of, fail, untyped
from verglas import (
    FileSlice,
    FrozenResponse,
    Handler,
    MutableHeaders,
    Request,
    Response,
    ResponseLike,
    Trust,
    abort,
    application,
    text,
)
from verglas.errors import Abort, NotFound
from verglas.middleware import Cache, cache
from verglas.testing import WSGIAnswer, call

Asked: TypeAlias = dict[str, object]
Made: TypeAlias = Callable[[int], ResponseLike]

NOON: Final = 1_577_880_000.0  # Wed, 01 Jan 2020 12:00:00 GMT
FRESH: Final = {"Cache-Control": "max-age=60"}
HOUR: Final = timedelta(hours=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Site:
    """A handler whose answers are numbered, behind a cache.

    Args:
        make: Makes the answer of a number.
        trust: Of the application.
        cache: The cache.
    """

    def __init__(self, make: Made, *, trust: Trust | None = None, kept: Cache | None = None) -> None:
        self.calls = 0
        self.clock = Clock()
        self.cache = cache(clock=self.clock) if kept is None else kept
        self._make = make
        self.application = application(self.cache(self._answer), trust=trust)

    def _answer(self, request: Request) -> ResponseLike:
        self.calls += 1
        return self._make(self.calls)

    def ask(self, path: str = "/", /, **keys: object) -> WSGIAnswer:
        """The answer to one request."""
        return call(self.application, environ_of(path, **keys))


def page(body: str, **fields: str) -> Response:
    """An answer that is fresh for a minute, with more fields, whose names are written with `_`."""
    headers = {"Cache-Control": "max-age=60"} | {name.replace("_", "-"): value for name, value in fields.items()}
    return text(body, headers=headers)


def always(answer: ResponseLike) -> Handler:
    """A handler with one answer."""
    return lambda _: answer


def with_fields(**fields: str) -> Made:
    """A maker of answers with these fields."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return lambda number: text(f"number {number}", headers=headers)


fresh: Final = with_fields(Cache_Control="max-age=60")


def of_status(status: int) -> Made:
    """A maker of fresh answers with another status."""
    return lambda number: text(f"number {number}", status, FRESH)


# What must never be shared: two users ask the same


def with_cookie(number: int) -> Response:
    """An answer that sets a cookie."""
    response = fresh(number)
    assert isinstance(response, Response)
    response.set_cookie("session", str(number))
    return response


def streamed(number: int) -> Response:
    """An answer that streams."""
    return Response(CountedBody(f"number {number}"), headers=FRESH)


class PerCall(Response):
    """A response that is another one for each call."""

    def get_wsgi_headers(self, environ: Mapping[str, object]) -> MutableHeaders:
        """As they are."""
        return super().get_wsgi_headers(environ)


NEVER_KEPT: Final[dict[str, Made]] = {
    "says-nothing": with_fields(X_Tag="1"),
    "no-store": with_fields(Cache_Control="max-age=60, no-store"),
    "no-store-of-must-understand": with_fields(Cache_Control="max-age=60, must-understand, no-store"),
    "private": with_fields(Cache_Control="max-age=60, private"),
    "private-field": with_fields(Cache_Control='max-age=60, private="X-Name"'),
    "public-and-private": with_fields(Cache_Control="public, max-age=60, private"),
    "no-cache": with_fields(Cache_Control="max-age=60, no-cache"),
    "no-cache-field": with_fields(Cache_Control='max-age=60, no-cache="Set-Cookie"'),
    "in-capitals": with_fields(Cache_Control="MAX-AGE=60, PRIVATE"),
    "max-age-0": with_fields(Cache_Control="max-age=0"),
    "s-maxage-0-wins": with_fields(Cache_Control="max-age=60, s-maxage=0"),
    "public-alone": with_fields(Cache_Control="public"),
    "max-age-malformed": with_fields(Cache_Control="max-age=1e3", Expires="Thu, 01 Jan 2099 00:00:00 GMT"),
    "s-maxage-malformed": with_fields(Cache_Control="max-age=60, s-maxage=x"),
    "max-age-negative": with_fields(Cache_Control="max-age=-60"),
    "unclosed-quote": with_fields(Cache_Control='max-age=60, private="X-Name'),
    "semicolons": with_fields(Cache_Control="max-age=60, no-store; private"),
    "expired": with_fields(Expires="Wed, 01 Jan 2020 11:59:59 GMT"),
    "expires-0": with_fields(Expires="0"),
    "expires-now": with_fields(Expires="Wed, 01 Jan 2020 12:00:00 GMT"),
    "expires-at-its-date": with_fields(Expires="Wed, 01 Jan 2020 13:00:00 GMT", Date="Wed, 01 Jan 2020 13:00:00 GMT"),
    "old-by-its-age": with_fields(Cache_Control="max-age=60", Age="60"),
    "old-by-its-date": with_fields(Cache_Control="max-age=60", Date="Wed, 01 Jan 2020 11:59:00 GMT"),
    "date-malformed": with_fields(Cache_Control="max-age=60", Date="yesterday"),
    "set-cookie": with_cookie,
    "vary-by-anything": with_fields(Cache_Control="max-age=60", Vary="*"),
    "vary-by-anything-among-others": with_fields(Cache_Control="max-age=60", Vary="Accept, *"),
    "vary-malformed": with_fields(Cache_Control="max-age=60", Vary="Accept Language"),
    "vary-by-what-is-never-seen": with_fields(Cache_Control="max-age=60", Vary="X_Name"),
    "201": of_status(201),
    "203": of_status(203),
    "204": of_status(204),
    "206": of_status(206),
    "301": of_status(301),
    "404": of_status(404),
    "500": of_status(500),
    "streams": streamed,
    "file": lambda _: Response(FileSlice.of(__file__), headers=FRESH),
    "frozen-file": lambda _: Response(FileSlice.of(__file__), headers=FRESH).freeze(),
    "foreign": lambda _: foreign,
    "error": lambda _: NotFound(),
    "error-raised": lambda _: fail(NotFound()),
    "another-for-each-call": lambda number: PerCall(f"number {number}", headers=FRESH),
}


@pytest.mark.parametrize("make", NEVER_KEPT.values(), ids=NEVER_KEPT.keys())
def test_answers_that_are_never_kept(make: Made) -> None:
    """Two users ask the same: each has an answer of their own, and nothing is kept."""
    site = Site(make)

    first, second = site.ask(), site.ask()

    assert (2, first.status) == (site.calls, second.status)
    assert first.body != second.body or not first.body.startswith(b"number")
    assert "Age" not in second.headers or second.headers["Age"] == "60"
    assert (0, 0) == (site.cache.entries, site.cache.size)


def test_what_is_not_kept_is_the_same_object() -> None:
    """An answer that the cache does not keep passes through untouched, neither frozen nor read."""
    body = CountedBody("number 1")
    for answer in (text("hi"), text("hi").freeze(), Response(body, headers=FRESH), foreign, NotFound()):
        assert answer is cache()(always(answer))(Request())

    assert 0 == body.closed


OF_ONE_USER: Final[dict[str, Asked]] = {
    "cookie": {"HTTP_COOKIE": "session=1"},
    "cookie-that-is-empty": {"HTTP_COOKIE": ""},
    "cookie-that-is-illegal": {"HTTP_COOKIE": "session=\x01"},
    "authorization": {"HTTP_AUTHORIZATION": "Bearer one"},
    "authorization-that-is-illegal": {"HTTP_AUTHORIZATION": "Bearer \x01"},
    "user-of-the-server": {"REMOTE_USER": "Ada"},
    "no-store": {"HTTP_CACHE_CONTROL": "no-store"},
    "cache-control-malformed": {"HTTP_CACHE_CONTROL": "no-store; x"},
    "cache-control-over-long": {"HTTP_CACHE_CONTROL": "a," * 50_000},
    "content": {"CONTENT_LENGTH": "3"},
    "content-of-unknown-length": {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True},
    "post": {"REQUEST_METHOD": "POST"},
    "query": {"REQUEST_METHOD": "QUERY"},
    "options": {"REQUEST_METHOD": "OPTIONS"},
    "lower-case-get-with-cookie": {"REQUEST_METHOD": "get", "HTTP_COOKIE": "session=1"},
}


@pytest.mark.parametrize("keys", OF_ONE_USER.values(), ids=OF_ONE_USER.keys())
def test_requests_whose_answers_are_never_kept(keys: Asked) -> None:
    """What a user with these was answered is neither for another one with them nor for one without."""
    site = Site(fresh)

    bodies = [site.ask(**keys).body, site.ask(**keys).body, site.ask().body]

    assert [b"number 1", b"number 2", b"number 3"] == bodies


@pytest.mark.parametrize(
    "keys",
    [keys for keys in OF_ONE_USER.values() if keys.keys().isdisjoint({"HTTP_CACHE_CONTROL"})],
    ids=[name for name, keys in OF_ONE_USER.items() if keys.keys().isdisjoint({"HTTP_CACHE_CONTROL"})],
)
def test_requests_that_are_never_answered_from_what_is_kept(keys: Asked) -> None:
    """A user with these gets an answer of their own, whatever is kept."""
    site = Site(fresh)
    site.ask()

    assert b"number 2" == site.ask(**keys).body


@frozen
class Pair:
    """Two requests that are not the same.

    Attributes:
        one: Path and keys of the one.
        other: Of the other.
        vary: What the answers vary by.
        trust: Of the application.
    """

    one: tuple[str, Asked]
    other: tuple[str, Asked]
    vary: str = ""
    trust: Trust | None = None


PROXIES: Final = Trust(x_for=1, x_host=1, x_proto=1, x_prefix=1)

APART: Final[dict[str, Pair]] = {
    "host": Pair(("/", {"HTTP_HOST": "a.example"}), ("/", {"HTTP_HOST": "b.example"})),
    "port": Pair(("/", {"HTTP_HOST": "a.example"}), ("/", {"HTTP_HOST": "a.example:8080"})),
    "host-and-path": Pair(("/b/c", {"HTTP_HOST": "a.example"}), ("/c", {"HTTP_HOST": "a.example:80"})),
    "scheme": Pair(("/", {"wsgi.url_scheme": "http"}), ("/", {"wsgi.url_scheme": "https"})),
    "path": Pair(("/a", {}), ("/b", {})),
    "path-in-capitals": Pair(("/a", {}), ("/A", {})),
    "slash-at-the-end": Pair(("/a", {}), ("/a/", {})),
    "two-slashes": Pair(("/a/b", {}), ("/", {"PATH_INFO": "/a//b"})),
    "slashes-in-front": Pair(("/a", {}), ("/", {"PATH_INFO": "//a"})),
    "dots": Pair(("/", {"PATH_INFO": "/a/../b"}), ("/b", {})),
    "escaped-percent": Pair(("/a%2Fb", {}), ("/a%252Fb", {})),
    "not-utf-8": Pair(("/", {"PATH_INFO": "/\xff"}), ("/", {"PATH_INFO": "/\xfe"})),
    "replacement-character": Pair(("/", {"PATH_INFO": "/\xff"}), ("/", {"PATH_INFO": "/\xef\xbf\xbd"})),
    "question-mark-in-path": Pair(("/a%3Fb", {}), ("/a?b", {})),
    "query": Pair(("/?a=1", {}), ("/?a=2", {})),
    "no-query": Pair(("/?a=1", {}), ("/", {})),
    "query-order": Pair(("/?a=1&b=2", {}), ("/?b=2&a=1", {})),
    "query-escapes": Pair(("/?a=%41", {}), ("/?a=A", {})),
    "query-plus": Pair(("/?a=+", {}), ("/?a=%20", {})),
    "mounted": Pair(("/a/b", {}), ("/b", {"SCRIPT_NAME": "/a"})),
    "mounted-elsewhere": Pair(("/b", {"SCRIPT_NAME": "/a"}), ("/b", {"SCRIPT_NAME": "/c"})),
    "method": Pair(("/", {}), ("/", {"REQUEST_METHOD": "HEAD"})),
    "trusted-host": Pair(
        ("/", {"HTTP_X_FORWARDED_HOST": "a.example"}), ("/", {"HTTP_X_FORWARDED_HOST": "b.example"}), "", PROXIES
    ),
    "trusted-prefix": Pair(
        ("/", {"HTTP_X_FORWARDED_PREFIX": "/a"}), ("/", {"HTTP_X_FORWARDED_PREFIX": "/b"}), "", PROXIES
    ),
    "trusted-scheme": Pair(
        ("/", {"HTTP_X_FORWARDED_PROTO": "http"}), ("/", {"HTTP_X_FORWARDED_PROTO": "https"}), "", PROXIES
    ),
    "vary": Pair(("/", {"HTTP_ACCEPT_LANGUAGE": "de"}), ("/", {"HTTP_ACCEPT_LANGUAGE": "en"}), "Accept-Language"),
    "vary-by-two": Pair(
        ("/", {"HTTP_ACCEPT_LANGUAGE": "de"}), ("/", {"HTTP_ACCEPT_LANGUAGE": "en"}), "Accept, Accept-Language"
    ),
    "vary-in-another-case": Pair(
        ("/", {"HTTP_ACCEPT_LANGUAGE": "de"}), ("/", {"HTTP_ACCEPT_LANGUAGE": "en"}), "aCCEPT-lANGUAGE"
    ),
    "vary-absent": Pair(("/", {}), ("/", {"HTTP_ACCEPT_LANGUAGE": "en"}), "Accept-Language"),
    "vary-empty": Pair(("/", {}), ("/", {"HTTP_X_TAG": ""}), "X-Tag"),
    "vary-in-capitals": Pair(("/", {"HTTP_X_TAG": "a"}), ("/", {"HTTP_X_TAG": "A"}), "X-Tag"),
    "two-fields-that-join": Pair(
        ("/", {"HTTP_X_A": "1,2", "HTTP_X_B": "3"}), ("/", {"HTTP_X_A": "1", "HTTP_X_B": "2,3"}), "X-A, X-B"
    ),
    "a-field-in-another": Pair(
        ("/", {"HTTP_X_A": "1", "HTTP_X_B": "2"}), ("/", {"HTTP_X_A": "1X-B: 2"}), "X-A, X-B"
    ),
    "values-changed-places": Pair(
        ("/", {"HTTP_X_A": "1", "HTTP_X_B": "2"}), ("/", {"HTTP_X_A": "2", "HTTP_X_B": "1"}), "X-A, X-B"
    ),
    "vary-cookie": Pair(("/", {}), ("/", {"HTTP_COOKIE": "session=1"}), "Accept-Language, Cookie"),
    "vary-over-long": Pair(
        ("/", {"HTTP_X_TAG": "a" * 99_000}), ("/", {"HTTP_X_TAG": "a" * 99_001}), "X-Tag", None
    ),
    "vary-over-long-twice": Pair(("/", {"HTTP_X_TAG": "a" * 99_000}), ("/", {"HTTP_X_TAG": "a" * 99_000}), "X-Tag"),
    "vary-illegal": Pair(("/", {"HTTP_X_TAG": "a\x01"}), ("/", {}), "X-Tag"),
    "vary-illegal-twice": Pair(("/", {"HTTP_X_TAG": "a\x01"}), ("/", {"HTTP_X_TAG": "a\x01"}), "X-Tag"),
}  # fmt: skip


@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
@pytest.mark.parametrize("pair", APART.values(), ids=APART.keys())
def test_requests_that_are_not_the_same(pair: Pair, swapped: bool) -> None:
    """What was kept for one user's request is not given to the other, in either order."""
    extra = {"Vary": pair.vary} if pair.vary else {}
    site = Site(with_fields(Cache_Control="max-age=60", **extra), trust=pair.trust)
    (path, keys), (other_path, other_keys) = (pair.other, pair.one) if swapped else (pair.one, pair.other)
    whole = {"REQUEST_METHOD": "GET"}

    site.ask(path, **(whole | keys))
    site.ask(other_path, **(whole | other_keys))

    assert 2 == site.calls


TOGETHER: Final[dict[str, Pair]] = {
    "same": Pair(("/a?b=c", {}), ("/a?b=c", {})),
    "host-in-capitals": Pair(("/", {"HTTP_HOST": "a.example"}), ("/", {"HTTP_HOST": "A.Example"})),
    "default-port": Pair(("/", {"HTTP_HOST": "a.example"}), ("/", {"HTTP_HOST": "a.example:80"})),
    "escapes-of-the-path": Pair(("/a", {}), ("/%61", {})),
    # WSGI hands over the same path for both: no handler can answer them differently.
    "escaped-slash": Pair(("/a/b", {}), ("/a%2Fb", {})),
    "field-that-vary-does-not-name": Pair(
        ("/", {"HTTP_ACCEPT": "a/b"}), ("/", {"HTTP_ACCEPT": "c/d"}), "Accept-Language"
    ),
    "vary": Pair(("/", {"HTTP_ACCEPT_LANGUAGE": "de"}), ("/", {"HTTP_ACCEPT_LANGUAGE": " de "}), "Accept-Language"),
    "forwarded-host-without-trust": Pair(("/", {}), ("/", {"HTTP_X_FORWARDED_HOST": "b.example"})),
    "address-of-the-client": Pair(("/", {"REMOTE_ADDR": "192.0.2.1"}), ("/", {"REMOTE_ADDR": "192.0.2.2"})),
    "reload": Pair(("/", {}), ("/", {"HTTP_CACHE_CONTROL": "no-cache", "HTTP_PRAGMA": "no-cache"})),
    "max-age-0": Pair(("/", {}), ("/", {"HTTP_CACHE_CONTROL": "max-age=0"})),
    "no-store": Pair(("/", {}), ("/", {"HTTP_CACHE_CONTROL": "no-store"})),
    "only-if-cached": Pair(("/", {"HTTP_CACHE_CONTROL": "only-if-cached"}), ("/", {})),
    "no-content": Pair(("/", {}), ("/", {"CONTENT_LENGTH": "0"})),
}


@pytest.mark.parametrize("pair", TOGETHER.values(), ids=TOGETHER.keys())
def test_requests_that_are_the_same(pair: Pair) -> None:
    """What was kept for the one is given to the other."""
    extra = {"Vary": pair.vary} if pair.vary else {}
    site = Site(with_fields(Cache_Control="max-age=60", **extra), trust=pair.trust)

    first, second = site.ask(pair.one[0], **pair.one[1]), site.ask(pair.other[0], **pair.other[1])

    assert (1, b"number 1", b"number 1") == (site.calls, first.body, second.body)
    assert ("0", first.headers["ETag"]) == (second.headers["Age"], second.headers["ETag"])


@pytest.mark.parametrize("keys", [keys for name, keys in OF_ONE_USER.items() if name[:4] in ("cook", "auth", "user")])
def test_public_answers_are_for_requests_with_credentials(keys: Asked) -> None:
    """An answer that says `public` is kept for users with credentials and without, and given to both."""
    site = Site(with_fields(Cache_Control="public, max-age=60"))

    assert [b"number 1"] * 3 == [site.ask(**keys).body, site.ask().body, site.ask(**keys).body]


def test_public_answers_that_vary_by_cookie() -> None:
    """Of those that vary by Cookie each user has their own."""
    site = Site(with_fields(Cache_Control="public, max-age=60", Vary="Cookie"))
    users = [{"HTTP_COOKIE": "session=1"}, {"HTTP_COOKIE": "session=2"}, {}]

    assert [b"number 1", b"number 2", b"number 3"] * 2 == [site.ask(**keys).body for keys in users * 2]


def test_public_answer_takes_the_place_of_one_that_is_not() -> None:
    """What is kept for those without credentials is not shown to others, who may put a public one in its place."""
    answers = iter(["max-age=60", "public, max-age=60"])
    site = Site(lambda number: page(f"number {number}", Cache_Control=next(answers)))
    site.ask()

    assert [b"number 2"] * 2 == [site.ask(HTTP_COOKIE="a=1").body, site.ask().body]
    assert 1 == site.cache.entries


def greeted(request: Request[str]) -> Response:
    """A page for one user."""
    return text(f"Hello {request.state}!", headers=FRESH)


def test_requests_with_a_state_take_no_part() -> None:
    """A user who was found by other means than a cookie is in no key: the cache keeps out of it."""
    asked = cache()(greeted)

    bodies = [call(asked(Request(state=name))).body for name in ("Ada", "Bob")]

    assert [b"Hello Ada!", b"Hello Bob!"] == bodies


def test_states_that_make_no_difference() -> None:
    """With `share_states`, requests with a state take part."""
    kept = cache(share_states=True)
    asked = kept(greeted)

    assert [b"Hello Ada!"] * 2 == [call(asked(Request(state=name))).body for name in ("Ada", "Bob")]
    assert 1 == kept.entries


def test_two_handlers_share_no_answers() -> None:
    """One cache around two handlers, which may be mounted at the same URL, keeps their answers apart."""
    kept = cache()
    one, other = kept(always(page("one"))), kept(always(page("other")))

    assert [b"one", b"other"] * 2 == [
        call(answer).body for _ in range(2) for answer in (one(Request()), other(Request()))
    ]
    assert 2 == kept.entries


# What is given


def test_same_object_within_a_second() -> None:
    """What is given again is one object, whose 304 is one, too; each second it has another Age."""
    clock = Clock()
    handler = cache(clock=clock)(always(page("hi")))
    first = handler(Request())
    assert isinstance(first, FrozenResponse)
    asked = Request(headers={"If-None-Match": first.headers["ETag"]})

    again, not_modified = handler(Request()), handler(asked)
    clock.now += 0.5
    assert again is handler(Request())
    assert not_modified is handler(asked)
    clock.now += 0.5
    later = handler(Request())

    assert isinstance(later, FrozenResponse)
    assert [None, "1"] == [first.headers.get("Age"), later.headers["Age"]]
    assert first.data == later.data


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        pytest.param({"Cache-Control": "max-age=60"}, 60, id="max-age"),
        pytest.param({"Cache-Control": "max-age=60, s-maxage=90"}, 90, id="s-maxage"),
        pytest.param({"Cache-Control": "max-age=60", "Expires": "0"}, 60, id="max-age-before-expires"),
        pytest.param({"Expires": "Wed, 01 Jan 2020 12:01:30 GMT"}, 90, id="expires"),
        pytest.param(
            {"Expires": "Wed, 01 Jan 2020 12:00:30 GMT", "Date": "Wed, 01 Jan 2020 11:59:50 GMT"}, 30, id="dated"
        ),
        pytest.param({"Cache-Control": "max-age=60", "Age": "20"}, 40, id="age"),
        pytest.param({"Cache-Control": "max-age=60", "Date": "Wed, 01 Jan 2020 11:59:30 GMT"}, 30, id="date"),
        pytest.param({"Cache-Control": "max-age=60", "Date": "Wed, 01 Jan 2020 13:00:00 GMT"}, 60, id="date-to-come"),
        pytest.param({}, 3600, id="default"),
        pytest.param({"Cache-Control": "public"}, 3600, id="default-of-public"),
        pytest.param({"Cache-Control": "max-age=99999999999"}, 2**31, id="longest"),
    ],
)  # fmt: skip
def test_freshness(fields: dict[str, str], seconds: int) -> None:
    """An answer is given for as long as it is fresh (RFC 9111 §4.2.1), and not a second longer."""
    clock = Clock()
    site = Site(lambda number: text(f"number {number}", headers=fields), kept=cache(clock=clock, default_age=HOUR))

    site.ask()
    clock.now += seconds - 0.01
    assert b"number 1" == site.ask().body
    clock.now += 0.01
    assert b"number 2" == site.ask().body


def test_clock_that_is_set_back() -> None:
    """An answer of the future is none."""
    site = Site(fresh)
    site.ask()
    site.clock.now -= 1

    assert b"number 2" == site.ask().body


CONDITIONS: Final[dict[str, tuple[Asked, str, bytes]]] = {
    "none": ({}, "200 OK", b"number 1"),
    "if-none-match": ({"HTTP_IF_NONE_MATCH": '"1"'}, "304 Not Modified", b""),
    "if-none-match-other": ({"HTTP_IF_NONE_MATCH": '"2"'}, "200 OK", b"number 1"),
    "if-match-other": ({"HTTP_IF_MATCH": '"2"'}, "412 Precondition Failed", b""),
    "range": ({"HTTP_RANGE": "bytes=-1"}, "206 Partial Content", b"1"),
    "range-beyond": ({"HTTP_RANGE": "bytes=99-"}, "416 Range Not Satisfiable", b""),
    "range-if-other": ({"HTTP_RANGE": "bytes=-1", "HTTP_IF_RANGE": '"2"'}, "200 OK", b"number 1"),
    "condition-over-long": (
        {"HTTP_IF_NONE_MATCH": '"' + "a" * 99_000 + '"'},
        "431 Request Header Fields Too Large",
        b"",
    ),
}


@pytest.mark.parametrize("filled", [False, True], ids=["first", "again"])
@pytest.mark.parametrize(("keys", "status", "body"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_conditions_and_ranges(keys: Asked, status: str, body: bytes, filled: bool) -> None:
    """They are answered alike, whether the answer is made or given again."""
    site = Site(with_fields(Cache_Control="max-age=60", ETag='"1"', Accept_Ranges="bytes"))
    if filled:
        site.ask()

    answer = site.ask(**keys)

    assert (1, status) == (site.calls, answer.status)
    assert body == answer.body or status.startswith("431")
    assert filled is (answer.headers.get("Age") == "0") or answer.status_code > 400
    assert b"number 1" == site.ask().body


def test_ranges_are_the_handlers_choice() -> None:
    """Of an answer that does not say that it has ranges, all is given."""
    site = Site(fresh)
    site.ask()

    assert ("200 OK", b"number 1") == ((answer := site.ask(HTTP_RANGE="bytes=-1")).status, answer.body)


def test_parts_are_not_kept() -> None:
    """A handler that answers ranges by itself fills the cache with no part of a page."""

    def handler(request: Request) -> Response:
        return page("0123456789").make_conditional(request, accept_ranges=True)

    site = application(cache()(handler))

    part, whole, again = call(site, HTTP_RANGE="bytes=2-3"), call(site), call(site, HTTP_RANGE="bytes=2-3")

    assert [b"23", b"0123456789", b"23"] == [part.body, whole.body, again.body]
    assert ("206 Partial Content", "0") == (again.status, again.headers["Age"])


def test_head() -> None:
    """HEAD is kept by itself: the length is that of the content; but not without content, whose length would be 0."""
    kept = cache()
    site = application(kept(always(page("hi"))))
    bare = application(kept(always(page("", Content_Length="500"))))

    lengths = [call(one, REQUEST_METHOD="HEAD").headers["Content-Length"] for one in (site, site, bare, bare)]

    assert ["2", "2", "500", "500"] == lengths
    assert (1, b"") == (kept.entries, call(site, REQUEST_METHOD="HEAD").body)


# What is forgotten


CHANGES: Final[dict[str, tuple[Asked, Callable[[], ResponseLike], bool]]] = {
    "post": ({"REQUEST_METHOD": "POST"}, lambda: text("done"), True),
    "put-created": ({"REQUEST_METHOD": "PUT"}, lambda: text("done", 201), True),
    "delete-of-a-user": ({"REQUEST_METHOD": "DELETE", "HTTP_COOKIE": "a=1"}, lambda: Response(status=204), True),
    "unknown": ({"REQUEST_METHOD": "MAGIC"}, lambda: text("done"), True),
    "redirect": ({"REQUEST_METHOD": "POST"}, lambda: text("done", 303), True),
    "redirect-by-abort": ({"REQUEST_METHOD": "POST"}, lambda: abort(text("done", 303)), True),
    "redirect-by-abort-returned": ({"REQUEST_METHOD": "POST"}, lambda: Abort(text("done", 303)), True),
    "foreign": ({"REQUEST_METHOD": "POST"}, lambda: foreign, True),
    "refused": ({"REQUEST_METHOD": "POST"}, lambda: text("no", 403), False),
    "error": ({"REQUEST_METHOD": "POST"}, NotFound, False),
    "error-raised": ({"REQUEST_METHOD": "POST"}, lambda: fail(NotFound()), False),
    "safe": ({"REQUEST_METHOD": "OPTIONS"}, lambda: text("done"), False),
    "safe-with-content": ({"REQUEST_METHOD": "QUERY"}, lambda: text("done"), False),
    "another-url": ({"REQUEST_METHOD": "POST", "QUERY_STRING": "a=1"}, lambda: text("done"), False),
}


@pytest.mark.parametrize(("keys", "answer", "forgotten"), CHANGES.values(), ids=CHANGES.keys())
def test_unsafe_methods(keys: Asked, answer: Callable[[], ResponseLike], forgotten: bool) -> None:
    """One that succeeds has forgotten what is kept of its URL: GET and HEAD, in all variants (RFC 9111 §4.4)."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        if request.method in ("GET", "HEAD"):
            return page("hi", Vary="X-Tag")
        return answer()

    site = application(kept(handler))
    for tag in ("1", "2"):
        call(site, HTTP_X_TAG=tag)
        call(site, HTTP_X_TAG=tag, REQUEST_METHOD="HEAD")
    call(site, environ_of("/other"))
    call(site, **keys)

    assert (1 if forgotten else 5) == kept.entries


def test_change_while_an_answer_is_made() -> None:
    """An answer that was begun before its URL changed is given to who asked, and not kept."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        if request.method == "GET":
            kept.forget(request.url)
        return text("old", headers=FRESH)

    answer = kept(handler)(Request())

    assert (b"old", 0) == (call(answer).body, kept.entries)


@pytest.mark.parametrize(("others", "entries"), [(0, 1), (1000, 1), (1100, 0)])
def test_many_changes_while_an_answer_is_made(others: int, entries: int) -> None:
    """Changes of other URLs do not matter, but for more of them than are remembered: then nobody knows."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        for number in range(others):
            kept.forget(request.url.join(f"/{number}"))
        return page("slow")

    kept(handler)(Request(url="/slow"))

    assert entries == kept.entries


def test_answers_that_are_made_at_the_same_time() -> None:
    """An answer is not kept in place of another one that varies by more, and was kept a moment before."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        if "X-A" in request.headers:
            return page("inner", Vary="X-A")
        answer = page("outer", Vary="X-B")
        answer.call_on_close(lambda: asked(Request(headers={"X-A": "1"})))  # which is when it is frozen
        return answer

    asked = kept(handler)

    assert b"outer" == call(asked(Request())).body
    assert "0" == call(asked(Request(headers={"X-A": "1"}))).headers["Age"]
    assert 1 == kept.entries


def test_forget_another_url() -> None:
    """What is kept of one URL is forgotten by the handler of another."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        if request.method == "PUT":
            kept.forget(request.url.join("/notes"))
        return text("hi", headers=FRESH)

    site = application(kept(handler))
    for path in ("/notes", "/notes/1", "/other"):
        call(site, environ_of(path))
    call(site, environ_of("/notes/1", REQUEST_METHOD="PUT"))

    assert 1 == kept.entries


def test_clear() -> None:
    """Everything is forgotten, also what is being made."""
    site = Site(fresh)
    site.ask("/a")
    site.ask("/b")
    site.cache.clear()

    assert (0, 0) == (site.cache.entries, site.cache.size)
    assert b"number 3" == site.ask("/a").body


def test_vary_that_grows() -> None:
    """What any answer of a URL varies by tells all of its answers apart: a handler may name it in some of them only."""
    varies = chain(["Accept", "X-A", "X-B"], repeat("Accept"))
    site = Site(lambda number: page(f"number {number}", Vary=next(varies)))
    site.ask()
    site.clock.now += 60

    asked = [{"HTTP_X_A": "1"}, {"HTTP_X_A": "2"}, {"HTTP_X_A": "2", "HTTP_X_B": "1"}, {"HTTP_X_A": "2"}]
    assert [b"number 2", b"number 3", b"number 4", b"number 5"] == [site.ask(**one).body for one in asked]
    assert [b"number 6", b"number 5", b"number 4", b"number 5"] == [site.ask(**one).body for one in asked]
    assert 3 == site.cache.entries


# Bounds


def test_entries_are_bounded() -> None:
    """Beyond the number, the one that was not asked for the longest goes."""
    site = Site(fresh, kept=cache(max_entries=2))
    for path in ("/a", "/b", "/a", "/c"):
        site.ask(path)

    assert [b"number 1", b"number 3", b"number 4"] == [site.ask(path).body for path in ("/a", "/c", "/b")]
    assert 2 == site.cache.entries


def test_bytes_are_bounded() -> None:
    """So it is beyond the bytes; they count the texts of keys and fields as well."""
    site = Site(fresh, kept=cache(max_bytes=100_000))
    site.ask("/")
    bare = site.cache.size
    site.ask("/?" + "a" * 500)

    assert bare + 500 == site.cache.size - bare
    for number in range(100):
        site.ask(f"/{number}")
        assert site.cache.size <= 100_000
    assert 20 < site.cache.entries < 24


@pytest.mark.parametrize("size", [9000, 13_000])
def test_large_answers_are_not_kept(size: int) -> None:
    """One that takes more than the eighth part is not kept, and not touched if its body alone is too large."""
    kept = cache(max_bytes=100_000)
    answer = text("a" * size, headers=FRESH)
    given = kept(lambda _: answer)(Request())

    assert (0, size) == (kept.entries, len(call(given).body))
    assert (given is answer) is (size > 12_500)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_entries": 0}, ValueError, "max_entries= of cache() is a positive number, not 0"),
        ({"max_bytes": 65_535}, ValueError, "max_bytes= of cache() is at least 65536, not 65535"),
        ({"default_age": 60}, TypeError, "default_age= of cache() is a timedelta, not int"),
        ({"default_age": timedelta()}, ValueError, "default_age= of cache() is positive, and at most 2**31 seconds"),
        ({"default_age": timedelta(days=99999)}, ValueError, "default_age= of cache() is positive"),
    ],
)
def test_options_are_checked(options: dict[str, object], error: type[Exception], message: str) -> None:
    """A wrong option is refused where it is given."""
    with pytest.raises(error) as caught:
        untyped(cache)(**options)

    assert str(caught.value).startswith(message)


def test_what_is_no_handler() -> None:
    """It is refused where it is given, and named."""
    with pytest.raises(TypeError, match=r"cache\(\) takes a handler"):
        untyped(cache())(text("hi"))


# Laws


LANGUAGES: Final = ("de", "en")
USERS: Final = ("", "Ada", "Bob")
AGE: Final = 10
PADDING: Final = "." * 2500  # so that nine answers take all bytes


@frozen
class Ask:
    """A request, as far as the answers depend on it."""

    kind: str
    query: str
    host: str
    language: str
    user: str
    method: str

    @property
    def url(self) -> tuple[str, str, str]:
        """Where it goes."""
        return self.kind, self.query, self.host


POLICIES: Final[dict[str, dict[str, str]]] = {
    "news": {"Cache-Control": f"max-age={AGE}"},
    "shared": {"Cache-Control": f"public, max-age={AGE}"},
    "translated": {"Cache-Control": f"max-age={AGE}", "Vary": "Accept-Language"},
    "home": {"Cache-Control": f"private, max-age={AGE}"},
    "unsaid": {},
    "careless": {"Cache-Control": f"max-age={AGE}"},  # of a user, and says nothing of it
    "own": {"Cache-Control": f"public, max-age={AGE}", "Vary": "cookie"},
}
TRANSLATED: Final = {"translated", "home"}
PERSONAL: Final = {"home", "unsaid", "careless", "own"}


class Shared(RuleBasedStateMachine):
    """Two users and a visitor ask, in any order, while pages change and time passes.

    Each is given only what the handler gave, or would have given, *this very request* at a time that is less than the
    freshness lifetime ago, and not before the last change that went through the URL.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.cache = cache(max_entries=10, max_bytes=65_536, clock=self.clock)
        self.application = application(self.cache(self.answer))
        self.history: dict[tuple[str, str, str], list[tuple[float, int]]] = {}

    def answer(self, request: Request) -> ResponseLike:
        """A page as it is now."""
        kind = request.path.strip("/")
        if request.method == "POST":
            return text("done")
        body = self.body(
            Ask(
                kind,
                request.url.query_string.decode(),
                request.url.host,
                request.headers.get("Accept-Language", ""),
                request.cookies.get("user", ""),
                request.method,
            )
        )
        return text(body[-1], headers=POLICIES[kind])

    def body(self, ask: Ask) -> list[str]:
        """What the answer to a request may be: of each version that is not too old, the newest last."""
        versions = self.history.setdefault(ask.url, [(NOON, 0)])
        since = self.clock.now - AGE
        known = [number for number, _ in enumerate(versions) if number == len(versions) - 1]
        known = [n for n in range(len(versions)) if n in known or versions[n + 1][0] > since]
        seen = (ask.language if ask.kind in TRANSLATED else "", ask.user if ask.kind in PERSONAL else "")
        return [f"{ask.kind} {ask.query} {ask.host} {seen} {versions[n][1]}{PADDING}" for n in known]

    @rule(
        kind=st.sampled_from(sorted(POLICIES)),
        query=st.sampled_from(["", "a=1"]),
        host=st.sampled_from(["a.example", "b.example"]),
        language=st.sampled_from(LANGUAGES),
        user=st.sampled_from(USERS),
        method=st.sampled_from(["GET", "GET", "HEAD"]),
    )
    def ask(self, kind: str, query: str, host: str, language: str, user: str, method: str) -> None:
        """Somebody asks for a page."""
        asked = Ask(kind, query, host, language, user, method)

        answer = call(self.application, self._environ(asked))

        expected = self.body(asked)
        if method == "GET":
            assert answer.text in expected
        assert answer.headers["Content-Length"] in {str(len(one)) for one in expected}
        if user and "public" not in POLICIES[kind].get("Cache-Control", ""):
            assert "Age" not in answer.headers
        assert int(answer.headers.get("Age", "0")) < AGE

    def _environ(self, ask: Ask) -> Asked:
        keys = {"HTTP_HOST": ask.host, "HTTP_ACCEPT_LANGUAGE": ask.language, "REQUEST_METHOD": ask.method}
        cookie = {"HTTP_COOKIE": f"user={ask.user}"} if ask.user else {}
        return environ_of(f"/{ask.kind}?{ask.query}" if ask.query else f"/{ask.kind}", **keys, **cookie)

    @rule(kind=st.sampled_from(sorted(POLICIES)), host=st.sampled_from(["a.example", "b.example"]))
    def change(self, kind: str, host: str) -> None:
        """A page changes, and the cache does not hear of it."""
        versions = self.history.setdefault((kind, "", host), [(NOON, 0)])
        versions.append((self.clock.now, versions[-1][1] + 1))

    @rule(kind=st.sampled_from(sorted(POLICIES)), host=st.sampled_from(["a.example", "b.example"]))
    def post(self, kind: str, host: str) -> None:
        """A page changes through its URL: what it was is not given any more."""
        versions = self.history.setdefault((kind, "", host), [(NOON, 0)])
        self.history[kind, "", host] = [(self.clock.now, versions[-1][1] + 1)]
        call(self.application, self._environ(Ask(kind, "", host, "de", "Ada", "POST")))

    @rule(seconds=st.floats(0, AGE))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.clock.now += seconds

    @invariant()
    def bounds(self) -> None:
        """What is kept is within the bounds."""
        assert 0 <= self.cache.entries <= 10
        assert 0 <= self.cache.size <= 65_536
        assert (self.cache.entries == 0) is (self.cache.size == 0)


def test_any_sequence_of_requests() -> None:
    """Whoever asks in whatever order, nobody is given what was made for another."""
    run_state_machine_as_test(Shared, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


def test_threads() -> None:
    """Sixteen threads ask 2,000 times each: every answer is right, no change is missed, and the bounds hold."""
    kept = cache(max_entries=40, max_bytes=100_000)
    versions: dict[str, int] = {}
    lock = threading.Lock()

    def handler(request: Request) -> ResponseLike:
        path = request.path
        if request.method == "POST":
            with lock:
                versions[path] = versions.get(path, 0) + 1
            return text("done")
        tag = request.headers.get("X-Tag", "")
        return page(f"{path} {tag} {versions.get(path, 0)}", Vary="X-Tag")

    asked = kept(handler)

    def run(thread: int) -> list[str]:
        wrong: list[str] = []
        for number in range(2000):
            path, tag = f"/{number * (thread + 1) % 31}", str(number % 3)
            if number % 50 == 0:
                asked(Request(method="POST", url=path))
            before = versions.get(path, 0)
            answer = asked(Request(url=path, headers={"X-Tag": tag}))
            assert isinstance(answer, FrozenResponse)
            at, of, version = answer.data.decode().split(" ")
            # A change that another thread has made, and is about to report, may not be seen yet.
            if (at, of) != (path, tag) or not before - 16 <= int(version) <= versions.get(path, 0):
                wrong.append(f"{path} {tag} {before}: {answer.data!r}")
            if kept.entries > 40 or kept.size > 100_000:
                wrong.append(f"{kept.entries} entries, {kept.size} bytes")
        return wrong

    with ThreadPoolExecutor(16) as pool:
        assert [] == [fault for faults in pool.map(run, range(16)) for fault in faults]

    for path in sorted(versions):  # now that all are done, nothing that is kept is older than the last change
        for tag in "012":
            answer = asked(Request(url=path, headers={"X-Tag": tag}))
            assert isinstance(answer, FrozenResponse)
            assert f"{path} {tag} {versions[path]}" == answer.data.decode()


def test_no_lock_while_the_handler_runs() -> None:
    """A handler may ask the cached handler itself, and change what is kept."""
    kept = cache()

    def handler(request: Request) -> ResponseLike:
        if request.path == "/outer":
            kept.clear()
            return asked(request.replace(url="/inner"))
        return text(request.path, headers=FRESH)

    asked = kept(handler)

    assert b"/inner" == call(asked(Request(url="/outer"))).body
    assert 1 == kept.entries
