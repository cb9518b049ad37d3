"""Corners of `URL`: the spelling of one that was parsed, and equality with texts."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of
from tests.test_url import URLS
from verglas import URL, GrammarError, Request, parse_environ, redirect

TEXTS = st.text("/.:;=&?#@%2e3B4f aé\u0663[]|").map(lambda text: f"http://h/{text}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://e.org/a%3Bc#x", id="rfc3986-2.2-semicolon"),
        pytest.param("https://e.org/a%2Fb", id="rfc3986-2.2-slash"),
        pytest.param("https://e.org/a%2fb", id="rfc3986-6.2.2.1-case-stays"),
        pytest.param("https://e.org/%40%3A%3D?a=%26&b=%3d", id="rfc3986-2.2-delimiters"),
        pytest.param("https://e.org//a//b", id="rfc3986-3.3-empty-segments"),
        pytest.param("https://e.org/#", id="rfc3986-3.5-empty-fragment"),
        pytest.param("https://e.org/#/route?x=1", id="angular-route"),
        pytest.param("https://e.org/a?b#:~:text=c,d", id="wicg-text-fragment"),
        pytest.param("https://e.org/a/../b/./c", id="rfc3986-5.2.4-dots-stay"),
        pytest.param("https://e.org/a%20b%25", id="rfc3986-2.4"),
        pytest.param("https://e.org/%FF", id="not-utf-8"),
        pytest.param("https://e.org/a;v=1,2/b:c@d", id="rfc3986-3.3-delimiters"),
    ],
)
def test_keeps_its_spelling(text: str) -> None:
    """A URL that was parsed names what its text names, wherever it goes."""
    url = URL.parse(text)
    same = [str(url), url.to_uri(), str(copy.copy(url)), str(pickle.loads(pickle.dumps(url))), str(url.replace())]

    assert [text] * 5 == same
    assert text == redirect(url).headers["Location"]


@pytest.mark.parametrize(
    ("expected", "iri", "text"),
    [
        pytest.param("http://h/caf%C3%A9", "http://h/caf\xe9", "http://h/caf\xe9", id="rfc3987-3.1"),
        pytest.param("http://h/caf%c3%a9", "http://h/caf\xe9", "http://h/caf%c3%a9", id="rfc3987-3.2"),
        pytest.param("http://h/#%C3%A9", "http://h/#\xe9", "http://h/#\xe9", id="fragment"),
        pytest.param("http://h/%7C%22#%7B", "http://h/%7C%22#%7B", 'http://h/|"#{', id="what-browsers-escape"),
        pytest.param("http://h/%25#%25", "http://h/%25#%25", "http://h/%#%", id="percent-alone"),
        pytest.param("http://h/%7Ea", "http://h/~a", "http://h/%7Ea", id="rfc3986-2.3-unreserved"),
        pytest.param("http://h/#a%23b", "http://h/#a%23b", "http://h/#a#b", id="rfc3986-3.5-second-number-sign"),
        pytest.param("http://h/", "http://h/", "HTTP://H:80", id="rfc3986-6.2.3-scheme-and-host"),
    ],
)
def test_texts_are_legal(expected: str, iri: str, text: str) -> None:
    """What is not legal is percent-encoded; for people, what is readable is decoded."""
    url = URL.parse(text)

    assert (expected, iri) == (url.to_uri(), str(url))


@given(TEXTS)
def test_parsing_keeps_the_resource(text: str) -> None:
    """Either text of a URL reads as an equal one, and parsing a legal URI changes nothing of it."""
    try:
        url = URL.parse(text)
    except GrammarError:
        return

    assert url == URL.parse(str(url)) == URL.parse(url.to_uri())
    assert url.to_uri() == URL.parse(url.to_uri()).to_uri()


@given(URLS.filter(lambda url: bool(url.host) and url.path != "*"))
def test_a_url_of_components_equals_what_its_texts_read_as(url: URL) -> None:
    """A request's URL and one that was parsed from a text of it are equal, and hash alike."""
    assert [url, url] == [URL.parse(str(url)), URL.parse(url.to_uri())]
    assert {url} == {URL.parse(str(url)), URL.parse(url.to_uri()), str(url)}


