# ruff: noqa: B018
"""What must not check: one mistake a line, each with the error that mypy and basedpyright report. It is never run.

An ignore that ignores nothing is an error of both, and of pyrefly, which reads those of mypy: a mistake that is no
longer caught fails.
"""

from __future__ import annotations

import sys

from attrs import frozen

from verglas import (
    Files,
    Handler,
    Headers,
    Limits,
    Query,
    Request,
    Response,
    Trust,
    Upload,
    application,
    json_response,
    parse_form,
    pipe,
    redirect,
    try_parse,
)
from verglas.errors import MethodNotAllowed, Unauthorized

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

S_co = TypeVar("S_co", covariant=True, default=None)


@frozen
class User:
    """Somebody."""

    name: str


def me(request: Request[User]) -> Response:
    """For users."""
    return Response(request.state.name)


def number(request: Request[int]) -> Response:
    """For numbers."""
    return Response(str(request.state))


def require_user(inner: Handler[User]) -> Handler[None]:
    """Give the request its user."""
    return lambda request: inner(request.with_state(User("ada")))


request = Request(url="/x")
found = try_parse({})

application(me)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(lambda request: "text")  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
pipe(number, require_user)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
me(request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
me(request.with_state(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
request.method = "POST"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
request.state = None  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
request.path = "/x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
request.user  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.state.name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.replace(metod="POST")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
request.replace(method=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
request.replace(state=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
request.get_data(as_text="yes").upper()  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownMemberType]
request.get_data(as_text=True).decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.get_json()["a"]  # type: ignore[call-overload, index]  # pyright: ignore[reportArgumentType, reportCallIssue, reportIndexIssue, reportOptionalSubscript]
request.content_type.lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.content_length + 1  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand, reportUnusedExpression]
request.headers["X"] = "1"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
request.headers.get("X").lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.headers.get(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
request.args["a"] = "1"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
request.args.get("a").lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
request.args.get("a", type=int) + 1  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand, reportUnusedExpression]
request.args.one("a", int).lower()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.args.getlist("a", int)[0].lower()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.args.to_dict(flat=False)["a"].lower()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.files["a"].lower()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
request.environ["wsgi.input"].read()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
found.method  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
Request(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Request({}, method="GET")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Request({}, state=5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Request(metod="GET")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Request(url=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Request.from_values("/", methd="GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Request.from_values("/", json=object())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Headers({"X": 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
Query({"a": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Files({"a": "x"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Upload("a", "b", "text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Limits(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Limits(max_form_part=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Limits(max_body_memory=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Trust(["a"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Trust(hosts=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
parse_form(b"", [])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
parse_form("", [b""]).form  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
Response().status = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
Response().headers = "X: 1"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
json_response(object())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
json_response(5, encode=str.upper)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
redirect("/x", 308, code=308)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
redirect("/x", "308 Permanent Redirect")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
request.args.get(name="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
MethodNotAllowed(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Unauthorized(www_authenticate=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Response(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@Request.application  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def text(request: Request) -> str:
    """An answer that is none."""
    return request.path


@Request.application  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def other_state(request: Request[User]) -> Response:
    """Nobody gives the user."""
    return Response(request.state.name)


class Promised(Request[User]):
    """A request that promises a user, which nobody gives."""


class Paged(Request[S_co]):
    """A generic subclass."""


class Plain(Request):
    """A subclass without a state."""


def promised(request: Promised) -> Response:
    """For requests that have a user."""
    return Response(request.state.name)


def paged(request: Paged[User]) -> Response:
    """For pages that have a user."""
    return Response(request.state.name)


def plain(request: Plain) -> Response:
    """For a subclass."""
    return Response(request.path)


def method(subject: str, request: Request[User]) -> Response:
    """A method, or a function with an argument before the environ."""
    return Response(subject + request.state.name)


Request.application(method)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Request.application(me)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Request.application(plain)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Promised.application(promised)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Paged.application(paged)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
Paged[None].application(paged)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
promised(Promised.parse({}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
promised(Promised.from_values("/"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
paged(Paged.parse({}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
paged(Paged[None].from_values("/"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
me(Request.parse({}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
me(Request.from_values("/"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
