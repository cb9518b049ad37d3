"""What must check: bodies as values of a type, read, written and answered with. Each function is run, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_type

from attrs import frozen

from verglas import Request, Response, json_response
from verglas.inputs import Decoder, Input, InputError, body, form_of, json_of

CHECKS: Final[list[Callable[[], None]]] = []


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Run a check as a test."""
    CHECKS.append(check)
    return check


@frozen
class Order:
    item: str
    count: int = 1


@frozen
class Refund:
    reason: str


@run
def json_bodies() -> None:
    """A class, and a form of classes, is the type of the value."""
    decoder: Decoder[Order] = json_of(Order)
    assert_type(body(decoder), Input[Order])
    assert_type(json_of(list[Order]), Decoder[list[Order]])
    assert_type(json_of(Order | Refund), Decoder[Order | Refund])
    assert_type(json_of(Order | None), Decoder[Order | None])
    assert_type(json_of(dict[str, Order]), Decoder[dict[str, Order]])
    assert_type(body(json_of(list[Order])).attempt(Request()), list[Order] | InputError)


@run
def form_bodies() -> None:
    """A form is of its class."""
    decoder: Decoder[Order] = form_of(Order)
    assert_type(body(form_of(Order)), Input[Order])
    assert_type(decoder.encode(Order("a")), bytes)


@run
def bodies_of_responses() -> None:
    """An encoder is held against the value."""
    assert_type(json_response(Order("a"), encode=json_of(Order).encode), Response)
    assert_type(json_response([Order("a")], 201, encode=json_of(list[Order]).encode), Response)
