"""Origins and event ids: what browsers and applications in web views send."""

from __future__ import annotations

import pytest

from tests.kit import environ_of
from verglas import GrammarError, Headers, HeaderValueError, Request, Response, application
from verglas.errors import HeaderError
from verglas.headers import ACCESS_CONTROL_ALLOW_ORIGIN, LAST_EVENT_ID, ORIGIN, AllowOrigin, Origin
from verglas.response import ServerSentEvent
from verglas.testing import call

ORIGINS = [
    pytest.param("file://", id="cordova-file"),
    pytest.param("capacitor://localhost", id="capacitor"),
    pytest.param("ionic://localhost", id="ionic"),
    pytest.param("tauri://localhost", id="tauri"),
    pytest.param("content://", id="android-content"),
    pytest.param("chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", id="chrome-extension"),
    pytest.param("moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc", id="firefox-extension"),
    pytest.param("ms-browser-extension://5a7b0c", id="edge-extension"),
    pytest.param("http://localhost:3000", id="development"),
    pytest.param("https://[::1]:8443", id="ipv6"),
    pytest.param("null", id="fetch-3.2-null"),
]


@pytest.mark.parametrize("text", ORIGINS)
def test_origin_is_repeated(text: str) -> None:
    """What a client sends as Origin can be sent back as Access-Control-Allow-Origin."""

    def handler(request: Request) -> Response:
        response = Response("x")
        response.access_control_allow_origin = request.origin
        response.headers["X-Same"] = str(
            request.headers[ORIGIN] == response.headers[ACCESS_CONTROL_ALLOW_ORIGIN].origin
        )
        return response

    answer = call(application(handler), HTTP_ORIGIN=text)

    assert (200, text, "True") == (
        answer.status_code,
        answer.headers["Access-Control-Allow-Origin"],
        answer.headers["X-Same"],
    )


@pytest.mark.parametrize("text", ORIGINS)
def test_origin_round_trips(text: str) -> None:
    """An origin is written as it was sent."""
    origin = Origin.parse(text)

    assert text == str(origin) == str(AllowOrigin.parse(text))
    assert origin == Origin(origin.scheme, origin.host, origin.port)
    assert (text == "null") == origin.is_null


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://", id="https"),
        pytest.param("HTTP://", id="http"),
        pytest.param("file:///", id="path"),
        pytest.param("file://:80", id="port-alone"),
        pytest.param("://", id="nothing"),
        pytest.param("file:", id="no-slashes"),
    ],
)
def test_no_origin(text: str) -> None:
    """Schemes of the web have a host, and no origin has a path."""
    with pytest.raises(GrammarError):
        Origin.parse(text)


@pytest.mark.parametrize(
    ("scheme", "port"), [pytest.param("https", None, id="https"), pytest.param("file", 80, id="port")]
)
def test_refuses_an_empty_host(scheme: str, port: int | None) -> None:
    """The same of an origin that is made."""
    with pytest.raises(HeaderValueError):
        Origin(scheme, "", port)


@pytest.mark.parametrize(
    "event_id",
    [
        pytest.param("7", id="ascii"),
        pytest.param("é", id="whatwg-9.2.4-utf-8"),
        pytest.param("日本\N{SNOWMAN}\N{PILE OF POO}", id="beyond-latin-1"),
        pytest.param("\N{LATIN CAPITAL LETTER A WITH GRAVE}", id="octet-that-is-nbsp-as-latin-1"),
        pytest.param("a b", id="space-inside"),
    ],
)
def test_event_id_comes_back(event_id: str) -> None:
    """The id of an event is what its key reads when a browser connects again."""
    line = f"id: {event_id}\n".encode()
    assert line in ServerSentEvent("x", id=event_id).encode()

    request = Request(environ_of(HTTP_LAST_EVENT_ID=line[4:-1].decode("latin-1")))

    assert event_id == request.headers[LAST_EVENT_ID]
    assert event_id == Headers().with_(LAST_EVENT_ID, event_id)[LAST_EVENT_ID]


def test_event_id_that_is_no_utf_8() -> None:
    """Browsers send nothing else."""
    headers = Request(environ_of(HTTP_LAST_EVENT_ID="\xe9")).headers

    assert "\xe9" == headers["Last-Event-ID"]
    with pytest.raises(HeaderError):
        headers.get(LAST_EVENT_ID)


@pytest.mark.parametrize(
    "event_id",
    [
        pytest.param("a\nb", id="line-end"),
        pytest.param("a\0", id="nul"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param(" a", id="space-in-front"),
    ],
)
def test_event_id_that_cannot_be_sent(event_id: str) -> None:
    """What a header cannot hold, or would lose, is refused where it is written."""
    with pytest.raises(HeaderValueError):
        Headers().with_(LAST_EVENT_ID, event_id)
