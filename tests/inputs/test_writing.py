"""What inputs write is read as the same value, whatever the request had before, and nothing else of it changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, Flag
from pathlib import PurePosixPath
from typing import Final, cast
from uuid import UUID

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.inputs.places import NAME, PLACES, any_input, many, one
from tests.kit import JSON, MULTIPART, URLENCODED, environ_of, multipart, posted, untyped
from tests.kit import Input as Sent
from verglas import Limits, Request, Upload
from verglas.headers import ACCEPT, AUTHORIZATION, IF_MATCH, IF_MODIFIED_SINCE, ORIGIN, RANGE
from verglas.inputs import (
    Input,
    body,
    checkbox,
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
)
from verglas.testing.strategies import any_texts, texts


class Colour(Enum):
    """Texts of several kinds, and a number."""

    RED = "red"
    NONE = ""
    ODD = "a; b=é"
    FIRST = 1


class Size(Flag):
    """Flags, which go together."""

    SMALL = 1
    LARGE = 2


BASES: Final[dict[str, Request]] = {
    "bare": Request(),
    "queries": Request(url=f"http://example.org/a/b?a=1&{NAME}=x&%FF=%FF&&{NAME}=y;z&b=+%2b", headers={"X-A": "b"}),
    "cookies": Request(headers={"Cookie": f'a="\\073\\\\"; {NAME}=x; b=\xff; c=\xc3\xa9;; {NAME}="y"; d', "X-A": "b"}),
    "headers": Request(headers=[("X-A", "a"), (NAME, "x"), ("x-field", "y"), ("Accept", "*/*"), ("If-Match", '"a"')]),
    "form": Request(
        method="PUT",
        url="/?q",
        headers={"Content-Type": f"{URLENCODED}; charset=utf-8", "X-A": "b"},
        body=f"a=1&{NAME}=x&%FF=%C3%A9&b=+%0A&{NAME}=y",
    ),
    "files": Request(
        method="POST",
        headers={"Content-Type": MULTIPART},
        body=multipart(('name="a"', b"1"), (f'name="{NAME}"', b"x"), (f'name="{NAME}"; filename="f.txt"', b"\r\n")),
    ),
    "json": Request(method="POST", headers={"Content-Type": JSON, "Content-Encoding": "gzip"}, body=b"{}"),
    "state": Request(method="DELETE", remote_addr="192.0.2.1", limits=Limits(max_query_fields=9), url="/?a=1"),
}

BASES["environ"] = Request(
    environ_of(
        f"/a?b=1&{NAME}=x",
        HTTP_COOKIE=f'a="\\073"; {NAME}=x; b=\xff',
        HTTP_X_FIELD="x",
        HTTP_IF_MATCH='"a"',
        HTTP_X_A="b",
    )
)
BASES["posted"] = Request(posted(f"a=1&{NAME}=x&b=%FF".encode(), URLENCODED, HTTP_X_A="b")).buffered()

VALUES: Final[dict[str, tuple[object, st.SearchStrategy[object]]]] = {
    "bool": (bool, st.booleans()),
    "int": (int, st.integers()),
    "float": (float, st.floats(allow_nan=False, allow_infinity=False)),
    "str": (str, any_texts() | texts()),
    "decimal": (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    "uuid": (UUID, st.uuids()),
    "datetime": (datetime, st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC, fold=0))),
    "date": (date, st.dates()),
    "time": (time, st.times().map(lambda moment: moment.replace(fold=0))),
    "timedelta": (timedelta, st.timedeltas()),
    "local": (local_datetime, st.datetimes().map(lambda moment: moment.replace(fold=0))),
    "enum": (Colour, st.sampled_from(Colour)),
    "function": (PurePosixPath, any_texts().map(PurePosixPath)),
}

DEFAULTS: Final[dict[str, list[object]]] = {
    "bool": [None, False, 0],
    "int": [None, 1, True, 1.0, "1", []],
    "float": [None, 0.0, 0, False, -0.0, float("nan")],
    "str": [None, "", "a", b""],
    "decimal": [None, Decimal("1.0"), 1, Decimal("NaN")],
    "datetime": [datetime(2026, 1, 1)],
    "enum": [None, Colour.RED, "red", Colour.NONE],
    "function": [None, PurePosixPath("a"), "None"],
}


def same(written: object, read: object) -> bool:
    """Whether both are equal, and of one type, and as texts: 0.0 is not -0.0."""
    return type(written) is type(read) and written == read and repr(written) == repr(read)


def rest_of(request: Request, place: str) -> list[object]:
    """Everything of a request but what is written to a place."""
    names = {NAME.lower()} if place == "header" else {"cookie"} if place == "cookie" else set[str]()
    is_body = place in ("form", "file", "body")
    if is_body:
        names |= {"content-type", "content-length", "content-encoding"}
    pieces = [piece for piece in request.url.query_string.split(b"&") if piece]
    own = [piece for piece in pieces if not (place == "query" and piece.startswith(NAME.encode() + b"="))]
    cookies = [piece.strip() for piece in (request.headers.get("Cookie") or "").split(";")]
    return [
        request.method,
        request.url.replace(query_string=b""),
        own,
        [piece for piece in cookies if piece and not (place == "cookie" and piece.startswith(f"{NAME}="))],
        [line for line in request.headers.pairs if line[0].lower() not in names | {"cookie"}],
        [pair for pair in request.form.pairs if pair[0] != NAME] if is_body else request.get_data(),
        (request.remote_addr, request.state, request.limits),
    ]


def check_law(made: Input[object], base: Request, value: object, place: str) -> None:
    """What is written is read, or refused with words; the rest stays."""
    try:
        written = made.write(base, value)
    except (ValueError, TypeError):
        return
    read = made.read(written)

    assert same(value, read), (value, read)
    assert rest_of(base, place) == rest_of(written, place)
    assert made.read(made.write(written, value)) == value


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=25)  # of each of forty
@given(data=st.data())
def test_law(place: str, kind: str, data: st.DataObject) -> None:
    """The law, for each place and converter, required, optional and with defaults of any type."""
    converter, values = VALUES[kind]
    base = BASES[data.draw(st.sampled_from(sorted(BASES.keys() - ({"json"} if place == "form" else set()))))]
    default = data.draw(st.sampled_from(DEFAULTS.get(kind, [None])))
    value = data.draw(values)
    optional = one(place, converter, default=default)

    check_law(one(place, converter), base, value, place)
    check_law(optional, base, value, place)
    assert default is optional.read(optional.write(base, default))


@pytest.mark.parametrize("place", ["query", "form", "cookie"])
@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=25)  # of each of forty
@given(data=st.data())
def test_law_of_many(place: str, kind: str, data: st.DataObject) -> None:
    """The law, for several values."""
    converter, values = VALUES[kind]
    base = BASES[data.draw(st.sampled_from(sorted(BASES.keys() - ({"json"} if place == "form" else set()))))]

    check_law(many(place, converter), base, tuple(data.draw(st.lists(values, max_size=4))), place)


# What every place carries of each type is carried: a law that refuses all would hold, too.
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("base", BASES)
def test_ordinary_values_are_written(place: str, base: str) -> None:
    """Ordinary values are not refused."""
    if (place, base) == ("form", "json"):
        pytest.skip("a body in gzip has no form to write to")
    ordinary: dict[object, object] = {
        bool: True,
        int: -7,
        float: 1.5,
        str: "a b'=%+é",
        Decimal: Decimal("1.50"),
        UUID: UUID(int=7),
        datetime: datetime(2026, 11, 30, tzinfo=UTC),
        date: date(2026, 11, 30),
        time: time(12, 30),
        timedelta: timedelta(seconds=-1.5),
        local_datetime: datetime(2026, 11, 30),
        Colour: Colour.RED,
        PurePosixPath: PurePosixPath("a/b"),
    }
    for converter, value in ordinary.items():
        made = one(place, converter)
        assert value == made.read(made.write(BASES[base], value))


KEYS: Final[dict[str, tuple[Input[object], list[object]]]] = {
    "if-match": (any_input(header(IF_MATCH)), [IF_MATCH.decode(['"a", W/"b"']), IF_MATCH.decode(["*"])]),
    "date": (any_input(header(IF_MODIFIED_SINCE)), [datetime(2026, 11, 30, 12, tzinfo=UTC)]),
    "accept": (any_input(header(ACCEPT)), [ACCEPT.decode(["text/html;q=0.5, */*"])]),
    "authorization": (any_input(header(AUTHORIZATION)), [AUTHORIZATION.decode(["Bearer abc"])]),
    "range": (any_input(header(RANGE, default=None)), [RANGE.decode(["bytes=0-1"]), None]),
    "origin": (any_input(header(ORIGIN)), [ORIGIN.decode(["https://example.org"])]),
}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("key", KEYS)
def test_law_of_keys(key: str, base: str) -> None:
    """The law, for header fields by their keys."""
    made, values = KEYS[key]
    for value in values:
        assert value == made.read(made.write(BASES[base], value))


@given(base=st.sampled_from(sorted(BASES.keys() - {"json"})), value=st.booleans())
def test_law_of_checkboxes(base: str, value: bool) -> None:
    """The law, for checkboxes."""
    check_law(any_input(checkbox(NAME)), BASES[base], value, "form")


FILENAMES: Final = any_texts() | st.sampled_from(
    ["a.txt", "é☃.txt", 'a"b', "a\\b", "../a", "", "a\r\nb", "%22", "a;b=c"]
)


@given(base=st.sampled_from(sorted(BASES.keys() - {"json"})), filename=FILENAMES, content=st.binary(max_size=40))
@example(base="files", filename="", content=b"")
def test_law_of_files(base: str, filename: str, content: bytes) -> None:
    """The law, for files: their name, type and content."""
    upload = Upload(NAME, filename, content, content_type="text/x-a")
    for made in (file(NAME), file(NAME, default=None)):
        try:
            written = made.write(BASES[base], upload)
        except (ValueError, TypeError):
            continue
        read = made.read(written)

        assert read is not None
        assert (filename, content, "text/x-a") == (read.filename, read.data, read.content_type)
        assert [] == [pair for pair in BASES[base].form.pairs if pair not in written.form.pairs]


@input_class
class Everything:
    """A value from each place."""

    page: int = of(query("page", int, default=1))
    tags: tuple[str, ...] = of(query.many("tag"))
    theme: str | None = of(cookie("theme", default=None))
    depth: int = of(header("X-Depth", int))
    title: str = of(form("title"))
    notes: tuple[str, ...] = of(form.many("note"))
    news: bool = of(checkbox("news"))


EVERYTHING: Final = st.builds(
    Everything,
    page=st.integers(),
    tags=st.lists(any_texts(), max_size=3).map(tuple),
    theme=st.none() | any_texts(),
    depth=st.integers(),
    title=any_texts(),
    notes=st.lists(any_texts(), max_size=3).map(tuple),
    news=st.booleans(),
)


@given(base=st.sampled_from(sorted(BASES.keys() - {"json"})), value=EVERYTHING)
def test_law_of_groups(base: str, value: Everything) -> None:
    """The law, for values from all places together."""
    made = from_class(Everything)
    with suppress(ValueError):
        assert value == made.read(made.write(BASES[base], value))


@given(base=st.sampled_from(sorted(BASES)), data=st.binary(max_size=40))
def test_law_of_bodies(base: str, data: bytes) -> None:
    """The law, for whole bodies, which have their own type and no Content-Encoding."""
    made = body(bytes, media_types=["text/x-a"], encode=bytes)
    written = made.write(BASES[base], data)

    assert (data, "text/x-a", None) == (
        made.read(written),
        written.content_type,
        written.headers.get("Content-Encoding"),
    )


def test_law_of_first_of() -> None:
    """What is written is the first, which is read before the others."""
    made = first_of(header("X-Theme", str), cookie("theme"))
    base = Request(headers={"X-Theme": "a", "Cookie": "theme=b"})

    assert ("c", "theme=b") == (made.read(made.write(base, "c")), made.write(base, "c").headers["Cookie"])


def trimmed(text: str) -> str:
    """A converter whose way back, `str`, takes anything."""
    return text.strip()


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(first_of(header("X-A", str), cookie("a", default=None)), id="of-texts"),
        pytest.param(first_of(header("X-A", trimmed), query("a", default=None)), id="of-a-function"),
        pytest.param(first_of(header("X-A", UUID), cookie("a", int), query("a", int, default=None)), id="of-three"),
        pytest.param(first_of(query("a", str), header(IF_MATCH, default=None)), id="of-a-key"),
    ],
)
def test_default_of_first_of_is_left_out(made: Input[object]) -> None:
    """The default of the last is read again from what is written, whatever the first could make of it."""
    base = Request(url="/?a=1&b=2", headers={"X-A": "x", "Cookie": "a=1; b=2", "If-Match": "*"})

    written = made.write(base, None)

    assert made.read(written) is None
    assert written.url.query_string.endswith(b"b=2")
    assert written.headers["Cookie"].endswith("b=2")


def test_first_of_writes_the_first() -> None:
    """A value that only another of them has is refused, and a default that is the first's value, too, is left out."""
    made = first_of(query("a", int), query("b", UUID), query("c", bool, default=True))
    with pytest.raises(TypeError, match="expected int, not UUID"):
        made.write(Request(), UUID(int=1))

    assert "/?a=7" == made.write(Request(), 7).url.full_path
    assert b"" == made.write(Request(url="/?a=1&b=2&c=false"), True).url.query_string


