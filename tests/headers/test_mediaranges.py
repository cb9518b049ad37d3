"""Accept."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MIMEAccept

from verglas import HeaderValueError
from verglas.headers import AcceptMediaTypes

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
# The table of RFC 9110 §12.5.1, with its erratum 7138: `text/plain;format=flowed` has 1, `text/html` 0.3.
RFC_TABLE = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"


@pytest.mark.parametrize(
    ("expected", "offer"),
    [
        pytest.param(1000, "text/plain;format=flowed", id="format-flowed"),
        pytest.param(700, "text/plain", id="plain"),
        pytest.param(300, "text/html", id="html"),
        pytest.param(500, "image/jpeg", id="jpeg"),
        pytest.param(400, "text/plain;format=fixed", id="format-fixed"),
        pytest.param(300, "text/html;level=3", id="html-level-3"),
    ],
)
def test_rfc_table(expected: int, offer: str) -> None:
    """RFC 9110 §12.5.1: the most specific range that matches a type has its weight."""

    assert expected == AcceptMediaTypes.parse(RFC_TABLE).weight(offer)


@pytest.mark.parametrize(
    ("expected", "text", "offer"),
    [
        pytest.param(0.7, "text/*;q=0.3, text/plain;q=0.7", "text/plain", id="type-before-family"),
        pytest.param(0.3, "text/*;q=0.3, text/plain;q=0.7", "text/html", id="family"),
        pytest.param(1, "text/plain;format=flowed, */*;q=0.5", "text/plain; format=flowed; charset=utf-8", id="more"),
        pytest.param(0.5, "text/plain;format=flowed, */*;q=0.5", "text/plain", id="parameter-missing"),
        pytest.param(0.5, "text/html;q=0.5", "Text/HTML;level=3", id="no-parameter-asked"),
        pytest.param(0.5, "text/html;q=0.5, image/png", "text/*", id="an-offer-that-is-a-range"),
        pytest.param(0, "text/html;q=0, */*", "text/html", id="excluded"),
        pytest.param(1, "text/html;q=0, */*", "text/plain", id="not-excluded"),
        pytest.param(1, "a/b;x=1;y=2, */*;q=0.1", 'a/b; Y="2"; X=1', id="order-and-quotes"),
        pytest.param(0.2, "a/b;x=1;y=2;q=0.2, a/b;x=1;q=0.4", "a/b;x=1;y=2", id="more-parameters-are-more-specific"),
        pytest.param(0.2, "text/*;level=1;q=0.2, text/*;q=0.1", "text/html;level=1", id="family-with-a-parameter"),
        pytest.param(1, "text/html;q=0, */*", "*/*", id="anything-offered"),
        pytest.param(0, "image/png", "text/*", id="another-family-offered"),
        pytest.param(0, "text/html", "text/htm", id="no-prefix"),
        pytest.param(0, "application/json", "application/problem+json", id="no-suffix"),
    ],
)
def test_quality_table(expected: float, text: str, offer: str) -> None:
    """A range matches what has all of its parameters."""
    accept = AcceptMediaTypes.parse(text)

    assert (expected, expected > 0) == (accept.quality(offer), offer in accept)


@pytest.mark.parametrize(
    ("expected", "text", "offers"),
    [
        pytest.param("audio/basic", "audio/*; q=0.2, audio/basic", ["audio/mp3", "audio/basic"], id="rfc9110-12.5.1-a"),
        pytest.param(
            "text/x-c", "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ["text/x-dvi", "text/x-c"],
            id="rfc9110-12.5.1-b",
        ),
        pytest.param("text/html", "*/*, text/html", ["image/png", "text/html"], id="more-specific-at-equal-weight"),
        pytest.param("text/html", "text/*, */*", ["image/png", "text/html"], id="family-before-anything"),
        pytest.param("a/b;c=d", "a/b, a/b;c=d", ["a/b", "a/b;c=d"], id="parameters-before-none"),
        pytest.param("text/html", CHROME, ["application/json", "text/html"], id="chrome-html"),
        pytest.param("application/json", CHROME, ["application/json", "text/csv"], id="chrome-the-server-s-order"),
        pytest.param(None, "text/*", ["image/png"], id="none"),
    ],
)  # fmt: skip
def test_choice(expected: str | None, text: str, offers: list[str]) -> None:
    """The highest weight, then the more specific match, then the server's order."""

    assert expected == AcceptMediaTypes.parse(text).best_match(offers)


