"""What inputs read: a text that is there, missing, empty or repeated, in each place; and what is made of several."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Annotated, ClassVar, Final, Literal, Optional, TypedDict
from uuid import UUID

import attrs
import msgspec
import pydantic
import pytest

from tests.inputs.places import PLACES, any_input, many, one
from tests.kit import MULTIPART, URLENCODED, multipart, untyped
from verglas import Request, Response, Upload, text
from verglas.errors import BadRequest, Forbidden, RequestURITooLarge
from verglas.headers import IF_MATCH, ETags
from verglas.inputs import (
    Code,
    Description,
    Input,
    InputError,
    Invalid,
    Problem,
    body,
    checkbox,
    cookie,
    file,
    first_of,
    form,
    form_of,
    from_class,
    header,
    input_class,
    local_datetime,
    of,
    query,
    secured,
)
from verglas.paths import GET, root


class Colour(Enum):
    """Two texts and a number."""

    RED = "red"
    DARK = "dark red"
    FIRST = 1


CONVERTED: Final[dict[str, tuple[object, str, object]]] = {
    "bool": (bool, "true", True),
    "int": (int, "7", 7),
    "float": (float, "1.5", 1.5),
    "str": (str, "a b", "a b"),
    "decimal": (Decimal, "1.50", Decimal("1.50")),
    "uuid": (UUID, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
    "datetime": (datetime, "2026-11-30T12:00:00Z", datetime(2026, 11, 30, 12, tzinfo=UTC)),
    "date": (date, "2026-11-30", date(2026, 11, 30)),
    "time": (time, "12:30", time(12, 30)),
    "timedelta": (timedelta, "90", timedelta(seconds=90)),
    "local-datetime": (local_datetime, "2026-11-30T12:00", datetime(2026, 11, 30, 12)),
    "enum": (Colour, "dark red", Colour.DARK),
    "enum-of-int": (Colour, "1", Colour.FIRST),
    "function": (len, "four", 4),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", CONVERTED)
def test_converted(place: str, kind: str) -> None:
    """A text is what its converter makes of it, in each place."""
    converter, text, value = CONVERTED[kind]

    assert value == one(place, converter).read(PLACES[place].request([text]))


def outcome(made: Input[object], request: Request) -> object:
    """The value, or the problem that there is instead, as code and message."""
    found = made.attempt(request)
    if isinstance(found, InputError):
        (problem,) = found.problems
        return problem.code, problem.message
    return found


MISSING: Final = ("missing", "is missing")
REPEATED: Final = ("repeated", "is given more than once")
NOT_AN_INT: Final = ("invalid", "expected a whole number in decimal digits")
UNSET: Final = object()

READING: Final[dict[str, tuple[object, object, list[str], object]]] = {
    "absent": (int, UNSET, [], MISSING),
    "absent-with-a-default": (int, 1, [], 1),
    "absent-and-optional": (int, None, [], None),
    "empty": (int, UNSET, [""], MISSING),
    "empty-with-a-default": (int, 1, [""], 1),
    "empty-text": (str, UNSET, [""], ""),
    "empty-text-with-a-default": (str, "a", [""], ""),
    "empty-of-a-function": (len, 1, [""], 1),
    "repeated": (int, UNSET, ["1", "2"], REPEATED),
    "repeated-and-equal": (int, UNSET, ["1", "1"], REPEATED),
    "repeated-with-a-default": (int, 1, ["1", "2"], REPEATED),
    "empty-and-repeated": (int, 1, ["", "2"], REPEATED),
    "a-thousand": (str, UNSET, ["a"] * 1000, REPEATED),
    "invalid": (int, UNSET, ["x"], NOT_AN_INT),
    "invalid-with-a-default": (int, 1, ["x"], NOT_AN_INT),
    "default-of-another-type": (int, "all", [], "all"),
    "default-that-nothing-hashes": (int, [], [], []),
    "one-text": (int, 1, ["7"], 7),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", READING)
def test_one(place: str, case: str) -> None:
    """A value is there once; an empty text is absent, unless texts are what is read."""
    converter, default, texts, expected = READING[case]
    options = {} if default is UNSET else {"default": default}
    if place in ("header", "cookie") and len(texts) > 99:
        texts = texts[:99]  # Limits.max_headers, and the length of a field

    assert expected == outcome(one(place, converter, **options), PLACES[place].request(texts))


@pytest.mark.parametrize("place", ["query", "form", "cookie"])
@pytest.mark.parametrize(
    ("converter", "texts", "expected"),
    [
        pytest.param(int, [], (), id="none"),
        pytest.param(int, ["7"], (7,), id="one"),
        pytest.param(int, ["7", "7", "8"], (7, 7, 8), id="several"),
        pytest.param(int, ["", "7", ""], (7,), id="empty-ones"),
        pytest.param(str, ["", "a", ""], ("", "a", ""), id="empty-texts"),
        pytest.param(Colour, ["red", "1"], (Colour.RED, Colour.FIRST), id="enum"),
        pytest.param(len, ["a", "bb"], (1, 2), id="function"),
    ],
)
def test_many(place: str, converter: object, texts: list[str], expected: object) -> None:
    """All values are a tuple, in their order."""
    assert expected == many(place, converter).read(PLACES[place].request(texts))


def test_many_names_each_that_is_wrong() -> None:
    """Each value that is wrong has a pointer of its own, by its position among all."""
    request = Request(url="/?n=1&n=x&n=&n=y")

    with pytest.raises(InputError) as caught:
        query.many("n", int).read(request)
    assert ["/n/1", "/n/3"] == [problem.pointer for problem in caught.value.problems]


def odd(error: BaseException) -> Callable[[str], int]:
    """A converter that raises."""

    def convert(text: str) -> int:
        del text
        raise error

    return convert


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(Invalid("expected an even number"), "expected an even number", id="invalid"),
        pytest.param(ValueError("s3cret"), "is not valid", id="value-error"),
        pytest.param(TypeError("s3cret"), "is not valid", id="type-error"),
        pytest.param(KeyError("s3cret"), "is not valid", id="key-error"),
        pytest.param(ZeroDivisionError("s3cret"), "is not valid", id="arithmetic-error"),
        pytest.param(OverflowError("s3cret"), "is not valid", id="overflow-error"),
        pytest.param(RecursionError("s3cret"), "is not valid", id="recursion-error"),
        pytest.param(UnicodeDecodeError("utf-8", b"s3cret", 0, 1, "s3cret"), "is not valid", id="unicode-error"),
    ],
)
def test_errors_of_converters(error: Exception, message: str) -> None:
    """An error by which conversions fail is the client's fault; what it says stays here, but for an `Invalid`."""
    made = query("a", odd(error))

    assert ("invalid", message) == outcome(any_input(made), Request(url="/?a=s3cret"))
    assert ("invalid", message) == outcome(any_input(query.many("a", odd(error))), Request(url="/?a=s3cret"))


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(RuntimeError("x"), id="runtime-error"),
        pytest.param(AttributeError("x"), id="attribute-error"),
        pytest.param(OSError("x"), id="os-error"),
        pytest.param(MemoryError("x"), id="memory-error"),
        pytest.param(NotImplementedError("x"), id="not-implemented"),
        pytest.param(KeyboardInterrupt("x"), id="interrupt"),
        pytest.param(Forbidden("x"), id="forbidden"),
        pytest.param(BadRequest("x"), id="bad-request"),
    ],
)
def test_other_errors_of_converters(error: BaseException) -> None:
    """A fault of the application stays one, and an answer that a converter raises is the answer."""
    for made in (query("a", odd(error)), query.many("a", odd(error)), query("a").map(odd(error))):
        with pytest.raises(type(error)) as caught:
            made.read(Request(url="/?a=1"))

        assert error is caught.value


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(Invalid("expected an even number"), "expected an even number", id="invalid"),
        pytest.param(ValueError("s3cret"), "is not valid", id="value-error"),
        pytest.param(KeyError("s3cret"), "is not valid", id="key-error"),
        pytest.param(ZeroDivisionError("s3cret"), "is not valid", id="zero-division-error"),
    ],
)
def test_errors_of_map(error: Exception, message: str) -> None:
    """A function that `map` takes refuses a value by what converters refuse a text by."""
    assert ("invalid", message) == outcome(any_input(query("a").map(odd(error))), Request(url="/?a=s3cret"))


