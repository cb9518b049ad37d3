"""WWW-Authenticate, Proxy-Authenticate and Authentication-Info."""

from __future__ import annotations

import pytest
from hypothesis import given
from werkzeug.datastructures import WWWAuthenticate as WerkzeugWWWAuthenticate

from verglas import GrammarError, Headers, HeaderValueError, Response
from verglas.errors import HeaderError, LimitError, Unauthorized
from verglas.headers import (
    AUTHENTICATION_INFO,
    PROXY_AUTHENTICATE,
    PROXY_AUTHENTICATION_INFO,
    WWW_AUTHENTICATE,
    AuthenticationInfo,
    Challenges,
    WWWAuthenticate,
)
from verglas.testing.strategies import header_values

BASIC = WWWAuthenticate("Basic", {"realm": "simple"})
NEWAUTH = WWWAuthenticate("Newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'})
NEWAUTH_TEXT = 'Newauth realm="apps", type=1, title="Login to \\"apps\\""'
DIGEST = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
USERHASH = (
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
    'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDssOS", '
    "charset=UTF-8, userhash=true"
)
EXPIRED = 'Bearer realm="example", error="invalid_token", error_description="The access token expired"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f'{NEWAUTH_TEXT}, Basic realm="simple"', [NEWAUTH, BASIC], id="rfc9110-11.6.1"),
        pytest.param(f'Basic realm="simple", {NEWAUTH_TEXT}', [BASIC, NEWAUTH], id="rfc9110-11.6.1-other-order"),
        pytest.param(
            f', ,\tBasic realm="simple",,{NEWAUTH_TEXT} ,', [BASIC, NEWAUTH], id="rfc9110-5.6.1-empty-members"
        ),
        pytest.param("A, B", [WWWAuthenticate("A"), WWWAuthenticate("B")], id="schemes-alone"),
        pytest.param("A ,B", [WWWAuthenticate("A"), WWWAuthenticate("B")], id="space-before-the-comma"),
        pytest.param("A , x=1", [WWWAuthenticate("A", {"x": "1"})], id="empty-member-before-the-parameters"),
        pytest.param("A a=, B c=d", [WWWAuthenticate("A", token="a="), WWWAuthenticate("B", {"c": "d"})], id="token68"),
        pytest.param("A a, B", [WWWAuthenticate("A", token="a"), WWWAuthenticate("B")], id="token68-without-padding"),
        pytest.param(
            "A x = 1, y\t=\t2", [WWWAuthenticate("A", {"x": "1", "y": "2"})], id="rfc9110-11.2-bad-whitespace"
        ),
        pytest.param(
            "A x=1, B", [WWWAuthenticate("A", {"x": "1"}), WWWAuthenticate("B")], id="scheme-after-parameters"
        ),
        pytest.param(
            "A x=1, B y", [WWWAuthenticate("A", {"x": "1"}), WWWAuthenticate("B", token="y")], id="token-after"
        ),
        pytest.param('A x="B y=1, C"', [WWWAuthenticate("A", {"x": "B y=1, C"})], id="challenge-in-quotes"),
        pytest.param("", [], id="empty"),
        pytest.param(" , ", [], id="only-commas"),
    ],
)
def test_parses(text: str, expected: list[WWWAuthenticate]) -> None:
    """Commas separate challenges and parameters; what has the form of a parameter is one."""

    assert Challenges(expected) == Challenges.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DIGEST, id="rfc7616-3.9.1"),
        pytest.param(USERHASH, id="rfc7616-3.9.2"),
        pytest.param('Basic realm="WallyWorld"', id="rfc7617-2"),
        pytest.param('Basic realm="foo", charset="UTF-8"', id="rfc7617-2.1"),
        pytest.param('Bearer realm="example"', id="rfc6750-3-no-error"),
        pytest.param(EXPIRED, id="rfc6750-3"),
        pytest.param('Bearer scope="urn:example:channel=HBO&urn:example:rating=G,PG-13"', id="rfc6750-3-scope"),
        pytest.param("Negotiate", id="scheme-alone"),
    ],
)
def test_writes_as_the_examples(text: str) -> None:
    """The examples are written as they stand, quotes included."""

    assert text == str(Challenges.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A x=1, X=2", id="duplicate-parameter"),
        pytest.param("A b c", id="token68-and-more"),
        pytest.param("A x=1 y=2", id="no-comma"),
        pytest.param("A a=, b=c", id="parameter-after-token68"),
        pytest.param("A, x=1", id="parameter-after-a-scheme-without-space"),
        pytest.param('A x="1', id="open-quote"),
        pytest.param('A x="1"2', id="more-after-the-quote"),
        pytest.param("A x=a/b", id="value-is-no-token"),
        pytest.param("A x=, y=@", id="no-value"),
        pytest.param('"A"', id="scheme-in-quotes"),
        pytest.param("A\tx=1", id="tab-after-the-scheme"),
        pytest.param("x=1", id="parameter-without-scheme"),
        pytest.param('A x="\0"', id="control"),
    ],
)
def test_malformed(text: str) -> None:
    """What is malformed raises, and says where; with the key it is a `HeaderError`."""

    with pytest.raises(GrammarError) as caught:
        Challenges.parse(text)
    with pytest.raises(HeaderValueError):
        Challenges(text)
    if "\0" not in text:
        with pytest.raises(HeaderError):
            Headers({"WWW-Authenticate": text})[WWW_AUTHENTICATE]

    assert (False, False) == (caught.value.position is None, isinstance(caught.value, HeaderValueError))


