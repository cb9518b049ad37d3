"""docs/deviations.md is true and complete: its code is run with verglas, and with Werkzeug where it is installed."""

from __future__ import annotations

import ast
import builtins
import copy
import datetime
import gc
import importlib
import importlib.metadata
import inspect
import io
import json
import pickle
import re
import textwrap
import types
import typing
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final, Literal, TypeAlias, cast

import attrs
import pytest
from attrs import frozen

import verglas
import verglas.errors
import verglas.headers
from tests import kit
from tests.kit import JSON, MULTIPART, URLENCODED, environ_of
from tests.sources import ROOT
from verglas.testing import call
from verglas.wsgi import StartResponse, WSGIApplication

Side: TypeAlias = Literal["there", "here"]
Names: TypeAlias = dict[str, object]

PAGE: Final = (ROOT / "docs" / "deviations.md").read_text(encoding="utf-8")
VERSION: Final = "3.1"

# What is here is in these; where a name is in several, the last wins.
OURS: Final = (verglas.errors, verglas.headers, verglas)
# The modules of Werkzeug whose names the page may use.
THEIRS: Final = tuple(
    f"werkzeug.{name}"
    for name in (
        "security", "urls", "utils", "wsgi", "formparser", "http", "exceptions", "user_agent", "datastructures", "test",
        "wrappers",
    )
)  # fmt: skip

# A row whose other side is not Werkzeug 3.1 begins with the name of what it is.
ELSEWHERE: Final = re.compile(r"(?:Werkzeug 0\.10|Werkzeug 3\.2|Flask|Kay): ")
CODE: Final = re.compile(
    r"there is no (?P<absent>`[^`]+`(?:(?:, | or )`[^`]+`)*)"
    r"|\bit (?P<does>gives|raises) `(?P<outcome>[^`]+)`"
    r"|`(?P<code>[^`]+)`(?: (?P<verb>gives|raises) `(?P<result>[^`]+)`)?",
    re.IGNORECASE,
)
SPAN: Final = re.compile(r"`([^`]+)`")
PARAMETER: Final = re.compile(r"(?P<function>[\w.]*)\((?P<name>\w+)=\)")


# The page


@frozen
class Row:
    """A row of a table of the page.

    Attributes:
        line: The line of the page that it is on.
        heading: The heading of its section.
        cells: Its cells by the names of their columns.
    """

    line: int
    heading: str
    cells: Mapping[str, str]


def rows(page: str) -> Iterator[Row]:
    """The rows of all tables of a page."""
    heading, columns = "", list[str]()
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not columns:
            columns = cells
        elif set(line) - set("|- "):
            yield Row(number, heading, dict(zip(columns, cells, strict=True)))


ROWS: Final = list(rows(PAGE))
DIFFERENCES: Final = [row for row in ROWS if "why" in row.cells]
MISSING: Final = [row for row in ROWS if "missing here" in row.cells]


def spans(cell: str) -> list[str]:
    """The code in a cell."""
    return cast("list[str]", SPAN.findall(cell))  # one group, so texts


@frozen
class Trial:
    """Some code, and what the page says that it does.

    Attributes:
        code: Statements; the value is that of the last one.
        verb: What it does: it gives or raises something, nothing is of that name, or it just runs.
        result: What it gives or raises.
    """

    code: str
    verb: str
    result: str

    def failure(self, names: Names) -> str | None:
        """What is not as the page says; `None` if all is."""
        if self.verb == "absent":
            return None if is_absent(self.code, names) else f"there is `{self.code}`"
        try:
            value = run(self.code, names)
        except Exception as error:  # noqa: BLE001  # whichever the page names
            if self.verb == "raises" and isinstance(error, cast("type[Exception]", run(self.result, names))):
                return None
            return f"`{self.code}` raises `{type(error).__name__}`: {error}"
        if self.verb == "raises":
            return f"`{self.code}` gives `{value!r}`"
        if self.verb == "gives":
            expected = run(self.result, names)
            if type(value) is not type(expected) or value != expected:
                return f"`{self.code}` gives `{value!r}`"
        return None


def trials(cell: str, other: str = "") -> Iterator[Trial]:
    """What a cell says that can be tried.

    Args:
        cell: The cell.
        other: The one before, whose only code an "it" stands for.
    """
    for found in CODE.finditer(cell):
        if found["does"]:
            (it,) = [trial.code for trial in trials(other) if trial.verb != "absent"]
            yield Trial(it, found["does"], found["outcome"])
        elif found["absent"]:
            yield from (Trial(name, "absent", "") for name in spans(found["absent"]))
        else:
            yield Trial(found["code"], found["verb"] or "", found["result"] or "")