@pytest.mark.parametrize("error", [TypeError("x"), AttributeError("x")], ids=repr)
def test_other_errors_of_map(error: Exception) -> None:
    """A wrong call in such a function is a fault of the application: what it is given has been converted."""
    with pytest.raises(type(error)):
        query("a").map(odd(error)).read(Request(url="/?a=1"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param('"a", W/"b"', ETags.parse('"a", W/"b"'), id="value"),
        pytest.param(None, MISSING, id="absent"),
        pytest.param("a", "invalid", id="malformed"),
    ],
)
def test_key(value: str | None, expected: object) -> None:
    """A header field by its key has the type of the key."""
    found = outcome(any_input(header(IF_MATCH)), Request(headers={} if value is None else {"If-Match": value}))

    assert expected == (found[0] if isinstance(found, tuple) and expected == "invalid" else found)


def test_key_with_default() -> None:
    """A key has a default when the field is absent, and not when it is malformed."""
    made = header(IF_MATCH, default=None)

    assert made.read(Request()) is None
    assert isinstance(made.attempt(Request(headers={"If-Match": "a"})), InputError)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(Request(headers={"X-Theme": "a", "Cookie": "theme=b"}), "a", id="both"),
        pytest.param(Request(headers={"Cookie": "theme=b"}), "b", id="second"),
        pytest.param(Request(), ("missing", "is missing, and so is cookie /theme"), id="neither"),
        pytest.param(Request(headers={"Cookie": "theme=b; theme=c"}), REPEATED, id="second-is-wrong"),
    ],
)
def test_first_of(request_: Request, expected: object) -> None:
    """The first that is there counts."""
    made = first_of(header("X-Theme", str), cookie("theme"))

    assert expected == outcome(any_input(made), request_)


