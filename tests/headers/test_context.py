"""The context of a message: Allow, Date, Location, Retry-After, User-Agent and their like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, assert_type

import pytest
from werkzeug.datastructures import HeaderSet
from werkzeug.http import parse_date, parse_set_header
from werkzeug.user_agent import UserAgent as WerkzeugUserAgent

from verglas import GrammarError, HeaderField, HeaderValueError, MutableHeaders
from verglas.headers import (
    ALLOW,
    DATE,
    LOCATION,
    MAX_FORWARDS,
    PRAGMA,
    REFERER,
    RETRY_AFTER,
    USER_AGENT,
    Allow,
    Pragma,
    RetryAfter,
    UserAgent,
)

NOW: Final = datetime(2024, 2, 29, 12, tzinfo=UTC)
NEW_YEAR: Final = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "field", "line"),
    [
        pytest.param(Allow(["GET", "HEAD", "PUT"]), ALLOW, "GET, HEAD, PUT", id="rfc9110-10.2.1-allow"),
        pytest.param(
            datetime(1994, 11, 15, 8, 12, 31, tzinfo=UTC),
            DATE,
            "Tue, 15 Nov 1994 08:12:31 GMT",
            id="rfc9110-6.6.1-date",
        ),
        pytest.param("/People.html#tim", LOCATION, "/People.html#tim", id="rfc9110-10.2.2-relative"),
        pytest.param("http://www.example.net/index.html", LOCATION, "http://www.example.net/index.html", id="absolute"),
        pytest.param(10, MAX_FORWARDS, "10", id="rfc9110-7.6.2-max-forwards"),
        pytest.param(Pragma("no-cache"), PRAGMA, "no-cache", id="rfc9111-5.4-pragma"),
        pytest.param(
            "http://www.example.org/hypertext/Overview.html",
            REFERER,
            "http://www.example.org/hypertext/Overview.html",
            id="rfc9110-10.1.3-referer",
        ),
        pytest.param("about:blank", REFERER, "about:blank", id="rfc9110-10.1.3-about-blank"),
        pytest.param(RetryAfter(NEW_YEAR), RETRY_AFTER, "Fri, 31 Dec 1999 23:59:59 GMT", id="rfc9110-10.2.3-date"),
        pytest.param(RetryAfter(timedelta(minutes=2)), RETRY_AFTER, "120", id="rfc9110-10.2.3-seconds"),
        pytest.param(RetryAfter(timedelta(0)), RETRY_AFTER, "0", id="retry-at-once"),
        pytest.param(
            UserAgent("CERN-LineMode/2.15 libwww/2.17b3"),
            USER_AGENT,
            "CERN-LineMode/2.15 libwww/2.17b3",
            id="rfc9110-10.1.5-user-agent",
        ),
    ],
)
def test_reads_and_writes(expected: object, field: HeaderField[object], line: str) -> None:
    """The value of a field is read, and written as it was."""

    assert (expected, [line]) == (field.decode([line]), list(field.encode(expected)))


@pytest.mark.parametrize(
    ("field", "line"),
    [
        pytest.param(ALLOW, "GET POST", id="allow-no-comma"),
        pytest.param(ALLOW, 'GET, "POST"', id="allow-quoted"),
        pytest.param(DATE, "yesterday", id="date"),
        pytest.param(DATE, "", id="date-empty"),
        pytest.param(LOCATION, "/a\tb", id="location-with-a-tab"),
        pytest.param(LOCATION, "\\\\evil.example", id="location-with-a-backslash"),
        pytest.param(MAX_FORWARDS, "+5", id="max-forwards-sign"),
        pytest.param(MAX_FORWARDS, "-1", id="max-forwards-negative"),
        pytest.param(MAX_FORWARDS, "1_0", id="max-forwards-underscore"),
        pytest.param(MAX_FORWARDS, "", id="max-forwards-empty"),
        pytest.param(PRAGMA, "no cache", id="pragma-two-words"),
        pytest.param(PRAGMA, "a=", id="pragma-no-value"),
        pytest.param(PRAGMA, 'a="b"c', id="pragma-more-after-a-value"),
        pytest.param(RETRY_AFTER, "-1", id="retry-after-negative"),
        pytest.param(RETRY_AFTER, "1.5", id="retry-after-fraction"),
        pytest.param(RETRY_AFTER, "soon", id="retry-after-word"),
        pytest.param(RETRY_AFTER, "\xb2", id="retry-after-superscript"),
        pytest.param(RETRY_AFTER, "1" * 14, id="retry-after-14-digits"),
        pytest.param(USER_AGENT, "a\nb", id="user-agent-newline"),
    ],
)
def test_malformed(field: HeaderField[object], line: str) -> None:
    """What is not of the grammar is an error, and not one of the application."""
    with pytest.raises(GrammarError) as caught:
        field.decode([line])

    assert not isinstance(caught.value, HeaderValueError)


def test_lists_of_several_lines() -> None:
    """A list goes over all lines."""

    assert (Allow("GET, HEAD"), Pragma("a, b")) == (ALLOW.decode(["GET", "HEAD"]), PRAGMA.decode(["a", "b"]))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Allow(["GET POST"]), id="method-with-a-space"),
        pytest.param(lambda: Pragma(["a b"]), id="directive-with-a-space"),
        pytest.param(lambda: RetryAfter(timedelta(seconds=-1)), id="negative-wait"),
        pytest.param(lambda: RetryAfter(timedelta(milliseconds=1)), id="wait-of-a-millisecond"),
        pytest.param(lambda: RetryAfter(timedelta(seconds=10**13)), id="wait-of-14-digits"),
        pytest.param(
            lambda: RetryAfter(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))), id="before-the-year-1"
        ),
        pytest.param(lambda: RetryAfter.of(10**30), id="more-seconds-than-can-be-waited"),
        pytest.param(lambda: RetryAfter.of("soon"), id="retry-after-word"),
        pytest.param(lambda: UserAgent("a\r\nX: 1"), id="user-agent-newline"),
        pytest.param(lambda: UserAgent("\u2603"), id="user-agent-not-latin-1"),
        pytest.param(lambda: LOCATION.encode("/\t/evil.example"), id="location-with-a-tab"),
        pytest.param(lambda: MAX_FORWARDS.encode(-1), id="max-forwards-negative"),
        pytest.param(lambda: REFERER.encode("a\nb"), id="referer-newline"),
    ],
)
def test_refuses(make: Callable[[], object]) -> None:
    """What cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param("60", 60, id="int"),
        pytest.param("60", "60", id="text"),
        pytest.param("60", timedelta(minutes=1), id="timedelta"),
        pytest.param("Fri, 31 Dec 1999 23:59:59 GMT", NEW_YEAR.replace(microsecond=5), id="datetime"),
        pytest.param("Fri, 31 Dec 1999 23:59:59 GMT", NEW_YEAR.replace(tzinfo=None), id="naive-is-utc"),
        pytest.param("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", id="date-as-text"),
        pytest.param("60", RetryAfter(timedelta(minutes=1)), id="itself"),
    ],
)
def test_retry_after_of(expected: str, value: RetryAfter | datetime | timedelta | int | str) -> None:
    """Anything that says when makes a Retry-After."""

    assert expected == str(RetryAfter.of(value))


