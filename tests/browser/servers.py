"""A server for browsers: `wsgiref`, with a thread for each connection."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from verglas import Response

__all__ = ["open_server"]


class Threads(ThreadingMixIn, WSGIServer):
    """A thread for each connection: a browser opens some before it needs them."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Does not log."""

    def log_message(self, format: str, *args: object) -> None:
        """Drop what would be logged."""


@contextmanager
def open_server() -> Generator[WSGIServer]:
    """A server on a port of its own, stopped at the end; `set_app` says what it serves."""
    with make_server("127.0.0.1", 0, Response(""), server_class=Threads, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
