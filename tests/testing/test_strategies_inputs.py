"""Values of inputs, requests that fit them and requests that do not: of each kind of input, by reading them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Final, cast
from uuid import UUID

import msgspec
import pydantic
import pytest
from attrs import field, frozen, validators
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from verglas import Request, Response, text
from verglas.errors import HTTPError
from verglas.headers import ACCEPT, AUTHORIZATION, Authorization
from verglas.inputs import (
    Input,
    Inputs,
    Invalid,
    body,
    checkbox,
    converter,
    cookie,
    file,
    first_of,
    form,
    form_of,
    header,
    json_of,
    query,
    secured,
)
from verglas.paths import GET, POST, Endpoint, Route, rest, root, routes
from verglas.testing.strategies import (
    AnyEndpoint,
    AnyInput,
    GivenStrategies,
    Misfit,
    misfits_of,
    requests,
    requests_of,
    values_of,
)


class Color(Enum):
    """Two members."""

    RED = "red"
    BLUE = "blue"


@frozen
class Order:
    """Read by cattrs; no schema knows its validators."""

    count: int = field(validator=validators.gt(100))
    due: datetime
    code: str = field(validator=validators.matches_re("[0-9]+"))
    part: Order | None = None


class Struct(msgspec.Struct):
    """Read by msgspec, which does not say what text a datetime is."""

    count: Annotated[int, msgspec.Meta(gt=0, le=10)]
    due: datetime | None = None
    parts: list[Struct] = []


class Model(pydantic.BaseModel):
    """Read by pydantic."""

    count: int = pydantic.Field(gt=0, multiple_of=3)
    name: str = pydantic.Field(min_length=2, pattern="^[a-z]+$")
    due: datetime | None = None


@frozen
class Signup:
    """A form."""

    name: str = field(validator=validators.min_len(2))
    age: int | None
    tags: tuple[str, ...]
    newsletter: bool


@frozen
class Span:
    """Two values that have to be right together."""

    first: int
    last: int

    def __attrs_post_init__(self) -> None:
        """The last is not before the first."""
        if self.last < self.first:
            raise Invalid("is before the first")


def at_most_ten(number: int) -> int:
    """One number of many."""
    if not 1 <= number <= 10:
        raise Invalid("expected 1 to 10")
    return number


def slug(name: str) -> str:
    """One text of many."""
    if not name or set(name) - set("abcdefghijklmnopqrstuvwxyz-"):
        raise Invalid("expected letters and hyphens")
    return name


def never(name: str) -> str:
    """No text at all."""
    raise Invalid(f"expected something else than {len(name)} characters")


def lines(data: bytes) -> list[str]:
    """A function of a body, which has no way back."""
    return data.decode("ascii").splitlines()


def show(request: Request[object], number: int, page: int) -> Response:
    """Answer."""
    return text(f"{request.method} {number} {page}")


USER: Final = GET(root / "users" / int) & query("page", int, default=1)
TOKEN: Final = header(AUTHORIZATION)
WHO: Final = secured(TOKEN, lambda sent: {"s3cret": "ada"}.get(sent.token or ""), challenge="Bearer")
BEARER: Final = st.just(Authorization("bearer", token="s3cret"))

INPUTS: Final[Mapping[str, AnyInput | AnyEndpoint]] = {
    "int": query("n", int),
    "default": query("page", int, default=1),
    "str": query("q"),
    "enum": query("color", Color),
    "dates": query("from", date) & query("to", datetime),
    "function": query("slug", slug),
    "map": query("n", int).map(at_most_ten),
    "map-without-back": query("tags").map(lambda tags: tags.split(",")),
    "to": (query("first", int) & query("last", int)).to(Span),
    "cookie": cookie("theme"),
    "header": header("X-Depth", int),
    "header-text": header("X-Tag", str),
    "key": header(AUTHORIZATION),
    "key-default": header(ACCEPT, default=None),
    "file": file("photo") & form("title") & checkbox("public"),
    "files": file.many("photos") & form("title"),
    "attrs": body(json_of(Order)),
    "list": body(json_of(list[int])),
    "struct": body(json_of(Struct)),
    "model": body(json_of(Model)),
    "form": body(form_of(Signup)),
    "bytes": body(lines, media_types=["text/plain"]),
    "first-of": first_of(header("X-Theme", str), cookie("theme")),
    "path": GET(root / "a" / int / slug / UUID),
    "rest": GET(root / "files" / rest),
    "endpoint": USER,
    "route": USER.into(show),
    "endpoint-body": POST(root / "orders") & body(json_of(Order)),
}


def read(x: AnyInput | AnyEndpoint, request: Request[None]) -> object:
    """What a request has of an input; `None` of one with another method or path."""
    if isinstance(x, (Input, Inputs)):
        found: object = cast("Input[object]", x).read(request)  # both read
        return found
    assert isinstance(x, (Endpoint, Route))
    values = x.path.match(request.url.segments)
    if values is None or request.method != x.method:
        return None
    fields = [part for part in x.inputs.parts if part.describe()[0].place != "path"]
    return (*values, *[Input[object](part).read(request) for part in fields])


@pytest.mark.parametrize("name", INPUTS)
def test_requests_fit(name: str) -> None:
    """A request is read without an error."""
    x = INPUTS[name]

    @settings(max_examples=30)
    @given(requests_of(x))
    def check(request: Request[None]) -> None:
        assert read(x, request) is not None or name == "key-default"

    check()


@pytest.mark.parametrize("name", INPUTS)
def test_misfits_do_not_fit(name: str) -> None:
    """A misfit is refused, and what it was made of is not."""
    x = INPUTS[name]

    @settings(max_examples=40)
    @given(misfits_of(x))
    def check(misfit: Misfit) -> None:
        assert read(x, misfit.fitting) is not None or name == "key-default"
        value: object = None  # of another method or path
        with suppress(HTTPError):
            value = read(x, misfit.request)
        assert value is None

    check()


FLAWS: Final = {
    "int": {"query n: missing", "query n: malformed", "query n: repeated"},
    "str": {"query q: missing", "query q: repeated"},
    "endpoint": {
        "path 0: malformed",
        "query page: malformed",
        "query page: repeated",
        "method: another",
        "path: another",
    },
    "model": {
        "body: missing",
        "body: malformed",
        "body: unsupported",
        "body /count: malformed",
        "body /count: missing",
        "body /name: malformed",
        "body /unknown-field: unexpected",
    },
    "form": {"form name: missing", "form name: malformed", "form unknown-field: unexpected", "body: unsupported"},
    "file": {"file photo: missing", "file photo: repeated", "file photo: malformed", "form title: missing"},
}


UNTIL_FOUND: Final = settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate])


@pytest.mark.parametrize("name", FLAWS)
def test_flaws_are_found(name: str) -> None:
    """Each kind of misfit is among those that are drawn."""
    found: set[str] = set()

    def is_last(misfit: Misfit) -> bool:
        found.add(str(misfit))
        return not FLAWS[name] - found

    with suppress(NoSuchExample):  # of which the assertion says more
        find(misfits_of(INPUTS[name]), is_last, settings=UNTIL_FOUND)

    assert not FLAWS[name] - found


def test_nothing_is_a_misfit() -> None:
    """Where all requests fit, there are none."""
    assert misfits_of(query.many("tag")).is_empty


def test_values() -> None:
    """Values are those that are read; the smallest are small."""
    assert 0 == find(values_of(query("n", int)), lambda _: True)
    assert find(values_of(query("n", int).map(at_most_ten)), lambda number: number > 7) in (8, 9, 10)
    assert Color.BLUE is find(values_of(query("color", Color)), lambda color: color is not Color.RED)
    assert (0, 1) == find(values_of(USER), lambda _: True)
    assert () == find(values_of(query.many("tag")), lambda _: True)
    order = find(values_of(body(json_of(Order))), lambda _: True)
    assert order.count > 100


def test_smallest_requests() -> None:
    """A request has no more than it needs."""
    assert "http://localhost/users/0" == str(find(requests_of(USER), lambda _: True).url)
    assert b'{"count": 1}' == find(requests_of(body(json_of(Struct))), lambda _: True).data


def test_given() -> None:
    """Strategies that are given take the place of others: by input, by function, of credentials."""
    page = query("page", int)
    both = page & query("slug", slug)
    assert 3 == find(values_of(page, {page: st.just(3)}), lambda _: True)
    assert (7, "x") == find(values_of(both, {page: st.just(7), slug: st.just("x")}), lambda _: True)
    assert ("x",) == find(values_of(root / slug, {slug: st.just("x")}), lambda _: True)
    assert "ada" == find(values_of(WHO, {TOKEN: BEARER}), lambda _: True)
    assert "ada" == find(values_of(WHO, {WHO: BEARER}), lambda _: True)
    assert "header Authorization: missing" == str(
        find(misfits_of(WHO, {WHO: BEARER}), lambda one: one.flaw == "missing")
    )


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(query("color", Color), id="query"),
        pytest.param(form("color", Color), id="form"),
        pytest.param(cookie("color", Color), id="cookie"),
        pytest.param(header("X-Color", Color), id="header"),
    ],
)
def test_given_for_an_enum(x: Input[Color]) -> None:
    """An Enum stands for all inputs that it converts."""
    assert Color.BLUE is find(values_of(x, {Color: st.just(Color.BLUE)}), lambda _: True)


def test_given_for_types() -> None:
    """So does a type, and for no other."""
    numbers = query("n", int) & query("m", int) & query("color", Color) & query("sure", bool)
    drawn = find(values_of(numbers, {int: st.just(7), Color: st.just(Color.BLUE)}), lambda _: True)

    assert (7, 7, Color.BLUE, False) == drawn
    with pytest.raises(TypeError, match="not among"):
        requests_of(query("page", int), {Color: st.just(Color.BLUE)})


@pytest.mark.parametrize(
    ("x", "words"),
    [
        pytest.param(query("name", never), "query name", id="function"),
        pytest.param(query("page", int) & query("name", never), "query name", id="one-of-two"),
        pytest.param(WHO, "given={credentials: strategy}", id="secured"),
        pytest.param(GET(root / never), "path 0", id="path"),
    ],
)
def test_nothing_is_found(x: AnyInput | AnyEndpoint, words: str) -> None:
    """Where no value is found, the error names the input and says what to give."""
    strategy = requests_of(x)  # at import of a module of tests, there is no error

    with pytest.raises(TypeError, match="given=") as caught:
        find(strategy, lambda _: True)

    assert words in str(caught.value)


def test_given_is_used() -> None:
    """A strategy for an input that is not there is a mistake."""
    page = query("page", int)
    with pytest.raises(TypeError, match=r"an input of query size, which is not among the inputs \(query page\)"):
        requests_of(page, {query("size", int): st.integers()})
    with pytest.raises(TypeError, match="give the same object"):
        requests_of(page, {query("page", int): st.integers()})


@frozen
class Code:
    """A value of a text that is not what `str` gives."""

    digits: str


def code(text: str) -> Code:
    """Read `ZX-1`."""
    if not text.startswith("ZX-"):
        raise Invalid("expected ZX-")
    return Code(text.removeprefix("ZX-"))


CODE: Final = converter(code, lambda value: f"ZX-{value.digits}")
CODES: Final = st.just(Code("7"))
CODED: Final = query("code", CODE)


@pytest.mark.parametrize(
    "strategies",
    [
        pytest.param({CODED: CODES}, id="input"),
        pytest.param({CODE: CODES}, id="converter"),
        pytest.param({code: CODES}, id="function"),
        pytest.param({Code: CODES}, id="class"),
    ],
)
def test_keys(strategies: GivenStrategies) -> None:
    """A key is an input, its converter, the function in it, or the class that this returns."""
    assert "http://localhost/?code=ZX-7" == str(find(requests_of(CODED, strategies), lambda _: True).url)


@pytest.mark.parametrize(
    "strategies", [pytest.param({CODE: CODES}, id="converter"), pytest.param({Code: CODES}, id="class")]
)
def test_keys_of_paths(strategies: GivenStrategies) -> None:
    """So it is in paths."""
    assert (Code("7"),) == find(values_of(root / "codes" / CODE, strategies), lambda _: True)


@pytest.mark.parametrize(
    ("x", "strategies", "words"),
    [
        pytest.param(
            query("code", code),
            {code: CODES},
            "query code writes Code by str, which code() refuses: use converter(code, encode)",
            id="str",
        ),
        pytest.param(CODED, {CODE: st.just("ZX-7")}, "query code cannot be 'ZX-7'", id="text"),
        pytest.param(
            query("n", int).map(at_most_ten), {int: st.integers(11, 10**6)}, "query n takes none of", id="refused"
        ),
        pytest.param(root / code, {code: CODES}, "path 0 writes Code by str", id="path"),
    ],
)
def test_given_values_are_not_taken(x: AnyInput, strategies: GivenStrategies, words: str) -> None:
    """Where no value of a strategy that was given is taken, the error says why."""
    with pytest.raises(TypeError) as caught:
        find(requests_of(x, strategies), lambda _: True)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        pytest.param(query("page", int), "an input of query page, which is not among", id="input"),
        pytest.param(converter(slug, str), "given= has slug, which", id="converter"),
        pytest.param(Color, "given= has Color, which", id="class"),
    ],
)
def test_keys_are_shown(key: AnyInput | type[object], words: str) -> None:
    """An error names a key as it is written."""
    with pytest.raises(TypeError, match="not among") as caught:
        requests_of(CODED, {key: st.nothing()})

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("strategy", "shown"),
    [
        pytest.param(requests_of(query("n", int)), "sent=Request(url='http://localhost/?n=0')", id="requests"),
        pytest.param(
            misfits_of(query("n", int)), "sent=Misfit(request=Request(url='http://localhost/'),", id="misfits"
        ),
        pytest.param(values_of(CODED, {CODED: CODES}), "sent=Code(digits='7')", id="values"),
        pytest.param(requests(bodies=["none"]), "sent=Request(url='http://localhost/')", id="any"),
    ],
)
def test_failures_are_shown(strategy: st.SearchStrategy[object], shown: str) -> None:
    """A failing test shows the request, and not how it was drawn."""

    @settings(max_examples=5, database=None)
    @given(strategy)
    def check(sent: object) -> None:
        raise ZeroDivisionError(type(sent))

    with pytest.raises(ZeroDivisionError) as caught:
        check()

    assert shown in " ".join("".join(caught.value.__notes__).split())


@frozen
class Article:
    """What is read of it, its validators say, which no likely value fits."""

    number: int = field(validator=validators.in_([7919, 7920]))
    code: str = field(validator=validators.matches_re("[A-Z]{3}-[0-9]{4}"))


def test_validators() -> None:
    """Values that validators list or describe are found."""
    assert Article(7919, "AAA-0000") == find(values_of(body(json_of(Article))), lambda _: True)


def test_names_with_controls() -> None:
    """A form with files has no NUL in a name, which no part of it can have."""

    @settings(max_examples=100)
    @given(requests(bodies=["upload"]))
    def check(sent: Request[None]) -> None:
        assert len(sent.files)

    check()


SITE: Final = routes(USER.into(show), GET(root / "a").into(lambda request: text(request.method)))


def test_requests_of_tables() -> None:
    """The requests of a table are those of all its routes; a misfit fits none of them."""
    assert "/a" == find(requests_of(SITE), lambda sent: "users" not in sent.url.path).url.path
    assert "/users/0" == find(requests_of(SITE, {int: st.just(0)}), lambda sent: sent.url.path != "/a").url.path

    @settings(max_examples=30)
    @given(misfits_of(SITE))
    def check(misfit: Misfit) -> None:
        with pytest.raises(HTTPError):
            SITE(misfit.request)

    check()


def test_values_of_tables() -> None:
    """Values are those of one route; a key is that of a route."""
    with pytest.raises(TypeError, match="of one of the routes"):
        values_of(SITE)  # type: ignore[call-overload]  # pyright: ignore  # pyrefly: ignore
    with pytest.raises(TypeError, match="an input of query size, which is not among the inputs of any route"):
        requests_of(SITE, {query("size", int): st.integers()})
