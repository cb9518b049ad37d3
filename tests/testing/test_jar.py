"""The cookies of a client: stored, sent and refused as RFC 6265bis says."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cookiecases import CASES, CookieCase
from tests.growth import assert_linear
from verglas import Cookies, GrammarError, Request
from verglas.errors import HeaderValueError
from verglas.headers import SameSite, SetCookie
from verglas.testing import Cookie, CookieJar, RefusedCookie

NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
SITE: Final = "https://site.example/app/page"
TEXTS: Final = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
OCTETS: Final = st.text(st.characters(max_codepoint=255), max_size=60)
NAMES: Final = st.from_regex("[a-z]{1,5}", fullmatch=True)


def stored(*lines: str, at: str = SITE, now: datetime | float = NOW) -> CookieJar:
    """A jar with the cookies of one answer."""
    jar = CookieJar()
    jar.store(lines, at, now)
    return jar


@pytest.mark.parametrize("case", CASES)
def test_sends(case: CookieCase) -> None:
    """What a jar sends after an answer is what the specification says."""
    jar = stored(*case.lines, at=case.at)

    assert case.sent == jar.cookie_header(case.asked, "GET", NOW)


def test_reads_the_attributes() -> None:
    """A cookie in the jar says what its line said."""
    (cookie,) = stored(
        "sid=31d4; Domain=.Site.Example; Path=/app; Secure; HttpOnly; SameSite=lax; Max-Age=60; Partitioned"
    )

    assert cookie == Cookie(
        "sid",
        "31d4",
        "site.example",
        "/app",
        secure=True,
        http_only=True,
        same_site=SameSite.LAX,
        partitioned=True,
        host_only=False,
        expires=NOW + timedelta(minutes=1),
        created=NOW,
    )


@pytest.mark.parametrize(
    ("name", "reason", "line", "at"),
    [
        pytest.param("", "expected a name or a value", "; Path=/", SITE, id="nothing"),
        pytest.param("", "a character that no cookie may hold", "sid=\x01", SITE, id="control"),
        pytest.param("a", "name and value are longer than 4096 octets", f"a={'x' * 4096}", SITE, id="long"),
        pytest.param("a", "expected a domain in ASCII", "a=b; Domain=s\xc3\xafte.example", SITE, id="not-ascii"),
        pytest.param(
            "a", "the domain is not that of the host, nor one above it", "a=b; Domain=other.example", SITE, id="domain"
        ),
        pytest.param("a", "the domain is a single label, a public suffix", "a=b; Domain=example", SITE, id="suffix"),
        pytest.param(
            "a", "Secure, and the origin is not secure", "a=b; Secure", "http://site.example/", id="secure-over-http"
        ),
        pytest.param("a", "SameSite=None needs Secure", "a=b; SameSite=None", SITE, id="same-site-none"),
        pytest.param("a", "Partitioned needs Secure", "a=b; Partitioned", SITE, id="partitioned"),
        pytest.param("__Secure-a", "a name with '__Secure-' needs Secure", "__Secure-a=b", SITE, id="secure-prefix"),
        pytest.param(
            "__host-a",
            "a name with '__Host-' needs Secure, Path=/ and no Domain",
            "__host-a=b; Secure",
            SITE,
            id="host-prefix",
        ),
        pytest.param(
            "", "a cookie without a name, whose value has the prefix of one", "__Host-a", SITE, id="nameless-prefix"
        ),
    ],
)
def test_reasons(name: str, reason: str, line: str, at: str) -> None:
    """Of a cookie that is not stored the jar says why, and the others are stored."""
    jar = CookieJar()

    assert (RefusedCookie(name, reason),) == jar.store(["x=1; Path=/", line, "y=2; Path=/"], at, NOW)
    assert "x=1; y=2" == jar.cookie_header(at, "GET", NOW)


@pytest.mark.parametrize(
    ("is_stored", "line", "at"),
    [
        pytest.param(False, "a=2; Path=/login", "http://site.example/", id="6265bis-5.7-16-same-path"),
        pytest.param(False, "a=2; Path=/login/en", "http://site.example/", id="6265bis-5.7-16-below"),
        pytest.param(True, "a=2; Path=/", "http://site.example/", id="6265bis-5.7-16-above"),
        pytest.param(True, "a=2; Path=/foo", "http://site.example/", id="6265bis-5.7-16-beside"),
        pytest.param(False, "a=2; Path=/login", "http://www.site.example/", id="domain-below"),
        pytest.param(False, "a=2; Path=/login; Domain=site.example", "http://www.site.example/", id="domain-same"),
        pytest.param(True, "a=2; Path=/login", "http://other.example/", id="domain-other"),
        pytest.param(True, "b=2; Path=/login", "http://site.example/", id="name-other"),
        pytest.param(True, "a=2; Path=/login", "https://site.example/", id="secure-origin"),
    ],
)
def test_leaves_secure_cookies_alone(is_stored: bool, line: str, at: str) -> None:
    """An origin that is not secure never puts its own cookie over one that is `Secure`."""
    jar = stored("a=1; Secure; Path=/login; Domain=site.example")

    assert is_stored is (jar.store([line], at, NOW) == ())


def test_secure_cookie_that_has_ended() -> None:
    """One that has ended is in nobody's way, and nothing of it is left."""
    jar = stored("a=1; Secure; Path=/; Max-Age=60")
    later = NOW + timedelta(hours=1)
    jar.store(["a=2; Path=/"], "http://site.example/", later)

    assert [("2", later)] == [(cookie.value, cookie.created) for cookie in jar]


