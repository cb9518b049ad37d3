"""Header values one by one, in what they have in common: a new value is a new row of each table here.

What a value says of its own grammar is in the test of its chapter; what is promised without a table, for every public
class, in `tests/contracts/test_header_values.py`.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.headers.samples import key_of
from tests.headers.strategies import CREDENTIAL_PIECES, FORWARDED_PIECES, LIKELY, PIECES, elements, set_cookies
from verglas import GrammarError, HeaderValueError
from verglas.headers import (
    ACCEPT_RANGES,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ALLOW,
    AUTHENTICATION_INFO,
    AUTHORIZATION,
    CACHE_CONTROL,
    CONTENT_DISPOSITION,
    CONTENT_LANGUAGE,
    CONTENT_RANGE,
    CONTENT_SECURITY_POLICY,
    CONTENT_TYPE,
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY,
    ETAG,
    FORWARDED,
    IF_MATCH,
    IF_RANGE,
    ORIGIN,
    PERMISSIONS_POLICY,
    PRAGMA,
    RANGE,
    REFERRER_POLICY,
    RETRY_AFTER,
    SERVER_TIMING,
    STRICT_TRANSPORT_SECURITY,
    USER_AGENT,
    VARY,
    WWW_AUTHENTICATE,
    AcceptRanges,
    Allow,
    AllowOrigin,
    AuthenticationInfo,
    Authorization,
    CacheControl,
    Challenges,
    ContentDisposition,
    ContentLanguage,
    ContentRange,
    ContentSecurityPolicy,
    CORSHeaders,
    CORSMethods,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    ETag,
    ETags,
    Forwarded,
    ForwardedElement,
    IfRange,
    MediaType,
    NameSet,
    Node,
    Origin,
    PermissionsPolicy,
    Pragma,
    Range,
    ReferrerPolicies,
    RetryAfter,
    ServerTiming,
    SetCookie,
    StrictTransportSecurity,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    TimingMetric,
    UserAgent,
    Vary,
)
from verglas.testing.strategies import (
    any_texts,
    header_values,
    structured_dictionaries,
    structured_items,
    structured_lists,
    tokens,
)

LATIN_1: Final = st.text(st.characters(max_codepoint=0xFF), max_size=60)
OCTETS: Final = st.binary().map(lambda octets: octets.decode("latin-1"))

AUTHENTICATION: Final = CREDENTIAL_PIECES | any_texts() | OCTETS
FORWARDING: Final = FORWARDED_PIECES | any_texts() | OCTETS
TAGS: Final = st.text('"W/, *\ta\\\x0b\x7f\xff') | st.text(st.characters(codec="latin-1"))
MEDIA_TYPES: Final = any_texts() | st.text('abAB/;= "\\\xe9', max_size=30).map("a/b;{}".format)
RANGES: Final = any_texts() | st.text("bytes=0123456789-,*/ ", max_size=40).map("bytes={}".format)
POLICIES: Final = any_texts() | st.lists(
    st.sampled_from(["max-age=", "1", '"', ";", "a", "=", ",", " ", "(", ")", "*", "\\"])
).map("".join)
COOKIES: Final = any_texts() | st.lists(
    st.sampled_from(
        [
            *("Path", "Domain", "Expires", "Max-Age", "SameSite", "Secure", "Partitioned", "__Host-", "a=b"),
            *("/", ".", "9", "-", "None", "\xe9", "\t", "=", "; "),
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        pytest.param(
            CacheControl.parse,
            st.text(st.sampled_from(', \t="\\a=1-\x0b\xff')) | st.text(st.characters(codec="latin-1")),
            id="CacheControl",
        ),
        pytest.param(Challenges.parse, AUTHENTICATION, id="Challenges"),
        pytest.param(AuthenticationInfo.parse, AUTHENTICATION, id="AuthenticationInfo"),
        pytest.param(
            Authorization.parse,
            AUTHENTICATION | CREDENTIAL_PIECES.map("Digest ".__add__),
            id="Authorization",
        ),
        pytest.param(IfRange.parse, st.text('"W/ aGMT,') | st.text(st.characters(codec="latin-1")), id="IfRange"),
        pytest.param(ETags.parse, TAGS, id="ETags"),
        pytest.param(MediaType.parse, MEDIA_TYPES, id="MediaType"),
        pytest.param(ContentLanguage.parse, MEDIA_TYPES, id="ContentLanguage"),
        pytest.param(
            ContentDisposition.parse,
            any_texts() | st.text("fname*=;'\"\\%0123eé\u2603UTF-8 ", max_size=40).map("a; {}".format),
            id="ContentDisposition",
        ),
        pytest.param(Range.parse, RANGES, id="Range"),
        pytest.param(ContentRange.parse, RANGES, id="ContentRange"),
        pytest.param(AcceptRanges.parse, RANGES, id="AcceptRanges"),
        pytest.param(
            ContentSecurityPolicy.parse, any_texts() | st.text("aA; ,\t'*-", max_size=40), id="ContentSecurityPolicy"
        ),
        pytest.param(StrictTransportSecurity.parse, POLICIES, id="StrictTransportSecurity"),
        pytest.param(ReferrerPolicies.parse, POLICIES, id="ReferrerPolicies"),
        pytest.param(PermissionsPolicy.parse, POLICIES, id="PermissionsPolicy"),
        pytest.param(CrossOriginOpenerPolicy.parse, any_texts(), id="CrossOriginOpenerPolicy"),
        pytest.param(CrossOriginEmbedderPolicy.parse, any_texts(), id="CrossOriginEmbedderPolicy"),
        pytest.param(Forwarded.parse, FORWARDING, id="Forwarded"),
        pytest.param(ForwardedElement.parse, FORWARDING, id="ForwardedElement"),
        pytest.param(Node.parse, FORWARDING, id="Node"),
        pytest.param(NameSet.parse, any_texts() | tokens(), id="NameSet"),
        pytest.param(Vary.parse, LIKELY, id="Vary"),
        pytest.param(
            ServerTiming.parse,
            st.text(st.sampled_from('adurDsc=;,.01" \t\\\n'), max_size=40) | LATIN_1,
            id="ServerTiming",
        ),
        pytest.param(SetCookie.parse, COOKIES, id="SetCookie"),
    ],
)
@given(data=st.data())
def test_reading_is_total(parse: Callable[[str], object], texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Any text, mostly of what the field is made of, is a value whose text is stable, or the fault of its sender."""
    text = data.draw(texts)
    try:
        value = parse(text)
    except HeaderValueError:  # the fault of an application
        raise
    except GrammarError:
        return

    again = parse(str(value))

    assert (value, str(value)) == (again, str(again))


