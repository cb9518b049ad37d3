"""Strategies for the fields of context, from RFC 9110 and the W3C's Server Timing alone."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from verglas.headers import Allow, Pragma, RetryAfter, ServerTiming, TimingMetric, UserAgent

__all__ = ["allows", "pragmas", "retry_afters", "server_timings", "timing_metrics", "user_agents"]

TOKENS: Final = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=8)
VALUES: Final = st.text("\t" + "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])), max_size=12)
PRINTABLE: Final = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
DATES: Final = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))


def allows() -> st.SearchStrategy[Allow]:
    """`Allow("GET, HEAD")`."""
    return st.lists(TOKENS, max_size=5).map(Allow)


def pragmas() -> st.SearchStrategy[Pragma]:
    """`Pragma("no-cache, x=y")`."""
    quoted = PRINTABLE.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    named = st.builds("{}={}".format, TOKENS, TOKENS | quoted)
    return st.lists(TOKENS | named, max_size=4).map(Pragma)


def retry_afters() -> st.SearchStrategy[RetryAfter]:
    """`RetryAfter(timedelta(seconds=120))`."""
    waits = st.integers(0, 10**13 - 1).map(lambda seconds: timedelta(seconds=seconds))
    return st.builds(RetryAfter, DATES | waits)


def user_agents() -> st.SearchStrategy[UserAgent]:
    """`UserAgent("curl/8.5.0")`."""
    return VALUES.map(UserAgent)


def timing_metrics() -> st.SearchStrategy[TimingMetric]:
    """`TimingMetric("db", timedelta(milliseconds=53))`."""
    durations = st.timedeltas(timedelta(0), timedelta(days=11_000))
    others = st.lists(st.tuples(TOKENS.filter(lambda name: name.lower() not in ("dur", "desc")), VALUES), max_size=2)
    return st.builds(TimingMetric, TOKENS, st.none() | durations, st.none() | VALUES, others)


def server_timings() -> st.SearchStrategy[ServerTiming]:
    """`ServerTiming((TimingMetric("miss"),))`."""
    return st.lists(timing_metrics(), max_size=3).map(ServerTiming)
