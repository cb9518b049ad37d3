"""What must not check of cookies that a client keeps: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from tests.typing.checks_testing_jar import COOKIE, JAR
from verglas.testing import Cookie

# A cookie is never changed.

COOKIE.value = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
Cookie("a", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Cookie("a", "b", same_site="Lax")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Cookie("a", "b", "localhost", "/", True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# A jar reads no clock.

JAR.cookie_header("http://localhost/", "GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
JAR.store(["a=b"], "http://localhost/")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
JAR.set("a", "b")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# What is neither a line nor a cookie.

JAR.store([b"a=b"], "http://localhost/", 0)  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
JAR.add("a=b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
