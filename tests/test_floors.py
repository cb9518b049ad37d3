"""The floor law and the budgets of the package, read from its syntax trees.

A module imports modules of verglas only with a smaller pair of (floor, step); what it imports for type checkers alone
counts. So there can be no cycle of any kind.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.sources import Function, functions, modules, own_nodes, tree

FLOORS: Final[dict[str, tuple[int, int]]] = {
    # plain data: caps, phrases, shapes
    "verglas.limits": (0, 0),
    "verglas.wsgi": (0, 0),
    "verglas.statuses": (0, 0),
    "verglas.errorpage": (0, 0),
    "verglas.syntax.dates": (0, 0),
    # the error tree
    "verglas.errors.grammar": (1, 0),
    "verglas.errors.misuse": (1, 0),
    "verglas.errors.http": (1, 1),
    "verglas.errors.registry": (1, 2),
    "verglas.errors.parse": (1, 3),
    "verglas.errors.abort": (1, 4),
    "verglas.errors": (1, 5),
    # text to plain Python data and back
    "verglas.syntax": (2, 0),
    "verglas.syntax.tokens": (2, 1),
    "verglas.syntax.bareitems": (2, 2),
    "verglas.syntax.structured": (2, 3),
    "verglas.syntax.percent": (2, 1),
    "verglas.syntax.jsontext": (2, 1),
    "verglas.syntax.filenames": (2, 1),
    "verglas.syntax.safepaths": (2, 2),
    "verglas.syntax.authentication": (2, 3),
    "verglas.syntax.parameters": (2, 3),
    "verglas.syntax.hosts": (2, 3),
    "verglas.syntax.mediatypes": (2, 4),
    "verglas.syntax.urlencoded": (2, 4),
    "verglas.syntax.cookies": (2, 5),
    "verglas.syntax.uris": (2, 5),
    "verglas.syntax.locations": (2, 6),
    "verglas.syntax.partheaders": (2, 5),
    "verglas.syntax.multipart": (2, 6),
    "verglas.syntax.multipart_writer": (2, 6),
    "verglas.multimap": (3, 0),
    # header values
    "verglas.headers.lines": (4, 0),
    "verglas.headers.fields": (4, 1),
    "verglas.headers.challenges": (4, 4),
    "verglas.headers.credentials": (4, 5),
    "verglas.headers.forwarding": (4, 4),
    "verglas.headers.namesets": (4, 3),
    "verglas.headers.structured": (4, 3),
    "verglas.headers.context": (4, 4),
    "verglas.headers.cors": (4, 4),
    "verglas.headers.servertiming": (4, 4),
    "verglas.headers.mapping": (4, 2),
    "verglas.headers.mutable": (4, 3),
    "verglas.headers.ranges": (4, 5),
    "verglas.headers.content": (4, 4),
    "verglas.headers.disposition": (4, 5),
    "verglas.headers.caching": (4, 4),
    "verglas.headers.entitytags": (4, 4),
    "verglas.headers.conditional": (4, 5),
    "verglas.headers.negotiation": (4, 4),
    "verglas.headers.setcookie": (4, 4),
    "verglas.headers.csp": (4, 4),
    "verglas.headers.security": (4, 5),
    "verglas.headers.properties": (4, 8),
    "verglas.headers": (4, 9),
    # the other models
    "verglas.query": (5, 0),
    "verglas.framing": (5, 0),
    "verglas.jsons": (5, 0),
    "verglas.spool": (5, 0),
    "verglas.url": (5, 1),
    "verglas.cookies": (5, 1),
    "verglas.uploads": (5, 1),
    "verglas.forms": (5, 2),
    "verglas.body": (5, 3),
    "verglas.trust": (5, 3),
    "verglas.environs": (5, 4),
    "verglas.response.status": (6, 0),
    "verglas.response.closing": (6, 0),
    "verglas.response.types": (6, 0),
    "verglas.response.locations": (6, 0),
    "verglas.response.streams": (6, 0),
    "verglas.response.foreign": (6, 1),
    "verglas.response.openfiles": (6, 0),
    "verglas.response.filebodies": (6, 1),
    "verglas.response.bodies": (6, 2),
    "verglas.response.byteranges": (6, 3),
    "verglas.response.conditional": (6, 4),
    "verglas.response.frozen": (6, 5),
    "verglas.response.head": (6, 1),
    "verglas.response.fields": (6, 2),
    "verglas.response.content": (6, 3),
    "verglas.response.representation": (6, 5),
    "verglas.response.builder": (6, 6),
    "verglas.response.events": (6, 7),
    "verglas.response.shorthand": (6, 7),
    "verglas.response": (6, 9),
    "verglas.rendering": (7, 0),
    "verglas.serving": (7, 1),
    "verglas.request.capture": (8, 0),
    "verglas.request.changes": (8, 0),
    "verglas.request.readonly": (8, 1),
    "verglas.request.variables": (8, 0),
    "verglas.request.application": (8, 1),
    "verglas.request.values": (8, 1),
    "verglas.request.names": (8, 2),
    "verglas.request.fields": (8, 3),
    "verglas.request.content": (8, 4),
    "verglas.request.model": (8, 5),
    "verglas.request.parsing": (8, 6),
    "verglas.request": (8, 9),
    "verglas.handlers": (9, 0),
    "verglas.files": (9, 0),
    # what needs an extra: nothing imports it
    "verglas.useragents": (10, 0),
    # the public face, then what runs
    "verglas": (11, 0),
    "verglas.inspector.exchanges": (12, 0),
    "verglas.inspector.markup": (12, 0),
    "verglas.inspector.reading": (12, 0),
    "verglas.inspector.recording": (12, 0),
    "verglas.inspector.server": (12, 0),
    "verglas.inspector.mediapages": (12, 1),
    "verglas.inspector.pages": (12, 1),
    "verglas.inspector.media": (12, 2),
    "verglas.inspector.app": (12, 3),
    "verglas.inspector.command": (12, 4),
    "verglas.inspector": (12, 5),
    "verglas.__main__": (12, 9),
}

# Modules of the table that need not exist yet. Empty this, then the table and the package are held to be equal.

FILE_LINES: Final = 400
FUNCTION_LINES: Final = 45
NINE_IN_TEN_LINES: Final = 25


def prints_by_design(module: str) -> bool:
    """Whether a module talks to a terminal."""
    return module == "verglas.__main__" or module.split(".")[1:2] == ["inspector"]


def place(module: str, node: ast.stmt | ast.expr) -> str:
    """Where a node is, as editors and terminals understand it."""
    return f"{modules()[module].name}:{node.lineno} ({module})"


def imported_modules(node: ast.AST) -> Iterator[str]:
    """The modules of verglas that one statement imports: `from a import b` is `a.b` where that is a module."""
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "verglas")
        case ast.ImportFrom(module=str(source)) if source.split(".")[0] == "verglas":
            names = (f"{source}.{alias.name}" for alias in node.names)
            yield from (name if name in FLOORS or name in modules() else source for name in names)
        case _:
            pass


def described(module: str) -> str:
    """A module's file and pair."""
    path = modules().get(module)
    shown = path.relative_to(path.parents[module.count(".") + (path.name == "__init__.py")]) if path else module
    return f"{shown} {FLOORS.get(module, 'without a floor')}"


