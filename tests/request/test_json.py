"""JSON bodies."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from tests.kit import JSON, URLENCODED, Input, posted
from verglas import BodyConsumed, Limits, ParseError, Request, Response, application, json_response
from verglas.errors import JSONError, UnsupportedMediaType
from verglas.testing import call
from verglas.wsgi import JSONLike, JSONValue

VALUES: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def sent(body: bytes, content_type: str = JSON, limits: Limits | None = None) -> Request:
    """A request with a body."""
    return Request(posted(body, content_type), limits=limits)


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param({"a": [1, 2.5, None, True, "\xe9"]}, '{"a": [1, 2.5, null, true, "\xe9"]}'.encode(), id="utf-8"),
        pytest.param("\xe9", b'\xef\xbb\xbf"\xc3\xa9"', id="utf-8-bom"),
        pytest.param(["\xe9"], '["\xe9"]'.encode("utf-16"), id="utf-16-bom"),
        pytest.param(["\xe9"], '["\xe9"]'.encode("utf-16-le"), id="rfc4627-3-utf-16-le"),
        pytest.param(["\xe9"], '["\xe9"]'.encode("utf-16-be"), id="rfc4627-3-utf-16-be"),
        pytest.param(["\xe9"], '["\xe9"]'.encode("utf-32"), id="utf-32-bom"),
        pytest.param(["\xe9"], '["\xe9"]'.encode("utf-32-be"), id="rfc4627-3-utf-32-be"),
        pytest.param(1, b" \t\r\n1 ", id="rfc8259-2-white-space"),
        pytest.param(None, b"null", id="null"),
        pytest.param({"a": 2}, b'{"a": 1, "a": 2}', id="last-of-equal-names"),
        pytest.param(int("9" * 4000), b"9" * 4000, id="big-int"),
    ],
)
def test_reads(expected: JSONValue, body: bytes) -> None:
    """JSON in UTF-8, and in UTF-16 and UTF-32 as they show themselves."""

    assert expected == sent(body).json


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" ", id="blank"),
        pytest.param(b"{", id="open"),
        pytest.param(b"[1,]", id="comma"),
        pytest.param(b"1 2", id="two"),
        pytest.param(b"'a'", id="quotes"),
        pytest.param(b"NaN", id="rfc8259-6-nan"),
        pytest.param(b"[Infinity]", id="rfc8259-6-infinity"),
        pytest.param(b"[-Infinity]", id="rfc8259-6-minus-infinity"),
        pytest.param(b'"\xff"', id="bad-utf-8"),
        pytest.param(b'"\xed\xa0\x80"', id="surrogate-in-utf-8"),
        pytest.param(b"\xff\xfe\x00\xd8", id="half-of-a-pair-in-utf-16"),
        pytest.param(b"9" * 5000, id="too-big-an-int"),
        pytest.param('"\xe9"'.encode("latin-1"), id="cve-2018-1000656-latin-1"),
    ],
)
def test_malformed(body: bytes) -> None:
    """What is no JSON is a 400 that shows nothing of it; `silent` gives `None`; each time again."""

    request = sent(body)
    for _ in range(2):
        with pytest.raises(JSONError) as caught:
            str(request.json)
        assert (400, "body", None) == (caught.value.code, caught.value.field, request.get_json(silent=True))


def test_malformed_says_where() -> None:
    """The error has the position of what is wrong."""

    with pytest.raises(JSONError, match="position 4") as caught:
        str(sent(b"[1, x]").json)

    assert 4 == caught.value.position


@pytest.mark.parametrize("bracket", ["[", '{"a":'], ids=["arrays", "objects"])
def test_depth(bracket: str) -> None:
    """A hundred thousand brackets are a 413, no `RecursionError`; `silent` does not hide what is too much."""

    request = sent(bracket.encode() * 100_000)
    for silent in (False, True):
        with pytest.raises(ParseError) as caught:
            request.get_json(silent=silent)
        limit = caught.value.limit
        assert (413, "max_json_depth") == (caught.value.code, limit and limit.knob)


def test_deeper_than_the_decoder() -> None:
    """Where the limit is beyond the decoder's own, that one is a 400."""

    with pytest.raises(JSONError):
        str(sent(b"[" * 200_000, limits=Limits(max_json_depth=300_000)).json)


