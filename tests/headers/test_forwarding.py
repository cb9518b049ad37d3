"""Forwarded (RFC 7239), and the X-Forwarded fields."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.headers.strategies import FORWARDED_PIECES, elements
from verglas import GrammarError, HeaderField, Headers, HeaderValueError
from verglas.errors import HeaderError, LimitError
from verglas.headers import (
    FORWARDED,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PORT,
    X_FORWARDED_PREFIX,
    X_FORWARDED_PROTO,
    Forwarded,
    ForwardedElement,
    Node,
    select_element,
    select_member,
)
from verglas.testing.strategies import any_texts, header_values


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([{"for_": "_gazonk"}], 'for="_gazonk"', id="rfc7239-4-obfuscated"),
        pytest.param([{"for_": "[2001:db8:cafe::17]:4711"}], 'For="[2001:db8:cafe::17]:4711"', id="rfc7239-4-ipv6"),
        pytest.param(
            [{"for_": "192.0.2.60", "proto": "http", "by": "203.0.113.43"}],
            "for=192.0.2.60;proto=http;by=203.0.113.43",
            id="rfc7239-4-three",
        ),
        pytest.param(
            [{"for_": "192.0.2.43"}, {"for_": "198.51.100.17"}],
            "for=192.0.2.43, for=198.51.100.17",
            id="rfc7239-4-list",
        ),
        pytest.param(
            [{"for_": "_hidden"}, {"for_": "_SEVKISEK"}], "for=_hidden, for=_SEVKISEK", id="rfc7239-6.3-obfuscated"
        ),
        pytest.param(
            [{"for_": "192.0.2.43"}, {"for_": "[2001:db8:cafe::17]"}, {"for_": "unknown"}],
            'for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown',
            id="rfc7239-7.1",
        ),
        pytest.param([{"for_": "192.0.2.43:47011"}], 'for="192.0.2.43:47011"', id="rfc7239-6-port"),
        pytest.param([{"by": "_a:_b"}], 'by="_a:_b"', id="rfc7239-6-obfuscated-port"),
        pytest.param([{"host": "example.com:80"}], 'HOST="Example.com:080"', id="rfc7239-5.3-host"),
        pytest.param([{"proto": "https"}], "proto=HTTPS", id="rfc7239-5.4-proto"),
        pytest.param([{"proto": "http", "secret": "a b"}], 'proto=http;Secret="a b"', id="rfc7239-5.5-extension"),
        pytest.param([{"proto": "http"}], ", ;, ;proto=http;;, ", id="rfc7239-4-empty-pairs-and-elements"),
        pytest.param([], "", id="empty"),
    ],
)
def test_parses(expected: list[dict[str, str]], text: str) -> None:
    """Each proxy's element, in order; names in any case."""

    assert expected == [
        {
            name: str(value)
            for name, value in [
                ("for_", one.for_),
                ("by", one.by),
                ("host", one.host),
                ("proto", one.proto),
                *one.extensions,
            ]
            if value is not None
        }
        for one in Forwarded.parse(text).elements
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("for", id="no-value"),
        pytest.param("for=", id="empty-value"),
        pytest.param("for=[::1]", id="rfc7239-6-ipv6-without-quotes"),
        pytest.param('for="::1"', id="ipv6-without-brackets"),
        pytest.param("for=1.2.3.4:80", id="rfc7239-6-port-without-quotes"),
        pytest.param('for="1.2.3.4:"', id="empty-port"),
        pytest.param('for="1.2.3.4:65536"', id="port-too-large"),
        pytest.param('for="1.2.3.4:+80"', id="port-with-sign"),
        pytest.param('for="[::1"', id="open-bracket"),
        pytest.param('for="[::1%25eth0]"', id="zone"),
        pytest.param("for=01.2.3.4", id="leading-zero"),
        pytest.param("for=1.2.3.256", id="octet-too-large"),
        pytest.param("for=example.com", id="rfc7239-6-a-name-is-no-node"),
        pytest.param("for=_", id="empty-obfuscated"),
        pytest.param('for="_a b"', id="obfuscated-with-space"),
        pytest.param("for=_a;FOR=_b", id="rfc7239-4-duplicate"),
        pytest.param("host=a;x=1;X=2", id="duplicate-extension"),
        pytest.param('host="a/b"', id="host-with-path"),
        pytest.param('proto="a b"', id="no-scheme"),
        pytest.param('for="_a', id="open-quote"),
        pytest.param("for = _a", id="rfc7239-4-whitespace"),
        pytest.param("for=_a for=_b", id="no-separator"),
    ],
)
def test_malformed(text: str) -> None:
    """What is malformed raises; with the key it is a `HeaderError`."""

    with pytest.raises(GrammarError) as caught:
        Forwarded.parse(text)
    with pytest.raises(HeaderError):
        Headers({"Forwarded": text})[FORWARDED]

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("192.0.2.1", False), "192.0.2.1:80", id="ipv4"),
        pytest.param(("2001:db8::1", False), "[2001:DB8::1]:_x", id="ipv6"),
        pytest.param((None, False), "unknown", id="unknown"),
        pytest.param((None, True), "_x", id="obfuscated"),
    ],
)
def test_node_address(expected: tuple[str | None, bool], text: str) -> None:
    """A node tells its address, as `REMOTE_ADDR` has it, or hides it."""

    node = Node.parse(text)

    assert expected == (node.address, node.is_obfuscated)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(ForwardedElement, id="nothing"),
        pytest.param(lambda: ForwardedElement(for_="example.com"), id="for"),
        pytest.param(lambda: ForwardedElement(host="a b"), id="host"),
        pytest.param(lambda: ForwardedElement(proto="a b"), id="proto"),
    ],
)
def test_refuses(make: Callable[[], ForwardedElement]) -> None:
    """What could not be written cannot be made."""

    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize(
    "extensions",
    [
        pytest.param({"for": "_a"}, id="known"),
        pytest.param({"a b": "1"}, id="name"),
        pytest.param({"a": "\n"}, id="d1-value"),
        pytest.param([("a", "1"), ("A", "2")], id="duplicate"),
    ],
)
def test_refuses_extensions(extensions: dict[str, str] | list[tuple[str, str]]) -> None:
    """What could not be written cannot be made."""

    with pytest.raises(HeaderValueError):
        ForwardedElement(extensions=extensions)


