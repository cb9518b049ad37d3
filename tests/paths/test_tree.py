"""The look-up of a path: against a naive one that tries all routes, and what it costs in a large or hostile table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Final, TypeAlias, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import untyped
from verglas import URL, FrozenResponse, Request, text
from verglas.errors import MethodNotAllowed, NotFound
from verglas.paths import Method, Mounted, Path, Route, mount, on, rest, root, routes

AnyPath: TypeAlias = Path[*tuple[object, ...]]
Entry: TypeAlias = tuple[AnyPath, str]
Match: TypeAlias = tuple[int, tuple[object, ...]]

ANY_METHOD: Final = "*"
OK: Final = text("ok").freeze()


def letter(text: str) -> str:
    """A function that takes single letters."""
    if len(text) != 1 or not text.isalpha():
        raise ValueError
    return text.upper()


def path_of(*segments: object) -> AnyPath:
    """A path of segments whose types are not known to checkers."""
    made: object = root
    for segment in segments:
        made = untyped(getattr(made, "__truediv__"))(segment)  # noqa: B009  # as / does
    return cast("AnyPath", made)


def part_of(
    path: AnyPath, method: str, index: int, found: list[Match]
) -> Mounted[Request[object]] | Route[Request[object]]:
    """A part of a table that notes its position and the values that it is given."""

    def handler(request: Request[object], *values: object) -> FrozenResponse:
        found.append((index, values))
        return OK

    if method == ANY_METHOD:
        return mount(cast("Path[*tuple[()]]", path), handler)
    endpoint = on(cast("Method", method), path)
    return cast("Route[Request[object]]", untyped(endpoint.into)(handler))


class Tree:
    """A table that says which of its entries takes a request."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._found: list[Match] = []
        self.table = routes(*[part_of(*entry, index, self._found) for index, entry in enumerate(entries)])

    def find(self, path: str, method: str) -> Match | None:
        """The position of the entry that takes a request, and the values; `None` for a 404 or 405."""
        self._found.clear()
        try:
            self.table(Request(method=method, url=URL(raw_path=path.encode())))
        except (NotFound, MethodNotAllowed):
            return None
        return self._found[0]

    def methods(self, path: str) -> set[str]:
        """The methods of a path, as a 405 has them."""
        try:
            self.table(Request(method="BREW", url=URL(raw_path=path.encode())))
        except NotFound:
            return set()
        except MethodNotAllowed as error:
            return {*(error.valid_methods or ())}
        return {ANY_METHOD}


KINDS: Final[list[object]] = ["a", "b", "1", int, str, letter]
TEXTS: Final = ["a", "b", "1", "2", "01", "x", "", ".", "é"]
METHODS: Final = ["GET", "HEAD", "POST"]

segments_of_paths = st.lists(st.sampled_from(KINDS), max_size=3)
endings = st.sampled_from([(), (), (), ("",), (rest,)])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """An entry of a table: a route, or something that is mounted."""
    segments = draw(segments_of_paths)
    if draw(st.integers(0, 5)) == 0:
        return path_of(*[one for one in segments if isinstance(one, str)]), ANY_METHOD
    ending = draw(endings) if segments else ()
    return path_of(*segments, *ending), draw(st.sampled_from(METHODS))


def reachable(table: list[Entry]) -> list[Entry]:
    """A table without the entries that a table is refused for, since one of it could never be found."""
    kept: list[Entry] = []
    for entry in table:
        try:
            Tree([*kept, entry])
        except ValueError:
            continue
        kept.append(entry)
    return kept


tables = st.lists(entries(), max_size=12, unique_by=lambda entry: (entry[0].segments.__repr__(), entry[1])).map(
    reachable
)
requests = st.tuples(st.lists(st.sampled_from(TEXTS), max_size=4), st.sampled_from([*METHODS, "PUT"]))


# The oracle: every entry that matches, in the order in which the rules would have it


def kinds(path: AnyPath) -> tuple[object, ...]:
    """The segments of a path, by what they were made of."""
    return tuple([one if isinstance(one, str) else getattr(one, "kind", one) for one in path.segments])


def matching(table: Sequence[Entry], segments: list[str]) -> list[tuple[int, tuple[object, ...]]]:
    """The entries that have a path, best first, each with its values."""
    order: dict[tuple[object, ...], int] = {}
    for path, _ in table:
        for end in range(len(path.segments)):
            order.setdefault(kinds(path)[: end + 1], len(order))
    found: list[tuple[list[tuple[int, int]], int, tuple[object, ...]]] = []
    for index, (path, method) in enumerate(table):
        if method == ANY_METHOD:
            is_below = tuple(segments[: len(path.segments)]) == path.segments
            values: tuple[object, ...] | None = () if is_below else None
        else:
            values = path.match(segments)
        if values is not None:
            ranks: list[tuple[int, int]] = []
            for at, segment in enumerate(kinds(path)):
                if isinstance(segment, str):
                    ranks.append((0, 0))
                elif segment is rest:
                    ranks.append((2, 0))
                else:
                    ranks.append((1, order[kinds(path)[: at + 1]]))
            found.append(([*ranks, (3, 0)] if method == ANY_METHOD else ranks, index, values))
    return [(index, values) for _, index, values in sorted(found, key=lambda one: (one[0], one[1]))]


