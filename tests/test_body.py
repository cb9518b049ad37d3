"""`Body`: read at most once, and who may read after whom."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable

import pytest

from tests.kit import JSON, MULTIPART, URLENCODED, Input, multipart, posted
from verglas import Body, BodyConsumed, Request

FORM = multipart(('name="a"', b"1"))
BODIES = {URLENCODED: b"a=1", JSON: b'"x"', MULTIPART: FORM, "text/plain": b"hi"}

READERS: dict[str, Callable[[Request], object]] = {
    "data": lambda request: request.data,
    "get_data": lambda request: request.get_data(),
    "get_data(cache=False)": lambda request: request.get_data(cache=False),
    "form": lambda request: dict(request.form),
    "files": lambda request: dict(request.files),
    "json": lambda request: request.get_json(force=True, silent=True),
    "stream": lambda request: request.stream.read(),
    "stream, a byte": lambda request: request.stream.read(1),
    "buffered": lambda request: request.buffered().get_data(),
}


@pytest.mark.parametrize("content_type", BODIES)
@pytest.mark.parametrize("first", ["get_data", "json", "buffered"])
@pytest.mark.parametrize("second", READERS)
def test_kept_bytes_serve_all(content_type: str, first: str, second: str) -> None:
    """After a reader that keeps the body, each other reads as if it were the first."""

    request = Request(posted(BODIES[content_type], content_type))
    READERS[first](request)

    assert READERS[second](Request(posted(BODIES[content_type], content_type))) == READERS[second](request)


@pytest.mark.parametrize("second", READERS)
def test_urlencoded_form_is_kept(second: str) -> None:
    """After `form` of an urlencoded body every reader sees it (design §3)."""

    request = Request(posted(b"a=1", URLENCODED))
    READERS["form"](request)

    assert READERS[second](Request(posted(b"a=1", URLENCODED))) == READERS[second](request)


@pytest.mark.parametrize(
    ("content_type", "first", "by"),
    [
        pytest.param("text/plain", "stream", "stream", id="stream"),
        pytest.param("text/plain", "stream, a byte", "stream", id="stream-a-byte"),
        pytest.param("text/plain", "get_data(cache=False)", "get_data(cache=False)", id="get-data"),
        pytest.param(JSON, "get_data(cache=False)", "get_data(cache=False)", id="get-data-json"),
        pytest.param(MULTIPART, "form", "form", id="multipart"),
        pytest.param(MULTIPART, "files", "form", id="multipart-files"),
        pytest.param(MULTIPART, "data", "form", id="multipart-data"),
    ],
)
@pytest.mark.parametrize("second", ["get_data", "get_data(cache=False)", "json", "buffered"])
def test_consumed_names_the_first(content_type: str, first: str, by: str, second: str) -> None:
    """After a reader that consumes, another raises `BodyConsumed`, which names the first: never `b""`."""

    request = Request(posted(BODIES[content_type], content_type))
    READERS[first](request)

    for _ in range(2):
        with pytest.raises(BodyConsumed, match="already consumed by") as caught:
            READERS[second](request)
        assert by == caught.value.by


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("first", ["stream", "stream, a byte", "get_data(cache=False)"])
@pytest.mark.parametrize("second", ["form", "files", "data"])
def test_form_after_consumed(content_type: str, first: str, second: str) -> None:
    """A form whose body somebody consumed is an error, not an empty form."""

    request = Request(posted(BODIES[content_type], content_type))
    READERS[first](request)

    with pytest.raises(BodyConsumed):
        READERS[second](request)


def test_stream_after_multipart() -> None:
    """The stream of a multipart body that was read as a form is consumed."""

    request = Request(posted(FORM, MULTIPART))
    dict(request.form)

    with pytest.raises(BodyConsumed):
        request.stream.read()


def test_body_consumed_is_a_runtime_error() -> None:
    """It is the application's fault, not the request's."""

    assert issubclass(BodyConsumed, RuntimeError)


def test_stream_reads_on() -> None:
    """The stream is one: what the first reader left, the next gets."""

    request = Request(posted(b"line 1\nline 2\nline 3"))

    assert (b"line 1\n", [b"line 2\n", b"line 3"]) == (request.stream.readline(), list(request.stream))


def test_stream_over_kept_is_one() -> None:
    """Over bytes that are kept the stream is one, too, so that a loop over it ends; other readers see all of them."""

    request = Request(posted(b"abc"))
    request.get_data()

    assert (b"ab", b"c", b"", b"abc") == (
        request.stream.read(2),
        request.stream.read(),
        request.stream.read(),
        request.data,
    )


def test_stream_that_was_taken_before_the_bytes_were_kept() -> None:
    """A stream that nobody had read sees the body that another reader kept meanwhile."""

    request = Request(posted(b"abc"))
    stream = request.stream
    request.get_data()

    assert b"abc" == stream.read()


def test_getting_the_stream_reads_nothing() -> None:
    """Asking for the stream does not consume."""

    source = Input(b"abc")
    request = Request(posted(b"abc", stream=source))
    readable = request.stream.readable()

    assert ([], True) == (source.asked, readable)
    assert b"abc" == request.get_data()


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("first", ["form", "files", "data"])
def test_data_of_a_form_is_empty(content_type: str, first: str) -> None:
    """`data` and `get_data(parse_form_data=True)` stay `b""` for forms, whoever came first."""

    request = Request(posted(BODIES[content_type], content_type))
    READERS[first](request)

    assert (b"", b"", "1") == (request.data, request.get_data(parse_form_data=True), request.form["a"])


def test_read_at_most_once_from_many_threads() -> None:
    """Threads that ask at the same time all see the whole body, read once."""

    source = Input(b"x" * 1000, 10)
    request = Request(posted(b"x" * 1000, stream=source))
    barrier = threading.Barrier(8)
    seen: list[bytes] = []

    def read() -> None:
        barrier.wait(60)
        seen.append(request.get_data())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert ([b"x" * 1000] * 8, 1000) == (seen, source.position)


def test_bytes_in_hand_are_a_value() -> None:
    """Bytes in hand are equal, hashable, picklable, and hidden from `repr`."""

    body = Body(b"secret")

    assert (body, hash(body), body) == (Body(b"secret"), hash(Body(b"secret")), pickle.loads(pickle.dumps(body)))
    assert ("<Body, 6 bytes>", b"secret", True) == (repr(body), body.content, copy.copy(body) is body)


def test_stream_is_equal_only_to_itself() -> None:
    """A streaming body compares by identity, before and after it was read."""

    requests = [Request(posted(b"a")) for _ in range(2)]
    one, other = (request.body for request in requests)
    before = one == other
    for request in requests:
        request.get_data()

    assert (False, True, False, None) == (before, one == one, one == other, one.content)  # itself is meant


def test_stream_cannot_be_pickled() -> None:
    """Pickling one that streams says what to do."""

    with pytest.raises(TypeError, match=r"buffered\(\)"):
        pickle.dumps(Request(posted(b"a")).body)


@pytest.mark.parametrize("content", ["text", bytearray(b"a"), None, memoryview(b"a")], ids=type)
def test_refuses_other_types(content: object) -> None:
    """A body is bytes: what can be changed by somebody else is not taken."""

    with pytest.raises(TypeError):
        Body(content)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
