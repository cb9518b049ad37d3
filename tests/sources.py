"""The package as it is written: its modules and their syntax trees, for the tests that read code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

__all__ = ["ROOT", "Function", "functions", "modules", "own_nodes", "tree"]

ROOT: Final = Path(__file__).resolve().parent.parent

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
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    path = modules()[module]
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


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
