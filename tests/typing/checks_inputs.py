"""What must check: typed inputs and paths. Each function is run, too."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from functools import partial
from typing import Final, Literal, assert_type
from uuid import UUID

from attrs import frozen

from verglas import URL, Handler, HeaderField, Limits, Request, Response, ResponseLike, Upload, application, text
from verglas.headers import AUTHORIZATION, IF_MATCH, IF_NONE_MATCH, RANGE, Authorization, ETags, Range
from verglas.inputs import (
    Code,
    Decoder,
    Description,
    Input,
    InputError,
    Inputs,
    Invalid,
    MalformedInput,
    Place,
    Problem,
    UnsupportedInput,
    body,
    checkbox,
    converter,
    cookie,
    file,
    first_of,
    form,
    from_class,
    header,
    input_class,
    local_datetime,
    of,
    query,
    secured,
)
from verglas.paths import (
    DELETE,
    GET,
    HEAD,
    OPTIONS,
    PATCH,
    POST,
    PUT,
    QUERY,
    Endpoint,
    Entry,
    Method,
    Mounted,
    Path,
    Route,
    Routes,
    mount,
    on,
    rest,
    root,
    routes,
)
from verglas.wsgi import JSONLike, StartResponse

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

__all__ = ["CHECKS"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

S_co = TypeVar("S_co", covariant=True, default=None)


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


class Color(Enum):
    """An enum with a text of its own for each member."""

    RED = "red"
    BLUE = "blue"


class Size(StrEnum):
    """An enum whose members are texts."""

    SMALL = "small"
    LARGE = "large"


class Level(IntEnum):
    """An enum whose members are numbers."""

    LOW = 1
    HIGH = 2


@frozen
class User:
    """Somebody."""

    name: str


@frozen
class Admin(User):
    """Somebody with power."""


class Mine(Request[User]):
    """A class of requests of one's own."""


class Paged(Request[S_co]):
    """A generic one."""


@frozen
class Create:
    """What three inputs make."""

    page: int
    trace: UUID
    text: str


@input_class
class Search:
    """A class of inputs."""

    page: int = of(query("page", int, default=1))
    tags: tuple[str, ...] = of(query.many("tag"))
    color: Color | None = of(query("color", Color, default=None))


class Lines:
    """A decoder of one's own."""

    @property
    def media_types(self) -> Sequence[str]:
        """Text."""
        return ("text/plain",)

    @property
    def schema(self) -> Mapping[str, JSONLike]:
        """None."""
        return {}

    def decode(self, data: bytes, limits: Limits, /) -> list[str]:
        """The lines."""
        del limits
        return data.decode().splitlines()

    def encode(self, value: list[str], /) -> bytes:
        """The text."""
        return "\n".join(value).encode()


def even(text: str) -> int:
    """A converter of one's own."""
    return int(text)


def pair(text: str) -> tuple[str, str]:
    """One whose values have no text by `str`."""
    first, _, second = text.partition("-")
    return first, second


def joined(value: tuple[str, str]) -> str:
    """The way back."""
    return "-".join(value)


@input_class
class Conditions:
    """Fields whose types have a `None`."""

    key: ETags | None = of(header(IF_MATCH, default=None))
    text: str | None = of(query("text", default=None))
    number: int | None = of(query("number", int, default=None))
    theme: str | None = of(first_of(header("X-Theme", str), cookie("theme", default=None)))
    other: int | None = of(first_of(query("a", int), query("b", int), cookie("c", int, default=None)))
    fourth: ETags | None = of(
        first_of(header(IF_NONE_MATCH), header(IF_MATCH), header(IF_MATCH), header(IF_MATCH, default=None))
    )
    size: Size | None = of(query("size", Size, default=None))
    listed: list[str] | None = of(query("listed", lambda text: text.split(","), default=None))
    paired: tuple[str, str] | None = of(query("paired", pair, encode=joined, default=None))
    written: tuple[str, str] | None = of(query("written", converter(pair, joined), default=None))


def lines(data: bytes) -> list[str]:
    """A decoder that is a function."""
    return data.decode().splitlines()


def unlines(value: list[str]) -> bytes:
    """The way back."""
    return "\n".join(value).encode()


def who(sent: Authorization) -> User | None:
    """Whom credentials stand for."""
    return User("ada") if sent.token == "s3cret" else None


def trace_of(lines: Sequence[str]) -> UUID:
    """How the field of a key of one's own is read."""
    return UUID(lines[0])


def trace_lines(value: UUID) -> list[str]:
    """How it is written."""
    return [str(value)]


X_TRACE: Final[HeaderField[UUID]] = HeaderField("X-Trace", trace_of, trace_lines)
ID: Final = UUID(int=1)
OTHER_ID: Final = UUID(int=2)

page: Final = query("page", int, default=1)
trace: Final = header(X_TRACE)
three: Final = page & trace & query("q")
asked: Final = Request(url="/?q=ice", headers={"X-Trace": str(ID)})

