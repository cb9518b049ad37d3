"""Every public function that raises says so: a `Raises:` section that names each error of its own body."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.sources import RAISES_SECTION, Function, functions, listed, modules, own_nodes, place, tree

ENTRY: Final = re.compile(r"^ *(?P<names>[\w.`, ]+):", re.MULTILINE)
SOME_ERROR: Final = "(an error that is held in a variable)"


def raised_names(function: Function) -> Iterator[str]:
    """The classes that a function's own `raise` statements name; a bare `raise` passes on and names none."""
    for node in own_nodes(function):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = error.id if isinstance(error, ast.Name) else error.attr if isinstance(error, ast.Attribute) else ""
        yield name if name[:1].isupper() else SOME_ERROR


def documented_names(docstring: str) -> set[str]:
    """The classes that the `Raises:` section of a docstring names."""
    found = RAISES_SECTION.search(docstring + "\n")
    if found is None:
        return set()
    entries = ENTRY.findall(found["body"])
    return {name.strip(" `").rpartition(".")[2] for entry in entries for name in entry.split(",")}


def is_private(node: ast.AST) -> bool:
    """Whether a class or function is nobody else's business; what lies inside a function never is."""
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("_")
    if isinstance(node, Function):
        return node.name.startswith("_") and not is_dunder(node)
    return False


def is_dunder(function: Function) -> bool:
    """Whether a function is called by an operator or by the interpreter."""
    return function.name.startswith("__") and function.name.endswith("__")


def is_public(scope: tuple[ast.AST, ...], function: Function) -> bool:
    """Whether a function can be reached from outside by names without an underscore."""
    return not is_private(function) and not any(isinstance(outer, Function) or is_private(outer) for outer in scope)


def undocumented(module: ast.Module) -> list[tuple[int, str]]:
    """Public functions with the errors that they do not name; a dunder method may leave that to its class."""
    faults: list[tuple[int, str]] = []
    for scope, function in functions(module):
        if not is_public(scope, function):
            continue
        names = [outer.name for outer in scope if isinstance(outer, ast.ClassDef)]
        owners = [outer for outer in scope[-1:] if isinstance(outer, ast.ClassDef) and is_dunder(function)]
        documented = {
            name for owner in (function, *owners) for name in documented_names(ast.get_docstring(owner) or "")
        }
        for name in dict.fromkeys(raised_names(function)):
            if name not in documented and not (name == SOME_ERROR and documented):
                faults.append((function.lineno, f"{'.'.join((*names, function.name))} raises {name}"))
    return faults


def test_raises_are_documented() -> None:
    """A public function names in `Raises:` what its own body raises."""
    offenders = [f"{place(module, line)} {fault}" for module in modules() for line, fault in undocumented(tree(module))]

    assert [] == offenders, listed(offenders, "name the error, and say when it is raised, in `Raises:`")


def without_docstring(module: ast.Module) -> list[tuple[int, str]]:
    """Public functions that do not say what they are; dunder methods, stubs and overriding ones need not."""
    return [
        (function.lineno, function.name)
        for scope, function in functions(module)
        if is_public(scope, function) and not (is_dunder(function) or is_stub(function) or ast.get_docstring(function))
    ]


def is_stub(function: Function) -> bool:
    """Whether a function is documented elsewhere: it has no body, sets what a property gets, or overrides another."""
    decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in function.decorator_list}
    return ast.unparse(function.body[0]) == "..." or not decorators.isdisjoint({"override", "setter", "deleter"})


def test_public_functions_say_what_they_are() -> None:
    """A public function has a docstring."""
    offenders = [
        f"{place(module, line)} {name}" for module in modules() for line, name in without_docstring(tree(module))
    ]

    assert [] == offenders, listed(offenders, "write a docstring")


def test_modules_say_what_they_are() -> None:
    """A module that holds code has a docstring."""
    offenders = [place(module, 1) for module in modules() if tree(module).body and not ast.get_docstring(tree(module))]

    assert [] == offenders, listed(offenders, "write a docstring")


DOCUMENTED: Final = '''
def parse(text):
    """Read.

    Args:
        text: What is read.

    Raises:
        GrammarError: It is none,
            see: above.
        KeyError, verglas.LimitError: Too long.

    >>> parse("x")
    Note: no error
    """
    raise {}
'''


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(DOCUMENTED.format("GrammarError('x')"), [], id="named"),
        pytest.param(DOCUMENTED.format("LimitError"), [], id="named-second-dotted"),
        pytest.param(DOCUMENTED.format("TypeError"), [(2, "parse raises TypeError")], id="another"),
        pytest.param(DOCUMENTED.format("error"), [], id="variable"),
        pytest.param("def f():\n    raise error", [(1, f"f raises {SOME_ERROR}")], id="variable-unnamed"),
        pytest.param("def f():\n    raise", [], id="passed-on"),
        pytest.param("def _f():\n    raise KeyError", [], id="private"),
        pytest.param("class _C:\n    def f(self):\n        raise KeyError", [], id="private-class"),
        pytest.param("def f():\n    def g():\n        raise KeyError", [], id="inner"),
        pytest.param(
            "class C:\n    def f(self):\n        raise errors.E()", [(2, "C.f raises E")], id="method-attribute"
        ),
        pytest.param(
            'class C:\n    """C.\n\n    Raises:\n        E: Why.\n    """\n    def __init__(self):\n        raise E',
            [],
            id="class-documents-its-constructor",
        ),
    ],
)
def test_undocumented(source: str, expected: list[tuple[int, str]]) -> None:
    """What counts as documented."""
    assert expected == undocumented(ast.parse(source))
