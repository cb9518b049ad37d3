"""Forwarded (RFC 7239), and the X-Forwarded fields that came before it: what proxies tell of the request they got."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Self, TypeAlias, cast, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, ListValue, check_members, counted_field, list_field, unchecked
from verglas.headers.lines import OWS
from verglas.multimap import expanded
from verglas.syntax.hosts import parse_host
from verglas.syntax.parameters import parse_parameters
from verglas.syntax.tokens import (
    MAX_ITEMS,
    TOKEN_CHARS,
    check_count,
    check_token,
    is_field_value,
    parse_digits,
    split_list,
    token_or_quoted,
)
from verglas.values import Value

__all__ = [
    "ExtensionsLike",
    "FORWARDED",
    "Forwarded",
    "ForwardedElement",
    "Node",
    "X_FORWARDED_FOR",
    "X_FORWARDED_HOST",
    "X_FORWARDED_PORT",
    "X_FORWARDED_PREFIX",
    "X_FORWARDED_PROTO",
    "select_element",
    "select_member",
]

Pairs: TypeAlias = tuple[tuple[str, str], ...]

ExtensionsLike: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]] | None
"""Anything that other parameters of an element are made from."""

KNOWN: Final = frozenset({"by", "for", "host", "proto"})
MAX_PORT: Final = 65535

_OBFUSCATED: Final = "_[A-Za-z0-9._-]+"
# A parameter as proxies write it: a value without quotes holds what a token may not, such as the colon of a port.
_TOLD: Final = re.compile(
    rf'[ \t]*(?:([{TOKEN_CHARS}]+)=(?:"((?:[^"\\]|\\.)*)"|([^",; \t]*))[ \t]*)?(?:;|\Z)',
)
_PLAIN: Final = re.compile(rf"[{TOKEN_CHARS}:\[\]]*")
_ESCAPED: Final = re.compile(r"\\(.)")
_SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*"  # RFC 3986 §3.1
_IPV4: Final = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
# Of a text that is read backwards: a comma, or a quote with the backslashes before it.
_MARKS: Final = re.compile(r'"(\\*)|,')


def _as_node_name(name: str) -> str:
    if re.fullmatch(_OBFUSCATED, name):
        return name
    if name.lower() == "unknown":
        return "unknown"
    try:
        if re.fullmatch(_IPV4, name) and all(
            int(octet) < 256 and str(int(octet)) == octet for octet in name.split(".")
        ):
            return name
        if ":" in name:
            host, port = parse_host(name if name.startswith("[") else f"[{name}]")
            if port is None:
                return host
    except GrammarError:
        pass
    raise HeaderValueError("Forwarded", "expected an address, 'unknown', or a name that starts with '_'", name)


def _as_node_port(port: int | str | None) -> int | str | None:
    if isinstance(port, str) and re.fullmatch(_OBFUSCATED, port) is None:
        raise HeaderValueError("Forwarded", "expected a port that starts with '_'", port)
    if isinstance(port, int) and not 0 <= port <= MAX_PORT:
        raise HeaderValueError("Forwarded", f"expected a port from 0 to {MAX_PORT}", str(port))
    return port


@final
@frozen
class Node(Value):
    """A node that took part in the forwarding of a request (RFC 7239 §6).

        node     = nodename [ ":" node-port ]
        nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
        obfnode  = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" )

    Example values: `192.0.2.43:47011`, `[2001:db8:cafe::17]`, `unknown`, `_SEVKISEK`.

    | a                 | b               |           |
    |-------------------|-----------------|-----------|
    | `[2001:DB8::0:1]` | `[2001:db8::1]` | equal     |
    | `Unknown`         | `unknown`       | equal     |
    | `_a`              | `_A`            | not equal |
    | `192.0.2.1:080`   | `192.0.2.1:80`  | equal     |
    | `192.0.2.1:80`    | `192.0.2.1`     | not equal |

    Attributes:
        name: An IPv4 address, an IPv6 address in its shortest form and in brackets, `unknown`, or a made-up name that
            starts with an underscore.
        port: A number, or a made-up name that starts with an underscore.

    Raises:
        HeaderValueError: The name or the port is malformed.

    >>> node = Node.parse("[2001:DB8:CAFE::17]:4711")
    >>> node.address, node.port, str(node)
    ('2001:db8:cafe::17', 4711, '[2001:db8:cafe::17]:4711')
    """

    name: str = field(converter=_as_node_name)
    port: int | str | None = field(default=None, converter=_as_node_port)

    @classmethod
    def parse(cls, text: str, /) -> Node:
        """Read the value of `for` or `by`, its quotes undone.

        Args:
            text: The value.

        Raises:
            GrammarError: The text is not a node.
        """
        text = text.strip(OWS)
        bracket = text.find("]") + 1
        name, colon, digits = text[bracket:].partition(":")
        name = text[:bracket] + name
        if (":" in name and not name.startswith("[")) or (colon and not digits):
            raise GrammarError("Forwarded", "expected a node and perhaps a port", text)
        port: int | str | None = digits or None
        if digits and not digits.startswith("_"):
            port = parse_digits(digits, grammar="Forwarded", max_digits=5)
        try:
            return cls(name, port)
        except HeaderValueError as error:
            raise GrammarError(error.grammar, error.problem, text) from None

    @property
    def address(self) -> str | None:
        """The IP address without brackets, as `REMOTE_ADDR` has it; `None` when the node does not tell."""
        return None if self.name == "unknown" or self.name.startswith("_") else self.name.strip("[]")

    @property
    def is_obfuscated(self) -> bool:
        """Whether the name was made up to hide the address (RFC 7239 §6.3)."""
        return self.name.startswith("_")

    @override
    def __str__(self) -> str:
        return self.name if self.port is None else f"{self.name}:{self.port}"


def _as_node(value: Node | str | None) -> Node | None:
    try:
        return Node.parse(value) if isinstance(value, str) else value
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error) from None


def _as_host(host: str | None) -> str | None:
    try:
        name, port = ("", None) if host is None else parse_host(host)
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error, "Forwarded") from None
    return name + ("" if port is None else f":{port}") or None


def _as_proto(proto: str | None) -> str | None:
    if proto is not None and re.fullmatch(_SCHEME, proto) is None:
        raise HeaderValueError("Forwarded", "expected a scheme", proto)
    return None if proto is None else proto.lower()


def _as_extensions(extensions: ExtensionsLike) -> Pairs:
    found: dict[str, str] = {}
    for name, value in cast("Iterator[tuple[str, str]]", expanded(extensions or ())):  # of which the annotation tells
        low = check_token(name, "Forwarded").lower()
        if low in KNOWN or low in found or not is_field_value(value):
            raise HeaderValueError("Forwarded", "an extension that is there twice or cannot be written", name)
        found[low] = value
    return tuple(found.items())


@final
@frozen(kw_only=True)
class ForwardedElement(Value):
    """The parameters that one proxy added (RFC 7239 §4).

        forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
        forwarded-pair    = token "=" value
        value             = token / quoted-string

    Example values: `for=192.0.2.43`, `for="[2001:db8:cafe::17]:4711";proto=https;by=_edge`.

    Attributes:
        for_: Who sent the request to the proxy. The constructor takes a text, too.
        by: The side of the proxy that got it. The constructor takes a text, too.
        host: The Host of the request as the proxy got it.
        proto: The scheme of the request as the proxy got it.
        extensions: Other parameters, their names in lower case; their order does not matter.

    Raises:
        HeaderValueError: A value is not what its parameter asks for, or cannot be written; or no parameter is given.

    >>> element = ForwardedElement(for_="192.0.2.43", proto="https")
    >>> str(element)
    'for=192.0.2.43;proto=https'
    """

    for_: Node | None = field(default=None, converter=_as_node)
    by: Node | None = field(default=None, converter=_as_node)
    host: str | None = field(default=None, converter=_as_host)
    proto: str | None = field(default=None, converter=_as_proto)
    extensions: Pairs = field(default=(), converter=_as_extensions, eq=frozenset)

    def __attrs_post_init__(self) -> None:
        if not self._pairs():
            raise HeaderValueError("Forwarded", "an element without a parameter")

    @classmethod
    def parse(cls, text: str, /) -> ForwardedElement:
        """Read one element.

        Args:
            text: A member of the field.

        Raises:
            GrammarError: The text is malformed, or has a parameter twice.
        """
        pairs = _unique(text)
        given = dict(pairs)
        others = [pair for pair in pairs if pair[0] not in KNOWN]
        try:
            return cls(
                for_=given.get("for"),
                by=given.get("by"),
                host=given.get("host"),
                proto=given.get("proto"),
                extensions=others,
            )
        except HeaderValueError as error:
            raise GrammarError(error.grammar, error.problem, text) from None

    def _pairs(self) -> list[tuple[str, str]]:
        known = [("for", self.for_), ("by", self.by), ("host", self.host), ("proto", self.proto)]
        return [*((name, str(value)) for name, value in known if value is not None), *self.extensions]

    @override
    def __str__(self) -> str:
        return ";".join([f"{name}={token_or_quoted(value)}" for name, value in self._pairs()])


@final
@frozen
class Forwarded(ListValue):
    """The elements that proxies added, that of the first proxy first (RFC 7239 §4).

        Forwarded = 1#forwarded-element

    Example value: `for=192.0.2.60;proto=http;by=203.0.113.43, for="[2001:db8:cafe::17]"`.

    Anybody can write this field: `Trust` decides what of it is believed. Names of parameters compare without case.

    Attributes:
        elements: One for each proxy that told something.

    Raises:
        HeaderValueError: More than `max_list_items` elements are given.

    >>> [str(element.for_) for element in Forwarded.parse('For=192.0.2.43, for="[2001:db8:cafe::17]"').elements]
    ['192.0.2.43', '[2001:db8:cafe::17]']
    """

    elements: tuple[ForwardedElement, ...] = field(default=(), converter=tuple[ForwardedElement, ...])

    def __attrs_post_init__(self) -> None:
        if len(self.elements) > MAX_ITEMS:
            raise HeaderValueError("Forwarded", "too many elements")

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of the field.

        Args:
            text: Its lines, joined with commas. Empty elements are ignored.
            max_items: How many elements there may be.

        Raises:
            GrammarError: An element is malformed, or has a parameter twice.
            LimitError: The text has more than `max_items` elements.
        """
        members = [member for member in split_list(text) if member.strip("; \t")]
        check_count(len(members), max_items, "Forwarded")
        return unchecked(cls, elements=tuple([ForwardedElement.parse(member) for member in members]))

    def __bool__(self) -> bool:
        return bool(self.elements)

    @override
    def __str__(self) -> str:
        return ", ".join(map(str, self.elements))


