"""The records that middleware writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.records import Records, kept


@pytest.fixture
def records() -> Iterator[Records]:
    """Every record that is written during the test."""
    with kept() as records:
        yield records
