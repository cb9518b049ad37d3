"""Lists: the members that a request may have in each are counted, by the limits of that request."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Self

import pytest
from attrs import frozen

from tests.headers.samples import key_of
from verglas import GrammarError, HeaderField, Headers, Limits, MutableHeaders, Request, Response
from verglas.errors import ExceededLimit, HeaderValueError, LimitError, RequestHeaderFieldsTooLarge
from verglas.headers import (
    FIELDS,
    IF_NONE_MATCH,
    VARY,
    X_FORWARDED_FOR,
    CacheControl,
    ETags,
    NameSet,
    StructuredList,
    list_field,
    structured_list_field,
)


@frozen
class Words:
    """A list of an application's own."""

    text: str

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read it."""
        return cls(text)

    def __str__(self) -> str:
        return self.text


@frozen(eq=False)
class Tags(NameSet):
    """A set of an application's own."""

    grammar: ClassVar[str] = "X-Tags"


WORDS: Final[HeaderField[Words]] = list_field("X-Words", Words)
TAGS: Final[HeaderField[Tags]] = list_field("X-Tags", Tags)
STRUCTURED: Final[HeaderField[StructuredList]] = structured_list_field("X-Structured")

# A member of each list, numbered; the first may be another.
MEMBERS: Final[dict[str, str]] = {
    "accept": "a/b;c={}",
    "accept-charset": "a{}",
    "accept-encoding": "a{}",
    "accept-language": "a-{}",
    "accept-query": "a{}",
    "accept-ranges": "a{}",
    "access-control-allow-headers": "a{}",
    "access-control-allow-methods": "a{}",
    "access-control-expose-headers": "a{}",
    "access-control-request-headers": "a{}",
    "age": "{}",
    "allow": "a{}",
    "authentication-info": "a{}=1",
    "authorization": "a{}=1",
    "cache-control": "a{}",
    "content-encoding": "a{}",
    "content-language": "a-{}",
    "content-security-policy": "img-src a{}",
    "content-security-policy-report-only": "img-src a{}",
    "forwarded": "for=_a{}",
    "if-match": '"a{}, b"',
    "if-none-match": '"a{}"',
    "permissions-policy": "a{}=*",
    "permissions-policy-report-only": "a{}=*",
    "pragma": "a{}",
    "proxy-authenticate": "a{}",
    "proxy-authentication-info": "a{}=1",
    "proxy-authorization": "a{}=1",
    "referrer-policy": "a{}",
    "server-timing": 'a{};desc="b, c"',
    "vary": "a{}",
    "www-authenticate": "a{}",
    "x-forwarded-for": "a{}",
    "x-forwarded-host": "a{}",
    "x-forwarded-port": "{}",
    "x-forwarded-prefix": "a{}",
    "x-forwarded-proto": "a{}",
    "x-frame-options": "DENY",
}
ATTRIBUTES: Final[dict[str, Callable[[Request], object]]] = {
    "accept": lambda request: request.accept_mimetypes,
    "accept-charset": lambda request: request.accept_charsets,
    "accept-encoding": lambda request: request.accept_encodings,
    "accept-language": lambda request: request.accept_languages,
    "access-control-request-headers": lambda request: request.access_control_request_headers,
    "authorization": lambda request: request.authorization,
    "cache-control": lambda request: request.cache_control,
    "if-match": lambda request: request.if_match,
    "if-none-match": lambda request: request.if_none_match,
    "pragma": lambda request: request.pragma,
}
LIMITS: Final = [
    pytest.param(Limits(), id="default"),
    pytest.param(Limits(max_list_items=2), id="fewer"),
    pytest.param(Limits(max_list_items=1000), id="more"),
]
names = pytest.mark.parametrize("name", MEMBERS)
all_limits = pytest.mark.parametrize("limits", LIMITS)


def listed(name: str, count: int) -> str:
    """A list with so many members. Authorization counts its scheme, too."""
    first = "X " if name.endswith("authorization") else ""
    count -= bool(first)
    return first + ", ".join([MEMBERS[name].format(number) for number in range(count)])


def received(name: str, text: str, limits: Limits) -> Request:
    """A request as a server hands it over."""
    return Request({f"HTTP_{name.upper().replace('-', '_')}": text}, limits=limits)


