"""JSON that decoders let through although nothing can stand for it, and JSON that only looks so."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.kit import JSON, posted
from verglas import Limits, Request
from verglas.errors import JSONError, RequestEntityTooLarge
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
        pytest.param(1, "[" + DIGITS[:210] + "e99]", id="fewer-digits-and-an-exponent-of-two"),
        pytest.param(161, " " * 161 + DIGITS[:210] + "E99", id="fewer-digits-somewhere"),
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
        pytest.param(DIGITS[:209] + "e99", id="many-digits-and-an-exponent-below-a-double"),
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


@both
def test_too_many_values(kind: type[Request]) -> None:
    """A body with more values than allowed is a 413 that names the knob, before it is decoded."""
    request = kind(posted(b"[1,2,3]", JSON), limits=Limits(max_json_values=2))

    with pytest.raises(RequestEntityTooLarge, match="max_json_values"):
        _ = request.get_json(silent=True)
