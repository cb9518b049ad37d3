"""What must check: forms of HTML documents, filled in and sent. Each function is run, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, assert_type

from verglas import URL, Request
from verglas.testing import ChosenFile, FormControl, FormMethod, FormOption, FormValue, HTMLForm, parse_forms

CHECKS: Final[list[Callable[[], None]]] = []

PAGE: Final = (
    "<form method=post><input name=title><input type=date name=day><input type=number name=count>"
    "<input type=checkbox name=news><select name=tags multiple><option>a<option>b</select>"
    "<input type=file name=photo><input type=file name=more multiple><input type=hidden name=token>"
    "<button>Send</button>"
)


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


@run
def reads() -> None:
    """Forms and what is in them have types."""
    forms = parse_forms(PAGE, URL())
    assert_type(forms, tuple[HTMLForm, ...])
    form = forms[0]
    assert_type(form.action, URL)
    assert_type(form.method, FormMethod)
    assert_type(form.enctype, str)
    assert_type(form.fields, tuple[FormControl, ...])
    assert_type(form.fields[4].options, tuple[FormOption, ...])
    assert_type(form.fields[5].files, tuple[ChosenFile, ...])
    assert_type(form.problems, tuple[str, ...])
    assert_type(form["title"], FormValue)


@run
def fills_in() -> None:
    """Each kind of field takes what it holds, by name or by keyword."""
    (form,) = parse_forms(PAGE, URL())
    filled = form.fill({"title": "x", "count": 3}, day=date(2026, 11, 30), news=True, tags=["a", "b"])
    filled = filled.fill(photo=("a.png", b"", "image/png"), more=[("a", b""), ("b", b"")])
    filled = filled.fill(photo=ChosenFile("a.png", b""), more=None).override(token="forged")
    assert_type(filled, HTMLForm)
    assert_type(filled.request(), Request[None])
    assert_type(filled.request("Send", coordinate=(1, 2), novalidate=True), Request[None])