USERS: Final = root / "users"
USER: Final = USERS / int
NOTE: Final = USER / "notes" / UUID
note: Final = GET(NOTE) & page


def show(request: Request, user: int, found: UUID, number: int) -> Response:
    """A handler of requests without a state."""
    return text(f"{request.method} {user} {found} {number}")


def show_user(request: Request[User], user: int, found: UUID, number: int) -> Response:
    """A handler for users."""
    return text(f"{request.state.name} {user} {found} {number}")


def show_admin(request: Request[Admin], user: int, found: UUID, number: int) -> Response:
    """A handler for a narrower state."""
    return text(f"{request.state.name} {user} {found} {number}")


def show_mine(request: Mine, user: int, found: UUID, number: int) -> Response:
    """A handler of requests of one's own class."""
    return text(f"{request.state.name} {user} {found} {number}")


def show_paged(request: Paged[User], user: int, found: UUID, number: int) -> Response:
    """A handler of a generic class."""
    return text(f"{request.state.name} {user} {found} {number}")


def show_anyone(request: Request[object], user: int, found: UUID, number: int) -> Response:
    """A handler of all requests."""
    return text(f"{request.method} {user} {found} {number}")


def plain(request: Request[User]) -> Response:
    """A handler without inputs."""
    return text(request.state.name)


def nothing(request: Request) -> Response:
    """A handler of requests without a state, and without inputs."""
    return text(request.path)