@pytest.mark.parametrize(
    ("expected", "left", "right"),
    [
        pytest.param(True, URL("http", "h", "", b"/a"), "http://h/a", id="str"),
        pytest.param(True, URL("http", "b\xfccher.example"), "http://b\xfccher.example/", id="str-of-an-iri"),
        pytest.param(False, URL("http", "h"), "http://h", id="nothing-is-normalised"),
        pytest.param(False, URL("http", "h"), "HTTP://h/", id="case-is-not-normalised"),
        pytest.param(True, URL("http", "h", "/a", b"/b"), URL("http", "h", "", b"/a/b"), id="root-path"),
        pytest.param(False, URL.parse("http://h/a%3Bb"), URL.parse("http://h/a;b"), id="rfc3986-2.2"),
        pytest.param(False, URL.parse("http://h/#a"), URL.parse("http://h/"), id="fragment"),
        pytest.param(True, URL.parse("http://h/%C3%A9"), URL("http", "h", "", b"/\xc3\xa9"), id="same-iri"),
        pytest.param(False, URL(), b"http://localhost/", id="bytes"),
        pytest.param(False, URL(), None, id="none"),
    ],
)
def test_equality_is_that_of_the_text(expected: bool, left: URL, right: object) -> None:
    """URLs, and a URL and a `str`, are equal when their texts are; then their hashes are too."""
    assert [expected] * 2 == [left == right, right == left]
    assert (not expected) is (left != right)
    assert not expected or hash(left) == hash(right) == hash(str(left))


def test_a_url_of_a_request_equals_its_text() -> None:
    """What everybody who comes from a framework writes is true when it should be."""
    request = parse_environ(environ_of(HTTP_HOST="h", PATH_INFO="/caf\xc3\xa9", QUERY_STRING="a=1"))

    assert request.url == "http://h/caf\xe9?a=1"
    assert request.url in {"http://h/caf\xe9?a=1", "http://h/"}
    assert request.url != "http://h/"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({"SCRIPT_NAME": "/a", "PATH_INFO": "/b"}, {"PATH_INFO": "/a/b"}, id="root-path"),
        pytest.param({"PATH_INFO": "//a"}, {"PATH_INFO": "/a"}, id="two-slashes"),
        pytest.param({"QUERY_STRING": "a=%7E"}, {"QUERY_STRING": "a=~"}, id="escapes-of-the-query"),
    ],
)
def test_requests_compare_what_was_delivered(left: dict[str, object], right: dict[str, object]) -> None:
    """Requests are told apart by what their handlers can see, though the texts of their URLs are the same."""
    one, other = Request(environ_of(HTTP_HOST="h", **left)), Request(environ_of(HTTP_HOST="h", **right))

    assert one.url == other.url
    assert one != other


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request(url=URL.parse("http://h/a%2Fb%3B//c?d#e")), id="constructor"),
        pytest.param(Request().replace(url=URL.parse("http://h/a%2Fb%3B//c?d#e")), id="replace"),
        pytest.param(Request(url="http://h/a%2Fb%3B//c?d#e"), id="text"),
    ],
)
def test_a_request_has_a_url_as_servers_deliver_it(request_: Request) -> None:
    """Its path is decoded once, and no server sees a fragment."""
    assert ("http://h/a/b;//c?d", None) == (str(request_.url), request_.url.fragment)
    assert str(request_.url) == str(Request(request_.environ).url)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        pytest.param("http://h/a%3B?x#f", URL.parse("http://h/a%3B#f").with_query("x"), id="with-query"),
        pytest.param("https://g/a%3B#f", URL.parse("http://h/a%3B#f").replace(scheme="https", host="g"), id="host"),
        pytest.param("http://h/b#f", URL.parse("http://h/a%3B#f").replace(path="/b"), id="path"),
        pytest.param("http://h/b;", URL.parse("http://h/a%3B").replace(path="/b;"), id="path-without-fragment"),
        pytest.param("http://h/r/a;#f", URL.parse("http://h/a%3B#f").replace(root_path="/r"), id="root-path"),
        pytest.param("http://h/a%3B/c", URL.parse("http://h/a%3B/b?x#f").join("c"), id="rfc3986-5.2.2-join"),
        pytest.param("http://h/a%3B/b?x", URL.parse("http://h/a%3B/b?x#f").join(""), id="rfc3986-5.2.2-join-empty"),
        pytest.param(
            "http://h/a%3B/b?x#g", URL.parse("http://h/a%3B/b?x#f").join("#g"), id="rfc3986-5.2.2-join-fragment"
        ),
        pytest.param("https://g/d%3B#e", URL().join("https://g/d%3B#e"), id="rfc3986-5.2.2-join-absolute"),
        pytest.param("/evil.example", URL(host="").join("/.//evil.example"), id="cve-2020-28724-no-host"),
    ],
)
def test_changes_keep_the_rest(expected: str, url: URL) -> None:
    """A change of one component leaves the spelling of the others."""
    assert expected == url.to_uri()
