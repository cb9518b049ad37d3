"""Paths that a client chose, kept within a folder by every platform's rules at once."""

from __future__ import annotations

import ntpath
import posixpath
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import safe_join

PORTS = [f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789\xb9\xb2\xb3"]
DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *PORTS]

HARD = st.lists(
    st.sampled_from(
        ["..", ".", "/", "//", "\\", "C:", "C:/", " ", "\0", "\n", "NUL", "con", ".txt", "COM\xb9", "a", "é"]
    )
    | st.text(max_size=3)
).map("".join)


@pytest.mark.parametrize(
    ("expected", "parts"),
    [
        pytest.param("static/a.txt", ["a.txt"], id="plain"),
        pytest.param("static/a/b.txt", ["a/b.txt"], id="folders"),
        pytest.param("static/a/b.txt", ["a", "b.txt"], id="parts"),
        pytest.param("static", [], id="no-part"),
        pytest.param("static", [""], id="empty-part"),
        pytest.param("static/a", ["", "a", ""], id="empty-parts-add-nothing"),
        pytest.param("static/.", ["."], id="the-folder-itself"),
        pytest.param("static/a/b", ["a//b"], id="two-slashes"),
        pytest.param("static/b", ["a/../b"], id="up-and-down-again"),
        pytest.param("static/a/b", ["./a/./b"], id="dots"),
        pytest.param("static/.well-known/x", [".well-known/x"], id="leading-dot"),
        pytest.param("static/..a", ["..a"], id="two-dots-and-a-name"),
        pytest.param("static/a b.txt", ["a b.txt"], id="space-within"),
        pytest.param("static/\u6587\u4ef6", ["\u6587\u4ef6"], id="other-scripts"),
        pytest.param("static/console.txt", ["console.txt"], id="no-device"),
        pytest.param("static/COM10", ["COM10"], id="ten-is-no-device"),
        pytest.param("static/nullable/lpt", ["nullable/lpt"], id="begins-as-a-device"),
        pytest.param("static/a%2e%2e", ["a%2e%2e"], id="nothing-is-unescaped"),
    ],
)
def test_joins(expected: str, parts: list[str]) -> None:
    """What stays within the folder is joined."""
    assert expected == safe_join("static", *parts)


@pytest.mark.parametrize(
    ("expected", "directory"), [("./a", ""), ("/a", "/"), ("../x/a", "../x"), ("C:\\x/a", "C:\\x")]
)
def test_the_folder_is_trusted(expected: str, directory: str) -> None:
    """The folder itself is as the application has it; none is the current one."""
    assert expected == safe_join(directory, "a")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("..", id="parent"),
        pytest.param("../secret", id="traversal"),
        pytest.param("a/../../secret", id="traversal-by-a-folder"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("/", id="root"),
        pytest.param("//server/share", id="cve-2024-49766-unc"),
        pytest.param("\\\\server\\share", id="cve-2024-49766-unc-backslashes"),
        pytest.param("/\\server/share", id="cve-2024-49766-unc-mixed"),
        pytest.param("..\\secret", id="cve-2019-14322-backslash"),
        pytest.param("a\\b", id="backslash-within"),
        pytest.param("C:/secret", id="cve-2019-14322-drive"),
        pytest.param("C:secret", id="cve-2019-14322-drive-relative"),
        pytest.param("a/C:secret", id="cve-2019-14322-drive-in-a-folder"),
        pytest.param("a.txt:stream", id="alternate-stream"),
        pytest.param("a.txt::$DATA", id="alternate-stream-of-itself"),
        pytest.param("a\0.txt", id="nul"),
        pytest.param("a.txt\n", id="cve-2021-44420-newline"),
        pytest.param("a\x7f", id="delete"),
        pytest.param("a.", id="trailing-dot"),
        pytest.param("a ", id="trailing-space"),
        pytest.param("a /b", id="trailing-space-of-a-folder"),
        pytest.param("...", id="three-dots"),
        pytest.param(".. /x", id="parent-and-a-space"),
    ],
)
def test_refuses(part: str) -> None:
    """What leads out of the folder on any platform is refused, alone and after another part."""
    assert (None, None) == (safe_join("static", part), safe_join("static", "a", part))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param("{}", id="cve-2025-66221"),
        pytest.param("{}.txt", id="cve-2026-21860-extension"),
        pytest.param("{}.tar.gz", id="cve-2026-21860-extensions"),
        pytest.param("{}  ", id="cve-2026-21860-spaces"),
        pytest.param("{}  .txt", id="cve-2026-21860-spaces-and-extension"),
        pytest.param("{}.", id="cve-2026-21860-dot"),
        pytest.param("dir/{}", id="cve-2026-27199-last"),
        pytest.param("{}/x", id="cve-2026-27199-first"),
        pytest.param("{}/../x", id="cve-2026-27199-and-back"),
    ],
)
def test_refuses_devices(shape: str, device: str) -> None:
    """A name that Windows opens a device for is refused wherever it stands, in any case."""
    assert (None, None) == (safe_join("d", shape.format(device)), safe_join("d", shape.format(device.lower())))


def test_a_later_part_does_not_leave_an_earlier_one() -> None:
    """Each part stays within what is before it."""
    assert safe_join("static", "a", "../b") is None


@given(HARD)
def test_stays_within_on_every_platform(part: str) -> None:
    """Whatever comes: refused, or within the folder by the rules of POSIX and of Windows."""
    joined = safe_join("static", part)
    if joined is not None:
        inner = PurePosixPath(posixpath.normpath(joined))
        windows = PureWindowsPath(ntpath.normpath(joined))

        assert (inner.parts[0], windows.parts[0]) == ("static", "static")
        assert (windows.drive, ".." in inner.parts, ".." in windows.parts) == ("", False, False)
        assert not windows.is_reserved()