def naive(table: Sequence[Entry], segments: list[str], method: str) -> Match | None:
    """The best entry that takes a method at a path; of one path, its own method wins over that of GET."""
    found = matching(table, segments)
    for index, values in found:
        path = kinds(table[index][0])
        same = {table[other][1]: other for other, _ in found if kinds(table[other][0]) == path}
        own = [table[index][1]] if table[index][1] == ANY_METHOD else [method, *(["GET"] if method == "HEAD" else [])]
        for one in own:
            if one in same and (one == ANY_METHOD) == (table[index][1] == ANY_METHOD):
                return same[one], values
    return None


@given(tables, st.lists(requests, min_size=1, max_size=10))
def test_finds_as_a_naive_search_does(table: list[Entry], asked: list[tuple[list[str], str]]) -> None:
    """The tree finds the entry, and the values, that trying all of them in order of priority finds."""
    tree = Tree(table)

    for segments, method in asked:
        path = "/" + "/".join(segments).lstrip("/")  # of slashes in front, there is one
        split = [] if path == "/" else path[1:].split("/")
        assert naive(table, split, method) == tree.find(path, method), path


@given(tables, requests)
def test_methods_are_those_that_are_found(table: list[Entry], asked: tuple[list[str], str]) -> None:
    """A path has the methods of all entries that match it, and `HEAD` where there is `GET`."""
    segments, _ = asked
    path = "/" + "/".join(segments).lstrip("/")  # of slashes in front, there is one
    split = [] if path == "/" else path[1:].split("/")
    methods = {table[index][1] for index, _ in matching(table, split)}
    expected: set[str] = methods | {"OPTIONS"} if methods else set()
    if "GET" in methods:
        expected.add("HEAD")

    assert ({ANY_METHOD} if ANY_METHOD in methods else expected) == Tree(table).methods(path)


# What it costs


def calls_of(run: Callable[[], object]) -> int:
    """The calls of functions, written in Python or in C, that a function makes."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        del frame, argument
        counted += event in ("call", "c_call")

    run()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted


def site(size: int) -> Tree:
    """A table of a number of routes, as an API has them: texts, then a value, then texts."""
    table: list[Entry] = []
    for number in range(size // 5):
        things = root / f"things{number}"
        table += [(cast("AnyPath", things), "GET"), (cast("AnyPath", things), "POST")]
        table += [(cast("AnyPath", things / int), "GET"), (cast("AnyPath", things / int / "parts" / str), "GET")]
        table += [(cast("AnyPath", things / "all" / rest), "GET")]
    return Tree(table)


SMALL: Final = site(10)
LARGE: Final = site(1000)


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        pytest.param("/things1", True, id="text"),
        pytest.param("/things1/7", True, id="value"),
        pytest.param("/things1/7/parts/a", True, id="two-values"),
        pytest.param("/things1/all/a/b/c", True, id="rest"),
        pytest.param("/things1/x", False, id="no-value"),
        pytest.param("/other/7", False, id="no-text"),
        pytest.param("/things1/7/parts/a/b", False, id="too-long"),
    ],
)
def test_costs_the_same_in_a_large_table(path: str, is_found: bool) -> None:
    """The look-up of one of 1,000 routes makes the calls that one of 10 makes."""
    small, large = calls_of(lambda: SMALL.find(path, "GET")), calls_of(lambda: LARGE.find(path, "GET"))

    assert (small, is_found) == (large, LARGE.find(path, "GET") is not None)


def test_text_is_found_at_once() -> None:
    """A path of texts alone is one look-up, however long it is."""
    long = path_of(*["a"] * 50)
    tree = Tree([(long, "GET"), (path_of("a"), "GET"), (path_of(int), "GET")])
    path = long()

    assert calls_of(lambda: tree.find("/a", "GET")) == calls_of(lambda: tree.find(path, "GET"))


def digits(number: int) -> Callable[[str], str]:
    """A converter that takes every text, and is another one each time."""

    def convert(text: str) -> str:
        return f"{number}{text}"

    return convert


def deep(levels: int, siblings: int) -> Iterator[Entry]:
    """A table whose every level has several values that take any text, each of which leads on."""
    converters = [digits(number) for number in range(siblings)]

    def below(path: AnyPath, left: int) -> Iterator[Entry]:
        if not left:
            yield path / "end", "GET"
            return
        for converter in converters:
            yield from below(cast("AnyPath", path / converter), left - 1)

    return below(cast("AnyPath", root), levels)


@pytest.mark.parametrize(
    "path", ["/" + "/".join(["x"] * 5 + ["no"]), "/" + "/".join(["x"] * 5_000), "/" + "x" * 5_000, "/" + "/" * 5_000]
)
def test_hostile_path_costs_no_more_than_the_table(path: str) -> None:
    """Where every way fails, each part of the table is tried once: the routes are many, the path cannot make more."""
    table = list(deep(5, 3))
    tree = Tree(table)
    nodes = sum(3**level for level in range(1, 7))

    assert tree.find(path, "GET") is None
    assert len(table) == 243
    assert calls_of(lambda: tree.find(path, "GET")) <= 6 * nodes


def test_last_of_many_ways_is_found() -> None:
    """Of 243 ways that take the same texts, the only one that leads on is found."""
    table = list(deep(5, 3))
    tree = Tree([(path, "POST") for path, _ in table[:-1]] + [table[-1]])

    assert (242, ("2x",) * 5) == tree.find("/x/x/x/x/x/end", "GET")
