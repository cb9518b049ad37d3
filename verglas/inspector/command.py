"""The command: `python -m verglas`."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Protocol, cast

from attrs import evolve

from verglas.inspector.app import inspector
from verglas.inspector.server import EmbeddedServer
from verglas.limits import DEFAULT_LIMITS
from verglas.wsgi import WSGIApplication

__all__ = ["main"]


class WaitressServer(Protocol):
    """A server of waitress, as `create_server` gives it, as far as it is used."""

    def run(self) -> None: ...


class CreateServer(Protocol):
    """`waitress.create_server`."""

    def __call__(self, application: WSGIApplication, *, host: str, port: int) -> WaitressServer: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the inspector until a signal ends it.

    Args:
        arguments: Of the command; without them, those of the process.

    Returns:
        The exit code: 0 after SIGINT or SIGTERM, 1 when the server cannot start.
    """
    options = _parser().parse_args(arguments)
    app = inspector(evolve(DEFAULT_LIMITS, max_content_length=options.max_content_length))
    serve = _serve_waitress if options.server == "waitress" else _serve_embedded
    try:
        serve(options.host, options.port, app)
    except ModuleNotFoundError as error:
        return _failure(f"cannot serve with {error.name}: it is not installed")
    except OSError as error:
        return _failure(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verglas", description="Serve a site that shows how verglas reads requests."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--server", choices=["embedded", "waitress"], default="embedded", help="what serves (default: %(default)s)"
    )
    parser.add_argument(
        "--max-content-length",
        type=_size,
        metavar="BYTES",
        help="refuse larger request bodies (default: none is too large)",
    )
    return parser


def _number(text: str, what: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) <= largest):
        raise argparse.ArgumentTypeError(f"{what} is a number from 0 to {largest}, not {text!r}")
    return int(text)


def _port(text: str) -> int:
    return _number(text, "a port", 65535)


def _size(text: str) -> int:
    return _number(text, "a size", 10**18 - 1)


def _failure(message: str) -> int:
    print(f"python -m verglas: {message}", file=sys.stderr)
    return 1


def _on_signals(stop: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _serve_embedded(host: str, port: int, app: WSGIApplication) -> None:
    with EmbeddedServer(host, port, app) as server:
        # shutdown() waits for the loop to end, so it must not run in the thread of that loop.
        _on_signals(lambda _number, _frame: threading.Thread(target=server.shutdown, daemon=True).start())
        print(server.url, flush=True)
        server.serve_forever(poll_interval=0.1)


def _serve_waitress(host: str, port: int, app: WSGIApplication) -> None:
    # Not typed, and not a dependency: asked for by name, and found or not.
    create = cast("CreateServer", importlib.import_module("waitress").create_server)
    server = create(app, host=host, port=port)
    _on_signals(lambda _number, _frame: sys.exit(0))  # its loop ends itself in good order on that
    for address, number in _addresses(server):
        print(f"http://[{address}]:{number}/" if ":" in address else f"http://{address}:{number}/", flush=True)
    server.run()


def _addresses(server: WaitressServer) -> list[tuple[str, int]]:
    # A name may stand for several addresses; then there is a server of servers, which lists them.
    several: list[tuple[str, int]] | None = getattr(server, "effective_listen", None)
    return several or [(getattr(server, "effective_host", ""), getattr(server, "effective_port", 0))]
