"""Serve the examples: `python -m examples`, from the root of the repository; then open the address that it prints.

    file            path        shows
    ranges.py       /range      a recording of 106 MB to seek in: only the parts that are played are read and sent
    conditions.py   /etag       a page that is sent once, and answered with 304 until it changes
    downloads.py    /download   a download under any name, in any script
    events.py       /events     events that arrive as they are sent, and go on where a connection ended

The server is the one of the standard library, with threads. Any other serves the examples as `examples.site:app`.
Others are served alone, by a server of your choice:

    gunicorn 'examples.notes:app()'                             an API of notes, to be asked by curl
    gunicorn examples.greetings:app                             an API that is written with a tiny framework
    gunicorn 'examples.notebook:app(["a key of 16 bytes"])'     notes with login, sessions and CORS
    gunicorn 'examples.guestbook:app("guests.sqlite3")'         a guestbook with pictures, in SQLite
    gunicorn 'examples.fileserver:app("/srv/files")'            a file server behind a proxy
    gunicorn 'examples.mounted:app()'                           several applications as one, a Flask app among them
    gunicorn --threads 50 'examples.live:app()'                 a page that shows what anybody says, as it is said
"""

from __future__ import annotations

import argparse
import signal
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from examples.site import app


class ThreadingServer(ThreadingMixIn, WSGIServer):
    """A server with a thread for each connection, so that a stream does not keep the next request waiting."""

    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    """A handler without an access log."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def main() -> None:
    """Serve the examples until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m examples", description="Serve the examples of verglas.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one (default: %(default)s)")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: sys.exit())
    with make_server(options.host, options.port, app, ThreadingServer, QuietHandler) as server:
        print(f"http://{options.host}:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
