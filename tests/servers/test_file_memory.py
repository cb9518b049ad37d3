"""A large file is neither held in memory nor read where nobody asked for it, under four servers."""

from __future__ import annotations

import hashlib
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.data.matrix import content
from tests.servers.clients import ask
from tests.servers.harness import BOUND, RESPONSES, Server

MIB: Final = 1024 * 1024
LARGE: Final = 1024 * MIB
ALLOWED: Final = 16 * MIB
END: Final = content(1024)
"""The end of the file; all before it is a hole."""

READ_FOR_A_KB: Final = MIB // 2
"""Bytes that a worker may read to answer with 1 KiB: a few blocks, and what the server reads for itself."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="peaks and reads are told by Linux's /proc")


@pytest.fixture(scope="module")
def application() -> str:
    """Responses of every kind."""
    return RESPONSES


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a GiB that takes no space."""
    sparse = tmp_path_factory.mktemp("large") / "large.bin"
    with sparse.open("wb") as file:
        file.truncate(LARGE - len(END))
        file.seek(LARGE - len(END))
        file.write(END)
    return sparse


def number_of(process: int, file: str, name: str) -> int:
    """A number that the kernel tells about a process (proc(5))."""
    for line in Path(f"/proc/{process}/{file}").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise AssertionError(f"no {name}")


def peak(process: int) -> int:
    """The most memory that was resident since the last reset, in bytes."""
    return number_of(process, "status", "VmHWM") * 1024


@pytest.fixture(params=["file", "file-as-it-is"])
def path(request: pytest.FixtureRequest, large: Path) -> str:
    """Where it is served: by a handler, and by an application that hands the server its own file wrapper."""
    return f"/{request.param}?" + urlencode({"path": large})


def process_of(server: Server, path: str) -> int:
    """Who serves, with everything loaded, and its peak forgotten."""
    ask(server, "GET", path, headers={"Range": "bytes=0-65536"})
    ask(server, "GET", path, headers={"Range": "bytes=0-0,-1"})
    process = int(ask(server, "GET", "/process").body)
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    return process


def fetch(server: Server, path: str, **fields: str) -> tuple[int, int, str]:
    """Status, length and digest of the end of an answer, of which no more than a piece is held."""
    with closing(HTTPConnection(*server.address, timeout=2 * BOUND)) as connection:
        connection.request("GET", path, headers=fields)
        response = connection.getresponse()
        size, piece, end = 0, bytearray(4 * MIB), b""
        while count := response.readinto(piece):
            size += count
            end = (end + piece[max(0, count - len(END)) : count])[-len(END) :]
        return response.status, size, hashlib.sha256(end).hexdigest()


def test_whole(server: Server, path: str) -> None:
    """A GiB arrives whole, and the worker's peak grows by less than sixteen MiB."""
    process = process_of(server, path)
    before = peak(process)

    answer = fetch(server, path)

    grown = peak(process) - before
    assert (200, LARGE, hashlib.sha256(END).hexdigest()) == answer
    assert grown < ALLOWED, f"{grown / MIB:.1f} MiB"


HALF: Final = LARGE // 2
HEAD_SIZE: Final = 1024  # what may be around parts

RANGES: Final = [
    pytest.param("bytes=100-", LARGE - 100, id="all-but-the-beginning"),
    pytest.param(f"bytes=-{256 * MIB}", 256 * MIB, id="the-last-quarter"),
    # It does not end where the file does: whatever the server has for files would send more.
    pytest.param(f"bytes=100-{256 * MIB}", 256 * MIB - 99, id="a-quarter-in-the-middle"),
]


@pytest.mark.parametrize(("value", "size"), RANGES)
def test_range(server: Server, path: str, value: str, size: int) -> None:
    """A large part of it does as the whole does."""
    process = process_of(server, path)
    before = peak(process)

    status, received, _ = fetch(server, path, Range=value)

    grown = peak(process) - before
    assert (206, size) == (status, received)
    assert grown < ALLOWED, f"{grown / MIB:.1f} MiB"


def test_several_ranges(server: Server, path: str) -> None:
    """Several parts do, too."""
    process = process_of(server, path)
    before = peak(process)

    status, received, _ = fetch(server, path, Range=f"bytes=0-{64 * MIB - 1}, {HALF}-{HALF + 64 * MIB - 1}")

    grown = peak(process) - before
    assert 206 == status
    assert 0 < received - 128 * MIB < HEAD_SIZE
    assert grown < ALLOWED, f"{grown / MIB:.1f} MiB"


ENDS: Final = [
    pytest.param("bytes=-1024", END, id="suffix"),
    pytest.param(f"bytes={LARGE - 1024}-", END, id="open"),
    pytest.param(f"bytes={LARGE - 1024}-{LARGE - 25}", END[:-24], id="not-to-the-end"),
]


@pytest.mark.parametrize(("value", "expected"), ENDS)
def test_the_last_kilobyte(server: Server, path: str, value: str, expected: bytes) -> None:
    """The end is answered without reading what comes before it, whatever the server does with files."""
    process = process_of(server, path)
    before = number_of(process, "io", "rchar")

    answer = ask(server, "GET", path, headers={"Range": value})

    read = number_of(process, "io", "rchar") - before
    assert (206, expected) == (answer.status, answer.body)
    assert read < READ_FOR_A_KB, read


@pytest.mark.parametrize(("method", "fields"), [("HEAD", {}), ("GET", {"If-None-Match": "*"})], ids=["head", "304"])
def test_nothing_is_read(server: Server, path: str, method: str, fields: dict[str, str]) -> None:
    """An answer without content reads nothing of it."""
    process = process_of(server, path)
    before = number_of(process, "io", "rchar")

    answer = ask(server, method, path, headers=fields)

    read = number_of(process, "io", "rchar") - before
    assert b"" == answer.body
    assert read < READ_FOR_A_KB, read
