"""The cookie of a session: whatever is wrong with it, the session is empty."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import itsdangerous
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of
from tests.sessions.handlers import ignore, looks, save, value_of
from tests.sessions.visitors import KEY, OLDER, Account, Clock, Visitor, dump, load
from verglas import Limits, Request, Response, application, text
from verglas.headers import SetCookie
from verglas.sessions import MemoryStore, Session, sessions
from verglas.testing import call

NAME: Final = "__Host-session"
ALPHABET: Final = "".join(map(chr, range(0x21, 0x7F))).translate({ord(c): None for c in ';,"\\'})


def visitor(keys: Sequence[str | bytes] = (KEY,)) -> Visitor:
    """A visitor with an account."""
    found = Visitor(sessions(dump, load, keys=keys))
    found.visit(save("ada"))
    return found


def shown(cookie: str) -> str:
    """The name in the session of a cookie."""
    return Visitor(sessions(dump, load, keys=[KEY]), {NAME: cookie}).visit(value_of).text


def changes(cookie: str) -> Sequence[str]:
    """A thousand flips, truncations, insertions and swaps."""
    chosen = random.Random(20)
    found: set[str] = {cookie[:length] for length in range(len(cookie))}
    found |= {cookie[start:] for start in range(1, len(cookie))}
    found |= {cookie + more for more in ("=", ".", "A", " ", "==", ".A")}
    found |= {f"{cookie[:-1]}{last}" for last in ALPHABET}  # of the signature: only some of its bits count
    while len(found) < 1000:
        at, letter = chosen.randrange(len(cookie)), chosen.choice(ALPHABET)
        found |= {cookie[:at] + letter + cookie[at + 1 :], cookie[:at] + letter + cookie[at:]}
        other = chosen.randrange(len(cookie))
        low, high = sorted((at, other))
        found.add(cookie[:low] + cookie[high:])
    return sorted(found - {cookie, f"{cookie} "})  # space at its end is no part of a cookie


def test_session_survives() -> None:
    """A cookie as it was set has the session."""
    assert "ada" == shown(visitor().cookie)


def test_a_thousand_changes() -> None:
    """A cookie that was changed in any way is an empty session: no error, and never another value."""
    cookie = visitor().cookie
    found = changes(cookie)

    assert len(found) >= 995
    assert {"nobody"} == {shown(changed) for changed in found}


def test_a_thousand_changes_of_an_id() -> None:
    """So it is with the id of a session that is kept in a store."""
    around = sessions(dump, load, keys=[KEY], store=MemoryStore())
    first = Visitor(around)
    first.visit(save("ada"))

    assert {"nobody"} == {Visitor(around, {NAME: cookie}).visit(value_of).text for cookie in changes(first.cookie)}
    assert "ada" == Visitor(around, {NAME: first.cookie}).visit(value_of).text


@given(st.text(max_size=300))
def test_any_text_is_an_empty_session(text: str) -> None:
    """Nothing that a client can send is an error."""

    answer = call(
        Visitor(sessions(dump, load, keys=[KEY])).application(value_of),
        environ_of(HTTP_COOKIE=f"{NAME}={text}".encode().decode("latin-1")),
    )

    assert ("200 OK", "nobody") == (answer.status, answer.text)


def forged(
    payload: str,
    key: str = KEY,
    salt: str = f"verglas.sessions.value.{NAME}",
    derivation: str = "hmac",
    digest: Callable[[bytes], object] = hashlib.sha256,
) -> str:
    """A cookie that somebody signed who has a key."""
    signer = itsdangerous.Signer(key, salt=salt, key_derivation=derivation, digest_method=digest)
    return signer.sign(payload).decode()


DATA: Final = base64.urlsafe_b64encode(dump(Account("ada"))).rstrip(b"=").decode()
GOOD: Final = f"id.1800000000.1800000000.{DATA}"


@pytest.mark.parametrize(
    ("expected", "cookie"),
    [
        pytest.param("ada", forged(GOOD), id="as-it-is-written"),
        pytest.param("nobody", forged(GOOD, key=OLDER), id="another-key"),
        pytest.param("nobody", forged(GOOD, salt=f"verglas.sessions.id.{NAME}"), id="another-purpose"),
        pytest.param("nobody", forged(GOOD, salt="verglas.sessions.value.session"), id="another-cookie"),
        pytest.param("nobody", forged(GOOD, derivation="django-concat"), id="another-derivation"),
        pytest.param("nobody", forged(GOOD, digest=hashlib.sha1), id="another-digest"),
        pytest.param("nobody", GOOD, id="without-signature"),
        pytest.param("nobody", forged("id.1800000000.1800000000"), id="without-value"),
        pytest.param("nobody", forged(f"id.1800000000.{DATA}"), id="a-date-missing"),
        pytest.param("nobody", forged(f"id.x.1800000000.{DATA}"), id="not-a-date"),
        pytest.param("nobody", forged("id.1800000000.1800000000.e30"), id="a-field-missing"),
        pytest.param("nobody", forged("id.1800000000.1800000000.W10"), id="of-another-type"),
        pytest.param("nobody", forged("id.1800000000.1800000000.___"), id="not-json"),
        pytest.param("nobody", forged("id.1800000000.1800000000.A"), id="not-base64"),
        pytest.param("nobody", forged(f"id.1800000000.1800000000.{'W1tb' * 900}"), id="too-deep"),
        pytest.param("nobody", forged(f"{'i' * 4100}.1800000000.1800000000.{DATA}"), id="over-the-longest"),
    ],
)  # fmt: skip
def test_foreign_cookies(expected: str, cookie: str) -> None:
    """What was signed for another purpose, with another key or by another version is an empty session."""
    clock = Clock()
    around = sessions(dump, load, keys=[KEY], clock=clock)

    assert expected == Visitor(around, {NAME: cookie}).visit(value_of).text


def test_cookies_of_one_name() -> None:
    """Two cookies of the name are an empty session, even if they are the same."""
    cookie = visitor().cookie
    answer = call(
        application(sessions(dump, load, keys=[KEY])(value_of)), HTTP_COOKIE=f"{NAME}={cookie}; {NAME}={cookie}"
    )

    assert ("nobody", "Cookie") == (answer.text, answer.headers["Vary"])


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        pytest.param("ada", "a=b; __Host-session=*; c=d", id="among-others"),
        pytest.param("ada", '__Host-session="*"', id="quoted"),
        pytest.param("ada", "$Version=1; __Host-session=*", id="rfc2109-version"),
        pytest.param("nobody", "__host-session=*", id="lower-case"),
        pytest.param("nobody", "__HOST-SESSION=*", id="upper-case"),
        pytest.param("nobody", "=__Host-session=*", id="without-a-name"),
        pytest.param("nobody", "\xa0__Host-session=*", id="no-break-space"),
        pytest.param("nobody", "\x85__Host-session=*", id="next-line"),
        pytest.param("nobody", "\x0b__Host-session=*", id="vertical-tab"),
        pytest.param("nobody", "\xe2\x80\x80__Host-session=*", id="en-quad"),
        pytest.param("nobody", "__Host%2Dsession=*", id="escaped"),
        pytest.param("nobody", "a=b,__Host-session=*", id="behind-a-comma"),
        pytest.param("nobody", 'a="; __Host-session=*"', id="in-quotes"),
        pytest.param("nobody", "__Host-session=*; __Host-session=", id="twice-and-empty"),
        pytest.param("nobody", "__Host-session=*; __Host-session", id="twice-without-a-value"),
        pytest.param("nobody", "__Host-session=*,__Host-session=*", id="lines-joined-by-a-comma"),
    ],
)  # fmt: skip
def test_names_that_a_browser_would_let_others_set(expected: str, field: str) -> None:
    """Another host can plant a cookie whose name only resembles that with the prefix: it is not taken for it."""
    cookie = visitor().cookie
    answer = call(application(sessions(dump, load, keys=[KEY])(value_of)), HTTP_COOKIE=field.replace("*", cookie))

    assert ("200 OK", expected) == (answer.status, answer.text)


def test_more_cookies_than_are_read() -> None:
    """A Cookie field over a limit is an empty session, too."""
    cookie = f"{NAME}={visitor().cookie}; a=1; b=2"
    app = application(sessions(dump, load, keys=[KEY])(value_of), limits=Limits(max_cookies=2))

    assert ("200 OK", "nobody") == ((answer := call(app, HTTP_COOKIE=cookie)).status, answer.text)


def test_names_keep_sessions_apart() -> None:
    """Two middlewares with the same keys do not take each other's cookies."""
    first = Visitor(sessions(dump, load, keys=[KEY], name="one", secure=False))
    first.visit(save("ada"))

    assert "nobody" == (
        Visitor(sessions(dump, load, keys=[KEY], name="two", secure=False), {"two": first.cookie}).visit(value_of).text
    )
    assert "ada" == first.visit(value_of).text


