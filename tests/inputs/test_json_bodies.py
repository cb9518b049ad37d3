"""JSON bodies as values of a type, by each library: the same tricks, the same problems, and the way back."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Final, Generic, Literal, NewType, NotRequired, TypedDict, TypeVar
from uuid import UUID

import msgspec
import pydantic
import pytest
from attrs import Factory, frozen
from hypothesis import given
from hypothesis import strategies as st

from verglas import Limits, Request, json_response
from verglas.errors import RequestEntityTooLarge
from verglas.inputs import Code, Decoder, Input, InputError, Invalid, body, json_of, query
from verglas.wsgi import JSONValue

T = TypeVar("T")

NAME: Final = "s3cret"  # what is sent, and must not come back in a message


@frozen
class AttrsLine:
    sku: str
    count: int


@frozen
class AttrsOrder:
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[AttrsLine]
    stock: dict[str, AttrsLine] = Factory(dict[str, AttrsLine])
    note: str | None = None


@dataclasses.dataclass
class DataLine:
    sku: str
    count: int


@dataclasses.dataclass
class DataOrder:
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[DataLine]
    stock: dict[str, DataLine] = dataclasses.field(default_factory=dict[str, DataLine])
    note: str | None = None


class DictLine(TypedDict):
    sku: str
    count: int


class DictOrder(TypedDict):
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[DictLine]
    stock: NotRequired[dict[str, DictLine]]
    note: NotRequired[str | None]


class StructLine(msgspec.Struct):
    sku: str
    count: int


class StructOrder(msgspec.Struct):
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[StructLine]
    stock: dict[str, StructLine] = {}
    note: str | None = None


class ClosedLine(msgspec.Struct, forbid_unknown_fields=True):
    sku: str
    count: int


class ClosedOrder(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[ClosedLine]
    stock: dict[str, ClosedLine] = {}
    note: str | None = None


class StructPrice(msgspec.Struct):
    price: float


class ModelPrice(pydantic.BaseModel):
    price: float


class ModelLine(pydantic.BaseModel):
    sku: str
    count: int


class ModelOrder(pydantic.BaseModel):
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[ModelLine]
    stock: dict[str, ModelLine] = {}
    note: str | None = None


@pydantic.dataclasses.dataclass
class CheckedLine:
    sku: str
    count: int


@pydantic.dataclasses.dataclass
class CheckedOrder:
    name: str
    count: int
    price: float
    paid: bool
    tags: list[str]
    lines: list[CheckedLine]
    stock: dict[str, CheckedLine] = dataclasses.field(default_factory=dict[str, CheckedLine])
    note: str | None = None


ORDERS: Final[Mapping[str, Decoder[object]]] = {
    kind.__name__: json_of(kind)
    for kind in (AttrsOrder, DataOrder, DictOrder, StructOrder, ClosedOrder, ModelOrder, CheckedOrder)
}
GOOD: Final[Mapping[str, str]] = {
    "name": f'"{NAME}"',
    "count": "2",
    "price": "1.5",
    "paid": "true",
    "tags": '["a", "b"]',
    "lines": '[{"sku": "x", "count": 1}]',
}

each_order = pytest.mark.parametrize("decoder", [pytest.param(one, id=name) for name, one in ORDERS.items()])


def text_of(**changed: str | None) -> str:
    """A good body with other members; `None` leaves one out."""
    members = {**GOOD, **changed}
    pairs = [f'"{name}": {value}' for name, value in members.items() if value is not None]
    return f"{{{', '.join(pairs)}}}"


def posted(content: bytes | str, content_type: str = "application/json", **headers: str) -> Request:
    """A request with a body."""
    return Request(method="POST", headers={"Content-Type": content_type, **headers}, body=content)


def problems_of(source: Input[object], request: Request) -> list[tuple[str, Code]]:
    """Where and what is wrong; nothing of it says what was sent."""
    error = source.attempt(request)
    assert isinstance(error, InputError)
    assert all(problem.place == "body" for problem in error.problems)
    assert NAME not in "".join([problem.message for problem in error.problems])
    return sorted((problem.pointer, problem.code) for problem in error.problems)


@each_order
def test_reads_a_good_body(decoder: Decoder[object]) -> None:
    """A body that has all that it should is read, and written as it was."""
    source = body(decoder)

    value = source.read(posted(text_of(note="null", stock='{"a/b": {"sku": "y", "count": 0}}')))

    assert value == source.read(source.write(Request(), value))
    written = json.loads(decoder.encode(value))
    assert {"sku": "x", "count": 1} == written["lines"][0]
    assert 1.5 == written["price"]


@each_order
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"paid": '"false"'}, [("/paid", "invalid")], id="text-for-a-bool"),
        pytest.param({"paid": "0"}, [("/paid", "invalid")], id="number-for-a-bool"),
        pytest.param({"count": '"1"'}, [("/count", "invalid")], id="text-for-an-int"),
        pytest.param({"count": '"1_0"'}, [("/count", "invalid")], id="underscore-for-an-int"),
        pytest.param({"count": "1.7"}, [("/count", "invalid")], id="fraction-for-an-int"),
        pytest.param({"count": "1.0"}, [("/count", "invalid")], id="float-for-an-int"),
        pytest.param({"count": "1e2"}, [("/count", "invalid")], id="exponent-for-an-int"),
        pytest.param({"count": "true"}, [("/count", "invalid")], id="bool-for-an-int"),
        pytest.param({"count": "null"}, [("/count", "invalid")], id="null-for-an-int"),
        pytest.param({"price": '"1.5"'}, [("/price", "invalid")], id="text-for-a-float"),
        pytest.param({"price": "false"}, [("/price", "invalid")], id="bool-for-a-float"),
        pytest.param({"price": '"NaN"'}, [("/price", "invalid")], id="text-of-nan"),
        pytest.param({"price": "NaN"}, [("", "malformed")], id="nan"),
        pytest.param({"price": "Infinity"}, [("", "malformed")], id="infinity"),
        pytest.param({"price": "-Infinity"}, [("", "malformed")], id="negative-infinity"),
        pytest.param({"price": "1e999"}, [("", "malformed")], id="beyond-a-double"),
        pytest.param({"count": "1" * 100_000}, [("", "malformed")], id="integer-of-100000-digits"),
        pytest.param({"name": "1"}, [("/name", "invalid")], id="int-for-a-text"),
        pytest.param({"name": "null"}, [("/name", "invalid")], id="null-for-a-text"),
        pytest.param({"name": '["a"]'}, [("/name", "invalid")], id="array-for-a-text"),
        pytest.param({"name": '"\\ud800"'}, [("", "malformed")], id="half-of-a-surrogate-pair"),
        pytest.param({"name": '"a\nb"'}, [("", "malformed")], id="raw-control-character"),
        pytest.param({"tags": '"abc"'}, [("/tags", "invalid")], id="text-for-a-list"),
        pytest.param({"tags": '{"a": 1}'}, [("/tags", "invalid")], id="object-for-a-list"),
        pytest.param({"tags": '["a", 1, null]'}, [("/tags/1", "invalid"), ("/tags/2", "invalid")], id="items"),
        pytest.param({"lines": '[["x", 1]]'}, [("/lines/0", "invalid")], id="array-for-an-object"),
        pytest.param({"lines": '["x"]'}, [("/lines/0", "invalid")], id="text-for-an-object"),
        pytest.param({"lines": '[{"count": 1}]'}, [("/lines/0/sku", "missing")], id="missing-inside"),
        pytest.param(
            {"lines": '[{"sku": "x", "count": 1, "s3cret": 1}]'},
            [("/lines/0/s3cret", "unexpected")],
            id="unexpected-inside",
        ),
        pytest.param({"stock": "[]"}, [("/stock", "invalid")], id="array-for-a-dict"),
        pytest.param(
            {"stock": '{"a/b~": {"sku": 1, "count": 1}}'}, [("/stock/a~1b~0/sku", "invalid")], id="escaped-pointer"
        ),
        pytest.param({"name": None}, [("/name", "missing")], id="missing"),
        pytest.param({"s3cret": "1"}, [("/s3cret", "unexpected")], id="unexpected"),
        pytest.param({"note": "5"}, [("/note", "invalid")], id="optional"),
        pytest.param({"count": "01"}, [("", "malformed")], id="leading-zero"),
        pytest.param({"count": "+1"}, [("", "malformed")], id="plus"),
        pytest.param({"count": "1,"}, [("", "malformed")], id="trailing-comma"),
        pytest.param({"note": '1, "note": 2'}, [("/note", "duplicate")], id="repeated-name"),
        pytest.param({"note": 'null, "\\u006eote": null'}, [("/note", "duplicate")], id="repeated-name-escaped"),
        pytest.param(
            {"lines": '[{}, {"sku": 1, "sku": 1, "count": 1}]', "stock": '{"a": {"b": {"c": 1, "c": 1, "c": 1}}}'},
            [("/lines/1/sku", "duplicate"), ("/stock/a/b/c", "duplicate")],
            id="repeated-names-at-depth",
        ),
        pytest.param(
            {
                "name": "1",
                "count": None,
                "paid": '"true"',
                "lines": '[{"sku": 1, "count": "1"}, 5, {"sku": "a", "count": 1, "zz": null}]',
                "stock": '{"a": {}}',
                "other": "1",
            },
            [
                ("/count", "missing"),
                ("/lines/0/count", "invalid"),
                ("/lines/0/sku", "invalid"),
                ("/lines/1", "invalid"),
                ("/lines/2/zz", "unexpected"),
                ("/name", "invalid"),
                ("/other", "unexpected"),
                ("/paid", "invalid"),
                ("/stock/a/count", "missing"),
                ("/stock/a/sku", "missing"),
            ],
            id="everything-at-once",
        ),
    ],
)
def test_refuses(decoder: Decoder[object], changed: Mapping[str, str | None], expected: list[tuple[str, Code]]) -> None:
    """What a lenient converter takes is refused, and everything that is wrong is told, alike by each library."""
    assert expected == problems_of(body(decoder), posted(text_of(**changed)))


@each_order
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", [("", "missing")], id="empty"),
        pytest.param(b" ", [("", "malformed")], id="blank"),
        pytest.param(b"null", [("", "invalid")], id="null"),
        pytest.param(b"[]", [("", "invalid")], id="array"),
        pytest.param(b"5", [("", "invalid")], id="number"),
        pytest.param(b'"s3cret"', [("", "invalid")], id="text"),
        pytest.param(b'{"a": "\xff"}', [("", "malformed")], id="not-utf-8"),
        pytest.param(b"{'a': 1}", [("", "malformed")], id="single-quotes"),
        pytest.param(b"{} {}", [("", "malformed")], id="two-values"),
        pytest.param(b"/* s3cret */ {}", [("", "malformed")], id="comment"),
    ],
)
def test_refuses_bodies(decoder: Decoder[object], content: bytes, expected: list[tuple[str, Code]]) -> None:
    """A body that is no JSON object is refused."""
    assert expected == problems_of(body(decoder), posted(content))


@each_order
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(text_of().encode("utf-8-sig"), id="byte-order-mark"),
        pytest.param(text_of().encode("utf-16"), id="utf-16"),
        pytest.param(text_of().encode("utf-32-le"), id="utf-32-without-a-mark"),
        pytest.param(text_of(count="-0", price="2").encode(), id="integer-for-a-float"),
        pytest.param(text_of(name='"\\ud83d\\ude00"').encode(), id="surrogate-pair"),
        pytest.param(text_of(count="1" * 4000).encode(), id="integer-of-4000-digits"),
    ],
)
def test_accepts(decoder: Decoder[object], content: bytes) -> None:
    """All encodings of JSON are read, and numbers for what they are."""
    body(decoder).read(posted(content))


@each_order
@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        pytest.param("application/json", None, id="json"),
        pytest.param("application/json; charset=utf-8", None, id="parameter"),
        pytest.param("application/vnd.api+json", None, id="suffix"),
        pytest.param("text/plain", "unsupported", id="text"),
        pytest.param("application/x-www-form-urlencoded", "unsupported", id="form"),
        pytest.param("", "unsupported", id="none"),
    ],
)
def test_content_types(decoder: Decoder[object], content_type: str, expected: Code | None) -> None:
    """JSON is read by its Content-Type; anything else is a 415."""
    request = posted(text_of(), content_type) if content_type else Request(method="POST", body=text_of())

    found = body(decoder).attempt(request)

    assert expected == (found.problems[0].code if isinstance(found, InputError) else None)


@each_order
def test_coded_body_is_decoded_before(decoder: Decoder[object]) -> None:
    """A body with a Content-Encoding is refused, as forms are, and read once the handler has asked for it."""
    plain, coded = posted(text_of()), posted(gzip.compress(text_of().encode()), **{"Content-Encoding": "gzip"})
    refused = body(decoder).attempt(coded)

    assert isinstance(refused, InputError)
    assert (415, "header") == (refused.code, refused.problems[0].place)
    assert body(decoder).read(plain) == body(decoder).read(coded.decoded(max_size=10_000))


@pytest.mark.parametrize(
    ("coding", "content", "expected"),
    [
        pytest.param("gzip", b"s3cret", ("header", "/Content-Encoding", "unsupported"), id="gzip"),
        pytest.param("gzip;q", gzip.compress(b"{}"), ("header", "/Content-Encoding", "malformed"), id="not-a-coding"),
        pytest.param("br", b"s3cret", ("header", "/Content-Encoding", "unsupported"), id="another-coding"),
    ],
)
def test_wrong_coding_hides_no_other_problem(coding: str, content: bytes, expected: tuple[str, str, Code]) -> None:
    """A body in a coding is told of together with what is wrong elsewhere."""
    both = query("page", int) & body(json_of(list[int]))
    request = Request(
        method="POST",
        url="/?page=x",
        headers={"Content-Type": "application/json", "Content-Encoding": coding},
        body=content,
    )

    found = both.attempt(request)

    assert isinstance(found, InputError)
    assert [("query", "/page", "invalid"), expected] == [(one.place, one.pointer, one.code) for one in found.problems]
    assert ((("Accept-Encoding", "identity"),) if expected[2] == "unsupported" else ()) == found.field_lines()
    assert NAME not in found.description


@each_order
@pytest.mark.parametrize(
    ("content", "knob"),
    [
        pytest.param("[" * 10_000 + "]" * 10_000, "max_json_depth", id="arrays-of-depth-10000"),
        pytest.param('{"a":' * 10_000 + "1" + "}" * 10_000, "max_json_depth", id="objects-of-depth-10000"),
        pytest.param("[" + "0," * 1_000_001 + "0]", "max_json_values", id="too-many-values"),
    ],
)
def test_limits(decoder: Decoder[object], content: str, knob: str) -> None:
    """What goes over a limit is a 413 at once."""
    with pytest.raises(RequestEntityTooLarge) as caught:
        body(decoder).read(posted(content))

    assert caught.value.limit is not None
    assert knob == caught.value.limit.knob


@each_order
def test_depth_beyond_the_decoder(decoder: Decoder[object]) -> None:
    """Where the limit allows more depth than a decoder can do, that is an error of the request as well."""
    request = posted("[" * 100_000 + "]" * 100_000).with_limits(Limits(max_json_depth=200_000))

    assert [("", "malformed")] == problems_of(body(decoder), request)


@each_order
def test_tells_a_hundred_problems(decoder: Decoder[object]) -> None:
    """However much is wrong, the answer is short."""
    found = body(decoder).attempt(posted(text_of(tags=f"[{'0,' * 900}0]", lines=f"[{'0,' * 50}0]")))

    assert isinstance(found, InputError)
    assert len(found.problems) <= 100


@each_order
def test_long_names_are_not_repeated(decoder: Decoder[object]) -> None:
    """The pointer of what lies below a very long name is that of the part around it."""
    inner = ", ".join([f'"{number}": 1' for number in range(60)])
    found = body(decoder).attempt(posted(text_of(stock=f'{{"{"x" * 10_000}": {{{inner}}}}}')))

    assert isinstance(found, InputError)
    assert {"/stock"} == {problem.pointer for problem in found.problems}


TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER: Final = st.floats(allow_nan=False, allow_infinity=False)
LINE: Final = st.fixed_dictionaries({"sku": TEXT, "count": st.integers()})
ORDER: Final = st.fixed_dictionaries(
    {
        "name": TEXT,
        "count": st.integers(),
        "price": NUMBER,
        "paid": st.booleans(),
        "tags": st.lists(TEXT),
        "lines": st.lists(LINE),
    },
    optional={"stock": st.dictionaries(TEXT, LINE), "note": st.none() | TEXT},
)


@each_order
@given(plain=ORDER)
def test_reads_what_it_writes(decoder: Decoder[object], plain: dict[str, object]) -> None:
    """Reading a written value gives it back, and the value is what any JSON reader makes of its text."""
    source = body(decoder)
    value = source.read(posted(json.dumps(plain)))

    assert value == source.read(source.write(Request(), value))
    assert plain.items() <= json.loads(decoder.encode(value)).items()


class Colour(Enum):
    RED = "red"
    ONE = 1


class Size(IntEnum):
    SMALL = 1


@frozen
class Cat:
    kind: Literal["cat"]
    lives: int


@frozen
class Dog:
    kind: Literal["dog"]
    name: str


@frozen
class Tree:
    name: str
    parts: tuple[Tree, ...] = ()
    top: Tree | None = None


class Branch(TypedDict):
    parts: list[Branch]


@frozen
class Page(Generic[T]):
    items: list[T]


@frozen
class Even:
    number: int

    def __attrs_post_init__(self) -> None:
        if self.number % 2:
            raise Invalid("expected an even number")
        if self.number < 0:
            raise ValueError(f"not {self.number}")


Count = NewType("Count", int)


def read(decoder: Decoder[T], text: str) -> object:
    """The value of a text, or the places and codes of what is wrong with it."""
    found = body(decoder).attempt(posted(text))
    return [(one.pointer, one.code) for one in found.problems] if isinstance(found, InputError) else found


CATTRS: Final[Mapping[str, Decoder[object]]] = {
    "int": json_of(int),
    "float": json_of(float),
    "bytes-free-list": json_of(list[AttrsLine]),
    "pair": json_of(tuple[int, str]),
    "set": json_of(frozenset[int]),
    "dict": json_of(dict[str, int]),
    "dates": json_of(dict[date, Decimal]),
    "numbered": json_of(dict[UUID, int]),
    "uuid": json_of(UUID),
    "moment": json_of(datetime),
    "enum": json_of(Colour),
    "int-enum": json_of(Size),
    "literal": json_of(Literal["a", 1]),
    "union": json_of(int | str | None),
    "number": json_of(int | float),
    "pets": json_of(list[Cat | Dog]),
    "lines": json_of(Cat | AttrsLine | list[int]),
    "tree": json_of(Tree),
    "branch": json_of(Branch),
    "page": json_of(Page[AttrsLine]),
    "even": json_of(list[Even]),
    "new-type": json_of(Count),
    "anything": json_of(dict[str, JSONValue]),
}
NESTED: Final[Branch] = {"parts": [{"parts": []}]}
LINE_TEXT: Final = '{"sku": "x", "count": 1}'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("int", "5", 5, id="int"),
        pytest.param("int", "true", [("", "invalid")], id="int-bool"),
        pytest.param("float", "5", 5.0, id="float-int"),
        pytest.param("float", "1" * 400, [("", "invalid")], id="float-too-large"),
        pytest.param("bytes-free-list", f"[{LINE_TEXT}]", [AttrsLine("x", 1)], id="list"),
        pytest.param("bytes-free-list", LINE_TEXT, [("", "invalid")], id="list-object"),
        pytest.param("pair", '[1, "a"]', (1, "a"), id="pair"),
        pytest.param("pair", '["a", 1]', [("/0", "invalid"), ("/1", "invalid")], id="pair-swapped"),
        pytest.param("pair", "[1]", [("", "invalid")], id="pair-short"),
        pytest.param("set", "[1, 2]", frozenset({1, 2}), id="set"),
        pytest.param("set", "[1, true]", [("/1", "invalid")], id="set-bool"),
        pytest.param("dict", '{"a": 1}', {"a": 1}, id="dict"),
        pytest.param("dict", '{"a": 1.0}', [("/a", "invalid")], id="dict-float"),
        pytest.param("dates", '{"2026-11-30": "1.10"}', {date(2026, 11, 30): Decimal("1.10")}, id="dates"),
        pytest.param("dates", '{"20261130": "1"}', [("/20261130", "invalid")], id="dates-basic-format"),
        pytest.param("dates", '{"2026-11-30": 1}', [("/2026-11-30", "invalid")], id="decimal-number"),
        pytest.param("numbered", f'{{"{UUID(int=10)}": 1}}', {UUID(int=10): 1}, id="names-of-uuids"),
        pytest.param(
            "numbered",
            f'{{"{UUID(int=10)}": 1, "{str(UUID(int=10)).upper()}": 2}}',
            [("", "invalid")],
            id="two-names-of-one-key",
        ),
        pytest.param("uuid", f'"{UUID(int=1)}"', UUID(int=1), id="uuid"),
        pytest.param("uuid", f'"{{{UUID(int=1)}}}"', [("", "invalid")], id="uuid-braces"),
        pytest.param("moment", '"2026-11-30T12:00:00Z"', datetime(2026, 11, 30, 12, tzinfo=UTC), id="moment"),
        pytest.param("moment", "1", [("", "invalid")], id="moment-number"),
        pytest.param("moment", '"2026-11-30T12:00:00"', [("", "invalid")], id="moment-without-offset"),
        pytest.param("enum", '"red"', Colour.RED, id="enum"),
        pytest.param("enum", "1", Colour.ONE, id="enum-number"),
        pytest.param("enum", "true", [("", "invalid")], id="enum-bool"),
        pytest.param("enum", "1.0", [("", "invalid")], id="enum-float"),
        pytest.param("enum", "[]", [("", "invalid")], id="enum-array"),
        pytest.param("int-enum", "1", Size.SMALL, id="int-enum"),
        pytest.param("int-enum", "2", [("", "invalid")], id="int-enum-other"),
        pytest.param("literal", '"a"', "a", id="literal"),
        pytest.param("literal", "true", [("", "invalid")], id="literal-bool"),
        pytest.param("union", "null", None, id="union-null"),
        pytest.param("union", '"1"', "1", id="union-text"),
        pytest.param("union", "1", 1, id="union-int"),
        pytest.param("union", "false", [("", "invalid")], id="union-bool"),
        pytest.param("union", "1.5", [("", "invalid")], id="union-float"),
        pytest.param("number", "1.5", 1.5, id="number-float"),
        pytest.param("number", "1", 1, id="number-int"),
        pytest.param(
            "pets",
            '[{"kind": "cat", "lives": 9}, {"kind": "dog", "name": "Rex"}]',
            [Cat("cat", 9), Dog("dog", "Rex")],
            id="classes-by-literal",
        ),
        pytest.param("pets", '[{"kind": "dog", "name": 1}]', [("/0/name", "invalid")], id="classes-inside"),
        pytest.param(
            "pets",
            '[{"kind": "cow"}, {}, {"kind": []}, 5]',
            [(f"/{n}", "invalid") for n in range(4)],
            id="classes-other",
        ),
        pytest.param("lines", LINE_TEXT, AttrsLine("x", 1), id="classes-by-fields"),
        pytest.param("lines", "[1]", [1], id="class-or-list"),
        pytest.param(
            "tree",
            '{"name": "a", "parts": [{"name": "b"}], "top": {"name": "c"}}',
            Tree("a", (Tree("b"),), Tree("c")),
            id="recursive",
        ),
        pytest.param(
            "tree",
            '{"name": "a", "parts": [{"name": 1}], "top": {"name": 1}}',
            [("/parts/0/name", "invalid"), ("/top/name", "invalid")],
            id="recursive-wrong",
        ),
        pytest.param("branch", '{"parts": [{"parts": []}]}', NESTED, id="recursive-dict"),
        pytest.param(
            "branch",
            '{"parts": [{"parts": 1}, {}]}',
            [("/parts/0/parts", "invalid"), ("/parts/1/parts", "missing")],
            id="recursive-dict-wrong",
        ),
        pytest.param("page", f'{{"items": [{LINE_TEXT}]}}', Page([AttrsLine("x", 1)]), id="generic"),
        pytest.param("page", '{"items": [1]}', [("/items/0", "invalid")], id="generic-wrong"),
        pytest.param(
            "even",
            '[{"number": 1}, {"number": 2}, {"number": -2}]',
            [("/0", "invalid"), ("/2", "invalid")],
            id="own-check",
        ),
        pytest.param("new-type", "1", 1, id="new-type"),
        pytest.param("new-type", "true", [("", "invalid")], id="new-type-bool"),
        pytest.param("anything", '{"a": [1, null]}', {"a": [1, None]}, id="anything"),
    ],
)
def test_reads_types_by_cattrs(name: str, text: str, expected: object) -> None:
    """Each type takes what it is in JSON, and is written as that."""
    decoder = CATTRS[name]

    found = read(decoder, text)

    assert expected == found
    assert type(expected) is type(found)
    if not (isinstance(expected, list) and expected and isinstance(expected[0], tuple)):
        assert found == read(decoder, decoder.encode(found).decode())


@pytest.mark.parametrize("kind", [
    pytest.param(bytes, id="bytes"),
    pytest.param(complex, id="complex"),
    pytest.param(list[bytes], id="list-of-bytes"),
    pytest.param(Path, id="path"),
    pytest.param(dict[int, str], id="names-that-are-no-text"),
    pytest.param(str | date, id="union-of-texts"),
    pytest.param(list[int] | list[str], id="union-of-arrays"),
    pytest.param(AttrsLine | AttrsOrder | dict[str, int], id="union-of-objects"),
    pytest.param(5, id="no-type"),
    pytest.param(print, id="function"),
])  # fmt: skip
def test_refuses_types(kind: type[object]) -> None:
    """A type that nothing in JSON stands for, or too much, is an error where the decoder is made."""
    with pytest.raises(TypeError):
        json_of(kind)


def test_messages_hold_words_of_the_application() -> None:
    """An `Invalid` is sent as it is, and the text of another error is not."""
    found = body(CATTRS["even"]).attempt(posted('[{"number": 1}, {"number": -2}]'))

    assert isinstance(found, InputError)
    assert ["expected an even number", "is not valid"] == [problem.message for problem in found.problems]


@pytest.mark.parametrize(("decoder", "value"), [
    pytest.param(ORDERS["AttrsOrder"], 5, id="another-type"),
    pytest.param(ORDERS["StructOrder"], AttrsLine("x", 1), id="another-class"),
    pytest.param(ORDERS["ModelOrder"], None, id="none"),
    pytest.param(json_of(DictLine), {"sku": "x"}, id="missing-key"),
    pytest.param(json_of(DictLine), {"sku": "x", "count": 1, "other": 1}, id="unknown-key"),
    pytest.param(json_of(list[float]), [float("nan")], id="nan"),
    pytest.param(json_of(StructPrice), StructPrice(float("nan")), id="struct-nan"),
    pytest.param(json_of(ModelPrice), ModelPrice(price=float("inf")), id="model-infinity"),
    pytest.param(json_of(str), "\ud800", id="surrogate"),
    pytest.param(json_of(StructLine), StructLine("\ud800", 1), id="struct-surrogate"),
    pytest.param(json_of(ModelLine), ModelLine.model_construct(sku="\ud800", count=1), id="model-surrogate"),
    pytest.param(json_of(ModelLine), ModelLine.model_construct(sku=5, count=1), id="model-of-other-types"),
])  # fmt: skip
def test_refuses_to_write(decoder: Decoder[object], value: object) -> None:
    """What would not be read again is not written."""
    with pytest.raises((TypeError, ValueError)):
        body(decoder).write(Request(), value)


def test_writes_responses() -> None:
    """A decoder's `encode` makes the body of a response."""
    made = json_response(AttrsLine("x", 1), encode=json_of(AttrsLine).encode)

    assert {"sku": "x", "count": 1} == made.json
    assert "application/json" == made.mimetype


def test_describes() -> None:
    """A body has the JSON schema of its type."""
    (found,) = body(json_of(AttrsOrder)).describe()

    assert ("application/json",) == found.media_types
    assert ["name", "count", "price", "paid", "tags", "lines"] == found.schema["required"]
    assert {"anyOf": [{"type": "boolean"}, {"type": "null"}]} == json_of(bool | None).schema
    for name in ("StructOrder", "ModelOrder"):
        assert "$ref" in ORDERS[name].schema or "properties" in ORDERS[name].schema
