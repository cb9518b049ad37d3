"""JSON that decoders let through although nothing can stand for it, and JSON that only looks so."""

from __future__ import annotations

import json
from contextlib import suppress
from math import isfinite
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.kit import JSON, posted
from tests.strategies import json_values
from verglas import GrammarError, Limits, Request
from verglas.errors import JSONError, LimitError, RequestEntityTooLarge
from verglas.syntax.jsontext import check_meaning, check_values
from verglas.wsgi import JSONLike, JSONValue


class PlainJSON:
    """The standard module as it is, infinities and all."""

    def loads(self, text: str, /) -> JSONValue:
        """Read a text."""
        value: JSONValue = json.loads(text)
        return value

    def dumps(self, value: JSONLike, /) -> str:
        """Write a value."""
        return json.dumps(value)


class Custom(Request):
    """A request with another module."""

    json_module = PlainJSON()


DIGITS: Final = "9" * 400

both = pytest.mark.parametrize("kind", [Request, Custom], ids=["standard", "another-module"])


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "1e999", id="rfc8259-6-exponent"),
        pytest.param(0, "-1E+309", id="negative"),
        pytest.param(1, "[1.8e308]", id="just-above-a-double"),
        pytest.param(5, '{"a":1e1000}', id="in-an-object"),
        pytest.param(10, '["1e999", 1e999]', id="after-a-string-that-looks-so"),
        pytest.param(0, DIGITS + ".0", id="many-digits"),
        pytest.param(0, DIGITS + "e0", id="many-digits-and-an-exponent"),
        pytest.param(600, " " * 600 + DIGITS + ".5", id="many-digits-somewhere"),
        pytest.param(1, r'"\ud83d"', id="rfc8259-8.2-high-surrogate"),
        pytest.param(1, r'"\uDE00"', id="low-surrogate"),
        pytest.param(1, r'"\ud83dx\ude00"', id="apart"),
        pytest.param(1, r'"\ude00\ud83d"', id="in-the-wrong-order"),
        pytest.param(13, r'"\ud83d\ude00\ud83d"', id="one-too-many"),
        pytest.param(2, r'{"\ud800":1}', id="in-a-name"),
        pytest.param(3, r'"\\\udfff"', id="after-an-escaped-backslash"),
    ],
)
@both
def test_refused(kind: type[Request], position: int, text: str) -> None:
    """It is a 400 that says where, whichever module decodes."""
    with pytest.raises(JSONError) as caught:
        _ = kind(posted(text.encode(), JSON)).json

    assert (400, position) == (caught.value.code, caught.value.position)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1.7976931348623157e308", id="largest-double"),
        pytest.param("1e-999", id="underflow-is-zero"),
        pytest.param("1e0000000000000000001", id="leading-zeros-of-an-exponent"),
        pytest.param("0e999", id="zero"),
        pytest.param('"1e999"', id="in-a-string"),
        pytest.param(f'"{DIGITS}.0"', id="digits-in-a-string"),
        pytest.param(f'["\\"", "{DIGITS}.0"]', id="digits-after-an-escaped-quote"),
        pytest.param(DIGITS, id="large-integer"),
        pytest.param("0." + DIGITS, id="digits-after-the-point"),
        pytest.param(r'"\ud83d\ude00"', id="pair"),
        pytest.param(r'"\\ud83d"', id="escaped-backslash"),
        pytest.param(r'"\uD83D\uDE00\n\ud834\udd1e"', id="pairs-in-either-case"),
        pytest.param('"\U0001f600"', id="raw"),
        pytest.param(r'"\ue000\ud7ff"', id="beside-the-surrogates"),
    ],
)
@both
def test_accepted(kind: type[Request], text: str) -> None:
    """What only looks like that is read."""
    assert json.loads(text) == kind(posted(text.encode(), JSON)).json


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


@both
def test_too_many_values(kind: type[Request]) -> None:
    """A body with more values than allowed is a 413 that names the knob, before it is decoded."""
    request = kind(posted(b"[1,2,3]", JSON), limits=Limits(max_json_values=2))

    with pytest.raises(RequestEntityTooLarge, match="max_json_values"):
        _ = request.get_json(silent=True)


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