def test_a_cookie_of_a_store_is_no_value() -> None:
    """A signed id is not taken for a session, nor the other way round."""
    store = MemoryStore()
    kept, own = Visitor(sessions(dump, load, keys=[KEY], store=store)), Visitor(sessions(dump, load, keys=[KEY]))
    kept.visit(save("ada"))
    own.visit(save("ada"))
    kept.jar, own.jar = own.jar, kept.jar

    assert ("nobody", "nobody") == (kept.visit(value_of).text, own.visit(value_of).text)


# Ages


AGES: Final[Sequence[tuple[str, dict[str, timedelta | None], Sequence[tuple[int, str]]]]] = [
    ("by-default", {}, [(13 * 86400, "ada"), (14 * 86400 + 1, "nobody")]),
    ("absolute", {"absolute_age": timedelta(hours=1)}, [(3600, "ada"), (3601, "nobody")]),
    ("never", {"absolute_age": None}, [(10**8, "ada")]),
    ("idle", {"idle_age": timedelta(minutes=10)}, [(600, "ada")]),
    ("idle-over", {"idle_age": timedelta(minutes=10)}, [(601, "nobody")]),
    ("used", {"idle_age": timedelta(minutes=10)}, [(500, "ada"), (1000, "ada"), (1500, "ada"), (2101, "nobody")]),
    ("not-used-enough", {"idle_age": timedelta(minutes=10)}, [(299, "ada"), (601, "nobody")]),
    (
        "absolute-ends-what-is-used",
        {"idle_age": timedelta(minutes=10), "absolute_age": timedelta(minutes=15)},
        [(500, "ada"), (900, "ada"), (901, "nobody")],
    ),
    ("clock-of-another-server", {"idle_age": timedelta(minutes=10)}, [(-30, "ada")]),
]


