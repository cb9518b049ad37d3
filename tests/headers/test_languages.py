"""Accept-Language."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import LanguageAccept

from verglas.headers import AcceptLanguages


@pytest.mark.parametrize(
    ("quality", "best", "text", "offer"),
    [
        pytest.param(1, "en-GB", "en", "en-GB", id="rfc4647-3.3.1-longer"),
        pytest.param(0, "en", "en-GB", "en", id="rfc4647-3.4-shorter"),
        pytest.param(0, None, "en-GB", "en-US", id="siblings"),
        pytest.param(0, "zh-Hant", "zh-Hant-TW", "zh-Hant", id="rfc4647-3.4-not-only-the-primary-subtag"),
        pytest.param(0, None, "de-DE", "de-DEVA", id="rfc4647-3.3.1-no-part-of-a-subtag"),
        pytest.param(1, "de-DE-1996", "de-de", "de-DE-1996", id="rfc4647-3.3.1-example"),
        pytest.param(0, None, "de-de", "de-Latn-DE", id="rfc4647-3.3.1-example-no-match"),
        pytest.param(0, None, "en-GB, en;q=0", "en", id="excluded-from-lookup"),
        pytest.param(0, None, "en;q=0.8, en-GB;q=0", "en-GB", id="excluded-from-filtering"),
        pytest.param(0.5, "fr", "de, *;q=0.5", "fr", id="asterisk"),
        pytest.param(0, None, "de, *;q=0", "fr", id="asterisk-excludes"),
        pytest.param(1, "en_us", "EN-us", "en_us", id="reference-underscore-in-an-offer"),
        pytest.param(1, "en-US", "en_US", "en-US", id="reference-underscore-in-a-range"),
        pytest.param(0, "zh-Hant-CN", "zh-Hant-CN-x-private1-private2", "zh-Hant-CN", id="rfc4647-3.4-single-letter"),
        pytest.param(0, None, "zh-Hant-CN-x-private1", "zh-Hant-CN-x", id="rfc4647-3.4-single-letter-is-cut-too"),
        pytest.param(0, None, "i-klingon", "i", id="rfc4647-3.4-single-letter-first"),
    ],
)
def test_matching_table(quality: float, best: str | None, text: str, offer: str) -> None:
    """Filtering says what is acceptable; lookup finds the best as well; neither gives what is excluded."""
    accept = AcceptLanguages.parse(text)

    assert (quality, best) == (accept.quality(offer), accept.best_match([offer]))
    assert (quality > 0) == (offer in accept)


@pytest.mark.parametrize(
    "offer",
    ["zh-Hant-CN-x-private1-private2", "zh-Hant-CN-x-private1", "zh-Hant-CN", "zh-Hant", "zh"],
)
def test_lookup_falls_back(offer: str) -> None:
    """RFC 4647 §3.4: the range is cut from its end, and the longest that is offered is chosen."""
    offers = ["zh", "zh-Hant", "zh-Hant-CN", "zh-Hant-CN-x-private1", "zh-Hant-CN-x-private1-private2"]
    accept = AcceptLanguages.parse("zh-Hant-CN-x-private1-private2")

    assert offer == accept.negotiate(offers[: offers.index(offer) + 1])


@pytest.mark.parametrize(
    ("expected", "text", "offers"),
    [
        pytest.param("da", "da, en-gb;q=0.8, en;q=0.7", ["en", "en-GB", "da"], id="rfc9110-12.5.4"),
        pytest.param("en-GB", "da, en-gb;q=0.8, en;q=0.7", ["en-US", "en-GB"], id="rfc9110-12.5.4-british"),
        pytest.param("en-US", "da, en-gb;q=0.8, en;q=0.7", ["fr", "en-US"], id="rfc9110-12.5.4-other-english"),
        pytest.param("b", "b, a", ["a", "b"], id="the-reader-s-order"),
        pytest.param("en-US", "en", ["en-US", "en-GB"], id="then-the-server-s-order"),
        pytest.param("en", "en", ["en-US", "en"], id="the-range-itself-before-more-than-it"),
        pytest.param("zh-Hant-TW", "zh-Hant", ["zh", "zh-Hant-TW"], id="what-is-acceptable-before-what-is-not"),
        pytest.param("de", "*, de", ["fr", "de"], id="named-before-any"),
        pytest.param("fr", "*, de;q=0.5", ["de", "fr"], id="the-highest-weight-is-that-of-any"),
        pytest.param("fr", "de;q=0, *;q=0.5", ["de", "fr", "en"], id="any-but-what-is-excluded"),
        pytest.param("fr", "en-GB, fr;q=0.95, en;q=0.9", ["en", "fr"], id="a-tag-that-is-named-has-its-own-weight"),
        pytest.param(None, "de", ["fr", "en"], id="none"),
    ],
)
def test_choice(expected: str | None, text: str, offers: list[str]) -> None:
    """The highest weight, then the better match, then the reader's order, then the server's."""

    assert expected == AcceptLanguages.parse(text).negotiate(offers)


@pytest.mark.parametrize(
    "member", ["de-*-DE", "toolonglanguage", "e1", "en--US", "-en", "en-", "text/html", "en;a=b", "en_US.UTF-8"]
)
def test_no_language_range(member: str) -> None:
    """What is no language range (RFC 4647 §2.1) is left out, alone."""

    assert "da" == str(AcceptLanguages.parse(f"{member}, da"))


def test_spelling_is_kept() -> None:
    """Programs that look up a locale get the range as it was sent, but for underscores."""

    assert ["en-US", "ZH-hant"] == list(AcceptLanguages.parse("en_US, ZH-hant;q=0.5").values())


@pytest.mark.parametrize(
    "text", ["en-US,en;q=0.9", "de-DE,de;q=0.9,en;q=0.8", "da, en-gb;q=0.8, en;q=0.7", "fr", "*", "en"]
)
@pytest.mark.parametrize("offers", [["en"], ["en-US"], ["de", "en"], ["en", "de"], ["pt-BR", "de-AT"], ["en_US", "fr"]])
def test_agrees_with_werkzeug(text: str, offers: list[str]) -> None:
    """On what browsers send the reference chooses as we do."""
    ours = AcceptLanguages.parse(text)

    assert LanguageAccept(list(ours)).best_match(offers) == ours.best_match(offers)


@pytest.mark.parametrize(
    ("ours", "theirs", "text", "offers"),
    [
        # RFC 4647 §3.4: "the language range is progressively truncated from the end".
        pytest.param("zh-Hant", None, "zh-Hant-TW", ["zh-Hant"], id="rfc4647-3.4-truncated"),
        # RFC 4647 §3.4: "each language range in the language priority list is considered in turn".
        pytest.param("en", "de", "en-GB, de;q=0.5", ["en", "de"], id="rfc4647-3.4-in-turn"),
        # RFC 4647 §3.3.1: a range matches a tag that it begins; so both have a weight, and the higher one wins.
        pytest.param("en-US", "de", "en, de;q=0.5", ["en-US", "de"], id="rfc4647-3.3.1-prefix"),
        # RFC 9110 §12.4.2: "a value of 0 means not acceptable".
        pytest.param(None, "en", "en-GB, en;q=0", ["en"], id="rfc9110-12.4.2-excluded"),
        # RFC 9110 §12.5.4 leaves it open; the order is the reader's, as RFC 4647 §2.3 orders a priority list.
        pytest.param("b", "a", "b, a", ["a", "b"], id="rfc4647-2.3-order"),
    ],
)
def test_disagrees_with_werkzeug(ours: str | None, theirs: str | None, text: str, offers: list[str]) -> None:
    """Where the reference differs, the sentence of the RFC decides."""
    accept = AcceptLanguages.parse(text)

    assert (ours, theirs) == (accept.best_match(offers), LanguageAccept(list(accept)).best_match(offers))