@pytest.mark.parametrize(
    ("sent", "method"),
    [
        pytest.param("none=1; lax=1; default=1", "GET", id="get"),
        pytest.param("none=1; lax=1; default=1", "head", id="head"),
        pytest.param("none=1", "POST", id="post"),
        pytest.param("none=1", "PUT", id="put"),
    ],
)
def test_cross_site(sent: str, method: str) -> None:
    """Another site's request has `Lax` cookies with safe methods only, and no `Strict` ones (6265bis §5.8.3)."""
    jar = stored("none=1; SameSite=None; Secure", "strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "default=1")

    assert sent == jar.cookie_header(SITE, method, NOW, cross_site=True)
    assert "none=1; strict=1; lax=1; default=1" == jar.cookie_header(SITE, method, NOW)


@pytest.mark.parametrize(
    ("days", "line"),
    [
        pytest.param(400, "a=b; Max-Age=99999999", id="6265bis-5.6.2-limit"),
        pytest.param(400, f"a=b; Max-Age={'9' * 1000}", id="6265bis-5.6.2-many-digits"),
        pytest.param(400, "a=b; Expires=Fri, 01 Jan 2100 00:00:00 GMT", id="6265bis-5.6.1-limit"),
        pytest.param(1, "a=b; Max-Age=0000000000086400", id="leading-zeros"),
        pytest.param(1, "a=b; Expires=Tue, 01 Dec 2026 12:00:00 GMT", id="date"),
        pytest.param(1, "a=b; Max-Age=86400; Expires=Fri, 01 Jan 2027 00:00:00 GMT", id="both"),
    ],
)
def test_ends(days: int, line: str) -> None:
    """No cookie lasts longer than 400 days; the instant of its end is past it."""
    jar = stored(line)
    (cookie,) = jar
    end = NOW + timedelta(days=days)

    assert end == cookie.expires
    assert "a=b" == jar.cookie_header(SITE, "GET", end - timedelta(seconds=1))
    assert jar.cookie_header(SITE, "GET", end) is None
    assert (False, True) == (cookie.is_expired(NOW), cookie.is_expired(end))

    jar.expire(end)

    assert [] == list(jar)


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(NOW, id="aware"),
        pytest.param(NOW.astimezone(timezone(timedelta(hours=5))), id="other-zone"),
        pytest.param(NOW.replace(tzinfo=None), id="naive-is-utc"),
        pytest.param(NOW.timestamp(), id="timestamp"),
        pytest.param(int(NOW.timestamp()), id="whole-seconds"),
    ],
)
def test_forms_of_time(now: datetime | float) -> None:
    """The time may be told in any form; in a cookie it is UTC."""
    (cookie,) = stored("a=b; Max-Age=1", now=now)

    assert (NOW, NOW + timedelta(seconds=1)) == (cookie.created, cookie.expires)
    assert (UTC, UTC) == (cookie.created.tzinfo, cookie.expires and cookie.expires.tzinfo)


