"""Accept-Encoding and Accept-Charset."""

from __future__ import annotations

import encodings
import sys

import pytest
from werkzeug.datastructures import CharsetAccept

from verglas.headers import AcceptCharsets, AcceptEncodings


@pytest.mark.parametrize(
    ("gzip", "identity", "accept"),
    [
        pytest.param(1000, 1000, AcceptEncodings.anything(), id="rfc9110-12.5.3-no-such-field"),
        pytest.param(0, 1, AcceptEncodings.parse(""), id="rfc9110-12.5.3-empty"),
        pytest.param(1000, 1, AcceptEncodings.parse("gzip"), id="not-listed"),
        pytest.param(1000, 1, AcceptEncodings.parse("x-gzip"), id="rfc9110-8.4.1.3-x-gzip"),
        pytest.param(500, 100, AcceptEncodings.parse("gzip;q=0.5, *;q=0.1"), id="asterisk"),
        pytest.param(0, 0, AcceptEncodings.parse("identity;q=0"), id="rfc9110-12.5.3-identity-excluded"),
        pytest.param(1000, 0, AcceptEncodings.parse("gzip, *;q=0"), id="rfc9110-12.5.3-all-others-excluded"),
        pytest.param(0, 1000, AcceptEncodings.parse("*;q=0, identity"), id="rfc9110-12.5.3-more-specific-entry"),
        pytest.param(1000, 500, AcceptEncodings.parse("gzip;q=1.0, identity; q=0.5, *;q=0"), id="rfc9110-12.5.3"),
        pytest.param(1, 1, AcceptEncodings.parse("gzip;q=0.001"), id="the-least-weight"),
    ],
)
def test_identity_table(gzip: int, identity: int, accept: AcceptEncodings) -> None:
    """No coding at all is acceptable unless it is excluded (RFC 9110 §12.5.3)."""

    assert (gzip, identity) == (accept.weight("gzip"), accept.weight("Identity"))
    assert (gzip > 0, identity > 0) == ("gzip" in accept, "identity" in accept)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("gzip", "compress, gzip", id="rfc9110-12.5.3-a"),
        pytest.param("identity", "", id="rfc9110-12.5.3-b"),
        pytest.param("identity", "*", id="rfc9110-12.5.3-c"),
        pytest.param("gzip", "compress;q=0.5, gzip;q=1.0", id="rfc9110-12.5.3-d"),
        pytest.param("gzip", "gzip;q=1.0, identity; q=0.5, *;q=0", id="rfc9110-12.5.3-e"),
        pytest.param("gzip", "gzip;q=0.001", id="named-before-not-named"),
        pytest.param("identity", "zstd", id="nothing-else"),
        pytest.param(None, "zstd, *;q=0", id="nothing"),
    ],
)
def test_choice(expected: str | None, text: str) -> None:
    """A coding that is named is better than none; none is better than no answer."""

    assert expected == AcceptEncodings.parse(text).negotiate(("identity", "gzip"))


@pytest.mark.parametrize("text", ["text/html", "gzip;a=b"])
def test_codings_are_tokens(text: str) -> None:
    """A media type is no coding, and a coding has no parameters."""

    assert [("br", 1.0)] == list(AcceptEncodings.parse(f"{text}, br"))


@pytest.mark.parametrize(
    ("expected", "charset", "offer"),
    [
        pytest.param(True, "UTF-8", "utf8", id="utf-8"),
        pytest.param(True, "latin1", "ISO-8859-1", id="latin-1"),
        pytest.param(True, "ISO-8859-15", "iso8859_15", id="latin-9"),
        pytest.param(True, "windows-1252", "cp1252", id="windows"),
        pytest.param(False, "latin1", "utf-8", id="others"),
        pytest.param(True, "x-unknown", "X-Unknown", id="unknown"),
        pytest.param(True, "*", "utf-8", id="any"),
    ],
)
def test_charsets(expected: bool, charset: str, offer: str) -> None:
    """Charsets are compared as Python knows them; the reference agrees."""

    assert (expected, expected) == (
        offer in AcceptCharsets.parse(charset),
        CharsetAccept([(charset, 1)]).find(offer) == 0,
    )


def test_rfc_example_of_charsets() -> None:
    """RFC 9110 §12.5.2."""
    accept = AcceptCharsets.parse("iso-8859-5, unicode-1-1;q=0.8")

    assert ("iso-8859-5", 0.8, 0.0) == (accept.best, accept.quality("unicode-1-1"), accept.quality("utf-8"))


def test_names_of_clients_are_not_looked_up() -> None:
    """No module is sought, and no memory kept, for a charset that a client has made up."""
    modules, kept = set(sys.modules), set(vars(encodings)["_cache"])
    accept = AcceptCharsets.parse("rot13, hex, bz2-codec, x-made-up")

    assert "utf-8" not in accept
    assert (modules, kept) == (set(sys.modules), set(vars(encodings)["_cache"]))