def made(name: str, text: str, limits: Limits) -> Request:
    """The same request as a value."""
    return Request(headers={name: text}, limits=limits)


def replaced(name: str, text: str, limits: Limits) -> Request:
    """The same request as a changed copy."""
    return received("x", "y", limits).replace(method="PUT", headers={name: text})


def refused(read: Callable[[], object]) -> tuple[int, str | None, str, int]:
    """What reading raises: the status, the field, the limit and what it allows."""
    with pytest.raises(RequestHeaderFieldsTooLarge, match="max_list_items") as caught:
        read()
    limit = caught.value.limit
    assert limit is not None
    return caught.value.code, (caught.value.field or "").lower(), limit.knob, limit.allowed


sides = pytest.mark.parametrize("make", [pytest.param(side, id=side.__name__) for side in (received, made, replaced)])


@all_limits
@names
def test_key(name: str, limits: Limits) -> None:
    """As many members as allowed are read by the key; one more is a 431 that names the limit."""
    allowed = limits.max_list_items
    key = key_of(name)
    headers = Headers.captured({f"HTTP_{name.upper().replace('-', '_')}": listed(name, allowed)}, limits)
    over = Headers.unchecked(((name, listed(name, allowed + 1)),), limits)

    assert FIELDS[name].decode([listed(name, min(allowed, 256))]) is not None
    assert headers.get(key, None) is not None
    assert (431, name, "max_list_items", allowed) == refused(lambda: over[key]) == refused(lambda: over.get(key))


@sides
@all_limits
@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attribute(name: str, limits: Limits, make: Callable[[str, str, Limits], Request]) -> None:
    """An attribute does not take a list with too many members for one that is absent."""
    allowed, attribute = limits.max_list_items, ATTRIBUTES[name]

    assert attribute(make(name, listed(name, allowed), limits))
    assert (431, name, "max_list_items", allowed) == refused(
        lambda: attribute(make(name, listed(name, allowed + 1), limits))
    )


