# As far as tests/servers uses it.
from collections.abc import Sequence
from socket import socket
from wsgiref.types import WSGIApplication

def serve(
    app: WSGIApplication,
    *,
    sockets: Sequence[socket],
    threads: int = 4,
    outbuf_high_watermark: int = 16777216,
    _quiet: bool = False,
) -> None: ...
