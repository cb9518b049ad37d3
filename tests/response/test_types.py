"""The media type of a response."""

from __future__ import annotations

import pytest

from tests.kit import environ_of
from verglas import HeaderValueError, Response


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param("text/plain; charset=utf-8", Response(), id="default"),
        pytest.param("text/html; charset=utf-8", Response(mimetype="text/html"), id="text"),
        pytest.param("image/svg+xml; charset=utf-8", Response(mimetype="image/svg+xml"), id="xml-suffix"),
        pytest.param("application/xml; charset=utf-8", Response(mimetype="application/xml"), id="xml"),
        pytest.param("application/xml-dtd; charset=utf-8", Response(mimetype="application/xml-dtd"), id="dtd"),
        pytest.param("application/sql; charset=utf-8", Response(mimetype="application/sql"), id="sql"),
        pytest.param(
            "application/javascript; charset=utf-8", Response(mimetype="application/javascript"), id="javascript"
        ),
        pytest.param("application/json", Response(mimetype="application/json"), id="rfc8259-11-json"),
        pytest.param("image/png", Response(mimetype="image/png"), id="image"),
        pytest.param("TEXT/HTML; charset=utf-8", Response(mimetype="TEXT/HTML"), id="d9-upper-case"),
        pytest.param("text/html; charset=latin1", Response(mimetype="text/html; charset=latin1"), id="own-charset"),
        pytest.param("text/html", Response(content_type="text/html"), id="content-type-verbatim"),
        pytest.param("a/b", Response(mimetype="text/html", content_type="a/b"), id="content-type-wins"),
        pytest.param("a/b", Response(headers={"Content-Type": "a/b"}), id="header-beats-the-default"),
        pytest.param("a/b", Response(headers={"content-type": "a/b"}), id="header-in-lower-case"),
        pytest.param(
            "text/html; charset=utf-8",
            Response(headers={"Content-Type": "a/b"}, mimetype="text/html"),
            id="mimetype-replaces-the-header",
        ),
        pytest.param("c/d", Response(headers={"Content-Type": "a/b"}, content_type="c/d"), id="replaces-the-header"),
    ],
)
def test_content_type(expected: str, response: Response) -> None:
    """The content type wins as it is; else the media type, with a charset where it is text; else the default."""

    assert [expected] == response.headers.getlist("Content-Type")


@pytest.mark.parametrize(
    ("mimetype", "parameters", "content_type"),
    [
        pytest.param("text/html", {"charset": "utf-8"}, "text/html; charset=utf-8", id="plain"),
        pytest.param("text/html", {"charset": "UTF-8"}, "Text/HTML;Charset=UTF-8", id="d9-case"),
        pytest.param("a/b", {"c": "d e"}, 'a/b; c="d e"', id="rfc9110-5.6.6-quoted"),
        pytest.param("a/b", {"c": "1"}, "a/b; c=1; c=2", id="rfc9110-5.6.6-first-of-equal-names"),
        pytest.param("a/b", {}, "a/b", id="no-parameters"),
        pytest.param("", {}, "garbage", id="malformed"),
        pytest.param("", {}, "", id="empty"),
        pytest.param(None, {}, None, id="absent"),
    ],
)
def test_reads(mimetype: str | None, parameters: dict[str, str], content_type: str | None) -> None:
    """The media type is read in lower case; a malformed one is empty."""
    response = Response()
    response.content_type = content_type

    assert (content_type, mimetype, parameters) == (response.content_type, response.mimetype, response.mimetype_params)


def test_set_mimetype() -> None:
    """Setting the media type adds the charset of a text."""
    response = Response()
    response.mimetype = "text/css"

    assert "text/css; charset=utf-8" == response.content_type


@pytest.mark.parametrize("name", ["mimetype", "content_type"])
def test_none_unsets(name: str) -> None:
    """`None` takes the field away; it is never sent as text (D8)."""
    response = Response("x")
    setattr(response, name, None)

    assert (("Content-Length", "1"),) == response.get_wsgi_headers(environ_of()).pairs


def test_parameters_are_a_copy() -> None:
    """A change of the parameters that were read is no change of the header."""
    response = Response()
    response.mimetype_params["charset"] = "latin1"

    assert {"charset": "utf-8"} == response.mimetype_params


@pytest.mark.parametrize("value", [pytest.param("a/b\r\nX: 1", id="crlf"), pytest.param("a/\u2603", id="snowman")])
def test_refuses(value: str) -> None:
    """A type that could split the response is refused wherever it is set."""
    response = Response()
    with pytest.raises(HeaderValueError):
        Response(content_type=value)
    with pytest.raises(HeaderValueError):
        Response(mimetype=value)
    with pytest.raises(HeaderValueError):
        response.mimetype = value
    with pytest.raises(HeaderValueError):
        response.content_type = value


def test_default_of_a_subclass() -> None:
    """A subclass has its own default, as Flask's response has."""

    class Page(Response):
        default_mimetype = "text/html"

    assert "text/html; charset=utf-8" == Page("<p>").content_type


def test_no_default() -> None:
    """Without a default there is no type."""

    class Bare(Response):
        default_mimetype = None

    assert None is Bare().content_type
