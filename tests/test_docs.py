"""Every example runs: in docstrings, in the README, in docs/. The blocks of one page share their names.

Those of pages pass a type checker as well, since they are what users begin with.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

import pytest

from tests.sources import ROOT, modules, nodes

FENCE: Final = re.compile(r"^```python[^\n]*\n(?P<code>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
FRAGMENT: Final = re.compile(r"[a-z0-9-]+\.(?:security|removed|deprecated|added|changed|fixed)\.md")
PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TIME: Final = 300  # seconds until a checker that hangs is given up


def examples() -> Iterator[tuple[str, int, str]]:
    """Module, line and text of every docstring with an example, those after an assignment included."""
    for module in modules():
        for node in nodes(module):
            match node:
                case ast.Expr(value=ast.Constant(value=str(text))) if ">>>" in text:
                    yield module, node.lineno, text
                case _:
                    pass


def failures(text: str, names: dict[str, object], title: str, path: Path, line: int) -> str:
    """What goes wrong when the `>>>` examples of a text are run, as doctest tells it; "" when all is well."""
    found = doctest.DocTestParser().get_doctest(text, names, title, str(path), line - 1)
    told = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(found, out=told.write, clear_globs=False)
    names.update(found.globs)  # a session has a copy of them
    return told.getvalue()


def blocks(page: str) -> Iterator[tuple[int, str]]:
    """Line and code of every Python block of a page."""
    for found in FENCE.finditer(page):
        yield page.count("\n", 0, found.start("code")) + 1, found["code"]


def run_block(code: str, names: dict[str, object], path: Path, line: int) -> None:
    """Run one block of a page: a session where it shows prompts, else a program whose tracebacks name the page."""
    if code.lstrip().startswith(">>>"):
        told = failures(code, names, path.name, path, line)
        if told:
            pytest.fail(told, pytrace=False)
    else:
        exec(compile("\n" * (line - 1) + code, path, "exec", dont_inherit=True), names)


# A row for each docstring: an example is a program of its own, not one more place that a law holds for. A row is named
# after module and line of the docstring, so a failing example is found there, and can be run alone.
@pytest.mark.parametrize(
    ("module", "line", "text"), [pytest.param(*example, id=f"{example[0]}:{example[1]}") for example in examples()]
)
def test_docstring_examples(module: str, line: int, text: str) -> None:
    """The examples of a docstring give what they show."""
    names = dict(vars(importlib.import_module(module)))
    told = failures(text, names, module, modules()[module], line)

    if told:
        pytest.fail(told, pytrace=False)


def functions(code: CodeType) -> Iterator[tuple[str, int]]:
    """Name and line of every function within a compiled text."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & inspect.CO_NEWLOCALS and constant.co_flags & inspect.CO_OPTIMIZED:
                yield constant.co_name, constant.co_firstlineno
            yield from functions(constant)


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in PAGES])
def test_page_examples(path: Path) -> None:
    """The Python blocks of a page run, one after the other, and every function in them is called."""
    names: dict[str, object] = {"__name__": "__page__"}
    called: set[tuple[str, int]] = set()
    defined: set[tuple[str, int]] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call" and frame.f_code.co_filename == str(path):
            called.add((frame.f_code.co_name, frame.f_code.co_firstlineno))

    before = sys.getprofile()
    for line, code in blocks(path.read_text(encoding="utf-8")):
        sys.setprofile(note)
        try:
            run_block(code, names, path, line)
        finally:
            sys.setprofile(before)
        if not code.lstrip().startswith(">>>"):
            defined |= set(functions(compile("\n" * (line - 1) + code, path, "exec", dont_inherit=True)))

    assert [] == sorted(defined - called), "call what an example defines: it may not work"


def program(page: str) -> str:
    """The blocks of a page as one module, each on the lines that it has in the page; sessions are left out."""
    joined = ""
    for line, code in blocks(page):
        if not code.lstrip().startswith(">>>"):
            joined += "\n" * (line - 1 - joined.count("\n")) + code
    return joined


def test_pages_check(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The Python blocks of all pages pass mypy --strict: a line of a message is a line of the page."""
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("mypy-pages")  # what it knows of files that have not changed since the last run
    programs = {path: program(path.read_text(encoding="utf-8")) for path in PAGES}
    for path, code in programs.items():
        (tmp_path / f"page_{path.stem.replace('-', '_')}.py").write_text(code, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(kept), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout + done.stderr
    assert 9 < len([code for code in programs.values() if code])


def anchors(page: Path) -> set[str]:
    """What links within a page may name: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    """The relative links of a page that lead to no file, or to no heading of a page."""
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        target, _, anchor = str(link).partition("#")
        found = page.parent / target if target else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            yield f"{page.relative_to(ROOT)}: {link}"


def test_links_lead_somewhere() -> None:
    """A relative link of a page names a file that exists, and a heading that it has."""

    assert [] == [link for page in PAGES for link in broken_links(page)]


def test_changelog_fragments_are_named_for_their_kind() -> None:
    """A fragment is called `<what>.<kind>.md`, as changelog.d/README.md says, and holds text."""
    fragments = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "changelog.d").iterdir()}
    del fragments["README.md"]

    assert [] == [name for name, text in fragments.items() if not FRAGMENT.fullmatch(name) or not text.strip()]


def test_failing_session_is_told() -> None:
    """A session that gives something else is told with both."""
    told = failures(">>> 1 + 1\n3\n", {}, "page", Path("page.md"), 1)

    assert "Expected:" in told
    assert "Got:" in told


def test_blocks_share_their_names() -> None:
    """A later block of a page knows what an earlier one defined."""
    page = "# T\n\n```python\nx = 1\n```\n\ntext\n\n```python\n>>> x\n1\n>>> y = 2\n```\n\n```sh\nno\n```\n"
    names: dict[str, object] = {}
    for line, code in blocks(page):
        run_block(code, names, Path("page.md"), line)

    assert [4, 10] == [line for line, _ in blocks(page)]
    assert "\n\n\nx = 1\n" == program(page)
    assert (1, 2) == (names["x"], names["y"])
