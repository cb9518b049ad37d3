"""Ending a handler early."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit import untyped
from verglas import FrozenResponse, Response
from verglas.errors import Abort, Aborter, BadRequest, HTTPError, NotFound, abort
from verglas.testing import call


@pytest.mark.parametrize(
    "code", [code for code in range(400, 600) if not Response(None, code).status.endswith(" Unknown")]
)
def test_abort(code: int) -> None:
    """`abort` raises the class of a code, with a description."""
    more = {"valid_methods": ["GET"]} if code == 405 else {}
    with pytest.raises(HTTPError) as caught:
        untyped(abort)(code, description="Why.", **more)

    assert (code, "Why.") == (caught.value.code, caught.value.description)


def test_abort_uses_the_general_class() -> None:
    """Of the classes with one code, it is that of the registry."""
    with pytest.raises(BadRequest) as caught:
        abort(400)

    assert BadRequest is caught.type


@pytest.mark.parametrize("code", [0, 200, 302, 499, 599])
def test_abort_with_an_unknown_code(code: int) -> None:
    """A code without a class is a LookupError, as in the reference."""
    with pytest.raises(LookupError):
        abort(code)


@pytest.mark.parametrize("answer", [Response("mine", 418), FrozenResponse(b"mine", 418)])
def test_abort_with_an_answer(answer: Response | FrozenResponse) -> None:
    """`abort` with an answer raises what holds it, and answers with it."""
    with pytest.raises(Abort) as caught:
        abort(answer)

    assert ("418 I'm a teapot", b"mine") == (call(caught.value).status, call(caught.value).body)


@pytest.mark.parametrize(
    ("expected", "make"),
    [
        pytest.param(NotFound, lambda: Aborter({1: NotFound}), id="mapping"),
        pytest.param(NotFound, lambda: Aborter(extra={1: NotFound}), id="extra"),
    ],
)
def test_aborter(expected: type[HTTPError], make: Callable[[], Aborter]) -> None:
    """One with a table of its own raises the classes of that."""
    with pytest.raises(expected):
        make()(1)


def test_mapping_stands_alone() -> None:
    """A mapping takes the place of the registry; extra classes do not."""
    with pytest.raises(LookupError):
        Aborter({1: NotFound})(404)
    with pytest.raises(NotFound):
        Aborter(extra={1: NotFound})(404)
