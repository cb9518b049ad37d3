"""Hypothesis strategies for what clients accept; they know the grammar of RFC 9110 §12.5, and nothing of the parser."""

from __future__ import annotations

import string
from typing import Final

from hypothesis import strategies as st

from verglas.testing.strategies import tokens

__all__ = ["CODINGS", "LANGUAGES", "LIKELY", "MEDIA_RANGES", "WEIGHTS", "fields"]

WEIGHTS: Final = st.integers(0, 1000)
"""Thousandths."""

CODINGS: Final = st.sampled_from(["gzip", "br", "identity", "X-GZip", "*", "compress", "UTF-8", "latin1"]) | tokens()
"""`gzip`, `*`, and any token."""

SUBTAGS: Final = st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=8), max_size=3)

LANGUAGES: Final = st.sampled_from(["*", "en", "EN-gb", "de", "de-DE", "zh-Hant-TW", "i-klingon", "x-y"]) | st.tuples(
    st.text(string.ascii_letters, min_size=1, max_size=8), SUBTAGS.map(lambda tags: "".join(f"-{tag}" for tag in tags))
).map("".join)
"""RFC 4647 §2.1: `de-DE`, `*`."""

PARAMETERS: Final = st.lists(
    st.tuples(st.sampled_from(["level", "Format", "v"]), st.sampled_from(["1", "flowed", '""', '"a, b;q=0"', '"\\""'])),
    max_size=2,
).map(lambda pairs: "".join(f";{name}={value}" for name, value in pairs))

MEDIA_RANGES: Final = st.tuples(
    st.sampled_from(["*/*", "text/*", "text/html", "Text/Plain", "application/json", "image/svg+xml"])
    | st.tuples(tokens().filter(lambda token: token != "*"), tokens()).map("/".join),
    PARAMETERS,
).map("".join)
"""`text/*;level=1`."""

LIKELY: Final = st.text('aA*/;=qQ01.,"\\ \t-_\u00e9\u20ac\n', max_size=60) | st.text(
    st.characters(max_codepoint=255), max_size=60
)
"""Any text, mostly of what these fields are made of."""


def fields(ranges: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, int]]]:
    """`[("text/*", 500)]`: the members of a field."""
    return st.lists(st.tuples(ranges, WEIGHTS), max_size=6)
