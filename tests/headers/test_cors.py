"""The fields of the CORS protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from werkzeug.datastructures import HeaderSet
from werkzeug.http import parse_set_header
from werkzeug.wrappers import Response as WerkzeugResponse

from verglas import GrammarError, HeaderField, HeaderValueError, MutableHeaders
from verglas.headers import (
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN,
    AllowOrigin,
    CORSHeaders,
    CORSMethods,
    Origin,
    is_shared,
)
from verglas.testing.strategies import header_values

HERE: Final = Origin("https", "a.example")
THERE: Final = Origin("https", "b.example")


@pytest.mark.parametrize(
    ("expected", "field", "line"),
    [
        pytest.param(Origin("https", "foo.invalid"), ORIGIN, "https://foo.invalid", id="fetch-3.3.6-origin"),
        pytest.param(Origin("http", "localhost", 8080), ORIGIN, "http://localhost:8080", id="origin-with-a-port"),
        pytest.param(Origin("http", "[::1]", 8080), ORIGIN, "http://[::1]:8080", id="origin-ipv6"),
        pytest.param(Origin(), ORIGIN, "null", id="origin-null"),
        pytest.param(Origin("moz-extension", "a-b"), ORIGIN, "moz-extension://a-b", id="origin-of-an-extension"),
        pytest.param(
            AllowOrigin(Origin("https", "rabbit.invalid")),
            ACCESS_CONTROL_ALLOW_ORIGIN,
            "https://rabbit.invalid",
            id="allow-origin",
        ),
        pytest.param(AllowOrigin(), ACCESS_CONTROL_ALLOW_ORIGIN, "*", id="allow-origin-any"),
        pytest.param(AllowOrigin(Origin()), ACCESS_CONTROL_ALLOW_ORIGIN, "null", id="allow-origin-null"),
        pytest.param(True, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true", id="allow-credentials"),
        pytest.param(CORSMethods(["PUT", "DELETE"]), ACCESS_CONTROL_ALLOW_METHODS, "PUT, DELETE", id="allow-methods"),
        pytest.param(CORSMethods(["*"]), ACCESS_CONTROL_ALLOW_METHODS, "*", id="allow-methods-any"),
        pytest.param(CORSHeaders(["X-Trace"]), ACCESS_CONTROL_ALLOW_HEADERS, "X-Trace", id="allow-headers"),
        pytest.param(CORSHeaders(["*"]), ACCESS_CONTROL_EXPOSE_HEADERS, "*", id="expose-headers"),
        pytest.param(timedelta(minutes=10), ACCESS_CONTROL_MAX_AGE, "600", id="max-age"),
        pytest.param("DELETE", ACCESS_CONTROL_REQUEST_METHOD, "DELETE", id="request-method"),
        pytest.param(
            CORSHeaders(["content-type", "x-trace"]),
            ACCESS_CONTROL_REQUEST_HEADERS,
            "content-type, x-trace",
            id="request-headers",
        ),
    ],
)
def test_reads_and_writes(expected: object, field: HeaderField[object], line: str) -> None:
    """The value of a field is read, and written as it was."""

    assert (expected, [line]) == (field.decode([line]), list(field.encode(expected)))


@pytest.mark.parametrize(
    ("field", "line"),
    [
        pytest.param(ORIGIN, "", id="origin-empty"),
        pytest.param(ORIGIN, "NULL", id="origin-null-has-case"),
        pytest.param(ORIGIN, "https://a.example https://b.example", id="rfc6454-7.1-several-origins"),
        pytest.param(ORIGIN, "https://a.example, https://b.example", id="several-origins"),
        pytest.param(ORIGIN, "https://a.example/", id="origin-with-a-path"),
        pytest.param(ORIGIN, "https://user@a.example", id="origin-with-a-user"),
        pytest.param(ORIGIN, "https://", id="origin-without-a-host"),
        pytest.param(ORIGIN, "a.example", id="origin-without-a-scheme"),
        pytest.param(ORIGIN, "://a.example", id="origin-with-an-empty-scheme"),
        pytest.param(ORIGIN, "https://a.example:0", id="origin-port-0"),
        pytest.param(ORIGIN, "https://a.example:65536", id="origin-port-65536"),
        pytest.param(ORIGIN, "https://a.example\\.evil.example", id="origin-with-a-backslash"),
        pytest.param(ORIGIN, "*", id="origin-any"),
        pytest.param(ACCESS_CONTROL_ALLOW_ORIGIN, "*.example", id="allow-origin-pattern"),
        pytest.param(ACCESS_CONTROL_ALLOW_CREDENTIALS, "True", id="fetch-3.3.3-credentials-have-case"),
        pytest.param(ACCESS_CONTROL_ALLOW_CREDENTIALS, "false", id="credentials-false"),
        pytest.param(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true ", id="credentials-with-a-space"),
        pytest.param(ACCESS_CONTROL_MAX_AGE, "-1", id="max-age-negative"),
        pytest.param(ACCESS_CONTROL_MAX_AGE, "1.5", id="max-age-fraction"),
        pytest.param(ACCESS_CONTROL_REQUEST_METHOD, "GET, PUT", id="request-method-two"),
        pytest.param(ACCESS_CONTROL_REQUEST_METHOD, "", id="request-method-empty"),
        pytest.param(ACCESS_CONTROL_REQUEST_HEADERS, "a b", id="request-headers-space"),
    ],
)
def test_malformed(field: HeaderField[object], line: str) -> None:
    """What is not of the grammar is an error, and not one of the application."""
    with pytest.raises(GrammarError) as caught:
        field.decode([line])

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Origin("https"), id="no-host"),
        pytest.param(lambda: Origin(None, "a.example"), id="no-scheme"),
        pytest.param(lambda: Origin(port=80), id="port-alone"),
        pytest.param(lambda: Origin("ht tp", "a.example"), id="scheme-with-a-space"),
        pytest.param(lambda: Origin("http\n", "a.example"), id="scheme-with-a-newline"),
        pytest.param(lambda: Origin("http", "a.example/x"), id="host-with-a-path"),
        pytest.param(lambda: Origin("http", "a.example", 0), id="port-0"),
        pytest.param(lambda: CORSMethods(["A B"]), id="method-with-a-space"),
        pytest.param(lambda: CORSHeaders(["a:b"]), id="name-with-a-colon"),
        pytest.param(lambda: ACCESS_CONTROL_MAX_AGE.encode(timedelta(seconds=-1)), id="negative-age"),
        pytest.param(lambda: ACCESS_CONTROL_REQUEST_METHOD.encode("A\nB"), id="request-method-newline"),
    ],
)
def test_refuses(make: Callable[[], object]) -> None:
    """What cannot be written is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize(
    ("without", "with_credentials", "allow_origin", "allow_credentials"),
    [
        pytest.param(False, False, None, True, id="absent"),
        pytest.param(True, False, AllowOrigin(), False, id="any"),
        pytest.param(True, False, AllowOrigin(), True, id="any-and-credentials"),
        pytest.param(True, False, AllowOrigin(HERE), False, id="the-origin"),
        pytest.param(True, True, AllowOrigin(HERE), True, id="the-origin-and-credentials"),
        pytest.param(False, False, AllowOrigin(THERE), True, id="another"),
        pytest.param(False, False, AllowOrigin(Origin()), True, id="null"),
    ],
)
def test_cors_check(
    without: bool, with_credentials: bool, allow_origin: AllowOrigin | None, allow_credentials: bool
) -> None:
    """The CORS check (Fetch §4.10), without and with credentials."""
    answers = [
        is_shared(HERE, allow_origin, allow_credentials=allow_credentials, with_credentials=sent)
        for sent in (False, True)
    ]

    assert [without, with_credentials] == answers


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param((True, False), (Origin().is_null, HERE.is_null), id="is_null"),
        pytest.param((True, False), (AllowOrigin().is_any, AllowOrigin(HERE).is_any), id="is_any"),
        pytest.param((True, False), ("PUT" in CORSMethods("PUT"), "put" in CORSMethods("PUT")), id="methods-have-case"),
        pytest.param(True, "X-TRACE" in CORSHeaders("x-trace"), id="names-have-no-case"),
        pytest.param("xn--bcher-kva.example", Origin("http", "B\xfccher.example").host, id="idna"),
        pytest.param([], ACCESS_CONTROL_ALLOW_CREDENTIALS.encode(False) or [], id="false-is-not-sent"),
    ],
)
def test_members(expected: object, value: object) -> None:
    """What the values can be asked."""

    assert expected == value