def test_default_is_left_out() -> None:
    """The default is not written, and what was there before is taken away."""
    made = query("page", int, default=1)

    assert ("/?a=1", "/?a=1&page=2") == tuple(
        made.write(Request(url="/?page=7&a=1&page=8"), value).url.full_path for value in (1, 2)
    )


@attrs.frozen(eq=False)
class Odd:
    """A value that compares as it likes."""

    answer: object

    def __eq__(self, other: object) -> bool:
        if isinstance(self.answer, Exception):
            raise self.answer
        return bool(self.answer)

    def __hash__(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("converter", "default", "value", "expected"),
    [
        pytest.param(int, 1, True, TypeError, id="true-for-1"),
        pytest.param(int, True, 1, "a=1", id="1-for-true"),
        pytest.param(int, 1.0, 1, "a=1", id="1-for-1.0"),
        pytest.param(float, 0.0, -0.0, "a=-0.0", id="negative-zero"),
        pytest.param(float, 1.0, 1, "a=1.0", id="1-as-a-float"),
        pytest.param(Decimal, Decimal("1.0"), Decimal("1.00"), "a=1.00", id="decimal"),
        pytest.param(str, None, "None", "a=None", id="none-as-text"),
        pytest.param(PurePosixPath, "None", PurePosixPath("None"), "a=None", id="text-as-path"),
        pytest.param(int, [], [], "", id="not-hashable"),
        pytest.param(int, (1,), (1,), "", id="another-tuple"),
        pytest.param(int, [], [1], TypeError, id="not-the-default"),
        pytest.param(datetime, datetime(2026, 1, 1), datetime(2026, 1, 1), "", id="default-without-text"),
        pytest.param(float, float("nan"), float("nan"), ValueError, id="another-nan"),
        pytest.param(int, None, Odd(answer=True), TypeError, id="equals-everything"),
        pytest.param(int, Odd(answer=False), 1, "a=1", id="equals-nothing"),
        pytest.param(int, Odd(answer=ZeroDivisionError()), 1, "a=1", id="does-not-compare"),
    ],
)
def test_defaults(converter: object, default: object, value: object, expected: object) -> None:
    """Only the default itself is left out: not what is merely equal to it."""
    made = any_input(untyped(query)("a", converter, default=default))
    if isinstance(expected, str):
        assert expected.encode() == made.write(Request(), value).url.query_string
    else:
        assert isinstance(expected, type)
        with pytest.raises((ValueError, TypeError)) as caught:
            made.write(Request(), value)
        assert expected is caught.type


