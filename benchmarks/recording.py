"""The file that ranges are cut from."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

RECORDING: Final = "recording.bin"
SIZE: Final = 10_000_000  # bytes


@cache
def folder() -> Path:
    """The folder with the file in it, which goes when the process ends."""
    directory = TemporaryDirectory()
    atexit.register(directory.cleanup)
    path = Path(directory.name)
    path.joinpath(RECORDING).write_bytes(bytes(range(250)) * (SIZE // 250))
    return path
