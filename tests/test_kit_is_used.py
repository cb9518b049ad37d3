"""Requests of our own tests are made by the kit that users have: no environ, and no server, is written by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.sources import ROOT

TESTS: Final = ROOT / "tests"

# A file, or a folder, may write environs by hand, for a reason.
ALLOWED: Final = {
    "servers/": "what real servers hand over is noted key by key",
    "kit.py": "it makes them",
    "weighing.py": "the frames of a call are counted exactly, and are to be those of the application alone",
    "corners/test_environs.py": "what an environ lacks is its subject",
    "corners/test_shared_environs.py": "an environ that several libraries read is its subject",
    "corners/test_trust.py": "what proxies put into an environ is its subject",
    "contracts/test_truth.py": "every key that a server may set, with a value that is not the kit's",
    "request/test_urlnames.py": "each name, of environs that have that key alone",
    "test_environs_fuzz.py": "environs of nonsense are its subject",
    "test_framing.py": "the keys that say where a body ends are its subject",
    "test_handlers.py": "an environ that is empty",
    "test_request_head.py": "a head is read from the keys that there are, however few",
    "test_trust.py": "what proxies put into an environ is its subject",
    "testing/": "the kit's own tests",
    "typing/": "these calls are checked, and not made",
}

INSTEAD: Final = (
    "make the request with `Request(url=..., headers=...)` or `Request.from_values(...)`, or its environ with "
    "`environ_of` or `posted` of tests/kit.py; call the application with `verglas.testing.call`, or with `WSGICall` "
    "where it fails or the server does. A file whose very subject are environs is put into ALLOWED, with that reason:"
)

KEYS: Final = frozenset(
    {"REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"}
    | {"SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_USER", "REMOTE_PORT"}
)
# A key of these beside one of `wsgi.` is no change to an environ, but one.
ESSENTIAL: Final = frozenset({"REQUEST_METHOD", "PATH_INFO", "SERVER_NAME", "HTTP_HOST"})

# Without any of these in its text, a module need not be parsed.
HINT: Final = re.compile(
    rf"""["'](?:HTTP_|wsgi\.|(?:{"|".join(sorted(KEYS))})["'])|[( ]\{{\}}[,)]"""
    r"|def _?start_response|status: str, \w+: list|lambda status|setup_testing_defaults"
)

# They take keys that are set in an environ, or a part of one by its nature.
OF_PARTS: Final = frozenset({"captured", "example", "fixed_dictionaries", "param", "update", "wrap_file"})
# They take an environ, so that an empty dict is one.
OF_ENVIRONS: Final = frozenset(
    {"Request", "from_app", "get_app_iter", "get_wsgi_headers", "parse", "parse_environ", "try_parse"}
)


def keys_of(node: ast.Dict) -> set[str]:
    """The keys of an environ that a dict display has."""
    named = {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return {name for name in named if name in KEYS or name.startswith(("HTTP_", "wsgi."))}


def name_of(node: ast.expr) -> str:
    """The name of a thing or of a member; empty for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_of_parts(call: ast.Call) -> bool:
    """Whether what is called takes keys, or a part of an environ."""
    return name_of(call.func) in OF_PARTS or ast.unparse(call.func) == "RequestHead.of"


def is_given_an_environ(call: ast.Call) -> bool:
    """Whether a call has an argument that is an environ, written out."""
    dicts = [argument for argument in call.args if isinstance(argument, ast.Dict)]
    if not dicts or is_of_parts(call):
        return False
    of_environs = name_of(call.func) in OF_ENVIRONS or any(
        name_of(argument) in ("ignore", "start_response") for argument in call.args
    )
    return any(keys_of(one) or (of_environs and not one.keys) for one in dicts)


def names_handed_to(call: ast.Call) -> set[str]:
    """The names of what is handed to a call that takes an environ."""
    if name_of(call.func) not in OF_ENVIRONS | {"call"}:
        return set()
    return {argument.id for argument in call.args if isinstance(argument, ast.Name)}


def names_an_environ(node: ast.Assign | ast.AnnAssign, handed: set[str]) -> bool:
    """Whether a dict display is given a name that is an environ's, by what it says or by where it is handed.

    Args:
        node: The assignment.
        handed: Names of what is handed to calls that take an environ.
    """
    value = node.value
    if not isinstance(value, ast.Dict) or not keys_of(value) or None in value.keys or is_whole(value):
        return False
    names = {name_of(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target])}
    return "environ" in names or not names.isdisjoint(handed)


def is_whole(node: ast.Dict) -> bool:
    """Whether a dict display is an environ, and not some keys for one."""
    keys = keys_of(node)
    return bool(keys & ESSENTIAL) and any(key.startswith("wsgi.") for key in keys)


def serves(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a function is a `start_response`, by its name or by what it takes."""
    name = node.name if isinstance(node, ast.FunctionDef) else ""
    if name.startswith("test_"):
        return False
    if name.strip("_") == "start_response":
        return True
    taken = [*node.args.posonlyargs, *node.args.args]
    if [one.arg for one in taken[:1]] != ["status"] or len(taken) not in (2, 3):
        return False
    second = taken[1].annotation
    return "list[tuple[str, str]]" in ast.unparse(second) if second else taken[1].arg in ("headers", "lines", "fields")


def holds_changes(node: ast.AST) -> Iterator[ast.expr]:
    """What a node holds that may be a dict of keys for an environ, and is none itself."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.AugAssign):
        yield node.value
    elif isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg is None)
        if any(isinstance(argument, ast.Dict) for argument in node.args) and is_of_parts(node):
            yield from node.args


def offences(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a module in which a request is made by hand, and what is.

    Args:
        source: The text of the module.
    """
    if not HINT.search(source):
        return
    changes = set[ast.expr]()
    nodes = [*ast.walk(ast.parse(source))]  # what holds a node comes before it
    handed = {name for node in nodes if isinstance(node, ast.Call) for name in names_handed_to(node)}
    for node in nodes:
        changes.update(holds_changes(node))
        if isinstance(node, ast.Call) and is_given_an_environ(node):
            yield node.lineno, "an environ is given"
        elif isinstance(node, ast.Dict) and is_whole(node) and node not in changes:
            yield node.lineno, "an environ is written out"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and names_an_environ(node, handed):
            yield node.lineno, "an environ is given a name"
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)) and serves(node):
            yield node.lineno, "a start_response of its own"
        elif isinstance(node, ast.ImportFrom) and "setup_testing_defaults" in {one.name for one in node.names}:
            yield node.lineno, "an environ of wsgiref"


