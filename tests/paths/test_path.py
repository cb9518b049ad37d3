"""A typed path matches what it builds, and nothing else: each kind of segment, both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, untyped
from verglas import Request, Response
from verglas.errors import ImATeapot
from verglas.inputs import Invalid, converter, query
from verglas.paths import GET, Path, rest, root, routes

AnyPath = Path[*tuple[object, ...]]


class Colour(Enum):
    RED = "red"
    SKY = "bleu ciel"
    HALF = "50%"


class Level(Enum):
    LOW = 1
    HIGH = 2


def even(text: str) -> int:
    """A function as a converter."""
    if not text.isascii() or not text.isdigit() or int(text) % 2 or text != str(int(text)):
        raise Invalid("expected an even number")
    return int(text)


def is_a_segment(text: str) -> bool:
    """Whether a text can be a segment with a value."""
    return text not in ("", ".", "..") and "/" not in text


TEXTS: Final = st.text(st.characters(codec="utf-8")).filter(is_a_segment) | st.sampled_from(
    [
        "%",
        "%2F",
        "%2e%2e",
        "%25",
        "a b",
        "ü",
        "\u0130",
        "日本",
        "🧊",
        "...",
        "?",
        "#",
        ";",
        "\\",
        "\x00",
        "\r\n",
        "~",
        "+",
    ]
)
OFFSETS: Final = st.timedeltas(timedelta(hours=-23), timedelta(hours=23))


def minutes(value: timedelta) -> timedelta:
    """Whole minutes, as offsets are written."""
    return timedelta(minutes=value // timedelta(minutes=1))


KINDS: Final[dict[str, tuple[object, st.SearchStrategy[object]]]] = {
    "str": (str, TEXTS),
    "int": (int, st.integers()),
    "bool": (bool, st.booleans()),
    "float": (float, st.floats(allow_nan=False, allow_infinity=False)),
    "decimal": (Decimal, st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)),
    "uuid": (UUID, st.uuids()),
    "datetime": (datetime, st.datetimes(timezones=st.just(UTC))),
    "date": (date, st.dates()),
    "time": (time, st.times()),
    "timedelta": (timedelta, st.timedeltas()),
    "enum": (Colour, st.sampled_from(Colour)),
    "enum-of-int": (Level, st.sampled_from(Level)),
    "function": (even, st.integers(0, 10**6).map(lambda number: number * 2)),
    "rest": (rest, st.lists(TEXTS, min_size=1, max_size=4).map(tuple)),
}


def answer(_request: Request) -> Response:
    """Answer a request."""
    return Response()


def divided(path: object, segment: object) -> AnyPath:
    """A path with a segment whose type is not known to checkers."""
    return cast("AnyPath", untyped(getattr(path, "__truediv__"))(segment))  # noqa: B009  # as / does


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_matches_what_it_builds(kind: str, data: st.DataObject) -> None:
    """A request that is sent to the path of a value has that value in its path."""
    segment, values = KINDS[kind]
    value = data.draw(values)
    path = divided(root / "a" / "b c%2F", segment)

    request = Request(url=path(value))

    assert (value,) == path.match(request.url.segments)


@given(TEXTS, st.integers(), st.uuids(), st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
def test_matches_several_values(text: str, number: int, key: UUID, others: tuple[str, ...]) -> None:
    """The values come back in their order, also through an environ and its URL."""
    path = root / str / "x" / int / UUID / "ü" / rest
    built = path.url(Request(url="http://example.org/"), text, number, key, others)

    environ = environ_of("/") | {"PATH_INFO": built.raw_path.decode("latin-1")}

    assert (text, number, key, others) == path.match(Request(environ).url.segments)


@pytest.mark.parametrize(
    ("expected", "built"),
    [
        pytest.param("/", root(), id="root"),
        pytest.param("/users", (root / "users")(), id="text"),
        pytest.param("/users/", (root / "users" / "")(), id="slash-at-the-end"),
        pytest.param("/users/7", (root / "users" / int)(7), id="int"),
        pytest.param("/caf%C3%A9%20%25/a%3Fb", (root / "café %" / str)("a?b"), id="percent-encoded"),
        pytest.param("/%252e%252e", (root / str)("%2e%2e"), id="escaped-dots-are-no-dots"),
        pytest.param("/files/a/b%23", (root / "files" / rest)(("a", "b#")), id="rest"),
        pytest.param("/true", (root / bool)(True), id="bool"),
        pytest.param("/bleu%20ciel", (root / Colour)(Colour.SKY), id="enum"),
        pytest.param("/a%5Cb", (root / str)("a\\b"), id="backslash-is-escaped"),
    ],
)
def test_builds(expected: str, built: str) -> None:
    """Called with values, a path is its text, percent-encoded."""
    assert expected == built


TRICKS: Final = {
    int: [
        "1_0",
        "١",
        "٧",
        "+7",
        "007",
        "00",
        " 7",
        "7 ",
        "-0",
        "-07",
        "7.0",
        "1e3",
        "0x1",
        "true",
        "",
        "7\n",
        "²",
        "９",
    ],
    float: [
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1_0.0",
        ".5",
        "5.",
        "+1.0",
        " 1",
        "1e999",
        "01",
        "١",
        "1e",
        "--1",
    ],
    bool: ["True", "TRUE", "1", "0", "yes", "on", "", "false ", "tru"],
    Decimal: ["NaN", "sNaN", "Infinity", "1_0", "١", "+1", " 1", "1e999999999", ".1", "1."],
    UUID: [
        "6ba7b8109dad11d180b400c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
        "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c",
        "6ba7b8109-dad-11d1-80b4-00c04fd430c8",
    ],
    date: ["2026-1-2", "20260102", "2026-W01-1", "2026-02-30", "0000-01-01", "2026-01-02T00:00", "２０２６-01-02"],
    datetime: [
        "2026-01-02T03:04:05",
        "2026-01-02",
        "2026-01-02 03:04:05Z",
        "2026-01-02t03:04:05z",
        "2026-01-02T24:00:00Z",
    ],
    time: ["1:02", "24:00", "12:60", "12", "12:00Z", "12:00+01:00"],
    timedelta: ["1e3", "+1", "1:00", "PT1S", "1.0000001", "P1D", "9" * 40],
    Colour: ["RED", "Red", "red ", "", "Colour.RED"],
    Level: ["01", "1.0", "LOW", "3", "+1"],
    even: ["7", "x", "08"],
    str: ["", ".", ".."],
}


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        pytest.param(segment, text, id=f"{getattr(segment, '__name__', segment)}-{ascii(text)[:30]}")
        for segment, texts in TRICKS.items()
        for text in texts
    ],
)
def test_other_spellings_do_not_match(segment: object, text: str) -> None:
    """What a lenient converter takes is another path: one value has one URL."""
    assert divided(root, segment).match((text,)) is None


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        pytest.param(root, ("",), id="root-with-a-segment"),
        pytest.param(root / "a", (), id="too-short"),
        pytest.param(root / "a", ("a", ""), id="slash-at-the-end"),
        pytest.param(root / "a" / "", ("a",), id="no-slash-at-the-end"),
        pytest.param(root / "a", ("A",), id="case"),
        pytest.param(root / "a", ("b",), id="another-text"),
        pytest.param(root / "a" / int, ("a",), id="no-value"),
        pytest.param(root / "a" / int, ("a", "1", "2"), id="too-long"),
        pytest.param(root / "a" / rest, ("a",), id="rest-of-none"),
        pytest.param(root / "a" / rest, ("a", ""), id="rest-that-is-empty"),
        pytest.param(root / "a" / rest, ("a", "b", "..", "c"), id="rest-with-dots"),
        pytest.param(root / "a" / rest, ("a", "b", "", "c"), id="rest-with-an-empty-segment"),
        pytest.param(root / "é", ("e\u0301",), id="another-normalisation"),
    ],
)
def test_does_not_match(path: AnyPath, segments: tuple[str, ...]) -> None:
    """A path that is longer, shorter, or spelled in another way is another one."""
    assert path.match(segments) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "/", "//", "../x", "\ud800", "a\udfff"], ids=ascii)
def test_refuses_to_build_segments_that_are_none(text: str) -> None:
    """Browsers and servers take such segments apart, whatever is escaped; in the rest of a path, too."""
    with pytest.raises(ValueError, match="a segment of a path cannot"):
        (root / "a" / str)(text)
    with pytest.raises(ValueError, match="a segment of a path cannot"):
        (root / "a" / rest)(("b", text))


@pytest.mark.parametrize(
    ("segment", "value", "message"),
    [
        pytest.param(int, "7", "expected int, not str", id="text-for-int"),
        pytest.param(int, True, "expected int, not bool", id="bool-for-int"),
        pytest.param(int, None, "expected int, not NoneType", id="none-for-int"),
        pytest.param(int, 7.0, "expected int, not float", id="float-for-int"),
        pytest.param(str, 7, "expected str, not int", id="int-for-str"),
        pytest.param(str, b"x", "expected str, not bytes", id="bytes-for-str"),
        pytest.param(bool, 1, "expected bool, not int", id="int-for-bool"),
        pytest.param(UUID, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "expected UUID, not str", id="text-for-uuid"),
        pytest.param(date, datetime(2026, 1, 2, tzinfo=UTC), "expected date, not datetime", id="datetime-for-date"),
        pytest.param(Colour, "red", "expected Colour, not str", id="text-for-enum"),
        pytest.param(Colour, Level.LOW, "expected Colour, not Level", id="another-enum"),
        pytest.param(rest, "abc", "is a tuple", id="text-for-rest"),
        pytest.param(rest, ["a"], "is a tuple", id="list-for-rest"),
        pytest.param(rest, (), "at least one segment", id="empty-rest"),
        pytest.param(rest, ("a", 7), "is a str, not int", id="int-in-rest"),
    ],
)
def test_refuses_to_build_of_another_type(segment: object, value: object, message: str) -> None:
    """A value of another type is a mistake of the application, not a text that happens to look right."""
    with pytest.raises(TypeError, match=message):
        divided(root / "a", segment)(value)


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        pytest.param(float("nan"), float, id="nan"),
        pytest.param(float("inf"), float, id="infinity"),
        pytest.param(Decimal("NaN"), Decimal, id="decimal-nan"),
        pytest.param(datetime(2026, 1, 2), datetime, id="datetime-without-offset"),
        pytest.param(time(1, tzinfo=UTC), time, id="time-with-offset"),
    ],
)
def test_refuses_to_build_of_values_without_a_text(value: object, segment: object) -> None:
    """A value that no text stands for is refused."""
    with pytest.raises(ValueError, match=r"text|offset"):
        divided(root, segment)(value)


@pytest.mark.parametrize("values", [(), (1, 2), (1, 2, 3, 4)], ids=len)
def test_refuses_another_number_of_values(values: tuple[object, ...]) -> None:
    """The message says how many values the path takes."""
    path = root / "a" / int / int / str

    with pytest.raises(TypeError, match=rf"/a/\{{int\}}/\{{int\}}/\{{str\}} takes 3 values, not {len(values)}"):
        untyped(path)(*values)


@pytest.mark.parametrize(
    ("error", "message", "segment"),
    [
        pytest.param(ValueError, "write root / 'a' / 'b'", "a/b", id="slash-inside"),
        pytest.param(ValueError, "write root / 'a' / 'b'", "/a", id="slash-in-front"),
        pytest.param(ValueError, "'.' is not a segment", ".", id="dot"),
        pytest.param(ValueError, "'..' is not a segment", "..", id="dots"),
        pytest.param(ValueError, "root is / already", "", id="empty"),
        pytest.param(ValueError, "half of a surrogate pair", "\ud800", id="surrogate"),
        pytest.param(ValueError, "other routers spell a value: write its type", "<int:id>", id="werkzeug"),
        pytest.param(ValueError, "other routers spell a value: write its type", "<id>", id="flask"),
        pytest.param(ValueError, "other routers spell a value: write its type", "{id}", id="starlette"),
        pytest.param(ValueError, "other routers spell a value: write its type", "{id:int}", id="falcon"),
        pytest.param(ValueError, "other routers spell a value: write its type", ":id", id="rails"),
        pytest.param(TypeError, "a segment of a path is a text, rest, or a converter", 7, id="int"),
        pytest.param(TypeError, "a segment of a path is a text, rest, or a converter", None, id="none"),
        pytest.param(TypeError, "a segment of a path is a text, rest, or a converter", list, id="list"),
        pytest.param(TypeError, "a segment of a path is a text, rest, or a converter", bytes, id="bytes"),
        pytest.param(TypeError, "a segment of a path is a text, rest, or a converter", b"a", id="octets"),
    ],
)
def test_refuses_segments(error: type[Exception], message: str, segment: object) -> None:
    """What cannot be a segment is refused where the path is written."""
    with pytest.raises(error, match=message):
        divided(root, segment)


@pytest.mark.parametrize("path", [root / "a" / "", root / "a" / rest], ids=repr)
@pytest.mark.parametrize("segment", ["b", int, rest, ""], ids=str)
def test_ends_with_rest_or_slash(path: AnyPath, segment: object) -> None:
    """Nothing comes after the rest of a path, or after a slash at its end."""
    with pytest.raises(ValueError, match="nothing comes after"):
        divided(path, segment)


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        pytest.param("/", root, id="root"),
        pytest.param("/users/{int}/notes/{UUID}", root / "users" / int / "notes" / UUID, id="values"),
        pytest.param("/files/{rest}", root / "files" / rest, id="rest"),
        pytest.param("/{Colour}/{even}/", root / Colour / even / "", id="enum-and-function"),
    ],
)
def test_prints_itself(expected: str, path: AnyPath) -> None:
    """A path prints as people write it."""
    assert expected == repr(path)


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param("http://example.org/users/7", Request(url="http://example.org/x?a=1"), id="query-is-dropped"),
        pytest.param("http://example.org/users/7", Request(url="http://example.org/x#f"), id="host"),
        pytest.param("https://example.org:8443/users/7", Request(url="https://example.org:8443/"), id="port"),
        pytest.param(
            "http://example.org/app/users/7", Request(environ_of("/x", SCRIPT_NAME="/app", HTTP_HOST="example.org")),
            id="root-path",
        ),
    ],
)  # fmt: skip
def test_builds_urls(expected: str, request_: Request) -> None:
    """The whole URL has the host of the request, and where the application is mounted."""
    assert expected == (root / "users" / int).url(request_, 7).to_uri().partition("#")[0]


def test_function_without_way_back_writes_str() -> None:
    """A function's value is written by `str`."""
    assert "/8" == (root / even)(8)


