"""Strategies for requests and responses of every kind."""

from __future__ import annotations

from hypothesis import strategies as st

from verglas.request.model import Request
from verglas.response.frozen import FrozenResponse
from verglas.testing.strategies.texts import field_values
from verglas.testing.strategies.values import headers, urls
from verglas.url import URL

__all__ = ["frozen_responses", "requests"]


def requests() -> st.SearchStrategy[Request[None]]:
    """`Request(method="POST", url="http://example.org/a", headers={"X-Tag": "1"}, body=b"hi")`."""

    def build(method: str, url: URL, body: bytes, tag: str) -> Request[None]:
        return Request(method=method, url=url, headers={"X-Tag": tag} if tag else {}, body=body)

    return st.builds(build, st.sampled_from(["GET", "POST", "PUT"]), urls(), st.binary(max_size=40), field_values())


def frozen_responses() -> st.SearchStrategy[FrozenResponse]:
    """`FrozenResponse(b"hi", 200, {"X-Tag": "1"})`."""
    sent = headers().map(lambda fields: fields.end_to_end())  # any token may be a name, and `TE` is one
    return st.builds(FrozenResponse, st.binary(max_size=40), st.sampled_from([200, 201, 204, 205, 304, 404]), sent)