@pytest.mark.parametrize(
    ("at", "wait", "value"),
    [
        pytest.param(NOW + timedelta(minutes=2), timedelta(minutes=2), timedelta(minutes=2), id="wait"),
        pytest.param(NEW_YEAR, timedelta(0), NEW_YEAR, id="date-that-is-over"),
        pytest.param(NOW + timedelta(hours=1), timedelta(hours=1), NOW + timedelta(hours=1), id="date-to-come"),
        pytest.param(
            datetime.max.replace(tzinfo=UTC), timedelta(days=10**8), timedelta(days=10**8), id="beyond-the-last-date"
        ),
    ],
)
@pytest.mark.parametrize(
    "now",
    [NOW, NOW.replace(tzinfo=None), NOW.astimezone(timezone(timedelta(hours=-9)))],
    ids=["utc", "naive", "another-zone"],
)
def test_retry_after_and_the_clock(at: datetime, wait: timedelta, value: datetime | timedelta, now: datetime) -> None:
    """When to ask again depends on when the field was received."""
    retry_after = RetryAfter(value)

    assert (at, wait) == (retry_after.at(now), retry_after.wait(now))


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(True, "GET" in Allow("GET"), id="allow-in"),
        pytest.param(False, "get" in Allow("GET"), id="rfc9110-9.1-methods-have-case"),
        pytest.param(Allow("GET, HEAD, PUT"), Allow("GET") | "HEAD, PUT", id="allow-or-text"),
        pytest.param(False, bool(Allow()), id="allow-empty"),
        pytest.param(True, "NO-CACHE" in Pragma("no-cache"), id="pragma-in-any-case"),
        pytest.param(["no-cache", 'x="a, b"'], list(Pragma.parse('no-cache, x="a, b"')), id="pragma-values"),
        pytest.param("curl/8.5.0", UserAgent("curl/8.5.0").string, id="user-agent-string"),
        pytest.param("curl/8.5.0", UserAgent("curl/8.5.0").to_header(), id="user-agent-to_header"),
        pytest.param(True, bool(UserAgent("curl/8.5.0")), id="user-agent-true"),
        pytest.param(False, bool(UserAgent()), id="user-agent-empty"),
        pytest.param(
            [None] * 4,
            [getattr(UserAgent("x"), name) for name in ("platform", "browser", "version", "language")],
            id="user-agent-guesses-nothing",
        ),
    ],
)
def test_members(expected: object, value: object) -> None:
    """The names that people know are there, with their meaning."""

    assert expected == value


