"""The Sec-Fetch fields."""

from __future__ import annotations

import pytest

from verglas import GrammarError, HeaderField
from verglas.headers import (
    SEC_FETCH_DEST,
    SEC_FETCH_MODE,
    SEC_FETCH_SITE,
    SEC_FETCH_USER,
    FetchDest,
    FetchMode,
    FetchSite,
)


@pytest.mark.parametrize(
    ("expected", "field", "line"),
    [
        *[pytest.param(site, SEC_FETCH_SITE, site.value, id=f"site-{site.value}") for site in FetchSite],
        *[pytest.param(mode, SEC_FETCH_MODE, mode.value, id=f"mode-{mode.value}") for mode in FetchMode],
        *[pytest.param(dest, SEC_FETCH_DEST, dest.value, id=f"dest-{dest.value}") for dest in FetchDest],
        pytest.param(True, SEC_FETCH_USER, "?1", id="user"),
    ],
)
def test_reads_and_writes(expected: object, field: HeaderField[object], line: str) -> None:
    """Each value is read, and written as it was."""

    assert (expected, [line]) == (field.decode([line]), list(field.encode(expected)))


@pytest.mark.parametrize(
    ("expected", "field", "line"),
    [
        pytest.param(FetchSite.NONE, SEC_FETCH_SITE, "none", id="fetch-metadata-2.4"),
        pytest.param(FetchMode.NO_CORS, SEC_FETCH_MODE, "no-cors", id="fetch-metadata-2.2"),
        pytest.param(FetchDest.EMPTY, SEC_FETCH_DEST, "empty", id="fetch-metadata-2.1"),
        pytest.param(FetchSite.SAME_SITE, SEC_FETCH_SITE, "same-site;x=1", id="rfc9651-2-parameters-are-ignored"),
        pytest.param(False, SEC_FETCH_USER, "?0", id="user-false"),
    ],
)
def test_reads(expected: object, field: HeaderField[object], line: str) -> None:
    """What a browser says."""

    assert expected == field.decode([line])


@pytest.mark.parametrize(
    ("field", "line"),
    [
        pytest.param(SEC_FETCH_SITE, "", id="empty"),
        pytest.param(SEC_FETCH_SITE, "Same-Origin", id="tokens-have-case"),
        pytest.param(SEC_FETCH_SITE, '"same-origin"', id="string"),
        pytest.param(SEC_FETCH_SITE, "same-origin, cross-site", id="two-values"),
        pytest.param(SEC_FETCH_SITE, "other", id="site-unknown"),
        pytest.param(SEC_FETCH_MODE, "other", id="mode-unknown"),
        pytest.param(SEC_FETCH_DEST, "other", id="dest-unknown"),
        pytest.param(SEC_FETCH_USER, "1", id="user-number"),
        pytest.param(SEC_FETCH_USER, "true", id="user-word"),
        pytest.param(SEC_FETCH_USER, "?2", id="user-malformed"),
    ],
)
def test_malformed(field: HeaderField[object], line: str) -> None:
    """What is not one of its values is malformed, never taken for another."""
    with pytest.raises(GrammarError):
        field.decode([line])


def test_false_is_not_sent() -> None:
    """Sec-Fetch-User is not sent when the user did nothing."""

    assert [] == list(SEC_FETCH_USER.encode(False))
