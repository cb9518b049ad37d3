"""Negotiation: what clients send as Accept fields, to the letter, and what they then get."""

from __future__ import annotations

import pytest

from verglas import Handler, Request, application
from verglas.errors import NotFound
from verglas.headers import AcceptEncodings, AcceptLanguages, AcceptMediaTypes
from verglas.testing import call

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
AXIOS = "application/json, text/plain, */*"
JQUERY = "application/json, text/javascript, */*; q=0.01"


@pytest.mark.parametrize(
    ("expected", "accept"),
    [
        pytest.param("text/html", CHROME, id="chrome"),
        pytest.param("text/html", FIREFOX, id="firefox"),
        pytest.param("text/html", JAVA, id="java"),
        pytest.param("application/json", AXIOS, id="axios"),
        pytest.param("text/html;level=1", "text/html, text/html;level=1", id="rfc9110-12.5.1-most-specific"),
        pytest.param("text/html", "text/html, text/plain", id="first-of-equals"),
        pytest.param("b/c", "a/b;x=y;q=0.9, b/c", id="weight-before-specificity"),
        pytest.param("*/*", "a/b;q=0.1, */*", id="anything-is-heavier"),
        pytest.param(None, "a/b;q=0", id="excluded"),
        pytest.param(None, "", id="empty"),
    ],
)
def test_best(expected: str | None, accept: str) -> None:
    """The best range is the heaviest, then the most specific, then the first."""
    assert expected == AcceptMediaTypes.parse(accept).best


@pytest.mark.parametrize(
    ("expected", "accept", "offers"),
    [
        pytest.param("application/json", JAVA, ["application/json"], id="java-json"),
        pytest.param("text/html", JAVA, ["application/json", "text/html"], id="java-html"),
        pytest.param("application/json", "*;q=.2", ["application/json"], id="java-asterisk-alone"),
        pytest.param("a/b", "*", ["a/b"], id="asterisk"),
        pytest.param("a/b", "*;q=0.5, a/b;q=0.2, c/d;q=0.1", ["c/d", "a/b"], id="asterisk-is-the-least-specific"),
        pytest.param(None, "*;q=0", ["a/b"], id="asterisk-excludes"),
        pytest.param("application/json", JQUERY, ["text/html", "application/json"], id="jquery"),
        pytest.param(
            "application/json", "a/b;q=0.0001, application/json;q=0.1234", ["a/b", "application/json"], id="4"
        ),
    ],
)
def test_match(expected: str | None, accept: str, offers: list[str]) -> None:
    """Weights as clients write them are read, and `*` alone is anything."""
    assert expected == AcceptMediaTypes.parse(accept).best_match(offers)


@pytest.mark.parametrize(
    ("expected", "offers", "default"),
    [
        pytest.param("identity", ["br", "gzip", "identity"], None, id="identity-if-it-is-offered"),
        pytest.param("Identity", ["br", "Identity"], None, id="any-case"),
        pytest.param(None, ["br", "gzip"], None, id="else-nothing"),
        pytest.param("gzip", ["br", "identity"], "gzip", id="default"),
        pytest.param(None, [], None, id="no-offers"),
    ],
)
def test_no_accept_encoding(expected: str | None, offers: list[str], default: str | None) -> None:
    """Who says nothing of codings may know none (RFC 9110 §12.5.3)."""
    accept = Request().accept_encodings

    assert expected == accept.best_match(offers, default)
    assert accept.negotiate(offers) == accept.best_match(offers)


@pytest.mark.parametrize("header", [pytest.param({}, id="absent"), pytest.param({"Accept-Encoding": ""}, id="empty")])
def test_identity_is_always_acceptable(header: dict[str, str]) -> None:
    """Absent or empty, `identity` is what is sent."""
    assert "identity" == Request(headers=header).accept_encodings.best_match(["br", "gzip", "identity"])


@pytest.mark.parametrize(
    ("expected", "default"),
    [pytest.param("en", "en", id="default"), pytest.param("de", None, id="first"), pytest.param("", "", id="empty")],
)
def test_nothing_said(expected: str, default: str | None) -> None:
    """Where nothing is said, it is the default, or else the first offer."""
    request = Request()

    assert expected == request.accept_languages.best_match(["de", "en"], default=default)
    assert (expected if default is not None else "a/b") == request.accept_mimetypes.best_match(["a/b"], default)
    assert expected == request.accept_charsets.best_match(["de", "en"], default)


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param(AcceptLanguages.parse("fr"), id="languages"),
        pytest.param(AcceptEncodings.parse("br, identity;q=0"), id="encodings"),
    ],
)
def test_nothing_fits(accept: AcceptLanguages | AcceptEncodings) -> None:
    """Where something is said and nothing fits, it is the default."""
    assert ("x", None) == (accept.best_match(["de", "en"], "x"), accept.best_match(["de", "en"]))


HTML, PROBLEM = "text/html; charset=utf-8", "application/problem+json"


@pytest.mark.parametrize(
    ("expected", "accept"),
    [
        pytest.param(PROBLEM, AXIOS, id="axios-angular"),
        pytest.param(PROBLEM, JQUERY, id="jquery"),
        pytest.param(PROBLEM, "application/json", id="json"),
        pytest.param(PROBLEM, "application/problem+json", id="problem"),
        pytest.param(PROBLEM, "application/json;q=.5, */*;q=.2", id="weights-without-a-zero"),
        pytest.param(PROBLEM, "application/*, */*", id="family"),
        pytest.param(PROBLEM, "application/problem+json, text/html;q=0.9", id="problem-before-html"),
        pytest.param(HTML, "text/html, application/json", id="equal-goes-by-our-order"),
        pytest.param(HTML, CHROME, id="chrome"),
        pytest.param(HTML, FIREFOX, id="firefox"),
        pytest.param(HTML, SAFARI, id="safari"),
        pytest.param(HTML, JAVA, id="java"),
        pytest.param(HTML, "*/*", id="curl"),
        pytest.param(HTML, "*", id="asterisk"),
        pytest.param(HTML, "image/png", id="neither"),
        pytest.param(HTML, "", id="silence"),
    ],
)
def test_error_page(expected: str, accept: str) -> None:
    """The page of an error is chosen by the same ranking as everything else."""
    handler: Handler = missing

    assert expected == call(application(handler), HTTP_ACCEPT=accept).headers["Content-Type"]


def missing(request: Request) -> NotFound:
    """A handler that answers 404."""
    return NotFound(request.path[:0] or None)