def select_element(text: str, hops: int) -> Pairs | None:
    """The parameters that the outermost of so many proxies wrote into Forwarded.

    The field is read from its end, and only as far as needed: a client that sends a quote which it does not close
    changes nothing of what the proxies add after it; pinned by `test_client_cannot_hide_a_proxy`. Every element counts,
    an empty one too: else that of a proxy which tells nothing would be taken from what the client wrote before it.

    Args:
        text: All lines of the field, joined with commas.
        hops: How many proxies add an element; at least 1.

    Returns:
        Names in lower case with their values, not yet checked: what proxies write without quotes, such as
        `for=192.0.2.1:80`, is taken. None of them when the element is there but empty or malformed; `None` when there
        are fewer elements.

    >>> select_element('for="6.6.6.6, for=192.0.2.1;proto=https', 1)
    (('for', '192.0.2.1'), ('proto', 'https'))
    >>> select_element("for=6.6.6.6, for=192.0.2.1:80", 1), select_element("for=6.6.6.6, ;", 1)
    ((('for', '192.0.2.1:80'),), ())
    """
    if not text.strip(" \t"):
        return None
    end, left, quoted = len(text), hops, False
    backwards = text[::-1] + ","
    for match in _MARKS.finditer(backwards):
        start = len(text) - match.start()
        if match[0] != ",":
            # An escaped quote has an odd number of backslashes before it; before an opening one is its "=".
            quoted = quoted != (len(match[1]) % 2 == 0)
        elif start == 0 or not quoted:
            left -= 1
            if not left:
                return _readable(text[start:end])
            end = start - 1
    # Where a quote was never opened, nobody can tell how many elements there are.
    return () if quoted else None


