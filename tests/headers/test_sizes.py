"""How long a value may be before it is refused instead of read."""

from __future__ import annotations

import pytest

from verglas import Limits
from verglas.errors import ExceededLimit, RequestHeaderFieldsTooLarge
from verglas.headers.lines import bounded
from verglas.limits import DEFAULT_LIMITS


def test_value_up_to_the_limit() -> None:
    """A value as long as the limit is read."""

    assert "abcd" == bounded("Origin", "abcd", Limits(max_header_value=4))


def test_value_over_the_limit() -> None:
    """One character more is a 431 that names the field, the limit and its knob."""
    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        bounded("Origin", "abcde", Limits(max_header_value=4))

    error = caught.value
    assert (431, "Origin", ExceededLimit("max_header_value", 4, "characters")) == (error.code, error.field, error.limit)


def test_value_over_the_limit_is_not_shown() -> None:
    """The description holds no part of the value."""
    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        bounded("Origin", "hunter2" * 10_000, DEFAULT_LIMITS)

    assert "hunter2" not in str(caught.value)
