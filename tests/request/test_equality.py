"""Equality, hash and matching of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of, posted
from verglas import Limits, Request, Trust, parse_environ


class Own(Request):
    """Another class."""


@pytest.mark.parametrize(
    ("expected", "left", "right"),
    [
        pytest.param(True, Request(), Request(), id="same"),
        pytest.param(True, Request(method="get"), Request(), id="method-case"),
        pytest.param(True, Request(url="/"), Request(url="http://LOCALHOST:80/"), id="url-canonical"),
        pytest.param(True, Request(headers={"X": "1"}), Request(headers={"x": "1"}), id="header-name-case"),
        pytest.param(True, Request(body=b"a"), Request(body="a"), id="body"),
        pytest.param(False, Request(), Request(method="HEAD"), id="method"),
        pytest.param(False, Request(), Request(url="/a"), id="url"),
        pytest.param(False, Request(), Request(headers={"X": "1"}), id="headers"),
        pytest.param(False, Request(), Request(body=b"a"), id="other-body"),
        pytest.param(False, Request(), Request(state=1), id="state"),
        pytest.param(False, Request(), Request(remote_addr="::1"), id="remote-addr"),
        pytest.param(False, Request(), Request(remote_user="ada"), id="remote-user"),
        pytest.param(False, Request(), Request(server=("s", 1)), id="server"),
        pytest.param(False, Request(), Own(), id="class"),
        pytest.param(False, Request(), object(), id="other-type"),
        pytest.param(False, Request(posted(b"a")), Request(posted(b"a")), id="streams-compare-by-identity"),
        pytest.param(True, Request(posted(b"a")).buffered(), Request(posted(b"a")).buffered(), id="buffered"),
        pytest.param(True, Request(posted(b"")), Request(posted(b"")), id="no-body"),
    ],
)
def test_equality(expected: bool, left: object, right: object) -> None:
    """Equality is that of the values, within one class; equal requests hash alike."""

    assert (expected, expected) == (left == right, right == left)
    assert not expected or hash(left) == hash(right)


def test_streaming_is_equal_to_itself() -> None:
    """A streaming request is itself, and so is its copy with the same body."""

    request = Request(posted(b"a"))

    assert (True, True) == (request == request.replace(), hash(request) == hash(request.replace()))


FAULTLESS = st.fixed_dictionaries(
    {
        "HTTP_HOST": st.sampled_from(["h", "h:81", "[::1]", "A.b"]),
        "wsgi.url_scheme": st.sampled_from(["http", "https"]),
    },
    optional={
        "REQUEST_METHOD": st.sampled_from(["GET", "POST", "X"]),
        "PATH_INFO": st.text(st.characters(max_codepoint=255)),
        "SCRIPT_NAME": st.sampled_from(["", "/app", "/app/"]),
        "QUERY_STRING": st.text(st.characters(max_codepoint=255)),
        "HTTP_COOKIE": st.text(st.characters(max_codepoint=255)),
        "HTTP_X_TAG": st.text(st.characters(max_codepoint=255)),
        "REMOTE_ADDR": st.just("::1"),
        "SERVER_NAME": st.just("s"),
        "SERVER_PORT": st.sampled_from(["80", "8080"]),
    },
)


@given(FAULTLESS)
def test_strict_and_lenient_agree(environ: dict[str, str]) -> None:
    """On an environ without faults both constructors give equal requests (design §3)."""

    of = dict[str, object](environ)
    strict, lenient = parse_environ(of), Request(of)

    assert (strict, hash(strict)) == (lenient, hash(lenient))


def test_limits_and_trust_do_not_count() -> None:
    """Equality is of what was requested, not of what is allowed."""

    assert Request(environ_of(HTTP_HOST="h")) == parse_environ(
        environ_of(HTTP_HOST="h"), limits=Limits(max_form_parts=1), trust=Trust(hosts="h")
    )


def route(request: Request) -> str:
    """A handler that matches."""
    match request:
        case Request("GET", "/"):
            return "home"
        case Request("POST", path):
            return f"create {path}"
        case _:
            pass
    match request.method, *request.url.segments:
        case "GET", "users", user:
            return f"user {user}"
        case _:
            return "404"


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param("home", Request(), id="method-and-path"),
        pytest.param("create /a", Request(method="POST", url="/a"), id="captured"),
        pytest.param("user ada", Request(url="/users/ada"), id="segments"),
        pytest.param("404", Request(url="/users/ada/x"), id="none"),
    ],
)
def test_matching(expected: str, request_: Request) -> None:
    """A request matches by method and path."""

    assert expected == route(request_)
    assert ("method", "path") == Request.__match_args__
