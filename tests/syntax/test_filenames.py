"""File names that somebody else chose."""

from __future__ import annotations

import mimetypes
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import safe_filename
from verglas.syntax.filenames import OCTETS, guess_type

HARD = st.lists(
    st.sampled_from([".", "..", "/", "\\", " ", "CON", "nul", "LPT\xb9", ":", "\0", "\u202e", "\u0301", ".txt", "é"])
    | st.text(max_size=4)
).map("".join)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("a.txt", "a.txt", id="plain"),
        pytest.param("passwd", "../../etc/passwd", id="cve-2026-24486-traversal"),
        pytest.param("x", "/etc/x", id="absolute"),
        pytest.param("x.txt", "C:\\a\\x.txt", id="windows-path"),
        pytest.param("x", "\\\\server\\share\\x", id="cve-2024-49766-unc"),
        pytest.param("Cx", "C:x", id="cve-2019-14322-drive"),
        pytest.param("file", "", id="empty"),
        pytest.param("file", "...", id="dots"),
        pytest.param("file", "..", id="parent"),
        pytest.param("file", "a/", id="ends-in-a-separator"),
        pytest.param("htaccess", ".htaccess", id="leading-dot"),
        pytest.param("a.txt", "a.txt. .", id="trailing-dots-and-spaces"),
        pytest.param("\u6587\u4ef6.txt", "\u6587\u4ef6.txt", id="other-scripts-stay"),
        pytest.param("\xe9.txt", "e\u0301.txt", id="nfc"),
        pytest.param("agpj.exe", "a\u202egpj.exe", id="bidi-override"),
        pytest.param("ab", "a\r\n\0\x1b\x7fb", id="controls"),
        pytest.param("ab.txt", 'a"<>|?*b.txt', id="windows-characters"),
        pytest.param("_NUL", "NUL", id="cve-2025-66221-device"),
        pytest.param("_con.txt", "con.txt", id="cve-2026-21860-extension"),
        pytest.param("_CON  .txt", "CON  .txt", id="cve-2026-21860-spaces"),
        pytest.param("_NUL", "dir/NUL", id="cve-2026-27199-segment"),
        pytest.param("_COM\xb9", "COM\xb9", id="cve-2025-66221-superscript"),
        pytest.param("_CONIN$", "CONIN$", id="cve-2025-66221-conin"),
        pytest.param("console", "console", id="no-device"),
        pytest.param("_nul.tar.gz", "nul.tar.gz", id="device-two-extensions"),
    ],
)
def test_safe(expected: str, name: str) -> None:
    """The last part, without what could harm on any platform."""

    assert expected == safe_filename(name)


@given(HARD)
def test_is_safe_whatever_comes(name: str) -> None:
    """Never empty, no separator, no control, no leading dot, not too long, and a device nowhere."""

    safe = safe_filename(name)

    assert (set(), True) == (set(safe) & set('/\\<>:"|?*\0'), 0 < len(safe.encode()) <= 255)
    assert (False, False) == (safe[0] in ". ", safe[-1] in ". ")
    assert [] == [c for c in safe if unicodedata.category(c).startswith("C")]
    assert safe.partition(".")[0].rstrip(" ").upper() not in {"CON", "NUL", "LPT\xb9", "PRN", "AUX"}


@given(HARD)
def test_is_safe_already(name: str) -> None:
    """What is safe stays as it is."""

    safe = safe_filename(name)

    assert safe == safe_filename(safe)


@pytest.mark.parametrize(
    "name", ["a" * 400 + ".jpeg", "\u6587" * 200 + ".txt", "." + "x" * 300, "CON" + " " * 400 + ".txt"]
)
def test_length(name: str) -> None:
    """A long name is cut by bytes, between characters, and keeps its extension."""

    safe = safe_filename(name)

    assert len(safe.encode()) <= 255
    assert len(name.rpartition(".")[2]) > 16 or safe.endswith(name[-4:])


def test_fallback() -> None:
    """The application says what an empty name is called."""

    assert "upload" == safe_filename("///", fallback="upload")


NAMES = st.lists(
    st.sampled_from(
        [*"./aZ\u00e9", "data:", "html", "TXT", ".gz", ".Z", ".tgz", ".tar", ".SVGZ", ".svg", ".mp4", ".bin", ".."]
    )
).map("".join)


@given(NAMES)
def test_type_is_that_of_the_standard_library(name: str) -> None:
    """The type of a name without a coding is the one that `mimetypes` gives."""
    expected, coding = mimetypes.guess_type("./" + name.rpartition("/")[2])
    found = guess_type(name, saved=False)

    assert (expected or OCTETS, None) == found if coding is None else found[1] in (coding, None)
