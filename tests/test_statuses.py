"""The status code registry."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from verglas import FrozenResponse

# What the registry has renamed since the oldest Python that we support.
RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        pytest.param("OK", 200, id="rfc9110-15.3.1"),
        pytest.param("Content Too Large", 413, id="rfc9110-15.5.14"),
        pytest.param("URI Too Long", 414, id="rfc9110-15.5.15"),
        pytest.param("Range Not Satisfiable", 416, id="rfc9110-15.5.17"),
        pytest.param("Misdirected Request", 421, id="rfc9110-15.5.20"),
        pytest.param("Unprocessable Content", 422, id="rfc9110-15.5.21"),
        pytest.param("Too Early", 425, id="rfc8470-5.2"),
        pytest.param("Unavailable For Legal Reasons", 451, id="rfc7725-3"),
        pytest.param("Network Authentication Required", 511, id="rfc6585-6"),
        pytest.param("Unknown", 588, id="unknown"),
        pytest.param("Unknown", 306, id="rfc9110-15.4.7-unused"),
    ],
)
def test_reason_phrase(expected: str, code: int) -> None:
    """A code has the phrase of the registry."""

    assert f"{code} {expected}" == FrozenResponse(b"", code).status


def test_agrees_with_the_standard_library() -> None:
    """Every code of the standard library is there, with its phrase or the one that replaced it."""
    left_out = {306, 510}  # unused; obsoleted
    expected = {int(s): RENAMED.get(int(s), s.phrase.replace("i'm a teapot", "I'm a teapot")) for s in HTTPStatus}
    sent = [code for code in expected if code >= 200]  # a server sends 1xx by itself
    found = {code: FrozenResponse(b"", code).status[4:].lower() for code in sent}

    assert {code: "unknown" if code in left_out else expected[code].lower() for code in sent} == found
