"""The layering and the budgets of the package, read from its syntax trees. A law is one test: it lists all offenders.

A module imports modules of verglas only with a smaller pair of (layer, step); what it imports for type checkers alone
counts. So there can be no cycle of any kind.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import pytest

from tests.sources import Function, functions, listed, modules, nodes, own_nodes, path_of, place, text, tree

LAYERS: Final[dict[str, tuple[int, int]]] = {
    # plain data: caps, phrases, shapes
    "verglas.backports": (0, 0),
    "verglas.functions": (0, 0),
    "verglas.exchange": (0, 0),
    "verglas.values": (0, 1),
    "verglas.limits": (0, 2),
    "verglas.memos": (0, 0),
    "verglas.wsgi": (0, 1),
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
    "verglas.syntax.scalars": (2, 1),
    "verglas.syntax.bareitems": (2, 2),
    "verglas.syntax.structured": (2, 3),
    "verglas.syntax.percent": (2, 1),
    "verglas.syntax.jsontext": (2, 1),
    "verglas.syntax.contentcodings": (2, 1),
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
    "verglas.headers.arguments": (4, 2),
    "verglas.headers.mapping": (4, 3),
    "verglas.headers.mutable": (4, 4),
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
    "verglas.parts": (5, 3),
    "verglas.body": (5, 4),
    "verglas.trust": (5, 3),
    "verglas.capture": (5, 4),
    "verglas.environs": (5, 4),
    "verglas.response.status": (6, 0),
    "verglas.response.closing": (6, 0),
    "verglas.response.foreign": (6, 1),
    "verglas.response.filebodies": (6, 1),
    "verglas.response.bodies": (6, 2),
    "verglas.response.byteranges": (6, 3),
    "verglas.response.conditional": (6, 4),
    "verglas.response.frozen": (6, 5),
    "verglas.response.fields": (6, 2),
    "verglas.response.content": (6, 3),
    "verglas.response.builder": (6, 6),
    "verglas.response.changes": (6, 7),
    "verglas.response.events": (6, 7),
    "verglas.response.shorthand": (6, 7),
    "verglas.response": (6, 9),
    "verglas.rendering": (7, 0),
    "verglas.answering": (7, 1),
    "verglas.serving": (7, 2),
    "verglas.request.changes": (8, 0),
    "verglas.request.application": (8, 1),
    "verglas.request.lazy": (8, 0),
    "verglas.request.readonly": (8, 1),
    "verglas.request.names": (8, 1),
    "verglas.request.content": (8, 1),
    "verglas.request.copies": (8, 2),
    "verglas.request.settings": (8, 0),
    "verglas.request.shown": (8, 0),
    "verglas.request.model": (8, 5),
    "verglas.request.parsing": (8, 6),
    "verglas.request": (8, 9),
    "verglas.handlers": (9, 0),
    "verglas.files": (9, 0),
    # typed input, typed paths
    "verglas.inputs.problems": (10, 0),
    "verglas.inputs.converters": (10, 1),
    "verglas.inputs.drafts": (10, 1),
    "verglas.inputs.sources": (10, 2),
    "verglas.inputs.records": (10, 2),
    "verglas.inputs.model": (10, 3),
    "verglas.inputs.classes": (10, 4),
    "verglas.inputs.texts": (10, 4),
    "verglas.inputs.files": (10, 5),
    "verglas.inputs.forms": (10, 6),
    "verglas.inputs.bodies": (10, 7),
    "verglas.inputs.validators": (10, 2),
    "verglas.inputs.schemas": (10, 3),
    "verglas.inputs.jsontrees": (10, 2),
    "verglas.inputs.jsons": (10, 8),
    # what needs an extra: `json_of` imports it by name, on use
    "verglas.inputs.with_cattrs": (10, 5),
    "verglas.inputs.with_msgspec": (10, 5),
    "verglas.inputs.with_pydantic": (10, 5),
    "verglas.inputs": (10, 9),
    # what stands around a handler
    "verglas.middleware.common": (10, 0),
    "verglas.middleware.origins": (10, 1),
    "verglas.middleware.cors": (10, 2),
    "verglas.middleware.crossorigin": (10, 2),
    "verglas.middleware.logtexts": (10, 0),
    "verglas.middleware.accesslog": (10, 1),
    "verglas.middleware.exceptions": (10, 1),
    "verglas.middleware.https": (10, 1),
    "verglas.middleware.requestid": (10, 1),
    "verglas.middleware.securityheaders": (10, 1),
    "verglas.middleware.compression": (10, 1),
    "verglas.middleware.etags": (10, 1),
    "verglas.middleware.cachetable": (10, 0),
    "verglas.middleware.caching": (10, 1),
    "verglas.middleware.auth": (10, 5),
    "verglas.middleware.staticfiles": (10, 1),
    "verglas.middleware": (10, 9),
    "verglas.paths.path": (10, 4),
    "verglas.paths.tree": (10, 5),
    "verglas.paths.endpoint": (10, 5),
    "verglas.paths.routes": (10, 6),
    "verglas.paths": (10, 9),
    # what needs an extra: nothing imports it
    "verglas.useragents": (10, 0),
    "verglas.sessions.signing": (10, 1),
    "verglas.sessions.stores": (10, 1),
    "verglas.sessions.sqlite": (10, 2),
    "verglas.sessions.records": (10, 2),
    "verglas.sessions.settings": (10, 3),
    "verglas.sessions.model": (10, 4),
    "verglas.sessions.around": (10, 5),
    "verglas.sessions.csrf": (10, 5),
    "verglas.sessions": (10, 9),
    # the testing kit
    "verglas.testing.bodymasks": (10, 9),
    "verglas.testing.calls": (10, 10),
    "verglas.testing.curl": (10, 12),
    "verglas.testing.golden": (10, 12),
    "verglas.testing.jar": (10, 10),
    "verglas.testing.masks": (10, 10),
    "verglas.testing.messages": (10, 11),
    "verglas.testing.redirects": (10, 10),
    "verglas.testing.markup": (10, 10),
    "verglas.testing.formtypes": (10, 10),
    "verglas.testing.formpatterns": (10, 10),
    "verglas.testing.formcontrols": (10, 11),
    "verglas.testing.formreading": (10, 12),
    "verglas.testing.formchecks": (10, 12),
    "verglas.testing.formfilling": (10, 13),
    "verglas.testing.htmlforms": (10, 14),
    "verglas.testing.strategies.texts": (10, 10),
    "verglas.testing.strategies.values": (10, 11),
    "verglas.testing.strategies.structured": (10, 11),
    "verglas.testing.strategies.contents": (10, 11),
    "verglas.testing.strategies.policies": (10, 11),
    "verglas.testing.strategies.headervalues": (10, 12),
    "verglas.testing.strategies.messages": (10, 12),
    "verglas.testing.strategies.schemas": (10, 11),
    "verglas.testing.strategies.slots": (10, 13),
    "verglas.testing.strategies.plans": (10, 14),
    "verglas.testing.strategies.inputs": (10, 15),
    "verglas.testing.strategies.misfits": (10, 16),
    "verglas.testing.strategies": (10, 17),
    "verglas.testing.faults": (10, 10),
    "verglas.testing.validation": (10, 10),
    "verglas.testing.responses": (10, 15),
    "verglas.testing.client": (10, 16),
    "verglas.testing.fields": (10, 10),
    "verglas.testing.environparts": (10, 10),
    "verglas.testing.builder": (10, 11),
    "verglas.testing.exchanges": (10, 10),
    "verglas.testing.recording": (10, 12),
    "verglas.testing.replaying": (10, 12),
    "verglas.testing.observed": (10, 11),
    "verglas.testing.rules": (10, 12),
    "verglas.testing.probes": (10, 18),
    "verglas.testing.tableprobes": (10, 19),
    "verglas.testing.insides": (10, 12),
    "verglas.testing": (10, 18),
    "verglas.testing.checks": (10, 20),
    # the public face, then what runs
    "verglas": (11, 0),
    "verglas.inspector.markup": (12, 0),
    "verglas.inspector.reading": (12, 0),
    "verglas.inspector.server": (12, 0),
    "verglas.inspector.pages": (12, 1),
    "verglas.inspector.app": (12, 2),
    "verglas.inspector.command": (12, 3),
    "verglas.inspector": (12, 4),
    "verglas.__main__": (12, 9),
    "verglas.testing.__main__": (12, 0),
}

FILE_LINES: Final = 400  # of code: a docstring or a comment is never a reason to cut a file in two
FUNCTION_LINES: Final = 45
NINE_IN_TEN_LINES: Final = 25
NOT_CODE: Final = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
FUTURE: Final = "from __future__ import annotations"


def prints_by_design(module: str) -> bool:
    """Whether a module talks to a terminal."""
    return module in ("verglas.__main__", "verglas.testing.__main__") or module.split(".")[1:2] == ["inspector"]


def imported_modules(node: ast.AST) -> Iterator[str]:
    """The modules of verglas that one statement imports: `from a import b` is `a.b` where that is a module."""
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "verglas")
        case ast.ImportFrom(module=str(source)) if source.split(".")[0] == "verglas":
            names = (f"{source}.{alias.name}" for alias in node.names)
            yield from (name if name in LAYERS or name in modules() else source for name in names)
        case _:
            pass


def broken_layers(module: str) -> list[str]:
    """The imports of a module from its own pair or above."""
    own = LAYERS.get(module)
    if own is None:
        return [f"{place(module, 1)} is not in LAYERS: give it a layer and a step"]
    lines: dict[str, int] = {}
    for node in nodes(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported_modules(node):
                lines.setdefault(name, node.lineno)
    return [
        f"{place(module, line)} {own} imports {path_of(name) if name in modules() else name}"
        f" {LAYERS.get(name, 'without a layer')}"
        for name, line in lines.items()
        if name not in LAYERS or LAYERS[name] >= own
    ]


def code_lines(source: str) -> int:
    """Lines of a text that hold code: neither blank lines nor comments nor docstrings."""
    docstrings = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in NOT_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - docstrings)


def body_lines(function: Function) -> int:
    """Lines of a function from the first statement after its docstring to its end."""
    first = 1 if ast.get_docstring(function, clean=False) is not None else 0
    return (function.end_lineno or 0) - function.body[first].lineno + 1 if function.body[first:] else 0


@cache
def function_lengths() -> dict[str, int]:
    """Every function of the package, by place and name, with its lines."""
    return {
        f"{place(module, found)} {found.name}": body_lines(found)
        for module in modules()
        for _, found in functions(tree(module))
    }


def places(offends: Callable[[str, ast.AST], bool]) -> list[str]:
    """Where the nodes of the package are that offend, as a function of module and node decides."""
    return [
        f"{place(module, node)} {ast.unparse(node)}"
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.stmt | ast.expr) and offends(module, node)
    ]


def test_table_holds_every_module() -> None:
    """The table and the package list the same modules."""
    missing = sorted(LAYERS.keys() - modules().keys())
    unknown = sorted(modules().keys() - LAYERS.keys())

    assert ([], []) == (missing, unknown)


def test_imports_only_downward() -> None:
    """A module imports verglas modules with a smaller pair, and no others."""
    offenders = [fault for module in modules() for fault in broken_layers(module)]

    assert [] == offenders, listed(offenders, "move what both modules need to a lower layer")


def test_imports_verglas_at_the_top() -> None:
    """No function imports a module of verglas."""
    offenders = [
        f"{place(module, node)} {found.name} imports {name}"
        for module in modules()
        for _, found in functions(tree(module))
        for node in own_nodes(found)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported_modules(node)
    ]

    assert [] == offenders, listed(offenders, "import at the top of the module")


def test_imports_by_full_names() -> None:
    """Nothing is imported by a relative name."""
    offenders = places(lambda _, node: isinstance(node, ast.ImportFrom) and bool(node.level))

    assert [] == offenders, listed(offenders, "name the whole module, from verglas on")


def test_annotations_are_not_evaluated() -> None:
    """Every module that holds code starts with `from __future__ import annotations`."""
    firsts = {
        module: next((node for node in tree(module).body if not isinstance(node, ast.Expr)), None)
        for module in modules()
    }
    offenders = [
        f"{place(module, node)} {ast.unparse(node).partition(chr(10))[0]}"
        for module, node in firsts.items()
        if node is not None and ast.unparse(node) != FUTURE
    ]

    assert [] == offenders, listed(offenders, f"put `{FUTURE}` above")


def test_files_fit_the_budget() -> None:
    """A file has at most 400 lines of code."""
    long = [module for module in modules() if text(module).count("\n") > FILE_LINES]
    lengths = {module: code_lines(text(module)) for module in long}
    offenders = [f"{place(module, 1)} {lines}" for module, lines in lengths.items() if lines > FILE_LINES]

    assert [] == offenders, listed(offenders, f"leave at most {FILE_LINES} lines of code in a file")


def test_functions_fit_the_budget() -> None:
    """A function has at most 45 lines."""
    offenders = [f"{name} {lines}" for name, lines in function_lengths().items() if lines > FUNCTION_LINES]

    assert [] == offenders, listed(offenders, f"leave at most {FUNCTION_LINES} lines in a function")


def test_nine_functions_in_ten_are_short() -> None:
    """Nine functions in ten have at most 25 lines."""
    lengths = function_lengths()
    long = [f"{name} {lines}" for name, lines in lengths.items() if lines > NINE_IN_TEN_LINES]

    assert len(long) * 10 <= len(lengths), listed(
        long, f"shorten some to {NINE_IN_TEN_LINES} lines: a tenth of {len(lengths)} functions may be longer"
    )


def test_asserts_nothing() -> None:
    """No `assert` holds anything up: `python -O` leaves them out."""
    offenders = places(lambda _, node: isinstance(node, ast.Assert))

    assert [] == offenders, listed(offenders, "raise an error")


def test_knows_no_any() -> None:
    """`Any` is neither imported nor reached through `typing`."""
    offenders = places(
        lambda _, node: (
            (isinstance(node, ast.ImportFrom) and any(alias.name == "Any" for alias in node.names))
            or (isinstance(node, ast.Attribute) and node.attr == "Any")
        )
    )

    assert [] == offenders, listed(offenders, "say `object` or the type")


def test_prints_nothing() -> None:
    """Only what talks to a terminal prints."""
    offenders = places(
        lambda module, node: isinstance(node, ast.Name) and node.id == "print" and not prints_by_design(module)
    )

    assert [] == offenders, listed(offenders, "return the text, or raise an error with it")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("# a comment\n\nx = 1  # another\n", 1, id="comments"),
        pytest.param('"""A module.\n\nMore.\n"""\n\nx = 1\n', 1, id="module-docstring"),
        pytest.param('def f():\n    """F."""\n    return 1\n', 2, id="function-docstring"),
        pytest.param('class C:\n    x: int = 0\n    """X."""\n', 2, id="attribute-docstring"),
        pytest.param('x = """\n# data\n\n"""\n', 4, id="text-of-several-lines-is-code"),
        pytest.param("x = [\n    1,\n    # why\n]\n", 3, id="statement-of-several-lines"),
    ],
)
def test_code_lines(source: str, expected: int) -> None:
    """Blank lines, comments and docstrings are not counted."""
    assert expected == code_lines(source)


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
    """A broken layering says which file imports which, with their pairs."""
    monkeypatch.setitem(LAYERS, "verglas.wsgi", (8, 0))

    (fault,) = broken_layers("verglas.errors.http")

    assert re.fullmatch(r"verglas/errors/http\.py:\d+ \(1, 1\) imports verglas/wsgi\.py \(8, 0\)", fault)
