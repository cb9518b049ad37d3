"""The error tree: its drawing, its messages, its answers."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

import verglas.errors
from verglas import FrozenResponse, Headers, Response
from verglas.errors import (
    Abort,
    BadHost,
    BadRequest,
    BadRequestKeyError,
    BodyConsumed,
    BrokenInput,
    ClientDisconnected,
    ExceededLimit,
    FormError,
    GrammarError,
    HeaderError,
    HeaderValueError,
    HTTPError,
    HTTPException,
    InternalServerError,
    LimitError,
    MethodNotAllowed,
    NotFound,
    NotFreezable,
    ParseError,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    WSGIViolation,
)
from verglas.testing import call

EXPORTED: Final[dict[str, type[BaseException]]] = {
    name: value
    for name in verglas.errors.__all__
    if isinstance(value := getattr(verglas.errors, name), type) and issubclass(value, BaseException)
}
OTHERS: Final = (ParseError, Abort, BrokenInput)
"""The errors of parsing, which have classes of their own, and those that stand for no code."""
REGISTRY: Final = {
    name
    for name, value in EXPORTED.items()
    if issubclass(value, HTTPError) and value is not HTTPError and not issubclass(value, OTHERS)
}
REGISTERED: Final[list[type[HTTPError]]] = [
    value for value in EXPORTED.values() if issubclass(value, HTTPError) and value.__name__ in REGISTRY
]
ENTRY: Final = re.compile(r"(?P<name>[A-Z]\w+)(?: ?\((?P<base>\w+)\))?(?: (?P<code>\d{3}))?")


def drawn() -> dict[str, tuple[str, str | None, str | None]]:
    """Every class of the drawing: the class above it, the base in brackets, its code."""
    found: dict[str, tuple[str, str | None, str | None]] = {}
    above: list[str] = []
    for line in (verglas.errors.__doc__ or "").split("\n\n")[1].splitlines():
        names, _, rest = line.lstrip(" │├└─").partition("  ")
        depth = (len(line) - len(line.lstrip(" │├└─"))) // 4
        row_code = rest.strip()[:3] if rest.strip()[:3].isdigit() else None
        entries = list(ENTRY.finditer(names))
        if not line.lstrip().startswith(("├", "└")) and depth > 1:
            depth -= 1  # the continuation of the line before
        above[depth - 1 :] = [entries[0]["name"]]
        for entry in entries:
            parent = above[depth - 2] if depth > 1 else ""
            found[entry["name"]] = parent, entry["base"], entry["code"] or row_code
    return found


def test_drawing_is_complete() -> None:
    """The drawing has every class but those of the registry, and no other."""
    names = drawn().keys()

    assert EXPORTED.keys() - REGISTRY == names - REGISTRY


@pytest.mark.parametrize(("name", "row"), [pytest.param(name, row, id=name) for name, row in drawn().items()])
def test_drawing_is_true(name: str, row: tuple[str, str | None, str | None]) -> None:
    """A class lies where it is drawn, with the base and the code that stand beside it."""
    parent, base, code = row
    real = EXPORTED[name]

    assert not parent or issubclass(real, EXPORTED[parent])
    assert base is None or base in {ancestor.__name__ for ancestor in real.__mro__}
    assert code is None or (issubclass(real, HTTPError) and int(code) == real.code)


def test_registry_has_a_class_for_each_error_code() -> None:
    """Every code of the registry from 400 has a class, a name and a description."""
    codes = {value.code for value in REGISTERED}
    parse_codes = {411, 413, 414, 415, 431}

    assert {
        code for code in range(400, 600) if not Response(None, code).status.endswith(" Unknown")
    } == codes | parse_codes


EXAMPLES: Final[list[HTTPError]] = [
    *(value() for value in REGISTERED if value is not MethodNotAllowed),
    HTTPError("Bare."),
    BadRequestKeyError("name"),
    BrokenInput(),
    *(
        value("Wrong.", "field", 3, ExceededLimit("max_form_parts", 2, "parts"))
        for value in EXPORTED.values()
        if issubclass(value, ParseError) and value is not BadRequestKeyError
    ),
    MethodNotAllowed([]),
    MethodNotAllowed(["GET", "PUT"], "No."),
    Unauthorized(www_authenticate=["Basic realm=a", "Bearer"]),
    RequestedRangeNotSatisfiable(10),
    TooManyRequests(retry_after=timedelta(seconds=5)),
    InternalServerError(original_exception=OSError("disk")),
    Abort(FrozenResponse(b"x")),
]
EACH_ERROR = pytest.mark.parametrize(
    "error", [pytest.param(e, id=f"{i}-{type(e).__name__}") for i, e in enumerate(EXAMPLES)]
)


@EACH_ERROR
def test_error_is_data(error: HTTPError) -> None:
    """An error has a code with its phrase, and a sentence for the client."""

    assert (error.code, Response(None, error.code).status[4:]) == (error.status_code, error.name)
    assert error.description.endswith(".")
    assert f"{error.code} {error.name}: {error.description}" == str(error)
    assert f"<{type(error).__name__} '{error.code}: {error.name}'>" == repr(error)


@EACH_ERROR
def test_error_can_be_pickled(error: HTTPError) -> None:
    """A worker process may hand it to another; a copy is the same."""
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(error), str(error), error.field_lines()) == (type(again), str(again), again.field_lines())
        assert vars(error).keys() == vars(again).keys()


@EACH_ERROR
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_error_is_an_application(error: HTTPError, method: str) -> None:
    """Called, an error answers with its status, its lines and a page, or just their head."""
    if isinstance(error, Abort):
        return
    answer = call(error, REQUEST_METHOD=method)
    page = call(error).body

    assert f"{error.code} {error.name}" == answer.status
    assert str(len(page)) == answer.headers["Content-Length"]
    assert "text/html; charset=utf-8" == answer.headers["Content-Type"]
    assert error.field_lines() == answer.lines[2:]
    assert (b"" if method == "HEAD" else page) == answer.body


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        pytest.param((("Allow", "GET, PUT"),), MethodNotAllowed(iter(["GET", "PUT"])), id="rfc9110-15.5.6-generator"),
        pytest.param((("Allow", ""),), MethodNotAllowed([]), id="rfc9110-10.2.1-none"),
        pytest.param((("WWW-Authenticate", "Basic"),), Unauthorized(www_authenticate="Basic"), id="reference-one-text"),
        pytest.param(
            (("WWW-Authenticate", "Basic"), ("WWW-Authenticate", "Bearer")),
            Unauthorized(www_authenticate=iter(["Basic", "Bearer"])),
            id="rfc9110-15.5.2-several",
        ),
        pytest.param((), Unauthorized(), id="no-challenge"),
        pytest.param((("Content-Range", "bytes */10"),), RequestedRangeNotSatisfiable(10), id="rfc9110-15.5.17"),
        pytest.param(
            (("Content-Range", "items */0"),), RequestedRangeNotSatisfiable(0, "items"), id="rfc9110-14.4-length-0"
        ),
        pytest.param((), RequestedRangeNotSatisfiable(), id="length-unknown"),
        pytest.param((("Retry-After", "0"),), TooManyRequests(retry_after=0), id="reference-bug-0-is-a-value"),
        pytest.param((("Retry-After", "2"),), TooManyRequests(retry_after=timedelta(seconds=1.5)), id="rounded-up"),
        pytest.param(
            (("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),),
            ServiceUnavailable(retry_after=datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
            id="rfc9110-10.2.3-date",
        ),
        pytest.param((), ServiceUnavailable(), id="no-retry-after"),
        pytest.param((), NotFound(), id="none"),
    ],
)
def test_field_lines(expected: tuple[tuple[str, str], ...], error: HTTPError) -> None:
    """The lines that belong to an error are there each time they are asked for."""

    assert [expected, expected] == [error.field_lines(), error.field_lines()]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(MethodNotAllowed(["GET\r\nX-Evil: 1"]), id="d1-method"),
        pytest.param(Unauthorized(www_authenticate='Basic realm="a\nb"'), id="d1-challenge"),
        pytest.param(TooManyRequests(retry_after="1\r\n\r\n<p>"), id="d1-retry-after"),
        pytest.param(RequestedRangeNotSatisfiable(1, "bytes\x00"), id="d1-unit"),
        pytest.param(Unauthorized(www_authenticate="Basic realm=\u2603"), id="d1-snowman"),
        pytest.param(type("Named", (HTTPError,), {"name": property(lambda _: "A\r\nX: 1")})(), id="computed-name"),
    ],
)
def test_page_splits_no_header(error: HTTPError) -> None:
    """What an application wrote into an error is checked before it is sent."""
    with pytest.raises(HeaderValueError):
        call(error)


LIMIT = ExceededLimit("max_form_parts", 2, "parts")


@pytest.mark.parametrize(
    ("text", "shown", "error"),
    [
        pytest.param(
            "Range: expected 'bytes=' at position 0, got 'byte=0-1'",
            "GrammarError('Range', \"expected 'bytes='\", 'byte=0-1', 0)",
            GrammarError("Range", "expected 'bytes='", "byte=0-1", 0),
            id="grammar",
        ),
        pytest.param(
            "Host: no host", "GrammarError('Host', 'no host', None, None)", GrammarError("Host", "no host"), id="bare"
        ),
        pytest.param(
            "X: bad, got b'\\x00'",
            "HeaderValueError('X', 'bad', b'\\x00', None)",
            HeaderValueError("X", "bad", b"\0"),
            id="bytes",
        ),
        pytest.param(
            f"X: bad, got {'a' * 60!r}...",
            f"GrammarError('X', 'bad', {'a' * 99!r}, None)",
            GrammarError("X", "bad", "a" * 99),
            id="long-text-is-cut",
        ),
        pytest.param(
            "form: too many parts (limit of 2 parts, max_form_parts) at position 7",
            f"LimitError('form', 'too many parts', {LIMIT!r}, 7)",
            LimitError("form", "too many parts", LIMIT, 7),
            id="limit",
        ),
        pytest.param(
            "404 Not Found: There is nothing at this address.", "<NotFound '404: Not Found'>", NotFound(), id="http"
        ),
        pytest.param(
            "400 Bad Request: The field 'name' is missing.",
            "<BadRequestKeyError '400: Bad Request'>",
            BadRequestKeyError("name"),
            id="key",
        ),
        pytest.param(
            "the request body was already consumed by 'stream', which does not keep it; see Request.buffered()",
            "BodyConsumed('stream')",
            BodyConsumed("stream"),
            id="consumed",
        ),
        pytest.param("why", "NotFreezable('why')", NotFreezable("why"), id="not-freezable"),
        pytest.param("how", "WSGIViolation('how')", WSGIViolation("how"), id="wsgi"),
    ],
)
def test_messages(text: str, shown: str, error: Exception) -> None:
    """Messages are sentences: the bad part in its representation, with its position."""

    assert (text, shown) == (str(error), repr(error))


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        pytest.param("Range: bad at position 3", GrammarError("Range", "bad", "secret", 3), id="position"),
        pytest.param("Range: bad", GrammarError("Range", "bad", "secret"), id="no-position"),
        pytest.param(
            "form: much (limit of 2 parts, max_form_parts)", LimitError("form", "much", LIMIT), id="limit-and-its-knob"
        ),
    ],
)
def test_public(expected: str, error: GrammarError) -> None:
    """What is fit for an answer does not hold the offending text."""

    assert expected == error.public
    assert (f"{expected}.", "X", error.position) == (
        HeaderError.from_grammar(error, "X").description,
        HeaderError.from_grammar(error, "X").field,
        HeaderError.from_grammar(error, "X").position,
    )


def test_control_characters_are_escaped() -> None:
    """No text of a request can forge a line of a log (CVE-2025-48432)."""
    shown = str(GrammarError("Host", "bad", "a\r\n\x1b[31mINFO: all is well"))

    assert shown.isprintable()


@pytest.mark.parametrize(
    "error",
    [
        GrammarError("Range", "bad", "x", 1),
        HeaderValueError("X", "bad", "x", 1),
        LimitError("form", "much", LIMIT, 7),
        BodyConsumed("stream"),
    ],
)
def test_other_errors_can_be_pickled(error: Exception) -> None:
    """Those without a status too."""
    again = pickle.loads(pickle.dumps(error))

    assert (str(error), vars(error)) == (str(again), vars(again))


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (GrammarError, ValueError),
        (HeaderValueError, GrammarError),
        (LimitError, GrammarError),
        (BodyConsumed, RuntimeError),
        (NotFreezable, TypeError),
        (BadRequestKeyError, KeyError),
        (BadRequestKeyError, BadRequest),
        (FormError, BadRequest),
        (BadHost, ParseError),
        (ClientDisconnected, ParseError),
        (RequestEntityTooLarge, ParseError),
        (ParseError, HTTPError),
    ],
)
def test_bases(error: type[Exception], base: type[Exception]) -> None:
    """An error can be caught as what it also is."""

    assert issubclass(error, base)


def test_what_the_application_writes_is_no_fault_of_the_client() -> None:
    """A bad value that a handler writes has no status, least of all a 400."""

    assert not issubclass(HeaderValueError, HTTPError)


def test_alias() -> None:
    """The reference's name is the same class."""

    assert HTTPException is HTTPError


def test_over() -> None:
    """An error of a limit says which, its value and its knob."""
    error = RequestEntityTooLarge.over("The form has too many parts", "max_form_parts", 2, "parts", "form")

    assert (LIMIT, "form", "The form has too many parts (limit of 2 parts, max_form_parts).") == (
        error.limit,
        error.field,
        error.description,
    )


def test_original_exception_is_not_shown() -> None:
    """The fault behind a 500 is for logs."""
    error = InternalServerError(original_exception=OSError("/etc/secret"))

    assert b"secret" not in call(error).body


def test_subclass() -> None:
    """A class of one's own needs a code and a description."""

    class OutOfTea(HTTPError):
        code = 418
        description = "No tea <left>."

        def field_lines(self) -> tuple[tuple[str, str], ...]:
            return (("X-Tea", "none"),)

    answer = call(OutOfTea())

    assert ("418 I'm a teapot", "none", True) == (
        answer.status,
        Headers(answer.lines)["X-Tea"],
        b"No tea &lt;left&gt;." in answer.body,
    )
