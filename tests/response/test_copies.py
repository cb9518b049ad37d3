"""Copies of a response that is being built, deep or pickled; and what it is equal to."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.kit import CountedBody
from verglas import HeaderValueError, Response
from verglas.middleware import changeable
from verglas.testing import call


class Page(Response):
    """A subclass with a knob."""

    default_mimetype = "text/html"


def same(value: Response) -> Response:
    """Pickled and back."""
    copied: object = pickle.loads(pickle.dumps(value))
    if not isinstance(copied, Response):
        raise TypeError
    return copied


COPIES: Final = pytest.mark.parametrize(
    "duplicate", [same, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"]
)


def parts(response: Response) -> tuple[type[Response], str, tuple[tuple[str, str], ...], bytes, bool]:
    """What a response is made of."""
    return type(response), response.status, response.headers.pairs, response.data, response.direct_passthrough


def written() -> Response:
    """One that was written to."""
    response = Response("a")
    response.stream.write("b")
    return response


def frozen_stream() -> Response:
    """One that streamed, and was frozen."""
    response = Response(iter(["a", "b"]), 202)
    response.freeze()
    return response


@COPIES
@pytest.mark.parametrize(
    "make",
    [
        Response,
        lambda: Page("ab", 201, [("X-Tag", "a"), ("X-Tag", "b")]),
        lambda: Response(["a", b"b"], "299 Mine", content_type="a/b"),
        written,
        frozen_stream,
    ],
    ids=["bare", "subclass", "pieces", "written", "frozen"],
)
def test_copy(make: Callable[[], Response], duplicate: Callable[[Response], Response]) -> None:
    """A copy has equal parts, and is equal to nothing but itself."""
    response = make()
    copied = duplicate(response)

    assert parts(response) == parts(copied)
    assert response != copied


@COPIES
def test_copy_is_by_itself(duplicate: Callable[[Response], Response]) -> None:
    """What happens to the copy does not happen to the original, nor the other way round."""
    response = written()
    copied = duplicate(response)
    copied.headers["X-Tag"] = "copy"
    copied.stream.write("c")
    response.stream.write("d")

    assert (b"abc", b"abd") == (copied.data, response.data)
    assert "X-Tag" not in response.headers


@COPIES
def test_callbacks_stay_with_the_original(duplicate: Callable[[Response], Response]) -> None:
    """They run once: when the original is closed."""
    log: list[str] = []
    response = Response("a")
    response.call_on_close(lambda: log.append("closed"))
    duplicate(response).close()
    before = log.copy()
    response.close()

    assert ([], ["closed"]) == (before, log)


@COPIES
def test_stream_cannot_be_copied(duplicate: Callable[[Response], Response]) -> None:
    """Its pieces come once; the error says what helps."""
    with pytest.raises(TypeError, match="freeze"):
        duplicate(Response(iter(["a"])))


@COPIES
def test_attributes_of_a_subclass_are_copied(duplicate: Callable[[Response], Response]) -> None:
    """What a subclass adds comes along."""
    response = Noted("a")
    response.notes.append("b")
    copied = duplicate(response)

    assert isinstance(copied, Noted)
    assert ["b"] == copied.notes


class Noted(Response):
    """One with an attribute of its own."""

    def __init__(self, body: str) -> None:
        super().__init__(body)
        self.notes: list[str] = []


def test_unpickling_checks() -> None:
    """What comes out of a pickle is checked as anything else that goes on the wire (CVE-2026-3644)."""
    state = Response("a").__getstate__()
    response = Response()
    for change in ({"_status": "200 OK\r\nX-Evil: 1"}, {"_headers": (("X-Tag", "a\r\nX-Evil: 1"),)}):
        with pytest.raises(HeaderValueError):
            response.__setstate__(state | change)


def test_identity() -> None:
    """Builders are equal to nothing but themselves, and hashable so."""
    first, second = Response("a"), Response("a")

    assert (True, False, 2) == (first == first, first == second, len({first, second}))


def test_changeable_changes_alone() -> None:
    """A response that was handed over is changed without the one that it was made from, which is still sent."""
    page = Page("a", 201, {"X-Tag": "a"})
    taken = changeable(page)
    taken.status_code, taken.headers["X-Tag"], taken.data = 404, "b", b"b"

    assert (Page, "404 Not Found", (("X-Tag", "b"), *page.headers.pairs[1:]), b"b", False) == parts(taken)
    assert ("201 Created", "a", b"a") == (page.status, page.headers["X-Tag"], page.data)


def test_changeable_writes_alone() -> None:
    """So is one that is written to."""
    page = written()
    taken = changeable(page)
    taken.stream.write("c")

    assert (b"abc", b"ab") == (taken.data, page.data)


def test_changeable_closes() -> None:
    """The new one closes what streams, and runs the callbacks, once; the old one has nothing left to close."""
    log: list[str] = []
    body = CountedBody("a", "b")
    page = Response(body)
    page.call_on_close(lambda: log.append("closed"))
    taken = changeable(page)
    page.close()
    before = (body.closed, list(log))
    answer = call(taken)
    taken.close()

    assert ((0, []), b"ab", 1, ["closed"]) == (before, answer.body, body.closed, log)


def test_changeable_by_hooks() -> None:
    """What a subclass overrides and keeps goes with it, without its constructor."""

    class Shouting(Response):
        def __init__(self, own: str) -> None:
            super().__init__(own)
            self.own = own

        def iter_encoded(self) -> Iterator[bytes]:
            return (piece.upper() for piece in super().iter_encoded())

    taken = changeable(Shouting("abc"))

    assert isinstance(taken, Shouting)
    assert ("abc", b"ABC") == (taken.own, call(taken).body)


def test_sent_already_is_not_copied() -> None:
    """An iterator that was sent cannot be sent again, by nobody."""
    page = Response(iter([b"a"]))
    call(page)

    with pytest.raises(RuntimeError, match="sent already"):
        changeable(page)
