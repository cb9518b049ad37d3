"""What must not check of `verglas.testing.checks`: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.typing.checks_testing_checks import SITE, own_page, page
from verglas import Request, text
from verglas.testing.checks import Check, check_handler, find_faults

find_faults(own_page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults(own_page, state="ada")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults(own_page, state=st.just("ada"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults(page, sead=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
find_faults(page, seed="1")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults(page, table=page)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults(page, requests=[Request()])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
find_faults("page")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
check_handler(own_page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
check_handler(own_page, state=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
check_handler(SITE, checks=[len])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
check_handler(lambda request: 1)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType, reportCallIssue]
Check("mine", "my own", lambda seen: seen.exchange.body)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
Check("mine", "my own", text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
