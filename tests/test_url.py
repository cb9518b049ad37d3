"""`URL`."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from verglas import URL, GrammarError, HeaderValueError, Query

HOSTS = st.sampled_from(
    ["", "localhost", "example.org", "example.org:8080", "xn--bcher-kva.example:81", "127.0.0.1", "[::1]:8000", "a_b"]
)
OCTETS = st.lists(
    st.sampled_from(
        [b"/", b"//", b"@evil.com", b":80", b"?", b"#", b"%2F", b"%", b"..", b"\\", b" ", b'"', b"\xff", b"*"]
    )
    | st.binary(max_size=3)
    | st.characters(exclude_categories=["Cs"]).map(str.encode)
).map(b"".join)
ROOTS = st.text("/@:?#%é a.").map(lambda text: f"/{text}".rstrip("/")).filter(lambda text: not text.startswith("//"))
URLS = st.builds(URL, st.sampled_from(["http", "https", "ws", "wss"]), HOSTS, ROOTS, OCTETS, OCTETS)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("/where?q=now", URL("http", "www.example.org", "", b"/where", b"q=now"), id="rfc9112-3.2.1"),
        pytest.param("/", URL("http", "www.example.org", "", b""), id="rfc9112-3.2.1-empty-path"),
        pytest.param("/?q", URL("http", "h", "", b"", b"q"), id="rfc9112-3.2.1-empty-path-and-query"),
        pytest.param("*", URL("http", "h", "", b"*"), id="rfc9112-3.2.4-asterisk"),
        pytest.param("/a", URL("http", "", "", b"/a"), id="host-not-known"),
        pytest.param("/app/a", URL("http", "h", "/app", b"/a"), id="mounted"),
        pytest.param("/app/", URL("http", "h", "/app", b"/"), id="mounted-root"),
        pytest.param("/caf%C3%A9/%C3%A9", URL("http", "h", "/café", "/é".encode()), id="rfc3986-2.5-utf-8"),
        pytest.param("/%FF", URL("http", "h", "", b"/\xff"), id="not-utf-8"),
        pytest.param("/a%3Fb%23c", URL("http", "h", "", b"/a?b#c"), id="rfc3986-3.3-question-mark-in-the-path"),
        pytest.param("/a%252Fb", URL("http", "h", "", b"/a%2Fb"), id="percent-sign"),
        pytest.param("/a;b=c,d:@!$&'()*+", URL("http", "h", "", b"/a;b=c,d:@!$&'()*+"), id="rfc3986-3.3-pchar"),
        pytest.param("/~a-b._", URL("http", "h", "", b"/~a-b._"), id="rfc3986-2.3-unreserved"),
        pytest.param("/%00%0D%0A%20%7F", URL("http", "h", "", b"/\0\r\n \x7f"), id="control-characters"),
        pytest.param("/%22%3C%3E%5C%5E%60%7B%7C%7D", URL("http", "h", "", b'/"<>\\^`{|}'), id="rfc3986-a-not-in-uris"),
        pytest.param("/?a%20b%23c%0D%0A", URL("http", "h", "", b"/", b"a b#c\r\n"), id="query-escaped"),
        pytest.param("/?a=%20/?:@", URL("http", "h", "", b"/", b"a=%20/?:@"), id="rfc3986-3.4-query-as-it-is"),
        pytest.param("/evil.com/x", URL("http", "h", "", b"//evil.com/x"), id="cve-2020-28724"),
        pytest.param("/a//b", URL("http", "h", "", b"/a//b"), id="two-slashes-within"),
        pytest.param("/a%20b?c", URL.parse("http://h/a%20b?c#d"), id="no-fragment"),
    ],
)
def test_target(expected: str, url: URL) -> None:
    """The target is the origin-form of RFC 9112 §3.2.1; or `*`, which no URI has (§3.3)."""
    below = "" if expected == "*" else expected

    assert expected == url.target
    assert url.to_uri().partition("#")[0] == (f"{url.scheme}://{url.host}{below}" if url.host else below)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("http://localhost/", URL(), id="default"),
        pytest.param("https://example.org/a?b=c", URL("https", "example.org", "", b"/a", b"b=c"), id="plain"),
        pytest.param("http://h/app/a", URL("http", "h", "/app", b"/a"), id="root-path"),
        pytest.param(
            "http://h/caf\u00e9%20%25%3F%23", URL("http", "h", "", "/caf\u00e9 %?#".encode()), id="path-escaped"
        ),
        pytest.param(
            "http://h/?q=caf\u00e9&r=%20%22", URL("http", "h", "", b"/", b'q=caf%C3%A9&r= "'), id="query-escaped"
        ),
        pytest.param("http://b\u00fccher.example:81/", URL("http", "xn--bcher-kva.example:81"), id="host-decoded"),
        pytest.param("http://[::1]:81/", URL("http", "[::1]:81"), id="ipv6"),
        pytest.param("http://h/evil.com/x", URL("http", "h", "", b"//evil.com/x"), id="cve-2020-28724"),
        pytest.param("http://h/@google.com", URL("http", "h", "", b"@google.com"), id="cve-2026-54282"),
        pytest.param("http://h", URL("http", "h", "", b"*"), id="rfc9112-3.3-asterisk"),
        pytest.param("/a", URL("http", "", "", b"/a"), id="host-not-known"),
        pytest.param("http://h/%5C..%5C", URL("http", "h", "", b"/\\..\\"), id="backslash"),
    ],
)
def test_iri(expected: str, url: URL) -> None:
    """The text is a legal IRI, made of the components."""

    assert expected == str(url)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("http://h/caf%C3%A9?q=%C3%A9", URL("http", "h", "", "/café".encode(), "q=é".encode()), id="utf-8"),
        pytest.param("http://xn--bcher-kva.example/", URL("http", "bücher.example"), id="host"),
        pytest.param("http://h/%C3%A9/", URL("http", "h", "/é"), id="root-path"),
        pytest.param("http://h/?a=%25", URL("http", "h", "", b"/", b"a=%"), id="percent"),
    ],
)
def test_uri(expected: str, url: URL) -> None:
    """The URI is the same in ASCII."""

    assert expected == url.to_uri()


@pytest.mark.parametrize(
    ("expected", "scheme", "host"),
    [
        pytest.param(("http", "h"), "HTTP", "H", id="case"),
        pytest.param(("http", "h"), "http", "h:80", id="default-port"),
        pytest.param(("https", "h"), "HTTPS", "h:443", id="default-port-of-https"),
        pytest.param(("ws", "h"), "ws", "h:80", id="default-port-of-ws"),
        pytest.param(("wss", "h"), "wss", "h:443", id="default-port-of-wss"),
        pytest.param(("http", "h:443"), "http", "h:443", id="port-of-another-scheme"),
        pytest.param(("http", "h"), "http", "h:", id="empty-port"),
        pytest.param(("http", "h:81"), "http", "h:0081", id="port-with-zeros"),
        pytest.param(("http", "[::1]"), "http", "[0:0::1]:80", id="ipv6"),
        pytest.param(("http", "xn--bcher-kva.example:81"), "http", "BÜCHER.example:81", id="idna"),
        pytest.param(("http", ""), "http", "", id="host-not-known"),
        pytest.param(("coap+tcp", "h:80"), "coap+tcp", "h:80", id="scheme-without-a-port"),
    ],
)
def test_canonical(expected: tuple[str, str], scheme: str, host: str) -> None:
    """Scheme and host are brought into one form."""
    url = URL(scheme, host)

    assert expected == (url.scheme, url.host)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: URL(host="x/admin?"), id="cve-2026-48710"),
        pytest.param(lambda: URL(host="a,b"), id="two-hosts"),
        pytest.param(lambda: URL(host="user@h"), id="user-information"),
        pytest.param(lambda: URL(host="h\n"), id="host-with-a-line-feed"),
        pytest.param(lambda: URL(host="h:0"), id="port-zero"),
        pytest.param(lambda: URL(host="é／x"), id="host-that-idna-maps-to-a-slash"),
        pytest.param(lambda: URL(host="é" * 100_000), id="host-too-long"),
        pytest.param(lambda: URL(scheme=""), id="scheme-empty"),
        pytest.param(lambda: URL(scheme="http://evil.com/"), id="scheme-with-more"),
        pytest.param(lambda: URL(scheme="http\n"), id="scheme-with-a-line-feed"),
        pytest.param(lambda: URL(root_path="app"), id="root-path-without-a-slash"),
        pytest.param(lambda: URL(root_path="/app/"), id="root-path-with-a-trailing-slash"),
        pytest.param(lambda: URL(root_path="//app"), id="root-path-with-two-slashes"),
        pytest.param(lambda: URL().replace(path="x"), id="path-without-a-slash"),
        pytest.param(lambda: URL().replace(path="//x"), id="path-with-two-slashes"),
        pytest.param(lambda: URL().replace(path="/\ud800"), id="path-with-half-a-surrogate-pair"),
        pytest.param(lambda: URL().replace(query_string="\ud800"), id="query-with-half-a-surrogate-pair"),
        pytest.param(lambda: URL().with_query("\ud800"), id="with-query-with-half-a-surrogate-pair"),
        pytest.param(lambda: URL().replace(host="h/"), id="replaced-host"),
    ],
)
def test_refuses(build: Callable[[], URL]) -> None:
    """A component that is not its grammar is an error."""
    with pytest.raises(GrammarError):
        build()


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: URL(raw_path="/"), id="raw-path"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: URL(query_string="a"), id="query-string"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: URL(host=b"h"), id="host"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        pytest.param(lambda: URL().replace(pth="/"), id="unknown"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
        pytest.param(lambda: URL().replace(path="/", raw_path=b"/"), id="path-twice"),
    ],
)
def test_refuses_types(build: Callable[[], URL]) -> None:
    """What a type checker would refuse, and both forms of a path at once, are a `TypeError`."""
    with pytest.raises(TypeError):
        build()


@pytest.mark.parametrize(
    ("expected", "raw_path"),
    [
        pytest.param("/", b"", id="empty"),
        pytest.param("/", b"/", id="root"),
        pytest.param("/x", b"x", id="no-slash"),
        pytest.param("/evil.com/x", b"//evil.com/x", id="cve-2020-28724"),
        pytest.param("/", b"///", id="slashes"),
        pytest.param("/a//b/", b"/a//b/", id="slashes-inside"),
        pytest.param("*", b"*", id="asterisk"),
        pytest.param("/*", b"/*", id="asterisk-in-a-path"),
        pytest.param("/caf\u00e9%41", "/caf\u00e9%41".encode(), id="unquoted-already"),
        pytest.param("/\ufffd", b"/\xff", id="not-utf-8"),
        pytest.param("/x\n", b"/x\n", id="cve-2021-44420"),
    ],
)
def test_path(expected: str, raw_path: bytes) -> None:
    """The path is text with exactly one slash in front."""

    assert expected == URL(raw_path=raw_path).path


@pytest.mark.parametrize(
    ("expected", "raw_path"),
    [
        pytest.param((), b"/", id="root"),
        pytest.param((), b"", id="empty"),
        pytest.param(("a", "b"), b"/a/b", id="two"),
        pytest.param(("a", ""), b"/a/", id="trailing-slash"),
        pytest.param(("a", "", "b"), b"/a//b", id="slashes-inside"),
        pytest.param(("evil.com", "x"), b"//evil.com/x", id="slashes-in-front"),
        pytest.param(("*",), b"*", id="asterisk"),
    ],
)
def test_segments(expected: tuple[str, ...], raw_path: bytes) -> None:
    """The path comes apart at its slashes."""

    assert expected == URL(raw_path=raw_path).segments


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param(("h", 80, "http://h"), URL("http", "h"), id="default-port"),
        pytest.param(("h", 443, "wss://h"), URL("wss", "h"), id="default-port-of-wss"),
        pytest.param(("h", 81, "http://h:81"), URL("http", "h:81"), id="port"),
        pytest.param(("[::1]", 80, "http://[::1]"), URL("http", "[::1]"), id="ipv6"),
        pytest.param(("[::1]", 81, "http://[::1]:81"), URL("http", "[::1]:81"), id="ipv6-and-port"),
        pytest.param(("xn--9ca", 80, "http://xn--9ca"), URL("http", "é"), id="idna"),
        pytest.param(("h", None, "x://h"), URL("x", "h"), id="scheme-without-a-port"),
        pytest.param(("", 80, "null"), URL("http", ""), id="host-not-known"),
    ],
)
def test_authority(expected: tuple[str, int | None, str], url: URL) -> None:
    """Host name, port and origin come from scheme and host alone."""

    assert expected == (url.hostname, url.port, url.origin)


def test_partial_iris() -> None:
    """Each shorter form of the IRI ends where its name says."""
    url = URL("http", "b\u00fccher.example:81", "/\u00e4", "/\u00f6 ".encode(), b"q=1")

    assert (
        "http://b\u00fccher.example:81/",
        "http://b\u00fccher.example:81/\u00e4/",
        "http://b\u00fccher.example:81/\u00e4/\u00f6%20",
        "http://b\u00fccher.example:81/\u00e4/\u00f6%20?q=1",
    ) == (url.host_url, url.root_url, url.base_url, str(url))


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("/x?", URL(raw_path=b"/x"), id="no-query"),
        pytest.param("/x?a=%C3%A9", URL(raw_path=b"/x", query_string=b"a=%C3%A9"), id="as-it-came"),
        pytest.param("/x?\ufffd", URL(raw_path=b"/x", query_string=b"\xe4"), id="not-utf-8"),
    ],
)
def test_full_path(expected: str, url: URL) -> None:
    """There is always a question mark."""

    assert expected == url.full_path


def test_replaces() -> None:
    """Components are replaced one by one, and checked."""
    url = URL("http", "h:443", "", b"/a", b"b")
    changed = url.replace(scheme="https", root_path="/app", path="/é?", query_string="q=é&x=%20")

    assert URL("https", "h", "/app", "/é?".encode(), b"q=%C3%A9&x=%20") == changed


def test_replaces_the_raw_path() -> None:
    """Octets stay octets."""

    assert b"//\xff" == URL().replace(raw_path=b"//\xff").raw_path


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        pytest.param(b"", None, id="none"),
        pytest.param(b"", {}, id="empty"),
        pytest.param(b"a=%20&b=%C3%A9", "a=%20&b=é", id="text"),
        pytest.param(b"a=1&b=x&b=y", {"a": "1", "b": ["x", "y"], "c": ()}, id="mapping"),
        pytest.param(b"a=1&a=%26", [("a", "1"), ("a", "&")], id="pairs"),
        pytest.param(b"a=1&b=2&a=3", Query([("a", "1"), ("b", "2"), ("a", "3")]), id="query"),
    ],
)
def test_with_query(
    expected: bytes, query: Mapping[str, str | Sequence[str]] | Sequence[tuple[str, str]] | str | None
) -> None:
    """A query is written from fields, or taken as it is."""

    assert URL(query_string=expected) == URL(query_string=b"old").with_query(query)


def test_with_query_refuses_half_a_surrogate_pair() -> None:
    """What UTF-8 cannot hold is an error of the application."""
    with pytest.raises(HeaderValueError):
        URL().with_query({"a": "\ud800"})


def test_trusted_is_the_same() -> None:
    """The unchecked factory makes an equal value of canonical components."""

    assert URL("http", "h", "/r", b"/p", b"q") == URL.unchecked("http", "h", "/r", b"/p", b"q")


def test_frozen() -> None:
    """No attribute can be set."""
    with pytest.raises(FrozenInstanceError):
        URL().host = "evil.com"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # on purpose


@pytest.mark.parametrize("host", ["localhost", "a_b.example", "127.0.0.1", "a" * 255])
@given(
    st.lists(st.text("aZ09-._~!$&'()*+,;=:@/?") | st.sampled_from(["%", "%4", "%c3%A9", "?a=%2F", "%20"])).map("".join),
    st.sampled_from(["http", "https"]),
)
def test_plain_text_reads_as_any_other(host: str, rest: str, scheme: str) -> None:
    """A URL that stands as it is kept is read in one step: as it is with an escape, a port and a fragment besides."""
    url, port = URL.parse(f"{scheme}://{host}/{rest}"), {"http": 80, "https": 443}[scheme]

    other = URL.parse(f"{scheme.upper()}://{host.upper()}:{port}/{rest}#")

    assert (other.scheme, other.host, other.root_path) == (url.scheme, url.host, url.root_path)
    assert (other.raw_path, other.query_string) == (url.raw_path, url.query_string)
    assert (f"{url.to_uri()}#", f"{url}#", None) == (other.to_uri(), str(other), url.fragment)
    assert other.join("?") == url.join("?")


@given(URLS)
def test_is_a_value(url: URL) -> None:
    """It survives pickling and copying, and equal ones hash alike."""
    same = [pickle.loads(pickle.dumps(url)), copy.copy(url), copy.deepcopy(url), url.replace(), url.__replace__()]

    assert [url] * 5 == same
    assert {url} == set(same)


@given(URLS)
def test_the_host_never_depends_on_the_path(url: URL) -> None:
    """Whatever path and query hold, a reader of the text finds the same authority (CVE-2026-48710, CVE-2026-54282)."""
    for text in (url.to_uri(), str(url), url.base_url):
        start = re.match(r"(?:[a-z]+:)?//([^/?#]*)", text)

        assert url.host == (start[1].encode("idna").decode() if start is not None else "")


@given(URLS)
def test_the_text_is_legal(url: URL) -> None:
    """No text of a URL has a space, a quote or a control in it (RFC 3987 §2.2)."""
    for text in (str(url), url.to_uri(), url.base_url, url.root_url, url.host_url):
        assert re.search(r"""[\x00-\x20"<>\\^`{|}\x7f-\xa0\ud800-\udfff]""", text) is None


@given(URLS.filter(lambda url: bool(url.host)))
def test_the_texts_read_alike(url: URL) -> None:
    """What was written is read back; a text does not say where an application is mounted, or of several slashes."""
    mounted = url.root_path.encode() + (b"" if url.path == "*" else b"/" + url.raw_path.lstrip(b"/"))
    expected = URL(url.scheme, url.host, "", mounted or b"/", url.query_string)
    read, read_from_uri = URL.parse(str(url)), URL.parse(url.to_uri())

    assert (expected.raw_path, expected.host, str(expected)) == (read.raw_path, read.host, str(read))
    assert (expected.raw_path, expected.host, expected.to_uri()) == (
        read_from_uri.raw_path,
        read_from_uri.host,
        read_from_uri.to_uri(),
    )


@given(URLS.filter(lambda url: bool(url.host) and url.path != "*"))
def test_what_was_parsed_round_trips(url: URL) -> None:
    """`parse` of either text gives an equal URL."""
    parsed = URL.parse(url.to_uri())

    assert (parsed, str(parsed)) == (URL.parse(parsed.to_uri()), str(URL.parse(str(parsed))))
