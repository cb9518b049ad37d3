"""`CacheControl`: what a malformed member beside it does to a directive, and whose values it keeps."""

from __future__ import annotations

import pytest

from verglas.headers import CacheControl


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(CacheControl(no_store=True), "no-store, x y", id="no-token"),
        pytest.param(CacheControl(no_store=True), "x y, no-store", id="no-token-first"),
        pytest.param(CacheControl(no_store=True), 'no-store, max-age="60', id="unclosed-quote"),
        pytest.param(CacheControl(no_store=True), 'no-store, max-age="60, public', id="unclosed-quote-ends-the-list"),
        pytest.param(CacheControl(no_store=True, private=("a", "b")), 'no-store, private="a,b", x="', id="quotes"),
        pytest.param(CacheControl(no_store=True), "no-store, x=a\x7f", id="control"),
        pytest.param(CacheControl(no_store=True), "no-store, =5, ,", id="no-name"),
    ],
)
def test_malformed_member_takes_nothing_away(expected: CacheControl, text: str) -> None:
    """A member that is no directive is left out alone."""

    assert expected == CacheControl.parse(text)


def test_extensions_are_copied() -> None:
    """What is not hashable, or changes later, is no part of a value."""

    pair = ["x", "1"]
    control = CacheControl(extensions=[pair])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  # on purpose
    pair[1] = "2"

    assert (("x", "1"),) == control.extensions