EDITS: Final[dict[str, Callable[[Headers], Headers]]] = {
    "with": lambda headers: headers.with_("X-A", "b"),
    "adding": lambda headers: headers.adding("X-A", "b"),
    "without": lambda headers: headers.without("X-A"),
    "copy": copy.copy,
    "pickle": lambda headers: pickle.loads(pickle.dumps(headers)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_limit_outlives_an_edit(edit: str) -> None:
    """Headers that were made from those of a request keep its limits."""
    headers = EDITS[edit](received("vary", "a, b, c", Limits(max_list_items=2)).headers)

    assert (431, "vary", "max_list_items", 2) == refused(lambda: headers[VARY])


@all_limits
@pytest.mark.parametrize(
    "key", [pytest.param(WORDS, id="value"), pytest.param(TAGS, id="names"), pytest.param(STRUCTURED, id="structured")]
)
def test_own_list(key: HeaderField[Words] | HeaderField[Tags] | HeaderField[StructuredList], limits: Limits) -> None:
    """The members of an application's own lists are counted like those of others."""
    allowed = limits.max_list_items
    texts = [", ".join([f"a{number}" for number in range(count)]) for count in (allowed, allowed + 1)]
    headers, over = (Request(headers={key.name: text}, limits=limits).headers for text in texts)

    assert headers[key] is not None
    assert (431, key.name.lower(), "max_list_items", allowed) == refused(lambda: over[key])


def test_lines_are_counted_together() -> None:
    """A list is all lines of its field."""
    headers = Request(headers={"X-Forwarded-For": ["a, b", "c"]}, limits=Limits(max_list_items=2)).headers

    assert (431, "x-forwarded-for", "max_list_items", 2) == refused(lambda: headers[X_FORWARDED_FOR])


def test_empty_members_are_not_counted() -> None:
    """A list may have empty members (RFC 9110 §5.6.1.2)."""
    headers = Request(headers={"Vary": "a,,,, , b"}, limits=Limits(max_list_items=2)).headers

    assert ("a", "b") == headers[VARY].names


def test_text_stays_readable() -> None:
    """What is over the limit can be read as text."""
    request = received("if-none-match", '"1", "2"', Limits(max_list_items=1))

    assert '"1", "2"' == request.headers["If-None-Match"]


def test_condition_is_refused() -> None:
    """A condition with too many members is a 431, not an absent one."""
    response = Response("x")
    request = received("if-none-match", '"1", "2"', Limits(max_list_items=1))

    assert (431, "if-none-match", "max_list_items", 1) == refused(lambda: response.make_conditional(request))


@pytest.mark.parametrize(
    "parse", [pytest.param(ETags.parse, id="etags"), pytest.param(CacheControl.parse, id="cache-control")]
)
def test_text_of_the_application(parse: Callable[[str], object]) -> None:
    """A text that an application parses itself has the default limit."""
    texts = [
        ", ".join(['"a"' if parse == ETags.parse else f"a{number}" for number in range(count)]) for count in (256, 257)
    ]

    assert parse(texts[0])
    with pytest.raises(LimitError, match="max_list_items"):
        parse(texts[1])


def test_response_is_the_application_s_own() -> None:
    """Too many members in what the application wrote are its own fault, never a 431."""
    headers = MutableHeaders({"If-None-Match": ",".join(['"a"'] * 257)})

    with pytest.raises(HeaderValueError, match="max_list_items"):
        headers[IF_NONE_MATCH]


def test_nothing_is_lost_by_adding_to_a_long_list() -> None:
    """A list of a response with too many members is not taken for an empty one, which `|=` would put in its place."""
    response = Response(headers={"Vary": ", ".join(f"x-{number}" for number in range(257))})
    before = response.headers.pairs

    with pytest.raises(HeaderValueError, match="max_list_items"):
        response.vary |= "Cookie"
    assert before == response.headers.pairs


@pytest.mark.parametrize(
    ("status", "count", "limits"),
    [
        pytest.param(206, 100, Limits(), id="default-under"),
        pytest.param(200, 101, Limits(), id="default-over"),
        pytest.param(206, 2, Limits(max_ranges=2), id="fewer-under"),
        pytest.param(200, 3, Limits(max_ranges=2), id="fewer-over"),
        pytest.param(206, 101, Limits(max_ranges=1000), id="more-under"),
        pytest.param(206, 3, Limits(max_list_items=1), id="ranges-are-no-members"),
    ],
)
def test_ranges(status: int, count: int, limits: Limits) -> None:
    """A Range with more ranges than its request may ask for is ignored."""
    text = f"bytes={', '.join([f'{2 * number}-{2 * number}' for number in range(count)])}"
    response = Response(b"x" * 1000)
    response.make_conditional(received("range", text, limits), accept_ranges=True)

    assert status == response.status_code


@pytest.mark.parametrize(
    "text", [pytest.param("x" * 10 + '"', id="unclosed"), pytest.param('a"' + "," * 300, id="many")]
)
def test_malformed_is_no_431(text: str) -> None:
    """A list that cannot be read is malformed, however many commas it has."""
    with pytest.raises(GrammarError):
        VARY.decode([text])


def test_own_reader_gets_the_limit() -> None:
    """A key of two functions and a third one, which is given the limit of the request."""

    def decode(lines: Sequence[str]) -> tuple[str, ...]:
        return decode_within(lines, 4)

    def decode_within(lines: Sequence[str], max_items: int) -> tuple[str, ...]:
        if len(lines[0]) > max_items:
            raise LimitError("X-Letters", "too many", ExceededLimit("max_list_items", max_items, "letters"))
        return tuple(lines[0])

    key = HeaderField("X-Letters", decode, "".join, decode_within)
    headers = Request(headers={"X-Letters": "abc"}, limits=Limits(max_list_items=2)).headers

    assert ("a", "b", "c") == Headers({"X-Letters": "abc"})[key] == MutableHeaders({"X-Letters": "abc"})[key]
    assert (431, "x-letters", "max_list_items", 2) == refused(lambda: headers[key])


def test_headers_know_their_limits() -> None:
    """The limits of a request are those of its headers; headers of the application's own have the defaults."""
    limits = Limits(max_list_items=2)

    assert (limits, limits) == (received("a", "b", limits).headers.limits, made("a", "b", limits).headers.limits)
    assert Limits() == Headers({"A": "b"}).limits == MutableHeaders({"A": "b"}).freeze().limits