def test_limit() -> None:
    """More members than `max_list_items` are refused, when read and when made."""

    with pytest.raises(LimitError):
        Challenges.parse(", ".join(["A"] * 257))
    with pytest.raises(HeaderValueError):
        Challenges([BASIC] * 129)

    assert 256 == len(Challenges.parse(", ".join(["A"] * 256)))


def test_lines() -> None:
    """The key reads all lines, and writes one for each challenge."""

    headers = Headers([("WWW-Authenticate", NEWAUTH_TEXT), ("WWW-Authenticate", 'Negotiate, Basic realm="simple"')])
    found = headers[WWW_AUTHENTICATE]
    written = Headers().with_(WWW_AUTHENTICATE, found).getlist("WWW-Authenticate")

    assert (Challenges([NEWAUTH, WWWAuthenticate("Negotiate"), BASIC]), 3) == (found, len(written))


def test_empty_unsets() -> None:
    """No challenge has no line."""

    response = Response(headers={"Proxy-Authenticate": "Basic realm=a"})
    response.headers[PROXY_AUTHENTICATE] = Challenges()

    assert (False, False) == (bool(Challenges()), "Proxy-Authenticate" in response.headers)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param([str(BASIC)], BASIC, id="one"),
        pytest.param([str(NEWAUTH), str(BASIC)], Challenges([NEWAUTH, BASIC]), id="several"),
        pytest.param(["Basic"], "Basic", id="text"),
    ],
)
def test_unauthorized(expected: list[str], value: WWWAuthenticate | Challenges | str) -> None:
    """A 401 takes one challenge or several, and has a line for each."""

    assert expected == [line for _, line in Unauthorized(www_authenticate=value).field_lines()]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        pytest.param("basic", BASIC.type, id="type"),
        pytest.param("simple", BASIC.realm, id="realm"),
        pytest.param("simple", BASIC["Realm"], id="getitem"),
        pytest.param(None, BASIC["nonce"], id="getitem-missing-is-none"),
        pytest.param("d", BASIC.get("nonce", "d"), id="get-default"),
        pytest.param(True, "REALM" in BASIC, id="in"),
        pytest.param({"realm": "simple"}, BASIC.parameters, id="parameters"),
        pytest.param("auth, auth-int", WWWAuthenticate.parse(DIGEST).qop, id="qop"),
        pytest.param(True, WWWAuthenticate("digest", {"stale": "TRUE"}).stale, id="stale"),
        pytest.param(False, WWWAuthenticate("digest", {"stale": "no"}).stale, id="not-stale"),
        pytest.param("invalid_token", WWWAuthenticate.parse(EXPIRED).error, id="error"),
        pytest.param(None, WWWAuthenticate.parse(EXPIRED).scope, id="scope"),
        pytest.param(None, WWWAuthenticate.parse(EXPIRED).domain, id="domain"),
        pytest.param(None, WWWAuthenticate.from_header(None), id="from-header-none"),
        pytest.param(None, WWWAuthenticate.from_header(""), id="from-header-empty"),
        pytest.param(None, WWWAuthenticate.from_header("A, B"), id="from-header-several"),
        pytest.param(BASIC, WWWAuthenticate.from_header("basic realm=simple"), id="from-header"),
        pytest.param('Basic realm="simple"', BASIC.to_header(), id="to-header"),
        pytest.param(BASIC, Challenges([NEWAUTH, BASIC]).find("BASIC"), id="find"),
        pytest.param(None, Challenges([NEWAUTH]).find("basic"), id="find-none"),
        pytest.param((BASIC,), Challenges([NEWAUTH, BASIC])[1:], id="slice"),
        pytest.param(True, BASIC in Challenges(BASIC), id="one-in-several"),
    ],
)
def test_reference(expected: object, got: object) -> None:
    """The names that people know (reference 1.9)."""

    assert expected == got