def test_first_of_others() -> None:
    """It may be one of others, and have a way on."""
    made = first_of(first_of(query("a")), first_of(query("b"), query("c")).map(str.upper), query("d", default="x"))

    assert ["1", "B", "C", "x"] == [made.read(Request(url=f"/?{sent}")) for sent in ("a=1", "b=b", "c=c", "")]


def test_first_of_does_not_pass_over_what_is_wrong() -> None:
    """One that is there and wrong is refused: the next does not stand in for it."""
    made = first_of(query("n", int), query("m", int, default=1))

    assert (NOT_AN_INT, 7, 1) == tuple(
        outcome(any_input(made), Request(url=url)) for url in ("/?n=x&m=7", "/?m=7", "/")
    )


@attrs.frozen
class Box:
    """A class of a box."""

    box: bool


@attrs.frozen
class Boxes:
    """Boxes that are something else when they are absent."""

    maybe: bool | None
    other: bool = True


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param("", False, id="absent"),
        pytest.param("box=on", True, id="on"),
        pytest.param("box=1", True, id="value-of-the-page"),
        pytest.param("box=yes", True, id="yes"),
        pytest.param("box=none", True, id="any-text"),
        pytest.param("box=00", True, id="another-number"),
        pytest.param("box=%20", True, id="space"),
        pytest.param("box=", False, id="empty"),
        pytest.param("box=false", False, id="false"),
        pytest.param("box=False", False, id="false-of-python"),
        pytest.param("box=off", False, id="off"),
        pytest.param("box=no", False, id="no"),
        pytest.param("box=0", False, id="hidden-field-of-rails"),
        pytest.param("box=0&box=1", True, id="hidden-field-and-box"),
        pytest.param("box=&box=", False, id="empty-twice"),
        pytest.param("box=a&box=b", True, id="repeated"),
    ],
)
def test_checkbox(sent: str, expected: bool) -> None:
    """A box is checked if its field is there, with a text that does not say that it is not; for a class as well."""
    request = Request(method="POST", headers={"Content-Type": URLENCODED}, body=sent)

    assert expected is checkbox("box").read(request)
    assert expected is body(form_of(Box)).read(request).box


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param("", (None, True), id="absent"),
        pytest.param("maybe=&other=", (None, True), id="empty"),
        pytest.param("maybe=no&other=0", (False, False), id="off"),
        pytest.param("maybe=1&other=1", (True, True), id="on"),
    ],
)
def test_checkbox_with_a_default(sent: str, expected: tuple[bool | None, bool]) -> None:
    """A default stands for a field that is absent or empty; False is written where it is not the default."""
    source = body(form_of(Boxes))
    read = source.read(Request(method="POST", headers={"Content-Type": URLENCODED}, body=sent))

    assert expected == (read.maybe, read.other)
    assert read == source.read(source.write(Request(method="POST"), read))


