"""URIs and IRIs as text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas.syntax.percent import decode_octets, decode_percent
from verglas.syntax.uris import (
    URIParts,
    path_to_iri,
    path_to_uri,
    query_to_iri,
    query_to_uri,
    remove_dot_segments,
    resolve,
    split_uri,
)

PATHS = st.text("./a?:")
OCTETS = st.lists(
    st.sampled_from([b"%", b"%C3", b"%a9", b"%41", b"%2F", b"%zz", b"\xc3\xa9", b"\xff", b" ", b'"', b"/", b"?", b"a"])
    | st.binary(max_size=3)
    | st.characters(exclude_categories=["Cs"]).map(str.encode)
).map(b"".join)
URI_PATH = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*"
URI_QUERY = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*"
BASE = "http://a/b/c/d;p?q"


def joined(parts: URIParts) -> str:
    """The text of a URI (RFC 3986 §5.3)."""
    scheme, authority, path, query, fragment = parts
    return "".join(
        (
            "" if scheme is None else f"{scheme}:",
            "" if authority is None else f"//{authority}",
            path,
            "" if query is None else f"?{query}",
            "" if fragment is None else f"#{fragment}",
        )
    )


def naive_remove_dot_segments(path: str) -> str:
    """RFC 3986 §5.2.4, step by step."""
    output = ""
    while path:
        if path.startswith(("../", "./")):
            path = path[path.index("/") + 1 :]
        elif path.startswith("/./") or path == "/.":
            path = f"/{path[3:]}"
        elif path.startswith("/../") or path == "/..":
            path = f"/{path[4:]}"
            output = output[: output.rfind("/")] if "/" in output else ""
        elif path in (".", ".."):
            path = ""
        else:
            end = path.find("/", 1)
            end = len(path) if end == -1 else end
            output, path = output + path[:end], path[end:]
    return output


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param((None, None, "", None, None), "", id="empty"),
        pytest.param(
            ("foo", "example.com:8042", "/over/there", "name=ferret", "nose"),
            "foo://example.com:8042/over/there?name=ferret#nose",
            id="rfc3986-3-hierarchical",
        ),
        pytest.param(
            ("urn", None, "example:animal:ferret:nose", None, None),
            "urn:example:animal:ferret:nose",
            id="rfc3986-3-urn",
        ),
        pytest.param(
            ("http", "www.ics.uci.edu", "/pub/ietf/uri/", None, "Related"),
            "http://www.ics.uci.edu/pub/ietf/uri/#Related",
            id="rfc3986-b",
        ),
        pytest.param((None, "h", "", "", ""), "//h?#", id="empty-is-not-undefined"),
        pytest.param((None, "", "/x", None, None), "///x", id="empty-authority"),
        pytest.param(("http", None, "x", None, None), "http:x", id="no-authority"),
        pytest.param((None, None, "1a:b", None, None), "1a:b", id="scheme-with-a-digit-first"),
        pytest.param((None, None, ":b", None, None), ":b", id="scheme-empty"),
        pytest.param((None, None, "/a:b", None, None), "/a:b", id="colon-in-a-path"),
        pytest.param((None, None, "", "a:b//c", None), "?a:b//c", id="delimiters-in-a-query"),
        pytest.param((None, None, "", None, "a?b#c"), "#a?b#c", id="delimiters-in-a-fragment"),
        pytest.param((None, None, "http\n://x", None, None), "http\n://x", id="scheme-with-a-line-feed"),
    ],
)
def test_splits(expected: URIParts, text: str) -> None:
    """A reference comes apart at its delimiters."""

    assert expected == split_uri(text)


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        pytest.param("/a/g", "/a/b/c/./../../g", id="rfc3986-5.2.4-absolute"),
        pytest.param("mid/6", "mid/content=5/../6", id="rfc3986-5.2.4-relative"),
        pytest.param("/", "/..", id="above-the-root"),
        pytest.param("/", "/.", id="dot-at-the-end"),
        pytest.param("/a/", "/a/b/..", id="dots-at-the-end"),
        pytest.param("", "../..", id="nothing-but-dots"),
        pytest.param("//a", "/.//a", id="empty-segment"),
        pytest.param("/...", "/...", id="three-dots"),
    ],
)
def test_removes_dot_segments(expected: str, path: str) -> None:
    """Dot segments go, and what they undo."""

    assert expected == remove_dot_segments(path)


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        # RFC 3986 §5.4.1
        ("g:h", "g:h"),
        ("http://a/b/c/g", "g"),
        ("http://a/b/c/g", "./g"),
        ("http://a/b/c/g/", "g/"),
        ("http://a/g", "/g"),
        ("http://g", "//g"),
        ("http://a/b/c/d;p?y", "?y"),
        ("http://a/b/c/g?y", "g?y"),
        ("http://a/b/c/d;p?q#s", "#s"),
        ("http://a/b/c/g#s", "g#s"),
        ("http://a/b/c/g?y#s", "g?y#s"),
        ("http://a/b/c/;x", ";x"),
        ("http://a/b/c/g;x", "g;x"),
        ("http://a/b/c/g;x?y#s", "g;x?y#s"),
        ("http://a/b/c/d;p?q", ""),
        ("http://a/b/c/", "."),
        ("http://a/b/c/", "./"),
        ("http://a/b/", ".."),
        ("http://a/b/", "../"),
        ("http://a/b/g", "../g"),
        ("http://a/", "../.."),
        ("http://a/", "../../"),
        ("http://a/g", "../../g"),
        # RFC 3986 §5.4.2
        ("http://a/g", "../../../g"),
        ("http://a/g", "../../../../g"),
        ("http://a/g", "/./g"),
        ("http://a/g", "/../g"),
        ("http://a/b/c/g.", "g."),
        ("http://a/b/c/.g", ".g"),
        ("http://a/b/c/g..", "g.."),
        ("http://a/b/c/..g", "..g"),
        ("http://a/b/g", "./../g"),
        ("http://a/b/c/g/", "./g/."),
        ("http://a/b/c/g/h", "g/./h"),
        ("http://a/b/c/h", "g/../h"),
        ("http://a/b/c/g;x=1/y", "g;x=1/./y"),
        ("http://a/b/c/y", "g;x=1/../y"),
        ("http://a/b/c/g?y/./x", "g?y/./x"),
        ("http://a/b/c/g?y/../x", "g?y/../x"),
        ("http://a/b/c/g#s/./x", "g#s/./x"),
        ("http://a/b/c/g#s/../x", "g#s/../x"),
        ("http:g", "http:g"),  # strictly
    ],
)
def test_resolves(expected: str, reference: str) -> None:
    """RFC 3986 §5.4, every example."""

    assert expected == joined(resolve(split_uri(BASE), split_uri(reference)))


def test_resolves_against_a_base_without_a_path() -> None:
    """After an authority an empty path is the root (RFC 3986 §5.2.3)."""

    assert "http://a/g" == joined(resolve(split_uri("http://a?q"), split_uri("g")))


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("/aZ09-._~!$&'()*+,;=:@", b"/aZ09-._~!$&'()*+,;=:@", id="rfc3986-3.3-pchar"),
        pytest.param("/100%25", b"/100%", id="percent"),
        pytest.param("/%2541", b"/%41", id="percent-is-never-an-escape"),
        pytest.param("/%20%22%3C%3E%5C%5E%60%7B%7C%7D", b'/ "<>\\^`{|}', id="not-in-a-uri"),
        pytest.param("/%3F%23%5B%5D", b"/?#[]", id="delimiters"),
        pytest.param("/%00%0D%0A%7F", b"/\0\r\n\x7f", id="controls"),
        pytest.param("/café☃😀", "/café☃😀".encode(), id="ucschar"),
        pytest.param("/é%FFé", b"/\xc3\xa9\xff\xc3\xa9", id="not-utf-8"),
        pytest.param("/%C2%85%C2%A0%C2%AD", "/\x85\xa0\xad".encode(), id="cannot-be-seen"),
        pytest.param("/%E2%80%AEfdp.exe", "/\u202efdp.exe".encode(), id="turns-the-direction-of-writing"),
        pytest.param("/%E2%81%A6%E2%80%8E%D8%9C", "/\u2066\u200e\u061c".encode(), id="other-bidi-formatting"),
        pytest.param("/%EE%80%80%F3%B0%80%80", "/\ue000\U000f0000".encode(), id="private-use"),
        pytest.param("/%EF%BF%BE%EF%B7%90", "/\ufffe\ufdd0".encode(), id="no-characters"),
        pytest.param("/%E3%80%80%E2%80%A8", "/\u3000\u2028".encode(), id="spaces"),
    ],
)
def test_paths_as_iris(expected: str, raw: bytes) -> None:
    """Everything that may not stand in an IRI, or cannot be seen, is escaped."""

    assert expected == path_to_iri(raw)


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        pytest.param("", b"", id="empty"),
        pytest.param("a=1&b=/?:@", b"a=1&b=/?:@", id="rfc3986-3.4-query"),
        pytest.param(
            "next=http%3A%2F%2Fwww.example.com%2F%3Fnext%3D%2Fbaz%23my%3Dhash",
            b"next=http%3A%2F%2Fwww.example.com%2F%3Fnext%3D%2Fbaz%23my%3Dhash",
            id="reserved-stay-escaped",
        ),
        pytest.param("q=café☃", b"q=caf%C3%A9%e2%98%83", id="ucschar"),
        pytest.param("q=é", "q=é".encode(), id="raw-utf-8"),
        pytest.param("q=é", b"q=\xc3%A9", id="raw-and-escaped-octets-of-one-character"),
        pytest.param("aZ09-._~", b"%61%5A%30%39%2d%2E%5F%7e", id="unreserved"),
        pytest.param("%ff%FF", b"%ff\xff", id="not-utf-8"),
        pytest.param("a=%25&b=%254&c=%25zz", b"a=%&b=%4&c=%zz", id="no-escapes"),
        pytest.param("%2541", b"%2541", id="decoded-once"),
        pytest.param("%2541", b"%%34%31", id="no-new-escape"),
        pytest.param("%20%22%23%5B%5D", b' "#[]', id="not-in-a-query"),
        pytest.param("%20%0a%00+", b"%20%0a%00+", id="escaped-space-and-controls"),
        pytest.param("%e2%80%aex%C2%A0", b"%e2%80%aex%C2%A0", id="cannot-be-seen"),
    ],
)
def test_queries_as_iris(expected: str, raw: bytes) -> None:
    """Escapes of what can be seen and has no meaning of its own are decoded, others stay."""

    assert expected == query_to_iri(raw)


@given(PATHS)
def test_dot_segments_as_in_the_rfc(path: str) -> None:
    """One pass gives what the steps of RFC 3986 §5.2.4 give."""

    assert naive_remove_dot_segments(path) == remove_dot_segments(path)


@given(st.text("ah1:/?#\n é"))
def test_split_round_trips(text: str) -> None:
    """The parts of a reference make it up."""

    assert text == joined(split_uri(text))


@given(OCTETS)
def test_paths_round_trip(raw: bytes) -> None:
    """Both forms of a path stand for the same octets."""

    assert (raw, raw) == (decode_octets(path_to_iri(raw).encode()), decode_octets(path_to_uri(raw).encode()))


@given(OCTETS)
def test_queries_mean_the_same(raw: bytes) -> None:
    """Both forms of a query are read as what came."""

    assert decode_percent(raw) == decode_percent(query_to_uri(raw).encode())
    assert decode_percent(raw) == decode_percent(query_to_iri(raw).encode())


@given(OCTETS)
def test_queries_are_stable(raw: bytes) -> None:
    """Writing what was written changes nothing."""

    assert query_to_uri(raw) == query_to_uri(query_to_uri(raw).encode())
    assert query_to_iri(raw) == query_to_iri(query_to_iri(raw).encode())


@given(OCTETS)
def test_uris_are_legal(raw: bytes) -> None:
    """Whatever the octets are, the grammar of RFC 3986 holds."""

    assert re.fullmatch(URI_PATH, path_to_uri(raw))
    assert re.fullmatch(URI_QUERY, query_to_uri(raw))


@given(OCTETS)
def test_iris_are_legal(raw: bytes) -> None:
    """Whatever the octets are, what is not ASCII can be seen, and what is ASCII is legal."""
    for text in (path_to_iri(raw), query_to_iri(raw)):
        categories = {unicodedata.category(character) for character in text if character not in "\u200c\u200d"}

        assert categories.isdisjoint({"Cc", "Cs", "Co", "Zs", "Zl", "Zp"})
        assert re.fullmatch(URI_QUERY, "".join(filter(str.isascii, text)))
