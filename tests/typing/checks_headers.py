"""What must check: the types of header values, by key and by attribute, on both sides. Each function is run, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Self, assert_type

from attrs import frozen

from verglas import Headers, MutableHeaders, Request, Response
from verglas.headers import (
    ACCEPT,
    ACCEPT_ENCODING,
    AGE,
    CACHE_CONTROL,
    CONTENT_LENGTH,
    COOP,
    CORP,
    ETAG,
    FIELDS,
    IF_NONE_MATCH,
    LOCATION,
    RETRY_AFTER,
    SET_COOKIE,
    VARY,
    WWW_AUTHENTICATE,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
    Allow,
    Authorization,
    BasicCredentials,
    BearerToken,
    BuiltOptional,
    BuiltText,
    BuiltValue,
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
    ETag,
    ETags,
    FetchSite,
    Field,
    HeaderField,
    IfRange,
    Origin,
    Outcome,
    PermissionsPolicy,
    Pragma,
    Preconditions,
    Range,
    ReadOptional,
    ReadText,
    ReadValue,
    ReferrerPolicies,
    RetryAfter,
    Selection,
    ServerTiming,
    SetCookie,
    StrictTransportSecurity,
    StructuredItem,
    TimingMetric,
    UserAgent,
    Vary,
    WWWAuthenticate,
    evaluate_preconditions,
    list_field,
    plain_field,
    select_ranges,
    single_field,
    structured_item_field,
)

__all__ = ["CHECKS"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""

DATE: Final = "Sun, 06 Nov 1994 08:49:37 GMT"


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@run
def keys_where_names_are() -> None:
    """A key is taken wherever a name is."""
    built = MutableHeaders({VARY: Vary("a"), ETAG: ETag("1"), "X": "y", "X-Total": 3, SET_COOKIE: (SetCookie("a"),)})
    assert_type(VARY in built, bool)
    assert_type(built.pop(VARY), Vary)
    assert_type(built.pop(VARY, None), Vary | None)
    assert_type(built.pop("X"), str)
    assert_type(built.pop("X", None), str | None)
    assert_type(built.setdefault(ETAG, ETag("2")), ETag)
    assert_type(built.setdefault("X", "y"), str)
    assert_type(built.getlist(VARY), list[str])
    assert_type(built.getlist("X-Total", int), list[int])
    built.add(VARY, Vary("Cookie"))
    built.add("X-Total", 3)
    built["X-Total"] = 3
    headers = Headers({VARY: Vary("Cookie"), ETAG: ETag("1"), "X": ["y"]})
    assert_type(headers.adding(SET_COOKIE, (SetCookie("a"),)), Headers)
    assert_type(headers.without(VARY, "X"), Headers)
    assert_type(headers.getlist("X", type=len), list[int])
    assert_type(Request(headers={VARY: Vary("Cookie")}).headers, Headers)
    assert_type(Response(headers={VARY: Vary("Cookie"), "X-Total": 3}).headers, MutableHeaders)


@run
def keys() -> None:
    """A key gives its type: all of its value, or an error."""
    found = Headers({"ETag": '"1"', "Age": "5", "Vary": "Accept"})
    assert_type(ETAG, HeaderField[ETag])
    assert_type(found[ETAG], ETag)
    assert_type(found.get(ETAG), ETag | None)
    assert_type(found.get(ETAG, None), ETag | None)
    assert_type(found.get(ETAG, ETag("2")), ETag)
    assert_type(found.get(ETAG, 0), ETag | int)
    assert_type(found[AGE], timedelta)
    assert_type(found.get(CONTENT_LENGTH), int | None)
    assert_type(found.get(LOCATION), str | None)
    assert_type(found.get(ACCEPT), AcceptMediaTypes | None)
    assert_type(found.get(SET_COOKIE), tuple[SetCookie, ...] | None)
    assert_type(found.get(WWW_AUTHENTICATE, Challenges()), Challenges)
    assert_type(found.with_(VARY, Vary("Cookie")), Headers)
    assert_type(FIELDS, Mapping[str, Field])
    assert_type(FIELDS["etag"].decode(['"1"']), object)


@run
def keys_of_a_response() -> None:
    """Keys set, unset and delete."""
    found = MutableHeaders()
    found[CACHE_CONTROL] = CacheControl(no_store=True)
    found[SET_COOKIE] = (SetCookie("a"),)
    found[CONTENT_LENGTH] = 5
    assert_type(found[CACHE_CONTROL], CacheControl)
    assert_type(found.get(CACHE_CONTROL), CacheControl | None)
    assert_type(found.get(IF_NONE_MATCH, ETags()), ETags)
    found[SET_COOKIE] = None
    del found[CACHE_CONTROL]


@frozen
class Shard:
    """An application's own value."""

    number: int

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read it."""
        return cls(int(text))

    def __str__(self) -> str:
        return str(self.number)


SHARD: Final[HeaderField[Shard]] = single_field("X-Shard", Shard)


@run
def own_keys() -> None:
    """An application's keys are made as ours are."""
    assert_type(list_field("X-Shard", Shard), HeaderField[Shard])
    assert_type(plain_field("X-Count", int, str), HeaderField[int])
    assert_type(structured_item_field("Sec-GPC"), HeaderField[StructuredItem])
    assert_type(Headers({"X-Shard": "5"})[SHARD], Shard)
    assert_type(Headers().with_(SHARD, Shard(5)).get(SHARD), Shard | None)


