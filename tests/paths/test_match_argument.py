"""`Path.match` takes segments: a text, which is a sequence of its characters, is a mistake and not another path."""

from __future__ import annotations

import re
from typing import cast

import pytest

from verglas.paths import root


@pytest.mark.parametrize("given", ["/users/7", "", b"/users", None, iter(["users", "7"])])
def test_match_refuses_what_is_not_segments(given: object) -> None:
    """The error shows what was given, and says where segments are."""

    with pytest.raises(TypeError, match=re.escape("as request.url.segments has them")):
        (root / "users" / int).match(cast("tuple[str, ...]", given))


@pytest.mark.parametrize("given", [("users", "7"), ["users", "7"]])
def test_match_takes_tuples_and_lists(given: tuple[str, ...] | list[str]) -> None:
    """The values are those of the segments."""

    assert (7,) == (root / "users" / int).match(given)
