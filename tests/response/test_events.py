"""Streams of events and of JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Final, cast

import pytest
from attrs import evolve, frozen
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from tests.kit import CountedBody, close, environ_of, ignore, untyped
from verglas import HeaderValueError, JSONLike, Response, ServerSentEvent, json_lines, sse
from verglas.testing import call

MS: Final = timedelta(milliseconds=1)


@frozen
class Message:
    """What a browser dispatches."""

    data: str
    type: str
    last_event_id: str


def dispatched(stream: bytes) -> tuple[list[Message], int | None]:
    """What a browser dispatches of a stream, and how long it waits: WHATWG HTML §9.2.6, word by word."""
    messages: list[Message] = []
    data = kind = last_id = ""
    retry: int | None = None
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]:
        if not line:
            if data:
                messages.append(Message(data.removesuffix("\n"), kind or "message", last_id))
            data = kind = ""
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                kind = value
            case "data":
                data += value + "\n"
            case "id" if "\0" not in value:
                last_id = value
            case "retry" if value.isascii() and value.isdigit():
                retry = int(value)
            case _:
                pass
    return messages, retry


@pytest.mark.parametrize(
    ("expected", "event"),
    [
        pytest.param("data: hi\n\n", ServerSentEvent("hi"), id="data"),
        pytest.param("data: \n\n", ServerSentEvent(""), id="empty-data"),
        pytest.param(
            "data: YHOO\ndata: +2\ndata: 10\n\n", ServerSentEvent("YHOO\n+2\n10"), id="html-9.2.6-three-lines"
        ),
        pytest.param(
            "data: a\ndata: b\ndata: c\ndata: \n\n", ServerSentEvent("a\rb\r\nc\n"), id="html-9.2.5-line-ends"
        ),
        pytest.param(
            "data: a\u2028b\x0bc\x85\n\n", ServerSentEvent("a\u2028b\x0bc\x85"), id="other-line-ends-are-data"
        ),
        pytest.param("data:   a\n\n", ServerSentEvent("  a"), id="html-9.2.6-leading-space"),
        pytest.param("data: data: a\n\n", ServerSentEvent("data: a"), id="data-that-looks-like-a-field"),
        pytest.param("event: add\ndata: 73\n\n", ServerSentEvent("73", "add"), id="event"),
        pytest.param("id: 1\ndata: a\n\n", ServerSentEvent("a", id="1"), id="id"),
        pytest.param("id: \ndata: a\n\n", ServerSentEvent("a", id=""), id="html-9.2.6-id-is-reset"),
        pytest.param("retry: 1500\n\n", ServerSentEvent(retry=timedelta(seconds=1.5)), id="retry"),
        pytest.param(": test\n\n", ServerSentEvent(comment="test"), id="comment"),
        pytest.param(": a\n: data: b\n\n", ServerSentEvent(comment="a\ndata: b"), id="comment-of-two-lines"),
        pytest.param("\n", ServerSentEvent(), id="nothing"),
        pytest.param(
            ": c\nevent: e\nid: i\nretry: 0\ndata: d\n\n", ServerSentEvent("d", "e", "i", 0 * MS, "c"), id="everything"
        ),
    ],
)
def test_event(expected: str, event: ServerSentEvent) -> None:
    """An event is written as WHATWG HTML §9.2.5 has it, in UTF-8."""
    assert (expected, expected.encode()) == (str(event), event.encode())


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb", "a\0b", "\n", "a\ndata: evil", "\ud800"])
@pytest.mark.parametrize("name", ["event", "id"])
def test_injection(name: str, text: str) -> None:
    """A line end in the type or the id would begin another field; a browser ignores an id with NUL (§9.2.6)."""
    with pytest.raises(HeaderValueError, match=f"event: {name}"):
        untyped(ServerSentEvent)("a", **{name: text})


@pytest.mark.parametrize("name", ["data", "comment"])
def test_surrogates(name: str) -> None:
    """Half of a surrogate pair has no UTF-8, and is found while the event is made, not while it is sent."""
    with pytest.raises(HeaderValueError, match="position 1"):
        untyped(ServerSentEvent)(**{name: "a\ud800"})


@pytest.mark.parametrize("retry", [-MS, timedelta(microseconds=1), timedelta(microseconds=1500)])
def test_retry(retry: timedelta) -> None:
    """A time is of whole milliseconds from 0."""
    with pytest.raises(HeaderValueError, match="milliseconds"):
        ServerSentEvent(retry=retry)


@pytest.mark.parametrize("values", [{"data": b"a"}, {"event": 1}, {"id": 7}, {"retry": 1000}, {"comment": b""}])
def test_types(values: dict[str, object]) -> None:
    """A text is a `str`, a time a `timedelta`: milliseconds and seconds are too easily confused."""
    with pytest.raises(TypeError):
        untyped(ServerSentEvent)(**values)


def test_value() -> None:
    """An event is a value: equal by its parts, hashable, frozen, checked again when it is changed."""
    event = ServerSentEvent("a", id="1")
    with pytest.raises(FrozenInstanceError):
        event.data = "b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # that is the test
    with pytest.raises(HeaderValueError):
        evolve(event, id="\n")

    assert {event} == {ServerSentEvent("a", id="1")}


LINES: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
TEXTS: Final = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])), st.text(st.sampled_from("\r\n: data\u2028\x85"))
)
EVENTS: Final = st.builds(
    ServerSentEvent,
    st.none() | TEXTS,
    event=st.none() | LINES,
    id=st.none() | LINES,
    retry=st.none() | st.integers(0, 10**9).map(lambda number: number * MS),
    comment=st.none() | TEXTS,
)


@given(st.lists(EVENTS))
def test_round_trip(events: list[ServerSentEvent]) -> None:
    """A browser dispatches just the events that have data, with their types, ids and times, whatever they hold."""
    expected: list[Message] = []
    last_id, retry = "", None
    for event in events:
        last_id = last_id if event.id is None else event.id
        retry = retry if event.retry is None else event.retry // MS
        if event.data is not None:
            data = event.data.replace("\r\n", "\n").replace("\r", "\n")
            expected.append(Message(data, event.event or "message", last_id))

    assert (expected, retry) == dispatched(b"".join(event.encode() for event in events))


@pytest.mark.parametrize("unit", ["\r", "\r\n", "\n", "a", "a\n"])
def test_growth(unit: str) -> None:
    """Data and comments of many lines take linear time."""
    assert_linear(lambda size: ServerSentEvent(filled(unit, size), comment=filled(unit, size)).encode(), start=1 << 10)


# sse


def test_sse() -> None:
    """Events, or texts, are sent as they come, neither cached nor buffered."""
    response = sse([ServerSentEvent("a", "add"), "b\nc"])
    answer = call(response)

    assert b"event: add\ndata: a\n\ndata: b\ndata: c\n\n" == answer.body
    assert {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-cache",
        "X-Accel-Buffering": "no",
    } == dict(answer.headers)
    assert response.is_streamed


def test_sse_with_other_headers() -> None:
    """The caller's headers win."""
    answer = call(sse([], {"Cache-Control": "no-store", "X-Accel-Buffering": "yes", "X-Tag": "a"}))

    assert ("no-store", "yes", "a", "text/event-stream") == (
        answer.headers["Cache-Control"],
        answer.headers["X-Accel-Buffering"],
        answer.headers["X-Tag"],
        answer.headers["Content-Type"].partition(";")[0],
    )