def test_times_of_a_cookie_are_utc() -> None:
    """A cookie that is made by hand takes times of any zone, and is equal to one with the same instants."""
    naive = NOW.replace(tzinfo=None)
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5)))

    assert Cookie("a", "b", expires=NOW, created=NOW) == Cookie("a", "b", expires=naive, created=naive)
    assert NOW.isoformat() == Cookie("a", "b", created=elsewhere).created.isoformat()
    assert Cookie("a", "b", expires=naive).is_expired(NOW)


def test_end_of_time() -> None:
    """A cookie that would outlast the calendar ends with it."""
    last = datetime(9999, 12, 31, tzinfo=UTC)
    jar = stored("a=b; Max-Age=9999999", now=last)
    jar.set("c", "d", max_age=timedelta.max, domain="site.example", now=last)
    jar.set("e", "f", max_age=timedelta.min, domain="site.example", now=last)

    assert [datetime.max.replace(tzinfo=UTC)] * 2 == [cookie.expires for cookie in jar]


def test_older_first_whatever_the_order() -> None:
    """Equal paths are sorted by the time of creation, not by that of insertion."""
    jar = CookieJar([Cookie("b", "2", created=NOW), Cookie("a", "1", created=NOW - timedelta(seconds=1))])

    assert "a=1; b=2" == jar.cookie_header("http://localhost/", "GET", NOW)


def test_set() -> None:
    """A cookie that is set by hand is quoted as a server quotes it, and sent."""
    jar = CookieJar()
    cookie = jar.set(
        "theme",
        "dark, caf\xe9",
        now=NOW,
        domain="site.example",
        path="/app",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT,
        partitioned=True,
        host_only=False,
        max_age=60,
        expires=0,
    )

    assert [cookie] == list(jar)
    assert cookie == Cookie(
        "theme",
        r'"dark\054 caf\303\251"',
        "site.example",
        "/app",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT,
        partitioned=True,
        host_only=False,
        expires=NOW + timedelta(minutes=1),
        created=NOW,
    )
    assert ("theme", "theme", "dark, caf\xe9", False) == (
        cookie.key, cookie.decoded_key, cookie.decoded_value, cookie.origin_only,
    )  # fmt: skip
    assert r'theme="dark\054 caf\303\251"' == jar.cookie_header("https://www.site.example/app", "GET", NOW)


@pytest.mark.parametrize(
    ("expires", "given"),
    [
        pytest.param(NOW, NOW, id="date"),
        pytest.param(NOW, NOW.timestamp(), id="timestamp"),
        pytest.param(NOW, "Mon, 30 Nov 2026 12:00:00 GMT", id="text"),
        pytest.param(None, None, id="session"),
    ],
)
def test_set_expires(expires: datetime | None, given: datetime | float | str | None) -> None:
    """The end of a cookie may be given in the forms in which a response takes it."""
    assert expires == CookieJar().set("a", expires=given, now=0).expires


def test_set_percent_encoded() -> None:
    """A value may be written as JavaScript writes it."""
    assert "a=%C3%A9%0A" == str(CookieJar().set("a", "\xe9\n", now=NOW, encoding="percent"))


def test_set_replaces() -> None:
    """A cookie of the same name, domain and path goes, and the new one takes its time."""
    jar = CookieJar()
    jar.set("a", "1", now=NOW)
    jar.set("a", "2", now=NOW + timedelta(hours=1))

    assert [("2", NOW)] == [(cookie.value, cookie.created) for cookie in jar]


def test_set_forgets_what_has_ended() -> None:
    """A cookie that is set to end now is gone."""
    jar = CookieJar()
    jar.set("a", "1", now=NOW)
    jar.set("a", "", max_age=0, now=NOW)

    assert jar.get("a") is None


