# ruff: noqa: B018
"""What must not check of bodies: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from attrs import frozen

from verglas import Request, Response, json_response
from verglas.inputs import Decoder, Input, body, form_of, json_of


@frozen
class Order:
    item: str


@frozen
class Refund:
    reason: str


order = body(json_of(Order))

a: Decoder[Refund] = json_of(Order)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
b: Input[Refund] = order  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
c: Decoder[list[Order]] = json_of(list[Refund])  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
d: Decoder[Refund] = form_of(Order)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
order.write(Request(), Refund("a"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
order.read(Request()).reason  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
json_of(Order).encode(Refund("a"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
json_response(Refund("a"), encode=json_of(Order).encode)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
json_response([Refund("a")], encode=json_of(list[Order]).encode)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
json_of(Order("a"))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
body(json_of(Order), media_types=["text/json"])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


@order.into  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def show(request: Request, refund: Refund) -> Response:
    """Take what the input does not give."""
    raise NotImplementedError
