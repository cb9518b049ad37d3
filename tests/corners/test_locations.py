"""Corners of Location: links as people store them, as browsers would follow them."""

from __future__ import annotations

import pytest

from verglas import URL, HeaderValueError, Request, Response, redirect
from verglas.headers import LOCATION


@pytest.mark.parametrize(
    ("expected", "location"),
    [
        pytest.param("/%C3%A9#top", "/\xe9#top", id="rfc3986-3.5-fragment-of-an-iri"),
        pytest.param("https://a.example/#/route/%C3%A9", "https://a.example/#/route/\xe9", id="angular-route"),
        pytest.param("/%C3%A9?a=1#b?c", "/\xe9?a=1#b?c", id="rfc3986-3.5-question-mark-in-a-fragment"),
        pytest.param("/a%20b", "/a b", id="chrome-space-inside"),
        pytest.param("/?q=a%20b", "/?q=a b", id="chrome-space-in-a-query"),
        pytest.param("/a%22b%3Cc%3E", '/a"b<c>', id="rfc3986-2-quote-and-angles"),
        pytest.param("/%5E%60%7B%7C%7D", "/^`{|}", id="rfc3986-2-caret-to-braces"),
        pytest.param("/a%3Bc%2fd", "/a%3Bc%2fd", id="rfc3986-2.2-escapes-stay"),
        pytest.param("/100%25", "/100%", id="rfc3986-2.4-percent-alone"),
        pytest.param("/100%25zz%25%41", "/100%zz%%41", id="rfc3986-2.4-percent-before-an-escape"),
        pytest.param("/?a[]=1", "/?a[]=1", id="php-brackets"),
        pytest.param("/a:b@c;d=1,2", "/a:b@c;d=1,2", id="rfc3986-3.3-delimiters"),
        pytest.param("http://[::1]:8080/x%20y", "http://[::1]:8080/x y", id="rfc3986-3.2.2-ipv6"),
        pytest.param("https://xn--bcher-kva.example/%20#%C3%A9", "https://b\xfccher.example/ #\xe9", id="rfc3490-host"),
        pytest.param("HTTPS://E.example:443/", "HTTPS://E.example:443/", id="as-written"),
        pytest.param("http://a..b/", "http://a..b/", id="whatwg-url-empty-label"),
        pytest.param(f"http://{'a' * 70}.example/", f"http://{'a' * 70}.example/", id="whatwg-url-label-of-70"),
        pytest.param("http://a_b.example:0/", "http://a_b.example:0/", id="whatwg-url-underscore-and-port-0"),
        pytest.param("http://u:p@a.example:/", "http://u:p@a.example:/", id="whatwg-url-user-and-empty-port"),
        pytest.param("http://0x7f.1/", "http://0x7f.1/", id="whatwg-url-ipv4-short-and-hexadecimal"),
        pytest.param("http://1.2.3.4./", "http://1.2.3.4./", id="whatwg-url-ipv4-with-a-dot"),
        pytest.param("/a//b:c@/", "/a//b:c@/", id="slashes-in-a-path"),
        pytest.param("/%F0%9F%98%80", "/\U0001f600", id="rfc3987-3.1-astral"),
    ],
)
def test_sends(expected: str, location: str) -> None:
    """However a location is set, what no URI holds is percent-encoded, and the rest stays."""
    assigned = Response()
    assigned.location = location
    added = Response()
    added.headers.add("Location", location)
    given = Response(headers={"Location": location, "Content-Location": location})
    ways = [
        redirect(location).headers["Location"],
        assigned.headers["location"],
        added.headers["Location"],
        given.headers["Location"],
        given.headers["Content-Location"],
    ]

    assert [expected] * 5 == ways


@pytest.mark.parametrize(
    "location",
    [
        pytest.param(" /x", id="browsers-trim-a-space-in-front"),
        pytest.param("/x ", id="browsers-trim-a-space-behind"),
        pytest.param("/a\tb", id="browsers-drop-tabs"),
        pytest.param("/a\nb", id="browsers-drop-line-feeds"),
        pytest.param("/a\\b", id="browsers-turn-backslashes"),
        pytest.param("/\x85", id="c1-control"),
        pytest.param("https://a b.example/", id="whatwg-url-space-in-a-host"),
        pytest.param("http://[::1", id="whatwg-url-bracket-not-closed"),
        pytest.param("http://[zz]/", id="whatwg-url-no-ipv6-address"),
        pytest.param("http://[fe80::1%25eth0]/", id="whatwg-url-zone"),
        pytest.param("http://a.example:65536/", id="whatwg-url-port-out-of-range"),
        pytest.param("http://a.example:x/", id="whatwg-url-port-no-number"),
        pytest.param("http://u@/", id="whatwg-url-host-missing"),
        pytest.param("http://:80/", id="whatwg-url-port-alone"),
        pytest.param("HTTPS://a%20b.example/", id="whatwg-url-escaped-space-in-a-host"),
        pytest.param("http://a%2fb.example/", id="whatwg-url-escaped-slash-in-a-host"),
        pytest.param("http://1.2.3.999/", id="whatwg-url-ipv4-octet"),
        pytest.param("http://1.2.3.4.5/", id="whatwg-url-ipv4-five-parts"),
        pytest.param("http://a.example.09/", id="whatwg-url-ends-in-a-number"),
        pytest.param('https://a".example/', id="whatwg-url-quote-in-a-host"),
        pytest.param("https://a.example%/", id="whatwg-url-percent-in-a-host"),
        pytest.param("https://us er@a.example/", id="whatwg-url-space-in-a-user"),
        pytest.param("https://a.example:8\xb2/", id="superscript-port"),
        pytest.param("https://\xfc@a.example/\xe9", id="user-not-ascii"),
    ],
)
def test_refuses(location: str) -> None:
    """What browsers read otherwise, and what is no host, is an error of whoever sets it."""
    with pytest.raises(HeaderValueError):
        redirect(location)
    with pytest.raises(HeaderValueError):
        Response(headers={"Location": location})


@pytest.mark.parametrize("location", ["javascript:alert(1)", "data:,x", "mailto:a@example.org", "ftp://a.example/"])
def test_names_the_schemes_of_a_redirect(location: str) -> None:
    """The message says which schemes there are, before anything about a host."""
    with pytest.raises(HeaderValueError, match="only http:// and https:// URLs and relative references are allowed"):
        redirect(location)


def test_takes_a_url_wherever_its_text_is_taken() -> None:
    """A URL is written as its URI by every way that sets a field, and its spelling stays."""
    url = URL.parse("https://b\xfccher.example/a%3Bc#\xe9")
    assigned = Response()
    assigned.location = url
    assigned.content_location = url
    item = Response()
    item.headers["Location"] = url
    typed = Response()
    typed.headers["Content-Location"] = request_url = Request(url="/a?b").url
    given = Response(headers={"Location": url})
    pairs = Response(headers=[("Location", url)])
    expected = "https://xn--bcher-kva.example/a%3Bc#%C3%A9"

    assert [expected] * 6 == [
        assigned.headers["Location"],
        assigned.headers["Content-Location"],
        item.headers["Location"],
        given.headers["Location"],
        pairs.headers["Location"],
        redirect(url).headers["Location"],
    ]
    assert request_url == typed.headers["Content-Location"] == "http://localhost/a?b"
    assert (expected,) == tuple(LOCATION.encode(url))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # it works all the same


def test_a_local_redirect_refuses_a_url() -> None:
    """A URL has a host, so it may lead to another site."""
    with pytest.raises(HeaderValueError, match="expected a relative reference"):
        redirect(URL(), local=True)
