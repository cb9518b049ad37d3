"""Inputs that exclude each other, or of which one could not be written, are refused where they are put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from attrs import frozen

from verglas import Request
from verglas.headers import AUTHORIZATION, IF_MATCH
from verglas.inputs import (
    body,
    checkbox,
    cookie,
    file,
    first_of,
    form,
    form_of,
    from_class,
    header,
    input_class,
    json_of,
    of,
    query,
    secured,
)
from verglas.paths import POST, root


@frozen
class A:
    """A class of one field."""

    name: str


JSON: Final = body(json_of(A))
FORM: Final = body(form_of(A))
PAGE: Final = query("page", int)


def conflicting_class() -> object:
    """Make an input class whose fields read the same."""

    @input_class
    class Twice:
        one: int = of(PAGE)
        other: str = of(query("page"))

    return Twice


def conflict_of_a_class() -> object:
    """Put a class beside an input that reads the same as one of its fields."""

    @input_class
    class Once:
        one: int = of(PAGE)

    return from_class(Once) & PAGE


ONE_BODY: Final = "a whole body does not go with "
CONFLICTS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "body-and-form": (lambda: POST(root) & JSON & form("name"), ONE_BODY + "form name"),
    "form-and-body": (lambda: form("name") & JSON, ONE_BODY + "form name"),
    "body-and-file": (lambda: JSON & file("scan"), ONE_BODY + "file scan"),
    "body-and-files": (lambda: JSON & file.many("scan"), ONE_BODY + "file scan"),
    "body-and-checkbox": (lambda: JSON & checkbox("news"), ONE_BODY + "form news"),
    "two-bodies": (lambda: JSON & body(len), ONE_BODY + "another body"),
    "form_of-and-body": (lambda: FORM & JSON, ONE_BODY + "another body"),
    "two-form_of": (lambda: FORM & FORM, ONE_BODY + "another body"),
    "form_of-and-form": (lambda: query("q") & FORM & form("more"), ONE_BODY + "form more"),
    "first_of-and-form": (lambda: first_of(JSON, FORM) & form("name"), ONE_BODY + "form name"),
    "mapped": (lambda: JSON.map(repr) & form("name"), ONE_BODY + "form name"),
    "query": (lambda: PAGE & query("page", int), "two inputs read query page"),
    "itself": (lambda: PAGE & PAGE, "two inputs read query page"),
    "third": (lambda: PAGE & query("q") & query("page"), "two inputs read query page"),
    "many": (lambda: PAGE & query.many("page"), "two inputs read query page"),
    "within-to": (lambda: (PAGE & query("q")).to(max) & query("q"), "two inputs read query q"),
    "endpoint": (lambda: POST(root / int) & PAGE & query("page"), "two inputs read query page"),
    "endpoint-to": (lambda: (POST(root / int) & PAGE).to(max) & PAGE, "two inputs read query page"),
    "form": (lambda: form("a") & checkbox("a"), "two inputs read form a"),
    "cookie": (lambda: cookie("a") & cookie("a", int), "two inputs read cookie a"),
    "header-by-case": (lambda: header("X-A", str) & header("x-a", int), "two inputs read header x-a"),
    "header-by-key": (lambda: header(IF_MATCH) & header("if-match", str), "two inputs read header if-match"),
    "first_of": (lambda: first_of(PAGE, query("p", int)) & query("page"), "two inputs read query page"),
    "input_class": (conflicting_class, "two inputs read query page"),
    "from_class": (conflict_of_a_class, "two inputs read query page"),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_refuses_conflicts(case: str) -> None:
    """Every request would be refused, or one of two values could not be written."""
    make, message = CONFLICTS[case]

    with pytest.raises(ValueError, match=message):
        make()


def who(sent: object) -> str:
    """Let everybody in."""
    return f"somebody, {sent}"


GOOD: Final[dict[str, Callable[[], object]]] = {
    "another-place": lambda: query("a") & form("a") & cookie("a") & header("a", str) & file("a"),
    "case-of-a-query": lambda: query("a") & query("A"),
    "fields": lambda: form("a") & file("b") & checkbox("c"),
    "alternative-bodies": lambda: first_of(JSON, FORM) & query("name"),
    "alternatives": lambda: first_of(query("a"), query("b"), query("a")),
    "another-alternative": lambda: first_of(query("a"), query("b")) & query("b"),
    "secured": lambda: secured(header(AUTHORIZATION), who) & header("Authorization", str),
    "secured-twice": lambda: secured(cookie("a"), who) & secured(cookie("a"), who),
    "path": lambda: POST(root / int / int) & query("0"),
}


@pytest.mark.parametrize("case", GOOD)
def test_takes_what_only_looks_like_one(case: str) -> None:
    """Another place, another name, an alternative or the credentials of who asks are no conflict."""
    assert GOOD[case]()


def test_reads_what_a_guard_reads() -> None:
    """The credentials may be read beside the guard."""
    both = secured(header("X-Key", str), who) & header("X-Key", str)

    assert ("somebody, k", "k") == both.read(Request(headers={"X-Key": "k"}))
