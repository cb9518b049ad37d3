"""The types of HTML's form controls: what their values look like, and how browsers put a text right for them.

The words are the standard's: HTML §4.10.5.1, "States of the type attribute", and §2.3, "Common microsyntaxes".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import frozen

__all__ = [
    "BUTTONS",
    "EDITABLE_TEXTS",
    "INPUT_TYPES",
    "LENGTH_TYPES",
    "NUMERIC",
    "Scale",
    "collapsed",
    "format_number",
    "initial_range",
    "length_of",
    "parse_integer",
    "sanitized",
    "step_of",
    "stripped",
]

INPUT_TYPES: Final = frozenset(
    [
        "hidden",
        "text",
        "search",
        "tel",
        "url",
        "email",
        "password",
        "date",
        "month",
        "week",
        "time",
        "datetime-local",
        "number",
        "range",
        "color",
        "checkbox",
        "radio",
        "file",
        "submit",
        "image",
        "reset",
        "button",
    ]
)
BUTTONS: Final = frozenset({"submit", "image", "reset", "button"})
LENGTH_TYPES: Final = frozenset({"text", "search", "url", "tel", "email", "password", "textarea"})
"""Those with maxlength and minlength; but for the last one, also with a pattern."""

SPACES: Final = "\t\n\f\r "  # HTML's ASCII whitespace

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MONTH: Final = re.compile(r"([0-9]{4,6})-([0-9]{2})")
_WEEK: Final = re.compile(r"([0-9]{4,6})-W([0-9]{2})")
_DATE: Final = re.compile(r"([0-9]{4,6})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3}))?)?")
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_SHORT_COLOR: Final = re.compile(r"#[0-9a-fA-F]{3}")
_DAY: Final = 86_400_000  # milliseconds
_LAST_MOMENT: Final = 8_640_000_000_000_000  # the last one that JavaScript's dates have, and so browsers


def stripped(text: str) -> str:
    """A text without HTML's ASCII whitespace around it."""
    return text.strip(SPACES)


def collapsed(text: str) -> str:
    """A text with single spaces for runs of ASCII whitespace, and none around it."""
    return re.sub(rf"[{SPACES}]+", " ", stripped(text))


def length_of(text: str) -> int:
    """The length as JavaScript counts it: in UTF-16 code units."""
    return len(text) + sum([character > "\uffff" for character in text])


def parse_integer(text: str | None) -> int | None:
    """HTML's "rules for parsing non-negative integers"; `None` where they fail."""
    found = re.match(rf"[{SPACES}]*\+?([0-9]+)", text or "")
    return int(found[1].lstrip("0")[:18] or "0") if found else None


def _number(text: str) -> Fraction | None:
    if _NUMBER.fullmatch(text) is None or math.isinf(number := float(text)):
        return None
    # By the shortest digits of the double: a "1e-999999999" as it is written would not fit in memory.
    return Fraction(Decimal(repr(number)))


