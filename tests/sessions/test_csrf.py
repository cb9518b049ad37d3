"""Tokens of forms: whose they are, how old, and that no two look alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import JSON, URLENCODED, posted, untyped
from tests.sessions.handlers import clear, renew, save, value_of
from tests.sessions.visitors import KEY, OLDER, Account, Clock, Visitor, dump, load
from verglas import FrozenResponse, Request, Response, ResponseLike, application, text
from verglas.errors import Forbidden
from verglas.sessions import MemoryStore, Session, csrf, sessions
from verglas.testing import WSGIAnswer, call

LOOKALIKES: Final = "".join(map(chr, range(0x21, 0x7F)))


def form(request: Request[Session[Account]]) -> Response:
    """A page that is its token."""
    response = text("")
    response.data = csrf.token(request.state, response)
    return response


@csrf.protect()
def buy(request: Request[Session[Account]]) -> Response:
    """Buy something."""
    return text("sold")


def shop(clock: Clock | None = None, **more: object) -> Visitor:
    """A visitor who is logged in."""
    around = untyped(sessions)(dump, load, **({"keys": [KEY], "clock": clock or Clock()} | more))
    visitor = Visitor(around)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a middleware, without its types
    visitor.visit(save("ada"))
    return visitor


def post(visitor: Visitor, token: str | None, **keys: object) -> WSGIAnswer:
    """Send a form."""
    body = b"" if token is None else urlencode({"csrf_token": token}).encode()
    environ = posted(body, URLENCODED, HTTP_COOKIE=f"__Host-session={visitor.jar.get('__Host-session', '')}")
    return call(visitor.application(buy), environ | keys)


def test_token_is_taken() -> None:
    """A token of the session lets the form through, any number of times, and so does another of another tab."""
    visitor = shop()
    one, other = visitor.visit(form).text, visitor.visit(form).text

    assert one != other
    assert ["sold"] * 4 == [post(visitor, token).text for token in (one, other, one, other)]


def test_token_is_masked_anew() -> None:
    """No two tokens of a second have anything in common, so that compression tells nothing."""
    visitor = shop()
    tokens = [visitor.visit(form).text for _ in range(100)]

    assert 100 == len({token[:53] for token in tokens}) == len({token[54:] for token in tokens})
    assert max(sum(a == b for a, b in zip(tokens[0], token, strict=True)) for token in tokens[1:]) < 20


def test_token_is_taken_from_a_header() -> None:
    """A script sends it in a header field."""
    visitor = shop()
    token = visitor.visit(form).text

    assert "sold" == post(visitor, None, HTTP_X_CSRF_TOKEN=token).text
    assert "403 Forbidden" == post(visitor, token, HTTP_X_CSRF_TOKEN="x").status


def test_visitor_without_a_session_has_a_form() -> None:
    """The token begins a session, so that a login form is protected, too."""
    visitor = Visitor(sessions(dump, load, keys=[KEY]))
    answer = visitor.visit(form)

    assert ("Cookie", 1) == (answer.headers["Vary"], len(answer.headers.getlist("Set-Cookie")))
    assert "Set-Cookie" not in visitor.visit(form).headers
    assert "sold" == post(visitor, answer.text).text


def _age(clock: Clock, visitor: Visitor) -> None:
    clock.now += 12 * 3600 + 1


def _step(act: Callable[[Request[Session[Account]]], ResponseLike]) -> Callable[[Clock, Visitor], None]:
    def step(clock: Clock, visitor: Visitor) -> None:
        visitor.visit(act)

    return step


@pytest.mark.parametrize(
    ("expected", "between"),
    [
        pytest.param("200 OK", _step(value_of), id="nothing"),
        pytest.param("200 OK", _step(save("bob")), id="saved"),
        pytest.param("403 Forbidden", _step(renew), id="renewed"),
        pytest.param("403 Forbidden", _step(clear), id="logged-out"),
        pytest.param("403 Forbidden", _age, id="too-old"),
    ],
)
@pytest.mark.parametrize("is_stored", [False, True], ids=["cookie", "store"])
def test_end_of_a_token(expected: str, between: Callable[[Clock, Visitor], None], is_stored: bool) -> None:
    """A token ends with the id of its session, and with its age."""
    clock = Clock()
    visitor = shop(clock, store=MemoryStore() if is_stored else None)
    token = visitor.visit(form).text
    between(clock, visitor)

    assert expected == (answer := post(visitor, token)).status
    assert "Cookie" in answer.headers["Vary"]


def test_token_of_another_session() -> None:
    """A token is of no use to another session: of another visitor, of nobody, or with another cookie."""
    token = shop().visit(form).text
    others = [shop(), Visitor(sessions(dump, load, keys=[KEY])), shop(name="other"), shop(keys=[OLDER])]

    assert {"403 Forbidden"} == {post(other, token).status for other in others}


@pytest.mark.parametrize(
    ("expected", "keys"),
    [pytest.param("200 OK", [OLDER, KEY], id="rotated"), pytest.param("403 Forbidden", [OLDER], id="retired")],
)
def test_keys(expected: str, keys: list[str]) -> None:
    """A token holds as long as its key is accepted."""
    visitor = shop()
    token = visitor.visit(form).text
    visitor.around = sessions(dump, load, keys=keys, clock=Clock())

    assert expected == post(visitor, token).status


@pytest.mark.parametrize(
    "token", [None, "", "x", "A" * 107, "A" * 108, "\u00e9" * 107, "!" * 107, "A" * 100_000, "\x00", "A" * 106 + "="]
)
def test_no_token(token: str | None) -> None:
    """A request without a token, or with what is none, is a 403 that says nothing of it."""
    answer = post(shop(), token)

    assert "403 Forbidden" == answer.status
    assert "AAAA" not in answer.text


@given(st.text(alphabet=LOOKALIKES, min_size=107, max_size=107) | st.text())
def test_no_text_is_a_token(given: str) -> None:
    """Nothing else is taken, and nothing is an error."""
    assert "403 Forbidden" == post(_ADA, given).status


_ADA: Final = shop()


def test_changed_token() -> None:
    """A token with any of its characters changed is refused, but for the bits that base64 does not use."""
    visitor = shop()
    token = visitor.visit(form).text
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(106)]

    assert {"403 Forbidden"} == {post(visitor, text).status for text in changed}


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "OPTIONS", "QUERY", "TRACE", "POST", "PUT", "PATCH", "DELETE", "MADE-UP"]
)
def test_methods(method: str) -> None:
    """Methods that change nothing need no token."""
    is_safe = method in {"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"}

    assert is_safe is (post(shop(), None, REQUEST_METHOD=method).status_code == 200)


@pytest.mark.parametrize("content_type", [JSON, "text/plain", "multipart/form-data; boundary=b"])
def test_other_bodies(content_type: str) -> None:
    """A body without a form has no token."""
    visitor = shop()
    environ = posted(b"--b--\r\n", content_type, HTTP_COOKIE=f"__Host-session={visitor.cookie}")

    assert "403 Forbidden" == call(visitor.application(buy), environ).status


def test_options() -> None:
    """Names and age can be chosen."""
    clock = Clock()
    visitor = shop(clock)
    token = visitor.visit(form).text
    handler = csrf.protect(field="t", header="X-T", max_age=timedelta(seconds=10))(value_of)
    app = visitor.application(handler)
    cookie = f"__Host-session={visitor.cookie}"

    def codes() -> list[int]:
        return [
            call(app, posted(urlencode({"t": token}).encode(), URLENCODED, HTTP_COOKIE=cookie)).status_code,
            call(app, posted(b"", URLENCODED, HTTP_X_T=token, HTTP_COOKIE=cookie)).status_code,
            call(app, posted(urlencode({"csrf_token": token}).encode(), URLENCODED, HTTP_COOKIE=cookie)).status_code,
        ]

    assert [200, 200, 403] == codes()
    clock.now += 11
    assert [403, 403, 403] == codes()
    forever = visitor.application(csrf.protect(max_age=None)(value_of))
    clock.now += 10**6
    assert 200 == call(forever, posted(b"", HTTP_X_CSRF_TOKEN=token, HTTP_COOKIE=cookie)).status_code


@frozen
class State:
    """The session is a part of the state."""

    user: str
    session: Session[Account]


def _session_of(state: State) -> Session[Account]:
    return state.session


def test_session_within_a_state() -> None:
    """`session_of` finds it."""

    @csrf.protect(session_of=_session_of)
    def act(request: Request[State]) -> Response:
        response = text("")
        response.data = csrf.token(request.state.session, response)
        return response

    def state(outer: object, session: Session[Account]) -> State:
        return State("ada", session)

    app = application(sessions(dump, load, keys=[KEY], into=state)(act))
    page = call(app)
    cookie = page.headers["Set-Cookie"].partition(";")[0]

    assert [403, 200] == [
        call(app, posted(b"", HTTP_COOKIE=cookie, HTTP_X_CSRF_TOKEN=token)).status_code for token in ("", page.text)
    ]


def test_check_by_hand() -> None:
    """A handler may look where it likes."""

    def act(request: Request[Session[Account]]) -> Response:
        token = csrf.token(request.state, Response())
        csrf.check(token, request.state)
        for wrong in (None, "", token[1:]):
            with pytest.raises(Forbidden):
                csrf.check(wrong, request.state)
        return text("")

    assert 200 == shop().visit(act).status_code


def test_mistakes() -> None:
    """What is given wrongly is told."""

    def act(request: Request[Session[Account]]) -> Response:
        with pytest.raises(TypeError, match=r"^token\(\) .* FrozenResponse"):
            untyped(csrf.token)(request.state, FrozenResponse())
        with pytest.raises(TypeError, match="max_age= is a timedelta"):
            untyped(csrf.check)("", request.state, max_age=5)
        return text("")

    shop().visit(act)
    with pytest.raises(TypeError, match="max_age= is a timedelta"):
        untyped(csrf.protect)(max_age=5)
    with pytest.raises(TypeError, match=r"session_of= of protect\(\) is a function"):
        untyped(csrf.protect)(session_of="session")
    with pytest.raises(TypeError, match=r"protect\(\) takes a handler"):
        untyped(csrf.protect())(text(""))
    with pytest.raises(ValueError, match="max_age= is at least a second"):
        csrf.protect(max_age=timedelta(0))
    with pytest.raises(ValueError, match="field name: expected a token"):
        csrf.protect(header="X CSRF")
    with pytest.raises(TypeError, match="the field name must be a str, not NoneType"):
        untyped(csrf.protect)(header=None)
    with pytest.raises(TypeError, match="field= is the name of a form field, not int"):
        untyped(csrf.protect)(field=5)
