"""The text of a JSON body."""

from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError
from verglas.errors import LimitError
from verglas.syntax.jsontext import check_depth, decode_json_text
from verglas.wsgi import JSONValue

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
VALUES: st.SearchStrategy[JSONValue] = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\aé☃'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\'), inner, max_size=3),
)


def naive_depth(value: JSONValue) -> int:
    """How many arrays and objects are inside each other."""
    if isinstance(value, dict):
        return 1 + max((naive_depth(inner) for inner in value.values()), default=0)
    return 1 + max(map(naive_depth, value), default=0) if isinstance(value, list) else 0


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["1", "[]", '"é"', '{"a": "☃"}', '"\U0001f600"'])
def test_decodes(text: str, encoding: str) -> None:
    """Every Unicode encoding is recognised, with and without its mark."""

    assert text == decode_json_text(text.encode(encoding))


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("", codecs.BOM_UTF8, id="only-a-mark"),
        pytest.param("", codecs.BOM_UTF32_LE, id="only-a-mark-that-starts-with-another"),
        pytest.param("\ufeff1", codecs.BOM_UTF8 * 2 + b"1", id="only-the-first-mark"),
        pytest.param("[1]", b"[1]", id="rfc8259-8.1"),
    ],
)
def test_decodes_marks(expected: str, data: bytes) -> None:
    """One mark is taken off."""

    assert expected == decode_json_text(data)


@pytest.mark.parametrize(
    ("position", "data"),
    [
        pytest.param(2, b'["\xff"]', id="utf-8"),
        pytest.param(5, codecs.BOM_UTF8 + b'["\xff"]', id="after-a-mark"),
        pytest.param(1, b'"\xed\xa0\x80"', id="surrogate"),
        pytest.param(2, b'"\x00\x00\xd8"\x00', id="half-a-surrogate-pair"),
        pytest.param(4, codecs.BOM_UTF16_LE + b'"\x00"', id="half-a-unit"),
        pytest.param(4, b"\x00\x00\x00[\x00\x11\x00\x00", id="beyond-unicode"),
    ],
)
def test_refuses_what_is_not_its_encoding(position: int, data: bytes) -> None:
    """The position of the first bad octet is told, from the start of the body."""
    with pytest.raises(GrammarError) as caught:
        decode_json_text(data)

    assert position == caught.value.position


@pytest.mark.parametrize(
    ("depth", "text"),
    [
        pytest.param(0, "1", id="no-brackets"),
        pytest.param(1, "[1]", id="array"),
        pytest.param(2, '[{"a": 1}, [], {}]', id="both"),
        pytest.param(1, '["[[[["]', id="in-a-string"),
        pytest.param(1, r'["\"[[[["]', id="after-an-escaped-quote"),
        pytest.param(3, r'["\\", [[]]]', id="after-an-escaped-backslash"),
        pytest.param(1, '["[[[[', id="in-a-string-without-an-end"),
        pytest.param(1, '["\\', id="backslash-at-the-end"),
        pytest.param(1, "[]]]][[", id="not-valid"),
        pytest.param(1, "[],[],[]", id="beside-each-other"),
    ],
)
def test_depth(depth: int, text: str) -> None:
    """As deep as allowed passes; one level less does not."""
    check_depth(text, depth)
    with pytest.raises(LimitError):
        check_depth(text, depth - 1)


def test_depth_says_where() -> None:
    """The error names the knob and the first bracket that is too deep."""
    with pytest.raises(LimitError) as caught:
        check_depth('[["[["], {"a": [1, [2]]}]', 3)

    assert ("max_json_depth", 3, 19) == (caught.value.limit.knob, caught.value.limit.allowed, caught.value.position)


@given(VALUES, st.booleans(), st.integers(0, 5))
def test_depth_agrees_with_the_value(value: JSONValue, ensure_ascii: bool, max_depth: int) -> None:
    """A text passes exactly if the value that it stands for is not deeper."""
    text = json.dumps(value, ensure_ascii=ensure_ascii)
    try:
        check_depth(text, max_depth)
    except LimitError:
        passes = False
    else:
        passes = True

    assert (naive_depth(value) <= max_depth) == passes


@given(st.binary())
def test_decoding_is_total(data: bytes) -> None:
    """Any octets are a text or a `GrammarError`, and a text can be encoded again."""
    try:
        text = decode_json_text(data)
    except GrammarError:
        return
    text.encode()


@given(VALUES, st.sampled_from(ENCODINGS))
def test_detects_what_the_standard_library_detects(value: JSONValue, encoding: str) -> None:
    """A JSON text is decoded as `json.loads` decodes it."""
    data = json.dumps(value, ensure_ascii=False).encode(encoding)

    assert json.loads(data) == json.loads(decode_json_text(data))
