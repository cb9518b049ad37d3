"""Security inputs: read before all else and once, answering alone, and not a byte of the body before that."""

from __future__ import annotations

from typing import Final, NoReturn

import pytest
from attrs import frozen

from tests.inputs.places import any_input
from tests.kit import JSON, MULTIPART, URLENCODED, environ_of, posted, untyped
from tests.kit import Input as Sent
from verglas import HTTPError, Request, Response, application, text
from verglas.errors import Forbidden, ServiceUnavailable, Unauthorized
from verglas.headers import AUTHORIZATION, Authorization, WWWAuthenticate
from verglas.inputs import (
    Input,
    InputError,
    body,
    checkbox,
    cookie,
    file,
    first_of,
    form,
    from_class,
    header,
    input_class,
    of,
    query,
    secured,
)
from verglas.testing import call

USERS: Final = {"s3cret": "ada", "other": "bob"}
CHALLENGE: Final = 'Bearer realm="notes"'


def user_of(sent: Authorization) -> str | None:
    """Whom a token stands for."""
    if sent.token == "banned":
        raise Forbidden("You may not.")
    return USERS.get(sent.token or "")


BEARER: Final = header(AUTHORIZATION)
USER: Final = secured(BEARER, user_of, challenge=CHALLENGE)


def answer_of(made: Input[str], **keys: object) -> tuple[int, str | None]:
    """The status and the challenge of an answer to a request with such an environ."""

    @made.into
    def handler(request: Request, user: str) -> Response:
        return text(user)

    answer = call(application(handler), environ_of(**keys))
    return answer.status_code, answer.headers.get("WWW-Authenticate")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param("Bearer s3cret", (200, None), id="good"),
        pytest.param(None, (401, CHALLENGE), id="absent"),
        pytest.param("", (401, CHALLENGE), id="empty"),
        pytest.param("Bearer wrong", (401, CHALLENGE), id="not-good"),
        pytest.param("Basic YTpi", (401, CHALLENGE), id="another-scheme"),
        pytest.param("Bearer a b", (401, CHALLENGE), id="malformed"),
        pytest.param("Bearer \x00", (401, CHALLENGE), id="illegal-character"),
        pytest.param("=", (401, CHALLENGE), id="not-credentials"),
        pytest.param("Bearer " + "a" * 70_000, (401, CHALLENGE), id="rfc9110-11.4-over-long"),
        pytest.param("Digest " + "a=1, " * 5000, (401, CHALLENGE), id="rfc9110-11.4-too-many-parameters"),
        pytest.param("Bearer banned", (403, None), id="forbidden"),
    ],
)
def test_credentials(sent: str | None, expected: object) -> None:
    """Credentials are good, or the answer is a 401 with its challenge; one that may not is a 403."""
    keys = {} if sent is None else {"HTTP_AUTHORIZATION": sent}

    assert expected == answer_of(USER, **keys)


def test_without_challenge() -> None:
    """A session asks for nothing that a browser could give."""
    session = secured(cookie("session"), USERS.get)

    assert (401, None) == answer_of(session)
    assert (200, None) == answer_of(session, HTTP_COOKIE="session=s3cret")
    assert (401, None) == answer_of(session, HTTP_COOKIE="session=s3cret; session=other")


def test_falsy_is_good() -> None:
    """A user may be 0 or empty."""
    nobody = secured(cookie("session"), lambda sent: "")

    assert (200, None) == answer_of(nobody, HTTP_COOKIE="session=x")


def test_false_is_not_good() -> None:
    """A check that only compares lets in whom it knows, and nobody else."""
    compared = secured(cookie("session"), lambda sent: sent == "s3cret").map(str)

    assert (200, None) == answer_of(compared, HTTP_COOKIE="session=s3cret")
    assert (401, None) == answer_of(compared, HTTP_COOKIE="session=x")


