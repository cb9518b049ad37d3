"""One server of each kind for each module of tests, and both sides of the validator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.apps import PREFIX
from tests.servers.clients import connected, head_of, received
from tests.servers.harness import APPLICATION, SERVERS, Gate, Marks, Server, serving


@pytest.fixture(scope="module")
def application() -> str:
    """What the servers of a module serve, unless it has a fixture of this name itself."""
    return APPLICATION


@pytest.fixture(scope="module")
def may_say() -> re.Pattern[str] | None:
    """What they may say, likewise."""
    return None


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    application: str,
    may_say: re.Pattern[str] | None,
) -> Iterator[Server]:
    """A server as a child process; at its end it must have had nothing to say."""
    with serving(str(request.param), tmp_path_factory.mktemp("server"), application, may_say) as running:
        yield running
        # Collects garbage: what was left open shows. The end of the connection is waited for, so that the server is
        # not told to stop while it still has it.
        with connected(running) as connection:
            connection.sendall(head_of("GET", "/process", "Connection: close"))
            received(connection)


@pytest.fixture(params=[pytest.param("", id="plain"), pytest.param(PREFIX, id="validated")])
def prefix(request: pytest.FixtureRequest) -> str:
    """Where the applications are mounted: as they are, or inside the validator of wsgiref."""
    return str(request.param)


@pytest.fixture
def marks(tmp_path: Path) -> Iterator[Marks]:
    """What the application tells its test."""
    with closing(Marks(tmp_path)) as listening:
        yield listening


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Behind which the application waits for its test."""
    with closing(Gate(tmp_path)) as closed:
        yield closed