@pytest.mark.parametrize("is_stored", [False, True], ids=["cookie", "store"])
@pytest.mark.parametrize(("ages", "visits"), [pytest.param(*row[1:], id=row[0]) for row in AGES])
def test_ages(ages: dict[str, timedelta | None], visits: Sequence[tuple[int, str]], is_stored: bool) -> None:
    """A session ends when it was not used for the idle age, and at the absolute age."""
    clock = Clock()
    around = sessions(
        dump,
        load,
        keys=[KEY],
        clock=clock,
        store=MemoryStore(clock=lambda: 0.0) if is_stored else None,
        idle_age=ages.get("idle_age"),
        absolute_age=ages.get("absolute_age", timedelta(days=14)),
    )
    first, start = Visitor(around), clock.now
    first.visit(save("ada"))
    for after, expected in visits:
        clock.now = start + after
        assert (after, expected) == (after, first.visit(value_of).text)


@pytest.mark.parametrize("is_stored", [False, True], ids=["cookie", "store"])
def test_dated_anew(is_stored: bool) -> None:
    """There is a Set-Cookie for a session that is not saved in one case: half of the idle age is over."""
    clock = Clock()
    store = MemoryStore(clock=clock) if is_stored else None
    around = sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(seconds=100), store=store)
    first = Visitor(around)
    first.visit(save("ada"))
    seen: list[bool] = []
    for act, wait in [(looks, 49), (ignore, 1), (looks, 0), (looks, 49), (looks, 1), (ignore, 200), (looks, 0)]:
        clock.now += wait
        answer = first.visit(act)
        seen.append("Set-Cookie" in answer.headers)
        assert (act is looks) is ("Vary" in answer.headers)

    assert [False, False, True, False, True, False, False] == seen
    assert "nobody" == first.visit(value_of).text


