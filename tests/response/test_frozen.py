"""A response as a value."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given

from tests.kit import CountedBody, untyped
from verglas import FrozenResponse, Headers, HeaderValueError, NotFreezable, Response
from verglas.testing import call
from verglas.testing.strategies import frozen_responses


def test_freeze_sets_length_and_tag() -> None:
    """Frozen, a response has its Content-Length and an ETag."""
    frozen = Response("hi").freeze()

    assert ("2", True) == (frozen.headers["Content-Length"], frozen.headers["ETag"].startswith('"'))


def test_tag_is_that_of_the_body() -> None:
    """Equal bodies have equal strong tags (RFC 9110 §8.8.3), other bodies others."""
    tags = [Response(body).freeze().headers["ETag"] for body in ("a", b"a", ["a"], iter(["a"]), "b")]

    assert ([tags[0]] * 4, True) == (tags[:4], tags[4] != tags[0])


def test_tag_of_its_own_is_kept() -> None:
    """A tag that was set stays."""

    assert 'W/"1"' == Response("a", headers={"ETag": 'W/"1"'}).freeze().headers["ETag"]


def test_tag_does_not_outlive_the_body() -> None:
    """Changed and frozen again, a builder gives the tag of what it now holds."""
    response = Response("a")
    first = response.freeze()
    response.data = "b"

    assert first.headers["ETag"] != response.freeze().headers["ETag"]


def test_freeze_leaves_the_headers_of_the_builder() -> None:
    """What freezing adds belongs to the value."""
    response = Response("a")
    response.freeze()

    assert ["Content-Type"] == list(response.headers)


def test_freeze_reads_the_stream_into_the_builder() -> None:
    """The bytes are stored back: the builder can be frozen and sent again."""
    body = CountedBody("a", b"b")
    response = Response(body)
    frozen = response.freeze()

    assert (b"ab", b"ab", 1) == (frozen.body, response.data, body.closed)
    assert frozen == response.freeze()


def test_freeze_runs_the_callbacks_once() -> None:
    """Close callbacks belong to the builder: freezing runs them, calling the frozen response does not."""
    calls: list[str] = []
    response = Response(iter(["a"]))
    response.call_on_close(lambda: calls.append("closed"))
    frozen = response.freeze()
    call(frozen)
    response.freeze()

    assert ["closed"] == calls


def test_freeze_closes_a_broken_stream() -> None:
    """A body that fails is closed, and its error raised."""

    def broken() -> Iterator[bytes]:
        try:
            yield b"a"
            raise OSError("disk")
        finally:
            closed.append(True)

    closed: list[bool] = []
    with pytest.raises(OSError, match="disk"):
        Response(broken()).freeze()

    assert [True] == closed


def test_not_freezable() -> None:
    """A body that was sent already cannot be frozen; the error says why."""
    response = Response(iter(["a"]))
    call(response)
    with pytest.raises(NotFreezable, match="sent already"):
        response.freeze()

    assert issubclass(NotFreezable, TypeError)


def test_sent_stream_is_not_freezable() -> None:
    """What is left of an iterator that was sent is not the body."""
    response = Response(iter(["a", "b"]))
    call(response)

    with pytest.raises(NotFreezable, match="sent already"):
        response.freeze()


def test_error_of_a_stream_is_raised_as_it_is() -> None:
    """A `ValueError` of a generator says nothing of files, and closes the response all the same."""

    def broken() -> Iterator[str]:
        yield "a"
        raise ValueError("row 7")

    log: list[str] = []
    response = Response(broken())
    response.call_on_close(lambda: log.append("closed"))
    with pytest.raises(ValueError, match=r"^row 7$"):
        response.freeze()

    assert ["closed"] == log


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param(("204 No Content", (), b""), Response("hi", 204), id="rfc9110-15.3.5"),
        pytest.param(("304 Not Modified", (), b""), Response("hi", 304), id="rfc9110-15.4.5"),
        pytest.param(
            ("304 Not Modified", (("Content-Length", "9"),), b""),
            Response("hi", 304, {"Content-Length": "9"}),
            id="rfc9110-8.6-304-keeps-a-length",
        ),
        pytest.param(
            ("205 Reset Content", (("Content-Length", "0"),), b""),
            Response("hi", 205, {"Content-Type": "a/b"}),
            id="rfc9110-15.3.6",
        ),
    ],
)
def test_statuses_without_content(expected: tuple[str, tuple[tuple[str, str], ...], bytes], response: Response) -> None:
    """204 and 304 have no content and no type, 205 an empty body."""
    frozen = response.freeze()
    lines = tuple(line for line in frozen.headers.pairs if line[0] != "Content-Type" or frozen.status_code != 205)

    assert expected == (frozen.status, lines, frozen.body)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_call(method: str) -> None:
    """A frozen response is a WSGI application that answers the same each time."""
    frozen = FrozenResponse(b"hi", 404, {"X": "1"})
    answers = [call(frozen, REQUEST_METHOD=method) for _ in range(3)]

    assert [answers[0]] * 3 == answers
    assert ("404 Not Found", (("X", "1"), ("Content-Length", "2")), b"" if method == "HEAD" else b"hi") == (
        answers[0].status,
        answers[0].lines,
        answers[0].body,
    )


def test_server_may_change_the_headers() -> None:
    """Each call hands out a new list."""
    frozen = FrozenResponse(b"hi")
    call(frozen)

    assert (("Content-Length", "2"),) == call(frozen).lines


def test_threads_share_it() -> None:
    """Many threads may answer with one frozen response at once."""
    frozen = Response("x" * 1000).freeze()
    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(call, frozen) for _ in range(64)]]

    assert [call(frozen)] * 64 == answers


@given(frozen_responses())
def test_copies_are_equal(frozen: FrozenResponse) -> None:
    """Copied, pickled, replaced by nothing: equal, with the same hash, and the same on the wire."""
    copies = [pickle.loads(pickle.dumps(frozen)), copy.copy(frozen), copy.deepcopy(frozen), frozen.replace()]

    assert [frozen] * 4 == copies
    assert {hash(frozen)} == set(map(hash, copies))
    assert [call(frozen)] * 4 == list(map(call, copies))


@given(frozen_responses())
def test_thaw_and_freeze(frozen: FrozenResponse) -> None:
    """Thawed, a response is a builder of the same; frozen again, it differs at most by the tag that freezing adds."""
    again = Response.thaw(frozen).freeze()

    assert (frozen.status, frozen.body) == (again.status, again.body)
    assert frozen.headers.without("ETag") == again.headers.without("ETag")
    assert frozen.headers.get("ETag", again.headers.get("ETag")) == again.headers.get("ETag")


def test_thaw_of_a_subclass() -> None:
    """Thawing gives the class that is asked for, and no default type to what had none."""

    class Page(Response):
        default_mimetype = "text/html"

    page = Page.thaw(FrozenResponse(b"<p>", 201))

    assert (Page, "201 Created", b"<p>", None) == (type(page), page.status, page.data, page.content_type)


def test_thawed_is_another() -> None:
    """A change of the builder does not reach the value."""
    frozen = Response("a", headers={"X": "1"}).freeze()
    thawed = Response.thaw(frozen)
    thawed.headers["X"] = "2"
    thawed.data = "b"

    assert ("1", b"a") == (frozen.headers["X"], frozen.body)


def test_thawed_tag_does_not_outlive_the_body() -> None:
    """A tag that freezing computed goes with the body that it was computed from; one that was set stays."""
    computed, chosen = Response.thaw(Response("a").freeze()), Response.thaw(FrozenResponse(b"a", 200, {"ETag": '"1"'}))
    computed.data = chosen.data = "b"

    assert (Response("b").freeze().headers["ETag"], '"1"') == (
        computed.freeze().headers["ETag"],
        chosen.freeze().headers["ETag"],
    )


def test_thawed_stream_has_no_stale_length() -> None:
    """A stream put into a thawed response is not sent with the length of the old body (D11)."""
    thawed = Response.thaw(FrozenResponse(b"a"))
    thawed.response = iter(["longer"])

    assert "Content-Length" not in call(thawed).headers


TAGGED = FrozenResponse(b"a", 206, {"ETag": '"1"', "Content-Range": "bytes 0-0/9", "X": "1"})


@pytest.mark.parametrize(
    ("expected", "replaced"),
    [
        pytest.param("206 X:1 Content-Length:2 bc", TAGGED.replace(body=b"bc"), id="body"),
        pytest.param(
            '404 ETag:"1" Content-Range:bytes 0-0/9 X:1 Content-Length:1 a', TAGGED.replace(status=404), id="status"
        ),
        pytest.param("206 Y:2 Content-Length:1 a", TAGGED.replace(headers={"Y": "2"}), id="headers"),
        pytest.param(
            '206 ETag:"2" Content-Length:2 bc', TAGGED.replace(body=b"bc", headers={"ETag": '"2"'}), id="both"
        ),
    ],
)
def test_replace(expected: str, replaced: FrozenResponse) -> None:
    """Another body has its own length, and neither the tag nor the range of the old one."""
    lines = " ".join(f"{name}:{value}" for name, value in replaced.headers.pairs)

    assert expected == f"{replaced.status_code} {lines} {replaced.data.decode()}"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: TAGGED.replace(status="200 \r\nX: 1"), id="replace-status"),
        pytest.param(lambda: TAGGED.replace(headers={"X": "a\nb"}), id="replace-headers"),
        pytest.param(lambda: FrozenResponse(headers={"X": "a\nb"}), id="headers"),
        pytest.param(lambda: FrozenResponse(headers={"Location": "/\t/evil"}), id="location"),
    ],
)
def test_is_checked(make: Callable[[], FrozenResponse]) -> None:
    """There is no way to a frozen response that is not fit for the wire."""
    with pytest.raises(HeaderValueError):
        make()


def test_unpickling_is_checked() -> None:
    """Nor is unpickling one."""
    make, (body, _, headers) = TAGGED.__reduce__()
    with pytest.raises(HeaderValueError):
        make(body, "200 OK\r\nX: 1", headers)


@pytest.mark.parametrize("body", [pytest.param("text", id="text"), pytest.param([b"a"], id="list")])
def test_body_is_bytes(body: object) -> None:
    """The body of a value is bytes."""
    with pytest.raises(TypeError):
        untyped(FrozenResponse)(body)


def test_replace_knows_its_parts() -> None:
    """An unknown part is an error."""
    with pytest.raises(TypeError, match="cookies"):
        untyped(TAGGED.replace)(cookies=())


@pytest.mark.parametrize("name", ["status", "headers", "body", "other"])
def test_is_frozen(name: str) -> None:
    """No attribute can be set."""
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(TAGGED, name, None)


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        pytest.param(True, FrozenResponse(b"a", "200 OK", Headers({"x": "1"})), id="same"),
        pytest.param(False, FrozenResponse(b"b", 200, {"X": "1"}), id="body"),
        pytest.param(False, FrozenResponse(b"a", "200 Fine", {"X": "1"}), id="status"),
        pytest.param(False, FrozenResponse(b"a", 200, {"X": "2"}), id="headers"),
        pytest.param(False, b"a", id="another-type"),
    ],
)
def test_equality(expected: bool, other: object) -> None:
    """Equal when status, headers and body are."""

    assert expected is (FrozenResponse(b"a", 200, {"X": "1"}) == other)


def test_repr_shows_no_cookie() -> None:
    """The representation holds neither headers nor body."""

    assert "<FrozenResponse 6 bytes [200 OK]>" == repr(FrozenResponse(b"secret", 200, {"Set-Cookie": "sid=secret"}))
