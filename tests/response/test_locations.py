"""A Location, made absolute where a class asks for it."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of
from verglas import URL, HeaderValueError, Response, redirect
from verglas.testing import call


class Absolute(Response):
    """One that sends absolute URIs."""

    autocorrect_location_header = True


def absolute_location(location: str, environ: dict[str, object]) -> str:
    """A Location as it is sent to whoever made a request."""
    return call(Absolute(None, 303, {"Location": location}), environ).headers["Location"]


BASE: Final[dict[str, object]] = {
    "HTTP_HOST": "Example.org:80",
    "SCRIPT_NAME": "/app",
    "PATH_INFO": "/caf\xc3\xa9/b",
    "QUERY_STRING": "secret=1",
}


@pytest.mark.parametrize(
    ("expected", "location"),
    [
        pytest.param("http://example.org/x?y#z", "/x?y#z", id="absolute-path"),
        pytest.param("http://example.org/app/caf%C3%A9/x", "x", id="relative-path"),
        pytest.param("http://example.org/app/x", "../x", id="dots"),
        pytest.param("http://example.org/app/caf%C3%A9/b?q", "?q", id="query-only"),
        pytest.param("http://example.org/app/caf%C3%A9/b#f", "#f", id="fragment-only"),
        pytest.param("http://example.org/app/caf%C3%A9/b", "", id="empty-drops-the-query"),
        pytest.param("https://other.example/x", "https://other.example/x", id="absolute"),
        pytest.param("mailto:a@example.org", "mailto:a@example.org", id="another-scheme"),
        pytest.param("http://other.example/x", "//other.example/x", id="another-authority"),
        pytest.param("http://example.org//evil.com", "/..//evil.com", id="D18-dots-make-no-authority"),
        pytest.param("http://example.org//evil.com", "/.//evil.com", id="D18-dot-makes-no-authority"),
        pytest.param("http://example.org/@evil.com", "/@evil.com", id="CVE-2026-54282-at-sign"),
    ],
)
def test_absolute_location(expected: str, location: str) -> None:
    """A reference is resolved against the URL of the request, without its query, where that is switched on."""
    headers = {"Location": location}

    assert expected == call(Absolute(None, 303, headers), **BASE).headers["Location"]
    assert location == call(Response(None, 303, headers), **BASE).headers["Location"]


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        pytest.param("http://example.org:8080/x", {"HTTP_HOST": "example.org:8080"}, id="port"),
        pytest.param("https://example.org/x", {"wsgi.url_scheme": "https", "HTTP_HOST": "example.org:443"}, id="https"),
        pytest.param(
            "http://server:81/x", {"HTTP_HOST": "", "SERVER_NAME": "server", "SERVER_PORT": "81"}, id="server"
        ),
        pytest.param("http://[::1]/x", {"HTTP_HOST": "", "SERVER_NAME": "::1", "SERVER_PORT": "80"}, id="ipv6"),
        pytest.param("http://s/x", {"HTTP_HOST": None, "SERVER_NAME": "s", "SERVER_PORT": ""}, id="no-port"),
        pytest.param("/x", {"HTTP_HOST": "evil.com/?"}, id="invalid-host"),
        pytest.param("/x", {"HTTP_HOST": "user@evil.com"}, id="user-information"),
        pytest.param("/x", {"HTTP_HOST": "", "SERVER_NAME": ""}, id="unknown-host"),
        pytest.param("http://example.org/x", {"wsgi.url_scheme": "java script"}, id="scheme-of-no-kind"),
    ],
)
def test_base_of_a_location(expected: str, changes: dict[str, object]) -> None:
    """The host is that of the request; where it is not known, or none, the reference is sent as it is."""
    environ = {"HTTP_HOST": "example.org", **changes}

    assert expected == call(Absolute(None, 303, {"Location": "/x"}), **environ).headers["Location"]


def test_location_of_the_builder_stays() -> None:
    """Sending changes nothing; other headers are left alone."""
    response = Absolute(None, 303, {"Location": "/x", "Content-Location": "/y"})
    answer = call(response, **BASE)

    assert ("/x", "/y") == (response.headers["Location"], answer.headers["Content-Location"])


@pytest.mark.parametrize("location", ["/\t/evil.com", " //evil.com", "\x01//evil.com", "/\\evil.com", "/a "])
def test_refused_locations(location: str) -> None:
    """What browsers read otherwise is refused when it is set, not rewritten when it is sent (D18)."""
    with pytest.raises(HeaderValueError):
        Absolute(None, 303, {"Location": location})


PATHS: Final = st.text(st.sampled_from("/.a@:?#%2e\\\u00e9[]"), max_size=12)


@given(PATHS, PATHS)
def test_redirect_stays_on_its_site(target: str, path: str) -> None:
    """A redirect that may be relative only keeps the authority of the request, whatever it and the path are made of."""
    try:
        location = redirect(target, local=True).headers["Location"]
    except HeaderValueError:
        return
    absolute = absolute_location(location, environ_of(HTTP_HOST="example.org", PATH_INFO=path))

    assert "http://example.org/" == absolute[:19]
    assert "example.org" == URL.parse(absolute).host


@given(st.text(st.characters(max_codepoint=255)), st.text(), st.text(), st.text())
def test_absolute_location_is_total(location: str, host: str, path: str, root: str) -> None:
    """Whatever environ and reference hold, it is a text and no error, once the reference may be set."""
    environ = environ_of(HTTP_HOST=host, PATH_INFO=path, SCRIPT_NAME=root, SERVER_PORT=80)
    try:
        written = Response(None, 303, {"Location": location}).headers["Location"]
    except HeaderValueError:
        return

    assert absolute_location(location, environ).endswith(written.rpartition("#")[2])
