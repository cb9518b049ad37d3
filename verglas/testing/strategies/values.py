"""Strategies for the values that requests and responses are made of."""

from __future__ import annotations

from hypothesis import strategies as st

from verglas.body import Body
from verglas.cookies import Cookies
from verglas.forms import Files, Form
from verglas.headers.mapping import Headers
from verglas.limits import Limits
from verglas.multimap import MultiMap
from verglas.query import Query
from verglas.testing.strategies.texts import field_values, hosts, pairs, texts, tokens, urlencoded_bodies
from verglas.trust import Trust
from verglas.uploads import Upload
from verglas.url import URL

__all__ = [
    "bodies",
    "cookies",
    "files",
    "forms",
    "headers",
    "limits",
    "multimaps",
    "queries",
    "trusts",
    "uploads",
    "urls",
]


def multimaps() -> st.SearchStrategy[MultiMap[str]]:
    """A multimap of texts, such as `MultiMap([("a", "1"), ("a", "2")])`."""
    return pairs().map(MultiMap[str])


def queries() -> st.SearchStrategy[Query]:
    """A query, such as `Query([("a", "1"), ("a", "2")])`."""
    return pairs().map(Query)


def forms() -> st.SearchStrategy[Form]:
    """The text fields of a form, such as `Form([("a", "1"), ("a", "2")])`."""
    return pairs().map(Form)


def cookies() -> st.SearchStrategy[Cookies]:
    """Cookies as a handler sees them, such as `Cookies([("sid", "31d4")])`."""
    return pairs().map(Cookies)


def headers() -> st.SearchStrategy[Headers]:
    """Header fields, such as `Headers([("X-Tag", "a"), ("x-tag", "b")])`: of any name, some several times."""
    names = st.sampled_from(["X-Tag", "x-tag", "Accept"]) | tokens().filter(_is_no_location)
    return st.lists(st.tuples(names, field_values()), max_size=8).map(Headers)


def _is_no_location(name: str) -> bool:
    return "location" not in name.lower()  # whose values are references


def urls() -> st.SearchStrategy[URL]:
    """An absolute URL, such as `URL("https", "example.org", raw_path=b"/a b", query_string=b"c=1")`.

    >>> from hypothesis import find
    >>> print(find(urls(), lambda url: url.scheme == "https"))
    https://localhost/
    """
    paths = st.binary(max_size=20).map(_as_path)
    query_strings = urlencoded_bodies().map(_as_query)
    return st.builds(
        URL, scheme=st.sampled_from(["http", "https"]), host=hosts(), raw_path=paths, query_string=query_strings
    )


def _as_path(path: bytes) -> bytes:
    return b"/" + path.lstrip(b"/")


def _as_query(query: bytes) -> bytes:
    return query.replace(b"\0", b"").replace(b" ", b"+")


def uploads() -> st.SearchStrategy[Upload]:
    """A file of a form, such as `Upload("photo", "a.png", b"...", content_type="image/png")`."""
    return st.builds(Upload, texts(), texts(), st.binary(max_size=20), headers())


def files() -> st.SearchStrategy[Files]:
    """The files of a form, such as `Files([("photo", Upload(...))])`."""
    return st.lists(st.tuples(texts(), uploads()), max_size=3).map(Files)


def limits() -> st.SearchStrategy[Limits]:
    """Limits that requests exceed easily, such as `Limits(max_content_length=100)`, or the default ones."""
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
    """The trust in proxies and hosts, such as `Trust(hosts=["example.org"], x_for=1)`."""
    names = hosts().map(_without_port).filter(_is_no_address)
    hops = st.integers(0, 2)
    return st.builds(Trust, hosts=st.none() | st.lists(names, max_size=3), x_for=hops, x_proto=hops, x_host=hops)


def _without_port(host: str) -> str:
    return host if host.startswith("[") else host.partition(":")[0]


def _is_no_address(host: str) -> bool:
    return not host.startswith("[")


def bodies() -> st.SearchStrategy[Body]:
    """A body in memory, such as `Body(b"a=1")`."""
    return st.binary(max_size=40).map(Body)