def _day(year: int, month: int, day: int) -> Fraction | None:
    # The years after 9999 that HTML has, Python's dates have not: cycles of 400 years are alike.
    cycles = max(0, (year - 9000) // 400)
    try:
        found = date(year - 400 * cycles, month, day)
    except ValueError:
        return None
    return _moment(found, cycles)


def _moment(day: date, cycles: int) -> Fraction | None:
    number = ((day - date(1970, 1, 1)) // timedelta(days=1) + cycles * 146_097) * _DAY
    return Fraction(number) if number <= _LAST_MOMENT else None


def _date(text: str) -> Fraction | None:
    found = _DATE.fullmatch(text)
    return _day(*map(int, found.groups())) if found else None


def _month(text: str) -> Fraction | None:
    found = _MONTH.fullmatch(text)
    if found is None or _day(int(found[1]), int(found[2]), 1) is None:
        return None
    return Fraction((int(found[1]) - 1970) * 12 + int(found[2]) - 1)


def _week(text: str) -> Fraction | None:
    found = _WEEK.fullmatch(text)
    if found is None:
        return None
    year, week = int(found[1]), int(found[2])
    cycles = max(0, (year - 9000) // 400)
    try:
        monday = date.fromisocalendar(year - 400 * cycles, week, 1)
    except ValueError:
        return None
    return _moment(monday, cycles)


def _time(text: str) -> Fraction | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Fraction(((hour * 60 + minute) * 60 + second) * 1000 + int((found[4] or "0").ljust(3, "0")))


def _local(text: str) -> Fraction | None:
    first, _, second = text.partition("T" if "T" in text else " ")
    day, time = _date(first), _time(second)
    return None if day is None or time is None else day + time


@frozen
class Scale:
    """How the values of a type are numbers: for `min`, `max` and `step`.

    Attributes:
        parse: The number of a text; `None` when it is not a value of the type.
        example: Such a text, for messages.
        unit: The step of 1.
        step: The default step, in units.
        base: The number from which steps count, where nothing else is said.
    """

    parse: Callable[[str], Fraction | None]
    example: str
    unit: int = 1
    step: int = 1
    base: int = 0


NUMERIC: Final[Mapping[str, Scale]] = {
    "number": Scale(_number, "-1.5e3"),
    "range": Scale(_number, "50"),
    "date": Scale(_date, "2026-11-30", _DAY),
    "month": Scale(_month, "2026-11"),
    "week": Scale(_week, "2026-W49", 7 * _DAY, base=-3 * _DAY),
    "time": Scale(_time, "23:15", 1000, 60),
    "datetime-local": Scale(_local, "2026-11-30T23:15", 1000, 60),
}

EDITABLE_TEXTS: Final = LENGTH_TYPES | NUMERIC.keys() - {"range"}
"""The types with `readonly`, and with `required` for an empty value."""


def sanitized(kind: str, text: str, *, is_multiple: bool = False) -> str:
    """A text as a control of a type keeps it: HTML's value sanitization algorithms.

    Args:
        kind: The type of the control; of `range`, the limits are not looked at, and of `color`, the names of CSS.
        text: The text.
        is_multiple: Whether an email control takes several addresses.
    """
    if kind == "textarea":
        return re.sub(r"\r\n?", "\n", text)
    if kind in ("text", "search", "tel", "password"):
        return re.sub(r"[\r\n]+", "", text)
    if kind in ("url", "email"):
        text = stripped(re.sub(r"[\r\n]+", "", text))
        return ",".join(map(stripped, text.split(","))) if kind == "email" and is_multiple else text
    if kind == "color":
        text = stripped(text).lower()
        if _SHORT_COLOR.fullmatch(text):
            return "#" + "".join([2 * digit for digit in text[1:]])
        return text if _COLOR.fullmatch(text) else "#000000"
    if kind in NUMERIC and NUMERIC[kind].parse(text) is None:
        return ""
    return _normal_local(text) if kind == "datetime-local" and text else text


def _normal_local(text: str) -> str:
    """A local date and time with "T", and its time as short as can be."""
    day, _, time = text.replace(" ", "T").partition("T")
    if "." in time:
        time = time.rstrip("0").rstrip(".")
    return f"{day}T{time.removesuffix(':00') if time.count(':') == 2 else time}"


def initial_range(attributes: Mapping[str, str]) -> str:
    """The value of a range as it is at first: between its limits, on a step; in the middle where nothing is said.

    Args:
        attributes: The attributes of the element.
    """
    given = _number(attributes.get("value", ""))
    first = _number(attributes.get("min", ""))
    least = Fraction(0) if first is None else first
    last = _number(attributes.get("max", ""))
    most = max(least, Fraction(100) if last is None else last)
    value = min(max((least + most) / 2 if given is None else given, least), most)
    step = step_of("range", attributes.get("step"))
    if step is not None:
        base = first if first is not None else given or Fraction(0)
        steps = math.floor((value - base) / step + Fraction(1, 2))  # to the nearest, or up
        steps = min(max(steps, math.ceil((least - base) / step)), math.floor((most - base) / step))
        value = max(base + steps * step, least)
    return format_number(value)


def step_of(kind: str, attribute: str | None) -> Fraction | None:
    """The step of a numeric type; `None` where any value will do.

    Args:
        kind: The type.
        attribute: The `step` of the element.
    """
    scale = NUMERIC[kind]
    if attribute is not None and attribute.lower() == "any":
        return None
    step = None if attribute is None else _number(attribute)
    return (step if step is not None and step > 0 else Fraction(scale.step)) * scale.unit


def format_number(number: Fraction) -> str:
    """A number as JavaScript writes most.

    Args:
        number: The number.
    """
    if number.denominator == 1 and abs(number) < 10**21:
        return str(number.numerator)
    return repr(float(number)).replace("e-0", "e-")
