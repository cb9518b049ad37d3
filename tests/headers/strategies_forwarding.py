"""Hypothesis strategies for Forwarded; each says in its docstring what one of its values looks like."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from verglas.headers import Forwarded, ForwardedElement, Node
from verglas.testing.strategies import field_values, hosts, tokens

__all__ = ["elements", "forwarded", "mixtures", "nodes"]

MADE_UP = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=8).map("_".__add__)
KNOWN = ("by", "for", "host", "proto")


def nodes() -> st.SearchStrategy[Node]:
    """`[2001:db8::1]:_x`, `unknown`, `192.0.2.1:80`."""
    addresses = st.ip_addresses().map(str)
    names = addresses | st.ip_addresses(v=6).map("[{}]".format) | st.sampled_from(["unknown", "UNKNOWN"]) | MADE_UP
    return st.builds(Node, names, st.none() | st.integers(0, 65535) | MADE_UP)


def elements() -> st.SearchStrategy[ForwardedElement]:
    """`for=192.0.2.1;proto=https;x="a b"`."""
    extensions = st.dictionaries(
        tokens().map(str.lower).filter(lambda name: name not in KNOWN), field_values(), max_size=3
    )
    return st.builds(
        ForwardedElement,
        for_=nodes(),
        by=st.none() | nodes(),
        host=st.none() | hosts(),
        proto=st.none() | st.sampled_from(["http", "HTTPS", "ws", "coap+tcp"]),
        extensions=extensions,
    )


def forwarded() -> st.SearchStrategy[Forwarded]:
    """`for=192.0.2.43, for="[2001:db8:cafe::17]"`."""
    return st.builds(Forwarded, st.lists(elements(), max_size=4))


def mixtures() -> st.SearchStrategy[str]:
    """`for="[::1],=`: what the field is made of, in any order."""
    pieces = ["for", "host", "proto", "=", ";", ",", '"', "\\", "[", "]", "::1", ":", "80", "_a", "192.0.2.1", " ", "é"]
    return st.lists(st.sampled_from(pieces), max_size=20).map("".join)
