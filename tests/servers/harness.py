"""A server as a child process, and the marks that applications leave for their tests."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from attrs import frozen

from tests.sources import ROOT

__all__ = ["APPLICATION", "BOUND", "RESPONSES", "FURTHER", "SERVERS", "UWSGI", "Gate", "Marks", "Server", "serving"]

APPLICATION: Final = "tests.servers.apps:serve_all"
"""What is served unless a module of tests names another."""

RESPONSES: Final = "tests.servers.responseapps:serve_responses"
"""Such another: responses of every kind."""

BOUND: Final = 120.0
"""Seconds that anything may take before the test gives it up; nothing is expected to take one."""

# What servers leave open themselves when they start or stop: gunicorn the listening socket, waitress its wake-up pipe;
# and what uWSGI says before it has its log.
SERVERS_OWN: Final = re.compile(
    r"Exception ignored [^\n]*<"
    r"(?:socket\.socket [^\n]*, laddr=\('127\.0\.0\.1', \d+\)>|function file_wrapper\.__del__)[^\n]*\n"
    r"(?:Traceback [^\n]*\n(?:  [^\n]*\n)+)?"
    r"ResourceWarning: unclosed [^\n]*\n"
    r"|\Auwsgi socket 0 inherited [^\n]*\n"
)

SERVERS: Final = ("wsgiref", "waitress", "gunicorn-sync", "gunicorn-gthread")
"""Those that every module of tests is run under."""

FURTHER: Final = ("granian", "uwsgi")
"""Those that some modules are run under as well: `granian` listens by itself, and `uwsgi` may be absent."""

UWSGI: Final = Path(sys.executable).with_name("uwsgi")
"""uWSGI as `pip install uwsgi` builds it for the Python of the tests, which takes a compiler and a minute."""


@frozen
class Server:
    """A server that runs."""

    name: str
    address: tuple[str, int]

    @property
    def decodes_chunks(self) -> bool:
        """Whether it sets `wsgi.input_terminated`; wsgiref hands chunks over with their sizes."""
        return self.name != "wsgiref"

    @property
    def takes_bodies_whole(self) -> bool:
        """Whether it reads a body to its end before it calls the application."""
        return self.name == "waitress"


@contextmanager
def serving(
    name: str, folder: Path, application: str = APPLICATION, expected: re.Pattern[str] | None = None
) -> Generator[Server]:
    """A server for as long as the context lasts.

    The socket listens before the server runs: a client may connect at once, and nobody has to find a port, or to ask
    whether the server is there yet.

    Args:
        name: One of `SERVERS` or `FURTHER`.
        folder: Of the test, for what the server has to say.
        application: Module and name of what it serves.
        expected: What it may say besides.

    Raises:
        AssertionError: It said something, or did not end when told to.
    """
    said = folder / f"{name}.stderr"
    with _socket_of(name) as listener, said.open("wb") as stderr:
        process = subprocess.Popen(
            _arguments(name, listener, folder, application),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            pass_fds=[listener.fileno()],
        )
        server = Server(name, listener.getsockname())
        if name == "granian":
            _wait_for(server)
    try:
        yield server
    finally:
        clean = _stop(process)
    if not clean:
        raise AssertionError(f"{name} did not end when told to")
    # What was not closed, a thread that died, an error in the log: the servers are told to say nothing else.
    complaints = SERVERS_OWN.sub("", said.read_text(encoding="utf-8"))
    if expected is not None:
        complaints = expected.sub("", complaints)
    if complaints:
        raise AssertionError(f"{name} said:\n{complaints}")


def _socket_of(name: str) -> socket.socket:
    """The socket that a server inherits; for granian, which makes its own, one that keeps the port free until then."""
    if name != "granian":
        return socket.create_server(("127.0.0.1", 0), backlog=64)
    placeholder = socket.socket()
    placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    placeholder.bind(("127.0.0.1", 0))
    return placeholder


def _wait_for(server: Server) -> None:
    end = monotonic() + BOUND
    while True:
        try:
            socket.create_connection(server.address, timeout=BOUND).close()
        except ConnectionRefusedError:
            if monotonic() > end:
                raise
            sleep(0.05)
        else:
            return


def _arguments(name: str, listener: socket.socket, folder: Path, application: str) -> list[str]:
    fd, port = listener.fileno(), listener.getsockname()[1]
    python = [sys.executable, "-W", "error", "-m"]
    if name == "uwsgi":
        # What it says of itself is much: its log is a file, in which the test may read what the application said.
        return [
            *[str(UWSGI), "--http-socket", f"fd://{fd}", "--virtualenv", sys.prefix, "--pythonpath", str(ROOT)],
            *["--master", "--die-on-term", "--need-app", "--enable-threads", "--threads", "4"],
            *["--disable-logging", "--logto", str(folder / "uwsgi.log"), "--module", application],
        ]
    if name == "granian":
        return [
            *[*python, "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)],
            *["--blocking-threads", "4", "--log-level", "error", application],
        ]
    if not name.startswith("gunicorn"):
        return [*python, "tests.servers.serve", name, str(fd), application]
    worker = name.removeprefix("gunicorn-")
    threads = ["--threads", "4"] if worker == "gthread" else []
    return [
        *[*python, "gunicorn", "--bind", f"fd://{fd}", "--worker-class", worker, *threads, "--log-level", "error"],
        *["--timeout", str(int(BOUND * 2)), "--graceful-timeout", str(int(BOUND / 2)), "--no-control-socket"],
        *["--worker-tmp-dir", str(folder), application],
    ]


def _stop(process: subprocess.Popen[bytes]) -> bool:
    process.terminate()
    try:
        return process.wait(BOUND) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


class Marks:
    """What applications tell their test, line by line, through a FIFO.

    Args:
        folder: Of the test.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "marks"
        os.mkfifo(self.path)
        # Open at both ends here: then it never is at its end, however many applications come and go.
        self._fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self.seen: list[str] = []

    def until(self, word: str) -> list[str]:
        """All marks up to this one.

        Raises:
            AssertionError: It does not come.
        """
        end = monotonic() + BOUND
        while word not in self.seen:
            self._read(end, word)
        return self.seen

    def until_matching(self, pattern: re.Pattern[str]) -> str:
        """The first mark that is like this, waited for.

        Raises:
            AssertionError: It does not come.
        """
        end = monotonic() + BOUND
        while True:
            for mark in self.seen:
                if pattern.fullmatch(mark):
                    return mark
            self._read(end, pattern.pattern)

    def _read(self, end: float, wanted: str) -> None:
        if not select.select([self._fd], [], [], max(0.0, end - monotonic()))[0]:
            raise AssertionError(f"no mark {wanted!r} in {BOUND} s, only {self.seen}")
        self.seen += os.read(self._fd, 4096).decode().splitlines()

    def so_far(self) -> list[str]:
        """The marks that are there now."""
        while select.select([self._fd], [], [], 0)[0]:
            self.seen += os.read(self._fd, 4096).decode().splitlines()
        return self.seen

    def close(self) -> None:
        """Stop listening."""
        os.close(self._fd)


class Gate:
    """A FIFO behind which an application waits for its test.

    Args:
        folder: Of the test.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "gate"
        os.mkfifo(self.path)
        self._fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def open(self) -> None:
        """Let it go on."""
        os.write(self._fd, b"go\n")

    def close(self) -> None:
        """Take the FIFO away."""
        os.close(self._fd)
