"""What must not check of recording, replaying and faults: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

from tests.typing.checks_testing_recording import APP, handler
from verglas import Request
from verglas.testing import (
    RecordedExchange,
    cut_body,
    fail_after,
    faults,
    hang_up,
    read_recording,
    record,
    replay,
    slow_body,
)

exchange = RecordedExchange(Request(), None)

record()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
record("a.jsonl", None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
record("a.jsonl", mask="secrets")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
record("a.jsonl", max_body=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
record(list[str]().append)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
record("a.jsonl")(handler)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
read_recording(b"a.jsonl")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
exchange.answer.status  # type: ignore[union-attr]  # noqa: B018  # pyright: ignore[reportOptionalMemberAccess]
exchange.error = "OSError"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
replay(b"a.jsonl", APP)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
replay([exchange], "shop:app")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
replay([exchange], APP, ignore=[7])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
replay([exchange], APP)[0].place = "body"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
cut_body("10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cut_body(10)(handler)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
hang_up()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
fail_after(3, error=OSError())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
slow_body(1, sleep=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
faults(APP, cut_body(10))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