class SitedRequest(Request):
    """A request with an attribute for a field of the application's."""

    shard: ReadOptional[Shard] = ReadOptional(SHARD)
    first: ReadValue[Shard] = ReadValue(SHARD, Shard(1))
    as_text: ReadText[Shard] = ReadText(SHARD)


def as_shard(value: Shard | int) -> Shard:
    """Of either."""
    return value if isinstance(value, Shard) else Shard(value)


class SitedResponse(Response):
    """So a response."""

    shard: BuiltOptional[Shard, Shard | int] = BuiltOptional(SHARD, as_shard)
    first: BuiltValue[Shard, Shard | int] = BuiltValue(SHARD, Shard(1), as_shard)
    as_text: BuiltText[Shard] = BuiltText(SHARD)


@run
def own_attributes() -> None:
    """An application's attributes are made as ours are: what is read is narrower than what is written."""
    request, response = SitedRequest(headers={"X-Shard": "5"}), SitedResponse()
    assert_type(request.shard, Shard | None)
    assert_type(request.first, Shard)
    assert_type(request.as_text, str | None)
    assert_type(SitedRequest.shard.field, HeaderField[Shard])
    response.shard = 5
    assert_type(response.shard, Shard | None)
    response.first = Shard(5)
    assert_type(response.first, Shard)
    assert_type(response.as_text, str | None)
    response.as_text = "5"
    response.shard = None
    del response.first


@run
def request_fields() -> None:
    """What a request says: what may be absent is `None`, what reads as empty is not."""
    request = Request()
    assert_type(request.accept_mimetypes, AcceptMediaTypes)
    assert_type(request.accept_encodings, AcceptEncodings)
    assert_type(request.accept_languages, AcceptLanguages)
    assert_type(request.authorization, Authorization | None)
    assert_type(request.cache_control, CacheControl)
    assert_type(request.pragma, Pragma)
    assert_type(request.if_match, ETags)
    assert_type(request.if_none_match, ETags)
    assert_type(request.if_modified_since, datetime | None)
    assert_type(request.if_range, IfRange | None)
    assert_type(request.range, Range | None)
    assert_type(request.max_forwards, int | None)
    assert_type(request.referrer, str | None)
    assert_type(request.origin, str | None)
    assert_type(request.sec_fetch_site, FetchSite | None)
    assert_type(request.sec_fetch_user, bool)
    assert_type(request.access_control_request_headers, CORSHeaders | None)
    assert_type(request.user_agent, UserAgent)


@run
def response_fields() -> None:
    """What a response says."""
    response = Response()
    assert_type(response.location, str | None)
    assert_type(response.content_length, int | None)
    assert_type(response.date, datetime | None)
    assert_type(response.age, timedelta | None)
    assert_type(response.retry_after, datetime | None)
    assert_type(response.content_range, ContentRange | None)
    assert_type(response.content_disposition, ContentDisposition | None)
    assert_type(response.strict_transport_security, StrictTransportSecurity | None)
    assert_type(response.cross_origin_resource_policy, CORP | None)
    assert_type(response.cross_origin_opener_policy, CrossOriginOpenerPolicy)
    assert_type(response.cross_origin_embedder_policy, CrossOriginEmbedderPolicy)
    assert_type(response.www_authenticate, Challenges)
    assert_type(response.access_control_allow_methods, CORSMethods)
    assert_type(response.access_control_allow_credentials, bool)
    assert_type(response.permissions_policy, PermissionsPolicy)
    assert_type(response.referrer_policy, ReferrerPolicies)


@run
def assignments() -> None:
    """What a response takes is more than what it gives."""
    response = Response()
    response.date = datetime.now(UTC)
    response.expires = timedelta(hours=1)
    response.last_modified = 0
    response.age = 60
    response.retry_after = timedelta(minutes=1)
    response.retry_after = RetryAfter.of(60)
    response.content_length = "5"
    response.content_range = "bytes 0-4/10"
    response.vary = ["Accept", "Cookie"]
    response.vary = {"Accept"}
    response.cache_control = "no-store"
    response.cross_origin_opener_policy = COOP.SAME_ORIGIN
    response.cross_origin_resource_policy = "same-site"
    response.www_authenticate = WWWAuthenticate("Basic", {"realm": "a"})
    response.www_authenticate = [WWWAuthenticate("Negotiate")]
    response.referrer_policy = ReferrerPolicies("origin")
    response.location = None
    response.vary = None
    del response.cache_control


