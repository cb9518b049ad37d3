"""What must not check of forms of HTML documents: one mistake a line, as in mistakes.py; never run."""

from __future__ import annotations

from verglas import URL
from verglas.testing import parse_forms

parse_forms("<form></form>", "http://localhost/")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
parse_forms(b"<form></form>", URL())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form = parse_forms("<form></form>", URL())[0]
form.fill(title=b"x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form.fill(title=object())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form.fill({1: "x"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
form.request(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form.request("Send", (1, 2))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
form.request(coordinate=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form.name = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
form["title"] = "x"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
