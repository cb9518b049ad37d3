"""Requests per second of one gunicorn worker that greets: `python -m benchmarks.load`."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from typing import Final

from benchmarks.worker import REQUEST

APPLICATIONS: Final = {
    "bare callable": "benchmarks.bare:LIBRARY.hello",
    "verglas": "benchmarks.ours:LIBRARY.hello",
    "Werkzeug": "benchmarks.with_werkzeug:LIBRARY.hello",
    "Falcon": "benchmarks.with_falcon:LIBRARY.hello",
    "WebOb": "benchmarks.with_webob:LIBRARY.hello",
}
ROUNDS: Final = 5
SECONDS: Final = 3
# Loaded by gunicorn, which takes the name of a module and of an object in it, but no attribute of one.
FACTORY: Final = "benchmarks.load:application({!r})"


def application(name: str) -> object:
    """The application of a library, for gunicorn to serve."""
    module, _, attributes = APPLICATIONS[name].partition(":")
    found: object = __import__(module, fromlist=["LIBRARY"])
    for attribute in attributes.split("."):
        found = getattr(found, attribute)
    return found


@contextmanager
def served(name: str) -> Generator[int]:
    """A server of the application, for as long as it is needed: its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--log-level", "error"]
    with subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", FACTORY.format(name)]) as server:
        try:
            _await(port)
            yield port
        finally:
            server.terminate()


def _await(port: int) -> None:
    for _ in range(600):
        try:
            # The master listens before its worker has imported anything: only an answer says that it is there.
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/?page=1")
            connection.getresponse().close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("gunicorn does not answer")


def requests_per_second(port: int) -> float:
    """What wrk counts."""
    target, *lines = REQUEST.format(1).split("\r\n")
    given = [line for line in lines if line and not line.startswith(("Host:", "Connection:"))]  # wrk writes its own
    fields = [argument for line in given for argument in ("--header", line)]
    url = f"http://127.0.0.1:{port}{target.split(' ')[1]}"
    command = ["wrk", "--threads", "1", "--connections", "4", "--duration", f"{SECONDS}s", *fields, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if found is None or float(found[1]) == 0 or "Non-2xx" in said:
        raise RuntimeError(said)
    return float(found[1])


def main() -> None:
    """Let the libraries take turns, and print a table."""
    counted: dict[str, list[float]] = {name: [] for name in APPLICATIONS}
    for _ in range(ROUNDS):
        for name, values in counted.items():
            with served(name) as port:
                requests_per_second(port)  # warm
                values.append(requests_per_second(port))
    print("| library | requests per second |\n| --- | --- |")
    for name, values in counted.items():
        print(f"| {name} | {median(values):,.0f} |")


if __name__ == "__main__":
    main()
