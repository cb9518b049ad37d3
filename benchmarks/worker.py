"""CPU time of a request in gunicorn's sync worker, which reads it from one end of a socket pair and answers there."""

from __future__ import annotations

import gc
import os
import socket
import time
from functools import cache
from typing import TYPE_CHECKING, Final

from benchmarks.harness import NUMBERS, Reading
from verglas.wsgi import WSGIApplication

if TYPE_CHECKING:
    from gunicorn.workers.sync import SyncWorker

CALLS: Final = 100
CLIENT: Final = ("192.0.2.7", 51234)
REQUEST: Final = (
    "GET /shop/items?q=salt%26pepper+mill&page={}&sort=price&filter=new&utm_source=mail HTTP/1.1\r\n"
    "Host: shop.example.org\r\nConnection: keep-alive\r\nCache-Control: max-age=0\r\n"
    'Sec-CH-UA: "Chromium";v="148", "Not?A_Brand";v="24"\r\nSec-CH-UA-Mobile: ?0\r\nSec-CH-UA-Platform: "Linux"\r\n'
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\n"
    "Referer: https://shop.example.org/shop\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\nCookie: sid=31d4d96e; theme=dark; lang=en; cart=3; seen=1; ok=yes\r\n"
    "\r\n"
)


class Listener:
    """What the worker asks of the listening socket."""

    def getsockname(self) -> tuple[str, int]:
        """The address of the server."""
        return "127.0.0.1", 8000


@cache
def _worker() -> SyncWorker:
    # Here, because the other items need no gunicorn.
    from gunicorn.config import Config  # noqa: PLC0415
    from gunicorn.glogging import Logger  # noqa: PLC0415
    from gunicorn.workers.sync import SyncWorker  # noqa: PLC0415

    cfg = Config()
    return SyncWorker(0, os.getpid(), [], None, 30, cfg, Logger(cfg))


def worker_reading(application: WSGIApplication, bare: WSGIApplication) -> Reading:
    """A reading of the CPU microseconds that the worker takes for one request, above those with a bare callable."""

    def above() -> float:
        return reading(application) - reading(bare)

    def reading(application: WSGIApplication) -> float:
        worker, listener = _worker(), Listener()
        worker.wsgi = application
        pairs = [socket.socketpair() for _ in range(CALLS)]
        for browser, _ in pairs:
            browser.sendall(REQUEST.format(next(NUMBERS)).encode())
            browser.shutdown(socket.SHUT_WR)
        gc.enable()  # as it is in a worker: to collect its garbage is part of what a request costs
        start = time.process_time()
        for _, server in pairs:
            worker.handle(listener, server, CLIENT)
        taken = time.process_time() - start
        gc.disable()
        for browser, _ in pairs:
            with browser:
                if not browser.recv(65_536).startswith(b"HTTP/1.1 200 "):
                    raise RuntimeError("the worker did not answer 200")
        return taken / CALLS * 1e6

    return above
