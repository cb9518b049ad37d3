"""What docs/typing-messages.md quotes of type checkers is what they report of its examples."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent
from typing import Final, TypeAlias, cast

import pytest
from attrs import frozen

from tests.sources import ROOT

PAGE: Final = (ROOT / "docs" / "typing-messages.md").read_text(encoding="utf-8")
DEFINITIONS: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE: Final = re.compile(
    r"^### (?P<title>.+)\n\n"
    r"```py\n(?P<code>(?:(?!```).*\n)+)```\n\n"
    r"```text\nmypy: (?P<mypy>.+)\npyright: (?P<pyright>.+)\n```\n\n\S",
    re.MULTILINE,
)
REPORT: Final = re.compile(r"^[^:]+:(?P<line>\d+): error: (?P<message>.*)$", re.MULTILINE)
TIME: Final = 300  # seconds until a checker that hangs is given up

Reports: TypeAlias = "list[tuple[int, str]]"
"""The line and the text of each error."""


@frozen
class Example:
    """A mistake of the page, with what is quoted of each checker."""

    title: str
    code: str
    mypy: str
    pyright: str


EXAMPLES: Final = [Example(**found.groupdict()) for found in EXAMPLE.finditer(PAGE)]


def program() -> tuple[str, Mapping[str, range]]:
    """All examples as one module, each in a function of its own, and the lines of each."""
    [text] = DEFINITIONS.findall(PAGE)
    places: dict[str, range] = {}
    for number, example in enumerate(EXAMPLES):
        start = text.count("\n") + 1
        text += f"def example_{number}() -> None:\n{indent(example.code, '    ')}\n"
        places[example.title] = range(start, text.count("\n") + 1)
    return text, places


def reports_of_mypy(path: Path, cache: Path) -> Reports:
    """What mypy reports of a file."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--hide-error-context", "--cache-dir", str(cache), str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip
    return [(int(found["line"]), found["message"]) for found in REPORT.finditer(done.stdout)]


def reports_of_pyright(path: Path) -> Reports:
    """What basedpyright reports of a file, which stands for pyright."""
    project = ["--project", "pyproject.toml", "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", *project, "--outputjson", str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=TIME, check=False,
    )  # fmt: skip
    return list(diagnostics(json.loads(done.stdout)))


def diagnostics(found: object) -> Iterator[tuple[int, str]]:
    """The errors in the JSON of basedpyright."""
    for one in cast("dict[str, list[dict[str, object]]]", found)["generalDiagnostics"]:
        start = cast("dict[str, dict[str, int]]", one["range"])["start"]
        yield start["line"] + 1, str(one["message"]).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_quotes(checker: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Each quote is part of a report of its example."""

    text, places = program()
    path = tmp_path / "examples_of_the_page.py"
    path.write_text(text, encoding="utf-8")
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("mypy")  # as in test_typing.py

    reports = reports_of_mypy(path, kept) if checker == "mypy" else reports_of_pyright(path)

    quotes = {one.title: one.mypy if checker == "mypy" else one.pyright for one in EXAMPLES}
    told = {title: [message for line, message in reports if line in places[title]] for title in quotes}
    assert {} == {
        title: (quote, told[title])
        for title, quote in quotes.items()
        if not any(quote in message for message in told[title])
    }


def test_every_example_is_quoted() -> None:
    """No section is left out because it is written in another form."""

    assert PAGE.count("\n### ") == PAGE.count("\n```py\n") == len(EXAMPLES) == len({one.title for one in EXAMPLES})
    assert 12 <= len(EXAMPLES)