# test_table.py draws 25 more for each field, and tests/contracts/test_header_values.py ten, of the same strategies.
HALF: Final = settings().max_examples // 2

# As a function: where it is called, mypy wants to know the class of the value.
EVOLVED: Final[Callable[[attrs.AttrsInstance], attrs.AttrsInstance]] = attrs.evolve
CONTENT_FIELDS: Final = ["content-length", "content-encoding", "content-location", "content-md5"]
CONTEXT_FIELDS: Final = [
    "allow",
    "date",
    "last-event-id",
    "location",
    "max-forwards",
    "pragma",
    "referer",
    "retry-after",
    "user-agent",
]
CORS_FIELDS: Final = [
    "origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-method",
]
FETCH_FIELDS: Final = ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user"]
CONTEXT_TEXTS: Final = (
    LATIN_1 | header_values(RETRY_AFTER, unsent=True).map(str) | header_values(PRAGMA, unsent=True).map(str)
)
FETCH_TEXTS: Final = PIECES | st.text(st.characters(max_codepoint=0xFF), max_size=30)
CORS_TEXTS: Final = LATIN_1 | header_values(ORIGIN, unsent=True).map(str) | LATIN_1.map("https://{}".format)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        *(pytest.param(name, MEDIA_TYPES, id=name) for name in CONTENT_FIELDS),
        *(pytest.param(name, CONTEXT_TEXTS, id=name) for name in CONTEXT_FIELDS),
        *(pytest.param(name, CORS_TEXTS, id=name) for name in CORS_FIELDS),
        *(pytest.param(name, FETCH_TEXTS, id=name) for name in FETCH_FIELDS),
    ],
)
@given(data=st.data())
def test_any_line(name: str, texts: st.SearchStrategy[str], data: st.DataObject) -> None:
    """Any line of a field is a value, written stably, or a GrammarError."""
    field, text = key_of(name), data.draw(texts)
    try:
        lines = field.encode(field.decode([text]))
    except GrammarError:
        return

    assert [lines] == [field.encode(field.decode(lines)) if lines else lines]


