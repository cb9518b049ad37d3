"""Answers whose own fields are malformed pass what stands around a handler as others do."""

from __future__ import annotations

import pytest

from verglas import FrozenResponse, text
from verglas.middleware import add_vary


@pytest.mark.parametrize("value", ["a b", '"', "a" * 70_000], ids=["two-names", "open-quote", "long"])
def test_vary(value: str) -> None:
    """A Vary that cannot be read gives way to one that can, whether the answer is frozen or not."""
    builder, frozen = text("hi"), FrozenResponse(b"hi", headers={"Vary": value})
    builder.headers["Vary"] = value

    assert ["Origin"] * 2 == [add_vary(answer, "Origin").headers["Vary"] for answer in (builder, frozen)]
