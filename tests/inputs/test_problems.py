"""What is wrong with a request: all of it in one answer, by pointers, and nothing of what was sent."""

from __future__ import annotations

import json
import pickle
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.inputs.places import any_input
from tests.kit import JSON, MULTIPART, URLENCODED, environ_of, multipart, posted
from tests.kit import Input as Sent
from verglas import HTTPError, Limits, Request, Response, application, text
from verglas.errors import ClientDisconnected, LengthRequired, RequestEntityTooLarge
from verglas.headers import AUTHORIZATION, IF_MATCH, IF_MODIFIED_SINCE
from verglas.inputs import (
    Code,
    InputError,
    Invalid,
    MalformedInput,
    Problem,
    UnsupportedInput,
    body,
    checkbox,
    cookie,
    file,
    first_of,
    form,
    header,
    local_datetime,
    query,
    secured,
)
from verglas.testing import call
from verglas.testing.strategies import any_texts


class Colour(Enum):
    """Two texts."""

    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("a", "/a", id="plain"),
        pytest.param("a/b", "/a~1b", id="slash"),
        pytest.param("m~n", "/m~0n", id="tilde"),
        pytest.param("~1", "/~01", id="tilde-one"),
        pytest.param("a~/b~1/~0", "/a~0~1b~01~1~00", id="all"),
        pytest.param(" ", "/ ", id="space"),
        pytest.param("c%d", "/c%d", id="percent"),
        pytest.param('k"l', '/k"l', id="quote"),
        pytest.param("a[0].b", "/a[0].b", id="brackets"),
        pytest.param("é", "/é", id="beyond-ascii"),
    ],
)
def test_pointers(name: str, expected: str) -> None:
    """A pointer escapes as RFC 6901 §3 and §5 have it, and `by_field` has the name again."""
    found = query(name).attempt(Request())

    assert isinstance(found, InputError)
    assert ([expected], {name: ["is missing"]}) == ([one.pointer for one in found.problems], found.by_field)


def test_below() -> None:
    """A problem of a part is one of the whole, further down."""
    inner = Problem("body", "/b", "missing", "is missing")

    assert "/a~1/0/b" == inner.below("a/", 0).pointer


def test_by_field() -> None:
    """All messages of a field are together, whatever is below it; those of the whole body have no name."""
    error = InputError(
        [
            Problem("body", "/tags/0", "invalid", "one"),
            Problem("body", "/tags/1/x", "invalid", "two"),
            Problem("body", "", "invalid", "three"),
            Problem("query", "/tags", "missing", "four"),
        ]
    )

    assert {"tags": ["one", "two", "four"], "": ["three"]} == error.by_field


def test_equal_problems_count_once() -> None:
    """Two fields of a body that is not a form have one problem."""
    found = (form("a") & form("b")).attempt(Request.from_values(json={}))

    assert isinstance(found, InputError)
    assert ["body"] == [one.place for one in found.problems]


def test_no_problem() -> None:
    """An error without a problem is none."""
    with pytest.raises(ValueError, match="at least one problem"):
        InputError([])


def problem_of(code: Code) -> Problem:
    """A problem of a kind."""
    return Problem("body", f"/{code}", code, "m")


@pytest.mark.parametrize(
    ("codes", "kind", "status"),
    [
        pytest.param(["missing", "invalid", "repeated", "unexpected"], InputError, 422, id="422"),
        pytest.param(["missing", "malformed"], MalformedInput, 400, id="400-over-422"),
        pytest.param(["duplicate"], MalformedInput, 400, id="duplicate"),
        pytest.param(["malformed", "unsupported", "missing"], UnsupportedInput, 415, id="415-over-400"),
    ],
)
def test_statuses(codes: list[Code], kind: type[InputError], status: int) -> None:
    """One status stands for all problems, which are all listed."""
    form_body = {
        "malformed": Request(method="POST", headers={"Content-Type": MULTIPART}, body=b"x"),
        "unsupported": Request(method="POST", headers={"Content-Type": "a/b"}, body=b"x"),
    }
    error = kind([problem_of(code) for code in codes])
    copy = cast("InputError", pickle.loads(pickle.dumps(error)))  # as said

    assert (status, codes) == (error.code, [one.code for one in error.problems])
    assert (type(error), error.problems, str(error)) == (type(copy), copy.problems, str(copy))
    for code in {"malformed", "unsupported"}.intersection(codes[:1]):
        found = (query("a") & form("b")).attempt(form_body[code])
        assert isinstance(found, InputError)
        assert ["missing", code] == [one.code for one in found.problems]


