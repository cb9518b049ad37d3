"""`==`, `hash` and `repr` that values inherit are those that attrs would have made for their class."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from verglas.values import Value


@attrs.frozen
class Inheriting(Value):
    """A value with a field of each kind."""

    plain: int
    folded: str = attrs.field(eq=str.lower)
    shown: str = attrs.field(repr=str.upper)
    left_out: int = attrs.field(eq=False, repr=False)


@attrs.frozen
class Made:
    """The same fields, and methods that attrs made."""

    plain: int
    folded: str = attrs.field(eq=str.lower)
    shown: str = attrs.field(repr=str.upper)
    left_out: int = attrs.field(eq=False, repr=False)


FIELDS = st.tuples(st.sampled_from([0, 1]), st.sampled_from("aAb"), st.sampled_from("cd"), st.sampled_from([0, 1]))


@given(FIELDS, FIELDS)
def test_agree_with_those_that_attrs_makes(one: tuple[int, str, str, int], other: tuple[int, str, str, int]) -> None:
    """Fields that are compared by a key, shown in another way, or left out, count as attrs counts them."""
    assert Inheriting.__eq__ is Value.__eq__
    assert (Made(*one) == Made(*other)) is (Inheriting(*one) == Inheriting(*other))
    assert (Made(*one) != Made(*other)) is (Inheriting(*one) != Inheriting(*other))
    assert (Made(*one) == Made(*other)) <= (hash(Inheriting(*one)) == hash(Inheriting(*other)))
    assert repr(Made(*one)).replace("Made", "Inheriting") == repr(Inheriting(*one))