class LookupFault(RuntimeError):
    """Not one of the errors by which conversions fail."""


def failing(text: str) -> int:
    """A converter with a fault."""
    raise LookupFault(text)


def test_fault_of_a_converter_is_raised() -> None:
    """An error that is not about the text is a fault of the application, and no other path."""
    with pytest.raises(LookupFault):
        (root / failing).match(("7",))


class Slug(NamedTuple):
    """Words, joined by dashes."""

    words: tuple[str, ...]


def read_slug(text: str) -> Slug:
    """The words of a slug."""
    return Slug(tuple(text.split("-")))


def write_slug(slug: Slug) -> str:
    """Its text."""
    return "-".join(slug.words)


SLUG: Final = converter(read_slug, write_slug)


@given(st.lists(st.text("abcü%", min_size=1), min_size=1).map(tuple))
def test_converter_goes_both_ways(words: tuple[str, ...]) -> None:
    """A function with its inverse is a segment as those of verglas are, and an input."""
    path = root / "tags" / SLUG
    slug = Slug(words)

    assert (slug,) == path.match(Request(url=path(slug)).url.segments)
    assert slug == query("s", SLUG).read(query("s", SLUG).write(Request(), slug))
    assert "/tags/{read_slug}" == repr(path)


@pytest.mark.parametrize(
    "functions", [(read_slug, None), (7, write_slug), ("a", "b")], ids=["encode", "decode", "both"]
)
def test_converter_takes_functions(functions: tuple[object, ...]) -> None:
    """What is not a function is refused where it is given."""
    with pytest.raises(TypeError, match="takes two functions"):
        untyped(converter)(*functions)
    with pytest.raises(TypeError, match="has its own text"):
        untyped(query)("a", SLUG, encode=str)


