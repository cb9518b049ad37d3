"""The public names: `__all__` is explicit and sorted, and every name of it exists. A law is one test."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from tests.sources import listed, modules, nodes, place, tree


@cache
def exports(module: str) -> tuple[int, list[str]]:
    """The line of `__all__` in a module (0 where it has none), and the names that it lists, in their order."""
    for node in tree(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return node.lineno, [str(name) for name in ast.literal_eval(value)]
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                return node.lineno, [str(name) for name in ast.literal_eval(value)]
            case _:
                pass
    return 0, []


def exports_that(offend: Callable[[str, str], bool]) -> list[str]:
    """The names of all `__all__` that offend, as a function of module and name decides."""
    return [
        f"{place(module, line)} {name}"
        for module in WITH_CODE
        for line, names in [exports(module)]
        for name in names
        if offend(module, name)
    ]


def imported_names(module: str) -> Iterator[str]:
    """The names that a module imports from verglas, as they are known in it."""
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "verglas":
            yield from (alias.asname or alias.name for alias in node.names)


def is_private(name: str) -> bool:
    """Whether a name starts with an underscore, those of modules such as `__version__` aside."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


# A package that holds at most a docstring exports nothing and needs not say so; `__main__` is run, not imported.
WITH_CODE: Final = [name for name in modules() if len(tree(name).body) > 1 and not name.endswith("__main__")]


def test_all_is_sorted() -> None:
    """`__all__` is there and sorted, each name once."""
    offenders = [
        f"{place(module, line or 1)} {names}"
        for module in WITH_CODE
        for line, names in [exports(module)]
        if not names or sorted(set(names)) != names
    ]

    assert [] == offenders, listed(offenders, "list the public names in `__all__`, sorted, each once")


def test_all_can_be_imported() -> None:
    """Every name of `__all__` exists."""
    offenders = exports_that(lambda module, name: name not in vars(importlib.import_module(module)))

    assert [] == offenders, listed(offenders, "define the name, or take it out of `__all__`")


def test_all_is_public() -> None:
    """`__all__` lists no private name."""
    offenders = exports_that(lambda _, name: is_private(name))

    assert [] == offenders, listed(offenders, "take the name out of `__all__`, or its underscore away")


def test_packages_export_what_they_import() -> None:
    """The `__init__` of a package imports from verglas only what it lists: there is no other reason for an import."""
    packages = [module for module, path in modules().items() if path.name == "__init__.py"]
    offenders = [
        f"{place(module, line or 1)} {name}"
        for module in packages
        for line, names in [exports(module)]
        for name in sorted(set(imported_names(module)) - set(names))
    ]

    assert [] == offenders, listed(offenders, "list the name in `__all__`, or do not import it")


def test_no_star_imports() -> None:
    """No module imports `*`."""
    offenders = [
        f"{place(module, node)} {ast.unparse(node)}"
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]

    assert [] == offenders, listed(offenders, "name what is imported")


def test_root_holds_no_logic() -> None:
    """`verglas/__init__.py` is a docstring, imports and assignments of dunder names."""
    offenders = [
        f"{place('verglas', node)} {ast.unparse(node)}"
        for node in tree("verglas").body
        if not isinstance(node, (ast.Expr, ast.ImportFrom, ast.Assign, ast.AnnAssign))
    ]

    assert [] == offenders, listed(offenders, "move the code to a module of its own")
