"""Where a response may send its client."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.data.redirects import ABSOLUTE, HOSTILE, LOCAL
from verglas import HeaderValueError
from verglas.syntax.locations import check_location, check_redirect, is_relative
from verglas.testing.strategies import any_texts

TARGETS = st.text("/\\:?#@.%\t\n ahtps\xe9\u3000", max_size=12) | any_texts()


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_refuses_what_browsers_read_otherwise(text: str) -> None:
    """What a browser might read as another site, or as a program, is no redirect."""
    with pytest.raises(HeaderValueError):
        check_redirect(text)


@pytest.mark.parametrize(
    ("expected", "relative", "text"),
    [
        *(pytest.param(expected, True, text, id=f"local-{name}") for name, (text, expected) in LOCAL.items()),
        *(pytest.param(expected, False, text, id=f"absolute-{name}") for name, (text, expected) in ABSOLUTE.items()),
    ],
)
def test_redirect(expected: str, relative: bool, text: str) -> None:
    """An IRI is sent as a URI; whether it stays on the site is known."""
    location = check_redirect(text)

    assert (expected, relative) == (location, is_relative(location))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("//cdn.example/x", "//cdn.example/x", id="rfc9110-10.2.2-network-path"),
        pytest.param("urn:isbn:1", "urn:isbn:1", id="rfc9110-10.2.2-any-scheme"),
        pytest.param("/caf%C3%A9", "/caf\xe9", id="iri"),
        pytest.param("http://xn--bcher-kva.example:81/%C3%A9", "http://b\xfccher.example:81/\xe9", id="iri-host"),
        pytest.param("//xn--bcher-kva.example", "//b\xfccher.example", id="iri-network-path"),
    ],
)
def test_location(expected: str, text: str) -> None:
    """A Location as such may be any URI reference (RFC 9110 §10.2.2)."""

    assert expected == check_location(text)


@pytest.mark.parametrize(
    "text", [" /a", "/a ", " ", "/a\tb", "/a\r\nb", "\x00", "\\", "/\x7f", "/\x80", "/\x9f", "/\udfff"]
)
def test_location_refuses(text: str) -> None:
    """Controls, backslashes and a space at either end are refused in any of them (D18)."""
    with pytest.raises(HeaderValueError):
        check_location(text)


def test_error_says_where() -> None:
    """The message names the field and the position."""
    with pytest.raises(HeaderValueError, match=r"Location: .* at position 2, got '/a\\tb'"):
        check_location("/a\tb")


@given(TARGETS)
def test_is_total(text: str) -> None:
    """Any text is refused, or is printable ASCII without a space that is read back as it is."""
    try:
        location = check_redirect(text)
    except HeaderValueError:
        return

    assert location.isascii()
    assert all("!" <= character <= "~" for character in location)
    assert location == check_redirect(location)


@given(TARGETS)
def test_relative_stays_on_the_site(text: str) -> None:
    """What is relative leads to the same scheme and host, for any base (GHSA-fh3h-vg37-cc95)."""
    try:
        location = check_redirect(text)
    except HeaderValueError:
        location = "http:"
    assume(is_relative(location))
    # A browser drops these wherever they are, and reads the one as the other: none of them may be left.
    seen = location.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
    target = urlsplit(urljoin("https://good.example/a/b", seen))

    assert ("https", "good.example", seen) == (target.scheme, target.netloc, location)


def test_refuses_a_host_that_idna_does_not_take() -> None:
    """A host that nobody can look up is nowhere to go."""

    with pytest.raises(HeaderValueError, match="IDNA"):
        check_location("http://" + "\xe9" * 70)


REST = st.lists(
    st.sampled_from(
        [*'/?#:.-@[]%\\" \u00e9', "//", "%2", "%2F", "0x1", "1", "8080", "65536", "a", "example", "org", "xn--", ".org"]
    )
).map("".join)


def checked(text: str) -> str | None:
    """The location; `None` when it is refused."""
    try:
        return check_location(text)
    except HeaderValueError:
        return None


@pytest.mark.parametrize(
    ("common", "other"),
    [
        pytest.param("https://", "HTTPS://", id="https"),
        pytest.param("http://", "HTTP://", id="http"),
        pytest.param("/a", "./a", id="path"),
    ],
)
@given(rest=REST)
def test_spelling_does_not_matter(common: str, other: str, rest: str) -> None:
    """What is usual is checked in one step; in another spelling it is checked step by step, with the same result."""
    expected = checked(other + rest)

    assert (None if expected is None else common + expected.removeprefix(other)) == checked(common + rest)
