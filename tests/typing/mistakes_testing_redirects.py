"""What must not check of redirects: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from tests.typing.checks_testing_redirects import REQUEST
from verglas import Request
from verglas.testing import next_request

next_request(REQUEST, "302", "/b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
next_request(REQUEST, 302)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
next_request(REQUEST.environ, 302, "/b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
after: Request[None] = next_request(REQUEST, 302, "/b")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
stated: Request[int] | None = next_request(REQUEST, 302, "/b")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