def select_member(text: str, hops: int) -> str | None:
    """The member that the outermost of so many proxies wrote into an X-Forwarded field.

    These fields have no quoted-string: a comma always separates, whatever a client has sent before it. Every member
    counts, an empty one too.

    Args:
        text: All lines of the field, joined with commas.
        hops: How many proxies add a member; at least 1.

    Returns:
        The member, which may be empty; `None` when there are fewer.

    >>> select_member("6.6.6.6, 192.0.2.1, 10.0.0.1", 2)
    '192.0.2.1'
    """
    members = text.split(",") if text.strip(" \t") else []
    return members[-hops].strip(" \t") if len(members) >= hops else None


def _unique(text: str) -> Pairs:
    pairs = parse_parameters(text, grammar="Forwarded")
    if len(dict(pairs)) < len(pairs):
        raise GrammarError("Forwarded", "a parameter that is there twice", text)
    return pairs


def _readable(text: str) -> Pairs:
    """The parameters of an element, each to be judged by itself; none where it is not sure which there are."""
    found: dict[str, str] = {}
    sure = True
    position = 0
    while position < len(text):
        match = _TOLD.match(text, position)
        if match is None:
            return ()
        name, quoted, plain = match.groups()
        if name is not None:
            if name.lower() in found:  # as after a Host with a semicolon, of which a client is the author
                return ()
            found[name.lower()] = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
            sure = sure and _PLAIN.fullmatch(plain or "") is not None
        position = match.end()
    # Where something else is garbled, the proxy may have named a client.
    return tuple((found if sure else {"for": "", **found}).items())