@pytest.mark.parametrize(
    ("name", "port"),
    [("", None), ("[::1]:80", None), ("[::1", None), ("a", None), ("_a", 65536), ("_a", -1), ("_a", "80"), ("_a", "_")],
)
def test_refuses_nodes(name: str, port: int | str | None) -> None:
    """What could not be written cannot be made."""

    with pytest.raises(HeaderValueError):
        Node(name, port)


def test_limit() -> None:
    """More elements than `max_list_items` are refused, when read and when made."""

    with pytest.raises(LimitError):
        Forwarded.parse(",".join(["for=_a"] * 257))
    with pytest.raises(HeaderValueError):
        Forwarded([ForwardedElement(for_="_a")] * 257)

    assert 256 == len(Forwarded.parse(",".join(["for=_a"] * 256)).elements)


@pytest.mark.parametrize(
    ("expected", "text", "hops"),
    [
        pytest.param({"for": "_b"}, "for=_a, for=_b", 1, id="last"),
        pytest.param({"for": "_a"}, "for=_a, for=_b", 2, id="first"),
        pytest.param(None, "for=_a, for=_b", 3, id="too-few"),
        pytest.param(None, "", 1, id="empty"),
        pytest.param({}, " , ;, ", 1, id="only-separators"),
        pytest.param({}, "for=_a, ;", 1, id="empty-element-counts"),
        pytest.param({"for": "_a"}, "for=_a, ;, ", 3, id="empty-elements-count"),
        pytest.param(None, " \t", 1, id="blank"),
        pytest.param({"by": "a,b", "x": "1"}, 'for=_a, by="a,b";x=1', 1, id="comma-in-quotes"),
        pytest.param({"for": "_b"}, 'for="_a, for=_b', 1, id="client-leaves-a-quote-open"),
        pytest.param({"for": "[::1]:2"}, 'for="_a, for="[::1]:2"', 1, id="client-leaves-a-quote-open-proxy-quotes"),
        pytest.param({"for": "1.1.1.1"}, 'for="a, for="1.1.1.1", for="2.2.2.2"', 2, id="two-proxies-quote"),
        pytest.param({"for": "_b"}, 'for="\\, for=_b', 1, id="client-escapes"),
        pytest.param({"for": "_b"}, "@@@, for=_b", 1, id="client-writes-nonsense"),
        pytest.param({"for": '_a"'}, 'for="_a\\"", for=_b', 2, id="escaped-quote"),
        pytest.param({"for": '_b",', "x": "1"}, 'for=_a, for="_b\\",";x=1', 1, id="comma-after-an-escaped-quote"),
        pytest.param({"for": "_b\\"}, 'for=_a, for="_b\\\\"', 1, id="escaped-backslash"),
        pytest.param({"for": '_b\\"'}, 'for=_a, for="_b\\\\\\""', 1, id="escaped-backslash-and-quote"),
        pytest.param({}, 'for=_a, for="_b\\"', 1, id="open-quote-and-escape"),
        pytest.param({}, 'for=6.6.6.6;x=", for=1.1.1.1;host="a\\"', 1, id="client-closes-what-a-proxy-leaves-open"),
        pytest.param({}, 'for=_a, for="_b', 2, id="open-quote-in-what-is-needed"),
        pytest.param({}, "for=_a, @", 1, id="nonsense-in-what-is-needed"),
        pytest.param({}, "for=_a;for=_b", 1, id="duplicate"),
    ],
)
def test_select_element(expected: dict[str, str] | None, text: str, hops: int) -> None:
    """The element of the outermost of so many proxies, whatever stands before it; empty when it is there unreadable."""

    found = select_element(text, hops)

    assert expected == (None if found is None else dict(found))


