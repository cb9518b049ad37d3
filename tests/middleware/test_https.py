"""`https_only`: what comes over plain HTTP is redirected to HTTPS at the same host, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, untyped
from verglas import URL, Request, Response, Trust, application, text
from verglas.middleware import https_only
from verglas.testing import WSGIAnswer, call

METHODS: Final = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "M-SEARCH")


def hello(request: Request) -> Response:
    """Answer."""
    return text("hi")


def environ_at(url: str, **keys: object) -> dict[str, object]:
    """The environ of a request to a whole URL."""
    parsed = URL.parse(url)
    base = f"{parsed.scheme}://{parsed.host}/"
    return Request.from_values(parsed.target, base_url=base, environ_overrides=keys).environ


def asked(environ: dict[str, object], trust: Trust | None = None) -> WSGIAnswer:
    """The answer with the usual options."""
    return call(application(https_only()(hello), trust=trust), environ)


REDIRECTED: Final = {
    "plain": ("http://example.com/", "https://example.com/"),
    "a path and a query": ("http://example.com/a%20b?c=d%26e&f", "https://example.com/a%20b?c=d%26e&f"),
    "the port of HTTP": ("http://example.com:80/a", "https://example.com/a"),
    "another port of HTTP": ("http://example.com:8080/a", "https://example.com/a"),
    "IPv6": ("http://[::1]:8080/a", "https://[::1]/a"),
    "two slashes in front": ("http://example.com//evil.example/", "https://example.com/evil.example/"),
    "a line feed": ("http://example.com/%0d%0aSet-Cookie:a", "https://example.com/%0D%0ASet-Cookie:a"),
}


@pytest.mark.parametrize(("url", "expected"), REDIRECTED.values(), ids=REDIRECTED)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_are_redirected(method: str, url: str, expected: str) -> None:
    """To the same host and target, without the port of HTTP."""

    answer = asked(environ_at(url, REQUEST_METHOD=method))

    assert (308, expected) == (answer.status_code, answer.headers["Location"])


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(method: str) -> None:
    """Their body was sent in the clear already: that must not go unseen."""

    answer = asked(environ_of(REQUEST_METHOD=method))

    assert (403, False) == (answer.status_code, "Location" in answer.headers)
    assert "HTTPS" in answer.text


@pytest.mark.parametrize("method", ["GET", *METHODS])
def test_all_are_redirected_on_request(method: str) -> None:
    """With a status that keeps the method."""

    answer = call(application(https_only(redirect_all=True)(hello)), environ_of("/a"), REQUEST_METHOD=method)

    assert (308, "https://localhost/a") == (answer.status_code, answer.headers["Location"])


@pytest.mark.parametrize("method", ["GET", *METHODS])
def test_https_is_answered(method: str) -> None:
    """Whatever the method."""

    assert 200 == asked(environ_at("https://example.com/a", REQUEST_METHOD=method)).status_code


@pytest.mark.parametrize(("trust", "code"), [(Trust(x_proto=1), 200), (None, 308)], ids=["believed", "not believed"])
def test_the_scheme_of_a_proxy(trust: Trust | None, code: int) -> None:
    """It counts if it is believed."""

    assert code == asked(environ_of(HTTP_X_FORWARDED_PROTO="https"), trust).status_code


HOSTS: Final[dict[str, tuple[Trust | None, dict[str, object], int]]] = {
    "trusted": (Trust(hosts=["example.com"]), {"HTTP_HOST": "example.com"}, 308),
    "not trusted": (Trust(hosts=["example.com"]), {"HTTP_HOST": "evil.example"}, 400),
    "malformed": (None, {"HTTP_HOST": "example.com/evil"}, 400),
    "none": (None, {"HTTP_HOST": "", "SERVER_NAME": ""}, 400),
}


@pytest.mark.parametrize(("trust", "keys", "code"), HOSTS.values(), ids=HOSTS)
def test_only_to_a_valid_and_trusted_host(trust: Trust | None, keys: dict[str, object], code: int) -> None:
    """Any other is a 400."""

    answer = asked(environ_of(**keys), trust)

    assert (code, code == 308) == (answer.status_code, "Location" in answer.headers)


@pytest.mark.parametrize("port", [None, 8443])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_the_whole_server(method: str, port: int | None) -> None:
    """The target `*` is not put behind the host (RFC 9112 §3.2.4)."""

    https = https_only(port=port, redirect_all=True)
    answer = call(application(https(hello)), environ_of(PATH_INFO="*", HTTP_HOST="example.com", REQUEST_METHOD=method))

    assert (308, f"https://example.com{':8443' if port else ''}") == (answer.status_code, answer.headers["Location"])


STATUSES: Final[tuple[Literal[301, 302, 307, 308], ...]] = (301, 302, 307, 308)


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_is_an_option(status: Literal[301, 302, 307, 308]) -> None:
    """Any of a redirect but 303."""

    assert status == call(application(https_only(status=status)(hello)), environ_of()).status_code


@pytest.mark.parametrize(("port", "expected"), [(8443, "https://localhost:8443/"), (443, "https://localhost/")])
def test_the_port_is_an_option(port: int, expected: str) -> None:
    """Only an unusual one is shown."""

    answer = call(application(https_only(port=port)(hello)), environ_at("http://localhost:8080/"))

    assert expected == answer.headers["Location"]


EXEMPT: Final = {
    "the path": ("/health", 200),
    "below it": ("/health/all", 308),
    "another that begins so": ("/healthy", 308),
    "below a folder": ("/.well-known/acme-challenge/token", 200),
    "the folder": ("/.well-known/acme-challenge/", 200),
    "without its slash": ("/.well-known/acme-challenge", 308),
    "another": ("/", 308),
    "out of the folder again": ("/.well-known/acme-challenge/../../admin", 308),
    "out of the folder, with parameters": ("/.well-known/acme-challenge/..;/admin", 308),
    "out of the folder at the end": ("/.well-known/acme-challenge/..", 308),
    "out of the root": ("/../health", 308),
    "with a slash too many": ("//health", 200),
}


@pytest.mark.parametrize(("path", "code"), EXEMPT.values(), ids=EXEMPT)
def test_paths_may_be_exempt(path: str, code: int) -> None:
    """One, or all below it."""

    https = https_only(exempt=["/health", "/.well-known/acme-challenge/"])

    assert code == call(application(https(hello)), environ_of(path)).status_code


@given(st.text(), st.text())
def test_any_path_leads_to_the_same_host(path: str, query: str) -> None:
    """Whatever it holds."""

    octets = path.encode("utf-8", "surrogatepass").decode("latin-1")
    searched = query.encode("utf-8", "surrogatepass").decode("latin-1")
    answer = asked(environ_of(PATH_INFO=octets, QUERY_STRING=searched))

    assert (308, "https", "localhost") == (answer.status_code, *shown(URL.parse(answer.headers["Location"])))


def shown(url: URL) -> tuple[str, str]:
    """Where a URL leads to."""
    return url.scheme, url.host


MISTAKES: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "status": (lambda: untyped(https_only)(status=303), "301, 302, 307 or 308, not 303"),
    "a status that changes the method": (lambda: https_only(status=301, redirect_all=True), "a POST becomes a GET"),
    "port": (lambda: https_only(port=0), "1 to 65535, not 0"),
    "one path": (lambda: https_only(exempt="/health"), "put it in a list"),
    "a relative path": (lambda: https_only(exempt=["health"]), "begin with a slash"),
    "no handler": (lambda: untyped(https_only())(None), "takes a handler"),
}


@pytest.mark.parametrize(("make", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(make: Callable[[], object], message: str) -> None:
    """They are refused where they are made, with words."""

    with pytest.raises((TypeError, ValueError), match=message):
        make()