def run(code: str, names: Names) -> object:
    """Run statements; the value of the last one, or `None`."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<page>", "exec", dont_inherit=True), names)
    if not isinstance(last, ast.Expr):
        return None
    value: object = eval(compile(ast.Expression(last.value), "<page>", "eval", dont_inherit=True), names)
    return value


def is_absent(name: str, names: Names) -> bool:
    """Whether there is nothing of a name: `name`, `owner.name`, `function(parameter=)`."""
    parameter = PARAMETER.fullmatch(name)
    if parameter is not None:
        return parameter["name"] not in parameters(run(parameter["function"], names))
    owner, dot, last = name.rpartition(".")
    return not hasattr(run(owner, names), last) if dot else not (name in names or hasattr(builtins, name))


def parameters(function: object) -> list[str]:
    """The names of what can be passed by name."""
    found = list[str]()
    try:
        signature = inspect.signature(cast("Callable[..., object]", function))
    except ValueError:  # of some that are built in
        return found
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            found.append(parameter.name)
        elif parameter.kind is parameter.VAR_KEYWORD and "Unpack[" in str(parameter.annotation):
            plain: object = function.__init__ if isinstance(function, type) else getattr(function, "__func__", function)  # type: ignore[misc]  # of that very class
            own = cast("types.FunctionType", plain)  # ours, written in Python
            (kind,) = typing.get_args(eval(parameter.annotation, own.__globals__))
            found += typing.get_type_hints(kind)
    return [name for name in found if name != "self" and not name.startswith("_")]


# The names that the code of the page uses


class Sent:
    """What a WSGI application sent: `status`, `lines` and `body`; `sent[name]` is the value of a field.

    Args:
        application: The application.
        keys: Keys to set in the environ.
    """

    def __init__(self, application: WSGIApplication, **keys: object) -> None:
        answer = call(application, environ(**keys))
        self.status, self.lines, self.body = answer.status, list(answer.lines), answer.body

    def __getitem__(self, name: str, /) -> str:
        return next(value for field, value in self.lines if field.lower() == name.lower())


def environ(**keys: object) -> dict[str, object]:
    """The environ of a GET of `http://localhost/`, with keys added."""
    return environ_of(**({"wsgi.errors": io.StringIO()} | keys))


def posted(body: bytes | str, content_type: str = "", **keys: object) -> dict[str, object]:
    """The environ of a POST of a body."""
    octets = body.encode() if isinstance(body, str) else body
    return kit.posted(octets, content_type, stream=io.BytesIO(octets)) | {"wsgi.errors": io.StringIO()} | keys


def multipart(disposition: str, content: str = "") -> dict[str, object]:
    """The environ of a POST of a form that has one part."""
    body = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n--b--\r\n"
    return posted(body, MULTIPART)


def chunked(body: bytes, content_type: str = "") -> dict[str, object]:
    """The environ of a POST whose length only the server knows."""
    own = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return {key: value for key, value in (posted(body, content_type) | own).items() if key != "CONTENT_LENGTH"}


def writer(_: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI application that uses `write()`: its body is `wxy`."""
    start_response("200 OK", [("Content-Type", "text/plain")])(b"w")
    return [b"x", b"y"]


def subclass(base: type, **attributes: object) -> type:
    """A subclass with class attributes."""
    return type(base.__name__, (base,), attributes)


def helpers(names: Names) -> Names:
    """The names that are for the page alone; each trial has its own.

    Args:
        names: Those of one side.
    """
    request = cast("Callable[[dict[str, object]], object]", names["Request"])  # on both sides
    response = cast("type[verglas.Response]", names["Response"])  # these names are on both

    def get(**keys: object) -> object:
        return request(environ(**keys))

    def post(body: bytes | str, content_type: str = "", **keys: object) -> object:
        return request(posted(body, content_type, **keys))

    def part(disposition: str, content: str = "") -> object:
        return request(multipart(disposition, content))

    def answer(headers: dict[str, str], status: int = 200, **keys: object) -> object:
        return response("abcd", status, headers).make_conditional(environ(**keys), True, 4)

    own: Names = {
        "response": response("hello"),
        "send": Sent,
        "FORM": URLENCODED,
        "JSON": JSON,
        "MULTIPART": MULTIPART,
        "BEFORE": "Wed, 01 Jan 2020 00:00:00 GMT",
        "NOW": "Thu, 02 Jan 2020 00:00:00 GMT",
    }
    return own | {one.__name__: one for one in (get, post, part, answer, environ, chunked, subclass, writer)}