SEVEN: Final = (
    query("page", int)
    & query.many("tag", int)
    & header("X-Depth", int)
    & header(IF_MATCH)
    & cookie("theme")
    & form("when", local_datetime)
    & form("a/b", lambda text: int(text) if text == "1" else None)
    & checkbox("news")
    & file("photo")
)


@SEVEN.into
def seven(request: Request, *values: object) -> Response:
    """Answers with nothing."""
    del request, values
    return text("read")


def sent(accept: str) -> dict[str, object]:
    """A request with seven errors in five places, each with the text s3cret."""
    return posted(
        b"when=s3cret&a/b=1&s3cret=s3cret",
        URLENCODED,
        QUERY_STRING="page=s3cret&tag=1&tag=s3cret&s3cret=s3cret",
        HTTP_X_DEPTH="s3cret",
        HTTP_IF_MATCH="s3cret",
        HTTP_COOKIE="a=s3cret",
        HTTP_ACCEPT=accept,
    )


POINTERS: Final = ["/page", "/tag/1", "/X-Depth", "/If-Match", "/theme", "/when", "/photo"]


def test_seven_errors() -> None:
    """One request with seven errors in five places has one answer, with seven pointers."""
    answer = call(application(seven), sent("application/problem+json"))
    problem = cast("dict[str, object]", json.loads(answer.body))  # as said
    errors = cast("list[dict[str, str]]", problem["errors"])

    assert (422, "application/problem+json", 422, "urn:verglas:problem:several") == (
        answer.status_code,
        answer.headers["Content-Type"],
        problem["status"],
        problem["type"],
    )
    assert POINTERS == [one["pointer"] for one in errors]
    assert ["query", "query", "header", "header", "cookie", "form", "file"] == [one["in"] for one in errors]
    assert ["invalid"] * 4 + ["missing", "invalid", "missing"] == [one["type"].rpartition(":")[2] for one in errors]
    assert [{"detail", "in", "pointer", "type"}] * 7 == [set(one) for one in errors]
    assert "s3cret" not in answer.text


def test_seven_errors_for_a_browser() -> None:
    """A browser gets a page, with a line for each."""
    answer = call(application(seven), sent("text/html"))

    assert (422, "text/html; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    assert (7, True, False) == (
        answer.text.count("<br>") + 1,
        "form /when: expected a date and time" in answer.text,
        "s3cret" in answer.text,
    )


def test_words_of_the_application_are_escaped() -> None:
    """What an application says is text in the page."""

    def refuse(sent: str) -> str:
        raise Invalid("<b>'no' & \"no\"</b>\r\nX: y")

    @query("<i>", refuse).into
    def handler(request: Request, value: str) -> Response:
        return text(value)

    answer = call(application(handler), environ_of("/?%3Ci%3E=1", HTTP_ACCEPT="text/html"))

    assert (422, False, False) == (answer.status_code, "<b>" in answer.text, "<i>" in answer.text)
    assert [] == [line for line in answer.lines if "X" in line[0]]


MARK: Final = "m4rk3r"


def nobody(token: str) -> str | None:
    """Nobody is known."""
    del token
    return None


def decode(data: bytes) -> object:
    """Any JSON."""
    return cast("object", json.loads(data))


EVERYTHING: Final = [
    any_input(made)
    for made in (
        query("a", int),
        query("a", Decimal),
        query.many("a", float),
        query("a", UUID),
        query("a", local_datetime),
        query("a", Colour),
        header("X-A", int),
        header(IF_MATCH),
        header(IF_MODIFIED_SINCE),
        header(AUTHORIZATION),
        cookie("a", int),
        cookie.many("a", timedelta),
        form("a", int),
        form.many("a", date),
        file("a"),
        file.many("a"),
        checkbox("a"),
        query("a").map(int),
        (query("a") & cookie("a")).to(lambda a, b: int(a)),
        first_of(header("X-A", int), cookie("a", int)),
        body(lambda data: int(data.decode()), media_types=["text/plain"]),
        body(decode, media_types=[JSON]),
        secured(cookie("a"), nobody, challenge="Bearer"),
    )
]


@st.composite
def noises(draw: st.DrawFn) -> str:
    """A text with the mark in it."""
    around = draw(any_texts())
    at = draw(st.integers(0, len(around)))
    return around[:at] + MARK + around[at:]


def octets(noise: str) -> str:
    """A text as an environ has it."""
    return noise.encode("utf-8", "surrogatepass").decode("latin-1")


CONTENT_TYPES: Final = (URLENCODED, MULTIPART, JSON, "text/plain", "text/plain; charset=")


