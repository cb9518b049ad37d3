"""Requests as hypothesis and IPython show them: as the call that makes them."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis.vendor.pretty import pretty

from tests.kit import posted
from verglas import Headers, Request
from verglas.testing.strategies import requests

PAIRS: Final = Headers([("X-Tag", "a"), ("X-Tag", "b")])


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        pytest.param(Request(), "Request(url='http://localhost/')", id="plain"),
        pytest.param(
            Request(method="PUT", url="/?page=3"), "Request(method='PUT', url='http://localhost/?page=3')", id="query"
        ),
        pytest.param(Request(body=b"a"), "Request(url='http://localhost/', body=b'a')", id="body"),
        pytest.param(
            Request(headers={"X-Tag": "a"}), "Request(url='http://localhost/', headers={'X-Tag': 'a'})", id="headers"
        ),
        pytest.param(
            Request(headers=PAIRS),
            "Request(url='http://localhost/', headers=[('X-Tag', 'a'), ('X-Tag', 'b')])",
            id="lines",
        ),
        pytest.param(
            Request(posted(b"abc")),
            "Request(method='POST', url='http://localhost/', headers={'Content-Length': '3'}, body=...)",
            id="stream",
        ),
    ],
)
def test_shown(request_: Request[None], shown: str) -> None:
    """What is as it is without an argument has none."""
    assert " ".join(pretty(request_).split()).startswith(shown)


@settings(max_examples=100)
@given(requests())
def test_shown_as_made(request_: Request[None]) -> None:
    """The call makes an equal request."""
    made: object = eval(pretty(request_), {"Request": Request, "URL": type(request_.url)})  # of our own text

    assert made == request_
