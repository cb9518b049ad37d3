"""What the validators of an attrs class refuse is a problem of the field, however the class is filled."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import attrs
import pytest
from attrs import Attribute, field, frozen
from attrs.validators import and_, ge, max_len

from verglas import Request, Response, text
from verglas.inputs import Input, InputError, Invalid, body, form_of, from_class, input_class, json_of, of, query
from verglas.paths import GET, root

T = TypeVar("T")


def even(_instance: object, _attribute: Attribute[int], value: int) -> None:
    """A validator that says in words what is wrong."""
    if value % 2:
        raise Invalid("expected an even number")


def above_low(instance: Both, _attribute: Attribute[int], value: int) -> None:
    """A validator that looks at another field."""
    if value < instance.low:
        raise Invalid("expected at least low")


def broken(_instance: object, _attribute: Attribute[int], _value: int) -> None:
    """A validator with a fault, which runs where no other has refused."""
    raise RuntimeError("a fault")


@frozen
class Both:
    """A class whose fields refuse some values, alone and together."""

    low: int = field(validator=ge(1))
    high: int = field(validator=and_(even, above_low))

    def __attrs_post_init__(self) -> None:
        if self.low == self.high:
            raise Invalid("expected two numbers")


@frozen
class Odd:
    """A class with converters, defaults and names of its own."""

    low: int = field(converter=abs, validator=ge(5))
    _high: int = field(default=attrs.Factory(lambda self: self.low + 1, takes_self=True), validator=even, alias="top")
    made: int = field(init=False, default=0)


@dataclasses.dataclass
class Data:
    """A dataclass, which has no validators."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low == self.high:
            raise Invalid("expected two numbers")
        if self.low > self.high:
            raise ValueError(f"not {self.low}")


@input_class
class Searched:
    """An input class that refuses some values as a whole."""

    low: int = of(query("l", int))
    high: int = of(query("h", int))

    def __attrs_post_init__(self) -> None:
        if self.low == self.high:
            raise Invalid("expected two numbers")


def by_json(cls: type[T]) -> Callable[[int, int], object]:
    """Reads the class from JSON."""
    source = body(json_of(cls))
    return lambda low, high: source.attempt(Request.from_values(json={"low": low, "high": high}))


def by_form(cls: type[T]) -> Callable[[int, int], object]:
    """Reads the class from a form."""
    source = body(form_of(cls))
    return lambda low, high: source.attempt(
        Request.from_values(method="POST", data={"low": str(low), "high": str(high)})
    )


def by_query(source: Input[T]) -> Callable[[int, int], object]:
    """Reads the class from parameters."""
    return lambda low, high: source.attempt(Request(url=f"/?l={low}&h={high}"))


LOW_AND_HIGH: Final = query("l", int) & query("h", int)
WAYS: Final[dict[str, tuple[Callable[[int, int], object], tuple[str, str, str]]]] = {
    "json_of": (by_json(Both), ("body /low", "body /high", "body")),
    "form_of": (by_form(Both), ("form /low", "form /high", "form")),
    "to": (by_query(LOW_AND_HIGH.to(Both)), ("query /l", "query /h", "query")),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param(0, 4, ["{low}: is not valid"], id="one"),
        pytest.param(2, 5, ["{high}: expected an even number"], id="invalid"),
        pytest.param(0, 5, ["{low}: is not valid", "{high}: expected an even number"], id="several"),
        pytest.param(4, 2, ["{high}: expected at least low"], id="another-field"),
        pytest.param(2, 2, ["{whole}: expected two numbers"], id="whole"),
        pytest.param(0, 0, ["{low}: is not valid"], id="the-whole-is-not-looked-at"),
    ],
)
def test_fields_that_validators_refuse(way: str, low: int, high: int, expected: list[str]) -> None:
    """Each field is named with the words of its validator; what no validator says is a problem of the whole."""
    read, (first, second, whole) = WAYS[way]
    found = read(low, high)

    assert isinstance(found, InputError)
    assert [one.format(low=first, high=second, whole=whole) for one in expected] == [*map(str, found.problems)]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param(by_json(Data), "body: ", id="json_of"),
        pytest.param(by_form(Data), "form: ", id="form_of"),
        pytest.param(by_query(LOW_AND_HIGH.to(Data)), "query: ", id="to"),
    ],
)
def test_whole_of_dataclasses(read: Callable[[int, int], object], expected: str) -> None:
    """What `__post_init__` refuses is a problem of the whole: the words of an `Invalid` are sent, and no others."""
    same, less = read(1, 1), read(2, 1)

    assert isinstance(same, InputError)
    assert isinstance(less, InputError)
    assert [f"{expected}expected two numbers", f"{expected}is not valid"] == [
        *map(str, (*same.problems, *less.problems))
    ]


