"""The strategies: each value is what it says, and the smallest ones are small."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import strategies as st

from tests.strategies import smallest
from verglas import URL, Request
from verglas.testing import strategies


@pytest.mark.parametrize("name", [name for name in strategies.__all__ if name.islower()])
def test_strategies_give_what_they_say(name: str) -> None:
    """The docstring of each strategy shows a value."""
    assert "`" in (getattr(strategies, name).__doc__ or "")


SMALLEST: Final[dict[str, tuple[st.SearchStrategy[object], str]]] = {
    "any_texts": (strategies.any_texts(), "''"),
    "field_values": (strategies.field_values(), "''"),
    "headers": (strategies.headers(), "Headers([])"),
    "hosts": (strategies.hosts(), "'localhost'"),
    "json_values": (strategies.json_values(), "None"),
    "queries": (strategies.queries(), "Query([])"),
    "tokens": (strategies.tokens(), "'0'"),
    "urls": (strategies.urls(), repr(URL.parse("http://localhost/"))),
}


@pytest.mark.parametrize("name", SMALLEST)
def test_smallest_values(name: str) -> None:
    """What a failing test shows when any value fails."""
    strategy, expected = SMALLEST[name]

    assert expected == repr(smallest(strategy))


def described(request: Request[None]) -> str:
    """The request line, with what else the request has."""
    fields = "".join(f" {name}: {value}" for name, value in request.headers.pairs if name == "X-Tag")
    return f"{request.method} {request.url}{fields}{f' {request.data!r}' if request.data else ''}"


def test_smallest_request() -> None:
    """A request shrinks to the plainest one, part by part."""

    def has_body(request: Request[None]) -> bool:
        return bool(request.data)

    assert "GET http://localhost/" == described(smallest(strategies.requests()))
    assert "GET http://localhost/ b'\\x00'" == described(smallest(strategies.requests(), has_body))