def test_get_and_delete() -> None:
    """A cookie is found and removed by name, domain and path, host-only or not."""
    jar = stored("a=1; Path=/", "a=2; Path=/; Domain=site.example", "b=3; Domain=site.example; Path=/app")
    both, other = jar.get("a", "site.example"), jar.get("b", "site.example", "/app")

    assert ("1", "3") == (both and both.value, other and other.value)
    assert (None, None, None) == (jar.get("a"), jar.get("a", "site.example", "/app"), jar.get("A", "site.example"))
    assert (True, False) == (jar.delete("a", "site.example"), jar.delete("a", "site.example"))
    assert (True, False) == (jar.delete("b", "site.example", "/app"), jar.delete("b"))
    assert 0 == len(jar)


def test_collection() -> None:
    """A jar is a collection in the order of storing; it may be changed while it is iterated over."""
    jar = stored("a=1", "b=2; Path=/app/page", "c=3; Path=/")
    jar.store(["a=4"], SITE, NOW)

    assert (3, ["a", "b", "c"]) == (len(jar), [cookie.name for cookie in jar])

    for cookie in jar:
        jar.delete(cookie.name, cookie.domain, cookie.path)

    assert (0, []) == (len(jar), list(jar))

    jar.add(Cookie("a", "1"))
    jar.clear()

    assert [] == list(jar)


def test_hides_values() -> None:
    """The values of cookies show neither in a jar nor in what it refuses."""
    jar = stored("sid=secret")
    refused = jar.store(["__Host-sid=secret", "sid=secret\x01", "secret\x01"], SITE, NOW)

    assert ("secret" in repr(jar), "secret" in repr(refused), "sid" in repr(jar)) == (False, False, True)
    assert "Cookie(name='sid', value=***," in repr(jar)


@pytest.mark.parametrize(
    ("problem", "name", "value", "domain", "path"),
    [
        pytest.param("cookie: a name or value that", "a=b", "c", "localhost", "/", id="equals-sign"),
        pytest.param("cookie: a name or value that", "a", "b; Secure", "localhost", "/", id="semicolon"),
        pytest.param("cookie: a name or value that", " a", "b", "localhost", "/", id="space"),
        pytest.param("cookie: a character that no", "a", "b\n", "localhost", "/", id="control"),
        pytest.param("cookie: a character that no", "a", "\u2603", "localhost", "/", id="no-octet"),
        pytest.param("cookie: expected a name or a value", "", "", "localhost", "/", id="nothing"),
        pytest.param("cookie domain: expected a host", "a", "b", "LOCALHOST", "/", id="case-of-domain"),
        pytest.param("cookie domain: expected a host", "a", "b", "localhost:80", "/", id="port"),
        pytest.param("cookie domain: expected a host", "a", "b", "", "/", id="no-domain"),
        pytest.param("cookie path: expected a path that", "a", "b", "localhost", "", id="no-path"),
        pytest.param("cookie path: expected a path that", "a", "b", "localhost", "app", id="no-slash"),
    ],
)
def test_refuses_to_make(problem: str, name: str, value: str, domain: str, path: str) -> None:
    """A cookie that no client can have is an error that says what is wrong."""
    with pytest.raises(HeaderValueError, match=problem):
        Cookie(name, value, domain, path)


def test_refuses_one_text() -> None:
    """A line alone is not several, though a text can be iterated over."""
    with pytest.raises(TypeError, match="several lines"):
        CookieJar().store("a=b", SITE, NOW)


@pytest.mark.parametrize(("member", "given"), [(SameSite.LAX, "lax"), (SameSite.NONE, "NONE"), (None, None)])
def test_set_same_site(member: SameSite | None, given: str | None) -> None:
    """It may be given as text in any case; another word is an error."""
    assert member is CookieJar().set("a", same_site=given, now=NOW).same_site
    with pytest.raises(HeaderValueError, match="'Strict', 'Lax' or 'None'"):
        CookieJar().set("a", same_site="sometimes", now=NOW)


def test_nameless_cookie() -> None:
    """A cookie without a name is sent as its value, even if that looks like one with a name (6265bis §5.8.3)."""
    assert ("a=b", "") == (str(Cookie("", "a=b")), Cookie("", "a=b").decoded_key)


def test_cookie_is_a_value() -> None:
    """A cookie is hashable and picklable, and equal by its parts."""
    cookie = Cookie("a", "b", expires=NOW)

    assert cookie == pickle.loads(pickle.dumps(cookie))
    assert 1 == len({cookie, Cookie("a", "b", expires=NOW)})
    assert Cookie("a", "b") != Cookie("a", "c")