@pytest.mark.parametrize("content_type", ["", "text/plain", "text/json", URLENCODED])
def test_another_type(content_type: str) -> None:
    """A body of another type is a 415; `silent` gives `None`, and neither reads it; `force` reads it."""

    stream = Input(b"[1]")
    request = Request(posted(b"[1]", content_type, stream=stream))
    with pytest.raises(UnsupportedMediaType) as caught:
        str(request.json)

    assert (415, None, []) == (caught.value.code, request.get_json(silent=True), stream.asked)
    assert [1] == request.get_json(force=True)


def test_new_value_each_time() -> None:
    """A change of a value does not show in the next one."""

    request = sent(b'{"a": []}')
    first = request.json
    assert isinstance(first, dict)
    first["b"] = 1

    assert {"a": []} == request.json


def test_not_cached() -> None:
    """`cache=False` consumes: the next reader is told."""

    request = sent(b"[1]")
    assert [1] == request.get_json(cache=False)

    with pytest.raises(BodyConsumed):
        request.get_json()


def test_cached_bytes_are_seen_by_all() -> None:
    """After `json` the bytes are there too."""

    request = sent(b"[1]")

    assert ([1], b"[1]", b"[1]") == (request.json, request.data, request.stream.read())


class Own(Request):
    """A request with ideas of its own about JSON."""

    asked: ClassVar[list[ValueError | None]] = []

    def on_json_loading_failed(self, error: ValueError | None) -> JSONValue:
        """Note it, and give something else."""
        self.asked.append(error)
        return "instead"


@pytest.mark.parametrize(
    ("kind", "content_type"), [pytest.param(ValueError, JSON, id="bad"), pytest.param(type(None), "", id="type")]
)
def test_hook(kind: type[object], content_type: str) -> None:
    """What the hook returns is the result; it is not asked when `silent`."""

    Own.asked.clear()
    request = Own(posted(b"{", content_type))

    assert ("instead", None) == (request.json, request.get_json(silent=True))
    assert [True] == [isinstance(error, kind) for error in Own.asked]


class Upper:
    """A JSON module of the application's own."""

    def loads(self, text: str, /) -> JSONValue:
        """Read, oddly."""
        return text.upper()

    def dumps(self, value: JSONLike, /) -> str:
        """Write."""
        return json.dumps(value)


class WithModule(Request):
    """A request with that module."""

    json_module = Upper()


def test_json_module() -> None:
    """A subclass may bring its own decoder."""

    assert "[A]" == WithModule(posted(b"[a]", JSON)).json


@given(VALUES.filter(lambda value: value is not None))
def test_round_trip(value: JSONLike) -> None:
    """What `from_values(json=)` sends is what `json` reads; `None` stands for nothing there."""

    assert value == Request.from_values(json=value).json


@given(st.binary(max_size=12) | st.text('[]{}",:1e-nul\\ ').map(str.encode))
def test_total(body: bytes) -> None:
    """Any body is a value or a `ParseError`."""

    code = 400
    try:
        sent(body).get_json()
    except ParseError as error:
        code = error.code

    assert code in (400, 413)


@pytest.mark.parametrize("unit", ['"', "\\", "[", "1,", '"a', " "])
def test_grows_linearly(unit: str) -> None:
    """The work is linear in the body, valid or not."""

    def run(size: int) -> None:
        with pytest.raises(ParseError):
            sent(f"[{filled(unit, size)}".encode()).get_json()

    assert_linear(run, start=1000)


def test_answer() -> None:
    """An application answers 400 to what is no JSON, with nothing of it in the page."""

    def handler(request: Request) -> Response:
        return json_response(request.json)

    answer = call(application(handler), posted(b"<script>", JSON))

    assert ("400 Bad Request", False) == (answer.status, b"<script>" in answer.body)
