"""Authorization: the examples of RFC 7616, RFC 7617 and RFC 6750, and what is none."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Authorization as WerkzeugAuthorization

from tests.kit import untyped
from verglas import GrammarError, Headers, HeaderValueError, Request
from verglas.errors import HeaderError
from verglas.headers import (
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    Authorization,
    BasicCredentials,
    BearerToken,
    Challenges,
    DigestCredentials,
)
from verglas.testing.strategies import header_values

MUFASA = (
    'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
    'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
MD5 = MUFASA.format(algorithm="MD5", response="8ca523f5e9506fed4657c9700eebdbec")
SHA256 = MUFASA.format(algorithm="SHA-256", response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
EXTENDED = (
    'Digest username*=UTF-8\'\'J%C3%A4s%C3%B8n%20Doe, realm="api@example.org", uri="/doe.json", '
    'algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001, '
    'cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", qop=auth, '
    'response="ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd", '
    'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDssOS", userhash=false'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Authorization.basic("Aladdin", "open sesame"), id="rfc7617-2"
        ),
        pytest.param("Basic dGVzdDoxMjPCow==", Authorization.basic("test", "123\xa3"), id="rfc7617-2.1"),
        pytest.param("Bearer mF_9.B5f-4.1JqM", Authorization.bearer("mF_9.B5f-4.1JqM"), id="rfc6750-2.1"),
        pytest.param("Basic 4piDOuKYgw==", Authorization.basic("\u2603", "\u2603"), id="rfc7617-2.1-beyond-latin-1"),
        pytest.param("Basic YTpiOmM=", Authorization.basic("a", "b:c"), id="rfc7617-2-first-colon-splits"),
        pytest.param("Basic Og==", Authorization.basic("", ""), id="rfc7617-2-both-may-be-empty"),
        pytest.param("Negotiate", Authorization("negotiate"), id="rfc9110-11.4-scheme-alone"),
        pytest.param("Negotiate YII=", Authorization("negotiate", token="YII="), id="rfc9110-11.2-token68"),
        pytest.param('X a="1", b=""', Authorization("X", {"a": "1", "b": ""}), id="rfc9110-11.4-parameters"),
    ],
)
def test_parses_and_writes(text: str, expected: Authorization) -> None:
    """Credentials are read, and written as they were read."""

    assert (expected, text) == (Authorization.parse(text), str(expected))


@pytest.mark.parametrize("text", [pytest.param(MD5, id="md5"), pytest.param(SHA256, id="sha-256")])
def test_digest_example(text: str) -> None:
    """The response of RFC 7616 §3.9.1 follows from what was read and the password."""

    sent = Authorization.parse(text)
    match sent.credentials:
        case DigestCredentials(username="Mufasa", realm=realm, nonce=nonce, uri=uri, nc=1, cnonce=cnonce) as found:
            name = found.algorithm.replace("-", "").lower()

            def hashed(plain: str) -> str:
                return hashlib.new(name, plain.encode()).hexdigest()

            secret, target = hashed(f"Mufasa:{realm}:Circle of Life"), hashed(f"GET:{uri}")
            expected = hashed(f"{secret}:{nonce}:{sent.nc}:{cnonce}:{found.qop}:{target}")
        case _:
            expected = ""

    assert (expected, text) == (sent.response, str(sent))


def test_digest_user_in_another_script() -> None:
    """RFC 7616 §3.9.2: the user of `username*` is decoded, and written as it came."""

    sent = Authorization.parse(EXTENDED)

    assert ("J\xe4s\xf8n Doe", EXTENDED) == (sent.username, str(sent))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(None, "Digest username=a", id="parts-are-missing"),
        pytest.param(None, MD5.replace("nc=00000001", "nc=1_0"), id="nc-is-not-hexadecimal"),
        pytest.param(None, EXTENDED.replace("UTF-8'", "latin1'"), id="username*-in-another-charset"),
        pytest.param(None, EXTENDED.replace("%C3%A4", "%FF"), id="username*-is-not-utf-8"),
        pytest.param(BearerToken("a"), "bearer a", id="bearer"),
        pytest.param(None, "Bearer a=b", id="bearer-with-parameters"),
        pytest.param(BasicCredentials("a", "b"), "basic YTpi", id="basic"),
        pytest.param(None, "Negotiate a", id="another"),
    ],
)
def test_credentials(expected: object, text: str) -> None:
    """What credentials of a known scheme say, or `None`."""

    assert expected == Authorization.parse(text).credentials


MALFORMED = [
    pytest.param("", id="empty"),
    pytest.param("Basic", id="12-basic-without-anything"),
    pytest.param("Basic !!", id="12-basic-no-token68"),
    pytest.param("Basic YQ==", id="12-basic-no-colon"),
    pytest.param("Basic YTpi=", id="12-basic-bad-padding"),
    pytest.param("Basic YTpiYw", id="12-basic-no-padding"),
    pytest.param("Basic YTr=", id="rfc4648-3.5-unused-bits"),
    pytest.param("Basic YT_6", id="rfc4648-4-url-alphabet"),
    pytest.param("Basic YToA", id="rfc7617-2-control"),
    pytest.param('Basic realm="a"', id="basic-with-parameters"),
    pytest.param("Basic YTpi, Basic YTpi", id="two-lines-joined-by-a-server"),
    pytest.param("Bearer a b", id="two-token68"),
    pytest.param("Bearer a:b", id="no-token68"),
    pytest.param("X a=1, A=2", id="duplicate-parameter"),
    pytest.param("Digest a=1 b=2", id="no-comma"),
    pytest.param('Digest a="1', id="open-quote"),
    pytest.param("X\ta=1", id="rfc9110-11.4-tab-after-the-scheme"),
    pytest.param("Digest a=1, Y b=2", id="two-credentials"),
    pytest.param("Digest username=\"a\", username*=UTF-8''b", id="rfc7616-3.4.4-two-users"),
]


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed(text: str) -> None:
    """What is malformed is no authorization: an error of `parse`, `None` of `from_header`, a 400 of the key."""

    with pytest.raises(GrammarError) as caught:
        Authorization.parse(text)
    with pytest.raises(HeaderError):
        Headers({"Authorization": text})[AUTHORIZATION]

    assert (None, False) == (Authorization.from_header(text), isinstance(caught.value, HeaderValueError))


@pytest.mark.parametrize("text", MALFORMED[1:])
def test_errors_keep_secrets(text: str) -> None:
    """An error about credentials does not carry them: it may be logged."""

    with pytest.raises(GrammarError) as caught:
        Authorization.parse(text)

    assert None is caught.value.text


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        pytest.param(
            "BasicCredentials(username='a', password=***)", repr(BasicCredentials("a", "hunter2")), id="basic"
        ),
        pytest.param("BearerToken(token=***)", repr(BearerToken("hunter2")), id="bearer"),
        pytest.param("Authorization('Basic', username='a', password=***)", repr(Authorization.basic("a", "b")), id="a"),
        pytest.param("Authorization('Bearer', token=***)", repr(Authorization.bearer("hunter2")), id="a-bearer"),
        pytest.param("Authorization('X', username=***)", repr(Authorization("X", {"username": "hunter2"})), id="a-x"),
    ],
)
def test_masks_secrets(expected: str, shown: str) -> None:
    """What may be a secret is not shown."""

    assert expected == shown


def test_digest_masks_secrets() -> None:
    """Neither the proof nor the nonces are shown."""

    sent = Authorization.parse(MD5)
    shown = f"{sent!r} {sent.credentials!r}"

    assert (True, []) == ("Mufasa" in shown, [part for part in ("8ca5", "7ypf", "f2/w", "FQhe") if part in shown])


@pytest.mark.parametrize(
    ("scheme", "data", "token"),
    [
        pytest.param("", None, None, id="no-scheme"),
        pytest.param("a b", None, None, id="scheme-is-no-token"),
        pytest.param("Basic", None, None, id="basic-with-nothing"),
        pytest.param("Basic", {"username": "a"}, None, id="basic-without-password"),
        pytest.param("Basic", {"username": "a:b", "password": "c"}, None, id="basic-colon"),
        pytest.param("Basic", {"username": "a", "password": "\n"}, None, id="basic-control"),
        pytest.param("Basic", {"username": "a", "password": "\ud800"}, None, id="basic-surrogate"),
        pytest.param("Basic", None, "YQ==", id="basic-token-without-colon"),
        pytest.param("X", {"a": "1"}, "a", id="token-and-parameters"),
        pytest.param("X", None, "a b", id="no-token68"),
        pytest.param("X", None, "", id="empty-token68"),
        pytest.param("X", {"a b": "1"}, None, id="name-is-no-token"),
        pytest.param("X", {"a": "1\r\nEvil: 1"}, None, id="d1-line-break"),
        pytest.param("X", {"a": "\u2603"}, None, id="beyond-latin-1"),
        pytest.param("X", {"a": "1", "A": "2"}, None, id="duplicate"),
        pytest.param("Digest", {"username": "a", "username*": "UTF-8''b"}, None, id="two-users"),
        pytest.param("X", {f"a{n}": "1" for n in range(256)}, None, id="too-many"),
    ],
)
def test_refuses(scheme: str, data: dict[str, str] | None, token: str | None) -> None:
    """What could not be written cannot be made."""

    with pytest.raises(HeaderValueError):
        Authorization(scheme, data, token)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        pytest.param("digest", Authorization.parse(MD5).type, id="type-in-lower-case"),
        pytest.param("basic", Authorization("BASIC", token="YTpi").type, id="type-of-constructor"),
        pytest.param({"username": "a", "password": "b"}, Authorization.basic("a", "b").parameters, id="parameters"),
        pytest.param("a", Authorization.basic("a", "b")["USERNAME"], id="getitem"),
        pytest.param(None, Authorization.basic("a", "b")["realm"], id="getitem-missing-is-none"),
        pytest.param("d", Authorization.basic("a", "b").get("realm", "d"), id="get-default"),
        pytest.param(True, "Username" in Authorization.basic("a", "b"), id="in"),
        pytest.param(False, "realm" in Authorization.basic("a", "b"), id="not-in"),
        pytest.param(None, Authorization.from_header(None), id="from-header-none"),
        pytest.param(None, Authorization.basic("a", "b").token, id="basic-has-no-token"),
        pytest.param({"a": "b"}, Authorization.parse("Bearer a=b").parameters, id="equals-sign-inside-is-a-parameter"),
        pytest.param("a==", Authorization.parse("Bearer a==").token, id="equals-signs-at-the-end-are-the-tokens"),
        pytest.param("Basic YTpi", Authorization.basic("a", "b").to_header(), id="to-header"),
        pytest.param("auth", Authorization.parse(MD5).qop, id="qop"),
        pytest.param("MD5", Authorization.parse(MD5).algorithm, id="algorithm"),
        pytest.param("/dir/index.html", Authorization.parse(MD5).uri, id="uri"),
        pytest.param("http-auth@example.org", Authorization.parse(MD5).realm, id="realm"),
    ],
)
def test_reference(expected: object, got: object) -> None:
    """The names that people know (reference 1.9)."""

    assert expected == got


def test_is_no_sequence() -> None:
    """`[name]` does not make it iterable."""

    with pytest.raises(TypeError):
        untyped(list)(Authorization.basic("a", "b"))


def test_keys() -> None:
    """The keys read and write; two lines are malformed."""

    headers = (
        Headers()
        .with_(AUTHORIZATION, Authorization.bearer("a"))
        .with_(PROXY_AUTHORIZATION, Authorization.basic("a", "b"))
    )
    with pytest.raises(HeaderError):
        headers.adding("authorization", "Bearer b")[AUTHORIZATION]

    assert (("Authorization", "Bearer a"), ("Proxy-Authorization", "Basic YTpi")) == headers.pairs
    assert "a" == Request(headers=headers).headers[AUTHORIZATION].token


@given(st.text(st.sampled_from('aB0=+/-._~ ,\t"'), max_size=12))
def test_a_token68_is_read_as_in_a_challenge(text: str) -> None:
    """Credentials that are matched as a whole have the token that the scanner of challenges finds."""
    try:
        challenges = Challenges.parse(f"X {text}").challenges
    except GrammarError:
        challenges = ()
    credentials = Authorization.from_header(f"X {text}")

    assert (challenges[0].token if len(challenges) == 1 else None) == (credentials.token if credentials else None)


@given(header_values(AUTHORIZATION))
def test_is_written_legally(value: Authorization) -> None:
    """Whatever it holds may stand in a line."""

    assert str(value) == Headers({"Authorization": str(value)})["Authorization"]


WERKZEUG = [
    *("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic dGVzdDoxMjPCow==", "Bearer mF_9.B5f-4.1JqM", "Negotiate YII="),
    *(MD5, SHA256, 'X a="1, 2", b=3'),
]


@pytest.mark.parametrize("text", WERKZEUG)
def test_agrees_with_werkzeug(text: str) -> None:
    """Ordinary credentials are the same to Werkzeug. It writes `username*` otherwise and tells no errors apart.

    Where we differ, by design: `Basic` without base64 or colon is none (RFC 7617 §2: user-pass has a colon); a
    token68 is one of RFC 9110 §11.2, so `Bearer a:b` is none; a duplicate name is malformed (§11.2: only once).
    """

    theirs, ours = WerkzeugAuthorization.from_header(text), Authorization.parse(text)

    assert theirs is not None
    assert (theirs.type, dict(theirs.parameters), theirs.token) == (ours.type, ours.parameters, ours.token)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("Authorization(***)", "sk-live-31d4", id="api-key"),
        pytest.param("Authorization('Negotiate')", "negotiate", id="scheme"),
        pytest.param("Authorization('Own', token=***)", "Own 31d4", id="other-scheme-and-token"),
    ],
)
def test_repr_of_a_bare_text(expected: str, text: str) -> None:
    """A text without a space may be a key that was sent without a scheme: it does not show."""

    assert expected == repr(Authorization.parse(text))
