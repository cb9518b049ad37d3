"""Strategies for the values of the header fields that have a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar, cast

from hypothesis import strategies as st

from verglas import headers as h
from verglas.testing.strategies import contents, policies, structured
from verglas.testing.strategies.schemas import LIKELY_TEXTS
from verglas.testing.strategies.texts import field_values, http_dates, tokens

__all__ = ["header_values", "is_known", "likely_lines"]

T = TypeVar("T")


_LINES: Final = (
    *("a", "1", "GET", "*", '"a"', "text/plain", "gzip", "en", "bytes=0-1", "Bearer abc", "Basic YTpi", "max-age=60"),
    *("Mon, 30 Nov 2026 12:00:00 GMT", "https://example.org", "for=192.0.2.1", "?1", "a=1", "attachment", "bytes"),
    *("bytes 0-1/2", "DENY", "nosniff", "no-cache", "same-origin", "document", "navigate", "a;b=1", "10", "sid=31d4"),
    *("db;dur=5", "default-src 'self'", "camera=()", "no-referrer", "unsafe-none", "max-age=1; preload"),
)  # fmt: skip


def _row(key: h.HeaderField[T], values: st.SearchStrategy[T]) -> tuple[object, st.SearchStrategy[object]]:
    return key, values  # of the same type: this is what a type checker checks


_NUMBERS: Final = st.integers(0, 10**18 - 1)
_LOCATIONS: Final = st.sampled_from(["/", "/a?b#c", "https://example.org/%C3%A9", "a", "//example.org/"])
_MEMBERS: Final = st.lists(st.sampled_from(["192.0.2.1", '"a', "unknown", "b c"]), max_size=3).map(tuple[str, ...])
_CODINGS: Final = st.lists(st.just("gzip") | tokens().map(str.lower), max_size=3).map(tuple[str, ...])
_COOKIES: Final = st.lists(policies.set_cookies(), max_size=2).map(tuple[h.SetCookie, ...])


def _event_ids() -> st.SearchStrategy[str]:
    texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
    return texts.map(lambda text: text.strip(" "))


_VALUES: Final[Mapping[object, st.SearchStrategy[object]]] = MappingProxyType(
    dict(
        [
            _row(h.ACCEPT, contents.accepts(h.AcceptMediaTypes, contents.media_ranges())),
            _row(h.ACCEPT_CHARSET, contents.accepts(h.AcceptCharsets, contents.codings())),
            _row(h.ACCEPT_ENCODING, contents.accepts(h.AcceptEncodings, contents.codings())),
            _row(h.ACCEPT_LANGUAGE, contents.accepts(h.AcceptLanguages, contents.language_ranges())),
            _row(h.ACCEPT_QUERY, structured.structured_lists()),
            _row(h.ACCEPT_RANGES, contents.accept_ranges()),
            _row(h.ACCESS_CONTROL_ALLOW_CREDENTIALS, st.booleans()),
            _row(h.ACCESS_CONTROL_ALLOW_HEADERS, policies.cors_headers()),
            _row(h.ACCESS_CONTROL_ALLOW_METHODS, policies.cors_methods()),
            _row(h.ACCESS_CONTROL_ALLOW_ORIGIN, policies.allow_origins()),
            _row(h.ACCESS_CONTROL_EXPOSE_HEADERS, policies.cors_headers()),
            _row(h.ACCESS_CONTROL_MAX_AGE, contents.seconds()),
            _row(h.ACCESS_CONTROL_REQUEST_HEADERS, policies.cors_headers()),
            _row(h.ACCESS_CONTROL_REQUEST_METHOD, tokens()),
            _row(h.AGE, contents.seconds()),
            _row(h.ALLOW, policies.allows()),
            _row(h.AUTHENTICATION_INFO, policies.infos()),
            _row(h.AUTHORIZATION, policies.authorizations()),
            _row(h.CACHE_CONTROL, contents.cache_controls()),
            _row(h.CONTENT_DISPOSITION, contents.content_dispositions()),
            _row(h.CONTENT_ENCODING, _CODINGS),
            _row(h.CONTENT_LANGUAGE, contents.content_languages()),
            _row(h.CONTENT_LENGTH, _NUMBERS),
            _row(h.CONTENT_LOCATION, _LOCATIONS),
            _row(h.CONTENT_MD5, field_values()),
            _row(h.CONTENT_RANGE, contents.content_ranges()),
            _row(h.CONTENT_SECURITY_POLICY, policies.content_policies()),
            _row(h.CONTENT_SECURITY_POLICY_REPORT_ONLY, policies.content_policies()),
            _row(h.CONTENT_TYPE, contents.media_types()),
            _row(h.CROSS_ORIGIN_EMBEDDER_POLICY, policies.embedder_policies()),
            _row(h.CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY, policies.embedder_policies()),
            _row(h.CROSS_ORIGIN_OPENER_POLICY, policies.opener_policies()),
            _row(h.CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY, policies.opener_policies()),
            _row(h.CROSS_ORIGIN_RESOURCE_POLICY, st.sampled_from(h.CORP)),
            _row(h.DATE, http_dates()),
            _row(h.ETAG, contents.etags()),
            _row(h.EXPIRES, http_dates()),
            _row(h.FORWARDED, policies.forwarded()),
            _row(h.IF_MATCH, contents.etag_lists()),
            _row(h.IF_MODIFIED_SINCE, http_dates()),
            _row(h.IF_NONE_MATCH, contents.etag_lists()),
            _row(h.IF_RANGE, contents.if_ranges()),
            _row(h.IF_UNMODIFIED_SINCE, http_dates()),
            _row(h.LAST_EVENT_ID, _event_ids()),
            _row(h.LAST_MODIFIED, http_dates()),
            _row(h.LOCATION, _LOCATIONS),
            _row(h.MAX_FORWARDS, _NUMBERS),
            _row(h.ORIGIN, policies.origins()),
            _row(h.PERMISSIONS_POLICY, policies.permissions()),
            _row(h.PERMISSIONS_POLICY_REPORT_ONLY, policies.permissions()),
            _row(h.PRAGMA, policies.pragmas()),
            _row(h.PROXY_AUTHENTICATE, policies.challenges()),
            _row(h.PROXY_AUTHENTICATION_INFO, policies.infos()),
            _row(h.PROXY_AUTHORIZATION, policies.authorizations()),
            _row(h.RANGE, contents.ranges()),
            _row(h.REFERER, field_values()),
            _row(h.REFERRER_POLICY, policies.referrer_policies()),
            _row(h.RETRY_AFTER, policies.retry_afters()),
            _row(h.SEC_FETCH_DEST, st.sampled_from(h.FetchDest)),
            _row(h.SEC_FETCH_MODE, st.sampled_from(h.FetchMode)),
            _row(h.SEC_FETCH_SITE, st.sampled_from(h.FetchSite)),
            _row(h.SEC_FETCH_USER, st.booleans()),
            _row(h.SERVER_TIMING, policies.server_timings()),
            _row(h.SET_COOKIE, _COOKIES),
            _row(h.STRICT_TRANSPORT_SECURITY, policies.transport_securities()),
            _row(h.USER_AGENT, policies.user_agents()),
            _row(h.VARY, contents.varies()),
            _row(h.WWW_AUTHENTICATE, policies.challenges()),
            _row(h.X_CONTENT_TYPE_OPTIONS, st.booleans()),
            _row(h.X_FORWARDED_FOR, _MEMBERS),
            _row(h.X_FORWARDED_HOST, _MEMBERS),
            _row(h.X_FORWARDED_PORT, _MEMBERS),
            _row(h.X_FORWARDED_PREFIX, _MEMBERS),
            _row(h.X_FORWARDED_PROTO, _MEMBERS),
            _row(h.X_FRAME_OPTIONS, st.sampled_from(h.FrameOptions)),
        ]
    )
)


def is_known(key: h.HeaderField[T]) -> bool:
    """Whether a key is one of this package, of which all values are known.

    Args:
        key: The key.
    """
    return key in _VALUES


def likely_lines(key: h.HeaderField[T]) -> list[str]:
    """Lines of many fields that a key takes, the likeliest first.

    Args:
        key: The key.
    """
    return [line for line in (*_LINES, *LIKELY_TEXTS) if line and line.isascii() and _read(key, line)]


def _read(key: h.HeaderField[T], line: str) -> list[T]:
    """The value of a line, if there is one."""
    try:
        return [key.decode((line,))]
    except (ValueError, LookupError, ArithmeticError):
        return []


def _is_written(key: h.HeaderField[T], value: T) -> bool:
    """Whether a value is read as it was, of the lines that are written."""
    try:
        return value == key.decode(key.encode(value))
    except Exception:  # noqa: BLE001  # of functions that are not ours
        return False


def header_values(key: h.HeaderField[T], /, *, unsent: bool = False) -> st.SearchStrategy[T]:
    """Values of a header field, such as `ETag("a", weak=True)` of `ETAG`.

    Each is read again as it was: `key.decode(key.encode(value)) == value`. Of a key of your own, they are the values of
    likely lines of many fields that it takes. If it takes no such line, write a strategy of your own; for a structured
    field, such as `structured_dictionaries()`.

    Args:
        key: The key.
        unsent: Whether empty values are among them, too, such as `ETags()`: they have no line, and a field that has one
            is not sent.

    Raises:
        TypeError: The key takes none of the lines that are tried, or the values are not read again as they were.

    >>> from hypothesis import find
    >>> from verglas.headers import CACHE_CONTROL, ETAG
    >>> print(find(header_values(CACHE_CONTROL), lambda value: value.public))
    public
    >>> print(find(header_values(ETAG), lambda tag: tag.weak))
    W/""
    """
    known = cast("st.SearchStrategy[T] | None", _VALUES.get(key))  # as each row is of the type of its key
    if known is not None:
        return known if unsent else known.filter(lambda value: bool(key.encode(value)))
    read = [value for line in likely_lines(key) for value in _read(key, line) if _is_written(key, value)]
    if not read:
        raise TypeError(
            f"header_values() knows no values of {key!r}: it takes none of the lines that are tried, or writes their"
            " values otherwise; write a strategy of its values, or, for requests, give one, as in"
            f" given={{header({key.name!r} key): strategy}}"
        )
    return st.sampled_from(read)
