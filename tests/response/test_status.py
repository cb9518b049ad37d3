"""The status of a response."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from hypothesis import given

from verglas import FrozenResponse, HeaderValueError, Response
from verglas.testing import call
from verglas.testing.strategies import any_texts


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        pytest.param("200 OK", None, id="default"),
        pytest.param("404 Not Found", 404, id="code"),
        pytest.param("418 I'm a teapot", HTTPStatus.IM_A_TEAPOT, id="http-status"),
        pytest.param("404 Not Found", "404", id="reference-code-as-text"),
        pytest.param("200 TEA POT", "200 TEA POT", id="reference-own-phrase"),
        pytest.param("588 Unknown", 588, id="reference-unknown-code"),
        pytest.param("588 Unknown", "588", id="unknown-code-as-text"),
        pytest.param("999 Unknown", 999, id="last-code"),
        pytest.param("413 Content Too Large", 413, id="rfc9110-15.5.14"),
        pytest.param("422 Unprocessable Content", 422, id="rfc9110-15.5.21"),
        pytest.param("200 caf\xe9\t!", "200 caf\xe9\t!", id="rfc9112-4-obs-text-and-tab"),
    ],
)
def test_status(expected: str, status: int | str | None) -> None:
    """A code gets its phrase; a phrase of one's own is kept."""
    response = Response(status=status)

    assert (expected, int(expected[:3])) == (response.status, response.status_code)


@pytest.mark.parametrize(
    ("expected", "status"),
    [pytest.param("201 Created", 201, id="code"), pytest.param("200 Fine", "200 Fine", id="phrase")],
)
def test_set_status(expected: str, status: int | str) -> None:
    """The status can be set, and is what goes on the wire."""
    response = Response()
    response.status = status

    assert expected == call(response).status


def test_set_status_code() -> None:
    """Setting the code sets its phrase."""
    response = Response(status="200 Fine")
    response.status_code = 404

    assert "404 Not Found" == response.status


REFUSED = [
    pytest.param("200 OK\r\nX-Evil: 1", id="d1-crlf"),
    pytest.param("200 OK\nX-Evil: 1", id="cve-2025-67724-line-feed"),
    pytest.param("200 OK\r", id="cve-2026-34519-carriage-return"),
    pytest.param("200 OK\n", id="cve-2015-5144-trailing-newline"),
    pytest.param("200\n", id="newline-after-the-code"),
    pytest.param("200 O\x00K", id="nul"),
    pytest.param("200 \x1b[31m", id="escape-sequence"),
    pytest.param("200 \u2603", id="above-latin-1"),
    pytest.param("200 \ud800", id="surrogate"),
    pytest.param("", id="reference-empty"),
    pytest.param("   ", id="reference-blank"),
    pytest.param("wtf", id="d1-no-code"),
    pytest.param("20 OK", id="two-digits"),
    pytest.param("2000 OK", id="four-digits"),
    pytest.param("+20 OK", id="sign"),
    pytest.param("\uff12\uff10\uff10 OK", id="fullwidth-digits"),
    pytest.param("\u0662\u0660\u0660", id="arabic-digits"),
    pytest.param(0, id="code-0"),
    pytest.param(-200, id="negative"),
    pytest.param(99, id="code-99"),
    pytest.param(1000, id="code-1000"),
    pytest.param(10**30, id="huge"),
    pytest.param(True, id="bool"),
    pytest.param(100, id="rfc9110-15.2-continue"),
    pytest.param(101, id="rfc9110-15.2.2-switching"),
    pytest.param("103 Early Hints", id="rfc8297-early-hints"),
    pytest.param(199, id="last-informational"),
]


@pytest.mark.parametrize("status", REFUSED)
def test_refuses(status: int | str) -> None:
    """What is no status, would end the line, or cannot be sent through WSGI, is refused when it is set."""
    with pytest.raises(HeaderValueError):
        Response(status=status)


@pytest.mark.parametrize("status", REFUSED)
def test_frozen_refuses(status: int | str) -> None:
    """A frozen response takes the same statuses."""
    with pytest.raises(HeaderValueError):
        FrozenResponse(status=status)


def test_refused_status_changes_nothing() -> None:
    """After a refused change, the status is as before."""
    response = Response(status=201)
    with pytest.raises(HeaderValueError):
        response.status = "200 \n"
    with pytest.raises(HeaderValueError):
        response.status_code = 42

    assert "201 Created" == response.status


@given(any_texts())
def test_status_is_total(text: str) -> None:
    """Any phrase is refused, or fits on one line."""
    try:
        response = Response(status=f"200 {text}")
    except HeaderValueError:
        return

    assert re.fullmatch(r"200 [\t -~\x80-\xff]+", response.status) is not None


def test_default_of_a_subclass() -> None:
    """A subclass has its own default."""

    class Created(Response):
        default_status = 201

    assert "201 Created" == Created().status
