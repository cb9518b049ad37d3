"""A WAV file of twenty minutes of silence, so large that a player does not read all of it."""

from __future__ import annotations

import os
import struct
import tempfile
import weakref
from contextlib import suppress
from threading import Lock
from typing import Final, final

__all__ = ["RECORDING_SIZE", "Recording"]

MINUTES: Final = 20
RATE: Final = 44_100  # samples per second, of one channel
SAMPLE_SIZE: Final = 2  # bytes
SOUND_SIZE: Final = MINUTES * 60 * RATE * SAMPLE_SIZE  # bytes

# Chunks of RIFF: the format (1: linear PCM, one channel), then the samples.
HEAD: Final = struct.pack(
    "<4sI4s 4sIHHIIHH 4sI",
    *(b"RIFF", 36 + SOUND_SIZE, b"WAVE"),
    *(b"fmt ", 16, 1, 1, RATE, RATE * SAMPLE_SIZE, SAMPLE_SIZE, 8 * SAMPLE_SIZE),
    *(b"data", SOUND_SIZE),
)

RECORDING_SIZE: Final = len(HEAD) + SOUND_SIZE  # bytes


@final
class Recording:
    """A temporary file of 106 MB, removed with this object; where file systems know holes, it takes next to no room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._path: str | None = None

    def path(self) -> str:
        """The path of the file, which the first call makes.

        Raises:
            OSError: The file cannot be made.
        """
        with self._lock:
            if self._path is None:
                self._path = self._make()
            return self._path

    def _make(self) -> str:
        descriptor, path = tempfile.mkstemp(prefix="verglas-", suffix=".wav")
        weakref.finalize(self, _remove, path)  # at the end of the process, if not before
        with open(descriptor, "wb") as file:
            file.write(HEAD)
            file.truncate(RECORDING_SIZE)
        return path


def _remove(path: str) -> None:
    with suppress(OSError):  # gone already, or still open where that forbids it
        os.unlink(path)