def test_whole_of_input_classes() -> None:
    """So is what an input class refuses."""
    found = by_query(from_class(Searched))(1, 1)

    assert isinstance(found, InputError)
    assert ["query: expected two numbers"] == [*map(str, found.problems)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param('{"low": -4}', ["body /low: is not valid", "body /_high: expected an even number"], id="factory"),
        pytest.param('{"low": -6, "_high": 3}', ["body /_high: expected an even number"], id="converter"),
        pytest.param('{"low": 4, "_high": 2}', ["body /low: is not valid"], id="alias"),
    ],
)
def test_converters_and_defaults(sent: str, expected: list[str]) -> None:
    """Validators see what they see when attrs calls them: converted values, and defaults."""
    found = body(json_of(Odd)).attempt(posted(sent))

    assert isinstance(found, InputError)
    assert expected == [*map(str, found.problems)]


def posted(content: str) -> Request:
    """A request with a JSON body."""
    return Request(method="POST", headers={"Content-Type": "application/json"}, body=content)


@frozen
class Named(Generic[T]):
    """A generic class within another."""

    name: str = field(validator=max_len(3))
    value: T


@frozen
class Outer:
    """Holds instances of the other."""

    inner: list[Named[Both]]


def test_parts_of_a_body() -> None:
    """A class within another is found as well, wherever it is."""
    sent = (
        '{"inner": [{"name": "s3cret", "value": {"low": 1, "high": 2}}, {"name": "a", "value": {"low": 0, "high": 2}}]}'
    )
    found = body(json_of(Outer)).attempt(posted(sent))

    assert isinstance(found, InputError)
    assert ["body /inner/0/name: is not valid", "body /inner/1/value/low: is not valid"] == [*map(str, found.problems)]


def small(value: int) -> int:
    """A converter that refuses some values."""
    return [1, 2, 3].index(value)


@frozen
class Converted:
    """A converter of a field refuses."""

    low: int = field(converter=small)
    high: int = field(validator=even)


def test_converters_that_refuse() -> None:
    """A converter of attrs is one of the field, too."""
    found = by_query(LOW_AND_HIGH.to(Converted))(7, 7)

    assert isinstance(found, InputError)
    assert ["query /l: is not valid", "query /h: expected an even number"] == [*map(str, found.problems)]


@frozen
class Faulty:
    """A validator has a fault."""

    low: int = field(validator=ge(1))
    high: int = field(validator=broken)


def test_faults_of_validators() -> None:
    """A fault of the application is raised, unless attrs would not have come to it."""
    read = by_query(LOW_AND_HIGH.to(Faulty))
    found = read(0, 1)

    assert isinstance(found, InputError)
    assert ["query /l: is not valid"] == [*map(str, found.problems)]
    with pytest.raises(RuntimeError, match="a fault"):
        read(1, 1)


def test_disabled_validators() -> None:
    """Validators that are disabled refuse nothing."""
    attrs.validators.set_disabled(True)
    try:
        found = by_query(LOW_AND_HIGH.to(Both))(0, 0)
    finally:
        attrs.validators.set_disabled(False)

    assert isinstance(found, InputError)
    assert ["query: expected two numbers"] == [*map(str, found.problems)]


def test_endpoints() -> None:
    """Of an endpoint, the values of the path are fields as well."""
    endpoint = (GET(root / int) & query("h", int)).to(Both)

    @endpoint.into
    def show(_request: Request, both: Both) -> Response:
        return text(str(both))

    with pytest.raises(InputError) as caught:
        show.rows[0].answer(Request(url="/0?h=3"), (0,))
    assert ["path /0: is not valid", "query /h: expected an even number"] == [*map(str, caught.value.problems)]