def test_escape_that_the_application_drops() -> None:
    """A value with an escaped control character has no text: `Cookies` leaves it out, too."""
    cookie = Cookie("a", r'"\000"')

    with pytest.raises(GrammarError):
        _ = cookie.decoded_value
    assert 0 == len(Cookies.parse(str(cookie)))


@pytest.mark.parametrize("url", ["site.example", "ftp://site.example/", "http://[::1/"])
def test_malformed_url(url: str) -> None:
    """A URL that is none is an error of the caller."""
    jar = CookieJar()

    with pytest.raises(GrammarError):
        jar.store(["a=b"], url, NOW)
    with pytest.raises(GrammarError):
        jar.cookie_header(url, "GET", NOW)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("a{}=b; Path=/", id="names"),
        pytest.param("a=b; Path=/{}", id="paths"),
        pytest.param("a{}=b; Secure", id="refused"),
        pytest.param("a{}=; Max-Age=0", id="expired"),
        pytest.param("x=1; Path=/{}/a", id="secure-ones-elsewhere"),
    ],
)
def test_grows_with_the_number_of_cookies(line: str) -> None:
    """Many cookies take as long as one does, times their number."""

    def store_many(size: int) -> None:
        jar = stored(*map("x=1; Secure; Path=/b/{}".format, range(size)))
        jar.store(map(line.format, range(size)), "http://site.example/app/page", NOW)
        jar.cookie_header(SITE, "GET", NOW)

    assert_linear(store_many, start=16)


@given(st.lists(OCTETS | OCTETS.map("a=b;{}".format), max_size=4))
def test_total(lines: list[str]) -> None:
    """Every line is stored or refused, none is lost, and what is sent is a legal field value."""
    jar = CookieJar()
    refused = jar.store(lines, SITE, NOW)
    sent = jar.cookie_header(SITE, "GET", NOW)

    assert len(jar) + len(refused) <= len(lines)
    assert sent is None or sent == Request(headers={"Cookie": sent}).headers["Cookie"]


@given(NAMES, TEXTS)
def test_application_reads_what_was_set(name: str, value: str) -> None:
    """What is set by hand is what the application reads."""
    jar = CookieJar()
    cookie = jar.set(name, value, now=NOW)
    sent = jar.cookie_header("http://localhost/", "GET", NOW)

    assert (name, value) == (cookie.decoded_key, cookie.decoded_value)
    assert value == Request(headers={"Cookie": sent or ""}).cookies[name]


@given(
    st.builds(
        SetCookie,
        NAMES,
        TEXTS,
        secure=st.booleans(),
        httponly=st.booleans(),
        domain=st.sampled_from([None, "site.example", "www.site.example"]),
        path=st.sampled_from(["/", "/app", None]),
        samesite=st.sampled_from([None, *list(SameSite)[:2]]),
        max_age=st.sampled_from([None, 1, 10**12]),
    )
)
def test_application_reads_what_it_sent(cookie: SetCookie) -> None:
    """A cookie that the application writes comes back as it was, where it is for."""
    jar = CookieJar()
    refused = jar.store([str(cookie)], "https://www.site.example/app/page", NOW)
    sent = jar.cookie_header("https://www.site.example/app/page", "GET", NOW)

    assert () == refused
    assert [(cookie.name, cookie.value)] == list(Cookies.parse(sent or "").pairs)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["/", "/app", "/app/page", "/other"])), max_size=8))
def test_model(lines: list[tuple[str, str]]) -> None:
    """A jar sends what a list does that forgets duplicates and is sorted by the length of paths."""
    jar = stored(*[f"{name}={number}; Path={path}" for number, (name, path) in enumerate(lines)])
    latest = {identity: number for number, identity in enumerate(lines)}
    expected = [
        f"{name}={number}"
        for (name, path), number in sorted(latest.items(), key=lambda item: -len(item[0][1]))
        if path != "/other"
    ]

    assert ("; ".join(expected) or None) == jar.cookie_header(SITE, "GET", NOW)
