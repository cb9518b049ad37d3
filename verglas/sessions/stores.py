"""Where sessions are kept on the server's side: the protocol, and a store in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Protocol, final

from verglas.backports import override
from verglas.middleware.common import check_function

__all__ = ["MemoryStore", "SessionStore"]


class SessionStore(Protocol):
    """Keeps sessions on the server's side; the cookie then holds nothing but a signed random id.

    A key is a SHA-256 of the id, in hexadecimal: what is kept gives nobody a session, even with the key that signs.
    """

    def load(self, key: str, /) -> bytes | None:
        """The data that was saved; `None` when there is nothing, or it has expired.

        Args:
            key: Of the session.
        """
        ...

    def save(self, key: str, data: bytes, expires: datetime | None, /, *, new: bool) -> bool:
        """Keep the data of a session, in place of what there is.

        A session that ended while a request was under way must not come back by it: so data that is not new is kept
        only where the key is there still. Both must be one step, which no other thread or process can come between.

        Args:
            key: Of the session.
            data: At most what fits; the dates of the session are in it.
            expires: When it can be forgotten, in UTC; `None`: never by itself.
            new: Whether the session begins.

        Returns:
            Whether it was kept.
        """
        ...

    def delete(self, key: str, /) -> None:
        """Forget a session, if it is there.

        Args:
            key: Of the session.
        """
        ...


@final
class MemoryStore(SessionStore):
    """Keeps sessions in the memory of one process: for tests, and for servers of one process.

    Args:
        clock: Tells the time, as a POSIX timestamp.

    >>> store = MemoryStore()
    >>> store.save("key", b"data", None, new=False), store.load("key")
    (False, None)
    >>> store.save("key", b"data", None, new=True), store.load("key")
    (True, b'data')
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        check_function(clock, "clock", "MemoryStore()")
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[str, tuple[bytes, float | None]] = {}

    @override
    def load(self, key: str, /) -> bytes | None:
        with self._lock:
            return self._data_of(key)

    @override
    def save(self, key: str, data: bytes, expires: datetime | None, /, *, new: bool) -> bool:
        with self._lock:
            if not new and self._data_of(key) is None:
                return False
            self._kept[key] = data, None if expires is None else expires.timestamp()
            return True

    @override
    def delete(self, key: str, /) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def purge(self) -> int:
        """Forget what has expired, and say how much that was. What is loaded is forgotten without it."""
        with self._lock:
            before = len(self._kept)
            for key in list(self._kept):
                self._data_of(key)
            return before - len(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def _data_of(self, key: str) -> bytes | None:
        data, expires = self._kept.get(key, (None, None))
        if expires is not None and expires <= self._clock():
            del self._kept[key]
            return None
        return data
