"""One frozen response, called from many threads, carried to another process, behind servers that keep what they get."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Barrier, Lock, Thread
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.data.matrix import SIZE, content
from tests.kit import environ_of
from tests.servers.clients import Answer, ask
from tests.servers.harness import BOUND, RESPONSES, Server
from verglas import FrozenResponse, Request, Response, send_file
from verglas.testing import call

THREADS: Final = 16
ROUNDS: Final = 2560  # each of one call of every kind: ten thousand calls
SERVED: Final = 96  # by each server

BODY: Final = content(1000)
ETAG: Final = '"1"'


@pytest.fixture(scope="module")
def application() -> str:
    """Responses of every kind."""
    return RESPONSES


@pytest.fixture
def switching_often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(run: Callable[[], str], times: int) -> dict[str, int]:
    """What comes of running it so often, shared out to threads that begin at once: results, and how many of each."""
    barrier, lock, results = Barrier(THREADS), Lock(), dict[str, int]()

    def work() -> None:
        barrier.wait(BOUND)
        found: list[str] = []
        for _ in range(times // THREADS):
            try:
                found.append(run())
            except Exception as error:  # noqa: BLE001  # compared with what the others got
                found.append(repr(error))
        with lock:
            for result in found:
                results[result] = results.get(result, 0) + 1

    threads = [Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(4 * BOUND)
    return results


def digest_of(status: str, lines: Sequence[tuple[str, str]], body: bytes) -> str:
    """One word for an answer."""
    return hashlib.sha256(repr((status, [*lines])).encode() + body).hexdigest()


def served_by_a_greedy_server(response: FrozenResponse, environ: dict[str, object]) -> str:
    """The digest of one call, by a server that makes the list of header fields its own."""
    answer = call(response, environ)
    return digest_of(answer.status, answer.lines, answer.body)


def in_hand(folder: Path) -> FrozenResponse:
    """A value whose body is in hand."""
    del folder
    return Response(BODY, headers={"ETag": ETAG}).freeze()


def of_file(folder: Path) -> FrozenResponse:
    """A value whose body is a file, opened for each call."""
    path = folder / "shared.bin"
    path.write_bytes(BODY)
    return send_file(path, environ_of(), etag="1").freeze()


MAKERS: Final = [pytest.param(in_hand, id="bytes"), pytest.param(of_file, id="file")]

REQUESTS: Final[list[dict[str, object]]] = [
    {},
    {"REQUEST_METHOD": "HEAD"},
    {"HTTP_RANGE": "bytes=10-99"},
    {"HTTP_IF_NONE_MATCH": ETAG},
]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.usefixtures("switching_often")
def test_threads(tmp_path: Path, make: Callable[[Path], FrozenResponse]) -> None:
    """Ten thousand calls of four kinds, mixed, from sixteen threads, each answered as the first of its kind, whatever
    servers do to what they are given.
    """
    response, environs = make(tmp_path), [environ_of(**changes) for changes in REQUESTS]

    def run() -> str:
        return " ".join(
            served_by_a_greedy_server(response.conditional(Request(environ), accept_ranges=True), environ)
            for environ in environs
        )

    expected = run()

    assert len(REQUESTS) == len(set(expected.split()))
    assert {expected: ROUNDS} == in_threads(run, ROUNDS)


@pytest.mark.parametrize("make", MAKERS)
def test_headers_are_a_new_list(tmp_path: Path, make: Callable[[Path], FrozenResponse]) -> None:
    """What a server does to the list of one call is not seen by the next, nor in the value."""
    response = make(tmp_path)
    before = response.headers.pairs
    first = served_by_a_greedy_server(response, environ_of())

    assert (first, before) == (served_by_a_greedy_server(response, environ_of()), response.headers.pairs)


@pytest.mark.parametrize("path", ["/shared", "/clearing"])
def test_served_to_many(server: Server, prefix: str, path: str) -> None:
    """Many clients at once get the same, by a server that runs one at a time or several."""

    def run() -> str:
        answer = ask(server, "GET", prefix + path)
        return digest_of(str(answer.status), fields_of(answer), answer.body)

    expected = ask(server, "GET", "/shared")

    assert (200, content(SIZE), "1") == (expected.status, expected.body, expected.by_name["x-shared"])
    assert {digest_of("200", fields_of(expected), expected.body): SERVED} == in_threads(run, SERVED)


def fields_of(answer: Answer) -> list[tuple[str, str]]:
    """The header fields that are the application's."""
    return [pair for pair in answer.headers if pair[0].lower() not in ("date", "server", "via", "connection")]


@pytest.mark.parametrize("make", MAKERS)
def test_pickled(server: Server, tmp_path: Path, make: Callable[[Path], FrozenResponse]) -> None:
    """A response that was pickled here is served there."""
    response, pickled = make(tmp_path), tmp_path / "response.pickle"
    pickled.write_bytes(pickle.dumps(response))

    answer = ask(server, "GET", "/unpickled?" + urlencode({"path": pickled}))

    assert (200, BODY) == (answer.status, answer.body)
    # Servers write names in cases and an order of their own, and a Date, which may be that of the next second.
    assert {name.lower(): value for name, value in response.headers.without("Date").pairs}.items() <= (
        answer.by_name.items()
    )
