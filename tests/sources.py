"""The package as it is written: its modules and their syntax trees, for the tests that read code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

__all__ = [
    "ROOT",
    "Function",
    "functions",
    "listed",
    "modules",
    "nodes",
    "own_nodes",
    "path_of",
    "place",
    "text",
    "tree",
]

ROOT: Final = Path(__file__).resolve().parent.parent

RAISES_SECTION: Final = re.compile(r"^(?P<indent> *)Raises:\n(?P<body>(?:(?P=indent) +\S.*\n?|\s*\n)*)", re.MULTILINE)

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, Path]:
    """Every module of the package, by its dotted name."""
    found: dict[str, Path] = {}
    for path in sorted((ROOT / "verglas").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def text(module: str) -> str:
    """The source text of a module."""
    return modules()[module].read_text(encoding="utf-8")


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(text(module), str(modules()[module]))


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    """Every node of a module."""
    return tuple(ast.walk(tree(module)))


def path_of(module: str) -> str:
    """The path of a module, relative to the repository."""
    return str(modules()[module].relative_to(ROOT))


def place(module: str, at: ast.stmt | ast.expr | int) -> str:
    """File and line of a node, as editors and terminals understand it."""
    return f"{path_of(module)}:{at if isinstance(at, int) else at.lineno}"


def listed(offenders: Sequence[str], remedy: str) -> str:
    """The message of a law that is broken: what to do, and all the places to do it."""
    return "\n".join([f"{remedy}, in each of these places ({len(offenders)}):", *offenders])


def functions(node: ast.AST, scope: tuple[ast.AST, ...] = ()) -> Iterator[tuple[tuple[ast.AST, ...], Function]]:
    """Every function below a node, with the classes and functions that it lies in, outermost first."""
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, Function):
            yield scope, child
            inner = (*scope, child)
        elif isinstance(child, ast.ClassDef):
            inner = (*scope, child)
        yield from functions(child, inner)


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Every node of a function's body, except those of functions and classes inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (Function, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))
