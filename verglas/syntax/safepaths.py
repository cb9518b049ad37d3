"""Paths that somebody else chose, kept within a folder: by every platform's rules at once, whatever this one is."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from verglas.syntax.filenames import DEVICES

__all__ = ["safe_join"]

# A control ends a name for some system calls (NUL), or cannot be in one on Windows.
_CONTROL: Final = re.compile("[\0-\x1f\x7f]")


def safe_join(directory: str, *parts: str) -> str | None:
    """Join paths that a client chose to a folder, unless they lead out of it.

    Each part is judged as every platform would: on none of them what is returned is outside of the folder, a drive, a
    share, a stream of a file, or a device. Links are not looked at, since this looks at no file: `send_from_directory`
    does.

        part                                          result
        ----                                          ------
        `a/b.txt`, `a//b.txt`, `./a/../a/b.txt`       within the folder
        `..`, `a/../../b`, `/a`, `//server/share`     `None`
        `a\\b`, `C:/a`, `C:a`, `a:stream`, a control   `None`
        `NUL`, `a/con.txt`, `COM¹ .`                  `None`
        `a.`, `a ` (Windows reads both as `a`)        `None`

    Args:
        directory: The folder; it is trusted. `""` is `.`.
        parts: Paths within it, with `/` between names. An empty one adds nothing.

    Returns:
        The path, with `/` between what was joined; `None` if a part is not to be trusted.

    >>> safe_join("static", "css/site.css"), safe_join("static", "../secret"), safe_join("static", "C:/secret")
    ('static/css/site.css', None, None)
    """
    joined = [directory or "."]
    for part in parts:
        if not part:
            continue
        # Each on its own, before they are joined: a part must not lead out of the one before it either.
        normal = posixpath.normpath(part)
        if not _is_safe(part) or normal == ".." or normal.startswith("../"):
            return None
        joined.append(normal)
    return posixpath.join(*joined)


def _is_safe(part: str) -> bool:
    """Whether a path is relative, and each of its names is one for a file on every platform."""
    # A colon names a drive (CVE-2019-14322) or a stream of a file, a backslash separates (CVE-2024-49766).
    if part.startswith("/") or "\\" in part or ":" in part or _CONTROL.search(part):
        return False
    return all(map(_is_safe_name, part.split("/")))


def _is_safe_name(name: str) -> bool:
    if name in ("", ".", ".."):
        return True
    # Windows drops dots and spaces at the end of a name: `secret.` would be `secret`, behind the back of a check.
    if name[-1] in ". ":
        return False
    # A device is one in every folder (CVE-2026-27199), with any extension (CVE-2026-21860).
    return name.partition(".")[0].rstrip(" ").upper() not in DEVICES
