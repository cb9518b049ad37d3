"""Properties that all Accept fields have, and how the work of reading them grows."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.headers.strategies import LIKELY
from verglas import GrammarError, HeaderValueError
from verglas.headers import Accept, AcceptCharsets, AcceptEncodings, AcceptLanguages, AcceptMediaTypes
from verglas.testing.strategies import codings, language_ranges, media_ranges

RANGES: Final[dict[type[Accept], st.SearchStrategy[str]]] = {
    Accept: codings(),
    AcceptMediaTypes: media_ranges(),
    AcceptEncodings: codings(),
    AcceptCharsets: codings(),
    AcceptLanguages: language_ranges(),
}
EACH_KIND: Final = pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.__name__) for kind in RANGES])


def fields(ranges: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, int]]]:
    """`[("text/*", 500)]`: the members of a field, with their weights in thousandths."""
    return st.lists(st.tuples(ranges, st.integers(0, 1000)), max_size=6)


@EACH_KIND
@given(st.data())
def test_roundtrip(kind: type[Accept], data: st.DataObject) -> None:
    """What is written is read as it was."""
    members = data.draw(fields(RANGES[kind]))
    accept = kind([(range_, weight / 1000) for range_, weight in members])

    assert accept == kind.parse(str(accept))
    assert str(accept) == str(kind.parse(str(accept)))
    assert all(" " <= character <= "~" for character in str(accept))


@EACH_KIND
@given(st.data())
def test_parse_gives_what_the_constructor_gives(kind: type[Accept], data: st.DataObject) -> None:
    """The field and its members are one value, however it is made."""
    members = data.draw(fields(RANGES[kind]))
    text = ", ".join(f"{range_} ; Q={weight // 1000}.{weight % 1000:03}" for range_, weight in members)

    assert kind([(range_, weight / 1000) for range_, weight in members]) == kind.parse(text)


@EACH_KIND
@given(LIKELY, st.lists(st.one_of(*RANGES.values()), max_size=3))
def test_total(kind: type[Accept], text: str, offers: list[str]) -> None:
    """Any text is a value or a GrammarError; a value answers any offers, with one of them or none."""
    try:
        accept = kind.parse(text)
    except GrammarError:
        return

    assert accept == kind.parse(str(accept))
    try:
        assert accept.negotiate(offers) in [*offers, None]
    except HeaderValueError:
        assert kind is AcceptMediaTypes  # whose offers have to be media types


@EACH_KIND
@given(st.data())
def test_what_is_chosen_is_liked_best(kind: type[Accept], data: st.DataObject) -> None:
    """No offer is liked more than that which is chosen, and one is chosen if any is accepted."""
    accept = kind([(range_, weight / 1000) for range_, weight in data.draw(fields(RANGES[kind]))])
    offers = data.draw(st.lists(RANGES[kind].filter(lambda offer: "*" not in offer), max_size=4))
    best = accept.negotiate(offers)
    most = max((accept.weight(offer) for offer in offers), default=0)

    if kind is AcceptLanguages and best is not None:  # lookup finds what filtering does not
        assert accept.weight(best) == most or best not in accept
    else:
        assert most == (0 if best is None else accept.weight(best))