@given(FORWARDED_PIECES | any_texts(), st.lists(elements(), min_size=1, max_size=3))
def test_client_cannot_hide_a_proxy(sent: str, added: list[ForwardedElement]) -> None:
    """Whatever a client has sent, the elements that proxies add to it are read as they wrote them."""

    lines = [str(element) for element in added]
    found = select_element(", ".join([sent, *lines]), len(lines))

    assert select_element(lines[0], 1) == found != ()


@given(header_values(FORWARDED, unsent=True))
def test_select_element_agrees(value: Forwarded) -> None:
    """What is well-formed is read from its end as from its start."""

    read = [select_element(str(value), len(value.elements) - index) for index in range(len(value.elements))]
    written = [select_element(str(element), 1) for element in value.elements]

    assert written == read


@pytest.mark.parametrize(
    ("expected", "text", "hops"),
    [
        pytest.param("b", "a, b", 1, id="last"),
        pytest.param("a", "a,b", 2, id="first"),
        pytest.param(None, "a, b", 3, id="too-few"),
        pytest.param(None, "", 1, id="empty"),
        pytest.param("b", '", b', 1, id="quotes-are-none"),
        pytest.param("", "6.6.6.6, ", 1, id="empty-member-counts"),
        pytest.param("", "6.6.6.6,, 10.0.0.1", 2, id="empty-member-counts-in-the-middle"),
        pytest.param("b", "a, ,\tb\t,", 2, id="empty-members-count"),
        pytest.param(None, " \t", 1, id="blank"),
    ],
)
def test_select_member(expected: str | None, text: str, hops: int) -> None:
    """The member of the outermost of so many proxies; these fields have no quoted-string."""

    assert expected == select_member(text, hops)


@pytest.mark.parametrize(
    "key", [X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PORT, X_FORWARDED_PREFIX, X_FORWARDED_PROTO], ids=str
)
def test_member_fields(key: HeaderField[tuple[str, ...]]) -> None:
    """The X-Forwarded fields are members, read from all lines."""

    headers = Headers([(key.name, 'a, "b'), (key.name, 'c"')])

    assert ("a", '"b', 'c"') == headers[key]
    assert 'a, "b, c"' == headers.with_(key, headers[key])[key.name]
    assert key.name not in headers.with_(key, ())


@pytest.mark.parametrize("member", ["", "a,b", " a", "a\t"])
def test_member_fields_refuse(member: str) -> None:
    """A member that would be read as another, or as several, is not written."""

    with pytest.raises(HeaderValueError):
        Headers().with_(X_FORWARDED_FOR, (member,))


@given(st.ip_addresses())
def test_addresses(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Every address is a node, with the same address."""

    found = Node(str(address)).address

    assert address == ipaddress.ip_address(found or "")


@given(FORWARDED_PIECES | any_texts() | st.binary().map(lambda b: b.decode("latin-1")))
def test_selecting_is_total(text: str) -> None:
    """Selecting never raises, whatever the text."""

    select_element(text, 1)
    select_member(text, 1)
