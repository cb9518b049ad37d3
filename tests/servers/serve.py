"""Runs a server that has no command of its own for it: `python -m tests.servers.serve NAME FD`, until SIGTERM."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from types import FrameType
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import waitress

from tests.servers.apps import serve_all


class QuietHandler(WSGIRequestHandler):
    """Keeps no access log: what stands on stderr is a fault."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HandedOverServer(WSGIServer):
    """wsgiref's server over a socket that listens already."""

    def __init__(self, listener: socket.socket) -> None:
        host, port = listener.getsockname()
        super().__init__((host, port), QuietHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = host, port
        self.setup_environ()
        self.set_app(serve_all)


def serve_wsgiref(listener: socket.socket) -> None:
    """Serve until SIGTERM, and end what is being served then."""
    with HandedOverServer(listener) as server:

        def stop(number: int, frame: FrameType | None) -> None:
            # It waits for the loop, which stands still as long as this handler runs. An exception would do for the
            # loop, but not for the handler of a request, which answers every exception.
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        server.serve_forever(poll_interval=0.05)


def serve_waitress(listener: socket.socket) -> None:
    """Serve until SIGTERM."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    # It warns when a request waits for a thread; on a busy machine one does for a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(serve_all, sockets=[listener], threads=4, _quiet=True)


def main(name: str, fd: int) -> None:
    """Serve on an inherited socket.

    Args:
        name: `wsgiref` or `waitress`.
        fd: The descriptor of the socket.
    """
    with socket.socket(fileno=fd) as listener:
        serve = serve_waitress if name == "waitress" else serve_wsgiref
        serve(listener)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