def test_default_that_is_not_a_number() -> None:
    """NaN is left out where it is the default itself."""
    default = float("nan")

    assert b"" == query("a", float, default=default).write(Request(), default).url.query_string


def give(value: object) -> Callable[[object], object]:
    """An encoder that gives the same for each value."""

    def encode(_: object) -> object:
        return value

    return encode


REFUSED: Final[dict[str, tuple[Input[object], object, str]]] = {
    "line-break-in-a-header": (one("header", str), "a\r\nX: y", "control character"),
    "nul-in-a-header": (one("header", str), "a\0b", "control character"),
    "beyond-latin-1-in-a-header": (one("header", str), "☃", "Latin-1"),
    "space-before-a-header": (one("header", str), " a", "white space"),
    "tab-after-a-header": (one("header", str), "a\t", "white space"),
    "surrogate-in-a-header": (one("header", str), "\ud800", "Latin-1"),
    "surrogate-in-a-query": (one("query", str), "\ud800", "surrogate"),
    "surrogate-in-a-form": (one("form", str), "\ud800", "surrogate"),
    "surrogate-in-a-cookie": (one("cookie", str), "\ud800", "surrogate"),
    "semicolon-in-a-cookie": (one("cookie", str), "a; b=c", "no cookie carries"),
    "line-break-in-a-cookie": (one("cookie", str), "a\r\nX: y", "no cookie carries"),
    "space-before-a-cookie": (one("cookie", str), " a", "no cookie carries"),
    "quotes-around-a-cookie": (one("cookie", str), '"a"', "no cookie carries"),
    "equals-sign-in-the-name-of-a-cookie": (any_input(cookie("a=b")), "c", "no cookie carries"),
    "cookie-without-a-name": (any_input(cookie("")), "c", "no cookie carries"),
    "cookie-of-64-kib": (one("cookie", str), "a" * 65_536, "would be refused: 431"),
    "long-header": (one("header", str), "a" * 70_000, "would be refused: 431"),
    "many-parameters": (many("query"), ("a",) * 1001, "would be refused: 414"),
    "many-fields": (many("form"), ("a",) * 1001, "would be refused: 413"),
    "large-field": (one("form", str), "a" * 600_000, "would be refused: 413"),
    "empty-of-a-function": (
        one("query", PurePosixPath, encode=give("")),
        PurePosixPath("a"),
        "counts as absent",
    ),
    "empty-in-many": (any_input(query.many("a", len, encode=lambda n: "x" * n)), (1, 0), "counts as absent"),
    "line-break-in-a-filename": (any_input(file("f")), Upload("f", "a\r\nb", b"x"), "does not carry this filename"),
    "file-that-is-not-chosen": (any_input(file("f")), Upload("f", "", b""), "does not carry this filename"),
    "part-of-a-second": (any_input(header(IF_MODIFIED_SINCE)), datetime(2026, 1, 1, 0, 0, 0, 1, UTC), "does not carry"),
    "another-length": (any_input(header("Content-Length", int)), 7, "Content-Length"),
    "several-flags": (any_input(query("a", Size)), Size.SMALL | Size.LARGE, "expected a member of Size"),
    "huge-integer": (one("query", int), 10**4300, "4300 digits"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """What a place cannot carry is a ValueError with words."""
    made, value, message = REFUSED[case]

    with pytest.raises(ValueError, match=message):
        made.write(Request(), value)


WRONG: Final[dict[str, tuple[Input[object], object, str]]] = {
    "none": (one("query", int), None, "expected int, not NoneType"),
    "text-for-int": (one("query", int), "7", "expected int, not str"),
    "bool-for-int": (one("query", int), True, "expected int, not bool"),
    "another-enum": (one("query", Colour), "red", "expected Colour, not str"),
    "list-for-many": (many("query", int), [1], "is a tuple of values, not list"),
    "text-for-many": (many("query", str), "ab", "is a tuple of values, not str"),
    "checkbox": (any_input(checkbox("a")), 1, "expected bool, not int"),
    "file": (any_input(file("a")), b"x", "an Upload"),
    "files": (any_input(file.many("a")), [Upload("a", "b", b"")], "a tuple of uploads"),
    "key": (any_input(header(IF_MATCH)), None, "ETags"),
    "encoder": (one("query", len, encode=give(7)), 7, "gave int, not a str"),
    "class": (any_input(from_class(Everything)), 7, "expected Everything, not int"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_type(case: str) -> None:
    """What is of another type is a TypeError."""
    made, value, message = WRONG[case]

    with pytest.raises(TypeError, match=message):
        made.write(Request(), value)


def three(text: str) -> tuple[str, str]:
    """Gives three values, which no checker let through."""
    return cast("tuple[str, str]", tuple(text))  # as said


def test_number_of_values() -> None:
    """A group takes as many values as it has inputs, from `back` too."""
    group = query("a") & query("b")

    with pytest.raises(TypeError, match="expected 2 values, not 1"):
        untyped(group.write)(Request(), "a")
    with pytest.raises(TypeError, match="expected 2 values, not 3"):
        group.to(str.join, back=three).write(Request(), "abc")


TWICE: Final[dict[str, tuple[Callable[[], Request], str]]] = {
    "left-out-and-written": (
        lambda: (first_of(query("a"), query("b", default=None)) & query("b")).write(Request(), None, "2"),
        "'b' cannot be written twice",
    ),
    "cookie-and-header": (lambda: (header("Cookie", str) & cookie("a")).write(Request(), "a=1", "2"), "[Cc]ookie"),
    "type-and-form": (
        lambda: (header("Content-Type", str) & form("a")).write(Request(), "a/b", "2"),
        "[Cc]ontent-[Tt]ype",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_one_thing_is_not_written_twice(case: str) -> None:
    """Two inputs that write to the same header write the same, or are refused: else one would be read as the other."""
    write, message = TWICE[case]

    with pytest.raises(ValueError, match=message):
        write()


def test_form_that_cannot_be_kept() -> None:
    """The fields of a form that is malformed are not thrown away."""
    base = Request(method="POST", headers={"Content-Type": MULTIPART}, body=b"x")

    with pytest.raises(ValueError, match="is not one to write to: 400"):
        form("a").write(base, "1")


class Plain(str):
    """A text that formats as another one."""

    __slots__ = ()

    def __format__(self, spec: str, /) -> str:
        return "other"

    def __str__(self) -> str:
        return "other"


@pytest.mark.parametrize("place", PLACES)
def test_subclass_of_str(place: str) -> None:
    """A text that formats as it likes is written as the text that it is."""
    assert "a" == one(place, str).read(one(place, str).write(Request(), Plain("a")))
    assert "a" == one(place, str).read(one(place, len, encode=give(Plain("a"))).write(Request(), 7))


def test_body_of_a_client_is_left_alone() -> None:
    """Writing to the head of a request reads nothing of its body, which is there afterwards."""
    stream = Sent(b"a=1")
    base = Request(posted(b"a=1", URLENCODED, stream=stream))
    written = (query("b") & cookie("c") & header("X-D", str)).write(base, "2", "3", "4")

    assert [] == stream.asked
    assert "1" == form("a").read(written)


def test_what_is_not_written_stays_as_it_came() -> None:
    """Octets that no text stands for, and quotes around cookies, are not written anew."""
    base = Request(url="/?%ff=%FF&a=1&b=+%2b&&c", headers={"Cookie": 'a="\\073"; b=\xff;c'})
    written = (query("a") & cookie("d")).write(base, "2", "3")

    assert (b"%ff=%FF&b=+%2b&c&a=2", 'a="\\073"; b=\xff; c; d=3') == (
        written.url.query_string,
        written.headers["Cookie"],
    )


def test_nothing_written_is_the_same_request() -> None:
    """A request that has what is written already is not changed in anything else."""
    base = BASES["headers"]

    assert base == header("X-Absent", str, default=None).write(base, None)
    assert base == query("absent", int, default=1).write(base, 1)
