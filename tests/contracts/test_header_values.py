"""What every public header value promises: frozen, hashable, picklable, copyable, equal by meaning, without secrets."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.headers.samples import key_of
from verglas import headers
from verglas.headers import (
    COEP,
    COOP,
    Accept,
    AcceptCharsets,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
    AcceptRanges,
    Allow,
    AllowOrigin,
    AuthenticationInfo,
    Authorization,
    BasicCredentials,
    BearerToken,
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
    DigestCredentials,
    DisplayString,
    ETag,
    ETags,
    Forwarded,
    ForwardedElement,
    IfRange,
    InnerList,
    IntRange,
    MediaType,
    NameSet,
    Node,
    Origin,
    Parameters,
    PermissionsPolicy,
    Pragma,
    Preconditions,
    Range,
    ReferrerPolicies,
    RetryAfter,
    ServerTiming,
    SetCookie,
    StrictTransportSecurity,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    SuffixRange,
    TimingMetric,
    Token,
    UserAgent,
    Vary,
    WWWAuthenticate,
)
from verglas.testing.strategies import header_values

SECRET: Final = "hunter2"
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def digest(**changes: str | None) -> DigestCredentials:
    """The credentials of a Digest."""
    nonce, response, cnonce = (changes.get(name) or name for name in ("nonce", "response", "cnonce"))
    opaque = changes.get("opaque")
    return DigestCredentials(
        username="ada", realm="a", nonce=nonce, uri="/", response=response, cnonce=cnonce, opaque=opaque
    )


def values() -> list[Sequence[object]]:
    """New objects at each call: each row holds different values of one class."""
    return [
        *negotiated(),
        *named(),
        *authenticated(),
        *described(),
        *structured(),
        *secured(),
        (CacheControl(), CacheControl(max_age=MINUTE), CacheControl(no_cache=("a",)), CacheControl(no_cache=True)),
        (ETag("a"), ETag("b"), ETag("a", weak=True), ETag("")),
        (ETags(), ETags(["a"]), ETags([ETag("a", weak=True)]), ETags(star=True), ETags(["a", "b"]), ETags(["b", "a"])),
        (IfRange(ETag("a")), IfRange(ETag("a", weak=True)), IfRange(date=NOON), IfRange(date=NOON + MINUTE)),
        (Preconditions(), Preconditions(if_match=ETags()), Preconditions(if_none_match=ETags())),
        (Range("bytes", [(0, 5)]), Range("bytes", [(0, 6)]), Range("items", [(0, 5)]), Range("bytes", [(-5, None)])),
        (IntRange(0), IntRange(1), IntRange(0, 1)),
        (SuffixRange(0), SuffixRange(1)),
        (ContentRange("bytes", 0, 5), ContentRange("bytes", 0, 5, 9), ContentRange("bytes", None, None, 9)),
        (RetryAfter(MINUTE), RetryAfter(NOON), RetryAfter(MINUTE * 2)),
        (UserAgent(), UserAgent("a"), UserAgent("A")),
        (ServerTiming(), ServerTiming([TimingMetric("a")]), ServerTiming([TimingMetric("a"), TimingMetric("a")])),
        (TimingMetric("a"), TimingMetric("A"), TimingMetric("a", MINUTE), TimingMetric("a", description="")),
        (Node("192.0.2.1"), Node("192.0.2.1", 80), Node("unknown"), Node("_a"), Node("_A")),
        (ForwardedElement(for_="_a"), ForwardedElement(by="_a"), ForwardedElement(extensions={"a": "b"})),
        (Forwarded(), Forwarded([ForwardedElement(for_="_a")]), Forwarded([ForwardedElement(host="a")])),
        (SetCookie("a", "1"), SetCookie("a", "2"), SetCookie("A", "1"), SetCookie("a", "1", path=None)),
    ]


def negotiated() -> list[Sequence[object]]:
    """What clients accept."""
    return [
        (Accept(), Accept.anything(), Accept([("a", 1)]), Accept([("a", 0.5)]), Accept([("b", 1)])),
        (AcceptCharsets(), AcceptCharsets.anything(), AcceptCharsets([("utf-8", 1)])),
        (AcceptEncodings(), AcceptEncodings.anything(), AcceptEncodings([("gzip", 1)]), AcceptEncodings([("br", 1)])),
        (AcceptLanguages(), AcceptLanguages.anything(), AcceptLanguages([("en", 1)]), AcceptLanguages([("en-GB", 1)])),
        (AcceptMediaTypes(), AcceptMediaTypes.anything(), AcceptMediaTypes([("a/b", 1)])),
    ]


def named() -> list[Sequence[object]]:
    """Sets of names."""
    insensitive = [AcceptRanges, ContentLanguage, CORSHeaders, NameSet, Pragma, Vary]
    return [
        *((kind(), kind(["a"]), kind(["a", "b"])) for kind in insensitive),
        *((kind(), kind(["a"]), kind(["A"]), kind(["a", "A"])) for kind in (Allow, CORSMethods)),
    ]


def authenticated() -> list[Sequence[object]]:
    """Challenges and credentials."""
    basic, negotiate = WWWAuthenticate("Basic", {"realm": "a"}), WWWAuthenticate("Negotiate")
    return [
        (AuthenticationInfo(), AuthenticationInfo({"qop": "auth"}), AuthenticationInfo({"qop": "Auth"})),
        (Authorization.bearer("a"), Authorization.bearer("A"), Authorization.basic("a", "b"), Authorization("x")),
        (BasicCredentials("a", "b"), BasicCredentials("a", "c"), BasicCredentials("b", "b")),
        (BearerToken("a"), BearerToken("b")),
        (digest(), digest(nonce="b"), digest(response="b"), digest(cnonce="b"), digest(opaque="b")),
        (basic, negotiate, WWWAuthenticate("Basic", {"realm": "A"}), WWWAuthenticate("Negotiate", token="a")),
        (Challenges(), Challenges(basic), Challenges([basic, negotiate]), Challenges([negotiate, basic])),
    ]


def described() -> list[Sequence[object]]:
    """What content is, and where it comes from."""
    return [
        (MediaType("a", "b"), MediaType("a", "c"), MediaType("a", "b", {"c": "d"}), MediaType("a", "b", {"c": "D"})),
        (ContentDisposition("inline"), ContentDisposition("inline", ""), ContentDisposition("inline", None, {"a": ""})),
        (Origin(), Origin("https", "a"), Origin("http", "a"), Origin("https", "a", 8443), Origin("https", "b")),
        (AllowOrigin(), AllowOrigin(Origin()), AllowOrigin(Origin("https", "a"))),
    ]


def structured() -> list[Sequence[object]]:
    """Structured fields: to them `1`, `1.0` and `?1` are three."""
    return [
        (Token("a"), Token("A")),
        (DisplayString("a"), DisplayString("A")),
        (Parameters(), Parameters({"a": 1}), Parameters({"a": True}), Parameters({"a": 1.0}), Parameters({"b": 1})),
        (StructuredItem(1), StructuredItem(True), StructuredItem(1.0), StructuredItem("a"), StructuredItem(Token("a"))),
        (InnerList(), InnerList([1]), InnerList([1], {"a": 1}), InnerList([True])),
        (StructuredList(), StructuredList([1]), StructuredList([InnerList([1])])),
        (StructuredDictionary(), StructuredDictionary({"a": 1}), StructuredDictionary({"a": True})),
    ]


def secured() -> list[Sequence[object]]:
    """Policies."""
    policy = ContentSecurityPolicy(sandbox="")
    return [
        (ContentSecurityPolicy(), policy, ContentSecurityPolicy(sandbox="a"), policy | "img-src *"),
        (CrossOriginEmbedderPolicy(), CrossOriginEmbedderPolicy(COEP.REQUIRE_CORP)),
        (CrossOriginOpenerPolicy(), CrossOriginOpenerPolicy(COOP.SAME_ORIGIN, {"report-to": "a"})),
        (PermissionsPolicy(), PermissionsPolicy({"usb": []}), PermissionsPolicy({"usb": ["self"]})),
        (ReferrerPolicies(), ReferrerPolicies("origin"), ReferrerPolicies(["origin", "unsafe-url"])),
        (StrictTransportSecurity(MINUTE), StrictTransportSecurity(MINUTE, preload=True)),
    ]


def class_of(row: Sequence[object]) -> type:
    """The class of a row."""
    return type(row[0])


ROWS: Final = [pytest.param(row, id=class_of(row).__name__) for row in values()]
rows = pytest.mark.parametrize("row", ROWS)

# Not values: the mappings have their own rows; a key holds functions.
OTHERS: Final = {"Headers", "HeaderField"}


def public_classes() -> dict[str, type]:
    """The classes that `verglas.headers` exports."""
    exported = {name: value for name in headers.__all__ if inspect.isclass(value := getattr(headers, name))}
    return {name: value for name, value in exported.items() if name not in OTHERS}


ENUMS: Final = [kind for kind in public_classes().values() if issubclass(kind, Enum)]


def test_every_value_is_here() -> None:
    """A class that is exported and frozen belongs into the table."""
    frozen = {name for name, kind in public_classes().items() if attrs.has(kind)}

    assert sorted(frozen) == sorted(class_of(row).__name__ for row in values())


@rows
def test_frozen(row: Sequence[object]) -> None:
    """No attribute can be set or deleted, and there is no room for another."""
    for value in row:
        names = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()) if name[:2] != "__"}
        names |= {*getattr(value, "__dict__", ())}
        for name in (*sorted(names), "something_new"):
            with pytest.raises(FrozenInstanceError, match=rf"\.{name} cannot be set: .+; .+\.\.\."):
                setattr(value, name, None)
            with pytest.raises(FrozenInstanceError, match=rf"\.{name} cannot be (set|deleted): .+; .+\.\.\."):
                delattr(value, name)
        assert isinstance(value, CacheControl) or not hasattr(value, "__dict__")  # it has too many fields for slots


def test_equal_by_value() -> None:
    """Made twice, values are equal and of the same hash."""

    assert values() == values()
    assert [hash(tuple(row)) for row in values()] == [hash(tuple(row)) for row in values()]


@rows
def test_near_misses_differ(row: Sequence[object]) -> None:
    """Different in one part, it is another value; nor is it equal to its text or to anything of another type.

    Sets of names are equal to other sets of the same names.
    """

    assert len(row) == len(set(row))
    for value in row:
        others = ["", (), 0, None, dict[str, str](), str(value)]
        assert [] == [other for other in others if value == other]
        assert (value == frozenset[str]()) == (isinstance(value, NameSet) and not value)


def test_kinds_differ() -> None:
    """Values of two classes are never equal, though they may say the same."""
    every = [value for row in values() for value in row]

    assert len(every) == len(set(every))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@rows
def test_pickle(row: Sequence[object], protocol: int) -> None:
    """It comes out of a pickle as it went in."""
    for value in row:
        restored: object = pickle.loads(pickle.dumps(value, protocol))
        assert (type(value), value, hash(value)) == (type(restored), restored, hash(restored))
        assert (str(value), repr(value)) == (str(restored), repr(restored))


@rows
def test_copies(row: Sequence[object]) -> None:
    """Both kinds of copy are equal."""
    for value in row:
        assert (value, value) == (copy.copy(value), copy.deepcopy(value))


@rows
def test_repr(row: Sequence[object]) -> None:
    """What is shown names the class, and a terminal obeys nothing of it."""
    for value in row:
        assert repr(value).startswith(f"{type(value).__name__}(")
        assert repr(value).isprintable()


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_enums(kind: type[Enum]) -> None:
    """The members of a closed set are themselves, however they are sent about."""
    for member in kind:
        assert member is pickle.loads(pickle.dumps(member))
        assert member is copy.deepcopy(member)


@pytest.mark.parametrize("name", sorted(headers.FIELDS))
@settings(max_examples=10)
@given(data=st.data())
def test_any_value(name: str, data: st.DataObject) -> None:
    """So it is for whatever value a field may have."""
    value = data.draw(header_values(key_of(name), unsent=True))

    assert value == pickle.loads(pickle.dumps(value)) == copy.deepcopy(value)
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))


SECRETS: Final[list[object]] = [
    Authorization.basic("ada", SECRET),
    Authorization.bearer(SECRET),
    Authorization("Digest", {"username": "ada", "response": SECRET, "nonce": SECRET, "cnonce": SECRET}),
    Authorization("X-Own", {"realm": SECRET, "username": SECRET, "a": SECRET}),
    Authorization.basic("ada", SECRET).credentials,
    Authorization.bearer(SECRET).credentials,
    digest(nonce=SECRET, response=SECRET, cnonce=SECRET, opaque=SECRET),
    SetCookie("sid", SECRET),
    (SetCookie("sid", SECRET),),
]


@pytest.mark.parametrize("value", [pytest.param(one, id=f"{i}-{type(one).__name__}") for i, one in enumerate(SECRETS)])
def test_repr_shows_no_secret(value: object) -> None:
    """What lets somebody in is not in logs and debuggers."""

    assert SECRET not in repr(value)


REPLACED: Final = [
    pytest.param(attrs.evolve(CacheControl(), public=True), CacheControl(public=True), id="CacheControl"),
    pytest.param(attrs.evolve(ETag("a"), weak=True), ETag("a", weak=True), id="ETag"),
    pytest.param(attrs.evolve(SetCookie("a"), value="b"), SetCookie("a", "b"), id="SetCookie"),
    pytest.param(attrs.evolve(Vary("a"), names="b, c"), Vary(["b", "c"]), id="Vary"),
    pytest.param(attrs.evolve(MediaType("a", "b"), subtype="C"), MediaType("a", "c"), id="MediaType"),
    pytest.param(attrs.evolve(Authorization.bearer("a"), token="b"), Authorization.bearer("b"), id="Authorization"),
]


@pytest.mark.parametrize(("changed", "expected"), REPLACED)
def test_evolve(changed: object, expected: object) -> None:
    """A changed copy is what the constructor would have made, its derived parts included."""

    assert (expected, str(expected)) == (changed, str(changed))
