"""Values of every field that has a key, of the chapters' own strategies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from tests.headers import strategies_authentication as authentication
from tests.headers import strategies_caching as caching
from tests.headers import strategies_content as content
from tests.headers import strategies_context as context
from tests.headers import strategies_cors as cors
from tests.headers import strategies_entitytags as entitytags
from tests.headers import strategies_forwarding as forwarding
from tests.headers import strategies_negotiation as negotiation
from tests.headers import strategies_ranges as ranges
from tests.headers import strategies_security as security
from tests.headers import strategies_setcookie as setcookie
from tests.headers import strategies_structured as structured
from verglas.headers import (
    CORP,
    Accept,
    AcceptCharsets,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
    FetchDest,
    FetchMode,
    FetchSite,
    FrameOptions,
    SetCookie,
    Vary,
)
from verglas.testing.strategies import field_values, tokens

__all__ = ["FIELD_VALUES_OF"]

DATES: Final = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
    lambda date: date.replace(microsecond=0, tzinfo=UTC)
)
SECONDS: Final = st.integers(0, 2**31).map(lambda seconds: timedelta(seconds=seconds))
NUMBERS: Final = st.integers(0, 10**18 - 1)
LOCATIONS: Final = st.sampled_from(["/", "/a?b#c", "https://example.org/%C3%A9", "a", "//example.org/"])
MEMBERS: Final = st.lists(st.sampled_from(["192.0.2.1", '"a', "unknown", "b c"]), max_size=3).map(tuple[str, ...])
CODINGS: Final = st.lists(tokens().map(str.lower), max_size=3).map(tuple[str, ...])


def accepts(kind: type[Accept], ranges: st.SearchStrategy[str]) -> st.SearchStrategy[Accept]:
    """`AcceptEncodings([("gzip", 0.5)])`."""
    return negotiation.fields(ranges).map(lambda members: kind([(range_, q / 1000) for range_, q in members]))


FIELD_VALUES_OF: Final[dict[str, st.SearchStrategy[object]]] = {
    "accept": accepts(AcceptMediaTypes, negotiation.MEDIA_RANGES),
    "accept-charset": accepts(AcceptCharsets, negotiation.CODINGS),
    "accept-encoding": accepts(AcceptEncodings, negotiation.CODINGS),
    "accept-language": accepts(AcceptLanguages, negotiation.LANGUAGES),
    "accept-query": structured.structured_lists(),
    "accept-ranges": ranges.accept_ranges(),
    "access-control-allow-credentials": st.booleans(),
    "access-control-allow-headers": cors.cors_headers(),
    "access-control-allow-methods": cors.cors_methods(),
    "access-control-allow-origin": cors.allow_origins(),
    "access-control-expose-headers": cors.cors_headers(),
    "access-control-max-age": SECONDS,
    "access-control-request-headers": cors.cors_headers(),
    "access-control-request-method": tokens(),
    "age": SECONDS,
    "allow": context.allows(),
    "authentication-info": authentication.infos(),
    "authorization": authentication.authorizations(),
    "cache-control": caching.cache_controls(),
    "content-disposition": content.content_dispositions(),
    "content-encoding": CODINGS,
    "content-language": content.content_languages(),
    "content-length": NUMBERS,
    "content-location": LOCATIONS,
    "content-md5": field_values(),
    "content-range": ranges.content_ranges(),
    "content-security-policy": security.content_policies(),
    "content-security-policy-report-only": security.content_policies(),
    "content-type": content.media_types(),
    "cross-origin-embedder-policy": security.embedder_policies(),
    "cross-origin-embedder-policy-report-only": security.embedder_policies(),
    "cross-origin-opener-policy": security.opener_policies(),
    "cross-origin-opener-policy-report-only": security.opener_policies(),
    "cross-origin-resource-policy": st.sampled_from(CORP),
    "date": DATES,
    "etag": entitytags.etags(),
    "expires": DATES,
    "forwarded": forwarding.forwarded(),
    "if-match": entitytags.etag_lists(),
    "if-modified-since": DATES,
    "if-none-match": entitytags.etag_lists(),
    "if-range": entitytags.if_ranges(),
    "if-unmodified-since": DATES,
    "last-event-id": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).map(
        lambda text: text.strip(" ")
    ),
    "last-modified": DATES,
    "location": LOCATIONS,
    "max-forwards": NUMBERS,
    "origin": cors.origins(),
    "permissions-policy": security.permissions(),
    "permissions-policy-report-only": security.permissions(),
    "pragma": context.pragmas(),
    "proxy-authenticate": authentication.challenges(),
    "proxy-authentication-info": authentication.infos(),
    "proxy-authorization": authentication.authorizations(),
    "range": ranges.ranges(),
    "referer": field_values(),
    "referrer-policy": security.referrer_policies(),
    "retry-after": context.retry_afters(),
    "sec-fetch-dest": st.sampled_from(FetchDest),
    "sec-fetch-mode": st.sampled_from(FetchMode),
    "sec-fetch-site": st.sampled_from(FetchSite),
    "sec-fetch-user": st.booleans(),
    "server-timing": context.server_timings(),
    "set-cookie": st.lists(setcookie.set_cookies(), max_size=2).map(tuple[SetCookie, ...]),
    "strict-transport-security": security.hsts(),
    "user-agent": context.user_agents(),
    "vary": content.name_sets().map(lambda names: Vary(names.names)),
    "www-authenticate": authentication.challenges(),
    "x-content-type-options": st.booleans(),
    "x-forwarded-for": MEMBERS,
    "x-forwarded-host": MEMBERS,
    "x-forwarded-port": MEMBERS,
    "x-forwarded-prefix": MEMBERS,
    "x-forwarded-proto": MEMBERS,
    "x-frame-options": st.sampled_from(FrameOptions),
}
"""By the name of the field in lower case."""
