"""What the header attributes of a response take, what is written for it, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from tests.headers.samples import SAMPLES, bare, key_of, with_lines
from tests.kit import untyped
from verglas import HeaderValueError
from verglas.headers import (
    COEP,
    COOP,
    CORP,
    Allow,
    CacheControl,
    ContentRange,
    ContentSecurityPolicy,
    WWWAuthenticate,
)

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "name", "value"),
    [
        pytest.param("Accept, Cookie", "vary", "Accept, Cookie", id="vary-str"),
        pytest.param("Accept, Cookie", "vary", ["Accept", "Cookie", "accept"], id="vary-collection"),
        pytest.param(None, "vary", "", id="vary-empty"),
        pytest.param("GET, HEAD", "allow", ("GET", "HEAD"), id="allow-collection"),
        pytest.param("da, en", "content_language", ["da", "en"], id="content-language"),
        pytest.param("max-age=60", "cache_control", "Max-Age=60", id="d9-cache-control-str"),
        pytest.param("Fri, 20 Nov 2026 12:00:00 GMT", "date", NOON, id="date-aware"),
        pytest.param("Fri, 20 Nov 2026 12:00:00 GMT", "date", NOON.replace(tzinfo=None), id="date-naive-is-utc"),
        pytest.param("Fri, 20 Nov 2026 00:00:00 GMT", "last_modified", date(2026, 11, 20), id="date-day"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", "expires", 0, id="date-timestamp"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", "expires", 0.5, id="date-float"),
        pytest.param("Fri, 20 Nov 2026 12:00:00 GMT", "date", "Friday, 20-Nov-26 12:00:00 GMT", id="date-text"),
        pytest.param("60", "age", timedelta(minutes=1), id="age-timedelta"),
        pytest.param("60", "age", 60, id="age-int"),
        pytest.param("600", "access_control_max_age", 600, id="max-age-int"),
        pytest.param("42", "content_length", "42", id="content-length-str"),
        pytest.param("42", "content_length", 42, id="content-length-int"),
        pytest.param("bytes 0-4/10", "content_range", ContentRange("bytes", 0, 5, 10), id="content-range"),
        pytest.param("bytes 0-4/*", "content_range", "bytes 0-4/*", id="content-range-str"),
        pytest.param('Basic realm="a"', "www_authenticate", WWWAuthenticate("basic", {"realm": "a"}), id="challenge"),
        pytest.param(None, "www_authenticate", [], id="no-challenge"),
        pytest.param("true", "access_control_allow_credentials", True, id="credentials"),
        pytest.param(None, "access_control_allow_credentials", False, id="no-credentials"),
        pytest.param(None, "access_control_allow_credentials", "false", id="text-is-no-consent"),
        pytest.param("same-origin", "cross_origin_opener_policy", COOP.SAME_ORIGIN, id="coop-enum"),
        pytest.param("unsafe-none", "cross_origin_opener_policy", COOP.UNSAFE_NONE, id="coop-none-is-said"),
        pytest.param(
            'same-origin;report-to="x"', "cross_origin_opener_policy", 'same-origin; report-to="x"', id="coop"
        ),
        pytest.param("require-corp", "cross_origin_embedder_policy", COEP.REQUIRE_CORP, id="coep-enum"),
        pytest.param("same-site", "cross_origin_resource_policy", CORP.SAME_SITE, id="corp-enum"),
        pytest.param("same-site", "cross_origin_resource_policy", "same-site", id="corp-str"),
        pytest.param("120", "retry_after", 120, id="retry-after-int"),
        pytest.param("120", "retry_after", "120", id="retry-after-str"),
        pytest.param("120", "retry_after", timedelta(minutes=2), id="retry-after-timedelta"),
        pytest.param("Fri, 20 Nov 2026 12:00:00 GMT", "retry_after", NOON, id="retry-after-date"),
        pytest.param(None, "retry_after", None, id="retry-after-none"),
    ],
)
def test_writes(expected: str | None, name: str, value: object) -> None:
    """What the reference lets assign, and what is written for it."""
    response = with_lines(name.replace("_", "-"), SAMPLES[name.replace("_", "-")].line)
    setattr(response, name, value)

    assert expected == response.headers.get(name.replace("_", "-"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("content_security_policy", "default-src 'self'\r\nX: 1", id="d1-csp"),
        pytest.param("vary", "a b", id="vary-no-name"),
        pytest.param("location", "/\t/evil.example", id="d18-location"),
        pytest.param("location", "/a\r\nX: 1", id="d1-location"),
        pytest.param("age", -1, id="age-negative"),
        pytest.param("age", 10**30, id="age-beyond-all"),
        pytest.param("access_control_max_age", -(10**30), id="max-age-before-all"),
        pytest.param("cache_control", "no-store, x y", id="cache-control-member"),
        pytest.param("date", "yesterday", id="no-date"),
        pytest.param("date", float("inf"), id="no-moment"),
        pytest.param("content_length", "abc", id="no-length"),
        pytest.param("retry_after", -1, id="no-wait"),
        pytest.param("cross_origin_resource_policy", "everybody", id="no-policy"),
        pytest.param("www_authenticate", "=", id="no-challenge"),
        pytest.param("accept_ranges", "a b", id="no-unit"),
    ],
)
def test_refuses(name: str, value: object) -> None:
    """What could not be sent is a HeaderValueError, where it is assigned; the field is as it was."""
    response = bare()
    with pytest.raises(HeaderValueError):
        setattr(response, name, value)

    assert () == response.headers.pairs


def test_united() -> None:
    """`|=` adds to what is there, or to nothing, of all lines (D7)."""
    response = with_lines("Vary", "Accept", "Cookie")
    response.vary |= "Origin"
    response.allow |= ["GET"]
    response.content_language |= "da"
    response.cache_control |= "no-store"
    response.cache_control |= CacheControl(max_age=timedelta(0))
    response.content_security_policy |= "default-src 'self'; upgrade-insecure-requests"
    response.content_security_policy_report_only |= ContentSecurityPolicy(img_src="*")

    assert (
        ("Vary", "Accept, Cookie, Origin"),
        ("Allow", "GET"),
        ("Content-Language", "da"),
        ("Cache-Control", "max-age=0, no-store"),
        ("Content-Security-Policy", "default-src 'self'; upgrade-insecure-requests"),
        ("Content-Security-Policy-Report-Only", "img-src *"),
    ) == response.headers.pairs


def test_retry_after_counts_from_now() -> None:
    """A wait is read as a moment to come; a malformed one is none."""
    waiting, malformed = with_lines("Retry-After", "120"), with_lines("Retry-After", "soon")
    before = datetime.now(UTC)

    assert before <= (waiting.retry_after or before) - timedelta(seconds=120) <= datetime.now(UTC)
    assert malformed.retry_after is None


def test_two_challenges_are_two_lines() -> None:
    """Not every client finds the second challenge on a line."""
    response = bare()
    response.www_authenticate = [WWWAuthenticate("Negotiate"), WWWAuthenticate("basic", {"realm": "a"})]

    assert ["Negotiate", 'Basic realm="a"'] == response.headers.getlist("WWW-Authenticate")


def test_a_value_of_another_field_is_refused() -> None:
    """A key writes values of its own type only."""
    with pytest.raises(TypeError, match="Vary"):
        untyped(bare().headers.__setitem__)(key_of("vary"), Allow("GET"))


@pytest.mark.parametrize("name", ["age", "access_control_max_age", "content_length"])
@pytest.mark.parametrize("value", [3.7, True, b"60"])
def test_refuses_numbers_of_another_type(name: str, value: object) -> None:
    """A part of a second, or a truth, is not silently another number."""
    with pytest.raises(TypeError):
        setattr(bare(), name, value)