@run
def unions() -> None:
    """`|=` checks on everything that reads as an empty value, with a text, names or a value."""
    response = Response()
    response.vary |= "Cookie"
    response.vary |= ["Accept"]
    response.vary |= {"Origin"}
    response.allow |= "GET, HEAD"
    response.allow |= ("POST",)
    response.content_language |= "da"
    response.content_language |= ["en"]
    response.access_control_allow_headers |= ["X-Trace"]
    response.access_control_allow_methods |= "PUT"
    response.access_control_expose_headers |= "ETag"
    response.cache_control |= CacheControl(max_age=timedelta(hours=1))
    response.cache_control |= "no-store"
    response.content_security_policy |= ContentSecurityPolicy(default_src="'self'")
    response.content_security_policy |= "img-src *"
    response.content_security_policy_report_only |= "default-src 'none'"
    response.permissions_policy |= "camera=()"
    response.server_timing |= TimingMetric("db", timedelta(milliseconds=5))
    response.server_timing |= ServerTiming()
    assert_type(response.vary | "A", Vary)
    assert_type(response.allow | ["A"], Allow)
    assert_type(response.content_language | "da", ContentLanguage)
    assert_type(response.cache_control | "public", CacheControl)
    assert_type(response.content_security_policy | "img-src *", ContentSecurityPolicy)


@run
def values() -> None:
    """What values are made of."""
    control = CacheControl.parse("max-age=60")
    assert_type(control.max_age, timedelta | None)
    assert_type(control.no_store, bool)
    assert_type(control.private, bool | tuple[str, ...])
    assert_type(ETags(["1"]).tags, tuple[ETag, ...])
    assert_type(list(ETags(["1"])), list[str])
    assert_type(iter(Vary("a")), Iterator[str])
    assert_type(Vary("a").names, tuple[str, ...])
    assert_type(ContentSecurityPolicy().script_src, str | None)
    assert_type(ContentSecurityPolicy().upgrade_insecure_requests, bool)
    assert_type(Challenges("Basic")[0], WWWAuthenticate)
    assert_type(Challenges("Basic").find("basic"), WWWAuthenticate | None)
    assert_type(WWWAuthenticate("Basic")["realm"], str | None)
    assert_type(WWWAuthenticate("Basic").get("realm", ""), str)
    assert_type(Range("bytes", [(0, 5)]).range_for_length(10), tuple[int, int] | None)
    assert_type(Origin.parse("null").host, str | None)
    assert_type(SetCookie("a").max_age, timedelta | None)


@run
def negotiation() -> None:
    """The best offer is one of the offers; the default may be anything."""
    accept = AcceptEncodings.parse("gzip")
    assert_type(accept.best_match(["gzip", "br"]), str | None)
    assert_type(accept.best_match(["gzip"], "identity"), str)
    assert_type(accept.best_match(["gzip"], 0), str | int)
    assert_type(accept["gzip"], float)
    assert_type(accept[0], tuple[str, float])
    assert_type("gzip" in accept, bool)
    assert_type(Headers({"Accept-Encoding": "br"})[ACCEPT_ENCODING].best, str | None)


@run
def decisions() -> None:
    """The decisions are of closed sets."""
    assert_type(evaluate_preconditions("GET", Preconditions()), Outcome)
    selected = select_ranges(Range("bytes", [(0, 5)]), 10)
    assert_type(selected, tuple[tuple[int, int], ...] | Selection)
    if not isinstance(selected, Selection):
        assert_type(selected[0], tuple[int, int])


@run
def matching() -> None:
    """Credentials match by their class."""
    match Authorization.basic("ada", "a").credentials:
        case BasicCredentials(username, password):
            assert_type(username, str)
            assert_type(password, str)
        case BearerToken(token):
            assert_type(token, str)
        case DigestCredentials() as digest:
            assert_type(digest.nc, int | None)
        case None:
            pass


def lines(name: str, decode: Callable[[Sequence[str]], Shard]) -> HeaderField[Shard]:
    """A key of several lines."""
    return HeaderField(name, decode, lambda shard: [str(shard)] * 2)


@run
def keys_by_hand() -> None:
    """A key may have its own functions."""
    found = Headers().with_(RETRY_AFTER, RetryAfter.of(5)).with_(lines("X", lambda all_: Shard(len(all_))), Shard(1))
    assert_type(found[RETRY_AFTER].value, datetime | timedelta)
    assert_type(found.getlist("X"), list[str])
