"""The table of all header fields that have a key here, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from verglas.headers.authentication import AUTHENTICATION_INFO, PROXY_AUTHENTICATION_INFO
from verglas.headers.caching import AGE, CACHE_CONTROL, EXPIRES
from verglas.headers.challenges import PROXY_AUTHENTICATE, WWW_AUTHENTICATE
from verglas.headers.codings import ACCEPT_CHARSET, ACCEPT_ENCODING
from verglas.headers.conditional import (
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    LAST_MODIFIED,
)
from verglas.headers.content import (
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_MD5,
    CONTENT_TYPE,
)
from verglas.headers.context import ALLOW, DATE, LOCATION, MAX_FORWARDS, PRAGMA, REFERER, RETRY_AFTER, USER_AGENT
from verglas.headers.cors import (
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN,
)
from verglas.headers.credentials import AUTHORIZATION, PROXY_AUTHORIZATION
from verglas.headers.csp import CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY
from verglas.headers.disposition import CONTENT_DISPOSITION
from verglas.headers.entitytags import ETAG
from verglas.headers.fetch import SEC_FETCH_DEST, SEC_FETCH_MODE, SEC_FETCH_SITE, SEC_FETCH_USER
from verglas.headers.forwarding import (
    FORWARDED,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PORT,
    X_FORWARDED_PREFIX,
    X_FORWARDED_PROTO,
)
from verglas.headers.isolation import (
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY,
    CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY,
    CROSS_ORIGIN_RESOURCE_POLICY,
)
from verglas.headers.languages import ACCEPT_LANGUAGE
from verglas.headers.mediaranges import ACCEPT
from verglas.headers.ranges import ACCEPT_RANGES, CONTENT_RANGE, RANGE
from verglas.headers.security import (
    PERMISSIONS_POLICY,
    PERMISSIONS_POLICY_REPORT_ONLY,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
)
from verglas.headers.servertiming import SERVER_TIMING
from verglas.headers.setcookie import SET_COOKIE
from verglas.headers.vary import VARY

__all__ = ["FIELDS", "Field"]


class Field(Protocol):
    """A key of whatever type: its name, and what the lines of its field mean."""

    @property
    def name(self) -> str: ...
    @property
    def decode(self) -> Callable[[Sequence[str]], object]: ...


_KEYS: Final[tuple[Field, ...]] = (
    ACCEPT,
    ACCEPT_CHARSET,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    ACCEPT_RANGES,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
    AGE,
    ALLOW,
    AUTHENTICATION_INFO,
    AUTHORIZATION,
    CACHE_CONTROL,
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_MD5,
    CONTENT_RANGE,
    CONTENT_SECURITY_POLICY,
    CONTENT_SECURITY_POLICY_REPORT_ONLY,
    CONTENT_TYPE,
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY,
    CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY,
    CROSS_ORIGIN_RESOURCE_POLICY,
    DATE,
    ETAG,
    EXPIRES,
    FORWARDED,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    LAST_MODIFIED,
    LOCATION,
    MAX_FORWARDS,
    ORIGIN,
    PERMISSIONS_POLICY,
    PERMISSIONS_POLICY_REPORT_ONLY,
    PRAGMA,
    PROXY_AUTHENTICATE,
    PROXY_AUTHENTICATION_INFO,
    PROXY_AUTHORIZATION,
    RANGE,
    REFERER,
    REFERRER_POLICY,
    RETRY_AFTER,
    SEC_FETCH_DEST,
    SEC_FETCH_MODE,
    SEC_FETCH_SITE,
    SEC_FETCH_USER,
    SERVER_TIMING,
    SET_COOKIE,
    STRICT_TRANSPORT_SECURITY,
    USER_AGENT,
    VARY,
    WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
    X_FORWARDED_FOR,
    X_FORWARDED_HOST,
    X_FORWARDED_PORT,
    X_FORWARDED_PREFIX,
    X_FORWARDED_PROTO,
    X_FRAME_OPTIONS,
)

FIELDS: Final[Mapping[str, Field]] = MappingProxyType({key.name.lower(): key for key in _KEYS})
"""Every key of this package by the name of its field in lower case, in alphabetical order: to read what is there
without knowing it before.

>>> FIELDS["retry-after"].decode(["120"])
RetryAfter(value=datetime.timedelta(seconds=120))
>>> [name for name in FIELDS if name.startswith("if-")]
['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since']
"""
