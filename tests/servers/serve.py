"""Runs a server without a command of its own for it: `python -m tests.servers.serve NAME FD APPLICATION`."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from importlib import import_module
from types import FrameType
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

import waitress


class QuietHandler(WSGIRequestHandler):
    """Keeps no access log: what stands on stderr is a fault."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HandedOverServer(WSGIServer):
    """wsgiref's server over a socket that listens already."""

    def __init__(self, listener: socket.socket, application: WSGIApplication) -> None:
        host, port = listener.getsockname()
        super().__init__((host, port), QuietHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = host, port
        self.setup_environ()
        self.set_app(application)


def serve_wsgiref(listener: socket.socket, application: WSGIApplication) -> None:
    """Serve until SIGTERM, and end what is being served then."""
    with HandedOverServer(listener, application) as server:

        def stop(number: int, frame: FrameType | None) -> None:
            # It waits for the loop, which stands still as long as this handler runs. An exception would do for the
            # loop, but not for the handler of a request, which answers every exception.
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        server.serve_forever(poll_interval=0.05)


def serve_waitress(listener: socket.socket, application: WSGIApplication) -> None:
    """Serve until SIGTERM."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    # It warns when a request waits for a thread; on a busy machine one does for a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # What it keeps of an answer itself, 16 MiB unless told otherwise, and reads of a file at once, which is what the
    # buffer of the socket takes: the tests ask what the library keeps.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**18)
    waitress.serve(application, sockets=[listener], threads=4, outbuf_high_watermark=2**20, _quiet=True)


def main(name: str, fd: int, application: str) -> None:
    """Serve on an inherited socket.

    Args:
        name: `wsgiref` or `waitress`.
        fd: The descriptor of the socket.
        application: Module and name of what is served.
    """
    module, _, attribute = application.partition(":")
    served: WSGIApplication = getattr(import_module(module), attribute)
    with socket.socket(fileno=fd) as listener:
        serve = serve_waitress if name == "waitress" else serve_wsgiref
        serve(listener, served)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
