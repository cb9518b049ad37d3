"""Compressed answers under four servers: to a browser's requests, to curl, and to clients that go away."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.servers.clients import Answer, ask, curl, needs_curl
from tests.servers.compressedapps import BODY, SCRIPT
from tests.servers.harness import BOUND, Gate, Marks, Server

ACCEPTS = {"Accept-Encoding": "gzip, deflate, br, zstd"}
VOLATILE = {"date", "server", "connection", "transfer-encoding", "via"}


@pytest.fixture(scope="module")
def application() -> str:
    """What is served."""
    return "tests.servers.compressedapps:serve_compressed"


def fields(answer: Answer, *added: str) -> dict[str, str]:
    """The fields that are the application's, without those that the server has added."""
    return {name: value for name, value in answer.by_name.items() if name not in VOLATILE.union(added)}


@pytest.mark.parametrize("path", ["/page", "/stream", "/file", "/missing"])
def test_head_like_get(server: Server, tmp_path: Path, path: str) -> None:
    """HEAD has the fields of GET, and no content."""
    file = tmp_path / "page.txt"
    file.write_text(BODY)
    target = f"{path}?path={file}"
    got, head = (ask(server, method, target, headers=ACCEPTS) for method in ("GET", "HEAD"))
    plain = ask(server, "GET", target)

    assert (plain.body, b"") == (gzip.decompress(got.body), head.body)
    # wsgiref states a length of none where an application states no length and sends nothing.
    added = ["content-length"] if server.name == "wsgiref" and "content-length" not in got.by_name else []
    assert (fields(got), got.status) == (fields(head, *added), head.status)
    assert ("gzip", "accept-encoding") == (got.by_name["content-encoding"], got.by_name["vary"].lower()[-15:])
    assert (None, got.by_name["vary"]) == (plain.by_name.get("content-encoding"), plain.by_name["vary"])


def test_conditional(server: Server) -> None:
    """The tag of the compressed page makes a 304 that has the same, to GET and to HEAD."""
    tag = ask(server, "GET", "/page", headers=ACCEPTS).by_name["etag"]
    again = [ask(server, method, "/page", headers={**ACCEPTS, "If-None-Match": tag}) for method in ("GET", "HEAD")]

    assert tag.startswith('W/"')
    assert [(304, tag, "Accept-Encoding", b"")] * 2 == [
        (answer.status, answer.by_name["etag"], answer.by_name["vary"], answer.body) for answer in again
    ]


def test_builder_for_all(server: Server) -> None:
    """A builder that answers everybody is compressed, or a 304, only for those who ask for that."""
    tag = ask(server, "GET", "/script", headers=ACCEPTS).by_name["etag"]
    statuses = [ask(server, "GET", "/script", headers=ACCEPTS | {"If-None-Match": tag}).status for _ in range(2)]
    plain = ask(server, "GET", "/script")

    assert ([304, 304], 200, SCRIPT.encode()) == (statuses, plain.status, plain.body)


@needs_curl
@pytest.mark.parametrize("path", ["/page", "/stream", "/missing"])
def test_curl(server: Server, path: str) -> None:
    """Curl decodes what it asked for."""
    answer, plain = curl(server, path, "--compressed"), curl(server, path)

    assert ("gzip", plain.body) == (answer.by_name["content-encoding"], answer.body)
    assert "content-encoding" not in plain.by_name


@needs_curl
@pytest.mark.parametrize(("size", "coding"), [(499, None), (500, "gzip")])
def test_minimum(server: Server, size: int, coding: str | None) -> None:
    """What is short is sent as it is."""
    answer = curl(server, f"/data?size={size}", "--compressed")

    assert (b"a" * size, coding) == (answer.body, answer.by_name.get("content-encoding"))


def until(response: HTTPResponse, decompress: Callable[[bytes], bytes], word: bytes) -> bytes:
    """What a reader has made of an answer when this has come."""
    data = b""
    while word not in data:
        piece = response.read1(4096)
        assert piece, f"the answer ended with {data!r}"
        data += decompress(piece)
    return data


def test_events_arrive_at_once(server: Server, marks: Marks, gate: Gate) -> None:
    """A reader has an event while the server waits with the next one."""
    reader = zlib.decompressobj(31)
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", f"/events?gate={gate.path}&marks={marks.path}", headers=ACCEPTS)
        response = connection.getresponse()
        first = until(response, reader.decompress, b"\n\n")
        before = marks.so_far()
        gate.open()
        second = until(response, reader.decompress, b"\n\n")
        rest = response.read()

    assert (b"data: first\n\n", [], b"data: second\n\n") == (first, before, second)
    assert (b"", True) == (reader.decompress(rest), reader.eof)
    assert ("gzip", None) == (response.getheader("Content-Encoding"), response.getheader("Content-Length"))
    assert ["events closed"] == marks.until("events closed")


def test_hang_up(server: Server, marks: Marks) -> None:
    """A client that goes away in the middle: generator and response are closed, in this order, once."""
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", f"/endless?marks={marks.path}", headers=ACCEPTS)
        response = connection.getresponse()
        assert response.read(1000)
        response.close()

    assert ["generator closed", "response closed"] == marks.until("response closed")
    assert 200 == ask(server, "GET", "/page").status
    assert 2 == len(marks.so_far())


def test_head_of_endless(server: Server, marks: Marks) -> None:
    """HEAD closes a response whose generator never begins."""
    answer = ask(server, "HEAD", f"/endless?marks={marks.path}", headers=ACCEPTS)

    assert ("gzip", b"") == (answer.by_name["content-encoding"], answer.body)
    assert ["response closed"] == marks.until("response closed")
