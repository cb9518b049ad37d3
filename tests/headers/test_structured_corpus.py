"""Structured fields: the tests that the HTTP working group shares, every case of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NotRequired, TypeAlias, TypedDict, cast

import pytest

from verglas import GrammarError
from verglas.headers import (
    BareItem,
    DisplayString,
    InnerList,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    Token,
)

CORPUS: Final = Path(__file__).parents[3] / "shared" / "corpora" / "structured-fields"


# Cases that may fail, and do.
REFUSED: Final = {
    # RFC 9651 §3.3.7 asks for the days of the years 1 to 9999; a datetime has no others.
    "syntactic max date - 999,999,999,999,999",
    "syntactic min date - -999,999,999,999,999",
}

Raw: TypeAlias = "bool | int | float | str | dict[str, Raw] | list[Raw]"
Field: TypeAlias = StructuredItem | InnerList | StructuredList | StructuredDictionary

KINDS: Final[dict[str, Callable[[str], Field]]] = {
    "item": StructuredItem.parse,
    "list": StructuredList.parse,
    "dictionary": StructuredDictionary.parse,
}


class Case(TypedDict):
    """A case, as the README of the corpus describes it."""

    name: str
    raw: list[str]
    header_type: str
    expected: Raw
    must_fail: NotRequired[bool]
    can_fail: NotRequired[bool]
    canonical: NotRequired[list[str]]


def cases(folder: Path) -> list[Case]:
    """All cases of the files of a folder; skips where there are none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        pytest.skip("the corpora are not here")
    return [case for path in files for case in cast("list[Case]", json.loads(path.read_text("utf-8")))]


def bare(raw: Raw) -> BareItem:
    """A bare item of the corpus."""
    if not isinstance(raw, dict):
        return cast("BareItem", raw)
    value = raw["value"]
    match raw["__type"]:
        case "token":
            return Token(str(value))
        case "binary":
            return base64.b32decode(str(value))
        case "date":
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=cast("int", value))
        case _:
            return DisplayString(str(value))


def member(raw: Raw) -> StructuredItem | InnerList:
    """An item or an inner list of the corpus."""
    first, pairs = cast("tuple[Raw, list[tuple[str, Raw]]]", raw)
    parameters = {key: bare(value) for key, value in pairs}
    if isinstance(first, list):
        return InnerList([cast("StructuredItem", member(item)) for item in first], parameters)
    return StructuredItem(bare(first), parameters)


def field(case: Case) -> Field:
    """What a case expects."""
    raw = case["expected"]
    match case["header_type"]:
        case "item":
            return member(raw)
        case "list":
            return StructuredList([member(one) for one in cast("list[Raw]", raw)])
        case _:
            return StructuredDictionary({key: member(one) for key, one in cast("list[tuple[str, Raw]]", raw)})


def read(case: Case) -> tuple[Field, str] | None:
    """What we make of a case, and how we write it; `None` when it is malformed."""
    try:
        value = KINDS[case["header_type"]](", ".join(case["raw"]))
    except GrammarError:
        return None
    return value, str(value)


def expected(case: Case) -> tuple[Field, str] | None:
    """What a case expects, and how it is written; `None` when it is malformed."""
    if case.get("must_fail") or case["name"] in REFUSED:
        return None
    return field(case), ", ".join(case.get("canonical", case["raw"]))


def written(case: Case) -> str | None:
    """How we write what a case holds; `None` when it cannot be written."""
    try:
        return str(field(case))
    except GrammarError:
        return None


def test_parsing() -> None:
    """Every case is read, and written in its canonical form, or refused, as the corpus has it."""
    wrong = [(case["name"], read(case)) for case in cases(CORPUS) if read(case) != expected(case)]

    assert [] == wrong


def test_may_be_refused() -> None:
    """What is listed as refused may be: the corpus says that it can fail."""
    optional = {case["name"] for case in cases(CORPUS) if case.get("can_fail")}

    assert set() == REFUSED - optional


def test_serialising() -> None:
    """Every case is written, or refused, as the corpus has it."""
    wrong = [
        case["name"]
        for case in cases(CORPUS / "serialisation-tests")
        if written(case) != (None if case.get("must_fail") else ", ".join(case.get("canonical", ())))
    ]

    assert [] == wrong