def test_user_agent_of_a_subclass() -> None:
    """A subclass may know the browser."""

    class Curl(UserAgent):
        @property
        def browser(self) -> str | None:
            return self.string.partition("/")[0]

    agent = assert_type(Curl.parse("curl/8.5.0"), Curl)

    assert ("curl", "curl/8.5.0") == (agent.browser, str(agent))


def test_empty_allow_is_taken_away() -> None:
    """An empty value unsets its field."""
    headers = MutableHeaders({"Allow": "GET"})
    headers[ALLOW] = Allow()

    assert () == headers.pairs


@pytest.mark.parametrize(
    ("agrees", "text"),
    [
        pytest.param(True, "no-cache", id="one"),
        pytest.param(True, "a, b , c", id="several"),
        pytest.param(True, "", id="none"),
        # RFC 9110 §10.2.1: a method is a token, which is never in quotes.
        pytest.param(False, 'a, "b"', id="quoted"),
        # RFC 9110 §5.6.1: no space in a token.
        pytest.param(False, "a b", id="two-words"),
    ],
)
def test_agrees_on_lists(agrees: bool, text: str) -> None:
    """Names are those that Werkzeug reads, but for what is malformed."""
    theirs = list(parse_set_header(text) or HeaderSet())
    try:
        ours = list(Allow.parse(text))
    except GrammarError:
        ours = None

    assert agrees == (theirs == ours)


@pytest.mark.parametrize("text", ["Tue, 15 Nov 1994 08:12:31 GMT", "Tuesday, 15-Nov-94 08:12:31 GMT"])
def test_agrees_on_dates(text: str) -> None:
    """A date is the one that Werkzeug reads."""

    assert parse_date(text) == DATE.decode([text])


def test_agrees_on_user_agents() -> None:
    """The members are those of Werkzeug's class, but that it is true when it says something.

    The reference is false unless a subclass knows the browser, which tells nobody whether the field was sent.
    """
    theirs, ours = WerkzeugUserAgent("curl/8.5.0"), UserAgent("curl/8.5.0")

    assert (theirs.to_header(), theirs.browser, False, True) == (
        ours.to_header(),
        ours.browser,
        bool(theirs),
        bool(ours),
    )