BODIES: Final = {
    "form": (form("a"), URLENCODED, b"a=1"),
    "checkbox": (checkbox("a"), URLENCODED, b"a=1"),
    "many": (form.many("a"), URLENCODED, b"a=1"),
    "multipart": (form("a"), MULTIPART, b"--b--"),
    "file": (file("a"), MULTIPART, b"--b--"),
    "body": (body(len), JSON, b"{}"),
    "body-of-no-type": (body(len, media_types=["a/b"]), "", b"x"),
    "coded": (body(len), JSON, b"x"),
}


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Bearer banned"], ids=["absent", "wrong", "forbidden"])
def test_body_is_not_read(kind: str, sent: str | None, first: bool) -> None:
    """Not a byte of the body is read for whom may not send it, wherever the security input stands."""
    made, content_type, data = BODIES[kind]
    stream = Sent(data)
    environ = posted(data, content_type, stream=stream)
    if sent is not None:
        environ["HTTP_AUTHORIZATION"] = sent
    if kind == "coded":
        environ["HTTP_CONTENT_ENCODING"] = "gzip"
    user, other = any_input(USER), any_input(made)
    group = user & other if first else other & user

    with pytest.raises(HTTPError) as caught:
        group.read(Request(environ))
    assert (403 if sent == "Bearer banned" else 401, []) == (caught.value.code, stream.asked)


def test_answers_alone() -> None:
    """Who is not known is told nothing of what else is wrong."""
    group = query("a", int) & query.many("b", int) & USER

    for request in (Request(url="/?b=x"), Request(url="/?a=1&a=2", headers={"Authorization": "Bearer wrong"})):
        with pytest.raises(Unauthorized) as caught:
            group.read(request)
        assert (CHALLENGE,) == caught.value.www_authenticate


def test_known_ones_are_told() -> None:
    """Who is known is told what is wrong."""
    found = (query("a", int) & USER).attempt(Request(headers={"Authorization": "Bearer s3cret"}))

    assert isinstance(found, InputError)


def counting() -> tuple[Input[str], list[str]]:
    """A security input, and what its check was given."""
    seen: list[str] = []

    def check(sent: str) -> str | None:
        seen.append(sent)
        return USERS.get(sent)

    return secured(cookie("session"), check), seen


@frozen
class Pair:
    """Two texts."""

    a: str
    b: str


@input_class
class Wanted:
    """A class with two fields that come from one security input."""

    user: str = of(secured(cookie("session"), USERS.get))
    page: int = of(query("page", int, default=1))


SESSION: Final = Request(headers={"Cookie": "session=s3cret"})


def test_read_once() -> None:
    """The credentials are checked once, however often their input is there."""
    made, seen = counting()
    group = made & made & made.map(str.upper)

    assert (("ada", "ada", "ADA"), ["s3cret"]) == (group.read(SESSION), seen)


def test_several() -> None:
    """Several security inputs are read in their order; the first that refuses is the answer."""
    made, seen = counting()
    group = made & USER

    with pytest.raises(Unauthorized) as caught:
        group.read(SESSION)
    assert (["s3cret"], (CHALLENGE,)) == (seen, caught.value.www_authenticate)
    both = SESSION.replace(headers=SESSION.headers.with_("Authorization", "Bearer other"))
    assert ("ada", "bob") == group.read(both)


def test_inside_others() -> None:
    """A security input inside `map`, `to` and a class is read before all else, too."""
    made, seen = counting()
    pair = (query("page", int) & made.map(str.upper)).to(lambda page, user: (user, page))

    with pytest.raises(Unauthorized):
        pair.read(Request(url="/?page=x"))
    with pytest.raises(Unauthorized):
        from_class(Wanted).read(Request(url="/?page=x"))
    with pytest.raises(InputError):
        pair.read(Request(url="/?page=x", headers=SESSION.headers))
    assert (("ADA", 7), "ada") == (
        pair.read(Request(url="/?page=7", headers=SESSION.headers)),
        from_class(Wanted).read(SESSION).user,
    )
    assert ["s3cret", "s3cret"] == seen


