"""Stores: what they keep and forget, from threads, from processes and after a fork."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import pytest

from tests.kit import untyped
from tests.sessions.handlers import clear, save, value_of
from tests.sessions.visitors import KEY, Account, Clock, Visitor, dump, load
from tests.sources import ROOT
from verglas import Request, Response, text
from verglas.sessions import MemoryStore, Session, SessionStore, SQLiteStore, sessions


class Purged(SessionStore, Protocol):
    """A store that can be told to forget."""

    def purge(self) -> int: ...


Make: TypeAlias = Callable[[Clock, Path], Purged]


def memory(clock: Clock, folder: Path) -> Purged:
    """In memory."""
    return MemoryStore(clock=clock)


def sqlite(clock: Clock, folder: Path) -> Purged:
    """In a file."""
    return SQLiteStore(folder / "sessions.db", clock=clock)


@pytest.fixture(params=[memory, sqlite])
def store(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Purged]:
    """Each kind of store."""
    make: Make = request.param
    made = make(clock, tmp_path)
    yield made
    if isinstance(made, SQLiteStore):
        made.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def at(clock: Clock, seconds: float) -> datetime:
    """A time from now."""
    return datetime.fromtimestamp(clock.now, UTC) + timedelta(seconds=seconds)


DATA: Final = bytes(range(256)) * 100


def test_keeps(store: Purged) -> None:
    """Data comes back as it was, until it is replaced or deleted."""
    assert store.load("a") is None
    assert store.save("a", DATA, None, new=True)
    assert store.save("b", b"", None, new=True)
    assert (DATA, b"") == (store.load("a"), store.load("b"))
    assert store.save("a", b"1", None, new=False)
    assert store.load("a") == b"1"
    assert store.save("a", b"2", None, new=True)
    store.delete("a")
    store.delete("a")
    assert (None, b"") == (store.load("a"), store.load("b"))


def test_ended_stays_ended(store: Purged, clock: Clock) -> None:
    """Data that is not new is not kept where there is none, or none any more."""
    assert not store.save("a", b"1", None, new=False)
    store.save("a", b"1", at(clock, 10), new=True)
    store.delete("a")
    assert not store.save("a", b"1", None, new=False)
    store.save("a", b"1", at(clock, 10), new=True)
    clock.now += 10
    assert not store.save("a", b"1", None, new=False)
    assert store.load("a") is None


def test_expires(store: Purged, clock: Clock) -> None:
    """What has expired is not there, and is forgotten by purging or when it is asked for."""
    for number, seconds in enumerate((10, 20, 30, 40)):
        store.save(str(number), b"1", at(clock, seconds), new=True)
    store.save("for ever", b"1", None, new=True)
    clock.now += 25
    assert [None, b"1", b"1"] == [store.load(key) for key in ("0", "2", "for ever")]
    assert (1, 0) == (store.purge(), store.purge())
    store.save("2", b"2", at(clock, 100), new=False)
    clock.now += 50
    assert [b"2", None, b"1"] == [store.load(key) for key in ("2", "3", "for ever")]
    assert 0 == store.purge()


def test_texts_are_data(store: Purged) -> None:
    """A key is never read as a statement."""
    key = "x' OR 1=1; DROP TABLE sessions; --"
    store.save("a", b"1", None, new=True)
    store.save(key, b"2", None, new=True)
    store.delete("' OR '1'='1")

    assert (b"1", b"2") == (store.load("a"), store.load(key))


def test_threads(store: Purged) -> None:
    """Threads that write at the same time lose nothing."""

    def work(number: int) -> list[bytes | None]:
        seen: list[bytes | None] = []
        for step in range(25):
            key = f"{number}-{step}"
            store.save(key, key.encode(), None, new=True)
            store.save("shared", key.encode(), None, new=True)
            seen.append(store.load(key))
        return seen

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))

    assert [[f"{number}-{step}".encode() for step in range(25)] for number in range(8)] == found
    assert store.load("shared") is not None


def test_logout_wins_in_threads(store: Purged) -> None:
    """Of threads that save and one that deletes, none brings the session back."""
    for _ in range(20):
        store.save("a", b"1", None, new=True)
        with ThreadPoolExecutor(4) as pool:
            saves = [pool.submit(store.save, "a", b"2", None, new=False) for _ in range(3)]
            pool.submit(store.delete, "a").result()
            for one in saves:
                one.result()
        assert store.load("a") is None


WORKER: Final = """
import sys
from verglas.sessions import SQLiteStore
with SQLiteStore(sys.argv[1]) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for step in range(50):
        key = f"{sys.argv[2]}-{step}"
        assert store.save(key, key.encode(), None, new=True)
        assert store.save("shared", key.encode(), None, new=True)
        assert store.load(key) == key.encode()
