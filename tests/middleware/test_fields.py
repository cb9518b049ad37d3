"""`add_vary` and `set_field`: fields of an answer, whether it is being built or frozen."""

from __future__ import annotations

import pytest

from verglas import FrozenResponse, HeaderValueError, Response, text
from verglas.middleware import add_vary, set_field


@pytest.mark.parametrize(
    ("vary", "names", "expected"),
    [
        pytest.param([], ("Origin",), "Origin", id="absent"),
        pytest.param([], ("Origin", "Cookie"), "Origin, Cookie", id="several"),
        pytest.param(["Accept"], ("Origin",), "Accept, Origin", id="added"),
        pytest.param(["Accept", "Cookie"], ("Origin",), "Accept, Cookie, Origin", id="lines"),
        pytest.param(["origin"], ("Origin",), "origin", id="there-in-another-case"),
        pytest.param(["*"], ("Origin",), "*", id="star"),
        pytest.param(["Cookie, *"], ("Origin",), "Cookie, *", id="star-among-others"),
        pytest.param(["a b"], ("Origin",), "Origin", id="malformed"),
        pytest.param(['"'], ("Origin",), "Origin", id="open-quote"),
    ],
)
def test_add_vary(vary: list[str], names: tuple[str, ...], expected: str) -> None:
    """Names are added, each once; of a frozen answer to a copy."""
    built = text("hi", headers={"Vary": vary})
    frozen = built.freeze()

    assert [expected] == add_vary(frozen, *names).headers.getlist("Vary")
    assert tuple(vary) == tuple(frozen.headers.getlist("Vary"))
    assert built is add_vary(built, *names)
    assert [expected] == built.headers.getlist("Vary")
    assert (known := built.freeze()) is add_vary(known, *names)


def test_add_vary_to_one_that_is_too_long() -> None:
    """A Vary that is longer than what is read gives way to one that can be read."""
    frozen = FrozenResponse(b"hi", headers={"Vary": "a" * 70_000})

    assert "Origin" == add_vary(frozen, "Origin").headers["Vary"]
    assert "Origin" == add_vary(Response.thaw(frozen), "Origin").headers["Vary"]


@pytest.mark.parametrize("vary", ["", "Accept"])
@pytest.mark.parametrize("name", ["a b", "", "a\r\nb", "ä"])
def test_add_vary_of_what_is_not_a_name(vary: str, name: str) -> None:
    """A text that cannot be the name of a field is not sent."""
    with pytest.raises(HeaderValueError):
        add_vary(text("hi", headers={"Vary": vary} if vary else {}), name)


def test_set_field() -> None:
    """A field takes the place of all that are there; an answer that has it is untouched."""
    built = text("hi", headers={"X-Tag": ["a", "b"]})
    frozen = built.freeze()

    assert ["c"] == list(set_field(frozen, "X-Tag", "c").headers.getlist("x-tag"))
    assert ["a", "b"] == list(frozen.headers.getlist("X-Tag"))
    changed = set_field(built, "X-Tag", "c")
    assert (["c"], ["a", "b"]) == (changed.headers.getlist("X-Tag"), built.headers.getlist("X-Tag"))
    assert changed is set_field(changed, "X-Tag", "d")
    assert changed is set_field(changed, "X-Tag", "d")
    assert (known := set_field(frozen, "X-Tag", "d")) is set_field(known, "X-Tag", "d")
