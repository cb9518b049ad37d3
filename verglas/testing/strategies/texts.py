"""Strategies for what header fields, queries and forms are made of: texts, and dates."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Final, TypeVar

from hypothesis import strategies as st

from verglas.headers import NameSet
from verglas.wsgi import JSONValue

__all__ = [
    "any_texts",
    "exact_dates",
    "field_values",
    "hosts",
    "http_dates",
    "json_values",
    "name_sets",
    "pairs",
    "texts",
    "tokens",
    "urlencoded_bodies",
]

N = TypeVar("N", bound=NameSet)

TOKEN_CHARACTERS: Final = string.digits + string.ascii_letters + "!#$%&'*+-.^_`|~"
SYNTAX: Final = " \t,;=\"'\\/:?#&%+*@<>[](){}-._~0123456789abcXYZ\r\n\0\x7f\x80é€\U0001f600"
PIECES: Final = [b"a", b"=", b"&", b"b=1", b"+", b"%", b"%C3%A9", b"%c3", b"%FF", b"\xe9", b";", b"\0", b" "]


def texts(*, max_size: int = 20) -> st.SearchStrategy[str]:
    """Text that UTF-8 can encode, such as `"é0"`: everything but lone surrogates.

    Args:
        max_size: The most characters.

    >>> from hypothesis import find
    >>> find(texts(), lambda text: len(text) == 2)
    '00'
    """
    return st.text(st.characters(codec="utf-8"), max_size=max_size)


def any_texts() -> st.SearchStrategy[str]:
    """Any text, such as `"a;=\\r\\n"`: with surrogates, controls, and much of what grammars are made of."""
    return st.text(max_size=60) | st.text(SYNTAX, max_size=60) | st.text(SYNTAX + "\ud800", max_size=200)


def tokens() -> st.SearchStrategy[str]:
    """A token, such as `"X-Tag"`: the name of a header field, a method, a coding (RFC 9110 §5.6.2)."""
    return st.text(TOKEN_CHARACTERS, min_size=1, max_size=12)


def field_values() -> st.SearchStrategy[str]:
    """The value of a header field, such as `"a, é"`, as a text of one character per octet (RFC 9110 §5.5)."""
    characters = "".join(map(chr, [*range(0x30, 0x7F), *range(0x20, 0x30), 9, *range(0xA0, 0x100)]))
    return st.text(characters, max_size=20).map(_stripped)


def _stripped(value: str) -> str:
    return value.strip(" \t")


def hosts() -> st.SearchStrategy[str]:
    """A host, such as `"a-1.example:8080"`, with a port or without: a name, or an address."""
    labels = st.from_regex(r"[a-z]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True).filter(_is_no_ace)
    names = st.lists(labels, min_size=1, max_size=3).map(".".join)
    ports = st.just("") | st.integers(1, 65535).map(lambda port: f":{port}")
    return st.builds(str.__add__, st.sampled_from(["localhost", "127.0.0.1", "[::1]"]) | names, ports)


def _is_no_ace(label: str) -> bool:
    return not label.startswith("xn--")


def http_dates() -> st.SearchStrategy[datetime]:
    """A date as header fields have it: in UTC, of whole seconds."""
    return st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(_whole)


def _whole(date: datetime) -> datetime:
    return date.replace(microsecond=0, tzinfo=UTC)


def exact_dates() -> st.SearchStrategy[datetime]:
    """A date in UTC with parts of a second, which values leave out."""
    return st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))


def name_sets(kind: type[N], names: st.SearchStrategy[str]) -> st.SearchStrategy[N]:
    """A set of names, such as `Allow("GET, HEAD")`.

    Args:
        kind: The class.
        names: Its names.
    """
    return st.lists(names, max_size=8).map(kind)


def pairs() -> st.SearchStrategy[list[tuple[str, str]]]:
    """Names with their values, such as `[("a", "1"), ("a", "")]`: some names several times, some empty."""
    return st.lists(st.tuples(st.sampled_from(["a", "b", "", "é"]) | texts(), texts()), max_size=8)


def urlencoded_bodies() -> st.SearchStrategy[bytes]:
    """The parts of urlencoded forms and queries in any order, such as `b"a=%C3%A9&&b+%"`."""
    return st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join)


def json_values() -> st.SearchStrategy[JSONValue]:
    """A JSON value, such as `{"a": [1, None]}`: with text that UTF-8 can encode, and neither NaN nor infinities."""
    scalars: st.SearchStrategy[JSONValue] = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts()
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4), max_leaves=8
    )