def wsgi(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI application."""
    del environ
    start_response("204 No Content", [])
    return []


@run
def queries() -> None:
    """A query parameter has the type of its converter."""
    assert_type(query("a"), Input[str])
    assert_type(query("a", bool), Input[bool])
    assert_type(query("a", int), Input[int])
    assert_type(query("a", float), Input[float])
    assert_type(query("a", str), Input[str])
    assert_type(query("a", Decimal), Input[Decimal])
    assert_type(query("a", UUID), Input[UUID])
    assert_type(query("a", datetime), Input[datetime])
    assert_type(query("a", date), Input[date])
    assert_type(query("a", time), Input[time])
    assert_type(query("a", timedelta), Input[timedelta])
    assert_type(query("a", Color), Input[Color])
    assert_type(query("a", even), Input[int])
    assert_type(query("a", pair), Input[tuple[str, str]])
    assert_type(query("a", local_datetime), Input[datetime])
    assert_type(query("a", lambda text: text.split(",")), Input[list[str]])
    assert_type(query("a", str.split), Input[list[str]])


@run
def queries_with_default() -> None:
    """The type of a default joins that of the converter."""
    assert_type(query("a", default=""), Input[str])
    assert_type(query("a", default=None), Input[str | None])
    assert_type(query("a", default=0), Input[str | int])
    assert_type(query("a", bool, default=False), Input[bool])
    assert_type(query("a", bool, default=None), Input[bool | None])
    assert_type(query("a", int, default=1), Input[int])
    assert_type(query("a", int, default=None), Input[int | None])
    assert_type(query("a", float, default=1.5), Input[float])
    assert_type(query("a", str, default=None), Input[str | None])
    assert_type(query("a", Decimal, default=None), Input[Decimal | None])
    assert_type(query("a", UUID, default=None), Input[UUID | None])
    assert_type(query("a", datetime, default=None), Input[datetime | None])
    assert_type(query("a", date, default=date(2026, 1, 1)), Input[date])
    assert_type(query("a", time, default=None), Input[time | None])
    assert_type(query("a", timedelta, default=timedelta(0)), Input[timedelta])
    assert_type(query("a", Color, default=None), Input[Color | None])
    assert_type(query("a", Color, default=Color.RED), Input[Color])
    assert_type(query("a", even, default=0), Input[int])
    assert_type(query("a", even, default=None), Input[int | None])
    assert_type(query("a", local_datetime, default=None), Input[datetime | None])


@run
def enums_of_texts_and_numbers() -> None:
    """A member of a `StrEnum` or an `IntEnum` is a member first."""
    assert_type(query("a", Size), Input[Size])
    assert_type(query("a", Level), Input[Level])
    assert_type(query("a", Size, default=None), Input[Size | None])
    assert_type(query("a", Level, default=None), Input[Level | None])
    assert_type(query("a", Size, default=Size.SMALL), Input[Size])
    assert_type(query.many("a", Size), Input[tuple[Size, ...]])
    assert_type(query.many("a", Level), Input[tuple[Level, ...]])
    assert_type(form("a", Size, default=None), Input[Size | None])
    assert_type(form.many("a", Level), Input[tuple[Level, ...]])
    assert_type(cookie("a", Level), Input[Level])
    assert_type(header("X-A", Size), Input[Size])
    assert_type(header("X-A", Level, default=None), Input[Level | None])
    assert_type(root / Size, Path[Size])
    assert_type(root / Level / str, Path[Level, str])
    assert_type((root / Level).match(("1",)), tuple[Level] | None)
    assert_type((root / Size)(Size.SMALL), str)
    sizes, levels = query("a", Size), query("a", Level)
    assert query("a").write(asked, "small").url == sizes.write(asked, Size.SMALL).url
    assert Size.SMALL is sizes.read(sizes.write(asked, Size.SMALL))
    assert Level.HIGH is levels.read(levels.write(asked, Level.HIGH))
    assert (Size.LARGE, Level.LOW) == (root / Size / Level).match(("large", "1"))


@run
def expected_types() -> None:
    """What is expected of an input does not stand in the way of what it is made of."""

    def anybody(sent: Authorization | None) -> User | None:
        return None if sent is None else who(sent)

    key: Input[ETags | None] = header(IF_MATCH, default=None)
    paired: Input[tuple[str, str] | None] = query("a", pair, encode=joined, default=None)
    written: Input[tuple[str, str] | None] = form("a", converter(pair, joined), default=None)
    line: Input[tuple[str, str] | None] = header("X-A", pair, encode=joined, default=None)
    number: Input[int | None] = cookie("a", int, default=None)
    assert_type(secured(header(AUTHORIZATION, default=None), anybody), Input[User])
    assert_type(secured(cookie("sid", UUID, default=None), lambda sid: sid), Input[UUID])
    assert_type(key.read(asked), ETags | None)
    assert_type((paired & written & line).read(asked)[0], tuple[str, str] | None)
    assert_type(number.read(asked), int | None)
    assert_type(from_class(Conditions).read(asked).key, ETags | None)


@run
def queries_with_encoder() -> None:
    """A function goes with the one that writes."""
    assert_type(query("a", even, encode=str), Input[int])
    assert_type(query("a", pair, encode=joined), Input[tuple[str, str]])
    assert_type(query("a", pair, encode="-".join), Input[tuple[str, str]])
    assert_type(query("a", pair, default=None, encode=joined), Input[tuple[str, str] | None])
    assert_type(query.many("a", pair, encode=joined), Input[tuple[tuple[str, str], ...]])


@run
def several_queries() -> None:
    """What may be there several times is a tuple."""
    assert_type(query.many("a"), Input[tuple[str, ...]])
    assert_type(query.many("a", bool), Input[tuple[bool, ...]])
    assert_type(query.many("a", int), Input[tuple[int, ...]])
    assert_type(query.many("a", float), Input[tuple[float, ...]])
    assert_type(query.many("a", str), Input[tuple[str, ...]])
    assert_type(query.many("a", Decimal), Input[tuple[Decimal, ...]])
    assert_type(query.many("a", UUID), Input[tuple[UUID, ...]])
    assert_type(query.many("a", datetime), Input[tuple[datetime, ...]])
    assert_type(query.many("a", date), Input[tuple[date, ...]])
    assert_type(query.many("a", time), Input[tuple[time, ...]])
    assert_type(query.many("a", timedelta), Input[tuple[timedelta, ...]])
    assert_type(query.many("a", Color), Input[tuple[Color, ...]])
    assert_type(query.many("a", even), Input[tuple[int, ...]])


@run
def forms() -> None:
    """Fields of forms are as parameters, with files and boxes beside them."""
    assert_type(form("a"), Input[str])
    assert_type(form("a", default=None), Input[str | None])
    assert_type(form("a", Decimal), Input[Decimal])
    assert_type(form("a", Decimal, default=None), Input[Decimal | None])
    assert_type(form("a", Color), Input[Color])
    assert_type(form("a", Color, default=None), Input[Color | None])
    assert_type(form("a", even), Input[int])
    assert_type(form("a", local_datetime), Input[datetime])
    assert_type(form("a", pair, encode=joined), Input[tuple[str, str]])
    assert_type(form("a", pair, default=None, encode=joined), Input[tuple[str, str] | None])
    assert_type(form.many("a"), Input[tuple[str, ...]])
    assert_type(form.many("a", date), Input[tuple[date, ...]])
    assert_type(form.many("a", Color), Input[tuple[Color, ...]])
    assert_type(form.many("a", pair, encode=joined), Input[tuple[tuple[str, str], ...]])
    assert_type(checkbox("a"), Input[bool])
    assert_type(file("f"), Input[Upload])
    assert_type(file("f", default=None), Input[Upload | None])
    assert_type(file.many("f"), Input[tuple[Upload, ...]])


@run
def cookies() -> None:
    """Cookies are as parameters."""
    assert_type(cookie("a"), Input[str])
    assert_type(cookie("a", default=None), Input[str | None])
    assert_type(cookie("a", UUID), Input[UUID])
    assert_type(cookie("a", UUID, default=None), Input[UUID | None])
    assert_type(cookie("a", Color), Input[Color])
    assert_type(cookie("a", Color, default=Color.RED), Input[Color])
    assert_type(cookie("a", even), Input[int])
    assert_type(cookie("a", pair, encode=joined), Input[tuple[str, str]])
    assert_type(cookie("a", pair, default=None, encode=joined), Input[tuple[str, str] | None])
    assert_type(cookie.many("a"), Input[tuple[str, ...]])
    assert_type(cookie.many("a", int), Input[tuple[int, ...]])
    assert_type(cookie.many("a", Color), Input[tuple[Color, ...]])
    assert_type(cookie.many("a", pair, encode=joined), Input[tuple[tuple[str, str], ...]])


@run
def headers() -> None:
    """A header field has the type of its key, or of the converter that goes with its name."""
    assert_type(trace, Input[UUID])
    assert_type(header(X_TRACE, default=None), Input[UUID | None])
    assert_type(header(IF_NONE_MATCH), Input[ETags])
    assert_type(header(IF_NONE_MATCH, default=None), Input[ETags | None])
    assert_type(header(IF_NONE_MATCH, default=ETags()), Input[ETags])
    assert_type(header(RANGE, default=None), Input[Range | None])
    assert_type(header(AUTHORIZATION), Input[Authorization])
    assert_type(header("X-A", str), Input[str])
    assert_type(header("X-A", int), Input[int])
    assert_type(header("X-A", int, default=1), Input[int])
    assert_type(header("X-A", bool, default=None), Input[bool | None])
    assert_type(header("X-A", Color), Input[Color])
    assert_type(header("X-A", Color, default=None), Input[Color | None])
    assert_type(header("X-A", even), Input[int])
    assert_type(header("X-A", even, default=None), Input[int | None])
    assert_type(header("X-A", pair, encode=joined), Input[tuple[str, str]])
    assert_type(header("X-A", pair, default=None, encode=joined), Input[tuple[str, str] | None])


@run
def bodies() -> None:
    """A body has the type of its decoder."""
    decoder: Decoder[list[str]] = Lines()
    assert_type(body(decoder), Input[list[str]])
    assert_type(body(Lines()), Input[list[str]])
    assert_type(body(bytes), Input[bytes])
    assert_type(body(lines), Input[list[str]])
    assert_type(body(lines, encode=unlines), Input[list[str]])
    assert_type(body(lines, encode=None), Input[list[str]])
    assert_type(body(lines, media_types=["text/plain"]), Input[list[str]])
    assert_type(body(lines, media_types=("text/plain",), encode=unlines), Input[list[str]])
    assert_type(body(lambda data: data.decode()), Input[str])
    assert_type(body(bytes.decode, encode=str.encode), Input[str])


@run
def sources_in_turn() -> None:
    """The first of several has the type of each."""
    assert_type(first_of(header("X-A", str), cookie("a")), Input[str])
    assert_type(first_of(query("a", int), header("X-A", int), cookie("a", int, default=1)), Input[int])
    assert_type(first_of(query("a"), query("b"), query("c"), query("d"), query("e")), Input[str])
    assert_type(first_of(page), Input[int])
    listed = [query("a", int), query("b", int)]
    assert_type(first_of(*listed), Input[int])
    assert_type(first_of(query("c", int), *listed), Input[int])
    assert_type(first_of(header("X-A", str), cookie("a", default=None)), Input[str | None])
    assert_type(first_of(query("a", int), header("X-A", str)), Input[int | str])
    assert_type(first_of(trace, query("a", UUID), cookie("a", UUID, default=None)), Input[UUID | None])
    assert_type(first_of(trace, query("a", int), query("b", date)), Input[UUID | int | date])
    assert_type(first_of(query("a"), query("b"), query("c"), query("d", int, default=None)), Input[str | int | None])
    either: Input[str | None] = first_of(header("X-A", str), cookie("a", default=None))
    assert_type(either.read(asked), str | None)


@run
def credentials() -> None:
    """A security input is what its check finds, which is never `None`."""
    user = secured(header(AUTHORIZATION), who, challenge="Bearer")
    assert_type(user, Input[User])
    assert_type(secured(cookie("sid", UUID), lambda sid: User(str(sid))), Input[User])
    assert_type(secured(header(AUTHORIZATION), lambda sent: sent.token, challenge="Bearer"), Input[str])
    assert_type(user & page, Inputs[User, int])
    assert_type(user.attempt(Request(headers={"Authorization": "Bearer s3cret"})), User | InputError)


@run
def maps() -> None:
    """What a function makes of a value has the type of what it gives."""
    assert_type(page.map(str), Input[str])
    assert_type(page.map(lambda number: number / 2), Input[float])
    assert_type(page.map(str, int), Input[str])
    assert_type(page.map(lambda number: number - 1, lambda index: index + 1), Input[int])
    assert_type(query("tags").map(str.split, " ".join), Input[list[str]])
    assert_type(query("a", int, default=None).map(lambda number: number or 0), Input[int])
    assert_type(page.map(str).map(len), Input[int])


@run
def one_input() -> None:
    """An input reads, tries, writes and describes."""
    assert_type(page.read(asked), int)
    assert_type(page.attempt(asked), int | InputError)
    assert_type(page.write(asked, 7), Request[None])
    assert_type(page.write(asked.with_state(User("ada")), 7), Request[User])
    assert_type(page.describe(), tuple[Description, ...])
    assert_type(page & trace, Inputs[int, UUID])
    [described] = page.describe()
    assert_type(described.place, Place)
    assert_type(described.schema, Mapping[str, JSONLike])
    assert_type(described.default, object)
    assert_type(described.statuses, tuple[int, ...])


@run
def several_inputs() -> None:
    """Inputs have the types of all, in order."""
    assert_type(three, Inputs[int, UUID, str])
    assert_type(three & checkbox("b"), Inputs[int, UUID, str, bool])
    assert_type(three.read(asked), tuple[int, UUID, str])
    assert_type(three.attempt(asked), tuple[int, UUID, str] | InputError)
    assert_type(three.write(Request(), 1, ID, "x"), Request[None])
    assert_type(three.write(Request().with_state(User("ada")), 1, ID, "x"), Request[User])
    assert_type(three.describe(), tuple[Description, ...])
    number, _, words = three.read(asked)
    assert_type(number, int)
    assert_type(words, str)
    match three.attempt(asked):
        case InputError() as error:
            assert_type(error.problems, tuple[Problem, ...])
            assert_type(error.by_field, dict[str, list[str]])
        case found:
            assert_type(found, tuple[int, UUID, str])
    a, b, c, d = query("a", int), query("b", int), query("c", int), query("d", int)
    many = page & a & b & c & d & form("a", int) & form("b", int) & form("c", int) & form("d", int) & trace
    assert_type(many, Inputs[int, int, int, int, int, int, int, int, int, UUID])


@run
def made_of_inputs() -> None:
    """A constructor, a function, a class method: what it gives is the type."""
    assert_type(three.to(Create), Input[Create])
    assert_type(three.to(Create).read(asked), Create)
    assert_type(three.to(lambda number, _, words: f"{number}{words}"), Input[str])
    assert_type((page & query("size", int, default=20)).to(divmod), Input[tuple[int, int]])

    def text_of(number: int, trace: UUID, words: str) -> str:
        return f"{number} {trace} {words}"

    def parts_of(made: str) -> tuple[int, UUID, str]:
        number, found, words = made.split()
        return int(number), UUID(found), words

    assert_type(three.to(text_of), Input[str])
    assert_type(three.to(text_of, back=parts_of), Input[str])
    assert_type(three.to(Create) & query("size", int), Inputs[Create, int])


@run
def handlers() -> None:
    """A handler is given its inputs; what is left is a handler of its requests."""

    def of_one(request: Request, number: int) -> Response:
        return text(f"{request.method} {number}")

    def of_users(request: Request[User], number: int, trace: UUID, words: str) -> Response:
        return text(f"{request.state.name} {number} {trace} {words}")

    def of_mine(request: Mine, number: int, trace: UUID, words: str) -> Response:
        return text(f"{request.state.name} {number} {trace} {words}")

    def of_anyone(request: Request[object], number: int, trace: UUID, words: str) -> Response:
        return text(f"{request.method} {number} {trace} {words}")

    assert_type(page.into(of_one), Callable[[Request], ResponseLike])
    assert_type(three.into(of_users), Callable[[Request[User]], ResponseLike])
    assert_type(three.into(of_mine), Callable[[Mine], ResponseLike])
    assert_type(three.into(of_anyone), Callable[[Request[object]], ResponseLike])
    one: Handler[None] = page.into(of_one)
    users: Handler[User] = three.into(of_users)
    anyone: Handler[User] = three.into(of_anyone)
    assert_type(one(asked), ResponseLike)
    assert_type(users(asked.with_state(User("ada"))), ResponseLike)
    assert_type(anyone(asked.with_state(User("ada"))), ResponseLike)
    application(page.into(of_one))
    application(three.into(of_anyone))

    @three.into
    def decorated(request: Request[User], number: int, trace: UUID, words: str) -> Response:
        return text(f"{request.state.name} {number} {trace} {words}")

    assert_type(decorated, Callable[[Request[User]], ResponseLike])


class Greeter:
    """Handlers as methods."""

    def __init__(self, greeting: str) -> None:
        self.greeting = greeting

    def __call__(self, request: Request, number: int, trace: UUID, words: str) -> Response:
        """A handler that is an instance."""
        return text(f"{self.greeting} {request.method} {number} {trace} {words}")

    def greet(self, request: Request[User], number: int, trace: UUID, words: str) -> Response:
        """A handler that is a bound method."""
        return text(f"{self.greeting} {request.state.name} {number} {trace} {words}")

    @classmethod
    def of_class(cls, request: Request, number: int, trace: UUID, words: str) -> Response:
        """A handler that is a class method."""
        return text(f"{cls.__name__} {request.method} {number} {trace} {words}")

    @staticmethod
    def alone(request: Request, number: int, trace: UUID, words: str) -> Response:
        """A handler that is a static method."""
        return text(f"{request.method} {number} {trace} {words}")


@run
def kinds_of_handlers() -> None:
    """Anything that is callable with the request and the values is a handler."""
    greeter = Greeter("hello")
    assert_type(three.into(greeter), Callable[[Request], ResponseLike])
    assert_type(three.into(greeter.greet), Callable[[Request[User]], ResponseLike])
    assert_type(three.into(Greeter.of_class), Callable[[Request], ResponseLike])
    assert_type(three.into(Greeter.alone), Callable[[Request], ResponseLike])

    def with_prefix(prefix: str, request: Request, number: int, trace: UUID, words: str) -> Response:
        return text(f"{prefix} {request.method} {number} {trace} {words}")

    def with_default(request: Request, number: int, trace: UUID, words: str = "", more: int = 0) -> Response:
        return text(f"{request.method} {number} {trace} {words} {more}")

    def with_rest(request: Request, number: int, *others: UUID | str) -> Response:
        return text(f"{request.method} {number} {others}")

    def with_keywords(request: Request, number: int, trace: UUID, words: str, *, loud: bool = False) -> Response:
        return text(f"{request.method} {number} {trace} {words} {loud}")

    def wider(request: Request, number: float | None, trace: object, words: Sequence[str]) -> Response:
        return text(f"{request.method} {number} {trace} {words}")

    def positional(request: Request, number: int, trace: UUID, words: str, /) -> Response:
        return text(f"{request.method} {number} {trace} {words}")

    assert_type(three.into(with_default), Callable[[Request], ResponseLike])
    assert_type(three.into(with_rest), Callable[[Request], ResponseLike])
    assert_type(three.into(with_keywords), Callable[[Request], ResponseLike])
    assert_type(three.into(wider), Callable[[Request], ResponseLike])
    assert_type(three.into(positional), Callable[[Request], ResponseLike])
    prefixed: Handler[None] = three.into(partial(with_prefix, "hello"))
    assert_type(prefixed(asked), ResponseLike)
    one: Handler[None] = three.into(lambda request, number, trace, words: text(f"{request.method}{number + 1}{trace}"))
    two: Handler[None] = page.into(lambda request, number: text(f"{request.method}{number + 1}"))
    assert_type(one(asked), ResponseLike)
    assert_type(two(asked), ResponseLike)


@run
def classes_of_inputs() -> None:
    """A class of inputs is a constructor, a value and an input."""
    assert_type(from_class(Search), Input[Search])
    search = Search(page=1, tags=("a",), color=Color.RED)
    assert_type(search.page, int)
    assert_type(search.tags, tuple[str, ...])
    assert_type(search.color, Color | None)
    assert_type(from_class(Search).read(asked), Search)
    assert_type(from_class(Search).read(asked).page, int)
    assert_type(from_class(Search).write(asked, search), Request[None])
    assert_type(from_class(Search) & query("size", int), Inputs[Search, int])
    assert_type(of(page) if CHECKS == [] else 1, int)

    @from_class(Search).into
    def searched(request: Request[User], search: Search) -> Response:
        return text(f"{request.state.name} {search.page}")

    assert_type(searched, Callable[[Request[User]], ResponseLike])


@run
def paths() -> None:
    """A path has a type for each of its values."""
    assert_type(root, Path[*tuple[()]])
    assert_type(root / "a", Path[*tuple[()]])
    assert_type(root / "a" / "", Path[*tuple[()]])
    assert_type(root / bool, Path[bool])
    assert_type(root / int, Path[int])
    assert_type(root / float, Path[float])
    assert_type(root / str, Path[str])
    assert_type(root / Decimal, Path[Decimal])
    assert_type(root / UUID, Path[UUID])
    assert_type(root / datetime, Path[datetime])
    assert_type(root / date, Path[date])
    assert_type(root / time, Path[time])
    assert_type(root / timedelta, Path[timedelta])
    assert_type(root / Color, Path[Color])
    assert_type(root / even, Path[int])
    assert_type(root / local_datetime, Path[datetime])
    assert_type(root / "files" / rest, Path[tuple[str, ...]])
    assert_type(root / str / "a" / date / Color, Path[str, date, Color])
    assert_type(root / int / rest, Path[int, tuple[str, ...]])
    assert_type(NOTE, Path[int, UUID])


@run
def built_paths() -> None:
    """A path is called with its values, and gives them."""
    assert_type(NOTE(7, ID), str)
    assert_type(USERS(), str)
    assert_type(root(), str)
    assert_type((root / "files" / rest)(("a", "b")), str)
    assert_type(NOTE.match(("users", "7", "notes", str(ID))), tuple[int, UUID] | None)
    assert_type(USERS.match(["users"]), tuple[()] | None)
    assert_type(USERS.match(asked.url.segments), tuple[()] | None)
    assert_type((root / rest).match(["a", "b"]), tuple[tuple[str, ...]] | None)
    assert_type(NOTE.url(asked, 7, ID), URL)
    assert_type(USERS.url(asked), URL)


@run
def endpoints() -> None:
    """Each method has a function; the values of the path come first."""
    assert_type(GET(NOTE), Endpoint[int, UUID])
    assert_type(HEAD(NOTE), Endpoint[int, UUID])
    assert_type(POST(NOTE), Endpoint[int, UUID])
    assert_type(PUT(NOTE), Endpoint[int, UUID])
    assert_type(PATCH(NOTE), Endpoint[int, UUID])
    assert_type(DELETE(NOTE), Endpoint[int, UUID])
    assert_type(OPTIONS(NOTE), Endpoint[int, UUID])
    assert_type(QUERY(NOTE), Endpoint[int, UUID])
    assert_type(on("PROPFIND", NOTE), Endpoint[int, UUID])
    assert_type(on("VERSION-CONTROL", root), Endpoint[*tuple[()]])
    method: Method = "REPORT"
    assert_type(on(method, NOTE, limits=None), Endpoint[int, UUID])
    assert_type(GET(root), Endpoint[*tuple[()]])
    assert_type(POST(USERS, limits=Limits(max_content_length=1)), Endpoint[*tuple[()]])
    assert_type(GET(root) & page, Endpoint[int])
    assert_type(note, Endpoint[int, UUID, int])
    assert_type(GET(NOTE) & page & trace, Endpoint[int, UUID, int, UUID])
    assert_type(GET(root / "f" / rest) & page, Endpoint[tuple[str, ...], int])
    assert_type(GET(USER) & from_class(Search), Endpoint[int, Search])
    assert_type(note.describe(), tuple[Description, ...])
    assert_type(note.request(7, ID, 2), Request[None])
    assert_type(GET(root).request(), Request[None])
    assert_type(note.limits, Limits | None)


@run
def made_of_endpoints() -> None:
    """A class or function makes one value of all."""

    def back(made: tuple[int, UUID, int]) -> tuple[int, UUID, int]:
        return made

    def together(user: int, found: UUID, number: int) -> tuple[int, UUID, int]:
        return user, found, number

    made = (GET(USER) & trace & query("q")).to(Create)
    assert_type(made, Endpoint[Create])
    assert_type(made & page, Endpoint[Create, int])
    assert_type(made.request(Create(7, ID, "x")), Request[None])
    assert_type(note.to(together), Endpoint[tuple[int, UUID, int]])
    assert_type(note.to(together, back=back), Endpoint[tuple[int, UUID, int]])

    @made.into
    def create(request: Request, given: Create) -> Response:
        return text(f"{request.method} {given.text}")

    assert_type(create, Route[Request])


@run
def one_route() -> None:
    """A route is over the class of the requests of its handler."""
    assert_type(note.into(show), Route[Request])
    assert_type(note.into(show_user), Route[Request[User]])
    assert_type(note.into(show_mine), Route[Mine])
    assert_type(note.into(show_paged), Route[Paged[User]])
    assert_type(note.into(show_anyone), Route[Request[object]])
    assert_type(note.into(show_user).describe(), tuple[Description, ...])
    assert_type(note.into(show_user).method, str)
    assert_type(note.into(show_user).handler, object)
    assert_type(note.into(show_user).limits, Limits | None)
    put, post = PUT(NOTE) & page, POST(NOTE) & page
    narrower: list[Route[Mine]] = [note.into(show_user), put.into(show_anyone), post.into(show_mine)]
    assert_type(routes(*narrower), Routes[Mine])

    @note.into
    def shown(request: Request[User], user: int, found: UUID, number: int) -> Response:
        return text(f"{request.state.name} {user} {found} {number}")

    assert_type(shown, Route[Request[User]])

    class Notes:
        def show(self, request: Request, user: int, found: UUID, number: int) -> Response:
            return text(f"{request.method} {user} {found} {number}")

        def __call__(self, request: Request[User], *values: int | UUID) -> Response:
            return text(f"{request.state.name} {values}")

    def prefixed(prefix: str, request: Request, user: int, found: UUID, number: int) -> Response:
        return text(f"{prefix} {request.method} {user} {found} {number}")

    assert_type(note.into(Notes().show), Route[Request])
    assert_type(note.into(Notes()), Route[Request[User]])
    made: Route[Request] = note.into(partial(prefixed, "a"))
    assert_type(made, Route[Request])
    site: Routes[Request] = routes(note.into(lambda request, user, found, number: text(f"{request.path}{user + 1}")))
    assert_type(site, Routes[Request])


@run
def tables() -> None:
    """A table is a handler of requests that each of its routes takes, in any order."""
    put, post = PUT(NOTE) & page, POST(NOTE) & page
    none, of_user, of_admin, of_mine = note.into(show), note.into(show_user), put.into(show_admin), put.into(show_mine)
    of_anyone = post.into(show_anyone)
    assert_type(routes(none), Routes[Request])
    assert_type(routes(none, of_anyone), Routes[Request])
    assert_type(routes(of_anyone, none), Routes[Request])
    assert_type(routes(of_user, of_anyone), Routes[Request[User]])
    assert_type(routes(of_anyone, of_user), Routes[Request[User]])
    assert_type(routes(of_user, of_admin), Routes[Request[Admin]])
    assert_type(routes(of_admin, of_user), Routes[Request[Admin]])
    assert_type(routes(of_anyone, of_user, of_admin), Routes[Request[Admin]])
    assert_type(routes(of_mine, of_user, of_anyone), Routes[Mine])
    assert_type(routes(of_anyone, of_user, of_mine), Routes[Mine])
    assert_type(routes(note.into(show_mine), put.into(show_user), post.into(show_anyone)), Routes[Mine])
    assert_type(routes(of_user, slash="redirect"), Routes[Request[User]])
    slash: Literal["exact"] = "exact"
    assert_type(routes(of_user, slash=slash), Routes[Request[User]])
    one: Handler[User] = routes(of_user, of_anyone)
    two: Handler[None] = routes(none)
    assert_type(one(note.request(7, ID, 2).with_state(User("ada"))), ResponseLike)
    assert_type(two(note.request(7, ID, 2)), ResponseLike)
    application(routes(none))
    application(routes(none, of_anyone))


@run
def parts_of_tables() -> None:
    """A table iterates its routes and is counted and printed."""
    site = routes(note.into(show_user), mount(root / "a", routes(note.into(show_user))))
    assert_type(site, Routes[Request[User]])
    assert_type(iter(site), Iterator[Route[Request[User]]])
    assert_type(list(site), list[Route[Request[User]]])
    assert_type(len(site), int)
    assert_type(str(site), str)
    for route in site:
        assert_type(route.describe(), tuple[Description, ...])
    entries: list[Entry[Request[User]]] = [note.into(show_user), (PUT(NOTE) & page).into(show_anyone)]
    assert_type(routes(*entries), Routes[Request[User]])
    listed = [one.into(show_user) for one in (note, PUT(NOTE) & page)]
    assert_type(routes(*listed), Routes[Request[User]])


@run
def mounts() -> None:
    """What is mounted is a handler, a table or an application."""
    assert_type(mount(root / "a", plain), Mounted[Request[User]])
    assert_type(mount(root / "a", nothing), Mounted[Request])
    assert_type(mount(root / "a", routes(note.into(show_mine))), Mounted[Mine])
    assert_type(mount(root / "a", wsgi), Mounted[Request[object]])
    assert_type(mount(root / "a", application(nothing)), Mounted[Request[object]])
    assert_type(
        routes(mount(root / "a", plain), mount(root / "b", routes(note.into(show_user)))), Routes[Request[User]]
    )
    assert_type(routes(note.into(show_user), mount(root / "c", wsgi)), Routes[Request[User]])
    application(routes(mount(root / "c", wsgi)))
    assert_type(routes(routes(note.into(show_user))), Routes[Request[User]])


def paginated(endpoint: Endpoint[int, UUID]) -> Endpoint[int, UUID, int]:
    """A function over endpoints."""
    return endpoint & page


T = TypeVar("T")


def optional(name: str, made: Callable[[str], T]) -> Input[T | None]:
    """A generic function that makes inputs."""
    return query(name, made, default=None)


@run
def errors() -> None:
    """An error has its problems, as values, by name and as JSON."""
    error = InputError([Problem("query", "/page", "missing", "is missing")])
    assert_type(error.problems, tuple[Problem, ...])
    assert_type(error.by_field, dict[str, list[str]])
    assert_type(error.problem(), dict[str, JSONLike])
    [problem] = error.problems
    assert_type(problem.place, Place)
    assert_type(problem.code, Code)
    assert_type(problem.pointer, str)
    assert_type(problem.message, str)
    assert_type(problem.below("order", 0), Problem)
    assert_type(problem.as_json(), dict[str, JSONLike])
    assert_type(Invalid("expected an even number").message, str)
    malformed: InputError = MalformedInput([Problem("body", "", "malformed", "expected JSON")])
    unsupported: InputError = UnsupportedInput([Problem("body", "", "unsupported", "expected JSON")])
    for one in (malformed, unsupported):
        assert_type(one.problems, tuple[Problem, ...])


@run
def functions_over_inputs() -> None:
    """Inputs and endpoints are values, which functions take and give."""
    assert_type(paginated(GET(NOTE)), Endpoint[int, UUID, int])
    assert_type(optional("a", even), Input[int | None])
    inputs: dict[str, Input[int]] = {"page": page, "size": query("size", int, default=20)}
    assert_type({name: one.read(asked) for name, one in inputs.items()}, dict[str, int])
    assert_type(query("at", datetime, default=datetime(2026, 1, 1, tzinfo=UTC)).read(asked), datetime)