"""


def test_processes(tmp_path: Path) -> None:
    """Processes that open one new file at the same time, and write to it, lose nothing."""
    path = tmp_path / "sessions.db"
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WORKER, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        for number in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert b"ready\n" == worker.stdout.readline()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    for worker in workers:
        _, said = worker.communicate(timeout=120)
        assert (0, b"") == (worker.returncode, said)

    with SQLiteStore(path) as store:
        assert {f"{n}-{step}".encode() for n in range(3) for step in range(50)} == {
            store.load(f"{n}-{step}") for n in range(3) for step in range(50)
        }


def test_another_process_sees_a_logout(tmp_path: Path) -> None:
    """A session that one process saved is read by another, and what that ends is ended here."""
    path = tmp_path / "sessions.db"
    script = (
        "import sys\nfrom verglas.sessions import SQLiteStore\nwith SQLiteStore(sys.argv[1]) as store:\n"
        "    print(store.load('a'))\n    store.delete('a')\n"
    )
    with SQLiteStore(path) as store:
        store.save("a", b"1", None, new=True)
        done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=True, cwd=ROOT)
        assert (b"b'1'\n", None) == (done.stdout, store.load("a"))
        assert not store.save("a", b"1", None, new=False)


def test_fork(tmp_path: Path) -> None:
    """A server may fork after it has used the store: the child opens a connection of its own."""
    script = (
        "import os, sys\nfrom verglas.sessions import SQLiteStore\nstore = SQLiteStore(sys.argv[1])\n"
        "store.save('a', b'1', None, new=True)\nchild = os.fork()\n"
        "if not child:\n    store.save('b', store.load('a') + b'2', None, new=True)\n    store.close()\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\nprint(store.load('a'), store.load('b'))\nstore.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tmp_path / "sessions.db")],
        capture_output=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert (b"b'1' b'12'\n", b"") == (done.stdout, done.stderr)


# The file


def test_file_is_private_and_has_a_log(tmp_path: Path) -> None:
    """Only its owner reads the file, whatever the mask says; writing does not lock readers out."""
    before = os.umask(0)
    try:
        with SQLiteStore(tmp_path / "sessions.db") as store:
            store.save("a", b"1", None, new=True)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
            with closing(sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                assert b"1" == store.load("a")
    finally:
        os.umask(before)

    assert {"sessions.db": 0o600, "sessions.db-wal": 0o600, "sessions.db-shm": 0o600} == modes


def test_closed_store_opens_again(tmp_path: Path) -> None:
    """Closing it twice, or using it after, does no harm; it is the same file for whoever changes the folder."""
    store = SQLiteStore(tmp_path / "sessions.db")
    store.close()
    store.save("a", b"1", None, new=True)
    store.close()
    store.close()
    with store:
        assert b"1" == store.load("a")


@pytest.mark.parametrize(
    ("kind", "words", "arguments"),
    [
        pytest.param(ValueError, "MemoryStore", {"path": ":memory:"}, id="memory"),
        pytest.param(ValueError, "path of a file", {"path": ""}, id="empty"),
        pytest.param(TypeError, "timeout= is a timedelta", {"path": "a", "timeout": 5}, id="timeout"),
    ],
)
def test_mistakes(kind: type[Exception], words: str, arguments: dict[str, object]) -> None:
    """What is given wrongly is told at once."""
    with pytest.raises(kind, match=words):
        untyped(SQLiteStore)(**arguments)


def test_what_is_no_store(tmp_path: Path) -> None:
    """A file that is not a database, and a folder that is not there, are errors at once, not after the timeout."""
    (tmp_path / "text").write_text("not a database, but long enough to look at" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        SQLiteStore(tmp_path / "text", timeout=timedelta(hours=1)).load("a")
    with pytest.raises(FileNotFoundError):
        SQLiteStore(tmp_path / "absent" / "a").load("a")


# With sessions


def test_stolen_store_gives_no_session(tmp_path: Path) -> None:
    """The file holds neither the id nor the cookie of a session."""
    with SQLiteStore(tmp_path / "sessions.db") as store:
        visitor, names = Visitor(sessions(dump, load, keys=[KEY], store=store)), list[str]()

        def note(request: Request[Session[Account]]) -> Response:
            names.append(request.state.id or "")
            return text("")

        visitor.visit(save("ada"))
        visitor.visit(note)
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b'"ada"' in held
    assert names[0].encode() not in held
    assert visitor.cookie.encode() not in held
    assert names[0] in visitor.cookie


def test_sessions_in_a_file(tmp_path: Path) -> None:
    """A session in a file is read after a restart, and is gone after logout; it expires there as well."""
    clock, path = Clock(), tmp_path / "sessions.db"
    with SQLiteStore(path, clock=clock) as store:
        visitor = Visitor(sessions(dump, load, keys=[KEY], store=store, clock=clock))
        visitor.visit(save("ada"))
        other = Visitor(visitor.around)
        other.visit(save("bob"))
    with SQLiteStore(path, clock=clock) as store:
        visitor.around = other.around = sessions(dump, load, keys=[KEY], store=store, clock=clock)
        thief = Visitor(visitor.around, dict(visitor.jar))
        assert "ada" == visitor.visit(value_of).text
        visitor.visit(clear)
        assert ("nobody", "bob") == (thief.visit(value_of).text, other.visit(value_of).text)
        clock.now += 15 * 86400
        assert (1, "nobody") == (store.purge(), other.visit(value_of).text)


class Fixed(SessionStore):
    """A store that has the same for every session."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def load(self, key: str, /) -> bytes | None:
        return self.data

    def save(self, key: str, data: bytes, expires: datetime | None, /, *, new: bool) -> bool:
        return True

    def delete(self, key: str, /) -> None:
        pass


@pytest.mark.parametrize("data", [b"", b"x", b"1", b"1.2.x", b"x.2.{}", b"1..{}", b"9999999999.9999999999.[]"])
def test_broken_record_is_an_empty_session(data: bytes) -> None:
    """Whatever stands in the store."""
    visitor = Visitor(sessions(dump, load, keys=[KEY], store=Fixed(data)))
    visitor.visit(save("ada"))

    assert "nobody" == visitor.visit(value_of).text
