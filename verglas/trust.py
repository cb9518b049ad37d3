"""`Trust`: what of a request is believed about who sent it, and to which host."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final, final

from attrs import field, frozen

from verglas.errors.grammar import GrammarError
from verglas.headers.forwarding import Node, select_element, select_member
from verglas.limits import Limits
from verglas.syntax.hosts import parse_host, to_ascii
from verglas.values import Value
from verglas.wsgi import Environ, optional_text

__all__ = ["ANY_HOST", "Origin", "Trust", "check_settings"]

SCHEMES: Final = frozenset({"http", "https", "ws", "wss"})


FIELDS: Final = ("x_for", "x_proto", "x_host", "x_port", "x_prefix", "forwarded")
"""The fields of proxies that can be believed."""


_PORT: Final = re.compile(r"[^:]:[0-9]*\Z|\]:")  # not the last group of an IPv6 address without brackets


def _hops(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is a number of proxies, such as 1, not {value!r}")
    if value < 0:
        raise ValueError(f"{name} is a number of proxies: it cannot be negative, as {value} is")
    return value


def _hosts(hosts: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if hosts is None:
        return None
    rules: Iterable[object] = [hosts] if isinstance(hosts, str) else hosts
    return tuple(_host_rule(rule) for rule in rules)


def _host_rule(rule: object) -> str:
    """One entry in canonical form; a scheme, a port or a path in it would never match, so it raises."""
    if not isinstance(rule, str):
        raise TypeError(f"a trusted host is a str, not {type(rule).__name__}")
    if "*" in rule:
        instead = f"{rule[1:]!r} for a domain with its subdomains" if rule.startswith("*.") else "None for any host"
        raise GrammarError("trusted host", f"wildcards are not read; write {instead}", rule, rule.index("*"))
    if _PORT.search(rule) is not None:
        raise GrammarError("trusted host", "expected a host without a port; any port is served", rule)
    dot = "." if rule.startswith(".") else ""
    host, _ = parse_host(to_ascii(rule.removeprefix(".")))
    return dot + host.removesuffix(".")


def _networks(networks: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if networks is None:
        return None
    return tuple(map(str, _parsed([networks] if isinstance(networks, str) else networks)))


def _parsed(networks: Iterable[str]) -> tuple[Container[object], ...]:
    import ipaddress  # noqa: PLC0415  # 4 ms, for those who name networks

    return tuple(map(ipaddress.ip_network, networks))


@frozen
class Origin(Value):
    """The sender and the target of a request, after `Trust` has decided: text as it came, not yet checked."""

    scheme: str
    host: str | None
    port: str | None
    root_path: str | None
    remote_addr: str | None


@final
@frozen(kw_only=True)
class Trust(Value):
    """Which hosts a request may name, and which header fields of proxies are believed.

    By default any host is served, and no proxy is believed. A number says how many proxies in front add to a field:
    its value is taken that many members from the end, since clients can write whatever they like before those. When
    there are fewer members, the field is not believed. Empty members count. A client has no address (`remote_addr` is
    `None`) when its proxy says that it is `unknown`, hides it, or has written something else.

    Attributes:
        hosts: Names that are served; one that begins with a dot stands for its subdomains too. `None`: any; an empty
            collection: none.
        networks: Addresses or networks of the proxies, such as `10.0.0.0/8`. When given, fields are believed only if
            the connection comes from one of these.
        x_for: How many proxies add to `X-Forwarded-For`. A port beside the address is left out.
        x_proto: The same for `X-Forwarded-Proto`.
        x_host: The same for `X-Forwarded-Host`.
        x_port: The same for `X-Forwarded-Port`.
        x_prefix: The same for `X-Forwarded-Prefix`.
        gateway: Whether the environ comes from the adapter of a serverless gateway, which hands the whole body over:
            `CONTENT_LENGTH` alone says how long it is, and a Transfer-Encoding that the adapter left in is not looked
            at. Behind a server that reads from a connection this is not safe.
        forwarded: How many proxies add to `Forwarded` (RFC 7239). When given, that field is read, and the others are
            not. Each parameter counts by itself, also one without the quotes it needs, such as `for=192.0.2.1:80`. An
            element that cannot be read, or is empty, tells of no address either.

    Raises:
        GrammarError: An entry of `hosts` is not a host: it has a port, a scheme, a path, a wildcard.
        ValueError: An entry of `networks` is not a network, or a number is negative.
        TypeError: A number is not an `int`, or an entry of `hosts` is not a `str`.

    >>> Trust(hosts=["Example.com", ".example.org"]).serves("www.example.org")
    True
    >>> Trust(hosts=[".example.org"]).serves("evilexample.org")
    False
    """

    hosts: tuple[str, ...] | None = field(default=None, converter=_hosts)
    networks: tuple[str, ...] | None = field(default=None, converter=_networks)
    x_for: int = 0
    x_proto: int = 0
    x_host: int = 0
    x_port: int = 0
    x_prefix: int = 0
    forwarded: int = 0
    gateway: bool = False
    believes_proxies: bool = field(init=False, eq=False, repr=False)
    """Whether any field of a proxy is believed."""
    _ranges: tuple[Container[object], ...] | None = field(init=False, eq=False, repr=False)  # of addresses: `networks`

    def __attrs_post_init__(self) -> None:
        # Once, not for every request.
        hops = [_hops(name, getattr(self, name)) for name in FIELDS]
        object.__setattr__(self, "believes_proxies", any(hops))
        object.__setattr__(self, "_ranges", None if self.networks is None else _parsed(self.networks))

    def serves(self, hostname: str) -> bool:
        """Whether requests may name this host.

        Args:
            hostname: In lower case, without a port.
        """
        if self.hosts is None:
            return True
        name = hostname.removesuffix(".")
        return any(name == rule.removeprefix(".") or (rule[:1] == "." and name.endswith(rule)) for rule in self.hosts)

    def origin(self, environ: Environ) -> Origin:
        """Decide who an environ's request is from and where it was sent: pure, nothing is written back."""
        scheme = optional_text(environ, "wsgi.url_scheme") or "http"
        host = optional_text(environ, "HTTP_HOST")
        remote_addr = optional_text(environ, "REMOTE_ADDR")
        if not self.believes_proxies or not self._believes(remote_addr):
            return Origin(scheme, host, None, None, remote_addr)
        if self.forwarded:
            element = select_element(optional_text(environ, "HTTP_FORWARDED") or "", self.forwarded)
            connection = Origin(scheme, host, None, None, remote_addr)
            return connection if element is None else _described(dict(element), connection)
        proto = _believed(environ, "HTTP_X_FORWARDED_PROTO", self.x_proto)
        client = _believed(environ, "HTTP_X_FORWARDED_FOR", self.x_for)
        return Origin(
            _scheme(proto, scheme),
            _believed(environ, "HTTP_X_FORWARDED_HOST", self.x_host) or host,
            _believed(environ, "HTTP_X_FORWARDED_PORT", self.x_port) or None,
            _believed(environ, "HTTP_X_FORWARDED_PREFIX", self.x_prefix) or None,
            remote_addr if client is None else _address(client),
        )

    def _believes(self, peer: str | None) -> bool:
        if self._ranges is None:
            return True
        import ipaddress  # noqa: PLC0415  # as in `_parsed`

        try:
            address = ipaddress.ip_address(peer or "")
        except ValueError:
            return False
        # A socket for both families shows an IPv4 peer as ::ffff:10.0.0.1 (RFC 4291 §2.5.5.2).
        peers = {address, getattr(address, "ipv4_mapped", None) or address}
        return any(one in addresses for addresses in self._ranges for one in peers)


