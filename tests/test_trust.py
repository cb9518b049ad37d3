"""`Trust`: hosts and proxies."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable

import pytest

from verglas import GrammarError, ParseError, Request, Trust, parse_environ, try_parse
from verglas.errors import BadHost, SecurityError

SERVER = {"SERVER_NAME": "internal", "SERVER_PORT": "8080", "wsgi.url_scheme": "http"}


@pytest.mark.parametrize(
    ("expected", "hosts", "host"),
    [
        pytest.param(True, None, "anything.example", id="none-is-any"),
        pytest.param(False, [], "a.com", id="d14-empty-is-none"),
        pytest.param(True, ["a.com"], "a.com", id="exact"),
        pytest.param(True, "a.com", "a.com", id="text-is-one"),
        pytest.param(False, ["a.com"], "x.a.com", id="no-subdomain"),
        pytest.param(True, [".a.com"], "x.a.com", id="dot-subdomain"),
        pytest.param(True, [".a.com"], "x.y.a.com", id="dot-subdomain-deep"),
        pytest.param(True, [".a.com"], "a.com", id="dot-itself"),
        pytest.param(False, [".a.com"], "evila.com", id="dot-suffix-of-a-name"),
        pytest.param(False, ["a.com"], "a.com.evil.org", id="prefix"),
        pytest.param(True, ["A.com"], "a.COM", id="d14-any-case"),
        pytest.param(True, ["a.com"], "a.com.", id="d14-trailing-dot"),
        pytest.param(True, ["a.com."], "a.com", id="d14-trailing-dot-in-rule"),
        pytest.param(True, ["a.com"], "a.com:8080", id="port-of-the-request-is-ignored"),
        pytest.param(True, ["b\xfccher.example"], "xn--bcher-kva.example", id="idna"),
        pytest.param(True, ["[::1]"], "[::1]:80", id="ipv6"),
        pytest.param(True, ["127.0.0.1"], "127.0.0.1", id="ipv4"),
        pytest.param(False, ["b.com", "c.com"], "a.com", id="not-listed"),
    ],
)
def test_hosts(expected: bool, hosts: str | Iterable[str] | None, host: str) -> None:
    """Strictly, a host that is not served is a 400; leniently, it is `""` (reference 1.2, trusted_hosts)."""

    trust = Trust(hosts=hosts)
    found = try_parse({"HTTP_HOST": host}, trust=trust)

    assert (expected, expected) == (isinstance(found, Request), bool(Request({"HTTP_HOST": host}, trust=trust).host))
    assert expected or isinstance(found, SecurityError)


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="d14-no-host-and-no-server"),
        pytest.param({"HTTP_HOST": ""}, id="empty-host"),
        pytest.param({"SERVER_NAME": "_ /"}, id="server-is-no-host"),
        pytest.param({"SERVER_NAME": "other", "SERVER_PORT": "80"}, id="server-is-not-trusted"),
    ],
)
def test_restricted_and_none_given(environ: dict[str, object]) -> None:
    """Where hosts are restricted, a request that names none is a 400."""

    found = try_parse(environ, trust=Trust(hosts=["a.com"]))

    assert (SecurityError, 400) == (type(found), getattr(found, "code", None))


@pytest.mark.parametrize(
    "rule",
    ["a.com:80", "http://a.com", "a.com/x", "", "a b", "user@a.com", "*.a.com", "a.com\n"],
)
def test_refuses_rules(rule: str) -> None:
    """A rule that could never match raises when it is made."""

    with pytest.raises(GrammarError):
        Trust(hosts=[rule])


class Restricted(Request):
    """A request of two hosts."""

    trusted_hosts = ("a.com", ".b.com")


@pytest.mark.parametrize(
    ("expected", "host"),
    [
        pytest.param("a.com", "a.com", id="listed"),
        pytest.param("x.b.com:81", "x.b.com:81", id="below"),
        pytest.param("", "c.com", id="other"),
        pytest.param("", "a.com@c.com", id="cve-2012-4520-userinfo"),
    ],
)
def test_knob_of_a_subclass(expected: str, host: str) -> None:
    """A subclass restricts the hosts of its requests; `Request.parse` and `application` then raise."""

    assert expected == Restricted({"HTTP_HOST": host}).host
    if not expected:
        with pytest.raises((SecurityError, BadHost)):
            Restricted.parse({"HTTP_HOST": host})


def test_explicit_trust_wins() -> None:
    """`trust=` wins over the class."""

    assert "c.com" == Restricted({"HTTP_HOST": "c.com"}, trust=Trust()).host


PROXIED = {
    **SERVER,
    "REMOTE_ADDR": "10.0.0.1",
    "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.1.1.1, 2.2.2.2",
    "HTTP_X_FORWARDED_PROTO": "http, https",
    "HTTP_X_FORWARDED_HOST": "evil.example, public.example",
    "HTTP_X_FORWARDED_PORT": "1, 8443",
    "HTTP_X_FORWARDED_PREFIX": "/evil, /app",
}


@pytest.mark.parametrize(
    ("expected", "trust", "more"),
    [
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(), {}, id="default-believes-nobody"),
        pytest.param(("2.2.2.2", "http://internal:8080/"), Trust(x_for=1), {}, id="for-1"),
        pytest.param(("1.1.1.1", "http://internal:8080/"), Trust(x_for=2), {}, id="for-2"),
        pytest.param(("6.6.6.6", "http://internal:8080/"), Trust(x_for=3), {}, id="for-3"),
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(x_for=4), {}, id="for-too-few-members"),
        pytest.param(("10.0.0.1", "https://internal:8080/"), Trust(x_proto=1), {}, id="proto"),
        pytest.param(("10.0.0.1", "http://public.example/"), Trust(x_host=1), {}, id="host"),
        pytest.param(("10.0.0.1", "http://internal:8443/"), Trust(x_port=1), {}, id="port"),
        pytest.param(("10.0.0.1", "http://internal:8080/app/"), Trust(x_prefix=1), {}, id="prefix"),
        pytest.param(
            ("2.2.2.2", "https://public.example:8443/app/"),
            Trust(x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1),
            {},
            id="all",
        ),
        pytest.param(
            ("10.0.0.1", "https://public.example/"),
            Trust(x_proto=1, x_host=1),
            {"HTTP_X_FORWARDED_HOST": "public.example:443"},
            id="default-port-after-the-scheme-is-settled",
        ),
        pytest.param(
            ("10.0.0.1", "http://internal:8080/"),
            Trust(x_proto=1),
            {"HTTP_X_FORWARDED_PROTO": "javascript"},
            id="cve-2019-12781-no-scheme",
        ),
        pytest.param(
            ("2.2.2.2", "http://internal:8080/"), Trust(x_for=1, networks=["10.0.0.0/8"]), {}, id="network-of-the-proxy"
        ),
        pytest.param(
            ("10.0.0.1", "http://internal:8080/"), Trust(x_for=1, networks="192.168.0.0/16"), {}, id="other-network"
        ),
        pytest.param(
            ("2.2.2.2", "http://internal:8080/"),
            Trust(x_for=1, networks="10.0.0.0/8"),
            {"REMOTE_ADDR": "::ffff:10.0.0.1"},
            id="rfc4291-2.5.5.2-mapped-address",
        ),
        pytest.param(
            (None, "http://internal:8080/"),
            Trust(x_for=1, networks="10.0.0.1"),
            {"REMOTE_ADDR": None},
            id="network-and-no-address",
        ),
        pytest.param(
            ("10.0.0.1", "http://internal:8080/"), Trust(x_for=1), {"HTTP_X_FORWARDED_FOR": ""}, id="empty-field"
        ),
        pytest.param(
            ("192.0.2.1", "https://internal:8080/"),
            Trust(x_for=1, x_proto=1),
            {"HTTP_X_FORWARDED_FOR": '", 192.0.2.1', "HTTP_X_FORWARDED_PROTO": '", https'},
            id="client-cannot-hide-behind-a-quote",
        ),
    ],
)
def test_proxies(expected: tuple[str | None, str], trust: Trust, more: dict[str, object]) -> None:
    """Of each field the member that the outermost trusted proxy added; what clients wrote before it is not believed."""

    request = Request(PROXIED | more, trust=trust)

    assert expected == (request.remote_addr, request.root_url)


@pytest.mark.parametrize(
    ("expected", "trust", "forwarded"),
    [
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(), "for=192.0.2.1;proto=https", id="default"),
        pytest.param(
            ("192.0.2.1", "https://public.example/"),
            Trust(forwarded=1),
            "for=6.6.6.6;host=evil.example, for=192.0.2.1;host=public.example;proto=https;by=_edge",
            id="last-element",
        ),
        pytest.param(
            ("6.6.6.6", "http://evil.example/"),
            Trust(forwarded=2),
            "for=6.6.6.6;host=evil.example, for=192.0.2.1;host=public.example;proto=https",
            id="one-proxy-further",
        ),
        pytest.param(
            ("2001:db8::1", "http://internal:8080/"), Trust(forwarded=1), 'for="[2001:DB8::0:1]:4711"', id="ipv6"
        ),
        pytest.param(
            ("192.0.2.1", "http://public.example:8443/"),
            Trust(forwarded=1),
            'for="192.0.2.1:80";host="public.example:8443"',
            id="ports",
        ),
        pytest.param((None, "http://internal:8080/"), Trust(forwarded=1), "for=unknown", id="rfc7239-6.2-unknown"),
        pytest.param((None, "http://internal:8080/"), Trust(forwarded=1), "for=_hidden", id="rfc7239-6.3-obfuscated"),
        pytest.param((None, "http://internal:8080/"), Trust(forwarded=1), "for=example.com", id="no-node"),
        pytest.param(("10.0.0.1", "https://internal:8080/"), Trust(forwarded=1), "proto=HTTPS", id="proto-alone"),
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(forwarded=1), "proto=javascript", id="no-scheme"),
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(forwarded=2), "for=192.0.2.1", id="too-few"),
        pytest.param(("10.0.0.1", "http://internal:8080/"), Trust(forwarded=1), None, id="absent"),
        pytest.param(
            ("192.0.2.1", "http://internal:8080/"),
            Trust(forwarded=1),
            'for="6.6.6.6, for=192.0.2.1',
            id="client-cannot-hide-behind-a-quote",
        ),
        pytest.param(
            ("10.0.0.1", "http://internal:8080/"),
            Trust(forwarded=1, x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1),
            None,
            id="the-other-fields-are-not-read",
        ),
        pytest.param(
            ("10.0.0.1", "http://internal:8080/"),
            Trust(forwarded=1, networks="192.168.0.0/16"),
            "for=192.0.2.1;proto=https",
            id="other-network",
        ),
    ],
)
def test_forwarded(expected: tuple[str | None, str], trust: Trust, forwarded: str | None) -> None:
    """Of Forwarded (RFC 7239) the element that the outermost trusted proxy added; without one, the connection holds."""

    request = Request({**PROXIED, "HTTP_FORWARDED": forwarded}, trust=trust)

    assert expected == (request.remote_addr, request.root_url)


@pytest.mark.parametrize(
    "forwarded",
    [
        pytest.param("for=6.6.6.6, host=a/b", id="no-token"),
        pytest.param("for=6.6.6.6, for=192.0.2.1;host=a;host=b", id="duplicate"),
        pytest.param('for=6.6.6.6, for=192.0.2.1;host="a', id="open-quote"),
        pytest.param("for=6.6.6.6, ;", id="empty"),
        pytest.param("for=6.6.6.6, ", id="nothing"),
        pytest.param("for=6.6.6.6, for=", id="no-value"),
        pytest.param('for=6.6.6.6, for=""', id="empty-node"),
    ],
)
def test_unreadable_client(forwarded: str) -> None:
    """An element that is there but unreadable is neither what the client wrote nor the proxy itself."""

    trust = Trust(forwarded=1, networks="10.0.0.0/8")

    assert Request({**PROXIED, "HTTP_FORWARDED": forwarded}, trust=trust).remote_addr is None


def test_escapes_of_a_proxy_are_undone() -> None:
    """A Host that a proxy had to escape does not hide the client."""

    environ: dict[str, object] = {**PROXIED, "HTTP_FORWARDED": 'for=6.6.6.6, for=192.0.2.1;host="a\\"b"'}

    assert "192.0.2.1" == Request(environ, trust=Trust(forwarded=1)).remote_addr


@pytest.mark.parametrize(
    ("expected", "member"),
    [
        pytest.param("192.0.2.1", "192.0.2.1", id="ipv4"),
        pytest.param("192.0.2.1", "192.0.2.1:4711", id="ipv4-and-port"),
        pytest.param("2001:db8::1", "2001:DB8::0:1", id="ipv6-bare"),
        pytest.param("2001:db8::1", "[2001:db8::1]", id="ipv6"),
        pytest.param("2001:db8::1", "[2001:db8::1]:4711", id="ipv6-and-port"),
        pytest.param(None, "", id="empty"),
        pytest.param(None, "unknown", id="unknown"),
        pytest.param(None, "_hidden", id="obfuscated"),
        pytest.param(None, "localhost", id="name"),
        pytest.param(None, "1.2.3.4.5", id="no-ipv4"),
        pytest.param(None, "1:2:3", id="no-ipv6"),
        pytest.param(None, "<script>", id="markup"),
        pytest.param(None, "::1\n", id="control"),
    ],
)
def test_client_of_x_forwarded_for(expected: str | None, member: str) -> None:
    """A member is read as an address, without port and brackets; what is none is no client, nor is the proxy."""

    environ: dict[str, object] = {**PROXIED, "HTTP_X_FORWARDED_FOR": f"6.6.6.6, {member}"}

    assert expected == Request(environ, trust=Trust(x_for=1)).remote_addr


def test_empty_members_count() -> None:
    """Where a proxy adds an empty member, what the client wrote before it is not believed."""

    names = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX")
    written = ("https", "evil.example", "1", "/evil")
    environ: dict[str, object] = {**PROXIED, **{name: f"{text}, " for name, text in zip(names, written, strict=True)}}
    request = Request(environ, trust=Trust(x_proto=1, x_host=1, x_port=1, x_prefix=1))

    assert "http://internal:8080/" == request.root_url


@pytest.mark.parametrize("host", ["evil/x", "a b", "a@b"])
def test_odd_host_hides_nothing(host: str) -> None:
    """A Host that is none, passed on by a proxy, is a 400; leniently, the client keeps its address."""

    environ: dict[str, object] = {**PROXIED, "HTTP_FORWARDED": f'for=192.0.2.1;host="{host}"'}
    trust = Trust(forwarded=1)
    lenient = Request(environ, trust=trust)

    assert isinstance(try_parse(environ, trust=trust), BadHost)
    assert ("192.0.2.1", "") == (lenient.remote_addr, lenient.host)


@pytest.mark.parametrize("host", ["evil/x", "a b", "a@b", ""])
def test_forwarded_host_is_checked(host: str) -> None:
    """A forwarded host is held to the same grammar and the same list; an empty one is none."""

    trust = Trust(x_host=1, hosts=["public.example"])
    found = try_parse(PROXIED | {"HTTP_X_FORWARDED_HOST": host}, trust=trust)

    assert isinstance(found, ParseError)


def test_nothing_is_written_back() -> None:
    """The environ is what it was: no middleware that edits it."""

    environ = dict[str, object](PROXIED)
    parse_environ(environ, trust=Trust(x_for=1, x_host=1, x_proto=1)).url  # noqa: B018  # read for what it may change

    assert PROXIED == environ


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Trust(x_for=-1), id="for"),
        pytest.param(lambda: Trust(x_proto=-1), id="proto"),
        pytest.param(lambda: Trust(x_host=-1), id="host"),
        pytest.param(lambda: Trust(x_port=-1), id="port"),
        pytest.param(lambda: Trust(x_prefix=-1), id="prefix"),
        pytest.param(lambda: Trust(forwarded=-1), id="forwarded"),
    ],
)
def test_refuses_negative_hops(make: Callable[[], Trust]) -> None:
    """A negative number of proxies would count from the wrong end."""

    with pytest.raises(ValueError, match="negative"):
        make()


def test_refuses_no_network() -> None:
    """What is no network raises when it is made."""

    with pytest.raises(ValueError, match="nonsense"):
        Trust(networks=["nonsense"])


def test_is_a_value() -> None:
    """Equal, hashable, picklable, aliasing nothing."""

    hosts = ["a.com"]
    trust = Trust(hosts=hosts)
    hosts.append("b.com")

    assert (Trust(hosts="a.com"), True) == (
        pickle.loads(pickle.dumps(trust)),
        hash(trust) == hash(Trust(hosts="a.com")),
    )
