"""The Host of a request, and names of hosts in and out of IDNA (RFC 9110 §7.2, RFC 3986 §3.2.2)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.syntax.tokens import refuse

__all__ = ["parse_host", "to_ascii", "to_unicode"]

MAX_NAME_LENGTH: Final = 255  # characters of a host; RFC 1035 §2.3.4 allows 255 octets on the wire, 253 in text

# Underscores occur in the names of containers. Anything else that RFC 3986 would let into a reg-name (percent-encoding,
# sub-delims) is refused: "x/admin?" or "user@h" as a Host has changed what a URL means; pinned by `test_refuses`.
_NAME: Final = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_NAME_LENGTH}}}")
# An IPv6 address has at most 45 characters, 47 with its brackets. The two kinds start differently, and the counts are
# bounded: a text that does not match is given up after a fixed number of steps.
_HOST: Final = re.compile(rf"(?P<host>{_NAME.pattern}|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>[0-9]*))?")
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_IPV4_MAPPED: Final = [0, 0, 0, 0, 0, 0xFFFF]  # RFC 4291 §2.5.5.2
_GROUP: Final = re.compile(r"[0-9A-Fa-f]{1,4}")
# What a decoded label may hold besides non-ASCII: no delimiter, nor a dot, which would make two labels of it.
_NOT_IN_LABEL: Final = r"[\x00-,./:-^`{-\x7f]"
_LAST_IN_LABEL: Final = "\U000dffff"  # PERF: the expression with this in it takes 50 times as long to compile
_DOTS: Final = "[.\u3002\uff0e\uff61]"  # RFC 3490 §3.1: dots to IDNA
# UTS 46 §6, "deviation characters", and the capital of the first: IDNA 2003 makes "ss" of "\u00df", browsers keep it.
_DEVIATION: Final = "[\u00df\u1e9e\u03c2\u200c\u200d]"


def parse_host(text: str) -> tuple[str, int | None]:
    """Read the value of Host (RFC 9110 §7.2): a name, an IPv4 address or an IPv6 address in brackets, then a port.

    Args:
        text: The value, trimmed. An absent or empty one is the caller's matter.

    Returns:
        The host in lower case, an IPv6 address in its shortest form (RFC 5952) and in its brackets; and the port,
        `None` when it is absent or empty.

    Raises:
        GrammarError: The text is something else: two hosts, a path, user information, a port of 0 or above 65535.

    >>> parse_host("Example.COM:8080"), parse_host("[::0:1]:")
    (('example.com', 8080), ('[::1]', None))
    """
    match = _HOST.fullmatch(text)
    if match is None:
        raise GrammarError("Host", "expected a host and perhaps a port", text)
    host, port = match["host"], match["port"]
    host = _canonical_ipv6(host, text) if host[0] == "[" else host.lower()
    return host, _port(port, text) if port else None


def to_ascii(host: str) -> str:
    r"""Write the name of a host in ASCII, by IDNA 2003 (RFC 3490).

    Args:
        host: A name in any script, or an IPv6 address in brackets; without a port.

    Returns:
        The name in lower case, its labels in A-label form where they were not ASCII.

    Raises:
        GrammarError: The text is not a name: empty, too long, a label too long or not allowed by IDNA, a character
            that no name holds, also one that IDNA makes out of another. Or browsers, which follow UTS 46, go to another
            host: the name holds an eszett, a final sigma, a zero width (non-)joiner, or a character newer than that.

    >>> to_ascii("B\u00fccher.example")
    'xn--bcher-kva.example'
    """
    if host.startswith("["):
        if len(host) > MAX_NAME_LENGTH or not host.endswith("]"):
            raise GrammarError("host", "expected an IPv6 address in brackets", host)
        return _canonical_ipv6(host, host)
    # Before the codec, whose work may grow faster than its input.
    if len(host) > MAX_NAME_LENGTH:
        raise GrammarError("host", f"longer than {MAX_NAME_LENGTH} characters", host)
    name = host if host.isascii() else _by_idna(host)
    # After the codec: its normalisation makes "/" of a fullwidth solidus; pinned by `test_to_ascii_refuses`.
    if _NAME.fullmatch(name) is None:
        raise GrammarError("host", "a character that the name of a host may not hold, or none at all", host)
    return name.lower()


def _by_idna(host: str) -> str:
    problem = "browsers and IDNA 2003 read this character as different hosts; write the name in its xn-- form"
    refuse(_DEVIATION, host, "host", problem, GrammarError)
    # Browsers read another name in a character whose normal form is newer than Unicode 3.2, that of IDNA 2003.
    if unicodedata.normalize("NFKC", host) != unicodedata.ucd_3_2_0.normalize("NFKC", host):
        raise GrammarError("host", "a character newer than IDNA 2003; write the name in its xn-- form", host)
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise GrammarError("host", "not a name that IDNA can write in ASCII", host) from None
    # The codec leaves a dot that it makes of "\u2024" inside its label; browsers end the label there.
    if name.count(".") != len(re.findall(_DOTS, host)):
        raise GrammarError("host", "a character that IDNA makes a dot of", host)
    return name


def to_unicode(host: str) -> str:
    r"""Write the name of a host for people to read, its A-labels decoded by IDNA 2003 (RFC 3490).

    Args:
        host: A name or an IPv6 address in brackets, without a port.

    Returns:
        The name in lower case. A label that does not decode, or decodes into what cannot stand in a name, stays as
        it is; so does a whole name that could not be written in ASCII again. Anything but a host gives the empty text.

    >>> to_unicode("xn--bcher-kva.example") == "b\u00fccher.example"
    True
    """
    try:
        name = to_ascii(host)
    except GrammarError:
        return ""
    if "xn--" not in name:
        return name
    decoded = ".".join(_decoded(label) if label.startswith("xn--") else label for label in name.split("."))
    # A label elsewhere in the name may be empty or too long, which the codec refuses once another is not ASCII.
    return decoded if _is_written(decoded, name) else name


def _decoded(label: str) -> str:
    try:
        text = label.encode("ascii").decode("idna")
        # IDNA's dots, and characters that Unicode got after version 3.2, which the codec does not know to be
        # unprintable, such as the isolates that turn the direction of writing.
        if not text or max(text) > _LAST_IN_LABEL or not text.isprintable():
            return label
        if re.search(_NOT_IN_LABEL, text) is not None or re.search(_DOTS, text) is not None:
            return label
    except UnicodeError:
        return label
    return text if _is_written(text, label) else label


def _is_written(decoded: str, name: str) -> bool:
    """Whether a decoded name has this form in ASCII again."""
    try:
        return to_ascii(decoded) == name
    except GrammarError:
        return False


def _port(digits: str, text: str) -> int:
    significant = digits.lstrip("0")  # never the whole to int(), whose work grows with the square of its length
    port = int(significant) if 0 < len(significant) <= 5 else 0
    if not 0 < port <= 65535:
        raise GrammarError("Host", "expected a port from 1 to 65535", text, len(text) - len(digits))
    return port


def _canonical_ipv6(literal: str, text: str) -> str:
    """The address in its shortest form; an IPv4-mapped one shows the IPv4 address (RFC 5952 §5)."""
    groups = _ipv6_groups(literal[1:-1])
    if groups is None:
        raise GrammarError("Host", "expected an IPv6 address in the brackets", text, 0)
    if groups[:6] == _IPV4_MAPPED:
        octets = [octet for group in groups[6:] for octet in divmod(group, 256)]
        return f"[::ffff:{'.'.join(map(str, octets))}]"
    start, length = _longest_zeros(groups)
    if length < 2:  # RFC 5952 §4.2.2: a single zero is written
        return f"[{':'.join(format(group, 'x') for group in groups)}]"
    head = ":".join(format(group, "x") for group in groups[:start])
    tail = ":".join(format(group, "x") for group in groups[start + length :])
    return f"[{head}::{tail}]"


def _ipv6_groups(address: str) -> list[int] | None:
    """The eight groups of an address (RFC 3986 §3.2.2), or `None`."""
    head, compressed, tail = address.partition("::")
    left, right = _side(head), _side(tail)
    if left is None or right is None or (compressed and "." in head):
        return None
    missing = 8 - len(left) - len(right)
    # "::" stands for one group at least, as in RFC 3986; RFC 4291 §2.2 agrees.
    if (missing < 1) if compressed else (missing != 0):
        return None
    return [*left, *[0] * missing, *right]


def _side(text: str) -> list[int] | None:
    """The groups on one side of the "::", the last of them perhaps an IPv4 address; or `None`."""
    if not text:
        return []
    parts = text.split(":")
    groups: list[int] = []
    if "." in parts[-1]:
        ipv4 = parts.pop()
        if _IPV4.fullmatch(ipv4) is None:
            return None
        a, b, c, d = (int(octet) for octet in ipv4.split("."))
        groups = [a << 8 | b, c << 8 | d]
    if not all(_GROUP.fullmatch(part) for part in parts):
        return None
    return [*(int(part, 16) for part in parts), *groups]


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    """Where the first of the longest runs of zero groups starts, and how long it is (RFC 5952 §4.2.3)."""
    best = (0, 0)
    start = 0
    for index, group in enumerate(groups):
        if group:
            start = index + 1
        elif index + 1 - start > best[1]:
            best = (start, index + 1 - start)
    return best