@pytest.mark.parametrize("member", ["*/html", "**", "html", "*;q=2", "text"])
def test_no_media_range(member: str) -> None:
    """What is no media range is left out, alone."""

    assert "text/html" == str(AcceptMediaTypes.parse(f"{member}, text/html"))


@pytest.mark.parametrize("offer", ["html", "*/html", "", "text/", "text/html, text/plain", "text/html;q=0.5", "é/b"])
@pytest.mark.parametrize("accept", [AcceptMediaTypes.parse("*/*"), AcceptMediaTypes.anything()], ids=["any", "absent"])
def test_no_offer(offer: str, accept: AcceptMediaTypes) -> None:
    """A server that offers no media type is told so, whatever the client sends; the reference raises ValueError."""
    with pytest.raises(HeaderValueError):
        accept.best_match(["text/html", offer])


@pytest.mark.parametrize(
    ("html", "xhtml", "json", "accept"),
    [
        pytest.param(True, True, True, AcceptMediaTypes.anything(), id="no-such-field"),
        pytest.param(False, False, False, AcceptMediaTypes(), id="empty"),
        pytest.param(True, False, False, AcceptMediaTypes.parse("text/html"), id="html"),
        pytest.param(True, True, False, AcceptMediaTypes.parse("application/xhtml+xml"), id="xhtml"),
        pytest.param(False, True, False, AcceptMediaTypes.parse("application/xml"), id="xml-is-no-html"),
        pytest.param(True, True, True, AcceptMediaTypes.parse("application/*"), id="family"),
        pytest.param(True, True, True, AcceptMediaTypes.parse(CHROME), id="chrome"),
        pytest.param(True, True, False, AcceptMediaTypes.parse("application/json;q=0, */*"), id="json-excluded"),
    ],
)
def test_shorthands(html: bool, xhtml: bool, json: bool, accept: AcceptMediaTypes) -> None:
    """The reference's properties; deviations: XML alone is not HTML, and a request without the field accepts all."""

    assert (html, xhtml, json) == (accept.accept_html, accept.accept_xhtml, accept.accept_json)


ORDINARY = ["text/html", "application/json", "image/webp", "text/plain"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CHROME, id="chrome"),
        pytest.param("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", id="safari"),
        pytest.param("*/*", id="curl"),
        pytest.param("application/json, text/plain, */*", id="axios"),
        pytest.param("text/plain;q=0.5, text/html", id="two"),
        pytest.param("image/*;q=0.5, text/plain;q=0.1", id="family"),
    ],
)
def test_agrees_with_werkzeug(text: str) -> None:
    """On ordinary values the reference orders, weighs and chooses as we do."""
    ours, theirs = AcceptMediaTypes.parse(text), MIMEAccept(list(AcceptMediaTypes.parse(text)))

    assert list(theirs) == list(ours)
    assert [theirs.quality(offer) for offer in ORDINARY] == [ours.quality(offer) for offer in ORDINARY]
    assert theirs.best_match(ORDINARY) == ours.best_match(ORDINARY)
    assert theirs.best_match(reversed(ORDINARY)) == ours.best_match(tuple(reversed(ORDINARY)))


@pytest.mark.parametrize(
    ("ours", "theirs", "text", "offer"),
    [
        # §12.5.1: the parameters of a range are those that have to be there; its table gives text/html;level=3 the
        # weight of text/html and its like.
        pytest.param(0.3, 0, "text/html;q=0.3", "text/html;level=3", id="rfc9110-12.5.1-more-parameters"),
        # §12.5.1 has ranges in requests alone. What stands for several types is worth as much as the best of them.
        pytest.param(0.5, 0.1, "text/html;level=1;q=0.1, text/html;q=0.5", "text/*", id="an-offered-range"),
    ],
)
def test_disagrees_with_werkzeug(ours: float, theirs: float, text: str, offer: str) -> None:
    """Where the reference differs, the sentence of the RFC decides."""
    accept = AcceptMediaTypes.parse(text)

    assert (ours, theirs) == (accept.quality(offer), MIMEAccept(list(accept)).quality(offer))
