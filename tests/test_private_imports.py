"""Tests and examples name public things: so the package can be rearranged, and they say whether it still works."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.sources import ROOT, listed

TESTS: Final = Path(__file__).parent

PUBLIC: Final = {
    "verglas",
    "verglas.errors",
    "verglas.headers",
    "verglas.inputs",
    "verglas.middleware",
    "verglas.paths",
    "verglas.request",
    "verglas.response",
    "verglas.sessions",
    "verglas.sessions.csrf",
    "verglas.testing",
    "verglas.testing.checks",
    "verglas.testing.strategies",
    "verglas.useragents",
    "verglas.wsgi",
}

# Folders in which each grammar of `verglas.syntax`, which has no public name, is tested by itself.
GRAMMARS: Final = ("syntax", "properties")

ALLOWED: Final = {
    "data/multipart.py": "reads forms with the parser that tests/syntax and tests/properties are about",
    "test_embedded_server.py": "the inspector has no public name but its command",
    "test_inspector.py": "as above: the inspector",
    "typing/checks.py": "the type of what a decorated method is has no public name",
}


def private_names(source: str) -> Iterator[str]:
    """What a file imports of verglas that is not in the `__all__` of a public module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if is_of_verglas(alias.name) and alias.name not in PUBLIC)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and is_of_verglas(node.module):
            public: list[str] = import_module(node.module).__all__ if node.module in PUBLIC else []
            named = {alias.name: f"{node.module}.{alias.name}" for alias in node.names if alias.name not in public}
            yield from (name for name in named.values() if name not in PUBLIC)


def is_of_verglas(module: str) -> bool:
    """Whether a module is the package or within it."""
    return module.partition(".")[0] == "verglas"


def offenders() -> dict[str, list[str]]:
    """The files that name what is private, with what they name."""
    found = {
        path.relative_to(TESTS).as_posix(): sorted(private_names(path.read_text(encoding="utf-8")))
        for path in TESTS.rglob("*.py")
        if path.relative_to(TESTS).parts[0] not in GRAMMARS
    }
    return {name: names for name, names in sorted(found.items()) if names}


def test_tests_name_public_things() -> None:
    """No test imports what is private, but for the grammars and a short list; and nothing is on it in vain."""
    found = offenders()
    wrong = [f"tests/{name} imports {', '.join(names)}" for name, names in found.items() if name not in ALLOWED]
    in_vain = sorted(ALLOWED.keys() - found.keys())

    assert not wrong, (
        "test the behaviour through a public name, or take a helper from verglas.testing, tests/kit.py or the standard "
        "library; only what has no public name at all is allowed, with its reason in ALLOWED:\n" + "\n".join(wrong)
    )
    assert not in_vain, f"these import nothing private any more, take them off ALLOWED: {in_vain}"


def test_examples_name_public_things() -> None:
    """No example imports what is private: it shows what an application can do."""
    offending = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / "examples").rglob("*.py"))
        for name in private_names(path.read_text(encoding="utf-8"))
    ]

    assert [] == offending, listed(offending, "import a public name of verglas, or use the standard library")


def test_private_names() -> None:
    """Imports of a private module, of a private name and of a submodule are found; public ones are not."""
    source = (
        "import verglas, verglas.spool\nfrom verglas import Request, headers, spool\n"
        "def later():\n    from verglas.headers.lines import Memo\n    from verglas.headers import ETag, Memo\n"
    )

    assert ["verglas.headers.Memo", "verglas.headers.lines.Memo", "verglas.spool", "verglas.spool"] == sorted(
        private_names(source)
    )
