"""The values of header fields: of every key, and of keys of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tests.headers.samples import key_of
from verglas import Request
from verglas.headers import ACCEPT, FIELDS, IF_MATCH, ETags, HeaderField
from verglas.inputs import header
from verglas.testing.strategies import header_values, requests_of

EACH_FIELD: Final = pytest.mark.parametrize("name", FIELDS)
SMALLEST: Final = settings(
    max_examples=10, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink]
)  # to explain what is found takes most of the time


@EACH_FIELD
@settings(max_examples=20)
@given(data=st.data())
def test_values_are_read_again(name: str, data: st.DataObject) -> None:
    """What is written has a line, and is read as it was."""
    key = key_of(name)
    value = data.draw(header_values(key))
    lines = key.encode(value)

    assert lines
    assert value == key.decode(lines)


@EACH_FIELD
def test_smallest_values(name: str) -> None:
    """The smallest value has one short line."""
    key = key_of(name)
    lines = key.encode(find(header_values(key), lambda _: True, settings=SMALLEST))

    assert 1 == len(lines)
    assert len(lines[0]) <= len("Sat, 01 Jan 2000 00:00:00 GMT")


@EACH_FIELD
def test_requests_have_them(name: str) -> None:
    """A request that fits has any of the values."""
    source = header(key_of(name))

    @settings(max_examples=5)
    @given(requests_of(source))
    def check(request: Request[None]) -> None:
        source.read(request)
        assert name in request.headers

    check()


def test_requests_vary() -> None:
    """They are more than the few that are tried to find out what an input takes."""
    lines: set[str] = set()

    @settings(max_examples=60, database=None, derandomize=True)
    @given(requests_of(header(ACCEPT)))
    def collect(request: Request[None]) -> None:
        lines.add(request.headers["Accept"])

    collect()
    assert len(lines) > 30


def test_empty_values() -> None:
    """An empty value has no line: it is among the others if it is asked for."""
    values = header_values(IF_MATCH, unsent=True)

    assert ETags() == find(values, lambda value: not IF_MATCH.encode(value))


TRACE: Final = HeaderField("X-Trace", lambda lines: UUID(lines[0]), lambda trace: [str(trace)])
COUNT: Final = HeaderField("X-Count", lambda lines: int(lines[0]), lambda count: [str(count)])


def one_of_two(lines: Sequence[str]) -> int:
    """Takes nothing that is likely."""
    return {"left-hand": 1, "right-hand": 2}[lines[0]]


def test_own_keys() -> None:
    """Of a key of one's own, values of likely lines are found."""
    assert isinstance(find(header_values(TRACE), lambda _: True), UUID)
    assert find(header_values(COUNT), lambda count: count > 5) > 5


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(HeaderField("X-Side", one_of_two, str), id="takes-none"),
        pytest.param(HeaderField("X-Count", lambda lines: int(lines[0]), lambda _: ()), id="writes-none"),
    ],
)
def test_nothing_is_known(key: HeaderField[int]) -> None:
    """Where none is found, the error says what to do."""
    with pytest.raises(TypeError, match=f"{key.name}.*write a strategy of its values"):
        header_values(key)