def place_of(name: str) -> str:
    """The entry of `ALLOWED` that a file falls under, or its own name."""
    return next((place for place in ALLOWED if place.endswith("/") and name.startswith(place)), name)


def found() -> dict[str, list[str]]:
    """What each file, or allowed folder, makes by hand."""
    places: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        name = path.relative_to(TESTS).as_posix()
        for line, what in offences(path.read_text(encoding="utf-8")):
            places.setdefault(place_of(name), []).append(f"tests/{name}:{line}: {what}")
    return places


def test_requests_are_made_by_the_kit() -> None:
    """No file makes one by hand but those that say why; and none says so in vain."""
    places = found()
    wrong = [line for place, lines in places.items() if place not in ALLOWED for line in lines]
    in_vain = sorted(place for place in ALLOWED.keys() - places.keys() if place.endswith(".py"))

    assert not wrong, "\n".join([INSTEAD, *wrong])
    assert not in_vain, f"these make nothing by hand any more, take them off ALLOWED: {in_vain}"


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        pytest.param(["an environ is given"], "Request({'HTTP_HOST': 'a'})", id="request"),
        pytest.param(["an environ is given"], "Request({})", id="request-of-nothing"),
        pytest.param(["an environ is given"], "call(app, {'PATH_INFO': '/'})", id="call"),
        pytest.param(["an environ is given"], "application(f)({}, ignore)", id="application"),
        pytest.param(
            ["an environ is written out"], "environ = {'PATH_INFO': '/', 'wsgi.input': body}", id="written-out"
        ),
        pytest.param(["an environ is given a name"], "environ: dict[str, object] = {'PATH_INFO': '/'}", id="named"),
        pytest.param(["an environ is given a name"], "bad = {'PATH_INFO': '/'}\nRequest(bad)", id="named-and-handed"),
        pytest.param(["a start_response of its own"], "def start_response(*_): ...", id="start-response"),
        pytest.param(
            ["a start_response of its own"], "def f(status: str, lines: list[tuple[str, str]]): ...", id="by-type"
        ),
        pytest.param(["a start_response of its own"], "app(environ, lambda status, headers: None)", id="lambda"),
        pytest.param(
            ["an environ of wsgiref"], "from wsgiref.util import setup_testing_defaults", id="wsgiref"
        ),
        pytest.param([], "call(app, HTTP_HOST='a', **{'REQUEST_METHOD': 'GET', 'wsgi.input': body})", id="keys"),
        pytest.param([], "environ_of() | {'PATH_INFO': '/', 'wsgi.input': body}", id="changes"),
        pytest.param([], "extra = {'HTTP_HOST': 'a'}\ncall(app, **extra)", id="named-keys"),
        pytest.param([], "pytest.param({'HTTP_HOST': 'a'}, {'PATH_INFO': '/', 'HTTP_RANGE': 'x'})", id="rows"),
        pytest.param([], "def app(environ, start_response): ...", id="application-of-others"),
        pytest.param([], "Headers.captured({'HTTP_A': 'b'})", id="part-of-an-environ"),
        pytest.param([], "streaming(200, {})", id="another-dict"),
    ],
)  # fmt: skip
def test_offences(expected: list[str], source: str) -> None:
    """What is one, and what is not."""
    assert expected == [what for _, what in offences(source)]
