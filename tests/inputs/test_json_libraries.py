"""What is special to msgspec and to pydantic: unions, tags, constraints, checks of the class, messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Final, Generic, Literal, TypeVar

import msgspec
import pydantic
import pytest
from pydantic_core import PydanticCustomError

from verglas import JSONLike, Request
from verglas.inputs import Code, Decoder, InputError, Invalid, body, json_of

T = TypeVar("T")

SECRET: Final = "s3cret"


class Colour(Enum):
    RED = "red"


class StructCat(msgspec.Struct, tag="cat"):
    lives: int


class StructDog(msgspec.Struct, tag="dog"):
    name: Annotated[str, msgspec.Meta(max_length=5)]


class StructEven(msgspec.Struct):
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise Invalid("expected an even number")
        if self.number < 0:
            raise ValueError(f"not {self.number}")


class StructHouse(msgspec.Struct, rename="camel"):
    the_pets: list[StructCat | StructDog] = []
    colour: Colour | None = None
    pair: tuple[int, str] | None = None
    evens: dict[str, StructEven] = {}
    either: int | str | None = None
    lines: Annotated[list[int], msgspec.Meta(max_length=2)] = []
    inner: StructHouse | None = None
    kind: Literal["a", "b"] = "a"
    born: date | None = None


class StructPrice(msgspec.Struct, forbid_unknown_fields=True):
    price: Decimal
    old: Decimal | None = None
    others: dict[str, list[Decimal]] = {}


class StructPage(msgspec.Struct, Generic[T]):
    items: list[T]


class ModelCat(pydantic.BaseModel):
    type: Literal["cat"]
    lives: int


class ModelDog(pydantic.BaseModel):
    type: Literal["dog"]
    name: Annotated[str, pydantic.Field(max_length=5)]


class ModelEven(pydantic.BaseModel):
    number: int

    @pydantic.model_validator(mode="after")
    def check(self) -> ModelEven:
        """Raise in all the ways that pydantic knows."""
        if self.number % 2:
            raise Invalid("expected an even number")
        if self.number == 4:
            raise PydanticCustomError("custom", "not {number}", {"number": self.number, "what": SECRET})
        if self.number < 0:
            raise ValueError(f"{SECRET} {self.number}")
        return self


class ModelHouse(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")

    the_pets: list[Annotated[ModelCat | ModelDog, pydantic.Field(discriminator="type")]] = pydantic.Field(
        default=[], alias="thePets"
    )
    colour: Colour | None = None
    pair: tuple[int, str] | None = None
    evens: dict[str, ModelEven] = {}
    either: int | str | None = None
    lines: Annotated[list[int], pydantic.Field(max_length=2)] = []
    inner: ModelHouse | None = None
    kind: Literal["a", "b"] = "a"
    born: date | None = None


HOUSES: Final[Mapping[str, Decoder[object]]] = {"msgspec": json_of(StructHouse), "pydantic": json_of(ModelHouse)}

each_library = pytest.mark.parametrize("decoder", [pytest.param(one, id=name) for name, one in HOUSES.items()])


def posted(text: str) -> Request:
    """A request with a JSON body."""
    return Request(method="POST", headers={"Content-Type": "application/json"}, body=text)


def problems_of(decoder: Decoder[T], text: str) -> list[tuple[str, Code]]:
    """Where and what is wrong; nothing of it says what was sent."""
    found = body(decoder).attempt(posted(text))
    assert isinstance(found, InputError)
    assert SECRET not in "".join([one.message for one in found.problems])
    return sorted((one.pointer, one.code) for one in found.problems)


@each_library
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"thePets": [{"type": "cat", "lives": "9"}]}', [("/thePets/0/lives", "invalid")], id="by-tag"),
        pytest.param('{"thePets": [{"type": "s3cret"}]}', [("/thePets/0/type", "invalid")], id="another-tag"),
        pytest.param('{"thePets": [{"lives": 9}]}', [("/thePets/0/type", "missing")], id="no-tag"),
        pytest.param(
            '{"thePets": [{"type": "dog"}, 5]}',
            [("/thePets/0/name", "missing"), ("/thePets/1", "invalid")],
            id="tag-alone",
        ),
        pytest.param(
            '{"thePets": [{"type": "cat", "lives": 1, "s3cret": 1}]}',
            [("/thePets/0/s3cret", "unexpected")],
            id="unexpected",
        ),
        pytest.param(
            '{"thePets": [{"type": "dog", "name": "s3cret"}]}', [("/thePets/0/name", "invalid")], id="too-long"
        ),
        pytest.param('{"the_pets": []}', [("/the_pets", "unexpected")], id="name-of-the-attribute"),
        pytest.param(
            '{"colour": "s3cret", "kind": "s3cret"}', [("/colour", "invalid"), ("/kind", "invalid")], id="enum"
        ),
        pytest.param('{"pair": ["s3cret", 1]}', [("/pair/0", "invalid"), ("/pair/1", "invalid")], id="pair"),
        pytest.param('{"either": ["s3cret"]}', [("/either", "invalid")], id="union"),
        pytest.param('{"lines": [1, 2, 3]}', [("/lines", "invalid")], id="too-many"),
        pytest.param(
            '{"inner": {"inner": {"colour": 1, "more": 1}}}',
            [("/inner/inner/colour", "invalid"), ("/inner/inner/more", "unexpected")],
            id="recursive",
        ),
        pytest.param(
            '{"evens": {"a": {"number": 1}, "b": {"number": -2}}}',
            [("/evens/a", "invalid"), ("/evens/b", "invalid")],
            id="checks-of-the-class",
        ),
        pytest.param('{"born": "s3cret"}', [("/born", "invalid")], id="date"),
        pytest.param('{"s3cret": 1}', [("/s3cret", "unexpected")], id="unexpected-whatever-the-class-says"),
        pytest.param("[1]", [("", "invalid")], id="array"),
    ],
)
def test_refuses(decoder: Decoder[object], text: str, expected: list[tuple[str, Code]]) -> None:
    """The problems are found where they are, alike by both."""
    assert expected == problems_of(decoder, text)


@each_library
def test_reads_what_it_writes(decoder: Decoder[object]) -> None:
    """Names as they are written, tags, dates and what is nested are read again."""
    source = body(decoder)
    value = source.read(
        posted(
            '{"thePets": [{"type": "cat", "lives": 9}, {"type": "dog", "name": "Rex"}], "colour": "red",'
            ' "pair": [1, "a"], "evens": {"a": {"number": 2}}, "inner": {"kind": "b"}, "born": "2026-11-30"}'
        )
    )

    assert value == source.read(source.write(Request(), value))


@pytest.mark.parametrize(("decoder", "text", "expected"), [
    pytest.param(json_of(StructEven), '{"number": 1}', "expected an even number", id="struct-invalid"),
    pytest.param(json_of(StructEven), '{"number": -2}', "is not valid", id="struct-other"),
    pytest.param(json_of(StructEven), '{"number": "1"}', "expected `int`, got `str`", id="struct-type"),
    pytest.param(json_of(StructHouse), '{"colour": "s3cret"}', "is not valid", id="struct-enum"),
    pytest.param(json_of(ModelEven), '{"number": 1}', "expected an even number", id="model-invalid"),
    pytest.param(json_of(ModelEven), '{"number": -2}', "is not valid", id="model-other"),
    pytest.param(json_of(ModelEven), '{"number": 4}', "is not valid", id="model-custom"),
    pytest.param(json_of(ModelEven), '{"number": "1"}', "Input should be a valid integer", id="model-type"),
    pytest.param(json_of(ModelHouse), '{"colour": "s3cret"}', "Input should be 'red'", id="model-enum"),
    pytest.param(json_of(ModelHouse), '{"born": "s3cret"}', "is not valid", id="model-date"),
])  # fmt: skip
def test_messages(decoder: Decoder[object], text: str, expected: str) -> None:
    """A message of the library is sent if it says only what the type says; an `Invalid` is sent as it is."""
    found = body(decoder).attempt(posted(text))

    assert isinstance(found, InputError)
    assert [expected] == [one.message for one in found.problems]


@pytest.mark.parametrize(
    ("decoder", "text", "expected"),
    [
        pytest.param(json_of(list[StructCat]), '[{"lives": 9}, 5]', [("/1", "invalid")], id="list-of-structs"),
        pytest.param(json_of(list[ModelEven]), '[{"number": 2}, 5]', [("/1", "invalid")], id="list-of-models"),
        pytest.param(
            json_of(StructCat | StructDog), '{"type": "dog", "name": 1}', [("/name", "invalid")], id="union-of-structs"
        ),
        pytest.param(
            json_of(ModelCat | ModelDog), '{"type": "dog", "name": 1}', [("", "invalid")], id="union-of-models"
        ),
        pytest.param(
            json_of(dict[str, StructEven | None]), '{"a": null, "b": 1}', [("/b", "invalid")], id="dict-of-structs"
        ),
        pytest.param(
            json_of(StructPage[StructEven]),
            '{"items": [{"number": "2"}]}',
            [("/items/0/number", "invalid")],
            id="generic",
        ),
    ],
)
def test_forms_of_types(decoder: Decoder[object], text: str, expected: list[tuple[str, Code]]) -> None:
    """What is made of a library's classes is read by that library."""
    assert expected == problems_of(decoder, text)


