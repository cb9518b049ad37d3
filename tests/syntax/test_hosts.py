"""Hosts."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verglas import GrammarError
from verglas.syntax.hosts import parse_host, to_ascii, to_unicode


def _joined(groups: list[int]) -> int:
    """The number of an address with these groups."""
    return int("".join(f"{group:04x}" for group in groups), 16)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("example.com", None), "example.com", id="name"),
        pytest.param(("example.com", 8080), "EXAMPLE.com:8080", id="lower-cased-with-a-port"),
        pytest.param(("example.com", None), "example.com:", id="rfc9110-4.2.3-empty-port"),
        pytest.param(("example.com", 80), "example.com:0080", id="port-with-zeros"),
        pytest.param(("h", 65535), "h:65535", id="last-port"),
        pytest.param(("web_1", 80), "web_1:80", id="underscore-in-a-container-name"),
        pytest.param(("example.com.", None), "example.com.", id="trailing-dot"),
        pytest.param(("192.0.2.1", 80), "192.0.2.1:80", id="ipv4"),
        pytest.param(("a" * 255, None), "a" * 255, id="longest-name"),
        pytest.param(("[::1]", None), "[::1]", id="ipv6"),
        pytest.param(("[::1]", 8080), "[::1]:8080", id="ipv6-with-a-port"),
        pytest.param(("[::]", None), "[::]", id="ipv6-all-zeros"),
        pytest.param(("[2001:db8::1]", None), "[2001:0DB8:0:0:0:0:0:1]", id="rfc5952-4.1-leading-zeros"),
        pytest.param(("[2001:db8:0:1:1:1:1:1]", None), "[2001:db8::1:1:1:1:1]", id="rfc5952-4.2.2-one-zero"),
        pytest.param(("[2001:0:0:1::1]", None), "[2001:0:0:1:0:0:0:1]", id="rfc5952-4.2.3-longest-run"),
        pytest.param(("[2001:db8::1:0:0:1]", None), "[2001:db8:0:0:1:0:0:1]", id="rfc5952-4.2.3-first-run"),
        pytest.param(("[1:2:3:4:5:6:7:0]", None), "[1:2:3:4:5:6:7::]", id="ipv6-one-group-left-out"),
        pytest.param(("[::ffff:192.0.2.1]", None), "[::ffff:192.0.2.1]", id="ipv6-mapped"),
        pytest.param(("[1:2:3:4:5:6:102:304]", None), "[1:2:3:4:5:6:1.2.3.4]", id="ipv6-with-ipv4"),
    ],
)
def test_host(expected: tuple[str, int | None], text: str) -> None:
    """A host is in lower case and in its shortest form, its port a number."""

    assert expected == parse_host(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(":80", id="only-a-port"),
        pytest.param("a,b", id="cve-2026-34525-two-hosts"),
        pytest.param("a, b", id="two-hosts-with-a-space"),
        pytest.param("a b", id="space-inside"),
        pytest.param(" a", id="leading-space"),
        pytest.param("a\t", id="trailing-tab"),
        pytest.param("a\n", id="trailing-newline"),
        pytest.param("a:80\n", id="newline-after-the-port"),
        pytest.param("a\x0b", id="trailing-vertical-tab"),
        pytest.param("a\x00", id="nul"),
        pytest.param("user@h", id="user-information"),
        pytest.param("user:pass@h", id="cve-2011-4139-password"),
        pytest.param("x/admin?", id="cve-2026-48710-path-and-query"),
        pytest.param("h/p", id="path"),
        pytest.param("h?", id="query"),
        pytest.param("h#", id="fragment"),
        pytest.param("h\\", id="backslash"),
        pytest.param("http://h", id="url"),
        pytest.param("a:b:c", id="two-colons"),
        pytest.param("h%41", id="percent-encoding"),
        pytest.param("h'", id="sub-delim"),
        pytest.param("<h>", id="markup"),
        pytest.param("\u212aelvin", id="kelvin-sign"),
        pytest.param("b\u00fccher.example", id="not-ascii"),
        pytest.param("h:0", id="port-0"),
        pytest.param("h:65536", id="port-too-large"),
        pytest.param("h:+80", id="port-with-a-sign"),
        pytest.param("h:8_0", id="port-with-an-underscore"),
        pytest.param("h:٣", id="port-in-arabic-digits"),
        pytest.param("h: 80", id="port-with-a-space"),
        pytest.param("a" * 256, id="name-too-long"),
        pytest.param("[::1", id="ipv6-no-closing-bracket"),
        pytest.param("::1", id="ipv6-no-brackets"),
        pytest.param("[]", id="ipv6-empty"),
        pytest.param("[::1]x", id="ipv6-text-after"),
        pytest.param("[::1]\n", id="ipv6-newline-after"),
        pytest.param("[::1\n]", id="ipv6-newline-inside"),
        pytest.param("[::1%25eth0]", id="ipv6-zone"),
        pytest.param("[fe80::1%eth0]", id="ipv6-zone-bare"),
        pytest.param("[v1.a]", id="ip-future"),
        pytest.param("[:::]", id="ipv6-three-colons"),
        pytest.param("[1::2::3]", id="ipv6-two-gaps"),
        pytest.param("[1:2:3:4:5:6:7]", id="ipv6-seven-groups"),
        pytest.param("[1:2:3:4:5:6:7:8:9]", id="ipv6-nine-groups"),
        pytest.param("[1:2:3:4::5:6:7:8]", id="ipv6-gap-of-nothing"),
        pytest.param("[12345::]", id="ipv6-five-digits"),
        pytest.param("[::g]", id="ipv6-no-digit"),
        pytest.param("[1:]", id="ipv6-trailing-colon"),
        pytest.param("[:1::]", id="ipv6-leading-colon"),
        pytest.param("[1.2.3.4]", id="ipv4-in-brackets"),
        pytest.param("[1.2.3.4::]", id="ipv4-first"),
        pytest.param("[::1.2.3.4:5]", id="ipv4-in-the-middle"),
        pytest.param("[::1.2.3.256]", id="ipv4-octet-too-large"),
        pytest.param("[::1.2.3.04]", id="ipv4-octet-with-a-zero"),
        pytest.param("[::1.2.3]", id="ipv4-three-octets"),
        pytest.param("[::1.2.3.4.]", id="ipv4-trailing-dot"),
    ],
)
def test_refuses(text: str) -> None:
    """What is not one host with one port is malformed."""

    with pytest.raises(GrammarError):
        parse_host(text)


def test_a_bad_port_is_located() -> None:
    """The error says where the port is."""

    with pytest.raises(GrammarError) as caught:
        parse_host("example.com:99999")

    assert caught.value.position == 12


@given(st.integers(0, 2**128 - 1) | st.lists(st.sampled_from([0, 1, 0xFFFF]), min_size=8, max_size=8).map(_joined))
def test_addresses_agree_with_ipaddress(number: int) -> None:
    """An IPv6 address has the shortest form that the standard library gives it, however it was written."""
    address = IPv6Address(number)
    assume(address.ipv4_mapped is None)  # versions of the standard library differ there
    shortest = (f"[{address}]", None)

    assert (shortest, shortest) == (parse_host(f"[{address}]"), parse_host(f"[{address.exploded.upper()}]"))


@given(st.text(st.sampled_from("0123456789abf:."), max_size=24))
def test_refuses_the_addresses_that_ipaddress_refuses(text: str) -> None:
    """What is no IPv6 address to the standard library is none here, and the other way round."""

    assert _is_ipv6(text) == _is_host(f"[{text}]")


@given(st.text(st.sampled_from("aB0.-_:[]@/ \n\u212a٣")) | st.text())
def test_total(text: str) -> None:
    """Any text is a host that is read as itself again, or a GrammarError."""
    try:
        host, port = parse_host(text)
    except GrammarError:
        return

    assert (host, port) == parse_host(host if port is None else f"{host}:{port}")


@pytest.mark.parametrize(
    ("expected", "host"),
    [
        pytest.param("example.com", "Example.COM", id="ascii"),
        pytest.param("web_1", "web_1", id="underscore"),
        pytest.param("xn--bcher-kva.example", "B\u00fccher.example", id="rfc3490"),
        pytest.param("xn--bcher-kva.example", "xn--bcher-kva.example", id="already-ascii"),
        pytest.param("a.xn--bcher-kva", "a\u3002b\u00fccher", id="rfc3490-3.1-ideographic-dot"),
        pytest.param(
            "xn--ihqwcrb4cv8a8dqg056pqjye", "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587", id="rfc3492-7.1"
        ),
        pytest.param("kelvin", "\u212aelvin", id="kelvin-sign"),
        pytest.param("[::1]", "[0::1]", id="ipv6"),
    ],
)
def test_to_ascii(expected: str, host: str) -> None:
    """A name in any script has one form in ASCII."""

    assert expected == to_ascii(host)


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("", id="empty"),
        pytest.param("a b", id="space"),
        pytest.param("a/b", id="solidus"),
        pytest.param("a\uff0fb", id="fullwidth-solidus"),
        pytest.param("\u2100", id="account-of-holds-a-solidus"),
        pytest.param("a\uff20b", id="fullwidth-at"),
        pytest.param("a\uff1a80", id="fullwidth-colon"),
        pytest.param("\u00fc\n", id="trailing-newline"),
        pytest.param("a\n", id="ascii-trailing-newline"),
        pytest.param("a:80", id="port"),
        pytest.param("a..\u00fc", id="empty-label"),
        pytest.param("\u00fc" * 64, id="label-too-long"),
        pytest.param("\u00fc" * 256, id="cve-2025-64458-too-long"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param("\u202ea\u00fc", id="direction-override"),
        pytest.param("[::1", id="no-closing-bracket"),
        pytest.param("[::1]:80", id="ipv6-with-a-port"),
        pytest.param("[z]", id="no-address"),
        pytest.param("[\u00fc]", id="no-address-not-ascii"),
        pytest.param(f"[{':' * 300}]", id="address-too-long"),
    ],
)
def test_to_ascii_refuses(host: str) -> None:
    """What has no form in ASCII that is a name is malformed, also if IDNA makes the delimiter."""

    with pytest.raises(GrammarError):
        to_ascii(host)


@pytest.mark.parametrize(
    ("expected", "host"),
    [
        pytest.param("example.com", "Example.COM", id="ascii"),
        pytest.param("b\u00fccher.example", "xn--bcher-kva.example", id="rfc3490"),
        pytest.param("b\u00fccher.example", "XN--Bcher-KVA.example", id="upper-case"),
        pytest.param("b\u00fccher.example", "b\u00fccher.example", id="already-unicode"),
        pytest.param("xn--zzzzz99", "xn--zzzzz99", id="does-not-decode"),
        pytest.param("xn--", "xn--", id="nothing-to-decode"),
        pytest.param("xn--strae-oqa.b\u00fccher", "xn--strae-oqa.xn--bcher-kva", id="idna-2008-only"),
        pytest.param("xn--bcher-kva..example", "xn--bcher-kva..example", id="empty-label-elsewhere"),
        pytest.param(f"xn--bcher-kva.{'a' * 64}", f"xn--bcher-kva.{'a' * 64}", id="long-label-elsewhere"),
        pytest.param("b\u00fccher.example.", "xn--bcher-kva.example.", id="trailing-dot"),
        pytest.param("[::1]", "[::1]", id="ipv6"),
        pytest.param("", "a b", id="no-host"),
        pytest.param("", "a/b", id="no-host-but-a-path"),
    ],
)
def test_to_unicode(expected: str, host: str) -> None:
    """A-labels are decoded; one that does not decode stays; what is no host is the empty text."""

    assert expected == to_unicode(host)


@pytest.mark.parametrize(
    "text",
    ["a\u3002b\u00fc", "a\u2066b", "\u2028", "\ue000a", "\U000e0100a", "\u0378a"],
    ids=["dot", "isolate", "line-separator", "private-use", "variation-selector", "unassigned"],
)
def test_to_unicode_keeps_what_must_not_be_shown(text: str) -> None:
    """A label that hides a dot or what cannot be seen stays as it is."""
    label = f"xn--{text.encode('punycode').decode('ascii')}".lower()

    assert label == to_unicode(label)


@given(st.text(st.sampled_from("abz019-.xn"), max_size=90))
def test_to_unicode_is_total(tail: str) -> None:
    """Any name with an A-label stays, or becomes a name that has it as its form in ASCII."""
    label = f"xn--{tail}"

    assert label == to_ascii(to_unicode(label))


@given(st.text())
def test_to_unicode_is_idempotent(host: str) -> None:
    """A name for people is its own name for people, and has the same form in ASCII."""
    name = to_unicode(host)

    assert name == to_unicode(name)
    assert not name or to_ascii(host) == to_ascii(name)


def _is_host(text: str) -> bool:
    try:
        parse_host(text)
    except GrammarError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
