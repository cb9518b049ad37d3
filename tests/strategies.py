"""Hypothesis strategies for every public value; each says in its docstring what one of its values looks like."""

from __future__ import annotations

import string
from typing import Final

from hypothesis import strategies as st

from verglas import (
    URL,
    Body,
    Cookies,
    Files,
    Form,
    FrozenResponse,
    Headers,
    JSONValue,
    Limits,
    MultiMap,
    Query,
    Request,
    Trust,
    Upload,
)

__all__ = [
    "ANY_TEXT",
    "FIELD_VALUES",
    "PAIRS",
    "TEXT",
    "TOKENS",
    "URLENCODED_BODIES",
    "bodies",
    "cookies",
    "cuts",
    "files",
    "forms",
    "frozen_responses",
    "headers",
    "hosts",
    "json_values",
    "limits",
    "multimaps",
    "queries",
    "requests",
    "trusts",
    "uploads",
    "urls",
]

TOKEN_CHARACTERS: Final = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
SYNTAX: Final = " \t,;=\"'\\/:?#&%+*@<>[](){}-._~0123456789abcXYZ\r\n\0\x7f\x80é€\U0001f600"

TEXT: Final = st.text(st.characters(codec="utf-8"), max_size=20)
"""Text that UTF-8 can write."""

ANY_TEXT: Final = st.text(max_size=60) | st.text(SYNTAX, max_size=60) | st.text(SYNTAX + "\ud800", max_size=200)
"""Any text: surrogates, controls, and much of what grammars are made of."""

TOKENS: Final = st.text(TOKEN_CHARACTERS, min_size=1, max_size=12)
"""RFC 9110 §5.6.2."""

FIELD_VALUES: Final = st.text("\t" + "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])), max_size=20).map(
    lambda value: value.strip(" \t")
)
"""RFC 9110 §5.5."""

PAIRS: Final = st.lists(st.tuples(st.sampled_from(["a", "b", "", "é"]) | TEXT, TEXT), max_size=8)
"""Names, some of them several times, with their values."""

URLENCODED_BODIES: Final = st.lists(
    st.sampled_from([b"&", b"=", b"+", b"%", b"%C3%A9", b"%c3", b"%FF", b"a", b"b=1", b"\xe9", b";", b"\0", b" "]),
    max_size=20,
).map(b"".join)
"""`a=%C3%A9&&b+%`: what forms and queries are made of, in any order."""


def cuts() -> st.SearchStrategy[list[int]]:
    """`[3, 17]`: where to cut a body."""
    return st.lists(st.integers(0, 400), max_size=8)


def json_values() -> st.SearchStrategy[JSONValue]:
    """`{"a": [1, None]}`."""
    scalars: st.SearchStrategy[JSONValue] = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=8
    )


def multimaps() -> st.SearchStrategy[MultiMap[str]]:
    """`MultiMap([("a", "1"), ("a", "2")])`."""
    return PAIRS.map(MultiMap[str])


def queries() -> st.SearchStrategy[Query]:
    """`Query([("a", "1"), ("a", "2")])`."""
    return PAIRS.map(Query)


def forms() -> st.SearchStrategy[Form]:
    """`Form([("a", "1"), ("a", "2")])`."""
    return PAIRS.map(Form)


def cookies() -> st.SearchStrategy[Cookies]:
    """`Cookies([("sid", "31d4")])`."""
    return PAIRS.map(Cookies)


def headers() -> st.SearchStrategy[Headers]:
    """`Headers([("X-Tag", "a"), ("x-tag", "b")])`."""
    names = st.sampled_from(["X-Tag", "x-tag", "Accept"]) | TOKENS.filter(lambda name: "location" not in name.lower())
    return st.lists(st.tuples(names, FIELD_VALUES), max_size=8).map(Headers)


def hosts() -> st.SearchStrategy[str]:
    """`a-1.example:8080`."""
    labels = st.from_regex(r"[a-z]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True).filter(
        lambda label: not label.startswith("xn--")
    )
    names = st.lists(labels, min_size=1, max_size=3).map(".".join)
    ports = st.just("") | st.integers(1, 65535).map(lambda port: f":{port}")
    return st.builds(str.__add__, names | st.sampled_from(["127.0.0.1", "[::1]"]), ports)


def urls() -> st.SearchStrategy[URL]:
    """`URL("https", "example.org", raw_path=b"/a b", query_string=b"c=1")`."""
    paths = st.binary(max_size=20).map(lambda path: b"/" + path.lstrip(b"/"))
    query_strings = URLENCODED_BODIES.map(lambda query: query.replace(b"\0", b"").replace(b" ", b"+"))
    return st.builds(
        URL, scheme=st.sampled_from(["http", "https"]), host=hosts(), raw_path=paths, query_string=query_strings
    )


def uploads() -> st.SearchStrategy[Upload]:
    """`Upload("photo", "a.png", b"...", content_type="image/png")`."""
    return st.builds(Upload, TEXT, TEXT, st.binary(max_size=20), headers())


def files() -> st.SearchStrategy[Files]:
    """`Files([("photo", Upload(...))])`."""
    return st.lists(st.tuples(TEXT, uploads()), max_size=3).map(Files)


def limits() -> st.SearchStrategy[Limits]:
    """`Limits(max_content_length=100)`."""
    small = st.integers(0, 200)
    return st.just(Limits()) | st.builds(
        Limits,
        max_content_length=st.none() | small,
        max_form_memory_size=st.none() | small,
        max_form_parts=st.none() | st.integers(0, 4),
        max_body_memory=small,
        max_query_fields=st.integers(0, 4),
        max_json_depth=st.integers(0, 4),
        spool_size=small,
    )


def trusts() -> st.SearchStrategy[Trust]:
    """`Trust(hosts=["example.org"], x_for=1)`."""
    names = (
        hosts()
        .map(lambda host: host if host.startswith("[") else host.partition(":")[0])
        .filter(lambda host: not host.startswith("["))
    )
    hops = st.integers(0, 2)
    return st.builds(Trust, hosts=st.none() | st.lists(names, max_size=3), x_for=hops, x_proto=hops, x_host=hops)


def bodies() -> st.SearchStrategy[Body]:
    """`Body(b"a=1")`."""
    return st.binary(max_size=40).map(Body)


def requests() -> st.SearchStrategy[Request[None]]:
    """`Request(method="POST", url="http://example.org/a", headers={"X-Tag": "1"}, body=b"hi")`."""

    def build(method: str, url: URL, body: bytes, tag: str) -> Request[None]:
        return Request(method=method, url=url, headers={"X-Tag": tag}, body=body)

    return st.builds(build, st.sampled_from(["GET", "POST", "PUT"]), urls(), st.binary(max_size=40), FIELD_VALUES)


def frozen_responses() -> st.SearchStrategy[FrozenResponse]:
    """`FrozenResponse(b"hi", 200, {"X-Tag": "1"})`."""
    sent = headers().map(lambda fields: fields.end_to_end())  # any token may be a name, and `TE` is one
    return st.builds(FrozenResponse, st.binary(max_size=40), st.sampled_from([200, 201, 204, 205, 304, 404]), sent)