@pytest.mark.parametrize(
    ("parse", "values"),
    [
        pytest.param(CacheControl.parse, header_values(CACHE_CONTROL, unsent=True), id="CacheControl"),
        pytest.param(Challenges.parse, header_values(WWW_AUTHENTICATE, unsent=True), id="Challenges"),
        pytest.param(
            AuthenticationInfo.parse, header_values(AUTHENTICATION_INFO, unsent=True), id="AuthenticationInfo"
        ),
        pytest.param(Authorization.parse, header_values(AUTHORIZATION, unsent=True), id="Authorization"),
        pytest.param(IfRange.parse, header_values(IF_RANGE, unsent=True), id="IfRange"),
        pytest.param(ETag.parse, header_values(ETAG, unsent=True), id="ETag"),
        pytest.param(ETags.parse, header_values(IF_MATCH, unsent=True), id="ETags"),
        pytest.param(MediaType.parse, header_values(CONTENT_TYPE, unsent=True), id="MediaType"),
        pytest.param(ContentLanguage.parse, header_values(CONTENT_LANGUAGE, unsent=True), id="ContentLanguage"),
        pytest.param(
            ContentDisposition.parse, header_values(CONTENT_DISPOSITION, unsent=True), id="ContentDisposition"
        ),
        pytest.param(Range.parse, header_values(RANGE, unsent=True), id="Range"),
        pytest.param(ContentRange.parse, header_values(CONTENT_RANGE, unsent=True), id="ContentRange"),
        pytest.param(AcceptRanges.parse, header_values(ACCEPT_RANGES, unsent=True), id="AcceptRanges"),
        pytest.param(RetryAfter.parse, header_values(RETRY_AFTER, unsent=True), id="RetryAfter"),
        pytest.param(Allow.parse, header_values(ALLOW, unsent=True), id="Allow"),
        pytest.param(Pragma.parse, header_values(PRAGMA, unsent=True), id="Pragma"),
        pytest.param(UserAgent.parse, header_values(USER_AGENT, unsent=True), id="UserAgent"),
        pytest.param(ServerTiming.parse, header_values(SERVER_TIMING, unsent=True), id="ServerTiming"),
        pytest.param(
            TimingMetric.parse, header_values(SERVER_TIMING).map(lambda value: value.metrics[0]), id="TimingMetric"
        ),
        pytest.param(Origin.parse, header_values(ORIGIN, unsent=True), id="Origin"),
        pytest.param(AllowOrigin.parse, header_values(ACCESS_CONTROL_ALLOW_ORIGIN, unsent=True), id="AllowOrigin"),
        pytest.param(CORSMethods.parse, header_values(ACCESS_CONTROL_ALLOW_METHODS, unsent=True), id="CORSMethods"),
        pytest.param(CORSHeaders.parse, header_values(ACCESS_CONTROL_ALLOW_HEADERS, unsent=True), id="CORSHeaders"),
        pytest.param(
            ContentSecurityPolicy.parse, header_values(CONTENT_SECURITY_POLICY, unsent=True), id="ContentSecurityPolicy"
        ),
        pytest.param(
            StrictTransportSecurity.parse,
            header_values(STRICT_TRANSPORT_SECURITY, unsent=True),
            id="StrictTransportSecurity",
        ),
        pytest.param(ReferrerPolicies.parse, header_values(REFERRER_POLICY, unsent=True), id="ReferrerPolicies"),
        pytest.param(PermissionsPolicy.parse, header_values(PERMISSIONS_POLICY, unsent=True), id="PermissionsPolicy"),
        pytest.param(
            CrossOriginOpenerPolicy.parse,
            header_values(CROSS_ORIGIN_OPENER_POLICY, unsent=True),
            id="CrossOriginOpenerPolicy",
        ),
        pytest.param(
            CrossOriginEmbedderPolicy.parse,
            header_values(CROSS_ORIGIN_EMBEDDER_POLICY, unsent=True),
            id="CrossOriginEmbedderPolicy",
        ),
        pytest.param(Forwarded.parse, header_values(FORWARDED, unsent=True), id="Forwarded"),
        pytest.param(ForwardedElement.parse, elements(), id="ForwardedElement"),
        pytest.param(Node.parse, elements().map(lambda element: element.for_ or Node("unknown")), id="Node"),
        pytest.param(NameSet.parse, st.lists(tokens(), max_size=6).map(NameSet), id="NameSet"),
        pytest.param(Vary.parse, header_values(VARY, unsent=True), id="Vary"),
        pytest.param(SetCookie.parse, set_cookies(), id="SetCookie"),
        pytest.param(StructuredItem.parse, structured_items(), id="StructuredItem"),
        pytest.param(StructuredList.parse, structured_lists(), id="StructuredList"),
        pytest.param(StructuredDictionary.parse, structured_dictionaries(), id="StructuredDictionary"),
    ],
)
@settings(max_examples=HALF)
@given(data=st.data())
def test_round_trip(
    parse: Callable[[str], object], values: st.SearchStrategy[attrs.AttrsInstance], data: st.DataObject
) -> None:
    """What is written is read as what it was; it survives pickle, copies and `evolve`, and hashes alike."""
    value = data.draw(values)
    same: list[object] = [
        parse(str(value)),
        copy.copy(value),
        copy.deepcopy(value),
        pickle.loads(pickle.dumps(value)),
        EVOLVED(value),
    ]

    assert [value] * 5 == same
    assert {hash(value)} == set(map(hash, same))
    assert {str(value)} == set(map(str, same))


