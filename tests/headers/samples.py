"""For every field that has a key: what its lines look like, and which are none. From the RFCs, not from the parsers."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from attrs import frozen

from verglas import Response
from verglas.headers import FIELDS, FieldProperty, HeaderField

__all__ = ["SAMPLES", "TOO_LONG", "Properties", "Sample", "bare", "key_of", "properties_of", "with_lines"]

Properties: TypeAlias = dict[str, FieldProperty[object]]

TOO_LONG: Final = "a" * (64 * 1024 + 1)
"""One character more than `Limits.max_header_value`."""


def bare() -> Response:
    """A response without a header."""
    response = Response()
    response.headers.clear()
    return response


def with_lines(field: str, *lines: str) -> Response:
    """A response with lines of one field."""
    response = bare()
    response.headers.setlist(field, lines)
    return response


@frozen
class Sample:
    """What a field may look like.

    Attributes:
        line: A well-formed line.
        more: Another.
        same_as: The lines that both mean, one after the other; `None`: two lines are malformed.
        malformed: A line that is not its grammar; `None`: there is none that can be in headers.
        empty: Whether a line without anything is well-formed.
    """

    line: str
    more: str
    same_as: tuple[str, ...] | None
    malformed: str | None
    empty: bool


def several(line: str, more: str, malformed: str | None, *, empty: bool = True) -> Sample:
    """A list (RFC 9110 §5.3): lines are joined, and it may be empty."""
    return Sample(line, more, (f"{line}, {more}",), malformed, empty)


def single(line: str, malformed: str | None, *, empty: bool = False) -> Sample:
    """A field that is there once."""
    return Sample(line, line, None, malformed, empty)


def key_of(name: str) -> HeaderField[object]:
    """The key of a field."""
    return cast("HeaderField[object]", FIELDS[name])  # of whatever type: tests give it back what it gave


DATE: Final = "Sun, 06 Nov 1994 08:49:37 GMT"
POLICY: Final = 'same-origin;report-to="main"'

SAMPLES: Final[dict[str, Sample]] = {
    "accept": several("text/html;q=0.5", "application/json", "text"),
    "accept-charset": several("utf-8", "latin1;q=0.5", "="),
    "accept-encoding": several("gzip;q=0.5", "br", "="),
    "accept-language": several("en-gb;q=0.8", "da", "="),
    "accept-query": several('"application/jsonpath"', "application/sql", "="),
    "accept-ranges": several("bytes", "items", "="),
    "access-control-allow-credentials": single("true", "True"),
    "access-control-allow-headers": several("x-trace", "content-type", "a b"),
    "access-control-allow-methods": several("PUT", "DELETE", "a b"),
    "access-control-allow-origin": single("https://example.org", "example.org"),
    "access-control-expose-headers": several("x-trace", "etag", "a b"),
    "access-control-max-age": single("600", "-1"),
    "access-control-request-headers": several("x-trace", "content-type", "a b"),
    "access-control-request-method": single("PUT", "a b"),
    "age": Sample("60", "70", ("60",), "-1", empty=False),  # RFC 9111 §5.1: the first counts
    "allow": several("GET", "HEAD", "a b"),
    "authentication-info": several("qop=auth", 'nextnonce="a, b"', "="),
    "authorization": single("Bearer abc", "="),
    "cache-control": several("max-age=60", "public", "="),
    "content-disposition": single('attachment; filename="a, b.txt"', "="),
    "content-encoding": several("gzip", "br", "a b"),
    "content-language": several("mi", "en", "1"),
    "content-length": single("5", "+5"),
    "content-location": single("/a", None, empty=True),  # headers hold no other
    "content-md5": single("Q2hlY2sgSW50ZWdyaXR5IQ==", None, empty=True),
    "content-range": single("bytes 0-499/1234", "bytes 5-4/10"),
    "content-security-policy": several("default-src 'self'; sandbox", "img-src *", "\xe9"),
    "content-security-policy-report-only": several("default-src 'self'; sandbox", "img-src *", "\xe9"),
    "content-type": single("text/html; charset=utf-8", "text"),
    "cross-origin-embedder-policy": single("require-corp", "Require-Corp"),
    "cross-origin-embedder-policy-report-only": single('require-corp;report-to="main"', "Require-Corp"),
    "cross-origin-opener-policy": single(POLICY, "Same-Origin"),
    "cross-origin-opener-policy-report-only": single(POLICY, "Same-Origin"),
    "cross-origin-resource-policy": single("same-site", "Same-Site"),
    "date": single(DATE, "yesterday"),
    "etag": single('W/"a, b"', "a"),
    "expires": Sample(DATE, DATE, ("0",), None, empty=True),  # RFC 9111 §5.3, §4.2.1: expired
    "forwarded": several("for=192.0.2.43", 'for="[2001:db8::1]";proto=https', "for"),
    "if-match": several('"a, b"', '"c"', "a"),
    "if-modified-since": single(DATE, "yesterday"),
    "if-none-match": several('"a, b"', 'W/"c"', "a"),
    "if-range": single('"a"', "a"),
    "if-unmodified-since": single(DATE, "yesterday"),
    "last-event-id": single("caf\xc3\xa9", "\xe9", empty=True),
    "last-modified": single(DATE, "yesterday"),
    "location": single("https://example.org/a", None, empty=True),  # headers hold no other
    "max-forwards": single("10", "+5"),
    "origin": single("https://example.org", "https://a.example https://b.example"),
    "permissions-policy": several("camera=()", 'usb=(self "https://example.com")', "="),
    "permissions-policy-report-only": several("camera=()", "usb=*", "="),
    "pragma": several("no-cache", "x=y", "="),
    "proxy-authenticate": several('Basic realm="a, b"', "Negotiate", "="),
    "proxy-authentication-info": several("qop=auth", 'nextnonce="a, b"', "="),
    "proxy-authorization": single("Basic YTpi", "Basic !!"),
    "range": single("bytes=0-499,-5", "bytes=5-4"),
    "referer": single("https://example.org/", None, empty=True),
    "referrer-policy": several("no-referrer", "origin", "a b"),
    "retry-after": single("120", "soon"),
    "sec-fetch-dest": single("document", "Document"),
    "sec-fetch-mode": single("no-cors", "none"),
    "sec-fetch-site": single("same-site", '"same-site"'),
    "sec-fetch-user": single("?1", "1"),
    "server-timing": several('db; dur=53.2; desc="a, b"', "miss", "="),
    "set-cookie": Sample("a=1; Path=/, x", "b=2", ("a=1; Path=/, x", "b=2"), "=", empty=False),  # never joined
    "strict-transport-security": single("max-age=60; includeSubDomains", "max-age"),
    "user-agent": single("Mozilla/5.0 (X11; rv:128.0)", None, empty=True),
    "vary": several("Cookie", "Accept", "a b"),
    "www-authenticate": several('Basic realm="a, b"', "Negotiate", "="),
    "x-content-type-options": Sample("nosniff", "x", ("nosniff",), None, empty=True),  # Fetch: the first
    "x-forwarded-for": several("192.0.2.1", "10.0.0.1", None),
    "x-forwarded-host": several("example.org", "localhost", None),
    "x-forwarded-port": several("443", "80", None),
    "x-forwarded-prefix": several("/a", "/b", None),
    "x-forwarded-proto": several("https", "http", None),
    "x-frame-options": Sample("SAMEORIGIN", "DENY", ("DENY",), "no", empty=False),  # HTML: those that differ deny
}


def properties_of(message: type[object]) -> Properties:
    """Every attribute of a message that is a field, by name."""
    found: Properties = {}
    for kind in message.__mro__:
        for name, value in vars(kind).items():
            if isinstance(value, FieldProperty):
                found.setdefault(name, cast("FieldProperty[object]", value))  # of whatever type
    return found
