"""Corners of the names and addresses of hosts: where standards and browsers would lead elsewhere."""

from __future__ import annotations

import pytest

from tests.kit import environ_of
from verglas import URL, GrammarError, HeaderValueError, Request, Trust, redirect


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("[::ffff:203.0.113.7]", "[::ffff:203.0.113.7]", id="rfc5952-5-mapped"),
        pytest.param("[::ffff:203.0.113.7]", "[::FFFF:cb00:7107]", id="rfc5952-5-mapped-in-hexadecimal"),
        pytest.param("[::ffff:203.0.113.7]", "[0:0:0:0:0:ffff:203.0.113.7]", id="rfc5952-5-mapped-uncompressed"),
        pytest.param("[::ffff:0.0.0.0]", "[::ffff:0:0]", id="rfc5952-5-mapped-zeros"),
        pytest.param("[::ffff]", "[::ffff]", id="rfc5952-5-not-mapped"),
        pytest.param("[::ffff:0:c000:201]", "[::ffff:0:192.0.2.1]", id="rfc2765-translated-is-not-mapped"),
        pytest.param("[::c000:201]", "[::192.0.2.1]", id="rfc4291-2.5.5.1-compatible-is-not-mapped"),
        pytest.param("[64:ff9b::c000:201]", "[64:ff9b::192.0.2.1]", id="rfc6052-nat64-is-not-mapped"),
    ],
)
def test_ipv4_mapped(expected: str, text: str) -> None:
    """An IPv4-mapped address shows its IPv4 address, wherever an address is read."""
    address = expected.strip("[]")
    forwarded = Request(environ_of(HTTP_X_FORWARDED_FOR=text.strip("[]")), trust=Trust(x_for=1))

    assert expected == Request(environ_of(HTTP_HOST=text)).host
    assert expected == URL.parse(f"http://{text}/").host
    assert address == forwarded.remote_addr


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("fa\xdf.example", id="uts46-eszett"),
        pytest.param("FA\u1e9e.example", id="uts46-capital-eszett"),
        pytest.param("\u03b2\u03cc\u03bb\u03bf\u03c2.example", id="uts46-final-sigma"),
        pytest.param("a\u200db.example", id="uts46-zero-width-joiner"),
        pytest.param("a\u200cb.example", id="uts46-zero-width-non-joiner"),
        pytest.param("\u32ff.example", id="unicode-12.1-square-era-name"),
        pytest.param("\xe9\u2024example", id="uts46-one-dot-leader"),
    ],
)
def test_refuses_what_leads_elsewhere(host: str) -> None:
    """A name that IDNA 2003 and browsers write differently is refused wherever a host is written."""
    with pytest.raises(HeaderValueError):
        redirect(f"https://{host}/")
    with pytest.raises(GrammarError):
        URL.parse(f"https://{host}/")
    with pytest.raises(GrammarError):
        Trust(hosts=[host])


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("xn--fa-hia.example", id="rfc5891-eszett"),
        pytest.param("xn--nxasmm1c.example", id="rfc5891-final-sigma"),
    ],
)
def test_the_written_form_is_taken(host: str) -> None:
    """The form in ASCII says which host is meant; it is not shown decoded, since IDNA 2003 cannot write it again."""
    url = URL.parse(f"https://{host}/")

    assert (host, f"https://{host}/") == (url.host, str(url))


def test_says_what_to_write() -> None:
    """The message says how to name the host that is meant, and where it was not."""
    with pytest.raises(GrammarError, match="write the name in its xn-- form at position 2"):
        Trust(hosts=["fa\xdf.example"])
