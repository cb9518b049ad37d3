# ruff: noqa: B018
"""What must not check of messages, commands of curl, golden files: one mistake a line, as in mistakes.py; never run."""

from __future__ import annotations

from tests.typing.checks_testing_messages import ANSWER, REQUEST
from verglas import FrozenResponse, Request, Response
from verglas.testing import DATES, Mask, check_golden, parse_message, to_curl, to_message

parsed = parse_message(REQUEST)
parsed.args  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
parse_message("GET / HTTP/1.1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
parse_message(ANSWER, like=Response())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
parse_message(ANSWER, FrozenResponse())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
stated: Request[int] = parse_message(REQUEST, like=Request())  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
to_message(REQUEST)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
to_message(Request(), DATES)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
to_message(Request(), mask=["Date"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
to_curl(Response())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Mask(["Date"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Mask(fields=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
DATES.fields = ()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
DATES | ["Date"]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
check_golden(Response(), b"a.http")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
check_golden("text", "a.http")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