def test_calls_a_converter_once() -> None:
    """A segment is converted once, and an earlier text that differs spares the call."""
    called: list[str] = []

    def noting(text: str) -> str:
        called.append(text)
        return text

    path = root / "a" / noting

    assert (path.match(("a", "b")), path.match(("x", "c"))) == (("b",), None)
    assert ["b"] == called


def _paths_are_values(path: Callable[..., str]) -> str:
    return path(7)


def test_paths_are_shared() -> None:
    """Adding a segment leaves the path as it was, so that paths can begin with others."""
    users = root / "users"
    user = users / int

    assert ("/users", "/users/7", "/users/7") == (users(), user(7), _paths_are_values(user))


class Names:
    """An object with a converter."""

    def name(self, text: str) -> str:
        """Any text."""
        return text


NAMES: Final = Names()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: root, id="root"),
        pytest.param(lambda: root / "a" / int / "", id="type"),
        pytest.param(lambda: root / even / Colour / rest, id="function"),
        pytest.param(lambda: root / NAMES.name, id="method"),
        pytest.param(lambda: root / converter(read_slug, write_slug), id="converter"),
    ],
)
def test_equal_by_segments(make: Callable[[], AnyPath]) -> None:
    """Two paths of the same segments are equal, and can be keys; a method is the same each time."""
    assert (make(), hash(make())) == (make(), hash(make()))
    assert 1 == len({make(), make()})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(root / "a", root / "b", id="text"),
        pytest.param(root / "a", root / "a" / "", id="slash"),
        pytest.param(root / int, root / str, id="type"),
        pytest.param(root / even, root / int, id="function"),
        pytest.param(root / "int", root / int, id="name"),
        pytest.param(root / "rest", root / rest, id="rest"),
    ],
)
def test_unequal_by_segments(one: object, other: object) -> None:
    """Paths of other segments are not equal."""
    assert one != other


