"""`Query`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of
from verglas import Limits, Query, Request
from verglas.errors import RequestURITooLarge


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([], b"", id="empty"),
        pytest.param([("a", ""), ("b", ""), ("", ""), ("c", "")], b"a&b=&=&c&&", id="missing-parts"),
        pytest.param([("a", "1;b=2")], b"a=1;b=2", id="cve-2021-23336"),
        pytest.param([("role", "user"), ("x", ";role=admin")], b"role=user&x=;role=admin", id="cve-2026-53538"),
        pytest.param([("a", "b=c")], b"a=b=c", id="first-equals-splits"),
        pytest.param([("a b", "c d")], b"a+b=c+d", id="plus-is-space"),
        pytest.param([("a", "%FF")], b"a=%ff", id="invalid-utf-8-stays-escaped"),
        pytest.param([("a", "%E4")], b"a=\xe4", id="d5-raw-octet"),
        pytest.param([("a", "\N{SNOWMAN}")], "a=\N{SNOWMAN}".encode(), id="raw-utf-8"),
        pytest.param([("a", "caf\xe9")], b"a=caf%C3%A9", id="escaped-utf-8"),
        pytest.param([("a", "\x00\r\n")], b"a=%00%0D%0A", id="controls-are-data"),
    ],
)
def test_fields(expected: list[tuple[str, str]], text: bytes) -> None:
    """Only `&` separates, the first `=` splits, `+` is a space; what is no UTF-8 stays escaped."""

    assert expected == list(Query.parse(text, limits=Limits()).pairs)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_round_trip(pairs: list[tuple[str, str]]) -> None:
    """The text of a query reads as the same query."""

    query = Query([pair for pair in pairs if pair != ("", "")])

    assert query == Query.parse(str(query))


@given(st.binary())
def test_total(text: bytes) -> None:
    """Every query string is a query: nothing raises."""

    assert all(isinstance(name, str) for name in Query.parse(text, limits=Limits()))


@pytest.mark.parametrize("count", [3, 4])
def test_limit(count: int) -> None:
    """As many fields as allowed are read; one more is a 414 that names the limit, never a shorter query."""

    text, limits = b"&".join([b"a=1"] * count), Limits(max_query_fields=3)

    if count == 3:
        assert 3 == len(Query.parse(text, limits=limits).getlist("a"))
        return
    with pytest.raises(RequestURITooLarge) as caught:
        Query.parse(text, limits=limits)
    limit = caught.value.limit
    assert (414, "max_query_fields", 3) == (caught.value.code, limit and limit.knob, limit and limit.allowed)


def test_limit_raises_every_time() -> None:
    """A query that was refused once is refused again: it does not turn into an empty one."""

    request = Request(environ_of(QUERY_STRING="a&b"), limits=Limits(max_query_fields=1))
    with pytest.raises(RequestURITooLarge):
        len(request.args)

    with pytest.raises(RequestURITooLarge):
        len(request.args)


QUERIES = st.lists(
    st.sampled_from(
        ["&", "=", "+", "%", "%26", "%3d", "%61", "%2d", "%2D", "%5f", "%C3%A9", "%ff", ";", "\xe9", "\r", " "]
    )
    | st.sampled_from(["a", "A", "-", "_", "1", "ab", "a=", "&a=", "&a&", "&b=1", "a=1&"])
).map("".join)
NAMES = st.sampled_from(
    ["a", "A", "ab", "b", "a-", "a_", "_", "-", "1", "", "é", "a=", "a&", "a=1", "%61", " ", "a b", "a\r"]
)


@given(QUERIES, st.lists(NAMES, max_size=8))
def test_look_up_agrees_with_the_fields(text: str, names: list[str]) -> None:
    """A parameter has the value that it has among all, whether the query was parsed by then or searched."""
    read, whole = Query.parse(text), Query(Query.parse(text).pairs)

    assert [whole.get(name) for name in names] == [read.get(name) for name in names]
    assert [name in whole for name in names] == [name in read for name in names]
    assert whole == read