def test_of_a_security_input() -> None:
    """Credentials may depend on a security input themselves, which is read before them."""
    made, seen = counting()
    admin = secured(made, lambda name: name if name == "ada" else None, challenge="Admin")

    assert ("ada", ["s3cret"]) == (admin.read(SESSION), seen)
    with pytest.raises(Unauthorized):
        admin.read(Request(headers={"Cookie": "session=other"}))


def test_first_of_goes_inside() -> None:
    """Credentials are in the first of several places; alternatives of whole checks are refused when they are made."""
    either = secured(first_of(header("X-Token", str), cookie("session")), USERS.get)

    assert ("bob", "ada") == (either.read(Request(headers={"X-Token": "other"})), either.read(SESSION))
    with pytest.raises(TypeError, match=r"goes into secured\(\)"):
        first_of(either, query("user"))
    with pytest.raises(TypeError, match=r"goes into secured\(\)"):
        first_of(query("user"), either.map(str.upper))


def boom(sent: str) -> NoReturn:
    """A check that fails."""
    raise LookupError(sent)


def test_fault_of_the_check() -> None:
    """A check that fails is a fault of the application: nobody is let in, and nobody is told to try again."""
    with pytest.raises(LookupError):
        secured(cookie("session"), boom).read(SESSION)


def test_a_check_may_answer_as_it_likes() -> None:
    """Any HTTP error that a check raises is the answer."""

    def check(sent: str) -> str:
        raise ServiceUnavailable

    with pytest.raises(ServiceUnavailable):
        (query("a", int) & secured(cookie("session"), check)).read(SESSION)


def test_is_only_read() -> None:
    """A request is not made for whom it is to be: whom credentials stand for does not give them."""
    made, _ = counting()

    for one in (made, made.map(str, str), (query("a") & made).to(Pair)):
        with pytest.raises(TypeError, match="security input of cookie session is only read"):
            untyped(one.write)(Request(), Pair("a", "b") if one.describe()[0].name == "a" else "ada")


@pytest.mark.parametrize(
    "made", [form("a"), checkbox("a"), file("a"), body(len), first_of(query("a"), form("b"))], ids=repr
)
def test_not_from_a_body(made: object) -> None:
    """Credentials are not in the body, which is read after them."""
    with pytest.raises(TypeError, match="credentials are not read from a body"):
        untyped(secured)(made, len)


@pytest.mark.parametrize("check", [None, "x", 7])
def test_wrong_check(check: object) -> None:
    """A check is a function."""
    with pytest.raises(TypeError, match=r"secured\(\) takes functions"):
        untyped(secured)(cookie("a"), check)


def test_describe() -> None:
    """A security input says what it is answered with."""
    (found,) = USER.describe()

    assert ("header", "Authorization", True, (401, 403), CHALLENGE) == (
        found.place,
        found.name,
        found.required,
        found.statuses,
        found.challenge,
    )


def test_challenge_as_a_value() -> None:
    """A challenge is a value or its text."""
    made = secured(BEARER, user_of, challenge=WWWAuthenticate("bearer", {"realm": "notes"}))

    assert CHALLENGE == made.describe()[0].challenge


@pytest.mark.parametrize(
    ("challenge", "error"),
    [
        pytest.param(7, TypeError, id="number"),
        pytest.param(["Bearer", "Basic"], TypeError, id="several"),
        pytest.param(b"Bearer", TypeError, id="bytes"),
        pytest.param("Bearer\r\nX: y", ValueError, id="line-break"),
    ],
)
def test_wrong_challenge(challenge: object, error: type[Exception]) -> None:
    """A challenge that no answer could hold is refused when the input is made."""
    with pytest.raises(error):
        untyped(secured)(BEARER, user_of, challenge=challenge)


def test_secrets_are_not_in_the_error() -> None:
    """Neither the error nor what it comes from holds the credentials."""
    with pytest.raises(Unauthorized) as caught:
        USER.read(Request(headers={"Authorization": "Basic s3cret!"}))

    assert ("s3cret" in str(caught.value), caught.value.__cause__) == (False, None)
