"""Strategies for the fields of CORS, from the Fetch standard alone."""

from __future__ import annotations

import string
from typing import Final

from hypothesis import strategies as st

from verglas.headers import AllowOrigin, CORSHeaders, CORSMethods, Origin

__all__ = ["allow_origins", "cors_headers", "cors_methods", "origins"]

TOKENS: Final = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=8)
HOSTS: Final = st.sampled_from(["localhost", "A.Example", "127.0.0.1", "[::1]", "b\xfccher.example", "a_b"])


def origins() -> st.SearchStrategy[Origin]:
    """`Origin("https", "example.org")`."""
    schemes = st.sampled_from(["http", "https", "HTTPS", "ws", "chrome-extension"])
    ports = st.none() | st.sampled_from([80, 443]) | st.integers(1, 65535)
    return st.just(Origin()) | st.builds(Origin, schemes, HOSTS, ports)


def allow_origins() -> st.SearchStrategy[AllowOrigin]:
    """`AllowOrigin()`."""
    return st.builds(AllowOrigin, st.none() | origins())


def cors_methods() -> st.SearchStrategy[CORSMethods]:
    """`CORSMethods("PUT, DELETE")`."""
    return st.lists(TOKENS, max_size=4).map(CORSMethods)


def cors_headers() -> st.SearchStrategy[CORSHeaders]:
    """`CORSHeaders("content-type")`."""
    return st.lists(TOKENS, max_size=4).map(CORSHeaders)
