"""Requests from environs, from values and from parts."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest

from tests.kit import Input, environ_of, posted
from verglas import (
    URL,
    Body,
    GrammarError,
    HeaderValueError,
    Limits,
    ParseError,
    Request,
    Trust,
    parse_environ,
    try_parse,
)
from verglas.errors import BadHost, LengthRequired


def test_reads_no_input() -> None:
    """Making a request, strictly too, reads nothing of the input and changes nothing of the environ."""

    stream = Input(b"abc")
    environ = posted(b"abc", stream=stream)
    before = dict(environ)
    parse_environ(environ)
    Request(environ)

    assert (before, []) == (environ, stream.asked)


def test_is_a_snapshot() -> None:
    """What is written to the environ later does not show, not even in what was not read yet."""

    environ = posted(b"", PATH_INFO="/a", HTTP_X_TAG="a", QUERY_STRING="a=1", HTTP_COOKIE="a=1")
    request = Request(environ)
    environ.update(REQUEST_METHOD="PUT", PATH_INFO="/b", HTTP_X_TAG="b", QUERY_STRING="a=2", HTTP_COOKIE="a=2")

    assert ("POST", "/a", "a", "1", "1") == (
        request.method,
        request.path,
        request.headers["X-Tag"],
        request.args["a"],
        request.cookies["a"],
    )


def test_environ_is_the_one_it_came_from() -> None:
    """`request.environ` is the dict itself; of a value it is made."""

    environ = posted(b"")

    assert environ is Request(environ).environ
    assert "GET" == Request().environ["REQUEST_METHOD"]


@pytest.mark.parametrize(
    ("expected", "make"),
    [
        pytest.param(False, Request, id="default"),
        pytest.param(True, partial(Request, populate_request=True), id="asked-for"),
        pytest.param(False, partial(Request, populate_request=True, shallow=True), id="shallow"),
        pytest.param(False, parse_environ, id="strict"),
    ],
)
def test_populate_request(expected: bool, make: Callable[[dict[str, object]], Request]) -> None:
    """Only `populate_request=True` writes into the environ (design §10)."""

    environ = posted(b"")
    request = make(environ)

    assert (expected, expected) == ("verglas.request" in environ, environ.get("verglas.request") is request)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param("GET", Request().method, id="method-default"),
        pytest.param("http://localhost/", str(Request().url), id="url-default"),
        pytest.param("PATCH", Request(method="patch").method, id="method-upper"),
        pytest.param("http://localhost/a?b=1", str(Request(url="/a?b=1").url), id="url-path"),
        pytest.param("https://h:81/a", str(Request(url="https://H:81/a").url), id="url-text"),
        pytest.param("http://h/", str(Request(url=URL(host="h")).url), id="url-value"),
        pytest.param("h", Request(url="http://h/").headers["Host"], id="host-added"),
        pytest.param("other", Request(url="http://h/", headers={"Host": "other"}).headers["Host"], id="host-given"),
        pytest.param("2", Request(body=b"ab").headers["Content-Length"], id="length-added"),
        pytest.param(False, "Content-Length" in Request().headers, id="no-length-without-body"),
        pytest.param(b"\xc3\xa9", Request(body="\xe9").data, id="body-text"),
        pytest.param(b"ab", Request(body=Body(b"ab")).data, id="body-value"),
        pytest.param(("h", 80), Request(url="http://h/").server, id="server-of-the-url"),
        pytest.param(("s", None), Request(server=("s", None)).server, id="server-given"),
        pytest.param((None, None), (Request().remote_addr, Request().remote_user), id="remote-default"),
        pytest.param("::1", Request(remote_addr="::1").remote_addr, id="remote-addr"),
        pytest.param("ada", Request(remote_user="ada").remote_user, id="remote-user"),
        pytest.param(5, Request(state=5).state, id="state"),
        pytest.param(None, Request().state, id="no-state"),
        pytest.param(["a", "b"], Request(headers=[("X", "a"), ("x", "b")]).headers.getlist("X"), id="header-lines"),
        pytest.param("1", Request(headers={"Cookie": "a=1"}).cookies["a"], id="cookies"),
        pytest.param(
            "1",
            Request(body=b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}).form["a"],
            id="form",
        ),
    ],
)
def test_values(expected: object, actual: object) -> None:
    """A request from its values: no server, no environ."""

    assert expected == actual


@pytest.mark.parametrize(
    ("error", "make"),
    [
        pytest.param(GrammarError, lambda: Request(method="A B"), id="method"),
        pytest.param(GrammarError, lambda: Request(method=""), id="method-empty"),
        pytest.param(GrammarError, lambda: Request(method="GET\n"), id="cve-2023-49082-method-newline"),
        pytest.param(GrammarError, lambda: Request(url="relative"), id="url-relative"),
        pytest.param(GrammarError, lambda: Request(url="ftp://h/"), id="url-scheme"),
        pytest.param(GrammarError, lambda: Request(url="http://h/a b"), id="url-space"),
        pytest.param(GrammarError, lambda: Request(url="http://u@h/"), id="url-userinfo"),
        pytest.param(GrammarError, lambda: Request(url="http://h/\n"), id="cve-2021-32052"),
        pytest.param(HeaderValueError, lambda: Request(headers={"X": "a\r\nY: b"}), id="header-value"),
        pytest.param(HeaderValueError, lambda: Request(headers={"X Y": "a"}), id="header-name"),
        pytest.param(HeaderValueError, lambda: Request(body=b"ab", headers={"Content-Length": "3"}), id="length"),
        pytest.param(TypeError, lambda: Request(environ_of(), method="GET"), id="both"),  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
        pytest.param(TypeError, lambda: Request(metod="GET"), id="unknown"),  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
        pytest.param(TypeError, lambda: Request(body=5), id="body"),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    ],
)
def test_values_are_validated(error: type[Exception], make: Callable[[], Request]) -> None:
    """What a user constructs is checked then."""

    with pytest.raises(error):
        make()


@pytest.mark.parametrize(
    ("error", "environ"),
    [
        pytest.param(BadHost, {"HTTP_HOST": "a/b"}, id="host"),
        pytest.param(ParseError, {"REQUEST_METHOD": "A B"}, id="method"),
        pytest.param(ParseError, {"REQUEST_METHOD": ""}, id="method-empty"),
        pytest.param(ParseError, {"REQUEST_METHOD": 5}, id="method-type"),
        pytest.param(ParseError, {"PATH_INFO": "/\ud800"}, id="d5-path-half-a-surrogate-pair"),
        pytest.param(ParseError, {"QUERY_STRING": "\u20ac"}, id="d5-query-not-latin-1"),
        pytest.param(ParseError, {"PATH_INFO": 5}, id="path-type"),
        pytest.param(ParseError, {"SCRIPT_NAME": b""}, id="root-type"),
        pytest.param(ParseError, {"HTTP_HOST": 5}, id="host-type"),
        pytest.param(LengthRequired, {"HTTP_TRANSFER_ENCODING": "chunked"}, id="chunked"),
    ],
)
def test_strict(error: type[ParseError], environ: dict[str, object]) -> None:
    """`parse_environ` raises, `try_parse` returns, and `Request` makes a request all the same."""

    with pytest.raises(error):
        parse_environ(environ)

    assert isinstance(try_parse(environ), error)
    assert isinstance(Request(environ).path, str)


def test_takes_any_mapping() -> None:
    """`parse_environ` takes what is no dict."""

    class Frozen(Mapping[str, object]):
        def __getitem__(self, key: str) -> object:
            return {"PATH_INFO": "/a"}[key]

        def __iter__(self) -> Iterator[str]:
            return iter(["PATH_INFO"])

        def __len__(self) -> int:
            return 1

    assert "/a" == parse_environ(Frozen()).path


def test_limits_and_trust_are_kept() -> None:
    """What a request was given, it says."""

    limits, trust = Limits(max_form_parts=1), Trust(hosts=["a"])
    request = parse_environ(environ_of(HTTP_HOST="a"), limits=limits, trust=trust)

    assert (limits, trust) == (request.limits, request.trust)


def test_first_access_from_many_threads() -> None:
    """Threads that read a value for the first time at once see equal ones, and one body."""

    for _ in range(20):
        request = Request(posted(b"abc", QUERY_STRING="a=1", HTTP_COOKIE="a=1"))
        barrier = threading.Barrier(4)
        seen: list[tuple[object, ...]] = []

        def read(
            request: Request = request, barrier: threading.Barrier = barrier, seen: list[tuple[object, ...]] = seen
        ) -> None:
            barrier.wait(60)
            seen.append((request.url, request.headers, request.args, request.cookies, id(request.body)))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert [seen[0]] * 4 == seen


@pytest.mark.parametrize("text", ["secret", "31d4", "token"], ids=["password-in-query", "cookie", "authorization"])
def test_repr_shows_no_secret(text: str) -> None:
    """`repr` shows the method and the path, escaped, and nothing that may be secret (CVE-2025-48432)."""

    request = Request(
        url="/a%1B%5B31m?password=secret", headers={"Cookie": "sid=31d4", "Authorization": "token"}, body=b"token"
    )

    assert (False, False, True) == (text in repr(request), "\x1b" in repr(request), "/a" in repr(request))


def test_from_values_of_a_subclass() -> None:
    """The class of a request made from parts is the one asked."""

    class Own(Request):
        pass

    assert (Own, Own) == (type(Own.from_values()), type(Own.parse(environ_of())))


def test_from_values_with_an_input_stream() -> None:
    """The stream that is given is the input."""

    stream = io.BytesIO(b"abc")
    request = Request.from_values(input_stream=stream, content_length=2, method="POST")

    assert (b"ab", True) == (request.data, request.input_stream is stream)


class Eager(Request):
    """A subclass with the constructor that Werkzeug's have, which reads what it needs."""

    def __init__(self, environ: dict[str, object], populate_request: bool = True, shallow: bool = False) -> None:
        super().__init__(environ, populate_request, shallow)
        self.__dict__["seen"] = (self.limits.max_list_items, self.remote_addr, self.host)


def test_settings_are_there_before_the_constructor() -> None:
    """What a constructor reads counts by the limits and the trust of the one who parses."""
    proxied = environ_of(HTTP_HOST="a", HTTP_X_FORWARDED_HOST="b", HTTP_X_FORWARDED_FOR="1.2.3.4")
    limits, trust = Limits(max_list_items=3), Trust(x_host=1, x_for=1)
    parsed = Eager.parse(proxied, limits=limits, trust=trust)
    composed = Eager.from_values(environ_overrides=proxied, limits=limits, trust=trust)

    assert [(3, "1.2.3.4", "b")] * 2 == [each.__dict__["seen"] for each in (parsed, composed)]