LIBRARY: Final[Names] = {
    "BytesIO": io.BytesIO,
    "StringIO": io.StringIO,
    "copy": copy,
    "datetime": datetime.datetime,
    "json": json,
    "pickle": pickle,
    "timedelta": datetime.timedelta,
    "timezone": datetime.timezone,
}


def names_here() -> Names:
    """The names that code about verglas uses."""
    own: Names = {name: getattr(module, name) for module in OURS for name in module.__all__}
    return LIBRARY | own | {"verglas": verglas} | helpers(own)


@cache
def public_there() -> Names:
    """The public names of Werkzeug; without Werkzeug, the test is skipped."""
    why = "Werkzeug is not installed: docs/deviations.md is tried on the side of verglas alone"
    pytest.importorskip("werkzeug", reason=why)
    version = importlib.metadata.version("werkzeug")
    if not version.startswith(f"{VERSION}."):
        pytest.skip(f"docs/deviations.md is about Werkzeug {VERSION}, and {version} is installed")
    modules = [importlib.import_module(name) for name in THEIRS]
    found: Names = {name: value for module in modules for name, value in vars(module).items()}
    return {k: v for k, v in found.items() if not (k.startswith("_") or isinstance(v, types.ModuleType))}


def names_there() -> Names:
    """The names that code about Werkzeug uses; without Werkzeug, the test is skipped."""
    return LIBRARY | public_there() | helpers(public_there())


NAMES: Final[Mapping[Side, Callable[[], Names]]] = {"there": names_there, "here": names_here}


# What each class has


def gaps(theirs: object, ours: object) -> Iterator[str]:
    """What a class has that another has not: members, and parameters of its constructor and its methods.

    Args:
        theirs: A class.
        ours: Another, or a function that makes its objects.
    """
    yield from (f"({name}=)" for name in missing_parameters(theirs, ours))
    if not (isinstance(theirs, type) and isinstance(ours, type)):
        return
    own = members(ours)
    for name in sorted(members(theirs)):
        if name not in own:
            yield name
        elif hasattr(theirs, name) and hasattr(ours, name):
            yield from (f"{name}({one}=)" for one in missing_parameters(getattr(theirs, name), getattr(ours, name)))


def members(owner: type) -> set[str]:
    """The public names of the attributes of a class and of its objects."""
    found = {*dir(owner)}.union(*[assigned(base) for base in owner.__mro__ if base.__module__ != "builtins"])
    found |= {one.name for one in attrs.fields(owner)} if attrs.has(owner) else set()
    return {name for name in found if not name.startswith("_")}


@cache
def assigned(owner: type) -> frozenset[str]:
    """The attributes that the methods of a class assign to `self`."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    except (OSError, TypeError):  # not written in Python
        return frozenset()
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return frozenset(node.attr for node in stored if isinstance(node.value, ast.Name) and node.value.id == "self")


def missing_parameters(theirs: object, ours: object) -> list[str]:
    """The names of what can be passed to one function by name, and not to another."""
    if not (callable(theirs) and callable(ours)):
        return []
    own = parameters(ours)
    return [name for name in parameters(theirs) if name not in own]


def theirs() -> Iterator[tuple[str, object]]:
    """The public functions and classes that Werkzeug's modules define, by name."""
    for name, value in sorted(public_there().items()):
        home: object = getattr(value, "__module__", None)
        if isinstance(value, type | types.FunctionType) and isinstance(home, str) and home.startswith(THEIRS):
            yield name, value


def bases(value: object) -> list[str]:
    """The names of a class and of those that it inherits from."""
    return [base.__name__ for base in value.__mro__] if isinstance(value, type) else []


def words(page: Iterable[Row], column: str) -> set[str]:
    """All that is named in the code of a column."""
    return {word for row in page for span in spans(row.cells[column]) for word in re.findall(r"\w+", span)}


# The tests


def spoken(row: Row, side: Side) -> str:
    """The part of a cell that is about this side, and about Werkzeug 3.1."""
    cell = row.cells[side]
    return cell.partition(f" in {VERSION} ")[2] if side == "there" and ELSEWHERE.match(cell) else cell