def _members(text: str) -> tuple[str, ...]:
    return tuple([member for piece in text.split(",") if (member := piece.strip(" \t"))])


def _member_field(name: str) -> HeaderField[tuple[str, ...]]:
    """A field to which each proxy adds a member: text, as anybody may have written it."""

    def decode(lines: Sequence[str], max_items: int) -> tuple[str, ...]:
        members = _members(",".join(lines))
        check_count(len(members), max_items, name)
        return members

    def encode(members: tuple[str, ...]) -> Sequence[str]:
        for member in check_members(members, str, name):
            if _members(member) != (member,):
                raise HeaderValueError(name, "expected a member without a comma", member)
        return (", ".join(members),) if members else ()

    return counted_field(name, decode, encode)


FORWARDED: Final[HeaderField[Forwarded]] = list_field("Forwarded", Forwarded)
X_FORWARDED_FOR: Final[HeaderField[tuple[str, ...]]] = _member_field("X-Forwarded-For")
X_FORWARDED_HOST: Final[HeaderField[tuple[str, ...]]] = _member_field("X-Forwarded-Host")
X_FORWARDED_PORT: Final[HeaderField[tuple[str, ...]]] = _member_field("X-Forwarded-Port")
X_FORWARDED_PREFIX: Final[HeaderField[tuple[str, ...]]] = _member_field("X-Forwarded-Prefix")
X_FORWARDED_PROTO: Final[HeaderField[tuple[str, ...]]] = _member_field("X-Forwarded-Proto")
