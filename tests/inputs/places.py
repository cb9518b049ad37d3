"""The four places of texts: how an input is made there, and a request that has texts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, cast
from urllib.parse import urlencode

from tests.kit import URLENCODED, untyped
from verglas import Request
from verglas.inputs import Input, cookie, form, header, query

__all__ = ["NAME", "PLACES", "Place", "any_input", "many", "one"]

NAME: Final = "X-Field"


class Place(NamedTuple):
    """A place.

    Attributes:
        make: Makes an input of one text.
        several: Makes one of all texts; `None` where there is none.
        request: The request that has texts of `NAME` there.
    """

    make: Callable[..., object]
    several: Callable[..., object] | None
    request: Callable[[list[str]], Request]


def _of_query(texts: list[str]) -> Request:
    return Request(url="/?" + urlencode([(NAME, text) for text in texts]))


def _of_form(texts: list[str]) -> Request:
    return Request(method="POST", headers={"Content-Type": URLENCODED}, body=urlencode([(NAME, one) for one in texts]))


def _of_cookies(texts: list[str]) -> Request:
    pairs = "; ".join([f"{NAME}={text}" for text in texts])
    return Request(headers={"Cookie": pairs} if texts else {})


def _of_headers(texts: list[str]) -> Request:
    return Request(headers=[(NAME, text) for text in texts])


PLACES: Final[dict[str, Place]] = {
    "query": Place(untyped(query), untyped(query.many), _of_query),
    "form": Place(untyped(form), untyped(form.many), _of_form),
    "cookie": Place(untyped(cookie), untyped(cookie.many), _of_cookies),
    "header": Place(untyped(header), None, _of_headers),
}


def any_input(made: object) -> Input[object]:
    """An input whose type is of no matter, for tables of inputs of many."""
    assert isinstance(made, Input)
    return cast("Input[object]", made)  # as said


def one(place: str, *arguments: object, **options: object) -> Input[object]:
    """An input of the text `NAME` of a place."""
    return any_input(PLACES[place].make(NAME, *arguments, **options))


def many(place: str, *arguments: object, **options: object) -> Input[object]:
    """An input of all texts `NAME` of a place."""
    several = PLACES[place].several
    assert several is not None
    return any_input(several(NAME, *arguments, **options))
