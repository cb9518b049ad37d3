"""What is looked for in a JSON text before it is decoded: too many values, numbers and surrogates that mean nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import Final, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from verglas import GrammarError
from verglas.errors import LimitError
from verglas.jsons import STANDARD_JSON
from verglas.syntax.jsontext import check_depth, check_meaning, check_values, decode_json_text, read_json_text
from verglas.testing.strategies import json_values
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


@given(st.lists(st.sampled_from([*'1eE+-90."\\,', "308", "999", "\\ud8", "00", "9" * 99, "9" * 160])).map("".join))
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


PIECES: Final = [*',:[{]}"\\a1 ', "\\ud8", "1e999", "é", "\n", "null", "NaN"]
TEXTS: Final = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def outcome(act: Callable[[], object]) -> object:
    """What a function returns, or the type and the text of the error that it raises."""
    try:
        return act()
    except (ValueError, RecursionError) as error:
        return type(error), str(error)


@given(TEXTS, st.integers(0, 12), st.integers(0, 6))
def test_reading_checks_as_the_single_functions_do(text: str, max_values: int, max_depth: int) -> None:
    """A text passes, or is refused, as by one function after the other."""

    def step_by_step() -> str:
        decoded = decode_json_text(text.encode())
        check_values(decoded, max_values)
        check_depth(decoded, max_depth)
        check_meaning(decoded)
        return decoded

    assert outcome(step_by_step) == outcome(lambda: read_json_text(text.encode(), max_values, max_depth))


def refused(constant: str) -> NoReturn:
    """What JSON has not."""
    raise ValueError(f"{constant} is not JSON")


@given(TEXTS | json_values().map(json.dumps), st.text(" \t\n\r\xa0x]", max_size=3), st.text(" \n\f\ufeff", max_size=2))
def test_reads_as_the_decoder_does(text: str, after: str, before: str) -> None:
    """The standard module reads what a decoder reads, white space around it included, and raises what that raises."""
    whole = before + text + after

    expected = outcome(lambda: json.JSONDecoder(parse_constant=refused).decode(whole))
    assert expected == outcome(lambda: STANDARD_JSON.loads(whole))
