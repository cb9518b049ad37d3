"""Our client drives applications of others: it sees what their own test clients see."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import urlencode

import django.test
import pytest
from attrs import field, frozen
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application

from tests.testing import djangosite, shops
from tests.testing.seen import Seen
from verglas import Upload
from verglas.testing import Client
from verglas.wsgi import WSGIApplication


@frozen
class Step:
    """A request.

    Attributes:
        method: Its method.
        path: Its path and query.
        form: Fields of a form.
        upload: The name, content and type of a file of the form.
        body: A body that is no form.
        follow: Whether redirects are followed.
    """

    method: str
    path: str
    form: Mapping[str, str] = field(factory=dict[str, str])
    upload: tuple[str, bytes, str] | None = None
    body: bytes = b""
    follow: bool = False


Ask: TypeAlias = Callable[[Step], Seen]


def by_verglas(application: WSGIApplication) -> Ask:
    """Ask with our client."""
    client = Client(application)

    def ask(step: Step) -> Seen:
        data: dict[str, str | Upload] | bytes | None = dict(step.form) or step.body or None
        if step.upload is not None:
            name, content, mimetype = step.upload
            data = {**step.form, "file": Upload("file", name, content, content_type=mimetype)}
        with client.open(step.path, method=step.method, data=data, follow_redirects=step.follow) as response:
            return Seen.of(response.status_code, response.headers.pairs, response.data, len(response.history))

    return ask


def by_flask() -> Ask:
    """Ask the shop of Flask with Flask's client."""
    client = shops.of_flask().test_client()

    def ask(step: Step) -> Seen:
        data: dict[str, object] | bytes | None = dict(step.form) or step.body or None
        if step.upload is not None:
            name, content, mimetype = step.upload
            data = {**step.form, "file": (io.BytesIO(content), name, mimetype)}
        response = client.open(step.path, method=step.method, data=data, follow_redirects=step.follow)
        with response:
            lines, hops = response.headers.items(), len(response.history)
            return Seen.of(response.status_code, lines, response.get_data(), hops)

    return ask


def by_django() -> Ask:
    """Ask the shop of Django with Django's client."""
    djangosite.configure()
    client = django.test.Client(SERVER_NAME="localhost")

    def ask(step: Step) -> Seen:
        if step.upload is not None:
            response = client.post(step.path, {**step.form, "file": SimpleUploadedFile(*step.upload)})
        elif step.method == "GET":
            response = client.get(step.path, follow=step.follow)
        elif step.method == "POST":
            body, mimetype = urlencode(step.form).encode(), "application/x-www-form-urlencoded"
            response = client.post(step.path, body, content_type=mimetype, follow=step.follow)
        else:
            response = client.generic(step.method, step.path, step.body)
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        hops = len(response.redirect_chain) if step.follow else 0
        return Seen.of(response.status_code, [*response.headers.items(), *cookies], response.getvalue(), hops)

    return ask


def django_shop() -> WSGIApplication:
    """The shop of Django as an application."""
    djangosite.configure()
    return get_wsgi_application()


SHOPS: Final[Mapping[str, tuple[Callable[[], WSGIApplication], Callable[[], Ask]]]] = {
    "flask": (shops.of_flask, by_flask),
    "django": (django_shop, by_django),
}
"""Each application, and the client of its own."""

PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

STEPS: Final[Mapping[str, tuple[list[Step], bytes]]] = {
    "session": (
        [
            Step("GET", "/shop/"),
            Step("GET", "/shop/"),
            Step("POST", "/shop/login", {"name": "Ada L"}),
            Step("GET", "/shop/"),
            Step("POST", "/shop/logout"),
            Step("GET", "/shop/"),
        ],
        b"Hello stranger, 1",
    ),
    "redirect": ([Step("GET", "/shop/hops/3")], b""),
    "redirects": ([Step("GET", "/shop/hops/3", follow=True)], b"Hello stranger, 1"),
    "redirect-after-post": ([Step("POST", "/shop/login", {"name": "Zoë"}, follow=True)], "Hello Zoë, 1".encode()),
    "redirect-307": ([Step("POST", "/shop/again", {"a": "b c"}, follow=True)], b"a=b+c"),
    "query": ([Step("GET", "/shop/echo?a=1&b=%C3%A9&a=2")], b"a=1&b=%C3%A9&a=2"),
    "put": ([Step("PUT", "/shop/echo", body=b"some text")], b"some text"),
    "delete": ([Step("DELETE", "/shop/echo")], b"DELETE"),
    "upload": (
        [Step("POST", "/shop/upload", {"words": "süß"}, ("a picture.png", PNG, "image/png"))],
        PNG.hex().encode(),
    ),
    "cookie": ([Step("GET", "/shop/theme?to=dark"), Step("GET", "/shop/theme?to=light")], b"dark"),
    "stream": ([Step("GET", "/shop/stream")], b"one\ntwo\nthree\n"),
}
"""Requests in a row, and what is in the last answer."""


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("shop", SHOPS)
def test_foreign_application_answers_the_same(shop: str, steps: str) -> None:
    """Status, fields, cookies and body are those that its own client sees, and as many redirects led there."""
    make, own_client = SHOPS[shop]
    ask, ask_as_they_do = by_verglas(make()), own_client()
    asked, part = STEPS[steps]
    ours, theirs = [ask(step) for step in asked], [ask_as_they_do(step) for step in asked]

    assert theirs == ours
    assert part in ours[-1].body


@pytest.mark.parametrize("shop", SHOPS)
def test_stream_of_foreign_application_is_read_lazily(shop: str) -> None:
    """A piece is made when it is asked for; who stops reading closes the rest."""
    shops.LOG.clear()
    with Client(SHOPS[shop][0]()) as client:
        pieces = client.get("/shop/stream").iter_bytes()
        first = next(pieces)
        read = [*shops.LOG]

    assert (b"one\n", ["one"], ["one", "closed"]) == (first, read, shops.LOG)
