"""References: what `URL.parse` and `URL.join` read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from verglas import URL, GrammarError

BASES = st.builds(
    URL,
    st.sampled_from(["http", "wss"]),
    st.sampled_from(["", "localhost", "example.org:8080", "[::1]"]),
    st.sampled_from(["", "/app", "/é/%"]),
    st.lists(st.sampled_from([b"/", b"..", b"@evil.com", b":", b"?", b"%2e", b"a"]) | st.binary(max_size=3)).map(
        b"".join
    ),
    st.binary(),
)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(URL("http", "h", "", b"/"), "http://h", id="no-path"),
        pytest.param(URL("http", "h", "", b"/a b/%", b"c=%20"), "HTTP://H:80/a%20b/%25?c=%20#d", id="escapes"),
        pytest.param(URL("http", "h", "", b"/a/b"), "http://h/a%2Fb", id="escaped-slash-is-lost"),
        pytest.param(URL("http", "h", "", b"/a/../b/."), "http://h/a/../b/.", id="dot-segments-stay"),
        pytest.param(URL("http", "h", "", b"/100%"), "http://h/100%", id="no-escape"),
        pytest.param(URL("http", "h", "", b'/{"|"}', b"a%5B%5D=%7C"), 'http://h/{"|"}?a[]=|', id="escaped-by-browsers"),
        pytest.param(URL("http", "h", "", "/é".encode(), b"q=%C3%A9"), "http://h/é?q=é", id="iri"),
        pytest.param(URL("http", "h", "", b"/@x:y", b"//@z"), "http://h/@x:y?//@z", id="at-sign-elsewhere"),
        pytest.param(URL("http", "h"), "http://h/?", id="empty-query"),
        pytest.param(URL("http", "h", "", b"//x"), "http://h//x", id="two-slashes"),
    ],
)
def test_parses(expected: URL, text: str) -> None:
    """An absolute URL or IRI is taken apart."""

    url = URL.parse(text)

    assert expected == URL(url.scheme, url.host, url.root_path, url.raw_path, url.query_string)
    assert (expected.path, expected.query_string) == (url.path, url.query_string)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        pytest.param(0, "", id="empty"),
        pytest.param(0, "/a", id="relative"),
        pytest.param(0, "//h/a", id="without-a-scheme"),
        pytest.param(0, "javascript:alert(1)", id="cve-2012-3442"),
        pytest.param(0, "ftp://h/", id="another-scheme"),
        pytest.param(None, "http:h", id="no-authority"),
        pytest.param(None, "http:///x", id="empty-authority"),
        pytest.param(None, "http://?x", id="no-host"),
        pytest.param(None, "http://:80/", id="only-a-port"),
        pytest.param(11, "http://user@h/", id="user-information"),
        pytest.param(10, "http://a:b@h/", id="password"),
        pytest.param(0, " http://h/", id="space-before"),
        pytest.param(9, "http://h/\n", id="line-feed-after"),
        pytest.param(9, "http://h/\t/evil.com", id="tab"),
        pytest.param(8, "http://h\\@evil.com/", id="backslash"),
        pytest.param(9, "http://h/\x00", id="nul"),
        pytest.param(9, "http://h/\x85", id="c1-control"),
        pytest.param(9, "http://h/\udc80", id="half-a-surrogate-pair"),
        pytest.param(None, "http://h／evil.com/", id="host-that-idna-maps-to-a-slash"),
        pytest.param(None, "http://a%2Fb/", id="escape-in-the-host"),
    ],
)
def test_refuses_to_parse(position: int | None, text: str) -> None:
    """Anything else is an error, with its position where there is one."""
    with pytest.raises(GrammarError) as caught:
        URL.parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        pytest.param("http://h/app/a/c", "c", id="relative"),
        pytest.param("http://h/app/c", "../c", id="up"),
        pytest.param("http://h/c", "../../c", id="out-of-the-root-path"),
        pytest.param("http://h/app/a/b?q", "", id="empty"),
        pytest.param("http://h/app/a/b?x=%C3%A9", "?x=é", id="query"),
        pytest.param("http://h/app/a/b?q#f", "#f", id="fragment"),
        pytest.param("http://other/c", "//other/c", id="authority"),
        pytest.param("https://other/c", "https://other/d/../c", id="absolute"),
        pytest.param("http://h/evil.com", "/.//evil.com", id="two-slashes-are-no-authority"),
        pytest.param("http://h/app/", "%2e%2E", id="escaped-dots"),
        pytest.param("http://h/app/a/%25?%26", "%25?%26", id="escapes"),
        pytest.param("http://h/app/a/x:y", "./x:y", id="rfc3986-4.2"),
    ],
)
def test_joins(expected: str, reference: str) -> None:
    """A reference is resolved against the whole path; only one with an authority leads elsewhere."""

    assert expected == URL("http", "h", "/app", b"/a/b", b"q").join(reference).to_uri()


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("/\t/evil.com", id="ghsa-fh3h-vg37-cc95-tab"),
        pytest.param("/\n/evil.com", id="ghsa-fh3h-vg37-cc95-line-feed"),
        pytest.param(" //evil.com", id="cve-2016-2512-space"),
        pytest.param("\x01//evil.com", id="control"),
        pytest.param("/\\evil.com", id="backslash"),
        pytest.param("///evil.com", id="empty-authority"),
        pytest.param("http:evil.com", id="no-authority"),
        pytest.param("javascript:alert(1)", id="another-scheme"),
        pytest.param("1a:b", id="colon-in-the-first-segment"),
        pytest.param(":b", id="colon-first"),
        pytest.param("//user@evil.com", id="user-information"),
    ],
)
def test_refuses_to_join(reference: str) -> None:
    """What browsers and standards read differently is an error."""
    with pytest.raises(GrammarError):
        URL().join(reference)


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        pytest.param(("/app", b"/c"), "/app/c", id="below"),
        pytest.param(("", b"/app"), "/app", id="without-its-slash"),
        pytest.param(("", b"/apple/c"), "/apple/c", id="same-start"),
        pytest.param(("", b"/app/c"), "//h/app/c", id="absolute"),
    ],
)
def test_join_keeps_the_root_path(expected: tuple[str, bytes], reference: str) -> None:
    """The target has the root path where it lies below it."""
    url = URL("http", "h", "/app", b"/a").join(reference)

    assert expected == (url.root_path, url.raw_path)


@given(BASES, st.text("/.:?#@\\ %2e\nahtp") | st.text())
def test_join_is_total(url: URL, reference: str) -> None:
    """Any reference leads somewhere or is a `GrammarError`, and only one that says so leads to another host."""
    try:
        target = url.join(reference)
    except GrammarError:
        return

    assert target.host == url.host or reference.startswith("//") or re.match("https?:|wss?:", reference, re.IGNORECASE)


@given(st.text("/.:?#@\\ %2e\nahtp[]é") | st.text())
def test_parse_is_total(text: str) -> None:
    """Any text is a URL or a `GrammarError`, whose parts are canonical."""
    try:
        url = URL.parse(f"http:{text}")
    except GrammarError:
        return

    assert url == URL.parse(str(url)) == URL.parse(url.to_uri())
    assert (url.scheme, url.host) == (URL(url.scheme, url.host).scheme, URL(url.scheme, url.host).host)
    assert url.hostname == re.sub(r":[0-9]+\Z", "", url.host)


@pytest.mark.parametrize("unit", [pytest.param(unit, id=unit) for unit in ("/..", "/", "?", "%F9", "@", ":", "é", ".")])
def test_parsing_and_writing_are_linear(unit: str) -> None:
    """The work grows as the text does."""

    def run(size: int) -> None:
        text = filled(unit, size)
        for attempt in (f"http://h/{text}", f"http://h{text}", f"http://{text}"):
            try:
                url = URL.parse(attempt).join(f"./{text}")
            except GrammarError:
                continue
            str(url)
            url.to_uri()

    assert_linear(run, start=1 << 13)