ANY_HOST: Final = Trust()


def check_settings(limits: object, trust: object) -> None:
    """Refuse settings of another type where they are made, not at the first request that meets them.

    Args:
        limits: A `Limits`, or `None`.
        trust: A `Trust`, or `None`.

    Raises:
        TypeError: A setting is of another type; the message says what to write.
    """
    if not (limits is None or isinstance(limits, Limits)):
        raise TypeError(f"limits is {type(limits).__name__}; write limits=Limits(max_content_length=...)")
    if not (trust is None or isinstance(trust, Trust)):
        raise TypeError(f"trust is {type(trust).__name__}; write trust=Trust(hosts=[...])")


def _scheme(proto: str | None, scheme: str) -> str:
    return proto.lower() if proto is not None and proto.lower() in SCHEMES else scheme


def _believed(environ: Environ, key: str, hops: int) -> str | None:
    """The member that the outermost of so many proxies added."""
    return select_member(optional_text(environ, key) or "", hops) if hops else None


def _described(told: dict[str, str], connection: Origin) -> Origin:
    """The origin that a proxy told, each parameter by itself: a client's odd Host must not hide the client's address.

    Of an element that cannot be read, `told` is empty. Its client is not the proxy that wrote it, whose address may be
    let in where no client's is; pinned by `test_unreadable_client`.
    """
    return Origin(
        _scheme(told.get("proto"), connection.scheme),
        told.get("host") or connection.host,
        None,
        None,
        _address(told.get("for", "")) if "for" in told or not told else connection.remote_addr,
    )


def _address(node: str) -> str | None:
    """An address without brackets and port; X-Forwarded-For has IPv6 without brackets, too."""
    bare = node.count(":") > 1 and not node.startswith("[")
    try:
        return (Node(node) if bare else Node.parse(node)).address
    except GrammarError:
        return None
