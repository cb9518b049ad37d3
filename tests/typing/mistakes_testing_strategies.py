"""What must not check of `verglas.testing.strategies`: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from hypothesis.strategies import SearchStrategy, integers

from tests.typing.checks_testing_strategies import BOTH, PAGE, USER, show
from verglas.headers import ETAG
from verglas.testing.strategies import header_values, misfits_of, requests, requests_of, texts, values_of

values_of(show)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
values_of("page")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
values_of(PAGE, {PAGE: 7})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
values_of(PAGE, {"page": integers()})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
requests_of(show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
requests_of(int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
requests_of(BOTH, [integers()])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
misfits_of(show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
misfits_of(USER, {PAGE: [1, 2]})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
header_values("ETag")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
header_values(ETAG, True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
requests("json")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
texts(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page: SearchStrategy[str] = values_of(PAGE)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
tag: SearchStrategy[str] = header_values(ETAG)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
