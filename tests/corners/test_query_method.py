"""Corners of QUERY (RFC 10008): a safe method with a body."""

from __future__ import annotations

import pytest

from tests.kit import environ_of
from verglas import Request, Response, application, parse_environ, text
from verglas.headers import ACCEPT_QUERY, StructuredItem, StructuredList, Token
from verglas.testing import call


def test_reads_a_body_as_post_does() -> None:
    """Forms, files and JSON are read as those of POST."""
    form = Request.from_values("/feed?limit=1", method="QUERY", data={"q": "a b"})
    files = Request.from_values("/feed", method="query", data={"f": (b"x", "a.txt")})
    json = Request.from_values("/feed", method="QUERY", json={"q": 1})

    assert ("QUERY", "a b", ["1", "a b"]) == (form.method, form.form["q"], [*form.values.values()])
    assert ("QUERY", b"x") == (files.method, files.files["f"].read())
    assert {"q": 1} == json.json


def test_is_parsed_strictly() -> None:
    """It is a known method, with the length of its body."""
    environ = Request.from_values("/feed", method="QUERY", data="q=1", content_type="text/plain").environ

    assert ("QUERY", b"q=1") == (parse_environ(environ).method, parse_environ(environ).data)


def answer(request: Request) -> Response:
    """A page that is made of a query."""
    response = text(request.get_data(as_text=True) * 5)
    response.set_etag("1")
    response.last_modified = None
    return response.make_conditional(request, accept_ranges=True)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        pytest.param((200, b"0123401234012340123401234"), {}, id="rfc10008-2-result"),
        pytest.param((304, b""), {"HTTP_IF_NONE_MATCH": '"1"'}, id="rfc10008-2.6-if-none-match"),
        pytest.param((304, b""), {"HTTP_IF_NONE_MATCH": "*"}, id="rfc10008-2.6-if-none-match-star"),
        pytest.param((200, b"0123401234012340123401234"), {"HTTP_IF_NONE_MATCH": "?"}, id="rfc9110-13.1.2-unreadable"),
        pytest.param((412, b""), {"HTTP_IF_MATCH": '"2"'}, id="rfc10008-2.6-if-match"),
        pytest.param((206, b"123"), {"HTTP_RANGE": "bytes=1-3"}, id="rfc10008-2.8-range"),
        pytest.param((416, b""), {"HTTP_RANGE": "bytes=99-"}, id="rfc10008-2.8-unsatisfiable"),
        pytest.param((206, b"123"), {"HTTP_RANGE": "bytes=1-3", "HTTP_IF_RANGE": '"1"'}, id="rfc10008-2.8-if-range"),
        pytest.param(
            (200, b"0123401234012340123401234"),
            {"HTTP_RANGE": "bytes=1-3", "HTTP_IF_RANGE": '"2"'},
            id="if-range-other",
        ),
    ],
)
def test_conditions_and_ranges_are_those_of_get(expected: tuple[int, bytes], fields: dict[str, object]) -> None:
    """They are about the result of the query, which the answer is."""
    environ = Request.from_values("/feed", method="QUERY", data="01234", content_type="text/plain").environ
    sent = call(application(answer), environ_of(**{**environ, **fields}))

    assert expected == (int(sent.status[:3]), sent.body)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(
            ["application/jsonpath", "application/sql"],
            '"application/jsonpath", application/sql;charset="UTF-8"',
            id="rfc10008-3",
        ),
        pytest.param(["*/*"], '"*/*"', id="rfc10008-3-anything"),
        pytest.param(["application/*"], "application/*", id="rfc10008-3-range-as-a-token"),
    ],
)
def test_accept_query(expected: list[str], value: str) -> None:
    """The media ranges of a resource, as Strings or Tokens, which mean the same."""
    response = Response(headers={"Accept-Query": value})
    ranges = [item.value for item in response.headers[ACCEPT_QUERY] if isinstance(item, StructuredItem)]

    assert expected == [one.value if isinstance(one, Token) else one for one in ranges]


def test_accept_query_is_written() -> None:
    """A list of media types is written as Strings."""
    response = Response()
    response.headers[ACCEPT_QUERY] = StructuredList(["application/sql", "application/x-www-form-urlencoded"])

    assert '"application/sql", "application/x-www-form-urlencoded"' == response.headers["Accept-Query"]
