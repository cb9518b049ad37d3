"""Values of headers: what their readers make of texts that are not quite as the RFC has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, cast

import pytest

from tests.headers.samples import SAMPLES, key_of
from verglas.headers import (
    FIELDS,
    ETag,
    ForwardedElement,
    Node,
    Origin,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    TimingMetric,
)


class Reader(Protocol):
    """A class whose values are read by `parse`."""

    def parse(self, text: str, /) -> object: ...


def readers() -> dict[str, tuple[Callable[[str], object], str]]:
    """The parser of each kind of value, with a text."""
    found: dict[str, tuple[Callable[[str], object], str]] = {
        "etag-alone": (ETag.parse, 'W/"1"'),
        "node": (Node.parse, "192.0.2.43:47011"),
        "node-6": (Node.parse, "[2001:db8::1]:80"),
        "element": (ForwardedElement.parse, "for=192.0.2.43;proto=https"),
        "metric": (TimingMetric.parse, "db;dur=53"),
        "origin-null": (Origin.parse, "null"),
    }
    for name in FIELDS:
        kind: type[object] = type(key_of(name).decode([SAMPLES[name].line]))
        # Of structured fields, only spaces may stand around (RFC 9651 §4.2).
        if hasattr(kind, "parse") and kind not in (StructuredDictionary, StructuredItem, StructuredList):
            found[name] = (cast("Reader", kind).parse, SAMPLES[name].line)
    return found


READERS: Final = readers()


@pytest.mark.parametrize(
    "around",
    [
        pytest.param((" ", ""), id="space-before"),
        pytest.param(("", "\t"), id="tab-after"),
        pytest.param((" \t ", " \t "), id="both"),
    ],
)
@pytest.mark.parametrize("name", READERS)
def test_optional_space(name: str, around: tuple[str, str]) -> None:
    """Space and tab around a value are no part of it (RFC 9110 §5.5), to `parse` neither."""
    parse, text = READERS[name]
    before, after = around

    assert parse(text) == parse(f"{before}{text}{after}")
