"""The cookies of a client: stored, sent and refused as RFC 6265bis says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.cookiecases import CASES, CookieCase
from verglas.testing import CookieJar

NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES)
def test_sends(case: CookieCase) -> None:
    """What a jar sends after an answer; whoever is not stored is reported."""
    jar = CookieJar()
    jar.store(case.lines, case.at, NOW)

    assert case.sent == jar.cookie_header(case.asked, "GET", NOW)