def test_credentials_are_taken_away() -> None:
    """False takes Access-Control-Allow-Credentials away: there is no such value."""
    headers = MutableHeaders({"Access-Control-Allow-Credentials": "true"})
    headers[ACCESS_CONTROL_ALLOW_CREDENTIALS] = False

    assert () == headers.pairs


@given(
    header_values(ORIGIN)
    | header_values(ACCESS_CONTROL_ALLOW_ORIGIN)
    | header_values(ACCESS_CONTROL_ALLOW_METHODS, unsent=True)
    | header_values(ACCESS_CONTROL_ALLOW_HEADERS, unsent=True)
)
def test_written_in_ascii(value: Origin | AllowOrigin | CORSMethods | CORSHeaders) -> None:
    """What is written is ASCII."""

    assert str(value).isascii()


@pytest.mark.parametrize("text", ["content-type, X-Trace", "*", "", "a,b , c"])
def test_agrees_on_lists(text: str) -> None:
    """Names are those that Werkzeug reads."""

    assert list(parse_set_header(text)) == list(CORSHeaders.parse(text))


def test_agrees_on_responses() -> None:
    """The lines are those that Werkzeug's response writes, though an age there is an int."""
    theirs = WerkzeugResponse()
    theirs.access_control_allow_origin = "https://a.example"
    theirs.access_control_max_age = 600
    theirs.access_control_allow_credentials = True
    theirs.access_control_allow_methods = HeaderSet(["PUT", "DELETE"])
    ours = MutableHeaders()
    ours[ACCESS_CONTROL_ALLOW_ORIGIN] = AllowOrigin(HERE)
    ours[ACCESS_CONTROL_MAX_AGE] = timedelta(seconds=600)
    ours[ACCESS_CONTROL_ALLOW_CREDENTIALS] = True
    ours[ACCESS_CONTROL_ALLOW_METHODS] = CORSMethods(["PUT", "DELETE"])

    assert {name: theirs.headers[name] for name in ours} == dict(ours)


def test_differs_on_credentials() -> None:
    """Werkzeug takes any value for true; Fetch §3.3.3 has but one, `true`, and clients go by that."""
    theirs = WerkzeugResponse(headers={"Access-Control-Allow-Credentials": "false"})
    with pytest.raises(GrammarError):
        ACCESS_CONTROL_ALLOW_CREDENTIALS.decode(["false"])

    assert theirs.access_control_allow_credentials
