"""Credentials: what clients send as Authorization, although the RFC has it otherwise."""

from __future__ import annotations

import base64
import pickle
from typing import Final

import pytest

from tests.kit import untyped
from verglas import GrammarError, HeaderValueError, Limits, Request
from verglas.errors import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers import AUTHORIZATION, Authorization, BasicCredentials, DigestCredentials

AWS: Final = (
    "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79"
)


def basic(text: str, charset: str) -> str:
    """Basic credentials in a charset."""
    return f"Basic {base64.b64encode(text.encode(charset)).decode('ascii')}"


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        pytest.param("AWS4-HMAC-SHA256", AWS, id="aws-signature-version-4"),
        pytest.param("AWS4-HMAC-SHA256", AWS.replace(", ", ","), id="aws-without-spaces"),
        pytest.param("AWS", "AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=", id="aws-s3-version-2"),
        pytest.param("SharedKey", "account:ctzMq410TV3wS7upTBcunJTDLEJwMAZuFPfr0mrrA08=", id="azure"),
        pytest.param("SharedAccessSignature", "sr=https%3a%2f%2fa&sig=b%3d&se=14&skn=c", id="azure-service-bus"),
        pytest.param("GoogleLogin", "auth=a/b:c", id="google"),
        pytest.param("Token", "token=a, email=me@example.org", id="django-rest-framework"),
        pytest.param("hmac", 'username="a", algorithm=hmac-sha256, headers=date request-line', id="kong"),
        pytest.param("Custom", "two words", id="two-words"),
        pytest.param("Custom", 'open="quote', id="open-quote"),
    ],
)
def test_unknown_scheme(scheme: str, text: str) -> None:
    """Credentials of a scheme that is not registered are kept as they came, where they are of another form."""
    request = Request(headers={"Authorization": f"{scheme} {text}"})
    read = request.authorization

    assert read is not None
    assert (scheme, scheme.lower(), text, (), None) == (read.scheme, read.type, read.text, read.pairs, read.token)
    assert f"{scheme} {text}" == str(read)
    assert (
        read == Authorization.parse(str(read)) == Authorization(scheme, text=text) == pickle.loads(pickle.dumps(read))
    )
    assert read == request.headers[AUTHORIZATION]
    assert f"Authorization({scheme!r}, text=***)" == repr(read)
    assert read != Authorization(scheme, text=f"{text}x;/")
    assert read.credentials is None


@pytest.mark.parametrize(
    ("token", "pairs", "value"),
    [
        pytest.param("abc=", (), "Token abc=", id="token68"),
        pytest.param(None, (("a", "1"),), "Token a=1", id="parameters"),
        pytest.param(None, (), "Token", id="scheme-alone"),
    ],
)
def test_known_form(token: str | None, pairs: tuple[tuple[str, str], ...], value: str) -> None:
    """A form of the grammar is read as that, whatever the scheme."""
    read = Authorization.parse(value)

    assert (token, pairs, None) == (read.token, read.pairs, read.text)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Bearer two words", id="bearer"),
        pytest.param("Digest a/b=c;d", id="digest"),
        pytest.param("Basic a:b", id="basic"),
        pytest.param("Custom a=1, a=2", id="parameter-twice"),
        pytest.param("user:password", id="no-scheme"),
        pytest.param("Custom\ta;b", id="tab-after-the-scheme"),
    ],
)
def test_stays_malformed(value: str) -> None:
    """A registered scheme has its form; without a scheme there are no credentials."""
    request = Request(headers={"Authorization": value})

    assert request.authorization is None
    with pytest.raises(HeaderError):
        request.headers[AUTHORIZATION]


def test_too_many_parameters_are_no_text() -> None:
    """A limit counts for every scheme."""
    request = Request(headers={"Authorization": "Custom a=1, b=2, c=3"}, limits=Limits(max_list_items=2))

    with pytest.raises(RequestHeaderFieldsTooLarge):
        request.authorization  # noqa: B018


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"text": "abc"}, id="is-a-token68"),
        pytest.param({"text": "a=1"}, id="is-parameters"),
        pytest.param({"text": ""}, id="empty"),
        pytest.param({"text": " a:b"}, id="space-around"),
        pytest.param({"text": "a\nb"}, id="control"),
        pytest.param({"text": "a:b", "token": "c"}, id="beside-a-token68"),
        pytest.param({"text": "a:b", "data": {"c": "d"}}, id="beside-parameters"),
    ],
)
def test_refuses_text(values: dict[str, object]) -> None:
    """What is written is read as the same."""
    with pytest.raises(HeaderValueError):
        untyped(Authorization)("Custom", **values)
    with pytest.raises(HeaderValueError):
        Authorization("Bearer", text="a:b")


@pytest.mark.parametrize(
    ("username", "password", "value"),
    [
        pytest.param("ü", "ß", basic("ü:ß", "utf-8"), id="rfc7617-2.1-utf-8"),
        pytest.param("üser", "ä", basic("üser:ä", "latin-1"), id="requests-urllib3-okhttp-latin-1"),
        pytest.param("\xfc", "r", "Basic /Dpy", id="one-octet"),
        pytest.param("a", "\xff", "Basic YTr/", id="password"),
        pytest.param("a", "\N{EURO SIGN}", basic("a:\N{EURO SIGN}", "utf-8"), id="beyond-latin-1"),
        pytest.param("Ã¼", "r", basic("Ã¼:r", "utf-8"), id="utf-8-is-read-first"),
    ],
)
def test_basic(username: str, password: str, value: str) -> None:
    """Basic credentials are UTF-8, or else Latin-1."""
    request = Request(headers={"Authorization": value})

    assert request.authorization is not None
    assert BasicCredentials(username, password) == request.authorization.credentials


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Basic YQCmOmI=", id="nul-in-latin-1"),
        pytest.param(basic("a:\x80", "latin-1"), id="c1-control-in-latin-1"),
        pytest.param(basic("a:\x85", "utf-8"), id="c1-control-in-utf-8"),
        pytest.param(basic("\xfc", "latin-1"), id="no-colon"),
    ],
)
def test_no_basic(value: str) -> None:
    """A control character, or no colon, is no authorization in either."""
    with pytest.raises(GrammarError):
        Authorization.parse(value)
    assert Request(headers={"Authorization": value}).authorization is None


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        pytest.param("Jäsøn", "Jäsøn".encode().decode("latin-1"), id="curl-utf-8"),
        pytest.param("Jäsøn", "Jäsøn", id="latin-1"),
        pytest.param("日本", "日本".encode().decode("latin-1"), id="beyond-latin-1"),
        pytest.param("Mufasa", "Mufasa", id="rfc7616-3.9.1"),
    ],
)
def test_digest_username(expected: str, sent: str) -> None:
    """The user of Digest is read whatever it was sent in; what is written is what came."""
    value = f'Digest username="{sent}", realm="a", nonce="b", uri="/", response="c"'
    read = Authorization.parse(value)
    credentials = read.credentials

    assert expected == read.username
    assert isinstance(credentials, DigestCredentials)
    assert expected == credentials.username
    assert value == str(read)
