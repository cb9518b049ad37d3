"""`values`: the parameters of the URL, then the fields of the form."""

from __future__ import annotations

import pytest

from tests.kit import MULTIPART, URLENCODED, Input, environ_of, multipart, posted
from verglas import Request
from verglas.errors import BadRequestKeyError, FormError

BOTH = [("a", "args"), ("b", "args"), ("a", "form"), ("c", "form")]


@pytest.mark.parametrize(
    ("expected", "method"),
    [
        pytest.param(BOTH[:2], "GET", id="get"),
        pytest.param(BOTH, "HEAD", id="head"),
        pytest.param(BOTH, "POST", id="post"),
        pytest.param(BOTH, "PUT", id="put"),
        pytest.param(BOTH, "DELETE", id="delete"),
        pytest.param(BOTH, "MADE-UP", id="made-up"),
    ],
)
@pytest.mark.parametrize("encoding", [URLENCODED, MULTIPART])
def test_values(expected: list[tuple[str, str]], method: str, encoding: str) -> None:
    """Parameters first, so they win; with GET the form is left out (reference 1.4)."""

    form = b"a=form&c=form" if encoding == URLENCODED else multipart(('name="a"', b"form"), ('name="c"', b"form"))
    request = Request(posted(form, encoding, QUERY_STRING="a=args&b=args", REQUEST_METHOD=method))

    assert (expected, "args") == (list(request.values.pairs), request.values["a"])


def test_get_reads_no_body() -> None:
    """With GET the body is not touched, though `form` would read it."""

    stream = Input(b"a=1")
    request = Request(posted(b"a=1", URLENCODED, stream=stream, REQUEST_METHOD="GET"))

    assert ({}, []) == (dict(request.values), stream.asked)
    assert "1" == request.form["a"]


def test_equality() -> None:
    """Values of different requests differ (D13: in the reference any two are equal)."""

    one, other = (Request(posted(b"", QUERY_STRING=query)) for query in ("a=1", "a=2"))

    assert (False, True) == (one.values == other.values, one.values == one.values)  # itself is meant


def test_missing() -> None:
    """A missing name is a 400 that names it."""

    with pytest.raises(BadRequestKeyError) as caught:
        Request(environ_of()).values["page"]

    assert "page" == caught.value.field


def test_raises_as_form() -> None:
    """A malformed form is an error here as well, never only the parameters."""

    with pytest.raises(FormError):
        len(Request(posted(b"x", MULTIPART, QUERY_STRING="a=1")).values)
