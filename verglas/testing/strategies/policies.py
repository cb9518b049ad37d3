"""Strategies for the values of header fields about the parties: credentials, proxies, origins, policies, cookies."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from verglas.headers import (
    COEP,
    COOP,
    Allow,
    AllowOrigin,
    AuthenticationInfo,
    Authorization,
    Challenges,
    ContentSecurityPolicy,
    CORSHeaders,
    CORSMethods,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    Forwarded,
    ForwardedElement,
    Node,
    Origin,
    PermissionsPolicy,
    Pragma,
    ReferrerPolicies,
    ReferrerPolicy,
    RetryAfter,
    SameSite,
    ServerTiming,
    SetCookie,
    StrictTransportSecurity,
    TimingMetric,
    UserAgent,
    WWWAuthenticate,
)
from verglas.testing.strategies.texts import exact_dates, field_values, hosts, name_sets, texts, tokens

__all__ = [
    "allow_origins",
    "allows",
    "authorizations",
    "challenges",
    "content_policies",
    "cors_headers",
    "cors_methods",
    "embedder_policies",
    "forwarded",
    "infos",
    "opener_policies",
    "origins",
    "permissions",
    "pragmas",
    "referrer_policies",
    "retry_afters",
    "server_timings",
    "set_cookies",
    "transport_securities",
    "user_agents",
]

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_PADDING: Final = st.sampled_from(["", " ", "\t "])
_PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))


def authorizations() -> st.SearchStrategy[Authorization]:
    """`Basic YTpi`, `Digest username="a", nc=00000001`, `X abc=`."""
    text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)
    others = _schemes().filter(lambda scheme: scheme.lower() not in ("basic", "digest"))
    return (
        st.builds(Authorization.basic, text.map(lambda user: user.replace(":", "")), text)
        | st.builds(Authorization, others)
        | st.builds(Authorization, others | st.just("digest"), _parameters())
        | st.builds(Authorization, others, token=_token68())
    )


def challenges() -> st.SearchStrategy[Challenges]:
    """`Negotiate, Basic realm="a, b"`."""
    one = (
        st.builds(WWWAuthenticate, _schemes())
        | st.builds(WWWAuthenticate, _schemes(), _parameters())
        | st.builds(WWWAuthenticate, _schemes(), token=_token68())
    )
    return st.builds(Challenges, st.lists(one, max_size=4))


def infos() -> st.SearchStrategy[AuthenticationInfo]:
    """`qop=auth, nextnonce="abc"`."""
    return st.builds(AuthenticationInfo, _parameters())


def _schemes() -> st.SearchStrategy[str]:
    return st.sampled_from(["Digest", "bearer", "NEGOTIATE"]) | tokens()


def _parameters() -> st.SearchStrategy[dict[str, str]]:
    names = st.sampled_from(["realm", "Nonce", "nc", "qop", "algorithm", "a", "title"]) | tokens()
    pairs = st.lists(st.tuples(names, field_values()), max_size=5, unique_by=lambda pair: pair[0].lower())
    return pairs.map(dict[str, str])


def _token68() -> st.SearchStrategy[str]:
    return st.builds(str.__add__, st.text(_ALPHANUMERIC + "-._~+/", min_size=1), st.text("=", max_size=3))


def allows() -> st.SearchStrategy[Allow]:
    """`Allow("GET, HEAD")`."""
    return name_sets(Allow, st.sampled_from(["GET", "POST", "PUT"]) | tokens())


def pragmas() -> st.SearchStrategy[Pragma]:
    """`Pragma("no-cache, x=y")`."""
    quoted = st.text(_PRINTABLE, max_size=8).map(_quoted)
    named = st.builds("{}={}".format, tokens(), tokens() | quoted)
    return name_sets(Pragma, st.just("no-cache") | tokens() | named)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def retry_afters() -> st.SearchStrategy[RetryAfter]:
    """`RetryAfter(timedelta(seconds=120))`."""
    waits = st.integers(0, 10**13 - 1).map(lambda seconds: timedelta(seconds=seconds))
    return st.builds(RetryAfter, waits | exact_dates())


def user_agents() -> st.SearchStrategy[UserAgent]:
    """`UserAgent("curl/8.5.0")`."""
    return (st.just("curl/8.5.0") | _padded_values()).map(UserAgent)


def server_timings() -> st.SearchStrategy[ServerTiming]:
    """`ServerTiming((TimingMetric("miss"),))`."""
    durations = st.timedeltas(timedelta(0), timedelta(days=11_000))
    names = tokens().filter(lambda name: name.lower() not in ("dur", "desc"))
    others = st.lists(st.tuples(names, _padded_values()), max_size=2)
    metrics = st.builds(TimingMetric, tokens(), st.none() | durations, st.none() | _padded_values(), others)
    return st.lists(metrics, max_size=3).map(ServerTiming)


def _padded_values() -> st.SearchStrategy[str]:
    return st.builds("{}{}{}".format, _PADDING, field_values(), _PADDING)


def origins() -> st.SearchStrategy[Origin]:
    """`Origin("https", "example.org")`."""
    schemes = st.sampled_from(["http", "https", "HTTPS", "ws", "chrome-extension"])
    names = st.sampled_from(["localhost", "A.Example", "127.0.0.1", "[::1]", "b\xfccher.example", "a_b"])
    ports = st.none() | st.sampled_from([80, 443]) | st.integers(1, 65535)
    return st.just(Origin()) | st.builds(Origin, schemes, names, ports)


def allow_origins() -> st.SearchStrategy[AllowOrigin]:
    """`AllowOrigin()`."""
    return st.builds(AllowOrigin, st.none() | origins())


def cors_methods() -> st.SearchStrategy[CORSMethods]:
    """`CORSMethods("PUT, DELETE")`."""
    return name_sets(CORSMethods, tokens())


def cors_headers() -> st.SearchStrategy[CORSHeaders]:
    """`CORSHeaders("content-type")`."""
    return name_sets(CORSHeaders, tokens())


def forwarded() -> st.SearchStrategy[Forwarded]:
    """`for=192.0.2.43, for="[2001:db8:cafe::17]"`."""
    known = ("by", "for", "host", "proto")
    names = tokens().map(str.lower).filter(lambda name: name not in known)
    elements = st.builds(
        ForwardedElement,
        for_=_nodes(),
        by=st.none() | _nodes(),
        host=st.none() | hosts(),
        proto=st.none() | st.sampled_from(["http", "HTTPS", "ws", "coap+tcp"]),
        extensions=st.dictionaries(names, field_values(), max_size=3),
    )
    return st.builds(Forwarded, st.lists(elements, max_size=4))


def _nodes() -> st.SearchStrategy[Node]:
    made_up = st.text(_ALPHANUMERIC + "._-", min_size=1, max_size=8).map("_".__add__)
    addresses = st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map("[{}]".format)
    bare = st.ip_addresses(v=6).map(str)
    names = addresses | bare | st.sampled_from(["unknown", "UNKNOWN"]) | made_up
    return st.builds(Node, names, st.none() | st.integers(0, 65535) | made_up)


def content_policies() -> st.SearchStrategy[ContentSecurityPolicy]:
    """`default-src 'self'; sandbox, img-src *`: one policy or several."""
    return _content_policies()


@st.composite
def _content_policies(draw: st.DrawFn) -> ContentSecurityPolicy:
    names = st.sampled_from(["default-src", "Script-SRC", "sandbox", "x"]) | st.text(
        _ALPHANUMERIC + "-", min_size=1, max_size=8
    )
    values = st.text(_PRINTABLE.replace(",", "").replace(";", "") + "\t", max_size=12)
    pairs = st.lists(st.tuples(names, values), max_size=4, unique_by=lambda pair: pair[0].lower())
    further = [ContentSecurityPolicy(one) for one in draw(st.lists(pairs, max_size=2))]
    return ContentSecurityPolicy(draw(pairs), further=further)


def transport_securities() -> st.SearchStrategy[StrictTransportSecurity]:
    """`max-age=60; includeSubDomains; x="a b"`."""
    names = tokens().filter(lambda name: name.lower() not in ("max-age", "includesubdomains", "preload"))
    values = st.none() | st.text(_PRINTABLE + "\xe9", max_size=6)
    return st.builds(
        StrictTransportSecurity,
        st.integers(0, 10**13 - 1).map(lambda seconds: timedelta(seconds=seconds)),
        include_subdomains=st.booleans(),
        preload=st.booleans(),
        extensions=st.lists(st.tuples(names, values), max_size=3, unique_by=lambda pair: pair[0].lower()),
    )


def referrer_policies() -> st.SearchStrategy[ReferrerPolicies]:
    """`no-referrer, origin, x`: known and unknown ones."""
    return st.lists(st.sampled_from(ReferrerPolicy) | tokens(), max_size=4).map(ReferrerPolicies)


def permissions() -> st.SearchStrategy[PermissionsPolicy]:
    """`camera=(), usb=(self "https://example.com")`."""
    names = st.sampled_from(["camera", "usb"]) | st.from_regex(r"[a-z][a-z-]{0,5}", fullmatch=True)
    allowed = st.sampled_from(["*", "self", "src", "https://example.com"]) | st.text(_PRINTABLE, min_size=1, max_size=8)
    return st.dictionaries(names, st.lists(allowed, max_size=3), max_size=3).map(PermissionsPolicy)


def opener_policies() -> st.SearchStrategy[CrossOriginOpenerPolicy]:
    """`same-origin;report-to="main"`."""
    return st.builds(CrossOriginOpenerPolicy, st.sampled_from(COOP), _policy_parameters())


def embedder_policies() -> st.SearchStrategy[CrossOriginEmbedderPolicy]:
    """`require-corp;report-to="main"`."""
    return st.builds(CrossOriginEmbedderPolicy, st.sampled_from(COEP), _policy_parameters())


def _policy_parameters() -> st.SearchStrategy[dict[str, str | int | float]]:
    values: st.SearchStrategy[str | int | float] = st.sampled_from(["main", 'a"b', 1, True, 2.5])
    return st.dictionaries(st.sampled_from(["report-to", "a", "*b"]), values, max_size=3)


_CONTROLS: Final = "".join(map(chr, [*range(9), *range(10, 32), 127]))  # not in any value, unlike tab


def set_cookies() -> st.SearchStrategy[SetCookie]:
    """`sid=31d4; Secure; Path=/; SameSite=None; Priority=High`, with every attribute there is."""
    return _set_cookies()


@st.composite
def _set_cookies(draw: st.DrawFn) -> SetCookie:
    prefix = draw(st.sampled_from(["", "", "", "__Host-", "__Secure-"]))
    samesite = draw(st.none() | st.sampled_from(SameSite))
    is_host = prefix == "__Host-"
    dates = st.datetimes(datetime(1601, 1, 1))
    paths = st.sampled_from([None, "/", "/a b", "/a;b", "/\xe9", "x", "", "/%2F"]) | texts()
    domains = st.sampled_from([None, "example.org", ".Example.ORG", "b\xfccher.example", "127.0.0.1", ""])
    names, values = ["Priority", "x", "a b", "\xe9"], [None, "", "High", "a=b", "\xe9, c"]
    return SetCookie(
        prefix + draw(tokens().filter(lambda name: not name.startswith("__"))),
        draw(st.text(st.characters(codec="utf-8", exclude_characters=_CONTROLS), max_size=20)),
        max_age=draw(st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=40_000))),
        expires=draw(st.none() | dates | dates.map(lambda date: date.replace(tzinfo=UTC))),
        domain=None if is_host else draw(domains),
        path="/" if is_host else draw(paths),
        secure=draw(st.booleans()) or bool(prefix) or samesite is SameSite.NONE,
        httponly=draw(st.booleans()),
        samesite=samesite,
        partitioned=draw(st.booleans()),
        extensions=draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(values)), max_size=3)),
    )
