"""Copies of a request: as a mounted application sees it, and with other limits."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pytest

from tests.kit import environ_of, posted
from verglas import URL, Body, Limits, Request, parse_environ
from verglas.errors import HTTPError


def from_environ(path: str, root_path: str) -> Request:
    """A request that came from a server."""
    raw = [part.encode().decode("latin-1") for part in (path, root_path)]
    return Request(environ_of("/") | {"PATH_INFO": raw[0], "SCRIPT_NAME": raw[1], "QUERY_STRING": "a=1"})


def from_values(path: str, root_path: str) -> Request:
    """The same as a value."""
    return Request(url=URL(root_path=root_path, raw_path=path.encode(), query_string=b"a=1"))


def comparable(url: URL) -> str:
    """A URL, but for slashes: the root of an application has one, and empty segments of its own in front have none."""
    return str(url).replace("/", "")


@pytest.mark.parametrize("make", [from_environ, from_values])
@pytest.mark.parametrize(
    ("expected", "path", "root_path", "depth"),
    [
        pytest.param(("/a", "/b/c"), "/a/b/c", "", 1, id="one"),
        pytest.param(("/a/b", "/c"), "/a/b/c", "", 2, id="two"),
        pytest.param(("/a/b/c", "/"), "/a/b/c", "", 3, id="all"),
        pytest.param(("/x/a", "/b"), "/a/b", "/x", 1, id="below-another"),
        pytest.param(("/a", "/"), "/a/", "", 1, id="slash-at-the-end"),
        pytest.param(("/a", "/b/"), "/a/b/", "", 1, id="slash-is-kept"),
        pytest.param(("/a", "//b"), "/a//b", "", 1, id="empty-segment"),
        pytest.param(("/é x", "/ü%"), "/é x/ü%", "", 1, id="unicode"),
        pytest.param(("", "/a"), "/a", "", 0, id="none"),
        pytest.param(("", "/"), "/", "", 0, id="none-of-the-root"),
        pytest.param(("/a", "/b"), "//a/b", "", 1, id="slashes-in-front"),
    ],
)
def test_segments_move_to_root_path(
    expected: tuple[str, str], path: str, root_path: str, depth: int, make: Callable[[str, str], Request]
) -> None:
    """Path, root path, URL and environ all say the same; what is left of the path keeps its slashes."""
    request = make(path, root_path)
    mounted = request.mounted(depth)

    environ = mounted.environ
    again = Request(environ)

    assert expected[0] == mounted.root_path == again.root_path
    assert expected[1].lstrip("/") == mounted.path.lstrip("/") == again.path.lstrip("/")
    assert mounted.url == again.url
    assert comparable(request.url) == comparable(mounted.url)
    assert ("1", "a=1") == (mounted.args["a"], environ["QUERY_STRING"])
    assert (path.lstrip("/"), root_path) == (request.path.lstrip("/"), request.root_path)


@pytest.mark.parametrize("make", [from_environ, from_values])
@pytest.mark.parametrize(("path", "depth"), [("/a/b", 3), ("/", 1), ("/a", -1)])
def test_refuses_more_segments_than_there_are(path: str, depth: int, make: Callable[[str, str], Request]) -> None:
    """A path does not move farther than it is long."""
    with pytest.raises(ValueError, match="cannot move to root_path"):
        make(path, "").mounted(depth)


class Own(Request[str]):
    """A subclass with a value of its own, computed from the path."""

    @cached_property
    def first(self) -> str:
        """The first segment."""
        return self.path[1:2]


def test_class_and_state_are_kept() -> None:
    """The copy is of the same class, has the state, and computes what its class caches anew."""
    request = Own(url="/a/b", state="ada")
    before = request.first

    mounted = request.mounted(1).with_limits(Limits(max_headers=50))

    assert (Own, "ada", "a", "b") == (type(mounted), mounted.state, before, mounted.first)
    assert 50 == mounted.limits.max_headers


def test_mounting_twice_is_mounting_deeper() -> None:
    """Two steps lead where one does."""
    request = parse_environ(environ_of("/a/b/c"))

    twice, once = request.mounted(1).mounted(1), request.mounted(2)

    assert (once.root_path, once.path, once.url) == (twice.root_path, twice.path, twice.url)


def test_replacing_keeps_the_place() -> None:
    """A changed copy is mounted where it was."""
    mounted = parse_environ(environ_of("/a/b")).mounted(1)

    assert ("/a", "/b") == (mounted.replace(method="PUT").root_path, mounted.replace(method="PUT").path)


def test_environ_of_the_server_is_left_alone() -> None:
    """The copy has an environ of its own."""
    environ = environ_of("/a/b")
    before = environ.copy()

    mounted = Request(environ, populate_request=True).mounted(1)
    mounted.environ["x"] = 1

    assert before == {key: value for key, value in environ.items() if key != "verglas.request"}
    assert "verglas.request" not in mounted.environ


def mounted(request: Request) -> Request:
    """As a mounted application sees it."""
    return request.mounted(1)


def limited(request: Request) -> Request:
    """With other limits."""
    return request.with_limits(Limits())


@pytest.mark.parametrize("copy", [mounted, limited])
@pytest.mark.parametrize("is_read_first", [False, True])
def test_copies_share_the_body(copy: Callable[[Request], Request], is_read_first: bool) -> None:
    """Whoever reads it first, the bytes are there for both."""
    request = parse_environ(posted(b"hello", "text/plain", PATH_INFO="/a/b"))
    other = copy(request)

    first, second = (request, other) if is_read_first else (other, request)

    assert (b"hello", b"hello") == (first.get_data(), second.get_data())
    assert request.body is other.body


def code_of(read: Callable[[], object]) -> int:
    """The status of the error that reading raises; 200 without one."""
    try:
        read()
    except HTTPError as error:
        return error.code
    return 200


@pytest.mark.parametrize("parse", [Request, parse_environ])
@pytest.mark.parametrize(
    ("expected", "limits"),
    [
        pytest.param((413, 200, 200, 200), Limits(max_content_length=4), id="body"),
        pytest.param((413, 200, 200, 200), Limits(max_body_memory=4), id="memory"),
        pytest.param((200, 414, 200, 200), Limits(max_query_fields=1), id="query"),
        pytest.param((200, 200, 431, 200), Limits(max_cookies=1), id="cookies"),
        pytest.param((200, 200, 431, 431), Limits(max_headers=2), id="headers"),
        pytest.param((200, 200, 200, 200), Limits(max_content_length=5), id="just-enough"),
    ],
)
@pytest.mark.parametrize("is_warm", [False, True])
def test_other_limits_hold(
    expected: tuple[int, ...], limits: Limits, parse: Callable[[dict[str, object]], Request], is_warm: bool
) -> None:
    """Smaller limits hold for the copy, also for what was read under the larger ones before, but for the body."""
    head = {"QUERY_STRING": "a=1&b=2", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_A": "1"}
    request = parse(posted(b"hello", "text/plain") | head)
    if is_warm:
        _ = request.args, request.cookies, request.headers

    other = request.with_limits(limits)

    assert expected == (
        code_of(other.get_data),
        code_of(lambda: other.args["a"]),
        code_of(lambda: other.cookies["a"]),
        code_of(lambda: other.headers.get("X-A")),
    )


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(Limits(max_content_length=1), id="body"),
        pytest.param(Limits(max_query_fields=1), id="query"),
        pytest.param(Limits(max_cookies=1), id="cookies"),
        pytest.param(Limits(max_headers=1), id="headers"),
    ],
)
def test_larger_limits_hold(own: Limits) -> None:
    """Larger limits hold for the copy, as long as nothing was read under the smaller ones."""
    head = {"QUERY_STRING": "a=1&b=2", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_A": "1"}
    request = parse_environ(posted(b"hello", "text/plain") | head, limits=own)

    other = request.with_limits(Limits())

    assert (b"hello", "1", "1", "1") == (other.get_data(), other.args["a"], other.cookies["a"], other.headers["X-A"])


def test_limits_of_a_value() -> None:
    """A request that was made from values has other limits as well."""
    request = Request(method="POST", url="/?a=1&b=2", body=Body(b"hello"), headers={"X-A": "1"})

    other = request.with_limits(Limits(max_body_memory=4, max_query_fields=1))

    assert (413, 414, b"hello") == (code_of(other.get_data), code_of(lambda: other.args["a"]), request.get_data())
