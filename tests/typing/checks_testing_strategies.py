"""What must check of `verglas.testing.strategies`: what is drawn has the type of what it is drawn for. Each is run."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, assert_type
from uuid import UUID

from hypothesis.strategies import SearchStrategy, integers, just

from verglas import URL, FrozenResponse, Request, Response, text
from verglas.headers import ACCEPT, ETAG, IF_MATCH, AcceptMediaTypes, ETag, ETags, HeaderField, StructuredItem
from verglas.inputs import Input, Inputs, body, header, json_of, query
from verglas.paths import GET, Endpoint, Path, Route, Routes, root, routes
from verglas.testing.strategies import (
    GivenStrategies,
    Misfit,
    environs,
    frozen_responses,
    header_values,
    hostile_environs,
    json_values,
    misfits_of,
    requests,
    requests_of,
    structured_items,
    texts,
    urls,
    values_of,
)
from verglas.wsgi import JSONValue

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Run a check as a test."""
    CHECKS.append(check)
    return check


class Color(Enum):
    RED = "red"


def show(request: Request[object], number: int, page: int) -> Response:
    """Answer."""
    return text(f"{number} {page}")


PAGE: Final[Input[int]] = query("page", int)
BOTH: Final[Inputs[int, Color]] = PAGE & query("color", Color)
USER: Final[Endpoint[int, int]] = GET(root / "users" / int) & PAGE
ROUTE: Final[Route[Request[object]]] = USER.into(show)
PLACE: Final[Path[int, UUID]] = root / "a" / int / UUID
TRACE: Final[HeaderField[UUID]] = HeaderField("X-Trace", lambda lines: UUID(lines[0]), lambda trace: [str(trace)])


@run
def check_given() -> None:
    """A strategy for an input may be that of the values of another one."""
    page, name = query("page", int), query("name")
    requests_of(page, {page: values_of(query("other", int))})
    requests_of(page & name, {page: values_of(page), name: values_of(name)})
    requests_of(page, {int: integers()})


@run
def check_tables() -> None:
    """A table is taken where an input is."""
    table: Routes[Request] = routes()
    assert_type(requests_of(table), SearchStrategy[Request[None]])
    assert_type(misfits_of(table), SearchStrategy[Misfit])


@run
def values() -> None:
    """The values of an input are of its type, several are a tuple."""
    assert_type(values_of(PAGE), SearchStrategy[int])
    assert_type(values_of(BOTH), SearchStrategy[tuple[int, Color]])
    assert_type(values_of(USER), SearchStrategy[tuple[int, int]])
    assert_type(values_of(PLACE), SearchStrategy[tuple[int, UUID]])
    assert_type(values_of(ROUTE), SearchStrategy[tuple[object, ...]])
    assert_type(values_of(body(json_of(list[int]))), SearchStrategy[list[int]])
    assert_type(values_of(query("page", int, default=None)), SearchStrategy[int | None])
    assert_type(values_of(header(ACCEPT)), SearchStrategy[AcceptMediaTypes])


@run
def requests_and_misfits() -> None:
    """They are drawn for inputs, endpoints, routes and paths."""
    assert_type(requests_of(PAGE), SearchStrategy[Request[None]])
    assert_type(misfits_of(PAGE), SearchStrategy[Misfit])
    for x in (PAGE, BOTH, USER, ROUTE):
        requests_of(x)
        misfits_of(x)
    requests_of(PLACE)
    misfits_of(PLACE)


@run
def given() -> None:
    """Strategies are given by input, by class and by function."""
    known: GivenStrategies = {PAGE: integers(1, 9), Color: just(Color.RED)}
    assert_type(values_of(PAGE, {PAGE: integers(1, 9)}), SearchStrategy[int])
    assert_type(requests_of(BOTH, known), SearchStrategy[Request[None]])
    assert_type(misfits_of(BOTH, given=known), SearchStrategy[Misfit])


@run
def fields() -> None:
    """The values of a field are those of its key."""
    assert_type(header_values(ETAG), SearchStrategy[ETag])
    assert_type(header_values(IF_MATCH, unsent=True), SearchStrategy[ETags])
    assert_type(header_values(TRACE), SearchStrategy[UUID])
    assert_type(structured_items(), SearchStrategy[StructuredItem])


@run
def plain_ones() -> None:
    """Environs, requests, responses, and what they are made of."""
    assert_type(environs(), SearchStrategy[dict[str, object]])
    assert_type(hostile_environs(), SearchStrategy[dict[str, object]])
    assert_type(requests(), SearchStrategy[Request[None]])
    assert_type(frozen_responses(), SearchStrategy[FrozenResponse])
    assert_type(urls(), SearchStrategy[URL])
    assert_type(texts(max_size=3), SearchStrategy[str])
    assert_type(json_values(), SearchStrategy[JSONValue])
