"""Whole forms as classes: urlencoded and multipart, what is wrong with them, and the way back."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

import pytest
from attrs import Factory, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from verglas import Limits, Request, Upload
from verglas.inputs import Code, InputError, Invalid, Place, body, form_of

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@frozen
class Order:
    name: str
    count: int
    day: date | None
    size: Size = Size.SMALL
    note: str | None = None
    price: Decimal = Decimal("1.5")
    gift: bool = False
    tags: tuple[str, ...] = ()
    numbers: list[int] = Factory(list[int])


@dataclasses.dataclass
class DataOrder:
    name: str
    count: int
    day: date | None
    size: Size = Size.SMALL
    note: str | None = None
    price: Decimal = Decimal("1.5")
    gift: bool = False
    tags: tuple[str, ...] = ()
    numbers: list[int] = dataclasses.field(default_factory=list)


@frozen
class Letter:
    title: str
    scan: Upload
    extra: Upload | None
    pages: tuple[Upload, ...] = ()


@frozen
class Made:
    name: str
    key: str = Factory(lambda: "made")
    _secret: str = field(default="none")


@frozen
class Even:
    number: int

    def __attrs_post_init__(self) -> None:
        if self.number % 2:
            raise Invalid("expected an even number")


ORDER: Final = body(form_of(Order))
BOUNDARY: Final = "----x"


def urlencoded(text: str) -> Request:
    """A request with an urlencoded form."""
    return Request(method="POST", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=text)


def multipart(*parts: tuple[str, str]) -> Request:
    """A request with a multipart form; a name may have a filename after it."""
    blocks = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts
    ]
    content = "".join(blocks) + f"--{BOUNDARY}--\r\n"
    return Request(method="POST", headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, body=content)


def file_named(name: str) -> str:
    """The name of a part that is a file."""
    return f'{name}"; filename="{name}.txt'


def problems_of(request: Request) -> list[tuple[Place, str, Code]]:
    """What is wrong with an order."""
    found = ORDER.attempt(request)
    assert isinstance(found, InputError)
    assert "s3cret" not in "".join([one.message for one in found.problems])
    return [(one.place, one.pointer, one.code) for one in found.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("name=a&count=2", Order("a", 2, None), id="required-alone"),
        pytest.param("name=&count=2", Order("", 2, None), id="empty-text"),
        pytest.param("name=a&count=2&day=&size=&price=&gift=&numbers=", Order("a", 2, None), id="fields-left-empty"),
        pytest.param("name=a&count=2&note=", Order("a", 2, None, note=""), id="empty-optional-text"),
        pytest.param("name=a&count=2&day=2026-11-30", Order("a", 2, date(2026, 11, 30)), id="date"),
        pytest.param("name=a&count=2&size=l&price=2", Order("a", 2, None, Size.LARGE, price=Decimal(2)), id="enum"),
        pytest.param("name=a&count=2&gift=on", Order("a", 2, None, gift=True), id="checkbox"),
        pytest.param("name=a&count=2&gift=true", Order("a", 2, None, gift=True), id="true"),
        pytest.param("name=a&count=2&gift=1", Order("a", 2, None, gift=True), id="value-of-the-page"),
        pytest.param("name=a&count=2&gift=false", Order("a", 2, None), id="false"),
        pytest.param(
            "name=a&count=2&tags=x&tags=&numbers=3&numbers=1",
            Order("a", 2, None, tags=("x", ""), numbers=[3, 1]),
            id="several",
        ),
    ],
)
def test_reads(text: str, expected: Order) -> None:
    """A form is read, in both encodings and by an attrs class as by a dataclass."""
    request = urlencoded(text)
    parts = multipart(*request.form.pairs)

    assert expected == ORDER.read(request) == ORDER.read(parts)
    data = body(form_of(DataOrder)).read(request)
    assert [getattr(expected, one.name) for one in dataclasses.fields(data)] == list(dataclasses.astuple(data))
    assert expected == form_of(Order).decode(text.encode(), Limits())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [("form", "/name", "missing"), ("form", "/count", "missing")], id="empty"),
        pytest.param("name=a&count=", [("form", "/count", "missing")], id="empty-number"),
        pytest.param("name=a&count=1_0", [("form", "/count", "invalid")], id="underscore"),
        pytest.param("name=a&count=%201", [("form", "/count", "invalid")], id="space"),
        pytest.param("name=a&count=%2B1", [("form", "/count", "invalid")], id="plus"),
        pytest.param("name=a&count=1.0", [("form", "/count", "invalid")], id="fraction"),
        pytest.param("name=a&count=%D9%A1", [("form", "/count", "invalid")], id="other-digits"),
        pytest.param("name=a&count=1&count=2", [("form", "/count", "repeated")], id="repeated"),
        pytest.param("name=a&count=1&size=m", [("form", "/size", "invalid")], id="enum"),
        pytest.param("name=a&count=1&price=NaN", [("form", "/price", "invalid")], id="nan"),
        pytest.param("name=a&count=1&s3cret~=s3cret", [("form", "/s3cret~0", "unexpected")], id="unexpected"),
        pytest.param(
            "numbers=1&numbers=a&numbers=2&numbers=1.0",
            [
                ("form", "/name", "missing"),
                ("form", "/count", "missing"),
                ("form", "/numbers/1", "invalid"),
                ("form", "/numbers/3", "invalid"),
            ],
            id="items",
        ),
        pytest.param(
            "count=s3cret&day=s3cret&size=s3cret&other=s3cret&other=1",
            [
                ("form", "/name", "missing"),
                ("form", "/count", "invalid"),
                ("form", "/day", "invalid"),
                ("form", "/size", "invalid"),
                ("form", "/other", "unexpected"),
            ],
            id="everything-at-once",
        ),
    ],
)
def test_refuses(text: str, expected: list[tuple[Place, str, Code]]) -> None:
    """What is wrong is told by field, alike in both encodings."""
    request = urlencoded(text)

    assert expected == problems_of(request) == problems_of(multipart(*request.form.pairs))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(
            Request(method="POST", headers={"Content-Type": "application/json"}, body="{}"),
            [("body", "", "unsupported")],
            id="json",
        ),
        pytest.param(
            Request(method="POST", headers={"Content-Type": "multipart/form-data"}, body="x"),
            [("body", "", "malformed")],
            id="no-boundary",
        ),
        pytest.param(
            Request(method="POST", headers={"Content-Type": URLENCODED, "Content-Encoding": "gzip"}, body="x"),
            [("header", "/Content-Encoding", "unsupported")],
            id="coding",
        ),
        pytest.param(
            Request(method="POST", headers={"Content-Type": MULTIPART, "Content-Encoding": "gzip;q"}, body="x"),
            [("body", "", "malformed")],
            id="not-a-coding",
        ),
        pytest.param(Request(), [("form", "/name", "missing"), ("form", "/count", "missing")], id="no-body"),
        pytest.param(
            multipart(("name", "a"), (file_named("count"), "1"), (file_named("x"), "")),
            [("form", "/count", "missing"), ("file", "/count", "unexpected"), ("file", "/x", "unexpected")],
            id="files-for-texts",
        ),
    ],
)
def test_refuses_bodies(request_: Request, expected: list[tuple[Place, str, Code]]) -> None:
    """A body that is not such a form is refused once, whatever the class has."""
    assert expected == problems_of(request_)


def test_reads_files() -> None:
    """An `Upload` is a file of the form, and is written as one."""
    source = body(form_of(Letter))
    letter = Letter(
        "a", Upload("scan", "1.txt", b"1"), None, (Upload("pages", "2.txt", b"2"), Upload("pages", "3.txt", b"3"))
    )

    found = source.read(source.write(Request(method="POST"), letter))

    assert ("a", b"1", None) == (found.title, found.scan.read(), found.extra)
    assert [b"2", b"3"] == [one.read() for one in found.pages]
    with pytest.raises(ValueError, match="multipart"):
        form_of(Letter).encode(letter)
    missing = source.attempt(multipart(("title", "a"), ("scan", "no file")))
    assert isinstance(missing, InputError)
    assert [("file", "missing"), ("form", "unexpected")] == [(one.place, one.code) for one in missing.problems]


def test_defaults_are_made_by_the_class() -> None:
    """A factory is left to the class, and a private attribute has its own name in the form."""
    source = body(form_of(Made))

    assert Made("a") == source.read(urlencoded("name=a"))
    assert Made("a", "k", "s") == source.read(urlencoded("name=a&key=k&_secret=s"))
    assert Made("a", "made") == source.read(source.write(Request(method="POST"), Made("a")))


def test_the_class_has_the_last_word() -> None:
    """What the class refuses is a problem of the form, in its words."""
    found = body(form_of(Even)).attempt(urlencoded("number=1"))

    assert isinstance(found, InputError)
    assert ["expected an even number"] == [one.message for one in found.problems]


ORDERS: Final = st.builds(
    Order,
    name=st.text(st.characters(exclude_categories=["Cs"])),
    count=st.integers(),
    day=st.none() | st.dates(),
    size=st.sampled_from(Size),
    note=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    price=st.decimals(allow_nan=False, allow_infinity=False, places=2),
    gift=st.booleans(),
    tags=st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
    numbers=st.lists(st.integers()),
)


@given(order=ORDERS)
def test_reads_what_it_writes(order: Order) -> None:
    """Reading a written form gives it back."""
    decoder = form_of(Order)

    assert order == ORDER.read(ORDER.write(Request(method="POST"), order))
    assert order == decoder.decode(decoder.encode(order), Limits())


@frozen
class Nested:
    inner: Order


@frozen
class Bytes:
    content: bytes


@frozen
class Either:
    value: int | str


@frozen
class FullByDefault:
    tags: tuple[str, ...] = ("a",)


@frozen
class NothingAtAll:
    pass


@pytest.mark.parametrize(
    "cls",
    [
        pytest.param(Nested, id="class-in-a-class"),
        pytest.param(Bytes, id="bytes"),
        pytest.param(Either, id="union"),
        pytest.param(FullByDefault, id="several-with-a-default"),
        pytest.param(NothingAtAll, id="no-fields"),
        pytest.param(int, id="another-class"),
        pytest.param(Size, id="enum"),
    ],
)
def test_refuses_classes(cls: type[object]) -> None:
    """A class that no form stands for is an error where the decoder is made."""
    with pytest.raises(TypeError):
        form_of(cls)


def test_refuses_to_write() -> None:
    """A value of another class, or one that would be read as another, is not written."""
    with pytest.raises(TypeError):
        form_of(Even).encode(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what is tested
    with pytest.raises(ValueError, match="NaN"):
        form_of(Order).encode(Order("a", 1, None, price=Decimal("NaN")))


def test_describes() -> None:
    """Each field is described, and the schema is that of the whole form."""
    described = {one.name: one for one in ORDER.describe()}

    assert ["name", "count"] == [name for name, one in described.items() if one.required]
    assert described["tags"].several
    assert {"type": "object", "additionalProperties": False}.items() <= form_of(Order).schema.items()
    assert body(form_of(Made)).describe()[1].default is None
