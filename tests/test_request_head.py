"""`RequestHead`: what of a request is known to whatever makes or finishes an answer, parsed or not."""

from __future__ import annotations

import pickle
from typing import Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, untyped
from verglas import Headers, Request, RequestHead, Response, Trust, application, text
from verglas.testing import call, strategies

PATHS: Final = st.text(st.characters(codec="latin-1") | st.sampled_from("/*?#%")) | st.sampled_from(
    ["/", "", "*", "//evil.example/x", "/caf\xc3\xa9", "/\u20ac"]
)
HOSTS: Final = strategies.hosts() | st.sampled_from(["", "a/b", "a,b", "EXAMPLE.org.", "[::1]:80", " h "])
FORWARDED: Final = st.sampled_from(
    ["", "https", "http, https", "ftp", "a.example", "/prefix", "8443", "for=a;proto=https"]
)
TRUSTS: Final = st.builds(
    Trust,
    hosts=st.none() | st.just(["example.org"]),
    networks=st.none() | st.just(["10.0.0.0/8"]),
    **{name: st.integers(0, 2) for name in ("x_for", "x_proto", "x_host", "x_port", "x_prefix", "forwarded")},
)
TEXTS: Final = {
    "REQUEST_METHOD": st.sampled_from(["GET", "post", "X-OWN", ""]),
    "PATH_INFO": PATHS,
    "QUERY_STRING": PATHS,
    "SCRIPT_NAME": st.sampled_from(["", "/app", "/caf\xc3\xa9/", "app"]),
    "HTTP_HOST": HOSTS,
    "SERVER_NAME": st.sampled_from(["localhost", "::1", ""]),
    "SERVER_PORT": st.sampled_from(["80", "8080", ""]),
    "REMOTE_ADDR": st.sampled_from(["10.0.0.1", "192.0.2.1"]),
    "wsgi.url_scheme": st.sampled_from(["http", "https", "HTTPS", "ftp", ""]),
    "HTTP_ACCEPT": st.sampled_from(["*/*", "a\nb"]),
    "HTTP_FORWARDED": FORWARDED,
    **{f"HTTP_X_FORWARDED_{name}": FORWARDED for name in ("FOR", "PROTO", "HOST", "PORT", "PREFIX")},
}
ENVIRONS: Final = st.fixed_dictionaries({}, optional=TEXTS)


@given(ENVIRONS, TRUSTS)
def test_is_that_of_the_request(environ: dict[str, object], trust: Trust) -> None:
    """All that it has is that of the request that is made of the environ, whom ever is trusted."""
    head, request = RequestHead.of(environ, trust), Request(environ, trust=trust)

    assert request.method == head.method
    assert request.headers == head.headers
    assert (request.url.target, request.url.scheme) == (head.target, head.scheme)
    assert (request.path, request.remote_addr) == (head.path, head.remote_addr)


@given(ENVIRONS, TRUSTS)
def test_finish_is_given_it(environ: dict[str, object], trust: Trust) -> None:
    """An application hands it over with its own trust, whether the request can be parsed or not."""
    heads: list[RequestHead] = []

    def finish(head: RequestHead, answer: object) -> Response:
        heads.append(head)
        return text("")

    call(application(lambda _: text("x"), trust=trust, finish=finish), environ)

    request = Request(environ, trust=trust)
    assert [(request.url.target, request.url.scheme)] == [(head.target, head.scheme) for head in heads]


@pytest.mark.parametrize("first", ["method", "headers", "target", "scheme", "path", "remote_addr"])
def test_is_a_snapshot(first: str) -> None:
    """What is written to the environ later does not show, whatever is read first."""
    environ = environ_of("/a?b", HTTP_ACCEPT="*/*", REQUEST_METHOD="POST")
    head = RequestHead.of(environ)
    untyped(getattr)(head, first)
    environ.update({"PATH_INFO": "/x", "HTTP_ACCEPT": "x", "REQUEST_METHOD": "PUT", "wsgi.url_scheme": "https"})

    assert ("POST", "/a?b", "http") == (head.method, head.target, head.scheme)
    assert "*/*" == head.headers["Accept"]


@pytest.mark.parametrize(
    ("expected", "target"),
    [
        pytest.param("/a", "/a?b=/c", id="query"),
        pytest.param("/caf\xe9 /b", "/caf%C3%A9%20/b", id="escapes"),
        pytest.param("*", "*", id="asterisk"),
        pytest.param("/", "", id="empty"),
    ],
)
def test_path_of_the_target(expected: str, target: str) -> None:
    """Where no path is given, it is that of the target."""
    assert expected == RequestHead("GET", Headers(), target).path


def test_of_an_environ_is_a_value() -> None:
    """One that is read late equals one that is made of its values, and has nothing else."""
    environ: dict[str, object] = {"PATH_INFO": "/a", "HTTP_ACCEPT": "*/*", "wsgi.input": object()}
    made = RequestHead("GET", Headers({"Accept": "*/*"}), "/a")

    assert made == RequestHead.of(environ)
    assert made == pickle.loads(pickle.dumps(RequestHead.of(environ)))
    assert (hash(made), repr(made)) == (hash(RequestHead.of(environ)), repr(RequestHead.of(environ)))
    assert attrs.evolve(made, method="PUT") == attrs.evolve(RequestHead.of(environ), method="PUT")
    with pytest.raises(AttributeError, match="no attribute 'url'"):
        untyped(getattr)(RequestHead.of(environ), "url")