def teapot(text: str) -> str:
    """A converter that answers by itself."""
    raise ImATeapot


def test_converter_answers_by_itself() -> None:
    """An HTTPError that a converter raises is the answer, and no other path."""

    @GET(root / teapot).into
    def handler(request: Request, value: str) -> Response:
        return Response(value)

    table = routes(handler)

    with pytest.raises(ImATeapot):
        (root / teapot).match(("x",))
    with pytest.raises(ImATeapot):
        table(Request(url="/x"))


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        pytest.param(root / "a" / int, r"/a/\{int\} is not a segment: write its own one by one", id="path"),
        pytest.param(root, "/ is not a segment", id="root"),
        pytest.param(query("a"), "or a function of a text, not <Input query a>", id="input"),
        pytest.param(query("a") & query("b"), "or a function of a text, not <Inputs query a, query b>", id="inputs"),
        pytest.param(GET(root), "or a function of a text, not <Endpoint GET />", id="endpoint"),
        pytest.param(GET(root).into(answer), "or a function of a text, not <Route GET / answer>", id="route"),
        pytest.param(routes(GET(root).into(answer)), "or a function of a text, not <Routes, 1 rows>", id="table"),
    ],
)
def test_refuses_what_is_no_segment(segment: object, message: str) -> None:
    """Some objects can be called, and yet are not functions of a text."""
    with pytest.raises(TypeError, match=message):
        divided(root / "users", segment)
    with pytest.raises(TypeError, match="or a function of a text, not"):
        untyped(query)("a", segment)
