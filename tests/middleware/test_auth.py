"""Basic and Bearer authentication: RFC 7617, RFC 6750, RFC 9110 §11."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Final

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import Input, environ_of, posted, untyped
from verglas import Handler, Request, Response, application, pipe, text
from verglas.errors import Forbidden, Unauthorized
from verglas.headers import WWW_AUTHENTICATE, Authorization
from verglas.middleware import basic_auth, bearer_auth
from verglas.testing import call
from verglas.wsgi import WSGIApplication

BASIC: Final = 'Basic realm="notes", charset="UTF-8"'
BEARER: Final = 'Bearer realm="notes"'
INVALID: Final = 'Bearer realm="notes", error="invalid_token"'
MALFORMED: Final = 'Bearer realm="notes", error="invalid_request"'

USERS: Final = {("Aladdin", "open sesame"): "aladdin", ("test", "123£"): "test", ("", ""): "nobody", ("a", "b:c"): "a"}
TOKENS: Final = {"mF_9.B5f-4.1JqM": "ada", "0": ""}


def greet(request: Request[str]) -> Response:
    """Greet whoever is there."""
    return text(f"Hello {request.state}!")


def anybody(request: Request[object]) -> Response:
    """Answer everybody."""
    return text(request.path)


def by_password(name: str, password: str) -> str | None:
    """Whom a name and a password stand for."""
    if name == "banned":
        raise Forbidden("You may not.")
    if name == "elsewhere":
        raise Unauthorized(www_authenticate="Negotiate")
    return USERS.get((name, password))


def by_token(token: str) -> str | None:
    """Whom a token stands for."""
    if token == "banned":
        raise Forbidden("You may not.")
    return TOKENS.get(token)


basic: Final = application(basic_auth(by_password, realm="notes")(greet))
bearer: Final = application(bearer_auth(by_token, realm="notes")(greet))


def sent(user: str | bytes) -> str:
    """Basic credentials, whatever they are made of."""
    return f"Basic {b64encode(user.encode() if isinstance(user, str) else user).decode()}"


def keys_of(value: str | None) -> dict[str, object]:
    """The environ of a request with such a field."""
    return {} if value is None else {"HTTP_AUTHORIZATION": value}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", (200, "aladdin"), id="rfc7617-2"),
        pytest.param("bAsIc  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", (200, "aladdin"), id="rfc9110-11.1-any-case"),
        pytest.param("Basic dGVzdDoxMjPCow==", (200, "test"), id="rfc7617-2.1-utf-8"),
        pytest.param(sent("test:123£".encode("latin-1")), (200, "test"), id="rfc7617-b.3-latin-1"),
        pytest.param(sent("a:b:c"), (200, "a"), id="colon-in-the-password"),
        pytest.param(sent(":"), (200, "nobody"), id="empty-name-and-password"),
        pytest.param(None, (401, BASIC), id="rfc7617-2-absent"),
        pytest.param("", (401, BASIC), id="empty"),
        pytest.param(sent("Aladdin:wrong"), (401, BASIC), id="rfc9110-11.4-wrong-password"),
        pytest.param(sent("Alad"), (401, BASIC), id="no-colon"),
        pytest.param("Basic", (401, BASIC), id="scheme-alone"),
        pytest.param("Basic QWxh ZGRpbg==", (401, BASIC), id="not-base64"),
        pytest.param("Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==", (401, BASIC), id="rfc4648-3.5-unused-bits"),
        pytest.param(sent("Aladdin:open\nsesame"), (401, BASIC), id="rfc7617-2-control"),
        pytest.param("Basic \x00", (401, BASIC), id="illegal-character"),
        pytest.param(sent("Aladdin:" + "x" * 70_000), (401, BASIC), id="over-long"),
        pytest.param("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==, Basic YTpi", (401, BASIC), id="two"),
        pytest.param("Bearer mF_9.B5f-4.1JqM", (401, BASIC), id="another-scheme"),
        pytest.param("Basicx QWxhZGRpbjpvcGVuIHNlc2FtZQ==", (401, BASIC), id="another-scheme-by-a-letter"),
        pytest.param("=", (401, BASIC), id="no-credentials"),
        pytest.param(sent("banned:"), (403, None), id="forbidden-by-the-check"),
        pytest.param(sent("elsewhere:"), (401, "Negotiate"), id="401-of-the-check"),
    ],
)
def test_basic(value: str | None, expected: tuple[int, str | None]) -> None:
    """A name and a password that are good give the user; all else is a 401 with the challenge (RFC 9110 §11.4)."""
    answer = call(basic, environ_of(**keys_of(value)))

    if answer.status_code == 200:
        assert expected == (200, answer.text.removeprefix("Hello ").removesuffix("!"))
    else:
        assert expected == (answer.status_code, answer.headers.get("WWW-Authenticate"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Bearer mF_9.B5f-4.1JqM", (200, "ada"), id="rfc6750-2.1"),
        pytest.param("bEARER  mF_9.B5f-4.1JqM", (200, "ada"), id="rfc9110-11.1-any-case"),
        pytest.param("Bearer 0", (200, ""), id="falsy-user"),
        pytest.param(None, (401, BEARER), id="rfc6750-3.1-no-code-when-absent"),
        pytest.param("", (401, BEARER), id="empty"),
        pytest.param("Bearer wrong", (401, INVALID), id="rfc6750-3-refused"),
        pytest.param("Bearer mF_9.B5f-4.1JqM=", (401, INVALID), id="refused-padded"),
        pytest.param("Bearer", (400, MALFORMED), id="rfc6750-3.1-scheme-alone"),
        pytest.param("bearer a b", (400, MALFORMED), id="rfc6750-3.1-two-words"),
        pytest.param("Bearer a=1", (400, MALFORMED), id="rfc6750-3.1-parameters"),
        pytest.param("Bearer a, Bearer b", (400, MALFORMED), id="rfc6750-3.1-two-tokens"),
        pytest.param("Bearer a=1, a=2", (400, MALFORMED), id="rfc6750-3.1-one-parameter-twice"),
        pytest.param('Bearer "', (400, MALFORMED), id="rfc6750-3.1-open-quote"),
        pytest.param("Bearer " + "a=1, " * 5000, (400, MALFORMED), id="rfc6750-3.1-too-many-parameters"),
        pytest.param("Bearer " + "a" * 70_000, (401, BEARER), id="over-long"),
        pytest.param("Bearer \x00", (401, BEARER), id="illegal-character"),
        pytest.param("Bearerx a b", (401, BEARER), id="another-scheme-by-a-letter"),
        pytest.param("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", (401, BEARER), id="rfc6750-3.1-another-scheme"),
        pytest.param("Basic !", (401, BEARER), id="another-scheme-malformed"),
        pytest.param("=", (401, BEARER), id="no-credentials"),
        pytest.param("Bearer banned", (403, None), id="forbidden-by-the-check"),
    ],
)
def test_bearer(value: str | None, expected: tuple[int, str | None]) -> None:
    """A token that is good gives the user; the challenge tells of one that is not, as RFC 6750 §3 has it."""
    answer = call(bearer, environ_of(**keys_of(value)))

    if answer.status_code == 200:
        assert expected == (200, answer.text.removeprefix("Hello ").removesuffix("!"))
    else:
        assert expected == (answer.status_code, answer.headers.get("WWW-Authenticate"))


def test_scope() -> None:
    """The scopes that a token needs are in each challenge (RFC 6750 §3)."""
    scoped = application(bearer_auth(by_token, realm="notes", scope=["openid", "urn:a=b&c"])(greet))

    for value, code in ((None, None), ("Bearer x", "invalid_token"), ("Bearer", "invalid_request")):
        [challenge] = call(scoped, environ_of(**keys_of(value))).headers[WWW_AUTHENTICATE]
        assert ("notes", "openid urn:a=b&c", code) == (challenge.realm, challenge.scope, challenge.error)


def test_realm() -> None:
    """A realm is any text that a field can hold; what must be escaped is."""
    quoted = application(basic_auth(by_password, realm='the "notes"')(greet))

    [challenge] = call(quoted).headers[WWW_AUTHENTICATE]
    assert 'the "notes"' == challenge.realm


@pytest.mark.parametrize(
    "give",
    [
        pytest.param(basic_auth(lambda _, password: password == "s3cret", realm="x"), id="basic"),
        pytest.param(bearer_auth(lambda token: token == "s3cret", realm="x"), id="bearer"),
    ],
)
def test_false_is_refused(give: Callable[[Handler[bool]], Handler[object]]) -> None:
    """A check that only compares lets in whom it knows, and nobody else."""

    @give
    def show(request: Request[bool]) -> Response:
        return text(str(request.state))

    asked = [call(application(show), environ_of(**keys_of(value))) for value in (
        "Bearer s3cret", "Bearer wrong", sent("a:s3cret"), sent("a:wrong")
    )]  # fmt: skip

    assert [("True", 200)] == [(one.text, one.status_code) for one in asked if one.status_code == 200]
    assert [401, 401, 401] == [one.status_code for one in asked if one.status_code != 200]


@frozen
class Page:
    """A state of two parts."""

    session: str
    user: str


def with_session(inner: Handler[str]) -> Handler[object]:
    """Give the request a session."""
    return lambda request: inner(request.with_state("session-1"))


def test_into() -> None:
    """`into` joins the state of the outer request and the user."""

    @with_session
    @basic_auth(by_password, realm="notes", into=Page)
    def by_name(request: Request[Page]) -> Response:
        """Say who."""
        return text(f"{request.state.session} {request.state.user}")

    @with_session
    @bearer_auth(by_token, realm="notes", into=Page)
    def of_token(request: Request[Page]) -> Response:
        return text(f"{request.state.session} {request.state.user}")

    assert "session-1 aladdin" == call(application(by_name), HTTP_AUTHORIZATION=sent("Aladdin:open sesame")).text
    assert "session-1 ada" == call(application(of_token), HTTP_AUTHORIZATION="Bearer mF_9.B5f-4.1JqM").text


def test_pipe() -> None:
    """It goes into a pipe."""
    assert (
        200
        == call(application(pipe(greet, bearer_auth(by_token, realm="x"))), HTTP_AUTHORIZATION="Bearer 0").status_code
    )


def test_keeps_names() -> None:
    """What stands around a handler has its name and docstring."""
    wrapped = basic_auth(by_password, realm="x")(greet)

    assert ("greet", greet.__doc__) == (getattr(wrapped, "__name__", None), wrapped.__doc__)


@pytest.mark.parametrize("made", [basic, bearer], ids=["basic", "bearer"])
@pytest.mark.parametrize("value", [None, "Bearer wrong", sent("a:x")], ids=["absent", "bearer", "basic"])
def test_body_is_not_read(made: WSGIApplication, value: str | None) -> None:
    """Not a byte of the body is read for whom is not known."""
    stream = Input(b"x" * 10)

    answer = call(made, posted(b"x" * 10, stream=stream) | keys_of(value))

    assert (401, []) == (answer.status_code, stream.asked)


@given(st.text(st.characters(codec="latin-1")), st.sampled_from(["", "Basic ", "Bearer ", "basic", "Bearer a"]))
def test_any_field(rest: str, scheme: str) -> None:
    """Whatever is sent is answered with 200, 400 or 401, and the answer tells nothing of it."""
    value = scheme + rest
    answers = [call(made, HTTP_AUTHORIZATION=value) for made in (basic, bearer)]
    known = [call(made) for made in (basic, bearer)]

    for answer, refused in zip(answers, known, strict=True):
        assert answer.status_code in (200, 400, 401)
        assert answer.status_code != 401 or refused.body == answer.body


@given(st.text(), st.text())
def test_check_is_given_what_was_sent(name: str, password: str) -> None:
    """The check is called with the name and the password that a client sends."""
    try:
        value = str(Authorization.basic(name, password))
    except ValueError:  # such as of a colon in the name
        return
    asked: list[tuple[str, str]] = []

    def check(name: str, password: str) -> None:
        asked.append((name, password))

    call(application(basic_auth(check, realm="x")(anybody)), HTTP_AUTHORIZATION=value)
    assert [(name, password)] == asked


async def awaited(*given: str) -> str:
    """A check that nothing awaits."""
    return given[0]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        pytest.param(
            lambda: untyped(basic_auth)(None, realm="x"),
            TypeError,
            r"check= of basic_auth\(\) is a function",
            id="no-check",
        ),
        pytest.param(
            lambda: untyped(bearer_auth)("x", realm="x"),
            TypeError,
            r"check= of bearer_auth\(\) is a function",
            id="a-text",
        ),
        pytest.param(lambda: basic_auth(awaited, realm="x"), TypeError, "is async", id="basic-async"),
        pytest.param(lambda: bearer_auth(awaited, realm="x"), TypeError, "is async", id="bearer-async"),
        pytest.param(lambda: untyped(basic_auth)(by_password, realm=5), TypeError, "realm= is a text", id="realm"),
        pytest.param(lambda: basic_auth(by_password, realm="a\nb"), ValueError, "of realm", id="realm-with-control"),
        pytest.param(
            lambda: untyped(basic_auth)(by_password, realm="x", into=5),
            TypeError,
            r"into= of basic_auth\(\) is a function",
            id="into",
        ),
        pytest.param(
            lambda: untyped(bearer_auth)(by_token, realm="x", scope="a b"), TypeError, "list of scopes", id="scope-text"
        ),
        pytest.param(
            lambda: untyped(bearer_auth)(by_token, realm="x", scope=5), TypeError, "list of scopes", id="scope-number"
        ),
        pytest.param(lambda: bearer_auth(by_token, realm="x", scope=["a b"]), ValueError, "spaces", id="scope-space"),
        pytest.param(lambda: bearer_auth(by_token, realm="x", scope=[""]), ValueError, "spaces", id="scope-empty"),
        pytest.param(lambda: bearer_auth(by_token, realm="x", scope=['a"']), ValueError, "quotes", id="scope-quote"),
        pytest.param(
            lambda: untyped(bearer_auth)(by_token, realm="x", scope=[5]), ValueError, "characters", id="scope-int"
        ),
        pytest.param(
            lambda: untyped(basic_auth(by_password, realm="x"))(5), TypeError, "takes a handler", id="no-handler"
        ),
    ],
)
def test_mistakes(make: Callable[[], object], error: type[Exception], words: str) -> None:
    """What cannot work is refused where it is written."""
    with pytest.raises(error, match=words):
        make()
