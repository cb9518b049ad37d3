# As far as benchmarks/worker.py uses it.
from collections.abc import Sequence
from socket import socket
from typing import Protocol
from wsgiref.types import WSGIApplication

from gunicorn.config import Config
from gunicorn.glogging import Logger

class _Listener(Protocol):
    def getsockname(self) -> tuple[str, int]: ...

class SyncWorker:
    wsgi: WSGIApplication
    def __init__(
        self,
        age: int,
        ppid: int,
        sockets: Sequence[socket],
        app: object,
        timeout: int,
        cfg: Config,
        log: Logger,
    ) -> None: ...
    def handle(self, listener: _Listener, client: socket, addr: tuple[str, int]) -> None: ...