def test_counts_what_pydantic_finds() -> None:
    """Of very many problems, the number is told, since pydantic has no way to give the first of them."""
    assert [("", "invalid")] == problems_of(json_of(list[ModelEven]), f"[{'0,' * 1000}0]")


@pytest.mark.parametrize(
    "text", ["NaN", "sNaN", "-Infinity", "1_0", " 7", "+1", "\u0661", "1e999999999", "1" * 5000], ids=ascii
)
def test_decimals_of_msgspec_have_one_spelling(text: str) -> None:
    """A `Decimal` that is sent as a text is spelt as in a query, wherever it stands."""
    sent: dict[str, JSONLike] = {"price": text, "old": text, "others": {"a": ["1", text]}}

    found = body(json_of(StructPrice)).attempt(Request.from_values(json=sent))

    assert isinstance(found, InputError)
    assert ["/price", "/old", "/others/a/1"] == [problem.pointer for problem in found.problems]


def test_decimals_of_msgspec_both_ways() -> None:
    """What is read again is written, and nothing else."""
    made = body(json_of(StructPrice))
    price = StructPrice(Decimal("1E+5"), Decimal("-0.10"), {"a": [Decimal(7)]})

    assert price == made.read(made.write(Request(), price))
    assert StructPrice(Decimal("1.5")) == made.read(Request.from_values(json={"price": 1.5, "old": None}))
    with pytest.raises(ValueError, match="not read again: /old expected a number"):
        made.write(Request(), StructPrice(Decimal(1), Decimal("NaN")))