def broken_floors(module: str) -> list[str]:
    """What a module imports from its own pair or above."""
    if module not in FLOORS:
        return [f"{module} is not in FLOORS: give it a floor and a step"]
    imported = dict.fromkeys(name for node in ast.walk(tree(module)) for name in imported_modules(node))
    return [
        f"{described(module)} imports {described(name)}"
        for name in imported
        if name not in FLOORS or FLOORS[name] >= FLOORS[module]
    ]


def body_lines(function: Function) -> int:
    """Lines of a function from the first statement after its docstring to its end."""
    first = 1 if ast.get_docstring(function, clean=False) is not None else 0
    return (function.end_lineno or 0) - function.body[first].lineno + 1 if function.body[first:] else 0


def code_lines(module: str) -> int:
    """Lines of a module that hold more than docstrings, other bare strings, and comments."""
    strings = {
        line
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    text = modules()[module].read_text(encoding="utf-8").splitlines()
    return sum(
        1 for number, line in enumerate(text, 1) if number not in strings and line.strip(" ")[:1] not in ("", "#")
    )


def function_lengths(module: str) -> dict[str, int]:
    """Every function of a module, by place and name, with its lines."""
    return {f"{place(module, found)} {found.name}": body_lines(found) for _, found in functions(tree(module))}


def test_table_holds_every_module() -> None:
    """The table and the package list the same modules."""
    missing = sorted(FLOORS.keys() - modules().keys())
    unknown = sorted(modules().keys() - FLOORS.keys())

    assert ([], []) == (missing, unknown)


@pytest.mark.parametrize("module", modules())
def test_imports_only_downward(module: str) -> None:
    """A module imports verglas modules with a smaller pair, and no others."""
    faults = broken_floors(module)

    assert [] == faults, "\n".join(faults)


@pytest.mark.parametrize("module", modules())
def test_imports_verglas_at_the_top(module: str) -> None:
    """No function imports a module of verglas, and nothing is imported by a relative name."""
    inside = [
        f"{place(module, found)} {found.name} imports {name}"
        for _, found in functions(tree(module))
        for node in own_nodes(found)
        for name in imported_modules(node)
    ]
    relative = [place(module, n) for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom) and n.level]

    assert ([], []) == (inside, relative)


