"""Conversion: whatever an application's converter raises for a text that is none of its values is a 400, not a 500."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from ipaddress import ip_address
from typing import Final
from uuid import UUID

import pytest

from verglas import Cookies, Form, HeaderField, HeaderValueError, MutableHeaders, Query, Request, Response, application
from verglas.errors import BadRequest, FieldError, HeaderError, NotFound, ParseError
from verglas.headers import Headers, ReadOptional, ReadValue
from verglas.testing import call

SECRET: Final = "s3cret"


class Colour(Enum):
    """An enumeration of an application's own."""

    RED = "red"


class GoneWrong(BadRequest, ValueError):
    """An answer that is a ValueError, too."""


def by_table(text: str) -> int:
    """A converter that raises KeyError."""
    return {"a": 1}[text]


def by_position(text: str) -> str:
    """A converter that raises IndexError."""
    return text.split("/")[1]


def divided(text: str) -> float:
    """A converter that raises ZeroDivisionError."""
    return 1 / text.count("/")


def overflowing(text: str) -> float:
    """A converter that raises OverflowError."""
    return math.exp(10.0 ** len(text))


def recursive(text: str) -> str:
    """A converter that raises RecursionError."""
    return recursive(text + text[:1])


def of_none(text: str) -> int:
    """A converter that raises TypeError."""
    return int(None if text else text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake


def asserted(text: str) -> str:
    """A converter that raises what no converter should."""
    raise AssertionError(text)


def not_found(text: str) -> str:
    """A converter that answers."""
    raise NotFound(text[:0] or "No such thing.")


def answered(text: str) -> str:
    """A converter that answers with what is a ValueError, too."""
    raise GoneWrong(text[:0] or "Go away.")


CONVERTERS: Final[dict[str, Callable[[str], object]]] = {
    "int-ValueError": int,
    "Decimal-InvalidOperation": Decimal,
    "Fraction-ValueError": Fraction,
    "UUID-ValueError": UUID,
    "ip_address-ValueError": ip_address,
    "Enum-ValueError": Colour,
    "Enum-by-name-KeyError": Colour.__getitem__,
    "table-KeyError": by_table,
    "position-IndexError": by_position,
    "division-ZeroDivisionError": divided,
    "power-OverflowError": overflowing,
    "recursion-RecursionError": recursive,
    "none-TypeError": of_none,
    "codec-UnicodeError": lambda text: (text + "\N{SNOWMAN}").encode("ascii"),
}
MULTIMAPS: Final = {"query": Query({"k": SECRET}), "form": Form({"k": SECRET}), "cookies": Cookies({"k": SECRET})}
converters = pytest.mark.parametrize("name", CONVERTERS)


def shown(error: BaseException) -> str:
    """All that a log shows of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(getattr(error, "description", ""))


@pytest.mark.parametrize("values", MULTIMAPS)
@converters
def test_multimap(name: str, values: str) -> None:
    """`one` is a 400 that names the field, without the value; `get` gives the default, `getlist` leaves it out."""
    convert, pairs = CONVERTERS[name], MULTIMAPS[values]

    with pytest.raises(FieldError) as caught:
        pairs.one("k", convert)

    assert (400, "k") == (caught.value.code, caught.value.field)
    assert SECRET not in shown(caught.value)
    assert (7, None, []) == (pairs.get("k", 7, convert), pairs.get("k", type=convert), pairs.getlist("k", convert))


@converters
def test_headers(name: str) -> None:
    """`get` with `type` gives the default for a header that does not convert."""
    convert = CONVERTERS[name]

    for headers in (
        Request(headers={"X-K": SECRET}).headers,
        Headers({"X-K": SECRET}),
        MutableHeaders({"X-K": SECRET}),
    ):
        assert (7, None) == (headers.get("X-K", 7, convert), headers.get("X-K", type=convert))


@converters
def test_key(name: str) -> None:
    """A key whose `decode` raises says that the field is malformed: a 400 without the value; `None` by attribute."""
    convert = CONVERTERS[name]

    def decode(lines: Sequence[str]) -> object:
        return convert(lines[0])

    key = HeaderField[object]("X-K", decode, lambda value: [str(value)])

    class Page(Request):
        k: ReadOptional[object] = ReadOptional(key)
        k_or_none: ReadValue[object] = ReadValue(key, 0)

    request = Page(headers={"X-K": SECRET})

    reads: list[Callable[[], object]] = [lambda: request.headers[key], lambda: request.headers.get(key, None)]
    for read in reads:
        with pytest.raises(HeaderError) as caught:
            read()
        assert (400, "X-K") == (caught.value.code, caught.value.field)
        assert SECRET not in shown(caught.value)
    assert (None, 0) == (request.k, request.k_or_none)
    with pytest.raises(HeaderValueError, match="X-K"):  # the application's own: no 400
        MutableHeaders({"X-K": SECRET})[key]


@pytest.mark.parametrize(
    ("expected", "convert"),
    [
        pytest.param(NotFound, not_found, id="answer"),
        pytest.param(GoneWrong, answered, id="answer-that-is-a-ValueError"),
        pytest.param(AssertionError, asserted, id="mistake-of-the-application"),
    ],
)
def test_what_passes_through(expected: type[Exception], convert: Callable[[str], object]) -> None:
    """An answer that a converter raises is the answer; what no converter raises is a mistake, and not hidden."""
    query = Query({"k": SECRET})
    headers = Request(headers={"k": SECRET}).headers
    key = HeaderField[object]("K", lambda lines: convert(lines[0]), lambda value: [str(value)])
    reads: list[Callable[[], object]] = [
        lambda: query.one("k", convert),
        lambda: query.get("k", 7, convert),
        lambda: query.getlist("k", convert),
        lambda: headers.get("k", 7, convert),
        lambda: headers[key],
        lambda: headers.get(key, None),
        lambda: MutableHeaders({"k": SECRET})[key],
    ]

    for read in reads:
        with pytest.raises(expected):
            read()


@pytest.mark.parametrize("name", ["Decimal-InvalidOperation", "recursion-RecursionError", "table-KeyError"])
def test_answer(name: str) -> None:
    """Through `application` it is a 400 that names the field."""
    app = application(lambda request: Response(str(request.args.one("price", CONVERTERS[name]))))

    answer = call(app, QUERY_STRING=f"price={SECRET}")

    assert 400 == answer.status_code
    assert b"price" in answer.body
    assert SECRET.encode() not in answer.body


def test_parse_error_has_no_chain() -> None:
    """An error about a request does not carry the one that shows the value."""
    with pytest.raises(ParseError) as caught:
        Query({"k": SECRET}).one("k", int)

    assert (None, True) == (caught.value.__cause__, caught.value.__suppress_context__)
    assert ["its conversion raised ValueError"] == caught.value.__notes__