# Werkzeug leaves the files of uploads to the collector, which finds them during whatever test is run then.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Nothing of what these tests left is found in those of other files."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


@pytest.mark.parametrize("side", ["here", "there"])
@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.heading}:{row.line}") for row in DIFFERENCES])
def test_difference(row: Row, side: Side) -> None:
    """A row of the page is true on either side."""
    tried = list(trials(spoken(row, side), row.cells["there"] if side == "here" else ""))
    if side == "there" and not tried and ELSEWHERE.match(row.cells["there"]):
        pytest.skip(f"the row is not about Werkzeug {VERSION}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the page is about what is deprecated there, too
        failures = [trial.failure(NAMES[side]()) for trial in tried]

    assert ([], True) == ([failure for failure in failures if failure is not None], bool(tried))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.cells["there"]) for row in MISSING])
def test_missing(row: Row) -> None:
    """What a row says to be missing here is, and the code that it has instead works."""
    (here,) = spans(row.cells["here"])
    names = [here + gap if gap.startswith("(") else f"{here}.{gap}" for gap in spans(row.cells["missing here"])]
    instead = [trial.failure(names_here()) for trial in trials(row.cells["instead"])]

    assert ([], []) == (
        [name for name in names if not is_absent(name, names_here())],
        [failure for failure in instead if failure is not None],
    )


def test_nothing_of_werkzeug_is_left_out() -> None:
    """Every name and every parameter there is here, or on the page; the page has no others."""
    ours, there, refused = names_here(), words(DIFFERENCES, "there"), set(spans(PAGE))
    counterparts = {name: spans(row.cells["here"])[0] for row in MISSING for name in spans(row.cells["there"])}
    listed = {name: set(spans(row.cells["missing here"])) for row in MISSING for name in spans(row.cells["there"])}
    unused = {(name, gap) for name, gaps_ in listed.items() for gap in gaps_}
    left_out = list[str]()
    for name, value in theirs():
        if name not in counterparts and name not in ours:
            left_out += [] if name in there else [name]
            continue
        for gap in gaps(value, run(counterparts.get(name, name), ours)):
            told = {(base, gap) for base in bases(value) if gap in listed.get(base, ())}
            unused -= told
            left_out += [] if told or f"{name}{gap}" in refused else [f"{name}: {gap}"]

    assert ([], set()) == (left_out, unused)


@pytest.mark.parametrize(
    ("expected", "cell"),
    [
        pytest.param([None], "`1 + 1` gives `2`", id="true"),
        pytest.param([None, None], "`a = 1; a` gives `1`, and `{}['a']` raises `LookupError`", id="statements"),
        pytest.param(["`1 + 1` gives `2`"], "`1 + 1` gives `3`", id="value"),
        pytest.param(["`1` gives `1`"], "`1` gives `True`", id="type"),
        pytest.param(["`1` gives `1`"], "`1` raises `ValueError`", id="raises-nothing"),
        pytest.param(["`[][0]` raises `IndexError`: list index out of range"], "`[][0]` raises `KeyError`", id="error"),
        pytest.param(["`get(` raises `SyntaxError`: '(' was never closed (<unknown>, line 1)"], "a `get(`", id="prose"),
        pytest.param([None, None], "There is no `Query.copy` or `Response.freeze(no_etag=)`.", id="absent"),
        pytest.param(["there is `Query.get`"], "there is no `Query.get`", id="present"),
        pytest.param(["there is `redirect(code=)`"], "there is no `redirect(code=)`", id="present-parameter"),
        pytest.param([None], "there is no `Request.from_values(charset=)`", id="absent-of-typed-keywords"),
        pytest.param(
            ["there is `Request.from_values(data=)`"], "there is no `Request.from_values(data=)`", id="typed-keywords"
        ),
    ],
)
def test_what_is_not_so_is_told(expected: list[str | None], cell: str) -> None:
    """Code that does something else than the page says is told with what it does."""

    assert expected == [trial.failure(names_here()) for trial in trials(cell)]


def test_helpers_are_on_the_page() -> None:
    """The page explains all that its code uses beyond the names of the libraries and of the standard library."""
    explained = {name for row in ROWS for cell in spans(row.cells.get("helper", "")) for name in cell.split("(")[:1]}
    own: Names = {name: getattr(module, name) for module in OURS for name in module.__all__}

    assert explained == set(helpers(own))
