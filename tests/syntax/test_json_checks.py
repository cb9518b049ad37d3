"""What is looked for in a JSON text before it is decoded: too many values, numbers and surrogates that mean nothing."""

from __future__ import annotations

import json
from contextlib import suppress
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.strategies import json_values
from verglas import GrammarError
from verglas.errors import LimitError
from verglas.syntax.jsontext import check_meaning, check_values
from verglas.wsgi import JSONValue


@given(json_values())
def test_what_json_writes_is_accepted(value: JSONValue) -> None:
    """Any value without infinities passes, escaped or not."""
    check_meaning(json.dumps(value))
    check_meaning(json.dumps(value, ensure_ascii=False))


def numbers(value: JSONValue) -> list[float]:
    """All floats in a value."""
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []


@given(
    st.lists(
        st.sampled_from(["1", "e", "E", "+", "-", "9", "0", ".", '"', "\\", ",", "308", "999", "\\ud8", "00"])
    ).map("".join)
)
def test_what_passes_can_be_repeated(inner: str) -> None:
    """A text that passes, and is JSON, has values that can be written and encoded again."""
    text = f"[{inner}]"
    try:
        check_meaning(text)
        value: JSONValue = json.loads(text)
    except ValueError:
        return

    assert all(isfinite(number) for number in numbers(value))
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        pytest.param(0, "1", id="one-value"),
        pytest.param(1, "[]", id="array"),
        pytest.param(3, "[1,2,3]", id="three"),
        pytest.param(2, '{"a":1}', id="member"),
        pytest.param(4, '{"a":1,"b":2}', id="two-members"),
        pytest.param(1, '["a,b:c[d{e"]', id="in-a-string"),
        pytest.param(1, r'["\",\",["]', id="after-an-escaped-quote"),
        pytest.param(0, '",,,,', id="string-without-an-end"),
        pytest.param(0, '",,\\', id="string-that-ends-in-an-escape"),
        pytest.param(3, "]],[}:", id="not-json"),
    ],
)
def test_counts_values(values: int, text: str) -> None:
    """Commas, colons and opening brackets count outside of strings; one too many is told with its place."""
    check_values(text, values)
    if values:
        with pytest.raises(LimitError, match="max_json_values") as caught:
            check_values(text, values - 1)

        assert text[caught.value.position or 0] in ",:[{"


@given(st.lists(st.sampled_from([*',:[{]}"\\a1 ']), max_size=30).map("".join), st.integers(0, 12))
def test_counts_as_a_scan_does(text: str, allowed: int) -> None:
    """The count is that of a reader that goes character by character."""
    inside = escaped = False
    count = 0
    for character in text:
        if escaped:
            escaped = False
        elif inside:
            escaped = character == "\\"
            inside = character != '"'
        else:
            inside = character == '"'
            count += character in ",:[{"
    try:
        check_values(text, allowed)
        refused = False
    except GrammarError:
        refused = True

    assert refused == (count > allowed)


@pytest.mark.parametrize(
    "unit", ['"",', '""', "[", "1e999", '"\\ud83d\\ude00"', "9" * 299 + ",", "\\", '"\\"', "e9", "1e99"]
)
def test_checks_are_linear(unit: str) -> None:
    """Texts made to be slow cost what they are long."""

    def run(size: int) -> None:
        text = unit * size
        with suppress(GrammarError):
            check_meaning(text)
        with suppress(GrammarError):
            check_values(text, len(text) // 2)

    assert_linear(run, start=500)
