"""Requests, responses and environs as they are drawn."""

from __future__ import annotations

from hypothesis import given

from tests.strategies import smallest
from verglas import Request, Response, application, text
from verglas.testing import call
from verglas.testing.strategies import environs, hostile_environs, requests, responses


@application
def show(request: Request[object]) -> Response:
    """Answer."""
    return text(f"{request.method} {request.path}")


@given(environs())
def test_environs_are_answered(environ: dict[str, object]) -> None:
    """The environ of a request is answered."""
    assert call(show, environ).status == "200 OK"


@given(hostile_environs())
def test_hostile_environs_are_answered(environ: dict[str, object]) -> None:
    """What no server should send is answered, or refused."""
    assert call(show, environ).status[:3] in ("200", "400", "413", "414", "431", "501", "505")


def test_kinds_of_bodies() -> None:
    """Options say which methods and bodies there are."""
    assert b"null" == smallest(requests(bodies=["json"])).data
    assert "PUT" == smallest(requests(methods=["PUT"])).method
    assert "multipart/form-data" == smallest(requests(bodies=["upload"])).mimetype


@given(responses())
def test_responses_are_sent(response: Response) -> None:
    """A response is sent as it is."""
    assert response.status_code in (200, 201, 204, 205, 304, 404)
