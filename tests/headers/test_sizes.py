"""How long a value may be before it is refused instead of read."""

from __future__ import annotations

import pytest

from tests.kit import environ_of
from verglas import Limits, Request
from verglas.errors import ExceededLimit, RequestHeaderFieldsTooLarge


def test_value_up_to_the_limit() -> None:
    """A value as long as the limit is read."""

    assert "abcd" == Request(environ_of(CONTENT_TYPE="abcd"), limits=Limits(max_header_value=4)).content_type


def test_value_over_the_limit() -> None:
    """One character more is a 431 that names the field, the limit and its knob."""
    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        _ = Request(environ_of(CONTENT_TYPE="abcde"), limits=Limits(max_header_value=4)).content_type

    error = caught.value
    assert (431, "Content-Type", ExceededLimit("max_header_value", 4, "characters")) == (
        error.code,
        error.field,
        error.limit,
    )


def test_value_over_the_limit_is_not_shown() -> None:
    """The description holds no part of the value."""
    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        _ = Request(environ_of(CONTENT_TYPE="hunter2" * 10_000)).content_type

    assert "hunter2" not in str(caught.value)
