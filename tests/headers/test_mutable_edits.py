"""Edits of headers in any order: what finds a line by its name never tells another story than the lines do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.growth import assert_linear
from verglas import GrammarError, MutableHeaders, Response
from verglas.headers import SetCookie

Lines = list[tuple[str, str]]

NAMES: Final = st.sampled_from(["A", "a", "B", "Set-Cookie", "set-cookie", "SET-COOKIE"])
VALUES: Final = st.sampled_from(["1", "b=1", "b=2; Path=/", "c=1; Path=/", "c=2; Path=/; Domain=x.org", "=", ""])
COOKIES: Final = st.sampled_from(["b=3; Path=/", "c=3; Path=/", "c=4; Path=/; Domain=x.org", "d=5"])


def same_cookie(one: str, other: str) -> bool:
    """Whether browsers replace one cookie by the other; what is no cookie is replaced by none."""
    try:
        return SetCookie.parse(one).identity == SetCookie.parse(other).identity
    except GrammarError:
        return False


def without(lines: Lines, low: str) -> Lines:
    """The lines but for those of a name."""
    return [line for line in lines if line[0].lower() != low]


def put(lines: Lines, line: tuple[str, str]) -> Lines:
    """A line where the first of its name was, or at the end, without the others of its name."""
    low = line[0].lower()
    at = next((at for at, (name, _) in enumerate(lines) if name.lower() == low), len(lines))
    return [*without(lines[:at], low), line, *without(lines[at:], low)]


def put_cookie(lines: Lines, cookie: str) -> Lines:
    """A cookie at the end, in place of those that it replaces."""
    kept = [(name, value) for name, value in lines if name.lower() != "set-cookie" or not same_cookie(value, cookie)]
    return [*kept, ("Set-Cookie", cookie)]


def values_by_name(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each name, in order."""
    grouped: dict[str, list[str]] = {}
    for name, value in lines:
        grouped.setdefault(name.lower(), []).append(value)
    return grouped


class Edits(RuleBasedStateMachine):
    """Headers beside a plain list of lines, which is looked through for every edit."""

    def __init__(self) -> None:
        super().__init__()
        self.headers = MutableHeaders()
        self.lines: Lines = []

    @rule(name=NAMES, value=VALUES)
    def add(self, name: str, value: str) -> None:
        """`add`."""
        self.headers.add(name, value)
        self.lines.append((name, value))

    @rule(name=NAMES, value=VALUES)
    def set(self, name: str, value: str) -> None:
        """`headers[name] = value`."""
        self.headers[name] = value
        self.lines = put(self.lines, (name, value))

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        """`del headers[name]`."""
        del self.headers[name]
        self.lines = without(self.lines, name.lower())

    @rule(name=NAMES, values=st.lists(VALUES, max_size=3))
    def setlist(self, name: str, values: list[str]) -> None:
        """`setlist`."""
        self.headers.setlist(name, values)
        if values:
            self.lines = [*put(self.lines, (name, values[0])), *((name, value) for value in values[1:])]
        else:
            self.lines = without(self.lines, name.lower())

    @rule(line=COOKIES)
    def put_cookie(self, line: str) -> None:
        """What `set_cookie` does; the place of a cookie among other fields is nobody's business."""
        self.headers.put_cookie(line)
        self.lines = put_cookie(self.lines, line)
        assert values_by_name(self.headers.pairs) == values_by_name(self.lines)
        self.lines = [*self.headers.pairs]

    @precondition(lambda self: bool(self.lines))
    @rule()
    def popitem(self) -> None:
        """`popitem`."""
        assert self.headers.popitem() == self.lines.pop()

    @rule()
    def thaw(self) -> None:
        """What a frozen response becomes."""
        self.headers.assign(self.headers.freeze().pairs)

    @invariant()
    def has_these_lines(self) -> None:
        """All lines, in order, and each found by its name."""
        assert self.headers.to_wsgi_list() == self.lines
        assert {name: self.headers.getlist(name) for name in self.headers} == {
            name: values_by_name(self.lines)[name.lower()] for name in self.headers
        }
        assert len(self.headers) == len(values_by_name(self.lines))
        assert all(self.headers[name] == values_by_name(self.lines)[name.lower()][0] for name, _ in self.lines)


def test_agrees_with_a_list_of_lines() -> None:
    """Any edits leave what they leave in a list of lines, and every line is found by its name."""

    run_state_machine_as_test(Edits, settings=settings(max_examples=100, stateful_step_count=15, deadline=None))


def set_one_name(size: int) -> None:
    """One line, set again and again."""
    headers = MutableHeaders()
    for number in range(size):
        headers["X-A"] = number


def set_names(size: int) -> None:
    """A line for each name, set."""
    headers = MutableHeaders()
    for number in range(size):
        headers[f"X-{number}"] = number


def set_names_beside_many(size: int) -> None:
    """A line for each name, set, where another name has several lines."""
    headers = MutableHeaders([("Vary", "a"), ("Vary", "b")])
    for number in range(size):
        headers[f"X-{number}"] = number


def delete_names(size: int) -> None:
    """Each of many names, taken away."""
    headers = MutableHeaders([(f"X-{number}", "a") for number in range(size)])
    for number in range(size):
        del headers[f"X-{number}"]


def add_lines(size: int) -> None:
    """Many lines of one name, and then the last ones taken away."""
    headers = MutableHeaders()
    for number in range(size):
        headers.add("X-A", number)
    for _ in range(size):
        headers.popitem()


def unite(size: int) -> None:
    """Many fields in place of as many."""
    headers = MutableHeaders([(f"X-{number}", "a") for number in range(size)])
    headers |= {f"X-{number}": "b" for number in range(size)}


def set_cookies(size: int) -> None:
    """A cookie for each name."""
    response = Response()
    for number in range(size):
        response.set_cookie(f"c{number}", "a")


def set_cookies_again(size: int) -> None:
    """Each of many cookies replaced, the first one first."""
    response = Response()
    for number in (*range(size), *range(size)):
        response.set_cookie(f"c{number}", "a")


def set_cookies_between_lines(size: int) -> None:
    """Cookies that are set and cookies that are added as lines, in turn."""
    response = Response()
    for number in range(size):
        response.set_cookie(f"c{number}", "a")
        response.headers.add("Set-Cookie", f"d{number}=a")


@pytest.mark.parametrize(
    "run",
    [
        set_one_name,
        set_names,
        set_names_beside_many,
        delete_names,
        add_lines,
        unite,
        set_cookies,
        set_cookies_again,
        set_cookies_between_lines,
    ],
)
def test_grows_as_its_lines_do(run: Callable[[int], object]) -> None:
    """The work of many edits grows as their number does."""

    assert_linear(run, start=64)
