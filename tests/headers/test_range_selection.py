"""What of a representation a Range selects (RFC 9110 §14.2 and §15.3.7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.headers.strategies import specs
from verglas.headers import IntRange, Range, Selection, Slices, SuffixRange, select_ranges


@pytest.mark.parametrize(
    ("expected", "text", "length"),
    [
        pytest.param(Selection.WHOLE, "items=0-4", 10, id="another-unit"),
        pytest.param(((0, 5),), "bytes=0-4", 10, id="inside"),
        pytest.param(((5, 10),), "bytes=-5", 10, id="suffix"),
        pytest.param(((0, 10),), "bytes=0-99", 10, id="beyond"),
        pytest.param(((0, 10),), "bytes=-99", 10, id="rfc9110-14.1.2-longer-suffix"),
        pytest.param(((0, 11),), "bytes=-100", 11, id="d2-longer-suffix"),
        pytest.param(((0, 10),), "bytes=0-", 10, id="open"),
        pytest.param(Selection.UNSATISFIABLE, "bytes=10-", 10, id="after-the-end"),
        pytest.param(Selection.UNSATISFIABLE, "bytes=-0", 10, id="d2-zero-suffix"),
        pytest.param(((0, 5),), "bytes=10-,0-4", 10, id="one-of-two"),
        pytest.param(((0, 7),), "bytes=0-4,2-6", 10, id="overlapping"),
        pytest.param(((0, 7),), "bytes=5-6,0-4", 10, id="touching"),
        pytest.param(((8, 10), (0, 6)), "bytes=8-9,0-1,2-5", 10, id="rfc9110-15.3.7.2-order-asked"),
        pytest.param(((0, 10),), "bytes=0-9,2-3,5-5", 10, id="within"),
        pytest.param(((0, 1), (9999, 10000)), "bytes=0-0,-1", 10000, id="rfc9110-14.1.2-ends"),
        pytest.param(((500, 1000),), "bytes=500-700,601-999", 10000, id="rfc9110-14.1.2-overlapping"),
        pytest.param(Selection.WHOLE, "bytes=0-4", 0, id="empty-position"),
        pytest.param(Selection.WHOLE, "bytes=-5", 0, id="empty-suffix"),
        pytest.param(Selection.WHOLE, "bytes=0-4,-5", 0, id="empty-either"),
        pytest.param(Selection.WHOLE, "bytes=-0", 0, id="empty-zero-suffix"),
    ],
)
def test_select_ranges(expected: Slices | Selection, text: str, length: int) -> None:
    """The rows of the docstring, and the examples of RFC 9110 §14.1.2."""

    assert expected == select_ranges(Range.parse(text), length)


def test_without_range_the_whole_is_sent() -> None:
    """An absent Range, or one that is malformed, asks for nothing."""
    assert Selection.WHOLE is select_ranges(None, 10)


@pytest.mark.parametrize("count", [pytest.param(count, id=str(count)) for count in (1, 100, 101, 2000)])
def test_many_ranges_are_ignored(count: int) -> None:
    """CVE-2025-62727: of more than 100 ranges none is looked at; they are ignored, which §14.2 allows."""
    asked = Range("bytes", [IntRange(2 * number, 2 * number) for number in range(count)])
    expected = tuple([(2 * number, 2 * number + 1) for number in range(count)]) if count <= 100 else Selection.WHOLE

    assert expected == select_ranges(asked, 10**6)


def test_limit_of_ranges_is_a_knob() -> None:
    """`max_ranges` counts the ranges as sent."""
    asked = Range.parse("bytes=0-1,1-2")

    assert (Selection.WHOLE, ((0, 3),)) == (
        select_ranges(asked, 9, max_ranges=1),
        select_ranges(asked, 9, max_ranges=2),
    )


def test_negative_length_is_a_mistake() -> None:
    """There is nothing that has one."""
    with pytest.raises(ValueError, match="-1"):
        select_ranges(None, -1)


@given(st.lists(specs(), min_size=1, max_size=8), st.integers(1, 40))
def test_selection_is_the_model(asked: list[IntRange | SuffixRange], length: int) -> None:
    """The slices hold exactly the positions asked for; no two touch, and each is there once."""
    wanted = {at for spec in asked if (cut := spec.slice_of(length)) for at in range(*cut)}
    selected = select_ranges(Range("bytes", asked), length)
    slices = () if isinstance(selected, Selection) else selected
    ends = [end for cut in sorted(slices) for end in cut]

    assert (wanted, sum(stop - start for start, stop in slices)) == (
        {at for cut in slices for at in range(*cut)},
        len(wanted),
    )
    assert sorted(set(ends)) == ends
    assert (selected is Selection.UNSATISFIABLE) == (not wanted)
