"""A large upload does not stay in memory, under four servers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from tests.kit import MULTIPART, multipart
from tests.servers.clients import ask
from tests.servers.harness import Server
from verglas import JSONValue

MIB: Final = 1024 * 1024
PIECE: Final = bytes(range(256)) * 256  # 64 KiB
LARGE: Final = 50 * MIB
ALLOWED: Final = 16 * MIB

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are read from Linux's /proc")


def pieces(size: int) -> Iterator[bytes]:
    """Content of a size, no piece of which is like another; never held whole."""
    for number in range(size // len(PIECE)):
        yield number.to_bytes(8) + PIECE[8:]


def upload(server: Server, path: str, size: int) -> JSONValue:
    """Send one file and get what the application says about it."""
    before, after = multipart(('name="file"; filename="large.bin"\r\nContent-Type: a/b', b"|")).split(b"|")
    headers = {"Content-Type": MULTIPART, "Content-Length": str(len(before) + size + len(after))}
    return ask(server, "POST", path, chain([before], pieces(size), [after]), headers).json


def told(size: int) -> JSONValue:
    """What the application should say."""
    digest = hashlib.sha256()
    for piece in pieces(size):
        digest.update(piece)
    return {"fields": [], "files": [["file", "large.bin", "a/b", size, digest.hexdigest()]]}


def peak(process: int) -> int:
    """The most memory that was resident since the last reset, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")


def reset_peak(process: int) -> None:
    """Forget the most memory so far (proc(5), clear_refs)."""
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def test_upload(server: Server, prefix: str) -> None:
    """Fifty MiB arrive as they were sent, and the worker's peak grows by less than sixteen.

    This holds for waitress too, which writes the body to a file of its own first, and hands that over.
    """
    path = f"{prefix}/form"
    assert told(MIB) == upload(server, path, MIB)  # whatever is loaded and allocated once
    process = int(ask(server, "GET", "/process").body)
    reset_peak(process)
    before = peak(process)

    answer = upload(server, path, LARGE)

    grown = peak(process) - before
    assert told(LARGE) == answer
    assert grown < ALLOWED, f"{grown / MIB:.1f} MiB"