def test_dated_anew_once_it_is_saved() -> None:
    """A session that is saved is dated with that, and has one Set-Cookie."""
    clock = Clock()
    first = Visitor(sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(seconds=100)))
    first.visit(save("ada"))
    clock.now += 60

    assert 1 == len(first.visit(save("bob")).headers.getlist("Set-Cookie"))


def test_created() -> None:
    """A session keeps the time when it began, though it is saved and dated anew."""
    clock = Clock()
    first, found = Visitor(sessions(dump, load, keys=[KEY], clock=clock, idle_age=timedelta(seconds=100))), set[str]()

    def created(request: Request[Session[Account]]) -> Response:
        found.add(str(request.state.created))
        return text("")

    first.visit(save("ada"))
    for act in (created, created, save("bob"), created):
        clock.now += 60
        first.visit(act)

    assert {"2027-01-15 08:00:00+00:00"} == found


# Keys


@pytest.mark.parametrize(
    ("expected", "before", "after"),
    [
        pytest.param("ada", [OLDER], [KEY, OLDER], id="rotated"),
        pytest.param("nobody", [OLDER], [KEY], id="retired"),
        pytest.param("ada", [KEY, OLDER], [KEY], id="the-first-signs"),
        pytest.param("nobody", [KEY, OLDER], [OLDER], id="the-second-does-not"),
        pytest.param("ada", [KEY], [KEY.encode()], id="text-or-bytes"),
    ],
)
@pytest.mark.parametrize("is_stored", [False, True], ids=["cookie", "store"])
def test_keys(expected: str, before: Sequence[str | bytes], after: Sequence[str | bytes], is_stored: bool) -> None:
    """The first key signs, and all are accepted."""
    store = MemoryStore() if is_stored else None
    first = Visitor(sessions(dump, load, keys=before, store=store))
    first.visit(save("ada"))
    first.around = sessions(dump, load, keys=after, store=store)

    assert expected == first.visit(value_of).text


def test_rotation_in_the_middle_of_a_session() -> None:
    """A session that is saved while both keys are there outlives the old one."""
    first = Visitor(sessions(dump, load, keys=[OLDER]))
    first.visit(save("ada"))
    first.around = sessions(dump, load, keys=[KEY, OLDER])
    second_tab = Visitor(first.around, dict(first.jar))
    first.visit(save("bob"))
    first.around = second_tab.around = sessions(dump, load, keys=[KEY])

    assert ("bob", "nobody") == (first.visit(value_of).text, second_tab.visit(value_of).text)


# Size and attributes


@pytest.mark.parametrize("length", [0, 1, 2, 3, 100, 2900])
def test_lengths(length: int) -> None:
    """A value of any length that fits comes back."""
    first = Visitor(sessions(dump, load, keys=[KEY]))
    first.visit(save("a" * length))

    assert "a" * length == first.visit(value_of).text


@given(st.text(max_size=150))
def test_any_value_comes_back(name: str) -> None:
    """What was saved comes back, whatever is in it, from a cookie and from a store."""
    for store in (None, MemoryStore()):
        first = Visitor(sessions(dump, load, keys=[KEY], store=store))
        first.visit(save(name))
        assert name == first.visit(value_of).text


def test_longest() -> None:
    """What a browser might drop is refused with words, and what it takes is not."""
    name = next(length for length in range(2800, 3100) if not _fits(length))

    assert name > 2900
    with pytest.raises(ValueError, match=r"does not fit into a cookie: .* SessionStore") as caught:
        Visitor(sessions(dump, load, keys=[KEY])).visit(save("a" * name))
    assert "aaaa" not in str(caught.value)
    first = Visitor(sessions(dump, load, keys=[KEY]))
    (line,) = first.visit(save("a" * (name - 1))).headers.getlist("Set-Cookie")
    assert len(line) <= 4093
    assert "a" * (name - 1) == first.visit(value_of).text


