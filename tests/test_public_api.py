"""The public face: `__all__` is explicit, sorted, true."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from typing import Final

import pytest

from tests.sources import modules, tree


def exported(module: str) -> list[str]:
    """What `__all__` of a module lists, in its order."""
    for node in tree(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return [str(name) for name in ast.literal_eval(value)]
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                return [str(name) for name in ast.literal_eval(value)]
            case _:
                pass
    return []


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


@pytest.mark.parametrize("module", WITH_CODE)
def test_all_is_sorted(module: str) -> None:
    """`__all__` is there and sorted, each name once."""
    names = exported(module)

    assert sorted(set(names)) == names
    assert names


@pytest.mark.parametrize("module", WITH_CODE)
def test_all_can_be_imported(module: str) -> None:
    """Every name of `__all__` exists."""
    namespace = vars(importlib.import_module(module))

    assert [] == [name for name in exported(module) if name not in namespace]


@pytest.mark.parametrize("module", WITH_CODE)
def test_all_is_public(module: str) -> None:
    """`__all__` lists no private name."""
    assert [] == [name for name in exported(module) if is_private(name)]


@pytest.mark.parametrize("module", [name for name, path in modules().items() if path.name == "__init__.py"])
def test_package_exports_what_it_imports(module: str) -> None:
    """The `__init__` of a package imports from verglas only what it lists: there is no other reason for an import."""
    assert [] == sorted(set(imported_names(module)) - set(exported(module)))


@pytest.mark.parametrize("module", modules())
def test_no_star_imports(module: str) -> None:
    """No module imports `*`."""
    stars = [
        ast.unparse(node)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]

    assert [] == stars


def test_root_holds_no_logic() -> None:
    """`verglas/__init__.py` is a docstring, imports and assignments of dunder names."""
    others = [
        ast.unparse(node)
        for node in tree("verglas").body
        if not isinstance(node, (ast.Expr, ast.ImportFrom, ast.Assign, ast.AnnAssign))
    ]

    assert [] == others
