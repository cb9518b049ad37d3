"""`HeaderField`, and typed look-up with it: as an application defines its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Self, assert_type

import pytest
from attrs import frozen

from verglas import GrammarError, HeaderField, Headers, HeaderValueError, Limits, MutableHeaders
from verglas.errors import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers import list_field, single_field


@frozen
class Shards:
    """Hexadecimal numbers in a list: a field of an application's own."""

    numbers: tuple[int, ...]

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read them."""
        try:
            return cls(tuple(int(number, 16) for number in text.split(",") if number.strip()))
        except ValueError:
            raise GrammarError("X-Shards", "expected hexadecimal numbers", text) from None

    def __str__(self) -> str:
        return ", ".join(f"{number:x}" for number in self.numbers)


SHARDS: Final[HeaderField[Shards]] = list_field("X-Shards", Shards)
SHARD: Final[HeaderField[Shards]] = single_field("X-Shard", Shards)


def decode_lines(lines: Sequence[str]) -> int:
    """How many lines there are."""
    return len(lines)


COUNT: Final[HeaderField[int]] = HeaderField("X-Count", decode_lines, lambda count: ["x"] * count)

Make = Callable[[list[tuple[str, str]]], Headers | MutableHeaders]
both = pytest.mark.parametrize("make", [pytest.param(Headers, id="frozen"), pytest.param(MutableHeaders, id="builder")])


@both
@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param((1, 31), [("X-Shards", "1, 1f")], id="one-line"),
        pytest.param(
            (1, 2, 3), [("X-Shards", "1"), ("Other", "9"), ("x-shards", "2, 3")], id="rfc9110-5.3-several-lines"
        ),
        pytest.param((), [("X-Shards", "")], id="empty-line"),
    ],
)
def test_look_up(make: Make, expected: tuple[int, ...], lines: list[tuple[str, str]]) -> None:
    """All lines of the name are decoded together, whatever its case."""

    assert Shards(expected) == make(lines)[SHARDS] == make(lines).get(SHARDS)


@both
def test_absent(make: Make) -> None:
    """An absent field is a KeyError, or the default."""
    headers = make([("Other", "1")])

    with pytest.raises(KeyError, match="X-Shards"):
        headers[SHARDS]
    assert (None, 5, False) == (headers.get(SHARDS), headers.get(SHARDS, 5), SHARDS.name in headers)


def test_malformed() -> None:
    """A malformed field is an error, never the default: an `If-Match` read as absent would let a request through."""

    with pytest.raises(HeaderError, match="hexadecimal") as caught:
        Headers({"X-Shards": "1, z"}).get(SHARDS, Shards(()))
    assert ("X-Shards", 400) == (caught.value.field, caught.value.code)


def test_malformed_by_the_application() -> None:
    """What the application wrote itself is its own fault: no answer that blames the client."""

    with pytest.raises(HeaderValueError, match="hexadecimal"):
        MutableHeaders({"X-Shards": "1, z"}).get(SHARDS, Shards(()))


@pytest.mark.parametrize("value", ["1\x01", "\u2603", 5])
def test_illegal_is_not_absent(value: object) -> None:
    """What no header may hold is left out of the text, but its value was there: malformed, not absent."""
    headers = Headers.captured({"HTTP_X_SHARDS": value})

    assert "X-Shards" not in headers
    with pytest.raises(HeaderError, match="X-Shards"):
        headers.get(SHARDS)
    with pytest.raises(HeaderError, match="X-Shards"):
        headers[SHARDS]


@both
def test_in_takes_a_key(make: Make) -> None:
    """A key is there when its field is."""
    headers: object = make([("x-shards", "1")])

    assert isinstance(headers, Headers | MutableHeaders)
    assert (True, False) == (headers.__contains__(SHARDS), headers.__contains__(COUNT))


def test_limit_outlives_an_edit() -> None:
    """A copy with another field keeps the limit of its request."""
    headers = Headers.captured({"HTTP_X_SHARDS": "1, 2, 3"}, limits=Limits(max_header_value=6))

    for edited in (headers.with_("A", "b"), headers.adding("A", "b"), headers.without("A")):
        with pytest.raises(RequestHeaderFieldsTooLarge):
            edited.get(SHARDS)


def test_malformed_says_no_value() -> None:
    """What the client sent is not in the answer."""

    with pytest.raises(HeaderError) as caught:
        Headers({"X-Shards": "secret"})[SHARDS]
    assert "secret" not in str(caught.value)


def test_single_field_refuses_two_lines() -> None:
    """A field that is there once is malformed when it is there twice."""

    with pytest.raises(HeaderError, match="only one"):
        Headers([("X-Shard", "1"), ("X-Shard", "1")])[SHARD]


def test_over_long_is_a_431() -> None:
    """Lines that are together longer than the limit are a 431 that names it; their text stays readable."""
    headers = Headers.captured({"HTTP_X_SHARDS": "1, 2, 3"}, limits=Limits(max_header_value=6))

    with pytest.raises(RequestHeaderFieldsTooLarge, match="max_header_value") as caught:
        headers.get(SHARDS)
    assert ("X-Shards", "1, 2, 3") == (caught.value.field, headers["X-Shards"])


def test_exactly_the_limit() -> None:
    """What is as long as the limit is not over it."""

    assert Shards((1, 2)) == Headers.captured({"HTTP_X_SHARDS": "1, 2"}, limits=Limits(max_header_value=4))[SHARDS]


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param((("A", "1"), ("X-Shards", "1f"), ("B", "2")), Shards((31,)), id="in-place"),
        pytest.param((("A", "1"), ("B", "2")), Shards(()), id="empty-takes-it-away"),
        pytest.param((("A", "1"), ("B", "2")), None, id="none-takes-it-away"),
    ],
)
def test_assignment(expected: tuple[tuple[str, str], ...], value: Shards | None) -> None:
    """An assigned value replaces all lines of the field, where the first was."""
    headers = MutableHeaders([("A", "1"), ("x-shards", "1"), ("B", "2"), ("X-Shards", "2")])
    headers[SHARDS] = value

    assert expected == headers.pairs


def test_with_gives_a_new_value() -> None:
    """`with_` writes what look-up reads, and leaves its own headers alone."""
    headers = Headers([("X-Shards", "1"), ("X-Shards", "2")])

    assert (Shards((3,)), Shards((1, 2))) == (headers.with_(SHARDS, Shards((3,)))[SHARDS], headers[SHARDS])


def test_several_lines() -> None:
    """A key may write several lines, and reads them."""

    assert (3, ["x", "x", "x"]) == (
        Headers().with_(COUNT, 3)[COUNT],
        Headers().with_(COUNT, 3).getlist("X-Count"),
    )


def test_deletion_by_key() -> None:
    """A key deletes its field."""
    headers = MutableHeaders([("X-Shards", "1"), ("B", "2")])
    del headers[SHARDS]

    assert (("B", "2"),) == headers.pairs


def test_what_a_key_writes_is_checked() -> None:
    """A key of an application's own cannot split the head."""
    evil = HeaderField("X-Evil", decode_lines, lambda count: ["a\r\nSet-Cookie: x=1"] * count)

    with pytest.raises(HeaderValueError):
        Headers().with_(evil, 1)


def test_types() -> None:
    """The type checker knows what a key gives."""
    headers = Headers({"X-Shards": "1"})
    assert_type(headers[SHARDS], Shards)
    assert_type(headers.get(SHARDS), Shards | None)
    assert_type(headers.get(SHARDS, 5), Shards | int)
    assert_type(MutableHeaders(headers)[SHARDS], Shards)

    assert "<HeaderField X-Shards>" == repr(SHARDS)
