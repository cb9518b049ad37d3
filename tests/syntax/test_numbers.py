"""Numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError
from verglas.syntax.tokens import parse_digits


@pytest.mark.parametrize(
    ("expected", "text"),
    [(0, "0"), (42, "42"), (7, "007"), (10**18 - 1, "9" * 18)],
    ids=["zero", "plain", "leading-zeros", "longest"],
)
def test_digits(expected: int, text: str) -> None:
    """1*DIGIT is a number."""

    assert expected == parse_digits(text, grammar="test")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="empty"),
        pytest.param(0, "-1", id="cve-2026-53540-negative"),
        pytest.param(0, "+10", id="cve-2022-24761-sign"),
        pytest.param(1, "0x10", id="cve-2022-24761-hexadecimal"),
        pytest.param(1, "1_000", id="cve-2022-24761-underscore"),
        pytest.param(0, " 1", id="leading-space"),
        pytest.param(1, "1\n", id="trailing-newline"),
        pytest.param(1, "1\x0b", id="vertical-tab"),
        pytest.param(1, "5, 5", id="cve-2019-16789-list"),
        pytest.param(0, "٣", id="cve-2025-69225-arabic-digit"),
        pytest.param(0, "²", id="superscript"),
        pytest.param(0, "\uff11", id="fullwidth-digit"),
        pytest.param(1, "1.0", id="fraction"),
        pytest.param(18, "1" * 19, id="too-many"),
        pytest.param(18, "0" * 19, id="too-many-zeros"),
    ],
)
def test_refuses(position: int, text: str) -> None:
    """Nothing but ASCII digits, and no more than are allowed."""

    with pytest.raises(GrammarError) as caught:
        parse_digits(text, grammar="Content-Length")

    assert ("Content-Length", position) == (caught.value.grammar, caught.value.position)


def test_the_cap_can_be_set() -> None:
    """A grammar may allow fewer digits."""

    with pytest.raises(GrammarError):
        parse_digits("1000", grammar="test", max_digits=3)


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_round_trip(number: int) -> None:
    """What was written is read as it was."""

    assert number == parse_digits(str(number), grammar="test")


@given(st.text(st.sampled_from("019-+_ \n٣²")) | st.text())
def test_total(text: str) -> None:
    """Any text is a number of its own digits, or a GrammarError."""
    try:
        number = parse_digits(text, grammar="test")
    except GrammarError:
        return

    assert str(number) == text.lstrip("0") or (number == 0 and set(text) == {"0"})
