"""The body of a response: in hand, or streaming."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import CountedBody, untyped
from verglas import Response
from verglas.testing import call

BodyLike: TypeAlias = (
    "str | bytes | bytearray | memoryview | Iterable[str] | Iterable[bytes] | Iterable[str | bytes] | None"
)

PIECES = ("caf\xe9", b"\xff", "")
JOINED = "caf\xe9".encode() + b"\xff"


def generated() -> Iterator[str | bytes]:
    """A generator of the pieces."""
    yield from PIECES


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param(b"", None, id="none"),
        pytest.param("caf\xe9".encode(), "caf\xe9", id="text-is-utf-8"),
        pytest.param(b"\xff", b"\xff", id="bytes"),
        pytest.param(b"ab", bytearray(b"ab"), id="bytearray"),
        pytest.param(b"ab", memoryview(b"ab"), id="d11-memoryview"),
        pytest.param(JOINED, list(PIECES), id="list"),
        pytest.param(JOINED, PIECES, id="tuple"),
        pytest.param(b"", [], id="empty-list"),
    ],
)
def test_data(expected: bytes, body: BodyLike) -> None:
    """A body in hand is its bytes, text as UTF-8, and is sent with its length."""
    answer = call(Response(body))

    assert expected == Response(body).data == Response(body).get_data() == answer.body
    assert str(len(expected)) == answer.headers["Content-Length"]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(generated, id="generator"),
        pytest.param(lambda: iter(PIECES), id="iterator"),
        pytest.param(lambda: {JOINED}, id="set"),
        pytest.param(lambda: CountedBody(*PIECES), id="iterable"),
    ],
)
def test_stream(make: Callable[[], Iterable[str | bytes]]) -> None:
    """A body that streams is sent in its pieces, without a length, and not buffered."""
    response = Response(make())
    answer = call(response)

    assert (JOINED, None) == (answer.body, answer.headers.get("Content-Length"))


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param((True, False), "x", id="text"),
        pytest.param((True, False), None, id="none"),
        pytest.param((True, False), ["x"], id="list"),
        pytest.param((True, False), ("x",), id="tuple"),
        pytest.param((False, False), {"x"}, id="reference-set-is-neither"),
        pytest.param((False, True), iter(["x"]), id="iterator"),
    ],
)
def test_kind(expected: tuple[bool, bool], body: BodyLike) -> None:
    """A list or tuple is a sequence; what has no length is streamed; a set is neither."""
    response = Response(body)

    assert expected == (response.is_sequence, response.is_streamed)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"a": 1}, id="d11-dict"),
        pytest.param(7, id="d11-int"),
        pytest.param([1, 2], id="d11-list-of-ints"),
        pytest.param(("a", None), id="tuple-with-none"),
        pytest.param(object(), id="object"),
    ],
)
def test_refuses_at_once(body: object) -> None:
    """What cannot be sent is an error where it is written, not in the server."""
    with pytest.raises(TypeError):
        untyped(Response)(body)


def test_refuses_a_piece_of_another_type() -> None:
    """What a stream yields is checked as it is sent."""
    response = Response()
    untyped(setattr)(response, "response", iter([b"a", 1]))
    with pytest.raises(TypeError):
        call(response)


def test_get_data_as_text() -> None:
    """As text, the body is decoded strictly."""

    assert "caf\xe9" == Response("caf\xe9").get_data(as_text=True)
    with pytest.raises(UnicodeDecodeError):
        Response(b"\xff").get_data(as_text=True)


@pytest.mark.parametrize("value", [pytest.param("h\xe9", id="text"), pytest.param("h\xe9".encode(), id="bytes")])
def test_set_data(value: str | bytes) -> None:
    """Setting the data replaces the body and its length."""
    response = Response("before", headers={"Content-Length": "6"})
    response.data = value
    answer = call(response)

    assert ("h\xe9".encode(), "3") == (answer.body, answer.headers["Content-Length"])


@pytest.mark.parametrize("value", [pytest.param(None, id="none"), pytest.param(["a"], id="list")])
def test_set_data_refuses(value: object) -> None:
    """Data is text or bytes."""
    with pytest.raises(TypeError):
        untyped(Response().set_data)(value)


def test_reading_a_stream_keeps_it() -> None:
    """Data of a stream is read once, then in hand."""
    response = Response(generated())

    assert (JOINED, JOINED, True) == (response.data, response.data, response.is_sequence)


def test_no_implicit_sequence_conversion() -> None:
    """Where it is forbidden, a stream is read only when that is asked for."""

    class Careful(Response):
        implicit_sequence_conversion = False

    response = Careful(generated())
    with pytest.raises(RuntimeError):
        response.get_data()
    response.make_sequence()

    assert JOINED == response.data


def test_passthrough_is_not_read() -> None:
    """A body that is passed through cannot be read here."""
    with pytest.raises(RuntimeError):
        Response(generated(), direct_passthrough=True).get_data()


def test_response_is_the_iterable() -> None:
    """`response` is what streams, or a tuple of what is in hand: a list would be appended to in vain."""
    stream = iter(PIECES)

    assert (stream, ("a", b"b"), (b"c",), ()) == (
        Response(stream).response,
        Response(["a", b"b"]).response,
        Response("c").response,
        Response().response,
    )


def test_set_response() -> None:
    """What is assigned is checked, and text is one piece, not one for each letter."""
    response = Response()
    response.response = "ab"

    assert [b"ab"] == list(response.iter_encoded())
    with pytest.raises(TypeError):
        setattr(response, "response", {"a": 1})  # noqa: B010  # a type checker refuses the assignment


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param("6", ["after", "!"], id="d11-sequence"),
        pytest.param(None, iter(["after"]), id="stream"),
    ],
)
def test_length_is_never_that_of_another_body(expected: str | None, body: BodyLike) -> None:
    """A replaced body is sent with its own length, or with none (D11)."""
    response = Response("before", headers={"Content-Length": "6"})
    response.headers["Content-Length"] = "1"
    response.response = body

    assert expected == call(response).headers.get("Content-Length")


def test_declared_length_of_a_stream() -> None:
    """The length of a stream can be declared."""

    assert "5" == call(Response(iter(["hello"]), headers={"Content-Length": "5"})).headers["Content-Length"]


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param(5, "caf\xe9", id="text"),
        pytest.param(6, list(PIECES), id="list"),
        pytest.param(0, None, id="none"),
        pytest.param(None, iter(["x"]), id="stream"),
    ],
)
def test_calculate_content_length(expected: int | None, body: BodyLike) -> None:
    """The length is that of the encoded body; a stream is not consumed for it."""
    response = Response(body)

    assert expected == response.calculate_content_length()
    assert expected is not None or b"x" == response.data


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=5) | st.binary(max_size=5), max_size=6))
def test_every_kind_of_body_is_the_same(pieces: list[str | bytes]) -> None:
    """List, stream, and bytes of the same content are sent as the same content."""
    joined = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
    bodies: list[BodyLike] = [pieces, tuple(pieces), iter(pieces), joined]

    assert {joined} == {call(Response(body)).body for body in bodies}


class Text(str):
    """A text of another class."""

    __slots__ = ()


@given(st.text())
def test_text_of_any_class_is_the_same_body(text: str) -> None:
    """A response makes the body of a plain text by itself: the same as is made of any other."""
    made = [Response(body) for body in (text, Text(text))]

    assert [(text.encode(), len(text.encode()))] * 2 == [
        (response.data, response.calculate_content_length()) for response in made
    ]