def test_sse_streams() -> None:
    """An event is asked for when it is sent, not before."""
    log: list[int] = []

    def events() -> Iterator[str]:
        for number in range(3):
            log.append(number)
            yield str(number)

    body = iter(sse(events())(environ_of(), ignore))
    before = log.copy()
    first = next(body)

    assert ([], b"data: 0\n\n", [0]) == (before, first, log)


def stream_of_events(events: Iterable[str]) -> Response:
    """One kind of stream."""
    return sse(events)


def stream_of_lines(values: Iterable[str]) -> Response:
    """The other."""
    return json_lines(values)


KINDS: Final = pytest.mark.parametrize("make", [stream_of_events, stream_of_lines])


@KINDS
def test_closed_by_a_client_that_hangs_up(make: Callable[[Iterable[str]], Response]) -> None:
    """A generator is closed when the client is gone."""
    log: list[str] = []

    def endless() -> Iterator[str]:
        try:
            while True:
                yield "a"
        finally:
            log.append("closed")

    body = make(endless())(environ_of(), ignore)
    list(islice(body, 2))
    close(body)

    assert ["closed"] == log


class Source:
    """Something closable that is no iterator, and whose iterator is closable itself."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def __iter__(self) -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            self.log.append("iterator")

    def close(self) -> None:
        """Log."""
        self.log.append("source")


@KINDS
def test_closes_iterator_and_source(make: Callable[[Iterable[str]], Response]) -> None:
    """First the iterator, then what it came from."""
    source = Source()
    body = make(source)(environ_of(), ignore)
    list(islice(body, 1))
    close(body)
    close(body)

    assert ["iterator", "source"] == source.log


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@KINDS
def test_closed_once(make: Callable[[Iterable[str]], Response], method: str) -> None:
    """Where the items come from is closed once, even if nothing is sent."""
    source = CountedBody("a", "b")
    call(make(untyped_items(source)), REQUEST_METHOD=method)

    assert 1 == source.closed


def untyped_items(source: CountedBody) -> Iterable[str]:
    """The source, as what it is here: its pieces are texts."""
    return cast("Iterable[str]", source)  # as said


@pytest.mark.parametrize("items", ["abc", b"abc", {"data": "a"}, None, 1])
@pytest.mark.parametrize("make", [sse, json_lines])
def test_refuses_what_is_no_stream(make: Callable[..., object], items: object) -> None:
    """One text is not a stream of its letters, nor a mapping one of its keys."""
    with pytest.raises(TypeError):
        make(items)


def test_refuses_what_is_no_event() -> None:
    """It raises when its turn has come."""
    response = sse(cast("list[str]", [1]))  # on purpose
    with pytest.raises(TypeError, match="int"):
        call(response)


# json_lines


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(b'{"a":[1,null,true]}\n', {"a": [1, None, True]}, id="object"),
        pytest.param(b'"a\\nb\\r"\n', "a\nb\r", id="line-ends"),
        pytest.param('"caf\u00e9"\n'.encode(), "caf\u00e9", id="utf-8"),
        pytest.param(b'"\\u0085\\u2028\\u2029"\n', "\x85\u2028\u2029", id="what-unicode-calls-line-ends"),
        pytest.param(b"null\n", None, id="null"),
    ],
)
def test_line(expected: bytes, value: JSONLike) -> None:
    """A value is a line, whatever it holds."""
    assert expected == call(json_lines([value])).body


def test_json_lines() -> None:
    """The type is the format's own; status, headers and type may be others."""
    plain = call(json_lines([1, 2]))
    other = call(json_lines([], 202, {"X-Tag": "a"}, mimetype="application/x-ndjson"))

    assert ("application/jsonl", b"1\n2\n") == (plain.headers["Content-Type"], plain.body)
    assert ("202 Accepted", "a", "application/x-ndjson", b"") == (
        other.status,
        other.headers["X-Tag"],
        other.headers["Content-Type"],
        other.body,
    )


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@given(st.lists(JSON))
def test_lines_round_trip(values: list[JSONLike]) -> None:
    """A reader gets each value of its line, even one that splits at all of Unicode's line ends."""
    lines = call(json_lines(values)).body.decode().splitlines()

    assert values == [json.loads(line) for line in lines]


def test_value_that_is_no_json() -> None:
    """NaN raises when its turn has come, and what it came from is closed."""
    with pytest.raises(ValueError, match="JSON compliant"):
        call(json_lines([1, float("nan")]))
