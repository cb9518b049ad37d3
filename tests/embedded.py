"""The inspector and the examples, each as a process of its own, as users start it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.sources import ROOT

__all__ = ["SECONDS", "Served", "environment", "serve_examples", "serve_inspector"]

SECONDS: Final = 60


@frozen
class Served:
    """A running site.

    Attributes:
        url: Where it is, with a slash at its end.
        process: What serves it.
    """

    url: str
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def end(self, number: int) -> tuple[int, bytes]:
        """Send a signal; the exit code, and what was written on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


def environment(*paths: Path) -> Mapping[str, str]:
    """The environment of a process that finds the package as it is written here."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT)))}


def serve_inspector(*arguments: str) -> AbstractContextManager[Served]:
    """The inspector on a free port, ended at the end.

    Args:
        arguments: Of the command, besides the port.
    """
    return _serve("verglas", *arguments)


def serve_examples() -> AbstractContextManager[Served]:
    """The examples on a free port, ended at the end."""
    return _serve("examples")


@contextmanager
def _serve(module: str, *arguments: str) -> Generator[Served]:
    command = [sys.executable, "-m", module, "--port", "0", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment()) as process:
        try:
            # It prints where it is once it accepts; an end of the output means that it does not.
            line = process.stdout.readline().decode() if process.stdout else ""
            if not line.startswith("http://"):
                raise RuntimeError(f"{module} did not start: {process.communicate(timeout=SECONDS)}")
            yield Served(line.strip(), process)
        finally:
            process.kill()