@pytest.mark.parametrize(
    ("data", "token"),
    [
        pytest.param({"realm": "a\r\nEvil: 1"}, None, id="d1-line-break"),
        pytest.param({"realm": "a", "Realm": "b"}, None, id="duplicate"),
        pytest.param({"realm": "a"}, "b", id="both"),
        pytest.param(None, "a,b", id="no-token68"),
    ],
)
def test_refuses(data: dict[str, str] | None, token: str | None) -> None:
    """What could not be written cannot be made."""

    with pytest.raises(HeaderValueError):
        WWWAuthenticate("X", data, token)


def test_info() -> None:
    """RFC 7616 §3.5: what the server tells afterwards, its numbers bare."""

    text = 'qop=auth, rspauth="6629", cnonce="0a4f", nc=00000001'
    headers = Headers({"Authentication-Info": text})
    info = headers[AUTHENTICATION_INFO]

    assert (text, "6629", None) == (str(info), info.rspauth, info.nextnonce)
    assert text == headers.with_(PROXY_AUTHENTICATION_INFO, info)["Proxy-Authentication-Info"]


@pytest.mark.parametrize("text", ["a", "a=1, a=2", "Basic a=1", 'a="', "a=1 b=2"])
def test_info_malformed(text: str) -> None:
    """A list of parameters has nothing else in it."""

    with pytest.raises(GrammarError):
        AuthenticationInfo.parse(text)


@given(header_values(WWW_AUTHENTICATE, unsent=True))
def test_lines_round_trip(value: Challenges) -> None:
    """One line for each challenge or all in one: they are read as the same."""

    lines = WWW_AUTHENTICATE.encode(value)

    assert value == (WWW_AUTHENTICATE.decode(lines) if lines else Challenges())


@pytest.mark.parametrize("text", [DIGEST, USERHASH, EXPIRED, 'Basic realm="a"', "Negotiate YII="])
def test_agrees_with_werkzeug(text: str) -> None:
    """One ordinary challenge is the same to Werkzeug; several it reads as one (RFC 9110 §11.6.1 has a list)."""

    theirs, ours = WerkzeugWWWAuthenticate.from_header(text), WWWAuthenticate.parse(text)

    assert theirs is not None
    assert (theirs.type, dict(theirs.parameters), theirs.token) == (ours.type, ours.parameters, ours.token)