@pytest.mark.parametrize("module", modules())
def test_annotations_are_not_evaluated(module: str) -> None:
    """Every module that holds code starts with `from __future__ import annotations`."""
    code = [node for node in tree(module).body if not isinstance(node, ast.Expr)]
    first = [ast.unparse(node) for node in code[:1]]

    assert first in ([], ["from __future__ import annotations"])


@pytest.mark.parametrize("module", modules())
def test_file_fits_the_budget(module: str) -> None:
    """A file has at most 400 lines of code: docstrings, comments and blank lines are not counted."""

    assert code_lines(module) <= FILE_LINES


@pytest.mark.parametrize("module", modules())
def test_functions_fit_the_budget(module: str) -> None:
    """A function has at most 45 lines."""
    too_long = {name: lines for name, lines in function_lengths(module).items() if lines > FUNCTION_LINES}

    assert {} == too_long


def test_nine_functions_in_ten_are_short() -> None:
    """Nine functions in ten have at most 25 lines."""
    lengths = {name: lines for module in modules() for name, lines in function_lengths(module).items()}
    long = {name: lines for name, lines in lengths.items() if lines > NINE_IN_TEN_LINES}

    assert len(long) * 10 <= len(lengths), f"too many of {len(lengths)} functions are long: {long}"


@pytest.mark.parametrize("module", modules())
def test_asserts_nothing(module: str) -> None:
    """No `assert` holds anything up: `python -O` leaves them out."""
    asserts = [place(module, node) for node in ast.walk(tree(module)) if isinstance(node, ast.Assert)]

    assert [] == asserts


@pytest.mark.parametrize("module", modules())
def test_knows_no_any(module: str) -> None:
    """`Any` is neither imported nor reached through `typing`."""
    found = [
        place(module, node)
        for node in ast.walk(tree(module))
        if (isinstance(node, ast.ImportFrom) and any(alias.name == "Any" for alias in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "Any")
    ]

    assert [] == found


@pytest.mark.parametrize("module", modules())
def test_prints_nothing(module: str) -> None:
    """Only what talks to a terminal prints."""
    prints = [
        place(module, node)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Name) and node.id == "print" and not prints_by_design(module)
    ]

    assert [] == prints


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param("import verglas.limits", ["verglas.limits"], id="import"),
        pytest.param("import verglas.limits as l, json", ["verglas.limits"], id="import-as"),
        pytest.param("from verglas.errors import grammar", ["verglas.errors.grammar"], id="from-package-module"),
        pytest.param("from verglas.errors import NotFound", ["verglas.errors"], id="from-package-name"),
        pytest.param("from verglas import limits, URL", ["verglas.limits", "verglas"], id="from-root"),
        pytest.param("from verglasses import limits", [], id="another-package"),
    ],
)
def test_imported_modules(statement: str, expected: list[str]) -> None:
    """Every way of writing an import names the module that it needs."""
    assert expected == list(imported_modules(ast.parse(statement).body[0]))


def test_failure_is_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken floor says which file imports which, with their pairs."""
    monkeypatch.setitem(FLOORS, "verglas.wsgi", (8, 0))

    assert ["verglas/errors/http.py (1, 1) imports verglas/wsgi.py (8, 0)"] == broken_floors("verglas.errors.http")
