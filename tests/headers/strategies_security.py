"""Security policies, made from their specifications' words alone."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from verglas.headers import (
    COEP,
    COOP,
    ContentSecurityPolicy,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicies,
    ReferrerPolicy,
    StrictTransportSecurity,
)
from verglas.testing.strategies import tokens

__all__ = ["content_policies", "embedder_policies", "hsts", "opener_policies", "permissions", "referrer_policies"]

DIRECTIVE_NAMES: Final = st.sampled_from(["default-src", "Script-SRC", "sandbox", "x"]) | st.text(
    string.ascii_letters + string.digits + "-", min_size=1, max_size=8
)
DIRECTIVE_VALUES: Final = st.text(
    "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in ",;") + "\t", max_size=12
)
ORIGINS: Final = st.sampled_from(["*", "self", "src", "https://example.com"]) | st.text(
    string.printable[:95], min_size=1, max_size=8
)
PARAMETERS: Final = st.dictionaries(
    st.sampled_from(["report-to", "a", "*b"]), st.sampled_from(["main", 'a"b', 1, True, 2.5]), max_size=3
)
TEXTS: Final = st.text("".join(map(chr, [*range(0x20, 0x7F), 0xE9])), max_size=6)


@st.composite
def content_policies(draw: st.DrawFn) -> ContentSecurityPolicy:
    """`default-src 'self'; sandbox, img-src *`: one policy or several."""
    pairs = st.lists(st.tuples(DIRECTIVE_NAMES, DIRECTIVE_VALUES), max_size=4, unique_by=lambda pair: pair[0].lower())
    further = [ContentSecurityPolicy(one) for one in draw(st.lists(pairs, max_size=2))]
    return ContentSecurityPolicy(draw(pairs), further=further)


@st.composite
def hsts(draw: st.DrawFn) -> StrictTransportSecurity:
    """`max-age=60; includeSubDomains; x="a b"`."""
    names = tokens().filter(lambda name: name.lower() not in {"max-age", "includesubdomains", "preload"})
    return StrictTransportSecurity(
        timedelta(seconds=draw(st.integers(0, 10**13 - 1))),
        include_subdomains=draw(st.booleans()),
        preload=draw(st.booleans()),
        extensions=draw(
            st.lists(st.tuples(names, st.none() | TEXTS), max_size=3, unique_by=lambda pair: pair[0].lower())
        ),
    )


def referrer_policies() -> st.SearchStrategy[ReferrerPolicies]:
    """`no-referrer, origin, x`: known and unknown ones."""
    return st.lists(st.sampled_from(ReferrerPolicy) | tokens(), max_size=4).map(ReferrerPolicies)


def permissions() -> st.SearchStrategy[PermissionsPolicy]:
    """`camera=(), usb=(self "https://example.com")`."""
    names = st.text(string.ascii_lowercase + "-", min_size=1, max_size=6).filter(lambda name: name[0] != "-")
    return st.dictionaries(names, st.lists(ORIGINS, max_size=3), max_size=3).map(PermissionsPolicy)


def opener_policies() -> st.SearchStrategy[CrossOriginOpenerPolicy]:
    """`same-origin;report-to="main"`."""
    return st.builds(CrossOriginOpenerPolicy, st.sampled_from(COOP), PARAMETERS)


def embedder_policies() -> st.SearchStrategy[CrossOriginEmbedderPolicy]:
    """`require-corp;report-to="main"`."""
    return st.builds(CrossOriginEmbedderPolicy, st.sampled_from(COEP), PARAMETERS)