@given(noise=noises(), content_type=st.sampled_from(CONTENT_TYPES), is_coded=st.booleans(), made=st.data())
def test_no_submitted_value_in_any_answer(noise: str, content_type: str, is_coded: bool, made: st.DataObject) -> None:
    """Whatever is sent, wherever: neither the head nor the body of an answer has it."""
    data = noise.encode("utf-8", "surrogatepass")
    bodies = {
        URLENCODED: b"a=%b&%b=1&a=%b" % (data, data, data),
        MULTIPART: multipart((f'name="a"\r\nX-{MARK}: {MARK}', data), (f'name="a"; filename="{MARK}"', data)),
    }
    content = made.draw(st.sampled_from([bodies.get(content_type, data), data, b"--b\r\n" + data + b"\r\n--b--"]))
    more = made.draw(st.sampled_from(["", MARK, f"; {MARK}", f"; boundary={MARK}", f"; a={MARK}; b"]))
    environ = posted(content, content_type + more) | {
        "QUERY_STRING": f"a={octets(noise)}&{octets(noise)}=1",
        "HTTP_COOKIE": f"a={octets(noise)}; b={octets(noise)}",
        "HTTP_X_A": octets(noise),
        "HTTP_IF_MATCH": octets(noise),
        "HTTP_IF_MODIFIED_SINCE": octets(noise),
        "HTTP_AUTHORIZATION": f"Bearer {octets(noise)}",
    }
    if is_coded:
        environ["HTTP_CONTENT_ENCODING"] = octets(noise)
    one = made.draw(st.sampled_from(EVERYTHING))

    @one.into
    def handler(request: Request, value: object) -> Response:
        return text("read")

    for accept in ("application/problem+json", "text/html"):
        answer = call(application(handler), environ | {"HTTP_ACCEPT": accept, "wsgi.input": Sent(content)})

        assert answer.status_code in (200, 400, 401, 413, 414, 415, 422, 431)
        assert not [part for line in (*answer.lines, ("", answer.status)) for part in line if MARK in part]
        assert MARK.encode() not in answer.body


def broken(content: bytes, content_type: str, kind: str) -> dict[str, object]:
    """A request that ends early, has no length, or is too large."""
    environ = posted(content, content_type)
    if kind == "early":
        environ["CONTENT_LENGTH"] = str(len(content) + 1)
    elif kind == "chunked":
        del environ["CONTENT_LENGTH"]
        environ["HTTP_TRANSFER_ENCODING"] = "chunked"
    return environ


READERS: Final = {
    "form": (form("a"), URLENCODED, b"a=1"),
    "file": (file("a"), MULTIPART, multipart(('name="a"; filename="b"', b"x"))),
    "body": (body(lambda data: data, media_types=["text/plain"]), "text/plain", b"hello"),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        pytest.param("early", ClientDisconnected, id="early"),
        pytest.param("large", RequestEntityTooLarge, id="large"),
        pytest.param("chunked", LengthRequired, id="no-length"),
    ],
)
def test_stops_at_once(reader: str, kind: str, error: type[HTTPError]) -> None:
    """A body that is too large, has no length or ends early is an answer of its own, whatever else is wrong."""
    made, content_type, content = READERS[reader]
    limits = Limits(max_content_length=2 if kind == "large" else None)
    request = Request(broken(content, content_type, kind), limits=limits)
    group = query("missing") & any_input(made)

    with pytest.raises(HTTPError) as caught:
        group.attempt(request)
    assert error is type(caught.value)


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        pytest.param({"QUERY_STRING": "a&" * 1001}, 414, id="query"),
        pytest.param({"HTTP_COOKIE": "a=1; " * 13_000}, 431, id="cookie-of-64-kib"),
        pytest.param({"HTTP_X_A": "7" * 70_000}, 431, id="long-header"),
        pytest.param({"HTTP_IF_MATCH": '"a", ' * 5000}, 431, id="long-list"),
    ],
)
def test_head_that_is_too_large(environ: dict[str, object], code: int) -> None:
    """A head over a limit is an answer of its own, whichever input comes first."""
    group = query("a") & cookie("a") & header("X-A", int) & header(IF_MATCH)

    with pytest.raises(HTTPError) as caught:
        group.attempt(Request(environ_of(**environ)))
    assert code == caught.value.code


def test_many_problems() -> None:
    """A thousand wrong values are a thousand problems, once."""
    found = query.many("a", int).attempt(Request(url="/?" + "&".join(["a=x"] * 1000)))

    assert isinstance(found, InputError)
    assert (1000, 1000) == (len(found.problems), len(found.by_field["a"]))


def test_growth_of_problems() -> None:
    """Reading many inputs of many values takes time that grows with both, and no faster."""
    made = query.many("a", int)

    def read(size: int) -> None:
        request = Request(url="/?" + "&".join(["a=x"] * size), limits=Limits(max_query_fields=size))
        assert isinstance(made.attempt(request), InputError)

    assert_linear(read, start=64)
