"""`json_of` with one library alone and without: in a child process, in which the others cannot be imported."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from tests.sources import ROOT

LIBRARIES: Final = ("cattrs", "msgspec", "pydantic")

PRELUDE: Final = """
import sys
for library in sys.argv[1].split(","):
    sys.modules[library] = None
import attrs, dataclasses
from typing import TypedDict
from verglas import Request
from verglas.inputs import body, json_of
LIBRARIES = ("cattrs", "msgspec", "pydantic")
assert not [name for name in LIBRARIES if sys.modules.get(name)], "verglas.inputs imports a library"
"""

KINDS: Final = {
    "cattrs": """
@attrs.frozen
class Note:
    text: str
""",
    "msgspec": """
import msgspec
class Note(msgspec.Struct):
    text: str
""",
    "pydantic": """
import pydantic
class Note(pydantic.BaseModel):
    text: str
""",
}

READ: Final = """
note = body(json_of(Note))
request = note.write(Request(), Note(text="ice"))
assert note.read(request).text == "ice"
print(note.attempt(Request.from_values(json={"text": 5, "more": 1})))
loaded = [name for name in LIBRARIES if sys.modules.get(name)]
assert loaded == [LIBRARY], loaded
"""


def run(code: str, hidden: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run code in a child process, in which some libraries cannot be imported."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + code, ",".join(hidden) or "nothing"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
def test_needs_one_library_alone(library: str) -> None:
    """The types of a library are read without the others, and nothing else is imported."""
    others = tuple(other for other in LIBRARIES if other != library)

    done = run(KINDS[library] + READ.replace("LIBRARY]", f"{library!r}]"), others)

    assert "" == done.stderr
    assert ["422 Unprocessable Content: body /text:", "body /more: is not expected here"] == [
        line if line.startswith("body") else line[: line.index("text:") + 5] for line in done.stdout.splitlines()
    ]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("attrs.make_class('Note', ['text'])", id="attrs"),
        pytest.param("dataclasses.make_dataclass('Note', ['text'])", id="dataclass"),
        pytest.param("TypedDict('Note', {'text': str})", id="typed-dict"),
        pytest.param("list[int]", id="list"),
    ],
)
def test_says_which_extra_is_missing(kind: str) -> None:
    """Without the library, the error is where the decoder is made, and says what to install."""
    done = run(f"json_of({kind})", LIBRARIES)

    assert "TypeError: json_of(" in done.stderr
    assert "install verglas[cattrs]" in done.stderr.splitlines()[-1]


def test_needs_no_library_by_itself() -> None:
    """Everything else of `verglas.inputs` works without any of them."""
    done = run("print(body(bytes.upper).read(Request(method='POST', body=b'a')))", LIBRARIES)

    assert ("b'A'\n", "") == (done.stdout, done.stderr)
