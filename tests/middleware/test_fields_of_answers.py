"""Fields that an answer has already, read and added to by what finishes it."""

from __future__ import annotations

from verglas import text
from verglas.middleware import add_vary


def test_malformed_vary_of_the_answer() -> None:
    """A Vary that cannot be read is replaced, on builders as on frozen answers: nothing that finishes them raises."""
    answer = text("hi", headers={"Vary": "a b"})

    assert "Origin" == add_vary(answer.freeze(), "Origin").headers["Vary"]
    assert "Origin" == add_vary(answer, "Origin").headers["Vary"]