def uploading(*names: str) -> Request:
    """A request with files of one byte in fields of these names."""
    parts = [(f'name="{name}"; filename="a.txt"', b"x") for name in names]
    return Request(method="POST", headers={"Content-Type": MULTIPART}, body=multipart(*parts))


def test_file() -> None:
    """A file is there once, may be optional, or there may be many."""
    found = file("f").read(uploading("f"))

    assert (Upload, "a.txt", b"x") == (type(found), found.filename, found.data)
    assert file("f", default=None).read(uploading("g")) is None
    assert (MISSING, REPEATED) == tuple(outcome(any_input(file("f")), uploading(*names)) for names in ("g", "ff"))
    assert [0, 2] == [len(file.many("f").read(uploading(*names))) for names in ("g", "ff")]


@attrs.frozen
class Page:
    """Of attrs, with names that differ from those of the constructor."""

    _number: int
    size: int = attrs.field(alias="per_page")
    twice: int = attrs.field(init=False, default=0)


@dataclasses.dataclass(frozen=True)
class Span:
    """A dataclass that refuses some values."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise Invalid("start is after end")


@input_class
class Search:
    """An input class."""

    text: str = of(query("q"))
    _page: int = of(query("page", int, default=1))
    agent: str | None = of(header("User-Agent", str, default=None))


class WithoutDecorator(Search):
    """Has a field that nobody reads."""

    more: str = of(query("more"))


def test_to() -> None:
    """A class is made of the values, which are its fields when it is written."""
    page = (query("n", int) & query("size", int, default=20)).to(Page)
    span = (query("start", int) & query("end", int)).to(Span)

    assert (Page(2, 20), Span(1, 2)) == (page.read(Request(url="/?n=2")), span.read(Request(url="/?start=1&end=2")))
    assert ("/?n=2&size=7", "/?start=1&end=2") == (
        page.write(Request(), Page(2, 7)).url.full_path,
        span.write(Request(), Span(1, 2)).url.full_path,
    )


def test_to_of_a_function() -> None:
    """A function needs the way back to be written."""
    parts = query("a", int) & query("b", int)
    total = parts.to(lambda a, b: a + b)
    back = parts.to(lambda a, b: a * 10 + b, back=lambda value: (value // 10, value % 10))

    assert (3, 12) == (total.read(Request(url="/?a=1&b=2")), back.read(back.write(Request(), 12)))
    with pytest.raises(TypeError, match="query a, query b is only read: give the way back"):
        total.write(Request(), 3)


def test_refused_by_the_class() -> None:
    """What is wrong with the values together is a problem of the whole place."""
    span = (query("start", int) & query("end", int)).to(Span)

    with pytest.raises(InputError) as caught:
        span.read(Request(url="/?start=2&end=1"))
    assert (Problem("query", "", "invalid", "start is after end"),) == caught.value.problems


def test_refused_values_of_several_places() -> None:
    """Of several places, it is the first."""
    span = (header("X-Start", int) & query("end", int)).to(Span)

    with pytest.raises(InputError) as caught:
        span.read(Request(url="/?end=1", headers={"X-Start": "2"}))
    assert (Problem("header", "", "invalid", "start is after end"),) == caught.value.problems


@attrs.frozen
class KeywordOnly:
    """Has a field that the constructor takes by name."""

    a: int
    b: int
    c: int = attrs.field(default=0, kw_only=True)


@attrs.frozen
class More:
    """Has a field more."""

    a: int
    b: int
    c: int = 0


@dataclasses.dataclass
class Given:
    """Takes an argument that is not a field."""

    a: int
    b: int
    c: dataclasses.InitVar[int] = 0


@dataclasses.dataclass
class KeywordOnlyData:
    """Has a field that the constructor takes by name."""

    a: int
    b: int
    c: int = dataclasses.field(default=0, kw_only=True)


@attrs.define(init=False)
class OwnConstructor:
    """Has a constructor that somebody wrote."""

    difference: int

    def __init__(self, a: int, b: int) -> None:
        self.difference = a - b


@dataclasses.dataclass
class Counted:
    """Has a variable of the class, and a field that it computes."""

    count: ClassVar[int] = 0
    a: int
    b: int
    twice: int = dataclasses.field(init=False, default=0)


NUMBERS: Final = query("a", int) & query("b", int)


@pytest.mark.parametrize("make", [KeywordOnly, More, Given, KeywordOnlyData, OwnConstructor, pow])
def test_no_way_back(make: Callable[[int, int], object]) -> None:
    """A class that has more to it than the values is only read: a part of an instance would be lost."""
    made = NUMBERS.to(make)

    assert make(1, 2) == made.read(Request(url="/?a=1&b=2"))
    with pytest.raises(TypeError, match="query a, query b is only read"):
        made.write(Request(), make(1, 2))


def test_way_back() -> None:
    """Of a dataclass, only what its constructor takes is a value."""
    assert "/?a=1&b=2" == NUMBERS.to(Counted).write(Request(), Counted(1, 2)).url.full_path


class Wider(Page):
    """A subclass, whose instances equal none of the class."""


def test_only_instances_of_the_class() -> None:
    """Something else is not written as the class."""
    made = (query("n", int) & query("size", int)).to(Page)

    for value in (Wider(1, 2), (1, 2), None):
        with pytest.raises(TypeError, match=r"^expected Page, not "):
            untyped(made.write)(Request(), value)


def test_input_class() -> None:
    """A class whose fields are inputs is read and written as one input."""
    made = from_class(Search)
    request = Request(url="/?q=ice&page=2", headers={"User-Agent": "x"})

    assert Search(text="ice", _page=2, agent="x") == made.read(request)
    assert ("/?q=snow", "y") == (
        (written := made.write(request, Search(text="snow", _page=1, agent="y"))).url.full_path,
        written.headers["User-Agent"],
    )


def test_map_and_back() -> None:
    """A function and its inverse make another input, as often as one likes."""
    made = query("n", int).map(lambda n: n + 1, lambda n: n - 1).map(str, int)

    assert ("8", "/?n=7") == (made.read(Request(url="/?n=7")), made.write(Request(), "8").url.full_path)


def test_groups() -> None:
    """Inputs go together with `&`, one by one."""
    group = query("a") & query("b", int) & header("X-C", str, default="c")

    assert ("1", 2, "c") == group.read(Request(url="/?a=1&b=2"))
    assert ("1", 2, "c") == group.attempt(Request(url="/?a=1&b=2"))
    assert isinstance(group.attempt(Request()), InputError)


QUERY: Final = query("a")


def takes_two(a: str, b: tuple[str, ...]) -> int:
    """A value of two."""
    return len(a) + len(b)


def takes_three(request: Request, a: str, b: str, c: str) -> Response:
    """A handler of three values."""
    return text(a + b + c)


async def later(sent: str) -> str:
    """Does not give its value when it is called."""
    return sent


class Later:
    """An object that is called as `later` is."""

    async def __call__(self, sent: str) -> str:
        return sent


class Methods:
    """Has a method that is a handler once there is an instance."""

    def show(self, _request: Request, name: str) -> Response:
        """Answer a request."""
        return text(name)


class Struct(msgspec.Struct):
    """A class of msgspec."""

    name: str


class Model(pydantic.BaseModel):
    """A class of pydantic."""

    name: str


class Keys(TypedDict):
    """A dict of given keys."""

    name: str


WRONG: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "query-number": (lambda: untyped(query)(1), r"query\(\) takes a name first, not int"),
    "cookie-bytes": (lambda: untyped(cookie.many)(b"a"), r"cookie\(\) takes a name first, not bytes"),
    "form-none": (lambda: untyped(form)(None), r"form\(\) takes a name first"),
    "checkbox": (lambda: untyped(checkbox)(1), r"checkbox\(\) takes a name first"),
    "header-number": (lambda: untyped(header)(1, int), r"header\(\) takes a name first"),
    "header-without-converter": (lambda: untyped(header)("X-A"), "needs a converter, such as str"),
    "key-with-converter": (lambda: untyped(header)(IF_MATCH, str), "has its converter in the key"),
    "key-with-encode": (lambda: untyped(header)(IF_MATCH, encode=str), "has its converter in the key"),
    "list": (lambda: untyped(query)("a", list), "a converter is a type such as int"),
    "list-of-int": (lambda: untyped(query)("a", list[int]), "a converter is a type such as int"),
    "dict": (lambda: untyped(query)("a", dict), "a converter is a type such as int"),
    "bytes": (lambda: untyped(query)("a", bytes), "a converter is a type such as int"),
    "literal": (lambda: untyped(query)("a", Literal["x"]), "a converter is a type such as int"),
    "annotated": (lambda: untyped(query)("a", Annotated[int, "x"]), "a converter is a type such as int"),
    "optional": (lambda: untyped(query)("a", int | None), "may be absent has a default, such as default=None"),
    "optional-header": (lambda: untyped(header)("a", int | None), "may be absent has a default, such as default=None"),
    "optional-of-typing": (lambda: untyped(form)("a", Optional[int]), "has a default, such as default=None"),  # noqa: UP045
    "union": (lambda: untyped(query)("a", int | str), r"not int \| str$"),
    "list-of-a-query": (lambda: untyped(query)("a", list[str]), r"query.many\(\) reads all values of a name"),
    "tuple-of-a-form": (lambda: untyped(form)("a", tuple[str, ...]), r"form.many\(\) reads all values of a name"),
    "list-of-many": (lambda: untyped(query.many)("a", list[str]), "takes the converter of one"),
    "set-of-a-cookie": (lambda: untyped(cookie)("a", set), r"cookie.many\(\) reads all values of a name"),
    "instance": (lambda: untyped(query)("a", 7), "a converter is a type such as int"),
    "none": (lambda: untyped(query)("a", None), "a converter is a type such as int"),
    "encode-of-a-type": (lambda: untyped(query)("a", int, encode=str), "has its own text"),
    "encode-of-no-function": (lambda: untyped(query)("a", len, encode="x"), "encode= is a function"),
    "encode-of-a-list": (lambda: untyped(query)("a", ["x"], encode=str), "a converter is a type such as int"),
    "file-name": (lambda: untyped(file)(7), r"file\(\) takes a name first, not int"),
    "file-many-name": (lambda: untyped(file.many)(None), r"file\(\) takes a name first, not NoneType"),
    "file-default": (lambda: untyped(file)("a", default=b""), "the default of a file can only be None"),
    "empty-enum": (lambda: untyped(query)("a", Enum("Empty", [])), "has no members"),
    "enum-of-tuples": (lambda: untyped(query)("a", Enum("Pairs", {"A": (1, 2)})), "has no text"),
    "enum-of-one-text": (lambda: untyped(query)("a", Enum("Twice", {"A": "1", "B": 1})), "has the text of A"),
    "and-name": (lambda: untyped(QUERY.__and__)("b"), "an input goes with another input, not with str"),
    "and-class": (
        lambda: untyped(QUERY.__and__)(Search),
        r"not with a class; .*: from_class\(Search\)",
    ),
    "endpoint-and-class": (
        lambda: untyped(GET(root).__and__)(Search),
        r"not with a class; .*: from_class\(Search\)",
    ),
    "body-of-attrs": (lambda: untyped(body)(Page), r"json_of\(Page\) reads JSON, form_of\(Page\) a form"),
    "body-of-a-dataclass": (lambda: untyped(body)(Span), r"json_of\(Span\) reads JSON"),
    "body-of-a-struct": (lambda: untyped(body)(Struct), r"json_of\(Struct\) reads JSON"),
    "body-of-a-model": (lambda: untyped(body)(Model), r"json_of\(Model\) reads JSON"),
    "body-of-a-dict": (lambda: untyped(body)(Keys), r"json_of\(Keys\) reads JSON"),
    "into-of-a-method": (lambda: untyped(QUERY.into)(Methods.show), "Methods.show is a method, which has no instance"),
    "into-of-a-method-of-two": (
        lambda: untyped((QUERY & query("other")).into)(Methods.show),
        "Methods.show is a method, which has no instance",
    ),
    "endpoint-into-of-a-method": (
        lambda: untyped((GET(root) & QUERY).into)(Methods.show),
        r"write into\(self.method\) in one",
    ),
    "and-group": (lambda: untyped(QUERY.__and__)(QUERY & query("other")), "on the right of & stands one input"),
    "async-converter": (lambda: query("a", later), "is async, and nothing awaits it"),
    "async-encode": (lambda: untyped(query)("a", len, encode=later), "is async"),
    "async-map": (lambda: QUERY.map(later), "is async"),
    "async-to": (lambda: (QUERY & query("other")).to(untyped(partial(later))), "is async"),
    "async-check": (lambda: secured(cookie("a"), later), "is async"),
    "async-object": (lambda: secured(cookie("a"), Later()), "is async"),
    "map-value": (lambda: untyped(QUERY.map)(7), r"map\(\) takes functions, not int"),
    "map-back": (lambda: untyped(QUERY.map)(len, 7), r"map\(\) takes functions, not int"),
    "to-value": (lambda: untyped((QUERY & query("other")).to)(None), r"to\(\) takes functions, not NoneType"),
    "into-value": (lambda: untyped(QUERY.into)(7), r"into\(\) takes a handler"),
    "into-too-few": (lambda: untyped(QUERY.into)(len), "len is given the request and 1 value:"),
    "into-too-many": (
        lambda: untyped((QUERY & query("other")).into)(takes_three),
        "takes_three is given the request and 2 values: missing a required argument: 'c'",
    ),
    "first-of-name": (lambda: untyped(first_of)("a"), "an input goes with another input"),
    "first-of-group": (lambda: untyped(first_of)(QUERY & query("other")), "an input goes with another input"),
    "first-of-with-default": (lambda: first_of(query("a", default="x"), query("b")), "query a> is never missing"),
    "first-of-many": (lambda: first_of(query.many("a"), query.many("b")), "query a> is never missing"),
    "first-of-defaults": (
        lambda: first_of((query("a", default="x") & query.many("b")).to(takes_two), query("c", int)),
        "query a, query b> is never missing",
    ),
    "first-of-first-of": (
        lambda: first_of(first_of(query("a"), query("b", default="x")), query("c")),
        "query a, query b> is never missing",
    ),
    "of-value": (lambda: untyped(of)(7), "an input goes with another input"),
    "class-of-a-value": (lambda: untyped(from_class)(7), "takes a class with @input_class"),
    "class-of-a-plain-one": (lambda: from_class(Colour), "takes a class with @input_class"),
    "class-of-a-subclass": (lambda: from_class(WithoutDecorator), "takes a class with @input_class"),
    "class-of-bare-fields": (lambda: from_class(Page), r"each field of Page is made by of\(...\): _number, size"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments(case: str) -> None:
    """What an application writes wrongly is a TypeError that says what to write instead, when the input is made."""
    make, message = WRONG[case]

    with pytest.raises(TypeError, match=message):
        make()


def test_into_a_method_of_an_instance() -> None:
    """A method that has its instance is a function like any other."""
    request = Request(url="/?a=ada")
    routed = (GET(root) & QUERY).into(Methods().show).rows[0].answer(request, ())
    wrapped = QUERY.into(Methods().show)(request)

    assert isinstance(routed, Response)
    assert isinstance(wrapped, Response)
    assert (b"ada", b"ada") == (routed.data, wrapped.data)


def test_wrong_name_of_a_header() -> None:
    """The name of a header field is a token."""
    with pytest.raises(ValueError, match="field name"):
        header("a b", str)


@pytest.mark.parametrize(
    ("expected", "made"),
    [
        pytest.param("<Input query page>", query("page", int), id="query"),
        pytest.param("<Input header If-Match>", header(IF_MATCH), id="key"),
        pytest.param("<Input body>", body(len), id="body"),
        pytest.param("<Inputs query a, cookie b>", query("a") & cookie("b"), id="group"),
        pytest.param("<Input query a, cookie b>", (query("a") & cookie("b")).to(str.join), id="to"),
        pytest.param("<Input header X-A, cookie b>", first_of(header("X-A", str), cookie("b")), id="first-of"),
    ],
)
def test_repr(expected: str, made: object) -> None:
    """An input shows what it is read from."""
    assert expected == repr(made)


TEXT: Final = {"type": "string"}
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(query("a", int), Description(place="query", name="a", schema={"type": "integer"}), id="query"),
        pytest.param(
            query("a", int, default=1),
            Description(place="query", name="a", schema={"type": "integer"}, required=False, default=1),
            id="default",
        ),
        pytest.param(
            cookie.many("a"),
            Description(place="cookie", name="a", schema=TEXT, required=False, default=(), several=True),
            id="many",
        ),
        pytest.param(
            query("a", Colour),
            Description(place="query", name="a", schema={"type": "string", "enum": ["red", "dark red", "1"]}),
            id="enum",
        ),
        pytest.param(
            checkbox("a"),
            Description(
                place="form",
                name="a",
                schema={"type": "boolean"},
                required=False,
                default=False,
                statuses=(400, 413, 415, 422),
                media_types=FORMS,
            ),
            id="checkbox",
        ),
        pytest.param(header(IF_MATCH), Description(place="header", name="If-Match", schema=TEXT), id="key"),
        pytest.param(query("a").map(len), Description(place="query", name="a", schema=TEXT), id="map"),
    ],
)
def test_describe(made: Input[object], expected: Description) -> None:
    """An input says what a tool has to know of it."""
    assert (expected,) == made.describe()


def test_describe_of_several() -> None:
    """What is made of several has the descriptions of all; none of those of `first_of` is required."""
    group = (query("a") & first_of(header("X-B", str), cookie("c"))).describe()

    assert [("a", True), ("X-B", False), ("c", False)] == [(found.name, found.required) for found in group]


@pytest.mark.parametrize("code", ["malformed", "unsupported", "missing"])
def test_forms_that_are_none(code: Code) -> None:
    """What is wrong with the whole body is said once, whatever number of fields is read of it."""
    requests = {
        "malformed": Request(method="POST", headers={"Content-Type": MULTIPART}, body=b"x"),
        "unsupported": Request(method="POST", headers={"Content-Type": "application/json"}, body=b"{}"),
        "missing": Request(method="POST", body=b"a=1"),
    }
    group = form("a") & form.many("b") & checkbox("c") & file("f", default=None)

    with pytest.raises(InputError) as caught:
        group.read(requests[code])
    assert [code] == [problem.code for problem in caught.value.problems]


def test_limits_stop_at_once() -> None:
    """Too many fields are not a problem of an input, but an answer of their own."""
    with pytest.raises(RequestURITooLarge):
        (query("a", int) & query("b")).attempt(Request(url="/?" + "a&" * 2000))
