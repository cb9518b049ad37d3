"""Cookies that a response sets, made from the RFC's words alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from verglas.headers import SameSite, SetCookie
from verglas.testing.strategies import texts, tokens

__all__ = ["set_cookies"]

CONTROLS: Final = "".join(map(chr, [*range(9), *range(10, 32), 127]))  # which no value has, tab is none
HOSTS: Final = st.sampled_from(["example.org", ".Example.ORG", "b\xfccher.example", "127.0.0.1", "", None])
PATHS: Final = st.sampled_from(["/", "/a b", "/a;b", "/\xe9", "x", "", None, "/%2F"]) | texts()
VALUES: Final = st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS), max_size=20)
DATES: Final = st.datetimes(datetime(1601, 1, 1))
EXTENSIONS: Final = st.lists(
    st.tuples(st.sampled_from(["Priority", "x", "a b", "\xe9"]), st.sampled_from([None, "", "High", "a=b", "\xe9, c"])),
    max_size=3,
)


@st.composite
def set_cookies(draw: st.DrawFn) -> SetCookie:
    """`sid=31d4; Secure; Path=/; SameSite=None; Priority=High`, with every attribute there is."""
    prefix = draw(st.sampled_from(["", "", "", "__Host-", "__Secure-"]))
    samesite = draw(st.none() | st.sampled_from(SameSite))
    host = prefix == "__Host-"
    return SetCookie(
        prefix + draw(tokens().filter(lambda name: not name.startswith("__"))),
        draw(VALUES),
        max_age=draw(st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=40_000))),
        expires=draw(st.none() | DATES | DATES.map(lambda date: date.replace(tzinfo=UTC))),
        domain=None if host else draw(HOSTS),
        path="/" if host else draw(PATHS),
        secure=draw(st.booleans()) or bool(prefix) or samesite is SameSite.NONE,
        httponly=draw(st.booleans()),
        samesite=samesite,
        partitioned=draw(st.booleans()),
        extensions=draw(EXTENSIONS),
    )