@pytest.mark.parametrize(
    ("expected", "parse", "one", "other"),
    [
        pytest.param(True, Challenges.parse, "basic REALM=a", 'Basic realm="a"', id="challenges-case"),
        pytest.param(False, Challenges.parse, "Basic realm=a", "Basic realm=A", id="challenges-values-exactly"),
        pytest.param(True, Challenges.parse, "A x=1, y=2", "A y=2, x=1", id="challenges-order-of-parameters"),
        pytest.param(False, Challenges.parse, "A, B", "B, A", id="challenges-order"),
        pytest.param(True, Authorization.parse, "Bearer a", "bearer a", id="credentials-scheme-in-any-case"),
        pytest.param(False, Authorization.parse, "Bearer a", "Bearer A", id="credentials-token-exactly"),
        pytest.param(
            True, Authorization.parse, "X a=1, b=2", 'X B="2", A="1"', id="credentials-parameters-in-any-order"
        ),
        pytest.param(False, Authorization.parse, "X a=1", "X a=2", id="credentials-values-exactly"),
        pytest.param(False, Authorization.parse, "X a", "Y a", id="credentials-scheme"),
        pytest.param(
            True, MediaType.parse, "text/html;charset=utf-8", 'Text/HTML; Charset="UTF-8"', id="media-type-case"
        ),
        pytest.param(True, MediaType.parse, "a/b; c=d; e=f", "a/b; e=f; c=d", id="media-type-order"),
        pytest.param(False, MediaType.parse, "a/b; c=d", "a/b; c=D", id="media-type-value-case"),
        pytest.param(False, MediaType.parse, "text/html", "text/html; charset=utf-8", id="media-type-parameters"),
        pytest.param(False, MediaType.parse, "a/b", "a/c", id="media-type-subtype"),
        pytest.param(
            True, Origin.parse, "https://a.example", "https://A.EXAMPLE:443", id="origin-case-and-default-port"
        ),
        pytest.param(True, Origin.parse, "HTTP://a.example:80", "http://a.example", id="origin-case-of-the-scheme"),
        pytest.param(False, Origin.parse, "https://a.example", "http://a.example", id="origin-another-scheme"),
        pytest.param(False, Origin.parse, "https://a.example", "https://a.example:8443", id="origin-another-port"),
        pytest.param(False, Origin.parse, "https://a.example", "https://b.a.example", id="origin-another-host"),
        pytest.param(
            False,
            Origin.parse,
            "https://a.example:80",
            "https://a.example",
            id="origin-default-port-of-another-scheme",
        ),
        pytest.param(True, Origin.parse, "null", "null", id="origin-null"),
        pytest.param(True, Node.parse, "[2001:DB8::0:1]", "[2001:db8::1]", id="node-ipv6-forms"),
        pytest.param(True, Node.parse, "Unknown", "unknown", id="node-unknown"),
        pytest.param(False, Node.parse, "_a", "_A", id="node-obfuscated-exactly"),
        pytest.param(True, Node.parse, "192.0.2.1:080", "192.0.2.1:80", id="node-port-is-a-number"),
        pytest.param(False, Node.parse, "192.0.2.1:80", "192.0.2.1", id="node-no-port-is-none"),
    ],
)
def test_comparison_table(expected: bool, parse: Callable[[str], object], one: str, other: str) -> None:
    """The rows of the docstrings: values are equal when they mean the same, and equal ones have one hash."""
    left, right = parse(one), parse(other)

    assert (expected, expected) == (left == right, len({left, right}) == 1)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        *(
            pytest.param(name, "1", id=name)
            for name in ("date", "location", "max-forwards", "referer", "retry-after", "user-agent")
        ),
        *(
            pytest.param(name, "null", id=name)
            for name in ("origin", "access-control-allow-origin", "access-control-allow-credentials")
        ),
        *(pytest.param(name, "none", id=name) for name in FETCH_FIELDS),
    ],
)
def test_there_is_only_one(name: str, line: str) -> None:
    """Two lines of a field that is there once are malformed, even when they agree: a reader goes by either."""
    with pytest.raises(GrammarError, match="only one"):
        key_of(name).decode([line, line])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}-{value!r}")
        for name, values in (
            ("www-authenticate", ("Basic", (), None)),
            ("content-encoding", ("gzip", "", None, (1,))),
            ("content-length", (3.7, 3.0, True, "3", None)),
            ("x-forwarded-for", ("192.0.2.1", "", None, [1])),
            ("age", (5, 3.7, True, "5", None)),
            ("set-cookie", ("a=b", "", None, ("a=b",))),
        )
        for value in values
    ],
)
def test_writes_its_own_type_only(name: str, value: object) -> None:
    """A text is not written as its letters, nor another number as a whole one or as a duration."""
    with pytest.raises(TypeError):
        key_of(name).encode(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(pytest.param("content-length", length, id=f"content-length-{length}") for length in (-1, 10**18)),
        *(
            pytest.param("age", age, id=f"age-{age}")
            for age in (timedelta(seconds=-1), timedelta(microseconds=-1), timedelta(seconds=2**31 + 1))
        ),
    ],
)
def test_writes_what_can_be_read(name: str, value: object) -> None:
    """A number that could not be read is not written: a negative one (Werkzeug refuses it, too) or one too large."""
    with pytest.raises(HeaderValueError):
        key_of(name).encode(value)
