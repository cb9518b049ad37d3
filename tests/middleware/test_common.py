"""Helpers of what stands around a handler: Vary."""

from __future__ import annotations

import pytest

from verglas import FrozenResponse, text
from verglas.middleware import add_vary


@pytest.mark.parametrize("value", ["a b", '"', "a" * 70_000], ids=["two-names", "open-quote", "long"])
def test_malformed_vary(value: str) -> None:
    """A Vary that cannot be read gives way to one that can, whether the answer is frozen or not."""
    builder, frozen = text("hi"), FrozenResponse(b"hi", headers={"Vary": value})
    builder.headers["Vary"] = value

    assert ["Origin"] * 2 == [add_vary(answer, "Origin").headers["Vary"] for answer in (builder, frozen)]


@pytest.mark.parametrize("value", ["*", "Cookie, *", "origin"])
def test_vary_that_says_so(value: str) -> None:
    """A Vary that names the field, or all of them, stays as it is; so does a frozen answer."""
    builder, frozen = text("hi"), FrozenResponse(b"hi", headers={"Vary": value})
    builder.headers["Vary"] = value

    assert (value, True) == (add_vary(builder, "Origin").headers["Vary"], add_vary(frozen, "Origin") is frozen)
