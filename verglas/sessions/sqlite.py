"""Sessions in a file of SQLite, which threads and processes share."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Final, Self, final

from verglas.backports import override
from verglas.middleware.common import check_function
from verglas.sessions.stores import SessionStore

__all__ = ["SQLiteStore"]

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS sessions (key TEXT PRIMARY KEY, data BLOB NOT NULL, expires REAL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (expires) WHERE expires IS NOT NULL",
)
_PAUSE: Final = 0.01  # seconds before another try


@final
class _Handle:
    """The connection of one process, and what its threads take turns by."""

    __slots__ = ("connection", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.connection: sqlite3.Connection | None = None


@final
class SQLiteStore(SessionStore):
    """Keeps sessions in a file of SQLite, in write-ahead mode; any number of threads and processes share it.

    Each process has a connection of its own, opened on first use, so that a server may fork. The file is made for its
    owner alone. An expired session is forgotten when it is asked for; `purge()`, now and then, forgets the others.

    Args:
        path: The file. Its folder must be on a disk of this machine: write-ahead logs do not work over a network.
        timeout: How long to wait while others write.
        clock: Tells the time, as a POSIX timestamp.

    Raises:
        ValueError: The path is not that of a file, such as `:memory:`.
        TypeError: The timeout is not a `timedelta`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, SQLiteStore(f"{folder}/sessions.db") as store:
    ...     store.save("key", b"data", None, new=True), store.load("key"), store.purge()
    (True, b'data', 0)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        timeout: timedelta = timedelta(seconds=5),
        clock: Callable[[], float] = time.time,
    ) -> None:
        name = os.fspath(path)
        if not name or name == ":memory:":
            raise ValueError(f"SQLiteStore() takes the path of a file, not {name!r}: MemoryStore() keeps in memory")
        if not isinstance(timeout, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"timeout= is a timedelta, not {type(timeout).__name__}")
        self._path = os.path.abspath(name)
        self._timeout = timeout.total_seconds()
        check_function(clock, "clock", "SQLiteStore()")
        self._clock = clock
        self._handles: dict[int, _Handle] = {}

    @override
    def load(self, key: str, /) -> bytes | None:
        rows = self._run("SELECT data, expires FROM sessions WHERE key = ?", (key,))[1]
        if not rows:
            return None
        data, expires = rows[0]
        now = self._clock()
        if expires is not None and expires <= now:
            self._run("DELETE FROM sessions WHERE key = ? AND expires <= ?", (key, now))
            return None
        return data

    @override
    def save(self, key: str, data: bytes, expires: datetime | None, /, *, new: bool) -> bool:
        end = None if expires is None else expires.timestamp()
        if new:
            return self._run("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)", (key, data, end))[0] > 0
        changed, _ = self._run(
            "UPDATE sessions SET data = ?, expires = ? WHERE key = ? AND (expires IS NULL OR expires > ?)",
            (data, end, key, self._clock()),
        )
        return changed > 0

    @override
    def delete(self, key: str, /) -> None:
        self._run("DELETE FROM sessions WHERE key = ?", (key,))

    def purge(self) -> int:
        """Forget what has expired, and say how much that was."""
        return self._run("DELETE FROM sessions WHERE expires <= ?", (self._clock(),))[0]

    def close(self) -> None:
        """Close the connection of this process; the next use opens another."""
        handle = self._handle()
        with handle.lock:
            if handle.connection is not None:
                handle.connection.close()
                handle.connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _handle(self) -> _Handle:
        # By process: after a fork, the connection is still the parent's, and another of its threads may have held the
        # lock. Nothing is closed here for it: SQLite forbids that.
        process = os.getpid()
        return self._handles.get(process) or self._handles.setdefault(process, _Handle())

    def _run(
        self, statement: str, values: Sequence[str | bytes | float | None]
    ) -> tuple[int, list[tuple[bytes, float | None]]]:
        """Run one statement, which is a transaction of its own: how many rows it changed, and those that it gave."""
        handle = self._handle()
        with handle.lock:
            if handle.connection is None:
                handle.connection = self._opened()
            cursor = handle.connection.execute(statement, values)
            return cursor.rowcount, cursor.fetchall()

    def _opened(self) -> sqlite3.Connection:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite would let others read it
        connection = sqlite3.connect(self._path, self._timeout, isolation_level=None, check_same_thread=False)
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        end = time.monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                for statement in _SCHEMA:
                    connection.execute(statement)
            except sqlite3.OperationalError as error:
                # While another process changes the mode as well, this fails without waiting.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(_PAUSE)
            else:
                return
