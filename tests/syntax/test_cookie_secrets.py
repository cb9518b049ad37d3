"""Errors about cookies: the value may be a secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verglas import GrammarError
from verglas.syntax.cookies import format_set_cookie, parse_set_cookie, unquote_cookie


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(lambda: parse_set_cookie("a=secret\n"), id="control"),
        pytest.param(lambda: parse_set_cookie("=;secret"), id="nothing"),
        pytest.param(lambda: format_set_cookie("a", "secret\ud800"), id="surrogate"),
        pytest.param(lambda: unquote_cookie("secret\u2603"), id="no-octet"),
    ],
)
def test_errors_carry_no_value(fail: Callable[[], object]) -> None:
    """An error about the value of a cookie has its position, and not the value."""
    with pytest.raises(GrammarError) as caught:
        fail()

    assert (None, True) == (caught.value.text, caught.value.position is not None)
