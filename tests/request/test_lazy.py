"""The values of a request are computed once, when they are first read, also where a subclass overrides one."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from functools import cached_property
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import posted
from verglas import URL, Body, Headers, Limits, Query, Request
from verglas.errors import RequestHeaderFieldsTooLarge


def environ() -> dict[str, object]:
    """The environ of a POST of two bytes."""
    return posted(b"hi", stream=io.BytesIO(b"hi"), PATH_INFO="/a", QUERY_STRING="x=1", HTTP_HOST="example.org")


class Elsewhere(Request):
    """A request whose values are those of another place, made from its own."""

    @property
    def url(self) -> URL:
        """The URL with another path."""
        return super().url.replace(path="/b")

    @cached_property
    def args(self) -> Query:  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be set, to checkers
        """The parameters and one more."""
        return Query([*super().args.pairs, ("y", "2")])

    @property
    def body(self) -> Body:
        """The body of the base, as it is."""
        return super().body


def test_value_is_kept() -> None:
    """Every read gives the same object."""
    request = Request(environ())

    assert (request.url, request.headers, request.body) == (request.url, request.headers, request.body)
    assert request.headers is request.headers


def test_override_that_is_a_property_wins() -> None:
    """A property of a subclass is read each time, whatever its base computed."""
    request = Elsewhere(environ())

    assert ["/b", "/b"] == [request.url.path, request.url.path]


def test_path_is_that_of_the_overridden_url() -> None:
    """The path is read of the environ only where the URL is."""

    assert ("/a", "/b") == (Request(environ()).path, Elsewhere(environ()).path)


@given(st.none() | st.binary(max_size=3) | st.text("/*a\n\x00é\u0100\udfff", max_size=5))
def test_path_is_that_of_the_url(sent: object) -> None:
    """The path is read as from the URL, whatever the environ has."""
    request = Request(environ() | {"PATH_INFO": sent})

    assert request.url.path == request.path


def test_override_that_is_cached_wins() -> None:
    """A cached property keeps its own value, not that of the base which it asked."""
    request = Elsewhere(environ())

    assert [{"x": "1", "y": "2"}] * 2 == [request.args.to_dict(), request.args.to_dict()]


def test_override_asks_for_one_body() -> None:
    """The base gives an override the same body each time: two over one input would share its bytes out."""
    request = Elsewhere(environ())

    assert request.body is request.body
    assert b"hi" == request.data


def test_threads_share_one_body() -> None:
    """Threads that read a request for the first time at once get the same body."""
    for _ in range(50):
        request, barrier, found = Request(environ()), Barrier(4), list[Body]()

        def read(request: Request = request, barrier: Barrier = barrier, found: list[Body] = found) -> None:
            barrier.wait()
            found.append(request.body)

        threads = [Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert 1 == len({id(body) for body in found})


NAMES = ["method", "url", "headers", "server", "remote_addr", "remote_user", "args", "cookies", "body"]

MADE: dict[str, Callable[[type[Request]], Request]] = {
    "environ": lambda kind: kind(environ()),
    "values": lambda kind: kind(method="PUT", url="http://a.example/b?c=d", headers={"Cookie": "e=f"}, body=b"g"),
    "replace": lambda kind: kind(environ()).replace(method="PUT", url="http://a.example/b?c=d", body=b"g"),
    "with-state": lambda kind: kind(environ()).with_state(None),
    "buffered": lambda kind: kind(environ()).buffered(),
    "pickle": lambda kind: pickle.loads(pickle.dumps(kind(environ()).buffered())),
    "from-values": lambda kind: kind.from_values("/a?b=c", method="POST", data={"d": "e"}),
}


class ByProperties(Request):
    """Every value as a property that asks its base."""


class ByCachedProperties(Request):
    """Every value as a cached property that asks its base."""


def ask_base(name: str) -> Callable[[Request], object]:
    """The getter of an override that gives the value of its base."""
    return lambda request: getattr(super(type(request), request), name)


for overridden in NAMES:
    cached = cached_property(ask_base(overridden))
    cached.__set_name__(ByCachedProperties, overridden)
    setattr(ByProperties, overridden, property(ask_base(overridden)))
    setattr(ByCachedProperties, overridden, cached)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
@pytest.mark.parametrize("kind", [ByProperties, ByCachedProperties])
def test_override_asks_its_base(kind: type[Request], make: Callable[[type[Request]], Request], name: str) -> None:
    """An override that asks its base has the base's value, however the request was made, and each time the same."""
    expected, request = make(Request), make(kind)
    found: object = getattr(request, name)

    assert found is getattr(request, name)
    if name == "body" and expected.body.content is None:  # which is equal to itself alone
        assert expected.data == request.data
    else:
        assert getattr(expected, name) == found


@pytest.mark.parametrize("kind", [Request, ByProperties, ByCachedProperties])
def test_closing_reaches_the_body(kind: type[Request]) -> None:
    """The uploads of a request are closed with it, also where its body is overridden."""
    given = Request.from_values(method="POST", data={"f": (b"content", "f.txt")}).environ
    request = kind(given, limits=Limits(spool_size=1))
    upload = request.files["f"]
    request.close()

    assert upload.stream.closed


class WithType:
    """A mixin of a request whose headers have another type, and another cookie."""

    @property
    def headers(self) -> Headers:
        """The headers that all have."""
        return Headers({"Content-Type": "text/x-other", "Cookie": "a=other"})


class OtherType(WithType, Request):
    """A request with them."""


@given(st.none() | st.integers(0, 9) | st.text("ab/; \t\n\x00é\u0100", max_size=12), st.integers(0, 12))
def test_content_type_is_that_of_the_headers(sent: object, longest: int) -> None:
    """The type is read as from the headers, whatever the environ has, within the same limit."""
    request = Request(environ() | {"CONTENT_TYPE": sent}, limits=Limits(max_header_value=longest))
    expected = request.headers.get("Content-Type")

    if expected is not None and len(expected) > longest:
        with pytest.raises(RequestHeaderFieldsTooLarge):
            _ = request.content_type
    else:
        assert expected == request.content_type


def test_content_type_is_that_of_overridden_headers() -> None:
    """Where a subclass has other headers, the type is theirs."""
    assert "text/x-other" == OtherType(environ() | {"CONTENT_TYPE": "text/plain"}).content_type


def test_cookies_are_those_of_overridden_headers() -> None:
    """Where a subclass has other headers, the cookies are theirs."""
    given = environ() | {"HTTP_COOKIE": "a=1; b=2"}

    assert [{"a": "1", "b": "2"}, {"a": "other"}] == [kind(given).cookies.to_dict() for kind in (Request, OtherType)]
