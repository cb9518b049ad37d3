"""Constraint validation: what a browser looks at before it sends a form (HTML §4.10.20)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from verglas.errors.grammar import GrammarError
from verglas.testing.formcontrols import FormControl, describe
from verglas.testing.formpatterns import UnknownPattern, compile_pattern
from verglas.testing.formtypes import EDITABLE_TEXTS, LENGTH_TYPES, NUMERIC, length_of, parse_integer, step_of
from verglas.url import URL

__all__ = ["find_problems", "number_problem"]

_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL: Final = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f]*")


def find_problems(controls: Sequence[FormControl]) -> Iterator[str]:
    """The complaints of a browser, one sentence for each control.

    Args:
        controls: The controls of a form.

    Raises:
        ValueError: A control has a pattern that cannot be judged here.
    """
    checked = {control.name for control in controls if control.kind == "radio" and control.is_checked}
    asked: set[str] = set()
    required = {control.name for control in controls if control.kind == "radio" and control.is_required}
    for control in controls:
        if not control.is_judged:
            continue
        if control.kind == "radio":
            is_missing = (
                control.name in required and control.name not in checked
                if control.name
                else control.is_required and not control.is_checked
            )
            if is_missing and control.name not in asked:
                yield f"{describe(control)} is required: choose one of its values"
            asked.add(control.name)
        elif (problem := _problem(control)) is not None:
            yield f"{describe(control)} {problem}"


def _problem(control: FormControl) -> str | None:
    if control.is_required and _is_missing(control):
        return "is required" if control.kind != "checkbox" else "is required: it has to be checked"
    if control.kind == "email":
        return _email_problem(control) or _text_problem(control)
    if control.kind == "url" and control.value and not _is_url(control.value):
        return f"holds {control.value!r}, which is not an absolute URL"
    if control.kind in LENGTH_TYPES:
        return _text_problem(control)
    return number_problem(control, control.value) if control.kind in NUMERIC else None


def _is_missing(control: FormControl) -> bool:
    if control.kind == "checkbox":
        return not control.is_checked
    if control.kind == "file":
        return not control.files
    if control.kind in ("select-one", "select-multiple"):
        first = control.options[:1]
        # The placeholder label option.
        is_placeholder = (
            control.kind == "select-one"
            and (parse_integer(control.attribute("size")) or 1) == 1
            and first != ()
            and first[0].value == ""
            and not first[0].is_in_group
        )
        chosen = [index for index, option in enumerate(control.options) if option.is_selected]
        return not chosen or (is_placeholder and chosen == [0])
    return control.kind in EDITABLE_TEXTS and control.value == ""


def _email_problem(control: FormControl) -> str | None:
    addresses = control.value.split(",") if control.is_multiple else [control.value]
    if control.value:
        for address in addresses:
            # Browsers write the host of an address in ASCII before they look at it.
            local, at, host = address.rpartition("@")
            if _EMAIL.fullmatch(f"{local}{at}{_ascii(host)}") is None:
                return f"holds {address!r}, which is not an email address"
    return None


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return URL(host=host).host
    except GrammarError:
        return host


def _is_url(text: str) -> bool:
    if text.lower().startswith(("http:", "https:", "ws:", "wss:")):
        try:
            URL.parse(text)
        except GrammarError:
            return "@" in text and _URL.fullmatch(text) is not None  # with user information, which is valid in HTML
        return True
    return _URL.fullmatch(text) is not None


def _text_problem(control: FormControl) -> str | None:
    length = length_of(control.value)
    least = parse_integer(control.attribute("minlength"))
    if control.is_edited and least is not None and 0 < length < least:
        return f"holds {length} of at least {least} characters (UTF-16 code units)"
    pattern = control.attribute("pattern")
    if pattern is None or not control.value or control.kind == "textarea":
        return None
    try:
        expression = compile_pattern(pattern)
    except UnknownPattern as error:
        raise ValueError(
            f"whether {describe(control)} matches its pattern {pattern!r} cannot be told: {error};"
            " write request(novalidate=True), or override() it"
        ) from error
    texts = control.value.split(",") if control.kind == "email" and control.is_multiple else [control.value]
    for text in texts:
        if expression is not None and not expression.fullmatch(text):
            title = control.attribute("title")
            return f"holds {text!r}, which does not match its pattern {pattern!r}" + (f" ({title})" if title else "")
    return None


def number_problem(control: FormControl, text: str) -> str | None:
    """The complaint of the limits and the step of a number, a date or a time about a text.

    Args:
        control: The control.
        text: The text, which is a value of its type, or empty.
    """
    scale = NUMERIC[control.kind]
    value = scale.parse(text)
    if value is None:
        return None
    first, last = control.attribute("min") or "", control.attribute("max") or ""
    least, most = scale.parse(first), scale.parse(last)
    if control.kind == "range":
        least = Fraction(0) if least is None else least
        most = max(least, Fraction(100) if most is None else most)
    if control.kind == "time" and least is not None and most is not None and most < least:  # over midnight
        if most < value < least:
            return f"holds {text!r}, which is neither from {first} on nor until {last}"
    elif least is not None and value < least:
        return f"holds {text!r}, which is less than its min, {first or '0'}"
    elif most is not None and value > most:
        return f"holds {text!r}, which is more than its max, {last or '100'}"
    step = step_of(control.kind, control.attribute("step"))
    if step is None:
        return None
    initial = scale.parse(control.attribute("value") or "")
    base = scale.parse(first)
    base = base if base is not None else initial if initial is not None else Fraction(scale.base)
    if (value - base) % step:
        return f"holds {text!r}, which is not on its step of {step / scale.unit} from {first or base / scale.unit}"
    return None
