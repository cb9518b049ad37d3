# ruff: noqa: B015, B018
"""What must not check of the client of the testing kit: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from tests.typing.checks_testing_client import APP, Order, owned
from verglas import Request, Response
from verglas.inputs import json_of, query
from verglas.testing import Client, answer


def handler(request: Request) -> Response:
    """Answer."""
    return Response()


client = Client(APP)
response = client.get("/")
Client(handler)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Client(APP, cookies=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.get("/", params={"a": "1"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.get("/", follow_redirects="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.get(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.post("/", json={1, 2})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.send("/")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.set_cookie("a", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response.json["id"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
response.json()["id"]  # type: ignore[index, call-overload]  # pyright: ignore[reportOptionalSubscript, reportIndexIssue, reportArgumentType, reportCallIssue]
response.read(Order)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response.read(query("page"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
response.read(json_of(Order)).name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
response.status_code == "200"  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison, reportUnusedExpression]
response.status = "200 OK"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
answer(owned, Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
answer(APP, Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
answer(handler, "/")  # type: ignore[type-var, arg-type]  # pyright: ignore[reportArgumentType]
answer(handler, Request()).text  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