def _fits(length: int) -> bool:
    try:
        Visitor(sessions(dump, load, keys=[KEY])).visit(save("a" * length))
    except ValueError:
        return False
    return True


def test_too_long_changes_nothing() -> None:
    """A session that is refused stays as it was, for the rest of the request as well."""
    found: list[object] = []

    def act(request: Request[Session[Account]]) -> Response:
        response = text("")
        with pytest.raises(ValueError, match="does not fit"):
            request.state.save(response, Account("a" * 4096))
        found.extend([request.state.value, response.headers.get("Set-Cookie")])
        return response

    visitor().visit(act)

    assert [Account("ada"), None] == found


def test_store_has_room() -> None:
    """A store keeps what a cookie does not."""
    first = Visitor(sessions(dump, load, keys=[KEY], store=MemoryStore()))
    first.visit(save("a" * 100_000))

    assert (100_000, True) == (len(first.visit(value_of).text), len(first.cookie) < 100)


COOKIES: Final[Sequence[tuple[str, Callable[[], Visitor], str]]] = [
    ("by-default", lambda: Visitor(sessions(dump, load, keys=[KEY])),
     "__Host-session=_; Secure; HttpOnly; Path=/; SameSite=Lax"),
    ("development", lambda: Visitor(sessions(dump, load, keys=[KEY], secure=False)),
     "session=_; HttpOnly; Path=/; SameSite=Lax"),
    ("domain", lambda: Visitor(sessions(dump, load, keys=[KEY], domain="example.org")),
     "__Secure-session=_; Domain=example.org; Secure; HttpOnly; Path=/; SameSite=Lax"),
    ("path", lambda: Visitor(sessions(dump, load, keys=[KEY], path="/app")),
     "__Secure-session=_; Secure; HttpOnly; Path=/app; SameSite=Lax"),
    ("strict", lambda: Visitor(sessions(dump, load, keys=[KEY], samesite="Strict")),
     "__Host-session=_; Secure; HttpOnly; Path=/; SameSite=Strict"),
    ("none", lambda: Visitor(sessions(dump, load, keys=[KEY], samesite="None")),
     "__Host-session=_; Secure; HttpOnly; Path=/; SameSite=None"),
    ("name", lambda: Visitor(sessions(dump, load, keys=[KEY], name="sid")),
     "__Host-sid=_; Secure; HttpOnly; Path=/; SameSite=Lax"),
    ("persistent", lambda: Visitor(sessions(dump, load, keys=[KEY], persistent=True)),
     "__Host-session=_; Max-Age=1209600; Secure; HttpOnly; Path=/; SameSite=Lax"),
    ("persistent-idle", lambda: Visitor(sessions(dump, load, keys=[KEY], persistent=True, idle_age=timedelta(hours=1))),
     "__Host-session=_; Max-Age=3600; Secure; HttpOnly; Path=/; SameSite=Lax"),
    ("store", lambda: Visitor(sessions(dump, load, keys=[KEY], store=MemoryStore())),
     "__Host-session=_; Secure; HttpOnly; Path=/; SameSite=Lax"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), [pytest.param(*row[1:], id=row[0]) for row in COOKIES])
def test_attributes(make: Callable[[], Visitor], expected: str) -> None:
    """The cookie has safe attributes by default; the same ones delete it."""
    first = make()
    (line,) = first.visit(save("ada")).headers.getlist("Set-Cookie")
    assert expected == line.replace(first.cookie, "_")

    def leave(request: Request[Session[Account]]) -> Response:
        response = text("")
        request.state.clear(response)
        return response

    (gone,) = first.visit(leave).headers.getlist("Set-Cookie")
    assert {} == first.jar
    written, deleted = SetCookie.parse(line), SetCookie.parse(gone)
    assert (written.identity, written.secure, written.httponly, written.samesite) == (
        deleted.identity,
        deleted.secure,
        deleted.httponly,
        deleted.samesite,
    )
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT" in gone
